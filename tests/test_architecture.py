"""The house rules that no linter knows: sizes, first lines, and one registry of commands for all that shows them."""

import ast
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from warroom.commands import COMMANDS, keymap

ROOT = Path(__file__).parents[1]
FILE, FUNCTION = 400, 50
ROOMS = ("warroom", "tests", "benchmarks", "docs")
PURE = ("incident", "health")
THOUGHT = frozenset(
    {"array", "bisect", "collections.abc", "dataclasses", "datetime", "difflib", "enum", "functools", "itertools"}
    | {"math", "operator", "re", "types", "typing", "unicodedata", "zoneinfo"}
)
"""What of the standard library neither waits nor asks the machine for anything."""
ASKS = frozenset({"open", "print", "input", "now", "utcnow", "today", "__import__", "eval", "exec"})
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def source(path: Path) -> str:
    return str(path.relative_to(ROOT))


def sizes(path: Path) -> Iterator[tuple[str, int, int]]:
    """The file and each of its functions, with their lines and how many they may have."""
    text = path.read_text(encoding="utf-8")
    yield "the file", len(text.splitlines()), FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or 0) - node.lineno + 1, FUNCTION


def test_every_file_says_in_its_first_line_what_it_is() -> None:
    firsts = {source(path): path.read_text(encoding="utf-8").partition("\n")[0] for path in SOURCES}
    assert [f"{path}: {first}" for path, first in firsts.items() if not re.match(r'"""\S.{10,}', first)] == []


def test_no_file_and_no_function_outgrows_its_budget() -> None:
    found = [f"{source(path)}: {name}" for path in SOURCES for name, lines, most in sizes(path) if lines > most]
    assert found == []


def impurities(path: Path) -> Iterator[str]:
    """What a file imports or calls that does I/O, tells the time, or is no part of the standard library."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                yield from (name.name for name in names if name.name not in THOUGHT)
            case ast.ImportFrom(module=str(name)) if name.partition(".")[0] != "warroom" and name not in THOUGHT:
                yield name
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in ASKS:
                yield f"{name}()"


@pytest.mark.parametrize("room", PURE)
def test_what_is_pure_asks_neither_machine_nor_clock_nor_a_library(room: str) -> None:
    found = [f"{source(path)}: {what}" for path in (ROOT / "warroom" / room).rglob("*.py") for what in impurities(path)]
    assert found == []


def test_no_command_is_twice_in_the_registry_and_none_shares_a_key() -> None:
    ids = [command.id for command in COMMANDS]
    assert len(set(ids)) == len(ids)
    assert set(keymap().values()) == {command for command in COMMANDS if command.keys}


def test_no_pattern_needs_what_the_oldest_python_gets_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = []
    for path in (path for path in SOURCES if path.is_relative_to(ROOT / "warroom")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(text := node.value, str | bytes) and takes_all(text):
                with suppress(re.error, RecursionError):
                    re.compile(text, re.DEBUG)
                    if re.search("^ *(POSSESSIVE|ATOMIC)", capsys.readouterr().out, re.MULTILINE):
                        wrong.append(f"{source(path)}:{node.lineno}: {text!r}")
    assert wrong == [], "possessive quantifiers and atomic groups match wrongly before Python 3.11.5"


def takes_all(text: str | bytes) -> bool:
    """Whether it could be a pattern with a possessive quantifier or an atomic group."""
    return any(sign in str(text) for sign in ("++", "*+", "?+", "}+", "(?>"))


def test_every_command_can_be_learnt_from_its_title_and_help() -> None:
    titles = [command.title for command in COMMANDS]
    assert len(set(titles)) == len(titles)
    for command in COMMANDS:
        assert re.fullmatch(r"[A-Z].*\.", command.help), f"{command.id}: a sentence, please: {command.help!r}"
