"""What a Dask worker runs. It is sent there as text: it uses only what comes with Python and Dask, nothing of this suite.

Processes of vcgap.report.remote make the reports, one for each thread of the worker: a worker has threads, and must not fork.
"""

import hashlib
import io
import os
import pickle
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from distributed import get_worker


def report(job, suite):
    """Have a report made: the answer of vcgap.report.remote. Raises RuntimeError if its process ended.

    job : Job, pickled; suite : what reports are made of, as vcgap.report.cluster packs it
    """
    worker = get_worker()
    folder = unpacked(suite, Path(worker.local_directory))
    idle = vars(worker).setdefault(f"processes of {folder.name}", [])
    process = _idle(idle) or started(folder)
    answer = _answer(process, job)
    idle.append(process)
    return answer


def unpacked(suite, below):
    """The folder in which a suite is unpacked, once for all reports of a worker, under a name that its content decides."""
    folder = below / f"vcgap-{hashlib.sha256(suite).hexdigest()[:16]}"
    if not folder.is_dir():
        new = Path(tempfile.mkdtemp(dir=below))
        zipfile.ZipFile(io.BytesIO(suite)).extractall(new)
        try:
            new.rename(folder)
        except OSError:  # another thread was faster
            shutil.rmtree(new)
    return folder


def started(folder):
    """A process that makes reports of what is in a folder; its imports take longer than a report, so it makes many."""
    found_first = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    log = tempfile.TemporaryFile()  # noqa: SIM115 – open as long as the process
    process = subprocess.Popen(
        [sys.executable, "-m", "vcgap.report.remote"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": found_first},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
    )
    process.stderr = log
    return process


def _idle(processes):
    """A process that waits for a job, or None."""
    while processes:
        process = processes.pop()
        if process.poll() is None:
            return process
    return None


def _answer(process, job):
    try:
        process.stdin.write(job)
        process.stdin.flush()
        return pickle.load(process.stdout)
    except (OSError, EOFError):
        raise RuntimeError(_last_words(process)) from None


def _last_words(process):
    """How a process ended, in one line."""
    status = process.wait()
    process.stderr.seek(0)
    last = process.stderr.read().decode(errors="replace").strip().rpartition("\n")[2]
    said = f": {last}" if last else ""
    return f"the process that makes reports on {platform.node()} ended with status {status}{said}"
