"""The executive page: tiles, what would have to be true, and sentences that switch with the data."""

import re

import pytest

from vcgap.chapters import overview
from vcgap.edition import open_edition
from vcgap.language import NBSP

GROWTH = {"USA": ("usa_source", 100e9), "MEX": ("mex_source", 1e9)}


def growing(overlay, base_growth, peer_growth):
    """An edition whose only own sources give the two countries these growths on US$100 bn and US$1 bn."""
    rows = []
    for country, growth in (("USA", base_growth), ("MEX", peer_growth)):
        source, before = GROWTH[country]
        rows += [f"{country},vc_investment,2024,{before * (1 + growth)},{source}",
                 f"{country},vc_investment,2023,{before},{source}"]  # fmt: skip
    return open_edition(figures=overlay(*rows))


@pytest.fixture(scope="module")
def default():
    return open_edition()


def test_tiles_give_each_number_its_range_or_its_catch(default):
    text = overview.tiles(default).text
    assert "107×" in text and "93–339× across sources" in text
    assert f"US$9.49{NBSP}bn: a year short" in text  # 178 / 29,184.9 × 1,830.5 − 1.67
    assert (
        "5.5–14×: fund size, like for like (not 3.3×, which is not like for like: a median against a mean; dispersion assumed)"
        in text
    )
    assert "82× as counted; active unicorns against unicorns created" in text


def test_the_shortfall_names_who_is_short_whichever_country_comes_first(default):
    swapped = overview.tiles(open_edition(base="MEX", peer="USA")).text
    for text in (overview.tiles(default).text, swapped):
        assert f"US$9.49{NBSP}bn" in text and f"Mexico: US$8.11–12.9{NBSP}bn across sources" in text
    assert "−" not in swapped


def test_parity_takes_the_lead_in_growth_that_content_gives(default):
    block = overview.would_have_to_be_true(default)
    invested, per_gdp = (line for line in block.text.splitlines() if re.match(r" *the (money|share)", line))
    # 106.59^(1/10) − 1 = 59.5 %, ^(1/20) 26.3 %, ^(1/30) 16.8 %; 6.685^(1/10) 20.9 %, 10.0 %, 6.5 %
    assert re.findall(r"[\d.]+(?=\s%)", invested) == ["60", "26", "17"]
    assert re.findall(r"[\d.]+(?=\s%)", per_gdp) == ["21", "10", "6.5"]


def test_parity_comes_by_some_sources_and_never_by_others(default):
    text = overview.would_have_to_be_true(default).text
    assert text.startswith("If the growth of 2024 continued, parity would come in 16–22 years by some sources")
    assert "never by Crunchbase/LAVCA, OECD/LAVCA and PitchBook/LAVCA" in text


@pytest.mark.parametrize(
    ("base_growth", "peer_growth", "words"),
    [
        (0.04, 0.59, "in 10 years by"),  # R = 104 / 1.59 = 65.4; ln R / ln(1.59 / 1.04) = 9.85
        (0.59, 0.04, "never by"),
        (0.1, 0.1, "never by"),
    ],
)
def test_years_to_parity_turn_with_the_growth(overlay, base_growth, peer_growth, words):
    text = overview.would_have_to_be_true(growing(overlay, base_growth, peer_growth)).text
    pair = re.search(r"(in \d+ years by|never by)[^;.]*usa_source/mex_source", text)
    assert pair and pair[1] == words, text


def test_the_second_sentence_says_that_the_sources_disagree_and_with_what(default):
    text = overview.headline(default).text
    assert "depends on whom you ask" in text
    for words in (f"+60{NBSP}% (TTR)", f"+3.5{NBSP}% (LAVCA)", f"+19–29{NBSP}%"):
        assert words in text


def test_the_second_sentence_is_plain_where_no_source_states_both_growths():
    text = overview.headline(open_edition(peer="BRA")).text
    assert "cannot be said" in text and "depends on whom" not in text


def test_years_with_figures_are_told_in_runs():
    text = overview.tiles(open_edition(peer="BRA")).text
    assert "There are figures for 2006–2023." in text


def test_what_the_page_cannot_tell_counts_the_columns_untraced_figures(default):
    text = overview.limits(default).text
    assert "seven of 16 match a provider’s, nine could not be traced" in text
    assert "column" not in overview.limits(open_edition(basis="like_for_like", year=2018)).text


def test_the_shortfall_is_one_number_whichever_country_comes_first(default):
    both = default, open_edition(base="MEX", peer="USA")
    ahead, behind = (overview.tiles(edition).numbers["intensity_shortfall_usd"] for edition in both)
    assert ahead == behind == pytest.approx(9.494e9, rel=1e-3)
