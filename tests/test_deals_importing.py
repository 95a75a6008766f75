"""From files to figures: golden numbers of real exports, the account of every line, dialects, faults."""

import csv
import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner

from vcgap.cli import main
from vcgap.deals import running
from vcgap.deals.importing import import_deals
from vcgap.errors import UserError
from vcgap.figures import load_package

REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata"
HEADER = "company,country,date,amount,investor"
LINES = [
    "Linio,MEX,2013-11,50000000,A",
    "Linio,MEX,2013-11,50000000,B",
    "Petsy,MEX,2013-12,,C",
    "Acme,USA,2013-12,1000000.5,D",
    'Beta,USA,2013-12,"3,000,000",E',
]


def real(name):
    path = REAL / name
    if not path.is_file():
        pytest.skip(f"{name} is not on this machine (shared/realdata)")
    return path


def figures(path):
    with open(path, encoding="utf-8", newline="") as file:
        return {
            (row["country"], row["metric"], row["period"], row["segment"]): float(row["value"])
            for row in csv.DictReader(file)
        }


def written(tmp_path, lines=LINES, header=HEADER, name="deals.csv", encoding="utf-8", newline="\n"):
    path = tmp_path / name
    path.write_bytes(newline.join([header, *lines, ""]).encode(encoding))
    return path


def imported(tmp_path, *paths, **settings):
    """(figures, account) of files."""
    out = tmp_path / "figures.csv"
    text = import_deals(paths, out=out, **settings)
    return figures(out), text


def refused(tmp_path, *paths, **settings):
    """The problems of files, after which nothing is left behind."""
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UserError) as caught:
        import_deals(paths, out=tmp_path / "figures.csv", **settings)
    assert sorted(tmp_path.iterdir()) == before
    return caught.value.problems


GOLDEN_YEARS = {
    "USA": {2004: (143, 1591572996), 2005: (954, 10874223688), 2006: (1308, 13836604860), 2007: (1588, 19138560530),
            2008: (1664, 24969987877), 2009: (1502, 20688108440), 2010: (1926, 22595797439),
            2011: (2412, 31411461956), 2012: (3003, 30425902765), 2013: (3406, 40300500048)},
    "MEX": {2011: (11, 14187396), 2012: (14, 1072689), 2013: (16, 82386190)},
}  # fmt: skip


def test_the_export_with_a_line_per_investor_gives_its_golden_rounds(tmp_path):
    found, text = imported(tmp_path, real("crunchbase-2014-deals/maptime.csv"))
    for country, years in GOLDEN_YEARS.items():
        counted = {int(key[2]): value for key, value in found.items() if key[:2] == (country, "deal_count")}
        assert counted == {year: rounds for year, (rounds, _dollars) in years.items()}
        for year, (_rounds, dollars) in years.items():
            assert found[country, "vc_investment", str(year), ""] == dollars
    assert "58,797 lines read = 58,797 kept + 0 dropped; 58,797 lines kept = 26,885 deals" in text
    assert "USA: 17,906 deals, 2 undisclosed, US$215,832,720,599" in text
    assert "MEX: 41 deals, 0 undisclosed, US$97,646,275" in text


def test_the_rounds_of_2013_in_mac_roman_with_carriage_returns(tmp_path):
    found, text = imported(tmp_path, real("crunchbase-2013-us/crunchbase-rounds.csv"))
    whole = "scope=all_rounds"
    assert found["USA", "deal_count", "2012", whole] == 6978
    assert found["USA", "vc_investment", "2012", whole] == 51_084_155_292
    assert found["USA", "deal_count", "2013", whole] == 5520
    assert found["USA", "vc_investment", "2013", whole] == 48_828_970_916
    assert "31,679 lines read = 31,679 kept + 0 dropped" in text
    assert "MEX: no rows" in text and "2013 may be incomplete" in text


def test_companies_of_2013_whose_totals_a_spreadsheet_damaged(tmp_path):
    dated = tmp_path / "map.yaml"
    dated.write_text("layout: crunchbase_companies\nperiod: 2013-10-01\n", encoding="utf-8")
    _found, text = imported(tmp_path, real("crunchbase-2013-us/crunchbase-companies.csv"), map_file=dated)
    assert "17,727 lines read = 17,714 kept + 13 dropped" in text
    assert "dropped, an amount that cannot be read: 13" in text and "'5/18/27'" in text


def test_acquisitions_of_2013(tmp_path):
    _found, text = imported(tmp_path, real("crunchbase-2013-us/crunchbase-acquisitions.csv"))
    assert "6,185 lines read = 4,651 kept + 1,534 dropped" in text and "USA: 4,651 deals\n" in text


def test_the_sample_of_the_crunchbase_csv_export(tmp_path):
    found, text = imported(tmp_path, real("crunchbase-csv-export-sample/funding_rounds.csv"))
    assert "50 lines read = 50 kept + 0 dropped; 50 lines kept = 50 deals" in text
    assert found["USA", "deal_count", "2013", "scope=all_rounds"] == 40
    assert found["ITA", "vc_investment", "2013", ""] == 707_630  # dollars, not the euros beside them


def test_acquisitions_by_country_of_the_target(tmp_path):
    found, text = imported(tmp_path, real("crunchbase-2015-acquisitions/acquisitions.csv"))
    assert "18,968 lines read" in text and "dropped, no country: 4,668" in text and "'SF Bay Area' 1" in text
    assert "dropped, no date: 7" in text  # three of them in the United States: 10,468 - 3
    count = {c: sum(v for k, v in found.items() if k[0] == c and not k[3]) for c in ("USA", "MEX")}
    assert count == {"USA": 10_465, "MEX": 15}
    known = load_package().figures
    known = known[known["source"].eq("crunchbase_2015_12") & known["metric"].eq("acquisitions_listed")]
    for row in known[known["country"].isin(["USA", "MEX"])].to_dict("records"):
        assert found.get((row["country"], "acquisitions_listed", row["period"], ""), 0) == row["value"]


@pytest.mark.parametrize(
    ("name", "united_states", "mexico", "accounted"),
    [
        (
            "investments_VC.csv",
            (28_793, 464_244_849_909, 2_894_276),
            (83, 691_587_635, 73_598.5),
            ["dropped, no country: 5,273", "USA: 28,793 deals, 4,316 undisclosed", "MEX: 83 deals, 9 undisclosed"],
        ),
        (
            "investments_VC_subset_clean.csv",
            (15_002, 294_721_213_448, 3_625_000),
            (24, 200_439_587, 125_000),
            ["23,680 lines read"],
        ),
    ],
)
def test_companies_with_indian_digit_grouping(tmp_path, name, united_states, mexico, accounted):
    path = real(f"crunchbase-2014-companies/{name}")
    with pytest.raises(UserError, match="no column says when the deals were"):
        import_deals([path], out=tmp_path / "figures.csv")
    dated = tmp_path / "map.yaml"
    dated.write_text("layout: crunchbase_companies\nperiod: 2014-12-31\n", encoding="utf-8")
    found, text = imported(tmp_path, path, map_file=dated)
    assert all(line in text for line in accounted)
    for country, golden in (("USA", united_states), ("MEX", mexico)):
        metrics = ("companies_listed", "company_funding_total", "company_funding_median")
        assert tuple(found[country, metric, "2014-12-31", ""] for metric in metrics) == golden


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("html_page_saved_as.csv", "this is a web page"),
        ("mostly_blank_commas.csv", "no company, amount, date or country"),
    ],
)
def test_files_that_are_not_what_they_claim(tmp_path, name, said):
    assert said in refused(tmp_path, real(f"bad-files/{name}"))[0]


def test_a_line_per_investor_counts_once_and_the_rule_is_printed(tmp_path):
    found, text = imported(tmp_path, written(tmp_path))
    assert found == {
        ("MEX", "deal_count", "2013", ""): 2,
        ("MEX", "vc_investment", "2013", ""): 50_000_000,
        ("MEX", "deal_size_mean", "2013", ""): 50_000_000,
        ("MEX", "deal_size_median", "2013", ""): 50_000_000,
        ("USA", "deal_count", "2013", ""): 2,
        ("USA", "vc_investment", "2013", ""): 4_000_000.5,
        ("USA", "deal_size_mean", "2013", ""): 2_000_000.25,
        ("USA", "deal_size_median", "2013", ""): 2_000_000.25,
    }
    assert "a line per investor: one deal = same company, country, date, amount." in text
    assert "5 lines read = 5 kept + 0 dropped; 5 lines kept = 4 deals" in text


def test_the_result_is_a_figures_file_that_says_where_it_is_from(tmp_path):
    imported(tmp_path, written(tmp_path))
    result = CliRunner().invoke(main, ["check", str(tmp_path / "figures.csv")])
    assert result.exit_code == 0, result.output
    package = load_package(tmp_path / "figures.csv")
    own = package.figures[package.figures["own"]]
    assert set(own["source"]) == {"deals_deals"} and set(own["status"]) == {"derived"}
    note = own["note"].iloc[0]
    assert re.search(r"deals\.csv SHA-256 [0-9a-f]{12}: 5 lines read, 5 kept, 0 dropped; a line per investor", note)
    assert "1 of 2 amounts undisclosed" in note


def test_a_year_that_is_not_over_is_marked(tmp_path):
    lines = [*LINES[:2], "Acme,USA,2014-03,5,D"]
    imported(tmp_path, written(tmp_path, lines))
    package = load_package(tmp_path / "figures.csv")
    own = package.figures[package.figures["own"]].set_index(["period", "metric"])["qualifier"]
    assert own["2014", "vc_investment"] == "at_least" and own["2014", "deal_size_median"] == "about"
    assert own["2013", "vc_investment"] == "exact"


def test_every_line_is_kept_or_dropped_for_a_reason(tmp_path):
    lines = [*LINES, "Odd,Atlantis,2013,1,F", "Odd,,2013,1,F", "Odd,USA,,1,F"]
    _found, text = imported(tmp_path, written(tmp_path, lines))
    assert "8 lines read = 5 kept + 3 dropped" in text
    assert "('Atlantis' 1)" in text and "no country: 1" in text and "no date: 1" in text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "mac_roman"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_of_all_kinds(tmp_path, encoding, newline):
    lines = ["Café é è,MEX,2013,1,A", "Café é è,México,2014,2,B"]
    found, _text = imported(tmp_path, written(tmp_path, lines, encoding=encoding, newline=newline))
    assert found["MEX", "vc_investment", "2013", ""] == 1


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_columns_parted_by_other_marks(tmp_path, mark):
    lines = [line.replace(",", mark) for line in LINES[:4]]
    found, _text = imported(tmp_path, written(tmp_path, lines, header=HEADER.replace(",", mark)))
    assert found["MEX", "deal_count", "2013", ""] == 2


def test_titles_above_the_header_are_passed_over(tmp_path):
    found, _text = imported(tmp_path, written(tmp_path, LINES, header=f"All deals, exported\n\n{HEADER}"))
    assert found["MEX", "deal_count", "2013", ""] == 2


def test_gzip_parquet_and_workbooks_give_the_same(tmp_path):
    import xlsxwriter

    plain = written(tmp_path)
    expected, _text = imported(tmp_path, plain)
    packed = tmp_path / "deals.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    rows = list(csv.reader(plain.read_text(encoding="utf-8").splitlines()))
    table = pa.table({name: [row[place] for row in rows[1:]] for place, name in enumerate(rows[0])})
    pyarrow.parquet.write_table(table, tmp_path / "deals.parquet")
    with xlsxwriter.Workbook(tmp_path / "deals.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "A title")
        for number, row in enumerate(rows, start=2):
            sheet.write_row(number, 0, row)
    for name in ("deals.csv.gz", "deals.parquet", "deals.xlsx"):
        assert imported(tmp_path, tmp_path / name)[0] == expected, name


def test_several_files_are_added_and_their_deals_still_count_once(tmp_path):
    one, two = written(tmp_path, LINES[:1], name="a.csv"), written(tmp_path, LINES[1:], name="b.csv")
    found, text = imported(tmp_path, one, two)
    assert found["MEX", "deal_count", "2013", ""] == 2
    assert "a.csv: SHA-256" in text and "b.csv: SHA-256" in text


def test_files_of_different_layouts_and_the_same_file_twice_are_refused(tmp_path):
    one, two = (
        written(tmp_path, name="a.csv"),
        written(tmp_path, ["Uno,MEX,2013,1"], "company,country,date,amount", "b.csv"),
    )
    assert "b.csv: its columns differ from those of a.csv (investor)" in refused(tmp_path, one, two)[0]
    copy = written(tmp_path, name="copy.csv")
    assert "the same, byte for byte" in refused(tmp_path, one, copy)[0]


def test_rounds_in_parallel_lists_as_dealroom_exports_them(tmp_path):
    header = "ID,Name,HQ country,Industries,Each round type,Each round amount,Each round currency,Each round date"
    lines = [
        "1,Acme,Mexico,fintech,SEED;SERIES A;DEBT,1.5;10;3,USD;USD;EUR,jan/2023;may/2024;may/2024",
        "2,Beta,Mexico,fintech,SEED,,,feb/2024",
    ]
    found, text = imported(tmp_path, written(tmp_path, lines, header))
    assert found["MEX", "vc_investment", "2023", "stage=seed"] == 1_500_000
    assert (found["MEX", "deal_count", "2024", ""], found["MEX", "vc_investment", "2024", ""]) == (2, 10_000_000)
    assert "'EUR 2024' 1" in text and "not tested on a real export" in text


def test_lists_of_different_lengths_belong_to_nothing(tmp_path):
    header = "Name,HQ country,Each round amount,Each round currency,Each round date"
    lines = [f"Uno {number},Mexico,1;2,USD;USD,jan/2023;dec/2023" for number in range(100)]
    _found, text = imported(tmp_path, written(tmp_path, [*lines, "Dos,Mexico,1;2;3,USD;USD,jan/2023;dec/2023"], header))
    assert "202 lines read = 200 kept + 2 dropped" in text
    assert "an amount that cannot be read: 2" in text and "'1;2;3'" in text


def test_pitchbook_columns_in_millions(tmp_path):
    header = "Deal ID,Companies,HQ Country,Deal Date,Deal Size,Deal Type,Deal Status,Native Currency of Deal"
    lines = [
        "1-T,Acme,Mexico,2024-12-01,1.75,Early Stage VC,Completed,US Dollars (USD)",
        "2-T,Acme,Mexico,2024-12-01,2.5,Debt - General,Completed,US Dollars (USD)",
        "3-T,Beta,Mexico,2024-12-01,20,Seed Round,Completed,Mexican Pesos (MXN)",
    ]
    found, text = imported(tmp_path, written(tmp_path, lines, header))
    assert found["MEX", "vc_investment", "2024", ""] == 1_750_000
    assert found["MEX", "vc_investment", "2024", "scope=debt"] == 2_500_000
    assert "a native currency other than US dollars: 1" in text


def test_a_column_that_turns_to_text_is_refused_with_its_rows(tmp_path):
    lines = [f"Uno {number},MEX,2013,1,A" for number in range(90)] + [f"Dos {n},MEX,2013,see note,A" for n in range(10)]
    problems = refused(tmp_path, written(tmp_path, lines))
    assert problems[0] == (
        "deals.csv, row 91 below the header, column amount: 'see note' is not an amount; "
        "write digits (1750000), or leave it empty"
    )


def test_a_number_with_two_readings_is_refused_with_both(tmp_path):
    assert refused(tmp_path, written(tmp_path, ["Uno,MEX,2013,1.234,A"])) == [
        "deals.csv, row 1 below the header, column amount: '1.234' may be 1234 or 1.234; "
        "write the one that is meant without a mark for thousands"
    ]
    in_millions = tmp_path / "map.yaml"
    in_millions.write_text("layout: generic\nmultiplier: 1000000\n", encoding="utf-8")
    path = written(tmp_path, ["Uno;MEX;2013;12,345;A"], HEADER.replace(",", ";"))
    assert "'12,345' may be 12345 or 12.345" in refused(tmp_path, path, map_file=in_millions)[0]


def test_a_few_unreadable_amounts_are_dropped_and_counted(tmp_path):
    lines = [f"Uno {number},MEX,2013,1,A" for number in range(99)] + ["Dos,MEX,2013,#NAME?,A"]
    _found, text = imported(tmp_path, written(tmp_path, lines))
    assert "dropped, an amount that cannot be read: 1" in text
    assert "the first of these amounts, below the header: deals.csv, row 100 '#NAME?'" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (HEADER.encode() + b"\n", "no row below it"),
        (b"\n\n<!DOCTYPE html><html>", "this is a web page"),
        (b"PK\x03\x04\x00\x00,\x00", "not readable as an XLSX workbook"),
        (HEADER.encode() + b"\nUno,MEX,2013,1,A,extra\n", "line 2: 6 cells, but the header has 5"),
        (HEADER.encode() + b"\nUno,MEX\n", "line 2: 2 cells, but the header has 5"),
        (HEADER.encode() + b'\nUno,MEX,2013,1,"A\n', "line 2: a quotation mark is opened and never closed"),
        (HEADER.encode() + b"\nUno,MEX,2013,1," + b"x" * 5_000_000 + b"\n", "line 2: the line is too long"),
        (HEADER.encode() + b"\nUno,Atlantis,2013,1,A\n", "none of the lines can be used"),
    ],
)
def test_broken_files_are_refused_in_words(tmp_path, content, said):
    path = tmp_path / "deals.csv"
    path.write_bytes(content)
    assert said in " ".join(refused(tmp_path, path))


def test_a_gzip_file_that_is_cut_off_is_refused(tmp_path):
    path = tmp_path / "deals.csv.gz"
    lines = [f"{os.urandom(8).hex()},MEX,2013,1,A" for _number in range(200_000)]
    packed = gzip.compress("\n".join([HEADER, *lines]).encode(), 1)
    for part in (packed[:40], packed[: len(packed) * 2 // 3]):
        path.write_bytes(part)
        assert "the gzip file is cut off" in refused(tmp_path, path)[0]


@pytest.mark.parametrize("place", [-6, -2, 1_500_000])
def test_a_gzip_file_with_a_wrong_bit_is_refused(tmp_path, place):
    path = tmp_path / "deals.csv.gz"
    lines = [f"{os.urandom(8).hex()},MEX,2013,1,A" for _number in range(200_000)]
    packed = bytearray(gzip.compress("\n".join([HEADER, *lines]).encode(), 1))
    assert len(packed) > 1_500_000
    packed[place] ^= 0x10
    path.write_bytes(packed)
    assert re.search(r"not readable as gzip \(.*\); download it again", refused(tmp_path, path)[0])


def test_a_line_without_end_is_refused_where_an_engine_would_leave_it_out(tmp_path):
    path = written(tmp_path)
    with path.open("ab") as file:
        file.write(b"Last,MEX,2013,5,")
        file.truncate(40_000_000)
    assert refused(tmp_path, path) == [
        "deals.csv, line 7: a NUL character; this is not a table of text. Save it as 'CSV UTF-8'"
    ]
    path.write_bytes(path.read_bytes().replace(b"\0", b"x"))
    said = "deals.csv, line 7: the line is too long for a table; is a quotation mark or a line end missing?"
    assert refused(tmp_path, path) == [said]
    (tmp_path / "deals.csv.gz").write_bytes(gzip.compress(path.read_bytes(), 1))
    assert refused(tmp_path, tmp_path / "deals.csv.gz") == [said.replace("csv", "csv.gz", 1)]


def test_zeros_far_into_a_file_are_told_as_what_they_are(tmp_path):
    path = written(tmp_path, LINES * 30_000)
    with path.open("ab") as file:
        file.truncate(path.stat().st_size + 40_000_000)
    assert "deals.csv, line 150002: a NUL character" in refused(tmp_path, path)[0]


def test_a_name_with_a_zero_in_it_is_refused_with_its_line(tmp_path):
    lines = [*LINES * 30_000, "D\0s,MEX,2013,5,A", *LINES]
    assert "deals.csv, line 150002: a NUL character" in refused(tmp_path, written(tmp_path, lines))[0]


def test_bytes_that_are_not_utf8_far_into_a_file_are_read_as_cp1252(tmp_path):
    path = tmp_path / "deals.csv"
    lines = [f"Uno {number},MEX,2013,1,A" for number in range(70_000)]
    path.write_bytes("\n".join([HEADER, *lines, "Café,MEX,2013,1,A", ""]).encode("cp1252"))
    assert path.stat().st_size > 1 << 20
    found, _text = imported(tmp_path, path)
    assert found["MEX", "deal_count", "2013", ""] == 70_001


def test_ten_thousand_columns_are_no_trouble(tmp_path):
    wide = ",".join(f"extra{number}" for number in range(10_000))
    lines = [line + "," * 10_000 for line in LINES]
    found, _text = imported(tmp_path, written(tmp_path, lines, f"{HEADER},{wide}"))
    assert found["MEX", "deal_count", "2013", ""] == 2


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path, run = written(tmp_path), running.run

    def changed_meanwhile(*arguments):
        result = run(*arguments)
        path.write_bytes(path.read_bytes() + b"Neu,MEX,2013,1,A\n")
        return result

    monkeypatch.setattr(running, "run", changed_meanwhile)
    assert "was changed while it was read" in refused(tmp_path, path)[0]


def test_a_full_disk_leaves_the_last_good_file_and_has_another_status(tmp_path, monkeypatch):
    path, out = written(tmp_path), tmp_path / "figures.csv"
    out.write_text("good", encoding="utf-8")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = CliRunner().invoke(main, ["import", str(path), "--as", "deals", "--out", str(out)])
    assert (result.exit_code, result.stderr) == (1, f"{out}: No space left on device; nothing was written\n")
    assert out.read_text(encoding="utf-8") == "good" and len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("module", ["vcgap.deals.running.run", "vcgap.writing.os.replace"])
def test_ctrl_c_ends_in_a_plain_line_and_leaves_nothing_behind(tmp_path, monkeypatch, module):
    def stopped(*_arguments):
        raise KeyboardInterrupt

    path, kept = written(tmp_path), tmp_path / "temporary"
    kept.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(kept))
    monkeypatch.setattr(module, stopped)
    result = CliRunner().invoke(main, ["import", str(path), "--as", "deals", "--out", str(tmp_path / "figures.csv")])
    assert (result.exit_code, result.stderr.strip()) == (1, "Aborted!")
    assert sorted(os.listdir(tmp_path)) == ["deals.csv", "temporary"] and not os.listdir(kept)


def test_deals_are_not_written_over_what_they_are_read_from(tmp_path):
    path = written(tmp_path)
    before = path.read_bytes()
    with pytest.raises(UserError, match="would be written over another file that is read"):
        import_deals([path], out=tmp_path / "." / "deals.csv")
    assert path.read_bytes() == before


def test_hostile_names_reach_neither_figures_nor_terminal(tmp_path):
    lines = ["<script>x</script>,MEX,2013,1,A", "=1+1,MEX,2013,2,A", "Uno,\x1b[31mRed,2013,3,A"]
    path = written(tmp_path, lines, name="=cmd<script>.csv")
    _found, text = imported(tmp_path, path)
    content = (tmp_path / "figures.csv").read_text(encoding="utf-8")
    assert "<script>" not in content and "=1+1" not in content and "=cmd" not in content
    assert "\x1b" not in text
    result = CliRunner().invoke(main, ["check", str(tmp_path / "figures.csv")])
    assert result.exit_code == 0, result.output


def test_the_command_line_imports_and_refuses(tmp_path):
    path, out = written(tmp_path), tmp_path / "figures.csv"
    result = CliRunner().invoke(main, ["import", str(path), "--as", "deals", "--out", str(out)])
    assert result.exit_code == 0 and "vcgap render --figures" in result.output
    for extra, said in ((["--profile", "pitchbok"], "did you mean 'pitchbook'"), (["--engine", "orb"], "write duckdb")):
        result = CliRunner().invoke(main, ["import", str(path), "--as", "deals", "--out", str(out), *extra])
        assert result.exit_code == 2 and said in result.output
    result = CliRunner().invoke(main, ["import", str(path), "--as", "deals", "--out", str(tmp_path / "no" / "f.csv")])
    assert result.exit_code == 2 and "no does not exist" in result.output


def test_a_deal_with_an_id_is_its_line_with_the_largest_amount_whole(tmp_path):
    header = "deal_id,company,country,date,amount,currency"
    lines = [
        "1,A,Mexico,2023-05-01,1000000,USD",
        "1,A,Mexico,2023-05-01,17760000,MXN",
        "2,B,Mexico,2023-05-01,1000000,USD",
        "2,B,United States,2022-05-01,900000,USD",
        "3,C,Mexico,2023-05-01,,USD",
        "3,C,Mexico,2023-05-01,5,USD",
    ]
    found, text = imported(tmp_path, written(tmp_path, lines, header))
    (rate,) = [rate for year, rate in mexican_rates() if year == "2023"]
    assert {key[0] for key in found} == {"MEX"} and found["MEX", "deal_count", "2023", ""] == 3
    assert found["MEX", "vc_investment", "2023", ""] == round(1_776_000_000 / rate) / 100 + 1_000_005
    assert "2 deals of 4 lines: their lines differ in amount, date, country or name" in text
    assert "converted from MXN at the rate of each year (fx_rate): 1 deal\n" in text


def mexican_rates():
    figures = load_package().figures
    rows = figures[figures["metric"].eq("fx_rate") & figures["country"].eq("MEX") & figures["segment"].eq("")]
    return list(dict(zip(rows["period"], rows["value"], strict=True)).items())


def test_dollars_beside_the_currency_that_they_were_are_not_converted_again(tmp_path):
    header = "company,country,date,amount,amount_usd,currency"
    found, _text = imported(tmp_path, written(tmp_path, ["A,Mexico,2023,20000000,1000000,MXN"], header))
    assert found["MEX", "vc_investment", "2023", ""] == 1_000_000


def test_an_amount_that_cannot_be_read_stays_so_in_any_currency(tmp_path):
    header = "company,country,date,amount,currency"
    lines = ["A,Mexico,2023,5,MXN"] * 99 + ["A,Mexico,2023,see note,MXN", "A,Mexico,2023,1,US$"]
    _found, text = imported(tmp_path, written(tmp_path, lines, header))
    assert "an amount that cannot be read: 1" in text and "negative" not in text and "converted from US$" not in text


def test_blanks_around_names_make_no_other_deal(tmp_path):
    found, _text = imported(
        tmp_path, written(tmp_path, ["Linio,MEX,2013,5,A", " Linio ,MEX ,2013,5,B", " ,MEX,2013,5,B"])
    )
    assert found["MEX", "deal_count", "2013", ""] == 1


@pytest.mark.parametrize("dates", [("5/31/2024", "6/13/2024"), ("13-Jun-2024", "1-may-2024"), ("jan/2024", "jun/2024")])
def test_a_year_that_is_not_over_is_marked_however_its_dates_are_written(tmp_path, dates):
    _found, text = imported(tmp_path, written(tmp_path, [f"Uno,MEX,{day},1,A" for day in dates]))
    assert "The last deal is of 2024-06: 2024 may be incomplete" in text


def test_spanish_columns_are_known(tmp_path):
    header = "Empresa,País,Fecha,Monto,Inversionista"
    assert imported(tmp_path, written(tmp_path, header=header))[0] == imported(tmp_path, written(tmp_path))[0]


def test_a_map_and_a_profile_are_not_taken_together(tmp_path):
    named = tmp_path / "map.yaml"
    named.write_text("layout: generic\n", encoding="utf-8")
    assert "leave one of the two out" in refused(tmp_path, written(tmp_path), map_file=named, profile="generic")[0]


def test_a_table_of_an_engine_gives_what_its_file_gives(tmp_path):
    path, engine = written(tmp_path), f"duckdb://{tmp_path / 'there.duckdb'}"
    expected, _text = imported(tmp_path, path)
    with duckdb.connect(tmp_path / "there.duckdb") as there:
        there.execute(f"CREATE SCHEMA own; CREATE TABLE own.deals AS FROM read_csv('{path}', all_varchar = true)")
    found, text = imported(tmp_path, "own.deals", engine=engine)
    assert found == expected and text.startswith("own.deals: a table of the engine\n")


def test_the_command_prints_the_account_and_nothing_else(tmp_path):
    command = [sys.executable, "-c", "from vcgap.cli import command_line; command_line()", "import", written(tmp_path)]
    done = subprocess.run(
        [*command, "--as", "deals", "--out", tmp_path / "figures.csv"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("deals.csv: SHA-256 ")
