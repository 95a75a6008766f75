"""The parameters of a report: their only definition (types, ranges, choices, help)."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from vcgap.errors import UserError, did_you_mean


class Parameters(BaseModel):
    """What a report is about. The defaults are the published edition.

    The `parameters` cell of every notebook repeats names, types, defaults and help; a test keeps them equal.
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


def read_parameters(values):
    """Parameters from a mapping of name to value (text is converted, as on the command line).

    Raises UserError with one line per unknown name, wrong type or value out of range.
    """
    try:
        return Parameters(**values)
    except ValidationError as error:
        raise UserError(*[_explain(problem) for problem in error.errors()]) from None


def _explain(problem):
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"parameter {name}: there is no such parameter{did_you_mean(name, Parameters.model_fields)}"
    if not name:
        return f"parameters: {problem['msg'].removeprefix('Value error, ')}"
    field = Parameters.model_fields[name]
    return f"parameter {name}: {problem['input']!r} is not allowed ({problem['msg']}). {name}: {field.description}"


def edition_slug(parameters, own=""):
    """Folder name of an edition: year and countries, then whatever differs from the defaults.

    parameters : Parameters; own : name and fingerprint of an analyst's figures, or empty
    """
    parts = [str(parameters.year), parameters.base, parameters.peer]
    if parameters.basis != Parameters.model_fields["basis"].default:
        parts.append(parameters.basis)
    if own:
        parts += ["own", own]
    text = "-".join(parts).lower().replace("_", "-")
    return "".join(letter if letter.isalnum() or letter == "-" else "-" for letter in text)
