"""The command line: what it says, in plain lines, and the exit status it leaves with."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from vcgap.cli import command_line, main
from vcgap.language import NBSP
from vcgap.parameters import MODELS, help_of
from vcgap.report import render as rendering

ROOT = Path(__file__).resolve().parents[1]
HEADER = "country,metric,period,value,source"
GOOD_ROW = "MEX,vc_investment,2024,1500000000,my_fund"


def run(*arguments):
    """Run the command line in this process; whatever happens, no traceback may reach the user."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    assert "Traceback" not in done.output
    return done


def refused(*arguments):
    """The lines that tell the user what is wrong with their input."""
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    return done.stderr.splitlines()


def write(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def out(tmp_path):
    """A folder of editions that holds a good one; after the test it must hold exactly that."""
    folder = tmp_path / "reports"
    (folder / "2024-usa-mex").mkdir(parents=True)
    write(folder / "index.html", "last good index")
    before = sorted(folder.rglob("*"))
    yield folder
    assert sorted(folder.rglob("*")) == before
    assert (folder / "index.html").read_text(encoding="utf-8") == "last good index\n"


@pytest.fixture
def asked(monkeypatch):
    """What would have been rendered: list of (names, parameters), without starting a kernel."""
    calls = []

    def instead(tasks, *_rest):
        calls.append(([task.job.name for task in tasks], tasks[0].job.parameters))
        return []

    monkeypatch.setattr(rendering, "_make", instead)
    monkeypatch.setattr(rendering, "_say_what_moved", lambda *_arguments: None)
    return calls


# wrong parameters


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("yeer", "2018", r"parameter yeer: there is no such parameter; did you mean 'year'\?"),
        ("year", "abc", r"parameter year: 'abc' .*integer.*calendar year of the figures"),
        ("year", "2024.5", r"parameter year: '2024\.5' .*integer.*calendar year of the figures"),
        ("year", "2150", r"parameter year: '2150' .*less than or equal to 2100.*"),
        ("year", "1889", r"parameter year: '1889' .*greater than or equal to 1990.*"),
        ("year", "2050", r"parameter year: no figures for USA or MEX in 2050; there are figures for 1999, .*2025"),
        ("year", "1995", r"parameter year: no figures for USA or MEX in 1995; there are figures for 1999, .*2025"),
        ("peer", "XXX", r"parameter peer: no figures for 'XXX'; allowed: ARG, BRA, CHL, COL, MEX, PER, USA"),
        ("peer", "MX", r"parameter peer: .*'MX'.*; did you mean 'MEX'\?"),
        ("base", "US", r"parameter base: .*'US'.*; did you mean 'USA'\?"),
        ("peer", "mex", r"parameter peer: .*'mex'.*; did you mean 'MEX'\?"),
        ("base", "MEX", r"parameters: base and peer are both 'MEX'; a gap needs two countries"),
        ("basis", "colum", r"parameter basis: 'colum' .*'column' or 'like_for_like'.*"),
        ("language", "fr", r"parameter language: 'fr' .*'en'.*language of the report"),
    ],
)
def test_wrong_parameter_is_told_in_one_line_and_nothing_is_written(out, name, value, line):
    (told,) = refused("render", "-p", name, value, "--out", out)
    assert re.fullmatch(line, told), told


def test_lever_of_a_notebook_that_is_not_rendered_is_told_and_nothing_is_written(out):
    (told,) = refused("render", "volume", "-p", "afore_share", "0.03", "--out", out)
    assert told == "parameter afore_share: only 06_closing_the_gap has it; render that notebook too, or leave it out"


def test_lever_goes_with_all_notebooks_and_is_checked_against_its_range(out, tmp_path, asked):
    assert run("render", "-p", "afore_share", "0.03", "--out", tmp_path / "out").exit_code == 0
    ((names, parameters),) = asked
    assert "06_closing_the_gap" in names and len(names) > 1
    assert parameters.afore_share == 0.03
    (told,) = refused("render", "-p", "afore_share", "3", "--out", out)
    assert told.startswith("parameter afore_share: '3' is not allowed (")


def test_all_wrong_parameters_are_told_at_once(out):
    told = refused("render", "-p", "yeer", "2018", "-p", "year", "abc", "-p", "basis", "colum", "--out", out)
    assert sorted(line.split(":")[0] for line in told) == ["parameter basis", "parameter year", "parameter yeer"]


def test_unknown_notebook_is_told_with_its_nearest_match(out):
    (told,) = refused("render", "fund_sizes", "--out", out)
    assert told.startswith("notebook fund_sizes: there is no such notebook; did you mean '02_fund_size'?")


def test_unknown_option_and_unknown_command_are_told(out):
    assert "No such option" in refused("render", "--yeer", "2018", "--out", out)[-1]
    assert "No such command 'rendr'" in refused("rendr")[-1]


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_number_of_jobs_must_be_a_number_from_one(out, jobs):
    assert "--jobs" in refused("render", "--jobs", jobs, "--out", out)[-1]


# parameters from a file


def test_parameters_file_is_read_and_the_command_line_wins(tmp_path, asked):
    file = write(tmp_path / "parameters.yaml", "year: 2018", "basis: like_for_like", "peer: BRA")
    done = run("render", "fund_size", "-f", file, "-p", "peer", "MEX", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    ((names, parameters),) = asked
    assert names == ["02_fund_size"]
    assert (parameters.year, parameters.basis, parameters.peer) == (2018, "like_for_like", "MEX")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("yeer: 2018", r"parameter yeer: there is no such parameter; did you mean 'year'\?"),
        ("year: [2018", r".*parameters\.yaml: not readable as YAML \(.*\)"),
        ("just words", r".*parameters\.yaml: expected lines such as 'year: 2018'"),
        ("- year\n- 2018", r".*parameters\.yaml: expected lines such as 'year: 2018'"),
        ("year: 2018-01-01", r"parameter year: .*"),
        ("2018: year", r"parameter 2018: .*"),
        ("figures: [own.csv]", r"parameter figures: .*"),
        ("year: 2018\nyear: 2019", r".*parameters\.yaml, line 2: year is there twice; keep one"),
    ],
)
def test_bad_parameters_file_is_told_in_one_line(tmp_path, out, text, line):
    file = write(tmp_path / "parameters.yaml", text)
    (told,) = refused("render", "-f", file, "--out", out)
    assert re.fullmatch(line, told), told


def test_missing_parameters_file_is_told(tmp_path, out):
    (told,) = refused("render", "-f", tmp_path / "none.yaml", "--out", out)
    assert "none.yaml" in told and "No such file" in told


# interrupted


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ([], "Stopped. What was finished is kept; the same command goes on from there.\n"),
        (["--force"], "Stopped. What was finished is kept.\n"),  # the same command would make all again
    ],
)
def test_an_interrupted_run_promises_no_more_than_it_keeps(tmp_path, monkeypatch, how, told):
    def interrupted(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(rendering, "_make", interrupted)
    done = run("render", "fund_size", *how, "--out", tmp_path / "out")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", told)


# an analyst's file


def test_bad_figures_file_is_told_with_all_its_problems_and_nothing_is_written(tmp_path, out):
    file = write(
        tmp_path / "my_figures.csv",
        HEADER,
        "mx,vc_investment,2024,5,me",
        "MEX,vc_invest,2024,1000000000,me",
        'MEX,vc_investment,2024,"1,000",me',
        "MEX,vc_investment,2023,-5,me",
    )
    told = refused("render", "--figures", file, "--out", out)
    assert told == refused("check", file)
    assert [line.partition(":")[0] for line in told] == [
        "my_figures.csv, line 2, column country",
        "my_figures.csv, line 3, column metric",
        "my_figures.csv, line 4, column value",
        "my_figures.csv, line 5, column value",
    ]


def test_country_of_a_figures_file_is_told_as_a_reader_would_put_it(tmp_path):
    file = write(tmp_path / "my_figures.csv", HEADER, "mx,vc_investment,2024,5,me")
    assert refused("check", file) == [
        "my_figures.csv, line 2, column country: 'mx' is not an ISO 3166-1 alpha-3 code; did you mean 'MEX'?"
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([HEADER], "there is a header line but no row below it"),
        (["country,metric,period,value", "MEX,vc_investment,2024,5"], "source"),
        ([HEADER.replace("metric", "metrik"), GOOD_ROW], "did you mean 'metric'?"),
        (
            [HEADER, GOOD_ROW, GOOD_ROW],
            "line 3: a second row for MEX, vc_investment, 2024, (empty), my_fund; the first is line 2, all its",
        ),
        ([HEADER, "MEX,unicorns_active,2024-12-31,-1,me"], "is negative"),
        ([HEADER, GOOD_ROW + ",more"], "line 2: 6 cells, but the header has 5"),
    ],
)
def test_check_says_what_is_wrong_with_a_file(tmp_path, lines, said):
    told = refused("check", write(tmp_path / "own.csv", *lines))
    assert any(said in line for line in told), told
    assert all(line.startswith("own.csv") for line in told)


def test_check_says_ok_and_how_many_figures(tmp_path):
    file = write(tmp_path / "own.csv", HEADER, GOOD_ROW, GOOD_ROW.replace("2024", "2023"))
    done = run("check", file)
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{file}: ok, 2 figures\n", "")


def test_check_says_how_it_read_what_was_typed_in_another_form_and_warns(tmp_path):
    file = write(tmp_path / "own.csv", HEADER, 'México,vc_investment,2024,"US$1,670 bn",me')
    done = run("check", file)
    assert done.exit_code == 0
    ok, country, value, warning = done.stdout.splitlines()
    assert ok == f"{file}: ok, 1 figures"
    assert country == "  own.csv, line 2, column country: 'México' is read as MEX"
    assert value.endswith("'US$1,670 bn' is read as 1670000000000 USD, because in English commas group thousands")
    assert "warning: 1,670,000,000,000 is " in warning and "up to 20 times is plausible" in warning


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(28, "No space left on device"), "Stopped: No space left on device\n"),
        (OSError(5, "Input/output error", "a.csv"), "a.csv: Input/output error\n"),
    ],
)
def test_a_fault_of_the_machine_is_told_in_one_line_and_other_faults_stay_what_they_are(monkeypatch, error, line):
    def failing(_file):
        raise error

    monkeypatch.setattr("vcgap.overlay.examine", failing)
    run = CliRunner().invoke(main, ["check", "a.csv"])
    assert (run.exit_code, run.stderr) == (1, line)
    error.errno = 9
    assert CliRunner().invoke(main, ["check", "a.csv"]).exception is error


def test_check_of_several_files_tells_the_good_and_the_bad(tmp_path):
    good = write(tmp_path / "good.csv", HEADER, GOOD_ROW)
    done = run("check", good, tmp_path / "none.csv")
    assert done.exit_code == 2
    assert done.stdout.startswith(f"{good}: ok, 1 ") and done.stdout.count("\n") == 1
    assert done.stderr == f"{tmp_path / 'none.csv'}: there is no such file\n"


def test_check_without_files_is_told_how():
    assert "Missing argument 'FILES...'" in refused("check")[-1]


def test_figures_given_as_a_parameter_are_the_same_as_figures_given_as_an_option(tmp_path, asked):
    file = write(tmp_path / "own.csv", HEADER, GOOD_ROW)
    for words in (["--figures", file], ["-p", "figures", file]):
        assert run("render", *words, "--out", tmp_path / "out").exit_code == 0
    assert asked[0] == asked[1]
    assert asked[0][1].figures == "../own_figures.csv"


def test_own_figures_of_a_year_without_others_make_that_year_possible(tmp_path, asked):
    file = write(tmp_path / "own.csv", HEADER, "MEX,vc_investment,2030,1500000000,my_fund")
    done = run("render", "-p", "year", "2030", "--figures", file, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert asked[0][1].year == 2030


def test_a_new_form_can_be_checked_and_is_not_overwritten(tmp_path):
    file = tmp_path / "figures.xlsx"
    assert run("new", file).stdout == f"{file}: fill in the sheet “figures”, then: vcgap check {file}\n"
    assert run("check", file).stdout.startswith(f"{file}: ok, 1 figures\n")
    assert refused("new", file) == [f"{file}: is there already and is not overwritten; choose another name"]


# diff


def test_diff_prints_text_or_json_and_writes_a_page(tmp_path):
    before = write(tmp_path / "a.csv", HEADER, GOOD_ROW)
    after = write(tmp_path / "b.csv", HEADER, GOOD_ROW.replace("1500000000", "US$1.6 bn"))
    said = run("diff", before, after, "--html", tmp_path / "page.html").stdout
    assert said.splitlines()[-1] == f"  changed: mex-vc_investment-2024-my_fund: US$1.5{NBSP}bn → US$1.6{NBSP}bn"
    (row,) = json.loads(run("diff", before, after, "--json").stdout)["figures"]
    assert (row["before"], row["after"]) == (1.5e9, 1.6e9)
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert refused("diff", before, tmp_path / "none.csv") == [f"{tmp_path / 'none.csv'}: there is no such file"]


@pytest.mark.parametrize("target", ["a.csv", "b.csv", "edition/manifest.json", "edition/en/00_overview.html"])
def test_diff_writes_no_page_over_what_it_compares(tmp_path, target):
    file = write(tmp_path / "a.csv", HEADER, GOOD_ROW)
    (tmp_path / "edition" / "en").mkdir(parents=True)
    held = {"parameters": {}, "own_figures": [], "reports": {}}
    edition = tmp_path / "edition"
    (edition / "manifest.json").write_text(json.dumps(held), encoding="utf-8")
    (edition / "en" / "00_overview.html").write_text("a report", encoding="utf-8")
    (tmp_path / "b.csv").symlink_to(file)
    before = (tmp_path / target).read_bytes()
    for pair in ([file, edition], [edition, file]):
        assert refused("diff", *pair, "--html", tmp_path / target) == [
            f"{(tmp_path / target)}: would be written over another file that is read or written here; name another"
        ]
    assert (tmp_path / target).read_bytes() == before


# explain


def explained(*arguments):
    done = run("explain", *arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_explain_lists_every_source_marks_the_reference_and_gives_the_reason():
    text = explained("vc_investment", "--country", "MEX", "--year", "2024")
    for family in ("TTR", "LAVCA", "AMEXCAP", "Endeavor/Glisco", "column"):
        assert re.search(rf"^ .*{family}|^\*.*{family}", text, flags=re.MULTILINE), family
    (marked,) = [line for line in text.splitlines() if re.match(r"\*\s+\D+\d", line) and "Reference" not in line]
    assert "US$1.67\u00a0bn" in marked and "mex-vc_investment-2024-column" in marked
    assert "Range across 4 families: US$635\u00a0m–US$1.67\u00a0bn" in text
    assert "* Reference: mex-vc_investment-2024-column. The figure printed in the column of March 2025" in text


def test_explain_under_another_basis_marks_another_source():
    text = explained("vc_investment", "--country", "MEX", "--year", "2018", "--basis", "like_for_like")
    assert "* Reference: " in text and "column" not in text.split("* Reference: ")[1].split(".")[0]


def test_explain_puts_own_figures_first_and_says_so(tmp_path):
    file = write(tmp_path / "own.csv", HEADER, GOOD_ROW)
    text = explained("vc_investment", "--country", "MEX", "--year", "2024", "--figures", file)
    assert "* Reference: mex-vc_investment-2024-my_fund, because your own figures come first." in text


def test_explain_says_where_there_is_no_figure():
    text = explained("vc_investment", "--country", "MEX", "--year", "1991")
    assert text.splitlines() == ["venture capital invested, MEX, 1991: no figure."]


def test_explain_names_the_segments_that_have_figures():
    text = explained("sector_share_value", "--country", "MEX", "--year", "2024")
    assert "no figure" in text and "sector=" in text


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["vc_invest", "--country", "MEX"], "metric vc_invest: there is no such metric; did you mean 'vc_investment'?"),
        (["vc_investment", "--country", "MX"], "--country MX: no figures for it; did you mean 'MEX'?"),
        (
            ["vc_investment", "--country", "MEX", "--basis", "colum"],
            "--basis colum: there is no such basis; did you mean 'column'?",
        ),
    ],
)
def test_explain_tells_what_is_misspelt(arguments, line):
    assert refused("explain", *arguments, "--year", "2024") == [line]


def test_explain_needs_a_year_that_is_a_number():
    assert "'soon' is not a valid integer" in refused("explain", "gdp", "--country", "MEX", "--year", "soon")[-1]


# help


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["check", "-h"], ["explain", "-h"], ["--version"]])
def test_help_is_there_without_loading_the_heavy_libraries(arguments):
    program = (
        "import sys\n"
        "from vcgap.cli import command_line, main\n"
        f"main({arguments!r}, standalone_mode=False)\n"
        "print(sorted({'pandas', 'numpy', 'matplotlib', 'papermill', 'nbconvert', 'pydantic', 'babel'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *said, loaded = done.stdout.splitlines()
    assert said and loaded == "[]"


def test_help_of_render_lists_the_parameters_without_loading_tables_or_charts():
    program = (
        "import sys\nfrom vcgap.cli import command_line, main\nmain(['render', '-h'], standalone_mode=False)\n"
        "print(sorted({'pandas', 'numpy', 'matplotlib', 'papermill', 'nbconvert', 'babel'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    text = " ".join(done.stdout.split())
    for model in MODELS.values():
        for name, said in help_of(model).items():
            assert f"{name}: {said} [" in text
    assert "Parameters of 06_closing_the_gap alone:" in text
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_names_every_command_and_every_command_explains_itself():
    text = run("--help").stdout
    for name, command in main.commands.items():
        assert re.search(rf"^  {name} +\S", text, flags=re.MULTILINE)
        assert command.help
        assert all(
            option.help for option in command.params if option.param_type_name == "option" and option.name != "help"
        )


def test_the_installed_command_is_this_command_line():
    from importlib.metadata import entry_points

    (found,) = [entry for entry in entry_points(group="console_scripts") if entry.name == "vcgap"]
    assert found.load() is command_line
