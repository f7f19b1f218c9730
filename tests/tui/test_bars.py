"""The line on which the room talks back: how long it says something, and that nothing raw gets out by it."""

from pathlib import Path

from driver import open_room


async def test_what_was_said_before_does_not_end_what_is_said_now(tmp_path: Path) -> None:
    long = "a line that takes its time to be read: " + "what is wrong, where, and the mend; " * 5
    async with open_room(tmp_path) as room:
        room.app.say("copied")
        short = room.silent_after
        room.app.say(long)
        assert short.after < 6 < 15 < room.silent_after.after
        short.fall()
        assert room.said == long.strip()
        await room.silence()
        assert room.said == ""


async def test_nothing_that_the_room_says_or_offers_acts_on_the_terminal(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        room.app.say("said \x1b]0;title\x07")
        assert "\x1b" not in room.said
        assert "said" in room.said
        await room.silence()
        room.app.room_screen.talk.offer("offered \x1b[2J")
        assert room.said == "offered ␛[2J"
