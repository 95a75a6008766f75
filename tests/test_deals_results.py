"""The rows of a figures file."""

from pathlib import Path
from types import SimpleNamespace

from vcgap.deals.results import segment, source_name


def test_segments_name_their_key():
    rows = [("total", None), ("stage", "seed"), ("sector", "fintech"), ("scope", "debt"), ("all_rounds", None)]
    said = [segment({"part": part, "code": code}) for part, code in rows]
    assert said == ["", "stage=seed", "sector=fintech", "scope=debt", "scope=all_rounds"]


def test_a_source_is_named_after_its_files_and_is_no_source_of_the_suite():
    files = [SimpleNamespace(original=Path(name)) for name in ("Rounds 2024.csv.gz", "=cmd<b>.csv")]
    assert source_name(files) == "deals_rounds_2024_cmd_b"
    assert source_name([SimpleNamespace(original=Path("column.csv"))]) == "deals_column"
    assert len(source_name([SimpleNamespace(original=Path("x" * 200))])) == 60
