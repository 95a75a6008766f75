"""Reports made on this machine: a process for each, so many at a time; none can take another with it."""

import gc
import signal
import sys
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import wait
from operator import length_hint
from pathlib import Path
from time import monotonic

from vcgap.figures import load_package, years_with_figures
from vcgap.report import kernel
from vcgap.report.job import CAN_FORK

REPORT_SECONDS = 600
MEMORY_BYTES = 4 << 30  # of data for a process; libraries reserve a third of it before any cell runs
LOADED = None  # what a process sends when it has all that it needs: the cells are next


class Ended(Exception):
    """A report's process ended by itself, or was ended."""


def run_here(jobs, data, most, stage, meanwhile=None):
    """Make reports, at most so many at a time: yields (job, its folder below stage, entry for the manifest or str).

    jobs : iterable, from which a job is taken when there is room for it
    data : manifest.data_fingerprints(); a str is a failure in one line. Whatever ends the caller's loop ends the processes, too.
    meanwhile : a function to be called once, when the cells of the first are run, which takes one processor
    """
    if length_hint(jobs, 2) > 1:  # jobs that come one by one from elsewhere may be many
        _load_once()
    waiting, running = enumerate(jobs), {}
    try:
        while True:
            for number, job in islice(waiting, most - len(running)):
                started = _started(job, data, Path(stage) / str(number))
                running[started[0]] = started
            if not running:
                return
            for pipe in _ready(running):
                outcome = _outcome(*running[pipe])
                if outcome is not LOADED:
                    yield _ended(*running.pop(pipe), outcome)
                elif meanwhile:
                    meanwhile()
                    meanwhile = None
    finally:
        for _pipe, process, *_rest in running.values():
            process.kill()
            process.join()


def _load_once():
    """What many reports need is done once, before the first process is forked.

    A single report is begun at once: what runs its cells and what makes its page are then imported side by side.
    """
    if CAN_FORK:
        from vcgap.report.make import load_exporter

        kernel.preload()
        years_with_figures(load_package(), "vc_investment", "USA")  # the table of figures is read and parted
        load_exporter()
        gc.freeze()  # no child goes through all this again to look for garbage


def _started(job, data, folder):
    """Begin a report: (pipe, process, job, its folder, when it must have ended)."""
    context = get_context("fork" if CAN_FORK else "spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(job, data, folder, there))
    with _interrupts_held():
        process.start()
    there.close()  # so that the end of the process is the end of the pipe
    return here, process, job, folder, monotonic() + REPORT_SECONDS


@contextmanager
def _interrupts_held():
    """Ctrl-C waits: while a process is forked, Python would swallow it."""
    if not CAN_FORK:
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _work(job, data, folder, pipe):
    """The process of a report."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started it
    if CAN_FORK:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    kernel.end_with_parent()
    _limit_memory()
    started = kernel.start(ahead=True) if job.engine == "forked" else None
    from vcgap.report.make import failure, load_exporter, make_report  # while the kernel imports what notebooks need

    try:
        load_exporter()
        pipe.send(LOADED)
        pipe.send(make_report(job, data, folder, started))
    except BaseException as error:
        pipe.send(failure(job, error, folder))


def _limit_memory():
    if sys.platform != "win32":
        import resource

        _soft, most = resource.getrlimit(resource.RLIMIT_DATA)
        allowed = MEMORY_BYTES if most == resource.RLIM_INFINITY else min(MEMORY_BYTES, most)
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, most))


def _ready(running):
    """The pipes of reports of which there is news, or that have had their time."""
    first = min(until for *_rest, until in running.values())
    news = wait(list(running), max(0, first - monotonic()))
    return news or [pipe for pipe, (*_rest, until) in running.items() if until <= monotonic()]


def _outcome(pipe, process, job, folder, _until):
    """What has become of a report: LOADED, its entry for the manifest, or a failure (str)."""
    try:
        return pipe.recv() if pipe.poll() else _overdue(process, job, folder)
    except EOFError:
        process.join()
        return _failure(job, Ended(f"its process ended with status {process.exitcode}"), folder)


def _ended(_pipe, process, job, folder, _until, outcome):
    """(job, folder, outcome) of a report whose process ends."""
    process.join()
    return job, folder, outcome


def _overdue(process, job, folder):
    process.kill()
    return _failure(job, Ended(f"not done after {REPORT_SECONDS} seconds"), folder)


def _failure(job, error, folder):
    from vcgap.report.make import failure

    return failure(job, error, folder)
