"""The committed reports are what the notebooks say, to the byte; whole, traceable, and free of machines and clocks."""

import ast
import base64
import csv
import io
import json
import re
import socket
import zipfile
from dataclasses import asdict
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from bs4 import BeautifulSoup

from vcgap.blocks import Block
from vcgap.language import use_language
from vcgap.parameters import Parameters, edition_slug, read_parameters
from vcgap.report import manifest
from vcgap.report.asked import check_names, editions_of
from vcgap.report.index import index_page
from vcgap.report.make import about, links_of
from vcgap.report.make import drawings as pictures_of
from vcgap.report.render import plan
from vcgap.report.template import page, title

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
REPORTS = ROOT / "reports"
EDITION = REPORTS / edition_slug(Parameters())
LANGUAGE = "en"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
HEAVIEST_PAGE = 600_000  # bytes, fonts and the list of every figure with its source included
NBSP = "\u00a0"
SVG = re.compile(r"<svg .*?</svg>")
each_report = pytest.mark.parametrize("name", NAMES)


@cache
def notebook_of(name):
    return nbformat.read(EDITION / LANGUAGE / f"{name}.ipynb", as_version=4)


@cache
def html_of(name):
    return (EDITION / LANGUAGE / f"{name}.html").read_text(encoding="utf-8")


@cache
def soup_of(name):
    return BeautifulSoup(html_of(name), "html.parser")


def held():
    return manifest.read(EDITION)


def outputs(notebook):
    """Every output with the id of its cell."""
    return [(cell.id, output) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


# what a notebook that ran looks like; also used by test_nbval.py


def execution_problems(notebook):
    """Why a notebook was not run from top to bottom, or not kept as it ran: list of str."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    problems = []
    for number, cell in enumerate(cells, start=1):
        if cell.execution_count != number:
            problems.append(f"{cell.id}: execution count {cell.execution_count}, expected {number}")
        shows = isinstance(ast.parse(cell.source).body[-1], ast.Expr)
        if len(cell.outputs) != shows:
            problems.append(f"{cell.id}: {len(cell.outputs)} outputs, expected {int(shows)}")
        for output in cell.outputs:
            if output.output_type != "execute_result" or set(output.data) != {"text/html", "text/plain"}:
                problems.append(f"{cell.id}: {output.output_type} is not a result in HTML and plain text")
            elif output.execution_count != number:
                problems.append(f"{cell.id}: output of run {output.execution_count}, expected {number}")
            elif not all(output.data.values()):
                problems.append(f"{cell.id}: an empty result")
    return problems


def drawings(html):
    """The drawings in a piece of HTML, in order."""
    return SVG.findall(html)


def drawing_problems(committed, fresh):
    """Cells whose drawings differ. committed, fresh : dict of cell id to HTML. Returns list of str."""
    return [
        name for name in sorted(committed | fresh) if drawings(committed.get(name, "")) != drawings(fresh.get(name, ""))
    ]


def shown_by(notebook):
    """What each cell shows: dict of cell id to HTML."""
    return {name: output.data["text/html"] for name, output in outputs(notebook)}


@cache
def fresh_blocks(name):
    """The blocks of a source notebook, made in this process with its own parameters: dict of cell id to MIME bundle."""
    names, made = {}, {}
    for cell in nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type != "code":
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), cell.id, "exec"), names)
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), cell.id, "eval"), names)
            assert isinstance(shown, Block) or hasattr(shown, "_repr_mimebundle_")
            made[cell.id] = shown._repr_mimebundle_()
    return made


def fresh_page(name, notebook):
    """The page that a notebook gives, with the links and the foot that the manifest implies."""
    use_language(LANGUAGE)
    parameters = read_parameters({**held()["parameters"], "language": LANGUAGE})
    return page(
        notebook, LANGUAGE, links_of(NAMES, name), about(parameters, held()["reports"][f"{LANGUAGE}/{name}"]["read"])
    )


# the set as a whole


def test_default_edition_is_there_with_every_notebook_and_nothing_else():
    expected = [f"{name}.{kind}" for name in NAMES for kind in ("html", "ipynb")] + ["ladder.svg"]
    assert sorted(path.name for path in (EDITION / LANGUAGE).iterdir()) == expected
    assert sorted(held()["reports"]) == [f"{LANGUAGE}/{name}" for name in NAMES]
    assert {path.name for path in EDITION.iterdir()} == {LANGUAGE, "manifest.json", "figures.xlsx"}
    assert held()["own_figures"] == []


def test_manifest_holds_the_default_parameters():
    expected = asdict(Parameters())
    del expected["language"]  # an edition has its folder for each
    assert held()["parameters"] == expected


def test_reports_were_made_from_what_is_there_now():
    names = check_names([])
    shared, data = manifest.ingredients(), manifest.data_fingerprints()
    to_make, current = plan(names, editions_of(names, [("", {})], "", []), REPORTS, shared, data)
    assert {task.job.name: task.why for task in to_make} == {}, "run `make reports`"
    assert current == [f"{EDITION.name}/{LANGUAGE}/{name}" for name in NAMES]


def test_figures_noted_as_seen_are_those_of_now():
    assert (REPORTS / manifest.SEEN).read_text(encoding="utf-8") == manifest.rows_now()


@each_report
def test_report_has_the_cells_of_its_notebook(name):
    source = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    ran = [cell for cell in notebook_of(name).cells if cell.id != "injected-parameters"]
    assert [(cell.id, cell.cell_type, cell.source) for cell in ran] == [
        (cell.id, cell.cell_type, cell.source) for cell in source.cells
    ]


def test_index_lists_the_edition_and_is_what_the_manifests_say():
    html = (REPORTS / "index.html").read_text(encoding="utf-8")
    assert html == index_page(REPORTS)
    soup = BeautifulSoup(html, "html.parser")
    assert soup.html["lang"] == "en" and len(soup.find_all("h1")) == 1 and not soup.find_all("script")
    section = soup.find("section", id=EDITION.name)
    assert [link["href"] for link in section.find_all("a")] == [
        f"{EDITION.name}/{LANGUAGE}/{name}.html" for name in NAMES
    ]
    assert [link.get_text() for link in section.find_all("a")] == [title(notebook_of(name)) for name in NAMES]
    assert "107×" in section.get_text() and f"US$176.3{NBSP}bn" in section.get_text()


def test_every_internal_link_leads_somewhere():
    pages = [REPORTS / "index.html", *sorted(REPORTS.rglob("*/*.html"))]
    for path in pages:
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        ids = {element["id"] for element in soup.find_all(id=True)}
        for link in soup.find_all(href=True):
            href = link["href"]
            if href.startswith("#"):
                assert href[1:] in ids, f"{path.name}: {href}"
            elif not re.match(r"https?:|data:", href):
                assert (path.parent / href.partition("#")[0]).is_file(), f"{path.name}: {href}"


# the executed notebooks


@each_report
def test_notebook_ran_from_top_to_bottom_and_kept_every_result(name):
    nbformat.validate(notebook_of(name))
    assert execution_problems(notebook_of(name)) == []


@each_report
def test_notebook_keeps_nothing_of_the_run_but_its_results(name):
    notebook = notebook_of(name)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert "version" not in notebook.metadata.language_info
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}, cell.id
    for cell_id, output in outputs(notebook):
        assert set(output.metadata) == {"vcgap"}, cell_id


def without_addresses(text):
    """Text without web addresses and encoded data, both of which may look like paths by chance; encoded tables stay."""
    tables = [
        base64.b64decode(found).decode() for found in re.findall(r"data:text/csv;charset=utf-8;base64,([\w+/=]+)", text)
    ]
    return re.sub(r"https?://[^\s\"<)]+", "", "\n".join([re.sub(r"base64,[\w+/=]+", "", text), *tables]))


MACHINE = re.compile(
    "|".join(["/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", r"[A-Z]:\\\\", "/tm" + "p/", "/wo" + "rk/", "/va" + "r/"])
)
CLOCK = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|papermill|0x[0-9a-f]{8,}")


def text_in(path):
    """The text of a file; of a workbook, what stands in its cells."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/"))


def test_reports_name_no_machine_no_home_and_no_clock():
    found = []
    for path in sorted(path for path in REPORTS.rglob("*") if path.is_file()):
        text = without_addresses(text_in(path))
        found += [f"{path.name}: {match}" for match in MACHINE.findall(text) + CLOCK.findall(text)]
        for word in (str(ROOT), str(Path.home()) + "/", f"@{socket.gethostname()}"):
            found += [f"{path.name}: {word}"] if word in text else []
    assert found == []


# the pages


@each_report
def test_page_says_its_language_and_has_one_title_that_asks(name):
    soup = soup_of(name)
    assert html_of(name).lower().startswith("<!doctype html>")
    assert soup.html["lang"] == LANGUAGE
    (heading,) = soup.find_all("h1")
    assert heading.get_text() == soup.title.get_text() == title(notebook_of(name))
    assert heading.get_text().endswith("?")


@each_report
def test_page_needs_no_script_and_asks_for_nothing_from_the_network(name):
    soup = soup_of(name)
    assert soup.find_all(["script", "link", "iframe", "object", "embed", "base", "img", "form", "video", "audio"]) == []
    for element in soup.find_all(True):
        assert not [attribute for attribute in element.attrs if attribute.startswith("on")], element.name
        assert "src" not in element.attrs and "srcset" not in element.attrs, element.name
        for attribute in ("href", "xlink:href", "action", "data", "poster"):
            value = element.get(attribute, "")
            assert element.name == "a" or value.startswith("#") or not value, f"{element.name} {attribute}={value}"
        assert not element.get("href", "").lower().startswith("javascript:")
    assert re.findall(r"url\((?![\"']?(?:data:|#))[^)]*\)", html_of(name)) == []
    assert "@import" not in html_of(name)


@each_report
def test_page_shows_no_code(name):
    text = soup_of(name).get_text()
    assert "open_edition" not in text and "blocks.sources" not in text and "In [" not in text
    assert "Try it" not in text


@each_report
def test_page_has_no_id_twice_and_every_reference_is_met(name):
    soup = soup_of(name)
    ids = [element["id"] for element in soup.find_all(id=True)]
    assert sorted(ids) == sorted(set(ids))
    wanted = re.findall(r"url\(#([^)]+)\)", html_of(name))
    for element in soup.find_all(True):
        wanted += [*element.get("aria-labelledby", "").split(), *element.get("aria-describedby", "").split()]
        wanted += [element["href"][1:]] if element.get("href", "").startswith("#") else []
    assert set(wanted) - set(ids) == set()


@each_report
def test_every_drawing_is_an_image_with_a_title_and_its_numbers_in_words(name):
    for svg in soup_of(name).find_all("svg"):
        assert svg["role"] == "img"
        label, words = svg.find("title", recursive=False), svg.find("desc", recursive=False)
        assert svg["aria-labelledby"].split() == [label["id"], words["id"]]
        assert label.get_text().strip()
        assert re.search(r"\d|[Oo]ne|[Tt]wo", words.get_text()), words.get_text()


SOURCED_ROW_BY_ROW = (
    "unicorn-companies",
    "projects",
    "policies",
    "evidence-pensions",
    "evidence-co-investment",
)  # lists whose rows name their source


@each_report
def test_every_exhibit_has_a_finding_a_subtitle_its_numbers_and_where_they_are_from(name):
    exhibits = soup_of(name).find_all("figure", class_="exhibit")
    assert exhibits
    for exhibit in exhibits:
        assert exhibit.h3.get_text().strip() and exhibit.find("p", class_="sub").get_text().strip().endswith((".", "%"))
        assert len(exhibit.find_all("table")) == 1
        assert exhibit.find("figcaption") is not None or exhibit["id"] in SOURCED_ROW_BY_ROW
        assert len(exhibit.find_all("a", download=True)) == 1


@each_report
def test_every_chart_is_drawn_wide_and_narrow(name):
    exhibits = soup_of(name).find_all("figure", class_="exhibit")
    drawn = [[svg["class"] for svg in exhibit.find_all("svg")] for exhibit in exhibits]
    assert all(kinds in ([], [["wide"], ["narrow"]]) for kinds in drawn), drawn
    for exhibit in exhibits:
        for svg in exhibit.find_all("svg"):
            assert svg.parent["class"] == svg["class"]
    assert [kinds for kinds in drawn if kinds], "a report without a chart"


@each_report
def test_every_table_says_what_its_heads_are_for(name):
    for table in soup_of(name).find_all("table"):
        assert all(head.get("scope") in ("col", "row") for head in table.find_all("th"))
        assert all(len(row.find_all("th", scope="row")) == 1 for row in table.tbody.find_all("tr"))
        width = len(table.thead.find_all("th"))
        assert {len(row.find_all(["th", "td"])) for row in table.tbody.find_all("tr")} == {width}


@each_report
def test_every_download_decodes_to_its_table(name):
    for exhibit in soup_of(name).find_all("figure", class_="exhibit"):
        link = exhibit.find("a", download=True)
        assert link["download"] == f"{exhibit['id']}.csv"
        kind, _comma, encoded = link["href"].partition(",")
        assert kind == "data:text/csv;charset=utf-8;base64"
        header, *rows = csv.reader(io.StringIO(base64.b64decode(encoded).decode("utf-8")))
        shown = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in exhibit.tbody.find_all("tr")]
        assert len(rows) == len(shown)
        assert all(len(row) == len(header) for row in rows)
        for raw, row in zip(rows, shown, strict=True):
            years = {cell for cell in raw if re.fullmatch(r"(?:19|20)\d\d", cell)}
            assert years <= set(re.findall(r"\d{4}", " ".join([*row, exhibit.get_text()])))


@each_report
def test_every_source_is_listed_once_with_its_figures(name):
    sources = soup_of(name).find("details", id="sources").find_all("section")
    cited = [source.p.get_text() for source in sources]
    ids = [entry.get_text() for source in sources for entry in source.find_all("code")]
    assert cited and len(set(cited)) == len(cited) and all(source.find("li") for source in sources)
    assert len(set(ids)) == len(ids)
    assert sum(bool(source.p.find("a", href=re.compile("^https?://"))) for source in sources) > len(sources) / 2


def test_a_banner_stands_above_the_exhibits_and_its_absence_is_one_line_below_them():
    banned, clean = html_of("05_ai_ecosystem"), html_of("00_overview")
    assert banned.index("that contradict themselves") < banned.index('<figure class="exhibit"')
    assert clean.index("Checked: no figure on this page") > clean.rindex('<figure class="exhibit"')


@each_report
def test_page_is_light(name):
    assert len(html_of(name).encode()) < HEAVIEST_PAGE


def test_picture_for_the_readme_is_the_one_in_the_overview_and_stands_by_itself():
    ((file, content),) = pictures_of("00_overview", notebook_of("00_overview")).items()
    assert (EDITION / LANGUAGE / file).read_bytes() == content
    picture = content.decode()
    root = ElementTree.fromstring(picture)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawings(shown_by(notebook_of("00_overview"))["ladder"])[0] == picture.strip()
    colours = re.findall(r"var\(--[\w-]+(,#[0-9a-f]{6})?\)", picture)
    assert colours and all(colours), "a colour that only the page knows"


# the numbers

REQUIRED = {
    "00_overview": [
        "107×",
        "106.6×",
        f"0.94{NBSP}%",
        f"US$176.3{NBSP}bn",
        "41.0×",
        "6.7×",
        "82×",
        "5.1×",
        "621×",
        "2018",
    ],
    "01_volume": ["106.6×", "105.97", "107.21", f"0.94{NBSP}%", f"US$176.3{NBSP}bn", "41.0×", "6.685×", "621×"],
    "02_fund_size": ["3.3×", f"US$35{NBSP}m", f"US$10.5{NBSP}m"],
    "03_sector_mix": [],
    "04_unicorns": ["82×", "5.1×"],
}


def words_of(name):
    """The words of a page as a reader sees them: no drawings, no style."""
    soup = BeautifulSoup(html_of(name), "html.parser")
    for element in soup.find_all(["svg", "style"]):
        element.decompose()
    return " ".join(soup.get_text(" ").split(" "))


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in REQUIRED.items() for text in texts])
def test_page_says_the_number(name, text):
    assert re.search(rf"(?<![\d.,]){re.escape(text)}(?![\d])", words_of(name))


@pytest.mark.parametrize("name", ["00_overview", "02_fund_size"])
def test_the_mismatched_ratio_of_fund_sizes_never_stands_bare(name):
    soup = soup_of(name)
    places = [text for text in soup.find_all(string=re.compile(r"(?<![\d.,])3\.3×")) if text.find_parent("svg") is None]
    assert places
    for place in places:
        assert "not like for like" in place.find_parent(["li", "p", "tr"]).get_text()


def test_counts_of_unicorns_that_are_not_like_for_like_say_so_in_every_exhibit():
    for name in ("unicorn-count", "unicorns-per-unit"):
        warnings = soup_of("04_unicorns").find("figure", id=name).find_all("p", class_="warning")
        assert any("ot like for like" in warning.get_text() for warning in warnings)


def test_the_ratio_of_2018_is_dated_where_it_stands():
    assert "621× in 2018" in words_of("00_overview")
    assert "621× in 2018" in words_of("01_volume")


# the same again, made now


@each_report
def test_page_is_what_its_notebook_gives_to_the_byte(name):
    assert fresh_page(name, notebook_of(name)) == html_of(name)


def test_an_edited_number_makes_the_page_differ_from_its_notebook():
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook_of("00_overview"))))
    (output,) = [output for cell_id, output in outputs(notebook) if cell_id == "ladder"]
    assert output.data["text/html"].count("106.6×") == 1
    output.data["text/html"] = output.data["text/html"].replace("106.6×", "206.6×")
    assert fresh_page("00_overview", notebook) != html_of("00_overview")


@each_report
def test_results_are_those_that_the_code_gives_now(name):
    """Everything but the geometry of drawings, which test_drawings… holds to the byte where that can be asked."""
    fresh = fresh_blocks(name)
    assert [cell_id for cell_id, _output in outputs(notebook_of(name))] == list(fresh)
    for cell_id, output in outputs(notebook_of(name)):
        data, metadata = fresh[cell_id]
        assert output.data["text/plain"] == data["text/plain"], cell_id
        assert SVG.sub("", output.data["text/html"]) == SVG.sub("", data["text/html"]), cell_id
        assert output.metadata["vcgap"]["block"] == metadata["vcgap"]["block"], cell_id


@each_report
def test_headline_numbers_are_those_that_the_code_gives_now(name):
    numbers = {}
    for _data, metadata in fresh_blocks(name).values():
        numbers |= metadata["vcgap"]["numbers"]
    rounded = {key: None if value is None else float(f"{value:.6g}") for key, value in numbers.items()}
    assert held()["reports"][f"{LANGUAGE}/{name}"]["numbers"] == rounded
    assert manifest.headline_numbers(notebook_of(name)) == rounded


@each_report
def test_drawings_are_those_that_the_code_draws_now_to_the_byte(name):
    report = held()["reports"][f"{LANGUAGE}/{name}"]
    if report["drawn_on"] != manifest.drawn_on() or report["made_of"]["lock"] != manifest.ingredients()["lock"]:
        pytest.skip(
            f"drawn on {report['drawn_on']} with lock {report['made_of']['lock']}; here geometry may differ by a pixel"
        )
    fresh = {cell_id: data["text/html"] for cell_id, (data, _metadata) in fresh_blocks(name).items()}
    assert drawing_problems(shown_by(notebook_of(name)), fresh) == []


def test_headline_numbers_of_the_default_edition_are_the_known_ones():
    numbers = {}
    for report in held()["reports"].values():
        numbers |= report["numbers"]
    known = {
        "vc_ratio": 178e9 / 1.67e9,
        "vc_share": 1.67 / 178,
        "vc_gap_usd": 178e9 - 1.67e9,
        "unicorn_ratio": 656 / 8,
        "fund_size_ratio": 35 / 10.5,
    }
    for name, value in known.items():
        assert numbers[name] == pytest.approx(value, rel=1e-5), name
