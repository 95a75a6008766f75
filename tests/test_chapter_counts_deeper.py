"""Unicorns, rounds and exits, deeper: chance, several years of money, value each, one cohort, known rounds."""

import re

import pandas as pd
import pytest

from vcgap.blocks import Block
from vcgap.chapters import exits, unicorn_rates, unicorns
from vcgap.edition import Edition, open_edition
from vcgap.language import NBSP
from vcgap.parameters import read_parameters

EXHIBITS = [
    unicorn_rates.chance,
    unicorn_rates.per_cumulative,
    unicorn_rates.value_each,
    unicorn_rates.haircut,
    exits.cohort,
    exits.rounds,
    exits.cross_border,
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
COHORT = exits.COHORT


def edition_of(package, **parameters):
    return Edition(read_parameters(parameters), package)


def first_line(block):
    return block.text.split("\n")[0]


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.__name__)
@pytest.mark.parametrize("parameters", EDITIONS, ids=str)
def test_every_exhibit_is_a_block_without_holes_in_every_edition(package, exhibit, parameters):
    block = exhibit(edition_of(package, **parameters))
    assert isinstance(block, Block) and block.text
    assert not re.search(r"\bnan\b|\binf\b|None(?! of)|np\.", block.text), block.text
    assert "<figure" not in block.html or block.figures


# ---- unicorns


def test_chance_in_eight_companies_gives_the_intervals_of_the_guide(edition):
    block = unicorn_rates.chance(edition)
    assert "from 42× to 190×" in first_line(block)
    for numbers in ("31.6× +16× +73×", "3.45 to 15.76", "2.6× +12×"):
        assert re.search(numbers, block.text)
    assert "Not like for like" in block.warning
    assert block.numbers["unicorn_ratio_lower"] == pytest.approx(656 / 15.763, rel=1e-3)


def test_chance_in_both_counts_stands_beside_chance_in_one(edition, package):
    block = unicorn_rates.chance(edition)
    assert (
        "With chance in the larger count too, the ratio of the counts lies anywhere between 41× and 191×." in block.text
    )
    assert re.search(r"Companies +82.0× +42× +190× +41× +191×", block.text)
    swapped = unicorn_rates.chance(edition_of(package, base="MEX", peer="USA")).text
    assert re.search(r"Companies +0.0122× +0.0053× +0.024× +0.0052× +0.024×", swapped)


def test_chance_rests_on_the_two_counts_and_what_they_are_divided_by_alone(edition, package):
    figures = unicorn_rates.chance(edition).figures
    assert {figure.metric for figure in figures} == {"unicorns_active", "unicorns_created", "population", "gdp"}
    assert {figure.family for figure in figures} == {"column", "World Bank"}
    assert "venture capital invested" not in unicorn_rates.chance(edition_of(package, basis="like_for_like")).text


def test_chance_is_that_of_the_smaller_count_whichever_is_first(package):
    line = first_line(unicorn_rates.chance(edition_of(package, base="MEX", peer="USA")))
    assert line == "With 8 unicorns in Mexico, chance alone puts the ratio anywhere from 0.0053× to 0.024×"


def test_no_unicorn_gives_no_ratio(overlay):
    edition = open_edition(figures=overlay("MEX,unicorns_active,2024,0,mine"))
    for exhibit in (unicorn_rates.chance, unicorn_rates.per_cumulative):
        assert "no ratio where no unicorn" in exhibit(edition).text


def test_sources_disagree_on_who_has_more_unicorns_per_dollar(edition):
    block = unicorn_rates.per_cumulative(edition)
    assert first_line(block) == (
        "Sources disagree on who has more unicorns per dollar: "
        "0.67–0.88 per US$ bn in the United States, 0.78–1.04 in Mexico"
    )
    assert f"US$10.2{NBSP}bn" in block.text and f"US$7.69{NBSP}bn" in block.text


@pytest.mark.parametrize(("companies", "ahead"), [(80, "Mexico"), (1, "the United States")])
def test_when_every_pair_of_sources_agrees_the_one_ahead_is_named(overlay, companies, ahead):
    edition = open_edition(figures=overlay(f"MEX,unicorns_active,2024,{companies},mine"))
    assert f"Per dollar of 4 years {ahead} has more unicorns" in first_line(unicorn_rates.per_cumulative(edition))


def test_a_source_that_skips_a_year_is_not_added_up(package):
    text = unicorn_rates.per_cumulative(edition_of(package, peer="BRA")).text
    assert "Brazil: no source states every year from 2021 to 2024" in text


def test_value_stays_blank_where_the_source_gives_none(edition):
    block = unicorn_rates.value_each(edition)
    blank = next(line for line in block.text.split("\n") if "Mexico" in line and "The column" in line)
    assert blank.count("–") == 2 and f"US$8{NBSP}bn" in blank
    assert f"at least US$3.22{NBSP}bn" in block.text  # 2.11 tn over 656, and the column says "over"
    assert "nothing is taken off it here" in block.text


def test_a_unicorn_is_compared_only_on_lists_that_state_both(edition, package):
    line = first_line(unicorn_rates.value_each(edition))
    assert "A unicorn in the United States is worth 1.5–1.6× one in Mexico" in line
    swapped = unicorn_rates.value_each(edition_of(package, base="MEX", peer="USA"))
    assert first_line(swapped) == line
    assert "No source states both" in first_line(unicorn_rates.value_each(edition_of(package, year=2021)))


def test_lists_that_contradict_each_other_are_said_to(overlay):
    rows = [
        "USA,unicorns_active,2024,1",
        "USA,unicorn_value,2024,1e9",
        "MEX,unicorns_active,2024,1",
        "MEX,unicorn_value,2024,9e9",
    ]
    edition = open_edition(figures=overlay(*[f"{row},mine" for row in rows]))
    assert "Sources disagree on whether a unicorn" in first_line(unicorn_rates.value_each(edition))


def test_a_value_belongs_to_the_count_of_its_own_list_and_to_no_other_of_the_provider(package, overlay):
    october = package.figures["id"] == "usa-unicorns_active-2022-10-cb_insights_2022_10_linkedin_article"
    assert package.figures[october]["value"].item() == 622  # a later list of CB Insights, without a value
    block = unicorn_rates.value_each(edition_of(package, year=2022))
    assert re.search(rf"CB Insights +636 +US\$2.07{NBSP}tn +US\$3.25{NBSP}bn", block.text) and " 622 " not in block.text
    path = overlay("MEX,unicorns_created,2024,9,mine", "MEX,unicorn_value,2024,9000000000,mine")
    line = next(
        line for line in unicorn_rates.value_each(open_edition(figures=path)).text.split("\n") if "Mine" in line
    )
    assert line.count("–") == 2  # a value is the sum over active companies, not over all that ever were


def test_the_same_list_means_the_same_on_both_sides(overlay):
    rows = [
        "USA,unicorns_active,2024,10,mine",
        "USA,unicorn_value,2024,20000000000,mine",
        "MEX,unicorns_active,2024,10,yours",
        "MEX,unicorn_value,2024,90000000000,yours",
    ]
    assert "1.5–1.6× one in Mexico" in first_line(unicorn_rates.value_each(open_edition(figures=overlay(*rows))))


# ---- the haircut


def test_content_2_8_haircut_stands_on_the_page(edition):
    block = unicorn_rates.haircut(edition)
    assert first_line(block) == (
        "If values were overstated as in the study, "
        "656 unicorns in the United States would be about 340 and 8 unicorns in Mexico would be about 4"
    )
    assert f"at least US$1.41–1.43{NBSP}tn" in block.text and f"US$12.5–12.6{NBSP}bn" in block.text
    assert "Not like for like" in block.warning and "sensitivity" in block.html
    for words in (
        f"of 135 unicorns in the United States, 2017, the values lay 48–50{NBSP}% above fair ones on average, and 65 fell",
        "A sensitivity, not a correction",
        "Here that is applied to the lists of 2024",
        "Nothing here says that it holds for Mexico",
        "no ratio of two lists moves",
    ):
        assert words in block.text


def test_a_list_without_a_value_gets_none_by_the_haircut(edition):
    column = next(
        line for line in unicorn_rates.haircut(edition).text.split("\n") if re.search("Mexico +The column", line)
    )
    assert "about 4" in column and column.count("–") == 2


def test_the_title_of_the_haircut_is_in_its_table(package):
    block = unicorn_rates.haircut(edition_of(package, year=2022))
    assert "636 unicorns in the United States would be about 330" in first_line(block)
    assert re.search("CB Insights +636 +about 330", block.text)


def test_what_the_haircut_supposes_is_said_of_the_lists_that_there_are(package):
    text = unicorn_rates.haircut(edition_of(package, year=2018)).text  # one list, of one country, without a value
    assert "would be about 77" in text and "applied to the lists of 2018" in text
    assert not [words for words in ("it holds for", "no ratio of two lists", "large and small ones") if words in text]


def test_a_study_younger_than_the_edition_is_not_applied(package):
    assert "No study of the years up to 2016" in unicorn_rates.haircut(edition_of(package, year=2016)).text


STUDY = ("unicorn_overvaluation,2020,0.2", "unicorns_revalued,2020,10", "unicorns_revalued_below,2020,1")


def test_a_second_study_widens_the_range_and_is_named(overlay):
    block = unicorn_rates.haircut(open_edition(figures=overlay(*[f"MEX,{row},mine" for row in STUDY])))
    assert "656 unicorns in the United States would be about 340–590" in first_line(block)
    assert f"at least US$1.41–1.76{NBSP}tn" in block.text
    assert "of 10 unicorns in Mexico, 2020" in block.text and "another market" not in block.text


def test_a_study_that_states_half_of_it_is_left_out(overlay):
    edition = open_edition(figures=overlay(f"MEX,{STUDY[0]},mine"))
    assert "about 340 and" in first_line(unicorn_rates.haircut(edition))


def test_where_nothing_is_listed_nothing_is_taken_off(overlay):
    rows = ["USA,unicorns_active,2024,0,mine", "MEX,unicorns_active,2024,1,mine"]
    assert first_line(unicorn_rates.haircut(open_edition(figures=overlay(*rows)))).endswith(
        "in the study, 1 unicorn in Mexico would be about 1"
    )
    rows[1] = "MEX,unicorns_active,2024,0,mine"
    none = unicorn_rates.haircut(open_edition(figures=overlay(*rows)))
    assert first_line(none) == "What the study would leave of the lists of 2024"


# ---- one company that fell and stayed


def companies_with(monkeypatch, change):
    table = change(unicorns.load_table("unicorns"))
    monkeypatch.setattr(unicorns, "load_table", lambda _name: table)


def test_the_company_whose_value_fell_most_while_it_stayed_is_named(edition, package):
    text = unicorns.vintages(edition).text
    assert (
        f"CB Insights listed Kavak of Mexico at US$8.7{NBSP}bn (31 Dec 2024), then at US$2.2{NBSP}bn (3 Jul 2025)"
        in text
    )
    assert "The lower value is dated after 2024: the lists up to then still add up the older one." in text
    assert "Kavak" in unicorns.vintages(edition_of(package, base="MEX", peer="USA")).text
    brazil = unicorns.vintages(edition_of(package, peer="BRA")).text
    assert "Creditas of Brazil" in brazil and "dated after" not in brazil


@pytest.mark.parametrize(("year", "words"), [(2022, "Both lists are dated after 2022."), (2025, "")])
def test_lists_younger_than_the_edition_are_said_to_be(package, year, words):
    text = unicorns.vintages(edition_of(package, year=year)).text
    assert "Kavak" in text and words in text
    assert ("dated after" in text) == bool(words)


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table[table["company"] != "Kavak"],
        lambda table: table.assign(valuation_usd=table["valuation_usd"].where(table["company"] != "Kavak", 1e9)),
        lambda table: table.assign(state=table["state"].where(table["valuation_date"] != "2025-07-03", "exited_ipo")),
        lambda table: table.assign(status="second_hand"),
        lambda table: table.assign(valuation_date=""),
        lambda table: table.iloc[:0],
    ],
    ids=["no company", "no fall", "gone from the list", "not read on a list", "no dates", "no table"],
)
def test_nothing_is_said_where_no_company_fell_and_stayed(edition, monkeypatch, change):
    companies_with(monkeypatch, change)
    assert unicorns.steepest_fall(edition) is None
    assert "steepest" not in unicorns.vintages(edition).text


def test_the_steepest_of_several_falls_is_taken(edition, monkeypatch):
    def steeper(table):
        other = table[table["company"] == "Bitso"]
        before = other.assign(valuation_usd=11e9, valuation_date="2024-12-31", source="cbinsights_2024_12")
        return pd.concat([table, before])

    companies_with(monkeypatch, steeper)
    earlier, later = unicorns.steepest_fall(edition)
    assert later["company"] == "Bitso" and (earlier["valuation_usd"], later["valuation_usd"]) == (11e9, 2.2e9)


def test_count_and_value_in_opposite_directions_are_said_of_either_country(package):
    words = f"the count in Mexico went from 8 to 9, the combined value from US$18.7{NBSP}bn to US$13.7{NBSP}bn"
    for base, peer in (("USA", "MEX"), ("MEX", "USA")):
        assert words in unicorns.vintages(edition_of(package, base=base, peer=peer)).text


@pytest.mark.parametrize(
    ("year", "title", "ratio"),
    [
        (2024, "On one provider’s lists the ratio lies between 78× and 94×, Mar 2022 to 31 Dec 2024", 85.5),
        (
            2025,
            "On one provider’s lists the ratio lies between 78× and 94×, Mar 2022 to 3 Jul 2025",
            pytest.approx(705 / 9),
        ),
        (
            2018,
            "On one provider’s lists the ratio lies between 78× and 94×, Mar 2022 to 3 Jul 2025, all after 2018",
            None,
        ),
    ],
)
def test_lists_after_the_edition_are_marked_and_carry_no_finding_of_its_year(package, year, title, ratio):
    block = unicorns.vintages(edition_of(package, year=year))
    assert first_line(block) == title and block.numbers.get("unicorn_ratio_one_list") == ratio
    assert (f"Hollow: after {year}." in block.text) == (year < 2025)
    assert (f"3 Jul 2025, after {year} " in block.text) == (year < 2025)
    assert f"Mar 2022, after {year} " not in block.text or year == 2018


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (2024, "calls a unicorn, two of them after 2024 only"),
        (2018, "calls a unicorn, all after 2018"),
        (2025, "calls a unicorn"),
    ],
)
def test_companies_of_later_years_are_said_to_be(package, year, words):
    block = unicorns.companies(edition_of(package, year=year))
    assert first_line(block) == f"14 companies of Mexico that at least one source {words}"
    assert (f"also after {year}" in block.text.split("\n")[1]) == (year < 2025)
    assert ("12 Mar 2025, after" in block.text) == (year < 2025)


def test_companies_are_those_of_the_country_that_is_listed(package):
    assert "14 companies of Mexico" in unicorns.companies(edition_of(package)).text
    assert "14 companies of Mexico" in unicorns.companies(edition_of(package, base="MEX", peer="USA")).text
    assert "companies of Brazil" in unicorns.companies(edition_of(package, base="MEX", peer="BRA")).text
    none = unicorns.companies(edition_of(package, base="FRA", peer="DEU")).text
    assert "no unicorns of France and Germany one by one" in none


def test_companies_are_in_the_order_of_their_names_whatever_their_capitals(package):
    text = unicorns.companies(edition_of(package, peer="BRA")).text
    assert text.index("Gympass") < text.index("iFood") < text.index("Loft") and "on no later list" in text


# ---- exits


def test_five_of_sixty_four_could_be_chance(edition):
    block = exits.cohort(edition)
    assert first_line(block) == (
        "252 of 1,671 companies exited in the United States, 5 of 64 companies exited in Mexico: "
        "the difference could be chance (p = 0.15)"
    )
    assert re.search(rf"7.8{NBSP}% +3.4{NBSP}% +17{NBSP}% +2.6{NBSP}% +17{NBSP}%", block.text)
    assert block.numbers == pytest.approx({"exit_share_base": 252 / 1671, "exit_share_peer": 5 / 64})


@pytest.mark.parametrize(
    ("acquired", "companies", "words"),
    [
        (50, 1000, "50 of 1,000 companies exited in Mexico: the difference is unlikely to be chance (p < 0.001)"),
        (900, 1000, "900 of 1,000 companies exited in Mexico: the difference is unlikely to be chance (p < 0.001)"),
        (3, 64, "3 of 64 companies exited in Mexico: the difference is unlikely to be chance (p = 0.018)"),
        (10, 64, "10 of 64 companies exited in Mexico: the difference could be chance (p = 0.86)"),
        (0, 10, "0 of 10 companies exited in Mexico: the difference could be chance (p = 0.38)"),
        (15, 100, f"15 of 100 companies exited in Mexico: 15{NBSP}% in both"),
        (0, 0, "Mexico, 2024: no list of the cohort"),
    ],
)
def test_the_verdict_follows_the_test(overlay, acquired, companies, words):
    path = overlay(
        f"MEX,yc_companies,2024,{companies},mine,{COHORT}",
        f"MEX,yc_companies,2024,{acquired},mine,{COHORT};type=acquired",
        f"MEX,yc_companies,2024,0,mine,{COHORT};type=public",
        header=HEADER,
    )
    assert words in exits.cohort(open_edition(figures=path)).text


def test_a_year_before_the_list_has_no_cohort(package):
    assert "no list of the cohort" in exits.cohort(edition_of(package, year=2021)).text


# ---- rounds


def test_known_rounds_explain_little_of_2024_and_half_of_2021(edition, package):
    block = exits.rounds(edition)
    assert first_line(block) == f"Three known rounds are 11{NBSP}% of the venture capital of 2024 in Mexico"
    assert f"between 1.9{NBSP}% and 56{NBSP}% of the total" in block.text
    assert "Kavak US$700" in block.text
    assert f"89{NBSP}% not known" in block.html and re.search(rf"2024 .*11{NBSP}% +89{NBSP}%", block.text)
    assert first_line(exits.rounds(edition_of(package, year=2021))).startswith(f"16 known rounds are 56{NBSP}%")


def test_debt_and_sums_that_mix_it_with_equity_are_left_out(edition):
    known = exits.known_rounds(edition)
    assert set(known["instrument"]) == {"equity"} and set(known["country"]) == {"MEX"}
    assert "All 2025 equity and debt" not in set(known["round"])
    assert known[known["year"] == "2024"]["amount_usd"].sum() == 180e6


def test_the_words_of_a_note_decide_no_sum(package, monkeypatch):
    edition = edition_of(package, year=2025)
    said = exits.rounds(edition).text
    table = exits.load_table("rounds")
    monkeypatch.setattr(exits, "load_table", lambda name: table.assign(note="reworded"))
    assert exits.rounds(edition).text == said


def test_rounds_above_the_total_are_said_to_be_of_another_scope(overlay):
    block = exits.rounds(open_edition(figures=overlay("MEX,vc_investment,2024,90000000,mine")))
    assert first_line(block) == f"The known rounds of 2024 in Mexico exceed its total: 200{NBSP}%"
    assert "not of one scope" in block.text and f"200{NBSP}% not known" not in block.html


def test_countries_without_rounds_are_named(package):
    assert "the United States and Brazil" in exits.rounds(edition_of(package, peer="BRA")).text


def test_a_cross_border_share_stands_with_its_counts_and_interval(edition):
    block = exits.cross_border(edition)
    assert first_line(block) == (
        f"A foreign investor took part in 14 of 18 deals in Mexico (quarter 1 of 2023): 78{NBSP}%, by chance 55–91{NBSP}%"
    )
    assert "up to 2024" in block.text.split("\n")[1]
    assert {"mex-deal_count-2023-q1-cross_border-ttr_2023_04", "mex-deal_count-2023-q1-ttr_2023_04"} <= {
        figure.id for figure in block.figures
    }


def test_every_share_of_deals_in_the_data_has_its_counts(edition):
    found = [figure for figure in exits._cross_border_figures(edition) if figure.metric == "cross_border_share_deals"]
    assert len(found) == 6
    for figure in found:
        part, whole = exits._deals_behind(edition, figure)
        assert part.value / whole.value == pytest.approx(figure.value, abs=1e-3), figure.id


def test_cross_border_statements_after_the_edition_are_marked(package):
    text = exits.cross_border(edition_of(package, year=2024)).text
    assert re.search(rf"Jan 2025 – Sep 2025, after 2024 .*92{NBSP}%", text)  # as on page 05
    assert "Statements after 2024 stand here too, and say so." in text and "2023, after" not in text
    later = exits.cross_border(edition_of(package, year=2025))
    assert first_line(later).startswith(
        "A foreign investor took part in 50 of 55 deals in Mexico (Jan 2025 – Sep 2025):"
    )
    assert "after" not in later.text
    assert "(Jan 2025 – Sep 2025, after 2018)" in first_line(exits.cross_border(edition_of(package, year=2018)))


def test_cross_border_shares_without_counts_are_a_range(overlay):
    rows = ["BRA,cross_border_share_deals,2023,0.5,mine", "BRA,cross_border_share_deals,2024,0.6,mine"]
    line = first_line(exits.cross_border(open_edition(peer="BRA", figures=overlay(*rows))))
    assert line == f"A foreign investor took part in 50–60{NBSP}% of the deals in Brazil (2023–2024)"
    rows = ["BRA,cross_border_share_value,2024,0.6,mine"]
    line = first_line(exits.cross_border(open_edition(peer="BRA", figures=overlay(*rows))))
    assert line == f"Deals with a foreign investor were 60{NBSP}% of the dollars in Brazil (2024)"


def test_counts_that_do_not_give_the_share_are_not_shown_beside_it(overlay):
    edition = open_edition(figures=overlay("MEX,cross_border_share_deals,2023-Q1,0.5,ttr_2023_04"))
    (figure,) = [f for f in exits._cross_border_figures(edition) if f.period == "2023-Q1"]
    assert figure.value == 0.5 and exits._deals_behind(edition, figure) == []


def test_cross_border_is_an_upper_bound_and_the_absent_country_is_named(edition, package):
    text = exits.cross_border(edition).text
    assert "An upper bound for foreign money" in text
    assert "No source here has a cross-border share for the United States." in text
    none = exits.cross_border(edition_of(package, base="FRA", peer="DEU")).text
    assert "No source here has a cross-border share for France and Germany." in none
