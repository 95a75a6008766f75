"""Where readers find reports: what is there already is checked first, and nothing is half-written."""

import json
from pathlib import Path

import pytest

from vcgap.errors import UserError
from vcgap.parameters import read_parameters
from vcgap.report import manifest
from vcgap.report.job import Job
from vcgap.report.publish import STAGING, publish, staging, write_index

GOOD = {"parameters": {"base": "USA", "peer": "MEX", "year": 2024, "basis": "column"}, "own_figures": [], "reports": {}}


@pytest.fixture
def put(tmp_path):
    """A function that writes a file below a folder of editions and returns that folder."""

    def put_file(name, text):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return put_file


def refused(out):
    """Why nothing may be written to a folder, in which everything then is as it was."""
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    with pytest.raises(UserError) as told, staging(out):
        pytest.fail("it was begun")
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert not (out / STAGING).exists()
    return [problem.replace(str(out), "OUT") for problem in told.value.problems]


# what is there before a run


def test_one_run_at_a_time_may_write_to_a_folder(tmp_path):
    with staging(tmp_path), pytest.raises(UserError, match="another render is at work there"):  # noqa: SIM117
        with staging(tmp_path):
            pass
    assert list(tmp_path.iterdir()) == []
    with staging(tmp_path):
        pass


def test_what_a_killed_run_left_is_cleared_away(tmp_path):
    (tmp_path / STAGING / "0").mkdir(parents=True)
    with staging(tmp_path) as stage:
        assert list(stage.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"reports": {}}', '{"reports": []}', '{"reports": {"en/a": 1}, "parameters": {}, "own_figures": []}'],
)
def test_a_damaged_manifest_ends_a_run_before_it_begins_and_all_are_told(put, text):
    put("2018-usa-mex/manifest.json", text)
    out = put("2019-usa-mex/manifest.json", text)
    assert refused(out) == [
        f"OUT/{year}-usa-mex/manifest.json: this manifest is damaged; remove its folder and render the edition again"
        for year in (2018, 2019)
    ]


def test_the_manifest_of_another_program_is_left_alone_and_is_no_edition(put):
    put("app/manifest.json", json.dumps({"name": "app", "icons": []}))
    out = put("2024-usa-mex/manifest.json", json.dumps(GOOD))
    with staging(out):
        write_index(out)
    assert [folder.name for folder in manifest.editions(out)] == ["2024-usa-mex"]
    assert "app" not in [
        part.partition('"')[0] for part in (out / "index.html").read_text(encoding="utf-8").split('id="')
    ]
    assert json.loads((out / "app" / "manifest.json").read_text(encoding="utf-8"))["name"] == "app"


def test_an_index_that_is_not_from_here_is_not_overwritten(put):
    out = put("index.html", "<!doctype html><title>My own page</title></html>\n")
    assert refused(out) == ["OUT/index.html: this page is not from here; choose another folder with --out"]


# the index


@pytest.mark.parametrize(
    "damage",
    [
        lambda page: page[: len(page) // 2],
        lambda page: page.replace(manifest.MARK, manifest.MARK + "0"),
        lambda page: page.replace("2024", "1999"),
    ],
    ids=["cut short", "of other manifests", "changed by hand"],
)
def test_an_index_that_is_not_as_it_was_made_is_written_again(put, damage):
    out = put("2024-usa-mex/manifest.json", json.dumps(GOOD))
    write_index(out)
    whole = (out / "index.html").read_text(encoding="utf-8")
    put("index.html", damage(whole))
    with staging(out):
        write_index(out)
    assert (out / "index.html").read_text(encoding="utf-8") == whole


def test_an_index_that_is_current_is_left_as_it_is(put):
    out = put("2024-usa-mex/manifest.json", json.dumps(GOOD))
    write_index(out)
    before = (out / "index.html").stat()
    write_index(out)
    assert (out / "index.html").stat().st_ino == before.st_ino


# what is published


def test_files_are_on_the_disk_before_they_are_where_readers_find_them(tmp_path, monkeypatch):
    (tmp_path / "a.html").write_text("<html>")
    done = []
    monkeypatch.setattr("os.fsync", lambda _descriptor: done.append("on the disk"))
    monkeypatch.setattr("os.replace", lambda _old, new: done.append(Path(new).name))
    job = Job("2024-usa-mex", "a", read_parameters({}), [], "", "forked")
    assert publish(job, tmp_path, {"files": {"a.html": ""}}, tmp_path) == ""
    assert done == ["on the disk", "a.html", "on the disk", "manifest.json"]


def test_a_manifest_names_own_figures_of_its_countries_and_year_first(tmp_path):
    ids = ["are-aum-2024-me", "mex-aum-2013-me", "usa-aum-2013-me", "usa-aum-2024-me"]
    rows = [f"{name},{name[:3].upper()},aum,{name[8:12]},," for name in ids]
    own = "\n".join(["id,country,metric,period,segment,value", *rows]) + "\n"
    job = Job("2013-usa-mex-own", "00_overview", read_parameters({"year": 2013}), [], own, "forked")
    assert publish(job, tmp_path, {"files": {}}, tmp_path) == ""
    held = json.loads((tmp_path / "2013-usa-mex-own" / "manifest.json").read_text(encoding="utf-8"))
    assert held["own_figures"] == ["mex-aum-2013-me", "usa-aum-2013-me", "usa-aum-2024-me", "are-aum-2024-me"]
