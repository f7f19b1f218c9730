"""What the shell may complete: commands and options from the parsers, everything else from disk. Needs argcomplete."""

import argparse
import contextlib
import os
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import argcomplete

from warroom.cli.main import COMMANDS, parser_of
from warroom.cli.parser import add_shared
from warroom.cli.target import found_places
from warroom.config.top import texts
from warroom.files.errors import FileError
from warroom.files.places import heads
from warroom.incident.kinds import KINDS, MARKS, SEVERITIES
from warroom.toml import TomlError


def complete() -> NoReturn:
    """Answers the shell and ends the process."""
    argcomplete.autocomplete(_root(), always_complete_options=False)
    raise SystemExit(1)


def _root() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="warroom")
    add_shared(root)
    commands = root.add_subparsers(dest="command", parser_class=_of_command)  # type: ignore[call-overload]  # it makes one
    for name, (_, about) in COMMANDS.items():
        commands.add_parser(name, help=about)
    _attach(root)
    return root


def _of_command(*, prog: str, **_: Any) -> argparse.ArgumentParser:
    """A command's parser: whole only where the line names the command, since each costs the imports of its module."""
    name = prog.rpartition(" ")[2]
    if name not in os.environ.get("COMP_LINE", "").split():
        return argparse.ArgumentParser(prog=prog)
    parser = parser_of(name)
    _attach(parser)
    return parser


def _attach(parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to name them
        if (words := _COMPLETERS.get(action.dest)) is not None and action.choices is None:
            action.completer = _quiet(words)  # type: ignore[attr-defined]  # where argcomplete looks for it


def _quiet(words: Callable[[argparse.Namespace], Iterable[str]]) -> Callable[..., list[str]]:
    """A broken file must not write into the line that is being typed: then nothing is offered."""

    def completer(parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        with contextlib.suppress(FileError, TomlError, OSError):
            return [word for word in words(parsed_args) if word.isprintable()]
        return []

    return completer


def _incidents(parsed: argparse.Namespace) -> Iterable[str]:
    return (head.id for head in heads(found_places(parsed).incidents))


def _services(parsed: argparse.Namespace) -> Iterable[str]:
    """Those that are configured, then those that any incident names."""
    from pathlib import Path

    from warroom.config.settings import service_tables

    places = found_places(parsed)
    if places.config:
        for table in service_tables(Path(places.config)):
            yield str(table.get("name", ""))
    for head in heads(places.incidents):
        listed = head.values.get("services", [])
        yield from map(str, listed if isinstance(listed, list) else [])


def _themes(parsed: argparse.Namespace) -> Iterable[str]:
    from warroom.cli.looks import directories
    from warroom.voice.load import names

    return names(directories(found_places(parsed)))


def _people(parsed: argparse.Namespace) -> Iterable[str]:
    from warroom.config.author import author

    return (author(None, os.environ, texts(found_places(parsed).config).get("author", ""), os.getcwd()),)


def _zones(_: argparse.Namespace) -> Iterable[str]:
    from zoneinfo import available_timezones

    return sorted(available_timezones())


def _values(parsed: argparse.Namespace) -> Iterable[str]:
    """What the field of `warroom set FIELD` can be."""
    from warroom.incident.amend import AmendError, known_values, path_of

    try:
        path = path_of(parsed.field or "")
    except AmendError:
        return ()
    by_path = {"theme": _themes, "timezone": _zones, "services": _services}
    found = by_path[path](parsed) if path in by_path else known_values(path)
    return found or (_people(parsed) if path.startswith("roles.") else ())


def _fields(_: argparse.Namespace) -> Iterable[str]:
    from warroom.incident.amend import SETTABLE, SHORT

    return (*SETTABLE, *SHORT)


def _severities(_: argparse.Namespace) -> Iterable[str]:
    return SEVERITIES


_COMPLETERS: dict[str, Callable[[argparse.Namespace], Iterable[str]]] = {
    "incident": _incidents,
    "id": _incidents,
    "service": _services,
    "services": _services,
    "style": _themes,
    "name": lambda parsed: _themes(parsed) if parsed.what == "show" else (),
    "kind": lambda _: KINDS,
    "mark": lambda _: MARKS,
    "severity": _severities,
    "timezone": _zones,
    "field": _fields,
    "value": _values,
    "by": _people,
}
