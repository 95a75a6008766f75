"""Which column holds what: layouts from data files, maps of an analyst's own, mistakes in both."""

import pytest

from vcgap.deals.layouts import FIELDS, chosen_columns, fitting, layouts, missing_fields, plain_name, read_map
from vcgap.errors import UserError
from vcgap.tables import load_table


def layout(name):
    return next(layout for layout in layouts() if layout.name == name)


@pytest.mark.parametrize(
    ("column", "plain"),
    [
        (" funding_total_usd ", "funding_total_usd"),
        ("Money Raised (in USD)", "money_raised_in_usd"),
        ("País", "pais"),
        ("", ""),
    ],
)
def test_column_names_are_compared_without_capitals_and_signs(column, plain):
    assert plain_name(column) == plain


def test_every_layout_has_columns_and_every_metric_of_it_exists():
    metrics = set(load_table("metrics")["metric"]) | {""}
    for known in layouts():
        assert known.columns, known.name
        assert {known.settings[name] for name in ("total", "count", "mean", "median", "sector_metric")} <= metrics


def test_every_sector_and_scope_of_the_tables_has_words():
    words = set(map(tuple, load_table("labels")[["key", "code"]].to_numpy()))
    scopes = set(load_table("deal_types")["scope"]) - {"venture", "completed"}
    assert {("sector", code) for code in load_table("deal_sectors")["code"]} <= words
    assert {("scope", scope) for scope in scopes} <= words


def test_the_layout_with_most_columns_fits():
    header = ["company_name", "company_country_code", "investor_name", "funded_month", "raised_amount_usd"]
    assert fitting(header, layouts()).name == "crunchbase_rounds"
    assert fitting(["Deal ID", "Companies", "Deal Date", "Deal Size", "HQ Country"], layouts()).name == "pitchbook"
    assert fitting(["Company", "Country", "Date", "Amount"], layouts()).name == "generic"
    assert fitting(["eid", "ename", "salary"], layouts()) is None


def test_the_first_of_the_names_for_a_field_is_chosen():
    header = ["company_name", "company_permalink", "company_country_code", "funded_month", "funded_at"]
    chosen = chosen_columns(layout("crunchbase_rounds"), header)
    assert (chosen["company"], chosen["date"]) == (1, 4)


def test_an_amount_in_dollars_by_its_name_needs_no_currency():
    header = ["company", "country", "date", "amount", "amount_usd", "currency"]
    assert "currency" not in chosen_columns(layout("generic"), header)
    assert "currency" in chosen_columns(layout("generic"), [name for name in header if name != "amount_usd"])


def test_what_is_missing_is_named():
    assert missing_fields(layout("generic"), ["company", "when"]) == ["amount", "country", "date"]


def test_lines_by_investor_need_a_company_or_an_id_to_be_told_apart():
    header = ["country", "date", "amount", "investor"]
    assert missing_fields(layout("generic"), header) == ["company"]
    assert missing_fields(layout("generic"), [*header, "deal_id"]) == []


def test_a_profile_that_does_not_exist_gets_the_nearest():
    with pytest.raises(UserError, match=r"--profile crunchbse: .*did you mean 'crunchbase'"):
        layouts("crunchbse")


def test_a_map_names_the_columns(tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text("amount: Size (US$ m)\ncountry: Where\ndate: When\nmultiplier: 1000000\n", encoding="utf-8")
    own = read_map(path)
    assert own.columns == {"amount": ["size_us_m"], "country": ["where"], "date": ["when"]}
    assert own.settings["multiplier"] == 1_000_000
    assert missing_fields(own, ["Where", "When"]) == ["amount"]


def test_a_map_may_start_from_a_layout_and_date_a_list(tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text("layout: crunchbase_companies\nperiod: 2014-12-31\n", encoding="utf-8")
    own = read_map(path)
    assert (own.name, own.period) == ("crunchbase_companies", "2014-12-31")
    assert own.settings["total"] == "company_funding_total"


def test_all_mistakes_of_a_map_are_told_at_once(tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text("amont: Size\nlayout: crunchbase\nmultiplier: 7\nperiod: soon\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_map(path)
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["map.yaml"] * 4
    assert "did you mean 'amount'" in caught.value.problems[0]


@pytest.mark.parametrize("text", ["", "just words", "a: [", "- 1"])
def test_a_map_that_is_none_is_refused(tmp_path, text):
    path = tmp_path / "map.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"map\.yaml"):
        read_map(path)


def test_a_map_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        read_map(tmp_path / "none.yaml")


def test_fields_are_those_of_the_data_file():
    assert set(load_table("deal_columns")["field"]) == set(FIELDS)
