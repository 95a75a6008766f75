"""The forked engine: what an ordinary kernel gives, also when a cell fails, leaves, dies or never ends."""

import subprocess
import sys

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from vcgap.report import engine, kernel
from vcgap.report.job import CAN_FORK

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="this system does not fork with what is loaded")


@pytest.fixture
def run(tmp_path):
    """A function that runs cells of code with an engine and returns the cells as papermill leaves them."""

    def execute(*sources, engine_name=engine.NAME, seconds=60):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        source, target = tmp_path / "source.ipynb", tmp_path / f"{engine_name}.ipynb"
        nbformat.write(notebook, source)
        try:
            papermill.execute_notebook(
                str(source), str(target), engine_name=engine_name, progress_bar=False, execution_timeout=seconds
            )
        finally:
            execute.cells = nbformat.read(target, as_version=4).cells if target.exists() else []
        return execute.cells

    return execute


def results(cells):
    """What cells show, without ids: list of (execution count, outputs)."""
    return [(cell.execution_count, [dict(output) for output in cell.outputs]) for cell in cells]


ORDINARY = [
    "print('one')\n1 + 1",
    "import sys\nprint('two'); print('three', file=sys.stderr)",
    "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'), metadata={'a': 1}); print('after')",
    "handle = display('a', display_id='here'); handle.update('b')",
    "from IPython.display import clear_output\nprint('gone'); clear_output(); print('kept')",
    "import pandas as pd\npd.DataFrame([range(30)])",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "from vcgap import charts\ncharts.dots([{'label': 'a', 'value': 1, 'text': 'b', 'side': 'base'}], False, str)",
    "x = 5; x",
    "await __import__('asyncio').sleep(0, 'awaited')",
]


def test_outputs_are_those_of_a_kernel(run):
    forked, kernel = run(*ORDINARY), run(*ORDINARY, engine_name=None)
    assert results(forked) == results(kernel)


PYPLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
CHART = (
    "from vcgap.chapters import volume\nfrom vcgap import charts\n"
    "len(charts.to_svg(charts.dots([{'label': 'a', 'value': 1, 'text': 'b', 'side': 'base'}], False, str), 'a', 'b', 'c'))"
)


def test_what_pyplot_draws_is_as_in_a_kernel_before_and_after_a_chapter_is_imported(run):
    kernel.preload()
    forked, real = run(PYPLOT, CHART, PYPLOT), run(PYPLOT, CHART, PYPLOT, engine_name=None)
    assert results(forked) == results(real)
    assert forked[0].outputs[0].data == forked[2].outputs[0].data


def test_language_of_the_notebook_is_that_of_a_kernel(run, tmp_path):
    run("1"), run("1", engine_name=None)
    forked, kernel = (nbformat.read(tmp_path / f"{name}.ipynb", as_version=4) for name in (engine.NAME, "None"))
    assert forked.metadata.language_info == kernel.metadata.language_info


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("os.system('echo sys'); print('after')", ["sys\nafter\n"]),
        ("print('before'); os.write(1, b'sys\\n'); print('after'); os.write(1, b'last')", ["before\nsys\nafter\nlast"]),
        ("os.write(2, b'told'); from IPython.display import display; display(1)", ["told", "1"]),
    ],
)
def test_text_written_past_python_is_shown_in_its_place(run, code, shown):
    (cell,) = run(f"import os\n{code};")
    assert [output.get("text") or output.data["text/plain"] for output in cell.outputs] == shown


@pytest.mark.parametrize(
    ("source", "name"), [("1 / 0", "ZeroDivisionError"), ("input('?')", "StdinNotImplementedError")]
)
def test_an_error_stops_the_notebook_and_is_shown(run, source, name):
    with pytest.raises(papermill.PapermillExecutionError, match=name):
        run("a = 1", source, "b = 2")
    failed, never = run.cells[-2:]
    assert failed.outputs[-1].ename == name and never.execution_count is None


@pytest.mark.parametrize(
    "source",
    [
        "import os; os._exit(0)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import os, signal\nos._exit(0) if os.fork() else signal.pause()",
    ],
    ids=["exits", "is killed", "leaves a child"],
)
def test_a_process_that_dies_is_told(run, source):
    with pytest.raises(DeadKernelError):
        run("1", source, seconds=20)


@pytest.mark.parametrize("name", [engine.NAME, None])
def test_an_endless_cell_is_ended(run, name):
    with pytest.raises(CellTimeoutError, match="after 1 seconds"):
        run("while True: pass", engine_name=name, seconds=1)


def test_leaving_early_is_an_error_as_with_a_kernel(run):
    texts = []
    for name in (engine.NAME, None):
        with pytest.raises(papermill.PapermillExecutionError) as told:
            run("import sys; sys.exit(3)", engine_name=name)
        texts.append((told.value.ename, told.value.evalue))
    assert texts[0] == texts[1] == ("SystemExit", "3")


def test_papermills_own_command_finds_the_engine_and_shows_what_pyplot_draws(tmp_path):
    cell = nbformat.v4.new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint(year)")
    parameters = nbformat.v4.new_code_cell("year = 2024", metadata={"tags": ["parameters"]})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(
        nbformat.v4.new_notebook(cells=[parameters, cell], metadata={"kernelspec": kernel}), tmp_path / "a.ipynb"
    )
    command = [sys.executable, "-m", "papermill", "a.ipynb", "b.ipynb", "-p", "year", "2018", "--no-progress-bar"]
    subprocess.run([*command, "--engine", engine.NAME], cwd=tmp_path, check=True, capture_output=True)
    outputs = nbformat.read(tmp_path / "b.ipynb", as_version=4).cells[-1].outputs
    assert [output.output_type for output in outputs] == ["stream", "display_data"]
    assert outputs[0].text == "2018\n" and "image/png" in outputs[1].data


def test_nothing_of_one_notebook_is_left_for_the_next(run):
    run("import builtins, os, vcgap\nbuiltins.left = os.environ['LEFT'] = vcgap.left = 'here'")
    (cell,) = run("import builtins, os, vcgap\nhasattr(builtins, 'left'), 'LEFT' in os.environ, hasattr(vcgap, 'left')")
    assert cell.outputs[0].data["text/plain"] == "(False, False, False)"


def test_generators_of_chance_differ_between_notebooks(run):
    draw = "import numpy\nfloat(numpy.random.random())"
    assert results(run(draw)) != results(run(draw))
