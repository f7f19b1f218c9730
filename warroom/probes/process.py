"""Runs a program to its end or to the end of our patience; nothing of its group survives either."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from warroom.health.results import Level
from warroom.probes.definition import CheckError

_KEPT: Final = 64 * 1024
_MOST_OUTPUT: Final = 16 * 1024 * 1024
_GRACE: Final = 0.5
_PATIENCE: Final = 5.0
_OUT, _ERRORS = 1, 2


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: `code` is negative for a signal; outputs hold the first 64 KiB, `cut` if there was more."""

    code: int
    out: bytes
    errors: bytes
    cut: bool


async def run(arguments: Sequence[str], environ: Mapping[str, str], directory: str = "") -> Ended:
    """Run a program, without a shell and without input, in a process group of its own.

    It ends when the program does, even where a grandchild still holds its output; then, and when this is cancelled,
    the whole group is killed. CheckError with UNKNOWN where it cannot be started or writes without end.
    """
    starting = asyncio.create_task(_start(arguments, environ, directory))
    try:
        transport, watch = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # By now it may run all the same; asyncio itself would end the program alone, not its group.
        with suppress(CheckError):
            await _end(*await starting)
        raise
    try:
        await watch.over
        # What the program itself wrote is on its way; a grandchild may hold the pipes open for ever.
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await watch.silent.wait()
        return Ended(transport.get_returncode() or 0, bytes(watch.kept[_OUT]), bytes(watch.kept[_ERRORS]), watch.cut)
    finally:
        await asyncio.shield(_end(transport, watch))


async def _start(
    arguments: Sequence[str], environ: Mapping[str, str], directory: str
) -> tuple[asyncio.SubprocessTransport, "_Watch"]:
    try:
        return await asyncio.get_running_loop().subprocess_exec(
            _Watch,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**environ, "LC_ALL": "C"},
            cwd=directory or None,
            start_new_session=True,
        )
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise CheckError(f"{arguments[0]} cannot be run: {reason}", Level.UNKNOWN) from None


class _Watch(asyncio.SubprocessProtocol):
    """Keeps the beginning of what a program writes and learns when it ends."""

    def __init__(self) -> None:
        self.kept = {_OUT: bytearray(), _ERRORS: bytearray()}
        self.cut = False
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.exited = asyncio.Event()
        self.silent = asyncio.Event()
        self._size = 0
        self._open = {_OUT, _ERRORS}

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        kept = self.kept[fd]
        room = _KEPT - len(kept)
        kept += data[:room]
        self.cut = self.cut or len(data) > room
        self._size += len(data)
        if self._size > _MOST_OUTPUT and not self.over.done():
            self.over.set_exception(CheckError("the program writes without end", Level.UNKNOWN))

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        self._open.discard(fd)
        if not self._open:
            self.silent.set()

    def process_exited(self) -> None:
        self.exited.set()
        if not self.over.done():
            self.over.set_result(None)


async def _end(transport: asyncio.SubprocessTransport, watch: _Watch) -> None:
    """End what is left of the group: politely where the program itself still runs, then for certain."""
    group = transport.get_pid()
    if not watch.exited.is_set():
        _signal(group, signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await watch.exited.wait()
    _signal(group, signal.SIGKILL)
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            await watch.exited.wait()
    transport.close()


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
