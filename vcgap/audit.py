"""The audit of statements: sixteen small rules over rows of claims, a finding for each row, a sentence for each finding.

A claim is a row of data/claims.csv, or of an analyst's own file with the same columns. The rules read the columns, so a
new claim is a new row. Rules and findings hold numbers and codes; the words are made last, in the current language.
"""

import re
from contextlib import suppress
from math import floor, inf, isinf, log10, prod
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

import pandas as pd

from vcgap.errors import UserError, did_you_mean, raise_if
from vcgap.figures import load_package, rounding_interval
from vcgap.language import (
    _,
    code_word,
    entity_word,
    interval,
    kind_word,
    localised,
    money,
    number,
    percent,
    period,
    plural,
    statistic_word,
    the_country,
    times_precise,
)
from vcgap.tables import LARGEST_NUMBER, check_table, load_table, read_table, schemas, typed

OWN_NEEDS = ["id", "rule", "statement_en"]
SEVERITIES = ("E", "W", "I", "ok")  # worst first
SCALE = r"(?:thousand|million|billion|trillion|bn|tn|mn|mil(?! millones)|millones|bill[oó]n(?:es)?)"
SCALE_TWICE = re.compile(
    rf"(?<![a-z]){SCALE}\s+{SCALE}(?![a-z])|\d,000\s+(?:thousand|mil(?! millones))(?![a-z])", re.IGNORECASE
)
QUANTIFIERS = {  # the open interval that a word allows, times the stated number where there is one
    "none": (0, 0),  # zero and nothing else
    "most": (0.5, inf),
    "half": (0.45, 0.55),
    "over twice": (2, 3),
    "over three times": (3, 4),
    "barely": (0.9, 1.05),
    "almost": (0.95, 1),
    "about": (0.9, 1.1),
    "more than": (1, inf),
    "less than": (-inf, 1),
}
OF_STATED = ("barely", "almost", "about", "more than", "less than")  # words that say nothing without a number


class Claim(NamedTuple):
    """A row of claims, its numbers parsed; what is not given is None, () or "".

    parts : tuple of float; whole, stated, tolerance : float or None, in `unit`
    left, right : what the two sides are; phrase : words the rule reads; ids : figures touched
    """

    id: str
    rule: str
    severity: str = "W"
    parts: tuple = ()
    whole: float | None = None
    stated: float | None = None
    tolerance: float | None = None
    unit: str = ""
    left: str = ""
    right: str = ""
    phrase: str = ""
    ids: tuple = ()


class Finding(NamedTuple):
    """What a rule says of a claim.

    severity : "ok" if the check holds, else that of the claim (E for a check that should have held)
    expected, found : a number in `unit`, an open interval of numbers, or a code of type_word
    """

    id: str
    rule: str
    severity: str
    expected: object
    found: object
    ok: bool
    unit: str = ""
    phrase: str = ""


def _finding(claim, expected, found, ok):
    severity = "ok" if ok else "E" if claim.severity == "ok" else claim.severity
    return Finding(claim.id, claim.rule, severity, expected, found, bool(ok), claim.unit, claim.phrase)


def slack(claim, *values):
    """How far the result may be off, in the unit of the claim: its tolerance, else half a unit of the last digit.

    values : the rounded numbers that go into the result. Counts are exact unless the claim gives a tolerance.
    """
    if claim.tolerance is not None:
        allowed = claim.tolerance
    elif claim.unit in ("USD", "MXN", "share", "ratio"):
        allowed = sum(half_unit(value, claim.unit) for value in values)
    else:
        allowed = 0.0
    return allowed + 1e-9 * max(1.0, *(abs(value) for value in values))


def half_unit(value, unit):
    """How far a rounded number may be from the true one: half a unit of its last digit, in `unit`.

    A zero at the end may be a digit or a gap; it is a digit in a percentage, before the decimal point of the
    thousands, millions or billions, and in second place: 0.6 → 0.005, 120e9 → 0.5e9, 2e9 → 0.05e9 (of 2.0 billion).
    """
    lower, upper = rounding_interval(value)
    half = (upper - lower) / 2
    if unit == "share":
        return min(half, 0.005)
    place = floor(log10(abs(value))) if value else 0
    return min(half, 10.0**place / 20, 1000.0 ** max(0, place // 3) / 2)


# the rules


def parts_within_total(claim):
    """R1: the parts add up to no more than the whole, and to the stated sum where one is given.

    Only the parts are rounded: the whole is a limit, and a limit with slack is no limit.
    """
    total, most = sum(claim.parts), claim.whole + slack(claim, *claim.parts)
    if claim.stated is None or total > most:
        return _finding(claim, claim.whole, total, total <= most)
    return _finding(claim, claim.stated, total, abs(total - claim.stated) <= slack(claim, claim.stated, *claim.parts))


def quotient_as_stated(claim):
    """R2: the parts divided by the whole give the stated share or average, within its rounding."""
    found = sum(claim.parts) / claim.whole
    return _finding(claim, claim.stated, found, abs(found - claim.stated) <= slack(claim, claim.stated))


def implied_total_possible(claim):
    """R3: a part of which the share is stated implies a total no larger than the whole population."""
    found = sum(claim.parts) / claim.stated
    return _finding(claim, claim.whole, found, found <= claim.whole * (1 + 1e-9))


def growth_from_levels(claim):
    """R4: the two levels (now|before) give the stated growth, a fraction, within its rounding."""
    now, before = claim.parts
    found = now / before - 1
    return _finding(claim, claim.stated, found, abs(found - claim.stated) <= slack(claim, claim.stated))


def same_type(claim):
    """R5 to R9: both sides are of one statistic, entity, stock or flow, period, classification."""
    return _finding(claim, claim.left, claim.right, claim.left == claim.right)


def quantifier_fits(claim):
    """R10: a word of quantity allows the number: the parts over the whole, or the parts alone. No number, no support."""
    if not claim.parts:
        return _finding(claim, None, None, False)
    found = sum(claim.parts) / (1 if claim.whole is None else claim.whole)
    lower, upper = _allowed(claim.phrase, 1 if claim.stated is None else claim.stated)
    return _finding(claim, (lower, upper), found, lower < found < upper or lower == found == upper)


def _allowed(word, stated):
    """("about", -0.05) → (-0.055, -0.045); what has no limit keeps none: ("more than", -0.05) → (-0.05, inf)."""
    return tuple(sorted(bound if isinf(bound) else bound * stated for bound in QUANTIFIERS[word]))


def scale_plausible(claim):
    """R11: the phrase names its scale once, and its literal reading (parts) is no more than the whole."""
    found = sum(claim.parts) if claim.parts else None
    too_large = claim.whole is not None and found is not None and found > claim.whole
    return _finding(claim, claim.whole, found, not too_large and not SCALE_TWICE.search(claim.phrase))


def reference_leads_there(claim):
    """R12: what a reference announces (left) is what stands where it points (right)."""
    return _finding(claim, claim.left, claim.right, claim.left == claim.right)


def part_year_within_year(claim):
    """R13: a part of the year holds no more than the whole year; only the part is rounded, as in R1."""
    found = sum(claim.parts)
    return _finding(claim, claim.whole, found, found <= claim.whole + slack(claim, *claim.parts))


def no_value_twice(claim):
    """R14: no value stands twice among neighbouring cells; without numbers, no text under two headings."""
    if claim.parts:
        twice = next((value for value in claim.parts if claim.parts.count(value) > 1), None)
    else:
        twice = claim.left if claim.left == claim.right else None
    return _finding(claim, None, twice, twice is None)


def sourced_and_dated(claim):
    """R15: the statement names a source (left) and a date (right)."""
    missing = {(True, True): "source_and_date", (True, False): "no_date", (False, True): "no_source"}
    found = missing.get((bool(claim.left), bool(claim.right)), "no_source_no_date")
    return _finding(claim, "source_and_date", found, found == "source_and_date")


def product_as_stated(claim):
    """R16: share times base, added up over the parts, gives the stated amount within its rounding."""
    found = sum(claim.parts)
    return _finding(claim, claim.stated, found, abs(found - claim.stated) <= slack(claim, claim.stated))


RULES = {
    "R1": parts_within_total,
    "R2": quotient_as_stated,
    "R3": implied_total_possible,
    "R4": growth_from_levels,
    "R5": same_type,
    "R6": same_type,
    "R7": same_type,
    "R8": same_type,
    "R9": same_type,
    "R10": quantifier_fits,
    "R11": scale_plausible,
    "R12": reference_leads_there,
    "R13": part_year_within_year,
    "R14": no_value_twice,
    "R15": sourced_and_dated,
    "R16": product_as_stated,
}
NEEDS = {  # what a rule cannot do without; "a|b" is one of the two
    "R1": ["parts", "whole"],
    "R2": ["parts", "whole", "stated"],
    "R3": ["parts", "whole", "stated"],
    "R4": ["parts", "stated"],
    **{rule: ["left_type"] for rule in ("R5", "R6", "R7", "R8", "R9")},
    "R10": ["phrase"],
    "R11": ["phrase"],
    "R12": ["phrase", "left_type"],
    "R13": ["parts", "whole"],
    "R14": ["parts|left_type"],
    "R15": [],
    "R16": ["parts", "stated"],
}
DIVISORS = {"R2": "whole", "R3": "stated", "R10": "whole"}
ASPECTS = {"R5": "statistic", "R6": "entity", "R7": "kind", "R8": "period", "R9": "segment"}


# reading claims


def load_claims(path="", figures=None):
    """The claims of data/claims.csv, or of an analyst's own CSV or XLSX: typed DataFrame. Raises UserError.

    figures : Package.figures, against which the identifiers in `ids` are checked, or None
    """
    if path:
        name, schema = Path(path).name, _own_schema()
        table = read_table(path, OWN_NEEDS, {field["name"]: field["name"] for field in schema["fields"]})
        raise_if(table.problems + check_table(table.cells, schema, name, required=OWN_NEEDS))
        claims = typed(table.cells, schemas()["claims"]).replace({"severity": {"": "W"}})
    else:
        name, claims = "claims.csv", load_table("claims")
    problems = check_claims(claims, figures, name)
    if problems:
        raise UserError(*problems)
    return claims


def _own_schema():
    """The schema of claims.csv, but any text may name a document: an analyst's document is their own."""
    schema = schemas()["claims"]
    fields = [field | ({"constraints": {}} if field["name"] == "document" else {}) for field in schema["fields"]]
    return {"fields": fields, "primaryKey": schema["primaryKey"]}


def check_claims(claims, figures, name):
    """What a schema cannot say: each rule has the columns it reads, in a form it can read. Returns list of str.

    claims : typed DataFrame whose index is the line in the file; figures : Package.figures or None
    """
    by_id = None if figures is None else figures.set_index("id")
    return [
        f"{name}, line {line}, column {column}: {wrong}"
        for line, row in zip(claims.index, claims.to_dict("records"), strict=True)
        for column, wrong in _wrong_claim(row, by_id)
    ]


def _wrong_claim(row, figures):
    ids = [one for one in row["ids"].split("|") if one]
    unknown = [] if figures is None else [one for one in ids if one not in figures.index]
    for one in unknown:
        yield "ids", f"'{one}' is not a figure of figures.csv{did_you_mean(one, figures.index)}"
    if row["parts"] and not _numbers(row["parts"]):
        yield "parts", f"'{row['parts']}' is not a list of numbers; write 4970000|3200000, and a product as 0.42*178e9"
        return
    missing = list(_missing(row, ids))
    yield from missing
    if not unknown and not missing:
        yield from _wrong_numbers(read_claim(row, figures))


def _wrong_numbers(claim):
    """Numbers that the rule cannot work with, or only to print nonsense: (column, what is wrong)."""
    divisor = DIVISORS.get(claim.rule, "")
    if divisor and getattr(claim, divisor) == 0:
        yield divisor, f"is 0; {claim.rule} divides by it"
    elif claim.rule == "R4" and claim.parts and not (len(claim.parts) == 2 and claim.parts[1]):
        yield "parts", "R4 needs two levels, now|before, and the earlier one not 0"
    elif claim.rule == "R10" and claim.parts and (wrong := _wrong_phrase(claim)):
        yield wrong
    elif claim.parts:
        yield from _wrong_result(claim, check(claim))


def _wrong_phrase(claim):
    """What keeps R10 from reading the word of quantity: (column, what is wrong), or None."""
    word = claim.phrase
    if word not in QUANTIFIERS:
        return "phrase", f"'{word}' is not a word of quantity{did_you_mean(word, QUANTIFIERS)}"
    if word in OF_STATED and claim.stated is None:
        return "stated", f"is empty; '{word}' needs the number it is said of"
    if claim.stated == 0 and len(set(_allowed(word, 0))) == 1 and word != "none":
        return "stated", f"is 0; '{word}' needs another number"
    return None


def _wrong_result(claim, finding):
    """A result too large for anything counted here, or that cannot be printed without its unit."""
    ends = finding.expected if isinstance(finding.expected, tuple) else (finding.expected,)
    numbers = [number for number in (finding.found, *ends) if isinstance(number, int | float)]
    if isinstance(finding.found, int | float) and not abs(finding.found) <= LARGEST_NUMBER:
        yield "parts", "the result is larger than anything counted here; are the numbers in whole units?"
    elif not claim.unit and claim.rule != "R3" and any(number % 1 for number in numbers if not isinf(number)):
        yield "unit", f"is empty; {claim.rule} needs it for numbers that are not whole"


def _missing(row, ids):
    """Columns that the rule needs and that neither the row nor its figures give."""
    from_figures = {"parts"} if ids else set()
    if row["rule"] in ASPECTS and len(ids) == 2:
        from_figures.add("left_type")
    for need in NEEDS[row["rule"]]:
        choices = need.split("|")
        if all(_empty(row[column]) for column in choices) and not from_figures.intersection(choices):
            columns = ", ".join(NEEDS[row["rule"]]).replace("|", " or ")
            yield choices[0], f"is empty; {row['rule']} needs {columns}"


def _empty(cell):
    return cell == "" or cell != cell


def _numbers(text):
    """ "4970000|0.42*178e9" → (4970000.0, 74760000000.0); () if it is not a list of numbers."""
    if not re.fullmatch(r"[\d.eE+|*-]+", text):
        return ()
    with suppress(ValueError):
        return tuple(prod(float(factor) for factor in part.split("*")) for part in text.split("|"))
    return ()


def read_claim(row, figures=None):
    """A Claim from a row (mapping); what the row leaves empty is taken from its figures, where these are given.

    figures : Package.figures indexed by id, or None. Of two figures, the first is the left side, or the level now.
    """
    numbers = {name: None if row[name] != row[name] else row[name] for name in ("whole", "stated", "tolerance")}
    ids = tuple(one for one in row["ids"].split("|") if one)
    claim = Claim(
        row["id"],
        row["rule"],
        row["severity"],
        _numbers(row["parts"]),
        **numbers,
        unit=row["unit"] or ("share" if row["rule"] == "R4" else ""),
        left=row["left_type"],
        right=row["right_type"],
        phrase=row["phrase"],
        ids=ids,
    )
    return claim if figures is None else _completed(claim, [figures.loc[one] for one in ids])


def _completed(claim, figures):
    aspect = ASPECTS.get(claim.rule)
    if aspect and len(figures) == 2 and not claim.left and not claim.right:
        left, right = (_aspect(figure, aspect) for figure in figures)
        return claim._replace(left=left, right=right)
    if "parts" in NEEDS[claim.rule] and figures and not claim.parts:
        return claim._replace(parts=tuple(figure["value"] for figure in figures), unit=claim.unit or figures[0]["unit"])
    return claim


def _aspect(figure, aspect):
    if aspect != "segment":
        return figure[aspect]
    pairs = dict(pair.split("=") for pair in figure["segment"].split(";") if pair)
    return pairs.get("scheme", "")


# findings


def audit(claims, figures=None):
    """Every claim checked: DataFrame id, document, rule, severity, verdict, statement, expected, found, text, ids.

    claims : DataFrame of load_claims; figures : Package.figures, or None. The texts are in the current language;
    severity is E, W, I or ok. Sorted by id, A2 before A10.
    """
    by_id = None if figures is None else figures.set_index("id")
    rows = sorted(claims.to_dict("records"), key=lambda row: _natural(row["id"]))
    columns = ["id", "document", "rule", "severity", "verdict", "statement", "expected", "found", "text", "ids"]
    return pd.DataFrame([_audited(row, check(read_claim(row, by_id))) for row in rows], columns=columns)


def check(claim):
    """The Finding of a Claim's rule."""
    return RULES[claim.rule](claim)


def _audited(row, finding):
    return {
        "id": row["id"],
        "document": row["document"],
        "rule": row["rule"],
        "severity": finding.severity,
        "verdict": verdict_word(finding.severity),
        "statement": localised(row, "statement") or row["statement_en"],
        "expected": said(finding.expected, finding.unit),
        "found": said(finding.found, finding.unit),
        "text": " ".join(part for part in (sentence(finding), localised(row, "note") or row["note_en"]) if part),
        "ids": row["ids"],
    }


def _natural(name):
    """A key that sorts A2 before A10: "A10-date" → (("a", 0), ("", 10), ("-date", 0))."""
    return [("", int(part)) if part.isdigit() else (part.lower(), 0) for part in re.split(r"(\d+)", name) if part]


def worst(findings):
    """The worst severity of each claim: dict of what stands before the hyphen of an id to E, W, I or ok.

    findings : DataFrame of audit
    """
    found = {}
    for name, severity in zip(findings["id"], findings["severity"], strict=True):
        claim = name.partition("-")[0]
        found[claim] = min(found.get(claim, "ok"), severity, key=SEVERITIES.index)
    return found


def contradictions(findings, figure_ids):
    """The findings of severity E that touch any of these figures: the rows for the banner of a report.

    findings : DataFrame of audit; figure_ids : iterable of ids of figures.csv
    """
    wanted = set(figure_ids)
    touched = findings["ids"].map(lambda ids: bool(wanted.intersection(ids.split("|"))))
    return findings[(findings["severity"] == "E") & touched]


# words


def verdict_word(severity):
    """E → "contradiction"."""
    return {
        "E": _("contradiction"),
        "W": _("not comparable or ambiguous"),
        "I": _("presentation"),
        "ok": _("holds"),
    }[severity]


def rule_word(rule):
    """What a rule asks, as a noun phrase: "R1" → "parts within the total"."""
    return {
        "R1": _("parts within the total"),
        "R2": _("quotient as stated"),
        "R3": _("implied total possible"),
        "R4": _("growth from levels"),
        "R5": _("same statistic"),
        "R6": _("same things counted"),
        "R7": _("stock or flow"),
        "R8": _("same period"),
        "R9": _("same classification"),
        "R10": _("words against numbers"),
        "R11": _("units and scale"),
        "R12": _("references lead there"),
        "R13": _("part of the year within the year"),
        "R14": _("no value twice"),
        "R15": _("source and date named"),
        "R16": _("share times base"),
    }[rule]


def said(value, unit=""):
    """A number in its unit, an open interval, or a code, in words; "" for None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return type_word(value)
    form = {
        "USD": money,
        "MXN": lambda amount: money(amount, "MXN"),
        "share": lambda share: percent(share, 3),
        "ratio": times_precise,
    }.get(unit, number)
    if not isinstance(value, tuple):
        return form(value)
    lower, upper = value
    if lower == -inf:
        return _("less than {number}").format(number=form(upper))
    return _("more than {number}").format(number=form(lower)) if upper == inf else interval(lower, upper, form)


def type_word(code):
    """What one side of a claim is, inside a sentence: "median" → "a median", "2024-12-31" → "31 Dec 2024"."""
    if code in _codes():
        return _codes()[code]
    if re.fullmatch(r"P\d+Y", code):
        years = int(code[1:-1])
        return plural("{n} year", "{n} years", years).format(n=number(years))
    if re.fullmatch(r"\d{4}(-[\dQH][\d-]*)?(/\d{4}-\d\d)?", code):
        return period(code)
    for word in (statistic_word, entity_word, kind_word):
        with suppress(KeyError):
            return word(code)
    return the_country(code) if re.fullmatch("[A-Z]{3}", code) else code_word("claim", code)


def _codes():
    """Codes that rules make or that any claim may use; those of particular documents are rows of data/labels.csv."""
    return {
        "": _("nothing stated"),
        "source_and_date": _("a source and a date"),
        "no_source": _("a date but no source"),
        "no_date": _("a source but no date"),
        "no_source_no_date": _("neither a source nor a date"),
        "per_period": _("figures of separate periods"),
        "cumulative": _("figures that add up over time"),
        "tag": _("a tag across sectors"),
        "vertical": _("a vertical of one provider"),
    }


def sentence(finding):
    """The sentence to print for a Finding, without the note of the claim."""
    text = (_sentences_that_hold() if finding.ok else _sentences_that_fail())[_case(finding)]
    expected, found = said(finding.expected, finding.unit), said(finding.found, finding.unit)
    return text.format(expected=expected, found=found, phrase=finding.phrase)


def _case(finding):
    """The rule, with a word where one rule has more than one thing to say."""
    if finding.rule == "R10" and finding.found is None:
        return "R10 no number"
    if finding.rule == "R11" and not finding.ok and not SCALE_TWICE.search(finding.phrase):
        return "R11 too large"
    if finding.rule == "R1" and not finding.ok and finding.found < finding.expected:
        return "R1 too little"
    if finding.rule == "R1" and finding.ok and finding.found > finding.expected:
        return "R1 rounding"
    return finding.rule


def _sentences_that_fail():
    return {
        "R1": _("The parts add up to {found}, more than the total of {expected}."),
        "R1 too little": _("The parts add up to {found}; the total is {expected}, so something is left out."),
        "R2": _("The division gives {found}, not {expected} as stated."),
        "R3": _("The share implies {found} in all, more than the {expected} that there can be."),
        "R4": _("The levels give a change of {found}, not {expected} as stated."),
        "R5": _("The two sides are not one statistic: {expected} against {found}."),
        "R6": _("The two sides do not count the same things: {expected} against {found}."),
        "R7": _("The two sides are not added up alike: {expected} against {found}."),
        "R8": _("The two sides are not of one time: {expected} against {found}."),
        "R9": _("The two sides are classified differently: {expected} against {found}."),
        "R10": _("“{phrase}” would need {expected}; the numbers give {found}."),
        "R10 no number": _("No number supports “{phrase}”."),
        "R11": _("“{phrase}” names the scale twice; read literally it is {found}."),
        "R11 too large": _("“{phrase}” is {found}, more than the {expected} that is plausible."),
        "R12": _("“{phrase}” announces {expected}; what is there is {found}."),
        "R13": _("The part of the year holds {found}, more than the {expected} of the whole year."),
        "R14": _("The same stands twice: {found}."),
        "R15": _("The statement comes with {found}."),
        "R16": _("Share times base is {found}, not {expected}, the amount it is set against."),
    }


def _sentences_that_hold():
    return {
        "R1": _("The parts add up to {found}, within the total of {expected}."),
        "R1 rounding": _("The parts add up to {found}; within rounding that is the total of {expected}."),
        "R2": _("The division gives {found}, as stated ({expected})."),
        "R3": _("The share implies {found} in all, which is possible: at most {expected}."),
        "R4": _("The levels give a change of {found}, as stated ({expected})."),
        "R5": _("Both sides are one statistic: {found}."),
        "R6": _("Both sides count the same things: {found}."),
        "R7": _("Both sides are added up alike: {found}."),
        "R8": _("Both sides are of one time: {found}."),
        "R9": _("Both sides are classified alike: {found}."),
        "R10": _("“{phrase}” allows {expected}, and the numbers give {found}."),
        "R11": _("“{phrase}” names one scale, and a plausible one."),
        "R12": _("“{phrase}” leads to what it announces: {found}."),
        "R13": _("The part of the year holds {found}, no more than the {expected} of the whole year."),
        "R14": _("Nothing stands twice."),
        "R15": _("The statement comes with {found}."),
        "R16": _("Share times base is {found}, as stated ({expected})."),
    }


# the command


def audit_text(path=None):
    """What `vcgap audit [FILE]` prints: a paragraph per check and a count of the verdicts. Raises UserError.

    path : an analyst's own claims (CSV or XLSX), or None for data/claims.csv
    """
    figures = load_package().figures
    findings = audit(load_claims(path or "", figures), figures)
    counts = [(verdict_word(severity), int((findings["severity"] == severity).sum())) for severity in SEVERITIES]
    paragraphs = [_paragraph(row) for row in findings.to_dict("records")]
    return "\n\n".join([*paragraphs, "; ".join(f"{word}: {count}" for word, count in counts)])


def _paragraph(row):
    head = f"{row['id']}, {row['rule']} {rule_word(row['rule'])}: {row['verdict']} ({row['severity']})"
    lines = [fill(text, 100, initial_indent="  ", subsequent_indent="  ") for text in (row["statement"], row["text"])]
    return "\n".join([head, *lines])
