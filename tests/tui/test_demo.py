"""The demo tells each sample to its end, and writes nothing but its own folder."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from driver import ROOT, FakeTime, driven

from warroom.commands import COMMANDS
from warroom.config.settings import Settings
from warroom.config.stamps import new_id
from warroom.files.places import Places
from warroom.files.store import Store
from warroom.incident.model import Incident
from warroom.incident.replay import story
from warroom.tui import demo
from warroom.tui.app import WarRoom
from warroom.tui.demo import Demo, ReplayClock, demo_session
from warroom.tui.hints import with_keys
from warroom.tui.session import Session

SAMPLES = sorted((ROOT / "sample_incidents").glob("*.toml"))


def replaying(tmp_path: Path, sample: Incident, clock: ReplayClock) -> WarRoom:
    """The demo of a sample, which keeps what it writes below `tmp_path`."""
    base = Session(
        settings=Settings(),
        places=Places("", str(tmp_path / "mine"), str(tmp_path / "state")),
        author="ana",
        theme_directories=(ROOT / "themes",),
    )
    app = WarRoom(demo_session(base, sample, tmp_path / "demo", clock, new_id))
    app.demo = Demo(app, sample, clock)
    return app


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.stem))
async def test_a_sample_is_told_from_beginning_to_end(tmp_path: Path, path: Path) -> None:
    sample = Store(path).load()
    told = story(sample)
    clock = ReplayClock(told.begins - timedelta(seconds=1), 1.0)
    app = replaying(tmp_path, sample, clock)
    async with driven(app, FakeTime(), tmp_path / "demo" / "incidents", (120, 40)) as room:
        await room.until(lambda: app.ready and app.room is not None, "begun")
        await room.press("demo.faster")
        assert room.said == "2 times as fast as it was"
        await room.press("demo.pause")
        assert room.said == "paused: ^T goes on"
        await room.press("demo.slower")
        assert room.said == "paused: ^T goes on, as fast as it was"
        await room.press("demo.pause")
        assert room.said == "it goes on, as fast as it was"
        clock.change(speed=120)
        length = (told.ends - told.begins).total_seconds()
        clock._start += timedelta(seconds=length)  # the end of the story, at once
        await room.until(lambda: len(room.incident.entries) == len(told.steps), "told")
        await room.until(lambda: room.incident.postmortem.root_cause == sample.postmortem.root_cause, "written")
        await room.saved()
        assert [e.text for e in room.on_disk.entries] == [e.text for _, e in told.steps]
        assert room.on_disk.impact == sample.impact
        await room.silence()
        await room.until(lambda: room.said.startswith("That was all"), "over")
    assert not (tmp_path / "mine").exists()


def test_the_clock_of_the_demo_changes_its_pace_without_a_jump() -> None:
    real = FakeTime()
    clock = ReplayClock(real.at, 10, real)
    real.advance(seconds=6)
    assert clock() - (real.at - timedelta(seconds=6)) == timedelta(seconds=60)
    before = clock()
    clock.change(paused=True)
    real.advance(seconds=100)
    assert clock() == before
    clock.change(paused=False, speed=1)
    real.advance(seconds=5)
    assert clock() == before + timedelta(seconds=5)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.stem))
def test_a_sample_is_told_within_a_minute_and_without_long_waits(path: Path) -> None:
    told = story(Store(path).load())
    moments = told.shortened(timedelta(seconds=50))
    waits = [later[0] - earlier[0] for earlier, later in pairwise(moments)]
    assert [moment for _, moment in moments] == sorted({at for at, _ in told.steps})
    assert all(timedelta(seconds=4) <= wait <= timedelta(seconds=9) for wait in waits)
    assert timedelta(seconds=25) <= moments[-1][0] <= timedelta(seconds=60)


def test_a_clock_of_shortened_waits_reaches_each_moment_at_its_time() -> None:
    real = FakeTime()
    begins = real.at
    moments = [(timedelta(0), begins), (timedelta(seconds=4), begins + timedelta(seconds=2))]
    moments.append((timedelta(seconds=8), begins + timedelta(hours=1)))
    clock = ReplayClock(begins - timedelta(seconds=4), 1.0, real, moments)
    assert clock() == begins - timedelta(seconds=2)  # before the first, as between the first two
    real.advance(seconds=4)
    assert clock() == begins
    real.advance(seconds=4)
    assert clock() == moments[1][1]
    clock.change(speed=2.0)
    assert clock() == moments[1][1]
    assert clock.pace == "2 times as fast as before"
    real.advance(seconds=2)
    assert clock() == moments[2][1]
    real.advance(seconds=1)
    assert clock() == moments[2][1] + timedelta(seconds=2)
    clock.change(paused=True)
    real.advance(seconds=9)
    assert clock() == moments[2][1] + timedelta(seconds=2)


async def test_the_demo_tells_a_stranger_what_to_do_and_adds_nothing_to_another_incident(tmp_path: Path) -> None:
    sample = Store(SAMPLES[0]).load()
    begins = story(sample).begins
    clock = ReplayClock(begins - timedelta(minutes=5), 1.0)
    app = replaying(tmp_path, sample, clock)
    async with driven(app, FakeTime(), tmp_path / "demo" / "incidents", (80, 24)) as room:
        await room.until(lambda: app.ready and room.said.startswith("A record told again"), "begun")
        await room.press("demo.pause")
        await room.until(lambda: "paused: ^T goes on" in room.frame, "paused")
        await room.press("demo.pause")
        await room.press("incident.declare")
        await room.write("another")
        await room.key("enter")
        await room.until(
            lambda: app.room is not None and app.room.incident.fields.title.endswith("another"), "declared"
        )
        clock._start += timedelta(hours=5)
        later = clock()
        await room.until(lambda: app.board.at >= later, "told on")  # in one go with what it has to tell
        assert not any(entry.text == sample.entries[0].text for entry in room.incident.entries)


def test_hints_fit_the_smallest_common_terminal() -> None:
    keys = {command.id: command.keys for command in COMMANDS}
    assert max(len(with_keys(words, keys)) for words in (*(words for _, words in demo._HINTS), demo._OVER)) < 80
