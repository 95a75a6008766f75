"""Fund sizes from a median, a mean or a maximum: section 2.7 and E5, with the column's US$35 m and US$10.5 m."""

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from vcgap import funds, gaps

MEAN_2024 = 76.1e3 / 508  # million dollars per US fund closed
SIGMAS = [0, 0.5, 0.8, 1.0, 1.2, 1.38, 1.5, 1.7]
sizes, spreads = st.floats(0.1, 1e4), st.floats(0.01, 3)


def test_content_2_7_us_from_median_and_mean():
    assert round(MEAN_2024, 1) == 149.8
    sigma = funds.sigma_from_mean(35, MEAN_2024)
    assert (round(sigma, 2), round(funds.gini(sigma), 2), round(funds.top_share(0.1, sigma), 2)) == (1.71, 0.77, 0.66)


@pytest.mark.parametrize(("count", "expected"), [(508, (1.56, 119, 0.73)), (3417, (1.33, 85, 0.65))])
def test_content_2_7_us_from_median_and_maximum(count, expected):
    sigma = funds.sigma_from_maximum(35, 4000, count)
    assert (round(sigma, 2), round(funds.mean_from_median(35, sigma)), round(funds.gini(sigma), 2)) == expected


def test_content_2_7_both_routes_put_sigma_between_1_3_and_1_7():
    routes = [
        funds.sigma_from_mean(35, MEAN_2024),
        funds.sigma_from_maximum(35, 4000, 508),
        funds.sigma_from_maximum(35, 4000, 3417),
    ]
    assert (round(min(routes), 1), round(max(routes), 1)) == (1.3, 1.7)


def test_content_2_7_35_million_is_not_a_firm_mean():
    assert round(funds.assets_per_firm(1.21e12, 3417) / 1e6) == 354
    assert round(funds.assets_explained(35e6, 3417, 1.21e12), 2) == 0.10
    assert round(35e6 * 3417 / 1e9) == 120


def test_content_2_7_like_for_like_band():
    medians = [funds.median_from_mean(10.5, sigma) for sigma in SIGMAS]
    assert [round(size, 1) for size in medians] == [10.5, 9.3, 7.6, 6.4, 5.1, 4.1, 3.4, 2.5]
    # the guide prints 14.3 for σ 1.7; that is σ 1.705, the US estimate before rounding
    ratios = [funds.like_for_like_ratio(35, "median", 10.5, "mean", sigma) for sigma in SIGMAS]
    assert [round(value, 1) for value in ratios] == [3.3, 3.8, 4.6, 5.5, 6.8, 8.6, 10.3, 14.1]
    assert round(funds.like_for_like_ratio(35, "median", 10.5, "mean", 1.7053), 1) == 14.3


def test_content_2_7_cheques_per_fund():
    assert round(funds.cheques_per_fund(10.5, 0.3), 6) == 35
    assert round(funds.cheques_per_fund(10.5, 0.3, fees=0.2, reserves=0.5), 6) == 14


def test_content_2_7_runway():
    assert round(funds.runway_years(312, 178), 2) == 1.75
    assert round(funds.runway_years(312, 1.67)) == 187
    assert round(100 * gaps.share(1210, 312), 1) == 25.8


def test_content_5_2_e5_the_average_that_is_not():
    assert round(gaps.ratio(35, 10.5), 2) == 3.33
    assert round(funds.assets_per_firm(1.21e6, 3417)) == 354
    assert round(funds.median_from_mean(10.5, 1), 2) == 6.37
    assert round(funds.like_for_like_ratio(35, "median", 10.5, "mean", 1), 2) == 5.50
    assert funds.sigma_from_mean(35, 149.8) == pytest.approx(1.705, abs=0.01)
    assert round(funds.gini(funds.sigma_from_mean(35, 149.8)), 3) == 0.772


@given(sizes, spreads, st.integers(2, 5000))
def test_a_median_and_a_second_statistic_give_back_the_spread(median, sigma, count):
    assert funds.sigma_from_mean(median, funds.mean_from_median(median, sigma)) == pytest.approx(sigma, rel=1e-6)
    largest = median * np.exp(sigma * funds.expected_maximum_score(count))
    assert funds.sigma_from_maximum(median, largest, count) == pytest.approx(sigma, rel=1e-6)


@given(spreads)
def test_gini_is_twice_the_area_between_the_lorenz_curve_and_equality(sigma):
    curve = funds.lorenz_curve(sigma, points=4001)
    area = np.trapezoid(curve["money_share"], curve["fund_share"])
    assert funds.gini(sigma) == pytest.approx(1 - 2 * area, abs=2e-3)


@given(st.floats(0, 1), spreads)
def test_the_smallest_and_the_largest_funds_share_the_money(part, sigma):
    assert funds.lorenz(1 - part, sigma) + funds.top_share(part, sigma) == pytest.approx(1)
    assert funds.top_share(part, sigma) >= part - 1e-9


def test_lorenz_ends_at_nothing_and_at_everything():
    curve = funds.lorenz_curve(1.7)
    assert list(curve.iloc[0]) == [0, 0] and list(curve.iloc[-1]) == [1, 1]
    assert (funds.lorenz(0, 1.7), funds.lorenz(1, 1.7)) == (0, 1)


def test_funds_that_are_all_alike_have_no_skew():
    assert funds.sigma_from_mean(5, 5) == 0
    assert funds.gini(0) == 0 and funds.top_share(0.1, 0) == pytest.approx(0.1)


@given(sizes, sizes, spreads)
def test_like_for_like_does_not_depend_on_which_statistic_both_sides_state(base, peer, sigma):
    plain = base / peer
    assert funds.like_for_like_ratio(base, "median", peer, "median", sigma) == pytest.approx(plain)
    assert funds.like_for_like_ratio(base, "mean", peer, "mean", sigma) == pytest.approx(plain)
    assert funds.like_for_like_ratio(base, "median", peer, "mean", sigma) > plain * (1 - 1e-9)
    assert funds.like_for_like_ratio(base, "mean", peer, "median", sigma) < plain * (1 + 1e-9)


def test_a_simulated_lognormal_has_the_moments_stated():
    draws = stats.lognorm.rvs(s=1.0, scale=6.37, size=200_000, random_state=np.random.default_rng(1))
    assert np.mean(draws) == pytest.approx(funds.mean_from_median(6.37, 1.0), rel=0.02)
    largest = np.sort(draws)[-20_000:].sum() / draws.sum()
    assert largest == pytest.approx(funds.top_share(0.1, 1.0), abs=0.01)


@pytest.mark.parametrize(
    ("function", "inputs"),
    [
        (funds.sigma_from_mean, (35, None)),
        (funds.sigma_from_mean, (35, 20)),
        (funds.sigma_from_mean, (0, 20)),
        (funds.sigma_from_mean, (nan, 20)),
        (funds.sigma_from_maximum, (35, 4000, None)),
        (funds.sigma_from_maximum, (35, 4000, 1)),
        (funds.sigma_from_maximum, (35, 20, 50)),
        (funds.gini, (None,)),
        (funds.lorenz, (None, 1)),
        (funds.lorenz, (1.2, 1)),
        (funds.top_share, (None, 1)),
        (funds.lorenz_curve, (None,)),
        (funds.mean_from_median, (35, None)),
        (funds.median_from_mean, (None, 1)),
        (funds.like_for_like_ratio, (35, "median", 0, "mean", 1)),
        (funds.like_for_like_ratio, (35, "median", None, "mean", 1)),
        (funds.assets_per_firm, (1.21e12, 0)),
        (funds.assets_explained, (35e6, 3417, None)),
        (funds.runway_years, (312, 0)),
        (funds.cheques_per_fund, (10.5, 0)),
        (funds.cheques_per_fund, (None, 0.3)),
    ],
)
def test_what_is_undefined_is_none(function, inputs):
    assert function(*inputs) is None


def test_the_like_for_like_ratio_of_a_missing_size_is_none():
    assert funds.like_for_like_ratio(35, "median", None, "mean", 1) is None
