"""How far a result can be trusted: does it survive a change of source, and how wide is it when everything moves.

Draws come from a seeded numpy Generator: the same seed gives the same numbers.
"""

from itertools import product
from typing import NamedTuple

import numpy as np

from vcgap.gaps import missing, ratio

SEED = 2024
DRAWS = 100_000


class Survival(NamedTuple):
    """In how many pairs of sources a conclusion holds. share : holds / (holds + fails), None if it is never defined."""

    share: float | None
    holds: int
    fails: int
    undefined: int


def survival(conclusion, base_statements, peer_statements):
    """Ask a conclusion of every pair of sources (a multiverse of two choices, Steegen et al. 2016): Survival.

    conclusion : function (base, peer) → True, False, or None if undefined for the pair; statements : what each source
    says, in any form that the conclusion understands. “100 ≤ R < 1000”, [178, 209], [1.674, 1.18, 0.98] → share 1.0
    """
    verdicts = [conclusion(base, peer) for base, peer in product(base_statements, peer_statements)]
    holds, undefined = sum(bool(verdict) for verdict in verdicts), sum(verdict is None for verdict in verdicts)
    fails = len(verdicts) - holds - undefined
    return Survival(ratio(holds, holds + fails), holds, fails, undefined)


def spread_factor(values):
    """Largest over smallest statement of one thing, dimensionless: [1674, 1180, 980] → 1.71.

    Missing values are left out; None if none is left or the smallest is not positive.
    """
    known = [value for value in values if not missing(value)]
    return max(known) / min(known) if known and min(known) > 0 else None


def overlap(interval, other):
    """Whether two intervals (lower, upper) have a point in common: (0.21, 0.51), (0.38, 0.52) → True; None if missing."""
    if interval is None or other is None or missing(*interval, *other):
        return None
    return interval[0] <= other[1] and other[0] <= interval[1]


def log_uniform(generator, lower, upper, size):
    """Draws whose logarithm is equally likely anywhere between the bounds: array, unit of the bounds (both positive)."""
    return np.exp(generator.uniform(np.log(lower), np.log(upper), size))


def triangular(generator, lower, mode, upper, size):
    """Draws between bounds, most often near the mode: array, unit of the bounds; lower = upper gives that value."""
    return np.full(size, float(mode)) if lower == upper else generator.triangular(lower, mode, upper, size)


def around_sources(generator, values, relative_error, size):
    """Draws that pick a source, then err around it: value · e^(error · z), z standard normal (GUM supplement 1, 2008).

    values : what the sources say, positive; relative_error : standard deviation as a fraction (0.05). Returns an array.
    """
    return generator.choice(values, size) * np.exp(relative_error * generator.standard_normal(size))


def central_range(draws, coverage=0.9):
    """(lower, median, upper) of draws, the share `coverage` lying between the ends; None if there are no draws."""
    if not len(draws):
        return None
    tail = (1 - coverage) / 2
    return tuple(float(value) for value in np.quantile(draws, [tail, 0.5, 1 - tail]))


def joint_ratio_range(base_bounds, peer_values, relative_error, coverage=0.9, draws=DRAWS, seed=SEED):
    """(lower, median, upper) of U / M when the base is anywhere in its range and the peer near any of its sources.

    base_bounds : (lower, upper), drawn log-uniform; peer_values, relative_error : as for around_sources; one unit.
    None if a value is missing or not positive. (178, 209), [1.674, 1.18, 0.98], 0.05 → (107, 163, 211)
    """
    amounts = (*base_bounds, *peer_values)
    if missing(*amounts, relative_error) or not len(peer_values) or min(amounts) <= 0:
        return None
    generator = np.random.default_rng(seed)
    base = log_uniform(generator, *base_bounds, draws)
    return central_range(base / around_sources(generator, peer_values, relative_error, draws), coverage)


class CatchUpRange(NamedTuple):
    """never : share of draws without catch-up; lower, median, upper : years in the other draws, None if there are none."""

    never: float
    lower: float | None
    median: float | None
    upper: float | None


def catch_up_range(ratio_now, peer_growth, base_growth, coverage=0.5, draws=DRAWS, seed=SEED):
    """How long the catch-up takes when both growth rates are drawn once, from triangles: CatchUpRange, years.

    ratio_now : U / M, above 1; growth : (lower, mode, upper), fractions a year above −1. None if a value is missing.
    106.59, (−0.05, 0.15, 0.59), (−0.02, 0.05, 0.12) → never 0.084; 19, 29, 52
    """
    if missing(ratio_now, *peer_growth, *base_growth):
        return None
    generator = np.random.default_rng(seed)
    peer, base = (triangular(generator, *growth, draws) for growth in (peer_growth, base_growth))
    meets = peer > base
    years = np.maximum(np.log(ratio_now), 0) / np.log1p((peer[meets] - base[meets]) / (1 + base[meets]))
    return CatchUpRange(float(1 - meets.mean()), *(central_range(years, coverage) or (None, None, None)))
