"""After a crash or a broken hand edit: torn ends are set aside, side files merged; nothing is deleted."""

import os

from warroom.files import disk, journal, tail
from warroom.files.append import set_aside
from warroom.files.document import Document
from warroom.files.errors import FileError
from warroom.files.lock import Lock
from warroom.incident.changes import Change

_TRIES = 20


def whole_length(data: bytes, source: str) -> int:
    """How many bytes of a file are whole, as `tail.whole_length` has it."""
    return tail.whole_length(lambda start, end: data[start:end], len(data), source)


def torn_notice(path: str, kept: str) -> str:
    """What a person is told of a torn end."""
    return f"{path}: the end was torn by a crash; it is set aside in {kept}, all before it is in order"


def recover_end(path: str, data: bytes, length: int) -> str:
    """Sets the torn end of a file aside and cuts it off; the side file. The caller holds the lock. DiskError."""
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


def merge_side_file(path: str, lock: Lock) -> list[str]:
    """Takes the changes of a side file into the incident file, under its lock. A notice for each outcome.

    Changes that the file can't take in stay in the side file; the others are kept in a numbered file too. FileError
    where the file itself can't be read.
    """
    if not has_side_file(path):
        return []
    kept = journal.kept(path)
    for _ in range(_TRIES):
        data, seen = disk.read(path)
        document = Document(data, path)
        left, reasons = [], []
        for item in kept:
            reason = item.reason if item.change is None else _refusal(document, item.change)
            if reason:
                left.append(item)
                reasons.append(reason)
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
        told = f"{path}: {merged} change{'s' * (merged != 1)} merged from {os.path.basename(disk.side_path(path))}"
        return [told, *reasons]
    raise FileError(path, "is changed by another program again and again")


def _refusal(document: Document, change: Change) -> str:
    """Makes a change in the document; "" or why it could not be made."""
    try:
        document.apply(change)
    except FileError as error:
        return str(error)
    return ""
