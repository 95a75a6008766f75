"""One ratio in several measures: as it is, per head, per GDP, per dollar invested. Used by volume and unicorns."""

import pandas as pd

from vcgap import gaps
from vcgap.edition import MissingFigure, families, find
from vcgap.language import _, interval, localised, times

VISIBLE = 0.02  # what rounding must add to the range across sources to be worth saying


def in_measures(edition, pair, across, denominators):
    """A ratio divided through by what each measure divides by.

    pair : Comparison; across : (lower, upper) of the ratio over every pairing of sources, or None
    denominators : dict of measure → (metric, its unit as a number), or (None, 1) for the ratio as it is

    Returns a DataFrame with one row per measure (measure, base_value, peer_value, ratio, ratio_lower, ratio_upper from
    rounding of the numerators alone, sources_lower, sources_upper with the sources of the denominators varied too),
    the Figures it divided by, and a sentence for each measure that could not be computed. A ratio is None where the
    peer has nothing.
    """
    rows, used, missing = [], [], []
    for measure, (metric, unit) in denominators.items():
        try:
            below = [find(edition, metric, code) for code in edition.countries] if metric else []
        except MissingFigure as error:
            missing += str(error).split("\n")
            continue
        used += below
        if not all(figure.value for figure in below):
            label = localised(edition.package.metrics.loc[metric], "label")
            missing.append(_("There is nothing to divide by where one country has none: {label}.").format(label=label))
            continue
        values = [figure.value / unit for figure in below] or [1.0, 1.0]
        rows.append(_row(measure, pair, _widened(edition, across, below), values))
    return pd.DataFrame(rows), used, missing


def _widened(edition, across, below):
    """The range of the ratio with the sources of the denominators varied too: (lower, upper), or None."""
    if across is None or not below:
        return across
    said = [[figure, *families(edition, figure.metric, figure.country)] for figure in below]
    factors = gaps.ratio_range(*[[figure.value for figure in side] for side in reversed(said)])
    return across[0] * factors[0], across[1] * factors[1]


def _row(measure, pair, widened, denominators):
    factor = denominators[1] / denominators[0]
    ratio_lower, ratio_upper = gaps.scaled_interval(pair.rounding, factor) if pair.rounding else (None, None)
    sources_lower, sources_upper = widened or (None, None)
    return {
        "measure": measure,
        "base_value": gaps.per(pair.base.value, denominators[0]),
        "peer_value": gaps.per(pair.peer.value, denominators[1]),
        "ratio": None if pair.ratio is None else pair.ratio * factor,
        "ratio_lower": ratio_lower,
        "ratio_upper": ratio_upper,
        "sources_lower": sources_lower,
        "sources_upper": sources_upper,
    }


def range_words(row):
    """ "93–339× across sources", or that there is only one reading; and what rounding does where that is wider.

    row : mapping with ratio, sources_lower, sources_upper, ratio_lower and ratio_upper
    """
    lower, upper = row["sources_lower"], row["sources_upper"]
    if gaps.missing(row["ratio"]):
        return _("no ratio where one side has nothing")
    if gaps.missing(lower):
        return _("one source only")
    across, rounded = interval(lower, upper, times), interval(row["ratio_lower"], row["ratio_upper"], times)
    if times(lower) != times(upper):
        text = (
            _("{range} across sources, {rounded} by rounding alone")
            if _rounding_shows(row)
            else _("{range} across sources")
        )
    else:
        text = (
            _("one pair of sources only; {rounded} by rounding alone")
            if _rounding_shows(row)
            else _("one pair of sources only")
        )
    return text.format(range=across, rounded=rounded)


def _rounding_shows(row):
    """Whether rounding alone puts the ratio visibly lower or higher than any source does."""
    if gaps.missing(row["ratio_lower"], row["ratio_upper"]):
        return False
    return row["ratio_lower"] < row["sources_lower"] * (1 - VISIBLE) or row["ratio_upper"] > row["sources_upper"] * (
        1 + VISIBLE
    )


def ratios(table):
    """The ratio of each measure of a table of `in_measures`: dict, without those that are missing."""
    return {row["measure"]: row["ratio"] for row in table.to_dict("records") if row["ratio"] == row["ratio"]}


def shown(table, words):
    """The table with texts for the page: base_text, peer_text, sources. words : measure → (label, form)."""
    rows = table.to_dict("records")
    return table.assign(
        base_text=[words[row["measure"]][1](row["base_value"]) for row in rows],
        peer_text=[words[row["measure"]][1](row["peer_value"]) for row in rows],
        sources=[range_words(row) for row in rows],
    )


def dot_rows(table, words):
    """The table as rows of charts.dots. words : measure → (label, form)."""
    return [
        {
            "label": words[row["measure"]][0],
            "value": row["ratio"],
            "text": times(row["ratio"]),
            "lower": row["sources_lower"],
            "upper": row["sources_upper"],
            "side": "peer",
            "detail": _("{base} against {peer}").format(base=row["base_text"], peer=row["peer_text"]),
        }
        for row in shown(table, words).to_dict("records")
    ]
