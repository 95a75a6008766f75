"""The revision guard: a new value that is far from all that is known of it is told. It is never refused."""

import re

from vcgap.checks import SIGNED

STOCK_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
SETTLED = {"sourced", "second_hand", "derived", "mixed"}  # statuses of figures that are held against others


def revision_warnings(own, figures, metrics, name):
    """One line for each own figure that lies beyond the plausible range of its metric (data/metrics.csv): list of str.

    A figure is held against the values of the same metric, country, segment and period, or, of a stock, any date of the
    same year; if there are none, against those of the year before. It is told if it is more than `plausible_factor`
    times above the highest of them or below the lowest.

    own, figures : DataFrames with the columns of data/figures.csv, the index of own: the line in the file `name`
    metrics : data/metrics.csv, indexed by metric
    """
    groups = {}
    for row in figures[figures["metric"].isin(own["metric"]) & figures["status"].isin(SETTLED)].to_dict("records"):
        groups.setdefault((row["metric"], row["country"], row["segment"]), []).append(row)
    warnings = []
    for line, row in zip(own.index, own.to_dict("records"), strict=True):
        known = groups.get((row["metric"], row["country"], row["segment"]), [])
        if known and row["status"] in SETTLED:
            metric = metrics.loc[row["metric"]]
            words = far_off(row["value"], comparable(row["period"], known, metric["kind"]), metric)
            warnings += [f"{name}, line {line}, column value: {words}"] if words else []
    return warnings


def comparable(period, known, kind):
    """Those of the known figures that a value of `period` is held against.

    known : list of dict, figures of one metric, country and segment; kind : "stock" or "flow" of the metric
    """
    dated = kind == "stock" and STOCK_DATE.fullmatch(period)
    same = [row for row in known if row["period"] == period or (dated and _year_of(row) == period[:4])]
    if same or not (dated or len(period) == 4):
        return same
    before = str(int(period[:4]) - 1)
    return [row for row in known if row["period"] == before or (dated and _year_of(row) == before)]


def _year_of(row):
    return row["period"][:4] if STOCK_DATE.fullmatch(row["period"]) else ""


def far_off(value, others, metric):
    """Why a value is not plausible beside others, in words; "" if it is, or if there are no others.

    others : list of dict with value, source and period; metric : row of data/metrics.csv
    """
    if not others:
        return ""
    ordered = sorted(others, key=lambda other: (other["value"], other["source"]))
    for nearest, above in ((ordered[-1], True), (ordered[0], False)):
        pair = _level(value, metric), _level(nearest["value"], metric)
        larger, smaller = pair if above else pair[::-1]
        if larger > smaller * metric["plausible_factor"]:
            return _words(value, nearest, larger / smaller if smaller else None, above, metric)
    return ""


def _level(value, metric):
    """What is compared by division: counts and changes plus one, so that zero and a loss have a ratio."""
    return 1 + value if metric["unit"] == "count" or metric.name in SIGNED else value


def _words(value, nearest, ratio, above, metric):
    far = f"{float(f'{ratio:.3g}'):,.15g} times" if ratio else "far"  # in plain figures, never with an exponent
    edge, place = ("highest", "above") if above else ("lowest", "below")
    return (
        f"warning: {value:,.15g} is {far} {place} the {edge} known, {nearest['value']:,.15g} ({nearest['source']}, "
        f"{nearest['period']}); up to {metric['plausible_factor']:g} times is plausible. {metric['plausible_reason_en']}"
    )
