"""Bounds when only some shares are known: sections 2.6 and E6, and random completions that must stay inside."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcgap import bounds, mix, uncertainty

UNKNOWN = (0, 1)
known = st.lists(st.floats(0.01, 1), min_size=1, max_size=3).flatmap(
    lambda weights: st.floats(0.05, 1).map(lambda total: [weight * total / sum(weights) for weight in weights])
)
boxes = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.3), st.floats(0, 0.3)), min_size=3, max_size=4)


def box_around(rows):
    """Limits around a mix (which therefore lies inside) and the mix."""
    total = sum(weight for weight, _, _ in rows) + 1e-3 * len(rows)
    shares = [(weight + 1e-3) / total for weight, _, _ in rows]
    limits = [(max(share - down, 0), min(share + up, 1)) for share, (_, down, up) in zip(shares, rows, strict=True)]
    return limits, shares


def inside(limits, start, generator, count=40):
    """Mixes within limits, by moving share from one sector to another again and again."""
    here = np.array(start)
    for _ in range(count):
        giver, taker = generator.choice(len(here), 2, replace=False)
        room = min(here[giver] - limits[giver][0], limits[taker][1] - here[taker])
        moved = room * generator.choice([generator.random(), 1.0])
        here[giver], here[taker] = here[giver] - moved, here[taker] + moved
        yield here.copy()


@pytest.mark.parametrize(
    ("share", "largest", "expected"),
    [
        (0.42, True, (0.214, 0.378)),
        (0.60, True, (0.378, 0.520)),
        (0.42, False, (0.214, 0.513)),
        (0.60, False, (0.378, 0.520)),
    ],
)
def test_content_2_6_hhi_bounds_with_ten_sectors(share, largest, expected):
    assert tuple(round(end, 3) for end in bounds.hhi_bounds([share], 10, largest)) == expected


@pytest.mark.parametrize(("share", "expected"), [(0.42, (2.6, 4.7)), (0.60, (1.9, 2.6))])
def test_content_2_6_effective_number_bounds(share, expected):
    assert tuple(round(end, 1) for end in bounds.effective_number_bounds([share], 10, True)) == expected


def test_content_2_6_the_two_intervals_just_touch():
    us, mx = bounds.hhi_bounds([0.42], 10, True), bounds.hhi_bounds([0.60], 10, True)
    assert (round(us[1], 4), round(mx[0], 4)) == (0.3784, 0.3778)
    assert uncertainty.overlap(us, mx)


@pytest.mark.parametrize(("share", "expected"), [(0.42, 0.176), (0.60, 0.360)])
def test_content_2_6_lower_bounds_with_any_number_of_sectors(share, expected):
    assert (
        round(bounds.hhi_bounds([share])[0], 3)
        == round(bounds.hhi_bounds([share], largest_is_known=True)[0], 3)
        == expected
    )


def test_content_2_6_dissimilarity_is_unidentified_from_one_share_each():
    us, mx = [(0.42, 0.42), UNKNOWN, UNKNOWN, UNKNOWN], [UNKNOWN, (0.6, 0.6), UNKNOWN, UNKNOWN]
    assert bounds.dissimilarity_bounds(us, mx) == pytest.approx((0.02, 1.00))


def test_content_2_6_bounds_on_a_three_way_split():
    us, mx = [(0.42, 0.42), (0.03, 0.12), UNKNOWN], [(0, 0.05), (0.6, 0.6), UNKNOWN]
    assert bounds.dissimilarity_bounds(us, mx) == pytest.approx((0.48, 0.57))
    assert [round(end, 2) for end in bounds.jensen_shannon_bounds(us, mx)] == [0.25, 0.45]


def test_content_5_2_e6_hhi_bounds_overlap():
    us, mx = bounds.hhi_bounds([0.42], 10), bounds.hhi_bounds([0.60], 10)
    assert [round(end, 4) for end in (*us, *mx)] == [0.2138, 0.5128, 0.3778, 0.5200]
    assert uncertainty.overlap(us, mx)


@given(known, st.integers(0, 5), st.booleans(), st.integers(0, 2**32))
def test_concentration_bounds_hold_every_completion(shares, free, largest, seed):
    sectors = len(shares) + free
    generator = np.random.default_rng(seed)
    limits = bounds.hhi_bounds(shares, sectors, largest)
    rest = 1 - sum(shares)
    if limits is None:
        assert rest > (max(shares) if largest else 1) * free - 1e-6
        return
    for _ in range(20):
        parts = generator.dirichlet([generator.choice([0.1, 1, 10])] * free) * rest if free else []
        if largest and len(parts) and max(parts) > max(shares):
            continue
        completion = [*shares, *parts]
        assert limits[0] - 1e-9 <= mix.hhi(completion) <= limits[1] + 1e-9
        few, many = bounds.effective_number_bounds(shares, sectors, largest)
        assert few - 1e-9 <= mix.effective_number(completion) <= many + 1e-9
        low, high = bounds.shannon_bounds(shares, sectors, largest)
        assert low - 1e-9 <= mix.shannon(completion) <= high + 1e-9
        low, high = bounds.exp_shannon_bounds(shares, sectors, largest)
        assert low - 1e-9 <= mix.exp_shannon(completion) <= high + 1e-9


@given(known, st.integers(1, 5), st.booleans())
def test_concentration_bounds_are_reached_by_the_two_extreme_completions(shares, free, largest):
    sectors = len(shares) + free
    mixes = bounds.completions(shares, sectors, largest)
    if mixes:
        assert all(len(shares_of) == sectors and sum(shares_of) == pytest.approx(1) for shares_of in mixes)
        assert tuple(map(mix.hhi, mixes)) == bounds.hhi_bounds(shares, sectors, largest)


@given(known, st.booleans())
def test_more_sectors_or_fewer_assumptions_never_narrow_the_bounds(shares, largest):
    sectors = [len(shares) + free for free in (3, 8)]
    few, many = (bounds.hhi_bounds(shares, count, largest) for count in sectors)
    if few and many:
        anything, free_of_order = bounds.hhi_bounds(shares, None, largest), bounds.hhi_bounds(shares, sectors[0])
        assert anything[0] <= many[0] + 1e-12 and many[0] <= few[0] + 1e-12 and few[1] <= anything[1] + 1e-9
        assert free_of_order[0] <= few[0] and few[1] <= free_of_order[1] + 1e-9


@given(boxes, boxes, st.integers(0, 2**32))
def test_difference_bounds_hold_every_completion(base_rows, peer_rows, seed):
    count = min(len(base_rows), len(peer_rows))
    (base, us), (peer, mx) = box_around(base_rows[:count]), box_around(peer_rows[:count])
    generator = np.random.default_rng(seed)
    apart, diverging = bounds.dissimilarity_bounds(base, peer), bounds.jensen_shannon_bounds(base, peer)
    for p, q in zip(inside(base, us, generator), inside(peer, mx, generator), strict=True):
        assert apart[0] - 1e-9 <= mix.dissimilarity(p, q) <= apart[1] + 1e-9
        assert diverging[0] - 1e-8 <= mix.jensen_shannon_bits(p, q) <= diverging[1] + 1e-9


@pytest.mark.parametrize("seed", range(8))
def test_difference_bounds_are_nearly_reached_by_a_fine_search(seed):
    generator = np.random.default_rng(seed)
    rows = generator.random((2, 3, 3)) * [1, 0.2, 0.2]
    (base, us), (peer, mx) = box_around(rows[0]), box_around(rows[1])
    sides = [
        [start, *(mixed for _ in range(60) for mixed in inside(limits, start, generator, 4))]
        for limits, start in ((base, us), (peer, mx))
    ]
    p, q = np.array(sides[0])[:, None, :], np.array(sides[1])[None, :, :]
    apart, diverging = np.abs(p - q).sum(-1) / 2, mix.divergence(p, q)
    assert (apart.min(), apart.max()) == pytest.approx(bounds.dissimilarity_bounds(base, peer), abs=0.03)
    assert (diverging.min(), diverging.max()) == pytest.approx(bounds.jensen_shannon_bounds(base, peer), abs=0.03)


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=6), st.lists(st.floats(0.01, 1), min_size=2, max_size=6))
def test_when_everything_is_known_the_bounds_are_the_value(base_weights, peer_weights):
    count = min(len(base_weights), len(peer_weights))
    base, peer = ([weight / sum(side[:count]) for weight in side[:count]] for side in (base_weights, peer_weights))
    limits = [[(share, share) for share in side] for side in (base, peer)]
    apart, diverging = mix.dissimilarity(base, peer), mix.jensen_shannon_bits(base, peer)
    assert bounds.dissimilarity_bounds(*limits) == pytest.approx((apart, apart), abs=1e-8)
    assert bounds.jensen_shannon_bounds(*limits) == pytest.approx((diverging, diverging), abs=1e-8)


def test_nothing_known_bounds_nothing():
    assert bounds.dissimilarity_bounds([UNKNOWN] * 3, [UNKNOWN] * 3) == (0, 1)
    assert bounds.jensen_shannon_bounds([UNKNOWN] * 3, [UNKNOWN] * 3) == (0, 1)
    assert bounds.hhi_bounds([], 4) == (0.25, 1)
    assert bounds.hhi_bounds([]) == (0, 1)
    assert bounds.effective_number_bounds([]) == (1, None)


@pytest.mark.parametrize(
    ("shares", "sectors", "largest"),
    [
        ([0.42], 1, False),  # one sector, and it is not the whole
        ([0.2], 4, True),  # three sectors of at most .2 cannot fill .8
        ([0.7, 0.5], 5, False),
        ([-0.1], 5, False),
        ([None], 5, False),
        ([0.0], None, True),
    ],
)
def test_what_no_mix_agrees_with_has_no_bounds(shares, sectors, largest):
    assert bounds.hhi_bounds(shares, sectors, largest) is None
    assert bounds.effective_number_bounds(shares, sectors, largest) is None
    assert bounds.shannon_bounds(shares, sectors or 1, largest) is None
    assert bounds.exp_shannon_bounds(shares, sectors or 1, largest) is None


@pytest.mark.parametrize(
    "limits", [[(0, 0.2), (0, 0.2)], [(0.7, 1), (0.7, 1)], [(0.6, 0.4), UNKNOWN], [(None, 1), UNKNOWN], []]
)
def test_limits_that_hold_no_mix_have_no_bounds(limits):
    other = [UNKNOWN] * len(limits)
    for function in (bounds.dissimilarity_bounds, bounds.jensen_shannon_bounds):
        assert function(limits, other) is None and function(other, limits) is None


def test_mixes_forced_apart_have_nothing_in_common():
    us, mx = [(1, 1), (0, 0)], [(0, 0), (1, 1)]
    assert bounds.dissimilarity_bounds(us, mx) == (1, 1) and bounds.jensen_shannon_bounds(us, mx) == (1, 1)


def test_money_forced_into_sectors_that_the_other_side_lacks():
    us, mx = [(0, 0.2), UNKNOWN, UNKNOWN], [(1, 1), (0, 0), (0, 0)]
    least = mix.jensen_shannon_bits([0.2, 0.8, 0], [1, 0, 0])
    assert bounds.jensen_shannon_bounds(us, mx) == pytest.approx((least, 1))
    assert bounds.jensen_shannon_bounds(mx, us) == pytest.approx((least, 1))
    assert bounds.dissimilarity_bounds(us, mx) == pytest.approx((0.8, 1))


@pytest.mark.parametrize(
    ("base", "peer", "quotient", "symmetric"),
    [
        ((0.03, 0.12), (0.6, 0.6), (5, 20), (0.667, 0.905)),
        ((0, 0.1), (0.2, 0.3), (2, None), (0.333, 1)),
        ((0.1, 0.2), (0, 0.1), (0, 1), (-1, 0)),
        ((0, 0), (0.2, 0.3), None, (1, 1)),
        ((0, 0.1), (0, 0.3), (0, None), None),
        ((None, 0.1), (0, 0.3), None, None),
    ],
)
def test_quotients_divide_the_limits_crosswise(base, peer, quotient, symmetric):
    found = bounds.location_quotient_bounds(base, peer)
    assert found == quotient or found == pytest.approx(quotient)
    found = bounds.symmetric_quotient_bounds(base, peer)
    assert found == symmetric or found == pytest.approx(symmetric, abs=5e-4)


def test_limits_stay_as_they_were():
    us, mx, shares = [(0.42, 0.42), UNKNOWN], [UNKNOWN, (0.6, 0.6)], [0.42]
    bounds.jensen_shannon_bounds(us, mx)
    bounds.hhi_bounds(shares, 10, True)
    assert (us, mx, shares) == ([(0.42, 0.42), UNKNOWN], [UNKNOWN, (0.6, 0.6)], [0.42])


@pytest.mark.parametrize(
    ("value", "down", "up"),
    [(0.6 / 0.15, 4.0, 4.0), (4.08, 4.0, 4.1), (84.67, 84, 85), (9.97, 9.9, 10), (0.0523, 0.052, 0.053)],
)
def test_a_printed_bound_is_still_a_bound(value, down, up):
    assert bounds.rounded_bound(value) == pytest.approx(down, rel=1e-12)
    assert bounds.rounded_bound(value, upward=True) == pytest.approx(up, rel=1e-12)
