"""A long file decoded in pieces of some milliseconds, so that an event loop in another thread stays responsive."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from warroom.files.codec import decode, entries_from_raw, from_raw, raw
from warroom.files.errors import FileError
from warroom.files.located import Located
from warroom.files.spans import Timeline, head_end
from warroom.incident.model import Entry, Incident

_CHUNK_BYTES: Final = 65_536


def decode_in_pieces(data: bytes, source: str, pause: Callable[[], object]) -> Incident:
    """The same as `decode`, with a call of `pause` between pieces. What it raises ends the decoding."""
    if len(data) <= _CHUNK_BYTES:
        return decode(data, source)
    start = head_end(data)
    head, entries = [data[:start], b"\n"], list[Entry]()
    try:
        for piece, is_entries in Timeline(data, start).pieces(_CHUNK_BYTES):
            if is_entries:
                entries += _entries(piece, source)
                pause()
            else:
                head.append(piece)
        top = b"".join(head)
        incident = from_raw(raw(top, source), top, source)
    except FileError:
        return decode(data, source)  # what is wrong is told by its place in the whole file
    if len({entry.id for entry in entries}) < len(entries) or incident.entries:
        return decode(data, source)
    return replace(incident, entries=tuple(entries))


def _entries(piece: bytes, source: str) -> tuple[Entry, ...]:
    return entries_from_raw(raw(piece, source).get("timeline", []), Located(piece, source))


def appended(incident: Incident, new: bytes, source: str) -> Incident | None:
    """The incident with the blocks that were appended to its file; None where only a whole reading can tell."""
    if not new.startswith(b"\n[[timeline]]\n") or not Timeline(new, 1).regular:
        return None
    try:
        entries = _entries(new, source)
    except FileError:
        return None
    known = {entry.id for entry in incident.entries}
    fresh = tuple(entry for entry in entries if entry.id not in known)
    if len(fresh) < len(entries) or any(entry.id.startswith("noid-") for entry in fresh):
        return None
    return replace(incident, entries=(*incident.entries, *fresh))
