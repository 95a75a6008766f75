"""Exhibits of 00_overview and 01_volume over the years: both countries on one basis, by source, and growth."""

import pandas as pd

from vcgap import blocks, charts, gaps
from vcgap.chapters.volume import family_name
from vcgap.edition import or_say_what_is_missing, side
from vcgap.figures import choices, reference, spread, years_with_figures
from vcgap.language import _, country, join, money, percent, the_country, times, times_precise, times_tick

SERIES_START = 2006  # before that only one source covers both countries
RATIO_YEARS = 6  # how far back the ratio by source goes: older levels are of other vintages


@or_say_what_is_missing
def one_basis(edition):
    """Both countries over the years under the like-for-like basis: one provider, one rule."""
    found = {code: _one_basis_series(edition, code) for code in edition.countries}
    years = sorted(set(found[edition.parameters.base]) & set(found[edition.parameters.peer]))
    base, peer = edition.countries
    if not years:
        return blocks.note(
            "one-basis",
            _("No figure"),
            [
                _("No provider in this suite covers {base} and {peer} by one rule.").format(
                    base=the_country(base), peer=the_country(peer)
                )
            ],
        )
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
        _("Venture capital invested by country of the company, {first}–{last}, current US$, log scale.").format(
            first=years[0], last=years[-1]
        ),
        table,
        {
            "year": (_("Year"), str),
            "base": (country(base), money),
            "peer": (country(peer), money),
            "ratio": (_("Ratio"), times_precise),
        },
        draw=lambda narrow: charts.lines(series, narrow, money),
        alt=_("Two paths on a log scale. In {year}: {base} {base_value}, {peer} {peer_value}.").format(
            year=years[-1],
            base=country(base),
            base_value=money(last["base"]),
            peer=country(peer),
            peer_value=money(last["peer"]),
        ),
        figures=[figure for code in edition.countries for year, figure in found[code].items() if year in years],
        package=edition.package,
        notes=[
            _(
                "No deal was recorded in {country} in {years}: thin coverage, not a true zero; a log scale cannot show it."
            ).format(country=the_country(peer), years=join(empty))
        ]
        if empty
        else [],
        numbers={"one_basis_ratio": last["ratio"], "one_basis_year": int(last["year"])},
    )


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
        _(
            "Venture capital invested, current US$, log scale; the four longest series of each country. Each line is one source; lines of different sources must not be joined."
        ),
        table,
        {
            "country": (_("Country"), str),
            "family": (_("Source"), str),
            "year": (_("Year"), str),
            "value": (_("US$"), lambda value: money(value, digits=4)),
        },
        draw=lambda narrow: charts.lines(series, narrow, money),
        alt=_("Paths by source on a log scale: {items}.").format(items=join(_path_end(one) for one in series)),
        figures=used,
        package=edition.package,
    )


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
            rows.append(
                {
                    "base_family": base_family,
                    "peer_family": peer_family,
                    "before": before,
                    "now": now,
                    "change": gaps.growth(now, before),
                }
            )
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
            base=country(edition.parameters.base), family=base_family, peer=country(edition.parameters.peer)
        ),
        pd.DataFrame(records),
        {"family": (_("Source"), str), "year": (_("Year"), str), "ratio": (_("Ratio"), times_precise)},
        draw=lambda narrow: charts.lines(series, narrow, times_tick),
        alt=_("The ratio by source: {items}.").format(
            items=join(
                f"{one['label']} {times(one['values'][0])} ({one['years'][0]}) – {times(one['values'][-1])} ({one['years'][-1]})"
                for one in series
            )
        ),
        figures=used,
        package=edition.package,
        quality=_("contested") if direction(table["change"]) == "disagree" else "",
        method=_("one source divided by another; levels of different providers are not strictly comparable"),
    )


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
        return blocks.note(
            "growth",
            _("No figure"),
            [_("No source gives levels for {year} and the year before.").format(year=edition.year)],
        )
    table = pd.DataFrame(records)
    return blocks.exhibit(
        "growth",
        _growth_title(edition, table),
        _(
            "Venture capital invested, {before} to {year}, nominal US$. Levels and growth from one source each; a stated growth gives the level of the year before."
        ).format(before=edition.year - 1, year=edition.year),
        table,
        {
            "country": (_("Country"), country),
            "family": (_("Source"), family_name),
            "before": (str(edition.year - 1), lambda value: money(value, digits=4)),
            "now": (str(edition.year), lambda value: money(value, digits=4)),
            "growth": (_("Growth"), percent),
            "basis": (
                _("How"),
                lambda how: {"levels": _("from two levels"), "stated": _("stated; earlier level implied")}[how],
            ),
        },
        figures=used,
        package=edition.package,
        method=_("growth = level ÷ level a year earlier − 1; level a year earlier = level ÷ (1 + growth)"),
    )


def _growth_records(edition):
    records, used, year = [], [], edition.year
    for code in edition.countries:
        for family, figures in sorted(annual_by_family(edition, code).items()):
            if year in figures and year - 1 in figures:
                now, before = figures[year], figures[year - 1]
                records.append(
                    {
                        "country": code,
                        "family": family,
                        "before": before.value,
                        "now": now.value,
                        "growth": gaps.growth(now.value, before.value),
                        "basis": "levels",
                    }
                )
                used += [before, now]
        stated = reference(edition.package, edition.parameters.basis, "vc_growth", code, year)
        level = reference(edition.package, edition.parameters.basis, "vc_investment", code, year)
        if stated is not None and level is not None and stated.source == level.source:
            records.append(
                {
                    "country": code,
                    "family": stated.family,
                    "before": gaps.level_before(level.value, stated.value),
                    "now": level.value,
                    "growth": stated.value,
                    "basis": "stated",
                }
            )
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
