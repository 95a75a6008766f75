"""A green run of nbval means something: what is edited, cleared or changed in the data does not pass."""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from test_reports import (
    EDITION,
    LANGUAGE,
    NAMES,
    ROOT,
    drawing_problems,
    execution_problems,
    notebook_of,
    outputs,
    shown_by,
)

SANITISER = ROOT / "tests" / "nbval_sanitiser.cfg"
REPORT = "02_fund_size"
OVERVIEW = "00_overview"
CHANGED = "usa-vc_investment-2024-column"


def edited(name, cell_id, form, before, after):
    """A copy of a report with one word of one output changed, everywhere it stands in that output."""
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook_of(name))))
    (output,) = [output for found, output in outputs(notebook) if found == cell_id]
    assert re.search(before, output.data[form]), f"{before} is not in {cell_id}"
    output.data[form] = re.sub(before, after, output.data[form], count=1)
    return notebook


def another_digit(found):
    """The digit after the one found: a number in a table that someone changed."""
    return found[1] + str((int(found[2]) + 1) % 10)


def moved_drawing():
    """A copy of a report in which one mark of one drawing lies elsewhere."""
    return edited(REPORT, "sizes", "text/html", r'(<svg .*?<use )([^>]*?)x="[\d.]+"', r'\1\2x="1.5"')


def cleared():
    """A copy of a report without its results, whose code would give wrong ones."""
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook_of(REPORT))))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def replay(folder, notebooks, project=None):
    """Run notebooks with nbval as `make test` does; returns the names of the cells that failed: set of (name, cell id).

    project : a copy of the suite whose code and data the kernels use instead of this one's.
    """
    for name, notebook in notebooks.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--rootdir", str(folder), "-p", "no:cacheprovider"]
    command += ["--nbval", "--nbval-current-env", "--nbval-cell-timeout", "60", "--nbval-sanitize-with", str(SANITISER)]
    env = dict(os.environ) | ({"PYTHONPATH": str(project)} if project else {})
    command += [f"{name}.ipynb" for name in notebooks]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    told = re.findall(r"^(PASSED|FAILED) (\w+)\.ipynb::Cell (\d+)", done.stdout, flags=re.MULTILINE)
    asked = sum(cell.cell_type == "code" for notebook in notebooks.values() for cell in notebook.cells)
    assert len(told) == asked, done.stdout
    failed = {(name, int(number)) for verdict, name, number in told if verdict == "FAILED"}
    assert done.returncode == bool(failed)
    code = {name: [cell.id for cell in notebooks[name].cells if cell.cell_type == "code"] for name in notebooks}
    return {(name, code[name][number]) for name, number in failed}


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """Cells that nbval finds wrong in copies of a report, each with one thing changed."""
    folder = tmp_path_factory.mktemp("replay")
    copies = {
        "unchanged": notebook_of(REPORT),
        "edited_text": edited(REPORT, "gap", "text/plain", "3[.]3×", "2.3×"),
        "edited_page": edited(REPORT, "stocks", "text/html", r"(<td[^>]*>)(\d)", another_digit),
        "moved_drawing": moved_drawing(),
    }
    return replay(folder, copies)


def test_unchanged_report_passes(failed):
    assert {found for found in failed if found[0] == "unchanged"} == set()


def test_edited_number_in_the_text_fails_in_its_cell_and_nowhere_else(failed):
    assert {found for found in failed if found[0] == "edited_text"} == {("edited_text", "gap")}


def test_edited_number_in_the_page_fails_in_its_cell_and_nowhere_else(failed):
    assert {found for found in failed if found[0] == "edited_page"} == {("edited_page", "stocks")}


def test_moved_mark_passes_nbval_but_not_the_comparison_of_drawings(failed):
    assert {found for found in failed if found[0] == "moved_drawing"} == set()
    committed, moved = shown_by(notebook_of(REPORT)), shown_by(moved_drawing())
    assert drawing_problems(committed, committed) == []
    assert drawing_problems(committed, moved) == ["sizes"]


def test_drawing_that_is_gone_is_noticed():
    committed = shown_by(notebook_of(REPORT))
    without = {name: re.sub(r"<svg .*?</svg>", "", html) for name, html in committed.items()}
    drawn = [name for name, html in committed.items() if "<svg " in html]
    assert "sizes" in drawn
    assert sorted(drawing_problems(committed, without)) == sorted(drawn)


def test_cleared_report_is_caught_by_its_execution_counts():
    assert execution_problems(notebook_of(REPORT)) == []
    problems = execution_problems(cleared())
    codes = [cell.id for cell in cleared().cells if cell.cell_type == "code"]
    assert {problem.partition(":")[0] for problem in problems} == set(codes)


def test_report_with_one_result_cleared_or_one_cell_run_twice_is_caught():
    for change in ({"outputs": []}, {"execution_count": 9}):
        notebook = nbformat.from_dict(json.loads(json.dumps(notebook_of(REPORT))))
        (cell,) = [cell for cell in notebook.cells if cell.id == "gap"]
        cell.update(change)
        assert [problem.partition(":")[0] for problem in execution_problems(notebook)] == ["gap"] * len(change)


@pytest.mark.parametrize(
    "output",
    [
        nbformat.v4.new_output("stream", name="stderr", text="careful"),
        nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[]),
    ],
    ids=["warning", "error"],
)
def test_report_with_a_warning_or_an_error_in_it_is_caught(output):
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook_of(REPORT))))
    (cell,) = [cell for cell in notebook.cells if cell.id == "gap"]
    cell.outputs = [output]
    assert len(execution_problems(notebook)) == 1


def test_changed_figure_in_the_data_makes_the_replay_differ(tmp_path):
    project, folder = tmp_path / "suite", tmp_path / "replay"
    folder.mkdir()
    for name in ("vcgap", "data"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    path = project / "data" / "figures.csv"
    before = path.read_text(encoding="utf-8")
    after = re.sub(
        rf"^({CHANGED},USA,vc_investment,2024,,)178000000000,", r"\g<1>178400000000,", before, flags=re.MULTILINE
    )
    assert before != after
    path.write_text(after, encoding="utf-8")
    failed = {cell for _name, cell in replay(folder, {OVERVIEW: notebook_of(OVERVIEW)}, project)}
    assert {"tiles", "ladder", "sources"} <= failed
    assert not failed & {"parameters", "injected-parameters", "open", "by-source"}


# the sanitiser


def rules():
    """The rules of the sanitiser as nbval reads them: list of (regex, replacement)."""
    found = configparser.RawConfigParser()
    found.read(SANITISER, encoding="utf-8")
    return [(found[name]["regex"], found[name]["replace"]) for name in found.sections()]


def sanitised(text):
    for regex, replacement in rules():
        text = re.sub(regex, replacement, text)
    return text


def test_sanitiser_has_one_rule_and_it_names_no_digits():
    ((regex, replacement),) = rules()
    assert not re.search(r"\\d|\[[^\]]*\d|\d", regex + replacement)
    assert regex.startswith("<svg ") and regex.endswith("</svg>")


def test_sanitiser_touches_no_digit_outside_a_drawing():
    text = "US$178 bn in 2024, 12:30, <svg x='1'>9</svg> 106.6× <svg y='2'>8</svg> 41.0×"
    assert sanitised(text) == "US$178 bn in 2024, 12:30, DRAWING 106.6× DRAWING 41.0×"
    assert sanitised("<svgs 1> 2 </svg> 3") == "<svgs 1> 2 </svg> 3"


@pytest.mark.parametrize("name", NAMES)
def test_sanitiser_leaves_every_word_of_every_committed_result(name):
    for cell_id, output in outputs(notebook_of(name)):
        plain, html = output.data["text/plain"], output.data["text/html"]
        assert sanitised(plain) == plain, cell_id
        parts = re.split(r"<svg |</svg>", html)
        assert sanitised(html) == "DRAWING".join(parts[0::2]), cell_id


def test_make_test_replays_the_committed_reports_with_this_sanitiser():
    done = subprocess.run(["make", "-n", "test"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--nbval-sanitize-with tests/nbval_sanitiser.cfg" in done.stdout
    assert "--nbval " in done.stdout and "--nbval-lax" not in done.stdout
    assert (EDITION / LANGUAGE).is_dir() and "reports" in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
