"""The demo tells each sample to its end, and writes nothing but its own folder."""

from datetime import timedelta
from pathlib import Path

import pytest
from driver import ROOT, Driver, FakeTime

from warroom.config.settings import Settings
from warroom.files.places import Places
from warroom.files.store import Store
from warroom.incident.replay import story
from warroom.tui import demo
from warroom.tui.app import WarRoom
from warroom.tui.demo import Demo, ReplayClock, demo_session
from warroom.tui.session import Session, new_id

SAMPLES = sorted((ROOT / "sample_incidents").glob("*.toml"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.stem))
async def test_a_sample_is_told_from_beginning_to_end(tmp_path: Path, path: Path) -> None:
    sample = Store(path).load()
    told = story(sample)
    clock = ReplayClock(told.begins - timedelta(seconds=1), 1.0)
    base = Session(
        settings=Settings(),
        places=Places("", str(tmp_path / "mine"), str(tmp_path / "state")),
        author="ana",
        theme_directories=(ROOT / "themes",),
    )
    app = WarRoom(demo_session(base, sample, tmp_path / "demo", clock, new_id))
    app.demo = Demo(app, sample, clock)
    async with app.run_test(size=(120, 40)) as pilot:
        room = Driver(app, pilot, FakeTime(), tmp_path / "demo" / "incidents")
        await room.until(lambda: app.ready and app.room is not None, "begun")
        await room.press("demo.faster")
        assert "2 times as fast" in room.said
        clock.change(speed=120)
        length = (told.ends - told.begins).total_seconds()
        clock._start += timedelta(seconds=length)  # the end of the story, at once
        await room.until(lambda: len(room.incident.entries) == len(told.steps), "told")
        await room.until(lambda: room.incident.postmortem.root_cause == sample.postmortem.root_cause, "written")
        await room.saved()
        assert [e.text for e in room.on_disk.entries] == [e.text for _, e in told.steps]
        assert room.on_disk.impact == sample.impact
        await room.until(lambda: room.said.startswith("That was all"), "over")
        app.exit()
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


async def test_the_demo_tells_a_stranger_what_to_do_and_adds_nothing_to_another_incident(tmp_path: Path) -> None:
    sample = Store(SAMPLES[0]).load()
    begins = story(sample).begins
    clock = ReplayClock(begins - timedelta(minutes=5), 1.0)
    base = Session(
        settings=Settings(),
        places=Places("", str(tmp_path / "mine"), str(tmp_path / "state")),
        author="ana",
        theme_directories=(ROOT / "themes",),
    )
    app = WarRoom(demo_session(base, sample, tmp_path / "demo", clock, new_id))
    app.demo = Demo(app, sample, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        room = Driver(app, pilot, FakeTime(), tmp_path / "demo" / "incidents")
        await room.until(lambda: app.ready and room.said.startswith("A record told again"), "begun")
        await room.press("demo.pause")
        await room.until(lambda: "paused: ctrl+t goes on" in room.frame, "paused")
        await room.press("demo.pause")
        await room.press("incident.declare")
        await room.write("another")
        await room.key("enter")
        await room.until(
            lambda: app.room is not None and app.room.incident.fields.title.endswith("another"), "declared"
        )
        clock._start += timedelta(hours=5)
        await room.until(lambda: any(service.state == "up" for service in app.board.services), "looked on")
        await pilot.pause(0.5)
        assert not any(entry.text == sample.entries[0].text for entry in room.incident.entries)
        app.exit()


def test_hints_fit_the_smallest_common_terminal() -> None:
    assert max(len(words) for words in (*(words for _, words in demo._HINTS), demo._OVER)) < 80
