"""The arithmetic of gaps. Plain numbers in, plain numbers out; no files, charts or words.

U is the base's value, M the peer's. Intervals are (lower, upper) in the unit of the value.
"""

from math import inf, isnan, log2, log10
from typing import NamedTuple


def missing(*values):
    """True if any of the values is None or NaN: missing(1, None) → True, missing(0) → False."""
    return any(value is None or isnan(value) for value in values)


def ratio(base_value, peer_value):
    """R = U / M, dimensionless; None if either is missing or the peer's is zero.

    178e9, 1.67e9 → 106.59
    """
    if missing(base_value, peer_value) or peer_value == 0:
        return None
    return base_value / peer_value


def ratio_interval(base_interval, peer_interval):
    """The guaranteed bounds of U / M when both lie inside their intervals (interval division, Moore 1966).

    (177.5, 178.5), (1.665, 1.675) → (105.97, 107.21). The upper bound is inf if the peer's interval reaches zero.
    """
    (base_lower, base_upper), (peer_lower, peer_upper) = base_interval, peer_interval
    upper = base_upper / peer_lower if peer_lower > 0 else inf
    return (base_lower / peer_upper if peer_upper > 0 else inf, upper)


def ratio_range(base_values, peer_values):
    """Smallest and largest U / M over every pairing of sources; None if a side has no positive value.

    [156e9, 215e9], [0.635e9, 1.674e9] → (93.2, 338.6)
    """
    base_values = [value for value in base_values if value > 0]
    peer_values = [value for value in peer_values if value > 0]
    if not base_values or not peer_values:
        return None
    return min(base_values) / max(peer_values), max(base_values) / min(peer_values)


def share(base_value, peer_value):
    """M / U as a fraction: 178, 1.67 → 0.00938; None if the base's is zero."""
    return ratio(peer_value, base_value)


def absolute_gap(base_value, peer_value):
    """U − M, in the unit of the values: 178, 1.67 → 176.33."""
    return base_value - peer_value


def orders_of_magnitude(ratio_value):
    """log10 of a ratio: 106.59 → 2.03. The ratio must be positive."""
    return log10(ratio_value)


def doublings(ratio_value):
    """How many times the peer must double: log2 of a ratio, 106.59 → 6.74."""
    return log2(ratio_value)


def per(amount, denominator):
    """An amount per head, per dollar of GDP …; None if either is missing or the denominator is zero."""
    return ratio(amount, denominator)


def scaled_interval(interval, factor):
    """Both ends of an interval times a positive factor."""
    return interval[0] * factor, interval[1] * factor


def at_intensity(base_amount, base_denominator, peer_denominator):
    """What the peer's amount would be at the base's intensity: (U / D_U) · D_M, in the unit of the amount.

    Denominators: GDP, people …, both in one unit. None if a value is missing or the base's denominator is zero.
    178, 29184.9, 1852.7 → 11.30 (billion dollars at the US share of GDP)
    """
    if missing(base_amount, base_denominator, peer_denominator) or base_denominator == 0:
        return None
    return base_amount / base_denominator * peer_denominator


def intensity_gap(base_amount, base_denominator, peer_amount, peer_denominator):
    """What the peer lacks to the base's intensity, in the unit of the amounts; negative if the peer is ahead.

    Denominators: GDP, people …, both in one unit. None if a value is missing or the base's denominator is zero.
    178, 29184.9, 1.67, 1852.7 → 9.63 (billion dollars a year)
    """
    wanted = at_intensity(base_amount, base_denominator, peer_denominator)
    return None if wanted is None or missing(peer_amount) else wanted - peer_amount


def growth(level, previous):
    """Growth from levels, as a fraction: 1674, 1051 → 0.593; None if the earlier level is missing or zero."""
    change = ratio(level, previous)
    return None if change is None else change - 1


def level_before(level, growth_rate):
    """The level a year earlier from a level and its growth: 178, 0.04 → 171.15. Growth must exceed −1."""
    return level / (1 + growth_rate)


class Comparison(NamedTuple):
    """Two figures side by side, with everything in which they are not like for like.

    ratio : float or None; rounding : (lower, upper) from rounding alone, or None;
    mismatches : names of the aspects that differ, among metric, statistic, entity, kind, period, segment
    """

    base: object
    peer: object
    ratio: float | None
    rounding: tuple | None
    mismatches: tuple


ASPECTS = ("metric", "statistic", "entity", "kind", "period", "segment")


def compare(base, peer):
    """Compare two Figures. The mismatches travel with the ratio, so that no page can print it bare.

    base, peer : vcgap.figures.Figure. Returns Comparison.
    """
    differs = tuple(aspect for aspect in ASPECTS if not _alike(aspect, base, peer))
    value = ratio(base.value, peer.value)
    rounding = None if value is None else ratio_interval(base.interval, peer.interval)
    return Comparison(base, peer, value, rounding, differs)


def _alike(aspect, base, peer):
    if getattr(base, aspect) == getattr(peer, aspect):
        return True
    if aspect == "period" and base.kind == peer.kind == "stock":
        # a stock stated for a year without a day may be of any day of that year
        shorter, longer = sorted((base.period, peer.period), key=len)
        return len(shorter) == 4 and longer.startswith(shorter)
    return False
