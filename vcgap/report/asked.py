"""What is asked for: notebooks, the parameters of each edition, and the analyst's figures. Wrong input ends here."""

import io
from pathlib import Path
from typing import NamedTuple

from vcgap.errors import UserError, did_you_mean
from vcgap.parameters import Parameters, edition_slug, model_of, read_parameters
from vcgap.paths import NOTEBOOKS
from vcgap.report import manifest
from vcgap.report.job import OWN_FIGURES

OWN_DIGITS = 6  # of the fingerprint of an analyst's figures, at the end of an edition's name


class Asked(NamedTuple):
    """An edition that is asked for: its parameters, its folder's name, and the analyst's figures as CSV text, or ""."""

    parameters: Parameters
    slug: str
    own: str

    @property
    def folder(self):
        """Where its reports go, below the folder of the editions."""
        return f"{self.slug}/{self.parameters.language}"


def check_names(names):
    """The notebooks to render, in order; "volume" is short for "01_volume". Raises UserError."""
    there = sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))
    short = {name.partition("_")[2]: name for name in there} | {name: name for name in there}
    wanted = [Path(name).stem if name.endswith(".ipynb") else name for name in names]
    unknown = [
        f"notebook {name}: there is no such notebook{did_you_mean(name, there)}" for name in wanted if name not in short
    ]
    if unknown:
        raise UserError(*unknown)
    return sorted({short[name] for name in wanted}) or there


def own_text(overlays, say):
    """The rows of the analyst's files laid over one another, later ones on top, as CSV text: "" without files.

    say : function that takes what there is to say of them, a line each: how cells were read, which values are unlikely
    """
    if not overlays:
        return ""
    import pandas as pd

    from vcgap.checks import KEY
    from vcgap.overlay import examine, own_csv

    read = [examine(path) for path in overlays]
    for remark in [remark for one in read for remark in one.remarks]:
        say(remark)
    return own_csv(pd.concat([one.figures for one in read]).drop_duplicates(KEY, keep="last"))


def editions_of(names, sets, own, overlays):
    """What is asked for, an Asked for each set of parameters.

    sets : where each was asked for, for messages, or "", and its parameters by name; own : `own_text` of the overlays
    Raises UserError with every problem, and where two would be one folder.
    """
    figures = {"figures": f"../{OWN_FIGURES}"} if own else {}
    own_name, editions, problems, folders = _own_name(overlays, own), [], [], {}
    for where, values in sets:
        try:
            parameters = read_parameters(values | figures, model_of(*names))
            editions.append(edition := Asked(parameters, edition_slug(parameters, own_name), own))
            folders.setdefault(edition.folder, []).append(where)
        except UserError as error:
            problems += [f"{where}: {problem}" if where else problem for problem in error.problems]
    problems += [_collision(folder, wheres) for folder, wheres in folders.items() if len(wheres) > 1]
    if problems:
        raise UserError(*dict.fromkeys(problems))
    return editions


def _collision(folder, wheres):
    rows = f" ({'; '.join(wheres)})" if all(wheres) else ""
    return f"{folder}: {len(wheres)} sets of parameters would be written there{rows}"


def _own_name(overlays, own):
    """The files' names and a fingerprint of what is in them: two editions share a folder only if they are the same."""
    fingerprint = [manifest.fingerprint(own.encode())[:OWN_DIGITS]] if own else []
    return "-".join([*[Path(path).stem for path in overlays], *fingerprint])


def without_figures(jobs, combined):
    """The parameters of jobs whose year has no figures, each with what is said of it: dict.

    combined : combinations of a grid may be without, if not all are; what was asked for by itself may not: UserError,
    as for a country without any figures
    """
    from vcgap.figures import countries_without_figures, year_without_figures

    asked = list(dict.fromkeys(job.parameters for job in jobs))
    figures, problems, without = _figures_with(jobs[0].own), [], {}
    for parameters in asked:
        unknown = countries_without_figures(parameters, figures)
        problems += unknown
        if not unknown and (why := year_without_figures(parameters, figures)):
            without[parameters] = why
    if not combined or len(without) == len(asked):
        problems += [f"parameter year: {why}" for why in without.values()]
    if problems:
        raise UserError(*dict.fromkeys(problems))
    return without


def _figures_with(own):
    """The suite's figures, with the analyst's below: DataFrame. own : CSV text, or empty"""
    import pandas as pd

    from vcgap.figures import load_package

    mine = [pd.read_csv(io.StringIO(own), dtype=str, keep_default_na=False)] if own else []
    return pd.concat([load_package().figures, *mine])
