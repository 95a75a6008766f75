"""The charts: four kinds, one look. Data in, matplotlib figure out; `to_svg` makes it part of a page.

Every chart is drawn twice, for a wide page and for a phone, so that its text stays readable on both.
One unit of a drawing is one CSS pixel at full width.
"""

import html
import io
import logging
import re
import textwrap
import warnings
from math import ceil
from pathlib import Path

import matplotlib
import seaborn as sns
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, LogLocator, NullLocator

WIDE, NARROW = 736, 328  # CSS pixels
INK, MUTED, RULE, PAPER = "#1B2430", "#5B6672", "#D9DEE4", "#FFFFFF"
BASE, PEER, PEER_TEXT, OTHER = "#0B2E59", "#D55E00", "#B84E00", "#595959"
TOKENS = {INK: "ink", MUTED: "muted", RULE: "rule", PAPER: "paper", BASE: "base", PEER: "peer", PEER_TEXT: "peer-text"}
COLOURS = {"base": BASE, "peer": PEER, "other": OTHER}
TEXT_COLOURS = {"base": BASE, "peer": PEER_TEXT, "other": MUTED}
MARKERS = {"base": "o", "peer": "D", "other": "s"}
FONTS = Path(__file__).parent / "fonts"


def _set_look():
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # nbval compares what a cell says on stderr
    for file in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(file)
    matplotlib.use("agg")
    sns.set_theme(
        style="white",
        rc={
            "font.family": ["IBM Plex Sans", "DejaVu Sans"],
            "font.size": 12,
            "text.color": INK,
            "text.parse_math": False,  # a dollar sign is a dollar sign
            "svg.fonttype": "none",
            "hatch.linewidth": 0.8,
            "hatch.color": MUTED,
        },
    )


_set_look()


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
        axis.set_major_locator(matplotlib.ticker.MaxNLocator(4))
    set_limits(*limits)
    axis.set_major_formatter(lambda value, _position: form(value))
    axis.grid(True, color=RULE, linewidth=0.8)
    axis.axes.set_axisbelow(True)


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
    for place, row in enumerate(rows):
        _dot_row(axes, place + (0.22 if narrow else 0), row, narrow, left)
    return figure


def _dot_row(axes, place, row, narrow, left):
    if row.get("lower") and row.get("upper"):
        reach = [row["lower"], row["upper"]]
        style = {"color": COLOURS[row["side"]], "alpha": 0.22, "linewidth": 8, "solid_capstyle": "round"}
        axes.plot(reach, [place, place], clip_on=False, **style)
    if row["value"]:
        _marker(axes, row["value"], place, row)
    _row_label(axes, place, row, narrow, left)
    _say(axes, place, row["text"], (10, 0), at=1, weight=600, color=INK, fontsize=12 if narrow else 13)


def _marker(axes, x, y, row):
    colour = COLOURS[row["side"]]
    face = colour if row.get("filled", True) else PAPER
    shape = {"marker": MARKERS[row["side"]], "s": 62, "facecolor": face, "edgecolor": colour, "linewidth": 1.6}
    sns.scatterplot(x=[x], y=[y], ax=axes, zorder=3, clip_on=False, legend=False, **shape)


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
    sns.scatterplot(
        x=list(known),
        y=list(known.values()),
        marker=MARKERS[one["side"]],
        s=26,
        facecolor=PAPER if one.get("dashed") else colour,
        edgecolor=colour,
        linewidth=1.3,
        ax=axes,
        zorder=3,
        legend=False,
    )
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


def _end_labels(figure, axes, ends, narrow):
    """Names beside the ends of the paths, pushed apart until none covers another."""
    size, room = (11, 13) if narrow else (12, 18)
    placed = []
    for label, year, value, colour in sorted(ends, key=lambda end: end[2]):
        words = textwrap.wrap(label, room)
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
