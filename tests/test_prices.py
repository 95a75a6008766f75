"""Money of other years and countries: sections 2.2 and 2.11."""

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcgap import gaps, prices

CPI = {2023: 304.702, 2024: 313.689}
positive = st.floats(1e-3, 1e9)


def test_content_2_2_purchasing_power():
    mexico = prices.at_purchasing_power(1.67, 18.33, 10.4)
    assert (round(mexico, 2), round(178 / mexico, 1)) == (2.94, 60.5)


def test_content_2_11_us_inflation():
    assert round(100 * gaps.growth(CPI[2024], CPI[2023]), 2) == 2.95


@pytest.mark.parametrize(("nominal", "expected"), [(0.04, 1.0), (0.59, 54.4)])
def test_content_2_11_real_growth_by_us_prices(nominal, expected):
    assert round(100 * prices.real_growth(nominal, gaps.growth(CPI[2024], CPI[2023])), 1) == expected


def test_content_2_11_growth_in_pesos():
    nominal = prices.growth_in_local_currency(0.59, 17.77, 18.33)
    assert round(100 * nominal, 1) == 64.0
    assert (
        round(100 * prices.real_growth(nominal, 0.0472), 1) == 56.6
    )  # the guide prints 56.7; 1.6401 / 1.0472 = 1.5662


def test_content_2_11_level_in_pesos():
    assert round(prices.in_local_currency(1.67e9, 18.33), -6) == 30_611e6


def test_the_two_real_orders_differ_by_the_move_of_the_real_exchange_rate():
    by_us_prices = prices.deflated(1.0503, CPI[2023], CPI[2024])
    by_local_prices = prices.local_real_in_dollars(1.0503, 17.77, 100, 104.72, 18.33)
    assert (round(by_us_prices, 4), round(by_local_prices, 4)) == (1.0813, 1.0663)
    assert 1.67 / by_local_prices - 1 == pytest.approx(0.566, abs=0.0005)


@given(positive, positive, positive)
def test_deflating_there_and_back_changes_nothing(amount, then, base):
    assert prices.deflated(prices.deflated(amount, then, base), base, then) == pytest.approx(amount)


@given(positive, positive)
def test_exchanging_there_and_back_changes_nothing(amount, rate):
    assert prices.in_dollars(prices.in_local_currency(amount, rate), rate) == pytest.approx(amount)


@given(positive, positive, positive, positive)
def test_real_growth_is_the_growth_of_the_deflated_levels(before, now, index_before, index_now):
    levels = now, prices.deflated(before, index_before, index_now)
    nominal, inflation = gaps.growth(now, before), gaps.growth(index_now, index_before)
    assert 1 + prices.real_growth(nominal, inflation) == pytest.approx(1 + gaps.growth(*levels), rel=1e-3)


def test_a_series_keeps_the_years_that_cannot_be_deflated():
    amounts = {2022: 2.0, 2023: 1.05, 2024: None}
    assert prices.deflated_by_year(amounts, CPI, 2024) == {2022: None, 2023: pytest.approx(1.081, abs=5e-4), 2024: None}
    assert amounts == {2022: 2.0, 2023: 1.05, 2024: None}


@pytest.mark.parametrize(
    ("function", "inputs"),
    [
        (prices.deflated, (1, 0, 100)),
        (prices.deflated, (1, None, 100)),
        (prices.real_growth, (0.1, -1)),
        (prices.real_growth, (nan, 0.1)),
        (prices.growth_in_local_currency, (0.1, 0, 18)),
        (prices.in_local_currency, (1, None)),
        (prices.in_dollars, (1, 0)),
        (prices.at_purchasing_power, (1, 18, 0)),
        (prices.at_purchasing_power, (None, 18, 10)),
        (prices.local_real_in_dollars, (1, 17, 0, 100, 18)),
    ],
)
def test_what_is_undefined_is_none(function, inputs):
    assert function(*inputs) is None


def test_an_index_from_inflation_compounds_and_stops_at_a_gap():
    index = prices.index_from_inflation({2023: 0.10, 2024: 0.05}, 2022, 2024)
    assert index == {2022: 1.0, 2023: pytest.approx(1.10), 2024: pytest.approx(1.155)}
    assert prices.index_from_inflation({2022: 0.1, 2024: 0.05}, 2022, 2024) == {2022: 1.0, 2023: None, 2024: None}
    assert prices.index_from_inflation({}, 2024, 2024) == {2024: 1.0}
