"""The signs of the screen: each reads without colour, and each has a form for terminals without Unicode."""

from collections.abc import Mapping
from typing import Final, Literal

from warroom.incident.kinds import MARKS
from warroom.text import clean

Charset = Literal["unicode", "ascii"]
Signs = Mapping[str, tuple[str, str]]
"""By kind, milestone or state: the sign, and what stands for it where only ASCII can be shown."""

MARK: Final = ("⚑", "#")
STAMP: Final = ("●", "@")
STAR: Final = ("★", "*")
PICKED: Final = ("▪", "v")
PENDING: Final = ("○", "o")
STRUCK: Final = ("╳", "x")
GAP: Final = ("┄", "-")

SIGNS: Final[Signs] = {
    **dict.fromkeys(MARKS, MARK),
    "down": ("✖", "X"),
    "flapping": ("↯", "~"),
    "degraded": ("▲", "!"),
    "unknown": ("?", "?"),
    "paused": ("‖", "|"),
    "maintenance": ("=", "="),
    "pending": ("◌", "o"),
    "up": ("✔", "+"),
    "note": ("·", "-"),
    "observation": ("◇", "o"),
    "hypothesis": ("¿", "?"),
    "dead-end": ("✗", "x"),
    "action": ("▸", ">"),
    "command": ("$", "$"),
    "decision": ("◆", "D"),
    "escalation": ("▴", "^"),
    "comms": ("»", '"'),
    "ask": ("⋯", "."),
    "health": ("♥", "+"),
    "change": ("~", "~"),
}
"""The plain ones; a theme may have its own for kinds, milestones and the states of services."""
NONE: Final[Signs] = {}
_FEW_GLYPHS: Final = frozenset({"linux", "vt100", "vt220", "dumb", "cons25"})


_IN_ASCII: Final = str.maketrans("…·›→–—▏⇧•│─", "~->>--|^*|-")
"""What the program's own words have beside letters, each in one cell."""


def charset_of(environ: Mapping[str, str]) -> Charset:
    """ASCII where the locale says so by name, or the terminal is known to draw little else."""
    # Not by LC_CTYPE: in the locale C it is Python itself that sets it, to C.UTF-8.
    locale = environ.get("LC_ALL") or environ.get("LANG") or ""
    plain = environ.get("WARROOM_ASCII") or locale in ("C", "POSIX") or environ.get("TERM") in _FEW_GLYPHS
    return "ascii" if plain else "unicode"


def plain_text(text: str, charset: Charset) -> str:
    """`text` as a terminal of that charset can show it. The last gate of the screen: nothing that passes it acts."""
    text = clean(text)
    return text.translate(_IN_ASCII) if charset == "ascii" and not text.isascii() else text


def sign(pair: tuple[str, str], charset: Charset) -> str:
    return pair[charset == "ascii"]


def sign_of(*keys: str, own: Signs, charset: Charset) -> str:
    """The sign of the first of `keys` that has one: the theme's `own`, else the plain one."""
    return sign(next(pair for key in keys if (pair := own.get(key) or SIGNS.get(key))), charset)
