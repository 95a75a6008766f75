"""Exhibits of 02_fund_size on how unequal funds are: the spread that published statistics imply, and the like-for-like band.

σ is the standard deviation of ln(fund size); sizes are in US$. A lognormal shape is assumed throughout.
"""

from typing import NamedTuple

import pandas as pd

from vcgap import blocks, charts, funds
from vcgap.chapters import fund_means
from vcgap.edition import MissingFigure, families, or_say_what_is_missing, side
from vcgap.figures import reference, spread
from vcgap.gaps import compare
from vcgap.language import (
    _,
    country,
    interval,
    join,
    money,
    number,
    percent,
    significant,
    the_country,
    times,
    value_text,
)

TOP = 0.1  # the share of funds that a sentence calls the largest


class Route(NamedTuple):
    """One way to the spread: country, sigma, median in US$, what it was computed from, and the Figures behind it."""

    country: str
    sigma: float
    median: float
    way: str
    figures: tuple


def band(pair):
    """The like-for-like ratio of two fund sizes over funds.SIGMA_BAND: (lower, upper), or None without a ratio.

    pair : Comparison of two of median and mean; a common σ cancels where both state the same.
    """
    sizes = pair.base.value, pair.base.statistic, pair.peer.value, pair.peer.statistic
    ends = [funds.like_for_like_ratio(*sizes, sigma) for sigma in funds.SIGMA_BAND]
    return None if None in ends or 0 in ends else (min(ends), max(ends))


def band_across(edition, pair):
    """The like-for-like band over every source of the two metrics of a pair: (lower, upper), and the Figures compared.

    None where no two of them give a ratio.
    """
    said = [
        list({figure.id: figure for figure in [chosen, *families(edition, chosen.metric, chosen.country)]}.values())
        for chosen in (pair.base, pair.peer)
    ]
    bands = [band(compare(one, other)) for one in said[0] for other in said[1]]
    ends = [end for found in bands if found for end in found]
    return (min(ends), max(ends)) if ends else None, [*said[0], *said[1]]


def band_sentence(pair):
    """What the band says, whichever country is ahead; "" without a ratio."""
    ends = band(pair)
    if ends is None:
        return ""
    if ends[0] < 1 < ends[1]:
        return _("Like for like it is open whose typical fund is larger: {range}").format(range=interval(*ends, times))
    larger, smaller = (pair.base, pair.peer) if ends[0] >= 1 else (pair.peer, pair.base)
    ends = ends if ends[0] >= 1 else (1 / ends[1], 1 / ends[0])
    return _("Like for like, the typical fund in {larger} is {range} the size of one in {smaller}").format(
        larger=the_country(larger.country), smaller=the_country(smaller.country), range=interval(*ends, times)
    )


def band_words(pair):
    """The same for a headline that has named both countries; "" without a ratio."""
    ends = band(pair)
    if ends is None:
        return ""
    if ends[0] < 1 < ends[1]:
        return _("Like for like it is open whose typical fund is larger")
    return _("Like for like the gap is {range}").format(
        range=interval(*sorted(max(end, 1 / end) for end in ends), times)
    )


def routes(edition):
    """Every σ that two published statistics of the year imply, for both countries: list of Route."""
    found = []
    for code in edition.countries:
        for median in _medians(edition, code):
            found += _from_means(edition, median) + _from_maxima(edition, median)
    return found


def _medians(edition, code):
    """The medians of the year, the reference first: list of Figure."""
    basis, year = edition.parameters.basis, edition.year
    chosen = reference(edition.package, basis, "fund_size_median", code, year)
    said = spread(edition.package, "fund_size_median", code, year)
    return list({figure.id: figure for figure in [*([chosen] if chosen else []), *said]}.values())


def _from_means(edition, median):
    """Median and mean: a stated mean, or money raised over funds closed."""
    code, year = median.country, edition.year
    stated = [
        (figure, _("stated mean {value}").format(value=value_text(figure)))
        for figure in spread(edition.package, "fund_size_mean", code, year)
    ]
    derived = [
        (figure, _("mean {value} ({note})").format(value=value_text(figure), note=figure.note))
        for figure in fund_means.derived_means(edition, code, year)
    ]
    found = [
        (funds.sigma_from_mean(median.value, mean.value), words, (median, mean)) for mean, words in stated + derived
    ]
    return _routes(code, median, found)


def _from_maxima(edition, median):
    """Median and largest of n; n is the funds closed in the year, or as many funds as there are firms."""
    code = median.country
    counts = [count for _money, count in fund_means.raised(edition, code, edition.year)]
    firms = reference(edition.package, edition.parameters.basis, "firms_active", code, edition.year)
    found = []
    for largest in spread(edition.package, "fund_size_max", code, edition.year):
        for count, unit in [
            *((count, _("funds closed")) for count in counts),
            *([(firms, _("firms"))] if firms else []),
        ]:
            sigma = funds.sigma_from_maximum(median.value, largest.value, count.value)
            words = _("largest of {count} {unit}: {value}").format(
                count=number(count.value), unit=unit, value=value_text(largest)
            )
            found.append((sigma, words, (median, largest, count)))
    return _routes(code, median, found)


def _routes(code, median, found):
    words = _("median {value} ({family}), {other}")
    return [
        Route(
            code,
            sigma,
            median.value,
            words.format(value=value_text(median), family=blocks.stated_by(median), other=other),
            used,
        )
        for sigma, other, used in found
        if sigma
    ]


def used_by(found):
    """The Figures behind several Routes, each once: list."""
    return list({figure.id: figure for route in found for figure in route.figures}.values())


def implied_sentence(found):
    """What spread the published statistics imply in each country: list of str."""
    said = []
    for code in dict.fromkeys(route.country for route in found):
        sigmas = [route.sigma for route in found if route.country == code]
        said.append(
            _("The published statistics of {country} imply σ {range}.").format(
                country=the_country(code), range=interval(min(sigmas), max(sigmas), sigma_text)
            )
        )
    return said


def sigma_text(sigma):
    """σ with two decimals: 1.7053 → "1.71"."""
    return number(sigma, 2)


@or_say_what_is_missing
def lorenz(edition):
    """How the money would be shared among the funds of a country with the spread that its statistics imply."""
    found = routes(edition)
    if not found:
        text = _("{country}: no two statistics of {year} from which the spread of its fund sizes would follow.")
        raise MissingFigure(
            "\n".join(text.format(country=country(code), year=edition.year) for code in edition.countries)
        )
    ends = _ends(found)
    drawn = [_curve(edition, route, place) for place, route in enumerate(ends)]
    return blocks.exhibit(
        "fund-lorenz",
        _lorenz_title(ends),
        _("Share of the money in the smallest funds, if sizes are lognormal. Straight line: all funds alike."),
        pd.DataFrame([_lorenz_record(route) for route in found]),
        _lorenz_columns(),
        draw=lambda narrow: charts.curves(drawn, narrow, percent, _("smallest funds →"), _("share of the money")),
        alt=_("Lorenz curves of {country}: {items}.").format(
            country=the_country(ends[0].country), items=join(_curve_words(route) for route in ends)
        ),
        figures=used_by(found),
        package=edition.package,
        quality=_("model"),
        notes=[*_unknown_spread(edition, found), *_at_least_note(found)],
        method=_(
            "σ = √(2 ln(mean ÷ median)), or ln(largest ÷ median) ÷ z of n; Gini = erf(σ ÷ 2); top share = Φ(σ − z)"
        ),
        numbers={"fund_gini_lower": funds.gini(ends[0].sigma), "fund_gini_upper": funds.gini(ends[-1].sigma)},
    )


def _ends(found):
    """The least and the most unequal reading of the first country that has one: list of one or two Routes."""
    mine = sorted((route for route in found if route.country == found[0].country), key=lambda route: route.sigma)
    return [mine[0], mine[-1]] if mine[-1].sigma - mine[0].sigma > 0.005 else mine[:1]


def _lorenz_title(ends):
    shares = [funds.top_share(TOP, route.sigma) for route in ends]
    return _("In {country} the largest {top} of funds would hold {range} of the money").format(
        country=the_country(ends[0].country), top=percent(TOP), range=interval(shares[0], shares[-1], percent)
    )


def _curve_words(route):
    return _("σ {sigma}: Gini {gini}, the largest {top} hold {share}").format(
        sigma=sigma_text(route.sigma),
        gini=significant(funds.gini(route.sigma), 2),
        top=percent(TOP),
        share=percent(funds.top_share(TOP, route.sigma)),
    )


def _curve(edition, route, place):
    path = funds.lorenz_curve(route.sigma)
    return {
        "label": _("Gini {gini}").format(gini=significant(funds.gini(route.sigma), 2)),
        "side": side(edition, route.country),
        "x": path["fund_share"].tolist(),
        "y": path["money_share"].tolist(),
        "dashed": place > 0,
    }


def _lorenz_record(route):
    return {
        "country": route.country,
        "way": route.way,
        "sigma": route.sigma,
        "gini": funds.gini(route.sigma),
        "top_share": funds.top_share(TOP, route.sigma),
        "mean_usd": funds.mean_from_median(route.median, route.sigma),
    }


def _lorenz_columns():
    return {
        "country": (_("Country"), country),
        "way": (_("Computed from"), str),
        "sigma": ("σ", sigma_text),
        "gini": (_("Gini"), sigma_text),
        "top_share": (_("Largest {top} hold").format(top=percent(TOP)), percent),
        "mean_usd": (_("Implied mean"), money),
    }


def _unknown_spread(edition, found):
    """What cannot be drawn, and why: a line for each country without a spread: list of str."""
    unknown = [code for code in edition.countries if code not in {route.country for route in found}]
    return [_no_spread(edition, code) for code in unknown]


def _no_spread(edition, code):
    """Why the statistics of a country give no spread: they are too few, or its mean is not above its median."""
    medians, means = _medians(edition, code), _means(edition, code)
    if not medians or not means:
        text = _(
            "{country}: one statistic or none is known for {year}, so its spread is unknown and no curve is drawn."
        )
        return text.format(country=country(code), year=edition.year)
    text = _(
        "{country}: its mean of {year} ({mean}) is not above its median ({median}): no lognormal has both, and no curve is drawn."
    )
    mean = max(means, key=lambda figure: figure.value)
    return text.format(country=country(code), year=edition.year, mean=value_text(mean), median=value_text(medians[0]))


def _means(edition, code):
    """The means of the year, stated and derived: list of Figure."""
    stated = spread(edition.package, "fund_size_mean", code, edition.year)
    return [*stated, *fund_means.derived_means(edition, code, edition.year)]


def _at_least_note(found):
    bounds = {
        figure.id for figure in used_by(found) if figure.metric == "fund_size_max" and figure.qualifier == "at_least"
    }
    if not bounds:
        return []
    return [_("“At least” makes the largest fund a lower bound, and so the σ that is computed from it.")]
