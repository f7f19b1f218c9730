"""The probing lease: one holder, free at once when it is killed, the gap known to the next."""

import os
import signal
from datetime import timedelta
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
    process.communicate(timeout=10)
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
