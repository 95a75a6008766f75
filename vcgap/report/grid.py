"""Many editions at once: every combination of a grid (YAML), or the rows of a table of parameter sets (CSV)."""

import csv
from collections import Counter
from itertools import product
from pathlib import Path

from vcgap.errors import UserError, did_you_mean
from vcgap.parameters import Parameters
from vcgap.yaml_files import read_mapping

EXCLUDE = "exclude"


def read_grid(path, fixed):
    """The sets of parameters that a file asks for: list of (where in the file, dict of name to value).

    path : YAML (lists of values per parameter, and `exclude`: list of combinations to leave out), or CSV (a column per
    parameter, a row per set, an empty cell for the default); fixed : values for all sets, which no file may repeat
    Raises UserError with every problem of the file's form; the values are checked as those of any edition.
    """
    sets = _table(path) if Path(path).suffix.lower() == ".csv" else _combinations(path, fixed)
    twice = sorted(set(fixed) & {name for _where, values in sets for name in values})
    if twice:
        raise UserError(*[f"parameter {name}: given on the command line and in {path}" for name in twice])
    if any("figures" in values for _where, values in sets):
        raise UserError(f"{path}: own figures are the same for all sets; name them with --figures")
    return [(where, fixed | values) for where, values in sets]


def _table(path):
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            sets = [(f"{path}, line {rows.line_num}", row) for row in rows]
            header = rows.fieldnames or []
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{path}: not readable as CSV ({error})") from None
    if not sets:
        raise UserError(f"{path}: there is no row below the header; each row is a set of parameters")
    problems = [
        f"{path}, column {name}: the column is there twice" for name, count in Counter(header).items() if count > 1
    ]
    problems += [
        f"{where}: not as many cells as the header" for where, row in sets if None in row or None in row.values()
    ]
    if problems:
        raise UserError(*problems)
    return [(where, {name: cell for name, cell in row.items() if cell != ""}) for where, row in sets]


def _combinations(path, fixed):
    lists = read_mapping(path, "year: [2018, 2024]")
    excluded = lists.pop(EXCLUDE, None) or []
    lists = {name: values if isinstance(values, list) else [values] for name, values in lists.items()}
    problems = [f"{path}, {name}: an empty list leaves no set" for name, values in lists.items() if not values]
    problems += _wrong_exclusions(path, excluded, lists)
    if problems:
        raise UserError(*problems)
    sets = [dict(zip(lists, values, strict=True)) for values in product(*lists.values())]
    sets = [
        values for values in sets if not any(_matches(values, one) for one in excluded) and _is_pair(fixed | values)
    ]
    if not sets:
        raise UserError(f"{path}: every combination is excluded, or has one country on both sides")
    return [("", values) for values in sets]


def _wrong_exclusions(path, excluded, lists):
    if not isinstance(excluded, list) or not all(isinstance(one, dict) and one for one in excluded):
        return [f"{path}, {EXCLUDE}: expected a list of combinations such as {{year: 2018, peer: BRA}}"]
    if excluded and not lists:
        return [f"{path}, {EXCLUDE}: there is nothing to leave out of; add a list of values such as year: [2018, 2024]"]
    return [
        f"{path}, {EXCLUDE}: {name} {value} is not in the grid{did_you_mean(str(value), map(str, lists.get(name, lists)))}"
        for one in excluded
        for name, value in one.items()
        if value not in lists.get(name, [])
    ]


def _matches(values, excluded):
    return all(values[name] == value for name, value in excluded.items())


def _is_pair(values):
    """Whether a combination has two countries: lists of bases and peers may overlap."""
    base, peer = (values.get(name, getattr(Parameters, name)) for name in ("base", "peer"))
    return base != peer
