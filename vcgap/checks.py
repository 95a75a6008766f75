"""What a figure must be, beyond its schema: of a known metric and country, a possible amount, no known error."""

import re
from datetime import date
from math import isclose

from vcgap.errors import Problem, did_you_mean
from vcgap.places import ALPHA2
from vcgap.tables import load_table
from vcgap.values import MONEY

EARLIEST, LATEST = "1900", "2100"  # years that a figure may be of
KEY = ["country", "metric", "period", "segment", "source"]


def figure_id(row):
    """`mex-vc_investment-2024-lavca`: country, metric, period, segment values, source. row : mapping."""
    values = [pair.partition("=")[2] for pair in row["segment"].split(";") if pair]
    parts = [row["country"].lower(), row["metric"], row["period"].replace("/", "to"), *values, row["source"]]
    return "-".join("".join(c if c.isalnum() or c in "_.-" else "_" for c in part) for part in parts if part).lower()


def check_figures(figures, metrics, name, told=frozenset()):
    """What a schema cannot say: known metrics and countries, plausible amounts, known upstream errors.

    figures : typed DataFrame whose index is the line in the file; told : (line, column) of cells that are known to be
    wrong and about which nothing more is said. Returns list of Problem.
    """
    errors = {tuple(row[column] for column in KEY): row for row in load_table("corrections").to_dict("records")}
    problems, units, kinds = [], metrics["unit"].to_dict(), metrics["kind"].to_dict()
    for line, row in zip(figures.index, figures.to_dict("records"), strict=True):
        for column, wrong in _wrong_figure(row, units, kinds, errors):
            if (line, column) not in told:
                problems.append(Problem(f"{name}, line {line}, column {column}: {wrong}", line, column))
    return problems


def _wrong_figure(row, units, kinds, errors):
    if row["country"] not in ALPHA2:
        yield "country", f"'{row['country']}' is not an ISO 3166-1 alpha-3 code{did_you_mean(row['country'], ALPHA2)}"
    wrong = _wrong_period(row["period"]) or _wrong_day(row, kinds.get(row["metric"], ""))
    if wrong:
        yield "period", wrong
    if row["lower"] > row["value"] or row["upper"] < row["value"]:
        yield "value", f"{row['value']:.15g} is outside its own bounds, lower {row['lower']} and upper {row['upper']}"
    known = errors.get(tuple(row[column] for column in KEY))
    wrong = _known_error(row["value"], known) if known else ""
    if wrong:
        yield "value", wrong
    if row["metric"] in units:
        yield from _wrong_value(row, units[row["metric"]])
    else:
        yield "metric", f"'{row['metric']}' is not a metric of metrics.csv{did_you_mean(row['metric'], units)}"


def _wrong_value(row, unit):
    """What the value of a figure cannot be, given the unit of its metric: pairs of column and words."""
    if unit in ("count", "people", "rank") and not float(row["value"]).is_integer() and row["status"] != "derived":
        yield "value", f"{row['value']:.15g} is not a whole number; {row['metric']} is counted"
    if row["metric"] == "vc_growth" and row["value"] <= -1:
        yield "value", f"{row['value']:.15g} is a loss of everything or more; a growth of 59 % is 0.59"
    if unit in (*MONEY, "count", "people", "rank") and row["value"] < 0:
        yield "value", f"{row['value']:.15g} is negative; {row['metric']} is an amount ({unit}), zero or more"
    if row["metric"] in DIVISORS and row["value"] == 0:
        yield "value", f"0 cannot be divided by; leave the row out where {row['metric']} is not known"
    if row["metric"] not in SIGNED and unit == "share" and not 0 <= row["value"] <= 1:
        yield "value", f"{row['value']:.15g} is not a share; write a fraction of one: 42 % is 0.42"


def _wrong_period(period):
    """Why a period of the right form is no date, or ends before it begins; "" if it is fine."""
    parts = period.split("/")
    for part in parts:
        if not EARLIEST <= part[:4] <= LATEST:
            return f"'{period}' is not of the years {EARLIEST} to {LATEST}"
        if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", part):
            try:
                date.fromisoformat(part if len(part) == 10 else f"{part}-01")
            except ValueError:
                return f"'{part}' is not a date"
    return f"'{period}' ends before it begins" if len(parts) == 2 and parts[0] > parts[1] else ""


def _wrong_day(row, kind):
    """Why a day is no period of the metric: nothing is counted over one day, and a program makes it of Dec-24; "" if it is."""
    if kind != "flow" or not re.fullmatch(r"\d{4}-\d\d-\d\d", row["period"]):
        return ""
    year, month = row["period"][:4], row["period"][5:7]
    return (
        f"'{row['period']}' is one day, but {row['metric']} is counted over a year or a part of it; "
        f"write {year}, {year}-Q{(int(month) + 2) // 3} or {year}-{month}"
    )


DIVISORS = {"gdp", "population", "fx_rate", "ppp_factor", "consumer_price_index"}  # what amounts are divided by
SIGNED = {"vc_growth", "inflation"}  # changes, not parts of a whole: they may be negative or above one


def _known_error(value, known):
    """What data/corrections.csv says of a value; "" if it stands as the correction wants it.

    action "exclude": the source is wrong, no row of it may be used; "correct": the row carries the corrected value;
    "note": the row stays as printed. A value that is neither means that the source was mended.
    """
    as_printed, as_corrected = isclose(value, known["expect"]), isclose(value, known["correct_value"])
    if as_printed and known["action"] == "exclude":
        return f"{value:.15g} is a known error of this source ({known['reason_en']}) Leave the row out."
    if as_printed and known["action"] == "correct":
        return f"{value:.15g} is a known error ({known['reason_en']}) Write {known['correct_value']:.15g}."
    if (as_printed and known["action"] == "note") or (as_corrected and known["action"] == "correct"):
        return ""
    return "this source was wrong and seems mended; remove its entry from data/corrections.csv"
