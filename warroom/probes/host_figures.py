"""Figures of this host by psutil, taken once for all who ask, in threads: a dead disk must hold up nobody."""

import asyncio
import os
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from warroom.health.board import Figure, HostFigures
from warroom.health.results import Level
from warroom.probes.definition import CheckError
from warroom.probes.threads import in_thread
from warroom.text import clean_line

_FRESH: Final = 1.0
_FIRST_LOOK: Final = 0.2
_DISK_PATIENCE: Final = 2.0
_SERIES: Final = 240
_NO_DISK: Final = frozenset({"squashfs", "iso9660", "overlay", "tmpfs", "devtmpfs", "autofs", "fuse.snapfuse"})
_GIB: Final = 1024**3


@dataclass(frozen=True, slots=True)
class Usage:
    """How full something is: `used` in percent of what can be used, `free` and `total` in bytes."""

    used: float
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Sample:
    """The figures at one moment. `cpu` is percent of all cores that was busy since the sample before."""

    cpu: float
    cores: int
    memory: Usage
    swap: Usage
    load: tuple[float, float, float]


class HostSampler:
    """Takes the figures at most once a second, whoever asks, and keeps those of the last 240 screens for sparklines."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._taken = 0.0
        self._sample: Sample | None = None
        self._running: asyncio.Task[Sample] | None = None
        self._asking: dict[str, tuple[float, asyncio.Task[Usage]]] = {}
        self._series: dict[str, deque[float]] = {}
        self._disks: dict[str, Usage] = {}
        self._cpu_before: tuple[float, float] | None = None

    async def sample(self) -> Sample:
        """The figures, not older than a second."""
        if self._sample is not None and self._clock() - self._taken < _FRESH:
            return self._sample
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._take())
        return await asyncio.shield(self._running)

    async def _take(self) -> Sample:
        sample = await in_thread(self._measure)
        self._sample, self._taken = sample, self._clock()
        return sample

    def _measure(self) -> Sample:
        memory, swap = psutil.virtual_memory(), psutil.swap_memory()
        return Sample(
            cpu=self._cpu_percent(),
            cores=psutil.cpu_count() or 1,
            memory=Usage(100 * (1 - memory.available / memory.total), memory.available, memory.total),
            swap=Usage(swap.percent, swap.free, swap.total),
            load=os.getloadavg(),
        )

    def _cpu_percent(self) -> float:
        """Busy percent since the call before; the first call has none before it and waits a moment."""
        if self._cpu_before is None:
            self._cpu_before = _cpu_seconds()
            time.sleep(_FIRST_LOOK)
        busy, total = _cpu_seconds()
        busy_before, total_before = self._cpu_before
        self._cpu_before = busy, total
        return round(max(0.0, min(100.0, 100 * (busy - busy_before) / max(total - total_before, 1e-9))), 1)

    def _note(self, name: str, percent: float) -> None:
        self._series.setdefault(name, deque(maxlen=_SERIES)).append(percent)

    async def disk(self, mount: str) -> Usage:
        """How full the file system at `mount` is; who asks meanwhile shares the answer.

        Once a question has hung for two seconds (a dead NFS), no other is asked until it ends: CheckError.
        """
        asking = self._asking.get(mount)
        if asking is None:
            task = asyncio.create_task(in_thread(lambda: _usage(mount)))
            asking = self._asking[mount] = (self._clock(), task)
            task.add_done_callback(lambda done: self._answered(mount, done))
        elif self._hangs(mount):
            raise CheckError(f"{mount} does not answer")
        return await asyncio.shield(asking[1])

    def _hangs(self, mount: str) -> bool:
        asking = self._asking.get(mount)
        return asking is not None and self._clock() - asking[0] >= _DISK_PATIENCE

    def _answered(self, mount: str, task: "asyncio.Task[Usage]") -> None:
        self._asking.pop(mount, None)
        if task.cancelled() or task.exception() is not None:
            self._disks.pop(mount, None)
        else:
            self._disks[mount] = task.result()

    async def figures(self) -> HostFigures:
        """The figures for the screen: processor, memory, swap, load and every real disk that answers.

        Each call adds one point to the series; it is meant to be made at a steady pace.
        """
        sample = await self.sample()
        mounts = await in_thread(real_disks)
        for mount in mounts:
            with suppress(OSError, CheckError):  # one that went away or hangs is not shown; a check of it says why
                async with asyncio.timeout(_DISK_PATIENCE):
                    await self.disk(mount)
        self._note("cpu", sample.cpu)
        self._note("memory", sample.memory.used)
        self._note("swap", sample.swap.used)
        self._note("load", 100 * sample.load[0] / sample.cores)
        # Not all that was ever asked: a check may look at others, and what is no longer mounted is not there.
        disks = {mount: self._disks[mount] for mount in mounts if mount in self._disks and not self._hangs(mount)}
        for mount, usage in disks.items():
            self._note(f"disk {mount}", usage.used)
        cpu = Figure("cpu", f"{sample.cpu:.0f} %", sample.cpu, self._kept("cpu"))
        load = " ".join(f"{value:.2f}" for value in sample.load)
        return HostFigures(
            cpu=cpu,
            memory=_figure("mem", sample.memory, self._kept("memory")),
            swap=_figure("swap", sample.swap, self._kept("swap")) if sample.swap.total else None,
            load=Figure("load", load, min(100.0, 100 * sample.load[0] / sample.cores), self._kept("load")),
            disks=tuple(
                _figure(clean_line(mount), usage, self._kept(f"disk {mount}")) for mount, usage in disks.items()
            ),
            note="in a container: cpu, memory and load are those of its host" if in_container() else "",
        )

    def _kept(self, name: str) -> tuple[float, ...]:
        return tuple(self._series.get(name, ()))


def real_disks() -> tuple[str, ...]:
    """Where the real file systems are mounted, the shortest path of each device first, "/" in any case."""
    mounts: dict[str, str] = {}
    for part in psutil.disk_partitions(all=False):
        real = part.fstype not in _NO_DISK and Path(part.mountpoint).is_dir()
        if real and len(part.mountpoint) < len(mounts.get(part.device, part.mountpoint + "/")):
            mounts[part.device] = part.mountpoint
    return tuple(sorted({"/", *mounts.values()}))


def has_swap() -> bool:
    """Whether this host has any swap space."""
    return bool(psutil.swap_memory().total)


def in_container() -> bool:
    """Whether this looks like a container, where most figures are those of the host around it."""
    return Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()


def _cpu_seconds() -> tuple[float, float]:
    """The seconds that all cores have been busy, and all seconds there were, since the system started."""
    times = psutil.cpu_times()
    guest = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)  # counted in user and nice as well
    total = float(sum(times) - guest)
    return total - times.idle - getattr(times, "iowait", 0.0), total


def _usage(mount: str) -> Usage:
    found = psutil.disk_usage(mount)
    return Usage(found.percent, found.free, found.total)


def _figure(label: str, usage: Usage, series: tuple[float, ...]) -> Figure:
    text = f"{usage.used:.0f} %, {usage.free / _GIB:.1f} GiB free"
    return Figure(label, text, usage.used, series)


def disk_error(mount: str, error: OSError) -> CheckError:
    """Why a disk could not be asked; a mount that is gone is down, one that we may not see is unknown."""
    level = Level.UNKNOWN if isinstance(error, PermissionError) else Level.CRIT
    return CheckError(f"{mount}: {(error.strerror or str(error)).lower()}", level)
