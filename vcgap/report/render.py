"""Render notebooks into reports: strict about parameters, one process per report, whole or not at all."""

import hashlib
import os
import re
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import nbformat
import pandas as pd

from vcgap.edition import basis_words, check_coverage
from vcgap.errors import UserError, did_you_mean
from vcgap.figures import KEY, load_package
from vcgap.language import _, country, use_language
from vcgap.parameters import Parameters, changed_levers, edition_slug, model_of, parameters_for, read_parameters
from vcgap.report import manifest
from vcgap.report.engine import CAN_FORK, preload
from vcgap.report.index import index_page
from vcgap.report.template import page, title
from vcgap.tables import schemas

NOTEBOOKS = manifest.ROOT / "notebooks"
OWN_FIGURES = "own_figures.csv"
CELL_TIMEOUT_SECONDS = 120


def render(names, values, overlays, out, jobs, say):
    """Render an edition; returns the messages of the reports that failed (empty: all is well).

    names : notebooks (empty: all); values : parameters by name; overlays : paths of the analyst's files
    out : folder of the editions; jobs : processes; say : function that takes a line of progress
    Raises UserError, before anything is written, if names, parameters, files or the folder are wrong.
    """
    names = check_names(names)
    values = values | ({"figures": f"../{OWN_FIGURES}"} if overlays else {})
    parameters = read_parameters(values, model_of(*names))
    own = own_figures(overlays)
    check_coverage(parameters, load_package().figures if own is None else pd.concat([load_package().figures, own]))
    folder = Path(out) / edition_slug(parameters, own_name(overlays, own))
    manifest.read(folder)  # a damaged one is found before the work, not after
    with _staging(Path(out)) as stage:
        (stage / parameters.language).mkdir()
        if own is not None:
            (stage / OWN_FIGURES).write_text(own_text(own), encoding="utf-8")
        done, failed = _run_all(names, parameters, stage, jobs, say)
        _publish(done, parameters, stage, folder, own)
        (stage / "index.html").write_text(index_page(out), encoding="utf-8")
        os.replace(stage / "index.html", Path(out) / "index.html")
    return failed


def own_text(own):
    """The analyst's figures as they are kept beside an edition: CSV with the columns of data/figures.csv."""
    return own[[field["name"] for field in schemas()["figures"]["fields"]]].to_csv(index=False, lineterminator="\n")


def own_name(overlays, own):
    """The files' names and a fingerprint of what is in them: two editions share a folder only if they are the same."""
    if own is None:
        return ""
    fingerprint = hashlib.sha256(own_text(own).encode()).hexdigest()[:6]
    return "-".join([*[Path(path).stem for path in overlays], fingerprint])


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


def own_figures(overlays):
    """The rows of the analyst's files laid over one another, later ones on top: DataFrame, or None without files."""
    own = None
    for path in overlays:
        rows = load_package(path).figures.query("own")
        own = rows if own is None else pd.concat([own, rows]).drop_duplicates(KEY, keep="last")
    return own


class _staging:
    """A folder beside the editions in which everything is made first; gone afterwards, whatever happens."""

    def __init__(self, out):
        self.out = out

    def __enter__(self):
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            self.path = Path(tempfile.mkdtemp(prefix=".rendering-", dir=self.out))
        except OSError as error:
            raise UserError(
                f"{self.out}: cannot write there ({error.strerror}); choose another folder with --out"
            ) from None
        return self.path

    def __exit__(self, *_error):
        shutil.rmtree(self.path, ignore_errors=True)


def _run_all(names, parameters, stage, jobs, say):
    done, failed = {}, []
    if CAN_FORK:
        preload()
    pool = ProcessPoolExecutor(min(jobs, len(names)), get_context("fork" if CAN_FORK else "spawn"))
    runs = {pool.submit(run_notebook, name, parameters_for(name, parameters), stage): name for name in names}
    try:
        for number, run in enumerate(as_completed(runs), start=1):
            name, error = runs[run], run.exception()
            say(f"[{number}/{len(names)}] {name} ({parameters.language})" + (" FAILED" if error else ""))
            if error is None:
                done[name] = run.result()
            else:
                failed.append(
                    f"notebooks/{name}.ipynb: {_one_line(error, stage / parameters.language / f'{name}.ipynb')}"
                )
    finally:
        pool.shutdown(wait=True, cancel_futures=True)  # after Ctrl-C nothing new is begun
    return dict(sorted(done.items())), failed


def _one_line(error, target):
    """Which cell failed and why, in one line. target : the executed notebook, as far as it got."""
    cell = getattr(error, "cell_index", None)
    if cell is None and target.is_file():  # the kernel died: in the first code cell without a number
        cells = enumerate(nbformat.read(target, as_version=4).cells)
        cell = next((number for number, one in cells if one.get("execution_count", 0) is None), None)
    where = f"cell {cell}, " if cell is not None else ""
    name, value = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    return f"{where}{name}: {' '.join(str(value).split())}"


class LeftEarly(Exception):
    """A cell left the notebook with sys.exit(), which papermill takes for a success."""

    def __init__(self, cell_index, ename, evalue):
        super().__init__(cell_index, ename, evalue)
        self.cell_index, self.ename, self.evalue = cell_index, ename, evalue or "left before the end"


def run_notebook(name, parameters, stage):
    """Run one notebook with papermill in a process of its own; writes the normalised .ipynb, returns its path."""
    import papermill
    from traitlets.config import Config

    target = Path(stage) / parameters["language"] / f"{name}.ipynb"
    executed = papermill.execute_notebook(
        str(NOTEBOOKS / f"{name}.ipynb"),
        str(target),
        parameters=parameters,
        kernel_name="python3",
        engine_name="forked" if CAN_FORK else None,
        progress_bar=False,
        cwd=str(target.parent),
        execution_timeout=CELL_TIMEOUT_SECONDS,
        extra_arguments=[
            "--IPKernelApp.log_level=CRITICAL"
        ],  # what a kernel logs at its end is not the reader's business
        config=Config({"KernelManager": {"transport_encryption": "auto"}}),
    )
    _raise_if_it_left(executed)
    notebook = normalise(nbformat.read(target, as_version=4))
    target.write_text(nbformat.writes(notebook, indent=1) + "\n", encoding="utf-8")
    return target


def _raise_if_it_left(notebook):
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise LeftEarly(number, output.ename, output.evalue)


def normalise(notebook):
    """The executed notebook without clock, host and kernel ids, so that running it twice changes nothing."""
    notebook = nbformat.from_dict(notebook)
    notebook.metadata = nbformat.from_dict(
        {key: notebook.metadata[key] for key in ("kernelspec", "language_info") if key in notebook.metadata}
    )
    notebook.metadata.get("language_info", {}).pop("version", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = (
            "injected-parameters"
            if "injected-parameters" in cell.metadata.get("tags", [])
            else cell.get("id", str(number))
        )
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    return notebook


def _publish(done, parameters, stage, folder, own):
    """Make pages of the reports that succeeded; only when all are made, move them to where readers find them."""
    if not done:
        return
    use_language(parameters.language)
    made = manifest.ingredients()
    notebooks = {name: nbformat.read(path, as_version=4) for name, path in done.items()}
    links = _links(parameters.language, folder, notebooks)
    for name, path in done.items():
        here = [link | {"current": link["href"] == f"{name}.html"} for link in links]
        html = page(notebooks[name], parameters.language, here, about(parameters, made))
        path.with_suffix(".html").write_text(html, encoding="utf-8")
    for name, drawing in drawings(notebooks).items():
        (stage / parameters.language / name).write_text(drawing, encoding="utf-8")
    held = _manifest(folder, parameters, made, notebooks, own)
    (stage / "manifest.json").write_text(manifest.text(held), encoding="utf-8")
    made_files = [path for path in stage.rglob("*") if path.is_file() and _belongs(path, done)]
    (folder / parameters.language).mkdir(parents=True, exist_ok=True)
    for file in sorted(made_files):
        os.replace(file, folder / file.relative_to(stage))


def _belongs(path, done):
    """Not the remains of a notebook that failed."""
    return path.suffix != ".ipynb" or path.stem in done


def drawings(notebooks):
    """The chart that a README or a slide can show by itself: dict of file name → SVG, empty without the overview."""
    for cell in notebooks["00_overview"].cells if "00_overview" in notebooks else []:
        for output in cell.get("outputs", []):
            if output.metadata.get("vcgap", {}).get("block") == "ladder":
                found = re.search(r"<svg.*?</svg>", output.data["text/html"])
                return {"ladder.svg": found.group() + "\n"} if found else {}
    return {}


def _links(language, folder, notebooks):
    """The reports of this edition and language: those made now and those that are there already."""
    there = manifest.read(folder).get("reports", {})
    titles = {key.partition("/")[2]: report["title"] for key, report in there.items() if key.startswith(f"{language}/")}
    titles |= {name: title(notebook) for name, notebook in notebooks.items()}
    return [{"href": f"{name}.html", "title": short_title(name)} for name in sorted(titles)]


def short_title(name):
    """What a report is called in the line of links at its top."""
    words = {
        "00_overview": _("Overview"),
        "01_volume": _("Volume"),
        "02_fund_size": _("Fund size"),
        "03_sector_mix": _("Sector mix"),
        "04_unicorns": _("Unicorns"),
        "05_ai_ecosystem": _("AI ecosystem"),
        "06_closing_the_gap": _("Closing the gap"),
        "07_claims": _("Claims"),
    }
    return words.get(name, name)


def about(parameters, made):
    """The lines of the box at the foot of a page: what was asked for, of which data, how to make it again."""
    values = parameters.model_dump(include=set(Parameters.model_fields) - {"figures"}) | changed_levers(parameters)
    chosen = " ".join(f"-p {name} {value}" for name, value in values.items())
    chosen += f" --figures {OWN_FIGURES}" if parameters.figures else ""
    edition = _("{base} and {peer}, {year}; reference: {basis}").format(
        base=country(parameters.base),
        peer=country(parameters.peer),
        year=parameters.year,
        basis=basis_words()[parameters.basis],
    )
    return [
        (_("Edition"), edition),
        (_("Version of the data"), made["data"]),
        (_("Make it again"), f"vcgap render {chosen}"),
    ]


def _manifest(folder, parameters, made, notebooks, own):
    reports = manifest.read(folder).get("reports", {})
    for name, notebook in notebooks.items():
        reports[f"{parameters.language}/{name}"] = {
            "title": title(notebook),
            "finding": manifest.finding(notebook),
            "numbers": manifest.headline_numbers(notebook),
            "warnings": manifest.warnings(notebook),
            **made,
            "drawn_on": manifest.drawn_on(),
        }
    shared = parameters.model_dump(include=set(Parameters.model_fields) - {"language"}) | changed_levers(parameters)
    return {"parameters": shared, "own_figures": [] if own is None else sorted(own["id"]), "reports": reports}
