"""The registry of commands as a Markdown table for the documentation."""

from collections.abc import Iterable

from warroom.commands import Command


def keys_table(commands: Iterable[Command]) -> str:
    """One row a group: each command's first key and title. Commands without a key are left to the palette."""
    groups: dict[str, list[str]] = {}
    for command in commands:
        if command.keys:
            groups.setdefault(command.group, []).append(f"`{_escaped(command.keys[0])}` {command.title}")
    rows = [f"| {group} | {' · '.join(words)} |" for group, words in groups.items()]
    return "\n".join(["| | |", "| --- | --- |", *rows]) + "\n"


def _escaped(key: str) -> str:
    return key.replace("|", "\\|")
