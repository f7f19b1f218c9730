"""The words in which the record tells what happened to a service."""

from datetime import UTC, datetime, timedelta

import pytest

from warroom.health import machine
from warroom.health.board import ServiceStatus
from warroom.health.entries import health_entry, notice_entry, standing_entry, telling
from warroom.health.machine import Health, Rules, Transition, step
from warroom.health.observer import Notice, many_at_once
from warroom.health.results import Level, Result
from warroom.incident.model import Evidence

START = datetime(2026, 11, 21, 19, 46, 45, tzinfo=UTC)
LEVELS = {"O": Level.OK, "W": Level.WARN, "C": Level.CRIT, "?": Level.UNKNOWN}
REASONS = {"O": "200 OK", "W": "latency < 300ms: got 1200ms", "C": "connection refused", "?": "no opinion"}


def play(letters: str, every: float = 6.0, fall: int = 3, rise: int = 2, set_back: int = 999) -> list[Transition]:
    """What is told of these results; from the one with the number `set_back` on by a clock that is an hour behind."""
    health, told = Health(), []
    for number, letter in enumerate(letters):
        at = START + timedelta(seconds=every * number, hours=-1 if number >= set_back else 0)
        found = Result(LEVELS[letter], REASONS[letter], at, 0.0004, evidence=(("GET", "http://x/"),))
        health, transition = step(health, found, Rules(fall, rise))
        if transition is not None and not transition.quiet and not transition.found_well:
            told.append(transition)
    return told


@pytest.mark.parametrize(
    ("letters", "lines"),
    [
        ("OCCC", ["backend DOWN: connection refused (3/3)"]),
        ("CCC", ["backend DOWN: connection refused (3/3)"]),
        ("OWWW", ["backend DEGRADED: latency < 300ms: got 1200ms (3/3)"]),
        ("OCCCOO", ["backend DOWN: connection refused (3/3)", "backend back UP after 18 s"]),
        (
            "OCCCWWOO",
            [
                "backend DOWN: connection refused (3/3)",
                "backend DEGRADED, no longer DOWN: latency < 300ms: got 1200ms (2/2)",
                "backend back UP after 30 s",
            ],
        ),
        ("O???", ["backend no longer observed, was UP: no opinion"]),
        ("O???O", ["backend no longer observed, was UP: no opinion", "backend observed again, still UP: 200 OK"]),
        (
            "OCCC???C",
            [
                "backend DOWN: connection refused (3/3)",
                "backend no longer observed, was DOWN: no opinion",
                "backend observed again, still DOWN: connection refused",
            ],
        ),
    ],
)
def test_what_became_of_a_service_is_told_in_a_line(letters: str, lines: list[str]) -> None:
    assert [telling("backend", transition) for transition in play(letters)] == lines


def test_how_long_it_lasted_is_not_told_where_the_clock_was_set_back_meanwhile() -> None:
    back_up = play("OCCCOO", set_back=4)[-1]
    entry = health_entry("backend", back_up, "id")
    assert entry.text == "backend back UP"
    assert "before" not in [item.label for item in entry.evidence]


def test_flapping_is_told_and_at_its_end_the_state() -> None:
    lines = [telling("api", one) for one in play("O" + "CO" * 10 + "O" * 25, fall=1, rise=1)]
    assert any(line.startswith("api FLAPPING: 3") and "now" in line for line in lines)
    assert lines[-1] == "api steady again, now UP: 200 OK"


def test_a_pause_says_how_long_nobody_looks() -> None:
    health = Health(state="up", since=START, known="up")
    _, until = machine.pause(health, START, START + timedelta(minutes=30))
    assert telling("api", until) == "api paused, not observed until 2026-11-21 20:16:45 UTC"
    _, open_end = machine.pause(health, START, None)
    assert telling("api", open_end) == "api paused, not observed until somebody resumes it"


def test_the_entry_has_what_was_seen() -> None:
    (down,) = play("OCCC")
    entry = health_entry("backend", down, "id-1", by="ana")
    assert (entry.id, entry.kind, entry.service, entry.state, entry.source) == (
        "id-1",
        "health",
        "backend",
        "down",
        "monitor",
    )
    assert (entry.text, entry.by) == ("backend DOWN: connection refused (3/3)", "ana")
    assert entry.since == START + timedelta(seconds=6)
    assert entry.at == START + timedelta(seconds=18.0004)
    evidence = {one.label: one.text for one in entry.evidence}
    assert evidence["last good"] == "2026-11-21 19:46:45 UTC 200 OK (0.4 ms)"
    assert evidence["first bad"] == "2026-11-21 19:46:51 UTC connection refused (0.4 ms)"
    assert evidence["confirmed"].startswith("2026-11-21 19:47:03 UTC")
    assert evidence["GET"] == "http://x/"


def test_a_paused_service_is_unknown_to_the_record() -> None:
    _, paused = machine.pause(Health(state="up", since=START, known="up"), START, None)
    assert health_entry("api", paused, "id").state == "unknown"


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("offline", "offline (no route to host)"),
        ("online", "back online after 1 min 5 s"),
        ("many", "2 remote services failed at once"),
        ("over", "after 1 min 5 s"),
        ("gap", "not observed for 1 min 5 s: no route to host"),
    ],
)
def test_a_notice_says_what_it_was_and_how_long(what: str, says: str) -> None:
    notice = Notice(what, START, START + timedelta(seconds=65), "no route to host", ("a", "b"))  # type: ignore[arg-type]
    entry = notice_entry(notice, "id")
    assert says in entry.text
    assert (entry.kind, entry.state, entry.since) == ("health", "", START)
    assert entry.evidence[0].text == "a, b"


@pytest.mark.parametrize(
    ("failing", "watched", "expected"),
    [
        (3, 3, True),
        (2, 2, False),
        (3, 4, False),
        (4, 5, True),
        (8, 10, True),
        (7, 10, False),
    ],
)
def test_many_are_most_of_three_or_more(failing: int, watched: int, expected: bool) -> None:
    hosts = {f"s{number}": f"h{number}" for number in range(watched)}
    assert many_at_once(dict(list(hosts.items())[:failing]), hosts) is expected


def test_one_host_that_fails_is_no_network() -> None:
    hosts = dict.fromkeys(("a", "b", "c", "d"), "db")
    assert not many_at_once(hosts, hosts)


def test_what_stands_is_told_with_since_and_evidence() -> None:
    since = datetime(2026, 11, 21, 19, 46, 58, tzinfo=UTC)
    status = ServiceStatus(
        "api", "http", "http://x/", state="down", since=since, why="refused", evidence=(("last", "refused"),)
    )
    entry = standing_entry(status, "1", since + timedelta(minutes=2), "monitor")
    assert entry.text == "api DOWN since 2026-11-21 19:46:58 UTC: refused"
    assert (entry.kind, entry.service, entry.state, entry.since) == ("health", "api", "down", since)
    assert (entry.at, entry.by, entry.source) == (since + timedelta(minutes=2), "monitor", "monitor")
    assert entry.evidence == (Evidence("last", "refused"),)
    assert standing_entry(ServiceStatus("api", "http", "http://x/", state="up"), "2", since).text == "api UP"


@pytest.mark.parametrize(
    ("letters", "before"), [("OCCC", None), ("OCCCOO", "DOWN for 18s"), ("OWWWCCC", "DEGRADED for 18s")]
)
def test_the_entry_says_how_long_the_state_before_was_when_it_was_bad(letters: str, before: str | None) -> None:
    entry = health_entry("backend", play(letters)[-1], "id-1")
    assert {one.label: one.text for one in entry.evidence}.get("before") == before
    assert entry.by == ""


@pytest.mark.parametrize(("letters", "shown"), [("OCCC", True), ("OWWW", True), ("OCCCOO", False)])
def test_what_was_answered_is_kept_of_what_is_wrong_and_not_of_what_is_well(letters: str, shown: bool) -> None:
    entry = health_entry("backend", play(letters)[-1], "id-1")
    assert (Evidence("GET", "http://x/") in entry.evidence) is shown
