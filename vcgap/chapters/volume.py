"""Exhibits of 01_volume: how much is invested, in which measure, and by whose count."""

import pandas as pd

from vcgap import blocks, charts, gaps
from vcgap.edition import families, find, find_pair, or_say_what_is_missing, side
from vcgap.figures import spread
from vcgap.language import (
    _,
    counted,
    country,
    interval,
    join,
    money,
    not_like_for_like,
    number,
    percent,
    sentence_start,
    the_country,
    times,
    times_precise,
    times_tick,
    value_text,
)


def measures(edition):
    """The gap in money, per head and per unit of GDP: DataFrame with one row per measure.

    Columns: measure, base_value, peer_value, ratio, ratio_lower, ratio_upper (rounding of the two printed figures
    alone), sources_lower, sources_upper (every pairing of sources). Dollars; the GDP row is a fraction.
    Also returns the Figures used. Raises MissingFigure.
    """
    pair = find_pair(edition, "vc_investment")
    across, everyone = _range_across_sources(edition)
    rows, used = [], [pair.base, pair.peer, *everyone]
    for measure, metric in (("invested", None), ("per_head", "population"), ("per_gdp", "gdp")):
        below = [find(edition, metric, code) for code in edition.countries] if metric else []
        used += below
        rows.append(_measure_row(measure, pair, across, [figure.value for figure in below] or [1.0, 1.0]))
    return pd.DataFrame(rows), used


def _measure_row(measure, pair, across, denominators):
    factor = denominators[1] / denominators[0]
    return {
        "measure": measure,
        "base_value": gaps.per(pair.base.value, denominators[0]),
        "peer_value": gaps.per(pair.peer.value, denominators[1]),
        "ratio": None if pair.ratio is None else pair.ratio * factor,
        "ratio_lower": None if pair.rounding is None else pair.rounding[0] * factor,
        "ratio_upper": None if pair.rounding is None else pair.rounding[1] * factor,
        "sources_lower": across and across[0] * factor,
        "sources_upper": across and across[1] * factor,
    }


def _range_across_sources(edition, metric="vc_investment"):
    """Smallest and largest ratio over every pairing of families, or None; and the Figures looked at."""
    said = [families(edition, metric, code) for code in edition.countries]
    reached = gaps.ratio_range(*[[figure.value for figure in side_] for side_ in said])
    return reached, [figure for side_ in said for figure in side_]


def measure_words():
    """Label of each measure and how its value is written."""
    return {
        "invested": (_("As invested"), money),
        "per_head": (_("Per head"), money),
        "per_gdp": (_("Per unit of GDP"), percent),
    }


def range_words(row):
    """ "93–339× across sources", or that there is only one reading."""
    if row["sources_lower"] is None or row["sources_lower"] != row["sources_lower"]:
        return _("one source only")
    if times(row["sources_lower"]) == times(row["sources_upper"]):
        return _("one pair of sources only")
    return _("{range} across sources").format(range=interval(row["sources_lower"], row["sources_upper"], times))


@or_say_what_is_missing
def gap(edition):
    """The gap in one sentence and one table: ratio, share, absolute gap, with what rounding alone does to it."""
    pair = find_pair(edition, "vc_investment")
    table, used = measures(edition)
    first = table.iloc[0]
    sentences = [*_gap_sentences(edition, pair), *_range_sentences(edition, pair, first)]
    sentences += not_like_for_like(pair, edition.package.metrics)
    numbers = {
        "vc_ratio": pair.ratio,
        "vc_share": gaps.share(pair.base.value, pair.peer.value),
        "vc_gap_usd": gaps.absolute_gap(pair.base.value, pair.peer.value),
        "vc_ratio_per_head": table["ratio"][1],
        "vc_ratio_per_gdp": table["ratio"][2],
    }
    return blocks.headline("gap", gap_headline(edition, pair), sentences, used, numbers)


def gap_headline(edition, pair):
    """One sentence for the ratio of two countries, whichever is ahead."""
    base, peer = edition.countries
    if pair.ratio is None:
        return _("No venture capital was recorded in {peer} in {year}: there is no ratio").format(
            peer=the_country(peer), year=edition.year
        )
    ratio, more, less = (pair.ratio, base, peer) if pair.ratio >= 1 else (1 / pair.ratio, peer, base)
    if ratio < 1.05:
        return _("{base} and {peer} invest about as much").format(base=country(base), peer=country(peer))
    return _("For every dollar of venture capital in {less}, about {ratio} go to work in {more}").format(
        less=the_country(less), more=the_country(more), ratio=number(ratio, 0 if ratio >= 9.95 else 1)
    )


def _gap_sentences(edition, pair):
    base, peer = edition.countries
    return [
        _(
            "In {year}, {base_value} was invested in {base} and {peer_value} in {peer}: {share} as much, a gap of {gap}."
        ).format(
            year=edition.year,
            base_value=value_text(pair.base),
            base=the_country(base),
            peer_value=value_text(pair.peer),
            peer=the_country(peer),
            share=percent(gaps.share(pair.base.value, pair.peer.value)),
            gap=money(gaps.absolute_gap(pair.base.value, pair.peer.value), digits=4),
        )
    ]


def _range_sentences(edition, pair, row):
    if pair.rounding is None:
        return []
    lower, upper = (number(bound, 2) for bound in pair.rounding)
    sentences = [
        _(
            "The ratio is {ratio}; the rounding of the two printed figures alone puts it anywhere between {lower} and {upper}."
        ).format(ratio=times_precise(pair.ratio), lower=lower, upper=upper)
    ]
    if row["sources_lower"] and times(row["sources_lower"]) != times(row["sources_upper"]):
        sentences.append(
            _("Pair any source for {base} with any for {peer}, and it runs from {lower} to {upper}.").format(
                base=the_country(edition.countries[0]),
                peer=the_country(edition.countries[1]),
                lower=times(row["sources_lower"]),
                upper=times(row["sources_upper"]),
            )
        )
    return sentences


@or_say_what_is_missing
def ladder(edition):
    """The ratio as invested, per head and per unit of GDP, each with its range across sources."""
    table, used = measures(edition)
    base, peer = edition.countries
    words = measure_words()
    rows = [_ladder_row(row, words, edition) for row in table.to_dict("records")]
    columns = {
        "measure": (_("Measure"), lambda name: words[name][0]),
        "base_text": (country(base), str),
        "peer_text": (country(peer), str),
        "ratio": (_("Ratio"), times_precise),
        "sources": (_("Across sources"), str),
    }
    shown = table.assign(
        base_text=[words[row["measure"]][1](row["base_value"]) for row in table.to_dict("records")],
        peer_text=[words[row["measure"]][1](row["peer_value"]) for row in table.to_dict("records")],
        sources=[range_words(row) for row in table.to_dict("records")],
    )
    ratios = dict(zip(table["measure"], table["ratio"], strict=True))
    return blocks.exhibit(
        "ladder",
        _ladder_title(ratios),
        _(
            "{base} divided by {peer}, venture capital invested, {year}, log scale: each line is ten times the last. Bar: range across sources."
        ).format(base=country(base), peer=country(peer), year=edition.year),
        shown,
        columns,
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Three ratios on a log scale: {items}.").format(
            items=join(f"{row['label']}: {row['text']}" for row in rows)
        ),
        figures=used,
        package=edition.package,
        method=_("venture capital divided by population and by GDP at market exchange rates"),
    )


def _ladder_row(row, words, edition):
    label, form = words[row["measure"]]
    return {
        "label": label,
        "value": row["ratio"],
        "text": times(row["ratio"]),
        "lower": row["sources_lower"],
        "upper": row["sources_upper"],
        "side": "peer",
        "detail": _("{base} against {peer}").format(base=form(row["base_value"]), peer=form(row["peer_value"])),
    }


def _ladder_title(ratios):
    raw, per_gdp = ratios["invested"], ratios["per_gdp"]
    if raw is None or per_gdp is None:
        return _("There is no ratio where nothing was recorded")
    if per_gdp < raw * 0.9:
        return _("Per unit of GDP the gap is {per_gdp}, not {raw}").format(per_gdp=times(per_gdp), raw=times(raw))
    if per_gdp > raw * 1.1:
        return _("Per unit of GDP the gap is wider: {per_gdp} against {raw}").format(
            per_gdp=times(per_gdp), raw=times(raw)
        )
    return _("Per unit of GDP the gap is about the same: {per_gdp}").format(per_gdp=times(per_gdp))


@or_say_what_is_missing
def in_squares(edition):
    """The ratio as dots: one for the smaller ecosystem, as many as it takes for the larger."""
    pair = find_pair(edition, "vc_investment")
    codes, ratio = edition.countries, pair.ratio
    if ratio is not None and ratio < 1:
        codes, ratio = codes[::-1], 1 / ratio
    count = round(ratio or 0)
    if not 1 < count <= 2000:
        return blocks.note(
            "in-squares",
            _("No drawing"),
            [_("A ratio of {ratio} cannot be drawn dot by dot.").format(ratio=times(ratio))],
        )
    groups = [
        {
            "label": _("{country}: {count}").format(country=country(code), count=number(dots)),
            "side": side(edition, code),
            "count": dots,
        }
        for code, dots in ((codes[1], 1), (codes[0], count))
    ]
    table = pd.DataFrame(
        [{"country": country(code), "dots": dots} for code, dots in ((codes[1], 1), (codes[0], count))]
    )
    return blocks.exhibit(
        "in-squares",
        _("One against {count}").format(count=number(count)),
        _("Venture capital invested, {year}. One dot is all of {country}: {value}.").format(
            year=edition.year, country=the_country(codes[1]), value=money(min(pair.base.value, pair.peer.value))
        ),
        table,
        {"country": (_("Country"), str), "dots": (_("Dots"), number)},
        draw=lambda narrow: charts.units(groups, narrow),
        alt=_("One dot for {less} and {count} dots for {more}.").format(
            less=the_country(codes[1]), count=number(count), more=the_country(codes[0])
        ),
        figures=(pair.base, pair.peer),
        package=edition.package,
        method=_("the ratio, rounded to whole dots"),
    )


@or_say_what_is_missing
def by_source(edition, which):
    """What each family says was invested in one country in the year. which : "base" or "peer"."""
    code = edition.parameters.base if which == "base" else edition.parameters.peer
    said = spread(edition.package, "vc_investment", code, edition.year)
    chosen = find(edition, "vc_investment", code)
    rows = [_source_row(figure, chosen, which) for figure in reversed(said)]
    table = pd.DataFrame([_source_record(figure) for figure in reversed(said)])
    return blocks.exhibit(
        f"by-source-{which}",
        _source_title(edition, code),
        _("Venture capital invested in {country}, {year}, US$. Filled: the reference of this edition.").format(
            country=the_country(code), year=edition.year
        ),
        table,
        {
            "family": (_("Source"), family_name),
            "value": (_("US$"), lambda value: money(value, digits=4)),
            "scope": (_("What it counts"), str),
        },
        draw=lambda narrow: charts.dots(rows, narrow, money),
        alt=_("{country}, {year}: {items}.").format(
            country=country(code), year=edition.year, items=join(f"{row['label']} {row['text']}" for row in rows)
        ),
        figures=said,
        package=edition.package,
        quality=_("contested") if len(_independent(said)) > 1 else _("single source"),
    )


def family_name(family):
    """The name of a source's family as the page says it."""
    return _("The column") if family == "column" else family


def _independent(said):
    return [figure for figure in said if figure.family != "column"] or said


def _source_row(figure, chosen, which):
    return {
        "label": family_name(figure.family),
        "value": figure.value,
        "text": money(figure.value),
        "side": which,
        "filled": figure.id == chosen.id,
        "detail": figure.published[:4] and _("edition of {year}").format(year=figure.published[:4]),
    }


def _source_record(figure):
    return {
        "family": figure.family,
        "value": figure.value,
        "status": figure.status,
        "id": figure.id,
        "scope": figure.note or "–",
    }


def _source_title(edition, code):
    independent = families(edition, "vc_investment", code)
    values = [figure.value for figure in independent]
    if len(independent) == 1:
        return _("One source covers {country} in {year}").format(country=the_country(code), year=edition.year)
    return _("{count} sources put {country} anywhere between {lower} and {upper}").format(
        count=sentence_start(counted(len(independent))),
        country=the_country(code),
        lower=money(min(values)),
        upper=money(max(values)),
    )


@or_say_what_is_missing
def deals(edition):
    """Deal counts and the average size they imply, only where one family states both."""
    records, used = [], []
    for code in edition.countries:
        invested = {figure.family: figure for figure in spread(edition.package, "vc_investment", code, edition.year)}
        for count in spread(edition.package, "deal_count", code, edition.year):
            amount = invested.get(count.family)
            used += [count, *([amount] if amount else [])]
            records.append(
                {
                    "country": code,
                    "family": count.family,
                    "deal_count": count.value,
                    "deal_size_mean": amount and gaps.per(amount.value, count.value),
                }
            )
    if not records:
        return blocks.note(
            "deals",
            _("No figure"),
            [_("No source counts deals in either country in {year}.").format(year=edition.year)],
        )
    return blocks.exhibit(
        "deals",
        _deals_title(edition, records),
        _("Venture capital deals, {year}, and dollars per deal where one source states both.").format(
            year=edition.year
        ),
        pd.DataFrame(records),
        {
            "country": (_("Country"), country),
            "family": (_("Source"), family_name),
            "deal_count": (_("Deals"), number),
            "deal_size_mean": (_("Mean size"), money),
        },
        figures=used,
        package=edition.package,
        notes=[_("Do not compare mean sizes across sources: a source that misses small rounds has a larger mean.")],
        method=_("mean size = venture capital ÷ deals; deals without a disclosed amount make it too low"),
    )


def _deals_title(edition, records):
    ranges = []
    for code in edition.countries:
        counts = [record["deal_count"] for record in records if record["country"] == code]
        if counts:
            reach = interval(min(counts), max(counts), number)
            ranges.append(_("{count} in {country}").format(count=reach, country=the_country(code)))
    return _("Deals counted in {year}: {ranges}").format(year=edition.year, ranges=join(ranges))
