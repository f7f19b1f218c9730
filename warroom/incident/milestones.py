"""Which entries are the milestones: when it began, who saw it when, when it was over."""

from collections.abc import Iterable
from typing import Final

from warroom.incident.kinds import MARK_WORDS, Mark
from warroom.incident.model import Entry
from warroom.incident.order import reading_order

_LATEST_HOLDS: Final[frozenset[Mark]] = frozenset({"mitigated", "resolved"})


def milestones(entries: Iterable[Entry]) -> dict[Mark, Entry]:
    """Which entry holds each mark, in the order of the marks; struck entries never do.

    The earliest holds it, but for "mitigated" and "resolved", where the latest does: what came back was not over. One
    without a time holds a mark only if no timed one does.
    """
    known = tuple(entries)
    marked = tuple(entry for entry in known if entry.mark and not entry.struck)
    if any(entry.at is None for entry in marked):  # where it stands is known from what is around it alone
        marked = tuple(entry for entry in reading_order(known) if entry.mark and not entry.struck)
    else:
        marked = reading_order(marked)
    held: dict[Mark, Entry] = {}
    for entry in marked:
        holder = held.get(entry.mark)
        better = holder is None or (holder.at is None and entry.at is not None)
        if better or (entry.mark in _LATEST_HOLDS and entry.at is not None):
            held[entry.mark] = entry
    return {mark: held[mark] for mark in MARK_WORDS if mark in held}
