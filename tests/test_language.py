"""Words and numbers: what a reader sees, and that a ratio of unlike things is never printed bare."""

import re
from math import inf, nan

import pytest
from conftest import make_figure
from hypothesis import given
from hypothesis import strategies as st

from vcgap import language as say
from vcgap.gaps import ASPECTS, compare
from vcgap.language import NBSP
from vcgap.tables import load_table

DIFFERENCES = {
    "metric": ("vc_investment", "venture_debt", "gdp"),
    "statistic": ("total", "mean", "median", "max", "count", "share", "rank", "level"),
    "entity": ("company", "deal", "fund", "firm", "investor", "person", "country", "institution"),
    "kind": ("flow", "stock"),
    "period": ("2024", "2023", "2024-Q3", "2024-H1", "2024-09", "2024-12-31", "2025-01/2025-09"),
    "segment": ("", "scheme=tag;sector=ai", "scheme=vertical;sector=fintech"),
}
METRICS = load_table("metrics").set_index("metric")
finite = st.floats(-1e250, 1e250)  # no figure is larger than 1e18, but growth that is continued for centuries is


@pytest.mark.parametrize(
    ("function", "inputs", "expected"),
    [
        (say.number, (1234.5,), "1,234"),
        (say.number, (1235.5,), "1,236"),
        (say.number, (0,), "0"),
        (say.number, (-1234.56, 1), "−1,234.6"),
        (say.number, (105.9701, 2), "105.97"),
        (say.number, (107.2072, 2), "107.21"),
        (say.significant, (176.33,), "176"),
        (say.significant, (1.674,), "1.67"),
        (say.significant, (1.5,), "1.5"),
        (say.significant, (0.0611,), "0.0611"),
        (say.significant, (1674, 2), "1,674"),
        (say.significant, (0,), "0"),
        (say.significant, (-0.5,), "−0.5"),
        (say.money, (178e9,), "US$178 bn"),
        (say.money, (1.67e9,), "US$1.67 bn"),
        (say.money, (10.5e6,), "US$10.5 m"),
        (say.money, (2.11e12,), "US$2.11 tn"),
        (say.money, (523.4,), "US$523"),
        (say.money, (12.76,), "US$12.8"),
        (say.money, (300e3,), "US$300,000"),
        (say.money, (176.33e9, "USD", 4), "US$176.3 bn"),
        (say.money, (-176.33e9,), "−US$176 bn"),
        (say.money, (5.7e12, "MXN"), "MXN 5.7 tn"),
        (say.money, (1e9,), "US$1 bn"),
        (say.money, (0,), "US$0"),
        (say.money, (7.243e90,), "US$7.24\u00a0×\u00a010^78 tn"),
        (say.number, (-2.3e75,), "−2.3\u00a0×\u00a010^75"),
        (say.percent, (0.00938,), "0.94 %"),
        (say.percent, (0.000901,), "0.09 %"),
        (say.percent, (0.42,), "42 %"),
        (say.percent, (0.593,), "59 %"),
        (say.percent, (-0.25,), "−25 %"),
        (say.percent, (1.195,), "120 %"),
        (say.percent, (0,), "0 %"),
        (say.times, (106.59,), "107×"),
        (say.times, (41.01,), "41×"),
        (say.times, (6.685,), "6.7×"),
        (say.times, (9.94,), "9.9×"),
        (say.times, (9.96,), "10×"),
        (say.times, (82.0,), "82×"),
        (say.times, (5.143,), "5.1×"),
        (say.times, (0.7687,), "0.77×"),
        (say.times, (621.25,), "621×"),
        (say.times, (12703,), "12,703×"),
        (say.rounded_down, (29.73, say.times), "29×"),
        (say.rounded_down, (9.97, say.times), "9.0×"),
        (say.rounded_down, (6.7, say.times), "6.7×"),
        (say.rounded_down, (1.79, say.times), "1.7×"),
        (say.rounded_down, (0.6 / 0.15, say.times), "4.0×"),
        (say.rounded_up, (84.67, say.times), "85×"),
        (say.rounded_up, (84.0, say.times), "84×"),
        (say.rounded_up, (4.02, say.times), "4.1×"),
        (say.times, (inf,), "no limit"),
        (say.times_tick, (1,), "1×"),
        (say.times_tick, (1000,), "1,000×"),
        (say.times_precise, (106.587,), "106.6×"),
        (say.times_precise, (6.685173,), "6.685×"),
        (say.times_precise, (82.0,), "82.0×"),
        (say.times, (0.00161,), "0.0016×"),
        (say.gap_size, (106.59,), "107×"),
        (say.gap_size, (1 / 106.59,), "107×"),
        (say.gap_size, (0,), "–"),
        (say.signed_percent, (0.59,), "+59 %"),
        (say.signed_percent, (-0.25,), "−25 %"),
        (say.signed_percent, (0,), "0 %"),
        (say.plural, ("{n} row", "{n} rows", 1), "{n} row"),
        (say.plural, ("{n} row", "{n} rows", 2), "{n} rows"),
        (say.period, ("2024",), "2024"),
        (say.period, ("2024-12-31",), "31 Dec 2024"),
        (say.period, ("2024-12",), "Dec 2024"),
        (say.period, ("2024-Q3",), "quarter 3 of 2024"),
        (say.period, ("2024-H1",), "first half of 2024"),
        (say.period, ("2025-01/2025-09",), "Jan 2025 – Sep 2025"),
        (say.country, ("USA",), "United States"),
        (say.country, ("MEX",), "Mexico"),
        (say.country, ("QQQ",), "QQQ"),
        (say.the_country, ("USA",), "the United States"),
        (say.the_country, ("MEX",), "Mexico"),
        (say.join, ([],), ""),
        (say.join, (["a"],), "a"),
        (say.join, (["a", "b"],), "a and b"),
        (say.join, (iter(["a", "b", "c"]),), "a, b and c"),
        (say.counted, (0,), "no"),
        (say.counted, (4,), "four"),
        (say.counted, (10,), "10"),
        (say.sentence_start, ("four sources",), "Four sources"),
        (say.sentence_start, ("",), ""),
        (say.localised, ({"label_en": "x", "label_es": "y"}, "label"), "x"),
    ],
)
def test_each_function_says_what_was_written_by_hand(function, inputs, expected):
    text = function(*inputs)
    assert text == re.sub(r"(?<=[\d.]) (?=tn|bn|m\b|%)|(?<=MXN) ", NBSP, expected)


@pytest.mark.parametrize("form", [say.number, say.significant, say.money, say.percent, say.times, say.times_precise])
@pytest.mark.parametrize("value", [None, nan])
def test_what_is_missing_is_a_dash(form, value):
    assert form(value) == "–"


@pytest.mark.parametrize("form", [say.times, say.times_precise, say.percent, say.money])
@pytest.mark.parametrize("value", [1 / 106.59, 1 / 621.25, 1e-5])
def test_a_small_number_is_not_called_zero(form, value):
    assert re.search("[1-9]", form(value))


@pytest.mark.parametrize(
    ("lower", "upper", "form", "expected"),
    [
        (93.2, 338.6, say.times, "93–339×"),
        (82.0, 82.0, say.times, "82×"),
        (1.1e9, 1.674e9, say.money, f"US$1.1–1.67{NBSP}bn"),
        (635e6, 1.674e9, say.money, f"US$635{NBSP}m–US$1.67{NBSP}bn"),
        (0.33, 0.70, say.percent, f"33–70{NBSP}%"),
        (-0.25, 0.5, say.percent, f"−25–50{NBSP}%"),
        (76, 85, say.number, "76–85"),
        (76.1, 76.2, say.number, "76"),
    ],
)
def test_a_range_says_its_unit_once(lower, upper, form, expected):
    assert say.interval(lower, upper, form) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, f"US$178{NBSP}bn"),
        ({"qualifier": "about"}, f"about US$178{NBSP}bn"),
        ({"qualifier": "at_least", "value": 4e9}, f"at least US$4{NBSP}bn"),
        ({"qualifier": "at_most", "value": 3e5}, "at most US$300,000"),
        ({"unit": "MXN", "value": 5.7e12}, f"MXN{NBSP}5.7{NBSP}tn"),
        ({"unit": "share", "value": 0.42}, f"42{NBSP}%"),
        ({"unit": "ratio", "value": 18.3049}, "18.3"),
        ({"unit": "count", "value": 3417.0}, "3,417"),
        ({"unit": "people", "value": 130861007.0}, "130,861,007"),
        ({"unit": "rank", "value": 68.0}, "68"),
    ],
)
def test_a_figure_is_said_with_its_unit_and_qualifier(fields, expected):
    assert say.value_text(make_figure(**fields)) == expected


@given(finite)
def test_every_finite_number_can_be_said(value):
    for form in (say.number, say.significant, say.money, say.percent, say.times, say.times_precise):
        text = form(value)
        assert re.search(r"\d", text)
        assert not re.search(r"[eE-]|nan|inf", text), text
        assert "−" not in text or value < 0, text


@given(st.floats(-1e15, 1e15))
def test_a_unit_never_leaves_its_number(value):
    for text in (say.money(value), say.money(value, "MXN"), say.percent(value)):
        assert " " not in text
        assert re.fullmatch(rf"−?(US\$|MXN{NBSP})?−?[\d.,]+({NBSP}(tn|bn|m|%))?", text), text


@given(st.floats(1e-6, 1e15))
def test_money_is_said_in_the_largest_unit_that_fits(value):
    digits = say.money(value).removeprefix("US$").split(NBSP)
    assert len(digits) == 1 or digits[1] == "tn" or float(digits[0].replace(",", "")) < 1000


@given(st.floats(1e-4, 1e9), st.floats(1e-4, 1e9))
def test_a_range_names_both_its_ends(a, b):
    for form in (say.times, say.money, say.percent):
        text = say.interval(a, b, form)
        digits = [re.search(r"[\d.,]+", form(end)).group() for end in (a, b)]
        assert text == form(a) if form(a) == form(b) else re.findall(r"[\d.,]+", text) == digits


def test_zero_has_no_sign():
    assert say.number(-0.0) == say.number(-0.3) == "0"


def test_the_language_can_be_chosen_and_a_foreign_one_is_refused():
    say.use_language("en")
    assert say.locale() == "en_US"
    assert say._("any sentence") == "any sentence"
    with pytest.raises(KeyError):
        say.use_language("tlh")


def pair_of(base, peer, value=1.67e9):
    return compare(make_figure(**base), make_figure(country="MEX", value=value, **peer))


@pytest.mark.parametrize(
    ("base", "peer", "warning"),
    [
        ({"statistic": "median"}, {"statistic": "mean"}, "a median against a mean"),
        ({"kind": "stock"}, {"kind": "flow"}, f"{say.kind_word('stock')} against {say.kind_word('flow')}"),
        ({"metric": "unicorns_active"}, {"metric": "unicorns_created"}, "active unicorns against unicorns created"),
        ({"entity": "firm"}, {"entity": "fund"}, "firms against funds"),
        ({"period": "2024"}, {"period": "2023-12-31"}, "2024 against 31 Dec 2023"),
        ({"segment": "scheme=tag;sector=ai"}, {}, "one classification against another"),
    ],
)
def test_a_ratio_of_unlike_things_is_never_printed_bare(base, peer, warning):
    comparison = pair_of(base, peer)
    assert say.warnings(comparison, METRICS) == [warning]
    assert say.say_ratio(comparison, METRICS) == f"107× (not like for like: {warning})"
    assert say.not_like_for_like(comparison, METRICS) == f"Not like for like: {warning}."


def test_a_ratio_of_like_things_has_no_warning():
    comparison = pair_of({}, {})
    assert say.say_ratio(comparison, METRICS, say.times_precise) == "106.6×"
    assert say.not_like_for_like(comparison, METRICS) == ""


def test_a_missing_ratio_keeps_its_warning():
    comparison = pair_of({"statistic": "median"}, {"statistic": "mean"}, value=0.0)
    assert say.say_ratio(comparison, METRICS) == "– (not like for like: a median against a mean)"


typed_figures = st.fixed_dictionaries({name: st.sampled_from(choices) for name, choices in DIFFERENCES.items()})


@given(base=typed_figures, peer=typed_figures)
def test_any_two_figures_are_printed_bare_only_if_nothing_differs(base, peer):
    comparison = pair_of(base, peer)
    differing = [aspect for aspect in ASPECTS if base[aspect] != peer[aspect]]
    if base["kind"] == peer["kind"] == "stock" and "2024" in (base["period"], peer["period"]):
        inside = base["period"].startswith("2024") and peer["period"].startswith("2024")
        differing = [aspect for aspect in differing if aspect != "period" or not inside]  # a day of the same year
    phrases = say.warnings(comparison, METRICS)
    assert len(phrases) == len(differing)
    printed = say.say_ratio(comparison, METRICS)
    if not differing:
        assert printed == "107×" and say.not_like_for_like(comparison, METRICS) == ""
        return
    assert printed == f"107× (not like for like: {phrases[0]})"
    line = say.not_like_for_like(comparison, METRICS)
    assert line.startswith("Not like for like: ") and all(phrase in line for phrase in phrases)
    for aspect, word in (("statistic", say.statistic_word), ("entity", say.entity_word), ("period", say.period)):
        if aspect in differing:
            assert f"{word(base[aspect])} against {word(peer[aspect])}" in phrases


def test_there_is_a_word_for_every_choice_of_the_data(package):
    for column, word in (("statistic", say.statistic_word), ("entity", say.entity_word), ("kind", say.kind_word)):
        assert all(word(choice) for choice in set(METRICS[column]))
    assert set(package.figures["qualifier"]) <= set(say.qualifiers())


def test_a_code_is_said_by_what_it_is_a_value_of_and_one_without_a_row_is_spelled_out():
    assert say.code_word("scope", "ai") == "specialised in AI" and say.code_word("sector", "ai") == "AI"
    assert (
        say.code_word("state", "nuevo_leon") == "Nuevo León"
        and say.code_word("claim", "latin_america") == "Latin America"
    )
    assert say.code_word("claim", "nuevo_leon") == "nuevo leon"


@pytest.mark.parametrize(
    ("text", "expected"), [("Money raised", "money raised"), ("AI startups", "AI startups"), ("A", "A"), ("", "")]
)
def test_a_start_of_a_line_gets_a_small_letter_inside_a_sentence(text, expected):
    assert say.inside(text) == expected


@pytest.mark.parametrize(
    ("value", "form", "expected"),
    [
        (111.98, say.times_precise, "at least 111.9×"),
        (111.98, say.times, "at least 111×"),
        (12.0, say.times, "at least 12×"),
        (0.4996, say.times, "at least 0.4×"),
        (1.999, lambda value: say.number(value, 2), "at least 1.99"),
        (-0.236, lambda value: say.number(value, 2), "at least −0.24"),
    ],
)
def test_a_lower_bound_is_rounded_down(value, form, expected):
    assert say.at_least(value, form) == expected
