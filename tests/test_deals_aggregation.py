"""The one aggregation of deals: repairs, one deal once, lookups, reasons, statistics; equal on every engine."""

from datetime import date

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcgap.deals.aggregation import (
    MOST_CENTS,
    MOST_EXAMPLES,
    UNREAD,
    _written_month,
    aggregate,
    amount_in_cents,
    yearly_rates,
)


@pytest.fixture(scope="module")
def backend():
    return ibis.duckdb.connect()


def rows(backend, lines, part=None, **settings):
    """The rows of aggregate() over a list of dicts (text, or typed)."""
    table = ibis.memtable(pa.table({name: [line.get(name) for line in lines] for name in lines[0]}))
    found = [row for part in aggregate(table, **settings) for row in backend.to_pyarrow(part).to_pylist()]
    return [row for row in found if part is None or row["part"] == part]


def line(**cells):
    return {"company": "Uno", "country": "MEX", "date": "2013-11", "amount": "1000000"} | cells


def reasons(found):
    return {row["code"]: row["lines"] for row in found if row["part"] == "reason"}


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("1750000", 175_000_000),
        ("1,750,000", 175_000_000),
        (" 17,50,000 ", 175_000_000),
        ("30,07,95,03,000", 3_007_950_300_000),
        ("1700000.0", 170_000_000),
        ("1750000.55", 175_000_055),
        ("$1,750,000", 175_000_000),
        ("US$1.67 bn", 167_000_000_000),
        ("$572K", 57_200_000),
        ("1,670 millones", 167_000_000_000),
        ("-5", -500),
        ("0", None),
        ("$0", None),
        ("", None),
        (" -   ", None),
        ("n/a", None),
        ("Undisclosed", None),
        (None, None),
        ("#NAME?", UNREAD),
        ("5/18/27", UNREAD),
        ("#####", UNREAD),
        ("17,50", UNREAD),
        ("1.234", UNREAD),
        ("1.750.000", UNREAD),
        ("1,5 millones", UNREAD),
        ("€5", UNREAD),
        ("1 billón", UNREAD),
        ("nan5", UNREAD),
        ("9" * 40, UNREAD),
        ("inf", UNREAD),
    ],
)
def test_an_amount_is_read_to_the_cent_or_marked_as_unread(backend, cell, cents):
    table = ibis.memtable(pa.table({"amount": [cell, "1"]}))
    assert backend.to_pyarrow(amount_in_cents(table.amount, 1)).to_pylist()[0] == cents


@pytest.mark.parametrize(("cell", "cents"), [("1.75", 175_000_000), ("1.234", 123_400_000), ("0.000001", 100)])
def test_amounts_in_millions_become_cents(backend, cell, cents):
    table = ibis.memtable(pa.table({"amount": [cell]}))
    assert backend.to_pyarrow(amount_in_cents(table.amount, 1_000_000)).to_pylist() == [cents]


@pytest.mark.parametrize(
    ("cell", "multiplier", "cents"),
    [
        ("100", 1_000_000, 10_000_000_000),
        ("6,500.25", 1_000_000, 650_025_000_000),
        ("999999999", 1_000_000, 99_999_999_900_000_000),
        ("0.00000049", 1_000_000, 49),
        ("200000000", 1000, 20_000_000_000_000),
        ("200000000000000", 1, 20_000_000_000_000_000),
        ("9" * 15, 1_000_000, UNREAD),
        ("9" * 16, 1, UNREAD),
    ],
)
def test_large_amounts_are_read_in_every_unit(backend, cell, multiplier, cents):
    assert through(backend, lambda column: amount_in_cents(column, multiplier), [cell]) == [cents]


CELLS = st.lists(st.text(max_size=30) | st.text("0123456789.,-/ $kmbnUSD+e\x00", max_size=20), min_size=1, max_size=20)


def through(backend, read, cells):
    """What a reader of one text column makes of cells."""
    table = ibis.memtable(pa.table({"cell": pa.array(cells, pa.string())}))
    return [row["read"] for row in backend.to_pyarrow(table.select(read=read(table.cell))).to_pylist()]


@given(CELLS, st.sampled_from([1, 1000, 1_000_000]))
def test_any_text_is_an_amount_that_sums_can_hold_or_marked(backend, cells, multiplier):
    read = through(backend, lambda column: amount_in_cents(column, multiplier), cells)
    assert all(cents is None or cents == UNREAD or 0 < abs(cents) < 100 * MOST_CENTS for cents in read)


@given(st.lists(st.integers(1, 10**15), min_size=1, max_size=20), st.sampled_from(["", "$", "US$", " "]))
def test_grouped_amounts_with_cents_are_read_to_the_cent(backend, amounts, before):
    cells = [f"{before}{cents // 100:,}.{cents % 100:02}" for cents in amounts]
    assert through(backend, lambda column: amount_in_cents(column, 1), cells) == amounts


@given(CELLS, st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_any_text_has_a_year_that_stands_in_it_or_none(backend, cells, day):
    written = [f"{day:%Y-%m-%d}", f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}", f"{day:%Y}", f"{day:%b %d, %Y}"]
    years = through(backend, lambda column: _written_month(column) // 100, [*written, *cells])
    assert years[: len(written)] == [day.year] * len(written)
    assert all(year is None or f"{year:04}" in cell for year, cell in zip(years[len(written) :], cells, strict=True))


def test_typed_amounts_and_dates_are_read_as_they_are(backend):
    cells = {"company": ["Uno"], "country": ["MEX"], "date": [date(2013, 11, 2)], "amount": [1750000.55]}
    table = ibis.memtable(pa.table(cells))
    total = backend.to_pyarrow(aggregate(table)[0]).to_pylist()[0]
    assert (total["year"], total["latest"], total["cents"]) == (2013, 201311, 175_000_055)


@pytest.mark.parametrize(
    ("cell", "year", "latest"),
    [
        ("2013-05-31", 2013, 201305),
        ("2013/05/31", 2013, 201305),
        ("2014-12-31 00:00:00+00", 2014, 201412),
        ("2013-05", 2013, 201305),
        ("2013", 2013, 201312),
        ("31/5/2013", 2013, 201305),
        ("5/31/2013", 2013, 201305),
        ("12/11/2013", 2013, 201311),  # or the eleventh of December
        ("03-Nov-2013", 2013, 201311),
        ("May 5, 2013", 2013, 201305),
        ("5 agosto 2013", 2013, 201308),
        ("abr/2013", 2013, 201304),
        ("jan/2024", 2024, 202401),
        ("dic-2024", 2024, 202412),
        ("xyz-2024", 2024, 202412),
    ],
)
def test_a_date_gives_its_year(backend, cell, year, latest):
    (total,) = rows(backend, [line(date=cell)], "total")
    assert (total["year"], total["latest"]) == (year, latest)


@pytest.mark.parametrize("cell", ["2013-02-31", "2013-13", "12/1/12", "yesterday", "31/31/2013", "45/5/2013"])
def test_what_is_no_date_is_dropped_with_its_reason(backend, cell):
    assert reasons(rows(backend, [line(), line(date=cell)])) == {None: 1, "date": 1}


def test_an_impossible_year_is_dropped(backend):
    assert reasons(rows(backend, [line(), line(date="3201-10-21")])) == {None: 1, "year": 1}


def test_the_lines_of_one_deal_are_one_deal(backend):
    lines = [line(amount=amount) for amount in ("50000000", "50,000,000", "$50M")] + [line(company="Dos")]
    (total,) = rows(backend, lines, "total")
    assert (total["lines"], total["deals"], total["cents"]) == (4, 2, 5_100_000_000)


def test_deals_that_differ_in_company_date_type_or_amount_are_several(backend):
    lines = [line(type="seed"), line(type="series a"), line(type="seed", date="2013-12"), line(type="seed", amount="2")]
    lines += [line(type="seed", company="Dos")]
    (total,) = rows(backend, lines, "total")
    assert total["deals"] == 5


def test_an_id_of_the_deal_decides_where_there_is_one(backend):
    lines = [line(deal="a", amount="5"), line(deal="a", amount="7"), line(deal="b", amount="7")]
    (total,) = rows(backend, lines, "total")
    assert (total["deals"], total["cents"]) == (2, 1400)


def test_each_line_is_a_deal_where_nothing_tells_deals_apart(backend):
    (total,) = rows(backend, [line(), line()], "total", once=False)
    assert total["deals"] == 2


def test_undisclosed_amounts_are_deals_but_no_zeros(backend):
    lines = [line(company=str(number), amount=amount) for number, amount in enumerate(["", "0", "300", "100"])]
    (total,) = rows(backend, lines, "total")
    assert (total["deals"], total["disclosed"], total["cents"]) == (4, 2, 40_000)
    assert total["median_cents_twice"] == 40_000


@pytest.mark.parametrize("cell", ["MEX", "mx", "Mexico", "México", " MEX "])
def test_a_country_is_known_by_code_or_name(backend, cell):
    assert rows(backend, [line(country=cell)], "total")[0]["country"] == "MEX"


def test_a_location_ends_with_its_country(backend):
    lines = [{"company": "Uno", "location": "Monterrey, Nuevo León, Mexico", "date": "2020", "amount": "1"}]
    assert rows(backend, lines, "total")[0]["country"] == "MEX"


def test_reasons_and_the_cells_behind_them_are_counted(backend):
    lines = [line(), line(country=""), line(country="Remote"), line(country="Remote", company="Dos")]
    lines += [line(company=""), line(date=""), line(amount="?!"), line(amount="-3")]
    found = rows(backend, lines)
    assert reasons(found) == {
        None: 1, "no_country": 1, "country": 2, "no_company": 1, "no_date": 1, "amount": 1, "negative": 1
    }  # fmt: skip
    (example,) = [row for row in found if row["part"] == "example"]
    assert (example["country"], example["code"], example["lines"]) == ("country", "Remote", 2)


def test_only_the_commonest_examples_are_listed(backend):
    lines = [line(country=f"place {number}") for number in range(MOST_EXAMPLES + 5)]
    assert len(rows(backend, lines, "example")) == MOST_EXAMPLES


def test_debt_grants_secondary_sales_and_coins_are_kept_apart(backend):
    types = ["Series A", "debt_financing", "Grant", "secondary-market", "Initial Coin Offering", "seed"]
    found = rows(backend, [line(type=kind) for kind in types])
    assert [row["deals"] for row in found if row["part"] == "total"] == [2]
    apart = {row["code"]: row["deals"] for row in found if row["part"] == "scope"}
    assert apart == {"debt": 1, "grant": 1, "secondary": 1, "ico": 1}
    assert [row["deals"] for row in found if row["part"] == "all_rounds"] == [6]


def test_a_type_that_is_not_known_is_dropped_and_a_blank_one_kept_apart(backend):
    found = rows(backend, [line(type="barter"), line(type="")])
    assert reasons(found) == {None: 1, "type": 1}
    assert [row["code"] for row in found if row["part"] == "scope"] == ["other_rounds"]


def test_a_stage_comes_from_the_series_before_the_type(backend):
    found = rows(backend, [line(type="venture", series="C"), line(type="seed", series="", company="Dos")], "stage")
    assert {row["code"] for row in found} == {"late", "seed"}


def test_a_deal_that_is_not_completed_is_kept_apart(backend):
    found = rows(
        backend, [line(type="seed", status="Failed/Cancelled"), line(type="seed", status="Completed", company="Dos")]
    )
    assert [(row["part"], row["code"], row["deals"]) for row in found if row["part"] in ("total", "scope")] == [
        ("total", None, 1),
        ("scope", "not_completed", 1),
    ]  # fmt: skip


def test_a_deal_that_is_not_completed_is_kept_apart_where_no_types_are_told(backend):
    found = rows(backend, [line(status="Announced")])
    assert [(row["part"], row["code"], row["deals"]) for row in found if row["part"] != "reason"] == [
        ("scope", "not_completed", 1),
        ("all_rounds", None, 1),
    ]


def test_the_first_of_a_list_of_sectors_counts_and_unknown_ones_are_listed(backend):
    found = rows(backend, [line(sector="Biotech|Software"), line(sector="Left-handed scissors", company="Dos")])
    assert [row["code"] for row in found if row["part"] == "sector"] == ["health_bio"]
    assert [row["code"] for row in found if row["part"] == "example"] == ["Left-handed scissors"]


def test_pesos_are_converted_at_the_rate_of_the_year_and_other_currencies_refused(backend):
    rate = yearly_rates().set_index("rate_year").at[2013, "rate"]
    lines = [line(currency="MXN"), line(currency="USD"), line(currency=""), line(currency="EUR")]
    found = rows(backend, lines)
    assert reasons(found) == {None: 3, "no_rate": 1}
    (total,) = [row for row in found if row["part"] == "total"]
    assert total["cents"] == 200_000_000 + round(100_000_000 / rate)
    assert [row["code"] for row in found if row["part"] == "example"] == ["EUR 2013"]


def test_a_native_currency_other_than_dollars_is_refused(backend):
    lines = [line(native_currency="US Dollars (USD)"), line(native_currency="Mexican Pesos (MXN)", company="Dos")]
    assert reasons(rows(backend, lines)) == {None: 1, "not_dollars": 1}


def test_medians_from_ranks_are_the_medians_of_the_engine(backend):
    amounts = [3, 9, 4, 1, 7, None, 7, 2, 2, 8]
    lines = [
        line(company=str(number), amount=amount and str(amount), country=country)
        for country, count in (("MEX", 10), ("USA", 7), ("BRA", 1))
        for number, amount in enumerate(amounts[:count])
    ]
    lines += [line(country="CHL", amount="")]
    both = [sorted(map(str, rows(backend, lines, ranks=ranks))) for ranks in (False, True)]
    assert both[0] == both[1]


def test_text_of_any_kind_passes_through_and_is_never_in_the_result(backend):
    names = ["<script>alert(1)</script>", "=HYPERLINK(1)", "\u202eevil", "a\0b"]
    found = rows(backend, [line(company=name) for name in names])
    assert [row["deals"] for row in found if row["part"] == "total"] == [4]
    assert not any(name in str(found) for name in names)
