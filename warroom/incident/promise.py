"""When the next update is due: what was promised by hand, else a rhythm by severity since the last one was given."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from warroom.incident.kinds import Severity
from warroom.incident.model import Entry, Incident
from warroom.incident.times import TimeError, parse_duration

if TYPE_CHECKING:
    from warroom.incident.changes import Set

RHYTHM: Final[Mapping[Severity, timedelta]] = {
    "sev1": timedelta(minutes=20),
    "sev2": timedelta(minutes=30),
    "sev3": timedelta(hours=1),
    "sev4": timedelta(hours=4),
}
"""How often people are told, where nobody has set `comms.every`; for a lesser or unset severity nothing is due."""


def rhythm(incident: Incident) -> timedelta | None:
    """How often an update is due; None where nothing is promised. What can't be read as a length counts as absent."""
    if incident.comms.every:
        try:
            every = parse_duration(incident.comms.every)
        except TimeError:
            return RHYTHM.get(incident.fields.severity)
        return every or None
    return RHYTHM.get(incident.fields.severity)


def next_update(incident: Incident, told: Entry | None) -> datetime | None:
    """When the next update is due; None where none is, or the incident is over.

    `told` is the latest entry of kind comms. The later of what was set by hand and what the rhythm says counts, so that
    an update logged from elsewhere restarts the timer.
    """
    if not incident.open or incident.fields.mode == "retrospective":
        return None
    every = rhythm(incident)
    last = told.at if told is not None and told.at is not None else incident.fields.declared_at
    by_rhythm = last + every if every is not None and last is not None else None
    by_hand = incident.comms.next_due
    if by_hand is None or by_rhythm is None:
        return by_hand or by_rhythm
    return max(by_hand, by_rhythm)


def restarted(incident: Incident, at: datetime) -> "tuple[Set, ...]":
    """The edit that belongs into the same Change as an update given at `at`; none where nothing is promised."""
    from warroom.incident.changes import Set  # here: showing when it is due needs none of the changes

    every = rhythm(incident)
    if every is None or not incident.open or incident.fields.mode == "retrospective":
        return ()
    due = at + every
    before = incident.comms.next_due
    return (Set("comms.next_due", due),) if before is None or before < due else ()
