"""Changing what the head of an incident says, by a person's word: the edit, and the entry that keeps old and new."""

from difflib import get_close_matches
from typing import Any, Final

from warroom.incident.changes import HEAD_PATHS, Set, read
from warroom.incident.model import Incident
from warroom.incident.times import TimeError, parse_duration, zone
from warroom.incident.wording import CLOSED, SHORT, AmendError, change_entry, one_of

__all__ = ["SETTABLE", "SHORT", "AmendError", "amendment", "change_fields", "known_values", "leaves_entry", "path_of"]

_LOGGED: Final = ("title", "severity", "status", "mode", "timezone", "services", "tags", "roles.")
_NOT_BY_HAND: Final = frozenset(
    {"declared_at", "postmortem.section", "accepted", "postmortem.reviewed_at", "comms.next_due"}
)

SETTABLE: Final = tuple(sorted(HEAD_PATHS - _NOT_BY_HAND))
"""The paths that a person may set by hand, beside `roles.NAME`."""


def path_of(name: str) -> str:
    """The path of a field by its path or short name; AmendError with the nearest one for an unknown name."""
    path = SHORT.get(name.lower(), name)
    if path.startswith("roles.") and len(path) > len("roles."):
        return path
    if path in SETTABLE:
        return path
    known = sorted({*SETTABLE, *SHORT, "roles.NAME"})
    near = get_close_matches(name, known, 1)
    raise AmendError(
        f"no field {name!r}" + (f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(known)}")
    )


def known_values(path: str) -> tuple[str, ...]:
    """All that the field can be, where that is a closed list; else nothing."""
    return CLOSED.get(path, ())


def amendment(incident: Incident, name: str, text: str) -> Set | None:
    """The edit that gives a field the value that `text` says; None where it says so already.

    Severity takes "1" for "sev1"; `services` and `tags` take words, each with "+" or "-" in front to add or remove one,
    else all anew. AmendError for what the field can't hold.
    """
    path = path_of(name)
    value = _value(incident, path, text.strip())
    return None if read(incident, path) == value else Set(path, value)


def _value(incident: Incident, path: str, text: str) -> Any:
    if path in CLOSED:
        return one_of(path, text)
    if path == "title" and not text:
        raise AmendError("a title can't be empty")
    try:
        if path == "timezone":
            zone(text)
        if path == "comms.every" and text:
            parse_duration(text)
    except TimeError as error:
        raise AmendError(str(error)) from error
    if path in ("services", "tags"):
        return _words(read(incident, path), text.replace(",", " ").split())
    return text


def _words(old: tuple[str, ...], words: list[str]) -> tuple[str, ...]:
    changing = [word for word in words if word[0] in "+-"]
    if changing and (len(changing) < len(words) or {"+", "-"} & set(changing)):
        raise AmendError(f"{' '.join(words)}: + or - stands in front of all words, or of none")
    if not changing:
        return tuple(dict.fromkeys(words))
    kept = list(old)
    for word in words:
        if word[0] == "-" and word[1:] in kept:
            kept.remove(word[1:])
        elif word[0] == "+" and word[1:] not in kept:
            kept.append(word[1:])
    return tuple(kept)


def leaves_entry(path: str) -> bool:
    """Whether a change of this field is part of the story; prose and impact are not."""
    return path.startswith(_LOGGED)


def change_fields(incident: Incident, edit: Set) -> dict[str, str]:
    """The fields of the entry (kind "change") that keeps what a field was and what it became."""
    return change_entry(edit.path, _words_of(read(incident, edit.path)), _words_of(edit.value))


def _words_of(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
