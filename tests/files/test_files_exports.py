"""Documents that were exported: written anew without asking, but never over what somebody else wrote or changed."""

import errno
import os
import stat
from pathlib import Path

import pytest

from warroom.files.errors import DiskError, FileError
from warroom.files.exports import is_foreign, is_stream, write


@pytest.fixture
def state(tmp_path: Path) -> str:
    return str(tmp_path / "state")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    return tmp_path / "postmortem.md"


def test_what_is_not_there_and_what_was_written_here_is_nobody_else_s(document: Path, state: str) -> None:
    assert not is_foreign(str(document), state)
    for text in (b"# One\n", b"# Two\n"):
        write(str(document), text, state)
        assert document.read_bytes() == text
        assert not is_foreign(str(document), state)


def test_what_somebody_wrote_or_changed_is_theirs(document: Path, state: str) -> None:
    document.write_bytes(b"# Mine\n")
    assert is_foreign(str(document), state)
    write(str(document), b"# One\n", state)
    document.write_bytes(b"# One\nand a thought\n")
    assert is_foreign(str(document), state)
    document.write_bytes(b"# One\n")
    assert not is_foreign(str(document), state), "the change was taken back"


def test_a_document_is_written_where_nothing_can_be_remembered_of_it(document: Path, state: str) -> None:
    Path(state).write_text("no directory")
    write(str(document), b"# One\n", state)
    assert document.read_bytes() == b"# One\n"
    assert is_foreign(str(document), state)


def test_each_document_is_remembered_by_itself(document: Path, state: str) -> None:
    other = document.with_name("other.md")
    write(str(document), b"# One\n", state)
    write(str(other), b"# Two\n", state)
    assert not is_foreign(str(document), state)
    other.write_bytes(b"# One\n")
    assert is_foreign(str(other), state), "another document holds these words"
    assert is_foreign(str(document), f"{state}-of-somebody-else")


def test_what_can_not_be_read_is_not_ours(document: Path, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(str(document), b"# One\n", state)

    def refusing(*_: object) -> None:
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("builtins.open", refusing)
    assert is_foreign(str(document), state)


def test_a_link_is_followed_and_the_home_directory_has_its_short_name(
    tmp_path: Path, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    link = tmp_path / "link.md"
    link.symlink_to(tmp_path / "real.md")
    write("~/link.md", b"# One\n", state)
    assert link.is_symlink()
    assert (tmp_path / "real.md").read_bytes() == b"# One\n"
    assert not is_foreign(str(tmp_path / "real.md"), state)


def test_a_directory_is_no_document(tmp_path: Path, state: str) -> None:
    with pytest.raises(FileError, match=f"{tmp_path}: it is a directory; name a file in it"):
        write(str(tmp_path), b"# One\n", state)
    assert not is_foreign(str(tmp_path), state)
    assert not Path(state).exists()


def test_a_device_is_written_to_and_stays_one(tmp_path: Path, state: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(str(pipe), b"# One\n", state)
        assert os.read(reader, 100) == b"# One\n"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert is_stream(str(pipe))
    assert not is_foreign(str(pipe), state)
    assert not Path(state).exists()


def test_a_link_that_leads_in_a_circle_is_named(tmp_path: Path, state: str) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to("circle")
    with pytest.raises(FileError, match="it is a symbolic link that leads in a circle; name another file"):
        write(str(circle), b"# One\n", state)
    assert circle.is_symlink()
    assert [is_stream(str(found)) for found in (circle, tmp_path, tmp_path / "none")] == [False, False, False]


def test_what_is_remembered_is_for_its_owner_alone(document: Path, state: str) -> None:
    write(str(document), b"# One\n", state)
    folder = Path(state) / "exports"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(found.stat().st_mode) for found in folder.iterdir()] == [0o600]


def test_a_full_disk_leaves_the_document_as_it_was(document: Path, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(str(document), b"# One\n", state)

    def refusing(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refusing)
    with pytest.raises(DiskError, match=f"{document}: the disk is full; free some space"):
        write(str(document), b"# Two\n", state)
    assert document.read_bytes() == b"# One\n"
    assert not is_foreign(str(document), state)
