"""Rendering is strict, repeatable and whole or not at all."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import nbformat
import papermill
import pytest
from pandas.testing import assert_frame_equal
from python_calamine import CalamineWorkbook

from vcgap.errors import MachineError, UserError
from vcgap.language import NBSP
from vcgap.overlay import read_overlay
from vcgap.parameters import Parameters, edition_slug, model_of, names_of, read_parameters
from vcgap.report import render as rendering
from vcgap.report.asked import check_names, editions_of
from vcgap.report.job import Job, engine_for
from vcgap.report.make import normalise
from vcgap.report.manifest import fingerprint
from vcgap.report.render import render
from vcgap.tables import load_table

ROOT = Path(__file__).resolve().parents[1]
SANITISER = ROOT / "tests" / "nbval_sanitiser.cfg"
SMALL = "02_fund_size"
ELSEWHERE = {
    "PYTHONHASHSEED": "4711",
    "TZ": "Asia/Kathmandu",
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
}


def vcgap(*arguments, cwd=ROOT, project=None, env=None):
    """Run the command line in a process of its own; project : a copy of the suite to run instead of this one."""
    command = [sys.executable, "-c", "from vcgap.cli import main; main()", *map(str, arguments)]
    env = dict(os.environ) | (env or {}) | ({"PYTHONPATH": str(project)} if project else {})
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", check=False)


def replay(notebook):
    """Run a report with nbval, from its own folder."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
    command += ["--nbval-cell-timeout", "60", "--nbval-sanitize-with", str(SANITISER), str(notebook)]
    return subprocess.run(command, cwd=notebook.parent, capture_output=True, text=True, check=False)


def files(folder):
    """Every file below a folder, hidden ones too: dict of relative name to contents."""
    found = [path for path in Path(folder).rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(found)}


def code(notebook, cell_id):
    (cell,) = [cell for cell in notebook.cells if cell.id == cell_id]
    return cell


# one small report, rendered once


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    out = tmp_path_factory.mktemp("rendered")
    done = vcgap("render", SMALL, "--out", out)
    assert done.returncode == 0, done.stderr
    return out, done


@pytest.fixture(scope="module")
def executed(rendered):
    return nbformat.read(rendered[0] / "2024-usa-mex" / "en" / f"{SMALL}.ipynb", as_version=4)


def test_render_writes_page_notebook_manifest_and_index_and_leaves_nothing_else(rendered):
    out, _done = rendered
    assert sorted(files(out)) == [
        f"2024-usa-mex/en/{SMALL}.html",
        f"2024-usa-mex/en/{SMALL}.ipynb",
        "2024-usa-mex/figures.xlsx",
        "2024-usa-mex/manifest.json",
        "index.html",
        "rows_seen.txt",
    ]
    assert sorted(path.name for path in out.iterdir()) == ["2024-usa-mex", "index.html", "rows_seen.txt"]


def test_render_says_what_it_made_and_where(rendered):
    out, done = rendered
    first, *compared, last = done.stdout.splitlines()
    assert (first, last) == (f"[1/1] 2024-usa-mex/en/{SMALL}: new", f"Open {out / 'index.html'}")
    assert compared[0] == f"Compared with {ROOT / 'reports' / '2024-usa-mex'}:"


def test_second_render_on_a_machine_set_up_differently_gives_the_same_bytes(rendered, tmp_path):
    done = vcgap("render", "fund_size", "--out", tmp_path / "again", cwd=tmp_path, env=ELSEWHERE)
    assert done.returncode == 0, done.stderr
    first, second = files(rendered[0]), files(tmp_path / "again")
    assert list(first) == list(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_executed_notebook_holds_its_parameters_and_no_machine_path(executed, rendered):
    injected = code(executed, "injected-parameters").source
    assert injected.splitlines()[0] == "# Parameters"
    assert 'figures = ""' in injected.splitlines()
    text = json.dumps(executed)
    for path in (ROOT, rendered[0], Path.home()):
        assert str(path) not in text


def test_executed_notebook_counts_from_one_without_a_gap(executed):
    counts = [cell.execution_count for cell in executed.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


# wrong input: nothing is written


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("yeer", "2018", "parameter yeer: there is no such parameter; did you mean 'year'?"),
        ("peeer", "BRA", "parameter peeer: there is no such parameter; did you mean 'peer'?"),
        ("figure", "own.csv", "parameter figure: there is no such parameter; did you mean 'figures'?"),
    ],
)
def test_unknown_parameter_is_refused_with_its_nearest_match(tmp_path, name, value, said):
    with pytest.raises(UserError) as refused:
        render([SMALL], [("", {name: value})], [], tmp_path / "out", 1, print)
    assert refused.value.problems == [said]
    assert not (tmp_path / "out").exists()


def test_an_engine_that_is_not_possible_here_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("vcgap.report.job.CAN_FORK", False)
    with pytest.raises(UserError, match="--engine forked: this system cannot fork; use --engine kernel"):
        render([SMALL], [("", {})], [], tmp_path / "out", 1, print, engine="forked")
    assert not (tmp_path / "out").exists()
    assert engine_for(None, "") == "kernel" and engine_for("forked", "tcp://elsewhere:1") == "forked"


def test_unknown_notebook_is_refused_and_a_short_name_is_enough():
    assert check_names(["fund_size"]) == check_names([f"notebooks/{SMALL}.ipynb"]) == [SMALL]
    with pytest.raises(
        UserError, match="notebook 02_fund_sise: there is no such notebook; did you mean '02_fund_size'"
    ):
        check_names(["02_fund_sise"])


@pytest.mark.parametrize("where", ["file", "file/reports"])
def test_output_that_cannot_be_written_is_told_and_nothing_changes(tmp_path, where):
    (tmp_path / "file").write_text("here first", encoding="utf-8")
    done = vcgap("render", SMALL, "--out", tmp_path / where)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{tmp_path / where}: cannot write there (")
    assert line.endswith("choose another folder with --out")
    assert files(tmp_path) == {"file": b"here first"}


@pytest.mark.parametrize(
    ("values", "overlay", "slug"),
    [
        ({}, "", "2024-usa-mex"),
        ({"year": "2018"}, "", "2018-usa-mex"),
        ({"basis": "like_for_like"}, "", "2024-usa-mex-like-for-like"),
        ({"base": "BRA", "peer": "COL"}, "", "2024-bra-col"),
        ({"language": "en"}, "", "2024-usa-mex"),
        ({}, "my_figures", "2024-usa-mex-own-my-figures"),
        ({}, "../Año & 1", "2024-usa-mex-own----año---1"),
    ],
)
def test_edition_is_named_after_what_differs_from_the_default(values, overlay, slug):
    assert edition_slug(read_parameters(values), overlay) == slug


# levers of a scenario


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    """An edition with one lever changed: a notebook that has it and one that has not."""
    out = tmp_path_factory.mktemp("scenario")
    done = vcgap(
        "render", SMALL, "closing_the_gap", "-p", "afore_share", "0.03", "-p", "domestic_share", 0, "--out", out
    )
    assert done.returncode == 0, done.stderr
    return out / "2024-usa-mex-afore-share-0-03-domestic-share-0"


def injected_names(folder, name):
    notebook = nbformat.read(folder / "en" / f"{name}.ipynb", as_version=4)
    return re.findall(r"^(\w+) = ", code(notebook, "injected-parameters").source, flags=re.MULTILINE)


def test_each_notebook_is_given_its_own_parameters_and_no_others(scenario):
    assert injected_names(scenario, SMALL) == names_of(Parameters)
    assert injected_names(scenario, "06_closing_the_gap") == names_of(model_of("06_closing_the_gap"))


def test_manifest_and_foot_of_the_page_name_the_levers_that_were_changed_and_only_those(scenario):
    parameters = json.loads((scenario / "manifest.json").read_text(encoding="utf-8"))["parameters"]
    assert (parameters["afore_share"], parameters["domestic_share"]) == (0.03, 0.0)
    assert "leverage" not in parameters
    for name in (SMALL, "06_closing_the_gap"):
        html = (scenario / "en" / f"{name}.html").read_text(encoding="utf-8")
        assert "-p language en -p afore_share 0.03 -p domestic_share 0.0<" in html


# a run whose reports are made already: what becomes of them when another fails, somebody interrupts or saves a file


LEVERS = {"afore_share": "0.03", "domestic_share": 0}
BOTH = [SMALL, "06_closing_the_gap"]


@pytest.fixture
def run(scenario, tmp_path, monkeypatch):
    """A function that renders both reports of the scenario below a folder, taking their files from there."""
    held = json.loads((scenario / "manifest.json").read_text(encoding="utf-8"))["reports"]

    def copied(jobs, _data, stage):
        try:
            for job in jobs:
                shutil.copytree(scenario / "en", stage / job.name / "en")
                entry = held[f"en/{job.name}"]
                made = entry | {"read": list(entry["read"])}
                yield job, stage / job.name, f"{job.name} failed" if job.name in start.failing else made
            if start.lost:
                raise MachineError(start.lost)
        finally:
            start.ended = True

    @contextmanager
    def runner(*_arguments):
        yield copied, 0

    def start(say=lambda _line: None, failing=(), lost=""):
        start.failing, start.lost = failing, lost
        return render(BOTH, [("", LEVERS)], [], tmp_path / "out", 1, say)

    monkeypatch.setattr(rendering, "_runner", runner)
    monkeypatch.setattr(papermill, "execute_notebook", lambda *_args, **_kwargs: pytest.fail("a notebook was run"))
    return start


def page_of(folder, name=SMALL):
    return (folder / "en" / f"{name}.html").read_text(encoding="utf-8")


def linked(page):
    return re.findall(r'<a href="(0\d_\w+)\.html"', page)


def test_links_are_mended_without_running_anything_and_the_page_keeps_its_levers(run, scenario, tmp_path):
    made = tmp_path / "out" / scenario.name
    assert run(failing=BOTH[1:]) == ["06_closing_the_gap failed"]
    assert linked(page_of(made)) == [SMALL]
    assert "-p language en -p afore_share 0.03 -p domestic_share 0.0<" in page_of(made)
    said = []
    assert run(said.append) == []
    assert said[:2] == [f"{scenario.name}/en/{SMALL}: current", f"[1/1] {scenario.name}/en/06_closing_the_gap: new"]
    assert linked(page_of(made)) == linked(page_of(made, BOTH[1])) == BOTH
    assert files(made / "en") == files(scenario / "en")


def test_a_machine_that_is_lost_is_told_after_what_failed_before_and_the_rest_is_published(run, scenario, tmp_path):
    assert run(failing=BOTH[1:], lost="no scheduler") == ["06_closing_the_gap failed", "no scheduler"]
    assert linked(page_of(tmp_path / "out" / scenario.name)) == [SMALL]
    assert (tmp_path / "out" / "index.html").is_file()


def test_a_workbook_that_cannot_be_written_is_told_once_and_every_report_is_published(run, scenario, tmp_path):
    book = tmp_path / "out" / scenario.name / "figures.xlsx"
    book.mkdir(parents=True)
    assert run() == [f"{book}: cannot be written (Is a directory)"]
    assert linked(page_of(book.parent)) == BOTH


def test_ctrl_c_right_after_a_line_of_progress_keeps_the_report_of_that_line(run, scenario, tmp_path):
    def say(line):
        if line.startswith("[1/2]"):
            raise KeyboardInterrupt

    out, made = tmp_path / "out", tmp_path / "out" / scenario.name
    with pytest.raises(KeyboardInterrupt) as _held:  # holds the frames: nothing is ended by chance
        run(say)
    assert run.ended
    assert list(json.loads((made / "manifest.json").read_text(encoding="utf-8"))["reports"]) == [f"en/{SMALL}"]
    assert linked(page_of(made)) == [SMALL]
    assert (made / "figures.xlsx").is_file(), "the page links to it"
    assert f"{scenario.name}/en/{SMALL}.html" in (out / "index.html").read_text(encoding="utf-8")
    assert sorted(path.name for path in out.iterdir()) == sorted([scenario.name, "index.html"])


@pytest.mark.parametrize(
    ("name", "old", "new", "why"),
    [
        ("funds.csv", "\n", "\n\n", "funds.csv changed"),
        ("figures.csv", "usa-fund_size_median-2024-", "usa-fund_size_median-2024-x", "figures changed: "),
    ],
)
def test_what_is_saved_while_a_run_is_at_work_is_made_again_by_the_next(
    run, scenario, tmp_path, monkeypatch, name, old, new, why
):
    data = Path(shutil.copytree(ROOT / "data", tmp_path / "suite" / "data"))
    for there in ("vcgap", "notebooks", "requirements.txt"):
        (tmp_path / "suite" / there).symlink_to(ROOT / there)
    for part, folder in {"ROOT": ".", "DATA": "data", "NOTEBOOKS": "notebooks", "PACKAGE": "vcgap"}.items():
        monkeypatch.setattr(f"vcgap.report.manifest.{part}", tmp_path / "suite" / folder)

    def saving(*arguments):
        text = (data / name).read_text(encoding="utf-8")
        assert old in text
        (data / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return editions_of(*arguments)

    with monkeypatch.context() as during:
        during.setattr(rendering, "editions_of", saving)  # the first thing that reads
        assert run() == []
    said = []
    assert run(said.append) == []
    (line,) = [line for line in said if line.partition(": ")[0].endswith(f"/en/{SMALL}")]
    assert line.partition(": ")[2].startswith(why)


# reports that fail


def broken_notebook(path, source):
    """A copy of a small notebook whose fourth cell does something else."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{SMALL}.ipynb", as_version=4)
    notebook.cells = [*notebook.cells[:3], nbformat.v4.new_code_cell(source, id="breaks"), *notebook.cells[4:]]
    nbformat.write(notebook, path)


BREAKS = {
    "03_raises": "1 / 0",
    "04_leaves": "import sys\n\nsys.exit()",
    "05_dies": "import os\n\nos._exit(0)",
    "06_never_ends": "while True:\n    pass",
    "07_eats_memory": "eaten = bytearray(8 << 30)",
    "08_asks": "input('?')",
    "09_takes_its_maker_along": "import os, signal\n\nos.kill(os.getppid(), signal.SIGKILL)",
    "10_exits": "exit()",
}
SAID = {
    "03_raises": "ZeroDivisionError: division by zero",
    "04_leaves": "SystemExit: left before the end",
    "05_dies": "DeadKernelError: Kernel died",
    "06_never_ends": "CellTimeoutError: A cell timed out while it was being executed, after 2 seconds.",
    "07_eats_memory": "MemoryError:",
    "08_asks": "StdinNotImplementedError: raw_input was called, but this frontend does not support input requests.",
    "09_takes_its_maker_along": "Ended: its process ended with status -9",
    "10_exits": "SystemExit: left before the end",
}


@pytest.fixture(scope="module")
def failing(tmp_path_factory):
    """A copy of the suite in which one notebook works and the others break, over an edition that was good before."""
    project = tmp_path_factory.mktemp("suite")
    for name in ("vcgap", "data"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", project)
    (project / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / f"{SMALL}.ipynb", project / "notebooks")
    for name, source in BREAKS.items():
        broken_notebook(project / "notebooks" / f"{name}.ipynb", source)
    make = project / "vcgap" / "report" / "make.py"
    patient = make.read_text(encoding="utf-8")
    assert "CELL_SECONDS = 120" in patient
    make.write_text(patient.replace("CELL_SECONDS = 120", "CELL_SECONDS = 2"), encoding="utf-8")
    out = project / "out"
    (out / "2024-usa-mex" / "en").mkdir(parents=True)
    for name in BREAKS:
        for suffix in (".html", ".ipynb"):
            (out / "2024-usa-mex" / "en" / (name + suffix)).write_text(f"last good {name}", encoding="utf-8")
    return out, vcgap("render", "--out", out, cwd=project, project=project)


def test_failing_reports_give_exit_status_one_and_the_others_are_rendered(failing):
    out, done = failing
    assert done.returncode == 1
    assert f"{SMALL}: new\n" in done.stdout
    assert (out / "2024-usa-mex" / "en" / f"{SMALL}.html").read_text(encoding="utf-8").endswith("</html>\n")
    assert f"2024-usa-mex/en/{SMALL}.html" in (out / "index.html").read_text(encoding="utf-8")
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("name", BREAKS)
def test_failing_report_is_named_once_with_its_cell_and_its_last_good_version_stands(failing, name):
    out, done = failing
    told = [line for line in done.stderr.splitlines() if line.startswith(f"notebooks/{name}.ipynb")]
    assert len(told) == 1, done.stderr
    assert told[0].startswith(f"notebooks/{name}.ipynb: cell 4, {SAID[name]}"), told[0]
    assert told[0].endswith("(year 2024, base USA, peer MEX, basis column, language en)")
    assert f"{name}: FAILED\n" in done.stdout
    for suffix in (".html", ".ipynb"):
        kept = (out / "2024-usa-mex" / "en" / (name + suffix)).read_text(encoding="utf-8")
        assert kept == f"last good {name}"


def test_failing_reports_are_not_in_the_manifest_and_leave_no_folder_behind(failing):
    out, _done = failing
    manifest = json.loads((out / "2024-usa-mex" / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest["reports"]) == [f"en/{SMALL}"]
    assert sorted(path.name for path in out.iterdir()) == ["2024-usa-mex", "index.html"]


def test_page_beside_reports_that_failed_and_were_never_made_does_not_lead_to_them(failing):
    out, _done = failing
    held = json.loads((out / "2024-usa-mex" / "manifest.json").read_text(encoding="utf-8"))["reports"][f"en/{SMALL}"]
    page = (out / "2024-usa-mex" / "en" / f"{SMALL}.html").read_bytes()
    assert re.findall(rb'<a href="(0\d_\w+).html"', page) == [SMALL.encode()]
    assert held["links"] == [SMALL]
    assert held["files"][f"{SMALL}.html"] == fingerprint(page)


def test_a_kernel_gives_the_same_report_and_tells_of_failures_alike(failing, tmp_path):
    out, forked = failing
    project = out.parent
    make = project / "vcgap" / "report" / "make.py"
    make.write_text(
        make.read_text(encoding="utf-8").replace("CELL_SECONDS = 2", "CELL_SECONDS = 120"), encoding="utf-8"
    )
    names = ["03_raises", "04_leaves", "05_dies", "08_asks", "10_exits"]
    done = vcgap("render", SMALL, *names, "--engine", "kernel", "--out", tmp_path, cwd=project, project=project)
    assert done.returncode == 1
    kernel = (tmp_path / "2024-usa-mex" / "en" / f"{SMALL}.ipynb").read_bytes()
    assert kernel == (out / "2024-usa-mex" / "en" / f"{SMALL}.ipynb").read_bytes()
    told = [line for line in done.stderr.splitlines() if line.startswith("notebooks/")]
    as_forked = [line for line in forked.stderr.splitlines() if line[10:].partition(".")[0] in names]
    assert sorted(told) == sorted(as_forked) and len(told) == len(names)


def test_last_line_says_that_good_reports_were_left_alone(failing):
    _out, done = failing
    assert done.stderr.splitlines()[-1] == "Their last good reports, if there were any, are untouched."


# an analyst's own figures


OWN_ROWS = [
    "country,metric,period,value,source,note",
    "MEX,fund_size_mean,2024,12500000,my_survey,-",
    "USA,aum,2024,1234567891234.25,=my count,-2 % on the year before",
]


@pytest.fixture(scope="module")
def with_own_figures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    (folder / "my figures.csv").write_text("\n".join(OWN_ROWS) + "\n", encoding="utf-8")
    done = vcgap("render", SMALL, "--figures", "my figures.csv", "--out", folder / "out", cwd=folder)
    assert done.returncode == 0, done.stderr
    (edition,) = (folder / "out").glob("2024-usa-mex-own-my-figures-*")
    return edition


def test_edition_with_own_figures_keeps_them_beside_its_reports(with_own_figures):
    assert sorted(files(with_own_figures)) == [
        f"en/{SMALL}.html",
        f"en/{SMALL}.ipynb",
        "figures.xlsx",
        "manifest.json",
        "own_figures.csv",
    ]


def test_own_figures_are_in_the_workbook_of_their_edition(with_own_figures, rendered):
    book = CalamineWorkbook.from_path(str(with_own_figures / "figures.xlsx"))
    header, *rows = book.get_sheet_by_name("figures").to_python()
    own = {row[header.index("id")] for row in rows if row[header.index("own")]}
    assert own == {"mex-fund_size_mean-2024-my_survey", "usa-aum-2024-_my_count"}
    assert {row[header.index("country")] for row in rows} == {"USA", "MEX"}
    header, *rows = book.get_sheet_by_name("sources").to_python()
    assert {"my_survey", "column"} <= {row[header.index("source")] for row in rows}
    assert (rendered[0] / "2024-usa-mex" / "figures.xlsx").read_bytes() != (
        with_own_figures / "figures.xlsx"
    ).read_bytes()


def test_how_own_figures_were_read_is_said_and_what_they_moved(rendered, tmp_path):
    out = shutil.copytree(rendered[0], tmp_path / "out")
    typed = "country,metric,period,value,source\nMexico,fund_size_mean,2024,US$12.5 m,my_survey\n"
    (tmp_path / "mine.csv").write_text(typed, encoding="utf-8")
    done = vcgap("render", SMALL, "--figures", "mine.csv", "--out", out, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[:2] == [
        "mine.csv, line 2, column country: 'Mexico' is read as MEX",
        "mine.csv, line 2, column value: 'US$12.5 m' is read as 12500000 USD",
    ]
    assert said[3] == f"Compared with {out / '2024-usa-mex'}:"
    assert re.fullmatch(r"\d+ headline numbers? moved:", said[4])
    assert f"  own figures added: mex-fund_size_mean-2024-my_survey (US$12.5{NBSP}m)" in said
    again = vcgap("render", SMALL, "--figures", "mine.csv", "--out", out, "--force", cwd=tmp_path)
    assert "Compared with the same edition before this run:\nNo headline number moved.\n" in again.stdout


def test_the_example_of_the_readme_says_what_moved_and_an_edited_file_is_compared_with_the_last(tmp_path):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    typed, asked = re.search(
        r"^(printf .* > out/mine\.csv)$.*?vcgap (render .*? --figures out/mine\.csv .*?)$", readme, re.M | re.S
    ).groups()
    subprocess.run(["bash", "-c", f"mkdir out && {typed}"], cwd=tmp_path, check=True)
    ratio, bn = "  Venture capital, as invested: {} in 00_overview", f"{NBSP}bn"
    said = vcgap(*shlex.split(asked), cwd=tmp_path).stdout.splitlines()
    assert f"Compared with {ROOT / 'reports' / '2024-usa-mex'}:" in said
    assert ratio.format(f"107× → 119× (+11.3{NBSP}%)") in said
    assert f"  own figures added: mex-vc_investment-2024-my_count (US$1.5{bn})" in said
    (first,) = (tmp_path / "out").glob("2024-usa-mex-own-mine-*")
    mine = tmp_path / "out" / "mine.csv"
    mine.write_text(mine.read_text(encoding="utf-8").replace("1.5", "1.4"), encoding="utf-8")
    said = vcgap(*shlex.split(asked), cwd=tmp_path).stdout.splitlines()
    assert f"Compared with out/{first.name}:" in said
    assert ratio.format(f"118.7× → 127.1× (+7.14{NBSP}%)") in said
    assert f"  own figures changed: mex-vc_investment-2024-my_count (US$1.5{bn} → US$1.4{bn})" in said


@pytest.fixture
def editions(tmp_path, monkeypatch):
    """A function that puts a manifest of one report, and own figures, into a folder; and an edition with own figures."""
    monkeypatch.setattr(rendering, "REPORTS", tmp_path / "committed")
    own = "id,country\nmex-1,MEX\n"
    (edition,) = editions_of([SMALL], [("", {})], own, ["mine.csv"])

    def put(name, own="", report=SMALL, age=0):
        folder = tmp_path / name.format(fingerprint(own.encode())[:6])
        folder.mkdir(parents=True)
        held = {"parameters": {}, "own_figures": [], "reports": {f"en/{report}": {"numbers": {}}}}
        (folder / "manifest.json").write_text(json.dumps(held), encoding="utf-8")
        if own:
            (folder / "own_figures.csv").write_text(own, encoding="utf-8")
            os.utime(folder / "own_figures.csv", (age, age))
        return folder

    put.edition, put.own = edition, own
    made = [rendering.Task(Job(edition.slug, SMALL, edition.parameters, [], own, "forked"), {}, "new")]
    put.earlier = lambda: (rendering._earlier(made, edition, tmp_path / "out") or [None])[0]
    return put


def test_an_edition_is_compared_with_itself_then_with_the_last_of_its_files_then_with_the_suites(editions):
    assert editions.earlier() is None
    nearer = [
        editions("committed/2024-usa-mex"),
        editions("out/2024-usa-mex"),
        editions("out/2024-usa-mex-own-mine-{}", "older", age=1),
        editions("out/2024-usa-mex-own-mine-{}", "newer", age=2),
        editions(f"out/{editions.edition.slug}", editions.own, age=1),
    ]
    for folder in reversed(nearer):
        assert editions.earlier() == folder
        shutil.rmtree(folder)


def test_an_edition_is_not_compared_with_what_has_none_of_its_reports_or_is_of_other_files(editions):
    expected = editions("committed/2024-usa-mex")
    editions(f"out/{editions.edition.slug}", editions.own, report="01_volume")
    editions("out/2024-usa-mex", report="01_volume")
    editions("out/2024-usa-mex-own-yours-{}", "of another name", age=2)
    editions("out/2023-usa-mex-own-mine-{}", "of another year", age=2)
    (editions("out/2024-usa-mex-own-mine-{}", "changed by hand", age=2) / "own_figures.csv").write_text("x")
    (editions("out/2024-usa-mex-own-mine-{}", "not finished", age=2) / "manifest.json").unlink()
    assert editions.earlier() == expected


def test_where_reports_failed_nothing_is_compared(run, scenario, tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "REPORTS", scenario.parent)
    said = []
    assert run(said.append, failing=BOTH) == [f"{name} failed" for name in BOTH]
    assert not [line for line in said if line.startswith("Compared")]
    assert run(said.append) == [] and f"Compared with {scenario}:" in said


def test_kept_figures_are_the_analysts_to_the_last_digit_and_letter(with_own_figures):
    metrics = load_table("metrics").set_index("metric")
    given = read_overlay(with_own_figures.parents[1] / "my figures.csv", metrics)
    kept = read_overlay(with_own_figures / "own_figures.csv", metrics)
    assert_frame_equal(kept, given, check_exact=True)


def test_report_with_own_figures_says_so_and_lists_them_before_any_finding(with_own_figures):
    html = (with_own_figures / "en" / f"{SMALL}.html").read_text(encoding="utf-8")
    first_screen = html[html.index("<main") : html.index('class="finding"')]
    said = "<strong>Two figures in this edition are not the suite’s own.</strong> This page uses two of them – "
    assert said in first_screen
    assert re.search(r"Mexico, 2024: [^<]*US\$12.5\u00a0m \(my_survey\)", first_screen)
    assert re.search(r'id="figure-mex-fund_size_mean-2024-my_survey">.*?own</em>', html, flags=re.DOTALL)


def test_report_that_uses_no_own_figure_says_so_and_links_to_the_file_that_has_all(tmp_path):
    rows = [f"BRA,gdp,{year},2e12,me" for year in range(1990, 2000)]
    (tmp_path / "mine.csv").write_text("\n".join(["country,metric,period,value,source", *rows]), encoding="utf-8")
    done = vcgap("render", SMALL, "--figures", "mine.csv", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (page,) = (tmp_path / "out").glob(f"2024-usa-mex-own-*/en/{SMALL}.html")
    html = page.read_text(encoding="utf-8")
    assert "10 figures in this edition are not the suite’s own.</strong> This page uses none of them.</p>" in html
    (link,) = re.findall(r'and 6 more; all of them are in the file <a href="([^"]*)">own_figures.csv</a>', html)
    assert len(read_overlay(page.parent / link, load_table("metrics").set_index("metric"))) == len(rows)


def test_report_without_own_figures_does_not_claim_any(rendered):
    html = (rendered[0] / "2024-usa-mex" / "en" / f"{SMALL}.html").read_text(encoding="utf-8")
    assert "not the suite’s own" not in html
    assert "own</em>" not in html


def test_manifest_and_index_name_the_own_figures(with_own_figures):
    manifest = json.loads((with_own_figures / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["own_figures"] == ["mex-fund_size_mean-2024-my_survey", "usa-aum-2024-_my_count"]
    index = (with_own_figures.parent / "index.html").read_text(encoding="utf-8")
    assert "with figures that are not the suite’s own" in index


def test_own_figures_decide_the_ratio_and_the_notebook_names_them_by_a_relative_path(with_own_figures):
    notebook = nbformat.read(with_own_figures / "en" / f"{SMALL}.ipynb", as_version=4)
    assert 'figures = "../own_figures.csv"' in code(notebook, "injected-parameters").source
    assert "2.8×" in code(notebook, "gap").outputs[0].data["text/plain"]


def test_kept_figures_that_are_missing_or_were_changed_by_hand_are_made_again(with_own_figures, tmp_path):
    out = Path(shutil.copytree(with_own_figures.parent, tmp_path / "out"))
    kept, before = out / with_own_figures.name / "own_figures.csv", files(out)
    again = ["render", SMALL, "--figures", with_own_figures.parents[1] / "my figures.csv", "--out", out]
    report = f"{with_own_figures.name}/en/{SMALL}"
    assert vcgap(*again).stdout.splitlines()[0] == f"{report}: current"
    kept.unlink()
    assert vcgap(*again).stdout.splitlines()[0] == f"[1/1] {report}: own_figures.csv is missing"
    kept.write_text("changed by hand", encoding="utf-8")
    assert vcgap(*again).stdout.splitlines()[0] == f"[1/1] {report}: own_figures.csv is not as it was made"
    assert files(out) == before


def test_notebook_with_own_figures_replays_where_it_lies(with_own_figures):
    done = replay(with_own_figures / "en" / f"{SMALL}.ipynb")
    assert done.returncode == 0, done.stdout


# what is taken out of an executed notebook


def test_normalise_removes_clock_host_and_ids_and_keeps_the_rest():
    cell = nbformat.v4.new_code_cell("1 + 1", id="sum", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=1)]
    cell.metadata = {"tags": ["kept"], "papermill": {"start_time": "2026-01-01T00:00:00"}, "execution": {"x": "now"}}
    injected = nbformat.v4.new_code_cell("year = 2024", id="a1b2c3d4", metadata={"tags": ["injected-parameters"]})
    before = nbformat.v4.new_notebook(cells=[cell, injected])
    before.metadata = {
        "papermill": {"input_path": "somewhere", "duration": 3.1},
        "kernelspec": {"name": "python3"},
        "language_info": {"name": "python", "version": "3.11.7"},
        "vscode": {},
    }
    as_it_was = json.dumps(before)
    after = normalise(before)
    assert after.metadata == {"kernelspec": {"name": "python3"}, "language_info": {"name": "python"}}
    assert [cell.id for cell in after.cells] == ["sum", "injected-parameters"]
    assert after.cells[0].metadata == {"tags": ["kept"]}
    assert after.cells[0].outputs == cell.outputs
    assert after.cells[0].execution_count == 1
    assert normalise(after) == after
    assert json.dumps(before) == as_it_was


# papermill on its own


def test_papermills_own_command_runs_a_source_notebook_with_another_year(tmp_path):
    command = [sys.executable, "-m", "papermill", str(ROOT / "notebooks" / f"{SMALL}.ipynb"), "out.ipynb"]
    command += ["-p", "year", "2018", "--no-progress-bar"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    notebook = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert re.search(r"· 2018\b", code(notebook, "open").outputs[0].data["text/plain"])


def test_reading_notebooks_does_not_compile_a_grammar_first():
    code = "import sys, vcgap.report.render, papermill; print('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
