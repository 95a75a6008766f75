"""Exhibits of 00_overview: the gap in one page."""

from vcgap import blocks
from vcgap.chapters import fund_size, over_time, per_unit, unicorns, volume
from vcgap.edition import MissingFigure, families, find_pair, or_say_what_is_missing
from vcgap.gaps import absolute_gap, share
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
    sentence_start,
    signed_percent,
    the_country,
    times,
    warnings,
)


@or_say_what_is_missing
def headline(edition):
    """The gap in one sentence, and two that take its comfort away."""
    pair = find_pair(edition, "vc_investment")
    table, used, missing = volume.measures(edition)
    warning = not_like_for_like(pair, edition.package.metrics)
    lede = [
        *_per_gdp_sentence(per_unit.ratios(table)),
        *_closing_sentences(edition),
        *missing,
        *([warning] if warning else []),
    ]
    used += over_time.moves(edition)[1]
    return blocks.headline(
        "headline", volume.gap_headline(edition, pair), lede, used, {"vc_ratio": pair.ratio}, warning
    )


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
            "Whether it is closing depends on whom you ask: in {year} venture capital changed by {items} in {peer} and by {reach} in {base}."
        ).format(
            year=edition.year,
            items=_(" or ").join(items),
            peer=the_country(peer),
            reach=interval(table["base_growth"].min(), table["base_growth"].max(), signed_percent),
            base=the_country(base),
        )
    ]


def tiles(edition):
    """Five numbers, each with its range or its catch. A number that is missing says so in its tile."""
    builders = {
        _("venture capital invested"): _ratio_tile,
        _("the same, per unit of GDP"): _per_gdp_tile,
        _("between them in one year"): _gap_tile,
        _("unicorns per unit of GDP"): _unicorn_tile,
        _("fund size"): _fund_tile,
    }
    entries, used, numbers = [], [], {}
    for what, build in builders.items():
        try:
            entry, figures, number = build(edition, what)
        except MissingFigure as missing:
            entry, figures, number = ("–", what, str(missing).split("\n")[0]), [], {}
        entries.append(entry)
        used += figures
        numbers |= number
    return blocks.tiles("tiles", entries, used, numbers)


def _ratio_tile(edition, what):
    base, peer = (country(code) for code in edition.countries)
    return _measure_tile(
        edition, "invested", _("{what}, {base} to {peer}").format(what=what, base=base, peer=peer), "vc_ratio"
    )


def _per_gdp_tile(edition, what):
    return _measure_tile(edition, "per_gdp", what, "vc_ratio_per_gdp")


def _measure_tile(edition, measure, what, name):
    """One measure of the gap as a tile, with its range across sources."""
    table, used, missing = volume.measures(edition)
    rows = table[table["measure"] == measure].to_dict("records")
    if not rows:
        raise MissingFigure(missing[-1])
    row = rows[0]
    numbers = {
        name: row["ratio"],
        f"{name}_sources_lower": row["sources_lower"],
        f"{name}_sources_upper": row["sources_upper"],
    }
    return (times(row["ratio"]), what, per_unit.range_words(row)), used, numbers


def _gap_tile(edition, what):
    pair = find_pair(edition, "vc_investment")
    larger, smaller = sorted((pair.base, pair.peer), key=lambda figure: -figure.value)
    catch = _("{less} has {share} of what {more} has").format(
        less=country(smaller.country),
        more=the_country(larger.country),
        share=percent(share(larger.value, smaller.value)),
    )
    difference = money(absolute_gap(larger.value, smaller.value), digits=4)
    number = {"vc_gap_usd": absolute_gap(pair.base.value, pair.peer.value)}
    return (difference, what, catch), [pair.base, pair.peer], number


def _unicorn_tile(edition, what):
    table, pair, used, missing = unicorns.measures(edition)
    per_gdp = per_unit.ratios(table).get("per_gdp")
    if per_gdp is None:
        raise MissingFigure(missing[0] if missing else _("No unicorn is listed."))
    row = table[table["measure"] == "per_gdp"].iloc[0]
    catch = [per_unit.range_words(row), _("{raw} as counted").format(raw=times(pair.ratio))]
    catch += warnings(pair, edition.package.metrics)[-1:]
    return (times(per_gdp), what, "; ".join(catch)), used, {"unicorn_ratio_per_gdp": per_gdp}


def _fund_tile(edition, what):
    pair = find_pair(edition, fund_size.CONCEPT)
    phrases = warnings(pair, edition.package.metrics)
    catch = _("not like for like: {what}").format(what=phrases[0]) if phrases else _("the same statistic on both sides")
    what = _("{what}, as printed").format(what=what) if phrases else what
    return (times(pair.ratio), what, catch), [pair.base, pair.peer], {"fund_size_ratio": pair.ratio}


@or_say_what_is_missing
def limits(edition):
    """What the page cannot tell: each sentence from the data, so that it goes when the reason goes."""
    sentences = [*_unreconciled(edition), *_unlike_counts(edition), *_untraced(edition)]
    sentences = sentences or [_("No source is in dispute here; that few have counted is reason enough for care.")]
    return blocks.note("limits", _("What this page cannot tell you"), sentences)


def _unreconciled(edition):
    said = families(edition, "vc_investment", edition.parameters.peer)
    if len(said) < 2:
        return []
    names = join(sorted(figure.family for figure in said))
    return [
        _("Which of {names} is right about {peer}: each counts its own list of deals.").format(
            names=names, peer=the_country(edition.parameters.peer)
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
    figures = edition.package.figures
    mine = figures[(figures["family"] == "column") & (figures["period"] == str(edition.year))]
    mine = mine[mine["country"].isin(edition.countries)]
    untraced = int((mine["status"] == "second_hand").sum())
    if edition.parameters.basis != "column" or not untraced:
        return []
    text = _(
        "Where the column’s figures come from: it names no source; {traced} of {all} match a provider’s, {untraced} could not be traced."
    )
    return [text.format(traced=counted(len(mine) - untraced), all=counted(len(mine)), untraced=counted(untraced))]
