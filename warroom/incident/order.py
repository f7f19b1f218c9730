"""The order in which people read a timeline."""

from collections.abc import Iterable
from datetime import UTC, datetime
from operator import itemgetter

from warroom.incident.model import Entry

_BEGINNING = datetime.min.replace(tzinfo=UTC)


def reading_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries by `(at, id)`; one without `at` follows its predecessor in the file."""
    last: tuple[datetime, str] = (_BEGINNING, "")
    keyed = []
    for place, entry in enumerate(entries):
        if entry.at is not None:
            last = (entry.at, entry.id)
        keyed.append((*last, place, entry))
    keyed.sort(key=itemgetter(0, 1, 2))
    return tuple(key[3] for key in keyed)
