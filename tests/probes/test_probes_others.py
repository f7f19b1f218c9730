"""Kinds tcp, cmd and host, and the output of plugins."""

import asyncio
import re
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fault_servers import Bench, Servers, gone, own_port
from warroom.health.results import Level
from warroom.probes import host_figures
from warroom.probes.definition import CheckError
from warroom.probes.host_figures import HostSampler, Usage, real_disks
from warroom.probes.perfdata import read_output

pytest_plugins = ("probe_fixtures",)


class TestTcp:
    async def test_up(self, bench: Bench, servers: Servers) -> None:
        server = await servers.raw(_wait)
        result = await bench.run(f'tcp = "localhost:{server.port}"')
        assert (result.level, result.reason) == (Level.OK, "connected")
        assert [name for name, _ in result.phases] == ["dns", "connect"]

    async def test_refused(self, bench: Bench) -> None:
        with own_port() as port:
            result = await bench.run(f'tcp = "127.0.0.1:{port}"')
        assert (result.level, result.reason) == (Level.CRIT, "connection refused")

    async def test_a_line_end_alone_can_be_sent(self, bench: Bench, servers: Servers) -> None:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"heard " + await reader.readline())

        server = await servers.raw(echo)
        result = await bench.run(f'tcp = "127.0.0.1:{server.port}"\nsend = "\\n"\nmust = ["reply contains \'heard\'"]')
        assert result.level is Level.OK

    async def test_a_greeting_is_waited_for_where_a_condition_asks(self, bench: Bench, servers: Servers) -> None:
        async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"SSH-2.0-dropbear\r\n\x1b[2J")
            await reader.read()  # until the other side leaves

        server = await servers.raw(greet)
        result = await bench.run(f'tcp = "127.0.0.1:{server.port}"\nmust = ["reply contains \'SSH-2.0\'"]')
        assert result.level is Level.OK
        assert dict(result.evidence)["reply"] == "SSH-2.0-dropbear\n␛[2J"

    async def test_send_and_reply(self, bench: Bench, servers: Servers) -> None:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"+" + await reader.readline())
            await writer.drain()

        server = await servers.raw(echo)
        result = await bench.run(
            f'tcp = "127.0.0.1:{server.port}"\nsend = "PING ${{env:TOKEN}}\\r\\n"\nmust = ["reply contains \'PONG\'"]'
        )
        assert result.level is Level.CRIT
        assert "s3cret" not in repr(result)

    async def test_silence_and_hanging_up(self, bench: Bench, servers: Servers) -> None:
        async def leave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        silent, leaving = await servers.raw(_wait), await servers.raw(leave)
        must = "must = [\"reply contains 'x'\"]"
        result = await bench.too_late(f'tcp = "127.0.0.1:{silent.port}"\n{must}', lambda it: "reply" in it.reason)
        assert re.fullmatch(r"no answer within [\d.]+ s, waiting for a reply", result.reason)
        result = await bench.run(f'tcp = "127.0.0.1:{leaving.port}"\n{must}')
        assert result.level is Level.CRIT


async def _wait(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


class TestCmd:
    @pytest.mark.parametrize(("code", "level"), [(0, Level.OK), (1, Level.WARN), (2, Level.CRIT), (3, Level.UNKNOWN)])
    async def test_exit_codes(self, bench: Bench, code: int, level: Level) -> None:
        result = await bench.run(f"cmd = ['sh', '-c', 'echo \"DISK said | /=5GB;8;9\"; exit {code}']")
        assert (result.level, result.reason) == (level, "DISK said")

    @pytest.mark.parametrize(
        ("script", "reason"),
        [
            ("exit 4", "sh ended with exit code 4, which says nothing"),
            ("exit 127", "sh cannot be run: not found"),
            ("kill -9 $$", "sh was killed by signal 9"),
        ],
    )
    async def test_other_ends_say_nothing_of_the_service(self, bench: Bench, script: str, reason: str) -> None:
        result = await bench.run(f"cmd = ['sh', '-c', '{script}']")
        assert (result.level, result.reason) == (Level.UNKNOWN, reason)

    async def test_a_program_that_is_not_there(self, bench: Bench) -> None:
        result = await bench.run("cmd = ['/nowhere/check_x']")
        assert (result.level, result.reason) == (
            Level.UNKNOWN,
            "/nowhere/check_x cannot be run: no such file or directory",
        )

    async def test_conditions_on_figures_and_on_the_exit_code(self, bench: Bench) -> None:
        script = "cmd = ['sh', '-c', 'echo \"fine | load=7;;; time=20ms\"; exit 2']"
        result = await bench.run(f"{script}\nmust = ['exit in [0, 2]']\nshould = ['perf.load < 5']")
        assert (result.level, result.reason) == (Level.WARN, "perf.load < 5: got 7")
        worse = await bench.run(f"{script}\nmust = ['perf.nothing == 1']")
        assert worse.level is Level.CRIT

    async def test_it_gets_no_input_no_shell_and_plain_language(self, bench: Bench) -> None:
        result = await bench.run("cmd = ['sh', '-c', 'echo $LC_ALL $0 \"$1\"; cat', 'a', '$(b);c']")
        assert (result.level, result.reason) == (Level.OK, "C a $(b);c")

    async def test_secrets_come_by_environment_and_are_scrubbed(self, bench: Bench) -> None:
        result = await bench.run("cmd = ['sh', '-c', 'echo got $T']\nenv = { T = '${env:TOKEN}' }")
        assert result.reason.startswith("got ")
        assert "s3cret" not in repr(result)
        written = await bench.run("cmd = ['sh', '-c', 'echo got $PGPASSWORD']\nenv = { PGPASSWORD = 'tulip' }")
        assert written.reason == "got REDACTED"

    async def test_a_grandchild_that_holds_the_output_holds_up_nobody(self, bench: Bench, tmp_path: Path) -> None:
        mark = tmp_path / "pid"
        result = await bench.run(f"cmd = ['sh', '-c', 'sleep 60 & echo $! > {mark}; echo done']")
        assert (result.level, result.reason) == (Level.OK, "done")
        await gone(int(mark.read_text()))

    async def test_at_the_deadline_the_whole_group_ends(self, bench: Bench, tmp_path: Path) -> None:
        mark = tmp_path / "pids"

        def told() -> list[str]:
            return mark.read_text().split() if mark.exists() else []

        script = f"trap '' TERM; sleep 61 & echo $! $$ > {mark}; wait; sleep 62"
        program = tmp_path / "stubborn"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        async with asyncio.timeout(30):  # half of what the program would take
            result = await bench.too_late(f"cmd = ['{program}']", lambda _: told())
        assert result.level is Level.CRIT
        assert re.fullmatch(r"no answer within [\d.]+ s, running the program", result.reason)
        assert len(told()) == 2
        for pid in told():
            await gone(int(pid))

    async def test_endless_output_takes_no_memory(self, bench: Bench) -> None:
        before = psutil.Process().memory_info().rss
        result = await bench.run("cmd = ['yes']")
        assert (result.level, result.reason) == (Level.UNKNOWN, "the program writes without end")
        assert psutil.Process().memory_info().rss - before < 50_000_000

    async def test_output_is_cut_cleaned_and_told(self, bench: Bench) -> None:
        script = "print('\\x1b]0;x\\x07 fine'); print('y' * 200000)"
        result = await bench.run(f'cmd = ["{sys.executable}", "-c", "{script}"]')
        assert result.reason == "␛]0;x␇ fine"
        assert any(label == "output, first 64 KiB" for label, _ in result.evidence)

    async def test_cancelling_ends_the_program(self, bench: Bench, tmp_path: Path) -> None:
        mark = tmp_path / "pid"
        (probe,) = bench.build(f"[[service]]\nname = 'x'\ncmd = ['sh', '-c', 'echo $$ > {mark}; sleep 63']")
        look = asyncio.create_task(probe.run(datetime.now(UTC)))
        async with asyncio.timeout(60):
            while not (mark.exists() and mark.read_text().strip()):  # noqa: ASYNC110  # a file tells nobody
                await asyncio.sleep(0.01)
        look.cancel()
        with pytest.raises(asyncio.CancelledError):
            await look
        await gone(int(mark.read_text()))

    async def test_cancelling_while_it_starts_ends_it_too(self, bench: Bench, tmp_path: Path) -> None:
        mark = tmp_path / "pid"
        (probe,) = bench.build(f"[[service]]\nname = 'x'\ncmd = ['sh', '-c', 'sleep 64 & echo $! > {mark}; wait']")
        for turns in range(6):
            look = asyncio.create_task(probe.run(datetime.now(UTC)))
            for _ in range(turns):
                await asyncio.sleep(0)
            look.cancel()
            with pytest.raises(asyncio.CancelledError):
                await look
            if mark.exists() and mark.read_text().strip():
                await gone(int(mark.read_text()))
                mark.unlink()


class TestPerfdata:
    @pytest.mark.parametrize(
        ("text", "summary", "figures"),
        [
            ("OK - fine", "OK - fine", {}),
            ("OK | time=0.5s;;;0 size=2KB", "OK", {"time": 0.5, "size": 2048.0}),
            ("OK | 'free space'=20%;10;5", "OK", {"free space": 20.0}),
            ("OK | 'it''s'=1", "OK", {"it's": 1.0}),
            ("OK | a=U b=3", "OK", {"b": 3.0}),
            ("OK | a=1,5ms", "OK", {"a": 0.0015}),
            ("OK | a=1\nlong text\nmore | b=2\nc=3", "OK", {"a": 1.0, "b": 2.0, "c": 3.0}),
            ("", "", {}),
            ("OK | nonsense", "OK", {}),
        ],
    )
    def test_forms(self, text: str, summary: str, figures: dict[str, float]) -> None:
        found_summary, found_figures = read_output(text)
        assert found_summary == summary
        assert found_figures == pytest.approx(figures)

    @pytest.mark.parametrize("word", ["a", "'", "''", " 'a", "a=", " "])
    def test_what_is_no_figure_is_passed_over_however_long(self, word: str) -> None:
        # Where each place of it were tried to its end, this would take a quarter of an hour.
        assert read_output("fine |" + word * 500_000) == ("fine", {})

    @given(st.text())
    def test_anything_is_read(self, text: str) -> None:
        summary, figures = read_output(text)
        assert "\n" not in summary
        assert all(isinstance(value, float) for value in figures.values())


class TestHost:
    @pytest.mark.parametrize("figure", ["cpu", "memory", "load", "disk /", "swap"])
    async def test_every_figure(self, bench: Bench, figure: str) -> None:
        result = await bench.run(f'host = "{figure}"\nmust = []')
        assert result.level in (Level.OK, Level.WARN, Level.CRIT)
        assert result.reason
        assert result.took is None

    async def test_conditions(self, bench: Bench) -> None:
        result = await bench.run('host = "disk /"\nshould = ["used < 0%"]\nmust = ["free > 1B"]')
        assert (result.level, result.reason.partition(":")[0]) == (Level.WARN, "used < 0%")

    async def test_a_mount_that_is_not_there(self, bench: Bench) -> None:
        result = await bench.run('host = "disk /nowhere/at/all"')
        assert (result.level, result.reason) == (Level.CRIT, "/nowhere/at/all: no such file or directory")

    async def test_a_dead_disk_is_asked_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        release, began, asked = threading.Event(), threading.Event(), []

        def stuck(mount: str) -> Usage:
            asked.append(mount)
            began.set()
            release.wait(60)
            return Usage(1.0, 1, 2)

        monkeypatch.setattr(host_figures, "_usage", stuck)
        now = 0.0
        sampler = HostSampler(lambda: now)
        first = asyncio.create_task(sampler.disk("/dead"))
        second = asyncio.create_task(sampler.disk("/dead"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(sampler.disk("/dead"), 0.05)
        assert await asyncio.to_thread(began.wait, 60)
        now = 3.0
        with pytest.raises(CheckError, match="/dead does not answer"):
            await sampler.disk("/dead")
        assert asked == ["/dead"]
        release.set()
        assert await first == await second == Usage(1.0, 1, 2)
        assert await sampler.disk("/dead") == Usage(1.0, 1, 2)
        assert asked == ["/dead"] * 2

    async def test_all_who_ask_share_one_sample(self) -> None:
        now = 0.0
        sampler = HostSampler(lambda: now)
        first, second = await asyncio.gather(sampler.sample(), sampler.sample())
        assert first is second
        assert await sampler.sample() is first
        now = 1.5
        assert await sampler.sample() is not first

    async def test_figures_for_the_screen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(host_figures, "_DISK_PATIENCE", 60.0)
        figures = await HostSampler().figures()
        labels = [figure.label for figure in figures.figures]
        assert labels[:2] == ["cpu", "mem"]
        assert "/" in labels
        assert all(figure.percent is None or 0 <= figure.percent <= 100 for figure in figures.figures)
        assert figures.cpu.series == (figures.cpu.percent,)

    async def test_what_is_no_longer_mounted_is_no_longer_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        mounted = ["/", "/proc"]
        monkeypatch.setattr(host_figures, "_DISK_PATIENCE", 60.0)
        monkeypatch.setattr(host_figures, "real_disks", lambda: tuple(mounted))
        sampler = HostSampler()
        await sampler.disk("/dev")  # what a check looks at need not be a disk of the host
        assert [disk.label for disk in (await sampler.figures()).disks] == ["/", "/proc"]
        mounted.remove("/proc")
        assert [disk.label for disk in (await sampler.figures()).disks] == ["/"]

    def test_the_root_is_a_real_disk(self) -> None:
        assert "/" in real_disks()
