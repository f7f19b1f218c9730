"""Where the blocks of a timeline stand in the bytes of a file, without parsing what nobody asked about.

A file of 100,000 entries as this program writes it is told by counting; what a person put between (multi-line
strings, foreign tables, indented headers) is scanned, and only around there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from warroom.toml import statements


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from a header on to the next one. `entry` tells a block of the timeline from a foreign table."""

    start: int
    end: int
    entry: bool


def is_entry(path: tuple[str, ...]) -> bool:
    return path[:1] == ("timeline",)


def comments_above(data: bytes, at: int, floor: int = 0) -> int:
    """The offset at which the comment lines directly above the line at `at` begin; not before `floor`."""
    while at > floor:
        before = max(data.rfind(b"\n", floor, at - 1) + 1, floor)
        if not data[before:at].lstrip().startswith(b"#"):
            break
        at = before
    return at


def line_start(data: bytes, at: int) -> int:
    return data.rfind(b"\n", 0, at) + 1


def head_end(data: bytes) -> int:
    """Where the timeline begins, comments directly above its first block included; the size where it has none."""
    floor = 0
    for statement in statements(data):
        if statement.what != "key" and is_entry(statement.path):
            return comments_above(data, line_start(data, statement.start), floor)
        floor = statement.end
    return len(data)


class Timeline:
    """The part of `data` from `start` on: blocks of entries, and what a person may have put between them."""

    def __init__(self, data: bytes, start: int, *, regular: bool | None = None) -> None:
        self.data, self.start = data, start
        first = data.find(b"[[timeline]]", start)
        windows = first >= 0 and data[first + 12 : first + 14] == b"\r\n"
        self._header = b"\n[[timeline]]\r\n" if windows else b"\n[[timeline]]\n"
        # Headers are searched with the newline before them, which for the first one may be the last byte of the head.
        self._from = max(start - 1, 0)
        self._regular = regular
        self._orderly = regular

    @property
    def orderly(self) -> bool:
        """Whether nothing but entries can stand here: every line that begins with a bracket reads as their header."""
        if self._orderly is None:
            self._orderly = self.start >= len(self.data) or (
                self.start > 0
                and _count(self.data, b"\n[", self._from) == _count(self.data, self._header, self._from)
                and not _indented_header(self.data, self._from)
            )
        return self._orderly

    @property
    def regular(self) -> bool:
        """Whether every such line is a header, since no string spans lines: then blocks are found by searching."""
        if self._regular is None:
            self._regular = self.orderly and not _long_string(self.data, self._from)
        return self._regular

    def spliced(self, start: int, end: int, new: bytes) -> "Timeline":
        """The timeline with other bytes from one offset to another, both at the beginning of a line or the end."""
        data = b"".join((self.data[:start], new, self.data[end:]))
        plain = b"\n" + new
        stays = bool(self._regular) and plain.count(b"\n[") == plain.count(self._header)
        stays = stays and not _long_string(plain, 0) and not _indented_header(plain, 0)
        return Timeline(data, self.start, regular=True if stays else None)

    def spans(self) -> list[Span]:
        """All blocks and foreign tables in order. They cover the timeline from the first header on."""
        if self.regular:
            starts = [(at, True) for at in _find_all(self.data, self._header, self._from, len(self.data))]
        else:
            starts = list(self._scanned())
        ends = [at for at, _ in (*starts[1:], (len(self.data), False))] if starts else []
        return [Span(at, end, entry) for (at, entry), end in zip(starts, ends, strict=True)]

    def pieces(self, size: int) -> Iterator[tuple[bytes, bool]]:
        """Blocks and foreign tables in runs of about `size` bytes, each of one kind alone; True for entries."""
        if not self.regular:
            yield from self._irregular_pieces(size)
            return
        at = self.data.find(self._header, self._from) + 1
        while 0 < at < len(self.data):
            end = self.data.find(self._header, at + size) + 1 or len(self.data)
            yield self.data[at:end], True
            at = end

    def _irregular_pieces(self, size: int) -> Iterator[tuple[bytes, bool]]:
        run: list[bytes] = []
        kind, length = True, 0
        for span in self.spans():
            if run and (length >= size or span.entry != kind):
                yield b"".join(run), kind
                run, length = [], 0
            kind = span.entry
            run.append(self.data[span.start : span.end])
            length += span.end - span.start
        if run:
            yield b"".join(run), kind

    def around(self, at: int) -> Span | None:
        """The span that holds the offset `at`."""
        if self.regular:
            start = self.data.rfind(self._header, self._from, at + 1)
            if start < 0:
                return None
            end = self.data.find(self._header, max(at, start + 1) - 1)
            return Span(start + 1, end + 1 if end >= 0 else len(self.data), entry=True)
        return next((span for span in self._all() if span.start <= at < span.end), None)

    def _all(self) -> list[Span]:
        if not hasattr(self, "_kept"):
            self._kept: list[Span] = self.spans()
        return self._kept

    def _scanned(self) -> Iterator[tuple[int, bool]]:
        """Header offsets of any valid TOML: regular stretches by search, the statements around all else one by one."""
        strange = _STRANGE_WINDOWS if b"\r" in self._header else _STRANGE
        at = self.start
        inside_entry = True
        if at == 0:  # nothing stands before the first header, so that no search would find it
            headers = (statement for statement in statements(self.data) if statement.what != "key")
            yield from ((line_start(self.data, s.start), is_entry(s.path)) for s in headers if len(s.path) == 1)
            return
        while at < len(self.data):
            found = strange.search(self.data, max(at - 1, 0))
            stop = found.start() if found else len(self.data)
            known = list(_find_all(self.data, self._header, max(at - 1, 0), stop))
            for header in known[:-1] if found else known:
                inside_entry = True
                yield header, True
            if not found:
                return
            for statement in statements(self.data, known[-1] if known else at):
                if statement.what != "key":
                    entry = is_entry(statement.path)
                    # A table inside an entry ([timeline.x]) or inside a foreign one ends no span of its kind.
                    if not entry or len(statement.path) == 1 or not inside_entry:
                        yield line_start(self.data, statement.start), entry
                    inside_entry = entry
                at = statement.end
                if at > found.end():
                    break
            else:
                return


def _find_all(data: bytes, header: bytes, start: int, stop: int) -> Iterator[int]:
    """The offsets of the header lines found between two offsets; `header` begins with the newline before them."""
    at = data.find(header, start, stop + len(header))
    while 0 <= at < stop:
        yield at + 1
        at = data.find(header, at + 1, stop + len(header))


_STEP = 1 << 20
_INDENTED = re.compile(rb"\n[ \t]+\[")
_STRANGE = re.compile(rb'"""|\'\'\'|\n[ \t]+\[|\n\[(?!\[timeline\]\]\n)')
_STRANGE_WINDOWS = re.compile(rb'"""|\'\'\'|\n[ \t]+\[|\n\[(?!\[timeline\]\]\r\n)')


def _count(data: bytes, what: bytes, start: int) -> int:
    """How often `what` is found from an offset on; in steps, so that other threads run in between."""
    end = len(what) - 1
    return sum(data.count(what, at, at + _STEP + end) for at in range(start, len(data), _STEP))


def _holds(data: bytes, what: bytes, start: int) -> bool:
    """Whether `what` is found from an offset on; in steps too."""
    end = len(what) - 1
    return any(data.find(what, at, at + _STEP + end) >= 0 for at in range(start, len(data), _STEP))


def _long_string(data: bytes, start: int) -> bool:
    """Whether there may be a string over several lines."""
    # A single byte is found many times faster than three; most files have no apostrophe at all.
    return _holds(data, b'"""', start) or (_holds(data, b"'", start) and _holds(data, b"'''", start))


def _indented_header(data: bytes, start: int) -> bool:
    tabs = _holds(data, b"\t", start) and _holds(data, b"\n\t", start)
    return (tabs or _holds(data, b"\n ", start)) and bool(_INDENTED.search(data, start))
