"""The line on which the room talks back: how long it says something, and that nothing raw gets out by it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from driver import open_room

from warroom.tui.widgets.bars import TalkBar


class Alarm:
    """A timer that rings when the test says so."""

    def __init__(self, after: float, act: Callable[[], None]) -> None:
        self.after, self._act = after, act

    def stop(self) -> None:
        self._act = lambda: None

    def ring(self) -> None:
        self._act()


async def test_what_was_said_before_does_not_end_what_is_said_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarms: list[Alarm] = []

    def set_timer(_: TalkBar, after: float, act: Callable[[], None]) -> Alarm:
        alarms.append(Alarm(after, act))
        return alarms[-1]

    long = "a line that takes its time to be read: " + "what is wrong, where, and the mend; " * 5
    async with open_room(tmp_path) as room:
        monkeypatch.setattr(TalkBar, "set_timer", set_timer)
        room.app.say("copied")
        room.app.say(long)
        short, longer = alarms
        assert short.after < 6 < 15 < longer.after
        room.time.advance(seconds=short.after)
        short.ring()
        assert room.said == long.strip()
        longer.ring()
        assert room.said == ""


async def test_nothing_that_the_room_says_or_offers_acts_on_the_terminal(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        room.app.say("said \x1b]0;title\x07")
        assert "\x1b" not in room.said
        assert "said" in room.said
        room.app.room_screen.talk._fall_silent()
        room.app.room_screen.talk.offer("offered \x1b[2J")
        assert room.said == "offered ␛[2J"
