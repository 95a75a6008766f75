"""Growth over several years: one year, since the peak and compound side by side, nominal and real."""

import json
import re

import pytest

from vcgap import blocks
from vcgap.chapters import growth_spans
from vcgap.edition import Edition, open_edition
from vcgap.language import NBSP
from vcgap.parameters import read_parameters


@pytest.fixture
def tables(monkeypatch):
    """The raw table of every exhibit that is built, by its name."""
    found = {}

    def remember(name, title, subtitle, table, columns, exhibit=blocks.exhibit, **rest):
        found[name] = table
        return exhibit(name, title, subtitle, table, columns, **rest)

    monkeypatch.setattr(blocks, "exhibit", remember)
    return found


def edition_of(package, **parameters):
    return Edition(read_parameters(parameters), package)


def title(block):
    return block.text.split("\n")[0].replace(NBSP, " ")


def row_of(tables, country, family):
    return tables["growth-spans"].set_index(["country", "family"]).loc[(country, family)]


def test_three_measures_stand_beside_each_other(edition, tables):
    block = growth_spans.spans(edition)
    ttr = row_of(tables, "MEX", "TTR")
    # content.md §2.5: −66 % since 2021, −30.3 % a year; 4,944 → 1,674
    assert (ttr["one_year"], ttr["compound"], ttr["since_peak"]) == pytest.approx((0.6004, -0.303, -0.6614), abs=5e-4)
    assert ttr["peak"] == 2021
    # US prices: 4,944 × 313.689 / 270.970 = 5,723
    assert ttr["real"] == pytest.approx(1674 / 5723 - 1, abs=1e-3)
    # local prices: 4,944 × 20.28 × 1.07896 × 1.05528 × 1.04722 / 18.31 = about 6,530
    assert ttr["local_real"] == pytest.approx(1674 / 6530 - 1, abs=2e-3)
    assert title(block) == (
        "In 2024 the money invested was 40–42 % below its peak in the United States and 66–81 % below its peak in "
        "Mexico, by source"
    )
    assert {"consumer_price_index", "fx_rate", "inflation"} <= {figure.metric for figure in block.figures}


def test_dollars_have_no_local_prices(edition, tables):
    growth_spans.spans(edition)
    oecd = row_of(tables, "USA", "OECD")
    assert oecd["local_real"] != oecd["local_real"] and oecd["real"] < oecd["since_peak"] < 0


def test_a_source_of_the_first_and_the_last_year_has_a_peak_and_is_named(edition, tables):
    text = growth_spans.spans(edition).text
    glisco = row_of(tables, "MEX", "Endeavor/Glisco")
    # 3,375 in 2021 → 635
    assert (glisco["peak"], glisco["since_peak"]) == (2021, pytest.approx(635 / 3375 - 1))
    assert glisco["compound"] == pytest.approx(-0.427, abs=1e-3) and glisco["real"] < glisco["since_peak"]
    assert "Of two years only, the larger is taken for the peak: Endeavor/Glisco." in text


def test_sources_read_in_several_editions_are_named(edition):
    text = growth_spans.spans(edition).text
    assert "Levels of several editions, not strictly comparable: Endeavor/Glisco, LAVCA and PitchBook." in text


def rows(country, levels):
    return [f"{country},vc_investment,{year},{value}e8,me" for year, value in levels.items()]


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ({2022: 1, 2023: 2, 2024: 4}, "at its peak in Chile"),
        ({2022: 8, 2023: 2, 2024: 4}, "50 % below its peak in Chile"),
        ({2021: 8, 2024: 4}, "50 % below its peak in Chile"),
    ],
)
def test_the_title_follows_the_levels(overlay, levels, words):
    edition = open_edition(figures=overlay(*rows("CHL", levels)), peer="CHL")
    assert words in title(growth_spans.spans(edition))


def test_a_source_at_its_peak_beside_one_below_is_a_range_from_zero(world):
    levels = {"one": {2022: 1, 2023: 2, 2024: 4}, "two": {2022: 8, 2023: 2, 2024: 4}}
    totals = {("MEX", year, name): value for name, years in levels.items() for year, value in years.items()}
    assert "0–50 % below its peak in Mexico" in title(growth_spans.spans(world(totals)))


def test_a_bound_is_no_peak(overlay, tables):
    header = "country,metric,period,value,source,qualifier"
    lines = [
        f"{line},{'at_least' if ',2022,' in line else 'exact'}"
        for line in rows("CHL", {2021: 5, 2022: 9, 2023: 2, 2024: 4})
    ]
    growth_spans.spans(open_edition(figures=overlay(*lines, header=header), peer="CHL"))
    assert row_of(tables, "CHL", "me")["peak"] == 2021


@pytest.mark.parametrize(
    "parameters",
    [
        {"year": 2018, "basis": "like_for_like"},
        {"peer": "BRA"},
        {"base": "MEX", "peer": "USA"},
        {"year": 2021},
        {"year": 2007, "basis": "like_for_like"},
        {"base": "FRA", "peer": "DEU", "year": 1990},
    ],
    ids=str,
)
def test_every_edition_is_a_block_without_holes(package, parameters):
    block = growth_spans.spans(edition_of(package, **parameters))
    assert not re.search(r"\bnan\b|\binf\b|None(?! of)|np\.|0\.000", block.text), block.text
    assert all(figure.period[:4] <= str(parameters.get("year", 2024)) for figure in block.figures)
    json.dumps(block.numbers, allow_nan=False)


def test_a_country_without_exchange_rates_keeps_the_rest(package):
    text = growth_spans.spans(edition_of(package, peer="BRA")).text
    assert "Brazil, 2021: no source in this suite has exchange rate." in text and "LAVCA" in text


def test_growth_of_the_year_from_another_edition_than_the_levels_is_named(package):
    text = growth_spans.spans(edition_of(package, year=2018, basis="like_for_like")).text
    # one year: September 2019, as the basis names; the other years in the latest edition, September 2023
    assert re.search(r"Levels of several editions, not strictly comparable: [^.]*PitchBook\.", text)
