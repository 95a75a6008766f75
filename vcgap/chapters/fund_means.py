"""Exhibits of 02_fund_size on means: the sizes stated, the mean that totals give, and mean beside mean. Sizes in US$."""

from dataclasses import replace

import pandas as pd

from vcgap import blocks
from vcgap.edition import MissingFigure, or_say_what_is_missing
from vcgap.figures import by_family, rows_of, spread, statements
from vcgap.gaps import compare, ratio, ratio_interval
from vcgap.language import (
    _,
    country,
    interval,
    period,
    say_ratio,
    sentence_start,
    the_country,
    times,
    times_tick,
    value_text,
    warnings,
    year_spans,
)

CONCEPT = ["fund_size_median", "fund_size_mean", "fund_aum_mean"]  # which is a country's reference, the basis decides
STATED = ["fund_size_max", *CONCEPT]
SAME = 0.01  # a stated mean and a quotient that differ by less are one number, rounded


def raised(edition, code, year):
    """Money raised and funds closed of one source: list of (money Figure, count Figure), latest edition per family."""
    by_source = {}
    for figure in statements(edition.package, ["funds_raised", "fund_count"], code, year):
        by_source.setdefault(figure.source, {})[figure.metric] = figure
    both = [said for _source, said in sorted(by_source.items()) if len(said) == 2]
    both.sort(key=lambda said: said["fund_count"].published)
    newest = {said["fund_count"].family: said for said in both}
    return [(said["funds_raised"], said["fund_count"]) for said in newest.values()]


def derived_means(edition, code, year):
    """The mean fund sizes that follow from money raised over funds closed, one per family: list of Figure, "derived"."""
    return [mean_of(edition.package.metrics, *pair) for pair in raised(edition, code, year) if pair[1].value]


def mean_of(metrics, money_raised, count):
    """Money raised over funds closed, which is how data/metrics.csv defines fund_size_mean: a Figure, US$ per fund.

    money_raised, count : Figures of one source and period, count above zero. The id names both, the note the formula;
    lower and upper are the bounds from the rounding of both. 76.8e9, 538 → 142.8e6
    """
    lower, upper = ratio_interval(money_raised.interval, count.interval)
    qualifier = money_raised.qualifier if count.qualifier == "exact" else "about"
    return replace(
        money_raised,
        **dict(metrics.loc["fund_size_mean", ["unit", "statistic", "entity", "kind"]]),
        id=f"{money_raised.id}-over-{count.id}",
        metric="fund_size_mean",
        value=ratio(money_raised.value, count.value),
        lower=lower,
        upper=upper,
        qualifier=qualifier,
        status="derived",
        note=_formula(money_raised, count),
        own=money_raised.own or count.own,
    )


def _formula(money_raised, count):
    text = _("Money raised ÷ funds closed: {raised} ÷ {count}")
    if "second_hand" in (money_raised.status, count.status):
        text = _("Money raised ÷ funds closed: {raised} ÷ {count}, second hand")
    return text.format(raised=value_text(money_raised), count=value_text(count))


def all_sizes(edition):
    """Every fund size of both countries up to the edition's year, one per metric, family and year: list of Figure.

    A mean that follows from totals stands in where its family states none, in years for which anyone states a size.
    """
    return [
        figure for code in edition.countries for year in _years(edition) for figure in _sizes_of(edition, code, year)
    ]


def _years(edition):
    """The years up to the edition's for which the size of a fund is stated in either country: sorted list of int."""
    rows = rows_of(edition.package, "metric", *STATED)
    rows = rows[rows["country"].isin(edition.countries)]
    return [year for year in sorted({int(text[:4]) for text in rows["period"]}) if year <= edition.year]


def _sizes_of(edition, code, year):
    stated = by_family(statements(edition.package, STATED, code, year))
    families = {figure.family for figure in stated if figure.metric == "fund_size_mean"}
    return stated + [figure for figure in derived_means(edition, code, year) if figure.family not in families]


def pairs(edition, sizes):
    """The means of both countries for one year, every source with every other: list of Comparison in order of year."""
    base, peer = edition.countries
    means = [figure for figure in sizes if figure.statistic == "mean" and figure.value]
    found = [
        compare(one, other)
        for one in means
        for other in means
        if (one.country, other.country) == (base, peer) and one.period[:4] == other.period[:4]
    ]
    return sorted(found, key=lambda pair: pair.base.period)


def firmest(found):
    """The pair to name first: alike in type, then not second hand, then the latest; None if there is none."""
    return max(found, key=lambda pair: (not pair.mismatches, not second_hand(pair), pair.base.period[:4]), default=None)


def second_hand(pair):
    """The Figures of a pair that somebody passed on: list."""
    return [figure for figure in (pair.base, pair.peer) if figure.status == "second_hand"]


def ratio_words(pair, metrics):
    """The ratio of a pair with what is not alike in it; where nothing is, that figures are second hand, if they are."""
    text = _("{ratio} (second-hand figures)") if second_hand(pair) and not pair.mismatches else "{ratio}"
    return text.format(ratio=say_ratio(pair, metrics))


def pair_words(pair, metrics):
    """ "Mean against mean, 2015: 4.8× (not like for like: …)", or that the figures are second hand."""
    text = _("Mean against mean, {period}: {ratio}")
    return text.format(period=period(pair.base.period[:4]), ratio=ratio_words(pair, metrics))


def reference_words(pair, metrics):
    """The same of two references of one statistic, the larger first: "Median against median, 2024: larger in Mexico, 2.6×"."""
    text = _("Mean against mean, {period}: larger in {country}, {ratio}")
    if pair.base.statistic == "median":
        text = _("Median against median, {period}: larger in {country}, {ratio}")
    return text.format(
        period=period(pair.base.period[:4]),
        country=the_country(pair.base.country),
        ratio=ratio_words(pair, metrics),
    )


def catches(pair, metrics):
    """What keeps a pair from being a clean comparison: list of str, empty if nothing."""
    year = period(pair.base.period[:4])
    said = (
        [_("{year}: not like for like, {what}.").format(year=year, what=warnings(pair, metrics)[0])]
        if pair.mismatches
        else []
    )
    for figure in second_hand(pair):
        text = _("{year}: {what} is second hand.")
        if figure.note:
            text = _("{year}: {what} is second hand. {note}.")
        what = _("the median of {country}") if figure.statistic == "median" else _("the mean of {country}")
        said.append(text.format(year=year, what=what.format(country=the_country(figure.country)), note=figure.note))
    return said


@or_say_what_is_missing
def means(edition):
    """The mean fund of both countries, year by year: the one statistic that both sides have, with what is not alike."""
    sizes = all_sizes(edition)
    found = pairs(edition, sizes)
    if not found:
        raise MissingFigure(_none_to_pair(edition, sizes))
    metrics = edition.package.metrics
    base, peer = (country(code) for code in edition.countries)
    return blocks.exhibit(
        "fund-means",
        _means_title(found, metrics),
        _(
            "Mean size of a venture capital fund in US$, every year up to {year} that has one for both countries."
        ).format(year=edition.year),
        pd.DataFrame([_means_record(pair, metrics) for pair in found]),
        {
            "period": (_("Year"), period),
            "base_text": (base, str),
            "peer_text": (peer, str),
            "ratio": (_("Ratio"), times_tick),
            "note": (_("What each mean is"), str),
        },
        figures=[figure for pair in found for figure in (pair.base, pair.peer)],
        package=edition.package,
        warning=" ".join(dict.fromkeys(line for pair in found for line in catches(pair, metrics))),
        notes=_means_notes(edition, found),
        method=_("mean = money raised ÷ funds closed, both of one source, where no source states a mean"),
        numbers={"fund_mean_ratio": firmest(found).ratio},
    )


def _none_to_pair(edition, sizes):
    """Which country has a mean for which years, if none has both: one line per country."""
    said = []
    for code in edition.countries:
        years = {int(figure.period[:4]) for figure in sizes if figure.country == code and figure.statistic == "mean"}
        text = _("{country}: no mean fund size up to {year}.")
        if years:
            text = _("{country}: a mean fund size for {years}, none of them a year of the other country.")
        said.append(text.format(country=country(code), year=edition.year, years=year_spans(years)))
    return "\n".join(said)


def _means_title(found, metrics):
    if len(found) == 1:
        return pair_words(found[0], metrics)
    text = _("Mean against mean: {range}, by year and source")
    if all(catches(pair, metrics) for pair in found):
        text = _("Mean against mean: {range}, and each comparison has its catch")
    ratios = [pair.ratio for pair in found]
    return text.format(range=interval(min(ratios), max(ratios), times))


def _means_record(pair, metrics):
    base, peer = pair.base, pair.peer
    differ = [_("Not like for like: {what}.").format(what=warnings(pair, metrics)[0])] if pair.mismatches else []
    return {
        "period": base.period[:4],
        "base_country": base.country,
        "base_usd": base.value,
        "base_text": value_text(base),
        "peer_country": peer.country,
        "peer_usd": peer.value,
        "peer_text": value_text(peer),
        "ratio": pair.ratio,
        "note": " ".join([_mean_words(base), _mean_words(peer), *differ]),
        "base_id": base.id,
        "peer_id": peer.id,
    }


def _mean_words(figure):
    """ "Mexico: AMEXCAP, derived. US$1.2 billion under management over 42 funds."."""
    text = _("{country}: {family}, {status}.") if not figure.note else _("{country}: {family}, {status}. {note}.")
    return text.format(
        country=country(figure.country),
        family=sentence_start(blocks.stated_by(figure)),
        status=blocks.status_words()[figure.status],
        note=figure.note,
    )


def _means_notes(edition, found):
    """That the rows are no trend, and how far a quotient of totals may lie from a stated mean: list of str."""
    notes = [_("The rows come from different sources: they are not a trend.")] if len(found) > 1 else []
    checks = [check for code in edition.countries for check in _stated_over_derived(edition, code)]
    if checks:
        text = _(
            "Where one source states a mean and the totals ({years}), its mean is {range} the quotient: the two are not taken over the same funds."
        )
        ends = [value for _year, value in checks]
        notes.append(
            text.format(
                years=year_spans({year for year, _value in checks}), range=interval(min(ends), max(ends), times)
            )
        )
    return notes


def _stated_over_derived(edition, code):
    """Stated mean over the quotient of totals, where one source has both and they differ: list of (year, ratio)."""
    found = []
    for year in _years(edition):
        stated = {figure.source: figure for figure in spread(edition.package, "fund_size_mean", code, year)}
        for derived in derived_means(edition, code, year):
            said = stated.get(derived.source)
            value = ratio(said.value, derived.value) if said and said.status != "derived" else None
            found += [(year, value)] if value and abs(value - 1) > SAME else []
    return found
