"""Workbooks (XLSX) that are the same bytes on every run and hold no formulas, whatever their text begins with."""

import io
from datetime import datetime

import xlsxwriter

from vcgap.writing import FORMULA_STARTS

CREATED = datetime(2000, 1, 1)  # a workbook holds when it was made; the clock would make every run another file
LONGEST_TEXT = 32_767  # characters that a cell of a workbook can hold
WIDEST = 60  # characters of a column


def made(fill):
    """The bytes of a workbook. fill : function of an xlsxwriter Workbook that adds its sheets"""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        fill(book)
    return buffer.getvalue()


def add_table(book, name, header, rows):
    """A sheet with a bold header that stays in sight and one line per row; returns the sheet.

    rows : list of lists of str, float, int or bool; NaN and None become empty cells
    """
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, title in enumerate(header):
        sheet.write_string(0, column, title, bold)
    sheet.freeze_panes(1, 0)
    formats = {
        (quoted, long): book.add_format({"quote_prefix": quoted, "text_wrap": long, "valign": "top"})
        for quoted in (False, True)
        for long in (False, True)
    }
    for place, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            write_cell(sheet, place, column, cell, formats)
    for column, title in enumerate(header):
        longest = max([len(str(title)), *(len(str(row[column])) for row in rows)])
        sheet.set_column(column, column, min(longest + 2, WIDEST))
    return sheet


def write_cell(sheet, row, column, cell, formats):
    """One cell: text as text, also where it begins like a formula; numbers and truth as such; nothing for NaN and None.

    formats : dict of (quoted, long) → format; quoted keeps text as text when somebody edits the cell, long wraps it
    """
    if cell is None or cell != cell:
        return
    if not isinstance(cell, str):
        (sheet.write_boolean if isinstance(cell, bool) else sheet.write_number)(row, column, cell)
        return
    text = cell if len(cell) <= LONGEST_TEXT else cell[: LONGEST_TEXT - 1] + "…"
    quoted, long = text.startswith(FORMULA_STARTS), len(text) > WIDEST
    sheet.write_string(row, column, text, formats[quoted, long] if quoted or long else None)
