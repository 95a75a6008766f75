"""Run a command and measure it with every process that it starts: wall time, CPU and, where asked for, peak memory."""

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
SAMPLE_SECONDS = 0.05
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
UNCOUNTED_SECONDS = 0.1  # of CPU, that rounding may hide


class Wrong(Exception):
    """What was measured is not what was meant to be measured: no number of this run counts."""


class Run(NamedTuple):
    """A command that ended well. cpu_seconds : user and system, of all its processes; peak_bytes : PSS, or 0"""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    output: str


def run(command, folder, *, root=ROOT, memory=False):
    """Run a command in a folder until it ends. Raises Wrong if it fails, or started what it did not wait for.

    root : where the package is imported from; memory : watch it, which takes some of its time
    """
    words = [str(word) for word in command]
    with tempfile.TemporaryFile() as said:
        begun = monotonic()
        process = subprocess.Popen(
            words, cwd=folder, env=environment(root), stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT
        )
        watch = Watch(process.pid) if memory else None
        _pid, status, used = os.wait4(process.pid, 0)
        seconds = monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read().decode(errors="replace")
    if process.returncode:
        raise Wrong(f"{' '.join(words)}: exit status {process.returncode}\n{output[-3000:]}")
    cpu_seconds = used.ru_utime + used.ru_stime  # of the command and of all that it waited for, and they for theirs
    return Run(seconds, cpu_seconds, watch.peak_bytes(cpu_seconds) if watch else 0, output)


def environment(root=ROOT):
    """What a command finds around it: Python keeps what it has compiled, as it does unless it is told not to.

    root : where the package is imported from
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
        "PYTHONPATH": str(root)
    }


class Watch:
    """A thread that looks at a process and its descendants again and again."""

    def __init__(self, pid):
        self.pid, self.peak, self.cpu_seconds, self.ended = pid, 0, {}, Event()
        self.thread = Thread(target=self._look, daemon=True)
        self.thread.start()

    def _look(self):
        while not self.ended.wait(SAMPLE_SECONDS):
            family = family_of(self.pid)
            self.peak = max(self.peak, sum(pss_bytes(pid) for pid in family))
            for pid in family:  # one that has just ended has nothing to say any more
                self.cpu_seconds[pid] = max(self.cpu_seconds.get(pid, 0), cpu_seconds(pid))

    def peak_bytes(self, counted_seconds):
        """The most memory that the processes held at a time. Raises Wrong if their CPU is not in counted_seconds."""
        self.ended.set()
        self.thread.join()
        check_counted(sum(self.cpu_seconds.values()), counted_seconds)
        return self.peak


def check_counted(seen, counted):
    """Raises Wrong if more CPU seconds were seen at work than counted at the end: some process was not waited for."""
    if seen > counted + UNCOUNTED_SECONDS:
        raise Wrong(f"{seen:.1f} s of CPU were seen and {counted:.1f} s counted: some process is not waited for")


def family_of(pid):
    """A process and all its descendants that are there now: list of process ids."""
    children = []
    with suppress(OSError):  # it has ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += (task / "children").read_text().split()
    return [pid, *[one for child in children for one in family_of(int(child))]]


def pss_bytes(pid):
    """The memory of a process; what it shares is divided among those that share it. 0 if it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def cpu_seconds(pid):
    """User and system time of a process alone, without its children. 0 if it has ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND
    return 0
