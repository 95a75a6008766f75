"""What the gap is made of: the parts add up, providers are never mixed, and every sentence follows the data."""

import json
import re

import pandas as pd
import pytest
from conftest import make_figure

from vcgap import blocks, charts
from vcgap.chapters import explained
from vcgap.edition import Edition, MissingFigure, open_edition
from vcgap.language import NBSP
from vcgap.parameters import read_parameters

EXHIBITS = ["factors", "one_at_a_time", "intensity", "count_and_size", "real_terms", "purchasing_power"]
EDITIONS = {
    "default": {},
    "2018 like for like": {"year": 2018, "basis": "like_for_like"},
    "Brazil": {"peer": "BRA"},
    "swapped": {"base": "MEX", "peer": "USA"},
    "2021": {"year": 2021},
    "2007, Mexico has nothing": {"year": 2007, "basis": "like_for_like"},
    "2007, swapped": {"year": 2007, "basis": "like_for_like", "base": "MEX", "peer": "USA"},
    "Chile 2023": {"peer": "CHL", "year": 2023},
    "Brazil and Mexico": {"base": "MEX", "peer": "BRA", "year": 2023},
    "no figures at all": {"base": "FRA", "peer": "DEU", "year": 1990},
}


@pytest.fixture
def tables(monkeypatch):
    """The raw table of every exhibit that is built, by its name."""
    found = {}

    def remember(name, title, subtitle, table, columns, exhibit=blocks.exhibit, **rest):
        found[name] = table
        return exhibit(name, title, subtitle, table, columns, **rest)

    monkeypatch.setattr(blocks, "exhibit", remember)
    return found


def edition_of(package, **parameters):
    """An edition without the check that there is anything to report."""
    return Edition(read_parameters(parameters), package)


def title(block):
    return block.text.split("\n")[0]


def plain(block):
    return block.text.replace(NBSP, " ")


def overlay_edition(overlay, *rows, **parameters):
    return open_edition(figures=overlay(*rows), **parameters)


# ---- identity A


def test_the_parts_add_up_to_the_gap_whatever_the_method(edition, tables):
    explained.factors(edition)
    table = tables["factors"]
    assert table["lmdi"].sum() == pytest.approx(178e9 - 1.67e9)
    assert table["shapley"].sum() == pytest.approx(178e9 - 1.67e9)
    assert table["log_share"].sum() == pytest.approx(1)


def test_the_default_gap_is_made_of_intensity_and_income_before_people(edition, tables):
    text = plain(explained.factors(edition))
    # L(U, M) = 176.33 / ln 106.587 = 37.77 bn; ln of 2.599, 6.135 and 6.685 are .955, 1.814 and 1.900
    expected = {"population": 36.07e9, "income": 68.5e9, "intensity": 71.75e9}
    assert dict(zip(tables["factors"]["factor"], tables["factors"]["lmdi"], strict=True)) == pytest.approx(
        expected, rel=1e-3
    )
    for words in (
        "VC intensity and income per head make up 80 % of the gap",
        "US$36.1 bn",
        "US$71.8 bn",
        "US$176.3 bn",
    ):
        assert words in text
    assert "VC intensity is 39–52 % of the gap" in text


def test_the_waterfall_ends_where_the_gap_ends(edition, monkeypatch):
    drawn, waterfall = [], charts.waterfall
    monkeypatch.setattr(charts, "waterfall", lambda steps, *args: drawn.append(steps) or waterfall(steps, *args))
    explained.factors(edition)
    explained.count_and_size(edition)
    for steps in drawn:
        *parts, total = steps
        assert sum(step["value"] for step in parts) == pytest.approx(total["value"]) and total["total"]
    assert len(drawn) == 4


def test_naming_the_countries_the_other_way_round_changes_no_part(package, edition):
    swapped = edition_of(package, base="MEX", peer="USA")
    for name in ("factors", "one_at_a_time", "purchasing_power"):
        one, other = (getattr(explained, name)(which) for which in (edition, swapped))
        assert title(one) == title(other)
        assert other.numbers == {part: -value for part, value in one.numbers.items()}  # the first less the second


def shares_title(*parts, behind_value=1e9):
    table = pd.DataFrame({"factor": explained.FACTORS, "lmdi": parts})
    return explained._factors_title(table, make_figure(country="MEX", value=behind_value)).replace(NBSP, " ")


def test_the_title_names_the_largest_parts_or_what_works_against_them():
    assert shares_title(40.0, 35.0, 25.0) == "Population and income per head make up 75 % of the gap"
    assert shares_title(70.0, 10.0, 20.0) == "Population makes up most of the gap: 70 %"
    assert (
        shares_title(80.0, -20.0, 40.0)
        == "What widens the gap: population and VC intensity; what narrows it: income per head"
    )
    assert shares_title(0.0, 0.0, 5.0, behind_value=0.0).startswith("Nothing was recorded in Mexico")


def test_equal_amounts_leave_no_gap_to_take_apart(overlay):
    edition = overlay_edition(overlay, "USA,vc_investment,2024,2e9,me", "MEX,vc_investment,2024,2e9,me")
    for name in ("factors", "one_at_a_time"):
        assert "there is no gap to take apart" in getattr(explained, name)(edition).text


# ---- one factor at a time


def test_both_orders_stand_beside_each_other(edition, tables):
    text = plain(explained.one_at_a_time(edition))
    # 178/29184.89 × 1830.489 − 1.67 = 9.494; 178 − 1.67/1830.489 × 29184.89 = 151.37 (billions)
    rows = tables["one-at-a-time"].set_index("way")
    assert rows.at["intensity_first", "intensity"] == pytest.approx(9.494e9, rel=1e-3)
    assert rows.at["gdp_first", "intensity"] == pytest.approx(151.37e9, rel=1e-3)
    assert rows["total"].tolist() == pytest.approx([176.33e9] * 4)
    assert "US$9.49 bn or US$151 bn of the gap, depending on the order" in text
    assert "Any single order is arbitrary" in text and "does not say why" in text


def test_an_order_that_changes_nothing_is_not_called_a_difference():
    table = explained._order_table([2.0e9, 3.0], [2.0e9, 1.0])
    assert "in either order" in explained._order_title(table)


# ---- at the base's intensity


def test_mexico_at_the_share_of_gdp_of_the_united_states(edition, tables):
    block = explained.intensity(edition)
    row = tables["same-intensity"].set_index("case").loc["per_gdp"]
    assert row["amount"] == pytest.approx(11.164e9, rel=1e-3)
    # by source: 156.07/29184.89 × 1830.489 − 1.674 = 8.115; 215.4/29184.89 × 1830.489 − 0.635 = 12.875
    assert (row["more_lower"], row["more_upper"]) == pytest.approx((8.115e9, 12.875e9), rel=1e-3)
    assert block.numbers["change_at_equal_intensity_usd"] == pytest.approx(9.494e9, rel=1e-3)
    assert "would invest US$11.2 bn, US$9.49 bn more (US$8.11–12.9 bn by source)" in plain(block)
    assert "3.7 % of the GDP of Mexico; in the United States it takes 0.61 %" in plain(block)


def test_the_title_turns_where_the_peer_is_ahead_or_sources_disagree(package, overlay):
    assert "US$151 bn less" in plain(explained.intensity(edition_of(package, base="MEX", peer="USA")))
    disputed = overlay_edition(overlay, "MEX,vc_investment,2024,1.2e10,me")
    assert title(explained.intensity(disputed)).startswith("Sources disagree on whether Mexico invests more or less")


def test_without_population_the_share_of_gdp_still_stands(package):
    rows = package.figures
    bare = package._replace(figures=rows[~((rows["metric"] == "population") & (rows["country"] == "MEX"))])
    text = explained.intensity(edition_of(bare)).text
    assert "US$11.2" in text and "Mexico, 2024: no source in this suite has population" in text
    assert "per head" not in title(explained.intensity(edition_of(bare)))


# ---- identity B


def test_fewer_but_larger_deals_by_one_provider(edition, tables):
    block = explained.count_and_size(edition)
    # L(1674, 1046) = 628 / ln 1.6004 = 1335.5; × ln(85/114) = −392.0; × ln(19.694/9.175) = +1,020.0 (content.md §2.4)
    table = tables["count-and-size"].set_index("what")
    assert table.at["count", "lmdi"] == pytest.approx(-392.0e6, rel=1e-3)
    assert table.at["size", "lmdi"] == pytest.approx(1020.0e6, rel=1e-3)
    assert table.at["amount", "lmdi"] == pytest.approx(628e6)
    assert "Fewer deals, larger on average: −US$392 m from their number, +US$1.02 bn from their size" in plain(block)
    assert {figure.family for figure in block.figures} == {"TTR"} and len(block.figures) == 4


def test_the_readers_own_count_comes_before_the_suite(overlay):
    rows = [
        "MEX,vc_investment,2023,1.0e9,my count",
        "MEX,vc_investment,2024,3.0e9,my count",
        "MEX,deal_count,2023,100,my count",
        "MEX,deal_count,2024,150,my count",
    ]
    block = explained.count_and_size(overlay_edition(overlay, *rows))
    assert title(block).startswith("More deals, larger on average") and "by my count." in block.text
    assert {figure.family for figure in block.figures} == {"my count"}


def test_of_two_own_counts_the_last_in_the_file_decides_as_for_the_headline(overlay):
    rows = [
        f"MEX,{metric},{year},{value},{source}"
        for source in ("z first", "a last")
        for metric, year, value in [
            ("vc_investment", 2023, 1e9),
            ("vc_investment", 2024, 3e9),
            ("deal_count", 2023, 100),
            ("deal_count", 2024, 150),
        ]
    ]
    edition = overlay_edition(overlay, *rows)
    _ahead, behind = explained.ahead_and_behind(edition)
    assert behind.family == "a last" and "by a last." in explained.count_and_size(edition).text


def test_money_of_one_provider_and_deals_of_another_are_not_mixed(overlay):
    rows = [
        "CHL,vc_investment,2023,1e8,one",
        "CHL,vc_investment,2024,2e8,one",
        "CHL,deal_count,2023,10,other",
        "CHL,deal_count,2024,20,other",
    ]
    text = explained.count_and_size(overlay_edition(overlay, *rows, peer="CHL")).text
    assert "Chile: no one provider states both the money and the deals of 2023 and of 2024" in text


@pytest.mark.parametrize(
    ("money_before", "deals_before", "words"),
    [
        (1e8, 10, "Fewer deals, larger on average"),
        (4e8, 4, "More deals, smaller on average"),
        (1e8, 5, "More deals, larger on average"),
        (1e8, 4, "More deals, as large on average"),
        (9e8, 10, "Fewer deals, smaller on average"),
        (2e8, 8, "As many deals, as large on average"),
    ],
)
def test_the_words_for_deals_and_size_follow_the_data(overlay, money_before, deals_before, words):
    rows = [
        f"CHL,vc_investment,2023,{money_before},me",
        f"CHL,deal_count,2023,{deals_before},me",
        "CHL,vc_investment,2024,2e8,me",
        "CHL,deal_count,2024,8,me",
    ]
    assert title(explained.count_and_size(overlay_edition(overlay, *rows, peer="CHL"))).startswith(words)


def test_two_editions_of_one_provider_are_said(package):
    text = explained.count_and_size(edition_of(package, base="MEX", peer="USA")).text
    assert "by PitchBook" in text and "two editions of one provider" in text


# ---- real money


def test_growth_after_inflation_in_dollars_and_in_pesos(edition, tables):
    block = explained.real_terms(edition)
    table = tables["real-terms"].set_index(["country", "family"])
    # US prices 313.6888/304.7016 = 1.029495; pesos 18.3062/17.7334 = 1.0323; Mexican inflation 4.7223 %
    column = table.loc[("MEX", "column")]
    assert column["real"] == pytest.approx(1.59 / 1.029495 - 1, abs=1e-5)
    assert column["local"] == pytest.approx(1.59 * 1.0323 - 1, abs=1e-4)
    assert column["local_real"] == pytest.approx(1.59 * 1.0323 / 1.047223 - 1, abs=1e-4)
    assert table.at[("USA", "column"), "real"] == pytest.approx(0.0102, abs=1e-4)
    assert pd.isna(table.at[("USA", "column"), "local"])
    assert "+15–25 % in the United States and +0.54–55 % in Mexico" in plain(block)
    assert {"consumer_price_index", "fx_rate", "inflation"} <= {figure.metric for figure in block.figures}


def test_growth_that_inflation_eats_up_is_said(overlay):
    rows = ["CHL,vc_investment,2023,1.00e8,me", "CHL,vc_investment,2024,1.02e8,me"]
    text = explained.real_terms(overlay_edition(overlay, *rows, peer="CHL")).text
    assert "By me, Chile grew in dollars and shrank in real terms" in text
    assert "Chile, 2023: no source in this suite has exchange rate" in text


# ---- purchasing power


def test_purchasing_power_is_a_labelled_sensitivity(edition, tables):
    block = explained.purchasing_power(edition)
    # 1.67 × 18.3062 / 9.916562 = 3.0829 bn; 178 / 3.0829 = 57.74
    assert tables["purchasing-power"]["ratio"].tolist() == pytest.approx([106.587, 57.74], rel=1e-3)
    assert "would be 58×, not 107×" in title(block)
    assert "sensitivity" in block.html and "Per unit of GDP nothing changes" in block.text


# ---- every edition


@pytest.mark.parametrize("exhibit", EXHIBITS)
@pytest.mark.parametrize("name", EDITIONS)
def test_every_exhibit_of_every_edition_is_a_block_without_holes(package, name, exhibit, monkeypatch):
    monkeypatch.setattr(charts, "to_svg", lambda _figure, name, *_texts: f'<svg id="{name}"></svg>')
    block = getattr(explained, exhibit)(edition_of(package, **EDITIONS[name]))
    assert isinstance(block, blocks.Block)
    assert not re.search(r"\bnan\b|\binf\b|None(?! of)|np\.", block.text), block.text
    assert not re.search(r">\s*nan\s*<", block.html)
    json.dumps(block.numbers, allow_nan=False)
    assert "because" not in block.text and "caus" not in block.text


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_what_is_missing_is_said_in_a_sentence(package, exhibit):
    text = getattr(explained, exhibit)(edition_of(package, **EDITIONS["no figures at all"])).text
    assert text.startswith("No figure") and re.search(r"\bno\b|\bNo source", text)


def test_a_country_with_nothing_has_no_intensity(package):
    text = explained.intensity(edition_of(package, **EDITIONS["2007, swapped"])).text
    assert "No venture capital was recorded in Mexico in 2007: it has no intensity" in text


def test_the_larger_amount_comes_first(package, edition):
    for one in (edition, edition_of(package, base="MEX", peer="USA")):
        assert [figure.country for figure in explained.ahead_and_behind(one)] == ["USA", "MEX"]
    with pytest.raises(MissingFigure):
        explained.ahead_and_behind(edition_of(package, **EDITIONS["no figures at all"]))


# ---- the chart


STEPS = [
    {"label": "before", "value": 5.0, "text": "5", "side": "peer", "total": True},
    {"label": "less", "value": -2.0, "text": "−2", "side": "peer"},
    {"label": "more", "value": 4.0, "text": "+4", "side": "peer", "detail": "why"},
    {"label": "after", "value": 7.0, "text": "7", "side": "peer", "total": True},
]


@pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
def test_a_waterfall_floats_its_changes_between_its_totals(narrow):
    (axes,) = charts.waterfall(STEPS, narrow, str).axes
    spans = [sorted((bar.get_x(), bar.get_x() + bar.get_width())) for bar in axes.patches]
    assert spans == [[0, 5], [3, 5], [3, 7], [0, 7]]
    assert axes.get_xscale() == "linear" and axes.get_xlim()[0] == 0
    assert {text.get_text() for text in axes.texts} >= {"5", "−2", "+4", "7", "before", "after"}


def test_a_waterfall_below_zero_keeps_zero_in_view():
    (axes,) = charts.waterfall([STEPS[1], STEPS[2] | {"value": 1.0}], False, str).axes
    assert axes.get_xlim()[0] < -2 and axes.get_xlim()[1] >= 0


def test_a_falling_step_is_hollow_and_nothing_at_all_can_be_drawn():
    (axes,) = charts.waterfall(STEPS, False, str).axes
    faces = [bar.get_facecolor()[:3] for bar in axes.patches]
    assert faces[1] == (1.0, 1.0, 1.0) and faces[0] != faces[1]
    charts.waterfall([STEPS[0] | {"value": 0.0}], True, str)


# ---- pairs of sources in which the order turns round


@pytest.mark.parametrize(
    ("turned", "words"),
    [
        (0, []),
        (1, ["By 1 of 3 pairs of sources Mexico is level or ahead: that is another gap, not counted here."]),
        (2, ["By 2 of 3 pairs of sources Mexico is level or ahead: those are other gaps, not counted here."]),
    ],
)
def test_pairs_in_which_the_order_turns_round_are_counted(turned, words):
    assert explained._turned_sentence(turned, 3, make_figure(country="MEX")) == words


def test_pairs_that_turn_round_are_said_beside_the_range_of_the_rest(overlay):
    edition = overlay_edition(overlay, "USA,vc_investment,2024,3e9,small", "MEX,vc_investment,2024,9e8,mine")
    text = plain(explained.factors(edition))
    # USA: 156.07, 178, 215.4 and 3 bn; Mexico: 0.635, 0.9, 0.98, 1.18 and 1.674 bn: none turns round
    assert "Pair any source with any, and VC intensity is" in text and "level or ahead" not in text
    edition = overlay_edition(overlay, "USA,vc_investment,2024,1e9,small", "MEX,vc_investment,2024,9e8,mine")
    text = plain(explained.factors(edition))
    # 1 bn is not more than 1.18 and 1.674 bn
    assert "By 18 of 20 pairs of sources, VC intensity is" in text
    assert "By 2 of 20 pairs of sources Mexico is level or ahead: those are other gaps, not counted here." in text
