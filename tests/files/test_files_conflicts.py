"""What two sides changed in one file: prose, words of entries, action items, and fields while the file was broken."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest

from filekit import NOW, change, edit, entry, new_file, of
from warroom.files.codec import decode
from warroom.files.conflicts import without_conflicts
from warroom.files.errors import DiskError
from warroom.files.messages import Broken, Conflict, Message, Notice
from warroom.files.session import Pending, Session
from warroom.incident.changes import Add, AddAction, Change, Edit, Revise, ReviseAction, Set, apply
from warroom.incident.model import Action, Fields, Incident

THEIRS = '\n[postmortem]\nsummary = "Theirs."\n\n[[timeline]]'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_file(tmp_path, entry("e1"), entry("e2"))


@pytest.fixture
def session(path: Path) -> Session:
    found = Session(path)
    found.look()
    return found


def commit(session: Session, made: Change) -> list[Message]:
    return session.commit([Pending(made, session.incident)])


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_conflict_lies_beside_the_file_with_both_ends_named(path: Path, session: Session) -> None:
    seen = session.incident
    edit(path, "\n[[timeline]]", THEIRS)
    with_theirs = path.read_text()
    made = change(Set("postmortem.summary", "Mine."), stamp="c1")
    conflict = of(Conflict, session.commit([Pending(made, seen)]))
    assert conflict.kept == f"{path}.conflict"
    assert Path(conflict.kept).read_text().endswith('postmortem.summary\nmine = "Mine."\n')
    assert path.read_text() == with_theirs


def test_a_text_that_was_changed_by_hand_while_the_file_was_broken_is_not_overwritten(
    path: Path, session: Session
) -> None:
    edit(path, 'severity = "unset"', "severity = sev1")
    session.look()
    assert "4: " in str(of(Broken, session.look()).error)
    commit(session, change(Set("postmortem.summary", "Mi"), stamp="c1"))
    seen = apply(session.incident or Incident(Fields("x", "y")), change(Set("postmortem.summary", "Mi"), stamp="c1"))
    session.commit([Pending(change(Set("postmortem.summary", "Mine."), Add(entry("e3")), stamp="c2"), seen)])
    edit(path, "severity = sev1", 'severity = "sev1"')
    edit(path, "\n[[timeline]]", THEIRS)
    told = session.look()
    last = [message for message in told if isinstance(message, Conflict)][-1]
    assert (last.mine, last.theirs, last.kept) == ("Mine.", "Theirs.", f"{path}.conflict")
    assert 'mine = "Mine."' in Path(last.kept).read_text()
    found = decode(path.read_bytes(), "x")
    assert found.postmortem.summary == "Theirs."
    assert "e3" in [e.id for e in found.entries]
    assert session.incident == found


def test_a_text_that_only_the_room_changed_while_the_file_was_broken_is_merged(path: Path, session: Session) -> None:
    edit(path, 'severity = "unset"', "severity = sev1")
    session.look(), session.look()
    commit(session, change(Set("postmortem.summary", "Mine."), stamp="c1"))
    edit(path, "severity = sev1", 'severity = "sev1"')
    assert not [message for message in session.look() if isinstance(message, Conflict)]
    assert decode(path.read_bytes(), "x").postmortem.summary == "Mine."


def test_a_conflict_that_can_not_be_kept_stays_on_its_way(
    path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = session.incident
    path.write_text(
        path.read_text().replace("\n[[timeline]]", '\n[postmortem]\nsummary = "Theirs."\n\n[[timeline]]', 1)
    )
    session.look()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskError, match=rf"^{path}: the disk is full"):
        session.commit([Pending(change(Set("postmortem.summary", "Mine."), stamp="c1"), seen)])
    assert list(path.parent.glob("*.conflict")) == []


def test_each_text_that_both_sides_changed_is_a_conflict(path: Path, session: Session) -> None:
    seen = session.incident
    edit(path, "\n[[timeline]]", THEIRS.replace("\n\n[[", '\nroot_cause = "Theirs too."\n\n[['))
    made = [Pending(change(Set(f"postmortem.{name}", "Mine."), stamp=name), seen) for name in ("summary", "root_cause")]
    found = [message for message in session.commit(made) if isinstance(message, Conflict)]
    assert [(told.path, told.theirs) for told in found] == [
        ("postmortem.summary", "Theirs."),
        ("postmortem.root_cause", "Theirs too."),
    ]
    assert [Path(told.kept).name for told in found] == [f"{path.name}.conflict", f"{path.name}.conflict-2"]


@pytest.mark.parametrize(
    ("edits", "path_told", "stands"),
    [
        (Revise("e2", {"text": "Mine.", "kind": "action"}), "timeline.e2.text", 'text = "Theirs."'),
        (ReviseAction("a1", {"title": "Mine.", "owner": "ana"}), "action.a1.title", 'title = "Theirs."'),
    ],
    ids=["entry", "action item"],
)
@pytest.mark.parametrize("broken", [False, True])
def test_words_that_both_sides_changed_are_a_conflict_and_all_else_of_the_change_holds(
    path: Path, session: Session, edits: Edit, path_told: str, stands: str, *, broken: bool
) -> None:
    commit(session, change(AddAction(Action("a1", "to be done")), stamp="c1"))
    seen = session.incident
    for words in ("text of e2", "to be done"):
        edit(path, f'"{words}"', '"Theirs."')
    if broken:
        edit(path, "format = 1", "format = 1 broken")
        session.look(), session.look()
    messages = session.commit([Pending(change(edits, stamp="c2"), seen)])
    if broken:
        edit(path, "format = 1 broken", "format = 1")
        messages = session.look()
    told = of(Conflict, messages)
    assert (told.path, told.theirs, told.mine) == (path_told, "Theirs.", "Mine.")
    assert Path(told.kept).read_text().endswith('mine = "Mine."\n')
    assert stands in path.read_text()
    found = decode(path.read_bytes(), "x")
    assert (found.entries[1].kind, found.actions[0].owner) in (("action", ""), ("note", "ana"))


def test_words_of_an_entry_that_somebody_took_out_of_the_file_are_kept(path: Path, session: Session) -> None:
    seen = session.incident
    path.write_text(path.read_text().partition("\n[[timeline]]")[0])
    told = of(Conflict, session.commit([Pending(change(Revise("e2", {"text": "Mine."}), stamp="c1"), seen)]))
    assert (told.theirs, told.mine) == (None, "Mine.")


def test_a_field_that_both_sides_set_while_the_file_was_broken_stands_as_the_file_has_it_and_that_is_said(
    path: Path, session: Session
) -> None:
    edit(path, 'severity = "unset"', "severity = sev4")
    session.look(), session.look()
    seen = session.incident
    edits = (Set("severity", "sev1"), Set("tags", ("mine",)), Add(entry("e3", "severity: unset -> sev1")))
    session.commit([Pending(change(*edits, stamp="c1"), seen)])
    edit(path, "severity = sev4", 'severity = "sev4"')
    told = [message.text for message in session.look() if isinstance(message, Notice)]
    assert f'{path}: severity was changed on two sides; "sev4" stands, not "sev1"' in told
    found = decode(path.read_bytes(), "x")
    assert (found.fields.severity, found.fields.tags) == ("sev4", ("mine",))
    assert [entry.new for entry in found.entries if entry.kind == "change"] == ["sev4"]
    assert "e3" in [entry.id for entry in found.entries]


def test_of_an_action_item_only_the_words_that_clash_are_kept_aside(path: Path, session: Session) -> None:
    commit(session, change(AddAction(Action("a1", "Restart", "by hand")), stamp="c1"))
    seen = session.incident
    edit(path, '"by hand"', '"by systemd"')
    made = change(ReviseAction("a1", {"title": "Restart all", "detail": "by cron"}), stamp="c2")
    conflict = of(Conflict, session.commit([Pending(made, seen)]))
    assert (conflict.base, conflict.mine, conflict.theirs) == ("by hand", "by cron", "by systemd")
    (action,) = decode(path.read_bytes(), "x").actions
    assert (action.title, action.detail) == ("Restart all", "by systemd")


def test_a_value_that_was_taken_away_on_one_side_is_told() -> None:
    made, theirs = change(Set("comms.next_due", None), stamp="c1"), NOW + timedelta(hours=1)
    left, told = without_conflicts("x.toml", made, {"comms.next_due": NOW}, lambda _: theirs, {})
    assert left.edits == ()
    stands = f"{theirs:%Y-%m-%dT%H:%M:%SZ} stands, not nothing"
    assert told == [Notice(f"x.toml: comms.next_due was changed on two sides; {stands}")]
