"""A clock that a test turns, and probes that answer as the test says."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Self

from warroom.health.board import Board
from warroom.health.machine import Rules, Transition
from warroom.health.observer import Notice
from warroom.health.results import Level, Result
from warroom.monitor.monitor import Monitor
from warroom.probes import Definition

START = datetime(2026, 11, 21, 19, 46, tzinfo=UTC)
LEVELS = {"O": Level.OK, "W": Level.WARN, "C": Level.CRIT, "?": Level.UNKNOWN}


class TurnedClock:
    """Time that stands still but for `turn`, which lets everything happen in its order."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.away = 0.0
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds + self.away)

    def monotonic(self) -> float:
        return self.seconds

    def suspended(self) -> float:
        return self.away

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (self.seconds + seconds, self._count, future))
        await future

    async def turn(self, seconds: float) -> None:
        """Let `seconds` pass."""
        end = self.seconds + seconds
        await settle()
        while self._waiting and self._waiting[0][0] <= end:
            when, _, future = heappop(self._waiting)
            if future.done():
                continue
            self.seconds = max(self.seconds, when)
            future.set_result(None)
            await settle()
        self.seconds = end
        await settle()

    def jump(self, seconds: float) -> None:
        """The process stands still for `seconds`: nothing happens meanwhile."""
        self.seconds += seconds


async def settle() -> None:
    """Let all that is ready run, and what becomes ready by it."""
    for _ in range(12):
        await asyncio.sleep(0)


@dataclass
class Script:
    """A probe that gives the results of a script, one letter a look (the last one for ever), after `took` seconds.

    With `down_from` it fails from that second on instead.
    """

    name: str
    clock: TurnedClock
    letters: str = "O"
    took: float = 0.1
    every: float = 10.0
    retry: float = 3.0
    rules: Rules = field(default_factory=Rules)
    host: str = ""
    group: str = ""
    local: bool = False
    needs: tuple[str, ...] = ()
    paused: bool = False
    version: str = "1"
    down_from: float | None = None
    times: list[float] = field(default_factory=list)
    together: int = 0
    most_together: int = 0

    @property
    def definition(self) -> Definition:
        return Definition(
            name=self.name,
            kind="tcp",
            target=f"{self.name}:1",
            fingerprint=self.version,
            rules=self.rules,
            group=self.group,
            every=self.every,
            retry=self.retry,
            timeout=5.0,
            needs=self.needs,
            paused=self.paused,
            local=self.local,
            host=self.host or self.name,
        )

    async def run(self, at: datetime) -> Result:
        letter = self.letters[min(len(self.times), len(self.letters) - 1)]
        if self.down_from is not None:
            letter = "C" if self.clock.seconds >= self.down_from else "O"
        self.times.append(self.clock.seconds)
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        try:
            await self.clock.sleep(self.took)
        finally:
            self.together -= 1
        return Result(LEVELS[letter], f"said {letter}", at, self.took)


@dataclass
class Watch:
    """A monitor under a turned clock, and all that it told."""

    clock: TurnedClock
    monitor: Monitor
    boards: list[Board] = field(default_factory=list)
    transitions: list[tuple[str, Transition]] = field(default_factory=list)
    found_well: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.monitor.subscribe(self.boards.append)
        self.monitor.on_transition(self._note)
        self.monitor.on_notice(self.notices.append)

    def _note(self, name: str, transition: Transition) -> None:
        if transition.found_well:
            self.found_well.append(name)
        else:
            self.transitions.append((name, transition))

    async def __aenter__(self) -> Self:
        self.task = asyncio.create_task(self.monitor.run())
        await settle()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self.task is not None
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(name, transition.after) for name, transition in self.transitions]

    def state(self, name: str) -> str:
        service = self.monitor.board.service(name)
        assert service is not None
        return service.state

    async def until(self, condition: Callable[[], bool], seconds: float = 600) -> None:
        """Turn the clock until `condition` holds; it must within `seconds`."""
        for _ in range(int(seconds * 4)):
            if condition():
                return
            await self.clock.turn(0.25)
        raise AssertionError(f"did not come about within {seconds} s")


def watch(clock: TurnedClock, *scripts: Script, reach: Sequence[Script] = ()) -> Watch:
    return Watch(clock, Monitor(scripts, clock, reach=reach))
