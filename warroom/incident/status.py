"""How the status follows the milestones: explicit edits, never a side effect of `apply`."""

from warroom.incident.changes import Set
from warroom.incident.kinds import Mark, status_after
from warroom.incident.model import Incident


def edits_for_mark(incident: Incident, mark: Mark) -> tuple[Set, ...]:
    """The status edit that belongs into the same Change as an entry with `mark`; none where it would go backwards."""
    status = status_after(mark, incident.fields.status)
    return (Set("status", status),) if status != incident.fields.status else ()
