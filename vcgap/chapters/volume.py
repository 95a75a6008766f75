"""Exhibits of 01_volume: how much is invested, in which measure, and by whose count."""

import pandas as pd

from vcgap import blocks, charts, gaps
from vcgap.chapters import per_unit
from vcgap.edition import (
    MissingFigure,
    families,
    family_label,
    find,
    find_pair,
    or_say_what_is_missing,
    side,
)
from vcgap.figures import reference, spread
from vcgap.language import (
    _,
    counted,
    country,
    gap_size,
    interval,
    join,
    localised,
    money,
    not_like_for_like,
    number,
    percent,
    period,
    sentence_start,
    the_country,
    times,
    times_precise,
    times_tick,
    value_text,
)

MEASURES = {"invested": (None, 1), "per_head": ("population", 1), "per_gdp": ("gdp", 1)}


def measures(edition):
    """The gap in money, per head and per unit of GDP: what per_unit.in_measures returns, for vc_investment.

    Dollars; per GDP a fraction. The range across sources always holds the reference itself. Raises MissingFigure.
    """
    pair = find_pair(edition, "vc_investment")
    said = [
        [*families(edition, "vc_investment", code), chosen]
        for code, chosen in zip(edition.countries, (pair.base, pair.peer), strict=True)
    ]
    across = gaps.ratio_range(*[[figure.value for figure in country_said] for country_said in said])
    across = across if pair.ratio else None
    table, below, missing = per_unit.in_measures(edition, pair, across, MEASURES)
    return table, [*said[0], *said[1], *below], missing


def larger_first(edition):
    """The same edition with the country that invests more as the base: a gap is read as 107×, never as 0.0094×.

    The one rule for who is ahead: the references decide. Where a country has none, the largest figure that any source
    states of it does, or zero: there is no headline then that it could contradict.
    """
    base, peer = edition.countries
    if _invested(edition, base) >= _invested(edition, peer):
        return edition
    return edition.swapped()


def _invested(edition, code):
    """Dollars by which larger_first ranks a country; 0.0 where nobody says anything."""
    chosen = _reference(edition, code)
    said = [chosen] if chosen else families(edition, "vc_investment", code)
    return max((figure.value for figure in said), default=0.0)


def measure_words():
    """Label of each measure and how its value is written."""
    return {
        "invested": (_("As invested"), money),
        "per_head": (_("Per head"), money),
        "per_gdp": (_("Per unit of GDP"), percent),
    }


@or_say_what_is_missing
def gap(edition):
    """The gap in a few sentences: ratio, share, absolute gap, what rounding alone and the choice of source do to it."""
    pair = find_pair(edition, "vc_investment")
    table, used, missing = measures(edition)
    sentences = [*_larger_first_sentences(larger_first(edition)), *missing]
    warning = not_like_for_like(pair, edition.package.metrics)
    sentences += [warning] if warning else []
    ratios = per_unit.ratios(table)
    numbers = {
        "vc_ratio": pair.ratio,
        "vc_share": gaps.share(pair.base.value, pair.peer.value),
        "vc_gap_usd": gaps.absolute_gap(pair.base.value, pair.peer.value),
        "vc_ratio_per_head": ratios.get("per_head"),
        "vc_ratio_per_gdp": ratios.get("per_gdp"),
    }
    return blocks.headline("gap", gap_headline(edition, pair), sentences, used, numbers, warning)


def gap_headline(edition, pair):
    """One sentence for the ratio of two countries, whichever is ahead."""
    base, peer = edition.countries
    if pair.ratio is None or pair.ratio == 0:
        empty = peer if pair.ratio is None else base
        return _("No venture capital was recorded in {country} in {year}: there is no ratio").format(
            country=the_country(empty), year=edition.year
        )
    ratio, more, less = (pair.ratio, base, peer) if pair.ratio >= 1 else (1 / pair.ratio, peer, base)
    if ratio < 1.05:
        return _("{base} and {peer} invest about as much").format(base=country(base), peer=country(peer))
    return _("For every dollar of venture capital in {less}, about {ratio} go to work in {more}").format(
        less=the_country(less), more=the_country(more), ratio=number(ratio, 0 if ratio >= 9.95 else 1)
    )


def _larger_first_sentences(edition):
    """The two amounts and what rounding and sources do to their ratio: list of str. edition : of larger_first."""
    pair = find_pair(edition, "vc_investment")
    return [_gap_sentence(edition, pair.base, pair.peer), *_range_sentences(edition)]


def _gap_sentence(edition, larger, smaller):
    """The two amounts, the smaller as a share of the larger, and the money between them."""
    return _(
        "In {year}, {larger} was invested in {more} and {smaller} in {less}: {share} of that, a gap of {gap}."
    ).format(
        year=edition.year,
        larger=value_text(larger),
        more=the_country(larger.country),
        smaller=value_text(smaller),
        less=the_country(smaller.country),
        share=percent(gaps.share(larger.value, smaller.value)),
        gap=money(gaps.absolute_gap(larger.value, smaller.value), digits=4),
    )


def _range_sentences(edition):
    """What rounding alone and the choice of sources do to the ratio: list of str. edition : of larger_first."""
    pair, row = find_pair(edition, "vc_investment"), measures(edition)[0].iloc[0]
    if pair.rounding is None:
        return []
    ratio, lower, upper = _ratio_and_bounds(pair)
    text = _(
        "The ratio is {ratio}; what the two figures leave open by themselves (rounding, or a range that is stated) puts it anywhere from {lower} to {upper}."
    )
    if lower == upper:
        text = _("The ratio is {ratio}; the two figures by themselves leave nothing of it open.")
    sentences = [text.format(ratio=ratio, lower=lower, upper=upper)]
    if times(row["sources_lower"]) != times(row["sources_upper"]):
        sentences.append(_source_range_sentence(edition, row))
    return sentences


def _ratio_and_bounds(pair):
    """The ratio and its bounds from rounding as text, with digits enough that the ratio lies between them."""
    width = pair.rounding[1] - pair.rounding[0]
    ratio = number(pair.ratio, 2) + "×" if width < 0.2 else times_precise(pair.ratio)
    decimals = 2 if width < 5 else 0
    return ratio, number(pair.rounding[0], decimals), number(pair.rounding[1], decimals)


def _source_range_sentence(edition, row):
    return _("Pair any source for {base} with any for {peer}, and it runs from {lower} to {upper}.").format(
        base=the_country(edition.parameters.base),
        peer=the_country(edition.parameters.peer),
        lower=times(row["sources_lower"]),
        upper=times(row["sources_upper"]),
    )


@or_say_what_is_missing
def ladder(edition):
    """The ratio as invested, per head and per unit of GDP, each with its range across sources; the larger on top."""
    edition, words = larger_first(edition), measure_words()
    table, used, missing = measures(edition)
    table = table.assign(doublings=[_doublings(ratio) for ratio in table["ratio"]])
    rows = per_unit.dot_rows(table, words)
    return blocks.exhibit(
        "ladder",
        _ladder_title(per_unit.ratios(table)),
        _ladder_subtitle(edition),
        per_unit.shown(table, words).assign(
            year=edition.year, base_country=edition.parameters.base, peer_country=edition.parameters.peer
        ),
        {
            "measure": (_("Measure"), lambda name: words[name][0]),
            "base_text": (country(edition.parameters.base), str),
            "peer_text": (country(edition.parameters.peer), str),
            "ratio": (_("Ratio"), times_precise),
            "sources": (_("Across sources"), str),
            "doublings": (_("Doublings to draw level"), lambda value: number(value, 1)),
        },
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Ratios on a log scale: {items}.").format(items=join(f"{row['label']}: {row['text']}" for row in rows)),
        figures=used,
        package=edition.package,
        warning=not_like_for_like(find_pair(edition, "vc_investment"), edition.package.metrics),
        notes=[*_gdp_editions(used, edition.package), *missing],
        method=_(
            "venture capital divided by population and by GDP at market exchange rates; doublings = log₂ of the ratio, how often the smaller value would have to double"
        ),
    )


def _doublings(ratio):
    """How often the smaller side would have to double to draw level; None without a ratio."""
    return gaps.doublings(max(ratio, 1 / ratio)) if ratio else None


def _gdp_editions(used, package):
    """A sentence if the two countries' GDP comes from different editions: list of str."""
    editions = {
        figure.country: package.sources.at[figure.source, "published"] for figure in used if figure.metric == "gdp"
    }
    if len(set(editions.values())) < 2:
        return []
    said = join(f"{country(code)} {period(published)}" for code, published in editions.items())
    return [_("GDP is from two editions of one source: {editions}.").format(editions=said)]


def _ladder_subtitle(edition):
    return _(
        "{base} divided by {peer}, venture capital invested, {year}, log scale: each line is ten times the last. Bar: range across sources."
    ).format(base=country(edition.parameters.base), peer=country(edition.parameters.peer), year=edition.year)


def _ladder_title(ratios):
    raw, per_gdp = ratios.get("invested"), ratios.get("per_gdp")
    if not raw:
        return _("There is no ratio where nothing was recorded")
    if not per_gdp:
        return _("As invested the gap is {raw}").format(raw=gap_size(raw))
    if max(per_gdp, 1 / per_gdp) < max(raw, 1 / raw) * 0.9:
        return _("Per unit of GDP the gap is {per_gdp}, not {raw}").format(per_gdp=gap_size(per_gdp), raw=gap_size(raw))
    if max(per_gdp, 1 / per_gdp) > max(raw, 1 / raw) * 1.1:
        return _("Per unit of GDP the gap is wider: {per_gdp} against {raw}").format(
            per_gdp=gap_size(per_gdp), raw=gap_size(raw)
        )
    return _("Per unit of GDP the gap is about the same: {per_gdp}").format(per_gdp=gap_size(per_gdp))


@or_say_what_is_missing
def in_dots(edition):
    """The ratio as dots: one for the smaller ecosystem, as many as it takes for the larger."""
    pair = find_pair(larger_first(edition), "vc_investment")
    larger, smaller = pair.base, pair.peer
    count = round(gaps.ratio(larger.value, smaller.value) or 0)
    if not 1 < count <= 2000:
        said = times(gaps.ratio(larger.value, smaller.value))
        raise MissingFigure(_("A ratio of {ratio} cannot be drawn dot by dot.").format(ratio=said))
    dots = {smaller.country: 1, larger.country: count}
    groups = [_dot_group(edition, code, times_one) for code, times_one in dots.items()]
    return blocks.exhibit(
        "in-dots",
        _("One dot for {less}, {count} for {more}").format(
            less=the_country(smaller.country), count=number(count), more=the_country(larger.country)
        ),
        _("Venture capital invested, {year}. One dot is all of {country}: {value}.").format(
            year=edition.year, country=the_country(smaller.country), value=money(smaller.value)
        ),
        pd.DataFrame([{"country": code, "year": edition.year, "dots": times_one} for code, times_one in dots.items()]),
        {"country": (_("Country"), country), "dots": (_("Dots"), number)},
        draw=lambda narrow: charts.units(groups, narrow),
        alt=_("Dots: {items}.").format(items=join(group["label"] for group in groups)),
        figures=(pair.base, pair.peer),
        package=edition.package,
        method=_("the ratio, rounded to whole dots"),
    )


def _dot_group(edition, code, count):
    return {"label": f"{country(code)}: {number(count)}", "side": side(edition, code), "count": count}


@or_say_what_is_missing
def by_source(edition, which):
    """What each family says was invested in one country in the year. which : "base", "peer" or "behind", who invests less."""
    chosen = larger_first(edition).parameters if which == "behind" else edition.parameters
    code = chosen.base if which == "base" else chosen.peer
    ranked = _everyone(edition, code)
    rows = [_source_row(figure, edition) for figure in ranked]
    return blocks.exhibit(
        f"by-source-{which}",
        _source_title(edition, code),
        _("Venture capital invested in {country}, {year}, US$. Filled: the reference of this edition.").format(
            country=the_country(code), year=edition.year
        ),
        pd.DataFrame([_source_record(figure, edition.package) for figure in ranked]),
        {
            "family": (_("Source"), family_label),
            "published": (_("Edition"), period),
            "value": (_("US$"), lambda value: money(value, digits=4)),
            "scope": (_("What it counts"), str),
        },
        draw=lambda narrow: charts.dots(rows, narrow, money),
        alt=_("{country}, {year}: {items}.").format(
            country=country(code), year=edition.year, items=join(f"{row['label']} {row['text']}" for row in rows)
        ),
        figures=ranked,
        package=edition.package,
        quality=_("single source") if len(families(edition, "vc_investment", code)) < 2 else _("contested"),
    )


def _everyone(edition, code):
    """Every family's figure and the reference, largest first: a reference may be an older edition of a family."""
    said = spread(edition.package, "vc_investment", code, edition.year)
    chosen = _reference(edition, code)
    everyone = {figure.id: figure for figure in [*said, *([chosen] if chosen else [])]}
    if not everyone:
        find(edition, "vc_investment", code)  # raises MissingFigure, which says what there is
    return sorted(everyone.values(), key=lambda figure: (-figure.value, figure.family))


def _reference(edition, code):
    return reference(edition.package, edition.parameters.basis, "vc_investment", code, edition.year)


def _source_row(figure, edition):
    chosen = _reference(edition, figure.country)
    return {
        "label": sentence_start(blocks.stated_by(figure)),
        "value": figure.value,
        "text": value_text(figure),
        "side": side(edition, figure.country),
        "filled": bool(chosen) and figure.id == chosen.id,
        "detail": ""
        if figure.own
        else figure.published[:4] and _("edition of {year}").format(year=figure.published[:4]),
    }


def _source_record(figure, package):
    kept = ("country", "period", "family", "published", "value", "status", "id", "note")
    scope = localised(package.sources.loc[figure.source], "scope") or "–"
    return {name: getattr(figure, name) for name in kept} | {"scope": scope}


def _source_title(edition, code):
    independent = families(edition, "vc_investment", code)
    names = {"country": the_country(code), "year": edition.year}
    if len(independent) == 1:
        return _("One source covers {country} in {year}: {value}").format(value=value_text(independent[0]), **names)
    return _("{count} sources put {country} anywhere between {lower} and {upper}").format(
        count=sentence_start(counted(len(independent))),
        lower=money(independent[0].value),
        upper=money(independent[-1].value),
        **names,
    )


@or_say_what_is_missing
def deals(edition):
    """Deal counts, and the average size they imply, only where one family states both."""
    records, used = [], []
    for code in edition.countries:
        invested = {figure.family: figure for figure in spread(edition.package, "vc_investment", code, edition.year)}
        for count in spread(edition.package, "deal_count", code, edition.year):
            amount = invested.get(count.family)
            used += [count, *([amount] if amount else [])]
            records.append(_deal_record(count, amount))
    if not records:
        raise MissingFigure(_("No source counts deals in either country in {year}.").format(year=edition.year))
    return blocks.exhibit(
        "deals",
        _deals_title(edition, records),
        _("Deals in {year}, and dollars per deal where one source states both.").format(year=edition.year),
        pd.DataFrame(records).assign(year=edition.year),
        {
            "country": (_("Country"), country),
            "family": (_("Source"), family_label),
            "deal_count": (_("Deals"), number),
            "deal_size_mean": (_("Mean size"), money),
        },
        figures=used,
        package=edition.package,
        notes=[
            _("Do not compare mean sizes across sources: a source that misses small rounds has a larger mean."),
            *_not_counted(edition, records),
        ],
        method=_("mean size = venture capital ÷ deals; deals without a disclosed amount make it too low"),
    )


def _not_counted(edition, records):
    """A sentence for each country whose deals no source counts: list of str."""
    without = [code for code in edition.countries if code not in {record["country"] for record in records}]
    text = _("No source in this suite counts the deals in {country} in {year}.")
    return [text.format(country=the_country(code), year=edition.year) for code in without]


def _deal_record(count, amount):
    size = amount and gaps.per(amount.value, count.value)
    return {"country": count.country, "family": count.family, "deal_count": count.value, "deal_size_mean": size}


def _deals_title(edition, records):
    ranges = []
    for code in edition.countries:
        counts = [record["deal_count"] for record in records if record["country"] == code]
        if counts:
            reach = interval(min(counts), max(counts), number)
            ranges.append(_("{count} in {country}").format(count=reach, country=the_country(code)))
    return _("Deals counted in {year}: {ranges}").format(year=edition.year, ranges=join(ranges))
