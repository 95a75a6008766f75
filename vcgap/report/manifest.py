"""What a report was made of, so that it is made again only if that changed; and what an edition's manifest says of it."""

import csv
import hashlib
import json
import os
import platform
from pathlib import Path

from vcgap.errors import UserError
from vcgap.paths import DATA, NOTEBOOKS, ROOT

PACKAGE = ROOT / "vcgap"
LOOK = (".j2", ".json", ".css", ".js", ".ttf", ".woff2")
SEEN = "rows_seen.txt"  # in the folder of the editions: the rows of figures.csv when reports were last made, as hashes
WORKBOOK = "figures.xlsx"  # in the folder of an edition: its figures with their sources
FOUND_BY = ("id", "metric", "source")  # columns of figures.csv: what a changed row is named by, and read by
MOST_NAMED = 5  # figures, in one line
MARK = 'name="editions" content="'  # in the head of an index
ENTRY = ("title", "finding", "numbers", "read", "files", "made_of", "links")  # of a report in a manifest
SAYS = ("title", "finding", "numbers", "warnings", "drawn_on")  # of it, what was read from its notebook


def fingerprint(content):
    """SHA-256 of bytes, shortened to 16 hex digits."""
    return hashlib.sha256(content).hexdigest()[:16]


def fingerprint_of_files(paths, root=None):
    """One fingerprint over the names (below root, default: of the suite) and contents of files, whatever their order."""
    named = sorted((path.relative_to(root or ROOT).as_posix(), path) for path in paths)
    return fingerprint(
        b"".join(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest() for name, path in named)
    )


def ingredients():
    """Fingerprints of what every report depends on besides its notebook, parameters and data: dict of str."""
    walked = os.walk(PACKAGE, followlinks=True)
    files = [Path(folder) / name for folder, _below, names in walked for name in names if not name.startswith(".")]
    return {
        "package": fingerprint_of_files([path for path in files if path.suffix == ".py"]),
        "template": fingerprint_of_files([path for path in files if path.suffix in LOOK]),
        "catalogue": fingerprint_of_files([path for path in files if "locale" in path.parts]),
        "lock": fingerprint_of_files([ROOT / "requirements.txt"]),
        "schema": fingerprint_of_files([DATA / "datapackage.json"]),
    }


def data_fingerprints():
    """Fingerprints of all that a report can read, under the names of vcgap.tables.remember_read: dict of str.

    Tables under their name; of the figures, each part under "figures/metric=…" and "figures/source=…".
    """
    found = {path.stem: fingerprint(path.read_bytes()) for path in DATA.glob("[!.]*.csv") if path.stem != "figures"}
    parts = {}
    for row, line in _figure_rows():
        for column in ("metric", "source"):
            parts.setdefault(f"figures/{column}={row[column]}", []).append(line)
    return found | {name: fingerprint("\n".join(lines).encode()) for name, lines in parts.items()}


def _figure_rows():
    """Rows of figures.csv, read without pandas: pairs of dict, with FOUND_BY, and the row as one text.

    A cell that is missing is "": the file is refused where it is loaded, and here if it is no CSV at all (UserError).
    """
    try:
        with (DATA / "figures.csv").open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = csv.reader(file)
            header = next(rows, [])
            columns, nothing = fingerprint(repr(header).encode()), dict.fromkeys(FOUND_BY, "")
            places = [(name, header.index(name)) for name in FOUND_BY if name in header]
            for cells in filter(None, rows):
                found = {name: cells[at] for name, at in places if at < len(cells)}
                yield nothing | found, columns + repr(cells)
    except csv.Error as error:
        raise UserError(f"figures.csv: not readable as CSV ({error})") from None


def made_of(job, shared):
    """What a report is made of now, but for the data that it reads: dict.

    shared : `ingredients()`, which do not change in one run
    """
    own = fingerprint(job.own.encode()) if job.own else ""
    notebook = fingerprint_of_files([NOTEBOOKS / f"{job.name}.ipynb"])
    return {
        **shared,
        "notebook": notebook,
        "parameters": job.values,
        "own figures": own,
    }


def fingerprints_read(names, data):
    """Fingerprints of the data that a report read: dict. names : what it read; data : `data_fingerprints()`."""
    return {name: data.get(name, "") for name in names}


def data_version(read):
    """One fingerprint of all the data that a report read, for its foot. read : `fingerprints_read`"""
    return fingerprint(json.dumps(read, sort_keys=True).encode())


def workbook(folder, shared, data):
    """What an edition's workbook of figures is made of now, and what it is: dict, as its manifest keeps it.

    folder : of the edition; shared : `ingredients()`; data : `data_fingerprints()`. An analyst's figures are in the
    edition's name.
    """
    path = Path(folder) / WORKBOOK
    made_of = fingerprint(json.dumps([shared["package"], sorted(data.items())]).encode())
    return {"made_of": made_of, "file": fingerprint(path.read_bytes()) if path.is_file() else ""}


def why(entry, now, data, folder, seen):
    """Why a report is to be made again: list of str, empty if it is current.

    entry : what the manifest says of it, or None; now : `made_of`; data : `data_fingerprints()`
    folder : where its files are; seen : `rows_seen` of the folder of the editions
    """
    if entry is None:
        return ["new"]
    changed = [f"{part} changed" for part, value in now.items() if entry["made_of"].get(part) != value]
    changed += [] if as_made(entry) else ["manifest.json does not say of it what it was made to say"]
    read = entry["read"]
    touched = [name for name, held in read.items() if data.get(name, "") != held]
    tables = [f"{name}.csv changed" for name in touched if "/" not in name]
    parts = [name.partition("=")[2] for name in touched if "/" in name]
    known = seen if entry.get("rows") == fingerprint(seen.encode()) else ""
    files = [wrong for name, held in entry["files"].items() if (wrong := _wrong_file(folder / name, held))]
    return [*changed, *tables, *_figures_changed(parts, known), *files]


def said(entry):
    """A fingerprint of what a manifest says of a report. entry : dict, with SAYS"""
    return fingerprint(json.dumps([entry.get(name) for name in SAYS], sort_keys=True).encode())


def as_made(entry):
    """Whether a manifest says of a report what it was made to say. Those of earlier versions do not tell."""
    return entry.get("said", said(entry)) == said(entry)


def wrong_own_figures(path, own):
    """What is wrong with the analyst's figures that an edition keeps beside its reports: list of str. own : CSV text"""
    wrong = _wrong_file(path, fingerprint(own.encode())) if own else ""
    return [wrong] if wrong else []


def _wrong_file(path, held):
    try:
        return "" if fingerprint(path.read_bytes()) == held else f"{path.name} is not as it was made"
    except OSError:
        return f"{path.name} is missing"


def _figures_changed(parts, seen):
    """One phrase for changed figures, or none.

    parts : metrics or sources whose figures changed; seen : `rows_seen` if the report was made of them, else ""
    """
    if not parts:
        return []
    seen = set(seen.split())
    rows = [
        row for row, line in _figure_rows() if {row["metric"], row["source"]} & set(parts) and _short(line) not in seen
    ]
    names = [row["id"] for row in rows if seen] or [f"of {part}" for part in parts]
    more = [f"and {len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return [f"figures changed: {', '.join([*names[:MOST_NAMED], *more])}"]


def _short(line):
    return hashlib.sha256(line.encode()).hexdigest()[:10]


def suite_ids():
    """The ids of all figures of the suite: an analyst's figure of the same id replaces one of them. Set of str."""
    return {row["id"] for row, _line in _figure_rows()}


def rows_seen(out):
    """The rows of figures.csv when all reports of a folder were last made: text of short hashes, "" if unknown."""
    path = Path(out) / SEEN
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def rows_now():
    """What `rows_seen` will read of the rows as they are now."""
    return "\n".join(sorted(_short(line) for _row, line in _figure_rows())) + "\n"


def editions(out):
    """The folders of the editions below a folder. Another program's manifest.json does not make one."""
    return [path.parent for path in sorted(Path(out).glob("[!.]*/manifest.json")) if _is_ours(path.read_bytes())]


def _is_ours(content):
    """Whether a manifest may be one of ours, if only a damaged one."""
    if b'"reports"' in content:
        return True
    try:
        json.loads(content)
    except ValueError:
        return True
    return False


def manifests(out):
    """One fingerprint of the manifests of all editions below a folder, which its index is made of."""
    return fingerprint_of_files([folder / "manifest.json" for folder in editions(out)], Path(out))


def sealed(page, out):
    """An index with a fingerprint in its head, of the manifests that it was made of and of itself. page : HTML, unsealed"""
    before, mark, after = page.partition(MARK)
    return before + mark + fingerprint(f"{manifests(out)} {page}".encode()) + after


def index_is_current(out):
    """Whether the index of a folder is as it was made, of the manifests that are there now."""
    page = _index(out)
    before, mark, after = page.partition(MARK)
    return page == sealed(before + mark + after[len(fingerprint(b"")) :], out)


def index_is_ours(out):
    """Whether the index of a folder, if there is one, was made here."""
    page = _index(out)
    return not page or MARK in page[:1000]


def _index(out):
    path = Path(out) / "index.html"
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def drawn_on():
    """Where the charts were drawn: their geometry is held to the byte only on the same kind of machine."""
    return f"{platform.system()} {platform.machine()}, Python {'.'.join(platform.python_version_tuple()[:2])}"


def kept(notebook):
    """What the blocks of an executed notebook keep for the manifest, in order: list of dict."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output["metadata"]["vcgap"] for output in outputs if "vcgap" in output.get("metadata", {})]


def headline_numbers(notebook):
    """The headline numbers of an executed notebook, by name, rounded so that another machine prints the same."""
    numbers = {}
    for block in kept(notebook):
        numbers |= block["numbers"]
    return {name: None if value is None else float(f"{value:.6g}") for name, value in sorted(numbers.items())}


def warnings(notebook):
    """What is not like for like in the numbers of an executed notebook: dict of block name → sentence."""
    return {block["block"]: block["warning"] for block in kept(notebook) if block["warning"]}


def names_read(notebook):
    """What an executed notebook read of the data: sorted list of str. Its last block says so."""
    return next(block["read"] for block in reversed(kept(notebook)) if "read" in block)


def finding(notebook):
    """The sentence of the first headline of an executed notebook, with its warning; "" if it has none."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if '<div class="headline">' in output.get("data", {}).get("text/html", ""):
                warning = output["metadata"]["vcgap"]["warning"]
                return f"{output['data']['text/plain'].splitlines()[0]}. {warning}".strip()
    return ""


def read(folder):
    """The manifest of an edition's folder, or an empty one. Raises UserError if it is damaged.

    Reports of which it does not say all that this version needs are left out: they are made again.
    """
    held = stored(folder)
    whole = {key: entry for key, entry in held.get("reports", {}).items() if set(ENTRY) <= set(entry)}
    return held and held | {"reports": whole}


def stored(folder):
    """The manifest of an edition's folder as it is there, whichever version wrote it, or {}. Raises UserError."""
    path = Path(folder) / "manifest.json"
    if not path.is_file():
        return {}
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        reports = {key: {**entry, "numbers": {**entry["numbers"]}} for key, entry in held["reports"].items()}
        asked = {"parameters": {**held["parameters"]}, "own_figures": [*held["own_figures"]]}
        return asked | {"reports": reports, "workbook": {**held.get("workbook", {})}}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UserError(f"{path}: this manifest is damaged; remove its folder and render the edition again") from None


def text(manifest):
    """A manifest as it is written: JSON, keys in order."""
    return json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
