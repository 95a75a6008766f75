"""Exhibits of 01_volume: how much is invested, by whose count, and how the gap moves."""

import pandas as pd

from vcgap import blocks, charts, gaps
from vcgap.edition import families, find, find_pair, or_say_what_is_missing, side
from vcgap.figures import choices, reference, spread, years_with_figures
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

SERIES_START = 2006  # before that only one source covers both countries
RATIO_YEARS = 6  # how far back the ratio by source goes: older levels are of other vintages


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
            )  # fmt: skip
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
        _("{base} divided by {peer}, venture capital invested, {year}, log scale: each line is ten times the last. Bar: range across sources.").format(
            base=country(base), peer=country(peer), year=edition.year),
        shown,
        columns,
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Three ratios on a log scale: {items}.").format(items=join(f"{row['label']}: {row['text']}" for row in rows)),
        figures=used,
        package=edition.package,
        method=_("venture capital divided by population and by GDP at market exchange rates"),
    )  # fmt: skip


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
        {"label": _("{country}: {count}").format(country=country(code), count=number(dots)), "side": side(edition, code), "count": dots}
        for code, dots in ((codes[1], 1), (codes[0], count))
    ]  # fmt: skip
    table = pd.DataFrame(
        [{"country": country(code), "dots": dots} for code, dots in ((codes[1], 1), (codes[0], count))]
    )
    return blocks.exhibit(
        "in-squares",
        _("One against {count}").format(count=number(count)),
        _("Venture capital invested, {year}. One dot is all of {country}: {value}.").format(
            year=edition.year, country=the_country(codes[1]), value=money(min(pair.base.value, pair.peer.value))),
        table,
        {"country": (_("Country"), str), "dots": (_("Dots"), number)},
        draw=lambda narrow: charts.units(groups, narrow),
        alt=_("One dot for {less} and {count} dots for {more}.").format(
            less=the_country(codes[1]), count=number(count), more=the_country(codes[0])),
        figures=(pair.base, pair.peer),
        package=edition.package,
        method=_("the ratio, rounded to whole dots"),
    )  # fmt: skip


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
            country=the_country(code), year=edition.year),
        table,
        {"family": (_("Source"), family_name), "value": (_("US$"), lambda value: money(value, digits=4)), "scope": (_("What it counts"), str)},
        draw=lambda narrow: charts.dots(rows, narrow, money),
        alt=_("{country}, {year}: {items}.").format(
            country=country(code), year=edition.year, items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=said,
        package=edition.package,
        quality=_("contested") if len(_independent(said)) > 1 else _("single source"),
    )  # fmt: skip


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
def one_basis(edition):
    """Both countries over the years under the like-for-like basis: one provider, one rule."""
    found = {code: _one_basis_series(edition, code) for code in edition.countries}
    years = sorted(set(found[edition.parameters.base]) & set(found[edition.parameters.peer]))
    base, peer = edition.countries
    if not years:
        return blocks.note("one-basis", _("No figure"), [
            _("No provider in this suite covers {base} and {peer} by one rule.").format(base=the_country(base), peer=the_country(peer))])  # fmt: skip
    table = pd.DataFrame([_one_basis_record(year, found[base][year], found[peer][year]) for year in years])
    series = [
        {
            "label": country(code),
            "side": side(edition, code),
            "years": years,
            "values": [found[code][year].value for year in years],
        }
        for code in edition.countries
    ]
    empty = [str(year) for year in years if not found[peer][year].value]
    last = table.iloc[-1]
    return blocks.exhibit(
        "one-basis",
        _one_basis_title(last),
        _("Venture capital invested by country of the company, {first}–{last}, current US$, log scale.").format(first=years[0], last=years[-1]),
        table,
        {"year": (_("Year"), str), "base": (country(base), money), "peer": (country(peer), money), "ratio": (_("Ratio"), times_precise)},
        draw=lambda narrow: charts.lines(series, narrow, money),
        alt=_("Two paths on a log scale. In {year}: {base} {base_value}, {peer} {peer_value}.").format(
            year=years[-1], base=country(base), base_value=money(last["base"]), peer=country(peer), peer_value=money(last["peer"])),
        figures=[figure for code in edition.countries for year, figure in found[code].items() if year in years],
        package=edition.package,
        notes=[_("No deal was recorded in {country} in {years}: thin coverage, not a true zero; a log scale cannot show it.").format(
            country=the_country(peer), years=join(empty))] if empty else [],
        numbers={"one_basis_ratio": last["ratio"], "one_basis_year": int(last["year"])},
    )  # fmt: skip


def _one_basis_series(edition, code):
    years = years_with_figures(edition.package, "vc_investment", code)
    found = {year: reference(edition.package, "like_for_like", "vc_investment", code, year) for year in years}
    return {year: figure for year, figure in found.items() if figure is not None}


def _one_basis_record(year, base, peer):
    return {"year": year, "base": base.value, "peer": peer.value, "ratio": gaps.ratio(base.value, peer.value)}


def _one_basis_title(last):
    if last["ratio"] is None or last["ratio"] != last["ratio"]:
        return _("On one basis for both countries there is no ratio for {year}").format(year=int(last["year"]))
    return _("On one basis for both countries, the gap was {ratio} in {year}").format(
        ratio=times(last["ratio"]), year=int(last["year"])
    )


def annual_by_family(edition, code):
    """Annual venture capital by family: dict of family → {year: Figure}, the column left out."""
    found = {}
    for year in years_with_figures(edition.package, "vc_investment", code):
        for figure in spread(edition.package, "vc_investment", code, year):
            if figure.family != "column" and year >= SERIES_START:
                found.setdefault(figure.family, {})[year] = figure
    return found


@or_say_what_is_missing
def paths(edition):
    """Every source with at least three years, for both countries, side by side on a log scale."""
    series, records, used = [], [], []
    for code in edition.countries:
        by_length = sorted(annual_by_family(edition, code).items(), key=lambda item: (-len(item[1]), item[0]))
        for place, (family, figures) in enumerate(item for item in by_length if len(item[1]) >= 3):
            used += figures.values()
            records += [
                {"country": country(code), "family": family, "year": year, "value": f.value}
                for year, f in figures.items()
            ]
            if place < 4:
                series.append(_path_series(edition, code, family, figures, dashed=place > 0))
    if not series:
        return blocks.note("paths", _("No figure"), [_("No source covers either country for three years or more.")])
    table = pd.DataFrame(records).sort_values(["country", "family", "year"])
    return blocks.exhibit(
        "paths",
        _paths_title(edition),
        _("Venture capital invested, current US$, log scale; the four longest series of each country. Each line is one source; lines of different sources must not be joined."),
        table,
        {"country": (_("Country"), str), "family": (_("Source"), str), "year": (_("Year"), str), "value": (_("US$"), lambda value: money(value, digits=4))},
        draw=lambda narrow: charts.lines(series, narrow, money),
        alt=_("Paths by source on a log scale: {items}.").format(items=join(_path_end(one) for one in series)),
        figures=used,
        package=edition.package,
    )  # fmt: skip


def _path_series(edition, code, family, figures, dashed):
    years = sorted(figures)
    return {
        "label": f"{code} · {family}",
        "side": side(edition, code),
        "dashed": dashed,
        "years": years,
        "values": [figures[year].value for year in years],
    }


def _path_end(one):
    return f"{one['label']} {money(one['values'][-1])} ({one['years'][-1]})"


def _paths_title(edition):
    """The smallest lead in any year by any pair of sources: a finding that every pair agrees on."""
    base, peer = (annual_by_family(edition, code) for code in edition.countries)
    leads = [
        gaps.ratio(one[year].value, other[year].value)
        for one in base.values()
        for other in peer.values()
        for year in set(one) & set(other)
        if other[year].value
    ]
    if not leads:
        return _("No year is covered by sources of both countries")
    if min(leads) < 1:
        return _("Who is ahead depends on the year and the source")
    return _("In every year and by every pair of sources, {base} is at least {lead} ahead").format(
        base=the_country(edition.parameters.base), lead=times(min(leads))
    )


def moves(edition):
    """The ratio a year earlier and now, for every pair of families that cover both years: DataFrame.

    Columns: base_family, peer_family, before, now, change (fraction); and the Figures used.
    """
    year, rows, used = edition.year, [], []
    by_country = [annual_by_family(edition, code) for code in edition.countries]
    for base_family, base in by_country[0].items():
        for peer_family, peer in by_country[1].items():
            if not all(year - back in side_ and side_[year - back].value for side_ in (base, peer) for back in (0, 1)):
                continue
            before, now = (gaps.ratio(base[y].value, peer[y].value) for y in (year - 1, year))
            rows.append({"base_family": base_family, "peer_family": peer_family, "before": before, "now": now,
                         "change": gaps.growth(now, before)})  # fmt: skip
            used += [base[year - 1], base[year], peer[year - 1], peer[year]]
    return pd.DataFrame(rows, columns=["base_family", "peer_family", "before", "now", "change"]), used


def direction(changes):
    """ "narrowed", "widened", "disagree" or "unknown": what the sources together say of a change in a ratio."""
    changes = [change for change in changes if change == change]
    if not changes:
        return "unknown"
    if all(change < 0 for change in changes):
        return "narrowed"
    return "widened" if all(change > 0 for change in changes) else "disagree"


def direction_sentence(edition, changes):
    """Whether the gap is closing, in a sentence that switches with the data."""
    words = {
        "narrowed": _("Every pair of sources has the ratio narrowing in {year}"),
        "widened": _("Every pair of sources has the ratio widening in {year}"),
        "disagree": _("Sources disagree on whether the gap narrowed in {year}"),
        "unknown": _("No pair of sources covers both {before} and {year}"),
    }
    return words[direction(changes)].format(year=edition.year, before=edition.year - 1)


@or_say_what_is_missing
def ratio_by_source(edition):
    """The ratio over the years, one path per source of the peer, against the base's longest source."""
    table, used = moves(edition)
    base_family, series, records = _ratio_series(edition)
    if not series:
        return blocks.note("ratio-by-source", _("No figure"), [direction_sentence(edition, table["change"]) + "."])
    return blocks.exhibit(
        "ratio-by-source",
        direction_sentence(edition, table["change"]),
        _("{base} ({family}) divided by {peer}, by source of the latter; venture capital invested, log scale.").format(
            base=country(edition.parameters.base), family=base_family, peer=country(edition.parameters.peer)),
        pd.DataFrame(records),
        {"family": (_("Source"), str), "year": (_("Year"), str), "ratio": (_("Ratio"), times_precise)},
        draw=lambda narrow: charts.lines(series, narrow, times_tick),
        alt=_("The ratio by source: {items}.").format(
            items=join(f"{one['label']} {times(one['values'][0])} ({one['years'][0]}) – {times(one['values'][-1])} ({one['years'][-1]})" for one in series)),
        figures=used,
        package=edition.package,
        quality=_("contested") if direction(table["change"]) == "disagree" else "",
        method=_("one source divided by another; levels of different providers are not strictly comparable"),
    )  # fmt: skip


def _ratio_series(edition):
    """The base's family that reaches the latest year with most years, and the peer's families against it."""
    base, peer = (annual_by_family(edition, code) for code in edition.countries)
    window = range(edition.year - RATIO_YEARS, edition.year + 1)
    base_family = _steadiest(edition, base, window)
    if not base_family:
        return "", [], []
    series, records = [], []
    for family in sorted(peer):
        both = sorted(set(peer[family]) & set(base[base_family]) & set(window))
        years = [year for year in both if peer[family][year].value]
        if len(years) < 2:
            continue
        ratios = [gaps.ratio(base[base_family][year].value, peer[family][year].value) for year in years]
        series.append(
            {"label": family, "side": "peer", "years": years, "values": ratios, "dashed": len(series) % 2 == 1}
        )
        records += [{"family": family, "year": year, "ratio": ratio} for year, ratio in zip(years, ratios, strict=True)]
    return base_family, series, records


def _steadiest(edition, by_family_, window):
    """The family that data/bases.csv ranks first among those with the year and at least three more of the window."""
    steady = [
        family
        for family, figures in by_family_.items()
        if edition.year in figures and len(set(figures) & set(window)) > 3
    ]
    ranked = choices(edition.package, edition.parameters.basis, ["vc_investment"], edition.parameters.base)["family"]
    return next((family for family in [*ranked, *sorted(steady)] if family in steady), "")


@or_say_what_is_missing
def growth(edition):
    """Growth on the year before, from each family's own two levels, beside what the reference states."""
    records, used = _growth_records(edition)
    if not records:
        return blocks.note("growth", _("No figure"), [
            _("No source gives levels for {year} and the year before.").format(year=edition.year)])  # fmt: skip
    table = pd.DataFrame(records)
    return blocks.exhibit(
        "growth",
        _growth_title(edition, table),
        _("Venture capital invested, {before} to {year}, nominal US$. Levels and growth from one source each; a stated growth gives the level of the year before.").format(
            before=edition.year - 1, year=edition.year),
        table,
        {
            "country": (_("Country"), country),
            "family": (_("Source"), family_name),
            "before": (str(edition.year - 1), lambda value: money(value, digits=4)),
            "now": (str(edition.year), lambda value: money(value, digits=4)),
            "growth": (_("Growth"), percent),
            "basis": (_("How"), lambda how: {"levels": _("from two levels"), "stated": _("stated; earlier level implied")}[how]),
        },
        figures=used,
        package=edition.package,
        method=_("growth = level ÷ level a year earlier − 1; level a year earlier = level ÷ (1 + growth)"),
    )  # fmt: skip


def _growth_records(edition):
    records, used, year = [], [], edition.year
    for code in edition.countries:
        for family, figures in sorted(annual_by_family(edition, code).items()):
            if year in figures and year - 1 in figures:
                now, before = figures[year], figures[year - 1]
                records.append({"country": code, "family": family, "before": before.value, "now": now.value,
                                "growth": gaps.growth(now.value, before.value), "basis": "levels"})  # fmt: skip
                used += [before, now]
        stated = reference(edition.package, edition.parameters.basis, "vc_growth", code, year)
        level = reference(edition.package, edition.parameters.basis, "vc_investment", code, year)
        if stated is not None and level is not None and stated.source == level.source:
            records.append({"country": code, "family": stated.family, "before": gaps.level_before(level.value, stated.value),
                            "now": level.value, "growth": stated.value, "basis": "stated"})  # fmt: skip
            used += [stated, level]
    return records, used


def _growth_title(edition, table):
    peer = edition.parameters.peer
    mine = table[table["country"] == peer].sort_values("growth")
    if len(mine) < 2:
        return _("Growth by source, {year}").format(year=edition.year)
    low, high = mine.iloc[0], mine.iloc[-1]
    return _("Growth of {peer} in {year}: {low} in one source, {high} in another").format(
        peer=the_country(peer), year=edition.year, low=percent(low["growth"]), high=percent(high["growth"])
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
            records.append({"country": code, "family": count.family, "deal_count": count.value,
                            "deal_size_mean": amount and gaps.per(amount.value, count.value)})  # fmt: skip
    if not records:
        return blocks.note(
            "deals",
            _("No figure"),
            [_("No source counts deals in either country in {year}.").format(year=edition.year)],
        )
    return blocks.exhibit(
        "deals",
        _deals_title(edition, records),
        _("Venture capital deals, {year}, and dollars per deal where one source states both.").format(year=edition.year),
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
    )  # fmt: skip


def _deals_title(edition, records):
    ranges = []
    for code in edition.countries:
        counts = [record["deal_count"] for record in records if record["country"] == code]
        if counts:
            reach = interval(min(counts), max(counts), number)
            ranges.append(_("{count} in {country}").format(count=reach, country=the_country(code)))
    return _("Deals counted in {year}: {ranges}").format(year=edition.year, ranges=join(ranges))
