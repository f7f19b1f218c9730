"""Logging as fast as thinking: one key, the time of that key, no wrong key does harm."""

from datetime import timedelta
from pathlib import Path

import pytest
from driver import START, entry, open_room
from textual import events

from warroom.commands import COMMANDS
from warroom.config.settings import Settings
from warroom.incident.changes import Set
from warroom.incident.model import Fields, Incident
from warroom.tui.widgets.writing import Writing

OUTAGE = Incident(Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2"))


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.group == "Log" and c.kind], ids=lambda c: str(c.id))
async def test_a_logging_key_logs_its_kind_with_the_time_of_the_key(tmp_path: Path, command: object) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press(command.id)  # type: ignore[attr-defined]
        room.time.advance(seconds=40)
        await room.write("took a look")
        await room.key("enter")
        await room.saved()
        assert room.logged == [(command.kind, "took a look")]  # type: ignore[attr-defined]
        logged = room.on_disk.entries[0]
        assert logged.at is not None
        assert abs((logged.at - START).total_seconds()) < 1
        assert logged.by == "ana"


async def test_space_stamps_at_once_and_w_describes_it(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.stamp")
        await room.saved()
        assert room.logged == [("note", "")]
        await room.press("stamps.walk")
        await room.write("alert came in")
        await room.key("tab", "enter")
        await room.saved()
        assert room.logged == [("observation", "alert came in")]
        assert len(room.on_disk.entries[0].revisions) == 1


async def test_a_milestone_is_filled_in_and_moves_the_status(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("mark.mitigated")
        assert room.composing == "Mitigated: "
        await room.key("enter")
        await room.saved()
        assert room.on_disk.entries[0].mark == "mitigated"
        assert room.status == "monitoring"
        await room.log("mark.resolved", "rolled back for good")
        await room.saved()
        assert room.logged[-1] == ("action", "rolled back for good")
        assert room.status == "resolved"


async def test_impact_began_without_a_time_stays_unknown(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("mark.started")
        await room.key("enter")
        await room.saved()
        assert room.on_disk.entries[0].mark == "started"
        assert room.on_disk.entries[0].at is None


async def test_a_mark_that_is_set_asks_whether_to_move(tmp_path: Path) -> None:
    first = entry("graph went down", mark="detected")
    async with open_room(tmp_path, Incident(OUTAGE.fields, entries=(first,))) as room:
        room.time.advance(minutes=5)
        await room.log("mark.detected", "page came in")
        assert "detected is set at" in room.frame.replace("'", "")
        await room.key("m")
        await room.saved()
        assert [(e.text, e.mark) for e in room.on_disk.entries] == [
            ("graph went down", ""),
            ("page came in", "detected"),
        ]


async def test_a_time_in_front_backdates_and_is_echoed(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.action")
        await room.write("-15m restarted it")
        assert "at 19:32:15 UTC" in room.frame
        await room.key("enter")
        await room.saved()
        logged = room.on_disk.entries[0]
        assert logged.text == "restarted it"
        assert logged.at is not None
        assert logged.at.isoformat() == "2026-11-21T19:32:15+00:00"
        assert logged.logged_at == START


async def test_a_time_behind_the_word_of_a_milestone_backdates_it(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("mark.detected")
        assert "-15m or @14:05 in front backdates" in room.frame
        await room.write("@19:31 pager")
        assert "at 19:31:00 UTC" in room.frame
        await room.key("enter")
        await room.log("mark.mitigated", "-1m")
        await room.saved()
        found = [(entry.text, entry.mark, entry.at) for entry in room.on_disk.entries if entry.mark]
        assert found == [
            ("pager", "detected", START - timedelta(seconds=975)),
            ("Mitigated", "mitigated", START - timedelta(minutes=1)),
        ]


async def test_an_amount_counts_back_from_the_key_however_long_the_line_takes(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.note")
        await room.write("-15m disk full")
        room.time.advance(minutes=3)
        await room.key("enter")
        await room.saved()
        assert room.on_disk.entries[0].at == START - timedelta(minutes=15)


async def test_a_stamp_is_described_under_its_own_time(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.stamp")
        room.time.advance(minutes=3)
        await room.press("stamps.walk")
        assert "note 19:47:15 ›" in room.frame
        await room.write("looked at the box")
        await room.key("enter")
        assert room.said == "described"


async def test_after_the_last_stamp_the_timeline_follows_what_arrives_again(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        for _ in range(2):
            await room.press("entry.stamp")
            room.time.advance(minutes=1)
        await room.log("entry.note", "newest")
        for words, chosen in (("seen first", "seen first"), ("seen second", "newest")):
            await room.press("stamps.walk")
            await room.write(words)
            await room.key("enter")
            found = room.app.room_screen.timeline.selected_entry
            assert found is not None
            assert found.text == chosen


async def test_a_time_that_can_not_be_keeps_the_composer_open(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.note", "@25:99 what")
        assert room.composing == "@25:99 what"
        assert room.incident.entries == ()


async def test_fast_typing_lands_in_the_text_and_nowhere_else(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.burst("a", *"xRmN", "enter", "n", *"second", "enter")
        await room.saved()
        assert room.logged == [("action", "xRmN"), ("note", "second")]
        assert room.status == "investigating"


@pytest.mark.parametrize(("waited", "counted"), [(5.0, 5.0), (0.25, 0.25), (-3.0, 0.0), (3600.0, 60.0)])
async def test_a_key_that_waited_has_the_time_at_which_it_was_pressed(
    tmp_path: Path, waited: float, counted: float
) -> None:
    async with open_room(tmp_path, OUTAGE, steady=lambda: 1000.0 + waited) as room:
        key = events.Key("space", " ")
        key.time = 1000.0
        room.app.post_message(key)
        await room.until(lambda: len(room.incident.entries) == 1)
        assert room.incident.entries[0].at == START - timedelta(seconds=counted)


async def test_only_an_exact_command_name_after_a_slash_acts(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.note", "/sev 1")
        await room.saved()
        assert room.on_disk.fields.severity == "sev1"
        assert room.logged == [("change", "severity: sev2 -> sev1")]
        await room.log("entry.note", "/var/log is full")
        await room.saved()
        assert room.logged[-1] == ("note", "/var/log is full")


async def test_a_slash_command_that_is_not_understood_stays_to_be_mended(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.note", "/sev 9")
        assert room.composing == "/sev 9"
        assert "sev1, sev2" in room.said


async def test_undo_names_what_it_takes_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.action", "restarted it")
        await room.press("undo")
        await room.saved()
        assert room.said == "undone: action: restarted it"
        assert room.logged == []
        assert [e.struck for e in room.on_disk.entries] == [True]
        await room.press("redo")
        await room.saved()
        assert room.logged == [("action", "restarted it")]


async def test_undo_says_so_where_nothing_is_left_to_take_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("update.snooze")
        await room.key("1")
        due = room.said
        assert room.app.room is not None
        room.app.room.apply(Set("comms.next_due", None))
        await room.press("undo")
        assert room.said == f"left as it is, it was changed again since: {due}"
        assert room.incident.comms.next_due is None


async def test_undo_says_what_of_a_change_it_has_left_to_others(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("mark.mitigated", "rolled back")
        assert room.app.room is not None
        room.app.room.apply(Set("status", "identified"))
        await room.press("undo")
        assert room.said == "undone: mitigated: rolled back; left, as changed again since: status"
        assert room.incident.fields.status == "identified"


@pytest.mark.parametrize("kind", ["", "/ask @ben "])
async def test_a_credential_in_an_entry_is_told_as_it_is_logged(tmp_path: Path, kind: str) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.note")
        await room.send(*f"{kind}set DB_PASSWORD=hunter22", "enter")
        keys = "Enter edits the entry, X strikes it, but the file keeps the words"
        told = f"this seems to hold a credential; {keys}: change it where it is valid"
        assert room.said == told
        await room.press("entry.edit")
        await room.send(*", too", "enter")
        assert room.said == told
        await room.press("entry.edit")
        await room.key("ctrl+u")
        await room.send(*"set the password", "enter")
        assert room.said == "edited; the old words are kept in the file"


async def test_a_wrong_key_says_why_and_writes_nothing(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        await room.press("incident.export")
        assert room.said == "no incident is open: N declares one"
        await room.press("undo")
        assert "undo" in room.said
        await room.key("ctrl+q", "Z", "f5")
        assert room.app.room is None


async def test_every_command_has_somebody_who_does_it(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        assert room.app.room_screen._handlers.keys() == {command.id for command in COMMANDS}


async def test_no_key_acts_in_the_room_that_the_registry_does_not_know(tmp_path: Path) -> None:
    settings = Settings(keys={"palette": ("ctrl+k",)})
    async with open_room(tmp_path, OUTAGE, settings=settings) as room:
        screen = room.app.room_screen
        parts = [part for part in screen.walk_children(with_self=True) if not isinstance(part, Writing)]
        assert [type(part) for part in (room.app, *parts) if part._bindings.key_to_bindings] == []
        await room.key("ctrl+p")
        assert room.app.screen is screen
        await room.key("ctrl+k")
        assert room.app.screen is not screen


async def test_alt_and_a_key_is_esc_and_that_key(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.action")
        await room.write("half")
        await room.key("alt+n")
        assert room.composing == ""
        await room.write("whole")
        await room.key("enter")
        await room.saved()
        assert room.logged == [("note", "whole")]


async def test_a_paste_outside_a_field_opens_a_note_and_runs_nothing(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        room.app.post_message(events.Paste("Rm X\nq"))
        await room.until(lambda: room.composing == "Rm X\nq")
        assert room.incident.entries == ()


async def test_what_is_typed_while_an_incident_is_being_declared_follows_in_order(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        await room.pilot.press("a", *"first", "enter", "x", *"second", "enter", "space", "n", *"third", "enter")
        await room.until(lambda: room.app.room is not None and len(room.incident.entries) == 4)
        await room.saved()
        assert room.logged == [("action", "first"), ("dead-end", "second"), ("note", ""), ("note", "third")]
        assert len(list(room.incidents.glob("*.toml"))) == 1
        assert room.incident.fields.title == "first"


async def test_what_is_typed_all_at_once_declares_one_incident_too(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        await room.burst("a", *"first", "enter", "x", *"second", "enter", "space")
        await room.until(lambda: room.app.room is not None and len(room.incident.entries) == 3)
        await room.saved()
        assert room.logged == [("action", "first"), ("dead-end", "second"), ("note", "")]
        assert len(list(room.incidents.glob("*.toml"))) == 1


async def test_keys_that_arrive_all_at_once_go_through_questions_and_pages_without_loss(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.burst("s", "1", "a", *"xRq", "enter", "?", "j", "q", "n", *"second", "enter", " ")
        await room.until(lambda: len(room.incident.entries) == 4)
        await room.saved()
        assert room.on_disk.fields.severity == "sev1"
        assert [text for _, text in room.logged] == ["severity: sev2 -> sev1", "xRq", "second", ""]


async def test_what_is_typed_before_the_room_is_ready_is_not_lost(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, early="axRq\nnsecond\n") as room:
        await room.until(lambda: len(room.incident.entries) == 2)
        await room.saved()
        assert room.logged == [("action", "xRq"), ("note", "second")]


async def test_a_key_of_ones_own_acts_and_is_shown(tmp_path: Path) -> None:
    settings = Settings(keys={"entry.action": ("L",), "entry.note": ()})
    async with open_room(tmp_path, OUTAGE, settings=settings) as room:
        await room.log("entry.action", "restarted it")
        assert room.frame.splitlines()[-1].startswith(" L action")
        await room.key("n")
        assert room.closed
        await room.saved()
        assert room.logged[-1] == ("action", "restarted it")


async def test_the_footer_of_the_editor_names_the_keys_of_ones_own(tmp_path: Path) -> None:
    settings = Settings(keys={"postmortem.find": ("f6",), "entry.quote": ("Y",), "palette": (":", "ctrl+k")})
    async with open_room(tmp_path, OUTAGE, settings=settings) as room:
        await room.press("pane.postmortem")
        footer = " Esc timeline  ^N section  f6 find  ^O $EDITOR  ^K commands"
        await room.until(lambda: room.lines[-1] == footer, footer)


async def test_a_quick_pane_is_where_the_keys_stay_after_a_line_was_logged(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.burst("n", *"pool", "enter", "4")
        await room.until(lambda: room.incident.entries)
        await room.settled()
        assert room.app.room_screen.pane == "actions"


async def test_enter_with_nothing_chosen_says_so(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        for pane, why in (
            ("timeline", "no entry is selected"),
            ("actions", "no action item"),
            ("health", "no service"),
        ):
            await room.press(f"pane.{pane}")
            await room.press("entry.edit")
            await room.until(lambda said=why: said in room.said)  # type: ignore[misc]


async def test_the_beginning_of_the_impact_stays_unknown_too_where_it_is_what_declares_an_incident(
    tmp_path: Path,
) -> None:
    async with open_room(tmp_path) as room:
        await room.log("mark.started", "the database is gone")
        await room.until(lambda: room.app.room is not None and room.incident.entries, "declared")
        assert [(e.text, e.mark, e.at) for e in room.incident.entries] == [("the database is gone", "started", None)]


async def test_a_milestone_that_declares_an_incident_is_titled_by_its_words_alone(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        await room.press("mark.detected")
        assert room.composing == "Detected: "
        await room.write("-2h alert in the chat")
        await room.key("enter")
        await room.until(lambda: room.app.room is not None and room.incident.entries, "declared")
        assert [(e.text, e.at) for e in room.incident.entries] == [("alert in the chat", START - timedelta(hours=2))]
        assert room.incident.fields.title == "alert in the chat"
        assert room.incident.fields.declared_at == START, "the time in front is that of the entry"
