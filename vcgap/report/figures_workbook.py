"""The figures of an edition with their sources, as a workbook to download."""

from vcgap.tables import schemas
from vcgap.workbooks import add_table, made


def figures_workbook(figures, sources):
    """The bytes of a workbook with two sheets: figures, and the sources they name. The same bytes for the same rows.

    figures : DataFrame with the columns of data/figures.csv, more are kept (unit, family, own); missing numbers stay empty
    sources : DataFrame indexed by source, with the columns of data/sources.csv
    """
    named = [field["name"] for field in schemas()["figures"]["fields"]]
    columns = [*named, *[column for column in figures.columns if column not in named]]
    rows = figures.sort_values("id")[columns].astype(object).to_numpy().tolist()
    cited = sources.loc[sorted(set(figures["source"]))].reset_index(names="source")

    def fill(book):
        for name, header, cells in (
            ("figures", columns, rows),
            ("sources", list(cited.columns), cited.to_numpy().tolist()),
        ):
            sheet = add_table(book, name, header, cells)
            sheet.autofilter(0, 0, max(len(cells), 1), len(header) - 1)

    return made(fill)
