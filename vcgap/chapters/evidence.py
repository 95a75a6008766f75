"""Exhibits of 06_closing_the_gap on what is on record of each lever (data/evidence.csv), and what the record does not show."""

import pandas as pd

from vcgap import blocks, scenarios
from vcgap.chapters.context import source_columns
from vcgap.edition import or_say_what_is_missing
from vcgap.language import (
    _,
    country,
    localised,
    money,
    percent,
    period,
    qualifiers,
    significant,
    the_country,
)
from vcgap.tables import load_table

AT_HOME = ("domestic_share", "domestic_share_committed")  # of the money invested, of the money promised
LEVERAGE_OF = {"state_share": scenarios.leverage_from_state_share, "public_per_private": scenarios.leverage_from_match}
TURNED = {"at_most": "at_least", "at_least": "at_most"}  # one divided by a limit


def on_record(lever, measure=None, code=None):
    """The rows of data/evidence.csv on a lever, one measure and one country if given: DataFrame in order of time."""
    table = load_table("evidence")
    table = table[table["lever"] == lever]
    table = table if measure is None else table[table["measure"] == measure]
    table = table if code is None else table[table["country"] == code]
    return table.sort_values(["period", "id"])


def domestic_shares(code):
    """What part of pension money is at home, invested and promised, as stated for a country: dict of label → fraction."""
    rows = pd.concat([on_record("pensions", measure, code) for measure in AT_HOME])
    return {localised(row, "label"): row["value"] for row in rows.to_dict("records")}


def leverages():
    """Public and private money for each public dollar, as programmes on record imply it: list of (row, float), ascending.

    A limit on the state’s part makes its leverage a lower bound: the row’s qualifier, turned round, says so.
    """
    found = [
        (row | {"qualifier": TURNED.get(row["qualifier"], row["qualifier"])}, leverage(row["value"]))
        for measure, leverage in LEVERAGE_OF.items()
        for row in on_record("co_investment", measure).to_dict("records")
    ]
    return sorted(found, key=lambda one: one[1])


@or_say_what_is_missing
def pensions(edition):
    """What is on record of pension money in venture capital: where, when, how much, and what it does not show."""
    return _exhibit(edition, "pensions", _pensions_title(), [])


@or_say_what_is_missing
def co_investment(edition):
    """What is on record of public money beside private money: programmes, studies, and what they do not show."""
    return _exhibit(edition, "co_investment", _co_investment_title(), _leverage_note())


def _exhibit(edition, lever, title, notes):
    records = [_record(edition, row) for row in on_record(lever).to_dict("records")]
    return blocks.exhibit(
        f"evidence-{lever.replace('_', '-')}",
        title,
        _("Every statement found, in order of time, with what it does not show."),
        pd.DataFrame(records).assign(many_countries=lambda table: table["country"] == ""),
        {
            "period": (_("When"), period),
            "country": (_("Where"), lambda code: country(code) if code else _("many countries")),
            "what": (_("What"), str),
            "value_text": (_("Value"), str),
            "status": (_("Status"), lambda word: blocks.status_words()[word]),
            "note": (_("What it does not show"), str),
            "source": (_("Source"), str),
        },
        notes=[*notes, _("A rise after a rule shows that one followed the other, not that one caused the other.")],
    )


def _record(edition, row):
    return {
        "period": row["period"],
        "country": row["country"],
        "what": localised(row, "label"),
        "value": row["value"],
        "value_text": _value_text(row),
        "status": row["status"],
        "note": localised(row, "note"),
        **source_columns(edition, row["source"]),
        "id": row["id"],
    }


def _value_text(row):
    """The value as stated, with its qualifier; a dash for a finding in words."""
    if row["value"] != row["value"]:
        return "–"
    forms = {"share": percent, "ratio": significant}
    form = forms.get(row["unit"], lambda value: money(value, row["unit"]))
    return qualifiers()[row["qualifier"]].format(form(row["value"]))


def _pensions_title():
    """What part of the pension money that is invested is at home, country by country."""
    said = on_record("pensions", "domestic_share").to_dict("records")
    text = _("Of the pension money invested in structured instruments in {country}, {value} was at home ({date})")
    titles = [
        text.format(country=the_country(row["country"]), value=_value_text(row), date=period(row["period"]))
        for row in said
    ]
    return "; ".join(titles) or _("What is on record of pension money in venture capital")


def _co_investment_title():
    found = leverages()
    if not found:
        return _("What is on record of public money beside private money")
    text = _(
        "Programmes on record foresaw {low} to {high} in all for each public dollar; none measured what would have come anyway"
    )
    return text.format(low=_leverage_text(*found[0]), high=_leverage_text(*found[-1]))


def _leverage_text(row, leverage):
    return qualifiers()[row["qualifier"]].format(money(leverage))


def _leverage_note():
    """From which row each leverage follows: list of str."""
    text = _("{what}, {period}: {leverage} in all for each public dollar.")
    return [
        text.format(what=localised(row, "label"), period=period(row["period"]), leverage=_leverage_text(row, leverage))
        for row, leverage in leverages()
    ]
