"""An incident as JSON, with what derives from it: the whole of it, or what the public may know."""

from dataclasses import asdict, fields
from typing import Any, Final

from warroom.files.block import is_blank
from warroom.incident.durations import Span, downtimes, durations
from warroom.incident.model import Entry, Incident
from warroom.incident.order import reading_order

# What the public is told, by name: a field that the model gets one day is not told until it stands here.
_HEAD: Final = ("title", "severity", "status", "mode", "timezone", "declared_at", "services", "tags")
_IMPACT: Final = ("customers", "users_affected", "requests_failed", "data_loss")
_PROSE: Final = (
    *("summary", "trigger", "root_cause", "contributing_factors", "detection", "resolution"),
    *("went_well", "went_wrong", "got_lucky", "lessons", "conclusion", "section"),
)
_ACTION: Final = ("title", "detail", "type", "priority", "due", "status")
_ENTRY: Final = (
    *("at", "until", "kind", "mark", "service", "state", "since", "verdict"),
    *("field", "old", "new", "text"),
)
_BARE: Final = ("at", "until", "mark")


def incident_as_json(incident: Incident) -> dict[str, Any]:
    """The whole incident as its file has it, entries in reading order, with the durations that derive from it.

    Durations are seconds, null where unknown with the reason beside it; `most_seconds` stands where an end is a range.
    """
    plain = asdict(incident)
    head = plain.pop("fields")
    plain["entries"] = [_without_blanks(asdict(entry)) for entry in reading_order(incident.entries)]
    return {**head, "roles": dict(incident.roles), **plain, **_derived(incident)}


def public_as_json(incident: Incident) -> dict[str, Any]:
    """What the public may know of an incident that has passed the gate, under the same names as the whole record.

    Nobody and nothing is named by an id. A milestone whose entry is not told is its time and its mark alone.
    """
    head, prose = asdict(incident.fields), asdict(incident.postmortem)
    impact = asdict(incident.impact)
    return {
        "audience": "public",
        **{name: head[name] for name in _HEAD},
        "impact": {name: impact[name] for name in _IMPACT},
        "postmortem": {name: prose[name] for name in _PROSE},
        "actions": [{name: getattr(action, name) for name in _ACTION} for action in incident.actions],
        "entries": [_public_entry(entry) for entry in reading_order(incident.entries)],
        **_derived(incident),
    }


def _public_entry(entry: Entry) -> dict[str, Any]:
    told = {name: getattr(entry, name) for name in (_BARE if entry.internal else _ENTRY)}
    return _without_blanks(told)


def _derived(incident: Incident) -> dict[str, Any]:
    took = durations(incident)
    return {
        "durations": {part.name: _span(getattr(took, part.name)) for part in fields(took)},
        "downtime": [
            {
                "service": service.service,
                "seconds": None if service.total is None else service.total.total_seconds(),
                "runs": [{"start": run.start, "end": run.end} for run in service.runs],
            }
            for service in downtimes(incident.entries)
        ],
    }


def _without_blanks(values: dict[str, Any]) -> dict[str, Any]:
    """As in the file, a field that an entry does not have is not there."""
    return {name: value for name, value in values.items() if name == "text" or not is_blank(value)}


def _span(span: Span) -> dict[str, Any]:
    told: dict[str, Any] = {"seconds": None if span.delta is None else span.delta.total_seconds()}
    if span.most is not None:
        told["most_seconds"] = span.most.total_seconds()
    if span.why:
        told["why"] = span.why
    return told
