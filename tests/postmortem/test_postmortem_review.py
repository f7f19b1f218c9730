"""The review finds what is missing or weak, says where and why, and leaves ordinary prose in peace."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

import strategies
from samples import SAMPLES
from warroom.incident.kinds import ActionType
from warroom.incident.model import Accepted, Action, Entry, Fields, Impact, Incident, Postmortem, Revision
from warroom.postmortem.review import Finding, review
from warroom.postmortem.rules import RULES

TODAY = date(2026, 1, 1)
START = datetime(2025, 11, 21, 19, 46, 45, tzinfo=UTC)


def after(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


ACTIONS = (
    Action("a1", "Restart policy", "Set `unless-stopped`.", "prevent", "high", "ben", date(2026, 2, 1)),
    Action("a2", "Alerting", "Alert when the target is down.", "detect", "", "ana", date(2026, 2, 1)),
    Action("a3", "Add a runbook", "", "process", "", "ana", date(2026, 2, 1)),
)
GOOD = Incident(
    Fields("2025-11-21-outage", "Outage", severity="sev2", status="resolved", services=("backend",)),
    {"commander": "ana"},
    Impact("Nobody could log in.", users_affected="40 %"),
    postmortem=Postmortem(summary="The backend stopped.", root_cause="No restart policy.", resolution="A restart."),
    actions=ACTIONS,
    entries=(
        Entry("e1", "backend stopped", START, "ana", mark="started"),
        Entry("e2", "alert in chat", after(1), "ben", mark="detected"),
        Entry("e3", "the proxy was fine, its log is clean", after(4), "ana", "dead-end"),
        Entry("e4", "it answers again", after(20), "ana", mark="resolved"),
    ),
)
OPEN = replace(GOOD, fields=replace(GOOD.fields, status="investigating"), entries=GOOD.entries[:3])
STRUCK = Entry("e5", "wrong window", after(5), "ana", struck=True)
LATE = Entry("e6", "the review meeting", after(500), "ana")


def keys(incident: Incident) -> list[str]:
    return [finding.key for finding in review(incident, TODAY) if not finding.accepted]


def with_prose(**parts: str) -> Incident:
    return replace(GOOD, postmortem=replace(GOOD.postmortem, **parts))  # type: ignore[arg-type]


def with_entry(place: int, **parts: Any) -> Incident:
    entries = list(GOOD.entries)
    entries[place] = replace(entries[place], **parts)
    return replace(GOOD, entries=tuple(entries))


def worded_before(text: str) -> Revision:
    return Revision("r1", START, "ana", before={"text": text})


def with_action(**parts: Any) -> Incident:
    return replace(GOOD, actions=(replace(ACTIONS[0], **parts), *ACTIONS[1:]))


def test_a_good_postmortem_has_no_findings() -> None:
    assert keys(GOOD) == []


def test_an_empty_one_has_the_obvious_ones() -> None:
    empty = Incident(Fields("x", "Odd", status="closed"))
    assert keys(empty) == [
        "no-summary:postmortem.summary",
        "no-root-cause:postmortem.root_cause",
        "no-resolution:postmortem.resolution",
        "no-impact:impact",
        "no-severity:severity",
        "no-start:timeline",
        "no-detection:timeline",
        "no-end:timeline",
        "no-actions:action",
    ]


def with_types(*types: ActionType) -> Incident:
    made = tuple(replace(action, type=kind) for action, kind in zip(ACTIONS, types, strict=False))
    return replace(GOOD, actions=made)


FOUND = [
    (with_entry(1, at=after(-5)), "order:timeline.1"),
    (with_entry(2, at=None), "untimed:timeline"),
    (with_entry(2, text="the proxy"), "dead-end:e3"),
    (with_entry(2, kind="hypothesis", verdict="open"), "hypothesis:e3"),
    (with_entry(3, at=after(50)), "gap:e4"),
    (with_action(owner=" "), "action-owner:a1"),
    (with_action(due=None), "action-due:a1"),
    (with_action(due=date(2025, 12, 1)), "action-overdue:a1"),
    (with_action(title="Restart-policy", detail="unless-stopped"), "action-verb:a1"),
    (with_action(detail="Be more careful with restarts."), "action-vague:a1"),
    (with_types("prevent", "prevent", "prevent"), "action-types:action"),
    (with_prose(root_cause="Human error."), "blame:postmortem.root_cause"),
    (with_prose(summary="The operator should have noticed."), "blame:postmortem.summary"),
    (with_prose(lessons="Somebody forgot to check the disk."), "blame:postmortem.lessons"),
    (with_prose(root_cause="Ben stopped the container."), "person:postmortem.root_cause"),
    (with_prose(lessons="See [the alert](#entry-e9)."), "link:postmortem.lessons"),
    (replace(with_action(detail="See [it](#entry-e5)."), entries=(*GOOD.entries, STRUCK)), "link:a1"),
    (with_prose(summary="It broke at 14:05. All was well after."), "zone:postmortem.summary"),
    (with_prose(summary="The outage lasted 2 hours."), "number:postmortem.summary"),
    (with_prose(summary="It hit 60 % of users."), "number:postmortem.summary"),
    (with_prose(resolution="We used password=hunter22 there."), "secret:postmortem.resolution"),
    (with_entry(1, revisions=(worded_before("password=hunter22"),)), "secret:e2"),
    (with_prose(summary="Ask jo@corp.io about it."), "personal:postmortem.summary"),
    (with_prose(summary="Call +49 170 1234567 then."), "personal:postmortem.summary"),
    (with_entry(1, text="mail from jo@corp.io"), "personal:e2"),
]
NEARLY = [
    ("order", with_entry(1, at=START)),
    ("order", with_entry(1, at=after(-1), until=after(1))),
    ("untimed", replace(GOOD, entries=(*GOOD.entries, replace(STRUCK, at=None)))),
    ("dead-end", with_entry(2, text="its log is clean")),
    ("hypothesis", with_entry(2, kind="hypothesis", verdict="ruled-out")),
    ("gap", with_entry(3, at=after(34))),
    ("gap", replace(GOOD, entries=(*GOOD.entries, LATE))),
    ("action-owner", with_action(owner="", status="done")),
    ("action-due", with_action(due=None, status="dropped")),
    ("action-overdue", with_action(due=TODAY)),
    ("action-overdue", with_action(due=date(2025, 12, 1), status="done")),
    ("action-verb", with_action(title="Restart policy", detail="Then: add one to both.")),
    ("action-verb", with_action(title="Put the host into the prompt", detail="")),
    ("action-verb", with_action(title="Nothing", detail="x", owner="", status="dropped")),
    ("action-vague", with_action(detail="Set a careful limit that is tried in the stage.")),
    ("action-types", with_types("prevent", "prevent")),
    ("action-types", with_types("prevent", "detect", "prevent")),
    ("no-actions", replace(OPEN, actions=())),
    ("no-end", replace(OPEN, entries=GOOD.entries[:3])),
    ("no-start", with_entry(0, at=START)),
    ("no-detection", with_entry(1, mark="detected")),
    ("no-impact", replace(GOOD, impact=Impact(internal="Builds stood still."))),
    ("no-severity", replace(GOOD, fields=replace(GOOD.fields, severity="sev5"))),
    ("no-summary", with_prose(summary="It broke.")),
    ("no-root-cause", with_prose(root_cause="Not known yet.")),
    ("no-resolution", with_prose(resolution="It came back by itself.")),
    ("blame", with_prose(root_cause="The operator runbook had an error; nobody could have known.")),
    ("person", with_prose(root_cause="The container `ben` and the service backend stopped; the bench was full.")),
    ("person", with_prose(resolution="Ana restarted it.")),
    ("person", replace(with_prose(root_cause="Root may kill anything."), roles={"scribe": "root"})),
    ("person", replace(with_prose(root_cause="The Vagrant image was old."), roles={"scribe": "vagrant"})),
    ("link", with_prose(lessons="See [the alert](#entry-e2) and [the graph](#graph).")),
    ("zone", with_prose(summary="It broke at 14:05 UTC; `14:06` is in the log.")),
    ("number", with_prose(summary="The outage lasted 22 minutes and hit 40 % of users.")),
    ("secret", with_prose(resolution="The password was changed.")),
    ("secret", with_entry(1, revisions=(worded_before("The password was changed."),))),
    ("personal", with_prose(summary="Ask ops@example.org about 10.0.0.1.")),
]


def test_each_rule_is_tried_with_what_it_finds_and_with_what_it_nearly_finds() -> None:
    empty = review(Incident(Fields("x", "Odd", status="closed")), TODAY)
    assert {found.partition(":")[0] for _, found in FOUND} | {finding.rule.id for finding in empty} == set(RULES)
    assert {rule for rule, _ in NEARLY} == set(RULES)


@pytest.mark.parametrize(("rule", "incident"), NEARLY)
def test_what_is_nearly_a_weakness_is_none(rule: str, incident: Incident) -> None:
    assert keys(incident) == [], rule


@pytest.mark.parametrize(("incident", "found"), FOUND)
def test_each_weakness_is_found_where_it_is(incident: Incident, found: str) -> None:
    assert keys(incident) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "The service failed to start and the probe failed to connect.",
        "An error in the user interface; an operator restarted it.",
        "It broke at 14:05 UTC and was back at 14:25 +01:00.",
        "From 10:00 AM to 2:00 PM Pacific time the shop was away.",
        "At 14:05 in the CEST afternoon the ratio was 3:1 on 10.0.0.1:8080.",
        "The outage lasted 20 minutes, about 19 min of it visible.",
        "Logs are at `14:05 password`, see user@shop.example.",
        "It took 3 people and 2 tickets; 40 % of users saw it, 99 % of requests passed.",
        "A token expired and the password policy was changed.",
        "The commander decided to fail over.",
        "It was seen at once, see [19:47 UTC](#entry-e2) and [the graph](#graph).",
        "The user made an error report; it was nobody's fault.",
        "The check should have a shorter interval.",
    ],
)
def test_ordinary_prose_raises_no_alarm(text: str) -> None:
    assert keys(with_prose(summary=text)) == []


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("Human error.", "Human error: what in the system let that step do harm?"),
        ("Ops should have noticed it.", "should have noticed: what was known then, and what would have shown it?"),
        ("They forgot to check.", "forgot to check: what would have reminded, or checked by itself?"),
        ("It was their own mistake.", "their own mistake: which condition made it possible?"),
        ("A careless change.", "careless: what did the work look like then?"),
        ("An obvious mistake.", "obvious mistake: why did it make sense before the outcome was known?"),
    ],
)
def test_words_that_blame_come_with_a_question_to_ask_instead(words: str, question: str) -> None:
    (finding,) = (found for found in review(with_prose(lessons=words), TODAY) if not found.accepted)
    assert finding.detail == question


def test_findings_are_accepted_alone_or_by_their_rule() -> None:
    bare = replace(GOOD, actions=tuple(replace(action, owner="") for action in ACTIONS))
    assert keys(bare) == ["action-owner:a1", "action-owner:a2", "action-owner:a3"]
    one = replace(bare, accepted=(Accepted("action-owner:a2", "ana", "ben is away"),))
    assert keys(one) == ["action-owner:a1", "action-owner:a3"]
    every = replace(bare, accepted=(Accepted("action-owner"),))
    assert keys(every) == []
    assert [finding.accepted for finding in review(every, TODAY)] == [True] * 3


def test_a_finding_says_where_why_and_what_to_do() -> None:
    (finding,) = (found for found in review(with_action(due=date(2025, 12, 1)), TODAY) if not found.accepted)
    assert isinstance(finding, Finding)
    assert (
        str(finding) == "action 1, Restart policy: an action is overdue (since 2025-12-01); do it, move it or drop it"
    )
    assert finding.rule.source


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_gives_reason_mend_and_source(rule: Any) -> None:
    assert min(len(rule.reason), len(rule.mend), len(rule.source)) > 10


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_samples_review_clean(sample: str) -> None:
    assert keys(SAMPLES[sample]) == []
    # What their sources do not say is accepted, with the reason.
    assert all(item.reason for item in SAMPLES[sample].accepted)


@given(strategies.incidents())
@settings(max_examples=100)
def test_any_incident_can_be_reviewed(incident: Incident) -> None:
    found = review(incident, TODAY)
    assert found == review(incident, TODAY)
    assert len({finding.key for finding in found}) == len(found)
    assert all("\n" not in str(finding) for finding in found)
