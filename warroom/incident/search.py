"""A filter over the timeline, as a person types it: words, and words for one field (`kind:action by:ana disk`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from warroom.incident.kinds import KINDS, MARKS
from warroom.incident.model import Entry

FIELDS: Final[Mapping[str, str]] = {
    "kind": "kind",
    "mark": "mark",
    "by": "by",
    "service": "service",
    "state": "state",
    "to": "to",
}
_IS: Final[Mapping[str, str]] = {"starred": "starred", "struck": "struck", "internal": "internal"}


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

    def finds(self, entry: Entry, text: str) -> bool:
        """`text` is the entry's `searched` text."""
        return (
            all(word in text for word in self.words)
            and all(part in str(getattr(entry, name)).lower() for name, part in self.fields)
            and all(getattr(entry, flag) for flag in self.flags)
        )


def parse_query(text: str) -> Query:
    """What was typed so far. A field that is not known ("http://x") is a word like any other."""
    words: list[str] = []
    fields: list[tuple[str, str]] = []
    flags: list[str] = []
    for word in text.lower().split():
        name, colon, part = word.partition(":")
        if colon and part and name in FIELDS:
            fields.append((FIELDS[name], part.replace(" ", "-")))
        elif name == "is" and part in _IS:
            flags.append(_IS[part])
        elif not (colon and not part and name in {*FIELDS, "is"}):
            words.append(word)
    return Query(tuple(words), tuple(fields), tuple(flags))


def searched(entry: Entry) -> str:
    """All that a word may be found in, in lower case."""
    return f"{entry.text}\n{entry.kind}\n{entry.mark}\n{entry.by}\n{entry.service}".lower()


def completions(text: str, entries: Iterable[Entry]) -> list[str]:
    """What the last word of a filter could become: field names, and the values that the timeline has for one."""
    last = text.rpartition(" ")[2].lower()
    name, colon, part = last.partition(":")
    if not colon:
        return [f"{field}:" for field in (*FIELDS, "is") if last and field.startswith(last)]
    known: Iterable[str]
    if name == "kind":
        known = KINDS
    elif name == "mark":
        known = MARKS
    elif name == "is":
        known = _IS
    else:
        known = sorted({getattr(entry, FIELDS[name]).lower() for entry in entries}) if name in FIELDS else ()
    return [f"{name}:{value}" for value in known if value and value.startswith(part) and " " not in value]
