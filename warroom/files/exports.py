"""Documents that were written, remembered, so that none is written over what somebody else wrote or has changed."""

import hashlib
import os

from warroom.files import disk
from warroom.files.errors import FileError


def is_foreign(name: str, state: str) -> bool:
    """Whether a file stands at `name` that was not written by `write`, or was changed since."""
    path = _real(name)
    return os.path.isfile(path) and not _is_ours(path, _memory(path, state))


def write(name: str, data: bytes, state: str) -> None:
    """Puts `data` at `name`, whole or not at all. FileError, for a directory as well; OSError.

    What was written is remembered in the directory `state` by its digest, so that writing it anew needs no force.
    """
    path = _real(name)
    if os.path.isdir(path):
        raise FileError(path, "it is a directory", mend="name a file in it")
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as device:
            device.write(data)
        return
    memory = _memory(path, state)
    disk.replace(path, data)
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
