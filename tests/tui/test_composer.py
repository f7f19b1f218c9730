"""The composer: completion, echo, history, many lines pasted at once."""

from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from driver import START, Driver, entry, open_room
from textual import events

from warroom.files.store import create
from warroom.incident.model import Fields, Incident
from warroom.tui.widgets.composer import Label

OUTAGE = Incident(Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2"), roles={"scribe": "ben"})
CHAT = "- 19:32 PM: queue grows\n- 19:35: restarted\n  it twice\n- 19:40: fine"


async def paste(room: Driver, text: str) -> None:
    room.app.post_message(events.Paste(text))
    await room.settled()


async def test_tab_completes_a_command_and_goes_through_what_it_could_become(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.note")
        await room.write("/st")
        await room.key("tab")
        assert room.composing == "/status "
        await room.key("tab")
        assert room.composing == "/status investigating"
        await room.key("tab", "tab")
        assert room.composing == "/status monitoring"
        await room.key("enter")
        await room.saved()
        assert room.status == "monitoring"


async def test_names_that_the_incident_knows_are_completed(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.note")
        await room.write("/role commander b")
        await room.key("tab", "enter")
        await room.saved()
        assert room.on_disk.roles == {"scribe": "ben", "commander": "ben"}
        assert room.logged == [("change", "commander: nobody -> ben")]


async def test_the_line_says_how_a_command_is_understood(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.note")
        await room.write("/sev 1")
        assert "severity: sev2 -> sev1" in room.frame
        await room.key("backspace")
        await room.write("7")
        assert "it is one of sev1" in room.frame


async def test_text_that_looks_like_a_command_is_said_to_be_text(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.note")
        await room.write("/statsu")
        assert "logged as text; /status?" in room.frame
        await room.key("enter")
        await room.saved()
        assert room.logged == [("note", "/statsu")]


async def test_tab_in_plain_text_changes_the_kind_and_keeps_the_time(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.note")
        await room.write("went up")
        room.time.advance(minutes=1)
        await room.key("tab", "enter")
        await room.saved()
        assert room.logged == [("observation", "went up")]
        at = room.on_disk.entries[0].at
        assert at is not None
        assert abs((at - START).total_seconds()) < 1


async def test_up_in_an_empty_composer_brings_back_what_was_written(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.action", "restarted api")
        await room.log("entry.note", "still slow")
        await room.press("entry.action")
        await room.key("up", "up")
        assert room.composing == "restarted api"
        await room.key("down")
        assert room.composing == "still slow"
        await room.key("down")
        assert room.composing == ""
        await room.key("up")
        await room.write("!")
        await room.key("up", "enter")
        await room.saved()
        assert room.logged[-1] == ("action", "still slow!")


async def test_a_new_line_is_part_of_the_entry(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.note")
        await room.write("one")
        await room.key("ctrl+j")
        await room.write("two")
        await room.key("enter")
        await room.saved()
        assert room.logged == [("note", "one\ntwo")]


async def test_pasted_lines_with_times_become_entries_after_a_look(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await paste(room, CHAT)
        assert "3 entries, as understood" in room.frame
        assert "19:35:00 UTC  restarted" in room.frame
        assert "3 without a zone of their own: taken for UTC" in room.frame
        assert room.incident.entries == ()
        await room.key("enter")
        await room.saved()
        assert room.logged == [("note", "queue grows"), ("note", "restarted\nit twice"), ("note", "fine")]
        first = room.on_disk.entries[0]
        assert first.at is not None
        assert (f"{first.at:%H:%M}", first.source, first.logged_at) == ("19:32", "import", START)
        await room.press("undo")
        await room.saved()
        assert room.logged == []


async def test_a_paste_into_the_composer_is_looked_at_too(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.note")
        await paste(room, CHAT)
        await room.until(lambda: "3 entries, as understood" in room.frame)
        await room.key("escape")
        assert room.incident.entries == ()


async def test_one_note_can_be_made_of_it_as_well(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await paste(room, CHAT)
        await room.key("n")
        assert room.composing == CHAT


async def test_a_slash_in_a_milestone_is_text(tmp_path: Path) -> None:
    async with open_room(tmp_path, Incident(OUTAGE.fields, entries=(entry("x"),))) as room:
        await room.log("mark.detected", "/sev 1")
        await room.saved()
        assert room.on_disk.fields.severity == "sev2"
        assert room.logged[-1][1].endswith("/sev 1")


COMPOSING = (
    "entry.note",
    "entry.command",
    "entry.time",
    "mark.started",
    "mark.detected",
    "mark.resolved",
    "incident.declare",
    "action.new",
    "filter",
    "postmortem.find",
    "incident.export",
)


async def test_nothing_that_the_composer_says_is_cut_on_a_small_terminal(tmp_path: Path) -> None:
    found = replace(OUTAGE, entries=(entry("seen"),))
    async with open_room(tmp_path, found, size=(80, 24)) as room:
        for command in COMPOSING:
            await room.press(command)
            assert room.composing is not None, command
            said = [room.app.room_screen.query_one(name, Label).text for name in ("#composer-label", "#composer-echo")]
            assert "…" not in "".join(said), command
            await room.key("escape", "escape")


async def test_a_pasted_timeline_waits_for_the_incident_that_is_being_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = Event()

    def slow(*given: Any) -> Path:
        goes_on.wait()
        return create(*given)

    monkeypatch.setattr("warroom.files.store.create", slow)
    async with open_room(tmp_path) as room:
        await room.log("incident.declare", "Outage")
        await paste(room, CHAT)
        await room.until(lambda: "3 entries, as understood" in room.frame)
        await room.key("enter")
        goes_on.set()
        await room.until(lambda: room.app.room is not None and len(room.incident.entries) == 3, "logged")


async def test_a_role_from_the_file_never_acts_on_the_terminal(tmp_path: Path) -> None:
    hostile = replace(OUTAGE, roles={"\x1b[2Jscribe": "eve\x1b]0;x\x07"})
    async with open_room(tmp_path, hostile) as room:
        await room.press("incident.roles")
        assert "␛[2Jscribe  eve␛]0;x␇" in room.frame
        await room.key("end", "enter")
        assert room.composing == "eve␛]0;x␇"
        assert "␛[2Jscribe" in room.app.room_screen.query_one("#composer-label", Label).text
        assert "\x1b" not in room.frame


@pytest.mark.parametrize("command", ["back", "interrupt"])
async def test_a_line_is_set_aside_from_another_pane_too(tmp_path: Path, command: str) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.note")
        await room.write("half a thought")
        await room.pilot.click("#timeline")
        await room.settled()
        await room.press(command)
        assert room.closed
        assert room.said == "set aside; key n brings it back"


async def test_a_hint_gives_way_to_the_line_that_is_written(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, size=(80, 24)) as room:
        await room.press("action.new")
        assert room.lines[-2].endswith("link:URL")
        await room.write("Put the host into the prompt @ben #prevent due:2026-12-01")
        assert room.lines[-2].endswith("› Put the host into the prompt @ben #prevent due:2026-12-01")
        await room.key("home")
        await room.write("1. ")
        assert room.composing == "1. Put the host into the prompt @ben #prevent due:2026-12-01"
        await room.key("escape")
        await room.press("mark.identified")
        assert room.lines[-2].endswith("› Cause identified:")
