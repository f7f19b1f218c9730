"""Where in a timeline an entry stands, by its id, without a search through all of them each time."""

from collections.abc import Iterator
from operator import is_
from typing import Final

from warroom.incident.model import Entry

Entries = tuple[Entry, ...]

_FEW: Final = 64
_KEPT: Final = 4
_CONTESTED: Final = -1
_known: tuple[tuple[Entries, dict[str, int]], ...] = ()
"""The timelines asked about last. Versions of one timeline share a map: it may know more ids than one of them has.

Where two versions have an entry at different places, none is noted down for it.
"""
_last_change: tuple[Entries, Entries, list[int] | None] = ((), (), [])


def place_of(entries: Entries, entry_id: str) -> int | None:
    """The place of an entry, None where there is none of that id. Of two with one id the later one counts."""
    if len(entries) <= _FEW:
        return _searched(entries, entry_id)
    place = _map_of(entries).get(entry_id)
    if place == _CONTESTED:
        return _searched(entries, entry_id)
    return place if place is not None and place < len(entries) and entries[place].id == entry_id else None


def appended(entries: Entries, entry: Entry) -> Entries:
    """`entries` with one more behind them; its place is known at once."""
    global _last_change
    grown = entries + (entry,)  # noqa: RUF005 - unpacked into a new tuple it would be copied twice
    _last_change = (entries, grown, [])
    if len(grown) > _FEW:
        places = _map_of(entries)
        here = len(entries)
        places[entry.id] = here if places.get(entry.id, here) == here else _CONTESTED
        _remember(grown, places)
    return grown


def replaced(entries: Entries, place: int, entry: Entry) -> Entries:
    """`entries` with another one at `place`, which has the same id."""
    global _last_change
    changed = (*entries[:place], entry, *entries[place + 1 :])
    _last_change = (entries, changed, [place])
    if len(changed) > _FEW:
        _remember(changed, _map_of(entries))
    return changed


def changed_places(before: Entries, after: Entries) -> list[int] | None:
    """The places whose entry is another object now, where `after` is `before` revised and grown; None where not."""
    global _last_change
    known = _last_change  # looked at once: another thread may change a timeline of its own meanwhile
    if known[0] is not before or known[1] is not after:
        _last_change = known = (before, after, _changed(before, after))
    return known[2]


def _changed(before: Entries, after: Entries) -> list[int] | None:
    if len(after) < len(before):
        return None
    if all(map(is_, before, after)):
        return []
    found = [place for place, (old, new) in enumerate(zip(before, after, strict=False)) if old is not new]
    return found if all(before[place].id == after[place].id for place in found) else None


def _searched(entries: Entries, entry_id: str) -> int | None:
    return next((place for place in range(len(entries) - 1, -1, -1) if entries[place].id == entry_id), None)


def _map_of(entries: Entries) -> dict[str, int]:
    for known, places in _known:
        if known is entries:
            return places
    found = {entry.id: place for place, entry in enumerate(entries)}
    _remember(entries, found)
    return found


def _remember(entries: Entries, places: dict[str, int]) -> None:
    global _known
    _known = ((entries, places), *_others(entries))[:_KEPT]


def _others(entries: Entries) -> Iterator[tuple[Entries, dict[str, int]]]:
    return (pair for pair in _known if pair[0] is not entries)
