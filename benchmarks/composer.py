"""How long a key in the composer takes to the terminal while a thousand services are watched, beside none at all.

`python -m benchmarks.composer`. The real program in a pty, typed into at the pace of a quick typist. Each key is
another letter that nothing else on the screen has, so it has arrived when its bytes are read from the pty. What a busy
machine let the program and the typist wait for a core is told by the kernel (schedstat); it is shown, and not counted.
"""

import fcntl
import os
import pty
import random
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil

from benchmarks._figures import told
from benchmarks.health import Servers
from warroom.files.store import create
from warroom.incident.model import Fields, Incident

MOST: Final = 50.0
"""Milliseconds from a key to the screen that 95 of 100 keys may take."""
_SERVICES: Final = 1_000
_SIZE: Final = (120, 40)
_LETTERS: Final = [chr(code) for code in range(0x410, 0x4FF) if not 0x483 <= code <= 0x489]
_A_LINE: Final = 30
_BETWEEN: Final = (0.05, 0.12)
_GIVE_UP: Final = 60.0


class Typist:
    """A war room in a pty, and somebody who types into it."""

    def __init__(self, folder: Path) -> None:
        environ = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ} | {
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "PYTHONUTF8": "1",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "HOME": str(folder),
            "WARROOM_BY": "bench",
        }
        self._master, slave = pty.openpty()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", _SIZE[1], _SIZE[0], 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "warroom"],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environ,
            cwd=folder,
            start_new_session=True,
        )
        os.close(slave)
        self._usage = psutil.Process(self._process.pid)

    def press(self, key: str) -> None:
        os.write(self._master, key.encode())

    def wait_for(self, text: str) -> float:
        """Until `text` is written, which it may not have been before; how many seconds that took."""
        began, seen, wanted = time.perf_counter(), b"", text.encode()
        while wanted not in seen:
            if not select.select([self._master], [], [], _GIVE_UP)[0]:
                raise TimeoutError(f"{text!r} never came")
            seen = seen[-len(wanted) :] + os.read(self._master, 1 << 16)
        return time.perf_counter() - began

    def read_for(self, seconds: float) -> None:
        """Takes in what is written meanwhile, as a terminal does."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            if select.select([self._master], [], [], left)[0]:
                os.read(self._master, 1 << 16)

    @property
    def waited(self) -> float:
        """Seconds so far for which the program's loop, or the typist, could run and was given no core."""
        tasks = (f"/proc/{self._process.pid}/task/{self._process.pid}", "/proc/self")
        return sum(int(Path(task, "schedstat").read_text().split()[1]) for task in tasks) / 1e9

    @property
    def used(self) -> float:
        """Processor seconds so far."""
        times = self._usage.cpu_times()
        return float(times.user + times.system)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)


@contextmanager
def a_room(ports: list[int], services: int) -> Iterator[Typist]:
    """A war room on an open incident that watches so many services every ten seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "warroom.toml").write_text(
            "".join(
                f'[[service]]\nname = "service-{number:04}"\ngroup = "group {number % 20}"\nevery = "10s"\n'
                f'http = "http://127.0.0.1:{ports[number % len(ports)]}/health"\n'
                f'must = ["status == 200", "json.status == \'ok\'"]\n'
                for number in range(services)
            )
        )
        create(str(folder / "incidents"), Incident(Fields("2026-11-21-x", "Outage", declared_at=datetime.now(UTC))))
        typist = Typist(folder)
        try:
            yield typist
        finally:
            typist.end()


def measure(ports: list[int], services: int) -> tuple[list[float], list[float], float]:
    """Milliseconds of each key, with and without waiting for a core, and the share of a core that the program took."""
    pause, letters = random.Random(1), iter(_LETTERS)
    taken: list[float] = []
    alone: list[float] = []
    with a_room(ports, services) as typist:
        typist.wait_for(f"{services} up" if services else "Outage")
        typist.read_for(11 if services else 2)
        began, used = time.perf_counter(), typist.used
        for number, letter in enumerate(letters):
            if number % _A_LINE == 0:
                typist.press("\r" if number else "")
                typist.read_for(0.5)
                typist.press("n")
                typist.read_for(0.5)
            typist.read_for(pause.uniform(*_BETWEEN))
            waited = typist.waited
            typist.press(letter)
            taken.append(typist.wait_for(letter) * 1000)
            alone.append(max(taken[-1] - (typist.waited - waited) * 1000, 0.0))
        return sorted(taken), sorted(alone), (typist.used - used) / (time.perf_counter() - began)


def at(share: float, taken: list[float]) -> str:
    return f"{taken[int(share * (len(taken) - 1))]:>6.1f} ms"


def main() -> int:
    p95 = 0.0
    print(f"{'':<16}{'median':>9}{'p95':>9}{'longest':>9}{'with the waits for a core: p95':>33}{'of a core':>12}")
    with Servers(50) as servers:
        for services in (0, _SERVICES):
            taken, alone, core = measure(servers.ports, services)
            p95 = alone[int(0.95 * (len(alone) - 1))]
            figures = f"{at(0.5, alone)}{at(0.95, alone)}{at(1, alone)}{at(0.95, taken):>33}{100 * core:>10.0f} %"
            print(f"{f'{services:,} services' if services else 'no services':<16}{figures}")
    what = f"key in the composer beside {_SERVICES:,} services, p95"
    return 0 if told(what, "the clock, less the waits for a core", p95, MOST, " ms") else 1


if __name__ == "__main__":
    sys.exit(main())
