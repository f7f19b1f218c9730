"""The board on screen: trouble first, groups, filter, the details of the chosen service, its menu."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from driver import START, Driver, open_room

from warroom.config.settings import Settings, load, read
from warroom.health.board import Board, ServiceStatus
from warroom.health.history import History
from warroom.health.machine import Rules
from warroom.health.observer import Notice
from warroom.health.results import Level, Result
from warroom.health.states import State
from warroom.incident.model import Fields, Incident
from warroom.monitor import Monitor, SystemClock
from warroom.probes import Definition, Resources
from warroom.tui.app import WarRoom
from warroom.tui.lookout import Lookout
from warroom.tui.widgets.board import BoardView

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


def incident() -> Incident:
    return Incident(Fields(id="2026-11-21-outage", title="Outage", timezone="UTC"))


def settings(tmp_path: Path) -> Settings:
    return read(b'[[service]]\nname = "api"\ntcp = "127.0.0.1:1"\n', tmp_path / "warroom.toml")


def selected(view: BoardView) -> str | None:
    """The name of the service that is chosen."""
    chosen = view.selected_service
    return None if chosen is None else chosen.name


async def test_trouble_stands_first_under_a_heading_with_the_axis(tmp_path: Path) -> None:
    async with open_room(tmp_path, size=(80, 24), settings=settings(tmp_path)) as room:
        await room.show(board([service("ok"), service("slow", "degraded"), service("broken", "down")]))
        await room.press("pane.health")
        top = next(place for place, line in enumerate(room.lines) if "state for" in line)
        assert room.lines[top].endswith("now")
        assert "-12m" in room.lines[top]
        assert [line.split()[1] for line in room.lines[top + 1 : top + 4]] == ["broken", "slow", "ok"]
        assert "broken  DOWN since 19:45:15  http http://broken/" in room.frame


async def test_how_to_add_services_stands_whole_on_a_small_screen_that_watches_its_host_alone(tmp_path: Path) -> None:
    async with open_room(tmp_path, size=(80, 24)) as room:
        await room.show(board(service(name) for name in ("cpu", "memory", "disk /", "load")))
        await room.press("pane.health")
        parts = ("[[service]]", "http = ", "warroom init", "cpu  UP")
        await room.until(lambda: all(part in room.frame for part in parts))


async def test_the_worst_is_chosen_until_somebody_chooses(tmp_path: Path) -> None:
    async with open_room(tmp_path, settings=settings(tmp_path)) as room:
        await room.press("pane.health")
        shown = room.app.room_screen.board
        await room.show(board([service("a"), service("b"), service("c")]))
        assert selected(shown) == "a"
        await room.show(board([service("a"), service("b"), service("c", "down")]))
        assert selected(shown) == "c"
        await room.press("move.down")
        assert selected(shown) == "a"
        await room.show(board([service("a"), service("b", "down"), service("c", "down")]))
        assert selected(shown) == "a"
        await room.press("move.first")
        await room.show(board([service("a"), service("b", "down"), service("c")]))
        assert selected(shown) == "b"
        await room.show(board([]))
        assert selected(shown) is None


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
        assert (view.selected_group, selected(view)) == ("mail", None)
        await room.press("entry.edit")
        assert "▾ mail" in room.frame
        await room.press("move.down")
        assert selected(view) == "mail-002"
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
        assert selected(room.app.room_screen.board)
        assert f"{selected(room.app.room_screen.board)}  UP since" in room.frame


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
        assert room.app.room_screen.pane == "health"
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


class RoomTime(SystemClock):
    """The time that the room knows."""

    def __init__(self, app: WarRoom) -> None:
        self._app = app

    def now(self) -> datetime:
        return self._app.clock()


class Watching:
    """A lookout with a monitor that never runs, to be asked what was wanted of it; its time is the room's."""

    def __init__(self, app: WarRoom, *names: str) -> None:
        self.lookout = Lookout(app)
        self.monitor = Monitor([Quiet(name) for name in names or ("api",)], RoomTime(app))
        self.lookout._monitor = self.monitor
        self.monitor.on_transition(self.lookout._transition)
        app.lookout = self.lookout

    def api(self) -> ServiceStatus:
        found = self.monitor.board.service("api")
        assert found is not None
        return found


@dataclass(frozen=True)
class Quiet:
    """A probe that is never run."""

    name: str

    @property
    def definition(self) -> Definition:
        return Definition(self.name, "tcp", "127.0.0.1:1", self.name, Rules(), runbook="https://wiki.internal/api")

    async def run(self, at: datetime) -> Result:
        raise AssertionError("nobody looks")


async def menu(room: Driver, service: ServiceStatus, *keys: str) -> None:
    """The menu of the one service on the board, and what is pressed in it."""
    await room.show(board([service]))
    await room.press("pane.health")
    await room.press("entry.edit")
    for key in keys:
        await room.key(key)


async def test_pause_has_an_end_and_is_taken_back(tmp_path: Path) -> None:
    async with open_room(tmp_path, settings=settings(tmp_path)) as room:
        watching = Watching(room.app)
        await menu(room, service("api"), "p", "2")
        assert room.said == "api is paused for 30 min"
        assert watching.api().state == "paused"
        assert watching.api().paused_until == START + timedelta(minutes=30)
        await menu(room, watching.api(), "p")
        assert room.said == "api is looked at again"
        assert watching.api().state == "unknown"
        await menu(room, service("api"), "p", "0")
        assert watching.api().paused_until is None
        assert watching.api().state == "paused"


async def test_a_pause_stands_in_the_record(tmp_path: Path) -> None:
    async with open_room(tmp_path, incident(), settings=settings(tmp_path)) as room:
        watching = Watching(room.app)
        await menu(room, service("api"), "p", "2")
        await menu(room, watching.api(), "p")
        await menu(room, service("api"), "p", "0")
        await room.until(lambda: len(room.logged) == 3)
        assert room.logged == [
            ("health", "api paused, not observed until 2026-11-21 20:17:15 UTC"),
            ("action", "api: looked at again"),
            ("health", "api paused, not observed until somebody resumes it"),
        ]
        assert {entry.by for entry in room.incident.entries} == {room.app.author}


async def test_what_is_paused_can_not_be_looked_at_now(tmp_path: Path) -> None:
    async with open_room(tmp_path, incident(), settings=settings(tmp_path)) as room:
        watching = Watching(room.app)
        await menu(room, service("api"))
        assert "recheck now" in room.frame
        await room.key("p")
        await room.key("2")
        await menu(room, watching.api())
        assert "look at it again" in room.frame
        assert "recheck now" not in room.frame


@pytest.mark.parametrize("keys", ["r", "p", "m"])
async def test_what_nobody_looks_at_here_is_not_said_to_be_changed(tmp_path: Path, keys: str) -> None:
    async with open_room(tmp_path, incident(), settings=settings(tmp_path)) as room:
        Watching(room.app)
        await menu(room, service("gone"), *keys)
        assert room.said == "nothing looks at gone here, so that changes nothing"
        assert room.incident.entries == ()


async def test_what_is_down_in_maintenance_offers_no_incident(tmp_path: Path) -> None:
    async with open_room(tmp_path, settings=settings(tmp_path)) as room:
        await room.show(board([service("api", "down")]))
        assert "api DOWN: N declares an incident" in room.frame
        await room.show(board([replace(service("api", "down"), maintenance="upgrade")]))
        assert "DOWN: N declares" not in room.frame


async def test_maintenance_has_a_length_and_a_reason_and_stands_in_the_record(tmp_path: Path) -> None:
    async with open_room(tmp_path, incident(), settings=settings(tmp_path)) as room:
        watching = Watching(room.app)
        await menu(room, service("api"), "m", "o")
        await room.write("soon")
        await room.key("enter")
        assert "is not a duration" in room.said
        assert room.composing == "soon"
        for _ in "soon":
            await room.key("backspace")
        await room.write("45m new disk")
        await room.key("enter")
        assert watching.api().maintenance == "new disk"
        await menu(room, watching.api(), "m")
        assert watching.api().maintenance is None
        await room.saved()
        assert room.logged == [
            ("action", "api: maintenance for 45 min, new disk"),
            ("action", "api: end of maintenance"),
        ]


async def test_what_is_seen_is_logged_with_its_evidence(tmp_path: Path) -> None:
    known = service(
        "api", "down", evidence=(("last", "refused"), ("first bad", "refused, too")), phases=(("connect", 0.002),)
    )
    async with open_room(tmp_path, incident(), settings=settings(tmp_path)) as room:
        await menu(room, known, "l")
        assert room.composing == "api is DOWN: down!"
        await room.key("enter")
        await room.saved()
        (entry,) = room.on_disk.entries
        assert (entry.kind, entry.service, entry.text) == ("observation", "api", "api is DOWN: down!")
        assert [(piece.label, piece.text) for piece in entry.evidence] == [
            ("last", "refused"),
            ("first bad", "refused, too"),
            ("phases", "connect 2.0 ms"),
        ]


async def test_the_menu_declares_where_nothing_is_open(tmp_path: Path) -> None:
    async with open_room(tmp_path, settings=settings(tmp_path)) as room:
        await menu(room, service("api", "down"), "n")
        assert room.composing == "api down"


async def test_details_have_all_and_the_runbook_is_copied_without_a_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    known = service("api", evidence=(("body", "word " * 200 + "end"),), runbook="https://wiki.internal/api")
    async with open_room(tmp_path, settings=settings(tmp_path)) as room:
        await menu(room, known, "d")
        assert "end" in room.frame
        await room.key("q")
        await menu(room, known, "o")
        assert room.said.startswith("copied")
        assert room.app.clipboard == "https://wiki.internal/api"


async def test_what_is_down_untold_stands_in_the_record_that_is_declared(tmp_path: Path) -> None:
    """Where nearly everything fails at once one notice is told, and no service by itself."""
    async with open_room(tmp_path, settings=settings(tmp_path)) as room:
        watching = Watching(room.app, "api", "db", "web", "x")
        await room.show(board([service("api"), service("db"), service("web")]))
        since = START - timedelta(seconds=20)
        watching.lookout._notice(Notice("many", since, START, "", ("api", "db", "web")))
        assert "3 remote services fail at once: N declares" in room.frame
        await room.show(board(service(name, "down", trouble_since=since) for name in ("api", "db", "web", "x")))
        assert "api, db, web and 1 more DOWN: N declares" in room.frame
        await room.press("incident.declare")
        await room.key("enter")
        await room.until(lambda: room.app.room is not None, "declared")
        await room.saved()
        told = [(entry.service, entry.state) for entry in room.on_disk.entries if entry.kind == "health"]
        assert told == [("", ""), ("api", "down"), ("db", "down"), ("web", "down"), ("x", "down")]
        assert room.on_disk.fields.services == ("api", "db", "web", "x")


async def test_a_changed_configuration_is_taken_over_and_one_with_a_mistake_is_named_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warroom.tui.lookout._LOOK_AT_FILE", 0.01)
    path = tmp_path / "warroom.toml"
    path.write_text('[[service]]\nname = "api"\ntcp = "127.0.0.1:1"\n')
    async with open_room(tmp_path, settings=load(path)) as room:
        watching = Watching(room.app)
        watching.lookout._resources = Resources({})
        following = asyncio.create_task(watching.lookout._follow_file(watching.monitor))
        await asyncio.sleep(0)  # it looks at the file as it is
        path.write_text('[[service]]\nname = "api"\ntpc = "127.0.0.1:1"\n')
        await room.until(lambda: f"{path}:3: service 'api', tpc: " in room.said, "refused")
        await room.press("pane.health")
        await room.show(watching.monitor.board)
        assert " warroom.toml:3: service 'api', tpc: " in room.frame
        assert watching.api().name == "api"
        path.write_text('[[service]]\nname = "backend"\ntcp = "127.0.0.1:1"\n')
        await room.until(lambda: room.said == "warroom.toml read again")
        assert [service.name for service in watching.lookout.services] == ["backend"]
        assert not watching.monitor.board.problem
        following.cancel()


async def test_the_impact_is_offered_to_have_begun_with_what_is_down(tmp_path: Path) -> None:
    async with open_room(tmp_path, incident(), settings=settings(tmp_path)) as room:
        long_ago = START - timedelta(days=2)
        slow = service("certificate", "degraded", trouble_since=long_ago)
        planned = service("mail", "down", trouble_since=long_ago, maintenance="upgrade")
        down = service("api", "down", trouble_since=START - timedelta(minutes=4))
        for shown, offered in (([slow, planned, down], "api"), ([slow, planned], "certificate")):
            await room.show(board(shown))
            await room.press("mark.started")
            assert (room.composing or "").endswith(f" {offered} is failing")
            await room.key("escape")
        await room.show(board([planned]))
        await room.press("mark.started")
        assert "is failing" not in (room.composing or "")
