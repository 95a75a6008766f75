"""Exhibits of 02_fund_size: how big funds are, and why a median beside a mean says little."""

import pandas as pd

from vcgap import blocks, charts, funds
from vcgap.chapters import fund_means, fund_spread
from vcgap.chapters.fund_means import CONCEPT
from vcgap.edition import MissingFigure, families, family_label, find_pair, or_say_what_is_missing, side
from vcgap.figures import NOT_COMPARED, as_figure, by_family, reference, rows_of
from vcgap.gaps import compare
from vcgap.language import (
    _,
    country,
    interval,
    join,
    localised,
    money,
    not_like_for_like,
    period,
    qualifiers,
    sentence_start,
    statistic_word,
    the_country,
    times,
    times_tick,
    value_text,
)

STOCKS = ["firms_active", "funds_active", "aum", "dry_powder"]
SIGMAS = (0, 0.5, 0.8, 1.0, 1.2, 1.5, 1.7)  # spreads at which the ratio is shown; assumed
STOCK_YEARS = 5  # a count older than this says nothing about the year of a report


@or_say_what_is_missing
def gap(edition):
    """The reference ratio of fund sizes, never without what is not like for like in it."""
    numbers = {"fund_size_ratio": find_pair(edition, CONCEPT).ratio} | _band_numbers(edition)
    edition = _larger_first(edition)
    pair = find_pair(edition, CONCEPT)
    warning = not_like_for_like(pair, edition.package.metrics)
    lede = [_("Divided, they give {ratio}.").format(ratio=fund_means.ratio_words(pair, edition.package.metrics))]
    lede += [_fund_note(figure) for figure in (pair.base, pair.peer)]
    means = _means_beside(edition, pair)
    lede += _band_note(pair) + _other_ratios(edition, pair)
    lede += [fund_means.pair_words(one, edition.package.metrics) + "." for one in means]
    used = [figure for one in (pair, *means) for figure in (one.base, one.peer)]
    return blocks.headline("fund-size-gap", _gap_sentence(pair, edition.package.metrics), lede, used, numbers, warning)


def _band_numbers(edition):
    """The like-for-like band for the manifest: the first country divided by the second, whichever is larger."""
    lower, upper = fund_spread.band(find_pair(edition, CONCEPT)) or (None, None)
    return {"fund_size_band_lower": lower, "fund_size_band_upper": upper}


def _larger_first(edition):
    """The edition with the country first whose funds are larger as printed: a ratio is read as 3.3×, not as 0.3×."""
    pair = find_pair(edition, CONCEPT)
    return edition if pair.ratio is None or pair.ratio >= 1 else edition.swapped()


def _means_beside(edition, pair):
    """The means of both countries for the year, where the reference sets two statistics side by side: a list of one, or none."""
    if "statistic" not in pair.mismatches:
        return []
    found = fund_means.pairs(edition, fund_means.all_sizes(edition))
    firmest = fund_means.firmest([one for one in found if one.base.period[:4] == str(edition.year)])
    return [firmest] if firmest else []


def _gap_sentence(pair, metrics):
    said = [
        _("{statistic} of {value} in {country}").format(
            statistic=statistic_word(figure.statistic), value=value_text(figure), country=the_country(figure.country)
        )
        for figure in (pair.base, pair.peer)
    ]
    if "statistic" in pair.mismatches:
        first = sentence_start(_("{base} cannot be set against {peer}").format(base=said[0], peer=said[1]))
        return ". ".join(filter(None, [first, fund_spread.band_words(pair)]))
    return sentence_start(
        _("{base}, {peer}: {ratio}").format(base=said[0], peer=said[1], ratio=fund_means.ratio_words(pair, metrics))
    )


def _band_note(pair):
    """On what the like-for-like band rests: list of str, empty if both sides state one statistic."""
    if "statistic" not in pair.mismatches or not fund_spread.band(pair):
        return []
    lower, upper = (fund_spread.sigma_text(sigma) for sigma in funds.SIGMA_BAND)
    return [
        _(
            "Like for like assumes that sizes are lognormal and spread alike in both countries, with σ from {lower} to {upper}: a band, not a measurement."
        ).format(lower=lower, upper=upper)
    ]


def _other_ratios(edition, pair):
    """What another source of the same statistic makes of the ratio, like for like where there is a band: list of str."""
    others = [
        figure
        for figure in families(edition, pair.base.metric, pair.base.country)
        if figure.family not in (pair.base.family, "column")
    ]
    text = _("{family} has {value} for {country} in {year}: then it is {ratio}.")
    return [
        text.format(
            family=figure.family,
            value=value_text(figure),
            country=the_country(figure.country),
            year=edition.year,
            ratio=_ratio_or_band(compare(figure, pair.peer), edition.package.metrics),
        )
        for figure in others
    ]


def _ratio_or_band(pair, metrics):
    """The ratio as it stands, or its like-for-like band where two statistics meet."""
    band = fund_spread.band(pair)
    if "statistic" not in pair.mismatches or not band:
        return fund_means.ratio_words(pair, metrics)
    text = _("{ratio}, and like for like {range}")
    return text.format(ratio=times(pair.ratio), range=interval(*sorted(band), times))


def _fund_note(figure):
    text = _("{country}: {statistic} of {period}, {status}.").format(
        country=country(figure.country),
        statistic=statistic_word(figure.statistic),
        period=period(figure.period),
        status=blocks.status_words()[figure.status],
    )
    return f"{text} {sentence_start(figure.note)}." if figure.note else text


@or_say_what_is_missing
def sizes(edition):
    """Medians, means and maxima up to the edition's year on one log scale: three statistics that must not be mixed."""
    found = fund_means.all_sizes(edition)
    if not found:
        raise MissingFigure("\n".join(_no_size(edition, code) for code in edition.countries))
    found.sort(key=lambda figure: _size_order(edition, figure))
    title, notes = _sizes_words(edition, found)
    rows = [_size_row(edition, figure) for figure in found]
    return blocks.exhibit(
        "fund-sizes",
        title,
        _(
            "Size of venture capital funds up to {year}, as published or from money raised ÷ funds closed (derived), US$, log scale. Filled: the reference of this edition."
        ).format(year=edition.year),
        pd.DataFrame([_size_record(figure) for figure in found]),
        _size_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, money, log=True),
        alt=_("{count} fund sizes on a log scale, from {smallest} to {largest}.").format(
            count=len(found), smallest=money(min(f.value for f in found)), largest=money(max(f.value for f in found))
        ),
        figures=found,
        package=edition.package,
        notes=[*_one_sided(edition, found), *notes],
    )


def _no_size(edition, code):
    return _("{country}: no source states the size of a fund up to {year}.").format(
        country=country(code), year=edition.year
    )


def _one_sided(edition, found):
    """Which country has no size at all, if the other has one: list of str."""
    there = {figure.country for figure in found}
    return [_no_size(edition, code) for code in edition.countries if code not in there]


def _reference_pair(edition):
    """The Comparison of the references, the larger first, where both are one statistic and not zero; else None."""
    found = _references(edition)
    if not all(found) or not all(figure.value for figure in found):
        return None
    pair = compare(*sorted(found, key=lambda figure: figure.value, reverse=True))
    return None if "statistic" in pair.mismatches else pair


def _sizes_words(edition, found):
    """The title, of the references if they are of one statistic, else of the firmest pair of means; and the notes."""
    metrics, pair = edition.package.metrics, _reference_pair(edition)
    if pair:
        return fund_means.reference_words(pair, metrics), _sizes_notes(pair, metrics)
    pair = fund_means.firmest(fund_means.pairs(edition, found))
    title = fund_means.pair_words(pair, metrics) if pair else _("No year has a mean for both countries")
    return title, _sizes_notes(pair, metrics)


def _sizes_notes(pair, metrics):
    text = _(
        "A mean is pulled up by a few very large funds; a median is not. Compare a mean with a mean, a median with a median."
    )
    return [*(fund_means.catches(pair, metrics) if pair else []), text]


def _size_order(edition, figure):
    statistic = {"median": 0, "mean": 1, "max": 2}[figure.statistic]
    return statistic, figure.country != edition.parameters.base, figure.period, figure.family


def _size_columns():
    return {
        "country": (_("Country"), country),
        "period": (_("Year"), period),
        "statistic": (_("Statistic"), statistic_word),
        "value": (_("US$"), money),
        "qualifier": (_("As stated"), lambda word: qualifiers()[word].format(_("this value"))),
        "family": (_("Source"), family_label),
        "status": (_("Status"), lambda word: blocks.status_words()[word]),
        "note": (_("Note"), lambda text: text or "–"),
    }


def _size_row(edition, figure):
    words = {
        "fund_size_median": _("median"),
        "fund_size_mean": _("mean"),
        "fund_aum_mean": _("mean assets"),
        "fund_size_max": _("largest"),
    }
    derived = [_("derived")] if figure.status == "derived" else []
    return {
        "label": f"{country(figure.country)}, {words[figure.metric]}",
        "value": figure.value,
        "text": value_text(figure),
        "side": side(edition, figure.country),
        "filled": figure.id in _reference_ids(edition),
        "detail": " · ".join([period(figure.period), *derived, sentence_start(blocks.stated_by(figure))]),
    }


def _size_record(figure):
    kept = ("country", "period", "statistic", "value", "qualifier", "family", "status", "note", "id")
    return {name: getattr(figure, name) for name in kept}


def _references(edition):
    """The reference of each country, None where there is none: list."""
    basis, year = edition.parameters.basis, edition.year
    return [reference(edition.package, basis, CONCEPT, code, year) for code in edition.countries]


def _reference_ids(edition):
    return {figure.id for figure in _references(edition) if figure}


@or_say_what_is_missing
def like_for_like(edition):
    """What the reference ratio becomes over assumed and implied spreads, when a median meets a mean."""
    numbers, edition = _band_numbers(edition), _larger_first(edition)
    pair = find_pair(edition, CONCEPT)
    found = fund_spread.routes(edition)
    if "statistic" not in pair.mismatches or not fund_spread.band(pair):
        return _nothing_to_bridge(edition, pair)
    records = _bridge_records(pair, found)
    rows = [_bridge_row(record) for record in records if record["sigma"]]
    return blocks.exhibit(
        "like-for-like",
        fund_spread.band_sentence(pair),
        _(
            "Median against median, if both countries’ funds are lognormal with one spread σ; log scale. Filled: assumed."
        ),
        pd.DataFrame(records).assign(base_country=edition.parameters.base, peer_country=edition.parameters.peer),
        _bridge_columns(edition),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Ratio by spread: {items}.").format(items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=[pair.base, pair.peer, *fund_spread.used_by(found)],
        package=edition.package,
        quality=_("model"),
        notes=_bridge_notes(pair, found),
        method=_("median = mean × e^(−σ² ÷ 2); σ = √(2 ln(mean ÷ median)), or ln(largest ÷ median) ÷ z of n"),
        numbers=numbers,
    )


def _nothing_to_bridge(edition, pair):
    """Where both sides state one statistic, a common spread cancels: the ratio stands as it is, with its warnings."""
    text = _("Both sides state {statistic}: a spread common to both cancels, and the ratio is {ratio}.")
    if pair.ratio is None:
        text = _("There is no ratio where one side is zero.")
    ratio = fund_means.ratio_words(pair, edition.package.metrics)
    said = text.format(statistic=statistic_word(pair.base.statistic), ratio=ratio)
    return blocks.note("like-for-like", _("Nothing to bridge"), [said], (pair.base, pair.peer))


def _bridge_records(pair, found):
    """One row per σ, assumed or implied: sigma, origin, the medians in US$, the ratio, and whether it is a warning."""
    naive = _("no spread: not like for like, {base} against {peer}").format(
        base=statistic_word(pair.base.statistic), peer=statistic_word(pair.peer.statistic)
    )
    records = [
        _bridge_record(pair, sigma, naive if sigma == 0 else _("assumed"), assumed=True, medians={}) for sigma in SIGMAS
    ]
    records += [_implied_record(pair, route) for route in found]
    return sorted(records, key=lambda record: record["sigma"])


def _implied_record(pair, route):
    """A σ goes with the median it was computed from, which is not always this edition's reference."""
    origin = f"{country(route.country)}: {route.way}"
    return _bridge_record(pair, route.sigma, origin, assumed=False, medians={route.country: route.median})


def _bridge_record(pair, sigma, origin, assumed, medians):
    """medians : dict of country → its stated median in US$, where it is not the one of the pair."""
    base, peer = (medians.get(figure.country) or _median_of(figure, sigma) for figure in (pair.base, pair.peer))
    return {
        "sigma": sigma,
        "origin": origin,
        "assumed": assumed,
        "base_median_usd": base,
        "peer_median_usd": peer,
        "ratio": base / peer,
    }


def _median_of(figure, sigma):
    """The median that a figure states or implies, US$."""
    return funds.median_from_mean(figure.value, sigma) if figure.statistic == "mean" else figure.value


def _bridge_row(record):
    return {
        "label": "σ " + fund_spread.sigma_text(record["sigma"]),
        "detail": _("assumed") if record["assumed"] else _("implied by published statistics"),
        "value": record["ratio"],
        "text": times(record["ratio"]),
        "side": "other",
        "filled": record["assumed"],
    }


def _bridge_columns(edition):
    base, peer = (country(code) for code in edition.countries)
    return {
        "sigma": ("σ", fund_spread.sigma_text),
        "base_median_usd": (_("Median, {country}").format(country=base), money),
        "peer_median_usd": (_("Median, {country}").format(country=peer), money),
        "ratio": (_("Ratio"), times),
        "origin": (_("Where σ comes from"), str),
    }


def _bridge_notes(pair, found):
    """What σ is assumed, what the figures imply, and what is not known: list of str."""
    lower, upper = funds.SIGMA_BAND
    notes = [
        _("The band takes σ from {lower} to {upper}. {implied}")
        .format(
            lower=fund_spread.sigma_text(lower),
            upper=fund_spread.sigma_text(upper),
            implied=" ".join(fund_spread.implied_sentence(found)),
        )
        .strip()
    ]
    widest = max(found, key=lambda route: route.sigma, default=None)
    if widest and widest.sigma > upper:
        text = _(
            "The widest spread lies outside the band: at σ {sigma}, with its own median, the ratio would be {ratio}."
        )
        ratio = times(_implied_record(pair, widest)["ratio"])
        notes.append(text.format(sigma=fund_spread.sigma_text(widest.sigma), ratio=ratio))
    single = [f for f in (pair.base, pair.peer) if f.country not in {route.country for route in found}]
    text = _("One statistic alone does not give the spread of {country}: the ratio is a band, never a point.")
    return notes + [text.format(country=the_country(figure.country)) for figure in single]


@or_say_what_is_missing
def firms_and_money(edition):
    """Firms, funds, assets and dry powder, with the day each was counted: stocks, and not of the year."""
    found = [
        figure for metric in STOCKS for code in edition.countries for figure in _latest_stocks(edition, metric, code)
    ]
    if not found:
        raise MissingFigure(_("No source states firms, assets or dry powder for either country."))
    missing = [sentence for code in edition.countries for sentence in _stocks_missing(edition, found, code)]
    return blocks.exhibit(
        "firms-and-money",
        _("Firms, funds and money, each on its day"),
        _("Latest statement of each source, {first} to {last}, with the day it was counted.").format(
            first=edition.year - STOCK_YEARS, last=edition.year
        ),
        pd.DataFrame([_stock_record(edition, figure) for figure in found]),
        {
            "what": (_("What"), str),
            "country": (_("Country"), country),
            "value_text": (_("Value"), str),
            "period": (_("As of"), period),
            "family": (_("Source"), family_label),
            "note": (_("Note"), str),
        },
        figures=found,
        package=edition.package,
        notes=[*missing, _("A firm runs several funds: assets per firm are not the size of a fund.")],
    )


def _latest_stocks(edition, metric, code):
    """The latest statement of each family within STOCK_YEARS of the edition's year: list of Figure."""
    rows = rows_of(edition.package, "metric", metric)
    rows = rows[(rows["country"] == code) & (rows["segment"] == "")]
    years = rows["period"].str[:4].astype(int)
    recent = rows[years.between(edition.year - STOCK_YEARS, edition.year) & ~rows["status"].isin(NOT_COMPARED)]
    return by_family(as_figure(row) for row in recent.to_dict("records"))


def _stock_record(edition, figure):
    return {
        "what": localised(edition.package.metrics.loc[figure.metric], "label"),
        "country": figure.country,
        "value": figure.value,
        "value_text": value_text(figure),
        "period": figure.period,
        "family": figure.family,
        "note": figure.note or "–",
        "id": figure.id,
    }


def _stocks_missing(edition, found, code):
    """What no source states for a country: a list of one sentence, or empty."""
    there = {figure.metric for figure in found if figure.country == code}
    labels = [localised(edition.package.metrics.loc[metric], "label") for metric in STOCKS if metric not in there]
    if not labels:
        return []
    return [_("No source here states, for {country}: {what}.").format(country=the_country(code), what=join(labels))]
