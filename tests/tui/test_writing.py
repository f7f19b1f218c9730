"""Text fields: keys act in the order they were typed, text is clean, and nothing typed lags behind."""

from pathlib import Path

import pytest
from driver import START, Driver, entry, open_room
from textual import events
from textual.widgets.text_area import Edit, EditResult

from warroom.incident.model import Action, Fields, Incident, Postmortem
from warroom.tui.widgets.writing import Writing

OUTAGE = Incident(Fields(id="2026-11-21-outage", title="Backend outage"))
HOSTILE = "fine\x1b]0;owned\x07\u202e"
TO_THE_TITLE = ("up", "up", "up", "up", "end")
SHOWN = "fine␛]0;owned␇�"


async def in_the_editor(room: Driver) -> None:
    await room.press("pane.postmortem")
    await room.until(lambda: room.app.room_screen.field, "in the editor")


def editor_text(room: Driver) -> str:
    assert room.app.room_screen.editor is not None
    return room.app.room_screen.editor.text


async def test_an_editing_key_does_not_touch_what_is_typed_after_it(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.burst("n", *"wrong", "ctrl+u", *"right", "home", *"all ", "enter")
        await room.until(lambda: room.incident.entries, "logged")
        assert room.incident.entries[0].text == "all right"


async def test_keys_that_are_read_at_once_act_in_their_order_and_their_text_is_one_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits: list[str] = []
    edit_of = Writing.edit

    def counted(field: Writing, edit: Edit) -> EditResult:
        edits.append(edit.text)
        return edit_of(field, edit)

    monkeypatch.setattr(Writing, "edit", counted)
    async with open_room(tmp_path, OUTAGE) as room:
        await room.send(
            "n", *"wrong", "ctrl+u", *"right", "home", *"all ", "enter", "a", *"retried", "tab", "x", "enter"
        )
        await room.saved()
        assert room.logged == [("note", "all right"), ("hypothesis", "retriedx")]
        assert edits == ["wrong", "", "right", "all ", "retried", "x"]


async def test_the_end_of_what_was_typed_at_once_is_in_sight(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, size=(80, 24)) as room:
        await room.press("entry.note")
        await room.send(*"so much " * 100, *"and more at the end")
        assert "at the end" in room.frame


async def test_the_start_of_a_line_is_its_start_however_it_stands_on_the_screen(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, size=(80, 24)) as room:
        await room.press("entry.note")  # with a hint behind the field, in which the words wrap until it is gone
        await room.send(*"replication lag grows", "home", *"saw that ")
        assert room.composing == "saw that replication lag grows"
        await room.send("end", *" and grows" * 9, "ctrl+u", *"all new")
        assert room.composing == "all new"


async def test_ctrl_home_and_ctrl_end_go_to_the_ends_of_the_document(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await in_the_editor(room)
        await room.key("ctrl+end", *"last", "ctrl+home", "end", *", first")
        lines = editor_text(room).strip().split("\n")
        assert (lines[0], lines[-1]) == ("# Backend outage, first", "last")


async def test_the_first_words_in_the_document_are_its_summary(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, size=(80, 24)) as room:
        await in_the_editor(room)
        assert "# Backend outage" in room.frame
        await room.burst(*"Nobody could order.", "escape")
        await room.saved()
        assert room.on_disk.postmortem.summary == "Nobody could order."
        assert room.on_disk.fields.title == "Backend outage"


async def test_arrows_move_in_the_text_that_has_the_keys(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await in_the_editor(room)
        await room.burst(*"All well.", "up", "end", *"!")
        await room.until(lambda: "Summary!" in editor_text(room), "typed")
        assert "## Summary!\nAll well." in editor_text(room)


async def test_what_follows_esc_is_a_command_and_no_text(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await in_the_editor(room)
        before = editor_text(room)
        await room.burst("escape", "n", *"seen", "enter")
        await room.until(lambda: room.incident.entries, "logged")
        await room.saved()
        assert room.logged == [("note", "seen")]
        assert editor_text(room) == before


async def test_words_just_typed_are_in_the_preview_and_in_the_file(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, size=(80, 24)) as room:
        await in_the_editor(room)
        await room.burst(*"All well.", "alt+P")
        await room.until(lambda: "q back" in room.frame and "All well." in room.frame, "the preview")
        await room.key("q")
        await room.saved()
        assert room.on_disk.postmortem.summary == "All well."


async def test_quick_keys_act_in_the_order_they_were_typed_across_fields_and_questions(tmp_path: Path) -> None:
    written = Incident(OUTAGE.fields, actions=(Action("a1", "Restart policy"),))
    async with open_room(tmp_path, written) as room:
        await room.burst("4", "enter", *" now", "enter", "m", "enter", "5", "W", "2", "u", "n", *"then", "enter", "u")
        told = [("Mitigated", False), ("status: monitoring -> identified", True), ("then", True)]
        await room.until(lambda: [(entry.text, entry.struck) for entry in room.incident.entries] == told)
        assert room.incident.actions[0].title == "Restart policy now"
        assert room.incident.fields.status == "monitoring"


async def test_each_line_of_a_burst_has_the_time_of_its_own_key(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE, steady=lambda: 60.0) as room:
        for second, typed in enumerate("n1\rn2\rn3\r"):
            key = events.Key("enter" if typed == "\r" else typed, typed)
            key.time = float(second)
            room.app.post_message(key)
        await room.until(lambda: len(room.incident.entries) == 3)
        assert [(START - entry.at).seconds for entry in room.incident.entries if entry.at] == [60, 57, 54]


async def test_a_line_goes_on_in_a_window_that_did_not_say_it_is_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.key("n", *"all ")
        room.app.post_message(events.AppBlur())
        await room.burst(*"well", "enter")
        await room.until(lambda: [entry.text for entry in room.incident.entries] == ["all well"])


async def test_a_paste_behind_the_end_of_a_line_opens_a_note(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.key("n", "x")
        room.app.post_message(events.Key("enter", "\r"))
        room.app.post_message(events.Paste("from the log"))
        await room.until(lambda: room.composing == "from the log")


async def test_a_paste_waits_until_what_was_asked_is_answered(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.key("r")
        room.app.post_message(events.Paste("zoe"))
        await room.until(lambda: "waits until this is answered" in room.said)
        await room.burst("s", "enter")
        await room.until(lambda: room.incident.roles.get("scribe") == "zoe")


async def test_a_paste_is_cleaned(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await in_the_editor(room)
        room.app.post_message(events.Paste(HOSTILE))
        await room.until(lambda: SHOWN in editor_text(room), "pasted")
        assert room.composing is None


async def test_a_paste_into_a_line_stays_in_that_line(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.action")
        await room.write("ran ")
        room.app.post_message(events.Paste("make\nmake test"))
        await room.until(lambda: room.composing == "ran make\nmake test", "pasted")
        await room.key("enter")
        await room.saved()
        assert room.logged == [("action", "ran make\nmake test")]


async def test_what_is_shown_cleaned_is_not_taken_for_an_edit(tmp_path: Path) -> None:
    stored = Incident(OUTAGE.fields, postmortem=Postmortem(summary=HOSTILE), entries=(entry(HOSTILE),))
    async with open_room(tmp_path, stored) as room:
        await room.press("entry.edit")
        assert room.composing == SHOWN
        await room.key("enter")
        await in_the_editor(room)
        assert SHOWN in editor_text(room)
        await room.key(*TO_THE_TITLE, *"!")
        await room.until(lambda: "outage!" in editor_text(room), "typed")
        await room.key("escape")
        await room.saved()
        assert room.on_disk.fields.title == "Backend outage!"
        assert room.on_disk.postmortem.summary == HOSTILE
        assert room.on_disk.entries[0].text == HOSTILE
        assert not room.on_disk.entries[0].revisions


async def test_what_somebody_else_wrote_meanwhile_is_not_taken_back_by_the_next_words(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await in_the_editor(room)
        await room.key(*TO_THE_TITLE, *" now")
        await room.until(lambda: room.incident.fields.title == "Backend outage now", "handed over")
        await room.saved()
        path = room.incidents / f"{OUTAGE.fields.id}.toml"
        path.write_text(path.read_text() + '\n[postmortem]\nroot_cause = "A full disk."\n')
        await room.until(lambda: room.incident.postmortem.root_cause, "read again")
        await room.until(lambda: "A full disk." in editor_text(room), "shown")
        await room.key(*" and then")
        await room.key("escape")
        await room.saved()
        assert room.on_disk.postmortem.root_cause == "A full disk."
        assert room.on_disk.fields.title == "Backend outage now and then"
