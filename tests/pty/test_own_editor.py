"""The terminal lent to a person's own editor: the room goes on unseen, and takes it back in good order."""

import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from house import House, a_house
from terminal import Terminal
from website import Website, a_website

LENT = b"\x1b[?1049l"
"""The alternate screen is left."""
WAITS = """\
#!/bin/sh
# A person's own editor: takes the lines that are typed, until an empty one, for more of the document.
printf 'the editor is here'
while read -r line && [ -n "$line" ]; do printf '%s\\n' "$line" >> "$1"; done
"""
TAKES_ALL = """\
#!/bin/sh
cat >> "$1"
"""
STOPS = """\
#!/bin/sh
kill -TSTP 0
printf 'Went on.\\n' >> "$1"
"""
"""As vim at ctrl+Z; no shell looks after programs in a terminal of their own, so nobody is stopped for long."""


@contextmanager
def at_the_editor(tmp_path: Path, script: str) -> Iterator[tuple[House, Terminal, Website]]:
    """A room with an incident and a service that is watched; its terminal is the editor's."""
    with a_house(tmp_path) as house, a_website() as website:
        own = house.work / "own-editor"
        own.write_text(script)
        own.chmod(own.stat().st_mode | stat.S_IXUSR)
        house.configure(
            'timezone = "UTC"\n[defaults]\nevery = "200ms"\nretry = "100ms"\ntimeout = "2s"\nfall = 2\n'
            f'[[service]]\nname = "backend"\nhttp = "{website.url}"\n'
        )
        house.run("declare", "Backend outage")
        environ = {"VISUAL": str(own), "EDITOR": str(own), "TMPDIR": str(tmp_path)}
        room = house.room(environ=environ)
        room.wait_for("1 up", "Backend outage", "n note")
        room.press("3")
        room.wait_for("## Summary", "Esc timeline")
        room.press("ctrl+o")
        room.wait_for_bytes(LENT)
        yield house, room, website


def leave(room: Terminal) -> None:
    room.press("escape")
    room.wait_for("n note")
    room.press("q")
    assert room.wait() == 0


def test_what_turns_meanwhile_is_recorded_and_nothing_is_drawn(tmp_path: Path) -> None:
    with at_the_editor(tmp_path, WAITS) as (house, room, website):
        room.wait_for("the editor is here")
        website.stop()
        room.wait_until(lambda _: 'state = "down"' in house.record.read_text(), "recorded while nobody looks")
        house.run("log", "called the team", "-k", "comms")
        drawn = room.raw.rpartition(LENT)[2]
        assert drawn.endswith(b"the editor is here")
        assert b"\x1b[H" not in drawn
        assert b"DOWN" not in drawn
        room.type("Watched all the while.\r")
        room.press("enter")
        room.wait_for("Watched all the while.", "1 down", "backend DOWN", "called the team")
        room.wait_until(lambda _: "Watched all the while." in house.record.read_text(), "taken over")
        leave(room)


def test_an_interrupted_editor_ends_alone_and_its_text_is_kept(tmp_path: Path) -> None:
    with at_the_editor(tmp_path, TAKES_ALL) as (_, room, _site):
        room.type("Half a thought.\n")
        room.wait_until(lambda _: any("Half a" in path.read_text() for path in tmp_path.glob("warroom-*.md")), "typed")
        room.press("ctrl+c")
        room.wait_for("## Summary", "own-editor was ended by signal 2")
        leave(room)


def test_a_stop_where_no_shell_would_let_it_go_on_stops_nobody(tmp_path: Path) -> None:
    with at_the_editor(tmp_path, STOPS) as (_, room, _site):
        room.wait_for("Went on.")
        leave(room)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_meanwhile_ends_the_room_behind_the_editor(tmp_path: Path, number: signal.Signals) -> None:
    with at_the_editor(tmp_path, WAITS) as (house, room, _):
        room.wait_for("the editor is here")
        room.send(number)
        room.type("Written to the end.\r")
        room.press("enter")
        assert room.wait() == 128 + number
        assert room.modes == room.modes_before
        assert "Written to the end." in house.record.read_text()
