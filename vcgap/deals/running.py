"""An aggregation run on an engine: files opened or tables found, their lines joined, the parts worked out."""

import re
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis

from vcgap.deals import engine as engines
from vcgap.deals.account import enough_was_read, reasons
from vcgap.deals.aggregation import TWO_READINGS, UNREAD, aggregate, amount_in_cents
from vcgap.deals.files import Export, layout_of, open_export, plain_copy
from vcgap.deals.layouts import chosen_columns, layouts, read_map
from vcgap.deals.raw import check_unchanged, shown
from vcgap.errors import UserError

LISTED = ("date", "amount", "currency", "type")  # parallel lists in a cell, where a layout has a separator
MOST_SHOWN = 3


def run(files, reading, profile, map_file, engine):
    """The Exports, and the rows of aggregate() over all of them: list of dict, with a part "unread".

    reading : futures of the Raws of files; none of tables. The other arguments are those of import_deals, as is what it
    raises. Part "unread": the first amounts that cannot be read, with their places (code), and as problems (told).
    """
    names = ", ".join(map(str, files))
    with engines.plain_errors(names), TemporaryDirectory(prefix="vcgap-") as folder, warnings.catch_warnings():
        # ibis 12 uses an old name of DuckDB's
        warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
        candidates = [read_map(map_file)] if map_file else layouts(profile)
        raws = [future.result() for future in reading]
        sizes = [(Path(path).suffix.lower(), raw.state[0]) for path, raw in zip(files, raws, strict=False)]
        backend = engines.connect(engine, Path(folder) / "spill", sizes)
        if raws:
            exports = [open_export(path, raw, candidates, folder) for path, raw in zip(files, raws, strict=True)]
        else:
            exports = [_table(backend, name, candidates) for name in files]
        _check_together(exports)
        return exports, _rows(backend, exports, folder)


def _table(backend, name, candidates):
    """A table of an engine, as an Export. name : such as deals, or catalog.schema.deals"""
    with engines.driver_errors(backend):
        header = engines.table(backend, name).columns
    return Export(name, Path(name), list(header), 0, "", layout_of(name, header, candidates), None)


def _rows(backend, exports, folder):
    """What `run` returns. A file that turns out not to be UTF-8 is copied."""
    names = ", ".join(export.original.name for export in exports)
    try:
        return _aggregated(backend, exports, names)
    except engines.NotUtf8:
        exports = [export._replace(path=plain_copy(export.path, folder, "cp1252")) for export in exports]
        return _aggregated(backend, exports, names)
    except UserError:
        check_unchanged(exports)  # a file that is being written looks broken
        raise


def _aggregated(backend, exports, names):
    multiplier = int(exports[0].layout.settings["multiplier"])
    ranks, keep = not engines.exact_medians(backend), engines.keep(backend)
    with engines.plain_errors(names), engines.driver_errors(backend):
        lines = _lines(backend, exports)
        once = not {"deal", "investor"}.isdisjoint(lines.columns)
        parts = aggregate(lines, multiplier, once, keep, ranks)  # one by one: medians hold all amounts in memory
        result = [row for part in parts for row in backend.to_pyarrow(part).to_pylist()]
        unread = _unread(backend, exports, multiplier) if "amount" in reasons(result) else []
        if enough_was_read(result):
            return result + unread
        raise UserError(*[row["told"] for row in unread])


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
    """Rows whose cells hold parallel lists (2024;2025 and 1.5;10) become one row for each place of the lists.

    A list of another length than the first stays whole, and then cannot be read: nobody knows what belongs together.
    """
    listed = [field for field in LISTED if field in lines.columns]
    if not separator or not listed:
        return lines
    parts = lines.mutate(place=ibis.range(0, lines[listed[0]].fill_null("").split(separator).length()).unnest())
    lists = {field: parts[field].split(separator) for field in listed}
    alike = {field: cells.length() == lists[listed[0]].length() for field, cells in lists.items()}
    cells = {field: ibis.ifelse(alike[field], lists[field][parts.place], parts[field]) for field in listed}
    return parts.mutate(**cells).drop("place")


def _unread(backend, exports, multiplier):
    """The amounts that cannot be read, the first of each file: rows of part "unread", told as a problem."""
    if backend.name == "duckdb":
        backend.raw_sql("SET preserve_insertion_order = true")  # row numbers are those of the file
    found = []
    for export in exports:
        rows = _lines(backend, [export]).select("amount").mutate(row=ibis.row_number() + 1)
        bad = rows.filter(amount_in_cents(rows.amount, multiplier) == UNREAD).limit(MOST_SHOWN)
        column = export.header[chosen_columns(export.layout, export.header)["amount"]].strip()
        where = f"{export.original.name}, row {{:,}} below the header, column {shown(column)}"
        for row in backend.to_pyarrow(bad).to_pylist():
            told = f"{where.format(row['row'])}: {_wrong_amount(row['amount'], multiplier)}"
            place = f"{export.original.name}, row {row['row']:,}"
            found.append({"part": "unread", "code": f"{place} '{shown(row['amount'], 30)}'", "told": told})
    return found


def _wrong_amount(cell, multiplier):
    """What is wrong with an amount, and what to write."""
    text = str(cell).strip()
    if re.search(TWO_READINGS[multiplier == 1], text.lower()):
        one, other = text.replace(".", "").replace(",", ""), text.replace(",", ".")
        return f"'{shown(cell)}' may be {one} or {other}; write the one that is meant without a mark for thousands"
    return f"'{shown(cell)}' is not an amount; write digits (1750000), or leave it empty"


def _check_together(exports):
    """Files that are imported together must hold the same fields, and say when their deals were."""
    first = exports[0]
    fields = set(chosen_columns(first.layout, first.header))
    hashes = [export.raw.sha256 for export in exports if export.raw]
    problems = ["two of the files are the same, byte for byte; import it once"] if len({*hashes}) < len(hashes) else []
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
