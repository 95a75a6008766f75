"""An edition: what it says of itself, what it finds, and what it says when there is nothing to find."""

import pytest

from vcgap import blocks
from vcgap.edition import (
    Edition,
    MissingFigure,
    families,
    find,
    find_pair,
    masthead,
    open_edition,
    or_say_what_is_missing,
    own_figures,
    side,
)
from vcgap.errors import UserError
from vcgap.parameters import read_parameters
from vcgap.tables import forget_reads, reads

FUND_SIZE = ["fund_size_median", "fund_size_mean"]


def edition_of(package, **parameters):
    """An edition without the check that there is anything to report."""
    return Edition(read_parameters(parameters), package)


def test_the_default_edition_is_2024_united_states_and_mexico(edition):
    assert (edition.year, edition.countries) == (2024, ("USA", "MEX"))
    text = masthead(edition).text
    assert text.startswith("United States and Mexico · ") and "2024" in text and "the column" in text
    assert "not the suite’s own" not in masthead(edition).html
    data, _metadata = edition._repr_mimebundle_()
    assert data["text/plain"] == text


def test_own_figures_are_listed_on_the_first_screen_and_escaped(overlay):
    edition = open_edition(figures=overlay('MEX,vc_investment,2024,2e9,"A & B ""quoted"""', "USA,gdp,2024,3e13,=cmd()"))
    assert len(own_figures(edition)) == 2
    page = masthead(edition)
    assert "<strong>Two figures in this edition are not the suite’s own.</strong>" in page.html
    assert "Mexico, 2024: venture capital invested, US$2\u00a0bn (A &amp; B &#34;quoted&#34;)" in page.html
    assert "United States, 2024: gross domestic product, US$30\u00a0tn (=cmd())" in page.text
    assert "more" not in page.text and "mine.csv" not in page.html


def test_a_figure_in_place_of_the_suites_stands_first_and_says_what_it_replaces(overlay):
    rows = ["USA,gdp,2024,3e13,me", "MEX,vc_investment,2024,1.6e9,column", "MEX,vc_investment,2021,1.6e9,column"]
    page = masthead(open_edition(figures=overlay(*rows))).text.splitlines()
    said = "Mexico, 2024: venture capital invested, US$1.6\u00a0bn; replaces US$1.67\u00a0bn (the column)"
    assert (
        page[
            page.index("Three figures in this edition are not the suite’s own, one of them in place of the suite’s.")
            + 1
        ]
        == said
    )
    assert sum("replaces" in line for line in page) == 1
    (alone,) = [
        line for line in masthead(open_edition(figures=overlay(rows[1]))).text.splitlines() if "not the" in line
    ]
    assert alone == "One figure in this edition is not the suite’s own, in place of the suite’s."


def test_of_many_own_figures_the_nearest_totals_are_shown_and_the_rest_are_in_a_file_that_is_named(overlay):
    rows = [f"{code},unicorns_active,{year},5,me" for code in ("BRA", "CHL", "ARG") for year in range(1990, 2025)]
    rows += ["MEX,gdp,2023,2e12,me", "USA,gdp,2024,3e13,me", "MEX,gdp,2024,2e12,me"]
    path = overlay(*rows, name="my figures.csv")
    page = masthead(open_edition(figures=path))
    shown = [line.partition(":")[0] for line in page.text.splitlines() if "(me)" in line]
    assert shown == ["United States, 2024", "Mexico, 2024", "Mexico, 2023", "Brazil, 2024"]
    assert page.text.endswith("and 104 more; all of them are in the file my figures.csv")
    assert f'<a href="{path.replace(" ", "%20")}">my figures.csv</a>' in page.html


def test_parts_of_a_whole_are_shown_in_words_and_only_where_no_total_is_the_readers(overlay):
    header = "country,metric,period,segment,value,source"
    part = "MEX,unicorn_value,2024,scheme=cbinsights_2024;sector=consumer_retail,2e9,me"
    said = masthead(open_edition(figures=overlay(part, header=header))).text.splitlines()[-1]
    assert said.startswith(
        "Mexico, 2024: combined value of active unicorns (CB Insights’ sectors of 2024, consumer and retail)"
    )
    page = masthead(open_edition(figures=overlay(part, "BRA,gdp,1990,,2e12,me", header=header))).text
    assert "consumer" not in page and "Brazil, 1990" in page and "and 1 more" in page


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"yaer": 2024}, "parameter yaer: there is no such parameter; did you mean 'year'?"),
        ({"peer": "MXE"}, "parameter peer: no figures for 'MXE'; did you mean 'MEX'?"),
        ({"base": "Mexico"}, "parameter base: no figures for 'Mexico'; did you mean 'MEX'?"),
        ({"peer": "FRA"}, "parameter peer: no figures for 'FRA'"),
        ({"year": 2090}, "parameter year: no figures for USA or MEX in 2090; there are figures for "),
        ({"figures": "none.csv"}, "none.csv: there is no such file"),
    ],
)
def test_an_edition_that_cannot_be_opened_says_why(parameters, message):
    with pytest.raises(UserError) as caught:
        open_edition(**parameters)
    (problem,) = caught.value.problems
    assert problem.startswith(message)


def test_both_wrong_countries_are_told_at_once():
    with pytest.raises(UserError) as caught:
        open_edition(base="UAS", peer="MXE")
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("basis", "metrics", "country", "year", "segment", "expected"),
    [
        ("column", "vc_investment", "USA", None, "", 178e9),
        ("column", "vc_investment", "MEX", None, "", 1.67e9),
        ("column", "vc_investment", "MEX", 2018, "", 175e6),
        ("like_for_like", "vc_investment", "MEX", 2018, "", 191e6),
        ("column", FUND_SIZE, "USA", None, "", 35e6),
        ("column", FUND_SIZE, "MEX", None, "", 10.5e6),
        ("column", "sector_share_value", "USA", None, "scheme=tag;sector=ai", 0.42),
        ("column", "population", "MEX", None, "", 130861007),
    ],
)
def test_the_reference_figure_is_found(package, basis, metrics, country, year, segment, expected):
    assert find(edition_of(package, basis=basis), metrics, country, year, segment).value == expected


@pytest.mark.parametrize(
    ("parameters", "metric", "country", "said"),
    [
        ({"year": 1991}, "vc_investment", "MEX", ["Mexico", "1991", "no source", "venture capital invested"]),
        (
            {"year": 1991},
            FUND_SIZE,
            "USA",
            ["United States", "1991", "no source", "median size of a venture capital fund"],
        ),
        (
            {"basis": "like_for_like"},
            "vc_investment",
            "MEX",
            ["Mexico", "2024", "no source", "basis", "AMEXCAP, Endeavor/Glisco, LAVCA, TTR and"],
        ),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(package, parameters, metric, country, said):
    with pytest.raises(MissingFigure) as caught:
        find(edition_of(package, **parameters), metric, country)
    assert [words for words in said if words not in str(caught.value)] == [], str(caught.value)
    assert "\n" not in str(caught.value) and str(caught.value).endswith(".")


def test_a_pair_is_compared_and_names_everything_that_is_missing(package):
    pair = find_pair(edition_of(package), "vc_investment")
    assert (pair.base.country, pair.peer.country) == ("USA", "MEX")
    assert pair.ratio == pytest.approx(106.587, abs=5e-4)
    with pytest.raises(MissingFigure) as caught:
        find_pair(edition_of(package, year=1991), "vc_investment")
    assert len(str(caught.value).split("\n")) == 2


def test_a_median_beside_a_mean_comes_with_its_mismatch(edition):
    assert find_pair(edition, FUND_SIZE).mismatches == ("metric", "statistic")
    assert set(find_pair(edition, ["unicorns_active", "unicorns_created"]).mismatches) >= {"metric", "kind"}


def test_the_column_is_left_out_where_others_speak_and_stays_where_none_does(edition):
    assert [figure.family for figure in families(edition, "vc_investment", "MEX")] == [
        "Endeavor/Glisco",
        "AMEXCAP",
        "LAVCA",
        "TTR",
    ]
    assert [figure.family for figure in families(edition, "ticket_size_max", "MEX")] == ["column"]


def test_a_missing_figure_becomes_a_note_and_other_errors_stay_errors(edition):
    @or_say_what_is_missing
    def build(_edition, error):
        raise error

    block = build(edition, MissingFigure("One & two.\nThree."))
    assert isinstance(block, blocks.Block) and block.figures == ()
    assert block.text.split("\n")[1:] == ["- One & two.", "- Three."]
    assert "One &amp; two." in block.html
    with pytest.raises(ZeroDivisionError):
        build(edition, ZeroDivisionError())


def test_each_country_has_its_side(package):
    swapped = edition_of(package, base="MEX", peer="USA")
    assert [side(swapped, code) for code in ("USA", "MEX")] == ["peer", "base"]


# what was read, by which a report is made again


def read_by(**parameters):
    """What opening an edition and looking something up in it reads."""
    forget_reads()
    find(open_edition(**parameters), "gdp", "MEX")
    return set(reads())


def test_an_edition_that_was_opened_before_is_read_all_the_same():
    assert read_by() == read_by() >= {"metrics", "sources", "bases", "corrections", "figures/metric=gdp"}


def test_a_second_edition_in_a_notebook_forgets_nothing_that_was_read_before_it():
    first = read_by()
    open_edition(year=2018)
    assert set(reads()) >= first
