"""What the writer of an open war room has to say; plain values that a thread can hand to an event loop."""

from dataclasses import dataclass
from typing import Any

from warroom.files.errors import FileError
from warroom.incident.model import Entry, Incident


@dataclass(frozen=True, slots=True)
class Saved:
    """These changes are on disk, in the file or, while that is broken, in the side file."""

    change_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unsaved:
    """These changes are in memory alone; the writer keeps trying, in order. `reason` is one line."""

    change_ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that the file can't take in, such as one of a newer format; it is kept in the side file `kept`."""

    change_id: str
    reason: str
    kept: str


@dataclass(frozen=True, slots=True)
class Outside:
    """The incident as it is on disk now: read for the first time, or changed by somebody else."""

    incident: Incident


@dataclass(frozen=True, slots=True)
class Broken:
    """The file can't be read any more, by a hand edit or because it is gone; the room goes on with what it has."""

    error: FileError


@dataclass(frozen=True, slots=True)
class Vanished:
    """Entries that were on disk and are not there now, as a stale editor buffer does it; add them again to get them."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed one text since it was read. The file has `theirs`; `mine` is in the side file `kept`.

    To choose, set the path once more.
    """

    change_id: str
    path: str
    base: Any
    mine: Any
    theirs: Any
    kept: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One line that a person should read once, such as where a torn end was set aside."""

    text: str


Message = Saved | Unsaved | Refused | Outside | Broken | Vanished | Conflict | Notice
