"""Which column of an export holds what: the layouts of data/deal_layouts.csv, or an analyst's own map."""

import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from vcgap.errors import UserError, did_you_mean
from vcgap.tables import load_table, schemas
from vcgap.yaml_files import read_mapping

FIELDS = tuple(schemas()["deal_columns"]["fields"][1]["constraints"]["enum"])
PERIOD = next(field for field in schemas()["figures"]["fields"] if field["name"] == "period")["constraints"]["pattern"]


class Layout(NamedTuple):
    """How an export is read.

    columns : field → the file's column names (as plain_name), best first; settings : a row of deal_layouts.csv
    period : the period of all rows where the export has no date, else ""; must : fields that a map names
    """

    name: str
    columns: dict
    settings: dict
    period: str = ""
    must: tuple = ()


def plain_name(column):
    """' funding_total_usd ' → 'funding_total_usd', 'Money Raised (in USD)' → 'money_raised_in_usd', 'País' → 'pais'."""
    letters = "".join(mark for mark in unicodedata.normalize("NFKD", str(column)) if not unicodedata.combining(mark))
    return re.sub(r"[^a-z0-9]+", "_", letters.lower()).strip("_")


def layouts(profile=""):
    """The layouts of data/deal_layouts.csv, of one profile if it is named: list of Layout.

    Raises UserError if there is no such profile.
    """
    table, columns = load_table("deal_layouts"), load_table("deal_columns").sort_values("rank")
    if profile and profile not in set(table["profile"]):
        raise UserError(f"--profile {profile}: not a profile{did_you_mean(profile, set(table['profile']))}")
    wanted = table[table["profile"] == profile] if profile else table
    found = []
    for row in wanted.to_dict("records"):
        own = columns[columns["layout"] == row["layout"]]
        found.append(Layout(row["layout"], own.groupby("field", sort=False)["column"].apply(list).to_dict(), row))
    return found


def read_map(path):
    """An analyst's own layout from YAML: `field: column` lines, and multiplier, separator or period if needed.

    `layout: NAME` starts from a layout of data/deal_layouts.csv. Raises UserError with every problem of the file.
    """
    values, name = read_mapping(path, "amount: Deal Size"), Path(path).name
    known = {layout.name: layout for layout in layouts()}
    start = str(values.get("layout", "generic"))
    allowed = {*FIELDS, "layout", "multiplier", "separator", "period"}
    problems = [f"{name}: '{key}' is not a field{did_you_mean(key, allowed)}" for key in values if key not in allowed]
    if start not in known:
        problems.append(f"{name}: layout '{start}' is not known{did_you_mean(start, known)}")
    multiplier, period = values.get("multiplier"), str(values.get("period") or "")
    if multiplier not in (None, 1, 1000, 1_000_000):
        problems.append(f"{name}: multiplier is {multiplier!r}; allowed: 1, 1000, 1000000")
    if period and not re.fullmatch(PERIOD, period):
        problems.append(f"{name}: period is '{period}'; write a year (2014), a month (2014-12) or a day (2014-12-31)")
    if problems:
        raise UserError(*problems)
    base = known[start]
    columns = {field: [plain_name(values[field])] for field in FIELDS if values.get(field)}
    settings = base.settings | {name: values[name] for name in ("multiplier", "separator") if values.get(name)}
    return Layout(start, (base.columns if "layout" in values else {}) | columns, settings, period, tuple(columns))


def missing_fields(layout, header):
    """The fields that a header lacks for a layout: list of str, empty if the layout fits."""
    held = chosen_columns(layout, header)
    place = [] if "country" in held or "location" in held else ["country"]
    money = ["amount"] if layout.settings["total"] and "amount" not in held else []
    dated = ["date"] if "date" in layout.columns and "date" not in held else []
    # lines of one deal, one for each investor, are told from lines of others by their company
    named = ["company"] if "investor" in held and {"deal", "company"}.isdisjoint(held) else []
    return sorted({*place, *money, *dated, *named, *(field for field in layout.must if field not in held)})


def chosen_columns(layout, header):
    """field → the number of the column that holds it, for the fields that a header has. header : list of str.

    An amount in a column whose name ends in "usd" needs no currency: that of the same line is what it was before.
    """
    places = {}
    for number, column in enumerate(header):
        places.setdefault(plain_name(column), number)
    chosen = {}
    for field, names in layout.columns.items():
        name = next((name for name in names if name in places), None)
        if name is not None:
            chosen[field] = places[name]
    if "amount" in chosen and plain_name(header[chosen["amount"]]).endswith("usd"):
        chosen.pop("currency", None)
    return chosen


def columns_twice(layout, header):
    """The names of columns that hold a field and that a header has more than once: list of str."""
    plain = [plain_name(column) for column in header]
    return [header[place] for place in chosen_columns(layout, header).values() if plain.count(plain[place]) > 1]


def fitting(header, candidates):
    """The layout whose columns a header has most of, None if no layout has all that it needs."""
    fits = [layout for layout in candidates if not missing_fields(layout, header)]
    return max(fits, key=lambda layout: len(chosen_columns(layout, header)), default=None)
