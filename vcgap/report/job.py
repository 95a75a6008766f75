"""What is needed to make one report, on whatever machine."""

import sys
from typing import NamedTuple

from vcgap.errors import UserError
from vcgap.parameters import Parameters, changed_levers, parameters_for

OWN_FIGURES = "own_figures.csv"  # in the folder of an edition: the analyst's figures, if there are any
SHARED = "shared.json"  # what the jobs of a run have in common, in the suite that is sent to other machines

CAN_FORK = sys.platform == "linux"  # elsewhere a forked process may not use what its parent has loaded


def engine_for(asked, scheduler):
    """What runs notebooks, "forked" or "kernel". asked : one of them, or None; scheduler : of a cluster, or ""

    Raises UserError if that is not possible here, where it is to be.
    """
    if asked == "forked" and not (CAN_FORK or scheduler):
        raise UserError("--engine forked: this system cannot fork; use --engine kernel")
    return asked or ("forked" if CAN_FORK else "kernel")


def pdf_name(name):
    """The file name of a report's PDF, beside its page. name : of the notebook"""
    return f"{name}.pdf"


class Job(NamedTuple):
    """One report.

    edition : the name of its folder; name : of the notebook; parameters : of the edition
    links : names of the reports beside it; own : the analyst's figures as CSV text, or ""; engine : "forked" or "kernel"
    pdf : whether its page is made as a PDF, too
    """

    edition: str
    name: str
    parameters: Parameters
    links: list
    own: str
    engine: str
    pdf: bool = False

    @property
    def language(self):
        return self.parameters.language

    @property
    def folder(self):
        """Where the report goes, below the folder of the editions."""
        return f"{self.edition}/{self.language}"

    @property
    def path(self):
        """Where the report goes, without suffix."""
        return f"{self.folder}/{self.name}"

    @property
    def values(self):
        """The parameters that decide what is on the page: dict."""
        return parameters_for(self.name, self.parameters) | changed_levers(self.parameters)
