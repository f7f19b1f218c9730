"""What the screen gets: every service as it stands, trouble first, and the figures of this host."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from warroom.health.history import Cell, History, worst_strip
from warroom.health.states import Pending, State

_RANK: Final = {"down": 0, "flapping": 1, "degraded": 2, "unknown": 3, "maintenance": 4, "paused": 5, "up": 6}
_WORST: Final[tuple[State, ...]] = ("down", "degraded", "unknown", "up")


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service as it stands. A service of which nothing changed stays the same object from board to board.

    All texts are cleaned and free of secrets. `why` is one line: the reason of the last result that counts. Latency,
    p50 and p95 are seconds, `every` too. `pending` is a change on its way, `flapping` the percent of change while it
    lasts, `maintenance` the reason or "maintenance" while a window is open, `blocked` the service it waits for.
    `evidence` holds (label, text) lines for the pane, `phases` (name, seconds) of the last result.
    """

    name: str
    kind: str
    target: str
    group: str = ""
    state: State = "unknown"
    since: datetime | None = None
    why: str = ""
    latency: float | None = None
    p50: float | None = None
    p95: float | None = None
    pending: Pending | None = None
    flapping: float | None = None
    maintenance: str | None = None
    blocked: str | None = None
    stale: bool = False
    paused_until: datetime | None = None
    first_bad: datetime | None = None
    trouble_since: datetime | None = None
    evidence: tuple[tuple[str, str], ...] = ()
    phases: tuple[tuple[str, float], ...] = ()
    runbook: str = ""
    every: float = 15.0
    history: History = field(default_factory=History, repr=False, compare=False)

    def strip(self, cells: int, seconds: int, end: datetime) -> tuple[Cell, ...]:
        """The worst level per cell of `seconds` (a multiple of 10), oldest first, the last one holding `end`."""
        return self.history.strip(cells, seconds, end)

    def latencies(self, cells: int, seconds: int, end: datetime) -> tuple[float | None, ...]:
        """The longest latency per cell, in seconds; the same cells as `strip`."""
        return self.history.latencies(cells, seconds, end)

    @property
    def in_trouble(self) -> bool:
        return self.state in ("down", "degraded") or self.flapping is not None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of this host: `text` as people read it ("61 %", "1.8 of 2 cores"), `percent` 0 to 100 of what it
    has, None where it has no bound; `series` are percents, oldest first, for a sparkline."""

    label: str
    text: str
    percent: float | None = None
    series: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class HostFigures:
    """This host at one moment. `note` says what a reader must know, such as that a container shows its host."""

    cpu: Figure
    memory: Figure
    swap: Figure | None
    load: Figure
    disks: tuple[Figure, ...] = ()
    note: str = ""

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.cpu, self.memory, *((self.swap,) if self.swap else ()), self.load, *self.disks)


@dataclass(frozen=True, slots=True)
class Group:
    """The members of a group and its worst state; paused ones and those in maintenance do not count."""

    name: str
    state: State
    services: tuple[ServiceStatus, ...]

    def strip(self, cells: int, seconds: int, end: datetime) -> tuple[Cell, ...]:
        """The worst level of any member per cell; the same cells as those of its members."""
        return worst_strip((service.history for service in self.services), cells, seconds, end)


@dataclass(frozen=True)
class Board:
    """All services at one moment, in the order of the configuration.

    `observer` is "ok" or what keeps us from judging. `late` counts slots that were skipped because the check before
    had not ended. `problem` is why the last reload was refused, one line, else "".
    """

    at: datetime
    services: tuple[ServiceStatus, ...] = ()
    host: HostFigures | None = None
    observer: str = "ok"
    late: int = 0
    problem: str = ""

    def counts(self) -> Mapping[str, int]:
        """How many of all services stand in each state, as `counted` has it."""
        return counted(self.services)

    def trouble_first(self) -> tuple[ServiceStatus, ...]:
        """Down, flapping, degraded, unknown, in maintenance, paused, up; the latest change first, then by name."""
        return self._ordered

    @cached_property
    def _ordered(self) -> tuple[ServiceStatus, ...]:
        return tuple(sorted(self.services, key=_order))

    def service(self, name: str) -> ServiceStatus | None:
        return next((service for service in self.services if service.name == name), None)

    def groups(self) -> tuple[Group, ...]:
        """The groups in order of trouble, those that are well by name; services without one form the group ""."""
        members: dict[str, list[ServiceStatus]] = {}
        for service in self.trouble_first():
            members.setdefault(service.group, []).append(service)
        found = [Group(name, worst(services), tuple(services)) for name, services in members.items()]
        # Which of those that are well had the latest change says nothing, and would have them jump about.
        return tuple(sorted(found, key=lambda group: (group.state == "up", group.name if group.state == "up" else "")))


def counted(services: Iterable[ServiceStatus]) -> Mapping[str, int]:
    """How many of `services` stand in each state; one in maintenance, or that flaps and is not down, as that alone."""
    found = dict.fromkeys(_RANK, 0)
    for service in services:
        found[standing(service)] += 1
    return found


def worst(services: Iterable[ServiceStatus]) -> State:
    """Down > degraded > unknown > up; "unknown" where no member counts."""
    states = {service.state for service in services if service.maintenance is None}
    return next((state for state in _WORST if state in states), "unknown")


def standing(service: ServiceStatus) -> str:
    """The one word for how a service stands; the overlay where it matters more than the state beneath."""
    if service.maintenance is not None:
        return "maintenance"
    if service.flapping is not None and service.state != "down":
        return "flapping"
    return service.state


def _order(service: ServiceStatus) -> tuple[int, float, str]:
    since = service.since.timestamp() if service.since else 0.0
    return _RANK[standing(service)], -since, service.name
