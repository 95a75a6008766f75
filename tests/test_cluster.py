"""Reports made on a cluster are those made here, whatever becomes of its workers: a real scheduler and real workers."""

import inspect
import io
import json
import os
import pickle
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import psutil
import pytest
from distributed import KilledWorker

from vcgap.errors import MachineError, UserError
from vcgap.report import cluster, worker
from vcgap.report.job import SHARED, Job
from vcgap.report.make import CELL_SECONDS
from vcgap.report.render import editions_of

ROOT = Path(__file__).resolve().parents[1]
SMALL = "02_fund_size"
SECONDS = 120  # within which everything that is waited for has come, or something is wrong
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
OWN = "country,metric,period,value,source\nMEX,fund_size_mean,2024,12500000,my_survey\n"

# A cell that, once only, says which process it is in and never ends.
WAITS = """\
import os, signal
from pathlib import Path

try:
    Path({claim!r}).touch(exist_ok=False)
    Path({told!r}).write_text(str(os.getpid()))
    signal.pause()
except FileExistsError:
    pass
"""
# A cell that kills the worker which asked for its report: kernel ← report ← vcgap.report.remote ← worker.
KILLS = "import psutil\n\npsutil.Process().parents()[2].kill()"
# A cell that, once only, kills the process that makes reports for a worker.
KILLS_ONCE = """\
import psutil
from pathlib import Path

try:
    Path({claim!r}).touch(exist_ok=False)
    psutil.Process().parents()[1].kill()
except FileExistsError:
    pass
"""
BREAKS = {"03_raises": "1 / 0", "04_dies": "import os\n\nos._exit(0)", "05_eats": "bytearray(1 << 40)"}


def notebook(path, source):
    """A copy of a small notebook in which another cell comes fourth."""
    read = nbformat.read(ROOT / "notebooks" / f"{SMALL}.ipynb", as_version=4)
    read.cells.insert(3, nbformat.v4.new_code_cell(source, id="other"))
    nbformat.write(read, path)


def suite(folder, sources):
    """A copy of the suite with one small notebook and others that are made of it. sources : by name"""
    for name in ("vcgap", "data"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "requirements.txt", folder)
    (folder / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / f"{SMALL}.ipynb", folder / "notebooks")
    for name, source in sources.items():
        notebook(folder / "notebooks" / f"{name}.ipynb", source)
    (folder / "mine.csv").write_text(OWN, encoding="utf-8")
    return folder


def command(project, *arguments):
    """The command line of a suite, to be run in a process of its own."""
    code = "from vcgap.cli import main; main()"
    how = {"cwd": project, "env": os.environ | {"PYTHONPATH": str(project)}, "text": True, "encoding": "utf-8"}
    return {"args": [sys.executable, "-c", code, "render", *map(str, arguments)], **how}


def files(folder):
    found = [path for path in Path(folder).rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(found)}


def comes(descriptor, seconds=SECONDS):
    """Wait until there is something to read, or a process has ended."""
    ready, *_rest = select.select([descriptor], [], [], seconds)
    assert ready, "it never came"


# clusters


@pytest.fixture(scope="module")
def start():
    """A function that starts a process of Dask: the process and its log. All end with the tests."""
    processes = []

    def start_one(folder, *arguments, **settings):
        log = folder / f"{len(processes)}.log"
        called = [sys.executable, "-m", "dask", *map(str, arguments), "--no-dashboard"]
        with log.open("w") as to:
            process = subprocess.Popen(called, cwd=folder, env=os.environ | settings, stdout=to, stderr=to)
        processes.append(process)
        return process, log

    yield start_one
    for process in processes:
        process.kill()
        process.wait()


def ready(process, log, word):
    """The log of a process, as soon as it says a word."""
    while word not in log.read_text():
        with suppress(subprocess.TimeoutExpired):
            pytest.fail(f"it ended with {process.wait(0.02)}: {log.read_text()}")
    return log.read_text()


@pytest.fixture(scope="module")
def make_cluster(start, tmp_path_factory):
    """A function that makes a scheduler: its address, and a function that adds workers, where no vcgap can be imported."""

    def make(allowed_failures, sitecustomize=""):
        folder = tmp_path_factory.mktemp("cluster")
        (folder / "vcgap").mkdir()
        (folder / "vcgap" / "__init__.py").write_text('raise ImportError("not the one that was sent")')
        (folder / "sitecustomize.py").write_text(sitecustomize)
        settings = {"PYTHONPATH": str(folder), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(allowed_failures)}
        scheduler = start(folder, "scheduler", "--host", "127.0.0.1", "--port", "0", **settings)
        address = re.search(r"Scheduler at: +(\S+)", ready(*scheduler, "Scheduler at:"))[1]
        there = ["worker", address, "--nthreads", 1, "--no-nanny", "--local-directory", folder / "kept"]

        def add_workers(count):
            started = [start(folder, *there, **settings) for _worker in range(count)]
            return [process for process, log in started if ready(process, log, "Registered to:")]

        return address, add_workers

    return make


@contextmanager
def run(*arguments):
    """A process of the command line, which does not outlive its test."""
    with subprocess.Popen(**command(*arguments), **PIPES) as process:
        try:
            yield process
        finally:
            process.kill()


# one run, in which a worker is killed, and the same run here


@pytest.fixture(scope="module")
def two_workers(make_cluster):
    address, add_workers = make_cluster(allowed_failures=1)
    return address, add_workers(2)


@pytest.fixture(scope="module")
def waiting(tmp_path_factory):
    """A function that makes a suite in which one report waits: the suite and where that report tells its process."""

    def make(**sources):
        folder = tmp_path_factory.mktemp("suite")
        os.mkfifo(folder / "told")
        waits = WAITS.format(claim=str(folder / "claim"), told=str(folder / "told"))
        return suite(folder, {**sources, "06_waits": waits}), os.open(folder / "told", os.O_RDWR)

    return make


def begun(told):
    """The process that runs a waiting cell."""
    comes(told)
    return psutil.Process(int(os.read(told, 100)))


@pytest.fixture(scope="module")
def made(two_workers, waiting):
    """The suite rendered on a cluster one of whose workers was killed, and rendered here: folder and process of each."""
    address, workers = two_workers
    project, told = waiting(**BREAKS)
    arguments = ["--figures", "mine.csv", "--out"]
    with run(project, *arguments, "there", "--scheduler", address) as there:
        kernel, report, remote, worker = (asked := begun(told)), *asked.parents()[:3]
        ends = [os.pidfd_open(process.pid) for process in (kernel, report, remote)]
        assert worker.pid in [process.pid for process in workers]
        worker.kill()
        with run(project, *arguments, "here") as here:
            said = [process.communicate(timeout=SECONDS) for process in (there, here)]
    return (project / "there", there.returncode, *said[0]), (project / "here", here.returncode, *said[1]), ends


def test_the_files_are_those_of_a_render_here_to_the_byte(made):
    (there, *_said), (here, *_said_here), _ends = made
    assert sorted(files(there)) == sorted(files(here))
    assert [name for name, content in files(here).items() if files(there)[name] != content] == []


def test_the_report_of_the_killed_worker_was_made_elsewhere(made):
    (there, _status, said, _told), _here, _ends = made
    (page,) = there.glob("*/en/06_waits.html")
    assert page.read_text(encoding="utf-8").endswith("</html>\n")
    assert re.search(r"/en/06_waits: new$", said, re.MULTILINE)


def test_failing_reports_are_told_as_here(made):
    (_out, status, said, told), (_here, status_here, said_here, told_here), _ends = made
    assert (status, sorted(told.splitlines())) == (status_here, sorted(told_here.splitlines()))
    assert status == 1 and len(told.splitlines()) == len(BREAKS) + 1
    unnumbered = [sorted(re.findall(r"^\[\d/5\] (.*)$", text, re.MULTILINE)) for text in (said, said_here)]
    assert unnumbered[0] == unnumbered[1] and len(unnumbered[0]) == 5


def test_nothing_of_a_killed_worker_goes_on(made):
    for end in made[-1]:
        comes(end, CELL_SECONDS / 4)


def test_a_report_whose_process_died_on_its_worker_is_made_again(two_workers, tmp_path):
    project = suite(tmp_path, {"06_once": KILLS_ONCE.format(claim=str(tmp_path / "claim"))})
    with run(project, "06_once", "--out", "out", "--scheduler", two_workers[0]) as process:
        said, told = process.communicate(timeout=SECONDS)
    assert (process.returncode, told) == (0, "")
    assert said.startswith("[1/1] ") and (tmp_path / "claim").is_file()


def test_ctrl_c_ends_the_command_and_leaves_nothing_half_written(two_workers, waiting):
    project, told = waiting()
    with run(project, "06_waits", "--out", "out", "--scheduler", two_workers[0]) as process:
        begun(told)
        process.send_signal(signal.SIGINT)
        said, error = process.communicate(timeout=SECONDS)
    told_of = "Stopped. What was finished is kept; the same command goes on from there.\n"
    assert (process.returncode, said, error) == (1, "", told_of)
    assert sorted(files(project / "out")) == ["index.html"]


# a report that kills its workers, on workers of another kind


@pytest.fixture(scope="module")
def killing(make_cluster, tmp_path_factory):
    other = "import platform\n\nplatform.python_version_tuple = lambda: ('3', '9', '1')"
    address, add_workers = make_cluster(allowed_failures=0, sitecustomize=other)
    project = suite(tmp_path_factory.mktemp("killing"), {"01_kills": KILLS})
    with run(project, "--out", "out", "--scheduler", address) as process:
        first = process.stdout.readline()
        add_workers(3)
        said, told = process.communicate(timeout=SECONDS)
    return address, process.returncode, first, said, told


def test_workers_may_come_when_the_run_has_begun(killing):
    address, _status, first, _said, _told = killing
    assert first == f"{address}: no workers yet; waiting for the first\n"


def test_a_report_that_kills_every_worker_is_told_and_the_others_are_made(killing):
    _address, status, _first, said, told = killing
    (failed, _last) = told.splitlines()
    assert failed.startswith("notebooks/01_kills.ipynb: Ended: every worker that began it died (year 2024, ")
    assert sorted(re.findall(r"(\d\d_\w+: \w+)$", said, re.MULTILINE)) == ["01_kills: FAILED", f"{SMALL}: new"]
    assert status == 1


def test_workers_of_another_kind_are_named_once(killing):
    said = killing[3]
    assert len(re.findall(r"^Some workers are not like this machine: .*, Python 3\.9;", said, re.MULTILINE)) == 1


# addresses that are wrong


def test_a_scheduler_that_is_not_there_is_told_and_nothing_is_written(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
    done = subprocess.run(
        **command(ROOT, SMALL, "--out", tmp_path / "out", "--scheduler", address), **PIPES, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        f"--scheduler {address}: no Dask scheduler answers there (Connection refused); "
        "start one with 'dask scheduler', which prints its address\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("here", "Must include protocol"),
        ("tcp://here", "missing port number"),
        ("http://here:80", "unknown address scheme"),
        ("tls://127.0.0.1:1", "its TLS certificates belong under distributed.comm.tls"),
    ],
)
def test_an_address_that_is_none_is_told(address, why):
    with (
        pytest.raises(UserError, match=f"^--scheduler {address}: no Dask scheduler answers there .*{why}"),
        cluster.connected(address),
    ):
        pytest.fail("there is nothing to connect to")


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match="pip install distributed"), cluster.connected("tcp://127.0.0.1:1"):
        pytest.fail("there is nothing to connect with")


# what is sent


@pytest.fixture
def job():
    (edition,) = editions_of([SMALL], [("", {})], OWN, ["mine.csv"])
    return Job(edition.slug, SMALL, edition.parameters, [SMALL], edition.own, "forked")


def names_in(archive):
    return zipfile.ZipFile(io.BytesIO(archive)).namelist()


def test_the_suite_holds_what_reports_are_made_of_and_nothing_else(job):
    names = names_in(cluster.packed([job], {}))
    assert {SHARED, "vcgap/report/remote.py", "data/figures.csv", f"notebooks/{SMALL}.ipynb"} < set(names)
    assert [name for name in names if "__pycache__" in name or "/." in name] == []
    assert {name.partition("/")[0] for name in names} == {"vcgap", "data", "notebooks", SHARED}


def test_the_same_suite_is_the_same_bytes_and_other_figures_are_not(job):
    assert cluster.packed([job], {"a": "1"}) == cluster.packed([job, job], {"a": "1"})
    assert (
        len(
            {
                cluster.packed([job], {"a": "1"}),
                cluster.packed([job], {"a": "2"}),
                cluster.packed([job._replace(own="")], {"a": "1"}),
            }
        )
        == 3
    )


def test_own_figures_travel_once_with_the_suite_and_not_with_each_job(job):
    long = job._replace(own=OWN * 1000)
    assert len(cluster._to_send(long)) == len(cluster._to_send(job)) < 1000
    shared = json.loads(zipfile.ZipFile(io.BytesIO(cluster.packed([job, long, job], {}))).read(SHARED))
    assert sorted(shared["own"].values()) == [OWN, long.own]


def test_what_a_worker_runs_is_sent_as_text():
    sent = pickle.dumps(cluster.Shipped("report"))
    assert inspect.getsource(worker).encode() in sent
    arrived = pickle.loads(sent)
    assert arrived.__name__ == "report" and arrived is not worker.report


# what comes back


class Killed:
    """A future whose workers died."""

    status = "error"

    def exception(self):
        return KilledWorker("report", None, 3)


class Done:
    """A future that is well."""

    status = "finished"


def test_a_report_whose_workers_died_is_made_again_alone_so_that_none_fails_for_another(monkeypatch):
    rounds = []

    def sent(_client, _suite, jobs):
        rounds.append(list(jobs.values()))
        kills = "kills" in jobs.values()
        return [(number, Done() if name == "early" or not kills else Killed()) for number, name in jobs.items()]

    monkeypatch.setattr(cluster, "_sent", sent)
    ended = [(number, future.status) for number, future in cluster._ended(None, b"", ["kills", "early", "beside"])]
    assert ended == [(1, "finished"), (0, "error"), (2, "finished")]
    assert rounds == [["kills", "early", "beside"], ["kills"], ["beside"]]


class Lost:
    """A future whose scheduler has gone."""

    status = "cancelled"

    def result(self):
        raise CancelledError


class Broken:
    """A future of a worker that has a trouble of its own."""

    status = "error"

    def result(self):
        raise self.exception()

    def exception(self):
        return OSError(28, "No space left on device")


def test_a_lost_scheduler_is_told_with_what_to_do(job, tmp_path):
    with pytest.raises(MachineError, match="the scheduler was lost; what is done stays: run the same command again"):
        cluster._arrived(Lost(), job, tmp_path)


def test_a_trouble_of_the_worker_is_told_with_the_report(job, tmp_path):
    told = cluster._arrived(Broken(), job, tmp_path)
    assert told.startswith(f"notebooks/{SMALL}.ipynb: OSError: [Errno 28] No space left on device (year 2024, ")
