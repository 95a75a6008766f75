"""What a figure must be beyond its schema, and the id that its row gives it."""

import pandas as pd
import pytest

from vcgap.checks import check_figures, figure_id
from vcgap.tables import load_table

ROW = {
    "country": "MEX",
    "metric": "vc_investment",
    "period": "2024",
    "segment": "",
    "value": 1e9,
    "lower": float("nan"),
    "upper": float("nan"),
    "source": "me",
    "status": "sourced",
}


def problems_of(*changes, told=frozenset()):
    rows = pd.DataFrame([ROW | change for change in changes], index=range(2, len(changes) + 2))
    return check_figures(rows, load_table("metrics").set_index("metric"), "t.csv", told)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"segment": "", "source": "lavca"}, "mex-vc_investment-2024-lavca"),
        ({"segment": "scheme=tag;sector=ai", "source": "x"}, "mex-vc_investment-2024-tag-ai-x"),
        ({"segment": "", "source": "x", "period": "2025-01/2025-09"}, "mex-vc_investment-2025-01to2025-09-x"),
        ({"segment": "", "source": "My Fund, Q&A"}, "mex-vc_investment-2024-my_fund__q_a"),
    ],
)
def test_an_id_says_country_metric_period_segment_and_source(row, expected):
    assert figure_id({"country": "MEX", "metric": "vc_investment", "period": "2024"} | row) == expected


def test_a_figure_that_can_be_has_no_problem():
    assert problems_of({}, {"metric": "vc_growth", "value": -0.6}, {"metric": "deal_count", "value": 114.0}) == []
    assert (
        problems_of({"metric": "dry_powder", "period": "2024-12-31"}, {"period": "1900"}, {"period": "2100-Q1"}) == []
    )


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"country": "DDR"}, "country", "is not an ISO 3166-1 alpha-3 code"),
        ({"metric": "vc_invest"}, "metric", "did you mean 'vc_investment'?"),
        ({"period": "2023-02-30"}, "period", "'2023-02-30' is not a date"),
        ({"period": "2024-09/2024-01"}, "period", "ends before it begins"),
        ({"period": "1024"}, "period", "'1024' is not of the years 1900 to 2100"),
        ({"period": "2024-01/2924-01"}, "period", "is not of the years 1900 to 2100"),
        ({"period": "2024-12-01"}, "period", "is one day, but vc_investment is counted over a year or a part of it"),
        ({"period": "2024-12-01"}, "period", "write 2024, 2024-Q4 or 2024-12"),
        ({"value": -1.0}, "value", "is negative"),
        ({"metric": "deal_count", "value": 1.5}, "value", "is not a whole number"),
        ({"metric": "gdp", "value": 0.0}, "value", "0 cannot be divided by"),
        ({"metric": "gerd_share", "value": 42.0}, "value", "42 % is 0.42"),
        ({"metric": "vc_growth", "value": -1.0}, "value", "is a loss of everything"),
        ({"upper": 1.0}, "value", "is outside its own bounds"),
    ],
)
def test_what_cannot_be_is_told_with_line_and_column_unless_it_was_told_before(change, column, words):
    (problem,) = problems_of({}, change)
    assert problem.startswith(f"t.csv, line 3, column {column}: ") and words in problem
    assert (problem.line, problem.column) == (3, column)
    assert problems_of({}, change, told={(3, column)}) == []
    assert problems_of({}, change, told={(2, column)}) == [problem]


def test_all_faults_of_one_row_are_told():
    found = problems_of({"country": "ZZZ", "metric": "no_such", "period": "2023-02-30", "lower": 2e9})
    assert [problem.column for problem in found] == ["country", "period", "value", "metric"]
