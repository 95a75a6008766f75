"""Read a table as text and check it against its schema in data/datapackage.json.

All problems of a file are reported at once, each as
`my_figures.csv, line 14, column country: 'MX' is not an ISO 3166-1 alpha-3 code; did you mean 'MEX'?`
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vcgap.errors import Problem, UserError, did_you_mean, raise_if
from vcgap.paths import DATA
from vcgap.reading import counted_lines, csv_lines, read_sheet
from vcgap.values import LARGEST_NUMBER, folded, spreadsheet_error

HEADER_WITHIN = 30  # lines with something in them: titles above a header are few
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
MARKUP = re.compile(r"<[A-Za-z/!?]")
CONTROL = re.compile(  # the later ones are not seen or turn the direction of text
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)


@cache
def schemas():
    """The schema of every table: dict of table name to its Table Schema (a dict)."""
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: resource["schema"] for resource in package["resources"]}


_read = (
    set()
)  # what was read since `forget_reads`, for vcgap.report.manifest: a report that read nothing new is current


def remember_read(*names):
    """Note that tables, or parts of the figures ("figures/metric=gdp"), were read."""
    _read.update(names)


def forget_reads():
    """Begin anew: called where a process begins that was forked from one that has read."""
    _read.clear()


def reads():
    """What was read since `forget_reads`: sorted list of str."""
    return sorted(_read)


def load_table(name):
    """A table of data/, checked and typed. Do not change the result: it is shared.

    name : str, e.g. "claims"; returns a DataFrame with the columns of the schema,
    numbers as float, text as str, missing text as "", missing numbers as NaN.
    """
    remember_read(name)
    return load_unnoted(name)


@cache
def load_unnoted(name):
    """As load_table, for figures, of which readers note the parts that they read, and for what no report depends on."""
    path = DATA / f"{name}.csv"
    table = _suite_table(path)
    problems = check_table(table, schemas()[name], path.name)
    if problems:
        raise UserError(*problems)
    return typed(table, schemas()[name])


class Table(NamedTuple):
    """The cells of a file, as text.

    cells : DataFrame; index: the line (CSV), row (XLSX) or record (JSON) in the file, so that problems can be found
    notes : list of str, what was decided in order to read it: nothing of a UTF-8 CSV whose header stands first
    typed : True if its cells have types of their own (XLSX, JSON), so that they do not show how somebody types
    problems : list of Problem, of rows and columns that are not among the cells
    """

    cells: pd.DataFrame
    notes: list
    typed: bool
    problems: list


def read_table(path, needed, names):
    """Somebody's file in any dialect that vcgap.reading knows: Table. Titles may stand above its header.

    needed : names of the columns that the header must have; of the first lines, that with most of them is the header
    names : what a column may be called, folded, whatever its capitals and accents: dict of name → column
    Raises UserError if the file is missing, too large, empty or not a table.
    """
    name, sheet = Path(path).name, read_sheet(path)
    lines = [
        (number, [names.get(folded(cell), cell) for cell in cells]) for number, cells in sheet.lines[:HEADER_WITHIN]
    ]
    named = [len({*needed} & {*cells}) for _number, cells in lines]
    at = named.index(max(named))
    notes = sheet.notes + _header_notes(sheet, at, lines[at][1])
    if len(sheet.lines) == at + 1:
        raise UserError(*[f"{name}: {said}" for said in ["there is a header line but no row below it", *notes]])
    cells, problems = _as_frame(name, [lines[at], *sheet.lines[at + 1 :]])
    return Table(cells, notes, sheet.unit != "line", problems)


def _header_notes(sheet, at, columns):
    """Where the header was found and how its names are read, if it is not as it should be: list of str."""
    number, header = sheet.lines[at]
    above = counted_lines([line for line, _cells in sheet.lines[:at]], sheet.unit)
    read = [f"'{cell}' as {column}" for cell, column in zip(header, columns, strict=True) if cell != column]
    notes = [f"the header is {sheet.unit} {number}; above it and not read: {above}"] if at else []
    return notes + ([f"columns are read by another name: {', '.join(read)}"] if read else [])


def _suite_table(path):
    """A table of data/ as text: strictly UTF-8 CSV with commas, its header first."""
    lines = csv_lines(path.name, path.read_bytes().decode("utf-8"), ",")
    cells, problems = _as_frame(path.name, [(number, cells) for number, cells in lines if any(cells)])
    raise_if(problems)
    return cells


def _as_frame(name, lines):
    """The lines below the first as a DataFrame, and problems: list of Problem.

    Columns that are empty from the header down are left out, and so are rows that do not fit the header and columns that
    are there again: those are problems.
    """
    (first, header), rows = lines[0], lines[1:]
    width = max(at for at, column in enumerate(header, start=1) if column)
    ragged = {number: len(cells) for number, cells in rows if len(cells) < width or any(cells[width:])}
    again = [at for at in range(width) if header[at] and header[at] in header[:at]]
    problems = [
        Problem(f"{name}, line {number}: {count} cells, but the header has {width}", number)
        for number, count in ragged.items()
    ] + [
        Problem(f"{name}, line {first}, column {column}: the column is there twice", first)
        for column in sorted({header[at] for at in again})
    ]
    rows = [(number, cells) for number, cells in rows if number not in ragged]
    used = [at for at in range(width) if header[at] or any(cells[at] for _number, cells in rows)]
    used = [at for at in used if at not in again]
    body = [[cells[at] for at in used] for _number, cells in rows]
    columns, lines = [header[at] for at in used], [number for number, _cells in rows]
    return pd.DataFrame(body, columns=columns, index=lines, dtype=str), problems


def check_table(table, schema, name, required=None):
    """Every way in which a table of text breaks its schema: list of Problem, empty if none.

    required : names of the columns that must be there (default: all of the schema)
    """
    fields = {field["name"]: field for field in schema["fields"]}
    needed = list(fields) if required is None else required
    problems = check_columns(table, schema, name, needed)
    for column in table.columns.intersection(list(fields)):
        problems += _check_column(table[column], fields[column], name, must=column in needed)
    return problems + _check_key(table, schema.get("primaryKey", []), name, problems)


def check_columns(table, schema, name, needed):
    """Columns that are missing or not known: list of Problem. needed : names of the columns that must be there"""
    fields = [field["name"] for field in schema["fields"]]
    missing = [
        Problem(f"{name}: column '{column}' is missing; the file has: {', '.join(table.columns)}")
        for column in needed
        if column not in table.columns
    ]
    return missing + [
        Problem(f"{name}: column '{column}' is not known{did_you_mean(column, fields)}")
        for column in table.columns
        if column not in fields
    ]


def _check_column(cells, field, name, must):
    constraints = field.get("constraints", {})
    wrong = {cell: _wrong_cell(cell, field["type"], constraints, must) for cell in cells.unique()}
    if not any(wrong.values()):
        return []
    return [
        Problem(f"{name}, line {line}, column {field['name']}: {wrong[cell]}", line, field["name"])
        for line, cell in cells.items()
        if wrong[cell]
    ]


def _wrong_cell(cell, kind, constraints, must):
    if cell == "":
        return "is empty; a value is needed" if must and constraints.get("required") else ""
    if spreadsheet_error(cell):
        return spreadsheet_error(cell)
    if MARKUP.search(cell):
        return f"'{cell[:40]}' holds markup; only plain text is allowed"
    if CONTROL.search(cell):
        return f"{cell[:40]!r} holds a line break or a control character (one that is not seen); is a quotation mark missing?"
    if kind in ("number", "integer"):
        return _wrong_number(cell, kind, constraints)
    if "enum" in constraints and cell not in constraints["enum"]:
        return f"'{cell}' is not in the list{did_you_mean(cell, constraints['enum'])}"
    if "pattern" in constraints and not re.fullmatch(constraints["pattern"], cell):
        return f"'{cell}' does not have the form {constraints['pattern']}"
    return ""


def _wrong_number(cell, kind, constraints):
    if not NUMBER.fullmatch(cell):
        return f"'{cell}' is not a number; write digits with a decimal point, without commas, units or spaces"
    number = float(cell)
    if abs(number) > LARGEST_NUMBER:
        return f"{cell} is larger than anything counted here; is it in whole units?"
    if kind == "integer" and not number.is_integer():
        return f"{cell} is not a whole number"
    if number < constraints.get("minimum", number):
        return f"{cell} is below the smallest allowed, {constraints['minimum']}"
    if number > constraints.get("maximum", number):
        return f"{cell} is above the largest allowed, {constraints['maximum']}"
    return ""


def _check_key(table, key, name, problems):
    """Rows whose key stands twice. Rows with a problem in their key are left out: what they mean is not known."""
    key = [key] if isinstance(key, str) else [column for column in key if column in table.columns]
    if not key:
        return []
    readable = table.drop(index={problem.line for problem in problems if problem.column in key})
    alike = readable[readable.duplicated(key, keep=False)]
    rows = dict(zip(alike.index, alike.to_dict("records"), strict=True))
    first, unsure = {}, {problem.line for problem in problems}
    for line, row in rows.items():
        first.setdefault(tuple(row[column] for column in key), line)
    return [
        Problem(f"{name}, line {line}: {_second_row(row, rows[one], one, key, {line, one} & unsure)}", line)
        for line, row in rows.items()
        if (one := first[tuple(row[column] for column in key)]) != line
    ]


def _second_row(row, first, line, key, unsure):
    """What is said of a row whose key stands in a row before it. line : of that first row; unsure : True if cells are wrong"""
    named = ", ".join(row[column] or "(empty)" for column in key)
    differ = ", ".join(column for column in row if row[column] != first[column])
    how = "" if unsure else f", it differs in {differ}" if differ else ", all its cells are the same"
    return f"a second row for {named}; the first is line {line}{how}; a key ({', '.join(key)}) may stand once"


def typed(table, schema):
    """The table with the schema's columns (absent ones empty), numbers as float; the input is unchanged."""
    columns = {}
    for field in schema["fields"]:
        cells = table[field["name"]] if field["name"] in table.columns else pd.Series("", index=table.index, dtype=str)
        number = field["type"] in ("number", "integer")
        columns[field["name"]] = pd.to_numeric(cells.mask(cells == "")).astype(float) if number else cells
    return pd.DataFrame(columns)
