"""Exhibits of 03_sector_mix: the shares that are known, and the rest, which is shown as unknown."""

import pandas as pd

from vcgap import blocks, charts
from vcgap.edition import MissingFigure, families, family_label, find, or_say_what_is_missing, side
from vcgap.figures import MIXED, NOT_COMPARED, as_figure, reference, rows_of, spread
from vcgap.language import (
    _,
    code_word,
    country,
    interval,
    join,
    percent,
    period,
    sentence_start,
    the_country,
    value_text,
)

AI, FINTECH = "scheme=tag;sector=ai", "scheme=vertical;sector=fintech"
SHADES = {  # the order of the sectors in every bar, and how dark each is
    "enterprise_software": 1.0,
    "fintech": 0.45,
    "health_bio": 0.34,
    "commerce_retail": 0.26,
    "logistics_mobility": 0.2,
    "climate_energy": 0.15,
    "ai": 0.11,
    "other": 0.06,
}
VECTORS = {  # scheme → metric: the classifications that hold a whole vector
    "common8_pitchbook": "sector_share_value",
    "common8_cbinsights_unicorn": "sector_share_value",
    "common8_crunchbase_2014": "sector_share_companies",
}


def scheme_words():
    """What each whole classification measures, and of what."""
    return {
        "common8_pitchbook": _("dollars invested, PitchBook industries"),
        "common8_cbinsights_unicorn": _("money raised by unicorns, CB Insights"),
        "common8_crunchbase_2014": _("companies funded, Crunchbase"),
    }


@or_say_what_is_missing
def headline(edition):
    """What single shares are known, and of which year the last whole mix is, if there is one."""
    used, missing = known_shares(edition)
    if not used:
        raise MissingFigure("\n".join(missing))
    whole_of = {
        code: latest_vector(edition, "common8_pitchbook", "sector_share_value", code) for code in edition.countries
    }
    said = [_last_whole(code, vector) for code, vector in whole_of.items()]
    lede = [*said, *_hybrid_sentence(used), *missing]
    return blocks.headline("headline", _unknown_headline(edition, whole_of), lede, used)


def _unknown_headline(edition, whole_of):
    without = [code for code, vector in whole_of.items() if not vector or vector[0].period != str(edition.year)]
    if not without:
        return _("Whole mixes of dollars are known for both countries")
    return _("Where the money of {year} went in {countries} is known only in pieces").format(
        year=edition.year, countries=join(the_country(code) for code in without)
    )


def _last_whole(code, vector):
    """Of which year the last whole mix of dollars of a country is, or that there is none."""
    if not vector:
        return _("For {country} no source here has a whole mix of dollars.").format(country=the_country(code))
    return _("The last whole mix of dollars of {country} is of {period}.").format(
        country=the_country(code), period=period(vector[0].period)
    )


def _hybrid_sentence(used):
    """A sentence if a share divides one provider's sum by another's total: list of str."""
    mixed = [figure for figure in used if figure.status == MIXED]
    if not mixed:
        return []
    shares = join(
        f"{segment_word(figure.segment, 'sector')} {percent(figure.value)} ({country(figure.country)})"
        for figure in mixed
    )
    return [
        _("One provider’s sum over another’s total: {shares}; read the order of magnitude only.").format(shares=shares)
    ]


def known_shares(edition):
    """The reference shares of AI and fintech in both countries: list of Figure, and sentences for those missing."""
    used, missing = [], []
    for code in edition.countries:
        for segment in (AI, FINTECH):
            try:
                used.append(find(edition, "sector_share_value", code, segment=segment))
            except MissingFigure:
                missing.append(_no_share(edition, code, segment))
    return used, missing


@or_say_what_is_missing
def known(edition):
    """The reference shares of AI and fintech in each country; everything no source says is hatched."""
    used, missing = known_shares(edition)
    if not used:
        raise MissingFigure("\n".join(missing))
    bars = [_known_bar(edition, figure) for figure in used]
    return blocks.exhibit(
        "known-shares",
        _known_sentence(used),
        _(
            "Share of venture capital invested, {year}. Hatched: what the source does not say. AI is a tag laid across sectors, fintech a sector: the two may overlap, and neither is a slice of the other’s bar."
        ).format(year=edition.year),
        pd.DataFrame([_share_record(figure) for figure in used]),
        share_columns(),
        draw=lambda narrow: charts.shares(bars, narrow, percent),
        alt=_("Known shares: {items}; the rest is unknown.").format(
            items=join(
                f"{country(figure.country)} {bar['parts'][0][0]}" for figure, bar in zip(used, bars, strict=True)
            )
        ),
        figures=used,
        package=edition.package,
        quality=_("second hand") if any(figure.status == "second_hand" for figure in used) else "",
        notes=[*missing, *_two_labels_note(used)],
    )


def share_columns():
    """The columns of every table of shares."""
    return {
        "country": (_("Country"), country),
        "sector": (_("Sector"), lambda slug: code_word("sector", slug)),
        "period": (_("Period"), period),
        "value": (_("Share"), percent),
        "family": (_("Source"), family_label),
        "status": (_("Status"), lambda word: blocks.status_words()[word]),
        "note": (_("Note"), lambda text: text or "–"),
    }


def segment_value(segment, key):
    """The value of a key of a segment: "scheme=tag;sector=ai", "sector" → "ai"; "" if absent."""
    return dict(pair.split("=", 1) for pair in segment.split(";") if pair).get(key, "")


def segment_word(segment, key):
    """The value of a key of a segment in words: "scheme=tag;sector=ai", "sector" → "AI"."""
    return code_word(key, segment_value(segment, key))


def _share_record(figure):
    kept = ("country", "segment", "period", "value", "family", "status", "note", "id")
    return {"sector": segment_value(figure.segment, "sector")} | {name: getattr(figure, name) for name in kept}


def _known_bar(edition, figure):
    sector = segment_word(figure.segment, "sector")
    return {
        "label": f"{country(figure.country)} · {sector}",
        "detail": sentence_start(blocks.stated_by(figure)),
        "side": side(edition, figure.country),
        "parts": [(f"{sector} {value_text(figure)}", figure.value, 1.0)],
        "unknown": _("not known"),
    }


def _no_share(edition, code, segment):
    sector = segment_word(segment, "sector")
    return _("No reference share of {sector} for {country} in {year}.").format(
        sector=sector, country=the_country(code), year=edition.year
    )


def _known_sentence(used):
    said = [
        _("{share} {sector} in {country}").format(
            share=value_text(figure),
            sector=segment_word(figure.segment, "sector"),
            country=the_country(figure.country),
        )
        for figure in used
    ]
    return _("Single shares are what there is: {items}").format(items=join(said))


def _two_labels_note(used):
    if len({segment_value(figure.segment, "scheme") for figure in used}) < 2:
        return []
    return [
        _(
            "An AI tag and a fintech vertical are different classifications: a share of one must not be set against a share of the other."
        )
    ]


@or_say_what_is_missing
def by_source(edition, sector):
    """What every source says of one sector's share in both countries. sector : "ai" or "fintech"."""
    segment = {"ai": AI, "fintech": FINTECH}[sector]
    found = [
        figure
        for code in edition.countries
        for figure in reversed(spread(edition.package, "sector_share_value", code, edition.year, segment))
    ]
    if not found:
        raise MissingFigure("\n".join(_no_share(edition, code, segment) for code in edition.countries))
    rows = [_by_source_row(edition, figure) for figure in found]
    return blocks.exhibit(
        f"{sector}-by-source",
        _by_source_title(edition, sector, segment),
        _(
            "Share of venture capital invested, {year}, by source. Filled: the reference of this edition. “At most” is a bound, not a value."
        ).format(year=edition.year),
        pd.DataFrame([_share_record(figure) for figure in found]),
        share_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, percent),
        alt=_("{sector}: {items}.").format(
            sector=code_word("sector", sector), items=join(f"{row['label']} {row['text']}" for row in rows)
        ),
        figures=found,
        package=edition.package,
    )


def _by_source_row(edition, figure):
    basis = edition.parameters.basis
    chosen = reference(edition.package, basis, figure.metric, figure.country, edition.year, figure.segment)
    return {
        "label": country(figure.country),
        "detail": sentence_start(blocks.stated_by(figure)),
        "value": figure.value,
        "text": value_text(figure),
        "side": side(edition, figure.country),
        "filled": bool(chosen) and figure.id == chosen.id,
    }


def _by_source_title(edition, sector, segment):
    by_country = {code: families(edition, "sector_share_value", code, segment=segment) for code in edition.countries}
    said = [
        _("{range} in {country}").format(
            range=value_text(figures[0])
            if len(figures) == 1
            else interval(figures[0].value, figures[-1].value, percent),
            country=the_country(code),
        )
        for code, figures in by_country.items()
        if figures
    ]
    return _("{sector}: {items}").format(sector=sentence_start(code_word("sector", sector)), items=join(said))


def share_limits(figures):
    """Between which limits a share lies by what sources say: (lower, upper); (0, 1) if none says anything.

    figures : shares of one sector, smallest first; "at most" leaves the lower limit open, "at least" the upper.
    """
    lower = [0.0 if figure.qualifier == "at_most" else figure.value for figure in figures]
    upper = [1.0 if figure.qualifier == "at_least" else figure.value for figure in figures]
    return min(lower, default=0.0), max(upper, default=1.0)


@or_say_what_is_missing
def whole(edition):
    """The classifications that add up to 100 %, latest year of each; both countries where both are covered."""
    found = vectors(edition)
    bars = [_whole_bar(edition, scheme, vector) for scheme, vector in found]
    records = [_share_record(figure) | {"scheme": scheme} for scheme, vector in found for figure in vector]
    if not bars:
        raise MissingFigure(_("No source publishes a whole sector mix for either country."))
    return blocks.exhibit(
        "whole-mix",
        _whole_title(edition, {(scheme, vector[0].country) for scheme, vector in found}),
        _(
            "Shares that add up to 100 %, by what is counted; none has the same base as another. From the left: {sectors}."
        ).format(sectors=join(code_word("sector", slug) for slug in SHADES)),
        pd.DataFrame(records),
        {"scheme": (_("What is counted"), lambda name: scheme_words()[name])} | share_columns(),
        draw=lambda narrow: charts.shares(bars, narrow, percent),
        alt=_("Whole sector mixes: {items}.").format(
            items="; ".join(f"{bar['label']}: {join(name for name, _part, _shade in bar['parts'][:3])}" for bar in bars)
        ),
        figures=[figure for _scheme, vector in found for figure in vector],
        package=edition.package,
    )


def vectors(edition):
    """The latest whole mix of each classification and country: list of (scheme, list of Figure)."""
    found = [
        (scheme, latest_vector(edition, scheme, metric, code))
        for scheme, metric in VECTORS.items()
        for code in edition.countries
    ]
    return [(scheme, vector) for scheme, vector in found if vector]


def latest_vector(edition, scheme, metric, code):
    """The shares of the latest period of one source that add up to 100 %: list of Figure, or empty."""
    rows = rows_of(edition.package, "metric", metric)
    rows = rows[(rows["country"] == code) & ~rows["status"].isin(NOT_COMPARED)]
    rows = rows[rows["segment"].str.contains(f"scheme={scheme};", regex=False)]
    rows = rows[rows["period"].str[:4].astype(int) <= edition.year]
    for _key, vector in sorted(rows.groupby(["period", "published", "source"]), reverse=True, key=lambda item: item[0]):
        if abs(vector["value"].sum() - 1) < 0.02:
            return [as_figure(row) for _i, row in vector.sort_values("segment").iterrows()]
    return []


def _whole_bar(edition, scheme, vector):
    values = {segment_value(figure.segment, "sector"): figure.value for figure in vector}
    parts = [
        (f"{code_word('sector', slug)} {percent(values[slug])}", values[slug], SHADES[slug])
        for slug in SHADES
        if values.get(slug)
    ]
    return {
        "label": f"{country(vector[0].country)} · {period(vector[0].period)}",
        "detail": scheme_words()[scheme],
        "side": side(edition, vector[0].country),
        "parts": parts,
        "unknown": "",
    }


def _whole_title(edition, covered):
    peer = edition.parameters.peer
    if ("common8_pitchbook", peer) in covered:
        return _("Whole sector mixes of both countries")
    return _("No source here has the whole mix of dollars for {country}: only proxies can be set side by side").format(
        country=the_country(peer)
    )
