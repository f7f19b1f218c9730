"""What the war room asks of the machine around it: commands, the editor, the clipboard of tmux."""

import asyncio
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

_MOST: Final = 4
"""Mebibytes of text from an editor: each takes the room a second to lay out."""
_TMUX_SECONDS: Final = 5.0
"""A tmux that answers no more may hold up the room for so long: it draws the room too, so nothing else is held up.

On a busy machine its client alone takes a second or two to start.
"""
_LEFT_BEHIND_SECONDS: Final = 0.3
_PATIENCE_SECONDS: Final = 3.0
_BY_SIGNAL: Final = 128


class ShellError(Exception):
    """One line that says what could not be run, and the mend."""


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The argument list of $VISUAL, $EDITOR, or the first of a few editors that is there; ShellError if none is."""
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(name, ""))
        except ValueError as error:
            raise ShellError(
                f"{name} can't be understood: {error}; give the command as a shell would take it"
            ) from None
        if words:
            return words
    for name in ("editor", "vim", "vi", "nano"):
        if shutil.which(name):
            return [name]
    raise ShellError("no editor found: set EDITOR, for example EDITOR=vim")


def edit(text: str, environ: Mapping[str, str], suffix: str = ".md") -> str:
    """`text` after a person has edited it in their editor; the caller has given the terminal free.

    The temporary file is readable by its owner alone and is kept, and named in the ShellError, when the editor fails.
    One that comes back empty or not at all is no edit: a full disk leaves such a one, and so does a slip.
    """
    command = editor_command(environ)
    called = Path(command[0]).name
    path = _temporary(text, suffix)
    name = str(path)
    try:
        code = subprocess.run([*command, name], check=False).returncode
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ShellError(f"{called} could not be started: {error.strerror}; set EDITOR to one that is there") from error
    try:
        if path.stat().st_size > _MOST << 20:
            raise ShellError(f"{called} left more than {_MOST} MiB, nothing was taken over; it is kept in {name}")
        edited = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ShellError(f"{called} left nothing to take over; {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ShellError(f"{called} left no UTF-8, nothing was taken over; it is kept in {name}") from error
    if code != 0:
        how = f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}"
        raise ShellError(f"{called} {how}, nothing was taken over; the text is kept in {name}")
    path.unlink()
    if text.strip() and not edited.strip():
        raise ShellError(f"{called} left an empty text, nothing was taken over")
    return edited


def _temporary(text: str, suffix: str) -> Path:
    """A new file that holds `text`, readable by its owner alone; ShellError where there is no room for one."""
    name = ""
    try:
        handle, name = tempfile.mkstemp(prefix="warroom-", suffix=suffix)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        if name:
            Path(name).unlink(missing_ok=True)
        raise ShellError(
            f"no temporary file for the editor: {error.strerror}; make room, or point TMPDIR to a directory with some"
        ) from error
    return Path(name)


def copy_to_tmux(text: str, environ: Mapping[str, str]) -> bool:
    """Puts `text` into tmux's buffer when we run inside tmux, where OSC 52 may be off; whether it did."""
    if not environ.get("TMUX") or shutil.which("tmux") is None:
        return False
    command = ["tmux", "load-buffer", "-w", "-"]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=False, timeout=_TMUX_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def open_link(url: str, environ: Mapping[str, str]) -> bool:
    """Shows a web page in the person's browser, where there is a screen to show it on; whether that was begun."""
    if urlsplit(url).scheme not in ("http", "https") or environ.get("SSH_CONNECTION"):
        return False
    if sys.platform == "darwin":
        opener = shutil.which("open")
    else:
        opener = shutil.which("xdg-open") if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY") else None
    if opener is None:
        return False
    try:
        opening = subprocess.Popen(
            [opener, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    threading.Thread(target=opening.wait, daemon=True).start()  # a browser may stay; its end is nobody's concern
    return True


class Shell:
    """One command line, run by `sh` in a process group of its own, with no input."""

    def __init__(self, line: str, took: Callable[[bytes], None]) -> None:
        """`took` gets the output as it comes, of both streams in the order of writing."""
        self._line, self._took = line, took
        self._transport: asyncio.SubprocessTransport | None = None
        self._asked = 0

    async def run(self) -> int:
        """Its exit code (128 and the signal's number if one ended it); ShellError where it could not be started.

        What it leaves running behind it, with its output still open, is not waited for: what that writes later is read
        and dropped, so that it can go on. Cancelled, it ends the command.
        """
        starting = asyncio.ensure_future(self._start())
        try:
            output = await asyncio.shield(starting)
        except asyncio.CancelledError:
            # By now it may run all the same; asyncio itself would end `sh` alone, not its group.
            with suppress(ShellError):
                await starting
            self._signal(signal.SIGKILL)
            raise
        try:
            code = await output.ended
            await asyncio.wait((output.silent,), timeout=_LEFT_BEHIND_SECONDS)
        finally:
            output.dropped = True
            self._signal(signal.SIGKILL)
        return _BY_SIGNAL - code if code < 0 else code

    async def _start(self) -> "_Output":
        # Not asyncio's Process: up to Python 3.12 its wait() lasts until the output is closed too.
        try:
            self._transport, output = await asyncio.get_running_loop().subprocess_exec(
                lambda: _Output(self._took),
                "sh",
                "-c",
                self._line,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise ShellError(f"sh could not be started: {error.strerror}") from error
        return output

    def stop(self) -> None:
        """Asks it to end as ctrl+c does; after a while, or asked again, more firmly."""
        number = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)[min(self._asked, 2)]
        self._asked += 1
        self._signal(number)
        if self._asked < 3:
            asyncio.get_running_loop().call_later(_PATIENCE_SECONDS, self._insist, self._asked)

    def _insist(self, asked: int) -> None:
        if asked == self._asked and self._runs:
            self.stop()

    @property
    def _runs(self) -> bool:
        return self._transport is not None and self._transport.get_returncode() is None

    def _signal(self, number: signal.Signals) -> None:
        if self._transport is not None and self._runs:
            with suppress(ProcessLookupError):
                os.killpg(self._transport.get_pid(), number)


class _Output(asyncio.SubprocessProtocol):
    """Hands on what a command writes until it is `dropped`, and learns when it has ended and when nobody can write."""

    def __init__(self, took: Callable[[bytes], None]) -> None:
        self._took = took
        self._transport: asyncio.BaseTransport | None = None
        self.dropped = False
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.silent: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:  # noqa: ARG002
        if not self.dropped:
            self._took(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        if not self.silent.done():
            self.silent.set_result(None)

    def process_exited(self) -> None:
        if isinstance(self._transport, asyncio.SubprocessTransport) and not self.ended.done():
            self.ended.set_result(self._transport.get_returncode() or 0)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """It has ended, and so has everything that could write."""
        if self._transport is not None:
            self._transport.close()
