"""Growth and catch-up: sections 2.1, 2.5 and the exercises E2 and E4, and what must hold for any growth."""

from math import isclose, log, nan, prod

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vcgap import gaps, growth

US, MX = 178, 1.67
R = US / MX
ratios, rates = st.floats(1.001, 1e4), st.floats(-0.5, 2)


def ratio_is_level(ratio, peer, base, years):
    return isclose(log(ratio) + years * (log(1 + base) - log(1 + peer)), 0, abs_tol=1e-6)


def test_content_2_1_implied_2023_and_what_each_side_added():
    us, mx = gaps.level_before(US, 0.04), gaps.level_before(MX, 0.59)
    assert (round(us, 2), round(mx, 4)) == (171.15, 1.0503)
    assert (round(us / mx, 2), round(us - mx, 2)) == (162.95, 170.10)
    assert (round(US - us, 2), round(MX - mx, 2), round((US - us) / (MX - mx))) == (6.85, 0.62, 11)


@pytest.mark.parametrize(
    ("peer_growth", "expected"),
    [
        (0.10, [49.0, 61.8, 83.2, 254.5]),
        (0.15, [33.4, 38.9, 46.4, 74.3]),
        (0.20, [25.6, 28.7, 32.6, 44.3]),
        (0.25, [20.9, 23.0, 25.4, 31.9]),
        (0.30, [17.8, 19.2, 20.9, 25.2]),
        (0.40, [13.9, 14.7, 15.7, 18.0]),
        (0.59, [10.1, 10.5, 11.0, 12.1]),
    ],
)
def test_content_2_5_catch_up_table(peer_growth, expected):
    table = growth.catch_up_table(R, [peer_growth], [0, 0.02, 0.04, 0.08])
    assert [round(years, 1) for years in table.loc[peer_growth]] == expected


def test_content_2_5_both_at_274_bn_when_they_meet():
    years = growth.catch_up_years(R, 0.59, 0.04)
    assert round(growth.level_after(US, 0.04, years)) == round(growth.level_after(MX, 0.59, years)) == 274


@pytest.mark.parametrize(("peer_growth", "expected"), [(0.59, -0.16), (0.20, -1.90)])
def test_content_2_5_years_per_point_of_growth(peer_growth, expected):
    assert round(growth.catch_up_sensitivity(R, peer_growth, 0.04), 2) == expected


def test_content_2_5_doubling_the_ratio_adds_1_6_years():
    longer = growth.catch_up_years(2 * R, 0.59, 0.04) - growth.catch_up_years(R, 0.59, 0.04)
    assert round(longer, 1) == round(growth.catch_up_years(2, 0.59, 0.04), 1) == 1.6


@pytest.mark.parametrize(
    ("base_growth", "peer_growth", "years", "drift"),
    [(0.29, 0.59, 22.3, None), (0.04, 0.035, None, 0.005), (0.29, 0.035, None, 0.25)],
)
def test_content_2_5_other_growth_evidence(base_growth, peer_growth, years, drift):
    found = growth.catch_up_years(R, peer_growth, base_growth)
    assert (found and round(found, 1)) == years
    if drift:
        assert growth.ratio_drift(base_growth, peer_growth) == pytest.approx(drift, abs=0.005)


@pytest.mark.parametrize(
    ("ratio", "years", "expected"),
    [
        (R, 5, 164.6),
        (R, 10, 65.9),
        (R, 15, 42.0),
        (R, 20, 31.3),
        (R, 30, 21.5),
        (6.7663, 5, 52.4),
        (6.7663, 10, 25.9),
        (6.7663, 20, 14.4),
    ],
)
def test_content_2_5_required_growth(ratio, years, expected):
    assert round(100 * growth.required_growth(ratio, years, 0.04), 1) == expected


@pytest.mark.parametrize(("decay", "years"), [(0.95, 15), (0.90, 52), (0.85, None), (0.70, None), (0.50, None)])
def test_content_2_5_fading_growth_years(decay, years):
    assert growth.fading_catch_up_years(R, 0.59, 0.04, decay) == years


@pytest.mark.parametrize(("decay", "stalls_at"), [(0.85, 4.7), (0.70, 22.7), (0.50, 42.8)])
def test_content_2_5_fading_growth_stalls(decay, stalls_at):
    assert round(growth.fading_limit(R, 0.59, 0.04, decay), 1) == stalls_at


def test_content_2_5_critical_decay():
    assert growth.critical_decay(R, 0.59, 0.04) == pytest.approx(0.8995, abs=5e-5)


def test_content_2_5_the_gap_in_money_peaks_after_5_2_years_at_200_bn():
    years = growth.gap_peak_years(US, MX, 0.04, 0.59)
    assert round(years, 1) == 5.2
    assert round(growth.level_after(US, 0.04, years) - growth.level_after(MX, 0.59, years)) == 200


@pytest.mark.parametrize(
    ("first", "last", "years", "expected"),
    [(4944, 1674, 3, -30.3), (355, 209, 3, -16.2), (4944, 1674, 1, -66.1)],
)
def test_content_2_5_base_effects(first, last, years, expected):
    assert round(100 * growth.annual_growth(first, last, years), 1) == expected


@pytest.mark.parametrize(
    ("peer", "expected"),
    [
        ({2021: 4944, 2022: 2574, 2023: 1046, 2024: 1674}, [71.8, 92.5, 154.9, 124.9]),
        ({2021: 3586, 2022: 1780, 2023: 1140, 2024: 1180}, [99.0, 133.7, 142.1, 177.1]),
    ],
)
def test_content_2_5_ratio_by_year_and_source(peer, expected):
    us = {2021: 355e3, 2022: 238e3, 2023: 162e3, 2024: 209e3}
    assert [round(value, 1) for value in growth.ratio_by_year(us, peer).values()] == expected


def test_content_5_2_e2_back_to_2023():
    us, mx = gaps.level_before(US, 0.04), gaps.level_before(MX, 0.59)
    assert us / mx > US / MX and round((US - MX) - (us - mx), 2) == 6.23
    assert (round(US * (1 - 0.04), 2), round(MX * (1 - 0.59), 3)) == (170.88, 0.685)  # the wrong answers of the hint


@pytest.mark.parametrize(("peer_growth", "expected"), [(0.59, 11.0), (0.20, 32.6), (0.035, None)])
def test_content_5_2_e4_catch_up(peer_growth, expected):
    years = growth.catch_up_years(R, peer_growth, 0.04)
    assert years is None if expected is None else years == pytest.approx(expected, abs=0.1)


def test_content_5_2_e4_required_growth_peak_and_wrong_answers():
    assert round(100 * growth.required_growth(R, 20, 0.04), 1) == 31.3
    assert int(growth.gap_peak_years(US, MX, 0.04, 0.59)) == 5
    wrong = log(R) / (0.59 - 0.04), R / (0.59 - 0.04), log(R) / log(1.035 / 1.04)
    assert [round(value, digits) for value, digits in zip(wrong, (2, 1, 1), strict=True)] == [8.49, 193.8, -968.8]


@given(ratios, rates, rates)
def test_catch_up_solves_its_equation(ratio, peer, base):
    years = growth.catch_up_years(ratio, peer, base)
    assert (years is None) == (peer <= base)
    if years is not None and years < 1e6:
        assert ratio_is_level(ratio, peer, base, years)


@given(ratios, rates, st.floats(0.5, 200))
def test_required_growth_and_catch_up_undo_each_other(ratio, base, years):
    needed = growth.required_growth(ratio, years, base)
    assert growth.catch_up_years(ratio, needed, base) == pytest.approx(years, rel=1e-6)


@given(ratios, rates, rates)
def test_a_larger_start_takes_longer(ratio, peer, base):
    assume(peer > base + 1e-6)
    assert growth.catch_up_years(ratio, peer, base) < growth.catch_up_years(ratio * 2, peer, base)


@given(st.floats(1.5, 1e4), st.floats(0.05, 2), st.floats(-0.2, 0.04))
def test_sensitivity_is_the_slope_of_the_catch_up_time(ratio, peer, base):
    step = 1e-6
    rise = growth.catch_up_years(ratio, peer + step, base) - growth.catch_up_years(ratio, peer - step, base)
    assert growth.catch_up_sensitivity(ratio, peer, base) == pytest.approx(rise / (2 * step) / 100, rel=1e-3)


@pytest.mark.parametrize("growths", [(0.04, 0.04), (0.03, 0.04), (-0.1, 0.0), (None, 0.04), (0.59, nan), (-1, -1)])
def test_a_peer_that_grows_no_faster_never_catches_up(growths):
    assert growth.catch_up_years(R, *growths) is None
    assert growth.catch_up_sensitivity(R, *growths) is None


@pytest.mark.parametrize("ratio", [1, 0.5])
def test_a_peer_that_is_level_needs_no_time(ratio):
    assert growth.catch_up_years(ratio, 0.01, 0.05) == 0
    assert growth.catch_up_sensitivity(ratio, 0.01, 0.05) == 0
    assert growth.fading_catch_up_years(ratio, 0.01, 0.05, 0.5) == 0
    assert growth.critical_decay(ratio, 0.01, 0.05) == 0


def test_the_table_says_none_for_never():
    assert growth.catch_up_table(R, [0.03, 0.59], [0.04]).loc[0.03, 0.04] is None


@given(ratios, st.floats(0.05, 2), st.floats(-0.3, 0.04))
def test_at_the_critical_decay_the_lead_just_reaches_parity(ratio, start, base):
    critical = growth.critical_decay(ratio, start, base)
    if critical:
        assert growth.fading_limit(ratio, start, base, critical) == pytest.approx(1, rel=1e-3)
        assert growth.fading_limit(ratio, start, base, critical * 0.98) > 1
        assert growth.fading_catch_up_years(ratio, start, base, min(critical + (1 - critical) / 2, 0.999)) is not None


@given(ratios, st.floats(0.05, 2), st.floats(-0.3, 0.04), st.floats(0, 0.95))
def test_fading_years_and_limit_agree_with_the_path_of_growth(ratio, start, base, decay):
    path = growth.fading_growth(start, base, decay, 600)
    closed = [prod((1 + rate) / (1 + base) for rate in path[:years]) for years in (1, 3, 600)]
    assert growth.fading_limit(ratio, start, base, decay) == pytest.approx(ratio / closed[-1], rel=1e-6)
    years = growth.fading_catch_up_years(ratio, start, base, decay)
    assert (years == 1) == (closed[0] >= ratio) or isclose(closed[0], ratio)
    assert years is not None or closed[1] < ratio * (1 + 1e-9)


def test_a_lead_that_does_not_fade_is_plain_compound_growth():
    assert growth.fading_catch_up_years(R, 0.59, 0.04, 1) == 11
    assert growth.fading_limit(R, 0.59, 0.04, 1) is None
    assert growth.fading_growth(0.59, 0.04, 0.9, 3) == pytest.approx([0.59, 0.535, 0.4855])


@pytest.mark.parametrize("start", [0.04, 0.01])
def test_a_lead_that_is_none_never_reaches_parity(start):
    assert growth.critical_decay(R, start, 0.04) is None
    assert growth.fading_catch_up_years(R, start, 0.04, 0.9) is None


@given(st.floats(1, 1e3), st.floats(1.01, 100), rates, rates)
def test_no_year_has_a_larger_gap_than_the_peak(peer, ratio, base_growth, peer_growth):
    base = peer * ratio
    peak = growth.gap_peak_years(base, peer, base_growth, peer_growth)

    def gap(years):
        return growth.level_after(base, base_growth, years) - growth.level_after(peer, peer_growth, years)

    tries = [0, 0.5, 1, 5, 20, 60]
    if peak is None:
        assert gap(60) >= gap(20) * (1 - 1e-9)
    elif peak < 200:
        assert all(gap(years) <= gap(peak) * (1 + 1e-9) + 1e-9 for years in tries)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ((178, 1.67, 0.04, 0.04), None),  # both grow alike: the gap grows without end
        ((178, 1.67, 0.04, -0.1), None),
        ((178, 1.67, -0.02, 0.3), 0),  # the base shrinks: the gap is at its largest now
        ((2, 1.9, 0.04, 0.59), 0),
        ((178, 0, 0.04, 0.59), None),
        ((None, 1.67, 0.04, 0.59), None),
    ],
)
def test_the_peak_of_the_gap_at_its_edges(inputs, expected):
    assert growth.gap_peak_years(*inputs) == expected


@pytest.mark.parametrize(
    ("function", "inputs"),
    [
        (growth.annual_growth, (0, 5, 3)),
        (growth.annual_growth, (5, 5, 0)),
        (growth.annual_growth, (None, 5, 1)),
        (growth.annual_growth, (5, -1, 2)),
        (growth.ratio_drift, (0.04, -1)),
        (growth.ratio_drift, (None, 0)),
        (growth.required_growth, (0, 5, 0.04)),
        (growth.required_growth, (5, 0, 0.04)),
        (growth.required_growth, (None, 5, 0.04)),
        (growth.level_after, (None, 0.04, 1)),
        (growth.fading_growth, (0.5, None, 0.9, 3)),
        (growth.fading_limit, (R, None, 0.04, 0.9)),
        (growth.fading_limit, (R, 0.59, 0.04, -0.1)),
        (growth.fading_catch_up_years, (R, 0.59, 0.04, 1.1)),
        (growth.fading_catch_up_years, (None, 0.5, 0.04, 0.9)),
        (growth.critical_decay, (nan, 0.5, 0.04)),
    ],
)
def test_what_is_undefined_is_none(function, inputs):
    assert function(*inputs) is None


def test_a_year_that_only_one_side_has_is_kept_without_a_ratio():
    base, peer = {2023: 162, 2024: 209}, {2024: 0, 2025: 2}
    assert growth.ratio_by_year(base, peer) == {2023: None, 2024: None, 2025: None}
    assert (base, peer) == ({2023: 162, 2024: 209}, {2024: 0, 2025: 2})
