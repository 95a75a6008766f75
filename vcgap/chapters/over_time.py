"""Exhibits of 00_overview and 01_volume over the years: both countries on one basis, by source, and growth."""

import pandas as pd

from vcgap import blocks, charts, gaps
from vcgap.chapters.volume import family_name
from vcgap.edition import MissingFigure, or_say_what_is_missing, side
from vcgap.figures import choices, reference, spread, years_with_figures
from vcgap.language import (
    _,
    country,
    gap_size,
    join,
    money,
    signed_percent,
    the_country,
    times,
    times_precise,
    times_tick,
)

SERIES_START = 2006  # before that only one source covers both countries
RATIO_YEARS = 6  # how far back the ratio by source goes: older levels are of other vintages


@or_say_what_is_missing
def one_basis(edition):
    """Both countries over the years under the like-for-like basis: one provider, one rule."""
    base, peer = edition.countries
    found = {code: _one_basis_series(edition, code) for code in edition.countries}
    years = sorted(set(found[base]) & set(found[peer]))
    if not years:
        raise MissingFigure(
            _("No provider in this suite covers {base} and {peer} by one rule.").format(
                base=the_country(base), peer=the_country(peer)
            )
        )
    table = pd.DataFrame([_one_basis_record(year, found[base][year], found[peer][year]) for year in years])
    series = [_one_basis_path(edition, code, {year: found[code][year] for year in years}) for code in found]
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
        alt=_("Paths on a log scale; in {year}: {items}.").format(
            year=years[-1], items=join(one["label"] for one in series)
        ),
        figures=[found[code][year] for code in edition.countries for year in years],
        package=edition.package,
        notes=_empty_years(table, base, peer),
        numbers={"one_basis_ratio": last["ratio"], "one_basis_year": int(last["year"])},
    )


def _one_basis_series(edition, code):
    """The like-for-like reference of every year: dict of year → Figure. An analyst's own figures are another basis."""
    package = edition.package._replace(figures=edition.package.figures.query("~own"))
    years = years_with_figures(package, "vc_investment", code)
    found = {year: reference(package, "like_for_like", "vc_investment", code, year) for year in years}
    return {year: figure for year, figure in found.items() if figure is not None}


def _one_basis_path(edition, code, figures):
    last = figures[max(figures)]
    return _series(f"{country(code)} {money(last.value)}", side(edition, code), figures)


def _one_basis_record(year, base, peer):
    return {"year": year, "base": base.value, "peer": peer.value, "ratio": gaps.ratio(base.value, peer.value)}


def _one_basis_title(last):
    if last["ratio"] is None or last["ratio"] != last["ratio"]:
        return _("On one basis for both countries there is no ratio for {year}").format(year=int(last["year"]))
    return _("On one basis for both countries, the gap was {ratio} in {year}").format(
        ratio=gap_size(last["ratio"]), year=int(last["year"])
    )


def _empty_years(table, base, peer):
    """A sentence for each country about the years in which its provider recorded nothing: list of str."""
    sentences = []
    for column, code in (("base", base), ("peer", peer)):
        years = [str(year) for year in table.loc[table[column] == 0, "year"]]
        if years:
            text = _(
                "No deal was recorded in {country} in {years}: thin coverage, not a true zero; a log scale cannot show it."
            )
            sentences.append(text.format(country=the_country(code), years=join(years)))
    return sentences


def _series(label, side_, figures, dashed=False):
    """One path of charts.lines from a dict of year → Figure."""
    years = sorted(figures)
    values = [figures[year].value for year in years]
    return {"label": label, "side": side_, "dashed": dashed, "years": years, "values": values}


def _path_end(one):
    return f"{one['label']} {money(one['values'][-1])} ({one['years'][-1]})"


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
    drawn, records, used = [], [], []
    for code in edition.countries:
        longest_first = sorted(annual_by_family(edition, code).items(), key=lambda item: (-len(item[1]), item[0]))
        long_enough = [(family, figures) for family, figures in longest_first if len(figures) >= 3]
        for place, (family, figures) in enumerate(long_enough):
            used += figures.values()
            records += [_path_record(figure) for figure in figures.values()]
            if place < 4:
                drawn.append(_series(f"{code} · {family}", side(edition, code), figures, dashed=place > 0))
    if not drawn:
        raise MissingFigure(_("No source covers either country for three years or more."))
    return blocks.exhibit(
        "paths",
        _paths_title(edition),
        _(
            "Venture capital invested, current US$, log scale; the four longest series of each country. Each line is one source; lines of different sources must not be joined."
        ),
        pd.DataFrame(records).sort_values(["country", "family", "year"]),
        {
            "country": (_("Country"), country),
            "family": (_("Source"), str),
            "year": (_("Year"), str),
            "value": (_("US$"), lambda value: money(value, digits=4)),
        },
        draw=lambda narrow: charts.lines(drawn, narrow, money),
        alt=_("Paths by source on a log scale: {items}.").format(items=join(_path_end(one) for one in drawn)),
        figures=used,
        package=edition.package,
    )


def _path_record(figure):
    return {"country": figure.country, "family": figure.family, "year": int(figure.period), "value": figure.value}


def _paths_title(edition):
    """The smallest lead in any year by any pair of sources: a finding that every pair agrees on."""
    base, peer = (annual_by_family(edition, code) for code in edition.countries)
    leads = [
        gaps.ratio(one[year].value, other[year].value)
        for one in base.values()
        for other in peer.values()
        for year in set(one) & set(other)
        if one[year].value and other[year].value
    ]
    if not leads:
        return _("No year is covered by sources of both countries")
    if min(leads) < 1 < max(leads):
        return _("Who is ahead depends on the year and the source")
    ahead, lead = (edition.parameters.base, min(leads)) if min(leads) >= 1 else (edition.parameters.peer, max(leads))
    return _("In every year and by every pair of sources, {country} is at least {lead} ahead").format(
        country=the_country(ahead), lead=gap_size(lead)
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
    base_family, drawn, records = _ratio_paths(edition)
    if not drawn:
        raise MissingFigure(direction_sentence(edition, table["change"]) + ".")
    return blocks.exhibit(
        "ratio-by-source",
        direction_sentence(edition, table["change"]),
        _("{base} ({family}) divided by {peer}, by source of the latter; venture capital invested, log scale.").format(
            base=country(edition.parameters.base), family=base_family, peer=country(edition.parameters.peer)
        ),
        pd.DataFrame(records),
        {"family": (_("Source"), str), "year": (_("Year"), str), "ratio": (_("Ratio"), times_precise)},
        draw=lambda narrow: charts.lines(drawn, narrow, times_tick),
        alt=_("The ratio by source: {items}.").format(items=join(_ratio_ends(one) for one in drawn)),
        figures=used,
        package=edition.package,
        quality=_("contested") if direction(table["change"]) == "disagree" else "",
        method=_("one source divided by another; levels of different providers are not strictly comparable"),
    )


def _ratio_ends(one):
    ends = [f"{times(one['values'][place])} ({one['years'][place]})" for place in (0, -1)]
    return f"{one['label']} {ends[0]} – {ends[1]}"


def _ratio_paths(edition):
    """The base's family that serves as numerator, the paths of charts.lines, and their records."""
    base, peer = (annual_by_family(edition, code) for code in edition.countries)
    window = range(edition.year - RATIO_YEARS, edition.year + 1)
    base_family = _steadiest(edition, base, window)
    drawn, records = [], []
    for family in sorted(peer) if base_family else []:
        both = sorted(set(peer[family]) & set(base[base_family]) & set(window))
        ratios = {year: gaps.ratio(base[base_family][year].value, peer[family][year].value) for year in both}
        ratios = {year: ratio for year, ratio in ratios.items() if ratio}
        if len(ratios) > 1:
            drawn.append(
                {
                    "label": family,
                    "side": "peer",
                    "years": list(ratios),
                    "values": list(ratios.values()),
                    "dashed": len(drawn) % 2 == 1,
                }
            )
            records += [{"family": family, "year": year, "ratio": ratio} for year, ratio in ratios.items()]
    return base_family, drawn, records


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
        raise MissingFigure(_("No source gives levels for {year} and the year before.").format(year=edition.year))
    table = pd.DataFrame(records)
    how = {"levels": _("from two levels"), "stated": _("stated; earlier level implied")}
    return blocks.exhibit(
        "growth",
        _growth_title(edition, table),
        _("Venture capital invested, {before} to {year}, nominal US$; levels and growth from one source each.").format(
            before=edition.year - 1, year=edition.year
        ),
        table,
        {
            "country": (_("Country"), country),
            "family": (_("Source"), family_name),
            "before": (str(edition.year - 1), lambda value: money(value, digits=4)),
            "now": (str(edition.year), lambda value: money(value, digits=4)),
            "growth": (_("Growth"), signed_percent),
            "how": (_("How"), how.get),
        },
        figures=used,
        package=edition.package,
        method=_("growth = level ÷ level a year earlier − 1; level a year earlier = level ÷ (1 + growth)"),
    )


def _growth_records(edition):
    records, used = [], []
    for code in edition.countries:
        for family, figures in sorted(annual_by_family(edition, code).items()):
            if edition.year in figures and edition.year - 1 in figures:
                now, before = figures[edition.year], figures[edition.year - 1]
                used += [before, now]
                change = gaps.growth(now.value, before.value)
                records.append(_growth_record(code, family, before.value, now.value, change, "levels"))
        stated = _stated_growth(edition, code)
        if stated:
            rate, level = stated
            used += stated
            before = gaps.level_before(level.value, rate.value)
            records.append(_growth_record(code, rate.family, before, level.value, rate.value, "stated"))
    return records, used


def _growth_record(code, family, before, now, change, how):
    return {"country": code, "family": family, "before": before, "now": now, "growth": change, "how": how}


def _stated_growth(edition, code):
    """The reference's growth and its level, if one source states both: (Figure, Figure) or None."""
    basis, package = edition.parameters.basis, edition.package
    rate = reference(package, basis, "vc_growth", code, edition.year)
    level = reference(package, basis, "vc_investment", code, edition.year)
    return (rate, level) if rate and level and rate.source == level.source else None


def _growth_title(edition, table):
    mine = table[(table["country"] == edition.parameters.peer) & table["growth"].notna()].sort_values("growth")
    if len(mine) < 2:
        return _("Growth by source, {year}").format(year=edition.year)
    return _("Venture capital in {country}, {year}: {low} in one source, {high} in another").format(
        country=the_country(edition.parameters.peer),
        year=edition.year,
        low=signed_percent(mine.iloc[0]["growth"]),
        high=signed_percent(mine.iloc[-1]["growth"]),
    )
