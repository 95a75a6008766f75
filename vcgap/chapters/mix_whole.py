"""Exhibits of 03_sector_mix: location quotients, and measures of the mixes that are whole in one classification."""

import pandas as pd

from vcgap import blocks, bounds, charts, counts, mix, samples
from vcgap.chapters import sector_mix
from vcgap.chapters.sector_mix import AI, FINTECH, segment_value, share_limits
from vcgap.edition import MissingFigure, or_say_what_is_missing, side
from vcgap.figures import as_figure, reference, rows_of, spread
from vcgap.language import (
    _,
    at_least,
    code_word,
    counted,
    country,
    interval,
    join,
    number,
    percent,
    period,
    sentence_start,
    significant,
    the_country,
    times,
    times_tick,
)
from vcgap.uncertainty import overlap

PROXIES = {"companies": "common8_crunchbase_2014", "unicorns": "common8_cbinsights_unicorn"}
COUNTED = {"companies": "companies_funded", "unicorns": "unicorns_active"}  # the metric of how many a mix is of
COVERAGE = 0.95
FEW = 10  # fewer companies than this say nothing of a mix; assumed
JENSEN_SHANNON = "H((p + q) ÷ 2) − (H(p) + H(q)) ÷ 2"


# ---- the shares that are known


def stated_shares(edition, code, segment):
    """What every family says of a share, bounds and second mentions included: list of Figure, smallest first."""
    return spread(edition.package, "sector_share_value", code, edition.year, segment)


@or_say_what_is_missing
def quotients(edition):
    """Location quotients of AI and fintech: of the reference shares, and the bounds over what every source says."""
    said = {segment: [stated_shares(edition, code, segment) for code in edition.countries] for segment in (AI, FINTECH)}
    records = [_quotient_record(edition, segment, *both) for segment, both in said.items() if any(both)]
    records = [record for record in records if record["quotient_lower"] is not None]
    if not records:
        raise MissingFigure(_("No source in this suite has a share of AI or of fintech to divide by."))
    rows = [_quotient_row(record) for record in records]
    return blocks.exhibit(
        "quotients",
        quotients_title(edition, records),
        _("Share in {peer} divided by share in {base}, {year}, log scale: reference and range of the sources.").format(
            peer=the_country(edition.parameters.peer), base=the_country(edition.parameters.base), year=edition.year
        ),
        pd.DataFrame(records).assign(base_country=edition.parameters.base, peer_country=edition.parameters.peer),
        _quotient_columns(edition),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Location quotients and their bounds: {items}.").format(
            items=join(f"{row['label']} {row['text']}" for row in rows)
        ),
        figures=[figure for both in said.values() for figures in both for figure in figures],
        package=edition.package,
        quality=_("bounds"),
        notes=_quotient_notes(said),
        method=_("location quotient q ÷ p; symmetric (q − p) ÷ (q + p), from −1, none in the first, to 1"),
    )


def _quotient_notes(said):
    """What the bounds are of, and that a share without a source is open. said : dict of segment → Figures by country."""
    notes = [_("The bounds pair every source with every other, also sources of two providers.")]
    stated = [figure for both in said.values() for figures in both for figure in figures]
    if any(figure.qualifier in ("at_most", "at_least") for figure in stated):
        notes.append(
            _(
                "Where a source states only a limit, the other end is open; a quotient that is open at one end has no bar."
            )
        )
    if not all(figures for both in said.values() for figures in both):
        notes.append(_("Where no source states the share of a country, it may be anything from nothing to all."))
    return notes


def _quotient_record(edition, segment, base_said, peer_said):
    """Shares of both countries, their limits, the quotients and the bounds of these; None where there is none."""
    limits = share_limits(base_said), share_limits(peer_said)
    shares = [_reference_share(edition, code, segment) for code in edition.countries]
    named = zip(("base", "peer"), shares, limits, strict=True)
    texts = {f"{which}_text": _with_bounds(share, *ends, percent) for which, share, ends in named}
    return {"sector": segment_value(segment, "sector")} | texts | _quotients_of(*shares, *limits)


def _reference_share(edition, code, segment):
    """The reference share, None if there is none or it is only a bound."""
    basis = edition.parameters.basis
    figure = reference(edition.package, basis, "sector_share_value", code, edition.year, segment)
    return figure.value if figure and figure.qualifier in ("exact", "about") else None


def _quotients_of(base, peer, base_limits, peer_limits):
    """Both quotients with their bounds, as columns of a table; a value is None if a share is missing."""
    quotient, symmetric = mix.location_quotient(base, peer), mix.symmetric_quotient(base, peer)
    reach = bounds.location_quotient_bounds(base_limits, peer_limits) or (None, None)
    ends = bounds.symmetric_quotient_bounds(base_limits, peer_limits) or (None, None)
    return {
        "base_share": base,
        "peer_share": peer,
        "quotient": quotient,
        "quotient_lower": reach[0],
        "quotient_upper": reach[1],
        "quotient_text": _with_bounds(quotient, *reach, times),
        "symmetric": symmetric,
        "symmetric_lower": ends[0],
        "symmetric_upper": ends[1],
        "symmetric_text": _with_bounds(symmetric, *ends, _two),
    }


def _quotient_columns(edition):
    base, peer = map(country, edition.countries)
    return {
        "sector": (_("Sector"), lambda slug: code_word("sector", slug)),
        "base_text": (base, str),
        "peer_text": (peer, str),
    } | _columns_of_quotients()


def _columns_of_quotients():
    return {"quotient_text": (_("Quotient"), str), "symmetric_text": (_("Symmetric"), str)}


def _two(value):
    return number(value, 2)


def _with_bounds(value, lower, upper, form):
    """A value and its bounds in words: "3.7× (1.9–6.7×)"; the value alone without bounds, these alone without it."""
    if lower is None or (value is not None and lower == upper):
        return form(value)
    reach = _without_end(lower, form) if upper is None else interval(lower, upper, form)
    return reach if value is None else _("{value} ({range})").format(value=form(value), range=reach)


def _without_end(lower, form):
    return at_least(lower, form) if lower else _("open")


def _quotient_row(record):
    ends = record["quotient_lower"], record["quotient_upper"]
    return {
        "label": sentence_start(code_word("sector", record["sector"])),
        "detail": _("{peer} against {base}").format(peer=record["peer_text"], base=record["base_text"]),
        "value": record["quotient"],
        "lower": ends[0],
        "upper": ends[1],
        "text": _with_bounds(None, *ends, times),
        "side": "peer",
    }


def quotients_title(edition, records):
    """Whether the sources settle in which country each sector weighs more. records : rows of `quotients`."""
    peer = the_country(edition.parameters.peer)
    said = [
        _verdict(record).format(
            sector=code_word("sector", record["sector"]), peer=peer, range=_quotient_row(record)["text"]
        )
        for record in records
    ]
    return sentence_start("; ".join(said))


def _verdict(record):
    if record["quotient_lower"] > 1:
        return _("{sector} weighs more in {peer} by every source ({range})")
    if record["quotient_upper"] is not None and record["quotient_upper"] < 1:
        return _("{sector} weighs less in {peer} by every source ({range})")
    return _("where {sector} weighs more is open ({range})")


# ---- whole mixes


@or_say_what_is_missing
def measures(edition):
    """How concentrated every whole mix is: the HHI, the entropy, and the number of equal sectors that each amounts to."""
    vectors = sector_mix.vectors(edition)
    if not vectors:
        raise MissingFigure(_("No source publishes a whole sector mix for either country."))
    records = [_measure_record(edition, scheme, vector) for scheme, vector in vectors]
    rows = [_measure_row(edition, record) for record in records]
    return blocks.exhibit(
        "whole-measures",
        measures_title(edition, records),
        _(
            "Concentration of the whole mixes (HHI); the table has how many sectors of equal size would be as concentrated. Bar: {coverage} interval by chance, where the companies of each sector are counted."
        ).format(coverage=percent(COVERAGE)),
        pd.DataFrame(records),
        _measure_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, significant),
        alt=_("HHI: {items}.").format(items=join(f"{row['label']}, {row['detail']} {row['text']}" for row in rows)),
        figures=[figure for _scheme, vector in vectors for figure in vector],
        package=edition.package,
        notes=[
            _("“Other” counts as one sector: a mix with much of it looks more concentrated than it is."),
            *_few_notes({record["country"]: record["companies"] for record in records if _is_few(record)}),
        ],
        method=_("HHI = Σ s²; H = −Σ s ln s; interval: percentile bootstrap, companies drawn again, fixed seed"),
    )


def _measure_columns():
    return {
        "scheme": (_("What is counted"), lambda name: sector_mix.scheme_words()[name]),
        "country": (_("Country"), country),
        "period": (_("Period"), period),
        "hhi": (_("HHI"), lambda value: number(value, 3)),
        "interval_text": (_("By chance, {coverage}").format(coverage=percent(COVERAGE)), str),
        "effective": (_("Equal sectors, 1 ÷ HHI"), lambda value: number(value, 1)),
        "entropy": (_("Entropy H, nats"), _two),
        "exp_entropy": (_("Equal sectors, exp H"), lambda value: number(value, 1)),
    }


def _measure_record(edition, scheme, vector):
    shares = [figure.value for figure in vector]
    which = {name: which for which, name in PROXIES.items()}.get(scheme)
    behind = [figure.value for figure in companies_behind(edition, vector, which)] if which else []
    reach = samples.mix_interval(mix.hhi, behind, coverage=COVERAGE) if len(behind) == len(vector) else None
    lower, upper = reach or (None, None)
    return {
        "scheme": scheme,
        "country": vector[0].country,
        "period": vector[0].period,
        "companies": sum(behind) if behind else None,
        "hhi": mix.hhi(shares),
        "lower": lower,
        "upper": upper,
        "interval_text": interval(*reach, _two) if reach else "–",
        "effective": mix.effective_number(shares),
        "entropy": mix.shannon(shares),
        "exp_entropy": mix.exp_shannon(shares),
    }


def _is_few(record):
    """Whether a mix is of so few companies that it says nothing. record : of `measures`."""
    return record["companies"] is not None and record["companies"] < FEW


def _few_notes(companies):
    """That so few companies say nothing of a mix: list of str. companies : dict of country → how many."""
    text = _("The {count} companies of {country} are too few to say anything of a mix: no interval is given for them.")
    return [text.format(count=counted(int(few)), country=the_country(code)) for code, few in companies.items()]


def _measure_row(edition, record):
    return {
        "label": f"{country(record['country'])} · {period(record['period'])}",
        "detail": sector_mix.scheme_words()[record["scheme"]],
        "value": record["hhi"],
        "lower": record["lower"],
        "upper": record["upper"],
        "text": number(record["hhi"], 2),
        "side": side(edition, record["country"]),
    }


def measures_title(edition, records):
    """Whose mix is more concentrated where one classification covers both countries. records : rows of `measures`."""
    found = {(record["scheme"], record["country"]): record for record in records}
    base, peer = edition.countries
    both = [(found[scheme, base], found[scheme, peer]) for scheme, code in found if code == base and (scheme, peer) in found]  # fmt: skip
    if not both:
        return _("No classification covers both countries: how concentrated they are cannot be compared")
    verdicts = {_narrower(*pair) for pair in both}
    told = verdicts - {None}
    if not told:
        return _("Whose mix is more concentrated is open: the companies counted are too few to tell it from chance")
    if len(told) > 1:
        return _("Whose mix is more concentrated differs with what is counted")
    text = _("Where one classification covers both, the mix of {country} is the more concentrated")
    if None in verdicts:
        text = _("Where chance does not leave it open, the mix of {country} is the more concentrated")
    return text.format(country=the_country(told.pop()))


def _narrower(base, peer):
    """The country whose mix is the more concentrated; None if that may be chance. base, peer : rows of `measures`."""
    overlaps = overlap((base["lower"], base["upper"]), (peer["lower"], peer["upper"]))
    if _is_few(base) or _is_few(peer) or overlaps or base["hhi"] == peer["hhi"]:
        return None
    return max(base, peer, key=lambda record: record["hhi"])["country"]


# ---- one scheme on both sides


@or_say_what_is_missing
def same_scheme(edition, which):
    """Location quotients in a classification that covers both countries. which : "companies" or "unicorns"."""
    scheme = PROXIES[which]
    vectors = _both_vectors(edition, scheme)
    behind = [companies_behind(edition, vector, which) for vector in vectors]
    records = _sector_records(vectors, behind if which == "companies" else [[], []])
    rows = [_sector_row(record) for record in records]
    return blocks.exhibit(
        f"same-scheme-{which}",
        _scheme_title(edition, vectors, behind, records, which),
        _scheme_subtitle(edition, scheme, vectors[0][0].period),
        pd.DataFrame(records).assign(base_country=edition.parameters.base, peer_country=edition.parameters.peer),
        _sector_columns(edition),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Location quotients: {items}.").format(items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=[figure for figures in (*vectors, *behind) for figure in figures],
        package=edition.package,
        quality=_("proxy"),
        warning=_scheme_warning(edition, which, behind),
        notes=_scheme_notes(vectors, behind, records),
        method=_scheme_method(which),
    )


def _both_vectors(edition, scheme):
    """The latest whole mix of each country in one classification: two lists of Figure. Raises MissingFigure."""
    found = {vector[0].country: vector for name, vector in sector_mix.vectors(edition) if name == scheme}
    if set(found) != set(edition.countries):
        text = _("There is no classification of {what} that covers both countries by {year}.")
        raise MissingFigure(text.format(what=sector_mix.scheme_words()[scheme], year=edition.year))
    return [found[code] for code in edition.countries]


def companies_behind(edition, vector, which):
    """The Figures that count what a mix is of: companies of its sectors, or unicorns of its list; empty if none does."""
    segments = {figure.segment for figure in vector} if which == "companies" else {""}
    rows = rows_of(edition.package, "metric", COUNTED[which])
    rows = rows[rows["segment"].isin(segments)]
    for name in ("country", "period", "source"):
        rows = rows[rows[name] == getattr(vector[0], name)]
    return [as_figure(row) for _i, row in rows.iterrows()]


def _sector_records(vectors, behind):
    """One row per sector that either country has: shares, quotients, and what chance alone does to them."""
    base, peer = (_by_sector(vector) for vector in vectors)
    base_counts, peer_counts = (_by_sector(figures) for figures in behind)
    records = []
    for sector in sorted(base.keys() & peer.keys()):
        limits = _chance(base_counts, sector, base[sector]), _chance(peer_counts, sector, peer[sector])
        records.append({"sector": sector} | _quotients_of(base[sector], peer[sector], *limits))
    # a sector that only the peer has comes first, one that neither has last
    return sorted(records, key=lambda record: -2 if record["symmetric"] is None else record["symmetric"], reverse=True)


def _by_sector(figures):
    return {segment_value(figure.segment, "sector"): figure.value for figure in figures}


def _chance(companies, sector, share):
    """The Wilson interval of a share of companies; the share itself where there are no companies to count."""
    if sector not in companies:
        return share, share
    return counts.wilson_interval(int(companies[sector]), int(sum(companies.values()))) or (share, share)


def _sector_columns(edition):
    return {
        "sector": (_("Sector"), lambda slug: code_word("sector", slug)),
        "base_share": (country(edition.parameters.base), percent),
        "peer_share": (country(edition.parameters.peer), percent),
    } | _columns_of_quotients()


def _sector_row(record):
    return {
        "label": code_word("sector", record["sector"]),
        "detail": _("{peer} against {base}").format(
            peer=percent(record["peer_share"]), base=percent(record["base_share"])
        ),
        "value": record["quotient"],
        "lower": record["quotient_lower"],
        "upper": record["quotient_upper"],
        "text": times(record["quotient"]),
        "side": "peer",
    }


def _scheme_subtitle(edition, scheme, date):
    return _("{what}, {period}: the share in {peer} divided by the share in {base}, log scale.").format(
        what=sentence_start(sector_mix.scheme_words()[scheme]),
        period=period(date),
        peer=the_country(edition.parameters.peer),
        base=the_country(edition.parameters.base),
    )


def _scheme_method(which):
    text = _(
        "location quotient q ÷ p, symmetric (q − p) ÷ (q + p); dissimilarity ½ Σ |p − q|; Jensen–Shannon divergence {formula} in bits, distance its square root"
    )
    if which == "companies":
        text = _(
            "location quotient q ÷ p, symmetric (q − p) ÷ (q + p), bars and bounds: chance alone, from the Wilson intervals of both shares, {coverage}; dissimilarity ½ Σ |p − q|; Jensen–Shannon divergence {formula} in bits, distance its square root, intervals: percentile bootstrap, companies of both countries drawn again, fixed seed"
        )
    return text.format(coverage=percent(COVERAGE), formula=JENSEN_SHANNON)


def _mixes(vectors):
    """The shares of both countries in one order of sectors; a sector that one does not state is zero."""
    base, peer = (_by_sector(vector) for vector in vectors)
    sectors = sorted(set(base) | set(peer))
    return [base.get(sector, 0) for sector in sectors], [peer.get(sector, 0) for sector in sectors]


def _companies(behind):
    """How many companies each sector of both countries has, in one order; None where they are not counted by sector."""
    base, peer = map(_by_sector, behind)
    return None if len(base) < 2 or len(peer) < 2 else _mixes(behind)


def _scheme_title(edition, vectors, behind, records, which):
    """How far apart the two mixes are, and which sectors differ by more than chance; no more where that is unknown."""
    text = {
        "companies": _("On one scheme {share} of the companies would have to change sector"),
        "unicorns": _("On one scheme {share} of the money would have to change sector"),
    }
    said = [text[which].format(share=_difference_words(mix.dissimilarity, vectors, behind, percent))]
    peer = the_country(edition.parameters.peer)
    few = _few(edition, behind)
    text = _("the {count} companies of {country} say nothing of a mix")
    said += [text.format(count=counted(int(count)), country=the_country(code)) for code, count in few.items()]
    tested = records if which == "companies" and not few else []
    heavier = [r["sector"] for r in tested if r["quotient_lower"] and r["quotient_lower"] > 1]
    lighter = [r["sector"] for r in tested if r["quotient_upper"] is not None and r["quotient_upper"] < 1]
    if heavier:
        said.append(_("{country} is heavier in {sectors}").format(sectors=_named(heavier), country=peer))
    if lighter:
        text = _("lighter in {sectors}") if heavier else _("{country} is lighter in {sectors}")
        said.append(text.format(sectors=_named(lighter), country=peer))
    return "; ".join(said)


def _few(edition, behind):
    """How many companies a mix is of where they are too few to say anything: dict of country → float."""
    totals = {code: sum(f.value for f in figures) for code, figures in zip(edition.countries, behind, strict=True)}
    return {code: total for code, total in totals.items() if 0 < total < FEW}


def _difference_words(statistic, vectors, behind, form):
    """A measure of difference in words, with its interval by chance where companies are counted: "0.24 (0.16–0.36)"."""
    companies = _companies(behind)
    ends = samples.mix_interval(statistic, *companies, coverage=COVERAGE) if companies else None
    return _with_bounds(statistic(*_mixes(vectors)), *(ends or (None, None)), form)


def _scheme_notes(vectors, behind, records):
    """How different the mixes are by every measure, what of it is chance, and which sectors have no quotient: list of str."""
    bits, distance = mix.jensen_shannon_bits, mix.jensen_shannon_distance
    notes = [
        _(
            "Difference of the two mixes: dissimilarity {d}, Jensen–Shannon {bits} bits, as a distance {distance}."
        ).format(
            d=_difference_words(mix.dissimilarity, vectors, behind, _two),
            bits=_difference_words(bits, vectors, behind, lambda value: number(value, 3)),
            distance=_difference_words(distance, vectors, behind, _two),
        ),
        *_chance_notes(behind),
    ]
    absent = [record["sector"] for record in records if record["quotient"] is None]
    text = _("No quotient for {sectors}: {country} has none there.")
    notes += [text.format(sectors=_named(absent), country=the_country(vectors[0][0].country))] if absent else []
    nothing = [_("A quotient of zero has no place on a log scale; the symmetric one in the table is −1 there.")]
    return notes + (nothing if any(record["quotient"] == 0 for record in records) else [])


def _chance_notes(behind):
    """How different two identical mixes would look by chance; or that no interval can be given: list of str."""
    companies = _companies(behind)
    if companies is None:
        return [_("No interval is given: the source does not count the companies of each sector.")]
    expected = (
        samples.chance_difference(statistic, *companies) for statistic in (mix.dissimilarity, mix.jensen_shannon_bits)
    )
    text = _(
        "In brackets: {coverage} intervals by chance. With so many companies, identical mixes would show a dissimilarity of about {d} and a divergence of about {bits} bits by chance."
    )
    d, bits = expected
    return [text.format(coverage=percent(COVERAGE), d=_two(d), bits=number(bits, 3))]


def _named(sectors):
    return join(code_word("sector", sector) for sector in sectors)


def _scheme_warning(edition, which, behind):
    """What is counted is not the money of a year, and how few companies it is of. behind : Figures of each country."""
    said = [
        _("{count} of {country}").format(
            count=number(sum(figure.value for figure in figures)), country=the_country(code)
        )
        for figures, code in zip(behind, edition.countries, strict=True)
        if figures
    ]
    text = _("A proxy, not the money invested in a year. Companies behind it: {sizes}.")
    if which == "unicorns":
        text = _(
            "A proxy: money that companies now worth a billion raised over the years. Companies behind it: {sizes}."
        )
    return text.format(sizes=join(said) or _("not stated"))
