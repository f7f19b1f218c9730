"""When the next update is due, and what is asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from warroom.incident.asks import AskError, parse_ask
from warroom.incident.changes import Change, Set, Stamp, apply
from warroom.incident.model import Comms, Entry, Fields, Incident
from warroom.incident.promise import next_update, restarted, rhythm

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
HALF = timedelta(minutes=30)
SEV2 = Incident(Fields(id="x", title="Outage", severity="sev2", declared_at=NOW))
TOLD = Entry(id="t", kind="comms", text="we are on it", at=NOW + timedelta(minutes=10))


def with_head(**values: object) -> Incident:
    return replace(SEV2, fields=replace(SEV2.fields, **values))  # type: ignore[arg-type]


def test_the_rhythm_is_by_severity_unless_somebody_set_one() -> None:
    assert rhythm(SEV2) == HALF
    assert rhythm(with_head(severity="unset")) is None
    assert rhythm(replace(SEV2, comms=Comms(every="10m"))) == timedelta(minutes=10)
    assert rhythm(replace(SEV2, comms=Comms(every="0s"))) is None
    assert rhythm(replace(SEV2, comms=Comms(every="often"))) == HALF


def test_an_update_is_due_after_the_declaration_then_after_the_last_one() -> None:
    assert next_update(SEV2, None) == NOW + HALF
    assert next_update(SEV2, TOLD) == NOW + timedelta(minutes=40)
    assert next_update(with_head(declared_at=None), None) is None


def test_what_was_put_off_by_hand_counts_until_a_later_update() -> None:
    put_off = replace(SEV2, comms=Comms(next_due=NOW + timedelta(minutes=35)))
    assert next_update(put_off, None) == NOW + timedelta(minutes=35)
    assert next_update(put_off, TOLD) == NOW + timedelta(minutes=40)
    assert next_update(replace(put_off, fields=replace(SEV2.fields, severity="sev5")), TOLD) == put_off.comms.next_due


@pytest.mark.parametrize("head", [{"status": "resolved"}, {"status": "cancelled"}, {"mode": "retrospective"}])
def test_nothing_is_due_once_it_is_over(head: dict[str, object]) -> None:
    over = replace(with_head(**head), comms=Comms(next_due=NOW))
    assert next_update(over, TOLD) is None
    assert restarted(over, NOW) == ()


def test_an_update_restarts_the_timer_but_one_logged_late_does_not_turn_it_back() -> None:
    (edit,) = restarted(SEV2, NOW)
    assert edit == Set("comms.next_due", NOW + HALF)
    after = apply(SEV2, Change((edit,), Stamp("s", NOW, "ana")))
    assert restarted(after, NOW - timedelta(minutes=5)) == ()


def test_an_ask_has_a_name_a_time_and_a_question() -> None:
    assert parse_ask("ben 5m check lag") == ("ben", timedelta(minutes=5), "check lag")
    assert parse_ask("@ben check 5m of lag") == ("ben", None, "check 5m of lag")
    assert parse_ask(" eva  1h30m  who deployed? ") == ("eva", timedelta(minutes=90), "who deployed?")
    assert parse_ask("eva 3 replicas are up?") == ("eva", None, "3 replicas are up?")


@pytest.mark.parametrize("text", ["", "ben", "ben 5m", "  "])
def test_half_an_ask_says_what_is_missing(text: str) -> None:
    with pytest.raises(AskError, match="/ask ben 5m"):
        parse_ask(text)
