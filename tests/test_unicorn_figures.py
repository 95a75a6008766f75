"""`vcgap import --as unicorns`: figures that `vcgap check` takes, and an account of every row."""

import csv
import os
import re
from pathlib import Path

import pytest

from vcgap.chapters import unicorns
from vcgap.edition import open_edition
from vcgap.errors import UserError
from vcgap.figures import read_overlay
from vcgap.tables import load_table
from vcgap.unicorn_figures import FIGURE_COLUMNS, figures_of, import_list, visible
from vcgap.unicorn_lists import read_list

REALDATA = Path(__file__).resolve().parents[2] / "shared" / "realdata"
HEADER = "Company,Valuation ($B),Date Joined,Country,City,Industry"
LINES = [
    "Kavak,$8.7,9/29/2020,Mexico,Mexico City,E-commerce & direct-to-consumer",
    "Clip,$2,6/10/2021,Mexico,Mexico City,Fintech",
    "Stripe,$95,1/23/2014,United States,San Francisco,Fintech",
    "Stripe,$95,1/23/2014,United States,San Francisco,Fintech",
    "Rapyd,$8.75,12/3/2019,Israel / United States,,Fintech",
    "Webull,$0,12/3/2019,United States,,Fintech",
]


@pytest.fixture
def listed(write):
    """A function that writes a list of the given lines and returns its path."""
    return lambda *lines, header=HEADER, name="list.csv": write("\n".join([header, *lines]) + "\n", name)


@pytest.fixture
def imported(listed, tmp_path):
    """A function that imports lines and returns (summary lines, rows of the figures file)."""

    def run(*lines, date="2024-03-20", header=HEADER, **options):
        said = import_list(listed(*lines, header=header), tmp_path / "figures.csv", date=date, **options)
        return said, rows_of(tmp_path / "figures.csv")

    return run


def rows_of(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figure(rows, country, metric, segment=""):
    (row,) = [row for row in rows if (row["country"], row["metric"], row["segment"]) == (country, metric, segment)]
    return row


def problems_of(path, out, **options):
    with pytest.raises(UserError) as caught:
        import_list(path, out, **options)
    return caught.value.problems


# figures


def test_companies_and_value_are_counted_by_country_and_sector(imported):
    _said, rows = imported(*LINES)
    assert list(rows[0]) == FIGURE_COLUMNS
    assert [row["segment"] == "" for row in rows] == sorted((row["segment"] == "" for row in rows), reverse=True)
    mexico = figure(rows, "MEX", "unicorns_active")
    assert (mexico["value"], mexico["period"], mexico["source"], mexico["status"]) == (
        "2",
        "2024-03-20",
        "list",
        "derived",
    )
    assert (mexico["lower"], mexico["upper"], mexico["qualifier"]) == ("", "", "exact")
    assert figure(rows, "MEX", "unicorn_value")["value"] == "10700000000"
    fintech = "scheme=cbinsights_unicorn;sector=fintech"
    assert figure(rows, "MEX", "unicorns_active", fintech)["value"] == "1"
    assert figure(rows, "MEX", "unicorn_value", fintech)["value"] == "2000000000"
    assert [row["value"] for row in rows if row["metric"] == "unicorns_active" and row["segment"] == fintech] == [
        "1",
        "2",
    ]


def test_a_company_of_two_countries_is_only_within_the_upper_bound_of_each(imported):
    _said, rows = imported(*LINES[:4], LINES[4])
    count, value = (figure(rows, "USA", metric) for metric in ("unicorns_active", "unicorn_value"))
    assert (count["value"], count["lower"], count["upper"], count["qualifier"]) == ("1", "1", "2", "at_least")
    assert (value["value"], value["lower"], value["upper"]) == ("95000000000", "95000000000", "103750000000")
    assert value["qualifier"] == "at_least" and "1 more are listed in several countries" in value["note"]
    israel = figure(rows, "ISR", "unicorns_active")
    assert (israel["value"], israel["upper"]) == ("0", "1")
    assert [row for row in rows if row["country"] == "ISR" and row["metric"] == "unicorn_value"] == []


def test_an_unknown_valuation_makes_a_sum_a_floor_without_a_ceiling(imported):
    _said, rows = imported(*LINES)
    count, value = (figure(rows, "USA", metric) for metric in ("unicorns_active", "unicorn_value"))
    assert (count["value"], count["upper"]) == ("2", "3")
    assert (value["value"], value["upper"], value["qualifier"]) == ("95000000000", "", "at_least")
    assert "1 without a readable valuation" in value["note"]


@pytest.mark.parametrize(
    ("cells", "value", "upper", "qualifier"),
    [
        (["2.5", "3.5"], "6000000000", "", "exact"),
        (["2", "3"], "5000000000", "", "about"),
        (["2.5+", "3"], "5500000000", "", "at_least"),
        (["2.5-", "3+"], "5500000000", "", "about"),
        (["80-90.5", "1"], "81000000000", "91500000000", "about"),
        (["80.5-90", "1"], "81500000000", "91000000000", "at_least"),
        (["1+", "80.5-90"], "81500000000", "", "at_least"),
    ],
)
def test_a_sum_is_as_firm_as_its_parts(imported, cells, value, upper, qualifier):
    lines = [f"C{number},{cell},1/23/2014,Canada,," for number, cell in enumerate(cells)]
    row = figure(imported(*lines)[1], "CAN", "unicorn_value")
    assert (row["value"], row["upper"], row["qualifier"]) == (value, upper, qualifier)


def test_a_list_of_the_world_without_a_country_of_the_suite_has_zero_there(imported):
    names = ["China", "India", "Israel", "Japan", "France", "Germany", "Canada", "Spain", "Sweden", "United States"]
    lines = [f"C{number},1.5,1/23/2014,{name},," for number, name in enumerate(names)]
    rows = imported(*lines)[1]
    assert figure(rows, "MEX", "unicorns_active")["value"] == "0"
    assert figure(rows, "MEX", "unicorns_active")["note"].startswith("No company of the country in list.csv (sha256 ")
    assert "MEX" not in {row["country"] for row in imported(*lines[:9])[1]}


def test_figures_are_what_check_and_the_reports_take(imported, tmp_path):
    _said, rows = imported(*LINES, source="My list")
    own = read_overlay(tmp_path / "figures.csv", load_table("metrics").set_index("metric"))
    assert len(own) == len(rows)
    edition = open_edition(figures=str(tmp_path / "figures.csv"))
    assert unicorns.headline(edition).text.startswith("at least 2 unicorns in the United States, 2 in Mexico")


def test_a_list_of_former_unicorns_makes_no_figures(listed, tmp_path):
    path = listed("Uber,72,May 2019,United States", header="Company,Valuation ($B),Exit date,Country")
    (problem,) = problems_of(path, tmp_path / "f.csv", date="2024")
    assert problem.startswith("list.csv: this is a list of former unicorns")
    assert os.listdir(tmp_path) == ["list.csv"]


# date and source


def test_a_date_that_the_file_does_not_tell_is_asked_for(listed, tmp_path):
    assert problems_of(listed(*LINES), tmp_path / "f.csv") == [
        "list.csv: the file does not tell the date of the list (its latest entry is of 2021-06-10); add --date "
        "YYYY-MM-DD, the day on which the list was copied (YYYY-MM or YYYY if no more is known)"
    ]


@pytest.mark.parametrize("date", ["2024-13-01", "March 2024", "2024-3-1", "20240301", "2024-02-30", "2024-", "1024"])
def test_a_date_that_is_none_is_refused(listed, tmp_path, date):
    (problem,) = problems_of(listed(*LINES), tmp_path / "f.csv", date=date)
    assert problem.startswith(f"--date {date}: not a date of the years 1900 to 2100; write YYYY-MM-DD")


def test_a_date_before_the_entries_is_refused(listed, tmp_path):
    (problem,) = problems_of(listed(*LINES), tmp_path / "f.csv", date="2020")
    assert problem == (
        "list.csv: 1 of 5 companies are dated after the list (2020); its latest entry is of 2021-06-10. Is the date right?"
    )


def test_the_date_in_the_title_counts_unless_another_is_given(imported):
    title = f"as of March 20th 2024,,,,,\n{HEADER}"
    said, rows = imported(*LINES, header=title, date="")
    assert {row["period"] for row in rows} == {"2024-03-20"}
    assert "  date of the list: 2024-03-20, told by the file" in said
    said, rows = imported(*LINES, header=title, date="2024-03")
    assert {row["period"] for row in rows} == {"2024-03"}
    assert "  date of the list: 2024-03, as given; the file says 2024-03-20" in said


@pytest.mark.parametrize("source", ["=cmd", "<b>x</b>", " x", "a\nb", "@me"])
def test_a_source_that_could_do_harm_is_refused(listed, tmp_path, source):
    (problem,) = problems_of(listed(*LINES), tmp_path / "f.csv", date="2024", source=source)
    assert problem.startswith(f"--source {source!r}: write a plain name")


def test_a_file_name_that_could_do_harm_is_made_harmless(listed, tmp_path):
    path = listed(*LINES, name="=1+1<script>\u202e.csv")
    import_list(path, tmp_path / "f.csv", date="2024")
    rows = rows_of(tmp_path / "f.csv")
    assert {row["source"] for row in rows} == {"1+1script>\\u202e"}
    read_overlay(tmp_path / "f.csv", load_table("metrics").set_index("metric"))


# files


def test_companies_are_written_if_asked_and_hostile_cells_are_text(listed, tmp_path):
    lines = ["\"=cmd|'/c calc'!A1\",$1.5,1/23/2014,Mexico,,", "<script>x</script>\u202e,$1.5,1/23/2014,Mexico,@home,"]
    import_list(listed(*lines), tmp_path / "f.csv", companies=tmp_path / "c.csv", date="2024")
    rows = rows_of(tmp_path / "c.csv")
    assert [row["company"] for row in rows] == ["'=cmd|'/c calc'!A1", "<script>x</script>\\u202e"]
    assert rows[1]["city"] == "'@home"


def test_the_log_holds_every_row_that_was_dropped_repaired_or_noted(imported, tmp_path):
    said, _rows = imported(*LINES, "ABOUT,,,,,", "=1+1,,,,,")
    log = rows_of(tmp_path / "figures.log.csv")
    assert [(row["line"], row["action"]) for row in log] == [
        ("5", "dropped"),
        ("6", "noted"),
        ("7", "noted"),
        ("8", "dropped"),
        ("9", "dropped"),
    ]
    assert log[-1]["text"] == "'=1+1"
    assert said[0] == "list.csv: 8 lines = 5 companies + 3 dropped"


def test_the_summary_says_what_was_decided_counted_and_dropped(imported, tmp_path):
    said, rows = imported(*LINES, "ABOUT,,,,,")
    text = "\n".join(said)
    assert "  valuations are in units of US$1,000,000,000, as the header says" in said
    assert re.search(r"^USA +3 +190\.00 +2 +95\.00$", text, re.MULTILINE)
    assert re.search(r"^MEX +2 +10\.70 +2 +10\.70$", text, re.MULTILINE)
    assert "dropped: the same in every column as a row before it: 1 line (5)\n  line 5: first in 4" in text
    assert "dropped: no valuation, date or country: not a company: 1 line (8)" in text
    assert f"{len(rows)} figures written to {tmp_path / 'figures.csv'}" in text
    assert said[-1] == f"Next: vcgap render unicorns -p year 2024 --figures {tmp_path / 'figures.csv'}"


def test_the_summary_shows_a_few_rows_of_a_kind_and_all_if_asked(imported):
    lines = [f"C{number},$1.5,1/23/2014,Remote{number},," for number in range(9)]
    shown = [line for line in imported(*lines, LINES[0])[0] if line.startswith("  line ")]
    assert shown[0] == "  line 2: 'Remote0'" and len(shown) == 5
    verbose = [line for line in imported(*lines, LINES[0], verbose=True)[0] if line.startswith("  line ")]
    assert len(verbose) == 18  # each lacks a country and a sector
    assert any("'Remote8'; C8 | $1.5 | 1/23/2014 | Remote8" in line for line in verbose)


def test_characters_that_are_not_seen_are_written_out():
    assert visible("a\u202eb\x1b[31m\ud800ñ") == "a\\u202eb\\x1b[31m\\ud800ñ"


@pytest.mark.parametrize(
    ("out", "companies", "said"),
    [
        ("none/f.csv", "", "the folder {tmp}/none does not exist"),
        ("list.csv", "", "would be written over another file that is read or written here; name another"),
        ("f.csv", "f.log.csv", "would be written over another file that is read or written here; name another"),
    ],
)
def test_files_that_cannot_be_written_are_told_before_anything_is(listed, tmp_path, out, companies, said):
    path = listed(*LINES)
    given = {"companies": tmp_path / companies} if companies else {}
    problems = problems_of(path, tmp_path / out, date="2024", **given)
    assert problems[0].endswith(said.format(tmp=tmp_path))
    assert os.listdir(tmp_path) == ["list.csv"]


def test_a_list_without_any_known_country_is_refused(listed, tmp_path):
    path = listed("Acme,$2,6/10/2021,Atlantis,,Fintech")
    assert problems_of(path, tmp_path / "f.csv", date="2024") == [
        "list.csv: no company has a country that is known, so there is no figure to write"
    ]
    assert os.listdir(tmp_path) == ["list.csv"]


# real lists

DATES = {  # what their files do not tell
    "unicorn-2016-01/unicorns.csv": "2016-01-14",
    "unicorn-2020-03-wikipedia/unicorndata.json": "2020-03",
    "unicorn-2021-11/unicorn_companies.csv": "2021-11-22",
    "unicorn-2022-03-kaggle/Unicorn_Companies.csv": "2022-03",
    "unicorn-2022-03-maven/Unicorn_Companies.csv": "2022-04-05",
    "unicorn-2022-05/Unicorn_Companies.csv": "2022-05-12",
    "unicorn-2022-09/unicorns till sep 2022.csv": "2022-09",
    "unicorn-2023-04/Unicorn_Companies.csv": "2023-04-04",
    "unicorn-2024-02/unicorns.csv": "",
    "unicorn-2024-03/CB-Insights_Global-Unicorn-Club_2024.csv": "",
    "unicorn-2024-03/CB-Insights_Global-Unicorn-Club_2024.xlsx": "",
    "unicorn-2024-09-crunchbase-board/unicorn_companies.csv": "2024",
    "unicorn-2024-12/Unicorns_Completed (2024).csv": "2024-12-31",
    "unicorn-2025-06-wikipedia/list-of-unicorn-startups.csv": "2025-06-19",
    "unicorn-2025-07/CB-Insights_Global-Unicorn-Club_2025.xlsx": "",
    "unicorn-2025-10/CB-Insights_Global-Unicorn-Club_2025.xlsx": "",
}
real = pytest.mark.skipif(not REALDATA.is_dir(), reason="the real exports are not beside this clone")


@real
@pytest.mark.parametrize("name", DATES)
def test_every_real_list_becomes_figures_that_check_takes(tmp_path, name):
    said = import_list(REALDATA / name, tmp_path / "f.csv", date=DATES[name])
    own = read_overlay(tmp_path / "f.csv", load_table("metrics").set_index("metric"))
    whole = own[(own["segment"] == "") & (own["metric"] == "unicorns_active")].set_index("country")["value"]
    listing = read_list(REALDATA / name)
    assert whole["USA"] == (listing.companies["country"] == "USA").sum()
    assert whole["MEX"] == (listing.companies["country"] == "MEX").sum()
    assert f"{len(own):,} figures written" in "\n".join(said)


@real
@pytest.mark.parametrize(
    ("name", "source", "also"),
    [
        ("unicorn-2022-03-maven/Unicorn_Companies.csv", "cbinsights_2022_03", "unicorn_value"),
        ("unicorn-2022-03-kaggle/Unicorn_Companies.csv", "cbinsights_2022_03_b", "unicorn_value"),
        ("unicorn-2022-09/unicorns till sep 2022.csv", "cbinsights_2022_09", "unicorn_value"),
        ("unicorn-2024-12/Unicorns_Completed (2024).csv", "cbinsights_2024_12", "unicorn_value"),
        ("unicorn-2024-09-crunchbase-board/unicorn_companies.csv", "crunchbase_board_2024", "unicorn_value"),
        ("unicorn-2025-07/CB-Insights_Global-Unicorn-Club_2025.xlsx", "cbinsights_2025_07", "unicorn_value"),
    ],
)
def test_the_suite_counted_the_same_from_the_same_lists(package, name, source, also):
    suite = package.figures.query("source == @source and segment == '' and metric in ['unicorns_active', @also]")
    made = {
        (row["country"], row["metric"]): (row["value"], row["qualifier"])
        for row in figures_of(read_list(REALDATA / name), "2024", source)
        if row["segment"] == ""
    }
    assert len(suite) >= 10
    for row in suite.to_dict("records"):
        assert made[row["country"], row["metric"]] == (row["value"], row["qualifier"]), row["id"]
