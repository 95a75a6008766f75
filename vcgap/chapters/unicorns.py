"""Exhibits of 04_unicorns: companies worth a billion dollars, per head, per GDP, per dollar, and by list."""

from itertools import pairwise

import pandas as pd

from vcgap import blocks, charts, gaps
from vcgap.chapters import per_unit
from vcgap.edition import MissingFigure, families, family_label, find_pair, or_say_what_is_missing, side
from vcgap.figures import NOT_COMPARED, as_figure, rows_of, statements
from vcgap.language import (
    _,
    counted,
    country,
    join,
    localised,
    money,
    not_like_for_like,
    number,
    period,
    plural,
    sentence_start,
    significant,
    the_country,
    times,
    times_precise,
    times_tick,
    value_text,
)
from vcgap.tables import load_table

DOTS = 5000  # more than that is no picture
CONCEPT = ["unicorns_active", "unicorns_created"]  # which of the two a country's reference counts, the basis decides
STILL_LISTED = (
    "active",
    "superseded",
)  # states of a company on the list that says so; a valuation may be replaced later


def is_later(edition, when):
    """Whether a period lies after the edition's year. when : period, "" if unknown."""
    return bool(when) and int(when[:4]) > edition.year


def dated(edition, when):
    """A period in words, marked where it lies after the edition's year: "3 Jul 2025, after 2024"; "–" if unknown."""
    if not when:
        return "–"
    text = _("{date}, after {year}") if is_later(edition, when) else "{date}"
    return text.format(date=period(when), year=edition.year)


@or_say_what_is_missing
def headline(edition):
    """The gap in unicorns as counted and per unit of GDP, and what is not like for like in it."""
    table, pair, used, missing = measures(edition)
    ratios, warning = per_unit.ratios(table), not_like_for_like(pair, edition.package.metrics)
    lede = [line for line in [warning, *missing] if line]
    numbers = {"unicorn_ratio": pair.ratio, "unicorn_ratio_per_gdp": ratios.get("per_gdp")}
    return blocks.headline("headline", _headline_sentence(edition, pair, ratios), lede, used, numbers, warning)


def _headline_sentence(edition, pair, ratios):
    if pair.ratio is None:
        return _("No unicorn is listed in {country}").format(country=the_country(edition.parameters.peer))
    text = _counts(edition, pair)
    if not ratios.get("per_gdp"):
        return text
    return _("{counts}: {per_gdp} per unit of GDP").format(counts=text, per_gdp=times(ratios["per_gdp"]))


def _counts(edition, pair):
    return _("{base} unicorns in {base_country}, {peer} in {peer_country}").format(
        base=value_text(pair.base),
        base_country=the_country(edition.parameters.base),
        peer=value_text(pair.peer),
        peer_country=the_country(edition.parameters.peer),
    )


@or_say_what_is_missing
def count(edition):
    """Every unicorn a dot, in both countries, with what is not like for like in the two counts."""
    pair = find_pair(edition, CONCEPT)
    if max(pair.base.value, pair.peer.value) > DOTS:
        raise MissingFigure(_("More than {count} companies cannot be drawn dot by dot.").format(count=number(DOTS)))
    groups = [
        {"label": f"{country(code)}: {value_text(figure)}", "side": side(edition, code), "count": int(figure.value)}
        for code, figure in zip(edition.countries, (pair.base, pair.peer), strict=True)
    ]
    table = pd.DataFrame([_count_record(edition, figure.country, figure) for figure in (pair.base, pair.peer)])
    return blocks.exhibit(
        "unicorn-count",
        _counts(edition, pair),
        _("Private companies valued at US$1 billion or more, {year}. One dot is one company.").format(
            year=edition.year
        ),
        table,
        {
            "country": (_("Country"), country),
            "what": (_("What is counted"), str),
            "value": (_("Companies"), number),
            "period": (_("As of"), period),
            "family": (_("Source"), family_label),
        },
        draw=lambda narrow: charts.units(groups, narrow),
        alt=_("{items}, each company a dot.").format(items=join(group["label"] for group in groups)),
        figures=(pair.base, pair.peer),
        package=edition.package,
        warning=not_like_for_like(pair, edition.package.metrics),
        numbers={"unicorn_ratio": pair.ratio},
    )


def _count_record(edition, code, figure):
    label = localised(edition.package.metrics.loc[figure.metric], "label")
    return {
        "country": code,
        "what": label,
        "value": figure.value,
        "period": figure.period,
        "family": figure.family,
        "id": figure.id,
    }


MEASURES = {
    "count": (None, 1),
    "per_million": ("population", 1e6),
    "per_gdp": ("gdp", 1e12),
    "per_vc": ("vc_investment", 1e9),
}


def measures(edition, wanted=tuple(MEASURES)):
    """The unicorn ratio raw, per million people, per US$ tn of GDP and per US$ bn of the year's venture capital.

    wanted : which of MEASURES. Returns the table of per_unit.in_measures, the Comparison, the Figures used and sentences
    for what is missing. The range across lists always holds the reference itself. Raises MissingFigure.
    """
    pair = find_pair(edition, CONCEPT)
    said = [
        [*families(edition, "unicorns_active", code), figure]
        for code, figure in zip(edition.countries, (pair.base, pair.peer), strict=True)
    ]
    across = gaps.ratio_range(*[[figure.value for figure in country_said] for country_said in said])
    across = across if pair.ratio else None
    table, below, missing = per_unit.in_measures(edition, pair, across, {name: MEASURES[name] for name in wanted})
    return table, pair, [*said[0], *said[1], *below], missing


def measure_words():
    """Label of each measure, and how its value is written."""
    return {
        "count": (_("Companies"), significant),
        "per_million": (_("Per million people"), significant),
        "per_gdp": (_("Per US$ tn of GDP"), significant),
        "per_vc": (_("Per US$ bn invested that year"), significant),
    }


@or_say_what_is_missing
def per_denominator(edition):
    """Raw, per head, per GDP, per dollar invested: what the gap in unicorns is measured against decides it."""
    table, pair, used, missing = measures(edition)
    words = measure_words()
    rows = per_unit.dot_rows(table, words)
    ratios = per_unit.ratios(table)
    return blocks.exhibit(
        "unicorns-per-unit",
        _per_unit_title(ratios),
        _(
            "{base} divided by {peer}, unicorns, {year}, log scale: each line is ten times the last. Bar: range across sources."
        ).format(base=country(edition.parameters.base), peer=country(edition.parameters.peer), year=edition.year),
        per_unit.shown(table, words).assign(base_country=edition.parameters.base, peer_country=edition.parameters.peer),
        _per_unit_columns(edition, words),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Ratios of unicorns on a log scale: {items}.").format(
            items=join(f"{row['label']}: {row['text']}" for row in rows)
        ),
        figures=used,
        package=edition.package,
        warning=not_like_for_like(pair, edition.package.metrics),
        notes=[*_stock_and_flow_note(ratios), *missing],
        method=_(
            "unicorns divided by population, by GDP at market exchange rates, and by the venture capital of the year"
        ),
        numbers={"unicorn_ratio_per_gdp": ratios.get("per_gdp"), "unicorn_ratio_per_head": ratios.get("per_million")},
    )


def _per_unit_columns(edition, words):
    return {
        "measure": (_("Measure"), lambda name: words[name][0]),
        "base_text": (country(edition.parameters.base), str),
        "peer_text": (country(edition.parameters.peer), str),
        "ratio": (_("Ratio"), times_precise),
        "sources": (_("Across sources"), str),
    }


def _stock_and_flow_note(ratios):
    if "per_vc" not in ratios:
        return []
    return [
        _(
            "Per dollar invested sets a stock built over many years beside one year’s flow: it stands here because it is often quoted, and says the less, the more a year differs from those before."
        )
    ]


def _per_unit_title(ratios):
    if not ratios.get("count"):
        return _("There is no ratio where no unicorn is listed")
    said = [_("{raw} as counted").format(raw=times(ratios["count"]))]
    if ratios.get("per_gdp"):
        said.append(_("{per_gdp} per unit of GDP").format(per_gdp=times(ratios["per_gdp"])))
    return ", ".join(said)


def list_vintages(edition, metric):
    """A metric on the dated lists of one provider that covers both countries: DataFrame period, base, peer; Figures.

    The provider with most dates in common is taken (ties: by name). Empty if no list covers both.
    """
    rows = rows_of(edition.package, "metric", metric)
    rows = rows[(rows["segment"] == "") & (rows["family"] != "column") & ~rows["own"]]
    rows = rows[~rows["status"].isin(NOT_COMPARED)]
    rows = rows.sort_values(["published", "id"]).drop_duplicates(["country", "family", "period"], keep="last")
    best = {}
    for family, said in rows[rows["country"].isin(edition.countries)].groupby("family"):
        wide = said.pivot(index="period", columns="country", values="value").dropna()
        if wide.shape[1] == 2 and len(wide) > len(best.get("table", [])):
            best = {"family": family, "table": wide}
    if not best:
        return pd.DataFrame(columns=["period", "base", "peer"]), "", []
    wide = best["table"].sort_index().reset_index()
    table = pd.DataFrame(
        {"period": wide["period"], "base": wide[edition.parameters.base], "peer": wide[edition.parameters.peer]}
    )
    chosen = rows[
        (rows["family"] == best["family"])
        & rows["period"].isin(table["period"])
        & rows["country"].isin(edition.countries)
    ]
    return table, best["family"], [as_figure(row) for _i, row in chosen.iterrows()]


@or_say_what_is_missing
def vintages(edition):
    """Counts of both countries on the dated lists of one provider: one rule on both sides."""
    table, family, used = list_vintages(edition, "unicorns_active")
    if table.empty:
        raise MissingFigure(_("No list of unicorns covers both countries."))
    table, used = _with_values(edition, table, family, used)
    known = table[[not is_later(edition, when) for when in table["period"]]]
    rows = [_vintage_row(edition, row) for row in table.to_dict("records")]
    return blocks.exhibit(
        "unicorn-vintages",
        _finding(edition, table, known),
        _vintage_subtitle(edition, family, len(known) < len(table)),
        table.assign(base_country=edition.parameters.base, peer_country=edition.parameters.peer),
        _vintage_columns(edition),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick),
        alt=_("Ratio of active unicorns by list: {items}.").format(
            items=join(f"{row['label']} {row['text']}" for row in rows)
        ),
        figures=used,
        package=edition.package,
        notes=[*_opposite_notes(edition, table), *_fall_notes(edition)],
        numbers={} if known.empty else {"unicorn_ratio_one_list": known.iloc[-1]["ratio"]},
    )


def _finding(edition, table, known):
    """What the lists up to the year say, or what later ones say if there are no others. known : the rows up to it."""
    if len(known):
        return _vintage_title(known)
    return _("{finding}, all after {year}").format(finding=_vintage_title(table), year=edition.year)


def _vintage_subtitle(edition, family, any_later):
    text = _("Active unicorns on the dated lists of {family}: {base} divided by {peer}.")
    if any_later:
        text = _("Active unicorns on the dated lists of {family}: {base} divided by {peer}. Hollow: after {year}.")
    base, peer = (country(code) for code in edition.countries)
    return text.format(family=family, base=base, peer=peer, year=edition.year)


def _vintage_columns(edition):
    base, peer = (country(code) for code in edition.countries)
    return {
        "period": (_("List of"), lambda when: dated(edition, when)),
        "base": (base, number),
        "peer": (peer, number),
        "ratio": (_("Ratio"), times_precise),
        "base_value_usd": (_("Value, {country}").format(country=base), money),
        "peer_value_usd": (_("Value, {country}").format(country=peer), money),
    }


def _with_values(edition, table, family, used):
    """The table of list_vintages with the ratio, and the combined values where the same provider states them."""
    table = table.assign(ratio=[gaps.ratio(row["base"], row["peer"]) for row in table.to_dict("records")])
    values, value_family, value_used = list_vintages(edition, "unicorn_value")
    if value_family != family:
        return table.assign(base_value_usd=None, peer_value_usd=None), used
    values = values.rename(columns={"base": "base_value_usd", "peer": "peer_value_usd"})
    return table.merge(values, on="period", how="left"), [*used, *value_used]


def _vintage_row(edition, row):
    return {
        "label": period(row["period"]),
        "value": row["ratio"],
        "text": times(row["ratio"]),
        "side": "peer",
        "filled": not is_later(edition, row["period"]),
        "detail": _("{base} against {peer}").format(base=number(row["base"]), peer=number(row["peer"])),
    }


def _vintage_title(table):
    """How the ratio moved over the lists given. table : of `vintages`, in order of period, one row or more."""
    first, last = table.iloc[0], table.iloc[-1]
    if len(table) == 1:
        return _("On one list for both countries: {ratio} ({period})").format(
            ratio=times(last["ratio"]), period=period(last["period"])
        )
    dates = {"first": period(first["period"]), "last": period(last["period"])}
    if table["ratio"].is_monotonic_increasing or table["ratio"].is_monotonic_decreasing:
        return _("On one provider’s lists the ratio went from {start} ({first}) to {end} ({last})").format(
            start=times(first["ratio"]), end=times(last["ratio"]), **dates
        )
    return _("On one provider’s lists the ratio lies between {low} and {high}, {first} to {last}").format(
        low=times(table["ratio"].min()), high=times(table["ratio"].max()), **dates
    )


def _opposite_notes(edition, table):
    """Where count and value of a country moved in opposite directions between two lists with both: list of str."""
    text = _(
        "Between {first} and {last} the count in {country} went from {n} to {m}, the combined value from {v} to {w}: count and value can move in opposite directions."
    )
    notes = []
    for name, code in zip(("base", "peer"), edition.countries, strict=True):
        worth = f"{name}_value_usd"
        for one, other in pairwise(table.dropna(subset=[worth]).to_dict("records")):
            if (other[name] - one[name]) * (other[worth] - one[worth]) < 0:
                words = {"first": period(one["period"]), "last": period(other["period"]), "country": the_country(code)}
                words |= {"n": number(one[name]), "m": number(other[name])}
                notes.append(text.format(v=money(one[worth]), w=money(other[worth]), **words))
    return notes


def steepest_fall(edition):
    """The company of either country whose value fell most from one list of a provider to its next.

    Both lists were read themselves and hold the company, so its count is one on each. Lists of any date are taken, as
    in the table of lists beside it: prices are kept for years, so what a list of the year should have said is often
    only seen on the next one. Returns the two rows of data/unicorns.csv, with family, as dicts; None if none fell.
    """
    table = load_table("unicorns")
    table = table[table["country"].isin(edition.countries) & (table["status"] == "sourced")]
    table = table[table["state"].isin(STILL_LISTED) & table["valuation_usd"].notna() & (table["valuation_date"] != "")]
    table = table.assign(family=edition.package.sources.loc[table["source"], "family"].tolist())
    table = table.sort_values(["country", "company", "family", "valuation_date", "id"])
    pairs = [
        (gaps.growth(later["valuation_usd"], earlier["valuation_usd"]), earlier, later)
        for _key, said in table.groupby(["country", "company", "family"])
        for earlier, later in pairwise(said.to_dict("records"))
        if earlier["valuation_date"] < later["valuation_date"]
    ]
    change, *lists = min(pairs, key=lambda pair: pair[0], default=(0, None, None))
    return tuple(lists) if change < 0 else None


def _fall_notes(edition):
    """The company whose value fell most while it stayed a unicorn, by name, and which list is of a later year."""
    fall = steepest_fall(edition)
    if fall is None:
        return []
    earlier, later = fall
    text = _(
        "The steepest fall among the companies followed here one by one: {family} listed {company} of {country} at {high} ({first}), then at {low} ({last}), and it counts as one unicorn on both lists."
    )
    words = {"company": later["company"], "country": the_country(later["country"]), "family": later["family"]}
    words |= {"high": money(earlier["valuation_usd"]), "low": money(later["valuation_usd"])}
    words |= {"first": period(earlier["valuation_date"]), "last": period(later["valuation_date"])}
    return [text.format(**words), *_later_notes(edition.year, earlier, later)]


def _later_notes(year, earlier, later):
    """What of a fall is younger than the edition, and what lists of its year therefore add up: list of str."""
    if int(later["valuation_date"][:4]) <= year:
        return []
    if int(earlier["valuation_date"][:4]) > year:
        return [_("Both lists are dated after {year}.").format(year=year)]
    text = _("The lower value is dated after {year}: the lists up to then still add up the older one.")
    return [text.format(year=year)]


@or_say_what_is_missing
def by_list(edition):
    """What each list counts in the year, in both countries: definitions differ, and so do the counts."""
    records, used = [], []
    for code in edition.countries:
        for figure in statements(edition.package, CONCEPT, code, edition.year):
            used.append(figure)
            records.append(_count_record(edition, code, figure) | {"note": figure.note or "–"})
    if not records:
        raise MissingFigure(_("No list covers {year}.").format(year=edition.year))
    return blocks.exhibit(
        "unicorn-lists",
        plural(
            "{count} statement about {year}", "{count} statements about {year}, and no agreed definition", len(records)
        ).format(count=sentence_start(counted(len(records))), year=edition.year),
        _("Unicorn counts by source, {year}.").format(year=edition.year),
        pd.DataFrame(records),
        {
            "country": (_("Country"), country),
            "family": (_("Source"), family_label),
            "period": (_("As of"), period),
            "what": (_("What is counted"), str),
            "value": (_("Companies"), number),
            "note": (_("Note"), str),
        },
        figures=used,
        package=edition.package,
    )


def state_words():
    """What a source says has become of a company, or what is in dispute about it."""
    return {
        "active": _("active"),
        "exited_ipo": _("listed since"),
        "exited_acquisition": _("sold since"),
        "superseded": _("valuation since replaced"),
        "dropped_from_list": _("on no later list"),
        "contested_definition": _("disputed: is it a unicorn?"),
        "contested_hq": _("disputed: which country?"),
        "crunchbase_only": _("one list only"),
    }


@or_say_what_is_missing
def companies(edition):
    """The peer's companies one by one, or the base's if none are listed: each source's valuation and its date."""
    code, table = _statements_on_companies(edition)
    return blocks.exhibit(
        "unicorn-companies",
        _companies_title(edition, code, table),
        _companies_subtitle(edition, table),
        table[["company", "sector", "since", "valuation_usd", "valuation_date", "state", "publisher", "url", "id"]],
        {
            "company": (_("Company"), str),
            "since": (_("Unicorn since"), lambda date: dated(edition, date)),
            "valuation_usd": (_("Valuation"), money),
            "valuation_date": (_("As of"), lambda date: dated(edition, date)),
            "state": (_("State"), lambda word: state_words().get(word, word)),
            "publisher": (_("Source"), str),
        },
        notes=[_("The download has the address of every source.")],
    )


def _companies_title(edition, code, table):
    """How many companies are listed, and of how many every date lies after the edition's year."""
    count, later = table["company"].nunique(), 0
    for _name, said in table.groupby("company"):
        dates = [when for when in [*said["since"], *said["valuation_date"]] if when]
        later += bool(dates) and all(is_later(edition, when) for when in dates)
    text = plural(
        "{count} company of {country} that at least one source calls a unicorn",
        "{count} companies of {country} that at least one source calls a unicorn",
        count,
    )
    if later == count:
        text = plural(
            "{count} company of {country} that at least one source calls a unicorn, after {year}",
            "{count} companies of {country} that at least one source calls a unicorn, all after {year}",
            count,
        )
    elif later:
        text = _(
            "{count} companies of {country} that at least one source calls a unicorn, {later} of them after {year} only"
        )
    return text.format(
        count=sentence_start(counted(count)), country=the_country(code), later=counted(later), year=edition.year
    )


def _companies_subtitle(edition, table):
    text = _(
        "Every statement of every source; a valuation is that of the last round the source saw, not a market price."
    )
    if any(is_later(edition, when) for when in [*table["since"], *table["valuation_date"]]):
        text = _(
            "Every statement of every source, also after {year}, which is said then; a valuation is that of the last round the source saw, not a market price."
        )
    return text.format(year=edition.year)


def _statements_on_companies(edition):
    """The country and its rows of data/unicorns.csv, with publisher and url of their source. Raises MissingFigure."""
    rows, listed = load_table("unicorns"), reversed(edition.countries)
    code = next((code for code in listed if code in set(rows["country"])), None)
    if code is None:
        text = _("This suite lists no unicorns of {countries} one by one.")
        raise MissingFigure(text.format(countries=join(the_country(code) for code in edition.countries)))
    names = rows["company"].str.casefold()
    rows = rows.assign(name=names)[rows["country"] == code].sort_values(["name", "valuation_date", "source"])
    sources = edition.package.sources.loc[rows["source"]]
    return code, rows.assign(publisher=sources["publisher"].tolist(), url=sources["url"].tolist())
