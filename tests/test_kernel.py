"""The kernel of the forked engine: begun before it has anything to do, it is the same kernel, and leaves nothing behind."""

import os
import select
import signal
import subprocess
import sys

import nbformat
import papermill
import pytest
from nbclient.exceptions import DeadKernelError

from vcgap import chapters, tables
from vcgap.report import engine, kernel
from vcgap.report.job import CAN_FORK

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="this system does not fork with what is loaded")


@pytest.fixture
def run(tmp_path):
    """A function that runs a cell in a kernel, in a folder of its own; returns the text that the cell shows."""

    def execute(started, source):
        info = {"name": "python3", "display_name": "Python 3", "language": "python"}
        cells = [nbformat.v4.new_code_cell(source)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": info}), tmp_path / "a.ipynb")
        options = {"engine_name": engine.NAME, "progress_bar": False, "cwd": str(tmp_path), "started": started}
        options["execution_timeout"] = 60
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
    shown = run(started, "import os\nprint(os.getpid(), os.getcwd())")
    assert shown.split() == [str(started.child), str(tmp_path)]
    assert gone(started.child)


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
    os.kill(started.child, signal.SIGKILL)
    os.waitid(os.P_PID, started.child, os.WEXITED | os.WNOWAIT)
    with pytest.raises(DeadKernelError):
        run(started, "1")
    assert gone(started.child)


def test_what_was_read_before_is_not_what_a_notebook_reads(run):
    tables.load_table("claims")
    assert run(kernel.start(), "from vcgap.tables import reads\nprint(reads())") == "[]\n"


# what a cell leaves behind


LEAVES = """\
import os, signal, subprocess
from concurrent.futures import ProcessPoolExecutor

held = os.open({held!r}, os.O_WRONLY)
pool = ProcessPoolExecutor(1)
pool.submit(abs, 1).result()
left = subprocess.Popen(["sleep", "611"], pass_fds=[held])
if not os.fork():
    signal.pause()
print("left")
"""


@pytest.fixture
def held(tmp_path):
    """A pipe with a name: its path, and a function that waits until no process holds it any more."""
    path = str(tmp_path / "held")
    os.mkfifo(path)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def let_go():
        ready, *_rest = select.select([reading], [], [], 30)
        assert ready and os.read(reading, 1) == b"", "somebody holds it still"

    yield path, let_go
    os.close(reading)


def test_what_a_cell_leaves_behind_ends_with_its_kernel(run, held):
    path, let_go = held
    assert run(kernel.start(), LEAVES.format(held=path)) == "left\n"
    let_go()


def test_what_a_cell_leaves_behind_ends_also_if_whoever_began_the_kernel_is_killed(held, tmp_path):
    path, let_go = held
    code = (
        "import os, signal, sys\nfrom vcgap.report import kernel\nstarted = kernel.start()\n"
        "started.pipe.send(os.getcwd()), started.pipe.recv(), started.pipe.send(sys.argv[1])\n"
        "while started.pipe.recv()['msg_type'] != 'execute_reply': pass\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, LEAVES.format(held=path)], cwd=tmp_path)
    assert done.returncode == -signal.SIGKILL
    let_go()


def test_nothing_is_open_in_a_kernel_that_is_not_its_own(run, tmp_path):
    lists = (
        "import os\nfor number in os.listdir('/proc/self/fd'):\n    print(os.path.realpath(f'/proc/self/fd/{number}'))"
    )
    with (tmp_path / "lock").open("w") as lock:
        shown = run(kernel.start(), lists).splitlines()
    assert os.path.realpath(lock.name) not in shown


def test_a_cell_that_reads_from_the_terminal_reads_nothing(run):
    reading, writing = os.pipe()
    terminal = os.dup(0)
    os.dup2(reading, 0)
    try:
        shown = run(kernel.start(), "import os, subprocess\nprint(os.read(0, 9), subprocess.check_output(['cat']))")
    finally:
        os.dup2(terminal, 0)
        for number in (reading, writing, terminal):
            os.close(number)
    assert shown == "b'' b''\n"
