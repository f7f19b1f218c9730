"""Sentences that name keys: always those that act."""

from pathlib import Path

import pytest
from driver import open_room

from warroom.commands import BY_ID, COMMANDS, Situation
from warroom.config.settings import Settings
from warroom.tui.hints import with_keys

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


async def test_what_the_room_says_follows_keys_of_ones_own(tmp_path: Path) -> None:
    own = Settings(keys={"incident.declare": ("ctrl+y",), "entry.note": ("Z",), "pane.actions": ()})
    async with open_room(tmp_path, settings=own) as room:
        assert "^Y declares one. Or just begin to log: Z note" in room.frame
        await room.press("undo")
        await room.press("move.down")
        await room.press("incident.handoff")
        assert room.said == "no incident is open: ^Y declares one"
