"""The health of services as styled lines: trouble first, strips on one axis, states that read without colour."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from warroom.health.board import Board, Group, ServiceStatus, counted, standing
from warroom.health.history import Cell
from warroom.incident.times import short
from warroom.presenters.glyphs import NONE, Charset, Signs, sign_of
from warroom.presenters.host import curve
from warroom.presenters.runs import Line, Run
from warroom.text.width import cells, cut, fit

STATE_WORDS: Final = {
    "down": "DOWN",
    "flapping": "FLAP",
    "degraded": "DEGR",
    "unknown": "?",
    "paused": "PAUSE",
    "maintenance": "MAINT",
    "up": "UP",
}
_CELLS: Final[dict[Cell, tuple[str, str, str]]] = {
    "none": (" ", " ", "muted"),
    "maintenance": ("═", "=", "muted"),
    "up": ("▁", ".", "state.up"),
    "unknown": ("·", "?", "state.unknown"),
    "degraded": ("▄", "o", "state.degraded"),
    "down": ("█", "#", "state.down"),
}
_LEAST_WHY: Final = 14
_COARSER: Final = (30, 40, 60)
"""Seconds that a cell of a strip may tell where it must tell more than usual."""
_FOLDS: Final = (("▸", ">"), ("▾", "v"))
_COUNTED: Final = (
    ("down", "down"),
    ("flapping", "flapping"),
    ("degraded", "degraded"),
    ("unknown", "unknown"),
    ("maintenance", "in maintenance"),
    ("paused", "paused"),
    ("up", "up"),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """How a board of some width is divided, in cells; 0 leaves a column out. `span` is seconds a strip cell.

    `added` is for the theme's word beside the state: it has room where nothing that is known must give way to it.
    """

    width: int
    name: int
    word: int
    added: int
    latency: int
    percentiles: int
    spark: int
    strip: int
    span: int

    @property
    def why(self) -> int:
        taken = 2 + self.name + 1 + self.word + 1 + (self.added + 1 if self.added else 0)
        taken += sum(column + 1 for column in (self.latency, self.percentiles, self.spark, self.strip) if column)
        return max(self.width - taken, 0)


def columns(width: int, services: Sequence[ServiceStatus], *, added: int = 0, indent: int = 0) -> Columns:
    """The division for `width` cells. `added` is the width of the theme's word beside the state.

    Names of services stand `indent` cells in, under the names of their groups. Where none has ever been timed, as with
    figures of this host, why they stand so has the room.
    """
    longest = max((cells(service.name) for service in services), default=0) + indent
    name = min(max(longest, 8), max(width // 4, 12 + indent))
    strip = next((count for least, count in ((150, 48), (100, 36), (72, 24), (50, 12), (38, 8)) if width >= least), 0)
    timed = not services or any(service.latency is not None or service.p50 is not None for service in services)
    latency = 7 if width >= 54 and timed else 0
    percentiles = 15 if width >= 110 and timed else 0
    spark = strip // 2 if width >= 160 and timed else 0
    made = Columns(width, name, 12, 0, latency, percentiles, spark, strip, 20 if strip >= 36 else 30)
    if made.why < _LEAST_WHY:
        made = replace(made, latency=0)  # why it is down matters more than how soon it said so
    if made.why < _LEAST_WHY:
        made = replace(made, strip=min(strip, 8))
    if not added:
        return made
    longest = max((cells(why(service)) for service in services), default=0)
    return _with_word(made, added, max(min(longest, made.why), _LEAST_WHY))


def _with_word(made: Columns, added: int, needed: int) -> Columns:
    """With room for the word, if that leaves `needed` cells for why; the strip may tell its time in fewer cells."""
    for span in (made.span, *(coarser for coarser in _COARSER if coarser > made.span)):
        strip, rest = divmod(made.strip * made.span, span)
        told = replace(made, added=added, strip=strip, span=span)
        if not rest and told.why >= needed:
            return told
    return made


def heading(into: Columns) -> Line:
    """What the columns are, and the axis that all strips share."""
    word = into.word + (into.added + 1 if into.added else 0)
    text = f"  {fit('', into.name)} {fit('state for', word)} {fit('', into.why)}"
    if into.latency:
        text += " " + fit("last", into.latency, right=True)
    if into.percentiles:
        text += " " + fit("p50     p95", into.percentiles, right=True)
    if into.spark:
        text += " " + fit("latency", into.spark)
    return (Run(text, "muted"), *((Run(" " + axis(into), "muted"),) if into.strip else ()))


def axis(into: Columns) -> str:
    """The times of a strip's cells, from its oldest to now, in as many cells."""
    far = _ago(into.strip * into.span)
    half = _ago(into.strip * into.span // 2) if into.strip >= 24 else ""
    right = into.strip - into.strip // 2
    return fit(fit(far, into.strip // 2) + half.ljust(right - 3)[: right - 3] + "now", into.strip)


def _ago(seconds: int) -> str:
    return "-" + short(timedelta(seconds=seconds)).replace(" ", "")


def why(service: ServiceStatus) -> str:
    """Why it stands so, in a few words."""
    if service.pending is not None and service.state != "paused":
        return f"{service.pending.seen}/{service.pending.needed} {service.why}".strip()
    if service.blocked is not None:
        return f"needs {service.blocked}"
    if service.maintenance is not None:
        return service.maintenance
    if service.flapping is not None:
        return f"{service.flapping:.0f} % changes, {service.why}"
    if service.stale:
        return f"no fresh result, {service.why}"
    return service.why


def row(
    service: ServiceStatus,
    into: Columns,
    now: datetime,
    *,
    added_word: str = "",
    charset: Charset = "unicode",
    own: Signs = NONE,
    indent: int = 0,
) -> Line:
    """One service on one line of exactly `into.width` cells; `own` are the signs of the theme."""
    stands = standing(service)
    tone = f"state.{stands}"
    shown = "pending" if service.pending is not None and stands not in ("paused", "down") else stands
    added = fit(added_word, into.added) + " " if into.added else ""
    # Where the clock of this host went back meanwhile, nobody knows how long.
    lasting = short(now - service.since) if service.since is not None and service.since <= now else ""
    word = f"{STATE_WORDS[stands]:<5} {added}{lasting:<6}"
    line = [
        Run(sign_of(shown, own=own, charset=charset) + " ", tone),
        Run(fit(" " * indent + service.name, into.name) + " ", "bold" if service.in_trouble else ""),
        Run(fit(word, into.word + cells(added)) + " ", tone),
        Run(fit(why(service), into.why), "" if service.in_trouble else "muted"),
    ]
    figures = " " + fit(latency(service.latency), into.latency, right=True) if into.latency else ""
    if into.percentiles:
        both = f"{latency(service.p50)} {latency(service.p95):>7}".strip()
        figures += " " + fit(both, into.percentiles, right=True)
    if into.spark:
        figures += " " + latency_curve(service, into, now, charset)
    if into.strip:
        figures += " "
    if figures:
        line.append(Run(figures, "muted"))
    if into.strip:
        line.extend(strip(service, into.strip, into.span, now, charset))
    return tuple(line)


def group_row(group: Group, into: Columns, now: datetime, *, opened: bool, charset: Charset = "unicode") -> Line:
    """A group on one line of exactly `into.width` cells: its worst state, how its members stand, the worst of all."""
    plain = charset == "ascii"
    word = into.word + (into.added + 1 if into.added else 0)
    rest = into.why + sum(column + 1 for column in (into.latency, into.percentiles, into.spark) if column)
    name = group.name or "(no group)"
    line = [
        Run(_FOLDS[opened][plain] + " ", f"state.{group.state}"),
        Run(fit(name, into.name) + " ", "bold"),
        Run(fit(STATE_WORDS[group.state], word) + " ", f"state.{group.state}"),
        *_fitted(_states(counted(group.services)), rest),
    ]
    if into.strip:
        line.append(Run(" "))
        line.extend(_signs(group.strip(into.strip, into.span, now), charset))
    return tuple(line)


def latency_curve(service: ServiceStatus, into: Columns, now: datetime, charset: Charset = "unicode") -> str:
    """The longest latencies over the time of the strip, `into.spark` cells of it."""
    return curve(service.latencies(into.spark, into.span * into.strip // into.spark, now), charset)


def strip(service: ServiceStatus, count: int, span: int, now: datetime, charset: Charset = "unicode") -> list[Run]:
    """The history as one sign a time bucket; height and shape carry the state, colour only repeats it."""
    return _signs(service.strip(count, span, now), charset)


def _signs(found: Iterable[Cell], charset: Charset) -> list[Run]:
    plain = charset == "ascii"
    return [Run(_CELLS[cell][plain] * len(list(same)), _CELLS[cell][2]) for cell, same in groupby(found)]


def latency(seconds: float | None) -> str:
    """ "41 ms", "1.2 s", blank where unknown."""
    if seconds is None:
        return ""
    if seconds < 0.0095:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def some(names: Sequence[str], most: int = 3) -> str:
    """The first few of many names, and how many there are beside them."""
    more = len(names) - most
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:most])} and {more} more"


def counts(board: Board) -> Line:
    """ "1 down · 1 degraded · 6 up"; says so where there is nothing yet."""
    return _states(board.counts()) if board.services else (Run("no services yet", "muted"),)


def _states(found: Mapping[str, int]) -> Line:
    runs: list[Run] = []
    for state, word in _COUNTED:
        if found[state]:
            runs += [Run(" · ", "muted")] if runs else []
            runs.append(Run(f"{found[state]} {word}", f"state.{state}"))
    return tuple(runs)


def _fitted(line: Line, width: int) -> list[Run]:
    """A line in exactly `width` cells."""
    fitted: list[Run] = []
    for run in line:
        if width > 0:
            fitted.append(Run(cut(run.text, width), run.style))
            width -= cells(fitted[-1].text)
    return [*fitted, Run(" " * width)]
