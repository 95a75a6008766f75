"""The kernel of the forked engine: a process forked from this one, which runs the cells of one notebook.

It is an ordinary ipykernel without its sockets: what it would publish goes into a pipe, message by message. Nothing of one
notebook is left for the next: the process ends with it. Reports are not made here, so nothing that makes them is imported.
"""

import asyncio
import ctypes
import importlib
import os
import pkgutil
import signal
import sys
import tempfile
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import NamedTuple

from jupyter_client.session import Session
from traitlets.config import Config

from vcgap import chapters
from vcgap.tables import forget_reads

OF_EVERY_NOTEBOOK = (  # some at first use
    "ipykernel.inprocess.ipkernel",
    "ipykernel.debugger",
    "matplotlib.backends.backend_svg",
    "pandas.io.formats.string",
    "pydantic",
    "vcgap.charts",
)
OF_SOME = ("scipy.optimize", "scipy.stats")  # half a second


def preload():
    """Import what the notebooks of this suite and their kernel import, so that a forked child has it."""
    _import(OF_EVERY_NOTEBOOK + OF_SOME)
    for module in pkgutil.iter_modules(chapters.__path__):
        with suppress(Exception):  # it is told by the cell that imports the module
            importlib.import_module(f"{chapters.__name__}.{module.name}")


def _import(names):
    """Import modules by name, and have debugpy out of the way."""
    sys.modules.setdefault("debugpy", None)  # nobody debugs a report; it would be loaded in every child
    for name in names:
        importlib.import_module(name)


class Started(NamedTuple):
    """A kernel: this end of its pipe, its process id, and two descriptors.

    ended : becomes ready when the process ends; tie : whoever ceases to hold it ends the kernel
    """

    pipe: Connection
    child: int
    ended: int
    tie: int


def start(ahead=False):
    """Fork a kernel: Started. It is sent the folder to work in, and then cell by cell.

    ahead : before it is sent anything it imports what every notebook of this suite does
    """
    here, there = Pipe()
    its_tie, tie = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        _serve(there, its_tie, ahead)
    there.close()
    os.close(its_tie)
    return Started(here, child, os.pidfd_open(child), tie)


def end(started):
    """End a kernel and what its cells began: it may be in an endless loop, and has nothing to put in order."""
    started.pipe.close()
    os.kill(started.child, signal.SIGKILL)
    with suppress(ProcessLookupError):  # it died before it had a group
        os.killpg(started.child, signal.SIGKILL)
    os.waitpid(started.child, 0)
    os.close(started.ended)
    os.close(started.tie)


def end_with_parent():
    """Ask Linux to kill this process when the one that made it ends, however that ends."""
    PR_SET_PDEATHSIG = 1
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _end_with_holder(tie):
    """Ask Linux to kill this process and all that it begins when nobody holds the other end of a pipe any more.

    Whoever held it may have been killed, and could not do it: cells leave pools of processes, servers, sleeping children.
    """
    import fcntl

    os.setsid()
    fcntl.fcntl(tie, fcntl.F_SETOWN, -os.getpid())  # the group that begins with this process
    fcntl.fcntl(tie, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(tie, fcntl.F_SETFL, os.O_ASYNC)


def _let_go(kept):
    """Leave open nothing of what the parent has but `kept`: not the terminal, the lock of a run, pipes of other reports.

    The numbers stay taken, for objects of the parent that may still close them.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in map(int, os.listdir("/proc/self/fd")):
        if number not in kept | {nowhere}:
            os.dup2(nowhere, number, inheritable=number == 0)


def _serve(pipe, tie, ahead):
    """The child: run code from the pipe, send back what a kernel would publish. Does not return."""
    try:
        _end_with_holder(tie)
        _let_go({1, 2, tie, pipe.fileno()})
        if ahead:
            _import(OF_EVERY_NOTEBOOK)
        kernel = _kernel(PipeSession(pipe))
        forget_reads()  # what the parent read is not what this notebook reads
        _as_in_a_kernel()
        os.chdir(pipe.recv())
        pipe.send({"msg_type": "kernel_info_reply", "content": {"language_info": kernel.language_info}})
        while True:
            _run(kernel, pipe.recv())
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
    from ipykernel.inprocess.ipkernel import InProcessKernel

    kernel = InProcessKernel(session=session, config=Config({"HistoryManager": {"enabled": False}}))
    _take_in(kernel.stdout, 1)
    _take_in(kernel.stderr, 2)
    kernel.shell_channel_thread = SimpleNamespace(parent_thread=None)  # asked for where a cell awaits something
    asyncio.set_event_loop(asyncio.new_event_loop())
    return kernel


def _take_in(stream, number):
    """Have a stream of Python show what is written to its descriptor past it, such as by a program, in its place."""
    caught, write, flush = _caught(number), stream.write, stream.flush

    def take():
        if text := caught.read().decode(errors="replace"):
            write(text)

    stream.write = lambda text: take() or write(text)
    stream.flush = lambda: take() or flush()


def _run(kernel, code):
    """Run the code of a cell; what it shows and the reply go into the pipe."""
    session = kernel.session
    with kernel._redirected_io():
        kernel.set_parent([], session.msg("execute_request", {"code": code}))
        executing = kernel.do_execute(code, silent=False, store_history=True, allow_stdin=False)
        reply = asyncio.get_event_loop().run_until_complete(executing)
        sys.stdout.flush()
        sys.stderr.flush()
    session.pipe.send({"msg_type": "execute_reply", "content": reply})


def _caught(number):
    """A file that gets what is written to a descriptor from now on, past Python's own streams, to be read on and on."""
    file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 – open until the process ends
    os.dup2(os.open(f"/proc/self/fd/{file.fileno()}", os.O_WRONLY | os.O_APPEND), number)
    return file


def _as_in_a_kernel():
    """What libraries decide when they are imported, decided as in a kernel; generators of chance begin anew."""
    backend = os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcParams["backend"] = backend
    if "pandas" in sys.modules:
        sys.modules["pandas"].set_option("display.max_columns", 20)  # outside of a kernel: as many as fit
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
