"""The document in a person's own editor: what comes back, and what others wrote meanwhile."""

import asyncio
from pathlib import Path

import pytest
from driver import START, Driver, open_room

from warroom.files.store import Store
from warroom.incident.changes import Change, Set, Stamp
from warroom.incident.model import Fields, Incident, Postmortem

OUTAGE = Incident(Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2", declared_at=START))


class OwnEditor:
    """Writes `summary` under its heading, once it is told to end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.summary = ""
        self.ended = asyncio.Event()
        monkeypatch.setattr("warroom.tui.desk.edit_outside", self._edit)

    async def _edit(self, _: object, text: str) -> tuple[str, str]:
        await self.ended.wait()
        return text.replace("## Summary\n", f"## Summary\n\n{self.summary}\n" if self.summary else "## Summary\n"), ""


def text_of(room: Driver) -> str:
    editor = room.app.room_screen.editor
    assert editor is not None
    return editor.text


async def test_an_editor_that_changes_nothing_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = OwnEditor(monkeypatch)
    own.summary = "From the editor."
    own.ended.set()
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("editor")
        assert "From the editor." in text_of(room)
        await room.saved()
        assert room.on_disk.postmortem.summary == "From the editor."
        own.summary = ""
        await room.press("editor")
        assert "nothing was changed" in room.said


@pytest.mark.parametrize("mine", ["", "Mine."])
async def test_what_others_write_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mine: str) -> None:
    own = OwnEditor(monkeypatch)
    own.summary = mine
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("editor")
        store = Store(room.incidents / f"{room.incident.fields.id}.toml")
        store.load()
        store.commit(Change((Set("postmortem.root_cause", "Theirs."),), Stamp("outside", START, "ben")))
        await room.until(lambda: room.incident.postmortem.root_cause == "Theirs.", "taken in")
        assert "Theirs." not in text_of(room)
        own.ended.set()
        await room.until(lambda: "Theirs." in text_of(room), "shown")
        await room.saved()
        assert room.on_disk.postmortem == Postmortem(summary=mine, root_cause="Theirs.")
