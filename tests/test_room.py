"""One open incident: what is pending, what is saved, what can be undone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from warroom.incident.changes import Add, AddAction, Change, Revise, ReviseAction, Set, Stamp, apply
from warroom.incident.model import Action, Entry, Fields, Incident, Postmortem
from warroom.room import Room, Turned

NOW = datetime(2026, 11, 21, 19, 47, 15, tzinfo=UTC)


class Disk:
    """A writer that keeps what it is given until the test says it is saved."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def submit(self, change: Change, seen: Incident | None = None) -> None:
        self.changes.append(change)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def room(disk: Disk) -> Room:
    numbers = count(1)
    incident = Incident(Fields(id="2026-11-21-outage", title="Outage"))
    return Room(incident, disk, clock=lambda: NOW, new_id=lambda: f"id-{next(numbers):03}", author="ana")


def save_all(room: Room, disk: Disk) -> None:
    room.saved_changes(tuple(change.stamp.id for change in disk.changes))


def state_of(room: Room) -> tuple[str, list[bool]]:
    return room.incident.fields.status, [entry.struck for entry in room.incident.entries]


def test_an_entry_is_pending_until_the_writer_says_it_is_saved(room: Room, disk: Disk) -> None:
    entry = room.log("restarted the backend", kind="action", at=NOW)
    assert room.incident.entries == (entry,)
    assert room.unsaved == {entry.id}
    save_all(room, disk)
    assert room.saved
    assert room.unsaved == frozenset()


def test_a_milestone_moves_the_status_in_the_same_change(room: Room, disk: Disk) -> None:
    room.log("rolled back", kind="action", at=NOW, mark="mitigated")
    assert room.incident.fields.status == "monitoring"
    assert len(disk.changes) == 1
    assert [type(edit) for edit in disk.changes[0].edits] == [Add, Set]


def test_undo_is_named_strikes_the_entry_and_takes_the_status_back(room: Room) -> None:
    room.log("rolled back", kind="action", at=NOW, mark="mitigated")
    assert room.undoable == "mitigated: rolled back"
    assert room.undo() == Turned("mitigated: rolled back")
    assert state_of(room) == ("investigating", [True])
    assert room.redo() == Turned("mitigated: rolled back")
    assert state_of(room) == ("monitoring", [False])
    assert room.undo() == Turned("mitigated: rolled back")
    assert room.undo() is None


def test_undo_leaves_alone_what_somebody_else_has_set_since(room: Room, disk: Disk) -> None:
    room.apply(Set("severity", "sev2"), name="severity sev2")
    save_all(room, disk)
    other = Change((Set("severity", "sev1"),), Stamp("other", NOW, "ben"))
    room.outside(apply(room.incident, other))
    assert room.undo() is None
    assert room.incident.fields.severity == "sev1"
    assert room.saved, "nothing was left to be taken back, so nothing is written"
    assert room.undoable == room.redoable == ""


def test_undo_leaves_alone_the_words_that_somebody_else_has_given_an_entry_since(room: Room, disk: Disk) -> None:
    entry = room.log("restarted", at=NOW)
    room.revise(entry.id, "edit: restarted the api", text="restarted the api", kind="action")
    save_all(room, disk)
    other = Change((Revise(entry.id, {"text": "restarted the proxy"}),), Stamp("other", NOW, "ben"))
    room.outside(apply(room.incident, other))
    assert room.undo() == Turned("edit: restarted the api", ('the words of the action "restarted the proxy"',))
    assert [(e.text, e.kind) for e in room.incident.entries] == [("restarted the proxy", "note")]
    assert room.redo() == Turned("edit: restarted the api")
    assert [(e.text, e.kind) for e in room.incident.entries] == [("restarted the proxy", "action")]


def test_undo_leaves_alone_what_somebody_else_has_made_of_an_action_item_since(room: Room, disk: Disk) -> None:
    room.apply(AddAction(Action(id="one", title="Alert")), name="action item: Alert")
    room.apply(ReviseAction("one", {"owner": "ana"}), name="owner")
    save_all(room, disk)
    room.outside(apply(room.incident, Change((ReviseAction("one", {"owner": "eve"}),), Stamp("other", NOW, "ben"))))
    assert room.undo() is None
    assert room.undo() is None, "else what eve has made of it would be gone with it"
    assert [action.owner for action in room.incident.actions] == ["eve"]


def test_undo_names_what_of_a_change_it_left_as_others_have_it_since(room: Room, disk: Disk) -> None:
    long = room.log("restarted the api and then, an hour later, the proxy too", at=NOW)
    stamp = room.log("", at=NOW)
    room.apply(AddAction(Action(id="one", title="Alert")), AddAction(Action(id="two", title="Limit")), name="two")
    edits = (
        Revise(long.id, {"struck": True}),
        Revise(stamp.id, {"at": NOW - timedelta(minutes=1), "mark": "detected"}),
        Set("roles.scribe", "ben"),
        Set("severity", "sev2"),
        Set("status", "identified"),
        ReviseAction("one", {"owner": "ana"}),
    )
    room.apply(*edits, name="much")
    save_all(room, disk)
    others = (
        Revise(long.id, {"struck": False, "text": "restarted the proxy"}),
        Revise(stamp.id, {"at": NOW - timedelta(minutes=2), "mark": "started"}),
        Set("roles.scribe", "eve"),
        Set("status", "investigating"),
        ReviseAction("one", {"owner": "eve"}),
    )
    room.outside(apply(room.incident, Change(others, Stamp("other", NOW, "eve"))))
    done = room.undo()
    assert done is not None
    assert done.stayed == (
        "the time of the note",
        "the milestone of the note",
        "scribe",
        'the owner of the action item "Alert"',
    ), "what is as it was before, whoever saw to that, is no news"
    assert room.undo() == Turned("two", ('the action item "Alert"',))


def test_what_others_wrote_comes_in_and_what_is_pending_stays(room: Room) -> None:
    mine = room.log("mine", at=NOW)
    theirs = Entry(id="theirs", text="theirs", at=NOW - timedelta(minutes=1))
    room.outside(Incident(Fields(id="2026-11-21-outage", title="Outage, renamed"), entries=(theirs,)))
    assert room.incident.fields.title == "Outage, renamed"
    assert {entry.id for entry in room.incident.entries} == {mine.id, "theirs"}
    assert room.unsaved == {mine.id}


def test_what_others_wrote_may_hold_my_entry_already(room: Room, disk: Disk) -> None:
    mine = room.log("mine", at=NOW)
    room.outside(Incident(Fields(id="2026-11-21-outage", title="Outage"), entries=(mine,)))
    assert room.incident.entries == (mine,)
    save_all(room, disk)
    assert room.incident.entries == (mine,)
    assert room.saved


def test_a_backdated_entry_keeps_when_it_was_logged(room: Room) -> None:
    assert room.log("earlier", at=NOW - timedelta(minutes=15)).logged_at == NOW
    assert room.log("now", at=NOW).logged_at is None


def test_trouble_is_told_until_the_disk_takes_all(room: Room, disk: Disk) -> None:
    told: list[str] = []
    room.subscribe(lambda: told.append(room.trouble))
    room.log("x", at=NOW)
    room.unsaved_changes("no space left on device")
    assert told[-1] == "no space left on device"
    save_all(room, disk)
    assert told[-1] == ""


def test_text_is_cleaned_when_it_is_captured(room: Room) -> None:
    assert room.log("a\x1b[2Jb\r\nc", at=NOW).text == "a␛[2Jb\nc"


def test_what_the_monitor_saw_is_not_undone_by_a_person(room: Room) -> None:
    seen = Entry(id="seen", kind="health", service="api", state="down", at=NOW, text="api DOWN", source="monitor")
    room.observe(seen)
    assert room.undoable == ""
    assert room.incident.entries == (seen,)


def test_a_change_that_lost_against_somebody_else_is_not_shown_as_if_it_stood(room: Room, disk: Disk) -> None:
    room.apply(Set("postmortem.root_cause", "mine"), name="root cause")
    theirs = replace(room.incident, postmortem=Postmortem(root_cause="theirs"))
    room.outside(theirs)
    assert room.incident.postmortem.root_cause == "mine"
    room.lost_change(disk.changes[0].stamp.id)
    assert room.incident.postmortem.root_cause == "theirs"
    save_all(room, disk)
    assert room.incident.postmortem.root_cause == "theirs"
    assert room.saved
