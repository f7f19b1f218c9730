"""The texts that two people may be writing at once, by their paths: prose, words of entries, action items."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from warroom.incident.changes import Edit, Revise, ReviseAction, Set, read
from warroom.incident.model import Incident
from warroom.incident.places import place_of

_PROSE: Final = ("postmortem.", "impact.")
_ENTRY: Final = "timeline."
_ACTION: Final = "action."
_IN_ACTION: Final = ("title", "detail")


def texts(edit: Edit) -> Mapping[str, Any]:
    """What an edit makes of such texts; nothing for all other edits."""
    match edit:
        case Set(path, value) if path.startswith(_PROSE):
            return {path: value}
        case Revise(entry_id, values) if "text" in values:
            return {f"{_ENTRY}{entry_id}.text": values["text"]}
        case ReviseAction(action_id, values):
            return {f"{_ACTION}{action_id}.{name}": values[name] for name in _IN_ACTION if name in values}
    return {}


def text_at(incident: Incident, path: str) -> Any:
    """What stands at such a path; None where the entry or the action item is not there."""
    if entry_id := entry_of(path):
        place = place_of(incident.entries, entry_id)
        return None if place is None else incident.entries[place].text
    if path.startswith(_ACTION):
        action_id, _, name = path.removeprefix(_ACTION).rpartition(".")
        return next((getattr(action, name) for action in incident.actions if action.id == action_id), None)
    return read(incident, path)


def entry_of(path: str) -> str:
    """The id of the entry whose words a path means; "" where it means something else."""
    return path.removeprefix(_ENTRY).removesuffix(".text") if path.startswith(_ENTRY) else ""


def writes(path: str, value: Any) -> Edit:
    """The edit that puts a text at its path."""
    if entry_id := entry_of(path):
        return Revise(entry_id, {"text": value})
    if path.startswith(_ACTION):
        action_id, _, name = path.removeprefix(_ACTION).rpartition(".")
        return ReviseAction(action_id, {name: value})
    return Set(path, value)


def without(edit: Edit, path: str) -> Edit | None:
    """An edit without the text at `path`; None where it says nothing else."""
    if not isinstance(edit, Revise | ReviseAction):
        return None
    name = path.rpartition(".")[2]
    left = {field: value for field, value in edit.values.items() if field != name}
    return replace(edit, values=left) if left else None


def named(path: str) -> str:
    """What a person calls the text at a path; no id tells anybody which entry it is."""
    if path.startswith(_ENTRY):
        return "the words of an entry"
    return f"the {path.rpartition('.')[2]} of an action item" if path.startswith(_ACTION) else path
