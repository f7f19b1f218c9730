"""A filter over the timeline, as a person types it: words, and words for one field (`kind:action by:ana disk`)."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from warroom.incident.kinds import KINDS, MARKS
from warroom.incident.model import Entry

_FIELDS: Final = ("kind", "mark", "by", "service", "state", "to")
"""What a word may be looked for in alone, as `kind:action`."""
_FLAGS: Final = ("starred", "struck", "internal")
"""What `is:` asks for."""
_SEARCHED: Final = ("text", "kind", "mark", "by", "service")
"""Where any other word is looked for."""


@dataclass(frozen=True, slots=True)
class Query:
    """All of it must be so of an entry. `words` are looked for anywhere, `parts` of `fields` in that field alone."""

    words: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.fields or self.flags)

    def narrows(self, other: "Query") -> bool:
        """Whether whatever this query finds is found by `other` too."""
        return (
            all(any(word in mine for mine in self.words) for word in other.words)
            and all(any(f == name and part in mine for name, mine in self.fields) for f, part in other.fields)
            and set(other.flags) <= set(self.flags)
        )

    def finds(self, entry: Entry) -> bool:
        """Whether this is found."""
        return (
            all(any(word in str(getattr(entry, name)).lower() for name in _SEARCHED) for word in self.words)
            and all(part in str(getattr(entry, name)).lower() for name, part in self.fields)
            and all(getattr(entry, flag) for flag in self.flags)
        )


class Names:
    """The few words that the many entries have in their short fields: looked through in place of the entries."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._by: set[str] = set()
        self._service: set[str] = set()
        entries = tuple(entries)
        self._by.update(entry.by for entry in entries)
        self._service.update(entry.service for entry in entries)

    def add(self, entry: Entry) -> None:
        self._by.add(entry.by)
        self._service.add(entry.service)

    def with_word(self, word: str) -> tuple[frozenset[str], ...]:
        """The kinds, marks, authors and services that contain `word`."""
        every = (KINDS, MARKS, self._by, self._service)
        return tuple(frozenset(name for name in names if word in name.lower()) for names in every)


class _Holds(dict[str, bool]):
    """Whether a value has `part` in it; each is looked at once."""

    def __init__(self, part: str) -> None:
        self._part = part

    def __missing__(self, value: str) -> bool:
        found = self[value] = self._part in value.lower()
        return found


def sift(
    entries: Sequence[Entry], among: Iterable[int], query: Query, names: Names, known: Query | None = None
) -> "array[int]":
    """Those places of `among` whose entries `query` finds.

    `names` are of all the entries. What `known` asks is so of all of `among`, and is not asked again.
    """
    known = known or Query()
    for word in query.words:
        if word not in known.words:
            among = _with_word(entries, among, word, names)
    for name, part in query.fields:
        if (name, part) not in known.fields:
            value, holds = attrgetter(name), _Holds(part)
            among = [place for place in among if holds[value(entries[place])]]
    for flag in query.flags:
        if flag not in known.flags:
            is_so = attrgetter(flag)
            among = [place for place in among if is_so(entries[place])]
    return array("I", among)


def _with_word(entries: Sequence[Entry], among: Iterable[int], word: str, names: Names) -> list[int]:
    kinds, marks, authors, services = names.with_word(word)
    if not (kinds or marks or authors or services):
        return [place for place in among if word in entries[place].text.lower()]
    return [
        place
        for place in among
        if word in (entry := entries[place]).text.lower()
        or entry.by in authors
        or entry.service in services
        or entry.kind in kinds
        or entry.mark in marks
    ]


def parse_query(text: str) -> Query:
    """What was typed so far. A field that is not known ("http://x") is a word like any other."""
    words: list[str] = []
    fields: list[tuple[str, str]] = []
    flags: list[str] = []
    for word in text.lower().split():
        name, colon, part = word.partition(":")
        if colon and part and name in _FIELDS:
            fields.append((name, part))
        elif name == "is" and part in _FLAGS:
            flags.append(part)
        elif not (colon and not part and name in {*_FIELDS, "is"}):
            words.append(word)
    return Query(tuple(words), tuple(fields), tuple(flags))


def completions(text: str, entries: Iterable[Entry]) -> list[str]:
    """What the last word of a filter could become: field names, and the values that the timeline has for one."""
    last = text.rpartition(" ")[2].lower()
    name, colon, part = last.partition(":")
    if not colon:
        return [f"{field}:" for field in (*_FIELDS, "is") if last and field.startswith(last)]
    known: Iterable[str]
    if name == "kind":
        known = KINDS
    elif name == "mark":
        known = MARKS
    elif name == "is":
        known = _FLAGS
    else:
        known = sorted({getattr(entry, name).lower() for entry in entries}) if name in _FIELDS else ()
    return [f"{name}:{value}" for value in known if value and value.startswith(part) and " " not in value]
