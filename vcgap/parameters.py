"""The parameters of a report: their only definition (types, ranges, choices, help)."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vcgap.errors import UserError, did_you_mean


class Parameters(BaseModel):
    """What a report is about. The defaults are the published edition.

    The `parameters` cell of every notebook repeats names, types, defaults and help of its model (model_of); a test
    keeps them equal.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: int = Field(2024, ge=1990, le=2100, description="calendar year of the figures")
    base: str = Field("USA", description="country measured from, ISO 3166-1 alpha-3")
    peer: str = Field("MEX", description="country compared with it, ISO 3166-1 alpha-3")
    basis: Literal["column", "like_for_like"] = Field(
        "column", description="which sources are the reference, column or like_for_like"
    )
    language: Literal["en"] = Field("en", description="language of the report")
    figures: str = Field("", description="file with your own figures, CSV or XLSX, or empty")

    @model_validator(mode="after")
    def _two_countries(self):
        if self.base == self.peer:
            raise ValueError(f"base and peer are both '{self.base}'; a gap needs two countries")
        return self


class ScenarioParameters(Parameters):
    """What a report is about, and the levers of its scenario. Every lever is an assumption, not a figure."""

    years_ahead: int = Field(30, ge=5, le=100, description="years that growth is continued for; an assumption")
    afore_share: float = Field(
        0.01, ge=0, le=1, description="share of pension assets committed to venture capital; an assumption"
    )
    deployment_years: int = Field(
        5, ge=1, le=30, description="years in which the money is invested, in equal parts; an assumption"
    )
    domestic_share: float = Field(
        1.0, ge=0, le=1, description="share of the pension money that is invested at home; an assumption"
    )
    crowd_out: float = Field(
        0.0,
        ge=-2,
        le=1,
        description="other money that a pension dollar displaces, below zero attracts; an assumption",
    )
    asset_growth: float = Field(0.08, ge=-0.1, le=0.5, description="growth of pension assets a year; an assumption")
    fund_life_years: int = Field(10, ge=1, le=30, description="years until a fund ends; an assumption")
    public_budget_usd: float = Field(
        500e6, ge=0, le=1e12, description="public money for co-investment, US dollars in all; an assumption"
    )
    leverage: float = Field(
        2.5, ge=1, le=20, description="public and private money for each public dollar; an assumption"
    )
    additionality: float = Field(
        1.0, ge=0, le=1, description="share of the private money that would not have come anyway; an assumption"
    )


MODELS = {"06_closing_the_gap": ScenarioParameters}  # notebooks with parameters of their own


def model_of(*notebooks):
    """The model with the parameters of all these notebooks (names without suffix): Parameters unless one has more."""
    return max((MODELS.get(name, Parameters) for name in notebooks), key=lambda model: len(model.model_fields))


def parameters_for(notebook, parameters):
    """The parameters of an edition that one notebook has: dict of name to value."""
    return parameters.model_dump(include=set(model_of(notebook).model_fields))


def changed_levers(parameters):
    """The levers of a scenario that differ from their defaults: dict of name to value, in the order of the model."""
    fields = type(parameters).model_fields
    levers = {name: getattr(parameters, name) for name in fields if name not in Parameters.model_fields}
    return {name: value for name, value in levers.items() if value != fields[name].default}


def read_parameters(values, model=Parameters):
    """Parameters from a mapping of name to value (text is converted, as on the command line).

    model : Parameters, or the model of the notebooks (model_of).
    Raises UserError with one line per unknown name, wrong type or value out of range.
    """
    try:
        return model(**values)
    except ValidationError as error:
        raise UserError(*[_explain(problem, model) for problem in error.errors()]) from None


def _explain(problem, model):
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"parameter {name}: {_unknown(name, model)}"
    if not name:
        return f"parameters: {problem['msg'].removeprefix('Value error, ')}"
    field = model.model_fields[name]
    return f"parameter {name}: {problem['input']!r} is not allowed ({problem['msg']}). {name}: {field.description}"


def _unknown(name, model):
    """Why there is no such parameter: another notebook has it, or the name is misspelt."""
    elsewhere = {field: notebook for notebook, other in MODELS.items() for field in other.model_fields}
    if name in elsewhere:
        return f"only {elsewhere[name]} has it; render that notebook too, or leave it out"
    known = set(model.model_fields)
    near = did_you_mean(name, known | set(elsewhere))
    if near.startswith("; did you mean"):
        return f"there is no such parameter{near}"
    return f"there is no such parameter{did_you_mean(name, known)}"


def edition_slug(parameters, own=""):
    """Folder name of an edition: year and countries, then whatever differs from the defaults.

    parameters : Parameters; own : name and fingerprint of an analyst's figures, or empty
    """
    parts = [str(parameters.year), parameters.base, parameters.peer]
    if parameters.basis != Parameters.model_fields["basis"].default:
        parts.append(parameters.basis)
    parts += [f"{name}-{value:.15g}" for name, value in changed_levers(parameters).items()]
    if own:
        parts += ["own", own]
    text = "-".join(parts).lower().replace("_", "-")
    return "".join(letter if letter.isalnum() or letter == "-" else "-" for letter in text)
