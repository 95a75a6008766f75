"""Exhibits of 07_claims: what the checks of published statements found, where sources disagree, and the banner."""

import pandas as pd

from vcgap import audit, blocks, charts, gaps
from vcgap.checks import SIGNED
from vcgap.edition import MissingFigure, families, family_name, or_say_what_is_missing, side
from vcgap.figures import NOT_COMPARED, as_figure, rows_of
from vcgap.language import (
    _,
    counted,
    country,
    join,
    localised,
    number,
    period,
    plural,
    sentence_start,
    the_country,
    times,
    times_precise,
    times_tick,
    value_text,
)

SEVERITY = {"contradictions": "E", "not_comparable": "W", "presentation": "I", "hold": "ok"}
NO_DIFFERENCE = 1.05  # a ratio below this prints as 1.0×
MEASURED = ("USD", "MXN", "count", "people", "share")  # units that may be divided; a rank may not


def findings(edition, chosen=None):
    """Claims checked against the figures of the edition: the DataFrame of audit.audit.

    chosen : rows of audit.load_claims, or None: all of the suite
    """
    chosen = audit.load_claims() if chosen is None else chosen
    ids = {one for ids in chosen["ids"] for one in ids.split("|")}
    return audit.audit(chosen, rows_of(edition.package, "id", *ids))


def document_name(edition, source):
    """A document in a few words: its family and date, or its title where it has no date."""
    if source not in edition.package.sources.index:
        return source
    family, published, title = edition.package.sources.loc[source, ["family", "published", "title"]]
    if published:
        return _("{family} ({date})").format(family=family_name(family), date=period(published))
    return _("{family}, undated, “{title}”").format(family=family_name(family), title=title)


def figures_of(edition, found):
    """The Figures that some findings touch, each once. found : rows of `findings`."""
    wanted = {one for ids in found["ids"] for one in ids.split("|")}
    return [as_figure(row) for _i, row in rows_of(edition.package, "id", *wanted).iterrows()]


def statement_of(check):
    """The statement that a check belongs to: "B1-men" → "B1"."""
    return check.partition("-")[0]


@or_say_what_is_missing
def headline(edition):
    """How many statements were checked, how many contradict their own numbers, and how the checks came out."""
    found = findings(edition)
    counts = {name: int((found["severity"] == severity).sum()) for name, severity in SEVERITY.items()}
    worst = list(audit.worst(found).values())
    numbers = {"statements_checked": len(worst), "statements_contradictory": worst.count("E"), "checks": len(found)}
    numbers |= {f"checks_{name}": count for name, count in counts.items()}
    lede = [_counts_sentence(found, counts), *_where_sentences(edition, found)]
    title = headline_sentence(len(worst), worst.count("E"))
    return blocks.headline("claims-headline", title, lede, figures_of(edition, found), numbers)


def headline_sentence(statements, contradictory):
    """The finding of the page. statements : how many were checked; contradictory : how many of them fail."""
    if not contradictory:
        return plural(
            "The one statement checked does not contradict its own numbers",
            "None of {statements} statements checked contradicts its own numbers",
            statements,
        ).format(statements=counted(statements))
    return plural(
        "Of {statements} statements checked, {bad} contradicts its own numbers",
        "Of {statements} statements checked, {bad} contradict their own numbers",
        contradictory,
    ).format(statements=counted(statements), bad=counted(contradictory))


def _counts_sentence(found, counts):
    return _(
        "{checks} checks in {documents} documents: {contradictions} find a contradiction, {not_comparable} something not comparable or ambiguous, {presentation} a fault of presentation, and {hold} hold."
    ).format(
        checks=number(len(found)),
        documents=counted(found["document"].nunique()),
        **{name: number(count) for name, count in counts.items()},
    )


def _where_sentences(edition, found):
    """In which documents the contradictions are: list of str, empty if there are none."""
    where = found.loc[found["severity"] == "E", "document"].value_counts()
    if not len(where):
        return []
    named = [
        _("{count} in {document}").format(count=number(count), document=document_name(edition, name))
        for name, count in sorted(where.items())
    ]
    text = _("The contradictions: {items}. What two sources say differently is not counted here; it is shown below.")
    return [text.format(items=join(named))]


@or_say_what_is_missing
def checks(edition, which):
    """The checks of one verdict. which : "contradictions", "not_comparable", "presentation" or "hold"."""
    found = findings(edition)
    found = found[found["severity"] == SEVERITY[which]]
    if found.empty:
        raise MissingFigure(_("No check comes out as: {verdict}.").format(verdict=audit.verdict_word(SEVERITY[which])))
    table = found.assign(
        document=[document_name(edition, name) for name in found["document"]],
        rule_words=[audit.rule_word(rule) for rule in found["rule"]],
    )
    return blocks.exhibit(
        f"claims-{which.replace('_', '-')}",
        checks_title(which, len(found), found["id"].map(statement_of).nunique()),
        _(
            "What to print is the sentence that belongs beside the statement; expected and found are what the rule compares."
        ),
        table[["id", "document", "statement", "rule", "rule_words", "expected", "found", "text", "ids"]],
        _check_columns(),
        figures=figures_of(edition, found),
        package=edition.package,
        notes=[_documents_sentence(found["id"], table["document"])],
        method=_("each rule compares what a statement says with what follows from its own numbers and words"),
    )


def _documents_sentence(checks, documents):
    """Which checks are of which document, by their letter where all of a letter are of one. Two columns of a table."""
    letters = checks.str[0]
    shared = {letter for letter in letters if documents[letters == letter].nunique() > 1}
    named = checks.where(letters.isin(shared), letters)
    items = [
        _("{checks}: {document}").format(checks=join(dict.fromkeys(named[documents == name])), document=name)
        for name in dict.fromkeys(documents)
    ]
    return _("Documents – {items}.").format(items="; ".join(items))


def _check_columns():
    return {
        "id": (_("Check"), str),
        "statement": (_("Statement"), str),
        "text": (_("What to print"), str),
        "rule_words": (_("Rule"), str),
        "expected": (_("Expected"), lambda text: text or "–"),
        "found": (_("Found"), lambda text: text or "–"),
    }


def checks_title(which, checks, statements):
    """The finding above a table of checks. which : a key of SEVERITY; checks, statements : how many of each."""
    where = plural("{n} statement", "{n} statements", statements).format(n=counted(statements))
    texts = {
        "contradictions": plural(
            "{checks} check finds a contradiction, in {where}",
            "{checks} checks find a contradiction, in {where}",
            checks,
        ),
        "not_comparable": plural(
            "{checks} check finds what is ambiguous or not comparable, in {where}",
            "{checks} checks find what is ambiguous or not comparable, in {where}",
            checks,
        ),
        "presentation": plural(
            "{checks} check finds a fault of presentation, in {where}",
            "{checks} checks find a fault of presentation, in {where}",
            checks,
        ),
        "hold": plural("{checks} check holds, on {where}", "{checks} checks hold, on {where}", checks),
    }
    return sentence_start(texts[which].format(checks=counted(checks), where=where))


@or_say_what_is_missing
def disagreement(edition):
    """Where the sources of a country are apart: the largest over the smallest value, the year of the edition first."""
    ranked = sorted(_apart(edition), key=lambda one: (not one["now"], -one["ratio"], one["metric"], one["country"]))
    if not ranked:
        raise MissingFigure(_("No metric has two sources that differ for one year in either country."))
    records = [_disagreement_record(edition, one) for one in ranked]
    rows = [_disagreement_row(edition, one, record) for one, record in zip(ranked, records, strict=True)]
    return blocks.exhibit(
        "claims-disagreement",
        disagreement_title(edition.year, records[0]),
        _(
            "Largest value divided by smallest, across sources, log scale. Filled: {year}; hollow: without a disagreement on {year}, the year in which they are furthest apart."
        ).format(year=edition.year),
        pd.DataFrame(records),
        _disagreement_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Largest over smallest, log scale: {items}.").format(
            items=join(f"{row['label']}, {row['detail']} {row['text']}" for row in rows[:5])
        ),
        figures=[figure for one in ranked for figure in (*one["said"], *one["widest"]["said"])],
        package=edition.package,
        notes=[
            _(
                "Sources that are far apart may count different things: a wide range is a reason to read what each counts."
            )
        ],
        method=_("largest ÷ smallest value, one per family of sources; bounds and repeated figures left out"),
    )


def _apart(edition):
    """For every metric and country the disagreement on the edition's year, or else the widest: list of dict.

    As in `disagreements`, with now (True: of the edition's year) and widest (the one of the widest year).
    """
    there = {(one["country"], one["metric"]): one for one in disagreements(edition, edition.year)}
    found = []
    for widest in disagreements(edition):
        one = there.get((widest["country"], widest["metric"]))
        found.append((one or widest) | {"now": one is not None, "widest": widest})
    return found


def disagreements(edition, only_year=None):
    """For every metric and country the year of widest disagreement: list of dict country, metric, year, said, ratio.

    said : the Figures, smallest first; ratio : largest over smallest, above NO_DIFFERENCE. Ranks, growth rates and zeros are left
    out. only_year : look at this year alone
    """
    widest = {}
    for code, metric, year in _contested(edition, only_year):
        said = [figure for figure in families(edition, metric, code, year) if figure.value > 0]
        one = {"country": code, "metric": metric, "year": year, "said": said}
        one["ratio"] = gaps.ratio(said[-1].value, said[0].value) if said else 1
        if one["ratio"] > widest.get((code, metric), {"ratio": NO_DIFFERENCE})["ratio"]:
            widest[code, metric] = one
    return list(widest.values())


def _contested(edition, only_year):
    """Every (country, metric, year) on which at least two families say something; only_year : a year or None."""
    rows = rows_of(edition.package, "metric", *edition.package.metrics.index)
    rows = rows[rows["country"].isin(edition.countries) & (rows["segment"] == "") & rows["unit"].isin(MEASURED)]
    rows = rows[~rows["status"].isin(NOT_COMPARED) & ~rows["metric"].isin(SIGNED)]
    rows = rows[rows["period"].str.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?")]
    counted_families = rows.groupby(["country", "metric", rows["period"].str[:4].astype(int)])["family"].nunique()
    found = sorted(counted_families[counted_families > 1].index)
    return [one for one in found if only_year in (None, one[2])]


def _disagreement_record(edition, one):
    low, high = one["said"][0], one["said"][-1]
    return {
        "what": localised(edition.package.metrics.loc[one["metric"]], "label"),
        "country": one["country"],
        "year": one["year"],
        "ratio": one["ratio"],
        "lowest": _side_text(low),
        "highest": _side_text(high),
        "sources": len(one["said"]),
        "widest_text": f"{times_precise(one['widest']['ratio'])} ({one['widest']['year']})",
        "lowest_value": low.value,
        "highest_value": high.value,
        "lowest_id": low.id,
        "highest_id": high.id,
    }


def _side_text(figure):
    return f"{value_text(figure)} ({sentence_start(blocks.stated_by(figure))})"


def _disagreement_row(edition, one, record):
    return {
        "label": sentence_start(record["what"]),
        "value": record["ratio"],
        "text": times(record["ratio"]),
        "side": side(edition, one["country"]),
        "detail": f"{country(one['country'])}, {one['year']}",
        "filled": one["now"],
    }


def _disagreement_columns():
    return {
        "what": (_("What"), str),
        "country": (_("Country"), country),
        "year": (_("Year"), str),
        "ratio": (_("Largest ÷ smallest"), times_precise),
        "lowest": (_("Lowest"), str),
        "highest": (_("Highest"), str),
        "sources": (_("Sources"), number),
        "widest_text": (_("In its widest year"), str),
    }


def disagreement_title(year, record):
    """The widest disagreement on a year in a sentence, or on another year if there is none on this one.

    year : of the edition; record : the first row of the table of `disagreement`
    """
    text = _("For {year} sources are furthest apart on {what} in {country}: {ratio}")
    if record["year"] != year:
        text = _(
            "For {year} no two sources of one country are far apart; on {what} in {country}, {when}, they are: {ratio}"
        )
    country_name = the_country(record["country"])
    return text.format(
        year=year, when=record["year"], what=record["what"], country=country_name, ratio=times(record["ratio"])
    )


@or_say_what_is_missing
def how(edition):
    """The rules in one line each, with how many checks used each and how many of those hold."""
    found, lines = findings(edition), rule_lines()
    records = [
        {
            "rule": rule,
            "words": audit.rule_word(rule),
            "note": line,
            "checks": int((found["rule"] == rule).sum()),
            "hold": int(((found["rule"] == rule) & (found["severity"] == "ok")).sum()),
        }
        for rule, line in lines.items()
    ]
    used = sum(record["checks"] > 0 for record in records)
    return blocks.exhibit(
        "claims-how",
        _("{used} of {count} rules were used").format(used=sentence_start(counted(used)), count=counted(len(lines))),
        _("A new statement is a new row of a table; no rule knows a document."),
        pd.DataFrame(records),
        {
            "rule": (_("Rule"), str),
            "words": (_("Name"), str),
            "note": (_("What it asks"), str),
            "checks": (_("Checks"), number),
            "hold": (_("Hold"), number),
        },
        method=_("counts of the checks above"),
    )


def rule_lines():
    """What every rule asks, in one line: dict of rule to text."""
    return {
        "R1": _("Do the parts add up to no more than the whole, and to the stated sum?"),
        "R2": _("Does the part divided by the whole give the stated share or average, within its rounding?"),
        "R3": _("Is the total that a part and its share imply no larger than what there can be?"),
        "R4": _("Do the two levels give the stated growth, within its rounding?"),
        "R5": _("Are both sides the same statistic: mean, median, maximum, total?"),
        "R6": _("Do both sides count the same things: firms, funds, companies, one country?"),
        "R7": _("Are both sides stocks of one day, or both flows over a time?"),
        "R8": _("Are both sides of the same day or year?"),
        "R9": _("Are both shares of one classification?"),
        "R10": _("Does a word of quantity, such as “most” or “barely”, allow the number?"),
        "R11": _("Is the scale named once, and is the number plausible as it is printed?"),
        "R12": _("Does a reference lead to what it announces?"),
        "R13": _("Does a part of the year hold no more than the whole year?"),
        "R14": _("Does no value stand twice among neighbours?"),
        "R15": _("Does the statement name its source and its date?"),
        "R16": _("Does the share times its base give the stated amount, within its rounding?"),
    }


def banner(edition, shown):
    """What stands on a page whose figures are part of a contradiction, or one line that says that none is.

    shown : the Blocks of the page
    """
    used = {figure.id for block in shown for figure in block.figures}
    every = audit.load_claims()
    near = every[[not used.isdisjoint(ids.split("|")) for ids in every["ids"]]]
    touched = audit.contradictions(findings(edition, near), used)
    if touched.empty:
        return blocks.remark(
            "banner", _("Checked: no figure on this page is part of a statement that contradicts itself.")
        )
    ids = {one for found in touched["ids"] for one in found.split("|")}
    figures = [figure for figure in figures_of(edition, touched) if figure.id in ids & used]
    lines = [_banner_line(edition, row) for row in touched.to_dict("records")]
    return blocks.note("banner", banner_title(len({figure.id for figure in figures})), lines, figures)


def banner_title(count):
    """The title of the banner. count : how many figures of the page are part of a contradiction."""
    return sentence_start(
        plural(
            "{count} figure on this page is part of a statement that contradicts itself",
            "{count} figures on this page are part of statements that contradict themselves",
            count,
        ).format(count=counted(count))
    )


def _banner_line(edition, row):
    return _("{check} in {document}: {text}").format(
        check=row["id"], document=document_name(edition, row["document"]), text=row["text"]
    )
