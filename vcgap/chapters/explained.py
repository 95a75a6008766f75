"""Exhibits of 01_volume that take the gap apart: into factors, deals and sizes, inflation, exchange rates.

The gap is always the larger amount less the smaller, so that naming the countries the other way round changes nothing.
An identity splits a number into parts; it does not say why they are as they are.
"""

from itertools import product

import pandas as pd

from vcgap import blocks, charts, decomposition, gaps, prices
from vcgap.chapters import over_time, per_unit, volume
from vcgap.edition import (
    MissingFigure,
    families,
    family_label,
    family_name,
    find,
    find_pair,
    or_say_what_is_missing,
    side,
)
from vcgap.figures import choices, rows_of, statements
from vcgap.language import (
    _,
    country,
    gap_size,
    interval,
    join,
    money,
    not_like_for_like,
    number,
    percent,
    plural,
    sentence_start,
    signed_percent,
    the_country,
    times,
    times_precise,
    times_tick,
)

FACTORS = ["population", "income", "intensity"]
DOLLARS = "USA"  # amounts are in its currency: its prices deflate them, it needs no exchange rate
MOST = 0.6  # one part of the gap this large is named alone


def ahead_and_behind(edition):
    """The two references for venture capital invested, the larger first: Figures. Raises MissingFigure."""
    pair = find_pair(volume.larger_first(edition), "vc_investment")
    return pair.base, pair.peer


def gap_to_explain(edition):
    """What ahead_and_behind returns, if there is a gap between them; else MissingFigure."""
    ahead, behind = ahead_and_behind(edition)
    if ahead.value == behind.value:
        raise MissingFigure(
            _("{ahead} and {behind} invested the same in {year}: there is no gap to take apart.").format(
                ahead=country(ahead.country), behind=country(behind.country), year=edition.year
            )
        )
    return ahead, behind


def by_country(edition, metric):
    """Both countries' references for one metric: dict of country → Figure. Raises MissingFigure."""
    pair = find_pair(edition, metric)
    return {figure.country: figure for figure in (pair.base, pair.peer)}


def _warning(edition):
    return not_like_for_like(find_pair(edition, "vc_investment"), edition.package.metrics)


def identity_note():
    """What every decomposition must say."""
    return _("An identity splits an amount into parts that add up; it does not say why the parts are as they are.")


# ---- identity A: people, income per head, intensity


def factor_words():
    """Label of each factor and how its value is written."""
    return {
        "population": (_("population"), number),
        "income": (_("income per head"), lambda value: money(value, digits=5)),
        "intensity": (_("VC intensity"), percent),
    }


@or_say_what_is_missing
def factors(edition):
    """The gap as population × income per head × VC intensity: a waterfall of contributions in US$ that adds up to it."""
    ahead, behind = gap_to_explain(edition)
    table, used = _factor_table(edition, ahead, behind)
    notes, across = _intensity_across_sources(edition, ahead, behind, used)
    steps = _factor_steps(edition, table, ahead, behind)
    return blocks.exhibit(
        "factors",
        _factors_title(table, behind),
        _("Venture capital invested in {ahead} less that in {behind}, {year}, US$: contributions that add up.").format(
            ahead=the_country(ahead.country), behind=the_country(behind.country), year=edition.year
        ),
        table.assign(year=edition.year, ahead_country=ahead.country, behind_country=behind.country),
        _factor_columns(ahead, behind),
        draw=lambda narrow: charts.waterfall(steps, narrow, money),
        alt=_("Waterfall: {items}.").format(items=join(f"{step['label']} {step['text']}" for step in steps)),
        figures=[ahead, behind, *used, *across],
        package=edition.package,
        method=_(
            "LMDI-I: logarithmic mean of the two amounts × log of the factor’s ratio; log share = that log ÷ log of the ratio of the amounts; Shapley: mean over all orders of change; income per head = GDP ÷ population; VC intensity = venture capital ÷ GDP"
        ),
        warning=_warning(edition),
        notes=[*notes, identity_note()],
        numbers=_factor_numbers(edition, ahead, table),
    )


def _factor_numbers(edition, ahead, table):
    """What each factor adds, in dollars, to the first country's amount less the second's: dict for the manifest."""
    sign = 1 if ahead.country == edition.parameters.base else -1
    return {f"gap_from_{row['factor']}_usd": sign * row["lmdi"] for row in table.to_dict("records")}


def _factor_table(edition, ahead, behind):
    """decomposition.decomposition_table with each country's factors and their texts; and the Figures below the line."""
    people, output = by_country(edition, "population"), by_country(edition, "gdp")
    values = [
        decomposition.population_income_intensity(
            figure.value, people[figure.country].value, output[figure.country].value
        )
        for figure in (ahead, behind)
    ]
    table = decomposition.decomposition_table(FACTORS, *values)
    if table is None:
        raise MissingFigure(_("Population or GDP is zero: the gap cannot be taken apart."))
    numeric = table.columns.drop("factor")
    table[numeric] = table[numeric].astype(float)
    forms = [form for _label, form in factor_words().values()]
    for name, side_values in zip(("ahead", "behind"), values, strict=True):
        table[name] = side_values
        table[f"{name}_text"] = [form(value) for form, value in zip(forms, side_values, strict=True)]
    return table, [*people.values(), *output.values()]


def _factor_columns(ahead, behind):
    return {
        "factor": (_("Factor"), lambda name: sentence_start(factor_words()[name][0])),
        "ahead_text": (country(ahead.country), str),
        "behind_text": (country(behind.country), str),
        "ratio": (_("Ratio"), times_precise),
        "log_share": (_("Log share"), percent),
        "lmdi": (_("Contribution (LMDI)"), lambda value: money(value, digits=4)),
        "shapley": (_("Contribution (Shapley)"), lambda value: money(value, digits=4)),
    }


def _factor_steps(edition, table, ahead, behind):
    """The rows of charts.waterfall: one per factor, then the gap. Negative steps narrow the gap."""
    shown = side(edition, ahead.country)
    steps = [
        {
            "label": sentence_start(factor_words()[row["factor"]][0]),
            "detail": _("{base} against {peer}").format(base=row["ahead_text"], peer=row["behind_text"]),
            "value": row["lmdi"],
            "text": _signed_money(row["lmdi"]),
            "side": shown,
        }
        for row in table.to_dict("records")
    ]
    gap = gaps.absolute_gap(ahead.value, behind.value)
    total = {"label": _("The gap"), "value": gap, "text": money(gap, digits=4), "side": shown, "total": True}
    return [*steps, total]


def _signed_money(value):
    return ("+" if value > 0 else "") + money(value)


def _factors_title(table, behind):
    """Which factors make up most of the gap, or which of them work against it."""
    shares = {row["factor"]: row["lmdi"] / table["lmdi"].sum() for row in table.to_dict("records")}
    if behind.value == 0:
        return _("Nothing was recorded in {behind}: the whole gap falls on VC intensity").format(
            behind=the_country(behind.country)
        )
    against = [factor for factor in FACTORS if shares[factor] < 0]
    if against:
        return _("What widens the gap: {wider}; what narrows it: {narrower}").format(
            wider=_named(factor for factor in FACTORS if shares[factor] > 0), narrower=_named(against)
        )
    largest = sorted(FACTORS, key=lambda factor: -shares[factor])[:2]
    if shares[largest[0]] >= MOST:
        return sentence_start(
            _("{factor} makes up most of the gap: {share}").format(
                factor=_named(largest[:1]), share=percent(shares[largest[0]])
            )
        )
    share = percent(sum(shares[factor] for factor in largest))
    return sentence_start(_("{factors} make up {share} of the gap").format(factors=_named(largest), share=share))


def _named(names):
    return join(factor_words()[name][0] for name in names)


def _intensity_across_sources(edition, ahead, behind, below):
    """How much of the gap is VC intensity under other sources: a list of sentences, and the Figures they rest on.

    Pairs that cannot be taken apart in this order are counted and said: those in which the order of the countries
    turns round, and those in which one side recorded nothing.
    """
    said = [families(edition, "vc_investment", figure.country) for figure in (ahead, behind)]
    pairs = list(product(*said))
    values = {(figure.country, figure.metric): figure.value for figure in below}
    shares = [_intensity_share(one, other, values) for one, other in pairs if one.value > other.value > 0]
    turned = sum(one.value <= other.value for one, other in pairs)
    sentences = [*_shares_sentence(shares, len(pairs)), *_turned_sentence(turned, len(pairs), behind)]
    return sentences, [*said[0], *said[1]] if sentences else []


def _intensity_share(one, other, values):
    """VC intensity’s share of the logarithm of the ratio of two Figures, a fraction. values : people and GDP."""
    sides = [
        decomposition.population_income_intensity(
            figure.value, values[figure.country, "population"], values[figure.country, "gdp"]
        )
        for figure in (one, other)
    ]
    return decomposition.log_shares(*sides)[-1]


def _shares_sentence(shares, pairs):
    """The range of the shares, and of how many pairs it is: a list of one sentence, or empty."""
    if not shares or (percent(min(shares)) == percent(max(shares)) and len(shares) == pairs):
        return []
    reach = interval(min(shares), max(shares), percent)
    if len(shares) == pairs:
        return [_("Pair any source with any, and VC intensity is {range} of the gap.").format(range=reach)]
    text = _("By {count} of {pairs} pairs of sources, VC intensity is {range} of the gap.")
    return [text.format(count=number(len(shares)), pairs=number(pairs), range=reach)]


def _turned_sentence(turned, pairs, behind):
    """In how many pairs the country behind is level or ahead: a list of one sentence, or empty."""
    if not turned:
        return []
    text = plural(
        "By {count} of {pairs} pairs of sources {behind} is level or ahead: that is another gap, not counted here.",
        "By {count} of {pairs} pairs of sources {behind} is level or ahead: those are other gaps, not counted here.",
        turned,
    )
    return [text.format(count=number(turned), pairs=number(pairs), behind=the_country(behind.country))]


# ---- one factor at a time


@or_say_what_is_missing
def one_at_a_time(edition):
    """GDP and VC intensity changed one after the other, in both orders, beside the two methods that need no order."""
    ahead, behind = gap_to_explain(edition)
    output = by_country(edition, "gdp")
    values = [
        [output[figure.country].value, gaps.per(figure.value, output[figure.country].value)]
        for figure in (ahead, behind)
    ]
    table = _order_table(*values)
    return blocks.exhibit(
        "one-at-a-time",
        _order_title(table),
        _("The gap between {ahead} and {behind}, {year}, as GDP × VC intensity, one factor changed at a time.").format(
            ahead=the_country(ahead.country), behind=the_country(behind.country), year=edition.year
        ),
        table.assign(year=edition.year, ahead_country=ahead.country, behind_country=behind.country),
        _order_columns(),
        figures=[ahead, behind, *output.values()],
        package=edition.package,
        warning=_warning(edition),
        notes=[_order_note(), identity_note()],
        method=_(
            "a factor changed first: its difference × the other at the level of {behind}; changed last: × the other at the level of {ahead}"
        ).format(ahead=the_country(ahead.country), behind=the_country(behind.country)),
    )


def _order_note():
    return _(
        "Any single order is arbitrary: whichever factor changes last also gets what the two do together. The last two rows need no order."
    )


def _order_table(ahead, behind):
    """How each way of sharing out splits the gap: DataFrame, way, gdp, intensity, total (US$)."""
    splits = {
        "gdp_first": decomposition.in_order(ahead, behind, [0, 1]),
        "intensity_first": decomposition.in_order(ahead, behind, [1, 0]),
        "shapley": decomposition.shapley(ahead, behind),
        "lmdi": decomposition.lmdi(ahead, behind),
    }
    if None in splits.values():
        raise MissingFigure(_("Population or GDP is zero: the gap cannot be taken apart."))
    return pd.DataFrame(
        [{"way": way, "gdp": gdp, "intensity": level, "total": gdp + level} for way, (gdp, level) in splits.items()]
    )


def _order_columns():
    words = {
        "gdp_first": _("GDP first, then VC intensity"),
        "intensity_first": _("VC intensity first, then GDP"),
        "shapley": _("Mean of both orders (Shapley)"),
        "lmdi": _("Logarithmic mean (LMDI)"),
    }

    def amount(value):
        return money(value, digits=4)

    return {
        "way": (_("Order"), words.get),
        "gdp": (_("GDP"), amount),
        "intensity": (_("VC intensity"), amount),
        "total": (_("Sum: the gap"), amount),
    }


def _order_title(table):
    first, last = (money(value) for value in sorted(table["intensity"][:2], key=abs))
    if first == last:
        return _("VC intensity makes up {amount} of the gap in either order").format(amount=last)
    return _("The same factor, VC intensity, makes up {first} or {last} of the gap, depending on the order").format(
        first=first, last=last
    )


# ---- at the base's intensity


@or_say_what_is_missing
def intensity(edition):
    """What the peer would invest at the base's share of GDP, and at its spending per head, with the range by source."""
    pair = find_pair(edition, "vc_investment")
    if not pair.base.value:
        raise MissingFigure(_no_intensity(edition, pair.base.country))
    table, used, missing = _intensity_table(edition, pair)
    rows = [_intensity_row(row) for row in table.to_dict("records")]
    return blocks.exhibit(
        "same-intensity",
        _intensity_title(edition, table),
        _(
            "Venture capital invested in {peer}, {year}, US$. Hollow: what it would be. Bar: range across sources."
        ).format(peer=the_country(edition.parameters.peer), year=edition.year),
        table.assign(year=edition.year, base_country=pair.base.country, peer_country=pair.peer.country),
        _intensity_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, money),
        alt=_("{peer}: {items}.").format(
            peer=country(edition.parameters.peer), items=join(f"{row['label']} {row['text']}" for row in rows)
        ),
        figures=used,
        package=edition.package,
        warning=_warning(edition),
        notes=[*_per_head_note(edition, pair, table), *missing],
        method=_("amount ÷ GDP (or population) of {base} × GDP (or population) of {peer}").format(
            base=the_country(edition.parameters.base), peer=the_country(edition.parameters.peer)
        ),
        numbers={"change_at_equal_intensity_usd": float(table["more"].iloc[1])},
    )


def _no_intensity(edition, code):
    return _("No venture capital was recorded in {country} in {year}: it has no intensity to compare with.").format(
        country=the_country(code), year=edition.year
    )


def _intensity_table(edition, pair):
    """Today, then at the base's share of GDP and spending per head: DataFrame, the Figures, what is missing.

    Columns: case, amount, lower, upper (US$, range across sources), of_gdp (fraction), more, more_lower, more_upper
    (US$ beyond today; negative if today is more).
    """
    output = by_country(edition, "gdp")
    peer_gdp = output[pair.peer.country].value
    said = [_said(edition, figure) for figure in (pair.base, pair.peer)]
    today = [figure.value for figure in said[1]]
    rows = [{"case": "today", "amount": pair.peer.value, "lower": min(today), "upper": max(today)}]
    rows.append(_at_intensity(said, output, "per_gdp"))
    used, missing = [*said[0], *said[1], *output.values()], []
    try:
        people = by_country(edition, "population")
        rows.append(_at_intensity(said, people, "per_head"))
        used += people.values()
    except MissingFigure as error:
        missing = str(error).split("\n")
    return pd.DataFrame(rows).assign(of_gdp=lambda table: table["amount"] / peer_gdp), used, missing


def _at_intensity(said, below, case):
    """One row of _intensity_table. said : Figures of the base and of the peer, each with the reference last."""
    base, peer = (below[side_said[-1].country].value for side_said in said)
    wanted = [gaps.at_intensity(figure.value, base, peer) for figure in said[0]]
    if wanted[-1] is None:
        raise MissingFigure(_("GDP is zero: there is no intensity."))
    more = [gaps.intensity_gap(one.value, base, other.value, peer) for one in said[0] for other in said[1]]
    return {
        "case": case,
        "amount": wanted[-1],
        "lower": min(wanted),
        "upper": max(wanted),
        "more": more[-1],
        "more_lower": min(more),
        "more_upper": max(more),
    }


def _case_words():
    return {"today": _("Today"), "per_gdp": _("At the same share of GDP"), "per_head": _("At the same sum per head")}


def _intensity_columns():
    return {
        "case": (_("Case"), lambda case: _case_words()[case]),
        "amount": (_("US$ a year"), money),
        "lower": (_("Lowest by source"), money),
        "upper": (_("Highest by source"), money),
        "of_gdp": (_("Of GDP"), percent),
        "more": (_("More than today"), money),
        "more_lower": (_("Least by source"), money),
        "more_upper": (_("Most by source"), money),
    }


def _intensity_row(row):
    return {
        "label": _case_words()[row["case"]],
        "detail": _("{share} of its GDP").format(share=percent(row["of_gdp"])),
        "value": row["amount"],
        "text": money(row["amount"]),
        "lower": row["lower"],
        "upper": row["upper"],
        "side": "peer",
        "filled": row["case"] == "today",
    }


def _intensity_title(edition, table):
    """What the peer would invest at the base's share of GDP, and how that differs from what it did."""
    row = table.iloc[1]
    words = {
        "peer": the_country(edition.parameters.peer),
        "base": the_country(edition.parameters.base),
        "amount": money(row["amount"]),
        "difference": money(abs(row["more"])),
        "range": interval(*sorted((abs(row["more_lower"]), abs(row["more_upper"]))), money),
    }
    if row["more_lower"] < 0 < row["more_upper"]:
        return _("Sources disagree on whether {peer} invests more or less of its GDP than {base}").format(**words)
    if row["more"] < 0:
        text = _("At the share of GDP of {base}, {peer} would invest {amount}, {difference} less ({range} by source)")
    else:
        text = _("At the share of GDP of {base}, {peer} would invest {amount}, {difference} more ({range} by source)")
    return text.format(**words)


def _per_head_note(edition, pair, table):
    """What the same sum per head would be as a share of the peer's GDP: a list of one sentence, or empty."""
    row = table[table["case"] == "per_head"]
    if row.empty:
        return []
    own = gaps.per(pair.base.value, find(edition, "gdp", pair.base.country).value)
    return [
        _("The same sum per head would take {share} of the GDP of {peer}; in {base} it takes {own}.").format(
            share=percent(row["of_gdp"].iloc[0]),
            peer=the_country(pair.peer.country),
            base=the_country(pair.base.country),
            own=percent(own),
        )
    ]


# ---- identity B: deals and their size, over time


@or_say_what_is_missing
def count_and_size(edition):
    """The change of the peer's total in a year as a change in deals and one in their size, by one provider."""
    code = edition.parameters.peer
    pairs, editions = _money_and_deals(edition, code)
    before, now = (pairs[year] for year in sorted(pairs))
    effects = _effects(before, now)
    table = _count_table(before, now, effects)
    steps = _count_steps(edition, before[0], now[0], effects)
    return blocks.exhibit(
        "count-and-size",
        _count_title(effects),
        _("Venture capital invested in {country}, {before} to {now}, US$, by {family}.").format(
            country=the_country(code), before=edition.year - 1, now=edition.year, family=now[0].family
        ),
        table.assign(country=code, family=now[0].family, before_year=edition.year - 1, now_year=edition.year),
        _count_columns(edition),
        draw=lambda narrow: charts.waterfall(steps, narrow, money),
        alt=_("Waterfall: {items}.").format(items=join(f"{step['label']} {step['text']}" for step in steps)),
        figures=[*before, *now],
        package=edition.package,
        quality=_("single source"),
        notes=_count_notes(editions),
        method=_("mean size = venture capital ÷ deals; LMDI-I, Shapley: mean of both orders of change"),
    )


def _money_and_deals(edition, code):
    """The year before and the year by one provider: dict of year → (amount, deals), and whether of two editions.

    Amount and deals of a year always come from one source; providers are never mixed. The reader's own come first, then
    those that the basis ranks. Raises MissingFigure.
    """
    years = (edition.year - 1, edition.year)
    found = _stated_together(edition, code, years)
    mine = [family for (family, _year), stated in found.items() for pair in stated.values() if pair[0].own]
    named = choices(edition.package, edition.parameters.basis, ["vc_investment"], code)
    ranked = [*mine, *(row["family"] for row in named)]
    order = sorted(
        {family for family, _year in found},
        key=lambda name: (name not in ranked, ranked.index(name) if name in ranked else 0, name),
    )
    for family in order:
        sides = [found.get((family, year), {}) for year in years]
        for source in [name for name in sides[1] if name in sides[0]]:
            return dict(zip(years, [sides[0][source], sides[1][source]], strict=True)), False
        if all(sides):
            return dict(zip(years, [next(iter(one.values())) for one in sides], strict=True)), True
    raise MissingFigure(
        _("{country}: no one provider states both the money and the deals of {before} and of {now}.").format(
            country=country(code), before=years[0], now=years[1]
        )
    )


def _stated_together(edition, code, years):
    """Amount and deals that one source states for one year: dict of (family, year) → {source: Figures}.

    The reader's own first, the last in the file before others, as figures.reference has it; then the latest.
    """
    metrics = ["vc_investment", "deal_count"]
    said = [figure for year in years for figure in statements(edition.package, metrics, code, year)]
    line = {name: number for number, name in enumerate(rows_of(edition.package, "metric", *metrics)["id"])}
    sources = {}
    for figure in sorted(said, key=lambda figure: (figure.own, figure.published, line[figure.id]), reverse=True):
        if figure.qualifier in over_time.PLAIN:
            sources.setdefault((figure.family, figure.period, figure.source), {})[figure.metric] = figure
    found = {}
    for (family, period, source), stated in sources.items():
        if len(stated) == 2 and stated["deal_count"].value > 0:
            pair = stated["vc_investment"], stated["deal_count"]
            found.setdefault((family, int(period)), {})[source] = pair
    return found


def _effects(before, now):
    """What the number of deals and their size contribute to the change: DataFrame of decomposition_table."""
    sides = [decomposition.count_and_size(amount.value, count.value) for amount, count in (now, before)]
    return decomposition.decomposition_table(["count", "size"], *sides).set_index("factor")


def _count_table(before, now, effects):
    values = [[figure.value for figure in pair] + [gaps.per(pair[0].value, pair[1].value)] for pair in (before, now)]
    table = pd.DataFrame({"what": ["amount", "count", "size"], "before": values[0], "now": values[1]})
    for method in ("lmdi", "shapley"):
        parts = [float(part) for part in effects[method]]
        table[method] = [sum(parts), *parts]
    forms = [money, number, money]
    for year in ("before", "now"):
        table[f"{year}_text"] = [form(value) for form, value in zip(forms, table[year], strict=True)]
    return table


def _count_columns(edition):
    words = {"amount": _("Venture capital invested"), "count": _("Deals"), "size": _("Mean size of a deal")}
    return {
        "what": (_("What"), words.get),
        "before_text": (str(edition.year - 1), str),
        "now_text": (str(edition.year), str),
        "lmdi": (_("Contribution (LMDI)"), _signed_money),
        "shapley": (_("Contribution (Shapley)"), _signed_money),
    }


def _count_steps(edition, before, now, effects):
    shown = side(edition, now.country)
    labels = {"count": _("Number of deals"), "size": _("Mean size of a deal")}
    steps = [
        {"label": labels[name], "value": float(value), "text": _signed_money(value), "side": shown}
        for name, value in effects["lmdi"].items()
    ]
    ends = [
        {
            "label": figure.period,
            "value": figure.value,
            "text": money(figure.value, digits=4),
            "side": shown,
            "total": True,
        }
        for figure in (before, now)
    ]
    return [ends[0], *steps, ends[1]]


def _count_title(effects):
    """Fewer or more deals, smaller or larger, with what each contributes."""
    counts = {-1: _("fewer deals"), 0: _("as many deals"), 1: _("more deals")}
    sizes = {-1: _("smaller on average"), 0: _("as large on average"), 1: _("larger on average")}
    sign_of_count, sign_of_size = (_sign(effects.at[name, "ratio"]) for name in ("count", "size"))
    return sentence_start(
        _("{deals}, {size}: {from_count} from their number, {from_size} from their size").format(
            deals=counts[sign_of_count],
            size=sizes[sign_of_size],
            from_count=_signed_money(effects.at["count", "lmdi"]),
            from_size=_signed_money(effects.at["size", "lmdi"]),
        )
    )


def _sign(ratio):
    """−1, 0 or 1 for a ratio below, at or above one; None (from nothing to something) counts as above."""
    return 1 if ratio is None else (ratio > 1) - (ratio < 1)


def _count_notes(editions):
    notes = [_("Deals without a disclosed amount are counted too: the mean size is too low, in both years.")]
    if editions:
        notes.insert(0, _("The two years are from two editions of one provider: not strictly comparable."))
    return [*notes, identity_note()]


# ---- real terms


@or_say_what_is_missing
def real_terms(edition):
    """Growth by source after US inflation, and in the peer's own currency before and after its own inflation."""
    found = [over_time.growth_by_family(edition, code) for code in edition.countries]
    records = [record for by_family, _used in found for record in by_family.values()]
    if not records:
        raise MissingFigure(_("No source gives levels for {year} and the year before.").format(year=edition.year))
    inflation, cpi = _dollar_inflation(edition)
    local, local_used, missing = _local_prices(edition)
    table = pd.DataFrame([_real_record(record, inflation, local.get(record["country"])) for record in records])
    table = table.astype(dict.fromkeys(["real", "local", "local_real"], float))  # columns of None only are no numbers
    return blocks.exhibit(
        "real-terms",
        _real_title(edition, table),
        _("Growth of venture capital invested, {before} to {now}, by source; US inflation {inflation}.").format(
            before=edition.year - 1, now=edition.year, inflation=signed_percent(inflation)
        ),
        table.assign(before_year=edition.year - 1, now_year=edition.year),
        _real_columns(),
        figures=[*[figure for _by_family, used in found for figure in used], *cpi, *local_used],
        package=edition.package,
        notes=[*_turned(table), *over_time.without_growth(edition, table), *missing],
        method=_(
            "real growth = (1 + growth) ÷ (1 + inflation) − 1; dollars by the prices of the United States, local money by local prices; local growth = (1 + growth in US$) × exchange rate ÷ exchange rate a year earlier − 1, yearly averages"
        ),
    )


def _dollar_inflation(edition):
    """Inflation of the dollar in the year, a fraction, and the two price indices it follows from."""
    cpi = [find(edition, "consumer_price_index", DOLLARS, year) for year in (edition.year, edition.year - 1)]
    inflation = gaps.growth(*[figure.value for figure in cpi])
    if inflation is None:
        raise MissingFigure(_("The price index of the year before is zero: there is no inflation."))
    return inflation, cpi


def _local_prices(edition):
    """Exchange rates and inflation of each country with a currency of its own.

    Returns dict of country → (rate a year earlier, rate, inflation), the Figures, and a sentence for each that lacks one.
    """
    prices_of, used, missing = {}, [], []
    for code in edition.countries:
        if code == DOLLARS:
            continue
        try:
            figures = [find(edition, "fx_rate", code, edition.year - 1), find(edition, "fx_rate", code)]
            figures.append(find(edition, "inflation", code))
        except MissingFigure as error:
            missing += str(error).split("\n")
            continue
        prices_of[code] = [figure.value for figure in figures]
        used += figures
    return prices_of, used, missing


def _real_record(record, inflation, local):
    """A record of over_time.growth_by_family with its growth in real and in local terms. local : see _local_prices."""
    before, now, own_inflation = local or (None, None, None)
    in_local = prices.growth_in_local_currency(record["growth"], before, now)
    return record | {
        "real": prices.real_growth(record["growth"], inflation),
        "local": in_local,
        "local_real": prices.real_growth(in_local, own_inflation),
    }


def _real_columns():
    return {
        "country": (_("Country"), country),
        "family": (_("Source"), family_label),
        "growth": (_("In US$"), signed_percent),
        "real": (_("Real, US prices"), signed_percent),
        "local": (_("In local currency"), signed_percent),
        "local_real": (_("Real, local prices"), signed_percent),
    }


def _real_title(edition, table):
    said = []
    for code in edition.countries:
        mine = table.loc[(table["country"] == code) & (table["family"] != "column"), "real"].dropna()
        if len(mine):
            reach = interval(min(mine), max(mine), signed_percent)
            said.append(_("{growth} in {country}").format(growth=reach, country=the_country(code)))
    if not said:
        return _("Growth in {year} after inflation, as the column states it").format(year=edition.year)
    return _("Growth in {year} after US inflation, by source: {items}").format(year=edition.year, items=join(said))


def _turned(table):
    """A sentence for each source whose growth is nominal only: it vanishes once prices are taken out."""
    text = _("By {family}, {country} grew in dollars and shrank in real terms.")
    return [
        text.format(family=family_name(row["family"]), country=the_country(row["country"]))
        for row in table.to_dict("records")
        if row["growth"] > 0 > row["real"]
    ]


# ---- purchasing power


@or_say_what_is_missing
def purchasing_power(edition):
    """The ratio at purchasing power beside the ratio at market exchange rates: a sensitivity, not the measure."""
    ahead, behind = ahead_and_behind(edition)
    if not behind.value:
        raise MissingFigure(_no_intensity(edition, behind.country))
    converted = [_international(edition, figure) for figure in (ahead, behind)]
    table = _power_table(edition, ahead, behind, [value for value, _used in converted])
    rows = [_power_row(row) for row in table.to_dict("records")]
    return blocks.exhibit(
        "purchasing-power",
        _power_title(table),
        _(
            "{ahead} divided by {behind}, venture capital invested, {year}, log scale. Bar: range across sources."
        ).format(ahead=country(ahead.country), behind=country(behind.country), year=edition.year),
        table.assign(year=edition.year, ahead_country=ahead.country, behind_country=behind.country),
        _power_columns(ahead, behind),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Ratios on a log scale: {items}.").format(items=join(f"{row['label']}: {row['text']}" for row in rows)),
        figures=[*_said(edition, ahead), *_said(edition, behind), *[one for _value, used in converted for one in used]],
        package=edition.package,
        quality=_("sensitivity"),
        warning=_warning(edition),
        notes=_power_notes(),
        method=_("US$ × exchange rate ÷ purchasing-power conversion factor"),
    )


def _power_notes():
    return [
        _(
            "Salaries are paid at local prices, computing and software at world prices: no one rate fits both, so the suite keeps to market rates."
        ),
        _("Per unit of GDP nothing changes: venture capital and GDP would be converted by the same rate."),
    ]


def _said(edition, figure):
    return [*families(edition, "vc_investment", figure.country), figure]


def _international(edition, figure):
    """An amount in international dollars, and the Figures that convert it; US dollars are the unit."""
    if figure.country == DOLLARS:
        return figure.value, []
    rates = [find(edition, metric, figure.country) for metric in ("fx_rate", "ppp_factor")]
    value = prices.at_purchasing_power(figure.value, *[rate.value for rate in rates])
    if not value:
        raise MissingFigure(_("The purchasing-power factor is zero: nothing can be converted."))
    return value, rates


def _power_table(edition, ahead, behind, converted):
    """The ratio by each conversion, with its range across sources and from rounding: DataFrame."""
    market = gaps.ratio_range(*[[figure.value for figure in _said(edition, side_)] for side_ in (ahead, behind)])
    rounding = gaps.compare(ahead, behind).rounding
    rows = []
    for case, values in (("market", [ahead.value, behind.value]), ("power", converted)):
        factor = values[0] / ahead.value * behind.value / values[1]
        amounts = {"ahead": values[0], "behind": values[1], "ratio": gaps.ratio(*values)}
        for name, reach in (("sources", market), ("ratio", rounding)):
            amounts[f"{name}_lower"], amounts[f"{name}_upper"] = gaps.scaled_interval(reach, factor)
        rows.append({"case": case, **amounts})
    return pd.DataFrame(rows).assign(
        sources=lambda table: [per_unit.range_words(row) for row in table.to_dict("records")]
    )


def _power_words():
    return {"market": _("Market rates"), "power": _("Purchasing power")}


def _power_columns(ahead, behind):
    return {
        "case": (_("Conversion"), lambda case: _power_words()[case]),
        "ahead": (country(ahead.country), money),
        "behind": (country(behind.country), money),
        "ratio": (_("Ratio"), times_precise),
        "sources": (_("Across sources"), str),
    }


def _power_row(row):
    return {
        "label": _power_words()[row["case"]],
        "detail": _("{base} against {peer}").format(base=money(row["ahead"]), peer=money(row["behind"])),
        "value": row["ratio"],
        "text": times(row["ratio"]),
        "lower": row["sources_lower"],
        "upper": row["sources_upper"],
        "side": "peer",
        "filled": row["case"] == "market",
    }


def _power_title(table):
    market, power = (gap_size(ratio) for ratio in table["ratio"])
    if market == power:
        return _("At purchasing power the gap would be about the same: {power}").format(power=power)
    return _("At purchasing power the gap would be {power}, not {market}").format(power=power, market=market)
