"""The few system calls that incident files rest on: safe open, whole read, atomic replace. Light: no dataclasses."""

import errno
import os
import stat
from collections.abc import Sequence

from warroom.files.errors import DiskError, FileError, GoneError, RefusedPathError

_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space"),
    errno.EDQUOT: ("your disk quota is used up", "free some space"),
    errno.EFBIG: ("the file size limit is reached", "raise it with ulimit -f"),
    errno.EROFS: ("the file system is read-only", ""),
    errno.EACCES: ("permission denied", ""),
    errno.EPERM: ("permission denied", ""),
    errno.EIO: ("the disk reports an input/output error", ""),
    errno.EMFILE: ("too many open files", "raise the limit with ulimit -n"),
    errno.ENAMETOOLONG: ("the name is too long", "use a shorter one"),
}
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ESTALE)

Signature = tuple[int, int, int, int, int]
"""Device, inode, size, modification and change time in nanoseconds: differs when somebody else has written."""


def disk_error(path: str, error: OSError) -> FileError:
    """`error` as the line that a person reads."""
    code = error.errno or 0
    if code in _GONE:
        told: DiskError = GoneError(path, "is not there", mend=_gone_mend(path))
    else:
        reason, mend = _REASONS.get(code, (error.strerror or str(error), ""))
        if code in (errno.EACCES, errno.EPERM):
            mend = _rights_mend(path)
        told = DiskError(path, reason, mend=mend)
    told.code = code
    return told


def _gone_mend(path: str) -> str:
    directory = os.path.dirname(path) or "."
    return "" if os.path.isdir(directory) else f"the directory {directory} is missing too"


def _rights_mend(path: str) -> str:
    """Whose rights stand in the way: those of `path`, or of the first directory above it that can be seen."""
    while True:
        try:
            owner = os.stat(path).st_uid
            break
        except OSError:
            if path == (path := os.path.dirname(path) or "."):
                return ""
    if owner == os.getuid():
        return f"mend the rights of {path} with chmod"
    import pwd  # what it costs is paid by whoever is refused

    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = str(owner)
    return f"{path} belongs to {name}, who can grant the rights"


def _refuse(path: str, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    kinds = {
        stat.S_IFDIR: "is a directory",
        stat.S_IFLNK: "is a symbolic link",
        stat.S_IFIFO: "is a FIFO",
        stat.S_IFSOCK: "is a socket",
    }
    reason = kinds.get(stat.S_IFMT(mode), "is a device")
    raise RefusedPathError(path, f"{reason}, not a file", mend="name a regular file")


def open_regular(path: str, flags: int) -> int:
    """A descriptor of a regular file; links are not followed, FIFOs do not block. RefusedPathError, DiskError."""
    try:
        _refuse(path, os.lstat(path).st_mode)
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise disk_error(path, error) from None
    try:
        _refuse(path, os.fstat(descriptor).st_mode)
    except RefusedPathError:
        os.close(descriptor)
        raise
    return descriptor


def signature_of(found: os.stat_result) -> Signature:
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def signature(path: str) -> Signature | None:
    """The signature of what stands at `path` now; None where nothing can be seen there."""
    try:
        return signature_of(os.stat(path, follow_symlinks=False))
    except OSError:
        return None


def read(path: str) -> tuple[bytes, Signature]:
    """The whole file and the signature it had before it was read, so that a write meanwhile shows as a difference."""
    descriptor = open_regular(path, os.O_RDONLY)
    try:
        seen = signature_of(os.fstat(descriptor))
        parts = [os.read(descriptor, seen[2] + 1)]
        while part := os.read(descriptor, 1 << 20):
            parts.append(part)
        return b"".join(parts) if len(parts) > 1 else parts[0], seen
    except OSError as error:
        raise disk_error(path, error) from None
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Writes all of `data`; OSError (ENOSPC for a write that stops short of its end without a reason)."""
    view = memoryview(data)
    while view:
        written = os.write(descriptor, view)
        if written == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        view = view[written:]


def new_mode(directory: str) -> int:
    """The mode for a new file: 0600, and what a directory that is shared or public grants; the umask still holds."""
    try:
        return 0o600 | (os.stat(directory or ".").st_mode & 0o066)
    except OSError:
        return 0o600


def sync_directory(directory: str) -> None:
    """Makes a created or replaced name durable. File systems that can't sync a directory are passed over."""
    descriptor = os.open(directory or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


class ChangedMeanwhileError(Exception):
    """Somebody replaced or edited the file after it was read: the caller reads again and repeats."""


def side_path(path: str) -> str:
    """Where changes wait that the file at `path` could not take in."""
    return f"{path}.unmerged"


def replace(path: str, data: bytes | Sequence[bytes | memoryview], expected: Signature | None = None) -> Signature:
    """Puts `data`, whole or in parts, at `path` in one step: all or nothing, durable on return; mode and owner kept.

    The caller holds the lock. With `expected`, ChangedMeanwhileError where the file is no longer that one. DiskError.
    """
    directory, name = os.path.split(path)
    temporary = os.path.join(directory, f".{name}.new")
    try:
        old = os.stat(path, follow_symlinks=False) if os.path.lexists(path) else None
        mode = stat.S_IMODE(old.st_mode) if old else new_mode(directory)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, 0o600 if old else mode)
    except OSError as error:
        raise disk_error(path, error) from None
    try:
        try:
            for part in (data,) if isinstance(data, bytes) else data:
                write_all(descriptor, part)
            if old:
                _keep_owner(descriptor, old)
                os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if expected is not None and signature(path) != expected:
            raise ChangedMeanwhileError
        os.replace(temporary, path)
    except OSError as error:
        _discard(temporary)
        raise disk_error(path, error) from None
    except ChangedMeanwhileError:
        _discard(temporary)
        raise
    try:
        sync_directory(directory)
        return signature_of(os.stat(path, follow_symlinks=False))
    except OSError as error:
        raise disk_error(path, error) from None


def _keep_owner(descriptor: int, old: os.stat_result) -> None:
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        try:
            os.fchown(descriptor, old.st_uid, old.st_gid)
        except PermissionError:
            return  # somebody else's file in a shared directory: it becomes ours, the text is what matters


def _discard(temporary: str) -> None:
    try:
        os.unlink(temporary)
    except OSError:
        return  # left behind; the next rewrite takes the same name and overwrites it
