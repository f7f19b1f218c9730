"""The draft says what the record knows, in its words, and touches nothing that somebody wrote."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings

import strategies
from samples import SAMPLES
from warroom.incident.changes import Change, Stamp, apply, read
from warroom.incident.model import Entry, Fields, Incident, Postmortem, Section
from warroom.postmortem.draft import RECORD_TITLE, fill

START = datetime(2025, 11, 21, 19, 46, 45, tzinfo=UTC)
STAMP = Stamp("stamp", START, "ana")


def after(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


OUTAGE = Incident(
    Fields("2025-11-21-outage", "Outage", status="resolved"),
    {"commander": "ana"},
    entries=(
        Entry("1", "the `backend` stopped", START, "ana", mark="started"),
        Entry("2", "backend DOWN", after(30), kind="health", service="backend", state="down", since=after(13)),
        Entry("3", "alert in chat", after(55), "ben", mark="detected"),
        Entry("4", "proxy looked guilty", after(145), "ana", "dead-end"),
        Entry("5", "wrong window", after(146), struck=True, kind="dead-end"),
        Entry("6", "out of memory", after(150), "ana", mark="identified"),
        Entry("7", kind="change", field="roles.commander", old="ben", new="ana", at=after(151)),
        Entry("8", "restarted", after(165), "ana", "action", "mitigated"),
        Entry("9", "backend UP", after(190), kind="health", service="backend", state="up", since=after(180)),
        Entry("10", "it answers", after(86400), "ana", mark="resolved"),
    ),
)


def drafted(incident: Incident) -> dict[str, object]:
    return {edit.path: edit.value for edit in fill(incident)}


def test_a_draft_states_the_record() -> None:
    found = drafted(OUTAGE)
    assert found == {
        "postmortem.summary": (
            "The impact began on 2025-11-21 at 19:46:45 UTC. The incident was resolved at 2025-11-22 19:46:45 UTC, "
            "1 d later. backend was down for 2 min 47 s."
        ),
        "postmortem.detection": (
            "Detected at 19:47:40 UTC, 55 s after the impact began, by ben: alert in chat. "
            "The first bad result of backend was at 19:46:58 UTC."
        ),
        "postmortem.root_cause": "Identified at 19:49:15 UTC: out of memory.",
        "postmortem.resolution": (
            "Mitigated at 19:49:30 UTC: restarted. Resolved at 2025-11-22 19:46:45 UTC: it answers."
        ),
        "postmortem.section": (
            Section(
                RECORD_TITLE,
                "**Milestones, in their order**\n\n"
                "- impact began at 19:46:45 UTC\n- detected at 19:47:40 UTC\n- cause identified at 19:49:15 UTC\n"
                "- mitigated at 19:49:30 UTC\n- resolved at 2025-11-22 19:46:45 UTC\n\n"
                "**Roles**\n\n- commander: ana\n- commander passed from ben to ana at 19:49:16 UTC\n\n"
                "**Tried, and ruled out**\n\n- at 19:49:10 UTC: proxy looked guilty.",
            ),
        ),
    }


def test_a_milestone_without_words_of_its_own_is_told_once() -> None:
    entries = (
        Entry("0", "errors", after(0), "ben", mark="started"),
        Entry("1", "Detected", after(5), "ben", mark="detected"),
        Entry("2", "Cause identified", after(6), "ben", mark="identified"),
        Entry("3", "Mitigated.", after(7), "ben", "action", "mitigated"),
        Entry("4", "", after(8), "ben", "command", "resolved", command="make up"),
        Entry("5", kind="change", field="roles.commander", old="", new="ana", at=after(9)),
        Entry("6", kind="change", field="roles.scribe", old="eva", new="", at=after(9)),
    )
    found = drafted(Incident(Fields("x", "Odd", status="resolved"), entries=entries))
    assert found["postmortem.detection"] == "Detected at 19:46:50 UTC, 5 s after the impact began, by ben."
    assert found["postmortem.root_cause"] == "Identified at 19:46:51 UTC."
    assert found["postmortem.resolution"] == "Mitigated at 19:46:52 UTC. Resolved at 19:46:53 UTC: make up."
    assert "commander taken by ana at 19:46:54 UTC\\n- scribe given up by eva at 19:46:54 UTC" in str(
        found["postmortem.section"]
    )


def test_an_empty_record_drafts_nothing() -> None:
    assert fill(Incident(Fields("x", "Odd"))) == ()


def test_what_is_unknown_is_called_unknown() -> None:
    entries = (Entry("1", "alert", START, mark="detected"), Entry("2", "gone", mark="resolved"))
    found = drafted(replace(OUTAGE, entries=entries, roles={}))
    assert found["postmortem.summary"] == "When the impact began is unknown."
    assert found["postmortem.detection"] == (
        "Detected at 19:46:45 UTC, how long after the impact began is unknown: alert."
    )
    assert found["postmortem.resolution"] == "Resolved at an unknown time: gone."


def test_a_service_that_did_not_come_back_is_told_so() -> None:
    assert drafted(replace(OUTAGE, entries=OUTAGE.entries[:3]))["postmortem.summary"] == (
        "The impact began on 2025-11-21 at 19:46:45 UTC. When the incident was resolved is unknown. "
        "backend went down at 19:46:58 UTC, and no recovery is recorded."
    )


def test_while_it_is_open_only_what_is_settled_is_filled() -> None:
    still = replace(OUTAGE, fields=replace(OUTAGE.fields, status="identified"))
    assert set(drafted(replace(still, entries=OUTAGE.entries[:2]))) == set()
    assert set(drafted(replace(still, entries=OUTAGE.entries[1:3]))) == set()
    assert set(drafted(replace(still, entries=OUTAGE.entries[:3]))) == {"postmortem.detection"}
    assert set(drafted(replace(still, entries=OUTAGE.entries[:6]))) == {
        "postmortem.detection",
        "postmortem.root_cause",
    }


def test_a_milestone_that_is_a_range_is_told_as_one() -> None:
    started = replace(OUTAGE.entries[0], until=after(25))
    found = drafted(replace(OUTAGE, entries=(started, *OUTAGE.entries[1:])))
    assert str(found["postmortem.summary"]).startswith(
        "The impact began on 2025-11-21 between 19:46:45 UTC and 19:47:10 UTC. The incident was resolved at "
        "2025-11-22 19:46:45 UTC, between 23 h 59 min and 1 d later."
    )
    assert "between 30 s and 55 s after the impact began" in str(found["postmortem.detection"])


def test_a_record_of_the_monitor_is_told_so() -> None:
    found = replace(OUTAGE.entries[1], mark="detected")
    text = drafted(replace(OUTAGE, entries=(OUTAGE.entries[0], found)))["postmortem.detection"]
    assert text == (
        "Detected at 19:47:15 UTC, 30 s after the impact began, by the monitoring: backend DOWN. "
        "The first bad result of backend was at 19:46:58 UTC."
    )


@given(strategies.incidents())
@settings(max_examples=150)
def test_nothing_written_is_touched_and_a_second_draft_adds_nothing(incident: Incident) -> None:
    edits = fill(incident)
    for edit in edits:
        before = read(incident, edit.path)
        if edit.path == "postmortem.section":
            assert edit.value[: len(before)] == before
        else:
            assert not before.strip()
    after_one = apply(incident, Change(edits, STAMP))
    assert fill(after_one) == ()


def test_a_part_that_somebody_wrote_stays() -> None:
    written = replace(OUTAGE, postmortem=Postmortem(summary="Mine.", detection="Mine."))
    assert not {"postmortem.summary", "postmortem.detection"} & set(drafted(written))


def test_the_samples_can_be_drafted_anew() -> None:
    for incident in SAMPLES.values():
        blank = replace(incident, postmortem=Postmortem())
        assert {edit.path for edit in fill(blank)} >= {
            "postmortem.summary",
            "postmortem.detection",
            "postmortem.resolution",
        }
