"""The laws of changes: twice is once, there and back restores the content, disjoint ones commute."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import strategies
from warroom.incident.changes import (
    HEAD_PATHS,
    Add,
    AddAction,
    Change,
    RemoveAction,
    Revise,
    ReviseAction,
    Set,
    Stamp,
    apply,
    invert,
    read,
)
from warroom.incident.model import Accepted, Action, Entry, Fields, Incident, Revision

AT = datetime(2026, 11, 21, 19, 46, 45, tzinfo=UTC)
STAMP = Stamp("s1", AT, "ana")
ENTRY = Entry(id="e1", at=AT, text="restarted", by="ben")
BARE = Incident(Fields(id="2026-11-21-outage", title="Outage"))


def changed(incident: Incident, *edits: Any, stamp: Stamp = STAMP) -> Incident:
    return apply(incident, Change(edits, stamp))


@given(strategies.changed_incidents())
def test_applying_twice_is_applying_once(case: tuple[Incident, Change]) -> None:
    incident, change = case
    once = apply(incident, change)
    assert apply(once, change) == once


@given(strategies.changed_incidents(), strategies.stamps)
def test_a_change_and_its_inverse_restore_the_content(case: tuple[Incident, Change], stamp: Stamp) -> None:
    incident, change = case
    assume(all(stamp.id != revision.id for entry in incident.entries for revision in entry.revisions))
    assume(stamp.id != change.stamp.id)
    assume(all(change.stamp.id != revision.id for entry in incident.entries for revision in entry.revisions))
    there = apply(incident, change)
    back = apply(there, Change(invert(change, incident), stamp))
    assert back.content() == incident.content()


@given(st.data())
def test_disjoint_changes_commute(data: st.DataObject) -> None:
    incident = data.draw(strategies.incidents(strategies.timed_entries))
    one = data.draw(strategies.changes(incident, strategies.timed_entries))
    other = data.draw(strategies.changes(incident, strategies.timed_entries))
    assume(not one.touches() & other.touches())
    assert apply(apply(incident, one), other).content() == apply(apply(incident, other), one).content()


@given(strategies.changed_incidents())
def test_a_change_leaves_alone_the_parts_that_it_does_not_touch(case: tuple[Incident, Change]) -> None:
    incident, change = case
    after = apply(incident, change)
    touched = change.touches()
    for part in ("impact", "comms", "postmortem", "roles"):
        if not any(what.startswith(f"head:{part}.") for what in touched):
            assert getattr(after, part) is getattr(incident, part)
    if not any(what.startswith("action:") for what in touched):
        assert after.actions is incident.actions
    for entry in incident.entries:
        if f"entry:{entry.id}" not in touched:
            assert after.entry(entry.id) is entry


@given(strategies.changed_incidents())
def test_nothing_that_was_logged_goes_away(case: tuple[Incident, Change]) -> None:
    incident, change = case
    after = apply(incident, change)
    assert [entry.id for entry in after.entries][: len(incident.entries)] == [entry.id for entry in incident.entries]
    undone = apply(after, Change(invert(change, incident), Stamp("other", AT, "ana")))
    assert [entry.id for entry in undone.entries] == [entry.id for entry in after.entries]


def test_a_known_entry_is_not_added_again() -> None:
    incident = changed(BARE, Add(ENTRY))
    assert changed(incident, Add(replace(ENTRY, text="other"))) is incident


def test_a_revision_keeps_what_was_there_and_what_it_replaces() -> None:
    incident = changed(BARE, Add(ENTRY))
    incident = changed(incident, Revise("e1", {"text": "restarted twice", "by": "ben", "exit": 0}))
    incident = changed(incident, Revise("e1", {"at": None}), stamp=Stamp("s2", AT, "eva"))
    assert incident.entries[0].text == "restarted twice"
    assert incident.entries[0].revisions == (
        Revision(id="s1", at=AT, by="ana", replaces="e1", before={"text": "restarted", "exit": ""}),
        Revision(id="s2", at=AT, by="eva", replaces="s1", before={"at": AT}),
    )


def test_a_revision_that_changes_nothing_is_none() -> None:
    incident = changed(BARE, Add(ENTRY))
    assert changed(incident, Revise("e1", {"text": "restarted"})) is incident
    assert changed(incident, Revise("gone", {"text": "x"})) is incident


def test_undoing_an_addition_strikes_it() -> None:
    change = Change((Add(ENTRY),), STAMP)
    undone = changed(apply(BARE, change), *invert(change, BARE), stamp=Stamp("s2", AT, "ana"))
    assert undone.entries[0].struck
    assert undone.entries[0].text == "restarted"
    assert undone.content() == BARE.content()


def test_undoing_an_addition_that_added_nothing_strikes_nothing() -> None:
    incident = changed(BARE, Add(ENTRY))
    assert invert(Change((Add(ENTRY),), STAMP), incident) == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("severity", "sev1"),
        ("services", ("api",)),
        ("roles.commander", "ana"),
        ("impact.users_affected", 40),
        ("comms.next_due", AT),
        ("postmortem.summary", "All was down."),
        ("accepted", (Accepted("no-impact"),)),
    ],
)
def test_the_head_is_set_and_read_by_its_path_in_the_file(path: str, value: Any) -> None:
    before = read(BARE, path)
    incident = changed(BARE, Set(path, value))
    assert read(incident, path) == value
    assert changed(incident, Set(path, value)) is incident
    assert changed(incident, Set(path, before)) == BARE


def test_an_empty_role_is_no_role() -> None:
    held = replace(BARE, roles={"commander": "ana", "scribe": ""})
    assert changed(held, Set("roles.commander", "")).roles == {"scribe": ""}
    assert held.content().roles == {"commander": "ana"}


@pytest.mark.parametrize("path", ["id", "nonsense", "roles.", "roles", "impact", "impact.id", "postmortem.", ""])
def test_a_path_that_is_none_is_refused(path: str) -> None:
    with pytest.raises(KeyError):
        read(BARE, path)
    with pytest.raises(ValueError, match="no path"):
        Change((Set(path, "x"),), STAMP)


@pytest.mark.parametrize(
    "edit",
    [
        Revise("e1", {"id": "e2"}),
        Revise("e1", {"revisions": ()}),
        Revise("e1", {"colour": "red"}),
        ReviseAction("a1", {"id": "a2"}),
        ReviseAction("a1", {"colour": "red"}),
    ],
)
def test_a_field_that_is_none_cannot_be_revised(edit: Revise | ReviseAction) -> None:
    with pytest.raises(ValueError, match="no field"):
        Change((edit,), STAMP)


def test_every_head_path_reads() -> None:
    first = ("", None, (), "unset", "investigating", "standard", "UTC", "draft", "Outage")
    assert [path for path in HEAD_PATHS if read(BARE, path) not in first] == []


def test_actions_are_added_revised_and_taken_out() -> None:
    action = Action(id="a1", title="Restart policy")
    added = Change((AddAction(action),), STAMP)
    incident = apply(BARE, added)
    assert incident.actions == (action,)
    assert changed(incident, AddAction(replace(action, title="x"))) is incident
    revise = Change((ReviseAction("a1", {"owner": "ben"}),), STAMP)
    assert apply(incident, revise).actions[0].owner == "ben"
    assert changed(apply(incident, revise), *invert(revise, incident)) == incident
    assert invert(added, BARE) == (RemoveAction("a1"),)
    assert changed(incident, RemoveAction("a1")) == BARE
    assert changed(BARE, RemoveAction("a1"), ReviseAction("a2", {"owner": "x"})) is BARE


def test_two_edits_of_one_change_do_not_touch_the_same() -> None:
    with pytest.raises(ValueError, match="head:severity"):
        Change((Set("severity", "sev1"), Set("severity", "sev2")), STAMP)
    with pytest.raises(ValueError, match="entry:e1"):
        Change((Add(ENTRY), Revise("e1", {"text": "x"})), STAMP)


def test_only_additions_can_be_appended() -> None:
    assert Change((Add(ENTRY),), STAMP).only_adds
    assert not Change((Add(ENTRY), Set("severity", "sev1")), STAMP).only_adds
    assert Change((Add(ENTRY), Set("severity", "sev1")), STAMP).touches() == {"entry:e1", "head:severity"}


def test_content_does_not_depend_on_arrival_revisions_or_struck_entries() -> None:
    later = Entry(id="e0", at=AT.replace(hour=20), text="later")
    struck = Entry(id="e9", at=AT, struck=True)
    revised = replace(ENTRY, revisions=(Revision("r", AT, "ana"),), logged_at=AT)
    one = replace(BARE, entries=(later, revised, struck))
    assert one.content() == replace(BARE, entries=(ENTRY, later)).content()
    assert one.content() != replace(BARE, entries=(later,)).content()
