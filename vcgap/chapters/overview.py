"""Exhibits of 00_overview: the gap in one page."""

from vcgap import blocks
from vcgap.chapters import fund_size, over_time, per_unit, unicorns, volume
from vcgap.edition import MissingFigure, families, find_pair, or_say_what_is_missing
from vcgap.gaps import absolute_gap, growth, share
from vcgap.language import (
    _,
    counted,
    country,
    gap_size,
    join,
    money,
    percent,
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
    pair = find_pair(edition, "vc_investment")
    table, used, missing = volume.measures(edition)
    lede = [*_per_gdp_sentence(per_unit.ratios(table)), *_closing_sentences(edition), *missing]
    return blocks.headline("headline", volume.gap_headline(edition, pair), lede, used, {"vc_ratio": pair.ratio})


def _per_gdp_sentence(ratios):
    raw, per_gdp = ratios.get("invested"), ratios.get("per_gdp")
    if not raw or not per_gdp:
        return []
    if max(per_gdp, 1 / per_gdp) < max(raw, 1 / raw) * 0.9:
        text = _("Measured against the size of each economy the gap is {per_gdp}, not {raw}.")
        return [text.format(per_gdp=gap_size(per_gdp), raw=gap_size(raw))]
    return [_("Measured against the size of each economy the gap is {per_gdp}.").format(per_gdp=gap_size(per_gdp))]


def _closing_sentences(edition):
    """Whether the gap is closing; where sources disagree, what each of them has."""
    table, _used = over_time.moves(edition)
    if over_time.direction(table["change"]) != "disagree":
        return [over_time.direction_sentence(edition, table["change"]) + "."]
    peer, year = edition.parameters.peer, edition.year
    changes = {}
    for family, figures in sorted(over_time.annual_by_family(edition, peer).items()):
        if year in figures and year - 1 in figures:
            changes[family] = growth(figures[year].value, figures[year - 1].value)
    ranked = sorted(changes.items(), key=lambda item: -item[1])
    items = [f"{signed_percent(change)} ({family})" for family, change in ranked]
    return [
        _(
            "Whether it is closing depends on whom you ask: in {year} venture capital in {peer} moved by {items}."
        ).format(peer=the_country(peer), year=year, items=join(items))
    ]


def tiles(edition):
    """Five numbers, each with its range or its catch. A number that is missing says so in its tile."""
    entries, used, numbers = [], [], {}
    for build in (_ratio_tile, _per_gdp_tile, _gap_tile, _unicorn_tile, _fund_tile):
        try:
            entry, figures, number = build(edition)
        except MissingFigure as missing:
            entry, figures, number = ("–", _("no figure"), str(missing).split("\n")[0]), [], {}
        entries.append(entry)
        used += figures
        numbers |= number
    return blocks.tiles("tiles", entries, used, numbers)


def _ratio_tile(edition):
    what = _("venture capital invested, {base} to {peer}").format(
        base=country(edition.parameters.base), peer=country(edition.parameters.peer)
    )
    return _measure_tile(edition, "invested", what, "vc_ratio")


def _per_gdp_tile(edition):
    return _measure_tile(edition, "per_gdp", _("the same, per unit of GDP"), "vc_ratio_per_gdp")


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


def _gap_tile(edition):
    pair = find_pair(edition, "vc_investment")
    larger, smaller = sorted((pair.base, pair.peer), key=lambda figure: -figure.value)
    catch = _("{less} has {share} of what {more} has").format(
        less=country(smaller.country),
        more=the_country(larger.country),
        share=percent(share(larger.value, smaller.value)),
    )
    difference = money(absolute_gap(larger.value, smaller.value), digits=4)
    number = {"vc_gap_usd": absolute_gap(pair.base.value, pair.peer.value)}
    return (difference, _("between them in one year"), catch), [pair.base, pair.peer], number


def _unicorn_tile(edition):
    table, pair, used, missing = unicorns.measures(edition)
    per_gdp = per_unit.ratios(table).get("per_gdp")
    if per_gdp is None:
        raise MissingFigure(missing[0] if missing else _("No unicorn is listed."))
    catch = "; ".join(
        [_("{raw} as counted").format(raw=times(pair.ratio)), *warnings(pair, edition.package.metrics)[-1:]]
    )
    return (times(per_gdp), _("unicorns per unit of GDP"), catch), used, {"unicorn_ratio_per_gdp": per_gdp}


def _fund_tile(edition):
    pair = find_pair(edition, fund_size.CONCEPT)
    phrases = warnings(pair, edition.package.metrics)
    catch = _("not like for like: {what}").format(what=phrases[0]) if phrases else _("the same statistic on both sides")
    what = _("fund size, as printed") if phrases else _("fund size")
    return (times(pair.ratio), what, catch), [pair.base, pair.peer], {"fund_size_ratio": pair.ratio}


@or_say_what_is_missing
def limits(edition):
    """What the page cannot tell: each sentence from the data, so that it goes when the reason goes."""
    sentences = [*_unreconciled(edition), *_unlike_counts(edition), *_untraced(edition)]
    sentences.append(_("Where there is no figure, none is printed; what no source says is shown as unknown."))
    return blocks.note("limits", _("What this page cannot tell you"), sentences)


def _unreconciled(edition):
    said = families(edition, "vc_investment", edition.parameters.peer)
    if len(said) < 2:
        return []
    names = join(sorted(figure.family for figure in said))
    return [
        _("Which of {names} is right about {peer}: they count different deals, and no one has reconciled them.").format(
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
    """How many of the column's figures could not be traced to a provider."""
    figures = edition.package.figures
    mine = figures[(figures["family"] == "column") & (figures["status"] == "second_hand")]
    mine = mine[(mine["period"] == str(edition.year)) & mine["country"].isin(edition.countries)]
    if edition.parameters.basis != "column" or mine.empty:
        return []
    text = plural(
        "Where {count} of the column’s figures comes from: no source for it was found.",
        "Where {count} of the column’s figures come from: no source for them was found.",
        len(mine),
    )
    return [text.format(count=counted(len(mine)))]
