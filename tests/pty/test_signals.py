"""Endings from outside: the record is whole, the draft is kept, the terminal is given back."""

import os
import signal
import tomllib
from pathlib import Path

import pytest
from house import House, a_house
from terminal import Terminal

GIVEN_BACK = (b"\x1b[?1049l", b"\x1b[?25h")
"""The alternate screen is left, the cursor is shown."""


def writing_an_action(house: House) -> Terminal:
    """A room with one entry on disk and a draft half typed."""
    room = house.room(size=(100, 30))
    room.wait_for("N declares")
    room.press("n")
    room.wait_for("Enter declares")
    room.type("disk is full")
    room.press("enter")
    room.wait_for("declared: ", "disk is full")
    room.wait_until(lambda _: 'text = "disk is full"' in house.record.read_text(), "on disk")
    room.press("a")
    room.wait_for("Esc set aside")
    room.type("threw half of the lo")
    room.wait_for("threw half of the lo")
    return room


def comes_back(house: House) -> None:
    """The entry stands in the file, the file is whole, and the draft waits under its key."""
    entries = tomllib.loads(house.record.read_text())["timeline"]
    # A busy machine is told of as a service of its own.
    assert [entry["text"] for entry in entries if entry["by"] != "monitor"] == ["disk is full"]
    room = house.room(size=(100, 30))
    room.wait_for("disk is full", "key a brings it back")
    room.press("a")
    room.wait_for("threw half of the lo")
    room.type("gs away")
    room.press("enter")
    room.wait_until(lambda _: 'text = "threw half of the logs away"' in house.record.read_text(), "logged")
    room.press("q")
    assert room.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_the_room_in_good_order(tmp_path: Path, number: signal.Signals) -> None:
    with a_house(tmp_path) as house:
        room = writing_an_action(house)
        room.send(number)
        assert room.wait() == 128 + number
        assert all(sequence in room.raw[-400:] for sequence in GIVEN_BACK)
        assert room.modes == room.modes_before
        comes_back(house)


def test_a_terminal_that_goes_away_loses_nothing(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        room = writing_an_action(house)
        room.hang_up()
        assert room.wait() != 0
        comes_back(house)


def test_a_room_that_draws_without_end_ends_with_its_terminal(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        room = house.room("demo", "--speed", "1000")
        room.wait_for("TIMELINE")
        room.wait_until(lambda screen: "restart" in screen or "DOWN" in screen, "something happens")
        room.hang_up()
        assert room.wait() != 0


def test_a_stop_that_nobody_could_see_is_survived(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        room = writing_an_action(house)
        room.send(signal.SIGSTOP)
        os.waitid(os.P_PID, room.process.pid, os.WSTOPPED)
        room.send(signal.SIGCONT)
        # The last that is told to a terminal which is taken anew; at the first its keys are still those of a shell.
        room.wait_until(lambda _: room.raw.count(b"\x1b[?2004h") == 2, "the screen is taken anew")
        assert room.raw.count(b"\x1b[?1049h") == 2
        room.type(" and went on")
        room.wait_for("and went on")
        room.press("enter")
        room.wait_until(lambda _: "and went on" in house.record.read_text(), "logged, each key once")
        room.press("q")
        assert room.wait() == 0
        assert room.modes == room.modes_before


def test_words_in_the_postmortem_outlive_a_signal(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        room = writing_an_action(house)
        room.press("escape", "3")
        room.wait_for("## Summary", "Esc timeline")
        room.type("All is lost.")
        room.wait_for("All is lost.")
        room.send(signal.SIGTERM)
        room.wait()
        assert tomllib.loads(house.record.read_text())["postmortem"]["summary"] == "All is lost."


def test_a_draft_outlives_a_power_cut(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        room = writing_an_action(house)
        drafts = house.home / "state" / "warroom" / "drafts"
        room.wait_until(
            lambda _: any(b"threw half of the lo" in path.read_bytes() for path in drafts.glob("*/composer")),
            "kept while it is typed",
        )
        room.kill()
        comes_back(house)
