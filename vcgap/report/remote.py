"""A process on a machine of a cluster: takes jobs from its standard input, and has each report made as `vcgap render` does.

Started by vcgap.report.worker, in a folder that holds the suite; ends with it, or when no job has come for a while.
"""

import io
import json
import os
import pickle
import shutil
import signal
import sys
import zipfile
from tempfile import TemporaryDirectory

from vcgap.paths import ROOT
from vcgap.report.job import SHARED

IDLE_SECONDS = 60


def main():
    """Answer each job with (entry for the manifest or str, its files as a ZIP archive), both pickled."""
    jobs, answers = _own_pipes()  # before anything is imported that might print
    from papermill.engines import papermill_engines

    from vcgap.report import engine, kernel
    from vcgap.report.runner import run_here

    kernel.end_with_parent()
    papermill_engines.register(engine.NAME, engine.ForkedEngine)  # this package need not be installed here
    shared = json.loads((ROOT / SHARED).read_text(encoding="utf-8"))
    signal.signal(signal.SIGALRM, lambda *_: sys.exit())
    with TemporaryDirectory(dir=ROOT.parent) as stage:
        for job, folder, outcome in run_here(_jobs(jobs, shared["own"]), shared["data"], 1, stage):
            pickle.dump((outcome, _packed(folder / job.language, outcome)), answers)
            answers.flush()
            shutil.rmtree(folder, ignore_errors=True)


def _own_pipes():
    """Standard input and output for this process alone: a notebook may read from the one and print to the other."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    return jobs, answers


def _jobs(pipe, own):
    """The jobs that come, as long as they come. own : the analysts' figures by their fingerprints"""
    while True:
        signal.alarm(IDLE_SECONDS)
        try:
            job = pickle.load(pipe)
        except EOFError:
            return
        signal.alarm(0)
        yield job._replace(own=own[job.own])


def _packed(folder, outcome):
    """The files of a report as a ZIP archive; empty if it failed."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for name in outcome["files"] if isinstance(outcome, dict) else []:
            files.write(folder / name, name)
    return archive.getvalue()


if __name__ == "__main__":
    main()
