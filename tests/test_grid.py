"""Grids: which sets of parameters a file asks for, and what is wrong with it."""

import pytest

from vcgap.errors import UserError
from vcgap.report.asked import check_names, editions_of
from vcgap.report.grid import read_grid


def sets(path, **fixed):
    return [values for _where, values in read_grid(path, fixed)]


def refused(path, **fixed):
    with pytest.raises(UserError) as told:
        read_grid(path, fixed)
    return [problem.replace(str(path), "FILE") for problem in told.value.problems]


def test_every_combination_but_the_excluded_ones_and_those_of_one_country(write):
    path = write(
        "year: [2018, 2019]\nbase: [USA, MEX]\npeer: [MEX, BRA]\nexclude:\n- {year: 2018, base: MEX}\n", "g.yaml"
    )
    assert sets(path) == [
        {"year": 2018, "base": "USA", "peer": "MEX"},
        {"year": 2018, "base": "USA", "peer": "BRA"},
        {"year": 2019, "base": "USA", "peer": "MEX"},
        {"year": 2019, "base": "USA", "peer": "BRA"},
        {"year": 2019, "base": "MEX", "peer": "BRA"},
    ]


def test_one_value_needs_no_list_and_the_command_line_adds_its_own(write):
    path = write("peer: [USA, BRA]\nbasis: like_for_like\n", "g.yaml")
    assert sets(path, year="2018") == [{"year": "2018", "peer": "BRA", "basis": "like_for_like"}], "the base is USA"


def test_a_table_is_taken_row_by_row_and_an_empty_cell_is_the_default(write):
    path = write("year,peer\n2018,BRA\n,MEX\n", "g.csv")
    assert read_grid(path, {}) == [
        (f"{path}, line 2", {"year": "2018", "peer": "BRA"}),
        (f"{path}, line 3", {"peer": "MEX"}),
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("g.yaml", "year: []\n", "FILE, year: an empty list leaves no set"),
        ("g.yaml", "- 2018\n", "FILE: expected lines such as 'year: [2018, 2024]'"),
        ("g.yaml", "year: [2018\n", "FILE: not readable as YAML"),
        ("g.yaml", "peer: USA\n", "FILE: every combination is excluded, or has one country on both sides"),
        ("g.yaml", "year: 2018\nexclude: 2018\n", "FILE, exclude: expected a list of combinations"),
        ("g.yaml", "year: [2018, 2019]\nexclude: [{year: 2081}]\n", "FILE, exclude: year 2081 is not in the grid"),
        ("g.yaml", "year: 2018\nexclude: [{yeer: 2018}]\n", "FILE, exclude: yeer 2018 is not in the grid"),
        (
            "g.yaml",
            "exclude: [{year: 2018}]\n",
            "FILE, exclude: there is nothing to leave out of; add a list of values",
        ),
        ("g.yaml", "figures: a.csv\n", "FILE: own figures are the same for all sets; name them with --figures"),
        ("g.csv", "year,peer\n", "FILE: there is no row below the header"),
        ("g.csv", "year,peer\n2018\n", "FILE, line 2: not as many cells as the header"),
        ("g.csv", "year\n2018,MEX\n", "FILE, line 2: not as many cells as the header"),
        ("g.csv", 'year\n"2018\n', "FILE: not readable as CSV"),
        ("g.csv", b"year\n\xff\n", "FILE: not readable as CSV"),
        ("g.yaml", "year: 2018-13-01\n", "FILE: not readable as YAML (month must be in 1..12)"),
        ("g.yaml", "year: " + "[" * 5000, "FILE: not readable as YAML"),
    ],
)
def test_what_is_wrong_with_a_grid_is_told(write, name, text, said):
    (problem,) = refused(write(text, name))
    assert problem.startswith(said)


def test_all_that_stands_there_twice_is_told_at_once(write):
    path = write("year: 2018\npeer: BRA\nexclude:\n- {year: 2018, year: 2019}\n'year': 2019\n", "g.yaml")
    assert refused(path) == [
        "FILE, line 4: year is there twice; keep one",
        "FILE, line 5: year is there twice; keep one",
    ]
    path = write("year,peer,year,peer\n2018,BRA,2019,COL\n2018\n", "g.csv")
    assert refused(path) == [
        "FILE, column year: the column is there twice",
        "FILE, column peer: the column is there twice",
        "FILE, line 3: not as many cells as the header",
    ]


@pytest.mark.parametrize("name", ["g.yaml", "g.csv"])
def test_a_file_that_is_not_there_is_told(tmp_path, name):
    assert refused(tmp_path / name) == ["FILE: cannot be read (No such file or directory)"]


def test_a_parameter_may_not_be_given_twice(write):
    path = write("year: [2018, 2019]\n", "g.yaml")
    assert refused(path, year=2018) == ["parameter year: given on the command line and in FILE"]


def test_two_sets_that_would_be_one_folder_are_refused():
    twice = [("", {"year": 2018}), ("", {"year": "2018"}), ("", {"year": 2019})]
    with pytest.raises(UserError) as told:
        editions_of(check_names([]), twice, "", [])
    assert told.value.problems == ["2018-usa-mex/en: 2 sets of parameters would be written there"]


def test_rows_of_a_table_that_would_be_one_folder_are_told_with_their_lines(write):
    path = write("year,peer\n2018,MEX\n2019,MEX\n2018,\n", "g.csv")
    with pytest.raises(UserError) as told:
        editions_of(check_names([]), read_grid(path, {}), "", [])
    (problem,) = told.value.problems
    assert problem.endswith(f" sets of parameters would be written there ({path}, line 2; {path}, line 4)")


def test_every_wrong_value_of_a_table_is_told_with_its_line(write):
    path = write("year,peer\n2018,MEX\nsoon,MEX\n2019,USA\n", "g.csv")
    with pytest.raises(UserError) as told:
        editions_of(check_names([]), read_grid(path, {}), "", [])
    first, second = told.value.problems
    assert first.startswith(f"{path}, line 3: parameter year: 'soon' is not allowed")
    assert second.startswith(f"{path}, line 4: parameters: base and peer are both 'USA'")
