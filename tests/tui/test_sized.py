"""The size of a screen: the newest of the terminal, in whatever order sizes are told."""

import os
import shutil
from pathlib import Path

import pytest
from driver import open_room
from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size


async def test_the_newest_size_holds_although_an_older_one_is_told_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_room(tmp_path, size=(120, 40)) as room:
        monkeypatch.setattr(HeadlessDriver, "is_headless", False)
        monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((100, 30)))
        room.app.post_message(events.Resize(Size(100, 30), Size(100, 30)))
        room.app.post_message(events.Resize(Size(2, 1), Size(2, 1)))
        await room.until(lambda: room.app.room_screen.size == (100, 30), "laid out for the terminal as it is")
        assert "No incident is open" in room.frame
