"""Texts that two sides changed: the file's version stands, the other is kept beside it until a person chooses."""

import os
from collections.abc import MutableMapping
from typing import TypeGuard

from warroom.files import disk
from warroom.files.append import set_aside
from warroom.files.codec import written
from warroom.files.messages import Conflict
from warroom.incident.changes import Change, Edit, Set

_PROSE = ("postmortem.", "impact.")


def is_text(edit: Edit) -> TypeGuard[Set]:
    """Whether an edit sets one of the texts that two people may be writing at once."""
    return isinstance(edit, Set) and edit.path.startswith(_PROSE)


def clash(base: object, mine: object, theirs: object) -> bool:
    """Whether a text that was `base` has become two different ones."""
    return theirs not in (base, mine)


def kept_beside(
    path: str, change: Change, edit: Set, base: object, theirs: object, known: MutableMapping[str, str]
) -> Conflict:
    """The conflict of one text, which keeps what was written last in one file a path of `known`. DiskError."""
    text = f"# {change.stamp.at.isoformat()} {edit.path}\nmine = {written(edit.value)}\n".encode()
    try:
        if kept := known.get(edit.path):
            disk.replace(kept, text)
        else:
            known[edit.path] = kept = set_aside(path, text, "conflict")
    except OSError as error:
        raise disk.disk_error(path, error) from None
    return Conflict(change.stamp.id, edit.path, base, edit.value, theirs, kept)


def conflict_notice(path: str, conflict: Conflict) -> str:
    """What a person is told of a conflict where no room is open that could ask."""
    name = os.path.basename(conflict.kept)
    return f"{path}: {conflict.path} was changed on two sides; the file's version stands, the other is in {name}"
