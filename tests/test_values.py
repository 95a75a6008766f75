"""Single cells as people type them: read, or refused with both readings; never guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcgap.values import (
    AS_ELSEWHERE,
    LARGEST_NUMBER,
    Reading,
    day_month_order_shown,
    decimal_mark_shown,
    decimal_readings,
    folded,
    named_scale,
    plain,
    read_period,
    read_value,
    says_no_value,
)

AMOUNTS = st.floats(min_value=-LARGEST_NUMBER, max_value=LARGEST_NUMBER)
ANYTHING = st.text(max_size=120) | st.text("0123456789.,' -–()%$€ebnmilonsUSDMXQT/", max_size=30)


# numbers


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("1670000000", "USD", 1.67e9),
        ("1.67e9", "USD", 1.67e9),
        ("US$1.67 bn", "USD", 1.67e9),
        ("us$ 1.67 Billion", "USD", 1.67e9),
        ("USD 1.67B", "USD", 1.67e9),
        ("$1.67 bn USD", "USD", 1.67e9),
        ("1,670 millones", "USD", 1.67e9),
        ("1,67 mil millones de dólares", "USD", 1.67e9),
        ("250 MDD", "USD", 250e6),
        ("30.5 mmdp", "MXN", 30.5e9),
        ("MXN 30 bn", "MXN", 30e9),
        ("30 mil millones de pesos", "MXN", 30e9),
        ("$5,000,000.00 M.N.", "MXN", 5e6),
        ("5 mil millones de pesos M.N.", "MXN", 5e9),
        ("5 mn", "USD", 5e6),
        ("5 mn.", "USD", 5e6),
        ("1,234,567", "USD", 1234567),
        ("1.234.567,8", "USD", 1234567.8),
        ("1 234 567,8", "USD", 1234567.8),
        ("1\u202f234\u00a0567", "USD", 1234567),
        ("1'234’567.5", "USD", 1234567.5),
        ("1,5", "USD", 1.5),
        ("0,123", "share", 0.123),
        ("59%", "share", 0.59),
        ("59 %", "share", 0.59),
        ("59,5 por ciento", "share", 0.595),
        ("−4 %", "share", -0.04),
        ("–5", "share", -5),
        ("(12.5)", "USD", -12.5),
        ("US$(12.5 m)", "USD", -12.5e6),
        ("114", "count", 114),
        ("1.2k", "count", 1200),
        ("\u200e42\u200f", "count", 42),
        ("US$1.67 bn", "", 1.67e9),
    ],
)
def test_a_number_is_read_as_people_type_it(text, unit, expected):
    reading = read_value(text, unit)
    assert reading.wrong == "" and float(reading.text) == expected


@pytest.mark.parametrize("text", ["n/a", "N/A", "n.d.", "–", "—", "-", "…", "s/d", "No disponible", "NA"])
def test_a_cell_may_say_that_there_is_no_value(text):
    assert says_no_value(text) and read_value(text, "USD") == Reading()


def test_an_empty_cell_and_zero_do_not_say_that_there_is_no_value():
    assert not says_no_value("") and not says_no_value("0")
    assert read_value("0", "USD").text == "0"


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("1.234", "USD", "is 1.2340 with a decimal point and 1234 with a decimal comma; write 1.2340 or 1234"),
        ("1,234", "USD", "is 1234 with a decimal point and 1.2340 with a decimal comma; write 1234 or 1.2340"),
        ("12.345", "share", "is 12.3450 with a decimal point and 12345 with a decimal comma"),
        ("1,000", "count", "is 1000 with a decimal point and 1 with a decimal comma; write 1000 or 1"),
        ("1.670 millones", "USD", "write 1670000 or 1670000000"),
        ("1.670 M", "USD", "write 1670000 or 1670000000"),
        ("5 billones", "USD", "a billón is a million millions in Spanish, an English billion a thousand"),
        ("5 billones", "USD", "write 5000000000 or 5000000000000"),
        ("2 trillones", "USD", "write 2000000000000 or 2e+18"),
        ("5 mil", "USD", "'mil' is a thousand in Spanish and short for a million in English; write 5000 or 5000000"),
        ("5 MM", "USD", "write 5000000 or 5000000000"),
        ("1.234 billones", "USD", "write all digits"),
        ("$1.67 bn", "USD", "$ is US dollars or Mexican pesos; write US$ or MXN"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_both(text, unit, words):
    reading = read_value(text, unit)
    assert reading.text == "" and words in reading.wrong and reading.wrong.startswith(f"'{text}'")


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("MXN 30 bn", "USD", "is in MXN, but the metric is in USD; convert it at a rate that has a source"),
        ("250 mdp", "USD", "is in MXN, but the metric is in USD"),
        ("5000 M.N.", "USD", "is in MXN, but the metric is in USD"),
        ("5,000,000 m. n.", "USD", "is in MXN, but the metric is in USD"),
        ("$5000M.N", "USD", "is in MXN, but the metric is in USD"),
        ("US$5", "MXN", "is in USD, but the metric is in MXN"),
        ("€5 m", "USD", "is in EUR, but the metric is in USD"),
        ("BRL 5 m", "USD", "is in BRL, but the metric is in USD"),
        ("US$5", "count", "is money, but the metric is in count"),
        ("59%", "USD", "is a percentage, but the metric is in USD"),
        ("59%", "ratio", "is a percentage, but the metric is in ratio"),
        ("5 m", "share", "is too large; the metric is a share"),
        ("~5", "USD", "about, at_least or at_most in the column qualifier"),
        ("más de 5", "USD", "in the column qualifier"),
        ("4 bn+", "USD", "in the column qualifier"),
        ("5–10", "USD", "is a range; write its ends in the columns lower and upper"),
        ("5 to 10 bn", "USD", "is a range"),
        ("#DIV/0!", "USD", "is an error of a spreadsheet"),
        ("1e99", "USD", "is larger than anything counted here"),
        ("9999999 tn", "USD", "larger than anything"),
        ("5" * 81, "USD", "is not a number"),
        ("MXN 5 USD", "USD", "is not a number"),
        ("(12.5", "USD", "is not a number"),
        ("(-5)", "USD", "is not a number"),
        ("12,34,567", "USD", "is not a number"),
        ("1,234.567,8", "USD", "is not a number"),
        ("1 234,567,8", "USD", "is not a number"),
        ("5 apples", "count", "is not a number"),
        ("1_000", "USD", "is not a number"),
        ("１2", "USD", "is not a number"),
        ("nan", "USD", "is not a number"),
        ("inf", "USD", "is not a number"),
        ("1e9999", "USD", "is not a number"),
    ],
)
def test_what_is_no_number_of_the_metric_is_refused_with_the_reason(text, unit, words):
    reading = read_value(text, unit)
    assert reading.text == "" and words in reading.wrong


@pytest.mark.parametrize("text", ["5000 MN", "5000mn", "$5000 mn."])
@pytest.mark.parametrize("unit", ["USD", "MXN"])
def test_mn_beside_mexico_is_a_million_or_pesos(text, unit):
    reading = read_value(text, unit, stated_currency=unit, country="MEX")
    assert f"write {unit} 5000 million or MXN 5000" in reading.wrong and reading.text == ""
    assert read_value(text, unit, stated_currency=unit, country="BRA").text == "5000000000"


def test_mn_beside_mexico_is_a_million_where_nothing_else_makes_sense():
    assert read_value("US$5 mn", "USD", country="MEX").text == "5000000"
    assert read_value("5 mn", "people", country="MEX").text == "5000000"


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        ("1.234", {"decimal_mark": ","}, Reading("1234", AS_ELSEWHERE)),
        ("1.234", {"decimal_mark": "."}, Reading("1.2340", AS_ELSEWHERE)),
        ("1,670 millones", {"decimal_mark": ","}, Reading("1670000", AS_ELSEWHERE)),
        ("1.5", {"decimal_mark": ","}, Reading("1.5")),
        ("1.234", {"unit": "count"}, Reading("1234", "because only whole numbers are counted")),
        ("1.234 bn", {"unit": "USD"}, Reading("1234000000", "because in English commas group thousands")),
        ("1,670 millones", {"unit": "USD"}, Reading("1670000000", "because in Mexico commas group thousands")),
        ("$5", {"unit": "USD", "stated_currency": "USD"}, Reading("5")),
    ],
)
def test_what_decides_between_two_readings_is_said(text, arguments, expected):
    assert read_value(text, **arguments) == expected


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("1.234.567", ","),
        ("1.234,5", ","),
        ("3,5 millones", ","),
        ("1,234.567", "."),
        ("3.5", "."),
        ("0.123", "."),
        ("1234.567", "."),
        ("1.234", ""),
        ("1,234", ""),
        ("1234", ""),
        ("1 234", ""),
        ("few", ""),
        ("", ""),
    ],
)
def test_a_cell_shows_its_decimal_mark_only_where_it_has_one_reading(text, mark):
    assert decimal_mark_shown(text) == mark


@pytest.mark.parametrize(
    ("text", "scale"),
    [("US$1.67 bn", 10**9), ("2.2 mil millones", 10**9), ("5 MDD", 10**6), ("1,234", 0), ("few m", 0)],
)
def test_a_number_may_name_its_scale(text, scale):
    assert named_scale(text) == scale


@pytest.mark.parametrize(
    ("text", "country", "hangs_on"),
    [("1.234", "", "decimal"), ("5 MM", "", "scale"), ("5 mn", "MEX", "scale"), ("€5", "", ""), ("five", "", "")],
)
def test_a_reading_says_what_its_two_meanings_hang_on(text, country, hangs_on):
    assert read_value(text, "USD", country=country).open == hangs_on
    assert read_period("03/04/2025").open == "day first" and read_period(text).open == ""


@given(AMOUNTS)
def test_a_plain_number_reads_as_itself_under_any_decimal_mark(number):
    for mark in ("", ".", ","):
        reading = read_value(plain(number), "USD", decimal_mark=mark)
        assert float(reading.text) == number and reading.why == ""


@given(st.integers(0, 10**15), st.integers(0, 99), st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", ".")]))
def test_grouped_thousands_with_two_decimals_have_one_reading(whole, cents, marks):
    group, decimal = marks
    text = f"{whole:,}".replace(",", group) + f"{decimal}{cents:02}"
    assert {float(number) for number in decimal_readings(text).values()} == {float(f"{whole}.{cents:02}")}


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(".,"))
def test_one_mark_before_three_digits_always_has_two_readings(left, right, mark):
    text = f"{left}{mark}{right:03}"
    assert sorted(map(float, decimal_readings(text).values())) == sorted([left * 1000 + right, left + right / 1000])
    assert read_value(text, "USD").wrong


@given(AMOUNTS, st.sampled_from(["bn", "m", "millones", "mil millones", "%"]))
def test_a_sign_in_front_turns_the_value_about(number, scale):
    unit = "share" if scale == "%" else "USD"
    there, back = (read_value(f"{plain(one)} {scale}", unit) for one in (number, -number))
    assert bool(there.wrong) == bool(back.wrong)
    assert there.wrong or float(there.text) == -float(back.text)


@given(ANYTHING, st.sampled_from(["", "USD", "MXN", "share", "count", "rank", "ratio", "people"]))
def test_any_text_is_read_or_refused_or_says_that_there_is_no_value(text, unit):
    reading = read_value(text, unit)
    assert not (reading.text and reading.wrong)
    assert reading.text or reading.wrong or says_no_value(text)
    if reading.text:
        assert abs(float(reading.text)) <= LARGEST_NUMBER
        again = read_value(reading.text, unit)
        assert (again.text, again.wrong) == (reading.text, "")


# periods


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024", "2024"),
        ("2024-Q3", "2024-Q3"),
        ("2025-01/2025-09", "2025-01/2025-09"),
        ("2024.0", "2024"),
        ("Q3 2024", "2024-Q3"),
        ("3T 2024", "2024-Q3"),
        ("2024Q3", "2024-Q3"),
        ("S1 2024", "2024-H1"),
        ("H2-2024", "2024-H2"),
        ("Dec 2024", "2024-12"),
        ("diciembre de 2024", "2024-12"),
        ("12/2024", "2024-12"),
        ("31-dic-2024", "2024-12-31"),
        ("31 de diciembre de 2024", "2024-12-31"),
        ("December 31, 2024", "2024-12-31"),
        ("31/12/2024", "2024-12-31"),
        ("12/31/2024", "2024-12-31"),
        ("31.12.2024", "2024-12-31"),
        ("03/03/2025", "2025-03-03"),
        ("2024/12/31", "2024-12-31"),
        ("2024-12-31T00:00:00", "2024-12-31"),
        ("ene–sep 2025", "2025-01/2025-09"),
        ("Jan-Sept 2025", "2025-01/2025-09"),
    ],
)
def test_a_period_is_read_as_people_type_it(text, expected):
    assert read_period(text) == Reading(expected)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("03/04/2025", "is 2025-04-03 if the day comes first and 2025-03-04 if the month does; write the one meant"),
        ("3.4.2025", "is 2025-04-03 if the day comes first"),
        ("2024-3", "is a month or a quarter; write 2024-03 or 2024-Q3"),
        ("31/12/24", "has a year of two digits; write 2024, 2024-Q3"),
        ("Dec-24", "has a year of two digits"),
        ("3Q24", "has a year of two digits"),
        ("FY2024", "is a financial year"),
        ("2023-2024", "does not have the form of a period"),
        ("2011/12", "does not have the form of a period"),
        ("30/02/2024", "does not have the form of a period"),
        ("2024-13", "does not have the form of a period"),
        ("Q5 2024", "does not have the form of a period"),
        ("H3 2024", "does not have the form of a period"),
        ("dic-ene 2025", "does not have the form of a period"),
        ("2024-12-31 10:30", "does not have the form of a period"),
        ("soon", "does not have the form of a period"),
        ("x" * 200, "does not have the form of a period"),
    ],
)
def test_what_is_no_period_or_two_is_refused(text, words):
    reading = read_period(text)
    assert reading.text == "" and words in reading.wrong and len(reading.wrong) < 250


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_is_never_taken_for_another(day):
    day_first, month_first = read_period(f"{day:%d/%m/%Y}"), read_period(f"{day:%m/%d/%Y}")
    iso = day.isoformat()
    certain = day.day > 12 or day.day == day.month
    assert (day_first.text, month_first.text) == ((iso, iso) if certain else ("", ""))
    assert read_period(f"{day:%d/%m/%Y}", day_first=True).text == iso
    assert read_period(f"{day:%m/%d/%Y}", day_first=False).text == iso
    assert certain or iso in day_first.wrong


@pytest.mark.parametrize(
    ("text", "order"),
    [("31/12/2024", True), ("12/31/2024", False), ("03/04/2025", None), ("45/45/2025", None), ("2024", None)],
)
def test_a_date_shows_the_order_of_day_and_month(text, order):
    assert day_month_order_shown(text) is order


@given(ANYTHING, st.sampled_from([None, True, False]))
def test_any_text_is_a_period_of_iso_form_or_refused(text, day_first):
    reading = read_period(text, day_first)
    assert bool(reading.text) != bool(reading.wrong)
    assert not reading.text or read_period(reading.text) == Reading(reading.text)


def test_folding_takes_away_what_does_not_tell_words_apart():
    assert folded(" Méx.\u200e  D.F. ") == "mex df"
