"""Fund sizes when little is known: the spread of a lognormal from two statistics, and what it implies.

Sizes in one unit throughout (millions of dollars, say); σ is the standard deviation of ln(size), dimensionless.
Firms are not funds: a firm may run several.
"""

from math import erf, exp, log, sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd

from vcgap.gaps import missing, ratio

NORMAL = NormalDist()
SIGMA_BAND = (
    1.0,
    1.7,
)  # the spread assumed where a median meets a mean; what published statistics imply is printed beside it


def sigma_from_mean(median, mean):
    """σ = √(2 ln(mean / median)); None if one is missing or not positive, or the mean is below the median.

    Source: Aitchison & Brown (1957). 35, 149.8 → 1.705
    """
    if missing(median, mean) or median <= 0 or mean < median:
        return None
    return sqrt(2 * log(mean / median))


def sigma_from_maximum(median, maximum, count):
    """σ ≈ ln(maximum / median) / z, z the normal score of the largest of `count` (Blom 1958); None if undefined.

    median, maximum : one unit; count : two or more. 35, 4000, 508 → 1.56; 35, 4000, 3417 → 1.33
    """
    score = expected_maximum_score(count)
    if missing(median, maximum, score) or median <= 0 or maximum < median:
        return None
    return log(maximum / median) / score


def expected_maximum_score(count):
    """Where the largest of `count` normal values is expected, Φ⁻¹((n − 3/8) / (n + 1/4)) (Blom 1958): 508 → 3.03.

    None if the count is missing or below 2.
    """
    if missing(count) or count < 2:
        return None
    return NORMAL.inv_cdf((count - 0.375) / (count + 0.25))


def mean_from_median(median, sigma):
    """Mean of a lognormal, median · e^(σ²/2): 35, 1.705 → 149.8; None if missing."""
    return None if missing(median, sigma) else median * exp(sigma**2 / 2)


def median_from_mean(mean, sigma):
    """Median of a lognormal, mean · e^(−σ²/2): 10.5, 1.0 → 6.37; None if missing."""
    return None if missing(mean, sigma) else mean * exp(-(sigma**2) / 2)


def gini(sigma):
    """Gini coefficient of a lognormal, erf(σ / 2), from 0 (all alike) to 1 (Aitchison & Brown 1957): 1.705 → 0.772."""
    return None if missing(sigma) else erf(sigma / 2)


def lorenz(fund_share, sigma):
    """Share of the money in the smallest funds, L(p) = Φ(Φ⁻¹(p) − σ) (Aitchison & Brown 1957): 0.9, 1.705 → 0.336.

    fund_share : p between 0 and 1. None if missing or outside.
    """
    if missing(fund_share, sigma) or not 0 <= fund_share <= 1:
        return None
    return fund_share if fund_share in (0, 1) else NORMAL.cdf(NORMAL.inv_cdf(fund_share) - sigma)


def top_share(fund_share, sigma):
    """Share of the money in the largest funds, 1 − L(1 − q): the top 0.1 at σ 1.705 hold 0.66; None as for lorenz."""
    rest = None if missing(fund_share) else lorenz(1 - fund_share, sigma)
    return None if rest is None else 1 - rest


def lorenz_curve(sigma, points=101):
    """The Lorenz curve as DataFrame: fund_share and money_share, from 0 to 1 in equal steps. None if σ is missing."""
    if missing(sigma):
        return None
    fund_share = np.linspace(0, 1, points)
    return pd.DataFrame({"fund_share": fund_share, "money_share": [lorenz(share, sigma) for share in fund_share]})


def like_for_like_ratio(base_size, base_statistic, peer_size, peer_statistic, sigma):
    """Ratio of medians (and so of means) when both sides are lognormal with one σ, whatever each side states.

    sizes in one unit; statistics “median” or “mean”. None if missing, or the peer's size is zero.
    35, "median", 10.5, "mean": σ 0 → 3.33 (naive), 1.0 → 5.50, 1.7 → 14.1
    """
    if missing(base_size, peer_size, sigma):
        return None
    medians = [
        median_from_mean(size, sigma) if statistic == "mean" else size
        for size, statistic in ((base_size, base_statistic), (peer_size, peer_statistic))
    ]
    return ratio(*medians)


def assets_per_firm(assets, firms):
    """Mean assets under management per firm: 1.21e12, 3417 → 354e6; None if missing or there are no firms."""
    return ratio(assets, firms)


def assets_explained(fund_size, firms, assets):
    """What part of the assets there would be if every firm had one fund of this size: 35e6, 3417, 1.21e12 → 0.099.

    Far from 1: the size is not a mean per firm. fund_size and assets in one unit. None if missing or assets are zero.
    """
    return None if missing(fund_size, firms, assets) else ratio(fund_size * firms, assets)


def runway_years(dry_powder, yearly_investment):
    """Years that money not yet invested lasts at today's pace: 312, 178 → 1.75; None if missing or nothing is invested."""
    return ratio(dry_powder, yearly_investment)


def cheques_per_fund(fund_size, cheque, fees=0.0, reserves=0.0):
    """First cheques a fund can write, fund · (1 − fees) · (1 − reserves) / cheque; not rounded.

    fund_size, cheque : one unit; fees : lifetime fees as a share of the fund; reserves : share of what is left, kept
    for follow-on rounds. None if missing or the cheque is zero. 10.5, 0.3 → 35; with fees 0.2, reserves 0.5 → 14
    """
    if missing(fund_size, cheque, fees, reserves):
        return None
    return ratio(fund_size * (1 - fees) * (1 - reserves), cheque)
