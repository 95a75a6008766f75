"""What differs between two editions or two files of figures: numbers that moved, and the figures that moved them."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vcgap import blocks
from vcgap.checks import KEY
from vcgap.errors import UserError
from vcgap.language import money, percent, sentence_start, the_country, use_language
from vcgap.nearest import nearest_first
from vcgap.overlay import read_overlay
from vcgap.report import headline_numbers, manifest
from vcgap.report.job import OWN_FIGURES
from vcgap.report.template import TEMPLATES, style
from vcgap.tables import load_table, load_unnoted
from vcgap.writing import check_targets, write_whole

STATED = ["value", "lower", "upper", "qualifier", "status"]  # what a source may state otherwise of one figure
HASHES = ("data", "code", "lock", "notebooks")
MOST_NAMED = 5  # figures, in one line
DIGITS = (4, 6, 9, 15)  # of an amount: as few as tell two apart
MOST_LISTED = 20  # figures that differ, each in its own line
WHAT = ("changed", "removed", "added")  # in this order: what a file replaces is easily lost among what it adds


class Side(NamedTuple):
    """One of the two things compared.

    name : its folder or file; manifest : of an edition, {} for a file; own : the analyst's figures, DataFrame or None
    """

    name: str
    manifest: dict
    own: pd.DataFrame | None


def read_side(path):
    """An edition's folder or a file of figures: Side. Raises UserError if it is neither or damaged."""
    path, metrics = Path(path), load_table("metrics").set_index("metric")
    if not path.is_dir():
        return Side(path.name, {}, read_overlay(path, metrics))
    held = manifest.stored(path)
    if not held:
        raise UserError(f"{path}: this folder holds no manifest.json; name an edition's folder or a file of figures")
    if not held["own_figures"]:
        return Side(path.resolve().name, held, None)
    if not (path / OWN_FIGURES).is_file():
        raise UserError(f"{path}: {OWN_FIGURES} is missing; render the edition again")
    return Side(path.resolve().name, held, read_overlay(path / OWN_FIGURES, metrics))


def difference(before, after):
    """What differs between two Sides, as plain values for JSON: dict of lists, empty where nothing differs.

    numbers : headline numbers that moved, the largest relative change first; figures : added, removed, changed
    countries : the first and the second of each edition, of which the numbers are ratios and differences; [] for a file
    parameters, reports, made_of : what else sets the editions apart, and so may have moved numbers
    """
    figures = figures_changed(before.own, after.own)
    both = before.manifest, after.manifest
    return {
        "before": before.name,
        "after": after.name,
        "without_numbers": [side.name for side in (before, after) if not side.manifest],
        "countries": [list(_pair(held)) for held in both],
        "parameters": _parameters_changed(*(held.get("parameters", {}) for held in both)) if all(both) else [],
        "reports": _reports_of_one(*both) if all(both) else [],
        "made_of": ingredients_changed(*both),
        "numbers": numbers_moved(*both, figures),
        "figures": sorted(_nearest(figures, *both), key=lambda row: WHAT.index(row["what"])),
    }


# numbers


def numbers_moved(before, after, figures=()):
    """Headline numbers that differ in reports that both manifests have: list of dict, the largest relative change first.

    figures : what figures_changed found. Of them, `because` names those that the number can be made of; where that is not
    known, those that the reports read, or all where an old manifest does not say; those of the editions' countries and
    years first. What moved the number is among them, in `because_of_parameters` or in `because_of_the_suite`. A year is
    no quantity: it has no change.
    """
    moved, figures = {}, _nearest(figures, before, after)
    for report, old, new in _common_reports(before, after):
        for name in sorted({*old["numbers"], *new["numbers"]}):
            pair = old["numbers"].get(name), new["numbers"].get(name)
            if pair[0] != pair[1]:
                moved.setdefault((name, *pair), []).append(report)
    rows = [_number_row(key, reports, before, after, figures) for key, reports in moved.items()]
    return sorted(rows, key=lambda row: (-abs(row["relative"]) if row["relative"] is not None else 0, row["name"]))


def _number_row(key, reports, before, after, figures):
    """One headline number that moved, and what the reports that print it read that changed."""
    name, old, new = key
    known = None not in (old, new) and headline_numbers.kind(name) != "year"
    same_pair = _pair(before) == _pair(after)
    return {
        "name": name,
        "label": headline_numbers.label(name),
        "before": old,
        "after": new,
        "change": float(f"{new - old:.6g}") if known else None,
        "relative": float(f"{(new - old) / abs(old):.4g}") if known and old else None,
        "changes_sides": known and same_pair and headline_numbers.changes_sides(name, old, new),
        "reports": reports,
        "because_of_parameters": _other_parameters(before, after),
        "because": [figure["id"] for figure in _causes(name, figures, reports, before, after)],
        "because_of_the_suite": _causes_of_the_suite(name, reports, before, after),
    }


def _causes(name, figures, reports, before, after):
    """Those of the changed figures that can have moved a number in some reports: list of dict."""
    both = before, after
    made_of = headline_numbers.made_of(name, figures, [code for held in both for code in _pair(held)], _years(*both))
    if made_of is not None:
        return made_of
    read = {part for report in reports for part in after["reports"][report].get("read", {})}
    return [figure for figure in figures if not read or _is_read(figure, read)]


def _causes_of_the_suite(name, reports, before, after):
    """The changed data of the suite that can have moved a number in some reports: sorted list of str."""
    metrics = headline_numbers.metrics(name)
    parts = {part for report in reports for part in _parts_changed(before["reports"][report], after["reports"][report])}
    if metrics is not None:
        parts = {part for part in parts if "/" not in part or part.removeprefix("figures/metric=") in metrics}
    return sorted(map(_part_name, parts))


def _pair(held):
    """The first and the second country of an edition by its manifest; () if it does not say."""
    asked = held.get("parameters", {})
    return (asked["base"], asked["peer"]) if {"base", "peer"} <= set(asked) else ()


def _nearest(figures, *manifests):
    """Figures, those of the countries and years of the editions first: list of dict."""
    return nearest_first(figures, [code for held in manifests for code in _pair(held)], _years(*manifests))


def _years(*manifests):
    return [held["parameters"]["year"] for held in manifests if "year" in held.get("parameters", {})]


def _other_parameters(before, after):
    return [row["name"] for row in _parameters_changed(*(held.get("parameters", {}) for held in (before, after)))]


def _is_read(figure, read):
    return f"figures/metric={figure['metric']}" in read or f"figures/source={figure['source']}" in read


def _parts_changed(old, new):
    """The data of the suite that both reports read and that changed between them: "figures/metric=gdp", "bases"."""
    held, now = old.get("read", {}), new.get("read", {})
    return [part for part in held if part in now and held[part] != now[part]]


def _part_name(part):
    return part.partition("=")[2] or f"{part}.csv"


def _common_reports(before, after):
    """Triples of the name of a report that both manifests have, and its two entries."""
    old, new = before.get("reports", {}), after.get("reports", {})
    return [(name, old[name], new[name]) for name in sorted(old) if name in new]


# what sets two editions apart


def _parameters_changed(old, new):
    names = sorted({*old, *new} - {"figures"})  # where the analyst's figures lie says nothing about them
    return [
        {"name": name, "before": old.get(name), "after": new.get(name)}
        for name in names
        if old.get(name) != new.get(name)
    ]


def _reports_of_one(before, after):
    old, new = before["reports"], after["reports"]
    return [
        {"name": name, "only": "before" if name in old else "after"}
        for name in sorted({*old, *new})
        if (name in old) != (name in new)
    ]


def ingredients_changed(before, after):
    """What reports that both manifests have are made of otherwise: sorted list of names, such as "code"."""
    found = set()
    for _report, old, new in _common_reports(before, after):
        parts = [entry.get("made_of") or {name: entry.get(name) for name in HASHES} for entry in (old, new)]
        found |= {name for name in parts[0] if parts[0][name] != parts[1].get(name)}
        found |= set(map(_part_name, _parts_changed(old, new)))
    return sorted(found - {"parameters", "own figures", "reports beside it"})


# figures


def figures_changed(before, after):
    """Figures that an analyst's files set apart: list of dict by id.

    before, after : own figures as DataFrames, or None. What a side does not state, the suite states if it can: then
    `suite` is "before" or "after".
    """
    sides = [_by_key(before), _by_key(after)]
    keys = sorted({*sides[0], *sides[1]})
    suite = _by_key(load_unnoted("figures")) if keys else {}
    rows = [_figure_row(key, *[side.get(key) for side in sides], suite.get(key)) for key in keys]
    return sorted([row for row in rows if row], key=lambda row: row["id"])


def _by_key(figures):
    rows = [] if figures is None else figures.to_dict("records")
    return {tuple(row[column] for column in KEY): row for row in rows}


def _figure_row(key, own_before, own_after, suite):
    """One changed figure, or None if both sides state the same."""
    old, new = own_before or suite, own_after or suite
    differing = [name for name in STATED if _stated(old, name) != _stated(new, name)]
    if not differing:
        return None
    return {
        "id": (new or old)["id"],
        **dict(zip(KEY, key, strict=True)),
        "unit": load_table("metrics").set_index("metric").at[key[1], "unit"],
        "what": "added" if old is None else "removed" if new is None else "changed",
        "before": _stated(old, "value"),
        "after": _stated(new, "value"),
        "suite": "before" if old is suite and old else "after" if new is suite and new else "",
        "also": [name for name in differing if name != "value"] if old and new else [],
    }


def _stated(row, name):
    """A cell of a figure; None for no figure and for a missing number."""
    return None if row is None or row[name] != row[name] else row[name]


# words


def as_text(found):
    """What `difference` found, for the command line: str."""
    use_language("en")
    lines = [f"{found['before']} → {found['after']}", *_settings(found), *_number_lines(found), *_figure_lines(found)]
    return "\n".join(lines)


def after_rerun(before, after):
    """What to print after an edition was rendered: list of lines. before : the Side that it is compared with; after : it"""
    use_language("en")
    both = before.manifest, after.manifest
    figures = figures_changed(before.own, after.own)
    moved, lines = numbers_moved(*both, figures), _own_lines(_nearest(figures, after.manifest))
    compared = f"Compared with {before.name}:"
    if not moved:
        return [compared, "No headline number moved.", *lines]
    changed = ingredients_changed(*both)
    lines += [f"  changed: {', '.join(changed)}"] if changed else []
    direction = [f"  {line}" for line in _direction(moved, [*map(_pair, both)])]
    return [compared, _counted(moved), *direction, *_moved_lines(moved), *lines]


def _own_lines(figures):
    """How the analyst's figures differ: list of lines. figures : what figures_changed found"""
    groups = {
        ("added", ""): "own figures added",
        ("changed", "before"): "figures of the suite replaced",
        ("changed", ""): "own figures changed",
        ("changed", "after"): "figures of the suite again",
        ("removed", ""): "own figures removed",
    }
    found = {words: [] for words in groups.values()}
    for row in figures:
        found[groups[row["what"], row["suite"]]].append(f"{row['id']} ({figure_values(row)})")
    return [f"  {words}: {_some(names)}" for words, names in found.items() if names]


def _some(names):
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _settings(found):
    lines = [f"parameter {row['name']}: {row['before']} → {row['after']}" for row in found["parameters"]]
    for side in ("before", "after"):
        alone = [row["name"] for row in found["reports"] if row["only"] == side]
        lines += [f"only in {found[side]}: {', '.join(alone)}"] if alone else []
    return lines + ([f"changed between them: {', '.join(found['made_of'])}"] if found["made_of"] else [])


def _number_lines(found):
    if found["without_numbers"]:
        names = found["without_numbers"]
        hold = "hold" if len(names) > 1 else "holds"
        names = " and ".join(names)
        return [
            f"No headline numbers: {names} {hold} figures alone; render with --figures to see which numbers they move."
        ]
    rows = found["numbers"]
    direction = [f"  {line}" for line in _direction(rows, found["countries"])]
    return [_counted(rows), *direction, *_moved_lines(rows)] if rows else ["No headline number moved."]


def _direction(rows, pairs):
    """Which country is divided by which: list of one sentence, or none where no number has a direction.

    pairs : the two countries of either edition
    """
    kinds = {headline_numbers.kind(row["name"]) for row in rows}
    if not kinds & {"ratio", "difference"} or not all(pairs):
        return []
    (first, second), after = ([the_country(code) for code in pair] for pair in pairs)
    if [first, second] == after:
        return [f"The first country is {first}, the second {second}; ratios are the first ÷ the second."]
    return [f"Ratios are {first} ÷ {second} before, {after[0]} ÷ {after[1]} after."]


def _counted(rows):
    return f"{len(rows):,} headline number{'' if len(rows) == 1 else 's'} moved:"


def _moved_lines(rows):
    """One line for each number that moved, and what may have moved them, said once for all that share it."""
    lines = []
    for cause, of in _by_cause(rows):
        lines += [f"  {_number_line(row)}" for row in of] + ([f"    {cause}"] if cause else [])
    return lines


def _by_cause(rows):
    """Numbers that moved, those with the same cause together: list of (cause in words, list of rows)."""
    groups = {}
    for row in rows:
        groups.setdefault(_cause(row), []).append(row)
    return list(groups.items())


def _number_line(row):
    """One headline number that moved: "Venture capital, as invested: 107× → 98× (−8.05 %) in 00_overview"."""
    before, after = headline_numbers.texts(row["name"], row["before"], row["after"])
    change = _change(row)
    return f"{row['label']}: {before} → {after}{f' ({change})' if change else ''} in {_report_names(row)}"


def _report_names(row):
    """The reports that print a number, each once though it is there in several languages."""
    return ", ".join(dict.fromkeys(name.rpartition("/")[2] for name in row["reports"]))


def _cause(row):
    """What changed that the number may have moved for, in words; "" if nothing that is known."""
    names = row["because"][:MOST_NAMED] + row["because_of_the_suite"][:MOST_NAMED]
    more = len(row["because"]) + len(row["because_of_the_suite"]) - len(names)
    named = ", ".join([*names, *([f"{more:,} more"] if more else [])])
    parameters = f"{' and '.join(row['because_of_parameters'])} changed" if row["because_of_parameters"] else ""
    return "; ".join(filter(None, [parameters, f"of what goes into it, changed: {named}" if names else ""]))


def _change(row):
    """By how much a number moved: "−8.05 %", "485× as much", "changes sides"; "" if that cannot be said."""
    if row["changes_sides"]:
        return "changes sides"
    return "" if row["relative"] is None else headline_numbers.change_text(row["name"], row["before"], row["after"])


def _number(value):
    return "none" if value is None else f"{value:,.15g}".replace("-", "−")


def _figure_lines(found):
    rows = found["figures"]
    counts = [(what, sum(row["what"] == what for row in rows)) for what in ("added", "removed", "changed")]
    said = ", ".join(f"{count:,} {what}" for what, count in counts if count)
    more = len(rows) - MOST_LISTED
    return [
        f"Figures: {said}" if said else "No figure differs.",
        *[f"  {row['what']}: {_figure_line(row)}" for row in rows[:MOST_LISTED]],
        *([f"  and {more:,} more; --json and --html list all of them"] if more > 0 else []),
    ]


def _figure_line(row):
    suite = f" (the suite’s figure {row['suite']})" if row["suite"] else ""
    also = f", and its {', '.join(row['also'])}" if row["also"] else ""
    return f"{row['id']}: {figure_values(row)}{also}{suite}"


def figure_values(row):
    """The values of a changed figure: "US$1.18 bn → US$1.2 bn", or the one that it has.

    With as many digits as tell them apart.
    """
    values = list(dict.fromkeys(value for value in (row["before"], row["after"]) if value is not None))
    forms = {
        "USD": lambda value, digits: money(value, "USD", digits),
        "MXN": lambda value, digits: money(value, "MXN", digits),
        "share": percent,
    }
    for digits in DIGITS if row["unit"] in forms else ():
        said = [forms[row["unit"]](value, digits) for value in values]
        if len({*said}) == len(values):
            return " → ".join(said)
    return " → ".join(_number(value) for value in values)


def as_html(found):
    """What `difference` found, as one page: str. All text is escaped."""
    use_language("en")
    template = blocks.environment().get_template("difference.html.j2")
    groups = [(sentence_start(cause), [_shown(row) for row in rows]) for cause, rows in _by_cause(found["numbers"])]
    figures = [row | {"line": figure_values(row)} for row in found["figures"]]
    look = style() + (TEMPLATES / "difference.css").read_text(encoding="utf-8").strip()
    return (
        template.render(
            found=found,
            direction=_direction(found["numbers"], found["countries"]),
            groups=groups,
            figures=figures,
            most_listed=MOST_LISTED,
            more=f"{len(figures) - MOST_LISTED:,}" if len(figures) > MOST_LISTED else "",
            settings=_settings(found),
            style=look,
            language="en",
        )
        + "\n"
    )


def _shown(row):
    """One headline number that moved as the page shows it: row with its texts."""
    texts = headline_numbers.texts(row["name"], row["before"], row["after"])
    return row | {"texts": texts, "percent": _change(row), "where": _report_names(row)}


def write_html(found, path, compared):
    """Write the page of `difference`; an older file of the name stays until the new one is whole. Raises UserError.

    compared : the two folders or files that were read; none of their files is written over
    """
    check_targets([path], [file for side in compared for file in (Path(side), *Path(side).rglob("*"))])
    write_whole({path: as_html(found)})
