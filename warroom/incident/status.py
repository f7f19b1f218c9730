"""How the status follows the milestones: explicit edits, never a side effect of `apply`."""

from typing import Final

from warroom.incident.changes import Set
from warroom.incident.kinds import Mark, Status
from warroom.incident.model import Incident

_FOLLOWS: Final[dict[Mark, tuple[Status, frozenset[Status]]]] = {
    "identified": ("identified", frozenset({"investigating"})),
    "mitigated": ("monitoring", frozenset({"investigating", "identified"})),
    "resolved": ("resolved", frozenset({"investigating", "identified", "monitoring"})),
}


def edits_for_mark(incident: Incident, mark: Mark) -> tuple[Set, ...]:
    """The status edit that belongs into the same Change as an entry with `mark`; none where it would go backwards."""
    status, moves_from = _FOLLOWS.get(mark, ("investigating", frozenset[Status]()))
    return (Set("status", status),) if incident.fields.status in moves_from else ()
