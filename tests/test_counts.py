"""Small counts: sections 2.8 and 2.9, E7, and what the records of exits and rounds allow."""

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from vcgap import counts, gaps

US_VC = [355, 238, 162, 209]
TTR, LAVCA = [4.944, 2.574, 1.046, 1.674], [3.586, 1.780, 1.140, 1.180]
small, rates = st.integers(0, 400), st.floats(0.01, 1e4)


def test_content_2_8_exact_poisson_interval_of_eight():
    assert tuple(round(end, 2) for end in counts.poisson_interval(8)) == (3.45, 15.76)


@pytest.mark.parametrize(
    ("denominators", "digits", "expected"),
    [
        ((1, 1), (0, 0, 0), (656, 8, 82, 42, 190)),
        ((340.1, 130.9), (2, 3, 1), (1.93, 0.061, 31.6, 16, 73)),
        ((29.1849, 1.8527), (1, 2, 1), (22.5, 4.32, 5.2, None, 12)),
        ((178, 1.67), (2, 2, 2), (3.69, 4.79, 0.77, None, None)),
    ],
)
def test_content_2_8_counts_per_head_gdp_and_capital(denominators, digits, expected):
    found = counts.count_ratio(656, 8, *denominators)
    assert tuple(round(value, places) for value, places in zip(found, digits, strict=False)) == expected[:3]
    for end, printed in zip((found.lower, found.upper), expected[3:], strict=True):
        assert printed is None or round(end) == printed


def test_content_2_8_lower_end_per_gdp():
    assert round(counts.count_ratio(656, 8, 29.1849, 1.8527).lower, 1) == 2.6


def test_content_2_8_per_cumulative_capital():
    assert (sum(US_VC), round(sum(TTR), 2), round(sum(LAVCA), 2)) == (964, 10.24, 7.69)
    us, ttr, lavca = counts.per_cumulative(656, US_VC), counts.per_cumulative(8, TTR), counts.per_cumulative(8, LAVCA)
    assert [round(value, 2) for value in (us, ttr, us / ttr, lavca)] == [0.68, 0.78, 0.87, 1.04]


def test_content_2_8_values():
    assert round(counts.value_per_company(2.11e12, 656) / 1e9, 2) == 3.22
    assert round(100 * gaps.per(2.11e12, 29184.9e9), 1) == 7.2
    assert counts.value_floor(8) == 8e9


def test_content_2_8_haircut():
    assert round(counts.still_above(656, 65, 135)) == 340
    assert [round(counts.after_haircut(2.11, over), 2) for over in (0.48, 0.50)] == [1.43, 1.41]


@pytest.mark.parametrize(("trials", "expected"), [(100, (4.1, 15.0)), (200, (5.0, 12.6)), (400, (5.7, 11.1))])
def test_content_2_9_wilson_interval_of_eight_percent(trials, expected):
    found = counts.wilson_interval(round(0.08 * trials), trials)
    assert tuple(round(100 * end, 1) for end in found) == expected


def test_content_2_6_five_rounds_are_43_percent_of_a_quarter():
    assert round(100 * counts.largest_share([32], 74.6)) == 43


def test_content_2_6_one_round_of_100_million_moves_a_share_by_six_points():
    assert round(100 * counts.largest_share([100], 1670)) == 6


def test_content_5_2_e7_unicorn_arithmetic():
    assert gaps.ratio(656, 8) == 82
    assert round(counts.count_ratio(656, 8, 340.1, 130.9).ratio, 1) == 31.6
    assert round(counts.count_ratio(656, 8, 29184.9, 1852.7).ratio, 2) == 5.21
    assert round(1 / counts.count_ratio(656, 8, 178, 1.67).ratio, 2) == 1.30
    assert round(counts.value_per_company(2.11e12, 656) / 1e9, 3) == 3.216
    assert counts.poisson_interval(8) == pytest.approx((3.45, 15.76), abs=0.02)


@pytest.mark.parametrize(
    ("exits", "companies", "wilson", "exact"),
    [(5, 64, (0.034, 0.170), (0.026, 0.173)), (252, 1671, (0.134, 0.169), (0.134, 0.169))],
)
def test_exit_shares_of_one_list_overlap(exits, companies, wilson, exact):
    assert counts.wilson_interval(exits, companies) == pytest.approx(wilson, abs=5e-4)
    assert counts.exact_interval(exits, companies) == pytest.approx(exact, abs=5e-4)


@given(small, st.floats(0.5, 0.99), st.floats(0.5, 0.99))
def test_more_coverage_is_a_wider_interval(count, one, other):
    few, many = sorted((one, other))
    narrow, wide = counts.poisson_interval(count, few), counts.poisson_interval(count, many)
    assert wide[0] <= narrow[0] <= count <= narrow[1] <= wide[1]
    for interval in (counts.wilson_interval, counts.exact_interval):
        narrow, wide = interval(count, 400, few), interval(count, 400, many)
        assert wide[0] <= narrow[0] + 1e-12 and narrow[1] <= wide[1] + 1e-12
        assert narrow[0] - 1e-12 <= count / 400 <= narrow[1] + 1e-12


@given(st.integers(1, 300))
def test_the_ends_of_the_poisson_interval_put_their_tail_on_the_count(count):
    lower, upper = counts.poisson_interval(count)
    assert stats.poisson.sf(count - 1, lower) == pytest.approx(0.025, rel=1e-6)
    assert stats.poisson.cdf(count, upper) == pytest.approx(0.025, rel=1e-6)


@given(st.integers(1, 1000), st.integers(1, 1000), rates, rates)
def test_chance_in_both_counts_gives_an_interval_around_the_ratio(base, peer, base_per, peer_per):
    ratio = counts.count_ratio(base, peer, base_per, peer_per)
    lower, upper = counts.rate_ratio_interval(base, peer, base_per, peer_per)
    assert lower <= ratio.ratio * (1 + 1e-9) and ratio.ratio <= upper * (1 + 1e-9)
    assert ratio.lower <= ratio.ratio <= ratio.upper


@given(st.integers(1, 1000), st.integers(1, 1000))
def test_swapping_the_sides_inverts_the_interval_of_both_counts(base, peer):
    lower, upper = counts.rate_ratio_interval(base, peer)
    assert counts.rate_ratio_interval(peer, base) == pytest.approx((1 / upper, 1 / lower))


def test_the_interval_with_chance_in_both_counts():
    assert counts.rate_ratio_interval(656, 8) == pytest.approx((41.4, 190.7), abs=0.05)


def test_a_peer_with_none_has_a_lower_bound_only():
    found = counts.count_ratio(656, 0)
    assert found.ratio is None and found.upper is None and round(found.lower) == 178
    assert counts.poisson_interval(0) == (0, pytest.approx(3.69, abs=0.005))
    lower, upper = counts.rate_ratio_interval(656, 0)
    assert upper is None and lower > 100


def test_a_base_with_none_has_a_ratio_of_zero():
    assert counts.count_ratio(0, 8)[2:] == (0, 0, 0)
    assert counts.rate_ratio_interval(0, 8)[0] == 0


@given(st.lists(st.floats(0.1, 1e3), min_size=1, max_size=12), st.integers(1, 12))
def test_more_rounds_explain_more_of_the_total(amounts, largest):
    total = sum(amounts) * 1.5
    some, all_known = counts.largest_share(amounts, total, largest), counts.largest_share(amounts, total)
    assert 0 < some <= all_known * (1 + 1e-9)
    assert all_known + counts.unexplained_share(amounts, total) == pytest.approx(1)


def test_rounds_without_an_amount_are_left_out_and_the_list_stays():
    amounts = [1, None, 7, nan, 5, 4]
    assert round(counts.largest_share(amounts, 74.6, 3), 3) == 0.214
    assert round(counts.unexplained_share([7, 5, 4], 74.6), 3) == 0.786
    assert amounts[0] == 1 and amounts[1] is None and len(amounts) == 6


def test_records_beyond_the_total_show_as_more_than_all_of_it():
    assert counts.largest_share([8, 4], 10) == 1.2 and counts.unexplained_share([8, 4], 10) == pytest.approx(-0.2)


@pytest.mark.parametrize(
    ("function", "inputs"),
    [
        (counts.poisson_interval, (None,)),
        (counts.poisson_interval, (-1,)),
        (counts.count_ratio, (656, None)),
        (counts.count_ratio, (656, 8, 0, 1)),
        (counts.rate_ratio_interval, (656, 8, 1, 0)),
        (counts.rate_ratio_interval, (0, 0)),
        (counts.rate_ratio_interval, (656, None)),
        (counts.per_cumulative, (8, [1, None])),
        (counts.per_cumulative, (8, [])),
        (counts.value_per_company, (2e12, 0)),
        (counts.value_floor, (None,)),
        (counts.after_haircut, (None, 0.5)),
        (counts.after_haircut, (1, -1)),
        (counts.still_above, (656, 0, 0)),
        (counts.wilson_interval, (1, 0)),
        (counts.wilson_interval, (5, 4)),
        (counts.exact_interval, (None, 4)),
        (counts.largest_share, ([1], 0)),
        (counts.largest_share, ([None], 10)),
        (counts.unexplained_share, ([], 10)),
    ],
)
def test_what_is_undefined_is_none(function, inputs):
    assert function(*inputs) is None


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [((252, 1671), (5, 64), 0.1487), ((3, 4), (1, 4), 0.4857), ((0, 5), (0, 5), 1.0), ((10, 64), (252, 1671), 0.8596)],
)
def test_one_rate_of_two_samples_by_fisher(first, second, expected):
    """(3, 4), (1, 4) is Fisher's lady tasting tea: 34 of 70."""
    assert counts.same_rate_p(*first, *second) == pytest.approx(expected, abs=1e-3)
    assert counts.same_rate_p(*second, *first) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("values", [(1, 0, 1, 2), (3, 2, 1, 2), (None, 2, 1, 2), (-1, 2, 1, 2)])
def test_no_rates_no_p(values):
    assert counts.same_rate_p(*values) is None


@given(st.integers(1, 400), st.data())
def test_the_exact_interval_is_that_of_scipy(trials, data):
    successes = data.draw(st.integers(0, trials))
    theirs = stats.binomtest(successes, trials).proportion_ci(0.9, "exact")
    assert counts.exact_interval(successes, trials, 0.9) == pytest.approx((theirs.low, theirs.high), rel=1e-9)
