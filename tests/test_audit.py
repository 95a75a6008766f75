"""The audit: each rule by hand, the claims of the documents, an analyst's own rows, the words."""

from datetime import date
from math import inf
from pathlib import Path

import pandas as pd
import pytest

from vcgap import audit as auditing
from vcgap import language
from vcgap.audit import (
    NEEDS,
    RULES,
    Claim,
    audit,
    audit_text,
    check,
    contradictions,
    half_unit,
    load_claims,
    read_claim,
    rule_word,
    said,
    sentence,
    type_word,
    worst,
)
from vcgap.errors import UserError
from vcgap.tables import load_table

VERDICTS = {
    **dict.fromkeys(["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A9", "A10", "A13"], "W"),
    **dict.fromkeys(["A11", "A12", "B6", "B14", "B16", "B17", "C1"], "I"),
    **dict.fromkeys(["A8", "B7", "B9", "B11"], "ok"),
    **dict.fromkeys(["B1", "B2", "B3", "B4", "B12"], "E"),
    **dict.fromkeys(["B5", "B8", "B10", "B13", "B15", "B18", "B19", "C2", "C3"], "W"),
}
ALL_JOBS = 9.77e6 / 0.19
HEADER = "id,rule,statement_en"


@pytest.fixture(scope="module")
def claims():
    return load_table("claims")


@pytest.fixture(scope="module")
def findings(claims, package):
    return audit(claims, package.figures)


def finding_of(rule, **fields):
    return check(Claim("x", rule, **fields))


def row(findings, name):
    return findings.set_index("id").loc[name]


# the rules, by hand

PASS_AND_FAIL = [
    ("R1", {"parts": (2, 3), "whole": 5}, 5, True),
    ("R1", {"parts": (2, 3), "whole": 4.9}, 5, False),
    ("R1", {"parts": (2, 3), "whole": 9}, 5, True),
    ("R1", {"parts": (2, 3), "whole": 9, "stated": 9}, 5, False),
    ("R1", {"parts": (4.97, 3.2, 1.61), "whole": 9.77, "tolerance": 0.02}, 9.78, True),
    ("R1", {"parts": (0.51, 0.33, 0.17), "whole": 1, "tolerance": 0}, 1.01, False),
    ("R1", {"parts": (2, 3), "whole": 9, "stated": 4}, 5, False),
    ("R1", {"parts": (2, 3), "whole": 4, "stated": 5}, 5, False),
    ("R1", {"parts": (0.7, 0.75), "whole": 1, "unit": "share"}, 1.45, False),
    ("R1", {"parts": (0.51, 0.33, 0.17), "whole": 1, "unit": "share"}, 1.01, True),
    ("R1", {"parts": (0.51, 0.33, 0.18), "whole": 1, "unit": "share"}, 1.02, False),
    ("R1", {"parts": (1.04e9,), "whole": 1e9, "unit": "USD"}, 1.04e9, False),
    ("R1", {"parts": (0.333,), "whole": 1, "stated": 0.33, "unit": "share"}, 0.333, True),
    ("R2", {"parts": (0.6,), "whole": 1, "stated": 1, "unit": "share"}, 0.6, False),
    ("R2", {"parts": (0.6,), "whole": 1, "stated": 1, "unit": "ratio"}, 0.6, False),
    ("R2", {"parts": (0.604,), "whole": 1, "stated": 0.6, "unit": "share"}, 0.604, True),
    ("R2", {"parts": (0.606,), "whole": 1, "stated": 0.6, "unit": "share"}, 0.606, False),
    ("R2", {"parts": (1,), "whole": 3, "stated": 0.33, "unit": "share"}, 1 / 3, True),
    ("R2", {"parts": (1,), "whole": 3, "stated": 0.34, "unit": "share"}, 1 / 3, False),
    ("R2", {"parts": (1, 1), "whole": 8, "stated": 0.25, "unit": "share"}, 0.25, True),
    ("R3", {"parts": (10,), "stated": 0.5, "whole": 20}, 20, True),
    ("R3", {"parts": (10,), "stated": 0.1, "whole": 99}, 100, False),
    ("R4", {"parts": (159, 100), "stated": 0.59, "unit": "share"}, 0.59, True),
    ("R4", {"parts": (100, 104), "stated": 0.04, "unit": "share"}, -4 / 104, False),
    ("R4", {"parts": (9, 1), "stated": 10, "unit": "share"}, 8, False),
    ("R4", {"parts": (9, 1), "stated": 10, "unit": "ratio"}, 8, False),
    ("R5", {"left": "median", "right": "median"}, "median", True),
    ("R5", {"left": "median", "right": "mean"}, "mean", False),
    ("R6", {"left": "fund", "right": "fund"}, "fund", True),
    ("R6", {"left": "firm", "right": "fund"}, "fund", False),
    ("R7", {"left": "flow", "right": "flow"}, "flow", True),
    ("R7", {"left": "stock", "right": "flow"}, "flow", False),
    ("R8", {"left": "2024", "right": "2024"}, "2024", True),
    ("R8", {"left": "2023-12-31", "right": "2024"}, "2024", False),
    ("R9", {"left": "tag", "right": "tag"}, "tag", True),
    ("R9", {"left": "tag", "right": "vertical"}, "vertical", False),
    ("R9", {"left": "tag"}, "", False),
    ("R10", {"parts": (51,), "whole": 100, "phrase": "most"}, 0.51, True),
    ("R10", {"parts": (50,), "whole": 100, "phrase": "most"}, 0.50, False),
    ("R10", {"parts": (5,), "whole": 2, "phrase": "over twice"}, 2.5, True),
    ("R10", {"parts": (4,), "whole": 2, "phrase": "over twice"}, 2, False),
    ("R10", {"parts": (6,), "whole": 2, "phrase": "over twice"}, 3, False),
    ("R10", {"parts": (0,), "phrase": "none"}, 0, True),
    ("R10", {"parts": (1,), "phrase": "none"}, 1, False),
    ("R10", {"parts": (0.42,), "phrase": "none", "unit": "share"}, 0.42, False),
    ("R10", {"parts": (-0.42,), "phrase": "none", "unit": "share"}, -0.42, False),
    ("R10", {"parts": (3,), "whole": 464, "phrase": "none", "unit": "share"}, 3 / 464, False),
    ("R10", {"parts": (-0.05,), "stated": -0.05, "phrase": "about", "unit": "share"}, -0.05, True),
    ("R10", {"parts": (-0.06,), "stated": -0.05, "phrase": "about", "unit": "share"}, -0.06, False),
    ("R10", {"parts": (-0.04,), "stated": -0.05, "phrase": "more than", "unit": "share"}, -0.04, True),
    ("R10", {"parts": (-0.06,), "stated": -0.05, "phrase": "more than", "unit": "share"}, -0.06, False),
    ("R10", {"parts": (-0.06,), "stated": -0.05, "phrase": "less than", "unit": "share"}, -0.06, True),
    ("R10", {"parts": (1,), "stated": 0, "phrase": "more than"}, 1, True),
    ("R10", {"parts": (0,), "stated": 0, "phrase": "more than"}, 0, False),
    ("R10", {"parts": (101,), "stated": 100, "phrase": "more than"}, 101, True),
    ("R10", {"parts": (99,), "stated": 100, "phrase": "more than"}, 99, False),
    ("R10", {"parts": (89,), "stated": 100, "phrase": "about"}, 89, False),
    ("R10", {"phrase": "generates"}, None, False),
    ("R11", {"parts": (20e3,), "whole": 8e6, "phrase": "20,000"}, 20e3, True),
    ("R11", {"parts": (20e6,), "whole": 8e6, "phrase": "20 million"}, 20e6, False),
    ("R11", {"phrase": "20,000 thousand"}, None, False),
    ("R11", {"phrase": "$1bn billion"}, None, False),
    ("R11", {"phrase": "1,670 mil millones"}, None, True),
    ("R11", {"phrase": "2,000 mil millones"}, None, True),
    ("R11", {"phrase": "20,000 mil empleos"}, None, False),
    ("R11", {"phrase": "1 million to 2 million"}, None, True),
    ("R12", {"phrase": "Table 4", "left": "jobs", "right": "jobs"}, "jobs", True),
    ("R12", {"phrase": "Table 5", "left": "jobs", "right": "policy"}, "policy", False),
    ("R12", {"phrase": "Table 9", "left": "jobs"}, "", False),
    ("R13", {"parts": (600, 300), "whole": 1000}, 900, True),
    ("R13", {"parts": (600, 500), "whole": 1000}, 1100, False),
    ("R13", {"parts": (600, 400), "whole": 1000}, 1000, True),
    ("R13", {"parts": (600, 401), "whole": 1000}, 1001, False),
    ("R13", {"parts": (600, 405), "whole": 1000, "tolerance": 5}, 1005, True),
    ("R13", {"parts": (600, 406), "whole": 1000, "tolerance": 5}, 1006, False),
    ("R13", {"parts": (1.4e9,), "whole": 1e9, "unit": "USD"}, 1.4e9, False),
    ("R13", {"parts": (1.04e9,), "whole": 1.03e9, "unit": "USD"}, 1.04e9, False),
    ("R13", {"parts": (1.04e9,), "whole": 1.036e9, "unit": "USD"}, 1.04e9, True),
    ("R14", {"parts": (1, 2, 3)}, None, True),
    ("R14", {"parts": (1, 2, 1)}, 1, False),
    ("R14", {"left": "text", "right": "other"}, None, True),
    ("R14", {"left": "text", "right": "text"}, "text", False),
    ("R15", {"left": "NVCA", "right": "2024"}, "source_and_date", True),
    ("R15", {"left": "NVCA"}, "no_date", False),
    ("R15", {"right": "2024"}, "no_source", False),
    ("R15", {}, "no_source_no_date", False),
    ("R16", {"parts": (74.76e9,), "stated": 75e9, "unit": "USD"}, 74.76e9, True),
    ("R16", {"parts": (74.76e9,), "stated": 81e9, "unit": "USD"}, 74.76e9, False),
    ("R16", {"parts": (1.5e9,), "stated": 2e9, "unit": "USD"}, 1.5e9, False),
    ("R16", {"parts": (124e9,), "stated": 120e9, "unit": "USD"}, 124e9, False),
    ("R16", {"parts": (35.4e6,), "stated": 35e6, "unit": "USD"}, 35.4e6, True),
    ("R16", {"parts": (30, 40), "stated": 70}, 70, True),
]


@pytest.mark.parametrize(("rule", "fields", "found", "ok"), PASS_AND_FAIL)
def test_a_rule_finds_what_is_found_by_hand(rule, fields, found, ok):
    finding = finding_of(rule, **fields)
    assert finding.ok is ok
    assert finding.found == (pytest.approx(found) if isinstance(found, float) else found)
    assert finding.severity == ("ok" if ok else "W")


def test_every_rule_has_a_passing_and_a_failing_row_needs_and_a_name():
    assert {(rule, ok) for rule, _fields, _found, ok in PASS_AND_FAIL} == {
        (rule, ok) for rule in RULES for ok in (True, False)
    }
    assert list(RULES) == list(NEEDS) == [f"R{number}" for number in range(1, 17)]
    assert len({rule_word(rule) for rule in RULES}) == 16


def test_counts_are_exact_and_amounts_are_rounded():
    parts = {"parts": (1.0, 1.0), "whole": 1.99}
    assert not finding_of("R1", unit="count", **parts).ok
    assert finding_of("R1", unit="USD", **parts).ok
    assert finding_of("R1", unit="count", tolerance=0.01, **parts).ok


@pytest.mark.parametrize(
    ("value", "unit", "half"),
    [
        (0, "share", 0),
        (0.6, "share", 0.005),
        (1, "share", 0.005),
        (-0.05, "share", 0.005),
        (0.0094, "share", 0.00005),
        (178e9, "USD", 0.5e9),
        (1.67e9, "USD", 5e6),
        (2e9, "USD", 0.05e9),
        (10e9, "USD", 0.5e9),
        (120e9, "USD", 0.5e9),
        (200e6, "MXN", 0.5e6),
        (523, "USD", 0.5),
        (3.5, "ratio", 0.05),
        (2, "ratio", 0.05),
        (0.3, "ratio", 0.005),
        (100, "ratio", 0.5),
    ],
)
def test_a_round_number_is_no_licence(value, unit, half):
    assert half_unit(value, unit) == pytest.approx(half, rel=1e-9)


@pytest.mark.parametrize("digits", range(10, 100))
@pytest.mark.parametrize("unit", ["USD", "ratio"])
def test_no_amount_is_taken_to_be_more_than_a_twentieth_off(digits, unit):
    for exponent in (-3, 0, 1, 2, 6, 8):
        assert 0 < half_unit(digits * 10.0**exponent, unit) <= digits * 10.0**exponent / 20 * (1 + 1e-9)


def test_a_check_that_should_have_held_is_a_contradiction():
    assert finding_of("R3", parts=(10,), stated=0.1, whole=99, severity="ok").severity == "E"
    assert finding_of("R3", parts=(10,), stated=0.1, whole=101, severity="E").severity == "ok"


# the claims of the documents


def test_every_claim_has_the_verdict_of_the_reading(findings):
    assert worst(findings) == VERDICTS
    assert sorted(VERDICTS) == sorted(
        [f"A{n}" for n in range(1, 14)] + [f"B{n}" for n in range(1, 20)] + ["C1", "C2", "C3"]
    )


def test_the_positive_controls_hold_and_nothing_else_holds_as_a_whole(findings):
    assert {claim for claim, severity in worst(findings).items() if severity == "ok"} == {"A8", "B7", "B9", "B11"}
    expected = load_table("claims").set_index("id")["severity"]
    assert findings.set_index("id")["severity"].sort_index().equals(expected.sort_index())


NUMBERS = [
    ("A1-aum", 1.21e12 / 3417, 353.97e6),
    ("A4-base", 0.42 * 178e9, 74.76e9),
    ("A5", 209 / 162 - 1, 0.290),
    ("A6", 1180 / 1140 - 1, 0.035),
    ("A6-ttr", 1674 / 1051 - 1, 0.593),
    ("A8", 1.67 / 178, 0.00938),
    ("B1", 9.8e6 + 2.8e6, 12.6e6),
    ("B2", 9.8 / 2.8, 3.5),
    ("B2-ratio", 12.8 / 5.53, 2.31),
    ("B2-total", (0.128 + 0.0553) * ALL_JOBS, 9.43e6),
    ("B2-women", 0.0553 * ALL_JOBS, 2.84e6),
    ("B3", (0.618 * 0.128 + 0.382 * 0.0553) * ALL_JOBS, 5.15e6),
    ("B4", 1653335 / 0.0125, 132.3e6),
    ("B7", 4.97e6 + 3.20e6 + 1.61e6, 9.78e6),
    ("B7-enhanced", 4.97 / 9.77, 0.509),
    ("B7-transformed", 3.20 / 9.77, 0.328),
    ("B7-replaced", 1.61 / 9.77, 0.165),
    ("B8", 1.54e6 + 7.19e6, 8.73e6),
    ("B8-five", 1.54 / 9.77, 0.158),
    ("B8-fifteen", 7.19 / 9.77, 0.736),
    ("B9", 2809944 / 0.3371, 8.34e6),
    ("B9-construction", 1750676 / 0.4108, 4.26e6),
    ("B9-top", 7881752, 7.88e6),
    ("B9-total", ALL_JOBS, 51.4e6),
    ("B10-jobs", 29448 / 0.0125, 2.36e6),
    ("B11", 464, 464),
    ("B12", 228 / 464, 0.491),
    ("B13", 16 / 144, 0.111),
    ("B14", 20e6, 20e6),
    ("B14-value", 1e18, 1e18),
]


@pytest.mark.parametrize(("name", "exact", "printed"), NUMBERS)
def test_a_finding_has_the_number_of_the_reading(claims, name, exact, printed):
    rows = claims.set_index("id", drop=False)
    found = check(read_claim(rows.loc[name].to_dict())).found
    assert found == pytest.approx(exact, rel=1e-6)
    assert found == pytest.approx(printed, rel=5e-3)


def test_numbers_that_the_notes_state_follow_from_the_data(package):
    figures = package.figures.set_index(["metric", "segment"])["value"]
    ranks = package.figures.query("metric == 'ai_readiness_input_rank'")
    clusters = ranks.groupby(ranks["segment"].str.extract("cluster=([a-z_]+)", expand=False))["value"].mean()
    assert ranks["value"].mean() == pytest.approx(22.6, abs=0.05)
    assert clusters.round(1).to_dict() == {
        "public_service_reform": 28.7,
        "economy_and_skills": 30.0,
        "digital_infrastructure": 9.0,
    }
    assert pytest.approx(0.106, abs=5e-4) == (9.77 - 1.54 - 7.19) / 9.77
    assert pytest.approx(0.807, abs=5e-4) == 7881752 / 9.77e6
    assert pytest.approx(0.183, abs=5e-4) == (0.128 + 0.0553)
    assert pytest.approx(6.58e6, rel=1e-3) == 0.128 * ALL_JOBS
    assert figures["ai_researchers", "state=ciudad_de_mexico"] / figures["ai_researchers", ""] == pytest.approx(
        0.26, abs=5e-3
    )
    assert date(2025, 3, 4).strftime("%A") == "Tuesday" and date(2025, 4, 3).strftime("%A") == "Thursday"
    plant = load_table("projects").set_index("id").loc["mex-qsm_plant"]
    assert plant["amount"] / plant["jobs"] == 75_000


def test_the_researchers_are_unequally_spread_over_the_states(package):
    states = package.figures.query("metric == 'ai_researchers' and segment.str.startswith('state=')")[
        "value"
    ].sort_values()
    count = len(states)
    gini = (
        2 * sum(place * value for place, value in enumerate(states, 1)) / (count * states.sum()) - (count + 1) / count
    )
    assert (count, states.sum()) == (28, 464)
    assert gini == pytest.approx(0.52, abs=5e-3)


def test_eight_questions_of_the_detective_have_their_answers(claims):
    rows = claims.set_index("id", drop=False)

    def found(name):
        return check(read_claim(rows.loc[name].to_dict()))

    assert found("B1").found == 12.6e6 and not found("B1").ok
    assert found("B9-total").found == pytest.approx(51.4e6, rel=1e-3)
    assert found("B2-women").ok and not found("B3").ok  # shares of all jobs, not of each gender's jobs
    assert found("B4").found == pytest.approx(132.3e6, rel=1e-3) and not found("B4").ok
    assert found("B7").ok
    nine_months = 1005e6 / (1 - 0.0574)
    assert nine_months == pytest.approx(1066e6, rel=1e-3)
    assert not finding_of("R13", parts=(nine_months,), whole=1051e6, unit="USD").ok
    assert finding_of("R13", parts=(nine_months,), whole=1674e6, unit="USD").ok
    assert found("B12").found == pytest.approx(0.491, abs=5e-4) and not found("B12").ok


def test_claims_say_of_their_figures_what_the_figures_say(claims, package):
    figures = package.figures.set_index("id")
    checked = 0
    for one in claims.to_dict("records"):
        claim = read_claim(one)
        sides = [figures.loc[name] for name in claim.ids]
        aspect = auditing.ASPECTS.get(claim.rule)
        if aspect in ("statistic", "entity", "kind") and len(sides) == 2 and one["document"] == "column":
            assert (claim.left, claim.right) == tuple(side[aspect] for side in sides), claim.id
            checked += 1
        if aspect == "segment" and len(sides) == 2:
            assert read_claim(one | {"left_type": "", "right_type": ""}, figures)[8:10] == (claim.left, claim.right)
            checked += 1
        if claim.rule == "R14" and claim.unit == "rank":
            assert tuple(side["value"] for side in sides) == claim.parts
            checked += 1
    assert checked >= 4


def test_every_claim_is_told_in_both_languages(claims):
    for column in ("statement", "note"):
        english, spanish = claims[f"{column}_en"] != "", claims[f"{column}_es"] != ""
        assert (english == spanish).all()
    assert (claims["statement_es"] != "").all()
    assert not claims["statement_es"].str.contains(r"\d billón\b|mil billones").any()


# what a report asks


def test_contradictions_are_found_by_the_figures_they_touch(findings):
    def touching(*ids):
        return list(contradictions(findings, ids)["id"])

    source = "oxford_insights_2018_06"
    assert touching(f"mex-jobs_automatable-2016-women-{source}") == ["B1", "B2"]
    assert touching(f"mex-jobs_automatable-2016-manufacturing-{source}") == []
    assert touching("mex-vc_investment-2024-column", "usa-vc_growth-2024-column") == []
    assert touching() == []


def test_no_contradiction_touches_a_figure_of_the_column(findings, package):
    ids = package.figures.query("source == 'column'")["id"]
    assert len(ids) == 16 and contradictions(findings, ids).empty


def test_findings_stand_in_the_order_of_the_claims(findings):
    heads = [name.partition("-")[0] for name in findings["id"]]
    assert list(dict.fromkeys(heads)) == list(VERDICTS_IN_ORDER)
    assert list(findings.columns) == [
        *("id", "document", "rule", "severity", "verdict", "statement", "expected", "found", "text", "ids")
    ]


VERDICTS_IN_ORDER = [f"A{n}" for n in range(1, 14)] + [f"B{n}" for n in range(1, 20)] + ["C1", "C2", "C3"]


# an analyst's own claims


def test_a_new_row_is_a_new_check_without_code(claims, write, package):
    new = "Z1,R3,A tenth is 20 of them,20,0.1,150,count,E"
    own = write(f"{HEADER},parts,stated,whole,unit,severity\n{new}\n")
    (finding,) = audit(load_claims(own)).to_dict("records")
    assert (finding["id"], finding["severity"], finding["found"], finding["expected"]) == ("Z1", "E", "200", "150")
    both = audit(pd.concat([claims, load_claims(own)]), package.figures)
    assert len(both) == len(claims) + 1 and worst(both) == VERDICTS | {"Z1": "E"}


def test_three_columns_are_enough_where_the_rule_needs_no_number(write):
    (finding,) = audit(load_claims(write(f"{HEADER}\nm1,R15,Nobody says where this is from\n"))).to_dict("records")
    assert (finding["severity"], finding["document"]) == ("W", "")
    assert finding["text"] == "The statement comes with neither a source nor a date."


def test_growth_without_a_unit_is_a_share(write):
    own = write(f"{HEADER},parts,stated\nm1,R4,up 59 percent,1.67|1.05,0.59\n")
    (finding,) = audit(load_claims(own)).to_dict("records")
    assert finding["text"] == "The levels give a change of 59\u00a0%, as stated (59\u00a0%)."


def test_the_word_more_than_is_told_with_its_number(write):
    own = write(f"{HEADER},parts,stated,unit,phrase\nm1,R10,more than a half,0.42,0.5,share,more than\n")
    (finding,) = audit(load_claims(own)).to_dict("records")
    assert finding["text"] == "“more than” would need more than 50\u00a0%; the numbers give 42\u00a0%."


def test_figures_fill_what_a_row_leaves_empty(write, package):
    ids = {
        "types": "usa-fund_size_median-2024-column|mex-fund_size_mean-2024-column",
        "scheme": "usa-sector_share_value-2024-tag-ai-column|mex-sector_share_value-2024-vertical-fintech-column",
        "levels": "mex-vc_investment-2024-ttr_2025_10|mex-vc_investment-2023-ttr_2025_10",
    }
    own = write(
        f"{HEADER},stated,unit,ids\n"
        f"m1,R5,typical against average,,,{ids['types']}\n"
        f"m2,R9,AI against fintech,,,{ids['scheme']}\n"
        f"m3,R4,up 60 percent,0.6,share,{ids['levels']}\n"
        f"m4,R8,the same year,,,{ids['types']}\n"
    )
    rows = audit(load_claims(own, package.figures), package.figures).set_index("id")
    assert list(rows["severity"]) == ["W", "W", "ok", "ok"]
    assert rows.loc["m1", "text"] == "The two sides are not one statistic: a median against a mean."
    assert rows.loc["m3", "text"] == "The levels give a change of 60\u00a0%, as stated (60\u00a0%)."


WRONG = [
    ("m1,R17,x", "", "column rule: 'R17' is not in the list; did you mean 'R"),
    ("m1,,x", "", "column rule: is empty; a value is needed"),
    ("m1,R1,", "", "column statement_en: is empty; a value is needed"),
    ("m 1,R1,x", "", "column id: 'm 1' does not have the form"),
    ("m1,R1,x", "", "column parts: is empty; R1 needs parts, whole"),
    ("m1,R1,x,1|2", ",parts", "column whole: is empty; R1 needs parts, whole"),
    ("m1,R1,x,1 and 2", ",parts", "column parts: '1 and 2' is not a list of numbers; write 4970000|3200000"),
    ("m1,R1,x,1|", ",parts", "column parts: '1|' is not a list of numbers"),
    ("m1,R1,x,12.6 million,3", ",parts,whole", "column parts: '12.6 million' is not a list of numbers"),
    ("m1,R1,x,1,many", ",parts,whole", "column whole: 'many' is not a number"),
    ("m1,R2,x,1,0,2", ",parts,whole,stated", "column whole: is 0; R2 divides by it"),
    ("m1,R3,x,1,5,0", ",parts,whole,stated", "column stated: is 0; R3 divides by it"),
    ("m1,R4,x,1,0.5", ",parts,stated", "column parts: R4 needs two levels, now|before, and the earlier one not 0"),
    ("m1,R4,x,1|0,0.5", ",parts,stated", "column parts: R4 needs two levels"),
    ("m1,R4,x,0.5,usa-vc_investment-2024-column", ",stated,ids", "column parts: R4 needs two levels"),
    ("m1,R2,x,1,3,0.3", ",parts,whole,stated", "column unit: is empty; R2 needs it for numbers that are not whole"),
    ("m1,R16,x,0.42*3,1", ",parts,stated", "column unit: is empty; R16 needs it"),
    ("m1,R1,x,0.7|0.75,1", ",parts,whole", "column unit: is empty; R1 needs it"),
    ("m1,R10,x,51,100,most", ",parts,whole,phrase", "column unit: is empty; R10 needs it"),
    ("m1,R10,x,51,0,most,share", ",parts,whole,phrase,unit", "column whole: is 0; R10 divides by it"),
    ("m1,R10,x,5,more than", ",parts,phrase", "column stated: is empty; 'more than' needs the number it is said of"),
    ("m1,R10,x,5,almost", ",parts,phrase", "column stated: is empty; 'almost' needs the number"),
    ("m1,R10,x,5,about,0", ",parts,phrase,stated", "column stated: is 0; 'about' needs another number"),
    ("m1,R1,x,1e308|1e308,5", ",parts,whole", "column parts: the result is larger than anything counted here"),
    ("m1,R1,x,1e999|-1e999,5", ",parts,whole", "column parts: the result is larger than anything counted here"),
    ("m1,R2,x,1e18,1e-300,5", ",parts,whole,stated", "column parts: the result is larger than anything"),
    ("m1,R5,x", "", "column left_type: is empty; R5 needs left_type"),
    ("m1,R5,x,usa-vc_investment-2024-column", ",ids", "column left_type: is empty; R5 needs left_type"),
    ("m1,R12,x,p,usa-vc_investment-2024-column", ",phrase,ids", "column left_type: is empty; R12 needs"),
    ("m1,R10,x", "", "column phrase: is empty; R10 needs phrase"),
    ("m1,R10,x,mots,1", ",phrase,parts", "column phrase: 'mots' is not a word of quantity; did you mean 'most'?"),
    ("m1,R14,x", "", "column parts: is empty; R14 needs parts or left_type"),
    (
        "m1,R15,x,usa-unicorns_active-2204-column",
        ",ids",
        "column ids: 'usa-unicorns_active-2204-column' is not a figure of figures.csv; did you mean",
    ),
    ("m1,R15,x,A", ",severity", "column severity: 'A' is not in the list; allowed: E, I, W, ok"),
    ("m1,R15,x,ton", ",unit", "column unit: 'ton' is not in the list"),
    ("m1,R15,<b>x</b>", "", "column statement_en: '<b>x</b>' holds markup"),
]


@pytest.mark.parametrize(("line", "header", "message"), WRONG)
def test_a_wrong_claim_is_told_with_file_line_and_column(write, package, line, header, message):
    with pytest.raises(UserError) as caught:
        load_claims(write(f"{HEADER}{header}\n{line}\n"), package.figures)
    assert any(problem.startswith(f"mine.csv, line 2, {message}") for problem in caught.value.problems), (
        caught.value.problems
    )


def test_all_problems_of_a_file_are_told_at_once(write):
    with pytest.raises(UserError) as caught:
        load_claims(write(f"{HEADER}\na,R1,x\nb,R5,y\n"))
    assert len(caught.value.problems) == 3
    with pytest.raises(UserError) as caught:
        load_claims(write("id,rule,sentence\na,R15,x\n"))
    assert caught.value.problems[0] == "mine.csv: column 'statement_en' is missing; the file has: id, rule, sentence"
    with pytest.raises(UserError) as caught:
        load_claims(write(f"{HEADER}\na,R15,x\na,R15,y\n"))
    (problem,) = caught.value.problems
    assert problem.startswith("mine.csv, line 3: a second row for a; the first is line 2, it differs in statement_en;")
    with pytest.raises(UserError, match="there is no such file"):
        load_claims("nowhere.csv")


def test_a_workbook_is_read_as_well(workbook):
    path = workbook([["id", "rule", "statement_en", "parts", "whole"], ["m1", "R1", "all of it", "2|3", 4]])
    assert list(audit(load_claims(path))["severity"]) == ["W"]


# the words


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (None, "", ""),
        (12.6e6, "count", "12,600,000"),
        (74.76e9, "USD", "US$74.8\u00a0bn"),
        (30.6e9, "MXN", "MXN\u00a030.6\u00a0bn"),
        (0.4914, "share", "49.1\u00a0%"),
        (3.5, "ratio", "3.500×"),
        ((0.5, inf), "share", "more than 50\u00a0%"),
        ((-inf, 5), "count", "less than 5"),
        ((0, 0), "count", "0"),
        ((0, 0), "share", "0\u00a0%"),
        ((2, 3), "ratio", "2.000–3.000×"),
        ("median", "", "a median"),
    ],
)
def test_what_is_expected_and_found_is_said_in_its_unit(value, unit, expected):
    assert said(value, unit) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", "nothing stated"),
        ("mean", "a mean"),
        ("firm", "firms"),
        ("stock", "a stock of one day"),
        ("2023-12-31", "31 Dec 2023"),
        ("2011-01/2017-12", "Jan 2011 – Dec 2017"),
        ("P1Y", "1 year"),
        ("P20Y", "20 years"),
        ("USA", "the United States"),
        ("household_work", "domestic workers"),
        ("some_new_code", "some new code"),
    ],
)
def test_a_code_is_said_in_words(code, expected):
    assert type_word(code) == expected


def test_a_sentence_follows_the_numbers():
    parts = {"unit": "count", "stated": 10, "whole": 10}
    told = [
        sentence(finding_of("R1", parts=values, tolerance=1, **parts)) for values in ((5, 5), (5, 6), (5, 8), (5, 2))
    ]
    assert told == [
        "The parts add up to 10, within the total of 10.",
        "The parts add up to 11; within rounding that is the total of 10.",
        "The parts add up to 13, more than the total of 10.",
        "The parts add up to 7; the total is 10, so something is left out.",
    ]
    assert sentence(finding_of("R10", phrase="drives")) == "No number supports “drives”."
    assert sentence(finding_of("R11", phrase="20 million", parts=(20e6,), whole=8e6)) == (
        "“20 million” is 20,000,000, more than the 8,000,000 that is plausible."
    )


@pytest.mark.parametrize(("rule", "fields", "found", "ok"), PASS_AND_FAIL)
def test_every_finding_has_a_full_sentence(rule, fields, found, ok):
    text = sentence(finding_of(rule, **fields))
    assert text[0].isupper() or text[0] in "“"
    assert text.endswith(".") and "{" not in text and "  " not in text


def test_no_code_of_the_claims_is_left_as_a_code(findings):
    assert not findings["text"].str.contains("_").any()


# the command


def test_the_command_tells_every_check_and_counts_the_verdicts():
    text = audit_text()
    assert "B1, R1 parts within the total: contradiction (E)" in text
    assert "The parts add up to 12,600,000, more than the total of 9,770,000." in text
    assert text.splitlines()[-1] == "contradiction: 7; not comparable or ambiguous: 31; presentation: 10; holds: 18"
    assert max(map(len, text.splitlines())) <= 100


def test_the_command_reads_an_analysts_file(write):
    text = audit_text(write(f"{HEADER},parts,whole,unit\nm1,R1,Two and three of four,2|3,4,count\n"))
    assert text.splitlines()[-1] == "contradiction: 0; not comparable or ambiguous: 1; presentation: 0; holds: 0"
    assert "The parts add up to 5, more than the total of 4." in text


def test_every_code_of_a_claim_has_words(monkeypatch):
    def no_row(code):
        raise AssertionError(f"{code} has no row in data/labels.csv")

    monkeypatch.setattr(language, "spelled_out", no_row)
    claims = load_claims()
    assert all(type_word(code) for code in {*claims["left_type"], *claims["right_type"]})


def test_the_rule_engine_holds_no_word_of_a_document():
    own = load_table("labels").query("key == 'claim'")
    assert len(own) >= 10 and not set(own["code"]) & set(auditing._codes())
    source = Path(auditing.__file__).read_text(encoding="utf-8")
    assert [words for words in own["label_en"] if f'_("{words}")' in source] == []


def test_an_amount_that_the_column_does_not_state_is_not_put_into_its_mouth():
    found = audit(load_claims()).set_index("id").loc["A4-base"]
    assert found["text"].startswith("Share times base is US$74.8\xa0bn, not US$81\xa0bn, the amount it is set against.")
    assert "as stated" not in found["text"] and "The column states no amount" in found["text"]
    assert "attributed to Dealroom at second hand" in found["text"]
