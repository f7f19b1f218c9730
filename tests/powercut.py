"""A power cut: what a directory would hold after it, if all that was not synced by then is gone.

Names are those of the last sync of the directory, contents those of the last sync of each file. A system may well keep
more; whoever relies on it has lost something sooner or later.
"""

import os
import stat
from pathlib import Path
from typing import Any

import pytest


class PowerCut:
    """Watches the syncs in `directory`, from now on; what is there already counts as synced.

    A file must be synced before it gets the name of another: a system may write down the name at once.
    """

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._directory = directory
        self._names = self._seen()
        self._contents = {inode: (directory / name).read_bytes() for name, inode in self._names.items()}
        self._real = os.fsync
        monkeypatch.setattr(os, "fsync", self._sync)
        for call in ("replace", "rename", "link"):
            monkeypatch.setattr(os, call, self._checked(getattr(os, call)))

    def left(self) -> dict[str, bytes]:
        """What would be there after a power cut now, but for locks, which hold nothing."""
        return {
            name: self._contents.get(inode, b"")
            for name, inode in self._names.items()
            if not name.endswith((".lock", ".new"))
        }

    def _seen(self) -> dict[str, int]:
        return {found.name: found.inode() for found in os.scandir(self._directory) if found.is_file()}

    def _sync(self, descriptor: int) -> None:
        self._real(descriptor)
        found = os.fstat(descriptor)
        if not stat.S_ISDIR(found.st_mode):
            for name, inode in self._seen().items():
                if inode == found.st_ino:
                    self._contents[inode] = (self._directory / name).read_bytes()
        elif os.path.samestat(found, self._directory.stat()):
            self._names = self._seen()

    def _checked(self, real: Any) -> Any:
        def call(source: str, target: str) -> None:
            if Path(source).parent == self._directory:
                synced = self._contents.get(Path(source).stat().st_ino)
                assert synced == Path(source).read_bytes(), f"{source} gets the name {target} before it is synced"
            real(source, target)

        return call
