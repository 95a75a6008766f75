"""Exhibits of 06_closing_the_gap: what would have to be true. Growth is one year's, continued; levers are assumptions."""

import pandas as pd

from vcgap import blocks, charts, growth, scenarios, uncertainty
from vcgap.chapters.parity import (
    ahead_rates,
    fastest,
    gap_of_volume,
    growth_pairs,
    growth_reach,
    intensity,
    level_sentence,
    pair_words,
    possessive,
    race,
    rate_text,
    ratios_to_close,
    required_growths,
    required_notes,
    required_subtitle,
    sources_sentence,
    verdict,
    without_column,
    years_words,
)
from vcgap.edition import MissingFigure, family_label, or_say_what_is_missing, side
from vcgap.language import (
    _,
    counted,
    country,
    interval,
    join,
    money,
    number,
    percent,
    sentence_start,
    signed_percent,
    the_country,
    times,
    times_precise,
    times_tick,
)
from vcgap.parameters import ScenarioParameters, read_parameters

BEHIND_GROWTHS = (0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.60)  # a grid to read from, not figures
AHEAD_GROWTHS = (0.0, 0.02, 0.04, 0.08, 0.15, 0.30)
TITLE_GROWTH = 0.20  # the row of the grid that its title reads out
POINT_AHEAD = 0.04  # the column of the grid that the note on a point more is worked for
PARITY_YEARS = (5, 10, 15, 20, 30)
TITLE_YEARS = 20  # of them, the one that the title reads out
DECAYS = (0.95, 0.90, 0.85, 0.70, 0.50)  # what is left of a lead in growth after a year
FADED_YEARS = 5  # after which the table says what growth is left
QUANTILES = (0.05, 0.25, 0.75, 0.95)


def checked(**levers):
    """The levers of a scenario, checked against their one definition: ScenarioParameters. Raises UserError."""
    return read_parameters(levers, ScenarioParameters)


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
        lede = [sources_sentence(edition, pairs) + ".", *lede]
        numbers["parity_years_fastest"] = (fastest(pairs) or {"years": None})["years"]
    lede += [found.warning] if found.warning else []
    return blocks.headline("headline", sentence, lede, [*used, *growth_used], numbers, found.warning)


def _closing_sentence(edition, pairs):
    """What all pairs of sources together say of growth that lasts, and whose figures they are where only one has them."""
    pairs = without_column(pairs)
    behind = {pair["behind_family"] for pair in pairs}
    one_pair, one_source = len(pairs) == 1, len(behind) == 1
    words = {
        "never": _("By no source would the growth of {year} ever close the gap"),
        "disagree": _("Sources disagree on whether the growth of {year} would ever close the gap"),
        "reached": _("By every source the growth of {year} would close the gap, if it lasted"),
    }
    if one_pair:
        words["never"] = _("By the only pair of sources ({pair}) the growth of {year} would never close the gap")
        words["reached"] = _(
            "By the only pair of sources ({pair}) the growth of {year} would close the gap, if it lasted"
        )
    elif one_source:
        words["never"] = _("By {source} figures, the only ones, the growth of {year} would never close the gap")
        words["reached"] = _(
            "By {source} figures, the only ones, the growth of {year} would close the gap, if it lasted"
        )
    return words[verdict(pairs)].format(
        year=edition.year, pair=pair_words(pairs[0]), source=possessive(pairs[0]["behind_family"])
    )


def _needed_headline(found):
    if found.ratio == 1:
        return level_sentence(found)
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
    found = gap_of_volume(edition)
    pairs, used = growth_pairs(edition)
    rows = [_catch_up_row(pair) for pair in pairs]
    return blocks.exhibit(
        "catch-up",
        sources_sentence(edition, pairs),
        _catch_up_subtitle(edition, found, pairs),
        _for_download(pd.DataFrame(pairs), found),
        _catch_up_columns(found),
        draw=lambda narrow: charts.dots(rows, narrow, number),
        alt=_("Years to parity by pair of sources: {items}.").format(
            items=join(f"{row['label']} {row['text']}" for row in rows)
        ),
        figures=used,
        package=edition.package,
        quality=_("contested") if verdict(pairs) == "disagree" else "",
        warning=found.warning,
        notes=[
            _("One year’s growth does not last: this is arithmetic, not a forecast."),
            *_shrinking_note(pairs),
            *_doubling_note(pairs),
        ],
        method=_("years = ln(ratio) ÷ ln((1 + growth behind) ÷ (1 + growth ahead)), never if the latter is 1 or less"),
    )


def _catch_up_columns(found):
    return {
        "behind_family": (_("{country} by").format(country=country(found.behind.country)), family_label),
        "behind_growth": (_("Growth"), signed_percent),
        "ahead_family": (_("{country} by").format(country=country(found.ahead.country)), family_label),
        "ahead_growth": (_("Growth") + " ", signed_percent),
        "years": (_("Years to parity"), years_words),
    }


def _for_download(table, found):
    """The table with what only its CSV needs: the codes of both countries, and whether parity never comes.

    table : empty cells of its column years, if it has one, mean never
    """
    never = {"never": table["years"].isna()} if "years" in table else {}
    return table.assign(ahead_country=found.ahead.country, behind_country=found.behind.country, **never)


def _catch_up_subtitle(edition, found, pairs):
    text = _("Years to parity of venture capital invested, from {ratio}, if growth as stated for {year} lasted.")
    if any(pair["behind_family"] == "column" for pair in pairs) and without_column(pairs) != pairs:
        text += " " + _("Hollow: as the column prints both.")
    return text.format(ratio=times(found.ratio), year=edition.year)


def _catch_up_row(row):
    growths = signed_percent(row["behind_growth"]), signed_percent(row["ahead_growth"])
    return {
        "label": sentence_start(pair_words(row)),
        "value": row["years"],
        "text": years_words(row["years"]),
        "side": "other",
        "filled": row["behind_family"] != "column",
        "detail": _("{behind} against {ahead} a year").format(behind=growths[0], ahead=growths[1]),
    }


def _shrinking_note(pairs):
    """That two amounts which shrink do not meet: list of one sentence, or none."""
    if all(pair["behind_growth"] > 0 for pair in pairs):
        return []
    return [_("Where the smaller amount shrinks there is no parity, even if the larger shrinks faster.")]


def _doubling_note(pairs):
    """How little the level matters beside the growth: a sentence, or none if parity never comes. List of str."""
    first = fastest(pairs)
    if first is None:
        return []
    added = growth.catch_up_years(2, first["behind_growth"], first["ahead_growth"])
    text = _("A ratio twice as large would add {years} on the fastest path ({pair}): growth decides, not the level.")
    return [text.format(years=years_words(added), pair=pair_words(first))]


@or_say_what_is_missing
def paths(edition, *, years_ahead):
    """The ratio in the years to come if growth lasted: every pair of sources, and a band of growth drawn between them."""
    years_ahead = checked(years_ahead=years_ahead).years_ahead
    found = gap_of_volume(edition)
    pairs, used = growth_pairs(edition)
    bands = _bands(found.ratio, pairs, edition.year, years_ahead)
    records = [_path_record(found.ratio, pair, years_ahead) for pair in pairs]
    series = [_path_series(edition, found, pair, years_ahead, pairs) for pair in pairs]
    return blocks.exhibit(
        "paths-ahead",
        _paths_title(edition, pairs, years_ahead),
        _paths_subtitle(found, edition, years_ahead),
        _for_download(pd.DataFrame(records), found),
        _path_columns(edition, found, years_ahead),
        draw=lambda narrow: charts.fan(series, bands, narrow, times_tick),
        alt=_("Ratio from {year} on a log scale: {items}.").format(
            year=edition.year, items=join(f"{record['pair']} {record['last_text']}" for record in records)
        ),
        figures=used,
        package=edition.package,
        quality=_("contested") if verdict(pairs) == "disagree" else "",
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
    pairs = without_column(pairs)
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
    """Lowest, middle and highest growth of the sources of one country: what is drawn from. No source need be there."""
    growths = [pair[column] for pair in without_column(pairs)]
    return min(growths), (min(growths) + max(growths)) / 2, max(growths)


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
    return _families(pair) | shown | {"years": pair["years"], "last_text": last}


def _families(pair):
    """The two sources of a pair of growths, as the page says them and as the figures do."""
    families = {name: pair[name] for name in ("behind_family", "ahead_family")}
    return {"pair": sentence_start(pair_words(pair))} | families


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
    found = gap_of_volume(edition)
    grid = growth.catch_up_table(found.ratio, BEHIND_GROWTHS, AHEAD_GROWTHS)
    names = {rate: f"ahead_{rate:g}" for rate in AHEAD_GROWTHS}
    table = grid.astype(float).rename(columns=names).rename_axis("behind_growth", columns=None).reset_index()
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
        _for_download(table, found).assign(**{f"{name}_never": table[name].isna() for name in names.values()}),
        {"behind_growth": (country(found.behind.country), rate_text)} | columns,
        figures=[found.ahead, found.behind],
        package=edition.package,
        warning=found.warning,
        notes=_point_notes(found.ratio),
        method=_("years = ln(ratio) ÷ ln((1 + growth behind) ÷ (1 + growth ahead)), never if the latter is 1 or less"),
    )


def _years_cell(years):
    return _("never") if years is None or years != years else number(years, 1)


def _sensitivity_title(found, grid):
    first, last = (grid.at[TITLE_GROWTH, rate] for rate in (AHEAD_GROWTHS[0], AHEAD_GROWTHS[-1]))
    text = _("If {behind} grew {growth} a year, parity would take {first} if {ahead} stood still, {last} at {rate}")
    if last is None:
        text = _("If {behind} grew {growth} a year, parity would take {first} if {ahead} stood still; at {rate}, never")
    return text.format(
        growth=percent(TITLE_GROWTH),
        first=years_words(first),
        last=years_words(last),
        rate=percent(AHEAD_GROWTHS[-1]),
        **found.names,
    )


def _point_notes(ratio):
    """What one more point of growth does, at a middling and at the highest growth of the grid: list of one sentence."""
    rates = TITLE_GROWTH, BEHIND_GROWTHS[-1]
    slopes = [growth.catch_up_sensitivity(ratio, rate, POINT_AHEAD) for rate in rates]
    if not all(slopes):
        return []
    text = _(
        "With {ahead} a year ahead, one more point of growth behind brings parity {first} years nearer at {low}, {second} at {high}."
    )
    said = dict(zip(("first", "second"), (number(-slope, 1) for slope in slopes), strict=True))
    return [text.format(ahead=signed_percent(POINT_AHEAD), low=percent(rates[0]), high=percent(rates[1]), **said)]


@or_say_what_is_missing
def required(edition):
    """The growth a year that would bring parity of volume, and of intensity, in a number of years."""
    found = gap_of_volume(edition)
    rates, used = ahead_rates(edition, found)
    ratios, figures, missing = ratios_to_close(edition, found)
    table = pd.DataFrame([_required_record(years, ratios, rates) for years in PARITY_YEARS])
    return blocks.exhibit(
        "required-growth",
        _required_title(table, ratios),
        required_subtitle(found, rates),
        table.assign(ahead_country=found.ahead.country, behind_country=found.behind.country),
        {"years": (_("Years"), str)} | _required_columns(found, ratios, rates),
        figures=[*figures, *used],
        package=edition.package,
        warning=found.warning,
        notes=[*missing, *required_notes(ratios, rates)],
        method=_("growth = ratio^(1 ÷ years) × (1 + growth ahead) − 1"),
        numbers={f"growth_for_{name}_parity": _title_row(table)[_required_name(name, rates[0][1])] for name in ratios},
    )


def _required_record(years, ratios, rates):
    return {"years": years} | {
        _required_name(name, rate): needed
        for name, ratio in ratios.items()
        for (_words, rate), needed in zip(rates, required_growths(ratio, years, rates), strict=True)
    }


def _required_name(name, rate):
    """The column of the growth that parity of volume or intensity needs, at one growth of the country ahead."""
    return f"{name}_if_ahead_{rate:.3g}"


def _required_columns(found, ratios, rates):
    words = {"volume": _("Volume"), "intensity": _("Intensity")}
    text = _("{what}, if {country} {growth}")
    return {
        _required_name(name, rate): (
            text.format(what=words[name], country=country(found.ahead.country), growth=rate_text(rate)),
            signed_percent,
        )
        for name in ratios
        for _words, rate in rates
    }


def _title_row(table):
    return table[table["years"] == TITLE_YEARS].to_dict("records")[0]


def _required_title(table, ratios):
    row, said = _title_row(table), {}
    for name in ratios:
        rates = [rate for key, rate in row.items() if key.startswith(name)]
        said[name] = growth_reach(min(rates), max(rates))
    if "intensity" not in said:
        return _("Parity of volume in {years} years needs growth of {volume} a year").format(years=TITLE_YEARS, **said)
    return _(
        "Parity of volume in {years} years needs growth of {volume} a year; parity of intensity, {intensity}"
    ).format(years=TITLE_YEARS, **said)


@or_say_what_is_missing
def fading(edition):
    """What becomes of the fastest path if the lead in growth fades: years, or the ratio at which it stalls."""
    found = gap_of_volume(edition)
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
            pair=pair_words(first),
            behind_growth=signed_percent(growths[0]),
            ahead_growth=signed_percent(growths[1]),
        ),
        _for_download(pd.DataFrame([_fading_record(found.ratio, growths, decay) for decay in DECAYS]), found),
        {
            "decay": (_("Left of the lead after a year"), percent),
            "growth_left": (_("Growth after {years} years").format(years=FADED_YEARS), signed_percent),
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
    left = growth.fading_growth(*growths, decay, FADED_YEARS + 1)[-1]
    return {"decay": decay, "growth_left": left, "years": years, "stalls_at": stalls}


def _no_lead(name, found):
    text = _("By no pair of sources does {behind} grow faster than {ahead}: there is no path to parity to follow.")
    return blocks.note(name, _("No path to parity"), [text.format(**found.names)], [found.ahead, found.behind])


@or_say_what_is_missing
def gap_peak(edition):
    """When the gap in money would be largest: even a ratio that falls leaves it growing at first."""
    found = gap_of_volume(edition)
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
        _for_download(pd.DataFrame(records), found),
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
    return _families(pair) | {
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
