"""A person's own keys: which of them can be had, and why the others can't."""

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import product
from typing import Final

from warroom.commands import BY_ID, COMMANDS

Keys = Mapping[str, tuple[str, ...]]
"""Command id to keys, as a person writes them."""

_MOVING: Final = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete")
_NAMED: Final = frozenset(
    (
        *("space", "enter", "escape", "tab", "shift+tab", "backspace"),
        *(f"f{number}" for number in range(1, 25)),
        *_MOVING,
        *("+".join(both) for both in product(("shift", "ctrl", "ctrl+shift"), _MOVING)),
        *(f"ctrl+{letter}" for letter in "abcdefgjklnopqrstuvwxyz"),
    )
)
_SAME: Final = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+[": "escape"}
"""Keys that a terminal sends as another one."""
_CALLED: Final = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
    " ": "space",
    "backtab": "shift+tab",
    "spacebar": "space",
}


def why_unusable(key: str) -> str:
    """Why no terminal can be relied on to send `key`, with the mend; "" where it can be bound."""
    if key in _NAMED or (len(key) == 1 and key.isprintable() and key != " "):
        return ""
    plain = key.strip().lower().replace("control+", "ctrl+").replace("ctrl-", "ctrl+")
    if plain in _SAME:
        return f"a terminal sends {key!r} as {_SAME[plain]!r}"
    if plain.startswith(("alt+", "meta+", "option+")):
        return f"{key!r} arrives as Esc and the key behind it"
    if plain.startswith(("super+", "cmd+", "win+", "hyper+")):
        return f"terminals keep {key!r} for themselves"
    if plain.startswith("shift+") and len(plain) == len("shift+x"):
        return f"no terminal sends {key!r}; write {plain[-1].upper()!r}"
    meant = _CALLED.get(plain or key) or next(iter(get_close_matches(plain, sorted(_NAMED), 1, 0.75)), "")
    return f"no terminal sends {key!r}" + (f"; {meant!r}?" if meant else "")


def usable(own: Keys) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Those of a person's own keys that can be had, all together, and why for each command that keeps its default."""
    kept: dict[str, tuple[str, ...]] = {}
    refused: dict[str, str] = {}
    for command, keys in own.items():
        if why := _why_alone(command, keys):
            refused[command] = why
        else:
            kept[command] = tuple(dict.fromkeys(keys))
    while (clash := _clash(kept)) is not None:
        key, first, second = clash
        loser, winner = (second, first) if second in kept else (first, second)
        refused[loser] = f"{key!r} is the key of {winner!r} already{_stays(loser)}"
        del kept[loser]
    return kept, refused


def _why_alone(command: str, keys: tuple[str, ...]) -> str:
    if command not in BY_ID:
        near = get_close_matches(command, BY_ID, 1, 0.6)
        mend = f"do you mean {near[0]!r}?" if near else "docs/keys.md has them all"
        return f"no command has the id {command!r}; {mend}"
    return next((why + _stays(command) for why in map(why_unusable, keys) if why), "")


def _stays(command: str) -> str:
    keys = " ".join(BY_ID[command].keys)
    return f"; it keeps {keys}" if keys else ""


def _clash(own: Keys) -> tuple[str, str, str] | None:
    """A key that two commands would share, and both; of two own keys the later one in the registry comes second."""
    holders: dict[str, str] = {}
    for command in COMMANDS:
        for key in own.get(command.id, command.keys):
            if (other := holders.setdefault(key, command.id)) != command.id:
                return key, other, command.id
    return None
