"""`vcgap explain`: every value of one thing, which is the reference, and why."""

import pytest

from vcgap.explain import explanation
from vcgap.figures import load_package


def lines_of(package, *question, segment=""):
    return explanation(package, *question, segment).split("\n")


def test_every_statement_is_listed_and_the_reference_marked(package):
    lines = lines_of(package, "vc_investment", "MEX", 2024, "column")
    assert lines[0] == "venture capital invested, MEX, 2024"
    listed = [line for line in lines if "mex-vc_investment-2024" in line and "Reference" not in line]
    assert len(listed) == 6
    assert [line.split()[-1] for line in listed if line.lstrip().startswith("*")] == ["mex-vc_investment-2024-column"]
    assert any("US$1.674\u00a0bn" in line and "TTR" in line for line in listed)


def test_the_range_and_the_reason_are_said(package):
    text = explanation(package, "vc_investment", "MEX", 2024, "column")
    assert "Range across 4 families: US$635\u00a0m–US$1.67\u00a0bn" in text
    assert "* Reference: mex-vc_investment-2024-column. The figure printed in the column" in text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (("vc_investment", "MEX", 1991, "column"), ["venture capital invested, MEX, 1991: no figure."]),
        (
            ("vc_investment", "MEX", 2024, "like_for_like"),
            ["The basis 'like_for_like' names none of them as the reference."],
        ),
        (("ticket_size_max", "MEX", 2024, "column"), ["One family of sources.", "at most US$300,000"]),
        (
            ("sector_share_value", "USA", 2024, "column"),
            ["There are figures for the segments:", "scheme=tag;sector=ai"],
        ),
        (("population", "MEX", 2024, "column"), ["130,861,007", "One compiler for all countries."]),
    ],
)
def test_each_question_is_answered(package, question, said):
    text = explanation(package, *question)
    assert all(words in text for words in said), text


def test_a_share_is_said_in_percent_in_the_list_and_in_the_range(package):
    text = explanation(package, "sector_share_value", "USA", 2024, "column", "scheme=tag;sector=ai")
    assert "* Reference: usa-sector_share_value-2024-tag-ai-column" in text
    assert "families: 33–70\u00a0%" in text


def test_an_own_figure_is_the_reference_because_it_is_own(overlay):
    package = load_package(overlay("MEX,vc_investment,2024,2e9,my fund"))
    text = explanation(package, "vc_investment", "MEX", 2024, "column")
    assert "* Reference: mex-vc_investment-2024-my_fund, because your own figures come first." in text
