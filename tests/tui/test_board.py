"""The board on screen: trouble first, groups, filter, the details of the chosen service, its menu."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from driver import START, open_room
from warroom.config.settings import Settings, read
from warroom.health.board import Board, ServiceStatus
from warroom.health.history import History
from warroom.health.machine import State
from warroom.health.results import Level

_LEVELS: dict[State, Level] = {"up": Level.OK, "down": Level.CRIT, "degraded": Level.WARN, "unknown": Level.UNKNOWN}


def service(name: str, state: State = "up", group: str = "", **more: object) -> ServiceStatus:
    history = History()
    history.add(START, _LEVELS[state], 0.02)
    since = START - timedelta(minutes=2)
    known = {"since": since, "trouble_since": None if state == "up" else since, "history": history, "why": f"{state}!"}
    return ServiceStatus(name, "http", f"http://{name}/", group=group, state=state, **{**known, **more})  # type: ignore[arg-type]


def board(services: Iterable[ServiceStatus]) -> Board:
    return Board(START, tuple(services))


def grouped(count: int, bad: Iterable[int] = ()) -> Board:
    """`count` services in three groups."""
    groups = ("core", "edge", "mail")
    down = set(bad)
    return board(service(f"{groups[n % 3]}-{n:03}", "down" if n in down else "up", groups[n % 3]) for n in range(count))


def settings(tmp_path: Path) -> Settings:
    return read(b'[[service]]\nname = "api"\ntcp = "127.0.0.1:1"\n', tmp_path / "warroom.toml")


async def test_trouble_stands_first_under_a_heading_with_the_axis(tmp_path: Path) -> None:
    async with open_room(tmp_path, size=(80, 24), settings=settings(tmp_path)) as room:
        await room.show(board([service("ok"), service("slow", "degraded"), service("broken", "down")]))
        await room.press("pane.health")
        top = next(place for place, line in enumerate(room.lines) if "state for" in line)
        assert room.lines[top].endswith("now")
        assert "-12m" in room.lines[top]
        assert [line.split()[1] for line in room.lines[top + 1 : top + 4]] == ["broken", "slow", "ok"]
        assert "broken  DOWN since 19:45:15  http http://broken/" in room.frame


async def test_the_worst_is_chosen_until_somebody_chooses(tmp_path: Path) -> None:
    async with open_room(tmp_path, settings=settings(tmp_path)) as room:
        await room.press("pane.health")
        shown = room.app.room_screen.board
        await room.show(board([service("a"), service("b"), service("c")]))
        assert shown.selected == "a"
        await room.show(board([service("a"), service("b"), service("c", "down")]))
        assert shown.selected == "c"
        await room.press("move.down")
        assert shown.selected == "a"
        await room.show(board([service("a"), service("b", "down"), service("c", "down")]))
        assert shown.selected == "a"
        await room.press("move.first")
        await room.show(board([service("a"), service("b", "down"), service("c")]))
        assert shown.selected == "b"
        await room.show(board([]))
        assert shown.selected is None


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_hundreds_of_services_stand_in_groups_closed_but_for_what_is_in_trouble(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with open_room(tmp_path, size=size, settings=settings(tmp_path)) as room:
        await room.show(grouped(300, bad=[4, 7]))
        await room.press("pane.health")
        rows = [line.split("▏")[0] for line in room.lines]
        names = [line.split()[1] for line in rows if line[:1] and line[0] in "▸▾✖✔"]
        assert names == ["edge", "edge-004", "edge-007", "core", "mail"]
        edge = next(line for line in rows if line.startswith("▸ edge"))
        assert "DOWN" in edge
        assert "█" in edge
        assert "2 down" in edge


async def test_enter_opens_a_group_and_closes_it(tmp_path: Path) -> None:
    async with open_room(tmp_path, size=(80, 24), settings=settings(tmp_path)) as room:
        await room.show(grouped(60, bad=[1]))
        await room.press("pane.health")
        view = room.app.room_screen.board
        await room.press("move.last")
        assert (view.selected_group, view.selected) == ("mail", None)
        await room.press("entry.edit")
        assert "▾ mail" in room.frame
        await room.press("move.down")
        assert view.selected == "mail-002"
        await room.press("move.up")
        await room.press("entry.edit")
        assert "mail-002" not in room.frame


async def test_going_to_the_last_of_many_shows_it_over_its_details(tmp_path: Path) -> None:
    async with open_room(tmp_path, size=(80, 24), settings=settings(tmp_path)) as room:
        await room.show(board(service(f"s{n:03}") for n in range(100)))
        await room.press("pane.health")
        await room.press("move.last")
        lines = [line for line in room.lines if line.startswith("✔")]
        assert lines[-1].split()[1] == "s099"
        assert "s099  UP since" in room.frame
        for _ in range(3):
            await room.press("move.page-up")
        assert room.app.room_screen.board.selected is not None
        assert f"{room.app.room_screen.board.selected}  UP since" in room.frame


async def test_a_filter_finds_by_name_group_and_state_and_esc_shows_all(tmp_path: Path) -> None:
    async with open_room(tmp_path, size=(80, 24), settings=settings(tmp_path)) as room:
        await room.show(grouped(60, bad=[4]))
        await room.press("pane.health")
        await room.press("filter")
        await room.write("mail")
        assert "20 of 60 match 'mail'" in room.frame
        assert "edge" not in room.frame
        await room.key("enter")
        assert "20 of 60 match 'mail'" in room.frame
        await room.press("back")
        assert "match" not in room.frame
        await room.press("filter")
        await room.write("down")
        assert "1 of 60 match" in room.frame
        assert "edge-004" in room.frame


async def test_the_strip_above_the_timeline_has_the_same_axis(tmp_path: Path) -> None:
    async with open_room(tmp_path, size=(80, 24), settings=settings(tmp_path)) as room:
        await room.show(board([service("ok"), service("broken", "down")]))
        top = next(line for line in room.lines if "1 down · 1 up" in line)
        assert "-12m" in top
        assert top.endswith("now")
