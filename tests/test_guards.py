"""Conclusions are guarded: the data are flipped, and sentence, chart title and alt text must follow."""

import re

import pytest

from vcgap.chapters import certainty, fund_size, over_time, overview, volume
from vcgap.edition import open_edition
from vcgap.language import NBSP, times


def both(edition):
    """What the overview's first lines and the ladder say, one text."""
    return overview.headline(edition).text + "\n" + volume.ladder(edition).text


def test_a_ratio_below_one_puts_the_peer_ahead(world):
    said = both(world({("USA", 2024, "a"): 1, ("MEX", 2024, "b"): 50}))
    assert said.startswith("For every dollar of venture capital in the United States, about 50 go to work in Mexico")
    # per unit of GDP the peer is further ahead: 50 × 15.94 = 797
    assert "Per unit of GDP the gap is wider: 797× against 50×" in said


def test_equal_amounts_are_said_to_be_equal(world):
    said = both(world({("USA", 2024, "a"): 5, ("MEX", 2024, "b"): 5}))
    assert said.startswith("United States and Mexico invest about as much")


def test_nothing_recorded_leaves_no_ratio_anywhere(world):
    edition = world({("USA", 2024, "a"): 5, ("MEX", 2024, "b"): 0})
    said = both(edition)
    assert said.startswith("No venture capital was recorded in Mexico in 2024: there is no ratio")
    assert not re.search(r"\d×", volume.ladder(edition).text.splitlines()[0])


def test_a_missing_country_is_said_and_no_ratio_is_printed(world):
    text = overview.headline(world({("USA", 2024, "a"): 5})).text
    assert "Mexico, 2024: no source in this suite has venture capital invested" in text
    assert "×" not in text


def test_one_source_is_called_one_source(world):
    block = volume.by_source(world({("USA", 2024, "a"): 5, ("MEX", 2024, "b"): 2}), "peer")
    assert block.text.splitlines()[0] == f"One source covers Mexico in 2024: US$2{NBSP}bn"
    assert "single source" in block.html and "contested" not in block.html


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        ({"b": 2.0}, "By the only pair of sources the ratio narrowed in 2024"),
        ({"b": 0.5}, "By the only pair of sources the ratio widened in 2024"),
        ({"b": 2.0, "c": 0.5}, "Sources disagree on whether the gap narrowed in 2024"),
        ({"b": 2.0, "c": 3.0}, "By every pair of sources the ratio narrowed in 2024"),
        ({"b": 1.0}, "By no source did the ratio move in 2024"),
    ],
)
def test_the_direction_follows_the_growth_of_the_peer(world, now, verdict):
    totals = {("USA", year, "a"): 10 for year in (2021, 2022, 2023, 2024)}
    for source, value in now.items():
        totals |= {("MEX", 2022, source): 1, ("MEX", 2023, source): 1, ("MEX", 2024, source): value}
    edition = world(totals)
    assert over_time.direction_sentence(edition, over_time.moves(edition)[0]["change"]) == verdict
    chart = over_time.ratio_by_source(edition)
    assert chart.text.splitlines()[0] == verdict
    assert ("contested" in chart.html) == verdict.startswith("Sources disagree")
    assert f"{times(10 / now['b'])} (2024)" in re.search(r"<desc[^>]*>(.*?)</desc>", chart.html)[1]


def test_the_direction_is_the_same_when_the_smaller_country_is_named_first(world):
    totals = {("USA", 2023, "a"): 10, ("USA", 2024, "a"): 10, ("MEX", 2023, "b"): 1, ("MEX", 2024, "b"): 2}
    swapped = world(totals, base="MEX", peer="USA")
    sentence = over_time.direction_sentence(swapped, over_time.moves(swapped)[0]["change"])
    assert sentence == "By the only pair of sources the ratio narrowed in 2024"


def test_the_lead_in_every_year_names_who_is_ahead_or_that_it_changes(world):
    peer_ahead = world({("USA", 2023, "a"): 1, ("MEX", 2023, "b"): 4, ("USA", 2024, "a"): 1, ("MEX", 2024, "b"): 5})
    changing = world({("USA", 2023, "a"): 1, ("MEX", 2023, "b"): 4, ("USA", 2024, "a"): 9, ("MEX", 2024, "b"): 5})
    said = [
        over_time._paths_title(edition, {code: over_time.annual_by_family(edition, code) for code in edition.countries})
        for edition in (peer_ahead, changing)
    ]
    assert said[0].endswith("Mexico is at least 4.0× ahead")
    assert said[1] == "Who is ahead depends on the year and the source"
    assert (
        over_time._paths_title(peer_ahead, {"USA": {}, "MEX": {}}) == "No year is covered by series of both countries"
    )


def test_a_year_of_nothing_is_no_growth_and_no_ratio(world):
    emptied = world({("USA", 2023, "a"): 9, ("USA", 2024, "a"): 10, ("MEX", 2023, "b"): 1, ("MEX", 2024, "b"): 0})
    assert "−100" not in over_time.growth(emptied).text
    assert "no ratio where one side has nothing" in overview.tiles(emptied).text


@pytest.mark.parametrize("peer_growth", [-0.5, 0.0, 0.04, 1.0])
def test_no_page_speaks_of_causes(world, peer_growth):
    totals = {
        ("USA", 2023, "a"): 10,
        ("USA", 2024, "a"): 10.4,
        ("MEX", 2023, "b"): 1,
        ("MEX", 2024, "b"): 1 + peer_growth,
    }
    edition = world(totals)
    blocks = [overview.headline(edition), overview.would_have_to_be_true(edition), over_time.growth(edition)]
    said = " ".join(block.text for block in blocks).lower()
    assert not re.search(r"\b(because|caus\w+|due to|leads? to|drives?|thanks to)\b", said.replace("a growth lead", ""))


def test_ratios_read_larger_over_smaller_whichever_country_is_named_first():
    default, swapped = open_edition(), open_edition(base="MEX", peer="USA")
    for build in (over_time.one_basis, fund_size.gap, fund_size.like_for_like):
        assert build(swapped).text == build(default).text


def test_a_zero_counts_as_a_statement_where_sources_differ(overlay):
    edition = open_edition(figures=overlay("MEX,vc_investment,2024,0,mine"))
    line = next(
        line
        for line in certainty.disagreement(edition).text.splitlines()
        if "Mexico Money invested 2024" in " ".join(line.split())
    )
    assert "US$0 (mine)" in line and line.split()[4] == "5"
