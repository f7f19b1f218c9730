"""One file held open, without the thread: torn ends, refusals, and what was deleted under it."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from filekit import Desk, change, edit, entry, new_file, of
from warroom.files import disk, document
from warroom.files import session as session_module
from warroom.files.append import append_locked
from warroom.files.block import block
from warroom.files.codec import decode
from warroom.files.errors import DiskError
from warroom.files.lock import Lock
from warroom.files.messages import Broken, Message, Notice, Outside, Refused, Saved
from warroom.files.session import Pending, Session
from warroom.files.store import Store
from warroom.incident.changes import Add, Change, Set

TORN = block({"id": "e3", "by": "ben", "text": "half of it"})[:-9]
ODD = Set("title", object())  # what no form in TOML can be found for


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_file(tmp_path, entry("e1"), entry("e2"))


@pytest.fixture
def session(path: Path) -> Session:
    found = Session(path)
    assert [type(message) for message in found.look()] == [Outside]
    return found


def tear(path: Path, data: bytes = TORN) -> None:
    with path.open("ab") as file:
        file.write(data)


def commit(session: Session, *changes: Change) -> list[Message]:
    return session.commit([Pending(made, session.incident) for made in changes])


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_torn_end_is_set_aside_when_the_file_is_opened(path: Path) -> None:
    whole = path.read_bytes()
    tear(path)
    messages = Session(path).look()
    side = path.with_name(f"{path.name}.torn")
    assert [found.id for found in of(Outside, messages).incident.entries] == ["e1", "e2"]
    assert of(Notice, messages).text.startswith(f"{path}: the end was torn by a crash; it is set aside in {side}")
    assert path.read_bytes() == whole + b"\n"
    assert side.read_bytes() == TORN[1:]


def test_a_torn_end_that_another_program_leaves_is_set_aside_while_the_file_is_open(
    path: Path, session: Session
) -> None:
    whole = path.read_bytes()
    tear(path)
    assert [type(message) for message in session.look()] == [Notice, Outside]
    assert path.read_bytes() == whole + b"\n"
    assert session.look() == []
    commit(session, change(Set("severity", "sev1"), stamp="c1"))
    tear(path)
    messages = commit(session, change(Set("status", "closed"), stamp="c2"))
    assert [type(message) for message in messages] == [Notice, Outside, Saved]
    assert Store(path).load().fields.status == "closed"


def test_an_append_that_is_only_slow_is_not_torn(path: Path, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program holds the lock in the middle of its append; by the time we have it, the entry is whole."""
    rest = block({"id": "e3", "by": "ben", "text": "half of it"})[len(TORN) :]

    class Late(Lock):
        def __enter__(self) -> Lock:
            tear(path, rest)
            return super().__enter__()

    tear(path)
    monkeypatch.setattr(session_module, "Lock", Late)
    incident = of(Outside, session.look()).incident
    assert [found.text for found in incident.entries][-1] == "half of it"
    assert list(path.parent.glob("*.torn")) == []


def test_words_that_have_no_form_are_kept_all_the_same(path: Path, session: Session) -> None:
    before = path.read_bytes()
    refused = of(Refused, commit(session, change(ODD, Set("status", "closed"), stamp="c1")))
    assert (refused.change_id, refused.kept) == ("c1", f"{path}.refused")
    assert "closed" in Path(refused.kept).read_text()
    assert path.read_bytes() == before


def test_what_can_not_even_be_kept_aside_stays_on_its_way(
    path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskError, match=rf"^{path}: the disk is full"):
        commit(session, change(ODD, stamp="c1"))
    assert list(path.parent.glob("*.refused")) == []


def test_only_what_is_gone_is_put_back(path: Path, session: Session) -> None:
    commit(session, change(Add(entry("e3")), stamp="c1"))
    before = path.read_bytes()
    assert not session.put_back()
    path.write_bytes(b"# somebody else's by now\n")
    assert not session.put_back()
    assert path.read_bytes() == b"# somebody else's by now\n"
    path.unlink()
    assert session.put_back()
    assert path.read_bytes() == before


def test_a_file_that_can_not_be_put_back_is_told(path: Path) -> None:
    desk = Desk(path)
    away = path.parent.rename(path.parent.with_name("away"))
    desk.wait_for(Broken)
    desk.forget()
    assert not desk.writer.put_back()
    assert "missing too" in str(desk.wait_for(Broken).error)
    away.rename(path.parent)
    path.unlink()
    assert desk.writer.put_back()
    assert [found.id for found in decode(path.read_bytes(), "x").entries] == ["e1", "e2"]
    desk.writer.close(60)


def ids(path: Path) -> list[str]:
    return [found.id for found in decode(path.read_bytes(), str(path)).entries]


def known(session: Session) -> list[str]:
    assert session.incident is not None
    return [found.id for found in session.incident.entries]


def typed_meanwhile(path: Path) -> None:
    """An editor saves."""
    path.write_bytes(b"# typed meanwhile\n" + path.read_bytes())


def test_several_changes_at_once_are_all_there_and_each_entry_once(path: Path, session: Session) -> None:
    one, two = change(Add(entry("e3")), Add(entry("e4")), stamp="c1"), change(Add(entry("e5")), stamp="c2")
    again = change(Add(entry("e3", "other words")), Add(entry("e6")), stamp="c3")
    assert commit(session, one, two, again) == [Saved(("c1", "c2", "c3"))]
    assert commit(session, change(Add(entry("e7")), stamp="c4")) == [Saved(("c4",))]
    for made in (one, two, again):
        commit(session, made)
    assert ids(path) == known(session) == ["e1", "e2", "e3", "e4", "e5", "e6", "e7"]
    assert session.incident == decode(path.read_bytes(), "x")


def test_a_save_while_it_rewrites_is_not_overwritten(
    path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, saves = disk.replace, [typed_meanwhile]

    def late(name: str, data: Any, expected: disk.Signature | None = None) -> disk.Signature:
        if saves:
            saves.pop()(path)
        return replace(name, data, expected)

    monkeypatch.setattr(disk, "replace", late)
    assert Saved(("c1",)) in commit(session, change(Set("severity", "sev1"), Add(entry("e3")), stamp="c1"))
    assert path.read_bytes().startswith(b"# typed meanwhile\n")
    assert ids(path) == known(session) == ["e1", "e2", "e3"]


def test_a_file_that_never_keeps_still_is_told_and_tried_again_later(
    path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise disk.ChangedMeanwhileError

    with monkeypatch.context() as patch:
        patch.setattr(disk, "replace", never)
        with pytest.raises(DiskError, match=rf"^{path}: is changed by another program again and again"):
            commit(session, change(Set("severity", "sev1"), stamp="c1"))
    commit(session, change(Set("severity", "sev1"), stamp="c1"))
    assert Store(path).load().fields.severity == "sev1"


def test_an_end_that_is_torn_just_before_an_append_is_told(
    path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(name: str, data: bytes) -> Any:
        monkeypatch.undo()
        tear(path)
        return append_locked(name, data)

    monkeypatch.setattr(session_module, "append_locked", late)
    messages = commit(session, change(Add(entry("e4")), stamp="c1"))
    assert of(Notice, messages).text.startswith(f"{path}: the end was torn by a crash; it is set aside in {path}.torn")
    assert of(Saved, messages).change_ids == ("c1",)
    session.look()
    assert ids(path) == known(session) == ["e1", "e2", "e4"]


def test_a_hand_edit_of_several_fields_is_recorded_field_by_field(path: Path, session: Session) -> None:
    edit(path, 'severity = "unset"\nstatus = "investigating"', 'severity = "sev1"\nstatus = "identified"')
    session.look()
    assert [found.field for found in decode(path.read_bytes(), "x").entries if found.kind == "change"] == [
        "severity",
        "status",
    ]
    assert ids(path) == known(session)
    assert session.look() == []


def test_a_broken_file_is_told_once_and_what_is_logged_meanwhile_is_kept(path: Path, session: Session) -> None:
    whole = path.read_text()
    path.write_text(whole.replace("format = 1", "format = "))
    assert session.look() == [], "an editor may be in the middle of its save"
    assert len([of(Broken, session.look())]) == 1
    assert session.look() == []
    os.utime(path, (1, 1))
    assert [session.look(), session.look()] == [[], []], "the same fault in a file that looks anew"
    messages = commit(session, change(Add(entry("e3")), stamp="c1"), change(ODD, stamp="c2"))
    assert of(Saved, messages).change_ids == ("c1",)
    refused = of(Refused, messages)
    assert (refused.change_id, "no form in TOML" in refused.reason) == ("c2", True)
    path.write_text(whole.replace("title = ", "title "))
    session.look()
    assert str(of(Broken, session.look()).error).startswith(f"{path}:3: "), "another fault is told anew"
    path.write_text(whole)
    messages = session.look()
    assert ids(path) == known(session) == ["e1", "e2", "e3"]
    assert any("merged" in message.text for message in messages if isinstance(message, Notice))


def test_a_newer_format_refuses_a_rewrite_with_its_reason(path: Path) -> None:
    path.write_text(path.read_text().replace("format = 1", "format = 2"))
    session = Session(path)
    session.look()
    session.prepare()
    refused = of(Refused, commit(session, change(Set("severity", "sev1"), stamp="c1")))
    assert refused.change_id == "c1"
    assert "format 2 is newer than 1" in refused.reason
    assert "sev1" in Path(refused.kept).read_text()


@pytest.mark.parametrize("refuses", [False, True])
def test_what_is_logged_while_a_long_file_is_read_is_saved_only_if_it_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, refuses: bool
) -> None:
    path = new_file(tmp_path, *(entry(f"e{number}") for number in range(3000)))
    said: list[bool] = []
    made = [change(Add(entry("n1")), Add(entry("n2")), stamp="c1"), change(Add(entry("n3")), stamp="c2")]

    def between_pieces() -> None:
        if not said:
            with monkeypatch.context() as patch:
                if refuses:
                    patch.setattr(os, "fsync", full)
                said.append(slow.append_early(made))

    slow = Session(path, between_pieces)
    assert not slow.append_early(made), "nothing is being read yet"
    slow.look()
    assert said == [not refuses]
    assert ids(path)[3000:] == known(slow)[3000:] == ([] if refuses else ["n1", "n2", "n3"])
    assert not slow.append_early(made), "all was read"
    assert slow.look() == []


def test_what_is_saved_at_once_is_shown_by_nobody_anew(session: Session) -> None:
    made = change(Set("severity", "sev1"), stamp="c1"), change(Set("status", "monitoring"), stamp="c2")
    assert commit(session, *made) == [Saved(("c1", "c2"))]


def test_what_can_not_be_rewritten_is_refused_with_the_reason(
    path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "set_head", lambda head, *_: head)
    refused = of(Refused, commit(session, change(Set("title", "Outage of all"), stamp="c1")))
    assert refused.reason.startswith(f"{path}: title: the way this is written can't be changed by the program")


def test_what_follows_a_refused_change_is_saved_all_the_same(path: Path, session: Session) -> None:
    messages = commit(session, change(ODD, stamp="c1"), change(Set("status", "closed"), stamp="c2"))
    assert (of(Refused, messages).change_id, of(Saved, messages).change_ids) == ("c1", ("c2",))
    assert Store(path).load().fields.status == "closed"


def test_hand_edits_that_can_not_be_recorded_at_once_are_recorded_together(
    path: Path, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Held(Lock):
        def __enter__(self) -> Lock:
            raise DiskError(self._path, "held")

    with monkeypatch.context() as patch:
        patch.setattr(session_module, "Lock", Held)
        for old, new in (('severity = "unset"', 'severity = "sev1"'), ('"investigating"', '"identified"')):
            edit(path, old, new)
            assert [type(message) for message in session.look()] == [Outside]
    session.look()
    fields = [found.field for found in Store(path).load().entries if found.kind == "change"]
    assert fields == ["severity", "status"]
