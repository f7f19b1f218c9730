"""Sentences that name keys: always those that act."""

from pathlib import Path

import pytest
from driver import entry, open_room

from warroom.commands import BY_ID, COMMANDS, Situation
from warroom.config.settings import Settings
from warroom.incident.model import Fields, Incident
from warroom.tui.bindings import key_label
from warroom.tui.hints import with_keys
from warroom.tui.screens.pages import help_lines

KEYS = {command.id: command.keys for command in COMMANDS}


def test_a_sentence_names_the_key_of_each_command() -> None:
    own = {**KEYS, "undo": ("ctrl+u",), "incident.declare": ()}
    assert with_keys("{undo} takes it back", KEYS) == "u takes it back"
    assert with_keys("{undo} takes it back", own) == "^U takes it back"
    assert with_keys("{incident.declare} declares one", own) == ":declare declares one"
    assert with_keys("{} and {An Other} stay", own) == "{} and {An Other} stay"


@pytest.mark.parametrize("situation", [Situation(), Situation(incident=True, status="monitoring", pane="actions")])
def test_whatever_keeps_a_command_from_acting_is_said_with_keys_that_there_are(situation: Situation) -> None:
    for command in BY_ID.values():
        assert "{" not in with_keys(command.why_disabled(situation), KEYS)


def test_the_help_names_every_command_with_the_keys_that_act() -> None:
    own = {**KEYS, "undo": ("ctrl+u", "Z"), "entry.note": ()}
    lines = ["".join(run.text for run in line).split() for line in help_lines(own, 200)]
    for command in COMMANDS:
        shown = " ".join(map(key_label, own[command.id])) or ":"
        assert lines.count(f"{shown} {command.title}: {command.help}".split()) == 1, command.id


async def test_what_the_room_says_follows_keys_of_ones_own(tmp_path: Path) -> None:
    own = Settings(keys={"incident.declare": ("ctrl+y",), "entry.note": ("Z",), "pane.actions": ()})
    async with open_room(tmp_path, settings=own) as room:
        assert "^Y declares one. Or just begin to log: Z note" in room.frame
        await room.press("undo")
        await room.press("move.down")
        await room.press("incident.handoff")
        assert room.said == "no incident is open: ^Y declares one"


async def test_header_and_timeline_name_the_keys_of_ones_own(tmp_path: Path) -> None:
    own = Settings(keys={"stamps.walk": ("ctrl+y",), "incident.roles": ("Z",)})
    incident = Incident(Fields("2026-11-21-outage", "Outage"), entries=(entry(""),))
    async with open_room(tmp_path, incident, settings=own) as room:
        assert "1 to describe: ^Y  commander nobody yet: Z" in room.lines[0]
        assert "describe this moment: ^Y" in room.frame


async def test_the_help_and_ctrl_c_name_the_keys_of_ones_own(tmp_path: Path) -> None:
    own = Settings(keys={"palette": ("ctrl+k",), "interrupt": ("ctrl+y",), "quit": ("Q",)})
    async with open_room(tmp_path, settings=own) as room:
        await room.press("interrupt")
        assert room.said == "Q quits; ^Y does not, so that nothing is lost by it"
        await room.press("help")
        assert "outside a text field; ^K finds a command by its name" in room.frame


async def test_an_empty_timeline_names_the_key_that_shows_all_entries(tmp_path: Path) -> None:
    incident = Incident(Fields("2026-11-21-outage", "Outage"), entries=(entry("one"),))
    async with open_room(tmp_path, incident, settings=Settings(keys={"back": ("ctrl+y",)})) as room:
        await room.press("filter")
        await room.write("zzz")
        await room.key("enter")
        assert "Nothing here contains that. ^Y shows all entries again." in room.frame
        await room.press("back")
        assert "one" in room.frame


async def test_what_is_resolved_is_offered_to_be_written_down(tmp_path: Path) -> None:
    outage = Incident(Fields("2026-11-21-outage", "Outage", status="monitoring"))
    async with open_room(tmp_path, outage, size=(80, 24)) as room:
        await room.until(lambda: "R resolved" in room.lines[-1] and "postmortem" not in room.lines[-1], "open")
        await room.log("mark.resolved", "it answers")
        footer = " n note  3 postmortem  F fill  P preview  V review  E export  q quit  ? help"
        await room.until(lambda: room.lines[-1] == footer, footer)


async def test_esc_goes_back_to_the_timeline_where_the_board_hides_it(tmp_path: Path) -> None:
    async with open_room(tmp_path, size=(80, 24)) as room:
        await room.press("pane.health")
        await room.press("back")
        assert room.app.room_screen.pane == "timeline"
    async with open_room(tmp_path, size=(120, 40)) as room:
        await room.press("pane.health")
        await room.press("back")
        assert room.app.room_screen.pane == "health"
