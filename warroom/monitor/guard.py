"""Notices that time passed without us: a suspended machine, or an event loop that stood still."""

from datetime import timedelta
from typing import Final

from warroom.health.observer import Notice
from warroom.monitor.clock import Clock

BEAT: Final = 0.5
_STALL: Final = 1.0
_SUSPEND: Final = 2.0
_WORTH_TELLING: Final = 5.0


class Guard:
    """Beats every half second; what was in flight while a beat came much too late proves nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._beat = clock.monotonic()
        self._suspended = clock.suspended()

    def beat(self) -> Notice | None:
        """What was missed since the beat before: None where nothing was. To be called after every sleep."""
        lag, slept = self._missed()
        self._beat, self._suspended = self._clock.monotonic(), self._clock.suspended()
        if slept > _SUSPEND:
            return self._gap(slept, "this host was suspended")
        if lag > _STALL:
            return self._gap(lag, "the war room itself stood still")
        return None

    @property
    def disturbed(self) -> bool:
        """Whether the next beat will say that something was missed."""
        lag, slept = self._missed()
        return lag > _STALL or slept > _SUSPEND

    def _missed(self) -> tuple[float, float]:
        return self._clock.monotonic() - self._beat - BEAT, self._clock.suspended() - self._suspended

    def _gap(self, seconds: float, reason: str) -> Notice:
        now = self._clock.now()
        return Notice("gap", now - timedelta(seconds=seconds), now, reason)


def worth_telling(notice: Notice) -> bool:
    """Whether a gap is long enough for the record: five seconds."""
    return (notice.at - notice.since).total_seconds() >= _WORTH_TELLING
