"""Exhibits of 02_fund_size on funds one by one (data/funds.csv): what the records say, and whom they leave out. US$."""

import numpy as np
import pandas as pd
from babel.core import get_global
from babel.numbers import get_territory_currencies

from vcgap import blocks, charts, prices, samples
from vcgap.edition import MissingFigure, or_say_what_is_missing, side
from vcgap.figures import NOT_COMPARED, as_figure, rows_of
from vcgap.language import (
    _,
    counted,
    country,
    gap_size,
    interval,
    join,
    money,
    number,
    percent,
    period,
    plural,
    rounded_down,
    rounded_up,
    sentence_start,
    the_country,
    times,
    value_text,
)
from vcgap.tables import load_table

SAMPLES = ("A", "U")  # venture funds with a usable size; large funds, drawn as those above a billion dollars
LARGE = 1e9  # what makes a fund large, US$
COVERAGE = 0.9  # of the bootstrap interval
SHOWN = 5  # of the largest funds of each country


def fund_list(edition):
    """The funds of both countries up to the edition's year, in US$, the rates used, and what was left out and why.

    A fund without a vintage has the year of its source. Local currency becomes dollars at the average rate of that year
    in the country of the currency. Returns a DataFrame (columns of data/funds.csv and size_usd, year), a list of Figure,
    a list of one str or none.
    """
    listed = _of_the_countries(edition)
    dated = listed[(listed["year"] != "") & (listed["year"] <= str(edition.year))]
    rates = _rates(edition)
    keys = list(zip(dated["currency"], dated["year"], strict=True))
    sizes = [
        size if key[0] == "USD" else prices.in_dollars(size, rates[key].value if key in rates else None)
        for size, key in zip(dated["size"], keys, strict=True)
    ]
    funds = dated.assign(size_usd=pd.to_numeric(pd.Series(sizes, index=dated.index, dtype=object)))
    known = funds["size_usd"].notna()
    used = [rates[key] for key in sorted(set(keys) & set(rates))]
    left_out = [*_not_of_the_time(edition, listed), *_without_rate(funds[~known])]
    return funds[known], used, [" ".join(left_out)] if left_out else []


def _of_the_countries(edition):
    """The funds of both countries with a usable size and their year: that of the vintage (the last), or of the source."""
    table = load_table("funds")
    table = table[table["sample"].isin(SAMPLES) & table["country"].isin(edition.countries)]
    published = table["source"].map(edition.package.sources["published"]).str[:4]
    return table.assign(year=table["vintage"].str[-4:].where(table["vintage"] != "", published))


def _rates(edition):
    """Annual exchange rates: dict of (currency, year as text) → Figure, local currency per dollar.

    The currency is that of the country of the rate (Babel's list of the currencies of a territory).
    """
    rows = rows_of(edition.package, "metric", "fx_rate")
    rows = rows[~rows["status"].isin(NOT_COMPARED)]
    return {
        (currency, row["period"]): as_figure(row)
        for _i, row in rows.sort_values("published").iterrows()
        for currency in _currencies(row["country"])
    }


def _currencies(code):
    """The currencies of a country today: "MEX" → ["MXN"]; none for a code that Babel does not know."""
    alpha2 = get_global("territory_aliases").get(code, [code])[0]
    return get_territory_currencies(alpha2)


def _not_of_the_time(edition, listed):
    """How many funds are of later years, and which have no year: list of str."""
    later = int((listed["year"] > str(edition.year)).sum())
    text = plural(
        "{count} fund of a later year than {year} is left out.",
        "{count} funds of later years than {year} are left out.",
        later,
    )
    said = [sentence_start(text.format(count=counted(later), year=edition.year))] if later else []
    undated = [_fund_name(fund) for fund in listed[listed["year"] == ""].to_dict("records")]
    text = _("Neither fund nor source has a year, so it is left out: {names}.")
    return said + [text.format(names=join(undated))] * bool(undated)


def _without_rate(funds):
    """Which funds cannot be converted: list of str."""
    text = _("{fund} is left out: no exchange rate of {year} for {currency}.")
    return [
        text.format(fund=_fund_name(fund), year=fund["year"], currency=fund["currency"])
        for fund in funds.to_dict("records")
    ]


def _sets(funds):
    """The sets whose statistics are shown: list of (country, key of the set, sizes in US$), none of them empty."""
    usable, large = funds["sample"] == "A", funds["sample"] == "U"
    chosen = {
        "known": usable,
        "raised": usable & (funds["size_basis"] == "raised"),
        "first": usable & (funds["first_fund"] == "yes"),
        "large": large,
    }
    return [
        (code, key, funds["size_usd"][there & (funds["country"] == code)])
        for code in funds["country"].unique()
        for key, there in chosen.items()
        if (there & (funds["country"] == code)).any()
    ]


def _set_words():
    """What each set of `_sets` is."""
    return {
        "known": _("every venture fund with a known size"),
        "raised": _("of these, size said to be raised (no ceilings, no bounds)"),
        "first": _("of these, first funds of their house"),
        "large": _("large funds, drawn as those above {value}").format(value=money(LARGE)),
    }


def _set_record(code, key, sizes):
    found = samples.sample_statistics(sizes)
    reach = samples.bootstrap_interval(sizes, coverage=COVERAGE) or (None, None)
    return {
        "country": code,
        "set": key,
        "funds": found.count,
        "median": found.median,
        "median_lower": reach[0],
        "median_upper": reach[1],
        "mean": found.mean,
        "geometric_mean": found.geometric_mean,
        "lower_quartile": found.lower_quartile,
        "upper_quartile": found.upper_quartile,
        "smallest": found.minimum,
        "largest": found.maximum,
    }


@or_say_what_is_missing
def records(edition):
    """Statistics of the funds that were written about, by definition, each with its bootstrap interval."""
    funds, rates, left_out = fund_list(edition)
    usable = funds[funds["sample"] == "A"]
    if usable.empty:
        raise MissingFigure("\n".join([_none_of_every_size(edition), *left_out]))
    code = usable["country"].iloc[0]
    usable = usable[usable["country"] == code]
    rows = [_fund_row(edition, fund) for fund in _sorted(usable)]
    population, medians = _population(edition, code), _other_medians(edition, code)
    remarks = _records_notes(edition, usable["size_usd"], usable["source"])
    table = pd.DataFrame([_set_record(*entry) for entry in _sets(funds)])
    mine = table[table["country"] == code].set_index("set")
    return blocks.exhibit(
        "fund-records",
        _records_title(mine, code),
        _records_subtitle(edition, usable, code),
        table,
        _set_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, money, log=True),
        alt=_records_alt(rows),
        figures=[*rates, *population, *medians],
        package=edition.package,
        quality=_("publicised funds only"),
        warning=_sample_warning(code),
        notes=[*_median_note(mine, medians), *_publicity_notes(mine, population), *remarks, *left_out],
        method=_records_method(),
    )


def _records_subtitle(edition, usable, code):
    text = _(
        "Funds of {country} up to {year} that somebody wrote about ({span}), US$, log scale. Hollow: a bound or a ceiling."
    )
    years = sorted(usable["year"])
    return text.format(country=the_country(code), year=edition.year, span=interval(years[0], years[-1], period))


def _records_alt(rows):
    text = plural("{count} fund on a log scale: {items}.", "{count} funds on a log scale: {items}.", len(rows))
    return text.format(count=number(len(rows)), items=join(f"{row['label']} {row['text']}" for row in rows))


def _records_method():
    return _(
        "local currency at the average rate of the fund’s year; percentile bootstrap of the median, {coverage}, fixed seed"
    ).format(coverage=percent(COVERAGE))


def _records_notes(edition, sizes, sources):
    """What the statistics owe to any one fund, and who stated the sizes: list of str. sizes, sources : one per fund."""
    text = _("Sizes as stated by {names}: row by row in data/funds.csv.")
    names = sorted(set(sources.map(edition.package.sources["family"])))
    return [*_sensitivity(sizes), text.format(names=join(names))]


def _none_of_every_size(edition):
    base, peer = (the_country(code) for code in edition.countries)
    return _(
        "Neither for {base} nor for {peer} does this suite list venture funds large and small up to {year}."
    ).format(base=base, peer=peer, year=edition.year)


def _none_listed(edition, codes):
    return _("This suite lists no venture funds of {countries} up to {year} one by one.").format(
        countries=join(the_country(code) for code in codes), year=edition.year
    )


def _sorted(funds):
    return funds.sort_values(["size_usd", "id"], ascending=[False, True]).to_dict("records")


def _fund_row(edition, fund, with_country=False):
    words = {"lower_bound": _("at least {}"), "programme_max": _("at most {}")}
    where = [country(fund["country"])] if with_country else []
    return {
        "label": _fund_name(fund),
        "detail": " · ".join(filter(None, [fund["vintage"].replace("/", "–"), *where])),
        "value": fund["size_usd"],
        "text": words.get(fund["size_basis"], "{}").format(money(fund["size_usd"])),
        "side": side(edition, fund["country"]),
        "filled": fund["size_basis"] == "raised",
    }


def _fund_name(fund):
    """The name of a fund, with its manager's where it would say nothing alone: "Thrive IX", but "Tiger Global, 2022 fund"."""
    name = fund["fund"].partition(" (")[0]
    named = fund["manager"].partition(" ")[0] in name
    return name if named or fund["sample"] != "U" else f"{fund['manager']}, {name}"


def _set_columns():
    return {
        "country": (_("Country"), country),
        "set": (_("Which funds"), lambda key: _set_words()[key]),
        "funds": (_("Funds"), number),
        "median": (_("Median"), money),
        "median_lower": (_("Median from"), money),
        "median_upper": (_("to"), money),
        "mean": (_("Mean"), money),
        "geometric_mean": (_("Geometric mean"), money),
        "smallest": (_("Smallest"), money),
        "largest": (_("Largest"), money),
    }


def _records_title(mine, code):
    """mine : the statistics of the country's sets, by key; of the two medians the one of funds raised may be missing."""
    medians = [money(value, digits=2) for value in sorted(mine["median"].reindex(["known", "raised"]).dropna())]
    text = plural(
        "{count} fund of {country} made the news; its size is {range}",
        "{count} funds of {country} made the news; their median is {range}",
        int(mine["funds"]["known"]),
    )
    if medians[0] != medians[-1]:
        text = _(
            "{count} funds of {country} made the news; their median is {range}, depending on what counts as a size"
        )
    return text.format(
        count=sentence_start(counted(int(mine["funds"]["known"]))),
        country=the_country(code),
        range=interval(medians[0], medians[-1], str),
    )


def _sample_warning(code):
    return _(
        "Not like for like with a published median: that counts every small fund, and this list of {country} only the funds that somebody wrote about."
    ).format(country=the_country(code))


def _so_far(edition, metric, codes, segment=""):
    """The figures of a metric that may be compared, of whole years (or days) up to the edition's: DataFrame."""
    rows = rows_of(edition.package, "metric", metric)
    rows = rows[rows["country"].isin(codes) & (rows["segment"] == segment)]
    whole = rows["period"].str.fullmatch(r"\d{4}") | (rows["kind"] == "stock")
    rows = rows[whole & ~rows["status"].isin(NOT_COMPARED)]
    return rows[rows["period"].str[:4] <= str(edition.year)].sort_values(["period", "published"])


def _population(edition, code):
    """The mean over all funds of the country that a source counted, the latest so far: list of Figure."""
    return [as_figure(row) for _i, row in _so_far(edition, "fund_aum_mean", [code]).tail(1).iterrows()]


def _other_medians(edition, code):
    """The published medians of the other country so far, whole market: list of Figure."""
    others = set(edition.countries) - {code}
    return [as_figure(row) for _i, row in _so_far(edition, "fund_size_median", others).iterrows()]


def _median_note(mine, medians):
    """Why a sample median inside the range of published medians is no finding: list of str, empty if it is outside."""
    sample = mine["median"].reindex(["known", "raised"])
    values = [figure.value for figure in medians]
    if not values or sample.max() < min(values) or sample.min() > max(values):
        return []
    text = _(
        "That their median lies among the published ones of {other} ({range}) is no sign of equal size: the published medians count every small fund, this list does not."
    )
    return [text.format(other=the_country(medians[0].country), range=interval(min(values), max(values), money))]


def _publicity_notes(mine, population):
    """How far the list is from all funds, and that its interval is about chance alone: list of str."""
    mean = mine["mean"]["known"]
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


def _sensitivity(sizes):
    """How much median and mean owe to any one of the funds shown: list of one sentence, or none with fewer than two."""
    if len(sizes) < 2:
        return []
    medians, averages = (samples.leave_one_out(sizes, statistic) for statistic in (np.median, np.mean))
    return [
        _("Leaving out any one fund, the median of all shown is {medians} and their mean {means}.").format(
            medians=interval(*medians, money), means=interval(*averages, money)
        )
    ]


@or_say_what_is_missing
def tail(edition):
    """The largest known funds of both countries: the contrast that a list drawn from the news does not distort."""
    funds, rates, left_out = fund_list(edition)
    absent = [code for code in edition.countries if code not in set(funds["country"])]
    if absent:
        raise MissingFigure("\n".join([_none_listed(edition, absent), *_large_from(edition), *left_out]))
    shown = [fund for code in edition.countries for fund in _sorted(funds[funds["country"] == code])[:SHOWN]]
    rows = [_fund_row(edition, fund, with_country=True) for fund in shown]
    short = [_fund_row(edition, fund) for fund in shown]  # on a phone, colour and marker alone say the country
    sources = edition.package.sources["publisher"]
    return blocks.exhibit(
        "fund-tail",
        _tail_title(edition, funds),
        _(
            "At most {count} of the largest funds found in each country up to {year}, US$, log scale. Hollow: a bound or a ceiling."
        ).format(count=counted(SHOWN), year=edition.year),
        pd.DataFrame([_tail_record(fund, sources) for fund in shown]),
        _tail_columns(),
        draw=lambda narrow: charts.dots(short if narrow else rows, narrow, _axis_money if narrow else money, log=True),
        alt=_("Largest funds on a log scale: {items}.").format(
            items=join(f"{row['label']} {row['text']}" for row in rows)
        ),
        figures=[*rates, *_unnamed(edition, _largest(edition, funds))],
        package=edition.package,
        notes=[*_tail_notes(edition, funds), *_large_from(edition), *left_out],
        method=_("local currency at the average rate of the fund’s year"),
    )


def _large_from(edition):
    """With which year the lists of large funds begin: list of str, one per country that has one."""
    listed = _of_the_countries(edition)
    large = listed[(listed["sample"] == "U") & (listed["year"] != "")]
    text = _("Large funds of {country} were collected from {year} on: earlier ones are not in the list.")
    return [
        text.format(country=the_country(code), year=mine["year"].min())
        for code, mine in large.groupby("country", sort=False)
    ]


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


def _largest(edition, funds):
    """The largest listed fund of each country: list of two rows as dict, the larger first."""
    found = [_sorted(funds[funds["country"] == code])[0] for code in edition.countries]
    return sorted(found, key=lambda fund: -fund["size_usd"])


def _tail_title(edition, funds):
    """The largest of each, and how many are large, in the words that fit."""
    largest = _largest(edition, funds)
    more, less = (fund["country"] for fund in largest)
    many = [int((funds[funds["country"] == code]["size_usd"] > LARGE).sum()) for code in (more, less)]
    text = plural(
        "{many} fund above {value} was found in {more}, {few} in {less}; the largest named there is {largest}",
        "{many} funds above {value} were found in {more}, {few} in {less}; the largest named there is {largest}",
        many[0],
    )
    return text.format(
        many=sentence_start(counted(many[0])),
        value=money(LARGE),
        more=the_country(more),
        few=counted(many[1]) if many[1] else _("none"),
        less=the_country(less),
        largest=_fund_row(edition, largest[1])["text"],
    )


def _unnamed(edition, largest):
    """What sources say of a largest fund above those listed, the latest so far of each country: list of Figure.

    largest : of `_largest`.
    """
    sizes = {fund["country"]: fund["size_usd"] for fund in largest}
    rows = [_so_far(edition, "fund_size_max", [code]).tail(1) for code in sizes]
    found = [as_figure(row) for said in rows for _i, row in said.iterrows()]
    return [figure for figure in found if figure.value > sizes[figure.country]]


def _unnamed_note(figure, largest):
    """How far apart the largest are if a source is right about a fund that no list names."""
    (other,) = (fund["size_usd"] for fund in largest if fund["country"] != figure.country)
    text = _(
        "No list names it, but {family} puts the largest fund of {country} at {value} ({period}, {status}): against the largest listed in the other country, {ratio} apart."
    )
    return text.format(
        family=figure.family,
        country=the_country(figure.country),
        value=value_text(figure),
        period=period(figure.period),
        status=blocks.status_words()[figure.status],
        ratio=gap_size(figure.value / other),
    )


def _largest_words(more, less):
    """How far apart the two largest listed funds are; a limit where the size of one is a bound or a ceiling."""
    ratio = more["size_usd"] / less["size_usd"]
    may_be_more = more["size_basis"] == "lower_bound" or less["size_basis"] == "programme_max"
    may_be_less = more["size_basis"] == "programme_max" or less["size_basis"] == "lower_bound"
    if may_be_more and may_be_less:
        return _("How far apart the largest listed are is open: the sizes of both are limits.")
    if may_be_more:
        text = _("The largest listed of one country is at least {ratio} the largest listed of the other.")
        return text.format(ratio=rounded_down(ratio, times))
    if may_be_less:
        text = _("The largest listed of one country is at most {ratio} the largest listed of the other.")
        return text.format(ratio=rounded_up(ratio, times))
    return _("The largest listed of one country is {ratio} the largest listed of the other.").format(ratio=times(ratio))


def _tail_notes(edition, funds):
    """How far apart the largest are, and which comparison of first funds there is: list of str."""
    largest = _largest(edition, funds)
    return [
        _largest_words(*largest),
        *(_unnamed_note(figure, largest) for figure in _unnamed(edition, largest)),
        _("Publicity favours large funds: a large one is unlikely to be missing from such a list, small ones are."),
        *_first_funds(edition, funds),
    ]


def _first_funds(edition, funds):
    """First funds of a house: the mean of the records beside the latest published mean of the other country."""
    listed = {code: sizes for code, key, sizes in _sets(funds) if key == "first"}
    return [
        _first_sentence(code, sizes, row)
        for code, sizes in listed.items()
        for other in set(edition.countries) - {code}
        for _i, row in _so_far(edition, "fund_size_mean", [other], "type=first_time_funds").tail(1).iterrows()
    ]


def _first_sentence(code, sizes, row):
    text = plural(
        "First funds, mean with mean: {listed} in {country} ({count} publicised fund), {published} in {other} ({period}, {family}).",
        "First funds, mean with mean: {listed} in {country} ({count} publicised funds), {published} in {other} ({period}, {family}).",
        len(sizes),
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
