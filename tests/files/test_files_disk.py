"""The few system calls: who may read what is written, what is taken back, and what a person is told."""

import errno
import os
import pwd
import stat
from pathlib import Path
from typing import Any

import pytest

from filekit import change, entry, new_file
from warroom.files import append, disk
from warroom.files.disk import disk_error
from warroom.files.errors import DiskError, GoneError
from warroom.files.store import Store, create_file
from warroom.incident.changes import Add, Set

TORN = b'\n[[timeline]]\nid = "torn"\nby = "an'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_file(tmp_path, entry("e1"))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "x"), "x.toml: the disk is full; free some space"),
        (OSError(errno.EXDEV, "Invalid cross-device link"), "x.toml: Invalid cross-device link"),
        (OSError("nobody knows"), "x.toml: nobody knows"),
        (FileNotFoundError(errno.ENOENT, "x"), "x.toml: is not there"),
    ],
)
def test_a_fault_of_the_disk_is_one_line(error: OSError, told: str) -> None:
    found = disk_error("x.toml", error)
    assert isinstance(found, GoneError if error.errno == errno.ENOENT else DiskError)
    assert (str(found), found.code) == (told, error.errno or 0)


def test_who_is_refused_is_told_whose_rights_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, mine = str(tmp_path / "gone" / "x.toml"), os.getuid()
    refused = OSError(errno.EACCES, "x")
    assert str(disk_error(path, refused)) == f"{path}: permission denied; mend the rights of {tmp_path} with chmod"
    monkeypatch.setattr(os, "getuid", lambda: mine + 1)
    named = pwd.getpwuid(mine).pw_name
    told = f"{path}: permission denied; {tmp_path} belongs to {named}, who can grant the rights"
    assert str(disk_error(path, refused)) == told


def test_a_rewrite_is_private_until_it_has_the_mode_of_the_old(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.chmod(0o644)
    modes: set[int] = set()
    write = os.write

    def noting(descriptor: int, data: bytes) -> int:
        modes.add(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", noting)
    disk.replace(str(path), b"x")
    assert modes == {0o600}
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("refused", [False, True])
def test_the_owner_is_kept_where_that_may_be(path: Path, monkeypatch: pytest.MonkeyPatch, *, refused: bool) -> None:
    given: list[tuple[int, int]] = []

    def chown(_: int, owner: int, group: int) -> None:
        given.append((owner, group))
        if refused:
            raise PermissionError(errno.EPERM, "x")

    found = os.stat

    def of_somebody_else(name: Any, **how: Any) -> os.stat_result:
        told = list(found(name, **how))
        return os.stat_result((*told[:4], 4711, 4712, *told[6:]))

    monkeypatch.setattr(os, "fchown", chown)
    disk.replace(str(path), b"mine")
    assert given == [], "ours already"
    monkeypatch.setattr(os, "stat", of_somebody_else)
    disk.replace(str(path), b"theirs")
    monkeypatch.undo()
    assert given == [(4711, 4712)]
    assert path.read_bytes() == b"theirs"


def test_a_link_that_came_in_between_is_replaced_and_not_followed(path: Path) -> None:
    target = path.with_name("target")
    target.write_text("precious")
    target.chmod(0o640)
    path.unlink()
    path.symlink_to(target)
    disk.replace(str(path), b"x")
    assert (path.is_symlink(), path.read_bytes(), target.read_text()) == (False, b"x", "precious")


def test_a_directory_that_can_not_be_synced_fails_the_rewrite(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: str) -> None:
        raise OSError(errno.EIO, "x")

    monkeypatch.setattr(disk, "sync_directory", failing)
    with pytest.raises(DiskError, match=f"^{path}: the disk reports an input/output error"):
        disk.replace(str(path), b"x")


@pytest.mark.parametrize(
    ("left", "stays"),
    [(b"", b""), (b"a", b""), (b"abc", b""), (b"abcabc", b"abcabc"), (b"abX", b"abX"), (b"X", b"X")],
)
def test_only_what_a_failed_write_left_is_taken_back(tmp_path: Path, left: bytes, stays: bytes) -> None:
    """The write was of `abc`: more than that, or other bytes, are somebody else's."""
    path = tmp_path / "x"
    path.write_bytes(b"before " + left)
    descriptor = os.open(path, os.O_RDWR)
    try:
        append._take_back(descriptor, 7, b"abc")
    finally:
        os.close(descriptor)
    assert path.read_bytes() == b"before " + stays


def test_the_same_torn_bytes_are_told_from_longer_ones_and_from_what_is_no_file(tmp_path: Path) -> None:
    name = str(tmp_path / "x.toml")
    (tmp_path / "x.toml.torn").write_bytes(b"torn and more")
    (tmp_path / "x.toml.torn-2").mkdir()
    assert append.set_aside(name, b"torn") == f"{name}.torn-3"
    assert append.set_aside(name, b"torn") == f"{name}.torn-3"
    assert append.set_aside(name, b"torn and more") == f"{name}.torn"
    assert (tmp_path / "x.toml.torn").read_bytes() == b"torn and more"


def test_a_file_system_without_hard_links_keeps_modes_and_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_: object) -> None:
        raise OSError(errno.EPERM, "x")

    monkeypatch.setattr(os, "link", refusing)
    tmp_path.chmod(0o700)
    assert create_file(str(tmp_path / "one.toml"), b"x")
    assert stat.S_IMODE((tmp_path / "one.toml").stat().st_mode) == 0o600
    syncs: list[int] = []
    fsync = os.fsync

    def second(descriptor: int) -> None:
        syncs.append(descriptor)
        if len(syncs) > 1:
            raise OSError(errno.ENOSPC, "x")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", second)
    with pytest.raises(DiskError, match="the disk is full"):
        create_file(str(tmp_path / "two.toml"), b"x")
    assert [found.name for found in tmp_path.iterdir()] == ["one.toml"]


@pytest.mark.parametrize("edits", [(Add(entry("e2")),), (Add(entry("e2")), Set("severity", "sev1"))])
def test_a_torn_end_that_a_commit_meets_is_told(path: Path, edits: tuple[Any, ...]) -> None:
    with path.open("ab") as file:
        file.write(TORN)
    store = Store(path)
    store.commit(change(*edits))
    assert store.notices == [
        f"{path}: the end was torn by a crash; it is set aside in {path}.torn, all before it is in order"
    ]


def test_entries_of_one_change_stand_one_behind_the_other(path: Path) -> None:
    store = Store(path)
    store.load()
    store.commit(change(Add(entry("e2")), Add(entry("e3")), stamp="c1"))
    store.commit(change(Add(entry("e4")), stamp="c2"))
    for known in ("e1", "e2", "e4"):
        store.commit(change(Add(entry(known, "again")), stamp="c3"))
    assert [(found.id, found.text) for found in Store(path).load().entries] == [
        (name, f"text of {name}") for name in ("e1", "e2", "e3", "e4")
    ]
