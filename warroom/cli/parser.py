"""The parser of one command, and the options that all commands share."""

import argparse
import os
from collections.abc import Callable, Sequence

from warroom.cli.errors import CommandError

TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from typing import Any, NoReturn

_TIME_OPTIONS = ("--at",)
_BEFORE_COMMAND = ("-i", "--incident", "--config", "--incidents")
_USUAL_COLUMNS = 80


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """As wide as the terminal. argparse makes one for every option, and its own way to the width imports shutil."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width())

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return super()._fill_text(wrapped(text), width, indent)


def wrapped(text: str) -> str:
    """`text` broken between words where the terminal would break within one; what is indented is to be copied whole."""
    from textwrap import fill

    width = _width()
    lines = text.split("\n")
    return "\n".join(line if len(line) <= width + 1 or line[0] == " " else fill(line, width) for line in lines)


def _width() -> int:
    return max(_columns() - 2, 40)


def _columns() -> int:
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given):
        return int(given)
    try:
        return os.get_terminal_size().columns or _USUAL_COLUMNS
    except (OSError, ValueError):  # no terminal: a pipe, a file
        return _USUAL_COLUMNS


class Parser(argparse.ArgumentParser):
    """argparse, but an error is one line, and no option may be shortened: scripts would break as options are added."""

    def __init__(self, name: str, about: str) -> None:
        super().__init__(
            prog=f"warroom {name}" if name else "warroom",
            description=about,
            allow_abbrev=False,
            formatter_class=_Formatter,
        )
        self.vocabulary: Callable[[], str] | None = None
        """Words that the help lists and that cost an import: asked for when help is wanted."""
        self.mend = f"see {self.prog} --help"
        """What to do about arguments that are not understood."""
        self.signed = False
        """Whether a value may begin with a minus, as in `set tags -network`."""

    def format_help(self) -> str:
        text = super().format_help()
        return f"{text}\n{wrapped(self.vocabulary())}" if self.vocabulary else text

    def print_help(self, file: "Any" = None) -> None:
        """Unlike argparse's own, lets the caller know that it could not be written."""
        print(self.format_help(), end="", file=file)

    def error(self, message: str) -> "NoReturn":
        raise CommandError(f"{message}; {self.mend}")


def add_shared(parser: argparse.ArgumentParser) -> None:
    """`-i`, `--config` and `--incidents`, on every command."""
    shared = parser.add_argument_group("where")
    shared.add_argument("-i", "--incident", metavar="ID", help="the incident that is meant (or WARROOM_INCIDENT)")
    shared.add_argument("--config", metavar="FILE", help="the warroom.toml to use (or WARROOM_CONFIG)")
    shared.add_argument("--incidents", metavar="DIR", help="where incident files are (or WARROOM_INCIDENTS)")


def add_time(parser: argparse.ArgumentParser, about: str) -> None:
    """`--at`, which takes every form of a time."""
    parser.add_argument("--at", metavar="TIME", help=f"{about}: 14:05, -15m, yesterday 23:50, 2026-11-21T14:05:00Z")


def add_author(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", metavar="WHO", help="who says so (else WARROOM_BY, configuration, git, login)")


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Shared options in front of the command, and the command with all that follows it."""
    at = 0
    while at < len(arguments) and arguments[at].split("=")[0] in _BEFORE_COMMAND:
        at += 1 if "=" in arguments[at] else 2
    return list(arguments[:at]), list(arguments[at:])


def joined(arguments: Sequence[str], *, signed: bool = False) -> list[str]:
    """`arguments` in which argparse does not take a time such as `-15m` for an option, nor, if `signed`, a `-word`."""
    done: list[str] = []
    for place, argument in enumerate(arguments):
        if argument == "--":
            return [*done, *arguments[place:]]
        if argument[:1] == "-" and argument[1:2].isdecimal():
            if done and done[-1] in _TIME_OPTIONS:
                done[-1] += f"={argument}"
                continue
            argument += " "  # with a space in it, it is an argument
        elif signed and argument[:1] == "-" and _is_word(argument[1:]):
            argument = f" {argument}"
        done.append(argument)
    return done


def _is_word(text: str) -> bool:
    """Whether it is more than an option's letter, or an option with an incident's id glued to it, or a long option."""
    return text not in ("", "i", "h") and text[:1] != "-" and not text[1:2].isdecimal()
