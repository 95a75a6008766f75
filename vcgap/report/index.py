"""reports/index.html: every edition, its reports and its headline numbers."""

from pathlib import Path

from vcgap import blocks
from vcgap.edition import basis_words
from vcgap.language import _, country, interval, money, the_country, times, use_language
from vcgap.parameters import Parameters, edition_slug
from vcgap.report import manifest
from vcgap.report.template import style


def index_page(out):
    """The HTML of the index over all editions under a folder. out : path. Returns str."""
    use_language("en")
    editions = [_edition(path.parent) for path in sorted(Path(out).glob("*/manifest.json"))]
    default = edition_slug(Parameters())
    default_first = sorted(editions, key=lambda edition: (edition["slug"] != default, edition["slug"]))
    return (
        blocks.environment()
        .get_template("index.html.j2")
        .render(editions=default_first, style=style(), language="en", manifests=manifest.manifests(out))
        + "\n"
    )


def _edition(folder):
    held = manifest.read(folder)
    parameters, numbers = held["parameters"], {}
    for report in held["reports"].values():
        numbers |= report["numbers"]
    return {
        "slug": folder.name,
        "title": _title(parameters, held["own_figures"]),
        "base": the_country(parameters["base"]),
        "peer": the_country(parameters["peer"]),
        "year": parameters["year"],
        "own": held["own_figures"],
        "numbers": _numbers(numbers),
        "range": _range(numbers),
        "reports": [
            {"href": f"{folder.name}/{name}.html", "title": report["title"], "finding": report.get("finding", "")}
            for name, report in sorted(held["reports"].items())
        ],
    }


def _title(parameters, own):
    """Countries and year, and what sets an edition apart from the default."""
    title = _("{base} and {peer}, {year}").format(
        base=country(parameters["base"]), peer=country(parameters["peer"]), year=parameters["year"]
    )
    apart = [basis_words()[parameters["basis"]]] if parameters["basis"] != Parameters().basis else []
    apart += [_("with own figures")] if own else []
    apart += [f"{name} {value}" for name, value in parameters.items() if name not in Parameters.model_fields]
    return title + "".join(f", {words}" for words in apart)


def _numbers(numbers):
    words = {
        "vc_ratio": (_("as invested"), times),
        "vc_ratio_per_head": (_("per head"), times),
        "vc_ratio_per_gdp": (_("per unit of GDP"), times),
        "vc_gap_usd": (_("between them in the year"), lambda value: money(abs(value), digits=4)),
    }
    return [(form(numbers[name]), label) for name, (label, form) in words.items() if numbers.get(name) is not None]


def _range(numbers):
    """The range of the ratio as invested, "93–339× across sources", or "" where the overview was not rendered."""
    lower, upper = numbers.get("vc_ratio_sources_lower"), numbers.get("vc_ratio_sources_upper")
    return (
        ""
        if lower is None or upper is None
        else _("{range} across sources").format(range=interval(lower, upper, times))
    )
