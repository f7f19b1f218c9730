"""The size of a screen: the newest of the terminal, in whatever order sizes are told."""

import os
import shutil
from pathlib import Path

import pytest
from driver import open_room, settled
from textual import events
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from warroom.tui.screens.sized import SizedScreen


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


async def test_what_the_room_says_is_told_whole_on_a_small_terminal(tmp_path: Path) -> None:
    error = "not on disk yet: /srv/oncall/incidents/2026-11-21-outage.toml: no space left on the device; free some, "
    async with open_room(tmp_path, size=(80, 24)) as room:
        room.app.say(error + "it is tried again", "warning")
        await room.until(lambda: "it is tried again" in room.frame, "all of it")
        assert "N declare" in room.lines[-1]
        room.app.say("short")
        await room.until(lambda: room.lines[-2].strip() == "short", "one row again")
        assert "not on disk" not in room.frame


class Listener(Widget):
    """Remembers which size it was told."""

    told: Size | None = None

    def on_resize(self, event: events.Resize) -> None:
        self.told = event.size


async def shown_after_a_scroll(screen: Screen[None]) -> Size | None:
    """What a widget is told that is shown, and asked for its place before the next layout."""
    app, widget = App[None](), Listener()
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(screen)
        await screen.mount(widget)
        await settled(pilot)
        widget.display = False
        await settled(pilot)
        widget.told = None
        screen._refresh_layout(scroll=True)
        widget.display = True
        assert widget.region.size == (80, 24)
        await settled(pilot)
    return widget.told


async def test_a_widget_that_is_shown_after_a_scroll_is_told_its_size() -> None:
    assert await shown_after_a_scroll(SizedScreen()) == Size(80, 24)
    assert await shown_after_a_scroll(Screen()) is None, "Textual tells it now: TellingCompositor can go"
