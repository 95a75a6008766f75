"""Exhibits of 01_volume about how sure the gap is: everything varied at once, and which conclusions survive."""

from math import floor
from typing import NamedTuple

import pandas as pd

from vcgap import blocks, charts, decomposition, gaps, uncertainty
from vcgap.chapters import over_time
from vcgap.chapters.explained import ahead_and_behind, by_country
from vcgap.edition import MissingFigure, families, find_pair, or_say_what_is_missing
from vcgap.language import (
    MISSING,
    _,
    counted,
    country,
    interval,
    join,
    not_like_for_like,
    number,
    percent,
    plural,
    sentence_start,
    the_country,
    times,
    times_precise,
    times_tick,
    value_text,
)

COVERAGE = 0.9  # of the draws that the sampled band holds
RELATIVE_ERROR = 0.05  # of a source around what it states: an assumption, one standard deviation
HUNDREDFOLD, TENFOLD = 100, 10  # the round numbers that conclusions are about
ROUND_NUMBERS = ("hundredfold", "per_gdp_tenfold")  # concluded only where the reference itself reaches them


def _said(edition, figure):
    """What every family says of a country, zeros left out: list of Figure."""
    return [said for said in families(edition, "vc_investment", figure.country) if said.value > 0]


# ---- where the headline stands


def headline_among_pairs(edition):
    """How many pairs of sources put the ratio above the printed one: a list of one sentence, and the Figures it rests on.

    A pair is at the printed ratio if it lies within the rounding of the two references. Empty without a ratio, or with
    one pair of sources. Raises MissingFigure if a country has no reference.
    """
    ahead, behind = ahead_and_behind(edition)
    compared = gaps.compare(ahead, behind)
    said = [_said(edition, figure) for figure in (ahead, behind)]
    if compared.ratio is None or len(said[0]) * len(said[1]) < 2:
        return [], []
    values = [[figure.value for figure in side_said] for side_said in said]
    above, below = (
        uncertainty.survival(outside, *values).holds
        for outside in (
            lambda larger, smaller: larger / smaller > compared.rounding[1],
            lambda larger, smaller: larger / smaller < compared.rounding[0],
        )
    )
    sentence = _among_pairs_sentence(compared.ratio, compared.rounding, above, below, len(values[0]) * len(values[1]))
    return [sentence], [*said[0], *said[1]]


def _among_pairs_sentence(ratio, rounding, above, below, pairs):
    """The counts in a sentence that names those above first; the rest of the pairs lie within the rounding."""
    within = pairs - above - below
    if pairs == within:
        text = _(
            "All {pairs} pairs of sources lie within what rounding alone does to the {ratio} of the headline: {range}."
        )
    elif pairs == above:
        text = _("All {pairs} pairs of sources put the ratio above the {ratio} of the headline.")
    elif pairs == below:
        text = _("All {pairs} pairs of sources put the ratio below the {ratio} of the headline.")
    else:
        text = _(
            "{above} of {pairs} pairs of sources put the ratio above the {ratio} of the headline, {below} below; {within} within its rounding."
        )
    counts = {"above": above, "below": below, "within": within, "pairs": pairs}
    words = {name: number(count) for name, count in counts.items()}
    return text.format(ratio=times(ratio), range=interval(*rounding, times), **words)


@or_say_what_is_missing
def disagreement(edition):
    """By what factor the sources of each country differ: money of the year and of the year before, and deals."""
    rows = [row for code in edition.countries for row in _disagreement_rows(edition, code)]
    used = [figure for _record, said in rows for figure in said]
    if not rows:
        find_pair(edition, "vc_investment")  # raises MissingFigure, which says what there is
        raise MissingFigure(_("No quantity has two sources in {year}.").format(year=edition.year))
    table = pd.DataFrame([record for record, _said in rows]).astype({"factor": float})
    return blocks.exhibit(
        "disagreement",
        _disagreement_title(table),
        _("Venture capital invested, US$, and deals, {before} and {year}: largest statement over smallest.").format(
            before=edition.year - 1, year=edition.year
        ),
        table,
        _disagreement_columns(),
        figures=used,
        package=edition.package,
        notes=[_("One source differs from nobody: that is no sign of precision. Nothing is averaged.")],
        method=_("largest ÷ smallest, each provider counted once"),
    )


def _disagreement_rows(edition, code):
    """One record for each quantity of a country that anyone states, with its Figures: list of (dict, list)."""
    rows = []
    for metric in ("vc_investment", "deal_count"):
        for year in (edition.year, edition.year - 1):
            said = families(edition, metric, code, year)
            if said:
                rows.append((_disagreement_record(metric, code, year, said), said))
    return rows


def _disagreement_record(metric, code, year, said):
    """said : Figures, smallest first."""
    return {
        "metric": metric,
        "country": code,
        "year": year,
        "sources": len(said),
        "lowest_text": _stated(said[0]),
        "lowest_value": said[0].value,
        "lowest_id": said[0].id,
        "highest_text": _stated(said[-1]) if len(said) > 1 else MISSING,
        "highest_value": said[-1].value if len(said) > 1 else None,
        "highest_id": said[-1].id if len(said) > 1 else "",
        "factor": uncertainty.spread_factor([figure.value for figure in said])
        if len(said) > 1 and said[0].value
        else None,
    }


def _stated(figure):
    return _("{value} ({source})").format(value=value_text(figure, 4), source=blocks.stated_by(figure))


def _disagreement_columns():
    words = {"vc_investment": _("Money invested"), "deal_count": _("Deals")}
    return {
        "country": (_("Country"), country),
        "metric": (_("What"), words.get),
        "year": (_("Year"), str),
        "sources": (_("Sources"), number),
        "lowest_text": (_("Smallest"), str),
        "highest_text": (_("Largest"), str),
        "factor": (_("Factor"), lambda value: times_tick(value) if value == value else MISSING),
    }


def _disagreement_title(table):
    """The widest disagreement of the table, or that there is none to see."""
    known = table.dropna(subset="factor")
    if known.empty:
        return _("One source for each quantity: there is nothing to compare")
    row = known.loc[known["factor"].idxmax()]
    texts = {
        "vc_investment": _("Sources differ most on the money invested in {country} in {year}: by {factor}"),
        "deal_count": _("Sources differ most on the deals in {country} in {year}: by {factor}"),
    }
    return texts[row["metric"]].format(
        country=the_country(row["country"]), year=row["year"], factor=times(row["factor"])
    )


# ---- everything varied at once


@or_say_what_is_missing
def joint_range(edition, coverage=COVERAGE, relative_error=RELATIVE_ERROR):
    """The ratio by rounding alone, by every pair of sources, and when both sides are drawn at random.

    coverage : share of the draws in the band; relative_error : how far a source errs, as a fraction
    """
    ahead, behind = ahead_and_behind(edition)
    table, used = _range_table(edition, ahead, behind, coverage, relative_error)
    rows = [_range_row(row, coverage) for row in table.to_dict("records")]
    return blocks.exhibit(
        "joint-range",
        _range_title(table, coverage),
        _("{ahead} divided by {behind}, venture capital invested, {year}, log scale.").format(
            ahead=country(ahead.country), behind=country(behind.country), year=edition.year
        ),
        table.assign(year=edition.year, ahead_country=ahead.country, behind_country=behind.country),
        _range_columns(coverage),
        draw=lambda narrow: charts.dots(rows, narrow, times_tick, log=True),
        alt=_("Ranges on a log scale: {items}.").format(items=join(f"{row['label']}: {row['text']}" for row in rows)),
        figures=used,
        package=edition.package,
        warning=not_like_for_like(find_pair(edition, "vc_investment"), edition.package.metrics),
        notes=[*headline_among_pairs(edition)[0], _beside_median(table)],
        method=_range_method(ahead, behind, relative_error),
    )


def _range_method(ahead, behind, relative_error):
    return _(
        "{draws} draws, seed {seed}: {ahead} anywhere in the range of its sources, evenly on a log scale; {behind} as one of its sources says, give or take {error}, an assumption (one standard deviation)"
    ).format(
        draws=number(uncertainty.DRAWS),
        seed=uncertainty.SEED,
        ahead=the_country(ahead.country),
        behind=the_country(behind.country),
        error=percent(relative_error),
    )


def _range_table(edition, ahead, behind, coverage, relative_error):
    """Three ranges of the ratio: DataFrame (how, ratio, lower, upper), and the Figures they rest on."""
    said = [[*_said(edition, figure), figure] for figure in (ahead, behind)]
    values = [[figure.value for figure in side_said[:-1] or side_said] for side_said in said]
    sampled = uncertainty.joint_ratio_range((min(values[0]), max(values[0])), values[1], relative_error, coverage)
    compared = gaps.compare(ahead, behind)
    if sampled is None or compared.ratio is None:
        raise MissingFigure(_("There is no ratio where nothing was recorded."))
    across = gaps.ratio_range(*[[figure.value for figure in side_said] for side_said in said])
    rows = [
        ("rounding", compared.ratio, *compared.rounding),
        ("sources", None, *across),
        ("sampled", sampled[1], sampled[0], sampled[2]),
    ]
    return pd.DataFrame(rows, columns=["how", "ratio", "lower", "upper"]), [*said[0], *said[1]]


def _range_words(coverage):
    return {
        "rounding": _("The reference, rounding alone"),
        "sources": _("Every pair of sources"),
        "sampled": _("Both drawn: median, {share} band").format(share=percent(coverage)),
    }


def _range_columns(coverage):
    return {
        "how": (_("What varies"), lambda how: _range_words(coverage)[how]),
        "ratio": (_("Ratio"), times_precise),
        "lower": (_("From"), times_precise),
        "upper": (_("To"), times_precise),
    }


def _range_row(row, coverage):
    value = None if row["ratio"] != row["ratio"] else row["ratio"]
    form = times_precise if row["how"] == "rounding" else times
    reach = interval(row["lower"], row["upper"], form)
    return {
        "label": _range_words(coverage)[row["how"]],
        "value": value,
        "text": reach if value is None else _("{value} ({range})").format(value=times(value), range=reach),
        "lower": row["lower"],
        "upper": row["upper"],
        "side": "peer" if row["how"] == "rounding" else "other",
        "filled": row["how"] == "rounding",
    }


def _range_title(table, coverage):
    row = table.set_index("how").loc["sampled"]
    return _("Vary both sides at once, and {share} of the draws put the gap at {range}").format(
        share=percent(coverage), range=interval(row["lower"], row["upper"], times)
    )


def _beside_median(table):
    """Where the reference stands in the sampled band."""
    rows = table.set_index("how")
    ratio, sampled = rows.at["rounding", "ratio"], rows.loc["sampled"]
    words = {"ratio": times(ratio), "median": times(sampled["ratio"])}
    if words["ratio"] == words["median"]:
        return _("The reference, {ratio}, is the median of the draws.").format(**words)
    if ratio < sampled["lower"] or ratio > sampled["upper"]:
        return _("The reference, {ratio}, lies outside the band; the median is {median}.").format(**words)
    if ratio < sampled["ratio"]:
        return _("The reference, {ratio}, lies below the median of the draws, {median}.").format(**words)
    return _("The reference, {ratio}, lies above the median of the draws, {median}.").format(**words)


class Conclusion(NamedTuple):
    """A headline put to every pair of sources. sentence and short : the same in full and in few words."""

    name: str
    sentence: str
    short: str
    survival: uncertainty.Survival

    @property
    def verdict(self):
        """ "all", "some", "none" of the pairs, or "untested" where no pair can say."""
        holds, fails = self.survival.holds, self.survival.fails
        if not holds + fails:
            return "untested"
        return "some" if holds and fails else "all" if holds else "none"


@or_say_what_is_missing
def stability(edition):
    """Every headline conclusion recomputed under every pair of sources: in how many it holds."""
    ahead, behind = ahead_and_behind(edition)
    conclusions, used, missing = _conclusions(edition, ahead, behind)
    return blocks.exhibit(
        "stability",
        _stability_title(conclusions),
        _(
            "Headline conclusions for {year}, each put to every pair of a source for {ahead} and one for {behind}."
        ).format(year=edition.year, ahead=the_country(ahead.country), behind=the_country(behind.country)),
        pd.DataFrame([_conclusion_record(conclusion) for conclusion in conclusions]).assign(
            year=edition.year, ahead_country=ahead.country, behind_country=behind.country
        ),
        {
            "conclusion": (_("Conclusion"), str),
            "holds": (_("Pairs that agree"), number),
            "pairs": (_("Of"), number),
            "verdict": (_("Verdict"), lambda verdict: _verdict_words()[verdict]),
        },
        figures=used,
        package=edition.package,
        notes=[_agreement_note(), *missing],
        method=_("each conclusion recomputed for every pair; growth from two levels of one provider or as stated"),
        numbers={f"holds_{one.name}": one.survival.share for one in conclusions},
    )


def _agreement_note():
    return _(
        "Pairs are no votes: sources differ in scope, and agreement of all is not proof. Fewer sources state growth than levels."
    )


def _verdict_words():
    return {
        "all": _("survives"),
        "some": _("contested"),
        "none": _("fails"),
        "untested": _("untested"),
    }


def _conclusion_record(conclusion):
    held = conclusion.survival
    return {
        "conclusion": conclusion.sentence,
        "holds": held.holds,
        "pairs": held.holds + held.fails,
        "undefined": held.undefined,
        "verdict": conclusion.verdict,
    }


def _conclusions(edition, ahead, behind):
    """The headline conclusions with what becomes of them, the Figures they rest on, and what could not be asked."""
    ratio = gaps.ratio(ahead.value, behind.value)
    if ratio is None:
        raise MissingFigure(_("There is no ratio where nothing was recorded."))
    said = [_said(edition, figure) or [figure] for figure in (ahead, behind)]
    tests = {"ahead": _is_ahead, "hundredfold": _is_hundredfold, "magnitude": _of_magnitude(ratio)}
    on_gdp, below, missing = _gdp_tests(edition, ahead, behind)
    values = [[figure.value for figure in side_said] for side_said in said]
    survivals = {
        name: uncertainty.survival(test, *values)
        for name, test in (tests | on_gdp).items()
        if name not in ROUND_NUMBERS or test(ahead.value, behind.value)
    }
    over_years, growth_used = _growth_survivals(edition, ahead, behind)
    words = _conclusion_words(edition, ahead, behind, ratio)
    found = [Conclusion(name, *words[name], held) for name, held in (survivals | over_years).items()]
    return found, [ahead, behind, *said[0], *said[1], *below, *growth_used], missing


def _gdp_tests(edition, ahead, behind):
    """What _tests_on_gdp returns, the Figures it divides by, and a sentence for each that is missing."""
    try:
        output, people = by_country(edition, "gdp"), by_country(edition, "population")
    except MissingFigure as error:
        return {}, [], str(error).split("\n")
    tests = _tests_on_gdp(*_values(output, ahead, behind), *_values(people, ahead, behind))
    return tests, [*output.values(), *people.values()], []


def _values(figures, ahead, behind):
    return figures[ahead.country].value, figures[behind.country].value


def _is_ahead(larger, smaller):
    return larger > smaller


def _is_hundredfold(larger, smaller):
    return larger > HUNDREDFOLD * smaller


def _of_magnitude(ratio):
    """Whether a pair's ratio has as many digits before the point as the reference's: 107 → 100 to 1,000."""
    power = floor(gaps.orders_of_magnitude(ratio))
    return lambda larger, smaller: floor(gaps.orders_of_magnitude(larger / smaller)) == power


def _tests_on_gdp(ahead_gdp, behind_gdp, ahead_people, behind_people):
    """Conclusions about a pair (larger, smaller) that need GDP or population: dict of name → function."""

    def per_gdp(larger, smaller):
        ratio = larger / smaller * behind_gdp / ahead_gdp
        return max(ratio, 1 / ratio)

    def intensity_is_largest(larger, smaller):
        identity = decomposition.population_income_intensity
        sides = identity(larger, ahead_people, ahead_gdp), identity(smaller, behind_people, behind_gdp)
        shares = decomposition.log_shares(*sides)
        return None if shares is None or larger < smaller else shares[-1] == max(shares)

    return {
        "per_gdp_smaller": lambda larger, smaller: per_gdp(larger, smaller) < max(larger / smaller, smaller / larger),
        "per_gdp_tenfold": lambda larger, smaller: per_gdp(larger, smaller) < TENFOLD,
        "intensity_largest": intensity_is_largest,
    }


def _growth_survivals(edition, ahead, behind):
    """Whether ratio and gap moved as said, by every pair of sources that state growth: dict of Survival, and Figures."""
    found = [over_time.growth_by_family(edition, figure.country) for figure in (ahead, behind)]
    records = [[record for record in by_family.values() if record["family"] != "column"] for by_family, _used in found]
    survivals = {
        "ratio_narrowed": uncertainty.survival(_ratio_narrowed, *records),
        "gap_widened": uncertainty.survival(_gap_widened, *records),
    }
    return survivals, [figure for _by_family, used in found for figure in used]


def dollar_gap_sentence(edition):
    """Whether the gap in money widened, by every pair of sources with levels: list of one sentence, or none."""
    ahead, behind = ahead_and_behind(edition)
    widened = _growth_survivals(edition, ahead, behind)[0]["gap_widened"]
    if not widened.holds + widened.fails:
        return []
    words = {
        (True, False): _("In dollars the gap widened in {year}, by every pair of sources."),
        (False, True): _("In dollars the gap narrowed in {year}, by every pair of sources."),
        (True, True): _("Sources disagree on whether the gap in dollars widened in {year}."),
    }
    return [words[bool(widened.holds), bool(widened.fails)].format(year=edition.year)]


def _ratio_narrowed(ahead, behind):
    """Records of over_time.growth_by_family: whether the larger grew more slowly than the smaller."""
    return ahead["growth"] < behind["growth"]


def _gap_widened(ahead, behind):
    """Records of over_time.growth_by_family: whether the difference in US$ grew; None without levels."""
    levels = [record[when] for when in ("before", "now") for record in (ahead, behind)]
    if gaps.missing(*levels):
        return None
    return abs(gaps.absolute_gap(*levels[2:])) > abs(gaps.absolute_gap(*levels[:2]))


def _conclusion_words(edition, ahead, behind, ratio):
    """Each conclusion in full and in few words: dict of name → (sentence, short)."""
    power = floor(gaps.orders_of_magnitude(ratio))
    values = {
        "ahead": the_country(ahead.country),
        "behind": the_country(behind.country),
        "year": edition.year,
        "hundred": number(HUNDREDFOLD),
        "percent": percent(1 / HUNDREDFOLD),
        "ten": number(TENFOLD),
        "count": counted(power),
        "low": times(10.0**power),
        "high": times(10.0 ** (power + 1)),
    }
    words = {
        "magnitude": (_magnitude_words(power), _("its order of magnitude")),
        **_level_words(),
        **_growth_words(),
    }
    return {
        name: (sentence_start(full.format(**values)), short.format(**values)) for name, (full, short) in words.items()
    }


def _magnitude_words(power):
    if power < 1:
        return _("The gap is less than an order of magnitude: {low} to {high}")
    return plural(
        "The gap is {count} order of magnitude: {low} to {high}",
        "The gap is {count} orders of magnitude: {low} to {high}",
        power,
    )


def _level_words():
    return {
        "ahead": (_("{ahead} invests more than {behind}"), _("who is ahead")),
        "hundredfold": (
            _("{ahead} invests more than {hundred} times as much; {behind} less than {percent} of that"),
            _("more than {hundred} times"),
        ),
        "per_gdp_smaller": (
            _("Per unit of GDP the gap is smaller than as invested"),
            _("a smaller gap per unit of GDP"),
        ),
        "per_gdp_tenfold": (_("Per unit of GDP the gap is less than {ten} times"), _("less than {ten} times per GDP")),
        "intensity_largest": (
            _("VC intensity is the largest part of the gap, before income per head and population"),
            _("VC intensity as the largest part"),
        ),
    }


def _growth_words():
    return {
        "ratio_narrowed": (_("The ratio narrowed in {year}"), _("a narrower ratio")),
        "gap_widened": (_("The gap in dollars widened in {year}"), _("a growing gap in dollars")),
    }


def _stability_title(conclusions):
    """Which conclusions survive every pair of sources, and which do not; the longer list is only counted."""
    tested = [one for one in conclusions if one.verdict != "untested"]
    sure = [one.short for one in tested if one.verdict == "all"]
    unsure = [one.short for one in tested if one.verdict != "all"]
    if not unsure:
        return _("Every conclusion survives every pair of sources: {names}").format(names=join(sure))
    if not sure:
        return _("No conclusion survives every pair of sources")
    if len(sure) <= len(unsure):
        text = plural(
            "Survives every pair of sources: {names}; {count} other conclusion does not",
            "Survives every pair of sources: {names}; {count} other conclusions do not",
            len(unsure),
        )
        return text.format(names=join(sure), count=counted(len(unsure)))
    text = _("Does not survive every pair of sources: {names}; {count} other conclusions do")
    return text.format(names=join(unsure), count=counted(len(sure)))
