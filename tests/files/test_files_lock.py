"""The lock on an incident file: how long somebody waits for it, what is told when that was in vain, what is left."""

import errno
import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest

from warroom.files import lock as lock_module
from warroom.files.errors import BusyError, DiskError
from warroom.files.lock import Lock, lock_path


class Clock:
    """Stands in for the module `time`: a pause passes at once, and is remembered."""

    def __init__(self, meanwhile: Callable[[int], object] = lambda _: None) -> None:
        self.now, self.pauses, self._meanwhile = 0.0, list[float](), meanwhile

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)
        self._meanwhile(len(self.pauses))


def opened() -> int:
    """How many descriptors this process has."""
    return len(list(Path("/dev/fd").iterdir()))


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "incident.toml")


def test_a_lock_that_is_free_soon_is_waited_for(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Lock(path).__enter__()
    clock = Clock(lambda pauses: first.__exit__() if pauses == 3 else None)
    monkeypatch.setattr(lock_module, "time", clock)
    with Lock(path):
        assert clock.pauses == [0.0005, 0.001, 0.002]


def test_a_lock_that_stays_is_given_up_in_time(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    with Lock(path):
        monkeypatch.setattr(lock_module, "time", clock)
        with pytest.raises(BusyError) as told:
            Lock(path, wait=0.05).__enter__()
    mend = "end the program that hangs, then try again"
    assert str(told.value) == f"{path}: another program has held its lock for 0.05 s; {mend}"
    assert 0.05 <= clock.now < 0.06
    assert max(clock.pauses) == 0.01


def test_whoever_waits_behind_others_that_write_waits_on(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a program that hangs which is told of, and not that many log at once."""
    file = Path(path)

    def meanwhile(_: int) -> None:
        if clock.now < 0.2:
            file.write_bytes(file.read_bytes() + b"x" if file.exists() else b"")

    clock = Clock(meanwhile)
    with Lock(path):
        monkeypatch.setattr(lock_module, "time", clock)
        with pytest.raises(BusyError, match=r"has held its lock for 0\.05 s"):
            Lock(path, wait=0.05).__enter__()
    assert 0.24 < clock.now < 0.27


def test_a_disk_that_knows_no_locks_is_named_and_nothing_stays_open(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    before = opened()
    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(DiskError) as told:
        Lock(path).__enter__()
    assert str(told.value) == f"{lock_path(path)}: No locks available"
    assert opened() == before
