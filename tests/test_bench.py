"""The benchmarks: what is said of measured numbers, what is measured, and that a run that drew nothing proves nothing."""

import importlib
import json
import sys
from pathlib import Path

import pytest
from bench.parts import measure, table


def test_ratios_and_differences_are_taken_round_by_round():
    assert table.median_ratio([10, 20, 40], [5, 5, 5]) == 4
    assert table.median_ratio([10, 100], [1, 10]) == 10  # the machine was ten times slower: nothing changed
    assert table.median_difference([3, 30, 4], [1, 27, 3]) == 2
    with pytest.raises(ValueError):
        table.median_ratio([1, 2], [1])


@pytest.mark.parametrize(
    ("value", "sign", "expected"),
    [
        (4, "≥", "met"),
        (3.996, "≥", "**not met**"),
        (4, "≤", "met"),
        (4.004, "≤", "**not met**"),
        (4, "<", "**not met**"),
    ],
)
def test_a_number_is_judged_as_measured_not_as_printed(value, sign, expected):
    assert table.judged(value, table.Target(sign, 4, "×")) == ["4.00×", f"{sign} 4×", expected]


def test_a_spread_is_the_median_the_least_and_the_most():
    assert table.spread([1, 3, 2], " s") == "2.00 s (1.00–3.00)"
    assert table.spread([1234.5, 1000.2, 2000], " MB") == "1,234 MB (1,000–2,000)"


def test_a_table_is_markdown():
    assert table.markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_the_conditions_name_versions():
    assert f"Python {sys.version_info.major}." in table.conditions(["pytest"])
    assert f"pytest {pytest.__version__}." in table.conditions(["pytest"])


def test_text_goes_between_the_marks_and_nowhere_else():
    page = "a\n<!-- x -->\nold\n<!-- /x -->\nb <!-- y -->\n"
    once = table.between_marks(page, "x", r"new \1")
    assert once == "a\n<!-- x -->\nnew \\1\n<!-- /x -->\nb <!-- y -->\n"
    assert table.between_marks(once, "x", r"new \1") == once


@pytest.mark.parametrize("page", ["", "<!-- x -->\n", "<!-- x -->\n<!-- /x -->\n<!-- x -->\n<!-- /x -->\n"])
def test_a_page_without_one_place_for_the_table_is_refused(page):
    with pytest.raises(ValueError, match="expected <!-- x -->"):
        table.between_marks(page, "x", "new")


BUSY = "import os\nwhile sum(os.times()[:2]) < 0.3: pass\n"
BY_A_GRANDCHILD = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BUSY!r}])"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_cpu_and_memory_of_grandchildren_are_counted(tmp_path):
    command = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BY_A_GRANDCHILD!r}]); print('said')"
    made = measure.run([sys.executable, "-c", command], tmp_path, memory=True)
    assert made.cpu_seconds >= 0.3 and made.peak_bytes > 0 and made.output == "said\n"


def test_what_is_measured_keeps_what_python_compiled(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    made = measure.run([sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"], tmp_path)
    assert made.output == "False\n"


def test_cpu_of_a_process_that_nobody_waits_for_is_noticed():
    measure.check_counted(seen=5.05, counted=5)
    with pytest.raises(measure.Wrong, match="not waited for"):
        measure.check_counted(seen=5.5, counted=5)


def test_a_command_that_fails_is_no_measurement(tmp_path):
    with pytest.raises(measure.Wrong, match="exit status 3"):
        measure.run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)


@pytest.fixture
def render(monkeypatch):
    """tests/bench/render.py, which is a script."""
    monkeypatch.syspath_prepend(Path(__file__).parent / "bench")
    return importlib.import_module("render")


def test_ways_that_draw_the_same_charts_are_compared(render):
    render.same_charts("edition", {"a": 2, "b": 0}, {"b": 0, "a": 2})


@pytest.mark.parametrize("other", [{"a": 2, "b": 0}, {"a": 2}, {}, {"a": 2, "b": 1, "c": 0}])
def test_a_way_that_draws_other_charts_is_no_way(render, other):
    with pytest.raises(render.Wrong, match="edition"):
        render.same_charts("edition", {"a": 2, "b": 1}, {"a": 2, "b": 1}, other)


@pytest.mark.parametrize("none", [{}, {"a": 0}])
def test_ways_that_all_draw_nothing_prove_nothing(render, none):
    with pytest.raises(render.Wrong):
        render.same_charts("edition", none, none)


def test_charts_of_a_folder_are_counted(render, tmp_path):
    (tmp_path / "a.html").write_text("<svg></svg><p><svg class='x'></svg>")
    (tmp_path / "b.html").write_text("<p>")
    assert render.charts_in(tmp_path) == {"a": 2, "b": 0}


def test_a_cell_that_failed_is_no_measurement(render, tmp_path):
    outputs = [{"output_type": "error"}]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [{"cell_type": "markdown"}, {"outputs": outputs}]}))
    with pytest.raises(render.Wrong, match="a cell failed"):
        render.charts_in(tmp_path)


def test_sets_of_parameters_differ_and_have_figures_for_both_countries(render, package):
    sets = render.parameter_sets(render.SETS)
    figures = package.figures.query("metric == 'vc_investment' and segment == ''")
    known = set(zip(figures["country"], figures["period"], strict=True))
    assert len({tuple(values.values()) for values in sets}) == render.SETS
    assert all({(each["base"], str(each["year"])), (each["peer"], str(each["year"]))} <= known for each in sets)


def test_one_figure_changes_and_nothing_else(render, tmp_path):
    path = tmp_path / "figures.csv"
    before = (render.ROOT / "data" / "figures.csv").read_text(encoding="utf-8")
    path.write_text(before, encoding="utf-8")
    render.change_figure(path, 1)
    pairs = zip(before.splitlines(), path.read_text(encoding="utf-8").splitlines(), strict=True)
    assert [old.split(",")[0] for old, new in pairs if old != new] == [render.CHANGED]


def test_each_target_has_a_row_that_says_whether_it_is_met(render):
    names = ["commands", "pool", "ours", "current", "one by commands", "one", "changed", "affected"]
    got = {f"{name} s": [2.0, 3.0] for name in names} | {"affected": [3, 3], "charts": [9, 9]}
    got |= {f"{name} CPU": [2.0, 3.0] for name in ("ours", "cells", "cells and imports")}
    got |= {"pool per s": [1.0, 1.0], "ours per s": [4.0, 4.0], "pool MB": [9.0, 9.0], "ours MB": [8.0, 9.0]}
    rows = render.rows_of(got)
    assert [row[-1] for row in rows] == ["**not met**"] * 2 + ["met", "**not met**", "met", "**not met**", "met", "met"]
    assert rows[4][3] == "4.00×" and rows[7][3] == "0.94×"


def test_generated_deals_are_counted_alike_by_every_way(bench_deals, tmp_path):
    bench_deals.generate(tmp_path, 2000, ["parquet", "csv"])
    found = [
        way(str(tmp_path / name)) for way in bench_deals.CONTESTANTS.values() for name in ("deals.parquet", "deals.csv")
    ]
    assert found == [found[0]] * 6 and 0 < found[0][0] < 2000


def test_ways_that_find_other_deals_are_no_measurement(bench_deals, monkeypatch):
    found = iter([[1, 2], [1, 3]])
    monkeypatch.setattr(bench_deals, "generate", lambda *_args: None)
    monkeypatch.setattr(bench_deals, "measured", lambda *_args: bench_deals.Run(1.0, 1.0, 1.0, next(found)))
    with pytest.raises(SystemExit, match="results differ"):
        bench_deals.measure(10, 1, ["csv"], ["vcgap", "polars"])


def test_deals_are_judged_by_the_slowest_allowed_and_beside_the_others(bench_deals):
    runs = {("csv", name): [bench_deals.Run(seconds, 1, 2.5, [])] for name, seconds in (("vcgap", 11), ("polars", 8))}
    assert [(row[0], row[3], row[5]) for row in bench_deals.rows_of(runs)] == [
        ("CSV", "11.00 s", "met"),
        ("CSV, peak memory", "2.50 GB", "**not met**"),
        ("CSV, beside polars", "1.38×", "**not met**"),
    ]


def test_the_large_run_is_judged_by_the_memory_that_its_engine_is_given(bench_deals, monkeypatch):
    runs = iter([bench_deals.Run(60.4, 100, 1.9, []), bench_deals.Run(60.4, 100, 3.7, [])])
    monkeypatch.setattr(bench_deals, "measured", lambda *_args: next(runs))
    assert bench_deals.row_of_many(1000) == [
        "Parquet, 1,000 lines, once: peak memory; it took 60 s", "", "1.90 GB", "1.90 GB", "< 3.6 GB", "met",
    ]  # fmt: skip
    assert bench_deals.row_of_many(1000)[-1] == "**not met**"
