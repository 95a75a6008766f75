"""The conditions behind the gap: readiness, researchers, automation, machines, projects, policies, barriers."""

import re

import pytest

from vcgap.figures import reference
from vcgap.tables import load_table

REPORT = "oxford_insights_2018_06"
SMALL_TABLES = ["machines", "projects", "policies", "barriers"]


def values(package, metric, country="MEX"):
    rows = package.figures.query("metric == @metric and country == @country")
    return dict(zip(rows["segment"], rows["value"], strict=True))


def test_readiness_has_nine_ranks_in_three_clusters_of_three(package):
    ranks = values(package, "ai_readiness_input_rank")
    assert len(ranks) == 9 and all(1 <= rank <= 35 for rank in ranks.values())
    clusters = [re.match("cluster=([a-z_]+);", segment)[1] for segment in ranks]
    assert {cluster: clusters.count(cluster) for cluster in clusters} == dict.fromkeys(
        ["digital_infrastructure", "economy_and_skills", "public_service_reform"], 3
    )
    assert ranks["cluster=economy_and_skills;input=tech_skills"] == 35
    assert ranks["cluster=digital_infrastructure;input=available_data"] == 5


def test_researchers_of_the_states_are_all_of_them_and_141_specialise(package):
    people = values(package, "ai_researchers")
    states = {segment: count for segment, count in people.items() if segment.startswith("state=")}
    assert (len(states), sum(states.values()), people[""], people["scope=ai"]) == (28, 464, 464, 141)
    assert max(states, key=states.get) == "state=ciudad_de_mexico"


def test_programmes_stand_in_two_blocks_and_four_are_of_ai_alone(package):
    programmes = values(package, "postgraduate_programmes")
    assert len(programmes) == 32
    ai = [count for segment, count in programmes.items() if "field=artificial_intelligence" in segment]
    assert sum(ai) == 4


def test_jobs_stand_as_printed_and_every_contradiction_has_its_note(package):
    jobs = package.figures.query("metric == 'jobs_automatable'").set_index("segment")
    shares = package.figures.query("metric == 'jobs_automatable_share'").set_index("segment")
    assert jobs["value"]["sex=men"] + jobs["value"]["sex=women"] > jobs["value"][""]
    for row in (
        jobs.loc["sex=men"],
        jobs.loc["scheme=oecd_alfs;sector=wholesale_retail"],
        shares.loc["scheme=oecd_alfs;sector=wholesale_retail"],
        shares.loc["sex=men"],
        shares.loc["sex=women"],
    ):
        assert row["note"], row["id"]
    outcomes = jobs[jobs.index.str.startswith("outcome=")]["value"].sum()
    assert outcomes == pytest.approx(jobs["value"][""], rel=2e-3)


@pytest.mark.parametrize(
    ("metric", "year", "value"),
    [("ai_researchers", 2018, 464), ("jobs_automatable", 2016, 9.77e6), ("research_institutions", 2017, 66)],
)
def test_new_metrics_have_a_reference(package, metric, year, value):
    assert reference(package, "column", metric, "MEX", year).value == value


def test_barriers_are_six_with_figures_that_exist_or_none(package):
    barriers = load_table("barriers")
    assert len(barriers) == 6
    named = [one for cell in barriers["figures"] for one in cell.split("|") if one]
    assert set(named) <= set(package.figures["id"])
    without = barriers[barriers["figures"] == ""]
    assert list(without["id"]) == ["b6_institutions"]
    assert (
        without["reason_en"].str.startswith("No figure").all()
        and without["reason_es"].str.startswith("Sin cifra").all()
    )


def test_projects_say_that_they_are_not_venture_capital():
    projects = load_table("projects")
    assert projects["note_en"].str.contains("ot venture capital").all()
    assert projects["note_es"].str.contains("o (?:es )?capital emprendedor").all()


def test_policies_end_after_they_begin_and_name_what_the_column_names():
    policies = load_table("policies")
    closed = policies[policies["until"] != ""]
    assert (closed["until"] >= closed["date"]).all()
    assert {"mex-2018-03-09-fintech_law", "mex-2013-01-14-inadem", "usa-2025-07-05-qsbs_gain_cap"} <= set(
        policies["id"]
    )


@pytest.mark.parametrize("name", ["projects", "policies"])
def test_an_amount_has_its_currency(name):
    table = load_table(name)
    assert (table["amount"].notna() == (table["currency"] != "")).all()


@pytest.mark.parametrize("name", SMALL_TABLES)
def test_every_text_stands_in_both_languages(name):
    table = load_table(name)
    pairs = [column for column in table.columns if column.endswith("_en")]
    assert pairs
    for column in pairs:
        assert ((table[column] != "") == (table[column.removesuffix("en") + "es"] != "")).all(), column


def test_readiness_of_2017_is_the_one_that_a_later_text_dates_2018(package):
    ranks = package.figures.query("metric == 'ai_readiness_rank' and country == 'MEX'").set_index("period")
    assert ranks["value"]["2017-12"] == ranks["value"]["2018"] == 22
    assert ranks["source"]["2017-12"] == REPORT
