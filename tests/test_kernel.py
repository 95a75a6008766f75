"""The kernel of the forked engine: begun before it has anything to do, it is the same kernel."""

import os
import signal
import subprocess
import sys

import nbformat
import papermill
import pytest
from nbclient.exceptions import DeadKernelError

from vcgap import chapters
from vcgap.report import engine, kernel

pytestmark = pytest.mark.skipif(not kernel.CAN_FORK, reason="this system does not fork with what is loaded")


@pytest.fixture
def run(tmp_path):
    """A function that runs a cell in a kernel, in a folder of its own; returns the text that the cell shows."""

    def execute(started, source):
        info = {"name": "python3", "display_name": "Python 3", "language": "python"}
        cells = [nbformat.v4.new_code_cell(source)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": info}), tmp_path / "a.ipynb")
        options = {"engine_name": engine.NAME, "progress_bar": False, "cwd": str(tmp_path), "started": started}
        made = papermill.execute_notebook(str(tmp_path / "a.ipynb"), None, **options)
        return made.cells[0].outputs[0].text

    return execute


def gone(pid):
    """Whether a process has ended and is waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_kernel_begun_ahead_runs_the_notebook_where_that_is_and_ends_with_it(run, tmp_path):
    started = kernel.start(ahead=True)
    shown = run(
        started, "import os, vcgap.charts, matplotlib\nprint(os.getpid(), os.getcwd(), matplotlib.get_backend())"
    )
    assert shown.split() == [str(started[1]), str(tmp_path), "agg"]
    assert gone(started[1])


def test_what_is_imported_ahead_is_what_notebooks_need_and_not_what_makes_pages():
    code = "import sys\nfrom vcgap.report import kernel, runner\nkernel.preload()\nprint(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", code], text=True).split())
    assert {"seaborn", "ipykernel.inprocess.ipkernel", "vcgap.chapters.fund_size"} <= loaded
    assert not {"papermill", "nbconvert", "nbformat"} & loaded


def test_a_chapter_that_cannot_be_imported_is_told_by_the_cell_that_imports_it(run, tmp_path, monkeypatch):
    (tmp_path / "broken.py").write_text("1 / 0\n")
    monkeypatch.setattr(chapters, "__path__", [*chapters.__path__, str(tmp_path)])
    with pytest.raises(papermill.PapermillExecutionError) as told:
        run(kernel.start(ahead=True), "from vcgap.chapters import broken")
    assert told.value.ename == "ZeroDivisionError"


def test_a_kernel_that_died_before_it_was_asked_is_told_as_dead(run):
    started = kernel.start()
    os.kill(started[1], signal.SIGKILL)
    os.waitid(os.P_PID, started[1], os.WEXITED | os.WNOWAIT)
    with pytest.raises(DeadKernelError):
        run(started, "1")
    assert gone(started[1])
