"""What the numbers of a manifest are called and how they are written; every chapter's number is known."""

import json
import re
import zlib
from functools import cache
from pathlib import Path

import nbformat
import pytest

from vcgap import blocks
from vcgap.edition import Edition
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


# what they are made of


REPORTS_OF_NUMBERS = sorted(
    path for path in (REPORTS.parent / "notebooks").glob("0*.ipynb") if path.stem != "07_claims"
)
DECLARED = {name: number for name, number in headline_numbers.known().items() if number.metrics is not None}
GROUPS = sorted({(number.metrics, number.every_year) for number in DECLARED.values()})


@cache
def cells(path):
    found = nbformat.read(path, as_version=4).cells
    return [
        compile(cell.source, path.stem, "exec") for cell in found if cell.cell_type == "code" and cell.id != "sources"
    ]


@pytest.fixture
def numbers_of(monkeypatch):
    """A function of an edition and notebooks that gives the headline numbers of their blocks, drawn without charts."""
    monkeypatch.setattr(blocks, "_drawings", lambda *_arguments: [])
    monkeypatch.setattr(blocks, "csv_link", lambda _table: "")

    def run(edition, paths):
        monkeypatch.setattr("vcgap.edition.open_edition", lambda **_parameters: edition)
        found = {}
        for path in paths:
            names = {}
            for cell in cells(path):
                exec(cell, names)
            for block in names.values():
                found |= block.numbers if isinstance(block, blocks.Block) else {}
        return {name: value and float(f"{value:.6g}") for name, value in found.items()}

    return run


@pytest.fixture(scope="module")
def held():
    """The numbers of the published edition by notebook."""
    reports = json.loads((REPORTS / "2024-usa-mex" / "manifest.json").read_text(encoding="utf-8"))["reports"]
    return {path: reports[f"en/{path.stem}"]["numbers"] for path in REPORTS_OF_NUMBERS}


def changed(edition, ids, factor):
    """An edition in which some figures are others. factor : function of an id"""
    figures, stated = edition.package.figures.copy(), ["value", "lower", "upper"]
    rows = figures["id"].isin(ids)
    figures.loc[rows, stated] = figures.loc[rows, stated].mul(figures.loc[rows, "id"].map(factor), axis=0)
    return Edition(edition.parameters, edition.package._replace(figures=figures))


def slightly(name):
    """A factor from 0.85 to 1.15."""
    return 0.85 + zlib.crc32(name.encode()) % 1000 / 3333


def test_every_number_but_those_about_claims_says_what_it_is_made_of(held):
    names = {name for numbers in held.values() for name in numbers}
    assert [name for name in sorted(names) if headline_numbers.metrics(name) is None] == []


@pytest.mark.parametrize(("metrics", "every_year"), GROUPS)
def test_no_figure_moves_a_number_that_is_not_made_of_it(edition, numbers_of, held, metrics, every_year):
    names = [name for name, number in DECLARED.items() if (number.metrics, number.every_year) == (metrics, every_year)]
    rows = edition.package.figures.to_dict("records")
    mine = {row["id"] for row in headline_numbers.made_of(names[0], rows, edition.countries, [edition.year])}
    others = {row["id"] for row in rows} - mine
    paths = [path for path in held if any(name in held[path] for name in names)]
    found = numbers_of(changed(edition, others, slightly), paths)
    assert {name: found.get(name) for path in paths for name in names if name in held[path]} == {
        name: held[path][name] for path in paths for name in names if name in held[path]
    }


def test_every_number_moves_with_a_figure_that_it_is_made_of(edition, numbers_of, held):
    before = {name: value for numbers in held.values() for name, value in numbers.items()}
    ids = set(edition.package.figures["id"])
    doubted = re.compile("usa-vc_investment-2024-(?!column)")  # by all but the column: no longer does every pair agree
    factors = [slightly, lambda name: 1 / 500 if doubted.match(name) else 1]
    after = [numbers_of(changed(edition, ids, factor), held) for factor in factors]
    still = {name for name in before if all(found.get(name) == before[name] for found in after)}
    assert still == {"one_basis_year", "co_investment_added_usd"}, "a year, and an assumption"
