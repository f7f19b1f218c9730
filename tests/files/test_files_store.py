"""Rewrites: one step, the mode kept, nothing left behind when the disk refuses, nobody's save overwritten."""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commandline import unmeasured
from filekit import change, entry, new_file, python
from warroom.files import disk
from warroom.files.errors import DiskError, FileError, GoneError
from warroom.files.store import Store, create_file
from warroom.incident.changes import Add, Revise, Set


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_file(tmp_path, entry("e1"), entry("e2"))


def visible(path: Path) -> list[str]:
    return sorted(found.name for found in path.parent.iterdir() if not found.name.endswith(".lock"))


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_rewrite_is_a_new_file_with_the_mode_of_the_old(path: Path, mode: int) -> None:
    path.chmod(mode)
    before = path.stat()
    Store(path).commit(change(Set("severity", "sev1")))
    after = path.stat()
    assert stat.S_IMODE(after.st_mode) == mode
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino
    assert visible(path) == [path.name]


def test_a_reader_with_the_old_file_open_reads_the_old_file(path: Path) -> None:
    before = path.read_bytes()
    with path.open("rb") as reader:
        first = reader.read(10)
        Store(path).commit(change(Set("severity", "sev1")))
        assert first + reader.read() == before


@pytest.mark.parametrize("call", ["write", "fsync", "replace", "fchmod"])
def test_a_rewrite_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    before = path.read_bytes()

    def refusing(*_: object) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    monkeypatch.setattr(os, call, refusing)
    with pytest.raises(DiskError, match="your disk quota is used up; free some space"):
        Store(path).commit(change(Set("severity", "sev1")))
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert visible(path) == [path.name]
    Store(path).commit(change(Set("severity", "sev1")))
    assert Store(path).load().fields.severity == "sev1"


def test_a_rewrite_on_a_full_disk_leaves_the_file_as_it_was(path: Path) -> None:
    """The limit on file sizes stops the temporary file in the middle, as a full disk does."""
    before = path.read_bytes()
    code = (
        "import resource, signal, sys\n"
        "from datetime import UTC, datetime\n"
        "from warroom.files.errors import FileError\n"
        "from warroom.files.store import Store\n"
        "from warroom.incident.changes import Change, Set, Stamp\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)\n"
        "try:\n"
        "    Store(sys.argv[1]).commit(Change((Set('title', 'x' * 500),), Stamp('c', datetime.now(UTC), 'ana')))\n"
        "except FileError as error:\n    print(error); sys.exit(1)\n"
    )
    command = [sys.executable, "-c", code, str(path), str(len(before))]
    done = subprocess.run(command, env=unmeasured(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert "the file size limit is reached" in done.stdout
    assert path.read_bytes() == before
    assert visible(path) == [path.name]


def test_a_save_between_read_and_replace_is_not_overwritten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace: Callable[..., disk.Signature] = disk.replace
    saves: list[object] = []

    def late(name: str, data: Any, expected: disk.Signature | None = None) -> disk.Signature:
        if not saves:
            saves.append(path.write_text(path.read_text().replace("text of e2", "typed meanwhile")))
        return replace(name, data, expected)

    monkeypatch.setattr(disk, "replace", late)
    Store(path).commit(change(Set("severity", "sev1"), Add(entry("e3"))))
    found = Store(path).load()
    assert found.fields.severity == "sev1"
    assert [item.text for item in found.entries] == ["text of e1", "typed meanwhile", "text of e3"]


def test_a_file_that_is_replaced_again_and_again_ends_in_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> disk.Signature:
        raise disk.ChangedMeanwhileError

    monkeypatch.setattr(disk, "replace", never)
    with pytest.raises(FileError, match="is changed by another program again and again"):
        Store(path).commit(change(Set("severity", "sev1")))


def test_a_link_in_place_of_the_temporary_file_is_not_followed(path: Path) -> None:
    target = path.with_name("target")
    target.write_text("precious")
    path.with_name(f".{path.name}.new").symlink_to(target)
    with pytest.raises(FileError):
        Store(path).commit(change(Set("severity", "sev1")))
    assert target.read_text() == "precious"


def test_applying_a_change_twice_is_applying_it_once(path: Path) -> None:
    made = change(Add(entry("e3")), Set("severity", "sev1"), Revise("e1", {"text": "better"}))
    store = Store(path)
    store.commit(made)
    once = path.read_bytes()
    store.commit(made)
    assert path.read_bytes() == once
    added = change(Add(entry("e3", "another text under a known id")), stamp="c2")
    store.load()
    store.commit(added)
    assert path.read_bytes() == once


def test_a_file_that_is_not_there_is_not_made(path: Path) -> None:
    path.unlink()
    for made in (change(Add(entry("e3"))), change(Set("severity", "sev1"))):
        with pytest.raises(GoneError):
            Store(path).commit(made)
    assert visible(path) == []


def test_only_one_of_many_makes_a_file(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from warroom.files.store import create_file\n"
        "sys.stdin.readline()\n"
        "print(create_file(sys.argv[1], sys.argv[2].encode() * 1000))\n"
    )
    path = tmp_path / "x.toml"
    makers = [python(code, str(path), name) for name in "abcd"]
    for maker in makers:
        assert maker.stdin is not None
        maker.stdin.write("go\n")
        maker.stdin.flush()
    told = [maker.communicate(timeout=60)[0].strip() for maker in makers]
    assert sorted(told) == ["False", "False", "False", "True"]
    assert path.read_bytes() == "abcd"[told.index("True")].encode() * 1000
    assert visible(path) == ["x.toml"]
    assert not create_file(str(path), b"other")


def test_a_file_system_without_hard_links_gets_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refusing)
    assert [new_file(tmp_path, entry("e1")).stem[-2:] for _ in range(2)] == ["ge", "-2"]
    assert len(list(tmp_path.iterdir())) == 2
