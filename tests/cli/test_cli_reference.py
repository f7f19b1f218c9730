"""docs/cli.md: it names every command, and its JSON is what the commands print."""

import json
import re
import shlex
from pathlib import Path

import pytest

from commandline import CommandLine
from warroom.cli.main import COMMANDS, parser_of
from warroom.cli.parser import joined

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def test_the_page_names_every_command() -> None:
    assert re.findall(r"^### warroom (\S+)$", PAGE, re.MULTILINE) == list(COMMANDS)


def examples() -> list[tuple[str, list[str]]]:
    """Every command in an example of a help, with its arguments up to where the shell takes over."""
    found = []
    for name in COMMANDS:
        for line in (parser_of(name).epilog or "").splitlines():
            inner = line.partition("$(")[2].partition(")")[0] or line
            for piece in re.split(r" && | \| | > | < ", inner if line.startswith("  ") else ""):
                words = shlex.split(piece.partition("warroom ")[2])
                if words and words[0] in COMMANDS:
                    found.append((words[0], words[1:]))
    return found


@pytest.mark.parametrize(("name", "arguments"), examples())
def test_an_example_of_the_help_is_one_that_its_parser_takes(name: str, arguments: list[str]) -> None:
    parser = parser_of(name)
    parser.parse_args(joined(arguments, signed=parser.signed))  # CommandError otherwise


def test_every_command_has_examples_of_its_own() -> None:
    assert {name for name, _ in examples()} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_json_is_documented(name: str) -> None:
    said = re.search(rf"`warroom {name}( list)? --json`", PAGE) is not None
    assert ("--json" in parser_of(name).format_help()) is said


def keys(value: object) -> object:
    """The shape of JSON: names and nesting; lists by their first item."""
    if isinstance(value, dict):
        return {name: keys(inner) for name, inner in value.items()}
    return [keys(value[0])] if isinstance(value, list) and value else None


@pytest.mark.parametrize(
    ("heading", "arguments"),
    [
        ("warroom list --json", ["list", "--json"]),
        ("warroom declare --json", ["declare", "Another", "--json"]),
        ("warroom log --json", ["log", "-i", "2026-11-21-backend-outage", "x", "--json"]),
        ("warroom check --json", ["check", "--json"]),
        ("warroom review --json", ["review", "--json", "-i", "2026-11-21-backend-outage"]),
        ("warroom themes list --json", ["themes", "--json"]),
    ],
)
def test_json_has_the_documented_shape(tmp_path: Path, heading: str, arguments: list[str]) -> None:
    warroom = CommandLine(tmp_path)
    warroom("declare", "Backend outage", "--service", "backend", "--at", "2026-11-21T19:47:15Z", WARROOM_CONFIG="")
    told = json.loads(warroom(*arguments).out)
    shown = json.loads(PAGE.split(f"`{heading}`")[1].split("```json\n")[1].split("```")[0])
    if "services" in told:  # a check's values are those of its kind
        for side in (told, shown):
            for service in side["services"]:
                service.update(values={}, evidence=[], phases=[])
    if "entry" in told:
        assert set(told["entry"]) == set(shown["entry"])
    assert keys(told) == keys(shown)


def test_the_whole_incident_has_the_documented_shape(tmp_path: Path) -> None:
    warroom = CommandLine(tmp_path)
    warroom("declare", "Backend outage", "--service", "backend")
    told = json.loads(warroom("show", "--json").out)
    shown = json.loads(PAGE.split("`warroom show --json`")[1].split("```json\n")[1].split("```")[0])
    assert list(told) == list(shown)
    assert list(told["impact"]) == list(shown["impact"])
    assert list(told["durations"]) == list(shown["durations"])
    assert set(shown["postmortem"]) < set(told["postmortem"])
    assert json.loads(warroom("export", "--format", "json").out) == told


def test_what_the_public_gets_has_the_documented_shape(tmp_path: Path) -> None:
    warroom = CommandLine(tmp_path)
    warroom("declare", "Backend outage", "--service", "backend")
    with warroom.files()[0].open("a") as file:
        file.write(
            '\n[[action]]\nid = "a"\ntitle = "Restart policy"\ntype = "prevent"\npriority = "high"\ndue = 2026-12-01\n'
            '\n[[timeline]]\nid = "b"\nat = 2026-11-21T19:46:58Z\nkind = "health"\nmark = "started"\n'
            'service = "backend"\nstate = "down"\ntext = "backend down"\n'
            '\n[[timeline]]\nid = "c"\nat = 2026-11-21T19:49:43Z\nkind = "health"\nservice = "backend"\nstate = "up"\n'
            'text = "backend up"\n'
        )
    told = json.loads(warroom("export", "--for", "public", "--format", "json").out)
    shown = json.loads(
        PAGE.split("`warroom export --for public --format json`")[1].split("```json\n")[1].split("```")[0]
    )
    for name in told:
        if name != "durations":
            assert keys(told[name]) == keys(shown[name]), name
    assert list(told) == list(shown)
    assert list(told["durations"]) == list(shown["durations"])
