"""Reports made on this machine: a process for each, so many at a time; none can take another with it."""

import gc
import signal
import sys
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from time import monotonic

import nbformat

from vcgap.figures import load_package, years_with_figures
from vcgap.report import engine
from vcgap.report.make import failure, make_report
from vcgap.report.template import page, style

REPORT_SECONDS = 600
WARM_UP = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A")])
MEMORY_BYTES = 4 << 30  # for the process that executes a notebook; the largest of the suite needs a tenth of it


class Ended(Exception):
    """A report's process ended by itself, or was ended."""


def run_here(jobs, data, most, stage):
    """Make reports, at most so many at a time: yields (job, its folder below stage, entry for the manifest or str).

    jobs : iterable, from which a job is taken when there is room for it
    data : manifest.data_fingerprints(); a str is a failure in one line. Whatever ends the caller's loop ends the processes, too.
    """
    _get_ready()
    waiting, running = enumerate(jobs), {}
    try:
        while True:
            for number, job in islice(waiting, most - len(running)):
                started = _started(job, data, Path(stage) / str(number))
                running[started[0]] = started
            if not running:
                return
            for pipe in _ready(running):
                yield _ended(*running.pop(pipe))
    finally:
        for _pipe, process, *_rest in running.values():
            process.kill()
            process.join()


def _get_ready():
    """What all reports need is done before the first process is forked."""
    if engine.CAN_FORK:
        engine.preload()
        years_with_figures(load_package(), "vc_investment", "USA")  # the table of figures is read and parted
        page(WARM_UP, "en", [], []), style()  # the exporter, its templates and the schemas of notebooks are made ready
        gc.freeze()  # no child goes through all this again to look for garbage


def _started(job, data, folder):
    """Begin a report: (pipe, process, job, its folder, when it must have ended)."""
    context = get_context("fork" if engine.CAN_FORK else "spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(job, data, folder, there))
    process.start()
    there.close()  # so that the end of the process is the end of the pipe
    return here, process, job, folder, monotonic() + REPORT_SECONDS


def _work(job, data, folder, pipe):
    """The process of a report."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started it
    engine.end_with_parent()
    _limit_memory()
    try:
        pipe.send(make_report(job, data, folder))
    except BaseException as error:
        pipe.send(failure(job, error, folder))


def _limit_memory():
    if sys.platform != "win32":
        import resource

        _soft, most = resource.getrlimit(resource.RLIMIT_DATA)
        allowed = MEMORY_BYTES if most == resource.RLIM_INFINITY else min(MEMORY_BYTES, most)
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, most))


def _ready(running):
    """The pipes of reports that have ended, or have had their time."""
    first = min(until for *_rest, until in running.values())
    ended = wait(list(running), max(0, first - monotonic()))
    return ended or [pipe for pipe, (*_rest, until) in running.items() if until <= monotonic()]


def _ended(pipe, process, job, folder, until):
    """What became of a report: (job, folder, entry or str)."""
    try:
        outcome = pipe.recv() if pipe.poll() else _overdue(process, job, folder)
    except EOFError:
        process.join()
        outcome = failure(job, Ended(f"its process ended with status {process.exitcode}"), folder)
    process.join()
    return job, folder, outcome


def _overdue(process, job, folder):
    process.kill()
    return failure(job, Ended(f"not done after {REPORT_SECONDS} seconds"), folder)
