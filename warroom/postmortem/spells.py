"""How services fared over the time of an incident: stretches of one state each, from the health entries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from warroom.incident.durations import downtimes, durations, health_moments
from warroom.incident.kinds import MARK_WORDS, HealthState, Mark
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry, Incident
from warroom.incident.times import echo, words, zone_label
from warroom.incident.times import zone as zone_of
from warroom.text import clean_line


@dataclass(frozen=True, slots=True)
class Spell:
    """One state of one service, in UTC. `end` is None where no later entry says how it went on."""

    state: HealthState
    start: datetime
    end: datetime | None


def spells(entries: Iterable[Entry]) -> dict[str, tuple[Spell, ...]]:
    """The spells of each service, in the order in which services were first heard of.

    One ends where the next entry of its service begins; entries that say the same state again prolong it.
    """
    found: dict[str, list[Spell]] = {}
    for moment, entry in health_moments(entries):
        if not entry.state:
            continue
        past = found.setdefault(entry.service, [])
        if past and past[-1].state == entry.state:
            continue
        if past:
            past[-1] = Spell(past[-1].state, past[-1].start, moment)
        past.append(Spell(entry.state, moment, None))
    return {service: tuple(stretch) for service, stretch in found.items()}


def moments(incident: Incident) -> dict[Mark, datetime]:
    """When each milestone was, in UTC, for those that have a time."""
    held = milestones(incident.entries)
    return {mark: entry.at.astimezone(UTC) for mark, entry in held.items() if entry.at is not None}


def window(incident: Incident, now: datetime) -> tuple[datetime, datetime] | None:
    """From the first to the last of all that can be drawn, to `now` while the incident is open; None for nothing."""
    known = [*moments(incident).values()]
    for stretch in spells(incident.entries).values():
        known += [spell.start for spell in stretch]
    if not known:
        return None
    return min(known), max([*known, now.astimezone(UTC)] if incident.open else known)


def described(incident: Incident) -> str:
    """The chart in words, on one line, for whoever cannot see it."""
    place = zone_of(incident.fields.timezone)
    marks = moments(incident)
    first = min(marks.values(), default=None)
    told = [f"Downtime of {clean_line(incident.fields.title)}."]
    for outage in downtimes(incident.entries):
        lengths = [words(outage.total)] if outage.total is not None else []
        if outage.lasting:
            start = outage.runs[-1].start
            lengths.append(f"from {echo(start, first or start, place)} with no recovery recorded")
        told.append(f"{clean_line(outage.service)} was down {' and '.join(lengths)}.")
    if first is not None:
        stamps = (f"{MARK_WORDS[mark]} {at.astimezone(place):%H:%M:%S}" for mark, at in marks.items())
        day = first.astimezone(place)
        told.append(f"Milestones from {day.date().isoformat()} ({zone_label(day)}): {', '.join(stamps)}.")
    if (length := durations(incident).resolve).delta is not None:
        told.append(f"It took {length} to resolve.")
    return " ".join(told)
