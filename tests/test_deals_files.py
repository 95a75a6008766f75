"""Files as they come: kinds, encodings, headers, plain copies, and cells that are safe to print."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from vcgap.deals import files
from vcgap.deals.files import plain_copy
from vcgap.deals.layouts import layouts
from vcgap.deals.raw import check_unchanged, file_state, read_through, sha256, shown
from vcgap.errors import UserError

HEADER = "company,country,date,amount"


def open_export(path, candidates, folder):
    return files.open_export(path, read_through(path), candidates, folder)


def test_a_plain_copy_is_utf8_with_line_feeds(tmp_path):
    (tmp_path / "folder").mkdir()
    source = tmp_path / "mac.csv"
    source.write_bytes("é,1\r2,3\r".encode("mac_roman"))
    assert plain_copy(source, tmp_path / "folder", "mac_roman").read_bytes() == "é,1\n2,3\n".encode()


def test_a_header_is_found_below_titles_with_line_breaks(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(f'"A title,\nof two lines"\n\n{HEADER}\nUno,MEX,2013,1\n', encoding="utf-8")
    export = open_export(path, layouts(), tmp_path)
    assert (export.header, export.skip, export.delimiter) == (HEADER.split(","), 3, ",")


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(UserError, match="this is a folder"):
        open_export(tmp_path, layouts(), tmp_path)
    with pytest.raises(UserError, match="there is no such file"):
        open_export(tmp_path / "none.csv", layouts(), tmp_path)


@pytest.mark.parametrize(("name", "said"), [("a.parquet", "Parquet"), ("a.csv.gz", "gzip")])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, name, said):
    path = tmp_path / name
    path.write_text("plain words", encoding="utf-8")
    with pytest.raises(UserError, match=f"not readable as .*{said}"):
        open_export(path, layouts(), tmp_path)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_table_is_known_by_its_bytes_not_by_its_name(tmp_path, workbook, name):
    cells = ["Uno", "MEX", "2013", "1"]
    (tmp_path / name).write_text(f"{HEADER}\n{','.join(cells)}\n", encoding="utf-8")
    assert open_export(tmp_path / name, layouts(), tmp_path).header == HEADER.split(",")
    workbook([HEADER.split(","), cells], name)
    assert open_export(tmp_path / name, layouts(), tmp_path).header == HEADER.split(",")


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", r"a\.xlsx: this is an old XLS workbook \(or one with a password\)"),
        (b"%PDF-1.7", r"a\.xlsx: this is a PDF; save the table as XLSX"),
        (b"\x1f\x8b\x08", r"a\.xlsx: this is a gzip archive; unpack it first"),
    ],
)
def test_a_file_of_another_program_is_named(tmp_path, start, said):
    (tmp_path / "a.xlsx").write_bytes(start + b"\0" * 50)
    with pytest.raises(UserError, match=said):
        open_export(tmp_path / "a.xlsx", layouts(), tmp_path)


def test_a_workbook_that_unpacks_to_too_much_or_is_too_large_is_refused(tmp_path, workbook):
    bomb = Path(workbook([["a"]], "a.xlsx"))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", "0" * 20_000_000)
    with pytest.raises(UserError, match="times its size; this is no workbook"):
        open_export(bomb, layouts(), tmp_path)
    with bomb.open("r+b") as file:
        file.truncate(201_000_000)
    with pytest.raises(UserError, match="a workbook of this size is not read"):
        open_export(bomb, layouts(), tmp_path)


def test_what_a_header_lacks_is_said_with_the_names_that_would_do(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text("company,amount_usd\nUno,1\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"generic comes nearest and lacks: country .*; date \(date or year"):
        open_export(path, layouts("generic"), tmp_path)


def test_a_change_is_seen_in_the_state_of_a_file(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text("a", encoding="utf-8")
    before = file_state(path)
    path.write_text("ab", encoding="utf-8")
    assert file_state(path) != before
    assert sha256(path) == hashlib.sha256(b"ab").hexdigest()


def test_a_file_that_changed_since_it_was_read_through_is_refused(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(f"{HEADER}\nUno,MEX,2013,1\n", encoding="utf-8")
    export = open_export(path, layouts(), tmp_path)
    check_unchanged([export, export._replace(raw=None)])
    path.unlink()
    with pytest.raises(UserError, match=r"deals\.csv: the file was changed while it was read"):
        check_unchanged([export])


def test_two_columns_of_one_name_are_refused_if_they_hold_a_field(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(f"{HEADER},Amount,note,note\nUno,MEX,2013,1,2,,\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        open_export(path, layouts(), tmp_path)
    assert caught.value.problems == ["deals.csv: two columns are called amount; rename one"]


@pytest.mark.parametrize(
    ("header", "nearest"), [("company,amount,sector", "generic"), ("acquired_at,company_name", "crunchbase_acq")]
)
def test_the_layout_that_comes_nearest_is_named(tmp_path, header, nearest):
    path = tmp_path / "deals.csv"
    path.write_text(f"{header}\n", encoding="utf-8")
    with pytest.raises(UserError, match=f"{nearest}[a-z]* comes nearest"):
        open_export(path, layouts(), tmp_path)


def test_cells_are_printed_without_control_characters_and_not_at_length():
    assert shown("a\x1b[31m\0b\nc") == "a·[31m·b c"
    assert shown("\u202eevil") == "·evil"
    assert len(shown("x" * 500)) == 60
