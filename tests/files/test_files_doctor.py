"""Doctor and side files: what is odd is told, what can be mended is mended, nothing is deleted."""

import errno
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

import strategies
from commandline import unmeasured
from filekit import change, edit, entry, new_file, of
from warroom.files import disk, journal
from warroom.files.codec import decode
from warroom.files.disk import side_path
from warroom.files.doctor import examine, repair
from warroom.files.errors import FileError, NewerFormatError
from warroom.files.journal import encoded, keep, kept
from warroom.files.messages import Notice
from warroom.files.session import Session
from warroom.files.store import Store
from warroom.incident.changes import Add, Revise, Set, apply


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_file(tmp_path, entry("e1"), entry("e2"))


def faults(path: Path) -> list[str]:
    return [finding.text for finding in examine(path) if finding.wrong]


def ids(path: Path) -> list[str]:
    return [found.id for found in decode(path.read_bytes(), str(path)).entries]


def all_bytes(directory: Path) -> bytes:
    return b"\n".join(file.read_bytes() for file in sorted(directory.iterdir()) if file.is_file())


def test_a_file_in_order_has_nothing_said_about_it(path: Path) -> None:
    before = path.read_bytes()
    assert examine(path) == []
    assert repair(path) == []
    assert path.read_bytes() == before


def test_a_torn_end_is_found_and_set_aside(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b'\n[[timeline]]\nid = "e3"\nby = "an')
    (finding,) = examine(path)
    assert (finding.mendable, finding.text.startswith(f"{path}:")) == (True, True)
    assert "set aside in" in repair(path)[0]
    assert faults(path) == []
    assert b'by = "an' in path.with_name(f"{path.name}.torn").read_bytes()


def test_a_damaged_entry_in_the_middle_is_set_aside_alone(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'text = "text of e1"', b'text = "text of e1\0\0\0'))
    with pytest.raises(FileError, match="NUL bytes"):
        Store(path).load()
    (finding,) = examine(path)
    assert finding.mendable
    assert "1 entry is damaged, which can be set aside" in finding.text
    repair(path)
    assert ids(path) == ["e2"]
    assert b"text of e1\0" in all_bytes(path.parent)
    assert faults(path) == []


def test_several_damaged_entries_are_set_aside_as_they_stood(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n[[timeline]]\nid = 'e3'\ntext = 'whole'\n")
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"text of e1"', b'"text of e1\0').replace(b'"text of e2"', b'"text of e2\0'))
    assert "2 entries are damaged and set aside in" in repair(path)[0]
    assert ids(path) == ["e3"]
    kept = path.with_name(f"{path.name}.torn").read_bytes()
    assert whole.startswith(path.read_bytes().partition(b"\n[[timeline]]")[0])
    assert kept.replace(b"\0", b'"') in whole, "byte for byte, with nothing between"


def test_damage_that_is_not_in_the_entries_alone_is_left_to_a_person(path: Path) -> None:
    data = path.read_bytes().replace(b'"text of e1"', b'"text of e1\0').replace(b'"unset"', b"sev1")
    path.write_bytes(data)
    (finding,) = examine(path)
    assert not finding.mendable
    assert finding.text.endswith("NUL bytes, as a crash leaves them; mend the line in an editor")
    with pytest.raises(FileError):
        repair(path)
    assert path.read_bytes() == data
    assert list(path.parent.glob("*.torn")) == []


@pytest.mark.parametrize("fault", ["damaged", "one id twice"])
def test_a_save_while_it_mends_is_not_overwritten(path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    whole = path.read_bytes()
    if fault == "damaged":
        path.write_bytes(whole.replace(b'"text of e1"', b'"text of e1\0'))
    else:
        path.write_bytes(whole + b'\n[[timeline]]\nid = "e1"\ntext = "something else"\n')
    replace, saves = disk.replace, [b"# typed meanwhile\n"]

    def late(name: str, data: Any, expected: disk.Signature | None = None) -> disk.Signature:
        if name == str(path) and saves:
            path.write_bytes(saves.pop() + path.read_bytes())
        return replace(name, data, expected)

    monkeypatch.setattr(disk, "replace", late)
    repair(path)
    assert path.read_bytes().startswith(b"# typed meanwhile\n")
    assert ids(path) == (["e2"] if fault == "damaged" else ["e1", "e2", "e1-2"])


def test_a_file_that_never_keeps_still_is_not_mended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(path.read_bytes().replace(b'"text of e1"', b'"text of e1\0'))

    def never(*_: object) -> None:
        raise disk.ChangedMeanwhileError

    monkeypatch.setattr(disk, "replace", never)
    with pytest.raises(FileError, match=rf"{path.name}: is changed by another program again and again"):
        repair(path)


def test_what_can_not_be_set_aside_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(path.read_bytes().replace(b'"text of e1"', b'"text of e1\0'))
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match=rf"{path.name}: the disk is full"):
        repair(path)
    assert path.read_bytes() == before
    assert list(path.parent.glob("*.torn")) == []


def test_a_fault_in_the_head_is_left_to_a_person(path: Path) -> None:
    broken = path.read_bytes().replace(b'severity = "unset"', b"severity = sev1")
    path.write_bytes(broken)
    (finding,) = examine(path)
    assert not finding.mendable
    assert finding.text.startswith(f"{path}:4: ")
    assert finding.text.endswith("; mend the line in an editor"), "the doctor sends nobody to the doctor"
    with pytest.raises(FileError):
        repair(path)
    assert path.read_bytes() == broken


def test_different_entries_with_one_id_are_told_apart(path: Path) -> None:
    other = b'\n[[timeline]]\nid = "e1"\ntext = "something else" # mine\n'
    with path.open("ab") as file:
        file.write(other + other + other.replace(b"something", b"yet"))
    assert "has the id e1 of line" in faults(path)[0]
    done = repair(path)
    assert len(done) == 3
    assert re.search(r":\d+: the entry had the id of another one; it is e1-2 now", done[0])
    found = decode(path.read_bytes(), "x").entries
    assert [item.text for item in found] == ["text of e1", "text of e2", "something else", "something else", "yet else"]
    assert path.read_bytes().count(b"# mine") == 3


def test_a_side_file_is_merged_and_kept(path: Path) -> None:
    keep(str(path), [change(Add(entry("e3")), Set("severity", "sev2"), stamp="c1")])
    keep(str(path), [change(Revise("e1", {"text": "better"}), stamp="c2")])
    (finding,) = examine(path)
    assert finding.mendable
    assert "2 changes merged" in repair(path)[0]
    found = decode(path.read_bytes(), "x")
    assert ([e.id for e in found.entries], found.fields.severity) == (["e1", "e2", "e3"], "sev2")
    assert not Path(side_path(str(path))).exists()
    assert [f.wrong for f in examine(path)] == [False], "the merged changes are still there to look into"
    assert repair(path) == []


def test_a_text_that_was_changed_in_the_file_too_is_kept_twice(path: Path) -> None:
    seen = decode(path.read_bytes(), "x")
    keep(str(path), [change(Set("postmortem.summary", "Mine."), Set("impact.internal", "None."), stamp="c1")], seen)
    edit(path, "\n[[timeline]]", '\n[postmortem]\nsummary = "Theirs."\n\n[[timeline]]')
    merged, told = repair(path)
    assert "1 change merged" in merged
    assert told == (
        f"{path}: two sides changed postmortem.summary; the file's version stands, the other is in {path.name}.conflict"
    )
    assert "Mine." in Path(f"{path}.conflict").read_text()
    found = decode(path.read_bytes(), "x")
    assert (found.postmortem.summary, found.impact.internal) == ("Theirs.", "None.")


def test_a_change_that_does_not_fit_stays_in_the_side_file(path: Path) -> None:
    keep(str(path), [change(Set("severity", "awful"), stamp="c1"), change(Add(entry("e3")), stamp="c2")])
    done = repair(path)
    assert "1 change merged" in done[0]
    assert "awful" in done[1]
    assert len(kept(str(path))) == 1
    assert "awful" in kept(str(path))[0].reason
    assert ids(path) == ["e1", "e2", "e3"]
    assert repair(path) == [], "and is not tried again and again with a new file each time"


def test_a_torn_side_file_gives_what_is_whole(path: Path) -> None:
    one, two = change(Add(entry("e3")), stamp="c1"), change(Add(entry("e4")), stamp="c2")
    whole = encoded(one) + encoded(two)
    for cut in range(len(encoded(one)), len(whole) - 1):
        Path(side_path(str(path))).write_bytes(whole[:cut])
        assert kept(str(path))[0].change == one
        assert all(item.change is None for item in kept(str(path))[1:])
        keep(str(path), [one])
        assert kept(str(path))[-1].change == one, "what follows a torn one is read"


@given(st.data())
@strategies.examples(60)
def test_changes_are_the_same_after_the_side_file(data: st.DataObject) -> None:
    incident = data.draw(strategies.incidents())
    made = data.draw(strategies.changes(incident))
    read = journal._decoded(tomli.loads(encoded(made).decode().replace("[[change]]", "")))
    assert apply(incident, read) == apply(incident, made)
    assert read.stamp == made.stamp


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('timezone = "UTC"', 'timezone = "Mars/Base"', r":7: timezone: "),
        ('severity = "unset"', 'sevrity = "sev1"', r":4: sevrity: is not known .* did you mean severity\?"),
        (
            'text = "text of e2"',
            'text = "text of e2"\nseverity = "sev1"',
            r"timeline\[2\]\.severity: .* it belongs to the head",
        ),
        (
            'severity = "unset"',
            'colour = "red"',
            r":4: colour: is not known .* does not read it$",
        ),
        ('kind = "note"', 'kind = "note"\nservise = "api"', r"timeline\[1\]\.servise: .* did you mean service\?"),
        (
            'kind = "note"',
            'kind = "note"\nevidence = [{ label = "log", txt = "line" }]',
            r"timeline\[1\]\.evidence\[1\]\.txt: .* did you mean text\?",
        ),
        (
            'kind = "note"',
            'kind = "note"\nrevisions = [{ id = "r", at = 2026-11-21T10:00:00Z, by = "", before = { txt = "a" } }]',
            r"timeline\[1\]\.revisions\[1\]\.before\.txt: .* did you mean text\?",
        ),
        (
            "[[timeline]]",
            '[[postmortem.section]]\ntitle = "a"\ntex = "b"\n[[timeline]]',
            r"postmortem\.section\[1\]\.tex: .* did you mean text\?",
        ),
        ('id = "2026-11-21-outage"', 'id = "other"', r":2: id: other is not the name of the file; write id = "),
    ],
)
def test_what_nobody_reads_is_named(path: Path, old: str, new: str, told: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    (finding,) = examine(path)
    assert re.search(told, finding.text)
    assert repair(path) == []


@pytest.mark.parametrize(
    "end",
    [
        '\n[[timeline]]\nid = "e3"\nwords = ["as a later format may have it"]\n',
        '\n[[timeline]]\nid = "e3"\nat = 2026-',
        '\n[[timeline]]\nid = "e1"\ntext = "something else"\n',
        '\n[[timeline]]\nid = note\n\n[[timeline]]\nid = "e4"\ntext = "whole"\n',
    ],
)
def test_a_file_of_a_newer_format_is_read_and_never_changed(path: Path, end: str) -> None:
    data = path.read_bytes().replace(b"format = 1", b"format = 2") + end.encode()
    path.write_bytes(data)
    keep(str(path), [change(Set("title", "Renamed"))])
    waiting = path.with_name(f"{path.name}.unmerged").read_bytes()
    newer, *rest = examine(path)
    assert "format 2 is newer than 1" in newer.text
    assert not newer.wrong
    assert [finding for finding in (newer, *rest) if finding.mendable] == []
    with pytest.raises(NewerFormatError):
        repair(path)
    store, session = Store(path), Session(path)
    with suppress(FileError):  # as far as it is understood
        assert store.load().fields.title == "Outage"
    assert newer.text in store.notices
    by_hand = data.replace(b'title = "Outage"', b'title = "By hand"')
    for found in (data, by_hand):
        path.write_bytes(found)
        for _ in range(2):  # a fault is told when it is still there at the second look
            session.look()
        assert path.read_bytes() == found
    left = {file.name: file.read_bytes() for file in path.parent.iterdir() if not file.name.endswith(".lock")}
    assert left == {path.name: by_hand, f"{path.name}.unmerged": waiting}


def test_a_room_says_that_a_file_is_of_a_newer_format(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"format = 1", b"format = 2"))
    session = Session(path)
    assert "format 2 is newer than 1" in of(Notice, session.look()).text
    os.utime(path, (1, 1))
    assert session.look() == [], "once"


def test_what_lies_beside_a_file_is_explained(path: Path) -> None:
    for name in (".torn", ".conflict-2", ".refused", ".merged-1"):
        path.with_name(path.name + name).write_text("x")
    path.with_name(f".{path.name}.new").write_text("x")
    path.with_name(f"{path.name}.bak").write_text("x")
    assert len(examine(path)) == 5
    assert faults(path) == []
    assert "is not there" in faults(path.with_name("none.toml"))[0]


READ_ONLY = """
import os, sys
from warroom.files.append import append
from warroom.files.errors import FileError
from warroom.files.store import Store, create
from warroom.incident.changes import Change, Set, Stamp
path, kind = sys.argv[1:]
Store(path).load()
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
store = Store(path)
print([entry.id for entry in store.load().entries], len(store.notices))
for attempt in (
    lambda: append(path, {"id": "new", "text": "x"}),
    lambda: store.commit(Change((Set("severity", "sev1"),), Stamp("c", store.load().fields.declared_at, "x"))),
    lambda: create(os.path.dirname(path), store.load()),
):
    try:
        attempt()
        print("written")
    except FileError as error:
        print(error)
"""


@pytest.fixture
def shared() -> Iterator[Path]:
    """A directory that another user can reach, which pytest's own is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("torn", [b"", b'\n[[timeline]]\nid = "e3"\n'])
def test_a_directory_that_may_only_be_read_is_read(shared: Path, torn: bytes) -> None:
    path = new_file(shared, entry("e1"), entry("e2"))
    path.write_bytes(path.read_bytes() + torn)
    before = path.read_bytes()
    path.chmod(0o444)
    shared.chmod(0o555)
    names = sorted(os.listdir(shared))  # noqa: PTH208
    code = READ_ONLY if not torn else READ_ONLY.replace("Store(path).load()\nif", "if", 1)
    done = subprocess.run(
        [sys.executable, "-c", code, path, "x"], env=unmeasured(), capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == f"['e1', 'e2'] {1 if torn else 0}"
    assert len(lines) == 4
    assert all("permission denied" in line for line in lines[1:])
    assert path.read_bytes() == before
    assert sorted(os.listdir(shared)) == names  # noqa: PTH208
