"""What was seen when: a ring of time buckets on an axis that all services share, and latency percentiles."""

from array import array
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from math import ceil, isnan, nan
from typing import Final, Literal

from warroom.health.results import Level

Cell = Literal["none", "maintenance", "up", "unknown", "degraded", "down"]

_CELLS: Final[tuple[Cell, ...]] = ("none", "maintenance", "up", "unknown", "degraded", "down")  # worst last
_CODE: Final = {Level.OK: 2, Level.UNKNOWN: 3, Level.WARN: 4, Level.CRIT: 5}
_MAINTENANCE: Final = 1
_BITS: Final = bytes(1 << code if code < len(_CELLS) else 0 for code in range(256))

WIDTH: Final = 10
"""Seconds a bucket; every bucket begins at a multiple of it since 1970, so that rows line up."""
BUCKETS: Final = 720
_SAMPLES: Final = 120


class History:
    """The last two hours of one service: the worst level and the longest latency of each bucket of ten seconds.

    `hold` is for how many seconds a result stands for what nobody looked at: two intervals and a timeout.
    """

    __slots__ = ("_codes", "_hold", "_last", "_latencies", "_recent", "_sorted")

    def __init__(self, hold: float = 40.0) -> None:
        self._codes = bytearray(BUCKETS)
        self._latencies = array("f", [nan]) * BUCKETS
        self._recent: deque[float] = deque(maxlen=_SAMPLES)
        self._sorted: list[float] | None = None
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
        place = bucket % BUCKETS
        self._codes[place] = max(self._codes[place], code)
        if took is not None:
            known = self._latencies[place]
            self._latencies[place] = took if isnan(known) else max(known, took)
            if level is Level.OK or level is Level.WARN:
                self._recent.append(took)
                self._sorted = None

    def _advance(self, bucket: int) -> None:
        """Open `bucket`: what lies between is filled with the last level where that still stood, else left blank."""
        last = self._last
        self._last = bucket
        if last is None:
            return
        carried = self._codes[last % BUCKETS] if bucket - last <= self._hold else 0
        for between in range(max(last + 1, bucket - BUCKETS + 1), bucket):
            self._codes[between % BUCKETS] = carried
            self._latencies[between % BUCKETS] = nan
        self._codes[bucket % BUCKETS] = 0
        self._latencies[bucket % BUCKETS] = nan

    def strip(self, cells: int, seconds: int, end: datetime) -> tuple[Cell, ...]:
        """The worst level of each of `cells` spans of `seconds` (a multiple of 10), oldest first.

        The last span is the one that holds `end`. A span in which nothing was known is "none".
        """
        first, stop, each = _window(cells, seconds, end)
        codes = self.codes(first, stop)
        return tuple(_CELLS[max(codes[start : start + each])] for start in range(0, len(codes), each))

    def codes(self, first: int, stop: int) -> bytes:
        """What was known in each bucket from `first` up to, not with, `stop`; buckets count from 1970."""
        last = self._last
        if last is None:
            return bytes(stop - first)
        known, ended = max(first, last - BUCKETS + 1), min(stop, last + 1)
        if known >= ended:
            found = b""
        else:
            start, end = known % BUCKETS, (ended - 1) % BUCKETS + 1
            ring = self._codes
            found = bytes(ring[start:end] if start < end else ring[start:] + ring[:end])
        held = max(min(stop, last + self._hold) - max(first, last + 1), 0)
        blank = min(max(known - first, 0), stop - first)
        standing = bytes((self._codes[last % BUCKETS],)) * held
        return (bytes(blank) + found + standing).ljust(stop - first, b"\0")

    def latencies(self, cells: int, seconds: int, end: datetime) -> tuple[float | None, ...]:
        """The longest latency in seconds of each span, as `strip` cuts them; None where none was measured."""
        found: list[float | None] = []
        first, stop, each = _window(cells, seconds, end)
        for start in range(first, stop, each):
            span = range(start, min(start + each, stop))
            took = [value for bucket in span if not isnan(value := self._latency(bucket))]
            found.append(max(took, default=None))
        return tuple(found)

    def percentile(self, share: float) -> float | None:
        """The nearest-rank percentile (0 < share <= 1) of the last 120 latencies that ended in an answer, seconds."""
        if not self._recent:
            return None
        if self._sorted is None:
            self._sorted = sorted(self._recent)
        return self._sorted[max(0, ceil(share * len(self._sorted)) - 1)]

    def _latency(self, bucket: int) -> float:
        if self._last is None or not self._last - BUCKETS < bucket <= self._last:
            return nan
        return self._latencies[bucket % BUCKETS]


def worst_strip(histories: Iterable[History], cells: int, seconds: int, end: datetime) -> tuple[Cell, ...]:
    """The worst level that any of `histories` knew in each span, as `History.strip` cuts them."""
    first, stop, each = _window(cells, seconds, end)
    # One byte a bucket and one bit a level: all buckets of a service are joined to those of the others in one step.
    joined = int.from_bytes(_BITS[:1] * (stop - first), "big")
    for history in histories:
        joined |= int.from_bytes(history.codes(first, stop).translate(_BITS), "big")
    bits = joined.to_bytes(stop - first, "big")
    return tuple(_CELLS[max(bits[start : start + each]).bit_length() - 1] for start in range(0, len(bits), each))


def _window(cells: int, seconds: int, end: datetime) -> tuple[int, int, int]:
    """The first bucket of `cells` spans, the one after the last, and how many make a span."""
    if seconds <= 0 or seconds % WIDTH:
        raise ValueError(f"a cell of {seconds} s is not a multiple of {WIDTH} s")
    each = seconds // WIDTH
    newest = int(end.timestamp() // seconds)
    return (newest - cells + 1) * each, int(end.timestamp() // WIDTH) + 1, each
