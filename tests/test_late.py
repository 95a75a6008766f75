"""What is imported late does the same, later."""

import subprocess
import sys

import pytest

from vcgap.late import loaded_late

STATISTICS = (
    "import sys, vcgap.charts, seaborn as sns\nassert not {'scipy.stats', 'scipy.cluster.hierarchy'} & {*sys.modules}\n"
)


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_charts_come_without_statistics_that_none_of_them_uses():
    done = run(STATISTICS)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "drawn", ["sns.kdeplot(x=[1.0, 2.0, 4.0], cumulative=True)", "sns.clustermap([[1.0, 2.0], [3.0, 5.0], [9.0, 7.0]])"]
)
def test_what_seaborn_draws_with_them_is_drawn_all_the_same(drawn):
    done = run(f"{STATISTICS}{drawn}\nassert {{'scipy.stats', 'scipy.cluster.hierarchy'}} & {{*sys.modules}}")
    assert done.returncode == 0, done.stderr


def test_a_module_that_is_loaded_already_stays_itself():
    json = sys.modules["json"]
    with loaded_late("json"):
        assert sys.modules["json"] is json
    assert sys.modules["json"] is json


def test_nothing_is_left_of_a_stand_in_whose_import_failed():
    with pytest.raises(ZeroDivisionError), loaded_late("wave"):
        import wave

        assert wave.__name__ == "wave" and not hasattr(wave, "__file__")
        raise ZeroDivisionError
    assert "wave" not in sys.modules


def test_reports_are_made_without_what_reads_notebooks_on_the_web():
    late = "{'requests', 'urllib3', 'arrow', 'rfc3987_syntax.syntax_helpers'}"
    done = run(f"import sys, vcgap.report.make\nprint(sorted({late} & {{*sys.modules}}))")
    assert (done.returncode, done.stdout) == (0, "[]\n")
