"""What the terminal sends, told apart: keys, pastes, reports. No paste ever runs a command, no broken report types one.

Textual's parser takes Esc and a key close behind it for one key with alt, and hands on as keys what it does not know as
a sequence, inside a paste too: whoever gets a person to paste a text could log in that person's name. Here Esc is Esc,
what is unknown is nothing, and all of a paste is text. What a whole sequence means is still Textual's to say.
"""

import os
import selectors
import signal
import sys
import termios
from codecs import getincrementaldecoder
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import groupby
from typing import IO, Any, Final, cast

from textual import constants, events
from textual._parser import ParseEOF, Parser, ParseTimeout, Read1
from textual._time import get_time
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from warroom.tui.messages import Typed

_ESC: Final = "\x1b"
_STRINGS: Final = frozenset("]P_^X")
"""What may stand behind Esc in front of a string that ends with BEL or Esc, backslash: a terminal's answer."""
_BURST: Final = 0.02
"""Seconds between two characters of one answer at most; a finger, and a key held down, are slower."""
_SETTLED: Final = 0.05
"""Seconds for which nothing may follow the end of a paste. What follows at once was pasted: the end mark was within."""
_STALLED: Final = 1.0
"""Seconds after which a paste has paused: a character by itself is a person's key then, and the end mark is lost."""
_LONGEST: Final = 256
_KEPT: Final = ("last_x", "last_y", "mouse_pixels", "terminal_size", "terminal_pixel_size")

Reading = Generator[Read1, str, str]
"""Reads some characters and returns the one that it read too many, "" where it did not."""


class TerminalParser(Parser[Message]):
    """Characters to messages."""

    def __init__(self) -> None:
        self._meanings = XTermParser()
        super().__init__()

    @property
    def patience(self) -> float | None:
        """In how many seconds `tick` has something to tell; None while nothing is waited for."""
        return None if self._timeout_time is None else max(self._timeout_time - get_time(), 0.0)

    def tick(self) -> Iterable[Message]:
        yield from super().tick()
        if self._timeout_time is None and self._awaiting.timeout is not None:
            self._timeout_time = get_time() + self._awaiting.timeout

    def parse(self, token_callback: Callable[[Message], None]) -> Generator[Read1, str, None]:
        self._tell = token_callback
        ahead = ""
        try:
            while True:
                character, ahead = ahead or (yield self.read1()), ""
                if character == _ESC:
                    ahead = yield from self._after_escape()
                else:
                    self._press(character)
        except ParseEOF:
            return

    def _press(self, characters: str) -> None:
        """Each of `characters` is a key of its own."""
        for character in characters:
            if character == _ESC:
                self._tell(events.Key("escape", _ESC))
            else:
                for message in self._meaning(character):
                    self._tell(message)

    def _meaning(self, sequence: str) -> list[Message]:
        """What a whole sequence says; nothing where it is not known."""
        try:
            found = list(self._meanings.feed(sequence))
        except (ValueError, OverflowError):  # the number of a character that there is not
            found = []
        else:
            if self._meanings._timeout_time is None:  # noqa: SLF001 - it tells by nothing else that it waits for more
                return found
        unknown, self._meanings = self._meanings, XTermParser()
        for name in _KEPT:
            setattr(self._meanings, name, getattr(unknown, name))
        return []

    def _after_escape(self) -> Reading:
        try:
            character = yield self.read1(constants.ESCAPE_DELAY)
        except ParseTimeout:
            self._press(_ESC)
            return ""
        if character == "[":
            return (yield from self._control_sequence())
        if character == "O":
            return (yield from self._function_key())
        if character in _STRINGS:
            return (yield from self._string(character))
        self._press(_ESC)
        return character

    def _control_sequence(self) -> Reading:
        sequence = _ESC + "["
        while len(sequence) < _LONGEST:
            try:
                character = yield self.read1(constants.ESCAPE_DELAY)
            except ParseTimeout:
                break
            if not " " <= character <= "~":
                return character  # broken off: the rest of it will not come
            sequence += character
            if character >= "@" and sequence != "\x1b[[":
                return (yield from self._whole(sequence))
        if sequence in ("\x1b[", "\x1b[["):
            self._press(sequence)
        return ""

    def _whole(self, sequence: str) -> Reading:
        if sequence == BRACKETED_PASTE_START:
            return (yield from self._paste())
        if sequence == "\x1b[M":  # a mouse of the old kind: three more characters, of which nobody makes anything
            try:
                for _ in range(3):
                    yield self.read1(constants.ESCAPE_DELAY)
            except ParseTimeout:
                pass
            return ""
        for message in self._meaning(sequence):
            self._tell(message)
        return ""

    def _function_key(self) -> Reading:
        try:
            character = yield self.read1(constants.ESCAPE_DELAY)
        except ParseTimeout:
            self._press(_ESC + "O")
            return ""
        if character != _ESC and (found := self._meaning(_ESC + "O" + character)):
            for message in found:
                self._tell(message)
            return ""
        self._press(_ESC + "O")
        return character

    def _string(self, opening: str) -> Reading:
        """An answer of the terminal, which nobody here asked for; without its end they were keys."""
        text = opening
        while len(text) < _LONGEST:
            try:
                text += yield self.read1(_BURST)
            except ParseTimeout:
                break
            if text.endswith(("\x07", "\x1b\\")):
                return ""
        self._press(_ESC + text)
        return ""

    def _paste(self) -> Reading:
        """All up to the end mark that is followed by silence; what a sequence in it would mean is not asked."""
        text: list[str] = []
        ahead = ""
        while True:
            try:
                text.append((yield self.read1(_STALLED)))
            except ParseTimeout:
                alone = yield self.read1()
                try:
                    text += (alone, (yield self.read1(_SETTLED)))
                except ParseTimeout:
                    ahead = alone
                    break
            if text[-1] == "~" and _ends_with(text, BRACKETED_PASTE_END):
                del text[-len(BRACKETED_PASTE_END) :]
                if not (yield from self._goes_on(text)):
                    break
        # Terminals send the end of a line as the key for it.
        lines = "".join(text).replace("\r\n", "\n").replace("\r", "\n")
        self._tell(events.Paste(lines.replace("\0", "")))
        return ahead

    def _goes_on(self, text: list[str]) -> Generator[Read1, str, bool]:
        """Whether another paste follows at once; what comes behind an end mark in the same breath is taken into `text`.

        Reports of mouse, focus and size are what they are there too.
        """
        start, held = len(text), 0
        while True:
            forged = (held - 1 if held else len(text)) > start
            try:
                text.append((yield self.read1(_STALLED if forged else _SETTLED)))
            except ParseTimeout:
                return False
            if text[-1] == _ESC:
                held = len(text)
            elif held and "@" <= text[-1] <= "~" and text[-1] != "[":
                sequence, begun, held = "".join(text[held - 1 :]), held - 1, 0
                found = self._meaning(sequence) if sequence.startswith("\x1b[") else []
                reports = bool(found) and not any(isinstance(message, events.Key) for message in found)
                if reports or sequence in (BRACKETED_PASTE_START, BRACKETED_PASTE_END):
                    del text[begun:]
                if sequence == BRACKETED_PASTE_START:
                    return True
                if reports:
                    for message in found:
                        self._tell(message)


def _ends_with(text: list[str], end: str) -> bool:
    return "".join(text[-len(end) :]) == end


def together(messages: Iterable[Message]) -> Iterator[Message]:
    """Keys that follow one another in one message; all else as it is, and in its place."""
    for are_keys, run in groupby(messages, lambda message: isinstance(message, events.Key)):
        found = list(run)
        if are_keys and len(found) > 1:
            yield Typed(tuple(key for key in found if isinstance(key, events.Key)))
        else:
            yield from found


class Output:
    """The terminal to write to. Once it is gone all is dropped: who reads from it ends the program, in good order.

    The thread that writes would end at the first error, and everything behind it wait for it for ever.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._gone = False

    def write(self, text: str) -> None:
        self._unless_gone(lambda: self._stream.write(text))

    def flush(self) -> None:
        self._unless_gone(self._stream.flush)

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def _unless_gone(self, act: Callable[[], object]) -> None:
        if not self._gone:
            try:
                act()
            except OSError:
                self._gone = True


class RoomDriver(LinuxDriver):
    """Textual's own, with another reader of what was typed, and for terminals that go away."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        assert sys.__stdout__ is not None, "without a terminal nothing is opened"
        # Textual draws on standard error: with `2>errors.log` there would be nothing to see.
        self._file = cast("Any", Output(sys.__stdout__))
        self._lent = False

    def suspend_application_mode(self) -> None:
        super().suspend_application_mode()
        self._lent = True

    def resume_application_mode(self) -> None:
        self._lent = False
        super().resume_application_mode()

    def write(self, data: str) -> None:
        """While the terminal is another program's all is dropped; once it is back everything is drawn anew.

        Nobody takes anything from the line to it then, and after some thirty frames the room would stand still.
        """
        if not self._lent:
            super().write(data)

    def _sigtstp_application(self, *_: object) -> None:
        """Stops as every program on the terminal does, at ctrl+Z in an editor too.

        Textual's own stops itself for good where there is no shell to let it go on (`tmux new warroom`), while the
        kernel lets nobody be stopped there.
        """
        if self._auto_restart:
            super()._sigtstp_application()
            return
        handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, handler)

    def _sigcont_application(self, *_: object) -> None:
        """Goes on after a stop.

        SIGCONT also comes with a hang-up, and after a SIGSTOP, which nobody sees. Started twice there would be two
        threads that read the keys, and one to write that is waited for in vain.
        """
        if not self._auto_restart:
            return
        try:
            termios.tcgetattr(self.fileno)
        except termios.error:
            return  # the terminal is gone
        if not self._must_signal_resume:
            self.suspend_application_mode()
        self.resume_application_mode()

    def run_input_thread(self) -> None:
        """Until the driver is told to stop. A terminal that is gone ends the program as a hang-up does."""
        parser = TerminalParser()
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                patience = parser.patience
                text = ""
                if selector.select(0.1 if patience is None else min(patience, 0.1)):
                    try:
                        data = os.read(self.fileno, 1 << 12)
                    except OSError:
                        data = b""
                    if not data:
                        os.kill(os.getpid(), signal.SIGHUP)
                        return
                    text = decode(data)
                for message in together((*(parser.feed(text) if text else ()), *parser.tick())):
                    self.process_message(message)
