"""The charts: one function per kind, one look. Data in, matplotlib figure out; `to_svg` makes it part of a page.

Every chart is drawn twice, for a wide page and for a phone, so that its text stays readable on both.
One unit of a drawing is one CSS pixel at full width.
"""

import html
import io
import logging
import re
import textwrap
import warnings
from contextlib import contextmanager
from math import ceil, log10
from pathlib import Path

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, LogLocator, NullLocator

from vcgap.late import loaded_late

with loaded_late(
    "scipy.stats", "scipy.cluster", "scipy.cluster.hierarchy"
):  # a third of all imports, for no chart here
    import seaborn as sns

WIDE, NARROW = 736, 328  # CSS pixels
INK, MUTED, RULE, PAPER = "#1B2430", "#5B6672", "#D9DEE4", "#FFFFFF"
BASE, PEER, PEER_TEXT, OTHER = "#0B2E59", "#D55E00", "#B84E00", "#595959"
TOKENS = {INK: "ink", MUTED: "muted", RULE: "rule", PAPER: "paper", BASE: "base", PEER: "peer", PEER_TEXT: "peer-text"}
COLOURS = {"base": BASE, "peer": PEER, "other": OTHER}
TEXT_COLOURS = {"base": BASE, "peer": PEER_TEXT, "other": MUTED}
MARKERS = {"base": "o", "peer": "D", "other": "s"}
FONTS = Path(__file__).parent / "fonts"


def _add_fonts():
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # nbval compares what a cell says on stderr
    for file in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(file)


def _settings():
    """What matplotlib is set to while we draw: dict, its values in the form that matplotlib keeps."""
    own = {
        "font.family": ["IBM Plex Sans", "DejaVu Sans"],
        "font.size": 12,
        "text.color": INK,
        "text.parse_math": False,  # a dollar sign is a dollar sign
        "svg.fonttype": "none",
        "hatch.linewidth": 0.8,
        "hatch.color": MUTED,
    }
    with matplotlib.rc_context():
        matplotlib.rcParams.update(settings := sns.plotting_context("notebook") | sns.axes_style("white") | own)
        return {name: matplotlib.rcParams[name] for name in settings}


_add_fonts()
SETTINGS = _settings()


@contextmanager
def _look():
    """The house's look, for as long as one of its charts is drawn: what else a notebook draws is not ours.

    Past matplotlib's checks, which the settings have behind them: its own context takes fifty times as long.
    """
    before = {name: matplotlib.rcParams[name] for name in SETTINGS}
    dict.update(matplotlib.rcParams, SETTINGS)
    try:
        yield
    finally:
        dict.update(matplotlib.rcParams, before)


def _canvas(height, narrow, left, right, top=8, bottom=30):
    """A figure of the house's width and one pair of axes; all arguments in pixels."""
    width = NARROW if narrow else WIDE
    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    box = [left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height]
    axes = figure.add_axes(box)
    axes.set_facecolor("none")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, colors=MUTED, labelsize=11)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_label_text(" ", visible=False)  # an axis without a name has its ticks laid out by each seaborn call
    return figure, axes


def _scale(axis, limits, log, form, decades_only=True):
    """Faint lines at decades (log) or at about four round numbers, labelled by `form`."""
    name = axis.axis_name
    set_limits = getattr(axis.axes, f"set_{name}lim")
    if log:
        getattr(axis.axes, f"set_{name}scale")("log")
        subs = (1, 2, 5) if not decades_only and limits[1] / limits[0] < 120 else (1,)
        axis.set_major_locator(LogLocator(base=10, subs=subs, numticks=12))
        axis.set_minor_locator(NullLocator())
    else:
        axis.set_major_locator(matplotlib.ticker.MaxNLocator(_round_numbers(axis, limits, form)))
    set_limits(*limits)
    axis.set_major_formatter(lambda value, _position: form(value))
    axis.grid(True, color=RULE, linewidth=0.8)
    axis.axes.set_axisbelow(True)


def _round_numbers(axis, limits, form):
    """How many intervals a linear axis has: four, or fewer where their labels would touch."""
    if axis.axis_name == "y":
        return 4
    label = 6.4 * max(len(form(limit)) for limit in limits) + 12  # pixels, with the space to the next
    return max(1, min(4, int(axis.axes.get_window_extent().width / label)))


def limits_of(values, log, whole_decades=True):
    """Axis limits around values: from zero on a linear axis; on a log axis whole decades, or 1, 2, 5 steps.

    values : numbers, None or zero for what is missing; returns (lower, upper)
    """
    values = [value for value in values if value and value > 0]
    if not values:
        return (1, 10) if log else (0, 1)
    if not log:
        return 0, max(values) * 1.08
    steps = (1, 10) if whole_decades else (1, 2, 5, 10)
    decades = 10.0 ** _floor_log10(min(values)), 10.0 ** _floor_log10(max(values))
    lower = max(step * decades[0] for step in steps if step * decades[0] <= min(values))
    upper = min(step * decades[1] for step in steps if step * decades[1] > max(values) or step == 10)
    return (lower * 0.7 if min(values) < lower * 1.1 else lower), upper


def _floor_log10(value):
    return int(f"{value:e}".split("e")[1])


@_look()
def dots(rows, narrow, form, log=False):
    """One row per thing, a marker at its value and a soft bar over its range.

    rows : list of dict: label, value, text (value in words), side ("base", "peer" or "other"), and optionally
    lower and upper (the range), filled (False: hollow), detail (a grey line under the label)
    form : number → text, for the axis; log : scale of the axis
    """
    step, left, letter = (46, 8, 7.0) if narrow else (40, 224, 7.6)
    right = max(60, 18 + letter * max(len(row["text"]) for row in rows))
    figure, axes = _canvas(step * len(rows) + 44, narrow, left, right, top=12)
    ends = [row.get(name) for row in rows for name in ("value", "lower", "upper")]
    limits = limits_of(ends, log)
    _scale(axes.xaxis, limits, log, form)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    _dot_rows(axes, rows, narrow, left)
    return figure


def _dot_rows(axes, rows, narrow, left):
    places = [place + (0.22 if narrow else 0) for place in range(len(rows))]
    _markers(axes, places, rows)
    for place, row in zip(places, rows, strict=True):
        _dot_row(axes, place, row, narrow, left)


def _dot_row(axes, place, row, narrow, left):
    if row.get("lower") and row.get("upper"):
        reach = [row["lower"], row["upper"]]
        style = {"color": COLOURS[row["side"]], "alpha": 0.22, "linewidth": 8, "solid_capstyle": "round"}
        axes.plot(reach, [place, place], clip_on=False, **style)
    _row_label(axes, place, row, narrow, left)
    _say(axes, place, row["text"], (10, 0), at=1, weight=600, color=INK, fontsize=12 if narrow else 13)


def _markers(axes, places, rows):
    """The markers of all rows that have a value; those that look the same are drawn at once, as each call is costly."""
    alike = {}
    for place, row in zip(places, rows, strict=True):
        if row["value"]:
            alike.setdefault((row["side"], row.get("filled", True)), []).append((row["value"], place))
    for (side, filled), points in alike.items():
        x, y = zip(*points, strict=True)
        _scatter(axes, x, y, side, filled, s=62, linewidth=1.6, clip_on=False)


def _scatter(axes, x, y, side, filled, **style):
    """Markers of one side, filled or hollow. Named by `color`, or seaborn draws a set on trial to learn their colour."""
    colour = COLOURS[side]
    look = {"marker": MARKERS[side], "color": colour if filled else PAPER, "edgecolor": colour}
    sns.scatterplot(x=x, y=y, ax=axes, zorder=3, legend=False, **look, **style)


def _row_label(axes, place, row, narrow, left):
    detail = row.get("detail", "")
    weight = 600 if row.get("filled", True) else 400
    if narrow:
        label = row["label"] + (f" · {detail}" if detail else "")
        _say(axes, place, _cut(label, 48), (0, 15), weight=weight, fontsize=11)
        return
    _say(axes, place, _cut(row["label"], 34), (-left + 1, 7 if detail else 0), weight=weight, fontsize=12.5)
    if detail:
        _say(axes, place, detail, (-left + 1, -8), color=MUTED, fontsize=11)


def _say(axes, place, text, offset, at=0, **style):
    """Text on a row, some pixels off its left (at=0) or right (at=1) end."""
    where = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    axes.annotate(text, (at, place), offset, va="center", **where, **style)


def _cut(text, length):
    return text if len(text) <= length else textwrap.shorten(text, length, placeholder=" …")


@_look()
def lines(series, narrow, form, log=True):
    """Paths over the years, each with its name at its end.

    series : list of dict: label, side, years (list of int), values (list of float, None or 0 = no point),
    and optionally dashed (True for a second family of the same side)
    form : number → text, for the axis; log : scale of the axis
    """
    figure, axes = _canvas(330 if narrow else 380, narrow, 58, 92 if narrow else 150, top=14)
    everything = [value for one in series for value in one["values"] if value]
    _scale(axes.yaxis, limits_of(everything, log, whole_decades=False), log, form, decades_only=False)
    years = sorted({year for one in series for year in one["years"]})
    _year_axis(axes, years, narrow)
    ends = [_path(axes, one) for one in series]
    _end_labels(figure, axes, [end for end in ends if end], narrow)
    return figure


def _year_axis(axes, years, narrow):
    step = max(1, ceil((years[-1] - years[0]) / (4 if narrow else 8)))
    ticks = list(range(years[-1], years[0] - 1, -step))
    axes.set_xlim(years[0] - 0.3, years[-1] + 0.3)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(lambda value, _position: f"{value:.0f}")


def _path(axes, one):
    """Draw one path, broken where a year is missing; returns the label's text, end point and colour."""
    known = {year: value for year, value in zip(one["years"], one["values"], strict=True) if value}
    if not known:
        return None
    colour, style = COLOURS[one["side"]], (0, (4, 2)) if one.get("dashed") else "-"
    for run in _runs(sorted(known)):
        axes.plot(run, [known[year] for year in run], color=colour, linewidth=2, linestyle=style)
    _scatter(axes, list(known), list(known.values()), one["side"], not one.get("dashed"), s=26, linewidth=1.3)
    last = max(known)
    return one["label"], last, known[last], TEXT_COLOURS[one["side"]]


def _runs(years):
    """Runs of consecutive years: [2006, 2008, 2009] → [[2006], [2008, 2009]]."""
    runs = []
    for year in years:
        if runs and year - runs[-1][-1] == 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return runs


def wrapped(label, room):
    """A name in lines of at most `room` letters, broken at spaces and after slashes: "Endeavor/Glisco" → two lines."""
    lines = textwrap.wrap(label.replace("/", "/ "), room)
    return [line.replace("/ ", "/") for line in lines]


def _end_labels(figure, axes, ends, narrow):
    """Names beside the ends of the paths, pushed apart until none covers another."""
    size, room = (11, 13) if narrow else (12, 18)
    placed = []
    for label, year, value, colour in sorted(ends, key=lambda end: end[2]):
        words = wrapped(label, room)
        _x, y = axes.transData.transform((year, value))
        half = (size + 3) * len(words) / 2
        y = max(y, placed[-1] + half if placed else y)
        placed.append(y + half + 2)
        at = axes.transData.transform((axes.get_xlim()[1], value))
        figure.text(
            (at[0] + 8) / figure.bbox.width,
            y / figure.bbox.height,
            "\n".join(words),
            va="center",
            fontsize=size,
            weight=600,
            color=colour,
            linespacing=1.15,
        )
        if year < axes.get_xlim()[1] - 1:
            axes.plot([year, axes.get_xlim()[1]], [value, value], color=colour, alpha=0.35, linewidth=1, linestyle=":")


@_look()
def shares(bars, narrow, form):
    """Bars of 100 %: known parts filled, what no source says hatched.

    bars : list of dict: label, side, parts (list of (name, fraction, shade from 0 to 1)), unknown (its name, or "" for none)
    """
    step, left = (74, 4) if narrow else (64, 224)
    figure, axes = _canvas(step * len(bars) + 34, narrow, left, 20, top=4)
    _scale(axes.xaxis, (0, 1), False, form)
    axes.grid(False)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.set_yticks([])
    for place, bar in enumerate(bars):
        _share_bar(axes, place + (0.16 if narrow else 0), bar, narrow)
        _row_label(axes, place + (-0.2 if narrow else 0), bar, narrow, left)
    return figure


def _share_bar(axes, place, bar, narrow):
    start = 0.0
    for name, part, shade in bar["parts"]:
        axes.barh(place, part, left=start, height=0.5, color=TEXT_COLOURS[bar["side"]], alpha=shade, linewidth=0)
        axes.plot([start + part] * 2, [place - 0.25, place + 0.25], color=PAPER, linewidth=1.5, solid_capstyle="butt")
        _part_label(axes, place, start, (name, part, shade), narrow, alone=bool(bar["unknown"]))
        start += part
    if bar["unknown"] and start < 0.999:
        _unknown_part(axes, place, start, bar["unknown"])


def _part_label(axes, place, start, part, narrow, alone):
    """The name of a part inside it if it fits there; of a single narrow part, beside it; else in the table only."""
    name, share, shade = part
    words = _fit(name, share, narrow)
    style = {"va": "center", "fontsize": 11, "linespacing": 1.1}
    if words:
        axes.text(start + share / 2, place, words, ha="center", color=PAPER if shade > 0.9 else INK, **style)
    elif alone:
        axes.text(start + share + 0.015, place, name, ha="left", bbox=_LABEL_BOX, zorder=4, **style)


_LABEL_BOX = {"facecolor": PAPER, "edgecolor": "none", "pad": 2}


def _unknown_part(axes, place, start, name):
    axes.barh(place, 1 - start, left=start, height=0.5, facecolor="none", edgecolor=MUTED, hatch="///", linewidth=0.8)
    axes.text(
        start + (1 - start) * 0.6, place, f" {name} ", ha="center", va="center", fontsize=11, bbox=_LABEL_BOX, zorder=4
    )


def _fit(name, part, narrow):
    """The name in at most two lines that fit into a part of a bar, or "" if it does not fit."""
    room = int(part * (NARROW if narrow else WIDE - 236) / 6.4)
    words = textwrap.wrap(name, room, break_long_words=False) if room > 3 else []
    return "\n".join(words) if 0 < len(words) <= 2 and max(map(len, words)) <= room else ""


@_look()
def units(groups, narrow):
    """Every thing a dot: the reader sees the number before reading it.

    groups : list of dict: label, side, count (int)
    """
    few = max(group["count"] for group in groups) <= 300
    across = (18 if few else 32) if narrow else (36 if few else 72)
    heights = [ceil(group["count"] / across) for group in groups]
    pitch = (NARROW if narrow else WIDE) / across
    height = sum(rows * pitch + 40 for rows in heights)
    figure, axes = _canvas(height, narrow, 0, 0, top=0, bottom=0)
    axes.set_xlim(0, across)
    axes.set_ylim(height / pitch, 0)
    axes.set_xticks([])
    axes.set_yticks([])
    top = 0.0
    for group, rows in zip(groups, heights, strict=True):
        axes.text(0, top + 18 / pitch, group["label"], fontsize=13, weight=600, color=TEXT_COLOURS[group["side"]])
        _unit_dots(axes, group, top + 30 / pitch, across, pitch)
        top += rows + 40 / pitch
    return figure


def _unit_dots(axes, group, top, across, pitch):
    """Few dots carry the country's marker; many are drawn as dotted lines, which keeps the page small."""
    colour = COLOURS[group["side"]]
    if group["count"] > 100:
        for row in range(ceil(group["count"] / across)):
            length = min(across, group["count"] - row * across)
            axes.plot(
                [0.5, length - 0.49],
                [top + row + 0.5] * 2,
                color=colour,
                linewidth=pitch * 0.62,
                linestyle=(0, (0.001 / (pitch * 0.62), 1 / 0.62)),
                dash_capstyle="round",
            )
        return
    x = [place % across + 0.5 for place in range(group["count"])]
    y = [top + place // across + 0.5 for place in range(group["count"])]
    axes.scatter(x, y, s=(pitch * 0.62) ** 2, marker=MARKERS[group["side"]], color=colour, linewidth=0)


@_look()
def to_svg(figure, name, title, description):
    """A drawing as one line of inline SVG: no clock, no machine, no script; colours are the page's tokens.

    name : unique on the page; title and description : what a screen reader says
    """
    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": name}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # the page's own fonts will draw it
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", buffer.getvalue(), flags=re.DOTALL)
    text = text[text.index("<svg") :]
    view = re.search(r'viewBox="[^"]*"', text).group()
    text = re.sub(r"<svg[^>]*>", "", text, count=1)
    text = _own_ids(text, name)
    for colour, token in TOKENS.items():
        text = re.sub(rf"(fill|stroke): {colour}", rf"\1: var(--{token},{colour.lower()})", text, flags=re.IGNORECASE)
    text = re.sub(r"\s*\n\s*", " ", text).replace("> <", "><").strip()
    return _svg_head(name, view, title, description) + text


def _svg_head(name, view, title, description):
    return (
        f'<svg class="{name.rpartition("-")[2]}" xmlns="http://www.w3.org/2000/svg" {view} role="img" '
        f'stroke-linejoin="round" overflow="visible" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{html.escape(title)}</title><desc id="{name}-d">{html.escape(description)}</desc>'
    )


def _own_ids(text, name):
    """Ids that something refers to get the drawing's name in front; the others go."""
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", text)
    return re.sub(r'(url\(#|href="#)', rf"\g<1>{name}-", text).replace("xlink:href", "href")


@_look()
def strip(rows, narrow, last, ends, form):
    """Ranks as markers on strips that all run from 1, the best, on the left to the last place on the right.

    rows : list of dict: label, value (the rank), side, and optionally filled and detail, as in `dots`
    last : the last place there is; ends : (words above 1, words above the last place); form : number → text
    """
    step, left = (46, 8) if narrow else (40, 224)
    figure, axes = _canvas(step * len(rows) + 62, narrow, left, 40, top=30)
    _scale(axes.xaxis, (0.4, last + 0.6), False, form)
    axes.xaxis.set_major_locator(FixedLocator([1, *range(10, last - 2, 10), last]))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    for at, words, align in ((0, ends[0], "left"), (1, ends[1], "right")):
        style = {"ha": align, "va": "bottom", "fontsize": 11, "color": MUTED}
        axes.annotate(words, (at, 1), (0, 6), xycoords="axes fraction", textcoords="offset points", **style)
    for place in range(len(rows)):
        at = place + (0.22 if narrow else 0)
        axes.plot([1, last], [at, at], color=RULE, linewidth=3, solid_capstyle="round", zorder=1)
    _dot_rows(axes, [row | {"text": form(row["value"])} for row in rows], narrow, left)
    return figure


@_look()
def fan(series, bands, narrow, form, floor=1.0):
    """Paths into the years to come that end where they meet a floor, in front of bands of what was drawn at random.

    series : list of dict: label (written once per group), group, side, years (list of int), values (list of float)
    bands : list of dict: years, lower, upper, from the widest to the narrowest; form : number → text, for the axis
    floor : the level at which a path ends, one with its own line
    """
    figure, axes = _canvas(350 if narrow else 400, narrow, 62, 84 if narrow else 130, top=14)
    everything = [value for one in series for value in one["values"]]
    everything += [value for band in bands for value in band["upper"]]
    top = 10.0 ** (_floor_log10(max([floor * 2, *everything])) + 1)
    _scale(axes.yaxis, (floor * 0.2, top), True, form)
    _year_axis(axes, sorted({year for one in series for year in one["years"]}), narrow)
    for band in bands:
        axes.fill_between(band["years"], band["lower"], band["upper"], color=OTHER, alpha=0.13, linewidth=0)
    axes.axhspan(floor * 0.2, floor, color=PAPER, zorder=1.5)
    axes.axhline(floor, color=INK, linewidth=1.4, zorder=2)
    paths = [_path_to_floor(axes, one, floor) for one in series]
    _floor_labels(axes, [path for path in paths if path["ended"]], narrow, floor)
    _end_labels(figure, axes, _one_end_per_group([path for path in paths if not path["ended"]]), narrow)
    return figure


def _path_to_floor(axes, one, floor):
    """Draw a path as far as it lies above the floor; returns its label, group, last point, and whether it ended there."""
    above = [value > floor for value in one["values"]]
    last = above.index(False) if False in above else len(above) - 1
    years, values = list(one["years"][: last + 1]), list(one["values"][: last + 1])
    ended = not above[last]
    if ended and last:  # on a log scale the path is straight: where it meets the floor
        before, after = log10(values[-2] / floor), log10(values[-1] / floor)
        years[-1] = years[-2] + before / (before - after)
    values[-1] = max(values[-1], floor)
    axes.plot(years, values, color=COLOURS[one["side"]], linewidth=2, zorder=3)
    return {**one, "ended": ended, "year": years[-1], "value": values[-1]}


def _floor_labels(axes, paths, narrow, floor):
    """Under the floor, the name of each group where its first path meets it; names that would touch go a line lower."""
    size, reach, line = 11 if narrow else 12, 0.0, 0
    first = {}
    for path in sorted(paths, key=lambda path: path["year"]):
        axes.plot([path["year"]], [floor], MARKERS[path["side"]], color=COLOURS[path["side"]], markersize=6, zorder=4)
        first.setdefault(path["group"], path)
    for path in first.values():
        x = axes.transData.transform((path["year"], floor))[0]
        line = line + 1 if x < reach else 0
        reach = max(reach, x + size * 0.56 * len(path["label"]))
        style = {"color": TEXT_COLOURS[path["side"]], "fontsize": size, "weight": 600, "zorder": 4}
        axes.annotate(
            path["label"], (path["year"], floor), (-5, -8 - 15 * line), textcoords="offset points", va="top", **style
        )


def _one_end_per_group(paths):
    """The label's text, end point and colour of the middle path of each group."""
    groups = {}
    for path in sorted(paths, key=lambda path: path["value"]):
        groups.setdefault(path["group"], []).append(path)
    middle = [group[len(group) // 2] for group in groups.values()]
    return [(path["label"], path["year"], path["value"], TEXT_COLOURS[path["side"]]) for path in middle]


@_look()
def bullet(rows, narrow, form):
    """What there is, what would be added, and a mark to reach, from zero on one linear axis.

    rows : list of dict: label, side, value, added, text (of the sum), and optionally detail (a grey line)
    form : number → text, for the axis. Every row may have a mark (number), with its name in mark_text.
    """
    step, left = (62, 8) if narrow else (54, 190)
    right = max(60, 18 + (7.0 if narrow else 7.6) * max(len(row["text"]) for row in rows))
    figure, axes = _canvas(step * len(rows) + 64, narrow, left, right, top=30)
    _scale(axes.xaxis, limits_of([row["value"] + row["added"] for row in rows] + _marks(rows), False), False, form)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    for place, row in enumerate(rows):
        at = place + (0.26 if narrow else 0)
        _bullet_row(axes, at, row, 0.26 if narrow else 0.4)
        _row_label(axes, place + (0.18 if narrow else 0), row, narrow, left)
        _say(axes, at, row["text"], (10, 0), at=1, weight=600, fontsize=12 if narrow else 13)
    for mark, name in sorted({(row["mark"], row["mark_text"]) for row in rows if row.get("mark")}):
        axes.axvline(mark, color=INK, linewidth=2, zorder=4)
        axes.annotate(name, (mark, -0.5), (5, 6), textcoords="offset points", ha="right", fontsize=11, weight=600)
    return figure


def _marks(rows):
    return [row["mark"] for row in rows if row.get("mark")]


def _bullet_row(axes, place, row, height):
    colour, added = COLOURS[row["side"]], row["added"]
    axes.barh(place, row["value"], height=height, color=colour, linewidth=0, zorder=2)
    style = {"facecolor": PAPER, "edgecolor": colour, "hatch": "////", "linewidth": 1.2}
    axes.barh(place, added, left=row["value"], height=height, zorder=3, **style)


@_look()
def curves(series, narrow, form, across, upwards):
    """Curves from (0, 0) to (1, 1) under the line of equality, such as Lorenz curves; at most two, each named.

    series : list of dict: label, side, x and y (lists of fractions), and optionally dashed; the highest first
    form : fraction → text, for both axes; across, upwards : what the axes are
    """
    width, left, right = (NARROW, 44, 70) if narrow else (WIDE, 200, 170)
    side = width - left - right
    figure, axes = _canvas(side + 78, narrow, left, right, top=26, bottom=52)
    for axis in (axes.xaxis, axes.yaxis):
        _scale(axis, (0, 1), False, form)
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1.2, linestyle=":")
    for one in series:
        style = (0, (4, 2)) if one.get("dashed") else "-"
        axes.plot(one["x"], one["y"], color=COLOURS[one["side"]], linewidth=2, linestyle=style)
    if len(series) == 2:
        axes.fill_between(series[0]["x"], series[0]["y"], series[1]["y"], color=COLOURS[series[0]["side"]], alpha=0.12)
    for place, one in enumerate(series):
        _curve_name(axes, one, inside=place == 0)
    axes.set_xlabel(across, color=MUTED, fontsize=11, visible=True)
    axes.text(0, 1.04, upwards, color=MUTED, fontsize=11, ha="left")
    return figure


def _curve_name(axes, one, inside):
    """The name of a curve beside it: of the higher one to its left, of the lower one to the right of the frame."""
    share = 0.72 if inside else 0.95
    height = next(y for x, y in zip(one["x"], one["y"], strict=True) if x >= share)
    at, offset, align = ((share, height), (-8, 8), "right") if inside else ((1, height), (8, 0), "left")
    style = {"color": TEXT_COLOURS[one["side"]], "weight": 600, "fontsize": 12, "ha": align, "va": "center"}
    axes.annotate(one["label"], at, offset, textcoords="offset points", **style)
    if not inside:
        axes.plot([share, 1], [height, height], color=COLOURS[one["side"]], linewidth=1, linestyle=":")


@_look()
def waterfall(steps, narrow, form):
    """Bars that add up from row to row on a linear axis: changes float, totals stand on zero.

    steps : list of dict: label, value (a change, or the level of a total), text (value in words), side, and optionally
    total (True: a bar from zero), detail (a grey line under the label). A negative change is drawn hollow.
    form : number → text, for the axis
    """
    step, left, letter = (46, 8, 7.0) if narrow else (40, 224, 7.6)
    right = max(60, 18 + letter * max(len(row["text"]) for row in steps))
    figure, axes = _canvas(step * len(steps) + 44, narrow, left, right, top=12)
    spans = _waterfall_spans(steps)
    _scale(axes.xaxis, _waterfall_limits(spans), False, form)
    axes.set_ylim(len(steps) - 0.5, -0.5)
    axes.set_yticks([])
    lower, thickness = (0.24, 0.26) if narrow else (0, 0.42)  # on a phone the label stands above its bar
    for place, (row, span) in enumerate(zip(steps, spans, strict=True)):
        _waterfall_bar(axes, place + lower, row, span, thickness)
        if not narrow and place + 1 < len(steps):
            axes.plot([span[1]] * 2, [place + thickness / 2, place + 1 - thickness / 2], color=MUTED, linewidth=0.8)
        _row_label(axes, place + lower, row, narrow, left)
        _say(axes, place + lower, row["text"], (10, 0), at=1, weight=600, color=INK, fontsize=12 if narrow else 13)
    return figure


def _waterfall_spans(steps):
    """Where each bar starts and ends: [(0, 5), (5, 8), (0, 8)] for a total, a change of 3 and a total."""
    spans, level = [], 0.0
    for row in steps:
        start, level = (0.0, row["value"]) if row.get("total") else (level, level + row["value"])
        spans.append((start, level))
    return spans


def _waterfall_limits(spans):
    """Room on each side of zero that has a bar."""
    ends = [0.0, *[end for span in spans for end in span]]
    lowest, highest = min(ends), max(ends)
    if lowest == highest:
        return 0.0, 1.0
    room = 0.06 * (highest - lowest)
    return lowest - (room if lowest < 0 else 0), highest + (room if highest > 0 else 0)


def _waterfall_bar(axes, place, row, span, thickness):
    colour, (start, end) = COLOURS[row["side"]], span
    face = PAPER if end < start and not row.get("total") else colour
    alpha = 1.0 if row.get("total") or face == PAPER else 0.6
    style = {"facecolor": face, "edgecolor": colour, "linewidth": 1.4, "alpha": alpha}
    axes.barh(place, end - start, left=start, height=thickness, **style)
