"""The registry of commands as Markdown, for the page of keys."""

from warroom.commands import COMMANDS, Command


def in_full() -> str:
    """Every command with its id, its keys and what it does, under the name of its group."""
    groups: dict[str, list[Command]] = {}
    for command in COMMANDS:
        groups.setdefault(command.group, []).append(command)
    return "\n".join(_table(group, commands) for group, commands in groups.items())


def _table(group: str, commands: list[Command]) -> str:
    rows = [
        f"| {' '.join(map(_key, command.keys)) or 'none'} | {command.title} | `{command.id}` | {command.help} |"
        for command in commands
    ]
    return "\n".join(
        [f"### {group}", "", "| Keys | Command | Id | What it does |", "| --- | --- | --- | --- |", *rows, ""]
    )


def _key(key: str) -> str:
    return f"`{key}`".replace("|", "\\|")
