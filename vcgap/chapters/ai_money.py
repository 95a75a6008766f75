"""Exhibits of 03_sector_mix: AI in dollars. A share belongs to the total that it is a share of.

First comes the money that a source states, or its share of its own total; a share of one source times a total of
another is shown last, and said to be that.
"""

from typing import NamedTuple

import pandas as pd

from vcgap import blocks, charts, gaps, mix
from vcgap.chapters.sector_mix import AI, FINTECH
from vcgap.edition import MissingFigure, families, find_pair, or_say_what_is_missing
from vcgap.figures import MIXED, Figure, by_family, reference, spread, statements
from vcgap.language import (
    _,
    at_least,
    country,
    gap_size,
    interval,
    join,
    money,
    percent,
    the_country,
    times,
    times_precise,
    times_tick,
)


class Money(NamedTuple):
    """One way to put a part of venture capital in dollars.

    amount : US dollars; rest : dollars of the same total that are not in it, None if no total is known;
    figure : the amount or share that it rests on; total : the Figure it is part of, or None;
    mixed : True if the total is not the one that the share is of
    """

    amount: float
    rest: float | None
    figure: Figure
    total: Figure | None
    mixed: bool

    @property
    def used(self):
        return [one for one in (self.figure, self.total) if one]


def own_total(edition, figure):
    """The venture capital that a figure is part of: of its own source, else of its family; None if there is none.

    The column is no provider: its share and its total come from different ones. A share with the status MIXED is part
    of no total: its sum is of one provider, what it was divided by of another.
    """
    if figure.status == MIXED:
        return None
    said = statements(edition.package, "vc_investment", figure.country, edition.year)
    said = [total for total in said if total.family == figure.family != "column"]
    same = [total for total in said if total.source == figure.source]
    return (same or by_family(said) or [None])[-1]


def _of_share(share, total, mixed):
    amount = mix.sector_amount(share.value, total.value)
    return Money(amount, mix.most_left([share.value], total.value), share, total, mixed)


def _stated(edition, code):
    """AI money as the reference source states it; None if no source of this basis does."""
    figure = reference(edition.package, edition.parameters.basis, "sector_investment", code, edition.year, AI)
    if figure is None:
        return None
    total = own_total(edition, figure)
    return Money(figure.value, total and max(total.value - figure.value, 0.0), figure, total, False)


def shares_of(edition, code, segment):
    """Shares of a sector, the reference first, then what the families say: list of Figure, no bound from above."""
    chosen = reference(edition.package, edition.parameters.basis, "sector_share_value", code, edition.year, segment)
    said = [*filter(None, [chosen]), *families(edition, "sector_share_value", code, segment=segment)]
    return [figure for figure in said if figure.qualifier != "at_most"]


def _of_own_total(edition, shares):
    """The first share whose own total is known, in dollars; None if there is none."""
    for share in shares:
        total = own_total(edition, share)
        if total is not None:
            return _of_share(share, total, mixed=False)
    return None


def readings(edition, total):
    """AI money in the country of a total: as stated, else a share of its own total; then the reference share times it.

    total : Figure, the reference of vc_investment. Returns list of Money, empty if nothing is known; a figure of the
    reader's own goes ahead. A share whose source states the money too adds nothing.
    """
    shares = shares_of(edition, total.country, AI)
    found = [_stated(edition, total.country) or _of_own_total(edition, shares)]
    if shares and not (found[0] and found[0].figure.family == shares[0].family):
        found.append(_of_share(shares[0], total, mixed=not _is_own(edition, shares[0], total)))
    return sorted(filter(None, found), key=lambda one: not one.figure.own)


def _is_own(edition, share, total):
    own = own_total(edition, share)
    return own is not None and own.id == total.id


def not_fintech(edition, total, mixed):
    """All money of a country that is not fintech, the most that its AI can be if no company is both; None if unknown.

    total : Figure of vc_investment; mixed : True to take the reference share times this total, whosever it is
    """
    shares = shares_of(edition, total.country, FINTECH)
    own = None if mixed else _of_own_total(edition, shares)
    if own or not shares:
        return own
    return _of_share(shares[0], total, mixed=not _is_own(edition, shares[0], total))


@or_say_what_is_missing
def ai_dollars(edition):
    """AI money of the base beside all the money of the peer, and beside the most that its AI money can be."""
    pair = find_pair(edition, "vc_investment")
    found = readings(edition, pair.base)
    if not found:
        text = _("No source in this suite has AI money or a share of AI for {country} in {year}.")
        raise MissingFigure(text.format(country=the_country(pair.base.country), year=edition.year))
    if not pair.peer.value or not found[0].amount:
        raise MissingFigure(_("No AI money or no venture capital at all: there is nothing to divide."))
    floors = [not_fintech(edition, pair.peer, one.mixed) for one in found]
    records, said = _records(pair, found, floors), [*found, *filter(None, floors)]
    rows = [_row(record) for record in records]
    return blocks.exhibit(
        "ai-dollars",
        title(found[0], pair),
        _subtitle(records).format(base=country(pair.base.country), peer=country(pair.peer.country), year=edition.year),
        pd.DataFrame(records).assign(base_country=edition.parameters.base, peer_country=edition.parameters.peer),
        _columns(),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Ratios on a log scale: {items}.").format(items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=list({figure.id: figure for figure in _used(pair, said)}.values()),
        package=edition.package,
        quality=_("derived"),
        warning=_warning(said),
        notes=_notes(found, floors),
        method=_(
            "AI money as stated, or share × total; all but fintech: what the other side’s share of fintech leaves"
        ),
        numbers={"ai_to_all_ratio": found[0].amount / pair.peer.value},
    )


def title(lead, pair):
    """What AI took in the base beside all money of the peer. lead : Money, its amount above zero; pair : Comparison."""
    ratio, without = gaps.ratio(lead.amount, pair.peer.value), gaps.ratio(lead.rest, pair.peer.value)
    text = _("AI in {base} took {dollars} ({family}), {ratio} all venture capital in {peer}")
    if lead.mixed:
        text = _(
            "AI in {base} would have taken {dollars}, {ratio} all venture capital in {peer}, if share and total fit"
        )
    elif ratio < 1:
        text = _("AI in {base} took {dollars} ({family}), all venture capital in {peer} {ratio} as much")
    elif without and without >= 1:
        text = _(
            "AI in {base} took {dollars} ({family}), {ratio} all venture capital in {peer}; without AI the same total is {without}"
        )
    return text.format(
        base=the_country(pair.base.country),
        peer=the_country(pair.peer.country),
        dollars=money(lead.amount),
        family=blocks.stated_by(lead.figure),
        ratio=times(ratio) if lead.mixed else gap_size(ratio),
        without=gap_size(without),
    )


def _subtitle(records):
    if any(record["mixed"] for record in records):
        return _("{base} divided by {peer}, {year}, log scale. Hollow: a share times a total that is not its own.")
    return _("{base} divided by {peer}, {year}, log scale.")


def _columns():
    return {
        "measure": (_("Measure"), str),
        "ratio": (_("Ratio"), times),
        "division": (_("Division"), str),
        "how": (_("How"), str),
        "note": (_("Note"), lambda text: text or "–"),
    }


def _records(pair, found, floors):
    """The rows of the table, what is mixed last. found : list of Money; floors : for each, a Money of the peer or None."""
    total = _division(money(pair.base.value), money(pair.peer.value))
    records = [_record("all", _("All venture capital"), pair.ratio, total, _("total ÷ total"))]
    for one, floor in zip(found, floors, strict=True):
        records += _readings_rows(pair, one) + _floor_rows(one, floor)
    return sorted(records, key=lambda record: record["mixed"])


def _used(pair, said):
    return [pair.base, pair.peer, *(figure for one in said for figure in one.used)]


def _record(kind, measure, ratio, division, how, mixed=False, note=""):
    words = {"kind": kind, "measure": measure, "division": division, "how": how, "note": note}
    return words | {"ratio": ratio, "mixed": mixed}


def _division(above, below):
    return _("{above} ÷ {below}").format(above=above, below=below)


def _readings_rows(pair, one):
    """AI money, and the same total without it, over all money of the peer."""
    below = money(pair.peer.value)
    without = _("Without AI in {country}").format(country=the_country(pair.base.country))
    rows = [("ai", _("AI against everything"), one.amount), ("rest", without, one.rest)]
    return [
        _record(
            kind,
            measure,
            amount / pair.peer.value,
            _division(money(amount), below),
            how(one),
            mixed=one.mixed,
            note=one.figure.note,
        )
        for kind, measure, amount in rows
        if amount is not None
    ]


def how(one):
    """Where a Money comes from, in words."""
    names = {"family": blocks.stated_by(one.figure)}
    if one.figure.unit == "USD":
        return _("AI money as {family} states it").format(**names)
    names |= {"share": percent(one.figure.value), "total": money(one.total.value)}
    names |= {"other": blocks.stated_by(one.total)}
    if one.mixed:
        return _("mixed: {share} ({family}) × {total} ({other}), not known to be the total of that share").format(
            **names
        )
    return _("{share} of {total}, both {family}").format(**names)


def _floor_rows(one, floor):
    """AI of the base over all that is not fintech in the peer, the most that its AI can be; list of one row or none."""
    if floor is None or not floor.rest:
        return []
    text = _("as if all that is not fintech there were AI ({fintech})")
    return [
        _record(
            "floor",
            _("AI against all but fintech"),
            one.amount / floor.rest,
            _division(money(one.amount), money(floor.rest)),
            text.format(fintech=how(floor)),
            mixed=one.mixed or floor.mixed,
            note=floor.figure.note,
        )
    ]


def _row(record):
    return {
        "label": record["measure"],
        "detail": record["division"],
        "value": record["ratio"],
        "text": times(record["ratio"]),
        "side": "other",
        "filled": not record["mixed"],
    }


def _warning(said):
    """Which shares meet totals that are not known to be theirs; "" if none does. said : list of Money."""
    items = [
        _("{share} ({family}) and {total} ({other})").format(
            share=percent(one.figure.value),
            family=blocks.stated_by(one.figure),
            total=money(one.total.value),
            other=blocks.stated_by(one.total),
        )
        for one in said
        if one.mixed
    ]
    if not items:
        return ""
    text = _("A share not known to be of the total it meets: {items}. Hollow rows show an order of magnitude only.")
    return text.format(items=join(dict.fromkeys(items)))


def _notes(found, floors):
    """The one lower bound of AI against AI, and when it fails: list of one sentence or none. Arguments as of `_records`."""
    bound = least(found, floors)
    if bound is None:
        return []
    text = _(
        "AI against AI is {bound}, whichever of these sources is right: the least AI money over the most that is not fintech. It fails if fintech companies carry the AI tag: the tag lies across sectors."
    )
    return [text.format(bound=at_least(bound, times_precise))]


def least(found, floors):
    """The least that AI of the base can be over AI of the peer, across all readings; None if nothing bounds the peer's.

    found : list of Money of the base; floors : Money of the peer or None, `rest` being the most that its AI can be
    """
    return gaps.ratio(min(one.amount for one in found), max((one.rest for one in floors if one), default=None))


# ---- one tagger on both sides


@or_say_what_is_missing
def one_tagger(edition):
    """AI money of both countries by the same family of sources, and how many times the one is the other."""
    pairs = same_tagger(edition)
    if not pairs:
        raise MissingFigure(
            _("No source in this suite has AI money of both {base} and {peer} in {year}.").format(
                base=the_country(edition.parameters.base),
                peer=the_country(edition.parameters.peer),
                year=edition.year,
            )
        )
    records = [_tagger_record(*pair) for pair in pairs]
    rows = [_tagger_row(record) for record in records]
    base, peer = map(country, edition.countries)
    return blocks.exhibit(
        "ai-one-tagger",
        tagger_title(pairs),
        _("AI money of {base} divided by that of {peer}, {year}, log scale; both sides tagged by one hand.").format(
            base=the_country(edition.parameters.base), peer=the_country(edition.parameters.peer), year=edition.year
        ),
        pd.DataFrame(records).assign(base_country=edition.parameters.base, peer_country=edition.parameters.peer),
        _tagger_columns(base, peer),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Ratios on a log scale: {items}.").format(items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=[figure for pair in pairs for figure in pair],
        package=edition.package,
        notes=[
            _("Each tagger draws its own line around AI, and counts more than venture capital where its note says so.")
        ],
    )


def _tagger_columns(base, peer):
    return {
        "family": (_("Tagger"), str),
        "base": (base, money),
        "peer": (peer, money),
        "ratio": (_("Ratio"), times),
        "note": (_("Note"), lambda text: text or "–"),
    }


def same_tagger(edition):
    """AI money of both countries by the same family: list of (Figure, Figure), those without money on a side left out."""
    base, peer = (
        {figure.family: figure for figure in spread(edition.package, "sector_investment", code, edition.year, AI)}
        for code in edition.countries
    )
    return [(base[name], peer[name]) for name in sorted(set(base) & set(peer)) if base[name].value and peer[name].value]


def _tagger_record(base, peer):
    ratio = gaps.ratio(base.value, peer.value)
    return {"family": base.family, "base": base.value, "peer": peer.value, "ratio": ratio, "note": peer.note}


def _tagger_row(record):
    return {
        "label": record["family"],
        "detail": _division(money(record["base"]), money(record["peer"])),
        "value": record["ratio"],
        "text": times(record["ratio"]),
        "side": "other",
    }


def tagger_title(pairs):
    """Who has how many times the AI money of the other. pairs : list of (Figure of the base, Figure of the peer)."""
    ratios = [base.value / peer.value for base, peer in pairs]
    base, peer = (the_country(figure.country) for figure in pairs[0])
    if min(ratios) < 1 < max(ratios):
        return _("Taggers disagree on whether {base} or {peer} has more AI money").format(base=base, peer=peer)
    more, less, sizes = (base, peer, ratios) if max(ratios) > 1 else (peer, base, [1 / ratio for ratio in ratios])
    text = _("Tagged alike, {more} took {range} the AI money of {less}")
    return text.format(more=more, less=less, range=interval(min(sizes), max(sizes), times))
