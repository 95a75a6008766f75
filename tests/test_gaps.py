"""The arithmetic of gaps, with values worked by hand from the column of March 2025.

US$178 bn and US$1.67 bn in 2024, +4 % and +59 %; 340.1 and 130.9 million people; GDP 29,184.9 and 1,852.7 bn.
"""

from itertools import product
from math import inf, isclose, nan

import pytest
from conftest import make_figure
from hypothesis import given
from hypothesis import strategies as st

from vcgap import gaps

US, MX = 178e9, 1.67e9
amounts = st.floats(1e-3, 1e15)


@pytest.mark.parametrize(
    ("function", "inputs", "expected"),
    [
        (gaps.ratio, (178, 1.67), 106.59),
        (gaps.ratio, (171.15, 1.0503), 162.95),
        (gaps.ratio, (656, 8), 82.0),
        (gaps.ratio, (35e6, 10.5e6), 3.333),
        (gaps.ratio, (0, 5), 0),
        (gaps.share, (178, 1.67), 0.00938),
        (gaps.share, (1.67, 178), 106.59),
        (gaps.absolute_gap, (178, 1.67), 176.33),
        (gaps.absolute_gap, (171.15, 1.0503), 170.10),
        (gaps.absolute_gap, (1.67, 178), -176.33),
        (gaps.orders_of_magnitude, (178 / 1.67,), 2.028),
        (gaps.orders_of_magnitude, (1,), 0),
        (gaps.doublings, (178 / 1.67,), 6.736),
        (gaps.doublings, (8,), 3),
        (gaps.per, (US, 340.1e6), 523.4),
        (gaps.per, (MX, 130.9e6), 12.76),
        (gaps.per, (US, 29184.9e9), 0.00610),
        (gaps.per, (MX, 1852.7e9), 0.000901),
        (gaps.growth, (1674, 1051), 0.593),
        (gaps.growth, (1.18, 1.14), 0.0351),
        (gaps.growth, (0, 5), -1),
        (gaps.level_before, (178, 0.04), 171.15),
        (gaps.level_before, (1.67, 0.59), 1.0503),
    ],
)
def test_each_function_gives_what_was_worked_by_hand(function, inputs, expected):
    assert function(*inputs) == pytest.approx(expected, rel=5e-4)


@pytest.mark.parametrize(
    ("base_per", "peer_per", "expected"),
    [
        ((US, 340.1e6), (MX, 130.9e6), 41.0),
        ((US, 29184.9e9), (MX, 1852.7e9), 6.77),
        ((656, 340.1), (8, 130.9), 31.6),
        ((656, 29.1849), (8, 1.8527), 5.21),
        ((656, 178), (8, 1.67), 0.77),
    ],
)
def test_ratios_per_head_per_gdp_and_per_dollar(base_per, peer_per, expected):
    assert gaps.ratio(gaps.per(*base_per), gaps.per(*peer_per)) == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(
    ("base_interval", "peer_interval", "expected"),
    [
        ((177.5, 178.5), (1.665, 1.675), (105.97, 107.21)),
        ((10, 10), (2, 2), (5, 5)),
        ((1, 2), (0, 1), (1, inf)),
        ((1, 2), (-1, 1), (1, inf)),
        ((1, 2), (0, 0), (inf, inf)),
    ],
)
def test_the_interval_of_a_ratio_divides_the_ends_crosswise(base_interval, peer_interval, expected):
    assert gaps.ratio_interval(base_interval, peer_interval) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("base_values", "peer_values", "expected"),
    [
        ([178, 209], [1.674, 0.98], (106.3, 213.3)),
        ([156e9, 215e9], [0.635e9, 1.674e9], (93.2, 338.6)),
        ([656], [8], (82, 82)),
        ([0, 10], [5, 0], (2, 2)),
        ([], [1], None),
        ([1], [0], None),
    ],
)
def test_the_range_of_a_ratio_is_over_all_pairings_of_sources(base_values, peer_values, expected):
    assert gaps.ratio_range(base_values, peer_values) == (expected and pytest.approx(expected, abs=0.05))


def test_an_interval_is_scaled_at_both_ends():
    assert gaps.scaled_interval((105.97, 107.21), 0.0635) == pytest.approx((6.73, 6.81), abs=0.005)


@pytest.mark.parametrize("values", [(178, 0), (None, 1.67), (178, None), (None, None), (0, 0)])
def test_ratio_is_none_where_the_peer_has_nothing(values):
    assert gaps.ratio(*values) is None
    assert gaps.per(*values) is None
    assert gaps.growth(*values) is None
    assert gaps.share(*values[::-1]) is None


@given(amounts, amounts)
def test_a_ratio_and_its_inverse_give_one(a, b):
    assert isclose(gaps.ratio(a, b) * gaps.ratio(b, a), 1)
    assert gaps.share(a, b) == gaps.ratio(b, a)


@given(amounts, amounts, st.floats(0, 0.9), st.floats(0, 0.9))
def test_a_ratio_lies_inside_its_interval(a, b, wide, narrow):
    lower, upper = gaps.ratio_interval((a * (1 - wide), a * (1 + wide)), (b * (1 - narrow), b * (1 + narrow)))
    assert lower <= gaps.ratio(a, b) * (1 + 1e-12) and gaps.ratio(a, b) <= upper * (1 + 1e-12)


@given(amounts, amounts, st.lists(st.floats(0, 0.9), min_size=2, max_size=2))
def test_wider_inputs_never_give_a_narrower_interval(a, b, widths):
    few, many = sorted(widths)
    inner, outer = [gaps.ratio_interval((a * (1 - w), a * (1 + w)), (b * (1 - w), b * (1 + w))) for w in (few, many)]
    assert outer[0] <= inner[0] and inner[1] <= outer[1]


@given(st.lists(amounts, min_size=1, max_size=5), st.lists(amounts, min_size=1, max_size=5))
def test_the_range_bounds_every_pairing_and_is_reached(base_values, peer_values):
    ratios = [a / b for a, b in product(base_values, peer_values)]
    assert gaps.ratio_range(base_values, peer_values) == (min(ratios), max(ratios))


@given(amounts, st.floats(-0.99, 100))
def test_growth_undoes_the_level_a_year_before(level, rate):
    assert gaps.growth(level, gaps.level_before(level, rate)) == pytest.approx(rate, abs=1e-9, rel=1e-9)


@given(amounts)
def test_doublings_and_orders_of_magnitude_rebuild_the_ratio(value):
    assert 2 ** gaps.doublings(value) == pytest.approx(value)
    assert 10 ** gaps.orders_of_magnitude(value) == pytest.approx(value)


def test_arithmetic_leaves_lists_as_they_were():
    base_values, peer_values = [178, 0, 209], [1.674, 0.98]
    gaps.ratio_range(base_values, peer_values)
    assert (base_values, peer_values) == ([178, 0, 209], [1.674, 0.98])


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (gaps.ratio(178, 1.67), "106.59"),
        (100 * gaps.share(178, 1.67), "0.938"),
        (gaps.absolute_gap(178, 1.67), "176.33"),
        (gaps.orders_of_magnitude(178 / 1.67), "2.03"),
        (gaps.doublings(178 / 1.67), "6.74"),
    ],
)
def test_content_2_1_and_5_2_e1_how_big_is_the_gap(found, expected):
    assert f"{found:.{len(expected.partition('.')[2])}f}" == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (gaps.per(178e9, 340.1e6), "523.4"),
        (gaps.per(1.67e9, 130.9e6), "12.76"),
        (gaps.per(178e9, 340.1e6) / gaps.per(1.67e9, 130.9e6), "41.0"),
        (100 * gaps.per(178, 29184.9), "0.610"),
        (100 * gaps.per(1.67, 1852.7), "0.0901"),
        (gaps.per(178, 29184.9) / gaps.per(1.67, 1852.7), "6.77"),
        (gaps.per(178, 29184.9) / gaps.per(1.67, 1789), "6.53"),
        (gaps.per(178, 29184.9) / gaps.per(1.67, 1856), "6.78"),
        (gaps.at_intensity(178, 29184.9, 1852.7), "11.30"),
        (gaps.at_intensity(178, 29184.9, 1852.7) / 1.67, "6.8"),
        (gaps.intensity_gap(178, 29184.9, 1.67, 1852.7), "9.63"),
        (gaps.at_intensity(0.002, 1, 1852.7), "3.71"),
        (gaps.at_intensity(0.002, 1, 1852.7) / 1.67, "2.2"),
        (gaps.at_intensity(178, 340.1, 130.9), "68.5"),
    ],
)
def test_content_2_2_and_5_2_e3_per_head_and_per_gdp(found, expected):
    assert f"{found:.{len(expected.partition('.')[2])}f}" == expected


def test_content_5_2_e1_wrong_answers_of_the_hints():
    right = gaps.ratio(178, 1.67)
    assert (round(right / 10, 2), round(right * 10), round(gaps.share(178, 1.67), 5)) == (10.66, 1066, 0.00938)


@given(amounts, amounts, amounts)
def test_at_the_bases_intensity_the_peer_lacks_nothing(base_amount, base_denominator, peer_denominator):
    wanted = gaps.at_intensity(base_amount, base_denominator, peer_denominator)
    gap = gaps.intensity_gap(base_amount, base_denominator, wanted, peer_denominator)
    assert gap == 0 and gaps.per(wanted, peer_denominator) == pytest.approx(gaps.per(base_amount, base_denominator))


@pytest.mark.parametrize("values", [(None, 1, 1), (1, 0, 1), (1, 1, None), (nan, 1, 1)])
def test_intensity_is_none_where_something_is_missing(values):
    assert gaps.at_intensity(*values) is None
    assert gaps.intensity_gap(*values[:2], 1, values[2]) is None


def test_a_value_that_is_not_a_number_is_missing():
    assert gaps.missing(1, None) and gaps.missing(nan) and not gaps.missing(0, -1.5)
    assert gaps.ratio(nan, 1) is None and gaps.ratio(1, nan) is None


BASE = {"country": "USA", "value": US}
PEER = {"country": "MEX", "value": MX}


def test_like_with_like_has_no_mismatch_and_carries_its_rounding():
    comparison = gaps.compare(make_figure(**BASE), make_figure(**PEER))
    assert comparison.ratio == pytest.approx(106.587, abs=5e-4)
    assert comparison.rounding == pytest.approx((105.97, 107.21), abs=0.005)
    assert comparison.mismatches == ()


@pytest.mark.parametrize(
    ("base", "peer", "mismatches"),
    [
        (
            {"metric": "fund_size_median", "statistic": "median", "entity": "fund"},
            {"metric": "fund_size_mean", "statistic": "mean", "entity": "fund"},
            ("metric", "statistic"),
        ),
        (
            {"metric": "unicorns_active", "kind": "stock", "entity": "company"},
            {"metric": "unicorns_created", "kind": "flow", "entity": "company"},
            ("metric", "kind"),
        ),
        ({"metric": "aum", "entity": "firm"}, {"metric": "aum", "entity": "fund"}, ("entity",)),
        ({"period": "2024"}, {"period": "2023"}, ("period",)),
        ({"period": "2024"}, {"period": "2024-12-31"}, ("period",)),
        ({"period": "2024", "kind": "stock"}, {"period": "2024-12-31", "kind": "stock"}, ()),
        ({"period": "2023", "kind": "stock"}, {"period": "2024-12-31", "kind": "stock"}, ("period",)),
        ({"period": "2024-01", "kind": "stock"}, {"period": "2024-12-31", "kind": "stock"}, ("period",)),
        ({"period": "2024", "kind": "stock"}, {"period": "2024-12-31", "kind": "flow"}, ("kind", "period")),
        ({"segment": "scheme=tag;sector=ai"}, {"segment": "scheme=vertical;sector=fintech"}, ("segment",)),
        ({"source": "a", "family": "a", "status": "derived"}, {"source": "b", "family": "b", "own": True}, ()),
    ],
)
def test_what_is_not_like_for_like_travels_with_the_ratio(base, peer, mismatches):
    assert gaps.compare(make_figure(**BASE, **base), make_figure(**PEER, **peer)).mismatches == mismatches


def test_a_comparison_with_nothing_has_no_ratio_and_no_rounding():
    comparison = gaps.compare(make_figure(**BASE), make_figure(country="MEX", value=0.0))
    assert comparison.ratio is None and comparison.rounding is None


def test_stated_bounds_go_before_rounding():
    peer = make_figure(country="MEX", value=1.67e9, lower=1.6e9, upper=nan)
    lower, upper = gaps.compare(make_figure(**BASE), peer).rounding
    assert (lower, upper) == pytest.approx((177.5 / 1.675, 178.5 / 1.6))


def test_counts_have_no_rounding():
    base = make_figure(value=656.0, unit="count", metric="unicorns_active")
    peer = make_figure(value=8.0, unit="count", metric="unicorns_active", country="MEX")
    assert gaps.compare(base, peer).rounding == (82.0, 82.0)
