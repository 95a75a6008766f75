"""Cells of company lists: headers with a unit, valuations, dates. Plain text in, plain values out.

A reader beside vcgap.values because lists have what a typed figure must not: ranges, "11.0+", years of two digits, dates
inside sentences, numbers whose unit stands in the header.
"""

import re
from datetime import date

from vcgap.errors import UserError
from vcgap.places import simplified
from vcgap.values import folded, months

SIZES = {
    "trillion": 1_000_000_000_000,
    "tn": 1_000_000_000_000,
    "t": 1_000_000_000_000,
    "billions": 1_000_000_000,
    "billion": 1_000_000_000,
    "bn": 1_000_000_000,
    "b": 1_000_000_000,
    "millions": 1_000_000,
    "million": 1_000_000,
    "mn": 1_000_000,
    "m": 1_000_000,
    "thousand": 1_000,
    "k": 1_000,
}
MOST_DOLLARS = 1e15  # more than everything that is owned: no valuation
OTHER_MONEY = re.compile(r"[€£¥₹]|\b(?:EUR|GBP|RMB|CNY|JPY|INR|MXN|BRL|CAD)\b", re.IGNORECASE)
DIGITS = r"\d+,\d{1,2}|\d+(?:\.\d+)?|\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3},\d{3}\.\d+"
AMOUNT = re.compile(
    rf"(?:us\$|usd|\$)?\s*({DIGITS})\s*(?:[-–]\s*(?:\$\s*)?({DIGITS}))?\s*({'|'.join(SIZES)})?\s*([+-]?)", re.IGNORECASE
)
AMBIGUOUS = re.compile(r"(?<![\d,.])\d{1,3},\d{3}(?![\d,.])")
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
    words = re.findall(r"[a-z]+", header.lower().replace("us$", "$").replace("usd", "$"))
    return next((SIZES[word] for word in reversed(words) if word in SIZES), 0)


def amount(text, scale):
    """A valuation in US dollars: (lower, upper, qualifier), or None if the text holds none.

    scale : dollars in a plain number's unit. "$180B" → (1.8e11, 1.8e11, "exact"), "80-90" → (…, …, "exact"),
    "11.0+" → at_least, "2.0-" → about; "$0", "None" and "" are not known.
    """
    found = AMOUNT.fullmatch(text.strip())
    if not found:
        return None
    unit = SIZES[found[3].lower()] if found[3] else scale
    digits = [_number(part) for part in found.group(1, 2) if part]
    if unit and max(digits) == 0:
        return None
    low, high = round(digits[0] * unit, 2), round(digits[-1] * unit, 2)
    if not low <= high < MOST_DOLLARS:
        return None
    return low, high, {"": "exact", "+": "at_least", "-": "about"}[found[4]]


def _number(digits):
    decimal_comma = re.fullmatch(r"\d+,\d{1,2}", digits)
    return float(digits.replace(",", "." if decimal_comma else ""))


def ambiguous(text):
    """Numbers in a text that may be a thousand or a fraction: "$1,234" → ["1,234"]; "1,234,567" is not one of them."""
    return AMBIGUOUS.findall(text)


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
