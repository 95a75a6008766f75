"""Exhibits of 04_unicorns on how much a few companies can say: chance in a small count, money behind it, their value."""

import pandas as pd

from vcgap import blocks, charts, counts
from vcgap.chapters import unicorns
from vcgap.edition import MissingFigure, family_label, find_pair, or_say_what_is_missing, side
from vcgap.figures import NOT_COMPARED, as_figure, reference, rows_of, spread, statements
from vcgap.gaps import compare
from vcgap.language import (
    _,
    country,
    gap_size,
    interval,
    join,
    money,
    not_like_for_like,
    number,
    percent,
    period,
    plural,
    qualifiers,
    sentence_start,
    significant,
    the_country,
    times,
    times_precise,
    times_tick,
    value_text,
)

COVERAGE = 0.95
YEARS = 4  # of investment added up behind a stock of unicorns
BILLION = 1e9
STUDIED = ("unicorn_overvaluation", "unicorns_revalued", "unicorns_revalued_below")


@or_say_what_is_missing
def chance(edition):
    """The ratio of unicorns with the exact interval that chance in the smaller count leaves."""
    table, pair, used, missing = unicorns.measures(edition, [name for name in unicorns.MEASURES if name != "per_vc"])
    few = min(pair.base, pair.peer, key=lambda figure: figure.value)
    reach = counts.poisson_interval(few.value, COVERAGE)
    if not pair.ratio:
        raise MissingFigure(_("There is no ratio where no unicorn is listed."))
    records = [_chance_record(row, pair) for row in table.to_dict("records")]
    below = [figure for figure in used if figure.metric not in unicorns.CONCEPT]  # other lists play no part here
    rows = [_chance_row(record) for record in records]
    return blocks.exhibit(
        "unicorn-chance",
        _chance_title(few, records[0]),
        _chance_subtitle(edition, few),
        pd.DataFrame(records).assign(base_country=edition.parameters.base, peer_country=edition.parameters.peer),
        _chance_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Ratios with intervals: {items}.").format(items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=[pair.base, pair.peer, *below],
        package=edition.package,
        warning=not_like_for_like(pair, edition.package.metrics),
        notes=[_chance_note(few, reach), _both_note(records[0]), *missing],
        method=_(
            "exact Poisson interval (Garwood) of the smaller count, the larger taken as known; of both counts, the exact binomial one given their sum (Przyborowski and Wilenski)"
        ),
        numbers={"unicorn_ratio_lower": records[0]["lower"], "unicorn_ratio_upper": records[0]["upper"]},
    )


def _chance_columns():
    return {
        "measure": (_("Measure"), lambda name: unicorns.measure_words()[name][0]),
        "ratio": (_("Ratio"), times_precise),
        "lower": (_("Chance in the smaller count, from"), times),
        "upper": (_("to"), times),
        "both_lower": (_("Chance in both counts, from"), times),
        "both_upper": (_("to"), times),
    }


def _chance_subtitle(edition, few):
    return _(
        "{base} divided by {peer}, unicorns, {year}, log scale. Bar: {coverage} interval from the count of {few} alone."
    ).format(
        base=country(edition.parameters.base),
        peer=country(edition.parameters.peer),
        year=edition.year,
        few=the_country(few.country),
        coverage=percent(COVERAGE),
    )


def _chance_record(row, pair):
    """One measure with the interval that chance in the smaller count leaves, and the one that chance in both leaves."""
    many, few = sorted((pair.base, pair.peer), key=lambda figure: -figure.value)
    per = {pair.base.id: pair.base.value / row["base_value"], pair.peer.id: pair.peer.value / row["peer_value"]}
    found = counts.count_ratio(many.value, few.value, per[many.id], per[few.id], COVERAGE)
    ends = found.lower, found.upper
    lower, upper = ends if many is pair.base else (1 / end for end in reversed(ends))
    whole = round(pair.base.value), round(pair.peer.value)  # the binomial has no fractions of a company
    both = counts.rate_ratio_interval(*whole, per[pair.base.id], per[pair.peer.id], COVERAGE) or (None, None)
    return {
        "measure": row["measure"],
        "ratio": row["ratio"],
        "lower": lower,
        "upper": upper,
        "both_lower": both[0],
        "both_upper": both[1],
    }


def chance_range(row, pair):
    """(lower, upper) of one measure by chance in the smaller count. row : of unicorns.measures; pair : Comparison."""
    record = _chance_record(row, pair)
    return record["lower"], record["upper"]


def _chance_row(record):
    return {
        "label": unicorns.measure_words()[record["measure"]][0],
        "detail": _("{range} by chance alone").format(range=interval(record["lower"], record["upper"], times)),
        "value": record["ratio"],
        "text": times(record["ratio"]),
        "lower": record["lower"],
        "upper": record["upper"],
        "side": "peer",
    }


def _chance_title(few, record):
    return _("With {count} unicorns in {few}, chance alone puts the ratio anywhere from {lower} to {upper}").format(
        count=value_text(few),
        few=the_country(few.country),
        lower=times(record["lower"]),
        upper=times(record["upper"]),
    )


def _chance_note(few, reach):
    return _(
        "A count of {count} is compatible with a rate of {lower} to {upper}, if the list of one day is read as one draw of many that could have been. What the lists disagree on comes on top."
    ).format(count=number(few.value), lower=number(reach[0], 2), upper=number(reach[1], 2))


def _both_note(record):
    return _(
        "With chance in the larger count too, the ratio of the counts lies anywhere between {lower} and {upper}."
    ).format(lower=times(record["both_lower"]), upper=times(record["both_upper"]))


@or_say_what_is_missing
def per_cumulative(edition):
    """Unicorns per billion dollars of several years, by every source that states all of them."""
    pair = find_pair(edition, unicorns.CONCEPT)
    years = range(edition.year - YEARS + 1, edition.year + 1)
    records, used = _cumulative(edition, pair, years)
    rows = [_cumulative_row(edition, record) for record in records]
    return blocks.exhibit(
        "unicorns-per-cumulative",
        _cumulative_title(edition, records),
        _(
            "Unicorns per US$ bn of venture capital, {first} to {last} added up, by source of the money, log scale."
        ).format(first=years[0], last=years[-1]),
        pd.DataFrame(records),
        _per_cumulative_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, significant, log=True),
        alt=_("Unicorns per US$ bn: {items}.").format(
            items=join(f"{row['label']}, {row['detail']}, {row['text']}" for row in rows)
        ),
        figures=[pair.base, pair.peer, *used],
        package=edition.package,
        warning=not_like_for_like(pair, edition.package.metrics),
        notes=[
            _("Money comes years before the status that it buys: even this ratio flatters whoever invested early."),
        ],
        method=_("unicorns ÷ sum of the yearly venture capital of one source, latest edition of each year"),
    )


def _per_cumulative_columns():
    return {
        "country": (_("Country"), country),
        "family": (_("Source of the money"), family_label),
        "sum_usd": (_("Sum"), money),
        "unicorns": (_("Unicorns"), number),
        "per_bn": (_("Per US$ bn"), lambda value: significant(value, 3)),
    }


def _cumulative(edition, pair, years):
    """One record per country and source that states all the years, and the Figures used. Raises MissingFigure."""
    records, used = [], []
    for figure in (pair.base, pair.peer):
        for family, amounts in _whole_runs(edition, figure.country, years).items():
            records.append(_cumulative_record(figure, family, amounts))
            used += amounts
    lacking = [code for code in edition.countries if code not in {record["country"] for record in records}]
    text = _("{country}: no source states every year from {first} to {last}.")
    if lacking:
        said = [text.format(country=country(code), first=years[0], last=years[-1]) for code in lacking]
        raise MissingFigure("\n".join(said))
    return records, used


def _whole_runs(edition, code, years):
    """The yearly figures of every family that states all the years: dict of family → list of Figure."""
    by_family = {}
    for year in years:
        for figure in spread(edition.package, "vc_investment", code, year):
            by_family.setdefault(figure.family, []).append(figure)
    return {family: said for family, said in by_family.items() if len(said) == len(years)}


def _cumulative_record(figure, family, amounts):
    values = [amount.value for amount in amounts]
    per_dollar = counts.per_cumulative(figure.value, values)
    return {
        "country": figure.country,
        "family": family,
        "sum_usd": sum(values),
        "unicorns": figure.value,
        "per_bn": None if per_dollar is None else per_dollar * BILLION,
    }


def _cumulative_row(edition, record):
    return {
        "label": country(record["country"]),
        "detail": _("{sum}, {family}").format(sum=money(record["sum_usd"]), family=family_label(record["family"])),
        "value": record["per_bn"],
        "text": number(record["per_bn"], 2),
        "side": side(edition, record["country"]),
    }


def _cumulative_title(edition, records):
    """Who has more unicorns per dollar, if every pair of sources agrees."""
    said = [[r["per_bn"] for r in records if r["country"] == code and r["per_bn"]] for code in edition.countries]
    if not all(said):
        raise MissingFigure(_("There is no ratio where no unicorn is listed."))
    least, most = min(said[0]) / max(said[1]), max(said[0]) / min(said[1])
    ranges = [interval(min(values), max(values), lambda value: number(value, 2)) for values in said]
    words = dict(zip(("one", "other"), ranges, strict=True))
    names = dict(zip(("base", "peer"), map(the_country, edition.countries), strict=True))
    if least < 1 < most:
        text = _("Sources disagree on who has more unicorns per dollar: {one} per US$ bn in {base}, {other} in {peer}")
        return text.format(**words, **names)
    ahead = names["base"] if least >= 1 else names["peer"]
    text = _("Per dollar of {years} years {ahead} has more unicorns: {one} per US$ bn in {base}, {other} in {peer}")
    return text.format(years=number(YEARS), ahead=ahead, **words, **names)


@or_say_what_is_missing
def value_each(edition):
    """Mean value of a unicorn where one list states both count and value; blank where no list does."""
    lists = _lists(edition)
    records = [_value_record(figure, value) for figure, value in lists]
    return blocks.exhibit(
        "unicorn-value",
        _value_title(edition, records),
        _("Last valuations added up and divided by the companies of the same list, US$, {year}.").format(
            year=edition.year
        ),
        pd.DataFrame(records),
        _value_each_columns(),
        figures=_of_lists(lists),
        package=edition.package,
        notes=[
            _("The least by definition is a billion each: no estimate. A blank means that the list gives no value."),
            _(
                "A valuation is the price of the last round, for the best class of shares, and nothing is taken off it here. What a study of fair values would take off comes next."
            ),
        ],
        method=_("value ÷ companies; companies × US$1 bn"),
    )


def _value_each_columns():
    return {
        "country": (_("Country"), country),
        "family": (_("Source"), family_label),
        "companies": (_("Companies"), number),
        "value_text": (_("Value together"), str),
        "each_text": (_("Value each"), str),
        "floor_usd": (_("At least, by definition"), money),
    }


def _lists(edition):
    """Every count of the year, active or created, with the value that the same list states: list of (Figure, Figure or None).

    A value is the sum over the active unicorns of one list, so it belongs to that list's count of active ones and to no
    other of its provider. Of a provider's lists the latest with a value is taken, else the latest. Raises MissingFigure.
    """
    found = [pair for code in edition.countries for pair in _lists_of(edition, code)]
    if not found:
        raise MissingFigure(_("No list covers {year}.").format(year=edition.year))
    return found


def _lists_of(edition, code):
    said = statements(edition.package, [*unicorns.CONCEPT, "unicorn_value"], code, edition.year)
    worth = {_list_key(figure): figure for figure in said if figure.metric == "unicorn_value"}
    counts = [figure for figure in said if figure.metric in unicorns.CONCEPT]
    latest = {}
    for figure in sorted(counts, key=lambda f: (f.own, _list_key(f) in worth, f.period, f.published, f.id)):
        latest[figure.metric, figure.family] = figure
    found = sorted(latest.values(), key=lambda figure: (figure.metric, figure.value, figure.family))
    return [(figure, worth.get(_list_key(figure))) for figure in found]


def _list_key(figure):
    """What makes a count and a value those of one list: source and day. None for a count that no value belongs to."""
    return None if figure.metric == "unicorns_created" else (figure.source, figure.period)


def _of_lists(lists):
    """The Figures of pairs of count and value, without the values that are missing."""
    return [figure for pair in lists for figure in pair if figure]


def _value_record(figure, value):
    each = counts.value_per_company(value.value, figure.value) if value else None
    return {
        "country": figure.country,
        "family": figure.family,
        "source": figure.source,
        "companies": figure.value,
        "value_usd": value.value if value else None,
        "value_text": value_text(value) if value else "–",
        "each_usd": each,
        "each_text": "–" if each is None else qualifiers()[value.qualifier].format(money(each)),
        "floor_usd": counts.value_floor(figure.value),
    }


def _value_title(edition, records):
    """The sources that state both sides, and how far apart a unicorn of each country is."""
    both = _on_both_sides(edition, records)
    if not both:
        return _("No source states both number and value of unicorns for both countries")
    apart = [base["each_usd"] / peer["each_usd"] for base, peer in both]
    names = dict(zip(("base", "peer"), map(the_country, edition.countries), strict=True))
    if min(apart) < 1 < max(apart):
        return _("Sources disagree on whether a unicorn in {base} or in {peer} is worth more").format(**names)
    more, less = ("base", "peer") if min(apart) >= 1 else ("peer", "base")
    ends = sorted(max(ratio, 1 / ratio) for ratio in apart)
    return sentence_start(
        _("a unicorn in {more} is worth {range} one in {less}, on lists that state both").format(
            more=names[more], less=names[less], range=interval(ends[0], ends[-1], gap_size)
        )
    )


def _on_both_sides(edition, records):
    """Pairs of records of one list with a value on both sides: list of (base, peer)."""
    valued = {(record["country"], record["source"]): record for record in records if record["each_usd"]}
    base, peer = edition.countries
    return [
        (record, valued[peer, source])
        for (code, source), record in valued.items()
        if code == base and (peer, source) in valued
    ]


@or_say_what_is_missing
def haircut(edition):
    """What would be left of every list if it were overstated as a study found elsewhere or earlier: a sensitivity."""
    studies, lists = _studies(edition), _lists(edition)
    package, found = edition.package, _reference_lists(edition, lists)
    return blocks.exhibit(
        "unicorn-haircut",
        _haircut_title(edition, studies, found),
        _("Every list of {year} as it stands, and if it were overstated as much as in the study, US$.").format(
            year=edition.year
        ),
        pd.DataFrame([_haircut_record(studies, figure, value) for figure, value in lists]),
        _haircut_columns(),
        figures=[*_of_lists(lists), *[figure for study in studies for figure in study.values()]],
        package=package,
        quality=_("sensitivity"),
        warning=not_like_for_like(compare(*found), package.metrics) if len(found) == 2 else "",
        notes=_haircut_notes(edition, studies, lists),
        method=_("companies × (1 − fallen ÷ studied); value ÷ (1 + overstatement)"),
    )


def _reference_lists(edition, lists):
    """The counts among the lists that are of the metric and family which the basis names: at most one for a country."""
    basis = edition.parameters.basis
    named = [reference(edition.package, basis, unicorns.CONCEPT, code, edition.year) for code in edition.countries]
    keys = {(figure.country, figure.metric, figure.family) for figure in named if figure}
    return [figure for figure, _value in lists if (figure.country, figure.metric, figure.family) in keys]


def _haircut_columns():
    return {
        "country": (_("Country"), country),
        "family": (_("Source"), family_label),
        "companies": (_("Companies"), number),
        "left_text": (_("Still unicorns"), str),
        "value_text": (_("Value together"), str),
        "fair_text": (_("At fair value"), str),
    }


def _studies(edition):
    """Every edition of a study up to the edition's year, of whichever country: list of dict of metric → Figure.

    Only editions that state all three: how much values are overstated, of how many companies, and how many of them fall
    below a billion. Raises MissingFigure.
    """
    rows = rows_of(edition.package, "metric", *STUDIED)
    rows = rows[(rows["segment"] == "") & ~rows["status"].isin(NOT_COMPARED)]
    rows = rows[rows["period"].str[:4].astype(int) <= edition.year]
    editions = [
        {row["metric"]: as_figure(row) for _i, row in said.iterrows()}
        for _key, said in rows.groupby(["country", "period", "source"])
    ]
    whole = [study for study in editions if set(study) == set(STUDIED) and study["unicorns_revalued"].value]
    if not whole:
        text = _("No study of the years up to {year} says here how far listed values lie above fair ones.")
        raise MissingFigure(text.format(year=edition.year))
    return whole


def _ends(studies, measure):
    """The least and the most of a measure of one study over all of them: (float, float)."""
    values = [measure(study) for study in studies]
    return min(values), max(values)


def _left(studies, count):
    """How many of a count stay at a billion or more, by the least and the most favourable study: (float, float)."""
    return _ends(
        studies,
        lambda study: counts.still_above(
            count, study["unicorns_revalued_below"].value, study["unicorns_revalued"].value
        ),
    )


def _fair(studies, value):
    """A value at fair value, by the most and the least sceptical study: (float, float)."""
    return _ends(studies, lambda study: counts.after_haircut(value, study["unicorn_overvaluation"].value))


def _haircut_record(studies, figure, value):
    left = _left(studies, figure.value)
    fair = _fair(studies, value.value) if value else (None, None)
    return {
        "country": figure.country,
        "family": figure.family,
        "companies": figure.value,
        "left_lower": left[0],
        "left_upper": left[1],
        "left_text": _left_words(left),
        "value_usd": value.value if value else None,
        "value_text": value_text(value) if value else "–",
        "fair_lower_usd": fair[0],
        "fair_upper_usd": fair[1],
        "fair_text": qualifiers()[value.qualifier].format(interval(*fair, money)) if value else "–",
    }


def _left_words(left):
    return _("about {count}").format(count=interval(*left, number))


def _haircut_title(edition, studies, found):
    """What would be left of the references that there are, country by country."""
    said = [
        plural(
            "{count} unicorn in {country} would be {left}",
            "{count} unicorns in {country} would be {left}",
            int(figure.value),
        ).format(
            count=value_text(figure),
            country=the_country(figure.country),
            left=_left_words(_left(studies, figure.value)),
        )
        for figure in found
        if figure.value
    ]
    if not said:
        return _("What the study would leave of the lists of {year}").format(year=edition.year)
    return _("If values were overstated as in the study, {items}").format(items=join(said))


def _haircut_notes(edition, studies, lists):
    """That this is no correction, what each study found, where that need not hold, and what it cannot change."""
    studied = sorted({(study["unicorns_revalued"].country, study["unicorns_revalued"].period) for study in studies})
    listed = list(dict.fromkeys(figure.country for figure, _value in lists))
    others = [code for code in listed if code not in {code for code, _when in studied}]
    text = _("Nothing here says that it holds for {countries}: another market, where terms may differ.")
    notes = [_study_note(edition, [study for study in studies if _is_of(study, *one)]) for one in studied]
    if others:
        notes.append(text.format(countries=join(the_country(code) for code in others)))
    if len(listed) > 1:
        notes.append(
            _(
                "The same share is taken off every list, so no ratio of two lists moves: this says nothing about the gap."
            )
        )
    if any(value for _figure, value in lists):
        notes.append(
            _(
                "The overstatement is a mean over companies; taken off a sum, it supposes that large and small ones are overstated alike."
            )
        )
    return notes


def _is_of(study, code, when):
    return (study["unicorns_revalued"].country, study["unicorns_revalued"].period) == (code, when)


def _study_note(edition, studies):
    """What the editions of one study found, and that it is applied to other lists than its own."""
    over, revalued, below = (_ends(studies, lambda study, name=name: study[name].value) for name in STUDIED)
    return _(
        "A sensitivity, not a correction: of {studied} unicorns in {country}, {when}, the values lay {over} above fair ones on average, and {below} fell below US$1 bn. Here that is applied to the lists of {year}."
    ).format(
        studied=interval(*revalued, number),
        country=the_country(studies[0]["unicorns_revalued"].country),
        when=period(studies[0]["unicorns_revalued"].period),
        over=interval(*over, percent),
        below=interval(*below, number),
        year=edition.year,
    )
