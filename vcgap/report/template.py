"""An executed notebook becomes one HTML page: no code, no script, no network request."""

import base64
import copy
from functools import cache
from html import escape
from pathlib import Path

from vcgap.language import _

TEMPLATES = Path(__file__).parent / "templates"
FONTS = Path(__file__).resolve().parents[1] / "fonts"
FACES = (
    ("IBM Plex Sans", 400, "IBMPlexSans-Regular"),
    ("IBM Plex Sans", 600, "IBMPlexSans-SemiBold"),
    ("Source Serif 4", 400, "SourceSerif4-Regular"),
    ("Source Serif 4", 600, "SourceSerif4-SemiBold"),
)


def page(notebook, language, links, about, pdf=""):
    """The HTML of an executed notebook (nbformat node), as str.

    language : BCP 47, for the page's `lang`; links : list of dict (href, title, current), the other reports
    about : list of (name, value), the lines of the box at the foot; pdf : name of its PDF beside it, or ""
    """
    words = {
        "skip": _("To the report"),
        "reports": _("Reports"),
        "all": _("All editions"),
        "about": _("About this report"),
        "pdf": _("This report as a PDF"),
        "workbook": _("All figures of both countries with their sources, as a workbook (XLSX)"),
    }
    resources = {
        "page": {
            "language": language,
            "title": title(notebook),
            "style": style(),
            "links": links,
            "about": about,
            "pdf": pdf,
            "words": words,
        }
    }
    html, _resources = exporter().from_notebook_node(with_own_use(with_banner_first(notebook)), resources=resources)
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"


def with_banner_first(notebook):
    """The notebook with its banner (last, because it needs all figures) below the first finding, where it is seen."""
    cells = list(notebook.cells)
    ids = [cell.id for cell in cells]
    if "banner" not in ids or "<aside" not in cells[ids.index("banner")].outputs[0].data["text/html"]:
        return notebook
    cells.insert(ids.index("open") + 2, cells.pop(ids.index("banner")))
    return type(notebook)(notebook | {"cells": cells})


def with_own_use(notebook):
    """The notebook whose box of the reader's own figures says what the page uses of them, which its last block knows."""
    shown = {cell.id: cell.outputs[0] for cell in notebook.cells if cell.get("outputs")}
    said = (
        shown["sources"].get("metadata", {}).get("vcgap", {}).get("own_use") if {"open", "sources"} <= {*shown} else ""
    )
    if not said:
        return notebook
    copied = copy.deepcopy(notebook)
    cell = next(cell for cell in copied.cells if cell.id == "open")
    data = cell.outputs[0].data
    data["text/html"] = data["text/html"].replace("</strong>", f"</strong> {escape(said)}", 1)
    return copied


def title(notebook):
    """The question a notebook asks: its first line, without the mark of a heading."""
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def short_title(name):
    """What a report is called in a line of links. name : of its notebook; one that has no short title is itself."""
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


@cache
def exporter():
    """The one nbconvert exporter of this process."""
    from nbconvert import HTMLExporter, TemplateExporter
    from traitlets.config import Config

    class Page(HTMLExporter):
        """Without the pass that reads the finished page again to mend what our blocks never leave out: alt texts."""

        default_preprocessors = ("nbconvert.preprocessors.TagRemovePreprocessor",)

        def from_notebook_node(self, nb, resources=None, **kw):
            return TemplateExporter.from_notebook_node(self, nb, resources, **kw)

    return Page(
        template_name="page",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=True,
        config=Config({"TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": ["remove-cell"]}}),
        exclude_anchor_links=True,
        sanitize_html=False,  # blocks escape what they show; see vcgap/blocks.py
    )


@cache
def style():
    """The page's style sheet with its fonts inside."""
    faces = "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-display:swap;"
        f"src:url(data:font/woff2;base64,{_base64(FONTS / (file + '.woff2'))})}}"
        for family, weight, file in FACES
    )
    return faces + (TEMPLATES / "page.css").read_text(encoding="utf-8")


def _base64(path):
    return base64.b64encode(path.read_bytes()).decode()
