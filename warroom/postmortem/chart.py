"""The downtime chart as SVG: services over time with their states, milestones as lines. The only user of matplotlib."""

import io
import warnings
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from warroom.incident.durations import durations
from warroom.incident.kinds import MARK_WORDS, HealthState
from warroom.incident.model import Incident
from warroom.incident.times import words, zone_label
from warroom.incident.times import zone as zone_of
from warroom.postmortem.spells import Spell, described, moments, spells, window
from warroom.text import clean_line
from warroom.text.width import cells, fit
from warroom.voice.colour import contrast

_WIDTH: Final = 9.0
_ROW: Final = 0.42
_BELOW: Final = 0.75
_ABOVE: Final = 0.15
_LEVEL: Final = 0.2
_BAR: Final = 0.62
_NAME_CELLS: Final = 24
_LABEL_POINTS: Final = 8
_POINTS_A_CHARACTER: Final = 4.9
_POINTS_A_CELL: Final = 5.8
_RIGHT: Final = 0.98
_LEAST_LEFT: Final = 0.08
_HAIR: Final = 2.0
_MARGIN: Final = 0.02
_LEAST: Final = timedelta(minutes=1)
# Told apart by hatching as well: not everybody sees red and green as two.
_LOOKS: Final[dict[HealthState, tuple[str, str]]] = {
    "down": ("error", "xx"),
    "degraded": ("warning", "//"),
    "unknown": ("muted", ".."),
    "up": ("success", ""),
}
_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"


class ChartError(ValueError):
    """One line that says why there is nothing to draw."""


def svg(incident: Incident, palette: Mapping[str, str], now: datetime) -> str:
    """The chart as an SVG document with title and description. The same incident gives the same bytes. ChartError.

    It is a card with the palette's own ground (colours as #rrggbb), so that it reads alike on light pages and dark.
    """
    bounds = window(incident, now)
    if bounds is None:
        raise ChartError("nothing to draw: the record has neither health entries nor milestones with a time")
    place = zone_of(incident.fields.timezone)
    style: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": f"chart {incident.fields.id}",
        "hatch.linewidth": 0.6,
        "font.size": 9,
    }
    with mpl.rc_context(style), warnings.catch_warnings():
        # Fonts are the reader's: what ours lacks only blurs the measure of a label.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = _figure(incident, palette, bounds, place)
        raw = io.BytesIO()
        FigureCanvasSVG(figure).print_svg(raw, metadata={"Date": None})
    return _described(raw.getvalue(), incident)


def _figure(incident: Incident, palette: Mapping[str, str], bounds: tuple[datetime, datetime], place: tzinfo) -> Figure:
    start, end = bounds
    length = max(end - start, _LEAST)
    stretches = spells(incident.entries)
    names = ["impact", *(fit(clean_line(service), _NAME_CELLS).rstrip() for service in stretches)]
    left = max((max(map(cells, names)) * _POINTS_A_CELL + 8) / (_WIDTH * 72), _LEAST_LEFT)
    drawn = (_RIGHT - left) * _WIDTH * 72
    levels = _levels(incident, start, length, drawn)
    above = _ABOVE + _LEVEL * (1 + max((level for _, _, level in levels), default=0))
    high = above + _ROW * (len(stretches) + 1) + _BELOW
    figure = Figure(figsize=(_WIDTH, high), facecolor=palette["background"])
    figure.subplots_adjust(left=left, right=_RIGHT, top=1 - above / high, bottom=_BELOW / high)
    axes = figure.add_subplot(facecolor=palette["surface"])
    axes.set_xlim(date2num(start - length * _MARGIN), date2num(start + length * (1 + _MARGIN)))
    axes.set_ylim(len(stretches) + 0.5, -0.5)
    axes.set_yticks(range(len(names)), names, parse_math=False)
    _draw_impact(axes, incident, palette, end)
    for row, stretch in enumerate(stretches.values(), 1):
        for spell in stretch:
            _draw_spell(axes, row, spell, palette, end, drawn / length.total_seconds())
    for at, text, level in levels:
        axes.axvline(date2num(at), color=palette["primary"], linewidth=1.2, linestyle=(0, (4, 2)))
        axes.annotate(
            text,
            (date2num(at), 1),
            xycoords=("data", "axes fraction"),
            xytext=(0, 4 + level * _LEVEL * 72),
            textcoords="offset points",
            ha="center",
            fontsize=_LABEL_POINTS,
            color=palette["foreground"],
            parse_math=False,
        )
    _dress(axes, palette, place)
    axes.set_xlabel(_caption(incident, start.astimezone(place)), color=palette["foreground"], parse_math=False)
    _add_legend(figure, palette, {spell.state for stretch in stretches.values() for spell in stretch})
    return figure


def _levels(incident: Incident, start: datetime, length: timedelta, drawn: float) -> list[tuple[datetime, str, int]]:
    """Milestones with their labels, each on the lowest level where it does not run into the label before it.

    `drawn` is how many points wide the axes are.
    """
    by_moment: dict[datetime, list[str]] = {}
    for mark, at in moments(incident).items():
        by_moment.setdefault(at, []).append(MARK_WORDS[mark])
    ends: list[float] = []
    placed = []
    for at, labels in sorted(by_moment.items()):
        text = ", ".join(labels)
        middle, half = (at - start) / length * drawn, len(text) * _POINTS_A_CHARACTER / 2
        level = next((number for number, taken in enumerate(ends) if taken < middle - half), len(ends))
        ends[level : level + 1] = [middle + half]
        placed.append((at, text, level))
    return placed


def _draw_impact(axes: Axes, incident: Incident, palette: Mapping[str, str], end: datetime) -> None:
    """From the beginning of the impact to its end, with its length; nothing where its beginning is not known."""
    marks = moments(incident)
    began, over = marks.get("started"), marks.get("resolved") if not incident.open else end
    if began is None or over is None or over <= began:
        return
    axes.broken_barh(
        [(date2num(began), date2num(over) - date2num(began))], (-_BAR / 2, _BAR), color=palette["secondary"]
    )
    told = f"{words(over - began)} so far" if incident.open else str(durations(incident).resolve)
    middle = (date2num(began) + date2num(over)) / 2
    axes.text(middle, 0, told, ha="center", va="center", color=_on(palette, "secondary"), fontsize=_LABEL_POINTS)


def _draw_spell(
    axes: Axes, row: int, spell: Spell, palette: Mapping[str, str], end: datetime, points_a_second: float
) -> None:
    colour, hatch = _LOOKS[spell.state]
    over = spell.end or max(end, spell.start)
    left, wide = date2num(spell.start), date2num(over) - date2num(spell.start)
    axes.broken_barh(
        [(left, wide)], (row - _BAR / 2, _BAR), facecolor=palette[colour], edgecolor=palette["surface"], hatch=hatch
    )
    points = (over - spell.start).total_seconds() * points_a_second
    if points < _HAIR and spell.state != "up":  # five minutes of two days are to be seen all the same
        axes.vlines(left, row - _BAR / 2, row + _BAR / 2, color=palette[colour], linewidth=_HAIR, zorder=3)
    told = _told(spell)
    if points > len(told) * _POINTS_A_CHARACTER + 8:
        plate = {"facecolor": palette[colour], "edgecolor": "none", "pad": 1.5}
        axes.text(
            left + wide / 2,
            row,
            told,
            ha="center",
            va="center",
            color=_on(palette, colour),
            fontsize=_LABEL_POINTS,
            bbox=plate,
        )


def _told(spell: Spell) -> str:
    if spell.end is not None:
        return f"{spell.state} {words(spell.end - spell.start)}"
    return "up" if spell.state == "up" else f"{spell.state}, end not recorded"


def _on(palette: Mapping[str, str], ground: str) -> str:
    """The one of the palette's own two ends that reads better on one of its colours."""
    return max((palette["background"], palette["foreground"]), key=lambda ink: contrast(ink, palette[ground]))


def _dress(axes: Axes, palette: Mapping[str, str], place: tzinfo) -> None:
    locator = AutoDateLocator(tz=place)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=place, show_offset=False))
    axes.tick_params(colors=palette["foreground"], length=0)
    axes.grid(axis="x", color=palette["muted"], linewidth=0.4, alpha=0.5)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _caption(incident: Incident, start: datetime) -> str:
    """The day on which it begins with its zone, and the durations that are known."""
    spans = durations(incident)
    lengths = {name: getattr(spans, name) for name in ("detect", "mitigate", "resolve")}
    took = ", ".join(f"{name} {span}" for name, span in lengths.items() if span.delta)
    return f"{start.date().isoformat()}, {zone_label(start)}" + (f"; time to {took}" if took else "")


def _add_legend(figure: Figure, palette: Mapping[str, str], states: set[HealthState]) -> None:
    shown = [
        Patch(facecolor=palette[colour], edgecolor=palette["surface"], hatch=hatch, label=state)
        for state, (colour, hatch) in _LOOKS.items()
        if state in states
    ]
    if shown:
        ink, size = palette["foreground"], _LABEL_POINTS
        figure.legend(handles=shown, loc="lower right", ncols=len(shown), frameon=False, labelcolor=ink, fontsize=size)


def _described(raw: bytes, incident: Incident) -> str:
    """The SVG with what a screen reader reads, and without what only tells which program drew it."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(raw)  # noqa: S314 - drawn right here, not from outside
    for found in root.findall(f"{{{_SVG}}}metadata"):
        root.remove(found)
    title, text = ElementTree.Element("title", id="chart-title"), ElementTree.Element("desc", id="chart-text")
    title.text, text.text = "Downtime chart", described(incident)
    root[:0] = [title, text]
    root.set("role", "img")
    root.set("aria-labelledby", "chart-title chart-text")
    return ElementTree.tostring(root, encoding="unicode") + "\n"
