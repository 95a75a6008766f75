"""What the documents promise is there: commands, files, targets, words; and the repository holds nothing it should not."""

import ast
import os
import re
import shlex
import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner

from vcgap.cli import main
from vcgap.report import render as rendering

ROOT = Path(__file__).resolve().parents[1]
TOP = {
    *(".ci", ".gitignore", ".gitattributes", "README.md", "CHANGELOG.md", "LICENSE", "CITATION.cff", "Makefile"),
    *("pyproject.toml", "requirements.txt", "data", "notebooks", "vcgap", "reports", "tests"),
}
LARGEST_FILE = 2_000_000  # bytes
BINARY = {".ttf", ".woff2", ".xlsx", ".pdf", ".png"}
NEEDS_NO_TEST = r"git clone \S+.*|cd [\w./-]+|(?:xdg-)?open reports/index\.html"  # fetching, walking, looking
TESTED_ELSEWHERE = {
    "papermill": "test_render.py: papermill's own command",
    "pytest": "Makefile: make test",
}


@cache
def repository():
    """The files that are, or would be, committed: list of paths from the top."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    there = {name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()}
    return sorted(name for name in there if "/.rendering-" not in name)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


# the README


def fenced(language, text=None):
    """The fenced blocks of a language in the README: list of str."""
    return re.findall(
        rf"^```{language}\n(.*?)^```", read("README.md") if text is None else text, re.MULTILINE | re.DOTALL
    )


def commands(text=None):
    """Every command in the README's sh blocks, without prompts, comments and what they print."""
    found = []
    for block in fenced("(?:sh|bash|console|shell)", text):
        lines = block.replace("\\\n", " ").splitlines()
        prompted = any(line.startswith("$ ") for line in lines)
        for line in lines:
            command = re.split(r"(?:^|\s)# ", line.removeprefix("$ "))[0]
            if line.startswith("$ ") or not prompted:
                found += [part.strip() for part in command.split(" && ") if part.strip()]
    return found


def make(*arguments):
    return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def trial(command, folder, monkeypatch):
    """Run a command of the README in a folder, rendering up to the kernel; returns why it does not work, or ""."""
    first, *words = shlex.split(command)
    if re.fullmatch(NEEDS_NO_TEST, command) or first.removeprefix(".venv/bin/") in TESTED_ELSEWHERE:
        return ""
    if first == "make":
        done = make("-n", *words)
        return "" if done.returncode == 0 else done.stderr
    if first in ("printf", "echo", "mkdir"):
        done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
        return done.stderr
    if first not in ("vcgap", ".venv/bin/vcgap"):
        return "no test runs it"
    monkeypatch.chdir(folder)
    monkeypatch.setattr(rendering, "_run_all", lambda *_arguments: ({}, []))
    into = ["--out", "reports"] if words[0] == "render" and "--out" not in words else []
    done = CliRunner().invoke(main, [*words, *into])
    return "" if done.exit_code == 0 else done.output


def test_readme_has_commands_and_names_the_two_that_do_everything():
    assert {"make reports", "make test"} <= set(commands())


def test_every_command_of_the_readme_runs_in_the_order_of_the_page(tmp_path, monkeypatch):
    problems = {command: trial(command, tmp_path, monkeypatch) for command in commands()}
    assert {command: why for command, why in problems.items() if why} == {}


def test_a_command_that_does_not_run_is_noticed(tmp_path, monkeypatch):
    text = "```sh\n$ make reprots  # typo\nmake: ***\n$ vcgap render -p yeer 2018\n$ curl somewhere && vcgap -h\n```\n"
    found = commands(text)
    assert found == ["make reprots", "vcgap render -p yeer 2018", "curl somewhere", "vcgap -h"]
    assert [bool(trial(command, tmp_path, monkeypatch)) for command in found] == [True, True, True, False]


def test_readme_names_every_notebook():
    for path in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        assert path.stem in read("README.md"), path.stem


@pytest.mark.parametrize("name", ["README.md", "data/README.md", "CHANGELOG.md"])
def test_every_file_that_a_document_links_to_is_there(name):
    if not (ROOT / name).is_file():
        pytest.skip(f"there is no {name}")
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(name))
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not (ROOT / name).parent.joinpath(link).exists()] == []


def test_pictures_of_the_readme_say_numbers_that_the_overview_says_too():
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", read("README.md"))
    overview = read("reports/2024-usa-mex/en/00_overview.html")
    for alt, path in pictures:
        numbers = re.findall(r"\d[\d.,]*×", alt)
        assert (ROOT / path).is_file() and numbers, path
        assert [number for number in numbers if f">{number}<" not in overview] == []


# the Makefile


def test_every_target_that_help_lists_exists_and_every_phony_target_is_listed():
    listed = re.findall(r"^  make (\w+)\t+\S", make("help").stdout, flags=re.MULTILINE)
    (phony,) = re.findall(r"^\.PHONY: (.*)$", read("Makefile"), flags=re.MULTILINE)
    assert sorted(listed) == sorted(phony.split())
    assert {"help", "reports", "test", "lab"} <= set(listed)
    for target in listed:
        done = make("-n", target)
        assert done.returncode == 0, done.stderr


def test_first_target_is_help_so_that_make_alone_changes_nothing():
    assert make("-n").stdout == make("-n", "help").stdout


def test_continuous_integration_runs_the_command_of_the_readme():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert re.search(r"^(exec )?make test$", script.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_make_test_looks_at_code_style_tests_and_committed_reports():
    said = make("-n", "test").stdout
    assert (
        "ruff check" in said
        and "ruff format" in said
        and "--check" in said
        and "pytest" in said
        and re.search(r"--nbval\s", said)
    )
    (paths,) = re.findall(r"^testpaths = (.*)$", read("pyproject.toml"), flags=re.MULTILINE)
    assert ast.literal_eval(paths) == ["tests", "reports"]


# the repository


def test_top_level_holds_only_what_a_newcomer_expects():
    assert {name.partition("/")[0] for name in repository()} - TOP == set()


def test_no_file_is_large():
    assert [name for name in repository() if (ROOT / name).stat().st_size > LARGEST_FILE] == []


MACHINE = re.compile(
    "|".join(
        rf"(?<![\w.<>-])/{place}(?![\w-])" for place in ("ro" + "ot", "ho" + r"me/\w+", "wo" + "rk", "Us" + r"ers/\w+")
    )
    + r"|\b[A-Z]:\\{1,2}[Uu]sers"
)
REGISTRY = re.compile(
    "|".join(
        re.escape(host)
        for host in ("py" + "pi.org", "python" + "hosted.org", "npm" + "js", "conda." + "anaconda", "arti" + "factory")
    )
    + "|--(?:extra-)?in"
    + "dex-url|--find-"
    + "links|--trusted-"
    + "host"
)


def without_addresses(text):
    """Text without web addresses of sources and without encoded data, which may look like paths by chance."""
    return re.sub(r"https?://\S+", "", re.sub(r"base64,[\w+/=]+", "", text))


def test_no_file_names_a_machine():
    found = []
    for name in repository():
        if Path(name).suffix not in BINARY:
            text = without_addresses(read(name))
            found += [f"{name}: {match}" for match in MACHINE.findall(text)]
            found += [f"{name}: {ROOT}"] if str(ROOT) in text else []
    assert found == []


def test_no_file_names_a_registry():
    found = []
    for name in repository():
        if Path(name).suffix not in BINARY and not name.startswith(("reports/", "data/")):
            found += [f"{name}: {match}" for match in REGISTRY.findall(read(name))]
    assert found == []


def test_patterns_find_what_they_are_for():
    assert (
        MACHINE.search("see /" + "ro" + "ot/x")
        and MACHINE.search("'/ho" + "me/me/x'")
        and MACHINE.search("C:" + "\\Users\\me")
    )
    assert not MACHINE.search("a/wo" + "rk/b") and not MACHINE.search("homework") and not MACHINE.search("/workshop")
    assert REGISTRY.search("https://py" + "pi.org/simple") and REGISTRY.search("pip install --in" + "dex-url x")


def test_every_file_is_utf8_with_unix_line_ends_and_a_last_line_that_ends():
    for name in repository():
        if Path(name).suffix not in BINARY and (ROOT / name).stat().st_size:
            content = (ROOT / name).read_bytes()
            assert b"\r" not in content, name
            assert content.endswith(b"\n"), name
            content.decode("utf-8")


# the data dictionary


def test_data_dictionary_is_what_the_tables_say():
    from vcgap.dictionary import dictionary

    text = dictionary()
    assert text.startswith("## ") and text.count("### ") >= 9
    assert text in read("data/README.md"), "run `make dictionary`"


def test_data_dictionary_describes_every_column_of_every_table():
    from vcgap.dictionary import dictionary

    text = dictionary()
    for path in sorted((ROOT / "data").glob("*.csv")):
        section = text.partition(f"### {path.name}")[2].partition("\n### ")[0]
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        assert [column for column in header if not re.search(rf"^\| `?{column}`? \|", section, re.MULTILINE)] == [], (
            path.name
        )


# words


def bare(node):
    """Words in an expression that a reader would see and that do not go through `_`: list of str."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and re.search(r"[A-Za-z]{2}", node.value) else []
    if isinstance(node, ast.JoinedStr):
        return [word for part in node.values for word in bare(part)]
    inside = {
        ast.BinOp: ("left", "right"),
        ast.IfExp: ("body", "orelse"),
        ast.BoolOp: ("values",),
        ast.List: ("elts",),
        ast.Tuple: ("elts",),
        ast.Starred: ("value",),
        ast.ListComp: ("elt",),
    }.get(type(node), ())
    parts = [getattr(node, name) for name in inside]
    return [word for part in parts for one in (part if isinstance(part, list) else [part]) for word in bare(one)]


SHOWN = {"exhibit": (1, 2), "headline": (1, 2), "note": (1, 2), "tiles": (1,), "masthead": (1, 2)}
SHOWN_BY_NAME = {"title", "subtitle", "alt", "method", "quality", "notes", "sentence", "lede", "sentences", "line"}


def headings(node):
    """The headings of a dict of columns: the first of each pair."""
    if isinstance(node, ast.Dict):
        return [word for value in node.values if isinstance(value, ast.Tuple) for word in bare(value.elts[0])]
    return []


def untranslated(tree):
    """(line, word) for every string that a block shows without `_`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SHOWN:
            arguments = [node.args[place] for place in SHOWN[node.func.attr] if place < len(node.args)]
            arguments += [word.value for word in node.keywords if word.arg in SHOWN_BY_NAME]
            found = [word for argument in arguments for word in bare(argument)]
            found += [word for argument in node.args for word in headings(argument)]
            yield from ((node.lineno, word) for word in found)
        if isinstance(node, ast.FunctionDef) and re.search(r"_(title|sentences?|headline|words|note)$", node.name):
            for part in ast.walk(node):
                if isinstance(part, ast.Return) and part.value is not None:
                    yield from ((part.lineno, word) for word in bare(part.value))


@pytest.mark.parametrize("path", sorted((ROOT / "vcgap" / "chapters").glob("*.py")), ids=lambda path: path.stem)
def test_every_sentence_of_a_chapter_goes_through_the_translation(path):
    assert list(untranslated(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_a_sentence_that_bypasses_the_translation_is_noticed():
    source = (
        'blocks.exhibit("slug", "A finding", _("Sub"), table, {"a": ("Head", str)}, notes=[f"Note {n}"] if n else [])'
    )
    assert [word for _line, word in untranslated(ast.parse(source))] == ["A finding", "Note ", "Head"]
    assert list(untranslated(ast.parse('blocks.note("slug", _("A"), [_("B {c}").format(c=row["name"])])'))) == []
    assert list(untranslated(ast.parse('def f_title():\n    return "Bare words"'))) == [(2, "Bare words")]


def test_foot_of_a_page_goes_through_the_translation():
    tree = ast.parse(read("vcgap/report/render.py"))
    (foot,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "about"]
    (returned,) = [node.value for node in ast.walk(foot) if isinstance(node, ast.Return)]
    assert [word for line in returned.elts for word in bare(line) if not word.startswith("vcgap ")] == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "vcgap" / "report" / "templates").rglob("*.j2")), ids=lambda path: path.stem
)
def test_templates_hold_no_words_of_their_own(path):
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"[A-Za-z]{2,}[^<>]*", re.sub(r"<[^>]*>", "", text, flags=re.DOTALL)) == []


def test_package_metadata_and_citation_agree_on_the_version():
    from vcgap import __version__

    (version,) = re.findall(r'^version = "(.*)"$', read("pyproject.toml"), flags=re.MULTILINE)
    (cited,) = re.findall(r'^version: "(.*)"$', read("CITATION.cff"), flags=re.MULTILINE)
    assert __version__ == version == cited
    assert metadata.version("vcgap") == version, "run `make reports` to install it again"
