"""Reading unicorn lists: every quirk of the real ones in a small file, and the real ones to their golden counts."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from vcgap.errors import UserError
from vcgap.reading import read_sheet
from vcgap.tables import load_table
from vcgap.unicorn_lists import COMPANY_COLUMNS, read_list

REALDATA = Path(__file__).resolve().parents[2] / "shared" / "realdata"
HEADER = "Company,Valuation ($B),Date Joined,Country,City,Industry,Select Investors"
KAVAK = "Kavak,$8.7,9/29/2020,Mexico,Mexico City,E-commerce & direct-to-consumer,DST Global"
STRIPE = "Stripe,$95,1/23/2014,United States,San Francisco,Fintech,Khosla Ventures"


@pytest.fixture
def read(write):
    """A function that reads a list of the given lines under the usual header (or another)."""

    def read_lines(*lines, header=HEADER, name="mine.csv"):
        return read_list(write("\n".join([header, *lines]) + "\n", name))

    return read_lines


def problems_of(read, *lines, **more):
    with pytest.raises(UserError) as caught:
        read(*lines, **more)
    return caught.value.problems


def found(listing, action):
    return [(one.line, one.reason, one.detail) for one in listing.findings if one.action == action]


def company(listing, name):
    (row,) = listing.companies[listing.companies["company"] == name].to_dict("records")
    return row


# columns


def test_a_list_becomes_one_typed_row_per_company(read):
    listing = read(KAVAK, STRIPE)
    assert list(listing.companies.columns) == COMPANY_COLUMNS
    assert company(listing, "Kavak") == {
        "line": 2,
        "company": "Kavak",
        "country": "MEX",
        "also_in": "",
        "city": "Mexico City",
        "sector": "e_commerce_direct_to_consumer",
        "joined": "2020-09-29",
        "valued": "",
        "valuation_usd": 8.7e9,
        "valuation_upper_usd": 8.7e9,
        "qualifier": "exact",
    }
    assert (listing.rows_read, listing.scheme, listing.findings) == (2, "cbinsights_unicorn", [])
    assert (listing.told_date, listing.latest_entry) == ("", "2020-09-29")


@pytest.mark.parametrize(
    "header",
    [
        "Company,Valuation ($B) ,Date Added,Country",
        "company_name,Last Valuation (Billion $),Unicorn Date,country",
        "Organization Name,Post-Money Valuation (in US$ billions),Date Joined,Headquarters Location",
        "Empresa,Valuación ($B),Fecha de ingreso,País",
    ],
)
def test_columns_are_known_by_many_names(read, header):
    row = company(read("Kavak,8.7,9/29/2020,Mexico", header=header), "Kavak")
    assert (row["country"], row["valuation_usd"], row["joined"]) == ("MEX", 8.7e9, "2020-09-29")


def test_a_place_with_its_country_last_gives_the_country(read):
    header = "Company,Valuation ($B),Headquarters Location"
    listing = read('A,1,"Atlanta, Georgia, United States"', header=header)
    assert company(listing, "A")["country"] == "USA"


def test_columns_that_are_not_read_are_named(read):
    assert "not read: Select Investors" in read(KAVAK).notes


def test_two_columns_that_could_be_one_are_refused(read):
    assert problems_of(read, "A,1,2,Mexico", header="Company,Valuation,Latest Valuation,Country") == [
        "mine.csv, line 1: 'Valuation' and 'Latest Valuation' could both be the valuation; rename the one not meant"
    ]


def test_a_list_without_a_header_is_known_by_what_its_columns_hold(write):
    rows = [
        ["Kavak\n", "8.7\n", "October 2020[18]\n", "\u00a0Mexico\n"],
        ["Wish (fka X)\n", "11.0+\n", "May 2019[1]\n", " US\n"],
    ]
    listing = read_list(write(json.dumps(rows), "mine.json"))
    assert listing.companies["country"].tolist() == ["MEX", "USA"]
    assert listing.companies["valued"].tolist() == ["2020-10", "2019-05"]
    assert listing.companies["qualifier"].tolist() == ["exact", "at_least"]
    assert "no header; the columns are known by what they hold" in listing.notes


def test_records_of_json_are_read_as_rows(write):
    text = '{"data": [{"Company": "Kavak", "Valuation": "$8.7B", "Country": "México"}]}'
    assert company(read_list(write(text, "mine.json")), "Kavak")["valuation_usd"] == 8.7e9


def test_a_table_that_is_no_list_of_companies_is_refused_and_told_what_it_needs(read):
    (problem,) = problems_of(read, "1,101,Amit", header=",eid,ename")
    assert "no header with a company and a country was found" in problem
    assert "the first line is '', 'eid', 'ename'. Name the columns Company, Country, Valuation ($B)" in problem


def test_where_no_list_is_found_it_is_told_which_sheet_was_read(tmp_path):
    from xlsxwriter import Workbook

    with Workbook(tmp_path / "mine.xlsx") as book:
        book.add_worksheet("cover").write(0, 0, "Unicorns")
        book.add_worksheet("list").write_row(0, 0, HEADER.split(","))
    with pytest.raises(UserError) as caught:
        read_list(tmp_path / "mine.xlsx")
    assert caught.value.problems[1] == "mine.xlsx: read sheet 'cover', not 'list'"


def test_a_list_without_a_header_needs_a_country_in_nearly_every_row(write):
    rows = [[f"C{number}", "1.5", "Mexico" if number < 5 else "somewhere"] for number in range(10)]
    with pytest.raises(UserError, match="no header with a company and a country was found"):
        read_list(write(json.dumps(rows), "mine.json"))


def test_what_repeats_itself_is_not_taken_for_names_of_companies(write):
    rows = [[place, "1.5", f"20{year}-01-01"] for place in ("Mexico", "Chile") for year in range(10, 14)]
    with pytest.raises(UserError, match="no header with a company and a country was found"):
        read_list(write(json.dumps([[place, place, *rest] for place, *rest in rows]), "mine.json"))


def test_a_header_with_nothing_below_it_is_refused(read):
    assert problems_of(read) == ["mine.csv: no row has a company with a valuation or a country"]


# rows


def test_titles_footers_and_blank_lines_are_told_and_data_after_them_is_kept(read):
    listing = read(
        HEADER,
        KAVAK,
        "ABOUT,,,,,,",
        '"498 Seventh Avenue 12th Floor",,,,,,',
        STRIPE,
        ",,,,,,Contact Us",
        header='"Global Unicorn Club: Private Companies Valued at $1B+\n(as of March 20th, 2024)",,,,,,\n,,,,,,',
    )
    assert listing.companies["company"].tolist() == ["Kavak", "Stripe"]
    assert found(listing, "dropped") == [
        (1, "above the header", ""),
        (6, "no valuation, date or country: not a company", ""),
        (7, "no valuation, date or country: not a company", ""),
        (9, "no company name", ""),
    ]
    assert (listing.rows_read, listing.told_date) == (6, "2024-03-20")
    assert "blank and left out: 1 line (3)" in listing.notes


def test_a_row_that_is_the_same_in_every_column_counts_once(read):
    listing = read(STRIPE, KAVAK, STRIPE)
    assert found(listing, "dropped") == [(4, "the same in every column as a row before it", "first in 2")]
    assert len(listing.companies) == 2
    assert listing.listed == {"USA": [2, 190e9], "MEX": [1, 8.7e9]}


def test_a_number_of_rows_without_a_header_does_not_hide_a_repeat(read):
    listing = read("0,Kavak,$8B,Mexico", "1,Kavak,$8B,Mexico", header=",company_name,post_money_value,country")
    assert len(listing.companies) == 1


def test_an_error_of_a_spreadsheet_is_no_name_of_a_company(read):
    listing = read("#N/A,$8,5/29/2018,Mexico,,Fintech,x", KAVAK)
    assert found(listing, "dropped") == [(2, "no company name", "")]


def test_companies_that_share_a_name_are_kept_and_noted(read):
    listing = read("Bolt,$8,5/29/2018,Estonia,Tallinn,Travel,x", "bolt,$11,10/8/2021,United States,,Fintech,y")
    assert len(listing.companies) == 2
    reason = "a name that is there before, but other cells differ: counted as another company"
    assert found(listing, "noted") == [(3, reason, "bolt, first in 2")]


def test_cells_beyond_the_header_are_told(read):
    listing = read(KAVAK + ",,more", STRIPE + ",,")
    assert found(listing, "noted") == [(2, "more than the 7 cells of the header: the rest is not read", "more")]


def test_a_row_that_is_too_short_is_read_as_far_as_it_goes(read):
    assert company(read("Kavak,$8.7,9/29/2020,Mexico"), "Kavak")["country"] == "MEX"


# countries


@pytest.mark.parametrize(
    ("country", "city", "expected", "reason", "detail"),
    [
        ('"United States,"', "Austin", "USA", "a country with something beside it", "'United States,' read as USA"),
        ("Santa Clara", "", "USA", "no country in its column, but a known town", "country 'Santa Clara'; the town 'Santa Clara' is in USA"),
        ("EGYM", "Munich", "DEU", "no country in its column, but a known town", "country 'EGYM'; the town 'Munich' is in DEU"),
        ("", "Singapore", "SGP", "no country in its column; the city column names one", "country '', city 'Singapore': SGP"),
        ("London", "United Kingdom", "GBR", "no country in its column; the city column names one", "country 'London', city 'United Kingdom': GBR"),
    ],
)  # fmt: skip
def test_a_country_cell_that_can_be_repaired_is_repaired_and_told(read, country, city, expected, reason, detail):
    listing = read(f"A,$1,5/29/2018,{country},{city},Fintech,x")
    assert company(listing, "A")["country"] == expected
    assert found(listing, "repaired") == [(2, reason, detail)]
    assert listing.listed == {}


@pytest.mark.parametrize(
    ("country", "reason", "detail"),
    [
        ("", "blank country: in no country's count", ""),
        ("Remote", "a place that is no country: in no country's count", "'Remote'"),
    ],
)
def test_a_country_that_is_not_known_is_counted_nowhere_and_told(read, country, reason, detail):
    listing = read(f"A,$1,5/29/2018,{country},,Fintech,x", KAVAK)
    assert company(listing, "A")["country"] == ""
    assert found(listing, "noted") == [(2, reason, detail)]


def test_a_company_of_two_countries_belongs_to_neither_and_is_kept_apart(read):
    listing = read("A,$1,5/29/2018,Ukraine[46]/United States[47] ,,Fintech,x", KAVAK)
    assert (company(listing, "A")["country"], company(listing, "A")["also_in"]) == ("", "UKR;USA")
    reason = "several countries in one cell: counted for none of them, within the upper bound of each"
    assert found(listing, "noted") == [(2, reason, "'Ukraine /United States'")]


def test_a_swapped_city_goes_back_to_its_column(read):
    listing = read("Augustinus Bader,$1,5/29/2018,London,United Kingdom,Fintech,x")
    assert company(listing, "Augustinus Bader")["city"] == "London"


# sectors


def test_a_row_shifted_left_for_want_of_a_city_gets_its_sector_back(read):
    listing = read('FTX,$32,7/20/2021,Bahamas,Fintech,"Sequoia Capital, Softbank",None', *[STRIPE, KAVAK])
    assert (company(listing, "FTX")["sector"], company(listing, "FTX")["city"]) == ("fintech", "")
    reason = "cells stand one column too far left from the city on"
    assert found(listing, "repaired") == [(2, reason, "sector fintech")]


def test_spellings_of_a_sector_are_one_sector(read):
    listing = read(STRIPE, "A,$1,1/2/2020,China,x,Finttech,y", "B,$1,1/3/2020,China,x,FINTECH,y")
    assert set(listing.companies["sector"]) == {"fintech"}


def test_a_sector_of_no_known_name_is_told(read):
    many = [f"C{number},$1,1/13/2020,China,x,Industrials,y" for number in range(19)]
    listing = read(*many, "Vultr,$3.5,1/14/2020,United States,x,West Palm Beach,y")
    assert listing.scheme == "cbinsights_2024"
    assert found(listing, "noted") == [(21, "no sector of cbinsights_2024: in no sector's figure", "'West Palm Beach'")]


def test_sectors_of_a_classification_that_the_suite_does_not_have_are_left_out_and_told(read):
    listing = read("A,$1,1/2/2020,China,x,On-Demand,y", "B,$1,1/3/2020,China,x,Fintech,y")
    assert (listing.scheme, set(listing.companies["sector"])) == ("", {""})
    assert "no figures by sector: of no classification known here" in listing.notes


def test_a_column_with_a_known_fault_is_not_used(read, write, monkeypatch):
    path = write("\n".join([HEADER, STRIPE, KAVAK]))
    faults = load_table("list_faults").assign(sha256=read_sheet(path).sha256)
    monkeypatch.setattr(
        "vcgap.unicorn_lists.load_table", lambda name: faults if name == "list_faults" else load_table(name)
    )
    listing = read_list(path)
    assert set(listing.companies["sector"]) == {""}
    assert any(note.startswith("column sector not used: The industries of this copy") for note in listing.notes)


def test_every_sector_of_the_table_is_a_code_that_the_figures_use_or_its_own_name(package):
    used = set(package.figures["segment"])
    known = {segment.partition(";")[0] for segment in used}
    for row in load_table("list_sectors").to_dict("records"):
        own_name = "_".join(re.findall(r"[a-z]+", row["name"]))
        scheme = f"scheme={row['scheme']}"
        assert f"{scheme};sector={row['sector']}" in used if scheme in known else row["sector"] == own_name
        assert row["name"] == row["name"].lower()


# amounts


@pytest.mark.parametrize(
    ("values", "scale"),
    [(["1", "225", "$3.5"], 1e9), (["1000", "3500", "225000"], 1e6), (["1000000000", "3500000000"], 1)],
)
def test_a_unit_that_is_not_told_follows_from_what_a_unicorn_is(read, values, scale):
    listing = read(*[f"C{value},{value},Mexico" for value in values], header="Company,Valuation,Country")
    assert listing.companies["valuation_usd"].tolist() == [float(value.strip("$")) * scale for value in values]
    assert any("a unicorn has at least US$1 billion" in note for note in listing.notes)


def test_a_unit_that_cannot_follow_is_asked_for(read):
    (problem,) = problems_of(read, "A,150,Mexico", "B,170,Mexico", header="Company,Valuation,Country")
    assert "the valuations name no unit, and 150, about the smallest" in problem
    assert "write the unit into the header, such as 'Valuation ($B)'" in problem


def test_ambiguous_amounts_are_all_told_with_both_readings(read):
    lines = ['A,"$1,234",Mexico', "B,2,Mexico", "C,3.456,Mexico", "D,2 billones,Mexico"]
    found = problems_of(read, *lines, header="Company,Valuation ($M),Country")
    assert [problem.partition(":")[0] for problem in found] == [
        f"mine.csv, line {line}, column valuation" for line in (2, 4, 5)
    ]
    assert found[0].endswith(
        "'$1,234' is 1234 with a decimal point and 1.2340 with a decimal comma; write 1234 or 1.2340"
    )
    assert found[1].endswith("write 3.4560 or 3456")


def test_another_valuation_shows_what_a_mark_means(read):
    lines = ["Kavak;2.200;México", "Clip;2000;México", "Bitso;1500,5;México"]
    listing = read(*lines, header="Empresa;Valuación ($M);País")
    assert listing.companies["valuation_usd"].tolist() == [2.2e9, 2e9, 1.5005e9]
    reason = "a number of two readings, read as elsewhere in the file"
    assert found(listing, "noted") == [(2, reason, "'2.200' read as US$2,200,000,000")]
    assert problems_of(read, *lines[:2], header="Empresa;Valuación ($M);País")
    assert problems_of(read, *lines, "X;2.5;México", header="Empresa;Valuación ($M);País")


def test_numbers_of_a_workbook_show_no_mark(workbook):
    rows = [["Company", "Valuation ($M)", "Country"], ["A", 2000.5, "Mexico"], ["B", "2.200", "Mexico"]]
    with pytest.raises(UserError, match=r"row 3, column valuation: '2\.200' is 2\.2 with a decimal point"):
        read_list(workbook(rows))


@pytest.mark.parametrize("cell", ["$0", "None", "Unknown", ""])
def test_a_valuation_that_is_not_known_is_no_zero(read, cell):
    listing = read(f"A,{cell},5/29/2018,Mexico,,Fintech,x", KAVAK)
    assert pd.isna(company(listing, "A")["valuation_usd"])
    assert found(listing, "noted") == [(2, "no known valuation: counted, but in no sum", f"'{cell}'" if cell else "")]


@pytest.mark.parametrize("cell", ["see note", "€5", "#N/A", "5000 M.N."])
def test_a_valuation_that_cannot_be_read_is_not_called_unknown(read, cell):
    listing = read(f"A,{cell},5/29/2018,Mexico,,Fintech,x", KAVAK)
    assert pd.isna(company(listing, "A")["valuation_usd"])
    reason = "a valuation that cannot be read (write US dollars, such as US$2.2 bn): counted, but in no sum"
    assert found(listing, "noted") == [(2, reason, f"'{cell}'")]


def test_valuations_in_spanish_words_are_read(read):
    listing = read("Kavak,2.2 mil millones,México", "Clip,2200 millones,México", header="Empresa,Valuación,País")
    assert listing.companies["valuation_usd"].tolist() == [2.2e9, 2.2e9]
    assert "every valuation that can be read names its own unit" in listing.notes and listing.findings == []
    assert "no valuation can be read" in read("Kavak,?,México", header="Empresa,Valuación,País").notes


def test_a_range_has_two_ends(read):
    row = company(read("Binance,80-90,9/13/2021,Canada,,Fintech,x"), "Binance")
    assert (row["valuation_usd"], row["valuation_upper_usd"]) == (80e9, 90e9)


def test_lists_of_former_or_future_unicorns_are_known(read):
    former = read("Uber,72,May 2019,United States", header="Company,Last valuation (US$ billions),Exit date,Country")
    assert former.problem.startswith("this is a list of former unicorns")
    emerging = read("A,$986M,India", "B,$1B,India", "C,$0.5B,India", header="Company,Valuation,Country")
    assert emerging.problem == "2 of 3 companies are valued below US$1 billion: this is no list of unicorns"
    assert [detail for _line, _reason, detail in found(emerging, "noted")] == ["'$986M'", "'$0.5B'"]


# dates


def test_a_column_that_says_when_the_list_was_taken_tells_its_date(read):
    header = "Updated at,Company,Valuation ($B),Country"
    listing = read('"2/26/2024, 1:15:09 AM",A,1,India', '"2/27/2024, 1:15:09 AM",B,1,India', header=header)
    assert listing.told_date == "2024-02-27"


def test_two_dates_in_the_titles_tell_none(read):
    listing = read(HEADER, KAVAK, header="as of March 20th 2024,,,,,,\n1 April 2024,,,,,,")
    assert listing.told_date == ""


# real lists: as listed (the golden counts and sums of their README) and as counted, after repairs, repeated rows once

SCHEMES = {15: "cbinsights_unicorn", 7: "cbinsights_2024", 0: ""}
GOLDEN = [  # file, rows, companies, US rows and US$ bn, Mexican ones, US counted and US$ bn, beside, latest entry, sectors
    ("unicorn-2016-01/unicorns.csv", 150, 150, (92, 317.41), (0, 0), (92, 317.41), 0, "2016-01-14", 0),
    ("unicorn-2016-01/unicorns_cartodb_export.csv", 150, 150, (92, 317.41), (0, 0), (92, 317.41), 0, "2016-01-14", 0),
    ("unicorn-2020-03-wikipedia/unicorndata.json", 348, 348, (126, 441.73), (0, 0), (126, 441.73), 5, "2020-02", 0),
    ("unicorn-2021-11/unicorn_companies.csv", 917, 917, (469, 1578.26), (4, 14.2), (471, 1581.26), 0, "2021-11-22", 15),
    ("unicorn-2022-03-kaggle/Unicorn_Companies.csv", 1037, 1037, (536, 1829.74), (6, 16.4), (536, 1829.74), 0, "2022-02-28", 15),
    ("unicorn-2022-03-kaggle/Unicorn_Companies_variant_plain_numbers.csv", 1037, 1037, (536, 1829.74), (6, 16.4), (536, 1829.74), 0, "2022-02-28", 15),
    ("unicorn-2022-03-maven/Unicorn_Companies.csv", 1074, 1074, (562, 1933.0), (6, 16.0), (562, 1933.0), 0, "2022-04-05", 15),
    ("unicorn-2022-05/Unicorn_Companies.csv", 1110, 1110, (586, 1953.91), (6, 16.4), (586, 1953.91), 0, "2022-05-12", 15),
    ("unicorn-2022-09/unicorns till sep 2022.csv", 1186, 1186, (636, 2069.89), (8, 18.7), (636, 2069.89), 0, "2022-08-24", 15),
    ("unicorn-2023-04/Unicorn_Companies.csv", 1207, 1206, (654, 2050.95), (8, 18.7), (654, 2050.95), 0, "2023-03-14", 15),
    ("unicorn-2024-02/unicorns.csv", 1233, 1233, (656, 2091.37), (8, 18.7), (656, 2091.37), 0, "2024-02-19", 7),
    ("unicorn-2024-03/CB-Insights_Global-Unicorn-Club_2024.csv", 1229, 1229, (656, 2111.7), (8, 18.7), (656, 2111.7), 0, "2024-03-14", 7),
    ("unicorn-2024-03/CB-Insights_Global-Unicorn-Club_2024.xlsx", 1229, 1229, (656, 2111.7), (8, 18.7), (656, 2111.7), 0, "2024-03-14", 7),
    ("unicorn-2024-09-crunchbase-board/unicorn_companies.csv", 1549, 1549, (758, 2420.0), (9, 19.0), (758, 2420.0), 0, "", 0),
    ("unicorn-2024-09-crunchbase-board/emergingunicorn_companies.csv", 392, 392, (195, 129.97), (0, 0), (195, 129.97), 0, "", 0),
    ("unicorn-2024-12/Unicorns_Completed (2024).csv", 1244, 1244, (684, 2564.14), (8, 18.7), (684, 2564.14), 0, "2024-12-24", 0),
    ("unicorn-2025-06-wikipedia/list-of-unicorn-startups.csv", 695, 695, (226, 1842.95), (7, 17.65), (226, 1842.95), 51, "2025-06", 0),
    ("unicorn-2025-06-wikipedia/list-of-unicorn-former-startups.csv", 204, 204, (96, 530.59), (0, 0), (96, 530.59), 6, "2025-03", 0),
    ("unicorn-2025-07/CB-Insights_Global-Unicorn-Club_2025.xlsx", 1289, 1276, (712, 2852.94), (9, 13.7), (705, 2845.94), 0, "2025-06-25", 7),
    ("unicorn-2025-10/CB-Insights_Global-Unicorn-Club_2025.xlsx", 1298, 1295, (724, 3393.59), (9, 13.7), (722, 3391.59), 0, "2025-09-30", 7),
]  # fmt: skip
REPEATED = "the same in every column as a row before it"
real = pytest.mark.skipif(not REALDATA.is_dir(), reason="the real exports are not beside this clone")


def counted(listing, code):
    own = listing.companies[listing.companies["country"] == code]
    return len(own), round(own["valuation_usd"].sum() / 1e9, 2)


@real
@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden[0])
def test_a_real_list_gives_its_golden_counts(golden):
    name, rows, companies, usa, mexico, usa_counted, beside, latest, sectors = golden
    listing = read_list(REALDATA / name)
    repeats = sum(finding.reason == REPEATED for finding in listing.findings)
    assert (len(listing.companies) + repeats, len(listing.companies)) == (rows, companies)
    as_listed = {code: (count, round(value / 1e9, 2)) for code, (count, value) in listing.listed.items()}
    assert as_listed["USA"] == usa and as_listed.get("MEX", (0, 0)) == mexico
    assert counted(listing, "USA") == usa_counted and counted(listing, "MEX") == mexico
    assert listing.companies["also_in"].str.contains("USA").sum() == beside
    assert (listing.latest_entry, listing.scheme) == (latest, SCHEMES[sectors])


@real
@pytest.mark.parametrize(
    ("name", "reason", "lines"),
    [
        ("unicorn-2022-03-kaggle/Unicorn_Companies.csv", "cells stand one column too far left from the city on", 16),
        ("unicorn-2022-09/unicorns till sep 2022.csv", "cells stand one column too far left from the city on", 17),
        ("unicorn-2023-04/Unicorn_Companies.csv", REPEATED, 1),
        ("unicorn-2024-02/unicorns.csv", "no country in its column; the city column names one", 2),
        ("unicorn-2024-09-crunchbase-board/unicorn_companies.csv", "blank country: in no country's count", 10),
        (
            "unicorn-2025-07/CB-Insights_Global-Unicorn-Club_2025.xlsx",
            "no valuation, date or country: not a company",
            28,
        ),
        (
            "unicorn-2025-10/CB-Insights_Global-Unicorn-Club_2025.xlsx",
            "no valuation, date or country: not a company",
            33,
        ),
        ("unicorn-2025-10/CB-Insights_Global-Unicorn-Club_2025.xlsx", REPEATED, 3),
    ],
)
def test_a_real_list_tells_its_known_quirks(name, reason, lines):
    listing = read_list(REALDATA / name)
    assert sum(finding.reason == reason for finding in listing.findings) == lines


@real
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("unicorn-2022-03-kaggle/Unicorn_Companies.csv", "unicorn-2022-03-kaggle/Unicorn_Companies_variant_plain_numbers.csv"),
        ("unicorn-2024-03/CB-Insights_Global-Unicorn-Club_2024.csv", "unicorn-2024-03/CB-Insights_Global-Unicorn-Club_2024.xlsx"),
    ],
)  # fmt: skip
def test_two_copies_of_a_list_give_the_same_companies(first, second):
    copies = [read_list(REALDATA / name).companies.drop(columns="line") for name in (first, second)]
    pd.testing.assert_frame_equal(*copies)


@real
@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("unicorn-2022-03-kaggle/Unicorn_Companies.csv", "cbinsights_2022_03_b"),
        ("unicorn-2022-09/unicorns till sep 2022.csv", "cbinsights_2022_09"),
    ],
)
def test_sectors_of_a_real_list_are_those_that_the_suite_counted(package, name, source):
    companies = read_list(REALDATA / name).companies.query("country == 'USA'")
    counts = companies["sector"].value_counts()
    rows = package.figures.query(
        "source == @source and metric == 'unicorns_active' and country == 'USA' and segment != ''"
    )
    by_suite = {row["segment"].partition("sector=")[2]: row["value"] for row in rows.to_dict("records")}
    assert len(by_suite) >= 13
    assert {sector: counts[sector] for sector in by_suite} == by_suite


@real
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("html_page_saved_as.csv", "this is a web page or XML, not a table; download the raw file itself"),
        ("mostly_blank_commas.csv", "no header with a company and a country was found"),
    ],
)
def test_real_files_that_are_no_lists_are_refused(name, said):
    with pytest.raises(UserError) as caught:
        read_list(REALDATA / "bad-files" / name)
    assert said in str(caught.value)
