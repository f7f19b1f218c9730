"""A person's own editor: what it leaves is taken over, and where it fails nothing is lost."""

import errno
import os
import re
import stat
from pathlib import Path

import pytest

from warroom.shell import ShellError, edit, editor_command


def own_editor(folder: Path, script: str) -> dict[str, str]:
    path = folder / "own editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {"EDITOR": f"'{path}'"}


def kept_in(error: pytest.ExceptionInfo[ShellError]) -> Path:
    found = re.search(r"kept in (\S+)$", str(error.value))
    assert found, str(error.value)
    return Path(found[1])


def test_what_the_editor_leaves_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    environ = own_editor(tmp_path, 'printf "more\\n" >> "$1"')
    assert edit("# Täglich\n", environ) == "# Täglich\nmore\n"
    assert [path.name for path in tmp_path.iterdir()] == ["own editor"]


@pytest.mark.parametrize("script", ['printf more >> "$1"; exit 3', 'printf "more\\377" >> "$1"', "kill -INT $$"])
def test_where_the_editor_fails_nothing_is_taken_over_and_the_text_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ShellError) as error:
        edit("before", own_editor(tmp_path, script))
    kept = kept_in(error)
    assert kept.read_bytes().startswith(b"before")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_an_editor_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ShellError, match=r"no-such-editor could not be started: No such file.*; set EDITOR"):
        edit("before", {"EDITOR": "no-such-editor --wait"})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ('rm "$1"', "left nothing to take over"),
        ('rm "$1"; mkdir "$1"', "left nothing to take over"),
        (': > "$1"', "left an empty text, nothing was taken over"),
        ('head -c 4194305 /dev/zero | tr "\\0" x > "$1"', "left more than 4 MiB, nothing was taken over"),
        ("kill -KILL $$", "was ended by signal 9, nothing was taken over"),
    ],
)
def test_what_comes_back_empty_or_not_at_all_is_no_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ShellError, match=why):
        edit("before", own_editor(tmp_path, script))


def test_the_editor_is_visual_then_editor_then_one_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert editor_command({"VISUAL": "code --wait", "EDITOR": "vim"}) == ["code", "--wait"]
    assert editor_command({"VISUAL": "", "EDITOR": "vim -u none"}) == ["vim", "-u", "none"]
    monkeypatch.setattr("shutil.which", lambda name: name if name == "nano" else None)
    assert editor_command({}) == ["nano"]
    with pytest.raises(ShellError, match="EDITOR can't be understood: No closing quotation"):
        editor_command({"EDITOR": "vim 'x"})
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(ShellError, match="set EDITOR"):
        editor_command({})


def test_without_room_for_a_temporary_file_the_mend_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with pytest.raises(ShellError, match=r"no temporary file for the editor: .*; make room, or point TMPDIR to"):
        edit("before", own_editor(tmp_path, "true"))


def test_a_temporary_file_that_can_not_be_filled_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int, *_: object, **__: object) -> None:
        os.close(handle)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    environ = own_editor(tmp_path, "true")
    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(ShellError, match="No space left on device; make room"):
        edit("before", environ)
    assert [path.name for path in tmp_path.iterdir()] == ["own editor"]
