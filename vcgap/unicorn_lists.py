"""Unicorn lists as trackers export them, to figures: how many companies and what value, by country and sector.

A list is never changed in silence: every row of the file is kept or dropped, and what was dropped or repaired is listed
with its line and the reason. The words that a list may use stand in data/list_columns.csv, list_sectors.csv and
country_names.csv.
"""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from vcgap.errors import UserError, raise_if
from vcgap.list_cells import dates_of, header_unit, plain, read_date, read_valuation
from vcgap.places import countries_in, country_code, simplified, town_code
from vcgap.reading import read_sheet
from vcgap.tables import load_table
from vcgap.values import decimal_mark_shown, spreadsheet_error

HEADER_WITHIN = 30  # lines: titles above a header are few
BILLION = 1_000_000_000
WORLDWIDE = 10  # countries from which on a list is taken to be of the world, so that one not on it has none
SCHEME_FITS = 0.9  # of the companies with a sector must have one of the scheme
FOOTNOTE = re.compile(r"\[(?:\d{1,4}|[a-z]{1,2}|note \d+|citation needed)\]")
COMPANY_COLUMNS = [
    "line",
    "company",
    "country",
    "also_in",
    "city",
    "sector",
    "joined",
    "valued",
    "valuation_usd",
    "valuation_upper_usd",
    "qualifier",
]


class Finding(NamedTuple):
    """What happened to a row: action "dropped", "repaired" or "noted", why (alike for many rows), what in this row
    (detail, may be ""), and the row's own words."""

    line: int
    action: str
    reason: str
    detail: str
    text: str


class UnicornList(NamedTuple):
    """A list as read.

    companies : DataFrame, one row per company, columns COMPANY_COLUMNS; country is alpha-3, "" if none is told or two
    are; also_in the countries of such a company, joined by ";"; amounts in US dollars, NaN if not known
    listed : {country: [rows, US dollars]} as the file has them, before repairs and with repeated rows
    findings : list of Finding; notes : list of str, how the file was read
    told_date, latest_entry : ISO date, "" if the file does not tell
    scheme : name of the sector classification, "" if the suite has none for it
    problem : why this is no list of active unicorns, "" if it is one
    rows_read, unit : rows of the file with text, without the header, and what they are called
    name, sha256 : of the file
    """

    companies: pd.DataFrame
    listed: dict
    findings: list
    notes: list
    told_date: str
    latest_entry: str
    scheme: str
    problem: str
    rows_read: int
    unit: str
    name: str
    sha256: str


def read_list(path):
    """A unicorn list from a CSV, TSV, XLSX or JSON file: UnicornList. Raises UserError if it is none."""
    sheet, name = read_sheet(path), Path(path).name
    columns, start, notes = _columns(sheet, name)
    titles, rows, findings = _split(sheet, columns, start)
    mark = _mark_shown(sheet, rows)
    _refuse_ambiguous(rows, mark, name, sheet.unit)
    scale, unit_note = _scale(sheet, columns, start, rows, mark, name)
    notes += [unit_note, *_read_dates(rows), *_ignore_faulty_columns(sheet.sha256, rows)]
    scheme, sector_notes = _read_sectors(rows, findings)
    _read_countries(rows, findings)
    _read_amounts(rows, scale, mark, findings)
    kept, repeats = _without_repeats(rows)
    findings = sorted(findings + repeats + _same_names(kept), key=lambda finding: finding.line)
    rows_read = len(sheet.lines) - (1 if start else 0)
    assert rows_read == len(kept) + sum(finding.action == "dropped" for finding in findings)
    if not kept:
        raise UserError(f"{name}: no row has a company with a valuation or a country")
    return UnicornList(
        companies=pd.DataFrame([{column: row[column] for column in COMPANY_COLUMNS} for row in kept]),
        listed=_as_listed(rows),
        findings=findings,
        notes=sheet.notes + notes + sector_notes,
        told_date=_told_date(titles, rows),
        latest_entry=max(max(row["joined"], row["valued"]) for row in kept),
        scheme=scheme,
        problem=_why_not_active(kept, columns),
        rows_read=rows_read,
        unit=sheet.unit,
        name=name,
        sha256=sheet.sha256,
    )


def _split(sheet, columns, start):
    """A list's lines as (titles above the header, rows that are companies, a Finding for every line that is neither)."""
    titles, header = sheet.lines[: max(start - 1, 0)], sheet.lines[start - 1][1] if start else []
    width = len(header) or max(len(cells) for _line, cells in sheet.lines)
    findings = [Finding(line, "dropped", "above the header", "", _text(cells)) for line, cells in titles]
    findings += _beyond_header(sheet.lines[start:], width)
    body = [(line, cells[:width] + [""] * (width - len(cells))) for line, cells in sheet.lines[start:]]
    named = [at for at, cell in enumerate(header) if cell] if header else range(width)
    rows, dropped = _company_rows(body, columns, named)
    return titles, rows, findings + dropped


def _text(cells):
    return " | ".join(cell for cell in cells if cell)


def _quoted(cell):
    return f"'{cell}'" if cell else ""


# columns


def _columns(sheet, name):
    """Which column holds what: ({role: column}, the place of the first row below the header, notes)."""
    names = {simplified(row["name"]): row["role"] for row in load_table("list_columns").to_dict("records")}
    for place, (line, header) in enumerate(sheet.lines[:HEADER_WITHIN]):
        roles = [names.get(plain(cell), "") for cell in header]
        if "company" in roles and ("country" in roles or "location" in roles):
            twice = sorted(role for role, count in Counter(filter(None, roles)).items() if count > 1)
            if twice:
                raise UserError(*[_wrong_twice(name, sheet.unit, line, role, roles, header) for role in twice])
            columns = {role: at for at, role in enumerate(roles) if role}
            read = ", ".join(f"'{header[at]}' as {role}" for role, at in columns.items())
            unread = [cell for at, cell in enumerate(header) if cell and at not in columns.values()]
            notes = [f"header in {sheet.unit} {line}: {read}"] + ([f"not read: {', '.join(unread)}"] if unread else [])
            return columns, place + 1, notes
    return _columns_by_content(sheet, name), 0, ["no header; the columns are known by what they hold"]


def _wrong_twice(name, unit, line, role, roles, header):
    found = [f"'{header[at]}'" for at, one in enumerate(roles) if one == role]
    return f"{name}, {unit} {line}: {' and '.join(found)} could both be the {role}; rename the one not meant"


def _columns_by_content(sheet, name):
    """{role: column} of a list without a header: one column of countries, one of amounts, one of dates, and names."""
    width = min(len(cells) for _line, cells in sheet.lines)
    tests = {
        "country": lambda cell: bool(country_code(cell)),
        "valued": lambda cell: bool(read_date(cell, True)),
        "valuation": lambda cell: read_valuation(cell, 1).qualifier != "",
        "company": lambda cell: any(letter.isalpha() for letter in cell),
    }
    columns = {}
    for role, test in tests.items():
        for at in set(range(width)) - set(columns.values()):
            cells = [_clean(cells[at]) for _line, cells in sheet.lines]
            told = role != "company" or 2 * len(set(cells)) > len(cells)  # what repeats is not a company's name
            if role not in columns and told and sum(map(test, cells)) >= 0.9 * len(cells):
                columns[role] = at
    if not {"country", "company", "valuation"} <= set(columns):
        first = ", ".join(f"'{cell[:30]}'" for cell in sheet.lines[0][1][:8])
        raise UserError(
            f"{name}: no header with a company and a country was found, and no columns that hold companies, countries "
            f"and valuations; the first {sheet.unit} is {first}. Name the columns Company, Country, Valuation ($B)",
            *[f"{name}: {note}" for note in sheet.notes],
        )
    return columns


def _clean(cell):
    """A cell without footnote marks and the spaces around them: "Ukraine[46] " → "Ukraine"."""
    return " ".join(FOOTNOTE.sub(" ", cell).split())


# rows


def _beyond_header(body, width):
    """A Finding for every row that has more filled cells than the header; those cells are not read."""
    longer = [(line, cells) for line, cells in body if any(cells[width:])]
    reason = f"more than the {width} cells of the header: the rest is not read"
    return [Finding(line, "noted", reason, _text(cells[width:]), _text(cells)) for line, cells in longer]


def _company_rows(body, columns, named):
    """The rows that are companies, as dicts of role to text, and a Finding for every other row."""
    rows, dropped = [], []
    for line, cells in body:
        row = {role: _clean(cells[at]) for role, at in columns.items()}
        row |= {role: "" for role in ("country", "city", "sector", "joined", "valued", "valuation") if role not in row}
        if "location" in columns and not row["country"]:
            row["country"] = row["location"].rpartition(",")[2].strip()
        told = [row[role] for role in ("valuation", "country", "joined", "valued")]
        has_name = row["company"] != "" and not spreadsheet_error(row["company"])
        if has_name and any(told):
            key = tuple(cells[at] for at in named)
            before = cells[columns["sector"] - 1] if columns.get("sector") else ""
            rows.append(row | {"line": line, "key": key, "before_sector": _clean(before), "text": _text(cells)})
        else:
            reason = "no valuation, date or country: not a company" if has_name else "no company name"
            dropped.append(Finding(line, "dropped", reason, "", _text(cells)))
    return rows, dropped


def _without_repeats(rows):
    """Rows each once, and a Finding for every row that is the same in every column as one before it."""
    first, kept, repeats = {}, [], []
    for row in rows:
        if row["key"] in first:
            detail = f"first in {first[row['key']]}"
            repeats.append(
                Finding(row["line"], "dropped", "the same in every column as a row before it", detail, row["text"])
            )
        else:
            first[row["key"]] = row["line"]
            kept.append(row)
    return kept, repeats


def _same_names(rows):
    """Different companies may share a name: they are kept, and noted."""
    first, found = {}, []
    for row in rows:
        key = row["company"].casefold()
        if key in first:
            reason = "a name that is there before, but other cells differ: counted as another company"
            found.append(Finding(row["line"], "noted", reason, f"{row['company']}, first in {first[key]}", row["text"]))
        first.setdefault(key, row["line"])
    return found


def _ignore_faulty_columns(sha256, rows):
    """Empty the columns that data/list_faults.csv says are wrong in this very file. Returns notes."""
    faults = [row for row in load_table("list_faults").to_dict("records") if row["sha256"] == sha256]
    for fault in faults:
        for row in rows:
            row[fault["role"]] = ""
    return [f"column {fault['role']} not used: {fault['reason_en']}" for fault in faults]


# countries


def _read_countries(rows, findings):
    """Fill country (alpha-3 or ""), also_in and listed of every row; findings grow by what was repaired."""
    for row in rows:
        row["listed"] = country_code(row["country"])
        codes, reason, detail = ([row["listed"]], "", "") if row["listed"] else _repaired_country(row)
        row["country"] = codes[0] if len(codes) == 1 else ""
        row["also_in"] = ";".join(codes) if len(codes) > 1 else ""
        if reason:
            action = "repaired" if row["country"] else "noted"
            findings.append(Finding(row["line"], action, reason, detail, row["text"]))


def _repaired_country(row):
    """The countries of a row whose cell names not just one: (list of codes, reason, detail)."""
    cell, city = row["country"], row["city"]
    codes, _rest = countries_in(cell)
    if len(codes) > 1:
        reason = "several countries in one cell: counted for none of them, within the upper bound of each"
        return codes, reason, _quoted(cell)
    if codes:
        return codes, "a country with something beside it", f"'{cell}' read as {codes[0]}"
    if country_code(city):
        row["city"] = cell or city
        said = f"country '{cell}', city '{city}': {country_code(city)}"
        return [country_code(city)], "no country in its column; the city column names one", said
    town = next((place for place in (cell, city) if place and town_code(place)), "")
    if town:
        said = f"country '{cell}'; the town '{town}' is in {town_code(town)}"
        return [town_code(town)], "no country in its column, but a known town", said
    if not cell:
        return [], "blank country: in no country's count", ""
    return [], "a place that is no country: in no country's count", _quoted(cell)


# sectors


def _read_sectors(rows, findings):
    """Fill sector of every row with the code of the scheme that fits the list. Returns the scheme and notes."""
    schemes = {}
    for row in load_table("list_sectors").to_dict("records"):
        schemes.setdefault(row["scheme"], {})[row["name"]] = row["sector"]
    told = [row for row in rows if row["sector"]]
    fits = {
        scheme: sum(_sector_of(row, names)[0] != "" for row in told) / len(told)
        for scheme, names in schemes.items()
        if told
    }
    scheme = max(fits, key=fits.get, default="")
    if not told or fits[scheme] < SCHEME_FITS:
        for row in rows:
            row["sector"] = ""
        return "", ["no figures by sector: " + ("no sectors told" if not told else "of no classification known here")]
    for row in rows:
        as_listed, (row["sector"], shifted) = row["sector"], _sector_of(row, schemes[scheme])
        if shifted:
            row["city"] = ""
            reason = "cells stand one column too far left from the city on"
            findings.append(Finding(row["line"], "repaired", reason, f"sector {row['sector']}", row["text"]))
        elif not row["sector"]:
            reason = f"no sector of {scheme}: in no sector's figure"
            findings.append(Finding(row["line"], "noted", reason, _quoted(as_listed), row["text"]))
    return scheme, [f"sectors are those of {scheme}"]


def _sector_of(row, names):
    """(sector code, whether it stands one column too far left)."""
    found = names.get(row["sector"].lower(), "")
    shifted = names.get(row["before_sector"].lower(), "")
    return (found, False) if found or not shifted else (shifted, True)


# amounts


def _mark_shown(sheet, rows):
    """The decimal mark that the valuations are written with, if they show one; "" in a workbook, whose numbers have none."""
    marks = {decimal_mark_shown(row["valuation"]) for row in rows if sheet.unit != "row"} - {""}
    return marks.pop() if len(marks) == 1 else ""


def _refuse_ambiguous(rows, mark, name, unit):
    """UserError with every valuation that has two readings, such as a thousand and a fraction."""
    read = [(row["line"], read_valuation(row["valuation"], 1, mark)) for row in rows]
    raise_if([f"{name}, {unit} {line}, column valuation: {found.wrong}" for line, found in read if found.open])


def _scale(sheet, columns, start, rows, mark, name):
    """What one unit of a plain number in the valuation column is in US dollars, and a note that says why."""
    if "valuation" not in columns:
        return 1, "no valuations: counts only"
    header = sheet.lines[start - 1][1][columns["valuation"]] if start else ""
    scale = header_unit(header, name)
    if scale:
        return scale, f"valuations are in units of US${scale:,}, as the header says"
    read = [[read_valuation(row["valuation"], dollars, mark) for dollars in (1, 2)] for row in rows]
    told = [pair for pair in read if pair[0].qualifier]
    values = sorted(once.low for once, twice in told if once.low != twice.low)
    if not values:
        return 1, "every valuation that can be read names its own unit" if told else "no valuation can be read"
    smallest = values[len(values) // 10]
    for scale in (BILLION, 1_000_000, 1):
        if 0.9 * BILLION <= smallest * scale < 100 * BILLION:
            return scale, f"valuations are read in units of US${scale:,}: a unicorn has at least US$1 billion"
    raise UserError(
        f"{name}: the valuations name no unit, and {smallest:,g}, about the smallest, is neither 1 billion nor 1,000 million "
        "nor 1,000,000,000; write the unit into the header, such as 'Valuation ($B)'"
    )


def _read_amounts(rows, scale, mark, findings):
    """Fill valuation_usd, valuation_upper_usd and qualifier of every row; findings grow by what must be said of them."""
    for row in rows:
        read = read_valuation(row["valuation"], scale, mark)
        row["valuation_usd"], row["valuation_upper_usd"], row["qualifier"] = read.low, read.high, read.qualifier
        for reason, detail in _said_of(read, row["valuation"]):
            findings.append(Finding(row["line"], "noted", reason, detail, row["text"]))


def _said_of(read, cell):
    """What must be said of a valuation: pairs of a reason, in words that are alike for many, and a detail."""
    if read.wrong:
        yield (
            "a valuation that cannot be read (write US dollars, such as US$2.2 bn): counted, but in no sum",
            _quoted(cell),
        )
    elif not read.qualifier:
        yield "no known valuation: counted, but in no sum", _quoted(cell)
    elif read.why:
        yield f"a number of two readings, read {read.why}", f"{_quoted(cell)} read as US${read.low:,.0f}"
    if read.high < BILLION:
        yield "below US$1 billion: counted, as listed", _quoted(cell)


def _as_listed(rows):
    """{country: [rows, US dollars]} of rows whose country needed no repair, repeated rows included."""
    listed = {}
    for row in rows:
        if row["listed"]:
            counted = listed.setdefault(row["listed"], [0, 0.0])
            counted[0] += 1
            counted[1] += 0 if pd.isna(row["valuation_usd"]) else row["valuation_usd"]
    return listed


def _why_not_active(rows, columns):
    below = sum(row["valuation_upper_usd"] < BILLION for row in rows)
    if "exit_date" in columns:
        return "this is a list of former unicorns (it has an exit date); unicorns_active counts those that are left"
    if below > len(rows) / 2:
        return f"{below:,} of {len(rows):,} companies are valued below US$1 billion: this is no list of unicorns"
    return ""


# dates


def _read_dates(rows):
    """Make joined and valued ISO dates or "". Returns notes on the order of day and month."""
    notes = []
    for role in ("joined", "valued"):
        found, note = dates_of([row[role] for row in rows])
        notes += [f"{role}: {note}"] if note else []
        for row, day in zip(rows, found, strict=True):
            row[role] = day
    return notes


def _told_date(titles, rows):
    """The date of a list: the one date in its titles, or the latest in its column of dates of the list; "" if none."""
    found, _note = dates_of([row.get("as_of", "") for row in rows])
    said = {read_date(cell, None) for _line, cells in titles for cell in cells} - {""}
    return said.pop() if len(said) == 1 else max(found, default="")
