"""From measured numbers to a table: medians, ratios, targets, Markdown."""

import operator
import os
import platform
import re
from importlib.metadata import version
from statistics import median
from typing import NamedTuple

MEETS = {"≥": operator.ge, "≤": operator.le, "<": operator.lt}


class Target(NamedTuple):
    """What a number must be: `sign` one of MEETS; `unit` as it is printed behind."""

    sign: str
    limit: float
    unit: str


def median_ratio(above, below):
    """The median of the ratios round by round, so that a machine that slows down between rounds changes nothing."""
    return median(a / b for a, b in zip(above, below, strict=True))


def median_difference(more, less):
    """The median of the differences round by round."""
    return median(a - b for a, b in zip(more, less, strict=True))


def judged(value, target):
    """Three cells: the number, the target, and whether it is met. A number is judged as measured, not as rounded."""
    met = "met" if MEETS[target.sign](value, target.limit) else "**not met**"
    return [f"{value:.2f}{target.unit}", f"{target.sign} {target.limit:g}{target.unit}", met]


def spread(values, unit=""):
    """ "5.2 s (5.0–6.1)": the median, and the least and the most."""
    shown = [f"{value:.2f}" if value < 10 else f"{value:,.0f}" for value in (median(values), min(values), max(values))]
    return f"{shown[0]}{unit} ({shown[1]}–{shown[2]})"


def markdown(headings, rows):
    """A table in Markdown. headings : list of str; rows : lists of str, as long."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def conditions(packages):
    """One sentence: cores, Python, system, versions of packages."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    kernel = platform.release().partition("-")[0]
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores ({platform.machine()}), Python {platform.python_version()}, Linux {kernel}; {versions}."


def between_marks(page, name, text):
    """A page with `text` between <!-- name --> and <!-- /name -->. Raises ValueError if the page has no such place."""
    marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if len(marks.findall(page)) != 1:
        raise ValueError(
            f"expected <!-- {name} --> and, further down, <!-- /{name} -->, each on a line of its own, once"
        )
    return marks.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page)


def write_between(path, name, text):
    """Put text between the marks of a page."""
    page = path.read_text(encoding="utf-8")
    path.write_text(between_marks(page, name, text), encoding="utf-8")
