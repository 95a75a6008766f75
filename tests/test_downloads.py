"""The CSV behind every table of the default edition says by itself what the page says around it."""

import ast
import base64
import csv
import io
import re
from pathlib import Path

import nbformat
import pytest

from vcgap import blocks
from vcgap.language import MISSING

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
SIDES = re.compile(r"(base|peer|ahead|behind)(_\w+)?")
WHOSE = re.compile(r"(\w+_)?country|family|publisher|document|id")  # names that say whom a row is about
OF_DOCUMENTS = {"claims-how"}  # its rows are rules, not countries


@pytest.fixture(scope="module")
def exhibits():
    """Every exhibit of every notebook without its drawing: list of (name, rows of its CSV, cells of its page)."""
    found, build = [], blocks.exhibit

    def without_drawing(name, title, subtitle, table, columns, **rest):
        block = build(name, title, subtitle, table, columns, **rest | {"draw": None})
        shown = [{key: form(row[key]) for key, (_heading, form) in columns.items()} for row in table.to_dict("records")]
        found.append((name, _rows(block.html), shown))
        return block

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "exhibit", without_drawing)
        for path in NOTEBOOKS:
            _run(path)
    return found


def _run(path):
    names = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(ast.parse(cell.source), f"{path.stem} {cell.id}", "exec"), names)


def _rows(html):
    """The rows of a block's CSV: list of dict."""
    encoded = re.search(r"data:text/csv;charset=utf-8;base64,([\w+/=]+)", html)[1]
    return list(csv.DictReader(io.StringIO(base64.b64decode(encoded).decode())))


def test_every_notebook_has_exhibits_to_download(exhibits):
    names = {name for name, _rows, _shown in exhibits}
    assert len(names) > 60 and names >= {"ladder", "growth", "catch-up", "disagreement"}
    assert all(rows for _name, rows, _shown in exhibits)


def test_no_cell_holds_the_syntax_of_a_program(exhibits):
    found = [
        (name, key, cell)
        for name, rows, _shown in exhibits
        for row in rows
        for key, cell in row.items()
        if re.match(r"'?[\[({].*[\])}]$", cell) or cell in ("None", "nan", "NaT")
    ]
    assert found == []


def test_no_cell_is_empty_where_the_page_has_a_word(exhibits):
    """An empty cell is a missing value; what is known all the same (never, many countries) is told by a column of its own."""
    found = [
        (name, key, cells[key])
        for name, rows, shown in exhibits
        for row, cells in zip(rows, shown, strict=True)
        for key in cells
        if row[key] == "" and cells[key] not in ("", MISSING, None) and not _told(row, key)
    ]
    assert found == []


def _told(row, key):
    return "True" in (row.get("never"), row.get(f"{key}_never"), key == "country" and row.get("many_countries"))


def test_what_is_never_reached_is_told_apart_from_what_is_not_known(exhibits):
    tables = {name: rows for name, rows, _shown in exhibits}
    for name in ("catch-up", "paths-ahead", "gap-peak", "fading"):
        assert all((row["years"] == "") == (row["never"] == "True") for row in tables[name])
        assert {row["never"] for row in tables[name]} == {"True", "False"}
    for row in tables["sensitivity"]:
        assert (row["ahead_0.3"] == "") == (row["ahead_0.3_never"] == "True")


def test_every_comparison_names_its_countries_or_its_family(exhibits):
    found = []
    for name, rows, _shown in exhibits:
        sides = {match[1] for key in rows[0] if (match := SIDES.fullmatch(key))}
        found += [(name, f"{side}_country") for side in sides if not _codes(rows, f"{side}_country")]
        if not any(WHOSE.fullmatch(key) for key in rows[0]) and name not in OF_DOCUMENTS:
            found.append((name, "country"))
    assert found == []


def _codes(rows, column):
    return all(re.fullmatch("[A-Z]{3}", row.get(column, "")) for row in rows)


def test_a_country_is_a_code_and_never_a_name(exhibits):
    found = [
        (name, key, row[key])
        for name, rows, _shown in exhibits
        for row in rows
        for key in row
        if (key == "country" or key.endswith("_country")) and not re.fullmatch("([A-Z]{3})?", row[key])
    ]
    assert found == []


def test_before_and_now_have_their_years(exhibits):
    tables = {name: rows for name, rows, _shown in exhibits}
    dated = {
        name: {(row["before_year"], row["now_year"]) for row in rows}
        for name, rows in tables.items()
        if "before" in rows[0]
    }
    assert dated == {name: {("2023", "2024")} for name in ("growth", "count-and-size", "real-terms")}
    assert {(row["first_year"], row["last_year"]) for row in tables["growth-spans"]} <= {("2021", "2024"), ("", "2024")}


def test_the_smallest_and_the_largest_are_numbers_with_their_figures(exhibits):
    rows = next(rows for name, rows, _shown in exhibits if name == "disagreement")
    for row in rows:
        assert float(row["lowest_value"]) > 0 and row["lowest_id"].startswith(row["country"].lower())
        if row["factor"]:
            assert float(row["highest_value"]) / float(row["lowest_value"]) == pytest.approx(float(row["factor"]))
        else:
            assert row["highest_value"] == "" == row["highest_id"]
