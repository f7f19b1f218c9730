"""Ids, reading order and how the status follows the milestones."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from warroom.incident.ids import incident_id, slug, uuid7
from warroom.incident.kinds import KINDS, MARK_WORDS, MARKS, OPEN_STATUSES, STATUSES, Mark, Status
from warroom.incident.model import Entry, Fields, Incident
from warroom.incident.order import reading_order
from warroom.incident.status import edits_for_mark


@given(st.integers(0, 2**47 * 1_000_000), st.binary(min_size=8, max_size=8))
def test_an_id_is_a_uuid_of_version_7_that_carries_its_time(unix_ns: int, entropy: bytes) -> None:
    made = UUID(uuid7(unix_ns, entropy))
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == unix_ns // 1_000_000


@given(st.integers(0, 2**60), st.integers(300, 10**12), st.binary(min_size=8, max_size=8))
def test_ids_sort_as_they_were_made(unix_ns: int, later: int, entropy: bytes) -> None:
    assert uuid7(unix_ns, entropy) < uuid7(unix_ns + later, bytes(8))


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("Backend service outage", "backend-service-outage"),
        ("  API: 50 % of logins fail!  ", "api-50-of-logins-fail"),
        ("Größte Störung", "grosste-storung"),
        ("Køb i butikken, ŁÓDŹ, Ænes Þór", "kob-i-butikken-lodz-aenes-thor"),
        ("../../etc/passwd", "etc-passwd"),
        ("日本", "incident"),
        ("", "incident"),
        ("x" * 100, "x" * 48),
        ("word " * 30, "-".join(["word"] * 9)),
    ],
)
def test_a_slug_is_made_of_the_words_of_a_title(title: str, made: str) -> None:
    assert slug(title) == made


@given(st.text(max_size=100))
def test_a_slug_is_always_a_safe_file_name(title: str) -> None:
    made = slug(title)
    assert 0 < len(made) <= 48
    assert all(letter in "abcdefghijklmnopqrstuvwxyz0123456789-" for letter in made)
    assert not made.startswith("-")
    assert not made.endswith("-")


def test_a_second_incident_of_a_day_and_title_gets_a_number() -> None:
    day = date(2026, 11, 21)
    assert incident_id(day, "Backend outage") == "2026-11-21-backend-outage"
    assert incident_id(day, "Backend outage", 2) == "2026-11-21-backend-outage-2"


AT = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)


def test_entries_are_read_by_time_then_id_and_untimed_ones_follow_their_predecessor() -> None:
    first = Entry(id="z", at=AT)
    same_time = Entry(id="a", at=AT)
    untimed, second_untimed, leader = Entry(id="u1"), Entry(id="u0"), Entry(id="u2")
    late = Entry(id="b", at=AT + timedelta(hours=1))
    arrival = (leader, late, untimed, second_untimed, first, same_time)
    assert reading_order(arrival) == (leader, same_time, first, late, untimed, second_untimed)


@given(strategies.incidents())
def test_reading_loses_nothing_and_is_in_order_of_time(incident: Incident) -> None:
    read = reading_order(incident.entries)
    assert sorted(entry.id for entry in read) == sorted(entry.id for entry in incident.entries)
    timed = [(entry.at, entry.id) for entry in read if entry.at is not None]
    assert timed == sorted(timed)
    assert reading_order(read) == read


@given(strategies.incidents())
def test_an_untimed_entry_is_read_after_the_one_it_follows_in_the_file(incident: Incident) -> None:
    read = list(reading_order(incident.entries))
    for before, entry in zip(incident.entries, incident.entries[1:], strict=False):
        if entry.at is None:
            assert read.index(entry) == read.index(before) + 1


@pytest.mark.parametrize(
    ("status", "mark", "then"),
    [
        ("investigating", "identified", "identified"),
        ("investigating", "mitigated", "monitoring"),
        ("identified", "mitigated", "monitoring"),
        ("investigating", "resolved", "resolved"),
        ("monitoring", "resolved", "resolved"),
        ("monitoring", "identified", None),
        ("resolved", "mitigated", None),
        ("resolved", "resolved", None),
        ("closed", "resolved", None),
        ("cancelled", "identified", None),
        ("investigating", "started", None),
        ("investigating", "detected", None),
        ("investigating", "acknowledged", None),
        ("investigating", "", None),
    ],
)
def test_the_status_follows_a_mark_forwards_alone(status: Status, mark: Mark, then: str | None) -> None:
    incident = Incident(Fields(id="x", title="X", status=status))
    assert [edit.value for edit in edits_for_mark(incident, mark)] == ([then] if then else [])


def test_the_vocabularies_agree() -> None:
    assert set(MARK_WORDS) == set(MARKS)
    assert "" not in MARKS
    assert set(STATUSES) >= OPEN_STATUSES
    assert KINDS[0] == "note"


@pytest.mark.parametrize("status", STATUSES)
def test_an_incident_is_open_by_its_status(status: Status) -> None:
    incident = Incident(Fields(id="x", title="X", status=status))
    assert incident.open == (status in ("investigating", "identified", "monitoring"))


def test_an_entry_is_found_by_its_id() -> None:
    entry = Entry(id="e1", at=AT)
    incident = replace(Incident(Fields(id="x", title="X")), entries=(Entry(id="e0"), entry))
    assert incident.entry("e1") is entry
    assert incident.entry("e2") is None
