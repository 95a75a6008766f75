"""A papermill engine that runs a notebook in a forked process, vcgap.report.kernel.

What that would publish comes through a pipe, message by message, and papermill's own client turns it into outputs.
"""

import os
from contextlib import suppress
from multiprocessing.connection import wait
from time import monotonic

from nbclient.exceptions import CellExecutionComplete, CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine

from vcgap.report import kernel

NAME = "vcgap-forked"  # under which papermill finds this engine (pyproject.toml)


class ForkedEngine(NBClientEngine):
    """Papermill's own engine, with a forked process in place of a kernel."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man,
        kernel_name,
        log_output=False,
        execution_timeout=None,
        on_cell_executed=None,
        running=None,
        started=None,
        **_ignored,
    ):
        """Run the notebook of papermill's nb_man; its outputs are there afterwards, as far as it got.

        on_cell_executed : as nbclient has it, or None; running : path of a note that says which cell is running, or None
        started : a kernel of kernel.start(), or None
        """
        how = {"timeout": execution_timeout, "log_output": log_output, "on_cell_executed": on_cell_executed}
        client = ForkedClient(nb_man, **how)
        client.running, client.started = running, started
        return client.execute()


class ForkedClient(PapermillNotebookClient):
    """Papermill's client, asking a forked child instead of a kernel. Errors are those of nbclient."""

    def execute(self):
        """Run all cells; returns the notebook. Raises what nbclient raises for a dead or an endless kernel."""
        self.reset_execution_trackers()
        self.kernel = self.started or kernel.start()
        try:
            self._send(os.getcwd())
            self.nb.metadata["language_info"] = self._receive(None)["content"]["language_info"]
            self.papermill_execute_cells()
        finally:
            kernel.end(self.kernel)
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
        self._send(cell.source)
        until = monotonic() + self.timeout if self.timeout else None
        message = self._receive(cell, until)
        while message["msg_type"] != "execute_reply":
            self._take(message, cell, cell_index)
            message = self._receive(cell, until)
        cell.execution_count = message["content"]["execution_count"]
        if self.on_cell_executed:
            self.on_cell_executed(cell=cell, cell_index=cell_index, execute_reply=message)
        if message["content"]["status"] == "error":
            raise CellExecutionError.from_cell_and_msg(cell, message["content"])
        return cell

    def _take(self, message, cell, cell_index):
        with suppress(CellExecutionComplete):  # the reply says so, too
            self.process_message(message, cell, cell_index)

    def _send(self, text):
        try:
            self.kernel.pipe.send(text)
        except ConnectionError:
            raise DeadKernelError("Kernel died") from None

    def _receive(self, cell, until=None):
        """The next message of the child. Raises CellTimeoutError if it is silent for too long."""
        pipe, seconds = self.kernel.pipe, None if until is None else max(0, until - monotonic())
        ready = wait([pipe, self.kernel.ended], seconds)
        if not ready:
            raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", self.timeout, cell)
        if pipe not in ready:  # what it left behind holds the pipe
            raise DeadKernelError("Kernel died")
        try:
            return pipe.recv()
        except (EOFError, ConnectionError):  # the latter if it died before it read what it was sent
            raise DeadKernelError("Kernel died") from None
