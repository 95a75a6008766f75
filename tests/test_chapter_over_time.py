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


def test_a_rate_without_levels_implies_no_level(package):
    figures = package.figures
    bare = figures[~((figures["family"] == "PitchBook") & (figures["metric"] == "vc_investment"))]
    text = over_time.growth(edition_of(package._replace(figures=bare))).text
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


def test_figures_that_are_exact_are_not_said_to_leave_a_range_open(overlay):
    rows = ["MEX,vc_investment,2024,1532163479,me", "USA,vc_investment,2024,749487654321,me"]
    text = volume.gap(open_edition(figures=overlay(*rows))).text
    assert "The ratio is 489.17×; the two figures by themselves leave nothing of it open." in text
    assert "anywhere from" not in text


def test_growth_under_one_basis_is_that_of_the_edition_it_names(package):
    same = edition_of(package, year=2018, basis="like_for_like")
    (usa, used), (mexico, _used) = (over_time.growth_by_family(same, code) for code in ("USA", "MEX"))
    # National Science Board 2020, table S8-62: 83,886 → 118,658 and 142 → 191 (US$ m)
    assert usa["PitchBook"]["growth"] == pytest.approx(118658 / 83886 - 1)
    assert mexico["PitchBook"]["growth"] == pytest.approx(191 / 142 - 1)
    assert {figure.source for figure in used if figure.family == "PitchBook"} == {"ncses_s8_62"}
    # any other basis takes the latest edition that has both years: 89,382 → 145,884
    latest, _used = over_time.growth_by_family(edition_of(package, year=2018), "USA")
    assert latest["PitchBook"]["growth"] == pytest.approx(145884 / 89382 - 1)


def test_an_edition_printed_by_several_publishers_in_one_month_has_levels(edition):
    found, used = over_time.growth_by_family(edition, "USA")
    # January 2025: 209 bn by NVCA and KPMG; 47 bn more than in 2023 (162 bn) by SSTI
    record = found["PitchBook"]
    assert (record["before"], record["now"], record["how"]) == (162e9, 209e9, "levels")
    assert {figure.published[:7] for figure in used if figure.family == "PitchBook"} == {"2025-01"}


def test_two_sources_of_one_year_without_a_month_are_two_editions(package):
    figures = package.figures.copy()
    figures.loc[figures["published"].str.startswith("2025-01"), "published"] = "2025"
    found, _used = over_time.growth_by_family(edition_of(package._replace(figures=figures)), "USA")
    assert found["PitchBook"]["how"] == "rate"


TWO_COUNTS_OF_MEXICO = {
    ("MEX", 2023, "c"): 4,
    ("MEX", 2024, "c"): 5,
    ("MEX", 2023, "b"): 1,
    ("MEX", 2024, "b"): 1,
    ("USA", 2023, "a"): 1,
    ("USA", 2024, "a"): 2,
}


def test_one_rule_says_who_is_ahead(world):
    # the reference of Mexico is b, 1 bn, the last in the file, though c says 5 bn: the United States are ahead
    edition = world(TWO_COUNTS_OF_MEXICO)
    assert volume.larger_first(edition) is edition
    assert [figure.country for figure in explained.ahead_and_behind(edition)] == ["USA", "MEX"]
    changes = over_time.moves(edition)[0].set_index("peer_family")["change"]
    # the ratio doubles beside b, which stands still, and grows by 2 ÷ 1.25 − 1 beside c
    assert changes.to_dict() == pytest.approx({"b": 1.0, "c": 0.6})


def test_without_a_reference_the_largest_figure_says_who_is_ahead(package):
    swapped = edition_of(package, base="MEX", peer="USA", basis="like_for_like")
    assert volume.larger_first(swapped).countries == ("USA", "MEX")
    assert volume.larger_first(edition_of(package, base="FRA", peer="DEU", year=1990)).countries == ("FRA", "DEU")


def test_at_least_is_rounded_down(package):
    # the smallest lead of any pair of sources is 29.7
    assert "the United States is at least 29× ahead" in over_time.paths(edition_of(package, peer="BRA")).text
