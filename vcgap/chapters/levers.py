"""Exhibits of 06_closing_the_gap that turn on a lever: pension savings, public co-investment, both together."""

from typing import NamedTuple

import pandas as pd

from vcgap import blocks, charts, gaps, scenarios
from vcgap.chapters import evidence
from vcgap.chapters.closing import checked
from vcgap.chapters.parity import gap_of_intensity, rate_text, years_words
from vcgap.edition import MissingFigure, find, or_say_what_is_missing, side
from vcgap.figures import NOT_COMPARED, as_figure, rows_of
from vcgap.language import (
    _,
    country,
    interval,
    join,
    money,
    number,
    percent,
    period,
    sentence_start,
    signed_percent,
    significant,
    the_country,
    times_precise,
    value_text,
)

BUDGETS = (100e6, 500e6, 1e9)
LOW_LEVERAGE = 1.5  # beside those on record and the chosen one
AFORE_SHARES = (0.005, 0.01, 0.03)  # shown beside the chosen one
DISPLACED = (-0.5, 0.0, 0.2, 0.5)  # of other money for each pension dollar; below zero attracts; beside the chosen one
HALF = 0.5  # of the money at home, where nothing is on record


@or_say_what_is_missing
def afores(edition, *, afore_share, deployment_years, domestic_share, crowd_out, asset_growth, fund_life_years):
    """What a share of the pension savings of the country behind would add; all levers are assumptions."""
    levers = checked(
        afore_share=afore_share,
        deployment_years=deployment_years,
        domestic_share=domestic_share,
        crowd_out=crowd_out,
        asset_growth=asset_growth,
        fund_life_years=fund_life_years,
    )
    gap = gap_of_intensity(edition)
    assets = _assets(edition, gap.behind.country)
    mean, missing = _mean_fund(edition, gap.behind.country)
    shares = sorted({*AFORE_SHARES, levers.afore_share})
    results = {share: _afore_scenario(gap, assets, mean, share, levers) for share in shares}
    return _afore_exhibit(edition, gap, assets, mean, levers, results, missing)


def _mean_fund(edition, code):
    """The mean size of a fund: list of one Figure or none, and what is missing (list of str)."""
    try:
        return [find(edition, "fund_size_mean", code)], []
    except MissingFigure as missing:
        return [], [str(missing)]


class Assets(NamedTuple):
    """Pension assets. value : US$; figures : what they rest on; sentence : of what day, and how they became dollars."""

    value: float
    figures: tuple
    sentence: str


def _assets(edition, code):
    """Pension assets as a source states them in dollars; else in local currency at the mean rate of the year: Assets."""
    try:
        stated = find(edition, "pension_assets_usd", code)
    except MissingFigure:
        return _converted_assets(*(find(edition, metric, code) for metric in ("pension_assets", "fx_rate")))
    text = _("Assets of {dollars} at {date}, converted by the source ({family}).")
    words = text.format(dollars=value_text(stated, 4), date=period(stated.period), family=blocks.stated_by(stated))
    return Assets(stated.value, (stated,), words)


def _converted_assets(local, rate):
    dollars = gaps.ratio(local.value, rate.value)
    text = _("Assets of {assets} at {date}, converted at the mean rate of the year, {rate} to the dollar: {dollars}.")
    words = text.format(
        assets=value_text(local), date=period(local.period), rate=significant(rate.value, 4), dollars=money(dollars)
    )
    return Assets(dollars, (local, rate), words)


def _afore_scenario(gap, assets, mean, share, levers):
    return scenarios.afore_scenario(
        assets.value,
        share,
        levers.deployment_years,
        gap.ahead.value,
        gap.behind.value,
        gap.gap,
        mean[0].value if mean else None,
        domestic=levers.domestic_share,
        crowd_out=levers.crowd_out,
        asset_growth=levers.asset_growth,
        fund_life=levers.fund_life_years,
    )


def _funds_there(funds):
    """How many funds there are to take the money: list of one sentence, or none. funds : list of one Figure or none."""
    text = _("The most funds that a source has counted in {country}: {count} ({family}, {period}).")
    return [
        text.format(
            country=the_country(figure.country),
            count=number(figure.value),
            family=blocks.stated_by(figure),
            period=period(figure.period),
        )
        for figure in funds
    ]


def _most_funds(edition, code):
    """The highest count of active funds of any year up to the edition's: list of one Figure or none."""
    rows = rows_of(edition.package, "metric", "funds_active")
    rows = rows[(rows["country"] == code) & ~rows["status"].isin(NOT_COMPARED)]
    rows = rows[rows["period"].str[:4].astype(int) <= edition.year]
    return [as_figure(row) for _i, row in rows.sort_values("value").tail(1).iterrows()]


def _afore_exhibit(edition, gap, assets, mean, levers, results, missing):
    funds = _most_funds(edition, gap.behind.country)
    chosen = results[levers.afore_share]
    rows = [_afore_bar(edition, gap, share, result) for share, result in results.items()]
    table = _afore_table(gap, results)
    return blocks.exhibit(
        "afores",
        _afore_title(levers, chosen),
        _(
            "Venture capital a year in {country}, US$: today (solid), added while the money is invested (hatched)."
        ).format(country=the_country(gap.behind.country)),
        table.assign(country=gap.behind.country),
        {"what": (_("What"), str)} | {f"{place}_text": (percent(share), str) for place, share in enumerate(results)},
        draw=lambda narrow: charts.bullet(rows, narrow, money),
        alt=_("{items}; an equal share of GDP would be {wanted}.").format(
            items=join(f"{row['label']}: {row['text']}" for row in rows), wanted=money(gap.wanted)
        ),
        figures=[*gap.figures, *assets.figures, *mean, *funds],
        package=edition.package,
        quality=_("scenario"),
        warning=gap.warning,
        notes=[*_afore_assumptions(assets, levers), *_all_of_it(gap, assets, levers), *_funds_there(funds), *missing],
        method=_("assets × share ÷ exchange rate; a year = that × share at home ÷ years × (1 − displaced)"),
        numbers={"afore_added_usd": chosen.net_per_year, "afore_share_of_gap": chosen.share_of_gap},
    )


def _names(gap):
    """The countries as headings: dict for format."""
    return {"ahead": country(gap.ahead.country), "behind": country(gap.behind.country)}


def _afore_bar(edition, gap, share, result):
    return {
        "label": _("{share} of the assets").format(share=percent(share)),
        "detail": _("+{added} a year").format(added=money(result.net_per_year)),
        "side": side(edition, gap.behind.country),
        "value": gap.behind.value,
        "added": result.net_per_year,
        "text": money(gap.behind.value + result.net_per_year),
        "mark": gap.wanted,
        "mark_text": _("equal share of GDP {value}").format(value=money(gap.wanted)),
    }


def _afore_words(gap):
    """What each result of scenarios.AforeScenario is called and how it is written."""
    return {
        "stock": (_("Committed at home"), money),
        "per_year": (_("Invested a year"), money),
        "net_per_year": (_("Added a year, net of what it displaces"), money),
        "increase": (_("Compared with today"), signed_percent),
        "new_ratio": (_("{ahead} ÷ {behind}, volume then").format(**_names(gap)), times_precise),
        "share_of_gap": (_("Part of the gap in intensity closed"), percent),
        "steady_state_per_year": (_("A year at first, once ended funds are replaced, before displacement"), money),
        "funds_needed": (_("Funds of today’s mean size to take it"), number),
    }


def _afore_table(gap, results):
    """One row per result, one column per share of the assets, as values and as texts."""
    rows = []
    for name, (label, form) in _afore_words(gap).items():
        values = [getattr(result, name) for result in results.values()]
        row = {"what": label} | {f"share_{share:g}": value for share, value in zip(results, values, strict=True)}
        rows.append(row | {f"{place}_text": form(value) for place, value in enumerate(values)})
    return pd.DataFrame(rows)


def _afore_title(levers, chosen):
    text = _(
        "{share} of pension savings, invested over {years}, would close {part} of the gap in intensity, {condition}"
    )
    if not chosen.net_per_year:
        text = _("Under these assumptions pension savings would add nothing")
    elif chosen.share_of_gap is None or chosen.share_of_gap >= 1:
        text = _(
            "{share} of pension savings, invested over {years}, would close the whole gap in intensity, {condition}"
        )
    return text.format(
        share=percent(levers.afore_share),
        years=years_words(levers.deployment_years),
        part=percent(chosen.share_of_gap),
        condition=_condition(levers),
    )


def _condition(levers):
    """Under which assumptions the title of the pension lever holds."""
    if levers.domestic_share == 1 and not levers.crowd_out:
        return _("if all of it stayed at home and displaced nothing")
    text = _("with {home} of it at home and {rate} of that displacing other money")
    if levers.crowd_out < 0:
        text = _("with {home} of it at home, attracting {rate} of that in other money")
    return text.format(home=percent(levers.domestic_share), rate=percent(abs(levers.crowd_out)))


def _afore_assumptions(assets, levers):
    """What was assumed, and of which assets, in words: list of str."""
    text = _(
        "Assumptions: invested over {years}, {home} of it at home, {displaced} of it displacing other money (below zero: attracting it); afterwards assets grow {growth} a year and a fund lives {life}."
    )
    return [
        text.format(
            years=years_words(levers.deployment_years),
            home=percent(levers.domestic_share),
            displaced=percent(levers.crowd_out),
            growth=percent(levers.asset_growth),
            life=years_words(levers.fund_life_years),
        ),
        assets.sentence,
    ]


def _all_of_it(gap, assets, levers):
    """What share of the assets would close the whole gap: a sentence, or none. List of str."""
    needed = scenarios.share_of_assets_needed(
        gap.gap, assets.value, levers.deployment_years, levers.domestic_share, levers.crowd_out
    )
    if needed is None:
        return []
    text = _("To close it all for {years} would take {share} of the assets.")
    if needed > 1:
        text = _("To close it all for {years} would take more than all the assets there are: {share}.")
    return [text.format(years=years_words(levers.deployment_years), share=percent(needed))]


@or_say_what_is_missing
def leakage(edition, *, afore_share, deployment_years, domestic_share, crowd_out):
    """The chosen share of pension savings when part of it goes abroad and part displaces, or attracts, other money."""
    levers = checked(
        afore_share=afore_share,
        deployment_years=deployment_years,
        domestic_share=domestic_share,
        crowd_out=crowd_out,
    )
    gap = gap_of_intensity(edition)
    assets = _assets(edition, gap.behind.country)
    on_record = evidence.domestic_shares(gap.behind.country)
    homes = sorted({1.0, levers.domestic_share, *(on_record.values() or [HALF])}, reverse=True)
    grid = [_leakage_record(gap, assets, levers, home) for home in homes]
    return blocks.exhibit(
        "leakage",
        _leakage_title(gap, levers, grid),
        _(
            "US$ a year that {share} of pension savings would add over {years}, and the part of the gap that closes."
        ).format(share=percent(levers.afore_share), years=years_words(levers.deployment_years)),
        pd.DataFrame(grid).assign(country=gap.behind.country),
        {"domestic_share": (_("Placed at home"), percent)}
        | {f"displaced_{rate:g}_text": (_displaced_words(rate), str) for rate in _displaced(levers)},
        figures=[*gap.figures, *assets.figures],
        package=edition.package,
        quality=_("scenario"),
        warning=gap.warning,
        notes=[_leakage_note(on_record)],
        method=_("assets × share ÷ exchange rate × part at home ÷ years × (1 − displaced)"),
    )


def _displaced(levers):
    return sorted({*DISPLACED, levers.crowd_out})


def _displaced_words(rate):
    """What a rate of displacement is called: 0.2 → "20 % displaces", −0.5 → "attracts 50 %"."""
    if rate < 0:
        return _("attracts {rate}").format(rate=percent(-rate))
    return _("displaces {rate}").format(rate=percent(rate)) if rate else _("displaces nothing")


def _leakage_record(gap, assets, levers, home):
    """What is added a year for one part at home, by displacement: US$ and, as text, with the part of the gap."""
    flow = scenarios.deployed_per_year(assets.value, levers.afore_share, levers.deployment_years, home)
    record = {"domestic_share": home}
    for rate in _displaced(levers):
        added = scenarios.net_effect(flow, max(rate, 0), max(-rate, 0))
        record |= {
            f"displaced_{rate:g}": added,
            f"displaced_{rate:g}_text": f"{money(added)} ({percent(gaps.ratio(added, gap.gap))})",
        }
    return record


def _leakage_title(gap, levers, grid):
    """The most and the least of the grid, as parts of the gap in intensity."""
    added = [row[f"displaced_{rate:g}"] for row in grid for rate in _displaced(levers)]
    text = _(
        "Depending on what stays at home and what it displaces, {share} of pension savings closes {reach} of the gap"
    )
    reach = interval(gaps.ratio(min(added), gap.gap), gaps.ratio(max(added), gap.gap), percent)
    return text.format(share=percent(levers.afore_share), reach=reach)


def _leakage_note(on_record):
    if not on_record:
        return _("No figure here says how much of such money stays at home: half is an assumption.")
    text = _(
        "On record – {shares}. Both are of all structured instruments, not of venture capital. What is displaced or attracted is an assumption; no figure measures it."
    )
    return text.format(shares=join(f"{label}: {percent(share)}" for label, share in on_record.items()))


@or_say_what_is_missing
def co_investment(edition, *, public_budget_usd, leverage, additionality, deployment_years):
    """What public money beside private money would add, for several budgets and leverages; all are assumptions."""
    levers = checked(
        public_budget_usd=public_budget_usd,
        leverage=leverage,
        additionality=additionality,
        deployment_years=deployment_years,
    )
    gap, added = gap_of_intensity(edition), _added_per_year(levers)
    part = gaps.ratio(added, gap.gap)
    return blocks.exhibit(
        "co-investment",
        _co_investment_title(levers, added, part),
        _co_investment_subtitle(gap, levers),
        _co_investment_table(gap, levers).assign(country=gap.behind.country),
        _co_investment_columns(levers),
        figures=gap.figures,
        package=edition.package,
        quality=_("scenario"),
        warning=gap.warning,
        notes=_co_investment_notes(gap, levers, added),
        method=_("a year = budget × (1 + additionality × (leverage − 1)) ÷ years"),
        numbers={"co_investment_added_usd": added, "co_investment_share_of_gap": part},
    )


def _co_investment_subtitle(gap, levers):
    text = _(
        "Money a year in {country} that would not have come anyway, and compared with today’s {today}, over {years}."
    )
    return text.format(
        country=the_country(gap.behind.country),
        today=money(gap.behind.value),
        years=years_words(levers.deployment_years),
    )


def _leverages(levers):
    return sorted({LOW_LEVERAGE, levers.leverage, *(leverage for _row, leverage in evidence.leverages())})


def _co_investment_columns(levers):
    heading = _("Leverage {value}")
    leverages = [(heading.format(value=significant(one)), str) for one in _leverages(levers)]
    return {"public_budget": (_("Public budget"), money)} | {
        f"{place}_text": column for place, column in enumerate(leverages)
    }


def _added_per_year(levers):
    """What would not have been invested anyway, US$ a year."""
    total = scenarios.additional(levers.public_budget_usd, levers.leverage, levers.additionality)
    return gaps.ratio(total, levers.deployment_years)


def _co_investment_table(gap, levers):
    """One row per budget: money a year and its size beside today's, as values and as text, for each leverage."""
    budgets = sorted({*BUDGETS, levers.public_budget_usd})
    grid = scenarios.co_investment_table(
        budgets, _leverages(levers), levers.deployment_years, gap.behind.value, levers.additionality
    )
    rows = []
    for budget in budgets:
        cells = grid[grid["public_budget"] == budget].to_dict("records")
        row = {"public_budget": budget} | {f"leverage_{cell['leverage']:g}": cell["per_year"] for cell in cells}
        texts = [f"{money(cell['per_year'])} ({rate_text(cell['increase'])})" for cell in cells]
        rows.append(row | {f"{place}_text": text for place, text in enumerate(texts)})
    return pd.DataFrame(rows)


def _co_investment_title(levers, added, part):
    if not added:
        return _("Without a public budget there is nothing to co-invest")
    text = _(
        "{budget} of public money at a leverage of {leverage} would close {part} of the gap in intensity, {condition}"
    )
    if part is None or part >= 1:
        text = _(
            "{budget} of public money at a leverage of {leverage} would close the whole gap in intensity, {condition}"
        )
    condition = _("if all the private money beside it came because of it")
    if levers.additionality < 1:
        condition = _("if {share} of the private money beside it came because of it")
    return text.format(
        budget=money(levers.public_budget_usd),
        leverage=significant(levers.leverage),
        part=percent(part),
        condition=condition.format(share=percent(levers.additionality)),
    )


def _co_investment_notes(gap, levers, added):
    """What is assumed, what is additional, and what closing the whole gap would cost the public: list of str."""
    text = _(
        "Assumptions: {leverage} in all for each public dollar, invested over {years}; {additionality} of the private money would not have come anyway, which leaves {added} a year that is additional."
    )
    needed = scenarios.public_money_needed(gap.gap, _effective_leverage(levers))
    closing = _("To close the gap in intensity, {gap} a year, would take {needed} of public money a year.")
    return [
        text.format(
            leverage=money(levers.leverage),
            years=years_words(levers.deployment_years),
            additionality=percent(levers.additionality),
            added=money(added),
        ),
        closing.format(gap=money(gap.gap), needed=money(needed)),
    ]


def _effective_leverage(levers):
    """Additional money for each public dollar."""
    return scenarios.additional(1.0, levers.leverage, levers.additionality)


@or_say_what_is_missing
def together(edition, *, pensions, public):
    """What part of the gap in intensity both levers close together, from the exhibits that show them one by one.

    pensions, public : the Blocks of afores and co_investment
    """
    gap = gap_of_intensity(edition)
    parts = [
        (_("pension savings"), pensions.numbers.get("afore_added_usd")),
        (_("co-investment"), public.numbers.get("co_investment_added_usd")),
    ]
    known = [(name, added) for name, added in parts if added is not None]
    if not known:
        raise MissingFigure(_("Neither lever has the figures it needs."))
    added = sum(money for _name, money in known)
    figures = [*gap.figures, *pensions.figures, *public.figures]
    lede = [_together_sum(gap, known), *_left_out(parts), _left_to_close(gap, added), _together_caveat(parts)]
    numbers = {"levers_added_usd": added, "levers_share_of_gap": gaps.ratio(added, gap.gap)}
    lede += [gap.warning] if gap.warning else []
    return blocks.headline("together", _together_title(gap, known, added), lede, figures, numbers, gap.warning)


def _together_title(gap, known, added):
    part = gaps.ratio(added, gap.gap)
    who = _("Both levers together") if len(known) > 1 else _("The one lever that can be computed")
    if not added:
        return _("{who} would close nothing of the gap in intensity").format(who=who)
    if part is None or part >= 1:
        return _("{who} would close the whole gap in intensity, if every assumption held").format(who=who)
    return _("{who} would close {part} of the gap in intensity, if every assumption held").format(
        who=who, part=percent(part)
    )


def _together_sum(gap, known):
    said = join(_("{money} a year from {lever}").format(money=money(added), lever=name) for name, added in known)
    return _("{parts}, beside {today} invested in {country} in the year.").format(
        parts=sentence_start(said), today=money(gap.behind.value), country=the_country(gap.behind.country)
    )


def _left_out(parts):
    missing = [name for name, added in parts if added is None]
    return [_("Left out for want of figures: {names}.").format(names=join(missing))] if missing else []


def _left_to_close(gap, added):
    left = gap.gap - added
    if left <= 0:
        return _("That is more than the {gap} a year that are missing.").format(gap=money(gap.gap))
    return _("{left} of the {gap} a year would still be missing.").format(left=money(left), gap=money(gap.gap))


def _together_caveat(parts):
    text = _("Every lever here is an assumption, and the effect ends when the money is invested.")
    if len([added for _name, added in parts if added]) > 1:
        text += " " + _(
            "Added up they count too much if pension money is the private money that public money attracts."
        )
    return text
