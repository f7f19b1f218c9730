"""A whole incident as JSON, with what derives from it."""

from dataclasses import asdict, fields
from typing import Any

from warroom.files.block import is_blank
from warroom.incident.durations import Span, downtimes, durations
from warroom.incident.model import Incident
from warroom.incident.order import reading_order


def incident_as_json(incident: Incident) -> dict[str, Any]:
    """The whole incident as its file has it, entries in reading order, with the durations that derive from it.

    Durations are seconds, null where unknown with the reason beside it; `most_seconds` stands where an end is a range.
    """
    plain = asdict(incident)
    head = plain.pop("fields")
    plain["entries"] = [_without_blanks(asdict(entry)) for entry in reading_order(incident.entries)]
    took = durations(incident)
    return {
        **head,
        "roles": dict(incident.roles),
        **plain,
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
