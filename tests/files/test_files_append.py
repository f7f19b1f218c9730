"""Appending one entry: all of it or nothing, behind a torn end, beside other programs, at any size of the file."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commandline import unmeasured
from filekit import NOW, entry, new_file, small
from warroom.files import append as append_module
from warroom.files import disk
from warroom.files.append import append
from warroom.files.block import block
from warroom.files.codec import decode, encode
from warroom.files.errors import (
    BrokenFileError,
    BusyError,
    DiskError,
    FileError,
    GoneError,
    NewerFormatError,
    RefusedPathError,
)
from warroom.files.lock import Lock, lock_path
from warroom.files.store import Store

FIELDS = {"id": "new", "at": NOW, "by": "ana", "kind": "note", "text": 'said "so"\n\x1b[31m'}


def ids(path: Path) -> list[str]:
    return [found.id for found in decode(path.read_bytes(), str(path)).entries]


def test_an_entry_is_appended_and_nothing_else_changes(tmp_path: Path) -> None:
    path = new_file(tmp_path, entry("e1"))
    before = path.read_bytes()
    assert append(path, FIELDS) == ""
    assert path.read_bytes() == before + block(FIELDS)
    found = decode(path.read_bytes(), "x").entries[-1]
    assert (found.text, found.at, found.kind) == (FIELDS["text"], NOW, "note")


def test_a_block_starts_with_its_id_and_ends_with_its_text() -> None:
    fields = {
        "text": "t",
        "evidence": [{"label": "a", "text": "b"}],
        "mark": "",
        "exit": 0,
        "starred": False,
        "id": "i",
    }
    told = b'\n[[timeline]]\nid = "i"\nexit = 0\nevidence = [{ label = "a", text = "b" }]\ntext = "t"\n'
    assert block(fields) == told
    assert block({"id": "i"}) == b'\n[[timeline]]\nid = "i"\ntext = ""\n'
    with pytest.raises(ValueError, match="needs an id"):
        block({"text": "no id"})
    with pytest.raises(ValueError, match="no offset"):
        block({"id": "i", "at": NOW.replace(tzinfo=None)})
    with pytest.raises(ValueError, match="no form in TOML"):
        block({"id": "i", "took": object()})


def torn_ends() -> list[tuple[str, bytes, bytes]]:
    """Each prefix of a file within its last three entries: whole file, torn file."""
    entries = [
        entry("e1", "first"),
        entry("e2", "took a while", took=1.25, exit=7),
        entry("e3", 'odd "text" é日本\nwith [[timeline]]', service="api", starred=True),
        entry("e4", "last", evidence=(), source="monitor"),
    ]
    data = encode(small(*entries))
    start = data.index(b'\n[[timeline]]\nid = "e2"')
    return [(str(cut), data, data[:cut]) for cut in range(start, len(data) + 1)]


def test_a_file_torn_at_any_byte_of_its_last_entries_loses_only_the_torn_one(tmp_path: Path) -> None:
    headers = {b'id = "e%d"' % number: f"e{number}" for number in range(1, 5)}
    for name, whole, torn in torn_ends():
        path = tmp_path / f"t{name}.toml"
        path.write_bytes(torn)
        store = Store(path)
        incident = store.load()
        found = [e.id for e in incident.entries]
        complete = [e for e in decode(whole, "x").entries if f"text = {_quoted(e.text)}".encode() in torn]
        assert found == [e.id for e in complete], name
        assert incident.entries == tuple(complete)
        kept = b"".join(side.read_bytes() for side in sorted(tmp_path.glob(f"t{name}.toml.torn*")))
        assert path.read_bytes() + kept == torn, "every torn byte is kept"
        assert bool(store.notices) == bool(kept)
        assert append(path, FIELDS) == ""
        assert ids(path) == [*found, "new"]
        for header, entry_id in headers.items():
            assert (header in torn) >= (entry_id in found)


def _quoted(text: str) -> str:
    from warroom.files.block import quoted

    return quoted(text)


def test_append_itself_sets_a_torn_end_aside(tmp_path: Path) -> None:
    for name, _, torn in torn_ends()[::7]:
        path = tmp_path / f"a{name}.toml"
        path.write_bytes(torn)
        kept = append(path, FIELDS)
        assert ids(path)[-1] == "new"
        assert bool(kept) == path.with_name(f"{path.name}.torn").exists()
        assert (torn + block(FIELDS)).startswith(path.read_bytes()[: -len(block(FIELDS))])


@pytest.mark.parametrize("zeros", [1, 300, 5000])
@pytest.mark.parametrize("cut", [0, 1, 5, 13, 14, 30, 10_000])
def test_zeros_that_a_power_loss_left_are_set_aside(tmp_path: Path, zeros: int, cut: int) -> None:
    path = new_file(tmp_path, entry("e1"), entry("e2"))
    whole = path.read_bytes()
    path.write_bytes(whole + block(FIELDS)[:cut] + b"\0" * zeros)
    store = Store(path)
    expected = ["e1", "e2", "new"] if cut > 1000 else ["e1", "e2"]
    assert [e.id for e in store.load().entries] == expected
    assert "torn" in store.notices[0]
    assert b"\0" in path.with_name(f"{path.name}.torn").read_bytes()
    assert path.read_bytes().startswith(whole)


def test_a_second_torn_end_gets_a_side_file_of_its_own(tmp_path: Path) -> None:
    path = new_file(tmp_path, entry("e1"))
    for torn in (b'\n[[timeline]]\nid = "x', b'\n[[timeline]]\nid = "y', b'\n[[timeline]]\nid = "y'):
        with path.open("ab") as file:
            file.write(torn)
        Store(path).load()
    kept = sorted(side.read_bytes() for side in tmp_path.glob("*.torn*"))
    assert kept == [b'[[timeline]]\nid = "x', b'[[timeline]]\nid = "y'], "the same bytes are kept once"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"\n[[timeline]]\nid = 'h'\ntext = \"by hand, not closed\n", "not closed"),
        (b"\n[[timeline]]\nid = 'h'\ntext = 'whole'\nx = = 1\n", "x = = 1"),
        (b"\n[[timeline]]\nid = 'h'\ntext = 'whole'\nx = ", "whole"),
        (b"\n[[timeline]]\ntext = 'before id'\nid = \n", "before id"),
        (b"stray words\n", "stray"),
    ],
)
def test_a_slip_of_a_person_is_not_taken_for_a_torn_end(tmp_path: Path, data: bytes, place: str) -> None:
    path = new_file(tmp_path, entry("e1"))
    broken = path.read_bytes() + data
    path.write_bytes(broken)
    with pytest.raises(BrokenFileError, match=rf"{path.name}:\d+: "):
        append(path, FIELDS)
    with pytest.raises(BrokenFileError, match=rf"{path.name}:\d+: "):
        Store(path).load()
    assert path.read_bytes() == broken
    assert place.encode() in broken
    assert list(tmp_path.glob("*.torn*")) == []


HEAD = b'format = 1\nid = "x"\ntitle = "y"\n'
LONG = b"word " * 3000


@pytest.mark.parametrize(
    "data",
    [
        HEAD,
        HEAD.rstrip(),
        HEAD + b"timeline = []\n",
        HEAD + b'timeline = [{ id = "a", text = "b" }]\ntags = ["timeline"]\n',
        b"\xef\xbb\xbf" + HEAD,
        (HEAD + b'[[timeline]]\nid = "a"\ntext = "b"\n').replace(b"\n", b"\r\n"),
        HEAD + b'[[timeline]]\nid = "a"\ntext = "b"',
        HEAD + b'[[timeline]]\nid = "a"\ntext = "b"\n[notes]\nfree = "yes"\n',
        HEAD + b'[[timeline]]\nid = "a"\ntext = """\n[[timeline]]\nid = "z"\n"""\n',
        HEAD + b'[[timeline]]\nid = "a"\ntext = """\n[[timeline]]\n' + LONG + b'\n[[timeline]]\nno = "\n"""\n',
        HEAD + b'  [[ "timeline" ]]\nid = "a"\ntext = "' + LONG + b'"\n',
        HEAD + b'notes = """\n[[timeline]]\n"""\n',
        HEAD + b'[[timeline]]\nid = "a"\ntext = "b"\nseverity = "sev1"\n',
        HEAD + b"[[timeline]]\ntext = 'no id'\n",
    ],
)
def test_whatever_a_file_ends_with_it_takes_an_entry(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(data)
    before = decode(data, "x")
    assert append(path, FIELDS) == ""
    after = decode(path.read_bytes(), "x")
    assert after.entries[:-1] == before.entries
    assert after.entries[-1].id == "new"
    assert (after.fields, after.roles, after.actions) == (before.fields, before.roles, before.actions)
    if b"timeline = [" not in data:
        assert path.read_bytes() == data + block(FIELDS)


def test_a_save_while_a_list_in_the_head_is_rewritten_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(HEAD + b"timeline = []\n")
    replace, saves = disk.replace, [b"# typed meanwhile\n"]

    def late(name: str, data: Any, expected: disk.Signature | None = None) -> disk.Signature:
        if saves:
            path.write_bytes(saves.pop() + path.read_bytes())
        return replace(name, data, expected)

    monkeypatch.setattr(disk, "replace", late)
    append(path, FIELDS)
    assert path.read_bytes().startswith(b"# typed meanwhile\n" + HEAD)
    assert ids(path) == ["new"]

    def never(*_: object) -> None:
        raise disk.ChangedMeanwhileError

    path.write_bytes(HEAD + b"timeline = []\n")
    monkeypatch.setattr(disk, "replace", never)
    with pytest.raises(FileError, match=f"^{path}: is changed by another program again and again"):
        append(path, FIELDS)
    assert path.read_bytes() == HEAD + b"timeline = []\n"


def test_reading_before_an_append_does_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: dict[str, int] = {}
    for size in (10, 20_000):
        path = tmp_path / f"{size}.toml"
        path.write_bytes(encode(small()) + b"".join(block({"id": f"e{n}", "text": "word " * 20}) for n in range(size)))
        total = 0
        pread = os.pread

        def counting(descriptor: int, length: int, offset: int, pread: Any = pread) -> bytes:
            nonlocal total
            found: bytes = pread(descriptor, length, offset)
            total += len(found)
            return found

        monkeypatch.setattr(os, "pread", counting)
        append(path, FIELDS)
        monkeypatch.setattr(os, "pread", pread)
        counts[str(size)] = total
    assert counts["20000"] <= 3 * 4096
    assert ids(tmp_path / "20000.toml")[-1] == "new"


def test_a_write_that_stops_short_leaves_nothing(tmp_path: Path) -> None:
    """A file size limit stops the write in the middle, as a full disk does."""
    path = new_file(tmp_path, entry("e1"))
    before = path.read_bytes()
    code = (
        "import resource, signal, sys\n"
        "from warroom.files.append import append\n"
        "from warroom.files.errors import FileError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)\n"
        "try:\n    append(sys.argv[1], {'id': 'new', 'text': 'word ' * 100})\n"
        "except FileError as error:\n    print(error); sys.exit(1)\n"
    )
    for room in (0, 1, 20, 200):
        limit = str(len(before) + room)
        done = subprocess.run(
            [sys.executable, "-c", code, path, limit], env=unmeasured(), capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (1, "")
        assert "the file size limit is reached" in done.stdout
        assert done.stdout.count("\n") == 1
        assert path.read_bytes() == before


@pytest.mark.parametrize("fails", ["write", "fsync"])
def test_a_disk_that_refuses_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    path = new_file(tmp_path, entry("e1"))
    before = path.read_bytes()
    real = getattr(os, fails)

    def refusing(descriptor: int, *rest: Any) -> int:
        if fails == "write":
            real(descriptor, bytes(rest[0])[:9])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, fails, refusing)
    with pytest.raises(DiskError, match="the disk is full; free some space") as caught:
        append(path, FIELDS)
    monkeypatch.undo()
    assert caught.value.code == errno.ENOSPC
    assert path.read_bytes() == before
    append(path, FIELDS)
    assert ids(path) == ["e1", "new"]


def test_a_file_replaced_between_open_and_write_gets_the_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor saves by renaming a new file over the old one, at the worst moment."""
    path = new_file(tmp_path, entry("e1"))
    write = append_module._write_or_undo
    saves = iter([b"# edited\n", b""])

    def interrupted(descriptor: int, start: int, data: bytes) -> None:
        if save := next(saves):
            other = tmp_path / "4913"
            other.write_bytes(save + path.read_bytes())
            other.replace(path)
        write(descriptor, start, data)

    monkeypatch.setattr(append_module, "_write_or_undo", interrupted)
    append(path, FIELDS)
    assert path.read_bytes().startswith(b"# edited\n")
    assert ids(path) == ["e1", "new"]


def test_only_regular_files_are_written_to(tmp_path: Path) -> None:
    real = new_file(tmp_path, entry("e1"))
    link, folder, fifo = tmp_path / "link.toml", tmp_path / "folder.toml", tmp_path / "fifo.toml"
    link.symlink_to(real)
    folder.mkdir()
    os.mkfifo(fifo)
    for path, what in ((link, "symbolic link"), (folder, "directory"), (fifo, "FIFO")):
        with pytest.raises(RefusedPathError, match=rf"{path.name}: is a {what}, not a file"):
            append(path, FIELDS)
        with pytest.raises(RefusedPathError, match=what):
            Store(path).load()
    with pytest.raises(GoneError, match="is not there"):
        append(tmp_path / "none.toml", FIELDS)
    with pytest.raises(GoneError, match=r"the directory \S+ is missing too"):
        append(tmp_path / "gone" / "none.toml", FIELDS)
    assert not (tmp_path / "none.toml").exists()
    assert ids(real) == ["e1"]


def test_a_newer_format_and_an_empty_file_are_not_appended_to(tmp_path: Path) -> None:
    path = new_file(tmp_path, entry("e1"))
    newer = path.read_bytes().replace(b"format = 1", b"format = 3")
    path.write_bytes(newer)
    with pytest.raises(NewerFormatError, match=rf"{path.name}:1: format: format 3 is newer than 1"):
        append(path, FIELDS)
    assert path.read_bytes() == newer
    path.write_bytes(b"")
    with pytest.raises(BrokenFileError, match="is empty"):
        append(path, FIELDS)


def test_the_lock_keeps_others_out_and_says_so(tmp_path: Path) -> None:
    path = new_file(tmp_path, entry("e1"))
    with Lock(str(path)), pytest.raises(BusyError, match=r"another program has held its lock for 0\.02 s"):
        Lock(str(path), wait=0.02).__enter__()
    with Lock(str(path), wait=0.02):
        pass


def test_a_lock_file_that_was_deleted_under_its_holder_locks_again(tmp_path: Path) -> None:
    path = str(new_file(tmp_path, entry("e1")))
    with Lock(path):
        os.unlink(lock_path(path))  # noqa: PTH108
        with Lock(path, wait=0.02), pytest.raises(BusyError):
            Lock(path, wait=0.02).__enter__()


def test_a_shared_directory_grants_its_modes_to_new_files(tmp_path: Path) -> None:
    for mode, expected in ((0o700, 0o600), (0o750, 0o640), (0o775, 0o644)):
        folder = tmp_path / f"{mode:o}"
        folder.mkdir()
        folder.chmod(mode)
        path = new_file(folder, entry("e1"))
        append(path, FIELDS)
        modes = {stat.S_IMODE(found.stat().st_mode) for found in folder.iterdir()}
        assert modes == {expected & ~_umask()}


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
