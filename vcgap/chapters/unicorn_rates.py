"""Exhibits of 04_unicorns on how much a few companies can say: chance in a small count, money behind it, value each."""

import pandas as pd

from vcgap import blocks, charts, counts
from vcgap.chapters import unicorns
from vcgap.edition import MissingFigure, family_label, find_pair, or_say_what_is_missing, side
from vcgap.figures import spread
from vcgap.language import (
    _,
    country,
    gap_size,
    interval,
    join,
    money,
    not_like_for_like,
    number,
    percent,
    qualifiers,
    sentence_start,
    significant,
    the_country,
    times,
    times_precise,
    times_tick,
    value_text,
)

COVERAGE = 0.95
YEARS = 4  # of investment added up behind a stock of unicorns
BILLION = 1e9


@or_say_what_is_missing
def chance(edition):
    """The ratio of unicorns with the exact interval that chance in the smaller count leaves."""
    table, pair, used, missing = unicorns.measures(edition)
    few = min(pair.base, pair.peer, key=lambda figure: figure.value)
    reach = counts.poisson_interval(few.value, COVERAGE)
    if not pair.ratio:
        raise MissingFigure(_("There is no ratio where no unicorn is listed."))
    records = [_chance_record(row, pair, few, reach) for row in table.to_dict("records") if row["measure"] != "per_vc"]
    rows = [_chance_row(record) for record in records]
    return blocks.exhibit(
        "unicorn-chance",
        _chance_title(few, records[0]),
        _chance_subtitle(edition, few),
        pd.DataFrame(records),
        _chance_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Ratios with intervals: {items}.").format(items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=list({figure.id: figure for figure in [pair.base, pair.peer, *used]}.values()),
        package=edition.package,
        warning=not_like_for_like(pair, edition.package.metrics),
        notes=[_chance_note(few, reach), *missing],
        method=_("exact Poisson interval (Garwood); the larger count is taken as known"),
        numbers={"unicorn_ratio_lower": records[0]["lower"], "unicorn_ratio_upper": records[0]["upper"]},
    )


def _chance_columns():
    return {
        "measure": (_("Measure"), lambda name: unicorns.measure_words()[name][0]),
        "ratio": (_("Ratio"), times_precise),
        "lower": (_("from"), times),
        "upper": (_("to"), times),
    }


def _chance_subtitle(edition, few):
    return _(
        "{base} divided by {peer}, unicorns, {year}, log scale. Bar: {coverage} interval from the count of {few} alone."
    ).format(
        base=country(edition.parameters.base),
        peer=country(edition.parameters.peer),
        year=edition.year,
        few=the_country(few.country),
        coverage=percent(COVERAGE),
    )


def _chance_record(row, pair, few, reach):
    """The interval of one measure: the ratio, with each end of the interval of the few in place of their count."""
    if few is pair.base:
        lower, upper = (row["ratio"] * end / few.value for end in reach)
    else:
        lower, upper = (row["ratio"] * few.value / end for end in reversed(reach))
    return {"measure": row["measure"], "ratio": row["ratio"], "lower": lower, "upper": upper}


def _chance_row(record):
    return {
        "label": unicorns.measure_words()[record["measure"]][0],
        "detail": _("{range} by chance alone").format(range=interval(record["lower"], record["upper"], times)),
        "value": record["ratio"],
        "text": times(record["ratio"]),
        "lower": record["lower"],
        "upper": record["upper"],
        "side": "peer",
    }


def _chance_title(few, record):
    return _("With {count} unicorns in {few}, chance alone puts the ratio anywhere from {lower} to {upper}").format(
        count=value_text(few),
        few=the_country(few.country),
        lower=times(record["lower"]),
        upper=times(record["upper"]),
    )


def _chance_note(few, reach):
    return _(
        "A count of {count} is compatible with a rate of {lower} to {upper}, if the list of one day is read as one draw of many that could have been. What the lists disagree on comes on top."
    ).format(count=number(few.value), lower=number(reach[0], 2), upper=number(reach[1], 2))


@or_say_what_is_missing
def per_cumulative(edition):
    """Unicorns per billion dollars of several years, by every source that states all of them."""
    pair = find_pair(edition, unicorns.CONCEPT)
    years = range(edition.year - YEARS + 1, edition.year + 1)
    records, used = _cumulative(edition, pair, years)
    rows = [_cumulative_row(edition, record) for record in records]
    return blocks.exhibit(
        "unicorns-per-cumulative",
        _cumulative_title(edition, records),
        _(
            "Unicorns per US$ bn of venture capital, {first} to {last} added up, by source of the money, log scale."
        ).format(first=years[0], last=years[-1]),
        pd.DataFrame(records),
        _per_cumulative_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, significant, log=True),
        alt=_("Unicorns per US$ bn: {items}.").format(
            items=join(f"{row['label']}, {row['detail']}, {row['text']}" for row in rows)
        ),
        figures=[pair.base, pair.peer, *used],
        package=edition.package,
        warning=not_like_for_like(pair, edition.package.metrics),
        notes=[
            _("Money comes years before the status that it buys: even this ratio flatters whoever invested early."),
        ],
        method=_("unicorns ÷ sum of the yearly venture capital of one source, latest edition of each year"),
    )


def _per_cumulative_columns():
    return {
        "country": (_("Country"), country),
        "family": (_("Source of the money"), family_label),
        "sum_usd": (_("Sum"), money),
        "unicorns": (_("Unicorns"), number),
        "per_bn": (_("Per US$ bn"), lambda value: significant(value, 3)),
    }


def _cumulative(edition, pair, years):
    """One record per country and source that states all the years, and the Figures used. Raises MissingFigure."""
    records, used = [], []
    for figure in (pair.base, pair.peer):
        for family, amounts in _whole_runs(edition, figure.country, years).items():
            records.append(_cumulative_record(figure, family, amounts))
            used += amounts
    lacking = [code for code in edition.countries if code not in {record["country"] for record in records}]
    text = _("{country}: no source states every year from {first} to {last}.")
    if lacking:
        said = [text.format(country=country(code), first=years[0], last=years[-1]) for code in lacking]
        raise MissingFigure("\n".join(said))
    return records, used


def _whole_runs(edition, code, years):
    """The yearly figures of every family that states all the years: dict of family → list of Figure."""
    by_family = {}
    for year in years:
        for figure in spread(edition.package, "vc_investment", code, year):
            by_family.setdefault(figure.family, []).append(figure)
    return {family: said for family, said in by_family.items() if len(said) == len(years)}


def _cumulative_record(figure, family, amounts):
    values = [amount.value for amount in amounts]
    per_dollar = counts.per_cumulative(figure.value, values)
    return {
        "country": figure.country,
        "family": family,
        "sum_usd": sum(values),
        "unicorns": figure.value,
        "per_bn": None if per_dollar is None else per_dollar * BILLION,
    }


def _cumulative_row(edition, record):
    return {
        "label": country(record["country"]),
        "detail": _("{sum}, {family}").format(sum=money(record["sum_usd"]), family=family_label(record["family"])),
        "value": record["per_bn"],
        "text": number(record["per_bn"], 2),
        "side": side(edition, record["country"]),
    }


def _cumulative_title(edition, records):
    """Who has more unicorns per dollar, if every pair of sources agrees."""
    said = [[r["per_bn"] for r in records if r["country"] == code and r["per_bn"]] for code in edition.countries]
    if not all(said):
        raise MissingFigure(_("There is no ratio where no unicorn is listed."))
    least, most = min(said[0]) / max(said[1]), max(said[0]) / min(said[1])
    ranges = [interval(min(values), max(values), lambda value: number(value, 2)) for values in said]
    words = dict(zip(("one", "other"), ranges, strict=True))
    names = dict(zip(("base", "peer"), map(the_country, edition.countries), strict=True))
    if least < 1 < most:
        text = _("Sources disagree on who has more unicorns per dollar: {one} per US$ bn in {base}, {other} in {peer}")
        return text.format(**words, **names)
    ahead = names["base"] if least >= 1 else names["peer"]
    text = _("Per dollar of {years} years {ahead} has more unicorns: {one} per US$ bn in {base}, {other} in {peer}")
    return text.format(years=number(YEARS), ahead=ahead, **words, **names)


@or_say_what_is_missing
def value_each(edition):
    """Mean value of a unicorn where one source states both count and value; blank where no source does."""
    records, used = [], []
    for code in edition.countries:
        worth = {figure.family: figure for figure in spread(edition.package, "unicorn_value", code, edition.year)}
        for figure in _counted_by(edition, code):
            value = worth.get(figure.family)
            records.append(_value_record(figure, value))
            used += [figure, *([value] if value else [])]
    if not records:
        raise MissingFigure(_("No list covers {year}.").format(year=edition.year))
    return blocks.exhibit(
        "unicorn-value",
        _value_title(edition, records),
        _("Last valuations added up and divided by the companies of the same list, US$, {year}.").format(
            year=edition.year
        ),
        pd.DataFrame(records),
        _value_each_columns(),
        figures=used,
        package=edition.package,
        notes=[
            _("The least by definition is a billion each: no estimate. A blank means that the source gives no value."),
            _(
                "A valuation is the price of the last round, for the best class of shares. No figure here says how far that lies above a fair value, so no discount is applied."
            ),
        ],
        method=_("value ÷ companies; companies × US$1 bn"),
    )


def _value_each_columns():
    return {
        "country": (_("Country"), country),
        "family": (_("Source"), family_label),
        "companies": (_("Companies"), number),
        "value_text": (_("Value together"), str),
        "each_text": (_("Value each"), str),
        "floor_usd": (_("At least, by definition"), money),
    }


def _counted_by(edition, code):
    """Every family's count of the year, active or created: list of Figure."""
    return [figure for metric in unicorns.CONCEPT for figure in spread(edition.package, metric, code, edition.year)]


def _value_record(figure, value):
    each = counts.value_per_company(value.value, figure.value) if value else None
    return {
        "country": figure.country,
        "family": figure.family,
        "companies": figure.value,
        "value_usd": value.value if value else None,
        "value_text": value_text(value) if value else "–",
        "each_usd": each,
        "each_text": "–" if each is None else qualifiers()[value.qualifier].format(money(each)),
        "floor_usd": counts.value_floor(figure.value),
    }


def _value_title(edition, records):
    """The sources that state both sides, and how far apart a unicorn of each country is."""
    both = _on_both_sides(edition, records)
    if not both:
        return _("No source states both number and value of unicorns for both countries")
    apart = [base["each_usd"] / peer["each_usd"] for base, peer in both]
    names = dict(zip(("base", "peer"), map(the_country, edition.countries), strict=True))
    if min(apart) < 1 < max(apart):
        return _("Sources disagree on whether a unicorn in {base} or in {peer} is worth more").format(**names)
    more, less = ("base", "peer") if min(apart) >= 1 else ("peer", "base")
    ends = sorted(max(ratio, 1 / ratio) for ratio in apart)
    return sentence_start(
        _("a unicorn in {more} is worth {range} one in {less}, on lists that state both").format(
            more=names[more], less=names[less], range=interval(ends[0], ends[-1], gap_size)
        )
    )


def _on_both_sides(edition, records):
    """Pairs of records of one family with a value on both sides: list of (base, peer)."""
    valued = {(r["country"], r["family"]): r for r in records if r["each_usd"]}
    base, peer = edition.countries
    return [
        (r, valued[peer, family]) for (code, family), r in valued.items() if code == base and (peer, family) in valued
    ]
