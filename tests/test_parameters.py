"""The parameters of a report: defaults, conversion, and what a wrong one is told."""

import pytest

from vcgap.errors import UserError, did_you_mean
from vcgap.parameters import Parameters, edition_slug, read_parameters


def test_the_defaults_are_the_published_edition():
    assert Parameters().model_dump() == {
        "year": 2024,
        "base": "USA",
        "peer": "MEX",
        "basis": "column",
        "language": "en",
        "figures": "",
    }


def test_every_parameter_has_help():
    assert all(field.description for field in Parameters.model_fields.values())


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
    with pytest.raises(ValueError, match="frozen"):
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
