"""Writes a document to a file, and never over one that this program did not write or that somebody has changed."""

import hashlib
import os
import stat

from warroom.cli.errors import CommandError
from warroom.files import disk


def write(name: str, data: bytes, state: str, *, force: bool) -> None:
    """Puts `data` at `name`, whole or not at all. CommandError for a file that is not ours; FileError, OSError.

    What was written is remembered in the directory `state` by its digest, so that writing it anew needs no `force`.
    """
    path = os.path.realpath(os.path.expanduser(name))
    try:
        found = os.stat(path)
    except FileNotFoundError:
        found = None
    if found is not None and stat.S_ISDIR(found.st_mode):
        raise CommandError(f"{path} is a directory; name a file in it")
    if found is not None and not stat.S_ISREG(found.st_mode):
        with open(path, "wb") as device:
            device.write(data)
        return
    memory = os.path.join(state, "exports", hashlib.sha256(os.fsencode(path)).hexdigest()[:32])
    if found is not None and not force and not _is_ours(path, memory):
        raise CommandError(f"{path} is there already and was not written like this by warroom; --force overwrites it")
    disk.replace(path, data)
    os.makedirs(os.path.dirname(memory), mode=0o700, exist_ok=True)
    disk.replace(memory, _digest(data))


def _is_ours(path: str, memory: str) -> bool:
    try:
        with open(path, "rb") as file, open(memory, "rb") as kept:
            return _digest(file.read()) == kept.read()
    except OSError:  # nothing is remembered of it, or it can't be read: then it is not ours to overwrite
        return False


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode() + b"\n"
