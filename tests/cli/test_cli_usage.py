"""How commands are named, told apart and refused; which incident they mean."""

import json
from pathlib import Path
from unittest import mock

import pytest

from commandline import CommandLine
from warroom import __version__
from warroom.cli.main import COMMANDS


@pytest.fixture
def warroom(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


@pytest.fixture
def declared(warroom: CommandLine) -> CommandLine:
    assert warroom("declare", "Outage").code == 0
    return warroom


class TestUsage:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_has_help_with_examples(self, warroom: CommandLine, name: str) -> None:
        done = warroom(name, "--help")
        assert (done.code, done.err) == (0, "")
        assert "examples:" in done.out
        assert "--incidents DIR" in done.out
        assert warroom("help", name).out == done.out

    def test_the_overview_names_every_command(self, warroom: CommandLine) -> None:
        for arguments in (["--help"], ["-h"], ["help"]):
            out = warroom(*arguments).out
            assert all(f"\n  {name} " in out for name in COMMANDS)

    @pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)])
    def test_no_help_is_broken_within_a_word_on_a_usual_terminal(
        self, warroom: CommandLine, arguments: list[str]
    ) -> None:
        assert [line for line in warroom(*arguments, COLUMNS="80").out.splitlines() if len(line) >= 80] == []

    def test_version(self, warroom: CommandLine) -> None:
        told = warroom("--version")
        assert (told.code, told.out) == (0, f"warroom {__version__}\n")

    @pytest.mark.parametrize(
        ("arguments", "code", "told"),
        [
            (["lgo"], 2, "did you mean 'log'?"),
            (["xyzzy"], 2, "see warroom --help"),
            (["log"], 2, "nothing to log"),
            (["log", " "], 2, "nothing to log"),
            (["log", "-15m"], 2, "a time without a text"),
            (["log", "x", "--colour"], 2, "--colour; see warroom log --help"),
            (["log", "x", "--ser", "y"], 2, "--ser"),
            (["log", "x", "-k", "actoin"], 2, "did you mean 'action'?"),
            (["log", "x", "--mark", "begun"], 2, "started"),
            (["log", "x", "--at", "soon"], 2, "yesterday 23:50"),
            (["log", "x", "--at"], 2, "expected one argument"),
            (["log", "@25:00 x"], 2, "'25:00' is not a time"),
            (["log", "x", "--each-line"], 2, "standard input"),
            (["log", "x", "-i", "nope"], 2, "there is no such incident"),
            (["log", "x", "-i", "../../etc/passwd"], 2, "is not the id of an incident"),
            (["log", "x", "--config", "nope.toml"], 2, "is not there"),
            (["set", "severity"], 2, "a value is missing"),
            (["set", "severity", "7"], 2, "sev5"),
            (["set", "sevrity", "1"], 2, "did you mean 'severity'?"),
            (["set", "timezone", "Mars"], 2, "time zone"),
            (["set", "title", " "], 2, "empty"),
            (["declare"], 2, "TITLE"),
            (["declare", " "], 2, "needs a title"),
            (["declare", "x", "-s", "bad"], 2, "sev1"),
            (["declare", "x", "--timezone", "Berlin"], 2, "Europe/Berlin"),
            (["reopen"], 2, "it is open already: investigating"),
            (["close"], 2, "warroom resolve comes first"),
            (["use", "nope"], 2, "there is no such incident"),
            (["show", "nope"], 2, "there is no such incident"),
            (["export", "--style", "nope"], 2, "there is no such theme"),
            (["set", "theme", "nope"], 2, "there is no such theme"),
            (["export", "--humour", "7"], 2, "--humour"),
            (["export", "--format", "json", "--chart"], 2, "JSON holds no chart"),
            (["open"], 2, "needs a terminal"),
            ([], 2, "needs a terminal"),
            (["check", "nope"], 3, "no service 'nope'"),
            (["check", "--colour"], 3, "--colour"),
            (["run"], 125, "CMD"),
            (["run", "ls", "-l"], 125, "-l; a command with options stands behind --, as in warroom run -- ls -l"),
            (["run", "--", "no-such-program-here"], 125, "could not be started"),
            (["log", "a\nb", "-k", "\x1b[31m"], 2, "no kind"),
        ],
    )
    def test_a_mistake_is_one_line_and_a_code(
        self, declared: CommandLine, arguments: list[str], code: int, told: str
    ) -> None:
        before = declared.files()[0].read_bytes()
        done = declared(*arguments)
        assert (done.code, done.out) == (code, "")
        assert told in done.err
        assert done.err.startswith("warroom: ")
        assert done.err.count("\n") == 1
        assert done.err.rstrip("\n").isprintable()
        assert declared.files()[0].read_bytes() == before

    def test_what_nobody_expected_is_one_line_too(self, declared: CommandLine) -> None:
        with mock.patch("warroom.files.append.append", side_effect=RuntimeError("odd")):
            done = declared("log", "x")
            told = declared("log", "x", WARROOM_DEBUG="1")
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert "unexpected error" in done.err
        assert "RuntimeError: odd" in done.err
        assert "Traceback" in told.err

    def test_ctrl_c_ends_a_command_silently(self, declared: CommandLine) -> None:
        with mock.patch("warroom.files.append.append", side_effect=KeyboardInterrupt):
            done = declared("log", "x")
        assert (done.code, done.out, done.err) == (130, "", "")

    def test_shared_options_may_stand_in_front(self, warroom: CommandLine) -> None:
        warroom("declare", "One")
        other = warroom("declare", "Two").out.strip()
        assert warroom("-i", other, "log", "x").code == 0
        assert warroom(f"--incident={other}", "log", "y").code == 0
        assert [entry.text for entry in warroom.incident(other).entries] == ["x", "y"]


class TestWhichIncident:
    def test_with_none_open_there_is_advice(self, warroom: CommandLine) -> None:
        assert "warroom declare TITLE" in warroom("log", "x").err

    def test_with_several_open_they_are_listed_until_one_is_in_use(self, warroom: CommandLine) -> None:
        one = warroom("declare", "One").out.strip()
        two = warroom("declare", "Two").out.strip()
        done = warroom("log", "x")
        assert done.code == 2
        assert one in done.err
        assert two in done.err
        assert warroom("use", one).out == f"using {one}\n"
        assert f"({one})" in warroom("log", "x").out
        assert f"({two})" in warroom("log", "x", WARROOM_INCIDENT=two).out
        assert f"({two})" in warroom("log", "x", "-i", two, WARROOM_INCIDENT=one).out
        assert [row["in_use"] for row in json.loads(warroom("list", "--json").out)["incidents"]] == [False, True]
        warroom("cancel")
        assert f"({two})" in warroom("log", "x").out
        assert "but it is cancelled" in warroom("use", one).out

    def test_a_configuration_above_decides_where_incidents_are(self, warroom: CommandLine) -> None:
        (warroom.here / "warroom.toml").write_text('timezone = "Europe/Berlin"\ntheme = "plain"\nauthor = "eva"\n')
        below = warroom.here / "deep" / "down"
        below.mkdir(parents=True)
        warroom.here = below
        del warroom.environ["WARROOM_BY"]
        assert warroom("declare", "Outage").code == 0
        (path,) = (warroom.here.parents[1] / "incidents").glob("*.toml")
        assert warroom("log", "x").out.split()[1] in ("CET", "CEST")
        text = path.read_text()
        assert 'timezone = "Europe/Berlin"' in text
        assert 'theme = "plain"' in text
        assert 'by = "eva"' in text

    def test_a_mistake_in_a_service_does_not_stop_logging(self, warroom: CommandLine) -> None:
        (warroom.here / "warroom.toml").write_text('author = "eva"\n[[service]]\nname = 3\n')
        assert warroom("declare", "Outage").code == 0
        assert warroom("log", "x").code == 0
        assert warroom("check").code == 3
