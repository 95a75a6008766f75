"""Read one cell as somebody typed it: a number or a period (countries: vcgap.places). Pure functions from text to text.

What can be read in two ways is never guessed: it is refused with both readings, unless the file itself shows which of
them it means (`decimal_mark_shown`, `day_month_order_shown`) or only one of them can be a value of the metric.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from babel import Locale

LONGEST_CELL = 80  # characters that a number, a period or a country may have
LARGEST_NUMBER = 1e18
MONEY = ("USD", "MXN")
WHOLE = ("count", "people", "rank")  # units of which there are no parts
PLAIN_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
ISO_PERIOD = re.compile(
    r"\d{4}(-(Q[1-4]|H[12]|(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?))?|\d{4}-(0[1-9]|1[0-2])/\d{4}-(0[1-9]|1[0-2])",
    re.ASCII,
)
NO_VALUE = {
    *("n/a", "na", "n.a.", "n/d", "nd", "n.d.", "s/d", "–", "—", "-", "--", "…", "...", "..", "null", "none"),
    *("not available", "no disponible", "sin dato", "sin datos", "undisclosed", "not disclosed", "no revelado"),
    *("unknown", "desconocido"),
}
SCALES = {  # word → power of ten, language that has the word ("" if several have it)
    **dict.fromkeys(("thousand", "thousands"), (3, "en")),
    **dict.fromkeys(("million", "millions", "mn"), (6, "en")),
    **dict.fromkeys(("billion", "billions", "bn"), (9, "en")),
    **dict.fromkeys(("trillion", "trillions", "tn"), (12, "en")),
    **dict.fromkeys(("millon", "millones", "mill", "mdd", "mdp"), (6, "es")),
    **dict.fromkeys(("mil millones", "miles millones", "millardo", "millardos", "mmdd", "mmdp"), (9, "es")),
    **{"k": (3, ""), "m": (6, ""), "b": (9, ""), "t": (12, "")},
}
TWO_SCALES = {  # word → the powers of ten that it stands for
    **{"mil": (3, 6), "mm": (6, 9)},
    **dict.fromkeys(("billon", "billones"), (9, 12)),
    **dict.fromkeys(("trillon", "trillones"), (12, 18)),
}
TWO_MEANINGS = {
    "mil": "'mil' is a thousand in Spanish and short for a million in English",
    "mm": "'MM' is short for a million to some and for a thousand millions to others",
    **dict.fromkeys(("billon", "billones"), "a billón is a million millions in Spanish, an English billion a thousand"),
    **dict.fromkeys(("trillon", "trillones"), "a trillón is 10^18 in Spanish, an English trillion 10^12"),
}
CURRENCIES = {
    **dict.fromkeys(("us$", "u$s", "usd", "us dollar", "us dollars", "dollar", "dollars", "dolar", "dolares"), "USD"),
    **dict.fromkeys(("dls", "dlls", "dolares estadounidenses"), "USD"),
    **dict.fromkeys(("mxn", "mx$", "mex$", "peso", "pesos", "pesos mexicanos"), "MXN"),
    **dict.fromkeys(("moneda nacional", "pesos moneda nacional"), "MXN"),
    **{"$": "$", "€": "EUR", "£": "GBP", "¥": "JPY or CNY"},
}
CURRENCY_OF_SCALE = {"mdd": "USD", "mmdd": "USD", "mdp": "MXN", "mmdp": "MXN"}
PERCENT = ("%", "percent", "per cent", "pct", "por ciento")
AMOUNT = re.compile(
    r"(?P<before>\D*?)(?P<digits>[.,]?\d(?:[\d.,' ]*\d)?\.?(?:e[+-]?\d{1,3}(?!\d))?)(?P<after>\D*)", re.ASCII
)
MONEDA_NACIONAL = re.compile(r"(?<![^\W\d])m\. ?n\b\.?")  # without its full stops it would be short for a million
SPREADSHEET_ERROR = re.compile(r"#[¡¿]?[A-Z]+(/[A-Z0]+[!?]?|[!?])", re.IGNORECASE)  # in Spanish #¡VALOR!, #N/D
NOT_SAVED = "#FORMULA!"  # stands for the result of a formula that a workbook does not hold
QUALIFIED = re.compile(
    r"[~≈<>≤≥]|(about|around|circa|ca|approx|over|under|up to|at least|at most|cerca|unos|mas|menos)\b|.*\+$"
)
RANGE = re.compile(r".*\d\D*(–|—|-|\bto\b|\ba\b)\D*\d.*")
AS_ELSEWHERE = "as elsewhere in the file"
NUMBER_ADVICE = "write digits with a decimal point, without commas, units or spaces"
PERIOD_ADVICE = "write 2024, 2024-Q3, 2024-H1, 2024-12, 2024-12-31 or, for some months, 2024-01/2024-09"


class Reading(NamedTuple):
    """What a cell says: exactly one of `text` and `wrong` is filled; neither, if the cell says that there is no value.

    text : the cell in the form of data/figures.csv; why : what decided between two readings, "" if there was only one
    wrong : why it cannot be read and how to write what is meant
    open : what two readings hang on: "decimal" mark, "day first" or what a word of "scale" means; "" if it is not that
    """

    text: str = ""
    why: str = ""
    wrong: str = ""
    open: str = ""


class Amount(NamedTuple):
    """The parts of a number as it was typed, before anybody decides what they mean.

    digits : digits and marks, without a sign; sign : 1 or −1; scale, currency : words, "" if there are none
    percent : True if a sign of percentage follows
    """

    digits: str
    sign: int
    scale: str
    currency: str
    percent: bool


def folded(text):
    """Text for looking words up: small letters, no accents, no full stops, no marks of direction, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Cf"))
    return " ".join(bare.replace(".", "").lower().split())


def plain(number):
    """A number as text that `read_value` reads as this number, whatever the file's decimal mark: 1.234 → "1.2340".

    number : int or float, finite. A workbook's numbers go through here, so that no cell of theirs is ambiguous.
    """
    if float(number).is_integer() and abs(number) <= LARGEST_NUMBER:
        return str(int(number))
    text = repr(float(number))
    return text + "0" if re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text) else text


def says_no_value(text):
    """True for n/a, –, s/d and their like. An empty cell says nothing: False."""
    return " ".join(text.lower().split()) in NO_VALUE


def spreadsheet_error(text):
    """Why a cell that a spreadsheet could not work out is not read; "" if it is none such."""
    if text == NOT_SAVED:
        return "is a formula without its result; open the workbook in a spreadsheet program and save it"
    if SPREADSHEET_ERROR.fullmatch(text):
        return f"'{text}' is an error of a spreadsheet; mend its formula or leave the row out"
    return ""


# numbers


def read_value(text, unit="", decimal_mark="", stated_currency="", country=""):
    """A number as somebody typed it: "US$1.67 bn" for a metric in USD → Reading("1670000000").

    unit : unit of the metric (data/metrics.csv), "" if the metric is not known; shares become fractions of one
    decimal_mark : "." or "," if the file shows that it writes it; stated_currency : what the row's column `unit` says
    country : alpha-3 code, "" if not known; in Mexico MN is also short for moneda nacional
    """
    if says_no_value(text):
        return Reading()
    amount = _amount(text)
    if amount is None:
        return Reading(wrong=_wrong_number(text))
    if wrong := _wrong_unit(text, amount, unit, stated_currency):
        return Reading(wrong=wrong)
    if wrong := _wrong_scale(text, amount) or _wrong_mn(text, amount, unit, country):
        return Reading(wrong=wrong, open="scale")
    readings = {mark: _scaled(number, amount) for mark, number in decimal_readings(amount.digits).items()}
    mark, why = _decided(readings, amount, unit, decimal_mark)
    if not mark:
        return (
            Reading(wrong=_wrong_for_two(text, readings), open="decimal")
            if readings
            else Reading(wrong=_wrong_number(text))
        )
    if abs(readings[mark]) > LARGEST_NUMBER:
        return Reading(wrong=f"'{text}' is larger than anything counted here; is it in whole units?")
    return Reading(plain(float(readings[mark])), why)


def decimal_readings(digits):
    """Every number that digits with marks can be: dict of decimal mark → Decimal, empty if it is no number.

    "1,234.5" → {".": 1234.5}; "1.234" → {".": 1.234, ",": 1234}; "1234" → the same under both marks.
    Thousands are grouped by the other mark, a space or an apostrophe, all groups by the same.
    """
    found = {}
    for mark, other in ((".", ","), (",", ".")):
        grouped = re.fullmatch(rf"[1-9]\d{{0,2}}([{other}' ])\d{{3}}(?:\1\d{{3}})*(?:[{mark}]\d+)?", digits)
        if grouped or re.fullmatch(rf"(\d+[{mark}]?\d*|[{mark}]\d+)(e[+-]?\d+)?", digits):
            found[mark] = Decimal(re.sub(rf"[{other}' ]", "", digits).replace(mark, "."))
    return found


def named_scale(text):
    """What the word of scale beside a number multiplies it by: "US$1.67 bn" → 1,000,000,000; 0 if there is none."""
    amount = _amount(text)
    return 10 ** SCALES[amount.scale][0] if amount and amount.scale in SCALES else 0


def decimal_mark_shown(text):
    """The decimal mark that a cell proves its writer to use: "1.234.567" → ",", "3.5" → ".", else ""."""
    amount = _amount(text)
    readings = decimal_readings(amount.digits) if amount else {}
    return next(iter(readings)) if len(readings) == 1 else ""


def _amount(text):
    """The parts of a typed number: Amount, or None if it is not one number with words that are known."""
    if len(text) > LONGEST_CELL:
        return None
    bare = "".join(c for c in text if unicodedata.category(c) != "Cf")
    bare = re.sub(r"\s+", " ", bare).replace("−", "-").replace("’", "'").strip().lower()
    bare = MONEDA_NACIONAL.sub("moneda nacional", bare)
    match = AMOUNT.fullmatch(bare)
    if not match:
        return None
    before, sign = _sign(match["before"], match["after"])
    after = match["after"].removesuffix(")") if "(" in match["before"] else match["after"]
    words = _words(before, after)
    return Amount(match["digits"], sign, **words) if sign and words else None


def _sign(before, after):
    """(text before the digits without its sign, 1 or −1); 0 if signs or brackets do not fit."""
    bracket = "(" in before
    bare = re.sub(r"[+\-–(]", "", before).strip()
    signs = re.sub(r"[^+\-–(]", "", before)
    if len(signs) > 1 or bracket != after.endswith(")"):
        return bare, 0
    return bare, 1 if signs in ("", "+") else -1


def _words(before, after):
    """Scale, currency and percent around the digits: dict, or None if a word is not known or two currencies are named."""
    front, words = _currency(folded(before)), [word for word in folded(after).split() if word not in ("de", "of")]
    for place in range(len(words) + 1):
        scale, last = " ".join(words[:place]), " ".join(words[place:])
        back = "" if last in PERCENT else _currency(last)
        if None in (front, back) or not (scale == "" or scale in SCALES or scale in TWO_SCALES):
            continue
        named = {code for code in (front, back, CURRENCY_OF_SCALE.get(scale, "")) if code}
        named = named - {"$"} or named  # "$5 USD" says which dollars
        if len(named) <= 1:
            return {"scale": scale, "currency": "".join(named), "percent": last in PERCENT}
    return None


def _currency(word):
    """The code of a currency: "us$" → "USD", "eur" → "EUR", "$" → "$"; "" for no word, None if it is not known."""
    if not word or word in CURRENCIES:
        return CURRENCIES.get(word, "")
    return word.upper() if word.upper() in Locale("en").currencies else None


def _scaled(number, amount):
    """The number with its sign, scale and percentage: Decimal."""
    power = SCALES.get(amount.scale, (0, ""))[0] - (2 if amount.percent else 0)
    return amount.sign * number.scaleb(power)


def _decided(readings, amount, unit, decimal_mark):
    """(decimal mark, why): the mark "" if two readings stay open or there is none."""
    whole = [mark for mark, number in readings.items() if number == number.to_integral_value()]
    language = SCALES.get(amount.scale, (0, ""))[1]
    if len(set(readings.values())) == 1:
        return next(iter(readings)), ""
    if len(readings) == 2 and decimal_mark:
        return decimal_mark, AS_ELSEWHERE
    if len(readings) == 2 and (language == "en" or (language == "es" and "," in amount.digits)):
        return ".", f"because in {'English' if language == 'en' else 'Mexico'} commas group thousands"
    if len(readings) == 2 and unit in WHOLE and len(whole) == 1:
        return whole[0], "because only whole numbers are counted"
    return "", ""


def _wrong_for_two(text, readings):
    point, comma = (plain(float(readings[mark])) for mark in (".", ","))
    return f"'{text}' is {point} with a decimal point and {comma} with a decimal comma; write {point} or {comma}"


def _wrong_scale(text, amount):
    """Why a word such as "billones" is not taken; "" for a scale that all understand alike."""
    if amount.scale not in TWO_SCALES:
        return ""
    numbers = list(decimal_readings(amount.digits).values())
    both = [plain(float(numbers[0].scaleb(power))) for power in TWO_SCALES[amount.scale]] if numbers else []
    write = " or ".join(both) if len(set(numbers)) == 1 else "all digits"
    return f"'{text}': {TWO_MEANINGS[amount.scale]}; write {write}"


def _wrong_mn(text, amount, unit, country):
    """Why MN is not taken for a million beside Mexico, unless another currency is named; "" if it is not that."""
    if amount.scale != "mn" or country != "MEX" or unit not in MONEY or amount.currency not in ("", "$"):
        return ""
    return (
        f"'{text}': MN is short for a million and, in Mexico, for pesos (moneda nacional); "
        f"write {unit} {amount.digits} million or MXN {amount.digits}"
    )


def _wrong_unit(text, amount, unit, stated):
    if not unit:
        return ""
    if amount.percent and unit != "share":
        return f"'{text}' is a percentage, but the metric is in {unit}; write it in whole {unit}"
    if amount.currency and unit not in MONEY:
        return f"'{text}' is money, but the metric is in {unit}"
    if amount.scale and unit in ("share", "ratio", "rank"):
        return f"'{text}' is too large; the metric is a {unit}"
    if amount.currency == "$" and stated != unit:
        return f"'{text}': $ is US dollars or Mexican pesos; write US$ or MXN, or fill the column unit"
    if amount.currency not in ("", "$", unit):
        return (
            f"'{text}' is in {amount.currency}, but the metric is in {unit}; "
            f"convert it at a rate that has a source, and name the rate in the column note"
        )
    return ""


def _wrong_number(text):
    shown, bare = text[:LONGEST_CELL], folded(text)
    if spreadsheet_error(shown):
        return spreadsheet_error(shown)
    if QUALIFIED.match(bare):
        return (
            f"'{shown}' is not a number alone; write the number, and about, at_least or at_most in the column qualifier"
        )
    if RANGE.fullmatch(bare) and _amount(text) is None:
        return f"'{shown}' is a range; write its ends in the columns lower and upper, and the stated middle in value"
    return f"'{shown}' is not a number; {NUMBER_ADVICE}"


# periods


def read_period(text, day_first=None):
    """A period as somebody typed it: "31 de diciembre de 2024" → Reading("2024-12-31"), "Q3 2024" → "2024-Q3".

    day_first : True or False if the file shows in which order it writes day and month, else None
    """
    if ISO_PERIOD.fullmatch(text):
        return Reading(text)
    if len(text) > LONGEST_CELL:
        return Reading(wrong=_wrong_period(text))
    bare = re.sub(r" ?\b(de|of|del)\b ?|[ ,]+", " ", folded(text.replace(".", "/"))).replace("/ ", " ").strip(" /")
    found = _part_of_year(bare) or _named_months(bare) or _iso_date(bare)
    return Reading(found) if found else _day_month(text, bare, day_first)


def day_month_order_shown(text):
    """True if a cell proves that days come first ("31/12/2024"), False for months first, else None."""
    match = re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-]\d{4}", text.replace(".", "/").strip(), re.ASCII)
    days = [int(part) > 12 for part in match.groups()] if match else [False, False]
    return days[0] if days[0] != days[1] else None


def _part_of_year(bare):
    """Quarters and halves: "q3 2024", "3t 2024", "2024 q3" → "2024-Q3"; "s1 2024", "2024h1" → "2024-H1"; else ""."""
    letters = {"q": "Q", "t": "Q", "h": "H", "s": "H"}
    for form in (
        r"(?P<y>\d{4})[ -]?(?P<l>[qths])(?P<n>\d)",
        r"(?P<l>[qths])(?P<n>\d)[ -]?(?P<y>\d{4})",
        r"(?P<n>\d)(?P<l>[qths])[ -]?(?P<y>\d{4})",
    ):
        match = re.fullmatch(form, bare, re.ASCII)
        if match and 1 <= int(match["n"]) <= (4 if match["l"] in "qt" else 2):
            return f"{match['y']}-{letters[match['l']]}{match['n']}"
    return ""


@cache
def months():
    """Names of months in English and Spanish, short and long, folded: dict of name → number."""
    named = {"sept": 9, "set": 9, "setiembre": 9}
    for language in ("en", "es"):
        for width in ("wide", "abbreviated"):
            names = Locale(language).months["format"][width]
            named |= {folded(name): number for number, name in names.items()}
    return named


def _named_months(bare):
    """Months in words: "dec 2024" → "2024-12", "31-dic-2024" → "2024-12-31", "ene-sep 2025" → "2025-01/2025-09"; else ""."""
    words = re.split(r"[ /–-]+", bare)
    numbers = [months().get(word, word) for word in words]
    kinds = tuple("month" if isinstance(number, int) else len(number) for number in numbers)
    if not re.fullmatch(r"\d{4}", words[-1], re.ASCII):
        return ""
    year = words[-1]
    if kinds == ("month", 4):
        return f"{year}-{numbers[0]:02}"
    if kinds == ("month", "month", 4):
        return f"{year}-{numbers[0]:02}/{year}-{numbers[1]:02}" if numbers[0] < numbers[1] else ""
    if kinds in ((1, "month", 4), (2, "month", 4)):
        return _date(year, numbers[1], numbers[0])
    return _date(year, numbers[0], numbers[1]) if kinds in (("month", 1, 4), ("month", 2, 4)) else ""


def _iso_date(bare):
    """Year first, as ISO 8601 wants it, with other signs or a midnight: "2024/12/31", "2024-12-31t00:00:00"; else ""."""
    match = re.fullmatch(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:[ t]00:00(?::00(?:/0+)?)?z?)?", bare, re.ASCII)
    if match:
        return _date(*match.groups())
    if re.fullmatch(r"\d{4}/0", bare, re.ASCII):
        return bare[:4]  # a year that a program held as 2024.0
    match = re.fullmatch(r"(0[1-9]|1[0-2])[/-](\d{4})", bare, re.ASCII)
    return f"{match[2]}-{match[1]}" if match else ""


def _date(year, month, day):
    """ISO text of a day, "" if there is no such day. year, month, day : str or int"""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _day_month(text, bare, day_first):
    """A date with its year last, if only one of its two readings is a day or the file shows which is meant."""
    match = re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", bare, re.ASCII)
    if not match:
        return Reading(wrong=_wrong_period(text))
    first, second, year = match.groups()
    days = {True: _date(year, second, first), False: _date(year, first, second)}
    said = sorted({day for day in days.values() if day})
    if len(said) == 1:
        return Reading(said[0])
    if said and day_first is not None:
        return Reading(days[day_first], AS_ELSEWHERE)
    return (
        Reading(wrong=_wrong_for_two_days(text, days), open="day first") if said else Reading(wrong=_wrong_period(text))
    )


def _wrong_for_two_days(text, days):
    return f"'{text}' is {days[True]} if the day comes first and {days[False]} if the month does; write the one meant"


def _wrong_period(text):
    shown, bare = text[:LONGEST_CELL], folded(text)
    if re.fullmatch(r"(\d{1,2}|[a-z]+)[ /'-]+((\d{1,2}|[a-z]+)[ /'-]+)?\d{2}|[qht1-4]{2} ?'?\d{2}", bare, re.ASCII):
        return f"'{shown}' has a year of two digits; {PERIOD_ADVICE}"
    if re.fullmatch(r"\d{4}-\d", bare):
        return f"'{shown}' is a month or a quarter; write {bare[:5]}0{bare[5]} or {bare[:5]}Q{bare[5]}"
    if bare.startswith(("fy", "ef ", "ano fiscal")):
        return f"'{shown}' is a financial year; {PERIOD_ADVICE}"
    return f"'{shown}' does not have the form of a period; {PERIOD_ADVICE}"
