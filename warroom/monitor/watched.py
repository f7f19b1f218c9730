"""One service under watch: its probe, its health so far, its place in the schedule, and how the board shows it."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from warroom.health.board import ServiceStatus
from warroom.health.entries import describe
from warroom.health.history import History
from warroom.health.machine import Health, pending
from warroom.health.results import Level, Result
from warroom.probes import Definition, Probe

_AT_THE_START = 1.0


def share_of(name: str) -> float:
    """A number from 0 to 1 that is always the same for a name: it spreads checks over their interval."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big") / 2**48


@dataclass(eq=False)
class Watched:
    """What the monitor keeps of a service. `slot` is its next place in the schedule, `retry` an earlier look, both in
    monotonic seconds; `running` while a look is under way or waits for its turn, `hurried` if that look came before
    its slot.
    """

    probe: Probe
    started: float
    health: Health = field(default_factory=Health)
    maintenance: str | None = None
    running: bool = False
    hurried: bool = False
    gone: bool = False
    retry: float | None = None
    slot: float = 0.0

    def __post_init__(self) -> None:
        definition = self.definition
        self.history = History(hold=2 * definition.every + definition.timeout)
        self._share = share_of(definition.name)
        self._status: ServiceStatus | None = None
        self.restart(self.started)

    @property
    def definition(self) -> Definition:
        return self.probe.definition

    @property
    def due(self) -> float:
        return self.slot if self.retry is None else min(self.slot, self.retry)

    def restart(self, now: float) -> None:
        """Begin a new grid at `now` with a first look within a second."""
        self.started, self.retry = now, None
        self.slot = now + self._share * min(self.definition.every, _AT_THE_START)

    def advance(self, now: float) -> int:
        """Move on to the next slot after `now`, on a grid of its own; how many were passed over on the way."""
        every = self.definition.every
        first = self.started + self._share * every
        missed = max(0, int((now - self.slot) // every))
        passed = int((now - first) // every) + 1
        following = first + max(0, passed) * every
        # Right after the first look a slot may come too soon to be worth a second one.
        self.slot = following if following - now >= every / 4 else following + every
        return missed

    def stale(self, at: datetime) -> bool:
        """Whether nothing has been seen for two intervals and a timeout."""
        last = self.health.last
        if last is None or self.health.state == "paused":
            return False
        definition = self.definition
        return at - last.ended > timedelta(seconds=2 * definition.every + definition.timeout)

    def newly_stale(self, at: datetime) -> bool:
        """Whether it has gone stale since its status was made."""
        return self._status is not None and not self._status.stale and self.stale(at)

    def changed(self) -> None:
        """The status must be made anew."""
        self._status = None

    def status(self, at: datetime) -> ServiceStatus:
        """How the board shows it; the same object as before unless something changed."""
        stale = self.stale(at)
        if self._status is None or self._status.stale != stale:
            self._status = self._make(stale)
        return self._status

    def _make(self, stale: bool) -> ServiceStatus:
        health, definition = self.health, self.definition
        last = health.last
        p50, p95 = self.history.percentiles(0.5, 0.95)
        return ServiceStatus(
            name=definition.name,
            kind=definition.kind,
            target=definition.target,
            group=definition.group,
            state=health.state,
            since=health.since,
            why=_why(health),
            latency=last.took if last else None,
            p50=p50,
            p95=p95,
            pending=pending(health, definition.rules),
            flapping=health.flap_percent if health.flapping else None,
            maintenance=self.maintenance,
            blocked=(last.blocked_by or None) if last else None,
            stale=stale,
            paused_until=health.paused_until,
            first_bad=health.first_bad.at if health.first_bad else None,
            trouble_since=health.trouble_since,
            evidence=tuple(_lines(health)),
            phases=last.phases if last else (),
            runbook=definition.runbook,
            every=definition.every,
            history=self.history,
        )


def _why(health: Health) -> str:
    if health.state == "paused":
        return "paused"
    if health.last is None:
        return "not checked yet"
    if health.state in ("down", "degraded") and health.last.level is Level.OK and health.last_bad is not None:
        return health.last_bad.reason
    return health.last.reason


def _lines(health: Health) -> list[tuple[str, str]]:
    """The results that matter, each once, and what the last one brought along."""
    lines: list[tuple[str, str]] = []
    shown: list[Result] = []
    for label, result in (("last", health.last), ("first bad", health.first_bad), ("last good", health.last_good)):
        if result is not None and not any(result is one for one in shown):
            lines.append((label, describe(result)))
            shown.append(result)
    return lines + list(health.last.evidence if health.last else ())
