"""Exhibits of 06_closing_the_gap: what would have to be true. Growth is one year's, continued; levers are assumptions."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from vcgap import blocks, charts, gaps, growth, scenarios, uncertainty
from vcgap.chapters import over_time, volume
from vcgap.edition import MissingFigure, family_label, family_name, find_pair, or_say_what_is_missing, side
from vcgap.figures import Figure
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
    plural,
    sentence_start,
    signed_percent,
    the_country,
    times,
    times_precise,
    times_tick,
)
from vcgap.parameters import ScenarioParameters, read_parameters


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


BEHIND_GROWTHS = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.60)  # a grid to read from, not figures
AHEAD_GROWTHS = (0.0, 0.02, 0.04, 0.08)
TITLE_GROWTH = 0.20  # the row of the grid that its title reads out
PARITY_YEARS = (5, 10, 15, 20, 30)
TITLE_YEARS = 20
DECAYS = (0.95, 0.90, 0.85, 0.70, 0.50)  # what is left of a lead in growth after a year
QUANTILES = (0.05, 0.25, 0.75, 0.95)


def checked(**levers):
    """The levers of a scenario, checked against their one definition: ScenarioParameters. Raises UserError."""
    return read_parameters(levers, ScenarioParameters)


def race(edition):
    """Who is ahead in venture capital invested, and how far: Race. MissingFigure if a side is missing or zero."""
    pair = find_pair(edition, "vc_investment")
    if not pair.ratio:
        raise MissingFigure(volume.gap_headline(edition, pair) + ".")
    ahead, behind = (pair.base, pair.peer) if pair.ratio >= 1 else (pair.peer, pair.base)
    ratio = gaps.ratio(ahead.value, behind.value)
    return Race(ahead, behind, ratio, not_like_for_like(pair, edition.package.metrics))


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


def growth_pairs(edition):
    """Years to parity under the growth of every pair of sources: list of dict, and the Figures used.

    Each has behind_family, ahead_family, behind_growth, ahead_growth (fractions), years (None: never). The column goes
    with itself alone, at the end; a fall to nothing cannot be continued. MissingFigure if no pair of sources states the growth of both.
    """
    found = race(edition)
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
    return {
        "behind_family": behind["family"],
        "ahead_family": ahead["family"],
        "behind_growth": behind["growth"],
        "ahead_growth": ahead["growth"],
        "years": growth.catch_up_years(ratio, behind["growth"], ahead["growth"]),
    }


def fastest(pairs):
    """The independent pair of growth_pairs with the earliest parity; None if none of them ever gets there."""
    reached = [pair for pair in independent(pairs) if pair["years"] is not None]
    return min(reached, key=lambda pair: pair["years"], default=None)


def independent(pairs):
    """The pairs without the column, which repeats others; the column’s own if there is nothing else."""
    return [pair for pair in pairs if pair["behind_family"] != "column"] or pairs


def _pair_words(pair):
    """The two sources of a pair of growths, that of the country behind first."""
    names = [family_name(pair[place]) for place in ("behind_family", "ahead_family")]
    return " · ".join(dict.fromkeys(names))


@or_say_what_is_missing
def headline(edition):
    """Whether the growth of the year, continued, would ever close the gap, and what else parity would take."""
    found = race(edition)
    lede, used = _needed_sentences(edition, found)
    numbers = {}
    try:
        pairs, growth_used = growth_pairs(edition)
    except MissingFigure as missing:
        sentence, growth_used, lede = _needed_headline(found), [], [*lede, str(missing)]
    else:
        sentence = _closing_sentence(edition, pairs)
        lede = [catch_up_title(edition, pairs) + ".", *lede]
        numbers["parity_years_fastest"] = (fastest(pairs) or {"years": None})["years"]
    lede += [found.warning] if found.warning else []
    return blocks.headline("headline", sentence, lede, [*used, *growth_used], numbers, found.warning)


def _closing_sentence(edition, pairs):
    """What all pairs of sources together say of growth that lasts."""
    words = {
        "never": _("By no source would the growth of {year} ever close the gap"),
        "disagree": _("Sources disagree on whether the growth of {year} would ever close the gap"),
        "reached": _("By every source the growth of {year} would close the gap, if it lasted"),
    }
    return words[_verdict(pairs)].format(year=edition.year)


def _verdict(pairs):
    """ "never", "reached" or "disagree": whether growth that lasts brings parity, by all pairs of sources."""
    never = [pair["years"] is None for pair in independent(pairs)]
    return "never" if all(never) else "disagree" if any(never) else "reached"


def _needed_headline(found):
    text = _("To draw level with {ahead}, {behind} would need {ratio} the venture capital of today")
    return text.format(ratio=times(found.ratio), **found.names)


def _needed_sentences(edition, found):
    """What parity of volume and of intensity mean in money: list of str, and the Figures used."""
    try:
        share = intensity(edition)
    except MissingFigure as missing:
        return [*str(missing).split("\n")], [found.ahead, found.behind]
    text = _(
        "At the share of GDP that {ahead} invests, {behind} would have {wanted} a year: {ratio} today’s total, or {gap} more."
    )
    said = text.format(
        ahead=the_country(share.ahead.country),
        behind=the_country(share.behind.country),
        wanted=money(share.wanted),
        ratio=times(share.ratio),
        gap=money(share.gap),
    )
    return [said], [*share.figures]


@or_say_what_is_missing
def catch_up(edition):
    """Years to parity if the growth of one year lasted, for every pair of sources, or never."""
    found = race(edition)
    pairs, used = growth_pairs(edition)
    rows = [_catch_up_row(pair) for pair in pairs]
    return blocks.exhibit(
        "catch-up",
        catch_up_title(edition, pairs),
        _catch_up_subtitle(edition, found, pairs),
        pd.DataFrame(pairs),
        {
            "behind_family": (_("{country} by").format(country=country(found.behind.country)), family_label),
            "behind_growth": (_("Growth"), signed_percent),
            "ahead_family": (_("{country} by").format(country=country(found.ahead.country)), family_label),
            "ahead_growth": (_("Growth") + " ", signed_percent),
            "years": (_("Years to parity"), years_words),
        },
        draw=lambda narrow: charts.dots(rows, narrow, number),
        alt=_("Years to parity by pair of sources: {items}.").format(
            items=join(f"{row['label']} {row['text']}" for row in rows)
        ),
        figures=used,
        package=edition.package,
        quality=_("contested") if _verdict(pairs) == "disagree" else "",
        warning=found.warning,
        notes=[_("One year’s growth does not last: this is arithmetic, not a forecast."), *_doubling_note(pairs)],
        method=_("years = ln(ratio) ÷ ln((1 + growth behind) ÷ (1 + growth ahead)), never if the latter is 1 or less"),
    )


def _catch_up_subtitle(edition, found, pairs):
    text = _("Years to parity of venture capital invested, from {ratio}, if growth as stated for {year} lasted.")
    if any(pair["behind_family"] == "column" for pair in pairs) and independent(pairs) != pairs:
        text += " " + _("Hollow: as the column prints both.")
    return text.format(ratio=times(found.ratio), year=edition.year)


def _catch_up_row(row):
    growths = signed_percent(row["behind_growth"]), signed_percent(row["ahead_growth"])
    return {
        "label": sentence_start(_pair_words(row)),
        "value": row["years"],
        "text": years_words(row["years"]),
        "side": "other",
        "filled": row["behind_family"] != "column",
        "detail": _("{behind} against {ahead} a year").format(behind=growths[0], ahead=growths[1]),
    }


def _doubling_note(pairs):
    """How little the level matters beside the growth: a sentence, or none if parity never comes. List of str."""
    first = fastest(pairs)
    if first is None:
        return []
    added = growth.catch_up_years(2, first["behind_growth"], first["ahead_growth"])
    text = _("A ratio twice as large would add {years} on the fastest path ({pair}): growth decides, not the level.")
    return [text.format(years=years_words(added), pair=_pair_words(first))]


def catch_up_title(edition, pairs):
    """How long parity would take by each source of the country behind, and by which it never comes: a sentence."""
    by_family = {}
    for pair in independent(pairs):
        by_family.setdefault(pair["behind_family"], []).append(pair["years"])
    reached = {family: years for family, years in by_family.items() if any(one is not None for one in years)}
    never = join(_possessive(family) for family in by_family if family not in reached)
    parts = [_reached_words(family, years) for family, years in sorted(reached.items(), key=_earliest)]
    if not reached:
        text = _("If the growth of {year} lasted, parity would never come by {never} figures")
    elif never:
        text = _("If the growth of {year} lasted, parity would take {reached}; by {never} figures it would never come")
    else:
        text = _("If the growth of {year} lasted, parity would take {reached}")
    return text.format(year=edition.year, reached=join(parts), never=never)


def _possessive(family):
    return _("{name}’s").format(name=family_name(family))


def _earliest(item):
    return min(years for years in item[1] if years is not None)


def _reached_words(family, years):
    known = [one for one in years if one is not None]
    reach = interval(min(known), max(known), years_words)
    if len(known) < len(years):
        return _("{years}, or for ever, by {source} figures").format(years=reach, source=_possessive(family))
    return _("{years} by {source} figures").format(years=reach, source=_possessive(family))


@or_say_what_is_missing
def paths(edition, *, years_ahead):
    """The ratio in the years to come if growth lasted: every pair of sources, and a band of growth drawn between them."""
    years_ahead = checked(years_ahead=years_ahead).years_ahead
    found = race(edition)
    pairs, used = growth_pairs(edition)
    bands = _bands(found.ratio, pairs, edition.year, years_ahead)
    records = [_path_record(found.ratio, pair, years_ahead) for pair in pairs]
    series = [_path_series(edition, found, pair, years_ahead, pairs) for pair in pairs]
    return blocks.exhibit(
        "paths-ahead",
        _paths_title(edition, pairs, years_ahead),
        _paths_subtitle(found, edition, years_ahead),
        pd.DataFrame(records),
        _path_columns(edition, found, years_ahead),
        draw=lambda narrow: charts.fan(series, bands, narrow, times_tick),
        alt=_("Ratio from {year} on a log scale: {items}.").format(
            year=edition.year, items=join(f"{record['pair']} {record['last_text']}" for record in records)
        ),
        figures=used,
        package=edition.package,
        quality=_("contested") if _verdict(pairs) == "disagree" else "",
        warning=found.warning,
        notes=_draw_notes(found.ratio, pairs),
        method=_("ratio × ((1 + growth ahead) ÷ (1 + growth behind))^years"),
    )


def _paths_subtitle(found, edition, years_ahead):
    text = _("{ahead} divided by {behind}, venture capital invested, {first}–{last} if growth lasted, log scale. ")
    text += _("Lines: pairs of sources, down to parity. Grey: 90 % and 50 % of draws of assumed growth.")
    names = {"ahead": country(found.ahead.country), "behind": country(found.behind.country)}
    return text.format(first=edition.year, last=edition.year + years_ahead, **names)


def _paths_title(edition, pairs, years_ahead):
    """How many pairs of sources reach parity within the years ahead."""
    pairs = independent(pairs)
    there = sum(_within(pair, years_ahead) for pair in pairs)
    if len(pairs) == 1:
        text = _("If the growth of {year} continued, the only pair of sources would reach parity within {ahead}")
        text = text if there else _("If the growth of {year} continued, {ahead} would not bring parity")
    elif there == len(pairs):
        text = _("If the growth of {year} continued, every pair of sources would reach parity within {ahead}")
    elif not there:
        text = _("If the growth of {year} continued, no pair of sources would reach parity within {ahead}")
    else:
        text = _(
            "If the growth of {year} continued, {there} of {all} pairs of sources would reach parity within {ahead}"
        )
    numbers = {"there": counted(there), "all": counted(len(pairs)), "ahead": years_words(years_ahead)}
    return text.format(year=edition.year, **numbers)


def _within(pair, years_ahead):
    return pair["years"] is not None and pair["years"] <= years_ahead


def _triangle(pairs, column):
    """Lowest, middle and highest growth of the sources of one country: what is drawn from."""
    growths = sorted({pair[column] for pair in independent(pairs)})
    return growths[0], float(np.median(growths)), growths[-1]


def _bands(ratio, pairs, year, years_ahead):
    """The random draws as bands of charts.fan, the wider first."""
    triangles = [_triangle(pairs, column) for column in ("ahead_growth", "behind_growth")]
    fan = scenarios.growth_fan(ratio, *triangles, years_ahead, levels=QUANTILES)
    years = [year + step for step in fan.index]
    return [
        {"years": years, "lower": fan[lower].tolist(), "upper": fan[upper].tolist()}
        for lower, upper in ((QUANTILES[0], QUANTILES[-1]), (QUANTILES[1], QUANTILES[-2]))
    ]


def _draw_notes(ratio, pairs):
    """What the random draws say: list of str."""
    drawn = uncertainty.catch_up_range(ratio, _triangle(pairs, "behind_growth"), _triangle(pairs, "ahead_growth"))
    text = _(
        "The draws are an assumption, not evidence: each side’s growth once, between its lowest and highest source, most often near the middle, where no source may stand; then it lasts. The lines are what sources say, and may lie outside the grey."
    )
    if drawn.median is None:
        said = _("No draw reaches parity.")
    elif drawn.never:
        said = _("Under that assumption {share} never reach parity; of the others the middle half takes {years}.")
    else:
        said = _("Every draw reaches parity; the middle half takes {years}.")
    middle = "" if drawn.median is None else interval(drawn.lower, drawn.upper, years_words)
    return [
        text,
        said.format(share=percent(drawn.never), years=middle),
        _("No line is a forecast: what one year did, many years rarely do."),
    ]


def _path_record(ratio, pair, years_ahead):
    path = scenarios.projected_ratios(ratio, pair["ahead_growth"], pair["behind_growth"], years_ahead)
    shown = {f"after_{step}": path[step] for step in _steps(years_ahead)}
    last = times(path[-1]) if path[-1] > 1 else _("at parity after {years}").format(years=years_words(pair["years"]))
    return {"pair": sentence_start(_pair_words(pair)), **shown, "years": pair["years"], "last_text": last}


def _steps(years_ahead):
    """The years after which the table shows the ratio."""
    return sorted({step for step in (5, 10, 20) if step < years_ahead} | {years_ahead})


def _source_heading(found):
    names = {"behind": country(found.behind.country), "ahead": country(found.ahead.country)}
    return _("Growth by ({behind} · {ahead})").format(**names)


def _path_columns(edition, found, years_ahead):
    columns = {"pair": (_source_heading(found), str)}
    columns |= {f"after_{step}": (str(edition.year + step), _ratio_or_parity) for step in _steps(years_ahead)}
    return columns | {"years": (_("Parity after"), years_words)}


def _ratio_or_parity(value):
    return times_precise(value) if value > 1 else _("parity")


def _path_series(edition, found, pair, years_ahead, pairs):
    """One line of charts.fan; lines of one source of the country behind share a label, with the years if they end."""
    family, there = pair["behind_family"], _within(pair, years_ahead)
    alike = [one["years"] for one in pairs if one["behind_family"] == family and _within(one, years_ahead)]
    label = family_label(family)
    return {
        "label": f"{label} {interval(min(alike), max(alike), years_words)}" if there else label,
        "group": (family, there),
        "side": side(edition, found.behind.country),
        "years": list(range(edition.year, edition.year + years_ahead + 1)),
        "values": scenarios.projected_ratios(found.ratio, pair["ahead_growth"], pair["behind_growth"], years_ahead),
    }


@or_say_what_is_missing
def sensitivity(edition):
    """Years to parity over a grid of growths of both countries: how much hangs on a few points."""
    found = race(edition)
    grid = growth.catch_up_table(found.ratio, BEHIND_GROWTHS, AHEAD_GROWTHS)
    names = {rate: f"ahead_{rate:g}" for rate in AHEAD_GROWTHS}
    table = grid.astype(float).rename(columns=names).rename_axis(columns=None).reset_index()
    heading = _("{country} {growth}")
    columns = {
        name: (heading.format(country=country(found.ahead.country), growth=rate_text(rate)), _years_cell)
        for rate, name in names.items()
    }
    return blocks.exhibit(
        "sensitivity",
        _sensitivity_title(found, grid),
        _(
            "Years to parity from {ratio}, by growth a year of both countries; the growths are a grid, not figures."
        ).format(ratio=times(found.ratio)),
        table,
        {"peer_growth": (country(found.behind.country), rate_text)} | columns,
        figures=[found.ahead, found.behind],
        package=edition.package,
        warning=found.warning,
        method=_("years = ln(ratio) ÷ ln((1 + growth behind) ÷ (1 + growth ahead)), never if the latter is 1 or less"),
    )


def rate_text(value):
    return signed_percent(value) if value else percent(0.0)


def _years_cell(years):
    return _("never") if years is None or years != years else number(years, 1)


def _sensitivity_title(found, grid):
    first, last = (grid.at[TITLE_GROWTH, rate] for rate in (AHEAD_GROWTHS[0], AHEAD_GROWTHS[-1]))
    return _(
        "If {behind} grew {growth} a year, parity would take {first} if {ahead} stood still, {last} if it grew {rate}"
    ).format(
        growth=percent(TITLE_GROWTH),
        first=years_words(first),
        last=years_words(last),
        rate=percent(AHEAD_GROWTHS[-1]),
        **found.names,
    )


@or_say_what_is_missing
def required(edition):
    """The growth a year that would bring parity of volume, and of intensity, in a number of years."""
    found = race(edition)
    rates, used = _ahead_rates(edition, found)
    ratios, figures, missing = _ratios_to_close(edition, found)
    table = pd.DataFrame([_required_record(years, ratios, rates) for years in PARITY_YEARS])
    return blocks.exhibit(
        "required-growth",
        _required_title(table, ratios),
        _required_subtitle(found, rates),
        table,
        {"years": (_("Years"), str)} | _required_columns(found, ratios, rates),
        figures=[*figures, *used],
        package=edition.package,
        warning=found.warning,
        notes=[*missing, *_intensity_note(ratios)],
        method=_("growth = ratio^(1 ÷ years) × (1 + growth ahead) − 1"),
        numbers={f"growth_for_{name}_parity": _title_row(table)[f"{name}_0"] for name in ratios},
    )


def _intensity_note(ratios):
    text = _(
        "Parity of intensity is an equal share of GDP; the growth of GDP itself is taken to be equal on both sides."
    )
    return [text] if "intensity" in ratios else []


def _ahead_rates(edition, found):
    """The lowest and the highest growth that a source states for the country ahead, or none: it stands still.

    The column repeats others and is read only where nothing else is stated.

    Returns list of (family, fraction), and the Figures used.
    """
    by_family, used = over_time.growth_by_family(edition, found.ahead.country)
    stated = {family: record for family, record in by_family.items() if family != "column"} or by_family
    ranked = sorted((record["growth"], family) for family, record in stated.items())
    if not ranked:
        return [("", 0.0)], []
    ends = [ranked[0], ranked[-1]] if ranked[0][0] < ranked[-1][0] else ranked[:1]
    return [(family, rate) for rate, family in ends], used


def _ratios_to_close(edition, found):
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


def _required_record(years, ratios, rates):
    return {"years": years} | {
        f"{name}_{place}": growth.required_growth(ratio, years, rate)
        for name, ratio in ratios.items()
        for place, (_family, rate) in enumerate(rates)
    }


def _required_columns(found, ratios, rates):
    words = {"volume": _("Volume"), "intensity": _("Intensity")}
    text = _("{what}, if {country} {growth}")
    return {
        f"{name}_{place}": (
            text.format(what=words[name], country=country(found.ahead.country), growth=rate_text(rate)),
            signed_percent,
        )
        for name in ratios
        for place, (_family, rate) in enumerate(rates)
    }


def _required_subtitle(found, rates):
    text = _("Growth a year of {behind} that brings parity, if {ahead} keeps growing {rates} a year.")
    if not rates[0][0]:
        text = _("Growth a year of {behind} that brings parity, if {ahead} stood still: no source states its growth.")
    said = [f"{rate_text(rate)} ({family_name(family)})" for family, rate in rates if family]
    return text.format(rates=_(" or ").join(said), **found.names)


def _title_row(table):
    return table[table["years"] == TITLE_YEARS].to_dict("records")[0]


def _required_title(table, ratios):
    row, said = _title_row(table), {}
    for name in ratios:
        rates = [rate for key, rate in row.items() if key.startswith(name)]
        said[name] = _reach(min(rates), max(rates))
    if "intensity" not in said:
        return _("Parity of volume in {years} years needs growth of {volume} a year").format(years=TITLE_YEARS, **said)
    return _(
        "Parity of volume in {years} years needs growth of {volume} a year; parity of intensity, {intensity}"
    ).format(years=TITLE_YEARS, **said)


def _reach(lower, upper):
    """A range of growths: "31–63 %", but "−20 % to −12 %"."""
    if lower >= 0 or percent(lower) == percent(upper):
        return interval(lower, upper, percent)
    return _("{lower} to {upper}").format(lower=percent(lower), upper=percent(upper))


@or_say_what_is_missing
def fading(edition):
    """What becomes of the fastest path if the lead in growth fades: years, or the ratio at which it stalls."""
    found = race(edition)
    pairs, used = growth_pairs(edition)
    first = fastest(pairs)
    if first is None:
        return _no_lead("fading", found)
    growths = first["behind_growth"], first["ahead_growth"]
    critical = growth.critical_decay(found.ratio, *growths)
    return blocks.exhibit(
        "fading",
        _fading_title(critical),
        _("The fastest path ({pair}): growth of {behind_growth} a year falls back towards {ahead_growth}.").format(
            pair=_pair_words(first),
            behind_growth=signed_percent(growths[0]),
            ahead_growth=signed_percent(growths[1]),
        ),
        pd.DataFrame([_fading_record(found.ratio, growths, decay) for decay in DECAYS]),
        {
            "decay": (_("Left of the lead after a year"), percent),
            "years": (_("Parity after"), years_words),
            "stalls_at": (_("Stalls at"), times),
        },
        figures=used,
        package=edition.package,
        warning=found.warning,
        notes=[_("How fast a lead fades is an assumption; no source here measures it.")],
        method=_("growth in year t = growth ahead + lead × (share left)^t, until the ratio is 1"),
        numbers={"critical_decay": critical},
    )


def _fading_title(critical):
    if critical is None:
        return _("However much of the lead in growth is left after each year, parity never comes")
    if not critical:
        return _("Parity would come in the first year, however fast the lead in growth fades")
    return _("If less than about {share} of the lead in growth is left after each year, parity never comes").format(
        share=percent(critical)
    )


def _fading_record(ratio, growths, decay):
    years = growth.fading_catch_up_years(ratio, *growths, decay)
    stalls = growth.fading_limit(ratio, *growths, decay) if years is None else None
    return {"decay": decay, "years": years, "stalls_at": stalls}


def _no_lead(name, found):
    text = _("By no pair of sources does {behind} grow faster than {ahead}: there is no path to parity to follow.")
    return blocks.note(name, _("No path to parity"), [text.format(**found.names)], [found.ahead, found.behind])


@or_say_what_is_missing
def gap_peak(edition):
    """When the gap in money would be largest: even a ratio that falls leaves it growing at first."""
    found = race(edition)
    pairs, used = growth_pairs(edition)
    first = fastest(pairs)
    if first is None:
        return _no_lead("gap-peak", found)
    records = [_peak_record(edition, found, pair) for pair in pairs]
    return blocks.exhibit(
        "gap-peak",
        _peak_title(_peak_record(edition, found, first)),
        _("Money between {ahead} and {behind}, {now} today, if the growth of {year} lasted.").format(
            now=money(found.ahead.value - found.behind.value), year=edition.year, **found.names
        ),
        pd.DataFrame(records),
        {
            "pair": (_source_heading(found), str),
            "peak_text": (_("Largest"), str),
            "gap": (_("Gap then"), money),
            "years": (_("Parity after"), years_words),
        },
        figures=used,
        package=edition.package,
        warning=found.warning,
        notes=[_("Sums far ahead are arithmetic; they show how soon the growth of one year stops making sense.")],
        method=_("the year in which both amounts grow by the same sum"),
    )


def _peak_record(edition, found, pair):
    """When the gap in money is largest under the growth of one pair of sources, and how large it is then, US$."""
    growths = pair["ahead_growth"], pair["behind_growth"]
    peak = growth.gap_peak_years(found.ahead.value, found.behind.value, *growths)
    ahead, behind = (
        growth.level_after(figure.value, rate, peak)
        for figure, rate in zip((found.ahead, found.behind), growths, strict=True)
    )
    return {
        "pair": sentence_start(_pair_words(pair)),
        "peak_years": peak,
        "peak_text": _peak_words(edition, peak),
        "gap": None if peak is None else ahead - behind,
        "years": pair["years"],
    }


def _peak_words(edition, peak):
    if peak is None:
        return _("grows without end")
    return str(edition.year + round(peak)) if peak >= 0.5 else _("shrinks from the start")


def _peak_title(record):
    if record["peak_years"] is None:
        return _("Even on the fastest path the gap in money grows without end")
    if record["peak_years"] < 0.5:
        return _("On the fastest path the gap in money shrinks from the start")
    return _("Even on the fastest path the gap in money would grow until {year}").format(year=record["peak_text"])
