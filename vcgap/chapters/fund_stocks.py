"""Exhibits of 02_fund_size on money that lies in firms and funds: assets per firm, dry powder, cheques per fund. US$."""

import pandas as pd

from vcgap import blocks, charts, funds
from vcgap.chapters.fund_means import CONCEPT
from vcgap.edition import MissingFigure, find, or_say_what_is_missing, side
from vcgap.language import (
    _,
    country,
    join,
    kind_word,
    localised,
    money,
    number,
    percent,
    period,
    sentence_start,
    significant,
    statistic_word,
    the_country,
    value_text,
)

FEES = 0.2  # assumed: what management costs over a fund's life, as a share of the fund
RESERVES = 0.5  # assumed: share of the rest that is kept for later rounds of the same companies
MOST = 0.5  # from this share on, a typical fund per firm would explain most of the assets


@or_say_what_is_missing
def firm_or_fund(edition):
    """Assets per firm beside the fund that a source calls typical: a firm is not a fund."""
    found, missing = _for_each_country(edition, ["aum", "firms_active", CONCEPT])
    records = [_firm_record(*figures) for figures in found]
    rows = [row for record in records for row in _firm_rows(edition, record)]
    return blocks.exhibit(
        "firm-or-fund",
        _firm_title(records[0]),
        _("Assets under management divided by firms, and one fund, US$, log scale, {year}.").format(year=edition.year),
        pd.DataFrame(records),
        _firm_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, money, log=True),
        alt=_("On a log scale: {items}.").format(
            items=join(f"{row['label']}, {row['detail']} {row['text']}" for row in rows)
        ),
        figures=[figure for figures in found for figure in figures],
        package=edition.package,
        warning=_("Not like for like: a firm, which may run several funds, against one fund."),
        notes=[
            *_stock_notes(edition, [stock for assets, firms, _fund in found for stock in (assets, firms)]),
            *missing,
        ],
        method=_("assets ÷ firms; firms × fund ÷ assets"),
        numbers={"assets_per_firm": records[0]["assets_per_firm"], "assets_explained": records[0]["explained"]},
    )


def _firm_columns():
    return {
        "country": (_("Country"), country),
        "assets_per_firm": (_("Assets per firm"), money),
        "assets_text": (_("Assets, as of"), str),
        "firms_text": (_("Firms, as of"), str),
        "fund": (_("One fund"), money),
        "statistic": (_("Statistic"), statistic_word),
        "fund_period": (_("Funds of"), period),
        "explained": (_("Firms × fund, of the assets"), percent),
    }


def _for_each_country(edition, concepts):
    """The Figures of every country that has one for each concept, and what the others lack: lists of lists, of str.

    Raises MissingFigure if no country has one for each.
    """
    found, missing = [], []
    for code in edition.countries:
        try:
            found.append([find(edition, concept, code) for concept in concepts])
        except MissingFigure as error:
            missing.append(str(error))
    if not found:
        raise MissingFigure("\n".join(missing))
    return found, [lines.split("\n")[0] for lines in missing]


def _firm_record(assets, firms, fund):
    return {
        "country": fund.country,
        "assets_per_firm": funds.assets_per_firm(assets.value, firms.value),
        "assets_text": _dated(assets),
        "firms_text": _dated(firms),
        "dates": join(dict.fromkeys([period(assets.period), period(firms.period)])),
        "fund": fund.value,
        "statistic": fund.statistic,
        "fund_period": fund.period,
        "explained": funds.assets_explained(fund.value, firms.value, assets.value),
    }


def _dated(figure):
    """A value with its date: "US$312 bn (31 Dec 2024)"."""
    return f"{value_text(figure)} ({period(figure.period)})"


def _firm_rows(edition, record):
    shared = {"side": side(edition, record["country"]), "label": country(record["country"])}
    per_firm, fund = record["assets_per_firm"], record["fund"]
    words = _("assets per firm, {date}").format(date=record["dates"])
    other = _("one fund, {date}").format(date=period(record["fund_period"]))
    return [
        shared | {"detail": words, "value": per_firm, "text": money(per_firm)},
        shared | {"detail": other, "value": fund, "text": money(fund), "filled": False},
    ]


def _stock_notes(edition, stocks):
    """Of which day each stock is, where it is not the end of its year, and what its source says of it: list of str."""
    return [line for stock in stocks if (line := _stock_note(edition, stock))]


def _stock_note(edition, stock):
    what = localised(edition.package.metrics.loc[stock.metric], "label")
    text = "{remark}"
    if len(stock.period) == 4:
        text = _("The day in {period} is not stated. {remark}")
    elif stock.period < f"{edition.year}-12":
        text = _("Counted on {period}, before the end of the year it is set beside. {remark}")
    remark = text.format(period=period(stock.period), remark=f"{stock.note}." if stock.note else "").strip()
    head = _("{country}, {what}: {remark}").format(country=country(stock.country), what=what, remark=remark)
    return head if remark else ""


def _firm_title(record):
    if record["explained"] is None or record["assets_per_firm"] is None:
        raise MissingFigure(_("No assets or no firms: there is nothing to divide."))
    words = {
        "country": the_country(record["country"]),
        "per_firm": money(record["assets_per_firm"]),
        "fund": money(record["fund"]),
        "share": percent(record["explained"]),
    }
    if record["explained"] < MOST:
        return _(
            "A firm in {country} holds {per_firm}; one fund of {fund} each would be only {share} of the assets"
        ).format(**words)
    return _("A firm in {country} holds {per_firm}; one fund of {fund} each would be {share} of the assets").format(
        **words
    )


@or_say_what_is_missing
def runway(edition):
    """Dry powder over a year's investment at home, and over the other country's: a stock over a flow."""
    found, missing = _for_each_country(edition, ["dry_powder"])
    powders = [figures[0] for figures in found]
    flows = {code: _flow(edition, code) for code in edition.countries}
    records = [
        _runway_record(powder, flow) for powder in powders for flow in flows.values() if flow is not None and flow.value
    ]
    if not records:
        raise MissingFigure(_("No source states a year’s investment to set the dry powder against."))
    return blocks.exhibit(
        "runway",
        _runway_title(records, edition),
        _("Money promised to funds and not yet invested, divided by the venture capital of {year}.").format(
            year=edition.year
        ),
        pd.DataFrame(records),
        _runway_columns(),
        figures=[*powders, *(flow for flow in flows.values() if flow is not None)],
        package=edition.package,
        warning=_("Not like for like: {stock} over {flow}.").format(stock=kind_word("stock"), flow=kind_word("flow")),
        notes=[*_stock_notes(edition, powders), *_powder_of_assets(edition, powders), *missing],
        method=_("years = dry powder ÷ venture capital of the year, at today’s pace and with no new money"),
        numbers={"runway_years": records[0]["years"]},
    )


def _runway_columns():
    return {
        "powder_country": (_("Dry powder of"), country),
        "powder": (_("US$"), money),
        "period": (_("As of"), period),
        "flow_country": (_("Invested in a year in"), country),
        "flow": (_("US$"), money),
        "flow_period": (_("Year"), period),
        "years": (_("Years"), significant),
    }


def _flow(edition, code):
    try:
        return find(edition, "vc_investment", code)
    except MissingFigure:
        return None


def _runway_record(powder, flow):
    return {
        "powder_country": powder.country,
        "powder": powder.value,
        "period": powder.period,
        "flow_country": flow.country,
        "flow": flow.value,
        "flow_period": flow.period,
        "years": funds.runway_years(powder.value, flow.value),
    }


def _runway_title(records, edition):
    home = [record for record in records if record["powder_country"] == record["flow_country"]]
    abroad = [record for record in records if record["powder_country"] != record["flow_country"]]
    said = [
        _("{powder} of dry powder in {country} is {years} years of its investment").format(
            powder=money(record["powder"]),
            country=the_country(record["powder_country"]),
            years=significant(record["years"]),
        )
        for record in home[:1]
    ]
    said += [
        _("{years} times the venture capital of {year} in {country}").format(
            years=significant(record["years"]), year=edition.year, country=the_country(record["flow_country"])
        )
        for record in abroad[:1]
    ]
    return sentence_start(join(said))


def _powder_of_assets(edition, powders):
    """Dry powder as a share of the assets, where both are known: list of str."""
    said = []
    for powder in powders:
        try:
            assets = find(edition, "aum", powder.country)
        except MissingFigure:
            continue
        text = _("In {country} dry powder is {share} of the assets under management.")
        said.append(text.format(country=the_country(powder.country), share=percent(powder.value / assets.value)))
    return said


@or_say_what_is_missing
def cheques(edition):
    """How many first cheques of the largest usual size a fund can write, whole and after fees and reserves."""
    found, _missing = _for_each_country(edition, [CONCEPT, "ticket_size_max"])
    records = [_cheque_record(*figures) for figures in found]
    first = records[0]
    title = _(
        "A fund of {fund} in {country} writes {count} cheques of the largest usual size, {ticket}, or {net} after fees and reserves"
    )
    return blocks.exhibit(
        "cheques",
        title.format(
            fund=money(first["fund"]),
            country=the_country(first["country"]),
            count=number(first["cheques"]),
            ticket=money(first["ticket"]),
            net=number(first["net"]),
        ),
        _(
            "Fund divided by the largest usual early ticket, {year}. Assumed: fees of {fees}, reserves of {reserves}."
        ).format(year=edition.year, fees=percent(FEES), reserves=percent(RESERVES)),
        pd.DataFrame(records),
        _cheques_columns(),
        figures=[figure for figures in found for figure in figures],
        package=edition.package,
        notes=_ticket_notes(edition, found),
        method=_("fund × (1 − fees) × (1 − reserves) ÷ ticket"),
    )


def _cheques_columns():
    return {
        "country": (_("Country"), country),
        "fund": (_("Fund"), money),
        "statistic": (_("Statistic"), statistic_word),
        "ticket": (_("Ticket"), money),
        "cheques": (_("Cheques"), number),
        "net": (_("After fees and reserves"), number),
    }


def _cheque_record(fund, ticket):
    return {
        "country": fund.country,
        "fund": fund.value,
        "statistic": fund.statistic,
        "ticket": ticket.value,
        "cheques": funds.cheques_per_fund(fund.value, ticket.value),
        "net": funds.cheques_per_fund(fund.value, ticket.value, FEES, RESERVES),
    }


def _ticket_notes(edition, found):
    """How the ticket is worded, and for which country none is known: list of str."""
    said = [
        _("{country}: ticket {value}. {note}.").format(
            country=country(ticket.country), value=value_text(ticket), note=ticket.note
        )
        for _fund, ticket in found
        if ticket.note
    ]
    absent = [code for code in edition.countries if code not in {ticket.country for _fund, ticket in found}]
    text = _("No source here states a usual ticket for {country}.")
    return said + [text.format(country=the_country(code)) for code in absent]
