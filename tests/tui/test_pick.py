"""What the text of the postmortem picks from: entries of the timeline, and its own headings."""

from pathlib import Path

from driver import Driver, entry, open_room

from warroom.incident.model import Fields, Incident

FIELDS = Fields("2026-11-21-outage", "Backend outage")
MANY = Incident(FIELDS, entries=(entry("the pool is full"), *(entry(f"line {n}", n) for n in range(1, 700))))


async def pick(room: Driver, *keys: str) -> str:
    """Begins to write, picks an entry by these keys, and returns the line that is written then."""
    await room.press("pane.postmortem")
    await room.key("enter", *"Seen:", "ctrl+b", *keys)
    editor = room.app.room_screen.editor
    assert editor is not None
    await room.until(lambda: "UTC" in editor.text)
    return next(line for line in editor.text.splitlines() if line.startswith("Seen:"))


async def test_words_find_what_is_too_old_to_stand_in_the_list(tmp_path: Path) -> None:
    async with open_room(tmp_path, MANY, size=(80, 24)) as room:
        assert await pick(room, *"pool", "enter", "w") == "Seen: the pool is full (19:47:15 UTC)"


async def test_without_words_the_newest_are_there_and_what_contains_nothing_says_so(tmp_path: Path) -> None:
    async with open_room(tmp_path, MANY, size=(80, 24)) as room:
        await room.press("pane.postmortem")
        await room.key("ctrl+b", *"nobody")
        await room.until(lambda: "nothing contains nobody" in room.frame)
        await room.key("escape")
        assert (
            await pick(room, *"nobody", *["backspace"] * 6, "up", "enter", "w")
            == "Seen: line 698 (2026-11-22 07:25:15 UTC)"
        )


async def test_a_text_without_headings_has_none_to_go_to(tmp_path: Path) -> None:
    async with open_room(tmp_path, MANY) as room:
        await room.press("pane.postmortem")
        editor = room.app.room_screen.editor
        assert editor is not None
        editor.select_all()
        await room.key("delete")
        await room.press("postmortem.jump")
        assert room.said == "there is no heading to go to; a line such as ## Summary begins that part"
        assert room.app.screen is room.app.room_screen


async def test_a_section_stands_as_far_in_as_its_heading_is_deep(tmp_path: Path) -> None:
    async with open_room(tmp_path, MANY, size=(80, 24)) as room:
        await room.press("pane.postmortem")
        await room.press("postmortem.jump")
        above, within = (max(line.rfind(name) for line in room.lines) for name in ("Impact", "Customers"))
        assert within - above == 2, room.frame
