"""A home of its own for a test, and war rooms in terminals that end with it."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from terminal import PATIENCE, Terminal

from commandline import MEASURED

ROOT = Path(__file__).parents[2]


class House:
    """A working directory and a home on which nobody else works; opens war rooms and runs commands there."""

    def __init__(self, root: Path) -> None:
        self.work, self.home = root / "work", root / "home"
        self.work.mkdir(parents=True)
        self.home.mkdir()
        self.environ: dict[str, str] = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "WARROOM_BY": "ana",
            "PYTHONWARNINGS": "error",
        }
        if MEASURED in os.environ:
            self.environ[MEASURED] = os.environ[MEASURED]
        self._open: list[Terminal] = []

    def room(
        self, *arguments: str, size: tuple[int, int] = (120, 40), environ: Mapping[str, str] | None = None
    ) -> Terminal:
        """The war room in a terminal."""
        return self.program([sys.executable, "-m", "warroom", *arguments], size=size, environ=environ)

    def program(
        self, command: Sequence[str], *, size: tuple[int, int] = (120, 40), environ: Mapping[str, str] | None = None
    ) -> Terminal:
        """Another program in a terminal, that may in its turn open the war room."""
        terminal = Terminal(command, environ={**self.environ, **(environ or {})}, directory=self.work, size=size)
        self._open.append(terminal)
        return terminal

    def command(self) -> str:
        """What a shell opens the war room with."""
        return shlex.join([sys.executable, "-m", "warroom"])

    def run(self, *arguments: str) -> str:
        """What a command prints that must not fail."""
        done = self._done(arguments)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def output(self, *arguments: str) -> bytes:
        """All that a command prints, however it ends."""
        done = self._done(arguments)
        return done.stdout + done.stderr

    def _done(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "warroom", *arguments],
            env=self.environ,
            cwd=self.work,
            capture_output=True,
            timeout=PATIENCE,
        )

    def configure(self, text: str) -> None:
        (self.work / "warroom.toml").write_text(text)

    @property
    def incidents(self) -> Path:
        """Where incidents live: beside warroom.toml if there is one."""
        beside = self.work / "incidents"
        return beside if (self.work / "warroom.toml").exists() else self.home / "data" / "warroom" / "incidents"

    def incident(self, name: str, text: str) -> Path:
        """An incident file as a person (or somebody worse) wrote it."""
        self.incidents.mkdir(parents=True, exist_ok=True)
        path = self.incidents / f"{name}.toml"
        path.write_text(text)
        return path

    @property
    def record(self) -> Path:
        """The one incident's file."""
        (path,) = self.incidents.glob("*.toml")
        return path

    def close(self) -> None:
        for terminal in self._open:
            terminal.close()


@contextmanager
def a_house(root: Path) -> Iterator[House]:
    house = House(root)
    try:
        yield house
    finally:
        house.close()
