"""The notebooks are clean sources: readable, short, without outputs, logic or typed numbers."""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections import Counter
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Literal, get_args, get_origin

import nbformat
import papermill
import pytest

from vcgap.parameters import Parameters, help_of, model_of, names_of

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
FIGURES_IN_DEFINITIONS = ["US$1 billion"]  # the only amounts that prose may type: they define a word
PROSE_WORDS, CODE_LINES, CODE_CELLS_IN_A_ROW = 150, 10, 2


@pytest.fixture(params=SOURCES, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def tags(cell):
    return cell.metadata.get("tags", [])


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in tags(cell)]


def syntax(cell):
    """The syntax tree of a code cell; shell lines and magics are not Python and raise SyntaxError."""
    return ast.parse(cell.source)


def written_parameters(source):
    """What a parameters cell says, line by line: list of (name, type, default, help)."""
    helps = {
        token.start[0]: token.string.removeprefix("#").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    return [
        (line.target.id, line.annotation.id, ast.literal_eval(line.value), helps.get(line.lineno, ""))
        for line in ast.parse(source).body
    ]


def model_parameters(model=Parameters):
    """The same of a model: list of (name, type, default, help)."""
    said = []
    for field in fields(model):
        kind = field.type.__origin__
        kind = type(get_args(kind)[0]) if get_origin(kind) is Literal else kind
        said.append((field.name, kind.__name__, field.default, help_of(model)[field.name]))
    return said


def typed_figures(cell):
    """Digits in prose that are neither part of a definition nor, in the cell of exercises, a year or an item's number."""
    text = cell.source
    for allowed in FIGURES_IN_DEFINITIONS:
        text = text.replace(allowed, "")
    if cell.get("id") == "try":
        text = re.sub(r"^\d\. ", "", text, flags=re.MULTILINE)
        text = re.sub(r"\b(?:19|20)\d\d\b", "", text)
    return re.findall(r"\S*\d\S*", text)


def test_there_are_notebooks_and_each_is_named_by_place_and_topic():
    names = [path.stem for path in SOURCES]
    assert len(names) >= 5
    assert all(re.fullmatch(r"\d\d_[a-z]+(_[a-z]+)*", name) for name in names), names
    assert len({name[:2] for name in names}) == len(names)


def test_notebook_is_valid_and_of_a_format_with_cell_ids(notebook):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)


def test_notebook_has_no_outputs_and_no_execution_counts(notebook):
    for cell in code_cells(notebook):
        assert cell.outputs == [], cell.id
        assert cell.execution_count is None, cell.id


def test_metadata_says_python3_and_nothing_of_a_machine(notebook):
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert "version" not in notebook.metadata.get("language_info", {})
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}, cell.id


def test_cell_ids_are_words_that_stay(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    for name in ids:
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", name), name
        assert not re.fullmatch(r"[0-9a-f]{8}", name), f"{name} was made up by a tool"


def test_exactly_one_cell_is_tagged_parameters_and_it_is_the_first_code(notebook):
    (cell,) = tagged(notebook, "parameters")
    assert code_cells(notebook)[0] is cell


def test_parameters_cell_repeats_the_model_name_by_name(path, notebook):
    (cell,) = tagged(notebook, "parameters")
    assert written_parameters(cell.source) == model_parameters(model_of(path.stem))


def test_papermill_reads_the_parameters_as_the_model_has_them(path):
    read = papermill.inspect_notebook(str(path))
    said = [
        (name, found["inferred_type_name"], ast.literal_eval(found["default"]), found["help"])
        for name, found in read.items()
    ]
    assert said == model_parameters(model_of(path.stem))


def test_every_lever_of_a_notebook_is_used_in_it(path, notebook):
    code = "\n".join(cell.source for cell in code_cells(notebook) if "parameters" not in tags(cell))
    read = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    assert set(names_of(model_of(path.stem))) <= read


def test_a_parameter_that_differs_from_the_model_in_anything_is_noticed():
    line = 'year: int = 2024  # calendar year of the figures\nbase: str = "USA"  # country measured from, ISO 3166-1 alpha-3'
    good = model_parameters()[:2]
    assert written_parameters(line) == good
    for before, after in (("2024", "2023"), ("int", "float"), ("year:", "yeer:"), ("calendar", "the")):
        assert written_parameters(line.replace(before, after)) != good


def test_edition_is_opened_with_every_common_parameter_by_name(notebook):
    (opened,) = [
        call
        for cell in code_cells(notebook)
        for call in ast.walk(syntax(cell))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "open_edition"
    ]
    assert opened.args == []
    assert [(word.arg, word.value.id) for word in opened.keywords] == [(name, name) for name in names_of(Parameters)]


def test_code_cells_are_short(notebook):
    """The parameters and the list of all blocks at the end are as long as they need to be."""
    for cell in code_cells(notebook):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert lines, f"{cell.id} is empty"
        assert len(lines) <= CODE_LINES or cell.id in ("parameters", "sources"), cell.id


def test_code_does_not_run_on_without_prose(notebook):
    """The parameters and the cell that opens the edition belong together and do not count."""
    run = 0
    for cell in notebook.cells:
        opening = cell in tagged(notebook, "parameters") or cell.id == "open"
        run = 0 if cell.cell_type != "code" or opening else run + 1
        assert run <= CODE_CELLS_IN_A_ROW, f"{cell.id} is the code cell number {run} in a row"


def test_notebook_defines_nothing(notebook):
    for cell in code_cells(notebook):
        for node in ast.walk(syntax(cell)):
            defines = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try)
            assert not isinstance(node, defines), cell.id


def test_code_has_no_shell_lines_magics_or_installs(notebook):
    for cell in code_cells(notebook):
        syntax(cell)
        assert not re.search(r"^\s*[!%]|\bpip\b|get_ipython|os\.system|subprocess", cell.source, re.MULTILINE), cell.id


def test_code_imports_only_the_suite(notebook):
    for cell in code_cells(notebook):
        for node in ast.walk(syntax(cell)):
            assert not isinstance(node, ast.Import), cell.id
            assert not isinstance(node, ast.ImportFrom) or node.module.split(".")[0] == "vcgap", cell.id


def test_code_prints_nothing_and_silences_nothing(notebook):
    for cell in code_cells(notebook):
        assert not cell.source.rstrip().endswith(";"), cell.id
        called = {getattr(node.func, "id", "") for node in ast.walk(syntax(cell)) if isinstance(node, ast.Call)}
        assert not called & {"print", "display", "exit", "quit"}, cell.id


def test_notebook_names_no_absolute_path_and_no_address(notebook):
    for cell in notebook.cells:
        assert not re.search(r"""["'(`\s](?:/|~/|[A-Za-z]:\\)[A-Za-z.]""", cell.source), cell.id
        assert "http" not in cell.source.lower() and "www." not in cell.source.lower(), cell.id


def test_prose_types_no_figures(notebook):
    for cell in prose_cells(notebook):
        assert typed_figures(cell) == [], cell.id


def test_a_typed_figure_is_noticed_wherever_it_stands():
    def cell(source, name="reading"):
        return nbformat.v4.new_markdown_cell(source, id=name)

    assert typed_figures(cell("The gap is 107 times.")) == ["107"]
    assert typed_figures(cell("In 2024 it grew.")) == ["2024"]
    assert typed_figures(cell("Valued at US$1 billion or more.")) == []
    assert typed_figures(cell("1. Set `year` to 2018.", "try")) == []
    assert typed_figures(cell("1. The answer is 82×.", "try")) == ["82×."]


def test_prose_cells_are_short_and_none_is_empty(notebook):
    for cell in prose_cells(notebook):
        assert 0 < len(cell.source.split()) <= PROSE_WORDS, cell.id


def test_notebook_opens_with_its_only_title_and_the_title_asks(notebook):
    titles = [line for cell in prose_cells(notebook) for line in cell.source.splitlines() if line.startswith("# ")]
    assert len(titles) == 1
    assert notebook.cells[0].source.splitlines()[0] == titles[0]
    assert titles[0].endswith("?")


def test_headings_go_down_one_level_at_a_time(notebook):
    levels = [
        len(mark) for cell in prose_cells(notebook) for mark in re.findall(r"^(#+) ", cell.source, flags=re.MULTILINE)
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_notebook_says_what_it_cannot_tell(notebook):
    assert any("cannot tell" in cell.source for cell in prose_cells(notebook)) or any(
        cell.id == "limits" for cell in code_cells(notebook)
    )


def test_notebook_ends_with_its_sources_and_something_to_try(notebook):
    sources, last = notebook.cells[-2:]
    assert sources.cell_type == "code" and "blocks.sources(" in sources.source
    assert last.cell_type == "markdown" and last.source.startswith("## Try it")
    assert last.id == "try" and tags(last) == ["remove-cell"]
    assert [cell.id for cell in tagged(notebook, "remove-cell")] == ["try"]


def test_every_exhibit_is_accounted_for_in_the_sources(notebook):
    assigned = [line for cell in code_cells(notebook) for line in syntax(cell).body if isinstance(line, ast.Assign)]
    exhibits = [
        line.targets[0].id
        for line in assigned
        if isinstance(line.value, ast.Call) and isinstance(line.value.func, ast.Attribute)
    ]
    (shown,) = [line.value.elts for line in assigned if line.targets[0].id == "shown"]
    assert [element.id for element in shown] == [name for name in exhibits if name != "banner"]
    assert notebook.cells[-2].source.endswith('blocks.sources("sources", shown, edition.package)')


def test_every_page_but_that_of_the_claims_has_its_banner(notebook):
    banner = [cell for cell in code_cells(notebook) if cell.id == "banner"]
    about_claims = any("claims.headline" in cell.source for cell in code_cells(notebook))
    assert [cell.source.splitlines()[-2:] for cell in banner] == [
        ["banner = claims.banner(edition, shown)", "banner"]
    ] * (not about_claims)


def test_every_exhibit_is_shown_where_it_is_made(notebook):
    for cell in code_cells(notebook):
        *_before, last = syntax(cell).body
        if "parameters" not in tags(cell):
            assert isinstance(last, ast.Expr), f"{cell.id} shows nothing"


def decorated(tree):
    """Names of the public exhibits of a chapter."""
    for node in tree.body:
        names = [getattr(mark, "id", "") for mark in getattr(node, "decorator_list", [])]
        if "or_say_what_is_missing" in names and not node.name.startswith("_"):
            yield node.name


def test_every_exhibit_of_a_chapter_is_used():
    chapters = {
        path.stem: ast.parse(path.read_text(encoding="utf-8"))
        for path in (ROOT / "vcgap" / "chapters").glob("*.py")
        if path.stem != "__init__"
    }
    calling = list(chapters.values())
    for path in SOURCES:
        calling += [syntax(cell) for cell in code_cells(nbformat.read(path, as_version=4))]
    used = Counter(
        (node.value.id, node.attr)
        for tree in calling
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    )
    exhibits = [(chapter, name) for chapter, tree in chapters.items() for name in decorated(tree)]
    assert len(exhibits) > 10
    assert [f"{chapter}.{name}" for chapter, name in exhibits if not used[chapter, name]] == []


def test_ruff_finds_nothing_in_the_notebooks():
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["check", "-q"], ["format", "-q", "--check"]):
        done = subprocess.run([*ruff, *command, "notebooks"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
