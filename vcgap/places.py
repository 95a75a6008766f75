"""Countries as exports write them, to ISO 3166-1 alpha-3 codes: Unicode's names, ISO codes and data/country_names.csv."""

import re
import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

from vcgap.figures import ALPHA3
from vcgap.tables import load_table

LANGUAGES = ("en", "es")
WITHDRAWN = {"BUR", "DDR", "FXX", "QUU", "TMP", "YMD", "ZAR"}  # ISO 3166-3: codes of countries that have another now
BETWEEN = re.compile(r"[/,;|+]|\s(?:and|y|&)\s", re.IGNORECASE)


def country_code(name):
    """The alpha-3 code of a country named in English or Spanish, or by its ISO code; "" if it is none.

    "México" → "MEX", "US" → "USA", "The Netherlands" → "NLD", "Scotland" → "GBR", "Santa Clara" → "".
    """
    name = name.strip()
    if name in ALPHA3 - WITHDRAWN:
        return name
    return _codes().get(name) or _names().get(simplified(name), "")


def town_code(name):
    """The country of a town that stands where a country belongs, as data/country_names.csv has it; "" if unknown."""
    return _table("place").get(simplified(name), "")


def countries_in(text):
    """The countries named in one cell, and what is left: "Israel / United States" → (["ISR", "USA"], []).

    text : str. Returns (codes in the order of the text, each once; list of the parts that are no country).
    """
    parts = [part.strip() for part in BETWEEN.split(text) if part.strip()]
    codes = [country_code(part) for part in parts]
    return list(dict.fromkeys(filter(None, codes))), [part for part, code in zip(parts, codes, strict=True) if not code]


def simplified(name):
    """A name as tables of names hold it: small letters, no accents, no full stops, "&" for "and", no "the" before it."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    plain = plain.replace("’", "'").replace(".", "").replace("_", " ").replace(" and ", " & ")
    return " ".join(plain.split()).removeprefix("the ")


@cache
def _codes():
    """Alpha-2 codes in capitals to alpha-3."""
    aliases = get_global("territory_aliases")
    return {aliases[code][0]: code for code in ALPHA3 - WITHDRAWN}


@cache
def _names():
    unicode_names = {
        simplified(name): _codes()[alpha2]
        for language in LANGUAGES
        for alpha2, name in Locale(language).territories.items()
        if alpha2 in _codes()
    }
    return unicode_names | _table("name") | _table("part")


@cache
def _table(kind):
    rows = load_table("country_names").to_dict("records")
    return {simplified(row["name"]): row["country"] for row in rows if row["kind"] == kind}
