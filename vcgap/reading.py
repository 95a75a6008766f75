"""Any tabular file as rows of text: CSV, TSV, XLSX or JSON, in the dialects that programs write.

Nothing is interpreted here: cells are text, and what had to be decided (an encoding but UTF-8, a delimiter but the comma,
one sheet of several, blank lines) is told in notes, so that whoever reads the rows can say so.
"""

import codecs
import csv
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from datetime import datetime, time
from pathlib import Path
from typing import NamedTuple

from vcgap.errors import UserError
from vcgap.values import NOT_SAVED, plain

LARGEST_FILE_MB = 20
MOST_UNPACKED_MB = 200
MOST_TIMES_PACKED = 200  # tables shrink to a tenth or a twentieth; only bombs do better than this
MOST_COLUMNS = 1_000
MOST_CELLS = 5_000_000
MOST_SPANS = 12  # of line numbers in one note
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
NOT_TABLES = {
    b"\xd0\xcf\x11\xe0": "an old XLS workbook (or one with a password); save it as XLSX or 'CSV UTF-8'",
    b"%PDF": "a PDF; save the table as XLSX or 'CSV UTF-8'",
    b"\x1f\x8b": "a gzip archive; unpack it first",
}
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
ONE_BYTE = {"cp1252": "cp1252", "mac_roman": "Mac Roman"}
AFTER_APOSTROPHE = re.compile(r"(?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
CELL_AT = re.compile(rb"<(?:\w+:)?(?:c|row)\s[^<>]*?\br\s*=\s*[\"']([A-Za-z]*)(\d+)[\"'][^<>]*>")
UNRESOLVED = re.compile(rb"<(?:\w+:)?(?:c\s[^<>]*\bt\s*=\s*[\"']e|f[\s/>])")  # an error or a formula
ERROR_CELL = re.compile(rb"(<(?:\w+:)?c\s[^<>]*?\bt\s*=\s*[\"'])e(?=[\"'])")
FORMULA_ALONE = re.compile(
    rb"<((?:\w+:)?)c(?=\s)((?![^<>]*\st\s*=\s*[\"']str)[^<>]*)>"  # the result "" is saved as an empty text: str
    rb"(\s*<\1f(?:\s[^<>]*)?(?:/>|>[^<]*</\1f>))\s*+(?:<\1v\s*/>|<\1v>\s*</\1v>)?\s*</\1c>"
)


class Sheet(NamedTuple):
    """The rows of a file as text.

    lines : list of (number, cells): the line of a CSV, the row of a workbook or the record of a JSON file (1 is the
    first; 0 are the names of its fields), and its cells as list of str, "" if empty. Blank lines are left out.
    unit : what the numbers count: "line", "row" or "record"
    notes : list of str, what was decided in order to read it
    sha256 : fingerprint of the bytes that were read, 64 hexadecimal digits
    """

    lines: list
    unit: str
    notes: list
    sha256: str = ""


def read_sheet(path):
    """The rows of a CSV, TSV, XLSX or JSON file: Sheet. Any text is taken for a CSV.

    Raises UserError if the file is missing, too large, empty, or of another program.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: {_why_no_file(path)}")
    if path.stat().st_size > LARGEST_FILE_MB * 1_000_000:
        size = path.stat().st_size / 1_000_000
        raise UserError(f"{path.name}: {size:,.0f} MB is too large; at most {LARGEST_FILE_MB} MB are read")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path.name}: cannot be read ({error.strerror})") from None
    sheet = _reader(path, content)(path.name, content)
    return _without_blank(sheet, path.name)._replace(sha256=hashlib.sha256(content).hexdigest())


def _why_no_file(path):
    if path.is_dir():
        return "this is a folder; name a file"
    return "this is not a file" if path.exists() else "there is no such file"


def is_workbook(name, content):
    """Whether a file is an XLSX: by its first bytes, whatever its name. UserError if they are those of no table."""
    for start, what in NOT_TABLES.items():
        if content.startswith(start):
            raise UserError(f"{name}: this is {what}")
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))  # PK alone may be the name of a first column


def _reader(path, content):
    if is_workbook(path.name, content):
        return workbook_rows
    return _json if path.suffix.lower() in (".json", ".jsonl", ".ndjson") else _delimited


def _without_blank(sheet, name):
    for number, cells in sheet.lines:
        if len(cells) > MOST_COLUMNS:
            raise UserError(
                f"{name}, {sheet.unit} {number}: {len(cells):,} cells; a table here has at most {MOST_COLUMNS:,} columns"
            )
    filled = [(number, cells) for number, cells in sheet.lines if any(cells)]
    if not filled:
        raise UserError(f"{name}: the file is empty")
    blank = [number for number, cells in sheet.lines if not any(cells)]
    notes = [f"blank and left out: {counted_lines(blank, sheet.unit)}"] if blank else []
    return Sheet(filled, sheet.unit, sheet.notes + notes)


def counted_lines(numbers, unit):
    """Line numbers in words and how many they are: [2, 5, 6, 7] → "4 lines (2, 5–7)". numbers : ascending list of int."""
    return f"{len(numbers):,} {unit}{'' if len(numbers) == 1 else 's'} ({runs_of(numbers)})"


def runs_of(numbers):
    """Line numbers with runs joined: [2, 5, 6, 7] → "2, 5–7". numbers : ascending list of int."""
    runs = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    spans = ", ".join(f"{first}–{last}" if last > first else str(first) for first, last in runs[:MOST_SPANS])
    return spans + (", …" if len(runs) > MOST_SPANS else "")


# text


def _delimited(name, content):
    text, notes = decoded(content, name)
    if text.lstrip()[:1] == "<":
        raise UserError(f"{name}: this is a web page or XML, not a table; download the raw file itself")
    delimiter = _delimiter(text, tab_first=name.lower().endswith((".tsv", ".tab")))
    notes += [f"columns are parted by {DELIMITERS[delimiter]}"] if delimiter != "," else []
    return Sheet(csv_lines(name, text, delimiter), "line", notes)


def decoded(content, name):
    """A file's bytes as text, and what was decided: (str, list of str). Raises UserError if it is no text.

    UTF-8 and UTF-16 are certain. What is neither is taken as cp1252 or Mac Roman, by which gives plausible letters.
    """
    encoding = next((codec for mark, codec in BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    encoding = encoding or _utf16_by_zeros(content) or "utf-8"
    try:
        text, notes = content.decode(encoding), ["text is UTF-16"] if encoding.startswith("utf-16") else []
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise UserError(f"{name}: byte {error.start} is not {encoding.upper()} text; save it as UTF-8") from None
        text, notes = _one_byte_text(content)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UserError(f"{name}, line {line}: a NUL character; this is not text. Save it as 'CSV UTF-8' or XLSX")
    return text, notes


def _utf16_by_zeros(content):
    """UTF-16 without a mark: in text of any European language every other byte is zero."""
    sample = content[:2000]
    zeros = [sample[start::2].count(0) for start in (0, 1)]
    if len(sample) < 4 or max(zeros) < 0.3 * len(sample) or min(zeros) > 0.02 * len(sample):
        return None
    return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"


def _one_byte_text(content):
    codec, why = one_byte_encoding(content)
    text = content.decode(codec)
    return text, [f"text is not UTF-8; read as {ONE_BYTE[codec]}{why}{_to_look_at(text)}"]


def one_byte_encoding(content):
    """Which encoding of one byte a character gives more plausible letters: ("cp1252" or "mac_roman", why, in words)."""
    try:
        texts = {codec: content.decode(codec) for codec in ONE_BYTE}
    except UnicodeDecodeError:  # five bytes mean nothing in cp1252
        return "mac_roman", " (cp1252 has no such bytes)"
    scores = {codec: sum(_plausible(text, at) for at in _beyond_ascii(text)) for codec, text in texts.items()}
    best, other = sorted(scores, key=scores.get, reverse=True)  # a tie goes to cp1252
    why = "both encodings are as plausible" if scores[best] == scores[other] else "its letters are more plausible"
    return best, f", not {ONE_BYTE[other]}: {why}"


def _beyond_ascii(text):
    return [at for at, letter in enumerate(text) if letter > "\x7f"]


def _plausible(text, at):
    """+1 if a character beyond ASCII fits its neighbours, −1 if it does not: a capital or a sign inside a word."""
    before, letter, after = text[max(at - 1, 0) : at], text[at], text[at + 1 : at + 2]
    inside = before.isalpha() and after.isalpha()
    if letter in "’‘":
        one_letter = len(re.split(r"\W", text[max(at - 30, 0) : at])[-1]) == 1
        return 1 if one_letter or not inside or AFTER_APOSTROPHE.match(text, at + 1) else -1
    if not letter.isalpha():
        return -1 if inside or unicodedata.category(letter) in ("Cc", "Sk") else 0
    if letter.isupper() and before.isalpha():
        return 1 if before.isupper() and not after.islower() else -1
    return 1 if before.isalpha() or after.isalpha() else 0


def _to_look_at(text):
    """Which lines hold letters that depend on the encoding, and where none fits: those were broken before saving."""
    lines, broken = [], []
    for number, line in enumerate(re.split("\r\n|\r|\n", text), start=1):
        places = [] if line.isascii() else _beyond_ascii(line)
        lines += [number] if places else []
        broken += [number] if any(_plausible(line, at) < 0 for at in places) else []
    said = f". Look at {counted_lines(lines, 'line')}"
    return said + (f"; broken before it was saved: {counted_lines(broken, 'line')}" if broken else "")


def _delimiter(text, tab_first):
    """The delimiter that parts most of the first lines into the same number of cells; of equals, the most cells."""
    sample = text[:100_000]

    def agreement(delimiter):
        counts = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)][:200]
        several = [count for count in counts if count > 1]
        usual = max(set(several), key=several.count, default=0)
        return tab_first and usual > 1 and delimiter == "\t", several.count(usual), usual

    try:
        return max(DELIMITERS, key=agreement)
    except csv.Error:  # told with its line when the whole is read
        return ","


def csv_lines(name, text, delimiter):
    """(number of the first line, cells) of every record; a record goes over several lines if a cell does."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines, first = [], 1
    try:
        for row in reader:
            lines.append((first, [cell.strip() for cell in row]))
            first = reader.line_num + 1
    except csv.Error as error:
        raise UserError(f"{name}, line {first}: not readable as CSV ({error}); is a quotation mark missing?") from None
    return lines


# workbooks


def workbook_rows(name, content):
    """The first sheet of an XLSX (bytes) that holds anything: Sheet, blank rows included. UserError if it is none."""
    unresolved = _look_through(name, content)
    from python_calamine import CalamineWorkbook

    try:
        content = _with_errors_as_text(content, unresolved) if unresolved else content
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        title, rows = _first_filled(book)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # calamine raises many kinds, and panics outside Exception: not a workbook
        raise UserError(f"{name}: not readable as an XLSX workbook ({error})") from None
    others = [f"'{other}'" for other in book.sheet_names if other != title]
    notes = [f"read sheet '{title}', not {', '.join(others)}"] if others else []
    return Sheet(
        [(number, [_cell_text(cell) for cell in row]) for number, row in enumerate(rows, start=1)], "row", notes
    )


def _first_filled(book):
    """The first sheet that holds anything: (its title, its rows). ("", []) if none does."""
    for title in book.sheet_names:
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        if any(cell != "" for row in rows for cell in row):
            return title, rows
    return "", []


def _cell_text(cell):
    if isinstance(cell, float):
        return plain(cell)  # spreadsheets hold the year 2024 as 2024.0
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell).strip()


def _look_through(name, content):
    """The names of the parts of an XLSX that hold errors or formulas.

    UserError if it would unpack to more than memory should hold. Sizes are counted, not believed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > MOST_UNPACKED_MB * 1_000_000:
                raise UserError(
                    f"{name}: unpacks to {unpacked / 1e6:,.0f} MB; at most {MOST_UNPACKED_MB} MB are read. "
                    "Save the sheet as 'CSV UTF-8'"
                )
            if unpacked > max(MOST_TIMES_PACKED * len(content), 10_000_000):
                raise UserError(
                    f"{name}: unpacks to {unpacked / len(content):,.0f} times its size; this is no workbook"
                )
            if {"content.xml", "xl/workbook.bin"} & {part.lower() for part in archive.namelist()}:
                raise UserError(f"{name}: of workbooks only XLSX is read; save it as XLSX or 'CSV UTF-8'")
            return {part.filename for part in archive.infolist() if _is_unresolved(name, archive, part)}
    except UserError:
        raise
    except Exception as error:  # a damaged archive fails in many ways: struct, zlib, seek, encryption
        raise UserError(f"{name}: not readable as an XLSX workbook ({error})") from None


def _is_unresolved(name, archive, part):
    """Whether a part of an XLSX holds errors or formulas.

    It is read through in pieces; UserError if its size is not as declared, it has a document type or a far-off cell.
    """
    rest, area, unresolved = b"", [0, 0], False
    with archive.open(part) as file:
        while piece := file.read(1_000_000):
            piece = rest + piece
            if b"<!DOCTYPE" in piece:  # without it there are no entities to unfold
                raise UserError(f"{name}: {part.filename} declares a document type; no spreadsheet program does that")
            _stretch(area, piece)
            if area[0] * max(area[1], 1) > MOST_CELLS or area[1] > MOST_COLUMNS:
                raise UserError(
                    f"{name}: {part.filename} reaches to row {area[0]:,}, column {area[1]:,}; a table here has at "
                    f"most {MOST_COLUMNS:,} columns and {MOST_CELLS:,} cells. Delete what stands far off"
                )
            unresolved = unresolved or bool(UNRESOLVED.search(piece))
            rest = piece[max(piece.rfind(b"<"), len(piece) - 1000) :]
    return unresolved


def _with_errors_as_text(content, parts):
    """An XLSX in which errors are text, and so are formulas without a result; calamine takes both for empty cells."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(packed, "w") as after:
        for name in dict.fromkeys(before.namelist()):
            part = before.read(name)
            if name in parts:
                part = ERROR_CELL.sub(rb"\1str", FORMULA_ALONE.sub(_told_as_text, part))
            after.writestr(name, part)
    return packed.getvalue()


def _told_as_text(cell):
    prefix, attributes, formula = cell.groups()
    attributes = re.sub(rb"\st\s*=\s*([\"']).*?\1", b"", attributes) + b' t="str"'
    v, text = prefix + b"v", NOT_SAVED.encode()
    return b"<%bc%b>%b<%b>%b</%b></%bc>" % (prefix, attributes, formula, v, text, v, prefix)


def _stretch(area, piece):
    """Widen area [rows, columns] by the cells in a piece of a sheet's XML; cells without content do not count."""
    for found in CELL_AT.finditer(piece):
        if not found[0].endswith(b"/>"):
            area[0] = max(area[0], int(found[2]))
            area[1] = max(area[1], _column_number(found[1]))


def _column_number(letters):
    """A → 1, Z → 26, AA → 27; no letters → 0."""
    number = 0
    for letter in letters.upper()[:4]:
        number = 26 * number + letter - 64
    return number


# JSON


def _json(name, content):
    text, notes = decoded(content, name)
    try:
        records = _records(_loads(text))
    except RecursionError:
        raise UserError(f"{name}: brackets are nested too deeply; this is no table") from None
    except ValueError as error:
        raise UserError(f"{name}: not readable as JSON ({error})") from None
    if not records:
        raise UserError(f"{name}: no list of records; write a list of objects or of lists")
    if isinstance(records[0], list):
        lines = [[_json_text(cell) for cell in record] for record in records]
        return Sheet(list(enumerate(lines, start=1)), "record", notes)
    fields = list(dict.fromkeys(field for record in records for field in record))
    lines = [[_json_text(record.get(field)) for field in fields] for record in records]
    return Sheet([(0, [field.strip() for field in fields]), *enumerate(lines, start=1)], "record", notes)


def _loads(text):
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
        return [json.loads(line, object_pairs_hook=_object) for line in text.splitlines() if line.strip()]  # JSON Lines


def _object(pairs):
    names = [name for name, _value in pairs]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise ValueError(f"a record has the field '{twice[0][:40]}' twice")
    return dict(pairs)


def _records(data):
    """The rows in what a JSON file holds: a list, a list inside an object, or columns of values."""
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list)]
        if len(lists) == 1:
            return _records(lists[0])
        if data and len(lists) == len(data) and len({len(values) for values in lists}) == 1:
            return [dict(zip(data, row, strict=True)) for row in zip(*lists, strict=True)]
        if data and all(isinstance(value, dict) for value in data.values()):
            rows = set(map(tuple, data.values()))
            if len(rows) == 1 and all(
                key.isdigit() for key in next(iter(rows))
            ):  # columns, each a value per row number
                return [{name: column[row] for name, column in data.items()} for row in next(iter(rows))]
            return _records(list(data.values()))
        return []
    same = isinstance(data, list) and {type(record) for record in data}
    return data if same in ({dict}, {list}) else []


def _json_text(value):
    if value is None:
        return ""
    if isinstance(value, (str, int, float)):
        return _cell_text(value)
    return json.dumps(value, ensure_ascii=False)
