"""Kind `container`: a container of Docker or Podman, by the engine's API over its socket. It only ever reads."""

import asyncio
import os
import re
import stat
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpcore

from warroom.config.secrets import Secret
from warroom.health.conditions import Dimension
from warroom.health.results import Level
from warroom.probes.body import json_of, read_capped
from warroom.probes.definition import CheckError, Found, Journey
from warroom.probes.errors import describe
from warroom.probes.options import Options, a_text
from warroom.probes.resources import Resources
from warroom.probes.wire import Wire
from warroom.text.excerpt import beginning

VOCABULARY: Final[Mapping[str, Dimension]] = {
    "state": "text",
    "health": "text",
    "exit": "number",
    "restarts": "number",
    "restarts_1h": "number",
    "image": "text",
    "latency": "seconds",
}
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}")
OF_THE_SYSTEM: Final = ("/run/docker.sock", "/var/run/docker.sock", "/run/podman/podman.sock")
"""Where engines that serve the whole machine listen."""
_BODY_MAX: Final = 1024 * 1024
_HOUR: Final = 3600.0
_EXCERPT: Final = 400


def build(options: Options, resources: Resources) -> "ContainerCheck":
    """The check of a table with the key `container`."""
    socket = options.take("socket", a_socket, "")
    return ContainerCheck(options.take("container", a_container, ""), socket, resources)


class ContainerCheck:
    """Asks the engine by unversioned paths, which every engine takes."""

    vocabulary = VOCABULARY
    must: tuple[str, ...] = ("state == 'running'", "health != 'unhealthy'")
    should: tuple[str, ...] = ()
    host = ""
    local = True

    def __init__(self, name: str, socket: str, resources: Resources) -> None:
        self._name, self._socket, self._resources = name, socket, resources
        self._restarts: deque[tuple[float, int]] = deque()
        self.target = name
        self.journey = Journey()

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return ()

    async def look(self, wanted: frozenset[str]) -> Found:  # noqa: ARG002
        journey = self.journey = Journey()
        socket = self._socket or _usual_socket(self._resources.environ)
        status, answer = await self._get(socket, f"/containers/{self._name}/json", journey)
        if status == 404:
            raise CheckError(f"there is no container {self._name}")
        if status != 200 or not isinstance(answer, dict) or not isinstance(answer.get("State"), dict):
            said = answer.get("message", "") if isinstance(answer, dict) else ""
            raise CheckError(f"the engine at {socket} says: status {status} {said}".rstrip(), Level.UNKNOWN)
        found = self._found(answer)
        found.phases = journey.phases()
        return found

    def _found(self, answer: Mapping[str, Any]) -> Found:
        state = answer["State"]
        word = "restarting" if state.get("Restarting") else str(state.get("Status") or "unknown")
        health = state.get("Health") if isinstance(state.get("Health"), dict) else {}
        # Docker leaves Health out where there is no health check, Podman leaves its status empty.
        healthy = str(health.get("Status") or "none")
        restarts = _whole(answer.get("RestartCount"))
        found = Found(word if healthy == "none" else f"{word}, {healthy}")
        found.values = {
            "state": word,
            "health": healthy,
            "exit": _whole(state.get("ExitCode")),
            "restarts": restarts,
            "restarts_1h": self._restarts_in_an_hour(restarts),
            "image": str((answer.get("Config") or {}).get("Image", "")),
        }
        if word in ("exited", "dead", "stopped"):  # the last is Podman's, between the end and the clearing up
            found.summary += f" with code {found.values['exit']}"
        found.explains = word != "running" or healthy == "unhealthy"
        told = [f"{name}: {state[name]}" for name in ("StartedAt", "FinishedAt", "Error") if _says(state.get(name))]
        told += ["killed for want of memory"] if state.get("OOMKilled") else []
        found.evidence = [("container", f"{found.summary}, {restarts} restarts"), ("state", ", ".join(told))]
        log = health.get("Log")
        if isinstance(log, list) and log and isinstance(log[-1], dict):
            found.evidence.append(("health check", beginning(str(log[-1].get("Output", "")), _EXCERPT)))
        if healthy == "starting":
            found.level = Level.WARN
        return found

    def _restarts_in_an_hour(self, restarts: int) -> int:
        """How many came since the oldest look of the last hour; one made anew begins at zero."""
        now = time.monotonic()
        if self._restarts and restarts < self._restarts[-1][1]:
            self._restarts.clear()
        if not self._restarts or self._restarts[-1][1] != restarts:
            self._restarts.append((now, restarts))
        while len(self._restarts) > 1 and self._restarts[1][0] < now - _HOUR:
            self._restarts.popleft()
        return restarts - self._restarts[0][1]

    async def _get(self, path: str, target: str, journey: Journey) -> tuple[int, Any]:
        journey.start("connect", f"connecting to {path}")
        try:
            wire = Wire(*await asyncio.open_unix_connection(path))
        except OSError as error:
            raise CheckError(f"the engine at {path}: {describe(error)[1]}", Level.UNKNOWN) from None
        try:
            journey.start("answer", "waiting for the engine")
            connection = httpcore.AsyncHTTP11Connection(httpcore.Origin(b"http", b"localhost", 80), wire)
            address = httpcore.URL(scheme=b"http", host=b"localhost", port=None, target=target.encode("ascii"))
            headers = [("Host", "localhost"), ("Connection", "close"), ("Accept", "application/json")]
            response = await connection.handle_async_request(httpcore.Request(b"GET", address, headers=headers))
            raw, over = await read_capped(response.aiter_stream(), _BODY_MAX)
        except (httpcore.RemoteProtocolError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise CheckError(f"the engine at {path}: {describe(error)[1]}", Level.UNKNOWN) from None
        finally:
            wire.close()
        answer, why = (None, "the answer is too long") if over else json_of(raw)
        if why and response.status == 200:
            raise CheckError(f"the engine at {path}: {why}", Level.UNKNOWN)
        return response.status, answer


def a_container(value: object) -> str:
    """The name or id of a container; ValueError otherwise."""
    text = a_text(value).strip()
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is no name of a container")
    return text


def a_socket(value: object) -> str:
    """The path of an engine's socket, as it is or as "unix:///path"; ValueError otherwise."""
    text = a_text(value).strip().removeprefix("unix://")
    if not text.startswith("/"):
        raise ValueError(f"{text!r} is no path of a socket, such as /run/podman/podman.sock")
    return text


def _usual_socket(environ: Mapping[str, str]) -> str:
    """The socket that the environment names, else the first that may be used, that is there at all, or Docker's."""
    for name in ("DOCKER_HOST", "CONTAINER_HOST"):
        if environ.get(name, "").startswith("unix://"):
            return environ[name].removeprefix("unix://")
    own = environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    there = [path for path in (*OF_THE_SYSTEM, f"{own}/docker.sock", f"{own}/podman/podman.sock") if _is_socket(path)]
    # Beside an engine of the system that only root may ask, there may be one of the user's own.
    return next((path for path in there if os.access(path, os.W_OK)), (*there, *OF_THE_SYSTEM)[0])


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(Path(path).stat().st_mode)
    except OSError:
        return False


def _says(value: object) -> bool:
    """Whether there is a value; the engine writes a time that never was as one of the year 1."""
    return bool(value) and not str(value).startswith("0001-01-01")


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
