"""How fast deals are aggregated, beside polars and pandas doing the same work.

    python tests/bench/deals.py [LINES [RUNS [FORMATS [CONTESTANTS]]]]
    python tests/bench/deals.py 100000000 1 parquet vcgap      more than fits into memory

Generated deals with a line per investor are read from Parquet and CSV, de-duplicated, and their number, sum, mean and
median are found by country and year, and by stage and sector too. Every run is a process of its own; the contestants
take turns. Polars and pandas read typed columns and look codes up in dicts; vcgap reads text, repairs every cell,
accounts for every line and writes its figures file. All must find the same totals.
"""

import json
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from statistics import median

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
RUNS = 3


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


def measured(name, path):
    """(seconds, of processors, peak memory in MB, what was found) of one contestant in a process of its own."""
    from time import perf_counter

    start = perf_counter()
    child = subprocess.Popen([sys.executable, __file__, "--run", name, path], stdout=subprocess.PIPE)
    found = child.stdout.read()
    _pid, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        return None
    return perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000, json.loads(found)


def compare(lines, runs, kinds, names):
    """Print the table: seconds and those of processors (medians), peak memory, seconds over those of vcgap."""
    print(f"{lines:,} lines, {runs} runs each, taking turns; {os.cpu_count()} cores")
    print(f"{'':10}{'format':>10}{'seconds':>10}{'CPU s':>10}{'peak MB':>10}{'times vcgap':>13}")
    with tempfile.TemporaryDirectory(prefix="vcgap-bench-", dir=os.environ.get("TMPDIR")) as folder:
        generate(folder, lines, kinds)
        for kind in kinds:
            rounds = [{name: measured(name, f"{folder}/deals.{kind}") for name in names} for _run in range(runs)]
            report(kind, names, rounds)


def report(kind, names, rounds):
    """Print the rows of one format; say so if contestants disagree."""
    done = {name: [run[name] for run in rounds if run[name]] for name in names}
    ours = median(run[0] for run in done["vcgap"])
    for name in names:
        if not done[name]:
            print(f"{name:10}{kind:>10}    failed")
            continue
        seconds, cpu = (median(run[place] for run in done[name]) for place in (0, 1))
        memory = max(run[2] for run in done[name])
        print(f"{name:10}{kind:>10}{seconds:>10.2f}{cpu:>10.2f}{memory:>10,.0f}{seconds / ours:>13.2f}")
    if len({str(run[3]) for runs in done.values() for run in runs}) > 1:
        print("the results differ:", {name: runs[0][3] for name, runs in done.items() if runs})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        print(json.dumps(CONTESTANTS[sys.argv[2]](sys.argv[3])))
    else:
        asked = dict(enumerate(sys.argv[1:]))
        there = [name for name in CONTESTANTS if name == "vcgap" or find_spec(name)]
        names = asked[3].split(",") if 3 in asked else there
        kinds = asked.get(2, "parquet,csv").split(",")
        compare(int(asked.get(0, 10_000_000)), int(asked.get(1, RUNS)), kinds, names)
