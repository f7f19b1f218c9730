"""The probing lease: one holder, free at once when it is killed, the gap known to the next."""

import errno
import os
import re
import signal
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from filekit import NOW, entry, new_file, python
from warroom.files.errors import FileError
from warroom.files.lease import Lease, lease_path

HOLDER = """
import sys, time
from datetime import datetime
from warroom.files.lease import Lease
lease = Lease(sys.argv[1], "ana")
print(lease.try_acquire(datetime.fromisoformat(sys.argv[2])), flush=True)
lease.seen(datetime.fromisoformat(sys.argv[3]))
print("seen", flush=True)
sys.stdin.read()
"""


def test_one_holds_it_and_the_other_sees_who(tmp_path: Path) -> None:
    path = new_file(tmp_path, entry("e1"))
    one, other = Lease(path, "ana"), Lease(path, "ben")
    assert one.holder() is None
    assert one.try_acquire(NOW)
    assert one.try_acquire(NOW), "twice is once"
    assert not other.try_acquire(NOW)
    holder = other.holder()
    assert holder is not None
    assert (holder.by, holder.pid, holder.since) == ("ana", os.getpid(), NOW)
    assert one.holder() == holder
    one.release()
    assert not one.held
    assert other.holder() is None
    assert other.try_acquire(NOW + timedelta(seconds=2))


def test_a_killed_holder_frees_it_at_once_and_leaves_the_gap(tmp_path: Path) -> None:
    path = new_file(tmp_path, entry("e1"))
    last = NOW + timedelta(seconds=30)
    process = python(HOLDER, str(path), NOW.isoformat(), last.isoformat())
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    assert process.stdout.readline() == "seen\n"
    lease = Lease(path, "ben")
    now = NOW + timedelta(seconds=75)
    assert not lease.try_acquire(now)
    assert lease.gap(now) is None
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert lease.holder() is None
    assert lease.try_acquire(now)
    assert lease.previous is not None
    assert (lease.previous.by, lease.previous.pid) == ("ana", process.pid)
    assert lease.gap(now) == (last, now)


def test_there_is_no_gap_without_a_holder_before(tmp_path: Path) -> None:
    path = new_file(tmp_path, entry("e1"))
    lease = Lease(path)
    assert lease.try_acquire(NOW)
    assert lease.gap(NOW) is None
    lease.release()
    again = Lease(path)
    assert again.try_acquire(NOW)
    assert again.gap(NOW) is None, "the last holder was watching until now"


@pytest.mark.parametrize(
    "data", [b"", b"by = ", b"\xff\0", b'by = 1\npid = "x"\n', b'by = "a"\npid = 1\nsince = 1\nseen = 2\n']
)
def test_a_torn_lease_file_is_taken_as_new(tmp_path: Path, data: bytes) -> None:
    path = new_file(tmp_path, entry("e1"))
    Path(lease_path(str(path))).write_bytes(data)
    lease = Lease(path)
    assert lease.try_acquire(NOW)
    assert lease.previous is None
    found = lease.holder()
    assert found is not None
    assert found.seen == NOW


def test_a_lease_that_can_not_be_taken_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is not there"):
        Lease(tmp_path / "gone" / "x.toml").try_acquire(NOW)
    path = new_file(tmp_path, entry("e1"))
    Path(lease_path(str(path))).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileError):
        Lease(path).try_acquire(NOW)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("act", ["try_acquire", "holder"])
def test_what_stands_in_place_of_a_lease_is_named(tmp_path: Path, act: str) -> None:
    path = new_file(tmp_path, entry("e1"))
    target = tmp_path / "elsewhere"
    target.write_text("")
    Path(lease_path(str(path))).symlink_to(target)
    with pytest.raises(FileError, match=re.escape(lease_path(str(path)))):
        Lease(path, "ana").holder() if act == "holder" else Lease(path, "ana").try_acquire(NOW)


def test_a_lease_that_can_no_longer_be_written_names_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = new_file(tmp_path, entry("e1"))
    lease = Lease(path, "ana")
    assert lease.try_acquire(NOW)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(FileError, match=re.escape(lease_path(str(path)))):
        lease.seen(NOW)


def test_the_lease_keeps_moments_whatever_zone_they_were_told_in(tmp_path: Path) -> None:
    path = new_file(tmp_path, entry("e1"))
    east = timezone(timedelta(hours=9))
    Path(lease_path(str(path))).write_text(
        'by = "ana"\npid = 7\nsince = 2026-11-22T04:46:00+09:00\nseen = 2026-11-22T04:47:00+09:00\n'
    )
    lease = Lease(path, "ben")
    assert lease.try_acquire(NOW)
    assert lease.previous is not None
    assert lease.previous.since == datetime(2026, 11, 22, 4, 46, tzinfo=east)
    assert (lease.previous.since.tzinfo, lease.previous.seen.tzinfo) == (UTC, UTC)


@pytest.mark.parametrize("line", ["since = 2026-11-22T04:46:00", "seen = 2026-11-22T04:46:00", "seen = 7", "by = 7"])
def test_a_holder_that_does_not_say_all_is_none(tmp_path: Path, line: str) -> None:
    told = {"by": '"ana"', "pid": "7", "since": "2026-11-21T19:46:00Z", "seen": "2026-11-21T19:47:00Z"}
    name, _, value = line.partition(" = ")
    path = new_file(tmp_path, entry("e1"))
    text = "".join(f"{key} = {said}\n" for key, said in {**told, name: value}.items())
    Path(lease_path(str(path))).write_text(text)
    lease = Lease(path, "ben")
    assert lease.try_acquire(NOW)
    assert lease.previous is None
