"""What two sides changed: the file's version stands, and a text that lost is kept beside it until a person chooses."""

import os
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from warroom.files import disk
from warroom.files.append import set_aside
from warroom.files.codec import written
from warroom.files.messages import Conflict, Notice
from warroom.incident.changes import Change, Edit, Set
from warroom.incident.contested import named, texts, without


def without_conflicts(
    path: str, change: Change, was: Mapping[str, Any], now: Callable[[str], Any], known: MutableMapping[str, str]
) -> tuple[Change, list[Conflict | Notice]]:
    """The change without what somebody else has changed, too, since its author saw it; and what is told of that.

    `was` has what the author saw, by its paths, `now` what the file says. Texts that lost are kept beside the file,
    what was written last in one file a path of `known`; another value is named. DiskError.
    """
    kept: list[Edit] = []
    told: list[Conflict | Notice] = []
    for edit in change.edits:
        left: Edit | None = edit
        words = texts(edit)
        for at, mine in (words or ({edit.path: edit.value} if isinstance(edit, Set) else {})).items():
            if at not in was or (theirs := now(at)) in (was[at], mine):
                continue
            left = None if left is None else without(left, at)
            if words:
                told.append(_kept_beside(path, change, at, was[at], mine, theirs, known))
            else:
                stands = f"{_value(theirs)} stands, not {_value(mine)}"
                told.append(Notice(f"{path}: {at} was changed on two sides; {stands}"))
        kept += [left] if left is not None else []
    return (change if not told else Change(tuple(kept), change.stamp)), told


def _kept_beside(
    path: str, change: Change, at: str, base: Any, mine: Any, theirs: Any, known: MutableMapping[str, str]
) -> Conflict:
    text = f"# {change.stamp.at.isoformat()} {at}\nmine = {written(mine)}\n".encode()
    try:
        if kept := known.get(at):
            disk.replace(kept, text)
        else:
            known[at] = kept = set_aside(path, text, "conflict")
    except OSError as error:
        raise disk.disk_error(path, error) from None
    return Conflict(change.stamp.id, at, base, mine, theirs, kept)


def _value(of: Any) -> str:
    return "nothing" if of is None else written(of)


def conflict_notice(path: str, conflict: Conflict) -> str:
    """What a person is told of a conflict where no room is open that could ask."""
    what, name = named(conflict.path), os.path.basename(conflict.kept)
    return f"{path}: two sides changed {what}; the file's version stands, the other is in {name}"
