"""Reading any tabular file: every dialect gives the same rows, every bad file one clear sentence."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcgap import reading
from vcgap.errors import UserError
from vcgap.reading import counted_lines, decoded, read_sheet

REALDATA = Path(__file__).resolve().parents[2] / "shared" / "realdata"
ROWS = [["country", "name"], ["México", "Peña"], ["USA", "a b"]]


def rows_of(path):
    return [cells for _number, cells in read_sheet(path).lines]


def problem_of(path):
    with pytest.raises(UserError) as caught:
        read_sheet(path)
    (problem,) = caught.value.problems
    return problem


def text_of(delimiter=",", end="\n"):
    return "".join(delimiter.join(row) + end for row in ROWS)


# text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_gives_the_same_rows(write, encoding, end):
    assert rows_of(write(text_of(end=end).encode(encoding))) == ROWS


@pytest.mark.parametrize(
    ("delimiter", "word"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")]
)
def test_every_delimiter_gives_the_same_rows_and_is_told(write, delimiter, word):
    path = write(text_of(delimiter))
    assert rows_of(path) == ROWS
    assert read_sheet(path).notes == ([] if word == "commas" else [f"columns are parted by {word}"])


def test_decimal_commas_do_not_make_the_comma_the_delimiter(write):
    path = write("country;period;value\nMEX;2024;1,5\nUSA;2024;2,5\n")
    assert rows_of(path)[1] == ["MEX", "2024", "1,5"]


def test_a_tab_file_whose_cells_hold_commas_is_parted_by_tabs(write):
    assert rows_of(write("a, b\tc, d\n1, 2\t3, 4\n", "mine.tsv")) == [["a, b", "c, d"], ["1, 2", "3, 4"]]


def test_encoding_that_cannot_be_certain_is_told_with_the_lines_to_look_at(write):
    (note, *_rest) = read_sheet(write("a,b\nx,1\nMéxico,2\n".encode("cp1252"))).notes
    assert (
        note == "text is not UTF-8; read as cp1252, not Mac Roman: its letters are more plausible. Look at 1 line (3)"
    )


@pytest.mark.parametrize(
    "text", ["Garc\u00eda said don\u2019t", "l\u2019ami François", "Straße", "São Paulo", "naïve – “quoted”", "Ñuñoa"]
)
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_letters_decide_between_cp1252_and_mac_roman(text, encoding):
    assert decoded(text.encode(encoding), "mine.csv")[0] == text


def test_a_byte_that_cp1252_lacks_is_mac_roman():
    text, (note,) = decoded(b"Fran\x8dois", "mine.csv")
    assert text == "François" and "read as Mac Roman (cp1252 has no such bytes)" in note


def test_letters_broken_before_the_file_was_saved_are_told():
    _text, (note,) = decoded("a,b\nKo\u00d2\u201cre\u0152a,1\n".encode("cp1252"), "mine.csv")
    assert note.endswith("broken before it was saved: 1 line (2)")


@given(st.binary(max_size=200))
def test_no_character_is_lost_whatever_the_bytes(content):
    try:
        text, _notes = decoded(content, "mine.csv")
    except UserError:
        return
    assert "\ufffd" not in text or "\ufffd".encode() in content or content[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert len(text) >= len(content) // 4


def test_line_numbers_are_those_of_the_file(write):
    sheet = read_sheet(write('"a title\nover two lines",\n\nb,c\n1,2\n\n'))
    assert [number for number, _cells in sheet.lines] == [1, 4, 5]
    assert "blank and left out: 2 lines (3, 6)" in sheet.notes


def test_spaces_around_cells_go_and_no_break_spaces_with_them(write):
    assert rows_of(write("a , b\u00a0\n\u00a0US, x\u00a0y \n")) == [["a", "b"], ["US", "x\u00a0y"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "mine.csv: the file is empty"),
        (",,\n\n , \n", "mine.csv: the file is empty"),
        (
            "\n\n<!DOCTYPE html>\n<p>1,2",
            "mine.csv: this is a web page or XML, not a table; download the raw file itself",
        ),
        (
            "a,b\n1,\0\n",
            "mine.csv, line 2: a NUL character; this is not text. Save it as 'CSV UTF-8' or XLSX",
        ),
        (b"%PDF-1.7", "mine.csv: this is a PDF; save the table as XLSX or 'CSV UTF-8'"),
        (gzip.compress(b"a,b", mtime=0), "mine.csv: this is a gzip archive; unpack it first"),
        (
            b"\xd0\xcf\x11\xe0\xa1",
            "mine.csv: this is an old XLS workbook (or one with a password); save it as XLSX or 'CSV UTF-8'",
        ),
        (
            'a,b\n1,2\n"x,3\n',
            "mine.csv, line 3: not readable as CSV (unexpected end of data); is a quotation mark missing?",
        ),
        (b"\xff\xfea\x00\x00", "mine.csv: byte 4 is not UTF-16 text; save it as UTF-8"),
        ("a\n" + "," * 10_000, None),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(write, content, message):
    found = problem_of(write(content))
    assert found == (message or "mine.csv, line 2: 10,001 cells; a table here has at most 1,000 columns")


def test_what_is_no_file_is_named(tmp_path):
    assert problem_of(tmp_path / "none.csv") == f"{tmp_path / 'none.csv'}: there is no such file"
    assert problem_of(tmp_path) == f"{tmp_path}: this is a folder; name a file"


def test_a_file_that_cannot_be_read_is_told(write, monkeypatch):
    path = write("a,b\n")

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert problem_of(path) == "mine.csv: cannot be read (Permission denied)"


def test_a_line_of_a_gigabyte_is_not_even_opened(tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    assert problem_of(path) == "big.csv: 1,000 MB is too large; at most 20 MB are read"


# workbooks


def test_a_workbook_is_read_as_text_with_its_row_numbers(workbook):
    sheet = read_sheet(workbook([[None, "a title"], [None], [None, "year", "x"], [None, 2024.0, 1.5]]))
    assert sheet.lines == [(1, ["", "a title", ""]), (3, ["", "year", "x"]), (4, ["", "2024", "1.5"])]
    assert sheet.unit == "row" and sheet.notes == ["blank and left out: 1 row (2)"]


def test_a_workbook_is_known_by_its_content_not_by_its_name(workbook):
    assert rows_of(workbook([["a", "b"]], "mine.csv")) == [["a", "b"]]


def repacked(path, changes, **extra):
    """The workbook at path with the text of some parts replaced, and parts added."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for part, (old, new) in changes.items():
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (parts | extra).items():
            archive.writestr(name, text)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("cell", ['<c r="XFD1048576"><v>1</v></c>', '<x:c r="A1048576" s="1"><v>1</v></x:c>'])
def test_a_cell_far_off_does_not_fill_the_memory(workbook, monkeypatch, cell):
    monkeypatch.setattr(reading, "MOST_CELLS", 1_000_000)
    path = repacked(workbook([["a", "b"]]), {SHEET: ("</row>", cell + "</row>")})
    assert f"{SHEET} reaches to row 1,048,576, column " in problem_of(path)


@pytest.mark.parametrize("xml", ["<c " * 300_000, "<c ><f/>" + " " * 900_000, "<c t" + " " * 900_000])
def test_a_workbook_that_is_no_xml_is_refused_in_linear_time(workbook, xml):
    path = repacked(workbook([["a"]]), {SHEET: ("</row>", xml)})
    assert "mine.xlsx: not readable as an XLSX workbook" in problem_of(path)


def test_an_empty_cell_far_off_is_no_harm(workbook):
    path = repacked(workbook([["a", "b"]]), {SHEET: ("</row>", '<c r="XFD1" s="1"/></row>')})
    assert rows_of(path) == [["a", "b"]]


def test_a_document_type_in_a_workbook_is_refused(workbook):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet'
    path = repacked(workbook([["a"]]), {SHEET: ("<worksheet", bomb)})
    assert problem_of(path) == f"mine.xlsx: {SHEET} declares a document type; no spreadsheet program does that"


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(workbook):
    path = repacked(workbook([["a"]]), {}, **{"xl/media/image1.png": "0" * 20_000_000})
    assert "times its size; this is no workbook" in problem_of(path)
    path = repacked(workbook([["a"]]), {}, **{"xl/media/image1.png": "0" * 201_000_000})
    assert "mine.xlsx: unpacks to 201 MB; at most 200 MB are read" in problem_of(path)


def test_a_workbook_that_lies_about_its_size_is_refused(workbook):
    path = Path(repacked(workbook([["a"]]), {}, **{"xl/notes.xml": "0" * 5_000_000}))
    content = path.read_bytes()
    assert content.count((5_000_000).to_bytes(4, "little")) == 2
    path.write_bytes(content.replace((5_000_000).to_bytes(4, "little"), (50).to_bytes(4, "little")))
    assert "mine.xlsx: not readable as an XLSX workbook" in problem_of(path)


@pytest.mark.parametrize("content", [b"PK\x05\x06", b"PK\x03\x04" + b"x" * 50])
def test_what_only_begins_like_a_workbook_is_refused(write, content):
    assert "mine.xlsx: not readable as an XLSX workbook" in problem_of(write(content, "mine.xlsx"))


def test_a_first_column_called_pk_makes_no_workbook(write):
    assert rows_of(write("PK,a\n1,2\n")) == [["PK", "a"], ["1", "2"]]


def test_an_archive_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "mine.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "mine.xlsx: not readable as an XLSX workbook" in problem_of(path)


@pytest.mark.parametrize("part", ["content.xml", "xl/workbook.bin"])
def test_a_workbook_of_another_kind_is_refused(tmp_path, part):
    path = tmp_path / "mine.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    assert problem_of(path) == "mine.xlsx: of workbooks only XLSX is read; save it as XLSX or 'CSV UTF-8'"


def test_the_first_sheet_that_holds_anything_is_read_and_the_others_are_named(tmp_path):
    from xlsxwriter import Workbook

    with Workbook(tmp_path / "mine.xlsx") as book:
        book.add_worksheet("empty")
        book.add_worksheet("list").write_row(2, 1, ["as text", 2024])
        book.add_worksheet("notes").write(0, 0, "x")
    sheet = read_sheet(tmp_path / "mine.xlsx")
    assert sheet.lines[0][0] == 3 and sheet.lines[0][1][2] == "2024"
    assert sheet.notes[0] == "read sheet 'list', not 'empty', 'notes'"


def test_dates_of_a_workbook_are_iso(tmp_path):
    from datetime import datetime

    from xlsxwriter import Workbook

    with Workbook(tmp_path / "mine.xlsx", {"default_date_format": "m/d/yy"}) as book:
        book.add_worksheet().write_datetime(0, 0, datetime(2024, 3, 20))
    assert rows_of(tmp_path / "mine.xlsx") == [["2024-03-20"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="B1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="B1" s="2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ("<c r='B1' t = 'e'><v>#REF!</v></c>", "#REF!"),
        ('<c r="B1"><f>SUM(C1:C9)</f></c>', "#FORMULA!"),
        ('<c r="B1" t="n"><f>SUM(C1:C9)</f><v></v></c>', "#FORMULA!"),
        ('<c r="B1" t="e"><f t="shared" si="0"/><v/></c>', "#FORMULA!"),
        ('<c r="B1" t="str"><f>""</f><v></v></c>', ""),
        ('<c r="B1"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="B1" t="e"/>', ""),
    ],
)
def test_errors_and_formulas_without_a_result_are_no_empty_cells(workbook, cell, text):
    after = '<c r="C1" t="e"><v>#NULL!</v></c></row>'
    path = repacked(workbook([["a"]]), {SHEET: ("</row>", cell + after)})
    assert rows_of(path) == [["a", text, "#NULL!"]]


def test_an_error_is_seen_where_a_sheet_is_cut_into_pieces(workbook):
    path = repacked(workbook([["a"]]), {SHEET: ("</row>", '<!----><c r="B1" t="e"><v>#N/A</v></c></row>')})
    with zipfile.ZipFile(path) as archive:
        before = archive.read(SHEET).index(b't="e"')
    for cut in range(6):
        repacked(path, {SHEET: ("<!---->", f"<!--{'x' * (1_000_000 - before - cut)}-->")})
        assert rows_of(path) == [["a", "#N/A"]]
        path = repacked(path, {SHEET: ("x" * (1_000_000 - before - cut), "")})


def test_an_empty_workbook_is_told(workbook):
    assert problem_of(workbook([[None]])) == "mine.xlsx: the file is empty"


# JSON

TABLE = [["name", "n"], ["A", "1"], ["B", ""]]


@pytest.mark.parametrize(
    "text",
    [
        '[{"name": "A", "n": 1}, {"name": "B", "n": null}]',
        '[{"name": "A", "n": 1.0}, {"name": "B"}]',
        '{"count": 2, "data": [{"name": "A", "n": 1}, {"name": "B"}]}',
        '{"name": ["A", "B"], "n": [1, null]}',
        '{"name": {"0": "A", "1": "B"}, "n": {"0": 1, "1": null}}',
        '{"x7": {"name": "A", "n": 1}, "x9": {"name": "B"}}',
        '{"name": "A", "n": 1}\n{"name": "B"}\n',
    ],
)
def test_every_form_of_json_gives_the_same_rows(write, text):
    sheet = read_sheet(write(text, "mine.json"))
    assert [cells for _number, cells in sheet.lines] == TABLE
    assert [number for number, _cells in sheet.lines] == [0, 1, 2] and sheet.unit == "record"


def test_json_lists_have_no_header_and_nested_values_stay_json(write):
    sheet = read_sheet(write('[["A\\n", ["x", "ñ"]], [" B", {}]]', "mine.json"))
    assert sheet.lines == [(1, ["A", '["x", "ñ"]']), (2, ["B", "{}"])]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 100_000, "mine.json: brackets are nested too deeply; this is no table"),
        ('{"a": 1', "mine.json: not readable as JSON (Expecting ',' delimiter: line 1 column 8 (char 7))"),
        ('[{"a": 1, "a": 2}]', "mine.json: not readable as JSON (a record has the field 'a' twice)"),
        ("[1, 2]", "mine.json: no list of records; write a list of objects or of lists"),
        ("3", "mine.json: no list of records; write a list of objects or of lists"),
        ("{}", "mine.json: no list of records; write a list of objects or of lists"),
        ('[[1], {"a": 1}]', "mine.json: no list of records; write a list of objects or of lists"),
        ("[[null, null]]", "mine.json: the file is empty"),
    ],
)
def test_json_that_is_no_table_is_refused(write, text, message):
    assert problem_of(write(text, "mine.json")) == message


def test_numbers_too_long_for_json_are_refused(write):
    assert "mine.json: not readable as JSON" in problem_of(
        write(json.dumps([{"a": 1}]).replace("1", "9" * 5000), "mine.json")
    )


# the rest


def test_runs_of_lines_are_joined_and_many_are_cut_short():
    assert counted_lines([2, 5, 6, 7], "line") == "4 lines (2, 5–7)"
    assert counted_lines([2], "row") == "1 row (2)"
    assert counted_lines(range(0, 100, 2), "row") == "50 rows (0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, …)"


def test_the_fingerprint_is_that_of_the_bytes(write):
    from hashlib import sha256

    path = write("a,b\n1,2\n")
    assert read_sheet(path).sha256 == sha256(Path(path).read_bytes()).hexdigest()


@pytest.mark.skipif(not REALDATA.is_dir(), reason="the real exports are not beside this clone")
@pytest.mark.parametrize(
    ("name", "rows", "note"),
    [
        ("crunchbase-2013-us/crunchbase-rounds.csv", 31_680, "read as Mac Roman"),
        ("crunchbase-2014-companies/investments_VC.csv", 49_439, "read as cp1252"),
        ("unicorn-2016-01/unicorns.csv", 151, "Look at 5 lines (32–33, 35, 51–52)"),
        ("unicorn-2022-05/Unicorn_Companies.csv", 1_111, ""),
        ("unicorn-2025-07/CB-Insights_Global-Unicorn-Club_2025.xlsx", 1_319, "blank and left out: 1 row (2)"),
    ],
)
def test_real_exports_are_read_whole_and_their_encoding_told(name, rows, note):
    sheet = read_sheet(REALDATA / name)
    assert len(sheet.lines) == rows
    assert note in " ".join(sheet.notes)
