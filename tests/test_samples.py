"""Fund records: the twelve Mexican venture funds with a stated size, in million dollars, and what holds for any records.

Pesos at the average rate of the vintage (15.8735 in 2015, 18.6674 in 2016; GC Capital at 18.3062).
"""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from vcgap import mix, prices, samples

IGNIA_2, DALUS_2, GC = [prices.in_dollars(*pair) for pair in ((1500, 15.8735), (950, 18.6674), (130, 18.3062))]
RAISED = [115, 100, 70, 60, 30, 20, 17, 10, GC]
TWELVE = [150, IGNIA_2, DALUS_2, *RAISED]
FIRST_FUNDS = [100, 70, 20, 10, GC]
records = st.lists(st.floats(0.1, 1e4), min_size=2, max_size=30)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        (TWELVE, (12, 55.4, 60.4, 41.4)),
        (RAISED, (9, 30.0, 47.7, 32.0)),
        ([*TWELVE, 20, 50, 42.0], (15, 50.0, 55.8, 40.0)),
        ([100, IGNIA_2, DALUS_2], (3, 94.5, 81.8, 78.3)),
        (FIRST_FUNDS, (5, 20.0, 41.4, 25.1)),
        ([100, IGNIA_2, DALUS_2, 70, 20], (5, 70.0, 67.1, 58.3)),
        ([115, 150, 60, 17], (4, 87.5, 85.5, 64.8)),
    ],
)
def test_notes_funds_3_statistics_of_each_set(sizes, expected):
    found = samples.sample_statistics(sizes)
    assert (found.count, *(round(value, 1) for value in found[1:4])) == expected


def test_notes_funds_3_quartiles_and_extremes():
    found = samples.sample_statistics(TWELVE)
    quartiles = [round(value, 1) for value in (found.lower_quartile, found.median, found.upper_quartile)]
    assert quartiles == [19.2, 55.4, 95.9] and (round(found.minimum, 1), found.maximum) == (7.1, 150)


def test_notes_funds_3_leaving_one_out_moves_the_median_between_50_9_and_60():
    assert [round(value, 1) for value in samples.leave_one_out(TWELVE)] == [50.9, 60.0]


def test_notes_funds_4_the_missing_small_funds_would_bring_the_median_to_7_3():
    found = samples.sample_statistics([*TWELVE, *[7.3] * 42])
    assert (round(found.median, 1), round(found.mean, 1)) == (7.3, 19.1)


def test_twelve_records_leave_the_median_wide_open():
    lower, upper = samples.bootstrap_interval(TWELVE)
    assert lower < 30 and upper > 70
    assert samples.bootstrap_interval(TWELVE) == (lower, upper)


@given(records)
def test_an_interval_with_more_coverage_holds_the_one_with_less(sizes):
    narrow, wide = [samples.bootstrap_interval(sizes, coverage=coverage, resamples=200) for coverage in (0.5, 0.9)]
    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]
    assert min(sizes) * (1 - 1e-9) <= wide[0] and wide[1] <= max(sizes) * (1 + 1e-9)


@given(records)
def test_the_full_statistic_lies_between_those_with_one_left_out(sizes):
    for statistic in (np.median, np.mean):
        lower, upper = samples.leave_one_out(sizes, statistic)
        assert lower * (1 - 1e-9) <= statistic(sizes) <= upper * (1 + 1e-9)


@given(records)
def test_geometric_mean_is_at_most_the_mean(sizes):
    found = samples.sample_statistics(sizes)
    assert found.geometric_mean <= found.mean * (1 + 1e-9)


def test_the_mean_can_be_bootstrapped_too():
    lower, upper = samples.bootstrap_interval(TWELVE, np.mean)
    assert lower < 60.4 < upper and upper - lower < 60
    assert samples.bootstrap_interval(TWELVE, np.mean) == (lower, upper)
    assert samples.bootstrap_interval(TWELVE, np.mean, seed=1) == pytest.approx((lower, upper), rel=0.05)
    assert samples.bootstrap_interval(TWELVE, np.mean, seed=1) != (lower, upper)


@pytest.mark.parametrize("statistic", [np.median, np.mean])
def test_the_interval_is_the_percentile_bootstrap_of_scipy(statistic):
    how = {"n_resamples": 500, "confidence_level": 0.8, "method": "percentile", "rng": np.random.default_rng(7)}
    theirs = scipy.stats.bootstrap((sorted(TWELVE),), statistic, **how).confidence_interval
    ours = samples.bootstrap_interval(TWELVE, statistic, coverage=0.8, resamples=500, seed=7)
    assert ours == pytest.approx((theirs.low, theirs.high))


def test_records_all_alike_have_an_interval_without_width():
    assert samples.bootstrap_interval([10, 10, 10]) == (10, 10)


def test_missing_sizes_are_left_out_and_the_list_stays_as_it_was():
    sizes = [20, None, float("nan"), 0, 10]
    assert samples.known_sizes(sizes) == [10, 20]
    assert samples.sample_statistics(sizes).count == 2
    assert sizes[0] == 20 and sizes[-1] == 10 and len(sizes) == 5


@pytest.mark.parametrize("sizes", [[], [None], [0]])
def test_no_record_has_no_statistics(sizes):
    assert samples.sample_statistics(sizes) is None


@pytest.mark.parametrize("sizes", [[], [5], [5, None]])
def test_one_record_has_no_interval(sizes):
    assert samples.bootstrap_interval(sizes) is None and samples.leave_one_out(sizes) is None


def test_the_interval_has_the_coverage_that_was_asked_for():
    """A mean of many records is nearly normal: its interval is z(coverage) standard errors to each side."""
    sizes = list(range(1, 401))
    error = np.std(sizes) / np.sqrt(len(sizes))
    for coverage, z in ((0.5, 0.674), (0.9, 1.645), (0.95, 1.960)):
        lower, upper = samples.bootstrap_interval(sizes, np.mean, coverage=coverage)
        assert (upper - lower) / 2 / error == pytest.approx(z, rel=0.04), coverage


US_COMPANIES = [58, 895, 1440, 6956, 837, 5215, 349, 11279]
MX_COMPANIES = [0, 2, 12, 12, 8, 5, 3, 27]


def test_sixty_nine_companies_leave_concentration_and_difference_wide_open():
    assert samples.mix_interval(mix.hhi, MX_COMPANIES) == pytest.approx((0.194, 0.319), abs=2e-3)
    lower, upper = samples.mix_interval(mix.dissimilarity, US_COMPANIES, MX_COMPANIES)
    assert (lower, upper) == pytest.approx((0.163, 0.356), abs=5e-3)
    assert samples.mix_interval(mix.dissimilarity, US_COMPANIES, MX_COMPANIES) == (lower, upper)
    assert samples.mix_interval(mix.hhi, MX_COMPANIES, seed=1) == pytest.approx((0.194, 0.319), abs=5e-3)


def test_identical_mixes_differ_by_chance_alone():
    assert samples.chance_difference(mix.dissimilarity, US_COMPANIES, MX_COMPANIES) == pytest.approx(0.099, abs=1e-3)
    large = [count * 1000 for count in MX_COMPANIES]
    assert samples.chance_difference(mix.dissimilarity, US_COMPANIES, large) < 0.02


def test_a_mix_of_one_sector_has_no_width_and_more_coverage_is_wider():
    assert samples.mix_interval(mix.hhi, [7, 0]) == (1, 1)
    narrow, wide = (samples.mix_interval(mix.hhi, MX_COMPANIES, coverage=coverage) for coverage in (0.5, 0.95))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize("companies", [[], [0, 0], [1, None], [1, float("nan")]])
def test_a_mix_without_companies_has_no_interval(companies):
    assert samples.mix_interval(mix.hhi, companies) is None
    assert samples.chance_difference(mix.dissimilarity, companies, companies) is None
