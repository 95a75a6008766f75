"""Exhibits of 00_overview and 01_volume over the years: both countries on one basis, by source, and growth."""

import pandas as pd

from vcgap import blocks, charts, gaps
from vcgap.chapters import volume
from vcgap.edition import MissingFigure, family_label, or_say_what_is_missing, side
from vcgap.figures import (
    choices,
    load_package,
    reference,
    spread,
    statements,
    years_with_figures,
)
from vcgap.growth import ratio_by_year, ratio_drift
from vcgap.language import (
    _,
    country,
    gap_size,
    interval,
    join,
    money,
    period,
    rounded_down,
    signed_percent,
    the_country,
    times,
    times_precise,
    times_tick,
    year_spans,
)

SERIES_START = 2006  # before that only one source covers both countries
PLAIN = ("exact", "about")  # qualifiers of a value; a bound has no growth and no ratio
RATIO_YEARS = 6  # how far back the ratio by source goes: older levels are of other vintages


@or_say_what_is_missing
def one_basis(edition):
    """Both countries up to the year under the like-for-like basis: one provider, one rule."""
    found = _one_basis_years(volume.larger_first(edition))
    (base, base_figures), (peer, peer_figures) = found.items()
    table = pd.DataFrame([_one_basis_record(year, figure, peer_figures[year]) for year, figure in base_figures.items()])
    series = [_one_basis_path(edition, code, figures) for code, figures in found.items()]
    last = table.iloc[-1]
    return blocks.exhibit(
        "one-basis",
        _one_basis_title(last),
        _("Venture capital invested by country of the company, {first}–{last}, current US$, log scale.").format(
            first=table["year"].iloc[0], last=table["year"].iloc[-1]
        ),
        table.assign(base_country=base, peer_country=peer),
        _one_basis_columns(base, peer),
        draw=lambda narrow: charts.lines(series, narrow, money),
        alt=_("Paths on a log scale; in {year}: {items}.").format(
            year=table["year"].iloc[-1], items=join(one["label"] for one in series)
        ),
        figures=[*base_figures.values(), *peer_figures.values()],
        package=edition.package,
        notes=_empty_years(table, base, peer),
        numbers={"one_basis_ratio": _one_basis_ratio(edition, found), "one_basis_year": int(last["year"])},
    )


def _one_basis_years(edition):
    """The years that both countries have on one basis: dict of country → {year: Figure}. Raises MissingFigure."""
    base, peer = edition.countries
    found = {code: _one_basis_series(edition, code) for code in edition.countries}
    years = sorted(set(found[base]) & set(found[peer]))
    if not years:
        raise MissingFigure(
            _("No provider in this suite covers {base} and {peer} by one rule up to {year}.").format(
                base=the_country(base), peer=the_country(peer), year=edition.year
            )
        )
    return {code: {year: figures[year] for year in years} for code, figures in found.items()}


def _one_basis_columns(base, peer):
    return {
        "year": (_("Year"), str),
        "base": (country(base), money),
        "peer": (country(peer), money),
        "ratio": (_("Ratio"), times_precise),
    }


def _one_basis_series(edition, code):
    """The like-for-like reference of every year up to the edition's: dict of year → Figure.

    An analyst's own figures are another basis.
    """
    package = load_package() if edition.package.figures["own"].any() else edition.package
    years = [year for year in years_with_figures(package, "vc_investment", code) if year <= edition.year]
    found = {year: reference(package, "like_for_like", "vc_investment", code, year) for year in years}
    return {year: figure for year, figure in found.items() if figure is not None}


def _one_basis_ratio(edition, found):
    """The first country of the edition divided by the second in their last year; None if one side recorded nothing."""
    base, peer = (found[code][max(found[code])].value for code in edition.countries)
    return gaps.ratio(base, peer) or None


def _one_basis_path(edition, code, figures):
    last = figures[max(figures)]
    return _series(f"{country(code)} {money(last.value)}", side(edition, code), figures)


def _one_basis_record(year, base, peer):
    ratio = gaps.ratio(base.value, peer.value) or None  # what nobody recorded on either side makes no ratio
    return {"year": year, "base": base.value, "peer": peer.value, "ratio": ratio}


def _one_basis_title(last):
    if gaps.missing(last["ratio"]):
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
    """Annual venture capital by family: dict of family → {year: Figure}, the column left out.

    Up to the edition's year; each year in the latest edition that its family has of it (figures.by_family).
    """
    found = {}
    years = [year for year in years_with_figures(edition.package, "vc_investment", code) if year <= edition.year]
    for year in years:
        for figure in spread(edition.package, "vc_investment", code, year):
            if figure.family != "column" and year >= SERIES_START:
                found.setdefault(figure.family, {})[year] = figure
    return found


@or_say_what_is_missing
def paths(edition):
    """Every source with at least three years up to the edition's, both countries side by side on a log scale."""
    found = {code: _long_enough(annual_by_family(edition, code)) for code in edition.countries}
    used = [figure for by_family in found.values() for figures in by_family.values() for figure in figures.values()]
    if not used:
        raise MissingFigure(_("No source covers either country for three years or more."))
    drawn = [one for code, by_family in found.items() for one in _drawn_paths(edition, code, by_family)]
    return blocks.exhibit(
        "paths",
        _paths_title(edition, found),
        _(
            "Venture capital invested, current US$, log scale; at most four series of each country. Each line is one provider, each year in its latest edition; dashes only tell lines apart."
        ),
        pd.DataFrame([_path_record(figure) for figure in used]).sort_values(["country", "family", "year"]),
        {
            "country": (_("Country"), country),
            "family": (_("Source"), str),
            "year": (_("Year"), str),
            "value": (_("US$"), lambda value: money(value, digits=4)),
            "published": (_("Edition"), period),
        },
        draw=lambda narrow: charts.lines(drawn, narrow, money),
        alt=_("Paths by source on a log scale: {items}.").format(items=join(_path_end(one) for one in drawn)),
        figures=used,
        package=edition.package,
    )


def _long_enough(by_family):
    """The families of annual_by_family with at least three years, the longest series first."""
    longest_first = sorted(by_family.items(), key=lambda item: (-len(item[1]), item[0]))
    return {family: figures for family, figures in longest_first if len(figures) >= 3}


def _drawn_paths(edition, code, by_family):
    """The four longest series of a country as paths of charts.lines."""
    return [
        _series(f"{code} · {family}", side(edition, code), figures, dashed=place > 0)
        for place, (family, figures) in enumerate(by_family.items())
        if place < 4
    ]


def _path_record(figure):
    kept = ("country", "family", "value", "published", "source", "own")
    return {"year": int(figure.period)} | {name: getattr(figure, name) for name in kept}


def _paths_title(edition, shown):
    """The smallest lead in any year by any pair of the sources shown: a finding that every pair agrees on.

    shown : dict of country → {family: {year: Figure}}
    """
    leads = [gaps.ratio(one.value, other.value) for one, other in _same_year_pairs(edition, shown)]
    if not leads:
        return _("No year is covered by series of both countries")
    if min(leads) < 1 < max(leads):
        return _("Who is ahead depends on the year and the source")
    ahead, lead = (edition.parameters.base, min(leads)) if min(leads) >= 1 else (edition.parameters.peer, max(leads))
    return _("In every year that series of both countries cover, {country} is at least {lead} ahead").format(
        country=the_country(ahead), lead=rounded_down(max(lead, 1 / lead), times)
    )


def _same_year_pairs(edition, shown):
    """Figures of one year, one of each country, that may be divided: stated values, and not two pulls of one provider."""
    base, peer = (shown[code] for code in edition.countries)
    return [
        (one[year], other[year])
        for one in base.values()
        for other in peer.values()
        for year in sorted(set(one) & set(other))
        if _divisible(one[year], other[year])
    ]


def _divisible(one, other):
    two_pulls = one.family == other.family and one.source != other.source
    stated = all(figure.qualifier in PLAIN and figure.value for figure in (one, other))
    return stated and not two_pulls


def growth_by_family(edition, code):
    """Growth on the year before by family: dict of family → record (dict); and the Figures used.

    Levels of one edition come first, that which the basis names before any other; then a growth that the family
    states; then levels of two editions. A record has country, family, before, now
    (US$, None if not stated), growth (fraction) and how ("levels", "stated", "rate": stated without a level, "editions").
    """
    records, used = {}, []
    stated = {figure.family: figure for figure in spread(edition.package, "vc_growth", code, edition.year)}
    latest = annual_by_family(edition, code)
    for family in sorted({*stated, *latest}):
        pair, how = _levels(edition, code, family, latest.get(family, {}))
        if pair and (how == "levels" or family not in stated):
            change = gaps.growth(pair[1].value, pair[0].value)
            records[family] = _growth_record(code, family, pair[0].value, pair[1].value, change, how)
            used += pair
        elif family in stated:
            level = reference_level(edition, code, stated[family])
            how = "stated" if level else "rate"
            records[family] = _growth_record(code, family, *_implied(level, stated[family]), stated[family].value, how)
            used += [stated[family], *([level] if level else [])]
    return {family: record for family, record in records.items() if _is_growth(record["growth"])}, used


def _is_growth(change):
    """A change that is known, and no fall to zero: that is thin coverage, not a market that vanished."""
    return not gaps.missing(change) and change > -1


def _levels(edition, code, family, latest):
    """The levels of the year before and of the year: in one edition if there is one, else in the latest of each."""
    years = (edition.year - 1, edition.year)
    said = [figure for year in years for figure in statements(edition.package, "vc_investment", code, year)]
    said = [figure for figure in said if figure.family == family and figure.qualifier in PLAIN]
    for together in _editions(edition, code, said):
        if sorted(figure.period for figure in together) == [str(year) for year in years]:
            return sorted(together, key=lambda figure: figure.period), "levels"
    pair = [latest[year] for year in years if year in latest]
    pair = [figure for figure in pair if figure.qualifier in PLAIN]
    return (pair, "editions") if len(pair) == 2 else (None, "")


def _editions(edition, code, said):
    """What may be read as one edition of a family: list of lists of Figure, one per year, the first choice first.

    The source that the basis names; then each source, latest first; then all of one month, latest first: several
    publishers print one edition (a year without a month does not tell editions apart).
    """
    named = {row["source"] for row in choices(edition.package, edition.parameters.basis, ["vc_investment"], code)}
    sources, months = {}, {}
    for figure in sorted(said, key=lambda figure: (figure.published, figure.id)):
        sources.setdefault((figure.published, figure.source), []).append(figure)
        if len(figure.published) >= len("2024-01"):
            months.setdefault(figure.published[:7], {})[figure.period] = figure
    return [
        [figure for figure in said if figure.source in named],
        *[together for _key, together in sorted(sources.items(), reverse=True)],
        *[list(together.values()) for _month, together in sorted(months.items(), reverse=True)],
    ]


def reference_level(edition, code, growth_figure):
    """The level that the source of a stated growth states for the same year: Figure or None."""
    said = statements(edition.package, "vc_investment", code, edition.year)
    return next((figure for figure in reversed(said) if figure.source == growth_figure.source), None)


def _implied(level, rate):
    return (None, None) if level is None else (gaps.level_before(level.value, rate.value), level.value)


def _growth_record(code, family, before, now, change, how):
    return {"country": code, "family": family, "before": before, "now": now, "growth": change, "how": how}


def moves(edition):
    """What the growth of both countries does to the ratio, by pair of families: DataFrame and the Figures used.

    Columns: base_family, peer_family, base_growth, peer_growth, change of the gap, larger over smaller (fractions;
    negative: narrowing; None where the smaller falls to nothing). The column is left out: it repeats others.
    """
    (base, base_used), (peer, peer_used) = (growth_by_family(edition, code) for code in edition.countries)
    base_behind = volume.larger_first(edition).countries != edition.countries
    rows = [
        {
            "base_family": one["family"],
            "peer_family": other["family"],
            "base_growth": one["growth"],
            "peer_growth": other["growth"],
            "change": _drift(one["growth"], other["growth"], base_behind),
        }
        for one in base.values()
        for other in peer.values()
        if "column" not in (one["family"], other["family"])
    ]
    columns = ["base_family", "peer_family", "base_growth", "peer_growth", "change"]
    return pd.DataFrame(rows, columns=columns), [*base_used, *peer_used]


def _drift(base_growth, peer_growth, base_behind):
    return ratio_drift(peer_growth, base_growth) if base_behind else ratio_drift(base_growth, peer_growth)


def direction(changes):
    """ "narrowed", "widened", "unchanged", "disagree" or "unknown": what all the changes of a gap together say."""
    changes = [change for change in changes if change is not None and change == change]
    if not changes:
        return "unknown"
    if not any(changes):
        return "unchanged"
    if max(changes) <= 0:
        return "narrowed"
    return "widened" if min(changes) >= 0 else "disagree"


def direction_sentence(edition, changes):
    """Whether the gap is closing, in a sentence that switches with the data."""
    one = len(list(changes)) == 1
    words = {
        "narrowed": _("By the only pair of sources the ratio narrowed in {year}")
        if one
        else _("By every pair of sources the ratio narrowed in {year}"),
        "widened": _("By the only pair of sources the ratio widened in {year}")
        if one
        else _("By every pair of sources the ratio widened in {year}"),
        "unchanged": _("By no source did the ratio move in {year}"),
        "disagree": _("Sources disagree on whether the gap narrowed in {year}"),
        "unknown": _(
            "Whether the gap narrowed in {year} cannot be said: no source states the growth of both countries"
        ),
    }
    return words[direction(changes)].format(year=edition.year)


@or_say_what_is_missing
def ratio_by_source(edition):
    """The ratio over the years, larger over smaller: one source of the larger, one path for each of the smaller."""
    table, growth_used = moves(edition)
    ahead, behind = volume.larger_first(edition).countries
    pairs = _ratio_pairs(edition, ahead, behind)
    if not pairs:
        text = _("No source of {ahead} and source of {behind} have a year in common whose levels may be divided.")
        raise MissingFigure(text.format(ahead=the_country(ahead), behind=the_country(behind)))
    drawn = [_ratio_path(edition, behind, *item, place) for place, item in enumerate(pairs.items())]
    above = {year: one for by_year in pairs.values() for year, (one, _other) in by_year.items()}
    return blocks.exhibit(
        "ratio-by-source",
        direction_sentence(edition, table["change"]),
        _(
            "{ahead} ({family}) divided by {behind}, by source of the latter; venture capital invested, log scale."
        ).format(ahead=country(ahead), family=above[max(above)].family, behind=the_country(behind)),
        pd.DataFrame([_ratio_record(*pair) for by_year in pairs.values() for pair in by_year.values()]),
        _ratio_columns(ahead, behind),
        draw=lambda narrow: charts.lines(drawn, narrow, times_tick),
        alt=_("The ratio by source: {items}.").format(items=join(_ratio_ends(one) for one in drawn)),
        figures=[*[figure for by_year in pairs.values() for pair in by_year.values() for figure in pair], *growth_used],
        package=edition.package,
        quality=_("contested") if direction(table["change"]) == "disagree" else "",
        notes=[*drift_sentence(edition, table), *_editions_sentences(above)],
        method=_(
            "one source divided by another; change of the ratio = (1 + growth of the larger) ÷ (1 + growth of the smaller) − 1; levels of different providers are not strictly comparable"
        ),
    )


def drift_sentence(edition, table):
    """By how much the growth of the year moved the ratio, by pair of sources: list of one sentence, or empty.

    table : of moves
    """
    known = table.dropna(subset="change").sort_values("change", kind="stable").to_dict("records")
    if not known:
        return []
    words = {"year": edition.year}
    for name, row in (("lowest", known[0]), ("highest", known[-1])):
        words[name] = signed_percent(row["change"])
        words[f"{name}_pair"] = _("{base} and {peer}").format(base=row["base_family"], peer=row["peer_family"])
    if words["lowest"] == words["highest"]:
        return [
            _(
                "By the growth of {year} the ratio changed by {lowest} in the year, whichever sources are paired."
            ).format(**words)
        ]
    text = _(
        "By the growth of {year} the ratio changed by {lowest} ({lowest_pair}) to {highest} ({highest_pair}) in the year."
    )
    return [text.format(**words)]


def _editions_sentences(figures):
    """Which edition each year of the larger country is read in: a list of sentences. figures : dict of year → Figure."""
    years_of = {}
    for year, figure in sorted(figures.items()):
        years_of.setdefault(figure.published, []).append(year)
    family = figures[max(figures)].family
    if len(years_of) == 1:
        text = _("Every year of {family} is from one edition: {edition}.")
        return [text.format(family=family, edition=period(next(iter(years_of))) or _("undated"))]
    text = _("{years} from {edition}")
    said = "; ".join(
        text.format(years=year_spans(years), edition=period(published) or _("an undated edition"))
        for published, years in sorted(years_of.items(), key=lambda item: item[1])
    )
    return [
        _(
            "Each year is from the latest edition that has it. {family}: {editions}. A step between two editions may be a restatement; the title is about growth within one edition where there is one."
        ).format(family=family, editions=said)
    ]


def _ratio_columns(ahead, behind):
    return {
        "family": (_("Source"), str),
        "year": (_("Year"), str),
        "ratio": (_("Ratio"), times_precise),
        "ahead": (country(ahead), lambda value: money(value, digits=4)),
        "ahead_published": (_("Edition"), period),
        "behind": (country(behind), lambda value: money(value, digits=4)),
        "behind_published": (_("Edition") + " ", period),
    }


def _ratio_record(one, other):
    return {
        "family": other.family,
        "year": int(other.period),
        "ratio": gaps.ratio(one.value, other.value),
        "ahead_country": one.country,
        "ahead": one.value,
        "ahead_published": one.published,
        "ahead_source": one.source,
        "behind_country": other.country,
        "behind": other.value,
        "behind_published": other.published,
        "behind_source": other.source,
    }


def _ratio_ends(one):
    ends = [f"{times(one['values'][place])} ({one['years'][place]})" for place in (0, -1)]
    return f"{one['label']} {ends[0]} – {ends[1]}"


def _ratio_pairs(edition, ahead, behind):
    """One source of the country ahead beside each of the country behind: dict of family → {year: two Figures}.

    Each year in its latest edition on both sides; families with two years or more; empty without such a source.
    """
    above, below = (annual_by_family(edition, code) for code in (ahead, behind))
    window = range(edition.year - RATIO_YEARS, edition.year + 1)
    numerator = above.get(_steadiest(edition, ahead, above, window), {})
    pairs = {}
    for family, figures in sorted(below.items()):
        years = sorted(set(figures) & set(numerator) & set(window))
        both = {year: (numerator[year], figures[year]) for year in years}
        pairs[family] = {year: pair for year, pair in both.items() if _divisible(*pair)}
    return {family: by_year for family, by_year in pairs.items() if len(by_year) > 1}


def _ratio_path(edition, code, family, pairs, place):
    """One path of charts.lines. pairs : dict of year → (Figure above, Figure below)."""
    levels = [{year: pair[which].value for year, pair in pairs.items()} for which in (0, 1)]
    ratios = ratio_by_year(*levels)
    return {
        "label": family,
        "side": side(edition, code),
        "years": list(ratios),
        "values": list(ratios.values()),
        "dashed": place % 2 == 1,
    }


def _steadiest(edition, code, by_family, window):
    """The family that data/bases.csv ranks first among those with the year and at least three more of the window."""
    steady = [
        family
        for family, figures in by_family.items()
        if edition.year in figures and len(set(figures) & set(window)) > 3
    ]
    ranked = [row["family"] for row in choices(edition.package, edition.parameters.basis, ["vc_investment"], code)]
    return next((family for family in [*ranked, *sorted(steady)] if family in steady), "")


@or_say_what_is_missing
def growth(edition):
    """Growth on the year before by family, with the levels it follows from, or the level it implies."""
    found = [growth_by_family(edition, code) for code in edition.countries]
    records = [record for by_family, _used in found for record in by_family.values()]
    if not records:
        raise MissingFigure(_("No source gives levels for {year} and the year before.").format(year=edition.year))
    table = pd.DataFrame(records)
    return blocks.exhibit(
        "growth",
        _growth_title(edition, table),
        _(
            "Venture capital invested, {before} to {year}, nominal US$; levels and growth from one provider each."
        ).format(before=edition.year - 1, year=edition.year),
        table.assign(before_year=edition.year - 1, now_year=edition.year),
        _growth_columns(edition),
        figures=[figure for _by_family, used in found for figure in used],
        package=edition.package,
        notes=without_growth(edition, table),
        method=_("growth = level ÷ level a year earlier − 1; level a year earlier = level ÷ (1 + growth)"),
    )


def _growth_columns(edition):
    how = {
        "levels": _("two levels of one edition"),
        "stated": _("stated by the source; earlier level implied"),
        "rate": _("stated by the source, without levels"),
        "editions": _("levels of two editions: not strictly comparable"),
    }
    return {
        "country": (_("Country"), country),
        "family": (_("Source"), family_label),
        "before": (str(edition.year - 1), lambda value: money(value, digits=4)),
        "now": (str(edition.year), lambda value: money(value, digits=4)),
        "growth": (_("Growth"), signed_percent),
        "how": (_("How"), how.get),
    }


def without_growth(edition, table):
    """A sentence for each country that no source gives a growth of: list of str. table : with a column country."""
    without = [code for code in edition.countries if code not in set(table["country"])]
    text = _("No source in this suite gives the growth of {country} in {year}.")
    return [text.format(country=the_country(code), year=edition.year) for code in without]


def _growth_title(edition, table):
    said = []
    for code in edition.countries:
        mine = table.loc[(table["country"] == code) & (table["family"] != "column"), "growth"]
        if len(mine):
            reach = interval(min(mine), max(mine), signed_percent)
            said.append(_("{growth} in {country}").format(growth=reach, country=the_country(code)))
    if not said:
        return _("Growth in {year} as the column states it").format(year=edition.year)
    return _("Growth in {year}, by source: {items}").format(year=edition.year, items=join(said))
