"""Changing the head of an incident by a person's word."""

from dataclasses import replace
from typing import Any

import pytest

from warroom.incident.amend import SETTABLE, SHORT, AmendError, amendment, change_fields, leaves_entry, path_of
from warroom.incident.changes import Set
from warroom.incident.model import Fields, Incident

INCIDENT = Incident(Fields(id="2026-11-21-outage", title="Outage", services=("api", "db")), roles={"commander": "ana"})


@pytest.mark.parametrize(
    ("name", "text", "path", "value"),
    [
        ("sev", "1", "severity", "sev1"),
        ("severity", "SEV2", "severity", "sev2"),
        ("status", "monitoring", "status", "monitoring"),
        ("ic", "ben", "roles.commander", "ben"),
        ("roles.liaison", "eva", "roles.liaison", "eva"),
        ("title", " Backend outage ", "title", "Backend outage"),
        ("services", "+web -db", "services", ("api", "web")),
        ("services", "web, cache", "services", ("web", "cache")),
        ("tag", "+security", "tags", ("security",)),
        ("timezone", "Europe/Berlin", "timezone", "Europe/Berlin"),
        ("impact.customers", "Nobody could log in.", "impact.customers", "Nobody could log in."),
        ("every", "20m", "comms.every", "20m"),
    ],
)
def test_a_word_becomes_an_edit(name: str, text: str, path: str, value: Any) -> None:
    assert amendment(INCIDENT, name, text) == Set(path, value)


@pytest.mark.parametrize(("name", "text"), [("title", "Outage"), ("ic", "ana"), ("services", "+api"), ("sev", "unset")])
def test_what_is_so_already_is_no_edit(name: str, text: str) -> None:
    assert amendment(INCIDENT, name, text) is None


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("severty", "1", "did you mean 'severity'"),
        ("severity", "6", "one of sev1, sev2"),
        ("status", "done", "one of investigating"),
        ("title", " ", "can't be empty"),
        ("timezone", "Berlin/Europe", "Berlin/Europe"),
        ("every", "often", "not a duration"),
        ("declared_at", "now", "no field"),
        ("tags", "+network -b c", "in front of all words, or of none"),
        ("tags", "+", "in front of all words"),
    ],
)
def test_what_is_not_understood_says_what_would_be(name: str, text: str, message: str) -> None:
    with pytest.raises(AmendError, match=message):
        amendment(INCIDENT, name, text)


def test_the_entry_keeps_old_and_new() -> None:
    assert change_fields(INCIDENT, Set("severity", "sev2")) == {
        "kind": "change",
        "field": "severity",
        "old": "unset",
        "new": "sev2",
        "text": "severity: unset -> sev2",
    }
    nobody = replace(INCIDENT, roles={})
    assert change_fields(nobody, Set("roles.commander", "ben"))["text"] == "commander: nobody -> ben"


def test_only_what_belongs_to_the_story_leaves_an_entry() -> None:
    assert leaves_entry("severity")
    assert leaves_entry("roles.scribe")
    assert not leaves_entry("postmortem.summary")
    assert not leaves_entry("theme")


def test_every_short_name_is_a_field_in_capitals_too() -> None:
    for name, path in SHORT.items():
        assert path_of(name) == path_of(name.upper()) == path
        assert path in SETTABLE or path.startswith("roles.")
