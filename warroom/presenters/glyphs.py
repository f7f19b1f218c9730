"""The signs of the screen: each reads without colour, and each has a form for terminals without Unicode."""

from typing import Final, Literal

from warroom.incident.kinds import HealthState, Kind

Charset = Literal["unicode", "ascii"]

KINDS: Final[dict[Kind, tuple[str, str]]] = {
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
STATES: Final[dict[HealthState, tuple[str, str]]] = {
    "down": ("✖", "X"),
    "degraded": ("▲", "!"),
    "unknown": ("?", "?"),
    "up": ("✔", "+"),
    "": ("♥", "+"),
}
MARK: Final = ("⚑", "#")
STAMP: Final = ("●", "@")
STAR: Final = ("★", "*")
PICKED: Final = ("▪", "v")
PENDING: Final = ("○", "o")
GAP: Final = ("┄", "-")


def sign(pair: tuple[str, str], charset: Charset) -> str:
    return pair[charset == "ascii"]
