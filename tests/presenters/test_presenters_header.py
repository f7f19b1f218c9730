"""The clock of the header: what it counts from, and how it reads once all is over."""

from datetime import UTC, datetime, timedelta

import pytest

from warroom.incident.kinds import Mark
from warroom.incident.model import Entry, Fields, Incident
from warroom.presenters.header import running

NOW = datetime(2026, 11, 21, 19, 47, 15, tzinfo=UTC)


def marked(mark: Mark, ago: float) -> Entry:
    return Entry(mark, mark, NOW - timedelta(seconds=ago), mark=mark)


@pytest.mark.parametrize(
    ("begun", "ended", "told"),
    [
        (marked("started", 3700), None, "01:01:40 since impact"),
        (marked("started", -5), None, "impact in 00:00:05"),
        (marked("detected", 5), None, "00:00:05 since detection"),
        (None, None, "00:01:00 since declaration"),
        (marked("started", 65), marked("resolved", 5), "lasted 1 min"),
        (marked("detected", 5.5), marked("resolved", 5), "ended under 1 s after detection"),
        (None, marked("resolved", 5), "ended 55 s after declaration"),
        (marked("started", 5), marked("resolved", 6), "ended before impact"),
        (marked("detected", 5), marked("resolved", 6), "ended before detection"),
    ],
)
def test_the_clock_reads_as_a_person_would_say_it(begun: Entry | None, ended: Entry | None, told: str) -> None:
    fields = Fields("i", "Outage", status="resolved" if ended else "monitoring", declared_at=NOW - timedelta(minutes=1))
    entries = tuple(entry for entry in (begun, ended) if entry is not None)
    assert running(Incident(fields, entries=entries), NOW) == told
