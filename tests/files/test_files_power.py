"""What was acknowledged outlives a power cut: contents and names are synced, and synced in the right order."""

import errno
import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from filekit import NOW, Desk, change, entry, new_file, small
from powercut import PowerCut
from warroom.files import recover, swift
from warroom.files.append import append
from warroom.files.codec import decode
from warroom.files.disk import side_path, sync_directory
from warroom.files.doctor import repair
from warroom.files.journal import keep
from warroom.files.messages import Message, Saved
from warroom.files.session import Pending, Session
from warroom.files.store import Store, create
from warroom.incident.changes import Add, Set

FIELDS = {"id": "new", "at": NOW, "by": "ana", "text": "logged"}
TORN = b'\n[[timeline]]\nid = "torn"\nby = "an'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_file(tmp_path, entry("e1"), entry("e2"))


@pytest.fixture
def cut(path: Path, monkeypatch: pytest.MonkeyPatch) -> PowerCut:
    return PowerCut(path.parent, monkeypatch)


def ids(data: bytes) -> list[str]:
    return [found.id for found in decode(data, "x").entries]


def by_session(path: Path, *edits: Add | Set) -> None:
    session = Session(path)
    session.look()
    assert Saved(("change-1",)) in session.commit([Pending(change(*edits))])


WRITES: dict[str, Callable[[Path], object]] = {
    "append": lambda path: append(path, FIELDS),
    "store, adding": lambda path: Store(path).commit(change(Add(entry("new")))),
    "store, rewriting": lambda path: Store(path).commit(change(Add(entry("new")), Set("severity", "sev1"))),
    "swift": lambda path: swift.set_word(str(path), ("severity",), "unset", "sev1", FIELDS),
    "war room, adding": lambda path: by_session(path, Add(entry("new"))),
    "war room, rewriting": lambda path: by_session(path, Add(entry("new")), Set("severity", "sev1")),
}


@pytest.mark.parametrize("way", WRITES)
def test_what_was_written_is_there_after_a_power_cut(path: Path, cut: PowerCut, way: str) -> None:
    WRITES[way](path)
    left = cut.left()
    assert ids(left[path.name]) == ["e1", "e2", "new"]
    assert left == {path.name: path.read_bytes()}


@pytest.mark.parametrize("way", WRITES)
def test_a_torn_end_is_kept_through_a_power_cut_at_any_sync(
    path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    path.write_bytes(path.read_bytes() + TORN)
    cut = PowerCut(path.parent, monkeypatch)
    shortened: list[dict[str, bytes]] = []
    shorten = os.ftruncate

    def before(descriptor: int, length: int) -> None:
        shortened.append(cut.left())
        shorten(descriptor, length)

    monkeypatch.setattr(os, "ftruncate", before)
    if way == "swift":
        Store(path).load()  # which it leaves such a file to
    WRITES[way](path)
    left = cut.left()
    assert ids(left[path.name]) == ["e1", "e2", "new"]
    assert TORN.strip() in left[f"{path.name}.torn"]
    assert any(TORN.strip() in told.get(f"{path.name}.torn", b"") for told in shortened), "kept before it is cut off"


def test_a_torn_end_that_was_cut_off_stays_off(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole + TORN)
    cut = PowerCut(path.parent, monkeypatch)
    kept = recover.recover_end(str(path), whole + TORN, len(whole))
    assert cut.left() == {path.name: whole, Path(kept).name: TORN}


def test_a_file_that_has_grown_since_it_was_looked_at_is_not_cut(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole + TORN + b'a"\ntext = "it was only slow"\n')
    before = path.read_bytes()
    recover.recover_end(str(path), whole + TORN, len(whole))
    assert path.read_bytes() == before


@pytest.mark.parametrize("links", [True, False])
def test_a_new_incident_is_there_after_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    def refusing(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    cut = PowerCut(tmp_path, monkeypatch)
    if not links:
        monkeypatch.setattr(os, "link", refusing)
    made = create(tmp_path, small(entry("e1")))
    assert cut.left() == {made.name: made.read_bytes()}


def test_a_new_directory_of_incidents_is_there_after_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    real = os.fsync

    def noting(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    create(tmp_path / "incidents", small(entry("e1")))
    assert {tmp_path.stat().st_ino, (tmp_path / "incidents").stat().st_ino} <= set(synced)


def test_changes_in_a_side_file_are_there_after_a_power_cut(path: Path, cut: PowerCut) -> None:
    for number in (1, 2):
        keep(str(path), [change(Add(entry(f"e{number + 2}")), stamp=f"c{number}")])
        side = cut.left()[Path(side_path(str(path))).name]
        assert side == Path(side_path(str(path))).read_bytes()
        assert side.count(b"[[change]]") == number


def test_a_merged_side_file_is_put_away_only_when_its_changes_are_safe(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(str(path), [change(Add(entry("e3")), stamp="c1"), change(Set("severity", "awful"), stamp="c2")])
    cut = PowerCut(path.parent, monkeypatch)
    rename, renamed = os.rename, list[dict[str, bytes]]()

    def before(source: str, target: str) -> None:
        renamed.append(cut.left())
        rename(source, target)

    monkeypatch.setattr(os, "rename", before)
    Store(path).load()
    assert [ids(left[path.name]) for left in renamed] == [["e1", "e2", "e3"]]
    left = cut.left()
    assert b"awful" in left[Path(side_path(str(path))).name]
    assert b"e3" in left[f"{path.name}.merged-1"]


def test_a_damaged_entry_is_set_aside_before_the_file_goes_without_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(path.read_bytes().replace(b'text = "text of e1"', b'text = "text of e1\0\0\0'))
    cut = PowerCut(path.parent, monkeypatch)
    replace, replaced = os.replace, list[dict[str, bytes]]()

    def before(source: str, target: str) -> None:
        replaced.append(cut.left())
        replace(source, target)

    monkeypatch.setattr(os, "replace", before)
    repair(path)
    assert b"text of e1\0" in replaced[0][f"{path.name}.torn"]
    assert ids(cut.left()[path.name]) == ["e2"]


def test_a_war_room_says_saved_only_of_what_outlives_a_power_cut(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(path)
    cut = PowerCut(path.parent, monkeypatch)
    told: dict[str, list[str]] = {}
    hear = desk.messages.append

    def post(message: Message) -> None:
        if isinstance(message, Saved):
            told.update(dict.fromkeys(message.change_ids, ids(cut.left()[path.name])))
        hear(message)

    monkeypatch.setattr(desk.writer, "_post", post)
    desk.save(Add(entry("e3")), stamp="c1")
    desk.save(Add(entry("e4")), Set("status", "monitoring"), stamp="c2")
    assert told == {"c1": ["e1", "e2", "e3"], "c2": ["e1", "e2", "e3", "e4"]}
    desk.writer.close(60)


@pytest.mark.parametrize(
    ("code", "passes"), [(errno.EINVAL, True), (errno.ENOTSUP, True), (errno.EIO, False), (errno.ENOSPC, False)]
)
def test_a_directory_that_can_not_be_synced_is_passed_over_but_a_failing_disk_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, *, passes: bool
) -> None:
    asked: list[int] = []
    closed: list[int] = []
    close = os.close

    def refusing(descriptor: int) -> None:
        asked.append(descriptor)
        raise OSError(code, os.strerror(code))

    def closing(descriptor: int) -> None:
        closed.append(descriptor)
        close(descriptor)

    monkeypatch.setattr(os, "fsync", refusing)
    monkeypatch.setattr(os, "close", closing)
    with nullcontext() if passes else pytest.raises(OSError, match=os.strerror(code)):
        sync_directory(str(tmp_path))
    assert len(asked) == 1
    assert set(asked) <= set(closed)
