"""Engines: which there are, what they are asked, and their errors in words."""

from tempfile import gettempdir
from types import SimpleNamespace

import duckdb
import pytest

from vcgap.deals.engine import NotUtf8, connect, driver_errors, exact_medians, memory, plain_errors, read, spark_master
from vcgap.errors import MachineError, UserError


def test_duckdb_stays_inside_its_memory_and_spills_into_the_folder(tmp_path):
    backend = connect("duckdb", tmp_path / "spill")
    settings = {name: backend.raw_sql(f"SELECT current_setting('{name}')").fetchone()[0] for name in (
        "memory_limit", "temp_directory", "preserve_insertion_order", "enable_progress_bar"
    )}  # fmt: skip
    assert settings["memory_limit"] == "2.7 GiB"
    assert settings["temp_directory"] == str(tmp_path / "spill") and not settings["preserve_insertion_order"]
    assert not settings["enable_progress_bar"]
    assert exact_medians(backend)


def test_an_engine_that_is_none_is_refused(tmp_path):
    with pytest.raises(UserError, match="--engine sparc: write duckdb, or a URL"):
        connect("sparc", tmp_path)


def test_an_engine_whose_driver_is_not_installed_is_refused(tmp_path):
    with pytest.raises((UserError, MachineError), match="--engine trino: "):
        connect("trino://nobody@localhost:1/none", tmp_path)


@pytest.mark.parametrize(
    ("engine", "master"),
    [
        ("spark://localhost:7077", "spark://localhost:7077"),
        ("spark://one:7077,two:7077", "spark://one:7077,two:7077"),
        ("spark://local[2]", "local[2]"),
        ("spark://local[*]", "local[*]"),
        ("spark://local", "local"),
    ],
)
def test_a_spark_of_this_machine_is_known_from_a_server_on_it(engine, master):
    assert spark_master(engine) == master


@pytest.mark.parametrize(
    "engine", ["spark://", "spark://host", "spark://local[x]", "spark://host:port", "pyspark://a b:1"]
)
def test_a_spark_that_is_neither_is_refused_before_its_driver_is_looked_for(tmp_path, engine):
    with pytest.raises(UserError, match="write spark://host:7077"):
        connect(engine, tmp_path)


@pytest.mark.parametrize(
    ("raised", "kind", "said"),
    [
        (RuntimeError("Query interrupted"), KeyboardInterrupt, None),
        (OSError(28, "No space left on device"), MachineError, f"{gettempdir()}: No space left on device; nothing was"),
        (OSError(5, "Input/output error", "a.csv"), MachineError, "^a.csv: Input/output error; nothing was written"),
        (duckdb.OutOfMemoryException("failed to offload data block"), MachineError, "no space left"),
        (duckdb.IOException("Unexpected end of GZIP stream"), UserError, "the gzip file is cut off"),
        (duckdb.InvalidInputException("Invalid unicode (byte sequence mismatch)"), NotUtf8, "unicode"),
        (duckdb.InvalidInputException("CSV Error on Line: 7\nValue with unterminated quote"), UserError, "line 7"),
        (duckdb.IOException("odd \x1b[31m thing"), UserError, "odd ·\\[31m thing"),
    ],
)
def test_errors_of_engines_are_told_in_words(raised, kind, said):
    with pytest.raises(kind, match=said), plain_errors("deals.csv"):
        raise raised


def test_other_errors_of_the_program_stay_what_they_are():
    with pytest.raises(RuntimeError, match="a bug"), plain_errors("deals.csv"):
        raise RuntimeError("a bug")


@pytest.mark.parametrize(
    ("name", "raised", "kind", "said"),
    [
        ("trino", ValueError("no catalog"), MachineError, "--engine trino: no catalog; nothing was written"),
        ("pyspark", ValueError("[MALFORMED_RECORD] row 3"), UserError, "--engine pyspark: .*row 3"),
        ("trino", UserError("as it is"), UserError, "^as it is$"),
        ("duckdb", ValueError("a bug"), ValueError, "^a bug$"),
    ],
)
def test_errors_of_drivers_are_told_in_words(name, raised, kind, said):
    with pytest.raises(kind, match=said), driver_errors(SimpleNamespace(name=name)):
        raise raised


def test_spark_refuses_titles_that_it_would_take_for_deals(tmp_path):
    export = SimpleNamespace(skip=2, delimiter=",", header=["a"], original=tmp_path / "deals.csv")
    with pytest.raises(UserError, match=r"deals\.csv: Spark passes over no titles; delete the 2 lines above"):
        read(SimpleNamespace(name="pyspark"), export)


def test_memory_grows_with_the_files_up_to_half_of_the_machine():
    machine = 24_000_000_000
    assert memory([(".parquet", 200_000_000), (".csv", 700_000_000)], machine) == 3_000_000_000
    assert memory([(".parquet", 2_000_000_000)], machine) == 5_000_000_000
    assert memory([(".csv", 80_000_000_000)], machine) == 12_000_000_000
    assert memory([(".gz", 80_000_000_000)], 1_000_000_000) == 500_000_000
