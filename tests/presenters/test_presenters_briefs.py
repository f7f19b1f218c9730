"""The update and the handoff brief say what the record says, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given

import strategies
from warroom.incident.kinds import Kind
from warroom.incident.model import Action, Comms, Entry, Fields, Impact, Incident
from warroom.incident.tally import open_asks
from warroom.presenters.briefs import handoff_text, update_text
from warroom.text import clean

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
BARE = Incident(Fields(id="x", title="Outage", declared_at=NOW - timedelta(minutes=30)))


def entry(minutes: int, kind: Kind, text: str, **values: Any) -> Entry:
    return Entry(id=f"{minutes:03}", at=NOW - timedelta(minutes=minutes), kind=kind, text=text, **values)


def update(incident: Incident) -> list[str]:
    return update_text(incident, NOW, UTC).splitlines()


def handoff(incident: Incident) -> list[str]:
    return handoff_text(incident, NOW, UTC).splitlines()


def test_of_an_empty_record_nothing_is_made_up() -> None:
    assert update(BARE) == [
        "[severity unset] Outage",
        "State: investigating, 00:30:00 since declaration",
        "Impact: not stated yet",
        "Done: nothing logged",
        "Next: not stated yet",
        "Next update: none promised yet",
    ]
    told = handoff(BARE)
    assert "Roles: nobody is named" in told
    assert "Milestones: none marked" in told
    assert "Open asks: none" in told


def test_an_update_tells_what_was_done_since_the_last_one() -> None:
    incident = replace(
        BARE,
        fields=replace(BARE.fields, severity="sev2", services=("api",)),
        impact=Impact(customers="Nobody can log in", internal="Support is busy", users_affected="40 %"),
        comms=Comms(next_due=NOW + timedelta(minutes=15)),
        entries=(
            entry(25, "action", "restarted api"),
            entry(20, "comms", "told the customers"),
            entry(15, "action", "failed over"),
            entry(14, "note", "just a note"),
            entry(13, "action", "secret act", internal=True),
            entry(12, "action", "mistake", struck=True),
            entry(12, "command", "psql -c 'select 1'"),
            entry(11, "hypothesis", "the pool is exhausted"),
            entry(10, "hypothesis", "the network", verdict="ruled-out"),
            entry(9, "ask", "check replication lag", to="ben"),
            entry(8, "note", "back", mark="mitigated"),
        ),
    )
    assert update(incident) == [
        "[sev2] Outage",
        "State: investigating, 00:30:00 since declaration",
        "Impact: Nobody can log in. Users affected: 40 %. Services: api.",
        "Done since the last update:",
        "  - 19:45:00 UTC  failed over",
        "  - 19:52:00 UTC  back",
        "Next:",
        "  - check replication lag (asked of ben)",
        "  - checking: the pool is exhausted",
        "Next update: 20:30:00 UTC (every 30 min)",
    ]
    assert "Impact: Nobody can log in. Support is busy. Users affected: 40 %. Services: api." in handoff(incident)


def test_services_alone_are_no_impact() -> None:
    known = replace(BARE, fields=replace(BARE.fields, services=("api", "db")))
    assert update(known)[2] == "Impact: not stated yet; services: api, db"


def test_a_promise_that_was_not_kept_is_told() -> None:
    late = replace(BARE, comms=Comms(next_due=NOW - timedelta(minutes=4)))
    assert update(late)[-1] == "Next update: 19:56:00 UTC, overdue by 4m"
    assert update(replace(BARE, comms=Comms(every="30m")))[-1] == "Next update: 20:30:00 UTC (every 30 min)"
    assert update(replace(BARE, comms=Comms(every="often")))[-1] == "Next update: none promised yet"


def test_a_handoff_tells_what_is_promised_already() -> None:
    told = entry(20, "comms", "we are on it")
    rhythmic = replace(BARE, comms=Comms(every="30m"), entries=(told,))
    assert "Next update: 20:10:00 UTC" in handoff(rhythmic)
    over = replace(rhythmic, fields=replace(BARE.fields, status="resolved"))
    assert "Next update: none, this incident is resolved" in handoff(over)


def test_a_handoff_lists_what_is_open_and_what_is_ruled_out() -> None:
    incident = replace(
        BARE,
        roles={"commander": "ana", "scribe": ""},
        actions=(
            Action("a1", "Restart policy", owner="ben"),
            Action("a2", "Old", status="done"),
            Action("a3", "Alert"),
        ),
        entries=(
            entry(29, "note", "errors", mark="started"),
            entry(28, "health", "api down", service="api", state="down", since=NOW - timedelta(minutes=29)),
            entry(27, "ask", "is it the network?", to="eva", due=NOW - timedelta(minutes=2)),
            entry(26, "ask", "who deployed?", due=NOW + timedelta(minutes=5)),
            entry(25, "note", "nobody", answers="026"),
            entry(24, "hypothesis", "the pool", verdict="supported"),
            entry(23, "dead-end", "the proxy looked guilty"),
            entry(22, "comms", "first update\nwith more"),
        ),
    )
    told = handoff(incident)
    for line in (
        "  - commander: ana",
        "  - impact began: 19:31:00 UTC",
        "  - api since 19:31:00 UTC",
        "  - is it the network? of eva, overdue by 2m",
        "  - the pool",
        "  - the proxy looked guilty",
        "  - 19:38:00 UTC  first update ...",
        "  - Restart policy (ben)",
        "  - Alert (no owner)",
    ):
        assert line in told
    to_do = "\n".join(told[: told.index("Latest entries:")])
    assert [word for word in ("scribe", "Old", "who deployed?") if word in to_do] == []
    assert [ask.text for ask in open_asks(incident.entries)] == ["is it the network?"]


@given(strategies.incidents())
def test_no_record_breaks_a_brief_or_gets_a_control_character_through(incident: Incident) -> None:
    for text in (update_text(incident, NOW, UTC), handoff_text(incident, NOW, UTC)):
        assert clean(text) == text
        assert text.endswith("\n")
