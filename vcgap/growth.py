"""Growth of two amounts side by side: when they would meet, how fast that needs, and when the gap in money peaks.

Growth rates are fractions a year (0.59 is 59 %) and must exceed −1. None means never, or not defined.
Everything here says “if this growth continued”; nothing is a forecast.
"""

from math import log, log1p

import numpy as np
import pandas as pd
import scipy

from vcgap.gaps import missing, ratio

HORIZON = 100_000  # years; what has not happened by then counts as never


def annual_growth(first, last, years):
    """Compound growth a year, (last / first)^(1/years) − 1, a fraction: 4944, 1674, 3 → −0.303.

    first, last : in one unit. None if a value is missing, `first` or `years` is not positive, or `last` is negative.
    """
    if missing(first, last, years) or first <= 0 or years <= 0 or last < 0:
        return None
    return (last / first) ** (1 / years) - 1


def ratio_drift(base_growth, peer_growth):
    """By what fraction U / M changes a year, (1 + g_U) / (1 + g_M) − 1; positive means that the gap widens.

    None if missing or the peer falls to zero. 0.04, 0.035 → 0.0048; 0.29, 0.035 → 0.246
    """
    if missing(base_growth, peer_growth) or peer_growth <= -1:
        return None
    return (1 + base_growth) / (1 + peer_growth) - 1


def ratio_by_year(base_levels, peer_levels):
    """The ratio U / M in every year that either side has: dict year → float, None where a side is missing or zero.

    base_levels, peer_levels : mapping of year to amount, one unit. {2024: 209e3}, {2024: 1674} → {2024: 124.9}
    """
    years = sorted({*base_levels, *peer_levels})
    return {year: ratio(base_levels.get(year), peer_levels.get(year)) for year in years}


def catch_up_years(ratio_now, peer_growth, base_growth):
    """Years until the peer draws level, T = ln R / ln((1 + g_M) / (1 + g_U)); compound growth solved for time.

    ratio_now : U / M today. 0.0 if it is 1 or less; None (never) if the peer grows no faster; None if missing.
    106.59, 0.59, 0.04 → 11.0; 106.59, 0.035, 0.04 → None
    """
    if missing(ratio_now, peer_growth, base_growth) or min(peer_growth, base_growth) <= -1:
        return None
    if ratio_now <= 1:
        return 0.0
    return log(ratio_now) / _yearly_log(peer_growth, base_growth) if peer_growth > base_growth else None


def _yearly_log(peer_growth, base_growth):
    """ln((1 + g_M) / (1 + g_U)), exact for rates that hardly differ."""
    return log1p((peer_growth - base_growth) / (1 + base_growth))


def catch_up_sensitivity(ratio_now, peer_growth, base_growth):
    """How the catch-up time changes per point of the peer's growth: ∂T/∂g_M / 100, in years per percentage point.

    None where catch_up_years is None, 0.0 where the peer is level.
    106.59, 0.59, 0.04 → −0.16; 106.59, 0.20, 0.04 → −1.90
    """
    years = catch_up_years(ratio_now, peer_growth, base_growth)
    if not years:
        return years
    return -years / (1 + peer_growth) / _yearly_log(peer_growth, base_growth) / 100


def catch_up_table(ratio_now, peer_growths, base_growths):
    """Catch-up years for every pair of growth rates: DataFrame, rows the peer's, columns the base's; None for never.

    106.59, [0.20, 0.59], [0.0, 0.04] → 25.6 and 32.6, 10.1 and 11.0
    """
    rows = [[catch_up_years(ratio_now, peer, base) for base in base_growths] for peer in peer_growths]
    index, columns = pd.Index(peer_growths, name="peer_growth"), pd.Index(base_growths, name="base_growth")
    return pd.DataFrame(rows, index=index, columns=columns, dtype=object)


def required_growth(ratio_now, years, base_growth):
    """The peer's growth a year that brings parity in a number of years: R^(1/N) · (1 + g_U) − 1, a fraction.

    ratio_now : U / M today. None if a value is missing, or the ratio or the years are not positive.
    106.59, 20, 0.04 → 0.313
    """
    if missing(ratio_now, years, base_growth) or ratio_now <= 0 or years <= 0:
        return None
    return ratio_now ** (1 / years) * (1 + base_growth) - 1


def level_after(level, growth_rate, years):
    """A level after years of constant growth, same unit: 178, 0.04, 11 → 274.0; None if missing."""
    return None if missing(level, growth_rate, years) else level * (1 + growth_rate) ** years


def gap_peak_years(base_level, peer_level, base_growth, peer_growth):
    """Years until the gap in money, U − M, is largest: t* = ln(U ln(1+g_U) / (M ln(1+g_M))) / ln((1+g_M)/(1+g_U)).

    Levels in one unit, the base's the larger. 0.0 if the gap shrinks from the start; None if it grows without end,
    a value is missing or a level is not positive. First derivative set to zero.
    178, 1.67, 0.04, 0.59 → 5.2
    """
    if missing(base_level, peer_level, base_growth, peer_growth) or min(base_level, peer_level) <= 0:
        return None
    base_slope, peer_slope = base_level * log1p(base_growth), peer_level * log1p(peer_growth)
    if base_slope <= peer_slope:
        return 0.0
    if base_slope * peer_slope <= 0 or peer_growth == base_growth:
        return None
    years = log(base_slope / peer_slope) / _yearly_log(peer_growth, base_growth)
    return years if years > 0 else None


def fading_growth(start_growth, base_growth, decay, years):
    """The peer's growth when its lead fades: g_M(t) = g_U + (g₀ − g_U) · δ^t, list for t = 0 … years − 1, fractions.

    decay : δ between 0 and 1, what is left of the lead after a year. None if missing.
    0.59, 0.04, 0.9, 3 → [0.59, 0.535, 0.4855]
    """
    if missing(start_growth, base_growth, decay, years):
        return None
    return [base_growth + (start_growth - base_growth) * decay**year for year in range(years)]


def fading_catch_up_years(ratio_now, start_growth, base_growth, decay):
    """Whole years until parity when the peer's lead in growth fades by δ a year; None for never.

    0 if the ratio is 1 or less; None if a value is missing, the peer starts no faster, or δ is not between 0 and 1.
    106.59, 0.59, 0.04: decay 0.95 → 15, 0.90 → 52, 0.85 → None
    """
    if missing(ratio_now, start_growth, base_growth, decay) or not 0 <= decay <= 1:
        return None
    if ratio_now <= 1:
        return 0
    covered = np.cumsum(_fading_logs(start_growth, base_growth, decay))
    reached = np.flatnonzero(covered >= log(ratio_now))
    return int(reached[0]) + 1 if len(reached) else None


def fading_limit(ratio_now, start_growth, base_growth, decay):
    """The ratio at which a fading catch-up stalls, R / ∏(1 + (g₀ − g_U) δ^t / (1 + g_U)); below 1: parity was passed.

    None if a value is missing or the lead does not fade (δ must be at least 0 and below 1): there is no limit.
    106.59, 0.59, 0.04: decay 0.85 → 4.7, 0.70 → 22.7, 0.50 → 42.8
    """
    if missing(ratio_now, start_growth, base_growth, decay) or not 0 <= decay < 1:
        return None
    return ratio_now * float(np.exp(-_fading_logs(start_growth, base_growth, decay).sum()))


def critical_decay(ratio_now, start_growth, base_growth):
    """The smallest δ with which a fading lead in growth still reaches parity: 106.59, 0.59, 0.04 → 0.8995.

    0.0 if the first year is enough or the ratio is 1 or less; None if a value is missing or the peer starts no faster.
    The root is found numerically (Brent 1973).
    """
    if missing(ratio_now, start_growth, base_growth):
        return None

    def surplus(decay):
        return _fading_logs(start_growth, base_growth, decay).sum() - log(ratio_now)

    if ratio_now <= 1 or surplus(0.0) >= 0:
        return 0.0
    return float(scipy.optimize.brentq(surplus, 0.0, 1.0)) if surplus(1.0) > 0 else None


def _fading_logs(start_growth, base_growth, decay):
    """How much of ln R each year closes, for t = 0, 1, …; as many years as still count."""
    lead = (start_growth - base_growth) / (1 + base_growth)
    years = HORIZON if decay >= 1 else min(HORIZON, 1 + (int(log(1e-18) / log(decay)) if decay > 0 else 0))
    return np.log1p(lead * decay ** np.arange(years, dtype=float))
