"""Running commands, checking services, mending files."""

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import psutil
import pytest

from commandline import CommandLine
from warroom.files.journal import keep
from warroom.incident.changes import Change, Set, Stamp


@pytest.fixture
def warroom(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


@pytest.fixture
def declared(warroom: CommandLine) -> CommandLine:
    assert warroom("declare", "Outage").code == 0
    return warroom


class TestRun:
    def test_output_passes_and_the_result_is_logged(self, declared: CommandLine) -> None:
        done = declared.process(
            "run", "--service", "db", "--", "sh", "-c", "echo out; echo password=hunter2 >&2; exit 3"
        )
        assert (done.code, done.out, done.err) == (3, "out\n", "password=hunter2\n")
        entry = declared.last()
        assert (entry.kind, entry.exit, entry.service) == ("command", 3, "db")
        assert entry.took is not None
        assert entry.command == "sh -c 'echo out; echo password=REDACTED >&2; exit 3'"
        assert "out" in entry.evidence[0].text
        assert "hunter2" not in declared.files()[0].read_text()

    def test_what_it_was_for_may_be_said(self, declared: CommandLine) -> None:
        done = declared("run", "--text", "look around", "--", "sh", "-c", "echo out; echo err >&2")
        assert (done.code, done.out, done.err) == (0, "out\n", "err\n")
        assert (declared.last().text, declared.last().command) == ("look around", "sh -c 'echo out; echo err >&2'")
        assert sorted(declared.last().evidence[0].text.split()) == ["err", "out"]

    def test_where_it_cannot_be_logged_it_says_so_and_fails(self, declared: CommandLine) -> None:
        with mock.patch("os.fsync", side_effect=OSError(28, "No space left on device")):
            good, bad = declared("run", "--", "true"), declared("run", "--", "sh", "-c", "exit 7")
        assert (good.code, bad.code) == (1, 7)
        assert "the command ran, but is not logged" in good.err

    def test_what_it_leaves_running_is_not_waited_for(self, declared: CommandLine) -> None:
        done = declared("run", "--", "sh", "-c", "sleep 60 & echo $!")
        left = psutil.Process(int(done.out))
        assert left.status() != psutil.STATUS_ZOMBIE
        left.kill()
        assert done.code == 0

    def test_ctrl_c_is_for_the_command_from_the_start(
        self, declared: CommandLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        start = subprocess.Popen

        def interrupted(*arguments: Any, **options: Any) -> "subprocess.Popen[bytes]":
            child = start(*arguments, **options)
            signal.raise_signal(signal.SIGINT)
            return child

        monkeypatch.setattr(subprocess, "Popen", interrupted)
        assert declared("run", "--", "sh", "-c", "kill -INT $$; echo not here").code == 130
        assert declared.last().exit == 130

    def test_a_signal_is_told_as_shells_do(self, declared: CommandLine) -> None:
        assert declared.process("run", "--", "sh", "-c", "kill -TERM $$").code == 143
        assert declared.last().exit == 143

    def test_of_a_long_output_beginning_and_end_are_kept(self, declared: CommandLine) -> None:
        done = declared.process("run", "--", "sh", "-c", "echo begin; yes | head -c 300000; echo end")
        assert done.code == 0
        assert len(done.out) == 300_010
        (evidence,) = declared.last().evidence
        assert evidence.text.startswith("begin")
        assert evidence.text.endswith("end")
        assert "bytes left out" in evidence.text
        assert len(evidence.text) < 5000

    def test_where_nobody_reads_on_the_command_notices_as_by_itself(self, declared: CommandLine) -> None:
        program = [sys.executable, "-m", "warroom", "run", "--", "yes"]
        with subprocess.Popen(program, stdout=subprocess.PIPE, env=declared.environ, cwd=declared.here) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == b"y\n"
            running.stdout.close()
            assert running.wait(60) == 141
        assert (declared.last().command, declared.last().exit) == ("yes", 141)

    def test_nothing_runs_where_it_could_not_be_logged(self, warroom: CommandLine) -> None:
        done = warroom("run", "--", "touch", "made")
        assert done.code == 125
        assert not (warroom.here / "made").exists()


class TestCheck:
    def test_codes_and_words_are_those_of_a_plugin(self, warroom: CommandLine) -> None:
        (warroom.here / "warroom.toml").write_text(
            '[defaults]\ntimeout = "60s"\n[[service]]\nname = "good"\ncmd = ["true"]\n'
            '[[service]]\nname = "bad"\ncmd = ["sh", "-c", "exit 2"]\n'
            '[[service]]\nname = "slow"\ncmd = ["sh", "-c", "exit 1"]\n'
        )
        assert warroom("check", "good").code == 0
        assert warroom("check", "good", "slow").code == 1
        done = warroom("check")
        assert done.code == 2
        assert [line.split()[:2] for line in done.out.splitlines()] == [
            ["DOWN", "bad"],
            ["DEGRADED", "slow"],
            ["UP", "good"],
        ]
        told = json.loads(warroom("check", "--json").out)
        assert {row["name"]: row["state"] for row in told["services"]} == {
            "good": "up",
            "bad": "down",
            "slow": "degraded",
        }

    def test_wide_names_stand_whole_in_their_column(self, warroom: CommandLine) -> None:
        (warroom.here / "warroom.toml").write_text(
            '[[service]]\nname = "数据库"\ncmd = ["true"]\n[[service]]\nname = "b"\ncmd = ["true"]\n', encoding="utf-8"
        )
        wide, narrow = warroom("check").out.splitlines()
        assert wide.startswith("UP        数据库  ")
        assert narrow.startswith("UP        b       ")


class TestDoctor:
    def test_a_torn_end_is_mended_and_kept(self, declared: CommandLine) -> None:
        declared("log", "whole")
        path = declared.files()[0]
        path.write_bytes(path.read_bytes() + b'\n[[timeline]]\nid = "x"\nat = 2026-')
        looked = declared("doctor", "--dry-run", str(path))
        assert looked.code == 1
        assert "torn" in looked.out
        done = declared("doctor")
        assert done.code == 0, done.out
        assert "mended: " in done.out
        assert declared("doctor").code == 0
        assert declared.last().text == "whole"

    def test_what_it_can_not_mend_is_told_and_keeps_it_from_no_other_file(self, declared: CommandLine) -> None:
        broken = declared.files()[0]
        keep(str(broken), [Change((Set("severity", "sev1"),), Stamp("c1", datetime.now(UTC), "ana"))])
        broken.write_text(broken.read_text().replace('status = "investigating"', "status = investigating"))
        torn = broken.with_name("a.toml")
        torn.write_bytes(
            b'id = "a"\ntitle = "a"\n\n[[timeline]]\nid = "1"\ntext = "a"\n\n[[timeline]]\nid = "2"\nby = "x"'
        )
        done = declared("doctor")
        assert (done.code, done.err) == (1, "")
        assert done.out.count(f"wrong: {broken}:") == 2, "what is broken, and what waits: each told once"
        assert f"{broken.name}.unmerged for being merged\n" in done.out
        assert f"mended: {torn}: the end was torn" in done.out

    def test_the_configuration_is_checked(self, declared: CommandLine) -> None:
        (declared.here / "warroom.toml").write_text('timezone = "Mars"\n')
        done = declared("doctor")
        assert done.code == 1
        assert "warroom.toml:1: timezone" in done.out

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ('[[service]]\nname = "a"\nhttp = "nonsense"\n', "warroom.toml:"),
            ('[keys]\n"no.such.command" = "a"\n', "keys.no.such.command"),
            ('author = "ana"\ntheme = "nonesuch"\n', "warroom.toml:2: theme: nonesuch: there is no such theme"),
            ("", "in order: "),
        ],
    )
    def test_services_and_keys_are_checked(self, warroom: CommandLine, text: str, told: str) -> None:
        (warroom.here / "warroom.toml").write_text(text)
        done = warroom("doctor")
        assert told in done.out
        assert done.code == (1 if text else 0)

    @pytest.mark.parametrize(("mode", "code"), [(0o644, 1), (0o600, 0)])
    def test_a_secret_that_others_may_read_is_told(self, warroom: CommandLine, mode: int, code: int) -> None:
        path = warroom.here / "warroom.toml"
        path.write_text('[[service]]\nname = "a"\nhttp = "http://h/"\nauth = "bearer s3cret-t0ken"\n')
        path.chmod(mode)
        done = warroom("doctor")
        assert (done.code, "chmod 600" in done.out) == (code, code == 1)
        assert "s3cret-t0ken" not in done.out

    def test_the_schema_is_json(self, warroom: CommandLine) -> None:
        assert "timeline" in json.loads(warroom("doctor", "--schema").out)["properties"]


def test_a_torn_end_is_told_when_it_is_set_aside(declared: CommandLine) -> None:
    path = declared.files()[0]
    for arguments in (["log", "x"], ["log", "--mark", "detected"], ["set", "severity", "1"], ["review"]):
        path.write_bytes(path.read_bytes() + b'\n[[timeline]]\nid = "x"\nat = 2026-')
        done = declared(*arguments)
        assert done.code == (1 if arguments == ["review"] else 0)
        assert "set aside" in done.err
        assert done.err.count("\n") == 1
