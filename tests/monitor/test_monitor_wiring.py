"""A configuration, real sockets, the real clock: from a server that stops to the entry in the record."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fault_servers import own_port
from warroom.config.settings import Settings, SettingsError, read
from warroom.health.board import Board
from warroom.health.entries import health_entry
from warroom.health.machine import Transition
from warroom.incident.durations import downtimes
from warroom.monitor import monitor_for, reload
from warroom.probes import Resources

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def start(port: int) -> asyncio.Server:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", port)


async def wait_for(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  # the monitor has its own pace
            await asyncio.sleep(0.01)


@pytest.fixture
def port() -> Iterator[int]:
    with own_port() as found:
        yield found


async def test_an_outage_is_seen_and_told_to_the_moment(port: int) -> None:
    server = await start(port)
    settings = read(
        f'[defaults]\nevery = "200ms"\nretry = "100ms"\ntimeout = "60s"\n'
        f'[[service]]\nname = "backend"\nhttp = "http://127.0.0.1:{port}/health"\n'.encode(),
        Path("warroom.toml"),
    )
    monitor = monitor_for(settings, Resources({}))
    boards: list[Board] = []
    told: list[tuple[str, Transition]] = []
    monitor.subscribe(boards.append)
    monitor.on_transition(lambda name, transition: told.append((name, transition)))
    watching = asyncio.create_task(monitor.run())
    try:
        await wait_for(lambda: monitor.board.counts()["up"] == 1)
        server.close()
        await server.wait_closed()
        await wait_for(lambda: len(told) == 2)
        server = await start(port)
        await wait_for(lambda: len(told) == 3)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        server.close()
    entries = [health_entry(name, transition, f"id-{number}") for number, (name, transition) in enumerate(told)]
    assert entries[0].text == "backend found UP: 200 OK"
    assert entries[1].text == "backend DOWN: connection refused (3/3)"
    assert entries[2].text.startswith("backend back UP after ")
    (downtime,) = downtimes(entries)
    assert downtime.total == told[2][1].since - told[1][1].since
    assert boards[-1].host is not None


async def test_a_bad_reload_keeps_the_old_set() -> None:
    resources = Resources({})
    one = read(b'[[service]]\nname = "a"\ntcp = "127.0.0.1:1"\n', Path("warroom.toml"))
    monitor = monitor_for(one, resources)
    bad = read(b'[[service]]\nname = "b"\ntcp = "nowhere"\n', Path("warroom.toml"))
    with pytest.raises(SettingsError, match="is not HOST:PORT"):
        reload(monitor, bad, resources)
    assert [service.name for service in monitor.board.services] == ["a"]
    reload(monitor, Settings(), resources)
    assert "memory" in [service.name for service in monitor.board.services]
