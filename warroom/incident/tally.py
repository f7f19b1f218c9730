"""What a timeline comes to for the bars of the screen, kept up to date by what is added to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from warroom.incident.kinds import Kind, Mark
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry
from warroom.incident.places import changed_places

_COUNTED: Final[frozenset[Kind]] = frozenset({"ask", "comms"})


@dataclass(frozen=True, slots=True)
class Tally:
    """`held` is who holds each milestone, `asks` what nobody has answered yet, `told` the latest comms entry."""

    entries: int = 0
    stamps: int = 0
    held: Mapping[Mark, Entry] = field(default_factory=dict)
    asks: tuple[Entry, ...] = ()
    told: Entry | None = None


class Counter:
    """Follows one timeline. An entry that is added costs no look at the others, unless it holds a milestone."""

    def __init__(self) -> None:
        self._entries: tuple[Entry, ...] = ()
        self._notable: list[Entry] = []
        self._tally = Tally()

    def count(self, entries: tuple[Entry, ...]) -> Tally:
        if entries is self._entries:
            return self._tally
        changed = changed_places(self._entries, entries)
        if changed is None or any(_notable(self._entries[p]) or _notable(entries[p]) for p in changed):
            self._notable = [entry for entry in entries if _notable(entry)]
            self._tally = _tally(entries, self._notable)
        else:
            added = [entry for entry in entries[len(self._entries) :] if _notable(entry)]
            self._notable += added
            # A mark without a time stands behind its predecessor, whose time may be what has changed.
            moved = bool(changed) and any(entry.mark and entry.at is None for entry in self._notable)
            anew = bool(added) or moved
            self._tally = _tally(entries, self._notable) if anew else replace(self._tally, entries=len(entries))
        self._entries = entries
        return self._tally


def tally(entries: tuple[Entry, ...]) -> Tally:
    """The same for one look."""
    return _tally(entries, [entry for entry in entries if _notable(entry)])


def is_stamp(entry: Entry) -> bool:
    """Whether the entry is a moment that still waits for its words."""
    return not entry.text and not entry.struck and entry.kind == "note" and not entry.mark


def open_asks(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """What was asked of somebody and has no answer yet, in the order given."""
    known = [entry for entry in entries if not entry.struck]
    answered = {entry.answers for entry in known if entry.answers}
    return tuple(entry for entry in known if entry.kind == "ask" and entry.id not in answered)


def _notable(entry: Entry) -> bool:
    return bool(entry.mark or entry.answers or entry.kind in _COUNTED or is_stamp(entry))


def _tally(entries: tuple[Entry, ...], notable: list[Entry]) -> Tally:
    told = [entry for entry in notable if entry.kind == "comms" and not entry.struck and entry.at is not None]
    untimed = any(entry.mark and entry.at is None for entry in notable)
    return Tally(
        entries=len(entries),
        stamps=sum(map(is_stamp, notable)),
        held=milestones(entries if untimed else notable),
        asks=open_asks(notable),
        told=max(told, key=lambda entry: (entry.at, entry.id), default=None),
    )
