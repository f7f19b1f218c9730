"""How long until the first useful frame, beside a bare Textual app with the same kinds of widgets.

`python -m benchmarks.startup`. Both are started in a pty, in turns, so that a busy moment of the machine falls on both.
The first useful frame is there when what the person came for has reached the terminal: the keys at the foot, and for an
incident its newest entry. What was drawn before, an empty header or a background, does not count. Beside an incident
the bare app reads the same file with tomli, and shows the end of its timeline, a line an entry.
"""

import argparse
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._figures import between, told
from warroom.files.store import create
from warroom.incident.model import Entry, Fields, Incident

MOST = 1.2
"""What the war room may take at most, as a multiple of the bare app."""

BARE = """
import sys
from rich.segment import Segment
from textual.app import App
from textual.containers import Horizontal
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import TextArea

if len(sys.argv) > 1:
    import tomli
    with open(sys.argv[1], "rb") as file:
        lines = [f"{entry['at']:%H:%M} {entry['by']} {entry['text']}" for entry in tomli.load(file)["timeline"]]
else:
    lines = [f"line {y}" for y in range(200)]

class Lines(ScrollView):
    DEFAULT_CSS = "Lines { width: 1fr; height: 1fr; }"
    def on_resize(self):
        self.virtual_size = Size(self.size.width, len(lines))
        self.call_after_refresh(self.scroll_end, animate=False, immediate=True)
    def render_line(self, y):
        line = lines[y + self.scroll_offset.y] if y + self.scroll_offset.y < len(lines) else ""
        return Strip([Segment(line, self.rich_style)]).adjust_cell_length(self.size.width)

class Bar(Widget):
    DEFAULT_CSS = "Bar { height: 1; width: 1fr; }"
    def __init__(self, text):
        super().__init__()
        self.text = text
    def render_line(self, y):
        return Strip([Segment(self.text, self.rich_style)]).adjust_cell_length(self.size.width)

class Bare(App):
    def compose(self):
        yield Bar("a header")
        with Horizontal():
            yield Lines()
            yield Lines()
            yield TextArea("some text")
        yield Bar("at the foot")

Bare().run()
"""
PROGRAM = str(Path(sys.executable).with_name("warroom"))
_SIZE = {"LINES": "40", "COLUMNS": "120"}
_GIVE_UP = 30.0

Run = tuple[Sequence[str], dict[str, str], bytes]
"""A command, its environment, and what must have reached the terminal."""


def first_frame(command: Sequence[str], environ: dict[str, str], folder: str, wanted: bytes) -> float:
    """Seconds from the start of a process until `wanted` has reached its terminal."""
    master, slave = pty.openpty()
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=environ, cwd=folder, start_new_session=True
    )
    os.close(slave)
    seen = b""
    try:
        while wanted not in seen:
            left = began + _GIVE_UP - time.perf_counter()
            if left <= 0 or not select.select([master], [], [], left)[0]:
                raise RuntimeError(f"{wanted!r} never came; at the end {seen[-300:]!r}")
            seen += os.read(master, 1 << 16)
        return time.perf_counter() - began
    finally:
        process.kill()
        process.wait()
        os.close(master)


def two_hundred_entries() -> Incident:
    """An incident as it looks after some hours."""
    start = datetime(2026, 11, 21, 19, 46, tzinfo=UTC)
    entries = tuple(
        Entry(id=f"e-{n:03}", text=f"looked at part {n} of it and wrote down what there was", at=start, by="ana")
        for n in range(199)
    )
    newest = Entry(id="e-999", text="the newest of them", at=start, by="ana")
    return Incident(Fields(id="2026-11-21-outage", title="Backend outage"), entries=(*entries, newest))


def in_turns(runs: Mapping[str, Run], rounds: int, folder: str) -> dict[str, list[float]]:
    """The seconds of each in every round, started in turns."""
    took: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(rounds + 1):
        for name, (command, environ, wanted) in runs.items():
            seconds = first_frame(command, environ, folder, wanted)
            if turn:  # the first round fills caches
                took[name].append(seconds)
    return took


def measured(rounds: int) -> dict[str, list[float]]:
    """The seconds of each in every round."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        own = {"HOME": folder, "TERM": "xterm-256color", "COLORTERM": "truecolor", "WARROOM_BY": "ana", **_SIZE}
        environ = {**kept, **own}
        record = create(Path(folder, "record"), two_hundred_entries())
        bare = [sys.executable, "-c", BARE]
        room = [PROGRAM]
        runs: dict[str, Run] = {
            "a bare Textual app": (bare, environ, b"at the foot"),
            "warroom": (room, environ, b"declare"),
            "a bare Textual app, 200 entries": ([*bare, str(record)], environ, b"the newest of them"),
            "warroom, 200 entries": (
                room,
                {**environ, "WARROOM_INCIDENTS": str(Path(folder, "record"))},
                b"the newest of them",
            ),
        }
        return in_turns(runs, rounds, folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    found = measured(parser.parse_args().rounds)
    names = list(found)
    ratios = {room: between(found[bare], found[room]) for bare, room in zip(names[::2], names[1::2], strict=True)}
    print("| first useful frame | median ms | x bare | at most |\n|---|---:|---:|---:|")
    for name, rounds in found.items():
        seconds = statistics.median(rounds)
        limit = f"{MOST}" if name in ratios else ""
        print(f"| {name} | {seconds * 1000:.0f} | {ratios.get(name, 1):.2f} | {limit} |")
    kept = [told(f"first useful frame: {name}", "a bare Textual app", ratio, MOST) for name, ratio in ratios.items()]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
