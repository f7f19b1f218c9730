"""After a crash or a broken hand edit: torn ends are set aside, side files merged; nothing is deleted."""

import os
from collections.abc import MutableMapping, Sequence

from warroom.files import disk, journal, tail
from warroom.files.append import check_format, set_aside
from warroom.files.conflicts import conflict_notice, without_conflicts
from warroom.files.document import Document
from warroom.files.errors import FileError, NewerFormatError
from warroom.files.lock import Lock
from warroom.files.messages import Conflict, Notice
from warroom.incident.changes import Change

_TRIES = 20


def read_only(data: bytes, source: str) -> str:
    """Why a file may be read and not changed, one line: it is of a newer format; "" where it may be changed."""
    try:
        check_format(data, source)
    except NewerFormatError as error:
        return str(error)
    return ""


def whole_length(data: bytes, source: str) -> int:
    """How many bytes of a file are whole, as `tail.whole_length` has it.

    What an entry of a newer format ends with is not known here: of such a file all is whole that is TOML.
    """
    if read_only(data, source) and tail.parsed(data) is not None:
        return len(data)
    return tail.whole_length(lambda start, end: data[start:end], len(data), source)


def torn_notice(path: str, kept: str) -> str:
    """What a person is told of a torn end."""
    return f"{path}: the end was torn by a crash; it is set aside in {kept}, all before it is in order"


def recover_end(path: str, data: bytes, length: int) -> str:
    """Sets the torn end of a file aside and cuts it off; the side file. The caller holds the lock.

    DiskError, and NewerFormatError for a file that must not be changed.
    """
    check_format(data, path)
    try:
        kept = set_aside(path, data[length:])
        descriptor = disk.open_regular(path, os.O_RDWR)
        try:
            if os.fstat(descriptor).st_size == len(data):
                os.ftruncate(descriptor, length)
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise disk.disk_error(path, error) from None
    return kept


def has_side_file(path: str) -> bool:
    """Whether changes wait beside the incident file for being merged."""
    return os.path.lexists(disk.side_path(path))


def merge_side_file(
    path: str, lock: Lock, conflicts: MutableMapping[str, str] | None = None
) -> list[Notice | Conflict]:
    """Takes the changes of a side file into the incident file, under its lock; what came of it.

    Changes that the file can't take in stay in the side file; the others are kept in a numbered file too. What is
    not as it was when it was changed stands as the file has it; `conflicts` names the file of each text that keeps the
    other one. FileError where the file itself can't be read.
    """
    if not has_side_file(path):
        return []
    kept, found = journal.kept(path), {} if conflicts is None else conflicts
    for _ in range(_TRIES):
        data, seen = disk.read(path)
        if read_only(data, path):
            return []
        document = Document(data, path)
        left, told = [], list[Notice | Conflict]()
        for item in kept:
            reason = item.reason
            if item.change is not None:
                change, lost = without_conflicts(path, item.change, item.was, document.says, found)
                told += lost
                reason = _refusal(document, change)
            if reason:
                left.append(item)
                told.append(Notice(reason))
        merged = len(kept) - len(left)
        if merged == 0 and left:
            return []
        try:
            if document.changed:
                lock.remember(document.head)
                disk.replace(path, document.parts, seen)
        except disk.ChangedMeanwhileError:
            continue
        journal.replace_kept(path, left)
        side = os.path.basename(disk.side_path(path))
        return [Notice(f"{path}: {merged} change{'s' * (merged != 1)} merged from {side}"), *told]
    raise FileError(path, "is changed by another program again and again")


def notices(path: str, merged: Sequence[Notice | Conflict]) -> list[str]:
    """What came of merging, in lines."""
    return [found.text if isinstance(found, Notice) else conflict_notice(path, found) for found in merged]


def _refusal(document: Document, change: Change) -> str:
    """Makes a change in the document; "" or why it could not be made."""
    try:
        document.apply(change)
    except FileError as error:
        return str(error)
    return ""
