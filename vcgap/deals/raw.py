"""The bytes of an export, read to their end before any of them counts: what engines pass over in silence, and a hash."""

import codecs
import gzip
import hashlib
from pathlib import Path
from typing import NamedTuple
from zlib import error as ZlibError

from vcgap.errors import UserError
from vcgap.reading import is_workbook

HEAD_BYTES = 1 << 20
CHUNK = 1 << 24  # large, because a thread waits for Python between two reads
PART = 1 << 20
MOST_UNENDED = 4  # parts of a chunk without the end of a line
TOO_LONG = "the line is too long for a table; is a quotation mark or a line end missing?"
PARQUET = (".parquet", ".pq")


class Raw(NamedTuple):
    """What is known of a file that was read to its end.

    state : see file_state; sha256 : of the file, in hexadecimal; head : its first bytes, unpacked; b"" if it is no text
    """

    state: tuple
    sha256: str
    head: bytes


def read_through(path):
    """Read a file to its end. Returns Raw; raises UserError if it is missing, empty, broken or no table of text."""
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: this is a folder; name a file" if path.is_dir() else f"{path}: there is no such file")
    state = file_state(path)
    head = text_head(path, path.name) if _is_text(path) else b""
    return Raw(state, sha256(path), head)


def _is_text(path):
    """Whether a file is text, maybe packed, rather than Parquet (by its name) or a workbook (by its first bytes)."""
    if path.suffix.lower() in (".gz", *PARQUET):
        return path.suffix.lower() == ".gz"
    try:
        with open(path, "rb") as file:
            return not is_workbook(path.name, file.read(8))
    except OSError as error:
        raise UserError(f"{path.name}: cannot be read ({error.strerror})") from None


def file_state(path):
    """What tells whether a file was changed: size in bytes, time of the last change, inode."""
    stat = Path(path).stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def sha256(path):
    """The SHA-256 of a file in hexadecimal."""
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def opened(path):
    """A file's bytes, unpacked if its name ends in .gz."""
    return gzip.open(path, "rb") if Path(path).suffix.lower() == ".gz" else open(path, "rb")


def text_head(path, name):
    """The first bytes of a text file, unpacked, which is read to its end. name : for messages. Raises UserError."""
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
        if not wide and b"\0" in chunk:
            line = _line_at(file, file.tell() - len(chunk) + chunk.index(b"\0"))
            raise UserError(
                f"{name}, line {line}: a NUL character; this is not a table of text. Save it as 'CSV UTF-8'"
            )
        for start in range(0, len(chunk), PART):
            ended = any(chunk.find(mark, start, start + PART) >= 0 for mark in (b"\n", b"\r"))
            unended = 0 if ended else unended + 1
            if unended == MOST_UNENDED:
                line = _line_at(file, file.tell() - len(chunk) + start)
                raise UserError(f"{name}, line {line}: {TOO_LONG}")
        chunk = file.read(CHUNK)


def _line_at(file, place):
    """The number of the line that holds a byte. file : open; place : bytes before it"""
    file.seek(0)
    parts = (file.read(min(CHUNK, place - start)) for start in range(0, place, CHUNK))
    return 1 + sum(part.count(b"\n") or part.count(b"\r") for part in parts)


def shown(text, most=60):
    """A cell as a message may print it: one line, no control characters, not too long."""
    plain = "".join(mark if mark.isprintable() else "·" for mark in " ".join(str(text).split()))
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def check_unchanged(exports):
    """UserError if a file is not as it was when it was read through. exports : list of vcgap.deals.files.Export"""
    files = [export for export in exports if export.raw]
    changed = [export.original.name for export in files if _state_now(export.original) != export.raw.state]
    if changed:
        raise UserError(*[f"{name}: the file was changed while it was read; import it again" for name in changed])


def _state_now(path):
    try:
        return file_state(path)
    except OSError:
        return None
