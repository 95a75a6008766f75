"""The process that makes reports for a worker: it answers every job, keeps notebooks off its pipes, and ends by itself."""

import io
import signal
import zipfile
from itertools import islice
from pathlib import Path

import nbformat
import pytest

from vcgap.report import cluster, manifest, remote, worker
from vcgap.report.job import Job
from vcgap.report.render import editions_of

ROOT = Path(__file__).resolve().parents[1]
SMALL = "02_fund_size"
SECONDS = 60
READS = """\
import os

assert os.read(0, 1) == b""
"""


@pytest.fixture
def suite(tmp_path):
    """What a worker has unpacked, on a machine where this package is not installed; its process waits for a second."""
    folder = worker.unpacked(cluster.packed([job()], manifest.data_fingerprints()), tmp_path)
    (folder / "sitecustomize.py").write_text("import entrypoints\n\nentrypoints.get_group_all = lambda *_: []")
    code = folder / "vcgap" / "report" / "remote.py"
    code.write_text(code.read_text(encoding="utf-8").replace("IDLE_SECONDS = 60", "IDLE_SECONDS = 1"))
    with (folder / "vcgap" / "report" / "make.py").open("a") as make:
        make.write("\nprint('what somebody prints is no answer', flush=True)\n")
    return folder


def job(name=SMALL):
    (edition,) = editions_of([SMALL], [("", {})], "", [])
    return Job(edition.slug, name, edition.parameters, [SMALL], "", "forked")


def asked(process, name):
    return worker._answer(process, cluster._to_send(job(name)))


def unzipped(archive):
    """Fingerprints of the files in an archive, by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        return {name: manifest.fingerprint(files.read(name)) for name in files.namelist()}


def with_a_cell_that_reads(path):
    notebook = nbformat.read(ROOT / "notebooks" / f"{SMALL}.ipynb", as_version=4)
    notebook.cells.insert(3, nbformat.v4.new_code_cell(READS, id="reads"))
    nbformat.write(notebook, path)


def test_one_process_answers_job_after_job_and_ends_when_no_more_come(suite):
    with_a_cell_that_reads(suite / "notebooks" / "03_reads.ipynb")
    with worker.started(suite) as process:
        entry, files = asked(process, "03_reads")
        told, nothing = asked(process, "09_nowhere")
        again, files_again = asked(process, SMALL)
        assert process.wait(SECONDS) == 0
    assert unzipped(files) == entry["files"]
    assert told.startswith("notebooks/09_nowhere.ipynb: FileNotFoundError: ")
    assert unzipped(nothing) == {}
    assert unzipped(files_again) == again["files"]
    assert sorted(path.name for path in suite.parent.iterdir()) == [suite.name]


def test_the_time_of_a_report_is_no_waiting_time():
    (arrived,) = islice(remote._jobs(io.BytesIO(cluster._to_send(job())), {cluster._key(""): ""}), 1)
    assert arrived == job()
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_it_ends_when_nobody_can_ask_any_more(suite):
    process = worker.started(suite)
    process.stdin.close()
    assert process.wait(SECONDS) == 0
    process.stdout.close()
    process.stderr.close()
