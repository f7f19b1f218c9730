"""The incident as the public may read it: credentials that slipped into its texts are masked."""

from dataclasses import fields, replace
from typing import Any, TypeVar

from warroom.incident.model import Action, Entry, Fields, Impact, Incident, Postmortem, Section
from warroom.text.redact import redact

_Part = TypeVar("_Part", Fields, Impact, Postmortem, Section, Action, Entry)
_KEPT = frozenset({"id", "timezone", "severity", "status", "kind", "mark", "state", "mode", "type", "theme", "answers"})


def masked(incident: Incident) -> Incident:
    """The same incident with every text of it passed through `redact`; times, ids and vocabularies stay."""
    prose = _masked(incident.postmortem)
    return replace(
        incident,
        fields=_masked(incident.fields),
        impact=_masked(incident.impact),
        postmortem=replace(prose, section=tuple(map(_masked, prose.section))),
        actions=tuple(map(_masked, incident.actions)),
        entries=tuple(map(_masked, incident.entries)),
    )


def _masked(part: _Part) -> _Part:
    changed: dict[str, Any] = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, str) and field.name not in _KEPT and (safe := redact(value)) != value:
            changed[field.name] = safe
    return replace(part, **changed) if changed else part
