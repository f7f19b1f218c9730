"""A recorded incident told again."""

from datetime import UTC, datetime, timedelta

import pytest

from warroom.incident.model import Entry, Fields, Incident
from warroom.incident.replay import blank, story

START = datetime(2026, 11, 21, 19, 46, 45, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def incident(*entries: Entry, services: tuple[str, ...] = ("backend", "frontend")) -> Incident:
    return Incident(Fields(id="2026-11-21-x", title="x", status="resolved", services=services), entries=entries)


def test_entries_are_told_in_reading_order_untimed_ones_after_their_predecessor() -> None:
    told = story(
        incident(
            Entry(id="1", text="first", at=at(0)),
            Entry(id="2", text="nobody knows when"),
            Entry(id="4", text="last", at=at(5)),
            Entry(id="3", text="between", at=at(2)),
            Entry(id="5", text="struck", at=at(9), struck=True),
            Entry(id="6", text="afterwards"),
        )
    )
    # "afterwards" stands behind the struck one in the file, and is told after the last that has a time.
    assert [entry.text for _, entry in told.steps] == ["first", "nobody knows when", "between", "last", "afterwards"]
    assert [when for when, _ in told.steps] == [at(0), at(1), at(2), at(5), at(5) + timedelta(seconds=20)]
    assert (told.begins, told.ends) == (at(0), at(5) + timedelta(seconds=20))
    assert told.length == told.ends - told.begins


def test_untimed_entries_are_spread_evenly_up_to_the_next_time() -> None:
    told = story(
        incident(
            Entry(id="1", text="a", at=at(0)),
            Entry(id="2", text="b"),
            Entry(id="3", text="c"),
            Entry(id="4", text="d", at=at(9)),
        )
    )
    assert [when for when, _ in told.steps] == [at(0), at(3), at(6), at(9)]


def test_services_stand_as_the_health_entries_have_it() -> None:
    down = Entry(id="1", at=at(1), since=at(0.5), kind="health", service="backend", state="down")
    up = Entry(id="2", at=at(4), since=at(3), kind="health", service="backend", state="up")
    told = story(incident(Entry(id="0", text="x", at=at(0)), down, up))
    assert told.state("backend", at(0.2))[0] == "up"
    assert told.state("backend", at(1)) == ("down", at(0.5))
    assert told.state("backend", at(4)) == ("up", at(4))
    assert told.state("frontend", at(1))[0] == "up"


def test_without_health_entries_the_first_service_is_down_while_the_impact_lasts() -> None:
    told = story(
        incident(
            Entry(id="1", text="x", at=at(0), mark="started"),
            Entry(id="2", text="y", at=at(7), mark="mitigated"),
        )
    )
    assert told.state("backend", at(3)) == ("down", at(0))
    assert told.state("backend", at(8)) == ("up", at(7))


def test_an_incident_without_any_time_can_not_be_told() -> None:
    with pytest.raises(ValueError, match="no entry with a time"):
        story(incident(Entry(id="1", text="x")))


def test_it_begins_with_a_blank_record() -> None:
    before = blank(incident(Entry(id="1", text="x", at=at(0))))
    assert before.fields.status == "investigating"
    assert before.entries == ()
    assert before.fields.services == ("backend", "frontend")
