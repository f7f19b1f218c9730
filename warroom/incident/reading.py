"""A timeline as it is read: in reading order, through a filter, and kept so while it grows."""

from array import array
from bisect import bisect_left, insort
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, overload

from warroom.incident.model import Entry
from warroom.incident.places import changed_places, place_of
from warroom.incident.search import Names, Query, sift

_KEPT: Final = 32
"""So many results of a filter stay at hand while it is typed: a key taken back is answered at once."""
_BEGINNING = datetime.min.replace(tzinfo=UTC)


class Reading(Sequence[Entry]):
    """Rows in reading order. It holds the entries it is given and one number a row, no text of its own."""

    def __init__(self) -> None:
        self._entries: tuple[Entry, ...] = ()
        self._order = array("I")
        self._rows = self._order
        self._query = Query()
        self._names: Names | None = None
        self._found: dict[Query, array[int]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, row: int) -> Entry: ...
    @overload
    def __getitem__(self, row: slice) -> list[Entry]: ...
    def __getitem__(self, row: int | slice) -> Entry | list[Entry]:
        if isinstance(row, slice):
            return [self._entries[place] for place in self._rows[row]]
        return self._entries[self._rows[row]]

    @property
    def filtered(self) -> bool:
        return bool(self._query)

    @property
    def whole(self) -> int:
        """How many entries there are without the filter."""
        return len(self._entries)

    def follow(self, entries: tuple[Entry, ...]) -> bool:
        """Takes the timeline as it is now; whether rows stand as they stood, with new ones behind them at most."""
        before, self._entries = self._entries, entries
        changed = changed_places(before, entries) if before else None
        if changed is None or any(before[place].at != entries[place].at for place in changed):
            self._order = _ordered(entries)
            self._seek_anew()
            return False
        if changed:
            if self._query:
                if len(entries) > len(before):
                    self._order = _ordered(entries)
                self._seek_anew()
                return False
            self._names = None
        if len(entries) > len(before):
            self._found = {}
        stood = True
        for place in range(len(before), len(entries)):
            stood = self._take(place) and stood
        return stood

    def _take(self, place: int) -> bool:
        last = not self._order or self._key(self._order[-1]) <= self._key(place)
        entry, separate = self._entries[place], self._rows is not self._order
        _put(self._order, place, self._key, last=last)
        if self._names is not None:
            self._names.add(entry)
        if separate and self._query.finds(entry):
            last = not self._rows or self._key(self._rows[-1]) <= self._key(place)
            _put(self._rows, place, self._key, last=last)
        return last

    def _key(self, place: int) -> tuple[datetime, str, int]:
        """`(at, id)` of the entry, or of its nearest predecessor with a time."""
        for earlier in range(place, -1, -1):
            entry = self._entries[earlier]
            if entry.at is not None:
                return entry.at, entry.id, place
        return _BEGINNING, "", place

    def seek(self, query: Query) -> None:
        """Shows what `query` finds; an empty one shows all."""
        if not query:
            self._query, self._rows, self._found = query, self._order, {}
            return
        if (found := self._found.get(query)) is not None:
            self._query, self._rows = query, found
            return
        narrower = bool(self._query) and query.narrows(self._query)
        among, known = (self._rows, self._query) if narrower else (self._order, Query())
        self._rows = sift(self._entries, among, query, self._names or self._all_names(), known)
        self._query = query
        if len(self._found) >= _KEPT:
            self._found.clear()
        self._found[query] = self._rows

    def _seek_anew(self) -> None:
        query, self._query, self._names, self._found = self._query, Query(), None, {}
        self.seek(query)

    def _all_names(self) -> Names:
        self._names = Names(self._entries)
        return self._names

    def prepare(self) -> None:
        """Does ahead of the first key what a filter needs."""
        if self._names is None:
            self._all_names()

    def row_of(self, entry_id: str | None) -> int | None:
        """The row of an entry; None where it is not shown."""
        place = place_of(self._entries, entry_id) if entry_id is not None else None
        if place is None:
            return None
        row = bisect_left(self._rows, self._key(place), key=self._key)
        return row if row < len(self._rows) and self._rows[row] == place else None

    def entry(self, entry_id: str) -> Entry | None:
        """An entry by its id, shown or not."""
        place = place_of(self._entries, entry_id)
        return None if place is None else self._entries[place]


def _put(rows: "array[int]", place: int, key: object, *, last: bool) -> None:
    if last:
        rows.append(place)
    else:
        insort(rows, place, key=key)  # type: ignore[call-overload]


def _ordered(entries: tuple[Entry, ...]) -> "array[int]":
    """The places of entries in reading order; quick where they stand in it already."""
    last, in_order = _BEGINNING, True
    for entry in entries:
        if entry.at is not None:
            if entry.at <= last:
                in_order = False
                break
            last = entry.at
    if in_order:
        return array("I", range(len(entries)))
    key = (_BEGINNING, "")
    keys = []
    for place, entry in enumerate(entries):
        if entry.at is not None:
            key = (entry.at, entry.id)
        keys.append((*key, place))
    keys.sort()
    return array("I", [place for _, _, place in keys])
