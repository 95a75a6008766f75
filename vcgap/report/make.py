"""One report: the notebook executed, its page, and what the manifest says of it. Runs in a process of its own."""

import re
from functools import cache
from pathlib import Path

import nbformat
from traitlets.config import Config

from vcgap.edition import basis_words
from vcgap.language import _, country, use_language
from vcgap.late import loaded_late
from vcgap.parameters import MODELS, Parameters, changed_levers, model_of, names_of, parameters_for, read_parameters
from vcgap.paths import NOTEBOOKS
from vcgap.report import manifest
from vcgap.report.job import OWN_FIGURES, pdf_name
from vcgap.report.pdf import check_pdf, pdf_of
from vcgap.report.template import page, short_title, style, title

with loaded_late("requests"):  # for notebooks on the web; papermill imports all that it may ever need
    import papermill

    from vcgap.report import engine

CELL_SECONDS = 120
RUNNING = ".cell"  # suffix of the note that says which cell is running
QUIET = ["--IPKernelApp.log_level=CRITICAL"]  # what a kernel logs at its end is not the reader's business


@cache
def load_exporter():
    """Make the exporter, its templates, the style and the schemas of notebooks ready, which takes longer than a page."""
    page(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A")]), "en", [], [])
    style()


def make_report(job, data, stage, started=None):
    """Make the files of a report below a folder: returns its entry in the manifest, but for `made_of`.

    data : manifest.data_fingerprints(); stage : an empty folder; the files are then in stage/<language>/
    started : a forked kernel that is there already (vcgap.report.kernel.start), or None
    Raises what papermill raises, LeftEarly, or UserError where no PDF can be made.
    """
    if job.pdf:
        check_pdf()
    target = target_of(job, stage)
    target.parent.mkdir(parents=True)
    if job.own:
        (Path(stage) / OWN_FIGURES).write_text(job.own, encoding="utf-8")
    notebook = normalise(_executed(job, target, started))
    use_language(job.language)
    read = manifest.names_read(notebook)
    foot = about(job.parameters, manifest.fingerprints_read(read, data))
    html = page(notebook, job.language, links_of(job.links, job.name), foot, pdf_name(job.name) if job.pdf else "")
    made = {
        f"{job.name}.ipynb": (nbformat.writes(notebook, indent=1) + "\n").encode(),
        f"{job.name}.html": html.encode(),
        **({pdf_name(job.name): pdf_of(html)} if job.pdf else {}),
        **drawings(job.name, notebook),
    }
    for name, content in made.items():
        target.with_name(name).write_bytes(content)
    return described(notebook) | {"read": read, "files": {name: manifest.fingerprint(of) for name, of in made.items()}}


def page_with_links(path, entry, names):
    """The page of a report with other links. path : its executed notebook; entry : in the manifest; names : to link to"""
    notebook = nbformat.read(path, as_version=4)
    parameters = read_parameters(entry["made_of"]["parameters"], model_of(*MODELS))
    use_language(parameters.language)
    pdf = pdf_name(path.stem) if pdf_name(path.stem) in entry["files"] else ""
    return page(notebook, parameters.language, links_of(names, path.stem), about(parameters, entry["read"]), pdf)


def target_of(job, stage):
    """Where the executed notebook of a job is written."""
    return Path(stage) / job.language / f"{job.name}.ipynb"


def _executed(job, target, started):
    """The notebook, run by papermill with its parameters."""
    forked = job.engine == "forked"
    note = {"running": target.with_suffix(RUNNING), "started": started} if forked else {}
    note["on_cell_executed"] = _raise_if_it_exits
    executed = papermill.execute_notebook(
        str(NOTEBOOKS / f"{job.name}.ipynb"),
        str(target),
        parameters=parameters_for(job.name, job.parameters),
        kernel_name="python3",
        engine_name=engine.NAME if forked else None,
        request_save_on_cell_execute=not forked,  # of a kernel that dies, only what was saved tells the cell
        progress_bar=False,
        cwd=str(target.parent),
        execution_timeout=CELL_SECONDS,
        extra_arguments=QUIET,
        config=Config({"KernelManager": {"transport_encryption": "auto"}}),
        **note,
    )
    _raise_if_it_left(executed)
    target.with_suffix(RUNNING).unlink(missing_ok=True)
    target.unlink()  # what goes wrong from here on is no cell's fault
    return executed


class LeftEarly(Exception):
    """A cell left the notebook with exit(), or with sys.exit() or sys.exit(0), which papermill takes for a success."""

    def __init__(self, cell_index, ename, evalue):
        super().__init__(cell_index, ename, evalue)
        self.cell_index, self.ename, self.evalue = cell_index, ename, evalue or "left before the end"


def _raise_if_it_exits(cell, cell_index, execute_reply):
    """Called by papermill's client after each cell, with its names: that the kernel is to end stands in the reply alone."""
    if any(payload["source"] == "ask_exit" for payload in execute_reply["content"].get("payload", [])):
        raise LeftEarly(cell_index, "SystemExit", "")


def _raise_if_it_left(notebook):
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise LeftEarly(number, output.ename, output.evalue)


def failure(job, error, stage):
    """What went wrong with a job, in one line that names notebook, cell and parameters. error : what was raised"""
    cell = getattr(error, "cell_index", None)
    cell = running_cell(target_of(job, stage)) if cell is None else cell
    where = f"cell {cell}, " if cell is not None else ""
    name, value = getattr(error, "ename", type(error).__name__), getattr(error, "evalue", str(error))
    values = ", ".join(f"{parameter} {value}" for parameter, value in job.values.items() if value != "")
    return f"notebooks/{job.name}.ipynb: {where}{name}: {' '.join(str(value).split())} ({values})"


def running_cell(target):
    """The number of the cell that was running when a process ended, or None. target : as of `target_of`"""
    note = target.with_suffix(RUNNING)
    if note.is_file():
        return int(note.read_text(encoding="ascii"))
    if not target.is_file():
        return None
    cells = nbformat.read(target, as_version=4).cells  # papermill notes when it starts one
    begun = [number for number, cell in enumerate(cells) if cell.metadata.get("papermill", {}).get("start_time")]
    return begun[-1] if begun else None


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


def described(notebook):
    """What the manifest says of an executed notebook: dict, manifest.SAYS with their fingerprint."""
    entry = {
        "title": title(notebook),
        "finding": manifest.finding(notebook),
        "numbers": manifest.headline_numbers(notebook),
        "warnings": manifest.warnings(notebook),
        "drawn_on": manifest.drawn_on(),
    }
    return entry | {"said": manifest.said(entry)}


def drawings(name, notebook):
    """The chart that a README or a slide can show by itself: dict of file name → SVG (bytes), empty but for the overview."""
    for cell in notebook.cells if name == "00_overview" else []:
        for output in cell.get("outputs", []):
            if output.metadata.get("vcgap", {}).get("block") == "ladder":
                found = re.search(r"<svg.*?</svg>", output.data["text/html"])
                return {"ladder.svg": (found.group() + "\n").encode()} if found else {}
    return {}


def links_of(names, current):
    """The links at the top of a page. names : of the reports beside it; current : which one it is"""
    return [{"href": f"{name}.html", "title": short_title(name), "current": name == current} for name in names]


def about(parameters, read):
    """The lines of the box at the foot of a page: what was asked for, of which data, how to make it again.

    read : fingerprints of the data that the report read (manifest.fingerprints_read)
    """
    values = {name: getattr(parameters, name) for name in names_of(Parameters) if name != "figures"}
    values |= changed_levers(parameters)
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
        (_("Version of the data"), manifest.data_version(read)),
        (_("Make it again"), f"vcgap render {chosen}"),
    ]
