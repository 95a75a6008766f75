"""A papermill engine that runs the suite's notebooks in a process forked from this one, where the imports are done already.

The child is an ordinary ipykernel without its sockets: what it would publish comes through a pipe, message by message,
and papermill's own client turns it into outputs. Nothing of one notebook is left for the next: the child ends with it.
"""

import asyncio
import ctypes
import importlib
import os
import pkgutil
import signal
import sys
import tempfile
from contextlib import contextmanager, suppress
from multiprocessing import Pipe
from time import monotonic
from types import SimpleNamespace

from ipykernel.inprocess.ipkernel import InProcessKernel
from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from traitlets.config import Config

from vcgap import chapters
from vcgap.tables import forget_reads

NAME = "vcgap-forked"  # under which papermill finds this engine (pyproject.toml)
LOADED_LATE = ("ipykernel.debugger", "matplotlib.backends.backend_svg", "pandas.io.formats.string")  # at first use
CAN_FORK = sys.platform == "linux"  # elsewhere a forked process may not use what its parent has loaded


def preload():
    """Import what the notebooks of this suite and their kernel import, so that a forked child has it."""
    sys.modules.setdefault("debugpy", None)  # nobody debugs a report; it would be loaded in every child
    for name in LOADED_LATE:
        importlib.import_module(name)
    for module in pkgutil.iter_modules(chapters.__path__):
        importlib.import_module(f"{chapters.__name__}.{module.name}")


class ForkedEngine(NBClientEngine):
    """Papermill's own engine, with a forked process in place of a kernel."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, log_output=False, execution_timeout=None, running=None, **_ignored
    ):
        """Run the notebook of papermill's nb_man; its outputs are there afterwards, as far as it got.

        running : path of a note that says which cell is running, or None
        """
        client = ForkedClient(nb_man, timeout=execution_timeout, log_output=log_output)
        client.running = running
        return client.execute()


class ForkedClient(PapermillNotebookClient):
    """Papermill's client, asking a forked child instead of a kernel. Errors are those of nbclient."""

    def execute(self):
        """Run all cells; returns the notebook. Raises what nbclient raises for a dead or an endless kernel."""
        self.reset_execution_trackers()
        with _forked_kernel() as (self.pipe, self.child):
            self.nb.metadata["language_info"] = self._receive(None)["content"]["language_info"]
            self.papermill_execute_cells()
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell, cell_index, execution_count=None, store_history=True):
        """Run one code cell; returns it. Raises CellExecutionError, CellTimeoutError or DeadKernelError."""
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        cell.outputs, cell.execution_count = [], None
        self.clear_before_next_output = False
        if self.running:
            self.running.write_text(str(cell_index), encoding="ascii")
        self.pipe.send(cell.source)
        until = monotonic() + self.timeout if self.timeout else None
        message = self._receive(cell, until)
        while message["msg_type"] != "execute_reply":
            self._take(message, cell, cell_index)
            message = self._receive(cell, until)
        cell.execution_count = message["content"]["execution_count"]
        if message["content"]["status"] == "error":
            raise CellExecutionError.from_cell_and_msg(cell, message["content"])
        return cell

    def _take(self, message, cell, cell_index):
        with suppress(CellExecutionComplete):  # the reply says so, too
            self.process_message(message, cell, cell_index)

    def _receive(self, cell, until=None):
        """The next message of the child. A child that is silent for too long is killed."""
        if not self.pipe.poll(None if until is None else max(0, until - monotonic())):
            os.kill(self.child, signal.SIGKILL)
            raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", self.timeout, cell)
        try:
            return self.pipe.recv()
        except EOFError:
            raise DeadKernelError("Kernel died") from None


@contextmanager
def _forked_kernel():
    """A child that runs what it is sent: the parent's end of the pipe, and the child's process id."""
    here, there = Pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        end_with_parent()
        here.close()
        _serve(there)
    there.close()
    try:
        yield here, child
    finally:
        here.close()
        os.kill(child, signal.SIGKILL)  # it may be in an endless loop, and has nothing to put in order
        os.waitpid(child, 0)


def end_with_parent():
    """Ask Linux to kill this process when the one that made it ends, however that ends."""
    PR_SET_PDEATHSIG = 1
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _serve(pipe):
    """The child: run code from the pipe, send back what a kernel would publish. Does not return."""
    try:
        kernel = _kernel(PipeSession(pipe))
        forget_reads()  # what the parent read is not what this notebook reads
        past_python = {"stdout": _caught(1), "stderr": _caught(2)}
        _as_in_a_kernel()
        pipe.send({"msg_type": "kernel_info_reply", "content": {"language_info": kernel.language_info}})
        while True:
            _run(kernel, pipe.recv(), past_python)
    finally:
        os._exit(1)


class PipeSession(Session):
    """What a kernel publishes with: each message goes into a pipe, as it is."""

    def __init__(self, pipe):
        super().__init__()
        self.pipe = pipe

    def send(self, stream, msg_or_type, content=None, parent=None, ident=None, buffers=None, **kinds):
        """Called by ipykernel, with its names; `stream` and `ident` address sockets that are not there."""
        known = isinstance(msg_or_type, dict)
        message = msg_or_type if known else self.msg(msg_or_type, content, parent, metadata=kinds.get("metadata"))
        kind = message["header"]["msg_type"]
        kept = {name: message[name] for name in ("content", "metadata", "parent_header")}
        self.pipe.send(kept | {"msg_type": kind, "header": {"msg_type": kind}, "buffers": buffers or []})
        return message


def _kernel(session):
    """An ipykernel without sockets, and without the history that IPython keeps of what people type."""
    kernel = InProcessKernel(session=session, config=Config({"HistoryManager": {"enabled": False}}))
    kernel.shell_channel_thread = SimpleNamespace(parent_thread=None)  # asked for where a cell awaits something
    asyncio.set_event_loop(asyncio.new_event_loop())
    return kernel


def _run(kernel, code, past_python):
    """Run the code of a cell; what it shows and the reply go into the pipe. past_python : dict of stream → _caught file"""
    session = kernel.session
    with kernel._redirected_io():
        kernel.set_parent([], session.msg("execute_request", {"code": code}))
        executing = kernel.do_execute(code, silent=False, store_history=True, allow_stdin=False)
        reply = asyncio.get_event_loop().run_until_complete(executing)
        sys.stdout.flush()
        sys.stderr.flush()
    for name, file in past_python.items():
        if text := file.read().decode(errors="replace"):
            session.send(None, "stream", {"name": name, "text": text})
    session.pipe.send({"msg_type": "execute_reply", "content": reply})


def _caught(number):
    """A file that gets what is written to a descriptor from now on, past Python's own streams, to be read on and on."""
    file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 – open until the process ends
    os.dup2(os.open(f"/proc/self/fd/{file.fileno()}", os.O_WRONLY | os.O_APPEND), number)
    return file


def _as_in_a_kernel():
    """What libraries decide when they are imported, decided as in a kernel; generators of chance begin anew.

    matplotlib draws into the notebook, but for what vcgap.charts draws, once that is imported: as it sets it in a kernel.
    """
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    if "pandas" in sys.modules:
        sys.modules["pandas"].set_option("display.max_columns", 20)  # outside of a kernel: as many as fit
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
