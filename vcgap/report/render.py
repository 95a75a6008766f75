"""Render editions: find what is to be made and why, have it made, and publish each report as soon as it is whole."""

import shutil
from collections import Counter
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from vcgap.errors import MachineError
from vcgap.parameters import edition_slug
from vcgap.paths import REPORTS
from vcgap.report import manifest
from vcgap.report.asked import OWN_DIGITS, check_names, editions_of, own_text, without_figures
from vcgap.report.job import OWN_FIGURES, Job, engine_for, pdf_name
from vcgap.report.publish import (
    mend_links,
    publish,
    staging,
    without_workbook,
    workbook_of,
    write_index,
    write_manifest,
    write_workbooks,
)
from vcgap.writing import write_whole

LONG = 20  # reports, from which on a run says how long it will take


class Task(NamedTuple):
    """A report to be made: its Job, what it is made of (manifest.made_of), and why, in words."""

    job: Job
    made_of: dict
    why: str


def render(names, sets, overlays, out, jobs, say, *, force=False, pdf=False, engine=None, scheduler=""):
    """Render editions; returns the messages of the reports that failed (empty: all is well).

    names : notebooks (empty: all); sets : for each edition where it was asked for, or "", and its parameters by name
    overlays : paths of the analyst's files; out : folder of the editions; jobs : processes
    say : function that takes a line of progress; force : also what is current; pdf : a PDF of each page, too
    engine : "forked", "kernel" (notebooks run in kernels of their own, as papermill does), or None: as is possible here
    scheduler : address of a Dask scheduler whose workers make the reports, or "": they are made here
    Raises UserError, before anything is written, if names, parameters, files or the folder are wrong.
    """
    engine = engine_for(engine, scheduler)
    data = manifest.data_fingerprints()  # before anything is read: what is saved meanwhile is then made again
    names, out, shared = check_names(names), Path(out), manifest.ingredients()
    editions = editions_of(names, sets, own_text(overlays, say), overlays)
    tasks, current = plan(names, editions, out, shared, data, force, pdf, engine)
    _say_current(current, say)
    if tasks and pdf and not scheduler:
        from vcgap.report.pdf import check_pdf

        check_pdf()
    tasks = _with_figures(tasks, len(sets) > 1 and not any(where for where, _values in sets), say)
    if not (tasks or without_workbook(editions, out, shared, data)) and manifest.index_is_current(out):
        return []
    rows, earlier = manifest.rows_now(), _earlier(tasks, editions[0], out) if len(editions) == 1 else None
    write_books = partial(write_workbooks, out=out, shared=shared, data=data)
    with _runner(scheduler, jobs, partial(_prepare, editions[0]), say) as runner, staging(out) as stage:
        try:
            failed = _make(tasks, runner, data, stage, out, say, _once_each(write_books, editions))
            if not failed:
                _remember_rows(rows, {*current, *(task.job.path for task in tasks)}, editions, out)
            failed += [wrong for wrong in write_books(editions) if wrong not in failed]
        finally:
            write_index(out)
    if earlier and not failed:
        _say_what_moved(*earlier, out / editions[0].slug, say)
    return failed


def _prepare(edition):
    """While the first reports are being made: what is needed when they are there."""
    workbook_of(edition)
    import_module("vcgap.report.index")


def plan(names, editions, out, shared, data, force=False, pdf=False, engine="forked"):
    """The reports to be made, list of Task, and those that are current, list of paths below `out`.

    shared : manifest.ingredients(); data : manifest.data_fingerprints()
    """
    seen = manifest.rows_seen(out)
    tasks, current = [], []
    for edition in editions:
        there = manifest.read(out / edition.slug).get("reports", {})
        for job in _jobs(names, edition, there, engine, pdf):
            made_of, entry = manifest.made_of(job, shared), there.get(f"{job.language}/{job.name}")
            why = manifest.why(entry, made_of, data, out / job.folder, seen)
            why += manifest.wrong_own_figures(out / job.edition / OWN_FIGURES, job.own) if not why else []
            why += ["it has no PDF yet"] if pdf and not why and pdf_name(job.name) not in entry["files"] else []
            if why or force:
                tasks.append(Task(job, made_of, "; ".join(why) or "forced"))
            else:
                current.append(job.path)
    return tasks, current


def _jobs(names, edition, there, engine, pdf):
    """A Job for each notebook. there : the reports of the edition that are there already, as in its manifest"""
    language = edition.parameters.language
    beside = {key.partition("/")[2] for key in there if key.startswith(f"{language}/")}
    links = sorted(beside.union(names))
    return [Job(edition.slug, name, edition.parameters, links, edition.own, engine, pdf) for name in names]


def _say_current(paths, say):
    """One line for each current report, for each edition if there are many, or for all if editions are many, too."""
    folders = Counter(path.rpartition("/")[0] for path in paths)
    if len(folders) > LONG:
        paths = [f"{len(folders)} editions, {len(paths)} reports"]
    elif len(paths) >= LONG:
        paths = [f"{folder}, {count} {'report' if count == 1 else 'reports'}" for folder, count in folders.items()]
    for path in paths:
        say(f"{path}: current")


def _with_figures(tasks, combined, say):
    """The tasks whose year has figures; the others are said, or wrong: see vcgap.report.asked.without_figures."""
    without = without_figures([task.job for task in tasks], combined) if tasks else {}
    for left in without:
        say(f"left out: {left.base} and {left.peer}, {left.year}: neither has figures of that year")
    return [task for task in tasks if task.job.parameters not in without]


@contextmanager
def _runner(scheduler, jobs, meanwhile, say):
    """A function of jobs, data and stage that yields what vcgap.report.runner.run_here does; how many it makes at a time.

    How many: 0 on a cluster, whose workers come and go.
    """
    if scheduler:
        from vcgap.report.cluster import connected, run_on_cluster

        with connected(scheduler) as client:
            yield partial(run_on_cluster, client=client, say=say), 0
    else:
        from vcgap.report.runner import run_here

        yield partial(run_here, most=jobs, meanwhile=meanwhile), jobs


def _once_each(write_books, editions):
    """A function of an edition's name that writes its workbook when it is called first; returns what is wrong."""
    left = {edition.slug: edition for edition in editions}
    return lambda slug: write_books([left.pop(slug)]) if slug in left else []


def _make(tasks, runner, data, stage, out, say, write_book):
    """Make reports and publish each as soon as it is whole; returns the messages of those that failed.

    runner : `_runner`; write_book : called with the edition of each that is published, as it links to its workbook
    """
    run, at_once = runner
    by_path, failed, begun = {task.job.path: task for task in tasks}, [], monotonic()
    results = run([task.job for task in tasks], data, stage=stage)
    try:
        for number, (job, folder, outcome) in enumerate(results, start=1):
            task, wrong = by_path[job.path], outcome if isinstance(outcome, str) else ""
            if not wrong:
                made = {
                    "made_of": task.made_of,
                    "read": manifest.fingerprints_read(outcome["read"], data),
                    "links": job.links,
                }
                wrong = publish(job, folder / job.language, outcome | made, out)
            shutil.rmtree(folder, ignore_errors=True)
            failed += [wrong] if wrong else write_book(job.edition)
            progress = _progress(number, len(tasks), at_once, failed, begun)
            say(f"[{number}/{len(tasks)}] {job.path}: {'FAILED' if wrong else task.why}{progress}")
    except MachineError as error:  # there will be no more results, but what failed before is told
        failed.append(str(error))
    finally:
        results.close()
        for edition, language in {(task.job.edition, task.job.language): None for task in tasks}:
            mend_links(edition, language, out)
    return failed


def _remember_rows(rows, paths, editions, out):
    """Note which rows of the figures reports were made of, so that the next run can name those that changed.

    rows : manifest.rows_now(); paths : of the reports that are as these rows have it
    """
    noted, known = manifest.fingerprint(rows.encode()), True
    for slug in dict.fromkeys(edition.slug for edition in editions):
        held = manifest.read(out / slug)
        for key, entry in held.get("reports", {}).items():
            if f"{slug}/{key}" in paths:
                entry["rows"] = noted
        known = known and all(entry.get("rows") == noted for entry in held.get("reports", {}).values())
        if held:
            write_manifest(out / slug, held)
    if known:
        write_whole({out / manifest.SEEN: rows})


def _earlier(tasks, edition, out):
    """What the numbers of an edition are compared with: the folder of an edition and its manifest as it is now, or None.

    The first that has one of the reports to be made: the edition itself; of the same parameters, the last one with
    figures files of the same names, the one with the suite's figures alone, and that one among the suite's own reports.
    """
    suite = edition_slug(edition.parameters)
    for folder in [out / edition.slug, *_of_files_so_named(edition, out), out / suite, REPORTS / suite]:
        held = manifest.stored(folder)
        if held and any(f"{task.job.language}/{task.job.name}" in held["reports"] for task in tasks):
            return folder, held
    return None


def _of_files_so_named(edition, out):
    """The folders of editions whose name is another in the fingerprint of own figures alone, the latest first."""
    if not edition.own:
        return []
    alike = out.glob(edition.slug[:-OWN_DIGITS] + "?" * OWN_DIGITS + f"/{OWN_FIGURES}")
    whole = [
        path for path in alike if manifest.fingerprint(path.read_bytes())[:OWN_DIGITS] == path.parent.name[-OWN_DIGITS:]
    ]
    return [path.parent for path in sorted(whole, key=lambda path: path.stat().st_mtime_ns, reverse=True)]


def _say_what_moved(earlier, held, folder, say):
    from vcgap.report.difference import Side, after_rerun, read_side

    after = read_side(folder)
    if earlier == folder:
        before = Side("the same edition before this run", held, after.own)
    else:
        before = read_side(earlier)._replace(name=str(earlier))
    for line in after_rerun(before, after):
        say(line)


def _progress(done, total, at_once, failed, begun):
    """How a long run stands, for the end of a line: "" if it is short."""
    if total < LONG:
        return ""
    left = round((monotonic() - begun) / done * (total - done))
    running = f"{min(at_once, total - done)} running, " if at_once else ""
    return f" ({running}{len(failed)} failed, {left // 60}:{left % 60:02} min left)"
