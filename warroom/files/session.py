"""One incident file kept open by a war room: what it holds, what others did to it, and this room's changes to it.

No thread of its own and no clock; `files.writer` gives it both.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from warroom.files import disk, journal
from warroom.files.append import InlineTimelineError, append_locked, set_aside
from warroom.files.chunks import appended, decode_in_pieces
from warroom.files.codec import DERIVED, entry_block
from warroom.files.conflicts import without_conflicts
from warroom.files.document import Document
from warroom.files.errors import DiskError, FileError, GoneError, NewerFormatError
from warroom.files.hand_edits import hand_edits
from warroom.files.lock import Lock, is_remembered
from warroom.files.messages import Broken, Message, Notice, Outside, Refused, Saved, Vanished
from warroom.files.recover import has_side_file, merge_side_file, read_only, recover_end, torn_notice, whole_length
from warroom.files.spans import head_end
from warroom.files.store import create_file
from warroom.incident.changes import Add, Change, Edit, apply
from warroom.incident.contested import text_at, texts
from warroom.incident.model import Entry, Incident

_TRIES: Final = 20


class Pending:
    """A change on its way, and the incident as its author saw it before, for telling conflicts."""

    __slots__ = ("change", "seen")

    def __init__(self, change: Change, seen: Incident | None = None) -> None:
        self.change, self.seen = change, seen


class Session:
    """The file at `path`. `incident` is what is known to be in it, None until it was read."""

    def __init__(self, path: str | os.PathLike[str], pause: Callable[[], object] = lambda: None) -> None:
        self.path = os.fspath(path)
        self.broken: FileError | None = None
        self._incident: Incident | None = None
        self._data = b""
        # What was appended since is joined to the two above only when somebody asks: an append stays O(1).
        self._appended_data: list[bytes] = []
        self._appended_entries: list[Entry] = []
        self._unlogged: list[Entry] = []
        self._behind = self._early = self._may_append_early = False
        self._conflicts: dict[str, str] = {}
        self._document: Document | None = None
        self._document_lacks: list[bytes] = []
        self._seen: disk.Signature | None = None
        self._suspect: disk.Signature | None = None
        self._pause = pause
        self._known: set[str] = set()

    @property
    def incident(self) -> Incident | None:
        if self._appended_entries and self._incident is not None:
            self._incident = replace(self._incident, entries=(*self._incident.entries, *self._appended_entries))
            self._appended_entries = []
        return self._incident

    def _bytes(self) -> bytes:
        if self._appended_data:
            self._data = b"".join((self._data, *self._appended_data))
            self._appended_data = []
        return self._data

    def look(self) -> list[Message]:
        """Takes in what others did to the file since the last look. FileErrors become messages."""
        now = disk.signature(self.path)
        if now is not None and now == self._seen:
            return self._catch_up()
        try:
            messages = self._take_in()
            if self._early:
                self._early = False
                messages += self._take_in()
            self._behind = self._behind or has_side_file(self.path)
        except GoneError as error:
            self._seen = None
            return self._break(error)
        except DiskError as error:
            return self._break(error)
        except FileError as error:
            # An editor that truncates and writes is seen half-way; broken is what stays so until the next look.
            if self._suspect != now:
                self._suspect = now
                return []
            self._seen = now
            return self._break(error)
        return messages + self._catch_up()

    def _catch_up(self) -> list[Message]:
        """Adds what the file lacks; where the disk refuses, the next look tries again."""
        if self.broken is not None or not (self._unlogged or self._behind):
            return []
        try:
            with Lock(self.path) as lock:
                return self._merge(lock)
        except DiskError:
            return []

    def _break(self, error: FileError) -> list[Message]:
        told = self.broken is not None and str(self.broken) == str(error)
        self.broken = error
        return [] if told else [Broken(error)]

    def _take_in(self, *, locked: bool = False) -> list[Message]:
        data, seen = disk.read(self.path)
        length = whole_length(data, self.path)
        messages: list[Message] = []
        if length < len(data):
            if not locked and (found := self._take_in_alone()) is not None:
                return found
            data, seen, notice = self._without_torn_end(data, seen, length, locked=locked)
            messages.append(notice)
        before = self.incident
        if before is not None and data == self._bytes():
            mended = self.broken is not None
            self._seen, self.broken = seen, None
            return [*messages, Outside(before)] if mended else messages
        self._may_append_early = before is None and not locked
        incident = self._decoded(data)
        self._may_append_early = False
        newer = read_only(data, self.path)
        if before is None and newer:
            messages.append(Notice(newer))
        if before is not None and not newer and self._head_changed_by_hand(data):
            self._unlogged += hand_edits(before, incident, seen)
        self._adopt(incident, data, seen)
        messages.append(Outside(incident))
        if before is not None:
            gone = tuple(e for e in before.entries if e.id not in self._known and not e.id.startswith(DERIVED))
            messages += [Vanished(gone)] if gone else []
        return messages

    def _take_in_alone(self) -> list[Message] | None:
        """Takes in under the lock, for a torn end may be another process in its append; None without a lock."""
        try:
            with Lock(self.path):
                return self._take_in(locked=True)
        except DiskError:
            return None

    def _without_torn_end(
        self, data: bytes, seen: disk.Signature, length: int, *, locked: bool
    ) -> tuple[bytes, disk.Signature, Notice]:
        if locked:
            try:
                notice = Notice(torn_notice(self.path, recover_end(self.path, data, length)))
                return *disk.read(self.path), notice
            except (DiskError, NewerFormatError):
                pass  # then it is read without its end, as below
        return data[:length], seen, Notice(f"{self.path}: the end is torn and can't be set aside; read without it")

    def _adopt(self, incident: Incident, data: bytes, seen: disk.Signature) -> None:
        self._incident, self._appended_entries = incident, []
        self._data, self._appended_data = data, []
        self._seen, self._suspect, self._document, self.broken = seen, None, None, None
        self._known = {entry.id for entry in incident.entries}

    def _decoded(self, data: bytes) -> Incident:
        if self.incident is not None and data.startswith(self._bytes()):
            longer = appended(self.incident, data[len(self._data) :], self.path)
            if longer is not None:
                return longer
        return decode_in_pieces(data, self.path, self._pause)

    def _head_changed_by_hand(self, data: bytes) -> bool:
        old = self._bytes()
        head = data[: head_end(data)]
        return head != old[: head_end(old)] and not is_remembered(self.path, head)

    def _append(self, entries: Sequence[Entry], data: bytes) -> list[Message]:
        """Appends entries to the file; the lock is held."""
        if not entries:
            return []
        done = append_locked(self.path, data)
        self._known |= {entry.id for entry in entries}
        size = len(self._data) + sum(map(len, self._appended_data))
        if self._seen is not None and (done.start, done.signature[:2]) == (size, self._seen[:2]):
            self._appended_entries += entries
            self._appended_data.append(data)
            self._document_lacks.append(data)
            self._seen = done.signature
        else:
            self._seen = self._document = None  # an editor was faster: the next look reads what there is
        return [Notice(torn_notice(self.path, done.set_aside))] if done.set_aside else []

    def put_back(self) -> bool:
        """Writes the file anew, where it was deleted; whether it could be done. DiskError."""
        with Lock(self.path):
            return self.incident is not None and create_file(self.path, self._bytes())

    def append_early(self, changes: Sequence[Change]) -> bool:
        """Appends entries of changes that only add while the file is still being read; whether that could be done."""
        if not self._may_append_early:
            return False
        data = b"".join(entry_block(edit.entry) for change in changes for edit in change.edits if isinstance(edit, Add))
        try:
            with Lock(self.path):
                append_locked(self.path, data)
        except FileError:
            return False  # it stays in the queue and is tried again once the file was read
        self._early = True
        return True

    def commit(self, pending: Sequence[Pending]) -> list[Message]:
        """Makes changes durable, in order, with what others did meanwhile taken in first.

        DiskError where the disk refuses: then none of them is in the file, and the same call may be repeated.
        """
        with Lock(self.path) as lock:
            for _ in range(_TRIES):
                messages = self._look_locked(lock)
                try:
                    return messages + self._commit_locked(pending, lock)
                except disk.ChangedMeanwhileError:
                    continue
        raise DiskError(self.path, "is changed by another program again and again")

    def _look_locked(self, lock: Lock) -> list[Message]:
        if self._seen is not None and disk.signature(self.path) == self._seen:
            return []
        try:
            return [*self._take_in(locked=True), *self._merge(lock)]
        except DiskError:
            raise
        except FileError as error:
            return self._break(error)

    def _merge(self, lock: Lock) -> list[Message]:
        """Adds what the file still lacks: entries of hand edits of the head, changes of a side file. Lock held."""
        messages: list[Message] = []
        if self._unlogged:
            if disk.signature(self.path) != self._seen:
                messages += self._take_in(locked=True)  # another war room may have recorded it meanwhile
            new = [entry for entry in self._unlogged if entry.id not in self._known]
            messages += self._append(new, b"".join(map(entry_block, new)))
            self._unlogged = []
            if new and self.incident is not None:
                messages.append(Outside(self.incident))
        self._behind = False
        if merged := merge_side_file(self.path, lock, self._conflicts):
            messages += [*self._take_in(locked=True), *merged]
        return messages

    def _commit_locked(self, pending: Sequence[Pending], lock: Lock) -> list[Message]:
        if self.broken is not None or self._incident is None:
            return self._commit_aside(pending)
        if all(item.change.only_adds for item in pending):
            try:
                return self._commit_adds(pending)
            except InlineTimelineError:
                pass  # the rewrite below takes the list out of the head
            except NewerFormatError as error:
                return [self._refused(item.change, str(error)) for item in pending]
        return self._rewrite(pending, lock)

    def _commit_aside(self, pending: Sequence[Pending]) -> list[Message]:
        messages: list[Message] = []
        for item in pending:
            try:
                journal.keep(self.path, [item.change], item.seen)
                messages.append(Saved((item.change.stamp.id,)))
            except ValueError as error:
                messages.append(self._refused(item.change, str(error)))
        return messages

    def _commit_adds(self, pending: Sequence[Pending]) -> list[Message]:
        new: dict[str, Entry] = {}
        blocks: list[bytes] = []
        saved: list[str] = []
        refused: list[Message] = []
        for item in pending:
            fresh = {
                edit.entry.id: edit.entry
                for edit in item.change.edits
                if isinstance(edit, Add) and edit.entry.id not in self._known and edit.entry.id not in new
            }
            try:
                blocks += [entry_block(entry) for entry in fresh.values()]
            except ValueError as error:
                refused.append(self._refused(item.change, str(error)))
                continue
            new |= fresh
            saved.append(item.change.stamp.id)
        messages = self._append(list(new.values()), b"".join(blocks))
        return [*messages, *refused, Saved(tuple(saved))]

    def prepare(self) -> None:
        """Learns, while there is time, what the next rewrite of a long file needs to know of it."""
        if self._document is None and self._incident is not None and self.broken is None:
            try:
                self._document = self._current_document()
            except FileError:
                return  # a newer format: it will not be rewritten at all

    def _current_document(self) -> Document:
        document = self._document
        if document is None:
            document = Document(self._bytes(), self.path)
            document.learn()
        elif self._document_lacks:
            document.append(b"".join(self._document_lacks))
            document.settled()
        self._document_lacks = []
        return document

    def _rewrite(self, pending: Sequence[Pending], lock: Lock) -> list[Message]:
        incident = self.incident
        assert incident is not None
        try:
            document = self._current_document()
        except NewerFormatError as error:
            return [self._refused(item.change, str(error)) for item in pending]
        self._document = None  # it is valid again only when its changes are on disk
        messages: list[Message] = []
        saved: list[str] = []
        made: list[Edit] = []
        for item in pending:
            change, conflicts = self._without_conflicts(item, incident)
            messages += conflicts
            try:
                document.apply(change)
            except (FileError, ValueError) as error:
                messages.append(self._refused(change, str(error)))
                continue
            incident = apply(incident, change)
            saved.append(change.stamp.id)
            made += change.edits
        if document.changed:
            lock.remember(document.head)
            self._seen = disk.replace(self.path, document.parts, self._seen)
            document.settled()
            self._data, self._appended_data = document.data, []
            self._known.update(edit.entry.id for edit in made if isinstance(edit, Add))
        self._incident, self._appended_entries = incident, []
        self._document = document
        if saved:
            messages.append(Saved(tuple(saved)))
        # What was refused or lost a conflict is not on disk: who showed it already must be told how it stands.
        return (
            [*messages, Outside(incident)] if len(made) < sum(len(item.change.edits) for item in pending) else messages
        )

    def _refused(self, change: Change, reason: str) -> Refused:
        try:
            kept = journal.keep(self.path, [change])
        except ValueError:  # it has no form in TOML: a fault of the program, which must not cost the words
            try:
                kept = set_aside(self.path, f"{change!r}\n".encode(errors="replace"), "refused")
            except OSError as error:
                raise disk.disk_error(self.path, error) from None
        return Refused(change.stamp.id, reason, kept)

    def _without_conflicts(self, item: Pending, disk_now: Incident) -> tuple[Change, Sequence[Message]]:
        """The change without edits of texts that somebody else changed since they were read, which are set aside."""
        if item.seen is None:
            return item.change, []
        was = {path: text_at(item.seen, path) for edit in item.change.edits for path in texts(edit)}
        return without_conflicts(self.path, item.change, was, partial(text_at, disk_now), self._conflicts)
