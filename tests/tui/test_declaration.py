"""A declaration that fails: nothing that was typed for it is lost, and all of it follows once there is a file."""

import errno
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from driver import START, Driver, open_room

from warroom.files.store import create
from warroom.incident.model import Fields, Incident

OUTAGE = Incident(Fields("2026-11-21-outage", "Backend outage", declared_at=START))


class FullDisk:
    """A disk on which no new incident has room as long as it `is_full`; what it says about that can be awaited."""

    def __init__(self) -> None:
        self.is_full, self.answers = True, Event()

    def create(self, *given: Any) -> Path:
        assert self.answers.wait(20)
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return create(*given)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> FullDisk:
    made = FullDisk()
    monkeypatch.setattr("warroom.files.store.create", made.create)
    return made


async def declared(room: Driver, title: str) -> None:
    await room.until(lambda: room.app.room is not None and room.incident.fields.title == title, "declared")
    await room.saved()


async def test_what_was_logged_behind_the_title_follows_once_it_can_be_declared(tmp_path: Path, disk: FullDisk) -> None:
    async with open_room(tmp_path) as room:
        await room.log("incident.declare", "Outage")
        await room.press("entry.stamp")
        await room.log("entry.note", "first")
        await room.log("mark.mitigated", "on the old one")
        disk.answers.set()
        await room.until(lambda: "No space left" in room.said, "failed")
        assert room.closed, "keys go on to mean what they meant"
        room.app.room_screen.talk._fall_silent()
        assert room.said == "Outage is not declared yet; 3 entries wait for it: N declares it"
        await room.press("incident.declare")
        assert room.composing == "Outage", "offered again"
        disk.is_full = False
        await room.key("enter")
        await declared(room, "Outage")
        assert room.logged == [("note", ""), ("note", "first"), ("action", "on the old one")]
        assert room.on_disk.entries[-1].mark == "mitigated"
        assert room.app.room_screen.commander.untaken == ""


@pytest.mark.parametrize("command", ["incident.declare", "entry.observation"])
async def test_who_writes_already_goes_on_writing_and_declares_by_the_next_enter(
    tmp_path: Path, disk: FullDisk, command: str
) -> None:
    async with open_room(tmp_path) as room:
        await room.log(command, "Outage")
        await room.press("entry.action")
        await room.write("restarted")
        disk.answers.set()
        await room.until(lambda: "No space left" in room.said, "failed")
        assert room.composing == "restarted"
        await room.key("escape")
        await room.press("entry.action")
        disk.is_full = False
        await room.key("enter")
        await declared(room, "Outage")
        before = [("observation", "Outage")] if command == "entry.observation" else []
        assert room.logged == [*before, ("action", "restarted")]


async def test_what_waits_for_an_incident_goes_into_no_other_one_and_is_not_left_behind_unsaid(
    tmp_path: Path, disk: FullDisk
) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("incident.declare", "Another")
        await room.log("entry.note", "of the other")
        disk.answers.set()
        await room.until(lambda: "No space left" in room.said, "failed")
        await room.log("entry.note", "of this one")
        await room.saved()
        assert room.logged == [("note", "of this one")]
        await room.press("quit")
        await room.until(lambda: room.said == "not all is on disk yet; q again quits all the same")
        assert room.app.is_running


async def test_a_title_that_is_given_up_is_offered_no_more(tmp_path: Path, disk: FullDisk) -> None:
    disk.answers.set()
    async with open_room(tmp_path) as room:
        await room.log("incident.declare", "Outage")
        await room.until(lambda: "No space left" in room.said, "failed")
        await room.press("incident.declare")
        await room.key("backspace", "enter")
        assert room.said == "an incident needs a title"
        await room.press("incident.declare")
        assert room.composing == ""
