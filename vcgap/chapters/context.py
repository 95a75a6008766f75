"""Part three of 05_ai_ecosystem, lists in small tables: machines, projects, policies, the column's barriers."""

import pandas as pd

from vcgap import blocks, gaps
from vcgap.chapters import fund_means
from vcgap.chapters.claims import document_name
from vcgap.chapters.conditions import lists_of
from vcgap.chapters.ecosystem import label_with, none_or, segment_words
from vcgap.edition import MissingFigure, or_say_what_is_missing
from vcgap.figures import NOT_COMPARED, as_figure, by_family, rows_of
from vcgap.language import (
    _,
    counted,
    country,
    inside,
    join,
    localised,
    money,
    number,
    period,
    plural,
    sentence_start,
    the_country,
    value_text,
)
from vcgap.tables import load_table


@or_say_what_is_missing
def machines(edition):
    """The machines and centres that the documents name, with what the year's last TOP500 list has of their countries."""
    table = load_table("machines")
    latest = {code: list(lists_of(edition, code).values())[-1:] for code in sorted(set(table["country"]))}
    used = [figure for found in latest.values() for figure in found]
    records = [_machine_record(edition, row, latest[row["country"]]) for row in table.to_dict("records")]
    return blocks.exhibit(
        "machines",
        machines_title(edition, list(table["country"])),
        _(
            "As the documents name them; beside each, its country’s systems on the last TOP500 list up to {year}."
        ).format(year=edition.year),
        pd.DataFrame(records),
        {
            "name": (_("Machine or centre"), str),
            "country": (_("Country"), country),
            "year": (_("Since"), str),
            "listed": (_("On the TOP500"), str),
            "note": (_("Note"), str),
            "source": (_("Source"), str),
        },
        figures=used,
        package=edition.package,
    )


def _machine_record(edition, row, latest):
    listed = [f"{number(figure.value)} ({period(figure.period)})" for figure in latest]
    return {
        "name": row["name"],
        "country": row["country"],
        "year": "–" if row["year"] != row["year"] or row["year"] == "" else str(row["year"]).removesuffix(".0"),
        "listed": "".join(listed) or _("no figure"),
        "note": localised(row, "note"),
        **source_columns(edition, row["source"]),
        "id": row["id"],
    }


def machines_title(edition, countries):
    """How many machines are named, and how many of them are in the countries compared. countries : of each machine."""
    here = sum(code in edition.countries for code in countries)
    text = (
        _("The documents name {count} machines or centres of the region, none of them in the countries compared")
        if not here
        else _("The documents name {count} machines or centres of the region, {here} of them in the countries compared")
    )
    return text.format(count=counted(len(countries)), here=counted(here))


def source_name(edition, source):
    """A source as a table names it: its family and date, or that it has no date."""
    family, published = edition.package.sources.loc[source, ["family", "published"]]
    return f"{family}, {period(published) if published else _('undated')}"


def source_columns(edition, source):
    """What a table and its download say of a source: dict."""
    publisher, title, url = edition.package.sources.loc[source, ["publisher", "title", "url"]]
    return {"source": source_name(edition, source), "publisher": publisher, "title": title, "url": url}


# ---- projects and policies


def _of_the_pair(edition, name):
    """The rows of a small table that are of either country; MissingFigure if there are none."""
    table = load_table(name)
    table = table[table["country"].isin(edition.countries)]
    if table.empty:
        raise MissingFigure(
            _("The documents name nothing of this kind in {base} or {peer}.").format(
                base=the_country(edition.parameters.base), peer=the_country(edition.parameters.peer)
            )
        )
    return table


def _amount_text(row):
    return "–" if row["amount"] != row["amount"] else money(row["amount"], row["currency"])


@or_say_what_is_missing
def projects(edition):
    """AI factories and semiconductor projects: context that is not venture capital."""
    table = _of_the_pair(edition, "projects").sort_values(["country", "id"])
    records = [_project_record(edition, row) for row in table.to_dict("records")]
    return blocks.exhibit(
        "projects",
        projects_title(len(table), int(table["amount"].notna().sum())),
        _("AI factories, semiconductor plants and clusters that the documents name."),
        pd.DataFrame(records),
        {
            "project": (_("Project"), str),
            "country": (_("Country"), country),
            "date": (_("Year"), lambda text: text or "–"),
            "amount_text": (_("Amount"), str),
            "jobs": (_("Jobs"), number),
            "note": (_("Note"), str),
            "source": (_("Source"), str),
        },
        warning=_(
            "Not venture capital: public plans, plants of companies and foreign direct investment. Do not add them to it."
        ),
        notes=[_("The download has the address of every source.")],
    )


def projects_title(count, with_amount):
    """How many projects are named and how many state an amount."""
    text = plural(
        "{count} project that is not venture capital, {stated} with an amount",
        "{count} projects that are not venture capital, {stated} with an amount",
        count,
    )
    return sentence_start(text.format(count=counted(count), stated=none_or(with_amount)))


def _project_record(edition, row):
    return {
        "project": localised(row, "label"),
        "country": row["country"],
        "date": "" if row["year"] in ("", None) or row["year"] != row["year"] else str(row["year"]).removesuffix(".0"),
        "amount": row["amount"],
        "currency": row["currency"],
        "amount_text": _amount_text(row),
        "jobs": row["jobs"],
        "note": localised(row, "note"),
        **source_columns(edition, row["source"]),
        "id": row["id"],
    }


@or_say_what_is_missing
def policies(edition):
    """Laws, programmes, institutions and taxes in the order of their dates, each with its source."""
    table = _of_the_pair(edition, "policies").sort_values(["date", "id"])
    records = [_policy_record(edition, row) for row in table.to_dict("records")]
    return blocks.exhibit(
        "policies",
        policies_title(edition, list(table["country"])),
        _("In the order of their dates; amounts in the currency of the rule or budget."),
        pd.DataFrame(records),
        {
            "date": (_("From"), period),
            "until": (_("Until"), lambda text: period(text) if text else "–"),
            "country": (_("Country"), country),
            "policy": (_("What"), str),
            "amount_text": (_("Amount"), str),
            "note": (_("Note"), str),
            "source": (_("Source"), str),
        },
        notes=[
            _("A date beside a total does not show that one led to the other."),
            _("The download has the address of every source."),
        ],
    )


def policies_title(edition, countries):
    """How many policies of each country are dated. countries : of each policy."""
    said = [
        _("{count} in {country}").format(count=counted(countries.count(code)), country=the_country(code))
        for code in edition.countries
        if code in countries
    ]
    return _("Dated policy events: {items}").format(items=join(said))


def _policy_record(edition, row):
    return {
        "date": row["date"],
        "until": row["until"],
        "country": row["country"],
        "policy": localised(row, "label"),
        "amount": row["amount"],
        "currency": row["currency"],
        "amount_text": _amount_text(row),
        "note": localised(row, "note"),
        **source_columns(edition, row["source"]),
        "id": row["id"],
    }


# ---- barriers


@or_say_what_is_missing
def barriers(edition):
    """The six barriers that the column names, each with what can be measured of it in both countries."""
    table = load_table("barriers")
    found = {row["id"]: _measures_of(edition, row) for row in table.to_dict("records")}
    records = [
        record for row in table.to_dict("records") for record in _barrier_records(edition, row, found[row["id"]])
    ]
    covered = [_covered(measures) for measures in found.values()]
    return blocks.exhibit(
        "barriers",
        barriers_title(len(covered), covered.count(0), covered.count(2)),
        _(
            "Named by {document} for the gap between {countries}; beside each, the nearest figures there are, each with its own date."
        ).format(
            document=join(document_name(edition, source) for source in dict.fromkeys(table["source"])),
            countries=join(the_country(code) for code in _spoken_of(edition, table["source"])),
        ),
        pd.DataFrame(records).assign(base_country=edition.parameters.base, peer_country=edition.parameters.peer),
        _barrier_columns(*edition.countries),
        figures=[figure for measures in found.values() for one in measures for figure in one["used"]],
        package=edition.package,
        notes=[
            *_not_spoken_of(edition, table["source"]),
            _("A figure that differs between two countries does not show that it holds anything back."),
        ],
        method=_("GDP per head = gross domestic product ÷ population"),
    )


def _barrier_columns(base, peer):
    return {
        "label": (_("Barrier"), str),
        "measure": (_("Measure"), str),
        "when": (_("Date"), lambda text: period(text) if text else "–"),
        "base": (country(base), str),
        "peer": (country(peer), str),
        "note": (_("What it measures, and what not"), str),
    }


def _spoken_of(edition, sources):
    """The countries that some documents give figures of, those of the edition first: list of str."""
    spoken = set(rows_of(edition.package, "source", *sources)["country"])
    return [*(code for code in edition.countries if code in spoken), *sorted(spoken - set(edition.countries))]


def _not_spoken_of(edition, sources):
    """That the documents name the barriers of other countries than the edition's: list of one sentence or none."""
    others = [code for code in edition.countries if code not in _spoken_of(edition, sources)]
    text = _("The barriers were not named for {countries}.")
    return [text.format(countries=join(the_country(code) for code in others))] if others else []


def _measures_of(edition, row):
    """What can be said of a barrier: list of dict measure, when, values (country → text), used (Figures)."""
    keys = list(dict.fromkeys(_key(edition, one) for one in row["figures"].split("|") if one))
    listed = set(row["figures"].split("|"))
    found = {key: {code: _nearest(edition, key, code, listed) for code in edition.countries} for key in keys}
    measures = [_measure(edition, key, pair) for key, pair in found.items() if key[0] not in ("gdp", "population")]
    return [*_per_head(edition, found), *measures]


def _key(edition, name):
    row = rows_of(edition.package, "id", name).iloc[0]
    return row["metric"], row["segment"], row["period"]


def _nearest(edition, key, code, listed):
    """The figure that the barrier lists for a country, or another of the same metric, segment and period; or None.

    A mean fund size that nobody states is derived from money raised and funds closed, if one source has both.
    """
    metric, segment, when = key
    rows = rows_of(edition.package, "metric", metric)
    rows = rows[(rows["segment"] == segment) & (rows["period"] == when)]
    rows = rows[(rows["country"] == code) & ~rows["status"].isin(NOT_COMPARED)]
    said = [as_figure(row) for row in rows.to_dict("records")]
    chosen = [figure for figure in said if figure.id in listed] or by_family(said)
    if chosen:
        return chosen[-1]
    if metric != "fund_size_mean" or segment or not when.isdigit():
        return None
    return next(iter(fund_means.derived_means(edition, code, int(when))), None)


def _measure(edition, key, pair):
    metric, segment, when = key
    used = [figure for figure in pair.values() if figure]
    return {
        "measure": label_with(edition, metric, segment_words(used[0]) if used else segment),
        "when": when,
        "values": {code: _value_words(figure) for code, figure in pair.items() if figure},
        "used": used,
    }


def _value_words(figure):
    """The value of a figure, and its formula where it is derived from totals."""
    text = value_text(figure, 4)
    if figure.metric == "fund_size_mean" and figure.status == "derived":
        return _("{value} (derived: {how})").format(value=text, how=inside(figure.note))
    return text


def _per_head(edition, found):
    """GDP per head of both countries, where a barrier lists both of its parts: a list of one measure, or empty."""
    by_metric = {key[0]: (key, pair) for key, pair in found.items()}
    if not {"gdp", "population"} <= set(by_metric):
        return []
    (key, output), people = by_metric["gdp"], by_metric["population"][1]
    known = [code for code in edition.countries if output[code] and people[code]]
    values = {code: money(gaps.per(output[code].value, people[code].value)) for code in known}
    used = [figure for code in known for figure in (output[code], people[code])]
    return [{"measure": _("GDP per head"), "when": key[2], "values": values, "used": used}]


def _covered(measures):
    """For how many of the two countries some one measure has a value, at best: 0, 1 or 2."""
    return max((len(one["values"]) for one in measures), default=0)


def _barrier_records(edition, row, measures):
    """One record per measure, the barrier and its note on the first; one that says "no figure" where none has a value."""
    said = [one for one in measures if one["values"]] or [{"measure": "–", "when": "", "values": {}}]
    nothing = _("no figure")
    return [
        {
            "id": row["id"],
            "label": "" if place else localised(row, "label"),
            "measure": one["measure"],
            "when": one["when"],
            "base": one["values"].get(edition.parameters.base, nothing),
            "peer": one["values"].get(edition.parameters.peer, nothing),
            "note": "" if place else localised(row, "reason"),
        }
        for place, one in enumerate(said)
    ]


def barriers_title(count, without, for_both):
    """How many of the barriers have no figure, and how many have one for both countries."""
    if not without:
        text = _("Each of {count} barriers has a figure, and {both} can be measured in both countries")
    else:
        text = plural(
            "Of {count} barriers, {without} has no figure at all, and {both} can be measured in both countries",
            "Of {count} barriers, {without} have no figure at all, and {both} can be measured in both countries",
            without,
        )
    return text.format(count=counted(count), without=counted(without), both=none_or(for_both))
