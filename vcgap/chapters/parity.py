"""What parity would take, for every page that says it: who is ahead, how fast each side grows, what growth would close the gap."""

from typing import NamedTuple

from vcgap import gaps, growth
from vcgap.chapters import over_time, volume
from vcgap.edition import MissingFigure, family_name, find_pair
from vcgap.figures import Figure
from vcgap.language import (
    _,
    interval,
    join,
    not_like_for_like,
    number,
    percent,
    plural,
    sentence_start,
    signed_percent,
    the_country,
)


class Race(NamedTuple):
    """Both totals of the year, the larger first. ratio : ahead / behind; warning : what is not like for like."""

    ahead: Figure
    behind: Figure
    ratio: float
    warning: str

    @property
    def names(self):
        """The countries inside a sentence: dict for format."""
        return {"ahead": the_country(self.ahead.country), "behind": the_country(self.behind.country)}


LONG_RUN = 10  # years from which on a mean growth is one of many years


def race(edition):
    """Who is ahead in venture capital invested, and how far: Race. MissingFigure if a side is missing or zero."""
    pair = find_pair(volume.larger_first(edition), "vc_investment")
    if not pair.ratio:
        raise MissingFigure(volume.gap_headline(edition, pair) + ".")
    return Race(pair.base, pair.peer, pair.ratio, not_like_for_like(pair, edition.package.metrics))


class Intensity(NamedTuple):
    """Venture capital against GDP, the higher share first. wanted : what the country behind would have at that share,
    gap : what it lacks (US$ a year); ratio : of the shares; figures : both totals and both GDPs."""

    ahead: Figure
    behind: Figure
    ratio: float
    wanted: float
    gap: float
    figures: tuple
    warning: str


def intensity(edition):
    """How far apart the shares of GDP are: Intensity. MissingFigure if a total or a GDP is missing."""
    found, gdp = race(edition), find_pair(edition, "gdp")
    output = {figure.country: figure for figure in (gdp.base, gdp.peer)}
    ranked = sorted((found.ahead, found.behind), key=lambda one: -one.value / output[one.country].value)
    (ahead, behind), below = ranked, [output[figure.country].value for figure in ranked]
    return Intensity(
        ahead,
        behind,
        (ahead.value / below[0]) / (behind.value / below[1]),
        gaps.at_intensity(ahead.value, *below),
        gaps.intensity_gap(ahead.value, below[0], behind.value, below[1]),
        (ahead, behind, gdp.base, gdp.peer),
        found.warning or not_like_for_like(gdp, edition.package.metrics),
    )


def years_words(years):
    """A duration in words: 21.7 → "22 years", None → "never"."""
    if years is None or years != years:
        return _("never")
    if years < 0.5:
        return _("less than a year")
    return plural("{years} year", "{years} years", round(years)).format(years=number(years))


def gap_of_volume(edition):
    """The Race where there is a gap to close; MissingFigure, with a sentence, where both invest as much."""
    found = race(edition)
    if found.ratio == 1:
        raise MissingFigure(level_sentence(found) + ".")
    return found


def level_sentence(found):
    """That both countries invest as much. found : Race"""
    text = _("{ahead} and {behind} invest as much: there is no gap in volume to close")
    return sentence_start(text.format(**found.names))


def gap_of_intensity(edition):
    """The Intensity where there is a gap to close; MissingFigure, with a sentence, where the shares of GDP are equal."""
    found = intensity(edition)
    if not found.gap:
        raise MissingFigure(_("Both countries invest the same share of GDP: there is no gap in intensity to close."))
    return found


def growth_pairs(edition):
    """Years to parity under the growth of every pair of sources: list of dict, and the Figures used.

    Each has behind_family, ahead_family, behind_growth, ahead_growth (fractions), years (None: never). The column goes
    with itself alone, at the end; a fall to nothing cannot be continued. A country that shrinks never draws level: that
    the other shrinks faster is no parity. MissingFigure if no pair of sources states the growth of both.
    """
    found = gap_of_volume(edition)
    sides = [over_time.growth_by_family(edition, figure.country) for figure in (found.ahead, found.behind)]
    pairs = [
        _growth_pair(found.ratio, one, other)
        for other in sides[1][0].values()
        for one in sides[0][0].values()
        if (one["family"] == "column") == (other["family"] == "column") and min(one["growth"], other["growth"]) > -1
    ]
    if not pairs:
        text = _("No pair of sources states the growth of {ahead} and of {behind} in {year}.")
        raise MissingFigure(text.format(year=edition.year, **found.names))
    pairs.sort(key=lambda pair: (pair["behind_family"] == "column", pair["behind_family"], pair["ahead_family"]))
    return pairs, [found.ahead, found.behind, *sides[0][1], *sides[1][1]]


def _growth_pair(ratio, ahead, behind):
    growths = behind["growth"], ahead["growth"]
    return {
        "behind_family": behind["family"],
        "ahead_family": ahead["family"],
        "behind_growth": behind["growth"],
        "ahead_growth": ahead["growth"],
        "years": growth.catch_up_years(ratio, *growths) if behind["growth"] > 0 else None,
    }


def fastest(pairs):
    """The without_column pair of growth_pairs with the earliest parity; None if none of them ever gets there."""
    reached = [pair for pair in without_column(pairs) if pair["years"] is not None]
    return min(reached, key=lambda pair: pair["years"], default=None)


def without_column(pairs):
    """The pairs without the column, which repeats others; the column’s own if there is nothing else."""
    return [pair for pair in pairs if pair["behind_family"] != "column"] or pairs


def pair_words(pair):
    """The two sources of a pair of growths, that of the country behind first."""
    names = [family_name(pair[place]) for place in ("behind_family", "ahead_family")]
    return " · ".join(dict.fromkeys(names))


def verdict(pairs):
    """ "never", "reached" or "disagree": whether growth that lasts brings parity, by all pairs of sources."""
    never = [pair["years"] is None for pair in without_column(pairs)]
    return "never" if all(never) else "disagree" if any(never) else "reached"


def rate_text(value):
    """A growth rate with its sign, zero without one: 0.04 → "+4 %"."""
    return signed_percent(value) if value else percent(0.0)


def ahead_rates(edition, found):
    """Which growth of the country ahead a table of required growth supposes: list of (words, fraction), and Figures.

    Its mean over many years, where a source has them, then the lowest and the highest that sources state for the year.
    The column repeats others and is read only where nothing else is stated. Without any figure it stands still.
    """
    by_family, used = over_time.growth_by_family(edition, found.ahead.country)
    stated = {family: record for family, record in by_family.items() if family != "column"} or by_family
    ranked = sorted((record["growth"], family) for family, record in stated.items())
    ends = [ranked[0], ranked[-1]] if ranked and ranked[0][0] < ranked[-1][0] else ranked[:1]
    text = _("{source}, {year}")
    one_year = [(text.format(source=family_name(family), year=edition.year), rate) for rate, family in ends]
    many_years, levels = _long_run(edition, found.ahead.country)
    return [*many_years, *one_year] or [("", 0.0)], [*used, *levels]


def _long_run(edition, code):
    """Compound growth over the longest run of one family up to the year: list of one (words, fraction), and Figures.

    Empty if no family has LONG_RUN years or more between its first year and the edition's.
    """
    runs = {family: said for family, said in over_time.annual_by_family(edition, code).items() if edition.year in said}
    if not runs:
        return [], []
    family, said = min(runs.items(), key=lambda run: (min(run[1]), run[0]))
    first, last = said[min(said)], said[edition.year]
    rate = growth.annual_growth(first.value, last.value, edition.year - min(said))
    if edition.year - min(said) < LONG_RUN or rate is None:
        return [], []
    text = _("{source}, mean of {first}–{last}")
    words = text.format(source=family_name(family), first=min(said), last=edition.year)
    return [(words, rate)], [first, last]


def ratios_to_close(edition, found):
    """The ratio of volume and that of intensity: dict of float, the Figures used, and what is missing (list of str)."""
    volume_only = {"volume": found.ratio}
    try:
        share = intensity(edition)
    except MissingFigure as missing:
        return volume_only, [found.ahead, found.behind], str(missing).split("\n")
    if share.behind.country != found.behind.country:
        said = _("Against GDP, {country} is ahead already.").format(country=the_country(found.behind.country))
        return volume_only, [*share.figures], [sentence_start(said)]
    return volume_only | {"intensity": share.ratio}, [*share.figures], []


def required_growths(ratio, years, rates):
    """The growth a year that closes a ratio in a number of years, for each rate of ahead_rates: list of fractions."""
    return [growth.required_growth(ratio, years, rate) for _words, rate in rates]


def required_subtitle(found, rates):
    """What a table of required growth shows, and which growth of the country ahead it supposes. rates : of ahead_rates."""
    text = _("Growth a year of {behind} that brings parity, if {ahead} keeps growing {rates} a year.")
    if not rates[0][0]:
        text = _("Growth a year of {behind} that brings parity, if {ahead} stood still: no source states its growth.")
    said = [f"{rate_text(rate)} ({words})" for words, rate in rates if words]
    return text.format(rates=_(" or ").join(said), **found.names)


def required_notes(ratios, rates):
    """What a table of required growth takes for granted: list of str."""
    notes = [_("A single year’s growth does not last for decades; that of many years is the steadier assumption.")]
    equal = _("Parity of intensity is an equal share of GDP; GDP itself is taken to grow alike on both sides.")
    return (notes if len(rates) > 1 else []) + ([equal] if "intensity" in ratios else [])


def growth_reach(lower, upper):
    """A range of growths: "31–63 %", but "−20 % to −12 %"."""
    if lower >= 0 or percent(lower) == percent(upper):
        return interval(lower, upper, percent)
    return _("{lower} to {upper}").format(lower=percent(lower), upper=percent(upper))


def possessive(family):
    """Whose figures: "TTR" → "TTR’s"."""
    return _("{name}’s").format(name=family_name(family))


def _earliest(item):
    return min(years for years in item[1] if years is not None)


def _reached_words(family, years):
    known = [one for one in years if one is not None]
    reach = years_reach(min(known), max(known))
    if len(known) < len(years):
        return _("{years}, or for ever, by {source} figures").format(years=reach, source=possessive(family))
    return _("{years} by {source} figures").format(years=reach, source=possessive(family))


def years_reach(lower, upper):
    """A range of durations, the word said once: 0.6, 2.1 → "1–2 years"; 0.2, 3 → "less than a year to 3 years"."""
    low, high = years_words(lower), years_words(upper)
    if low == high:
        return high
    if lower < 0.5:
        return _("{lower} to {upper}").format(lower=low, upper=high)
    return _("{lower}–{upper}").format(lower=number(lower), upper=high)


def sources_sentence(edition, pairs):
    """How long parity would take by each source of the country behind, and by which it never comes: a sentence."""
    by_family = {}
    for pair in without_column(pairs):
        by_family.setdefault(pair["behind_family"], []).append(pair["years"])
    reached = {family: years for family, years in by_family.items() if any(one is not None for one in years)}
    never = join(possessive(family) for family in by_family if family not in reached)
    parts = [_reached_words(family, years) for family, years in sorted(reached.items(), key=_earliest)]
    if not reached:
        text = _("If the growth of {year} lasted, parity would never come by {never} figures")
    elif never:
        text = _("If the growth of {year} lasted, parity would take {reached}; by {never} figures it would never come")
    else:
        text = _("If the growth of {year} lasted, parity would take {reached}")
    return text.format(year=edition.year, reached=join(parts), never=never)
