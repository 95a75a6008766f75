"""Exhibits of 02_fund_size: how big funds are, and why a median beside a mean says little."""

import pandas as pd

from vcgap import blocks, charts
from vcgap.chapters.volume import family_name
from vcgap.edition import find_pair, or_say_what_is_missing, side
from vcgap.figures import as_figure, by_family, statements
from vcgap.gaps import compare
from vcgap.language import (
    _,
    country,
    join,
    localised,
    money,
    period,
    say_ratio,
    statistic_word,
    the_country,
    times,
    value_text,
)

CONCEPT = ["fund_size_median", "fund_size_mean"]  # which of the two a country's reference is, the basis decides
STOCKS = ["firms_active", "aum", "dry_powder", "funds_active"]


@or_say_what_is_missing
def gap(edition):
    """The reference ratio of fund sizes, never without what is not like for like in it."""
    pair = find_pair(edition, CONCEPT)
    base, peer = edition.countries
    sentence = _("A fund in {base}: {base_value}. A fund in {peer}: {peer_value}").format(
        base=the_country(base),
        base_value=value_text(pair.base),
        peer=the_country(peer),
        peer_value=value_text(pair.peer),
    )
    lede = [_("Divided, they give {ratio}.").format(ratio=say_ratio(pair, edition.package.metrics))]
    lede += [
        _fund_note(edition, code, figure)
        for code, figure in zip(edition.countries, (pair.base, pair.peer), strict=True)
    ]
    return blocks.headline("fund-size-gap", sentence, lede, (pair.base, pair.peer), {"fund_size_ratio": pair.ratio})


def _fund_note(edition, code, figure):
    text = _("{country}: {statistic} of {period}, {status}.").format(
        country=country(code),
        statistic=statistic_word(figure.statistic),
        period=period(figure.period),
        status=blocks.status_words()[figure.status],
    )
    return f"{text} {figure.note}." if figure.note else text


def all_sizes(edition):
    """Every statement about fund size in both countries, one per metric, family and year: list of Figure."""
    figures = edition.package.figures
    found = []
    for code in edition.countries:
        mine = figures[(figures["country"] == code) & figures["metric"].isin(["fund_size_max", *CONCEPT])]
        for year in sorted(set(mine["period"].str[:4])):
            rows = by_family(statements(edition.package, ["fund_size_max", *CONCEPT], code, int(year)))
            found += [as_figure(row) for _i, row in rows.iterrows()]
    return found


@or_say_what_is_missing
def sizes(edition):
    """Medians, means and maxima of all years on one log scale: three statistics that must not be mixed."""
    found = all_sizes(edition)
    if not found:
        return blocks.note("fund-sizes", _("No figure"), [_("No source states a fund size for either country.")])
    order = {"median": 0, "mean": 1, "max": 2}
    found.sort(
        key=lambda figure: (
            order[figure.statistic],
            figure.country != edition.parameters.base,
            figure.period,
            figure.family,
        )
    )
    rows = [_size_row(edition, figure) for figure in found]
    table = pd.DataFrame([_size_record(figure) for figure in found])
    return blocks.exhibit(
        "fund-sizes",
        _sizes_title(edition, found),
        _(
            "Size of venture capital funds as published, US$, log scale. Filled: mean; hollow: median or largest. Dot: {base}; diamond: {peer}."
        ).format(base=country(edition.parameters.base), peer=country(edition.parameters.peer)),
        table,
        {
            "country": (_("Country"), country),
            "period": (_("Year"), period),
            "statistic": (_("Statistic"), lambda word: statistic_word(word)),
            "value": (_("US$"), money),
            "qualifier": (_("As stated"), lambda word: word.replace("_", " ")),
            "family": (_("Source"), family_name),
            "status": (_("Status"), lambda word: blocks.status_words()[word]),
            "note": (_("Note"), lambda text: text or "–"),
        },
        draw=lambda narrow: charts.dots(rows, narrow, money, log=True),
        alt=_("{count} published fund sizes on a log scale, from {smallest} to {largest}.").format(
            count=len(found), smallest=money(min(f.value for f in found)), largest=money(max(f.value for f in found))
        ),
        figures=found,
        package=edition.package,
        notes=[
            _(
                "A mean is pulled up by a few very large funds; a median is not. Compare a mean with a mean, a median with a median."
            )
        ],
    )


def _size_row(edition, figure):
    words = {"median": _("median"), "mean": _("mean"), "max": _("largest")}
    return {
        "label": f"{country(figure.country)}, {words[figure.statistic]}",
        "value": figure.value,
        "text": money(figure.value),
        "side": side(edition, figure.country),
        "filled": figure.statistic == "mean",
        "detail": f"{period(figure.period)} · {family_name(figure.family)}",
    }


def _size_record(figure):
    kept = ("country", "period", "statistic", "value", "qualifier", "family", "status", "note", "id")
    return {name: getattr(figure, name) for name in kept}


def _sizes_title(edition, found):
    """Like with like: the same statistic of the same year in both countries, if there is any."""
    base, peer = edition.countries
    pairs = [
        (a, b)
        for a in found
        for b in found
        if a.country == base
        and b.country == peer
        and a.metric == b.metric
        and a.period == b.period
        and a.statistic != "max"
    ]
    if not pairs:
        return _("No year has the same statistic for both countries")
    latest = max(pairs, key=lambda pair: (pair[0].status != "second_hand", pair[1].status == "derived", pair[0].period))
    return _("Like with like, {statistic} of {period}: funds in {base} are {ratio} as large").format(
        statistic=statistic_word(latest[0].statistic),
        period=latest[0].period,
        base=the_country(base),
        ratio=times(compare(*latest).ratio),
    )


@or_say_what_is_missing
def firms_and_money(edition):
    """Firms, assets and money ready to invest, with the day each was counted: stocks, and not of the year."""
    figures = edition.package.figures
    records, used = [], []
    for metric in STOCKS:
        for code in edition.countries:
            rows = figures[(figures["metric"] == metric) & (figures["country"] == code) & (figures["segment"] == "")]
            rows = rows[~rows["status"].isin(["superseded", "illustrative", "assumption"])]
            if rows.empty:
                records.append(_stock_record(edition, metric, code, None))
                continue
            for _i, row in by_family(rows[rows["period"].str[:4].astype(int) <= edition.year]).iterrows():
                used.append(as_figure(row))
                records.append(_stock_record(edition, metric, code, used[-1]))
    missing = sorted(
        {record["what"] for record in records if record["id"] == "" and record["country"] == edition.parameters.peer}
    )
    return blocks.exhibit(
        "firms-and-money",
        _stocks_title(edition, used, missing),
        _("Latest statement of each source up to {year}, with the day it was counted.").format(year=edition.year),
        pd.DataFrame(records),
        {
            "what": (_("What"), str),
            "country": (_("Country"), country),
            "text": (_("Value"), str),
            "period": (_("As of"), lambda text: text and period(text)),
            "family": (_("Source"), family_name),
            "note": (_("Note"), str),
        },
        figures=used,
        package=edition.package,
        notes=[_("A firm runs several funds: assets per firm are not the size of a fund.")],
    )


def _stock_record(edition, metric, code, figure):
    label = localised(edition.package.metrics.loc[metric], "label")
    if figure is None:
        return {
            "what": label,
            "country": code,
            "value": None,
            "text": _("no source found"),
            "period": "",
            "family": "–",
            "note": "–",
            "id": "",
        }
    return {
        "what": label,
        "country": code,
        "value": figure.value,
        "text": value_text(figure),
        "period": figure.period,
        "family": figure.family,
        "note": figure.note or "–",
        "id": figure.id,
    }


def _stocks_title(edition, used, missing):
    earlier = sorted(
        {
            figure.period[:4]
            for figure in used
            if figure.kind == "stock" and figure.family != "column" and int(figure.period[:4]) < edition.year
        }
    )
    if missing:
        return _("For {country} no source has: {what}").format(
            country=the_country(edition.parameters.peer), what=join(missing)
        )
    return _("Stocks are older than the year’s flows") if earlier else _("Firms and money, by source")
