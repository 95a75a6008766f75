"""The charts: the data handed to the axes, the texts that are there, and SVG that is safe and always the same."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb

from vcgap import charts

ROWS = [
    {
        "label": "As invested",
        "value": 106.6,
        "text": "107×",
        "side": "base",
        "lower": 93.0,
        "upper": 339.0,
        "detail": "x",
    },
    {"label": "Per head", "value": 41.0, "text": "41×", "side": "peer"},
    {"label": "Nobody", "value": None, "text": "–", "side": "other", "filled": False},
]
SERIES = [
    {"label": "USA", "side": "base", "years": [2006, 2008, 2009], "values": [29e9, 41e9, 28e9]},
    {
        "label": "MEX",
        "side": "peer",
        "years": [2006, 2007, 2008, 2009],
        "values": [10e6, 0, 24e6, None],
        "dashed": True,
    },
]
BARS = [
    {
        "label": "Mexico",
        "side": "peer",
        "parts": [("fintech 60 %", 0.6, 1.0), ("AI 4 %", 0.04, 0.2)],
        "unknown": "not known",
    },
    {"label": "United States", "side": "base", "parts": [("all", 1.0, 0.3)], "unknown": ""},
]
GROUPS = [
    {"label": "Mexico: 8", "side": "peer", "count": 8},
    {"label": "United States: 656", "side": "base", "count": 656},
]
DRAWINGS = {
    "dots": lambda narrow: charts.dots(ROWS, narrow, lambda value: f"{value:g}×", log=True),
    "lines": lambda narrow: charts.lines(SERIES, narrow, lambda value: f"US${value:g}"),
    "shares": lambda narrow: charts.shares(BARS, narrow, lambda value: f"{value:.0%}"),
    "units": lambda narrow: charts.units(GROUPS, narrow),
}
sizes = pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
kinds = pytest.mark.parametrize("kind", DRAWINGS)


def markers(axes):
    return [tuple(offset) for collection in axes.collections for offset in collection.get_offsets().tolist()]


def texts(figure):
    found = [text.get_text() for axes in figure.axes for text in axes.texts] + [
        text.get_text() for text in figure.texts
    ]
    return " ".join(" ".join(found).split())


def svg(kind, narrow=False, name="gap-wide", title="Title", description="Description"):
    return charts.to_svg(DRAWINGS[kind](narrow), name, title, description)


@sizes
def test_dots_stand_at_their_values_and_bars_over_their_ranges(narrow):
    figure = DRAWINGS["dots"](narrow)
    (axes,) = figure.axes
    assert [x for x, _y in markers(axes)] == pytest.approx([106.6, 41.0])
    assert [list(line.get_xdata()) for line in axes.lines] == [[93.0, 339.0]]
    places = [y for _x, y in markers(axes)]
    assert places[0] < places[1] and axes.get_ylim()[0] > axes.get_ylim()[1], "the first row is on top"
    assert all(word in texts(figure) for word in ("As invested", "Per head", "Nobody", "107×", "41×", "–"))


def test_dots_have_the_colour_and_marker_of_their_side():
    (axes,) = DRAWINGS["dots"](False).axes
    assert [to_hex(dot.get_facecolor()[0]).upper() for dot in axes.collections] == [charts.BASE, charts.PEER]
    assert len({len(dot.get_paths()[0].vertices) for dot in axes.collections}) == 2
    assert len(set(charts.MARKERS.values())) == 3


def test_hollow_dots_are_paper_inside_their_colour():
    (axes,) = charts.dots([ROWS[1] | {"filled": False}], False, str).axes
    assert to_hex(axes.collections[0].get_facecolor()[0]).upper() == charts.PAPER
    assert to_hex(axes.collections[0].get_edgecolor()[0]).upper() == charts.PEER


@sizes
def test_dots_that_look_alike_are_drawn_at_once_each_on_its_own_row(narrow):
    looks = [("base", True), ("peer", True), ("base", True), ("base", False), ("peer", True)]
    rows = [
        {"label": "a", "value": 10.0 + place, "text": "b", "side": side, "filled": filled}
        for place, (side, filled) in enumerate(looks)
    ]
    (axes,) = charts.dots(rows, narrow, str).axes
    first = 0.22 if narrow else 0
    drawn = [[(x - 10, y - first) for x, y in dots.get_offsets().tolist()] for dots in axes.collections]
    assert drawn == [[pytest.approx((row, row)) for row in alike] for alike in ([0, 2], [1, 4], [3])]
    edges = [to_hex(dots.get_edgecolor()[0]).upper() for dots in axes.collections]
    faces = [to_hex(dots.get_facecolor()[0]).upper() for dots in axes.collections]
    assert (edges, faces) == ([charts.BASE, charts.PEER, charts.BASE], [charts.BASE, charts.PEER, charts.PAPER])


def test_only_curves_name_their_axis():
    curve = {"label": "USA", "side": "base", "x": [0, 1], "y": [0, 1]}
    named = charts.curves([curve], False, str, across="share of funds", upwards="share of money")
    assert ">share of funds<" in charts.to_svg(named, "a-wide", "t", "d")
    words = [node.text for node in ET.fromstring(svg("lines")).iter() if node.tag.endswith("text")]
    assert words and all(word and word.strip() for word in words)


@pytest.mark.parametrize("log", [True, False])
def test_every_dot_lies_inside_the_axis(log):
    (axes,) = charts.dots(ROWS, False, str, log=log).axes
    low, high = axes.get_xlim()
    assert axes.get_xscale() == ("log" if log else "linear")
    assert all(low <= end <= high for end in (41.0, 93.0, 106.6, 339.0))
    assert log or low == 0


@sizes
def test_paths_break_where_a_year_is_missing_and_skip_what_a_log_scale_cannot_show(narrow):
    figure = DRAWINGS["lines"](narrow)
    (axes,) = figure.axes
    drawn = [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines if max(line.get_xdata()) <= 2009]
    assert drawn == [([2006], [29e9]), ([2008, 2009], [41e9, 28e9]), ([2006], [10e6]), ([2008], [24e6])]
    points = [(2006, 29e9), (2008, 41e9), (2009, 28e9), (2006, 10e6), (2008, 24e6)]
    assert markers(axes) == [pytest.approx(point) for point in points]
    assert axes.get_yscale() == "log" and not axes.patches
    assert "USA" in texts(figure) and "MEX" in texts(figure)


def test_ticks_are_whole_years_and_the_last_year_is_one():
    (axes,) = DRAWINGS["lines"](False).axes
    ticks = list(axes.get_xticks())
    assert ticks[0] == 2009 and all(tick == int(tick) for tick in ticks)


def test_names_at_the_ends_do_not_cover_each_other():
    close = [
        {"label": f"Source {n}", "side": "base", "years": [2023, 2024], "values": [1e9, 1e9 + n]} for n in range(5)
    ]
    figure = charts.lines(close, False, str)
    heights = sorted(text.get_position()[1] * figure.bbox.height for text in figure.texts)
    assert len(heights) == 5
    assert all(upper - lower >= 12 for lower, upper in pairwise(heights))


def test_a_path_without_a_point_has_no_name():
    figure = charts.lines(
        [SERIES[0], {"label": "Empty", "side": "peer", "years": [2006], "values": [None]}], False, str
    )
    assert "Empty" not in texts(figure)


@sizes
def test_shares_fill_what_is_known_and_hatch_the_rest(narrow):
    figure = DRAWINGS["shares"](narrow)
    (axes,) = figure.axes
    bars = [(round(bar.get_x(), 9), round(bar.get_width(), 9), bar.get_hatch()) for bar in axes.patches]
    assert bars == [(0, 0.6, None), (0.6, 0.04, None), (0.64, 0.36, "///"), (0, 1, None)]
    assert axes.get_xlim() == (0, 1)
    assert "fintech 60 %" in texts(figure) and "not known" in texts(figure)


@sizes
def test_every_thing_is_a_dot(narrow):
    (axes,) = DRAWINGS["units"](narrow).axes
    assert sum(len(dots.get_offsets()) for dots in axes.collections) == 8
    dotted = sum(round(line.get_xdata()[1] + 0.49 - line.get_xdata()[0] + 0.5) for line in axes.lines)
    assert dotted == 656
    assert not axes.get_xticks().size and not axes.get_yticks().size


@pytest.mark.parametrize(
    ("values", "log", "expected"),
    [
        ([41, 107], False, (0, 115.56)),
        ([41, 107], True, (10, 1000)),
        ([5, 300], True, (1, 1000)),
        ([0.77, 82], True, (0.1, 100)),
        ([None, 0, -3, float("nan")], False, (0, 1)),
        ([], True, (1, 10)),
    ],
)
def test_limits_start_at_zero_or_hold_whole_decades(values, log, expected):
    assert charts.limits_of(values, log) == pytest.approx(expected)


@given(st.lists(st.floats(1e-6, 1e14), min_size=1, max_size=5), st.booleans())
def test_limits_hold_every_value(values, log):
    lower, upper = charts.limits_of(values, log)
    assert lower < min(values) and upper > max(values)
    assert lower > 0 if log else lower == 0


@kinds
@sizes
def test_a_drawing_is_as_wide_as_the_page(kind, narrow):
    width = charts.NARROW if narrow else charts.WIDE
    assert DRAWINGS[kind](narrow).bbox.width == pytest.approx(width)
    assert f'viewBox="0 0 {width} ' in svg(kind, narrow)


@kinds
def test_no_text_is_too_small_to_read_and_numbers_are_not_set_as_mathematics(kind):
    figure = DRAWINGS[kind](True)
    found = [text for axes in figure.axes for text in axes.texts] + figure.texts
    assert min(text.get_fontsize() for text in found) >= 11
    assert not any(text.get_parse_math() for text in found)


@kinds
@sizes
def test_svg_is_the_same_twice_and_holds_nothing_that_runs_or_calls_home(kind, narrow):
    text = svg(kind, narrow)
    assert text == svg(kind, narrow)
    assert "\n" not in text
    assert not re.search(
        r"<style|<script|<metadata|<!--|<\?xml|<!DOCTYPE|\son\w+=|javascript:|<image|@import", text, re.I
    )
    assert re.findall(r'https?://[^"\s]*', text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"20\d\d-\d\d-\d\dT|(src|href)=./|file:|[Mm]atplotlib", text)


@kinds
def test_svg_is_well_formed_with_ids_of_its_own(kind):
    text = svg(kind, name="gap-wide")
    ids = [node.get("id") for node in ET.fromstring(text).iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    assert all(one.startswith("gap-wide-") for one in ids)
    assert all(name in ids for name in re.findall(r'(?:url\(#|href="#)([^)"]+)', text))
    assert text.startswith('<svg class="wide" ') and 'role="img"' in text


def test_title_and_description_are_escaped_and_referred_to():
    text = svg("dots", name="a-wide", title='A & B "quoted" <b>', description="<script>alert(1)</script>")
    nodes = {node.get("id"): node.text for node in ET.fromstring(text).iter() if node.get("id")}
    assert nodes["a-wide-t"] == 'A & B "quoted" <b>'
    assert nodes["a-wide-d"] == "<script>alert(1)</script>"
    assert 'aria-labelledby="a-wide-t a-wide-d"' in text and "<script" not in text


def test_hostile_labels_stay_text():
    row = ROWS[1] | {"label": "</svg><script>x</script>", "text": "US$1 & $2", "detail": "<style>"}
    text = charts.to_svg(charts.dots([row], False, str), "a-wide", "t", "d")
    assert "<script" not in text and "<style" not in text
    words = " ".join("".join(node.itertext()) for node in ET.fromstring(text).iter() if node.tag.endswith("text"))
    assert "</svg><script>x</script>" in words and "US$1 & $2" in words


def test_colours_are_the_tokens_of_the_page():
    text = svg("dots")
    assert f"var(--base,{charts.BASE.lower()})" in text and f"var(--peer,{charts.PEER.lower()})" in text


def luminance(colour):
    channels = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


@pytest.mark.parametrize(
    ("colour", "least"),
    [
        (charts.BASE, 13),
        (charts.PEER, 3),
        (charts.PEER_TEXT, 4.5),
        (charts.OTHER, 4.5),
        (charts.MUTED, 4.5),
        (charts.INK, 7),
    ],
)
def test_colours_stand_out_from_white(colour, least):
    assert 1.05 / (luminance(colour) + 0.05) >= least


def test_every_word_is_in_a_colour_for_words():
    assert charts.TEXT_COLOURS.keys() == charts.COLOURS.keys() == charts.MARKERS.keys()
    assert charts.PEER not in charts.TEXT_COLOURS.values()


@kinds
def test_drawing_says_nothing_on_the_side(kind, capfd):
    svg(kind)
    assert capfd.readouterr() == ("", "")


def test_a_long_name_breaks_after_its_slash_and_a_short_one_not_at_all():
    assert charts.wrapped("Endeavor/Glisco", 13) == ["Endeavor/", "Glisco"]
    assert charts.wrapped("Endeavor/Glisco", 18) == ["Endeavor/Glisco"]
    assert charts.wrapped("The column", 13) == ["The column"]


def test_labels_of_a_linear_axis_do_not_touch_on_a_phone():
    rows = [{"label": "a", "value": 215e9, "text": "about US$178 bn", "side": "base"}]
    figure = charts.dots(rows, True, lambda value: f"US${value / 1e9:.0f} bn")
    figure.canvas.draw()
    shown = [label for label in figure.axes[0].get_xticklabels() if label.get_text()]
    boxes = [label.get_window_extent() for label in shown]
    assert len(boxes) >= 2
    assert all(one.x1 < other.x0 for one, other in pairwise(boxes))
