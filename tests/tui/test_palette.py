"""The command palette finds every command by its name, and understands what the composer does."""

from pathlib import Path

import pytest
from driver import Driver, open_room

from warroom.commands import COMMANDS
from warroom.incident.model import Fields, Incident

OUTAGE = Incident(Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2"))


async def find(room: Driver, words: str) -> None:
    """Types into the palette, waits until it has found something, and takes the first hit."""
    from textual.command import CommandList

    await room.press("palette")
    await room.write(words)
    found = room.app.screen.query_one(CommandList)
    await room.until(lambda: found.option_count and words.split()[0] in str(found.get_option_at_index(0).prompt))
    await room.key("down", "enter")


async def test_a_command_is_found_by_its_name_and_done(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await find(room, "dead end")
        await room.until(lambda: room.composing == "")
        await room.write("the proxy")
        await room.key("enter")
        await room.saved()
        assert room.logged == [("dead-end", "the proxy")]


async def test_every_command_of_the_registry_stands_in_it(tmp_path: Path) -> None:
    from textual.command import CommandList

    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("palette")
        found = room.app.screen.query_one(CommandList)
        await room.until(lambda: found.option_count == len(COMMANDS))
        named = [str(found.get_option_at_index(place).prompt) for place in range(found.option_count)]
        assert [line.partition("  ")[0].partition("\n")[0] for line in named] == [command.title for command in COMMANDS]


async def test_a_slash_command_is_understood_without_its_slash(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await find(room, "sev 1")
        await room.until(lambda: room.incident.fields.severity == "sev1")


async def test_it_is_drawn_in_ascii_where_nothing_else_can_be_shown(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, size=(80, 24), charset="ascii") as room:
        await room.press("palette")
        await room.until(lambda: "Find a command" in room.frame, "open")
        assert room.frame.isascii()
        await room.write("e")
        await room.until(lambda: "severity" in room.frame or "note" in room.frame, "found")
        assert room.frame.isascii()


async def test_a_command_that_can_not_act_says_why_instead_of_what_it_does(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        await room.press("palette")
        await room.write("export")
        await room.until(lambda: "not now: no incident is open" in room.frame)


async def test_words_typed_before_the_palette_stands_are_found_all_the_same(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.burst(":", *"severity", "enter")
        await room.until(lambda: "How severe is it?" in room.frame)


@pytest.mark.parametrize(
    "typed",
    [
        (":", "escape", "n"),
        (":", "enter"),
        (":", *"sev 1", "enter", "n"),
        (":", *"switch incident", "enter", "escape", "n"),
        (":", *"zzz", "enter", "enter", "escape", "n"),
    ],
    ids=lambda typed: "".join(typed),
)
async def test_words_typed_right_behind_it_are_for_what_stands_there_then(
    tmp_path: Path, typed: tuple[str, ...]
) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.burst(*typed, *"pool", "enter")
        await room.until(lambda: [(e.kind, e.text) for e in room.incident.entries][-1:] == [("note", "pool")])


async def test_no_palette_opens_above_a_question(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.burst("s", "ctrl+p", "2", "n", *"next", "enter")
        await room.until(lambda: [e.text for e in room.incident.entries][-1:] == ["next"])
        assert room.incident.fields.severity == "sev2"


@pytest.mark.parametrize("key", ["pageup", "pagedown"])
async def test_a_page_of_commands_that_have_no_room_is_not_turned(tmp_path: Path, key: str) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.key("ctrl+p")
        await room.pilot.resize_terminal(10, 3)
        await room.key("n", key)
        await room.pilot.resize_terminal(80, 24)
        await room.key("escape")
        assert room.app.screen is room.app.room_screen
