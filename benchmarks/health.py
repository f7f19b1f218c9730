"""What a look costs: CPU of an http probe against a bare httpx request, and of a watch over many services."""

import asyncio
import multiprocessing
import os
import socket
import ssl
import statistics
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx

from benchmarks._figures import told
from warroom.config.settings import Settings, read
from warroom.health.board import Board
from warroom.monitor import SystemClock, monitor_for
from warroom.probes import Resources, build

_ROUNDS, _LOOKS = 7, 150
_MOST_CPU, _MOST_LAG = 1.25, 20
_BODY = b'{"status": "ok", "checks": [1, 2, 3]}'
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)


def serve(sockets: list[socket.socket]) -> None:
    """Answer every request on the sockets, for ever; runs in a process of its own."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_ANSWER)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def main() -> None:
        for sock in sockets:
            await asyncio.start_server(answer, sock=sock, backlog=512)
        await asyncio.Event().wait()

    asyncio.run(main())


class Servers:
    """A process that serves on some free ports, while the block lasts."""

    def __init__(self, count: int) -> None:
        self._sockets = [socket.create_server(("127.0.0.1", 0), backlog=512) for _ in range(count)]
        self.ports = [sock.getsockname()[1] for sock in self._sockets]

    def __enter__(self) -> Self:
        self._process = multiprocessing.get_context("fork").Process(target=serve, args=(self._sockets,), daemon=True)
        self._process.start()
        for sock in self._sockets:
            sock.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()


async def cpu_each(look: Callable[[], Awaitable[object]], count: int) -> float:
    """Seconds of CPU of this process for one of `count` looks, one after the other."""
    began = time.process_time()
    for _ in range(count):
        await look()
    return (time.process_time() - began) / count


def settings_for(ports: list[int], every: str = "10s") -> Settings:
    """One http service a port, with a condition on the JSON it answers."""
    services = "".join(
        f'[[service]]\nname = "s{number}"\nhttp = "http://127.0.0.1:{port}/health"\nevery = "{every}"\n'
        f'must = ["status == 200", "json.status == \'ok\'"]\nshould = ["latency < 2s"]\n'
        for number, port in enumerate(ports)
    )
    return read(services.encode(), Path("warroom.toml"))


async def one_probe(port: int) -> bool:
    """A probe with conditions against a request of a fresh httpx client that shares its SSL context; whether it keeps
    its limit."""
    (probe,) = build(settings_for([port]), Resources(os.environ))
    context = ssl.create_default_context()
    url = f"http://127.0.0.1:{port}/health"

    async def bare() -> None:
        async with httpx.AsyncClient(verify=context, trust_env=False) as client:
            (await client.get(url)).raise_for_status()

    async def ours() -> None:
        result = await probe.run(datetime.now(UTC))
        assert result.reason == "200 OK", result

    await cpu_each(bare, 20)
    await cpu_each(ours, 20)
    pairs = [(await cpu_each(bare, _LOOKS), await cpu_each(ours, _LOOKS)) for _ in range(_ROUNDS)]
    bare_cpu, our_cpu = (statistics.median(values) for values in zip(*pairs, strict=True))
    ratio = statistics.median(ours / bare for bare, ours in pairs)
    each = f"bare httpx {bare_cpu * 1e3:.2f} ms, probe {our_cpu * 1e3:.2f} ms"
    print(f"CPU a look: {each}")
    return told("CPU of an http probe", "a bare httpx request", ratio, _MOST_CPU)


async def many_services(ports: list[int], services: int, seconds: float) -> bool:
    """A watch over many services every ten seconds: CPU, lag of the loop, slots missed; whether it keeps its limits."""
    settings = settings_for([ports[number % len(ports)] for number in range(services)])
    monitor = monitor_for(settings, Resources(os.environ), SystemClock())
    boards: list[Board] = []
    monitor.subscribe(boards.append)
    lags: list[float] = []
    watching = asyncio.create_task(monitor.run())
    await asyncio.sleep(5)
    began, cpu = time.perf_counter(), time.process_time()
    late = monitor.board.late
    while time.perf_counter() - began < seconds:
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        lags.append(time.perf_counter() - before - 0.005)
    used = (time.process_time() - cpu) / (time.perf_counter() - began)
    board = monitor.board
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    lags.sort()
    worst = lags[int(0.99 * len(lags))] * 1e3
    up = board.counts()["up"]
    assert up == services, f"{up} of {services} services are up: what was measured is something else"
    print(
        f"{services} services every 10 s: {100 * used:.0f} % of a core, "
        f"loop lag p99 {worst:.1f} ms, {board.late - late} late, {up} up, {threading.active_count()} threads"
    )
    what = f"{services:,} services every 10 s"
    kept = told(f"{what}: lag of the loop, p99", "the clock", worst, _MOST_LAG, " ms")
    return told(f"{what}: looks that came late", "none", board.late - late, 0, "") and kept


def main() -> int:
    """Both figures; `--long` watches for a minute."""
    with Servers(50) as servers:
        kept = asyncio.run(one_probe(servers.ports[0]))
        kept &= asyncio.run(many_services(servers.ports, 1000, 60.0 if "--long" in sys.argv else 12.0))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
