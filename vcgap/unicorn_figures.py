"""A unicorn list as figures of an analyst's own: `vcgap import FILE --as unicorns`."""

import re
import unicodedata
from datetime import date
from pathlib import Path

import pandas as pd

from vcgap.blocks import csv_text
from vcgap.checks import EARLIEST, LATEST, figure_id
from vcgap.errors import UserError
from vcgap.reading import counted_lines
from vcgap.tables import CONTROL, MARKUP, load_unnoted
from vcgap.unicorn_lists import BILLION, WORLDWIDE, Finding, read_list
from vcgap.writing import FORMULA_STARTS, check_targets, write_whole

FIGURE_COLUMNS = [
    "country",
    "metric",
    "period",
    "segment",
    "value",
    "lower",
    "upper",
    "qualifier",
    "source",
    "status",
    "note",
]
COUNTRIES_SHOWN = 8
DETAILS_SHOWN = 5
LATER_AT_MOST = 0.05  # of the companies may be dated after the list: slips of the pen; more, and the date is wrong


def import_list(path, out, companies="", date="", source="", verbose=False):
    """Read a unicorn list and write its figures, a log of what was dropped or repaired and, if asked, its companies.

    path, out, companies : path of a file; date : period of the list, if the file does not tell it; source : name that
    its figures carry, default the file's own. Returns the summary as list of lines; raises UserError.
    """
    out = Path(out)
    log = out.with_suffix(".log.csv")
    targets = [out, log] + ([Path(companies)] if companies else [])
    check_targets(targets, [path])
    listing = read_list(path)
    period, dated = _period(listing, date)
    source = _source_name(source, Path(path))
    figures = figures_of(listing, period, source)
    if not figures:
        raise UserError(f"{listing.name}: no company has a country that is known, so there is no figure to write")
    contents = [_csv(FIGURE_COLUMNS, figures), _csv(Finding._fields, [one._asdict() for one in listing.findings])]
    if companies:
        contents.append(_csv(list(listing.companies.columns), listing.companies.to_dict("records")))
    write_whole(dict(zip(targets, contents, strict=True)))
    lines = summary(listing, [*dated, f"source of the figures: {source}"], verbose)
    lines += [f"{len(figures):,} figures written to {out}; every row dropped, repaired or noted is in {log}"]
    lines += [f"{len(listing.companies):,} companies written to {companies}"] if companies else []
    return [*lines, f"Next: vcgap render unicorns -p year {period[:4]} --figures {out}"]


# figures


def figures_of(listing, period, source):
    """Count and value by country, and by sector where the list has a known classification: list of dicts, FIGURE_COLUMNS.

    listing : UnicornList; period, source : str, as in a figures file. A company of several countries is in none of their
    values but in the upper bound of each. Whole countries stand first, the largest before the others. Of a list of the world, a country of the suite that is not on it has zero.
    Raises UserError if it is no list of active unicorns.
    """
    if listing.problem:
        raise UserError(f"{listing.name}: {listing.problem}")
    companies, origin = listing.companies, _origin(listing)
    shared = companies["also_in"].str.split(";").explode()
    countries = sorted((set(companies["country"]) | set(shared)) - {""})
    common = {"period": period, "source": source, "status": "derived", "lower": "", "upper": ""}
    rounded = (companies["valuation_usd"].dropna() % BILLION == 0).all()
    rows = []
    for country in countries:
        own = companies[companies["country"] == country]
        beside = companies[companies["also_in"].str.split(";").map(lambda codes, code=country: code in codes)]
        rows += _rows(own, beside, common | {"country": country, "segment": ""}, rounded, origin)
        for sector, part in own[own["sector"] != ""].groupby("sector"):
            segment = f"scheme={listing.scheme};sector={sector}"
            rows += _rows(part, beside.iloc[:0], common | {"country": country, "segment": segment}, rounded, origin)
    if len(countries) >= WORLDWIDE:
        known = load_unnoted("figures").query("metric == 'unicorns_active'")["country"]
        for country in sorted(set(known) - set(countries)):
            zero = common | {"country": country, "segment": "", "value": 0, "qualifier": "exact"}
            rows.append(zero | {"metric": "unicorns_active", "note": f"No company of the country in {origin}."})
    largest = companies["country"].value_counts()
    return sorted(rows, key=lambda row: (row["segment"] != "", -largest.get(row["country"], 0), figure_id(row)))


def _rows(own, beside, common, rounded, origin):
    """The figures for one country and segment: the count, and the value if any valuation is known."""
    note = f"Counted from {origin}: companies that the list has in the country, exact repeats once"
    among = f"; {len(beside):,} more are listed in several countries" if len(beside) else ""
    count = common | {"metric": "unicorns_active", "value": len(own), "qualifier": "exact", "note": f"{note}{among}."}
    if len(beside):
        count |= {"lower": len(own), "upper": len(own) + len(beside), "qualifier": "at_least"}
    known = own["valuation_usd"].dropna()
    if not len(known):
        return [count]
    missing = f"; {len(own) - len(known):,} without a readable valuation" if len(known) < len(own) else ""
    note = f"Sum of the valuations of these companies in {origin}{missing}{among}."
    value = common | {"metric": "unicorn_value", "value": round(known.sum()), "note": note}
    bounds, qualifier = _bounds(own, beside, rounded)
    return [count, value | bounds | {"qualifier": qualifier}]


def _bounds(own, beside, rounded):
    """lower and upper of a sum, where ranges and companies of several countries leave it open, and its qualifier."""
    words = set(own["qualifier"]) - {"exact"}
    floor = words == {"at_least"} or own["valuation_usd"].isna().any()
    open_ended = "at_least" in words or own["valuation_usd"].isna().any() or beside["valuation_usd"].isna().any()
    upper = own["valuation_upper_usd"].sum() + beside["valuation_upper_usd"].sum()
    lower = own["valuation_usd"].sum()
    bounds = {"lower": round(lower), "upper": round(upper)} if upper > lower and not open_ended else {}
    if rounded or "about" in words:
        return bounds, "about"
    return bounds, "at_least" if floor or bounds else "exact"


def _origin(listing):
    """A file in words that a figure's note may hold: "list.csv (sha256 0123456789ab)"."""
    return f"{visible(listing.name).replace('<', '')} (sha256 {listing.sha256[:12]})"


def _source_name(source, path):
    """The name that the figures' source has: the one given, or that of the file. Raises UserError."""
    name = source or visible(path.stem).replace("<", "").lstrip("".join(FORMULA_STARTS)).strip() or "unicorn list"
    if MARKUP.search(name) or CONTROL.search(name) or name.startswith(FORMULA_STARTS) or name != name.strip():
        raise UserError(f"--source {name!r}: write a plain name, without markup, line breaks or a leading = + - @")
    return name


def _period(listing, told):
    """The date of the list as a period, and notes: (str, list of str). Raises UserError if it is not known or not right."""
    period = told or listing.told_date
    latest = f"its latest entry is of {listing.latest_entry}" if listing.latest_entry else "its entries have no dates"
    if not period:
        raise UserError(
            f"{listing.name}: the file does not tell the date of the list ({latest}); add --date YYYY-MM-DD, the day on which "
            "the list was copied (YYYY-MM or YYYY if no more is known)"
        )
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", period) or not _is_date(period):
        raise UserError(
            f"--date {period}: not a date of the years {EARLIEST} to {LATEST}; write YYYY-MM-DD, or YYYY-MM or YYYY "
            "if no more is known"
        )
    entries = listing.companies[["joined", "valued"]].max(axis=1)
    later = sum(entry[: len(period)] > period[: len(entry)] for entry in entries if entry)
    if later > LATER_AT_MOST * len(entries):
        raise UserError(
            f"{listing.name}: {later:,} of {len(entries):,} companies are dated after the list ({period}); {latest}. Is the date right?"
        )
    notes = [f"date of the list: {period}, {'as given' if told else 'told by the file'}"]
    if told and listing.told_date and told != listing.told_date:
        notes[0] += f"; the file says {listing.told_date}"
    return period, notes + (
        [f"{later:,} of {len(entries):,} companies are dated after the list; {latest}"] if later else []
    )


def _is_date(period):
    try:
        date.fromisoformat(period + "-01-01"[: 10 - len(period)] if len(period) < 10 else period)
    except ValueError:
        return False
    return EARLIEST <= period[:4] <= LATEST


# files


def _csv(columns, rows):
    """Rows (dicts) as CSV that no spreadsheet takes for formulas."""
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return csv_text(table.map(lambda cell: visible(cell) if isinstance(cell, str) else cell))


def visible(text):
    """Text in which characters that are not seen (control, direction, half of a pair) are written out as \\u202e."""
    hidden = ("Cc", "Cf", "Cn", "Co", "Cs")
    return "".join(c.encode("unicode_escape").decode() if unicodedata.category(c) in hidden else c for c in text)


# words


def summary(listing, notes, verbose=False):
    """What was read, counted, dropped and repaired, for the terminal: list of lines. verbose : every row that was."""
    dropped = sum(finding.action == "dropped" for finding in listing.findings)
    kept = len(listing.companies)
    lines = [
        f"{visible(listing.name)}: {listing.rows_read:,} {listing.unit}s = {kept:,} companies + {dropped:,} dropped"
    ]
    lines += [f"  {visible(note)}" for note in listing.notes + notes]
    lines += ["", *_table(listing), ""]
    groups = {}
    for finding in sorted(listing.findings, key=lambda one: (one.action, one.reason)):
        groups.setdefault((finding.action, finding.reason), []).append(finding)
    for (action, reason), found in groups.items():
        lines.append(f"{action}: {reason}: {counted_lines([one.line for one in found], listing.unit)}")
        shown = found if verbose else [one for one in found if one.detail][:DETAILS_SHOWN]
        lines += [f"  {listing.unit} {one.line}: {_told(one, verbose)}" for one in shown]
        lines += ["  …"] if shown and len(shown) < len(found) else []
    return [*lines, ""]


def _told(finding, verbose):
    return visible(
        "; ".join(filter(None, [finding.detail, finding.text[:200] if verbose or not finding.detail else ""]))
    )


def _table(listing):
    """Companies and value of the largest countries and of Mexico, as listed and as counted."""
    companies = listing.companies[listing.companies["country"] != ""]
    counts = companies["country"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    shown = list(dict.fromkeys([*counts.index[:COUNTRIES_SHOWN], "USA", "MEX"]))
    values = companies.groupby("country")["valuation_usd"].sum() / BILLION
    lines = [f"{'':9}{'as listed':>20}{'as counted':>20}", f"{'':9}" + f"{'companies':>10}{'US$ bn':>10}" * 2]
    for country in shown:
        rows, dollars = listing.listed.get(country, (0, 0))
        as_listed = f"{rows:>10,}{dollars / BILLION:>10,.2f}"
        lines.append(f"{country:9}{as_listed}{counts.get(country, 0):>10,}{values.get(country, 0):>10,.2f}")
    rest = len(counts) - len(counts.index.intersection(shown))
    return lines + ([f"and {rest} more countries"] if rest else [])
