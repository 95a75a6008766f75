"""The account of an import in words: every line read was kept or dropped for a reason, and the rules that applied."""

from vcgap.deals.aggregation import MOST_EXAMPLES
from vcgap.deals.layouts import chosen_columns
from vcgap.deals.raw import shown
from vcgap.errors import UserError

MOST_UNREADABLE = 0.01  # of the lines: more unreadable amounts are a wrong column, not slips of the pen
ALWAYS_NAMED = ("USA", "MEX")
REASONS = {
    "no_deal": "no id of the deal",
    "no_company": "no company",
    "no_country": "no country",
    "country": "a country that is not known (add it to data/country_names.csv)",
    "no_date": "no date",
    "date": "a date that cannot be read",
    "year": "a year that cannot be",
    "amount": "an amount that cannot be read",
    "negative": "a negative amount",
    "not_dollars": "a native currency other than US dollars",
    "no_rate": "an amount in a currency without a sourced yearly rate (metric fx_rate)",
    "type": "a type of round that is not known (add it to data/deal_types.csv)",
}


def reasons(result):
    """reason (None: kept) → (lines, deals) of the rows of aggregate()."""
    return {row["code"]: (row["lines"], row["deals"]) for row in result if row["part"] == "reason"}


def enough_was_read(result):
    """Whether the amounts can be read, but for a few; raises UserError if no line at all was kept."""
    counts = reasons(result)
    lines = sum(number for number, _deals in counts.values())
    if not lines:
        raise UserError("there is a header line but no row below it")
    if counts.get("amount", (0, 0))[0] > MOST_UNREADABLE * lines:
        return False
    if None not in counts:
        raise UserError("none of the lines can be used:", *_dropped(result))
    return True


def rule(exports):
    """What one deal is, in words."""
    fields = set(chosen_columns(exports[0].layout, exports[0].header))
    if "deal" in fields:
        return "one deal = one id of the deal; where its lines differ, the line with the largest amount"
    same = ", ".join(field for field in ("company", "country", "date", "type", "currency", "amount") if field in fields)
    if "investor" in fields:
        return f"a line per investor: one deal = same {same}"
    return "each line is a deal (there is no investor and no id of the deal)"


def account_lines(exports, result):
    """The account as lines of text. result : rows of vcgap.deals.running.run"""
    counts, layout = reasons(result), exports[0].layout
    read = sum(lines for lines, _deals in counts.values())
    kept, deals = counts[None]
    untested = "" if layout.settings["tested"] == "yes" else ", not tested on a real export"
    text = [f"{export.original.name}: {content(export)}" for export in exports]
    text += [f"Layout {layout.name}{untested}. {layout.settings['note_en']}", f"Rule: {rule(exports)}."]
    if layout.settings["total"]:
        text.append(
            "Zero and words such as 'undisclosed' are undisclosed amounts: counted as deals, never added as zero."
        )
    text += [
        f"{counted(read, 'line')} read = {kept:,} kept + {read - kept:,} dropped; "
        f"{counted(kept, 'line')} kept = {counted(deals, 'deal')}"
    ]
    return [
        *text,
        *_dropped(result),
        *_unread(result),
        *_differing(result),
        *_converted(result),
        *_apart(result),
        *_unknown_sectors(result),
        *_countries(result, layout.settings["total"]),
        *_last(result),
    ]


def content(export, digits=64):
    """What an Export held, by its hash."""
    return f"SHA-256 {export.raw.sha256[:digits]}" if export.raw else "a table of the engine"


def counted(number, noun):
    """1 → '1 line', 2000 → '2,000 lines'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _unread(result):
    rows = [row["code"] for row in result if row["part"] == "unread"]
    return [f"    the first of these amounts, below the header: {', '.join(rows)}"] if rows else []


def _differing(result):
    """Deals whose lines do not say the same."""
    return [
        f"  {counted(row['deals'], 'deal')} of {counted(row['lines'], 'line')}: "
        "their lines differ in amount, date, country or name; the line with the largest amount stands"
        for row in result
        if row["part"] == "differing"
    ]


def _converted(result):
    return [
        f"  converted from {shown(row['code'])} at the rate of each year (fx_rate): {counted(row['deals'], 'deal')}"
        for row in sorted(result, key=lambda row: row["code"] or "")
        if row["part"] == "converted"
    ]


def _dropped(result):
    text = []
    for reason, (lines, _deals) in sorted(reasons(result).items(), key=lambda item: -item[1][0]):
        if reason is not None:
            text.append(f"  dropped, {REASONS[reason]}: {lines:,}{_examples(result, reason)}")
    return text


def _examples(result, reason):
    found = [row for row in result if row["part"] == "example" and row["country"] == reason]
    found = sorted(found, key=lambda row: (-row["lines"], row["code"]))
    said = ", ".join(f"'{shown(row['code'], 30)}' {row['lines']:,}" for row in found)
    return f" ({said}{', …' if len(found) == MOST_EXAMPLES else ''})" if said else ""


def _apart(result):
    """The deals that are no venture capital, by scope."""
    deals = {}
    for row in result:
        if row["part"] == "scope":
            known, cents = deals.get(row["code"], (0, 0))
            deals[row["code"]] = known + row["deals"], cents + (row["cents"] or 0)
    return [
        f"  kept apart, {scope.replace('_', ' ')}: {counted(number, 'deal')}, {money(cents)} (segment scope={scope})"
        for scope, (number, cents) in sorted(deals.items())
    ]


def _unknown_sectors(result):
    said = _examples(result, "sector")
    return [f"  in no sector of data/deal_sectors.csv, so in the totals alone:{said}"] if said else []


def _countries(result, with_money):
    """The totals of the countries that the suite compares, and of the largest others."""
    totals = {}
    for row in result:
        if row["part"] == "total":
            deals, known, cents = totals.get(row["country"], (0, 0, 0))
            totals[row["country"]] = deals + row["deals"], known + row["disclosed"], cents + (row["cents"] or 0)
    others = sorted(set(totals) - set(ALWAYS_NAMED), key=lambda country: (-totals[country][0], country))
    text = []
    for country in (*ALWAYS_NAMED, *others[:3]):
        deals, known, cents = totals.get(country, (0, 0, 0))
        sums = f", {deals - known:,} undisclosed, {money(cents)}" if with_money else ""
        text.append(f"  {country}: {counted(deals, 'deal')}{sums}" if deals else f"  {country}: no rows")
    return [*text, f"  and {len(others) - 3} more countries"] if len(others) > 3 else text


def last_month(result):
    """The last month of the deals (202411); 0 if they have no dates."""
    return max((row["latest"] or 0 for row in result if row["part"] == "reason" and row["code"] is None), default=0)


def _last(result):
    year, month = divmod(last_month(result), 100)
    if month in (0, 12):
        return []
    return [f"The last deal is of {year}-{month:02d}: {year} may be incomplete, so its sums are marked 'at least'."]


def money(cents):
    """215832720599 dollars as 'US$215,832,720,599'; cents : int."""
    whole, part = divmod(cents, 100)
    return f"US${whole:,}" + (f".{part:02d}" if part else "")
