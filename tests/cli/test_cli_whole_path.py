"""The main path of the command line, each step a real process; and what light commands must not load."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from commandline import MEASURED, CommandLine

HEAVY = ("textual", "rich", "httpx", "psutil", "asyncio", "matplotlib", "yaml", "argcomplete")
NOT_FOR_LOG = (*HEAVY, "dataclasses", "typing", "msgspec", "pathlib", "zoneinfo", "inspect", "shutil")


@pytest.fixture
def warroom(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def test_from_declaring_to_a_closed_incident_with_a_document(warroom: CommandLine) -> None:
    declared = warroom.process("declare", "Backend service outage", "-s", "2", "--service", "backend")
    assert declared.code == 0
    incident_id = declared.out.strip()
    assert incident_id.endswith("-backend-service-outage")
    assert warroom.process("log", "restarted", "the", "backend", "-k", "action").out.endswith(
        f"  action  restarted the backend  ({incident_id})\n"
    )
    assert warroom.process("log", "--mark", "started", "--at", "2026-01-02 10:00", "first errors").code == 0
    assert warroom.process("log", "-", stdin="zwölf\n".encode()).code == 0
    assert warroom.process("set", "commander", "ben").out == f"commander: nobody -> ben  ({incident_id})\n"
    assert "[sev2] Backend service outage" in warroom.process("show", "--update").out
    assert warroom.process("resolve", "--at", "2026-01-02 10:19").code == 0
    assert json.loads(warroom.process("list", "--all", "--json").out)["incidents"][0]["status"] == "resolved"
    assert warroom.process("export", incident_id, "-o", "outage.md").code == 0
    document = (warroom.here / "outage.md").read_text()
    assert document.startswith("# ")
    assert "restarted the backend" in document
    assert "19 min" in document
    assert warroom.process("close").code == 0
    incident = warroom.incident(incident_id)
    assert (incident.fields.severity, incident.fields.status) == ("sev2", "closed")
    assert incident.roles == {"commander": "ben"}
    assert [entry.mark for entry in incident.entries if entry.mark] == ["started", "resolved"]
    assert {entry.by for entry in incident.entries} == {"ana"}
    assert oct(warroom.files()[0].stat().st_mode)[-3:] == "600"
    assert oct(warroom.incidents.stat().st_mode)[-3:] == "700"


def loaded(warroom: CommandLine, arguments: list[str], names: tuple[str, ...]) -> str:
    code = (
        "import json, sys\nfrom warroom.cli import main\ncode = main(json.loads(sys.argv[1]))\n"
        "print(code, [name for name in json.loads(sys.argv[2]) if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(arguments), json.dumps(names)],
        capture_output=True,
        text=True,
        env={**warroom.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), MEASURED: ""},
        cwd=warroom.here,
        check=True,
    )
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "arguments",
    [
        ["declare", "Another"],
        ["list"],
        ["show"],
        ["show", "--update"],
        ["set", "severity", "1"],
        ["log", "--mark", "detected", "seen"],
        ["--help"],
    ],
)
def test_light_commands_load_neither_screen_nor_probes(warroom: CommandLine, arguments: list[str]) -> None:
    warroom("declare", "Outage")
    assert loaded(warroom, arguments, HEAVY) == "0 []"


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["export"], []),
        (["export", "--format", "html"], []),
        (["export", "--format", "json"], []),
        (["export", "--for", "public"], []),
        (["export", "--chart", "--format", "html"], ["matplotlib"]),
        (["init", "--print"], ["psutil", "asyncio", "yaml"]),  # it builds the probes to see that they are valid
        (["completion", "zsh"], ["argcomplete"]),
        (["themes"], []),
        (["doctor"], []),
        (["use", "ID"], []),
        (["resolve"], []),
    ],
)
def test_a_heavy_library_is_loaded_for_the_command_that_needs_it_alone(
    warroom: CommandLine, arguments: list[str], heavy: list[str]
) -> None:
    given = warroom("declare", "Outage").out.strip()
    warroom("log", "--mark", "started", "--at", "-5m", "errors")
    words = [word.replace("ID", given) for word in arguments]
    assert loaded(warroom, words, HEAVY) == f"0 {heavy}"


def test_templates_are_read_for_themes_that_have_one_alone(warroom: CommandLine) -> None:
    warroom("declare", "Outage")
    assert loaded(warroom, ["export"], ("jinja2", "textual", "httpx")) == "0 []"
    theme = Path(warroom("themes", "new", "mine").out.removeprefix("written: ").strip())
    theme.with_suffix(".jinja").write_text('{% extends "document" %}')
    assert loaded(warroom, ["export", "--style", "plain"], ("jinja2",)) == "0 []"
    assert loaded(warroom, ["export", "--style", "mine"], ("jinja2",)) == "0 ['jinja2']"


def test_a_plain_entry_is_logged_without_an_incident_being_built(warroom: CommandLine) -> None:
    warroom("declare", "Outage")
    assert loaded(warroom, ["log", "restarted"], (*NOT_FOR_LOG, "warroom.incident.model")) == "0 []"


@pytest.mark.parametrize(
    "arguments", [["set", "severity", "2"], ["set", "status", "monitoring"], ["log", "--mark", "identified", "a cause"]]
)
def test_a_word_of_the_head_is_set_without_an_incident_being_built(warroom: CommandLine, arguments: list[str]) -> None:
    warroom("declare", "Outage", "-s", "3")
    assert loaded(warroom, arguments, ("msgspec", "warroom.incident.model")) == "0 []"
    assert warroom.last().kind in ("change", "note")
    assert len(warroom.incident().entries) == 1


def test_nobody_reads_the_output_any_more(warroom: CommandLine) -> None:
    for number in range(3):
        warroom("declare", f"Outage {number}")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed_pipe:
        done = subprocess.run(
            [sys.executable, "-m", "warroom", "list", "--json"],
            stdout=closed_pipe,
            stderr=subprocess.PIPE,
            env=warroom.environ,
            cwd=warroom.here,
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(("command", "code"), [("show", 1), ("check", 3)])
def test_output_that_cannot_be_written_is_one_line(warroom: CommandLine, command: str, code: int) -> None:
    warroom("declare", "Outage")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "warroom", command],
            stdout=full,
            stderr=subprocess.PIPE,
            env=warroom.environ,
            cwd=warroom.here,
            check=False,
        )
    assert done.returncode == code
    assert done.stderr == b"warroom: No space left on device\n"


def in_shell(warroom: CommandLine, line: str) -> "subprocess.CompletedProcess[bytes]":
    """What `sh` makes of a line in which `warroom` is the program."""
    return subprocess.run(
        ["sh", "-c", f'warroom() {{ "$0" -m warroom "$@"; }}; {line}', sys.executable],
        capture_output=True,
        env=warroom.environ,
        cwd=warroom.here,
        check=False,
    )


@pytest.mark.parametrize(
    ("command", "closed"),
    [
        *(("log hello", closed) for closed in ("0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-")),
        *((f"{command} && warroom log hello", "1>&-") for command in ("show", "export", "run -- echo")),
    ],
)
def test_closed_streams_are_no_trouble(warroom: CommandLine, command: str, closed: str) -> None:
    warroom("declare", "Outage")
    done = in_shell(warroom, f"exec {closed}; warroom {command}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert warroom.last().text == "hello"


@pytest.mark.parametrize(("command", "code"), [("list", 2), ("init", 2), ("check", 3), ("run -- true", 125)])
def test_a_working_directory_that_is_gone_is_named(warroom: CommandLine, command: str, code: int) -> None:
    done = in_shell(warroom, f"mkdir gone; cd gone; rmdir ../gone; warroom {command}")
    assert done.returncode == code
    assert done.stderr == b"warroom: the working directory is gone; change to one that is there: cd\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_what_ran_is_logged_although_its_output_goes_nowhere(warroom: CommandLine, unbuffered: str) -> None:
    warroom("declare", "Outage")
    warroom.environ["PYTHONUNBUFFERED"] = unbuffered
    done = in_shell(warroom, "warroom run -- echo hello >/dev/full")
    assert b"no more of its output is passed on: No space left on device" in done.stderr
    assert warroom.last().text == "echo hello"
    assert in_shell(warroom, "warroom log --help >/dev/full").returncode == 1


@pytest.mark.parametrize("command", ["log -", "log --each-line", "set postmortem.root_cause -"])
def test_a_closed_standard_input_is_no_empty_text(warroom: CommandLine, command: str) -> None:
    warroom("declare", "Outage")
    warroom("set", "postmortem.root_cause", "A full disk.")
    before = warroom.files()[0].read_bytes()
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -m warroom {command} 0<&-', sys.executable],
        capture_output=True,
        env=warroom.environ,
        cwd=warroom.here,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, b"warroom: standard input is closed\n")
    assert warroom.files()[0].read_bytes() == before


@pytest.mark.parametrize(("command", "mebibytes"), [(("log", "-"), 1), (("set", "postmortem.summary", "-"), 4)])
def test_more_than_anybody_writes_is_refused(warroom: CommandLine, command: tuple[str, ...], mebibytes: int) -> None:
    warroom("declare", "Outage")
    most = mebibytes << 20
    done = warroom(*command, stdin=b"x" * (most + 1))
    assert done.code == 2
    assert f"more than {mebibytes} MiB on standard input; " in done.err
    assert warroom(*command, stdin=b"x" * most).code == 0


def test_bytes_that_are_no_text_are_logged_as_such(warroom: CommandLine) -> None:
    warroom("declare", "Outage")
    program = [os.fsencode(sys.executable), b"-m", b"warroom", b"log", b"caf\xe9 \xff"]
    done = subprocess.run(program, capture_output=True, env=warroom.environ, cwd=warroom.here, check=False)
    assert done.returncode == 0
    assert warroom.last().text == "caf\ufffd \ufffd"


def test_no_name_of_a_place_or_of_a_status_reaches_the_terminal_as_it_is(warroom: CommandLine) -> None:
    warroom("declare", "Outage")
    (path,) = warroom.files()
    path.write_text(path.read_text().replace('"investigating"', '"x\\u001B[2J"'))
    hostile = warroom.here / "d\x1b[2J"
    hostile.mkdir()
    config = str(hostile / "warroom.toml")
    for command in (("use", path.stem), ("init", "--config", config), ("themes", "new", "ours", "--config", config)):
        told = warroom(*command)
        assert told.code == 0
        assert "\u241b[2J" in told.out
        assert "\x1b" not in told.out


def test_several_processes_lose_nothing(warroom: CommandLine) -> None:
    warroom("declare", "Outage")
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "warroom", *words],
            stdout=subprocess.DEVNULL,
            env=warroom.environ,
            cwd=warroom.here,
        )
        for words in (["log", "a"], ["set", "severity", "1"], ["log", "b"], ["set", "commander", "ben"], ["log", "c"])
    ]
    assert [process.wait(60) for process in running] == [0] * 5
    incident = warroom.incident()
    assert (incident.fields.severity, incident.roles) == ("sev1", {"commander": "ben"})
    assert {"a", "b", "c"} <= {entry.text for entry in incident.entries}
    assert len(incident.entries) == 5
