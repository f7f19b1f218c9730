"""How long it took, derived from milestones and health entries; what is not known is unknown, never 0."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from warroom.incident.kinds import MARK_WORDS, Mark
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry, Incident
from warroom.incident.order import reading_order
from warroom.incident.times import words

_ENDS: Final[tuple[Mark, ...]] = ("detected", "acknowledged", "identified", "mitigated", "resolved")
_NOTHING: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time. `delta` is None where it is unknown, and `why` says why in a clause without a full stop.

    Where an end is a range (an entry with `until`), `delta` is the least and `most` the greatest it can have been.
    """

    delta: timedelta | None
    why: str = ""
    most: timedelta | None = None

    def __str__(self) -> str:
        """In words: "1 h 12 min", "between 5 min and 12 min", "unknown"."""
        if self.delta is None:
            return "unknown"
        least = words(self.delta)
        if self.most is None or words(self.most) == least:
            return least
        return f"between {least} and {words(self.most)}"


@dataclass(frozen=True, slots=True)
class Durations:
    """All from the moment the impact began to the milestone in the name."""

    detect: Span
    acknowledge: Span
    identify: Span
    mitigate: Span
    resolve: Span


@dataclass(frozen=True, slots=True)
class DownRun:
    """One outage of one service, in UTC. `end` is None while it lasts, or where nobody saw the end.

    `unseen` is since when nobody looks at it any more.
    """

    service: str
    start: datetime
    end: datetime | None
    unseen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Downtime:
    """The outages of one service. `total` counts the ended ones alone; None where none has ended."""

    service: str
    runs: tuple[DownRun, ...]

    @property
    def total(self) -> timedelta | None:
        ended = [run.end - run.start for run in self.runs if run.end is not None]
        return sum(ended, _NOTHING) if ended else None

    @property
    def lasting(self) -> bool:
        """Whether the last outage has no end yet."""
        return bool(self.runs) and self.runs[-1].end is None


def _window(entry: Entry) -> tuple[datetime, datetime] | None:
    """From when to when the moment of an entry can have been, in UTC."""
    if entry.at is None:
        return None
    at = entry.at.astimezone(UTC)
    until = at if entry.until is None else entry.until.astimezone(UTC)
    return at, max(at, until)


def span(start: Entry | None, end: Entry | None, start_words: str, end_words: str) -> Span:
    """From one milestone to another; the words are how its reasons call them ("impact began", "detected")."""
    missing = [called for entry, called in ((start, start_words), (end, end_words)) if entry is None]
    if start is None or end is None:
        return Span(None, f"nothing is marked as {' or '.join(repr(called) for called in missing)}")
    first, last = _window(start), _window(end)
    if first is None or last is None:
        untimed = start_words if first is None else end_words
        return Span(None, f"the entry marked {untimed!r} has no time")
    least, most = last[0] - first[1], last[1] - first[0]
    if most < _NOTHING:
        return Span(None, f"{end_words!r} is {words(-most)} before {start_words!r}")
    least = max(least, _NOTHING)
    if first[0] == first[1] and last[0] == last[1]:
        return Span(least)
    return Span(least, "the time of a milestone is a range", most)


def durations(incident: Incident) -> Durations:
    """The five durations of an incident. One that is open again after it was resolved has no time to resolve."""
    held = milestones(incident.entries)
    started = held.get("started")
    spans = {mark: span(started, held.get(mark), MARK_WORDS["started"], MARK_WORDS[mark]) for mark in _ENDS}
    if incident.open and "resolved" in held:
        spans["resolved"] = Span(None, f"it was marked as resolved, but is {incident.fields.status} now")
    return Durations(*(spans[mark] for mark in _ENDS))


def out_of_order(entries: Iterable[Entry]) -> tuple[str, ...]:
    """A sentence for each pair of neighbouring milestones that stand in the wrong order, without a full stop.

    The order is that of the marks. `acknowledged` and `identified` are compared with `detected` and with what ends
    the incident, not with each other: a cause can be known before anybody acknowledges an alert.
    """
    held = {mark: window for mark, entry in milestones(entries).items() if (window := _window(entry))}
    pairs: tuple[tuple[Mark, Mark], ...] = (
        ("started", "detected"),
        ("started", "acknowledged"),
        ("started", "identified"),
        ("started", "mitigated"),
        ("started", "resolved"),
        ("detected", "acknowledged"),
        ("detected", "resolved"),
        ("acknowledged", "resolved"),
        ("mitigated", "resolved"),
    )
    return tuple(
        f"{MARK_WORDS[later]!r} is {words(held[earlier][0] - held[later][1])} before {MARK_WORDS[earlier]!r}"
        for earlier, later in pairs
        if earlier in held and later in held and held[later][1] < held[earlier][0]
    )


def health_moments(entries: Iterable[Entry]) -> list[tuple[datetime, Entry]]:
    """The health entries, each with the moment from which on it is true: `since`, else `at`; by these, in UTC.

    Struck entries and entries without any time count for nothing.
    """
    seen: list[tuple[datetime, int, Entry]] = []
    for place, entry in enumerate(reading_order(entries)):
        moment = entry.since or entry.at
        if entry.kind == "health" and entry.service and not entry.struck and moment is not None:
            seen.append((moment.astimezone(UTC), place, entry))
    seen.sort(key=lambda item: item[:2])
    return [(moment, entry) for moment, _, entry in seen]


def downtimes(entries: Iterable[Entry]) -> tuple[Downtime, ...]:
    """The outages of each service by its health entries, in the order in which they first went down.

    An outage lasts from `since` of the entry that says "down" (its first bad result) to `since` of the next that says
    "up" or "degraded". "unknown" ends none: nobody saw the service come back.
    """
    runs: dict[str, list[DownRun]] = {}
    for moment, entry in health_moments(entries):
        past = runs.get(entry.service, [])
        is_down = bool(past) and past[-1].end is None
        if entry.state == "down" and not is_down:
            runs.setdefault(entry.service, []).append(DownRun(entry.service, moment, None))
        elif entry.state in ("down", "unknown") and is_down:
            unseen = (past[-1].unseen or moment) if entry.state == "unknown" else None
            past[-1] = DownRun(entry.service, past[-1].start, None, unseen)
        elif entry.state in ("up", "degraded") and is_down:
            past[-1] = DownRun(entry.service, past[-1].start, moment)
    return tuple(Downtime(service, tuple(found)) for service, found in runs.items())
