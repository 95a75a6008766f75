"""The data dictionary in data/README.md, generated from data/datapackage.json and data/metrics.csv."""

from vcgap.paths import DATA
from vcgap.tables import load_table, schemas

BEGIN, END = "<!-- dictionary:begin -->", "<!-- dictionary:end -->"


def dictionary():
    """Markdown: one table of columns per CSV file, then the metrics."""
    return "\n\n".join(["## Dictionary", *[_table(name, schema) for name, schema in schemas().items()], _metrics()])


def _table(name, schema):
    rows = [
        _row(field["name"], field["type"], _allowed(field), field.get("description", "")) for field in schema["fields"]
    ]
    return "\n".join([f"### {name}.csv", "", _row("column", "type", "allowed", "meaning"), "|---|---|---|---|", *rows])


def _allowed(field):
    limits = field.get("constraints", {})
    said = [", ".join(f"`{choice}`" for choice in limits["enum"])] if "enum" in limits else []
    said += [
        f"{word} {limits[name]}" for name, word in (("minimum", "at least"), ("maximum", "at most")) if name in limits
    ]
    said += ["unique"] if limits.get("unique") else []
    said += ["" if limits.get("required") else "may be empty"]
    return "; ".join(part for part in said if part)


def _metrics():
    rows = [
        _row(
            f"`{row['metric']}`",
            row["unit"],
            f"{row['statistic']} of {row['entity']}, {row['kind']}",
            row["definition_en"],
        )
        for row in load_table("metrics").to_dict("records")
    ]
    return "\n".join(["### The metrics", "", _row("metric", "unit", "type", "definition"), "|---|---|---|---|", *rows])


def _row(*cells):
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def readme_with(text):
    """data/README.md's text with the dictionary between its two marks made anew. text : str."""
    before, _mark, rest = text.partition(BEGIN)
    return before + BEGIN + "\n\n" + dictionary() + "\n\n" + END + rest.partition(END)[2]


def main():
    """Write the dictionary into data/README.md."""
    path = DATA / "README.md"
    path.write_text(readme_with(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
