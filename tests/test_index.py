"""The index over all editions: few in full, many as a table with a filter; names from files are hostile."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tracemalloc

import pytest
from bs4 import BeautifulSoup

from vcgap import language
from vcgap.errors import UserError
from vcgap.language import NBSP
from vcgap.report import index
from vcgap.report.index import IN_FULL, index_page

NOTEBOOKS = ("00_overview", "01_volume", "02_fund_size", "07_claims")
NUMBERS = {
    "vc_ratio": 106.587,
    "vc_ratio_sources_lower": 93.2321,
    "vc_ratio_sources_upper": 339.213,
    "vc_ratio_per_head": 41.0103,
    "vc_gap_usd": -176330000000.0,
}
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
in_a_browser = pytest.mark.skipif(not CHROMIUM, reason="needs chromium: the filter is tried in a browser")


def manifest(year=2024, base="USA", peer="MEX", languages=("en",), notebooks=NOTEBOOKS, **more):
    """A manifest as render writes it. more : own_figures, basis, levers, numbers, title, finding."""
    numbers, own = more.pop("numbers", NUMBERS), more.pop("own_figures", [])
    report = {"title": more.pop("title", "A title?"), "finding": more.pop("finding", "A finding."), "numbers": numbers}
    report |= {"read": {}, "files": {}, "made_of": {}, "links": list(notebooks)}
    return {
        "own_figures": own,
        "parameters": {"base": base, "basis": "column", "figures": "", "peer": peer, "year": year} | more,
        "reports": {f"{language}/{name}": report for language in languages for name in notebooks},
    }


@pytest.fixture
def put(tmp_path):
    """A function that writes manifests by name of their edition and returns their folder."""

    def put_manifests(**editions):
        for slug, held in editions.items():
            folder = tmp_path / slug
            folder.mkdir()
            (folder / "manifest.json").write_text(json.dumps(held), encoding="utf-8")
        return tmp_path

    return put_manifests


def many(count=IN_FULL + 1, **more):
    """So many editions by name, the default one and older ones of Brazil and Mexico."""
    years = range(2023, 2024 - count, -1)
    older = {f"{year}-bra-mex": manifest(year, "BRA", "MEX", **more) for year in years}
    return {"2024-usa-mex": manifest(**more)} | older


def soup_of(folder):
    return BeautifulSoup(index_page(folder), "html.parser")


def rows_of(soup):
    return soup.select("#table tbody")


# few editions


def test_without_editions_the_page_says_so(tmp_path):
    assert "No edition has been rendered yet." in soup_of(tmp_path).get_text()


def test_few_editions_are_all_shown_in_full_without_table_or_script(put):
    soup = soup_of(put(**many(IN_FULL)))
    sections = soup.find_all("section")
    assert len(sections) == IN_FULL and not soup.find_all(["table", "script", "input"])
    assert [len(section.select("ul.reports li a")) for section in sections] == [len(NOTEBOOKS)] * IN_FULL
    assert sections[0].find("a")["href"] == "2024-usa-mex/en/00_overview.html"
    assert "A finding." in sections[0].get_text()


def test_default_edition_is_first_and_then_the_latest_year(put):
    folder = put(**{f"{year}-bra-mex": manifest(year, "BRA") for year in (2018, 2025)}, **{"2024-usa-mex": manifest()})
    found = [section["id"] for section in soup_of(folder).find_all("section")]
    assert found == ["2024-usa-mex", "2025-bra-mex", "2018-bra-mex"]


def test_tiles_say_each_number_with_its_own_range_and_leave_out_what_no_report_has(put):
    (tiles,) = soup_of(put(a=manifest())).select("ul.tiles")
    assert [" ".join(tile.get_text(" ").split()) for tile in tiles.select("li")] == [
        "107× as invested 93–339× across sources",
        "41× per head",
        f"US$176.3{NBSP}bn between them in the year".replace(NBSP, " "),
    ]
    without = {name: value for name, value in NUMBERS.items() if name != "vc_ratio"}
    folder = put(b=manifest(2020, numbers=without), c=manifest(2019, numbers=NUMBERS | {"vc_ratio": None}))
    for section in soup_of(folder).select("#b, #c"):
        assert len(section.select(".tiles li")) == 2 and "across sources" not in section.get_text()


def test_title_says_what_sets_an_edition_apart(put):
    held = manifest(2020, "BRA", "MEX", basis="like_for_like", own_figures=["x"], afore_share=0.02)
    soup = soup_of(put(a=held))
    assert soup.h2.get_text() == (
        "Brazil and Mexico, 2020, one provider on both sides, with own figures, afore share 0.02"
    )
    assert "with figures that are not the suite’s own" in soup.get_text()


def test_reports_in_other_languages_stand_folded_below_those_in_the_language_of_the_page(put):
    (section,) = soup_of(put(a=manifest(languages=("de", "en", "es-MX")))).find_all("section")
    assert section.select("a[href]")[0]["href"] == "a/en/00_overview.html"
    assert [(fold["lang"], fold.summary.get_text()) for fold in section.find_all("details")] == [
        ("de", "Deutsch"),
        ("es-MX", "Español (México)"),
    ]
    assert [link["href"] for link in section.select("[lang=es-MX] a")] == [f"a/es-MX/{name}.html" for name in NOTEBOOKS]


def test_an_edition_whose_reports_all_failed_says_so_in_full_and_in_a_row(put):
    sentence = "None of its reports has been rendered yet."
    folder = put(**{"2024-usa-mex": manifest(notebooks=())})
    assert sentence in soup_of(folder).find("section").get_text()
    folder = put(**{name: held for name, held in many(notebooks=()).items() if name != "2024-usa-mex"})
    for row in rows_of(soup_of(folder)):
        assert sentence in row.get_text() and not row.find("a")
        assert [cell.get_text() for cell in row.select("td[data-label]")] == ["–"] * 4


# many editions


def test_many_editions_are_a_table_and_only_the_default_one_is_in_full_too(put):
    soup = soup_of(put(**many()))
    assert [section["id"] for section in soup.find_all("section")] == ["2024-usa-mex", "editions"]
    assert [row.th.a.get_text() for row in rows_of(soup)][:2] == [
        "United States and Mexico, 2024",
        "Brazil and Mexico, 2023",
    ]
    assert len(rows_of(soup)) == IN_FULL + 1
    ids = [element["id"] for element in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)) and "2023-bra-mex" in ids
    assert [link["href"] for link in soup.select("nav a")] == ["#2024-usa-mex", "#editions"]


def test_without_the_default_edition_the_table_stands_alone(put):
    soup = soup_of(put(**{name: held for name, held in many(9).items() if name != "2024-usa-mex"}))
    assert [section["id"] for section in soup.find_all("section")] == ["editions"] and len(rows_of(soup)) == 8


def test_a_row_says_numbers_with_ranges_and_leads_to_every_report(put):
    row = rows_of(soup_of(put(**many())))[1]
    cells = [cell.get_text("|") for cell in row.select("td[data-label]")]
    assert cells == ["107×|93–339×", "41×", "–", f"US$176.3{NBSP}bn"]
    assert [(link.get_text(), link["href"]) for link in row.select("[colspan] a")] == [
        (words, f"2023-bra-mex/en/{name}.html")
        for words, name in zip(("Overview", "Volume", "Fund size", "Claims"), NOTEBOOKS, strict=True)
    ]
    assert row.th.a["href"] == "2023-bra-mex/en/00_overview.html"


def test_a_row_names_own_figures_and_how_many_more_there_are(put):
    rows = rows_of(soup_of(put(**many(own_figures=["a", "b", "c", "d", "e"]))))
    assert rows[1].select_one(".edition").get_text() == "2023-bra-mex · not the suite’s own: a, b, c and 2 more"


def test_a_row_has_one_link_for_each_other_language(put):
    row = rows_of(soup_of(put(**many(languages=("en", "es-MX")))))[1]
    (link,) = row.select("[lang=es-MX]")
    assert (link.get_text(), link["href"]) == ("Español (México)", "2023-bra-mex/es-MX/00_overview.html")


def test_each_row_has_as_many_columns_as_the_head(put):
    soup = soup_of(put(**many()))
    assert len(soup.select("thead th")) == 5 == int(soup.select_one("td[colspan]")["colspan"])
    assert {len(row.select("tr:first-child > *")) for row in rows_of(soup)} == {5}


def test_a_row_takes_little_room(put, tmp_path):
    folder = put(**many(30))
    before = len(index_page(folder))
    for year in range(1900, 1950):
        shutil.copytree(folder / "2023-bra-mex", folder / f"{year}-bra-mex")
    assert (len(index_page(folder)) - before) / 50 < 1200


def test_page_can_be_read_without_script_and_the_filter_appears_only_with_it(put):
    soup = soup_of(put(**many()))
    assert soup.select_one(".filter").has_attr("hidden") and not soup.select("tbody[hidden]")
    assert soup.select_one(".count").get_text() == f"{IN_FULL + 1} editions"
    assert soup.find("label")["for"] == soup.find("input")["id"]
    assert soup.select_one(".count")["aria-live"] == "polite"


@pytest.mark.parametrize("count", [1, IN_FULL + 1])
def test_page_is_one_file_that_asks_for_nothing_and_allows_no_script_but_its_own(put, count):
    soup = soup_of(put(**many(count)))
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    scripts = [script.string for script in soup.find_all("script")]
    allowed = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts]
    assert policy.startswith("default-src 'none'; ") and re.findall(r"script-src (.*)", policy) == allowed
    assert len(scripts) == (count > IN_FULL) and not re.search(
        r"\beval\b|innerHTML|Function\(|https?:", "".join(scripts)
    )
    assert not soup.find_all(["link", "img", "iframe", "form", "base"]) and not soup.find_all(src=True)
    assert not [name for element in soup.find_all(True) for name in element.attrs if name.startswith("on")]
    assert re.findall(r"url\((?!data:)|@import", soup.style.string) == []


@pytest.mark.parametrize("count", [1, IN_FULL + 1])
def test_names_from_files_are_escaped_wherever_they_stand(put, count):
    folder = put(**many(count, own_figures=[HOSTILE], title=HOSTILE, finding=HOSTILE, afore_share=HOSTILE))
    name = HOSTILE.replace("/", "")
    (folder / name).mkdir()
    held = manifest(2001, HOSTILE, HOSTILE, notebooks=(HOSTILE,), own_figures=[HOSTILE])
    (folder / name / "manifest.json").write_text(json.dumps(held), encoding="utf-8")
    soup = soup_of(folder)
    assert len(soup.find_all("script")) == (count + 1 > IN_FULL) and not soup.find_all("img")
    assert soup.find(id=name) and HOSTILE in soup.get_text()
    links = [link["href"] for link in soup.find_all("a") if "2024-usa-mex" not in link["href"]]
    assert [link for link in links if re.search(r"[<>\" :]", link)] == []


def test_every_word_goes_through_the_translation(put, monkeypatch):
    """In a language of capitals no small letter is left, neither in text nor in what a screen reader says."""

    class Capitals:
        def gettext(self, message):
            return re.sub(r"\{\w+\}|\w", lambda found: found[0] if len(found[0]) > 1 else found[0].upper(), message)

    monkeypatch.setattr(language.gettext, "translation", lambda *_args, **_kwargs: Capitals())
    monkeypatch.setattr(index, "IN_FULL", 1)
    monkeypatch.setattr(index, "country", str)  # names of countries are Babel's
    held = manifest(2024, "AAA", "BBB", own_figures=list("ABCDE"), basis="like_for_like", title="T", finding="F")
    for folder in (put(A=held), put(B=manifest(notebooks=()) | {"parameters": held["parameters"]})):
        soup = soup_of(folder)
        for unseen in soup.find_all(["style", "script"]):
            unseen.decompose()
        said = [
            value
            for element in soup.find_all(True)
            for name, value in element.attrs.items()
            if re.match("aria-label$|data-", name)
        ]
        found = re.findall(r"[a-z]+", re.sub(r"\{\w+\}", "", " ".join([soup.get_text(" "), *said])))
        assert found == []


# files


def test_every_damaged_manifest_is_named_at_once(put):
    folder = put(**many(3))
    for name in ("2023-bra-mex", "2022-bra-mex"):
        (folder / name / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        index_page(folder)
    assert [problem.partition("/manifest.json: ")[0][-12:] for problem in caught.value.problems] == [
        "2022-bra-mex",
        "2023-bra-mex",
    ]


def test_what_an_interrupted_run_left_behind_is_no_edition(put):
    soup = soup_of(put(**{".rendering": manifest(), "2024-usa-mex": manifest()}))
    assert [section["id"] for section in soup.find_all("section")] == ["2024-usa-mex"]


def test_one_manifest_at_a_time_is_in_memory(put):
    folder = put(**many(12))
    for path in folder.glob("*/manifest.json"):
        held = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(held | {"ingredients": ["0" * 100] * 10_000}), encoding="utf-8")
    index_page(folder)  # what is loaded once and kept
    tracemalloc.start()
    index_page(folder)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000  # all twelve are 18 MB


# in a browser


def browsed(folder, fragment="", steps=""):
    """The page as a browser leaves it. steps : a script that runs after the page's own (which the policy would refuse)."""
    html = index_page(folder)
    if steps:
        html = re.sub(r"<meta http-equiv[^>]*>", "", html).replace("</body>", f"<script>{steps}</script></body>")
    path = folder / "index.html"
    path.write_text(html, encoding="utf-8")
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / '.profile'}"]
    command += ["--virtual-time-budget=3000", "--dump-dom", f"{path.as_uri()}{fragment}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return BeautifulSoup(done.stdout, "html.parser")


def shown(soup):
    return [row.select_one(".edition").get_text() for row in rows_of(soup) if not row.has_attr("hidden")]


@in_a_browser
@pytest.mark.parametrize(
    ("asked", "expected", "said"),
    [
        ("", 8, "8 editions"),
        ("M%C3%89XICO+usa", 1, "1 of 8 editions"),
        ("bra-mex", 7, "7 of 8 editions"),
        ("razil", 0, "None of 8 editions has all these words"),  # words are found by their beginning
        ("202%zz", 0, "None of 8 editions has all these words"),
    ],
)
def test_filter_in_the_address_shows_the_editions_with_all_words(put, asked, expected, said):
    soup = browsed(put(**many(8)), f"#filter={asked}")
    assert len(shown(soup)) == expected and soup.select_one(".count").get_text() == said
    assert not soup.select_one(".filter").has_attr("hidden")


@in_a_browser
def test_lines_that_were_put_off_are_all_laid_out_in_the_end(put):
    """Until then some browsers keep them from a screen reader."""
    rows = rows_of(browsed(put(**many(120)), "#filter=brazil"))
    assert {row.get("style") for row in rows} == {"content-visibility: visible;"}


@in_a_browser
def test_typing_filters_and_writes_the_address_and_a_link_to_an_edition_shows_all_again(put):
    typed = (
        "const it = document.getElementById('filter'); it.value = ' 2021 '; it.dispatchEvent(new Event('input'));"
        "setTimeout(() => { document.body.dataset.address = location.hash; %s }, 1000);"
    )
    soup = browsed(put(**many(8)), steps=typed % "")
    assert shown(soup) == ["2021-bra-mex"] and soup.body["data-address"] == "#filter=2021"
    soup = browsed(put(), steps=typed % "location.hash = '2022-bra-mex';")
    assert len(shown(soup)) == 8
