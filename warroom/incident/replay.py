"""A recorded incident as a story that can be told again: what happens when, and how each service stood."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from warroom.incident.kinds import HealthState
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry, Impact, Incident, Postmortem
from warroom.incident.order import reading_order

_SHORTEST, _LONGEST = timedelta(seconds=4), timedelta(seconds=9)
"""How long the wait for an entry is while a story is told in about a minute: time to read, and none to fall asleep."""
_UNTIMED_STEP: Final = timedelta(seconds=20)
"""How long after its predecessor an entry is told whose time nobody knows, where none with a time follows."""


@dataclass(frozen=True, slots=True)
class Story:
    """`steps` are the moments at which entries are told, in reading order; an untimed entry stays untimed."""

    begins: datetime
    steps: tuple[tuple[datetime, Entry], ...]
    outages: tuple[tuple[str, HealthState, datetime, datetime], ...]

    @property
    def ends(self) -> datetime:
        return self.steps[-1][0] if self.steps else self.begins

    @property
    def length(self) -> timedelta:
        """From the first entry to the last; a second at least."""
        return max(self.ends - self.begins, timedelta(seconds=1))

    def shortened(self, whole: timedelta) -> tuple[tuple[timedelta, datetime], ...]:
        """When each moment of the story comes if it is told in about `whole`: long waits are cut, short ones drawn out.

        Moments rise strictly, the first of them at 0.
        """
        pace = whole / self.length
        told = [(timedelta(0), self.begins)]
        for moment, _ in self.steps:
            if moment > told[-1][1]:
                wait = min(max((moment - told[-1][1]) * pace, _SHORTEST), _LONGEST)
                told.append((told[-1][0] + wait, moment))
        return tuple(told)

    def state(self, service: str, at: datetime) -> tuple[HealthState, datetime]:
        """How a service stood at `at`, and since when."""
        since = self.begins - timedelta(days=2)
        for name, state, start, end in self.outages:
            if name == service and start <= at < end:
                return state, start
            if name == service and end <= at:
                since = max(since, end)
        return "up", since


def blank(incident: Incident) -> Incident:
    """The incident as it was when nobody had written anything yet."""
    fields = replace(incident.fields, status="investigating", declared_at=None)
    return replace(incident, fields=fields, impact=Impact(), postmortem=Postmortem(), actions=(), entries=())


def story(incident: Incident) -> Story:
    """The story of a recorded incident. ValueError for one without any timed entry."""
    entries = [entry for entry in reading_order(incident.entries) if not entry.struck]
    timed = [entry.at for entry in entries if entry.at is not None]
    if not timed:
        raise ValueError(f"{incident.fields.id} has no entry with a time to replay")
    at, steps = timed[0], []
    for place, entry in enumerate(entries):
        at = entry.at if entry.at is not None else at + _untimed_step(at, entries[place:])
        steps.append((at, entry))
    return Story(timed[0], tuple(steps), tuple(_outages(incident, steps)))


def _untimed_step(at: datetime, entries: list[Entry]) -> timedelta:
    """How long after `at` the first of `entries` is told: evenly spread up to the next one with a time."""
    for count, entry in enumerate(entries, 1):
        if entry.at is not None:
            return (entry.at - at) / count
    return _UNTIMED_STEP


def _outages(
    incident: Incident, steps: list[tuple[datetime, Entry]]
) -> list[tuple[str, HealthState, datetime, datetime]]:
    """From the health entries; where there are none, the first service is down while the impact lasts."""
    found: list[tuple[str, HealthState, datetime, datetime]] = []
    end = steps[-1][0] + timedelta(days=365)
    health = [(at, entry) for at, entry in steps if entry.kind == "health" and entry.service and entry.state]
    for place, (at, entry) in enumerate(health):
        later = next((when for when, other in health[place + 1 :] if other.service == entry.service), end)
        if entry.state != "up":
            found.append((entry.service, entry.state, entry.since or at, later))
    if not found and incident.fields.services:
        held = milestones(incident.entries)
        began = next((held[mark].at for mark in ("started", "detected") if mark in held), None) or steps[0][0]
        over = next((held[mark].at for mark in ("mitigated", "resolved") if mark in held), None) or end
        found.append((incident.fields.services[0], "down", began, over))
    return found
