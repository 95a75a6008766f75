"""What is asked for: of the combinations of a grid some may be without figures, of what is asked for by itself none."""

import re

import pytest

from vcgap.errors import UserError
from vcgap.report import render as rendering
from vcgap.report.render import render

SMALL = "02_fund_size"
LONG_AGO = r"parameter year: no figures for USA or MEX in 199[34]; "


@pytest.fixture
def made(monkeypatch):
    """The years of the reports that would have been made."""
    years = []

    def instead(tasks, *_rest):
        years.extend(task.job.parameters.year for task in tasks)
        return []

    monkeypatch.setattr(rendering, "_make", instead)
    monkeypatch.setattr(rendering, "_say_what_moved", lambda *_arguments: None)
    return years


def test_a_combination_without_figures_is_left_out_and_said(made, tmp_path):
    said = []
    assert render([SMALL], [("", {"year": 1993}), ("", {"year": 2018})], [], tmp_path / "out", 1, said.append) == []
    assert made == [2018]
    assert said == ["left out: USA and MEX, 1993: neither has figures of that year"]


@pytest.mark.parametrize("wheres", [("", ""), ("g.csv, line 2", "g.csv, line 3")], ids=["combinations", "rows"])
def test_a_grid_of_which_nothing_is_left_is_refused_with_every_year(made, tmp_path, wheres):
    with pytest.raises(UserError) as told:
        render(
            [SMALL], list(zip(wheres, [{"year": 1993}, {"year": 1994}], strict=True)), [], tmp_path / "out", 1, print
        )
    assert [bool(re.match(LONG_AGO, problem)) for problem in told.value.problems] == [True, True]
    assert made == [] and not (tmp_path / "out").exists()


def test_a_row_of_a_table_without_figures_is_refused_though_others_have_some(made, tmp_path):
    rows = [("g.csv, line 2", {"year": 1993}), ("g.csv, line 3", {"year": 2018})]
    with pytest.raises(UserError, match=LONG_AGO):
        render([SMALL], rows, [], tmp_path / "out", 1, print)
    assert made == [] and not (tmp_path / "out").exists()
