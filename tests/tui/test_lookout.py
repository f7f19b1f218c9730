"""Beside the screen something looks at the services: asked again by key, told anew by a saved warroom.toml."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from driver import Driver, entry, open_room

from warroom.config.settings import load
from warroom.config.stamps import new_id
from warroom.incident.model import Fields, Incident
from warroom.tui import lookout

MISTAKEN = '[[service]]\nname = "x"\ntcp = "127.0.0.1:1"\nmust = ["status == 200"]\n'
"""What reads well, and is no condition for its kind."""
OUTAGE = Incident(Fields("2026-11-21-outage", "Outage"))


def service(name: str, mark: Path) -> str:
    """A service that is up while a file is there, else degraded; it is looked at where somebody asks."""
    often = 'every = "1h"\ntimeout = "60s"\nfall = 1\nrise = 1\n'
    return f'[[service]]\nname = "{name}"\ncmd = ["test", "-e", "{mark}"]\n{often}'


@asynccontextmanager
async def watching(tmp_path: Path, text: str, incident: Incident | None = None) -> AsyncIterator[Driver]:
    config = tmp_path / "warroom.toml"
    config.write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookout, "_LOOK_AT_FILE", 0.01)
        patch.setattr("warroom.monitor.guard._STALL", 3600.0)  # a busy machine is no gap in the watch
        async with open_room(tmp_path, incident, settings=load(config), watch=True, new_id=new_id) as room:
            yield room


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    found = tmp_path / "mark"
    found.touch()
    return found


def fail(mark: Path) -> None:
    mark.unlink()


def states(room: Driver) -> dict[str, str]:
    return {found.name: found.state for found in room.app.board.services}


async def test_a_key_looks_at_all_services_now_and_the_record_has_what_was_seen(tmp_path: Path, mark: Path) -> None:
    async with watching(tmp_path, service("api", mark), OUTAGE) as room:
        await room.until(lambda: states(room) == {"api": "up"}, "up")
        fail(mark)
        await room.press("service.recheck")
        assert room.said == "checking all services now"
        await room.until(lambda: states(room) == {"api": "degraded"}, "degraded")
        await room.saved()
        assert [(found.service, found.state, found.source) for found in room.on_disk.entries] == [
            ("api", "degraded", "monitor")
        ]


async def test_a_saved_warroom_toml_is_taken_over_while_the_room_is_open(tmp_path: Path, mark: Path) -> None:
    async with watching(tmp_path, service("api", mark)) as room:
        await room.until(lambda: states(room) == {"api": "up"}, "up")
        (tmp_path / "warroom.toml").write_text(service("api", mark) + service("shop", tmp_path / "none"))
        await room.until(lambda: states(room) == {"api": "up", "shop": "degraded"}, "both")
        await room.until(lambda: [found.name for found in room.app.session.settings.services] == ["api", "shop"])


async def test_a_warroom_toml_is_not_taken_over_while_it_is_being_written(tmp_path: Path, mark: Path) -> None:
    config = tmp_path / "warroom.toml"
    looks: list[object] = []

    def growing(_: Path) -> tuple[int, int, int]:
        looks.append(None)
        return (0, len(looks), 0)

    async with watching(tmp_path, service("api", mark)) as room:
        await room.until(lambda: states(room) == {"api": "up"}, "up")
        (known,) = room.app.board.services
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lookout, "_stamp", growing)
            config.write_text("")
            await room.until(lambda: len(looks) > 3, "looked at while it grows")
            config.write_text(service("api", mark) + service("shop", mark))
        await room.until(lambda: states(room) == {"api": "up", "shop": "up"}, "both")
        assert known.since in [found.since for found in room.app.board.services], "looked at all the time"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[service]]\nname = \n", "warroom.toml:2"),
        (MISTAKEN, "warroom.toml:4"),
    ],
)
async def test_a_mistake_in_it_is_told_and_the_old_services_stay(
    tmp_path: Path, mark: Path, text: str, told: str
) -> None:
    async with watching(tmp_path, service("api", mark)) as room:
        await room.until(lambda: states(room) == {"api": "up"}, "up")
        (tmp_path / "warroom.toml").write_text(text)
        await room.until(lambda: told in room.said, told)
        await room.until(lambda: told in room.app.board.problem)
        fail(mark)
        await room.press("service.recheck")
        await room.until(lambda: states(room) == {"api": "degraded"}, "still looked at")
        (tmp_path / "warroom.toml").write_text(service("shop", tmp_path / "none"))
        await room.until(lambda: states(room) == {"shop": "degraded"}, "mended")
        assert room.app.board.problem == ""


async def test_a_warroom_toml_that_is_gone_is_told_and_the_old_services_stay(tmp_path: Path, mark: Path) -> None:
    async with watching(tmp_path, service("api", mark)) as room:
        await room.until(lambda: states(room) == {"api": "up"}, "up")
        (tmp_path / "warroom.toml").unlink()
        await room.until(lambda: "warroom.toml" in room.said, "told")
        assert states(room) == {"api": "up"}


async def test_a_mistake_that_only_its_kind_finds_is_told_at_the_start_and_the_room_opens(tmp_path: Path) -> None:
    async with watching(tmp_path, MISTAKEN, OUTAGE) as room:
        await room.until(lambda: "warroom.toml:4" in room.app.board.problem, "told")
        assert {"cpu", "memory"} <= states(room).keys(), "it looks at this host meanwhile"
        assert "x" not in states(room)
        await room.log("entry.note", "logging goes on")
        await room.saved()
        assert room.logged == [("note", "logging goes on")]


async def test_nothing_is_checked_before_anything_is_looked_at(tmp_path: Path) -> None:
    async with open_room(tmp_path) as room:
        await room.press("service.recheck")
        assert room.said == "nothing is being checked yet"


async def until_told(room: Driver, text: str) -> None:
    """Until the last entry on disk says so; a second passes as often as it is looked."""

    def said() -> bool:
        room.app._tick()
        return [entry.text for entry in room.on_disk.entries][-1:] == [text]

    await room.until(said, text)


async def test_a_service_that_has_gone_from_the_configuration_does_not_stay_down_in_the_record(
    tmp_path: Path, mark: Path
) -> None:
    down = entry("backend DOWN", kind="health", service="backend", state="down", source="monitor")
    async with watching(tmp_path, service("api", mark), replace(OUTAGE, entries=(down,))) as room:
        await until_told(room, "backend no longer watched, was DOWN")
        await room.until(lambda: states(room) == {"api": "up"}, "up")
        fail(mark)
        await room.press("service.recheck")
        await room.until(lambda: states(room) == {"api": "degraded"}, "degraded")
        (tmp_path / "warroom.toml").write_text("[[service]]\nname = \n")
        await room.until(lambda: room.app.board.problem, "a mistake, which takes nothing away")
        (tmp_path / "warroom.toml").write_text(service("shop", tmp_path / "warroom.toml"))
        await until_told(room, "api no longer watched, was DEGRADED")
        told = {entry.service: entry.state for entry in room.on_disk.entries}
        assert told == {"backend": "unknown", "api": "unknown"}
