"""Bytes that `vcgap check` and `vcgap import` answer with anything but figures or a UserError are looked for: `make fuzz`.

    python tests/fuzz.py check.csv -runs=10000        (without a name: the names)

Atheris (libFuzzer) mutates the seeds below and keeps what reaches new lines. The path of a find is printed: mend the
cause, and move the file, made as small as it can be, to tests/fixtures/fuzz, where tests/test_fuzz.py reads it for good.
"""

import csv
import gc
import io
import json
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import xlsxwriter

from vcgap.errors import UserError

TEXTS = {  # what each command reads, with something of all that it takes
    "check": """My figures

country,metric,period,value,source,unit,segment,lower,upper,qualifier,status,note
MEX,vc_investment,2024,"US$1.67 bn",LAVCA,USD,,1.6e9,"1,700 millones",about,sourced,a note
Estados Unidos,deal_count,Q3 2024,14 320,PitchBook,,,,,,,
USA,vc_growth,dic-2024,(12.5 %),NVCA,,,n/a,–,exact,derived,
México,unicorns_active,31/12/2024,n/a,CB,count,,,,,,
""",
    "unicorns": """Unicorns as of 3 March 2024
Company,Valuation ($B),Date Joined,Country,City,Industry
Kavak,$8.7,9/29/2020,Mexico,Ciudad de México,E-commerce & direct-to-consumer
Stripe,80-90,23 January 2014,United States / Ireland,San Francisco,Fintech
Acme,11.0+,4/7/17,,Bogotá,Artificial intelligence
""",
    "deals": """company,country,date,amount,currency,type,series,sector,investor,status
Uno,Mexico,2024-05-01,"$1,000,000",USD,venture,A,fintech,Fund|Other,completed
Uno,MEX,2024-05-01,US$1 m,MXN,seed,,software,Other,
Dos,United States,31/12/2013,undisclosed,,debt,b,,,announced
""",
}
DICTIONARY = r"""
"\xEF\xBB\xBF"
"\xFF\xFE"
"\xE2\x80\xAE"
"\x00"
"1e999"
"nan"
"1.234"
"03/04/2025"
"<script>"
" t=\"e\""
" t=\"d\""
"""


def names():
    """What can be fuzzed: list of "command.form"."""
    return [f"{kind}.{form}" for kind in TEXTS for form in ("csv", "xlsx", "json") if (kind, form) != ("deals", "json")]


def seeds(name):
    """What mutations begin with: list of bytes. name : one of names()"""
    kind, form = name.split(".")
    text = TEXTS[kind]
    if form == "csv":
        return [text.encode(), text.encode("utf-16"), text.replace("\n", "\r").encode("mac_roman")]
    if form == "xlsx":
        return [bytes([place]) + part for place, part in enumerate(_parts(kind).values())]
    header, *rows = [row for row in csv.reader(io.StringIO(text)) if len(row) > 1]
    records = [dict(zip(header, row, strict=True)) for row in rows]
    return [json.dumps({"rows": records}).encode(), json.dumps([header, *rows]).encode()]


@cache
def _parts(kind):
    """The parts of a workbook that holds the text of a kind: dict of name → bytes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_numbers": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(csv.reader(io.StringIO(TEXTS[kind]))):
            sheet.write_row(row, 0, cells)
    with zipfile.ZipFile(buffer) as archive:
        return {part: archive.read(part) for part in sorted(archive.namelist()) if "docProps" not in part}


def content(name, data):
    """The bytes of the file that mutated data stand for: of a workbook, the first says which part the others replace."""
    if not name.endswith(".xlsx") or not data:
        return data
    parts = dict(_parts(name.split(".")[0]))
    if data[0] >= len(parts):
        return b"PK" + data[1:]
    parts[list(parts)[data[0]]] = data[1:]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return buffer.getvalue()


def read(command, path):
    """Do what the command line does: check a file, or import it and check what comes out.

    command : check, unicorns or deals. Returns whether there are figures; False: a UserError, which is an answer, too.
    """
    from vcgap.deals.importing import import_deals
    from vcgap.overlay import examine
    from vcgap.unicorn_figures import import_list

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.csv"
        try:
            if command == "check":
                examine(path)
            elif command == "unicorns":
                import_list(path, out, Path(folder) / "companies.csv", "2026-01")
            else:
                import_deals([path], out=out)
        except UserError:
            assert not any(Path(folder).iterdir()), "a refused file left something behind"
            return False
        if command != "check":
            examine(out)  # figures that are written are figures that are read
        return True


def main(name, options):
    """Fuzz one of names(); ends the process. options : of libFuzzer, such as -runs=10000"""
    import atheris

    with atheris.instrument_imports(include=["vcgap"]):
        import vcgap.deals.importing
        import vcgap.overlay
        import vcgap.unicorn_figures  # noqa: F401

    folder = Path(tempfile.mkdtemp(prefix="vcgap-fuzz-"))
    mutated, corpus, words = folder / f"mine.{name.split('.')[1]}", folder / "corpus", folder / "words"
    corpus.mkdir()
    words.write_text(DICTIONARY)
    for place, seed in enumerate(seeds(name)):
        (corpus / str(place)).write_bytes(seed)

    def one(data):
        mutated.write_bytes(content(name, data))
        if name.startswith("deals"):
            gc.collect()  # connections of DuckDB refer to themselves: without this a thousand fill the memory
        try:
            read(name.split(".")[0], mutated)
        except BaseException:
            print(f"Found: {mutated}", file=sys.stderr)
            raise

    settings = [f"-dict={words}", f"-artifact_prefix={folder}/", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], str(corpus), *settings, *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:]) if sys.argv[1:] else print(*names())
