"""How sure: the sampled range is always the same, and every conclusion is counted over every pair of sources."""

import json
import re

import pandas as pd
import pytest

from vcgap import blocks, charts, gaps
from vcgap.chapters import certainty, explained, per_unit, volume
from vcgap.edition import Edition, families, open_edition
from vcgap.language import NBSP
from vcgap.parameters import read_parameters
from vcgap.uncertainty import Survival

EDITIONS = {
    "default": {},
    "2018 like for like": {"year": 2018, "basis": "like_for_like"},
    "Brazil": {"peer": "BRA"},
    "swapped": {"base": "MEX", "peer": "USA"},
    "2021": {"year": 2021},
    "2007, Mexico has nothing": {"year": 2007, "basis": "like_for_like"},
    "Chile 2023": {"peer": "CHL", "year": 2023},
    "Brazil and Mexico": {"base": "MEX", "peer": "BRA", "year": 2021},
    "no figures at all": {"base": "FRA", "peer": "DEU", "year": 1990},
}


def edition_of(package, **parameters):
    """An edition without the check that there is anything to report."""
    return Edition(read_parameters(parameters), package)


def title(block):
    return block.text.split("\n")[0].replace(NBSP, " ")


def held(edition):
    """What becomes of each conclusion: dict of name → (pairs that agree, pairs that can say)."""
    found, _used, _missing = certainty._conclusions(edition, *certainty.ahead_and_behind(edition))
    return {one.name: (one.survival.holds, one.survival.holds + one.survival.fails) for one in found}


# ---- everything varied at once


def test_three_ranges_stand_beside_each_other(edition):
    block = certainty.joint_range(edition)
    for words in ("106.0–107.2×", "93–339×", "171× (99–319×)", "100,000 draws, seed 2024", "an assumption"):
        assert words in block.text
    assert title(block) == "Vary both sides at once, and 90 % of the draws put the gap at 99–319×"
    assert "107×, lies below the median of the draws, 171×" in block.text


def test_the_same_seed_gives_the_same_page(edition):
    assert certainty.joint_range(edition).text == certainty.joint_range(edition).text


def test_a_narrower_band_lies_inside_a_wider_one(edition):
    ahead, behind = certainty.ahead_and_behind(edition)
    tables = [certainty._range_table(edition, ahead, behind, coverage, 0.05)[0] for coverage in (0.5, 0.9)]
    narrow, wide = (table.set_index("how").loc["sampled"] for table in tables)
    assert wide["lower"] < narrow["lower"] < narrow["ratio"] < narrow["upper"] < wide["upper"]
    assert narrow["ratio"] == wide["ratio"]


def test_sources_that_never_err_stay_inside_the_range_of_every_pair(edition):
    ahead, behind = certainty.ahead_and_behind(edition)
    table = certainty._range_table(edition, ahead, behind, 0.9, 0.0)[0].set_index("how")
    assert table.at["sources", "lower"] <= table.at["sampled", "lower"]
    assert table.at["sampled", "upper"] <= table.at["sources", "upper"]


def test_the_words_about_the_median_follow_the_reference():
    def words(ratio):
        rows = [("rounding", ratio, ratio, ratio), ("sampled", 100.0, 50.0, 200.0)]
        return certainty._beside_median(pd.DataFrame(rows, columns=["how", "ratio", "lower", "upper"]))

    assert "lies below the median" in words(60.0) and "lies above the median" in words(150.0)
    assert "lies outside the band" in words(20.0) and "lies outside the band" in words(900.0)
    assert "is the median" in words(100.2)


# ---- which conclusions survive


def test_every_conclusion_is_counted_over_every_pair(edition):
    base, peer = ([figure.value for figure in families(edition, "vc_investment", code)] for code in ("USA", "MEX"))
    ratios = [one / other for one in base for other in peer]
    found = held(edition)
    assert found["ahead"] == (12, 12)
    assert found["hundredfold"] == found["magnitude"] == (sum(ratio > 100 for ratio in ratios), 12) == (11, 12)
    per_gdp = [ratio * 1830489311089 / 29184890000000 for ratio in ratios]
    assert found["per_gdp_tenfold"] == (sum(ratio < 10 for ratio in per_gdp), 12)
    assert found["per_gdp_smaller"] == (12, 12)


def test_intensity_is_the_largest_part_where_the_ratio_exceeds_the_square_of_income_times_people(edition):
    # intensity beats income if R / (2.599 × 6.135) > 6.135, that is R > 97.8: all pairs but OECD and TTR, 93.2
    assert held(edition)["intensity_largest"] == (11, 12)


def test_the_ratio_narrows_by_half_of_the_pairs_and_the_gap_in_dollars_by_none(edition):
    found = held(edition)
    assert found["ratio_narrowed"] == (3, 6)  # TTR grows faster than any US source, LAVCA more slowly than all
    assert found["gap_widened"] == (6, 6)


def test_the_title_says_which_survive_and_the_table_how_often(edition):
    block = certainty.stability(edition)
    assert title(block) == (
        "Survives every pair of sources: who is ahead, a smaller gap per unit of GDP and a growing gap in dollars; "
        "five other conclusions do not"
    )
    rows = {line.strip() for line in block.text.split("\n")}
    assert any(re.fullmatch(r"The ratio narrowed in 2024 +3 +6 +contested", row) for row in rows)
    assert any(re.fullmatch(r"The gap in dollars widened in 2024 +6 +6 +survives", row) for row in rows)
    assert block.numbers["holds_ratio_narrowed"] == pytest.approx(0.5)


def test_naming_the_countries_the_other_way_round_changes_no_verdict(package, edition):
    swapped = edition_of(package, base="MEX", peer="USA")
    assert held(swapped) == held(edition)
    for exhibit in (certainty.joint_range, certainty.stability):
        assert title(exhibit(swapped)) == title(exhibit(edition))


def conclusion(short, holds, fails):
    total = holds + fails
    return certainty.Conclusion(short, short, short, Survival(holds / total if total else None, holds, fails, 0))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([(2, 0), (3, 0)], "Every conclusion survives every pair of sources: c0 and c1"),
        ([(0, 2), (1, 1)], "No conclusion survives every pair of sources"),
        ([(2, 0), (1, 1)], "Survives every pair of sources: c0; one other conclusion does not"),
        ([(2, 0), (1, 1), (0, 2)], "Survives every pair of sources: c0; two other conclusions do not"),
        ([(2, 0), (2, 0), (1, 1)], "Does not survive every pair of sources: c2; two other conclusions do"),
        ([(2, 0), (0, 0)], "Every conclusion survives every pair of sources: c0"),
    ],
)
def test_the_title_names_the_shorter_list(counts, expected):
    assert certainty._stability_title([conclusion(f"c{n}", *pair) for n, pair in enumerate(counts)]) == expected


def test_a_verdict_is_that_of_all_pairs_some_none_or_untested():
    verdicts = [conclusion("c", *counts).verdict for counts in [(3, 0), (2, 1), (0, 3), (0, 0)]]
    assert verdicts == ["all", "some", "none", "untested"]


def test_growth_the_other_way_round_turns_the_verdict(overlay):
    rows = ["MEX,vc_investment,2023,1e8,me", "MEX,vc_investment,2024,9e8,me"]
    fast = held(open_edition(figures=overlay(*rows)))
    assert fast["ratio_narrowed"] == (6, 9)
    rows = ["USA,vc_investment,2023,3e11,me", "USA,vc_investment,2024,2e11,me"]
    shrinking = held(open_edition(figures=overlay(*rows)))
    assert shrinking["ratio_narrowed"] == (5, 8) and shrinking["gap_widened"] == (6, 8)


def test_a_gap_below_ten_is_no_order_of_magnitude(package):
    text = certainty.stability(edition_of(package, **EDITIONS["Brazil and Mexico"])).text
    assert "less than an order of magnitude: 1.0× to 10×" in text and "no orders" not in text


def test_without_gdp_the_other_conclusions_still_stand(package):
    block = certainty.stability(edition_of(package, peer="BRA"))
    assert "who is ahead" in title(block)
    assert "Brazil, 2024: no source in this suite has gross domestic product" in block.text


def test_a_gap_in_dollars_without_levels_is_left_undefined():
    level = {"growth": 0.1, "before": 1.0, "now": 1.1}
    assert certainty._gap_widened(level, {"growth": 0.1, "before": None, "now": None}) is None
    assert certainty._gap_widened({"growth": 0.1, "before": 10.0, "now": 11.0}, level) is True


@pytest.mark.parametrize("name", EDITIONS)
def test_every_exhibit_of_every_edition_is_a_block_without_holes(package, name, monkeypatch):
    monkeypatch.setattr(charts, "to_svg", lambda _figure, name, *_texts: f'<svg id="{name}"></svg>')
    for exhibit in (certainty.joint_range, certainty.stability):
        block = exhibit(edition_of(package, **EDITIONS[name]))
        assert isinstance(block, blocks.Block)
        assert not re.search(r"\bnan\b|\binf\b|None(?! of)|np\.", block.text), block.text
        json.dumps(block.numbers, allow_nan=False)


def test_where_nothing_was_recorded_there_is_no_ratio_to_vary(package):
    edition = edition_of(package, **EDITIONS["2007, Mexico has nothing"])
    for exhibit in (certainty.joint_range, certainty.stability):
        assert "There is no ratio where nothing was recorded" in exhibit(edition).text


def test_the_reference_lies_in_its_own_rounding(edition):
    ahead, behind = certainty.ahead_and_behind(edition)
    row = certainty._range_table(edition, ahead, behind, 0.9, 0.05)[0].set_index("how").loc["rounding"]
    assert row["lower"] < gaps.ratio(ahead.value, behind.value) < row["upper"]


def test_a_round_number_is_concluded_only_where_the_reference_reaches_it(package, edition):
    assert {"hundredfold", "per_gdp_tenfold"} <= set(held(edition))
    neighbours = edition_of(package, base="BRA", peer="MEX", basis="column")
    assert "hundredfold" not in held(neighbours) and "ahead" in held(neighbours)


# ---- where the headline stands, and by what factor sources differ


def test_most_pairs_put_the_ratio_above_the_headline(edition, package):
    (sentence,), figures = certainty.headline_among_pairs(edition)
    # 178 / 1.674 = 106.3 lies within 105.97–107.21; 156.07 / 1.674 = 93.2 below; the other ten above
    assert sentence == (
        "10 of 12 pairs of sources put the ratio above the 107× of the headline, 1 below; 1 within its rounding."
    )
    assert {figure.country for figure in figures} == {"USA", "MEX"} and len(figures) == 7
    assert sentence in certainty.joint_range(edition).text
    assert certainty.headline_among_pairs(edition_of(package, base="MEX", peer="USA"))[0] == [sentence]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((4, 0), "All 4 pairs of sources put the ratio above the 107×"),
        ((0, 4), "All 4 pairs of sources put the ratio below the 107×"),
        ((0, 0), "All 4 pairs of sources lie within what rounding alone does to the 107× of the headline: 106–107×."),
        ((2, 1), "2 of 4 pairs of sources put the ratio above the 107× of the headline, 1 below; 1 within"),
    ],
)
def test_the_counts_of_pairs_follow_the_data(counts, words):
    assert certainty._among_pairs_sentence(106.6, (105.97, 107.21), *counts, 4).startswith(words)


def test_pairs_within_a_wide_rounding_are_at_the_headline(package):
    (sentence,), _figures = certainty.headline_among_pairs(edition_of(package, peer="BRA"))
    # 2 bn is printed with one digit: 71–119×, and the pairs are 78, 89 and 108×
    assert sentence == "All 3 pairs of sources lie within what rounding alone does to the 89× of the headline: 71–119×."


def test_one_pair_or_no_ratio_leaves_nothing_to_count(package):
    assert certainty.headline_among_pairs(edition_of(package, **EDITIONS["2007, Mexico has nothing"])) == ([], [])


def test_the_sources_of_mexico_differ_more_than_those_of_the_united_states(edition):
    block = certainty.disagreement(edition)
    assert title(block) == "Sources differ most on the money invested in Mexico in 2024: by 2.6×"
    # 1,674 / 635 = 2.64 and 215.4 / 156.07 = 1.38; 1,140 / 449.81 = 2.53 for 2023 (content.md §2.10)
    for words in ("2.64×", "1.38×", "2.53×", "US$635 m (Endeavor/Glisco)", "US$1.674 bn (TTR)"):
        assert words in block.text.replace(NBSP, " ")


def test_one_source_for_everything_is_nothing_to_compare():
    table = pd.DataFrame({"factor": [float("nan")]})
    assert certainty._disagreement_title(table) == "One source for each quantity: there is nothing to compare"


@pytest.mark.parametrize("name", EDITIONS)
def test_the_disagreement_of_every_edition_is_a_block_without_holes(package, name):
    text = certainty.disagreement(edition_of(package, **EDITIONS[name])).text
    assert text and not re.search(r"\bnan\b|\binf\b|None(?! of)|np\.", text), text


# ---- the range beside a ratio


@pytest.mark.parametrize(
    ("sources", "rounding", "words"),
    [
        ((78, 108), (71, 119), "78–108× across sources, 71–119× by rounding alone"),
        ((78, 108), (80, 119), "78–108× across sources, 80–119× by rounding alone"),
        ((93, 339), (106, 107), "93–339× across sources"),
        ((93, 339), (92.9, 107), "93–339× across sources"),
        ((89, 89), (71, 119), "one pair of sources only; 71–119× by rounding alone"),
        ((82, 82), (82, 82), "one pair of sources only"),
        ((None, None), (None, None), "one source only"),
    ],
)
def test_the_range_beside_a_ratio_says_rounding_where_it_is_wider(sources, rounding, words):
    names = ["sources_lower", "sources_upper", "ratio_lower", "ratio_upper"]
    row = dict(zip(names, [*sources, *rounding], strict=True))
    assert per_unit.range_words(row | {"ratio": 89.0}) == words
    assert per_unit.range_words(row | {"ratio": None}) == "no ratio where one side has nothing"


def test_the_ratio_to_brazil_says_that_rounding_is_wider_than_sources(package):
    brazil = edition_of(package, peer="BRA")
    assert "78–108× across sources, 71–119× by rounding alone" in volume.ladder(brazil).text
    assert "93–339× across sources" in explained.purchasing_power(edition_of(package)).text
