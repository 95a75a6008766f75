"""Blocks: the page and its plain text say the same, everything is escaped, and numbers can be taken away as CSV."""

import base64
import csv
import io
import re

import pandas as pd
import pytest
from conftest import make_figure

from vcgap import blocks, charts
from vcgap.figures import as_figure, load_package, reference

HOSTILE = 'A & B "quoted" <b>'
ESCAPED = "A &amp; B &#34;quoted&#34; &lt;b&gt;"
TABLE = pd.DataFrame({"country": ["USA", "MEX"], "value": [178e9, 1.67e9], "hidden": ["x", "y"]})
COLUMNS = {"country": ("Country", str), "value": ("US$", lambda value: f"{value / 1e9:g} bn")}


def draw(narrow):
    return charts.dots([{"label": "Mexico", "value": 1.0, "text": "1", "side": "peer"}], narrow, str)


def exhibit(**changes):
    table, columns = changes.pop("table", TABLE), changes.pop("columns", COLUMNS)
    return blocks.exhibit("gap", changes.pop("title", "Finding"), "US$, 2024.", table, columns, **changes)


def rows_of(csv_text):
    return list(csv.reader(io.StringIO(csv_text)))


def records_of(block):
    """The rows of a block's download, each a dict."""
    text = base64.b64decode(re.search(r'base64,([^"]*)"', block.html)[1]).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_a_chart_has_its_alt_text_its_table_and_its_csv():
    block = exhibit(draw=draw, alt="Mexico at one.", notes=["Mind the gap."], quality="contested", method="a ÷ b")
    assert block.html.count("<svg") == 2
    assert block.html.count(">Mexico at one.</desc>") == 2
    assert '<th scope="col" class="number">US$</th>' in block.html and "1.67 bn" in block.html
    assert 'download="gap.csv"' in block.html and "contested" in block.html
    assert block.text.split("\n")[:4] == ["Finding", "US$, 2024.", "Mind the gap.", "Mexico at one."]
    assert block.text.endswith("Own calculation: a ÷ b.")


def test_a_table_alone_needs_no_drawing():
    block = exhibit()
    assert "<svg" not in block.html and "<details" not in block.html and "178 bn" in block.text


def test_the_table_keeps_columns_it_does_not_show_for_the_csv():
    block = exhibit()
    assert "hidden" not in block.text
    link = re.search(r"base64,([A-Za-z0-9+/=]+)", block.html).group(1)
    assert rows_of(base64.b64decode(link).decode())[0] == ["country", "value", "hidden"]


def test_the_table_is_left_as_it_was():
    before = TABLE.copy(deep=True)
    exhibit(draw=draw)
    pd.testing.assert_frame_equal(TABLE, before)


def test_a_block_shows_itself_as_page_and_as_text_with_its_numbers():
    block = blocks.headline("gap", "107×", ["And more."], (), {"vc_ratio": 106.6})
    data, metadata = block._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain"} and data["text/plain"] == "107×\nAnd more."
    assert metadata["vcgap"].items() >= {"block": "gap", "numbers": {"vc_ratio": 106.6}}.items()


@pytest.mark.parametrize(
    "block",
    [
        exhibit(title=HOSTILE, notes=[HOSTILE], quality=HOSTILE, method=HOSTILE, draw=draw, alt=HOSTILE),
        exhibit(table=pd.DataFrame({"country": [HOSTILE]}), columns={"country": (HOSTILE, str)}),
        blocks.headline("h", HOSTILE, [HOSTILE]),
        blocks.masthead("m", HOSTILE, {"head": HOSTILE, "rows": [HOSTILE], "more": 2, "path": f"../{HOSTILE}"}),
        blocks.tiles("t", [(HOSTILE, HOSTILE, HOSTILE)]),
        blocks.note("n", HOSTILE, [HOSTILE]),
    ],
    ids=["exhibit", "table", "headline", "masthead", "tiles", "note"],
)
def test_every_text_on_a_page_is_escaped(block):
    assert ESCAPED in block.html and "<b>" not in re.sub(r"<b>[^<]*</b>", "", block.html)
    assert HOSTILE in block.text


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=cmd()", "'=cmd()"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("a=b", "a=b"),
        ('A & B "quoted", and more', 'A & B "quoted", and more'),
        ("two\nlines", "two\nlines"),
        ("–", "–"),
        (-1.5, "-1.5"),
        (8, "8"),
        (None, ""),
        (float("nan"), ""),
        ("", ""),
    ],
)
def test_a_cell_of_a_csv_cannot_run_in_a_spreadsheet(cell, expected):
    assert rows_of(blocks.csv_text(pd.DataFrame({"x": ["first", cell]}, dtype=object)))[2:] == (
        [[expected]] if expected else [[""]]
    )


@pytest.mark.parametrize("value", [156070563311.0, 29184890000000.0, 130861007.0, 178 / 1.67, 0.00938, 1e-7])
def test_a_csv_holds_the_number_to_its_last_digit(value):
    (cell,) = rows_of(blocks.csv_text(pd.DataFrame({"x": [value]})))[1]
    assert float(cell) == pytest.approx(value, rel=1e-11)
    assert not value.is_integer() or cell == str(int(value))


def test_a_csv_link_is_the_csv_itself():
    link = blocks.csv_link(TABLE)
    assert link.startswith("data:text/csv;charset=utf-8;base64,")
    assert base64.b64decode(link.rpartition(",")[2]).decode() == blocks.csv_text(TABLE)


def test_a_text_table_is_aligned_and_may_be_empty():
    assert blocks.text_table(["a", "bb"], [["1", "2"], ["10", "20"]]) == " a bb\n 1  2\n10 20"
    assert blocks.text_table(["a"], []) == ""
    assert "x" * 300 in blocks.text_table(["a"], [["x" * 300]])


@pytest.mark.parametrize(
    ("sources", "method", "expected"),
    [
        ([], "", ""),
        ([], "a ÷ b", "Own calculation: a ÷ b."),
        (["oecd_vc_2026"], "", "Sources: OECD (24 Jun 2026)."),
        (["oecd_vc_2026", "oecd_vc_2026"], "", "Sources: OECD (24 Jun 2026)."),
        (["ttr_2025_01", "ttr_2025_10"], "", "Sources: TTR (2 editions)."),
        (["oecd_vc_2026", "column"], "x", "Sources: OECD (24 Jun 2026); column of Mar 2025. Own calculation: x."),
    ],
)
def test_the_source_line_names_providers_with_the_date_of_their_edition(package, sources, method, expected):
    families = package.sources["family"]
    figures = [make_figure(source=source, family=families[source]) for source in sources]
    assert blocks.source_line(figures, package, method) == expected


def test_the_source_line_says_when_a_figure_is_the_readers_own(overlay):
    package = load_package(overlay("MEX,vc_investment,2024,2e9,my fund"))
    figure = reference(package, "column", "vc_investment", "MEX", 2024)
    assert blocks.source_line([figure], package) == "Sources: my fund. Includes figures of the reader’s own."


def test_a_carriage_return_cannot_start_a_formula_either():
    assert "'\r=cmd()" in blocks.csv_text(pd.DataFrame({"x": ["\r=cmd()"]}))


def test_the_list_of_sources_names_every_figure_once(package):
    figures = [make_figure(), make_figure(id="mex", country="MEX", value=1.67e9, note="as printed", qualifier="about")]
    parts = [blocks.note("a", "t", [], figures), blocks.note("b", "t", [], figures[:1])]
    block = blocks.sources("sources", parts, package)
    assert block.html.count("<li id=") == 2 and "about US$1.67\u00a0bn" in block.html
    assert 'id="figure-mex"' in block.html and "as printed" in block.html and "(2)" in block.html
    assert "usa-vc_investment-2024-column" in block.text


def test_an_own_figure_is_said_with_country_period_and_source(package):
    row = pd.Series({**make_figure(country="MEX", value=2e9, source="my fund").__dict__})
    assert blocks.own_figure_text(row, package) == "Mexico, 2024: venture capital invested, US$2\u00a0bn (my fund)"


@pytest.mark.parametrize(
    ("own", "used", "said"),
    [
        ([], 0, ""),
        (["MEX,gdp,2024,2e12,me"], 0, "This page does not use it."),
        (["MEX,gdp,2024,2e12,me"], 1, "This page uses it."),
        (["MEX,gdp,2024,2e12,me", "USA,gdp,2024,3e13,me"], 0, "This page uses none of them."),
        (
            ["MEX,gdp,2024,2e12,me", "USA,gdp,2024,3e13,me"],
            1,
            "This page uses one of them – Mexico, 2024: gross domestic product.",
        ),
        (
            ["MEX,gdp,2024,2e12,me", "MEX,gdp,2024,3e12,you", "USA,gdp,2024,3e13,me"],
            3,
            "This page uses three of them – Mexico, 2024: gross domestic product (me); "
            "Mexico, 2024: gross domestic product (you); United States, 2024: gross domestic product.",
        ),
        (
            [f"MEX,gdp,{year},2e12,me" for year in range(2015, 2024)],
            8,
            "This page uses 8 of them; its list of sources marks each.",
        ),
    ],
)
def test_the_last_block_knows_what_a_page_uses_of_the_readers_own_figures(overlay, own, used, said):
    package = load_package(overlay(*own) if own else "")
    figures = [as_figure(row) for row in package.figures[package.figures["own"]].to_dict("records")[:used]]
    last = blocks.sources("sources", [blocks.note("a", "t", [], [make_figure(), *figures])], package)
    assert last.own_use == said
    assert last._repr_mimebundle_()[1]["vcgap"].get("own_use", "") == said


@pytest.fixture
def in_the_columns_name(overlay):
    """The package and two Figures: one that a reader put in place of the column's, and the column's other one."""
    package = load_package(overlay("MEX,vc_investment,2024,1.6e9,column"))
    figures = [reference(package, "column", "vc_investment", code, 2024) for code in ("MEX", "USA")]
    assert [figure.own for figure in figures] == [True, False]
    return package, figures


def test_a_figure_in_the_columns_name_stands_apart_from_the_column_in_the_list_of_sources(in_the_columns_name):
    package, figures = in_the_columns_name
    block = blocks.sources("sources", [blocks.note("a", "t", [], figures)], package)
    column, own = block.html.split("<section>")[1:]
    assert "Mexico" not in column.partition("<ul>")[2] and "4 Mar" not in own and "2025-03-04" not in own
    assert own.strip().startswith("<p>The reader’s own: under the name of a source of the suite")
    assert "US$1.6\u00a0bn" in own and "column of Mar 2025. Includes" in blocks.source_line(figures, package)
    assert blocks.source_line(figures[:1], package) == "Includes figures of the reader’s own."


def test_rows_of_the_readers_own_are_marked_in_table_and_download_and_only_there(in_the_columns_name):
    package, figures = in_the_columns_name
    kept = ("country", "family", "published", "status", "id")
    table = pd.DataFrame([{name: getattr(figure, name) for name in kept} for figure in figures])
    columns = {
        "family": ("Source", str),
        "published": ("Edition", str),
        "status": ("Status", blocks.status_words().get),
    }
    block = exhibit(table=table, columns=columns, figures=figures, package=package)
    mine, other = records_of(block)
    assert (mine["family"], mine["published"], mine["status"], mine["own"]) == ("the reader’s own", "", "own", "True")
    assert (other["family"], other["published"], other["own"]) == ("column", "2025-03-04", "False")
    assert re.search("the reader’s own +the reader’s own", block.text)
    assert re.search("column +2025-03-04 +sourced", block.text)
    (alone,) = records_of(
        exhibit(table=table[1:].assign(own=False), columns=columns, figures=figures[1:], package=package)
    )
    assert "own" not in alone


def test_a_mean_that_was_computed_of_an_own_figure_uses_it(overlay):
    package = load_package(overlay("MEX,funds_raised,2024,2e9,me", "USA,gdp,2024,3e13,me"))
    derived = make_figure(id="mex-funds_raised-2024-me-over-mex-fund_count-2024-column", own=True)
    last = blocks.sources("sources", [blocks.note("a", "t", [], [derived])], package)
    assert last.own_use.startswith("This page uses one of them – Mexico, 2024: ")


def test_every_status_of_the_data_has_a_word(package):
    assert set(package.figures["status"]) <= set(blocks.status_words())


def test_a_range_in_a_title_stays_on_one_line():
    block = blocks.headline("gap", "The gap is 5.5–14×, or 1 – 2", [])
    assert "5.5–\u206014×, or 1 – 2" in block.html and "5.5–14×" in block.text
