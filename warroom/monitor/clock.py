"""The clocks a monitor lives by; a test brings its own."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Final, Protocol

_BOOT_TIME: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", None)  # of Linux alone


class Clock(Protocol):
    """Time as the monitor needs it, all in seconds but for `now`."""

    def now(self) -> datetime:
        """The time of day, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back and stand still while the machine is suspended."""
        ...

    def suspended(self) -> float:
        """How many seconds the machine has been suspended since it was started."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The clocks of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def suspended(self) -> float:
        return 0.0 if _BOOT_TIME is None else time.clock_gettime(_BOOT_TIME) - time.clock_gettime(time.CLOCK_MONOTONIC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def sleep_or(clock: Clock, seconds: float, event: asyncio.Event) -> None:
    """Sleep, but not longer than until `event` is set."""
    sleeper = asyncio.ensure_future(clock.sleep(seconds))
    waker = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait((sleeper, waker), return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleeper.cancel()
        waker.cancel()
