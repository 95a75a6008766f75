"""Figures: an analyst's file over the built-in ones, the reference by basis, the range across families."""

from copy import deepcopy
from dataclasses import asdict
from math import isnan

import pandas as pd
import pytest
from conftest import make_figure
from hypothesis import given
from hypothesis import strategies as st

from vcgap.checks import check_figures
from vcgap.errors import UserError, raise_if
from vcgap.figures import (
    Figure,
    Package,
    as_figure,
    by_family,
    choices,
    in_a_suite_name,
    load_package,
    reference,
    rounding_interval,
    spread,
    statements,
    years_with_figures,
)
from vcgap.tables import load_table

HEADER = "country,metric,period,value,source"
FULL = "country,metric,period,segment,value,lower,upper,qualifier,source,status,note,unit"


def package_of(figures, bases=()):
    """A small Package: figures as changes to the column's US total, bases as tuples of their first six columns."""
    rows = [asdict(make_figure(**figure)) | {"id": f"f{place}"} for place, figure in enumerate(figures)]
    table = pd.DataFrame(rows, columns=list(Figure.__dataclass_fields__))
    order = ["basis", "metric", "country", "rank", "family", "source"]
    return Package(table, pd.DataFrame(), pd.DataFrame(), [dict(zip(order, row, strict=True)) for row in bases])


def problems_of(path):
    with pytest.raises(UserError) as caught:
        load_package(path)
    return caught.value.problems


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (178e9, (177.5e9, 178.5e9)),
        (1.67e9, (1.665e9, 1.675e9)),
        (10.5e6, (10.45e6, 10.55e6)),
        (0.42, (0.415, 0.425)),
        (0.6, (0.55, 0.65)),
        (300e3, (250e3, 350e3)),
        (-0.04, (-0.045, -0.035)),
        (0, (0, 0)),
    ],
)
def test_rounding_reaches_half_a_unit_of_the_last_digit(value, expected):
    assert rounding_interval(value) == pytest.approx(expected, rel=1e-12)


@given(st.integers(1, 9999), st.integers(-4, 12), st.floats(-0.999, 0.999))
def test_every_number_inside_the_rounding_rounds_back(digits, exponent, place):
    value = float(f"{digits}e{exponent}")
    lower, upper = rounding_interval(value)
    assert lower <= value <= upper
    unit = upper - lower
    assert round((value + place * unit / 2) / unit) == round(value / unit)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (177.5e9, 178.5e9)),
        ({"lower": 170e9}, (170e9, 178.5e9)),
        ({"lower": 170e9, "upper": 190e9}, (170e9, 190e9)),
        ({"value": 656.0, "unit": "count"}, (656, 656)),
        ({"value": 340e6, "unit": "people"}, (340e6, 340e6)),
        ({"value": 0.42, "unit": "share"}, (0.415, 0.425)),
        ({"value": 5.7e12, "unit": "MXN"}, (5.65e12, 5.75e12)),
    ],
)
def test_an_interval_is_as_stated_or_else_from_rounding(fields, expected):
    assert make_figure(**fields).interval == pytest.approx(expected)


WRONG_ROWS = [
    ("mx,vc_investment,2024,1,me", "country: 'mx' is not an ISO 3166-1 alpha-3 code; did you mean 'MEX'?"),
    ("Mexcio,vc_investment,2024,1,me", "country: 'Mexcio' is not an ISO 3166-1 alpha-3 code; did you mean 'MEX'?"),
    ("ZZZ,vc_investment,2024,1,me", "country: 'ZZZ' is not an ISO 3166-1 alpha-3 code"),
    (",vc_investment,2024,1,me", "country: is empty; a value is needed"),
    (
        "MEX,vc_invesment,2024,1,me",
        "metric: 'vc_invesment' is not a metric of metrics.csv; did you mean 'vc_investment'?",
    ),
    ("MEX,vc_investment,2024/25,1,me", "period: '2024/25' does not have the form"),
    ("MEX,vc_investment,2024-13,1,me", "period: '2024-13' does not have the form"),
    ("MEX,vc_investment,2024,,me", "value: is empty; a value is needed"),
    ("MEX,vc_investment,2024,1,", "source: is empty; a value is needed"),
    (
        'MEX,vc_investment,2024,"1,234",me',
        "value: '1,234' is 1234 with a decimal point and 1.2340 with a decimal comma",
    ),
    ("MEX,vc_investment,2024,few,me", "value: 'few' is not a number; write digits with a decimal point"),
    ("MEX,vc_investment,2024,1_000,me", "value: '1_000' is not a number"),
    ("MEX,vc_investment,2024,nan,me", "value: 'nan' is not a number"),
    ("MEX,vc_investment,2024,inf,me", "value: 'inf' is not a number"),
    ("MEX,vc_investment,2024,-5,me", "value: -5 is negative; vc_investment is an amount (USD), zero or more"),
    ("MEX,unicorns_active,2024,-1,me", "value: -1 is negative; unicorns_active is an amount (count), zero or more"),
    ("MEX,sector_share_value,2024,42,me", "value: 42 is not a share; write a fraction of one: 42 % is 0.42"),
    ("MEX,gerd_share,2024,-0.1,me", "value: -0.1 is not a share"),
    ("MEX,vc_investment,2024,1,<script>alert(1)</script>", "source: '<script>alert(1)</script>' holds markup"),
    ("MEX,vc_investment,2024,1,<b>", "source: '<b>' holds markup; only plain text is allowed"),
    ("MEX,vc_investment,2023,1674000000,ttr_2025_01", "value: 1674000000 is a known error of this source"),
    ("MEX,vc_investment,2024,1051000000,ttr_2025_01", "value: 1051000000 is a known error of this source"),
    ("MEX,inflation,2024,4.722256,world_bank_2025_inflation", "value: 4.722256 is a known error"),
    ("MEX,vc_investment,2023,1046000000,ttr_2025_01", "value: this source was wrong and seems mended"),
]


@pytest.mark.parametrize(("row", "message"), WRONG_ROWS)
def test_a_wrong_figure_is_told_with_file_line_and_column(overlay, row, message):
    (problem,) = problems_of(overlay("USA,vc_investment,2024,200e9,me", row))
    assert problem.startswith(f"mine.csv, line 3, column {message}")


WRONG_CELLS = [
    ({"status": "guess"}, "column status: 'guess' is not in the list; allowed: assumption, derived"),
    ({"status": "sourcd"}, "column status: 'sourcd' is not in the list; did you mean 'sourced'?"),
    ({"qualifier": "exactly"}, "column qualifier: 'exactly' is not in the list; did you mean 'exact'?"),
    ({"segment": "AI"}, "column segment: 'AI' does not have the form"),
    ({"lower": "3e9"}, "column value: 2000000000 is outside its own bounds, lower 3000000000.0"),
    ({"upper": "1e9"}, "column value: 2000000000 is outside its own bounds"),
    ({"lower": "few"}, "column lower: 'few' is not a number"),
    ({"note": "<img src=x>"}, "column note: '<img src=x>' holds markup"),
    ({"unit": "MXN"}, "column unit: 'MXN' is not the unit of vc_investment; figures are in whole USD"),
    ({"unit": "US$ bn"}, "column unit: 'US$ bn' is not the unit of vc_investment; figures are in whole USD"),
]


@pytest.mark.parametrize(("cells", "message"), WRONG_CELLS)
def test_the_columns_that_may_be_left_out_are_checked_too(overlay, cells, message):
    row = dict.fromkeys(FULL.split(","), "")
    row |= {"country": "MEX", "metric": "vc_investment", "period": "2024", "value": "2e9", "source": "me"} | cells
    (problem,) = problems_of(overlay(",".join(row.values()), header=FULL))
    assert problem.startswith(f"mine.csv, line 2, {message}")


def test_a_column_that_is_missing_or_unknown_is_told(overlay):
    assert problems_of(overlay("MEX,vc_investment,2024,1", header="country,metric,period,valeu")) == [
        "mine.csv: column 'value' is missing; the file has: country, metric, period, valeu",
        "mine.csv: column 'source' is missing; the file has: country, metric, period, valeu",
        "mine.csv: column 'valeu' is not known; did you mean 'value'?",
    ]


def test_the_same_figure_twice_is_told(overlay):
    (problem,) = problems_of(overlay("MEX,vc_investment,2024,1,me", "MEX,vc_investment,2024,2,me"))
    assert problem.startswith("mine.csv, line 3: a second row for MEX, vc_investment, 2024,")


def test_all_problems_of_a_file_are_told_at_once(overlay):
    problems = problems_of(
        overlay(
            "MEX,vc_investment,2024,few,me",
            "XQX,vc_investment,2024,1,me",
            "MEX,vc_invest,2024,1,me",
            "MEX,sector_share_value,2024,42,me",
        )
    )
    assert [problem.split(":")[0].removeprefix("mine.csv, ") for problem in problems] == [
        "line 2, column value",
        "line 3, column country",
        "line 4, column metric",
        "line 5, column value",
    ]


def test_growth_and_inflation_may_be_negative_or_above_one(overlay):
    package = load_package(overlay("MEX,vc_growth,2023,-0.6,me", "ARG,inflation,2023,1.33,me"))
    assert sorted(package.figures[package.figures["own"]]["value"]) == [-0.6, 1.33]


def test_no_problem_raises_nothing_and_many_raise_all():
    raise_if([])
    with pytest.raises(UserError, match="a\nb"):
        raise_if(["a", "b"])


def test_a_new_row_is_added_and_a_row_with_the_same_key_replaces(overlay, package):
    mine = load_package(
        overlay("MEX,vc_investment,2024,2e9,my fund", "MEX,vc_investment,2024,1.2e9,lavca_2025_mundostartups")
    )
    assert len(mine.figures) == len(package.figures) + 1
    own = mine.figures[mine.figures["own"]].set_index("source")
    assert own["value"].to_dict() == {"my fund": 2e9, "lavca_2025_mundostartups": 1.2e9}
    assert own["family"].to_dict() == {"my fund": "my fund", "lavca_2025_mundostartups": "LAVCA"}
    assert own.loc["my fund", ["unit", "statistic", "qualifier", "status", "segment"]].tolist() == [
        "USD",
        "total",
        "exact",
        "own",
        "",
    ]
    assert mine.sources.loc["my fund", "title"] == "mine.csv"
    assert not (mine.figures["id"] == "mex-vc_investment-2024-lavca_2025_mundostartups").sum() > 1


def test_what_a_reader_calls_second_hand_or_an_assumption_stays_that(overlay):
    rows = [f"MEX,gdp,2024,2e12,{status},{status}" for status in ("sourced", "second_hand", "derived", "assumption")]
    own = load_package(overlay(*rows, header="country,metric,period,value,source,status")).figures.query("own")
    assert own["status"].tolist() == ["own", "second_hand", "derived", "assumption"]


def test_only_the_readers_own_under_the_name_of_a_source_of_the_suite_is_in_its_name(overlay):
    rows = ["MEX,vc_investment,2024,1.6e9,column", "MEX,gdp,2024,2e12,me"]
    figures = load_package(overlay(*rows)).figures
    named = [figure.id for figure in map(as_figure, figures.to_dict("records")) if in_a_suite_name(figure)]
    assert named == ["mex-vc_investment-2024-column"]


def test_a_workbook_lies_over_the_figures_like_a_csv(workbook, overlay):
    from_sheet = load_package(workbook([HEADER.split(","), ["MEX", "vc_investment", 2024, 2e9, "me"]]))
    from_text = load_package(overlay("MEX,vc_investment,2024,2e9,me"))
    own = [one.figures[one.figures["own"]].drop(columns="id") for one in (from_sheet, from_text)]
    pd.testing.assert_frame_equal(*own)


def test_a_bad_workbook_is_told_by_its_rows(workbook):
    rows = [HEADER.split(","), ["MEX", "vc_investment", 2024, "two", "me"], ["MEX", "vc_investment", 2023, None, "me"]]
    assert [problem.split(";")[0] for problem in problems_of(workbook(rows))] == [
        "mine.xlsx, line 2, column value: 'two' is not a number",
        "mine.xlsx, line 3, column value: is empty",
    ]


def test_the_shared_tables_stay_as_they_are_under_an_overlay(overlay):
    before = {name: load_table(name).copy(deep=True) for name in ("figures", "metrics", "sources", "bases")}
    package = load_package(overlay("MEX,vc_investment,2024,2e9,me", "USA,vc_investment,2024,1,column"))
    package.figures.loc[:, "value"] = 0.0
    for name, table in before.items():
        pd.testing.assert_frame_equal(load_table(name), table)


def test_looking_things_up_leaves_the_package_as_it_was(package):
    before = deepcopy(package)
    rows = statements(package, ["unicorns_active", "unicorns_created"], "USA", 2024)
    by_family(rows)
    reference(package, "column", "vc_investment", "MEX", 2024)
    spread(package, "vc_investment", "MEX", 2024)
    check_figures(load_table("figures"), package.metrics, "figures.csv")
    for table, copy in zip(package[:3], before[:3], strict=True):
        pd.testing.assert_frame_equal(table, copy)
    assert package.bases == before.bases


def test_statements_are_of_the_year_the_country_the_metric_and_the_segment():
    package = package_of(
        [
            {"source": "a"},
            {"source": "b", "country": "MEX"},
            {"source": "c", "metric": "venture_debt"},
            {"source": "d", "segment": "stage=seed"},
            {"source": "e", "period": "2023"},
            {"source": "f", "period": "2024-Q3"},
            {"source": "g", "period": "2024-12-31"},
            {"source": "h", "status": "second_hand"},
            {"source": "i", "status": "superseded"},
            {"source": "j", "status": "illustrative"},
            {"source": "k", "status": "assumption"},
        ]
    )

    def of(*asked):
        return [figure.source for figure in statements(package, *asked)]

    assert of("vc_investment", "USA", 2024) == ["a", "h"]
    assert of("vc_investment", "USA", 2024, "stage=seed") == ["d"]
    assert of(["vc_investment", "venture_debt"], "USA", 2024) == ["a", "h", "c"]


def test_of_a_stock_the_dates_of_the_year_count_and_the_last_one_stands():
    dates = ["2023-12-31", "2024", "2024-09", "2024-12-24", "2025-01-01"]
    package = package_of([{"kind": "stock", "period": date, "source": date, "family": "x"} for date in dates])
    said = statements(package, "vc_investment", "USA", 2024)
    assert [figure.period for figure in said] == ["2024", "2024-09", "2024-12-24"]
    assert [figure.period for figure in spread(package, "vc_investment", "USA", 2024)] == ["2024-12-24"]


def test_of_a_family_the_latest_edition_stands_and_own_figures_win():
    package = package_of(
        [
            {"family": "x", "source": "new", "published": "2025-12", "value": 3.0},
            {"family": "x", "source": "old", "published": "2025-01", "value": 1.0, "lower": 0.5, "upper": 2.0},
            {"family": "y", "source": "late", "published": "2026", "value": 4.0},
            {"family": "y", "source": "mine", "published": "", "value": 5.0, "own": True},
        ]
    )
    new, mine = by_family(statements(package, "vc_investment", "USA", 2024))
    assert (new.family, new.source, mine.family, mine.source) == ("x", "new", "y", "mine")
    assert isnan(new.lower) and isnan(new.upper), "the bounds of another edition"


def test_a_spread_goes_from_the_smallest_to_the_largest_family():
    package = package_of(
        [{"family": name, "source": name, "value": value} for name, value in {"a": 3.0, "b": 1.0, "c": 2.0}.items()]
    )
    assert [figure.family for figure in spread(package, "vc_investment", "USA", 2024)] == ["b", "c", "a"]
    assert spread(package, "vc_investment", "USA", 2023) == []


SOURCES = {"a": "lavca_2025_mundostartups", "b": "ttr_2025_10", "c": "amexcap_2025"}  # of the suite, not an analyst's
FAMILIES = [{"family": family, "source": source} for family, source in SOURCES.items()]


@pytest.mark.parametrize(
    ("bases", "expected"),
    [
        ([("column", "USA", 1, "b", "")], "b"),
        ([("column", "USA", 2, "b", ""), ("column", "USA", 1, "c", "")], "c"),
        ([("column", "USA", 1, "z", ""), ("column", "USA", 2, "b", "")], "b"),
        ([("column", "*", 1, "a", "")], "a"),
        ([("column", "*", 1, "a", ""), ("column", "USA", 2, "b", "")], "b"),
        ([("column", "*", 1, "a", ""), ("column", "USA", 1, "z", "")], None),
        ([("column", "MEX", 1, "a", "")], None),
        ([("like_for_like", "USA", 1, "a", "")], None),
        ([("column", "USA", 1, "a", SOURCES["a"])], "a"),
        ([("column", "USA", 1, "a", SOURCES["b"]), ("column", "USA", 2, "c", "")], "c"),
        ([], None),
    ],
)
def test_the_reference_is_named_by_basis_country_and_rank(bases, expected):
    package = package_of(FAMILIES, [(basis, "vc_investment", *rest) for basis, *rest in bases])
    found = reference(package, "column", "vc_investment", "USA", 2024)
    assert (found and found.family) == expected


def test_between_two_metrics_of_one_concept_rank_decides_and_then_their_order():
    concept = ["fund_size_median", "fund_size_mean"]
    figures = [{"metric": metric, "family": "a", "source": SOURCES["a"]} for metric in concept]
    ranked = [("column", "fund_size_mean", "USA", 1, "a", ""), ("column", "fund_size_median", "USA", 2, "a", "")]
    equal = [(*row[:3], 1, *row[4:]) for row in ranked]
    assert reference(package_of(figures, ranked), "column", concept, "USA", 2024).metric == "fund_size_mean"
    assert reference(package_of(figures, equal), "column", concept, "USA", 2024).metric == "fund_size_median"
    assert reference(package_of(figures, equal), "column", concept[::-1], "USA", 2024).metric == "fund_size_mean"


def test_choices_of_a_country_replace_those_for_any_country_metric_by_metric():
    bases = [
        ("column", "gdp", "*", 1, "World Bank", ""),
        ("column", "gdp", "MEX", 1, "INEGI", ""),
        ("column", "population", "*", 1, "World Bank", ""),
    ]
    package = package_of([], bases)
    both = choices(package, "column", ["gdp", "population"], "MEX")
    assert [(row["metric"], row["family"]) for row in both] == [("gdp", "INEGI"), ("population", "World Bank")]
    assert [row["family"] for row in choices(package, "column", ["gdp"], "USA")] == ["World Bank"]


@pytest.mark.parametrize("basis", ["column", "like_for_like"])
def test_a_figure_of_the_analysts_own_source_comes_first(overlay, basis):
    package = load_package(overlay("MEX,vc_investment,2024,2e9,my fund"))
    found = reference(package, basis, "vc_investment", "MEX", 2024)
    assert (found.value, found.own, found.family) == (2e9, True, "my fund")
    assert reference(package, "column", "vc_investment", "USA", 2024).source == "column"


def test_years_with_figures_are_sorted_and_unique(package):
    figures = [
        {"period": period, "source": period} for period in ("2024", "2023", "2023-06", "2022-Q1", "2021-01/2021-06")
    ]
    assert years_with_figures(package_of(figures), "vc_investment", "USA") == [2023, 2024]
    assert years_with_figures(package, "vc_investment", "XXX") == []


@pytest.mark.parametrize("country", ["USA", "MEX", "BRA"])
def test_a_year_that_is_said_to_have_figures_has_them(package, country):
    years = years_with_figures(package, "vc_investment", country)
    assert [year for year in years if not statements(package, "vc_investment", country, year)] == []


def test_a_row_becomes_a_figure_with_all_its_fields():
    stated = {"value": 5.0, "lower": 1.0, "upper": 9.0, "note": "x"}
    assert as_figure(package_of([stated]).figures.iloc[0]) == make_figure(id="f0", **stated)


@pytest.mark.parametrize("metric", ["gdp", "population", "fx_rate"])
def test_what_is_divided_by_may_not_be_zero(overlay, metric):
    path = overlay(f"MEX,{metric},2024,0,my bureau")
    with pytest.raises(UserError, match="line 2, column value: 0 cannot be divided by"):
        load_package(path)
