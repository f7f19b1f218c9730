"""One entry onto the end of an incident file: one write, one fsync, however long the file. Light: stdlib and tomli."""

import errno
import os
import re
from collections.abc import Mapping

from warroom.files import tail
from warroom.files.block import block
from warroom.files.disk import (
    Signature,
    disk_error,
    new_mode,
    open_regular,
    signature_of,
    sync_directory,
    write_all,
)
from warroom.files.errors import BrokenFileError, FileError, GoneError, NewerFormatError
from warroom.files.lock import Lock

_NEWEST_FORMAT = 1
_FORMAT = re.compile(rb"^(?:\xef\xbb\xbf)?format[ \t]*=[ \t]*([0-9]{1,9})[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_ANY_HEADER = re.compile(rb"^[ \t]*\[", re.MULTILINE)
_HEAD_BYTES = 4096
_REPLACED_TRIES = 20


class Appended:
    """Where the new bytes stand, the file's signature after them, and where a torn end was set aside ("" if none)."""

    __slots__ = ("end", "set_aside", "signature", "start")

    def __init__(self, start: int, end: int, signature: Signature, set_aside: str) -> None:
        self.start, self.end, self.signature, self.set_aside = start, end, signature, set_aside


class InlineTimelineError(BrokenFileError):
    """The head holds `timeline = []`, so that no block may follow before a rewrite has taken it out."""


def append(path: str | os.PathLike[str], fields: Mapping[str, object]) -> str:
    """Logs one entry, on disk when this returns; FileError, with nothing written, when it can't be.

    Returns the side file into which the torn end of an earlier crash was set aside, "" where there was none.
    """
    name = os.fspath(path)
    data = block(fields)
    with Lock(name):
        try:
            return append_locked(name, data).set_aside
        except InlineTimelineError:
            from warroom.files.document import append_by_rewrite

            append_by_rewrite(name, data)
            return ""


def append_locked(path: str, data: bytes) -> Appended:
    """Appends whole blocks; the caller holds the lock. All of `data` is on disk on return, or nothing of it."""
    for _ in range(_REPLACED_TRIES):
        descriptor = open_regular(path, os.O_RDWR | os.O_APPEND)
        try:
            check_format(os.pread(descriptor, _HEAD_BYTES, 0), path)
            start, set_aside = _whole_end(descriptor, path)
            _write_or_undo(descriptor, start, data)
            after = os.fstat(descriptor)
            if _stands_at(path, after):
                return Appended(after.st_size - len(data), after.st_size, signature_of(after), set_aside)
        except OSError as error:
            raise disk_error(path, error) from None
        finally:
            os.close(descriptor)
        # An editor put another file in this place between open and write: what was written went with the old one.
    raise GoneError(path, "is replaced by another program again and again")


def check_format(head: bytes, source: str) -> None:
    """NewerFormatError where the first bytes of a file name a format that this program does not write."""
    tables = _ANY_HEADER.search(head, 0, _HEAD_BYTES)
    found = _FORMAT.search(head, 0, tables.start() if tables else _HEAD_BYTES)
    if found and int(found[1]) > _NEWEST_FORMAT:
        line = head.count(b"\n", 0, found.start()) + 1
        raise newer_format(source, int(found[1]), line)


def newer_format(source: str, number: int, line: int) -> NewerFormatError:
    reason = f"format {number} is newer than {_NEWEST_FORMAT}, the newest this program writes"
    mend = "it is open to read; update warroom to change it"
    return NewerFormatError(source, reason, line=line, key="format", mend=mend)


def _whole_end(descriptor: int, path: str) -> tuple[int, str]:
    """The size of the file after a torn end, if it has one, was set aside; and the side file."""
    size = os.fstat(descriptor).st_size
    if size == 0:
        raise BrokenFileError(path, "is empty", mend="an editor may be saving it; else take it back from a copy")

    def read(start: int, end: int) -> bytes:
        return read_range(descriptor, start, end)

    length = tail.whole_length(read, size, path)
    _refuse_inline_timeline(read, length, path)
    if length == size:
        return size, ""
    kept = set_aside(path, read(length, size))
    os.ftruncate(descriptor, length)
    os.fsync(descriptor)
    return length, kept


def read_range(descriptor: int, start: int, end: int) -> bytes:
    parts = []
    while start < end and (part := os.pread(descriptor, end - start, start)):
        parts.append(part)
        start += len(part)
    return b"".join(parts)


def _refuse_inline_timeline(read: tail.Read, size: int, path: str) -> None:
    # A file with a block can't have an inline timeline too, so that only short files are looked at here.
    if size > _HEAD_BYTES and tail.HEADER.search(read(size - _HEAD_BYTES, size), 1):
        return
    head = read(0, size)
    if b"timeline" not in head or tail.last_header(head) >= 0:
        return
    if isinstance((tail.parsed(head) or {}).get("timeline"), list):
        raise InlineTimelineError(path, "the timeline is written as a list in the head", key="timeline")


def _write_or_undo(descriptor: int, start: int, data: bytes) -> None:
    try:
        written = os.write(descriptor, data)
        if written < len(data):
            write_all(descriptor, data[written:])
        os.fsync(descriptor)
    except OSError:
        _take_back(descriptor, start, data)
        raise


def _take_back(descriptor: int, start: int, data: bytes) -> None:
    """Cuts off what a failed write has left, unless somebody else has written behind it."""
    left = os.fstat(descriptor).st_size - start
    if 0 < left <= len(data) and data.startswith(read_range(descriptor, start, start + left)):
        os.ftruncate(descriptor, start)


def _stands_at(path: str, written: os.stat_result) -> bool:
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError:
        return False
    return os.path.samestat(found, written)


def set_aside(path: str, data: bytes, suffix: str = "torn") -> str:
    """Keeps bytes that are no part of the incident in a new file beside it; its path. OSError."""
    directory = os.path.dirname(path)
    number = 1
    while True:
        name = f"{path}.{suffix}" + (f"-{number}" if number > 1 else "")
        try:
            descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, new_mode(directory))
        except FileExistsError:
            if _holds(name, data):
                return name
            number += 1
            continue
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
        except OSError as error:
            os.unlink(name)
            raise OSError(error.errno or errno.EIO, error.strerror) from None
        finally:
            os.close(descriptor)
        sync_directory(directory)
        return name


def _holds(name: str, data: bytes) -> bool:
    """Whether a crash after an earlier setting aside has left exactly these bytes there."""
    try:
        descriptor = open_regular(name, os.O_RDONLY)
    except FileError:
        return False
    try:
        return read_range(descriptor, 0, len(data) + 1) == data
    finally:
        os.close(descriptor)
