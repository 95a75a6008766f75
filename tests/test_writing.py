"""Files are there whole or not at all, and nothing is lost by a name."""

import os
import stat

import pytest

from vcgap.errors import MachineError, UserError
from vcgap.writing import check_targets, write_whole


@pytest.fixture
def old(tmp_path):
    """A file that is there already: its path."""
    path = tmp_path / "f.csv"
    path.write_text("old", encoding="utf-8")
    return path


def test_files_are_replaced_with_what_they_are_to_hold(old, tmp_path):
    write_whole({old: "né\r\n", str(tmp_path / "b.xlsx"): b"\0"})
    assert old.read_bytes() == "né\r\n".encode() and (tmp_path / "b.xlsx").read_bytes() == b"\0"
    assert sorted(os.listdir(tmp_path)) == ["b.xlsx", "f.csv"]


def test_files_are_as_public_as_any_other(old, tmp_path):
    write_whole({tmp_path / "new.csv": "new"})
    assert stat.S_IMODE((tmp_path / "new.csv").stat().st_mode) == stat.S_IMODE(old.stat().st_mode)


@pytest.mark.parametrize(
    ("raised", "kind", "said"),
    [
        (OSError(28, "No space left on device"), MachineError, "No space left on device; nothing was written"),
        (OSError(27, "File too large"), MachineError, "File too large; nothing was written"),
        (OSError(13, "Permission denied"), UserError, r"cannot be written \(Permission denied\)"),
        (KeyboardInterrupt("stop"), KeyboardInterrupt, "stop"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_stops_the_writing_leaves_all_as_it_was(old, tmp_path, monkeypatch, step, raised, kind, said):
    def stopped(*_arguments):
        raise raised

    monkeypatch.setattr(os, step, stopped)
    with pytest.raises(kind, match=said):
        write_whole({old: "new", tmp_path / "g.csv": "new"})
    assert os.listdir(tmp_path) == ["f.csv"] and old.read_text(encoding="utf-8") == "old"


def test_a_disk_that_is_full_at_the_second_file_leaves_the_first_as_it_was(old, tmp_path):
    with pytest.raises(UserError, match=r"none/g\.csv: cannot be written"):
        write_whole({old: "new", tmp_path / "none" / "g.csv": "new"})
    assert os.listdir(tmp_path) == ["f.csv"] and old.read_text(encoding="utf-8") == "old"


def test_every_target_that_is_wrong_is_told_at_once(old, tmp_path):
    (tmp_path / "folder").mkdir()
    targets = [old, tmp_path / "a.csv", tmp_path / "." / "a.csv", tmp_path / "no" / "b.csv", tmp_path / "folder"]
    with pytest.raises(UserError) as caught:
        check_targets([*targets, os.devnull], inputs=[str(old)])
    over = "would be written over another file that is read or written here; name another"
    assert caught.value.problems == [
        f"{old}: {over}",
        f"{tmp_path / 'a.csv'}: {over}",
        f"{tmp_path / 'no' / 'b.csv'}: the folder {tmp_path / 'no'} does not exist",
        f"{tmp_path / 'folder'}: a folder; name another file",
        f"{os.devnull}: no file; name another file",
    ]


def test_a_link_to_an_input_is_that_input(old, tmp_path):
    (tmp_path / "link.csv").symlink_to(old)
    with pytest.raises(UserError, match="would be written over"):
        check_targets([tmp_path / "link.csv"], [old])


def test_the_tables_of_the_suite_are_not_written_over(tmp_path, monkeypatch):
    monkeypatch.setattr("vcgap.writing.DATA", tmp_path)  # the suite's own would be lost if this test failed
    with pytest.raises(UserError, match=r"figures\.csv: a place of the suite itself; name another file"):
        check_targets([tmp_path / "figures.csv"])


def test_a_file_that_is_there_may_be_replaced(old):
    check_targets([old], [])
