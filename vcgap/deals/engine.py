"""Where an aggregation runs: DuckDB inside this process, or an engine that is there already, through Ibis.

Beyond DuckDB nothing is installed by default: spark:// needs pyspark, trino:// the extra of Ibis for Trino, and so on.
"""

import os
import re
from contextlib import contextmanager
from tempfile import gettempdir

import ibis

from vcgap.deals.files import TOO_LONG, shown
from vcgap.errors import MachineError, UserError

LEAST_MEMORY = 1_400_000_000  # bytes for tables: ten million lines stay below 2 GB for the process
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
    return int(max(LEAST_MEMORY, min(needed, machine / 2)))


def connect(engine, folder, files=()):
    """An Ibis backend. engine : "duckdb", spark://host:port, spark://local[2], or a URL that ibis.connect knows.

    folder : where DuckDB puts what does not fit into memory; files : see memory(). Raises UserError if there is no
    such engine, MachineError if it does not answer.
    """
    if engine == "duckdb":
        limit = memory(files, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
        settings = {"memory_limit": f"{limit}B", "temp_directory": str(folder), "preserve_insertion_order": False}
        return ibis.duckdb.connect(**settings)
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


def read(backend, export):
    """The rows of an Export as an Ibis table: text columns c0, c1, … of a CSV, typed ones of a Parquet file."""
    if not export.delimiter:
        table = backend.read_parquet(str(export.path))
        return table.rename({f"c{number}": column for number, column in enumerate(table.columns)})
    names = [f"c{number}" for number in range(len(export.header))]
    if backend.name == "duckdb":
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
    if backend.name == "pyspark":
        return _spark_csv(backend, export, names)
    raise UserError(f"{export.original.name}: {backend.name} reads no files; import with duckdb or spark")


def _spark_csv(backend, export, names):
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
