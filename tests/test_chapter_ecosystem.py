"""Exhibits of 05_ai_ecosystem: what they say of 2024, that the words follow the data, and that other pairs stand."""

import base64
import csv
import io
import re
from dataclasses import replace

import pytest
from conftest import make_figure
from matplotlib.colors import same_color

from vcgap import charts, gaps, language
from vcgap.chapters import claims, conditions, context, ecosystem
from vcgap.edition import Edition, open_edition
from vcgap.language import NBSP
from vcgap.parameters import read_parameters
from vcgap.tables import load_table

EXHIBITS = {
    function.__name__: function
    for function in (
        conditions.headline,
        ecosystem.readiness,
        ecosystem.researchers,
        ecosystem.research_base,
        conditions.research_spending,
        conditions.articles,
        conditions.supercomputers,
        context.machines,
        context.projects,
        ecosystem.jobs,
        context.policies,
        context.barriers,
    )
}
EDITIONS = {
    "2018 like for like": {"year": 2018, "basis": "like_for_like"},
    "Brazil": {"peer": "BRA"},
    "swapped": {"base": "MEX", "peer": "USA"},
    "2021": {"year": 2021},
    "Chile 2023": {"peer": "CHL", "year": 2023},
    "2007": {"year": 2007},
    "Colombia and Chile": {"base": "COL", "peer": "CHL", "year": 2012},
    "nothing": {"base": "FRA", "peer": "DEU", "year": 1990},
}


def edition_of(package, **parameters):
    return Edition(read_parameters(parameters), package)


def rank(name, value, cluster="c"):
    return make_figure(
        country="MEX",
        metric="ai_readiness_input_rank",
        segment=f"cluster={cluster};input={name}",
        value=value,
        id=name,
        unit="rank",
    )


def people(value, segment=""):
    return make_figure(country="MEX", metric="ai_researchers", segment=segment, value=value, unit="people")


def lists(code, **values):
    """TOP500 lists made up for a test: lists("MEX", a=0) → {"a": Figure}."""
    return {month: make_figure(country=code, metric="top500_systems", value=value) for month, value in values.items()}


def download(block):
    text = base64.b64decode(re.search(r"base64,([^\"]+)", block.html)[1]).decode()
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def built(package):
    """Every exhibit of the default edition: dict of name → (Block, the matplotlib figures drawn for it)."""
    drawn, found = [], {}
    with pytest.MonkeyPatch.context() as patch:

        def remember(figure, *args, to_svg=charts.to_svg):
            drawn.append(figure)
            return to_svg(figure, *args)

        patch.setattr(charts, "to_svg", remember)
        for name, function in EXHIBITS.items():
            drawn.clear()
            found[name] = function(edition_of(package)), list(drawn)
    return found


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("headline", ["The United States puts 14× the share of its GDP into research that Mexico does", "9.7×", "173"]),
        # content.md 3.2, B15: clusters 28.7, 30.0 and 9.0; overall 22 of 35
        ("readiness", ["from 5 (available data) to 35 (innovation and technical skills) of 35 in nine inputs"]),
        ("readiness", ["28.7", "30.0", "9.0", "Whole index 22", "a mean of ranks only describes"]),
        # 141 / 464 = 30.4 %; (121 + 29 + 28 + 26 + 24) / 464 = 228 / 464 = 49.1 %
        ("researchers", [f"141 of 464 researchers specialise in AI (30{NBSP}%)", f"49.1{NBSP}% of them all, not most"]),
        ("research_base", ["four are of AI alone", "Of 100 postgraduate", "144", f"MXN{NBSP}432{NBSP}m", "66"]),
        ("research_spending", [f"3.6{NBSP}% of GDP", f"0.26{NBSP}% in Mexico (2022): 14×", "2008–2023"]),
        # 12,642 / 503 = 25.1; divided by 333.3 / 128.6 million people: 9.7
        ("articles", ["12,642 articles on AI in the United States, 503 in Mexico (2022): 25×, per head 9.7×", "37.8"]),
        (
            "supercomputers",
            ["173 systems stand in the United States and none in Mexico, which was on 6 of the 29 lists"],
        ),
        ("supercomputers", ["Mexico: none since Nov 2017"]),
        ("machines", ["Santos Dumont", "2015", "Clementina XXI", "2022", "Chile", "none of them in the countries"]),
        ("projects", ["Four projects that are not venture capital, one with an amount", f"US$12{NBSP}m", "160"]),
        ("projects", ["Do not add them to it"]),
        ("jobs", ["9,770,000 jobs", "add up to 12,600,000: the report contradicts itself", "B1 and B1-men"]),
        ("policies", ["three in the United States and seven in Mexico", "INADEM", "Fintech Law", "QSBS", "9 Mar 2018"]),
        ("barriers", ["Of six barriers, one has no figure at all, and four can be measured in both countries"]),
        # 76.8 bn over 538 funds
        ("barriers", [f"US$142.8{NBSP}m (derived: money raised ÷ funds closed: US$76.8{NBSP}bn ÷ 538, second hand)"]),
        # 29.18 tn / 340.1 m and 1.830 tn / 130.9 m
        ("barriers", ["US$85,810", "US$13,988", "no figure", f"US$1.005{NBSP}bn", "specialised in AI", "Y Combinator"]),
    ],
)
def test_the_default_edition_says_what_was_worked_by_hand(built, name, words):
    text = built[name][0].text
    assert [word for word in words if word not in text] == [], text


@pytest.mark.parametrize("name", EXHIBITS)
def test_an_exhibit_has_a_title_a_table_a_download_and_alt_text_with_numbers(built, name):
    block, drawn = built[name]
    if name == "headline":
        return
    assert re.search(r"<h3>[^<]{15,}", block.html) and len(drawn) in (0, 2) and download(block)
    for description in re.findall(r"<desc[^>]*>([^<]*)</desc>", block.html):
        assert len(description) > 30 and re.search(r"\d", description)
    assert not re.search(r"\bnan\b|\binf\b|\bNone\b|np\.", block.text)


def test_both_countries_share_only_log_axes(built):
    for name, (_block, drawn) in built.items():
        for axes in (axes for figure in drawn for axes in figure.axes):
            edges = [colour for points in axes.collections for colour in points.get_edgecolor()]
            both = all(any(same_color(edge, colour) for edge in edges) for colour in (charts.BASE, charts.PEER))
            assert not both or axes.get_yscale() == "log", name
            assert not axes.patches, name


def test_documents_give_the_address_of_their_sources(built):
    for name in ("machines", "projects", "policies"):
        assert all(row["url"].startswith("http") and row["title"] for row in download(built[name][0]))


@pytest.mark.parametrize("which", EDITIONS)
def test_every_other_edition_stands(package, which, monkeypatch):
    monkeypatch.setattr(charts, "to_svg", lambda _figure, name, *_texts: f'<svg id="{name}"></svg>')
    edition, names = edition_of(package, **EDITIONS[which]), []
    for function in EXHIBITS.values():
        block = function(edition)
        names.append(block.name)
        assert block.text and not re.search(r"\bnan\b|\binf\b|\bNone\b|np\.", block.text), block.text
    assert len(set(names)) == len(names)


def test_what_only_mexico_has_is_said_of_the_other_country(built, package):
    assert "For the United States no source in this suite has such figures." in built["jobs"][0].text
    brazil = edition_of(package, peer="BRA")
    for function in (ecosystem.readiness, ecosystem.researchers, ecosystem.jobs):
        assert "for the United States or Brazil" in function(brazil).text
    assert "nothing of this kind in the United States or Brazil" in context.projects(brazil).text
    assert context.policies(brazil).text.startswith("Dated policy events: three in the United States\n")
    assert context.machines(brazil).text.startswith(
        "The documents name three machines or centres of the region, one of"
    )
    assert "131" in ecosystem.research_base(brazil).text


def test_a_series_is_compared_in_the_last_year_that_both_have_up_to_the_editions(package):
    spending = conditions.research_spending(edition_of(package, year=2018))
    assert "(2018): 10×" in spending.text and spending.numbers["gerd_share_ratio"] == pytest.approx(9.9, abs=0.15)
    assert "(2018): 17×, per head 6.6×" in conditions.articles(edition_of(package, year=2018)).text
    assert "in one year up to 2007" in conditions.research_spending(edition_of(package, year=2007)).text
    assert "up to 2007" in conditions.supercomputers(edition_of(package, year=2007)).text


def test_no_series_goes_beyond_the_year_of_the_edition(package):
    edition = edition_of(package, year=2018)
    for function in (conditions.research_spending, conditions.articles, conditions.supercomputers):
        block = function(edition)
        assert max(figure.period[:4] for figure in block.figures) == "2018", function
        assert "2018" in re.search(r"<desc[^>]*>(.*?)</desc>", block.html)[1]
        assert max(row.get("year", row.get("list"))[:4] for row in download(block)) == "2018"
    assert "Brazil" in (machines := context.machines(edition)).text and "(Nov 2018)" in machines.text


def test_swapping_the_countries_turns_no_finding_round(package):
    swapped = edition_of(package, base="MEX", peer="USA")
    assert "503 articles on AI in Mexico, 12,642 in the United States (2022): 25×, per head 9.7×" in (
        conditions.articles(swapped).text
    )
    assert "173 systems stand in the United States and none in Mexico" in conditions.supercomputers(swapped).text
    assert ecosystem.readiness(swapped).text.startswith("Mexico ranks from 5")


# ---- titles follow the data


def test_the_title_of_the_ranks_names_the_best_and_the_worst():
    ranks = [rank("tech_skills", 3), rank("ai_startups", 30), rank("innovation", 9)]
    assert ecosystem.readiness_title(ranks, 35) == (
        "Mexico ranks from 3 (technical skills) to 30 (AI startups) of 35 in three inputs of AI readiness"
    )
    same = [rank("tech_skills", 9), rank("innovation", 9)]
    assert ecosystem.readiness_title(same, 40) == "Mexico ranks 9 of 40 in all two inputs of AI readiness"


def test_the_last_place_of_the_index_is_a_figure(package, edition, write):
    last = package.figures.query("metric == 'ai_readiness_governments'")["value"].item()
    assert f"among {last:.0f} " in package.metrics.at["ai_readiness_input_rank", "definition_en"]
    own = write("country,metric,period,value,source\nMEX,ai_readiness_governments,2017-12,40,me\n")
    block = ecosystem.readiness(open_edition(figures=own))
    assert "to 35 (innovation and technical skills) of 40 in nine inputs" in block.text
    assert "mex-ai_readiness_governments-2017-12-me" in {figure.id for figure in block.figures}
    without = package._replace(figures=package.figures.query("metric != 'ai_readiness_governments'"))
    text = ecosystem.readiness(Edition(edition.parameters, without)).text
    assert "how many governments the index of Dec 2017 ranks" in text


def test_the_barriers_are_of_the_countries_that_the_column_speaks_of_and_of_no_other(package):
    gap = "Named by the column (4 Mar 2025) for the gap between the United States and Mexico;"
    mexico, brazil = (context.barriers(edition_of(package, peer=peer)).text for peer in ("MEX", "BRA"))
    assert gap in mexico and "were not named for" not in mexico
    assert gap in brazil and "The barriers were not named for Brazil." in brazil
    chile = context.barriers(edition_of(package, base="BRA", peer="CHL")).text
    assert "between Mexico and the United States;" in chile and "not named for Brazil and Chile." in chile


@pytest.mark.parametrize("peer", ["MEX", "BRA"])
@pytest.mark.parametrize("name", EXHIBITS)
def test_every_code_that_the_page_prints_has_a_row_in_the_table_of_labels(package, monkeypatch, name, peer):
    monkeypatch.setattr(language, "spelled_out", _no_row)
    EXHIBITS[name](edition_of(package, peer=peer))


def test_every_state_has_a_row_in_the_table_of_labels(package, monkeypatch):
    monkeypatch.setattr(language, "spelled_out", _no_row)
    segments = package.figures.query("metric == 'ai_researchers'")["segment"]
    assert "Nuevo León" in [ecosystem.segment_words(make_figure(segment=one)) for one in segments]


def _no_row(code):
    raise AssertionError(f"{code} has no row in data/labels.csv")


@pytest.mark.parametrize(
    ("first", "words"),
    [(121, "not most"), (900, "Five states have most of them all"), (0, "not most")],
)
def test_most_is_said_only_of_more_than_half(first, words):
    states = [people(first, "state=a"), *(people(20, f"state=s{n}") for n in range(20))]
    states.sort(key=lambda figure: -figure.value)
    title = ecosystem.researchers_title(people(sum(figure.value for figure in states)), None, states)
    assert words in title and "specialise" not in title


def test_without_states_or_specialists_the_title_says_what_is_left():
    assert ecosystem.researchers_title(people(464), people(141, "scope=ai"), []) == (
        f"141 of 464 researchers specialise in AI (30{NBSP}%)"
    )
    assert ecosystem.researchers_title(people(464), None, []) == "464 researchers are counted"


def test_no_programme_of_ai_alone_is_none():
    programme = make_figure(metric="postgraduate_programmes", segment="block=first;field=computer_science", value=7)
    assert ecosystem.research_base_title([programme]).endswith("none are of AI alone")
    assert ecosystem.research_base_title([replace(programme, metric="research_institutions")]).startswith("What the")


@pytest.mark.parametrize(
    ("base", "peer", "expected"),
    [
        (0.03, 0.003, "The United States puts 10× the share of its GDP into research that Mexico does"),
        (0.003, 0.03, "Mexico puts 10× the share of its GDP into research that the United States does"),
        (0.03, 0.03, "The United States and Mexico put about the same share of GDP into research"),
        (0.03, 0.0, "No research spending is recorded in one of the two countries"),
        (0.0, 0.03, "No research spending is recorded in one of the two countries"),
    ],
)
def test_the_headline_follows_who_spends_more(base, peer, expected):
    pair = gaps.compare(
        make_figure(metric="gerd_share", value=base, unit="share"),
        make_figure(metric="gerd_share", value=peer, unit="share", country="MEX"),
    )
    assert conditions.headline_sentence(pair) == expected


def articles_of(base, peer):
    return gaps.compare(
        make_figure(metric="ai_articles", value=base, unit="count"),
        make_figure(metric="ai_articles", value=peer, unit="count", country="MEX"),
    )


@pytest.mark.parametrize(
    ("base", "peer", "per_head", "words"),
    [
        (1000, 100, 4.0, "10×, per head 4.0×"),
        (100, 1000, 0.25, "10×, per head 4.0×"),
        (1000, 500, 0.5, "2.0×, and the other way round per head, 2.0×"),
        (1000, 0, None, "0 in Mexico (2024)"),
    ],
)
def test_the_title_of_the_articles_says_when_heads_turn_it_round(base, peer, per_head, words):
    assert conditions.articles_title(articles_of(base, peer), per_head).endswith(words)


@pytest.mark.parametrize(
    ("base", "peer", "words"),
    [
        (5, 2, "5 systems stand in the United States and 2 in Mexico"),
        (2, 5, "5 systems stand in Mexico and 2 in the United States"),
        (5, 0, "none in Mexico, which was on 1 of the 2 lists read up to then"),
        (0, 0, "neither the United States nor Mexico has a system"),
    ],
)
def test_the_title_of_the_machines_follows_the_list(base, peer, words):
    first, second = lists("USA", **{"2023-11": 1, "2024-11": base}), lists("MEX", **{"2023-11": 1, "2024-11": peer})
    assert words in conditions.supercomputers_title(first, second, "2024-11")


def jobs_of(whole, men, women):
    values = {"": whole, "sex=men": men, "sex=women": women}
    return {segment: make_figure(value=value, segment=segment, unit="count") for segment, value in values.items()}


def test_the_title_of_the_jobs_follows_the_checks():
    assert "add up to 12,600,000: the report contradicts itself" in ecosystem.jobs_title(
        jobs_of(9.77e6, 9.8e6, 2.8e6), 6
    )
    assert ecosystem.jobs_title(jobs_of(9.77e6, 6.6e6, 2.8e6), 0) == (
        "9,770,000 jobs are said to be exposed to automation"
    )
    assert ecosystem.jobs_title(jobs_of(9.77e6, 6.6e6, 2.8e6), 1).endswith(
        "one check of the details finds a contradiction"
    )


def test_jobs_mended_by_an_own_figure_are_no_longer_hollow(monkeypatch, edition):
    empty = claims.findings(edition).assign(severity="ok")
    monkeypatch.setattr(claims, "findings", lambda _edition: empty)
    block = ecosystem.jobs(edition)
    assert "contradict" not in block.text.split("\n")[0] and "Hollow" not in block.text


def test_a_hollow_marker_is_a_figure_of_a_contradiction(edition, monkeypatch):
    rows = []
    monkeypatch.setattr(
        charts, "dots", lambda given, *args, dots=charts.dots, **kw: rows.append(given) or dots(given, *args, **kw)
    )
    ecosystem.jobs(edition)
    assert {row["label"] for row in rows[0] if not row["filled"]} == {
        "All jobs exposed",
        "Held by men",
        "Held by women",
    }


@pytest.mark.parametrize(
    ("count", "without", "both", "expected"),
    [
        (6, 1, 3, "Of six barriers, one has no figure at all, and three can be measured in both countries"),
        (6, 2, 0, "Of six barriers, two have no figure at all, and none can be measured in both countries"),
        (6, 0, 6, "Each of six barriers has a figure, and six can be measured in both countries"),
    ],
)
def test_the_title_of_the_barriers_follows_what_is_covered(count, without, both, expected):
    assert context.barriers_title(count, without, both) == expected


def test_a_barrier_without_a_figure_says_so_in_both_columns(built):
    rows = download(built["barriers"][0])
    (nothing,) = [row for row in rows if row["id"] == "b6_institutions"]
    assert (nothing["measure"], nothing["base"], nothing["peer"]) == ("–", "no figure", "no figure")
    assert {row["id"] for row in rows} == set(load_table("barriers")["id"])
    assert not [row for row in rows if row["id"] != "b6_institutions" and row["base"] == row["peer"] == "no figure"]


def test_projects_without_amounts_are_none():
    assert context.projects_title(1, 0) == "One project that is not venture capital, none with an amount"
    assert context.projects_title(3, 2) == "Three projects that are not venture capital, two with an amount"


def test_ranks_of_ones_own_replace_the_printed_ones(write):
    own = write(
        "country,metric,period,segment,value,source\n"
        "MEX,ai_readiness_input_rank,2017-12,cluster=economy_and_skills;input=tech_skills,12,me\n"
    )
    block = ecosystem.readiness(open_edition(figures=own))
    assert "to 35 (innovation) of 35" in block.text and "Includes figures of the reader’s own." in block.text


# ---- the page


def test_the_page_ends_with_the_contradictions_that_its_figures_are_part_of(built, edition):
    shown = [block for block, _drawn in built.values()]
    text = claims.banner(edition, shown).text
    assert text.startswith("14 figures on this page are part of statements that contradict themselves")
    assert [line.split(" ")[1] for line in text.split("\n")[1:]] == ["B1", "B1-men", "B2", "B3", "B4", "B4-copy", "B12"]


@pytest.mark.parametrize("narrow", [False, True])
def test_a_strip_runs_from_the_best_place_to_the_last(narrow):
    rows = [{"label": "a", "value": 1, "side": "peer"}, {"label": "b", "value": 35, "side": "base", "filled": False}]
    (axes,) = charts.strip(rows, narrow, 35, ("1, best", "last"), str).axes
    lower, upper = axes.get_xlim()
    assert lower <= 1 and upper >= 35 and lower < upper and axes.get_xscale() == "linear"
    assert list(axes.get_xticks()) == [1, 10, 20, 30, 35]
    assert {"1, best", "last", "1", "35", "a", "b"} <= {text.get_text() for text in axes.texts}
