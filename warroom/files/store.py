"""One incident file for a program that reads it, makes a change and ends: load, commit, create."""

import errno
import os
from dataclasses import replace
from pathlib import Path

from warroom.files import disk
from warroom.files.append import InlineTimelineError, append_locked
from warroom.files.codec import decode, encode, entry_block
from warroom.files.document import Document
from warroom.files.errors import DiskError, FileError, RefusedPathError
from warroom.files.lock import Lock
from warroom.files.places import is_id
from warroom.files.recover import (
    has_side_file,
    merge_side_file,
    notices,
    read_only,
    recover_end,
    torn_notice,
    whole_length,
)
from warroom.files.spans import head_end
from warroom.incident.changes import Add, Change
from warroom.incident.model import Incident

_TRIES = 20


class Store:
    """The file at `path`. Each call stands alone: nothing is held open between them."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self.notices: list[str] = []
        """What a person should be told of the last calls, a line each: a torn end that was set aside."""
        self._known: frozenset[str] = frozenset()

    def load(self) -> Incident:
        """The incident, without the torn end that a crash may have left: that goes into a side file. FileError."""
        incident = decode(self.read(), self.path)
        self._known = frozenset(entry.id for entry in incident.entries)
        return incident

    def head(self) -> Incident:
        """The incident without its entries, for a first look at a long file. FileError."""
        data, _ = disk.read(self.path)
        return decode(data[: head_end(data)], self.path)

    def read(self) -> bytes:
        """The whole bytes of the file, recovered where its end is torn, with a side file merged.

        A file of a newer format is left as it is; a notice says so.
        """
        data, _ = disk.read(self.path)
        if newer := read_only(data, self.path):
            self.notices.append(newer)
            return self._without_torn_end("it is of a newer format")
        if whole_length(data, self.path) == len(data) and not has_side_file(self.path):
            return data
        try:
            with Lock(self.path) as lock:  # the torn end may be another process in the middle of its append
                return self._recovered(lock)
        except DiskError as error:
            return self._without_torn_end(error.reason)

    def _without_torn_end(self, reason: str) -> bytes:
        """What is whole of a file in which nothing can be set aside."""
        data, _ = disk.read(self.path)
        length = whole_length(data, self.path)
        if length < len(data):
            self.notices.append(f"{self.path}: the end is torn and can't be set aside ({reason}); read without it")
        return data[:length]

    def _recovered(self, lock: Lock) -> bytes:
        data, _ = disk.read(self.path)
        length = whole_length(data, self.path)
        if length < len(data):
            self.notices.append(torn_notice(self.path, recover_end(self.path, data, length)))
        if has_side_file(self.path):
            self.notices += notices(self.path, merge_side_file(self.path, lock))
            data, _ = disk.read(self.path)
            return data
        return data[:length]

    def commit(self, change: Change) -> None:
        """Makes a change durable: an append where it only adds, else one atomic rewrite. FileError, nothing written."""
        with Lock(self.path) as lock:
            self._commit(change, lock)
        self._known |= {edit.entry.id for edit in change.edits if isinstance(edit, Add)}

    def _commit(self, change: Change, lock: Lock) -> None:
        if change.only_adds:
            new = [edit.entry for edit in change.edits if isinstance(edit, Add) and edit.entry.id not in self._known]
            if not new:
                return
            try:
                done = append_locked(self.path, b"".join(entry_block(entry) for entry in new))
            except InlineTimelineError:
                pass  # a rewrite takes the list out of the head
            else:
                if done.set_aside:
                    self.notices.append(torn_notice(self.path, done.set_aside))
                return
        for _ in range(_TRIES):
            data, seen = disk.read(self.path)
            if (length := whole_length(data, self.path)) < len(data):
                self.notices.append(torn_notice(self.path, recover_end(self.path, data, length)))
                continue
            document = Document(data, self.path)
            document.apply(change)
            if not document.changed:
                return
            try:
                lock.remember(document.head)
                disk.replace(self.path, document.parts, seen)
            except disk.ChangedMeanwhileError:
                continue
            return
        raise FileError(self.path, "is changed by another program again and again")


def create(directory: str | os.PathLike[str], incident: Incident) -> Path:
    """Writes a new incident file and returns its path; an id that is taken gets `-2`, `-3` and so on. FileError.

    The incident in the file has the id of its file name.
    """
    name = incident.fields.id
    where = os.fspath(directory)
    if not is_id(name):
        raise RefusedPathError(where, f"{name!r} can't be the name of a file", mend="use letters, digits and hyphens")
    try:
        _make_directory(where)
        copy = 1
        while True:
            taken = name if copy == 1 else f"{name}-{copy}"
            data = encode(replace(incident, fields=replace(incident.fields, id=taken)))
            path = os.path.join(where, f"{taken}.toml")
            if create_file(path, data):
                return Path(path)
            copy += 1
    except OSError as error:
        raise disk.disk_error(where, error) from None


def _make_directory(where: str) -> None:
    if os.path.isdir(where):
        return
    parent = os.path.dirname(os.path.abspath(where))
    os.makedirs(parent, mode=0o700, exist_ok=True)
    try:
        os.mkdir(where, 0o700)
    except FileExistsError:
        return
    disk.sync_directory(parent)


def create_file(path: str, data: bytes) -> bool:
    """Whether `data` is now at `path`, durable, in one step; False where something has the name. FileError."""
    try:
        made = _created(path, data)
        if made:
            disk.sync_directory(os.path.dirname(path))
        return made
    except OSError as error:
        raise disk.disk_error(path, error) from None


def _created(path: str, data: bytes) -> bool:
    directory, name = os.path.split(path)
    temporary = os.path.join(directory, f".{name}.{os.getpid()}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, disk.new_mode(directory))
    try:
        try:
            disk.write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return _link(temporary, path, data)
    finally:
        os.unlink(temporary)


def _link(temporary: str, path: str, data: bytes) -> bool:
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK):
            raise
        return _written_new(path, data)  # a file system without hard links
    return True


def _written_new(path: str, data: bytes) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, disk.new_mode(os.path.dirname(path)))
    except FileExistsError:
        return False
    try:
        disk.write_all(descriptor, data)
        os.fsync(descriptor)
    except OSError:
        os.unlink(path)
        raise
    finally:
        os.close(descriptor)
    return True
