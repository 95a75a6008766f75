"""Where readers find reports: each is put there when it is whole; manifest, links and index follow."""

import csv
import io
import os
import shutil
from contextlib import contextmanager

from vcgap.errors import UserError
from vcgap.parameters import Parameters, changed_levers
from vcgap.report import manifest
from vcgap.report.job import OWN_FIGURES

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
    return ""


def _publish(job, made, entry, folder):
    (folder / job.language).mkdir(parents=True, exist_ok=True)
    if job.own:
        write(folder / OWN_FIGURES, job.own.encode())
    for name in entry["files"]:
        os.replace(made / name, folder / job.language / name)
    held = manifest.read(folder)
    shared = job.parameters.model_dump(include=set(Parameters.model_fields) - {"language"})
    held["parameters"] = shared | changed_levers(job.parameters)
    held["own_figures"] = sorted(row["id"] for row in csv.DictReader(io.StringIO(job.own)))
    held.setdefault("reports", {})[f"{job.language}/{job.name}"] = entry
    write_manifest(folder, held)


def write_manifest(folder, held):
    """Write the manifest of an edition's folder. held : as vcgap.report.manifest.read gives it"""
    write(folder / "manifest.json", manifest.text(held).encode())


def write(path, content):
    """Write a file (bytes) whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # else a power cut could leave the name without the content
    os.replace(new, path)


def mend_links(edition, language, out):
    """Make the pages of an edition again that do not link to all its reports, or to some that were never made."""
    held = manifest.read(out / edition)
    entries = {key: entry for key, entry in held.get("reports", {}).items() if key.startswith(f"{language}/")}
    there = sorted(key.partition("/")[2] for key in entries)
    wrong = {key: entry for key, entry in entries.items() if entry.get("links", there) != there}
    for key, entry in wrong.items():
        from vcgap.report.make import page_with_links

        page = page_with_links(out / edition / f"{key}.ipynb", entry, there).encode()
        write(out / edition / f"{key}.html", page)
        entry["files"][f"{key.partition('/')[2]}.html"] = manifest.fingerprint(page)
        entry["links"] = there
    if wrong:
        write_manifest(out / edition, held)


def without_workbook(editions, out, shared, data):
    """The editions whose workbook of figures is not there, or was made of other figures: list of Asked.

    shared : manifest.ingredients(); data : manifest.data_fingerprints()
    """
    there = [(edition, held) for edition in editions if (held := manifest.read(out / edition.slug))]
    return [
        edition for edition, held in there if held["workbook"] != manifest.workbook(out / edition.slug, shared, data)
    ]


def write_workbooks(editions, out, shared, data):
    """Write the figures of both countries with their sources, as a workbook beside the reports of each edition."""
    made = {}
    for edition in {edition.slug: edition for edition in editions}.values():
        folder, countries = out / edition.slug, (edition.parameters.base, edition.parameters.peer)
        if held := manifest.read(folder):
            key = edition.own, frozenset(countries)  # the editions of a grid share them
            made[key] = made.get(key) or _workbook_of(folder / OWN_FIGURES if edition.own else "", countries)
            write(folder / manifest.WORKBOOK, made[key])
            held["workbook"] = manifest.workbook(folder, shared, data)
            write_manifest(folder, held)


def _workbook_of(own, countries):
    from vcgap.figures import load_package
    from vcgap.report.figures_workbook import figures_workbook

    package = load_package(own)
    return figures_workbook(package.figures[package.figures["country"].isin(countries)], package.sources)


def write_index(out):
    """Write the index over all editions, unless it is that already."""
    if not manifest.index_is_current(out):
        from vcgap.report.index import index_page

        write(out / "index.html", index_page(out).encode())
