"""What differs between editions and files: numbers, the figures behind them, and nothing where nothing differs."""

import json
from html.parser import HTMLParser

import pytest

from vcgap.errors import UserError
from vcgap.language import NBSP
from vcgap.overlay import read_overlay
from vcgap.report.difference import (
    Side,
    _cause,
    after_rerun,
    as_html,
    as_text,
    difference,
    figure_values,
    figures_changed,
    ingredients_changed,
    numbers_moved,
    read_side,
    write_html,
)
from vcgap.tables import load_table

HEADER = "country,metric,period,value,source"
LAVCA = "mex-vc_investment-2024-lavca_2025_mundostartups"
READ = {"figures/metric=vc_investment": "1", "figures/metric=gdp": "1", "bases": "1"}


def report(numbers, read=READ, **made_of):
    entry = {"title": "?", "numbers": numbers, "read": read, "made_of": {"package": "1", "lock": "1"} | made_of}
    return entry


def manifest(own=(), year=2024, **reports):
    return {"parameters": {"year": year, "figures": ""}, "own_figures": list(own), "reports": reports}


@pytest.fixture
def edition(tmp_path):
    """A function that writes an edition's folder with its manifest and, if there are rows, own figures."""

    def make(name, held, *rows):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "manifest.json").write_text(json.dumps(held), encoding="utf-8")
        if rows:
            (folder / "own_figures.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        return folder

    return make


def own(path):
    return read_overlay(path, load_table("metrics").set_index("metric"))


def test_a_number_that_moved_is_told_with_its_change_and_every_report_that_prints_it():
    before = manifest(a=report({"vc_ratio": 100.0, "same": 1.0}), b=report({"vc_ratio": 100.0}))
    after = manifest(a=report({"vc_ratio": 90.0, "same": 1.0}), b=report({"vc_ratio": 90.0}))
    (row,) = numbers_moved(before, after)
    assert (row["name"], row["before"], row["after"]) == ("vc_ratio", 100.0, 90.0)
    assert (row["change"], row["relative"], row["reports"]) == (-10.0, -0.1, ["a", "b"])


def test_the_largest_relative_change_comes_first():
    before = manifest(a=report({"x": 100.0, "y": 1.0, "z": -10.0}))
    after = manifest(a=report({"x": 101.0, "y": 3.0, "z": -20.0}))
    assert [(row["name"], row["relative"]) for row in numbers_moved(before, after)] == [
        ("y", 2.0),
        ("z", -1.0),
        ("x", 0.01),
    ]


@pytest.mark.parametrize(("old", "new"), [(None, 5.0), (5.0, None), (0.0, 5.0)])
def test_a_number_that_was_not_there_or_zero_has_no_relative_change(old, new):
    (row,) = numbers_moved(manifest(a=report({"x": old})), manifest(a=report({"x": new})))
    assert row["relative"] is None and (row["before"], row["after"]) == (old, new)


def test_a_number_that_only_one_side_has_is_told():
    (row,) = numbers_moved(manifest(a=report({})), manifest(a=report({"x": 5.0})))
    assert (row["before"], row["after"], row["change"]) == (None, 5.0, None)


def test_of_changed_figures_those_that_a_report_reads_are_named(overlay):
    figures = figures_changed(None, own(overlay("MEX,vc_investment,2024,2e9,me", "MEX,population,2024,131e6,me")))
    before, after = manifest(a=report({"x": 1.0})), manifest(a=report({"x": 2.0}))
    (row,) = numbers_moved(before, after, figures)
    assert row["because"] == ["mex-vc_investment-2024-me"]
    after["reports"]["a"]["read"] = {}
    (row,) = numbers_moved(before, after, figures)
    assert len(row["because"]) == 2, "an old manifest does not say what was read"


def test_data_of_the_suite_that_changed_under_a_report_are_named():
    changed = READ | {"figures/metric=gdp": "2", "bases": "2"}
    (row,) = numbers_moved(manifest(a=report({"x": 1.0})), manifest(a=report({"x": 2.0}, changed)))
    assert row["because_of_the_suite"] == ["bases.csv", "gdp"]


def test_what_reports_are_made_of_otherwise_is_named():
    before, after = manifest(a=report({})), manifest(a=report({}, READ | {"bases": "2"}, package="2"))
    assert ingredients_changed(before, after) == ["bases.csv", "package"]
    assert ingredients_changed(before, before) == []
    old, new = ({"reports": {"a": {"numbers": {}, "code": code, "data": "1"}}} for code in "12")
    assert ingredients_changed(old, new) == ["code"]


def test_figures_are_added_removed_and_changed_with_both_values(overlay):
    before = own(
        overlay("MEX,vc_investment,2024,2e9,me", "MEX,venture_debt,2024,1e8,me", "MEX,aum,2024,5e9,me", name="a.csv")
    )
    after = own(
        overlay("MEX,vc_investment,2024,3e9,me", "USA,vc_investment,2024,2e11,me", "MEX,aum,2024,5e9,me", name="b.csv")
    )
    rows = figures_changed(before, after)
    assert [(row["id"], row["what"], row["before"], row["after"]) for row in rows] == [
        ("mex-vc_investment-2024-me", "changed", 2e9, 3e9),
        ("mex-venture_debt-2024-me", "removed", 1e8, None),
        ("usa-vc_investment-2024-me", "added", None, 2e11),
    ]
    assert {row["suite"] for row in rows} == {""}


def test_an_own_figure_that_replaces_one_of_the_suite_is_a_change_of_the_suites_value(overlay):
    mine = own(overlay("MEX,vc_investment,2024,1.2e9,lavca_2025_mundostartups"))
    (there,), (back,) = figures_changed(None, mine), figures_changed(mine, None)
    assert (there["id"], there["what"], there["before"], there["after"], there["suite"]) == (
        LAVCA,
        "changed",
        1.18e9,
        1.2e9,
        "before",
    )
    assert (back["what"], back["before"], back["after"], back["suite"]) == ("changed", 1.2e9, 1.18e9, "after")


def test_a_figure_that_is_stated_with_other_words_is_a_change(overlay):
    header = HEADER + ",qualifier,lower,note"
    before = own(overlay("MEX,gdp,2024,5,me,exact,,old", header=header, name="a.csv"))
    after = own(overlay("MEX,gdp,2024,5,me,about,4,new", header=header, name="b.csv"))
    (row,) = figures_changed(before, after)
    assert row["also"] == ["lower", "qualifier"]
    assert figures_changed(before, before) == []


def test_two_editions_are_compared_with_their_parameters_reports_and_figures(edition):
    before = edition("one", manifest(a=report({"x": 100.0}), b=report({"y": 1.0})))
    held = manifest(["mex-vc_investment-2024-me"], year=2023, a=report({"x": 90.0}))
    held["parameters"]["figures"] = "../own_figures.csv"  # where figures lie sets no editions apart
    found = difference(read_side(before), read_side(edition("two", held, "MEX,vc_investment,2024,2e9,me")))
    assert json.loads(json.dumps(found)) == found
    assert as_text(found).splitlines() == [
        "one → two",
        "parameter year: 2024 → 2023",
        "only in one: b",
        "1 headline number moved:",
        f"  x: 100 → 90 (−10{NBSP}%) in a",
        "    year changed; of what goes into it, changed: mex-vc_investment-2024-me",
        "Figures: 1 added",
        f"  added: mex-vc_investment-2024-me: US$2{NBSP}bn",
    ]


def test_numbers_with_one_cause_stand_together_and_it_is_said_once():
    changed = READ | {"figures/metric=gdp": "2"}
    before = manifest(a=report({"x": 100.0, "z": 100.0}), b=report({"y": 100.0}))
    after = manifest(a=report({"x": 90.0, "z": 99.5}, changed), b=report({"y": 99.0}))
    assert after_rerun(Side("", before, None), Side("", after, None))[2:6] == [
        f"  x: 100 → 90 (−10{NBSP}%) in a",
        f"  z: 100 → 99.5 (−0.5{NBSP}%) in a",
        "    of what goes into it, changed: gdp",
        f"  y: 100 → 99 (−1{NBSP}%) in b",
    ]


def pair_of(base="USA", peer="MEX", year=2024, **numbers):
    """A manifest that says its countries, with one report in two languages."""
    held = manifest(year=year, **{f"{language}/00_overview": report(numbers) for language in ("en", "es-MX")})
    held["parameters"] |= {"base": base, "peer": peer}
    return held


def test_numbers_are_told_by_their_names_units_and_direction_and_each_report_once(edition):
    before = edition("one", pair_of(vc_ratio=106.587, vc_gap_usd=176.33e9, one_basis_year=2018.0))
    after = edition("two", pair_of(vc_ratio=98.0, vc_gap_usd=-122e9, one_basis_year=2013.0))
    year = "Venture capital by one rule in both countries, the last year that has both: 2018 → 2013 in 00_overview"
    assert as_text(difference(read_side(before), read_side(after))).splitlines()[1:-1] == [
        "3 headline numbers moved:",
        "  The first country is the United States, the second Mexico; ratios are the first ÷ the second.",
        f"  Venture capital, between them in the year: US$176.3{NBSP}bn → −US$122{NBSP}bn (changes sides) in 00_overview",
        f"  Venture capital, as invested: 106.6× → 98× (−8.06{NBSP}%) in 00_overview",
        f"  {year}",
    ]


def test_a_lead_that_is_reversed_is_said_so_but_not_where_the_countries_are_others():
    (same,) = numbers_moved(pair_of(vc_ratio=106.587), pair_of(vc_ratio=0.593))
    (turned,) = numbers_moved(pair_of(vc_ratio=106.587), pair_of("MEX", "USA", vc_ratio=1 / 106.587))
    assert same["changes_sides"] and not turned["changes_sides"]
    pair = pair_of(vc_ratio=106.587), pair_of("MEX", "USA", vc_ratio=1 / 106.587)
    line = after_rerun(*(Side("", held, None) for held in pair))[2]
    assert line == "  Ratios are the United States ÷ Mexico before, Mexico ÷ the United States after."


def test_a_year_has_no_change():
    (row,) = numbers_moved(pair_of(one_basis_year=2018.0), pair_of(one_basis_year=2013.0))
    assert (row["change"], row["relative"], row["changes_sides"]) == (None, None, False)


OF_UNKNOWN = "of_another_version"  # a number of which it is not known what it is made of


def test_what_changed_is_named_from_the_countries_and_years_outwards(overlay):
    rows = [f"{code},vc_investment,{year},2e9,me" for code in ("ARE", "MEX", "USA") for year in (2008, 2013)]
    figures = figures_changed(None, own(overlay(*rows)))
    pair = [pair_of(year=2013, **{OF_UNKNOWN: value}) for value in (1.0, 2.0)]
    (row,) = numbers_moved(*pair, figures)
    assert row["because"] == [
        f"{code}-vc_investment-{year}-me"
        for code, year in [("mex", 2013), ("usa", 2013), ("mex", 2008), ("usa", 2008), ("are", 2013), ("are", 2008)]
    ]


def test_where_parameters_differ_they_are_the_cause_and_figures_of_other_countries_are_none(overlay):
    figures = figures_changed(None, own(overlay("ARE,vc_investment,2013,2e9,me", "MEX,vc_investment,2013,2e9,me")))
    (row,) = numbers_moved(pair_of(vc_ratio=1.0), pair_of(year=2013, vc_ratio=2.0), figures)
    assert _cause(row) == "year changed; of what goes into it, changed: mex-vc_investment-2013-me"
    (row,) = numbers_moved(pair_of(vc_ratio=1.0), pair_of(year=2013, vc_ratio=2.0))
    assert _cause(row) == "year changed"


def test_only_figures_that_a_number_can_be_made_of_are_its_causes(overlay):
    rows = [
        f"{code},{metric},2024,5,me" for code in ("MEX", "BRA") for metric in ("unicorns_active", "deal_count", "gdp")
    ]
    rows += ["MEX,vc_investment,2024,2e9,me", "MEX,vc_investment,2023,2e9,me", "MEX,unicorns_active,2023,5,me"]
    part = overlay(
        "MEX,unicorns_active,2024,sector=ai,5,me", header="country,metric,period,segment,value,source", name="b.csv"
    )
    figures = figures_changed(None, own(overlay(*rows))) + figures_changed(None, own(part))
    moved = numbers_moved(
        pair_of(unicorn_ratio=1.0, vc_ratio_per_gdp=1.0, critical_decay=1.0, co_investment_added_usd=1.0),
        pair_of(unicorn_ratio=2.0, vc_ratio_per_gdp=2.0, critical_decay=2.0, co_investment_added_usd=2.0),
        figures,
    )
    assert {row["name"]: row["because"] for row in moved} == {
        "unicorn_ratio": ["mex-unicorns_active-2024-me"],
        "vc_ratio_per_gdp": ["mex-gdp-2024-me", "mex-vc_investment-2024-me"],
        "critical_decay": ["mex-vc_investment-2024-me", "mex-vc_investment-2023-me"],
        "co_investment_added_usd": [],
    }


def test_only_data_of_the_suite_that_a_number_can_be_made_of_are_its_causes():
    parts = [f"figures/metric={metric}" for metric in ("vc_investment", "gdp", "deal_count")]
    old, new = ({part: value for part in [*parts, "figures/source=column", "bases"]} for value in "12")
    before, after = manifest(a=report({"vc_ratio": 1.0}, old)), manifest(a=report({"vc_ratio": 2.0}, new))
    (row,) = numbers_moved(before, after)
    assert row["because_of_the_suite"] == ["bases.csv", "vc_investment"]


def test_of_many_figures_that_differ_the_replaced_and_the_nearest_are_listed(edition, overlay):
    rows = [f"ARE,vc_investment,{year},2e9,me" for year in range(1990, 2012)] + ["MEX,vc_investment,2024,1.6e9,column"]
    found = difference(
        read_side(edition("one", pair_of(vc_ratio=1.0))), read_side(edition("two", pair_of(vc_ratio=2.0)))
    )
    found["figures"] = difference(read_side(edition("x", pair_of())), read_side(overlay(*rows)))["figures"]
    lines = as_text(found).splitlines()
    first = lines.index("Figures: 22 added, 1 changed") + 1
    assert lines[first].startswith(f"  changed: mex-vc_investment-2024-column: US$1.67{NBSP}bn → US$1.6{NBSP}bn")
    assert len(lines[first:]) == 21 and lines[-1] == "  and 3 more; --json and --html list all of them"
    html = as_html(found)
    assert html.count("<details>") == 1 and "and 3 more" in html and html.count("are-vc_investment-") == 22


def test_the_page_names_no_more_figures_as_causes_than_the_text(edition, overlay):
    rows = [f"MEX,vc_investment,{year},2e9,me" for year in range(1990, 2012)]
    before = edition("one", pair_of(holds_gap_widened=1.0, critical_decay=1.0))
    after = edition("two", pair_of(holds_gap_widened=2.0, critical_decay=2.0) | {"own_figures": ["x"]}, *rows)
    html = as_html(difference(read_side(before), read_side(after)))
    moved, listed = html.split("Figures that differ")
    assert moved.count("mex-vc_investment-") == 5 and moved.count("17 more") == 1
    assert listed.count("mex-vc_investment-") == 22


def test_of_many_figures_the_first_are_named(overlay):
    rows = [f"MEX,vc_investment,{year},2e9,me" for year in range(2001, 2009)]
    figures = figures_changed(None, own(overlay(*rows)))
    (row,) = numbers_moved(manifest(a=report({"x": 1.0})), manifest(a=report({"x": 2.0})), figures)
    assert len(row["because"]) == 8
    assert _cause(row).endswith("mex-vc_investment-2005-me, 3 more")


def test_an_edition_and_itself_do_not_differ(edition):
    side = read_side(edition("one", manifest(a=report({"x": 100.0}))))
    assert as_text(difference(side, side)).splitlines() == [
        "one → one",
        "No headline number moved.",
        "No figure differs.",
    ]


def test_files_have_no_numbers_and_that_is_said(overlay, edition):
    before, after = overlay("MEX,gdp,2024,5,me", name="a.csv"), overlay("MEX,gdp,2024,6,me", name="b.csv")
    lines = as_text(difference(read_side(before), read_side(after))).splitlines()
    assert lines[1].startswith("No headline numbers: a.csv and b.csv hold figures")
    assert lines[2:] == ["Figures: 1 changed", "  changed: mex-gdp-2024-me: US$5 → US$6"]
    mixed = difference(read_side(edition("one", manifest(a=report({"x": 1.0})))), read_side(after))
    assert mixed["without_numbers"] == ["b.csv"] and [row["what"] for row in mixed["figures"]] == ["added"]
    assert "No headline numbers: b.csv holds figures" in as_text(mixed)


def test_what_is_neither_an_edition_nor_a_file_is_told(tmp_path, edition):
    with pytest.raises(UserError, match="holds no manifest"):
        read_side(tmp_path)
    with pytest.raises(UserError, match="there is no such file"):
        read_side(tmp_path / "none.csv")
    with pytest.raises(UserError, match=r"own_figures\.csv is missing"):
        read_side(edition("one", manifest(["mex-gdp-2024-me"])))


def test_after_a_rerun_the_moves_and_their_causes_are_lines():
    before = Side("out/one", manifest(a=report({"x": 100.0})), None)
    changed = report({"x": 90.0}, READ | {"figures/metric=gdp": "2"}, package="2")
    assert after_rerun(before, Side("two", manifest(a=changed), None)) == [
        "Compared with out/one:",
        "1 headline number moved:",
        f"  x: 100 → 90 (−10{NBSP}%) in a",
        "    of what goes into it, changed: gdp",
        "  changed: gdp, package",
    ]
    assert after_rerun(before, before) == ["Compared with out/one:", "No headline number moved."]


def test_after_a_rerun_it_is_told_which_own_figures_are_new_others_and_gone(overlay):
    kept, changed = "USA,aum,2024,5e9,me", "MEX,vc_investment,2024,{},column"
    one = own(overlay(kept, "ARE,aum,2024,5e9,me", "MEX,aum,2024,5e9,me", changed.format("1.6e9"), name="a.csv"))
    two = own(overlay(kept, "ARE,aum,2024,6e9,me", "MEX,aum,2023,5e9,me", name="b.csv"))
    suite, before, after = (Side("?", pair_of(vc_ratio=1.0), figures) for figures in (None, one, two))
    bn = f"{NBSP}bn"
    assert after_rerun(before, after)[1:] == [
        "No headline number moved.",
        f"  own figures added: mex-aum-2023-me (US$5{bn})",
        f"  own figures changed: are-aum-2024-me (US$5{bn} → US$6{bn})",
        f"  figures of the suite again: mex-vc_investment-2024-column (US$1.6{bn} → US$1.67{bn})",
        f"  own figures removed: mex-aum-2024-me (US$5{bn})",
    ]
    replaced = f"  figures of the suite replaced: mex-vc_investment-2024-column (US$1.67{bn} → US$1.6{bn})"
    assert after_rerun(suite, before)[-1] == replaced
    assert after_rerun(after, after)[1:] == ["No headline number moved."]


@pytest.mark.parametrize(
    ("unit", "before", "after", "words"),
    [
        ("USD", 1.67e9, 1.6e9, f"US$1.67{NBSP}bn → US$1.6{NBSP}bn"),
        ("USD", 1.67e9, 1.67000001e9, f"US$1.67{NBSP}bn → US$1.67000001{NBSP}bn"),
        ("MXN", None, 5e9, f"MXN{NBSP}5{NBSP}bn"),
        ("share", 0.59, 0.6, f"59{NBSP}% → 60{NBSP}%"),
        ("count", 8.0, 1200.0, "8 → 1,200"),
        ("USD", 5.0, 5.0, "US$5"),
    ],
)
def test_values_of_figures_are_written_with_their_units_and_can_be_told_apart(unit, before, after, words):
    assert figure_values({"unit": unit, "before": before, "after": after}) == words


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)


def test_the_page_holds_what_the_text_holds_and_escapes_names(edition, tmp_path):
    held = manifest(["mex-vc_investment-2024-me"], **{"<script>": report({"x<b>": 90.0})})
    after = edition("two<i>", held, "MEX,vc_investment,2024,2e9,me")
    before = edition("one", manifest(**{"<script>": report({"x<b>": 100.0})}))
    found = difference(read_side(before), read_side(after))
    write_html(found, tmp_path / "page.html", [tmp_path / "one", tmp_path / "two<i>"])
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert html == as_html(found)
    page = Tags()
    page.feed(html)
    assert not {"script", "b", "i", "link", "img"} & set(page.tags) and page.tags.count("h1") == 1
    assert "x&lt;b&gt;" in html and f"US$2{NBSP}bn" in html and f"−10{NBSP}%" in html
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "page.html", "two<i>"]


def test_a_page_that_cannot_be_written_is_told(edition, tmp_path):
    side = read_side(edition("one", manifest(a=report({}))))
    with pytest.raises(UserError, match="none does not exist"):
        write_html(difference(side, side), tmp_path / "none" / "page.html", [])
