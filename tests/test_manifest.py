"""A report is made again if, and only if, something it is made of changed; and the run says what."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from vcgap.errors import UserError
from vcgap.figures import KEY
from vcgap.report import manifest
from vcgap.report.asked import editions_of
from vcgap.report.render import plan

ROOT = Path(__file__).resolve().parents[1]
EDITION = "2024-usa-mex"
NAMES = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
RARE = "ai_articles"  # a metric that few reports read


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A copy of the suite and its reports, not to be changed. Reports that are not current, or drawn elsewhere, are made."""
    suite = tmp_path_factory.mktemp("suite")
    for name in ("vcgap", "data", "notebooks", "reports"):
        shutil.copytree(ROOT / name, suite / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    shutil.copy(ROOT / "requirements.txt", suite)
    drawn_here = {report["drawn_on"] for report in entries(suite).values()} == {manifest.drawn_on()}
    vcgap(suite, "render", *([] if drawn_here else ["--force"]))
    return suite


@pytest.fixture
def suite(template, tmp_path, monkeypatch):
    """A copy that a test may change, and which the manifest looks at."""
    shutil.copytree(template, tmp_path / "suite", copy_function=os.link)
    for name, folder in {"ROOT": ".", "DATA": "data", "NOTEBOOKS": "notebooks", "PACKAGE": "vcgap"}.items():
        monkeypatch.setattr(manifest, name, tmp_path / "suite" / folder)
    return tmp_path / "suite"


def change(path, text):
    """Write a file anew: its copies are one file with it."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def append(path, text):
    change(path, path.read_text(encoding="utf-8") + text)


def reasons(suite):
    """What is to be made in the suite, and why: dict of notebook to str."""
    shared, data = manifest.ingredients(), manifest.data_fingerprints()
    tasks, current = plan(NAMES, editions_of(NAMES, [("", {})], "", []), suite / "reports", shared, data)
    assert len(tasks) + len(current) == len(NAMES)
    return {task.job.name: task.why for task in tasks}


def entries(suite):
    """The reports of a suite, as its manifest has them."""
    return manifest.read(suite / "reports" / EDITION).get("reports", {})


def readers(suite, name):
    """The reports that read something."""
    return {key.partition("/")[2] for key, report in entries(suite).items() if name in report["read"]}


def figures(suite):
    with (suite / "data" / "figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_figures(suite, rows):
    path = suite / "data" / "figures.csv"
    path.unlink()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_what_was_not_touched_is_current(suite):
    assert reasons(suite) == {}


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("vcgap/gaps.py", "package changed"),
        ("vcgap/report/templates/page.css", "template changed"),
        ("vcgap/report/templates/exhibit.html.j2", "template changed"),
        ("vcgap/report/templates/new.json", "template changed"),
        ("vcgap/locale/es_MX/LC_MESSAGES/vcgap.po", "catalogue changed"),
        ("requirements.txt", "lock changed"),
        ("data/datapackage.json", "schema changed"),
    ],
)
def test_what_every_report_is_made_of_makes_all_of_them_again(suite, path, why):
    (suite / path).parent.mkdir(parents=True, exist_ok=True)
    change(suite / path, f"{(suite / path).read_text(encoding='utf-8') if (suite / path).exists() else ''} ")
    assert reasons(suite) == dict.fromkeys(NAMES, why)


def test_a_module_that_moved_is_a_change(suite):
    (suite / "vcgap" / "gaps.py").rename(suite / "vcgap" / "chapters" / "gaps.py")
    assert set(reasons(suite).values()) == {"package changed"}


def test_a_folder_of_modules_that_is_a_link_counts_like_any_other(suite):
    (suite / "vcgap" / "chapters").rename(suite / "elsewhere")
    (suite / "vcgap" / "chapters").symlink_to(suite / "elsewhere")
    assert reasons(suite) == {}
    append(suite / "elsewhere" / "volume.py", " ")
    assert set(reasons(suite).values()) == {"package changed"}


def test_a_notebook_makes_only_its_own_report_again(suite):
    append(suite / "notebooks" / "04_unicorns.ipynb", "\n")
    assert reasons(suite) == {"04_unicorns": "notebook changed"}


def test_a_table_makes_those_again_that_read_it(suite):
    append(suite / "data" / "funds.csv", "\n")
    assert reasons(suite) == dict.fromkeys(readers(suite, "funds"), "funds.csv changed") != {}


def test_a_figure_makes_those_again_that_read_its_metric_and_is_named(suite):
    rows = figures(suite)
    (row,) = [row for row in rows if row["id"] == "mex-vc_investment-2024-lavca_startup_vc"]
    row["value"] = "1270000001"
    write_figures(suite, rows)
    touched = readers(suite, "figures/metric=vc_investment")
    assert reasons(suite) == dict.fromkeys(touched, "figures changed: mex-vc_investment-2024-lavca_startup_vc")


def test_a_figure_that_few_read_leaves_the_others_alone(suite):
    rows = figures(suite)
    names = [row["id"] for row in rows if row["metric"] == RARE]
    for row in rows:
        if row["metric"] == RARE:
            row["note"] = "another note"
    write_figures(suite, rows)
    touched = readers(suite, f"figures/metric={RARE}")
    assert 0 < len(touched) < len(NAMES) - 2
    found = reasons(suite)
    assert set(found) == touched
    assert all(why.startswith(f"figures changed: {names[0]}, {names[1]}") for why in found.values())


def test_a_figure_that_was_added_or_removed_counts(suite):
    rows = figures(suite)
    last = max(place for place, row in enumerate(rows) if row["metric"] == RARE)
    write_figures(suite, rows[:last] + rows[last + 1 :])
    assert reasons(suite) == dict.fromkeys(readers(suite, f"figures/metric={RARE}"), f"figures changed: of {RARE}")
    write_figures(suite, [*rows, rows[last] | {"id": "new", "period": "1999"}])
    assert set(reasons(suite).values()) == {"figures changed: new"}


def test_the_mark_that_a_spreadsheet_puts_first_is_no_change(suite):
    path = suite / "data" / "figures.csv"
    change(path, "\ufeff" + path.read_text(encoding="utf-8"))
    assert reasons(suite) == {}


def test_columns_that_changed_places_in_the_header_alone_are_a_change(suite):
    path = suite / "data" / "figures.csv"
    text = path.read_text(encoding="utf-8")
    assert ",lower,upper," in text
    change(path, text.replace(",lower,upper,", ",upper,lower,", 1))
    assert set(reasons(suite)) == set(NAMES)


def test_a_file_without_the_columns_makes_all_again_so_that_it_is_refused_where_it_is_loaded(suite):
    path = suite / "data" / "figures.csv"
    change(path, path.read_text(encoding="utf-8").replace(",", ";"))
    assert set(reasons(suite)) == set(NAMES)


@pytest.mark.usefixtures("longest_cell")
def test_a_file_that_is_no_csv_is_told(suite):
    append(suite / "data" / "figures.csv", '"' + "x" * 200_000)
    with pytest.raises(UserError, match=r"figures\.csv: not readable as CSV "):
        manifest.data_fingerprints()


def test_another_set_of_parameters_or_own_figures_count(suite):
    path = suite / "reports" / EDITION / "manifest.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    for name, part, other in (
        ("00_overview", "parameters", {}),
        ("02_fund_size", "own figures", "abc"),
    ):
        held["reports"][f"en/{name}"]["made_of"][part] = other
    change(path, manifest.text(held))
    assert reasons(suite) == {
        "00_overview": "parameters changed",
        "02_fund_size": "own figures changed",
    }


def test_a_file_that_is_missing_or_was_changed_by_hand_is_made_again(suite):
    folder = suite / "reports" / EDITION / "en"
    (folder / "03_sector_mix.html").unlink()
    append(folder / "05_ai_ecosystem.ipynb", " ")
    append(folder / "ladder.svg", " ")
    assert reasons(suite) == {
        "00_overview": "ladder.svg is not as it was made",
        "03_sector_mix": "03_sector_mix.html is missing",
        "05_ai_ecosystem": "05_ai_ecosystem.ipynb is not as it was made",
    }


def change_numbers(suite):
    """Another ratio in the manifest, as by hand."""
    path = suite / "reports" / EDITION / "manifest.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    held["reports"]["en/00_overview"]["numbers"]["vc_ratio"] = 999.0
    change(path, manifest.text(held))


def test_numbers_that_were_changed_by_hand_in_the_manifest_make_their_report_again(suite):
    change_numbers(suite)
    assert reasons(suite) == {"00_overview": "manifest.json does not say of it what it was made to say"}


def test_an_edition_without_a_manifest_is_new(suite):
    (suite / "reports" / EDITION / "manifest.json").unlink()
    assert reasons(suite) == dict.fromkeys(NAMES, "new")


# with the program


def vcgap(suite, *arguments):
    command = [sys.executable, "-c", "from vcgap.cli import main; main()", *map(str, arguments)]
    env = os.environ | {"PYTHONPATH": str(suite), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=suite, env=env, capture_output=True, text=True, check=True).stdout


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_current_render_loads_no_heavy_library(template):
    program = (
        "import sys\nfrom vcgap.cli import main\nmain(['render'], standalone_mode=False)\n"
        "print(sorted({'pandas', 'numpy', 'matplotlib', 'papermill', 'nbconvert', 'pydantic', 'babel'} & set(sys.modules)))"
    )
    env = os.environ | {"PYTHONPATH": str(template), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", program], cwd=template, env=env, capture_output=True, text=True)
    *said, loaded = done.stdout.splitlines()
    assert said[:-1] == [f"{EDITION}/en/{name}: current" for name in NAMES], done.stderr
    assert loaded == "[]"


def test_numbers_that_were_changed_by_hand_are_on_no_index(suite):
    before = contents(suite / "reports")
    change_numbers(suite)
    assert ": current" in vcgap(suite, "render", "fund_size")
    assert "999" not in (suite / "reports" / "index.html").read_text(encoding="utf-8").partition("<body>")[2]
    vcgap(suite, "render")
    after = contents(suite / "reports")
    assert [name for name in before if after[name] != before[name]] == []


def test_an_index_that_was_cut_short_is_written_again_though_no_report_is_made(suite):
    path = suite / "reports" / "index.html"
    whole = path.read_text(encoding="utf-8")
    change(path, whole[: len(whole) // 2])
    assert vcgap(suite, "render").splitlines()[:-1] == [f"{EDITION}/en/{name}: current" for name in NAMES]
    assert path.read_text(encoding="utf-8") == whole


def test_what_changed_figures_make_again_is_what_a_render_from_nothing_makes(suite):
    rows = figures(suite)
    for row in rows:
        if row["id"] == "mex-unicorn_value-2024-12-31-cbinsights_2024_12":
            row["value"] = str(float(row["value"]) * 2)
    write_figures(suite, rows)
    assert 0 < len(reasons(suite)) < len(NAMES)
    said = vcgap(suite, "render")
    assert ": current" in said and "figures changed: mex-" in said
    vcgap(suite, "render", "--force", "--out", "fresh")
    assert contents(suite / "reports") == contents(suite / "fresh")


def test_a_figure_that_no_report_reads_still_renews_the_workbook_of_the_edition(suite):
    vcgap(suite, "render", "fund_size", "--out", "small")
    book, rows = suite / "small" / EDITION / "figures.xlsx", figures(suite)
    before = book.read_bytes()
    read = manifest.read(book.parent)["reports"]["en/02_fund_size"]["read"]
    row = next(
        row
        for row in rows
        if row["country"] == "MEX" and not {f"figures/{part}={row[part]}" for part in ("metric", "source")} & set(read)
    )
    row["note"] = "looked up again"
    write_figures(suite, rows)
    said = vcgap(suite, "render", "fund_size", "--out", "small").splitlines()
    assert said[0] == f"{EDITION}/en/02_fund_size: current" and len(said) == 2
    assert book.read_bytes() != before
    sheet = CalamineWorkbook.from_path(str(book)).get_sheet_by_name("figures").to_python()
    assert [line[0] for line in sheet if "looked up again" in line] == [row["id"]]
    made = book.stat().st_mtime_ns
    vcgap(suite, "render", "fund_size", "--out", "small")
    assert book.stat().st_mtime_ns == made


def test_a_workbook_that_is_missing_or_was_changed_by_hand_is_written_again(suite):
    book = suite / "reports" / EDITION / "figures.xlsx"
    before = contents(suite / "reports")
    book.unlink()
    vcgap(suite, "render")
    assert contents(suite / "reports") == before
    change(book, "by hand")
    vcgap(suite, "render")
    assert contents(suite / "reports") == before


OTHERWISE = {"share": lambda value: value / 2, "rank": lambda value: value + 1}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_report_does_not_read_cannot_change_it(template, suite, name):
    held = entries(template)[f"en/{name}"]["read"]
    with (suite / "data" / "metrics.csv").open(encoding="utf-8", newline="") as file:
        units = {row["metric"]: row["unit"] for row in csv.DictReader(file)}
    with (suite / "data" / "corrections.csv").open(encoding="utf-8", newline="") as file:
        pinned = {tuple(row[column] for column in KEY) for row in csv.DictReader(file)}
    rows, changed = figures(suite), 0
    for row in rows:
        if tuple(row[column] for column in KEY) not in pinned and not {
            f"figures/metric={row['metric']}",
            f"figures/source={row['source']}",
        } & set(held):
            row["value"] = f"{OTHERWISE.get(units[row['metric']], lambda value: value * 2)(float(row['value'])):.15g}"
            row["lower"] = row["upper"] = ""
            changed += 1
    write_figures(suite, rows)
    tables = {path.stem: path for path in (suite / "data").glob("*.csv")}
    unread = [path for stem, path in tables.items() if stem not in held and stem != "figures"]
    for path in unread:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        change(path, "".join(lines[:-1]))
    assert changed or unread
    assert name not in reasons(suite)
    vcgap(suite, "render", name, "--force")
    made = (suite / "reports" / EDITION / "en" / f"{name}.ipynb").read_bytes()
    assert made == (template / "reports" / EDITION / "en" / f"{name}.ipynb").read_bytes()
