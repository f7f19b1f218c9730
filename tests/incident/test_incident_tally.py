"""What the timeline comes to: the newest word to the outside, stamps, questions."""

from datetime import UTC, datetime, timedelta

from warroom.incident.model import Entry
from warroom.incident.tally import tally

START = datetime(2026, 11, 21, 19, 46, tzinfo=UTC)


def told(minute: int, **more: object) -> Entry:
    at = START + timedelta(minutes=minute)
    return Entry(**{"id": f"e-{minute}", "at": at, "kind": "comms", "text": "told", **more})  # type: ignore[arg-type]


def test_the_newest_update_counts_in_whatever_order_they_were_logged() -> None:
    found = tally((told(20), told(5), told(40, kind="note"), told(50, struck=True), told(60, at=None)))
    assert found.told is not None
    assert found.told.id == "e-20"
    assert found.entries == 5


def test_of_two_at_one_moment_the_one_that_was_logged_later_counts() -> None:
    found = tally((told(5, id="e-b"), told(5, id="e-a")))
    assert found.told is not None
    assert found.told.id == "e-b"


def test_without_an_update_there_is_none() -> None:
    assert tally((told(5, kind="note"),)).told is None
