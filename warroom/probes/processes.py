"""The processes of this host, scanned once for all who ask."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import psutil

from warroom.probes.threads import in_thread

_FRESH: Final = 2.0


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `started` is seconds since 1970; what may not be seen is empty or None."""

    pid: int
    name: str
    command: str
    user: str
    started: float
    memory: int | None
    cpu: float | None


class ProcessScanner:
    """Scans at most every two seconds, in a thread; processor shares are those since the scan before."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._taken = float("-inf")
        self._found: tuple[Process, ...] = ()
        self._running: asyncio.Task[tuple[Process, ...]] | None = None
        self._seconds: dict[tuple[int, float], tuple[float, float]] = {}

    async def processes(self) -> tuple[Process, ...]:
        """All processes but the dead that wait to be reaped; not older than two seconds."""
        if self._clock() - self._taken < _FRESH:
            return self._found
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._take())
        return await asyncio.shield(self._running)

    async def _take(self) -> tuple[Process, ...]:
        self._found = await in_thread(self._scan)
        self._taken = self._clock()
        return self._found

    def _scan(self) -> tuple[Process, ...]:
        attributes = ["pid", "name", "cmdline", "username", "create_time", "memory_info", "cpu_times", "status"]
        now = time.monotonic()
        seconds: dict[tuple[int, float], tuple[float, float]] = {}
        found: list[Process] = []
        for process in psutil.process_iter(attributes, ad_value=None):
            seen = process.info
            if seen["status"] == psutil.STATUS_ZOMBIE or seen["create_time"] is None:
                continue
            # A pid comes again; with its start it is one process for certain.
            identity = (seen["pid"], seen["create_time"])
            cpu = None
            if (times := seen["cpu_times"]) is not None:
                seconds[identity] = (now, times.user + times.system)
                if identity in self._seconds:
                    before, used = self._seconds[identity]
                    cpu = 100 * (times.user + times.system - used) / max(now - before, 1e-3)
            memory = seen["memory_info"]
            found.append(
                Process(
                    pid=seen["pid"],
                    name=seen["name"] or "",
                    command=" ".join(seen["cmdline"] or ()),
                    user=seen["username"] or "",
                    started=seen["create_time"],
                    memory=memory.rss if memory else None,
                    cpu=cpu,
                )
            )
        self._seconds = seconds
        return tuple(found)
