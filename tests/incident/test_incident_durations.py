"""Durations from milestones, and downtime from health entries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

import strategies
from warroom.incident.durations import DownRun, Span, downtimes, durations, out_of_order, span
from warroom.incident.kinds import HealthState, Mark, Status
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry, Fields, Incident
from warroom.incident.times import words

DAY = datetime(2026, 11, 21, tzinfo=UTC)


def moment(clock: str) -> datetime:
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return DAY + timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)


def marked(mark: Mark, clock: str | None, **values: Any) -> Entry:
    at = moment(clock) if clock else None
    return Entry(id=f"{mark}-{clock}", at=at, mark=mark, **values)


def incident(*entries: Entry, status: Status = "resolved") -> Incident:
    return Incident(Fields(id="x", title="X", status=status), entries=entries)


FULL = (
    marked("started", "19:00"),
    marked("detected", "19:05"),
    marked("acknowledged", "19:06:30"),
    marked("identified", "19:30"),
    marked("mitigated", "20:00"),
    marked("resolved", "21:12"),
)


def test_all_durations_run_from_the_beginning_of_the_impact() -> None:
    found = durations(incident(*reversed(FULL)))
    told = [str(part) for part in (found.detect, found.acknowledge, found.identify, found.mitigate, found.resolve)]
    assert told == ["5 min", "6 min 30 s", "30 min", "1 h", "2 h 12 min"]
    assert found.detect == Span(timedelta(minutes=5))
    assert out_of_order(FULL) == ()


def test_what_has_no_mark_is_unknown_and_says_which_mark_is_missing() -> None:
    found = durations(incident(marked("detected", "19:05"), marked("resolved", "20:00")))
    assert found.detect == Span(None, "nothing is marked as 'impact began'")
    assert found.mitigate == Span(None, "nothing is marked as 'impact began' or 'mitigated'")
    assert str(found.detect) == "unknown"
    assert durations(incident()).resolve.delta is None


def test_the_earliest_mark_counts_but_for_the_ends_where_the_latest_does() -> None:
    entries = [
        marked(mark, clock)
        for mark in ("started", "detected", "acknowledged", "identified", "mitigated", "resolved")
        for clock in ("19:30", "19:10", "19:20")
    ]
    held = {mark: entry.at for mark, entry in milestones(entries).items()}
    early, late = moment("19:10"), moment("19:30")
    assert list(held) == ["started", "detected", "acknowledged", "identified", "mitigated", "resolved"]
    assert list(held.values()) == [early, early, early, early, late, late]


def test_a_struck_entry_holds_no_mark() -> None:
    entries = (marked("started", "19:00", struck=True), marked("started", "19:02"))
    assert milestones(entries)["started"].at == moment("19:02")
    assert milestones(entries[:1]) == {}


def test_an_untimed_mark_holds_only_while_there_is_no_timed_one() -> None:
    untimed = marked("detected", None)
    assert milestones([untimed])["detected"] is untimed
    timed = marked("detected", "19:05")
    assert milestones([untimed, timed])["detected"] is timed
    assert milestones([timed, untimed])["detected"] is timed
    last = marked("resolved", "20:00")
    assert milestones([last, marked("resolved", None)])["resolved"] is last
    found = durations(incident(marked("started", "19:00"), untimed))
    assert found.detect == Span(None, "the entry marked 'detected' has no time")


def test_a_milestone_that_is_a_range_makes_a_range() -> None:
    started = marked("started", "19:00", until=moment("19:04"))
    found = durations(incident(started, marked("detected", "19:10")))
    assert (found.detect.delta, found.detect.most) == (timedelta(minutes=6), timedelta(minutes=10))
    assert str(found.detect) == "between 6 min and 10 min"
    overlapping = durations(incident(started, marked("detected", "19:03")))
    assert str(overlapping.detect) == "between 0 s and 3 min"
    both = durations(incident(started, marked("detected", "19:10", until=moment("19:12"))))
    assert str(both.detect) == "between 6 min and 12 min"


def test_a_range_that_ends_before_it_begins_is_its_beginning() -> None:
    started = marked("started", "19:00", until=moment("18:00"))
    assert str(durations(incident(started, marked("detected", "19:10"))).detect) == "10 min"


def test_marks_out_of_order_are_explained_not_counted() -> None:
    entries = (
        marked("started", "19:10"),
        marked("detected", "19:05"),
        marked("mitigated", "21:00"),
        marked("resolved", "20:00"),
    )
    found = durations(incident(*entries))
    assert found.detect == Span(None, "'detected' is 5 min before 'impact began'")
    assert out_of_order(entries) == (
        "'detected' is 5 min before 'impact began'",
        "'resolved' is 1 h before 'mitigated'",
    )


def test_a_cause_that_is_known_before_anybody_acknowledges_is_in_order() -> None:
    entries = (marked("started", "19:00"), marked("identified", "19:01"), marked("acknowledged", "19:02"))
    assert out_of_order(entries) == ()


def test_at_the_same_moment_is_zero_not_unknown() -> None:
    found = durations(incident(marked("started", "19:00"), marked("detected", "19:00")))
    assert found.detect == Span(timedelta(0))


def test_a_reopened_incident_has_no_time_to_resolve_until_it_is_resolved_again() -> None:
    assert durations(incident(*FULL, status="investigating")).resolve == Span(
        None, "it was marked as resolved, but is investigating now"
    )
    again = durations(incident(*FULL, marked("resolved", "23:00"), status="closed"))
    assert str(again.resolve) == "4 h"


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, 1, 30), datetime(2026, 10, 25, 1, 30)])  # noqa: DTZ001
def test_a_change_of_clocks_does_not_stretch_time(day: datetime) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = day.replace(tzinfo=berlin)
    end = (start.astimezone(UTC) + timedelta(hours=3)).astimezone(berlin)
    found = span(Entry(id="a", at=start), Entry(id="b", at=end), "a", "b")
    assert found.delta == timedelta(hours=3)


def test_moments_of_different_zones_are_the_moments_that_they_are() -> None:
    started = replace(marked("started", "19:00"), at=datetime(2026, 11, 21, 14, 0, tzinfo=ZoneInfo("America/New_York")))
    detected = replace(marked("detected", "19:05"), at=datetime(2026, 11, 22, 0, 35, tzinfo=ZoneInfo("Asia/Kolkata")))
    assert str(durations(incident(started, detected)).detect) == "5 min"
    assert out_of_order((started, detected)) == ()
    assert durations(incident(started, replace(detected, at=moment("18:59")))).detect == Span(
        None, "'detected' is 1 min before 'impact began'"
    )


@pytest.mark.parametrize(("fold", "told"), [(0, "30 min"), (1, "1 h 30 min")])
def test_the_hour_that_comes_twice_is_told_apart(fold: int, told: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 25, 2, 0, tzinfo=berlin)
    end = datetime(2026, 10, 25, 2, 30, fold=fold, tzinfo=berlin)
    assert str(span(Entry(id="a", at=start), Entry(id="b", at=end), "a", "b")) == told


@pytest.mark.parametrize(("day", "told"), [(28, "7 h"), (24, "9 h")])
def test_an_outage_over_a_change_of_clocks_lasts_as_long_as_it_did(day: int, told: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    month = 3 if day == 28 else 10
    down, up = datetime(2026, month, day, 22, 0, tzinfo=berlin), datetime(2026, month, day + 1, 6, 0, tzinfo=berlin)
    (api,) = downtimes([replace(health("api", state, "19:00"), at=at, since=at) for state, at in _states(down, up)])
    assert api.total is not None
    assert words(api.total) == told


def _states(down: datetime, up: datetime) -> tuple[tuple[HealthState, datetime], ...]:
    return ("down", down), ("up", up)


def test_several_days_are_counted_whole() -> None:
    end = replace(marked("resolved", "21:00"), at=moment("21:00") + timedelta(days=2))
    assert str(durations(incident(marked("started", "19:00"), end)).resolve) == "2 d 2 h"


@given(strategies.incidents())
def test_no_duration_is_negative_and_each_unknown_has_a_reason(found: Incident) -> None:
    result = durations(found)
    for part in (result.detect, result.acknowledge, result.identify, result.mitigate, result.resolve):
        assert (part.delta is None and part.why) or (part.delta is not None and part.delta >= timedelta(0))
        assert part.most is None or (part.delta is not None and part.most >= part.delta)


def health(service: str, state: HealthState, since: str, at: str = "", **values: Any) -> Entry:
    confirmed = moment(at or since)
    since_at = moment(since) if since else None
    name = f"{service}{state}{since}{at}"
    return Entry(id=name, at=confirmed, kind="health", service=service, state=state, since=since_at, **values)


def test_an_outage_lasts_from_the_first_bad_to_the_first_good_result() -> None:
    entries = (
        health("api", "down", "19:00", "19:01"),
        health("db", "down", "19:02", "19:03"),
        health("api", "up", "19:10", "19:11"),
        health("db", "degraded", "19:20"),
        health("api", "down", "20:00"),
        health("api", "up", "20:05"),
    )
    api, db = downtimes(entries)
    assert api.runs == (
        DownRun("api", moment("19:00"), moment("19:10")),
        DownRun("api", moment("20:00"), moment("20:05")),
    )
    assert (api.total, api.lasting) == (timedelta(minutes=15), False)
    assert (db.service, db.total) == ("db", timedelta(minutes=18))


def test_what_is_still_down_has_no_end_and_adds_nothing() -> None:
    (api,) = downtimes([health("api", "down", "19:00")])
    assert (api.runs[0].end, api.total, api.lasting) == (None, None, True)
    (api,) = downtimes([health("api", "down", "19:00"), health("api", "up", "19:05"), health("api", "down", "20:00")])
    assert (api.total, api.lasting) == (timedelta(minutes=5), True)


def test_unknown_and_repeated_results_end_no_outage() -> None:
    entries = [health("api", "down", "19:00"), health("api", "unknown", "19:05"), health("api", "down", "19:10")]
    (api,) = downtimes([*entries, health("api", "up", "19:20")])
    assert api.runs == (DownRun("api", moment("19:00"), moment("19:20")),)
    (api,) = downtimes(entries)
    assert api.runs == (DownRun("api", moment("19:00"), None),), "it is looked at again"


def test_an_outage_that_nobody_watches_any_more_says_since_when() -> None:
    unseen = [health("api", "unknown", "19:05"), health("api", "unknown", "19:10")]
    (api,) = downtimes([health("api", "down", "19:00"), *unseen])
    assert api.runs == (DownRun("api", moment("19:00"), None, moment("19:05")),)


def test_struck_foreign_and_timeless_entries_count_for_nothing() -> None:
    entries = [
        health("api", "down", "19:00", struck=True),
        health("", "down", "19:00"),
        replace(health("api", "down", "19:00"), kind="note"),
        Entry(id="t", kind="health", service="api", state="down"),
        health("api", "up", "19:30"),
        health("api", "degraded", "19:40"),
    ]
    assert downtimes(entries) == ()


def test_without_a_first_result_the_confirmation_counts() -> None:
    (api,) = downtimes([health("api", "down", "", "19:00"), health("api", "up", "", "19:10")])
    assert api.total == timedelta(minutes=10)


@given(strategies.incidents())
def test_outages_of_a_service_follow_each_other(found: Incident) -> None:
    for downtime in downtimes(found.entries):
        assert downtime.runs
        for run in downtime.runs[:-1]:
            assert run.end is not None
        moments = [at for run in downtime.runs for at in (run.start, run.end) if at is not None]
        assert moments == sorted(moments)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("started", "acknowledged"),
        ("started", "identified"),
        ("started", "mitigated"),
        ("started", "resolved"),
        ("detected", "acknowledged"),
        ("detected", "resolved"),
        ("acknowledged", "resolved"),
    ],
)
def test_each_pair_that_has_an_order_is_compared(earlier: Mark, later: Mark) -> None:
    (told,) = out_of_order((marked(earlier, "20:00"), marked(later, "19:00")))
    assert " is 1 h before " in told
    assert out_of_order((marked(earlier, "19:00"), marked(later, "20:00"))) == ()
