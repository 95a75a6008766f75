"""The rows of a figures file from the rows of an aggregation."""

import csv
import io
import re
from decimal import Decimal

from vcgap.deals.account import content, last_month, reasons, rule

COLUMNS = ["country", "metric", "period", "segment", "value", "qualifier", "source", "status", "note"]
SEGMENTS = {"total": "", "stage": "stage=", "sector": "sector=", "scope": "scope=", "all_rounds": "scope=all_rounds"}
LARGEST_NOTE = 400


def figures_text(exports, result):
    """A figures file (CSV, as vcgap check reads it) of the rows of `run`. Sums of nothing disclosed are left out."""
    settings, period = exports[0].layout.settings, exports[0].layout.period
    source, note, last = source_name(exports), _note(exports, result), last_month(result)
    apart = any(row["part"] == "scope" for row in result)
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    order = list(SEGMENTS)
    rows = [row for row in result if row["part"] in SEGMENTS and (row["part"] != "all_rounds" or apart)]
    for row in sorted(rows, key=lambda row: (row["country"], row["year"], order.index(row["part"]), row["code"] or "")):
        open_year = last % 100 not in (0, 12) and row["year"] == last // 100
        fixed = {
            "country": row["country"],
            "period": period or str(row["year"]),
            "segment": segment(row),
            "source": source,
            "status": "derived",
            "note": f"{row['deals'] - row['disclosed']} of {row['deals']} amounts undisclosed; {note}",
        }
        for metric, value, summed in _values(row, settings):
            qualifier = ("at_least" if summed else "about") if open_year else "exact"
            writer.writerow(fixed | {"metric": metric, "value": value, "qualifier": qualifier})
    return out.getvalue()


def segment(row):
    """'' for a total, 'stage=seed', 'sector=fintech', 'scope=debt' or 'scope=all_rounds'. row : of aggregate()."""
    start = SEGMENTS[row["part"]]
    return start + row["code"] if start.endswith("=") else start


def _values(row, settings):
    """(metric, value as text, whether it is a sum or a count) of the metrics that the layout gives."""
    total = settings["sector_metric"] if row["part"] == "sector" else settings["total"]
    if settings["count"]:
        yield settings["count"], str(row["deals"]), True
    if not total or not row["disclosed"]:
        return
    cents = Decimal(row["cents"])
    yield total, _dollars(cents), True
    yield settings["mean"], _dollars((cents / row["disclosed"]).quantize(Decimal(1))), False
    yield settings["median"], _dollars(Decimal(row["median_cents_twice"]) / 2), False


def _dollars(cents):
    text = f"{cents / 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def source_name(exports):
    """deals_maptime for maptime.csv: no name of data/sources.csv begins so."""
    stems = [re.sub(r"[^a-z0-9]+", "_", export.original.name.lower().split(".")[0]).strip("_") for export in exports]
    return "_".join(["deals", *stems])[:60].rstrip("_")


def _note(exports, result):
    counts = reasons(result)
    read, kept = sum(lines for lines, _deals in counts.values()), counts[None][0]
    files = ", ".join(
        f"{re.sub(r'[^A-Za-z0-9._ -]', '_', export.original.name)} {content(export, 12)}" for export in exports
    )
    return f"{files}: {read} lines read, {kept} kept, {read - kept} dropped; {rule(exports)}"[:LARGEST_NOTE]
