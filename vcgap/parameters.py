"""The parameters of a report: their only definition (types, ranges, choices, help)."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Literal, get_args

from vcgap.errors import UserError, did_you_mean


@dataclass(frozen=True)
class Parameters:
    """What a report is about. The defaults are the published edition; beside each type its help and its range, if any.

    read_parameters checks values; the `parameters` cell of every notebook repeats names, types, defaults and help of
    its model (model_of), and a test keeps them equal.
    """

    year: Annotated[int, "calendar year of the figures", 1990, 2100] = 2024
    base: Annotated[str, "country measured from, ISO 3166-1 alpha-3"] = "USA"
    peer: Annotated[str, "country compared with it, ISO 3166-1 alpha-3"] = "MEX"
    basis: Annotated[Literal["column", "like_for_like"], "which sources are the reference, column or like_for_like"] = (
        "column"
    )
    language: Annotated[Literal["en"], "language of the report"] = "en"
    figures: Annotated[str, "file with your own figures, CSV or XLSX, or empty"] = ""

    def __post_init__(self):
        if self.base == self.peer:
            raise ValueError(f"base and peer are both '{self.base}'; a gap needs two countries")


def _lever(kind, text, least, most):
    """The type of a lever, with its help and its range."""
    return Annotated[kind, f"{text}; an assumption", least, most]


@dataclass(frozen=True)
class ScenarioParameters(Parameters):
    """What a report is about, and the levers of its scenario. Every lever is an assumption, not a figure."""

    years_ahead: _lever(int, "years that growth is continued for", 5, 100) = 30
    afore_share: _lever(float, "share of pension assets committed to venture capital", 0, 1) = 0.01
    deployment_years: _lever(int, "years in which the money is invested, in equal parts", 1, 30) = 5
    domestic_share: _lever(float, "share of the pension money that is invested at home", 0, 1) = 1.0
    crowd_out: _lever(float, "other money that a pension dollar displaces, below zero attracts", -2, 1) = 0.0
    asset_growth: _lever(float, "growth of pension assets a year", -0.1, 0.5) = 0.08
    fund_life_years: _lever(int, "years until a fund ends", 1, 30) = 10
    public_budget_usd: _lever(float, "public money for co-investment, US dollars in all", 0, 1e12) = 500e6
    leverage: _lever(float, "public and private money for each public dollar", 1, 20) = 2.5
    additionality: _lever(float, "share of the private money that would not have come anyway", 0, 1) = 1.0


MODELS = {"06_closing_the_gap": ScenarioParameters}  # notebooks with parameters of their own


def names_of(model):
    """The names of a model's parameters, in order: list."""
    return [field.name for field in fields(model)]


def levers_of(model):
    """The names of the parameters that a model has beside those of every report: list."""
    return names_of(model)[len(fields(Parameters)) :]


def help_of(model):
    """What a model says of each of its parameters: dict of name to text."""
    return {field.name: field.type.__metadata__[0] for field in fields(model)}


def choices_of(name):
    """What is allowed for a parameter that every report has, such as basis: tuple, empty where it is not a choice."""
    return get_args(Parameters.__annotations__[name].__origin__)


def model_of(*notebooks):
    """The model with the parameters of all these notebooks (names without suffix): Parameters unless one has more."""
    return max((MODELS.get(name, Parameters) for name in notebooks), key=lambda model: len(fields(model)))


def parameters_for(notebook, parameters):
    """The parameters of an edition that one notebook has: dict of name to value."""
    return {name: getattr(parameters, name) for name in names_of(model_of(notebook))}


def changed_levers(parameters):
    """The levers of a scenario that differ from their defaults: dict of name to value, in the order of the model."""
    model = type(parameters)
    levers = {name: getattr(parameters, name) for name in levers_of(model)}
    return {name: value for name, value in levers.items() if value != getattr(model, name)}


def read_parameters(values, model=Parameters):
    """Parameters from a mapping of name to value (text is converted, as on the command line).

    model : Parameters, or the model of the notebooks (model_of).
    Raises UserError with one line per unknown name, wrong type or value out of range.
    """
    if not values:
        return model()  # the defaults are right (a test has them checked): nothing is loaded that checks
    from pydantic import ValidationError

    try:
        return model(**dict(_checker(model)(**values)))
    except ValidationError as error:
        raise UserError(*[_explain(problem, model) for problem in error.errors()]) from None
    except ValueError as error:
        raise UserError(f"parameters: {error}") from None


@cache
def _checker(model):
    """The pydantic model that takes what a model allows."""
    from pydantic import Field, create_model

    allowed = {}
    for field in fields(model):
        _help, *limits = field.type.__metadata__
        limits = dict(zip(("ge", "le"), limits, strict=False))
        allowed[field.name] = field.type.__origin__, Field(field.default, **limits)
    return create_model(model.__name__, __config__={"extra": "forbid"}, **allowed)


def _explain(problem, model):
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"parameter {name}: {_unknown(name, model)}"
    return f"parameter {name}: {problem['input']!r} is not allowed ({problem['msg']}). {name}: {help_of(model)[name]}"


def _unknown(name, model):
    """Why there is no such parameter: another notebook has it, or the name is misspelt."""
    elsewhere = {field: notebook for notebook, other in MODELS.items() for field in names_of(other)}
    if name in elsewhere:
        return f"only {elsewhere[name]} has it; render that notebook too, or leave it out"
    known = set(names_of(model))
    near = did_you_mean(name, known | set(elsewhere))
    if near.startswith("; did you mean"):
        return f"there is no such parameter{near}"
    return f"there is no such parameter{did_you_mean(name, known)}"


def edition_slug(parameters, own=""):
    """Folder name of an edition: year and countries, then whatever differs from the defaults.

    parameters : Parameters; own : name and fingerprint of an analyst's figures, or empty
    """
    parts = [str(parameters.year), parameters.base, parameters.peer]
    if parameters.basis != Parameters.basis:
        parts.append(parameters.basis)
    parts += [f"{name}-{value:.15g}" for name, value in changed_levers(parameters).items()]
    if own:
        parts += ["own", own]
    text = "-".join(parts).lower().replace("_", "-")
    return "".join(letter if letter.isalnum() or letter == "-" else "-" for letter in text)
