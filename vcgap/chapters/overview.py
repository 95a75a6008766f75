"""Exhibits of 00_overview: the gap in one page."""

import pandas as pd

from vcgap import audit, blocks
from vcgap.chapters import (
    certainty,
    claims,
    fund_means,
    fund_size,
    fund_spread,
    over_time,
    parity,
    per_unit,
    unicorn_rates,
    unicorns,
    volume,
)
from vcgap.edition import MissingFigure, families, find, find_pair, or_say_what_is_missing
from vcgap.figures import rows_of
from vcgap.gaps import absolute_gap, intensity_gap, share
from vcgap.language import (
    _,
    counted,
    country,
    gap_size,
    interval,
    join,
    money,
    not_like_for_like,
    percent,
    period,
    plural,
    sentence_start,
    signed_percent,
    the_country,
    times,
    warnings,
)


@or_say_what_is_missing
def headline(edition):
    """The gap in one sentence, and two that take its comfort away."""
    numbers = {"vc_ratio": find_pair(edition, "vc_investment").ratio}
    edition = volume.larger_first(edition)
    pair = find_pair(edition, "vc_investment")
    table, used, missing = volume.measures(edition)
    warning = not_like_for_like(pair, edition.package.metrics)
    among_pairs, compared = certainty.headline_among_pairs(edition)
    lede = [
        *_per_gdp_sentence(per_unit.ratios(table)),
        *_closing_sentences(edition),
        *certainty.dollar_gap_sentence(edition),
        *among_pairs,
        *missing,
        *([warning] if warning else []),
    ]
    used += [*over_time.moves(edition)[1], *compared]
    return blocks.headline("headline", volume.gap_headline(edition, pair), lede, used, numbers, warning)


def _per_gdp_sentence(ratios):
    raw, per_gdp = ratios.get("invested"), ratios.get("per_gdp")
    if not raw or not per_gdp:
        return []
    if max(per_gdp, 1 / per_gdp) < max(raw, 1 / raw) * 0.9:
        text = _("Measured against the size of each economy the gap is {per_gdp}, not {raw}.")
        return [text.format(per_gdp=gap_size(per_gdp), raw=gap_size(raw))]
    return [_("Measured against the size of each economy the gap is {per_gdp}.").format(per_gdp=gap_size(per_gdp))]


def _closing_sentences(edition):
    """Whether the gap is closing; where sources disagree, what they have for both countries."""
    table, _used = over_time.moves(edition)
    if over_time.direction(table["change"]) != "disagree":
        return [over_time.direction_sentence(edition, table["change"]) + "."]
    base, peer = edition.countries
    by_peer = table.drop_duplicates("peer_family").sort_values("peer_growth", ascending=False)
    items = [f"{signed_percent(row.peer_growth)} ({row.peer_family})" for row in by_peer.itertuples()]
    return [
        _(
            "Whether the ratio is falling depends on whom you ask: in {year} venture capital changed by {items} in {peer} and by {reach} in {base}."
        ).format(
            year=edition.year,
            items=_(" or ").join(items),
            peer=the_country(peer),
            reach=_signed_reach(table["base_growth"].min(), table["base_growth"].max()),
            base=the_country(base),
        )
    ]


def _signed_reach(lower, upper):
    """A range of growths: "+19–29 %", but "−37 % to −31 %"."""
    if lower >= 0 or signed_percent(lower) == signed_percent(upper):
        return interval(lower, upper, signed_percent)
    return _("{lower} to {upper}").format(lower=signed_percent(lower), upper=signed_percent(upper))


def tiles(edition):
    """Five numbers, each with its range or its catch. A number that is missing says so in its tile."""
    builders = [
        (_("venture capital invested"), _ratio_tile),
        (_("the same, per unit of GDP"), _per_gdp_tile),
        (_("a year short of the larger one’s share of GDP"), _shortfall_tile),
        (_("unicorns per unit of GDP"), _unicorn_tile),
        (_("fund size"), _fund_tile),
    ]
    turned = volume.larger_first(edition)
    entries, used = [], []
    for what, build in builders:
        try:
            entry, figures = build(turned, what)
        except MissingFigure as missing:
            entry, figures = ("–", what, str(missing).split("\n")[0]), []
        entries.append(entry)
        used += figures
    return blocks.tiles("tiles", entries, used, _tile_numbers(edition))


def _tile_numbers(edition):
    """What the tiles say, for the manifest: always the first country against the second, whichever is larger."""
    numbers = {}
    for find_numbers in (_vc_numbers, _shortfall_number, _unicorn_number):
        try:
            numbers |= find_numbers(edition)
        except MissingFigure:  # the tile says so
            continue
    return numbers


def _vc_numbers(edition):
    pair = find_pair(edition, "vc_investment")
    table, _used, _missing = volume.measures(edition)
    names, numbers = {"invested": "vc_ratio", "per_gdp": "vc_ratio_per_gdp"}, {}
    for row in table[table["measure"].isin(list(names))].to_dict("records"):
        name = names[row["measure"]]
        ends = {f"{name}_{end}": row[end] for end in ("sources_lower", "sources_upper")}
        numbers |= {name: row["ratio"]} | ends
    return numbers | {"vc_gap_usd": absolute_gap(pair.base.value, pair.peer.value)}


def _shortfall_number(edition):
    """Dollars; negative where it is the first country that lacks them."""
    pair = find_pair(edition, "vc_investment")
    output = {code: find(edition, "gdp", code) for code in edition.countries}
    return {"intensity_shortfall_usd": _shortfall(pair.base, pair.peer, output)}


def _unicorn_number(edition):
    table, *_rest = unicorns.measures(edition)
    return {"unicorn_ratio_per_gdp": per_unit.ratios(table).get("per_gdp")}


def _ratio_tile(edition, what):
    base, peer = (country(code) for code in edition.countries)
    what = _("{what}, {base} to {peer}").format(what=what, base=base, peer=peer)
    (ratio, what, reach), used = _measure_tile(edition, "invested", what)
    pair = find_pair(edition, "vc_investment")
    less, more = sorted((pair.base.value, pair.peer.value))
    apart = _("{gap} apart, {share} of the larger").format(
        gap=money(absolute_gap(more, less), digits=4), share=percent(share(more, less))
    )
    return (ratio, what, f"{reach}; {apart}"), used


def _per_gdp_tile(edition, what):
    return _measure_tile(edition, "per_gdp", what)


def _measure_tile(edition, measure, what):
    """One measure of the gap as a tile, with its range across sources."""
    table, used, missing = volume.measures(edition)
    rows = table[table["measure"] == measure].to_dict("records")
    if not rows:
        raise MissingFigure(missing[-1])
    return (times(rows[0]["ratio"]), what, per_unit.range_words(rows[0])), used


def _shortfall_tile(edition, what):
    """What the country with less per unit of GDP lacks to the other's intensity, with its range across sources."""
    pair = find_pair(edition, "vc_investment")
    output = {code: find(edition, "gdp", code) for code in edition.countries}
    lacking = _shortfall(pair.base, pair.peer, output)
    said = [[figure, *families(edition, "vc_investment", figure.country)] for figure in (pair.base, pair.peer)]
    reach = [_shortfall(one, other, output) for one in said[0] for other in said[1]]
    catch = _("{country}: {range}").format(
        country=country(edition.parameters.peer if lacking >= 0 else edition.parameters.base),
        range=_size_range(reach),
    )
    used = [*said[0], *said[1], *output.values()]
    return (money(abs(lacking)), what, catch), used


def _size_range(amounts):
    """A range of amounts of one sign without the sign, or that sources disagree on who is short."""
    if min(amounts) < 0 < max(amounts):
        return _("sources disagree on who is short")
    sizes = [abs(amount) for amount in amounts]
    return _("{range} across sources").format(range=interval(min(sizes), max(sizes), money))


def _shortfall(base, peer, output):
    """Dollars a year that the peer lacks to the base's share of GDP; negative if the base lacks them to the peer's."""
    denominators = output[base.country].value, output[peer.country].value
    lacking = intensity_gap(base.value, denominators[0], peer.value, denominators[1])
    return lacking if lacking >= 0 else -intensity_gap(peer.value, denominators[1], base.value, denominators[0])


def _unicorn_tile(edition, what):
    table, pair, used, missing = unicorns.measures(edition, ["per_gdp"])
    per_gdp = per_unit.ratios(table).get("per_gdp")
    if per_gdp is None:
        raise MissingFigure(missing[0] if missing else _("No unicorn is listed."))
    row = table[table["measure"] == "per_gdp"].to_dict("records")[0]
    reach = unicorn_rates.chance_range(row, pair)
    same_list, lists = _one_list(edition) if warnings(pair, edition.package.metrics) else ([], [])
    catch = [
        per_unit.range_words(row),
        _("{range} by chance alone").format(range=interval(*reach, times)),
        _("{raw} as counted").format(raw=times(pair.ratio)),
        *warnings(pair, edition.package.metrics)[-1:],
        *same_list,
    ]
    return (times(per_gdp), what, "; ".join(catch)), [*used, *lists]


def _one_list(edition):
    """The ratio of active unicorns on the last list of one provider up to the year: list of one phrase, and Figures."""
    table, family, used = unicorns.list_vintages(edition, "unicorns_active")
    table = table[(table["period"].str[:4] <= str(edition.year)) & (table["peer"] > 0)]
    if table.empty:
        return [], []
    last = table.to_dict("records")[-1]
    text = _("{ratio} on one list ({family}, {date})")
    ratio = times(last["base"] / last["peer"])
    return [text.format(ratio=ratio, family=family, date=period(last["period"]))], [
        figure for figure in used if figure.period == last["period"]
    ]


def _fund_tile(edition, what):
    pair = find_pair(edition, fund_size.CONCEPT)
    phrases = warnings(pair, edition.package.metrics)
    band = fund_spread.band(pair)
    if "statistic" in pair.mismatches and band:
        across, used = fund_spread.band_across(edition, pair)
        catch = _("{range} across sources; not {ratio}, which is not like for like: {warning}; dispersion assumed")
        catch = catch.format(range=interval(*across, times), ratio=times(pair.ratio), warning=phrases[0])
        return (interval(*band, times), _("{what}, like for like").format(what=what), catch), used
    catch = _("not like for like: {what}").format(what=phrases[0]) if phrases else _("the same statistic on both sides")
    catch += _("; second-hand figures") if fund_means.second_hand(pair) else ""
    what = _("{what}, as printed").format(what=what) if phrases else what
    return (times(pair.ratio), what, catch), [pair.base, pair.peer]


YEARS_AHEAD = (10, 20, 30)


@or_say_what_is_missing
def would_have_to_be_true(edition):
    """What today's growth would come to if it lasted, and the growth that parity would need: as on 06, in one table."""
    found = parity.race(edition)
    rates, growth_used = parity.ahead_rates(edition, found)
    ratios, used, missing = parity.ratios_to_close(edition, found)
    title, pairs_used, unknown = _closing_title(edition)
    return blocks.exhibit(
        "would-have-to-be-true",
        title,
        parity.required_subtitle(found, rates),
        pd.DataFrame([_required_record(name, ratio, rates) for name, ratio in ratios.items()]).assign(
            year=edition.year, ahead_country=found.ahead.country, behind_country=found.behind.country
        ),
        {
            "measure": (_("Parity of"), {"volume": _("the money invested"), "intensity": _("the share of GDP")}.get),
            "ratio": (_("Gap today"), times),
            **{f"in_{years}_text": (_("In {years} years").format(years=years), str) for years in YEARS_AHEAD},
        },
        figures=[*used, *growth_used, *pairs_used],
        package=edition.package,
        warning=found.warning,
        notes=[*unknown, *missing, *parity.required_notes(ratios, rates)],
        method=_("growth = ratio^(1 ÷ years) × (1 + growth ahead) − 1"),
    )


def _required_record(name, ratio, rates):
    """The growth that parity in a number of years needs, at the lowest and the highest growth of the country ahead."""
    record = {"measure": name, "ratio": ratio}
    for years in YEARS_AHEAD:
        needed = parity.required_growths(ratio, years, rates)
        ends = min(needed), max(needed)
        record |= {f"in_{years}_lower": ends[0], f"in_{years}_upper": ends[1]}
        record |= {f"in_{years}_text": interval(*ends, signed_percent)}
    return record


def _closing_title(edition):
    """What the growth of the year would come to, the Figures behind it, and what is not known (list of str)."""
    try:
        pairs, used = parity.growth_pairs(edition)
    except MissingFigure as missing:
        return _("What parity would take, every year without a pause"), [], [str(missing)]
    return parity.sources_sentence(edition, pairs), used, []


def as_printed(edition):
    """What the column says of both countries, statement by statement, with the verdict of the checks: as on 07."""
    every = audit.load_claims()
    found = claims.findings(edition, every[every["document"] == "column"])
    found = found[found["severity"] != "I"]
    found = found[found["ids"].map(lambda ids: _of_both(edition, ids))]
    if found.empty:
        text = _("The column does not set {base} and {peer} side by side in {year}.")
        names = dict(zip(("base", "peer"), map(the_country, edition.countries), strict=True))
        return blocks.note("as-printed", _("As printed"), [text.format(year=edition.year, **names)])
    return blocks.exhibit(
        "as-printed",
        _printed_title(len(found), int((found["severity"] == "ok").sum())),
        _("Every statement of the column on something it gives for both countries, with what the checks say of it."),
        found[["id", "statement", "severity", "text"]],
        {
            "statement": (_("As printed"), str),
            "severity": (_("Verdict"), audit.verdict_word),
            "text": (_("Why"), str),
        },
        figures=claims.figures_of(edition, found),
        package=edition.package,
    )


def _of_both(edition, ids):
    """Whether a statement is on something that the column gives for both countries in the year. ids : parted by a bar."""
    column = rows_of(edition.package, "source", "column")
    column = column[column["period"].str[:4] == str(edition.year)]
    column = column[column["country"].isin(edition.countries)]
    said = column[column["id"].isin(ids.split("|"))]
    shared = column.groupby("metric")["country"].nunique()
    shared = set(shared[shared == len(edition.countries)].index)
    return set(edition.countries) <= set(said["country"]) or bool(shared & set(said["metric"]))


def _printed_title(statements, hold):
    """How many of the checks of the column's comparisons hold."""
    if hold == statements:
        return _("What the column says of the two countries holds in every check")
    if not hold:
        return _("Nothing that the column says of the two countries can be read as printed")
    text = plural(
        "Of {all} checks of what the column says of the two countries {hold} holds",
        "Of {all} checks of what the column says of the two countries {hold} hold",
        hold,
    )
    return text.format(all=counted(statements), hold=counted(hold))


@or_say_what_is_missing
def limits(edition):
    """What the page cannot tell: each sentence from the data, so that it goes when the reason goes."""
    sentences = [*_unreconciled(edition), *_unlike_counts(edition), *_untraced(edition)]
    sentences = sentences or [_("No source is in dispute here; that few have counted is reason enough for care.")]
    return blocks.note("limits", _("What this page cannot tell you"), sentences)


def _unreconciled(edition):
    code = volume.larger_first(edition).parameters.peer
    said = families(edition, "vc_investment", code)
    if len(said) < 2:
        return []
    names = join(sorted(figure.family for figure in said))
    return [
        _("Which of {names} is right about {peer}: each counts its own list of deals.").format(
            names=names, peer=the_country(code)
        )
    ]


def _unlike_counts(edition):
    try:
        pair = find_pair(edition, unicorns.CONCEPT)
    except MissingFigure:
        return []
    if "metric" not in pair.mismatches:
        return []
    what = sentence_start(warnings(pair, edition.package.metrics)[-1])
    return [_("{what}: the two counts are not of the same thing.").format(what=what)]


def _untraced(edition):
    """How many of the column's figures match a provider's, and how many could not be traced."""
    mine = rows_of(edition.package, "source", "column")
    mine = mine[(mine["period"] == str(edition.year)) & ~mine["own"]]
    mine = mine[mine["country"].isin(edition.countries)]
    untraced = int((mine["status"] == "second_hand").sum())
    if edition.parameters.basis != "column" or not untraced:
        return []
    text = _(
        "Where the column’s figures come from: it names no source; {traced} of {all} match a provider’s, {untraced} could not be traced."
    )
    return [text.format(traced=counted(len(mine) - untraced), all=counted(len(mine)), untraced=counted(untraced))]
