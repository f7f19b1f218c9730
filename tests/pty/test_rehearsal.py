"""The outage of a backend on real parts: what the record and the document say is what happened, and when.

A process is the backend, a real Prometheus scrapes its metrics, and a war room in a terminal watches both.
"""

import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from house import House, a_house
from keyboard import declare, log, rate
from terminal import PATIENCE

from fault_servers import own_port
from warroom.files.store import Store
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry, Incident
from warroom.incident.times import words

pytestmark = pytest.mark.skipif(shutil.which("prometheus") is None, reason="Prometheus is not installed")

TIMEOUT = timedelta(seconds=2)
HEALTH, METRIC = "backend", "backend metrics"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Backend:
    """The process that is killed and started again, on the same port."""

    port: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> datetime:
        """Until it answers; the moment before."""
        before = now()
        self.process = subprocess.Popen([sys.executable, str(Path(__file__).with_name("backend.py")), str(self.port)])
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return before
            except OSError:
                assert time.monotonic() < deadline, "the backend never answered"
                time.sleep(0.01)

    def kill(self) -> datetime:
        """Until it is gone; the moment before."""
        assert self.process is not None
        before = now()
        self.process.kill()
        self.process.wait()
        self.process = None
        return before


@contextmanager
def a_backend() -> Iterator[Backend]:
    with own_port() as port:
        backend = Backend(port)
        try:
            backend.start()
            yield backend
        finally:
            if backend.process is not None:
                backend.kill()


@contextmanager
def a_prometheus(folder: Path, target: int) -> Iterator[str]:
    """The address of a Prometheus that scrapes the backend three times a second."""
    folder.mkdir()
    configuration = folder / "prometheus.yml"
    configuration.write_text(
        "global: {scrape_interval: 300ms, scrape_timeout: 300ms}\n"
        "scrape_configs: [{job_name: backend-metrics, "
        f"static_configs: [{{targets: ['127.0.0.1:{target}']}}]}}]\n"
    )
    with own_port() as port, (folder / "log").open("wb") as log:
        command = ["prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={folder / 'data'}"]
        process = subprocess.Popen([*command, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def configuration(backend: Backend, prometheus: str) -> str:
    """On a busy machine one scrape may take too long, and stands for no value until the next: no reason to be down."""
    return f"""\
timezone = "UTC"
[defaults]
every = "200ms"
retry = "100ms"
timeout = "{TIMEOUT.seconds}s"
fall = 2
rise = 2
[[service]]
name = "{HEALTH}"
http = "http://127.0.0.1:{backend.port}/health"
[[service]]
name = "{METRIC}"
prom = "{prometheus}"
query = 'app_health{{job="backend-metrics"}}'
must = ["value == 1"]
absent = "down"
fall = 8
"""


def told(incident: Incident, service: str, state: str) -> Entry:
    """The one entry that tells that a service came to stand so."""
    (found,) = [entry for entry in incident.entries if (entry.service, entry.state) == (service, state)]
    assert found.since is not None
    assert found.at is not None
    assert found.since <= found.at
    return found


@dataclass(frozen=True)
class Told:
    """Between which moments a service must say that it went away and came back: from the cause until it is seen."""

    down: tuple[datetime, datetime]
    up: tuple[datetime, datetime]


def rehearsed(house: House, backend: Backend) -> dict[str, Told]:
    """Plays the outage at the keyboard."""
    room = house.room(size=(200, 60))
    room.wait_for("2 up")

    gone, down, up = backend.kill(), {}, {}
    room.wait_until(lambda screen: re.search(rf"{HEALTH} +DOWN", screen), "the backend down")
    down[HEALTH] = now()
    room.wait_until(lambda screen: "2 down" in screen and "N declares an incident" in screen, "both down")
    down[METRIC] = now()
    declare(room)
    rate(room)
    log(room, "d", "the board shows it")
    log(room, "a", "the backend is started again")

    back = backend.start()
    room.wait_for("backend back UP")
    up[HEALTH] = now()
    room.wait_for("backend metrics back UP")
    up[METRIC] = now()
    log(room, "m", "it answers again")
    log(room, "R", "the frontend is checked and works")
    room.wait_for("resolved")
    room.press("q")
    assert room.wait() == 0
    # A check that is under way at the moment of the kill fails too, and began before it.
    return {name: Told((gone - TIMEOUT, down[name]), (back - TIMEOUT, up[name])) for name in (HEALTH, METRIC)}


def test_an_outage_of_the_backend_is_told_as_it_happened(tmp_path: Path) -> None:
    with (
        a_house(tmp_path) as house,
        a_backend() as backend,
        a_prometheus(tmp_path / "prometheus", backend.port) as prometheus,
    ):
        house.configure(configuration(backend, prometheus))
        moments = rehearsed(house, backend)
        incident = Store(house.record).load()
        document = house.run("export", "--style", "sre")

    first_bad = []
    for service, expected in moments.items():
        down, up = told(incident, service, "down").since, told(incident, service, "up").since
        assert down is not None
        assert up is not None
        assert expected.down[0] <= down <= expected.down[1], (service, expected, down)
        assert expected.up[0] <= up <= expected.up[1], (service, expected, up)
        assert f"{service} {words(up - down)}" in document, document
        first_bad.append(down)

    began, resolved = (milestones(incident.entries)[mark].at for mark in ("started", "resolved"))
    assert began == min(first_bad).replace(microsecond=0)
    assert resolved is not None
    # Over midnight a date stands in front of each time.
    assert f"{began:%H:%M:%S}** | **Impact began:**" in document
    assert f"{resolved:%H:%M:%S} UTC)" in document
    for part in ("**Severity:** sev2", "connection refused", "**Detected:** the board shows it", "backend back UP"):
        assert part in document, document
    shown = [told(incident, service, state).at for service in (HEALTH, METRIC) for state in ("down", "up")]
    assert all(f"{at:%H:%M:%S}**" in document for at in shown if at is not None), document
