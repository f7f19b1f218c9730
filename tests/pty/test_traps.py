"""What terminals make of keys and pastes, in a real one and inside tmux: nothing of it acts that nobody meant."""

import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import House, a_house
from terminal import Terminal

RECORD = """\
format = 1
id = "2025-11-21-outage"
title = "Outage"
severity = "sev2"
status = "investigating"
declared_at = 2025-11-21T19:47:15Z
[[timeline]]
id = "e-1"
at = 2025-11-21T19:47:00Z
by = "ben"
kind = "observation"
text = "disk is full"
"""
ESC = "\x1b"
PASTE, END = "\x1b[200~", "\x1b[201~"


def opened(house: House) -> Terminal:
    house.incident("2025-11-21-outage", RECORD)
    room = house.room()
    room.wait_for("disk is full", "n note")
    return room


def texts(house: House) -> list[str]:
    """What people have on disk, struck entries left out."""
    entries = tomllib.loads(house.record.read_text())["timeline"]
    return [entry["text"] for entry in entries if entry["by"] != "monitor" and not entry.get("struck")]


def leave(room: Terminal) -> None:
    room.press("q")
    assert room.wait() == 0


def test_a_key_close_behind_esc_is_esc_and_that_key(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        room = opened(house)
        room.type("nfirst")
        room.wait_for("note", "first", "Esc set aside")
        room.type(ESC + "a")
        room.wait_for("action", "Enter log")
        room.type("second" + ESC + "n")
        room.wait_for("note", "first")
        room.type(ESC + "[" + "b" + "wait")  # Esc, and a word of which the beginning looks like a sequence
        room.press("escape")
        room.press("a")
        room.wait_for("second")
        room.press("enter")
        room.wait_until(lambda _: texts(house) == ["disk is full", "second"], "logged")
        leave(room)


def test_alt_and_enter_is_esc_and_enter_and_logs_nothing(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        room = opened(house)
        room.type("gnhalf a")  # at the first entry: the newest may be that this machine is busy
        room.wait_for("half a")
        room.press("alt+enter")
        room.wait_for(" › disk is full", "Enter save")
        room.press("escape", "n")
        room.wait_for("half a")
        room.press("escape")
        assert texts(house) == ["disk is full"]
        leave(room)


def test_the_keys_beside_others_write_and_end_nothing(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        room = opened(house)
        room.press("ctrl+q", "ctrl+s")
        room.wait_for("on disk")
        room.press("ctrl+c")
        room.wait_for("q quits")
        room.type("nkept")
        room.wait_for("kept", "Esc set aside")
        room.press("ctrl+q", "ctrl+s", "ctrl+c")
        room.wait_for("Esc set aside", gone=True)
        room.press("n")
        room.wait_for("kept")
        room.press("escape")
        assert texts(house) == ["disk is full"]
        leave(room)


PASTES = (
    f"one{ESC}X{ESC}[A{ESC} q",
    f"two{END} XuRs1\rq{END}",
    f"three{ESC}[31m\x03{END}{ESC}{ESC}XX{END}",
)
"""With sequences in them, with an end within, with both."""


def test_a_paste_outside_a_field_opens_a_note_and_runs_no_command(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        room = opened(house)
        for word, inside in zip(("one", "two", "three"), PASTES, strict=True):
            room.type(f"{PASTE}{inside}{END}")
            room.wait_for(f"› {word}", "Esc set aside")
            room.press("enter")
            room.wait_until(lambda _, word=word: texts(house)[-1].startswith(word), "logged")  # type: ignore[misc]
        assert [text[:3] for text in texts(house)] == ["dis", "one", "two", "thr"]
        leave(room)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """The command line of a tmux server of its own, which ends with the test."""
    if (path := shutil.which("tmux")) is None:
        pytest.skip("tmux is not installed")
    command = [path, "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    yield command
    subprocess.run([*command, "kill-server"], capture_output=True, check=False)


def test_inside_tmux_its_prefix_is_its_own_and_its_buffer_gets_what_is_copied(tmp_path: Path, tmux: list[str]) -> None:
    with a_house(tmp_path) as house:
        house.incident("2025-11-21-outage", RECORD)
        room = house.program([*tmux, "new-session", house.command()])
        room.wait_for("disk is full", "n note")
        room.type("\x02d")  # the prefix and d: tmux takes both, and lets go of this terminal
        assert room.wait() == 0
        room = house.program([*tmux, "attach"])
        room.wait_for("disk is full", "n note")
        room.type("nfrom tmux" + ESC + "a")
        room.wait_for("action", "Enter log")
        room.press("escape")
        room.wait_for("Esc set aside", gone=True)
        room.press("n")
        room.wait_for("from tmux")
        room.press("enter")
        room.wait_until(lambda _: texts(house) == ["disk is full", "from tmux"], "logged")
        room.press("U")
        room.wait_for("The next update", "copied")
        update = subprocess.run([*tmux, "show-buffer"], capture_output=True, check=True).stdout.decode()
        assert "Outage" in update
        room.press("escape")
        room.wait_for("The next update", gone=True)
        subprocess.run([*tmux, "set-buffer", "pasted X q\nR\n"], check=True)
        subprocess.run([*tmux, "paste-buffer", "-p"], check=True)
        room.wait_for("pasted X q", "Esc set aside")
        room.press("escape")
        room.wait_for("Esc set aside", gone=True)
        subprocess.run([*tmux, "set-buffer", "2025-11-21 20:05 looked\n2025-11-21 20:06 found it\n"], check=True)
        subprocess.run([*tmux, "paste-buffer", "-p"], check=True)
        room.wait_for("2 entries, as understood")
        room.press("enter")
        room.wait_until(lambda _: texts(house)[2:] == ["looked", "found it"], "logged")
        room.press("q")
        assert room.wait() == 0


def test_keys_sent_at_once_go_through_palette_question_and_line(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        room = opened(house)
        room.type(":severity\r")
        room.wait_for("How severe is it?")
        room.type("1nall at once\r/disk\r")
        room.wait_for("TIMELINE  1 of ")
        room.wait_until(lambda _: texts(house)[-1] == "all at once", "logged")
        assert tomllib.loads(house.record.read_text())["severity"] == "sev1"
        leave(room)
