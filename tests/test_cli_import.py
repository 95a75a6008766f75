"""`vcgap import`: thin; what it prints, writes and refuses."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from vcgap.cli import main

REALDATA = Path(__file__).resolve().parents[2] / "shared" / "realdata"
NEITHER = ["crunchbase-2013-investor-edges", "fundraisingfox-stats", "macro-fx", "macro-worldbank-datahub"]
NEITHER += ["macro-worldbank-wide", "ncses-vc-rd-patents", "yc-2024"]  # deals nor a list of unicorns
LIST = "Company,Valuation ($B),Date Joined,Country\nKavak,$8.7,9/29/2020,Mexico\nStripe,$95.5,1/23/2014,USA\n"


def run(*arguments):
    return CliRunner().invoke(main, ["import", *map(str, arguments)])


def test_a_list_goes_to_a_figures_file_that_check_accepts(write, tmp_path):
    out, companies = tmp_path / "figures.csv", tmp_path / "companies.csv"
    done = run(
        write(LIST), "--as", "unicorns", "--date", "2024-03", "--source", "Mine", "--out", out, "--companies", companies
    )
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("mine.csv: 2 lines = 2 companies + 0 dropped\n")
    assert "4 figures written to" in done.stdout and "2 companies written to" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "companies.csv",
        "figures.csv",
        "figures.log.csv",
        "mine.csv",
    ]
    checked = CliRunner().invoke(main, ["check", str(out)])
    assert checked.exit_code == 0 and checked.stdout.startswith(f"{out}: ok, 4 figures\n")


def test_a_wrong_file_is_told_with_status_2_and_nothing_is_written(write, tmp_path):
    done = run(write("<html>"), "--as", "unicorns", "--out", tmp_path / "figures.csv")
    assert done.exit_code == 2
    assert done.stderr == "mine.csv: this is a web page or XML, not a table; download the raw file itself\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


def test_one_list_is_imported_at_a_time(write, tmp_path):
    done = run(write(LIST), write(LIST, "b.csv"), "--as", "unicorns", "--out", tmp_path / "f.csv")
    assert (done.exit_code, done.stderr) == (2, "--as unicorns: one list at a time; each has its own date and source\n")


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("unicorns", ["--profile", "x", "--map", "m"], "--map: --as unicorns has no such option\n--profile: "),
        ("deals", ["--verbose", "--date", "2024"], "--date: --as deals has no such option\n--verbose: "),
    ],
)
def test_options_of_another_kind_are_refused_all_at_once(write, tmp_path, kind, options, said):
    done = run(write(LIST), "--as", kind, "--out", tmp_path / "f.csv", *options)
    assert done.exit_code == 2 and done.stderr.startswith(said)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


def test_deals_go_to_a_figures_file_that_check_accepts(write, tmp_path):
    out = tmp_path / "figures.csv"
    deals = "company,country,date,amount\nUno,Mexico,2024-05-01,1000000\nDos,MEX,2024-07-01,\n"
    done = run(write(deals), "--as", "deals", "--out", out)
    assert done.exit_code == 0, done.output
    checked = CliRunner().invoke(main, ["check", str(out)])
    assert checked.exit_code == 0 and checked.stdout.startswith(f"{out}: ok, ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "f.csv"], "Missing option '--as'. Choose from:\n\tdeals,\n\tunicorns"),
        (["--as", "unicorn", "--out", "f.csv"], "Invalid value for '--as': 'unicorn' is not"),
        (["--as", "unicorns"], "Missing option '--out'"),
    ],
)
def test_options_that_are_missing_or_misspelt_are_told(write, arguments, said):
    done = run(write(LIST), *arguments)
    assert done.exit_code == 2 and said in done.stderr


@pytest.mark.skipif(not REALDATA.is_dir(), reason="the real exports are not beside this clone")
@pytest.mark.parametrize("folder", NEITHER)
@pytest.mark.parametrize("kind", ["deals", "unicorns"])
def test_real_files_of_another_kind_are_refused_and_nothing_is_written(folder, kind, tmp_path):
    for path in sorted((REALDATA / folder).iterdir()):
        done = run(path, "--as", kind, "--out", tmp_path / "figures.csv")
        assert (done.exit_code, path.name in done.stderr, list(tmp_path.iterdir())) == (2, True, []), path
