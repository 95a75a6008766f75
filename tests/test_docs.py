"""What the documents promise is there: commands, files, targets, words; and the repository holds nothing it should not."""

import ast
import os
import re
import shlex
import subprocess
from contextlib import nullcontext
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner

from vcgap.cli import main
from vcgap.report import cluster
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
    "dask": "test_cluster.py: a scheduler and workers",
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
    return sorted(name for name in there if "/.rendering/" not in name)


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
    monkeypatch.setattr(rendering, "_make", lambda *_arguments: [])
    monkeypatch.setattr(rendering, "_say_what_moved", lambda *_arguments: None)
    monkeypatch.setattr(cluster, "connected", nullcontext)
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


@pytest.mark.parametrize("name", ["README.md", "data/README.md", "CHANGELOG.md", "vcgap/report/CLUSTER.md"])
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


PLACE = re.compile(r"\{[^{}]*\}")
ALLOWED = {  # what is not said to a reader of a page, by file
    "charts.py": [
        r"(offset points|axes fraction|IBM Plex Sans|DejaVu Sans|Glyph|Date)",  # names of matplotlib, fonts and SVG
        r"(<svg | id=|\(fill\|stroke\)|\\1: var).*",  # the drawing as text, and patterns over it
    ],
    "language.py": [r"(d )?MMM y"],  # Babel's patterns of a date
    "edition.py": [r"parameter .*"],  # an error of the command line, in English as all of them
    "audit.py": [
        r"R\d+ .*",  # keys of sentences; an error
        r"(over twice|over three times|more than|less than)",  # keys: the words of quantity that a claim may hold
        r"\{\}, line .*|'\{\}' is not .*|is empty; .*| or ",  # errors of a file of claims
        r"\(\?(:thousand|<!\[a-z\]).*",  # patterns
    ],
}


def words_in(node):
    """The text of a string, {} for what an f-string puts in; "" if it is no sentence and no word with a capital.

    A sentence holds a space between words or between a word and a place. Keys and codes hold none.
    """
    if isinstance(node, ast.JoinedStr):
        text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    else:
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    plain = PLACE.sub("0", text)
    spaced = re.search(r"\w\W* \W*\w|^\W* \w|\w \W*$", plain) and re.search(r"[^\W\d_]{2}", plain)
    return text if spaced or re.match(r"[A-Z][a-z]", plain) else ""


def spoken(tree):
    """Nodes that need no `_`: docstrings, calls of `_` or `plural`, and errors of a file, in English as all of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("_wrong"):
            yield from ast.walk(node)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
            yield node.body[0].value
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "plural"):
            yield from ast.walk(node)
        if isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))  # read as a whole


def bare(node):
    """Words in an expression that a reader would see and that do not go through `_`, short ones too: list of str."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and re.search(r"[A-Za-z]{2}", node.value) else []
    inside = {
        ast.BinOp: ("left", "right"),
        ast.IfExp: ("body", "orelse"),
        ast.BoolOp: ("values",),
        ast.JoinedStr: ("values",),
        ast.List: ("elts",),
        ast.Tuple: ("elts",),
        ast.Dict: ("values",),
    }.get(type(node), ())
    parts = [getattr(node, name) for name in inside]
    return [word for part in parts for one in (part if isinstance(part, list) else [part]) for word in bare(one)]


SHOWN_BY_NAME = {"title", "subtitle", "alt", "method", "quality", "warning"}


def short_words(tree):
    """(line, word) for a single word, which might be a key elsewhere, where it is shown: in a heading, a chip, a label."""
    for node in ast.walk(tree):
        found = []
        if isinstance(node, ast.keyword) and node.arg in SHOWN_BY_NAME:
            found = bare(node.value)
        if isinstance(node, ast.Dict):
            pairs = [value.elts for value in node.values if isinstance(value, ast.Tuple) and len(value.elts) == 2]
            found = [word for one, form in pairs if not isinstance(form, ast.Constant) for word in bare(one)]
        if isinstance(node, ast.FunctionDef) and re.search(r"_(title|words?|verdict)$", node.name):
            found = [word for part in ast.walk(node) if isinstance(part, ast.Return) for word in bare(part.value)]
        yield from ((node.lineno, word) for word in found)


def untranslated(tree):
    """(line, words) for every sentence, every word with a capital, and every word in a shown place without `_`."""
    said = {id(node) for node in spoken(tree)}
    long = [(node.lineno, words_in(node)) for node in ast.walk(tree) if id(node) not in said and words_in(node)]
    return sorted({*long, *short_words(tree)})


SPEAKING = [
    *sorted((ROOT / "vcgap" / "chapters").glob("*.py")),
    *(ROOT / "vcgap" / f"{name}.py" for name in ("audit", "blocks", "charts", "edition", "language")),
]


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: path.stem)
def test_every_sentence_goes_through_the_translation(path):
    found = untranslated(ast.parse(path.read_text(encoding="utf-8")))
    allowed = re.compile("|".join(ALLOWED.get(path.name, ["(?!)"])), re.DOTALL)
    assert [(line, words) for line, words in found if not allowed.fullmatch(words)] == []


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: path.stem)
def test_a_sentence_that_loses_its_translation_is_noticed(path):
    """Every call of `_` is taken away in turn; only single small words and mere places may pass."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    said = [node.args[0] for node in calls if isinstance(node.func, ast.Name) and node.func.id == "_"]
    passing = [node.value for node in said if isinstance(node, ast.Constant) and not words_in(node)]
    assert [text for text in passing if len(re.findall(r"[^\W\d_]{2,}(?:-\w+)?", PLACE.sub("", text))) > 1] == []


@pytest.mark.parametrize(
    "source",
    [
        'return "Bare {n}".format(n=1)',
        'text = "the bare {n}"',
        'return f"bare {n}"',
        'notes.append("bare words")',
        'return {"column": "bare words"}',
        'return "Bare" if n else _("A")',
        'row = {"a": ("to", str)}',
        'blocks.exhibit("slug", _("A"), quality="contested")',
    ],
)
@pytest.mark.parametrize("name", ["f_title", "_notes", "_method", "_subtitle", "f"])
def test_a_sentence_that_bypasses_the_translation_is_noticed(source, name):
    assert untranslated(ast.parse(f'def {name}(n):\n    """Words of a docstring."""\n    {source}'))
    assert untranslated(ast.parse('blocks.note("slug", _("A"), [_("B {c}").format(c=f"{row}, {d}")])')) == []


def test_foot_of_a_page_goes_through_the_translation():
    tree = ast.parse(read("vcgap/report/make.py"))
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
