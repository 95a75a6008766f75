"""The form for an analyst's own figures: a workbook with drop-downs, an example row and an explanation of its columns."""

from pathlib import Path

from babel import Locale

from vcgap.errors import UserError
from vcgap.overlay import NEEDED
from vcgap.places import ALPHA2
from vcgap.tables import load_table, schemas
from vcgap.workbooks import add_table, made
from vcgap.writing import write_whole

COLUMNS = [*NEEDED, "unit", "segment", "lower", "upper", "qualifier", "status", "note"]
LAST_ROW = 1000  # down to which cells have drop-downs
EXAMPLE = {
    "country": "MEX",
    "metric": "vc_investment",
    "period": "2024",
    "value": 1.67e9,
    "source": "example",
    "unit": "USD",
    "status": "illustrative",  # so that an example that is left in the file moves no number
    "note": "Example row: overwrite or delete it. / Renglón de ejemplo: sobrescríbalo o bórrelo.",
}
UNIT = {
    "description": "Unit of the metric, as a check: the sheet metrics has it.",
    "description_es": "Unidad de la métrica, como comprobación: está en la hoja metrics.",
}
SOURCE = {
    "description": "Who says so, in your own words. The figures of one name are one source.",
    "description_es": "Quién lo dice, en sus propias palabras. Las cifras de un mismo nombre son una fuente.",
}
RULES = [
    (
        "Write whole units (1670000000) or what people write: US$1.67 bn, 59%. What can be read in two ways is refused.",
        "Escriba unidades enteras (1670000000) o lo usual: US$1.67 bn, 1,670 millones, 59%. "
        "Lo que admite dos lecturas se rechaza.",
    ),
    (
        "A row with country, metric, period, segment and source of a figure of the suite replaces that figure.",
        "Un renglón con el país, métrica, periodo, segmento y fuente de una cifra de la suite sustituye esa cifra.",
    ),
    (
        "Figures with the status illustrative, assumption or superseded are listed but enter no comparison.",
        "Las cifras con estatus illustrative, assumption o superseded se listan pero no entran en ninguna comparación.",
    ),
    (
        "Then: vcgap check FILE, and vcgap render --figures FILE.",
        "Después: vcgap check ARCHIVO y vcgap render --figures ARCHIVO.",
    ),
]


def write_form(path):
    """Write the form to a file that is not there yet. Raises UserError if it is, or if it cannot be written."""
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise UserError(f"{path}: the form is a workbook; give it a name that ends in .xlsx")
    if path.exists():
        raise UserError(f"{path}: is there already and is not overwritten; choose another name")
    write_whole({path: form()})


def form():
    """The bytes of the form, the same on every run."""
    return made(_fill)


def _fill(book):
    metrics, countries = load_table("metrics"), _countries()
    sheet = add_table(book, "figures", COLUMNS, [[EXAMPLE.get(column, "") or None for column in COLUMNS]])
    sheet.set_column(0, len(COLUMNS) - 1, 16)
    text = book.add_format({"num_format": "@"})  # a period must not turn into a spreadsheet's date
    sheet.set_column(COLUMNS.index("period"), COLUMNS.index("period"), 12, text)
    add_table(book, "columns", ["column", "needed", "English", "español"], _explanations())
    named = ["metric", "label_en", "label_es", "unit", "definition_en", "definition_es"]
    add_table(book, "metrics", named, metrics[named].to_numpy().tolist())
    add_table(book, "countries", ["country", "English", "español"], countries)
    _drop_downs(sheet, len(countries), len(metrics))


def _drop_downs(sheet, countries, metrics):
    fields = {field["name"]: field for field in schemas()["figures"]["fields"]}
    units = next(field for field in schemas()["metrics"]["fields"] if field["name"] == "unit")
    choices = {
        "country": f"=countries!$A$2:$A${countries + 1}",
        "metric": f"=metrics!$A$2:$A${metrics + 1}",
        "unit": units["constraints"]["enum"],
        "qualifier": fields["qualifier"]["constraints"]["enum"],
        "status": fields["status"]["constraints"]["enum"],
    }
    for column, source in choices.items():
        place = COLUMNS.index(column)
        sheet.data_validation(1, place, LAST_ROW - 1, place, {"validate": "list", "source": source})


def _explanations():
    """What each column means, then the rules: rows of column, whether it is needed, English, Spanish."""
    fields = {field["name"]: field for field in schemas()["figures"]["fields"]} | {"unit": UNIT, "source": SOURCE}
    needed = {True: "yes / sí", False: "no"}
    rows = [
        [name, needed[name in NEEDED], fields[name]["description"], fields[name]["description_es"]] for name in COLUMNS
    ]
    return [*rows, *[["", "", english, spanish] for english, spanish in RULES]]


def _countries():
    """Rows of alpha-3 code and name in two languages, by code."""
    english, spanish = (Locale.parse(name).territories for name in ("en", "es_MX"))
    return [[code, english[alpha2], spanish[alpha2]] for code, alpha2 in sorted(ALPHA2.items())]
