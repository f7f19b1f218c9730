"""An open room and everybody else who has the file: shells, editors, full disks, the end of the window itself."""

import gc
import shutil
import signal
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from driver import Driver, entry, open_room

from warroom.config.stamps import new_id
from warroom.files.append import append
from warroom.files.drafts import Drafts
from warroom.incident.model import Action, Fields, Incident, Postmortem

OUTAGE = Incident(
    Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2"), entries=(entry("graph went down"),)
)


def file_of(room: Driver) -> Path:
    return room.incidents / "2026-11-21-outage.toml"


async def test_what_a_shell_logs_shows_in_the_room(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        append(file_of(room), {"id": "shell-1", "text": "rolled back by cron", "kind": "action"})
        await room.until(lambda: "rolled back by cron" in room.frame)
        assert [e.text for e in room.incident.entries] == ["graph went down", "rolled back by cron"]


async def test_a_hand_edit_of_the_head_is_taken_in(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        text = file_of(room).read_text()
        file_of(room).write_text(text.replace('severity = "sev2"', 'severity = "sev1" # now everything'))
        await room.until(lambda: room.lines[0].startswith(" sev1 "))
        await room.log("entry.note", "still writing")
        await room.saved()
        assert "# now everything" in file_of(room).read_text()


async def test_a_broken_hand_edit_is_named_and_logging_goes_on(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        whole = file_of(room).read_text()
        file_of(room).write_text(whole.replace('title = "Backend outage"', 'title = "Backend'))
        await room.until(lambda: "2026-11-21-outage.toml:" in room.said)
        await room.log("entry.action", "while it is broken")
        await room.saved()
        assert "while it is broken" in room.frame
        room.app._tick()
        lasting = room.app.room_screen.talk._lasting
        assert lasting is not None
        assert "2026-11-21-outage.toml:" in lasting.text, "as long as it is broken"
        file_of(room).write_text(whole)
        await room.until(lambda: "while it is broken" in file_of(room).read_text(), "merged")
        assert room.logged == [("note", "graph went down"), ("action", "while it is broken")]
        await room.until(lambda: not room.app.room_screen.talk._lasting, "nothing is broken any more")


async def test_what_is_said_of_the_file_does_not_stay_for_ever(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        file_of(room).write_text("title = ")
        await room.until(lambda: "2026-11-21-outage.toml:" in room.said)
        assert room.silent_after.app is room.app, "a timer without an app never ends"


async def test_entries_that_vanish_under_the_room_are_offered_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        stale = file_of(room).read_text()
        await room.log("entry.action", "logged after the editor was opened")
        await room.saved()
        file_of(room).write_text(stale)
        await room.until(lambda: "gone from the file: ^G decides" in room.said)
        await room.press("incident.decide")
        await room.key("b")
        await room.saved()
        assert ("action", "logged after the editor was opened") in room.logged


async def test_two_versions_of_one_text_are_both_kept_and_the_person_chooses(tmp_path: Path) -> None:
    before = replace(OUTAGE, postmortem=Postmortem(root_cause="unknown so far"))
    async with open_room(tmp_path, before, size=(200, 50), restless=True) as room:
        await room.press("pane.postmortem")
        editor = room.app.room_screen.editor
        assert editor is not None
        place = editor.text.splitlines().index("unknown so far")
        editor.move_cursor((place, len("unknown so far")))
        await room.write(", says ana")
        text = file_of(room).read_text()
        file_of(room).write_text(text.replace("unknown so far", "a full disk"))
        editor.save()
        await room.until(lambda: "postmortem.root_cause: two versions" in room.said)
        assert room.on_disk.postmortem.root_cause == "a full disk"
        await room.key("escape")
        await room.press("incident.decide")
        await room.key("b")
        await room.saved()
        kept = room.on_disk.postmortem.root_cause
        assert "a full disk" in kept
        assert "unknown so far, says ana" in kept


async def test_an_entry_that_somebody_else_changes_while_it_is_being_edited_is_not_overwritten(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.edit")
        await room.write(" at 19:40")
        text = file_of(room).read_text()
        file_of(room).write_text(text.replace("graph went down", "latency graph went up"))
        await room.until(lambda: "latency graph went up" in room.frame, "their words are here already")
        await room.key("enter")
        await room.until(lambda: "the words of an entry: two versions" in room.said)
        assert room.logged == [("note", "latency graph went up")]
        await room.press("incident.decide")
        assert "graph went down at 19:40" in room.frame
        await room.key("b")
        await room.saved()
        assert room.logged == [("note", "latency graph went up\n\ngraph went down at 19:40")]


async def test_an_action_item_keeps_what_somebody_else_set_while_its_words_were_edited(tmp_path: Path) -> None:
    items = replace(OUTAGE, actions=(Action("a1", "Add an alert", owner="ben"),))
    async with open_room(tmp_path, items) as room:
        await room.press("pane.actions")
        await room.press("entry.edit")
        text = file_of(room).read_text()
        file_of(room).write_text(text.replace('owner = "ben"', 'owner = "eve"'))
        await room.until(lambda: "eve" in room.frame)
        await room.write(" #detect")
        await room.key("enter")
        await room.saved()
        (action,) = room.on_disk.actions
        assert (action.title, action.owner, action.type) == ("Add an alert", "eve", "detect")


async def test_a_directory_that_is_gone_is_told_and_all_is_written_in_order_when_it_is_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        away = tmp_path / "away"
        shutil.move(room.incidents, away)
        await room.log("entry.action", "first")
        await room.log("entry.action", "second")
        await room.until(lambda: "NOT ON DISK YET" in room.lines[0])
        assert "○" in room.frame
        shutil.move(away, room.incidents)
        await room.saved()
        await room.until(lambda: "NOT ON DISK YET" not in room.lines[0])
        await room.until(lambda: room.said == "all is on disk now")
        assert [text for _, text in room.logged] == ["graph went down", "first", "second"]


class Leaving:
    """A room that is left while its directory may be `away`; `left` is the codes with which it was."""

    def __init__(self, room: Driver, away: Path, patch: pytest.MonkeyPatch) -> None:
        self.room, self._away = room, away
        self.left: list[object] = []
        self._said: list[str] = []
        patch.setattr(room.app, "exit", self.left.append)
        patch.setattr(room.app, "say", lambda text, _="": self._said.append(text))

    async def log_nowhere(self, text: str) -> None:
        shutil.move(self.room.incidents, self._away)
        await self.room.log("entry.action", text)
        await self.room.until(lambda: "NOT ON DISK YET" in self.room.lines[0])

    async def is_asked(self) -> None:
        self._said.clear()
        await self.room.press("quit")
        await self.room.until(lambda: "not all is on disk yet; q again quits all the same" in self._said)

    async def bring_back(self) -> None:
        shutil.move(self._away, self.room.incidents)
        await self.room.saved()


@asynccontextmanager
async def leaving(tmp_path: Path) -> AsyncIterator[Leaving]:
    async with open_room(tmp_path, OUTAGE) as room:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("warroom.tui.ledger._CLOSE_SECONDS", 0.05)
            yield Leaving(room, tmp_path / "away", patch)


async def test_quitting_with_unsaved_entries_asks_each_time_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with leaving(tmp_path) as leave:
        for text in ("first", "second"):
            await leave.log_nowhere(text)
            await leave.is_asked()
            await leave.bring_back()
            assert leave.left == []
        with monkeypatch.context() as patch:
            patch.setattr("warroom.tui.ledger._CLOSE_SECONDS", 60.0)
            await leave.room.press("quit")
            await leave.room.until(lambda: leave.left == [0])


async def test_who_quits_all_the_same_is_told_what_is_nowhere_then(tmp_path: Path) -> None:
    async with leaving(tmp_path) as leave:
        await leave.log_nowhere("restarted it")
        await leave.is_asked()
        await leave.room.press("quit")
        await leave.room.until(lambda: leave.left == [0])
        assert leave.room.app.farewell == "not on disk: 19:47:15 UTC action: restarted it"
        await leave.bring_back()


async def test_two_signals_at_once_end_the_room_in_order(tmp_path: Path) -> None:
    """A terminal that is closed while the machine goes down; the work that was begun first is begun no more."""
    left: list[object] = []
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.stamp")
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            patch.setattr(room.app, "exit", left.append)
            for number in (signal.SIGHUP, signal.SIGTERM):
                room.app.doorkeeper._signalled(number)
            await room.until(lambda: left == [128 + signal.SIGTERM])
            gc.collect()
        assert [str(warning.message) for warning in told] == []
        assert len(room.logged) == 2


async def test_a_draft_that_was_being_typed_comes_back_in_the_next_window(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.action")
        await room.write("restarting the")
        path = str(file_of(room))
        await room.until(lambda: "restarting the" in Drafts(tmp_path / "state", path).read(), "kept")
    async with open_room(tmp_path, path=path) as room:
        await room.press("entry.action")
        assert room.composing == "restarting the"


async def test_two_rooms_on_one_incident_show_each_other_s_entries(tmp_path: Path) -> None:
    path = str(tmp_path / "incidents" / "2026-11-21-outage.toml")
    async with open_room(tmp_path, OUTAGE) as ana, open_room(tmp_path, path=path, author="ben", new_id=new_id) as ben:
        await ana.log("entry.action", "from the first room")
        await ben.until(lambda: "from the first room" in ben.frame)
        await ben.log("entry.note", "from the second room")
        await ana.until(lambda: "from the second room" in ana.frame)


async def test_what_the_record_says_of_a_service_already_is_not_written_again(tmp_path: Path) -> None:
    down = entry("backend DOWN", kind="health", service="backend", state="down", source="monitor")
    async with open_room(tmp_path, replace(OUTAGE, entries=(down,))) as room:
        room.app.saw(replace(down, id="again"))
        room.app.saw(replace(down, id="back", text="backend back UP", state="up"))
        room.app.saw(replace(down, id="twice", text="backend back UP", state="up"))
        await room.until(lambda: len(room.logged) > 1)
        await room.saved()
        assert [text for _, text in room.logged] == ["backend DOWN", "backend back UP"]


async def test_a_file_that_is_deleted_can_be_written_anew(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.action", "before")
        await room.saved()
        file_of(room).unlink()
        await room.until(lambda: "is not there; ^G decides" in room.said)
        await room.log("entry.action", "while it was gone")
        await room.press("incident.decide")
        await room.key("b")
        await room.saved()
        assert [text for _, text in room.logged] == ["graph went down", "before", "while it was gone"]
