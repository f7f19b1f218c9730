"""What is told of files that are wrong or can't be used: the whole line, with its place and its mend."""

import errno
import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from filekit import NOW, SOURCE, change, entry, new_file, small
from warroom.files import disk, document
from warroom.files.append import append
from warroom.files.codec import decode
from warroom.files.disk import side_path
from warroom.files.doctor import Finding, examine, repair
from warroom.files.errors import FileError
from warroom.files.journal import keep
from warroom.files.lease import Lease
from warroom.files.places import Places, heads, path_of, read_head
from warroom.files.recover import recover_end
from warroom.files.store import create
from warroom.files.tail import broken
from warroom.incident.changes import AddAction, Set
from warroom.incident.model import Action, Fields, Incident

HEAD = 'format = 1\nid = "2026-11-21-outage"\ntitle = "Outage"\n'
REVISED = (
    '[[timeline]]\nid = "e"\ntext = "t"\nrevisions = [{{id = "r", at = {}, by = "a", replaces = "e", before = {}}}]\n'
)
UTC_OR_ZONE = "write 2026-11-21T10:00:00Z for UTC, or the offset of your zone"
NO_OFFSET = f"has no offset from UTC, so nobody can tell when it was; {UTC_OR_ZONE}"
MEND = "mend the line in an editor, or run warroom doctor"
NOT_TEXT = "must be text in quotes, not a whole number; put it in quotes"
CLASH = "give one of the two another id, or run warroom doctor"
NEWER = "format 2 is newer than 1, the newest this program writes"


def refused(code: int) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a = 1\nb\0 = 2\n\0", "x:2: holds NUL bytes, as a crash leaves them; run warroom doctor"),
        (b"a = 1\n[[timeline]]\nid = 'x'\n", f"x:4: ends in the middle of an entry; {MEND}"),
        (b"a = 1\na = 2\n", f"x:2: cannot overwrite a value; the key stands there twice, keep one of them; {MEND}"),
    ],
)
def test_what_is_broken_is_told_with_its_line(data: bytes, told: str) -> None:
    assert str(broken(data, "x")) == told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            REVISED.format("2026-11-21T10:00:00Z", "{evidence = [{label = 3}]}"),
            f":7: timeline[1].revisions[1].before.evidence[1].label: {NOT_TEXT}",
        ),
        (REVISED.format("2026-11-21T10:00:00", "{}"), f":7: timeline[1].revisions[1].at: {NO_OFFSET}"),
        ("[comms]\nnext_due = 2026-11-21T10:00:00\n", f":5: comms.next_due: {NO_OFFSET}"),
        ("[comms]\nevery = 3\n", f":5: comms.every: {NOT_TEXT}"),
        ("[postmortem]\nreviewed_at = 2026-11-21T10:00:00\n", f":5: postmortem.reviewed_at: {NO_OFFSET}"),
        ("accepted = 3\n", ":4: accepted: must be a list, not a whole number"),
        ("[[accepted]]\nfinding = 3\n", f":5: accepted[1].finding: {NOT_TEXT}"),
        (
            "[[action]]\nid = 'a'\ntitle = 'x'\n[[action]]\nid = 'a'\ntitle = 'z'\n",
            f":7: action[2]: has the id a of line 4, but says something else; {CLASH}",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_key(more: str, told: str) -> None:
    with pytest.raises(FileError) as caught:
        decode((HEAD + more).encode(), SOURCE)
    assert str(caught.value) == SOURCE + told


def test_what_can_not_be_rewritten_is_told_with_what_was_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "set_head", lambda head, *_: head)
    made = change(Set("title", "Outage of all"), AddAction(Action("a1", "another")), stamp="c1")
    with pytest.raises(FileError) as caught:
        document.write(HEAD.encode(), made, SOURCE)
    reason = "the way this is written can't be changed by the program; write it as the format's documentation shows"
    assert str(caught.value) == f"{SOURCE}: a1, title: {reason}"


def test_a_name_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        create(tmp_path, Incident(Fields("a/b", "Outage")))
    assert str(caught.value) == f"{tmp_path}: 'a/b' can't be the name of a file; use letters, digits and hyphens"
    with pytest.raises(FileError) as caught:
        path_of(Places("", str(tmp_path), ""), "../b")
    assert str(caught.value) == "'../b': is not the id of an incident; see warroom list --all"
    with pytest.raises(FileError) as caught:
        path_of(Places("", str(tmp_path), ""), "b")
    assert str(caught.value) == f"{tmp_path}/b.toml: there is no such incident; see warroom list --all"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ": is empty; an editor may be saving it; else take it back from a copy"),
        ("format = 2\n", f":1: format: {NEWER}; it is open to read; update warroom to change it"),
    ],
)
def test_what_no_entry_can_be_added_to_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "incident.toml"
    path.write_text(text)
    with pytest.raises(FileError) as caught:
        append(path, {"id": "e1", "text": "one"})
    assert str(caught.value) == f"{path}{told}"


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    for path, what in ((str(tmp_path), "a directory"), (os.devnull, "a device")):
        with pytest.raises(FileError) as caught:
            disk.read(path)
        assert str(caught.value) == f"{path}: is {what}, not a file; name a regular file"


def test_a_disk_that_fails_is_told_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(new_file(tmp_path, entry("e1")))
    reason = "the disk reports an input/output error"
    with monkeypatch.context() as patch:
        patch.setattr(os, "read", refused(errno.EIO))
        with pytest.raises(FileError) as caught:
            disk.read(path)
        assert str(caught.value) == f"{path}: {reason}"
        assert str(read_head(path).error) == f"{path}: {reason}"
    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", refused(errno.EIO))
        with pytest.raises(FileError, match=f"^{tmp_path}: {reason}"):
            heads(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "flock", refused(errno.EIO))
        with pytest.raises(FileError, match=rf"^{tmp_path}/\.{Path(path).name}\.lease: {reason}"):
            Lease(path).try_acquire(NOW)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refused(errno.EIO))
        with pytest.raises(FileError, match=f"^{path}: {reason}"):
            recover_end(path, Path(path).read_bytes(), 10)
        with pytest.raises(FileError, match=f"^{tmp_path}.*: {reason}"):
            create(tmp_path, small(title="Another"))


def test_what_the_doctor_finds_is_a_fault_or_a_remark(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-21-outage.toml"

    def found(text: str) -> list[tuple[str, bool]]:
        path.write_text(text)
        return [(finding.text.removeprefix(f"{path}:"), finding.wrong) for finding in examine(path)]

    assert found(HEAD) == []
    unknown = "is not known to this program, which keeps it but does not read it"
    assert found(HEAD + 'colour = "red"\n') == [(f"4: colour: {unknown}", False)]
    mend = 'write id = "2026-11-21-outage", or rename the file'
    other = HEAD.replace("-outage", "-other")
    assert found(other) == [(f"2: id: 2026-11-21-other is not the name of the file; {mend}", False)]
    ((newer, wrong),) = found('format = 2\nid = "2026-11-21-outage"\ntitle = 3\n')
    assert (newer.partition(";")[0], wrong) == (f"1: format: {NEWER}", False)
    ((zone, wrong),) = found(HEAD + 'timezone = "Mars/Base"\n')
    assert (zone.startswith("4: timezone: "), "Mars/Base" in zone, wrong) == (True, True, True)


def test_a_torn_end_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-21-outage.toml"
    path.write_text(HEAD + '\n[[timeline]]\nid = "e1"\ntext = "one"\n\n[[timeline]]\nid = "e2"\nat = 2026')
    told = f"{path}:9: the last entry is torn, as by a crash; all before it is whole"
    assert examine(path) == [Finding(told, wrong=True, mendable=True)]


def test_what_the_doctor_did_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-21-outage.toml"
    block = '[[timeline]]\nid = "e1"\ntext = "{}"\n'
    path.write_text(HEAD + block.format("one") + block.format("another"))
    mend = CLASH.removesuffix(", or run warroom doctor")
    clash = f"{path}:7: timeline[2]: has the id e1 of line 4, but says something else; {mend}"
    assert examine(path) == [Finding(clash, wrong=True, mendable=True)]
    assert repair(path) == [f"{path}:7: the entry had the id of another one; it is e1-2 now"]
    keep(str(path), [change(Set("severity", "sev2"), stamp="c1")])
    waiting = f"{path}: changes wait in {Path(side_path(str(path))).name} for being merged"
    assert examine(path) == [Finding(waiting, wrong=True, mendable=True)]
