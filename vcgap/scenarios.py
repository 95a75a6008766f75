"""What if: pension funds, public co-investment, growth paths. Every input is an assumption; nothing is a forecast.

Money in one unit per call (billion dollars, say), shares and rates as fractions, durations in years.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from vcgap.gaps import missing, ratio
from vcgap.uncertainty import DRAWS, SEED, triangular


class AforeScenario(NamedTuple):
    """What a share of pension assets would do. Money in the unit of the assets.

    stock : committed at home; per_year : deployed a year; net_per_year : after crowding out and in; increase : of the
    peer's yearly amount, a fraction; new_ratio : U / M afterwards; share_of_gap : of the intensity gap, a fraction;
    steady_state_per_year : once funds are replaced as they end; funds_needed : of today's mean size, not rounded
    """

    stock: float | None
    per_year: float | None
    net_per_year: float | None
    increase: float | None
    new_ratio: float | None
    share_of_gap: float | None
    steady_state_per_year: float | None
    funds_needed: float | None


def committed_stock(assets, share, domestic=1.0):
    """Pension money committed to venture capital at home, A · s · d: 345.8, 0.01 → 3.458; None if missing."""
    return None if missing(assets, share, domestic) else assets * share * domestic


def deployed_per_year(assets, share, years, domestic=1.0):
    """Linear deployment, F = A · s · d / D, money a year: 345.8, 0.01, 5 → 0.692; None if missing or years are zero."""
    stock = committed_stock(assets, share, domestic)
    return ratio(stock, years)


def steady_state_per_year(assets, share, asset_growth, fund_life, domestic=1.0):
    """Yearly flow that keeps the share, F = A · s · d · (g + 1/L): 345.8, 0.01, 0.08, 10 → 0.622.

    asset_growth : g, fraction a year; fund_life : L, years. None if missing or the life is zero. Stock–flow balance:
    new assets bring their share, and 1/L of the stock ends and is replaced.
    """
    stock = committed_stock(assets, share, domestic)
    if missing(stock, asset_growth, fund_life) or fund_life == 0:
        return None
    return stock * (asset_growth + 1 / fund_life)


def net_effect(flow, crowd_out=0.0, crowd_in=0.0):
    """Money added a year, F · (1 − c) + m · F: 0.3458, crowd_out 0.2 → 0.277; None if missing.

    crowd_out : other investors' money displaced, crowd_in : attracted, per unit of flow.
    """
    return None if missing(flow, crowd_out, crowd_in) else flow * (1 - crowd_out + crowd_in)


def ratio_after(base_amount, peer_amount, added):
    """U / (M + added), all money a year: 178, 1.67, 0.6916 → 75.4; None if missing or the sum is zero."""
    return None if missing(base_amount, peer_amount, added) else ratio(base_amount, peer_amount + added)


def funds_needed(stock, mean_fund_size):
    """How many funds of today's mean size the money would fill (absorptive capacity): 3458, 10.5 → 329.3.

    One unit; not rounded. None if missing or the size is zero.
    """
    return ratio(stock, mean_fund_size)


def afore_scenario(
    assets,
    share,
    years,
    base_amount,
    peer_amount,
    intensity_gap,
    mean_fund_size,
    domestic=1.0,
    crowd_out=0.0,
    crowd_in=0.0,
    asset_growth=0.08,
    fund_life=10,
):
    """Everything the Afore lever changes: AforeScenario. Arguments as in the functions above; all money in one unit.

    intensity_gap : what the peer lacks a year to the base's share of GDP. A missing input empties what needs it.
    345.8, 0.01, 5, 178, 1.67, 9.63, 0.0105 → 3.458, 0.692, 0.692, +41.4 %, 75.4, 7.2 %, 0.622, 329
    """
    stock = committed_stock(assets, share, domestic)
    flow = deployed_per_year(assets, share, years, domestic)
    added = net_effect(flow, crowd_out, crowd_in)
    return AforeScenario(
        stock,
        flow,
        added,
        ratio(added, peer_amount),
        ratio_after(base_amount, peer_amount, added),
        ratio(added, intensity_gap),
        steady_state_per_year(assets, share, asset_growth, fund_life, domestic),
        funds_needed(stock, mean_fund_size),
    )


def share_of_assets_needed(yearly_amount, assets, years, domestic=1.0, crowd_out=0.0, crowd_in=0.0):
    """Share of pension assets that adds an amount a year for some years, V · D / (A · d · (1 − c + m)).

    9.63, 345.8, 5 → 0.139 (intensity parity). None if missing, or if the lever moves nothing.
    """
    if missing(yearly_amount, assets, years, domestic, crowd_out, crowd_in):
        return None
    moved = assets * domestic * (1 - crowd_out + crowd_in)
    return yearly_amount * years / moved if moved > 0 else None


def leverage_from_state_share(state_share):
    """Total money per public unit, λ = 1 / state share: 0.4 → 2.5 (Yozma I); None if missing or zero."""
    return ratio(1, state_share)


def leverage_from_match(public_per_private):
    """λ when the state adds a fixed part to each private unit, (1 + x) / x: 0.30 → 4.33 (Yozma 2.0); None if zero."""
    return None if missing(public_per_private) else ratio(1 + public_per_private, public_per_private)


def additional(public_budget, leverage, additionality):
    """What would not have been invested anyway, B · (1 + a (λ − 1)): 100, 2.5, 0.5 → 175; None if missing.

    additionality : a, share of the private money that came only because of the public; 1 gives B · λ.
    """
    if missing(public_budget, leverage, additionality):
        return None
    return public_budget * (1 + additionality * (leverage - 1))


def public_money_needed(amount, leverage):
    """Public money that mobilises an amount, V / λ: 9.63, 2.5 → 3.85 a year; None if missing or the leverage is zero."""
    return ratio(amount, leverage)


def co_investment_table(public_budgets, leverages, years, peer_amount, additionality=1.0):
    """Budgets against leverage: DataFrame public_budget, leverage, per_year, increase (of the peer's yearly amount).

    per_year : what would not have been invested anyway (additional), money a year; money in one unit.
    [100], [2.5], 5, 1670 → per_year 50, increase 0.030
    """
    rows = [
        (budget, leverage, flow := ratio(additional(budget, leverage, additionality), years), ratio(flow, peer_amount))
        for budget in public_budgets
        for leverage in leverages
    ]
    return pd.DataFrame(rows, columns=["public_budget", "leverage", "per_year", "increase"], dtype=object)


def projected_ratios(ratio_now, base_growth, peer_growth, years):
    """U / M from today (year 0) to a year if both growth rates last: list of years + 1 floats.

    None if a value is missing or the peer falls to zero. 106.59, 0.04, 0.59, 2 → [106.6, 69.7, 45.6]
    """
    if missing(ratio_now, base_growth, peer_growth, years) or peer_growth <= -1:
        return None
    return [ratio_now * ((1 + base_growth) / (1 + peer_growth)) ** year for year in range(years + 1)]


def growth_fan(
    ratio_now, base_growth, peer_growth, years, levels=(0.05, 0.25, 0.5, 0.75, 0.95), draws=DRAWS, seed=SEED
):
    """Quantiles of the ratio by year when both growth rates are drawn once and last: DataFrame, rows years, columns levels.

    base_growth, peer_growth : (lower, mode, upper) of a triangle, fractions above −1; same seed, same fan.
    None if a value is missing. Year 0 is the ratio of today in every column.
    """
    if missing(ratio_now, *base_growth, *peer_growth):
        return None
    generator = np.random.default_rng(seed)
    peer, base = (triangular(generator, *growth, draws) for growth in (peer_growth, base_growth))
    yearly = np.quantile(np.log1p(base) - np.log1p(peer), levels)
    steps = np.arange(years + 1)
    return pd.DataFrame(ratio_now * np.exp(np.outer(steps, yearly)), index=pd.Index(steps, name="year"), columns=levels)
