"""Exhibits of 03_sector_mix on what single shares allow to say: bounds of concentration and difference, AI dollars."""

import re

import pandas as pd

from vcgap import blocks, bounds, charts, counts, mix
from vcgap.chapters import sector_mix
from vcgap.chapters.sector_mix import AI, FINTECH, sector_words, segment_value
from vcgap.edition import MissingFigure, families, find, find_pair, or_say_what_is_missing, side
from vcgap.language import (
    _,
    country,
    gap_size,
    interval,
    join,
    money,
    number,
    percent,
    period,
    sentence_start,
    significant,
    the_country,
    times,
    times_tick,
)

SECTORS = 10  # assumed: how many sectors a mix has, the known one included
OPEN = 0.5  # a range this wide, of a measure from 0 to 1, says next to nothing


def single_shares(edition):
    """The largest reference share of one sector that is known of each country: dict of code → Figure."""
    used, missing = sector_mix.known_shares(edition)
    if not used:
        raise MissingFigure("\n".join(missing))
    ordered = sorted(used, key=lambda figure: figure.value)
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
            "sectors": (_("As many equal sectors as"), str),
        },
        draw=lambda narrow: charts.dots(rows, narrow, significant),
        alt=_("Bounds of the HHI: {items}.").format(items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=list(known.values()),
        package=edition.package,
        quality=_("bounds"),
        notes=_concentration_notes(edition, records, known),
        method=_("the most even and the most uneven mix that agree with the known share"),
    )


def _three(value):
    return number(value, 3)


def _hhi_record(figure, largest):
    """The bounds for one country under one assumption; None if no mix agrees with it."""
    reach = bounds.hhi_bounds([figure.value], SECTORS, largest)
    if reach is None:
        return None
    sectors = bounds.effective_number_bounds([figure.value], SECTORS, largest)
    sector = sector_words()[segment_value(figure.segment, "sector")]
    return {
        "country": figure.country,
        "known_text": f"{sector} {percent(figure.value)}",
        "largest": largest,
        "assumption": _("if it is the largest sector") if largest else _("whatever the rest is"),
        "hhi_lower": reach[0],
        "hhi_upper": reach[1],
        "sectors": interval(*sectors, lambda value: number(value, 1)),
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
        _difference_title(records),
        _("Share of the money that would have to change sector for the two mixes to be alike, 0 to 1."),
        pd.DataFrame(records),
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
            "½ Σ |p − q| over every pair of mixes that agrees with what is known; the rest of each may be one sector or several"
        ),
    )


def _difference_columns():
    return {
        "known": (_("What is known"), str),
        "dissimilarity": (_("Dissimilarity"), str),
        "jensen_shannon": (_("Jensen–Shannon, bits"), str),
    }


def _difference_figures(edition, used):
    said = [f for code in edition.countries for segment in (AI, FINTECH) for f in _said(edition, code, segment)]
    return list({figure.id: figure for figure in [*used, *said]}.values())


def _said(edition, code, segment):
    return families(edition, "sector_share_value", code, segment=segment)


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
    values = [figure.value for figure in _said(edition, code, segment)]
    if wide:
        return (min(values), max(values)) if values else (0, 1)
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


def _difference_title(records):
    first, last = records[0], records[-1]
    text = _("One share of each leaves it open how different the mixes are: anything from {lower} to {upper}")
    if first["upper"] - first["lower"] < OPEN:
        text = _("For the two mixes to be alike, {lower} to {upper} of the money would have to change sector")
    said = text.format(lower=number(first["lower"], 2), upper=number(first["upper"], 2))
    if last is first:
        return said
    return _("{first}; with what every source says, {lower} to {upper}").format(
        first=said, lower=number(last["lower"], 2), upper=number(last["upper"], 2)
    )


@or_say_what_is_missing
def ai_dollars(edition):
    """AI money of the base beside all the money of the peer: what a share times a total gives, and how far it carries."""
    share = find(edition, "sector_share_value", edition.parameters.base, segment=AI)
    pair = find_pair(edition, "vc_investment")
    dollars = mix.sector_amount(share.value, pair.base.value)
    if not pair.peer.value or not dollars:
        raise MissingFigure(_("No AI money or no venture capital at all: there is nothing to divide."))
    records, used = _ai_records(edition, share, pair, dollars)
    rows = [_ai_row(record) for record in records]
    return blocks.exhibit(
        "ai-dollars",
        _ai_title(share, pair, dollars),
        _("{base} divided by {peer}, {year}, log scale. Filled: from reference figures.").format(
            base=country(pair.base.country), peer=country(pair.peer.country), year=edition.year
        ),
        pd.DataFrame(records),
        {"measure": (_("Measure"), str), "ratio": (_("Ratio"), times), "how": (_("How"), str)},
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Ratios on a log scale: {items}.").format(items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=[share, pair.base, pair.peer, *used],
        package=edition.package,
        quality=_("derived"),
        notes=_ai_notes(share, pair, used),
        method=_(
            "AI money = share × total; the other side: its total × its share of AI, or × what its share of fintech leaves"
        ),
        numbers={"ai_to_all_ratio": dollars / pair.peer.value},
    )


def _ai_title(share, pair, dollars):
    text = _("AI in {base} took {dollars}, {ratio} all venture capital in {peer}; without AI the gap is {without}")
    if dollars < pair.peer.value:
        text = _("AI in {base} took {dollars}, all venture capital in {peer} {ratio} as much")
    without = mix.ratio_without(share.value, pair.base.value, pair.peer.value)
    return text.format(
        base=the_country(pair.base.country),
        dollars=money(dollars),
        ratio=gap_size(dollars / pair.peer.value),
        peer=the_country(pair.peer.country),
        without=gap_size(without),
    )


def _ai_records(edition, share, pair, dollars):
    """The ratios with all money, without AI, and AI with AI as far as the peer's shares go; Figures used."""
    base, peer = pair.base.value, pair.peer.value
    records = [
        _ratio_record(_("All venture capital"), pair.ratio, _("total ÷ total")),
        _ratio_record(
            _("Without AI in {country}").format(country=the_country(pair.base.country)),
            mix.ratio_without(share.value, base, peer),
            _("AI taken out of one side only"),
        ),
        _ratio_record(
            _("AI against everything"),
            dollars / peer,
            _("AI money ÷ all of {country}").format(country=the_country(pair.peer.country)),
        ),
    ]
    used = _at_least(edition, share, pair, records)
    for figure in _said(edition, pair.peer.country, AI):
        if figure.value:
            used.append(figure)
            how = _("if AI is {share} there ({family})").format(share=percent(figure.value), family=figure.family)
            records.append(_ratio_record(_("AI against AI"), dollars / (figure.value * peer), how, filled=False))
    return records, used


def _ratio_record(measure, ratio, how, filled=True):
    return {"measure": measure, "ratio": ratio, "how": how, "filled": filled}


def _at_least(edition, share, pair, records):
    """Add the smallest possible AI gap, from the peer's share of fintech, if it is known; the Figures used."""
    try:
        fintech = find(edition, "sector_share_value", pair.peer.country, segment=FINTECH)
    except MissingFigure:
        return []
    ratio = mix.sector_gap_at_least(share.value, pair.base.value, [fintech.value], pair.peer.value)
    if ratio is None:
        return []
    how = _("at least: even if all that is not fintech ({share}) were AI").format(share=percent(1 - fintech.value))
    records.append(_ratio_record(_("AI against AI, at least"), ratio, how))
    return [fintech]


def _ai_row(record):
    return {
        "label": record["measure"],
        "detail": record["how"],
        "value": record["ratio"],
        "text": times(record["ratio"]),
        "side": "other",
        "filled": record["filled"],
    }


def _ai_notes(share, pair, used):
    """On whose share and whose total it rests, and that a tag may sit on fintech companies: list of str."""
    notes = [
        _("“At least” fails if fintech companies carry the AI tag: the tag lies across sectors."),
        _("A share holds for the total of its own source: of another total it is a different sum."),
    ]
    return notes if any(segment_value(figure.segment, "sector") == "fintech" for figure in used) else notes[1:]


SCHEMES = {"companies": "common8_crunchbase_2014", "unicorns": "common8_cbinsights_unicorn"}


@or_say_what_is_missing
def same_scheme(edition, which):
    """Location quotients in a classification that covers both countries. which : "companies" or "unicorns"."""
    scheme = SCHEMES[which]
    vectors = _both_vectors(edition, scheme)
    records = _quotient_records(vectors)
    rows = [_quotient_row(record) for record in records]
    sizes = [_sample_size(vector) for vector in vectors]
    return blocks.exhibit(
        f"same-scheme-{which}",
        _scheme_title(edition, vectors, records, which),
        _scheme_subtitle(edition, scheme, vectors[0][0].period),
        pd.DataFrame(records),
        _same_scheme_columns(edition),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Location quotients: {items}.").format(items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=[figure for vector in vectors for figure in vector],
        package=edition.package,
        quality=_("proxy"),
        warning=_scheme_warning(edition, which, sizes),
        notes=_quotient_notes(vectors[0], records),
        method=_(
            "location quotient q ÷ p; chance: Wilson interval of each share, {coverage}, which must not overlap"
        ).format(coverage=percent(0.95)),
    )


def _same_scheme_columns(edition):
    return {
        "sector": (_("Sector"), lambda slug: sector_words()[slug]),
        "base_share": (country(edition.parameters.base), percent),
        "peer_share": (country(edition.parameters.peer), percent),
        "lower": (_("Chance alone, from"), percent),
        "upper": (_("to"), percent),
        "quotient": (_("Quotient"), times),
    }


def _both_vectors(edition, scheme):
    """The latest whole mix of each country in one classification: two lists of Figure. Raises MissingFigure."""
    metric = sector_mix.VECTORS[scheme]
    vectors = [sector_mix.latest_vector(edition, scheme, metric, code) for code in edition.countries]
    if not all(vectors):
        text = _("There is no classification of {what} that covers both countries by {year}.")
        raise MissingFigure(text.format(what=sector_mix.scheme_words()[scheme], year=edition.year))
    return vectors


def _scheme_subtitle(edition, scheme, date):
    return _("{what}, {period}: the share in {peer} divided by share in {base}, log scale.").format(
        what=sentence_start(sector_mix.scheme_words()[scheme]),
        period=period(date),
        peer=the_country(edition.parameters.peer),
        base=the_country(edition.parameters.base),
    )


def _sample_size(vector):
    """How many companies a vector is of, as its note says it; None if it does not."""
    found = re.search(r"(\d[\d,]*) (?:labelled|unicorn)", vector[0].note)
    return int(found[1].replace(",", "")) if found else None


def _quotient_records(vectors):
    """One row per sector that the base has: both shares, their intervals, the quotient; largest quotient first."""
    base, peer = ({segment_value(f.segment, "sector"): f for f in vector} for vector in vectors)
    sizes = [_sample_size(vector) if vector[0].metric == "sector_share_companies" else None for vector in vectors]
    records = [
        _quotient_record(sector, (base[sector].value, peer[sector].value), sizes)
        for sector in base
        if sector in peer and base[sector].value
    ]
    return sorted(records, key=lambda record: -record["quotient"])


def _quotient_record(sector, shares, sizes):
    (base_lower, base_upper), (lower, upper) = map(_share_interval, shares, sizes)
    return {
        "sector": sector,
        "base_share": shares[0],
        "base_lower": base_lower,
        "base_upper": base_upper,
        "peer_share": shares[1],
        "lower": lower,
        "upper": upper,
        "quotient": mix.location_quotient(*shares),
    }


def _share_interval(share, size):
    """The Wilson interval of a share of companies; (None, None) where the share is of money or the number unknown."""
    return (counts.wilson_interval(round(share * size), size) if size else None) or (None, None)


def _quotient_row(record):
    return {
        "label": sector_words()[record["sector"]],
        "detail": _("{peer} against {base}").format(
            peer=percent(record["peer_share"]), base=percent(record["base_share"])
        ),
        "value": record["quotient"],
        "text": times(record["quotient"]),
        "side": "peer",
    }


def _scheme_title(edition, vectors, records, which):
    """How far apart the two mixes are, and which sectors differ by more than chance; no more where that is unknown."""
    shares = [{segment_value(f.segment, "sector"): f.value for f in vector} for vector in vectors]
    sectors = sorted(set(shares[0]) | set(shares[1]))
    apart = mix.dissimilarity(*[[vector.get(sector, 0) for sector in sectors] for vector in shares])
    text = {
        "companies": _("On one scheme {share} of the companies would have to change sector"),
        "unicorns": _("On one scheme {share} of the money would have to change sector"),
    }
    said = [text[which].format(share=percent(apart))]
    words = {"country": the_country(edition.parameters.peer)}
    heavier = [r["sector"] for r in records if r["lower"] is not None and r["lower"] > r["base_upper"]]
    lighter = [r["sector"] for r in records if r["upper"] is not None and r["upper"] < r["base_lower"]]
    if heavier:
        said.append(_("{country} is heavier in {sectors}").format(sectors=_named(heavier), **words))
    if lighter:
        text = _("lighter in {sectors}") if heavier else _("{country} is lighter in {sectors}")
        said.append(text.format(sectors=_named(lighter), **words))
    return "; ".join(said)


def _quotient_notes(base, records):
    """Which sectors have no quotient, or none that a log scale can show: list of str."""
    absent = [segment_value(figure.segment, "sector") for figure in base if not figure.value]
    text = _("No quotient for {sectors}: {country} has none there.")
    notes = [text.format(sectors=_named(absent), country=the_country(base[0].country))] if absent else []
    nothing = [_("A quotient of zero has no place on a log scale.")]
    return notes + (nothing if any(record["quotient"] == 0 for record in records) else [])


def _named(sectors):
    return join(sector_words()[sector] for sector in sectors)


def _scheme_warning(edition, which, sizes):
    """What is counted is not the money of a year, and how few companies it is of."""
    said = [
        _("{count} of {country}").format(count=number(size), country=the_country(code))
        for size, code in zip(sizes, edition.countries, strict=True)
        if size
    ]
    text = _("A proxy, not the money invested in a year. Companies behind it: {sizes}.")
    if which == "unicorns":
        text = _(
            "A proxy: money that companies now worth a billion raised over the years. Companies behind it: {sizes}."
        )
    return text.format(sizes=join(said) or _("not stated"))
