"""Paths, ratios and growth over the years: one rule for editions, which is printed, and nothing after the year."""

import pytest

from vcgap import blocks
from vcgap.chapters import certainty, explained, over_time, volume
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


def plain(block):
    return block.text.replace(NBSP, " ")


SHOWN = [
    over_time.one_basis,
    over_time.paths,
    over_time.ratio_by_source,
    over_time.growth,
    volume.gap,
    volume.ladder,
    volume.deals,
    explained.factors,
    explained.real_terms,
    certainty.disagreement,
    certainty.stability,
]


@pytest.mark.parametrize("year", [2010, 2018, 2024])
def test_no_exhibit_shows_a_figure_of_a_later_year(package, year):
    edition = edition_of(package, year=year)
    for exhibit in SHOWN:
        later = [figure.id for figure in exhibit(edition).figures if figure.period[:4] > str(year)]
        assert later == [], exhibit.__name__


def test_one_basis_ends_with_the_year_of_the_edition(package):
    block = over_time.one_basis(edition_of(package, year=2012))
    assert block.numbers == {"one_basis_ratio": pytest.approx(151.9, abs=0.1), "one_basis_year": 2012}
    assert "1999–2012, current" in block.text
    nothing = over_time.one_basis(edition_of(package, year=2007))
    assert nothing.numbers["one_basis_ratio"] is None


# ---- the ratio by source


def test_each_year_of_the_ratio_is_from_its_latest_edition_and_says_which(edition, package, tables):
    text = over_time.ratio_by_source(edition).text
    figures = package.figures
    for row in tables["ratio-by-source"].to_dict("records"):
        for family, code, column in (("PitchBook", "USA", "ahead"), (row["family"], "MEX", "behind")):
            said = figures[
                (figures["metric"] == "vc_investment")
                & (figures["family"] == family)
                & (figures["country"] == code)
                & (figures["period"] == str(row["year"]))
                & (figures["segment"] == "")
            ]
            assert row[f"{column}_published"] == max(said["published"])
            assert row[column] in set(said.loc[said["published"] == row[f"{column}_published"], "value"])
        assert row["ratio"] == pytest.approx(row["ahead"] / row["behind"])
    assert "PitchBook: 2018–2019 from Sep 2023; 2020 and 2022–2023 from Jan 2025; 2021 from Jan 2026" in text


def test_one_edition_throughout_is_said(package):
    text = over_time.ratio_by_source(edition_of(package, year=2018, basis="like_for_like")).text
    assert "Every year of PitchBook is from one edition: Sep 2023." in text


def test_the_ratio_is_larger_over_smaller_whichever_country_is_named_first(package, edition, tables):
    over_time.ratio_by_source(edition)
    expected = tables["ratio-by-source"]
    block = over_time.ratio_by_source(edition_of(package, base="MEX", peer="USA"))
    assert tables["ratio-by-source"].equals(expected)
    assert "United States (PitchBook) divided by Mexico" in block.text


def test_the_drift_of_the_ratio_stands_beside_its_path(edition):
    # TTR +60.04 %, OECD +18.52 %: 1.1852 / 1.6004 − 1 = −26 %; PitchBook +29 %, LAVCA +3.5 %: +25 % (content.md §2.5)
    assert (
        "By the growth of 2024 the ratio changed by −26 % (OECD and TTR) to +25 % (PitchBook and LAVCA) in the year."
        in plain(over_time.ratio_by_source(edition))
    )


@pytest.mark.parametrize(("changes", "words"), [([], []), ([None], []), ([0.1], ["+10 % in the year, whichever"])])
def test_the_drift_of_none_or_one_pair(edition, changes, words):
    table, _used = over_time.moves(edition)
    table = table.head(len(changes)).assign(change=changes)
    said = over_time.drift_sentence(edition, table)
    assert len(said) == len(words) and all(
        word in line.replace(NBSP, " ") for word, line in zip(words, said, strict=True)
    )


# ---- growth


def test_a_rate_without_levels_implies_no_level(edition):
    text = over_time.growth(edition).text
    (line,) = [line for line in text.split("\n") if "PitchBook" in line and "%" in line]
    assert line.endswith("stated by the source, without levels")


def test_a_bound_has_no_growth(overlay):
    header = "country,metric,period,value,source,qualifier"
    lines = ["CHL,vc_investment,2023,1e8,me,at_least", "CHL,vc_investment,2024,3e8,me,exact"]
    found, _used = over_time.growth_by_family(open_edition(figures=overlay(*lines, header=header), peer="CHL"), "CHL")
    assert "me" not in found


def test_a_country_without_growth_or_deals_is_named(package):
    brazil = edition_of(package, peer="BRA")
    for exhibit in (over_time.growth, explained.real_terms):
        assert "No source in this suite gives the growth of Brazil in 2024." in exhibit(brazil).text
    assert "No source in this suite counts the deals in Brazil in 2024." in volume.deals(brazil).text


# ---- the gap, whichever country is named first


def test_the_ladder_counts_doublings(edition, tables):
    volume.ladder(edition)
    # log2 of 106.587, 41.01 and 6.685 (content.md §2.1 has 6.74 for the first)
    assert tables["ladder"]["doublings"].tolist() == pytest.approx([6.736, 5.358, 2.741], abs=1e-3)


def test_the_ladder_is_the_same_whichever_country_is_named_first(package, edition):
    swapped = edition_of(package, base="MEX", peer="USA")
    assert volume.ladder(swapped).text == volume.ladder(edition).text
    text = volume.gap(swapped).text
    assert "The ratio is 106.6×" in text and "from 93× to 339×" in text
    assert volume.gap(swapped).numbers["vc_ratio"] == pytest.approx(1 / 106.587, rel=1e-4)
