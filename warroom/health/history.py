"""What was seen when: a ring of time buckets on an axis that all services share, and latency percentiles."""

from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import ceil
from typing import Final, Literal, TypeVar

from warroom.health.results import Level

_Window = tuple[int, int, int]
_Number = TypeVar("_Number", int, float)
Cell = Literal["none", "maintenance", "up", "unknown", "degraded", "down"]

_CELLS: Final[tuple[Cell, ...]] = ("none", "maintenance", "up", "unknown", "degraded", "down")  # worst last
_CODE: Final = {Level.OK: 2, Level.UNKNOWN: 3, Level.WARN: 4, Level.CRIT: 5}
_MAINTENANCE: Final = 1
_BITS: Final = bytes(1 << code if code < len(_CELLS) else 0 for code in range(256))

WIDTH: Final = 10
"""Seconds a bucket; every bucket begins at a multiple of it since 1970, so that rows line up."""
BUCKETS: Final = 720
_SAMPLES: Final = 120
_UNMEASURED: Final = -1.0  # less than any latency, so that the longest of a span is its greatest


class History:
    """The last two hours of one service: the worst level and the longest latency of each bucket of ten seconds.

    `hold` is for how many seconds a result stands for what nobody looked at: two intervals and a timeout.
    """

    __slots__ = ("_answers", "_codes", "_curve", "_hold", "_last", "_latencies", "_recent", "_strip")

    def __init__(self, hold: float = 40.0) -> None:
        self._codes = bytearray(BUCKETS)
        self._latencies = array("f", [_UNMEASURED]) * BUCKETS
        self._recent = array("d")
        self._answers = 0
        # What was last drawn: most services have no news from one board to the next.
        self._strip: tuple[_Window, tuple[Cell, ...]] | None = None
        self._curve: tuple[_Window, tuple[float | None, ...]] | None = None
        self._last: int | None = None
        self._hold = max(1, ceil(hold / WIDTH))

    def add(self, at: datetime, level: Level, took: float | None = None, maintenance: bool = False) -> None:
        """Note a result. One older than the ring, or a clock set back by more than it, is passed over."""
        bucket = int(at.timestamp() // WIDTH)
        code = _MAINTENANCE if maintenance else _CODE[level]
        if self._last is None or bucket > self._last:
            self._advance(bucket)
        elif bucket <= self._last - BUCKETS:
            return
        self._strip = self._curve = None
        place = bucket % BUCKETS
        self._codes[place] = max(self._codes[place], code)
        if took is not None:
            self._latencies[place] = max(self._latencies[place], took)
            if level is Level.OK or level is Level.WARN:
                self._answered(took)

    def _advance(self, bucket: int) -> None:
        """Open `bucket`: what lies between is filled with the last level where that still stood, else left blank."""
        last = self._last
        self._last = bucket
        if last is None:
            return
        carried = self._codes[last % BUCKETS] if bucket - last <= self._hold else 0
        for between in range(max(last + 1, bucket - BUCKETS + 1), bucket):
            self._codes[between % BUCKETS] = carried
            self._latencies[between % BUCKETS] = _UNMEASURED
        self._codes[bucket % BUCKETS] = 0
        self._latencies[bucket % BUCKETS] = _UNMEASURED

    def strip(self, cells: int, seconds: int, end: datetime) -> tuple[Cell, ...]:
        """The worst level of each of `cells` spans of `seconds` (a multiple of 10), oldest first.

        The last span is the one that holds `end`. A span in which nothing was known is "none".
        """
        window = first, stop, each = _window(cells, seconds, end)
        if self._strip is None or self._strip[0] != window:
            codes = self.codes(first, stop).ljust(cells * each, b"\0")
            self._strip = window, tuple(map(_CELLS.__getitem__, _greatest(codes, each)))
        return self._strip[1]

    def codes(self, first: int, stop: int) -> bytes:
        """What was known in each bucket from `first` up to, not with, `stop`; buckets count from 1970."""
        last = self._last
        if last is None:
            return bytes(stop - first)
        blank, older, newer = self._within(last, first, stop)
        held = max(min(stop, last + self._hold) - max(first, last + 1), 0)
        standing = bytes((self._codes[last % BUCKETS],)) * held
        return (bytes(blank) + self._codes[older] + self._codes[newer] + standing).ljust(stop - first, b"\0")

    def latencies(self, cells: int, seconds: int, end: datetime) -> tuple[float | None, ...]:
        """The longest latency in seconds of each span, as `strip` cuts them; None where none was measured."""
        window = _window(cells, seconds, end)
        if self._curve is None or self._curve[0] != window:
            self._curve = window, self._longest(window, cells)
        return self._curve[1]

    def _longest(self, window: _Window, cells: int) -> tuple[float | None, ...]:
        if self._last is None:
            return (None,) * cells
        first, stop, each = window
        blank, older, newer = self._within(self._last, first, stop)
        ring, unmeasured = self._latencies, array("f", [_UNMEASURED])
        took = unmeasured * blank + ring[older] + ring[newer]
        took += unmeasured * (cells * each - len(took))
        return tuple([found if found >= 0 else None for found in _greatest(took, each)])

    def _within(self, last: int, first: int, stop: int) -> tuple[int, slice, slice]:
        """Where the rings hold the buckets from `first` up to `stop`, in two parts, and how many are too old before."""
        known, ended = max(first, last - BUCKETS + 1), min(stop, last + 1)
        blank = min(max(known - first, 0), stop - first)
        if known >= ended:
            return blank, slice(0), slice(0)
        start, end = known % BUCKETS, (ended - 1) % BUCKETS + 1
        if start < end:
            return blank, slice(start, end), slice(0)
        return blank, slice(start, None), slice(end)

    def percentiles(self, *shares: float) -> tuple[float | None, ...]:
        """The nearest-rank percentiles (0 < share <= 1) of the last 120 latencies that ended in an answer, seconds."""
        known = sorted(self._recent)
        return tuple([known[max(0, ceil(share * len(known)) - 1)] if known else None for share in shares])

    def _answered(self, took: float) -> None:
        if len(self._recent) < _SAMPLES:
            self._recent.append(took)
        else:
            self._recent[self._answers % _SAMPLES] = took
        self._answers += 1


def worst_strip(histories: Iterable[History], cells: int, seconds: int, end: datetime) -> tuple[Cell, ...]:
    """The worst level that any of `histories` knew in each span, as `History.strip` cuts them."""
    first, stop, each = _window(cells, seconds, end)
    # One byte a bucket and one bit a level: all buckets of a service are joined to those of the others in one step.
    joined = int.from_bytes(_BITS[:1] * (stop - first), "big")
    for history in histories:
        joined |= int.from_bytes(history.codes(first, stop).translate(_BITS), "big")
    bits = joined.to_bytes(stop - first, "big")
    return tuple(_CELLS[max(bits[start : start + each]).bit_length() - 1] for start in range(0, len(bits), each))


def _greatest(values: Sequence[_Number], each: int) -> Iterable[_Number]:
    """The greatest of each so many of `values`, of which there are a multiple of that."""
    return map(max, zip(*(values[offset::each] for offset in range(each)), strict=True))


def _window(cells: int, seconds: int, end: datetime) -> _Window:
    """The first bucket of `cells` spans, the one after the last, and how many make a span."""
    if seconds <= 0 or seconds % WIDTH:
        raise ValueError(f"a cell of {seconds} s is not a multiple of {WIDTH} s")
    each = seconds // WIDTH
    newest = int(end.timestamp() // seconds)
    return (newest - cells + 1) * each, int(end.timestamp() // WIDTH) + 1, each
