"""One open incident in this window: what is on disk, plus what is on its way there.

It lives on the event loop and does no I/O: changes go to a writer, and what the writer has to say comes back through
`saved_changes`, `unsaved_changes` and `outside`. What is shown is always the incident on disk with the pending changes
applied to it again.
"""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from warroom.incident.amend import amendment, change_fields, leaves_entry
from warroom.incident.changes import (
    Add,
    AddAction,
    Change,
    Edit,
    RemoveAction,
    Revise,
    ReviseAction,
    Set,
    Stamp,
    apply,
    invert,
    read,
)
from warroom.incident.kinds import MARK_WORDS, Kind, Mark
from warroom.incident.model import Action, Entry, Incident
from warroom.incident.promise import restarted
from warroom.incident.reviewed import with_review
from warroom.incident.status import edits_for_mark
from warroom.text import clean
from warroom.text.width import cut

_LOGGED_LATE: Final = 1.0
"""Seconds by which `at` must differ from now for an entry to keep both."""
_OF_THE_TEXT: Final = 30
_FIELD_WORDS: Final = {"text": "words", "at": "time", "mark": "milestone", "struck": "strike", "starred": "star"}
"""What a person calls a field of an entry where that is not its name."""


class Commits(Protocol):
    """What takes changes to the disk, in order, and reports back later."""

    def submit(self, change: Change, seen: Incident | None = None) -> None:
        """`seen` is the incident as the author of the change saw it, by which conflicts are told."""
        ...


@dataclass(frozen=True, slots=True)
class _Done:
    """A change of this window, with what takes it back and what to call it."""

    name: str
    edits: tuple[Edit, ...]
    inverse: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Turned:
    """A change that was undone or done again. `stayed` names what of it others have changed since, which they keep."""

    name: str
    stayed: tuple[str, ...] = ()


class Room:
    """The open incident. `clock` returns an aware datetime, `new_id` a sortable id, `author` who is writing."""

    def __init__(
        self,
        incident: Incident,
        writer: Commits,
        *,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
        author: str,
    ) -> None:
        self._disk = incident
        self._writer = writer
        self._clock = clock
        self._new_id = new_id
        self._pending: dict[str, Change] = {}
        self._undo: list[_Done] = []
        self._redo: list[_Done] = []
        self._subscribers: list[Callable[[], None]] = []
        self.author = author
        self.incident = incident
        self.trouble = ""
        """Why what is pending is not on disk yet; "" while the disk takes all."""

    @property
    def unsaved(self) -> frozenset[str]:
        """The ids of entries that are acknowledged on screen but not yet on disk."""
        return frozenset(
            edit.entry.id if isinstance(edit, Add) else edit.id
            for change in self._pending.values()
            for edit in change.edits
            if isinstance(edit, Add | Revise)
        )

    @property
    def saved(self) -> bool:
        return not self._pending

    @property
    def undoable(self) -> str:
        """The name of what `undo` would take back; "" where there is nothing."""
        return self._undo[-1].name if self._undo else ""

    @property
    def redoable(self) -> str:
        return self._redo[-1].name if self._redo else ""

    def subscribe(self, callback: Callable[[], None]) -> None:
        """`callback` runs on the loop after every change of `incident`, `unsaved` or `trouble`."""
        self._subscribers.append(callback)

    def apply(self, *edits: Edit, name: str = "", seen: Incident | None = None) -> Incident:
        """Makes one Change of `edits` and sends it on its way; with a `name` it can be undone in this window.

        `seen` is the incident that the author had before them, where that is not the newest one.
        """
        before = self.incident
        self._commit(edits, seen)
        if name:
            inverse = invert(Change(edits, self._stamp()), before)
            self._undo.append(_Done(name, edits, inverse))
            self._redo.clear()
        return self.incident

    def log(
        self, text: str, *, kind: Kind = "note", at: datetime | None, mark: Mark = "", moving: str = "", **more: Any
    ) -> Entry:
        """Adds one entry, with the status edit its mark brings along; undoable. An update restarts its timer.

        `moving` is the id of the entry that holds the mark so far and loses it in the same change.
        """
        now = self._clock()
        entry = Entry(
            id=self._new_id(),
            text=clean(text),
            at=at,
            by=more.pop("by", self.author),
            kind=kind,
            mark=mark,
            logged_at=now if at is not None and abs((now - at).total_seconds()) > _LOGGED_LATE else None,
            **more,
        )
        status = edits_for_mark(self.incident, mark) if mark else ()
        loses = (Revise(moving, {"mark": ""}),) if moving else ()
        promise = restarted(self.incident, at or now) if entry.kind == "comms" else ()
        self.apply(Add(entry), *loses, *status, *promise, name=_entry_name(entry))
        return entry

    def observe(self, entry: Entry) -> None:
        """Adds an entry that the program itself saw (a health transition); not undoable by a person."""
        self.apply(Add(entry))

    def revise(self, entry_id: str, name: str, seen: Incident | None = None, **values: Any) -> None:
        """New values for fields of one entry, with the status edit a new mark brings along; undoable as `name`.

        `seen` is the incident as it was when its author began to write.
        """
        status = edits_for_mark(self.incident, values["mark"]) if values.get("mark") else ()
        self.apply(Revise(entry_id, values), *status, name=name, seen=seen)

    def amend(self, name: str, text: str, at: datetime) -> str:
        """Gives a field of the head a value by a person's word, with the entry that keeps old and new.

        Returns what changed, "" where it was so already; AmendError for an unknown field or value.
        """
        edit = amendment(self.incident, name, text)
        if edit is None:
            return ""
        fields = change_fields(self.incident, edit)
        entry = Entry(id=self._new_id(), at=at, by=self.author, **fields)  # type: ignore[arg-type]
        edits = (edit, Add(entry)) if leaves_entry(edit.path) else (edit,)
        self.apply(*with_review(self.incident, edits, self.author, at), name=entry.text)
        return entry.text

    def undo(self) -> Turned | None:
        """Takes back this window's last named change, but for what was changed again since.

        None where there is none, and where nothing of it is left to be taken back.
        """
        return self._turn(self._undo, self._redo)

    def redo(self) -> Turned | None:
        return self._turn(self._redo, self._undo)

    def _turn(self, source: list[_Done], target: list[_Done]) -> Turned | None:
        if not source:
            return None
        done = source.pop()
        before = self.incident
        left = [(inverse, _left_of(inverse, done.edits, before)) for inverse in done.inverse]
        edits = tuple(edit for _, edit in left if edit)
        if not edits:
            return None
        self._commit(edits)
        target.append(_Done(done.name, edits, invert(Change(edits, self._stamp()), before)))
        return Turned(done.name, tuple(words for inverse, edit in left for words in _stayed(inverse, edit, before)))

    def _stamp(self) -> Stamp:
        return Stamp(self._new_id(), self._clock(), self.author)

    def _commit(self, edits: tuple[Edit, ...], seen: Incident | None = None) -> None:
        change = Change(edits, self._stamp())
        seen = seen or self.incident
        self.incident = apply(self.incident, change)
        self._pending[change.stamp.id] = change
        self._writer.submit(change, seen)
        self._tell()

    def saved_changes(self, ids: tuple[str, ...]) -> None:
        """The writer has these on disk."""
        saved = [change for change in (self._pending.pop(change_id, None) for change_id in ids) if change is not None]
        if not self._pending:
            self._disk = self.incident
        else:
            for change in saved:
                self._disk = apply(self._disk, change)
        self.trouble = ""
        self._tell()

    def lost_change(self, change_id: str) -> None:
        """The file keeps somebody else's version of what this change wrote: show that until the person has chosen."""
        if self._pending.pop(change_id, None) is not None:
            self.outside(self._disk)

    def unsaved_changes(self, reason: str) -> None:
        """The writer can't get them to disk for now; it keeps trying, in order."""
        self.trouble = reason
        self._tell()

    def outside(self, disk: Incident) -> None:
        """The file holds `disk` now: somebody else wrote, or it was read for the first time."""
        self._disk = disk
        incident = disk
        for change in self._pending.values():
            incident = apply(incident, change)
        self.incident = incident
        self._tell()

    def _tell(self) -> None:
        for callback in self._subscribers:
            callback()


def _left_of(inverse: Edit, done: tuple[Edit, ...], now: Incident) -> Edit | None:
    """The inverse without the fields that have another value by now than what was `done` gave them: those stay."""
    match inverse:
        case Set(path):
            mine = [edit.value for edit in done if isinstance(edit, Set) and edit.path == path]
            return inverse if not mine or read(now, path) == mine[0] else None
        case Revise(entry_id, values):
            given = next((edit.values for edit in done if isinstance(edit, Revise) and edit.id == entry_id), {})
            kept = _unchanged(values, given, now.entry(entry_id))
            return Revise(entry_id, kept) if kept else None
        case ReviseAction(action_id, values):
            given = next((edit.values for edit in done if isinstance(edit, ReviseAction) and edit.id == action_id), {})
            action = next((action for action in now.actions if action.id == action_id), None)
            kept = _unchanged(values, given, action)
            return ReviseAction(action_id, kept) if kept else None
        case RemoveAction(action_id):
            added = [edit.action for edit in done if isinstance(edit, AddAction) and edit.action.id == action_id]
            return inverse if added and added[0] in now.actions else None
    return inverse


def _unchanged(values: Mapping[str, Any], given: Mapping[str, Any], now: Entry | Action | None) -> dict[str, Any]:
    """Those of `values` whose fields still have what they were `given`; none where the whole thing is gone."""
    if now is None:
        return {}
    return {name: value for name, value in values.items() if name not in given or getattr(now, name) == given[name]}


def _stayed(inverse: Edit, left: Edit | None, now: Incident) -> Iterator[str]:
    """What is in `inverse` and no more in what was `left` of it, unless it is so already; as a person calls it."""
    match inverse:
        case Set(path, value) if left is None and read(now, path) != value:
            yield path.removeprefix("roles.")
        case Revise(entry_id, values):
            kept = left.values if isinstance(left, Revise) else {}
            yield from _stayed_of(now.entry(entry_id), values.keys() - kept.keys(), values)
        case ReviseAction(action_id, values):
            kept = left.values if isinstance(left, ReviseAction) else {}
            action = next((action for action in now.actions if action.id == action_id), None)
            yield from _stayed_of(action, values.keys() - kept.keys(), values)
        case RemoveAction(action_id) if left is None:
            yield from (_called(action) for action in now.actions if action.id == action_id)


def _stayed_of(now: Entry | Action | None, names: AbstractSet[str], values: Mapping[str, Any]) -> Iterator[str]:
    if now is not None:
        for name in sorted(names):
            if getattr(now, name) != values[name]:
                yield f"the {_FIELD_WORDS.get(name, name)} of {_called(now)}"


def _called(what: Entry | Action) -> str:
    text = what.title if isinstance(what, Action) else what.text
    first = cut(next(iter(text.splitlines()), ""), _OF_THE_TEXT)
    kind = "the action item" if isinstance(what, Action) else f"the {what.kind}"
    return f'{kind} "{first}"' if first else kind


def _entry_name(entry: Entry) -> str:
    what = MARK_WORDS[entry.mark] if entry.mark else entry.kind.replace("-", " ")
    return f"{what}: {entry.text.splitlines()[0]}" if entry.text else what
