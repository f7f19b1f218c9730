"""Reading the timeline, and putting it right afterwards."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from driver import START, Driver, entry, open_room
from textual import events
from textual.geometry import Size

from warroom.health.board import Board
from warroom.incident.model import Entry, Fields, Incident
from warroom.text.width import cells

FIELDS = Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2")
FEW = Incident(
    FIELDS,
    entries=(
        entry("graph dips", -40, kind="observation", mark="started"),
        entry("alert in chat", -20, mark="detected", by="ana"),
        entry("restarted api", -10, kind="action", service="api"),
        entry("told support", -5, kind="comms"),
    ),
)


def shown(room: Driver) -> list[str]:
    """The texts of the entries in the timeline, from the top."""
    return [entry.text for entry in room.app.room_screen.timeline.entries]


def times(room: Driver) -> list[str]:
    return [f"{entry.at:%H:%M:%S}" for entry in room.on_disk.entries if entry.at is not None]


async def test_a_filter_narrows_with_every_key_and_esc_shows_all(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        await room.press("filter")
        await room.write("RE")
        assert shown(room) == ["restarted api"]
        assert "1 of 4 entries" in room.frame
        await room.key("escape")
        assert len(shown(room)) == 4


async def test_a_filter_typed_quickly_holds_for_the_key_behind_it(tmp_path: Path) -> None:
    incident = Incident(FIELDS, entries=(entry("the pool is full"), entry("restarted", 1)))
    async with open_room(tmp_path, incident) as room:
        await room.burst("/", *"pool", "enter", "X")
        await room.until(lambda: [e.text for e in room.incident.entries if e.struck] == ["the pool is full"])


async def test_a_filter_takes_fields_and_completes_them(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        await room.press("filter")
        await room.write("by:ana")
        assert shown(room) == ["alert in chat"]
        await room.key(*["backspace"] * 6)
        await room.write("kind:com")
        assert shown(room) == ["told support"]
        await room.key("tab")
        assert room.composing == "kind:command"
        await room.key("tab")
        assert room.composing == "kind:comms"
        await room.key("enter")
        assert shown(room) == ["told support"]
        await room.log("entry.note", "does not match")
        assert shown(room) == ["told support"]
        await room.press("back")
        assert len(shown(room)) == 5


async def test_a_silence_is_marked(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        await room.until(lambda: "20 min without an entry" in room.frame)
        assert "10 min without" not in room.frame


async def test_times_count_from_the_start_and_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        await room.until(lambda: "19:07:15" in room.frame)
        await room.press("times")
        await room.until(lambda: "+0:00" in room.frame)
        assert "+20:00" in room.frame
        assert "19:07:15" not in room.frame
        await room.press("times")
        assert "19:07:15" in room.frame


async def test_days_are_shown_where_there_are_several(tmp_path: Path) -> None:
    before = Incident(FIELDS, entries=(entry("yesterday", -60 * 24), *FEW.entries))
    async with open_room(tmp_path, before) as room:
        await room.until(lambda: "11-20 19:47:15" in room.frame)


async def test_what_no_calendar_has_is_refused_while_it_is_typed(tmp_path: Path) -> None:
    west = replace(FEW, fields=replace(FEW.fields, timezone="America/New_York"))
    async with open_room(tmp_path, west) as room:
        for command, text, told in (
            ("entry.time", "0001-01-01 00:00 UTC", "is not a time"),
            ("entry.time", "+9999999d", "too long a duration"),
            ("entry.note", "/due 9999999d", "too long a duration"),
            ("entry.note", "/due every 9999999d", "too long a duration"),
        ):
            await room.log(command, text)
            assert told in room.said
            assert room.composing == text
            await room.key("ctrl+u", "escape")
        assert room.incident.entries == FEW.entries


async def test_words_behind_a_time_are_not_swallowed(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        before = times(room)
        await room.press("entry.time")
        await room.write("@14:05 restarted it")
        await room.key("enter")
        assert room.said == "'restarted it' behind the time is no part of it; write the time alone"
        assert room.composing == "@14:05 restarted it"
        assert times(room) == before


async def test_several_entries_move_by_an_amount_and_one_undo_takes_it_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        await room.press("move.first")
        await room.press("entry.select")
        await room.press("entry.select")
        assert "2 selected" in room.frame
        await room.press("entry.time")
        await room.write("+1h")
        assert "2 entries 1h later" in room.frame
        await room.key("enter")
        await room.saved()
        assert times(room)[:2] == ["20:07:15", "20:27:15"]
        await room.press("undo")
        await room.saved()
        assert room.said == "undone: time of: 2 entries"
        assert times(room) == ["19:07:15", "19:27:15", "19:37:15", "19:42:15"]


async def test_a_moved_milestone_moves_the_clock(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        await room.until(lambda: "00:40:00 since impact" in room.frame)
        await room.press("move.first")
        await room.press("entry.time")
        await room.write("-5m")
        assert "moves to 19:02:15 UTC" in room.frame
        await room.key("enter")
        await room.saved()
        await room.until(lambda: "00:45:00 since impact" in room.frame)


async def test_a_time_is_set_and_what_is_none_comes_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        await room.press("entry.time")
        await room.write("19:44")
        await room.key("enter")
        await room.saved()
        assert times(room)[-1] == "19:44:00"
        await room.press("entry.time")
        await room.write("soon")
        await room.key("enter")
        assert room.composing == "soon"
        assert "is not a time" in room.said


async def test_several_are_struck_and_starred_together(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        await room.press("move.first")
        await room.press("entry.select")
        await room.press("entry.select")
        await room.press("entry.star")
        await room.press("entry.strike")
        await room.saved()
        assert [e.struck for e in room.on_disk.entries] == [True, True, False, False]
        assert [e.starred for e in room.on_disk.entries] == [True, True, False, False]
        await room.press("back")
        await room.press("entry.strike")
        await room.saved()
        assert [e.struck for e in room.on_disk.entries] == [True, True, True, False]


async def test_copies_are_text_or_markdown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_room(tmp_path, FEW) as room:
        copied: list[str] = []
        monkeypatch.setattr(room.app, "copy", copied.append)
        await room.press("entry.copy")
        assert copied == ["19:42:15 UTC  told support  (ben)"]
        await room.press("move.first")
        await room.press("entry.select")
        await room.press("entry.select")
        await room.press("entry.copy")
        await room.key("m")
        assert copied[-1] == (
            "- 19:07:15 UTC **impact began** graph dips (ben)\n- 19:27:15 UTC **detected** alert in chat (ana)"
        )


async def test_a_milestone_is_given_to_another_entry(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        await room.press("move.first")
        await room.press("move.down")
        await room.press("move.down")
        room.app.room_screen.action_command("entry.mark")
        await room.settled()
        await room.key("1")
        await room.saved()
        assert [e.mark for e in room.on_disk.entries] == ["", "detected", "started", ""]


async def test_new_entries_are_counted_while_the_person_looks_elsewhere(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        await room.press("move.first")
        await room.log("entry.note", "below")
        await room.until(lambda: "1 new below: G" in room.frame)
        assert room.app.room_screen.timeline.selected == FEW.entries[0].id
        await room.press("move.last")
        assert "new below" not in room.frame


async def test_whoever_scrolled_up_is_left_there_until_the_end_is_in_sight_again(tmp_path: Path) -> None:
    many = replace(FEW, entries=tuple(entry(f"line {number}", number - 90) for number in range(60)))
    async with open_room(tmp_path, many) as room:
        view = room.app.room_screen.timeline
        await room.until(lambda: view.scroll_offset.y == view.max_scroll_y > 0)
        await room.wheel(view, -2)
        place = view.max_scroll_y - 6
        await room.until(lambda: view.scroll_offset.y == place, "turned up")
        await room.log("entry.note", "below")
        await room.until(lambda: "1 new below: G" in room.frame)
        assert view.scroll_offset.y == place
        await room.wheel(view, 3)
        await room.until(lambda: "new below" not in room.frame)
        await room.log("entry.note", "the newest")
        await room.until(lambda: "the newest" in room.frame)


async def test_milestones_are_jumped_to(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        await room.press("move.mark-before")
        chosen = room.app.room_screen.timeline.selected_entry
        assert chosen is not None
        assert chosen.mark == "detected"


ODD = (
    "全角の文字が並ぶ 障害が発生しました",
    "combining: e\u0301e\u0301e\u0301 a\u0308",
    "👩‍🚒👨‍👩‍👧‍👦 family and 🇩🇪 flag",
    "שלום עולם right to left",
    "[bold]markup[/nope] [@click=app.quit]x[/]",
    "x" * 10_000,
    "tabs\there\tand there",
    "zero\u200bwidth and \u202eoverride",
    "escape \x1b[2J and \x07 bell",
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
async def test_whatever_a_text_holds_columns_stay_aligned(tmp_path: Path, size: tuple[int, int]) -> None:
    entries = tuple(entry(text, minute) for minute, text in enumerate(ODD))
    async with open_room(tmp_path, Incident(FIELDS, entries=entries), size=size) as room:
        for command in ("move.first", *["move.down"] * len(ODD)):
            await room.press(command)
            view = room.app.room_screen.timeline
            for y in range(view.size.height):
                strip = view.render_line(y)
                assert strip.cell_length == view.scrollable_content_region.width
                assert cells(strip.text) == strip.cell_length
                assert not any(ord(c) < 32 or c in "\u202e\u200b\x7f" for c in strip.text)


async def test_more_entries_than_are_wrapped_take_a_line_each_but_the_chosen_one(tmp_path: Path) -> None:
    many = tuple(
        Entry(id=f"e{i:05}", text=f"entry {i} " + "long " * 40, at=START - timedelta(seconds=3000 - i), by="ben")
        for i in range(2500)
    )
    async with open_room(tmp_path, Incident(FIELDS, entries=many)) as room:
        view = room.app.room_screen.timeline
        assert view.selected == "e02499"
        assert 2500 < view.line_count < 2513
        await room.press("move.first")
        assert "entry 0 " in room.frame
        await room.log("entry.note", "newest")
        assert shown(room)[-1] == "newest"
        await room.press("move.last")
        assert view.selected_entry is not None
        assert view.selected_entry.text == "newest"


async def test_where_only_ascii_can_be_shown_nothing_else_is(tmp_path: Path) -> None:
    ask = entry("check the lag " * 30, 3, kind="ask", to="eva", due=START - timedelta(minutes=1))
    incident = replace(FEW, entries=(*FEW.entries, ask))
    async with open_room(tmp_path, incident, charset="ascii", size=(100, 24)) as room:
        await room.press("entry.note")
        assert room.frame.isascii(), [letter for letter in room.frame if not letter.isascii()]
        await room.key("escape")
        await room.until(lambda: "was to answer" in room.frame)
        await room.press("pane.health")
        await room.press("filter")
        assert room.frame.isascii(), [letter for letter in room.frame if not letter.isascii()]


async def test_scrollbars_too_keep_to_ascii(tmp_path: Path) -> None:
    many = replace(FEW, entries=tuple(entry(f"looked at part {minute}", minute) for minute in range(59)))
    async with open_room(tmp_path, many, charset="ascii", size=(100, 24)) as room:
        for command in ("pane.timeline", "pane.postmortem", "postmortem.preview"):
            await room.press(command)
            await room.settled()
            assert room.frame.isascii(), [letter for letter in room.frame if not letter.isascii()]
            await room.key("escape")


async def test_entries_that_go_while_nothing_can_be_seen_leave_the_room_whole(tmp_path: Path) -> None:
    logged = tuple(entry(f"line {minute}", minute) for minute in range(40))
    async with open_room(tmp_path, Incident(FIELDS, entries=logged)) as room:
        file = room.incidents / f"{FIELDS.id}.toml"
        await room.pilot.resize_terminal(5, 3)
        file.write_text(file.read_text().partition("[[timeline]]")[0])
        await room.until(lambda: not room.incident.entries, "taken in")
        await room.pilot.resize_terminal(120, 40)
        await room.until(lambda: "Nothing is logged yet" in room.frame)


@pytest.mark.parametrize("command", ["entry.note", "pane.postmortem"])
async def test_what_is_typed_as_soon_as_there_is_room_again_is_text(tmp_path: Path, command: str) -> None:
    async with open_room(tmp_path, FEW) as room:
        screen = room.app.room_screen
        await room.press(command)
        field = screen.field
        assert field is not None
        await room.pilot.resize_terminal(10, 3)
        await room.settled()
        assert screen.field is None
        screen.on_resize(events.Resize(Size(120, 40), Size(120, 40)))
        assert screen.focused is None
        assert screen.field is field


async def test_keys_mean_nothing_where_nothing_can_be_seen(tmp_path: Path) -> None:
    async with open_room(tmp_path, FEW) as room:
        await room.press("entry.note")
        await room.burst(*"turned it")
        await room.pilot.resize_terminal(10, 3)
        await room.settled()
        before = room.app.room_screen.timeline.selected_entry
        await room.key("X", "u", "enter", "n")
        await room.pilot.resize_terminal(120, 40)
        await room.settled()
        draft = room.app.room_screen.draft
        assert draft is not None
        assert draft.text == "turned it"
        assert room.app.room_screen.timeline.selected_entry is before


async def test_advice_that_takes_fewer_lines_in_a_wider_window_is_shown_anew(tmp_path: Path) -> None:
    async with open_room(tmp_path, size=(30, 24)) as room:
        assert "No incident is open" in room.frame
        await room.pilot.resize_terminal(120, 40)
        await room.until(lambda: "I opens an older incident, ? shows all keys." in room.frame)


async def test_a_first_start_says_how_to_add_services_where_the_board_has_no_room_to(tmp_path: Path) -> None:
    async with open_room(tmp_path, size=(80, 24)) as room:
        assert "1 shows it, and how to add services" in room.frame
        await room.show(Board(START, ()))
        await room.key("1")
        assert "warroom.toml" in room.frame


async def test_the_chosen_entry_stays_in_sight_when_the_window_shrinks(tmp_path: Path) -> None:
    many = Incident(FIELDS, entries=tuple(entry(f"entry {number:02}.", number) for number in range(12)))
    async with open_room(tmp_path, many, size=(80, 24)) as room:
        await room.until(lambda: "entry 11." in room.frame)
        await room.press("move.up")
        await room.pilot.resize_terminal(80, 10)
        await room.until(lambda: len(room.lines) == 10 and "entry 10." in room.frame)
