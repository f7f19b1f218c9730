"""What somebody was typing: a text for each incident and field, kept in the state directory until it is logged."""

import os
import re
from hashlib import sha256

from warroom.files import disk
from warroom.files.errors import FileError, GoneError


class Drafts:
    """The drafts for one incident. `state` is the state directory of `Places`, `incident` the path of its file."""

    def __init__(self, state: str | os.PathLike[str], incident: str | os.PathLike[str]) -> None:
        where = os.path.realpath(incident)
        stem = re.sub(r"[^A-Za-z0-9-]+", "-", os.path.basename(where).removesuffix(".toml"))[:80]
        digest = sha256(os.fsencode(where)).hexdigest()[:12]
        self._directory = os.path.join(os.fspath(state), "drafts", f"{stem}-{digest}")

    def keep(self, text: str, name: str = "composer") -> None:
        """Keeps a text, durable on return; an empty one clears it. FileError."""
        if not text:
            self.clear(name)
            return
        try:
            os.makedirs(self._directory, mode=0o700, exist_ok=True)
        except OSError as error:
            raise disk.disk_error(self._directory, error) from None
        disk.replace(self._path(name), text.encode(errors="replace"))

    def read(self, name: str = "composer") -> str:
        """The text that was kept last; "" where there is none. FileError where it can't be read."""
        try:
            data, _ = disk.read(self._path(name))
        except GoneError:
            return ""
        return data.decode(errors="replace")

    def clear(self, name: str = "composer") -> None:
        """Forgets a text that was logged or thrown away. FileError."""
        try:
            os.unlink(self._path(name))
        except FileNotFoundError:
            return
        except OSError as error:
            raise disk.disk_error(self._path(name), error) from None

    def _path(self, name: str) -> str:
        if not re.fullmatch(r"[a-z0-9._-]+", name) or name.startswith("."):
            raise FileError(self._directory, f"{name!r} is not the name of a draft")
        return os.path.join(self._directory, name)
