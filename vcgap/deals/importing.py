"""From exports of deals to a figures file: read through, aggregated, every line accounted for, written when whole."""

from concurrent.futures import ThreadPoolExecutor

from vcgap.deals.raw import check_unchanged, read_through
from vcgap.errors import UserError
from vcgap.writing import check_targets, write_whole


def import_deals(files, profile="", map_file="", engine="duckdb", out="figures.csv"):
    """Write the figures of deal exports to `out`, and return the account of every line as text.

    files : paths of CSV (also .gz), Parquet or XLSX, all of one layout; names of tables, if an engine reads no files
    profile : a provider, "" to recognise it; map_file : YAML that names the columns
    engine : see vcgap.deals.engine.connect; out : a path, replaced when whole
    Raises UserError (the files) or MachineError (the machine); then nothing was written.
    """
    check_targets([out], [*files, *filter(None, [map_file])])
    if profile and map_file:
        raise UserError("--profile: a map names its layout by itself ('layout: …'); leave one of the two out")
    with ThreadPoolExecutor() as threads:
        reading = [threads.submit(read_through, path) for path in files if _reads_files(engine)]
        # what follows imports an engine, which takes about as long as to read the files: both at once
        from vcgap.deals import account, results, running

        exports, result = running.run(files, reading, profile, map_file, engine)
    check_unchanged(exports)
    text = account.account_lines(exports, result)
    write_whole({out: results.figures_text(exports, result)})
    return "\n".join([*text, f"Wrote {out}; use it with: vcgap render --figures {out}"])


def _reads_files(engine):
    """Whether an engine reads files: DuckDB in this process, or Spark. Others have tables."""
    return engine == "duckdb" or "spark" in engine.partition("://")[0]
