"""Deals on a Spark cluster, of a master and two workers on this machine, give what DuckDB gives: `make spark`."""

import os
import subprocess
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

import pytest
from test_deals_importing import HEADER, LINES, imported, real, written

pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed: only `make spark` compares the engines")
pytestmark = pytest.mark.filterwarnings("ignore")  # of Spark

HOME = Path(pyspark.__file__).parent
HERE = "127.0.0.1"
DEPLOY = "org.apache.spark.deploy"


@contextmanager
def server(name, *words, until):
    """A server of Spark, and the first line of its log that holds a text; ended afterwards."""
    environment = os.environ | {"SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": HERE}
    command = [HOME / "bin" / "spark-class", f"{DEPLOY}.{name}", *words]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        said = next((line for line in process.stderr if until in line), None)
        assert said, f"{name} ended with status {process.wait()}"
        Thread(target=process.stderr.read, daemon=True).start()  # else it would wait for somebody to read on
        yield said
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """The URL of a cluster."""
    with ExitStack() as running:
        listen = ["--host", HERE, "--port", "0", "--webui-port", "0"]
        said = running.enter_context(server("master.Master", *listen, until="Starting Spark master at"))
        url = said.split()[-1]
        for number in range(2):
            folder = tmp_path_factory.mktemp(f"worker{number}")
            size = ["--cores", "1", "--memory", "2g", "--work-dir", folder]
            running.enter_context(
                server("worker.Worker", *listen, *size, url, until="Successfully registered with master")
            )
        yield url
        from pyspark.sql import SparkSession

        SparkSession.getActiveSession().stop()


def assert_they_agree(tmp_path, spark, path, **settings):
    """Figures, and the account of every line. They are compared as they are written: to the last cent."""
    expected = imported(tmp_path, path, **settings)
    assert expected[0], "nothing was compared"
    text = (tmp_path / "figures.csv").read_bytes()
    assert imported(tmp_path, path, engine=spark, **settings) == expected
    assert (tmp_path / "figures.csv").read_bytes() == text


def test_they_agree_on_what_people_type(tmp_path, spark):
    more = [
        "Odd,Atlantis,2013,1,F",
        "Linio,MEX,2013-11,n/a,B",
        "Uno,MEX,may/2013,US$1.67 bn,B",
        "Dos,MEX,5-dic-2013,1,C",
    ]
    lines = [*LINES, *more]
    header = f"{HEADER},type,sector"
    assert_they_agree(tmp_path, spark, written(tmp_path, [f"{line},Series A,Biotech" for line in lines], header))


@pytest.mark.parametrize(
    "name",
    [
        "crunchbase-2014-deals/maptime.csv",
        "crunchbase-2013-us/crunchbase-rounds.csv",
        "crunchbase-csv-export-sample/funding_rounds.csv",
        "crunchbase-2015-acquisitions/acquisitions.csv",
    ],
)
def test_they_agree_on_real_exports(tmp_path, spark, name):
    assert_they_agree(tmp_path, spark, real(name))


def test_they_agree_on_real_lists_of_companies(tmp_path, spark):
    dated = tmp_path / "map.yaml"
    dated.write_text("layout: crunchbase_companies\nperiod: 2014-12-31\n", encoding="utf-8")
    assert_they_agree(tmp_path, spark, real("crunchbase-2014-companies/investments_VC.csv"), map_file=dated)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_they_agree_on_a_million_lines(tmp_path, spark, bench_deals, kind):
    bench_deals.generate(tmp_path, 1_000_000, ["csv"])
    assert_they_agree(tmp_path, spark, tmp_path / f"deals.{kind}")


def test_they_agree_on_deals_with_ids_and_currencies(tmp_path, spark):
    header = "deal_id,company,country,date,amount,currency"
    lines = ["1,A,Mexico,2023-05-01,1000000,USD", "1,A,Mexico,2023-05-01,17760000,MXN", "1,B,USA,2023,17760000,MXN"]
    assert_they_agree(tmp_path, spark, written(tmp_path, [*lines, "2,B,Mexico,2023-05-01,,"], header))
