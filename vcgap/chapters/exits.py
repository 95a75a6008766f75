"""Exhibits of 04_unicorns on how companies are paid for and sold: known rounds, exits of one cohort, foreign investors."""

import pandas as pd

from vcgap import blocks, charts, counts
from vcgap.chapters import unicorns
from vcgap.edition import MissingFigure, families, family_label, or_say_what_is_missing, side
from vcgap.figures import NOT_COMPARED, as_figure, reference, rows_of
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
    plural,
    sentence_start,
    significant,
    the_country,
    value_text,
)
from vcgap.tables import load_table

COHORT = "batch=2015_2021;scheme=y_combinator"
EXITED = ("acquired", "public")
COVERAGE = 0.95
LISTED = "MEX"  # data/rounds.csv is a list of Mexican companies; rounds of others stand there as neighbours only
LARGEST = 5  # rounds


@or_say_what_is_missing
def cohort(edition):
    """The share of one accelerator's companies that were sold or listed, with exact and Wilson intervals."""
    found = [_cohort_of(edition, code) for code in edition.countries]
    records = [_cohort_record(companies, exits) for companies, exits in found]
    rows = [_cohort_row(edition, record) for record in records]
    figures = [figure for companies, exits in found for figure in (companies, *exits)]
    return blocks.exhibit(
        "exit-cohort",
        _cohort_title(records),
        _(
            "Companies of Y Combinator batches {batches} that were acquired or went public by {date}. Bar: {coverage} interval."
        ).format(batches=_batches(), date=period(figures[0].period), coverage=percent(COVERAGE)),
        pd.DataFrame(records),
        _cohort_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, percent),
        alt=_("Share of companies that exited: {items}.").format(
            items=join(f"{row['label']} {row['text']} ({row['detail']})" for row in rows)
        ),
        figures=figures,
        package=edition.package,
        quality=_("one list"),
        notes=[
            _(
                "One list and one rule for both countries, but batches of different years: younger companies have had less time to exit. “Acquired” includes small purchases of teams."
            ),
        ],
        method=_(
            "(acquired + public) ÷ companies; Wilson score and Clopper–Pearson intervals; p: how often chance alone would part the shares as far if both countries had one rate (Fisher’s exact test, two-sided)"
        ),
        numbers={f"exit_share_{name}": record["share"] for name, record in zip(("base", "peer"), records, strict=True)},
    )


def _cohort_columns():
    return {
        "country": (_("Country"), country),
        "exits": (_("Exits"), number),
        "companies": (_("Companies"), number),
        "share": (_("Share"), percent),
        "lower": (_("Wilson, from"), percent),
        "upper": (_("to"), percent),
        "exact_lower": (_("Exact, from"), percent),
        "exact_upper": (_("to"), percent),
    }


def _batches():
    return COHORT.partition(";")[0].partition("=")[2].replace("_", "–")


def _cohort_of(edition, code):
    """The companies of the cohort and those that exited: Figure, list of Figure. Raises MissingFigure."""
    segments = [COHORT, *(f"{COHORT};type={kind}" for kind in EXITED)]
    basis, year = edition.parameters.basis, edition.year
    said = [reference(edition.package, basis, "yc_companies", code, year, segment) for segment in segments]
    if None in said or not said[0].value:
        text = _("{country}, {year}: no list of the cohort with its exits.")
        raise MissingFigure(text.format(country=country(code), year=year))
    return said[0], said[1:]


def _cohort_record(companies, exits):
    gone = sum(figure.value for figure in exits)
    wilson, exact = (
        interval_of(int(gone), int(companies.value), COVERAGE)
        for interval_of in (counts.wilson_interval, counts.exact_interval)
    )
    return {
        "country": companies.country,
        "exits": gone,
        "companies": companies.value,
        "share": gone / companies.value,
        "lower": wilson[0],
        "upper": wilson[1],
        "exact_lower": exact[0],
        "exact_upper": exact[1],
    }


def _cohort_row(edition, record):
    return {
        "label": country(record["country"]),
        "detail": _("{exits} of {companies}").format(
            exits=number(record["exits"]), companies=number(record["companies"])
        ),
        "value": record["share"],
        "text": percent(record["share"]),
        "lower": record["lower"],
        "upper": record["upper"],
        "side": side(edition, record["country"]),
    }


def _cohort_title(records):
    """Both shares as counts, and whether chance alone would part them as far; no verdict where they print alike."""
    said = [
        _("{exits} of {companies} companies exited in {country}").format(
            exits=number(record["exits"]), companies=number(record["companies"]), country=the_country(record["country"])
        )
        for record in records
    ]
    shares = {percent(record["share"]) for record in records}
    p = counts.same_rate_p(*(int(record[name]) for record in records for name in ("exits", "companies")))
    text = _("{one}, {other}: the difference is unlikely to be chance ({p})")
    if len(shares) == 1:
        text = _("{one}, {other}: {share} in both")
    elif p >= 1 - COVERAGE:
        text = _("{one}, {other}: the difference could be chance ({p})")
    return text.format(one=said[0], other=said[1], p=_p_words(p), share=min(shares))


def _p_words(p):
    """ "p = 0.15", and "p < 0.001" where fewer digits would say zero."""
    return _("p < {value}").format(value="0.001") if p < 0.001 else _("p = {value}").format(value=significant(p, 2))


@or_say_what_is_missing
def rounds(edition):
    """How much of each year's total the known equity rounds explain, and how much the largest of them are."""
    known = known_rounds(edition)
    records, used = [], []
    for (code, year), mine in known.groupby(["country", "year"]):
        total = reference(edition.package, edition.parameters.basis, "vc_investment", code, int(year))
        if total is not None and total.value and int(year) <= edition.year:
            said = families(edition, "vc_investment", code, int(year))
            records.append(_rounds_record(mine, total, said))
            used += [total, *said]
    if not records:
        raise MissingFigure(_no_rounds(edition))
    bars = [_rounds_bar(edition, record) for record in records]
    return blocks.exhibit(
        "known-rounds",
        _rounds_title(records[-1]),
        _(
            "Equity rounds that are known one by one, of the venture capital of their year. Hatched: what no known round explains."
        ),
        pd.DataFrame(records),
        _rounds_columns(),
        draw=lambda narrow: charts.shares(bars, narrow, percent),
        alt=_("Share of each year’s total that known rounds explain: {items}.").format(
            items=join(f"{record['year']} {percent(record['explained'])}" for record in records)
        ),
        figures=list({figure.id: figure for figure in used}.values()),
        package=edition.package,
        quality=_("publicised rounds only"),
        notes=_rounds_notes(records),
        method=_("known equity rounds ÷ total of the year; debt, cumulative sums and mixed rounds are left out"),
    )


def _rounds_columns():
    return {
        "country": (_("Country"), country),
        "year": (_("Year"), str),
        "rounds": (_("Rounds"), number),
        "sum_usd": (_("Sum"), money),
        "total_usd": (_("Total"), money),
        "explained": (_("Explained"), percent),
        "unexplained": (_("Not known"), percent),
        "across": (_("Across sources of the total"), str),
        "largest_share": (_("Largest {count}").format(count=counted(LARGEST)), percent),
        "largest": (_("Which"), str),
    }


def known_rounds(edition):
    """Dated equity rounds with an amount, of the country that the list is of: columns of data/rounds.csv and year."""
    table = load_table("rounds")
    listed = table["country"].isin({LISTED} & set(edition.countries))
    table = table[listed & (table["instrument"] == "equity")]
    table = table[table["amount_usd"].notna() & (table["date"] != "")]
    return table.assign(year=table["date"].str[:4])


def _no_rounds(edition):
    return _("No year up to {year} has both rounds one by one and a total, for {countries}.").format(
        year=edition.year, countries=join(the_country(code) for code in edition.countries)
    )


def _rounds_record(mine, total, said):
    amounts = mine["amount_usd"].tolist()
    shares = [counts.largest_share(amounts, figure.value) for figure in [total, *said] if figure.value]
    largest = mine.sort_values(["amount_usd", "id"], ascending=[False, True]).head(LARGEST)
    return {
        "country": total.country,
        "year": mine["year"].iloc[0],
        "rounds": len(mine),
        "sum_usd": sum(amounts),
        "total_usd": total.value,
        "explained": counts.largest_share(amounts, total.value),
        "unexplained": counts.unexplained_share(amounts, total.value),
        "across": interval(min(shares), max(shares), percent),
        "largest_share": counts.largest_share(amounts, total.value, LARGEST),
        "largest": ", ".join(f"{row.company} {money(row.amount_usd)}" for row in largest.itertuples()),
    }


def _rounds_bar(edition, record):
    name = plural("{share}, {count} round", "{share}, {count} rounds", record["rounds"]).format(
        share=percent(record["explained"]), count=number(record["rounds"])
    )
    return {
        "label": f"{country(record['country'])} · {record['year']}",
        "detail": _("{sum} of {total}").format(sum=money(record["sum_usd"]), total=money(record["total_usd"])),
        "side": side(edition, record["country"]),
        "parts": [(name, min(record["explained"], 1.0), 1.0)],
        "unknown": _("{share} not known").format(share=percent(record["unexplained"])),
    }


def _rounds_title(record):
    words = {
        "count": sentence_start(counted(record["rounds"])),
        "share": percent(record["explained"]),
        "year": record["year"],
        "country": the_country(record["country"]),
    }
    if record["explained"] > 1:
        return _("The known rounds of {year} in {country} exceed its total: {share}").format(**words)
    if record["rounds"] == 1:
        return _("One known round is {share} of the venture capital of {year} in {country}").format(**words)
    return _("{count} known rounds are {share} of the venture capital of {year} in {country}").format(**words)


def _rounds_notes(records):
    """The largest rounds of the last year, and what a sum of known rounds cannot say: list of str."""
    shares, last = sorted(record["explained"] for record in records), records[-1]
    text = _("The largest of {year}: {largest}; together {share} of its total.")
    notes = [
        text.format(year=last["year"], largest=last["largest"], share=percent(last["largest_share"])),
        _(
            "Large, famous rounds are what the press keeps; the rest is not “small rounds” but what is not known one by one."
        ),
    ]
    if len(records) > 1:
        text = _("Over the years the known rounds explain between {lower} and {upper} of the total.")
        notes.append(text.format(lower=percent(shares[0]), upper=percent(shares[-1])))
    if shares[-1] > 1:
        notes.append(_("Above one hundred per cent, records and total are not of one scope."))
    return notes


CROSS_BORDER = ["cross_border_share_value", "cross_border_share_deals"]
ROUNDED = 0.005  # a share and the quotient of its counts that differ by less are one number, rounded


@or_say_what_is_missing
def cross_border(edition):
    """In what share of deals and dollars a foreign investor took part: every statement, those of later years marked."""
    found = _cross_border_figures(edition)
    if not found:
        raise MissingFigure(_no_cross_border(edition.countries))
    counted_deals = {figure.id: _deals_behind(edition, figure) for figure in found}
    records = [_cross_border_record(edition, figure, counted_deals[figure.id]) for figure in found]
    absent = [code for code in edition.countries if code not in {figure.country for figure in found}]
    return blocks.exhibit(
        "cross-border",
        _cross_border_title(edition, records),
        _cross_border_subtitle(edition, records),
        pd.DataFrame(records),
        _cross_border_columns(edition),
        figures=[*found, *(figure for pair in counted_deals.values() for figure in pair)],
        package=edition.package,
        notes=[
            *([_no_cross_border(absent)] if absent else []),
            _("An upper bound for foreign money: local investors may take part in the same deal."),
        ],
        method=_("interval of a share of deals: Wilson score, {coverage}").format(coverage=percent(COVERAGE)),
    )


def _cross_border_figures(edition):
    """Every statement of either metric on a whole country, the latest first: list of Figure."""
    rows = rows_of(edition.package, "metric", *CROSS_BORDER)
    rows = rows[rows["country"].isin(edition.countries) & (rows["segment"] == "")]
    rows = rows[~rows["status"].isin(NOT_COMPARED)].sort_values(["country", "period", "metric"], ascending=False)
    return [as_figure(row) for _i, row in rows.iterrows()]


def _deals_behind(edition, figure):
    """The deals with a foreign investor and all deals that a share is of, by the same provider: two Figures, or none."""
    rows = rows_of(edition.package, "metric", "deal_count")
    rows = rows[(rows["country"] == figure.country)]
    rows = rows[(rows["period"] == figure.period) & (rows["family"] == figure.family)].sort_values("published")
    pair = [rows[rows["segment"] == segment].tail(1) for segment in ("scope=cross_border", "")]
    if figure.metric != CROSS_BORDER[1] or any(one.empty for one in pair):
        return []
    foreign, every = (as_figure(one.iloc[0]) for one in pair)
    fits = every.value and abs(foreign.value / every.value - figure.value) < ROUNDED
    return [foreign, every] if fits else []


def _cross_border_subtitle(edition, records):
    if any(record["later"] for record in records):
        text = _(
            "Share of deals, and of dollars, with at least one foreign investor, up to {year}, latest first. Statements after {year} stand here too, and say so."
        )
    else:
        text = _(
            "Share of deals, and of dollars, with at least one foreign investor: every statement up to {year}, latest first."
        )
    return text.format(year=edition.year)


def _cross_border_columns(edition):
    return {
        "country": (_("Country"), country),
        "period": (_("Period"), lambda when: unicorns.dated(edition, when)),
        "metric": (_("Share of"), {CROSS_BORDER[0]: _("the dollars"), CROSS_BORDER[1]: _("the deals")}.get),
        "value_text": (_("Share"), str),
        "deals_text": (_("Deals"), str),
        "interval_text": (_("By chance, {coverage}").format(coverage=percent(COVERAGE)), str),
        "family": (_("Source"), family_label),
    }


def _no_cross_border(codes):
    return _("No source here has a cross-border share for {countries}.").format(
        countries=join(the_country(code) for code in codes)
    )


def _cross_border_record(edition, figure, deals):
    """One row of the table. deals : Figures of deals with a foreign investor and of all, or an empty list."""
    foreign, every = [int(one.value) for one in deals] or (None, None)
    reach = counts.wilson_interval(foreign, every, COVERAGE)
    return {
        "country": figure.country,
        "period": figure.period,
        "later": unicorns.is_later(edition, figure.period),
        "metric": figure.metric,
        "value": figure.value,
        "value_text": value_text(figure),
        "foreign_deals": foreign,
        "deals": every,
        "deals_text": _("{part} of {all}").format(part=number(foreign), all=number(every)) if reach else "–",
        "lower": reach[0] if reach else None,
        "upper": reach[1] if reach else None,
        "interval_text": interval(*reach, percent) if reach else "–",
        "family": figure.family,
        "note": figure.note or "–",
        "id": figure.id,
    }


def _cross_border_title(edition, records):
    """The share that rests on most deals, with its counts and interval; else the range of the shares.

    Of the statements up to the year, or of all if there are none; of the first country that has any; of deals, or of
    dollars where deals are not stated.
    """
    known = [record for record in records if not record["later"]] or records
    mine = [record for record in known if record["country"] == known[0]["country"]]
    mine = [record for record in mine if record["metric"] == CROSS_BORDER[1]] or mine
    firmest = max(mine, key=lambda record: record["deals"] or 0)
    if not firmest["deals"]:
        return _range_of_shares(edition, mine)
    text = _("A foreign investor took part in {deals} deals in {country} ({when}): {share}, by chance {reach}")
    return text.format(
        deals=firmest["deals_text"],
        country=the_country(firmest["country"]),
        when=unicorns.dated(edition, firmest["period"]),
        share=firmest["value_text"],
        reach=firmest["interval_text"],
    )


def _range_of_shares(edition, records):
    """The least and the most of shares without counts, and of which years. records : of one country and metric."""
    values = [record["value"] for record in records]
    periods = sorted({record["period"] for record in records})
    when = interval(int(periods[0][:4]), int(periods[-1][:4]), str)
    if len(periods) == 1:
        when = unicorns.dated(edition, periods[0])
    text = _("Deals with a foreign investor were {range} of the dollars in {country} ({when})")
    if records[0]["metric"] == CROSS_BORDER[1]:
        text = _("A foreign investor took part in {range} of the deals in {country} ({when})")
    return text.format(
        range=interval(min(values), max(values), percent), country=the_country(records[0]["country"]), when=when
    )
