"""Documents that were written, remembered, so that none is written over what somebody else wrote or has changed."""

import hashlib
import os
from contextlib import suppress

from warroom.files import disk
from warroom.files.errors import FileError


def is_foreign(name: str, state: str) -> bool:
    """Whether a file stands at `name` that was not written by `write`, or was changed since."""
    path = _real(name)
    return os.path.isfile(path) and not _is_ours(path, _memory(path, state))


def is_stream(name: str) -> bool:
    """Whether a device or a pipe stands at `name`: what is written there is handed on, and may be waited for."""
    path = os.path.expanduser(name)
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def write(name: str, data: bytes, state: str) -> None:
    """Puts `data` at `name`, whole or not at all, except into a stream. FileError, for a directory as well; OSError.

    What was written is remembered in the directory `state` by its digest, so that writing it anew needs no force; where
    nothing can be kept there, it does need it.
    """
    if is_stream(name):
        with open(os.path.expanduser(name), "wb") as stream:  # the real path of a pipe leads nowhere
            stream.write(data)
        return
    path = _real(name)
    if os.path.isdir(path):
        raise FileError(path, "it is a directory", mend="name a file in it")
    if os.path.islink(path):
        raise FileError(path, "it is a symbolic link that leads in a circle", mend="name another file")
    memory = _memory(path, state)
    disk.replace(path, data)
    with suppress(OSError, FileError):  # it is written; that it was ours is asked about when it is written anew
        os.makedirs(os.path.dirname(memory), mode=0o700, exist_ok=True)
        disk.replace(memory, _digest(data))


def _real(name: str) -> str:
    return os.path.realpath(os.path.expanduser(name))


def _memory(path: str, state: str) -> str:
    return os.path.join(state, "exports", hashlib.sha256(os.fsencode(path)).hexdigest()[:32])


def _is_ours(path: str, memory: str) -> bool:
    try:
        with open(path, "rb") as file, open(memory, "rb") as kept:
            return _digest(file.read()) == kept.read()
    except OSError:  # nothing is remembered of it, or it can't be read: then it is not ours to overwrite
        return False


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode() + b"\n"
