"""The revision guard: what is far from everything known is told with its distance, and nothing else is."""

import pandas as pd
import pytest

from vcgap.revisions import SETTLED, comparable, far_off, revision_warnings
from vcgap.tables import load_table

METRICS = load_table("metrics").set_index("metric")
ROW = {"country": "MEX", "metric": "vc_investment", "segment": "", "period": "2024", "value": 1e9, "source": "a"}


def table(*changes):
    return pd.DataFrame([ROW | {"status": "sourced"} | change for change in changes], index=range(2, len(changes) + 2))


def warned(value, *known, **change):
    return revision_warnings(table({"value": value} | change), table(*known), METRICS, "mine.csv")


def test_a_value_beyond_the_plausible_range_is_told_with_distance_neighbour_and_reason():
    (warning,) = warned(1.67, {"value": 1e9, "source": "a"}, {"value": 6e8, "source": "b"})
    assert warning == (
        "mine.csv, line 2, column value: warning: 1.67 is 359,000,000 times below the lowest known, 600,000,000 (b, 2024); "
        f"up to 20 times is plausible. {METRICS.at['vc_investment', 'plausible_reason_en']}"
    )
    (above,) = warned(2.1e10, {"value": 1e9, "source": "a"}, {"value": 6e8, "source": "b"})
    assert "is 21 times above the highest known, 1,000,000,000 (a, 2024)" in above


@pytest.mark.parametrize("value", [2e10, 1e9, 3e7])
def test_a_value_inside_the_plausible_range_is_not_told(value):
    assert warned(value, {"value": 1e9}, {"value": 6e8}) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, True),
        ({"country": "BRA"}, False),
        ({"metric": "gdp"}, False),
        ({"segment": "stage=seed"}, False),
        ({"period": "2023"}, True),
        ({"period": "2022"}, False),
        ({"period": "2024-Q1"}, False),
        ({"status": "illustrative"}, False),
    ],
)
def test_only_figures_of_the_same_thing_are_held_against_a_value(change, told):
    assert bool(warned(1.0, change)) is told


def test_an_own_figure_that_enters_no_comparison_is_not_told():
    assert warned(1.0, {}, status="illustrative") == [] and warned(1.0, {}) != []


def test_the_same_period_comes_before_the_year_before():
    known = [{"period": "2023", "value": 1.0}, {"period": "2024", "value": 2.0}]
    assert comparable("2024", known, "flow") == known[1:]
    assert comparable("2025", known, "flow") == known[1:]
    assert comparable("2024-Q1", known, "flow") == []


def test_a_stock_is_held_against_any_date_of_its_year():
    known = [{"period": "2023-12-31"}, {"period": "2024-03"}, {"period": "2024"}, {"period": "2024-Q1"}]
    assert comparable("2024-12-31", known, "stock") == known[1:3]
    assert comparable("2024-12-31", known, "flow") == []


def test_a_percentage_taken_for_a_fraction_is_told_and_a_loss_is_not():
    growth = METRICS.loc["vc_growth"]
    known = [{"value": 0.035, "source": "a", "period": "2024"}]
    assert "37.5" not in far_off(0.59, known, growth)
    assert "warning: 59 is 58 times above" in far_off(59.0, known, growth)
    assert far_off(-0.4, known, growth) == ""


def test_counts_may_come_to_nothing_but_amounts_may_not_in_silence():
    none, some = [{"value": 0.0, "source": "a", "period": "2024"}], [{"value": 5.0, "source": "a", "period": "2024"}]
    assert far_off(2.0, none, METRICS.loc["deal_count"]) == ""
    assert "is far above the highest known, 0" in far_off(2e6, none, METRICS.loc["vc_investment"])
    assert "is far below the lowest known, 5" in far_off(0.0, some, METRICS.loc["vc_investment"])


def test_the_ranges_are_wide_enough_for_what_sources_say_here():
    figures = load_table("figures")
    told = 0
    for _key, rows in figures[figures["status"].isin(SETTLED)].groupby(["metric", "country", "segment"]):
        records, metric = rows.to_dict("records"), METRICS.loc[rows["metric"].iloc[0]]
        for row in records:
            others = [other for other in records if other["id"] != row["id"]]
            told += bool(far_off(row["value"], comparable(row["period"], others, metric["kind"]), metric))
    assert 0 < told < 0.01 * len(figures)


@pytest.mark.parametrize("metric", sorted(METRICS.index))
def test_a_unit_that_slipped_by_a_thousand_is_beyond_every_range(metric):
    known = [{"value": 0.5 if METRICS.at[metric, "unit"] == "share" else 50.0, "source": "a", "period": "2024"}]
    assert METRICS.at[metric, "plausible_factor"] < 100
    assert far_off(known[0]["value"] * 1000, known, METRICS.loc[metric])
