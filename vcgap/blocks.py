"""What a notebook shows: a chart with its numbers, a table, tiles, a sentence. Each block is HTML and plain text.

The plain text says the same as the page; it is what nbval compares, and what a screen reader or a diff reads.
"""

import base64
import csv
import io
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePath
from urllib.parse import quote, urlsplit

import pandas as pd
from jinja2 import Environment, PackageLoader, select_autoescape

from vcgap.figures import OWN, in_a_suite_name
from vcgap.language import (
    _,
    counted,
    country,
    localised,
    number,
    period,
    segment_words,
    sentence_start,
    value_text,
)
from vcgap.tables import reads
from vcgap.writing import no_formula

OWN_NAMED = 3  # of the reader's own figures that a page uses, in a sentence


@dataclass(frozen=True)
class Block:
    """Something to show. `figures` are the sourced figures it rests on, `numbers` its headline numbers by name.

    `warning` says what is not like for like in those numbers; it goes wherever they go. `read` : what the report read of
    the data up to here, and `own_use` : what it uses of the reader's own figures, both known to the last block alone.
    """

    name: str
    html: str
    text: str
    figures: tuple = ()
    numbers: dict = field(default_factory=dict)
    warning: str = ""
    read: tuple = ()
    own_use: str = ""

    def _repr_mimebundle_(self, include=None, exclude=None):
        kept = {"block": self.name, "numbers": self.numbers, "warning": self.warning}
        kept |= {"read": list(self.read)} if self.read else {}
        kept |= {"own_use": self.own_use} if self.own_use else {}
        return {"text/html": self.html, "text/plain": self.text}, {"vcgap": kept}


@cache
def environment():
    """The one template environment: everything is escaped unless a template says otherwise."""
    found = Environment(
        loader=PackageLoader("vcgap.report"),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["_"] = _
    found.filters["unbroken"] = unbroken
    return found


def unbroken(text):
    """Text in large type, in which no line ends inside a range: "5.5–14×" keeps together (U+2060 after the dash)."""
    return re.sub(r"(?<=\S)–(?=\S)", "–\u2060", text)


def _fill(template, **values):
    return environment().get_template(template).render(**values).strip()


def exhibit(
    name,
    title,
    subtitle,
    table,
    columns,
    *,
    draw=None,
    alt="",
    figures=(),
    package=None,
    method="",
    quality="",
    warning="",
    notes=(),
    numbers=None,
):
    """A chart with its numbers below, or a table alone.

    name : slug, unique in the report, also the name of the CSV; title : the finding, one sentence
    subtitle : metric, unit, year, scale; table : DataFrame of raw values
    columns : dict of column → (heading, function of one value that gives its text); other columns are only in the CSV
    draw : function of one bool (narrow) that returns a matplotlib figure; alt : chart in words, with its numbers
    figures : the Figures it rests on; package : for the names of their sources; method : the formula of what is derived
    quality : a chip beside the title, such as "contested"; notes : remarks; numbers : headline numbers for the manifest
    warning : what is not like for like; it goes into the note, the alt text and every row of the CSV
    """
    notes, alt = [line for line in (warning, *notes) if line], f"{alt} {warning}".strip()
    table = _own_marked(table, figures)
    table = table.assign(warning=warning) if warning else table
    shown = [[form(row[column]) for column, (_heading, form) in columns.items()] for row in table.to_dict("records")]
    kinds = [_column_kind(table[column]) for column in columns]
    headings = [heading for heading, _form in columns.values()]
    source = source_line(figures, package, method)
    page = _fill(
        "exhibit.html.j2",
        name=name,
        title=title,
        subtitle=subtitle,
        quality=quality,
        notes=notes,
        source=source,
        drawings=_drawings(draw, name, title, alt),
        headings=headings,
        rows=shown,
        kinds=kinds,
        csv=csv_link(table),
    )
    text = [title, subtitle, *notes, alt, text_table(headings, shown), source]
    return Block(name, page, "\n".join(line for line in text if line), tuple(figures), numbers or {}, warning)


def _own_marked(table, figures):
    """The table with a column `own` if any row is the reader's own, and without the suite's sources in such rows.

    Which rows are, the table's column `own` tells, else the ids of figures in it.
    """
    mine = {figure.id for figure in figures if figure.own}
    if not mine:
        return table.drop(columns="own", errors="ignore")
    ids = [column for column in table if column == "id" or column.endswith("_id")]
    own = table["own"] if "own" in table else table[ids].isin(mine).any(axis=1)
    if not own.any():
        return table.drop(columns="own", errors="ignore")
    named = {figure.family for figure in figures if in_a_suite_name(figure)}
    in_its_name = own & table["family"].isin(named) if "family" in table else own & False
    said = {"family": readers_own(), "source": readers_own(), "published": "", "scope": "–"}
    cells = {column: table[column].mask(in_its_name, said[column]) for column in said if column in table}
    return table.assign(**cells, own=own)


def _column_kind(cells):
    """How a column is set: numbers to the right, words to the left, remarks smaller and with room."""
    if pd.api.types.is_numeric_dtype(cells) or cells.name.endswith("_text"):
        return "number"
    if cells.name in ("period", "since", "valuation_date", "date"):
        return "date"
    return "long" if cells.name in ("note", "scope") else "text"


def _drawings(draw, name, title, alt):
    if draw is None:
        return []
    from vcgap import charts  # late: the index of reports has tiles, and no charts

    return [charts.to_svg(draw(size == "narrow"), f"{name}-{size}", title, alt) for size in ("wide", "narrow")]


def text_table(headings, rows):
    """A table as aligned plain text. headings : list of str; rows : list of lists of str."""
    return pd.DataFrame(rows, columns=headings).to_string(index=False) if rows else ""


def csv_link(table):
    """A table as a data: address, so that a report needs no second file to hand its numbers over."""
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(csv_text(table).encode()).decode()


def csv_text(table):
    """A table as CSV; text that a spreadsheet would run as a formula gets an apostrophe in front."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_harmless(cell) for cell in row] for row in table.itertuples(index=False))
    return buffer.getvalue()


def _harmless(cell):
    if isinstance(cell, str):
        return no_formula(cell)
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float):  # twelve digits: more differ from one processor to the next
        return int(cell) if cell.is_integer() else f"{cell:.12g}"
    return cell


def source_line(figures, package, method=""):
    """ "Sources: TTR Data via El Economista (27 Oct 2025); OECD (5 editions). Own calculation: …".

    A provider with one edition is named as it was read; one with several by its family. figures : Figures
    """
    by_family = {}
    for figure in figures:
        if not in_a_suite_name(figure):
            by_family.setdefault(figure.family, set()).add(figure.source)
    named = [_provider(family, sorted(editions), package) for family, editions in sorted(by_family.items())]
    parts = [_("Sources: {names}.").format(names="; ".join(named))] if named else []
    if any(figure.own for figure in figures):
        parts.append(_("Includes figures of the reader’s own."))
    if method:
        parts.append(_("Own calculation: {method}.").format(method=method))
    return " ".join(parts)


def _provider(family, editions, package):
    if len(editions) > 1:
        return _("{name} ({count} editions)").format(name=family, count=len(editions))
    publisher, published = package.sources.loc[editions[0], ["publisher", "published"]]
    if family == "column":
        return _("column of {month}").format(month=period(published[:7]))
    return f"{publisher} ({period(published)})" if published else publisher


def headline(name, sentence, lede, figures=(), numbers=None, warning=""):
    """The finding of a page in large type, and the sentences that put it in its place. lede : list of str.

    warning : what is not like for like in the numbers; the lede must say it too
    """
    page = _fill("headline.html.j2", sentence=sentence, lede=lede)
    return Block(name, page, "\n".join([sentence, *lede]), tuple(figures), numbers or {}, warning)


def masthead(name, lines, own=None):
    """The lines at the top of a page, and the box of the reader's own figures, if there are any. lines : list of str.

    own : dict of head, rows (list of str), more (how many there are besides, 0 if none) and path (of the file that has all)
    """
    if not own:
        return Block(name, _fill("masthead.html.j2", lines=lines, own=None), "\n".join(lines))
    file, more = PurePath(own["path"]).name, ()
    if own["more"]:
        text = _("and {count} more; all of them are in the file {file}")
        more = text.replace("{count}", number(own["more"])).split("{file}")
    page = _fill("masthead.html.j2", lines=lines, own=own | {"more": more, "file": file, "href": quote(own["path"])})
    return Block(name, page, "\n".join([*lines, own["head"], *own["rows"], *filter(None, [file.join(more)])]))


def own_figure_text(row, package, replaced=None):
    """ "Mexico, 2024: venture capital invested, US$2 bn (my fund)". row : Series of Package.figures.

    replaced : the row of the suite in whose place it stands, or None
    """
    if replaced is None:
        text = _("{what}, {value} ({source})")
        return text.format(what=_figure_name(row, package), value=value_text(row, 4), source=row["source"])
    return _("{what}, {value}; replaces {before} ({source})").format(
        what=_figure_name(row, package),
        value=value_text(row, 4),
        before=value_text(replaced, 4),
        source=family_name(package.sources.at[row["source"], "family"]),
    )


def _figure_name(row, package):
    """What a figure is of, with its segment in words: "Mexico, 2024: venture capital invested (software)"."""
    name = _("{country}, {period}: {label}").format(
        country=country(row["country"]),
        period=period(row["period"]),
        label=localised(package.metrics.loc[row["metric"]], "label"),
    )
    words = segment_words(row["segment"])
    return _("{what} ({segment})").format(what=name, segment=words) if words else name


def stated_by(figure):
    """Who states a figure, as the page says it: a source of the suite does not where the reader uses its name."""
    return readers_own() if in_a_suite_name(figure) else family_name(figure.family)


def readers_own():
    """How a figure is named that a reader's file states, and no source of the suite."""
    return _("the reader’s own")


def family_name(family):
    """The name of a source's family as the page says it."""
    return _("the column") if family == "column" else family


def tiles(name, entries, figures=(), numbers=None):
    """A row of numbers. entries : list of (number, what it is, its range or its catch)."""
    page = _fill("tiles.html.j2", entries=entries)
    return Block(name, page, "\n".join(f"{a}: {b} ({c})" for a, b, c in entries), tuple(figures), numbers or {})


def note(name, title, sentences, figures=()):
    """A grey box of sentences: what is missing, what a page cannot tell. sentences : list of str."""
    page = _fill("note.html.j2", title=title, sentences=sentences)
    return Block(name, page, "\n".join([title, *[f"- {line}" for line in sentences]]), tuple(figures))


def remark(name, sentence):
    """One line in small type. sentence : str."""
    return Block(name, _fill("remark.html.j2", sentence=sentence), sentence)


def sources(name, blocks, package):
    """Every figure that the blocks rest on, under its source: the last table of every report."""
    figures = sorted({figure.id: figure for block in blocks for figure in block.figures}.values(), key=lambda f: f.id)
    rows = [_figure_row(figure, package) for figure in figures]
    groups = [
        _source_row(source, package) | {"figures": [row for row in rows if row["source"] == source]}
        for source in sorted({row["source"] for row in rows})
    ]
    table = pd.DataFrame([row | _cited(row["source"], package) for row in rows])
    page = _fill("sources.html.j2", name=name, groups=groups, count=len(rows), csv=csv_link(table))
    text = text_table([_("Figure"), _("Value"), _("Status")], [[r["id"], r["value"], r["status"]] for r in rows])
    return Block(name, page, text, tuple(figures), read=tuple(reads()), own_use=_own_use(figures, package))


def _own_use(figures, package):
    """Which of the reader's own figures a page rests on: a sentence, "" if nothing was laid over the suite's.

    figures : the Figures of the page; the id of one that was computed from two names both
    """
    own = package.figures[package.figures["own"]]
    if own.empty:
        return ""
    ids = {part for figure in figures for part in figure.id.split("-over-")}
    used = own[own["id"].isin(ids)]
    if len(own) == 1:
        return _("This page does not use it.") if used.empty else _("This page uses it.")
    if used.empty:
        return _("This page uses none of them.")
    if len(used) > OWN_NAMED:
        text = _("This page uses {count} of them; its list of sources marks each.")
        return text.format(count=number(len(used)))
    names = "; ".join(_told_apart([row for _i, row in used.iterrows()], package))
    return _("This page uses {count} of them – {names}.").format(count=counted(len(used)), names=names)


def _told_apart(rows, package):
    """The names of figures, with their source where two have one name: list of str. rows : Series of Package.figures"""
    names = [_figure_name(row, package) for row in rows]
    return [
        _("{what} ({source})").format(what=name, source=row["source"]) if names.count(name) > 1 else name
        for name, row in zip(names, rows, strict=True)
    ]


def _figure_row(figure, package):
    return {
        "id": figure.id,
        "country": country(figure.country),
        "what": localised(package.metrics.loc[figure.metric], "label"),
        "period": period(figure.period),
        "value": value_text(figure, 4),
        "status": readers_own() if figure.own else status_words()[figure.status],
        "note": figure.note,
        "source": readers_own() if in_a_suite_name(figure) else figure.source,
    }


def _cited(source, package):
    """What a download says of a source: dict of publisher, title, url, published, accessed."""
    named = ["publisher", "title", "url", "published", "accessed"]
    if source == readers_own():
        return dict.fromkeys(named, "") | {
            "publisher": sentence_start(source),
            "title": _("under the name of a source of the suite"),
        }
    return package.sources.loc[source, named].to_dict()


def _source_row(source, package):
    cited = _cited(source, package)
    scope = "" if source == readers_own() else localised(package.sources.loc[source], "scope")
    return cited | {"read_at": urlsplit(cited["url"]).netloc, "scope": scope}


def status_words():
    """How the status of a figure is said."""
    return {
        "sourced": _("sourced"),
        OWN: readers_own(),
        "second_hand": _("second hand"),
        "derived": _("derived"),
        "mixed": _("derived, of two providers"),
        "assumption": _("assumption"),
        "illustrative": _("illustrative"),
        "superseded": _("superseded"),
    }
