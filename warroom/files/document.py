"""An incident file as bytes in spans: a change rewrites only the spans it touches, every other byte stays.

Law: `decode(write(data, change)) == apply(decode(data), change)`.
"""

from typing import Any, Final

import tomli

from warroom.files import disk
from warroom.files.append import check_format
from warroom.files.block import block, is_blank, quoted, value
from warroom.files.codec import DERIVED, entries_from_raw, entry_block, head_from_raw, plain, raw, with_ids
from warroom.files.errors import FileError
from warroom.files.head import set_head
from warroom.files.located import Located
from warroom.files.outline import Outline
from warroom.files.spans import Span, Timeline, comments_above, head_end
from warroom.incident.changes import Add, Change, Revise, apply, revised
from warroom.incident.contested import entry_of, text_at
from warroom.incident.model import ENTRY_FIELDS, Entry

_LAST: Final = ("evidence", "revisions", "text")
_TRIES: Final = 20


def write(data: bytes, change: Change, source: str) -> bytes:
    """The bytes of the file after `change`. BrokenFileError, NewerFormatError, FileError where it does not fit."""
    document = Document(data, source)
    document.apply(change)
    return document.data


def append_by_rewrite(path: str, blocks: bytes) -> None:
    """Adds blocks to a file that no append can extend, such as one with `timeline = []`; the caller holds the lock."""
    for _ in range(_TRIES):
        data, seen = disk.read(path)
        document = Document(data, path)
        document.append(blocks)
        try:
            disk.replace(path, document.data, seen)
        except disk.ChangedMeanwhileError:
            continue
        return
    raise FileError(path, "is changed by another program again and again")


class Document:
    """One file's bytes, and changes made to them one after the other."""

    def __init__(self, data: bytes, source: str) -> None:
        check_format(data, source)
        self.source = source
        end = head_end(data)
        self._head = data[:end]
        self._timeline = Timeline(data, end)
        self._original = self._head, self._timeline

    @property
    def parts(self) -> tuple[bytes, memoryview]:
        """The bytes of the file in two parts, without a copy of what may be long."""
        return self._head, memoryview(self._timeline.data)[self._timeline.start :]

    @property
    def data(self) -> bytes:
        return b"".join(self.parts)

    @property
    def changed(self) -> bool:
        """Whether the bytes may be others than those given, or than when they were last `settled`."""
        head, timeline = self._original
        return self._timeline is not timeline or self._head != head

    def settled(self) -> None:
        """Says that the bytes as they are now have reached the disk."""
        self._original = self._head, self._timeline

    @property
    def head(self) -> bytes:
        return self._head

    def says(self, path: str) -> Any:
        """What stands at a path of `Set`, or of a text that two may write; None where that is not there. FileError."""
        if entry_id := entry_of(path):
            blocks = self._blocks(entry_id)
            return blocks[-1][1].get("text", "") if blocks else None
        return text_at(head_from_raw(raw(self._head, self.source), Located(self._head, self.source)), path)

    def apply(self, change: Change) -> None:
        """Makes one change, all of it, or nothing when it raises."""
        kept = self._head, self._timeline
        try:
            self._tidy()
            self._apply(change)
        except FileError:
            self._head, self._timeline = kept
            raise

    def learn(self) -> bool:
        """Searches a long timeline once, so that changes need not; whether it is all as this program writes it."""
        return self._timeline.regular

    def append(self, blocks: bytes) -> None:
        """Adds blocks that are TOML already."""
        self._tidy()
        self._append(blocks)

    def _apply(self, change: Change) -> None:
        outside = tuple(edit for edit in change.edits if not isinstance(edit, Add | Revise))
        if outside:
            self._edit_head(Change(outside, change.stamp))
        for edit in change.edits:
            if isinstance(edit, Add):
                if not self._blocks(edit.entry.id):
                    self._append(self._checked(entry_block(edit.entry)))
            elif isinstance(edit, Revise):
                self._revise(edit, change)

    def _edit_head(self, change: Change) -> None:
        tables = raw(self._head, self.source)
        before = head_from_raw(tables, Located(self._head, self.source))
        after = apply(before, change)
        if after is before:
            return
        edited = set_head(self._head, before, after, tables)
        if head_from_raw(raw(edited, self.source), Located(edited, self.source)) != after:
            touched = ", ".join(sorted(name.partition(":")[2] for name in change.touches()))
            mend = "write it as the format's documentation shows"
            raise FileError(
                self.source, "the way this is written can't be changed by the program", key=touched, mend=mend
            )
        self._head = edited

    def _revise(self, edit: Revise, change: Change) -> None:
        for span, item in reversed(self._blocks(edit.id)):
            data = self._timeline.data[span.start : span.end]
            (old,) = entries_from_raw([item], Located(data, self.source))
            new = revised(old, edit.values, change.stamp)
            if new is not old:
                edited = self._checked(_edited_block(data, old, new))
                self._timeline = self._timeline.spliced(span.start, span.end, edited)

    def _checked(self, data: bytes) -> bytes:
        """A block that was proven to be readable before it reaches the disk."""
        tables = raw(data, self.source)
        entries_from_raw(tables["timeline"], Located(data, self.source))
        return data

    def _append(self, blocks: bytes) -> None:
        timeline = self._timeline
        if timeline.start == len(timeline.data):
            if not self._head.endswith(b"\n"):
                self._head += b"\n"
            self._timeline = Timeline(self._head + blocks, len(self._head))
            return
        size = len(timeline.data)
        self._timeline = timeline.spliced(size, size, blocks)

    def _blocks(self, entry_id: str) -> list[tuple[Span, dict[str, Any]]]:
        """The blocks of one entry with their tables: more than one where identical blocks were united."""
        data, at = self._timeline.data, self._timeline.start
        needle = quoted(entry_id)[1:-1].encode()
        found: list[tuple[Span, dict[str, Any]]] = []
        while (at := data.find(needle, at)) >= 0:
            span = self._timeline.around(at)
            if span is None or not span.entry:
                at += len(needle)
                continue
            item = tomli.loads(data[span.start : span.end].decode())["timeline"][0]
            if item.get("id") == entry_id:
                found.append((span, item))
            at = span.end
        return found if found or not entry_id.startswith(DERIVED) else self._block_without_id(entry_id)

    def _block_without_id(self, entry_id: str) -> list[tuple[Span, dict[str, Any]]]:
        items = with_ids(raw(self.data, self.source).get("timeline", []))
        spans = [span for span in self._timeline.spans() if span.entry]
        return [(span, item) for span, item in zip(spans, items, strict=True) if item["id"] == entry_id]

    def _tidy(self) -> None:
        """Brings the file into the form that can be appended to: timeline last, and in blocks."""
        if not self._timeline.orderly:
            self._move_foreign()
        if self._timeline.start == len(self._timeline.data) and b"timeline" in self._head:
            items = raw(self._head, self.source).get("timeline")
            if isinstance(items, list):
                outline = Outline(self._head)
                outline.set(("timeline",), None)
                self._head = outline.render()
                if items:
                    self._append(b"".join(block(item) for item in with_ids(items)))

    def _move_foreign(self) -> None:
        """Moves tables that stand after the timeline to the end of the head, as they are."""
        spans = self._timeline.spans()
        foreign = [span for span in spans if not span.entry]
        if not foreign:
            return
        data = self._timeline.data
        moved, at, kept = [], self._timeline.start, []
        for span in foreign:
            start = comments_above(data, span.start, at)
            end = span.end if span.end == len(data) else comments_above(data, span.end, span.start)
            kept.append(data[at:start])
            moved.append(data[start:end])
            at = end
        kept.append(data[at:])
        head = self._head if self._head.endswith(b"\n") else self._head + b"\n"
        self._head = head + b"\n" + b"".join(part if part.endswith(b"\n") else part + b"\n" for part in moved)
        self._timeline = Timeline(self._head + b"".join(kept), len(self._head))


def _edited_block(data: bytes, old: Entry, new: Entry) -> bytes:
    """The bytes of a block with what differs set; unknown keys, comments and the order of keys stay."""
    outline = Outline(data)
    outline.set(("timeline", "id"), quoted(new.id), before=ENTRY_FIELDS)
    for name in ENTRY_FIELDS:
        item = getattr(new, name)
        if item == getattr(old, name):
            continue
        text = None if is_blank(item) and name != "text" else value(plain(item))
        outline.set(("timeline", name), text, before=_LAST[_LAST.index(name) + 1 :] if name in _LAST else _LAST)
    return outline.render()
