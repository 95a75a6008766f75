"""Many reports: progress, what is left out, reports that never end, and what stays after an interruption."""

import os
import re
import shutil
import signal
import subprocess
import sys
from multiprocessing import active_children
from pathlib import Path

import nbformat
import psutil
import pytest

from vcgap.report import make, render, runner
from vcgap.report.asked import editions_of
from vcgap.report.job import CAN_FORK, Job

ROOT = Path(__file__).resolve().parents[1]
SMALL = "02_fund_size"
WAITS = "03_waits"
UNTIL_ALLOWED = """import os
import pathlib
import subprocess
import time

left = subprocess.Popen(["sleep", "611"])
pathlib.Path(r"{folder}/running").write_text(f"{{os.getpid()}} {{left.pid}}")
while not pathlib.Path(r"{folder}/go").exists():
    time.sleep(0.02)
"""


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    """A suite of two notebooks: a small one, and one that runs until the file `go` is there."""
    folder = tmp_path_factory.mktemp("suite")
    for name in ("vcgap", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", folder)
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / f"{SMALL}.ipynb", folder / "notebooks")
    notebook = nbformat.read(ROOT / "notebooks" / f"{SMALL}.ipynb", as_version=4)
    waits = nbformat.v4.new_code_cell(UNTIL_ALLOWED.format(folder=folder), id="waits")
    notebook.cells = [*notebook.cells[:3], waits, *notebook.cells[3:]]
    nbformat.write(notebook, folder / "notebooks" / f"{WAITS}.ipynb")
    return folder


def start(suite, *arguments):
    """Begin the command line in a process of its own."""
    command = [sys.executable, "-c", "from vcgap.cli import main; main()", *map(str, arguments)]
    env = os.environ | {"PYTHONPATH": str(suite)}
    return subprocess.Popen(command, cwd=suite, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to end a process with the one that made it")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=lambda one: one.name)
def test_an_interrupted_run_keeps_what_is_finished_and_goes_on_from_there(suite, tmp_path, how):
    out = tmp_path / "out"
    for name in ("go", "running"):
        (suite / name).unlink(missing_ok=True)
    run = start(suite, "render", "--out", out, "--jobs", 2)
    first = run.stdout.readline()
    assert first == f"[1/2] 2024-usa-mex/en/{SMALL}: new\n", run.stderr.read()
    made = contents(out / "2024-usa-mex")
    waiting = [psutil.Process(int(number)) for number in (suite / "running").read_text().split()]
    run.send_signal(how)
    _said, told = run.communicate(timeout=60)
    assert psutil.wait_procs(waiting, timeout=60)[1] == [], "a process of its child runs on"
    kept = contents(out / "2024-usa-mex")
    assert sorted(kept) == sorted(made) and f"en/{SMALL}.html" in made and f"en/{WAITS}.html" not in made
    assert kept[f"en/{SMALL}.ipynb"] == made[f"en/{SMALL}.ipynb"]
    if how == signal.SIGINT:
        assert f"{WAITS}.html" not in kept[f"en/{SMALL}.html"].decode(), "a link that leads nowhere"
        assert run.returncode == 1
        assert told == "Stopped. What was finished is kept; the same command goes on from there.\n"
        assert sorted(path.name for path in out.iterdir()) == ["2024-usa-mex", "index.html"]
    (suite / "go").touch()
    said, _told = start(suite, "render", "--out", out).communicate(timeout=100)
    assert said.splitlines()[:2] == [
        f"2024-usa-mex/en/{SMALL}: current",
        f"[1/1] 2024-usa-mex/en/{WAITS}: new",
    ]
    assert sorted(path.name for path in out.iterdir()) == ["2024-usa-mex", "index.html", "rows_seen.txt"]
    for name, other in ((SMALL, WAITS), (WAITS, SMALL)):
        assert f"{other}.html" in (out / "2024-usa-mex" / "en" / f"{name}.html").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
def test_a_single_report_is_begun_before_what_its_cells_and_its_page_need_is_imported(suite, tmp_path):
    code = """import atexit, sys
atexit.register(lambda: print(*sorted({"pandas", "seaborn", "papermill", "nbconvert"} & set(sys.modules))))
from vcgap.cli import main
main()"""
    command = [sys.executable, "-c", code, "render", SMALL, "--out", str(tmp_path)]
    made = subprocess.run(
        command, cwd=suite, env=os.environ | {"PYTHONPATH": str(suite)}, capture_output=True, text=True
    )
    assert made.stdout.splitlines()[-1] == "pandas", made.stderr
    assert (tmp_path / "2024-usa-mex" / "en" / f"{SMALL}.html").is_file()


def test_a_grid_renders_each_set_says_what_it_left_out_and_lists_all_in_one_index(suite, tmp_path):
    (tmp_path / "grid.yaml").write_text("year: [1993, 2018]\npeer: [MEX, USA, BRA]\n", encoding="utf-8")
    run = start(suite, "render", SMALL, "--grid", tmp_path / "grid.yaml", "--out", tmp_path / "out")
    said, told = run.communicate(timeout=100)
    assert run.returncode == 0, told
    assert [line for line in said.splitlines() if line.startswith("left out")] == [
        "left out: USA and MEX, 1993: neither has figures of that year",
        "left out: USA and BRA, 1993: neither has figures of that year",
    ]
    assert len(re.findall(rf"^\[\d/2\] 2018-usa-(?:mex|bra)/en/{SMALL}: new$", said, flags=re.MULTILINE)) == 2
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    for edition in ("2018-usa-mex", "2018-usa-bra"):
        assert f"{edition}/en/{SMALL}.html" in index


@pytest.mark.parametrize(
    ("done", "total", "words"),
    [(1, 8, ""), (5, 100, " (2 running, 1 failed, 0:0"), (99, 100, " (1 running, 1 failed, 0:00 min left)")],
)
def test_a_long_run_says_how_it_stands(done, total, words):
    from time import monotonic

    assert render._progress(done, total, 2, {"a": 1}, monotonic()).startswith(words)
    assert bool(words) == bool(render._progress(done, total, 2, {}, monotonic()))


@pytest.mark.parametrize(
    ("paths", "lines"),
    [
        ([], []),
        (["a/en/1", "a/en/2"], ["a/en/1: current", "a/en/2: current"]),
        ([*[f"a/en/{n}" for n in range(19)], "b/en/1"], ["a/en, 19 reports: current", "b/en, 1 report: current"]),
        ([f"{n}/en/1" for n in range(21)], ["21 editions, 21 reports: current"]),
    ],
)
def test_current_reports_are_told_one_by_one_or_by_edition_or_all_at_once(paths, lines):
    said = []
    render._say_current(paths, said.append)
    assert said == lines


# reports that never end, or fail

NAMES = "01_one", "02_two"


def two_reports(source, tmp_path, monkeypatch):
    """The jobs of two notebooks that run some code."""
    cells = [nbformat.v4.new_code_cell(cell) for cell in ("year = 2024", source)]
    cells[0].metadata["tags"] = ["parameters"]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    for name in NAMES:
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    monkeypatch.setattr(make, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(runner, "_load_once", lambda: None)
    (edition,) = editions_of([SMALL], [("", {})], "", [])
    return [Job(edition.slug, name, edition.parameters, [], "", "forked") for name in NAMES]


@pytest.fixture
def endless(tmp_path, monkeypatch):
    """Two reports that never end, and no time for them."""
    monkeypatch.setattr(runner, "REPORT_SECONDS", 0)
    return two_reports("while True:\n    pass", tmp_path, monkeypatch)


@pytest.fixture
def failing(tmp_path, monkeypatch):
    """Two reports that fail when their cells are run."""
    return two_reports("1 / 0", tmp_path, monkeypatch)


@pytest.mark.skipif(not CAN_FORK, reason="a process that is not forked has its time limits from the files")
def test_a_report_that_is_not_done_in_time_is_ended_and_told(endless, tmp_path):
    ended = {job.name: outcome for job, _folder, outcome in runner.run_here(endless, {}, 2, tmp_path / "stage")}
    assert ended == {
        name: f"notebooks/{name}.ipynb: Ended: not done after 0 seconds "
        "(year 2024, base USA, peer MEX, basis column, language en)"
        for name in NAMES
    }
    assert active_children() == []


@pytest.mark.skipif(not CAN_FORK, reason="a process that is not forked has its time limits from the files")
def test_whoever_takes_no_more_reports_leaves_no_process_behind(endless, tmp_path):
    results = runner.run_here(endless, {}, 2, tmp_path / "stage")
    next(results)
    assert len(active_children()) == 1
    results.close()
    assert active_children() == []


@pytest.mark.skipif(not CAN_FORK, reason="a process that is not forked has its time limits from the files")
def test_what_is_done_meanwhile_is_done_once_when_the_first_reports_are_being_made(failing, tmp_path):
    at_work = []
    meanwhile = lambda: at_work.append(len(active_children()))  # noqa: E731
    assert len(list(runner.run_here(failing, {}, 1, tmp_path / "stage", meanwhile))) == 2
    assert at_work == [1]


def test_what_goes_wrong_meanwhile_leaves_no_process_behind(failing, tmp_path):
    def meanwhile():
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        next(runner.run_here(failing, {}, 2, tmp_path / "stage", meanwhile))
    assert active_children() == []


@pytest.mark.skipif(not CAN_FORK, reason="elsewhere nothing is forked")
def test_what_goes_wrong_after_the_cells_is_no_cells_fault(tmp_path, monkeypatch):
    jobs = two_reports("1", tmp_path, monkeypatch)[:1]
    monkeypatch.setattr(make, "normalise", lambda notebook: 1 / 0)
    ((_job, _folder, told),) = runner.run_here(jobs, {}, 1, tmp_path / "stage")
    assert told.startswith(f"notebooks/{NAMES[0]}.ipynb: ZeroDivisionError: division by zero (year 2024")
