"""Sector mixes: section 2.6 and E6. The full vectors are the guide's illustration, not data."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcgap import mix

SECTORS = ["ai", "fintech", "health", "enterprise software", "commerce", "logistics", "climate", "other"]
US = [0.42, 0.07, 0.16, 0.14, 0.04, 0.05, 0.06, 0.06]
MX = [0.03, 0.60, 0.04, 0.07, 0.10, 0.09, 0.03, 0.04]
weights = st.lists(st.floats(0, 1), min_size=6, max_size=6).filter(lambda values: sum(values) > 0.01)
mixes = weights.map(lambda values: [value / sum(values) for value in values])


@pytest.mark.parametrize(
    ("function", "digits", "expected"),
    [
        (mix.hhi, 3, (0.238, 0.388)),
        (mix.effective_number, 1, (4.2, 2.6)),
        (mix.exp_shannon, 1, (5.7, 4.1)),
    ],
)
def test_content_2_6_concentration_of_the_illustrative_vectors(function, digits, expected):
    assert (round(function(US), digits), round(function(MX), digits)) == expected


def test_content_2_6_difference_of_the_illustrative_vectors():
    assert round(mix.dissimilarity(US, MX), 2) == 0.63
    assert round(mix.jensen_shannon_bits(US, MX), 3) == 0.374
    assert round(mix.jensen_shannon_distance(US, MX), 3) == 0.612


@pytest.mark.parametrize(
    ("sector", "digits", "expected"),
    [("ai", 2, 0.07), ("fintech", 2, 8.57), ("commerce", 1, 2.5), ("logistics", 1, 1.8)],
)
def test_content_2_6_location_quotients(sector, digits, expected):
    place = SECTORS.index(sector)
    quotient = mix.location_quotient(US[place], MX[place])
    assert round(quotient, digits) == expected
    assert mix.symmetric_quotient(US[place], MX[place]) == pytest.approx((quotient - 1) / (quotient + 1))


def test_content_2_6_ai_dollars():
    assert round(mix.sector_amount(0.42, 178), 1) == 74.8
    assert round(mix.sector_amount(0.42, 178) / 1.67, 1) == 44.8
    assert round(mix.sector_amount(0.60, 1.67), 2) == 1.00
    assert round(mix.most_left([0.60], 1.67), 3) == 0.668
    assert round(mix.sector_amount(0.42, 178) / mix.most_left([0.60], 1.67)) == 112


@pytest.mark.parametrize(("share", "expected"), [(0.05, 895), (0.02, 2238), (0.01, 4477)])
def test_content_2_6_ai_gap_at_an_assumed_share(share, expected):
    assert round(mix.sector_amount(0.42, 178) / mix.sector_amount(share, 1.67)) == expected


def test_content_2_6_without_ai_the_us_is_still_61_8_times_mexico():
    assert round(mix.most_left([0.42], 178) / 1.67, 1) == 61.8


def test_content_5_2_e6_amounts():
    assert round(mix.sector_amount(0.42, 178), 2) == 74.76
    assert round(mix.sector_amount(0.60, 1.67), 3) == 1.002
    assert round(mix.sector_amount(0.42, 178) / mix.most_left([0.60], 1.67), 1) == 111.9


@given(mixes)
def test_concentration_lies_between_even_and_single(shares):
    assert 1 / len(shares) - 1e-9 <= mix.hhi(shares) <= 1 + 1e-9
    assert 1 - 1e-9 <= mix.effective_number(shares) <= mix.exp_shannon(shares) * (1 + 1e-9)
    assert mix.exp_shannon(shares) <= len(shares) * (1 + 1e-9)


@given(mixes, mixes)
def test_differences_are_symmetric_and_bounded(base, peer):
    for function in (mix.dissimilarity, mix.jensen_shannon_bits, mix.jensen_shannon_distance):
        assert function(base, peer) == pytest.approx(function(peer, base), abs=1e-12)
        assert -1e-12 <= function(base, peer) <= 1 + 1e-12
        assert function(base, base) == pytest.approx(0, abs=1e-6)


@given(mixes, mixes)
def test_the_divergence_is_at_most_the_dissimilarity(base, peer):
    assert mix.jensen_shannon_bits(base, peer) <= mix.dissimilarity(base, peer) + 1e-9


@given(mixes, mixes, mixes)
def test_the_distance_obeys_the_triangle(a, b, c):
    direct, through = (
        mix.jensen_shannon_distance(a, c),
        [mix.jensen_shannon_distance(*pair) for pair in ((a, b), (b, c))],
    )
    assert direct <= sum(through) + 1e-7


@given(mixes, st.randoms(use_true_random=False))
def test_the_order_of_sectors_does_not_matter(shares, random):
    shuffled = random.sample(shares, len(shares))
    assert mix.hhi(shuffled) == pytest.approx(mix.hhi(shares))
    assert mix.shannon(shuffled) == pytest.approx(mix.shannon(shares), abs=1e-12)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_symmetric_quotient_turns_round_with_the_sides(base, peer):
    if base + peer > 0:
        assert mix.symmetric_quotient(base, peer) == pytest.approx(-mix.symmetric_quotient(peer, base))
        assert -1 <= mix.symmetric_quotient(base, peer) <= 1


def test_mixes_without_a_sector_in_common_are_as_far_apart_as_can_be():
    assert mix.dissimilarity([1, 0], [0, 1]) == mix.jensen_shannon_bits([1, 0], [0, 1]) == 1
    assert mix.jensen_shannon_distance([1, 0], [0, 1]) == sqrt(1)


def test_printed_shares_are_scaled_to_the_whole():
    assert mix.hhi([0.333, 0.333, 0.333]) == pytest.approx(1 / 3)
    assert mix.dissimilarity([0.333, 0.333, 0.333], [0.5, 0.25, 0.25]) == pytest.approx(1 / 6)


@pytest.mark.parametrize("shares", [[0.42], [0.5, 0.6], [1.2, -0.2], [0.5, None], [0.5, float("nan")], []])
def test_what_is_not_a_whole_mix_is_none(shares):
    for function in (mix.hhi, mix.effective_number, mix.shannon, mix.exp_shannon, mix.whole):
        assert function(shares) is None
    for function in (mix.dissimilarity, mix.jensen_shannon_bits, mix.jensen_shannon_distance):
        assert function(shares, [1.0] * len(shares)) is None


@pytest.mark.parametrize(
    ("function", "inputs"),
    [
        (mix.location_quotient, (0, 0.5)),
        (mix.location_quotient, (None, 0.5)),
        (mix.symmetric_quotient, (0, 0)),
        (mix.symmetric_quotient, (None, 0.5)),
        (mix.sector_amount, (None, 178)),
        (mix.most_left, ([None], 1.67)),
        (mix.most_left, ([0.6], None)),
    ],
)
def test_what_is_undefined_is_none(function, inputs):
    assert function(*inputs) is None


def test_a_sector_that_only_the_peer_has_is_fully_over_represented():
    assert mix.symmetric_quotient(0, 0.2) == 1 and mix.symmetric_quotient(0.2, 0) == -1


def test_mixes_stay_as_they_were():
    base, peer = np.array(US), list(MX)
    mix.jensen_shannon_bits(base, peer)
    assert list(base) == US and peer == MX
