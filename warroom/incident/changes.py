"""What can happen to an incident: a Change is a tuple of edits, committed whole, and can be inverted.

Laws, held by tests: applying twice is applying once; apply then invert restores `Incident.content()`; changes whose
`touches()` are disjoint commute (untimed entries excepted: their order is that of the file).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from warroom.incident.model import (
    ACTION_FIELDS,
    ENTRY_FIELDS,
    Action,
    Comms,
    Entry,
    Fields,
    Impact,
    Incident,
    Postmortem,
    Revision,
)
from warroom.incident.places import appended, place_of, replaced


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who made a change, when, under which id; the core never makes one itself."""

    id: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Add:
    """A new entry. One whose id is there already is left alone."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Revise:
    """New values for fields of one entry; the old ones go into a revision."""

    id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Set:
    """A new value of the head, by its path in the file: "severity", "roles.commander", "postmortem.summary".

    The default of a field ("" for text) unsets it. `postmortem.section` and `accepted` are set as whole tuples.
    """

    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class AddAction:
    action: Action


@dataclass(frozen=True, slots=True)
class ReviseAction:
    id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RemoveAction:
    """Takes an action item out of the file; only undo does this, a person sets the status `dropped`."""

    id: str


Edit = Add | Revise | Set | AddAction | ReviseAction | RemoveAction

PARTS: Final[dict[str, type]] = {"impact": Impact, "comms": Comms, "postmortem": Postmortem}
HEAD_PATHS: Final[frozenset[str]] = frozenset(
    [f.name for f in fields(Fields) if f.name != "id"]
    + [f"{part}.{f.name}" for part, kind in PARTS.items() for f in fields(kind)]
    + ["accepted"]
)
"""Every path that `Set` takes, but for `roles.NAME`, where NAME is free."""


@dataclass(frozen=True, slots=True)
class Change:
    """Edits that stand or fall together.

    ValueError where two of them touch the same thing, or one names a path or a field that there is not.
    """

    edits: tuple[Edit, ...]
    stamp: Stamp

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for edit in self.edits:
            _refuse_unknown(edit)
            touched = _touched(edit)
            if touched & seen:
                raise ValueError(f"two edits of one change touch {', '.join(sorted(touched & seen))}")
            seen |= touched

    def touches(self) -> frozenset[str]:
        """What this change reads or writes: `head:PATH`, `entry:ID`, `action:ID`."""
        return frozenset().union(*(_touched(edit) for edit in self.edits))

    @property
    def only_adds(self) -> bool:
        """Whether an append is enough to commit it."""
        return all(isinstance(edit, Add) for edit in self.edits)


_REVISABLE: Final = frozenset(ENTRY_FIELDS) - {"id", "revisions"}
_REVISABLE_ACTION: Final = frozenset(ACTION_FIELDS) - {"id"}


def _refuse_unknown(edit: Edit) -> None:
    match edit:
        case Set(path) if path not in HEAD_PATHS and not (path.startswith("roles.") and path != "roles."):
            raise ValueError(f"an incident has no path {path!r} that can be set")
        case Revise(_, values) if unknown := values.keys() - _REVISABLE:
            raise ValueError(f"an entry has no field {min(unknown)!r} that can be revised")
        case ReviseAction(_, values) if unknown := values.keys() - _REVISABLE_ACTION:
            raise ValueError(f"an action has no field {min(unknown)!r} that can be revised")
        case _:
            pass


def _touched(edit: Edit) -> frozenset[str]:
    match edit:
        case Add(entry):
            return frozenset({f"entry:{entry.id}"})
        case Revise(entry_id):
            return frozenset({f"entry:{entry_id}"})
        case Set(path):
            return frozenset({f"head:{path}"})
        case AddAction(action):
            return frozenset({f"action:{action.id}"})
        case ReviseAction(action_id) | RemoveAction(action_id):
            return frozenset({f"action:{action_id}"})


def read(incident: Incident, path: str) -> Any:
    """The value at a path of `Set`; KeyError where there is no such path."""
    head, _, rest = path.partition(".")
    if head == "roles" and rest:
        return incident.roles.get(rest, "")
    if path not in HEAD_PATHS:
        raise KeyError(path)
    if rest:
        return getattr(getattr(incident, head), rest)
    return incident.accepted if path == "accepted" else getattr(incident.fields, path)


def _set(incident: Incident, path: str, value: Any) -> Incident:
    if read(incident, path) == value:
        return incident
    head, _, rest = path.partition(".")
    if head == "roles":
        roles = {**incident.roles, rest: value}
        if not value:
            del roles[rest]
        return replace(incident, roles=roles)
    if rest:
        return replace(incident, **{head: replace(getattr(incident, head), **{rest: value})})
    if path == "accepted":
        return replace(incident, accepted=tuple(value))
    return replace(incident, fields=replace(incident.fields, **{path: value}))


def blank(value: Any) -> Any:
    """A field's value as a revision keeps it: TOML has no null, so None is ""."""
    return "" if value is None else value


def revised(entry: Entry, values: Mapping[str, Any], stamp: Stamp) -> Entry:
    """`entry` with `values` and one more revision; the same object where this stamp was applied, or nothing differs."""
    if any(revision.id == stamp.id for revision in entry.revisions):
        return entry
    before = {name: blank(getattr(entry, name)) for name, value in values.items() if getattr(entry, name) != value}
    if not before:
        return entry
    last = entry.revisions[-1].id if entry.revisions else entry.id
    revision = Revision(id=stamp.id, at=stamp.at, by=stamp.by, replaces=last, before=before)
    return replace(entry, **values, revisions=(*entry.revisions, revision))


def apply(incident: Incident, change: Change) -> Incident:
    """The incident after `change`. Edits of entries or actions that are not there do nothing."""
    for edit in change.edits:
        match edit:
            case Add(entry):
                if place_of(incident.entries, entry.id) is None:
                    incident = replace(incident, entries=appended(incident.entries, entry))
            case Revise(entry_id, values):
                place = place_of(incident.entries, entry_id)
                if place is not None:
                    old = incident.entries[place]
                    if (new := revised(old, values, change.stamp)) is not old:
                        incident = replace(incident, entries=replaced(incident.entries, place, new))
            case Set(path, value):
                incident = _set(incident, path, value)
            case AddAction(action):
                if all(known.id != action.id for known in incident.actions):
                    incident = replace(incident, actions=(*incident.actions, action))
            case ReviseAction(action_id, values):
                actions = tuple(replace(a, **values) if a.id == action_id else a for a in incident.actions)
                incident = incident if actions == incident.actions else replace(incident, actions=actions)
            case RemoveAction(action_id):
                kept = tuple(action for action in incident.actions if action.id != action_id)
                incident = incident if len(kept) == len(incident.actions) else replace(incident, actions=kept)
    return incident


def invert(change: Change, before: Incident) -> tuple[Edit, ...]:
    """The edits that take `change` back, seen from `before`, the incident it was applied to.

    An added entry is struck, not removed: what was logged stays in the record.
    """
    return tuple(_inverted(change.edits, before))


def _inverted(edits: Iterable[Edit], before: Incident) -> Iterable[Edit]:
    for edit in edits:
        match edit:
            case Add(entry):
                if place_of(before.entries, entry.id) is None:
                    yield Revise(entry.id, {"struck": True})
            case Revise(entry_id, values):
                if (place := place_of(before.entries, entry_id)) is not None:
                    yield Revise(entry_id, {name: getattr(before.entries[place], name) for name in values})
            case Set(path):
                yield Set(path, read(before, path))
            case AddAction(action):
                if all(known.id != action.id for known in before.actions):
                    yield RemoveAction(action.id)
            case ReviseAction(action_id, values):
                for action in before.actions:
                    if action.id == action_id:
                        yield ReviseAction(action_id, {name: getattr(action, name) for name in values})
            case RemoveAction(action_id):
                yield from (AddAction(action) for action in before.actions if action.id == action_id)
