"""Drives the command line in tests: as a process of its own, or within this one where a table has many rows."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from warroom.cli import main
from warroom.files.codec import decode
from warroom.incident.model import Entry, Incident

MEASURED = "COVERAGE_PROCESS_CONFIG"
"""By this variable a process that a test starts is measured along with it."""


def unmeasured() -> dict[str, str]:
    """The environment for a process that can't be measured: it may write nothing, or tells what it has imported."""
    return {**os.environ, MEASURED: ""}


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


class CommandLine:
    """One user with a home of their own, in a directory of their own. `by` is who they are."""

    def __init__(self, folder: Path, by: str = "ana") -> None:
        self.folder = folder
        self.here = folder / "work"
        self.here.mkdir()
        names = ("PATH", "LANG", "PYTHONDONTWRITEBYTECODE", MEASURED)
        kept = {name: os.environ[name] for name in names if name in os.environ}
        self.environ: dict[str, str] = {**kept, "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "COLUMNS": "100"}
        if by:
            self.environ["WARROOM_BY"] = by

    @property
    def incidents(self) -> Path:
        return self.folder / ".local" / "share" / "warroom" / "incidents"

    def files(self) -> list[Path]:
        return sorted(self.incidents.glob("*.toml"))

    def incident(self, incident_id: str = "") -> Incident:
        """What the file says, by name, or the only one there is."""
        (path,) = [self.incidents / f"{incident_id}.toml"] if incident_id else self.files()
        return decode(path.read_bytes(), str(path))

    def last(self) -> Entry:
        return self.incident().entries[-1]

    def process(self, *arguments: str, stdin: bytes = b"", **environ: str) -> Done:
        """A real process."""
        done = subprocess.run(
            [sys.executable, "-m", "warroom", *arguments],
            input=stdin,
            capture_output=True,
            cwd=self.here,
            env={**self.environ, **environ},
            check=False,
            timeout=60,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def __call__(self, *arguments: str, stdin: bytes = b"", **environ: str) -> Done:
        """The same within this process."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        given = io.TextIOWrapper(io.BytesIO(stdin))
        with (
            _working_in(self.here, {**self.environ, **environ}),
            mock.patch.object(sys, "stdin", given),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = main(arguments)
        return Done(code, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


@contextlib.contextmanager
def _working_in(folder: Path, environ: Mapping[str, str]) -> Iterator[None]:
    before = Path.cwd()
    with mock.patch.dict(os.environ, environ, clear=True):
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
