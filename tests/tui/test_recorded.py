"""What is seen of the services, and which record is told of it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from driver import START, Driver, entry, open_room

from warroom.config.settings import read
from warroom.files.lease import Lease
from warroom.files.store import create
from warroom.health.board import Board, ServiceStatus
from warroom.health.machine import Transition
from warroom.incident.kinds import Status
from warroom.incident.model import Entry, Fields, Incident
from warroom.tui.lookout import Lookout

OUTAGE = Incident(
    Fields(id="2026-11-21-outage", title="Backend outage", severity="sev2"), entries=(entry("graph went down"),)
)
DOWN = entry("backend DOWN", kind="health", service="backend", state="down", source="monitor")
UP = replace(DOWN, id="up", text="backend UP", state="up")
FAILING = replace(OUTAGE, entries=(DOWN,))
FOUND_WELL = Transition("state", "unknown", "up", START, START)


def ticks(room: Driver, count: int = 1) -> None:
    for _ in range(count):
        room.app._tick()


async def until_written(room: Driver, *texts: str) -> None:
    """Until these are the last entries in the file."""
    await room.until(lambda: [text for _, text in room.logged][-len(texts) :] == [*texts], f"{texts}")


async def test_what_flaps_is_told_though_the_record_says_the_same_state(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        room.app.saw(replace(UP, text="FLAPPING"), Transition("flapping", "up", "up", START, START))
        room.app.saw(replace(UP, id="over", text="steady"), Transition("steady", "up", "up", START, START))
        await until_written(room, "graph went down", "FLAPPING", "steady")


async def test_what_came_back_while_nobody_looked_is_told_when_it_is_found_well(tmp_path: Path) -> None:
    async with open_room(tmp_path, FAILING) as room:
        room.app.saw(replace(UP, service="postgres", text="postgres UP"), FOUND_WELL)
        room.app.saw(UP, FOUND_WELL)
        await until_written(room, "backend DOWN", "backend UP")


async def test_a_room_opened_again_tells_how_long_the_trouble_lasted_by_the_record(tmp_path: Path) -> None:
    async with open_room(tmp_path, FAILING) as room:
        seen = START + timedelta(minutes=4)
        back = Transition("state", "down", "up", seen + timedelta(minutes=1), seen, trouble_since=seen)
        room.app.saw(replace(UP, text="backend back UP after 1 min"), back)
        await until_written(room, "backend DOWN", "backend back UP after 5 min")


@pytest.mark.parametrize(("entries", "offered"), [((DOWN, UP), "was failing"), ((DOWN,), "is failing"), ((), "")])
async def test_when_it_began_is_offered_from_the_record_where_nothing_fails_any_more(
    tmp_path: Path, entries: tuple[Entry, ...], offered: str
) -> None:
    over = tuple(replace(found, at=START - timedelta(minutes=4 - place)) for place, found in enumerate(entries))
    async with open_room(tmp_path, replace(OUTAGE, entries=over)) as room:
        await room.press("mark.started")
        assert room.composing == (f"@19:43:15 backend {offered}" if offered else "")


async def test_what_is_found_well_begins_no_record(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        room.app.saw(replace(UP, service="postgres", text="postgres UP"), FOUND_WELL)
        room.app.saw(DOWN)
        status = ServiceStatus("backend", "tcp", "x:1", state="down", trouble_since=START)
        await room.show(Board(START, (status,)))
        await room.press("incident.declare")
        await room.key("enter")
        await room.until(lambda: room.app.room is not None)
        await until_written(room, "backend DOWN")
        assert len(room.logged) == 1


async def test_a_title_that_is_typed_takes_the_place_of_the_one_that_is_offered(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        down = ServiceStatus("backend", "tcp", "x:1", state="down", trouble_since=START)
        await room.show(Board(START, (down,)))
        await room.press("incident.declare")
        assert room.composing == "backend down"
        await room.write("Nobody can log in")
        assert room.composing == "Nobody can log in"


@pytest.mark.parametrize("status", ["closed", "cancelled", "resolved"])
async def test_a_record_that_is_over_is_only_read(tmp_path: Path, status: Status) -> None:
    over = replace(FAILING, fields=replace(FAILING.fields, status=status))
    path = create(tmp_path / "incidents", over)
    written = path.read_bytes()
    before = Lease(path, "ben")
    assert before.try_acquire(START - timedelta(hours=1))
    before.release()
    async with open_room(tmp_path, path=str(path)) as room:
        room.app.saw(UP, FOUND_WELL)
        room.app.saw(replace(DOWN, id="now", text="backend DOWN again"))
        down = ServiceStatus("backend", "tcp", "x:1", state="down", trouble_since=START)
        await room.show(Board(START, (down,)))
        assert "backend DOWN: N declares an incident" in room.frame
        ticks(room, 5)
        await room.press("incident.declare")
        await room.key("enter")
        await room.until(lambda: room.incident.open)
        await until_written(room, "backend DOWN again")
    assert path.read_bytes() == written


async def test_a_trouble_may_end_after_its_incident_is_resolved(tmp_path: Path) -> None:
    async with open_room(tmp_path, FAILING) as room:
        ticks(room)
        await room.log("mark.resolved", "restarted")
        await room.until(lambda: not room.incident.open)
        room.app.saw(replace(DOWN, id="new", service="postgres", text="postgres DOWN"))
        room.app.saw(UP)
        await until_written(room, "backend DOWN", "restarted", "backend UP")


async def test_who_takes_over_the_watch_tells_what_nobody_wrote(tmp_path: Path) -> None:
    path = create(tmp_path / "incidents", OUTAGE)
    killed = Lease(path, "ben")
    assert killed.try_acquire(START)
    async with open_room(tmp_path, path=str(path)) as room:
        lookout = room.app.lookout = Lookout(room.app)
        down = ServiceStatus("backend", "tcp", "x:1", state="down", since=START, why="refused")
        lookout._monitor = Seen(Board(START, (down,)))  # type: ignore[assignment]
        room.app.saw(DOWN)
        ticks(room, 5)
        assert room.said.startswith("another room (ben) records what is seen")
        assert len(room.incident.entries) == 1
        killed.release()
        ticks(room, 5)
        assert room.said == "what is seen is recorded by this room from now on"
        await until_written(room, "graph went down", "backend DOWN since 2026-11-21 19:47:15 UTC: refused")


async def test_that_another_room_records_is_told_once_what_stands_there_was_read(tmp_path: Path) -> None:
    path = create(tmp_path / "incidents", OUTAGE)
    other = Lease(path, "ben")
    assert other.try_acquire(START)
    async with open_room(tmp_path, path=str(path)) as room:
        room.app.say("set aside; key n brings it back")
        ticks(room, 2)
        assert room.said == "set aside; key n brings it back"
        await room.silence()
        ticks(room)
        assert room.said.startswith("another room (ben) records what is seen")
    other.release()


async def test_that_the_clock_was_set_back_is_told(tmp_path: Path) -> None:
    async with open_room(tmp_path, OUTAGE) as room:
        ticks(room)
        room.time.advance(hours=-1)
        ticks(room, 2)
        assert room.said == "the clock of this host went back by 1 h: new entries stand among older ones"


@pytest.mark.parametrize(
    ("services", "status", "held", "told"),
    [
        ("backend", "investigating", "", "2026-11-21-outage is still investigating, and health is no longer recorded"),
        ("backend", "resolved", "", ""),
        ("backend", "investigating", "ben", ""),
        ("", "investigating", "", ""),
    ],
)
async def test_whoever_leaves_an_open_incident_is_told_what_ends_with_the_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, services: str, status: Status, held: str, told: str
) -> None:
    path = create(tmp_path / "incidents", replace(OUTAGE, fields=replace(OUTAGE.fields, status=status)))
    other = Lease(path, held)
    if held:
        assert other.try_acquire(START)
    settings = read(f'[[service]]\nname = "{services}"\ntcp = "x:1"'.encode() if services else b"", tmp_path)
    left: list[object] = []
    async with open_room(tmp_path, path=str(path), settings=settings) as room:
        with monkeypatch.context() as patch:
            patch.setattr(room.app, "exit", left.append)
            await room.press("quit")
            await room.until(lambda: left == [0], "left")
        assert room.app.farewell.partition(" by this room")[0] == told
    other.release()


async def test_why_nothing_is_recorded_is_told(tmp_path: Path) -> None:
    path = create(tmp_path / "incidents", OUTAGE)
    (tmp_path / "incidents" / f".{path.name}.lease").mkdir()
    async with open_room(tmp_path, path=str(path)) as room:
        ticks(room, 2)
        await room.until(lambda: "what is seen is not recorded: " in room.said)


@dataclass
class Seen:
    """A monitor that has seen what its board says."""

    board: Board
