"""Facts are sacred: however a report is told, each entry states the same ones, and the samples are told as recorded."""

import os
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples import FIVE, NOW, SAMPLES, theme
from warroom.incident.kinds import KINDS, MARKS, ActionType
from warroom.incident.model import Action, Entry, Fields, Impact, Incident, Postmortem
from warroom.incident.times import zone
from warroom.postmortem.actions import told as told_action
from warroom.postmortem.facts import impact
from warroom.postmortem.markdown import render
from warroom.postmortem.narration import Narration
from warroom.postmortem.timeline import fact

GOLDEN = Path(__file__).parent / "golden"
START = datetime(2025, 11, 21, 19, 46, 45, tzinfo=UTC)
FACTS = re.compile(
    r"`[^`]*`|<https?://[^>]*>|\"[^\"]*\"|“[^”]*”"  # code, addresses, quotes
    r"|\S*\d\S*(?: (?:ms|s|min|h|%|MB|users)\b)?"  # times, dates, numbers with their units
    r"|\b(?:no|not|never|none|nobody|nothing|neither|nor|cannot|without)\b|\w+n't\b"  # negations
    r"|\S*\w[_/@.]\w\S*|\b[A-Z]\w*[a-z][A-Z]\w*|\b[A-Z]{3,}\b"  # identifiers, hosts, paths
    r"|\b(?:ana|ben|perfect-db)\b",  # names
)
words = st.sampled_from(
    [
        *(
            "the",
            "proxy",
            "perfect",
            "suspicious",
            "requests",
            "discovered",
            "possible",
            "history",
            "evidence",
            "itself",
        ),
        *(
            "not",
            "never",
            "30 ms",
            "25 %",
            "10:31",
            "2025-11-21",
            "`rm -rf /tmp/perfect`",
            "https://perfect.example/x_y",
        ),
        *(
            '"a perfect storm"',
            "perfect-db",
            "api-7.prod.local",
            "/var/log/history",
            "KB-12",
            "CamelCase",
            "ana",
            "ben's",
        ),
        *(
            "backend_up",
            "can't",
            "nobody",
            "user@history.example",
            "perfect.",
            "question,",
            "v1.2.3",
            "DDoS",
            "(progress)",
        ),
    ]
)
entries = st.lists(
    st.builds(
        Entry,
        id=st.uuids().map(str),
        text=st.lists(words, min_size=1, max_size=12).map(" ".join),
        at=st.integers(0, 7200).map(lambda seconds: START + timedelta(seconds=seconds)),
        by=st.sampled_from(["ana", "ben", ""]),
        kind=st.sampled_from(KINDS),
        mark=st.sampled_from(("", "", *MARKS)),
        state=st.sampled_from(("", "up", "down", "degraded", "unknown")),
        service=st.sampled_from(("", "perfect-db")),
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda entry: entry.id,
)


def stated(name: str, incident: Incident, level: int) -> list[Counter[str]]:
    """The facts of each entry in reading order."""
    narration = Narration.of(incident, theme(name), level, "internal", NOW, zone(incident.fields.timezone))
    told = [" ".join(fact(narration, entry)) for entry in narration.entries]
    return [Counter(found.strip(".,;:()") for found in FACTS.findall(text)) for text in told]


@given(entries, st.sampled_from(["quest", "party", "feline"]))
@settings(max_examples=150)
def test_no_theme_adds_drops_changes_or_reorders_a_fact(given_entries: list[Entry], name: str) -> None:
    incident = Incident(Fields("2025-11-21-outage", "Outage"), {"commander": "ana"}, entries=tuple(given_entries))
    sober = stated(name, incident, 0)
    for level in (1, 2, 3):
        assert stated(name, incident, level) == sober
    # Labels are a theme's own; what follows them is the same in plain.
    assert stated("plain", incident, 0) == sober


def stated_around(name: str, incident: Incident, level: int) -> list[list[str]]:
    """The facts of impact, prose and actions, each in its order."""
    narration = Narration.of(incident, theme(name), level, "internal", NOW, zone(incident.fields.timezone))
    told = [value for _, value in impact(narration)]
    told += [narration.prose(getattr(incident.postmortem, part)) for part in ("summary", "root_cause", "resolution")]
    told += [" ".join(told_action(narration, action)) for action in incident.actions]
    return [[found.strip(".,;:()*") for found in FACTS.findall(text)] for text in told]


prose = st.lists(words, max_size=20).map(" ".join)
actions = st.builds(
    Action,
    id=st.uuids().map(str),
    title=st.lists(words, min_size=1, max_size=4).map(" ".join),
    detail=prose,
    type=st.sampled_from(get_args(ActionType)),
    owner=st.sampled_from(["ana", "ben", ""]),
    due=st.sampled_from([None, date(2026, 12, 1)]),
    url=st.sampled_from(["", "https://perfect.example/KB-12"]),
)


@given(
    st.tuples(prose, prose, prose, prose), st.lists(actions, max_size=4), st.sampled_from(["quest", "party", "feline"])
)
@settings(max_examples=100)
def test_impact_prose_and_actions_state_the_same_in_the_same_order(
    texts: tuple[str, str, str, str], given_actions: list[Action], name: str
) -> None:
    customers, *rest = texts
    incident = Incident(
        Fields("2025-11-21-outage", "Outage"),
        {"commander": "ana", "scribe": "ben", "service": "perfect-db"},
        Impact(customers, users_affected="25 %"),
        postmortem=Postmortem(summary=rest[0], root_cause=rest[1], resolution=rest[2]),
        actions=tuple(given_actions),
    )
    sober = stated_around("plain", incident, 0)
    for level in range(4):
        assert stated_around(name, incident, level) == sober


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", FIVE)
def test_every_sample_states_the_same_in_every_theme(name: str, sample: str) -> None:
    sober = stated("plain", SAMPLES[sample], 0)
    around = stated_around("plain", SAMPLES[sample], 0)
    for level in range(4):
        assert stated(name, SAMPLES[sample], level) == sober
        assert stated_around(name, SAMPLES[sample], level) == around


@given(entries, st.sampled_from(["quest", "party", "feline"]))
@settings(max_examples=60)
def test_an_entry_logged_later_changes_no_words_of_the_others(given_entries: list[Entry], name: str) -> None:
    ordered = sorted(given_entries, key=lambda entry: entry.id)
    whole = Incident(Fields("x", "Outage"), entries=tuple(ordered))
    less = replace(whole, entries=tuple(ordered[:-1]))
    told = []
    for incident in (whole, less):
        narration = Narration.of(incident, theme(name), 3, "internal", NOW, UTC)
        told.append({entry.id: fact(narration, entry) for entry in narration.entries})
    told[0].pop(ordered[-1].id)
    assert told[1] == told[0]


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", FIVE)
def test_the_samples_are_told_as_recorded(name: str, sample: str) -> None:
    """WARROOM_GOLDEN=write records them anew; read the difference aloud before keeping it."""
    text = render(SAMPLES[sample], theme(name), now=NOW, humour=3)
    recorded = GOLDEN / f"{sample}.{name}.md"
    if os.environ.get("WARROOM_GOLDEN") == "write":
        recorded.write_text(text)
    assert text == recorded.read_text()


@pytest.mark.parametrize("recorded", sorted(GOLDEN.glob("*.md")), ids=lambda path: path.stem)
def test_a_document_is_clean_markdown(recorded: Path) -> None:
    rows = recorded.read_text().split("\n")
    assert rows.pop() == ""
    assert rows[0].startswith("# ")
    for number, row in enumerate(rows):
        assert row == row.rstrip()
        around = (rows[number - 1] if number else "", rows[number + 1] if number + 1 < len(rows) else "")
        if row.startswith("#"):
            assert around == ("", "")
        if not row:
            assert around[1]
        for mark in ("- ", "|", "1. "):
            if row.startswith(mark) and around[0]:
                assert around[0].startswith((mark, "  "))


FACTS_OF_SAMPLES = {
    "2023-05-03-online-store-outage": [
        *("May 3, 2023", "10:00 AM", "10:05 AM", "10:30 AM", "11:00 AM", "11:15 AM", "12:00 PM", "1:30 PM", "2:00 PM"),
        *(
            "PST",
            "ABC Company",
            "customer",
            "technical support team",
            "syntax error",
            "infinite loop",
            "application server",
        ),
        *("stakeholders", "100 %", "Training", "response plan"),
    ],
    "2025-11-21-backend-outage": [
        *("7:46:45 PM", "7:46:55 PM", "7:47:15 PM", "7:49:30 PM", "7:49:40 PM", "7:50:00 PM", "7:50:20 PM"),
        *("30 seconds", "about 2 minutes", "`docker-compose up -d backend`", "`docker-compose.yml`", "Grafana"),
        *(
            '`app_health{job="backend-metrics"}`',
            "`DOWN`",
            "`0`",
            "`1`",
            "out-of-memory",
            "Restart policies",
            "Alerting",
        ),
    ],
    "2023-05-18-frontend-backend-break": [
        *(
            "May 18, 2023",
            "2:30 PM",
            "4:00 PM",
            "1 h 30 min",
            "EST",
            "90 %",
            "frontend",
            "backend developers",
            "message",
        ),
        *("Automated recovery", "Load testing", "Documentation", "integration"),
    ],
    "2023-10-07-web-stack-outage": [
        *(
            "October 7, 2023",
            "10:00 AM",
            "10:05 AM",
            "10:10 AM",
            "10:30 AM",
            "10:45 AM",
            "11:00 AM",
            "11:15 AM",
            "11:30 AM",
        ),
        *("80 %", "marketing campaign", "database team", "infrastructure team", "connections and queries", "Failover"),
    ],
    "2023-10-12-cattimeapi-downtime": [
        *("October 12", "9:00 AM", "9:05 AM", "9:10 AM", "9:30 AM", "9:45 AM", "10:15 AM", "10:30 AM", "11:30 AM"),
        *("25 %", '"Kitty Karaoke"', "DDoS", "operations team", "development team", "networking team", "load balancer"),
    ],
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_samples_hold_their_facts(sample: str) -> None:
    text = render(SAMPLES[sample], theme("plain"), now=NOW)
    assert [stated for stated in FACTS_OF_SAMPLES[sample] if stated not in text] == []
    assert SAMPLES[sample].fields.theme in FIVE
