"""Cells of company lists: units, amounts and dates, each form with what it means."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcgap.errors import UserError
from vcgap.list_cells import Valuation, dates_of, header_unit, plain, read_date, read_valuation
from vcgap.places import simplified
from vcgap.tables import load_table

BN = 1_000_000_000


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        (" Valuation ($B) ", "valuation", BN),
        ("Last Valuation (Billion $)", "last valuation", BN),
        ("Valuation (US$ billions)", "valuation", BN),
        ("Valuation (US$M)", "valuation", 1_000_000),
        ("Valuation (USDm)", "valuation", 1_000_000),
        ("Valuación (millones de dólares)", "valuacion", 1_000_000),
        ("Valuación (mil millones de US$)", "valuacion", BN),
        ("Valuación (MDD)", "valuacion", 1_000_000),
        ("B2B valuation ($M)", "b2b valuation", 1_000_000),
        ("post_money_value", "post money value", 0),
        ("Valuation", "valuation", 0),
        ("Valuation (USD)", "valuation", 0),
        ("City\u00a0", "city", 0),
        ("Compañía", "compania", 0),
    ],
)
def test_a_header_is_a_name_and_a_unit(header, name, unit):
    assert (plain(header), header_unit(header, "mine.csv")) == (name, unit)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("Valuation (RMB bn)", "mine.csv: the column 'Valuation (RMB bn)' is not in US dollars"),
        ("Valuación (MDP)", "is not in US dollars"),
        ("Valuación (millones de pesos)", "is not in US dollars"),
        ("Valuation (€B)", "is not in US dollars; convert it, and write 'Valuation ($B)'"),
        ("Valuación (billones)", "may mean 10⁹ or 10¹² dollars; write '($B)' or '($T)'"),
    ],
)
def test_another_currency_and_the_spanish_billion_are_refused(header, message):
    with pytest.raises(UserError, match="the column") as caught:
        header_unit(header, "mine.csv")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$140", (140 * BN, 140 * BN, "exact")),
        ("$225.00 ", (225 * BN, 225 * BN, "exact")),
        ("1.83", (1.83 * BN, 1.83 * BN, "exact")),
        ("1,5", (1.5 * BN, 1.5 * BN, "exact")),
        ("$180B", (180 * BN, 180 * BN, "exact")),
        ("$986M", (986e6, 986e6, "exact")),
        ("US$1.2 bn", (1.2 * BN, 1.2 * BN, "exact")),
        ("$0.1T", (100 * BN, 100 * BN, "exact")),
        ("11.0+", (11 * BN, 11 * BN, "at_least")),
        ("2.0-", (2 * BN, 2 * BN, "about")),
        ("80-90 ", (80 * BN, 90 * BN, "exact")),
        ("US$2.2 mil millones", (2.2 * BN, 2.2 * BN, "exact")),
        ("2200 millones", (2.2 * BN, 2.2 * BN, "exact")),
        ("2 USD", (2 * BN, 2 * BN, "exact")),
        ("$0.5 - $0.9T", (500 * BN, 900 * BN, "exact")),
        ("1500,5", (1500.5 * BN, 1500.5 * BN, "exact")),
    ],
)
def test_a_valuation_is_read(text, expected):
    assert read_valuation(text, BN) == Valuation(*expected)


@pytest.mark.parametrize("text", ["$0", "None", "Unknown", "n/d", "-", " ", ""])
def test_a_valuation_may_be_unknown(text):
    assert (read_valuation(text, BN).qualifier, read_valuation(text, BN).wrong) == ("", "")


@pytest.mark.parametrize(
    "text",
    ["90-80", "9" * 400, "1000000", "-5", "1e9", "€5", "5000 M.N.", "see note", "80-n/a", "2014-12-31", "59%", "#N/A"],
)
def test_what_is_no_valuation_is_told_from_what_is_unknown(text):
    read = read_valuation(text, BN)
    assert read.qualifier == "" and read.wrong and read.open == ""


@pytest.mark.parametrize(
    ("text", "hangs_on"), [("$1,234", "decimal"), ("2.200", "decimal"), ("80-1.250", "decimal"), ("5 MM", "scale")]
)
def test_a_valuation_of_two_readings_is_refused_with_both(text, hangs_on):
    read = read_valuation(text, BN)
    assert read.qualifier == "" and read.open == hangs_on and " write " in read.wrong and " or " in read.wrong


def test_the_file_or_the_language_decides_between_two_readings():
    assert read_valuation("2.200", 10**6, ",") == Valuation(2.2 * BN, 2.2 * BN, "exact", "as elsewhere in the file")
    assert read_valuation("2.200", BN, ".").low == 2.2 * BN
    assert read_valuation("1,250 million", 1).why == "because in English commas group thousands"


def test_thousands_of_dollars_are_read_where_they_cannot_be_fractions():
    assert read_valuation("$1,250,000,000", 1).low == read_valuation("1.250.000.000", 1).low == 1.25 * BN
    assert read_valuation("1,234.5", 1_000_000).low == 1_234.5e6


@given(st.text(max_size=40) | st.text("0123456789.,-+$ mbnilo", max_size=12))
def test_any_text_is_a_valuation_above_zero_or_none(text):
    read = read_valuation(text, BN)
    assert (0 < read.low <= read.high) == (read.qualifier != "")
    assert not (read.qualifier and read.wrong)


@pytest.mark.parametrize(
    ("text", "month_first", "expected"),
    [
        ("4/7/2017", True, "2017-04-07"),
        ("4/7/2017", False, "2017-07-04"),
        ("4/7/2017", None, ""),
        ("12/1/12", True, "2012-12-01"),
        ("1/23/98", True, "1998-01-23"),
        ("13/45/2020", True, ""),
        ("2017-04-07", None, "2017-04-07"),
        ("2014-12-31 00:00:00+00", None, "2014-12-31"),
        ("2/27/2024, 1:15:09 AM", True, "2024-02-27"),
        ("October 2019", None, "2019-10"),
        ("octubre de 2019", None, "2019-10"),
        ("(as of March 20th, 2024)", None, "2024-03-20"),
        ("3 de julio de 2025", None, "2025-07-03"),
        ("as of 3 July 2025", None, "2025-07-03"),
        ("2021-02-30", None, ""),
        ("Founded 2019", None, ""),
        ("2012-Q2", None, ""),
        ("", None, ""),
    ],
)
def test_a_date_is_read_or_nothing(text, month_first, expected):
    assert read_date(text, month_first) == expected


@given(
    st.text(max_size=40) | st.from_regex(r"[0-9]{1,4}[/. -][0-9]{1,2}[/. -][0-9]{1,4}"),
    st.sampled_from([True, False, None]),
)
def test_any_text_is_a_date_of_the_calendar_or_nothing(text, month_first):
    found = read_date(text, month_first)
    assert found == "" or date.fromisoformat(found if len(found) == 10 else f"{found}-01")


def test_a_column_tells_the_order_of_its_dates():
    assert dates_of(["4/07/2017", "1/23/2014"]) == (["2017-04-07", "2014-01-23"], "dates have the month first")
    assert dates_of(["4/07/2017", "23/1/2014"]) == (["2017-07-04", "2014-01-23"], "dates have the day first")
    assert dates_of(["2017-04-07", ""]) == (["2017-04-07", ""], "")


def test_an_order_that_cannot_be_told_is_not_guessed():
    found, note = dates_of(["03/04/2025", "2017-04-07"])
    assert found == ["", "2017-04-07"]
    assert note == "dates like 03/04/2025 (1) are not used: day or month first cannot be told"
    assert "some have the month first, some the day" in dates_of(["23/1/2014", "1/23/2014"])[1]


def test_names_of_columns_stand_in_their_table_as_a_header_is_simplified():
    assert [row for row in load_table("list_columns")["name"] if row != plain(row)] == []
    assert [row for row in load_table("country_names")["name"] if row != simplified(row)] == []
