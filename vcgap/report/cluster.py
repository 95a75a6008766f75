"""Reports made on a Dask cluster: the suite travels with the jobs, so its machines need only the packages of the lock."""

import inspect
import io
import json
import logging
import pickle
import socket
import warnings
import zipfile
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path

from vcgap.errors import MachineError, UserError
from vcgap.paths import DATA, NOTEBOOKS, ROOT
from vcgap.report import manifest
from vcgap.report.job import SHARED

CONNECT_SECONDS = 5
RETRIES = 2  # of a report whose process ended; how often one may end with its worker is for the scheduler to say


@contextmanager
def connected(address):
    """A client of the scheduler at an address, such as tcp://192.168.0.7:8786. Raises UserError if there is none."""
    try:
        from distributed import Client, Security
        from distributed.comm import get_address_host_port
    except ImportError:
        raise UserError(
            "--scheduler: the package distributed is missing; install it: pip install distributed"
        ) from None
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is said once, by us
    try:
        if address.startswith("tls:") and not Security().get_connection_args("client").get("ssl_context"):
            raise ValueError("its TLS certificates belong under distributed.comm.tls in Dask's configuration")
        socket.create_connection(get_address_host_port(address, strict=True), CONNECT_SECONDS).close()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions: `run_on_cluster` says what matters to a report
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UserError(
            f"--scheduler {address}: no Dask scheduler answers there ({getattr(error, 'strerror', None) or error}); "
            "start one with 'dask scheduler', which prints its address"
        ) from None
    with client:
        yield client


def run_on_cluster(jobs, data, stage, client, say):
    """Make reports on the workers of a cluster: yields what vcgap.report.runner.run_here yields, and leaves the same files.

    client : `connected`; say : function that takes a line. Whatever ends the caller's loop cancels what is not begun.
    Raises MachineError if the scheduler is lost.
    """
    if not client.nthreads():
        say(f"{client.scheduler.address}: no workers yet; waiting for the first")
    suite = client.submit(bytes, packed(jobs, data), pure=False)  # a task: if its worker dies, another has it again
    known = {manifest.drawn_on()}
    for number, future in _ended(client, suite, jobs):
        job, folder = jobs[number], Path(stage) / str(number)
        outcome = _arrived(future, job, folder)
        if isinstance(outcome, dict) and outcome["drawn_on"] not in known:
            known.add(outcome["drawn_on"])
            say(f"Some workers are not like this machine: {outcome['drawn_on']}; their charts may differ in a digit")
        yield job, folder, outcome


def _ended(client, suite, jobs):
    """Jobs as they end: pairs of number and future. If workers died, another job may have killed them: again, alone."""
    rounds = [range(len(jobs))]
    for numbers in rounds:
        for number, future in _sent(client, suite, {number: jobs[number] for number in numbers}):
            if len(numbers) > 1 and _lost_its_workers(future):
                rounds.append([number])
            else:
                yield number, future


def _sent(client, suite, jobs):
    """Send jobs, and yield (number, future) of each as soon as it has ended. jobs : by number"""
    from distributed import as_completed

    to_send = [_to_send(job) for job in jobs.values()]
    futures = client.map(Shipped("report"), to_send, suite=suite, retries=RETRIES, pure=False)
    numbers = dict(zip([future.key for future in futures], jobs, strict=True))
    running = as_completed(futures, loop=client.loop)
    del futures  # the cluster forgets a report when nobody holds its future
    for future in running:
        yield numbers[future.key], future
        future.release()


def packed(jobs, data):
    """What reports are made of, as a ZIP archive that is the same for the same content: bytes."""
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in _files()}
    shared = {"data": data, "own": {_key(job.own): job.own for job in jobs}}
    files[SHARED] = json.dumps(shared, sort_keys=True).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as suite:
        for name, content in sorted(files.items()):
            suite.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def _files():
    """The files of the package, the data and the notebooks, but for what Python and Jupyter keep beside them."""
    found = [path for folder in (manifest.PACKAGE, DATA, NOTEBOOKS) for path in folder.rglob("*") if path.is_file()]
    return [
        path
        for path in found
        if not any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
    ]


def _key(own):
    return manifest.fingerprint(own.encode())


def _to_send(job):
    """A job, pickled here: neither scheduler nor worker knows its class. Its figures are in the suite."""
    return pickle.dumps(job._replace(own=_key(job.own)))


class Shipped:
    """A function of vcgap.report.worker, sent as text: as bytecode, it would crash another version of Python."""

    def __init__(self, name):
        self.name = name

    def __call__(self):
        """Dask sends only what can be called."""

    def __reduce__(self):
        from vcgap.report import worker

        names = {"source": inspect.getsource(worker), "module": {}, "name": self.name}
        return eval, ("exec(source, module) or module[name]", names)


def _lost_its_workers(future):
    from distributed import KilledWorker

    return future.status == "error" and isinstance(future.exception(), KilledWorker)


def _arrived(future, job, folder):
    """What became of a report, its files in its folder: entry for the manifest or str."""
    try:
        outcome, files = future.result()
    except CancelledError:
        raise MachineError(
            "--scheduler: the scheduler was lost; what is done stays: run the same command again"
        ) from None
    except Exception as error:  # of the worker: it died, its disk is full …
        return _failure(job, error, _lost_its_workers(future), folder)
    zipfile.ZipFile(io.BytesIO(files)).extractall(folder / job.language)
    return outcome


def _failure(job, error, died, folder):
    """A failure that the report may have no part in, in one line."""
    from vcgap.report.make import failure
    from vcgap.report.runner import Ended

    return failure(job, Ended("every worker that began it died") if died else error, folder)
