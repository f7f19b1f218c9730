"""When the program itself is at fault."""

import stat
from pathlib import Path

import pytest
from driver import START, open_room

from warroom.incident.model import Fields, Incident
from warroom.tui.crash import keep_crash

SECRET = "hunter2"  # a value that must not be told


def _fails() -> BaseException:
    password = SECRET
    try:
        raise ValueError(f"no \x1b[2Jgood {len(password)}")
    except ValueError as error:
        return error


def test_a_crash_is_told_in_one_line_and_kept_without_the_values_of_variables(tmp_path: Path) -> None:
    told = keep_crash(str(tmp_path / "state"), _fails(), START)
    kept = tmp_path / "state" / "crash.log"
    assert told == f"ValueError: no ␛[2Jgood 7; details in {kept}"
    text = kept.read_text()
    assert "in _fails" in text
    assert SECRET not in text
    assert "\x1b" not in text
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_secret_in_the_words_of_an_error_is_not_kept(tmp_path: Path) -> None:
    told = keep_crash(
        str(tmp_path), ValueError(f"can't reach https://ana:{SECRET}@api.internal/?token={SECRET}"), START
    )
    assert "api.internal" in told
    assert SECRET not in told
    assert SECRET not in (tmp_path / "crash.log").read_text()


def test_a_crash_that_can_not_be_kept_says_so(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    assert "and no details" in keep_crash(str(tmp_path / "state"), _fails(), START)


async def test_the_line_of_a_crash_is_whole_however_narrow_the_terminal_is(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with open_room(tmp_path) as room:
        try:
            raise ValueError("words " * 12)
        except ValueError:
            room.app._fatal_error()
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("warroom: stopped by an error of its own: ValueError: words")
    assert f"details in {tmp_path / 'state' / 'crash.log'}; what was shown as logged is on disk" in line


async def test_a_worker_that_fails_is_said_and_the_room_goes_on(tmp_path: Path) -> None:
    async def failing() -> None:
        raise RuntimeError("the sensor burned out")

    async with open_room(tmp_path, Incident(Fields(id="2026-11-21-x", title="x"))) as room:
        room.app.run_worker(failing(), group="lookout", exit_on_error=False)
        await room.until(lambda: "no longer observed: RuntimeError: the sensor burned out" in room.said)
        await room.log("entry.note", "still here")
        await room.saved()
        assert room.logged == [("note", "still here")]
