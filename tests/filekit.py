"""Small incidents, changes and waits for the tests of incident files."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from warroom.files.codec import decode
from warroom.files.messages import Message, Outside, Saved
from warroom.files.store import create
from warroom.files.writer import Writer
from warroom.incident.changes import Change, Edit, Stamp
from warroom.incident.model import Entry, Fields, Incident

NOW = datetime(2026, 11, 21, 19, 47, 15, tzinfo=UTC)
SOURCE = "incident.toml"
M = TypeVar("M", bound=Message)


def change(*edits: Edit, stamp: str = "change-1") -> Change:
    return Change(edits, Stamp(stamp, NOW, "ben"))


def entry(name: str, text: str = "", **more: object) -> Entry:
    return Entry(id=name, text=text or f"text of {name}", at=NOW, by="ana", **more)  # type: ignore[arg-type]


def small(*entries: Entry, title: str = "Outage") -> Incident:
    return Incident(Fields("2026-11-21-outage", title, declared_at=NOW), entries=entries)


def new_file(directory: Path, *entries: Entry) -> Path:
    return create(directory, small(*entries))


def until(condition: Callable[[], object], seconds: float = 30) -> None:
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


def of(kind: type[M], messages: list[Message]) -> M:
    """The one message of a kind."""
    (found,) = [message for message in messages if isinstance(message, kind)]
    return found


class Desk:
    """A writer and all that it said, in order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.messages: list[Message] = []
        self.writer = Writer(path, self.messages.append, poll=0.01)
        self.wait_for(Outside)

    def all(self, kind: type[M]) -> list[M]:
        return [message for message in self.messages if isinstance(message, kind)]

    def wait_for(self, kind: type[M], so: Callable[[M], object] = lambda _: True) -> M:
        """The first message of a kind for which `so` holds, waited for."""
        until(lambda: any(so(message) for message in self.all(kind)))
        return next(message for message in self.all(kind) if so(message))

    def save(self, *edits: Any, stamp: str) -> None:
        self.writer.submit(change(*edits, stamp=stamp), self.incident)
        self.wait_for(Saved, lambda saved: stamp in saved.change_ids)

    @property
    def incident(self) -> Incident:
        return self.all(Outside)[-1].incident

    def ids(self) -> list[str]:
        return [found.id for found in decode(self.path.read_bytes(), str(self.path)).entries]

    def forget(self) -> None:
        self.messages.clear()


def edit(path: Path, old: str, new: str) -> None:
    """Saves as vim does: a new file, renamed over the old one."""
    text = path.read_text()
    assert old in text
    other = path.with_name("4913~")
    other.write_text(text.replace(old, new, 1))
    other.replace(path)
