"""When the next board is due: at once where something turned, a little later where only a figure moved."""

import asyncio
from typing import Final

from warroom.monitor.clock import Clock, sleep_or

_APART: Final = 0.25
_AT_LEISURE: Final = 1.0


class Bulletin:
    """A board for every result would be hundreds a second, each of them drawn, and all but a few saying nothing new."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moved, self._turned = asyncio.Event(), asyncio.Event()

    def moved(self) -> None:
        """A figure is another one: it can wait for a second."""
        self._moved.set()

    def turned(self) -> None:
        """Something is not as it was before, or somebody is waiting for it."""
        self._turned.set()
        self._moved.set()

    async def due(self) -> None:
        """Until a board should go out."""
        await self._moved.wait()
        if not self._turned.is_set():
            await sleep_or(self._clock, _AT_LEISURE - _APART, self._turned)
        self._moved.clear()
        self._turned.clear()

    async def pause(self) -> None:
        """After a board: what comes together goes out together."""
        await self._clock.sleep(_APART)
