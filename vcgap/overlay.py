"""An analyst's own file of figures: every cell as it was typed, read or refused, and all problems told at once."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vcgap.checks import KEY, check_figures, figure_id
from vcgap.errors import Problem, UserError, raise_if
from vcgap.places import read_country
from vcgap.reading import runs_of
from vcgap.revisions import revision_warnings
from vcgap.tables import check_columns, check_table, load_table, load_unnoted, read_table, schemas, typed
from vcgap.values import (
    AS_ELSEWHERE,
    MONEY,
    PLAIN_NUMBER,
    Reading,
    day_month_order_shown,
    decimal_mark_shown,
    plain,
    read_period,
    read_value,
    says_no_value,
    spreadsheet_error,
)
from vcgap.writing import as_typed, no_formula

NEEDED = ["country", "metric", "period", "value", "source"]
NUMBERS = ["value", "lower", "upper"]
NOT_COMPARED = {"superseded", "assumption", "illustrative"}  # statuses of figures that enter no comparison


class Overlay(NamedTuple):
    """A file of figures that is fine.

    figures : typed DataFrame with the columns of data/figures.csv, index: the line in the file
    remarks : list of str, how the file and its cells were read where they are not in the form of data/figures.csv, and
    what was left out
    """

    figures: pd.DataFrame
    remarks: list


class Remark(NamedTuple):
    """What is to be said of a cell: its line and column, and words that are the same for cells that are alike."""

    line: int
    column: str
    words: str


def examine(path):
    """An analyst's file with all that there is to say of it, warnings of unlikely values included: Overlay.

    Raises UserError with every problem found.
    """
    metrics = load_table("metrics").set_index("metric")
    own, remarks = _read(path, metrics)
    return Overlay(own, remarks + revision_warnings(own, load_unnoted("figures"), metrics, Path(path).name))


def read_overlay(path, metrics):
    """An analyst's own figures, checked and typed: a DataFrame with the columns of data/figures.csv.

    Needs country, metric, period, value, source; a column `unit`, if there, must name the metric's unit. Rows whose
    value says that there is none (n/a, –) are left out. Raises UserError with every problem found.
    """
    return _read(path, metrics).figures


def own_csv(own):
    """Own figures as they are kept beside an edition: CSV with the columns of data/figures.csv, which read_overlay reads
    back as the same figures, also where a file has one number alone, such as 1.234. No spreadsheet finds a formula in it.
    """
    columns = [field["name"] for field in schemas()["figures"]["fields"]]
    numbers = {name: own[name].map(lambda value: "" if pd.isna(value) else plain(value)) for name in NUMBERS}
    texts = {name: own[name].map(no_formula) for name in columns if name not in NUMBERS}
    return own.assign(**texts, **numbers)[columns].to_csv(index=False, lineterminator="\n")


def _read(path, metrics):
    name, schema = Path(path).name, _overlay_schema()
    columns = [field["name"] for field in schema["fields"]]
    file = read_table(path, NEEDED, _names(columns))
    problems = _wrong_columns(file, schema, name)
    if not {*NEEDED} & {*file.cells.columns}:
        raise UserError(*problems)  # rows of another table tell nothing
    rows = _rows(file.cells, columns)
    shown = {} if file.typed else _what_the_file_shows(rows)  # what is no text shows nothing of how somebody types
    cells, remarks, unread = _read_cells(rows, metrics["unit"], shown, name)
    empty = [line for line, value in rows["value"].items() if says_no_value(value)]
    lacking = {(line, column) for line in rows.index for column in NEEDED if column not in file.cells}
    told = _places(unread) | lacking | {(line, "value") for line in empty}
    own = _as_figures(cells)
    problems += file.problems + unread + _wrong_rows(cells, own, metrics, schema, name, told)
    raise_if(sorted(problems, key=lambda problem: problem.line))
    own = own.drop(index=empty)
    if own.empty:
        raise UserError(f"{name}: no row has a value")
    return Overlay(own, [f"{name}: {note}" for note in file.notes] + _said(remarks + _not_compared(own), name))


def _names(columns):
    """What the columns may be called: dict of name → column."""
    spanish = load_unnoted("figure_columns")  # own figures that reports read have the columns' own names
    return {column: column for column in columns} | dict(zip(spanish["name"], spanish["column"], strict=True))


def _rows(cells, columns):
    """The rows with all columns, empty where the file lacks one: they are looked at whatever its header lacks."""
    rows = pd.DataFrame({column: cells.get(column, "") for column in columns}, index=cells.index, dtype=str)
    return rows.map(as_typed)


def _as_figures(cells):
    """Cells in the form of data/figures.csv as figures: typed DataFrame with its columns, each with its id."""
    own = typed(cells, schemas()["figures"]).replace({"qualifier": {"": "exact"}, "status": {"": "sourced"}})
    own["id"] = [figure_id(row) for row in own.to_dict("records")]
    return own


def _wrong_rows(cells, own, metrics, schema, name, told):
    """Problems of rows, in cells of which nothing was told before. told : set of (line, column)"""
    found = _untold(check_table(cells, schema, name, required=NEEDED), told)
    told = told | _places(found)
    units = _untold(_check_units(cells["unit"], own, metrics, name), told)
    return found + check_figures(own, metrics, name, told) + units + _alike_names(own, name, told)


def _wrong_columns(file, schema, name):
    """Columns that are missing or not known; where one is missing, also how the file was read: list of Problem."""
    read = file.notes if set(NEEDED) - set(file.cells.columns) else []
    return check_columns(file.cells, schema, name, NEEDED) + [Problem(f"{name}: {note}") for note in read]


def _places(problems):
    return {(problem.line, problem.column) for problem in problems}


def _untold(problems, told):
    """The problems of cells of which nothing was told before. told : set of (line, column)"""
    return [problem for problem in problems if (problem.line, problem.column) not in told]


def _overlay_schema():
    """The schema of figures.csv with a unit; a source is the analyst's own, countries and metrics are checked in words."""
    free = {"id": {}} | {column: {"required": True} for column in ("source", "country", "metric", "period")}
    fields = [
        field | ({"constraints": free[field["name"]]} if field["name"] in free else {})
        for field in schemas()["figures"]["fields"]
    ]
    return {"fields": [*fields, {"name": "unit", "type": "string"}], "primaryKey": KEY}


def _what_the_file_shows(table):
    """How the file writes what could be read in two ways: dict of "decimal" and "day first" → {answer: (line, cell)}."""
    marks, orders = {}, {}
    for line, row in zip(table.index, table.to_dict("records"), strict=True):
        for column in NUMBERS:
            mark = decimal_mark_shown(row.get(column, ""))
            if mark:
                marks.setdefault(mark, (line, row[column]))
        order = day_month_order_shown(row["period"])
        if order is not None:
            orders.setdefault(order, (line, row["period"]))
    return {"decimal": marks, "day first": orders}


def _read_cells(table, metric_units, shown, name):
    """The table with every cell in the form of data/figures.csv ("" where it cannot be read), remarks and problems."""
    cells, remarks, problems = {column: list(table[column]) for column in table.columns}, [], []
    for place, (line, row) in enumerate(zip(table.index, table.to_dict("records"), strict=True)):
        for column in table.columns.intersection(["country", "period", *NUMBERS]):
            if row[column] == "":
                continue
            unit = metric_units.get(row["metric"], "")
            reading = _reading(column, row, unit, shown)
            cells[column][place] = reading.text
            if reading.wrong:
                wrong = reading.wrong + _both_shown(reading, shown)
                problems.append(Problem(f"{name}, line {line}, column {column}: {wrong}", line, column))
            elif reading.text != row[column] and (reading.why or not _is_plain(column, row[column])):
                remarks.append(Remark(line, column, _how(column, row[column], reading, unit, shown)))
    return pd.DataFrame(cells, index=table.index, dtype=str), remarks, problems


def _reading(column, row, unit, shown):
    if wrong := spreadsheet_error(row[column]):
        return Reading(wrong=wrong)
    if column == "country":
        return read_country(row[column])
    if column == "period":
        return read_period(row[column], day_first=_only(shown.get("day first", {})))
    country = read_country(row["country"]).text
    return read_value(row[column], unit, _only(shown.get("decimal", {})) or "", row["unit"], country)


def _only(answers):
    """The answer that a file gives, None if it gives none or contradicts itself."""
    return next(iter(answers)) if len(answers) == 1 else None


def _is_plain(column, cell):
    return column in NUMBERS and bool(PLAIN_NUMBER.fullmatch(cell))


def _both_shown(reading, shown):
    """Why the file does not settle what a cell means, if it writes both ways; else ""."""
    answers = shown.get(reading.open, {})
    where = " and ".join(f"line {line} ('{cell}')" for line, cell in answers.values())
    return f" (the file writes both: {where})" if len(answers) > 1 else ""


def _how(column, cell, reading, unit, shown):
    """How a cell was read, and what decided if there were two ways."""
    if not reading.text:
        return f"'{cell}' says that there is no value (zero is written 0); " + (
            "the row is left out" if column == "value" else "left empty"
        )
    why = reading.why
    if why == AS_ELSEWHERE:
        ((line, proof),) = shown["day first" if column == "period" else "decimal"].values()
        why = f"as line {line} ('{proof}') shows"
    said = f"{float(reading.text):.15g}" if column in NUMBERS else reading.text
    said += f" {unit}" if column in NUMBERS and unit in MONEY else ""
    return f"'{cell}' is read as {said}" + (f", {why}" if why else "")


def _not_compared(own):
    """Rows that a reader might expect in a comparison and will not find there."""
    return [
        Remark(line, "status", f"'{status}' figures are listed but enter no comparison")
        for line, status in own["status"].items()
        if status in NOT_COMPARED
    ]


def _said(remarks, name):
    """Remarks as lines for the reader, those that are alike as one: list of str."""
    lines = {}
    for remark in remarks:
        lines.setdefault((remark.column, remark.words), []).append(remark.line)
    return [
        f"{name}, line{'' if len(found) == 1 else 's'} {runs_of(found)}, column {column}: {words}"
        for (column, words), found in lines.items()
    ]


def _check_units(units, own, metrics, name):
    return [
        Problem(
            f"{name}, line {line}, column unit: '{unit}' is not the unit of {own.at[line, 'metric']}; "
            f"figures are in whole {metrics.at[own.at[line, 'metric'], 'unit']}",
            line,
            "unit",
        )
        for line, unit in units.items()
        if own.at[line, "metric"] in metrics.index and unit not in ("", metrics.at[own.at[line, "metric"], "unit"])
    ]


def _alike_names(own, name, told):
    """Sources whose names differ only in capitals or signs would share an id."""
    readable = own.drop(index={line for line, column in told if column in KEY})
    twice = readable[readable.duplicated("id") & ~readable.duplicated(KEY)]
    return [
        Problem(
            f"{name}, line {line}, column source: '{row['source']}' differs from another source only in signs",
            line,
            "source",
        )
        for line, row in twice.iterrows()
    ]
