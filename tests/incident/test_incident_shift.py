"""Moving entries in time by an amount."""

from datetime import UTC, datetime, timedelta

import pytest

from warroom.incident.changes import Revise
from warroom.incident.model import Entry
from warroom.incident.shift import parse_shift, shifted
from warroom.incident.times import TimeError

START = datetime(2026, 11, 21, 19, 46, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_all_that_have_a_time_are_moved_with_the_ends_of_their_ranges() -> None:
    entries = (
        Entry(id="first", at=START),
        Entry(id="untimed"),
        Entry(id="range", at=START, until=START + HOUR),
    )
    assert shifted(entries, HOUR) == (
        Revise("first", {"at": START + HOUR}),
        Revise("range", {"at": START + HOUR, "until": START + 2 * HOUR}),
    )


def test_no_calendar_goes_that_far() -> None:
    with pytest.raises(TimeError, match="further than any calendar"):
        shifted((Entry(id="first", at=datetime.max.replace(tzinfo=UTC)),), HOUR)
    with pytest.raises(TimeError, match="further than any calendar"):
        shifted((Entry(id="first", at=datetime(9998, 12, 31, 23, 30, tzinfo=UTC)),), HOUR)


@pytest.mark.parametrize(
    ("text", "by"), [("+5m", 5), (" -1h30m ", -90), ("\u22125m", -5), ("14:05", None), ("5m", None)]
)
def test_a_sign_makes_a_shift(text: str, by: int | None) -> None:
    assert parse_shift(text) == (None if by is None else timedelta(minutes=by))


def test_a_sign_before_what_is_no_length_is_told() -> None:
    with pytest.raises(TimeError, match="not a duration"):
        parse_shift("+soon")
