"""The writer of an open war room: others' entries, hand edits, conflicts, broken and long files."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from filekit import NOW, Desk, change, edit, entry, new_file, until
from warroom.files import disk
from warroom.files import writer as writer_module
from warroom.files.append import append
from warroom.files.codec import decode, encode
from warroom.files.disk import side_path
from warroom.files.doctor import repair
from warroom.files.journal import kept
from warroom.files.messages import (
    Broken,
    Conflict,
    Message,
    Notice,
    Outside,
    Saved,
    Vanished,
)
from warroom.files.store import Store
from warroom.files.writer import Writer
from warroom.incident.changes import Add, Revise, Set, apply

pytest_plugins = ("writer_fixtures",)


def test_changes_are_saved_in_order_and_reported(desk: Desk) -> None:
    desk.save(Add(entry("e3")), stamp="c1")
    desk.save(Set("status", "resolved"), Add(entry("e4")), Revise("e1", {"text": "better"}), stamp="c2")
    desk.save(Add(entry("e5")), stamp="c3")
    assert desk.ids() == ["e1", "e2", "e3", "e4", "e5"]
    found = decode(desk.path.read_bytes(), "x")
    assert (found.fields.status, found.entries[0].text) == ("resolved", "better")
    until(lambda: desk.writer.pending == ())  # it is told of before it goes
    assert len(desk.all(Outside)) == 1, "our own changes are not reported as somebody else's"


def test_many_changes_at_once_are_all_saved(desk: Desk) -> None:
    expected = desk.incident
    for number in range(300):
        edits = (Add(entry(f"n{number}")), *((Set("title", f"t{number}"),) if number % 50 == 0 else ()))
        made = change(*edits, stamp=f"c{number}")
        expected = apply(expected, made)
        desk.writer.submit(made)
    assert desk.writer.flush(60)
    assert decode(desk.path.read_bytes(), "x") == expected
    assert [i for saved in desk.all(Saved) for i in saved.change_ids] == [f"c{n}" for n in range(300)]


def test_entries_of_others_appear(desk: Desk) -> None:
    append(desk.path, {"id": "cron", "text": "from a shell", "at": NOW})
    found = desk.wait_for(Outside, lambda outside: outside.incident.entry("cron"))
    assert found.incident == decode(desk.path.read_bytes(), "x")
    Store(desk.path).commit(change(Set("severity", "sev1"), stamp="theirs"))
    desk.wait_for(Outside, lambda outside: outside.incident.fields.severity == "sev1")
    desk.save(Add(entry("mine")), stamp="c1")
    assert desk.ids() == ["e1", "e2", "cron", "mine"]
    assert desk.all(Vanished) == []


def test_two_rooms_see_each_other(path: Path) -> None:
    desks = [Desk(path), Desk(path)]
    for number in range(40):
        desks[number % 2].writer.submit(change(Add(entry(f"n{number}")), stamp=f"c{number}"))
        if number % 10 == 0:
            desks[0].writer.submit(change(Set("title", f"t{number}"), stamp=f"t{number}"))
    assert all(desk.writer.flush(60) for desk in desks)
    for desk in desks:
        append(path, {"id": f"last{id(desk)}", "text": "x"})
    for desk in desks:
        desk.wait_for(Outside, lambda outside: len(outside.incident.entries) == 44)
        assert {f"n{number}" for number in range(40)} <= {found.id for found in desk.incident.entries}
        assert desk.all(Vanished) == []
        assert desk.writer.close(60)


def test_a_hand_edit_is_taken_in_and_recorded_once(path: Path) -> None:
    desks = [Desk(path), Desk(path)]
    edit(path, 'severity = "unset"', 'severity = "sev1"')
    for desk in desks:
        desk.wait_for(Outside, lambda outside: len(outside.incident.entries) == 3)
        assert desk.writer.close(60)
    recorded = decode(path.read_bytes(), "x").entries[2:]
    assert [(found.kind, found.field, found.old, found.new) for found in recorded] == [
        ("change", "severity", "unset", "sev1")
    ]
    assert "edited in the file" in recorded[0].text
    assert recorded[0].at is not None
    assert abs(recorded[0].at.timestamp() - path.stat().st_mtime) < 60, "at the time of the file, as far as it is known"


def test_what_a_program_changed_is_no_hand_edit(desk: Desk) -> None:
    Store(desk.path).commit(change(Set("severity", "sev1"), Add(entry("why")), stamp="theirs"))
    desk.wait_for(Outside, lambda outside: outside.incident.fields.severity == "sev1")
    desk.save(Set("severity", "sev3"), stamp="ours")
    desk.save(Add(entry("e9")), stamp="later")
    assert desk.ids() == ["e1", "e2", "why", "e9"]


def test_a_hand_edit_of_entry_and_prose_is_taken_in(desk: Desk) -> None:
    edit(desk.path, "text of e2", "said better")
    desk.wait_for(Outside, lambda outside: outside.incident.entries[1].text == "said better")
    with desk.path.open("a") as file:
        file.write(
            "\n[[timeline]]\nat = 2026-11-21T20:00:00Z\ntext = 'typed by hand'\n\n[postmortem]\nsummary = 'Short.'\n"
        )
    found = desk.wait_for(Outside, lambda outside: outside.incident.postmortem.summary)
    assert found.incident.entries[-1].text == "typed by hand"
    desk.save(Set("postmortem.root_cause", "A cable."), stamp="c1")
    again = decode(desk.path.read_bytes(), "x").postmortem
    assert (again.summary, again.root_cause) == ("Short.", "A cable.")


def test_a_text_that_both_sides_changed_is_kept_twice(desk: Desk) -> None:
    desk.save(Set("postmortem.summary", "First."), stamp="c1")
    seen = replace(desk.incident, postmortem=replace(desk.incident.postmortem, summary="First."))
    edit(desk.path, '"First."', '"Theirs."')
    desk.wait_for(Outside, lambda outside: outside.incident.postmortem.summary == "Theirs.")
    desk.writer.submit(change(Set("postmortem.summary", "Mine."), Add(entry("e3")), stamp="c2"), seen)
    found = desk.wait_for(Conflict)
    assert (found.path, found.base, found.mine, found.theirs) == ("postmortem.summary", "First.", "Mine.", "Theirs.")
    desk.wait_for(Saved, lambda saved: "c2" in saved.change_ids)
    assert decode(desk.path.read_bytes(), "x").postmortem.summary == "Theirs."
    assert '"Mine."' in Path(found.kept).read_text()
    assert "e3" in desk.ids(), "the rest of the change is saved"
    until(lambda: desk.messages[-1] == Outside(decode(desk.path.read_bytes(), "x")))
    desk.writer.submit(change(Set("postmortem.summary", "Mine again."), stamp="c2b"), seen)
    again = desk.wait_for(Conflict, lambda conflict: conflict.change_id == "c2b")
    assert again.kept == found.kept, "one side file a text, however often it is saved"
    desk.save(Set("postmortem.summary", "Mine and theirs."), stamp="c3")
    assert decode(desk.path.read_bytes(), "x").postmortem.summary == "Mine and theirs."


def test_a_conflict_is_seen_even_when_the_hand_edit_was_not_yet(path: Path) -> None:
    """The file changes between the last look and the write: the write looks again under the lock."""
    messages: list[Message] = []
    writer = Writer(path, messages.append, poll=60)
    until(lambda: messages)
    seen = decode(path.read_bytes(), "x")
    with path.open("a") as file:
        file.write("\n[postmortem]\nsummary = 'Theirs.'\n")
    writer.submit(change(Set("postmortem.summary", "Mine."), stamp="c1"), seen)
    assert writer.close(60)
    (asked,) = [message for message in messages if isinstance(message, Conflict)]
    assert asked.theirs == "Theirs."
    before = messages[: messages.index(asked)]
    known = [message.incident for message in before if isinstance(message, Outside)]
    assert known[-1].postmortem.summary == "Theirs.", "what is asked about is told before"
    assert decode(path.read_bytes(), "x").postmortem.summary == "Theirs."


def test_entries_that_vanish_are_offered_back(desk: Desk) -> None:
    stale = desk.path.read_bytes()
    desk.save(Add(entry("e3")), stamp="c1")
    desk.save(Add(entry("e4")), stamp="c2")
    desk.path.write_bytes(stale + b"\n# an old buffer, saved late\n")
    found = desk.wait_for(Vanished)
    assert [gone.id for gone in found.entries] == ["e3", "e4"]
    assert desk.ids() == ["e1", "e2"]
    desk.save(*map(Add, found.entries), stamp="c3")
    assert desk.ids() == ["e1", "e2", "e3", "e4"]


def test_a_broken_hand_edit_costs_nothing(desk: Desk) -> None:
    edit(desk.path, 'severity = "unset"', 'severity = "sev1')
    broken = desk.path.read_bytes()
    error = desk.wait_for(Broken).error
    assert str(error).startswith(f"{desk.path}:4: ")
    desk.save(Add(entry("e3")), stamp="c1")
    desk.save(Set("status", "identified"), Revise("e1", {"text": "better", "at": None}), stamp="c2")
    assert desk.path.read_bytes() == broken
    assert len(kept(str(desk.path))) == 2
    desk.forget()
    edit(desk.path, 'severity = "sev1', 'severity = "sev1"')
    desk.wait_for(Outside, lambda outside: outside.incident.fields.status == "identified")
    until(lambda: not Path(side_path(str(desk.path))).exists())
    found = decode(desk.path.read_bytes(), "x")
    assert (found.fields.severity, found.fields.status) == ("sev1", "identified")
    assert (found.entries[0].text, found.entries[0].at) == ("better", None)
    assert {"e1", "e2", "e3"} <= {known.id for known in found.entries}
    assert any("merged" in notice.text for notice in desk.all(Notice))
    assert desk.path.with_name(f"{desk.path.name}.merged-1").exists(), "nothing is deleted"


def test_a_file_broken_at_quitting_is_merged_by_whoever_opens_it_mended(path: Path) -> None:
    desk = Desk(path)
    whole = path.read_bytes()
    path.write_bytes(whole + b"x = = 1\n")
    desk.wait_for(Broken)
    desk.save(Add(entry("e3")), stamp="c1")
    assert desk.writer.close(60)
    path.write_bytes(whole)
    store = Store(path)
    assert [found.id for found in store.load().entries] == ["e1", "e2", "e3"]
    assert "1 change merged" in store.notices[0]
    assert repair(path) == []


def test_a_file_seen_in_the_middle_of_a_save_is_not_called_broken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that truncates and writes: between the two the file is empty."""
    data = desk.path.read_bytes()
    real = disk.read
    reads: list[object] = []

    def truncated(path: str) -> tuple[bytes, disk.Signature]:
        found = real(path)
        if path == str(desk.path) and not reads:
            desk.path.write_bytes(data + b"# saved\n")
            reads.append(found)
            return b"", found[1]
        return found

    monkeypatch.setattr(disk, "read", truncated)
    desk.path.write_bytes(b"")
    until(lambda: reads)
    append(desk.path, {"id": "e3", "text": "after it"})
    desk.wait_for(Outside, lambda outside: outside.incident.entry("e3"))
    assert desk.all(Broken) == []


def test_closing_writes_what_is_pending_and_refuses_more(path: Path) -> None:
    desk = Desk(path)
    for number in range(50):
        desk.writer.submit(change(Add(entry(f"n{number}")), stamp=f"c{number}"))
    assert desk.writer.close(60)
    assert len(desk.ids()) == 52
    with pytest.raises(RuntimeError, match="closed"):
        desk.writer.submit(change(Add(entry("late")), stamp="late"))


def test_entries_are_logged_while_a_long_file_is_still_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = new_file(tmp_path, *(entry(f"e{number}") for number in range(3000)))
    reading, go_on = threading.Event(), threading.Event()

    def slowly(_: float) -> None:
        reading.set()
        go_on.wait(60)

    monkeypatch.setattr(writer_module, "sleep", slowly)
    messages: list[Message] = []
    writer = Writer(path, messages.append)
    assert reading.wait(60)
    assert messages == []
    writer.submit(change(Add(entry("early")), stamp="c1"))
    monkeypatch.setattr(writer_module, "sleep", lambda _: None)
    go_on.set()
    until(lambda: any(isinstance(message, Outside) for message in messages))
    assert writer.close(60)
    kinds = [type(message) for message in messages]
    assert kinds.index(Saved) < kinds.index(Outside)
    first = next(message for message in messages if isinstance(message, Outside))
    assert first.incident.entries[-1].id == "early"
    assert len(decode(path.read_bytes(), "x").entries) == 3001


def test_a_file_that_was_broken_from_the_start_is_told_and_taken_when_mended(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"format = 1", b"format = = 1"))
    messages: list[Message] = []
    writer = Writer(path, messages.append, poll=0.01)
    until(lambda: any(isinstance(message, Broken) for message in messages))
    path.write_bytes(whole)
    until(lambda: any(isinstance(message, Outside) for message in messages))
    assert writer.close(60)


def test_a_file_inside_a_git_checkout_that_goes_back_in_time(desk: Desk) -> None:
    """A checkout of an older commit replaces the file with other content of its own."""
    copy = desk.path.with_name("copy")
    shutil.copy(desk.path, copy)
    desk.save(Add(entry("e3")), stamp="c1")
    copy.replace(desk.path)
    assert [gone.id for gone in desk.wait_for(Vanished).entries] == ["e3"]
    assert desk.incident == decode(encode(desk.incident), "x")
