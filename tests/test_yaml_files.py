"""Mappings that people write: read as they stand, refused where they say nothing or a thing twice."""

import pytest

from vcgap.errors import UserError
from vcgap.yaml_files import read_mapping


def mapping(folder, text):
    path = folder / "some.yaml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path, "year: 2018")


def test_names_are_text_and_values_are_what_yaml_says(tmp_path):
    assert mapping(tmp_path, "year: 2018\n2019: [a, 'b']\n") == {"year": 2018, "2019": ["a", "b"]}


@pytest.mark.parametrize("text", ["", "{}", "- year", "year"])
def test_what_holds_no_mapping_is_told_with_an_example(tmp_path, text):
    with pytest.raises(UserError, match=r"some\.yaml: expected lines such as 'year: 2018'"):
        mapping(tmp_path, text)


@pytest.mark.parametrize("text", ["year: [2018", "year: !!python/object:os.system 1", "\x00", "year: 2024-99-99"])
def test_what_is_no_yaml_or_more_than_that_is_told(tmp_path, text):
    with pytest.raises(UserError, match=r"some\.yaml: not readable as YAML"):
        mapping(tmp_path, text)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(UserError, match=r"none\.yaml: cannot be read"):
        read_mapping(tmp_path / "none.yaml", "year: 2018")


def test_each_name_that_is_there_twice_is_told_with_its_line(tmp_path):
    with pytest.raises(UserError) as error:
        mapping(tmp_path, "year: 1\npeer: MEX\nyear: 2\nexclude:\n- peer: BRA\n  peer: MEX\n")
    assert [problem.partition("some.yaml")[2] for problem in map(str, error.value.problems)] == [
        ", line 3: year is there twice; keep one",
        ", line 6: peer is there twice; keep one",
    ]
