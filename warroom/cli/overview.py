"""What `warroom --help` prints: every command with a line on what it is for."""

from collections.abc import Mapping

_GROUPS = (
    ("During an incident", ("open", "declare", "log", "run", "set", "resolve", "reopen", "close", "cancel", "use")),
    ("Read and hand on", ("list", "show", "review", "export", "themes", "demo")),
    ("Services and files", ("check", "doctor", "init", "completion")),
)
_FRONT = """\
usage: warroom [COMMAND] [ID] [options]

The war room for incidents: see what is down, log what happens, keep the postmortem.
Without a command it opens the war room.
"""
_END = """
In every command -i ID names the incident; without it the one that is open is meant, or the one of `warroom use`.
`warroom COMMAND --help` tells more and has examples; `warroom --version` prints the version.
"""


def overview(commands: Mapping[str, tuple[str, str]]) -> str:
    width = max(map(len, commands)) + 2
    lines = [_FRONT]
    for title, names in _GROUPS:
        lines.append(f"{title}:")
        lines += [f"  {name:<{width}}{commands[name][1]}" for name in names]
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n" + _END
