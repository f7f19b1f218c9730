"""What list, show, export and themes tell."""

import json
import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from commandline import CommandLine

SAMPLES = Path(__file__).parents[2] / "sample_incidents"


@pytest.fixture
def warroom(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


@pytest.fixture
def declared(warroom: CommandLine) -> CommandLine:
    assert warroom("declare", "Outage").code == 0
    return warroom


class TestList:
    def test_open_ones_in_columns_with_the_one_in_use(self, warroom: CommandLine) -> None:
        assert warroom("list").out == "no incident yet; warroom declare TITLE opens one\n"
        warroom("declare", "日本 down", "-s", "1", "--at", "2026-01-02 10:00")
        warroom("declare", "Drill", "--drill", "--at", "2026-01-03 10:00")
        warroom("use", "2026-01-02-down")
        assert warroom("list").out.splitlines() == [
            "  unset investigating 2026-01-03-drill Drill (drill)",
            "* sev1  investigating 2026-01-02-down  日本 down",
        ]

    def test_a_broken_file_is_named_and_hides_no_other(self, declared: CommandLine) -> None:
        (declared.incidents / "2026-01-01-broken.toml").write_text("format = \n[[timeline]]\n")
        done = declared("list", "--all")
        assert done.code == 1
        assert "2026-01-01-broken.toml:1" in done.err
        assert "Outage" in done.out
        declared.files()[1].unlink()
        for options in ((), ("--all",)):
            done = declared("list", *options)
            assert (done.code, done.out) == (1, "")


class TestShow:
    def test_facts_and_timeline(self, declared: CommandLine) -> None:
        declared("log", "--mark", "started", "--at", "2026-01-02 10:00", "errors")
        declared("log", "--mark", "detected", "--at", "2026-01-02 10:05", "alert")
        out = declared("show").out
        assert "time to detect: 5 min" in out
        assert "time to resolve: unknown (nothing is marked as 'resolved')" in out
        assert out.index("errors") < out.index("alert")
        assert all(len(line) <= 120 for line in out.splitlines())

    def test_the_signs_are_of_ascii_where_the_locale_has_no_more(self, declared: CommandLine) -> None:
        declared("log", "--mark", "started", "errors")
        declared("log", "-k", "dead-end", "the proxy")
        assert not declared("show", LANG="C.UTF-8").out.isascii()
        assert declared("show", LANG="C").out.isascii()

    def test_a_pipe_into_a_pager_is_as_wide_as_the_terminal(self, declared: CommandLine) -> None:
        declared("log", "word " * 30)
        terminal, program = pty.openpty()
        termios.tcsetwinsize(program, (24, 80))
        done = subprocess.run(
            [sys.executable, "-m", "warroom", "show"],
            stdout=subprocess.PIPE,
            stderr=program,
            cwd=declared.here,
            env=declared.environ,
            check=True,
        )
        os.close(program)
        os.close(terminal)
        entry = [line for line in done.stdout.decode().splitlines() if "word" in line]
        assert 70 < max(map(len, entry)) <= 80

    def test_json_has_durations_and_entries_in_reading_order(self, declared: CommandLine) -> None:
        declared("log", "--mark", "detected", "--at", "2026-01-02 10:05", "alert")
        declared("log", "--mark", "started", "--at", "2026-01-02 10:00", "errors")
        told = json.loads(declared("show", "--json").out)
        assert told["version"] == 1
        assert told["durations"]["detect"]["seconds"] == 300
        assert told["durations"]["resolve"]["seconds"] is None
        assert [entry["text"] for entry in told["entries"]] == ["errors", "alert"]
        assert "struck" not in told["entries"][0]

    def test_all_that_derives_from_the_record_is_told(self, declared: CommandLine) -> None:
        declared("set", "tags", "network")
        declared("set", "commander", "ana")
        declared("log", "--mark", "started", "--at", "-5m", "errors")
        declared("log", "--mark", "detected", "--at", "-10m", "alert")
        with declared.files()[0].open("a") as file:
            for number, (state, clock) in enumerate([("down", "10:00"), ("up", "10:05"), ("down", "10:30")]):
                file.write(
                    f'\n[[timeline]]\nid = "h{number}"\nat = 2026-01-02T{clock}:30Z\nkind = "health"\nservice = "api"\n'
                    f'state = "{state}"\nsince = 2026-01-02T{clock}:00Z\nstruck = false\ntext = "api {state}"\n'
                )
            file.write('\n[[timeline]]\nid = "s"\nat = 2026-01-02T10:00:00Z\nstruck = true\ntext = "a mistake"\n')
        out = declared("show").out
        assert "downtime of api: 5 min, and down since 2026-01-02 10:30:00 UTC\n" in out
        with declared.files()[0].open("a") as file:
            file.write('\n[[timeline]]\nid = "u"\nat = 2026-01-02T11:00:00Z\nkind = "health"\nservice = "api"\n')
            file.write('state = "unknown"\ntext = "api no longer watched, was DOWN"\n')
        unseen = "since 2026-01-02 10:30:00 UTC, not observed since 2026-01-02 11:00:00 UTC\n"
        assert f"downtime of api: 5 min, and down {unseen}" in declared("show").out
        assert f"api {unseen}" in declared("show", "--handoff").out
        assert "out of order: 'detected' is " in out
        assert "tags: network\n" in out
        assert "commander: ana\n" in out
        assert "01-02 10:00:00" in out
        assert out.splitlines()[-1].startswith(" ")
        (struck,) = [line for line in out.splitlines() if "a mistake" in line]
        assert " struck " in struck
        assert len(struck) <= 120
        told = json.loads(declared("show", "--json").out)
        assert told["downtime"][0]["seconds"] == 300
        assert told["downtime"][0]["runs"][1] == {"start": "2026-01-02T10:30:00Z", "end": None}

    def test_json_has_dates_as_the_file_has_them(self, declared: CommandLine) -> None:
        with declared.files()[0].open("a") as file:
            file.write('\n[[action]]\nid = "a1"\ntitle = "Restart policy"\ndue = 2026-12-01\n')
        assert json.loads(declared("show", "--json").out)["actions"][0]["due"] == "2026-12-01"

    @pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.toml")), ids=lambda path: str(path.stem))
    def test_every_sample_is_shown_and_exported(self, warroom: CommandLine, path: Path) -> None:
        where = ("--incidents", str(SAMPLES))
        for arguments in (["show"], ["show", "--handoff"], ["show", "--update"], ["export"]):
            done = warroom(arguments[0], path.stem, *arguments[1:], *where)
            assert done.code == 0
            assert "Traceback" not in done.err
        told = json.loads(warroom("show", path.stem, "--json", *where).out)
        assert told["title"]
        assert len(told["entries"]) > 3

    def test_a_finished_incident_is_shown_where_none_is_open(self, declared: CommandLine) -> None:
        declared("resolve")
        assert "resolved" in declared("show").out
        assert "[severity unset] Outage" in declared("show", "--handoff").out


class TestExport:
    def test_a_file_that_is_not_ours_is_not_overwritten(self, declared: CommandLine) -> None:
        path = declared.here / "x.md"
        path.write_text("mine")
        done = declared("export", "-o", "x.md")
        assert done.code == 2
        assert "--force" in done.err
        assert path.read_text() == "mine"
        assert declared("export", "-o", "x.md", "--force").code == 0
        declared("log", "more")
        assert declared("export", "-o", "x.md").code == 0
        assert "more" in path.read_text()
        path.write_text(path.read_text() + "edited")
        assert declared("export", "-o", "x.md").code == 2

    def test_where_it_cannot_write_it_says_so(self, declared: CommandLine) -> None:
        assert "is a directory" in declared("export", "-o", ".").err
        assert declared("export", "-o", "/dev/null").code == 0
        done = declared("export", "-o", "no/such/place.md")
        assert (done.code, done.err.count("\n")) == (1, 1)
        (declared.here / "circle").symlink_to("circle")
        assert "leads in a circle" in declared("export", "-o", "circle", "--force").err
        assert (declared.here / "circle").is_symlink()

    def test_a_pipe_gets_the_document_alone(self, declared: CommandLine) -> None:
        document = declared.process("export").out
        for form in ("/dev/stdout", "/dev/fd/1"):
            assert declared.process("export", "-o", form).out == document

    def test_a_name_that_would_act_on_the_terminal_is_told_cleaned(self, declared: CommandLine) -> None:
        assert "\x1b" not in declared("export", "-o", "\x1b[2J.md").out

    def test_standard_output_and_json(self, declared: CommandLine) -> None:
        assert declared("export").out.startswith("# ")
        assert declared("export", "-o", "-").out == declared("export").out
        assert json.loads(declared("export", "--format", "json").out)["title"] == "Outage"


def test_themes_are_listed(warroom: CommandLine) -> None:
    assert not warroom("themes", LANG="C.UTF-8").out.isascii()
    assert warroom("themes", LANG="C").out.isascii()
    named = {row["name"] for row in json.loads(warroom("themes", "list", "--json").out)["themes"]}
    assert "plain" in named


def test_a_broken_theme_is_named_and_hides_no_other(warroom: CommandLine) -> None:
    (warroom.here / "warroom.toml").write_text("")
    own = warroom.here / "themes"
    own.mkdir()
    (own / "mine.toml").write_text("colour = 3\n")
    done = warroom("themes")
    assert done.code == 2
    assert "mine.toml:1" in done.err
    assert "plain" in done.out


def test_a_humorous_theme_keeps_quiet_where_it_would_hurt(warroom: CommandLine) -> None:
    warroom("declare", "Outage", "-s", "1")
    quiet = warroom("export", "--style", "feline")
    assert "told without humour: its severity is sev1" in quiet.err
    assert warroom("export", "--style", "feline", "--humour", "3").err == ""
    assert warroom("export").err == ""
