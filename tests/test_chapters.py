"""The exhibits of every notebook: what they say of 2024, and that they stay true in other editions."""

import base64
import csv
import importlib
import io
import json
import pkgutil
import re
from math import isfinite
from pathlib import Path

import pytest
from conftest import make_figure
from matplotlib.colors import same_color

from vcgap import blocks, chapters, charts, figures, gaps
from vcgap.chapters import fund_size, over_time, overview, volume
from vcgap.edition import Edition, MissingFigure, find, find_pair, open_edition
from vcgap.figures import load_package
from vcgap.language import NBSP, times
from vcgap.parameters import read_parameters
from vcgap.report.headline_numbers import kind
from vcgap.tables import load_unnoted

HELPERS = {"parity", "per_unit", "levers"}  # what others are built with, and what only the levers of a scenario call
CHAPTERS = {
    found.name: importlib.import_module(f"vcgap.chapters.{found.name}")
    for found in pkgutil.iter_modules(chapters.__path__)
    if found.name not in HELPERS
}
NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
CALL = re.compile(r"^\w+ = (\w+)\.(\w+)\(edition(?:, \"(\w+)\")?\)", re.MULTILINE)


FROM_OTHER_TABLES = {  # these rest on claims, evidence, policies, projects and unicorns, and name their sources there
    ("claims", "checks", "presentation"),
    ("claims", "how", ""),
    ("context", "policies", ""),
    ("context", "projects", ""),
    ("evidence", "co_investment", ""),
    ("evidence", "pensions", ""),
    ("unicorns", "companies", ""),
}


def calls_of(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return [call for call in CALL.findall(code) if call[0] in CHAPTERS]


SHOWN = {notebook.stem: calls_of(notebook) for notebook in NOTEBOOKS}
EXHIBITS = sorted({call for calls in SHOWN.values() for call in calls})
EDITIONS = {
    "2018 like for like": {"year": 2018, "basis": "like_for_like"},
    "2007 like for like, Mexico has nothing": {"year": 2007, "basis": "like_for_like"},
    "2007 like for like, swapped": {"year": 2007, "basis": "like_for_like", "base": "MEX", "peer": "USA"},
    "2024 like for like": {"basis": "like_for_like"},
    "Brazil": {"peer": "BRA"},
    "2021": {"year": 2021},
    "2015": {"year": 2015},
    "swapped": {"base": "MEX", "peer": "USA"},
    "Colombia and Chile 2012": {"base": "COL", "peer": "CHL", "year": 2012},
    "no figures at all": {"base": "FRA", "peer": "DEU", "year": 1990},
}


def edition_of(package, **parameters):
    """An edition without the check that there is anything to report."""
    return Edition(read_parameters(parameters), package)


def build(edition, call):
    module, function, which = call
    return getattr(CHAPTERS[module], function)(edition, *([which] if which else []))


@pytest.fixture(scope="module")
def built(edition):
    """Every exhibit of the default edition: dict of call → (Block, the matplotlib figures drawn for it)."""
    drawn, found = [], {}

    def remember(figure, *args, to_svg=charts.to_svg):
        drawn.append(figure)
        return to_svg(figure, *args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "to_svg", remember)
        for call in EXHIBITS:
            drawn.clear()
            found[call] = build(edition, call), list(drawn)
    return found


@pytest.fixture(scope="module")
def elsewhere(package):
    """Every exhibit of every other edition: dict of edition → {call: Block}. Drawn, but not written as SVG."""
    series, annual = {}, over_time.annual_by_family  # the same for every call: computed once for a country and year
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            over_time,
            "annual_by_family",
            lambda edition, code: (
                series[code, edition.year]
                if (code, edition.year) in series
                else series.setdefault((code, edition.year), annual(edition, code))
            ),
        )
        patch.setattr(charts, "to_svg", lambda _figure, name, *_texts: f'<svg id="{name}"></svg>')
        return {
            name: {call: build(edition_of(package, **parameters), call) for call in EXHIBITS}
            for name, parameters in EDITIONS.items()
        }


def said(built, module, function, which=""):
    return built[module, function, which][0].text


def test_the_notebooks_show_the_exhibits_of_every_chapter():
    assert {module for module, _function, _which in EXHIBITS} == set(CHAPTERS)
    assert len(EXHIBITS) >= 24


# ---- the default edition


@pytest.mark.parametrize(
    ("exhibit", "words"),
    [
        (("overview", "headline"), ["about 107 go to work in the United States", "6.7×, not 107×", "TTR", "LAVCA"]),
        (("overview", "tiles"), ["107×", "6.7×", f"US$9.49{NBSP}bn", "5.1×", "82×", "5.5–14×", "3.3×"]),
        (("overview", "tiles"), ["a median against a mean", "93–339×"]),
        (("volume", "gap"), ["106.6×", "105.97", "107.21", f"0.94{NBSP}%", f"US$176.3{NBSP}bn", "93×", "339×"]),
        (("volume", "ladder"), ["106.6×", "41.0×", "6.68", "US$523", "US$12.8", f"0.61{NBSP}%", "6.7×, not 107×"]),
        (("over_time", "one_basis"), ["621×", "2018", "1999", "2007"]),
        (
            ("over_time", "growth"),
            [f"59{NBSP}%", f"60{NBSP}%", f"3.5{NBSP}%", f"4{NBSP}%", f"US$171.2{NBSP}bn", "US$1.05"],
        ),
        (("over_time", "ratio_by_source"), ["Sources disagree", "2024"]),
        (
            ("fund_size", "gap"),
            [f"about US$35{NBSP}m", f"US$10.5{NBSP}m", "3.3× (not like for like: a median against a mean)"],
        ),
        (("unicorns", "count"), ["656", "8", "Not like for like", "active unicorns against unicorns created"]),
        (("sector_mix", "known"), [f"42{NBSP}%", f"60{NBSP}%", "second hand"]),
    ],
)
def test_the_default_edition_says_what_was_worked_by_hand(built, exhibit, words):
    text = said(built, *exhibit)
    assert [word for word in words if word not in text] == [], text


def test_unicorns_are_compared_raw_per_head_and_per_gdp_with_their_warning(built):
    text = next(
        block.text for (module, _f, _w), (block, _d) in built.items() if module == "unicorns" and "31.6×" in block.text
    )
    assert all(word in text for word in ("82.0×", "31.6×", "5.14", "0.77", "Not like for like"))


def test_each_source_stands_beside_the_others(built):
    text = said(built, "volume", "by_source", "peer")
    for words in (
        "TTR",
        f"US$1.674{NBSP}bn",
        "LAVCA",
        f"US$1.18{NBSP}bn",
        "AMEXCAP",
        f"US$980{NBSP}m",
        f"US$635{NBSP}m",
    ):
        assert words in text
    assert f"US$156{NBSP}bn and US$215{NBSP}bn" in said(built, "volume", "by_source", "base")


def test_headline_numbers_travel_with_their_block(built):
    numbers = built["volume", "gap", ""][0].numbers
    expected = {"vc_ratio": 106.587, "vc_share": 0.00938, "vc_gap_usd": 176.33e9, "vc_ratio_per_head": 41.01}
    assert {name: numbers[name] for name in expected} == pytest.approx(expected, rel=1e-3)
    assert numbers["vc_ratio_per_gdp"] == pytest.approx(6.685, abs=5e-4)


@pytest.mark.parametrize("call", EXHIBITS, ids=lambda call: ".".join(filter(None, call)))
def test_an_exhibit_has_a_title_alt_text_a_table_and_its_csv(built, call):
    block, drawn = built[call]
    assert block.text and block.html and not re.search(r"\bnan\b|\binf\b|None(?! of)|np\.", block.text)
    if "<figure" not in block.html:
        return
    assert re.search(r"<h3>[^<]{15,}", block.html) and '<p class="sub">' in block.html
    assert len(drawn) in (0, 2)
    for description in re.findall(r"<desc[^>]*>([^<]*)</desc>", block.html):
        assert len(description) > 30 and re.search(r"\d", description)
    rows = list(csv.reader(io.StringIO(base64.b64decode(re.search(r"base64,([^\"]+)", block.html)[1]).decode())))
    assert len(rows) > 1 and {len(row) for row in rows} == {len(rows[0])}
    assert f'download="{block.name}.csv"' in block.html


@pytest.mark.parametrize("notebook", SHOWN)
def test_names_and_ids_are_unique_on_a_page(built, notebook):
    page = [built[call][0] for call in SHOWN[notebook]]
    assert len({block.name for block in page}) == len(page)
    ids = re.findall(r'\bid="([^"]+)"', "".join(block.html for block in page))
    assert len(set(ids)) == len(ids)


def test_every_exhibit_names_the_figures_it_rests_on(built):
    bare = [call for call, (block, _drawn) in built.items() if "<figure" in block.html and not block.figures]
    assert set(bare) <= FROM_OTHER_TABLES, bare


def test_no_bars_stand_on_a_log_axis(built):
    scales = set()
    for _block, drawn in built.values():
        for axes in (axes for figure in drawn for axes in figure.axes):
            scales.add("log" if "log" in (axes.get_xscale(), axes.get_yscale()) else "linear")
            assert not axes.patches or scale_of(axes) == "linear"
    assert scales == {"log", "linear"}


def scale_of(axes):
    return "log" if "log" in (axes.get_xscale(), axes.get_yscale()) else "linear"


def drawn_in(axes, colour):
    """Whether anything stands on the axes in a country's colour."""
    lines = [line.get_color() for line in axes.lines]
    points = [edge for collection in axes.collections for edge in collection.get_edgecolor()]
    points += [face for collection in axes.collections for face in collection.get_facecolor()]
    bars = [bar.get_facecolor() for bar in axes.patches]
    same = [(one[0], one[1], one[2]) if not isinstance(one, str) else one for one in [*lines, *points, *bars]]
    return any(same_color(one, wanted) for one in same for wanted in colour)


def test_totals_of_both_countries_never_share_a_linear_axis(built):
    both = 0
    for call, (_block, drawn) in built.items():
        for axes in (axes for figure in drawn for axes in figure.axes):
            if not (drawn_in(axes, [charts.BASE]) and drawn_in(axes, [charts.PEER, charts.PEER_TEXT])):
                continue
            both += 1
            counted_one_by_one = not axes.get_xticks().size and not axes.get_yticks().size
            assert scale_of(axes) == "log" or axes.get_xlim()[1] <= 1.09 or counted_one_by_one, call
    assert both >= 8


# ---- other editions


@pytest.mark.parametrize("name", EDITIONS)
def test_every_exhibit_of_every_edition_is_a_block_without_holes(elsewhere, name):
    for call, block in elsewhere[name].items():
        assert isinstance(block, blocks.Block), call
        assert block.text and not re.search(r"\bnan\b|\binf\b|∞|None(?! of)|np\.|\bMXE\b", block.text), (
            call,
            block.text,
        )
        assert not re.search(r">\s*nan\s*<|\bNaN\b", block.html), call
        json.dumps(block.numbers, allow_nan=False)


@pytest.mark.parametrize("name", EDITIONS)
def test_headline_numbers_of_every_edition_are_numbers_or_absent(elsewhere, name):
    for call, block in elsewhere[name].items():
        assert all(value is None or isfinite(value) for value in block.numbers.values()), call


@pytest.mark.parametrize("notebook", SHOWN)
def test_names_stay_unique_where_figures_are_missing(elsewhere, notebook):
    for edition, built_there in elsewhere.items():
        names = [built_there[call].name for call in SHOWN[notebook]]
        assert sorted(set(names)) == sorted(names), edition


def test_what_is_missing_is_said_in_a_sentence(elsewhere):
    nothing = elsewhere["no figures at all"]
    text = nothing["volume", "gap", ""].text
    for words in ("France", "Germany", "1990", "venture capital invested", "no source"):
        assert words in text.replace("No source", "no source")
    of_no_pair = {"claims", "evidence"}
    of_the_pair = {call: block for call, block in nothing.items() if call[0] not in of_no_pair}
    assert [call for call, block in of_the_pair.items() if not re.search(r"\b(no|not)\b", block.text.lower())] == []


def test_2018_on_one_rule_says_621(elsewhere):
    page = elsewhere["2018 like for like"]
    assert "621.2×" in page["volume", "gap", ""].text and "2018" in page["volume", "gap", ""].text
    assert page["volume", "gap", ""].numbers["vc_ratio"] == pytest.approx(621.2, abs=0.05)


def test_every_ratio_and_difference_is_of_the_first_country_against_the_second(built, elsewhere):
    one_way = {
        "ai_to_all_ratio",
        "change_at_equal_intensity_usd",
    }  # what the first has of AI; more at the first's share
    compared = set()
    for call, (block, _drawn) in built.items():
        other = elsewhere["swapped"][call].numbers
        for name, value in block.numbers.items():
            which = kind(name)
            if which not in ("ratio", "difference") or name in one_way:
                continue
            ends = {"lower": "upper", "upper": "lower"} if which == "ratio" else {}
            stem, _line, end = name.rpartition("_")
            turned = other[f"{stem}_{ends[end]}" if end in ends else name]
            assert turned == pytest.approx(1 / value if which == "ratio" else -value), (call, name)
            compared.add(name)
    assert len(compared) > 20


@pytest.mark.parametrize("name", [name for name in EDITIONS if "swapped" not in name])
def test_the_range_across_sources_holds_the_ratio_itself(package, name):
    edition = edition_of(package, **EDITIONS[name])
    try:
        table = volume.measures(edition)[0]
    except MissingFigure:
        return
    for row in table.to_dict("records"):
        if row["ratio"] and row["sources_lower"] and row["ratio"] == row["ratio"]:
            assert row["sources_lower"] <= row["ratio"] * 1.005 and row["ratio"] <= row["sources_upper"] * 1.005, row


@pytest.mark.parametrize("which", ["base", "peer"])
@pytest.mark.parametrize("parameters", [{}, {"year": 2018, "basis": "like_for_like"}, {"year": 2021}])
def test_one_source_is_filled_as_the_reference(package, monkeypatch, which, parameters):
    edition, rows = edition_of(package, **parameters), []
    monkeypatch.setattr(
        charts, "dots", lambda given, *args, dots=charts.dots, **kw: rows.append(given) or dots(given, *args, **kw)
    )
    volume.by_source(edition, which)
    filled = [row["value"] for row in rows[0] if row.get("filled", True)]
    assert filled == [find(edition, "vc_investment", edition.countries[which == "peer"]).value]


def test_what_a_country_lacks_in_gdp_does_not_take_the_rest_of_the_page(elsewhere):
    brazil = elsewhere["Brazil"]
    assert "89 go to work in the United States" in brazil["volume", "gap", ""].text
    missing = next(line for line in brazil["volume", "gap", ""].text.split("\n") if "gross domestic product" in line)
    assert "Brazil" in missing and "2024" in missing and "no source" in missing.lower()


def test_a_country_with_nothing_has_no_ratio(elsewhere):
    for name in ("2007 like for like, Mexico has nothing", "2007 like for like, swapped"):
        assert "No venture capital was recorded in Mexico in 2007" in elsewhere[name]["volume", "gap", ""].text


def test_swapping_the_countries_never_turns_the_finding_round(elsewhere):
    swapped = elsewhere["swapped"]
    assert (
        "For every dollar of venture capital in Mexico, about 107 go to work in the United States"
        in swapped["volume", "gap", ""].text
    )
    for block in swapped.values():
        title = block.text.split("\n")[0]
        assert "wider" not in title and "depends on" not in title and not re.search(r"(?<![\d.])0(\.0+)?×", title), (
            title
        )
        assert "Mexico is at least" not in title and "−US$" not in title, title


def test_swapping_the_countries_does_not_turn_the_direction_round(package):
    turned = []
    for year in (2013, 2022):
        one, other = (
            over_time.direction_sentence(edition, over_time.moves(edition)[0]["change"])
            for edition in (edition_of(package, year=year), edition_of(package, year=year, base="MEX", peer="USA"))
        )
        turned += [] if one == other else [(one, other)]
    assert turned == []


# ---- titles follow the data


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([-0.2, -0.01], "narrowed"),
        ([0.2, 0.01], "widened"),
        ([0.2, -0.01], "disagree"),
        ([], "unknown"),
        ([float("nan")], "unknown"),
        ([float("nan"), -0.1], "narrowed"),
    ],
)
def test_the_direction_is_what_every_pair_of_sources_says(changes, expected):
    assert over_time.direction(changes) == expected


def test_one_source_without_a_change_is_no_disagreement():
    assert over_time.direction([0.0]) != "disagree"


@pytest.mark.parametrize(
    ("base", "peer", "expected"),
    [
        (178e9, 1.67e9, "For every dollar of venture capital in Mexico, about 107 go to work in the United States"),
        (1.67e9, 178e9, "For every dollar of venture capital in the United States, about 107 go to work in Mexico"),
        (3e9, 2e9, "For every dollar of venture capital in Mexico, about 1.5 go to work in the United States"),
        (2e9, 2e9, "United States and Mexico invest about as much"),
        (2e9, 2.05e9, "United States and Mexico invest about as much"),
        (2e9, 0.0, "No venture capital was recorded in Mexico in 2024: there is no ratio"),
        (0.0, 2e9, "No venture capital was recorded in the United States in 2024: there is no ratio"),
    ],
)
def test_the_headline_follows_the_ratio(edition, base, peer, expected):
    pair = gaps.compare(make_figure(value=base), make_figure(country="MEX", value=peer))
    assert volume.gap_headline(edition, pair) == expected


def test_at_least_is_never_more_than_the_smallest_lead(edition, built):
    base, peer = (over_time.annual_by_family(edition, code) for code in edition.countries)
    leads = [
        one[year].value / other[year].value
        for one in base.values()
        for other in peer.values()
        for year in set(one) & set(other)
        if other[year].value
    ]
    title = said(built, "over_time", "paths").split("\n")[0]
    stated = float(re.search(r"at least ([\d,.]+)", title)[1].replace(",", ""))
    assert stated <= min(leads) * 1.001 and stated >= min(leads) * 0.95


@pytest.mark.parametrize("year", [2012, 2024])
def test_a_stock_that_no_source_has_is_said_for_both_countries(package, year):
    lines = fund_size.firms_and_money(edition_of(package, year=year)).text.split("\n")
    for label in package.metrics.loc[fund_size.STOCKS, "label_en"]:
        for name in ("United States", "Mexico"):
            assert any(label in line and name in line for line in lines), (label, name)


def test_a_new_figure_moves_title_text_and_number_together(overlay):
    edition = open_edition(figures=overlay("MEX,vc_investment,2024,17.8e9,my fund"))
    gap = volume.gap(edition)
    assert "about 10 go to work" in gap.text and "10.0" in gap.text and f"10{NBSP}%" in gap.text
    assert gap.numbers["vc_ratio"] == pytest.approx(10)
    ladder = volume.ladder(edition)
    assert "10.0" in ladder.text and "Includes figures of the reader’s own." in ladder.text
    assert "107" not in overview.headline(edition).text


def test_an_own_figure_does_not_enter_the_series_on_one_rule(overlay, built):
    edition = open_edition(
        figures=overlay(
            "MEX,vc_investment,2018,5e9,my fund", "USA,vc_investment,2024,2e11,me", "MEX,vc_investment,2024,2e9,me"
        )
    )
    assert over_time.one_basis(edition).text == said(built, "over_time", "one_basis")


def test_hostile_text_of_a_reader_stays_text(overlay):
    source = '"A & B ""quoted"""'
    path = overlay(
        f"MEX,vc_investment,2024,2e9,{source}",
        f"MEX,vc_investment,2023,1e9,{source}",
        "USA,vc_investment,2024,2e11,=cmd()",
    )
    edition = open_edition(figures=path)
    page = [build(edition, call) for call in SHOWN["01_volume"]]
    page.append(blocks.sources("sources", page, edition.package))
    markup = "".join(block.html for block in page)
    assert "A &amp; B" in markup and 'A & B "quoted"' not in markup
    tables = [base64.b64decode(link).decode() for link in re.findall(r'base64,([^"]+)', markup)]
    cells = [cell for table in tables for row in csv.reader(io.StringIO(table)) for cell in row]
    assert "'=cmd()" in cells and not [cell for cell in cells if cell.startswith("=")]


def test_a_ratio_of_unlike_things_is_marked_wherever_it_is_said(edition, built):
    ratio = times(find_pair(edition, fund_size.CONCEPT).ratio)
    fund_sizes = said(built, "fund_size", "gap")
    assert ratio in fund_sizes
    assert not re.search(re.escape(ratio) + r"(?! \(not like for like)", fund_sizes)
    for line in said(built, "overview", "tiles").split("\n"):
        assert "not like for like" in line or not line.startswith(ratio)
    unicorn_pages = [block.text for (module, _f, _w), (block, _d) in built.items() if module == "unicorns"]
    counted = [text for text in unicorn_pages if re.search(r"\b82(\.0)?×", text)]
    assert counted and all("Not like for like" in text for text in counted)


def test_building_exhibits_leaves_the_package_as_it_was(built, package):
    load_unnoted.cache_clear()
    untouched = figures._suite.__wrapped__()  # from the files again
    assert package is load_package() and package.figures is not untouched.figures
    for table, copy in zip(package[:3], untouched[:3], strict=True):
        assert table.equals(copy)
    assert package.bases == untouched.bases
