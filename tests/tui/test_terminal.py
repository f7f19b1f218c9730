"""What the terminal sends becomes keys, pastes and reports: a paste is text, what is unknown is nothing."""

import errno
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from warroom.tui.messages import Typed
from warroom.tui.terminal import Output, RoomDriver, TerminalParser, together

PASTE, END = "\x1b[200~", "\x1b[201~"
SHORT, LONG = 0.06, 2.0
"""Seconds: after a paste, and until nothing is waited for any more."""


class Line:
    """A line to the terminal on which time passes as a test says; `told` is what came of it, keys by name."""

    def __init__(self) -> None:
        self.now = 100.0
        self.parser = TerminalParser()
        self.messages: list[Message] = []

    def send(self, *texts: str, then: float = LONG) -> "Line":
        for text in texts:
            self.messages += self.parser.feed(text)
            self.messages += self.parser.tick()
        return self.wait(then)

    def wait(self, seconds: float) -> "Line":
        self.now += seconds
        self.messages += self.parser.tick()
        return self

    @property
    def told(self) -> list[str]:
        return [_told(message) for message in self.messages]

    @property
    def keys(self) -> list[str]:
        return [message.key for message in self.messages if isinstance(message, events.Key)]

    @property
    def pasted(self) -> list[str]:
        return [message.text for message in self.messages if isinstance(message, events.Paste)]


def _told(message: Message) -> str:
    return message.key if isinstance(message, events.Key) else type(message).__name__


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    line = Line()
    monkeypatch.setattr("textual._parser.get_time", lambda: line.now)
    monkeypatch.setattr("warroom.tui.terminal.get_time", lambda: line.now)
    return line


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("n", ["n"]),
        ("é", ["é"]),
        ("\x1b", ["escape"]),
        ("\x1bn", ["escape", "n"]),
        ("\x1bb", ["escape", "b"]),
        ("\x1bnhello", ["escape", "n", "h", "e", "l", "l", "o"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1bn\x1b", ["escape", "n", "escape"]),
        ("\x1b\r", ["escape", "enter"]),
        ("\x1b\x7f", ["escape", "backspace"]),
        ("\x1b[", ["escape", "left_square_bracket"]),
        ("\x1b]", ["escape", "right_square_bracket"]),
        ("\x1bO", ["escape", "O"]),
        ("\x1bP", ["escape", "P"]),
        ("\x1b[A", ["up"]),
        ("\x1bOA", ["up"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("\x1b[[A", ["f1"]),
        ("\x1b[1;5F", ["ctrl+end"]),
        ("\x1b[27u", ["escape"]),
        ("\x1b[I", ["AppFocus"]),
        ("\x1b[<0;3;4M", ["MouseDown"]),
        ("\x1b[?2026;2$y", ["TerminalSupportsSynchronizedOutput"]),
    ],
)
def test_keys_and_reports_are_what_they_are(line: Line, sent: str, told: list[str]) -> None:
    assert line.send(sent).told == told


@pytest.mark.parametrize(
    "sent", ["\x1b[1;99Z", "\x1b[99999999u", "\x1b[12", "\x1b[?1;2c", "\x1b]11;rgb:0000/ffff/0000\x07"]
)
def test_a_report_that_nobody_knows_types_nothing(line: Line, sent: str) -> None:
    assert line.send(sent).told == []
    assert line.send("n").keys == ["n"]


def test_esc_waits_no_longer_than_a_sequence_needs(line: Line) -> None:
    line.send("\x1b", then=0)
    assert line.told == []
    line.send("n", then=0)
    assert line.told == ["escape", "n"]


@pytest.mark.parametrize(
    "inside",
    [
        "two\nlines",
        "\x1b[31mred\x1b[0m",
        "\x1bn\x1b[A\x1bOP",
        "\x1b",
        "\x1b[",
        "\x1b[200~again",
        "\x1b]52;c;AAAA\x07",
        "a~b\x1b[201",
    ],
)
def test_all_of_a_paste_is_text(line: Line, inside: str) -> None:
    line.send(f"{PASTE}{inside}{END}", then=SHORT)
    assert (line.pasted, line.keys) == ([inside], [])
    assert line.send("n").keys == ["n"]


@given(st.text(st.sampled_from("a\x1b[~201OM<;\n\x07]"), max_size=40))
def test_no_paste_types_a_key(inside: str) -> None:
    line = Line()
    line.send(f"{PASTE}{inside}{END}", then=0)
    assert line.keys == []


def test_an_end_mark_within_a_paste_does_not_end_it(line: Line) -> None:
    line.send(f"{PASTE}harmless{END}nwicked\r{END}", then=SHORT)
    assert line.told == []
    assert line.wait(LONG).pasted == ["harmlessnwicked\n"]
    assert line.keys == []


def test_what_comes_in_several_pieces_is_one_paste(line: Line) -> None:
    line.send(PASTE[:3], PASTE[3:], "first ", "second", END[:2], END[2:], then=SHORT)
    assert (line.pasted, line.keys) == (["first second"], [])


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_however_a_terminal_ends_a_line_it_is_one(line: Line, end: str) -> None:
    assert line.send(f"{PASTE}one{end}two{END}", then=SHORT).pasted == ["one\ntwo"]


def test_focus_and_mouse_are_heard_behind_a_paste(line: Line) -> None:
    line.send(f"{PASTE}words{END}\x1b[I\x1b[<35;3;4M", then=SHORT)
    assert (line.told, line.pasted) == (["AppFocus", "MouseMove", "Paste"], ["words"])


def test_a_key_ends_a_paste_whose_end_was_lost(line: Line) -> None:
    line.send(f"{PASTE}cut off", then=LONG).send("\x1b", then=SHORT).wait(LONG)
    assert line.told == ["Paste", "escape"]
    line.send(f"{PASTE}slow ", then=LONG).send(f"line{END}", then=SHORT)
    assert line.pasted == ["cut off", "slow line"]


def test_a_mouse_of_the_old_kind_is_nothing(line: Line) -> None:
    assert line.send("\x1b[M !!").told == []
    assert line.send("n").keys == ["n"]
    assert isinstance(line.messages[0], events.Key)


def test_keys_that_were_read_at_once_go_together_and_all_else_stays_in_its_place(line: Line) -> None:
    found = list(together(line.send(f"ab\x1b[A{PASTE}c{END}", then=SHORT).send("d\x1b[Ief").messages))
    assert [[key.key for key in told.keys] if isinstance(told, Typed) else _told(told) for told in found] == [
        ["a", "b", "up"],
        "Paste",
        "d",
        "AppFocus",
        ["e", "f"],
    ]


def test_a_terminal_that_is_gone_is_written_to_without_an_error() -> None:
    class Gone(StringIO):
        def write(self, _: str) -> int:
            raise OSError(errno.EIO, "Input/output error")

    output = Output(Gone())
    output.write("words")
    output.flush()


async def test_while_the_terminal_is_lent_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(LinuxDriver, "write", lambda _, text: written.append(text))
    for name in ("suspend_application_mode", "resume_application_mode"):
        monkeypatch.setattr(LinuxDriver, name, lambda driver, name=name: driver.write(name))
    driver = RoomDriver(App[None]())
    driver.write("before")
    driver.suspend_application_mode()
    driver.write("meanwhile")
    driver.resume_application_mode()
    assert written == ["before", "suspend_application_mode", "resume_application_mode"]
