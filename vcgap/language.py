"""Words and numbers: every string a reader sees goes through `_`, every number through a function here.

English is the source language. A report's language is chosen once, by `use_language`, before anything is said.
"""

import gettext
import re
from datetime import date
from functools import cache
from math import ceil, floor, inf, log10
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.numbers import format_decimal

from vcgap.tables import load_table, remember_read

LOCALES = {"en": "en_US"}
CATALOGUES = Path(__file__).parent / "locale"
NBSP = "\u00a0"
MISSING = "–"
HUGE = 1e21  # more than any figure can be, but not than growth that is continued for centuries

_current = {"language": "en", "translation": gettext.NullTranslations()}


def use_language(language):
    """Speak this language from now on in this process. language : a key of LOCALES."""
    locale = LOCALES[language]
    _current["language"] = language
    _current["translation"] = gettext.translation("vcgap", CATALOGUES, [locale], fallback=language == "en")


def _(message):
    """The message in the current language."""
    return _current["translation"].gettext(message)


def locale():
    """The Babel locale of the current language, e.g. "en_US"."""
    return LOCALES[_current["language"]]


def localised(row, column):
    """A text that a table holds in several languages: column "label" → row["label_en"]."""
    return row[f"{column}_{_current['language'].partition('-')[0]}"]


def code_word(key, code):
    """A code of a table in words, as inside a sentence: "input", "tech_skills" → "technical skills".

    key : a key of the column segment of figures, or "claim" for a side of a claim. The words are rows of
    data/labels.csv; a code without a row, such as an analyst's own, is spelled out.
    """
    remember_read("labels")
    row = _labels().get((key, code))
    return localised(row, "label") if row else spelled_out(code)


def segment_words(segment):
    """What part of a whole a segment is, in words: "stage=seed;sector=ai" → "seed stage, AI"; "" for the whole."""
    return ", ".join(code_word(*pair.split("=", 1)) for pair in segment.split(";") if pair)


@cache
def _labels():
    return {(row["key"], row["code"]): row for row in load_table("labels").to_dict("records")}


def spelled_out(code):
    """A code as words: "a_plant" → "a plant"."""
    return code.replace("_", " ")


def country(code):
    """Name of a country: "USA" → "United States". Unknown codes come back as they are."""
    alpha2 = get_global("territory_aliases").get(code, [code])[0]
    return Locale.parse(locale()).territories.get(alpha2, code)


def the_country(code):
    """Name of a country inside a sentence: "USA" → "the United States"."""
    name = country(code)
    return _("the {country}").format(country=name) if code in ("USA", "GBR", "ARE", "NLD", "PHL") else name


def number(value, decimals=0):
    """1234.5 → "1,235"; negative numbers with a true minus sign; missing → "–"."""
    if value is None or value != value:
        return MISSING
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return _decimal(round(value, decimals) or 0, pattern)


def significant(value, digits=3):
    """A number with so many significant digits and no trailing zeros: 176.33 → "176", 1.674 → "1.67"."""
    if value is None or value != value:
        return MISSING
    decimals = max(0, digits - 1 - floor(log10(abs(value)))) if value else 0
    return _decimal(round(value, decimals), "#,##0." + "#" * decimals)


def _decimal(value, pattern):
    """A number by a pattern of Babel; one with more digits than anybody reads as a power of ten: "7.24 × 10^90"."""
    power = floor(log10(abs(value))) if HUGE <= abs(value) < inf else 0
    text = format_decimal(value / 10**power, format="0.##" if power else pattern, locale=locale()).replace("-", "−")
    return f"{text}{NBSP}×{NBSP}10^{power}" if power else text


def money(value, currency="USD", digits=3):
    """Whole currency units in words: 178e9 → "US$178 bn", 10.5e6 → "US$10.5 m", 523.4 → "US$523".

    digits : significant digits shown; trailing zeros are dropped.
    """
    if value is None or value != value:
        return MISSING
    symbol = {"USD": "US$", "MXN": "MXN" + NBSP}[currency]
    sign, amount = ("−" if value < 0 else ""), abs(value)
    for size, word in ((1e12, _("tn")), (1e9, _("bn")), (1e6, _("m"))):
        if round(amount / size, 9) >= 1:
            return f"{sign}{symbol}{significant(amount / size, digits)}{NBSP}{word}"
    return f"{sign}{symbol}{significant(amount, max(digits, 3))}"


def percent(value, digits=2):
    """A fraction as a percentage: 0.00938 → "0.94 %", 0.42 → "42 %". digits : significant digits."""
    if value is None or value != value:
        return MISSING
    return significant(value * 100, digits if abs(value) < 1 else 3) + NBSP + "%"


def times(value):
    """A ratio for a headline, rounded: 106.59 → "107×", 6.68 → "6.7×", 0.77 → "0.77×"."""
    if value is None or value != value:
        return MISSING
    if value == inf:
        return _("no limit")
    if value < 0.995:
        return significant(value, 2) + "×"
    return number(value, 0 if value >= 9.95 else 1) + "×"


def gap_size(value):
    """How far apart two amounts are, whichever is larger: 106.59 → "107×", 1/106.59 → "107×"; None or zero → "–"."""
    return times(max(value, 1 / value)) if value else MISSING


def signed_percent(value):
    """A change: 0.59 → "+59 %", −0.25 → "−25 %"."""
    return ("+" if value > 0 else "") + percent(value)


def times_tick(value):
    """A ratio on an axis: 1 → "1×", 1000 → "1,000×"."""
    return significant(value) + "×"


def times_precise(value):
    """A ratio for a table, one digit more: 106.59 → "106.6×", 6.685 → "6.685×"."""
    if value is None or value != value:
        return MISSING
    if value < 0.995:
        return significant(value, 3) + "×"
    return number(value, 0 if value >= 999.95 else 1 if value >= 9.9995 else 3) + "×"


PARTS = re.compile(r"([^\d−]*)(−?[\d.,]+)(.*)")


def interval(lower, upper, form):
    """A range whose common unit is said once: "93–339×", "US$1.2–9 bn", but "US$635 m–US$1.67 bn".

    form : function of one number that gives its text
    """
    left, right = form(lower), form(upper)
    parts = PARTS.fullmatch(left), PARTS.fullmatch(right)
    if left == right:
        return right
    if all(parts) and parts[0][1] == parts[1][1] and parts[0][3] == parts[1][3]:
        return f"{parts[0][1]}{parts[0][2]}–{parts[1][2]}{parts[1][3]}"
    return f"{left}–{right}"


def rounded_down(value, form):
    """A lower bound as text, never above its value: 111.98 as times → "111×", as times_precise → "111.9×".

    form : function of one number that gives its text in the same unit, so not percent
    """
    return _towards(floor, value, form)


def rounded_up(value, form):
    """An upper bound as text, never below its value: 84.67 as times → "85×". form : as for rounded_down"""
    return _towards(ceil, value, form)


def _towards(whole, value, form):
    scale = 10 ** len(PARTS.fullmatch(form(value))[2].partition(".")[2])
    return form(whole(round(value * scale, 6)) / scale)  # 0.6 ÷ 0.15 is a hair below 4 in binary


def at_least(value, form):
    """A lower bound in words: 111.98 as times → "at least 111×". form : as for rounded_down"""
    return _("at least {number}").format(number=rounded_down(value, form))


def period(text):
    """A period in words: "2024" stays, "2024-12-31" → "31 Dec 2024", "2024-12" → "Dec 2024", "2024-Q3" → "quarter 3 of 2024"."""
    if "/" in text:
        return " – ".join(period(part) for part in text.split("/"))
    year, _dash, rest = text.partition("-")
    if not rest:
        return year
    if rest[0] == "Q":
        return _("quarter {number} of {year}").format(number=rest[1], year=year)
    if rest[0] == "H":
        return (_("first half of {year}") if rest == "H1" else _("second half of {year}")).format(year=year)
    if len(rest) == 2:
        return format_date(date(int(year), int(rest), 1), "MMM y", locale=locale())
    return format_date(date.fromisoformat(text), "d MMM y", locale=locale())


def value_text(figure, digits=3):
    """A figure's value with its unit and the qualifier of its source: "about US$35 m", "at least US$4 bn"."""
    by_unit = {
        "USD": lambda value: money(value, "USD", digits),
        "MXN": lambda value: money(value, "MXN", digits),
        "share": percent,
        "ratio": lambda value: significant(value, 4),
    }
    text = by_unit.get(figure.unit, number)(figure.value)
    return qualifiers()[figure.qualifier].format(text)


def qualifiers():
    """How the qualifier of a figure is said around its value."""
    return {
        "exact": "{}",
        "about": _("about {}"),
        "at_least": _("at least {}"),
        "at_most": _("at most {}"),
    }


def statistic_word(statistic):
    """A statistic with its article, for a warning: "median" → "a median"."""
    words = {
        "total": _("a total"),
        "mean": _("a mean"),
        "median": _("a median"),
        "max": _("a maximum"),
        "count": _("a count"),
        "share": _("a share"),
        "rank": _("a rank"),
        "level": _("a level"),
    }
    return words[statistic]


def entity_word(entity):
    """A kind of thing counted, in the plural: "fund" → "funds"."""
    words = {
        "company": _("companies"),
        "deal": _("deals"),
        "fund": _("funds"),
        "firm": _("firms"),
        "investor": _("investors"),
        "person": _("people"),
        "country": _("countries"),
        "institution": _("institutions"),
    }
    return words[entity]


def kind_word(kind):
    """A stock or a flow: "stock" → "a stock of one day"."""
    return {"stock": _("a stock of one day"), "flow": _("a flow over time")}[kind]


def warnings(comparison, metrics):
    """What is not like for like in a Comparison: list of phrases, empty if nothing.

    metrics : Package.metrics, for the labels. The most telling aspect comes first.
    """
    base, peer, phrases = comparison.base, comparison.peer, []
    words = {"statistic": statistic_word, "entity": entity_word, "kind": kind_word, "period": period}
    for aspect in comparison.mismatches:
        if aspect in words:
            pair = words[aspect](getattr(base, aspect)), words[aspect](getattr(peer, aspect))
            phrases.append(_("{base} against {peer}").format(base=pair[0], peer=pair[1]))
    if "metric" in comparison.mismatches:
        labels = [localised(metrics.loc[figure.metric], "label") for figure in (base, peer)]
        phrases.append(_("{base} against {peer}").format(base=labels[0], peer=labels[1]))
    if "segment" in comparison.mismatches:
        phrases.append(_("one classification against another"))
    return phrases


def say_ratio(comparison, metrics, form=times):
    """A Comparison's ratio in words, never without its warnings: "3.3× (not like for like: a median against a mean)"."""
    text = form(comparison.ratio)
    phrases = warnings(comparison, metrics)
    return text + " " + _("(not like for like: {what})").format(what=phrases[0]) if phrases else text


def plural(one, many, count):
    """The message for a count: plural("{n} row", "{n} rows", 2). The caller formats it."""
    return _current["translation"].ngettext(one, many, count)


def year_spans(years):
    """Years in words, runs joined: [2006, 2007, 2008, 2011] → "2006–2008 and 2011"."""
    runs = []
    for year in sorted(years):
        if runs and year - runs[-1][-1] == 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def counted(count):
    """A small count as a word, a large one in digits: 4 → "four", 47 → "47"."""
    words = [_("no"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"), _("nine")]
    return words[count] if count < len(words) else number(count)


def sentence_start(text):
    """The text with a capital first letter: "four sources" → "Four sources"."""
    return text[:1].upper() + text[1:]


def inside(text):
    """A start of a line as it stands inside a sentence: "Money raised" → "money raised", but "AI startups" stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def not_like_for_like(comparison, metrics):
    """The warnings of a Comparison as one sentence for a page, or "" if it is like for like."""
    phrases = warnings(comparison, metrics)
    return _("Not like for like: {what}.").format(what="; ".join(phrases)) if phrases else ""


def join(words):
    """["a", "b", "c"] → "a, b and c"."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return _("{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])
