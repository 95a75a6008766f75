"""From exports of deals to a figures file: open, aggregate, account for every line, write when whole."""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis

from vcgap.deals import engine as engines
from vcgap.deals.account import account_lines, enough_was_read
from vcgap.deals.aggregation import UNREAD, aggregate, amount_in_cents
from vcgap.deals.files import file_state, open_export, plain_copy, sha256
from vcgap.deals.layouts import chosen_columns, layouts, read_map
from vcgap.deals.results import figures_text
from vcgap.errors import UserError
from vcgap.writing import check_targets, write_whole

LISTED = ("date", "amount", "currency", "type")  # parallel lists in a cell, where a layout has a separator
MOST_SHOWN = 3


def import_deals(files, profile="", map_file="", engine="duckdb", out="figures.csv"):
    """Write the figures of deal exports to `out`, and return the account of every line as text.

    files : paths of CSV (also .gz), Parquet or XLSX, all of one layout; profile : a provider, "" to recognise it
    map_file : YAML that names the columns; engine : see vcgap.deals.engine.connect; out : a path, replaced when whole
    Raises UserError (the files) or MachineError (the machine); then nothing was written.
    """
    check_targets([out], [*files, *filter(None, [map_file])])
    candidates = [read_map(map_file)] if map_file else layouts(profile)
    with engines.plain_errors(", ".join(map(str, files))), TemporaryDirectory(prefix="vcgap-") as folder:
        exports = [open_export(path, candidates, folder) for path in files]
        _check_together(exports)
        with warnings.catch_warnings():  # ibis 12 uses a name that DuckDB 2.0 calls old
            warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
            sizes = [(export.original.suffix.lower(), export.state[0]) for export in exports]
            result = run(engines.connect(engine, Path(folder) / "spill", sizes), exports, folder)
        hashes = [sha256(export.original) for export in exports]
        _check_unchanged(exports)
    if len(set(hashes)) < len(hashes):
        raise UserError("two of the files are the same, byte for byte; import it once")
    text = account_lines(exports, hashes, result)
    write_whole({out: figures_text(exports, hashes, result)})
    return "\n".join([*text, f"Wrote {out}; use it with: vcgap render --figures {out}"])


def run(backend, exports, folder):
    """The rows of aggregate() over all exports: list of dict. A file that turns out not to be UTF-8 is copied."""
    names = ", ".join(export.original.name for export in exports)
    try:
        return _aggregated(backend, exports, names)
    except engines.NotUtf8:
        exports = [export._replace(path=plain_copy(export.path, folder, "cp1252")) for export in exports]
        return _aggregated(backend, exports, names)
    except UserError:
        _check_unchanged(exports)  # a file that is being written looks broken
        raise


def _aggregated(backend, exports, names):
    multiplier = int(exports[0].layout.settings["multiplier"])
    ranks, keep = not engines.exact_medians(backend), engines.keep(backend)
    with engines.plain_errors(names):
        lines = _lines(backend, exports)
        once = not {"deal", "investor"}.isdisjoint(lines.columns)
        parts = aggregate(lines, multiplier, once, keep, ranks)  # one by one: medians hold all amounts in memory
        result = [row for part in parts for row in backend.to_pyarrow(part).to_pylist()]
        if enough_was_read(result):
            return result
        raise UserError(*_unreadable_amounts(backend, exports, multiplier))


def _lines(backend, exports):
    """The lines of all exports, their columns named by field."""
    tables = []
    for export in exports:
        table = engines.read(backend, export)
        chosen = chosen_columns(export.layout, export.header)
        lines = table.select(**{field: table[f"c{number}"] for field, number in chosen.items()})
        tables.append(_one_per_deal(lines, export.layout.settings["separator"]))
    if len(tables) == 1:
        return tables[0]
    texts = [table.select(**{name: table[name].cast("string") for name in sorted(table.columns)}) for table in tables]
    return ibis.union(*texts)


def _one_per_deal(lines, separator):
    """Rows whose cells hold parallel lists (2024;2025 and 1.5;10) become one row for each place of the lists."""
    listed = [field for field in LISTED if field in lines.columns]
    if not separator or not listed:
        return lines
    parts = lines.mutate(place=ibis.range(0, lines[listed[0]].fill_null("").split(separator).length()).unnest())
    return parts.mutate(**{field: parts[field].split(separator)[parts.place] for field in listed}).drop("place")


def _unreadable_amounts(backend, exports, multiplier):
    """Where the amounts stand that are none: the first rows of each file."""
    if backend.name == "duckdb":
        backend.raw_sql("SET preserve_insertion_order = true")  # row numbers are those of the file
    for export in exports:
        lines = _lines(backend, [export])
        rows = lines.select("amount").mutate(row=ibis.row_number() + 1)
        bad = rows.filter(amount_in_cents(rows.amount, multiplier) == UNREAD).limit(MOST_SHOWN)
        column = export.header[chosen_columns(export.layout, export.header)["amount"]].strip()
        for row in backend.to_pyarrow(bad).to_pylist():
            yield _wrong_amount(export, column, row)


def _wrong_amount(export, column, row):
    from vcgap.deals.files import shown

    where = f"{export.original.name}, row {row['row']:,} below the header, column {shown(column)}"
    return f"{where}: '{shown(row['amount'])}' is not an amount; write digits (1750000), or leave it empty"


def _check_together(exports):
    """Files that are imported together must hold the same fields, and say when their deals were."""
    first = exports[0]
    fields = set(chosen_columns(first.layout, first.header))
    problems = []
    for export in exports:
        own = set(chosen_columns(export.layout, export.header))
        if export.layout.name != first.layout.name or own != fields:
            differ = ", ".join(sorted(own ^ fields)) or export.layout.name
            problems.append(
                f"{export.original.name}: its columns differ from those of {first.original.name} ({differ}); "
                "import them one at a time"
            )
    if "date" not in fields and not first.layout.period:
        problems.append(
            f"{first.original.name}: no column says when the deals were ({first.layout.name}); "
            f"write the date of the list into a map: 'layout: {first.layout.name}' and 'period: 2014-12-31'"
        )
    if problems:
        raise UserError(*problems)


def _check_unchanged(exports):
    changed = [export.original.name for export in exports if _state_now(export.original) != export.state]
    if changed:
        raise UserError(*[f"{name}: the file was changed while it was read; import it again" for name in changed])


def _state_now(path):
    try:
        return file_state(path)
    except OSError:
        return None
