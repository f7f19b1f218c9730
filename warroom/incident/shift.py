"""Moving entries in time by an amount: what a scribe does when a clock was wrong or a zone was mistaken."""

from collections.abc import Iterable
from datetime import timedelta

from warroom.incident.changes import Revise
from warroom.incident.model import Entry
from warroom.incident.times import TimeError, has_date, parse_duration


def parse_shift(text: str) -> timedelta | None:
    """ "+5m", "+1h30m" later, "-5m" earlier; None where the text has no sign in front. TimeError for a bad length."""
    text = text.strip()
    if text[:1] not in ("+", "-", "−"):
        return None
    length = parse_duration(text[1:])
    return length if text[0] == "+" else -length


def shifted(entries: Iterable[Entry], by: timedelta) -> tuple[Revise, ...]:
    """The edits that move entries, with the ends of ranges; an entry without a time has none to move."""
    edits = []
    for entry in entries:
        if entry.at is None:
            continue
        try:
            values = {"at": entry.at + by}
            if entry.until is not None:
                values["until"] = entry.until + by
        except OverflowError:
            raise _too_far() from None
        if not all(map(has_date, values.values())):
            raise _too_far()
        edits.append(Revise(entry.id, values))
    return tuple(edits)


def _too_far() -> TimeError:
    return TimeError("that is further than any calendar goes")
