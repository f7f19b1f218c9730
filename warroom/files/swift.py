"""One word of the head and one entry in a single rewrite, without the model: for files as this program writes them.

It does what a Change of a Set and an Add does, or nothing: whatever is unusual in a file is left to `Document`.
"""

import os
from collections.abc import Mapping

import tomli

from warroom.files import disk, tail
from warroom.files.append import check_format
from warroom.files.block import block, quoted
from warroom.files.lock import Lock
from warroom.files.spans import Timeline, head_end
from warroom.toml import statements, value_span


def set_word(path: str, key: tuple[str, ...], old: str, new: str, entry: Mapping[str, object]) -> bool:
    """Turns the text at `key` from `old` into `new` and adds an entry, durable on return; False, with nothing written,
    where the file asks for more care than this takes. FileError.
    """
    with Lock(path) as lock:
        if os.path.lexists(disk.side_path(path)):
            return False
        data, seen = disk.read(path)
        parts = edited(data, key, old, new, block(entry), path)
        if parts is None:
            return False
        head, timeline = parts
        lock.remember(head)
        try:
            disk.replace(path, (head, timeline), seen)
        except disk.ChangedMeanwhileError:
            return False
        return True


def edited(
    data: bytes, key: tuple[str, ...], old: str, new: str, added: bytes, source: str
) -> tuple[bytes, bytes] | None:
    """Head and timeline after the edit, or None. NewerFormatError, BrokenFileError."""
    check_format(data, source)
    if tail.whole_length(lambda start, end: data[start:end], len(data), source) != len(data):
        return None
    end = head_end(data)
    if end == len(data) and (b"timeline" in data or not data.endswith(b"\n")):
        return None
    if not Timeline(data, end).orderly:
        return None
    found = [statement for statement in statements(data[:end]) if statement.what == "key" and statement.path == key]
    if len(found) != 1 or not old or not new:
        return None
    start, stop = value_span(data, found[0])
    if data[start:stop] != quoted(old).encode():
        return None
    head = data[:start] + quoted(new).encode() + data[stop:end]
    return (head, data[end:] + added) if _value(head, key) == new else None


def _value(head: bytes, key: tuple[str, ...]) -> object:
    """What the head says at `key`; None where it is no TOML."""
    try:
        found: object = tomli.loads(head.removeprefix(b"\xef\xbb\xbf").decode())
    except (tomli.TOMLDecodeError, UnicodeDecodeError):
        return None
    for part in key:
        found = found.get(part) if isinstance(found, dict) else None
    return found
