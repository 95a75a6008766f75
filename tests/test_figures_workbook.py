"""The figures of an edition as a workbook: every row and every source it names, nothing else, no formulas."""

import io

from python_calamine import CalamineWorkbook

from vcgap.report.figures_workbook import figures_workbook
from vcgap.tables import schemas


def sheets(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def some(package):
    figures = package.figures
    return figures[(figures["metric"] == "vc_investment") & figures["country"].isin(["MEX", "USA"])]


def test_every_figure_stands_with_its_value_and_every_source_it_names_with_its_title(package):
    rows = some(package)
    held = sheets(figures_workbook(rows, package.sources))
    assert list(held) == ["figures", "sources"]
    header, *cells = held["figures"]
    assert header[: len(schemas()["figures"]["fields"])] == [field["name"] for field in schemas()["figures"]["fields"]]
    assert {"unit", "family", "own"} <= set(header)
    by_id = {row[0]: dict(zip(header, row, strict=True)) for row in cells}
    assert list(by_id) == sorted(rows["id"])
    for row in rows.to_dict("records"):
        assert by_id[row["id"]]["value"] == row["value"] and by_id[row["id"]]["note"] == row["note"]
    sources, *titles = held["sources"]
    assert sources[0] == "source" and [row[0] for row in titles] == sorted(set(rows["source"]))
    assert all(row[sources.index("title")] == package.sources.at[row[0], "title"] for row in titles)


def test_the_same_rows_in_another_order_are_the_same_bytes(package):
    rows = some(package)
    before = rows.copy(deep=True)
    assert figures_workbook(rows, package.sources) == figures_workbook(rows.iloc[::-1], package.sources)
    assert rows.equals(before)


def test_a_note_that_begins_like_a_formula_stays_text(package):
    rows = some(package).head(1).assign(note="=HYPERLINK(1)", source="column")
    (_header, row) = sheets(figures_workbook(rows, package.sources))["figures"]
    assert "=HYPERLINK(1)" in row


def test_no_rows_make_a_workbook_with_headers(package):
    held = sheets(figures_workbook(package.figures.head(0), package.sources))
    assert len(held["figures"]) == len(held["sources"]) == 1
