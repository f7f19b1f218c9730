"""The commands with their options as Markdown, from the parsers themselves."""

import argparse
from collections.abc import Iterator

from warroom.cli.main import COMMANDS, parser_of
from warroom.cli.parser import Parser


def reference() -> str:
    """All commands in their order, as Markdown."""
    return "\n".join(["", *(line for name in COMMANDS for line in _command(name, parser_of(name))), ""])


def _command(name: str, parser: Parser) -> Iterator[str]:
    yield from (f"### warroom {name}", "", parser.description or "", "")
    shared = [action for group in parser._action_groups if group.title == "where" for action in group._group_actions]  # noqa: SLF001
    own = [action for action in parser._actions if action not in shared and action.dest != "help"]  # noqa: SLF001
    yield from ("```text", _usage(name, own), "```", "")
    if own:
        yield from ("| Argument | Meaning |", "| --- | --- |")
        yield from (f"| {_called(action)} | {_cell(action.help or '')} |" for action in own)
        yield ""
    if parser.vocabulary is not None:
        yield from ("```text", parser.vocabulary().rstrip("\n"), "```", "")
    yield from ("```text", (parser.epilog or "").rstrip("\n"), "```", "")


def _usage(name: str, actions: list[argparse.Action]) -> str:
    options = " ".join(f"[{_option(action)}]" for action in actions if action.option_strings)
    arguments = " ".join(_argument(action) for action in actions if not action.option_strings)
    return " ".join(part for part in (f"warroom {name}", options, arguments, "[-i ID]") if part)


def _option(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else f" {_value(action)}"
    return f"{action.option_strings[0]}{value}"


def _value(action: argparse.Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    return "|".join(map(str, action.choices)) if action.choices is not None else action.dest.upper()


def _argument(action: argparse.Action) -> str:
    value = _value(action)
    return {"?": f"[{value}]", "*": f"[{value}..]", "+": f"{value}.."}.get(str(action.nargs), value)


def _called(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"`{_cell(_argument(action))}`"
    value = "" if action.nargs == 0 else f" {_value(action)}"
    return f"`{_cell(', '.join(action.option_strings) + value)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
