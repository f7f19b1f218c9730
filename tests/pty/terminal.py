"""A real terminal for the real program: a pty, keys as bytes, the screen as text, every raw byte kept."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyte

PATIENCE: Final = 60.0
"""Seconds after which something that was waited for is taken to never come."""

_KEYS: Final = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "ctrl+end": "\x1b[1;5F",
    "ctrl+home": "\x1b[1;5H",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
}
_CONTROLLED: Final = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
"""Makes the pty the controlling terminal, so that a hang-up and a new size reach the program as they would really."""

# What pyte would draw as text: keyboard protocols (CSI > u, CSI < u, CSI = u), mode queries (CSI ? n $ p). And colours:
# they are most of what is sent, pyte takes its time with each character of them, and a row is told without them.
_NOT_FOR_PYTE: Final = re.compile(rb"\x1b\[(?:[0-9;:]*m|[<>=][0-9;:]*[@-~]|\?[0-9;]*\$p)")
_UNFINISHED: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*)?$")


class Display(pyte.Screen):
    """As forgiving as a terminal: where a program was killed within a sequence, "Killed" is taken for its end."""

    def erase_in_line(self, how: int = 0, *more: int, private: bool = False) -> None:
        if how in (0, 1, 2) and not more:
            super().erase_in_line(how, private=private)


class Terminal:
    """One program in a pty of its own. Whoever starts one closes it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environ: Mapping[str, str],
        directory: Path,
        size: tuple[int, int] = (120, 40),
    ) -> None:
        self.size = size
        self._sent = bytearray()
        self._drawn = 0
        self._display = Display(*size)
        self._stream = pyte.ByteStream(self._display)
        self._master, slave = pty.openpty()
        self._tell_size()
        self.modes_before = termios.tcgetattr(slave)
        self._slave = slave
        self.process = subprocess.Popen(
            [sys.executable, "-ISc", _CONTROLLED, *command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(environ),
            cwd=directory,
            start_new_session=True,
        )

    # what a person does

    def press(self, *keys: str) -> None:
        """Keys by name ("enter", "ctrl+c", "alt+n") or as the character itself, as quickly as a machine can."""
        self.type("".join(map(_bytes, keys)))

    def type(self, text: str) -> None:
        data = text.encode()
        while data:
            _, ready, _ = select.select([], [self._master], [], 0.01)
            if ready:
                data = data[os.write(self._master, data) :]
            self._take(0)

    def resize(self, width: int, height: int) -> None:
        """Another size; the kernel tells the program, as a window's edge being dragged does.

        What stands there is wiped off: a later look must not take it for what is drawn in the new size.
        """
        self.see()
        self.size = (width, height)
        self._display.resize(height, width)
        self._display.erase_in_display(2)
        self._tell_size()

    def hang_up(self) -> None:
        """The terminal goes away, as at a dropped connection."""
        os.close(self._slave)
        os.close(self._master)
        self._master = self._slave = -1

    # what a person sees

    @property
    def lines(self) -> list[str]:
        """The rows of the screen as they stand."""
        self.see()
        return [line.rstrip() for line in self._display.display]

    @property
    def screen(self) -> str:
        return "\n".join(self.lines)

    @property
    def raw(self) -> bytes:
        """Every byte that was sent to the terminal so far."""
        return bytes(self._sent)

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row of the cursor, from 0."""
        self.see()
        return (self._display.cursor.x, self._display.cursor.y)

    def row(self, text: str) -> str:
        """The row of the screen that has `text`."""
        return next((line for line in self.lines if text in line), "")

    def see(self) -> None:
        """Takes in what has been written so far."""
        self._take(0)
        fresh = bytes(self._sent[self._drawn :])
        if (unfinished := _UNFINISHED.search(fresh)) is not None:
            fresh = fresh[: unfinished.start()]
        self._drawn += len(fresh)
        self._stream.feed(_NOT_FOR_PYTE.sub(b"", fresh))

    def wait_for(self, *texts: str, gone: bool = False, patience: float = PATIENCE) -> None:
        """Until all of `texts` are on the screen, or (`gone`) none of them is."""
        self.wait_until(
            lambda screen: all((text in screen) is not gone for text in texts),
            f"{'gone' if gone else 'seen'}: {', '.join(map(repr, texts))}",
            patience,
        )

    def wait_until(self, true: Callable[[str], object], what: str = "", patience: float = PATIENCE) -> None:
        """Until `true` holds for the screen; looks again whenever something was written, and every 20 ms."""
        deadline, ended = time.monotonic() + patience, False
        while not true(self.screen):
            if time.monotonic() > deadline or (ended and not true(self.screen)):
                raise AssertionError(f"never {what}\n{self.screen}\n(exit code {self.process.poll()})")
            ended = self.process.poll() is not None
            self._take(0.02)

    def wait_for_bytes(self, *sequences: bytes) -> None:
        """Until each of `sequences` was sent to the terminal."""
        self.wait_until(lambda _: all(sequence in self.raw for sequence in sequences), f"sent: {sequences}")

    # the end

    def wait(self, patience: float = PATIENCE) -> int:
        """The exit code, once the program has ended by itself; minus the number of a signal that ended it."""
        if self._master == -1:  # there is nothing to read any more that it could be waiting for
            return self.process.wait(patience)
        deadline = time.monotonic() + patience
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"still running\n{self.screen}")
            self._take(0.02)
        self._take(0)
        return self.process.returncode

    def send(self, number: signal.Signals) -> None:
        """A signal from outside, to this program alone."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """As a power cut: no handler runs."""
        self.process.kill()
        self.process.wait()

    @property
    def modes(self) -> list[object]:
        """The terminal's modes now; equal to `modes_before` once it was given back."""
        found: list[object] = termios.tcgetattr(self._slave)
        return found

    def close(self) -> None:
        """Ends the program if it still runs, and gives the pty back."""
        if self.process.poll() is None:
            self.kill()
        for descriptor in (self._master, self._slave):
            if descriptor != -1:
                os.close(descriptor)
        self._master = self._slave = -1

    def _tell_size(self) -> None:
        width, height = self.size
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def _take(self, patience: float) -> None:
        while self._master != -1 and select.select([self._master], [], [], patience)[0]:
            try:
                data = os.read(self._master, 1 << 16)
            except OSError:  # EIO: nobody has the other end open any more
                return
            if not data:
                return
            self._sent += data
            patience = 0


def _bytes(key: str) -> str:
    if key.startswith("ctrl+") and key not in _KEYS:
        return chr(ord(key[5:].upper()) & 0x1F)
    if key.startswith("alt+"):
        return "\x1b" + _bytes(key[4:])
    return _KEYS.get(key, key)
