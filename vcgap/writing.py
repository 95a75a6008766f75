"""Files are written whole or not at all, never over what they are made from, nor over the suite's own tables."""

import errno
import os
from pathlib import Path

from vcgap.errors import MachineError, UserError, raise_if
from vcgap.paths import DATA

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # of text that a spreadsheet would run
OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}  # full or broken; all else the user can mend


def check_targets(targets, inputs=()):
    """UserError unless all files to write are different, in folders that exist, and none is an input or the suite's.

    targets, inputs : list of str or Path. What is there already is replaced, but only a file.
    """
    places, read = [Path(target).resolve() for target in targets], {Path(path).resolve() for path in inputs}
    found = [_wrong_target(place, read, places) for place in places]
    raise_if(list(dict.fromkeys(f"{target}: {wrong}" for target, wrong in zip(targets, found, strict=True) if wrong)))


def _wrong_target(place, read, places):
    if place in read or places.count(place) > 1:
        return "would be written over another file that is read or written here; name another"
    if not place.parent.is_dir():
        return f"the folder {place.parent} does not exist"
    if place.exists() and not place.is_file():
        return f"{'a folder' if place.is_dir() else 'no file'}; name another file"
    return "a place of the suite itself; name another file" if place.parent == DATA else ""


def no_formula(text):
    """Text as a cell of a CSV holds it: with an apostrophe in front where a spreadsheet would take it for a formula."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def as_typed(text):
    """The text of which `no_formula` made a cell."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def write_whole(contents):
    """Write files under names that are not seen, and move all to their place when all are whole.

    contents : dict of path → str or bytes. Raises UserError, or MachineError where the disk is full; then nothing was
    written, and what was there before is there still.
    """
    made = {path: Path(path).with_name(f".{os.getpid()}.part-{place}") for place, path in enumerate(contents)}
    try:
        for target, content in contents.items():
            with made[target].open("xb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
            to_disk(made[target])  # some disks say only now that they are full
        for target, part in made.items():
            os.replace(part, target)
    except OSError as error:
        if error.errno in OF_THE_MACHINE:
            raise MachineError(f"{target}: {error.strerror}; nothing was written") from None
        raise UserError(f"{target}: cannot be written ({error.strerror})") from None
    finally:
        for part in made.values():
            part.unlink(missing_ok=True)


def to_disk(path):
    """Wait until a file is on the disk: if its name moved before, a power cut could leave that without the content."""
    with Path(path).open("r+b") as file:
        os.fsync(file.fileno())
