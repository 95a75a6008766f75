"""How fast deals are aggregated, beside polars and pandas doing the same work.

    python tests/bench/deals.py [--write README.md]: prints a table; exit status 1 if two disagree

Generated deals with a line per investor are read from Parquet and CSV, de-duplicated, and their number, sum, mean and
median are found by country and year, and by stage and sector too. Every run is a process of its own; the contestants
take turns. Polars and pandas read typed columns and look codes up in dicts; vcgap reads text, repairs every cell,
accounts for every line and writes its figures file. All must find the same totals.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from parts.measure import environment
from parts.table import Target, between_marks, conditions, judged, markdown, median_ratio, spread, write_between

COLUMNS = [
    "company_name",
    "company_country_code",
    "company_category_code",
    "funding_round_type",
    "funded_at",
    "raised_amount_usd",
    "investor_name",
]
KEY = ["company_name", "company_country_code", "funded_at", "funding_round_type", "raised_amount_usd"]
STAGES = {"seed": "seed", "angel": "seed", "series-a": "early", "series-b": "early", "series-c+": "late"}
SECTORS = {"software": "s", "biotech": "h", "web": "o", "ecommerce": "c", "finance": "f"}
SECTORS |= {"education": "e", "health": "h", "cleantech": "g"}
APART = {"debt_financing", "grant"}
MARK = "bench deals"
HEADINGS = ["from", "the other way", "this suite", "number or ratio", "target", ""]
MACHINE_BYTES = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
BESIDE_TABLES = 0.6  # GB: Python, its libraries and what DuckDB does not count
SECONDS = {"parquet": Target("<", 5, " s"), "csv": Target("<", 12, " s")}
MEMORY = Target("<", 2, " GB")
MANY = 100_000_000  # lines, once, from Parquet, by the import alone
BESIDE = {"polars": Target("≤", 1.3, "×"), "pandas": Target("<", 1, "×")}  # our seconds over theirs


def generate(folder, lines, kinds):
    """deals.parquet and, if among the kinds, deals.csv in a folder: about three lines to a deal, every tenth amount undisclosed."""
    import duckdb

    number = "(hash({}) >> 2)::BIGINT"
    deal = f"{number.format('i')} % ({lines} // 3)"
    part = lambda seed, many: f"{number.format(f'deal + {seed}')} % {many}"  # noqa: E731
    company = f"{number.format('deal // 3')} % 10"
    con = duckdb.connect(config={"memory_limit": "1400MB", "temp_directory": str(folder)})
    con.execute("SET enable_progress_bar = false")
    con.execute(f"""
        COPY (
            SELECT 'Company ' || deal // 3 AS company_name,
                ['USA', 'USA', 'USA', 'MEX', 'BRA', 'GBR', 'IND', 'DEU', 'FRA', 'CHN'][1 + {company}]
                    AS company_country_code,
                {list(SECTORS)}[1 + ({number.format("deal // 3 + 1")} % 8)] AS company_category_code,
                {[*STAGES, "venture", *sorted(APART)]}[1 + {part(2, 8)}] AS funding_round_type,
                DATE '2004-01-01' + ({part(3, 7300)})::INT AS funded_at,
                CASE WHEN {part(4, 10)} > 0 THEN 10000 + exp(10 + ({part(5, 10000)}) / 1500.0)::BIGINT END
                    AS raised_amount_usd,
                'Investor ' || i * 7919 % 50000 AS investor_name
            FROM (SELECT i, {deal} AS deal FROM range({lines}) AS numbers(i))
        ) TO '{folder}/deals.parquet' (FORMAT parquet)""")
    if "csv" in kinds:
        con.execute(f"COPY (FROM '{folder}/deals.parquet') TO '{folder}/deals.csv' (FORMAT csv, HEADER)")


def with_vcgap(path):
    """(deals, dollars) of the venture deals, from the figures file that the import writes."""
    from vcgap.deals.importing import import_deals

    out = Path(path).with_suffix(".figures.csv")
    import_deals([path], out=out)
    rows = [row.split(",") for row in out.read_text(encoding="utf-8").splitlines()]
    found = {
        name: sum(float(row[4]) for row in rows if row[1] == name and not row[3])
        for name in ("deal_count", "vc_investment")
    }
    return [int(found["deal_count"]), int(found["vc_investment"])]


def with_polars(path):
    import polars as pl

    lines = pl.scan_parquet(path) if path.endswith("parquet") else pl.scan_csv(path, try_parse_dates=True)
    deals = lines.group_by(KEY).agg(pl.col("company_category_code").max())
    deals = deals.with_columns(
        year=pl.col("funded_at").dt.year(),
        stage=pl.col("funding_round_type").replace_strict(STAGES, default=None),
        sector=pl.col("company_category_code").replace_strict(SECTORS, default=None),
    )
    venture = deals.filter(~pl.col("funding_round_type").is_in(list(APART)))
    apart = deals.filter(pl.col("funding_round_type").is_in(list(APART)))
    amount = pl.col("raised_amount_usd")
    statistics = [pl.len(), amount.count().alias("known"), amount.sum(), amount.median().alias("median")]
    place = ["company_country_code", "year"]
    plans = [
        venture.group_by(place).agg(statistics),
        venture.filter(pl.col("stage").is_not_null()).group_by([*place, "stage"]).agg(statistics),
        venture.filter(pl.col("sector").is_not_null()).group_by([*place, "sector"]).agg(statistics),
        apart.group_by([*place, "funding_round_type"]).agg(statistics),
        deals.group_by(place).agg(statistics),
    ]
    total = pl.collect_all(plans)[0]
    return [int(total["len"].sum()), int(total["raised_amount_usd"].sum())]


def with_pandas(path):
    import pandas as pd

    wanted = COLUMNS[:-1]
    lines = pd.read_parquet(path, columns=wanted) if path.endswith("parquet") else pd.read_csv(path, usecols=wanted)
    deals = lines.groupby(KEY, dropna=False, sort=False)["company_category_code"].max().reset_index()
    deals["year"] = pd.to_datetime(deals["funded_at"]).dt.year
    deals["stage"] = deals["funding_round_type"].map(STAGES)
    deals["sector"] = deals["company_category_code"].map(SECTORS)
    apart = deals["funding_round_type"].isin(APART)
    venture, place = deals[~apart], ["company_country_code", "year"]
    plans = [(venture, place), (venture, [*place, "stage"]), (venture, [*place, "sector"])]
    plans += [(deals[apart], [*place, "funding_round_type"]), (deals, place)]
    found = [rows.groupby(by)["raised_amount_usd"].agg(["size", "count", "sum", "median"]) for rows, by in plans]
    return [int(found[0]["size"].sum()), int(found[0]["sum"].sum())]


CONTESTANTS = {"vcgap": with_vcgap, "polars": with_polars, "pandas": with_pandas}


class Run(NamedTuple):
    """One contestant's run: wall and processor seconds, peak memory, and what it found."""

    seconds: float
    cpu_seconds: float
    peak_gigabytes: float
    found: list


def measured(name, path):
    """A Run of one contestant in a process of its own."""
    start = perf_counter()
    command = [sys.executable, __file__, "--run", name, str(path)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment())
    found = child.stdout.read()
    _pid, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"no numbers: {name} failed on {path.name}")
    return Run(perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6, json.loads(found))


def measure(lines, rounds, formats, names):
    """The Runs, a list for each format and contestant: dict. Exits if two disagree."""
    runs = {}
    with tempfile.TemporaryDirectory(prefix="vcgap-bench-", dir=os.environ.get("TMPDIR")) as folder:
        generate(folder, lines, formats)
        for kind in formats:
            for _round in range(rounds):
                for name in names:
                    runs.setdefault((kind, name), []).append(measured(name, Path(folder, f"deals.{kind}")))
            found = {name: runs[kind, name][0].found for name in names}
            if len({str(run.found) for name in names for run in runs[kind, name]}) > 1:
                sys.exit(f"no numbers: the results differ: {found}")
    return runs


def row_of_many(lines):
    """The row of so many lines that memory is what counts: it must stay within what the engine is given, and spill."""
    from vcgap.deals.engine import memory  # here, so that it is no part of the other contestants' seconds

    with tempfile.TemporaryDirectory(prefix="vcgap-bench-", dir=os.environ.get("TMPDIR")) as folder:
        generate(folder, lines, ["parquet"])
        path = Path(folder, "deals.parquet")
        bound = memory([(path.suffix, path.stat().st_size)], MACHINE_BYTES) / 1e9
        run = measured("vcgap", path)
    title = f"Parquet, {lines:,} lines, once: peak memory; it took {run.seconds:.0f} s"
    peak = f"{run.peak_gigabytes:.2f} GB"
    return [title, "", peak, *judged(run.peak_gigabytes, Target("<", round(bound + BESIDE_TABLES, 1), " GB"))]


def rows_of(runs):
    """The rows of the table: list of lists of str."""
    rows = []
    for kind in dict.fromkeys(kind for kind, _name in runs):
        title, own = {"parquet": "Parquet", "csv": "CSV"}[kind], runs[kind, "vcgap"]
        seconds, peak = [run.seconds for run in own], [run.peak_gigabytes for run in own]
        rows.append([title, "", spread(seconds, " s"), *judged(median(seconds), SECONDS[kind])])
        rows.append([f"{title}, peak memory", "", spread(peak, " GB"), *judged(max(peak), MEMORY)])
        for name, target in BESIDE.items():
            if others := [run.seconds for run in runs.get((kind, name), [])]:
                cells = judged(median_ratio(seconds, others), target)
                rows.append([f"{title}, beside {name}", spread(others, " s"), spread(seconds, " s"), *cells])
    return rows


def report(runs, lines, more=()):
    """The table with its caption, in Markdown. more : further rows"""
    caption = (
        f"{lines:,} deal lines, de-duplicated, with counts, sums and medians by country, year, stage and sector; whole "
        f"processes, medians (least–most) of {len(next(iter(runs.values())))} interleaved rounds, the same totals from all. "
        + conditions(["duckdb", "polars", "pandas"])
    )
    return f"{caption}\n\n{markdown(HEADINGS, [*rows_of(runs), *more])}"


def main():
    """Measure, print, and write between the marks of a page if asked to."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--lines", type=int, default=10_000_000)
    options.add_argument("--many", type=int, default=MANY, help="lines of the large run; 0: none")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--formats", nargs="+", default=["parquet", "csv"])
    options.add_argument("--ways", nargs="+", default=list(CONTESTANTS), choices=CONTESTANTS)
    options.add_argument(
        "--write", type=Path, metavar="PAGE", help=f"also between <!-- {MARK} --> and <!-- /{MARK} -->"
    )
    options.add_argument("--run", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.run:
        return print(json.dumps(CONTESTANTS[chosen.run[0]](chosen.run[1])))
    if chosen.write:
        between_marks(chosen.write.read_text(encoding="utf-8"), MARK, "")  # fails now rather than at the end
    runs = measure(chosen.lines, chosen.rounds, chosen.formats, chosen.ways)
    table = report(runs, chosen.lines, [row_of_many(chosen.many)] if chosen.many else [])
    print(table)
    if chosen.write:
        write_between(chosen.write, MARK, table)


if __name__ == "__main__":
    main()
