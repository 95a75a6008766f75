"""Reading a table: every kind of bad file gets a message that says where, what, and what is allowed."""

import pandas as pd
import pytest

from vcgap import tables
from vcgap.errors import UserError
from vcgap.tables import check_table, load_table, load_unnoted, read_table, schemas, typed

NAMES = {"a": "a", "b": "b", "uno": "a"}
SCHEMA = {
    "fields": [
        {"name": "code", "type": "string", "constraints": {"required": True, "pattern": "^[A-Z]{3}$"}},
        {"name": "kind", "type": "string", "constraints": {"enum": ["flow", "stock"]}},
        {"name": "value", "type": "number", "constraints": {"required": True, "minimum": 0, "maximum": 10}},
        {"name": "rank", "type": "integer"},
    ],
    "primaryKey": ["code", "kind"],
}


def problems_of(path):
    with pytest.raises(UserError) as caught:
        read_table(path, ["a", "b"], NAMES)
    return caught.value.problems


def check(*lines):
    cells = [line.split(",") for line in lines]
    table = pd.DataFrame(cells[1:], columns=cells[0], index=range(2, len(cells) + 1), dtype=str)
    return check_table(table, SCHEMA, "t.csv")


def test_a_missing_file_is_named_with_its_path(tmp_path):
    path = tmp_path / "none.csv"
    assert problems_of(path) == [f"{path}: there is no such file"]
    assert problems_of(tmp_path) == [f"{tmp_path}: this is a folder; name a file"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "mine.csv: the file is empty"),
        ("a,b\n", "mine.csv: there is a header line but no row below it"),
        ("a,b\n,\n\n", "mine.csv: there is a header line but no row below it"),
        ("a title\n\na,b\n", "mine.csv: there is a header line but no row below it"),
    ],
)
def test_what_is_not_a_table_is_refused_in_one_sentence(write, content, message):
    assert problems_of(write(content))[0] == message


def test_how_a_file_was_read_is_told_where_nothing_stands_below_its_header(write):
    assert problems_of(write("a title\na;b\n"))[1:] == [
        "mine.csv: columns are parted by semicolons",
        "mine.csv: the header is line 2; above it and not read: 1 line (1)",
    ]


def test_what_does_not_fit_the_header_is_named_and_the_rest_is_read(write):
    table = read_table(write("a,b,a,c\n1,2,3\n1,2,3,4\n1,2,3,4,5\n"), ["a", "b"], NAMES)
    assert table.problems == [
        "mine.csv, line 2: 3 cells, but the header has 4",
        "mine.csv, line 4: 5 cells, but the header has 4",
        "mine.csv, line 1, column a: the column is there twice",
    ]
    assert [(problem.line, problem.column) for problem in table.problems] == [(2, ""), (4, ""), (1, "")]
    assert table.cells.to_dict("index") == {3: {"a": "1", "b": "2", "c": "4"}}


def test_a_header_may_have_capitals_and_other_names_and_that_is_told(write):
    table = read_table(write("B,\ufeffÚno ,C\n1,2,3\n"), ["a", "b"], NAMES)
    assert list(table.cells.columns) == ["b", "a", "C"]
    assert table.notes == ["columns are read by another name: 'B' as b, '\ufeffÚno' as a"]
    assert read_table(write("title\nUno,b\n1,2\n"), ["a", "b"], NAMES).cells.index == [3]
    (problem,) = read_table(write("a,Uno,b\n1,2,3\n"), ["a", "b"], NAMES).problems
    assert problem == "mine.csv, line 1, column a: the column is there twice"


@pytest.mark.parametrize("content", ["a,b\n1\n", "a,a\n1,2\n"])
def test_a_built_in_table_whose_rows_do_not_fit_its_header_is_refused(monkeypatch, tmp_path, content):
    (tmp_path / "bases.csv").write_text(content, encoding="utf-8")
    monkeypatch.setattr(tables, "DATA", tmp_path)
    with pytest.raises(UserError, match=r"bases\.csv, line "):
        load_unnoted.__wrapped__("bases")


def test_a_quote_that_never_ends_is_told(write):
    assert "mine.csv, line" in problems_of(write('a,b\n"1,2\n3,4\n'))[0]


@pytest.mark.usefixtures("longest_cell")
def test_a_cell_longer_than_csv_allows_is_told(write):
    assert "mine.csv, line 2: not readable as CSV" in problems_of(write("a,b\n1," + "x" * 200_000 + "\n"))[0]


def test_line_numbers_count_blank_lines(write):
    table = read_table(write("a,b\n\n1,2\n\n\n3,4\n"), ["a", "b"], NAMES).cells
    assert list(table.index) == [3, 6]


def test_the_header_is_the_first_line_with_most_of_the_columns_that_are_needed(write):
    table, notes, typed_cells, _problems = read_table(
        write("figures of a b\nfor b,\n\nx,b,a\n1,2,3\nb,a,b\n"), ["a", "b"], NAMES
    )
    assert list(table.columns) == ["x", "b", "a"] and list(table.index) == [5, 6] and not typed_cells
    assert notes[-1] == "the header is line 4; above it and not read: 2 lines (1–2)"


def test_a_header_that_lacks_a_column_is_found_below_titles(write):
    assert list(read_table(write("my figures,\na,bb\n1,2\n"), ["a", "b"], NAMES).cells.columns) == ["a", "bb"]


def test_columns_that_are_empty_from_the_header_down_are_left_out(write):
    table = read_table(write(",a,,b,\n,1,,2,\n,3,,4\n"), ["a", "b"], NAMES).cells
    assert (list(table.columns), table.to_numpy().tolist()) == (["a", "b"], [["1", "2"], ["3", "4"]])
    assert list(read_table(write(",a,b\nx,1,2\n"), ["a", "b"], NAMES).cells.columns) == ["", "a", "b"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xef\xbb\xbfa,b\n1,2\n", [["1", "2"]]),
        (b"a,b\r\n1,2\r\n", [["1", "2"]]),
        (b"a,b\r1,2\r", [["1", "2"]]),
        (b'a,b\n"1,5","say ""so"""\n', [["1,5", 'say "so"']]),
        (b'a,b\n"two\nlines",2\n', [["two\nlines", "2"]]),
        (b"a , b\n 1 ,\t2 \n", [["1", "2"]]),
        ("a,b\nMéxico,n/a\n".encode(), [["México", "n/a"]]),
        ("a,b\none\u2028line,still\x85one\n".encode(), [["one\u2028line", "still\x85one"]]),
    ],
)
def test_bom_line_ends_quotes_and_spaces_are_understood(write, content, expected):
    table = read_table(write(content), ["a", "b"], NAMES).cells
    assert list(table.columns) == ["a", "b"]
    assert table.to_numpy().tolist() == expected


def test_a_workbook_is_read_as_text_with_its_row_numbers(workbook):
    rows = [["country", "period", "value"], [None], ["MEX", 2024, 1.5], ["BRA", 2024.0, 2e9]]
    table, _notes, typed_cells, _problems = read_table(workbook(rows), ["country"], {})
    assert typed_cells
    assert table.to_numpy().tolist() == [["MEX", "2024", "1.5"], ["BRA", "2024", "2000000000"]]
    assert list(table.index) == [3, 4]


def test_an_empty_workbook_is_told(workbook):
    assert problems_of(workbook([["a"]])) == ["mine.xlsx: there is a header line but no row below it"]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["code,kind,value", "MEX,flow,1"], "t.csv: column 'rank' is missing; the file has: code, kind, value"),
        (["code,kind,value,rank,valeu", "MEX,flow,1,1,1"], "t.csv: column 'valeu' is not known; did you mean 'value'?"),
        (["code,kind,value,rank", ",flow,1,1"], "t.csv, line 2, column code: is empty; a value is needed"),
        (
            ["code,kind,value,rank", "mex,flow,1,1"],
            "t.csv, line 2, column code: 'mex' does not have the form ^[A-Z]{3}$",
        ),
        (
            ["code,kind,value,rank", "MEX,flows,1,1"],
            "t.csv, line 2, column kind: 'flows' is not in the list; did you mean 'flow'?",
        ),
        (
            ["code,kind,value,rank", "MEX,?,1,1"],
            "t.csv, line 2, column kind: '?' is not in the list; allowed: flow, stock",
        ),
        (["code,kind,value,rank", "MEX,flow,-1,1"], "t.csv, line 2, column value: -1 is below the smallest allowed, 0"),
        (["code,kind,value,rank", "MEX,flow,11,1"], "t.csv, line 2, column value: 11 is above the largest allowed, 10"),
        (["code,kind,value,rank", "MEX,flow,1,1.5"], "t.csv, line 2, column rank: 1.5 is not a whole number"),
        (
            ["code,kind,value,rank", "MEX,flow,1,1", "MEX,flow,2,1"],
            "t.csv, line 3: a second row for MEX, flow; the first is line 2, it differs in value; a key (code, kind) may stand once",
        ),
        (
            ["code,kind,value,rank", "MEX,,1,1", "MEX,,1,1"],
            "t.csv, line 3: a second row for MEX, (empty); the first is line 2, all its cells are the same; "
            "a key (code, kind) may stand once",
        ),
        (
            ["code,kind,value,rank", "MEX,<script>,1,1"],
            "t.csv, line 2, column kind: '<script>' holds markup; only plain text is allowed",
        ),
        (
            ["code,kind,value,rank", "MEX,</b,1,1"],
            "t.csv, line 2, column kind: '</b' holds markup; only plain text is allowed",
        ),
    ],
)
def test_each_breach_of_a_schema_gets_its_message(lines, problem):
    assert check(*lines) == [problem]


@pytest.mark.parametrize(
    "text", ["1,234", "n/a", "US$5", "5 %", "1 000", "1.2.3", "--", "1_0", "１", "nan", "inf", "-Infinity"]
)
def test_text_is_not_a_number(text):
    cells = pd.DataFrame({"code": ["MEX"], "kind": ["flow"], "value": [text], "rank": ["1"]}, index=[2], dtype=str)
    assert check_table(cells, SCHEMA, "t.csv") == [
        f"t.csv, line 2, column value: '{text}' is not a number; "
        "write digits with a decimal point, without commas, units or spaces"
    ]


@pytest.mark.parametrize("text", ["1e999", "-2e18"])
def test_a_number_beyond_everything_counted_is_refused(text):
    (problem,) = check("code,kind,value,rank", f"MEX,flow,{text},1")
    assert problem.startswith(f"t.csv, line 2, column value: {text} is larger than anything counted here")


def test_a_number_beyond_all_amounts_is_refused():
    (problem,) = check("code,kind,value,rank", "MEX,flow,1e999,1")
    assert problem.startswith("t.csv, line 2, column value: ") and "1e999" in problem


def test_a_clean_table_has_no_problems_and_less_than_is_not_markup():
    assert check("code,kind,value,rank", "MEX,flow,1,1", "USA,stock,1e1,", "BRA,,0.5,2.0") == []
    fields = {"fields": [{"name": "note", "type": "string"}]}
    assert check_table(pd.DataFrame({"note": ["a < b, 5 <6"]}), fields, "t.csv") == []


def test_all_problems_of_a_table_are_told_at_once():
    problems = check("code,kind,value,extra", "mx,flows,n/a,1", "MEX,flow,11,1")
    assert len(problems) == 6
    assert [problem.split(":")[0] for problem in problems if "line" in problem] == [
        "t.csv, line 2, column code",
        "t.csv, line 2, column kind",
        "t.csv, line 2, column value",
        "t.csv, line 3, column value",
    ]


def test_only_the_required_columns_must_be_there():
    table = pd.DataFrame({"code": ["MEX"], "value": ["1"]}, index=[2], dtype=str)
    assert check_table(table, SCHEMA, "t.csv", required=["code", "value"]) == []


def test_typing_makes_numbers_and_keeps_the_input():
    table = pd.DataFrame({"code": ["MEX", "USA"], "value": ["1.5", ""]}, index=[2, 3], dtype=str)
    before = table.copy(deep=True)
    result = typed(table, SCHEMA)
    pd.testing.assert_frame_equal(table, before)
    assert list(result.columns) == ["code", "kind", "value", "rank"]
    assert result["value"].iloc[0] == 1.5 and result["value"].isna().iloc[1]
    assert list(result["kind"]) == ["", ""] and result["rank"].isna().all()


def test_checking_leaves_the_table_as_it_was():
    table = pd.DataFrame({"code": ["mx"], "extra": ["<b>"]}, index=[2], dtype=str)
    before = table.copy(deep=True)
    check_table(table, SCHEMA, "t.csv")
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("name", sorted(schemas()))
def test_every_table_of_the_suite_loads_with_its_columns(name):
    table = load_table(name)
    assert list(table.columns) == [field["name"] for field in schemas()[name]["fields"]]
    assert len(table) > 0


def test_a_built_in_table_that_breaks_its_schema_is_refused(monkeypatch, tmp_path):
    (tmp_path / "bases.csv").write_text("basis,metric\nx,y\n", encoding="utf-8")
    monkeypatch.setattr(tables, "DATA", tmp_path)
    with pytest.raises(UserError, match=r"bases\.csv: column 'country' is missing"):
        load_unnoted.__wrapped__("bases")


@pytest.mark.parametrize("content", ["a,b\nMéxico,1\n".encode("cp1252"), "a;b\nx;1\n".encode("utf-16")])
def test_a_built_in_table_is_strictly_utf_8(monkeypatch, tmp_path, content):
    (tmp_path / "bases.csv").write_bytes(content)
    monkeypatch.setattr(tables, "DATA", tmp_path)
    with pytest.raises(UnicodeDecodeError):
        load_unnoted.__wrapped__("bases")
