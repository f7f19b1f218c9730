"""Styled text as data: what presenters give to the screen and to the command line alike."""

from collections.abc import Iterable
from typing import NamedTuple


class Run(NamedTuple):
    """A stretch of one line and the name of its style.

    A style is a meaning, not a look: "severity.sev1", "state.down", "kind.action", "mark", "muted", "bold", "code",
    "heading", "" for plain. Who draws it maps names to colours; an unknown name falls back to its part before the dot.
    """

    text: str
    style: str = ""


Line = tuple[Run, ...]


def plain(line: Iterable[Run]) -> str:
    """The text of a line, without its styles."""
    return "".join(run.text for run in line)
