"""Levers and paths: section 2.13, the capstone of 5.2, and the balance that every scenario keeps. Billion dollars."""

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcgap import gaps, growth, scenarios

ASSETS, US, MX = 345.8, 178, 1.67
GAP = gaps.intensity_gap(US, 29184.9, MX, 1852.7)
shares, money, years = st.floats(0.001, 0.2), st.floats(0.01, 1e4), st.integers(1, 30)


def afores(share, **levers):
    return scenarios.afore_scenario(ASSETS, share, 5, US, MX, GAP, 0.0105, **levers)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.005, (1.73, 0.346, 20.7, 88.3, 3.6, 0.311, 165)),
        (0.01, (3.46, 0.692, 41.4, 75.4, 7.2, 0.622, 329)),
        (0.03, (10.37, 2.075, 124.2, 47.5, 21.5, 1.867, 988)),  # the guide prints +124 %
    ],
)
def test_content_2_13_afore_table(share, expected):
    found = afores(share)
    printed = (
        round(found.stock, 2),
        round(found.per_year, 3),
        round(100 * found.increase, 1),
        round(found.new_ratio, 1),
        round(100 * found.share_of_gap, 1),
        round(found.steady_state_per_year, 3),
        round(found.funds_needed),
    )
    assert printed == expected


def test_content_2_13_leakage():
    found = afores(0.01, domestic=0.5, crowd_out=0.2)
    assert (round(found.net_per_year, 3), round(found.new_ratio, 1)) == (0.277, 91.4)


def test_content_2_13_parity_takes_13_9_percent_of_all_assets():
    assert round(100 * scenarios.share_of_assets_needed(GAP, ASSETS, 5), 1) == 13.9


@pytest.mark.parametrize(("state_share", "expected"), [(0.4, 2.5), (0.3 / 1.3, 4.33)])
def test_content_2_13_leverage(state_share, expected):
    assert round(scenarios.leverage_from_state_share(state_share), 2) == expected


def test_content_2_13_yozma():
    second = scenarios.leverage_from_match(0.30)
    assert (round(second, 2), round(100 / second, 1)) == (4.33, 23.1)
    assert round(scenarios.additional(154, second, 1)) == 667
    assert scenarios.additional(80, 2.5, 1) == 200


def test_content_2_13_co_investment_table():
    table = scenarios.co_investment_table([100, 500, 1000], [1.5, 2.5, 4.33], 5, 1670)
    assert [round(value) for value in table["per_year"]] == [30, 50, 87, 150, 250, 433, 300, 500, 866]
    assert [round(100 * value, 1) for value in table["increase"]] == [1.8, 3.0, 5.2, 9.0, 15.0, 25.9, 18.0, 29.9, 51.9]


def test_content_2_13_public_money_for_the_intensity_gap():
    assert [round(scenarios.public_money_needed(GAP, leverage), 1) for leverage in (2.5, 4.33)] == [3.9, 2.2]


def test_content_5_2_capstone_a_tenth_of_the_intensity_gap():
    tenth = GAP / 10
    assert round(tenth, 3) == 0.963
    assert round(100 * scenarios.share_of_assets_needed(tenth, ASSETS, 5), 2) == 1.39
    assert round(1000 * scenarios.public_money_needed(tenth, 2.5)) == 385


@given(shares, years, st.floats(0.1, 1), st.floats(0, 0.9), st.floats(0, 2))
def test_the_share_needed_for_what_a_share_adds_is_that_share(share, duration, domestic, out, into):
    flow = scenarios.deployed_per_year(ASSETS, share, duration, domestic)
    added = scenarios.net_effect(flow, out, into)
    assert scenarios.share_of_assets_needed(added, ASSETS, duration, domestic, out, into) == pytest.approx(share)


@given(shares, st.floats(-0.05, 0.2), st.integers(2, 20))
def test_the_steady_flow_keeps_the_share(share, rate, life):
    flow = scenarios.steady_state_per_year(ASSETS, share, rate, life)
    stock = scenarios.committed_stock(ASSETS, share)
    next_year = stock + flow - stock / life
    assert next_year == pytest.approx(scenarios.committed_stock(ASSETS * (1 + rate), share))


@given(shares)
def test_more_money_means_a_smaller_ratio(share):
    found, more = afores(share), afores(share * 1.5)
    assert more.new_ratio < found.new_ratio < US / MX
    assert found.new_ratio == pytest.approx(US / (MX + found.net_per_year))


@given(money, st.floats(1, 10), st.floats(0, 1))
def test_additional_money_lies_between_the_budget_and_all_that_is_mobilised(budget, leverage, additionality):
    found = scenarios.additional(budget, leverage, additionality)
    assert budget * (1 - 1e-9) <= found <= budget * leverage * (1 + 1e-9)


@given(money, st.floats(1, 10))
def test_public_money_needed_mobilises_the_amount(amount, leverage):
    assert scenarios.additional(scenarios.public_money_needed(amount, leverage), leverage, 1) == pytest.approx(amount)


@given(st.floats(0.01, 1))
def test_both_ways_to_leverage_agree(match):
    state_share = match / (1 + match)
    assert scenarios.leverage_from_match(match) == pytest.approx(scenarios.leverage_from_state_share(state_share))


@given(st.floats(2, 1e3), st.floats(-0.2, 0.3), st.floats(-0.2, 0.6))
def test_a_projected_ratio_reaches_one_in_the_catch_up_year(ratio, base, peer):
    path = scenarios.projected_ratios(ratio, base, peer, 40)
    reached = growth.catch_up_years(ratio, peer, base)
    assert path[0] == ratio and len(path) == 41
    if reached is None:
        assert min(path) >= ratio * (1 - 1e-9)
    elif reached < 40:
        assert path[int(reached)] >= 1 - 1e-9 and path[min(int(reached) + 1, 40)] <= 1 + 1e-9


def test_the_fan_opens_from_today_with_its_quantiles_in_order():
    fan = scenarios.growth_fan(US / MX, (-0.02, 0.05, 0.12), (-0.05, 0.15, 0.59), 20)
    assert list(fan.loc[0]) == pytest.approx([US / MX] * 5)
    assert (fan.loc[1:].diff(axis=1).iloc[:, 1:] > 0).all().all()
    spread = fan[0.95] / fan[0.05]
    assert spread.is_monotonic_increasing
    assert fan.equals(scenarios.growth_fan(US / MX, (-0.02, 0.05, 0.12), (-0.05, 0.15, 0.59), 20))


def test_the_fan_crosses_parity_when_the_catch_up_range_says_so():
    fan = scenarios.growth_fan(US / MX, (-0.02, 0.05, 0.12), (-0.05, 0.15, 0.59), 60, levels=(0.5,))
    assert int((fan[0.5] > 1).sum()) == pytest.approx(33, abs=2)  # median of all draws, those that never meet included


def test_a_fan_without_spread_is_the_projected_path():
    fan = scenarios.growth_fan(100, (0.04, 0.04, 0.04), (0.5, 0.5, 0.5), 5, levels=(0.5,), draws=10)
    assert list(fan[0.5]) == pytest.approx(scenarios.projected_ratios(100, 0.04, 0.5, 5))


def test_a_scenario_without_the_peers_amount_keeps_what_does_not_need_it():
    found = scenarios.afore_scenario(ASSETS, 0.01, 5, US, None, None, 0.0105)
    assert found.increase is found.new_ratio is found.share_of_gap is None
    assert round(found.per_year, 3) == 0.692 and round(found.funds_needed) == 329


def test_a_share_of_nothing_changes_nothing():
    found = afores(0)
    assert found.net_per_year == 0 and found.new_ratio == pytest.approx(US / MX) and found.funds_needed == 0


@pytest.mark.parametrize(
    ("function", "inputs"),
    [
        (scenarios.committed_stock, (None, 0.01)),
        (scenarios.deployed_per_year, (345.8, 0.01, 0)),
        (scenarios.deployed_per_year, (345.8, nan, 5)),
        (scenarios.steady_state_per_year, (345.8, 0.01, 0.08, 0)),
        (scenarios.net_effect, (None,)),
        (scenarios.ratio_after, (178, None, 1)),
        (scenarios.ratio_after, (178, 0, 0)),
        (scenarios.funds_needed, (3458, 0)),
        (scenarios.share_of_assets_needed, (None, 345.8, 5)),
        (scenarios.share_of_assets_needed, (9.63, 345.8, 5, 1, 1, 0)),
        (scenarios.leverage_from_state_share, (0,)),
        (scenarios.leverage_from_match, (0,)),
        (scenarios.leverage_from_match, (None,)),
        (scenarios.additional, (100, None, 0.5)),
        (scenarios.public_money_needed, (9.63, 0)),
        (scenarios.projected_ratios, (106, None, 0.5, 5)),
        (scenarios.projected_ratios, (106, 0.04, -1, 5)),
        (scenarios.growth_fan, (None, (0, 0, 0), (0, 0, 0), 5)),
    ],
)
def test_what_is_undefined_is_none(function, inputs):
    assert function(*inputs) is None


def test_the_table_of_a_missing_leverage_has_empty_cells():
    table = scenarios.co_investment_table([100], [None, 2.5], 5, 1670)
    assert list(table["per_year"]) == [None, 50] and table["increase"][0] is None
