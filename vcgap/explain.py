"""`vcgap explain`: every value of one thing, its source, which is the reference, and why."""

from vcgap.blocks import text_table
from vcgap.figures import as_figure, choices, independent, reference, rows_of, spread, statements
from vcgap.language import interval, localised, money, number, percent, period, significant, value_text
from vcgap.tables import load_table


def explanation(package, metric, country, year, basis, segment=""):
    """Plain text for a metric (name), country (code), year (int) and basis; says so where there is nothing."""
    label = localised(package.metrics.loc[metric], "label")
    rows = statements(package, metric, country, year, segment)
    if not rows:
        return f"{label}, {country}, {year}: no figure. {_segments_there(package, metric, country, year)}".strip()
    chosen = reference(package, basis, metric, country, year, segment)
    table = [
        [
            "*" if chosen and figure.id == chosen.id else "",
            value_text(figure, 6),
            period(figure.period),
            figure.family,
            figure.published or "–",
            figure.status.replace("_", " "),
            figure.id,
        ]
        for figure in rows
    ]
    lines = [
        f"{label}, {country}, {year}",
        text_table(["", "value", "period", "family", "published", "status", "id"], table),
    ]
    lines += ["", *_range(package, metric, country, year, segment), *_why(package, basis, metric, country, chosen)]
    return "\n".join([*lines, *_not_compared(package, metric, country, year, segment, {row.id for row in rows})])


def _segments_there(package, metric, country, year):
    rows = _of_the_year(package, metric, country, year)
    segments = sorted(set(rows["segment"]) - {""})
    return f"There are figures for the segments: {', '.join(segments)}" if segments else ""


def _of_the_year(package, metric, country, year):
    rows = rows_of(package, "metric", metric)
    return rows[(rows["country"] == country) & rows["period"].str.startswith(str(year))]


def _not_compared(package, metric, country, year, segment, compared):
    """Figures of parts of the year, and those that are superseded or illustrative: one line, or none."""
    rows = _of_the_year(package, metric, country, year)
    rows = rows[(rows["segment"] == segment) & ~rows["id"].isin(compared)]
    said = [
        f"{value_text(figure, 4)} ({period(figure.period)}, {figure.family})" for figure in map(as_figure, _rows(rows))
    ]
    return [f"Also there, but not of the whole year or not to be compared: {'; '.join(said)}"] if said else []


def _rows(table):
    return [row for _i, row in table.iterrows()]


def _range(package, metric, country, year, segment):
    said = independent(spread(package, metric, country, year, segment))
    form = {"USD": money, "share": percent, "count": number, "people": number}.get(said[0].unit, significant)
    if len(said) < 2:
        return ["One family of sources."]
    return [f"Range across {len(said)} families: {interval(said[0].value, said[-1].value, form)}"]


def _why(package, basis, metric, country, chosen):
    if chosen is None:
        return [f"The basis '{basis}' names none of them as the reference."]
    if chosen.source not in set(load_table("sources")["source"]):
        return [f"* Reference: {chosen.id}, because your own figures come first."]
    named = choices(package, basis, [metric], country)
    reason = next(row["reason_en"] for row in named if row["family"] == chosen.family)
    return [f"* Reference: {chosen.id}. {reason}", *filter(None, [chosen.note])]
