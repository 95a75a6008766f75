"""What a worker does with a suite that it is sent."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from vcgap.report import worker


def zipped(**files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as suite:
        for name, text in files.items():
            suite.writestr(name, text)
    return archive.getvalue()


def test_a_suite_is_unpacked_once_and_another_beside_it(tmp_path):
    first = worker.unpacked(zipped(a="1"), tmp_path)
    (first / "made").touch()
    assert worker.unpacked(zipped(a="1"), tmp_path) == first
    second = worker.unpacked(zipped(a="2"), tmp_path)
    assert sorted(path.name for path in first.iterdir()) == ["a", "made"]
    assert (second / "a").read_text() == "2"
    assert sorted(tmp_path.iterdir()) == sorted([first, second])


def test_a_thread_that_is_late_uses_what_is_there(tmp_path, monkeypatch):
    first = worker.unpacked(zipped(a="1"), tmp_path)
    monkeypatch.setattr(Path, "is_dir", lambda _path: False)
    assert worker.unpacked(zipped(a="1"), tmp_path) == first
    assert list(tmp_path.iterdir()) == [first]


def test_the_code_that_was_sent_goes_before_any_other_in_kernels_too(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "other"))
    for name in ("sent", "other"):
        (tmp_path / name / "vcgap" / "report").mkdir(parents=True)
        for package in ("vcgap", "vcgap/report"):
            (tmp_path / name / package / "__init__.py").touch()
    (tmp_path / "sent" / "vcgap" / "report" / "remote.py").write_text(
        "import pickle, subprocess, sys\n\n"
        "kernel = [sys.executable, '-c', 'import vcgap; print(vcgap.__file__)']\n"
        "found = subprocess.run(kernel, cwd='/', capture_output=True, text=True).stdout\n"
        "pickle.dump((__file__, found.strip()), sys.stdout.buffer)"
    )
    with worker.started(tmp_path / "sent") as process:
        own, of_a_kernel = worker._answer(process, b"N.")
    assert Path(own) == tmp_path / "sent" / "vcgap" / "report" / "remote.py"
    assert Path(of_a_kernel) == tmp_path / "sent" / "vcgap" / "__init__.py"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import nowhere", "ended with status 1: ModuleNotFoundError: No module named 'nowhere'"),
        ("import os, signal\n\nos.kill(os.getpid(), signal.SIGKILL)", "ended with status -9"),
    ],
)
def test_a_process_that_ended_is_told_with_its_last_words(tmp_path, code, said):
    (tmp_path / "vcgap" / "report").mkdir(parents=True)
    for name, text in {"__init__": "", "report/__init__": "", "report/remote": code}.items():
        (tmp_path / "vcgap" / f"{name}.py").write_text(text)
    with worker.started(tmp_path) as process, pytest.raises(RuntimeError) as told:
        worker._answer(process, b"N.")
    assert str(told.value).endswith(said)
    assert str(told.value).startswith("the process that makes reports on ")


def test_only_a_process_that_lives_is_asked_again():
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as alive:
        waiting = [alive, ended]
        assert worker._idle(waiting) is alive
        assert waiting == []
        assert worker._idle(waiting) is None


def test_it_uses_nothing_that_a_worker_may_lack():
    code = "import sys, vcgap.report.worker as w; print(sorted(m for m in sys.modules if m.startswith('vcgap')))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout == "['vcgap', 'vcgap.report', 'vcgap.report.worker']\n"
