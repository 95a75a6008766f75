"""What differs between two editions or two files of figures: numbers that moved, and the figures that moved them."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vcgap import blocks
from vcgap.checks import KEY
from vcgap.errors import UserError
from vcgap.language import NBSP, use_language
from vcgap.overlay import read_overlay
from vcgap.report import manifest
from vcgap.report.job import OWN_FIGURES
from vcgap.report.template import style
from vcgap.tables import load_table, load_unnoted
from vcgap.writing import check_targets, write_whole

STATED = ["value", "lower", "upper", "qualifier", "status"]  # what a source may state otherwise of one figure
HASHES = ("data", "code", "lock", "notebooks")
MOST_NAMED = 5  # figures, in one line


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
    parameters, reports, made_of : what else sets the editions apart, and so may have moved numbers
    """
    figures = figures_changed(before.own, after.own)
    both = before.manifest, after.manifest
    return {
        "before": before.name,
        "after": after.name,
        "without_numbers": [side.name for side in (before, after) if not side.manifest],
        "parameters": _parameters_changed(*(held.get("parameters", {}) for held in both)) if all(both) else [],
        "reports": _reports_of_one(*both) if all(both) else [],
        "made_of": ingredients_changed(*both),
        "numbers": numbers_moved(*both, figures),
        "figures": figures,
    }


# numbers


def numbers_moved(before, after, figures=()):
    """Headline numbers that differ in reports that both manifests have: list of dict, the largest relative change first.

    figures : what figures_changed found. Of them, `because` names those whose metric or source the reports read, or all
    where an old manifest does not say what they read: what moved the number is among them, or in `because_of_the_suite`
    """
    moved = {}
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
    known = old is not None and new is not None
    pairs = [(before["reports"][report], after["reports"][report]) for report in reports]
    read = {name for _old, entry in pairs for name in entry.get("read", {})}
    return {
        "name": name,
        "before": old,
        "after": new,
        "change": float(f"{new - old:.6g}") if known else None,
        "relative": float(f"{(new - old) / abs(old):.4g}") if known and old else None,
        "reports": reports,
        "because": [figure["id"] for figure in figures if not read or _is_read(figure, read)],
        "because_of_the_suite": sorted({name for pair in pairs for name in _data_changed(*pair)}),
    }


def _is_read(figure, read):
    return f"figures/metric={figure['metric']}" in read or f"figures/source={figure['source']}" in read


def _data_changed(old, new):
    """The data of the suite that both reports read and that changed between them: "vc_investment", "bases.csv"."""
    held, now = old.get("read", {}), new.get("read", {})
    names = [name for name in held if name in now and held[name] != now[name]]
    return [name.partition("=")[2] or f"{name}.csv" for name in names]


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
        found |= set(_data_changed(old, new))
    return sorted(found - {"parameters", "own figures", "reports beside it"})


# figures


def figures_changed(before, after):
    """Figures that an analyst's files set apart: list of dict by id.

    before, after : own figures as DataFrames, or None. What a side does not state, the suite states if it can: then
    `suite` is "before" or "after".
    """
    sides = [_by_key(before), _by_key(after)]
    suite = _by_key(load_unnoted("figures"), {*sides[0], *sides[1]})
    rows = [
        _figure_row(key, *[side.get(key) for side in sides], suite.get(key)) for key in sorted({*sides[0], *sides[1]})
    ]
    return sorted([row for row in rows if row], key=lambda row: row["id"])


def _by_key(figures, wanted=None):
    rows = [] if figures is None else figures.to_dict("records")
    keyed = {tuple(row[column] for column in KEY): row for row in rows}
    return keyed if wanted is None else {key: row for key, row in keyed.items() if key in wanted}


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
    lines = [f"{found['before']} → {found['after']}", *_settings(found), *_number_lines(found), *_figure_lines(found)]
    return "\n".join(lines)


def after_rerun(before, after):
    """What to print after an edition was rendered again: list of lines, empty if it was not there before.

    before, after : its manifests (dict), as vcgap.report.manifest.read returns them
    """
    if not before:
        return []
    moved = numbers_moved(before, after)
    if not moved:
        return ["No headline number moved."]
    old, new = (set(held.get("own_figures", [])) for held in (before, after))
    lines = [
        f"own figures {word}: {_some(sorted(names))}"
        for word, names in (("added", new - old), ("removed", old - new))
        if names
    ]
    changed = ingredients_changed(before, after)
    lines += [f"changed: {', '.join(changed)}"] if changed else []
    return [_counted(len(moved)), *[f"  {line}" for line in _moved_lines(moved)], *[f"  {line}" for line in lines]]


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
        names = " and ".join(found["without_numbers"])
        return [
            f"No headline numbers: {names} holds figures alone; render with --figures to see which numbers they move."
        ]
    rows = found["numbers"]
    return (
        [_counted(len(rows)), *[f"  {line}" for line in _moved_lines(rows)]] if rows else ["No headline number moved."]
    )


def _counted(count):
    return f"{count} headline number{'' if count == 1 else 's'} moved:"


def _moved_lines(rows):
    """One line for each number that moved; what changed is said once if it is the same for all of them."""
    lines, causes = [_number_line(row) for row in rows], [_cause(row) for row in rows]
    if len({*causes}) > 1:
        return [line + (f"; {cause}" if cause else "") for line, cause in zip(lines, causes, strict=True)]
    return lines + [cause for cause in causes[:1] if cause]


def _number_line(row):
    """One headline number that moved: "vc_ratio: 106.587 → 98.2 (−7.87 %) in en/00_overview"."""
    return f"{row['name']}: {_number(row['before'])} → {_number(row['after'])}{_percent(row)} in {', '.join(row['reports'])}"


def _cause(row):
    """What changed of what the reports read, in words; "" if nothing that is known."""
    names = row["because"][:MOST_NAMED] + row["because_of_the_suite"][:MOST_NAMED]
    more = len(row["because"]) + len(row["because_of_the_suite"]) - len(names)
    return (
        f"of what is read there, changed: {', '.join([*names, *([f'{more} more'] if more else [])])}" if names else ""
    )


def _percent(row):
    return "" if row["relative"] is None else f" ({row['relative'] * 100:+.3g}{NBSP}%)".replace("-", "−")


def _number(value):
    return "none" if value is None else f"{value:,.15g}".replace("-", "−")


def _figure_lines(found):
    rows = found["figures"]
    counts = [(what, sum(row["what"] == what for row in rows)) for what in ("added", "removed", "changed")]
    said = ", ".join(f"{count} {what}" for what, count in counts if count)
    return [
        f"Figures: {said}" if said else "No figure differs.",
        *[f"  {row['what']}: {_figure_line(row)}" for row in rows],
    ]


def _figure_line(row):
    suite = f" (the suite’s figure {row['suite']})" if row["suite"] else ""
    also = f", and its {', '.join(row['also'])}" if row["also"] else ""
    return f"{row['id']}: {figure_values(row)}{also}{suite}"


def figure_values(row):
    """The values of a changed figure: "1,180,000,000 → 1,200,000,000 USD", or the one that it has."""
    said = [_number(value) for value in (row["before"], row["after"]) if value is not None]
    return " → ".join(dict.fromkeys(said)) + f" {row['unit']}"


def as_html(found):
    """What `difference` found, as one page: str. All text is escaped."""
    use_language("en")
    template = blocks.environment().get_template("difference.html.j2")
    numbers = [
        row | {"values": (_number(row["before"]), _number(row["after"])), "percent": _percent(row).strip(" ()")}
        for row in found["numbers"]
    ]
    figures = [row | {"line": figure_values(row)} for row in found["figures"]]
    settings = _settings(found)
    return (
        template.render(found=found, numbers=numbers, figures=figures, settings=settings, style=style(), language="en")
        + "\n"
    )


def write_html(found, path):
    """Write the page of `difference`; an older file of the name stays until the new one is whole. Raises UserError."""
    check_targets([path])
    write_whole({path: as_html(found)})
