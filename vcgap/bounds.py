"""What a sector mix can be when few of its shares are known: bounds that no completion of the unknown ones leaves.

Shares are fractions of one. Known shares are a list; where a side knows shares only within limits, it gives one
(lower, upper) pair per sector, in one order of sectors for both countries.
"""

from itertools import product
from math import ceil, exp, log

import numpy as np
import scipy

from vcgap.gaps import missing, ratio
from vcgap.mix import divergence, hhi, shannon, symmetric_quotient

SLACK = 1e-9  # shares are decimal fractions in binary


def location_quotient_bounds(base_bounds, peer_bounds):
    """Bounds of q / p from (lower, upper) of each share; the upper is None (no bound) if the base's may be zero.

    None if a bound is missing or the base's share is zero for certain. (0.03, 0.12), (0.60, 0.60) → (5, 20)
    """
    if missing(*base_bounds, *peer_bounds) or base_bounds[1] == 0:
        return None
    return peer_bounds[0] / base_bounds[1], ratio(peer_bounds[1], base_bounds[0])


def symmetric_quotient_bounds(base_bounds, peer_bounds):
    """Bounds of RSCA from (lower, upper) of each share, −1 to 1: (0.03, 0.12), (0.60, 0.60) → (0.667, 0.905).

    None if a bound is missing or both shares may be zero.
    """
    if missing(*base_bounds, *peer_bounds) or base_bounds[0] + peer_bounds[0] == 0:
        return None
    return symmetric_quotient(base_bounds[1], peer_bounds[0]), symmetric_quotient(base_bounds[0], peer_bounds[1])


def completions(known_shares, sectors, largest_is_known=False):
    """The most even and the most concentrated mix that agree with the known shares: (list, list).

    known_shares : fractions; sectors : how many there are, known ones included; largest_is_known : no unknown sector
    exceeds the largest known. None if a share is missing or negative, or no mix agrees. Every other completion lies
    between the two in the majorisation order (Marshall & Olkin 1979).
    [0.42], 10, True → .42 and nine of .0644; .42, .42, .16 and seven of 0
    """
    if missing(*known_shares, sectors) or min(known_shares, default=0) < 0:
        return None
    free, rest = sectors - len(known_shares), max(1 - sum(known_shares), 0.0)
    cap = max(known_shares) if largest_is_known and known_shares else 1.0
    if sum(known_shares) > 1 + SLACK or rest > cap * free + SLACK:
        return None
    full = int(rest / cap + SLACK) if cap else 0
    uneven = [cap] * full + [max(rest - full * cap, 0.0)] * (free > full)
    even = [rest / free] * free if free else []
    return [*known_shares, *even], [*known_shares, *uneven, *[0.0] * (free - len(uneven))]


def hhi_bounds(known_shares, sectors=None, largest_is_known=False):
    """Lower and upper bound of the HHI when only some shares are known; arguments as for completions.

    sectors None: any number of them. None if no mix agrees.
    [0.42], 10 → (0.2138, 0.5128); with the known sector the largest → (0.2138, 0.3784); any number → 0.1764 below
    """
    mixes = completions(known_shares, sectors or _enough_sectors(known_shares, largest_is_known), largest_is_known)
    if mixes is None:
        return None
    even, uneven = map(hhi, mixes)
    return even if sectors else float(sum(share**2 for share in known_shares)), uneven


def _enough_sectors(known_shares, largest_is_known):
    """A number of sectors with room for the most concentrated mix."""
    smallest_cap = max(known_shares, default=1.0) if largest_is_known else 1.0
    return len(known_shares) + (ceil(1 / smallest_cap) if smallest_cap else 0)


def effective_number_bounds(known_shares, sectors=None, largest_is_known=False):
    """Bounds of 1 / HHI; the upper is None if nothing bounds it. [0.42], 10, True → (2.6, 4.7); None if no mix agrees."""
    bounds = hhi_bounds(known_shares, sectors, largest_is_known)
    return None if bounds is None else (1 / bounds[1], ratio(1, bounds[0]))


def shannon_bounds(known_shares, sectors, largest_is_known=False):
    """Bounds of the entropy in nats; arguments as for completions. [0.42], 10 → (0.680, 1.955); None if no mix agrees."""
    mixes = completions(known_shares, sectors, largest_is_known)
    return None if mixes is None else (shannon(mixes[1]), shannon(mixes[0]))


def exp_shannon_bounds(known_shares, sectors, largest_is_known=False):
    """Bounds of e^H, sectors; arguments as for completions. [0.42], 10 → (1.97, 7.06); None if no mix agrees."""
    bounds = shannon_bounds(known_shares, sectors, largest_is_known)
    return None if bounds is None else (exp(bounds[0]), exp(bounds[1]))


def dissimilarity_bounds(base_bounds, peer_bounds):
    """Bounds of D when each share is known only within (lower, upper); an unknown one is (0, 1).

    One pair per sector, in one order for both sides; work and memory double with each sector (16 are fine).
    None if a side has no mix within its bounds. Exact: the largest difference in the probability of any set of
    sectors (Huber & Strassen 1973).
    .42 and (.03, .12), (0, .05) and .60, the rest in one sector → (0.48, 0.57)
    """
    base, peer = _box(base_bounds), _box(peer_bounds)
    if base is None or peer is None:
        return None
    sets = (np.arange(2 ** len(base_bounds))[:, None] >> np.arange(len(base_bounds))) & 1
    (base_least, base_most), (peer_least, peer_most) = _set_shares(sets, *base), _set_shares(sets, *peer)
    return float((base_least - peer_most).max()), float((base_most - peer_least).max())


def _set_shares(sets, lower, upper):
    """Least and most that each set of sectors can have together."""
    return np.maximum(sets @ lower, 1 - (1 - sets) @ upper), np.minimum(sets @ upper, 1 - (1 - sets) @ lower)


def _box(bounds):
    """Lower and upper bounds as two arrays; None if one is missing or no mix lies between them."""
    if not len(bounds) or missing(*(end for pair in bounds for end in pair)):
        return None
    lower, upper = np.clip(np.asarray(bounds, dtype=float).T, 0, 1)
    possible = (lower <= upper).all() and lower.sum() <= 1 + SLACK and upper.sum() >= 1 - SLACK
    return (lower, upper) if possible else None


def jensen_shannon_bounds(base_bounds, peer_bounds):
    """Bounds of the Jensen–Shannon divergence in bits; arguments and None as for dissimilarity_bounds.

    The divergence is convex (Lin 1991): its largest value is at a corner of both boxes, all of which are tried (up to
    8 unknown sectors a side), its smallest is found by moving either side to the nearest mix in turn (to 1e-9).
    .42 and (.03, .12), (0, .05) and .60, the rest in one sector → (0.25, 0.45)
    """
    base, peer = _box(base_bounds), _box(peer_bounds)
    if base is None or peer is None:
        return None
    peer_corners = _corners(*peer)
    return _least_divergence(base, peer), max(
        float(divergence(corner, peer_corners).max()) for corner in _corners(*base)
    )


def _corners(lower, upper):
    """The corners of {lower ≤ s ≤ upper, Σ s = 1}: all shares but at most one are at a bound."""
    found = set()
    for place in range(len(lower)):
        for ends in product(
            *({low, high} for low, high in zip(np.delete(lower, place), np.delete(upper, place), strict=True))
        ):
            rest = 1 - sum(ends)
            if lower[place] - SLACK <= rest <= upper[place] + SLACK:
                found.add(tuple(round(float(share), 12) for share in (*ends[:place], max(rest, 0), *ends[place:])))
    return np.array(sorted(found))


def _least_divergence(base, peer):
    here = _nearest((base[0] + base[1]) / 2, *base)
    before = 2.0
    for _ in range(10_000):
        there = _nearest(here, *peer)
        here = _nearest(there, *base)
        now = float(divergence(here, there))
        if before - now < 1e-13:
            return now if now > SLACK else 0.0
        before = now
    return before


def _nearest(target, lower, upper):
    """The mix within bounds that diverges least from a target: proportional to it wherever the bounds allow."""
    target = np.maximum(target, 1e-12)

    def excess(log_scale):
        return np.clip(np.exp(log_scale) * target, lower, upper).sum() - 1

    least, most = log(1e-15), log(1e15)
    if excess(least) >= 0 or excess(most) <= 0:
        return np.clip(np.exp(least if excess(least) >= 0 else most) * target, lower, upper)
    return np.clip(np.exp(scipy.optimize.brentq(excess, least, most, xtol=1e-15)) * target, lower, upper)
