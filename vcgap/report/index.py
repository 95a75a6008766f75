"""reports/index.html: every edition, its reports and its headline numbers; few in full, many as a table to filter."""

import base64
import hashlib
from functools import cache
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from babel import Locale

from vcgap import blocks
from vcgap.edition import basis_words
from vcgap.errors import UserError
from vcgap.language import _, country, number, sentence_start, spelled_out, the_country, use_language
from vcgap.parameters import Parameters, edition_slug, names_of
from vcgap.report import headline_numbers, manifest
from vcgap.report.job import pdf_name
from vcgap.report.template import TEMPLATES, short_title, style

LANGUAGE = "en"  # of the index itself; the reports of an edition may be in several
IN_FULL = 6  # up to so many editions are shown in full; of more, only the default one, and all in a table
OWN_NAMED = 3  # of an edition's own figures, in its line of the table
SHOWN = ("vc_ratio", "vc_ratio_per_head", "vc_ratio_per_gdp", "vc_gap_usd")  # of an edition's headline numbers


def index_page(out):
    """The HTML of the index over all editions under a folder. out : path. Returns str.

    Raises UserError with one line per damaged manifest.
    """
    use_language(LANGUAGE)
    default = edition_slug(Parameters())
    editions = _editions(Path(out), default)
    many = len(editions) > IN_FULL
    script = _asset("index.js") if many else ""
    page = blocks.environment().get_template("index.html.j2")
    return manifest.sealed(
        page.render(
            full=[edition for edition in editions if not many or edition["slug"] == default],
            rows=editions if many else [],
            headings=[sentence_start(headline_numbers.known()[name].words) for name in SHOWN],
            count=number(len(editions)),
            example=f"{country(Parameters().peer)} {Parameters().year}",
            style=style() + _asset("index.css"),
            script=script,
            policy=_policy(script),
            language=LANGUAGE,
        )
        + "\n",
        out,
    )


def _asset(name):
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


def _policy(script):
    """The page's Content-Security-Policy: nothing from the network, and no script but this one (by its hash)."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
    if not script:
        return policy
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"{policy}; script-src 'sha256-{digest}'"


def _editions(out, default):
    """What the index says of each edition: list of dict, the default one first, then the latest year first.

    One manifest at a time is in memory. Hidden folders are what an interrupted run left behind.
    """
    found, problems, suite = [], [], cache(manifest.suite_ids)
    for folder in manifest.editions(out):
        try:
            found.append(_edition(folder, suite))
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(*problems)
    return sorted(found, key=lambda edition: (edition["slug"] != default, -edition["year"], edition["slug"]))


def _edition(folder, suite):
    """What the index says of one edition: dict. suite : function that gives the ids of the suite's figures"""
    held = manifest.read(folder)
    reports = {key: report for key, report in held["reports"].items() if manifest.as_made(report)}
    parameters, own, numbers = held["parameters"], held["own_figures"], {}
    for report in reports.values():
        numbers |= report["numbers"]
    return {
        "slug": folder.name,
        "countries": _("{base} and {peer}, {year}").format(
            base=country(parameters["base"]), peer=country(parameters["peer"]), year=parameters["year"]
        ),
        "apart": "".join(f", {words}" for words in _apart(parameters, own)),
        "base": the_country(parameters["base"]),
        "peer": the_country(parameters["peer"]),
        "year": parameters["year"],
        "own": own[:OWN_NAMED],
        "own_more": len(own[OWN_NAMED:]),
        "own_counts": _own_counts(own, suite),
        "numbers": _numbers(numbers),
        "languages": _languages(folder.name, reports),
    }


def _own_counts(own, suite):
    """How many of an edition's own figures are new and how many replace one of the suite's: "2 added, 1 replaced"."""
    replaced = len(suite().intersection(own)) if own else 0
    counts = (_("{count} added"), len(own) - replaced), (_("{count} replaced"), replaced)
    return ", ".join(words.format(count=number(count)) for words, count in counts if count)


def _apart(parameters, own):
    """What sets an edition apart from the default, besides countries and year: list of words."""
    apart = [basis_words()[parameters["basis"]]] if parameters["basis"] != Parameters().basis else []
    apart += [_("with own figures")] if own else []
    return apart + [
        f"{spelled_out(name)} {value}" for name, value in parameters.items() if name not in names_of(Parameters)
    ]


def _numbers(numbers):
    """(text, words, range across sources) of each headline number; "" where no report of the edition has it."""
    found = []
    for name in SHOWN:
        value, measure = numbers.get(name), headline_numbers.known()[name]
        size = abs(value) if value and measure.kind == "difference" else value  # what lies between them has no sign
        text = "" if value is None else headline_numbers.text(name, size)
        found.append((text, measure.words, headline_numbers.range_text(name, numbers)))
    return found


def _languages(folder, reports):
    """The reports of an edition by language, that of the index first: list of dict.

    folder : name; reports : the manifest's, whose keys are language/notebook
    """
    keys = sorted(reports, key=lambda key: (key.partition("/")[0] != LANGUAGE, key))
    return [
        {"language": language, "name": _language_name(language), "reports": [_link(folder, key, reports) for key in of]}
        for language, of in groupby(keys, lambda key: key.partition("/")[0])
    ]


def _language_name(language):
    """What a language calls itself: "es-MX" → "Español (México)"; "" for the one that the index is in."""
    return "" if language == LANGUAGE else sentence_start(Locale.parse(language, sep="-").get_display_name())


def _link(folder, key, reports):
    pdf = pdf_name(key)
    return {
        "href": quote(f"{folder}/{key}.html"),
        "pdf": quote(f"{folder}/{pdf}") if pdf.partition("/")[2] in reports[key]["files"] else "",
        "title": reports[key]["title"],
        "short": short_title(key.partition("/")[2]),
        "finding": reports[key].get("finding", ""),
    }
