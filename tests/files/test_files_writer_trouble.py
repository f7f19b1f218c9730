"""The writer of an open war room in trouble: full disks, vanished files, held locks, faults of the program itself."""

import errno
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from filekit import NOW, Desk, change, edit, entry, until
from warroom.files import session as session_module
from warroom.files.append import append_locked
from warroom.files.codec import decode
from warroom.files.disk import side_path
from warroom.files.errors import DiskError
from warroom.files.journal import kept
from warroom.files.lock import Lock
from warroom.files.messages import (
    Broken,
    Message,
    Notice,
    Outside,
    Refused,
    Saved,
    Unsaved,
    Vanished,
)
from warroom.files.store import Store
from warroom.incident.changes import Add, Set

pytest_plugins = ("writer_fixtures",)


@pytest.mark.parametrize(("code", "told"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "is read-only")])
def test_a_disk_that_refuses_is_told_and_retried_in_order(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, code: int, told: str
) -> None:
    before = desk.path.read_bytes()
    full = threading.Event()
    full.set()
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if full.is_set():
            raise OSError(code, os.strerror(code))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    desk.writer.submit(change(Add(entry("e3")), stamp="c1"))
    desk.writer.submit(change(Set("status", "resolved"), stamp="c2"))
    desk.writer.submit(change(Add(entry("e4")), stamp="c3"))
    unsaved = desk.wait_for(Unsaved, lambda message: "c3" in message.change_ids)
    assert told in unsaved.reason
    until(lambda: desk.path.read_bytes() == before)  # it tries again now and then, and takes back what it wrote
    assert [made.stamp.id for made in desk.writer.pending] == ["c1", "c2", "c3"]
    assert not desk.writer.flush(0.05)
    full.clear()
    assert desk.writer.flush(60)
    assert desk.ids() == ["e1", "e2", "e3", "e4"]
    assert decode(desk.path.read_bytes(), "x").fields.status == "resolved"


def test_a_vanished_directory_keeps_entries_in_memory_until_it_is_back(desk: Desk) -> None:
    away = desk.path.parent.with_name("away")
    desk.path.parent.rename(away)
    error = desk.wait_for(Broken).error
    assert "is not there" in str(error)
    desk.writer.submit(change(Add(entry("e3")), stamp="c1"))
    assert "missing too" in desk.wait_for(Unsaved).reason
    assert not desk.path.exists()
    away.rename(desk.path.parent)
    assert desk.writer.flush(60)
    assert desk.ids() == ["e1", "e2", "e3"]


def test_a_deleted_file_is_not_made_anew_but_can_be_put_back(desk: Desk) -> None:
    desk.save(Add(entry("e3")), stamp="c1")
    desk.path.unlink()
    desk.wait_for(Broken)
    desk.writer.submit(change(Add(entry("e4")), stamp="c2"))
    desk.wait_for(Unsaved)
    assert not desk.path.exists()
    assert desk.writer.put_back()
    assert desk.writer.flush(60)
    assert desk.ids() == ["e1", "e2", "e3", "e4"]


def test_a_newer_format_refuses_changes_and_keeps_them_aside(path: Path) -> None:
    path.write_text(path.read_text().replace("format = 1", "format = 2"))
    newer = path.read_bytes()
    desk = Desk(path)
    desk.writer.submit(change(Add(entry("e3")), stamp="c1"))
    refused = desk.wait_for(Refused)
    assert "format 2 is newer" in refused.reason
    assert [made.change.stamp.id for made in kept(str(path)) if made.change] == ["c1"]
    assert path.read_bytes() == newer
    desk.writer.close(60)


class _ShortWait(Lock):
    def __init__(self, path: str) -> None:
        super().__init__(path, wait=0.02)


def test_a_lock_that_others_hold_delays_and_breaks_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "Lock", _ShortWait)
    with Lock(str(desk.path)):
        edit(desk.path, 'severity = "unset"', 'severity = "sev1"')
        desk.wait_for(Outside, lambda outside: outside.incident.fields.severity == "sev1")
        desk.writer.submit(change(Add(entry("e3")), stamp="c1"))
        assert "another program has held its lock" in desk.wait_for(Unsaved).reason
    desk.wait_for(Saved)
    until(lambda: len(desk.ids()) == 4)
    assert desk.all(Broken) == []
    assert decode(desk.path.read_bytes(), "x").entry("e3")
    assert not Path(side_path(str(desk.path))).exists()


def test_a_torn_end_that_can_not_be_set_aside_is_passed_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(*_: object) -> str:
        raise DiskError(str(path), "the file system is read-only")

    monkeypatch.setattr(session_module, "recover_end", refusing)
    with path.open("ab") as file:
        file.write(b'\n[[timeline]]\nid = "e3"\n')
    torn = path.read_bytes()
    desk = Desk(path)
    assert [found.id for found in desk.incident.entries] == ["e1", "e2"]
    assert "is torn" in desk.wait_for(Notice).text
    assert path.read_bytes() == torn
    desk.save(Add(entry("e4")), stamp="c1")
    assert desk.ids() == ["e1", "e2", "e4"]
    desk.writer.close(60)


def test_an_editor_that_saves_between_look_and_append_is_noticed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(path: str, data: bytes) -> Any:
        monkeypatch.undo()
        edit(desk.path, "text of e2", "said better")
        return append_locked(path, data)

    monkeypatch.setattr(session_module, "append_locked", late)
    desk.save(Add(entry("e3")), stamp="c1")
    found = desk.wait_for(Outside, lambda outside: outside.incident.entry("e3"))
    assert found.incident.entries[1].text == "said better"
    desk.save(Set("status", "closed"), stamp="c2")
    assert decode(desk.path.read_bytes(), "x").entries[1].text == "said better"
    assert desk.all(Vanished) == []


def test_a_change_that_has_no_form_does_not_hold_up_the_others(desk: Desk) -> None:
    local = replace(entry("odd"), at=NOW.replace(tzinfo=None))
    desk.writer.submit(change(Add(local), stamp="c1"))
    desk.writer.submit(change(Add(entry("e3")), stamp="c2"))
    refused = desk.wait_for(Refused)
    assert (refused.change_id, "no offset" in refused.reason) == ("c1", True)
    assert "odd" in Path(refused.kept).read_text()
    desk.wait_for(Saved, lambda saved: "c2" in saved.change_ids)
    desk.writer.submit(change(Add(local), Set("status", "closed"), stamp="c3"))
    desk.wait_for(Refused, lambda message: message.change_id == "c3")
    desk.save(Set("status", "monitoring"), stamp="c4")
    assert desk.ids() == ["e1", "e2", "e3"]
    assert desk.incident.fields.status == "investigating", "what was shown before it was refused is put right"


def test_a_fault_of_the_program_is_told_and_retried(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(_: object) -> list[Message]:
        monkeypatch.undo()
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(desk.writer._session, "commit", faulty)
    desk.writer.submit(change(Add(entry("e3")), stamp="c1"))
    assert "unforeseen" in desk.wait_for(Unsaved).reason
    assert desk.writer.flush(60)
    assert desk.ids() == ["e1", "e2", "e3"]


def test_rewrites_in_a_row_are_never_taken_for_hand_edits(desk: Desk) -> None:
    store = Store(desk.path)
    for number in range(12):
        store.commit(change(Set("severity", f"sev{number % 5 + 1}"), stamp=f"c{number}"))
    desk.wait_for(Outside, lambda outside: outside.incident.fields.severity == "sev2")
    desk.save(Add(entry("e3")), stamp="mine")
    assert desk.ids() == ["e1", "e2", "e3"]


def test_a_fault_while_looking_is_told_and_the_next_look_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty() -> list[Message]:
        monkeypatch.undo()
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(desk.writer._session, "look", faulty)
    told = f"{desk.path}: can't be watched: RuntimeError('unforeseen')"
    assert str(desk.wait_for(Broken).error) == told
    edit(desk.path, 'severity = "unset"', 'severity = "sev1"')
    desk.wait_for(Outside, lambda outside: outside.incident.fields.severity == "sev1")


def test_whoever_flushes_waits_for_no_pause(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    desk.writer._retry_after = 3600.0
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        desk.writer.submit(change(Add(entry("e3")), stamp="c1"))
        desk.wait_for(Unsaved)
    assert desk.writer.flush(60)
    assert desk.ids() == ["e1", "e2", "e3"]


def test_a_writer_that_is_closed_takes_nothing_and_keeps_nobody_from_ending(desk: Desk) -> None:
    assert desk.writer._thread.daemon, "a disk that hangs must not keep the program"
    assert desk.writer.close(60)
    with pytest.raises(RuntimeError, match=r"^the writer is closed$"):
        desk.writer.submit(change(Add(entry("e3")), stamp="c1"))
