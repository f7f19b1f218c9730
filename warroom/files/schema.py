"""The JSON Schema of an incident file, generated from the model, for editors and for other programs."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, Final, get_args, get_type_hints

import msgspec

from warroom.incident.model import (
    FORMAT,
    Accepted,
    Action,
    Comms,
    Entry,
    Evidence,
    Fields,
    Impact,
    Postmortem,
    Revision,
    Section,
)

_PARTS: Final = {
    "Accepted": Accepted,
    "Action": Action,
    "Comms": Comms,
    "Entry": Entry,
    "Evidence": Evidence,
    "Impact": Impact,
    "Postmortem": Postmortem,
    "Revision": Revision,
    "Section": Section,
}
_TITLES: Final = {
    "format": "The number of the format",
    "roles": "Who has which role now; the timeline has the history",
    "accepted": "Review findings that somebody accepted on purpose",
    "action": "Corrective and preventive measures, follow-ups",
    "timeline": "The entries, in the order in which they arrived; last in the file",
}


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12). Unknown keys are allowed everywhere: they are kept, not read."""
    definitions = {name: _object(kind) for name, kind in _PARTS.items()}
    head = _object(Fields)
    properties = {
        "format": {"const": FORMAT},
        **head["properties"],
        "roles": {"type": "object", "additionalProperties": {"type": "string"}},
        "impact": {"$ref": "#/$defs/Impact"},
        "comms": {"$ref": "#/$defs/Comms"},
        "postmortem": {"$ref": "#/$defs/Postmortem"},
        "accepted": _list("Accepted"),
        "action": _list("Action"),
        "timeline": _list("Entry"),
    }
    for name, title in _TITLES.items():
        properties[name] = {"title": title, **properties[name]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "warroom incident",
        "type": "object",
        "properties": properties,
        "required": ["format", *head["required"]],
        "$defs": definitions,
    }


def _list(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}


def _object(kind: type) -> dict[str, Any]:
    """One table. What TOML can't say is left out: no null, since an unset key is not written."""
    hints = get_type_hints(kind)
    properties: dict[str, Any] = {}
    required = []
    for field in fields(kind):
        properties[field.name] = _without_null(_property(hints[field.name]))
        if field.default is MISSING and field.default_factory is MISSING:
            # An entry or action without an id is read all the same: it gets one that follows from its content.
            required += [field.name] if (kind, field.name) not in ((Entry, "id"), (Action, "id")) else []
        elif isinstance(field.default, str | int | bool) and field.default != "":
            properties[field.name]["default"] = field.default
    return {"type": "object", "properties": properties, "required": required}


def _property(hint: Any) -> dict[str, Any]:
    found, _ = msgspec.json.schema_components((hint,), ref_template="#/$defs/{name}")
    (told,) = found
    if datetime in (hint, *get_args(hint)):  # msgspec leaves this out where a datetime may come without an offset
        told = {"type": "string", "format": "date-time"}
    return told


def _without_null(told: Mapping[str, Any]) -> dict[str, Any]:
    result = {name: item for name, item in told.items() if name != "default"}
    if "anyOf" in result:
        rest = [item for item in result.pop("anyOf") if item.get("type") != "null"]
        result |= rest[0] if len(rest) == 1 else {"anyOf": rest}
    return result
