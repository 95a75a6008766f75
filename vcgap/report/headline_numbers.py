"""What the numbers of a manifest are called, what they are made of and how each is written: the one place that knows.

A ratio is the first country of an edition divided by the second, a difference the first less the second, whichever of
them is larger; only the words of a page turn them round.
"""

from math import floor, log10
from typing import NamedTuple

from vcgap.language import NBSP, _, interval, money, number, percent, plural, sentence_start, significant, times

MOST_DIGITS = 6  # as many as a manifest holds
CLOSE = 0.1  # values that differ by less, relatively, are written with more digits than a page gives them
FACTOR = 10  # from so many times as much, a change is told as a factor and no longer as a percentage
RANGE = ("_sources_lower", "_sources_upper")  # ends of the names of a number's range across sources
INVESTED = ("vc_investment",)
PER_HEAD = (*INVESTED, "population")
PER_GDP = (*INVESTED, "gdp")
PARTS_OF_THE_GAP = (*INVESTED, "population", "gdp")
GROWTH = (*INVESTED, "vc_growth")
FUNDS = ("fund_size_median", "fund_size_mean", "fund_aum_mean")
FUNDS_CLOSED = ("funds_raised", "fund_count")
FUND_SPREAD = (*FUNDS, *FUNDS_CLOSED, "fund_size_max", "firms_active")
FIRMS = ("aum", "firms_active", *FUNDS)
UNICORNS = ("unicorns_active", "unicorns_created")
PENSIONS = ("pension_assets_usd", "pension_assets", "fx_rate")
# of others than these, totals alone count
IN_PARTS = ("sector_investment", "sector_share_value", "yc_companies", "ai_researchers")
EVERY_YEAR = True


class HeadlineNumber(NamedTuple):
    """what : is measured; words : in which way; kind : "ratio", "difference", "money", "share", "count", "years",
    "decimal", or "year", which is no quantity.

    metrics : of whose figures of both countries it can be made; None if it is not known, of whatever its report reads
    every_year : whether of figures of other years too, than that of the edition
    """

    what: str
    words: str
    kind: str
    metrics: tuple | None = None
    every_year: bool = False


def known():
    """Every number that a chapter gives, by its name in a manifest: dict of HeadlineNumber."""
    return (
        _invested()
        | _parts_of_the_gap()
        | _agreement()
        | _funds()
        | _unicorns()
        | _conditions()
        | _closing()
        | _audit()
    )


def _named(what, **numbers):
    return {name: HeadlineNumber(what, *words_and_kind) for name, words_and_kind in numbers.items()}


def _invested():
    by_one_rule = _("venture capital by one rule in both countries")
    return _named(
        _("venture capital"),
        vc_ratio=(_("as invested"), "ratio", INVESTED),
        vc_ratio_per_head=(_("per head"), "ratio", PER_HEAD),
        vc_ratio_per_gdp=(_("per unit of GDP"), "ratio", PER_GDP),
        vc_gap_usd=(_("between them in the year"), "difference", INVESTED),
        vc_share=(_("of the second country as a share of the first’s"), "share", INVESTED),
        intensity_shortfall_usd=(
            _("a year that the second country lacks to the first’s share of GDP"),
            "difference",
            PER_GDP,
        ),
        change_at_equal_intensity_usd=(
            _("more in the second country at the first’s share of GDP"),
            "difference",
            PER_GDP,
        ),
    ) | _named(
        by_one_rule,
        one_basis_ratio=(_("in the last year that has both"), "ratio", INVESTED, EVERY_YEAR),
        one_basis_year=(_("the last year that has both"), "year", INVESTED, EVERY_YEAR),
    )


def _parts_of_the_gap():
    return _named(
        _("of the gap in venture capital"),
        gap_from_population_usd=(_("from population"), "difference", PARTS_OF_THE_GAP),
        gap_from_income_usd=(_("from income per head"), "difference", PARTS_OF_THE_GAP),
        gap_from_intensity_usd=(_("from VC intensity"), "difference", PARTS_OF_THE_GAP),
    )


def _agreement():
    return _named(
        _("pairs of sources that agree"),
        holds_ahead=(_("who is ahead"), "share", INVESTED),
        holds_hundredfold=(_("more than {hundred} times").format(hundred=number(100)), "share", INVESTED),
        holds_magnitude=(_("its order of magnitude"), "share", INVESTED),
        holds_per_gdp_smaller=(_("a smaller gap per unit of GDP"), "share", PER_GDP),
        holds_per_gdp_tenfold=(_("less than {ten} times per GDP").format(ten=number(10)), "share", PER_GDP),
        holds_intensity_largest=(_("VC intensity as the largest part"), "share", PARTS_OF_THE_GAP),
        holds_ratio_narrowed=(_("a narrower ratio"), "share", GROWTH, EVERY_YEAR),
        holds_gap_widened=(_("a growing gap in dollars"), "share", GROWTH, EVERY_YEAR),
    )


def _funds():
    return (
        _named(
            _("fund size"),
            fund_size_ratio=(_("as printed"), "ratio", FUNDS),
            fund_size_band_lower=(_("like for like, lowest"), "ratio", FUNDS),
            fund_size_band_upper=(_("like for like, highest"), "ratio", FUNDS),
            fund_mean_ratio=(_("mean against mean"), "ratio", (*FUNDS, *FUNDS_CLOSED), EVERY_YEAR),
        )
        | _named(
            _("concentration of fund sizes (Gini)"),
            fund_gini_lower=(_("lowest"), "decimal", FUND_SPREAD),
            fund_gini_upper=(_("highest"), "decimal", FUND_SPREAD),
        )
        | _named(
            _("assets under management"),
            assets_per_firm=(_("per firm"), "money", FIRMS),
            assets_explained=(_("explained by firms × fund"), "share", FIRMS),
        )
        | _named(
            _("dry powder"), runway_years=(_("lasts, at the pace of the year"), "years", ("dry_powder", *INVESTED))
        )
    )


def _unicorns():
    return _named(
        _("unicorns"),
        unicorn_ratio=(_("as counted"), "ratio", UNICORNS),
        unicorn_ratio_lower=(_("as counted, lowest by chance alone"), "ratio", UNICORNS),
        unicorn_ratio_upper=(_("as counted, highest by chance alone"), "ratio", UNICORNS),
        unicorn_ratio_one_list=(_("on one list"), "ratio", ("unicorns_active",), EVERY_YEAR),
        unicorn_ratio_per_head=(_("per head"), "ratio", (*UNICORNS, "population")),
        unicorn_ratio_per_gdp=(_("per unit of GDP"), "ratio", (*UNICORNS, "gdp")),
    ) | _named(
        _("companies of one accelerator that exited"),
        exit_share_base=(_("of the first country"), "share", ("yc_companies",), EVERY_YEAR),
        exit_share_peer=(_("of the second country"), "share", ("yc_companies",), EVERY_YEAR),
    )


def _conditions():
    return (
        _named(_("spending on R&D"), gerd_share_ratio=(_("per unit of GDP"), "ratio", ("gerd_share",), EVERY_YEAR))
        | _named(
            _("articles on AI"),
            ai_articles_ratio=(_("as counted"), "ratio", ("ai_articles",), EVERY_YEAR),
            ai_articles_ratio_per_head=(_("per head"), "ratio", ("ai_articles", "population"), EVERY_YEAR),
        )
        | _named(
            _("researchers in fields related to AI"),
            researchers_ai_share=(_("in AI alone"), "share", ("ai_researchers",), EVERY_YEAR),
            researchers_largest_states_share=(_("in the states with most"), "share", ("ai_researchers",), EVERY_YEAR),
        )
        | _named(
            _("AI money of the first country"),
            ai_to_all_ratio=(
                _("divided by all venture capital of the second"),
                "ratio",
                ("sector_investment", "sector_share_value", *INVESTED),
            ),
        )
    )


def _closing():
    share = _("share of the gap in intensity")
    return (
        _named(
            _("added in a year"),
            afore_added_usd=(_("by pension savings"), "money", PENSIONS),
            co_investment_added_usd=(_("by co-investment"), "money", ()),
            levers_added_usd=(_("by both levers"), "money", PENSIONS),
        )
        | _named(
            share,
            afore_share_of_gap=(_("closed by pension savings"), "share", (*PER_GDP, *PENSIONS)),
            co_investment_share_of_gap=(_("closed by co-investment"), "share", PER_GDP),
            levers_share_of_gap=(_("closed by both levers"), "share", (*PER_GDP, *PENSIONS)),
        )
        | _named(
            _("growth a year that parity needs"),
            growth_for_volume_parity=(_("of the money invested"), "share", GROWTH, EVERY_YEAR),
            growth_for_intensity_parity=(_("of the share of GDP"), "share", (*GROWTH, "gdp"), EVERY_YEAR),
        )
        | _named(
            _("parity"),
            parity_years_fastest=(_("on the fastest path"), "years", GROWTH, EVERY_YEAR),
            critical_decay=(_("least of a lead in growth that must be left after a year"), "share", GROWTH, EVERY_YEAR),
        )
    )


def _audit():
    return _named(
        _("statements"),
        statements_checked=(_("checked"), "count"),
        statements_contradictory=(_("that contradict their own numbers"), "count"),
    ) | _named(
        _("checks of statements"),
        checks=(_("in all"), "count"),
        checks_contradictions=(_("contradictions"), "count"),
        checks_not_comparable=(_("not comparable"), "count"),
        checks_presentation=(_("presentation"), "count"),
        checks_hold=(_("that hold"), "count"),
    )


def kind(name):
    """The kind of a number; "" if nothing is known of it."""
    found = known().get(_without_range(name))
    return found.kind if found else ""


def metrics(name):
    """The metrics of whose figures a number can be made: tuple; None if that is not known."""
    found = known().get(_without_range(name))
    return found and found.metrics


def made_of(name, figures, countries, years):
    """Those of some figures (mappings) that a number can be made of: list; None if it is not known what it is made of.

    countries : codes of its editions; years : theirs; where either is not known, all are
    """
    if metrics(name) is None:
        return None
    number = known()[_without_range(name)]
    return [
        figure
        for figure in figures
        if figure["metric"] in number.metrics
        and (figure["country"] in countries or not countries)
        and (figure["period"][:4] in map(str, years) or not years or number.every_year)
        and (figure["segment"] == "" or figure["metric"] in IN_PARTS)
    ]


def _without_range(name):
    return next((name.removesuffix(end) for end in RANGE if name.endswith(end)), name)


def label(name):
    """What a number is called: "vc_ratio" → "Venture capital, as invested"; the name itself if nothing is known of it."""
    found = known().get(_without_range(name))
    if not found:
        return name
    ends = dict(zip(RANGE, (_("lowest across sources"), _("highest across sources")), strict=True))
    end = next((words for suffix, words in ends.items() if name.endswith(suffix)), "")
    return ", ".join(filter(None, [sentence_start(found.what), found.words, end]))


def text(name, value):
    """A number as it is said: "107×", "US$176.3 bn", "0.94 %", "2 years", "2018"; "none" where there is none."""
    if value is None:
        return _("none")
    return _form(kind(name))(value)


def _form(which):
    forms = {
        "ratio": times,
        "difference": lambda value: money(value, digits=4),
        "money": lambda value: money(value, digits=4),
        "share": percent,
        "count": number,
        "years": lambda value: _years(value, 2),
        "year": lambda value: f"{value:.0f}",
        "decimal": lambda value: significant(value, 2),
    }
    return forms.get(which, lambda value: significant(value, MOST_DIGITS))


def _years(value, digits):
    return plural("{years} year", "{years} years", 1 if value == 1 else 2).format(years=significant(value, digits))


def _precise(which, value, digits):
    """A value of a kind with so many significant digits, however large it is."""
    forms = {
        "ratio": lambda: significant(value, digits) + "×",
        "difference": lambda: money(value, digits=digits),
        "money": lambda: money(value, digits=digits),
        "share": lambda: significant(value * 100, digits) + NBSP + "%",
        "years": lambda: _years(value, digits),
    }
    return forms.get(which, lambda: significant(value, digits))()


def texts(name, before, after):
    """Two values of a number as texts: pair of str. Where they are close, with so many digits that the texts move as far
    as the values do: 1.753 and 1.743 years, not 1.8 and 1.7.
    """
    close = None not in (before, after) and 0 < abs(after - before) < CLOSE * max(abs(before), abs(after))
    if not close or kind(name) == "year":
        return text(name, before), text(name, after)
    decades = -floor(log10(abs(after - before) / max(abs(before), abs(after))))
    digits = min(max(4, decades + 1), MOST_DIGITS)
    return tuple(_precise(kind(name), value, digits) for value in (before, after))


def range_text(name, numbers):
    """The range of a number across sources, "" if it is not known. numbers : dict of a manifest"""
    ends = [numbers.get(name + end) for end in RANGE]
    return "" if None in ends else interval(*ends, _form(kind(name)))


def changes_sides(name, before, after):
    """Whether the other country is the larger one afterwards."""
    which = kind(name)
    if which == "ratio":
        return before > 0 < after and (before - 1) * (after - 1) < 0
    return which == "difference" and before * after < 0


def change_text(name, before, after):
    """By how much a number moved: "−7.87 %", from ten times (or to a tenth of a tenth) "485× as much"; "" from nothing.

    In plain figures, never with an exponent. Where the sign changes there is no percentage. Shares move by points.
    """
    if kind(name) == "share":
        points = significant((after - before) * 100, 3)
        return _("{points} percentage points").format(points=points if after < before else "+" + points)
    if not before or before * after < 0:
        return ""
    factor = after / before
    if factor >= FACTOR or 0 < factor < 1 / FACTOR**2:
        return _("{times} as much").format(times=times(factor))
    change = (after - before) / abs(before)
    return ("+" if change > 0 else "") + percent(change, digits=3)
