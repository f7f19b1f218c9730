"""Kind `cmd`: a program that judges by its exit code, as monitoring plugins do: 0 up, 1 degraded, 2 down, 3 unknown."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from warroom.config.secrets import Secret, refers
from warroom.health.conditions import Dimension
from warroom.health.results import Level
from warroom.probes.definition import CheckError, Found, Journey
from warroom.probes.options import Options, a_table_of_texts, a_text
from warroom.probes.perfdata import read_output
from warroom.probes.process import run
from warroom.probes.resources import Resources
from warroom.text.excerpt import beginning
from warroom.text.redact import credentials

VOCABULARY: Final[Mapping[str, Dimension]] = {
    "exit": "number",
    "latency": "seconds",
    "output": "text",
    "perf": "any",
}
_LEVELS: Final = {0: Level.OK, 1: Level.WARN, 2: Level.CRIT, 3: Level.UNKNOWN}
_WORDS: Final = {126: "cannot be run: permission denied", 127: "cannot be run: not found"}
_EXCERPT: Final = 1000


def build(options: Options, resources: Resources) -> "CmdCheck":
    """The check of a table with the key `cmd`."""
    return CmdCheck(
        options.take("cmd", an_argument_list, ()),
        options.take("env", an_environment, {}),
        options.take_path("directory", a_directory),
        resources,
    )


class CmdCheck:
    """Runs the program once; a condition on `exit` takes the judging of exit codes over."""

    vocabulary = VOCABULARY
    must: tuple[str, ...] = ()
    should: tuple[str, ...] = ()
    host = ""
    local = True

    def __init__(
        self, arguments: tuple[str, ...], env: Mapping[str, str], directory: str, resources: Resources
    ) -> None:
        self._arguments, self._env, self._directory, self._resources = arguments, env, directory, resources
        self._secrets = tuple(
            Secret(value) for name, value in env.items() if refers(value) or credentials(f"{name}={value}")
        )
        self.target = shlex.join(arguments)
        self.journey = Journey("running the program")

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return self._secrets

    async def look(self, wanted: frozenset[str]) -> Found:
        environ = dict(self._resources.environ)
        environ |= {name: Secret(value).reveal(environ) for name, value in self._env.items()}
        ended = await run(self._arguments, environ, self._directory)
        out = ended.out.decode("utf-8", "replace")
        summary, figures = read_output(out)
        errors = ended.errors.decode("utf-8", "replace").strip()
        evidence = [
            ("exit", str(ended.code)),
            ("output, first 64 KiB" if ended.cut else "output", beginning(out.strip(), _EXCERPT)),
            ("errors", beginning(errors, _EXCERPT)),
        ]
        found = Found(values={"exit": ended.code, "output": out, "perf": figures}, evidence=evidence)
        found.summary = summary or errors.partition("\n")[0] or f"exit code {ended.code}"
        if "exit" in wanted:
            return found
        if ended.code not in _LEVELS:
            reason = _WORDS.get(ended.code) or _ending(ended.code)
            raise CheckError(f"{Path(self._arguments[0]).name} {reason}", Level.UNKNOWN, found)
        found.level = _LEVELS[ended.code]
        return found


def an_argument_list(value: object) -> tuple[str, ...]:
    """A program and its arguments; ValueError otherwise, also for secrets in it: every user could read them."""
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value) or not value[0]:
        raise ValueError('must be a list, the program first, such as ["check_disk", "-w", "10%"]; no shell runs it')
    if any("\0" in item for item in value):
        raise ValueError("holds a NUL character")
    if any(refers(item) for item in value):
        raise ValueError('arguments can be seen by every user; pass a secret by env = { NAME = "${env:NAME}" }')
    return tuple(value)


def an_environment(value: object) -> dict[str, str]:
    """A table of texts by the names of variables; ValueError otherwise, and for what no environment can hold."""
    table = a_table_of_texts(value)
    for name, text in table.items():
        if not name or "=" in name or "\0" in name + text:
            raise ValueError(f"{name!r}: no variable can have this name or value; leave out = and NUL")
    return table


def a_directory(value: object) -> str:
    """A directory that is there; ValueError otherwise."""
    text = a_text(value)
    if not Path(text).is_dir():
        raise ValueError(f"{text!r} is no directory")
    return text


def _ending(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}, which says nothing"
