"""Two versions of one part of the document: how each reads, and the two kept together."""

from collections.abc import Iterable
from typing import Any

from warroom.incident.model import Section


def read_as(value: Any) -> str:
    """A value of `Set` as a person reads it; sections of one's own with their headings."""
    if isinstance(value, tuple):
        return "\n\n".join(_section(item) for item in value)
    return "" if value is None else str(value)


def _section(item: object) -> str:
    return f"## {item.title}\n\n{item.text}".strip() if isinstance(item, Section) else str(item)


def both(path: str, theirs: Any, mine: Any) -> Any:
    """Both versions in one value, theirs first; nothing that either of them says is lost, and nothing comes twice.

    A part that can hold only one value (a figure, a time) keeps mine.
    """
    if isinstance(theirs, tuple) and isinstance(mine, tuple):
        return _united(theirs, mine)
    if not isinstance(theirs, str) or not isinstance(mine, str):
        return mine
    if mine in theirs:
        return theirs
    if theirs in mine:
        return mine
    return " / ".join([theirs, mine]) if path == "title" else f"{theirs}\n\n{mine}"


def _united(theirs: Iterable[Any], mine: Iterable[Any]) -> tuple[Any, ...]:
    made = list(theirs)
    for item in mine:
        if item in made:
            continue
        same = [place for place, other in enumerate(made) if _titled(other) and _titled(other) == _titled(item)]
        if same:
            first = made[same[0]]
            made[same[0]] = Section(first.title, both("", first.text, item.text))
        else:
            made.append(item)
    return tuple(made)


def _titled(item: object) -> str:
    return item.title.strip().casefold() if isinstance(item, Section) else ""
