"""The same 1,000 HTTP targets every ten seconds, by us and by Prometheus with blackbox exporter: CPU side by side."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from benchmarks._figures import told
from benchmarks.health import Servers, settings_for
from warroom.health.board import Board
from warroom.monitor import SystemClock, monitor_for
from warroom.probes import Resources

_TARGETS, _WARM_UP = 1000, 12.0


def free_port() -> int:
    """A port of loopback that nobody listens on just now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@contextmanager
def peers(ports: list[int], folder: Path, own: int) -> Iterator[dict[str, psutil.Process]]:
    """Prometheus on port `own`, and blackbox exporter, set to look at each target every ten seconds."""
    exporter = free_port()
    targets = ", ".join(f"'http://127.0.0.1:{ports[n % len(ports)]}/health?n={n}'" for n in range(_TARGETS))
    (folder / "blackbox.yml").write_text("modules: {m: {prober: http, http: {preferred_ip_protocol: ip4}}}\n")
    (folder / "prometheus.yml").write_text(
        "scrape_configs:\n- job_name: b\n  scrape_interval: 10s\n  scrape_timeout: 5s\n  metrics_path: /probe\n"
        f"  params: {{module: [m]}}\n  static_configs: [{{targets: [{targets}]}}]\n  relabel_configs:\n"
        "  - {source_labels: [__address__], target_label: __param_target}\n"
        "  - {source_labels: [__param_target], target_label: instance}\n"
        f"  - {{target_label: __address__, replacement: '127.0.0.1:{exporter}'}}\n"
    )
    commands = {
        "Prometheus": [
            *("prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"),
            f"--web.listen-address=127.0.0.1:{own}",
        ],
        "blackbox exporter": [
            *("prometheus-blackbox-exporter", f"--config.file={folder / 'blackbox.yml'}"),
            f"--web.listen-address=127.0.0.1:{exporter}",
        ],
    }
    started = {
        name: subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name, command in commands.items()
    }
    try:
        yield {name: psutil.Process(process.pid) for name, process in started.items()}
    finally:
        for process in started.values():
            process.terminate()
            process.wait()


def seconds_used(process: psutil.Process) -> float:
    """Processor seconds of a process so far."""
    times = process.cpu_times()
    return float(times.user + times.system)


def answered(own: int) -> int:
    """At how many targets the peers have looked well."""
    url = f"http://127.0.0.1:{own}/api/v1/query"
    response = httpx.get(url, params={"query": "sum(probe_success)"}, trust_env=False)
    return int(response.json()["data"]["result"][0]["value"][1])


async def ours(ports: list[int], seconds: float) -> float:
    """Watch the targets and print what it takes; how much of a core."""
    monitor = monitor_for(
        settings_for([ports[n % len(ports)] for n in range(_TARGETS)]), Resources(os.environ), SystemClock()
    )
    boards: list[Board] = []
    monitor.subscribe(boards.append)
    watching = asyncio.create_task(monitor.run())
    await asyncio.sleep(_WARM_UP)
    me, began = psutil.Process(), time.perf_counter()
    before = seconds_used(me)
    await asyncio.sleep(seconds)
    used = (seconds_used(me) - before) / (time.perf_counter() - began)
    late, memory, up = monitor.board.late, me.memory_info().rss / 1e6, monitor.board.counts()["up"]
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    print(f"warroom: {100 * used:.0f} % of a core, {memory:.0f} MB, {up} up, {late} late")
    return used


def theirs(ports: list[int], seconds: float) -> float:
    """Let the peers look at the targets and print what that takes; how much of a core."""
    own = free_port()
    with tempfile.TemporaryDirectory() as folder, peers(ports, Path(folder), own) as processes:
        time.sleep(_WARM_UP)
        before = {name: seconds_used(process) for name, process in processes.items()}
        began = time.perf_counter()
        time.sleep(seconds)
        took, total = time.perf_counter() - began, 0.0
        for name, process in processes.items():
            used = (seconds_used(process) - before[name]) / took
            total += used
            print(f"{name}: {100 * used:.0f} % of a core, {process.memory_info().rss / 1e6:.0f} MB")
        print(f"both: {100 * total:.0f} % of a core, {answered(own)} up")
        return total


def main() -> None:
    """One after the other, in one run; `--long` for a minute each."""
    missing = [name for name in ("prometheus", "prometheus-blackbox-exporter") if shutil.which(name) is None]
    if missing:
        print(f"not measured, as this is not installed: {', '.join(missing)}")
        return
    seconds = 60.0 if "--long" in sys.argv else 20.0
    with Servers(50) as servers:
        used = asyncio.run(ours(servers.ports, seconds))
        peers_used = theirs(servers.ports, seconds)
    told(f"CPU of watching {_TARGETS:,} targets", "Prometheus with blackbox exporter", used / peers_used)


if __name__ == "__main__":
    main()
