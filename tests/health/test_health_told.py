"""What a record tells of the services, and what is news to it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from warroom.health.board import ServiceStatus
from warroom.health.machine import Transition, What
from warroom.health.states import Pending, State
from warroom.health.told import as_recorded, first_bad, is_news, is_watched, states, untold, unwatched
from warroom.incident.kinds import HealthState, Mode, Status
from warroom.incident.model import Entry, Fields, Incident

AT = datetime(2026, 11, 21, 19, 46, 45, tzinfo=UTC)


def seen(service: str, state: HealthState) -> Entry:
    return Entry("one", f"{service} {state}", AT, kind="health", service=service, state=state)


def change(after: State, what: What = "state") -> Transition:
    return Transition(what, "up", after, AT, AT)


@pytest.mark.parametrize(
    ("status", "mode", "watched"),
    [
        ("investigating", "standard", True),
        ("monitoring", "drill", True),
        ("investigating", "retrospective", False),
        ("resolved", "standard", False),
        ("closed", "standard", False),
        ("cancelled", "standard", False),
    ],
)
def test_only_a_record_of_what_happens_now_is_told(status: Status, mode: Mode, watched: bool) -> None:
    assert is_watched(Incident(Fields("one", "Outage", status=status, mode=mode))) is watched


def test_the_last_entry_that_counts_tells_how_a_service_stands() -> None:
    struck = replace(seen("api", "degraded"), struck=True)
    plain = Entry("two", "api is slow", AT, service="api")
    entries = (seen("api", "down"), seen("db", "down"), seen("api", "up"), struck, plain)
    assert states(entries) == {"api": "up", "db": "down"}


@pytest.mark.parametrize(
    ("told", "entry", "transition", "news"),
    [
        ("down", seen("api", "down"), change("down"), False),
        ("down", seen("api", "up"), change("up"), True),
        ("", seen("api", "up"), change("up"), False),
        ("", seen("api", "down"), change("down"), True),
        ("", seen("api", "up"), change("up", "flapping"), True),
        ("up", seen("api", "up"), change("up", "steady"), True),
        ("unknown", seen("api", "unknown"), change("paused"), True),
        ("unknown", seen("api", "unknown"), change("unknown"), False),
        ("down", seen("", ""), None, True),
    ],
)
def test_what_is_news(told: HealthState, entry: Entry, transition: Transition | None, news: bool) -> None:
    assert is_news(entry, transition, {"api": told} if told else {}) is news


def test_what_is_in_trouble_by_the_record_and_not_looked_at_is_unwatched() -> None:
    told: dict[str, HealthState] = {"a": "down", "b": "degraded", "c": "up", "d": "unknown", "e": "down"}
    assert unwatched(["e", "f"], told) == ["a", "b"]


def test_what_is_not_certain_is_not_told() -> None:
    down = ServiceStatus("api", "tcp", "x:1", state="down")
    assert untold([down], {}) == [down]
    assert untold([down], {"api": "down"}) == []
    assert untold([replace(down, state="up")], {}) == []
    assert untold([replace(down, state="up")], {"api": "down"}) != []
    for unclear in (
        replace(down, pending=Pending(1, 2, "up")),
        replace(down, maintenance="upgrade"),
        replace(down, state="up", flapping=40.0),
        replace(down, state="unknown"),
        replace(down, state="paused"),
    ):
        assert untold([unclear], {"api": "degraded"}) == []


BACK = Transition("state", "down", "up", AT, AT, trouble_since=AT, left_since=AT)


@pytest.mark.parametrize(
    ("record", "trouble", "left"),
    [
        ([], 0, 0),
        ([("down", -9)], -9, -9),
        ([("degraded", -9), ("down", -5)], -9, -5),
        ([("down", -9), ("unknown", -7), ("down", -5)], -9, -9),
        ([("down", -9), ("up", -7)], 0, 0),
        ([("down", -9), ("up", -7), ("down", -5)], -5, -5),
        ([("down", -9), ("degraded", -5)], -9, 0),
        ([("down", 0)], 0, 0),
    ],
)
def test_a_trouble_that_began_before_this_room_looked_lasted_as_long_as_the_record_says(
    record: list[tuple[HealthState, int]], trouble: int, left: int
) -> None:
    entries = [replace(seen("api", state), since=AT + timedelta(minutes=since)) for state, since in record]
    entries += [replace(seen("db", "down"), since=AT - timedelta(hours=1))]
    known = as_recorded("api", BACK, entries)
    assert known.trouble_since == AT + timedelta(minutes=trouble)
    assert known.left_since == AT + timedelta(minutes=left)


def test_what_was_found_well_ends_no_trouble_of_known_length() -> None:
    found = Transition("state", "unknown", "up", AT, AT)
    assert as_recorded("api", found, [replace(seen("api", "down"), since=AT - timedelta(hours=1))]) == found


@pytest.mark.parametrize(
    ("record", "first"),
    [
        ([], ("db", 3)),
        ([("api", "down", -9)], ("api", -9)),
        ([("api", "down", 8)], ("db", 3)),
        ([("api", "down", -9), ("api", "up", -8)], ("db", 3)),
        ([("web", "down", -9)], ("db", 3)),
    ],
)
def test_what_failed_first_did_so_when_the_record_says_where_that_is_earlier(
    record: list[tuple[str, HealthState, int]], first: tuple[str, int]
) -> None:
    entries = [replace(seen(name, state), since=AT + timedelta(minutes=since)) for name, state, since in record]
    troubled = [
        ServiceStatus(name, "tcp", "x:1", state="down", trouble_since=AT + timedelta(minutes=since))
        for name, since in (("api", 5), ("db", 3))
    ]
    unseen = ServiceStatus("web", "tcp", "x:1", state="down")
    assert first_bad([*troubled, unseen], entries) == (first[0], AT + timedelta(minutes=first[1]))
    assert first_bad([unseen], entries) is None
