"""The one definition of the aggregation: Ibis expressions, the same on DuckDB, Spark, Trino, BigQuery or Snowflake.

Money is in whole cents (int64) throughout, so sums are exact on every engine; medians are kept as twice their value,
a whole number too. Trino and BigQuery have no exact median: there it is read off the ranks.
"""

import ibis
import pandas as pd
import pyarrow as pa

from vcgap.places import spellings
from vcgap.tables import load_table

UNDISCLOSED = r"^([-–—?]*|n/?a|none|null|nan|unknown|(undisclosed|not disclosed)( amount)?)$"
NUMBER = r"^(?:us)?\$? *(-?[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.[0-9]+)?|-?[0-9]+(?:\.[0-9]+)?)"
AMOUNT = NUMBER + r" *(k|thousand|m|mm|mn|million|millones|b|bn|billion|mil millones)? *(?:usd)?$"
TWO_READINGS = {  # by whether amounts are in whole units: what may be a thousand, or one and a bit
    True: r"^(?:us)?\$? *[0-9]{1,3}\.[0-9]{3}$",  # 1.234 dollars
    False: r"^(?:us)?\$? *[0-9]{1,3},[0-9]{3}$",  # 1,234 millions
}
SIZES = {"^(k|thousand)$": 10**3, "^(m|mm|mn|million|millones)$": 10**6, "^(b|bn|billion|mil millones)$": 10**9}
DECIMALS = {  # by multiplier: what holds no more than fits into cents, then down to cents; 18 digits overflow in products
    1: ("decimal(16, 2)", "decimal(16, 2)"),
    10**3: ("decimal(19, 7)", "decimal(19, 5)"),
    10**6: ("decimal(19, 10)", "decimal(19, 8)"),
}
UNREAD = -(10**18)
MOST_CENTS = 10**17  # a thousand trillion dollars: no deal, and sums of fewer cents fit into int64
DAY, MONTH = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2]|[a-z]{3,9})"
YEAR_FIRST = r"^([0-9]{4})(?:-([0-9]{1,2})(?:-[0-9]{1,2})?)?$"
YEAR_LAST = rf"^(?:{DAY}[-. ]{MONTH}|{MONTH}[-. ]{DAY},?|{MONTH})[-. ]([0-9]{{4}})$"
TWO_NUMBERS = r"^([0-9]{1,2})[-. ]([0-9]{1,2})[-. ]"
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec ene feb mar abr may jun jul ago set oct nov dic "
EARLIEST, LATEST = 1900, 2100
MOST_EXAMPLES = 12
CURRENCIES = {"MEX": "MXN"}  # whose rate per US dollar the metric fx_rate of a country is
ONE_DEAL = ["company", "country", "date", "type", "currency", "cents"]
NAMES = {"company", "country", "deal"}  # blanks around them mean nothing


def aggregate(lines, multiplier=1, once=True, keep=lambda deals: deals, ranks=False):
    """Everything that a deal import reports: list of Ibis tables with the same columns, to be run one after another.

    lines : Ibis table, its columns named by field (country, amount, date, company, …; text or typed; any may be absent)
    multiplier : what amounts are multiplied by to give whole currency units: 1, 1000 or 1000000
    once : whether lines with the same id are one deal, of which the line with the largest amount stands (without ids:
    lines with the same ONE_DEAL); else each line is a deal
    keep : lays the deals down, so that an engine works them out once for all parts; ranks : medians from ranks

    Columns: part, country, year, code, lines, deals, disclosed, cents, median_cents_twice, latest (month 202411).
    part "total": venture deals by country and year; "stage", "sector": these by code; "scope": what is kept apart;
    "all_rounds": venture or not; "reason": lines by why they were dropped (code; missing: kept);
    "example": country "reason", code the spelling behind it; "converted": kept deals by the currency (code) that became
    dollars; "differing": kept deals whose lines differ in what ONE_DEAL names. Years are 0 where lines have no date.
    """
    deals = keep(_judged(_looked_up(_dated(_deals(_repaired(lines, multiplier), once))), once))
    kept = deals.filter(deals.reason.isnull())
    venture = kept.filter(kept.scope == "venture")
    parts = [
        _statistics(venture, "total", ranks),
        _statistics(venture.filter(venture.stage.notnull()), "stage", ranks),
        _statistics(venture.filter(venture.sector_code.notnull()).mutate(sector=venture.sector_code), "sector", ranks),
        _reasons(deals),
        _examples(deals),
    ]
    if not {"type", "status"}.isdisjoint(lines.columns):
        parts += [
            _statistics(kept.filter(kept.scope != "venture"), "scope", ranks),
            _statistics(kept, "all_rounds", ranks),
        ]
    if "converted" in deals.columns:
        parts.append(_counted(kept.filter(kept.converted.notnull()).rename(code="converted"), "converted"))
    if "differs" in deals.columns:
        parts.append(_counted(kept.filter(kept.differs).mutate(code=ibis.null("string")), "differing"))
    return parts


def _text(column):
    """A column as text; empty cells are missing."""
    return column.cast("string").nullif("")


def _name(column):
    """A column as text without blanks around it; empty cells are missing."""
    return _trimmed(column.cast("string")).nullif("")


def _repaired(lines, multiplier):
    """The fields as text, the date as it is, and the amount in cents: int64, UNREAD for a cell that is no amount."""
    plain = set(lines.columns) - {"amount", "date", "location", "investor"}
    columns = {name: _name(lines[name]) if name in NAMES else _text(lines[name]) for name in sorted(plain)}
    if "location" in lines.columns:
        place = _text(lines.location).re_extract(r"([^,]*)$", 1).strip().nullif("")
        columns["country"] = ibis.coalesce(columns["country"], place) if "country" in columns else place
    columns["cents"] = amount_in_cents(lines.amount, multiplier) if "amount" in lines.columns else ibis.null("int64")
    if "date" in lines.columns:
        columns["date"] = lines.date if lines.date.type().is_temporal() else _text(lines.date)
    return lines.select(**columns)


def _whole(number):
    return ibis.literal(number, "int64")


def amount_in_cents(column, multiplier):
    """int64; UNREAD for a cell that is no amount. Empty cells, zero and words such as "undisclosed" are missing."""
    held, cents = DECIMALS[multiplier]
    plain = (column.try_cast(held).cast(cents) * (100 * multiplier)).cast("int64")
    if not column.type().is_string():
        return ibis.ifelse(column.notnull(), plain.fill_null(UNREAD), ibis.null("int64")).nullif(0)
    text = column.strip()
    whole = ibis.ifelse(column.contains("."), ibis.null("int64"), plain)
    # what few cells are comes last: an engine tries it only on the rows that nothing before has read
    read = ibis.coalesce(
        whole,
        ibis.cases(
            (column.isnull(), ibis.null("int64")),
            (text.lower().re_search(TWO_READINGS[multiplier == 1]), _whole(UNREAD)),
            (plain.notnull(), plain),
            (text.lower().re_search(UNDISCLOSED), ibis.null("int64")),
            else_=_written(text.lower(), multiplier).fill_null(UNREAD),
        ),
    )
    return read.nullif(0)


def _written(text, multiplier):
    """'$1,750,000', ' 17,50,000 ', 'US$1.67 bn' in cents; missing if it is none of these. text : lower case."""
    number = text.re_extract(AMOUNT, 1).replace(",", "").nullif("").try_cast("decimal(26, 4)")
    word = text.re_extract(AMOUNT, 2)
    sized = [(word.re_search(words), _whole(100 * size)) for words, size in SIZES.items()]  # an IN list would be a join
    factor = ibis.cases(*sized, else_=_whole(100 * multiplier))
    readable = number.cast("float64").abs() * factor.cast("float64") < MOST_CENTS
    return ibis.ifelse(readable, (number * factor.cast("decimal(12, 0)")).cast("int64"), ibis.null("int64"))


def _dated(deals):
    """Adds month (202411; the last of the year if only the year is known): int32, missing if unreadable."""
    if "date" not in deals.columns:
        return deals.mutate(month=ibis.literal(0, "int32"))
    month = _month(deals.date) if deals.date.type().is_temporal() else _written_month(deals.date)
    return deals.mutate(date=deals.date.cast("string"), month=month.cast("int32"))


def _month(date):
    return date.year() * 100 + date.month()


def _written_month(text):
    """Year and month of 2013-05-31, 2013-05, 2013, 31/5/2013, 5/31/2013, 31 May 2013, may/2013."""
    dashed = text.replace("/", "-")
    day = ibis.ifelse(text.length() >= 10, dashed.left(10).try_cast("date"), ibis.null("date"))
    written = dashed.strip().lower()
    first, last = (written.re_extract(form, 1).nullif("").try_cast("int32") for form in (YEAR_FIRST, YEAR_LAST))
    stated = written.re_extract(YEAR_FIRST, 2).nullif("").try_cast("int32").fill_null(12)
    sound = (written.length() < 10) & stated.between(1, 12)
    # the slow readings come last, for the rows that nothing before has read; not in a coalesce, of whose arguments DuckDB
    # works out beforehand, for all rows, what they have in common
    return ibis.cases(
        (day.notnull(), _month(day)),
        (sound & first.notnull(), first * 100 + stated),
        else_=last * 100 + _month_beside_year(written),
    )


def _month_beside_year(text):
    """1 to 12 of '13-jun-2024', 'jun-2024' or '6-13-2024'; of '6-5-2024' the earlier of both readings.

    The earlier, because it only tells whether a year is over: then it has deals after the twelfth of December, too.
    """
    name = text.re_extract("([a-z]{3})", 1).nullif("")
    place = ibis.literal(MONTHS).find(name).nullif(-1)
    numbers = [text.re_extract(TWO_NUMBERS, group).nullif("").try_cast("int32") for group in (1, 2)]
    return ibis.coalesce((place // 4 % 12 + 1).cast("int32"), ibis.least(*numbers), 12)


def _deals(rows, once):
    """One row per deal; lines: how many lines state it."""
    if not once:
        return rows.mutate(lines=ibis.literal(1, "int32"))
    if "deal" in rows.columns:
        return _largest_statements(rows)
    key = [name for name in ONE_DEAL if name in rows.columns]
    rest = {name: rows[name].max() for name in rows.columns if name not in key}
    return rows.group_by(key).aggregate(lines=rows.count().cast("int32"), **rest)


def _largest_statements(rows):
    """Of the lines with the same id the one with the largest amount, whole; adds differs: whether the lines differ."""
    same = ibis.window(group_by="deal")
    texts = [rows[name].cast("string").asc(nulls_first=False) for name in sorted(rows.columns) if name != "cents"]
    largest = ibis.window(group_by="deal", order_by=[rows.cents.desc(nulls_first=False), *texts])
    compared = [rows[name] for name in ONE_DEAL if name in rows.columns]
    differs = [column.max().over(same) != column.min().over(same) for column in compared]
    counted = rows.mutate(
        lines=rows.count().over(same).cast("int32"),
        differs=ibis.or_(*differs).fill_null(False),
        place=ibis.row_number().over(largest),
    )
    return counted.filter(counted.place == 0).drop("place")


def _looked_up(deals):
    """Adds year, country_code, scope, stage, sector_code and (where there are currencies) rate, missing if not known."""
    types = load_table("deal_types").set_index("type")
    sectors = load_table("deal_sectors").set_index("sector")
    countries = pd.DataFrame({"country": spellings()})
    found = _join(deals, "country", countries, {"country": "country_code"})
    found = _join(found, "type", types, {"scope": "type_scope", "stage": "type_stage"})
    found = _join(found, "series", types, {"stage": "series_stage"})
    found = _join(found, "status", types, {"scope": "status_scope"})
    if "sector" in found.columns:  # of a list, the first
        listed = ibis.or_(*[found.sector.contains(mark) for mark in "|;,"])
        found = found.mutate(sector=ibis.ifelse(listed, found.sector.re_extract(r"^([^|;,]*)", 1), found.sector))
    found = _join(found, "sector", sectors, {"code": "sector_code"})
    apart = found.status_scope.nullif("completed")
    scope = ibis.coalesce(apart, found.type_scope) if "type" in deals.columns else ibis.coalesce(apart, "venture")
    stage = ibis.coalesce(found.series_stage, found.type_stage)
    return _with_rate(found.mutate(year=(found.month // 100).cast("int32"), scope=scope, stage=stage))


def _join(rows, field, table, names):
    """Adds columns with what a table of spellings says of a field; missing if nothing, or there is no such field.

    table : DataFrame whose index is the spelling; names : its columns → the names that the rows get
    """
    if field not in rows.columns:
        return rows.mutate(**{name: ibis.null("string") for name in names.values()})
    table = table[list(names)].rename(columns=names)
    marks = [table.set_axis(table.index.str.replace("[-_ ]", mark, regex=True)) for mark in "-_ "]
    known = pd.concat([table, *marks]).rename_axis("spelling").reset_index().drop_duplicates("spelling")
    known = ibis.memtable(pa.table({column: known[column].tolist() for column in known.columns}))
    joined = rows.left_join(known, _trimmed(rows[field]).lower() == known.spelling).drop("spelling")
    return joined.mutate(**{name: joined[name].nullif("") for name in names.values()})


def _trimmed(column):
    """Text without blanks around it; strip is slow, so only the cells that need it get it."""
    return ibis.ifelse(column.startswith(" ") | column.endswith(" "), column.strip(), column)


def _with_rate(deals):
    """Cents in US dollars; adds no_rate: the currency and year that data/figures.csv has no yearly rate for."""
    if "native_currency" in deals.columns:
        foreign = deals.native_currency.notnull() & ~deals.native_currency.upper().contains("USD")
        deals = deals.mutate(not_dollars=ibis.ifelse(foreign, deals.native_currency, ibis.null("string")))
    if "currency" not in deals.columns:
        return deals
    rates = ibis.memtable(pa.table({column: cells.tolist() for column, cells in yearly_rates().items()}))
    deals = deals.mutate(currency=_trimmed(deals.currency).upper())
    joined = deals.left_join(rates, [deals.currency == rates.coin, deals.year == rates.rate_year])
    priced, none = joined.drop("coin", "rate_year"), ibis.null("string")
    foreign = (priced.cents != UNREAD) & ~(priced.currency == "USD") & ~(priced.currency == "US$")
    dollars = (priced.cents.cast("float64") / priced.rate + 0.5).floor().cast("int64")
    wanting = priced.currency + " " + priced.year.cast("string")
    return priced.mutate(
        cents=ibis.ifelse(foreign, dollars, priced.cents),
        no_rate=ibis.ifelse(foreign & priced.rate.isnull(), wanting, none),
        converted=ibis.ifelse(foreign & priced.rate.notnull(), priced.currency, none),
    )


def yearly_rates():
    """Units of a currency per US dollar, as data/figures.csv states them: DataFrame of coin, rate_year, rate."""
    figures = load_table("figures")
    rows = figures[(figures["metric"] == "fx_rate") & figures["country"].isin(CURRENCIES) & (figures["segment"] == "")]
    rows = rows[rows["period"].str.fullmatch(r"\d{4}")].drop_duplicates(["country", "period"])
    coins = rows["country"].map(CURRENCIES).astype(str)
    return pd.DataFrame({"coin": coins, "rate_year": rows["period"].astype("int64"), "rate": rows["value"]})


def _judged(deals, once):
    """What the statistics need, with reason (why the lines of a deal are dropped; missing: they are kept).

    example : the cell behind the reason; of deals that are kept, the sector if no code is known for it
    """
    have = set(deals.columns)
    none = ibis.null("string")
    rules = [("no_country", deals.country.isnull(), none)]
    if once:
        key = "deal" if "deal" in have else "company"
        rules.insert(0, (f"no_{key}", deals[key].isnull(), none))
    rules.append(("country", deals.country_code.isnull(), deals.country))
    if "date" in have:
        rules.append(("no_date", deals.date.isnull(), none))
        rules.append(("date", deals.year.isnull(), deals.date))
        rules.append(("year", ~deals.year.between(EARLIEST, LATEST), deals.date))
    rules.append(("amount", deals.cents == UNREAD, none))
    rules.append(("negative", deals.cents < 0, none))
    for name in ("not_dollars", "no_rate"):
        if name in have:
            rules.append((name, deals[name].notnull(), deals[name]))
    if "type" in have:
        rules.append(("type", deals.scope.isnull() & deals.type.notnull(), deals.type))
    reason = ibis.cases(*[(wrong, name) for name, wrong, _cell in rules])
    example = ibis.cases(*[(wrong, cell) for _name, wrong, cell in rules])
    if "sector" in have:
        example = ibis.ifelse(reason.isnull() & deals.sector_code.isnull(), deals.sector, example)
    needed = ["country_code", "year", "month", "cents", "lines", "stage", "sector_code"]
    needed += [name for name in ("converted", "differs") if name in have]
    return deals.select(*needed, reason=reason, example=example, scope=deals.scope.fill_null("other_rounds"))


def _statistics(deals, part, ranks):
    """Deals, disclosed amounts, their sum and twice their median, by country, year and the column named like part."""
    code = deals[part] if part in deals.columns else ibis.null("string")
    rows = deals.select("year", "month", "cents", "lines", country=deals.country_code, code=code)
    rows = _halves(rows) if ranks else rows
    found = rows.group_by(["country", "year", "code"]).aggregate(
        lines=rows.lines.sum(),
        deals=rows.count(),
        disclosed=rows.cents.count(),
        cents=rows.cents.sum(),
        median_cents_twice=rows.half.sum() if ranks else (rows.cents.median() * 2).round(),
        latest=rows.month.max(),
    )
    return _as_part(found, part)


def _halves(rows):
    """Adds half: an amount if it is the lower or the upper one in the middle of its group (twice it, if both), or 0."""
    group = ibis.window(group_by=["country", "year", "code"])
    ordered = ibis.window(group_by=["country", "year", "code"], order_by=rows.cents.asc(nulls_first=False))
    rows = rows.mutate(place=ibis.row_number().over(ordered), known=rows.cents.count().over(group))
    low = ibis.ifelse(rows.place == (rows.known - 1) // 2, rows.cents, 0)
    high = ibis.ifelse(rows.place == rows.known // 2, rows.cents, 0)
    return rows.mutate(half=ibis.ifelse(rows.known > 0, low + high, ibis.null("int64")))


def _reasons(deals):
    return _counted(deals.rename(code="reason"), "reason")


def _counted(deals, part):
    """Lines, deals and the last month by code."""
    counts = {"lines": deals.lines.sum(), "deals": deals.count(), "latest": deals.month.max()}
    return _as_part(deals.group_by("code").aggregate(**counts), part)


def _examples(deals):
    """The commonest cells behind the reasons, and the commonest sectors that no code is known for."""
    rows = deals.filter(deals.example.notnull())
    rows = rows.select("lines", country=rows.reason.fill_null("sector"), code="example")
    found = rows.group_by(["country", "code"]).aggregate(lines=rows.lines.sum(), deals=rows.count())
    ordered = ibis.window(group_by="country", order_by=[found.lines.desc(), found.code.asc()])
    found = found.mutate(place=ibis.row_number().over(ordered))
    return _as_part(found.filter(found.place < MOST_EXAMPLES).drop("place"), "example")


def _as_part(rows, part):
    """Every part has the same columns and types."""
    words, numbers = (
        ["country", "code"],
        ["year", "lines", "deals", "disclosed", "cents", "median_cents_twice", "latest"],
    )
    text = {name: rows[name] if name in rows.columns else ibis.null("string") for name in words}
    whole = {name: rows[name].cast("int64") if name in rows.columns else ibis.null("int64") for name in numbers}
    return rows.select(part=ibis.literal(part), **text, **whole)
