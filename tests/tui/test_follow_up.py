"""Action items: begun from an entry, put right on their line, and never lost to a slip."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from driver import entry, open_room

from warroom.incident.model import Action, Fields, Incident

OUTAGE = Incident(Fields("2026-11-21-outage", "Outage"), entries=(entry("restarted the proxy\nand watched it"),))
POLICY = Action("1", "Restart policy", owner="ben", due=date(2026, 12, 1), url="https://tracker.example.org/7")
ALL = replace(OUTAGE, actions=(POLICY,))


async def test_enter_puts_an_action_item_right_on_its_line(tmp_path: Path) -> None:
    async with open_room(tmp_path, ALL) as room:
        await room.press("pane.actions")
        await room.press("entry.edit")
        assert room.composing == "Restart policy @ben due:2026-12-01 link:https://tracker.example.org/7"
        await room.write(" !high")
        await room.key("enter")
        await room.saved()
        assert room.said == "action item: Restart policy"
        assert room.on_disk.actions == (replace(POLICY, priority="high"),)
        await room.press("undo")
        await room.saved()
        assert room.on_disk.actions == (POLICY,)


async def test_what_is_left_as_it_was_writes_nothing(tmp_path: Path) -> None:
    async with open_room(tmp_path, ALL) as room:
        before = room.on_disk
        await room.press("pane.actions")
        await room.press("entry.edit")
        await room.key("enter")
        assert room.closed
        await room.saved()
        assert room.on_disk == before
        await room.press("undo")
        assert "action item" not in room.said, "there is nothing to take back"


@pytest.mark.parametrize("command", ["entry.edit", "action.new"])
async def test_a_slip_leaves_the_words_in_the_composer(tmp_path: Path, command: str) -> None:
    async with open_room(tmp_path, ALL) as room:
        await room.press("pane.actions")
        await room.press(command)
        await room.write("watch it due:soon" if command == "action.new" else " due:soon")
        words = room.composing
        await room.key("enter")
        assert "soon" in room.said
        assert room.composing == words
        assert room.on_disk.actions == (POLICY,)


async def test_a_link_that_has_no_place_on_the_line_is_kept(tmp_path: Path) -> None:
    spaced = replace(POLICY, url="https://tracker.example.org/a b")
    async with open_room(tmp_path, replace(OUTAGE, actions=(spaced,))) as room:
        await room.press("pane.actions")
        await room.press("entry.edit")
        assert "link:" not in (room.composing or "")
        await room.write(" #prevent")
        await room.key("enter")
        await room.saved()
        assert room.on_disk.actions == (replace(spaced, type="prevent"),)


async def test_outside_the_timeline_an_action_item_begins_empty(tmp_path: Path) -> None:
    async with open_room(tmp_path, ALL) as room:
        await room.press("action.new")
        assert room.composing == "restarted the proxy"
        await room.key("escape")
        await room.press("pane.actions")
        await room.press("action.new")
        assert room.composing == ""


async def test_done_is_taken_back_by_the_same_key(tmp_path: Path) -> None:
    async with open_room(tmp_path, ALL) as room:
        await room.press("pane.actions")
        await room.press("action.done")
        assert room.said == "done: Restart policy"
        await room.press("action.done")
        assert room.said == "open: Restart policy"
        await room.saved()
        assert room.on_disk.actions == (POLICY,)


async def test_without_an_action_item_there_is_none_to_tick(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        before = room.on_disk
        await room.press("pane.actions")
        await room.press("action.done")
        await room.press("entry.edit")
        assert room.closed
        await room.saved()
        assert room.on_disk == before
