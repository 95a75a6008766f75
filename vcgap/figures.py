"""Figures with provenance: load, check, overlay, choose the reference by basis, range across families.

One row of data/figures.csv is one figure as one source states it. Sources that resell one database share a
family; disagreement is measured between families, never inside one.
"""

import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vcgap.checks import KEY, check_figures
from vcgap.errors import raise_if
from vcgap.overlay import NOT_COMPARED, read_overlay
from vcgap.tables import load_table
from vcgap.values import MONEY

MIXED = "mixed"  # status of a share that divides one provider's sum by the total of another


@dataclass(frozen=True)
class Figure:
    """One figure as one source states it, with the type of its metric and the family of its source.

    value, lower, upper : float in whole units (dollars, people, fractions); lower and upper NaN if not stated
    own : True if it came from an analyst's file
    """

    id: str
    country: str
    metric: str
    period: str
    segment: str
    value: float
    lower: float
    upper: float
    qualifier: str
    source: str
    status: str
    note: str
    unit: str
    statistic: str
    entity: str
    kind: str
    family: str
    published: str
    own: bool

    @property
    def interval(self):
        """(lower, upper) as stated, else half a unit of the last digit printed (money and shares only)."""
        lower, upper = rounding_interval(self.value) if self.unit in (*MONEY, "share") else (self.value, self.value)
        return (
            lower if pd.isna(self.lower) else self.lower,
            upper if pd.isna(self.upper) else self.upper,
        )


class Package(NamedTuple):
    """Everything a report can read: tidy tables, one row per thing their name says.

    figures : columns of Figure; metrics and sources : indexed by their name; bases : as in data/bases.csv
    """

    figures: pd.DataFrame
    metrics: pd.DataFrame
    sources: pd.DataFrame
    bases: pd.DataFrame


def rounding_interval(value):
    """The values that round to `value` at the last digit that is not zero: 178e9 → (177.5e9, 178.5e9).

    value : float. Returns (lower, upper) in the same unit; (0, 0) for zero.
    """
    digits = f"{abs(value):.12e}".split("e")
    exponent = int(digits[1]) - len(digits[0].rstrip("0").split(".")[1])
    half = 0.5 * 10.0**exponent if value else 0.0
    return value - half, value + half


def load_package(overlay=""):
    """The built-in tables, with an analyst's file laid over them.

    overlay : path of a CSV or XLSX, or empty. Its rows are added; a row with the same key
    (country, metric, period, segment, source) replaces. Raises UserError with every problem found.
    """
    metrics = load_table("metrics").set_index("metric")
    sources = load_table("sources").set_index("source")
    figures = load_table("figures").assign(own=False)
    raise_if(check_figures(figures, metrics, "figures.csv"))
    if overlay:
        own = read_overlay(overlay, metrics)
        sources = pd.concat([sources, _own_sources(own, sources, Path(overlay).name)])
        figures = pd.concat([figures, own.assign(own=True)]).drop_duplicates(KEY, keep="last")
    figures = figures.join(metrics[["unit", "statistic", "entity", "kind"]], on="metric")
    figures = figures.join(sources[["family", "published"]], on="source")
    return Package(figures.reset_index(drop=True), metrics, sources, load_table("bases"))


def _own_sources(own, sources, file_name):
    new = sorted(set(own["source"]) - set(sources.index))
    taken = set(sources["family"])
    rows = {
        name: {"family": f"{name} (own)" if name in taken else name, "publisher": name, "title": file_name}
        for name in new
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=sources.columns).fillna("").astype(str)


def statements(package, metrics, country, year, segment=""):
    """Every statement about a country and year that may be compared: DataFrame, columns of Figure.

    metrics : a metric's name or a list of them; year : int. A flow counts if it covers the whole year; of a stock,
    or a list with a date, the last date inside the year counts. Superseded and illustrative rows are left out.
    """
    wanted = [metrics] if isinstance(metrics, str) else list(metrics)
    rows = _compared(package.figures, wanted, country)
    rows = rows[rows["segment"] == segment]
    dated = (rows["kind"] == "stock") & rows["period"].str.fullmatch(rf"{year}-\d\d(-\d\d)?")
    return rows[(rows["period"] == str(year)) | dated]


_tables = {}  # id of a table of figures → (weak reference to it, its rows by metric and country)


def _compared(figures, metrics, country):
    """The rows that may be compared of some metrics and a country, by metric, family, period and edition.

    Pages ask thousands of times: the rows are parted and ordered once for each table (which nobody changes in place).
    """
    table, groups = _tables.get(id(figures), (lambda: None, {}))
    if table() is not figures:
        rows = figures[~figures["status"].isin(NOT_COMPARED)]
        rows = rows.sort_values(["metric", "family", "period", "published", "id"])
        groups = dict(tuple(rows.groupby(["metric", "country"], sort=False)))
        _tables[id(figures)] = weakref.ref(figures), groups
        for gone in [key for key, (known, _groups) in _tables.items() if known() is None]:
            del _tables[gone]
    found = [groups[metric, country] for metric in sorted(set(metrics)) if (metric, country) in groups]
    return pd.concat(found) if len(found) > 1 else found[0] if found else figures.iloc[:0]


def by_family(rows):
    """One row per metric and family: the latest period, and of that the latest edition. Own figures win."""
    if len(rows) < 2:
        return rows
    ordered = rows.sort_values(["own", "period", "published", "id"])
    return ordered.drop_duplicates(["metric", "family"], keep="last").sort_values(["metric", "family"])


def reference(package, basis, metrics, country, year, segment=""):
    """The figure that a basis names for a country and year, or None if it names none.

    A figure of an analyst's own source comes first (of several, the last in the file). Then data/bases.csv decides by
    rank; where two metrics of one concept are asked for (median and mean fund size, say), the rank decides between
    them, then their order here.
    """
    wanted = [metrics] if isinstance(metrics, str) else list(metrics)
    rows = statements(package, wanted, country, year, segment)
    own = rows[~rows["source"].isin(load_table("sources")["source"])]
    if len(own):
        return as_figure(own.sort_index().iloc[-1])
    order = {metric: place for place, metric in enumerate(wanted)}
    named = choices(package, basis, wanted, country)
    named = named.assign(order=named["metric"].map(order)).sort_values(["rank", "order"])
    for choice in named.to_dict("records"):
        found = _rows_of_choice(rows, choice)
        if len(found):
            return as_figure(by_family(found).iloc[-1])
    return None


def choices(package, basis, metrics, country):
    """The rows of data/bases.csv that decide for a country: its own if it has any for a metric, else those for "*"."""
    named = package.bases
    named = named[(named["basis"] == basis) & named["metric"].isin(metrics)]
    own = named[named["country"] == country]
    general = named[(named["country"] == "*") & ~named["metric"].isin(own["metric"])]
    return pd.concat([own, general]).sort_values(["rank", "metric"])


def _rows_of_choice(rows, choice):
    found = rows[(rows["metric"] == choice["metric"]) & (rows["family"] == choice["family"])]
    return found[found["source"] == choice["source"]] if choice["source"] else found


def as_figure(row):
    """A Figure from a row of Package.figures, a Series or a dict."""
    fields = {name: row[name] for name in Figure.__dataclass_fields__}
    return Figure(**fields | {name: float(row[name]) for name in ("value", "lower", "upper")})


def spread(package, metric, country, year, segment=""):
    """What the families say of one thing: list of Figure, smallest first; empty if nobody says anything."""
    rows = by_family(statements(package, metric, country, year, segment))
    said = [as_figure(row) for row in rows.to_dict("records")]
    return sorted(said, key=lambda figure: (figure.value, figure.family))


def independent(said):
    """Figures of several families, each counted once: list of Figure in the order given.

    The column is left out where its figure was traced to another family (status "sourced"): it repeats it. Bounds
    ("at least", "at most") are left out where anyone states a value: a bound must not end a range.
    """
    others = [figure for figure in said if not (figure.family == "column" and figure.status == "sourced")] or said
    return [figure for figure in others if figure.qualifier in ("exact", "about")] or others


def years_with_figures(package, metric, country):
    """The calendar years for which a metric has a figure: sorted list of int."""
    rows = _compared(package.figures, [metric], country)
    rows = rows[rows["segment"] == ""]
    dated = (rows["kind"] == "stock") & rows["period"].str.fullmatch(r"\d{4}-\d\d(-\d\d)?")
    return sorted({int(period[:4]) for period in rows[rows["period"].str.fullmatch(r"\d{4}") | dated]["period"]})
