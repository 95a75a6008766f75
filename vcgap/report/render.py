"""Render editions: find what is to be made, have it made, and put each report where readers find it once it is whole."""

import csv
import hashlib
import io
import os
import shutil
from collections import Counter
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from vcgap.errors import UserError, did_you_mean
from vcgap.parameters import Parameters, changed_levers, edition_slug, model_of, read_parameters
from vcgap.paths import NOTEBOOKS
from vcgap.report import manifest
from vcgap.report.job import OWN_FIGURES, Job

try:
    import fcntl
except ImportError:  # Windows: two runs at a time in one folder are not kept apart
    fcntl = None

STAGING = ".rendering"
LONG = 20  # reports, from which on a run says how long it will take


class Edition(NamedTuple):
    """An edition that is asked for: its parameters, its folder's name, and the analyst's figures as CSV text, or ""."""

    parameters: Parameters
    slug: str
    own: str


class Task(NamedTuple):
    """A report to be made: what its job is, what it is made of (manifest.made_of), and why, in words."""

    job: Job
    made_of: dict
    why: str


def render(names, sets, overlays, out, jobs, say, *, force=False, engine="forked", scheduler=""):
    """Render editions; returns the messages of the reports that failed (empty: all is well).

    names : notebooks (empty: all); sets : for each edition where it was asked for, or "", and its parameters by name
    overlays : paths of the analyst's files; out : folder of the editions; jobs : processes
    say : function that takes a line of progress; force : also what is current
    engine : "forked", or "kernel": notebooks run in kernels of their own, as papermill does
    scheduler : address of a Dask scheduler whose workers make the reports, or "": they are made here
    Raises UserError, before anything is written, if names, parameters, files or the folder are wrong.
    """
    names, out = check_names(names), Path(out)
    editions = editions_of(names, sets, own_figures(overlays, say), overlays)
    tasks, current = plan(names, editions, out, force, engine)
    _say_current(current, say)
    if tasks:
        without = check_figures(
            [task.job for task in tasks], may_lack=len(sets) > 1 and not any(where for where, _v in sets)
        )
        tasks = [task for task in tasks if task.job.parameters not in without]
        for left in without:
            say(f"left out: {left.base} and {left.peer}, {left.year}: neither has figures of that year")
    without_workbook = _without_workbook(editions, out)
    if not tasks and not without_workbook:
        _write_index(out)
        return []
    before = _before(editions[0], out) if len(editions) == 1 else {}
    failed = _have_made(tasks, scheduler, jobs, out, say) if tasks else []
    with _staging(out):
        _write_workbooks(without_workbook, out)
        _write_index(out)
    if tasks and before:
        _say_what_moved(before, manifest.read(out / editions[0].slug), say)
    return failed


def _have_made(tasks, scheduler, jobs, out, say):
    with _runner(scheduler, jobs, say) as runner, _staging(out) as stage:
        return _make(tasks, runner, stage.resolve(), out, say)


def _say_what_moved(before, after, say):
    from vcgap.report.difference import after_rerun

    for line in after_rerun(before, after):
        say(line)


def _without_workbook(editions, out):
    """The editions whose workbook of figures is not there, or was made of other figures."""
    shared, data = manifest.ingredients(), manifest.data_fingerprints()
    return [
        edition
        for edition in editions
        if manifest.read(out / edition.slug).get("workbook") != manifest.workbook(out / edition.slug, shared, data)
    ]


def _write_workbooks(editions, out):
    """Write the figures of both countries with their sources, as a workbook beside the reports of each edition."""
    shared, data, made = manifest.ingredients(), manifest.data_fingerprints(), {}
    for edition in {edition.slug: edition for edition in editions}.values():
        folder, countries = out / edition.slug, (edition.parameters.base, edition.parameters.peer)
        if held := manifest.read(folder):
            key = edition.own, frozenset(countries)  # the editions of a grid share them
            made[key] = made.get(key) or _workbook_of(folder / OWN_FIGURES if edition.own else "", countries)
            _write(folder / manifest.WORKBOOK, made[key])
            held["workbook"] = manifest.workbook(folder, shared, data)
            _write(folder / "manifest.json", manifest.text(held).encode())


def _workbook_of(own, countries):
    from vcgap.figures import load_package
    from vcgap.report.figures_workbook import figures_workbook

    package = load_package(own)
    return figures_workbook(package.figures[package.figures["country"].isin(countries)], package.sources)


def _before(edition, out):
    """The manifest that an edition's numbers may be compared with: its own, or that of the suite's figures alone."""
    return manifest.read(out / edition.slug) or manifest.read(out / edition_slug(edition.parameters))


def _say_current(paths, say):
    """One line for each current report, or for each edition if there are many."""
    if len(paths) >= LONG:
        folders = Counter(path.rpartition("/")[0] for path in paths)
        paths = [f"{folder}, {count} reports" for folder, count in folders.items()]
    for path in paths:
        say(f"{path}: current")


# what is asked for


def check_names(names):
    """The notebooks to render, in order; "volume" is short for "01_volume". Raises UserError."""
    there = sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
    short = {name.partition("_")[2]: name for name in there} | {name: name for name in there}
    wanted = [Path(name).stem if name.endswith(".ipynb") else name for name in names]
    unknown = [
        f"notebook {name}: there is no such notebook{did_you_mean(name, there)}" for name in wanted if name not in short
    ]
    if unknown:
        raise UserError(*unknown)
    return sorted({short[name] for name in wanted}) or there


def own_figures(overlays, say):
    """The rows of the analyst's files laid over one another, later ones on top, as CSV text: "" without files.

    What there is to say of them is said: how cells were read, and which values are unlikely.
    """
    if not overlays:
        return ""
    import pandas as pd

    from vcgap.checks import KEY
    from vcgap.overlay import examine, own_csv

    read = [examine(path) for path in overlays]
    for remark in [remark for one in read for remark in one.remarks]:
        say(remark)
    return own_csv(pd.concat([one.figures for one in read]).drop_duplicates(KEY, keep="last"))


def editions_of(names, sets, own, overlays):
    """An Edition for each set of parameters. Raises UserError with every problem, and where two would be one folder."""
    figures = {"figures": f"../{OWN_FIGURES}"} if own else {}
    own_name, editions, problems = _own_name(overlays, own), [], []
    for where, values in sets:
        try:
            parameters = read_parameters(values | figures, model_of(*names))
            editions.append(Edition(parameters, edition_slug(parameters, own_name), own))
        except UserError as error:
            problems += [f"{where}: {problem}" if where else problem for problem in error.problems]
    folders = Counter(_folder(edition) for edition in editions)
    problems += [
        f"{folder}: {count} sets of parameters would be written there" for folder, count in folders.items() if count > 1
    ]
    if problems:
        raise UserError(*dict.fromkeys(problems))
    return editions


def _folder(edition):
    return f"{edition.slug}/{edition.parameters.language}"


def _own_name(overlays, own):
    """The files' names and a fingerprint of what is in them: two editions share a folder only if they are the same."""
    fingerprint = [hashlib.sha256(own.encode()).hexdigest()[:6]] if own else []
    return "-".join([*[Path(path).stem for path in overlays], *fingerprint])


def check_figures(jobs, may_lack):
    """The parameters of jobs whose year has no figures, each with what is said of it: dict.

    may_lack : combinations of a grid may be without, what was asked for by itself may not: UserError, as for a country
    without any figures
    """
    from vcgap.figures import countries_without_figures, year_without_figures

    figures, problems, without = _figures_with(jobs[0].own), [], {}
    for parameters in dict.fromkeys(job.parameters for job in jobs):
        unknown = countries_without_figures(parameters, figures)
        problems += unknown
        if not unknown and (why := year_without_figures(parameters, figures)):
            without[parameters] = why
    if not may_lack:
        problems += [f"parameter year: {why}" for why in without.values()]
    if problems:
        raise UserError(*dict.fromkeys(problems))
    return without


def _figures_with(own):
    """The suite's figures, with the analyst's below: DataFrame. own : CSV text, or empty"""
    import pandas as pd

    from vcgap.figures import load_package

    mine = [pd.read_csv(io.StringIO(own), dtype=str, keep_default_na=False)] if own else []
    return pd.concat([load_package().figures, *mine])


# what is to be made


def plan(names, editions, out, force=False, engine="forked"):
    """The reports to be made, list of Task, and those that are current, list of paths below `out`."""
    shared, data, seen = manifest.ingredients(), manifest.data_fingerprints(), manifest.rows_seen(out)
    tasks, current = [], []
    for edition in editions:
        there = manifest.read(out / edition.slug).get("reports", {})
        for job in _jobs(names, edition, there, engine):
            made_of = manifest.made_of(job, shared)
            why = manifest.why(there.get(f"{job.language}/{job.name}"), made_of, data, out / job.folder, seen)
            if why or force:
                tasks.append(Task(job, made_of, "; ".join(why) or "forced"))
            else:
                current.append(job.path)
    return tasks, current


def _jobs(names, edition, there, engine):
    """A Job for each notebook. there : the reports of the edition that are there already, as in its manifest"""
    language = edition.parameters.language
    beside = {key.partition("/")[2] for key in there if key.startswith(f"{language}/")}
    links = sorted(beside.union(names))
    return [Job(edition.slug, name, edition.parameters, links, edition.own, engine) for name in names]


# having it made


@contextmanager
def _staging(out):
    """A folder beside the editions in which everything is made first, for one run at a time; gone afterwards."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = os.open(out, os.O_RDONLY) if fcntl else None
        stage = out / STAGING
        _lock(lock, out)
        shutil.rmtree(stage, ignore_errors=True)  # what a run left that was killed
        stage.mkdir()
    except OSError as error:
        raise UserError(f"{out}: cannot write there ({error.strerror}); choose another folder with --out") from None
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if fcntl:
            os.close(lock)


def _lock(descriptor, out):
    if fcntl:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"{out}: another render is at work there; wait for it, or choose another folder with --out"
            ) from None


@contextmanager
def _runner(scheduler, jobs, say):
    """A function of jobs, data and stage that yields what vcgap.report.runner.run_here does; how many it makes at a time.

    How many: 0 on a cluster, whose workers come and go.
    """
    if scheduler:
        from vcgap.report.cluster import connected, run_on_cluster

        with connected(scheduler) as client:
            yield partial(run_on_cluster, client=client, say=say), 0
    else:
        from vcgap.report.runner import run_here

        yield partial(run_here, most=jobs), jobs


def _make(tasks, runner, stage, out, say):
    """Make reports and publish each as soon as it is whole; returns the messages of those that failed. runner : `_runner`"""
    run, at_once = runner
    by_path, failed = {task.job.path: task for task in tasks}, {}
    data, begun = manifest.data_fingerprints(), monotonic()
    results = run([task.job for task in tasks], data, stage=stage)
    try:
        for number, (job, folder, outcome) in enumerate(results, start=1):
            if isinstance(outcome, str):
                failed[job.path] = job, outcome
            else:
                _publish(job, folder / job.language, outcome, by_path[job.path].made_of, data, out)
            shutil.rmtree(folder, ignore_errors=True)
            state = "FAILED" if isinstance(outcome, str) else by_path[job.path].why
            say(f"[{number}/{len(tasks)}] {job.path}: {state}" + _progress(number, len(tasks), at_once, failed, begun))
    finally:
        results.close()
        _take_out_dead_links([job for job, _message in failed.values()], out)
        _write_index(out)
    _write(out / manifest.SEEN, manifest.rows_now().encode())
    return [message for _job, message in failed.values()]


def _progress(done, total, at_once, failed, begun):
    """How a long run stands, for the end of a line: "" if it is short."""
    if total < LONG:
        return ""
    left = round((monotonic() - begun) / done * (total - done))
    running = f"{min(at_once, total - done)} running, " if at_once else ""
    return f" ({running}{len(failed)} failed, {left // 60}:{left % 60:02} min left)"


def _publish(job, made, entry, made_of, data, out):
    """Move a report to where readers find it, and note it in the manifest of its edition."""
    folder = out / job.edition
    (folder / job.language).mkdir(parents=True, exist_ok=True)
    if job.own:
        _write(folder / OWN_FIGURES, job.own.encode())
    for name in entry["files"]:
        os.replace(made / name, folder / job.language / name)
    held = manifest.read(folder)
    entry = entry | {"made_of": made_of, "read": manifest.reading(entry["read"], data)}
    reports = held.get("reports", {}) | {f"{job.language}/{job.name}": entry}
    shared = job.parameters.model_dump(include=set(Parameters.model_fields) - {"language"})
    own = [row["id"] for row in csv.DictReader(io.StringIO(job.own))]
    held |= {"parameters": shared | changed_levers(job.parameters), "own_figures": sorted(own), "reports": reports}
    _write(folder / "manifest.json", manifest.text(held).encode())


def _write(path, content):
    """Write a file (bytes) whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # else a power cut could leave the name without the text
    os.replace(new, path)


def _take_out_dead_links(failed, out):
    """Make the pages beside a failed report again if it was never made: they would lead nowhere."""
    from vcgap.report.make import remake_page

    for edition, language in {(job.edition, job.language) for job in failed}:
        held = manifest.read(out / edition)
        entries = {key: entry for key, entry in held.get("reports", {}).items() if key.startswith(f"{language}/")}
        there = sorted(key.partition("/")[2] for key in entries)
        for key, entry in entries.items():
            if entry["made_of"]["reports beside it"] != there:
                name = key.partition("/")[2]
                page = remake_page(out / edition / f"{key}.ipynb", entry, there)
                _write(out / edition / f"{key}.html", page.encode())
                entry["files"][f"{name}.html"] = manifest.fingerprint(page.encode())
                entry["made_of"]["reports beside it"] = there
        if entries:
            _write(out / edition / "manifest.json", manifest.text(held).encode())


def _write_index(out):
    """Write the index over all editions, unless it is that already."""
    if not manifest.index_is_current(out):
        from vcgap.report.index import index_page

        _write(out / "index.html", index_page(out).encode())
