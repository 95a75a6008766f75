"""Part one of 05_ai_ecosystem, statistics that both countries have: headline, research spending, articles, supercomputers.

Every series ends with the year of the edition, in title, picture and table alike.
"""

from contextlib import suppress

import pandas as pd

from vcgap import blocks, charts, gaps
from vcgap.edition import MissingFigure, find_pair, or_say_what_is_missing, side
from vcgap.figures import NOT_COMPARED, as_figure, reference, rows_of, years_with_figures
from vcgap.language import (
    _,
    country,
    gap_size,
    join,
    localised,
    not_like_for_like,
    number,
    percent,
    period,
    sentence_start,
    significant,
    the_country,
)

MILLION = 1e6


@or_say_what_is_missing
def headline(edition):
    """Research spending set side by side, then articles and supercomputers, each with its own year."""
    _series, year = both_annual(edition, "gerd_share")
    pair = find_pair(edition, "gerd_share", year)
    lede = [
        _("In {year} it was {base} against {peer}.").format(
            year=year, base=percent(pair.base.value), peer=percent(pair.peer.value)
        )
    ]
    lede += [_("{finding}.").format(finding=finding) for finding in _findings(edition)]
    lede.append(_("These are conditions, each with its date; none of them shows why more or less is invested."))
    warning = not_like_for_like(pair, edition.package.metrics)
    used = (pair.base, pair.peer)
    return blocks.headline(
        "ecosystem-headline", headline_sentence(pair), [*lede, *filter(None, [warning])], used, {}, warning
    )


def _findings(edition):
    """The titles of what else is compared, as far as there are figures: list of str."""
    found = []
    for title in (_articles_finding, _supercomputers_finding):
        with suppress(MissingFigure):
            found.append(title(edition))
    return found


def headline_sentence(pair):
    """Who puts how many times the other's share of GDP into research. pair : Comparison of gerd_share."""
    if not pair.ratio:
        return _("No research spending is recorded in one of the two countries")
    more, less = (pair.base, pair.peer) if pair.ratio >= 1 else (pair.peer, pair.base)
    names = {"more": the_country(more.country), "less": the_country(less.country), "ratio": gap_size(pair.ratio)}
    if more.value < less.value * 1.05:
        return sentence_start(_("{more} and {less} put about the same share of GDP into research").format(**names))
    return sentence_start(_("{more} puts {ratio} the share of its GDP into research that {less} does").format(**names))


def annual(edition, metric, code):
    """The reference of every year up to the edition's: dict of year → Figure, empty if there is none."""
    years = [year for year in years_with_figures(edition.package, metric, code) if year <= edition.year]
    found = {year: reference(edition.package, edition.parameters.basis, metric, code, year) for year in years}
    return {year: figure for year, figure in found.items() if figure is not None}


def both_annual(edition, metric):
    """The series of both countries and the last year that both have.

    Returns dict of country → {year: Figure}, and the year. MissingFigure if there is no such year.
    """
    found = {code: annual(edition, metric, code) for code in edition.countries}
    base, peer = found.values()
    years = set(base) & set(peer)
    if not years:
        raise MissingFigure(
            _("No source in this suite has {label} for {base} and {peer} in one year up to {year}.").format(
                label=localised(edition.package.metrics.loc[metric], "label"),
                base=the_country(edition.parameters.base),
                peer=the_country(edition.parameters.peer),
                year=edition.year,
            )
        )
    return found, max(years)


def _path(edition, code, values, form):
    """A path of charts.lines. values : dict of year → number; form : number → text."""
    last = max(values)
    label = f"{country(code)} {form(values[last])}"
    return {"label": label, "side": side(edition, code), "years": sorted(values), "values": _sorted(values)}


def _sorted(values):
    return [values[year] for year in sorted(values)]


@or_say_what_is_missing
def research_spending(edition):
    """Research and development as a share of GDP over the years, both countries."""
    found, year = both_annual(edition, "gerd_share")
    pair = find_pair(edition, "gerd_share", year)
    series = [
        _path(edition, code, {when: figure.value for when, figure in figures.items()}, percent)
        for code, figures in found.items()
    ]
    return blocks.exhibit(
        "research-spending",
        spending_title(pair),
        _("Gross domestic expenditure on research and development ÷ GDP, {first}–{last}, log scale.").format(
            first=min(min(one) for one in found.values()), last=max(max(one) for one in found.values())
        ),
        _both_table(found, lambda figure: figure.value).assign(
            base_country=edition.parameters.base, peer_country=edition.parameters.peer
        ),
        _both_columns(edition, percent),
        draw=lambda narrow: charts.lines(series, narrow, percent),
        alt=_("Paths on a log scale: {items}.").format(items=join(_first_and_last(f, percent) for f in found.values())),
        figures=[figure for figures in found.values() for figure in figures.values()],
        package=edition.package,
        warning=not_like_for_like(pair, edition.package.metrics),
        numbers={"gerd_share_ratio": pair.ratio},
    )


def spending_title(pair):
    """Both shares and how many times the larger is the smaller. pair : Comparison of gerd_share."""
    return _("{base} of GDP goes to research in {base_country}, {peer} in {peer_country} ({year}): {ratio}").format(
        base=percent(pair.base.value),
        base_country=the_country(pair.base.country),
        peer=percent(pair.peer.value),
        peer_country=the_country(pair.peer.country),
        year=pair.base.period,
        ratio=gap_size(pair.ratio),
    )


def _both_table(found, form):
    """One row per year with what `form` makes of each country's Figure; NaN where a country has none."""
    base, peer = found.values()
    years = sorted({*base, *peer})
    nothing = float("nan")
    rows = [
        {
            "year": year,
            "base": form(base[year]) if year in base else nothing,
            "peer": form(peer[year]) if year in peer else nothing,
        }
        for year in years
    ]
    return pd.DataFrame(rows)


def _both_columns(edition, form):
    base, peer = edition.countries
    return {"year": (_("Year"), str), "base": (country(base), form), "peer": (country(peer), form)}


def _first_and_last(figures, form):
    first, last = min(figures), max(figures)
    return _("{country} {start} ({first}) to {end} ({last})").format(
        country=country(figures[first].country),
        start=form(figures[first].value),
        first=first,
        end=form(figures[last].value),
        last=last,
    )


@or_say_what_is_missing
def articles(edition):
    """Articles on AI per million people over the years, with the counts in the table."""
    found, year = both_annual(edition, "ai_articles")
    pair, per_head = _articles_pair(edition, year)
    per_million, people = _per_million(edition, found)
    series = [_path(edition, code, values, significant) for code, values in per_million.items()]
    return blocks.exhibit(
        "ai-articles",
        articles_title(pair, per_head),
        _("Scientific articles on AI in one bibliographic base, per million people, log scale; counts in the table."),
        _articles_table(found, per_million).assign(
            base_country=edition.parameters.base, peer_country=edition.parameters.peer
        ),
        _articles_columns(edition),
        draw=lambda narrow: charts.lines(series, narrow, significant),
        alt=_("Articles per million people on a log scale, in {year}: {items}.").format(
            year=year,
            items=join(f"{country(code)} {significant(values[year])}" for code, values in per_million.items()),
        ),
        figures=[*(figure for figures in found.values() for figure in figures.values()), *people],
        package=edition.package,
        warning=not_like_for_like(pair, edition.package.metrics),
        method=_("articles of the year ÷ population of the year"),
        numbers={"ai_articles_ratio": pair.ratio, "ai_articles_ratio_per_head": per_head},
    )


def _articles_pair(edition, year):
    """The Comparison of the articles of a year and its ratio per head; MissingFigure if a head count is missing."""
    pair, people = find_pair(edition, "ai_articles", year), find_pair(edition, "population", year)
    rates = [gaps.per(getattr(pair, which).value, getattr(people, which).value) for which in ("base", "peer")]
    return pair, gaps.ratio(*rates)


def _articles_finding(edition):
    _series, year = both_annual(edition, "ai_articles")
    return articles_title(*_articles_pair(edition, year))


def _per_million(edition, found):
    """Articles per million people: dict of country → {year: number}, and the Figures of population it divided by."""
    per_million, people = {}, []
    for code, figures in found.items():
        basis = edition.parameters.basis
        below = {year: reference(edition.package, basis, "population", code, year) for year in figures}
        per_million[code] = {
            year: gaps.per(figures[year].value * MILLION, below[year].value) for year in figures if below[year]
        }
        people += [figure for figure in below.values() if figure]
    return per_million, people


def articles_title(pair, per_head):
    """The counts of both countries, and the ratio before and after dividing by people."""
    counts = _("{base} articles on AI in {base_country}, {peer} in {peer_country} ({year})").format(
        base=number(pair.base.value),
        base_country=the_country(pair.base.country),
        peer=number(pair.peer.value),
        peer_country=the_country(pair.peer.country),
        year=pair.base.period,
    )
    if not pair.ratio:
        return counts
    if (pair.ratio - 1) * (per_head - 1) < 0:
        text = _("{counts}: {ratio}, and the other way round per head, {per_head}")
    else:
        text = _("{counts}: {ratio}, per head {per_head}")
    return text.format(counts=counts, ratio=gap_size(pair.ratio), per_head=gap_size(per_head))


def _articles_table(found, per_million):
    table = _both_table(found, lambda figure: figure.value)
    base, peer = per_million.values()
    return table.assign(
        base_per_million=[base.get(year, float("nan")) for year in table["year"]],
        peer_per_million=[peer.get(year, float("nan")) for year in table["year"]],
    )


def _articles_columns(edition):
    names = {"base": country(edition.parameters.base), "peer": country(edition.parameters.peer)}
    per = {
        f"{which}_per_million": (_("{country}, per million people").format(country=name), significant)
        for which, name in names.items()
    }
    return _both_columns(edition, number) | per


# ---- machines


def lists_of(edition, code):
    """What every TOP500 list up to the edition's year has of a country: dict of month → Figure, oldest first."""
    rows = rows_of(edition.package, "metric", "top500_systems")
    rows = rows[(rows["country"] == code) & (rows["segment"] == "")]
    rows = rows[~rows["status"].isin(NOT_COMPARED) & (rows["period"] <= f"{edition.year}-12")]
    rows = rows.sort_values(["period", "own", "published"])
    return {row["period"]: as_figure(row) for _i, row in rows.drop_duplicates("period", keep="last").iterrows()}


@or_say_what_is_missing
def supercomputers(edition):
    """Systems on the TOP500 list of both countries, list by list; the picture has the last list of each year."""
    found, months = _both_lists(edition)
    base, peer = found.values()
    series = [_list_path(edition, code, figures) for code, figures in found.items()]
    rows = [{"list": month, "base": base[month].value, "peer": peer[month].value} for month in months]
    columns = {"list": (_("List"), period)} | {
        which: (country(code), number) for which, code in zip(("base", "peer"), edition.countries, strict=True)
    }
    return blocks.exhibit(
        "supercomputers",
        supercomputers_title(base, peer, months[-1]),
        _("Systems on the TOP500 list, the last list read of each year, log scale: a list without any has no point."),
        pd.DataFrame(rows).assign(base_country=edition.parameters.base, peer_country=edition.parameters.peer),
        columns,
        draw=lambda narrow: charts.lines(series, narrow, number),
        alt=_("Systems on a log scale, on the list of {list}: {items}.").format(
            list=period(months[-1]), items=join(_list_end(code, figures) for code, figures in found.items())
        ),
        figures=[figure for figures in found.values() for figure in figures.values()],
        package=edition.package,
        notes=[_("A list holds five hundred systems of the world: to drop off it, a machine need only be overtaken.")],
    )


def _both_lists(edition):
    """The lists of both countries, each of them one that has both, and their months, oldest first; or MissingFigure."""
    read = {code: lists_of(edition, code) for code in edition.countries}
    base, peer = read.values()
    months = sorted(set(base) & set(peer))
    if not months:
        text = _("No TOP500 list up to {year} was read for both countries.")
        raise MissingFigure(text.format(year=edition.year))
    return {code: {month: figures[month] for month in months} for code, figures in read.items()}, months


def _supercomputers_finding(edition):
    found, months = _both_lists(edition)
    return supercomputers_title(*found.values(), months[-1])


def _list_path(edition, code, figures):
    by_year = {int(month[:4]): figure.value for month, figure in figures.items()}  # the last of a year stays
    return {
        "label": _list_end(code, figures),
        "side": side(edition, code),
        "years": list(by_year),
        "values": list(by_year.values()),
    }


def _list_end(code, figures):
    """ "United States 175", or since when a country has had none."""
    last = max(figures)
    if figures[last].value:
        return f"{country(code)} {number(figures[last].value)}"
    present = [month for month, figure in figures.items() if figure.value]
    if not present:
        return _("{country}: none").format(country=country(code))
    return _("{country}: none since {list}").format(country=country(code), list=period(max(present)))


def supercomputers_title(base, peer, month):
    """What the list of a month has of both countries, and on how many lists the smaller one stood up to then.

    base, peer : dict of month → Figure
    """
    larger, smaller = sorted((base, peer), key=lambda lists: -lists[month].value)
    more, less = larger[month], smaller[month]
    names = {"more": the_country(more.country), "less": the_country(less.country), "list": period(month)}
    if not more.value:
        text = _("On the TOP500 list of {list} neither {more} nor {less} has a system")
    elif less.value:
        text = _("On the TOP500 list of {list}, {n} systems stand in {more} and {m} in {less}")
    else:
        text = _(
            "On the TOP500 list of {list}, {n} systems stand in {more} and none in {less}, which was on {k} of the {all} lists read up to then"
        )
    until = [figure.value for when, figure in smaller.items() if when <= month]
    present = sum(value > 0 for value in until)
    counts = {"n": number(more.value), "m": number(less.value), "k": number(present), "all": number(len(until))}
    return text.format(**names, **counts)
