"""Exhibits of 03_sector_mix on what single shares allow to say: bounds of concentration and of difference."""

import pandas as pd

from vcgap import blocks, bounds, charts
from vcgap.chapters import mix_whole, sector_mix
from vcgap.chapters.sector_mix import AI, FINTECH, segment_value, segment_word
from vcgap.edition import MissingFigure, or_say_what_is_missing, side
from vcgap.language import (
    _,
    country,
    interval,
    join,
    number,
    percent,
    significant,
    the_country,
)

SECTORS = 10  # assumed: how many sectors a mix has, the known one included
OPEN = 0.5  # a range this wide, of a measure from 0 to 1, says next to nothing


def single_shares(edition):
    """The largest reference share of one sector that is known of each country: dict of code → Figure."""
    used, missing = sector_mix.known_shares(edition)
    if not used:
        raise MissingFigure("\n".join(missing))
    ordered = sorted(used, key=lambda figure: figure.value)
    ordered = [figure for figure in ordered if figure.qualifier in ("exact", "about")]  # a bound is not a share
    if not ordered:
        raise MissingFigure(_("Only bounds of shares are known, no share."))
    return {code: [f for f in ordered if f.country == code][-1] for code in edition.countries if _has(ordered, code)}


def _has(figures, code):
    return any(figure.country == code for figure in figures)


@or_say_what_is_missing
def concentration(edition):
    """Between which bounds the concentration of each mix lies when one share is known, and whether they overlap."""
    known = single_shares(edition)
    records = [_hhi_record(figure, largest) for figure in known.values() for largest in (False, True)]
    records = [record for record in records if record]
    rows = [_hhi_row(edition, record) for record in records]
    return blocks.exhibit(
        "concentration-bounds",
        _concentration_title(edition, records),
        _(
            "Concentration of the mix (HHI: one over the number of sectors if all are alike, up to one), if there are {count} sectors."
        ).format(count=number(SECTORS)),
        pd.DataFrame(records),
        {
            "country": (_("Country"), country),
            "known_text": (_("Known"), str),
            "assumption": (_("Assumption"), str),
            "hhi_lower": (_("HHI from"), _three),
            "hhi_upper": (_("to"), _three),
            "sectors_text": (_("Equal sectors, 1 ÷ HHI"), str),
            "exp_text": (_("Equal sectors, exp H"), str),
        },
        draw=lambda narrow: charts.dots(rows, narrow, significant),
        alt=_("Bounds of the HHI: {items}.").format(items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=list(known.values()),
        package=edition.package,
        quality=_("bounds"),
        notes=_concentration_notes(edition, records, known),
        method=_("the most even and the most uneven mix that agree with the known share"),
    )


def _one(value):
    return number(value, 1)


def _three(value):
    return number(value, 3)


def _hhi_record(figure, largest):
    """The bounds for one country under one assumption; None if no mix agrees with it."""
    reach = bounds.hhi_bounds([figure.value], SECTORS, largest)
    if reach is None:
        return None
    sectors = bounds.effective_number_bounds([figure.value], SECTORS, largest)
    by_entropy = bounds.exp_shannon_bounds([figure.value], SECTORS, largest)
    sector = segment_word(figure.segment, "sector")
    return {
        "country": figure.country,
        "known_text": f"{sector} {percent(figure.value)}",
        "largest": largest,
        "assumption": _("if it is the largest sector") if largest else _("whatever the rest is"),
        "hhi_lower": reach[0],
        "hhi_upper": reach[1],
        "sectors_lower": sectors[0],
        "sectors_upper": sectors[1],
        "sectors_text": interval(*sectors, _one),
        "exp_lower": by_entropy[0],
        "exp_upper": by_entropy[1],
        "exp_text": interval(*by_entropy, _one),
    }


def _hhi_row(edition, record):
    return {
        "label": f"{country(record['country'])} · {record['known_text']}",
        "detail": record["assumption"],
        "value": None,
        "lower": record["hhi_lower"],
        "upper": record["hhi_upper"],
        "text": interval(record["hhi_lower"], record["hhi_upper"], lambda value: number(value, 2)),
        "side": side(edition, record["country"]),
    }


def _pairs(edition, records, largest):
    """The records of both countries under one assumption, the less concentrated first; None if one is missing."""
    found = {record["country"]: record for record in records if record["largest"] is largest}
    if set(found) != set(edition.countries):
        return None
    return sorted(found.values(), key=lambda record: record["hhi_lower"] + record["hhi_upper"])


def _concentration_title(edition, records):
    if _pairs(edition, records, False) is None:
        return _("With a share of one country alone, nothing can be said of which mix is more concentrated")
    for largest in (False, True):
        pair = _pairs(edition, records, largest)
        if pair and pair[0]["hhi_upper"] < pair[1]["hhi_lower"]:
            text = _("Whatever the rest is, the mix of {country} is more concentrated")
            if largest:
                text = _("If the named sector is the largest, the mix of {country} is more concentrated")
            return text.format(country=the_country(pair[1]["country"]))
    return _("One share per country cannot say whose mix is more concentrated: the bounds overlap")


def _concentration_notes(edition, records, known):
    """Where the bounds overlap if each named sector is the largest, and that an AI share is of a tag: list of str."""
    notes = [
        _("The share of {country} cannot be the largest of {count} sectors.").format(
            country=the_country(code), count=number(SECTORS)
        )
        for code in known
        if code not in {record["country"] for record in records if record["largest"]}
    ]
    pair = _pairs(edition, records, True)
    if pair and pair[0]["hhi_upper"] >= pair[1]["hhi_lower"]:
        overlap = pair[1]["hhi_lower"], min(record["hhi_upper"] for record in pair)
        text = _("If each named sector is the largest, the bounds overlap from {lower} to {upper} only.")
        notes.append(text.format(lower=number(overlap[0], 4), upper=number(overlap[1], 4)))
    if len({segment_value(figure.segment, "scheme") for figure in known.values()}) > 1:
        notes.append(
            _("A tag and a vertical are different classifications: even equal bounds would not mean equal mixes.")
        )
    return notes


@or_say_what_is_missing
def difference(edition):
    """Between which bounds the difference of the two mixes lies: with the reference shares alone, and with every source."""
    known = single_shares(edition)
    records = [record for record in (_difference_record(edition, known, wide) for wide in (False, True)) if record]
    if not records:
        raise MissingFigure(
            _("The known shares overlap: no mix of exclusive sectors agrees with them, so there are no bounds.")
        )
    rows = [_difference_row(record) for record in records]
    return blocks.exhibit(
        "difference-bounds",
        _difference_title(records, len(known)),
        _("Share of the money that would have to change sector for the two mixes to be alike, 0 to 1."),
        pd.DataFrame(records).assign(base_country=edition.parameters.base, peer_country=edition.parameters.peer),
        _difference_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, significant),
        alt=_("Bounds: {items}.").format(items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=_difference_figures(edition, known.values()),
        package=edition.package,
        quality=_("bounds"),
        notes=[
            _(
                "AI and fintech are treated as if no company could be both: where a tag overlaps a vertical, the true difference may lie outside."
            )
        ],
        method=_(
            "½ Σ |p − q|, and the Jensen–Shannon divergence {formula} in bits, over every pair of mixes that agrees with what is known; the rest of each may be one sector or several"
        ).format(formula=mix_whole.JENSEN_SHANNON),
    )


def _difference_columns():
    return {
        "known": (_("What is known"), str),
        "dissimilarity": (_("Dissimilarity"), str),
        "jensen_shannon": (_("Jensen–Shannon, bits"), str),
    }


def _difference_figures(edition, used):
    said = [
        figure
        for code in edition.countries
        for segment in (AI, FINTECH)
        for figure in mix_whole.stated_shares(edition, code, segment)
    ]
    return list({figure.id: figure for figure in [*used, *said]}.values())


def _difference_record(edition, known, wide):
    """Bounds of the difference from the one known share of each, or (wide) from the range of every source; None if empty."""
    boxes = [_box(edition, code, known, wide) for code in edition.countries]
    reach = bounds.dissimilarity_bounds(*boxes)
    bits = bounds.jensen_shannon_bounds(*boxes)
    if reach is None or bits is None:
        return None
    words = _("every source, as a range") if wide else _("one share of each country")
    return {
        "known": words,
        "lower": reach[0],
        "upper": reach[1],
        "dissimilarity": interval(*reach, lambda value: number(value, 2)),
        "jensen_shannon": interval(*bits, lambda value: number(value, 2)),
    }


def _box(edition, code, known, wide):
    """(lower, upper) of AI, of fintech, and of two sectors that stand for the rest."""
    limits = [_limits(edition, code, segment, known, wide) for segment in (AI, FINTECH)]
    return [*limits, (0, 1), (0, 1)]


def _limits(edition, code, segment, known, wide):
    if wide:
        return sector_mix.share_limits(mix_whole.stated_shares(edition, code, segment))
    share = known.get(code)
    return (share.value, share.value) if share is not None and share.segment == segment else (0, 1)


def _difference_row(record):
    return {
        "label": record["known"],
        "value": None,
        "lower": max(record["lower"], 1e-6),
        "upper": record["upper"],
        "text": record["dissimilarity"],
        "side": "other",
    }


def _difference_title(records, countries):
    """How different the mixes can be. countries : of how many of the two a share is known."""
    first, last = records[0], records[-1]
    text = _("One share of each leaves it open how different the mixes are: anything from {lower} to {upper}")
    if countries < 2:
        text = _("A share of one country leaves it open how different the mixes are: anything from {lower} to {upper}")
    elif first["upper"] - first["lower"] < OPEN:
        text = _("For the two mixes to be alike, {lower} to {upper} of the money would have to change sector")
    said = text.format(lower=number(first["lower"], 2), upper=number(first["upper"], 2))
    if (last["lower"], last["upper"]) == (first["lower"], first["upper"]):
        return said
    return _("{first}; with what every source says, {lower} to {upper}").format(
        first=said, lower=number(last["lower"], 2), upper=number(last["upper"], 2)
    )
