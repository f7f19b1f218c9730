"""E in the room: where the document goes, and what is never lost by it."""

import os
from pathlib import Path

import pytest
from driver import entry, open_room

from commandline import CommandLine
from warroom.incident.model import Fields, Incident
from warroom.tui.screens.choice import Choice

OUTAGE = Incident(Fields("2026-11-21-outage", "Outage"), entries=(entry("it broke"),))


async def test_what_export_wrote_is_written_anew_and_what_a_person_changed_is_asked_about(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        document = room.incidents / "2026-11-21-outage.md"

        async def export() -> None:
            await room.press("incident.export")
            await room.key("enter")

        await export()
        await room.until(lambda: room.said == f"written: {document}")
        await room.log("entry.note", "found it")
        await room.saved()
        await export()
        await room.until(lambda: "found it" in document.read_text())
        document.write_text("mine")
        await export()
        await room.until(lambda: isinstance(room.app.screen, Choice))
        await room.key("k")
        await room.until(lambda: "nothing written" in room.said)
        assert document.read_text() == "mine"
        await export()
        await room.until(lambda: isinstance(room.app.screen, Choice))
        await room.key("o")
        await room.until(lambda: "found it" in document.read_text())


async def test_the_command_line_knows_what_the_room_wrote(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("incident.export")
        await room.key("enter")
        await room.until(lambda: "written" in room.said)
    document = room.incidents / "2026-11-21-outage.md"
    (tmp_path / "user").mkdir()
    (tmp_path / "user" / "warroom").symlink_to(room.app.session.places.state)
    line = CommandLine(tmp_path)
    words = ("--incidents", str(room.incidents), "-i", "2026-11-21-outage", "-o", str(document))
    assert line("export", *words, XDG_STATE_HOME=str(tmp_path / "user")).code == 0
    assert line("export", *words).code == 2


async def test_a_directory_whose_name_is_no_utf_8_is_one_to_work_in(tmp_path: Path) -> None:
    here = tmp_path / os.fsdecode(b"st\xf6rung")
    async with open_room(here, OUTAGE) as room:
        await room.log("entry.note", "found it")
        await room.press("incident.export")
        assert room.composing is not None
        assert "st�rung/incidents/2026-11-21-outage.md" in room.composing
        await room.key("enter")
        await room.until(lambda: "written" in room.said)
        assert "found it" in (room.incidents / "2026-11-21-outage.md").read_text()


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("pipe", "it is no file but a device or a pipe; name a file"),
        ("~nobody-has-this-name/x.md", "is not there; the directory"),
        ("folder", "it is a directory; name a file in it"),
        ("circle", "leads in a circle; name another file"),
        ("x" * 300, "the name is too long"),
    ],
)
async def test_a_place_that_takes_no_document_is_named_and_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "circle").symlink_to("circle")
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("incident.export")
        await room.send(*place)  # in the place of the one that is offered
        await room.key("enter")
        await room.until(lambda: why in room.said)
        await room.log("entry.note", "it goes on")
        await room.saved()
