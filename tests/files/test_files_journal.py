"""The side file: every edit comes back as it was made, whatever lies between them, and nothing is half written."""

import errno
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from filekit import NOW, change, entry, new_file
from warroom.files import disk
from warroom.files.disk import side_path
from warroom.files.errors import DiskError, FileError
from warroom.files.journal import encoded, keep, kept, replace_kept
from warroom.files.store import Store
from warroom.incident.changes import Add, AddAction, Edit, RemoveAction, Revise, ReviseAction, Set
from warroom.incident.model import Accepted, Action, Evidence

EDITS: list[Edit] = [
    Add(entry("e3", "two\nlines", took=1.5, evidence=(Evidence("log", "x"),))),
    Revise("e1", {"text": "better", "at": None, "starred": True}),
    Revise("e1", {"until": NOW}),
    Set("title", "[[change]]\nedits = []"),
    Set("declared_at", None),
    Set("tags", ("a", "b")),
    Set("roles.scribe", "ben"),
    Set("postmortem.reviewed_at", NOW),
    Set("comms.next_due", None),
    Set("accepted", (Accepted("host-1", "ana", "a test network"),)),
    AddAction(Action("a1", "Restart policy", due=date(2026, 12, 1))),
    ReviseAction("a1", {"status": "done", "due": None}),
    RemoveAction("a1"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_file(tmp_path, entry("e1"), entry("e2"))


@pytest.fixture
def side(path: Path) -> Path:
    return Path(side_path(str(path)))


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{type(edit).__name__}")
def test_an_edit_comes_back_as_it_was_made(path: Path, edit: Edit) -> None:
    made = change(edit, stamp="c1")
    keep(str(path), [made])
    assert [found.change for found in kept(str(path))] == [made]


def test_many_come_back_in_order_whatever_was_typed_between_them(path: Path, side: Path) -> None:
    made = [change(edit, stamp=f"c{number}") for number, edit in enumerate(EDITS)]
    keep(str(path), made[:4])
    with side.open("a") as file:
        file.write("# a note by hand\n")
    keep(str(path), made[4:])
    assert [found.change for found in kept(str(path))] == made
    side.write_bytes(side.read_bytes().lstrip())
    assert [found.change for found in kept(str(path))] == made, "from the first byte on"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("at = 2026-11-21T19:47:15Z", 'at = "today"', "at is no date and time"),
        ("{ remove_action = ", "{ forget = ", "no edit is called forget"),
        ('id = "c2"\n', "", "'id'"),
        ("edits = [", "edits = ", ""),
        ("{ remove_action = ", '{ was = "it", remove_action = ', "was is no table"),
    ],
)
def test_one_that_can_not_be_read_is_named_by_its_line_and_stays(
    path: Path, side: Path, old: str, new: str, told: str
) -> None:
    made = [change(RemoveAction(f"a{number}"), stamp=f"c{number}") for number in (1, 2, 3)]
    keep(str(path), made)
    before, header, rest = side.read_text().partition('[[change]]\nid = "c2"\n')
    broken = (header + rest).replace(old, new, 1)
    side.write_text(before + broken)
    found = kept(str(path))
    assert [item.change for item in found] == [made[0], None, made[2]]
    line = before.count("\n") + 1
    assert found[1].reason.startswith(f"{side}:{line}: a change can't be read: ")
    assert told in found[1].reason
    assert found[1].block.decode() in before + broken
    assert found[1].block.startswith(b"[[change]]\n")


def test_what_is_left_is_written_anew_and_the_rest_put_away_by_number(path: Path, side: Path) -> None:
    for number in (1, 2, 3):
        keep(str(path), [change(Add(entry(f"n{number}{letter}")), stamp=letter) for letter in "abc"])
        before = side.read_bytes()
        left = kept(str(path))[1:]
        replace_kept(str(path), left)
        assert path.with_name(f"{path.name}.merged-{number}").read_bytes() == before
        assert [found.change for found in kept(str(path))] == [found.change for found in left]
        replace_kept(str(path), [])
        assert not side.exists()
        path.with_name(f"{path.name}.merged-{number + 1}").unlink()


def test_a_full_disk_leaves_no_half_of_a_change(path: Path, side: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(str(path), [change(EDITS[0], stamp="c1")])
    before = side.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskError, match=f"^{re.escape(str(side))}: the disk is full"):
        keep(str(path), [change(EDITS[1], stamp="c2")])
    assert side.read_bytes() == before


def test_a_side_file_that_can_not_be_put_away_is_named(path: Path, side: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(str(path), [change(EDITS[0], stamp="c1")])
    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(DiskError, match=f"^{re.escape(str(side))}: the disk is full"):
        replace_kept(str(path), [])
    assert [found.change is not None for found in kept(str(path))] == [True]


@pytest.mark.parametrize(("mode", "expected"), [(0o700, 0o600), (0o750, 0o640)])
def test_it_is_as_private_as_the_directory(path: Path, side: Path, mode: int, expected: int) -> None:
    path.parent.chmod(mode)
    keep(str(path), [change(EDITS[0], stamp="c1")])
    umask = os.umask(0o022)
    os.umask(umask)
    assert side.stat().st_mode & 0o777 == expected & ~umask


def test_a_link_in_its_place_is_not_followed(path: Path, side: Path) -> None:
    target = path.with_name("target")
    target.write_text("precious")
    side.symlink_to(target)
    with pytest.raises(FileError):
        keep(str(path), [change(EDITS[0], stamp="c1")])
    assert target.read_text() == "precious"


def test_a_save_while_it_is_merged_is_not_overwritten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(str(path), [change(Set("severity", "sev1"), stamp="c1")])
    replace, saves = disk.replace, [b"# typed meanwhile\n"]

    def late(name: str, data: Any, expected: disk.Signature | None = None) -> disk.Signature:
        if saves:
            path.write_bytes(saves.pop() + path.read_bytes())
        return replace(name, data, expected)

    monkeypatch.setattr(disk, "replace", late)
    store = Store(path)
    assert store.load().fields.severity == "sev1"
    assert path.read_bytes().startswith(b"# typed meanwhile\n")
    assert store.notices == [f"{path}: 1 change merged from {path.name}.unmerged"]


def test_a_file_that_never_keeps_still_is_not_merged_into(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(str(path), [change(Set("severity", "sev1"), stamp="c1")])

    def never(*_: object) -> None:
        raise disk.ChangedMeanwhileError

    monkeypatch.setattr(disk, "replace", never)
    with pytest.raises(FileError, match=f"^{re.escape(str(path))}: is changed by another program again and again"):
        Store(path).load()
    assert len(kept(str(path))) == 1


def test_what_could_not_be_merged_is_told_and_stays(path: Path) -> None:
    keep(str(path), [change(Set("severity", "awful"), stamp="c1"), change(Add(entry("e3")), stamp="c2")])
    store = Store(path)
    store.load()
    assert store.notices[0] == f"{path}: 1 change merged from {path.name}.unmerged"
    assert store.notices[1].startswith(f"{path}.unmerged:2: a change can't be read: ")
    assert encoded(change(Set("severity", "awful"), stamp="c1")).strip() in Path(side_path(str(path))).read_bytes()
