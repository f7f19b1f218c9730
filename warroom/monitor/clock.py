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
