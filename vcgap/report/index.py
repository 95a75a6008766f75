"""reports/index.html: every edition, its reports and its headline numbers; few in full, many as a table to filter."""

import base64
import hashlib
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from babel import Locale

from vcgap import blocks
from vcgap.edition import basis_words
from vcgap.errors import UserError
from vcgap.language import (
    _,
    country,
    interval,
    money,
    number,
    sentence_start,
    spelled_out,
    the_country,
    times,
    use_language,
)
from vcgap.parameters import Parameters, edition_slug
from vcgap.report import manifest
from vcgap.report.template import TEMPLATES, short_title, style

LANGUAGE = "en"  # of the index itself; the reports of an edition may be in several
IN_FULL = 6  # up to so many editions are shown in full; of more, only the default one, and all in a table
OWN_NAMED = 3  # of an edition's own figures, in its line of the table


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
    return (
        page.render(
            full=[edition for edition in editions if not many or edition["slug"] == default],
            rows=editions if many else [],
            headings=[sentence_start(label) for _name, label, _form in _measures()],
            count=number(len(editions)),
            example=f"{country(Parameters().peer)} {Parameters().year}",
            style=style() + _asset("index.css"),
            script=script,
            policy=_policy(script),
            language=LANGUAGE,
            manifests=manifest.manifests(out),
        )
        + "\n"
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
    found, problems = [], []
    for folder in manifest.editions(out):
        try:
            found.append(_edition(folder))
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(*problems)
    return sorted(found, key=lambda edition: (edition["slug"] != default, -edition["year"], edition["slug"]))


def _edition(folder):
    held = manifest.read(folder)
    parameters, own, numbers = held["parameters"], held["own_figures"], {}
    for report in held["reports"].values():
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
        "numbers": _numbers(numbers),
        "languages": _languages(folder.name, held["reports"]),
    }


def _apart(parameters, own):
    """What sets an edition apart from the default, besides countries and year: list of words."""
    apart = [basis_words()[parameters["basis"]]] if parameters["basis"] != Parameters().basis else []
    apart += [_("with own figures")] if own else []
    return apart + [
        f"{spelled_out(name)} {value}" for name, value in parameters.items() if name not in Parameters.model_fields
    ]


def _measures():
    """The headline numbers of an edition: list of (name in the manifest, words, function that gives a number's text)."""
    return [
        ("vc_ratio", _("as invested"), times),
        ("vc_ratio_per_head", _("per head"), times),
        ("vc_ratio_per_gdp", _("per unit of GDP"), times),
        ("vc_gap_usd", _("between them in the year"), lambda value: money(abs(value), digits=4)),
    ]


def _numbers(numbers):
    """(text, words, range across sources) of each headline number; "" where no report of the edition has it."""
    found = []
    for name, words, form in _measures():
        value, lower, upper = (numbers.get(name + end) for end in ("", "_sources_lower", "_sources_upper"))
        text = "" if value is None else form(value)
        found.append((text, words, "" if None in (lower, upper) else interval(lower, upper, form)))
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
    return {
        "href": quote(f"{folder}/{key}.html"),
        "title": reports[key]["title"],
        "short": short_title(key.partition("/")[2]),
        "finding": reports[key].get("finding", ""),
    }
