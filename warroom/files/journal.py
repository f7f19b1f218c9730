"""Changes in a side file, for as long as the incident file itself can't take them: written, read, merged.

Each is one `[[change]]` block on few lines, `edits` last, so that a torn one can be told from a whole one.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_type_hints

import msgspec
import tomli

from warroom.files import disk
from warroom.files.block import value
from warroom.files.codec import plain
from warroom.incident.changes import (
    PARTS,
    Add,
    AddAction,
    Change,
    Edit,
    RemoveAction,
    Revise,
    ReviseAction,
    Set,
    Stamp,
)
from warroom.incident.contested import text_at, texts
from warroom.incident.model import Accepted, Action, Entry, Fields, Incident
from warroom.text.clean import clean_line

_HEADER = b"[[change]]\n"


def keep(path: str, changes: Sequence[Change], seen: Incident | None = None) -> str:
    """Appends changes to the side file of the incident at `path`, durable on return; its path. DiskError.

    `seen` is what their author saw: what is otherwise when they are merged was changed by somebody else, too.
    """
    return _append(path, b"".join(encoded(change, seen) for change in changes))


def _append(path: str, data: bytes) -> str:
    name = disk.side_path(path)
    directory = os.path.dirname(path)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(name, flags, disk.new_mode(directory))
        try:
            start = os.fstat(descriptor).st_size
            try:
                disk.write_all(descriptor, data)
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, start)
                raise
        finally:
            os.close(descriptor)
        if start == 0:
            disk.sync_directory(directory)
    except OSError as error:
        raise disk.disk_error(name, error) from None
    return name


@dataclass(frozen=True, slots=True)
class Kept:
    """One block of a side file; `change` is None where it can't be read, for the `reason` given.

    `was` has what the change sets or rewrites as it was before it, by its paths.
    """

    block: bytes
    change: Change | None
    reason: str = ""
    was: Mapping[str, Any] = field(default_factory=dict)


def kept(path: str) -> list[Kept]:
    """What is in the side file of the incident at `path`, in order. FileError where it can't be read."""
    name = disk.side_path(path)
    if not os.path.lexists(name):
        return []
    data, _ = disk.read(name)
    found = []
    at = data.find(_HEADER)
    while at >= 0:
        end = data.find(b"\n" + _HEADER, at)
        block = data[at:] if end < 0 else data[at : end + 1]
        line = data.count(b"\n", 0, at) + 1
        found.append(_read(block, f"{name}:{line}"))
        at = end + 1 if end >= 0 else -1
    return found


def _read(block: bytes, where: str) -> Kept:
    text = block.removeprefix(_HEADER)
    stub = text.rfind(b"\n") + 1
    if _HEADER.startswith(text[stub:]):  # the header of the next one was torn
        text = text[:stub]
    try:
        table = tomli.loads(text.decode())
        change = _decoded(table)
        was = [pair for edit in table["edits"] for pair in _table(edit, "was").items()]
        return Kept(block, change, was={path: _was_there(path, item) for path, item in was})
    except (ValueError, KeyError, TypeError) as error:
        return Kept(block, None, clean_line(f"{where}: a change can't be read: {error}"))


def replace_kept(path: str, left: Sequence[Kept]) -> None:
    """Leaves only these changes in the side file; what was there is kept in a numbered file. DiskError."""
    name = disk.side_path(path)
    number = 1
    while os.path.lexists(merged := f"{path}.merged-{number}"):
        number += 1
    try:
        os.rename(name, merged)
        disk.sync_directory(os.path.dirname(path))
    except OSError as error:
        raise disk.disk_error(name, error) from None
    if left:
        _append(path, b"".join(b"\n" + item.block.rstrip(b"\n") + b"\n" for item in left))


def encoded(change: Change, seen: Incident | None = None) -> bytes:
    """One change as a block."""
    stamp = change.stamp
    edits = value([{**_edit(edit), **_was(edit, seen)} for edit in change.edits])
    lines = (f"id = {value(stamp.id)}", f"at = {value(stamp.at)}", f"by = {value(stamp.by)}", f"edits = {edits}")
    return b"\n" + _HEADER + "\n".join(lines).encode() + b"\n"


def _edit(edit: Edit) -> dict[str, Any]:
    match edit:
        case Add(entry):
            return {"add": plain(entry)}
        case Revise(entry_id, values):
            return {"revise": entry_id, **_values(values)}
        case Set(path, item):
            return {"set": path} if item is None else {"set": path, "value": plain(item)}
        case AddAction(action):
            return {"add_action": plain(action)}
        case ReviseAction(action_id, values):
            return {"revise_action": action_id, **_values(values)}
        case RemoveAction(action_id):
            return {"remove_action": action_id}


def _was(edit: Edit, seen: Incident | None) -> dict[str, Any]:
    paths = (edit.path,) if isinstance(edit, Set) else texts(edit)
    found = {path: plain(text_at(seen, path)) for path in paths} if seen is not None else {}
    return {"was": found} if any(item is not None for item in found.values()) else {}


def _table(edit: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = edit.get(name, {})
    if not isinstance(found, dict):
        raise TypeError(f"{name} is no table")
    return found


def _was_there(path: str, item: Any) -> Any:
    return item if path.startswith(("timeline.", "action.")) else msgspec.convert(item, _type_at(path))


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    unset = [name for name, item in values.items() if item is None]
    told = {name: plain(item) for name, item in values.items() if item is not None}
    return {"values": told} | ({"unset": unset} if unset else {})


def _decoded(table: Mapping[str, Any]) -> Change:
    at = table["at"]
    if not isinstance(at, datetime):
        raise TypeError("at is no date and time")
    return Change(tuple(_edit_of(edit) for edit in table["edits"]), Stamp(table["id"], at, table["by"]))


def _edit_of(table: Mapping[str, Any]) -> Edit:
    match table:
        case {"add": fields}:
            return Add(msgspec.convert(fields, Entry))
        case {"revise": entry_id}:
            return Revise(entry_id, _typed(table, Entry))
        case {"set": path}:
            return Set(path, msgspec.convert(table["value"], _type_at(path)) if "value" in table else None)
        case {"add_action": fields}:
            return AddAction(msgspec.convert(fields, Action))
        case {"revise_action": action_id}:
            return ReviseAction(action_id, _typed(table, Action))
        case {"remove_action": action_id}:
            return RemoveAction(action_id)
    raise ValueError(f"no edit is called {', '.join(table)}")


def _typed(table: Mapping[str, Any], kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    values = {name: msgspec.convert(item, hints[name]) for name, item in _table(table, "values").items()}
    return values | dict.fromkeys(table.get("unset", ()))


def _type_at(path: str) -> Any:
    part, _, name = path.partition(".")
    if part == "roles":
        return str
    if path == "accepted":
        return tuple[Accepted, ...]
    return get_type_hints(PARTS[part])[name] if name else get_type_hints(Fields)[path]
