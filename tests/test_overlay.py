"""An analyst's file: every cell as it was typed is read and said, or refused, and all problems come at once."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vcgap.errors import UserError
from vcgap.overlay import examine, own_csv, read_overlay
from vcgap.tables import load_table
from vcgap.values import folded
from vcgap.writing import FORMULA_STARTS

HEADER = "country,metric,period,value,source"
ROW = "MEX,vc_investment,2024,1670000000,me"

BAD_FILES = Path(__file__).resolve().parents[2] / "shared" / "realdata" / "bad-files"
METRICS = load_table("metrics").set_index("metric")


def remarks_of(path):
    return [remark.removeprefix("mine.csv, ") for remark in examine(path).remarks]


def problems_of(path):
    with pytest.raises(UserError) as caught:
        examine(path)
    return [problem.removeprefix("mine.csv, ") for problem in caught.value.problems]


def test_a_file_in_the_form_of_the_suite_gets_no_remark(overlay):
    own, remarks = examine(overlay(ROW, "USA,vc_investment,2024,1.78e11,me", "MEX,fx_rate,2024,18.33,me"))
    assert remarks == [] and list(own["value"]) == [1.67e9, 1.78e11, 18.33]


# dialects

TYPED = [HEADER.split(","), ["México", "vc_investment", "2024", "1670000000", "Peña"]]
TYPED += [["MEX", "fx_rate", "2023", "1,5", "Peña’s"], ["MEX", "deal_count", "2022", "114", "Peña’s"]]
TITLES = [["Mis cifras"], ["de Peña, 2024"]]


def typed_as(rows, delimiter=",", end="\n"):
    return "".join(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) + end for row in rows)


def read_as(path):
    own = examine(path).figures
    return own[["country", "metric", "period", "value", "source"]].to_numpy().tolist()


EXPECTED = [
    ["MEX", "vc_investment", "2024", 1.67e9, "Peña"],
    ["MEX", "fx_rate", "2023", 1.5, "Peña’s"],
    ["MEX", "deal_count", "2022", 114, "Peña’s"],
]
SAID = {",": [], ";": ["columns are parted by semicolons"], "\t": ["columns are parted by tabs"]}
ENCODED = {
    "utf-8": [],
    "utf-8-sig": [],
    "utf-16": ["text is UTF-16"],
    "cp1252": ["text is not UTF-8; read as cp1252, not Mac Roman"],
    "mac_roman": ["text is not UTF-8; read as Mac Roman, not cp1252"],
}


@pytest.mark.parametrize("encoding", ENCODED)
@pytest.mark.parametrize("delimiter", SAID)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("titles", [[], TITLES])
def test_a_file_in_any_dialect_gives_the_same_figures_and_what_was_decided_is_said(
    write, encoding, delimiter, end, titles
):
    path = write(typed_as(titles + TYPED, delimiter, end).encode(encoding))
    assert read_as(path) == EXPECTED
    decided = [remark for remark in examine(path).remarks if remark.startswith("mine.csv: ")]
    expected = [*ENCODED[encoding], *SAID[delimiter]]
    expected += ["the header is line 3; above it and not read: 2 lines (1–2)"] if titles else []
    assert len(decided) == len(expected)
    assert all(words in remark for words, remark in zip(expected, decided, strict=True))


def test_a_workbook_with_titles_and_a_column_beside_the_table_gives_the_same_figures(workbook):
    rows = [[None, *row] for row in TITLES + TYPED]
    rows[3][4] = 1670000000
    path = workbook([rows[0], [None], *rows[1:]])
    assert read_as(path) == EXPECTED
    assert examine(path).remarks[1] == "mine.xlsx: the header is row 4; above it and not read: 2 rows (1, 3)"


@pytest.mark.skipif(not BAD_FILES.is_dir(), reason=f"needs the folder {'/'.join(BAD_FILES.parts[-3:])}")
def test_real_files_that_are_not_what_they_claim_to_be_are_refused():
    files = sorted(BAD_FILES.glob("*.csv"))
    assert files
    for file in files:
        with pytest.raises(UserError) as caught:
            examine(file)
        assert caught.value.problems[0].startswith(file.name)


# cells


def test_what_people_type_is_read_and_every_reading_is_said(overlay):
    path = overlay(
        'México,vc_investment,2024,"US$1.67 bn",me',
        "EE. UU.,pension_assets_gdp,31/12/2024,59%,me",
        'México,fund_size_mean,Q3 2024,"1,234,567.5",me',
    )
    own, remarks = examine(path)
    assert list(own["country"]) == ["MEX", "USA", "MEX"]
    assert list(own["period"]) == ["2024", "2024-12-31", "2024-Q3"]
    assert list(own["value"]) == [1.67e9, 0.59, 1234567.5]
    assert remarks == [
        "mine.csv, lines 2, 4, column country: 'México' is read as MEX",
        "mine.csv, line 2, column value: 'US$1.67 bn' is read as 1670000000 USD",
        "mine.csv, line 3, column country: 'EE. UU.' is read as USA",
        "mine.csv, line 3, column period: '31/12/2024' is read as 2024-12-31",
        "mine.csv, line 3, column value: '59%' is read as 0.59",
        "mine.csv, line 4, column period: 'Q3 2024' is read as 2024-Q3",
        "mine.csv, line 4, column value: '1,234,567.5' is read as 1234567.5 USD",
    ]


def test_many_cells_alike_are_one_remark(overlay):
    rows = [f"MX,venture_debt,{year},1670000000,me" for year in range(2001, 2025)]
    assert remarks_of(overlay(*rows)) == ["lines 2–25, column country: 'MX' is read as MEX"]


def test_a_row_without_a_value_is_left_out_and_said(overlay):
    path = overlay(ROW, "MEX,vc_investment,2023,n/a,me", "MEX,vc_investment,2022,–,me")
    assert list(read_overlay(path, METRICS)["period"]) == ["2024"]
    words = "says that there is no value (zero is written 0); the row is left out"
    assert remarks_of(path) == [f"line 3, column value: 'n/a' {words}", f"line 4, column value: '–' {words}"]


def test_a_bound_without_a_value_is_left_empty_and_said(overlay):
    own, remarks = examine(overlay("MEX,gdp,2024,5,n/a,me", header="country,metric,period,value,lower,source"))
    assert own["lower"].isna().all()
    assert remarks[0].endswith("'n/a' says that there is no value (zero is written 0); left empty")


def test_a_file_in_which_no_row_has_a_value_is_refused(overlay):
    assert problems_of(overlay("MEX,gdp,2024,n/a,me")) == ["mine.csv: no row has a value"]


def test_faults_of_a_row_without_a_value_are_told_too(overlay):
    assert problems_of(overlay(ROW, "MEX,gpd,2024,n/a,me"))[0].startswith("line 3, column metric: 'gpd'")


@pytest.mark.parametrize(
    ("proof", "value", "why"),
    [
        ('"1.234.567,8"', 1234, "as line 3 ('1.234.567,8') shows"),
        ('"3,5"', 1234, "as line 3 ('3,5') shows"),
        ("3.5", 1.234, "as line 3 ('3.5') shows"),
        ('"1,234,567"', 1.234, "as line 3 ('1,234,567') shows"),
    ],
)
def test_another_cell_of_the_file_may_show_what_a_mark_means(overlay, proof, value, why):
    path = overlay("MEX,vc_investment,2023,1.234,me", f"MEX,vc_investment,2024,{proof},me")
    own, remarks = examine(path)
    assert own.at[2, "value"] == value
    assert any(
        remark.startswith("mine.csv, line 2, column value: '1.234'") and remark.endswith(why) for remark in remarks
    )


def test_a_file_that_proves_nothing_or_both_leaves_two_readings(overlay):
    words = "line 2, column value: '1.234' is 1.2340 with a decimal point and 1234 with a decimal comma; write 1.2340 or 1234"
    ambiguous = "MEX,vc_investment,2023,1.234,me"
    assert problems_of(overlay(ambiguous, "MEX,vc_investment,2024,1234,me")) == [words]
    both = overlay(ambiguous, 'MEX,vc_investment,2024,"3,5",me', "MEX,vc_investment,2022,3.5,me")
    assert problems_of(both) == [words + " (the file writes both: line 3 ('3,5') and line 4 ('3.5'))"]


def test_dates_are_settled_by_another_date_of_the_file(overlay):
    path = overlay("MEX,dry_powder,03/04/2025,5,me", "MEX,dry_powder,31/12/2024,5,me")
    assert list(examine(path).figures["period"]) == ["2025-04-03", "2024-12-31"]
    assert (
        remarks_of(path)[0]
        == "line 2, column period: '03/04/2025' is read as 2025-04-03, as line 3 ('31/12/2024') shows"
    )
    assert "if the day comes first" in problems_of(overlay("MEX,gdp,03/04/2025,5,me"))[0]


def test_numbers_of_a_workbook_are_what_they_are_and_settle_nothing_for_its_text(workbook):
    rows = [HEADER.split(","), ["MEX", "fx_rate", 2024, 1.234, "me"], ["MEX", "fx_rate", 2023, 3.5, "me"]]
    assert list(examine(workbook(rows)).figures["value"]) == [1.234, 3.5]
    (problem,) = problems_of(workbook([*rows, ["MEX", "fx_rate", 2022, "1.234", "me"]]))
    assert problem.startswith("mine.xlsx, line 4, column value: '1.234' is 1.2340 with a decimal point")


def test_a_dollar_sign_is_what_the_column_unit_says(overlay):
    header = HEADER + ",unit"
    assert examine(overlay("MEX,gdp,2024,$5 bn,me,USD", header=header)).figures.at[2, "value"] == 5e9
    assert "$ is US dollars or Mexican pesos" in problems_of(overlay("MEX,gdp,2024,$5 bn,me,", header=header))[0]


def test_mn_is_pesos_or_a_million_in_mexico_and_a_million_elsewhere(overlay):
    (problem,) = problems_of(overlay("México,vc_investment,2022,5000 mn,me"))
    assert "write USD 5000 million or MXN 5000" in problem
    assert examine(overlay("Brasil,vc_investment,2022,5000 mn,me")).figures.at[2, "value"] == 5e9


def test_errors_of_a_spreadsheet_are_told_in_every_column(overlay):
    header = HEADER + ",segment,lower,note"
    found = problems_of(overlay("#N/A,#¡REF!,#REF!,#DIV/0!,#¿NOMBRE?,#N/D,#VALUE!,#NUM!", header=header))
    assert len(found) == 8
    assert all(
        problem.endswith("is an error of a spreadsheet; mend its formula or leave the row out") for problem in found
    )
    (problem,) = problems_of(overlay("MEX,vc_investment,2024,#FORMULA!,me"))
    assert problem.endswith("is a formula without its result; open the workbook in a spreadsheet program and save it")


def test_a_hash_alone_is_no_error_of_a_spreadsheet(overlay):
    assert len(examine(overlay(f"{ROW},#1 of the list; #AI", header=HEADER + ",note")).figures) == 1


SPANISH = ["País", "MÉTRICA", "periodo", "Valor", "fuente", "unidad", "inferior", "superior", "calificador", "nota"]


def test_headers_may_be_spanish_and_have_capitals(overlay):
    row = "MEX,vc_investment,2024,5,me,USD,4,6,about,x"
    own, remarks = examine(overlay(row, header=",".join(SPANISH)))
    english = examine(overlay(row, header="country,metric,period,value,source,unit,lower,upper,qualifier,note")).figures
    pd.testing.assert_frame_equal(own, english)
    assert remarks[0].startswith("mine.csv: columns are read by another name: 'País' as country, 'MÉTRICA' as metric")
    assert len(examine(overlay(ROW, header=HEADER.title())).figures) == 1


def test_names_of_columns_stand_in_their_table_as_they_are_looked_up():
    names = load_table("figure_columns")
    assert [name for name in names["name"] if name != folded(name)] == []
    assert not {*names["name"]} & {*names["column"]}


def test_problems_of_columns_hide_none_of_rows(overlay):
    rows = ["MX2,vc_investment,2024,abc,me,x,", "MEX,vc_investment,2024", "MEX,gpd,2024,5,me,y,"]
    found = problems_of(overlay(*rows, header="country,metric,period,value,source,apunte,value"))
    assert [problem.partition(":")[0] for problem in found] == [
        "mine.csv",
        "line 1, column value",
        "line 2, column country",
        "line 2, column value",
        "line 3",
        "line 4, column metric",
    ]


@pytest.mark.parametrize("lacks", HEADER.split(","))
def test_a_missing_column_hides_no_problem_and_makes_none(overlay, lacks):
    cells = dict(zip(HEADER.split(","), ["MX2", "gpd", "soon", "abc", ""], strict=True))
    del cells[lacks]
    found = problems_of(overlay(",".join(cells.values()), header=",".join(cells)))
    assert found[0] == f"mine.csv: column '{lacks}' is missing; the file has: {', '.join(cells)}"
    assert sorted(problem.partition(":")[0] for problem in found[1:]) == sorted(
        f"line 2, column {one}" for one in cells
    )


def test_how_a_file_was_read_is_told_beside_a_missing_column(tmp_path):
    from xlsxwriter import Workbook

    with Workbook(tmp_path / "mine.xlsx") as book:
        cover = book.add_worksheet("cover")
        cover.write_column(0, 0, ["My figures", "of 2024"])
        cover.write_row(2, 0, ["by", "me"])
        book.add_worksheet("figures").write_row(0, 0, HEADER.split(","))
    found = problems_of(tmp_path / "mine.xlsx")
    assert "mine.xlsx: read sheet 'cover', not 'figures'" in found
    assert found[0].startswith("mine.xlsx: column 'country' is missing")
    assert not any(", line " in problem for problem in found)


def test_two_faults_of_one_row_are_told_at_once(overlay):
    assert [problem.partition(":")[0] for problem in problems_of(overlay("MEX,vc_invest,2024,5,"))] == [
        "line 2, column source",
        "line 2, column metric",
    ]


def test_every_fault_of_a_row_is_told_once(overlay):
    header = HEADER + ",lower,status,note,unit"
    found = problems_of(overlay("Mexcio,vc_investment,03/04/2025,MXN 5,,few,guess,<b>,EUR", header=header))
    assert sorted(problem.partition(":")[0].removeprefix("line 2, column ") for problem in found) == sorted(
        ["country", "period", "value", "source", "lower", "status", "note", "unit"]
    )


def test_the_same_figure_under_two_names_of_a_country_is_told(overlay):
    (problem,) = problems_of(overlay("MEX,gdp,2024,5,me", "México,gdp,2024,6,me"))
    assert problem.startswith(
        "line 3: a second row for MEX, gdp, 2024, (empty), me; the first is line 2, it differs in value;"
    )


def test_rows_whose_value_cannot_be_read_are_not_called_alike(overlay):
    found = problems_of(overlay("MEX,gdp,2024,few,me", "MEX,gdp,2024,many,me"))
    assert found[-1].startswith("line 3: a second row for MEX, gdp, 2024, (empty), me; the first is line 2; a key")


def test_rows_whose_key_cannot_be_read_are_not_called_the_same(overlay):
    found = problems_of(overlay("Mexcio,gdp,2024,5,me", "Mexcoi,gdp,2024,6,me"))
    assert [problem.partition(":")[0] for problem in found] == ["line 2, column country", "line 3, column country"]


def test_sources_whose_names_differ_only_in_signs_are_told(overlay):
    rows = ["MEX,gdp,2024,5,A & B", "MEX,gdp,2024,6,A + B", "MEX,gdp,2023,6,A + B", "MEX,gdp,2024,6,A B"]
    (problem,) = problems_of(overlay(*rows))
    assert problem == "line 3, column source: 'A + B' differs from another source only in signs"
    found = problems_of(overlay(rows[0], "Mexcio,gdp,2024,6,A + B", "MEX,gdp,2024,6,A & B"))
    assert [problem.partition(":")[0] for problem in found] == ["line 3, column country", "line 4"]


def test_figures_that_enter_no_comparison_are_said(overlay):
    path = overlay("MEX,gdp,2024,5,me,illustrative", header=HEADER + ",status")
    assert "line 2, column status: 'illustrative' figures are listed but enter no comparison" in remarks_of(path)


def test_hostile_text_is_refused_and_shown_short(overlay):
    found = problems_of(overlay(f"<script>,gdp,{'9' * 500},{'9' * 500},=cmd()<b>"))
    assert all(len(problem) < 400 for problem in found) and len(found) == 4


def test_a_value_far_from_all_that_is_known_is_warned_of_and_kept(overlay):
    own, remarks = examine(overlay("MEX,vc_investment,2024,1.67,me"))
    assert list(own["value"]) == [1.67]
    (warning,) = remarks
    assert warning.startswith("mine.csv, line 2, column value: warning: 1.67 is ")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.floats(min_value=0, max_value=1e18), lower=st.none() | st.just(0.0))
def test_own_figures_kept_beside_an_edition_are_read_back_as_they_are(tmp_path, value, lower):
    row = {"id": "mex-gdp-2024-me", "country": "MEX", "metric": "gdp", "period": "2024", "segment": "", "value": value}
    row |= {"lower": lower, "upper": None, "qualifier": "about", "source": "me", "status": "sourced", "note": "a, b"}
    own = pd.DataFrame([row], index=[2]).astype({"value": float, "lower": float, "upper": float})
    (tmp_path / "own.csv").write_text(own_csv(own), encoding="utf-8")
    if value > 0:  # a gross domestic product of zero is refused
        pd.testing.assert_frame_equal(read_overlay(tmp_path / "own.csv", METRICS), own, check_dtype=False)


def test_own_figures_kept_beside_an_edition_hold_no_formula_and_are_read_back_as_typed(tmp_path, overlay):
    rows = [
        "MEX,vc_growth,2024,-0.5,-0.6,@me,=1+1",
        "MEX,vc_growth,2023,0.1,,'tis mine,-5 points",
        "USA,gdp,2024,5,,-,+",
    ]
    own = read_overlay(overlay(*rows, header="country,metric,period,value,lower,source,note"), METRICS)
    (tmp_path / "own.csv").write_text(own_csv(own), encoding="utf-8")
    _header, *kept = csv.reader(own_csv(own).splitlines())
    cells = [cell for row in kept for cell in row if cell.startswith(FORMULA_STARTS)]
    assert cells == ["-0.5", "-0.6"]
    pd.testing.assert_frame_equal(read_overlay(tmp_path / "own.csv", METRICS), own)
    assert list(own["source"]) == ["@me", "'tis mine", "-"] and list(own["note"]) == ["=1+1", "-5 points", "+"]


CELLS = st.text(max_size=25) | st.sampled_from(
    ["MEX", "vc_investment", "2024", "1,234", "n/a", "5 bn", "03/04/2025", "me", "%"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*[CELLS] * 7), min_size=1, max_size=4))
def test_any_cells_are_figures_or_problems_with_their_line(tmp_path, rows):
    header = ["country", "metric", "period", "value", "source", "unit", "lower"]
    pd.DataFrame(rows, columns=header).to_csv(tmp_path / "any.csv", index=False)
    try:
        own = examine(tmp_path / "any.csv").figures
    except UserError as error:
        assert all(problem.startswith("any.csv") for problem in error.problems)
    else:
        assert own["value"].notna().all() and set(own["metric"]) <= set(METRICS.index)


HIDDEN = ["\u202e", "\u2066", "\u200e", "\u200f", "\u061c", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\xad"]


@pytest.mark.parametrize("mark", HIDDEN)
def test_marks_that_are_not_seen_or_turn_the_direction_of_text_are_refused(overlay, mark):
    with pytest.raises(UserError) as caught:
        examine(overlay(ROW, f"MEX,vc_investment,2024,1670000000,m{mark}e"))
    (problem,) = caught.value.problems
    assert "line 3, column source: 'm" in problem and ascii(mark)[1:-1] in problem and mark not in problem


def test_a_mark_at_the_start_of_a_file_or_around_a_number_is_no_harm(overlay):
    path = overlay(
        "MEX,vc_investment,2024,\u200e1670000000\u200f,me", header="\ufeffcountry,metric,period,value,source"
    )
    assert list(examine(path).figures["value"]) == [1.67e9]
