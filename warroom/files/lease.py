"""Who probes for an incident: one war room of several holds the lease, and a killed one loses it at once.

The lease is an flock on a hidden file beside the incident file. The file also says who holds it and when the holder
was last seen watching, so that the next one knows the gap in which nobody was.
"""

import fcntl
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import tomli

from warroom.files import disk
from warroom.files.block import value


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds or held the lease; `seen` is when it last said that it was watching."""

    by: str
    pid: int
    since: datetime
    seen: datetime


def lease_path(path: str) -> str:
    directory, name = os.path.split(path)
    return os.path.join(directory, f".{name}.lease")


class Lease:
    """The right to probe for the incident at `path`. `by` is the author that others are shown."""

    def __init__(self, path: str | os.PathLike[str], by: str = "") -> None:
        self._path = lease_path(os.fspath(path))
        self._by = by
        self._descriptor = -1
        self._since: datetime | None = None
        self.previous: Holder | None = None
        """The last holder before us, once the lease is ours; None where there was none."""

    @property
    def held(self) -> bool:
        return self._descriptor >= 0

    def try_acquire(self, now: datetime) -> bool:
        """Takes the lease if nobody has it; True where it is ours. DiskError where the file can't be made."""
        if self.held:
            return True
        try:
            descriptor = self._open(os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise disk.disk_error(self._path, error) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError):
                return False
            raise disk.disk_error(self._path, error) from None
        self._descriptor, self._since = descriptor, now
        self.previous = _holder(os.pread(descriptor, 4096, 0))
        self.seen(now)
        return True

    def seen(self, now: datetime) -> None:
        """Notes that we are watching at `now`; to be called about once an interval. DiskError."""
        if not self.held or self._since is None:
            return
        told = {"by": self._by, "pid": os.getpid(), "since": self._since, "seen": now}
        data = "".join(f"{name} = {value(item)}\n" for name, item in told.items()).encode()
        try:
            os.pwrite(self._descriptor, data, 0)
            os.ftruncate(self._descriptor, len(data))
        except OSError as error:
            raise disk.disk_error(self._path, error) from None

    def gap(self, now: datetime) -> tuple[datetime, datetime] | None:
        """From when the last holder was last seen until `now`: what nobody watched. None without a last holder."""
        return None if self.previous is None or self.previous.seen >= now else (self.previous.seen, now)

    def release(self) -> None:
        """Gives the lease back; the file stays, with when we were last seen."""
        if self.held:
            os.close(self._descriptor)
            self._descriptor, self._since = -1, None

    def holder(self) -> Holder | None:
        """Who holds the lease now, be it we or another; None where nobody does. FileError."""
        try:
            descriptor = self._open(os.O_RDONLY)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise disk.disk_error(self._path, error) from None
        try:
            found = _holder(os.pread(descriptor, 4096, 0))
            if self.held:
                return found
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return found
        finally:
            os.close(descriptor)
        return None

    def _open(self, flags: int) -> int:
        mode = disk.new_mode(os.path.dirname(self._path))
        return os.open(self._path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode)


def _holder(data: bytes) -> Holder | None:
    """What a lease file says; None where it is new, or torn by a crash of the one who wrote it."""
    try:
        told: dict[str, Any] = tomli.loads(data.decode())
    except ValueError:
        return None
    by, pid, since, seen = (told.get(name) for name in ("by", "pid", "since", "seen"))
    if not (
        isinstance(by, str) and isinstance(pid, int) and isinstance(since, datetime) and isinstance(seen, datetime)
    ):
        return None
    if since.tzinfo is None or seen.tzinfo is None:
        return None
    return Holder(by, pid, since.astimezone(UTC), seen.astimezone(UTC))
