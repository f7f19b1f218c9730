"""From what a terminal sends to what the registry calls a key, and back to what a person reads."""

from typing import Final

from textual import events

_LABELS: Final = {"pagedown": "PgDn", "pageup": "PgUp", "escape": "Esc", "enter": "Enter", "tab": "Tab"}


def pressed(event: events.Key) -> str:
    """The key as the registry writes it: "?" and not "question_mark", "space" and not " "."""
    if event.is_printable and event.character is not None and event.character != " ":
        return event.character
    return event.key


def is_text(key: str) -> bool:
    """Whether a key, as the registry writes it, is a character that a text field keeps for its text."""
    return len(key) == 1 or key == "space"


def split_alt(event: events.Key) -> tuple[events.Key, ...]:
    """Alt+X as Esc, X: terminals send the same bytes for both, so nothing may depend on the difference."""
    if not event.key.startswith("alt+"):
        return (event,)
    rest = event.key.removeprefix("alt+")
    character = rest if len(rest) == 1 else event.character
    if character is not None and rest.startswith("shift+") and len(rest) == len("shift+x"):
        character = rest[-1].upper()
        rest = character
    parts = (events.Key("escape", "\x1b"), events.Key(rest, character))
    for part in parts:
        part.time = event.time
    return parts


def key_label(key: str) -> str:
    """A key as the footer and the help show it."""
    return f"^{key[5:].upper()}" if key.startswith("ctrl+") else _LABELS.get(key, key)
