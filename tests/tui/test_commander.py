"""The incident as a whole: declared, switched, its severity and who leads it."""

from dataclasses import replace
from pathlib import Path

from driver import START, entry, open_room

from warroom.files.store import create
from warroom.incident.model import Fields, Incident
from warroom.tui.screens.choice import Choice

FIELDS = Fields("2026-11-21-outage", "Backend outage", severity="sev2", declared_at=START)
OUTAGE = Incident(FIELDS, entries=(entry("it broke"),))


async def test_an_incident_needs_a_title(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        await room.press("incident.declare")
        await room.key("enter")
        assert room.said == "an incident needs a title"
        assert room.app.room is None
        await room.press("incident.declare")
        await room.write("Backend outage")
        await room.key("enter")
        await room.until(lambda: room.app.room is not None, "declared")
        assert room.incident.fields.title == "Backend outage"


async def test_another_incident_is_shown_and_the_first_keeps_what_was_logged(tmp_path: Path) -> None:
    older = Incident(replace(FIELDS, id="2026-10-01-older", title="Older", status="closed"))
    create(tmp_path / "incidents", older)
    async with open_room(tmp_path, OUTAGE) as room:
        await room.log("entry.action", "restarted it")
        await room.press("incident.switch")
        assert isinstance(room.app.screen, Choice)
        assert "2026-10-01-older  sev2  closed  Older" in room.frame
        await room.key("down", "enter")
        await room.until(lambda: room.incident.fields.id == "2026-10-01-older", "switched")
        await room.press("incident.switch")
        await room.key("escape")
        assert room.incident.fields.id == "2026-10-01-older"
        await room.press("incident.switch")
        await room.key("enter")
        await room.until(lambda: room.incident.fields.id == "2026-11-21-outage", "and back")
        assert room.logged == [("note", "it broke"), ("action", "restarted it")]


async def test_without_any_incident_there_is_none_to_switch_to(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        await room.press("incident.switch")
        assert room.said == "there is no incident yet: N declares one"
        assert not isinstance(room.app.screen, Choice)


async def test_severity_by_its_digit_says_what_it_means_and_stands_in_the_record(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("incident.severity")
        assert "everything is down, or data is at risk" in room.frame
        await room.key("1")
        await room.saved()
        assert room.on_disk.fields.severity == "sev1"
        await room.press("incident.severity")
        await room.key("1")
        assert room.said == "it says so already"
        await room.press("incident.severity")
        await room.key("escape")
        await room.saved()
        assert room.logged == [("note", "it broke"), ("change", "severity: sev2 -> sev1")]


async def test_a_role_is_offered_completed_and_given_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        await room.press("incident.roles")
        await room.key("r")
        assert room.composing == "ana", "who sits here is offered as commander"
        await room.key("enter")
        await room.press("incident.roles")
        assert "commander  ana" in room.frame
        await room.key("r")
        await room.write("cy")
        assert room.composing == "cy", "what is typed takes the place of the name that stands there"
        await room.key("escape")
        await room.press("incident.roles")
        await room.key("s")
        assert room.composing == ""
        await room.write("be")
        await room.key("tab")
        assert room.composing == "ben", "whoever wrote something is known"
        await room.key("enter")
        await room.press("incident.roles")
        await room.key("s")
        await room.key("ctrl+u", "enter")
        await room.saved()
        assert room.on_disk.roles == {"commander": "ana"}
        assert [found.new for found in room.on_disk.entries if found.field == "roles.scribe"] == ["ben", ""]
