"""Whether a file ends whole: finds the torn end that a crash inside an append leaves, reading as little as it can.

What a torn append leaves is a prefix of a block as this program writes it: `id` first, whole lines, the last one
perhaps cut, `text` (which is last) missing. A prefix can be valid TOML with other data: `took = 1.2` of `took = 1.25`.
Anything else that is wrong at the end was done by hand, and is for a person to mend.
"""

import re
from collections.abc import Callable

import tomli

from warroom.files.errors import BrokenFileError

HEADER = re.compile(rb"^[ \t]*\[\[[ \t]*(?:timeline|\"timeline\"|'timeline')[ \t]*\]\]", re.MULTILINE)
_FULL_HEADER = b"[[timeline]]"
_FIRST_WINDOW = 4096

Read = Callable[[int, int], bytes]
"""Gives the bytes from one offset to another."""


def parsed(data: bytes) -> dict[str, object] | None:
    """The data, or None where it is not TOML."""
    try:
        return tomli.loads(data.removeprefix(b"\xef\xbb\xbf").decode())
    except (ValueError, RecursionError):
        return None


def _last_entry(tables: dict[str, object]) -> dict[str, object] | None:
    timeline = tables.get("timeline")
    last = timeline[-1] if isinstance(timeline, list) and timeline else None
    return last if isinstance(last, dict) else None


def _ends_whole(data: bytes) -> bool:
    """Whether `data` is TOML and its last entry is whole: with a text, or without an id, as a person may write it."""
    found = parsed(data)
    if found is None:
        return False
    last = _last_entry(found)
    return last is None or "text" in last or ("id" not in last and bool(last))


def _is_prefix(block: bytes) -> bool:
    """Whether a block that is not whole is what a torn append leaves, and no slip of a person."""
    if b"\0" in block:
        return True
    found = parsed(block)
    if found is None:
        found = parsed(block[: block.rfind(b"\n") + 1])
    last = _last_entry(found) if found is not None else None
    return last is not None and "text" not in last and (not last or next(iter(last)) == "id")


def _without_stub(data: bytes) -> int:
    """The length of `data` without NULs at its end and the beginning of a header, as left by a torn append."""
    length = data.find(b"\0")
    data = data if length < 0 else data[:length]
    line = data.rfind(b"\n") + 1
    return line if _FULL_HEADER.startswith(data[line:]) else len(data)


def whole_length(read: Read, size: int, source: str) -> int:
    """How many bytes of the file are whole: `size`, or the offset at which a torn end begins.

    Looks at the last block alone while that is in order. BrokenFileError where the fault lies before the last block, so
    that it was no torn append.
    """
    start, data = _last_block(read, size)
    if _ends_whole(data):
        return size
    stub = _without_stub(data)
    if stub < len(data) and _ends_whole(data[:stub]):
        return start + stub
    whole = data if start == 0 else read(0, size)
    if start and parsed(whole) is not None and _ends_whole(whole):
        return size  # what looked like a header stood inside a multi-line string
    header = HEADER.search(data)
    cut = start + header.start() if header else -1
    if cut > 0 and _is_prefix(data[cut - start :]) and parsed(whole[:cut]) is not None:
        return cut
    raise broken(whole, source)


def _last_block(read: Read, size: int) -> tuple[int, bytes]:
    """The offset and bytes of the last block; the whole file where it has none."""
    window = _FIRST_WINDOW
    while window < size:
        start = size - window
        data = read(start, size)
        line = data.find(b"\n") + 1
        found = last_header(data[line:]) if line else -1
        if found >= 0:
            return start + line + found, data[line + found :]
        window *= 8
    data = read(0, size)
    found = max(last_header(data), 0)
    return found, data[found:]


def last_header(data: bytes) -> int:
    """The offset of the last line that reads as a header of the timeline; -1 where there is none."""
    quick = data.rfind(b"\n[[timeline]]\n")
    found = -1 if quick < 0 else quick + 1
    for match in HEADER.finditer(data, max(found, 0)):
        found = match.start()
    return found


def broken(data: bytes, source: str) -> BrokenFileError:
    """Why `data` is not TOML, as the error with its line."""
    from warroom.toml import TomlError, parse

    mend = "mend the line in an editor, or run warroom doctor"
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return BrokenFileError(source, "holds NUL bytes, as a crash leaves them", line=line, mend="run warroom doctor")
    try:
        parse(data, source)
    except TomlError as error:
        return BrokenFileError(source, error.reason, line=error.line, key=error.key, mend=mend)
    return BrokenFileError(source, "ends in the middle of an entry", line=data.count(b"\n") + 1, mend=mend)
