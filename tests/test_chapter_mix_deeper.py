"""Sector mix, deeper: bounds from single shares, AI dollars, one scheme on both sides."""

import re

import pytest

from vcgap.blocks import Block
from vcgap.chapters import mix_bounds
from vcgap.edition import Edition, open_edition
from vcgap.language import NBSP
from vcgap.parameters import read_parameters

EXHIBITS = [
    mix_bounds.concentration,
    mix_bounds.difference,
    mix_bounds.ai_dollars,
    lambda edition: mix_bounds.same_scheme(edition, "companies"),
    lambda edition: mix_bounds.same_scheme(edition, "unicorns"),
]
EDITIONS = [
    {},
    {"basis": "like_for_like"},
    {"year": 2018, "basis": "like_for_like"},
    {"base": "MEX", "peer": "USA"},
    {"peer": "BRA"},
    {"year": 2021},
    {"year": 2023, "peer": "CHL"},
    {"base": "FRA", "peer": "DEU", "year": 1990},
]
HEADER = "country,metric,period,value,source,segment"
AI, FINTECH = "scheme=tag;sector=ai", "scheme=vertical;sector=fintech"


def edition_of(package, **parameters):
    return Edition(read_parameters(parameters), package)


def first_line(block):
    return block.text.split("\n")[0]


@pytest.fixture
def with_shares(overlay):
    """A function: an edition of 2024 with shares of the reader's own, as (country, segment, value)."""

    def make(*shares):
        rows = [f"{code},sector_share_value,2024,{value},mine,{segment}" for code, segment, value in shares]
        return open_edition(figures=overlay(*rows, header=HEADER))

    return make


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=["concentration", "difference", "ai", "companies", "unicorns"])
@pytest.mark.parametrize("parameters", EDITIONS, ids=str)
def test_every_exhibit_is_a_block_without_holes_in_every_edition(package, exhibit, parameters):
    block = exhibit(edition_of(package, **parameters))
    assert isinstance(block, Block) and block.text
    assert not re.search(r"\bnan\b|\binf\b|None(?! of)|np\.", block.text), block.text
    assert "<figure" not in block.html or block.figures


def test_bounds_of_concentration_are_those_of_the_guide(edition):
    text = mix_bounds.concentration(edition).text
    for numbers in ("0.214 0.513", "0.214 0.378", "0.378 0.520"):
        assert numbers in text
    assert "2.6–4.7" in text and "1.9–2.6" in text


def test_overlapping_bounds_cannot_say_who_is_more_concentrated(edition):
    block = mix_bounds.concentration(edition)
    assert "cannot say whose mix is more concentrated" in first_line(block)
    assert "the bounds overlap from 0.3778 to 0.3784 only" in block.text


def test_bounds_that_part_only_if_the_sector_is_the_largest_say_so(with_shares):
    edition = with_shares(("MEX", FINTECH, 0.65))  # at least 0.436, the United States at most 0.378 or 0.513
    assert (
        "If the named sector is the largest, the mix of Mexico is more concentrated"
        in mix_bounds.concentration(edition).text
    )


def test_bounds_that_part_anyway_need_no_condition(with_shares):
    edition = with_shares(("MEX", FINTECH, 0.9))
    assert "Whatever the rest is, the mix of Mexico is more concentrated" in mix_bounds.concentration(edition).text


def test_the_other_country_is_named_when_it_is_the_more_concentrated(with_shares):
    edition = with_shares(("USA", AI, 0.95))
    assert (
        "Whatever the rest is, the mix of the United States is more concentrated"
        in mix_bounds.concentration(edition).text
    )


def test_a_small_share_cannot_be_the_largest_of_ten(package):
    text = mix_bounds.concentration(edition_of(package, basis="like_for_like")).text
    assert "The share of Mexico cannot be the largest of 10 sectors" in text


def test_a_share_of_one_country_alone_says_nothing(package):
    assert "nothing can be said" in first_line(mix_bounds.concentration(edition_of(package, peer="BRA")))


def test_one_share_each_leaves_the_difference_open_and_more_sources_narrow_it(edition):
    block = mix_bounds.difference(edition)
    assert "anything from 0.02 to 1.00; with what every source says, 0.49 to 0.86" in first_line(block)
    assert "0.00–1.00" in block.text and "0.24–0.70" in block.text
    assert "treated as if no company could be both" in block.text


def test_nearly_whole_shares_close_the_difference(with_shares):
    edition = with_shares(("USA", AI, 0.95), ("MEX", FINTECH, 0.95))
    assert first_line(mix_bounds.difference(edition)).startswith("For the two mixes to be alike, 0.90 to 1.00")


def test_ai_dollars_are_those_of_the_guide(edition):
    block = mix_bounds.ai_dollars(edition)
    assert f"US$74.8{NBSP}bn, 45× all venture capital in Mexico; without AI the gap is 62×" in first_line(block)
    assert "112×" in block.text and "at least" in block.text
    assert block.numbers["ai_to_all_ratio"] == pytest.approx(44.77, abs=0.01)
    assert "fails if fintech companies carry the AI tag" in block.text


def test_without_a_share_of_fintech_there_is_no_floor(package):
    text = mix_bounds.ai_dollars(edition_of(package, peer="BRA")).text
    assert "at least" not in text and "fintech companies" not in text


def test_a_floor_that_nothing_bounds_is_left_out(with_shares):
    text = mix_bounds.ai_dollars(with_shares(("MEX", FINTECH, 1.0))).text
    assert "AI against AI, at least" not in text


def test_less_ai_than_the_other_countrys_total_is_said_the_other_way(package):
    line = first_line(mix_bounds.ai_dollars(edition_of(package, base="MEX", peer="USA")))
    assert "all venture capital in the United States" in line and "as much" in line


def test_no_ai_money_is_said_in_a_sentence(with_shares):
    assert "nothing to divide" in mix_bounds.ai_dollars(with_shares(("USA", AI, 0))).text


def test_the_proxy_of_companies_says_which_sectors_differ_by_more_than_chance(edition):
    block = mix_bounds.same_scheme(edition, "companies")
    line = first_line(block)
    assert f"24{NBSP}% of the companies" in line and "Mexico is heavier in fintech, logistics and commerce" in line
    assert "lighter in health and biotech" in line
    assert "AI" not in line, "none of 69 where one in 500 would be expected is no finding"
    assert "27,029 of the United States and 69 of Mexico" in block.warning
    assert re.search(rf"fintech +3.1{NBSP}% +12{NBSP}% +6{NBSP}% +21{NBSP}% +3.7×", block.text)


def test_six_companies_carry_no_finding_on_any_sector(edition):
    block = mix_bounds.same_scheme(edition, "unicorns")
    assert first_line(block) == f"On one scheme 69{NBSP}% of the money would have to change sector"
    assert "6 of Mexico" in block.warning and "A proxy" in block.warning
    assert "4.8×" in block.text and "1.9×" in block.text


def test_swapped_the_quotients_turn_over(package):
    line = first_line(mix_bounds.same_scheme(edition_of(package, base="MEX", peer="USA"), "companies"))
    assert line.endswith(
        "the United States is heavier in health and biotech; lighter in commerce, logistics and fintech"
    )
