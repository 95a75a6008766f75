"""What the gap is made of: content of the guide, sections 2.4 and E3, and the laws any decomposition must obey.

US$178 bn and US$1.67 bn in 2024; GDP 29,184.9 and 1,852.7 bn; 340.1 and 130.9 million people; TTR's deals.
"""

from itertools import permutations
from math import log, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcgap import decomposition as parts

US, MX = 178, 1.67
US_GDP, MX_GDP = 29184.9, 1852.7
US_THREE = parts.population_income_intensity(US, 340.1, US_GDP)
MX_THREE = parts.population_income_intensity(MX, 130.9, MX_GDP)
US_TWO, MX_TWO = [US_GDP, US / US_GDP], [MX_GDP, MX / MX_GDP]
TTR_2024, TTR_2023, TTR_2023_RESTATED = [parts.count_and_size(*pair) for pair in ((1674, 85), (1051, 114), (1046, 114))]

factors = st.floats(1e-6, 1e6)
pairs = st.integers(1, 6).flatmap(lambda n: st.tuples(*[st.lists(factors, min_size=n, max_size=n)] * 2))
pairs_with_zeros = st.integers(1, 5).flatmap(
    lambda n: st.tuples(*[st.lists(st.one_of(st.just(0.0), factors), min_size=n, max_size=n)] * 2)
)


def rounding(base, peer, contributions=()):
    """What floating point may lose: 1e-9 of the largest number in the sum."""
    return 1e-9 * max(map(abs, (prod(base), prod(peer), *contributions)))


def test_content_2_4_identity_a_three_ratios_multiply_to_the_gap():
    ratios = [base / peer for base, peer in zip(US_THREE, MX_THREE, strict=True)]
    assert [round(value, 3) for value in ratios] == [2.598, 6.063, 6.766]
    assert prod(ratios) == pytest.approx(106.6, abs=0.05)


def test_content_2_4_log_shares_of_identity_a():
    assert [round(100 * share, 1) for share in parts.log_shares(US_THREE, MX_THREE)] == [20.5, 38.6, 41.0]


def test_content_2_4_log_terms_of_identity_a():
    logs = [log(base / peer) for base, peer in zip(US_THREE, MX_THREE, strict=True)]
    assert [round(value, 3) for value in (*logs, sum(logs))] == [0.955, 1.802, 1.912, 4.669]


def test_content_2_4_logarithmic_mean():
    assert round(parts.logarithmic_mean(US, MX), 2) == 37.77


@pytest.mark.parametrize(
    ("method", "base", "peer", "digits", "expected"),
    [
        (parts.lmdi, US_THREE, MX_THREE, 1, [36.1, 68.1, 72.2]),
        (parts.shapley, US_THREE, MX_THREE, 1, [43.1, 65.6, 67.7]),
        (parts.shapley, US_TWO, MX_TWO, 1, [95.7, 80.7]),
        (parts.lmdi, US_TWO, MX_TWO, 1, [104.1, 72.2]),
        (parts.lmdi, TTR_2024, TTR_2023, 1, [-392.9, 1015.9]),
        (parts.shapley, TTR_2024, TTR_2023, 1, [-419.2, 1042.2]),
        (parts.lmdi, TTR_2024, TTR_2023_RESTATED, 1, [-392.0, 1020.0]),
    ],
)
def test_content_2_4_lmdi_and_shapley_contributions(method, base, peer, digits, expected):
    assert [round(value, digits) for value in method(base, peer)] == expected


@pytest.mark.parametrize(
    ("base", "peer", "gap"),
    [(US_THREE, MX_THREE, 176.33), (TTR_2024, TTR_2023, 623.0), (TTR_2024, TTR_2023_RESTATED, 628.0)],
)
def test_content_2_4_contributions_leave_no_residual(base, peer, gap):
    assert sum(parts.lmdi(base, peer)) == pytest.approx(gap, rel=1e-9)
    assert sum(parts.shapley(base, peer)) == pytest.approx(gap, rel=1e-9)


def test_content_2_4_one_at_a_time_intensity_is_9_6_or_151_7():
    assert [round(value, 1) for value in parts.first_and_last(US_TWO, MX_TWO)[1]] == [9.6, 151.7]
    assert [round(value, 1) for value in parts.in_order(US_TWO, MX_TWO, [1, 0])] == [166.7, 9.6]
    assert [round(value, 1) for value in parts.in_order(US_TWO, MX_TWO, [0, 1])] == [24.6, 151.7]


def test_content_2_4_identity_b_average_sizes():
    assert [round(factors[1], 2) for factors in (TTR_2023, TTR_2024)] == [9.22, 19.69]
    assert round(parts.count_and_size(209e3, 14320)[1], 1) == 14.6


def test_content_5_2_e3_log_shares_within_two_tenths_of_a_point():
    shares = parts.log_shares(US_THREE, MX_THREE)
    assert shares == pytest.approx([0.205, 0.386, 0.410], abs=0.002) and sum(shares) == pytest.approx(1)


def test_content_2_14_income_per_head():
    assert [round(1000 * three[1], 1) for three in (US_THREE, MX_THREE)] == [85812.7, 14153.6]


@given(pairs)
def test_contributions_sum_to_the_gap(pair):
    base, peer = pair
    for method in (parts.lmdi, parts.shapley):
        found = method(base, peer)
        assert sum(found) == pytest.approx(prod(base) - prod(peer), abs=rounding(base, peer, found))


@given(pairs_with_zeros)
def test_contributions_sum_to_the_gap_where_factors_are_zero(pair):
    base, peer = pair
    for method in (parts.lmdi, parts.shapley):
        found = method(base, peer)
        assert sum(found) == pytest.approx(prod(base) - prod(peer), abs=rounding(base, peer, found))


@given(pairs, st.randoms(use_true_random=False))
def test_in_order_sums_to_the_gap_in_every_order(pair, random):
    base, peer = pair
    order = random.sample(range(len(base)), len(base))
    found = parts.in_order(base, peer, order)
    assert sum(found) == pytest.approx(prod(base) - prod(peer), abs=rounding(base, peer, found))


@given(st.lists(st.tuples(factors, factors), min_size=1, max_size=4))
def test_shapley_is_the_mean_over_all_orders(rows):
    base, peer = [list(side) for side in zip(*rows, strict=True)]
    orders = list(permutations(range(len(base))))
    every = [parts.in_order(base, peer, order) for order in orders]
    mean = [sum(column) / len(orders) for column in zip(*every, strict=True)]
    assert parts.shapley(base, peer) == pytest.approx(mean, abs=rounding(base, peer, mean))


@given(pairs)
def test_swapping_the_sides_turns_every_contribution_round(pair):
    base, peer = pair
    for method in (parts.lmdi, parts.shapley):
        there, back = method(base, peer), method(peer, base)
        assert there == pytest.approx([-value for value in back], abs=rounding(base, peer, back))


@given(pairs, st.randoms(use_true_random=False))
def test_the_order_in_which_factors_are_listed_does_not_matter(pair, random):
    base, peer = pair
    places = random.sample(range(len(base)), len(base))
    for method in (parts.lmdi, parts.shapley):
        listed = method([base[place] for place in places], [peer[place] for place in places])
        original = method(base, peer)
        assert listed == pytest.approx([original[place] for place in places], abs=rounding(base, peer, original))


@given(factors, factors, factors, factors)
def test_shapley_of_factors_that_do_the_same_is_the_same(low, high, other_base, other_peer):
    first, second, _ = parts.shapley([high, high, other_base], [low, low, other_peer])
    assert first == pytest.approx(second, rel=1e-9)


@given(factors, pairs)
def test_a_factor_that_is_alike_explains_nothing(alike, pair):
    base, peer = [alike, *pair[0]], [alike, *pair[1]]
    assert parts.lmdi(base, peer)[0] == 0 and parts.shapley(base, peer)[0] == 0


@given(pairs)
def test_lmdi_and_log_shares_tell_one_story(pair):
    base, peer = pair
    shares = parts.log_shares(base, peer)
    gap = prod(base) - prod(peer)
    if shares and abs(gap) > 1e6 * rounding(base, peer):
        assert parts.lmdi(base, peer) == pytest.approx([share * gap for share in shares], rel=1e-6, abs=1e-9 * abs(gap))


@given(factors, factors)
def test_the_logarithmic_mean_lies_between_geometric_and_arithmetic(a, b):
    mean = parts.logarithmic_mean(a, b)
    assert (a * b) ** 0.5 <= mean * (1 + 1e-12) and mean <= (a + b) / 2 * (1 + 1e-12)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [(0, 5, 0), (5, 0, 0), (0, 0, 0), (3, 3, 3), (1, 1e-320, 1 / 736.83), (None, 1, None), (1, -1, None)],
)
def test_the_logarithmic_mean_at_its_limits(a, b, expected):
    assert parts.logarithmic_mean(a, b) == (expected and pytest.approx(expected, rel=1e-4))


@pytest.mark.parametrize(
    ("base", "peer", "expected"),
    [
        ([2, 3], [2, 0], [0, 6]),  # the peer has no intensity: intensity carries the whole gap
        ([2, 0], [2, 3], [0, -6]),
        ([2, 3, 4], [5, 0, 0], [0, 12, 12]),  # two zeros on one side: equal parts
        ([0, 3], [2, 0], [0, 0]),  # both sides are zero: there is no gap
        ([0, 3], [0, 5], [0, 0]),
    ],
)
def test_zeros_take_the_analytic_limit(base, peer, expected):
    assert parts.lmdi(base, peer) == expected


@given(factors, factors, factors)
def test_the_limit_is_what_a_vanishing_value_comes_to(first_base, first_peer, second_base):
    limit = parts.lmdi([first_base, second_base], [first_peer, 0])
    nearly = parts.lmdi([first_base, second_base], [first_peer, 1e-300])
    assert nearly == pytest.approx(limit, abs=0.1 * first_base * second_base)


@pytest.mark.parametrize("method", [parts.lmdi, parts.shapley, parts.log_shares, parts.first_and_last])
@pytest.mark.parametrize("peer", [[1, None], [1, float("nan")], [1, -1], None])
def test_a_missing_or_negative_factor_has_no_decomposition(method, peer):
    assert method([1, 2], peer) is None
    assert parts.in_order([1, 2], peer, [0, 1]) is None
    assert parts.decomposition_table(["a", "b"], [1, 2], peer) is None


@pytest.mark.parametrize("peer", [[1, 0], [2, 1]])
def test_log_shares_do_not_exist_at_zero_or_without_a_gap(peer):
    assert parts.log_shares([1, 2], peer) is None


@pytest.mark.parametrize("inputs", [(None, 1, 1), (1, 0, 1), (1, 1, 0), (1, None, 1), (1, 1, None)])
def test_identity_a_needs_people_and_output(inputs):
    assert parts.population_income_intensity(*inputs) is None


@pytest.mark.parametrize("inputs", [(None, 1), (1, 0), (0, 0), (1, None)])
def test_identity_b_needs_a_deal(inputs):
    assert parts.count_and_size(*inputs) is None


def test_the_table_puts_the_methods_side_by_side():
    table = parts.decomposition_table(["gdp", "intensity"], US_TWO, MX_TWO)
    assert list(table.columns) == ["factor", "ratio", "log_share", "lmdi", "shapley", "changed_first", "changed_last"]
    row = table.set_index("factor").loc["intensity"]
    assert [round(value, 1) for value in row] == [6.8, 0.4, 72.2, 80.7, 9.6, 151.7]


def test_the_table_of_a_peer_with_nothing_leaves_empty_what_is_undefined():
    table = parts.decomposition_table(["gdp", "intensity"], US_TWO, [MX_GDP, 0])
    assert list(table["log_share"]) == [None, None] and table["ratio"][1] is None
    assert list(table["lmdi"]) == pytest.approx([0, 178])


def test_decomposing_leaves_the_factors_as_they_were():
    base, peer = [2.0, 3.0], [1.0, 0.5]
    for method in (parts.lmdi, parts.shapley, parts.log_shares, parts.first_and_last):
        method(base, peer)
    parts.decomposition_table(["a", "b"], base, peer)
    assert (base, peer) == ([2.0, 3.0], [1.0, 0.5])
