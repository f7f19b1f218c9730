"""The health of services and host as styled lines: trouble first, states that read without colour."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

from warroom.health.board import Board, Figure, HostFigures, ServiceStatus
from warroom.health.history import Cell
from warroom.incident.times import short
from warroom.presenters.glyphs import Charset
from warroom.presenters.runs import Line, Run
from warroom.text.width import cells, fit, wrap

STATE_WORDS: Final = {
    "down": "DOWN",
    "flapping": "FLAP",
    "degraded": "DEGR",
    "unknown": "?",
    "paused": "PAUSE",
    "maintenance": "MAINT",
    "up": "UP",
}
_SIGNS: Final = {
    "down": ("✖", "X"),
    "flapping": ("↯", "~"),
    "degraded": ("▲", "!"),
    "unknown": ("?", "?"),
    "paused": ("‖", "|"),
    "maintenance": ("=", "="),
    "pending": ("◌", "o"),
    "up": ("✔", "+"),
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
_SPARKS: Final = ("▁▂▃▄▅▆▇█", "._-=+*#@")
_COUNTED: Final = (
    ("down", "down"),
    ("flapping", "flapping"),
    ("degraded", "degraded"),
    ("unknown", "unknown"),
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
    strip: int
    span: int

    @property
    def why(self) -> int:
        taken = 2 + self.name + 1 + self.word + 1 + (self.added + 1 if self.added else 0)
        taken += sum(column + 1 for column in (self.latency, self.percentiles, self.strip) if column)
        return max(self.width - taken, 0)


def columns(width: int, services: Iterable[ServiceStatus], *, added: int = 0) -> Columns:
    """The division for `width` cells. `added` is the width of the theme's word beside the state."""
    longest = max((cells(service.name) for service in services), default=0)
    name = min(max(longest, 8), max(width // 4, 8))
    strip = next((count for least, count in ((150, 48), (100, 36), (72, 24), (50, 12), (38, 8)) if width >= least), 0)
    latency = 7 if width >= 54 else 0
    percentiles = 15 if width >= 110 else 0
    made = Columns(width, name, 12, 0, latency, percentiles, strip, 20 if strip >= 36 else 30)
    return replace(made, added=added) if added and made.why - added > _LEAST_WHY else made


def standing(service: ServiceStatus) -> str:
    """The one word for how a service stands; the overlay where it matters more than the state beneath."""
    if service.maintenance is not None:
        return "maintenance"
    if service.flapping is not None and service.state != "down":
        return "flapping"
    return service.state


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
) -> Line:
    """One service on one line of exactly `into.width` cells."""
    stands = standing(service)
    tone = f"state.{stands}"
    shown = "pending" if service.pending is not None and stands not in ("paused", "down") else stands
    plain = charset == "ascii"
    lasting = short(now - service.since) if service.since is not None else ""
    added = fit(added_word, into.added) + " " if into.added else ""
    word = f"{STATE_WORDS[stands]:<5} {added}{lasting:<6}"
    line = [
        Run(_SIGNS[shown][plain] + " ", tone),
        Run(fit(service.name, into.name) + " ", "bold" if service.in_trouble else ""),
        Run(fit(word, into.word + cells(added)) + " ", tone),
        Run(fit(why(service), into.why), "" if service.in_trouble else "muted"),
    ]
    if into.latency:
        line.append(Run(" " + fit(latency(service.latency), into.latency, right=True), "muted"))
    if into.percentiles:
        both = f"{latency(service.p50)} {latency(service.p95)}".strip()
        line.append(Run(" " + fit(both, into.percentiles, right=True), "muted"))
    if into.strip:
        line.append(Run(" "))
        line.extend(strip(service, into.strip, into.span, now, charset))
    return tuple(line)


def strip(service: ServiceStatus, count: int, span: int, now: datetime, charset: Charset = "unicode") -> list[Run]:
    """The history as one sign a time bucket; height and shape carry the state, colour only repeats it."""
    return [Run(_CELLS[cell][charset == "ascii"], _CELLS[cell][2]) for cell in service.strip(count, span, now)]


def latency(seconds: float | None) -> str:
    """ "41 ms", "1.2 s", blank where unknown."""
    if seconds is None:
        return ""
    if seconds < 0.0095:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def sparkline(series: Iterable[float], width: int, charset: Charset = "unicode") -> str:
    """The last `width` percents, one sign each."""
    signs = _SPARKS[charset == "ascii"]
    shown = list(series)[-width:] if width else []
    return "".join(signs[min(int(value / 100 * len(signs)), len(signs) - 1)] for value in shown)


def counts(board: Board) -> Line:
    """ "1 down · 1 degraded · 6 up"; says so where there is nothing yet."""
    if not board.services:
        return (Run("no services yet", "muted"),)
    found = board.counts()
    runs: list[Run] = []
    for state, word in _COUNTED:
        if found[state]:
            runs += [Run(" · ", "muted")] if runs else []
            runs.append(Run(f"{found[state]} {word}", f"state.{state}"))
    return tuple(runs)


def host_line(host: HostFigures, width: int, charset: Charset = "unicode") -> Line:
    """The host on one line: what is fullest first to be kept where there is little room."""
    runs = [Run("host ", "muted")]
    used = 5
    for figure in host.figures:
        text = f"{figure.label} {figure.text}"
        spark = sparkline(figure.series, 6, charset) if width >= 100 else ""
        size = cells(text) + (len(spark) + 1 if spark else 0) + 2
        if used + size > width:
            break
        runs.append(Run(text, _fullness(figure)))
        runs.append(Run(f" {spark}  " if spark else "  ", "muted"))
        used += size
    return tuple(runs)


def host_lines(host: HostFigures, width: int, charset: Charset = "unicode") -> list[Line]:
    """A line a figure, with its sparkline as wide as there is room."""
    label = max(cells(figure.label) for figure in host.figures)
    text = max(cells(figure.text) for figure in host.figures)
    room = max(width - label - text - 4, 0)
    lines = [
        (
            Run(fit(figure.label, min(label, width)) + "  ", "muted"),
            Run(fit(figure.text, text, right=True) + "  ", _fullness(figure)),
            Run(sparkline(figure.series, min(room, 40), charset), "muted"),
        )
        for figure in host.figures
    ]
    return [*lines, *((Run(line, "muted"),) for line in wrap(host.note, width) if host.note)]


def _fullness(figure: Figure) -> str:
    if figure.percent is None or figure.percent < 80:
        return ""
    return "state.down" if figure.percent >= 95 else "state.degraded"


def evidence(service: ServiceStatus, width: int, zone: tzinfo, height: int = 99, *, added_word: str = "") -> list[Line]:
    """What is known of one service: since when, what was asked, what came back."""
    since = (
        f"{' ' + added_word if added_word else ''} since {service.since.astimezone(zone):%H:%M:%S}"
        if service.since
        else ""
    )
    stands = standing(service)
    lines: list[Line] = [
        (
            Run(f"{service.name}  ", "bold"),
            Run(STATE_WORDS[stands] + since, f"state.{stands}"),
            Run(f"  {service.kind} {service.target}", "muted"),
        )
    ]
    if service.phases:
        lines.append((Run("  ".join(f"{name} {latency(took)}" for name, took in service.phases), "muted"),))
    label = min(max((cells(name) for name, _ in service.evidence), default=0), max(width // 5, 9))
    for name, text in service.evidence:
        first, *rest = wrap(text, max(width - label - 2, 10))
        lines.append((Run(fit(name, label) + "  ", "muted"), Run(first)))
        lines += [(Run(" " * (label + 2)), Run(line)) for line in rest[:2]]
    return lines[:height]


def no_services(width: int) -> list[Line]:
    """What to do where nothing is watched yet."""
    text = (
        "This host is all that is watched so far. Write a warroom.toml beside your work to add services:\n"
        "\n"
        "[[service]]\n"
        'name = "api"\n'
        'http = "https://api.internal/healthz"\n'
        "\n"
        'or tcp = "10.0.3.7:5432", or cmd = ["/usr/lib/nagios/plugins/check_load"]. It is read when warroom starts.'
    )
    return [(Run(line, "muted"),) for line in wrap(text, width)]
