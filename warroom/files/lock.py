"""One writer at a time: flock on a hidden file beside the incident file, which is itself replaced and so no lock."""

import fcntl
import os
import time
from zlib import crc32

from warroom.files.disk import disk_error, new_mode, open_regular
from warroom.files.errors import BusyError

WAIT_SECONDS = 10.0
_MARKS = 16
"""So many heads are remembered: a reader may come when the next one is written already."""
_MARKS_BYTES = _MARKS * 9


def lock_path(path: str) -> str:
    directory, name = os.path.split(path)
    return os.path.join(directory, f".{name}.lock")


def _mark(head: bytes) -> bytes:
    return f"{crc32(head):08x}\n".encode()


def is_remembered(path: str, head: bytes) -> bool:
    """Whether the head of the file at `path` is one that this program wrote lately."""
    try:
        with open(lock_path(path), "rb") as file:
            return _mark(head) in file.read().splitlines(keepends=True)
    except OSError:
        return False


class Lock:
    """A context in which no other process or thread writes to `path`. DiskError.

    BusyError after `wait` seconds in which nobody wrote either: whoever waits behind many who log, waits on.
    """

    def __init__(self, path: str, wait: float = WAIT_SECONDS) -> None:
        self._path, self._wait, self._descriptor = path, wait, -1

    def __enter__(self) -> "Lock":  # noqa: PYI034 - typing would cost an import
        deadline = time.monotonic() + self._wait
        pause = 0.0005
        seen: tuple[int, ...] = ()
        while True:
            descriptor = self._open()
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._is_current(descriptor):
                    self._descriptor = descriptor
                    return self
            except BlockingIOError:
                pass  # somebody has it: the deadline below decides
            except OSError as error:
                os.close(descriptor)
                raise disk_error(lock_path(self._path), error) from None
            os.close(descriptor)
            if seen != (now := self._written()):
                seen, deadline = now, time.monotonic() + self._wait
            if time.monotonic() >= deadline:
                reason = f"another program has held its lock for {self._wait:g} s"
                raise BusyError(self._path, reason, mend="end the program that hangs, then try again")
            time.sleep(pause)
            pause = min(pause * 2, 0.01)

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)
        self._descriptor = -1

    def remember(self, head: bytes) -> None:
        """Leaves a mark of the head that this program writes, by which others tell it from a hand edit."""
        try:
            known = os.pread(self._descriptor, _MARKS_BYTES, 0).splitlines(keepends=True)
            marks = b"".join([_mark(head), *known][:_MARKS])
            os.pwrite(self._descriptor, marks, 0)
            os.ftruncate(self._descriptor, len(marks))
        except OSError:
            return  # the lock belongs to somebody else: then a change shows up as one by hand, which loses nothing

    def _written(self) -> tuple[int, ...]:
        """What differs after somebody wrote to the file."""
        try:
            found = os.stat(self._path)
        except OSError:
            return ()  # it is gone, or not there yet
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _open(self) -> int:
        name = lock_path(self._path)
        try:
            mode = new_mode(os.path.dirname(name))
            return os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode)
        except OSError as error:
            if isinstance(error, PermissionError) and os.path.lexists(name):
                return open_regular(name, os.O_RDONLY)  # made by somebody else; flock needs no right to write
            raise disk_error(self._path, error) from None

    def _is_current(self, descriptor: int) -> bool:
        """Whether the locked file is still the one at that name, not one that was deleted meanwhile."""
        try:
            at_name = os.stat(lock_path(self._path), follow_symlinks=False)
        except OSError:
            return False
        return os.path.samestat(at_name, os.fstat(descriptor))
