"""Figures with provenance: load, check, overlay, choose the reference by basis, range across families.

One row of data/figures.csv is one figure as one source states it. Sources that resell one database share a
family; disagreement is measured between families, never inside one.
"""

import re
import weakref
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vcgap.checks import KEY, check_figures
from vcgap.errors import UserError, did_you_mean, raise_if
from vcgap.overlay import NOT_COMPARED, read_overlay
from vcgap.tables import load_table, load_unnoted, remember_read
from vcgap.values import MONEY

MIXED = "mixed"  # status of a share that divides one provider's sum by the total of another
OWN = "own"  # status of a figure that a reader's file states without more: whether it is sourced is not known here
DATED = re.compile(r"\d{4}-\d\d(-\d\d)?")


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

    figures : columns of Figure; metrics and sources : indexed by their name; bases : rows of data/bases.csv, dicts
    """

    figures: pd.DataFrame
    metrics: pd.DataFrame
    sources: pd.DataFrame
    bases: list


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
    (country, metric, period, segment, source) replaces. What it states as "sourced" gets the status OWN. Raises UserError
    with every problem found.
    """
    remember_read("metrics", "sources", "bases", "corrections")
    return _overlaid(_suite(), overlay) if overlay else _suite()


@cache
def _suite():
    """The built-in tables: a Package that all share."""
    metrics = load_table("metrics").set_index("metric")
    sources = load_table("sources").set_index("source")
    figures = load_unnoted("figures").assign(own=False)
    raise_if(check_figures(figures, metrics, "figures.csv"))
    return Package(_with_types(figures, metrics, sources), metrics, sources, load_table("bases").to_dict("records"))


def _overlaid(suite, overlay):
    own = read_overlay(overlay, suite.metrics)
    sources = pd.concat([suite.sources, _own_sources(own, suite.sources, Path(overlay).name)])
    own = own.assign(own=True, status=own["status"].replace("sourced", OWN))
    figures = pd.concat([load_unnoted("figures").assign(own=False), own])
    figures = figures.drop_duplicates(KEY, keep="last")
    return suite._replace(figures=_with_types(figures, suite.metrics, sources), sources=sources)


def _with_types(figures, metrics, sources):
    """The figures with the type of their metric and the family of their source."""
    figures = figures.join(metrics[["unit", "statistic", "entity", "kind"]], on="metric")
    return figures.join(sources[["family", "published"]], on="source").reset_index(drop=True)


def _own_sources(own, sources, file_name):
    new = sorted(set(own["source"]) - set(sources.index))
    taken = set(sources["family"])
    rows = {
        name: {"family": f"{name} (own)" if name in taken else name, "publisher": name, "title": file_name}
        for name in new
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=sources.columns).fillna("").astype(str)


def in_a_suite_name(figure):
    """Whether a figure is the reader's own, but under the name of a source of the suite, which did not state it."""
    return figure.own and figure.source in _suite().sources.index


def rows_of(package, column, *values):
    """The rows of Package.figures whose `column` is one of the values: DataFrame. Reports read figures here, or as Figures below.

    column : "metric", "source" or "id". What was asked for is noted, so that a report is made again when it changes.
    """
    rows = package.figures[package.figures[column].isin(values)]
    noted = ("metric", rows["metric"].unique()) if column == "id" else (column, values)
    remember_read(*[f"figures/{noted[0]}={value}" for value in noted[1]])
    return rows


def statements(package, metrics, country, year, segment=""):
    """Every statement about a country and year that may be compared: list of Figure by metric, family, period and edition.

    metrics : a metric's name or a list of them; year : int. A flow counts if it covers the whole year; of a stock,
    or a list with a date, the last date inside the year counts. Superseded and illustrative rows are left out.
    """
    said = [
        figure
        for figure in _compared(package, metrics, country)
        if figure.segment == segment and _year(figure) == str(year)
    ]
    return sorted(said, key=lambda figure: (figure.metric, figure.family, figure.period, figure.published, figure.id))


def _year(figure):
    """The year that a figure speaks of: its own, or that of a stock's date; "" if it covers something else."""
    if len(figure.period) == 4 or (figure.kind == "stock" and DATED.fullmatch(figure.period)):
        return figure.period[:4]
    return ""


_tables = {}  # id of a table of figures → (weak reference to it, its Figures by metric and country)


def _compared(package, metrics, country):
    """The Figures of some metrics and a country that may be compared, in the order of the table.

    Pages ask thousands of times: a table (which nobody changes in place) is parted once.
    """
    wanted = [metrics] if isinstance(metrics, str) else sorted(set(metrics))
    remember_read(*[f"figures/metric={metric}" for metric in wanted])
    table, groups = _tables.get(id(package.figures), (lambda: None, {}))
    if table() is not package.figures:
        groups = _by_metric_and_country(package.figures)
        _tables[id(package.figures)] = weakref.ref(package.figures), groups
        for gone in [key for key, (known, _groups) in _tables.items() if known() is None]:
            del _tables[gone]
    return [figure for metric in wanted for figure in groups.get((metric, country), [])]


def _by_metric_and_country(figures):
    groups = {}
    rows = figures.loc[~figures["status"].isin(NOT_COMPARED), list(Figure.__dataclass_fields__)]
    for figure in (Figure(*row) for row in rows.itertuples(index=False, name=None)):
        groups.setdefault((figure.metric, figure.country), []).append(figure)
    return groups


def by_family(figures):
    """One per metric and family: the latest period, and of that the latest edition; own figures win. Lists of Figure."""
    latest = {}
    for figure in sorted(figures, key=lambda figure: (figure.own, figure.period, figure.published, figure.id)):
        latest[figure.metric, figure.family] = figure
    return [figure for _key, figure in sorted(latest.items())]


def reference(package, basis, metrics, country, year, segment=""):
    """The figure that a basis names for a country and year, or None if it names none.

    A figure of an analyst's own source comes first (of several, the last in the file). Then data/bases.csv decides by
    rank; where two metrics of one concept are asked for (median and mean fund size, say), the rank decides between
    them, then their order here.
    """
    wanted = [metrics] if isinstance(metrics, str) else list(metrics)
    said = statements(package, wanted, country, year, segment)
    own = {figure.id for figure in said if figure.own and not in_a_suite_name(figure)}
    if own:
        return [figure for figure in _compared(package, wanted, country) if figure.id in own][-1]
    named = choices(package, basis, wanted, country)
    for choice in sorted(named, key=lambda choice: (choice["rank"], wanted.index(choice["metric"]))):
        found = [figure for figure in said if _is_chosen(figure, choice)]
        if found:
            return by_family(found)[-1]
    return None


def choices(package, basis, metrics, country):
    """The rows of data/bases.csv that decide for a country: its own if it has any for a metric, else those for "*".

    Returns list of dict, by rank and metric.
    """
    named = [row for row in package.bases if row["basis"] == basis and row["metric"] in metrics]
    own = [row for row in named if row["country"] == country]
    mine = {row["metric"] for row in own}
    general = [row for row in named if row["country"] == "*" and row["metric"] not in mine]
    return sorted([*own, *general], key=lambda row: (row["rank"], row["metric"]))


def _is_chosen(figure, choice):
    same = figure.metric == choice["metric"] and figure.family == choice["family"]
    return same and choice["source"] in ("", figure.source)


def as_figure(row):
    """A Figure from a row of Package.figures, a Series or a dict."""
    fields = {name: row[name] for name in Figure.__dataclass_fields__}
    return Figure(**fields | {name: float(row[name]) for name in ("value", "lower", "upper")})


def spread(package, metric, country, year, segment=""):
    """What the families say of one thing: list of Figure, smallest first; empty if nobody says anything."""
    said = by_family(statements(package, metric, country, year, segment))
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
    years = {_year(figure) for figure in _compared(package, metric, country) if figure.segment == ""}
    return sorted(int(year) for year in years - {""})


def check_coverage(parameters, figures):
    """UserError unless both countries are known and at least one has venture capital figures for the year.

    parameters : Parameters; figures : DataFrame with the columns of data/figures.csv
    """
    problems = countries_without_figures(parameters, figures)
    if not problems and (why := year_without_figures(parameters, figures)):
        problems = [f"parameter year: {why}"]
    if problems:
        raise UserError(*problems)


def countries_without_figures(parameters, figures):
    """What is wrong with countries for which no year has figures: list of str. figures : as of check_coverage"""
    countries = sorted(set(_invested(figures)["country"]))
    return [
        f"parameter {name}: no figures for '{getattr(parameters, name)}'{did_you_mean(getattr(parameters, name), countries)}"
        for name in ("base", "peer")
        if getattr(parameters, name) not in countries
    ]


def year_without_figures(parameters, figures):
    """That neither country has figures for the year, and which years there are; "" if one has. As check_coverage."""
    invested = _invested(figures)
    periods = invested[invested["country"].isin([parameters.base, parameters.peer])]["period"]
    years = sorted(set(periods[periods.str.fullmatch(r"\d{4}")]))
    if str(parameters.year) in years:
        return ""
    return (
        f"no figures for {parameters.base} or {parameters.peer} in {parameters.year}; "
        f"there are figures for {', '.join(years)}"
    )


def _invested(figures):
    return figures[(figures["metric"] == "vc_investment") & (figures["segment"] == "")]
