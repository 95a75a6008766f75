"""Exhibits of 00_overview: the gap in one page."""

from vcgap import blocks
from vcgap.chapters import fund_size, over_time, unicorns, volume
from vcgap.edition import MissingFigure, families, find_pair, or_say_what_is_missing
from vcgap.gaps import growth, share
from vcgap.language import _, country, join, money, percent, the_country, times, warnings


@or_say_what_is_missing
def headline(edition):
    """The gap in one sentence, and two that take its comfort away."""
    pair = find_pair(edition, "vc_investment")
    table, used = volume.measures(edition)
    lede = [*_per_gdp_sentence(table), *_closing_sentences(edition)]
    return blocks.headline("headline", volume.gap_headline(edition, pair), lede, used, {"vc_ratio": pair.ratio})


def _per_gdp_sentence(table):
    ratios = dict(zip(table["measure"], table["ratio"], strict=True))
    raw, per_gdp = ratios["invested"], ratios["per_gdp"]
    if raw is None or per_gdp is None:
        return []
    if per_gdp < raw * 0.9:
        return [
            _("Measured against the size of each economy the gap is {per_gdp}, not {raw}.").format(
                per_gdp=times(per_gdp), raw=times(raw)
            )
        ]
    return [_("Measured against the size of each economy the gap is {per_gdp}.").format(per_gdp=times(per_gdp))]


def _closing_sentences(edition):
    table, _used = over_time.moves(edition)
    said = over_time.direction(table["change"])
    if said != "disagree":
        return [over_time.direction_sentence(edition, table["change"]) + "."]
    peer = edition.parameters.peer
    changes = {}
    for family, figures in sorted(over_time.annual_by_family(edition, peer).items()):
        if edition.year in figures and edition.year - 1 in figures:
            changes[family] = growth(figures[edition.year].value, figures[edition.year - 1].value)
    ranked = sorted(changes.items(), key=lambda item: -item[1])
    items = [_("{family} has {change}").format(family=family, change=percent(change)) for family, change in ranked]
    return [
        _("Whether it is closing depends on whom you ask: for the growth of {peer} in {year}, {items}.").format(
            peer=the_country(peer), year=edition.year, items=join(items)
        )
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
    table, used = volume.measures(edition)
    row = table.iloc[0]
    what = _("venture capital invested, {base} to {peer}").format(
        base=country(edition.parameters.base), peer=country(edition.parameters.peer)
    )
    return (times(row["ratio"]), what, volume.range_words(row)), used, {"vc_ratio": row["ratio"]}


def _per_gdp_tile(edition):
    table, used = volume.measures(edition)
    row = table.iloc[2]
    return (
        (times(row["ratio"]), _("the same, per unit of GDP"), volume.range_words(row)),
        used,
        {"vc_ratio_per_gdp": row["ratio"]},
    )


def _gap_tile(edition):
    pair = find_pair(edition, "vc_investment")
    difference = pair.base.value - pair.peer.value
    catch = _("{peer} has {share} of what {base} has").format(
        base=the_country(edition.parameters.base),
        peer=country(edition.parameters.peer),
        share=percent(share(pair.base.value, pair.peer.value)),
    )
    return (
        (money(difference, digits=4), _("between them in one year"), catch),
        [pair.base, pair.peer],
        {"vc_gap_usd": difference},
    )


def _unicorn_tile(edition):
    table, pair, used = unicorns.measures(edition)
    per_gdp = dict(zip(table["measure"], table["ratio"], strict=True))["per_gdp"]
    phrases = warnings(pair, edition.package.metrics)
    catch = _("{raw} as counted").format(raw=times(pair.ratio))
    catch += _("; {what}").format(what=phrases[-1]) if phrases else ""
    return (times(per_gdp), _("unicorns per unit of GDP"), catch), used, {"unicorn_ratio_per_gdp": per_gdp}


def _fund_tile(edition):
    pair = find_pair(edition, fund_size.CONCEPT)
    phrases = warnings(pair, edition.package.metrics)
    catch = _("not like for like: {what}").format(what=phrases[0]) if phrases else _("the same statistic on both sides")
    return (
        (times(pair.ratio), _("fund size, as printed") if phrases else _("fund size"), catch),
        [pair.base, pair.peer],
        {"fund_size_ratio": pair.ratio},
    )


@or_say_what_is_missing
def limits(edition):
    """What the page cannot tell: each sentence from the data, so that it goes when the reason goes."""
    sentences = [*_single_or_few(edition), *_stock_dates(edition), *_second_hand(edition)]
    sentences.append(_("Where there is no figure, none is printed; what no source says is shown as unknown."))
    return blocks.note("limits", _("What this page cannot tell you"), sentences)


def _single_or_few(edition):
    said = families(edition, "vc_investment", edition.parameters.peer)
    if len(said) < 2:
        return []
    names = join(sorted(figure.family for figure in said))
    return [
        _("Which of {names} is right about {peer}: they count different deals, and no one has reconciled them.").format(
            names=names, peer=the_country(edition.parameters.peer)
        )
    ]


def _stock_dates(edition):
    try:
        pair = find_pair(edition, unicorns.CONCEPT)
    except MissingFigure:
        return []
    return [
        _("{what}: the two counts are not of the same thing.").format(what=phrase[:1].upper() + phrase[1:])
        for phrase in warnings(pair, edition.package.metrics)[-1:]
    ]


def _second_hand(edition):
    figures = edition.package.figures
    mine = figures[
        (figures["family"] == "column")
        & (figures["status"] == "second_hand")
        & (figures["period"] == str(edition.year))
    ]
    mine = mine[mine["country"].isin(edition.countries)]
    if edition.parameters.basis != "column" or mine.empty:
        return []
    return [_("Where {count} of the column’s figures come from: no source for them was found.").format(count=len(mine))]
