"""What a new board costs the event loop, with a fifth of its services changed, against Textual's DataTable."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from rich.text import Text
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import DataTable

from benchmarks._figures import told
from benchmarks._rooms import session
from warroom.health.board import Board, ServiceStatus
from warroom.health.history import History
from warroom.health.results import Level
from warroom.health.states import State
from warroom.presenters.board import columns, row
from warroom.presenters.runs import plain
from warroom.tui.app import WarRoom

_SIZE = (200, 60)
_SERVICES, _ROUNDS = 1_000, 40
_MOST = 20.0
"""Milliseconds of the event loop that a board of a thousand services, a fifth of them changed, may take."""
_START = datetime(2026, 11, 21, 19, 46, tzinfo=UTC)
_EVERY = 10


class Services:
    """Services that change, a fifth of them each time."""

    def __init__(self, groups: int) -> None:
        self.at = _START + timedelta(hours=1)
        self._round = 0
        self.all = [self._service(number, groups) for number in range(_SERVICES)]

    def _service(self, number: int, groups: int) -> ServiceStatus:
        history = History()
        for place in range(360):
            history.add(_START + timedelta(seconds=_EVERY * place), Level.OK, 0.01 + (number * place % 17) / 1000)
        return ServiceStatus(
            f"service-{number:04}",
            "http",
            f"https://service-{number:04}.internal/healthz",
            group=f"group {number % groups}" if groups else "",
            state="up",
            since=_START,
            why="200 OK",
            latency=0.02,
            p50=0.02,
            p95=0.025,
            evidence=(("last", "200 OK (20 ms)"), ("GET", "https://service.internal/healthz")),
            phases=(("dns", 0.001), ("connect", 0.002), ("tls", 0.006), ("first byte", 0.01), ("body", 0.001)),
            history=history,
        )

    def change(self) -> list[int]:
        """Another result for every fifth service, every tenth of them another state; which ones."""
        self._round += 1
        self.at += timedelta(seconds=1)
        changed = list(range(self._round % 5, _SERVICES, 5))
        for number in changed:
            state: State = "down" if (number // 5 + self._round) % 10 == 0 else "up"
            bad, service = state == "down", self.all[number]
            service.history.add(self.at, Level.CRIT if bad else Level.OK, 0.02 + self._round / 1000)
            self.all[number] = replace(
                service,
                state=state,
                since=service.since if state == service.state else self.at,
                why="connection refused" if bad else "200 OK",
                latency=0.02 + self._round / 1000,
            )
        return changed

    @property
    def board(self) -> Board:
        return Board(self.at, tuple(self.all))


async def _round_times(
    pilot: "Pilot[int] | Pilot[None]", services: Services, act: Callable[[list[int]], None]
) -> float:
    """Milliseconds of processor time that a change takes until it is on the screen, the wait itself left out."""
    taken, idle = [], []
    for _ in range(_ROUNDS):
        changed = services.change()
        began = time.process_time()
        await pilot.pause()
        idle.append(time.process_time() - began)
        began = time.process_time()
        act(changed)
        await pilot.pause()
        taken.append(time.process_time() - began)
    return (median(taken) - median(idle)) * 1000


async def ours(groups: int) -> float:
    services = Services(groups)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        app = WarRoom(session(root, lambda: services.at))
        async with app.run_test(size=_SIZE) as pilot:
            while not app.ready:
                await pilot.pause()
            app.show_board(services.board)
            await pilot.press("1", "z")
            await pilot.pause()

            def act(_: list[int]) -> None:
                app.show_board(services.board)

            found = await _round_times(pilot, services, act)
            app.exit()
        return found


class Table(App[None]):
    """The same in a DataTable, which every cell is put into that has changed."""

    def compose(self) -> ComposeResult:
        yield DataTable()


async def theirs() -> float:
    services = Services(0)
    app = Table()
    async with app.run_test(size=_SIZE) as pilot:
        table = app.query_one(DataTable)
        keys = table.add_columns("service")
        into = columns(_SIZE[0] - 4, services.all)

        def drawn(service: ServiceStatus) -> Text:
            return Text(plain(row(service, into, services.at)))

        rows = [table.add_row(drawn(service)) for service in services.all]
        await pilot.pause()

        def act(changed: list[int]) -> None:
            for number in changed:
                table.update_cell(rows[number], keys[0], drawn(services.all[number]))

        found = await _round_times(pilot, services, act)
        app.exit()
    return found


async def main() -> int:
    table = await theirs()
    print(f"{'':<44}{'ms a board':>12}{'of a DataTable':>16}")
    print(f"{'DataTable, a cell a row, in no order':<44}{table:>12.1f}{1:>16.2f}")
    worst = 0.0
    for what, groups in (("one list", 0), ("20 groups, all in trouble", 20), ("2 groups", 2)):
        found = await ours(groups)
        worst = max(worst, found)
        print(f"{f'board of {_SERVICES:,}, {what}':<44}{found:>12.1f}{found / table:>16.2f}")
    told("board of 1,000 services, at its most", "Textual's DataTable", worst / table)
    return 0 if told("board of 1,000 services, at its most", "the event loop", worst, _MOST, " ms") else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
