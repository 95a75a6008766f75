"""Workbooks: the same bytes on every run, text that stays text, and nothing that a program would have to repair."""

import io
import zipfile
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from vcgap import workbooks
from vcgap.workbooks import LONGEST_TEXT, add_table, made
from vcgap.writing import FORMULA_STARTS


def with_rows(*rows):
    return made(lambda book: add_table(book, "one", ["a", "b"], list(rows)))


def read(content, sheet="one"):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def formulas(content):
    trees = [ElementTree.fromstring(part) for name, part in parts(content).items() if "worksheets" in name]
    return [found for tree in trees for found in tree.iter() if found.tag.endswith("}f")]


def test_a_table_is_read_back_as_it_was():
    rows = ["x", 1.5], ["", float("nan")], [None, 3], ["y", True]
    assert read(with_rows(*rows)) == [["a", "b"], ["x", 1.5], ["", ""], ["", 3], ["y", True]]


def test_two_runs_are_the_same_bytes_and_hold_no_clock():
    content = with_rows(["x", 1])
    assert content == with_rows(["x", 1])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert b"2000-01-01T00:00:00Z" in parts(content)["docProps/core.xml"]


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_text_that_begins_like_a_formula_stays_text_also_when_it_is_edited(start):
    content = with_rows([f"{start}1+1", 1.0])
    assert formulas(content) == []
    assert read(content)[1][0].lstrip() == f"{start}1+1".lstrip()
    assert b'quotePrefix="1"' in parts(content)["xl/styles.xml"]


def test_addresses_and_digits_stay_text():
    content = with_rows(["https://example.org", "007"])
    assert read(content)[1] == ["https://example.org", "007"]
    assert not any(b"hyperlink" in part for name, part in parts(content).items() if "sheet1" in name)


def test_text_longer_than_a_cell_is_cut_and_says_so():
    assert read(with_rows(["x" * 40_000, "x" * LONGEST_TEXT]))[1] == [
        "x" * (LONGEST_TEXT - 1) + "…",
        "x" * LONGEST_TEXT,
    ]


@given(st.lists(st.tuples(st.text(max_size=20), st.floats(allow_nan=True, allow_infinity=False)), max_size=4))
def test_any_text_makes_a_workbook_that_opens(rows):
    content = with_rows(*map(list, rows))
    assert all(
        ElementTree.fromstring(part) is not None
        for name, part in parts(content).items()
        if name.endswith((".xml", ".rels"))
    )
    assert formulas(content) == []
    assert len(read(content)) <= len(rows) + 1


def test_columns_are_as_wide_as_their_text_up_to_a_limit():
    content = with_rows(["x" * 500, "y"])
    widths = [
        float(col.get("width"))
        for col in ElementTree.fromstring(parts(content)["xl/worksheets/sheet1.xml"]).iter()
        if col.tag.endswith("}col")
    ]
    assert widths[1] < widths[0] < workbooks.WIDEST + 2
