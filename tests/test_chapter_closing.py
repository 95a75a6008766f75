"""The exhibits of 06_closing_the_gap: numbers worked by hand, and sentences that turn when the data turn."""

import re
from math import log

import pytest

from vcgap import charts
from vcgap.chapters import closing, evidence, levers, parity
from vcgap.edition import Edition, MissingFigure, open_edition
from vcgap.errors import UserError
from vcgap.language import NBSP
from vcgap.parameters import read_parameters
from vcgap.tables import load_table

PENSIONS = {
    "afore_share": 0.01,
    "deployment_years": 5,
    "domestic_share": 1.0,
    "crowd_out": 0.0,
    "asset_growth": 0.08,
    "fund_life_years": 10,
}
PUBLIC = {"public_budget_usd": 500e6, "leverage": 2.5, "additionality": 1.0, "deployment_years": 5}
RATIO = 178 / 1.67
KEPT = "if all of it stayed at home and displaced nothing"
OECD_GROWTH, TTR_GROWTH = 1.185223, 1.600382  # the fastest independent pair, from figures.csv
WANTED = 178e9 / 29184890000000 * 1830489311089  # Mexico at the US share of GDP, US$ a year
ASSETS = 345.762e9  # US$, September 2024, as the source converts
ELSEWHERE = {
    "2018 like for like": {"year": 2018, "basis": "like_for_like"},
    "2024 like for like": {"basis": "like_for_like"},
    "2007 like for like, Mexico has nothing": {"year": 2007, "basis": "like_for_like"},
    "Brazil": {"peer": "BRA"},
    "Brazil 2023": {"peer": "BRA", "year": 2023},
    "swapped": {"base": "MEX", "peer": "USA"},
    "2021": {"year": 2021},
    "2023": {"year": 2023},
    "Chile 2023": {"peer": "CHL", "year": 2023},
    "no figures at all": {"base": "FRA", "peer": "DEU", "year": 1990},
}
PLAIN = ("headline", "catch_up", "sensitivity", "required", "fading", "gap_peak")


def all_blocks(edition):
    """Every exhibit of the chapter, in the order of the notebook."""
    afores, public = levers.afores(edition, **PENSIONS), levers.co_investment(edition, **PUBLIC)
    blocks = [getattr(closing, name)(edition) for name in PLAIN]
    together = levers.together(edition, pensions=afores, public=public)
    leakage = levers.leakage(edition, **LEAKAGE)
    return [*blocks, closing.paths(edition, years_ahead=30), afores, leakage, public, together]


def pair(behind, ahead, years, behind_growth=0.6, ahead_growth=0.3):
    """One pair of sources, as parity.growth_pairs has it."""
    names = {"behind_family": behind, "ahead_family": ahead}
    return names | {"behind_growth": behind_growth, "ahead_growth": ahead_growth, "years": years}


def title(block):
    return block.text.split("\n")[0].replace(NBSP, " ")


def plain(block):
    return block.text.replace(NBSP, " ")


def is_note(block):
    return block.html.startswith('<aside class="note"')


@pytest.fixture
def growths(monkeypatch):
    """A function that sets what the sources say of growth: dict of country to {family: growth}."""

    def say(**stated):
        def growth_by_family(_edition, code):
            records = {family: {"family": family, "growth": rate} for family, rate in stated.get(code, {}).items()}
            return records, []

        monkeypatch.setattr(parity.over_time, "growth_by_family", growth_by_family)

    return say


# the default page


def test_headline_says_that_sources_disagree_and_what_parity_of_intensity_means(edition):
    block = closing.headline(edition)
    assert title(block) == "Sources disagree on whether the growth of 2024 would ever close the gap"
    assert "parity would take 16–22 years by TTR’s figures; by LAVCA’s figures it would never come." in plain(block)
    assert "Mexico would have US$11.2 bn a year: 6.7× today’s total, or US$9.49 bn more." in plain(block)
    assert block.numbers == {
        "parity_years_fastest": pytest.approx(log(RATIO) / log(TTR_GROWTH / OECD_GROWTH), rel=1e-3)
    }


def test_every_pair_of_sources_has_its_years_to_parity_worked_from_the_closed_form(edition):
    pairs, _used = parity.growth_pairs(edition)
    years = {(one["behind_family"], one["ahead_family"]): one["years"] for one in pairs}
    assert set(years) == {
        *[(behind, ahead) for behind in ("LAVCA", "TTR") for ahead in ("Crunchbase", "OECD", "PitchBook")],
        ("column", "column"),
    }
    assert [years["LAVCA", ahead] for ahead in ("Crunchbase", "OECD", "PitchBook")] == [None] * 3
    assert years["TTR", "PitchBook"] == pytest.approx(log(RATIO) / log(TTR_GROWTH / 1.290123), rel=1e-3)
    assert years["column", "column"] == pytest.approx(11.0, abs=0.01)


def test_column_is_paired_with_itself_alone_and_does_not_decide_the_title(edition):
    block = closing.catch_up(edition)
    assert title(block) == (
        "If the growth of 2024 lasted, parity would take 16–22 years by TTR’s figures; by LAVCA’s figures it would never come"
    )
    assert "The column 11 years" in block.text and "Hollow: as the column prints both." in block.text
    assert "A ratio twice as large would add 2 years on the fastest path (TTR · OECD)" in block.text


def test_grid_of_years_to_parity_is_that_of_the_method(edition):
    text = plain(closing.sensitivity(edition))
    rows = {line.split()[0]: line.split()[2:] for line in text.split("\n") if re.match(r" *\+\d+ % ", line)}
    assert rows["+10"] == ["49.0", "61.8", "83.2", "254.5", "never", "never"]
    assert rows["+20"][:4] == ["25.6", "28.7", "32.6", "44.3"] and rows["+20"][-1] == "never"
    assert "parity would take 26 years if the United States stood still; at 30 %, never" in text
    assert "one more point of growth behind brings parity 1.9 years nearer at 20 %, 0.2 at 60 %." in text


def test_required_growth_is_that_of_the_method(edition):
    block = closing.required(edition)
    long_run = (156.127 / 28.805) ** (1 / 18)  # OECD, US$ bn, 2006 and 2024: 9.8 % a year
    assert block.numbers["growth_for_volume_parity"] == pytest.approx(RATIO ** (1 / 20) * long_run - 1, abs=2e-3)
    intensity = RATIO / (29184890000000 / 1830489311089)
    assert block.numbers["growth_for_intensity_parity"] == pytest.approx(intensity ** (1 / 20) * long_run - 1, abs=2e-3)
    assert title(block) == ("Parity of volume in 20 years needs growth of 39–63 % a year; parity of intensity, 21–42 %")
    assert "+9.8 % (OECD, mean of 2006–2024) or +19 % (OECD, 2024) or +29 % (PitchBook, 2024)" in plain(block)
    assert re.search(r"^ +5 +\+179 % +\+202 %", plain(block), flags=re.MULTILINE)


def test_fading_growth_reaches_parity_or_stalls_as_in_the_method(edition):
    block = closing.fading(edition)
    assert block.numbers["critical_decay"] == pytest.approx(0.9309, abs=1e-3)
    rows = [line.split() for line in plain(block).split("\n") if re.match(r" +\d\d % ", line)]
    assert [row[2] for row in rows] == ["+51", "+43", "+37", "+25", "+20"]  # 18.5 + 41.5 × 0.95⁵ = 50.6 %, …
    assert [row[4] for row in rows] == ["27", "never", "never", "never", "never"]
    assert [row[-1] for row in rows][1:] == ["4.2×", "12×", "37×", "57×"]


def test_gap_in_money_peaks_on_the_fastest_path(edition):
    block = closing.gap_peak(edition)
    assert title(block) == "Even on the fastest path the gap in money would grow until 2036"
    assert re.search(r"The column +2029 +US\$200 bn +11 years", plain(block))
    assert re.search(r"LAVCA · OECD +grows without end +– +never", plain(block))


def test_paths_count_the_pairs_that_reach_parity_and_the_draws_that_never_do(edition):
    block = closing.paths(edition, years_ahead=30)
    assert title(block) == (
        "If the growth of 2024 continued, three of six pairs of sources would reach parity within 30 years"
    )
    assert "Under that assumption 26 % never reach parity; of the others the middle half takes" in plain(block)
    assert block.html == closing.paths(edition, years_ahead=30).html, "draws must be seeded"


def test_horizon_decides_how_many_pairs_arrive(edition):
    assert title(closing.paths(edition, years_ahead=10)).endswith(
        "no pair of sources would reach parity within 10 years"
    )
    assert "one of six pairs" in title(closing.paths(edition, years_ahead=18))


def test_one_per_cent_of_pension_assets_is_worked_through(edition):
    block = levers.afores(edition, **PENSIONS)
    added = ASSETS * 0.01 / 5
    assert block.numbers["afore_added_usd"] == pytest.approx(added)
    assert block.numbers["afore_share_of_gap"] == pytest.approx(added / (WANTED - 1.67e9))
    assert (
        title(block)
        == "1 % of pension savings, invested over 5 years, would close 7.3 % of the gap in intensity, " + KEPT
    )
    text = plain(block)
    for words in ("about US$345.8 bn at Sep 2024", "14 % of the assets", "Assumptions: "):
        assert words in text
    row = next(line for line in text.split("\n") if line.strip().startswith("Funds of today"))
    assert row.split()[-3:] == ["165", "329", "988"]  # as in content.md §2.13


def test_leakage_lowers_what_pension_money_adds(edition):
    whole = levers.afores(edition, **PENSIONS).numbers["afore_added_usd"]
    leaking = levers.afores(edition, **PENSIONS | {"domestic_share": 0.5, "crowd_out": 0.2})
    assert leaking.numbers["afore_added_usd"] == pytest.approx(whole * 0.5 * 0.8)
    assert "50 % of it at home, 20 % of it displacing" in plain(leaking)


LEAKAGE = {name: PENSIONS[name] for name in ("afore_share", "deployment_years", "domestic_share", "crowd_out")}


def test_leakage_is_worked_for_every_share_on_record(edition):
    block = levers.leakage(edition, **LEAKAGE)
    flow = ASSETS * 0.01 / 5
    cells = {line.split()[0]: line for line in plain(block).split("\n") if re.match(r" +\d+ % ", line)}
    assert list(cells) == ["100", "54", "48"]
    # 6.92e8 × 0.478 × 0.8 = 2.64e8 a year, of 9.49e9 that are missing: 2.8 %
    assert f"US${flow * 0.478 * 0.8 / 1e6:.0f} m (2.8 %)" in cells["48"] and "US$1.04 bn (11 %)" in cells["100"]
    assert title(block).endswith("1 % of pension savings closes 1.7–11 % of the gap")
    assert "the part at home: 54 % and Of the money promised, the part for use at home: 48 %" in plain(block)
    assert "not of venture capital" in plain(block)


def test_leakage_shows_the_levers_of_the_analyst(edition):
    text = plain(levers.leakage(edition, **LEAKAGE | {"domestic_share": 0.7, "crowd_out": -1.0}))
    assert re.search(r"^ +70 % ", text, flags=re.MULTILINE) and "attracts 100 %" in text


def test_nothing_leaks_where_no_gap_is_left(edition, monkeypatch):
    even = parity.intensity(edition)._replace(gap=0.0)
    monkeypatch.setattr(parity, "intensity", lambda _edition: even)
    pensions, public = levers.afores(edition, **PENSIONS), levers.co_investment(edition, **PUBLIC)
    for block in (pensions, public, levers.leakage(edition, **LEAKAGE)):
        assert is_note(block) and "there is no gap in intensity to close" in block.text
    assert is_note(levers.together(edition, pensions=pensions, public=public))


def test_a_country_without_a_record_gets_an_assumed_half(edition, monkeypatch):
    monkeypatch.setattr(evidence, "domestic_shares", lambda _code: {})
    text = plain(levers.leakage(edition, **LEAKAGE))
    assert "half is an assumption" in text and re.search(r"^ +50 % ", text, flags=re.MULTILINE)


def test_titles_of_the_levers_name_what_they_suppose(edition):
    leaking = levers.afores(edition, **PENSIONS | {"domestic_share": 0.5, "crowd_out": 0.2})
    assert title(leaking).endswith("with 50 % of it at home and 20 % of that displacing other money")
    attracting = levers.afores(edition, **PENSIONS | {"crowd_out": -0.5})
    assert title(attracting).endswith("with 100 % of it at home, attracting 50 % of that in other money")
    partly = levers.co_investment(edition, **PUBLIC | {"additionality": 0.5})
    assert title(partly).endswith("if 50 % of the private money beside it came because of it")


def test_funds_on_record_stand_beside_the_funds_that_are_needed(edition):
    said = "The most funds that a source has counted in Mexico: 57 (Government of Mexico, 2018)."
    assert said in plain(levers.afores(edition, **PENSIONS))
    assert "counted in Mexico: 42 (AMEXCAP, 2015)" in plain(levers.afores(open_edition(year=2015), **PENSIONS))


def test_evidence_says_of_every_row_what_it_does_not_show(edition):
    for lever, block in (("pensions", evidence.pensions(edition)), ("co_investment", evidence.co_investment(edition))):
        notes = evidence.on_record(lever)["note_en"]
        assert len(notes) >= 8 and all(notes)
        assert all(plain(block).count(note) >= 1 for note in notes)


def test_evidence_keeps_qualifier_and_status_of_every_row(edition):
    pensions, public = evidence.pensions(edition), evidence.co_investment(edition)
    assert title(pensions).endswith("instruments in Mexico, about 54 % was at home (Feb 2025)")
    assert title(public).startswith("Programmes on record foresaw at least US$2 to US$4.33 in all")
    assert "at most 40 %" in plain(public) and "second hand" in plain(pensions) and "derived" in plain(pensions)


def test_leverage_on_record_follows_from_the_state_share_and_the_match():
    assert [leverage for _row, leverage in evidence.leverages()] == pytest.approx([2, 1 / 0.4, 1.3 / 0.3])
    assert [row["qualifier"] for row, _leverage in evidence.leverages()] == ["at_least", "at_least", "exact"]


def test_evidence_without_numbers_keeps_a_plain_title(edition, monkeypatch):
    table = load_table("evidence")
    monkeypatch.setattr(evidence, "load_table", lambda _name: table[table["measure"] == "finding"])
    assert title(evidence.co_investment(edition)) == "What is on record of public money beside private money"


def test_chosen_share_stands_beside_the_others(edition):
    text = plain(levers.afores(edition, **PENSIONS | {"afore_share": 0.02}))
    assert re.search(r"What +0\.5 % +1 % +2 % +3 %", text)


def test_co_investment_table_is_that_of_the_method(edition):
    block = levers.co_investment(edition, **PUBLIC)
    text = plain(block)
    assert re.search(r"US\$100 m +US\$30 m \(\+1\.8 %\) +US\$40 m \(\+2\.4 %\) +US\$50 m \(\+3 %\)", text)
    assert re.search(r"US\$500 m +US\$150 m \(\+9 %\) +US\$200 m \(\+12 %\) +US\$250 m \(\+15 %\)", text)
    assert re.search(r"US\$1 bn +US\$300 m \(\+18 %\) +US\$400 m \(\+24 %\) +US\$500 m \(\+30 %\)", text)
    assert "would take US$3.8 bn of public money a year" in text
    assert block.numbers["co_investment_added_usd"] == 250e6


def test_without_additionality_only_the_public_money_counts(edition):
    block = levers.co_investment(edition, **PUBLIC | {"additionality": 0.0})
    assert block.numbers["co_investment_added_usd"] == 100e6
    assert re.search(r"US\$500 m +US\$100 m \(\+6 %\) +US\$100 m", plain(block)), "the table follows the lever too"
    assert "would take US$9.49 bn of public money a year" in plain(block)


def test_levers_add_up_and_are_called_an_upper_bound(edition):
    afores, public = levers.afores(edition, **PENSIONS), levers.co_investment(edition, **PUBLIC)
    block = levers.together(edition, pensions=afores, public=public)
    added = afores.numbers["afore_added_usd"] + 250e6
    assert block.numbers["levers_share_of_gap"] == pytest.approx(added / (WANTED - 1.67e9))
    assert title(block) == "Both levers together would close 9.9 % of the gap in intensity, if every assumption held"
    assert "count too much" in block.text and "would still be missing" in block.text
    assert set(afores.figures) <= set(block.figures)


# levers


@pytest.mark.parametrize("wrong", [{"afore_share": 1.5}, {"deployment_years": 0}, {"crowd_out": 1.1}])
def test_lever_out_of_range_is_refused_in_a_notebook_too(edition, wrong):
    with pytest.raises(UserError, match=f"parameter {next(iter(wrong))}: "):
        levers.afores(edition, **PENSIONS | wrong)


def test_levers_that_move_nothing_say_so(edition):
    afores = levers.afores(edition, **PENSIONS | {"crowd_out": 1.0})
    public = levers.co_investment(edition, **PUBLIC | {"public_budget_usd": 0.0})
    assert title(afores) == "Under these assumptions pension savings would add nothing"
    assert title(public) == "Without a public budget there is nothing to co-invest"
    block = levers.together(edition, pensions=afores, public=public)
    assert title(block) == "Both levers together would close nothing of the gap in intensity"


def test_levers_that_are_large_enough_close_the_whole_gap(edition):
    afores = levers.afores(edition, **PENSIONS | {"afore_share": 0.5})
    public = levers.co_investment(edition, **PUBLIC | {"public_budget_usd": 1e11})
    assert (
        title(afores)
        == "50 % of pension savings, invested over 5 years, would close the whole gap in intensity, " + KEPT
    )
    assert title(public).endswith(
        "would close the whole gap in intensity, if all the private money beside it came because of it"
    )
    block = levers.together(edition, pensions=afores, public=public)
    assert title(block) == "Both levers together would close the whole gap in intensity, if every assumption held"
    assert "more than the US$9.49 bn a year that are missing" in plain(block)


# sentences that turn with the data


@pytest.mark.parametrize(
    ("pairs", "sentence", "headline"),
    [
        (
            [pair("A", "X", None), pair("A", "Y", None)],
            "parity would never come by A’s figures",
            "By A’s figures, the only ones, the growth of 2024 would never close the gap",
        ),
        (
            [pair("A", "X", 12.2), pair("B", "X", 30.0)],
            "parity would take 12 years by A’s figures and 30 years by B’s figures",
            "By every source the growth of 2024 would close the gap, if it lasted",
        ),
        (
            [pair("B", "X", 40.0), pair("B", "Y", None), pair("C", "X", None), pair("C", "Y", None)],
            "parity would take 40 years, or for ever, by B’s figures; by C’s figures it would never come",
            "Sources disagree on whether the growth of 2024 would ever close the gap",
        ),
        (
            [pair("A", "X", 0.2)],
            "parity would take less than a year by A’s figures",
            "By the only pair of sources (A · X) the growth of 2024 would close the gap, if it lasted",
        ),
        (
            [pair("column", "column", 11.0)],
            "parity would take 11 years by the column’s figures",
            "By the only pair of sources (the column) the growth of 2024 would close the gap, if it lasted",
        ),
    ],
)
def test_catch_up_sentence_turns_with_the_years(edition, pairs, sentence, headline):
    assert parity.sources_sentence(edition, pairs) == f"If the growth of 2024 lasted, {sentence}"
    assert closing._closing_sentence(edition, pairs) == headline


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        (0.2, 0.4, "less than a year"),
        (0.2, 3, "less than a year to 3 years"),
        (0.6, 1.2, "1 year"),
        (0.6, 2.1, "1–2 years"),
        (15.6, 21.7, "16–22 years"),
    ],
)
def test_a_range_of_years_says_the_word_once(lower, upper, words):
    assert parity.years_reach(lower, upper) == words


def test_growth_that_is_reversed_leaves_no_path(edition, growths):
    growths(USA={"PitchBook": 0.29}, MEX={"TTR": -0.2})
    assert title(closing.headline(edition)) == (
        "By the only pair of sources (TTR · PitchBook) the growth of 2024 would never close the gap"
    )
    for block in (closing.fading(edition), closing.gap_peak(edition)):
        assert is_note(block) and title(block) == "No path to parity"
        assert "By no pair of sources does Mexico grow faster than the United States" in block.text
    assert title(closing.paths(edition, years_ahead=30)).endswith("30 years would not bring parity")
    assert "No draw reaches parity." in closing.paths(edition, years_ahead=30).text


def test_equal_growth_never_brings_parity(edition, growths):
    growths(USA={"PitchBook": 0.1}, MEX={"TTR": 0.1})
    assert parity.growth_pairs(edition)[0][0]["years"] is None


def test_fall_to_nothing_is_not_continued(edition, growths):
    growths(USA={"PitchBook": 0.1}, MEX={"TTR": -1.0, "LAVCA": 0.2})
    assert [one["behind_family"] for one in parity.growth_pairs(edition)[0]] == ["LAVCA"]
    assert "Every draw reaches parity; the middle half takes" in closing.paths(edition, years_ahead=30).text


def test_countries_that_are_level_need_no_time(overlay, growths):
    rows = ["MEX,vc_investment,2024,178000000000,mine", "USA,vc_investment,2024,178000000000,mine"]
    growths(USA={"PitchBook": 0.1}, MEX={"TTR": 0.2})
    edition = open_edition(figures=overlay(*rows))
    assert parity.race(edition).ratio == 1
    for name in ("catch_up", "sensitivity", "required", "fading", "gap_peak"):
        block = getattr(closing, name)(edition)
        assert is_note(block) and "invest as much: there is no gap in volume to close" in block.text
    assert (
        title(closing.headline(edition))
        == "The United States and Mexico invest as much: there is no gap in volume to close"
    )


def test_one_source_each_makes_one_sure_sentence(edition, growths):
    growths(USA={"PitchBook": 0.04}, MEX={"TTR": 0.59})
    assert title(closing.headline(edition)) == (
        "By the only pair of sources (TTR · PitchBook) the growth of 2024 would close the gap, if it lasted"
    )
    assert title(closing.paths(edition, years_ahead=30)) == (
        "If the growth of 2024 continued, the only pair of sources would reach parity within 30 years"
    )
    assert "contested" not in closing.catch_up(edition).html


def test_two_amounts_that_shrink_do_not_meet(edition, growths):
    growths(USA={"PitchBook": -0.4, "OECD": -0.3}, MEX={"TTR": -0.1})
    assert (
        title(closing.headline(edition))
        == "By TTR’s figures, the only ones, the growth of 2024 would never close the gap"
    )
    assert "even if the larger shrinks faster" in closing.catch_up(edition).text


def test_larger_country_that_shrinks_lets_the_gap_shrink_from_the_start(edition, growths):
    growths(USA={"PitchBook": -0.3}, MEX={"TTR": 0.1})
    assert title(closing.gap_peak(edition)) == "On the fastest path the gap in money shrinks from the start"
    assert title(closing.required(edition)).startswith("Parity of volume in 20 years needs growth of −")


def test_lead_so_large_that_one_year_is_enough_is_said(edition, growths):
    growths(USA={"PitchBook": 0.0}, MEX={"TTR": 200.0})
    assert title(closing.fading(edition)).startswith("Parity would come in the first year")


def test_growth_that_nobody_states_leaves_what_needs_none(edition, growths):
    growths(USA={"PitchBook": 0.29})
    missing = "No pair of sources states the growth of the United States and of Mexico in 2024."
    for block in (closing.catch_up(edition), closing.fading(edition), closing.paths(edition, years_ahead=30)):
        assert is_note(block) and missing in block.text
    block = closing.headline(edition)
    assert title(block) == "To draw level with the United States, Mexico would need 107× the venture capital of today"
    assert missing in block.text
    assert not is_note(closing.sensitivity(edition)) and not is_note(closing.required(edition))


def test_country_ahead_without_growth_stands_still_in_the_required_growth(edition, growths, monkeypatch):
    growths(MEX={"TTR": 0.6})
    monkeypatch.setattr(parity.over_time, "annual_by_family", lambda _edition, _code: {})
    text = plain(closing.required(edition))
    assert "if the United States stood still: no source states its growth" in text
    assert "keeps growing" not in text


# other editions


@pytest.fixture(scope="module", params=ELSEWHERE.values(), ids=ELSEWHERE)
def other(request, package):
    return Edition(read_parameters(request.param), package)


def test_page_stands_in_every_edition_without_loose_ends(other):
    for block in all_blocks(other):
        assert block.text and block.html
        for bad in (r"\bnan\b", "None", "inf ", "{", r"×\.0", "by  figures", "of of"):
            assert not re.search(bad, block.text), (block.name, bad)
        assert re.fullmatch(r"[a-z0-9-]+", block.name), block.name


def test_page_is_the_same_whichever_country_is_named_first(package):
    swapped = Edition(read_parameters({"base": "MEX", "peer": "USA"}), package)
    straight = Edition(read_parameters({}), package)
    for one, other in zip(all_blocks(straight), all_blocks(swapped), strict=True):
        assert one.text == other.text, one.name


def test_country_without_pension_figures_keeps_the_rest(package):
    edition = Edition(read_parameters({"peer": "BRA", "year": 2023}), package)
    afores, public = levers.afores(edition, **PENSIONS), levers.co_investment(edition, **PUBLIC)
    assert is_note(afores) and "no source in this suite has pension fund assets" in afores.text
    block = levers.together(edition, pensions=afores, public=public)
    assert title(block).startswith("The one lever that can be computed would close")
    assert "Left out for want of figures: pension savings." in block.text


def test_country_without_gdp_keeps_parity_of_volume(package):
    edition = Edition(read_parameters({"peer": "BRA"}), package)
    block = closing.required(edition)
    assert title(block).startswith("Parity of volume in 20 years") and "intensity," not in title(block)
    assert "no source in this suite has gross domestic product" in block.text


def test_nothing_invested_is_no_race(package):
    edition = Edition(read_parameters({"year": 2007, "basis": "like_for_like"}), package)
    with pytest.raises(MissingFigure, match="No venture capital was recorded in Mexico in 2007"):
        parity.race(edition)


def test_missing_fund_size_empties_one_row_and_is_said(package):
    figures = package.figures[package.figures["metric"] != "fund_size_mean"]
    edition = Edition(read_parameters({}), package._replace(figures=figures))
    text = plain(levers.afores(edition, **PENSIONS))
    assert re.search(r"Funds of today’s mean size to take it +– +– +–", text)
    assert "no source in this suite has mean size of a venture capital fund" in text


def test_country_that_is_ahead_against_gdp_is_not_asked_for_more(overlay):
    rows = ["MEX,vc_investment,2024,100000000000,mine", "USA,vc_investment,2024,178000000000,mine"]
    edition = open_edition(figures=overlay(*rows))
    found = parity.intensity(edition)
    assert (found.ahead.country, found.behind.country) == ("MEX", "USA")
    assert "Against GDP, Mexico is ahead already." in closing.required(edition).text
    assert "At the share of GDP that Mexico invests, the United States would have" in closing.headline(edition).text


# charts


SERIES = [
    {"label": "A", "group": "A", "side": "peer", "years": [2024, 2025, 2026], "values": [100, 10, 0.1]},
    {"label": "B", "group": "B", "side": "peer", "years": [2024, 2025, 2026], "values": [100, 200, 400]},
]
BANDS = [{"years": [2024, 2025, 2026], "lower": [100, 20, 2], "upper": [100, 150, 300]}]


@pytest.mark.parametrize("narrow", [False, True])
def test_path_of_the_fan_ends_where_it_meets_parity(narrow):
    axes = charts.fan(SERIES, BANDS, narrow, str).axes[0]
    ended = next(line for line in axes.lines if len(line.get_xdata()) == 3)
    assert ended.get_xdata()[-1] == pytest.approx(2025.5)
    assert ended.get_ydata()[-1] == 1
    assert axes.get_yscale() == "log"


def test_fan_names_each_group_once():
    figure = charts.fan([*SERIES, SERIES[1] | {"values": [100, 150, 200]}], BANDS, False, str)
    words = [text.get_text() for text in [*figure.texts, *figure.axes[0].texts]]
    assert words.count("A") == words.count("B") == 1


@pytest.mark.parametrize("narrow", [False, True])
def test_bullet_starts_at_zero_and_shows_what_is_added_and_the_mark(narrow):
    row = {
        "label": "1 %",
        "side": "peer",
        "value": 2.0,
        "added": 1.0,
        "text": "3",
        "mark": 11.0,
        "mark_text": "mark 11",
    }
    axes = charts.bullet([row], narrow, str).axes[0]
    there, added = axes.patches
    assert (there.get_x(), there.get_width(), added.get_x(), added.get_width()) == (0, 2, 2, 1)
    assert added.get_hatch() and not there.get_hatch()
    assert axes.get_xscale() == "linear" and axes.get_xlim()[0] == 0 and axes.get_xlim()[1] > 11
    assert "mark 11" in [text.get_text() for text in axes.texts]
