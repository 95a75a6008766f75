"""An export on disk: what kind of file it is, where its header stands, and a plain copy where engines need one.

Engines read UTF-8 CSV with lines that end in a line feed, gzip of it, and Parquet. Everything else that is a table
(cp1252, Mac Roman, UTF-16, carriage returns, XLSX) is copied once, in a stream, into a temporary UTF-8 CSV.
"""

import codecs
import csv
import io
from pathlib import Path
from typing import NamedTuple

from vcgap.deals.layouts import chosen_columns, columns_twice, fitting, missing_fields, plain_name
from vcgap.deals.raw import CHUNK, PARQUET, Raw, opened, shown, text_head
from vcgap.errors import UserError
from vcgap.reading import MOST_UNPACKED_MB, one_byte_encoding, workbook_rows

MOST_TITLE_LINES = 30


class Export(NamedTuple):
    """A file that an engine can read, or a table that it has.

    path : the file, or a plain copy of it, or the name of the table; original : as it was named; header : column names
    skip : lines above the header; delimiter : "" if it is no text; layout : a Layout; raw : a Raw, None for a table
    """

    path: Path
    original: Path
    header: list
    skip: int
    delimiter: str
    layout: object
    raw: Raw | None


def open_export(path, raw, candidates, folder):
    """Find the header and the layout of a file. raw : its Raw; candidates : list of Layout; folder : for a plain copy.

    Raises UserError if it is no table, or holds none of the layouts.
    """
    path = Path(path)
    if path.suffix.lower() in PARQUET:
        header = _parquet_header(path)
        return Export(path, path, header, 0, "", layout_of(path.name, header, candidates), raw)
    workbook = not raw.head
    readable = _xlsx_as_csv(path, folder) if workbook else path
    head = text_head(readable, path.name) if workbook else raw.head
    encoding, carriage = _encoding(head)
    if encoding != "utf-8" or carriage:
        readable = plain_copy(readable, folder, encoding)
        head = text_head(readable, path.name)
    text = codecs.getincrementaldecoder("utf-8-sig")(errors="replace").decode(head)
    header, skip, delimiter = _header(text, candidates, path.name)
    return Export(readable, path, header, skip, delimiter, layout_of(path.name, header, candidates), raw)


def layout_of(name, header, candidates):
    """The layout of a header; raises UserError if there is none, or two columns have the name of a field that it holds."""
    layout = fitting(header, candidates)
    if layout is None:
        raise UserError(_nothing_fits(name, header, candidates))
    twice = columns_twice(layout, header)
    if twice:
        raise UserError(*[f"{name}: two columns are called {shown(column)}; rename one" for column in twice])
    return layout


def _parquet_header(path):
    import pyarrow.parquet

    try:
        return pyarrow.parquet.read_schema(path).names
    except (OSError, pyarrow.ArrowInvalid) as error:
        raise UserError(f"{path.name}: not readable as Parquet ({shown(error)})") from None


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


def _xlsx_as_csv(path, folder):
    if path.stat().st_size > MOST_UNPACKED_MB * 1_000_000:
        raise UserError(f"{path.name}: a workbook of this size is not read; save the sheet as 'CSV UTF-8'")
    rows = workbook_rows(path.name, path.read_bytes()).lines
    copy = Path(folder) / f"{len(list(Path(folder).iterdir()))}.csv"
    with open(copy, "w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(cells for _number, cells in rows if any(cells))
    return copy


def _header(text, candidates, name):
    """(header, lines above it, delimiter) of the first line that some layout fits."""
    first = next(line for line in text.splitlines() if line.strip())
    delimiters = sorted(",;\t|", key=lambda mark: -first.count(mark))
    lines = []
    for delimiter in delimiters:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        above = 0
        for cells in _first_rows(reader):
            if fitting(cells, candidates):
                return cells, above, delimiter
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
    nearest = min(candidates, key=lambda layout: _distance(layout, header))
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


def _distance(layout, header):
    """How far a layout is from a header, to be compared: what it lacks, what it has, and the plain one before others."""
    return len(missing_fields(layout, header)), -len(chosen_columns(layout, header)), layout.name != "generic"
