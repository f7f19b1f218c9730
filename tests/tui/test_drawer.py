"""Drafts: set aside and brought back, and on disk until they are logged."""

import asyncio
from pathlib import Path
from threading import Event

import pytest
from driver import START, open_room

from warroom.files.drafts import Drafts
from warroom.incident.model import Fields, Incident

OUTAGE = Incident(Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2"))


async def test_esc_sets_a_draft_aside_and_its_key_brings_it_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.action")
        await room.write("half a")
        room.time.advance(minutes=3)
        await room.key("escape")
        assert room.closed
        assert room.incident.entries == ()
        await room.press("entry.action")
        assert room.composing == "half a"
        await room.write(" thought")
        await room.key("enter")
        await room.saved()
        assert room.logged == [("action", "half a thought")]
        assert room.on_disk.entries[0].at is not None
        assert abs((room.on_disk.entries[0].at - START).total_seconds()) < 1


@pytest.mark.parametrize(
    ("command", "ends"), [("entry.note", "Esc set aside"), ("mark.detected", "Esc leave"), ("action.new", "Esc leave")]
)
async def test_what_esc_does_with_a_line_is_said_below_it(tmp_path: Path, command: str, ends: str) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press(command)
        await room.write("half a thought")
        assert room.lines[-1].endswith(ends)
        await room.key("escape")
        await room.press(command)
        assert ("half a thought" in str(room.composing)) == (ends == "Esc set aside")


async def test_two_drafts_under_one_key_come_back_one_after_the_other(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.action")
        await room.write("first")
        await room.key("escape")
        await room.press("entry.note")
        await room.write("second")
        await room.key("tab", "tab", "escape")
        for words in ("second", "first", ""):
            await room.press("entry.action")
            assert room.composing == words
            await room.key("enter")
        await room.saved()
        assert room.logged == [("action", "second"), ("action", "first")]


async def test_what_is_set_aside_outlives_the_window_and_what_is_logged_in_it(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        path = str(room.incidents / f"{OUTAGE.fields.id}.toml")
        await room.press("entry.action")
        await room.write("half a thought")
        await room.key("escape")
        await room.press("entry.note")
        await room.write("an idea")
        await room.key("escape")
        await room.log("entry.observation", "still down")
        drafts = Drafts(tmp_path / "state", path)
        await room.until(lambda: "half a thought" in drafts.read() and "an idea" in drafts.read(), "on disk")
    async with open_room(tmp_path, path=path) as room:
        await room.until(lambda: room.said == "set aside; keys a and n bring them back")
        await room.press("entry.action")
        assert room.composing == "half a thought"
        await room.key("escape")
        await room.press("entry.note")
        assert room.composing == "an idea"


async def test_a_shared_login_is_asked_who_is_writing_beside_what_was_set_aside(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, author="root") as room:
        path = str(room.incidents / f"{OUTAGE.fields.id}.toml")
        await room.press("entry.action")
        await room.write("half a thought")
        await room.key("escape")
        await room.until(lambda: "half a thought" in Drafts(tmp_path / "state", path).read(), "on disk")
    async with open_room(tmp_path, path=path, author="root") as room:
        await room.until(lambda: "key a brings it back; root may be anybody: /me NAME" in room.said)


async def test_a_draft_that_is_still_being_kept_does_not_outlive_its_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a slow disk the words would come back as a draft, and be logged twice."""
    keep, goes_on, begun = Drafts.keep, Event(), Event()
    written: list[str] = []

    def slow(drafts: Drafts, text: str, name: str = "composer") -> None:
        if text:
            begun.set()
            goes_on.wait()
        keep(drafts, text, name)
        written.append(text)

    monkeypatch.setattr(Drafts, "keep", slow)
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.action")
        await room.write("restarted it")
        await room.until(begun.is_set, "being kept")
        await room.key("enter")
        await room.until(lambda: room.incident.entries)
        goes_on.set()
        await asyncio.to_thread(room.app.drawer._disk.shutdown)
        assert len(written) > 1
        assert written[-1] == "", "what was typed is logged, and no draft any more"
