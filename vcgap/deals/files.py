"""An export on disk: what kind of file it is, where its header stands, and a plain copy where engines need one.

Engines read UTF-8 CSV with lines that end in a line feed, gzip of it, and Parquet. Everything else that is a table
(cp1252, Mac Roman, UTF-16, carriage returns, XLSX) is copied once, in a stream, into a temporary UTF-8 CSV.
"""

import codecs
import csv
import gzip
import hashlib
import io
from pathlib import Path
from typing import NamedTuple
from zlib import error as ZlibError

from vcgap.deals.layouts import fitting, missing_fields, plain_name
from vcgap.errors import UserError
from vcgap.reading import MOST_UNPACKED_MB, is_workbook, one_byte_encoding, workbook_rows

HEAD_BYTES = 1 << 20
MOST_TITLE_LINES = 30
CHUNK = 1 << 20
MOST_UNENDED = 4  # chunks without the end of a line
TOO_LONG = "the line is too long for a table; is a quotation mark or a line end missing?"


class Export(NamedTuple):
    """A file that an engine can read.

    path : the file, or a plain copy of it; original : the file as named; header : its column names
    skip : lines above the header; delimiter : "" for Parquet; layout : a Layout; state : see file_state
    """

    path: Path
    original: Path
    header: list
    skip: int
    delimiter: str
    layout: object
    state: tuple


def open_export(path, candidates, folder):
    """Look at a file and find its header and layout. candidates : list of Layout; folder : for a plain copy.

    Raises UserError if the file is missing, empty, no table, or holds none of the layouts.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: this is a folder; name a file" if path.is_dir() else f"{path}: there is no such file")
    state = file_state(path)
    if path.suffix.lower() in (".parquet", ".pq"):
        return _parquet(path, candidates, state)
    readable = _xlsx_as_csv(path, folder) if _is_workbook(path) else path
    head = _head(readable, path.name)
    encoding, carriage = _encoding(head)
    if encoding != "utf-8" or carriage:
        readable = plain_copy(readable, folder, encoding)
        head = _head(readable, path.name)
    text = codecs.getincrementaldecoder("utf-8-sig")(errors="replace").decode(head)
    header, skip, delimiter, layout = _header(text, candidates, path.name)
    return Export(readable, path, header, skip, delimiter, layout, state)


def file_state(path):
    """What tells whether a file was changed: size in bytes, time of the last change, inode."""
    stat = Path(path).stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def sha256(path):
    """The SHA-256 of a file in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parquet(path, candidates, state):
    import pyarrow.parquet

    try:
        header = pyarrow.parquet.read_schema(path).names
    except (OSError, pyarrow.ArrowInvalid) as error:
        raise UserError(f"{path.name}: not readable as Parquet ({shown(error)})") from None
    layout = fitting(header, candidates)
    if layout is None:
        raise UserError(_nothing_fits(path.name, header, candidates))
    return Export(path, path, header, 0, "", layout, state)


def opened(path):
    """A file's bytes, unpacked if its name ends in .gz."""
    return gzip.open(path, "rb") if Path(path).suffix.lower() == ".gz" else open(path, "rb")


def _head(path, name):
    try:
        with opened(path) as file:
            head = file.read(HEAD_BYTES)
            _look_through(file, head, name)
    except EOFError:
        raise UserError(f"{name}: the gzip file is cut off; download it again") from None
    except (gzip.BadGzipFile, ZlibError) as error:
        raise UserError(f"{name}: not readable as gzip ({shown(error)}); download it again") from None
    except OSError as error:
        raise UserError(f"{name}: cannot be read ({error.strerror or shown(error)})") from None
    if not head.strip():
        raise UserError(f"{name}: the file is empty; it needs a header line and at least one row")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise UserError(f"{name}: this is a web page, not a table; download the raw file and import that")
    return head


def _look_through(file, head, name):
    """Read a file to its end for what engines pass over in silence.

    These are a wrong checksum of gzip (reading on raises), a line that is longer than an engine's buffer, and zeros, of
    which a file that was not written to its end may hold millions. file : open, read up to the end of head
    """
    chunk, unended, wide = head, 0, head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    while chunk:
        unended = 0 if b"\n" in chunk or b"\r" in chunk else unended + 1
        if unended == MOST_UNENDED:
            line = _line_at(file, file.tell() - len(chunk))
            raise UserError(f"{name}, line {line}: {TOO_LONG}")
        if not wide and b"\0" in chunk:
            line = _line_at(file, file.tell() - len(chunk) + chunk.index(b"\0"))
            raise UserError(
                f"{name}, line {line}: a NUL character; this is not a table of text. Save it as 'CSV UTF-8'"
            )
        chunk = file.read(CHUNK)


def _line_at(file, place):
    """The number of the line that holds a byte. file : open; place : bytes before it"""
    file.seek(0)
    parts = (file.read(min(CHUNK, place - start)) for start in range(0, place, CHUNK))
    return 1 + sum(part.count(b"\n") or part.count(b"\r") for part in parts)


def _encoding(head):
    """The encoding of a file, and whether its lines end in carriage returns alone."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(mark):
            return encoding, False
    carriage = b"\r" in head and b"\n" not in head
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding, _why = one_byte_encoding(head)
    return encoding, carriage


def plain_copy(path, folder, encoding):
    """A copy in UTF-8 with line feeds, made in a stream. Returns its path; bytes that mean nothing become U+FFFD."""
    copy = Path(folder) / f"{len(list(Path(folder).iterdir()))}.csv"
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors="replace"), translate=True)
    with opened(path) as file, open(copy, "w", encoding="utf-8", newline="") as out:
        while chunk := file.read(CHUNK):
            out.write(decoder.decode(chunk))
        out.write(decoder.decode(b"", final=True))
    return copy


def _is_workbook(path):
    """Whether a file is an XLSX, by its first bytes; gzip is known by its name."""
    if path.suffix.lower() == ".gz":
        return False
    try:
        with open(path, "rb") as file:
            return is_workbook(path.name, file.read(8))
    except OSError as error:
        raise UserError(f"{path.name}: cannot be read ({error.strerror})") from None


def _xlsx_as_csv(path, folder):
    if path.stat().st_size > MOST_UNPACKED_MB * 1_000_000:
        raise UserError(f"{path.name}: a workbook of this size is not read; save the sheet as 'CSV UTF-8'")
    rows = workbook_rows(path.name, path.read_bytes()).lines
    copy = Path(folder) / f"{len(list(Path(folder).iterdir()))}.csv"
    with open(copy, "w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(cells for _number, cells in rows if any(cells))
    return copy


def _header(text, candidates, name):
    """(header, lines above it, delimiter, layout) of the first line that some layout fits."""
    first = next(line for line in text.splitlines() if line.strip())
    delimiters = sorted(",;\t|", key=lambda mark: -first.count(mark))
    lines = []
    for delimiter in delimiters:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        above = 0
        for cells in _first_rows(reader):
            layout = fitting(cells, candidates)
            if layout:
                return cells, above, delimiter, layout
            above = reader.line_num
            lines.append(cells)
    raise UserError(_nothing_fits(name, max(lines, key=len, default=[]), candidates))


def _first_rows(reader):
    for _number in range(MOST_TITLE_LINES):
        try:
            yield next(reader)
        except (StopIteration, csv.Error):
            return


def _nothing_fits(name, header, candidates):
    """What a file lacks for the layout that comes nearest."""
    nearest = min(candidates, key=lambda layout: len(missing_fields(layout, header)))
    columns = ", ".join(shown(cell) for cell in header[:12] if plain_name(cell)) or "none with a name"
    wanted = "; ".join(
        f"{field} ({' or '.join(nearest.columns.get(field, ['?']))})" for field in missing_fields(nearest, header)
    )
    known = {field for layout in candidates for names in layout.columns.values() for field in names}
    if not known & {plain_name(cell) for cell in header}:
        return f"{name}: no company, amount, date or country column found; its columns: {columns}"
    return (
        f"{name}: no layout fits; its columns: {columns}. {nearest.name} comes nearest and lacks: {wanted}. "
        "Name the columns in a map (--map), one line each: 'amount: Deal Size'"
    )


def shown(text, most=60):
    """A cell as a message may print it: one line, no control characters, not too long."""
    plain = "".join(mark if mark.isprintable() else "·" for mark in " ".join(str(text).split()))
    return plain if len(plain) <= most else plain[: most - 1] + "…"
