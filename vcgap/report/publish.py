"""Where readers find reports: each is put there when it is whole; manifest, links and index follow."""

import csv
import io
import os
import shutil
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from vcgap.errors import MachineError, UserError
from vcgap.nearest import nearest_first
from vcgap.parameters import Parameters, changed_levers, names_of
from vcgap.report import manifest
from vcgap.report.job import OWN_FIGURES, pdf_name
from vcgap.writing import to_disk, write_whole

try:
    import fcntl
except ImportError:  # Windows: two runs at a time in one folder are not kept apart
    fcntl = None

STAGING = ".rendering"


@contextmanager
def staging(out):
    """A folder beside the editions in which everything is made first, for one run at a time; gone afterwards.

    Raises UserError if nothing can be written there, another run is at work, or a manifest is damaged.
    """
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
        _check_what_is_there(out)
        yield stage.resolve()
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        if fcntl:
            os.close(lock)


def _check_what_is_there(out):
    """UserError if a manifest is damaged, which the index would tell only after the work, or the index is not ours."""
    problems = []
    for path in manifest.editions(out):
        try:
            manifest.read(path)
        except UserError as error:
            problems += error.problems
    if not manifest.index_is_ours(out):
        problems.append(f"{out / 'index.html'}: this page is not from here; choose another folder with --out")
    if problems:
        raise UserError(*problems)


def _lock(descriptor, out):
    if fcntl:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"{out}: another render is at work there; wait for it, or choose another folder with --out"
            ) from None


def publish(job, made, entry, out):
    """Move a report to where readers find it, and note it in the manifest of its edition. Returns what is wrong, or "".

    made : folder with its files; entry : what the manifest holds of it
    """
    try:
        _publish(job, made, entry, out / job.edition)
    except OSError as error:
        return f"{out / job.path}: cannot be written ({error.strerror})"
    except (UserError, MachineError) as error:
        return str(error)
    return ""


def _publish(job, made, entry, folder):
    (folder / job.language).mkdir(parents=True, exist_ok=True)
    if job.own:
        write_whole({folder / OWN_FIGURES: job.own})
    if not job.pdf:  # what is there says what the page said before
        (folder / job.language / pdf_name(job.name)).unlink(missing_ok=True)
    for name in entry["files"]:
        to_disk(made / name)
        os.replace(made / name, folder / job.language / name)
    held = manifest.read(folder)
    shared = {name: getattr(job.parameters, name) for name in names_of(Parameters) if name != "language"}
    held["parameters"] = shared | changed_levers(job.parameters)
    held["own_figures"] = _own_ids(job)
    held.setdefault("reports", {})[f"{job.language}/{job.name}"] = entry
    write_manifest(folder, held)


def _own_ids(job):
    """The analyst's figures of an edition, those of its countries and year first: list of ids."""
    rows = sorted(csv.DictReader(io.StringIO(job.own)), key=lambda row: row["id"])
    asked = job.parameters
    return [row["id"] for row in nearest_first(rows, (asked.base, asked.peer), [asked.year])]


def write_manifest(folder, held):
    """Write the manifest of an edition's folder. held : as vcgap.report.manifest.read gives it"""
    write_whole({folder / "manifest.json": manifest.text(held)})


def mend_links(edition, language, out):
    """Make the pages of an edition again that do not link to all its reports, or to some that were never made."""
    held = manifest.read(out / edition)
    entries = {key: entry for key, entry in held.get("reports", {}).items() if key.startswith(f"{language}/")}
    there = sorted(key.partition("/")[2] for key in entries)
    wrong = {key: entry for key, entry in entries.items() if entry.get("links", there) != there}
    for key, entry in wrong.items():
        from vcgap.report.make import page_with_links

        page = page_with_links(out / edition / f"{key}.ipynb", entry, there)
        write_whole({out / edition / f"{key}.html": page})
        entry["files"][f"{key.partition('/')[2]}.html"] = manifest.fingerprint(page.encode())
        entry["links"] = there
    if wrong:
        write_manifest(out / edition, held)


def without_workbook(editions, out, shared, data):
    """The editions whose workbook of figures is not there, or was made of other figures: list of Asked.

    shared : manifest.ingredients(); data : manifest.data_fingerprints()
    """
    editions = {edition.slug: edition for edition in editions}.values()
    there = [(edition, held) for edition in editions if (held := manifest.read(out / edition.slug))]
    return [
        edition for edition, held in there if held["workbook"] != manifest.workbook(out / edition.slug, shared, data)
    ]


def write_workbooks(editions, out, shared, data):
    """Write the figures of both countries with their sources, as a workbook beside the reports of each edition.

    Nothing is done where that is there already; returns what is wrong: list of str.
    """
    wrong = []
    for edition in without_workbook(editions, out, shared, data):
        folder = out / edition.slug
        try:
            write_whole({folder / manifest.WORKBOOK: workbook_of(edition)})
            write_manifest(folder, manifest.read(folder) | {"workbook": manifest.workbook(folder, shared, data)})
        except (UserError, MachineError) as error:
            wrong.append(str(error))
    return wrong


def workbook_of(edition):
    """The bytes of the workbook of an Asked, made once for all editions of the same countries and figures."""
    return _workbook_of(edition.own, frozenset((edition.parameters.base, edition.parameters.peer)))


@cache
def _workbook_of(own, countries):
    from tempfile import TemporaryDirectory

    from vcgap.figures import load_package
    from vcgap.report.figures_workbook import figures_workbook

    with TemporaryDirectory() as folder:
        path = Path(folder) / OWN_FIGURES
        path.write_text(own, encoding="utf-8")
        package = load_package(path if own else "")
    return figures_workbook(package.figures[package.figures["country"].isin(countries)], package.sources)


def write_index(out):
    """Write the index over all editions, unless it is that already."""
    if not manifest.index_is_current(out):
        from vcgap.report.index import index_page

        write_whole({out / "index.html": index_page(out)})
