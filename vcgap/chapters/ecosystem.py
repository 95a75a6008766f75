"""Part two of 05_ai_ecosystem, what documents count of one country: readiness ranks, researchers, programmes, jobs."""

import pandas as pd

from vcgap import audit, blocks, charts, gaps
from vcgap.chapters import claims
from vcgap.chapters.sector_mix import segment_value, segment_word
from vcgap.edition import MissingFigure, or_say_what_is_missing, side
from vcgap.figures import NOT_COMPARED, as_figure, rows_of
from vcgap.language import (
    _,
    code_word,
    counted,
    country,
    join,
    localised,
    number,
    percent,
    period,
    plural,
    sentence_start,
    the_country,
    value_text,
)

STATES_DRAWN, LARGEST_STATES = 10, 5


# ---- what one document says of one country


def stated(edition, metric):
    """Every figure of a metric in the country that has any, the peer first: list of Figure; MissingFigure if neither.

    One Figure per period and segment: an own one if there is one, else the latest edition. Any year: a document is of
    its own date, whatever the year of the edition.
    """
    rows = rows_of(edition.package, "metric", metric)
    rows = rows[~rows["status"].isin(NOT_COMPARED)].sort_values(["own", "published", "id"])
    for code in reversed(edition.countries):
        mine = rows[rows["country"] == code].drop_duplicates(["period", "segment"], keep="last")
        if len(mine):
            return [as_figure(row) for _i, row in mine.sort_values(["period", "segment"]).iterrows()]
    label = localised(edition.package.metrics.loc[metric], "label")
    raise MissingFigure(
        _("No source in this suite has {label} for {base} or {peer}.").format(
            label=label, base=the_country(edition.parameters.base), peer=the_country(edition.parameters.peer)
        )
    )


def by_segment(figures):
    """The Figures by their segment: dict."""
    return {figure.segment: figure for figure in figures}


def _nothing_for_the_other(edition, code):
    """A sentence that says that the other country of the pair has no such figure."""
    other = next(one for one in edition.countries if one != code)
    return _("For {country} no source in this suite has such figures.").format(country=the_country(other))


@or_say_what_is_missing
def readiness(edition):
    """The ranks in the inputs of the readiness index of 2017 on one strip each, best on the left."""
    ranks = stated(edition, "ai_readiness_input_rank")
    ranks = [figure for figure in ranks if figure.period == ranks[-1].period]
    ranks = sorted(
        ranks, key=lambda figure: (_mean_rank(ranks, segment_value(figure.segment, "cluster")), figure.value, figure.id)
    )
    whole, ranked = _whole_rank(edition, ranks[0]), _governments(edition, ranks[0])
    code, last = ranks[0].country, int(ranked.value)
    rows = [_rank_row(edition, figure) for figure in [*ranks, *whole]]
    return blocks.exhibit(
        "readiness",
        readiness_title(ranks, last),
        _("Place of {country} among {count} governments in each input of an index of {date}; 1 is best.").format(
            country=the_country(code), count=number(last), date=period(ranks[0].period)
        ),
        pd.DataFrame([_rank_record(figure) for figure in [*ranks, *whole]]),
        _rank_columns(),
        draw=lambda narrow: charts.strip(rows, narrow, last, (_("1, best"), _("last")), number),
        alt=_("Ranks on strips from 1, best, to {last}: {items}.").format(
            last=number(last), items=join(f"{row['label']} {number(row['value'])}" for row in rows)
        ),
        figures=[*ranks, *whole, ranked],
        package=edition.package,
        notes=[_clusters_sentence(ranks), _nothing_for_the_other(edition, code)],
        method=_("mean of the ranks of a cluster"),
    )


def _rank_columns():
    return {
        "input": (_("Input"), str),
        "cluster": (_("Cluster"), str),
        "value": (_("Rank"), number),
        "note": (_("Note"), lambda text: text or "–"),
    }


def _whole_rank(edition, rank):
    """The rank in the whole index, of the same source and date: list of one Figure, or empty."""
    rows = _same_edition(edition, "ai_readiness_rank", rank)
    return [as_figure(row) for _i, row in rows[rows["source"] == rank.source].iterrows()]


def _governments(edition, rank):
    """How many governments the edition of a rank has; MissingFigure if no source says."""
    rows = _same_edition(edition, "ai_readiness_governments", rank).sort_values(["own", "published"])
    if rows.empty:
        raise MissingFigure(
            _("No source in this suite says how many governments the index of {date} ranks.").format(
                date=period(rank.period)
            )
        )
    return as_figure(rows.iloc[-1])


def _same_edition(edition, metric, rank):
    """The rows of another metric of the country and date of a rank."""
    rows = rows_of(edition.package, "metric", metric)
    return rows[(rows["country"] == rank.country) & (rows["period"] == rank.period)]


def _mean_rank(ranks, cluster):
    values = [figure.value for figure in ranks if segment_value(figure.segment, "cluster") == cluster]
    return sum(values) / len(values)


def _rank_row(edition, figure):
    whole = not figure.segment
    return {
        "label": _input_word(figure),
        "detail": _("all inputs together") if whole else sentence_start(segment_word(figure.segment, "cluster")),
        "value": figure.value,
        "side": side(edition, figure.country),
        "filled": not whole,
    }


def _rank_record(figure):
    cluster = sentence_start(segment_word(figure.segment, "cluster")) if figure.segment else "–"
    record = {"input": _input_word(figure), "cluster": cluster, "value": figure.value}
    return record | {"period": figure.period, "note": figure.note, "id": figure.id}


def _input_word(figure):
    return sentence_start(segment_word(figure.segment, "input")) if figure.segment else _("Whole index")


def readiness_title(ranks, last):
    """Where the best and the worst ranks are. ranks : Figures of ai_readiness_input_rank of one country; last : place."""
    values = [figure.value for figure in ranks]
    names = {"country": the_country(ranks[0].country), "count": counted(len(ranks)), "last": number(last)}
    if min(values) == max(values):
        text = _("{country} ranks {rank} of {last} in all {count} inputs of AI readiness")
        return sentence_start(text.format(rank=number(values[0]), **names))
    best, worst = (
        join(sorted(segment_word(figure.segment, "input") for figure in ranks if figure.value == value))
        for value in (min(values), max(values))
    )
    text = _("{country} ranks from {low} ({best}) to {high} ({worst}) of {last} in {count} inputs of AI readiness")
    return sentence_start(
        text.format(low=number(min(values)), high=number(max(values)), best=best, worst=worst, **names)
    )


def _clusters_sentence(ranks):
    clusters = sorted(
        {segment_value(figure.segment, "cluster") for figure in ranks}, key=lambda cluster: _mean_rank(ranks, cluster)
    )
    items = join(f"{code_word('cluster', cluster)} {number(_mean_rank(ranks, cluster), 1)}" for cluster in clusters)
    return _("Mean rank by cluster: {items}. The index averages scores, so a mean of ranks only describes.").format(
        items=items
    )


@or_say_what_is_missing
def researchers(edition):
    """Researchers in AI and its neighbours by state, and how many of them specialise in AI."""
    found = by_segment(stated(edition, "ai_researchers"))
    if "" not in found:
        raise MissingFigure(_("No source counts all researchers in AI and its neighbours."))
    whole = found[""]
    states = sorted(
        (f for f in found.values() if segment_value(f.segment, "state")), key=lambda f: (-f.value, f.segment)
    )
    rows = [_state_row(edition, figure, whole) for figure in states[:STATES_DRAWN]]
    share_ai, share_largest = researcher_shares(whole, found.get("scope=ai"), states)
    return blocks.exhibit(
        "researchers",
        researchers_title(whole, found.get("scope=ai"), states),
        _("Researchers in fields related to AI and big data by state, {year}; the {count} states with most.").format(
            year=period(whole.period), count=number(len(rows))
        ),
        pd.DataFrame([_state_record(figure, whole) for figure in [whole, *states]]),
        _state_columns(),
        draw=(lambda narrow: charts.dots(rows, narrow, number)) if rows else None,
        alt=_("Researchers: {items}.").format(
            items=join(f"{row['label']} {row['text']}" for row in rows) or number(whole.value)
        ),
        figures=[*found.values()],
        package=edition.package,
        notes=[_nothing_for_the_other(edition, whole.country)],
        method=_("share = researchers of the state ÷ researchers in all"),
        numbers={"researchers_ai_share": share_ai, "researchers_largest_states_share": share_largest},
    )


def _state_columns():
    return {
        "state": (_("State"), str),
        "value": (_("Researchers"), number),
        "share": (_("Share of all"), percent),
    }


def researcher_shares(whole, specialists, states):
    """Share of the specialists, and of the LARGEST_STATES states with most, in all researchers; None if not known."""
    largest = sum(figure.value for figure in states[:LARGEST_STATES]) if len(states) > LARGEST_STATES else None
    return gaps.ratio(specialists.value if specialists else None, whole.value), gaps.ratio(largest, whole.value)


def researchers_title(whole, specialists, states):
    """How many specialise in AI, and whether a few states hold most. Figures; specialists or states may be missing."""
    share_ai, share_largest = researcher_shares(whole, specialists, states)
    parts = []
    if specialists:
        text = _("{ai} of {all} researchers specialise in AI ({share})")
        parts.append(text.format(ai=number(specialists.value), all=number(whole.value), share=percent(share_ai)))
    if share_largest is not None:
        text = (
            _("{count} states have most of them all ({share})")
            if share_largest > 0.5
            else _("the {count} states with most have {share} of them all, not most")
        )
        parts.append(text.format(count=counted(LARGEST_STATES), share=percent(share_largest, 3)))
    return sentence_start("; ".join(parts)) or _("{count} researchers are counted").format(count=number(whole.value))


def _state_row(edition, figure, whole):
    return {
        "label": sentence_start(segment_word(figure.segment, "state")),
        "value": figure.value,
        "text": number(figure.value),
        "side": side(edition, figure.country),
        "detail": percent(gaps.ratio(figure.value, whole.value)),
    }


def _state_record(figure, whole):
    name = sentence_start(segment_word(figure.segment, "state")) if figure.segment else _("All")
    return {"state": name, "value": figure.value, "share": gaps.ratio(figure.value, whole.value), "id": figure.id}


BASE_METRICS = ["postgraduate_programmes", "research_institutions", "public_ai_projects", "public_ai_funding"]


@or_say_what_is_missing
def research_base(edition):
    """Programmes, institutions and public projects, as the documents count them, for the countries they count."""
    found = [figure for code in edition.countries for figure in _base_figures(edition, code)]
    if not found:
        labels = [localised(edition.package.metrics.loc[metric], "label") for metric in BASE_METRICS]
        raise MissingFigure(_("No source in this suite states, for either country: {what}.").format(what=join(labels)))
    records = [record for code in edition.countries for record in _base_records(edition, found, code)]
    return blocks.exhibit(
        "research-base",
        research_base_title(found),
        _(
            "As each document counted them, on its own date; programmes are added up over degrees and states of maturity."
        ),
        pd.DataFrame(records),
        {
            "what": (_("What"), str),
            "country": (_("Country"), country),
            "value_text": (_("Value"), str),
            "period": (_("Date"), period),
            "note": (_("Note"), lambda text: text or "–"),
        },
        figures=found,
        package=edition.package,
        method=_("programmes = sum over degrees and states of maturity"),
    )


def _base_figures(edition, code):
    rows = rows_of(edition.package, "metric", *BASE_METRICS)
    rows = rows[(rows["country"] == code) & ~rows["status"].isin(NOT_COMPARED)]
    return [as_figure(row) for _i, row in rows.sort_values(["metric", "segment"]).iterrows()]


def _base_records(edition, found, code):
    """Rows of the table for one country: programmes by field, then every other figure as stated."""
    mine = [figure for figure in found if figure.country == code]
    programmes = [figure for figure in mine if figure.metric == "postgraduate_programmes"]
    fields = sorted({segment_value(figure.segment, "field") for figure in programmes})
    records = [_programme_record(code, programmes, field) for field in fields]
    others = sorted((f for f in mine if f not in programmes), key=lambda f: (BASE_METRICS.index(f.metric), f.segment))
    return records + [_base_record(edition, figure) for figure in others]


def _programme_record(code, programmes, field):
    of_field = [figure for figure in programmes if segment_value(figure.segment, "field") == field]
    total = sum(figure.value for figure in of_field)
    return {
        "what": _("Postgraduate programmes: {field}").format(field=code_word("field", field)),
        "country": code,
        "value": total,
        "value_text": number(total),
        "period": of_field[0].period,
        "note": "",
    }


def _base_record(edition, figure):
    return {
        "what": label_with(edition, figure.metric, segment_words(figure)),
        "country": figure.country,
        "value": figure.value,
        "value_text": value_text(figure),
        "period": figure.period,
        "note": figure.note,
    }


def research_base_title(found):
    """How many of the programmes are of AI alone, if programmes are counted. found : Figures of BASE_METRICS."""
    programmes = [figure for figure in found if figure.metric == "postgraduate_programmes"]
    if not programmes:
        return _("What the documents count of institutions and public projects")
    ai = sum(
        figure.value for figure in programmes if segment_value(figure.segment, "field") == "artificial_intelligence"
    )
    return _("Of {all} postgraduate programmes in AI and its neighbours, {ai} are of AI alone").format(
        all=number(sum(figure.value for figure in programmes)), ai=none_or(int(ai))
    )


# ---- jobs


@or_say_what_is_missing
def jobs(edition):
    """Jobs exposed to automation as one report states them, with the checks that each figure fails."""
    counts = stated(edition, "jobs_automatable")
    counts = [figure for figure in counts if figure.period == counts[-1].period]
    shares = [figure for figure in _shares_of_jobs(edition) if figure.country == counts[0].country]
    found = claims.findings(edition)
    counts.sort(key=_job_order)
    rows = [_job_row(edition, figure, found) for figure in counts if "scheme=" not in figure.segment]
    touched = audit.contradictions(found, {figure.id for figure in [*counts, *shares]})
    return blocks.exhibit(
        "jobs",
        jobs_title(by_segment(counts), len(touched)),
        _jobs_subtitle(touched).format(year=period(counts[0].period)),
        _jobs_table(by_segment(counts), by_segment(shares), found),
        _job_columns(),
        draw=lambda narrow: charts.dots(rows, narrow, number),
        alt=_("Jobs as stated: {items}.").format(items=join(f"{row['label']} {row['text']}" for row in rows)),
        figures=[*counts, *shares],
        package=edition.package,
        quality=_("contradicts itself") if len(touched) else "",
        notes=[*_failed_sentence(touched), _nothing_for_the_other(edition, counts[0].country)],
    )


def _jobs_subtitle(touched):
    """What is counted, with {year} still open, and what a hollow marker is. touched : the contradictions, a DataFrame."""
    if touched.empty:
        return _("Jobs that one report expects to be made easier, changed or replaced, on the base of {year}.")
    return _(
        "Jobs that one report expects to be made easier, changed or replaced, on the base of {year}. Hollow: part of a contradiction."
    )


def _job_order(figure):
    kinds = ["", "sex", "outcome", "horizon", "scheme"]
    kind = figure.segment.partition("=")[0]
    return kinds.index(kind) if kind in kinds else len(kinds), -figure.value, figure.segment


def _job_columns():
    return {
        "group": (_("Jobs"), str),
        "value": (_("As stated"), number),
        "share": (_("Share stated"), lambda value: percent(value, 4)),
        "checks": (_("Checks"), str),
        "note": (_("Note"), lambda text: text or "–"),
    }


def _failed_sentence(touched):
    """Which checks of the jobs find a contradiction: a list of one sentence, or empty."""
    if touched.empty:
        return []
    text = _("These checks find a contradiction, each explained before the sources below: {checks}.")
    return [text.format(checks=join(touched["id"]))]


def _shares_of_jobs(edition):
    try:
        return stated(edition, "jobs_automatable_share")
    except MissingFigure:
        return []


def _job_row(edition, figure, found):
    return {
        "label": _job_word(figure),
        "value": figure.value,
        "text": number(figure.value),
        "side": side(edition, figure.country),
        "filled": audit.contradictions(found, [figure.id]).empty,
        "detail": "",
    }


def _jobs_table(counts, shares, found):
    """One row per group of jobs: its number, its share, or both. counts, shares : Figures by segment."""
    return pd.DataFrame(
        [_job_record(counts.get(segment), shares.get(segment), found) for segment in dict.fromkeys([*counts, *shares])]
    )


def _job_record(count, share, found):
    said = [figure for figure in (count, share) if figure]
    return {
        "group": _job_word(said[0]),
        "value": count.value if count else float("nan"),
        "share": share.value if share else float("nan"),
        "checks": _checks_text(found, [figure.id for figure in said]),
        "note": "; ".join(dict.fromkeys(figure.note for figure in said if figure.note)),
        "id": said[0].id,
    }


def _checks_text(found, ids):
    """The checks that figures do not pass, worst first: "B1, B2: contradiction"; "–" if they pass all."""
    touched = found[found["ids"].map(lambda cell: bool(set(ids).intersection(cell.split("|"))))]
    said = []
    for severity in ("E", "W"):
        names = touched.loc[touched["severity"] == severity, "id"]
        if len(names):
            said.append(f"{join(names)}: {audit.verdict_word(severity)}")
    return "; ".join(said) or "–"


def _job_word(figure):
    return sentence_start(segment_words(figure)) or _("All jobs exposed")


def jobs_title(found, contradictions):
    """What the report says of all jobs, and whether men and women together are more. found : Figures by segment."""
    whole, men, women = (found.get(segment) for segment in ("", "sex=men", "sex=women"))
    if not contradictions or not whole:
        total = number(whole.value) if whole else "–"
        return _("{count} jobs are said to be exposed to automation").format(count=total)
    together = men.value + women.value if men and women else whole.value
    if together > whole.value * 1.01:
        return _(
            "{whole} jobs are said to be exposed to automation, and those of men and women add up to {together}: the report contradicts itself"
        ).format(whole=number(whole.value), together=number(together))
    return plural(
        "{whole} jobs are said to be exposed to automation; {n} check of the details finds a contradiction",
        "{whole} jobs are said to be exposed to automation; {n} checks of the details find a contradiction",
        contradictions,
    ).format(whole=number(whole.value), n=counted(contradictions))


# ---- words


def none_or(count):
    """A small count as a pronoun or a word: 0 → "none", 4 → "four"."""
    return counted(count) if count else _("none")


def label_with(edition, metric, detail):
    """The label of a metric, and what part of it is meant: "publicly supported … projects (data mining)"."""
    label = sentence_start(localised(edition.package.metrics.loc[metric], "label"))
    return _("{what} ({detail})").format(what=label, detail=detail) if detail else label


def segment_words(figure):
    """The last words of a figure's segment: "cluster=…;input=tech_skills" → "technical skills"; "" for the whole."""
    key, _equals, code = figure.segment.rpartition(";")[2].partition("=")
    return code_word(key, code) if code else ""
