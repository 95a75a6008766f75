"""What several tests share: the default edition, a figure to vary, an analyst's file, a workbook."""

import csv
import importlib
import zipfile
from html import escape
from pathlib import Path

import pytest
from hypothesis import settings

from vcgap.edition import open_edition
from vcgap.figures import Figure
from vcgap.language import use_language
from vcgap.parameters import Parameters

settings.register_profile("suite", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("suite")

US_2024 = {
    "id": "usa-vc_investment-2024-column",
    "country": "USA",
    "metric": "vc_investment",
    "period": "2024",
    "segment": "",
    "value": 178e9,
    "lower": float("nan"),
    "upper": float("nan"),
    "qualifier": "exact",
    "source": "column",
    "status": "sourced",
    "note": "",
    "unit": "USD",
    "statistic": "total",
    "entity": "deal",
    "kind": "flow",
    "family": "column",
    "published": "2025-03-04",
    "own": False,
}


def make_figure(**changes):
    """The column's US total of 2024, with some of its fields changed."""
    return Figure(**US_2024 | changes)


@pytest.fixture
def longest_cell():
    """Cells are as long as Python allows by itself: other packages raise the limit, for the whole process."""
    before = csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(before)


@pytest.fixture(autouse=True)
def english():
    """The language is global to the process: every test starts in English."""
    use_language(Parameters.language)


@pytest.fixture(scope="session")
def edition():
    """The published edition: 2024, United States and Mexico. Do not change it: it is shared."""
    return open_edition()


@pytest.fixture(scope="session")
def package(edition):
    return edition.package


@pytest.fixture
def write(tmp_path):
    """A function that writes a file of the given text or bytes and returns its path as text."""

    def write_file(content, name="mine.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write_file


@pytest.fixture
def overlay(write):
    """A function that writes an analyst's file from rows under the five columns that are needed (and more)."""

    def write_overlay(*rows, header="country,metric,period,value,source", name="mine.csv"):
        return write("\n".join([header, *rows]) + "\n", name)

    return write_overlay


@pytest.fixture
def workbook(tmp_path):
    """A function that writes rows (str, numbers, None) as the one sheet of an XLSX file and returns its path."""

    def write_workbook(rows, name="mine.xlsx"):
        path = tmp_path / name
        kinds = 'xmlns="http://schemas.openxmlformats.org/'
        parts = {
            "[Content_Types].xml": f'<Types {kinds}package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/'
            'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
            'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
            "_rels/.rels": _relation(kinds, "officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook {kinds}spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/'
            'officeDocument/2006/relationships"><sheets><sheet name="figures" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relation(kinds, "worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f'<worksheet {kinds}spreadsheetml/2006/main"><sheetData>'
            + "".join(_row(number, cells) for number, cells in enumerate(rows, start=1))
            + "</sheetData></worksheet>",
        }
        with zipfile.ZipFile(path, "w") as archive:
            for part, text in parts.items():
                archive.writestr(part, '<?xml version="1.0" encoding="UTF-8"?>' + text)
        return str(path)

    return write_workbook


def _relation(kinds, kind, target):
    return (
        f'<Relationships {kinds}package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats'
        f'.org/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>'
    )


def _row(number, cells):
    filled = [(f"{chr(65 + place)}{number}", cell) for place, cell in enumerate(cells) if cell is not None]
    return f'<row r="{number}">' + "".join(_cell(*pair) for pair in filled) + "</row>"


def _cell(at, cell):
    if isinstance(cell, str):
        return f'<c r="{at}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f'<c r="{at}"><v>{cell}</v></c>'


@pytest.fixture
def bench_deals(monkeypatch):
    """tests/bench/deals.py, which is a script."""
    monkeypatch.syspath_prepend(Path(__file__).parent / "bench")
    return importlib.import_module("deals")


@pytest.fixture
def world(overlay):
    """A function that makes an edition in which only these totals exist: {(country, year, source): US$ bn}."""

    def make(totals, **parameters):
        rows = [f"{c},vc_investment,{year},{value * 1e9},{source}" for (c, year, source), value in totals.items()]
        edition = open_edition(figures=overlay(*rows), **parameters)
        figures = edition.package.figures
        suite = figures["metric"].isin(["vc_investment", "vc_growth"]) & ~figures["own"]
        return type(edition)(edition.parameters, edition.package._replace(figures=figures[~suite]))

    return make
