"""The monitor: one loop that starts looks when they are due, folds what they find, and publishes the board."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import TypeVar

from warroom.config.settings import Maintenance
from warroom.health import machine
from warroom.health.board import Board, HostFigures
from warroom.health.machine import Transition, pending
from warroom.health.observer import Notice
from warroom.health.results import Level, Result
from warroom.monitor.bulletin import Bulletin
from warroom.monitor.clock import Clock, sleep_or
from warroom.monitor.guard import BEAT, Guard, worth_telling
from warroom.monitor.network import Network
from warroom.monitor.watched import Watched
from warroom.monitor.windows import Windows
from warroom.probes import Probe

T = TypeVar("T")
Drop = Callable[[], None]
Figures = Callable[[], Awaitable[HostFigures]]

_MOST_AT_ONCE = 64
_MOST_A_HOST = 4
_FIGURES_EVERY = 5.0
_ASK_AGAIN = 3.0
_TOGETHER = 0.02


class Monitor:
    """Watches from `run` until that is cancelled; nothing starts before. For one event loop, not for threads.

    `reach` are the looks that tell whether this host is online. `figures` gives those of this host.
    """

    def __init__(
        self,
        probes: Iterable[Probe],
        clock: Clock,
        *,
        maintenance: Sequence[Maintenance] = (),
        reach: Sequence[Probe] = (),
        figures: Figures | None = None,
    ) -> None:
        self._clock = clock
        self._figures = figures
        self._host: HostFigures | None = None
        self._watched: dict[str, Watched] = {}
        self._queue: list[tuple[float, int, Watched]] = []
        self._order = 0
        self._late = 0
        self._generation = 0
        self._problem = ""
        self._wake, self._bulletin = asyncio.Event(), Bulletin(clock)
        self._gate = asyncio.Semaphore(_MOST_AT_ONCE)
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._looks: set[asyncio.Task[None]] = set()
        self._boards: list[Callable[[Board], None]] = []
        self._transitions: list[Callable[[str, Transition], None]] = []
        self._notices: list[Callable[[Notice], None]] = []
        self._windows = Windows()
        self._guard = Guard(clock)
        self._network = Network(reach, clock)
        self._set(probes, maintenance)

    # What others may ask

    def subscribe(self, board: Callable[[Board], None]) -> Drop:
        """Call `board` with every new board: at most four times a second, and once where only figures moved.

        The returned function ends that.
        """
        return _subscribed(self._boards, board)

    def on_transition(self, tell: Callable[[str, Transition], None]) -> Drop:
        """Call `tell` with the service's name for each change that belongs into the record (quiet ones do not)."""
        return _subscribed(self._transitions, tell)

    def on_notice(self, tell: Callable[[Notice], None]) -> Drop:
        """Call `tell` for what concerns the watch as a whole."""
        return _subscribed(self._notices, tell)

    @property
    def board(self) -> Board:
        """All services as they stand now."""
        at = self._clock.now()
        services = tuple(watched.status(at) for watched in self._watched.values())
        return Board(at, services, self._host, self._network.state, self._late, self._problem)

    def watches(self, name: str) -> bool:
        """Whether there is a service of that name."""
        return name in self._watched

    def recheck(self, name: str) -> None:
        """Look at a service as soon as there is room; KeyError for a name that is not watched."""
        self._hurry(self._watched[name], self._clock.monotonic())

    def pause(self, name: str, until: datetime | None) -> None:
        """Stop looking at a service, until a time or until `resume`; KeyError for a name that is not watched."""
        watched = self._watched[name]
        watched.health, transition = machine.pause(watched.health, self._clock.now(), until)
        self._changed(watched, transition)

    def resume(self, name: str) -> None:
        """Look at a paused service again, at once; KeyError for a name that is not watched."""
        watched = self._watched[name]
        if watched.health.state == "paused":
            watched.health, transition = machine.resume(watched.health, self._clock.now())
            self._changed(watched, transition)
            self._hurry(watched, self._clock.monotonic())

    def maintain(self, name: str, length: timedelta, reason: str = "maintenance") -> None:
        """Open a maintenance window for one service, from now on; KeyError for a name that is not watched."""
        self._watched[name].changed()
        self._windows.open(name, self._clock.now(), length, reason)
        self._keep_windows()

    def end_maintenance(self, name: str) -> None:
        """Take one service out of the windows that are in force; KeyError for a name that is not watched."""
        self._watched[name].changed()
        self._windows.close(name, self._clock.now())
        self._keep_windows()

    def reload(
        self, probes: Iterable[Probe], maintenance: Sequence[Maintenance] = (), reach: Sequence[Probe] = ()
    ) -> None:
        """Watch these instead. What is defined as before keeps its health and its history."""
        self._network.reload(reach)
        self._problem = ""
        self._set(probes, maintenance)
        self._wake.set()

    def refused(self, problem: str) -> None:
        """Show on the board why a new configuration was not taken; the old one stays in force."""
        self._problem = problem
        self._bulletin.turned()

    async def run(self) -> None:
        """Watch until cancelled. Looks under way are then cancelled too, and waited for."""
        self._guard = Guard(self._clock)
        started = self._clock.monotonic()
        for watched in self._watched.values():
            watched.restart(started)
            self._enqueue(watched)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._schedule())
                group.create_task(self._pulse())
                group.create_task(self._publish())
                group.create_task(self._look_for_a_way_out())
                if self._figures is not None:
                    group.create_task(self._take_figures(self._figures))
        finally:
            for look in self._looks:
                look.cancel()
            await asyncio.gather(*self._looks, return_exceptions=True)
            await self._network.end()

    # The schedule

    def _set(self, probes: Iterable[Probe], maintenance: Sequence[Maintenance]) -> None:
        before, started = self._watched, self._clock.monotonic()
        self._watched = {}
        for probe in probes:
            name = probe.definition.name
            known = before.get(name)
            if known is not None and known.definition.fingerprint == probe.definition.fingerprint:
                known.probe = probe
                self._watched[name] = known
                continue
            watched = self._watched[name] = Watched(probe, started)
            if probe.definition.paused:
                paused, _ = machine.pause(watched.health, self._clock.now(), None)
                watched.health = replace(paused, told=None)
            self._enqueue(watched)
        for name, watched in before.items():
            watched.gone = self._watched.get(name) is not watched
        remote = {name: one.definition for name, one in self._watched.items() if not one.definition.local}
        longest = max((definition.every for definition in remote.values()), default=0.0)
        self._network.watch({name: definition.host for name, definition in remote.items()}, longest)
        self._windows.configure(maintenance)
        self._keep_windows()
        self._bulletin.turned()

    def _enqueue(self, watched: Watched) -> None:
        self._order += 1
        heappush(self._queue, (watched.due, self._order, watched))
        self._wake.set()

    def _hurry(self, watched: Watched, when: float) -> None:
        """Look again at `when` if that comes before the next slot."""
        if not watched.gone and when < watched.due:
            watched.retry = when
            self._enqueue(watched)

    async def _schedule(self) -> None:
        while True:
            now = self._clock.monotonic()
            while self._queue and self._queue[0][0] <= now + _TOGETHER:
                when, _, watched = heappop(self._queue)
                if not watched.gone and when == watched.due:
                    self._start(watched, now)
            if len(self._queue) > 4 * len(self._watched) + 64:
                self._queue = [item for item in self._queue if not item[2].gone and item[0] == item[2].due]
                heapify(self._queue)
            self._wake.clear()
            rest = self._queue[0][0] - now if self._queue else 3600.0
            await sleep_or(self._clock, max(rest, 0.001), self._wake)

    def _start(self, watched: Watched, now: float) -> None:
        on_grid = watched.retry is None or watched.slot <= watched.retry
        watched.retry = None
        if on_grid:
            self._late += watched.advance(now)
        if watched.running:
            # Never two at once: a slot that comes while the look of the one before is under way is lost, and counted.
            if on_grid and not watched.hurried:
                self._late += 1
        elif watched.health.state != "paused":
            watched.running, watched.hurried = True, not on_grid
            look = asyncio.create_task(self._look(watched))
            self._looks.add(look)
            look.add_done_callback(self._looks.discard)
        self._enqueue(watched)

    async def _look(self, watched: Watched) -> None:
        host = watched.definition.host
        narrow = self._hosts.setdefault(host, asyncio.Semaphore(_MOST_A_HOST)) if host else nullcontext()
        try:
            async with narrow, self._gate:
                generation = self._generation
                result = await watched.probe.run(self._clock.now())
            if self._guard.disturbed:
                self._beat()
            if generation == self._generation:
                await self._fold(watched, result)
        finally:
            watched.running = False

    # Judging

    async def _fold(self, watched: Watched, result: Result) -> None:
        definition = watched.definition
        if result.level is Level.CRIT and not definition.local and not await self._network.online():
            result = replace(result, level=Level.UNKNOWN, cause="offline", reason="this host is offline")
        elif result.level.conclusive and not definition.local:
            self._network.answered(result.level is Level.OK)
        self._tell_notices(self._network.news())
        if watched.gone or watched.health.state == "paused":
            return
        hold = False
        if result.bad and definition.needs:
            result, hold = self._mind_needs(watched, result)
        self._mind_everybody(watched, result)
        before = watched.health.last
        watched.history.add(result.at, result.level, result.took, watched.maintenance is not None)
        watched.health, transition = machine.step(watched.health, result, definition.rules, hold)
        expected = before is not None and (before.level, before.reason) == (result.level, result.reason)
        self._changed(watched, transition, told=not expected or watched.hurried)
        if pending(watched.health, definition.rules) is not None:
            self._hurry(watched, self._clock.monotonic() + definition.retry)

    def _mind_needs(self, watched: Watched, result: Result) -> tuple[Result, bool]:
        """A bad result of what needs something that is down says nothing; it waits while that is not clear yet."""
        hold = False
        first = watched.health.first_bad or result
        needs = list(watched.definition.needs)
        for name in needs:
            needed = self._watched.get(name)
            if needed is None or needed.health.state == "paused":
                continue
            if needed.health.state == "down":
                return machine.blocked(result, name), False
            standing = pending(needed.health, needed.definition.rules)
            unsure = needed.health.last is None or needed.health.last.at < first.at
            if unsure and not needed.running:
                self._hurry(needed, self._clock.monotonic())
            hold = hold or unsure or (standing is not None and standing.toward in ("down", "degraded"))
            needs += (further for further in needed.definition.needs if further not in needs)
        return result, hold

    def _mind_everybody(self, watched: Watched, result: Result) -> None:
        """Tell one thing instead of many where nearly everything that is remote fails at once."""
        if watched.definition.local or not result.level.conclusive:
            return
        since = (watched.health.first_bad or result).at if result.bad else None
        before = self._network.muted
        if self._network.note(watched.definition.name, since, result.at) is None:
            return
        for name in before ^ self._network.muted:
            self._settle_mute(self._watched[name])
        self._tell_notices(self._network.news())

    def _settle_mute(self, watched: Watched) -> None:
        """Mute or unmute a service as its maintenance and the state of everything ask for."""
        muted = watched.maintenance is not None or watched.definition.name in self._network.muted
        if muted and not watched.health.muted:
            watched.health = machine.mute(watched.health)
        elif not muted and watched.health.muted:
            watched.health, transition = machine.unmute(watched.health, self._clock.now())
            self._changed(watched, transition)

    def _keep_windows(self) -> None:
        now = self._clock.now()
        if not self._windows.any and not any(watched.maintenance for watched in self._watched.values()):
            return
        for name, watched in self._watched.items():
            reason = self._windows.reason(name, watched.definition.group, now)
            if reason != watched.maintenance:
                watched.maintenance = reason
                self._settle_mute(watched)
                self._changed(watched, None)

    def _changed(self, watched: Watched, transition: Transition | None, *, told: bool = True) -> None:
        watched.changed()
        if told:
            self._bulletin.turned()
        else:
            self._bulletin.moved()
        if transition is not None and not transition.quiet:
            for tell in tuple(self._transitions):
                tell(watched.definition.name, transition)

    def _tell_notices(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            self._bulletin.turned()
            for tell in tuple(self._notices):
                tell(notice)

    # The pulse

    async def _pulse(self) -> None:
        while True:
            await self._clock.sleep(BEAT)
            self._beat()
            now = self._clock.now()
            for name, watched in self._watched.items():
                until = watched.health.paused_until
                if until is not None and until <= now:
                    self.resume(name)
            self._keep_windows()
            if any(watched.newly_stale(now) for watched in self._watched.values()):
                self._bulletin.turned()

    async def _look_for_a_way_out(self) -> None:
        while True:
            await self._clock.sleep(_ASK_AGAIN)
            if self._network.offline and await self._network.online():
                self._tell_notices(self._network.news())

    def _beat(self) -> None:
        gap = self._guard.beat()
        if gap is None:
            return
        self._generation += 1
        now = self._clock.monotonic()
        for watched in self._watched.values():
            watched.health = machine.void(watched.health)
            watched.restart(now)
            self._enqueue(watched)
            self._changed(watched, None)
        if worth_telling(gap):
            self._tell_notices((gap,))

    async def _publish(self) -> None:
        while True:
            await self._bulletin.due()
            board = self.board
            for show in tuple(self._boards):
                show(board)
            await self._bulletin.pause()

    async def _take_figures(self, figures: Figures) -> None:
        while True:
            with suppress(OSError):  # a figure that cannot be read now is read again in five seconds
                self._host = await figures()
                self._bulletin.turned()
            await self._clock.sleep(_FIGURES_EVERY)


def _subscribed(listeners: list[T], listener: T) -> Drop:
    listeners.append(listener)

    def drop() -> None:
        if listener in listeners:
            listeners.remove(listener)

    return drop
