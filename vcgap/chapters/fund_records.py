"""Exhibits of 02_fund_size on funds one by one (data/funds.csv): what the records say, and whom they leave out. US$."""

import numpy as np
import pandas as pd

from vcgap import blocks, charts, samples
from vcgap.edition import MissingFigure, or_say_what_is_missing, side
from vcgap.figures import NOT_COMPARED, as_figure
from vcgap.language import (
    _,
    counted,
    country,
    interval,
    join,
    money,
    number,
    percent,
    period,
    sentence_start,
    the_country,
    times,
)
from vcgap.tables import load_table

SAMPLES = ("A", "U")  # venture funds with a usable size; large funds, drawn as those above a billion dollars
LARGE = 1e9  # what makes a fund large, US$
COVERAGE = 0.9  # of the bootstrap interval
SHOWN = 5  # of the largest funds of each country
FIRST = {  # first funds of their house
    ("IGNIA", "IGNIA Fund I"),
    ("Alta Ventures", "Alta Ventures Mexico Fund I"),
    ("Angel Ventures", "AVM Coinvestment Fund I"),
    ("Jaguar Ventures", "Jaguar Ventures I"),
    ("Maquia Capital", "GC Capital"),
}
RATES = ("fx_rate", "MEX")


def fund_list(edition):
    """The funds of both countries with a usable size, in US$, and the exchange rates used: DataFrame, list of Figure.

    Pesos become dollars at the average rate of the vintage year, or of the year of the source if there is none.
    Columns of data/funds.csv and size_usd, year.
    """
    table = load_table("funds")
    table = table[table["sample"].isin(SAMPLES) & table["country"].isin(edition.countries)]
    published = edition.package.sources["published"]
    year = table["vintage"].where(table["vintage"] != "", table["source"].map(published)).str[:4]
    rates = _rates(edition)
    factor = [
        1.0 if row.currency == "USD" else 1 / rates[row.year].value if row.year in rates else np.nan
        for row in table.assign(year=year).itertuples()
    ]
    used = sorted({row for row in year[table["currency"] != "USD"] if row in rates})
    return table.assign(size_usd=table["size"] * factor, year=year), [rates[name] for name in used]


def _rates(edition):
    """Annual exchange rates by year (text): dict of Figure, pesos per dollar."""
    rows = edition.package.figures
    rows = rows[(rows["metric"] == RATES[0]) & (rows["country"] == RATES[1]) & ~rows["status"].isin(NOT_COMPARED)]
    return {row["period"]: as_figure(row) for _i, row in rows.sort_values("published").iterrows()}


def _sets(funds):
    """The sets whose statistics are shown: list of (country, what it is, sizes in US$)."""
    found = []
    for code, mine in funds.groupby("country", sort=False):
        usable, large = mine[mine["sample"] == "A"], mine[mine["sample"] == "U"]
        raised = usable[usable["size_basis"] == "raised"]
        first = usable.loc[[pair in FIRST for pair in zip(usable["manager"], usable["fund"], strict=True)]]
        found += [
            (code, _("every venture fund with a known size"), usable["size_usd"]),
            (code, _("of these, size said to be raised (no ceilings, no bounds)"), raised["size_usd"]),
            (code, _("of these, first funds of their house"), first["size_usd"]),
            (code, _("large funds, drawn as those above {value}").format(value=money(LARGE)), large["size_usd"]),
        ]
    return [(code, what, sizes) for code, what, sizes in found if len(sizes)]


def _set_record(code, what, sizes):
    found = samples.sample_statistics(sizes)
    reach = samples.bootstrap_interval(sizes, coverage=COVERAGE) or (None, None)
    return {
        "country": code,
        "set": what,
        "funds": found.count,
        "median": found.median,
        "median_lower": reach[0],
        "median_upper": reach[1],
        "mean": found.mean,
        "geometric_mean": found.geometric_mean,
        "smallest": found.minimum,
        "largest": found.maximum,
    }


@or_say_what_is_missing
def records(edition):
    """Statistics of the funds that were written about, by definition, each with its bootstrap interval."""
    funds, rates = fund_list(edition)
    usable = funds[funds["sample"] == "A"]
    if usable.empty:
        raise MissingFigure(_none_listed(edition.countries))
    code = usable["country"].iloc[0]
    rows = [_fund_row(edition, fund) for fund in _sorted(usable)]
    population, medians = _population(edition, code), _other_medians(edition, code)
    table = pd.DataFrame([_set_record(*entry) for entry in _sets(funds)])
    return blocks.exhibit(
        "fund-records",
        _records_title(table, code),
        _("Funds of {country} that somebody wrote about, {span}, US$, log scale. Hollow: a bound or a ceiling.").format(
            country=the_country(code), span=interval(*_years(usable), period)
        ),
        table,
        _set_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, money, log=True),
        alt=_("{count} funds on a log scale: {items}.").format(
            count=number(len(rows)), items=join(f"{row['label']} {row['text']}" for row in rows)
        ),
        figures=[*rates, *population, *medians],
        package=edition.package,
        quality=_("publicised funds only"),
        warning=_sample_warning(code),
        notes=[*_median_note(table, code, medians), *_publicity_notes(table, code, population)],
        method=_(
            "pesos at the average rate of the fund’s year; percentile bootstrap of the median, {coverage}, fixed seed"
        ).format(coverage=percent(COVERAGE)),
    )


def _none_listed(codes):
    return _("This suite lists no venture funds of {countries} one by one.").format(
        countries=join(the_country(code) for code in codes)
    )


def _sorted(funds):
    return funds.sort_values(["size_usd", "id"], ascending=[False, True]).to_dict("records")


def _years(funds):
    years = sorted(funds["year"])
    return years[0], years[-1]


def _fund_row(edition, fund):
    words = {"lower_bound": _("at least {}"), "programme_max": _("at most {}")}
    return {
        "label": _fund_name(fund),
        "detail": " · ".join(filter(None, [country(fund["country"]), fund["vintage"].replace("/", "–")])),
        "value": fund["size_usd"],
        "text": words.get(fund["size_basis"], "{}").format(money(fund["size_usd"])),
        "side": side(edition, fund["country"]),
        "filled": fund["size_basis"] == "raised",
    }


def _fund_name(fund):
    """The name of a fund, with its manager's where it would say nothing alone."""
    name = fund["fund"].partition(" (")[0]
    return f"{fund['manager']}, {name}" if fund["sample"] == "U" and fund["manager"] not in name else name


def _set_columns():
    return {
        "country": (_("Country"), country),
        "set": (_("Which funds"), str),
        "funds": (_("Funds"), number),
        "median": (_("Median"), money),
        "median_lower": (_("Median from"), money),
        "median_upper": (_("to"), money),
        "mean": (_("Mean"), money),
        "geometric_mean": (_("Geometric mean"), money),
        "smallest": (_("Smallest"), money),
        "largest": (_("Largest"), money),
    }


def _records_title(table, code):
    mine = table[table["country"] == code]
    medians = sorted(mine["median"].head(2))
    return _(
        "{count} funds of {country} made the news; their median is {range}, depending on what counts as a size"
    ).format(
        count=sentence_start(counted(int(mine["funds"].iloc[0]))),
        country=the_country(code),
        range=interval(medians[0], medians[-1], lambda value: money(value, digits=2)),
    )


def _sample_warning(code):
    return _(
        "Not like for like with a published median: that counts every small fund, and this list of {country} only the funds that somebody wrote about."
    ).format(country=the_country(code))


def _population(edition, code):
    """The mean over all funds of the country that a source counted, if there is one: list of Figure."""
    rows = edition.package.figures
    rows = rows[(rows["metric"] == "fund_aum_mean") & (rows["country"] == code) & ~rows["status"].isin(NOT_COMPARED)]
    return [as_figure(row) for _i, row in rows.sort_values(["period", "published"]).tail(1).iterrows()]


def _other_medians(edition, code):
    """The published medians of the other country, all years, whole market: list of Figure."""
    rows = edition.package.figures
    rows = rows[(rows["metric"] == "fund_size_median") & rows["country"].isin(set(edition.countries) - {code})]
    rows = rows[(rows["segment"] == "") & rows["period"].str.fullmatch(r"\d{4}") & ~rows["status"].isin(NOT_COMPARED)]
    return [as_figure(row) for _i, row in rows.iterrows()]


def _median_note(table, code, medians):
    """Why a sample median inside the range of published medians is no finding: list of str, empty if it is outside."""
    sample = table[table["country"] == code]["median"].head(2)
    values = [figure.value for figure in medians]
    if not values or sample.max() < min(values) or sample.min() > max(values):
        return []
    text = _(
        "That their median lies among the published ones of {other} ({range}) is no sign of equal size: the published medians count every small fund, this list does not."
    )
    return [text.format(other=the_country(medians[0].country), range=interval(min(values), max(values), money))]


def _publicity_notes(table, code, population):
    """How far the list is from all funds, and that its interval is about chance alone: list of str."""
    mean = table[table["country"] == code]["mean"].iloc[0]
    text = _("All funds of {period} averaged {all} ({family}); those listed here average {listed}, {ratio} as much.")
    notes = [
        text.format(
            period=period(figure.period),
            all=money(figure.value),
            family=figure.family,
            listed=money(mean),
            ratio=times(mean / figure.value),
        )
        for figure in population
    ]
    return [
        *notes,
        _(
            "The intervals measure chance among the records, not who got into them. Amounts of different years are not deflated."
        ),
    ]


@or_say_what_is_missing
def tail(edition):
    """The largest known funds of both countries: the contrast that a list drawn from the news does not distort."""
    funds, rates = fund_list(edition)
    absent = [code for code in edition.countries if code not in set(funds["country"])]
    if absent:
        raise MissingFigure(_none_listed(absent))
    shown = [fund for code in edition.countries for fund in _sorted(funds[funds["country"] == code])[:SHOWN]]
    rows = [_fund_row(edition, fund) for fund in shown]
    sources = edition.package.sources["publisher"]
    return blocks.exhibit(
        "fund-tail",
        _tail_title(edition, funds),
        _("The {count} largest funds found in each country, US$, log scale. Hollow: a bound or a ceiling.").format(
            count=counted(SHOWN)
        ),
        pd.DataFrame([_tail_record(fund, sources) for fund in shown]),
        _tail_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, _axis_money if narrow else money, log=True),
        alt=_("Largest funds on a log scale: {items}.").format(
            items=join(f"{row['label']} {row['text']}" for row in rows)
        ),
        figures=rates,
        package=edition.package,
        notes=_tail_notes(edition, funds),
        method=_("pesos at the average rate of the fund’s year"),
    )


def _tail_columns():
    return {
        "fund": (_("Fund"), str),
        "manager": (_("Manager"), str),
        "country": (_("Country"), country),
        "vintage": (_("Year"), lambda text: text.replace("/", "–") or "–"),
        "size_usd": (_("US$"), money),
        "publisher": (_("Source"), str),
    }


def _tail_record(fund, sources):
    kept = ("fund", "manager", "country", "vintage", "size_usd", "size_basis", "id")
    return {name: fund[name] for name in kept} | {"publisher": sources[fund["source"]]}


def _axis_money(value):
    """An amount without its currency, where an axis has little room."""
    return money(value).removeprefix("US$")


def _tail_title(edition, funds):
    """The largest of each, and how many are large, in the words that fit."""
    largest = {code: _sorted(funds[funds["country"] == code])[0] for code in edition.countries}
    more, less = sorted(edition.countries, key=lambda code: -largest[code]["size_usd"])
    many = [int((funds[funds["country"] == code]["size_usd"] > LARGE).sum()) for code in (more, less)]
    return _(
        "{many} funds above {value} were found in {more}, {few} in {less}; the largest named there is {largest}"
    ).format(
        many=sentence_start(counted(many[0])),
        value=money(LARGE),
        more=the_country(more),
        few=counted(many[1]) if many[1] else _("none"),
        less=the_country(less),
        largest=_fund_row(edition, largest[less])["text"],
    )


def _tail_notes(edition, funds):
    """How far apart the largest are, and which comparison of first funds there is: list of str."""
    largest = sorted((funds[funds["country"] == code]["size_usd"].max() for code in edition.countries), reverse=True)
    return [
        _("The largest of one country is {ratio} the largest of the other.").format(
            ratio=times(largest[0] / largest[1])
        ),
        _("Publicity favours large funds: a large one is unlikely to be missing from such a list, small ones are."),
        *_first_funds(edition, funds),
    ]


def _first_funds(edition, funds):
    """First funds of a house: the mean of the records beside the latest published mean of the other country."""
    said = []
    for code in edition.countries:
        rows = edition.package.figures
        rows = rows[(rows["metric"] == "fund_size_mean") & (rows["country"] == code)]
        for _i, row in rows[rows["segment"] == "type=first_time_funds"].sort_values("period").tail(1).iterrows():
            said += [_first_sentence(name, what, sizes, row) for name, what, sizes in _sets(funds) if _is_first(what)]
    return said


def _is_first(what):
    return what == _("of these, first funds of their house")


def _first_sentence(code, _what, sizes, row):
    text = _(
        "First funds, mean with mean: {listed} in {country} ({count} publicised funds), {published} in {other} ({period}, {family})."
    )
    return text.format(
        listed=money(float(np.mean(sizes))),
        country=the_country(code),
        count=counted(len(sizes)),
        published=money(row["value"]),
        other=the_country(row["country"]),
        period=period(row["period"]),
        family=row["family"],
    )
