"""What `make fuzz` begins with, and all that it ever found: figures, or a UserError that leaves nothing behind."""

from pathlib import Path

import fuzz
import pytest

FOUND = Path(__file__).parent / "fixtures" / "fuzz"  # command-what.form


@pytest.mark.parametrize("name", fuzz.names())
def test_what_mutations_begin_with_is_read(tmp_path, name):
    command, form = name.split(".")
    for seed in fuzz.seeds(name):
        path = tmp_path / f"mine.{form}"
        path.write_bytes(fuzz.content(name, seed))
        assert fuzz.read(command, path), "what is refused at once leads nowhere"


@pytest.mark.parametrize("path", sorted(FOUND.iterdir()), ids=lambda path: path.name)
def test_what_was_found_once_is_answered(path):
    fuzz.read(path.name.split("-")[0], path)
