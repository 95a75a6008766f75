"""Exhibit of 01_volume about growth over several years: one year, since the peak, compound, and in real money."""

import pandas as pd

from vcgap import blocks, gaps, prices
from vcgap.chapters.explained import DOLLARS
from vcgap.chapters.over_time import PLAIN, SERIES_START, annual_by_family, growth_by_family
from vcgap.edition import MissingFigure, family_label, find, or_say_what_is_missing
from vcgap.growth import annual_growth
from vcgap.language import _, country, interval, join, percent, sentence_start, signed_percent, the_country

COMPOUND_YEARS = 3  # back from the edition's year
PEAK_YEARS = 3  # years that a source must state to have a peak, unless it states the first and the last of the span
NUMBERS = ["one_year", "compound", "since_peak", "real", "local_real"]


@or_say_what_is_missing
def spans(edition):
    """Growth of a year, compound growth and the change since the peak, by source, side by side; the last also real."""
    records, used = _records(edition)
    if not records:
        raise MissingFigure(
            _("No source states both {year} and enough earlier years to look further back than one.").format(
                year=edition.year
            )
        )
    money_of_year, prices_used, missing = _all_prices(edition, records)
    table = pd.DataFrame([record | _in_real_money(record, money_of_year, edition.year) for record in records])
    table = table.astype(dict.fromkeys(NUMBERS, float))
    return blocks.exhibit(
        "growth-spans",
        _title(edition, table),
        _(
            "Venture capital invested to {year}, by source, current US$; the last two columns in prices of {year}."
        ).format(year=edition.year),
        table.drop(columns=["levels", "years"]),
        _columns(),
        figures=[*used, *prices_used],
        package=edition.package,
        notes=[_peak_note(), *_two_years_note(table), *_editions_note(table), *missing],
        method=_(
            "compound growth = (last ÷ first)^(1 ÷ years) − 1; since the peak = last ÷ peak − 1; US prices: the peak × US price index now ÷ then; local prices: the peak to local money, by local inflation to this year, back to dollars at this year’s rate"
        ),
    )


def _peak_note():
    return _(
        "One year is the growth of the table before. The peak is the largest year that a source states since {first}; each level is in its latest edition."
    ).format(first=SERIES_START)


def _records(edition):
    """One record for every country and source that looks back more than a year, and the Figures it rests on."""
    records, used = [], []
    for code in edition.countries:
        one_year, growth_used = growth_by_family(edition, code)
        for family, figures in annual_by_family(edition, code).items():
            plain = {year: figure for year, figure in figures.items() if figure.qualifier in PLAIN}
            record = _record(edition.year, code, family, plain)
            if record:
                rests_on = [plain[year] for year in record["years"]]
                rests_on += [figure for figure in growth_used if figure.family == family]
                editions = len({figure.source for figure in rests_on})
                records.append(record | {"one_year": one_year.get(family, {}).get("growth"), "editions": editions})
                used += rests_on
    return sorted(records, key=lambda one: (edition.countries.index(one["country"]), one["family"])), used


def _record(year, code, family, figures):
    """Compound growth and the change since the peak of one source: dict, or None if it has no peak.

    figures : dict of year → Figure. years are those of the levels used; first_year and last_year those of the
    compound growth; levels the source’s amounts, US$.
    """
    levels = {when: figure.value for when, figure in figures.items()}
    first = year - COMPOUND_YEARS
    if year not in levels or (first not in levels and len(levels) < PEAK_YEARS):
        return None
    peak = max(levels, key=levels.get)
    compound = annual_growth(levels.get(first), levels[year], COMPOUND_YEARS)
    years = sorted({year, peak, *([first] if compound is not None else [])})
    return {
        "country": code,
        "family": family,
        "first_year": None if compound is None else first,
        "last_year": year,
        "compound": compound,
        "peak": peak,
        "since_peak": gaps.growth(levels[year], levels[peak]),
        "levels": levels,
        "years": years,
    }


def _all_prices(edition, records):
    """What real money needs: US prices, and exchange rates and prices of each other country, by year.

    Returns (US price index by year, dict of country → (rates by year, inflation by year)), the Figures, and a
    sentence for each country that lacks one.
    """
    peaks = {(one["country"], one["peak"]) for one in records}
    dollar_years = sorted({edition.year, *[peak for _code, peak in peaks]})
    index, used, missing = _by_year(edition, "consumer_price_index", DOLLARS, dollar_years)
    local = {}
    for code in sorted({code for code, _peak in peaks} - {DOLLARS}):
        years = sorted({edition.year, *[peak for one, peak in peaks if one == code]})
        rates, rates_used, no_rates = _by_year(edition, "fx_rate", code, years)
        inflation, inflation_used, no_inflation = _by_year(
            edition, "inflation", code, range(years[0] + 1, edition.year + 1)
        )
        local[code] = rates, inflation
        used, missing = [*used, *rates_used, *inflation_used], [*missing, *no_rates, *no_inflation]
    return (index, local), used, missing


def _by_year(edition, metric, code, years):
    """A reference for several years: dict of year → value, the Figures, and a sentence if years lack (the first)."""
    found, missing = {}, []
    for year in years:
        try:
            found[year] = find(edition, metric, code, year)
        except MissingFigure as error:
            missing += str(error).split("\n")
    return {year: figure.value for year, figure in found.items()}, list(found.values()), missing[:1]


def _in_real_money(record, money_of_year, year):
    """The change since the peak by US prices and, for another currency, by local prices: dict real, local_real."""
    index, local = money_of_year
    peak, now = record["peak"], record["levels"][year]
    if peak == year:  # nothing to convert
        return {"real": 0.0, "local_real": 0.0 if record["country"] in local else None}
    real = prices.deflated_by_year(record["levels"], index, year)
    rates, inflation = local.get(record["country"], ({}, {}))
    prices_then = prices.index_from_inflation(inflation, peak, year)
    by_local_prices = prices.local_real_in_dollars(
        record["levels"][peak], rates.get(peak), 1.0, prices_then[year], rates.get(year)
    )
    return {"real": gaps.growth(now, real.get(peak)), "local_real": gaps.growth(now, by_local_prices)}


def _columns():
    return {
        "country": (_("Country"), country),
        "family": (_("Source"), family_label),
        "one_year": (_("One year"), signed_percent),
        "compound": (_("Compound, {years} years").format(years=COMPOUND_YEARS), signed_percent),
        "peak": (_("Peak"), str),
        "since_peak": (_("Since the peak"), signed_percent),
        "real": (_("Real, US prices"), signed_percent),
        "local_real": (_("Real, local prices"), signed_percent),
    }


def _title(edition, table):
    """How far each country is below its peak, by the sources that state it."""
    said = []
    for code in edition.countries:
        below = table.loc[table["country"] == code, "since_peak"].dropna().abs()
        if len(below):
            text = _("at its peak in {country}") if max(below) == 0 else _("{range} below its peak in {country}")
            reach = interval(min(below), max(below), percent)
            said.append(text.format(range=reach, country=the_country(code)))
    if not said:
        return _("Growth to {year}, one year and compound, by source").format(year=edition.year)
    return sentence_start(
        _("In {year} the money invested was {items}, by source").format(year=edition.year, items=join(said))
    )


def _two_years_note(table):
    """Which sources have a peak though they state too few years for a series: a list of one sentence, or empty."""
    few = sorted({row["family"] for row in table.to_dict("records") if len(row["levels"]) < PEAK_YEARS})
    if not few:
        return []
    return [_("Of two years only, the larger is taken for the peak: {names}.").format(names=join(few))]


def _editions_note(table):
    """Which sources are read in several editions: a list of one sentence, or empty."""
    several = sorted(set(table.loc[table["editions"] > 1, "family"]))
    if not several:
        return []
    return [_("Levels of several editions, not strictly comparable: {names}.").format(names=join(several))]
