"""The data: valid against their description, complete both ways, and holding the figures everything rests on."""

import csv
import json
import re
from collections import defaultdict

import frictionless
import pandas as pd
import pytest

from vcgap import gaps
from vcgap.checks import figure_id
from vcgap.figures import reference, spread
from vcgap.tables import DATA, load_table, schemas

TABLES = sorted(path.stem for path in DATA.glob("*.csv"))
CONCEPTS = [  # metrics of one concept share their ranks
    {"unicorns_active", "unicorns_created"},
    {"fund_size_median", "fund_size_mean", "fund_aum_mean"},
]
SOURCES_WITHOUT_ADDRESS = {"babson_latin_american_entrepreneurship_2016", "contact_list_2026"}
COLUMN = [  # the column of March 2025, as printed
    ("USA", "vc_investment", "", 178e9, "about"),
    ("USA", "vc_growth", "", 0.04, "exact"),
    ("MEX", "vc_investment", "", 1.67e9, "exact"),
    ("MEX", "vc_growth", "", 0.59, "exact"),
    ("USA", "sector_share_value", "scheme=tag;sector=ai", 0.42, "exact"),
    ("MEX", "sector_share_value", "scheme=vertical;sector=fintech", 0.60, "about"),
    ("USA", "firms_active", "", 3417, "exact"),
    ("USA", "aum", "", 1.21e12, "exact"),
    ("USA", "dry_powder", "", 312e9, "exact"),
    ("USA", "fund_size_median", "", 35e6, "about"),
    ("USA", "fund_size_max", "", 4e9, "at_least"),
    ("MEX", "fund_size_mean", "", 10.5e6, "exact"),
    ("MEX", "ticket_size_max", "", 300e3, "at_most"),
    ("USA", "unicorns_active", "", 656, "exact"),
    ("USA", "unicorn_value", "", 2.11e12, "at_least"),
    ("MEX", "unicorns_created", "", 8, "exact"),
]


@pytest.fixture(scope="module")
def cells():
    """Every table as the rows of text that stand in its file."""
    found = {}
    for name in TABLES:
        with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            found[name] = list(csv.reader(file))
    return found


@pytest.fixture(scope="module")
def figures(package):
    return package.figures


def value_of(package, metric, country, year, basis="column", segment=""):
    return reference(package, basis, metric, country, year, segment).value


@pytest.mark.filterwarnings("ignore")
def test_the_data_package_is_valid():
    report = frictionless.validate(str(DATA / "datapackage.json"))
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "message"])[:10]


def test_every_table_is_described_and_every_description_has_its_table():
    assert sorted(schemas()) == TABLES
    package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    assert [resource["path"] for resource in package["resources"]] == [
        f"{one['name']}.csv" for one in package["resources"]
    ]


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_described_in_its_order(cells, name):
    assert cells[name][0] == [field["name"] for field in schemas()[name]["fields"]]
    assert all(field.get("description") for field in schemas()[name]["fields"])


@pytest.mark.parametrize("name", TABLES)
def test_a_file_is_plain_tidy_text(cells, name):
    raw = (DATA / f"{name}.csv").read_bytes()
    assert raw.endswith(b"\n") and b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf")
    untidy = [
        cell for row in cells[name] for cell in row if cell != cell.strip() or re.search(r"\s\s|\u00a0|[<>]", cell)
    ]
    assert untidy == []


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"metrics"}))
def test_rows_are_sorted_so_that_a_change_is_one_line(cells, name):
    first = [row[0] for row in cells[name][1:]]
    assert first == sorted(first)


@pytest.mark.parametrize("name", TABLES)
def test_keys_are_unique(name):
    table, schema = load_table(name), schemas()[name]
    for key in [schema.get("primaryKey", []), *schema.get("uniqueKeys", [])]:
        assert not key or not table.duplicated(key).any()


def test_an_id_says_what_its_row_says():
    rows = load_table("figures").to_dict("records")
    assert [row["id"] for row in rows if row["id"] != figure_id(row)] == []


def test_every_metric_is_known_and_every_source_is_known_and_used(package):
    used = {name: set(load_table(name)["source"]) - {""} for name in TABLES if "source" in load_table(name).columns}
    sources = set(used.pop("sources"))
    assert set().union(*used.values()) == sources
    for name in ("figures", "bases", "corrections"):
        assert set(load_table(name)["metric"]) <= set(package.metrics.index)


def test_every_source_says_where_when_and_what_it_counts(package):
    for column in ("family", "publisher", "title", "accessed", "licence", "scope_en", "scope_es"):
        assert (package.sources[column] != "").all(), column
    assert set(package.sources.index[package.sources["url"] == ""]) == SOURCES_WITHOUT_ADDRESS


def test_every_metric_is_defined_in_both_languages(package):
    for column in ("label_en", "label_es", "definition_en", "definition_es"):
        assert (package.metrics[column] != "").all()
    assert package.metrics["label_en"].is_unique and package.metrics["label_es"].is_unique


def test_shares_are_fractions_and_amounts_are_not_negative(figures):
    shares = figures[(figures["unit"] == "share") & ~figures["metric"].isin(["vc_growth", "inflation"])]
    assert shares["value"].between(0, 1).all()
    assert (figures[figures["unit"].isin(["USD", "MXN", "count", "people", "rank"])]["value"] >= 0).all()


def test_counts_and_ranks_are_whole_numbers(figures):
    whole = figures[figures["unit"].isin(["count", "rank"])]
    assert (whole["value"] % 1 == 0).all()


def test_bounds_hold_their_value(figures):
    assert not (figures["lower"] > figures["value"]).any()
    assert not (figures["upper"] < figures["value"]).any()


def test_a_basis_ranks_without_gaps_and_gives_its_reason(package):
    groups = defaultdict(list)
    for row in package.bases:
        concept = next((frozenset(one) for one in CONCEPTS if row["metric"] in one), frozenset([row["metric"]]))
        groups[row["basis"], concept, row["country"]].append(int(row["rank"]))
    gappy = {group: ranks for group, ranks in groups.items() if set(ranks) != set(range(1, max(ranks) + 1))}
    assert gappy == {}
    assert all(row["reason_en"] and row["reason_es"] for row in package.bases)


def test_a_basis_names_families_and_sources_that_have_such_figures(package, figures):
    there = set(zip(figures["metric"], figures["family"], strict=True))
    assert {(row["metric"], row["family"]) for row in package.bases} - there == set()
    families = package.sources["family"]
    assert [row for row in package.bases if row["source"] and families[row["source"]] != row["family"]] == []


def test_like_for_like_names_one_provider_for_both_sides_or_says_why_not(package):
    bases = pd.DataFrame(package.bases)
    bases = bases[(bases["basis"] == "like_for_like") & bases["country"].isin(["USA", "MEX"])]
    for metric, rows in bases.groupby("metric"):
        if not metric.startswith("fund_"):  # a mean beside a mean, of different providers: the reason says so
            families = rows.groupby("country")["family"].agg(set)
            assert len(families) == 2 and families["USA"] & families["MEX"], metric


def test_every_metric_that_a_chapter_asks_for_has_a_basis(package):
    chapters = (DATA.parent / "vcgap" / "chapters").glob("*.py")
    words = {word for path in chapters for word in re.findall(r'"([a-z_]+)"', path.read_text(encoding="utf-8"))}
    asked = words & set(package.metrics.index)
    assert {"vc_investment", "gdp", "population", "unicorns_active", "fund_size_mean"} <= asked
    assert asked - {row["metric"] for row in package.bases if row["basis"] == "column"} == set()


def test_one_edition_of_a_family_does_not_contradict_itself(figures):
    edition = ["family", "country", "metric", "period", "segment", "published"]
    twice = figures[figures.duplicated(edition, keep=False) & (figures["family"] != "column")]
    spreads = twice.groupby(edition)["value"].agg(lambda values: values.max() / values.min() - 1)
    assert (spreads < 0.01).all(), spreads[spreads >= 0.01]


def test_no_known_error_stands_in_the_figures(figures):
    key = ["country", "metric", "period", "segment", "source"]
    corrections = load_table("corrections")
    assert len(corrections) >= 11
    pairs = figures.merge(corrections[corrections["source"] != ""], on=key, suffixes=("", "_of_correction"))
    excluded = pairs[pairs["action"] == "exclude"]
    corrected = pairs[pairs["action"] == "correct"]
    assert excluded.empty
    assert len(corrected) > 0 and (corrected["value"] == corrected["correct_value"]).all()


def test_a_page_error_without_a_source_is_not_in_the_figures_either(figures):
    unnamed = load_table("corrections").query("source == '' and action == 'exclude'")
    pairs = figures.merge(unnamed, on=["country", "metric", "period", "segment"])
    assert not (pairs["value"] == pairs["expect"]).any()


@pytest.mark.parametrize(("country", "metric", "segment", "value", "qualifier"), COLUMN)
def test_the_column_stands_as_it_was_printed(figures, country, metric, segment, value, qualifier):
    rows = figures[figures["source"] == "column"].set_index(["country", "metric", "segment"])
    row = rows.loc[(country, metric, segment)]
    assert (row["value"], row["qualifier"], row["period"]) == (value, qualifier, "2024")


def test_the_column_prints_sixteen_figures(figures):
    assert (figures["source"] == "column").sum() == len(COLUMN) == 16


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("USA", {"PitchBook": 215.4e9, "OECD": 156.07e9, "Crunchbase": 178e9, "column": 178e9}),
        (
            "MEX",
            {"TTR": 1.674e9, "LAVCA": 1.18e9, "AMEXCAP": 0.98e9, "Endeavor/Glisco": 0.635e9, "column": 1.67e9},
        ),
    ],
)
def test_the_families_say_what_they_say_of_2024(package, country, expected):
    said = {figure.family: figure.value for figure in spread(package, "vc_investment", country, 2024)}
    assert said == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("year", "usa", "mexico", "expected"),
    [(2018, 118658e6, 191e6, 621.2), (2012, 41.6e9, 274e6, 151.9), (2000, 50.8e9, 4e6, 12703)],
)
def test_the_one_series_on_one_rule_gives_its_ratio(package, year, usa, mexico, expected):
    values = [value_of(package, "vc_investment", code, year, "like_for_like") for code in ("USA", "MEX")]
    assert values == pytest.approx([usa, mexico], rel=2e-3)
    assert gaps.ratio(*values) == pytest.approx(expected, rel=2e-3)


def test_mexico_has_six_years_without_a_deal_in_that_series(figures):
    rows = figures[(figures["source"] == "ncses_s8_62") & (figures["country"] == "MEX") & (figures["value"] == 0)]
    assert list(rows["period"]) == ["1999", "2001", "2003", "2004", "2005", "2007"]


@pytest.mark.parametrize(
    ("below", "expected"),
    [(None, 106.59), ("population", 41.01), ("gdp", 6.685)],
)
def test_the_headline_ratios_follow_from_the_data(package, below, expected):
    sides = [
        value_of(package, "vc_investment", code, 2024) / (value_of(package, below, code, 2024) if below else 1)
        for code in ("USA", "MEX")
    ]
    assert gaps.ratio(*sides) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(("below", "expected"), [(None, 82), ("population", 31.55), ("gdp", 5.143)])
def test_the_unicorn_ratios_follow_from_the_data(package, below, expected):
    pair = (("unicorns_active", "USA"), ("unicorns_created", "MEX"))
    sides = [
        value_of(package, metric, code, 2024) / (value_of(package, below, code, 2024) if below else 1)
        for metric, code in pair
    ]
    assert gaps.ratio(*sides) == pytest.approx(expected, abs=0.005)


def test_mexican_growth_is_59_or_60_percent_in_one_source_and_4_in_another(package):
    growth = {}
    for family in ("TTR", "LAVCA"):
        now, before = (
            next(figure.value for figure in spread(package, "vc_investment", "MEX", year) if figure.family == family)
            for year in (2024, 2023)
        )
        growth[family] = gaps.growth(now, before)
    assert growth == pytest.approx({"TTR": 0.600, "LAVCA": 0.035}, abs=5e-4)


def test_the_data_dictionary_names_every_table_and_every_metric(package):
    text = (DATA / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{name}.csv` |" in text for name in TABLES)
    assert [metric for metric in package.metrics.index if f"`{metric}`" not in text] == []


def test_unit_records_have_sources_and_countries():
    for name in ("unicorns", "funds", "exits", "rounds"):
        table = load_table(name)
        assert (table["source"] != "").all()
        assert table["country"].str.fullmatch("[A-Z]{3}").all()
