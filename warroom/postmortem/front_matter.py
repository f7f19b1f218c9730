"""The head that site generators read in front of a document: YAML between two lines of dashes."""

import json
from collections.abc import Iterator
from datetime import datetime

from warroom.incident.durations import durations
from warroom.incident.milestones import milestones
from warroom.incident.model import Incident
from warroom.text import clean_line


def front_matter(incident: Incident) -> str:
    """Title, date and what else is known, each on a line of its own; ends with a blank line.

    Texts and lists are written as in JSON, which YAML reads as what they are: a title can't become a key or a number.
    """
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in _values(incident)]
    return "\n".join(["---", *lines, "---", "", ""])


def _values(incident: Incident) -> Iterator[tuple[str, object]]:
    fields = incident.fields
    yield "title", clean_line(fields.title)
    began = milestones(incident.entries).get("started")
    if (at := (began.at if began is not None else None) or fields.declared_at) is not None:
        yield "date", _moment(at)
    if fields.id:
        yield "incident", fields.id
    if fields.severity != "unset":
        yield "severity", fields.severity
    yield "status", fields.status
    if (length := durations(incident).resolve.delta) is not None:
        yield "duration_seconds", int(length.total_seconds())
    for name, words in (("services", fields.services), ("tags", fields.tags)):
        if words:
            yield name, list(map(clean_line, words))


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
