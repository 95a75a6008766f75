"""The form for an analyst's own figures: it passes the check as it is, never overwrites, and explains itself twice."""

import io
import zipfile
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from vcgap import form as form_module
from vcgap.errors import UserError
from vcgap.figures import load_package, reference
from vcgap.form import COLUMNS, form, write_form
from vcgap.overlay import examine
from vcgap.tables import load_table, schemas


@pytest.fixture(scope="module")
def book():
    return CalamineWorkbook.from_filelike(io.BytesIO(form()))


def rows_of(book, name):
    return book.get_sheet_by_name(name).to_python()


def drop_downs():
    """The lists of choices on the first sheet: dict of column letter → formula."""
    with zipfile.ZipFile(io.BytesIO(form())) as archive:
        tree = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    found = [one for one in tree.iter() if one.tag.endswith("}dataValidation")]
    return {one.get("sqref")[0]: "".join(one.itertext()) for one in found}


def test_the_form_as_it_is_passes_the_check_and_says_that_its_example_counts_for_nothing(tmp_path, package):
    path = tmp_path / "figures.xlsx"
    write_form(path)
    own, remarks = examine(path)
    assert len(own) == 1
    assert remarks == [
        "figures.xlsx: read sheet 'figures', not 'columns', 'metrics', 'countries'",
        "figures.xlsx, line 2, column status: 'illustrative' figures are listed but enter no comparison",
    ]
    with_form = reference(load_package(path), "column", "vc_investment", "MEX", 2024)
    assert with_form == reference(package, "column", "vc_investment", "MEX", 2024)


def test_two_forms_are_the_same_bytes():
    assert form() == form()


def test_a_file_that_is_there_is_not_overwritten(tmp_path):
    path = tmp_path / "figures.xlsx"
    path.write_text("mine")
    with pytest.raises(UserError, match="is there already and is not overwritten"):
        write_form(path)
    assert path.read_text() == "mine"


def test_a_name_that_is_no_workbook_and_a_folder_that_is_not_there_are_told(tmp_path):
    with pytest.raises(UserError, match=r"figures\.csv: the form is a workbook"):
        write_form(tmp_path / "figures.csv")
    with pytest.raises(UserError, match="cannot be written"):
        write_form(tmp_path / "none" / "figures.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_its_columns_are_those_of_the_figures_without_the_id_and_with_the_unit(book):
    assert rows_of(book, "figures")[0] == COLUMNS
    assert set(COLUMNS) == {field["name"] for field in schemas()["figures"]["fields"]} - {"id"} | {"unit"}


def test_country_metric_and_unit_are_chosen_from_lists_that_hold_every_choice(book):
    lists = drop_downs()
    countries, metrics = rows_of(book, "countries"), rows_of(book, "metrics")
    assert lists["A"] == f"countries!$A$2:$A${len(countries)}"
    assert lists["B"] == f"metrics!$A$2:$A${len(metrics)}"
    assert [row[0] for row in metrics[1:]] == list(load_table("metrics")["metric"])
    assert ["MEX", "Mexico", "México"] in countries and len(countries) == 250
    assert set(lists["F"].strip('"').split(",")) >= set(load_table("metrics")["unit"])


def test_every_column_is_explained_in_english_and_in_spanish(book):
    explained = {row[0]: row[1:] for row in rows_of(book, "columns")[1:] if row[0]}
    assert list(explained) == COLUMNS
    assert not any("sources.csv" in cell for row in explained.values() for cell in row)
    assert all(english and spanish and english != spanish for _needed, english, spanish in explained.values())
    assert [name for name, row in explained.items() if row[0] != "no"] == [
        "country",
        "metric",
        "period",
        "value",
        "source",
    ]


def test_a_filled_form_is_read_with_its_numbers(tmp_path, monkeypatch):
    filled = {"value": 1.234, "metric": "fx_rate", "unit": "ratio", "status": "sourced", "source": "me"}
    monkeypatch.setattr(form_module, "EXAMPLE", form_module.EXAMPLE | filled)
    write_form(tmp_path / "figures.xlsx")
    assert list(examine(tmp_path / "figures.xlsx").figures["value"]) == [1.234]
