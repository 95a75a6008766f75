"""What the numbers of a manifest are called and how they are written; every chapter's number is known."""

import json
from pathlib import Path

import pytest

from vcgap.language import NBSP
from vcgap.report import headline_numbers
from vcgap.report.headline_numbers import change_text, changes_sides, kind, label, range_text, text, texts

REPORTS = Path(__file__).resolve().parents[1] / "reports"


def test_every_number_of_the_published_edition_has_a_name_and_a_kind():
    held = json.loads((REPORTS / "2024-usa-mex" / "manifest.json").read_text(encoding="utf-8"))
    names = {name for report in held["reports"].values() for name in report["numbers"]}
    assert len(names) > 40 and [name for name in sorted(names) if not kind(name)] == []


def test_no_two_numbers_have_one_name():
    labels = [label(name) for name in headline_numbers.known()]
    assert len({*labels}) == len(labels)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("vc_ratio", 106.587, "107×"),
        ("vc_ratio", 0.593333, "0.59×"),
        ("vc_ratio_sources_upper", 339.213, "339×"),
        ("vc_gap_usd", -122e9, f"−US$122{NBSP}bn"),
        ("vc_share", 0.00938202, f"0.94{NBSP}%"),
        ("one_basis_year", 2018.0, "2018"),
        ("checks", 1066.0, "1,066"),
        ("runway_years", 1.75281, "1.8 years"),
        ("runway_years", 1.0, "1 year"),
        ("fund_gini_lower", 0.652923, "0.65"),
        ("of_another_version", 176330000000.0, "176,330,000,000"),
        ("vc_ratio", None, "none"),
    ],
)
def test_a_number_is_written_as_its_kind_is(name, value, words):
    assert text(name, value) == words


def test_labels_say_what_is_measured_and_which_end_of_a_range():
    assert label("vc_ratio") == "Venture capital, as invested"
    assert label("vc_ratio_per_gdp_sources_lower") == "Venture capital, per unit of GDP, lowest across sources"
    assert label("vc_ratio_sources_upper").endswith("highest across sources")
    assert label("of_another_version") == "of_another_version"


def test_ranges_are_of_the_form_of_their_number():
    ends = {"vc_ratio_sources_lower": 0.520235, "vc_ratio_sources_upper": 339.2}
    assert range_text("vc_ratio", ends) == "0.52–339×"
    assert range_text("vc_ratio_per_head", ends) == ""


def test_close_values_have_so_many_digits_that_the_texts_move_as_far_as_they_do():
    assert texts("runway_years", 1.75281, 1.74302) == ("1.753 years", "1.743 years")
    assert texts("vc_gap_usd", 176.33e9, 176.4e9) == (f"US$176.33{NBSP}bn", f"US$176.4{NBSP}bn")
    assert texts("vc_share", 0.00938202, 0.00938203) == (f"0.938202{NBSP}%", f"0.938203{NBSP}%")
    assert texts("vc_ratio", 106.587, 0.593333) == ("107×", "0.59×")
    assert texts("one_basis_year", 2018.0, 2013.0) == ("2018", "2013")
    assert texts("vc_ratio", None, 5.0) == ("none", "5.0×")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (106.587, 98.2, f"−7.87{NBSP}%"),
        (9.494e9, 4.6e12, "485× as much"),
        (1.0, 9.99, f"+899{NBSP}%"),
        (1.0, 10.0, "10× as much"),
        (100.0, 1.5, f"−98.5{NBSP}%"),
        (621.246, 0.00160967, "0.0000026× as much"),
        (5.0, 0.0, f"−100{NBSP}%"),
        (0.0, 5.0, ""),
        (5.0, -5.0, ""),
        (-10.0, -20.0, f"−100{NBSP}%"),
    ],
)
def test_changes_are_told_in_plain_figures_and_large_ones_as_factors(before, after, words):
    assert change_text("vc_ratio", before, after) == words


def test_shares_move_by_points():
    assert change_text("vc_share", 0.92, 0.2) == "−72 percentage points"
    assert change_text("vc_share", 0.00938, 0.0101) == "+0.072 percentage points"


@pytest.mark.parametrize(
    ("name", "before", "after", "expected"),
    [
        ("vc_ratio", 106.587, 0.593333, True),
        ("vc_ratio", 106.587, 1.68, False),
        ("vc_ratio", 1.0, 0.5, False),
        ("vc_gap_usd", 1.0, -1.0, True),
        ("vc_gap_usd", 2.0, 1.0, False),
        ("vc_share", 0.5, 1.5, False),
    ],
)
def test_a_lead_is_reversed_where_a_ratio_crosses_one_or_a_difference_zero(name, before, after, expected):
    assert changes_sides(name, before, after) is expected
