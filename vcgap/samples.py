"""What unit records say: statistics of fund or round sizes, and how much they owe to chance and to single records.

Sizes are positive, in one unit; missing ones are left out. Who got into the records is another question: what is
written about is larger than what is not.
"""

from statistics import geometric_mean
from typing import NamedTuple

import numpy as np

from vcgap.gaps import missing
from vcgap.uncertainty import central_range


class SampleStatistics(NamedTuple):
    """What records say of themselves (not of the funds that nobody wrote about). Sizes in the unit of the records."""

    count: int
    median: float
    mean: float
    geometric_mean: float
    lower_quartile: float
    upper_quartile: float
    minimum: float
    maximum: float


def sample_statistics(sizes):
    """Statistics of fund records; None if there are none. Quartiles interpolate (Hyndman & Fan 1996, type 7).

    sizes : positive, one unit, one per fund; missing ones are left out. [10, 20, 90] → median 20, mean 40, geometric 26.2
    """
    known = known_sizes(sizes)
    if not known:
        return None
    lower, upper = np.quantile(known, [0.25, 0.75])
    middle = (np.median(known), np.mean(known), geometric_mean(known))
    return SampleStatistics(len(known), *map(float, (*middle, lower, upper, min(known), max(known))))


def known_sizes(sizes):
    """The sizes that are there and positive, as a sorted list of float: [20, None, 10] → [10.0, 20.0]."""
    return sorted(float(size) for size in sizes if not missing(size) and size > 0)


def leave_one_out(sizes, statistic=np.median):
    """Smallest and largest value of a statistic when any one record is left out; None with fewer than two records.

    sizes : one unit; statistic : function of a list. Jackknife range (Quenouille 1956). [10, 20, 90] → (15, 55)
    """
    known = known_sizes(sizes)
    if len(known) < 2:
        return None
    values = [float(statistic(known[:place] + known[place + 1 :])) for place in range(len(known))]
    return min(values), max(values)


def bootstrap_interval(sizes, statistic=np.median, coverage=0.9, resamples=5_000, seed=2024):
    """Interval of a statistic over resampled records (percentile bootstrap, Efron 1979).

    sizes : one unit; statistic : np.median, np.mean …; coverage : share between 0 and 1. Same seed, same interval.
    It measures chance among the records, not who got into them. None with fewer than two; no width if all are alike.
    [10, 10, 10] → (10, 10)
    """
    known = known_sizes(sizes)
    if len(known) < 2:
        return None
    drawn = np.random.default_rng(seed).integers(0, len(known), (resamples, len(known)))
    lower, _middle, upper = central_range(statistic(np.array(known)[drawn], axis=-1), coverage)
    return lower, upper


def mix_interval(statistic, *companies, coverage=0.95, resamples=20_000, seed=2024):
    """Interval of a statistic of one or two mixes if the companies behind each are drawn again: (lower, upper).

    statistic : function of an array for each mix, with a row for each draw (those of vcgap.mix); companies : counts by sector, one list for each mix, in one
    order of sectors. Multinomial draws, percentile bootstrap (Efron 1979). Same seed, same interval. None if a count is
    missing or a mix has no company. mix.hhi, [12, 12, 8, 5, 3, 2, 27] → (0.19, 0.32)
    """
    if missing(*(count for one in companies for count in one)) or not all(map(sum, companies)):
        return None
    lower, _middle, upper = central_range(_resampled(statistic, companies, companies, resamples, seed), coverage)
    return lower, upper


def chance_difference(statistic, base_companies, peer_companies, resamples=5_000, seed=2024):
    """What a measure of difference averages over draws of both sizes from one mix, that of all companies together.

    Small samples differ even where the mixes do not. Arguments, seed and None as for mix_interval; a float.
    mix.dissimilarity, [50, 50], [5, 5] → about 0.13
    """
    sides = base_companies, peer_companies
    if missing(*base_companies, *peer_companies) or not all(map(sum, sides)):
        return None
    together = np.add(*sides)
    return float(np.mean(_resampled(statistic, sides, (together, together), resamples, seed)))


def _resampled(statistic, companies, drawn_from, resamples, seed):
    """The statistic of every set of mixes drawn with the sizes of `companies` from the shares of `drawn_from`: array."""
    generator = np.random.default_rng(seed)
    sizes = [int(sum(one)) for one in companies]
    draws = [
        generator.multinomial(size, np.divide(counts, np.sum(counts)), resamples) / size
        for size, counts in zip(sizes, drawn_from, strict=True)
    ]
    return statistic(*draws)
