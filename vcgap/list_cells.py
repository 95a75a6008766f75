"""Cells of company lists: headers with a unit, valuations, dates. Plain text in, plain values out.

What lists have and a typed figure must not: ranges, "11.0+", years of two digits, dates inside sentences, numbers whose
unit stands in the header. A number itself is read by vcgap.values.
"""

import re
from datetime import date
from typing import NamedTuple

from vcgap.errors import UserError
from vcgap.places import simplified
from vcgap.values import SCALES, folded, months, named_scale, read_value, says_no_value

MOST_DOLLARS = 1e15  # more than everything that is owned: no valuation
OTHER_MONEY = re.compile(r"[€£¥₹]|\b(?:EUR|GBP|RMB|CNY|JPY|INR|MXN|BRL|CAD|MM?DP|PESOS?|M\.N)\b", re.IGNORECASE)
RANGE = re.compile(r"(?<=\w)\s*[-–]\s*(?=[$\d])")
QUALIFIERS = {"": "exact", "+": "at_least", "-": "about"}
ISO = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?:[T ].*)?")
NUMERIC = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})(?:[, ].*)?")
MONTH_DAY = re.compile(r"\b([^\W\d]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")
DAY_MONTH = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:de\s+)?([^\W\d]{3,})\.?,?\s+(?:de\s+)?(\d{4})\b")
MONTH = re.compile(r"([^\W\d]{3,})\.?,?\s+(?:de\s+)?(\d{4})")


def plain(header):
    """A header without its unit, as data/list_columns.csv holds it: " Valuation ($B) " → "valuation"."""
    return simplified(re.sub(r"\([^()]*\)", " ", header))


def header_unit(header, name):
    """US dollars in one unit of a column, by its header: "Valuation ($B)" → 1,000,000,000; 0 if it names no size.

    Raises UserError if the header names another currency, or the Spanish "billón".
    """
    if OTHER_MONEY.search(header):
        raise UserError(f"{name}: the column '{header}' is not in US dollars; convert it, and write 'Valuation ($B)'")
    if "billones" in header.lower() or "billón" in header.lower():
        raise UserError(f"{name}: the column '{header}' may mean 10⁹ or 10¹² dollars; write '($B)' or '($T)'")
    text = folded(header).replace("usd", "$")
    found = [
        (match.end(), len(word), power)
        for word, (power, _language) in SCALES.items()
        for match in re.finditer(rf"(?<![a-z]){word}(?![a-z])", text)
    ]
    return 10 ** max(found)[2] if found else 0


class Valuation(NamedTuple):
    """A cell of valuations as read.

    low, high : US dollars, NaN if there are none; qualifier : "exact", "at_least" or "about", "" if there are none
    why : what decided between two readings, "" if there was one; wrong : why it cannot be read, "" if it can or says that
    nothing is known; open : what two readings hang on, see vcgap.values.Reading
    """

    low: float = float("nan")
    high: float = float("nan")
    qualifier: str = ""
    why: str = ""
    wrong: str = ""
    open: str = ""


def read_valuation(text, scale, decimal_mark=""):
    """A valuation in US dollars: Valuation.

    scale : dollars in a plain number's unit; decimal_mark : as in vcgap.values.read_value. "$180B" → 1.8e11, "80-90" → two
    ends, "11.0+" → at_least, "2.0-" → about; "$0", "None" and "" are not known.
    """
    if not text.strip() or says_no_value(text):
        return Valuation()
    body, mark = re.fullmatch(r"(.*?)\s*([+-]?)", text.strip(), re.DOTALL).groups()
    ends = RANGE.split(body, maxsplit=1)
    readings = [read_value(end, "USD", decimal_mark, stated_currency="USD") for end in ends]
    if not all(reading.text for reading in readings):
        wrong = next((reading for reading in readings if reading.wrong), readings[0])
        return Valuation(wrong=wrong.wrong or f"'{text}' is not a number", open=wrong.open)
    factors = [1 if named_scale(end) else named_scale(ends[-1]) or scale for end in ends]
    dollars = [round(float(reading.text) * factor, 2) for reading, factor in zip(readings, factors, strict=True)]
    if dollars[-1] == 0:
        return Valuation()
    if not 0 <= dollars[0] <= dollars[-1] < MOST_DOLLARS:
        return Valuation(wrong=f"'{text}' cannot be a valuation")
    why = next((reading.why for reading in readings if reading.why), "")
    return Valuation(dollars[0], dollars[-1], QUALIFIERS[mark], why)


def dates_of(texts):
    """Dates of one column as ISO text ("" where there is none), and a note on the order of day and month if one is needed.

    Where no cell of the column has a number above twelve, the order cannot be told, and such dates stay empty.
    """
    numeric = [found for found in map(NUMERIC.fullmatch, texts) if found]
    month_first = any(int(found[2]) > 12 for found in numeric)
    day_first = any(int(found[1]) > 12 for found in numeric)
    if not numeric:
        return [read_date(text, None) for text in texts], ""
    if month_first == day_first:
        why = "some have the month first, some the day" if month_first else "day or month first cannot be told"
        return [
            read_date(text, None) for text in texts
        ], f"dates like {numeric[0][0]} ({len(numeric):,}) are not used: {why}"
    return [read_date(text, month_first) for text in texts], f"dates have the {'month' if month_first else 'day'} first"


def read_date(text, month_first):
    """One date as ISO text: "4/7/17" → "2017-04-07", "October 2019" → "2019-10"; "" if it is none.

    month_first : bool for dates of three numbers, None if the order is not known. A day in words may stand in a sentence.
    """
    text = text.strip()
    if found := ISO.fullmatch(text):
        return _iso(int(found[1]), int(found[2]), found[3] and int(found[3]))
    if found := NUMERIC.fullmatch(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        year += (2000 if year < 70 else 1900) if len(found[3]) == 2 else 0
        return "" if month_first is None else _iso(year, *((first, second) if month_first else (second, first)))
    if found := MONTH_DAY.search(text):
        return _iso(int(found[3]), months().get(folded(found[1]), 0), int(found[2]))
    if found := DAY_MONTH.search(text):
        return _iso(int(found[3]), months().get(folded(found[2]), 0), int(found[1]))
    found = MONTH.fullmatch(text)
    return _iso(int(found[2]), months().get(folded(found[1]), 0), None) if found else ""


def _iso(year, month, day):
    try:
        return date(year, month, day).isoformat() if day else date(year, month, 1).isoformat()[:7]
    except ValueError:
        return ""
