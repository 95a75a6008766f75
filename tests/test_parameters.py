"""The parameters of a report: defaults, conversion, and what a wrong one is told."""

from dataclasses import FrozenInstanceError, asdict, fields

import pytest

from vcgap.errors import UserError, did_you_mean
from vcgap.parameters import (
    MODELS,
    Parameters,
    ScenarioParameters,
    changed_levers,
    edition_slug,
    help_of,
    model_of,
    names_of,
    parameters_for,
    read_parameters,
)


def test_the_defaults_are_the_published_edition():
    assert asdict(Parameters()) == {
        "year": 2024,
        "base": "USA",
        "peer": "MEX",
        "basis": "column",
        "language": "en",
        "figures": "",
    }


@pytest.mark.parametrize("model", [Parameters, *MODELS.values()])
def test_every_parameter_has_help(model):
    assert all(help_of(model).values()) and list(help_of(model)) == names_of(model)


@pytest.mark.parametrize("model", [Parameters, *MODELS.values()])
def test_the_defaults_are_what_would_be_allowed(model):
    assert read_parameters({}, model) == read_parameters(asdict(model()), model) == model()


def test_text_is_converted_as_on_the_command_line():
    assert read_parameters({"year": "2018"}).year == 2018


@pytest.mark.parametrize(
    ("values", "messages"),
    [
        ({"yaer": 2024}, ["parameter yaer: there is no such parameter; did you mean 'year'?"]),
        (
            {"zzz": 1},
            ["parameter zzz: there is no such parameter; allowed: base, basis, figures, language, peer, year"],
        ),
        ({"year": 1989}, ["parameter year: 1989 ", "greater than or equal to 1990", "calendar year of the figures"]),
        ({"year": 2101}, ["parameter year: 2101 ", "less than or equal to 2100"]),
        ({"year": "last"}, ["parameter year: 'last' ", "integer"]),
        ({"year": 2024.5}, ["parameter year: 2024.5 ", "integer"]),
        ({"basis": "colum"}, ["parameter basis: 'colum' ", "'column' or 'like_for_like'"]),
        ({"language": "xx"}, ["parameter language: 'xx' ", "'en'"]),
        ({"figures": 5}, ["parameter figures: 5 ", "file with your own figures"]),
        ({"base": "MEX"}, ["parameters: base and peer are both 'MEX'; a gap needs two countries"]),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_allowed(values, messages):
    with pytest.raises(UserError) as caught:
        read_parameters(values)
    (problem,) = caught.value.problems
    assert problem.startswith(messages[0]) and all(message in problem for message in messages)


def test_all_wrong_parameters_are_told_at_once():
    with pytest.raises(UserError) as caught:
        read_parameters({"year": 1, "bse": "USA", "basis": "mine"})
    assert len(caught.value.problems) == 3
    assert str(caught.value).count("\n") == 2


def test_parameters_cannot_be_changed_after_they_were_checked():
    with pytest.raises(FrozenInstanceError):
        Parameters().year = 2020


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("MX", "; did you mean 'MEX'?"),
        ("mex", "; did you mean 'MEX'?"),
        ("qqqqq", "; allowed: BRA, MEX, USA"),
        (2024, "; allowed: BRA, MEX, USA"),
    ],
)
def test_the_nearest_word_is_proposed_or_else_all_of_them(word, said):
    assert did_you_mean(word, ["USA", "MEX", "BRA"]) == said


def test_a_long_list_of_what_is_allowed_is_cut():
    assert did_you_mean("?", [f"a{n:02}" for n in range(13)]).endswith("a11, …")


@pytest.mark.parametrize(
    ("values", "stem", "slug"),
    [
        ({}, "", "2024-usa-mex"),
        ({"year": 2018, "basis": "like_for_like"}, "", "2018-usa-mex-like-for-like"),
        ({"base": "BRA"}, "", "2024-bra-mex"),
        ({}, "My figures_v2", "2024-usa-mex-own-my-figures-v2"),
        ({}, "../up", "2024-usa-mex-own----up"),
    ],
)
def test_an_edition_is_named_by_what_differs_from_the_default(values, stem, slug):
    assert edition_slug(Parameters(**values), stem) == slug
    assert edition_slug(ScenarioParameters(**values), stem) == slug


# the levers of a scenario


def test_scenario_has_the_common_parameters_first_and_at_most_ten_levers():
    names, common = names_of(ScenarioParameters), names_of(Parameters)
    assert names[: len(common)] == common
    assert 0 < len(names) - len(common) <= 10


def test_every_lever_says_that_it_is_an_assumption_and_has_a_range():
    for field in fields(ScenarioParameters)[len(fields(Parameters)) :]:
        said, least, most = field.type.__metadata__
        assert said.endswith("; an assumption"), field.name
        assert least < most, field.name


def test_notebook_has_the_common_parameters_unless_it_has_its_own_model():
    assert model_of("01_volume") is model_of("no_such_notebook") is Parameters
    assert model_of("06_closing_the_gap") is ScenarioParameters
    assert model_of("01_volume", "06_closing_the_gap") is ScenarioParameters


def test_each_notebook_gets_only_its_own_parameters():
    parameters = ScenarioParameters(afore_share=0.03)
    assert list(parameters_for("01_volume", parameters)) == names_of(Parameters)
    assert parameters_for("06_closing_the_gap", parameters) == asdict(parameters)


def test_lever_is_refused_where_no_notebook_has_it_and_the_one_that_has_it_is_named():
    with pytest.raises(UserError) as caught:
        read_parameters({"afore_share": "0.03"})
    assert caught.value.problems == [
        "parameter afore_share: only 06_closing_the_gap has it; render that notebook too, or leave it out"
    ]


@pytest.mark.parametrize("model", [Parameters, ScenarioParameters])
def test_misspelt_lever_is_told_with_its_nearest_match(model):
    with pytest.raises(UserError) as caught:
        read_parameters({"afore_shar": "0.03"}, model)
    assert caught.value.problems == ["parameter afore_shar: there is no such parameter; did you mean 'afore_share'?"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("afore_share", "1.5", "less than or equal to 1"),
        ("afore_share", "nan", "or equal to"),
        ("public_budget_usd", "inf", "less than or equal to"),
        ("leverage", "0.5", "greater than or equal to 1"),
        ("deployment_years", "0", "greater than or equal to 1"),
        ("years_ahead", "30.5", "integer"),
        ("crowd_out", "some", "number"),
    ],
)
def test_lever_out_of_range_is_told_with_its_help(name, value, said):
    with pytest.raises(UserError) as caught:
        read_parameters({name: value}, ScenarioParameters)
    (problem,) = caught.value.problems
    assert problem.startswith(f"parameter {name}: '{value}' is not allowed (") and said in problem
    assert help_of(ScenarioParameters)[name] in problem


@pytest.mark.parametrize(
    ("values", "slug"),
    [
        ({"afore_share": "0.03"}, "2024-usa-mex-afore-share-0-03"),
        ({"afore_share": 0.01, "leverage": 2.5}, "2024-usa-mex"),
        ({"public_budget_usd": 1e9, "year": 2023}, "2023-usa-mex-public-budget-usd-1000000000"),
        ({"crowd_out": 0.5}, "2024-usa-mex-crowd-out-0-5"),
        ({"crowd_out": -0.5}, "2024-usa-mex-crowd-out--0-5"),
        ({"domestic_share": 0}, "2024-usa-mex-domestic-share-0"),
    ],
)
def test_levers_that_differ_from_the_default_are_part_of_the_edition_s_name(values, slug):
    assert edition_slug(read_parameters(values, ScenarioParameters)) == slug


def test_only_levers_are_changed_levers():
    assert changed_levers(ScenarioParameters(year=2023)) == changed_levers(Parameters(year=2023)) == {}
    assert changed_levers(ScenarioParameters(domestic_share=0.0)) == {"domestic_share": 0.0}
