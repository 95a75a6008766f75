"""The PDF of a page: tagged, whole, the same every time, with nothing fetched; made where it was asked for, and only there."""

import io
import logging
import re
import sys
from base64 import b64decode
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from vcgap.cli import main
from vcgap.errors import UserError
from vcgap.report import kernel, make, pdf
from vcgap.report.asked import editions_of
from vcgap.report.job import Job
from vcgap.report.render import render
from vcgap.report.template import style

try:
    import weasyprint
except OSError as error:
    pytest.skip(f"no PDF can be made here: {error}", allow_module_level=True)
from pypdf import PdfReader

EDITION = Path(__file__).resolve().parents[1] / "reports" / "2024-usa-mex" / "en"
SMALL, OTHER = "02_fund_size", "07_claims"
DRAWING = """<figure class="exhibit"><h3>A</h3>
<div class="wide"><svg viewBox="0 0 9 9"><title id="t">107 &amp; more</title><desc id="d">Mexico: "1".</desc>
<path style="fill: var(--base,#0b2e59)" d="M0 0"/></svg></div>
<div class="narrow" style="display:none"><svg viewBox="0 0 3 3"><title>N</title><desc>n</desc></svg></div></figure>
"""


@pytest.fixture(scope="module")
def overview():
    return (EDITION / "00_overview.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def made(overview):
    return pdf.pdf_of(overview)


@pytest.fixture(scope="module")
def reader(made):
    return PdfReader(io.BytesIO(made))


def small(body):
    return f'<!doctype html><html lang="en"><head><title>T</title></head><body>{body}</body></html>'


def letters(text):
    """A text without blanks, and without the marks that keep words together, which a PDF need not hold."""
    return re.sub(r"[\s\u2060]", "", text)


def said(content):
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def elements(node):
    """The elements of a PDF's structure tree, in order: list of dict."""
    node = node.get_object()
    children = node.get("/K", []) if isinstance(node, dict) else []
    children = children if isinstance(children, list) else [children]
    return [node, *[found for child in children if hasattr(child, "get_object") for found in elements(child)]]


def structure(reader):
    return [found for found in elements(reader.trailer["/Root"]["/StructTreeRoot"]) if isinstance(found, dict)]


# what is in it


def test_drawings_are_shown_once_in_colours_of_paper_with_their_description():
    soup = BeautifulSoup(pdf.as_printed(DRAWING), "html.parser")
    (image,) = soup.find_all("img")
    assert image["alt"] == '107 & more Mexico: "1".'
    assert not soup.find_all(["svg", "desc"]) and "narrow" not in str(soup)
    drawing = b64decode(image["src"].partition(",")[2]).decode()
    assert 'style="fill: #0b2e59"' in drawing


def test_pdf_is_tagged_in_its_language_and_has_the_title_of_the_page(reader, overview):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en"
    assert re.search(rb"pdfuaid:part(=\"|>)1\b", root["/Metadata"].get_data())
    assert reader.metadata.title == BeautifulSoup(overview, "html.parser").title.get_text()
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/Figure", "/L"} <= {found.get("/S") for found in structure(reader)}


def test_every_drawing_says_its_numbers(reader, overview):
    described = [found["/Alt"] for found in structure(reader) if found.get("/S") == "/Figure"]
    wide = BeautifulSoup(overview, "html.parser").select(".exhibit .wide svg")
    assert len(wide) >= 3
    assert described == [f"{svg.title.get_text()} {svg.desc.get_text()}" for svg in wide]
    assert all(re.search(r"\d", words) for words in described)


def test_everything_on_the_page_is_in_the_pdf_and_pages_are_numbered(reader, overview):
    soup = BeautifulSoup(overview, "html.parser")
    text = letters(" ".join(page.extract_text() for page in reader.pages))
    for found in soup.select("h1, h2, h3, .finding, .warning, figcaption, li > code"):
        assert letters(found.get_text()) in text, found
    pages = len(reader.pages)
    assert all(f"{number}/{pages}" in letters(page.extract_text()) for number, page in enumerate(reader.pages, 1))
    gone = {letters(link.get_text()) for link in soup.select("nav a, .download a")}
    assert (
        len(gone) > 3 and [words for words in gone if words in text.replace(letters(soup.title.get_text()), "")] == []
    )


def test_links_lead_to_the_web_alone_and_its_fonts_are_inside(reader):
    links, fonts = set(), {}
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            links.add(annotation.get_object()["/A"]["/URI"])
        fonts |= page["/Resources"].get("/Font", {})
    assert links and all(link.startswith("https://") or link.startswith("http://") for link in links)
    names = {font.get_object()["/BaseFont"] for font in fonts.values()}
    assert any("Plex" in name for name in names) and any("Source" in name for name in names)
    assert all(re.match(r"/[A-Z]{6}\+", name) for name in names), "a font that is not inside is another one elsewhere"


def test_no_drawing_is_cut_by_the_end_of_a_page_or_at_its_side(overview):
    pages = weasyprint.HTML(string=pdf.as_printed(overview)).render().pages
    images = [(page, box) for page in pages for box in page._page_box.descendants() if box.element_tag == "img"]
    assert len(images) == overview.count('<svg class="wide"')
    for page, box in images:
        left, top = page._page_box.content_box_x(), page._page_box.content_box_y()
        assert left <= box.position_x and box.position_x + box.width <= left + page._page_box.width + 0.1
        assert top <= box.position_y and box.position_y + box.height <= top + page._page_box.height + 0.1


def test_the_same_page_gives_the_same_bytes():
    page = small("<h1>A</h1><p>b</p>" + DRAWING)
    assert pdf.pdf_of(page) == pdf.pdf_of(page)


def test_nothing_is_fetched_and_no_file_is_taken_in(tmp_path, caplog):
    style, secret = tmp_path / "a.css", tmp_path / "secret.txt"
    style.write_text('p::after{content:"fromafile"}')
    secret.write_text("secret")
    head = f'<link rel="stylesheet" href="{style.as_uri()}"><link rel="attachment" href="{secret.as_uri()}">'
    with caplog.at_level(logging.ERROR, "weasyprint"):
        content = pdf.pdf_of(small("<p>words</p>").replace("</head>", head + "</head>"))
    assert "words" in said(content) and "fromafile" not in said(content)
    assert not PdfReader(io.BytesIO(content)).attachments
    assert "fromafile" in said(weasyprint.HTML(string=small(f"{head}<p>words</p>")).write_pdf())  # it would be


def test_a_chart_that_is_higher_than_a_page_is_made_to_fit():
    tall = DRAWING.replace('viewBox="0 0 9 9"', 'viewBox="0 0 700 2000"')
    content = f"<style>{style()}</style><p>Before</p>{tall}"
    pages = weasyprint.HTML(string=pdf.as_printed(small(content))).render().pages
    ((page, box),) = [(page, box) for page in pages for box in page._page_box.descendants() if box.element_tag == "img"]
    assert box.position_y + box.height <= page._page_box.content_box_y() + page._page_box.height


def test_what_is_no_exhibit_stays_as_it_is():
    mine = '<div class="narrow"><div>in</div></div><svg viewBox="0 0 3 3"><svg><circle r="1"/></svg></svg>'
    assert pdf.as_printed(mine) == mine
    assert pdf.pdf_of(small(mine)).startswith(b"%PDF")


# where it cannot be made


def test_a_missing_package_is_told_with_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UserError) as told:
        pdf.check_pdf()
    assert told.value.problems == ["--pdf: the package weasyprint is missing; install it: pip install weasyprint"]


def test_a_missing_library_of_the_system_is_told_with_what_to_do(monkeypatch, tmp_path):
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0: no file\\nmore')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "weasyprint")
    with pytest.raises(UserError) as told:
        render([SMALL], [("", {})], [], tmp_path / "out", 1, print, pdf=True)
    (problem,) = told.value.problems
    assert problem.startswith(
        "--pdf: a library of the system is missing (cannot load library libpango-1.0-0: no file);"
    )
    assert "apt-get install libpango-1.0-0" in problem
    assert not (tmp_path / "out").exists()


# when it is made


@pytest.fixture
def run(monkeypatch, tmp_path):
    """A function that renders notebooks, as the command line does; their cells have run before, a PDF is its page, marked."""

    def executed(job, _target, started):
        kernel.end(started)
        return nbformat.read(EDITION / f"{job.name}.ipynb", as_version=4)

    monkeypatch.setattr(make, "_executed", executed)
    monkeypatch.setattr(make, "pdf_of", lambda page: b"%PDF of " + page.encode())

    def render_them(*words):
        done = CliRunner().invoke(main, ["render", *words, "--engine", "forked", "--out", str(tmp_path / "out")])
        assert done.exit_code == 0, done.output
        lines = [re.sub(r"^\[\d/\d\] ", "", line) for line in done.output.splitlines()]
        return [line for line in lines if line.startswith("2024-usa-mex/en/")]

    return render_them


def test_a_pdf_is_made_where_it_was_asked_for_and_never_stays_behind_its_page(run, tmp_path):
    out = tmp_path / "out" / "2024-usa-mex" / "en"
    there, page = out / f"{SMALL}.pdf", out / f"{SMALL}.html"
    assert run(SMALL) == [f"2024-usa-mex/en/{SMALL}: new"]
    assert not there.exists() and ".pdf" not in page.read_text()
    assert run(SMALL, "--pdf") == [f"2024-usa-mex/en/{SMALL}: it has no PDF yet"]
    assert there.read_bytes() == b"%PDF of " + page.read_bytes()
    assert f'<a href="{SMALL}.pdf">' in page.read_text()
    assert f'href="2024-usa-mex/en/{SMALL}.pdf"' in (tmp_path / "out" / "index.html").read_text()
    assert run(SMALL, "--pdf") == run(SMALL) == [f"2024-usa-mex/en/{SMALL}: current"]
    there.write_bytes(b"cut")
    assert run(SMALL, "--pdf") == [f"2024-usa-mex/en/{SMALL}: {SMALL}.pdf is not as it was made"]
    assert run(SMALL, "--force") == [f"2024-usa-mex/en/{SMALL}: forced"]
    assert not there.exists() and ".pdf" not in page.read_text()


def test_a_pdf_that_a_stopped_run_left_goes_with_the_next_page(run, tmp_path):
    there = tmp_path / "out" / "2024-usa-mex" / "en" / f"{SMALL}.pdf"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"%PDF of another page")
    assert run(SMALL) == [f"2024-usa-mex/en/{SMALL}: new"]
    assert not there.exists()


def test_a_machine_of_a_cluster_that_can_make_none_says_so_before_it_runs_a_cell(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    (edition,) = editions_of([SMALL], [("", {})], "", [])
    job = Job(edition.slug, SMALL, edition.parameters, [], "", "forked", pdf=True)
    with pytest.raises(UserError) as told:
        make.make_report(job, {}, tmp_path)
    assert "UserError: --pdf: the package weasyprint is missing" in make.failure(job, told.value, tmp_path)
    assert "cell" not in make.failure(job, told.value, tmp_path)


def test_a_page_keeps_the_link_to_its_pdf_when_it_gets_other_links(run, tmp_path):
    out = tmp_path / "out" / "2024-usa-mex" / "en"
    run(SMALL, "--pdf")
    assert run(OTHER) == [f"2024-usa-mex/en/{OTHER}: new"]
    page = (out / f"{SMALL}.html").read_text()
    assert f'<a href="{OTHER}.html">' in page and f'<a href="{SMALL}.pdf">' in page
    assert run(SMALL, "--pdf") == [f"2024-usa-mex/en/{SMALL}: current"]


def test_a_file_that_a_manifest_names_elsewhere_is_not_removed(run, tmp_path):
    run(SMALL, "--pdf")
    manifest, outside = tmp_path / "out" / "2024-usa-mex" / "manifest.json", tmp_path / "out" / "mine.pdf"
    outside.write_bytes(b"mine")
    manifest.write_text(manifest.read_text().replace(f'"{SMALL}.pdf"', '"../../mine.pdf"'))
    run(SMALL, "--force")
    assert outside.read_bytes() == b"mine"
