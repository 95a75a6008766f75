"""Exhibits of 07_claims and the banner: the counts of the audit, titles that follow them, and where sources disagree."""

import base64
import csv
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import make_figure

from vcgap import blocks, charts
from vcgap.chapters import claims
from vcgap.edition import Edition, open_edition
from vcgap.language import NBSP
from vcgap.parameters import read_parameters

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
EDITIONS = [
    {"year": 2018, "basis": "like_for_like"},
    {"peer": "BRA"},
    {"base": "MEX", "peer": "USA"},
    {"year": 2021},
    {"peer": "CHL", "year": 2023},
]


def edition_of(package, **parameters):
    return Edition(read_parameters(parameters), package)


def download(block):
    text = base64.b64decode(re.search(r"base64,([^\"]+)", block.html)[1]).decode()
    return list(csv.DictReader(io.StringIO(text)))


def some_findings(*severities):
    """Findings made up for a test, one for each severity given."""
    rows = [
        {
            "id": f"X{place}",
            "document": "column",
            "rule": "R1",
            "severity": severity,
            "verdict": "",
            "statement": "s",
            "expected": "1",
            "found": "2",
            "text": "t",
            "ids": "usa-vc_investment-2024-column",
        }
        for place, severity in enumerate(severities)
    ]
    return pd.DataFrame(rows)


# ---- the counts


def test_the_headline_counts_statements_and_checks_apart(edition):
    block = claims.headline(edition)
    assert block.text.startswith("Of 35 statements checked, five contradict their own numbers")
    assert "66 checks in five documents: 7 find a contradiction, 31 something not comparable" in block.text
    assert "10 a fault of presentation, and 18 hold" in block.text
    assert block.numbers["checks"] == 66 and block.numbers["statements_contradictory"] == 5
    assert sum(block.numbers[f"checks_{name}"] for name in claims.SEVERITY) == 66
    assert "7 in Oxford Insights (Jun 2018)" in block.text and "the column" not in block.text


@pytest.mark.parametrize(
    ("statements", "bad", "expected"),
    [
        (35, 5, "Of 35 statements checked, five contradict their own numbers"),
        (3, 1, "Of three statements checked, one contradicts its own numbers"),
        (3, 0, "None of three statements checked contradicts its own numbers"),
        (1, 0, "The one statement checked does not contradict its own numbers"),
    ],
)
def test_the_headline_follows_the_verdicts(statements, bad, expected):
    assert claims.headline_sentence(statements, bad) == expected


def test_without_a_contradiction_the_headline_names_no_document(edition, monkeypatch):
    monkeypatch.setattr(claims, "findings", lambda _edition: some_findings("W", "ok"))
    block = claims.headline(edition)
    assert block.text.startswith("None of two statements") and "The contradictions:" not in block.text


@pytest.mark.parametrize(
    ("which", "count", "words"),
    [
        ("contradictions", 7, ["Seven checks find a contradiction, in five statements", "12,600,000", "B4-copy"]),
        ("not_comparable", 31, ["a median", "a mean", "31 checks", "in 19 statements"]),
        ("presentation", 10, ["10 checks find a fault of presentation, in seven statements", "20,000 thousand"]),
        ("hold", 18, ["18 checks hold, on eight statements", "barely", f"0.938{NBSP}%", f"59.3{NBSP}%"]),
    ],
)
def test_a_table_holds_the_checks_of_its_verdict_and_no_other(edition, which, count, words):
    block = claims.checks(edition, which)
    assert [word for word in words if word not in block.text] == [], block.text
    rows = download(block)
    assert len(rows) == count and all(row["statement"] and row["text"] and row["document"] for row in rows)
    assert {figure.id for figure in block.figures} == {one for row in rows for one in row["ids"].split("|") if one}


def test_every_check_is_in_exactly_one_table(edition):
    ids = [row["id"] for which in claims.SEVERITY for row in download(claims.checks(edition, which))]
    assert sorted(ids) == sorted(claims.findings(edition)["id"])


def test_a_verdict_that_no_check_has_is_said(edition, monkeypatch):
    monkeypatch.setattr(claims, "findings", lambda _edition: some_findings("ok"))
    block = claims.checks(edition, "contradictions")
    assert block.text == "No figure\n- No check comes out as: contradiction."


@pytest.mark.parametrize(
    ("which", "checks", "statements", "expected"),
    [
        ("contradictions", 1, 1, "One check finds a contradiction, in one statement"),
        ("contradictions", 2, 1, "Two checks find a contradiction, in one statement"),
        ("hold", 1, 1, "One check holds, on one statement"),
        ("presentation", 12, 3, "12 checks find a fault of presentation, in three statements"),
    ],
)
def test_the_title_of_a_table_follows_its_counts(which, checks, statements, expected):
    assert claims.checks_title(which, checks, statements) == expected


def test_documents_are_named_by_letter_or_by_check_where_a_letter_has_several():
    checks, names = pd.Series(["A1", "A2", "C1", "C2"]), pd.Series(["one", "one", "two", "three"])
    assert claims._documents_sentence(checks, names) == "Documents – A: one; C1: two; C2: three."


def test_a_document_without_a_date_is_named_by_its_title(edition):
    name = claims.document_name(edition, "mexico_business_news_undated_sovereignty")
    assert name.startswith("Mexico Business News, undated, “AI Sovereignty")
    assert claims.document_name(edition, "column") == "the column (4 Mar 2025)"
    assert claims.document_name(edition, "my_report") == "my_report"


# ---- disagreement


def test_the_widest_disagreements_are_largest_over_smallest(edition):
    block = claims.disagreement(edition)
    assert block.text.startswith("For 2024 sources are furthest apart on venture capital invested in Mexico: 2.6×")
    rows = download(block)
    now = [float(row["ratio"]) for row in rows if row["year"] == "2024"]
    ratios = [float(row["ratio"]) for row in rows]
    assert now == sorted(now, reverse=True) == ratios[: len(now)] and min(ratios) >= claims.NO_DIFFERENCE
    assert rows[0]["widest_text"] == "6.667× (2008)"  # 24 over 3.6 million
    assert {(row["what"], row["country"]) for row in rows} > {(row["what"], row["country"]) for row in rows[: len(now)]}
    for row in rows:
        assert float(row["ratio"]) == pytest.approx(float(row["highest_value"]) / float(row["lowest_value"]))
    assert len({(row["what"], row["country"]) for row in rows}) == len(rows)


def test_disagreement_in_2024_in_mexico_is_1674_over_635(edition):
    # TTR 1,674, LAVCA 1,180, AMEXCAP 980 and OECD 635 million; the column repeats TTR
    one = next(
        one
        for one in claims.disagreements(edition, 2024)
        if (one["country"], one["metric"]) == ("MEX", "vc_investment")
    )
    assert one["ratio"] == pytest.approx(1674 / 635, rel=1e-3) and one["year"] == 2024


def test_a_new_source_that_is_further_away_moves_the_title(overlay):
    edition = open_edition(figures=overlay("USA,vc_investment,2024,1.78e10,me"))
    assert claims.disagreement(edition).text.startswith(
        "For 2024 sources are furthest apart on venture capital invested in the United States: 12×"
    )


def test_zero_and_a_single_source_are_no_disagreement(package):
    nobody = edition_of(package, base="FRA", peer="DEU", year=1990)
    assert claims.disagreement(nobody).text.startswith("No figure")
    for one in claims.disagreements(edition_of(package)):
        assert len(one["said"]) > 1 and one["said"][0].value > 0


def test_a_year_without_disagreement_says_so(package):
    title = claims.disagreement(edition_of(package, year=1990)).text.split("\n")[0]
    assert title.startswith(
        "For 1990 no two sources of one country are far apart; on venture capital invested in Mexico, 2008"
    )


# ---- the rules and the banner


def test_every_rule_has_its_line_and_its_counts(edition):
    block = claims.how(edition)
    rows = download(block)
    assert [row["rule"] for row in rows] == [f"R{number}" for number in range(1, 17)]
    assert sum(int(row["checks"]) for row in rows) == 66 and sum(int(row["hold"]) for row in rows) == 18
    assert block.text.startswith("15 of 16 rules were used")  # nothing so far is a part of a year


def page_with(*ids, package):
    figures = package.figures[package.figures["id"].isin(ids)]
    return blocks.Block("any", "", "", tuple(make_figure(id=name) for name in figures["id"]))


def test_the_banner_lists_the_contradictions_of_the_figures_of_a_page(edition, package):
    block = claims.banner(
        edition, [page_with("mex-jobs_automatable-2016-women-oxford_insights_2018_06", package=package)]
    )
    assert block.text.startswith("One figure on this page is part of a statement that contradicts itself")
    assert "B1 in Oxford Insights (Jun 2018): The parts add up to 12,600,000" in block.text and "B2 in" in block.text
    assert "B12" not in block.text and "B2-women in" not in block.text
    assert [figure.id for figure in block.figures] == ["mex-jobs_automatable-2016-women-oxford_insights_2018_06"]


def test_one_line_stands_where_nothing_contradicts_itself(edition, package):
    block = claims.banner(edition, [page_with("usa-vc_investment-2024-column", package=package)])
    assert block.text == "Checked: no figure on this page is part of a statement that contradicts itself."
    assert block.html == f'<p class="remark">{block.text}</p>' and block.figures == ()
    assert claims.banner(edition, []).text == block.text


def run_notebook(name, monkeypatch):
    """The names that the code cells of a notebook leave behind; charts are not drawn."""
    monkeypatch.setattr(charts, "to_svg", lambda _figure, name, *_texts: f'<svg id="{name}"></svg>')
    cells, names = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"], {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    return names


def test_the_page_of_the_conditions_has_its_banner(monkeypatch):
    banner = run_notebook("05_ai_ecosystem", monkeypatch)["banner"]
    assert banner.text.startswith("14 figures on this page") and '<aside class="note">' in banner.html


@pytest.mark.parametrize(("severity", "there"), [("E", True), ("W", False), ("I", False), ("ok", False)])
def test_only_a_new_contradiction_puts_a_banner_on_the_page_of_its_figure(monkeypatch, severity, there):
    monkeypatch.setattr(claims, "findings", lambda *_asked: some_findings(severity))
    banner = run_notebook("03_sector_mix", monkeypatch)["banner"]
    assert [figure.id for figure in banner.figures] == ["usa-vc_investment-2024-column"] * there
    assert ("One figure on this page is part of a statement" in banner.html) == there


def test_what_is_not_comparable_raises_no_banner(edition, package):
    ids = ["mex-fund_size_mean-2024-column", "usa-fund_size_median-2024-column"]
    assert claims.banner(edition, [page_with(*ids, package=package)]).text.startswith("Checked: no figure")


@pytest.mark.parametrize("parameters", EDITIONS, ids=str)
def test_every_exhibit_of_every_edition_is_a_block_without_holes(package, parameters):
    edition = edition_of(package, **parameters)
    made = [claims.headline(edition), claims.disagreement(edition), claims.how(edition)]
    made += [claims.checks(edition, which) for which in claims.SEVERITY]
    assert len({block.name for block in made}) == len(made)
    for block in made:
        assert block.text and not re.search(r"\bnan\b|\binf\b|None of none|np\.", block.text), block.text
