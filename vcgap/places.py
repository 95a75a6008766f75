"""Countries as people and programs write them, to ISO 3166-1 alpha-3 codes: ISO codes, Unicode's names in English and
Spanish, and data/country_names.csv. There is no other table of countries and no other reader of them.
"""

import re
from difflib import get_close_matches
from functools import cache

from babel import Locale
from babel.core import get_global

from vcgap.errors import did_you_mean
from vcgap.tables import load_unnoted
from vcgap.values import LONGEST_CELL, Reading, folded, says_no_value

LOCALES = [Locale.parse(name) for name in ("en", "es", "es_MX")]
NO_COUNTRY = {"AC", "CP", "DG", "EU", "TA", "XA", "XB", "XK", "ZZ"}  # codes that Unicode has and ISO 3166-1 has not
FORMER = {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"}  # codes of states that are gone
ALPHA2 = {  # of ISO 3166-1 alpha-3
    code: names[0]
    for code, names in get_global("territory_aliases").items()
    if len(code) == 3 and code.isalpha() and len(names) == 1 and names[0] in LOCALES[0].territories
    if names[0] not in NO_COUNTRY and code not in FORMER
}
ALPHA3 = {alpha2: code for code, alpha2 in ALPHA2.items()}
LONGEST_SHORT = 5  # letters of a short name that may be written with full stops: U.S.A., EE. UU.
BETWEEN = re.compile(r"[/,;|+]|\s(?:and|y|&)\s", re.IGNORECASE)


def country_code(name):
    """The alpha-3 code of a country as a list or an export names it, in English or Spanish or by its ISO code; "" if none.

    "México" → "MEX", "US" → "USA", "The Netherlands" → "NLD", "Scotland" → "GBR", "Santa Clara" → "". Of names that two
    countries share, the one that lists of companies mean: "Korea" → "KOR". Codes count in capitals: "no" is a word.
    """
    name = name.strip()
    if says_no_value(name):
        return ""
    return name if name in ALPHA2 else ALPHA3.get(name) or _names().get(simplified(name), "")


def read_country(text):
    """A country as somebody typed it for a figure: as `country_code`, but what may be another is refused. Reading.

    "mex" is as good as "MEX"; a part of a country (Scotland) and a name that two countries share (Korea) are refused.
    """
    bare = simplified(text)
    unsure = text.strip() == "NA" or bare in _table("either") or bare in _table("part")
    code = text.strip().upper() if text.strip().upper() in ALPHA2 else country_code(text)
    return Reading(code) if code and not unsure else Reading(wrong=_wrong_country(text[:LONGEST_CELL], bare))


def town_code(name):
    """The country of a town that stands where a country belongs, as data/country_names.csv has it; "" if unknown."""
    return next(iter(_table("place").get(simplified(name), [])), "")


def countries_in(text):
    """The countries named in one cell, and what is left: "Israel / United States" → (["ISR", "USA"], []).

    text : str. Returns (codes in the order of the text, each once; list of the parts that are no country).
    """
    parts = [part.strip() for part in BETWEEN.split(text) if part.strip()]
    codes = [country_code(part) for part in parts]
    return list(dict.fromkeys(filter(None, codes))), [part for part, code in zip(parts, codes, strict=True) if not code]


def simplified(name):
    """A name as tables of names hold it: small letters, no accents, no full stops, "&" for "and", no "the" before it."""
    plain = folded(name.replace("’", "'").replace("_", " ")).replace(" and ", " & ")
    return plain.removeprefix("the ")


@cache
def spellings():
    """Every spelling in small letters that stands for a country, for a join inside an engine: dict of spelling → alpha-3.

    Codes; names with their accents and without, with "and" and "&", with "the" before them; short ones with full stops.
    """
    names = {name: code for code, alpha2 in ALPHA2.items() for name in (code.lower(), alpha2.lower())}
    del names["na"]  # that is "not available" in a column of names
    accented = _unicode_names(str.lower)
    names |= accented | {name.replace("’", "'"): code for name, code in accented.items()} | _names()
    short = {name: name.split() if " " in name else list(name) for name in names if len(name) <= LONGEST_SHORT}
    dotted = {f"{mark.join(parts)}.": names[name] for name, parts in short.items() for mark in (".", ". ")}
    worded = {name.replace("&", "and"): code for name, code in names.items()} | names
    return {f"the {name}": code for name, code in worded.items()} | dotted | worded


def _unicode_names(form):
    return {
        form(locale.territories[alpha2]): code
        for locale in LOCALES
        for code, alpha2 in ALPHA2.items()
        if alpha2 in locale.territories
    }


@cache
def _names():
    """Names of countries, simplified, and of parts that are counted with them: dict of name → alpha-3."""
    own = _table("name") | _table("part") | _table("either")
    return _unicode_names(simplified) | {name: codes[0] for name, codes in own.items()}


@cache
def _table(kind):
    """The names of one kind in data/country_names.csv: dict of name → list of alpha-3."""
    rows = load_unnoted("country_names").to_dict("records")  # own figures that reports read have codes
    return {simplified(row["name"]): row["country"].split(";") for row in rows if row["kind"] == kind}


def _wrong_country(text, bare):
    if text.strip() == "NA":
        return "'NA' is Namibia or 'not available'; write NAM, or leave the row out"
    if bare in _table("either"):
        return f"'{text}' may be more than one place; write {' or '.join(_table('either')[bare])}"
    if bare in _table("part"):
        return f"'{text}' is a part of {_table('part')[bare][0]}; a figure is of a whole country"
    if bare in _table("region"):
        return f"'{text}' is a region; a figure is of one country, as ISO 3166-1 alpha-3, such as MEX"
    near = get_close_matches(bare[:LONGEST_CELL], _names(), n=1, cutoff=0.8)
    meant = f"; did you mean '{_names()[near[0]]}'?" if near else did_you_mean(text, ALPHA2)
    return f"'{text}' is not an ISO 3166-1 alpha-3 code{meant}"
