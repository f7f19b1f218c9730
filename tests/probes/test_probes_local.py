"""Kinds proc, unit and container: real processes, a stand-in for systemctl, an engine on a unix socket."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from fault_servers import Bench, gone
from warroom.config.settings import SettingsError
from warroom.health.results import Level
from warroom.probes import container_check
from warroom.probes.processes import ProcessScanner
from warroom.probes.threads import in_thread

pytest_plugins = ("probe_fixtures",)


@contextmanager
def sleeper(mark: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs, and not only begins to, while the block lasts."""
    code = "import sys; print(flush=True); sys.stdin.read()"
    program = subprocess.Popen([sys.executable, "-c", code, mark], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert program.stdout is not None
    try:
        assert program.stdout.readline() == b"\n"
        yield program
    finally:
        program.kill()
        program.communicate()


class TestProc:
    async def test_what_runs_is_counted(self, bench: Bench) -> None:
        service = "proc = 'python*'\narguments = 'mark-of-this-test'\nmust = ['count == 2', 'memory > 1MiB']"
        with sleeper("mark-of-this-test"), sleeper("mark-of-this-test"):
            result = await bench.run(service)
        assert result.level is Level.OK
        assert result.reason.startswith("2 processes, ")
        assert result.values["age"] >= 0
        none = await bench.run(service)
        assert (none.level, none.reason.split(":")[0]) == (Level.CRIT, "count == 2")

    async def test_none_is_down(self, bench: Bench) -> None:
        result = await bench.run("proc = 'no-such-program-*'\nshould = ['cpu < 50%']")
        assert result.level is Level.CRIT
        assert result.reason.startswith("count >= 1: got 0")

    async def test_their_command_lines_are_not_shown(self, bench: Bench) -> None:
        with sleeper("--password=hunter2-of-this-test"):
            result = await bench.run("proc = 'python*'\narguments = 'of-this-test'")
        assert result.level is Level.OK
        assert "hunter2" not in repr(result)

    async def test_the_dead_do_not_count(self, bench: Bench) -> None:
        with sleeper("dead-of-this-test") as program:
            program.kill()
            await gone(program.pid)
            result = await bench.run("proc = 'python*'\narguments = 'dead-of-this-test'")
        assert result.level is Level.CRIT

    async def test_processor_shares_need_two_scans_and_one_scan_serves_all(self) -> None:
        now = 0.0
        scanner = ProcessScanner(lambda: now)
        first, same = await asyncio.gather(scanner.processes(), scanner.processes())
        assert first is same
        assert all(process.cpu is None for process in first)
        now = 3.0
        me = [process for process in await scanner.processes() if process.pid == psutil.Process().pid]
        assert me[0].cpu is not None
        assert me[0].cpu >= 0

    async def test_what_may_not_be_seen_is_absent_not_zero(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        seen = dict.fromkeys(("cmdline", "username", "memory_info", "cpu_times"))
        hidden = SimpleNamespace(info={**seen, "pid": 7, "name": "secretive", "create_time": 1.0, "status": "sleeping"})
        monkeypatch.setattr("warroom.probes.processes.psutil.process_iter", lambda *_, **__: [hidden])
        result = await bench.run("proc = 'secretive'\nmust = ['memory < 1GiB']")
        assert result.reason == "memory < 1GiB: memory is missing (it may not be seen)"


def stand_in(folder: Path, script: str) -> str:
    """A directory with a `systemctl` that runs `script`."""
    program = folder / "systemctl"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


class TestUnit:
    @pytest.mark.parametrize(
        ("state", "sub", "level", "reason"),
        [
            ("active", "running", Level.OK, "active (running)"),
            ("active", "exited", Level.OK, "active (exited)"),
            ("activating", "auto-restart", Level.WARN, "activating (auto-restart), exit-code"),
            ("reloading", "reload", Level.WARN, "reloading (reload), exit-code"),
            ("failed", "failed", Level.CRIT, "failed (failed), exit-code"),
            ("inactive", "dead", Level.CRIT, "inactive (dead), exit-code"),
        ],
    )
    async def test_states(self, bench: Bench, tmp_path: Path, state: str, sub: str, level: Level, reason: str) -> None:
        script = (
            f'echo "$@" > {tmp_path}/asked\nprintf "LoadState=loaded\\nActiveState={state}\\nSubState={sub}\\n'
            'Result=exit-code\\nNRestarts=4\\nExecMainStatus=1\\n"'
        )
        bench.environ = {"PATH": stand_in(tmp_path, script)}
        result = await bench.run("unit = 'nginx.service'")
        assert (result.level, result.reason) == (level, reason)
        assert result.values["restarts"] == 4
        asked = (tmp_path / "asked").read_text()
        assert asked.rstrip().endswith("--no-pager -- nginx.service")

    async def test_conditions_take_over(self, bench: Bench, tmp_path: Path) -> None:
        script = 'printf "LoadState=loaded\\nActiveState=inactive\\nSubState=dead\\nNRestarts=[not set]\\n"'
        bench.environ = {"PATH": stand_in(tmp_path, script)}
        result = await bench.run("unit = 'backup.service'\nmust = ['state in [\"active\", \"inactive\"]']")
        assert result.level is Level.OK
        missing = await bench.run("unit = 'backup.service'\nmust = ['restarts < 3', 'state == \"inactive\"']")
        assert missing.reason == "restarts < 3: restarts is missing (this unit has none)"

    async def test_a_unit_that_is_not_there(self, bench: Bench, tmp_path: Path) -> None:
        script = 'printf "LoadState=not-found\\nActiveState=inactive\\nSubState=dead\\n"'
        bench.environ = {"PATH": stand_in(tmp_path, script)}
        result = await bench.run("unit = 'nope.service'")
        assert (result.level, result.reason) == (Level.CRIT, "there is no unit nope.service")

    @pytest.mark.parametrize(
        ("script", "reason"),
        [
            ("echo 'System has not been booted with systemd' >&2; exit 1", "systemd gives no answer: System has not"),
            ("exit 0", "systemd gives no answer: exit code 0"),
        ],
    )
    async def test_without_systemd_nothing_is_known(
        self, bench: Bench, tmp_path: Path, script: str, reason: str
    ) -> None:
        bench.environ = {"PATH": stand_in(tmp_path, script)}
        result = await bench.run("unit = 'nginx.service'")
        assert result.level is Level.UNKNOWN
        assert result.reason.startswith(reason)

    async def test_no_systemctl_at_all(self, bench: Bench, tmp_path: Path) -> None:
        bench.environ = {"PATH": str(tmp_path)}
        result = await bench.run("unit = 'nginx.service'")
        assert result.level is Level.UNKNOWN
        assert result.reason.startswith("systemctl cannot be run")

    @pytest.mark.parametrize("name", ["-M", "a b", "x;y", "../x", ""])
    def test_strange_names_are_refused(self, bench: Bench, name: str) -> None:
        with pytest.raises(SettingsError):
            bench.build(f"[[service]]\nname = 'x'\nunit = '{name}'")


@asynccontextmanager
async def engine(path: Path, status: str, answer: object) -> AsyncIterator[list[bytes]]:
    """An engine on a unix socket that gives one answer; yields what it was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(serve, path)
    try:
        yield asked
    finally:
        server.close()


def state(**values: Any) -> dict[str, Any]:
    given = {"Status": "running", "Running": True, "Restarting": False, "ExitCode": 0} | values
    return {"State": given, "RestartCount": 2, "Config": {"Image": "billing:7"}}


class TestContainer:
    @pytest.mark.parametrize(
        ("answer", "level", "reason"),
        [
            (state(), Level.OK, "running"),
            (state(Health={"Status": ""}), Level.OK, "running"),
            (state(Health={"Status": "healthy"}), Level.OK, "running, healthy"),
            (state(Health={"Status": "starting"}), Level.WARN, "running, starting"),
            (state(Health={"Status": "unhealthy"}), Level.CRIT, "running, unhealthy"),
            (state(Restarting=True, Status="restarting"), Level.CRIT, "restarting"),
            (state(Status="exited", ExitCode=137, OOMKilled=True), Level.CRIT, "exited with code 137"),
            (state(Status="stopped", ExitCode=1), Level.CRIT, "stopped with code 1"),
            (state(Status="paused"), Level.CRIT, "paused"),
        ],
    )
    async def test_states(
        self, bench: Bench, tmp_path: Path, answer: dict[str, Any], level: Level, reason: str
    ) -> None:
        path = tmp_path / "engine.sock"
        async with engine(path, "200 OK", answer) as asked:
            result = await bench.run(f"container = 'billing'\nsocket = 'unix://{path}'")
        assert (result.level, result.reason) == (level, reason)
        assert asked[0].startswith(b"GET /containers/billing/json HTTP/1.1\r\n")
        assert result.values["image"] == "billing:7"
        if answer["State"].get("OOMKilled"):
            assert "killed for want of memory" in dict(result.evidence)["state"]

    async def test_one_that_is_not_there(self, bench: Bench, tmp_path: Path) -> None:
        path = tmp_path / "engine.sock"
        async with engine(path, "404 Not Found", {"message": "No such container"}):
            result = await bench.run(f"container = 'billing'\nsocket = '{path}'")
        assert (result.level, result.reason) == (Level.CRIT, "there is no container billing")

    @pytest.mark.parametrize(
        ("status", "answer", "reason"),
        [
            ("500 Oops", {"message": "disk \x1b[2J full"}, "status 500 disk ␛[2J full"),
            ("200 OK", b"nonsense", "the body is not JSON"),
            ("200 OK", [], "status 200"),
        ],
    )
    async def test_an_engine_in_trouble_says_nothing_of_the_container(
        self, bench: Bench, tmp_path: Path, status: str, answer: object, reason: str
    ) -> None:
        path = tmp_path / "engine.sock"
        async with engine(path, status, answer):
            result = await bench.run(f"container = 'billing'\nsocket = '{path}'")
        assert result.level is Level.UNKNOWN
        assert reason in result.reason

    async def test_no_engine(self, bench: Bench, tmp_path: Path) -> None:
        result = await bench.run(f"container = 'billing'\nsocket = '{tmp_path}/nothing.sock'")
        assert (result.level, result.reason) == (
            Level.UNKNOWN,
            f"the engine at {tmp_path}/nothing.sock: no such file or directory",
        )

    @pytest.mark.parametrize("variable", ["DOCKER_HOST", "CONTAINER_HOST"])
    async def test_the_socket_comes_from_the_environment(self, bench: Bench, tmp_path: Path, variable: str) -> None:
        path = tmp_path / "engine.sock"
        bench.environ = {variable: f"unix://{path}"}
        async with engine(path, "200 OK", state()):
            assert (await bench.run("container = 'billing'")).level is Level.OK

    async def test_the_socket_of_ones_own_podman_is_found(
        self, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(container_check, "OF_THE_SYSTEM", (f"{tmp_path}/docker.sock",))
        bench.environ = {"XDG_RUNTIME_DIR": str(tmp_path)}
        path = tmp_path / "podman" / "podman.sock"
        path.parent.mkdir()
        async with engine(path, "200 OK", state()):
            assert (await bench.run("container = 'billing'")).level is Level.OK

    async def test_an_engine_that_one_may_not_ask_does_not_hide_ones_own(
        self, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shut, own = tmp_path / "docker.sock", tmp_path / "podman" / "podman.sock"
        own.parent.mkdir()
        monkeypatch.setattr(container_check, "OF_THE_SYSTEM", (str(shut),))
        monkeypatch.setattr(os, "access", lambda path, _: path != str(shut))  # root may ask everybody
        bench.environ = {"XDG_RUNTIME_DIR": str(tmp_path)}
        async with engine(shut, "500 Oops", {}), engine(own, "200 OK", state()):
            assert (await bench.run("container = 'billing'")).level is Level.OK

    async def test_restarts_in_the_last_hour(self, bench: Bench, tmp_path: Path) -> None:
        path = tmp_path / "engine.sock"
        answer = state()
        (probe,) = bench.build(
            f"[[service]]\nname = 'x'\ncontainer = 'b'\nsocket = '{path}'\nshould = ['restarts_1h < 3']"
        )
        levels = []
        async with engine(path, "200 OK", answer):
            for restarts in (5, 6, 9, 0, 1):
                answer["RestartCount"] = restarts
                levels.append((await probe.run(datetime.now(UTC))).level)
        assert levels == [Level.OK, Level.OK, Level.WARN, Level.OK, Level.OK]

    @pytest.mark.parametrize(
        "service", ["container = '../x'", "container = 'a/b'", "container = 'a'\nsocket = 'tcp://h:1'"]
    )
    def test_strange_names_are_refused(self, bench: Bench, service: str) -> None:
        with pytest.raises(SettingsError):
            bench.build(f"[[service]]\nname = 'x'\n{service}")


async def test_work_that_hangs_holds_up_nothing() -> None:
    release = threading.Event()
    hanging = [asyncio.create_task(in_thread(release.wait)) for _ in range(50)]
    assert await in_thread(lambda: 7) == 7
    for task in hanging:
        task.cancel()
    release.set()
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0)
