"""Whether memory stays flat while a thousand services are watched for half an hour, which is let pass in a minute.

`python -m benchmarks.memory`. The monitor and the whole screen run under a clock that is turned by hand. The results
are those of a real http probe, given again and again with other times; some services fail for a while, some flap.
"""

import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path
from random import Random
from typing import Final

import psutil

from benchmarks._figures import told
from benchmarks._rooms import session
from benchmarks.health import Servers, settings_for
from warroom.health.board import Board
from warroom.health.results import Level, Result
from warroom.monitor.monitor import Monitor
from warroom.probes import Definition, Probe, Resources, build
from warroom.tui.app import WarRoom

MOST: Final = 1.05
"""What the second half of the time may hold at most, as a multiple of what was held at its beginning."""
_SERVICES: Final = 1_000
_MINUTES: Final = 30
_DRAW_EVERY: Final = 5.0
_START: Final = datetime(2026, 11, 21, 19, 46, tzinfo=UTC)


class TurnedClock:
    """Time that passes as fast as everything is done that is due."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return _START + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    def suspended(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (self._seconds + seconds, self._count, future))
        await future

    async def turn(self, seconds: float) -> None:
        """Let so many seconds pass."""
        end = self._seconds + seconds
        while self._waiting and self._waiting[0][0] <= end:
            when, _, future = heappop(self._waiting)
            if not future.done():
                self._seconds = max(self._seconds, when)
                future.set_result(None)
                for _ in range(6):
                    await asyncio.sleep(0)
        self._seconds = end


class Replayed:
    """A probe whose looks are those of a real one, at other times."""

    def __init__(self, probe: Probe, good: Result, bad: Result, clock: TurnedClock, chance: Random) -> None:
        self._probe, self._good, self._bad, self._clock, self._chance = probe, good, bad, clock, chance
        self._fails_until = 0.0

    @property
    def definition(self) -> Definition:
        return self._probe.definition

    async def run(self, at: datetime) -> Result:
        now, chance = self._clock.monotonic(), self._chance.random()
        if chance < 0.002:
            self._fails_until = now + self._chance.uniform(1, 90)
        found = self._bad if now < self._fails_until else self._good
        again = [(label, f"{text} #{chance}") for label, text in found.evidence]
        took = self._chance.uniform(0.01, 0.3)
        return replace(found, at=at, took=took if found.level is Level.OK else found.took, evidence=tuple(again))


def held() -> tuple[float, int]:
    """Megabytes of this process, and how many blocks of memory Python's objects take."""
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6, sys.getallocatedblocks()


async def real_results(port: int) -> tuple[Result, Result]:
    """A good and a bad result, as a real probe finds them."""
    good, bad = build(settings_for([port, 1]), Resources(os.environ))
    return await good.run(_START), await bad.run(_START)


async def watch(ports: list[int], tell: Callable[[int], None]) -> None:
    """Half an hour of the war room; `tell` is called after every five minutes of it."""
    clock, chance = TurnedClock(), Random(1)
    good, bad = await real_results(ports[0])
    probes = build(settings_for([ports[0]] * _SERVICES), Resources(os.environ))
    monitor = Monitor([Replayed(probe, good, bad, clock, chance) for probe in probes], clock)
    boards: list[Board] = []
    monitor.subscribe(lambda board: boards.__setitem__(slice(None), [board]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = WarRoom(session(folder, clock.now))
        watching = asyncio.create_task(monitor.run())
        async with app.run_test(size=(200, 60)) as pilot:
            while not app.ready:
                await pilot.pause()
            await pilot.press("1")
            for minute in range(1, _MINUTES + 1):
                for _ in range(int(60 / _DRAW_EVERY)):
                    await clock.turn(_DRAW_EVERY)
                    app.show_board(boards[0])
                    await pilot.pause()
                if minute % 5 == 0:
                    tell(minute)
            app.exit()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def main() -> int:
    found: dict[int, tuple[float, int]] = {}
    print(f"{'minute':>8}{'RSS':>12}{'blocks of Python':>20}")

    def tell(minute: int) -> None:
        megabytes, blocks = found[minute] = held()
        print(f"{minute:>8}{megabytes:>9.1f} MB{blocks:>20,}")

    with Servers(1) as servers:
        asyncio.run(watch(servers.ports, tell))
    middle, last = found[_MINUTES // 2], found[_MINUTES]
    ratios = [after / before for before, after in zip(middle, last, strict=True)]
    kept = True
    for what, ratio in zip(("RSS", "blocks of Python"), ratios, strict=True):
        kept &= told(f"{what} at minute {_MINUTES}", f"at minute {_MINUTES // 2}", ratio, MOST)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
