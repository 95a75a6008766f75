"""The executive page: tiles, what would have to be true, and sentences that switch with the data."""

import re

import pytest

from vcgap.chapters import closing, overview
from vcgap.edition import open_edition
from vcgap.language import NBSP


@pytest.fixture(scope="module")
def default():
    return open_edition()


def test_tiles_give_each_number_its_range_or_its_catch(default):
    text = overview.tiles(default).text
    assert "107×" in text and "93–339× across sources" in text
    assert f"US$9.49{NBSP}bn: a year short" in text  # 178 / 29,184.9 × 1,830.5 − 1.67
    assert (
        "5.5–14×: fund size, like for like (3.3–14× across sources; not 3.3×, which is not like for like: a median against a mean; dispersion assumed)"
        in text
    )
    assert "2.6–12× by chance alone; 82× as counted; active unicorns against unicorns created" in text
    assert "86× on one list (CB Insights, 31 Dec 2024)" in text  # 684 against 8


def test_the_shortfall_names_who_is_short_whichever_country_comes_first(default):
    swapped = overview.tiles(open_edition(base="MEX", peer="USA")).text
    for text in (overview.tiles(default).text, swapped):
        assert f"US$9.49{NBSP}bn" in text and f"Mexico: US$8.11–12.9{NBSP}bn across sources" in text
    assert "−" not in swapped


def test_growth_for_parity_is_that_of_the_closing_page(default):
    text = overview.would_have_to_be_true(default).text.replace(NBSP, " ")
    invested, per_gdp = (line for line in text.splitlines() if re.match(r" *the (money|share)", line))
    # 106.59^(1/20) = 1.2629 on growth ahead of 9.8 % (OECD since 2006) and 29.0 % (PitchBook); 6.685^(1/20) = 1.0997
    assert re.findall(r"[\d.–]+(?= %)", invested) == ["75–106", "39–63", "28–51"]
    assert re.findall(r"[\d.–]+(?= %)", per_gdp) == ["33–56", "21–42", "17–37"]
    assert "39–63 % a year; parity of intensity, 21–42 %" in closing.required(default).text.replace(NBSP, " ")


def test_title_is_the_sentence_of_the_closing_page(default):
    title = overview.would_have_to_be_true(default).text.split("\n")[0]
    assert title.startswith("If the growth of 2024 lasted, parity would take 16–22")
    assert title + "." in closing.headline(default).text


@pytest.mark.parametrize(
    ("base_growth", "peer_growth", "words"),
    [
        # R = 100 × 1.04 / 1.59 = 65.4; ln R / ln(1.59 / 1.04) = 9.85
        (0.04, 0.59, "parity would take 10 years by b’s"),
        (0.59, 0.04, "parity would never come by b’s figures"),
        (0.1, 0.1, "parity would never come by b’s figures"),
    ],
)
def test_years_to_parity_turn_with_the_growth(world, base_growth, peer_growth, words):
    totals = {("USA", 2023, "a"): 100, ("USA", 2024, "a"): 100 * (1 + base_growth)}
    totals |= {("MEX", 2023, "b"): 1, ("MEX", 2024, "b"): 1 + peer_growth}
    text = overview.would_have_to_be_true(world(totals)).text.replace(NBSP, " ")
    assert words in text, text


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


def test_the_shortfall_is_one_number_and_negative_where_the_first_country_is_short(default):
    both = [overview.tiles(edition) for edition in (default, open_edition(base="MEX", peer="USA"))]
    ahead, behind = (block.numbers["intensity_shortfall_usd"] for block in both)
    assert ahead == -behind == pytest.approx(9.494e9, rel=1e-3)
    assert both[0].text == both[1].text


def test_numbers_are_the_first_country_against_the_second_though_the_page_puts_the_larger_first(default, overlay):
    own = open_edition(figures=overlay("MEX,vc_investment,2024,3e11,me"))
    headline, tiles = overview.headline(own), overview.tiles(own)
    assert headline.numbers["vc_ratio"] == tiles.numbers["vc_ratio"] == pytest.approx(178 / 300)
    assert tiles.text.startswith("1.7×: venture capital invested, Mexico to United States")
    assert tiles.numbers["vc_gap_usd"] == pytest.approx(-122e9)
    assert [tiles.numbers[f"vc_ratio_sources_{end}"] for end in ("lower", "upper")] == pytest.approx([0.52, 339], 0.01)
    assert tiles.numbers["vc_ratio_per_gdp"] == pytest.approx(0.0372, rel=0.01)


def test_a_figure_of_the_reader_in_the_columns_name_is_not_counted_as_the_columns(overlay):
    said = overview.limits(open_edition(figures=overlay("MEX,vc_investment,2024,1.6e9,column"))).text
    assert "six of 15 match a provider’s, nine could not be traced" in said


def test_the_columns_comparisons_stand_with_their_verdicts(default):
    block = overview.as_printed(default)
    assert block.text.startswith("Of 10 checks of what the column says of the two countries two hold")
    for words in ("a median against a mean", "a stock of one day against a flow", "a tag across sectors", "0.938"):
        assert words in block.text
    for words in ("a change of 29 %, not 4 %", "a change of 3.51 %, not 59 %", "Mexico against Latin America"):
        assert words in block.text.replace(NBSP, " ")
    swapped = overview.as_printed(open_edition(base="MEX", peer="USA"))
    assert swapped.text == block.text


@pytest.mark.parametrize("other", [{"peer": "BRA"}, {"year": 2018, "basis": "like_for_like"}])
def test_where_the_column_compares_nothing_that_is_said(other):
    assert "The column does not set the United States and" in overview.as_printed(open_edition(**other)).text


@pytest.mark.parametrize(
    ("statements", "hold", "words"),
    [
        (4, 4, "holds in every check"),
        (4, 0, "Nothing that"),
        (4, 2, "countries two hold"),
        (2, 1, "countries one holds"),
    ],
)
def test_verdict_on_the_column_turns_with_the_checks(statements, hold, words):
    assert words in overview._printed_title(statements, hold)


def test_a_tile_without_gdp_names_gdp_and_not_what_it_does_not_divide_by():
    text = overview.tiles(open_edition(year=2025)).text
    (tile,) = [line for line in text.splitlines() if "unicorns per unit of GDP" in line]
    assert tile.startswith("–") and "gross domestic product" in tile and "population" not in tile


def test_swapping_the_countries_changes_no_tile_and_no_sentence(default):
    swapped = open_edition(base="MEX", peer="USA")
    assert overview.tiles(swapped).text == overview.tiles(default).text
    assert overview.headline(swapped).text == overview.headline(default).text


def test_the_gap_in_dollars_is_said_beside_the_ratio(world, default):
    assert "In dollars the gap widened in 2024, by every pair of sources." in overview.headline(default).text
    shrinking = {("USA", 2023, "a"): 100, ("USA", 2024, "a"): 90, ("MEX", 2023, "b"): 1, ("MEX", 2024, "b"): 2}
    assert "In dollars the gap narrowed in 2024" in overview.headline(world(shrinking)).text
    assert "In dollars" not in overview.headline(open_edition(peer="BRA")).text


def test_nothing_in_the_larger_country_is_said_and_divides_nothing(overlay):
    nothing = open_edition(figures=overlay("USA,vc_investment,2024,0,mine"))
    assert "there is no ratio" in overview.headline(nothing).text
    assert overview.tiles(nothing).text.count("–: ") >= 2


def test_sources_that_disagree_on_who_is_short_are_said_to(overlay):
    peer_ahead = open_edition(figures=overlay("MEX,vc_investment,2024,30e9,mine"))
    assert "sources disagree on who is short" in overview.tiles(peer_ahead).text
