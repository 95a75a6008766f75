"""Small counts and shares of counts: unicorns, exits, rounds; how sure eight of something can make anybody.

Intervals are (lower, upper). They treat a census as one draw of many that could have been (a superpopulation reading).
coverage is a share, 0.95 for a 95 % interval.
"""

from typing import NamedTuple

import scipy

from vcgap.gaps import missing, ratio


class CountRatio(NamedTuple):
    """Two rates side by side. base_rate, peer_rate : count per unit of the denominator; lower, upper : of the ratio."""

    base_rate: float
    peer_rate: float
    ratio: float | None
    lower: float | None
    upper: float | None


def poisson_interval(count, coverage=0.95):
    """Exact interval of the rate behind a count (Garwood 1936): 8 → (3.45, 15.76); 0 → (0, 3.69).

    count : zero or more. None if missing or negative.
    """
    if missing(count) or count < 0:
        return None
    tail = (1 - coverage) / 2
    lower = float(scipy.special.gammaincinv(count, tail)) if count else 0.0  # half a chi-squared of twice the count
    return lower, float(scipy.special.gammaincinv(count + 1, 1 - tail))


def count_ratio(base_count, peer_count, base_denominator=1, peer_denominator=1, coverage=0.95):
    """Counts per people, GDP or capital, their ratio U / M and its interval from the peer's small count alone.

    Denominators in one unit; the base's count is taken as known. Ratio and upper bound None if the peer's count is
    zero. None if a value is missing or a denominator is zero. Poisson by Garwood (1936).
    656, 8 → 82 (42–190); per million, 340.1, 130.9 → 31.6 (16–73)
    """
    if missing(base_count, peer_count, base_denominator, peer_denominator) or 0 in (base_denominator, peer_denominator):
        return None
    rates = base_count / base_denominator, peer_count / peer_denominator
    few, many = (end / peer_denominator for end in poisson_interval(peer_count, coverage))
    return CountRatio(*rates, ratio(*rates), ratio(rates[0], many), ratio(rates[0], few))


def rate_ratio_interval(base_count, peer_count, base_denominator=1, peer_denominator=1, coverage=0.95):
    """Exact interval of U / M when chance is in both counts: binomial given their sum (Przyborowski & Wilenski 1940).

    Denominators in one unit. Upper None if the peer's count is zero. None if a value is missing, a denominator is
    zero, or both counts are. 656, 8 → (41.4, 191)
    """
    if missing(base_count, peer_count, base_denominator, peer_denominator) or 0 in (base_denominator, peer_denominator):
        return None
    shares = exact_interval(base_count, base_count + peer_count, coverage)
    if shares is None:
        return None
    lower, upper = (None if share == 1 else share / (1 - share) for share in shares)
    scale = peer_denominator / base_denominator
    return lower * scale, None if upper is None else upper * scale


def per_cumulative(count, yearly_amounts):
    """A stock over the flows that fed it, count / Σ amounts: 656, [355, 238, 162, 209] → 0.680 per billion.

    yearly_amounts : money of each year. None if a value is missing or they sum to zero. Money comes years before the
    status that it buys, so even this ratio flatters whoever invested early.
    """
    return None if missing(count, *yearly_amounts) else ratio(count, sum(yearly_amounts))


def value_per_company(total_value, count):
    """Mean value, total / count, unit of the total: 2.11e12, 656 → 3.216e9; None if missing or there are none."""
    return ratio(total_value, count)


def value_floor(count, threshold=1e9):
    """The least a number of unicorns can be worth by definition, in dollars: 8 → 8e9; None if missing. No estimate."""
    return None if missing(count) else count * threshold


def after_haircut(value, overstatement):
    """A reported valuation at fair value, V / (1 + o): 2.11e12, 0.48 → 1.426e12; None if missing.

    overstatement : by what fraction reported exceeds fair, 0.48 to 0.50 in 135 US unicorns (Gornall & Strebulaev 2020).
    """
    return None if missing(value, overstatement) or overstatement <= -1 else value / (1 + overstatement)


def still_above(count, lost, studied):
    """How many keep their status if they lose it as often as in a study: 656, 65, 135 → 340 (Gornall & Strebulaev 2020).

    lost of studied lose it. Not rounded. None if a value is missing or nothing was studied.
    """
    return None if missing(count, lost, studied) or studied == 0 else count * (1 - lost / studied)


def wilson_interval(successes, trials, coverage=0.95):
    """Score interval of a share (Wilson 1927): 8, 100 → (0.041, 0.150); None if missing, without trials or not a part."""
    if not _is_part(successes, trials):
        return None
    interval = scipy.stats.binomtest(successes, trials).proportion_ci(coverage, "wilson")
    return float(interval.low), float(interval.high)


def exact_interval(successes, trials, coverage=0.95):
    """Exact interval of a share (Clopper & Pearson 1934): 5, 64 → (0.026, 0.173); None as for wilson_interval."""
    if not _is_part(successes, trials):
        return None
    tail, others = (1 - coverage) / 2, trials - successes
    lower = float(scipy.special.betaincinv(successes, others + 1, tail)) if successes else 0.0
    return lower, float(scipy.special.betaincinv(successes + 1, others, 1 - tail)) if others else 1.0


def _is_part(successes, trials):
    return not missing(successes, trials) and trials != 0 and 0 <= successes <= trials


def same_rate_p(successes, trials, other_successes, other_trials):
    """How often chance alone parts two shares as far, if both have one rate: two-sided exact p, 0 to 1 (Fisher 1935).

    None as for wilson_interval. 252 of 1,671, 5 of 64 → 0.149
    """
    if missing(successes, trials, other_successes, other_trials) or 0 in (trials, other_trials):
        return None
    table = [[successes, trials - successes], [other_successes, other_trials - other_successes]]
    return None if min(map(min, table)) < 0 else float(scipy.stats.fisher_exact(table).pvalue)


def largest_share(amounts, total, largest=None):
    """What share of a total its largest known rounds are: [7, 5, 4, 1], 74.6, 3 → 0.214.

    amounts : rounds, unit of the total; missing ones are left out; largest : how many count, None for all known.
    Above 1: records and total are not of one scope. None if the total is missing or zero, or no amount is known.
    """
    known = sorted((amount for amount in amounts if not missing(amount)), reverse=True)
    return None if missing(total) or not known else ratio(sum(known[:largest]), total)


def unexplained_share(amounts, total):
    """What share of a total no known round explains, 1 − Σ / total: [7, 5, 4], 74.6 → 0.786; None as for largest_share.

    Negative: records and total are not of one scope.
    """
    explained = largest_share(amounts, total)
    return None if explained is None else 1 - explained
