"""An edition: the parameters of a report and the figures it reads, opened once at the top of every notebook."""

from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path

from vcgap import blocks
from vcgap.blocks import family_name
from vcgap.checks import KEY
from vcgap.figures import (
    Package,
    check_coverage,
    independent,
    load_package,
    reference,
    spread,
    years_with_figures,
)
from vcgap.gaps import compare
from vcgap.language import (
    _,
    counted,
    country,
    join,
    localised,
    period,
    plural,
    sentence_start,
    use_language,
    year_spans,
)
from vcgap.nearest import nearest_first
from vcgap.parameters import Parameters, read_parameters

OWN_SHOWN = 4  # of the reader's own figures, on the first screen; all are in the file that is named there


@dataclass(frozen=True)
class Edition:
    """The parameters of a report and the tables it reads; shows itself as the line at the top of a page."""

    parameters: Parameters
    package: Package

    @property
    def year(self):
        return self.parameters.year

    @property
    def countries(self):
        return self.parameters.base, self.parameters.peer

    def _repr_mimebundle_(self, include=None, exclude=None):
        return masthead(self)._repr_mimebundle_()

    def swapped(self):
        """The same edition with base and peer changed about."""
        turned = {"base": self.parameters.peer, "peer": self.parameters.base}
        return Edition(replace(self.parameters, **turned), self.package)


class MissingFigure(Exception):
    """No source has the figure that an exhibit needs; the message is a sentence for the reader."""


def open_edition(**parameters):
    """An Edition from the parameters of a notebook. Raises UserError with every problem found."""
    checked = read_parameters(parameters)
    use_language(checked.language)
    package = load_package(checked.figures)
    check_coverage(checked, package.figures)
    return Edition(checked, package)


def masthead(edition):
    """Which countries and year, whose figure is the reference, and whether figures of the reader's own are in it."""
    base, peer = edition.countries
    line = _("{base} and {peer} · venture capital · {year}").format(
        base=country(base), peer=country(peer), year=edition.year
    )
    return blocks.masthead("masthead", [line, *_reference_lines(edition)], _own_box(edition))


def _own_box(edition):
    """What blocks.masthead shows of the reader's own figures, totals alone unless there are none: dict, or None."""
    rows = own_figures(edition)
    if rows.empty:
        return None
    replaced = _replaced(rows)
    totals = rows[rows["segment"] == ""]
    listed = totals if len(totals) else rows
    instead_first = listed.loc[sorted(listed.index, key=lambda at: at not in replaced)]
    shown = nearest_first([row for _at, row in instead_first.iterrows()], edition.countries, [edition.year])[:OWN_SHOWN]
    return {
        "head": _own_head(len(rows), len(replaced)),
        "rows": [blocks.own_figure_text(row, edition.package, replaced.get(row.name)) for row in shown],
        "more": len(rows) - len(shown),
        "path": Path(edition.parameters.figures).as_posix(),
    }


def _replaced(own):
    """The rows of the suite in whose place rows of the reader stand: dict of the latter's index → Series. own : DataFrame"""
    suite = load_package().figures
    known = {tuple(key): at for at, key in zip(suite.index, suite[KEY].to_numpy(), strict=True)}
    keys = {at: tuple(key) for at, key in zip(own.index, own[KEY].to_numpy(), strict=True)}
    return {at: suite.loc[known[key]] for at, key in keys.items() if key in known}


def _own_head(count, replaced):
    """How many figures of an edition are the reader's, and how many of them stand in place of the suite's."""
    text = plural(
        "{count} figure in this edition is not the suite’s own",
        "{count} figures in this edition are not the suite’s own",
        count,
    ).format(count=counted(count))
    if replaced == count:
        text += _(", in place of the suite’s")
    elif replaced:
        text += _(", {count} of them in place of the suite’s").format(count=counted(replaced))
    return sentence_start(text) + "."


def _reference_lines(edition):
    """Whose total is the reference for each country, and, if it is the column, what the column is."""
    basis, package = edition.parameters.basis, edition.package
    found = {code: reference(package, basis, "vc_investment", code, edition.year) for code in edition.countries}
    named = [f"{country(code)}: {blocks.stated_by(figure) if figure else _('none')}" for code, figure in found.items()]
    lines = [_("Reference for the money invested – {names}").format(names="; ".join(named))]
    if any(figure and figure.family == "column" and not figure.own for figure in found.values()):
        source = package.sources.loc["column"]
        lines.append(
            _("The column: “{title}”, {publisher}, {date}").format(
                title=source["title"], publisher=source["publisher"], date=period(source["published"])
            )
        )
    return lines


def family_label(family):
    """The name of a source's family at the start of a line."""
    return sentence_start(family_name(family))


def own_figures(edition):
    """The rows of an analyst's file, as they stand in Package.figures."""
    figures = edition.package.figures
    return figures[figures["own"]]


def basis_words():
    """What the reference of an edition is, in words."""
    return {
        "column": _("the column, as printed"),
        "like_for_like": _("one provider on both sides"),
    }


def find(edition, metrics, code, year=None, segment=""):
    """The reference Figure for a country, or MissingFigure with a sentence that says what was looked for.

    metrics : a metric's name, or several of one concept; code : country; year : default the edition's
    """
    year = year or edition.year
    found = reference(edition.package, edition.parameters.basis, metrics, code, year, segment)
    if found is None:
        raise MissingFigure(_missing_sentence(edition, metrics, code, year, segment))
    return found


def _missing_sentence(edition, metrics, code, year, segment):
    names = [metrics] if isinstance(metrics, str) else metrics
    label = _(" or ").join(localised(edition.package.metrics.loc[name], "label") for name in names)
    said = {blocks.stated_by(figure) for name in names for figure in spread(edition.package, name, code, year, segment)}
    if said:
        return _("{country}, {year}: no source for {label} under the basis “{basis}”. Others have it: {names}.").format(
            country=country(code),
            year=year,
            label=label,
            basis=basis_words()[edition.parameters.basis],
            names=join(sorted(said)),
        )
    years = sorted({there for name in names for there in years_with_figures(edition.package, name, code)})
    text = _("{country}, {year}: no source in this suite has {label}.").format(
        country=country(code), year=year, label=label
    )
    if years and not segment:
        text += " " + _("There are figures for {years}.").format(years=year_spans(years))
    return text


def find_pair(edition, metrics, year=None, segment=""):
    """The Comparison of both countries' references; MissingFigure names everything that is missing."""
    found, missing = [], []
    for code in edition.countries:
        try:
            found.append(find(edition, metrics, code, year, segment))
        except MissingFigure as error:
            missing.append(str(error))
    if missing:
        raise MissingFigure("\n".join(missing))
    return compare(*found)


def families(edition, metric, code, year=None, segment=""):
    """What the families say, each counted once (figures.independent): list of Figure, smallest first."""
    return independent(spread(edition.package, metric, code, year or edition.year, segment))


def or_say_what_is_missing(build):
    """A block that cannot be built for want of a figure becomes a note that says so; the rest of the page stands."""

    @wraps(build)
    def guarded(edition, *args, **kwargs):
        try:
            return build(edition, *args, **kwargs)
        except MissingFigure as missing:
            name = "-".join([build.__name__, *map(str, args)]).replace("_", "-")
            return blocks.note(name, _("No figure"), str(missing).split("\n"))

    return guarded


def side(edition, code):
    """ "base" or "peer": which colour and marker a country has."""
    return "base" if code == edition.parameters.base else "peer"
