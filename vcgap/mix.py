"""Where the money goes: concentration of a sector mix, and difference between two; vcgap.bounds has what few shares allow.

A mix is a list of shares (fractions of one) in one order of sectors for both countries. Shares printed with rounding
are scaled to one; a list that misses the whole by more than 2 % is not a mix and gives None: use vcgap.bounds.
"""

from math import exp, log

import numpy as np
import scipy

from vcgap.gaps import missing, ratio

ROUNDING = 0.02  # how far printed shares may miss the whole


def whole(shares):
    """A mix as an array that sums to one; None if a share is missing or negative, or the sum is off by over 2 %.

    Several mixes may be given as rows of an array; then what is computed of them below is an array, too.
    """
    mixes = np.asarray(shares, dtype=float)  # None becomes NaN, which is not 0 or more
    sums = mixes.sum(axis=-1, keepdims=True)
    if not mixes.size or not (mixes >= 0).all() or (np.abs(sums - 1) > ROUNDING).any():
        return None
    return mixes / sums


def _plain(values):
    """One number as a float, several as they are."""
    return float(values) if np.ndim(values) == 0 else values


def hhi(shares):
    """Concentration, Σ s², from 1/k (even) to 1 (one sector); None if not a whole mix (Herfindahl, Hirschman 1964).

    [0.5, 0.3, 0.2] → 0.38
    """
    mix = whole(shares)
    return None if mix is None else _plain((mix * mix).sum(axis=-1))


def effective_number(shares):
    """How many sectors of equal size would be as concentrated, 1 / HHI (Laakso & Taagepera 1979): [0.5, 0.5] → 2."""
    concentration = hhi(shares)
    return None if concentration is None else 1 / concentration


def shannon(shares):
    """Entropy in nats, −Σ s ln s, empty sectors counting 0 (Shannon 1948): [0.5, 0.5] → 0.693; None if not a whole mix."""
    mix = whole(shares)
    return None if mix is None else _plain(scipy.special.entr(mix).sum(axis=-1))


def exp_shannon(shares):
    """Effective number of sectors by entropy, e^H (Jost 2006): [0.5, 0.5] → 2; None if not a whole mix."""
    entropy = shannon(shares)
    return None if entropy is None else exp(entropy)


def dissimilarity(base_shares, peer_shares):
    """Share of the money that would have to change sector, ½ Σ |p − q|, 0 to 1 (Duncan & Duncan 1955).

    None if a side is not a whole mix. [0.5, 0.5], [0.8, 0.2] → 0.3
    """
    base, peer = whole(base_shares), whole(peer_shares)
    return None if base is None or peer is None else _plain(np.abs(base - peer).sum(axis=-1) / 2)


def jensen_shannon_bits(base_shares, peer_shares):
    """Jensen–Shannon divergence in bits, 0 (same mix) to 1 (no sector in common) (Lin 1991).

    None if a side is not a whole mix. [1, 0], [0, 1] → 1
    """
    base, peer = whole(base_shares), whole(peer_shares)
    return None if base is None or peer is None else _plain(divergence(base, peer))


def divergence(base, peer):
    """Jensen–Shannon divergence in bits of mixes that are arrays, along their last axis; the sums are not checked."""
    both = base + peer  # twice the middle: half of the smallest number there is would be zero
    return np.maximum(
        (scipy.special.rel_entr(2 * base, both) + scipy.special.rel_entr(2 * peer, both)).sum(axis=-1) / (4 * log(2)), 0
    )


def jensen_shannon_distance(base_shares, peer_shares):
    """√ of the divergence in bits, a metric from 0 to 1 (Endres & Schindelin 2003); None if a side is not a whole mix."""
    bits = jensen_shannon_bits(base_shares, peer_shares)
    return None if bits is None else _plain(np.sqrt(bits))


def location_quotient(base_share, peer_share):
    """How over-represented a sector is in the peer, q / p (Florence 1939): 0.07, 0.60 → 8.57; None if undefined."""
    return ratio(peer_share, base_share)


def symmetric_quotient(base_share, peer_share):
    """RSCA = (LQ − 1) / (LQ + 1) = (q − p) / (q + p), −1 to 1, 0 if alike (Laursen 2015): 0.07, 0.60 → 0.791.

    None if a share is missing or both are zero.
    """
    if missing(base_share, peer_share) or base_share + peer_share == 0:
        return None
    return (peer_share - base_share) / (peer_share + base_share)


def sector_amount(share, total):
    """Money in a sector, share · total, unit of the total: 0.42, 178 → 74.76; None if one is missing."""
    return None if missing(share, total) else share * total


def most_left(known_shares, total):
    """The most that any one other sector can have, (1 − Σ known) · total: [0.60], 1.67 → 0.668; None if missing.

    known_shares : shares of other sectors that do not overlap with it; a sector that is a tag may exceed this.
    """
    return None if missing(*known_shares, total) else max(1 - sum(known_shares), 0.0) * total
