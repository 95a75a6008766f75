"""Where an aggregation runs: DuckDB inside this process, or an engine that is there already, through Ibis.

DuckDB and Spark read files; of an engine behind any other URL, a table that it has is read. Beyond DuckDB nothing is
installed by default: spark://, trino://, bigquery:// and snowflake:// need the extras of these names (pyproject.toml).
"""

import os
import re
from contextlib import contextmanager
from tempfile import gettempdir

import ibis

from vcgap.deals.raw import TOO_LONG, shown
from vcgap.errors import MachineError, UserError

LEAST_MEMORY = 3_000_000_000  # bytes for tables, of which ten million lines take less than half; close to its limit an
# engine spills to disk, and takes more in all
NEEDED = {".parquet": 2.5, ".gz": 3.0}  # bytes of memory that telling deals apart needs for a byte of a file (measured)
NEEDED_CSV = 0.7
ON_SPARK = ("spark", "pyspark")
WITHOUT_MEDIAN = ("trino", "bigquery")  # have an approximate median only
BAD_UTF8 = re.compile("invalid unicode|not utf-8|byte sequence mismatch", re.I)


class NotUtf8(Exception):
    """A file that began as UTF-8 holds bytes that are not."""


def memory(files, machine):
    """Bytes that DuckDB may use: by the size of the files, at most half of the machine; the rest goes to disk.

    files : (suffix, bytes) of each file; machine : bytes of memory that it has
    """
    needed = sum(size * NEEDED.get(suffix, NEEDED_CSV) for suffix, size in files)
    return int(min(max(LEAST_MEMORY, needed), machine / 2))


def connect(engine, folder, files=()):
    """An Ibis backend. engine : "duckdb", spark://host:port, spark://local[2], or a URL that ibis.connect knows.

    folder : where DuckDB puts what does not fit into memory; files : see memory(). Raises UserError if there is no
    such engine, MachineError if it does not answer.
    """
    if engine == "duckdb":
        limit = memory(files, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
        settings = {"memory_limit": f"{limit}B", "temp_directory": str(folder), "preserve_insertion_order": False}
        backend = ibis.duckdb.connect(**settings)
        backend.raw_sql("SET enable_progress_bar = false")  # it would stand in the output
        return backend
    scheme = engine.partition("://")[0]
    if "://" not in engine:
        raise UserError(f"--engine {engine}: write duckdb, or a URL such as spark://host:7077 or trino://user@host/db")
    try:
        return _spark(engine) if scheme in ON_SPARK else ibis.connect(engine)
    except UserError:
        raise
    except ImportError as error:
        raise UserError(f"--engine {scheme}: its driver is not installed ({shown(error, 300)})") from None
    except Exception as error:  # every driver has its own kinds
        raise MachineError(f"--engine {scheme}: no connection ({shown(error, 300)})") from None


def spark_master(engine):
    """What Spark calls the place: "spark://host:7077" → itself, "spark://local[2]" → "local[2]".

    Raises UserError if a URL is neither.
    """
    place = engine.partition("://")[2]
    if re.fullmatch(r"local(\[(\d+|\*)\])?", place):
        return place
    if re.fullmatch(r"[^\s:/]+:\d+(,[^\s:/]+:\d+)*", place):
        return f"spark://{place}"
    raise UserError(f"--engine {engine}: write spark://host:7077 (host and port), or spark://local[2]")


def _spark(engine):
    master = spark_master(engine)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("vcgap").config("spark.sql.session.timeZone", "UTC")
    builder = builder.config("spark.ui.showConsoleProgress", "false").master(master)
    if not master.startswith("spark:"):  # one machine: 200 parts of a small table are 200 tasks
        builder = builder.config("spark.sql.shuffle.partitions", "4")
    return ibis.pyspark.connect(builder.getOrCreate())


def exact_medians(backend):
    """Whether the engine's own median is exact."""
    return backend.name not in WITHOUT_MEDIAN


def keep(backend):
    """A function that lays a table down where an engine can (DuckDB, Spark), so that it is worked out once."""
    if backend.name == "pyspark":
        return lambda table: _kept_by_spark(backend, table)
    return (lambda table: table.cache()) if backend.name == "duckdb" else (lambda table: table)


def _kept_by_spark(backend, table):
    backend._run_pre_execute_hooks(table)  # ibis 12 does not hand small tables to Spark before it caches
    return table.cache()


def table(backend, name):
    """A table that an engine has, as an Ibis table. name : such as deals, schema.deals or catalog.schema.deals"""
    *place, own = name.split(".")
    return backend.table(own, database=tuple(place) or None)


def read(backend, export):
    """The rows of an Export as an Ibis table: text columns c0, c1, … of a CSV, typed ones of Parquet or a table."""
    if not export.delimiter:
        rows = table(backend, export.path) if export.raw is None else backend.read_parquet(str(export.path))
        return rows.rename({f"c{number}": column for number, column in enumerate(rows.columns)})
    names = [f"c{number}" for number in range(len(export.header))]
    if backend.name == "pyspark":
        return _spark_csv(backend, export, names)
    return backend.read_csv(
        str(export.path),
        columns=dict.fromkeys(names, "VARCHAR"),
        auto_detect=False,
        header=True,
        skip=export.skip,
        delim=export.delimiter,
        quote='"',
        escape='"',
    )


def _spark_csv(backend, export, names):
    if export.skip:
        raise UserError(
            f"{export.original.name}: Spark passes over no titles; delete the {export.skip} lines above the header"
        )
    frame = backend._session.read.csv(
        str(export.path),
        schema=", ".join(f"{name} STRING" for name in names),
        header=True,
        sep=export.delimiter,
        quote='"',
        escape='"',
        multiLine=True,
        mode="FAILFAST",
        enforceSchema=True,
        maxCharsPerColumn=-1,
    )
    name = ibis.util.gen_name("export")
    frame.createOrReplaceTempView(name)
    return backend.table(name)


@contextmanager
def plain_errors(names):
    """An engine's errors in words: UserError for a broken file, MachineError for a full disk and the like.

    names : the names of the files that are being read, for the message
    """
    import duckdb

    try:
        yield
    except RuntimeError as error:  # how DuckDB answers to Ctrl-C
        if "interrupted" not in str(error).lower():
            raise
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        raise _in_words(str(error), names) from None
    except OSError as error:
        where = error.filename or gettempdir()  # what fails while it is written, not opened, are copies of exports
        raise MachineError(f"{where}: {error.strerror or shown(error)}; nothing was written") from None


@contextmanager
def driver_errors(backend):
    """The errors of an engine's driver, each of which has its own kinds, in words; those of DuckDB: plain_errors."""
    try:
        yield
    except (UserError, MachineError):
        raise
    except Exception as error:
        if backend.name == "duckdb":
            raise
        kind = UserError if "malformed" in str(error).lower() else MachineError
        raise kind(f"--engine {backend.name}: {shown(error, 300)}; nothing was written") from None


def _in_words(text, names):
    line = re.search(r"CSV Error on Line: (\d+)", text)
    if BAD_UTF8.search(text):
        return NotUtf8(text)
    if "Unexpected end of GZIP" in text:
        return UserError(f"{names}: the gzip file is cut off; download it again")
    if line:
        cells = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
        why = f"{cells[2]} cells, but the header has {cells[1]}" if cells else _csv_reason(text)
        return UserError(f"{names}, line {line[1]}: {why}")
    if re.search("No space left|Out of Memory|could not allocate|failed to offload", text, re.I):
        return MachineError(f"no space left: {shown(text, 200)}; nothing was written")
    return UserError(f"{names}: cannot be read ({shown(text, 200)})")


def _csv_reason(text):
    if "unterminated quote" in text:
        return "a quotation mark is opened and never closed"
    if "maximum line size" in text.lower():
        return TOO_LONG
    return f"not readable as CSV ({shown(text.partition('Possible')[0], 160)})"
