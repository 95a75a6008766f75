"""How fast reports are rendered, beside papermill and nbconvert: all ways in turn, round by round, in one run.

python tests/bench/render.py [--rounds N] [--write README.md]: prints a table; exit status 1 if some way did not draw
every chart, since a fast run that drew nothing proves nothing. Times are of whole processes, imports and all.
"""

import argparse
import csv
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from parts.measure import ROOT, Wrong, run
from parts.table import (
    Target,
    between_marks,
    conditions,
    judged,
    markdown,
    median_difference,
    median_ratio,
    spread,
    write_between,
)

from vcgap.parameters import edition_slug, read_parameters

BIN = Path(sys.executable).parent
PARTS = Path(__file__).parent / "parts"
CORES = 2
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
ONE = ROOT / "notebooks" / "02_fund_size.ipynb"  # with as many charts as the average of them has
OF_SETS = ROOT / "notebooks" / "00_overview.ipynb"  # whose charts can be drawn for any two countries
SETS, SETS_OF_THE_POOL = 200, 24  # reports per second are compared, so that the pool need not make them all
CHANGED = "mex-deal_count-2022-ttr_2025_10"  # a figure that some notebooks read, and not all
SHORT_RUNS = 5  # in each round, of what takes a fraction of a second
POOL = f"papermill in a pool of {CORES} processes, nbconvert in the same"
MEMORY = "peak memory (PSS) of the default edition; beside: the pool"
NOT_MORE = Target("≤", 1, "×")
MARK = "bench"


# ways of making reports, each in an empty folder


def commands(folder, notebooks):
    """The two commands for each notebook, one after the other: (seconds, CPU seconds, charts)."""
    runs = []
    for notebook in notebooks:
        executed = folder / notebook.name
        runs.append(run([BIN / "papermill", notebook, executed], folder))
        runs.append(run([BIN / "jupyter", "nbconvert", "--to", "html", executed], folder))
    return sum(one.seconds for one in runs), sum(one.cpu_seconds for one in runs), charts_in(folder)


def pool(folder, tasks, memory=False):
    """Papermill and nbconvert in a pool of processes. tasks : dict of name → (notebook, parameters)"""
    wanted = [
        {"name": name, "notebook": str(notebook), "parameters": parameters}
        for name, (notebook, parameters) in tasks.items()
    ]
    (folder / "tasks.json").write_text(json.dumps(wanted))
    made = run([sys.executable, PARTS / "pool.py", "tasks.json", ".", CORES], folder, memory=memory)
    return made, charts_in(folder)


def ours(folder, *words, root=ROOT, memory=False):
    """`vcgap render`; the reports are below the folder."""
    return run([BIN / "vcgap", "render", "--jobs", CORES, "--out", folder, *words], folder, root=root, memory=memory)


def charts_in(folder):
    """The number of charts of each report in a folder: dict of name → int. Raises Wrong if a cell of one failed."""
    for executed in folder.glob("*.ipynb"):
        cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        if any(output["output_type"] == "error" for output in outputs):
            raise Wrong(f"{executed.name}: a cell failed")
    return {page.stem: page.read_text(encoding="utf-8").count("<svg") for page in folder.glob("*.html")}


def default_edition(folder):
    """Where `vcgap render` puts the reports of the default edition."""
    return folder / "2024-usa-mex" / "en"


# what is measured in each round; each returns numbers by name


def whole_edition(new):
    """Every notebook, in all ways; and then again, when nothing changed."""
    by_commands, by_commands_cpu, charts = commands(new(), NOTEBOOKS)
    by_pool, charts_of_pool = pool(new(), {path.stem: (path, {}) for path in NOTEBOOKS})
    here = new()
    by_us = ours(here, "--force")
    again = [ours(here) for _ in range(SHORT_RUNS)]
    same_charts("default edition", charts, charts_of_pool, charts_in(default_edition(here)))
    for one in again:
        expect(one.output.count(": current\n") == len(NOTEBOOKS), "something was made although nothing changed", one)
    return {
        "commands s": by_commands,
        "commands CPU": by_commands_cpu,
        "pool s": by_pool.seconds,
        "pool CPU": by_pool.cpu_seconds,
        "ours s": by_us.seconds,
        "ours CPU": by_us.cpu_seconds,
        "current s": median(one.seconds for one in again),
    } | plain(new(), charts)


def plain(folder, charts):
    """The cells alone, in one process. charts : that it must draw"""
    made = run([sys.executable, PARTS / "plain.py", *NOTEBOOKS], folder)
    printed = json.loads(made.output.splitlines()[-1])
    same_charts("plain process", charts, printed["charts"])
    return {
        "cells CPU": printed["cpu_seconds"],
        "cells and imports CPU": made.cpu_seconds,
        "charts": sum(charts.values()),
    }


def one_report(new):
    """One notebook, by the two commands and by us."""
    by_commands, _cpu, charts = commands(new(), [ONE])
    here = new()
    by_us = ours(here, ONE.stem)
    same_charts("one report", charts, charts_in(default_edition(here)))
    return {"one by commands s": by_commands, "one s": by_us.seconds}


def one_figure(copy, reports, number):
    """A figure of a copy of the suite changes: what that takes, and what it takes to make just those reports.

    reports : a folder with the reports of the copy; number : of the round, so that the figure changes in each
    """
    readers = readers_of(CHANGED.split("-")[1], default_edition(reports).parent)
    change_figure(copy / "data" / "figures.csv", number)
    after = ours(reports, root=copy)
    said = after.output.count(f": figures changed: {CHANGED}\n")
    expect(said == len(readers), f"not the {len(readers)} reports that read the figure were made", after)
    charts = charts_in(default_edition(reports))
    forced = ours(reports, "--force", *readers, root=copy)
    same_charts("one figure changed", charts, charts_in(default_edition(reports)))
    return {"changed s": after.seconds, "affected s": forced.seconds, "affected": len(readers)}


def readers_of(metric, edition):
    """The notebooks that read a metric, as the manifest of an edition has it."""
    held = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))["reports"]
    return [key.partition("/")[2] for key, entry in held.items() if f"figures/metric={metric}" in entry["read"]]


def change_figure(path, by):
    """Add a number to the value of one figure of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    row = next(row for row in rows if row["id"] == CHANGED)
    row["value"] = str(int(row["value"]) + by)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def many_sets(new):
    """Many sets of parameters of one notebook: reports per second."""
    sets = parameter_sets(SETS)
    sample = {
        edition_slug(read_parameters(values)): values for values in sets[:: SETS // SETS_OF_THE_POOL][:SETS_OF_THE_POOL]
    }
    by_pool, charts = pool(new(), {slug: (OF_SETS, values) for slug, values in sample.items()})
    here = new()
    write_grid(here / "grid.csv", sets)
    by_us = ours(here, OF_SETS.stem, "--grid", here / "grid.csv")
    drawn = {slug: charts_in(here / slug / "en") for slug in map(edition_slug, map(read_parameters, sets))}
    expect(all(drawn.values()), "some sets of parameters have no report", by_us)
    same_charts("parameter sets", charts, {slug: drawn[slug][OF_SETS.stem] for slug in charts})
    return {"pool per s": len(sample) / by_pool.seconds, "ours per s": len(sets) / by_us.seconds}


def parameter_sets(count):
    """So many pairs of countries and years for which both have figures, spread evenly: list of dict."""
    years = {}
    with (ROOT / "data" / "figures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["metric"] == "vc_investment" and not row["segment"] and row["period"].isdigit():
                years.setdefault(row["country"], set()).add(int(row["period"]))
    pairs = [(base, peer) for base in sorted(years) for peer in sorted(years) if base != peer]
    sets = [
        {"year": year, "base": base, "peer": peer} for base, peer in pairs for year in sorted(years[base] & years[peer])
    ]
    return [sets[number * len(sets) // count] for number in range(count)]


def write_grid(path, sets):
    """Sets of parameters as a table, one in a row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(sets[0]))
        writer.writeheader()
        writer.writerows(sets)


def memory(new):
    """Peak memory of the default edition, in runs of their own: to look at it takes time."""
    by_pool, charts = pool(new(), {path.stem: (path, {}) for path in NOTEBOOKS}, memory=True)
    here = new()
    by_us = ours(here, memory=True)
    same_charts("memory", charts, charts_in(default_edition(here)))
    return {"pool MB": by_pool.peak_bytes / 1e6, "ours MB": by_us.peak_bytes / 1e6}


# is it what was meant?


def same_charts(what, first, *others):
    """Raises Wrong unless all ways drew the same charts, and any at all. Each : dict of report → number of charts"""
    if not sum(first.values()) or any(other != first for other in others):
        raise Wrong(f"{what}: not every way drew the same charts: {[first, *others]}")


def expect(holds, otherwise, made):
    """Raises Wrong, with what a run printed, unless something holds."""
    if not holds:
        raise Wrong(f"{otherwise}\n{made.output}")


# the run and its table


def measure(rounds, folder):
    """All rounds: dict of name → list of numbers, one of each round."""
    new = new_folders(folder)
    copy, reports = copy_suite(new()), new()
    ours(reports, root=copy)
    one_report(new)  # so that the first round, too, finds everything on disk and compiled
    measured = {}
    for number in range(1, rounds + 1):
        got = whole_edition(new) | one_report(new) | memory(new) | many_sets(new) | one_figure(copy, reports, number)
        for name, value in got.items():
            measured.setdefault(name, []).append(value)
        print(f"round {number} of {rounds} done", file=sys.stderr)
    return measured


def new_folders(folder):
    """A function that gives an empty folder at each call."""
    return lambda: Path(tempfile.mkdtemp(dir=folder))


def copy_suite(folder):
    """What rendering needs, copied, so that a figure can be changed."""
    for name in ("vcgap", "data", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", folder)
    return folder


def rows_of(got):
    """The rows of the table. got : of `measure`"""
    return [
        *rows_beside_others(got),
        *rows_of_changes(got),
        compared(MEMORY, got, "pool MB", "ours MB", " MB", NOT_MORE),
    ]


def rows_beside_others(got):
    """The rows of whole editions and of sets of parameters, beside other ways to make them."""
    edition = f"default edition, {len(NOTEBOOKS)} reports with {got['charts'][0]} charts; beside: the two commands"
    imports = spread(got["cells and imports CPU"], " s")
    cells = f"its CPU; beside: its cells alone in one plain process ({imports} with the imports)"
    one = f"one report ({ONE.stem}); beside: the two commands"
    sets = f"{SETS} sets of parameters of {OF_SETS.stem}; beside: {SETS_OF_THE_POOL} of them in the pool"
    return [
        compared(edition, got, "commands s", "ours s", " s", Target("≥", 4, "×")),
        compared(f"the same; beside: {POOL}", got, "pool s", "ours s", " s", Target("≥", 2, "×")),
        compared(cells, got, "cells CPU", "ours CPU", " s", Target("≤", 1.5, "×")),
        compared(one, got, "one by commands s", "one s", " s", Target("≥", 3, "×")),
        compared(sets, got, "pool per s", "ours per s", "/s", Target("≥", 3, "×")),
    ]


def rows_of_changes(got):
    """The rows of a second run: when nothing changed, and when a figure did."""
    current, affected, changed = got["current s"], got["affected s"], got["changed s"]
    one_figure = f"one figure changed; beside: just the {got['affected'][0]} reports that read it"
    more = judged(median_difference(changed, affected), Target("≤", 0.5, " s"))
    return [
        [
            "default edition, nothing changed",
            "",
            spread(current, " s"),
            *judged(median(current), Target("<", 0.2, " s")),
        ],
        [one_figure, spread(affected, " s"), spread(changed, " s"), *more],
    ]


def compared(what, got, other, own, unit, target):
    """A row: another way, ours, and their ratio, which is a speed-up if the target is a least one."""
    faster = target.sign == "≥" and unit == " s"
    ratio = median_ratio(got[other], got[own]) if faster else median_ratio(got[own], got[other])
    return [what, spread(got[other], unit), spread(got[own], unit), *judged(ratio, target)]


def report(got):
    """The table with its caption, in Markdown."""
    rounds = len(got["ours s"])
    caption = (
        f"Whole processes from a cold start; medians (least–most) of {rounds} interleaved round{'s' if rounds > 1 else ''}, HTML included, every chart counted. "
        + conditions(["papermill", "nbconvert", "pandas", "matplotlib"])
    )
    headings = ["what", "the other way", "this suite", "ratio or difference", "target", ""]
    return f"{caption}\n\n{markdown(headings, rows_of(got))}"


def main():
    """Measure, print, and write between the marks of a page if asked to."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument(
        "--write", type=Path, metavar="PAGE", help=f"also between <!-- {MARK} --> and <!-- /{MARK} --> of a page"
    )
    chosen = options.parse_args()
    if chosen.write:
        between_marks(chosen.write.read_text(encoding="utf-8"), MARK, "")  # fails now rather than at the end
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory() as folder:
        try:
            table = report(measure(chosen.rounds, Path(folder)))
        except Wrong as error:
            sys.exit(f"no numbers: {error}")
    print(table)
    if chosen.write:
        write_between(chosen.write, MARK, table)


if __name__ == "__main__":
    main()
