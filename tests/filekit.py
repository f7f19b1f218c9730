"""Small incidents, changes and waits for the tests of incident files."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from warroom.files.store import create
from warroom.incident.changes import Change, Edit, Stamp
from warroom.incident.model import Entry, Fields, Incident

NOW = datetime(2026, 11, 21, 19, 47, 15, tzinfo=UTC)
SOURCE = "incident.toml"


def change(*edits: Edit, stamp: str = "change-1") -> Change:
    return Change(edits, Stamp(stamp, NOW, "ben"))


def entry(name: str, text: str = "", **more: object) -> Entry:
    return Entry(id=name, text=text or f"text of {name}", at=NOW, by="ana", **more)  # type: ignore[arg-type]


def small(*entries: Entry, title: str = "Outage") -> Incident:
    return Incident(Fields("2026-11-21-outage", title, declared_at=NOW), entries=entries)


def new_file(directory: Path, *entries: Entry) -> Path:
    return create(directory, small(*entries))


def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Polls until the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    """A Python process of this environment, its output on a pipe."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
