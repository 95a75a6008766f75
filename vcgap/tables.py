"""Read a table (CSV or XLSX) as text and check it against its schema in data/datapackage.json.

All problems of a file are reported at once, each as
`my_figures.csv, line 14, column country: 'MX' is not an ISO 3166-1 alpha-3 code; did you mean 'MEX'?`
"""

import csv
import io
import json
import re
from datetime import datetime, time
from functools import cache
from pathlib import Path

import pandas as pd

from vcgap.errors import Problem, UserError, did_you_mean
from vcgap.paths import DATA
from vcgap.values import LARGEST_NUMBER, plain

LARGEST_FILE_MB = 20
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
MARKUP = re.compile(r"<[A-Za-z/!?]")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@cache
def schemas():
    """The schema of every table: dict of table name to its Table Schema (a dict)."""
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: resource["schema"] for resource in package["resources"]}


_read = set()  # what was read since `forget_reads`, for reports.manifest: a report that read nothing new is current


def remember_read(*names):
    """Note that tables, or parts of the figures ("figures/metric=gdp"), were read."""
    _read.update(names)


def forget_reads():
    """Begin anew: called where a report begins."""
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
    """As load_table, for the figures, of which readers note the parts that they read."""
    path = DATA / f"{name}.csv"
    table = read_table(path)
    problems = check_table(table, schemas()[name], path.name)
    if problems:
        raise UserError(*problems)
    return typed(table, schemas()[name])


def read_table(path):
    """A file's cells as text. Index: the line (CSV) or row (XLSX) in the file, so that problems can be found.

    Raises UserError if the file is missing, too large, empty or not a table.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: this is a folder; name a file" if path.is_dir() else f"{path}: there is no such file")
    if path.stat().st_size > LARGEST_FILE_MB * 1_000_000:
        size = path.stat().st_size / 1_000_000
        raise UserError(f"{path.name}: {size:,.0f} MB is too large; a figures file has at most {LARGEST_FILE_MB} MB")
    lines = _xlsx_lines(path) if path.suffix.lower() == ".xlsx" else _csv_lines(path)
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise UserError(f"{path.name}: the file is empty; it needs a header line and at least one row")
    if len(lines) == 1:
        raise UserError(f"{path.name}: there is a header line but no row below it")
    return _as_frame(path.name, lines)


def _csv_lines(path):
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UserError(f"{path.name}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path.name}: byte {error.start} is not UTF-8 text; save it as 'CSV UTF-8'") from None
    if "\0" in text or text.lstrip()[:1] == "<":
        raise UserError(f"{path.name}: this is not a table; save it as 'CSV UTF-8' or XLSX")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise UserError(f"{path.name}, line {reader.line_num}: not readable as CSV ({error})") from None


def _xlsx_lines(path):
    try:
        sheet = pd.read_excel(path, header=None, dtype=object, engine="calamine", na_filter=False)
    except Exception as error:  # calamine raises many kinds, all meaning: not a workbook
        raise UserError(f"{path.name}: not readable as an XLSX workbook ({error})") from None
    rows = sheet.itertuples(index=False)
    return [(number, [_cell_text(cell) for cell in row]) for number, row in enumerate(rows, start=1)]


def _cell_text(cell):
    if isinstance(cell, float):
        return plain(cell)  # spreadsheets hold the year 2024 as 2024.0
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell).strip()


def _as_frame(name, lines):
    header, rows = lines[0][1], lines[1:]
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            raise UserError(f"{name}: the columns are parted by {word}; save it with commas ('CSV UTF-8') or as XLSX")
    ragged = [
        f"{name}, line {number}: {len(cells)} cells, but the header has {len(header)}"
        for number, cells in rows
        if len(cells) != len(header)
    ]
    twice = sorted({column for column in header if header.count(column) > 1})
    ragged += [f"{name}, line {lines[0][0]}, column {column}: the column is there twice" for column in twice]
    if ragged:
        raise UserError(*ragged)
    return pd.DataFrame([cells for _, cells in rows], columns=header, index=[number for number, _ in rows], dtype=str)


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
    problems = []
    for line, cell in cells.items():
        wrong = _wrong_cell(cell, field["type"], constraints, must)
        if wrong:
            problems.append(Problem(f"{name}, line {line}, column {field['name']}: {wrong}", line, field["name"]))
    return problems


def _wrong_cell(cell, kind, constraints, must):
    if cell == "":
        return "is empty; a value is needed" if must and constraints.get("required") else ""
    if MARKUP.search(cell):
        return f"'{cell[:40]}' holds markup; only plain text is allowed"
    if CONTROL.search(cell):
        return f"{cell[:40]!r} holds a line break or a control character; is a quotation mark missing?"
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
    repeated = readable[readable.duplicated(key, keep="first")]
    return [
        Problem(
            f"{name}, line {line}: a second row for {', '.join(row[column] or '(empty)' for column in key)}; "
            f"a key ({', '.join(key)}) may stand once",
            line,
        )
        for line, row in repeated.iterrows()
    ]


def typed(table, schema):
    """The table with the schema's columns (absent ones empty), numbers as float; the input is unchanged."""
    columns = {}
    for field in schema["fields"]:
        cells = table[field["name"]] if field["name"] in table.columns else pd.Series("", index=table.index, dtype=str)
        number = field["type"] in ("number", "integer")
        columns[field["name"]] = pd.to_numeric(cells.mask(cells == "")).astype(float) if number else cells
    return pd.DataFrame(columns)
