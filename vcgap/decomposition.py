"""What a gap is made of: factors whose product is the amount, and contributions that add up to the gap.

U is the base's value, M the peer's. Factors are lists in one order, base and peer alike; their product is U or M.
An identity splits a number into parts; it does not say what causes them.
"""

from itertools import combinations
from math import factorial, log, log1p, prod

import pandas as pd

from vcgap.gaps import missing, ratio


def population_income_intensity(amount, population, gdp):
    """Identity A, V = P · (Y/P) · (V/Y): people, income per head, venture capital per unit of GDP (Kaya 1990's form).

    amount, gdp : in one currency unit; population : people. None if one is missing or population or GDP is zero.
    178e9, 340.1e6, 29184.9e9 → [340.1e6, 85813, 0.0060990]
    """
    if missing(amount, population, gdp) or population == 0 or gdp == 0:
        return None
    return [population, gdp / population, amount / gdp]


def count_and_size(amount, count):
    """Identity B, V = N · s̄: number of deals and average size. Both from one source, deals with a disclosed value.

    amount : money; count : deals. None if one is missing or the count is zero (an average of nothing).
    1674, 85 → [85, 19.69]
    """
    average = ratio(amount, count)
    return None if average is None else [count, average]


def logarithmic_mean(a, b):
    """L(a, b) = (a − b) / ln(a / b), between the geometric and the arithmetic mean (Carlson 1972).

    a, b : zero or more, in one unit. Limits: a if a = b, 0 if either is zero; None if missing or negative.
    178, 1.67 → 37.77
    """
    if missing(a, b) or a < 0 or b < 0:
        return None
    smaller, larger = sorted((a, b))
    if smaller == 0 or smaller == larger:
        return smaller
    if larger > 2 * smaller:
        return (larger - smaller) / (log(larger) - log(smaller))
    return (larger - smaller) / log1p((larger - smaller) / smaller)


def log_shares(base_factors, peer_factors):
    """Each factor's share of ln(U / M): list of fractions that sum to one; negative if a factor narrows the gap.

    None if a factor is missing, zero or negative, or if U = M.
    [340.1, 85.813, 0.6099], [130.9, 14.154, 0.09014] → [0.205, 0.386, 0.410]
    """
    if _unusable(base_factors, peer_factors) or not all((*base_factors, *peer_factors)):
        return None
    logs = [log(base / peer) for base, peer in zip(base_factors, peer_factors, strict=True)]
    return [part / sum(logs) for part in logs] if sum(logs) else None


def lmdi(base_factors, peer_factors):
    """LMDI-I, additive: contribution i = L(U, M) · ln(x_i^U / x_i^M), in the unit of U; sums to U − M (Ang 2004, 2015).

    Zeros by the analytic limit (Wood & Lenzen 2006): factors that are zero on one side carry the whole gap, in equal
    parts; if U = M = 0, every contribution is 0. None if a factor is missing or negative.
    GDP and intensity, [29184.9, 0.006099], [1852.7, 0.0009014] → [104.1, 72.2]
    """
    if _unusable(base_factors, peer_factors):
        return None
    base_total, peer_total = prod(base_factors), prod(peer_factors)
    if base_total == 0 or peer_total == 0:
        return _lmdi_at_zero(base_factors if base_total == 0 else peer_factors, base_total - peer_total)
    weight = logarithmic_mean(base_total, peer_total)
    return [weight * log(base / peer) for base, peer in zip(base_factors, peer_factors, strict=True)]


def _lmdi_at_zero(factors, gap):
    zeros = sum(factor == 0 for factor in factors)
    return [gap / zeros if factor == 0 and gap else 0.0 for factor in factors]


def shapley(base_factors, peer_factors):
    """Each factor's contribution, averaged over all orders of changing them; sums to U − M (Shorrocks 2013).

    Any number of factors, the work doubles with each; zeros need no care. None if a factor is missing or negative.
    GDP and intensity, [29184.9, 0.006099], [1852.7, 0.0009014] → [95.7, 80.7]
    """
    if _unusable(base_factors, peer_factors):
        return None
    return [_average_effect(place, base_factors, peer_factors) for place in range(len(base_factors))]


def _average_effect(place, base_factors, peer_factors):
    count = len(base_factors)
    others = [other for other in range(count) if other != place]
    return sum(
        factorial(size)
        * factorial(count - size - 1)
        / factorial(count)
        * _effect(place, changed, base_factors, peer_factors)
        for size in range(count)
        for changed in combinations(others, size)
    )


def _effect(place, changed, base_factors, peer_factors):
    """What changing one factor does when those in `changed` are already the base's and the rest still the peer's."""
    others = [
        base_factors[other] if other in changed else peer_factors[other]
        for other in range(len(base_factors))
        if other != place
    ]
    return (base_factors[place] - peer_factors[place]) * prod(others)


def in_order(base_factors, peer_factors, order):
    """Contributions when the factors are changed one after the other; sums to U − M, but depends on the order.

    order : positions of the factors, first changed first. Result in the order of the factors, in the unit of U.
    None if a factor is missing or negative. GDP and intensity: order [1, 0] → [166.7, 9.6], [0, 1] → [24.6, 151.7]
    """
    if _unusable(base_factors, peer_factors):
        return None
    effects = {place: _effect(place, order[:step], base_factors, peer_factors) for step, place in enumerate(order)}
    return [effects[place] for place in range(len(base_factors))]


def first_and_last(base_factors, peer_factors):
    """How much each factor alone “explains” if it is changed first, and if last: list of (first, last), unit of U.

    The two extremes show that a one-at-a-time story is arbitrary. None if a factor is missing or negative.
    GDP and intensity → intensity: (9.6, 151.7)
    """
    if _unusable(base_factors, peer_factors):
        return None
    places = range(len(base_factors))
    return [
        tuple(_effect(place, changed, base_factors, peer_factors) for changed in ((), [*places])) for place in places
    ]


def decomposition_table(names, base_factors, peer_factors):
    """Every method side by side, one row per factor.

    names : what the factors are called. Returns DataFrame: factor, ratio, log_share, lmdi, shapley, changed_first,
    changed_last, the last four in the unit of U; None where undefined. None if a factor is missing or negative.
    """
    if _unusable(base_factors, peer_factors):
        return None
    extremes = first_and_last(base_factors, peer_factors)
    columns = {
        "factor": list(names),
        "ratio": [ratio(base, peer) for base, peer in zip(base_factors, peer_factors, strict=True)],
        "log_share": log_shares(base_factors, peer_factors) or [None] * len(extremes),
        "lmdi": lmdi(base_factors, peer_factors),
        "shapley": shapley(base_factors, peer_factors),
        "changed_first": [first for first, _ in extremes],
        "changed_last": [last for _, last in extremes],
    }
    return pd.DataFrame(columns, dtype=object)


def _unusable(base_factors, peer_factors):
    if base_factors is None or peer_factors is None:
        return True
    factors = (*base_factors, *peer_factors)
    return missing(*factors) or min(factors, default=0) < 0
