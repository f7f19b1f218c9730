"""From one incident to another: what was begun in one stays with it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from driver import START, Driver, entry, open_room

from warroom.files.drafts import Drafts
from warroom.files.store import Store, create
from warroom.incident.model import Fields, Incident
from warroom.tui.ledger import Ledger

FIELDS = Fields("2026-11-21-outage", "Backend outage", severity="sev2", declared_at=START)
OUTAGE = Incident(FIELDS, entries=(entry("it broke"),))
OTHER = Incident(replace(FIELDS, id="2026-11-20-other", title="Other"), entries=(entry("something else"),))


async def switch(room: Driver, to: Incident) -> None:
    """By the palette, which opens above a line that is being written too."""
    await room.key("ctrl+p")
    await room.burst(*"switch incident", "enter")
    await room.until(lambda: "Show which incident?" in room.frame)
    await room.key("home" if to is OUTAGE else "end", "enter")
    await room.until(lambda: room.incident.fields.id == to.fields.id)
    await room.until(lambda: room.incident.entries)


async def test_a_command_is_logged_in_the_incident_that_it_was_begun_in(tmp_path: Path) -> None:
    create(tmp_path / "incidents", OTHER)
    async with open_room(tmp_path, OUTAGE) as room:
        go = tmp_path / "go"
        await room.log("entry.command", f"until [ -e {go} ]; do sleep 0.02; done; echo done")
        await room.key("q")
        await switch(room, OTHER)
        go.touch()
        begun_in = room.incidents / f"{FIELDS.id}.toml"
        await room.until(lambda: [e.kind for e in Store(begun_in).load().entries] == ["note", "command"])
        assert [e.text for e in room.incident.entries] == ["something else"]


async def test_words_set_aside_in_one_incident_are_not_offered_in_another(tmp_path: Path) -> None:
    create(tmp_path / "incidents", OTHER)
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("entry.note")
        await room.write("the pool")
        await switch(room, OTHER)
        assert room.closed
        await room.press("entry.note")
        assert room.composing == ""
        await room.key("escape")
        await switch(room, OUTAGE)
        await room.press("entry.note")
        assert room.composing == "the pool"


async def test_what_is_to_be_decided_of_one_incident_is_not_asked_of_another(tmp_path: Path) -> None:
    create(tmp_path / "incidents", OTHER)
    gone = replace(OUTAGE, entries=(entry("it broke"), entry("and still", 1)))
    async with open_room(tmp_path, gone) as room:
        file = room.incidents / f"{FIELDS.id}.toml"
        text = file.read_text()
        file.write_text(text[: text.rindex("[[timeline]]")])
        await room.until(lambda: "gone from the file" in room.said)
        await switch(room, OTHER)
        await room.until(lambda: "gone from the file" not in room.said)
        await room.press("incident.decide")
        assert room.said == "nothing waits for a decision"
        await switch(room, OUTAGE)
        await room.press("incident.decide")
        await room.until(lambda: "an entry is gone from the file" in room.frame)


async def test_a_line_that_acted_does_not_come_back_as_a_draft(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        drafts = Drafts(tmp_path / "state", room.incidents / f"{FIELDS.id}.toml")
        await room.press("entry.note")
        await room.write("/sev 1")
        await room.until(drafts.read, "kept while it is typed")
        await room.key("enter")
        await room.until(lambda: not drafts.read(), "forgotten")
        assert room.incident.fields.severity == "sev1"


@pytest.mark.parametrize("begun", ["entry.note", "incident.severity"])
async def test_a_switch_that_had_to_wait_does_not_come_in_the_middle_of_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: str
) -> None:
    other = create(tmp_path / "incidents", OTHER)
    goes_on = asyncio.Event()

    async def slow(_: Ledger) -> bool:
        return await goes_on.wait()

    monkeypatch.setattr(Ledger, "all_on_disk", slow)
    async with open_room(tmp_path, OUTAGE) as room:
        assert room.app.ledger is not None
        room.app.run_worker(room.app.ledger._switch(str(other)))
        await room.press(begun)
        goes_on.set()
        await room.until(lambda: room.said == "all is on disk now, but something else was begun: I switches")
        assert room.incident.fields.id == FIELDS.id
        await room.key("escape")
        room.app.run_worker(room.app.ledger._switch(str(other)))
        await room.until(lambda: room.incident.fields.id == OTHER.fields.id)


async def test_a_folder_that_is_none_any_more_is_said_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []  # its file and its lease are missed as well, sooner or later
    async with open_room(tmp_path, OUTAGE) as room:
        monkeypatch.setattr(room.app, "say", lambda text, _="": said.append(text))
        room.incidents.rename(tmp_path / "elsewhere")
        room.incidents.touch()
        await room.press("incident.switch")
        assert any(line.endswith("is no directory of incidents; name the directory") for line in said)
        assert room.app.screen is room.app.room_screen
        room.incidents.unlink()
        (tmp_path / "elsewhere").rename(room.incidents)
