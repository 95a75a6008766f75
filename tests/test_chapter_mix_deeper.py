"""Sector mix, deeper: bounds from single shares, AI dollars, location quotients, whole mixes, one scheme on both sides."""

import base64
import csv
import io
import re

import pytest
from conftest import make_figure

from vcgap.blocks import Block
from vcgap.chapters import ai_money, mix_bounds, mix_whole, sector_mix
from vcgap.edition import Edition, families, open_edition
from vcgap.figures import MIXED
from vcgap.language import NBSP, times
from vcgap.parameters import read_parameters

EXHIBITS = [
    mix_bounds.concentration,
    mix_bounds.difference,
    ai_money.ai_dollars,
    ai_money.one_tagger,
    mix_whole.quotients,
    mix_whole.measures,
    lambda edition: mix_whole.same_scheme(edition, "companies"),
    lambda edition: mix_whole.same_scheme(edition, "unicorns"),
]
NAMES = ["concentration", "difference", "ai", "tagger", "quotients", "measures", "companies", "unicorns"]
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


def download(block):
    text = base64.b64decode(re.search(r"base64,([^\"]+)", block.html)[1]).decode()
    return list(csv.DictReader(io.StringIO(text)))


def first_line(block):
    return block.text.split("\n")[0]


@pytest.fixture
def with_shares(overlay):
    """A function: an edition of 2024 with shares of the reader's own, as (country, segment, value)."""

    def make(*shares):
        rows = [f"{code},sector_share_value,2024,{value},mine,{segment}" for code, segment, value in shares]
        return open_edition(figures=overlay(*rows, header=HEADER))

    return make


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=NAMES)
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
    assert "2.0–7.1" in text  # e^H, content.md 2.6 and bounds.exp_shannon_bounds


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
    assert "anything from 0.02 to 1.00; with what every source says, 0.45 to 0.96" in first_line(block)
    assert "0.00–1.00" in block.text and "0.20–0.91" in block.text
    assert "H((p + q) ÷ 2) − (H(p) + H(q)) ÷ 2" in block.text
    assert "treated as if no company could be both" in block.text


def test_a_share_of_one_country_alone_leaves_every_difference_open(package):
    line = first_line(mix_bounds.difference(edition_of(package, peer="BRA")))
    assert line == "A share of one country leaves it open how different the mixes are: anything from 0.00 to 1.00"


def test_nearly_whole_shares_close_the_difference(with_shares):
    edition = with_shares(("USA", AI, 0.95), ("MEX", FINTECH, 0.95))
    assert first_line(mix_bounds.difference(edition)).startswith("For the two mixes to be alike, 0.90 to 1.00")


def rows_of(block):
    return {(row["kind"], row["mixed"]): row for row in download(block)}


def test_ai_money_is_what_its_source_states_and_a_share_of_another_total_comes_last(edition):
    block = ai_money.ai_dollars(edition)
    rows = rows_of(block)
    # PitchBook: 97 of 209 billion; all of Mexico 1.67 billion
    assert f"US$97{NBSP}bn (PitchBook), 58× all venture capital in Mexico" in first_line(block)
    assert first_line(block).endswith("without AI the same total is 67×")
    assert float(rows["rest", "False"]["ratio"]) == pytest.approx((209 - 97) / 1.67)
    # LAVCA: 74 % fintech of 1,180 million
    assert float(rows["floor", "False"]["ratio"]) == pytest.approx(97e9 / (0.26 * 1180e6))
    assert block.numbers["ai_to_all_ratio"] == pytest.approx(97 / 1.67)
    assert "fails if fintech companies carry the AI tag" in block.text


def test_ai_against_ai_has_one_lower_bound_the_least_of_all_and_rounded_down(edition):
    block = ai_money.ai_dollars(edition)
    # content.md 2.6: 0.42 × 178 over 0.40 × 1.67 billion is 111.92; LAVCA's total would give 316
    assert block.text.count("at least") == 1 and "AI against AI is at least 111.9×" in block.text
    bound = float(re.search(r"at least ([\d.]+)×", block.text)[1])
    assert bound <= min(float(row["ratio"]) for row in download(block) if row["kind"] == "floor")


def test_the_least_bound_joins_the_smallest_amount_and_the_largest_rest():
    def money_of(amount, rest):
        return ai_money.Money(amount, rest, None, None, False)

    found, floors = [money_of(90, 10), money_of(70, 30)], [money_of(1, 0.5), money_of(1, 2.0)]
    assert ai_money.least(found, floors) == 35
    assert ai_money.least(found, [None, floors[0]]) == 140
    assert ai_money.least(found, [None, None]) is None and ai_money.least(found, [money_of(1, 0.0)]) is None


def test_ai_dollars_of_the_guide_are_there_and_said_to_be_mixed(edition):
    block = ai_money.ai_dollars(edition)
    rows = rows_of(block)
    said = {kind: times(float(row["ratio"])) for (kind, mixed), row in rows.items() if mixed == "True"}
    assert said == {"ai": "45×", "rest": "62×", "floor": "112×"}
    assert f"mixed: 42{NBSP}% (the column) × US$178{NBSP}bn (the column)" in rows["ai", "True"]["how"]
    assert f"42{NBSP}% (the column) and US$178{NBSP}bn (the column)" in block.warning
    assert f"60{NBSP}% (the column) and US$1.67{NBSP}bn (the column)" in block.warning
    assert [row["mixed"] for row in download(block)] == ["False"] * 4 + ["True"] * 3


def test_where_the_sharing_source_states_the_money_nothing_is_mixed(package):
    block = ai_money.ai_dollars(edition_of(package, year=2018, basis="like_for_like"))
    assert f"US$48.5{NBSP}bn (CSET)" in first_line(block) and not block.warning and "mixed" not in block.text


def test_a_share_of_the_readers_own_leads_and_needs_its_own_total(overlay):
    rows = [f"USA,sector_share_value,2024,0.5,mine,{AI}"]
    mixed = ai_money.ai_dollars(open_edition(figures=overlay(*rows, header=HEADER)))
    assert (
        first_line(mixed).endswith("if share and total fit")
        and f"50{NBSP}% (mine) and US$178{NBSP}bn (the column)" in mixed.warning
    )
    rows.append("USA,vc_investment,2024,100e9,mine,")
    own = ai_money.ai_dollars(open_edition(figures=overlay(*rows, header=HEADER)))
    assert f"US$50{NBSP}bn (mine), 30× all" in first_line(own) and "both mine" in own.text


def test_without_a_share_of_fintech_there_is_no_floor(package):
    text = ai_money.ai_dollars(edition_of(package, peer="BRA")).text
    assert "at least" not in text and "fintech companies" not in text


def test_an_upper_bound_of_fintech_bounds_no_ai(package):
    # 2021: fintech in Mexico at most 60 %, so what is left has no upper bound
    assert "at least" not in ai_money.ai_dollars(edition_of(package, year=2021)).text


def test_a_floor_that_nothing_bounds_is_left_out(with_shares):
    block = ai_money.ai_dollars(with_shares(("MEX", FINTECH, 1.0)))
    assert ("floor", "True") not in rows_of(block)


def test_less_ai_than_the_other_countrys_total_is_said_the_other_way(package):
    line = first_line(ai_money.ai_dollars(edition_of(package, base="MEX", peer="USA")))
    assert "all venture capital in the United States" in line and "as much" in line


@pytest.mark.parametrize("parameters", EDITIONS, ids=str)
def test_a_hollow_row_never_stands_without_its_warning(package, parameters):
    block = ai_money.ai_dollars(edition_of(package, **parameters))
    mixed = [row for row in download(block) if row["mixed"] == "True"] if block.figures else []
    assert bool(mixed) == bool(block.warning) == ("Hollow:" in block.text)


def test_a_share_of_two_providers_is_known_by_its_status_and_has_no_total_of_its_own(package):
    said = package.figures[package.figures["note"].str.contains("ixed providers")]
    assert len(said) == 45 and set(said["status"]) == {MIXED}
    rows = package.figures.assign(note="reworded")
    edition = edition_of(package._replace(figures=rows), year=2017, basis="like_for_like")
    shares = [
        figure for code in edition.countries for figure in families(edition, "sector_share_value", code, segment=AI)
    ]
    mixed = [figure for figure in shares if figure.status == MIXED]
    assert mixed and all(ai_money.own_total(edition, figure) is None for figure in mixed)
    (sentence,) = sector_mix._hybrid_sentence(mixed)
    assert "AI 39" in sentence and "(Mexico)" in sentence and sector_mix._hybrid_sentence([]) == []


def test_no_ai_money_is_said_in_a_sentence(with_shares):
    assert "nothing to divide" in ai_money.ai_dollars(with_shares(("USA", AI, 0))).text


def test_one_tagger_on_both_sides(edition, package):
    block = ai_money.one_tagger(edition)
    # CSET 145,732 over 43 million, OECD.AI 106,165 over 64
    assert [float(row["ratio"]) for row in download(block)] == pytest.approx([145732 / 43, 106165 / 64])
    assert first_line(block) == "Tagged alike, the United States took 1,659–3,389× the AI money of Mexico"
    swapped = ai_money.one_tagger(edition_of(package, base="MEX", peer="USA"))
    assert first_line(swapped) == first_line(block)
    assert "1,659" in ai_money.one_tagger(edition_of(package, basis="like_for_like")).text


def test_taggers_that_point_both_ways_disagree():
    pairs = [(make_figure(value=2), make_figure(value=1, country="MEX")), (make_figure(value=1), make_figure(value=3))]
    assert ai_money.tagger_title(pairs).startswith("Taggers disagree on whether the United States or Mexico")


# ---- quotients and whole mixes


def test_quotients_have_the_bounds_of_the_sources(edition):
    block = mix_whole.quotients(edition)
    by_sector = {row["sector"]: row for row in download(block)}
    fintech, ai = by_sector["fintech"], by_sector["ai"]
    assert float(fintech["quotient"]) == pytest.approx(0.60 / 0.10526)
    # PitchBook and SVB say of the United States "at most 15 %": nothing bounds the quotient from above
    assert float(fintech["quotient_lower"]) == pytest.approx(0.60 / 0.15) and fintech["quotient_upper"] == ""
    assert "(at least 4.0×)" in first_line(block) and "the other end is open" in block.text
    assert float(ai["quotient_lower"]) == pytest.approx(0.03644 / 0.69728)
    assert float(ai["symmetric_upper"]) == pytest.approx((0.05424 - 0.33128) / (0.05424 + 0.33128))
    assert "AI weighs less in Mexico by every source" in first_line(block)
    assert "fintech weighs more in Mexico by every source" in first_line(block)
    assert "anything from nothing to all" not in block.text


def test_a_share_that_nobody_states_leaves_the_quotient_open(package):
    line = first_line(mix_whole.quotients(edition_of(package, year=2021)))
    assert line == "Where AI weighs more is open (0.13–2.3×); where fintech weighs more is open (open)"
    one_sided = mix_whole.quotients(edition_of(package, year=2023, peer="CHL")).text
    assert "anything from nothing to all" in one_sided and "is open (0–2.7×)" in one_sided


def test_limits_of_a_share_are_open_where_a_source_gives_a_bound():
    at_most = make_figure(value=0.6, qualifier="at_most")
    at_least = make_figure(value=0.2, qualifier="at_least")
    assert sector_mix.share_limits([at_most]) == (0, 0.6) and sector_mix.share_limits([at_least]) == (0.2, 1)
    assert sector_mix.share_limits([]) == (0, 1)


def test_a_bound_is_not_a_known_share(package):
    text = mix_bounds.concentration(edition_of(package, year=2021)).text
    assert f"fintech 60{NBSP}%" not in text


def test_whole_mixes_have_every_measure_of_concentration(edition):
    block = mix_whole.measures(edition)
    rows = {(row["scheme"], row["country"]): row for row in download(block)}
    mexico = rows["common8_cbinsights_unicorn", "MEX"]  # 34.7 and 65.3 %
    assert float(mexico["hhi"]) == pytest.approx(0.347**2 + 0.653**2, abs=1e-3)
    assert float(mexico["effective"]) == pytest.approx(1 / float(mexico["hhi"]))
    assert float(mexico["exp_entropy"]) == pytest.approx(1.9, abs=0.05)
    assert first_line(block) == (
        "Whose mix is more concentrated is open: the companies counted are too few to tell it from chance"
    )


def test_the_concentration_of_few_companies_has_an_interval_that_holds_the_other(edition):
    block = mix_whole.measures(edition)
    rows = {(row["scheme"], row["country"]): row for row in download(block)}
    base, peer = (rows["common8_crunchbase_2014", code] for code in ("USA", "MEX"))
    assert peer["interval_text"] == "0.19–0.32" and base["interval_text"] == "0.28–0.29"
    assert float(peer["lower"]) < float(base["hhi"]) < float(peer["upper"])
    assert rows["common8_cbinsights_unicorn", "MEX"]["interval_text"] == "–"
    assert "The six companies of Mexico are too few to say anything of a mix" in block.text


def mix_row(hhi, reach=(None, None), companies=None):
    return {"hhi": hhi, "lower": reach[0], "upper": reach[1], "companies": companies}


@pytest.mark.parametrize(
    ("both", "words"),
    [
        ([(mix_row(0.3), mix_row(0.5))], "covers both, the mix of Mexico is the more concentrated"),
        ([(mix_row(0.5), mix_row(0.3))], "covers both, the mix of the United States is the more concentrated"),
        ([(mix_row(0.5), mix_row(0.3)), (mix_row(0.3), mix_row(0.5))], "differs with what is counted"),
        ([(mix_row(0.5), mix_row(0.3, companies=6))], "too few to tell it from chance"),
        ([(mix_row(0.3, (0.28, 0.32)), mix_row(0.4, (0.31, 0.5)))], "too few to tell it from chance"),
        ([(mix_row(0.3, (0.28, 0.32)), mix_row(0.4, (0.33, 0.5)))], "the mix of Mexico is the more concentrated"),
        (
            [(mix_row(0.3), mix_row(0.5)), (mix_row(0.5), mix_row(0.3, companies=6))],
            "does not leave it open, the mix of M",
        ),
        ([(mix_row(0.3), mix_row(0.3))], "too few to tell it from chance"),
        ([], "cannot be compared"),
    ],
)
def test_the_title_of_the_measures_follows_them(edition, both, words):
    records = [mix_row(0.25) | {"scheme": "only", "country": "USA"}]
    for place, pair in enumerate(both):
        named = zip(pair, ("USA", "MEX"), strict=True)
        records += [row | {"scheme": str(place), "country": code} for row, code in named]
    assert words in mix_whole.measures_title(edition, records)


def test_how_many_companies_a_mix_is_of_are_figures(edition):
    block = mix_whole.same_scheme(edition, "companies")
    counted = [figure for figure in block.figures if figure.metric == "companies_funded"]
    assert sum(figure.value for figure in counted if figure.country == "MEX") == 69
    unicorns = mix_whole.same_scheme(edition, "unicorns").figures
    assert {figure.value for figure in unicorns if figure.metric == "unicorns_active"} == {562, 6}


def test_the_difference_of_whole_mixes_has_every_measure(edition):
    text = mix_whole.same_scheme(edition, "unicorns").text
    assert "dissimilarity 0.69, Jensen–Shannon 0.497 bits, as a distance 0.71" in text


def test_the_proxy_of_companies_says_which_sectors_differ_by_more_than_chance(edition):
    block = mix_whole.same_scheme(edition, "companies")
    line = first_line(block)
    assert (
        f"24{NBSP}% (16–36{NBSP}%) of the companies" in line
        and "Mexico is heavier in fintech, logistics and commerce" in line
    )
    assert "lighter in health and biotech" in line
    assert "AI" not in line, "none of 69 where one in 500 would be expected is no finding"
    assert "27,029 of the United States and 69 of Mexico" in block.warning
    assert "dissimilarity 0.24 (0.16–0.36), Jensen–Shannon 0.077 (0.043–0.156) bits" in block.text
    assert (
        "identical mixes would show a dissimilarity of about 0.10 and a divergence of about 0.020 bits by chance"
        in block.text
    )
    assert re.search(rf"fintech +3.1{NBSP}% +12{NBSP}% +3.7× \(1.8–7.3×\) +0.58 \(0.29–0.76\)", block.text)


def test_six_companies_carry_no_finding_on_any_sector(edition):
    block = mix_whole.same_scheme(edition, "unicorns")
    assert first_line(block) == (
        f"On one scheme 69{NBSP}% of the money would have to change sector; the six companies of Mexico say nothing of a mix"
    )
    assert "No interval is given" in block.text and "by chance" not in block.text
    assert "6 of Mexico" in block.warning and "A proxy" in block.warning
    assert "4.8×" in block.text and "1.9×" in block.text


def test_swapped_the_quotients_turn_over(package):
    line = first_line(mix_whole.same_scheme(edition_of(package, base="MEX", peer="USA"), "companies"))
    assert line.endswith(
        "the United States is heavier in health and biotech; lighter in commerce, logistics and fintech"
    )
