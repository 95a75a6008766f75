"""What an edition was made of: parameters, hashes of data, code and lock, headline numbers."""

import hashlib
import json
import platform
from pathlib import Path

from vcgap.errors import UserError
from vcgap.tables import DATA

ROOT = Path(__file__).resolve().parents[2]
CODE = (".py", ".j2", ".css", ".json", ".ttf", ".woff2")


def fingerprint(paths):
    """One SHA-256 over the names and contents of files, whatever their order. Shortened to 16 hex digits."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def ingredients():
    """Hashes of what every report depends on besides its parameters: dict of str."""
    code = [path for path in (ROOT / "vcgap").rglob("*") if path.suffix in CODE and "__pycache__" not in path.parts]
    return {
        "data": fingerprint([*DATA.glob("*.csv"), DATA / "datapackage.json"]),
        "code": fingerprint(code),
        "lock": fingerprint([ROOT / "requirements.txt"]),
        "notebooks": fingerprint((ROOT / "notebooks").glob("*.ipynb")),
    }


def drawn_on():
    """Where the charts were drawn: their geometry is held to the byte only on the same kind of machine."""
    return f"{platform.system()} {platform.machine()}, Python {'.'.join(platform.python_version_tuple()[:2])}"


def headline_numbers(notebook):
    """The headline numbers of an executed notebook, by name, rounded so that another machine prints the same."""
    numbers = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            numbers |= output.get("metadata", {}).get("vcgap", {}).get("numbers", {})
    return {name: None if value is None else float(f"{value:.6g}") for name, value in sorted(numbers.items())}


def warnings(notebook):
    """What is not like for like in the numbers of an executed notebook: dict of block name → sentence."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            held = output.get("metadata", {}).get("vcgap", {})
            if held.get("warning"):
                found[held["block"]] = held["warning"]
    return found


def finding(notebook):
    """The sentence of the first headline of an executed notebook, with its warning; "" if it has none."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if '<div class="headline">' in output.get("data", {}).get("text/html", ""):
                warning = output["metadata"]["vcgap"]["warning"]
                return f"{output['data']['text/plain'].splitlines()[0]}. {warning}".strip()
    return ""


def read(folder):
    """The manifest of an edition's folder, or an empty one. Raises UserError if it is damaged."""
    path = Path(folder) / "manifest.json"
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, ValueError):
        raise UserError(f"{path}: this manifest is damaged; remove its folder and render the edition again") from None


def text(manifest):
    """A manifest as it is written: JSON, keys in order."""
    return json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
