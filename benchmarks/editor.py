"""What a key in the postmortem costs the event loop, with the live preview beside it, against Textual's own widgets."""

import argparse
import asyncio
import asyncio.events
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from textual import events
from textual.app import App, ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Markdown, TextArea

from benchmarks._figures import told
from warroom.config.settings import Settings
from warroom.files.places import Places
from warroom.files.store import create
from warroom.incident.model import Fields, Incident, Postmortem
from warroom.postmortem.outline import compose
from warroom.tui.app import WarRoom
from warroom.tui.session import Session
from warroom.tui.widgets.editor import Editor

_THEMES = Path(__file__).parents[1] / "themes"
_SIZE = (200, 60)
_START = datetime(2025, 11, 21, tzinfo=UTC)
_MOST = {320: 16.0, 1_000: 16.0, 3_200: 30.0}
"""Lines of the document, and how many milliseconds of the event loop a key may take, at the 95th percentile."""
_BETWEEN_KEYS = 0.06
_MANY = 1_000


def prose(lines: int, section: int) -> str:
    """Paragraphs, lists, a table and code, no two blocks alike."""
    made: list[str] = []
    for number in count():
        if len(made) >= lines:
            return "\n".join(made[:lines])
        name = f"{section}-{number}"
        made += [f"Service **{name}** was slow, because `config-{name}` had a value that nobody had looked at.", ""]
        made += [f"- the graph of {name} went [up](https://example.org/{name})", f"- the log of {name} was full", ""]
        if number % 5 == 0:
            made += [f"| {name} | before | after |", "|---|---|---|", f"| latency | {number} ms | 12 ms |", ""]
        if number % 7 == 0:
            made += ["```sh", f"systemctl restart {name}", "```", ""]
    raise AssertionError("count() never ends")


def incident(lines: int) -> Incident:
    parts = ("summary", "trigger", "root_cause", "detection", "resolution", "went_well", "went_wrong", "lessons")
    told: dict[str, Any] = {part: prose(lines // len(parts) - 2, place) for place, part in enumerate(parts)}
    return Incident(Fields("2025-11-21-outage", "Outage", status="resolved"), postmortem=Postmortem(**told))


class LoopTime:
    """Seconds that callbacks have kept the running event loop: of the processor, and by the clock.

    By the clock counts what other threads and other programs take from it as well.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.busy = self.clock = 0.0

    @contextmanager
    def counted(self) -> Iterator[None]:
        run = asyncio.events.Handle._run  # noqa: SLF001 - the one place that every callback goes through

        def timed(handle: asyncio.Handle) -> None:
            began, busy = time.perf_counter(), time.thread_time()
            run(handle)
            self.busy += time.thread_time() - busy
            self.clock += time.perf_counter() - began

        asyncio.events.Handle._run = timed  # type: ignore[method-assign, assignment]  # noqa: SLF001
        try:
            yield
        finally:
            asyncio.events.Handle._run = run  # type: ignore[method-assign]  # noqa: SLF001


@asynccontextmanager
async def open_room(told: Incident, folder: Path) -> AsyncIterator[WarRoom]:
    """The room with the cursor in the middle of the document, and the preview laid out."""
    numbers = count()
    session = Session(
        settings=Settings(),
        places=Places("", str(folder), str(folder / "state")),
        author="ana",
        incident=str(create(folder, told)),
        theme_directories=(_THEMES,),
        watch=False,
        clock=lambda: datetime.now(UTC),
        new_id=lambda: f"{next(numbers):08}",
    )
    app = WarRoom(session)
    async with app.run_test(size=_SIZE) as pilot:
        app.animation_level = "none"
        editor = None
        for _ in range(1_000):
            await pilot.pause(0.02)
            editor = app.room_screen.editor
            if app.ready and editor is not None and editor.text:
                break
        assert isinstance(editor, Editor)
        app.room_screen.go_to("postmortem")
        editor.move_cursor((editor.document.line_count // 2, 0))
        page = app.room_screen.query_one("#preview")
        for _ in range(2_000):
            await pilot.pause(0.02)
            if page.virtual_size.height > editor.document.line_count // 3:
                break
        await asyncio.sleep(1)
        yield app
        app.exit()


class OwnWidgets(App[None]):
    """The same pair made of what Textual brings: a TextArea, and a Markdown that is updated at every key."""

    CSS = "TextArea, VerticalScroll { width: 1fr; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.shown = asyncio.Event()

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield TextArea(self._text)
            with VerticalScroll():
                yield Markdown(self._text)

    async def on_text_area_changed(self, event: TextArea.Changed) -> None:
        await self.query_one(Markdown).update(event.text_area.text)
        self.shown.set()


async def of_the_room(lines: int, keys: int) -> tuple[list[float], list[float]]:
    """Milliseconds a key: of the processor, and by the clock."""
    busy, clock = [], []
    with tempfile.TemporaryDirectory() as folder:
        async with open_room(incident(lines), Path(folder)) as app:
            loop_time = LoopTime()
            with loop_time.counted():
                for number in range(keys):
                    loop_time.reset()
                    key = "space" if number % 6 == 5 else "e"
                    app.post_message(events.Key(key, " " if key == "space" else key))
                    await asyncio.sleep(_BETWEEN_KEYS)
                    busy.append(loop_time.busy * 1000)
                    clock.append(loop_time.clock * 1000)
    return busy, clock


async def of_own_widgets(text: str, keys: int) -> float:
    """Median of processor milliseconds a key, until the preview shows it."""
    app, found = OwnWidgets(text), []
    async with app.run_test(size=_SIZE) as pilot:
        app.animation_level = "none"
        await pilot.pause()
        app.shown.clear()
        loop_time = LoopTime()
        with loop_time.counted():
            for _ in range(keys):
                loop_time.reset()
                app.query_one(TextArea).insert("e")
                await app.shown.wait()
                app.shown.clear()
                await pilot.pause()
                found.append(loop_time.busy * 1000)
    return median(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=100)
    keys = parser.parse_args().keys
    print("| lines | a key, ms, median | p95 | at most | by the clock, p95 | Textual's Markdown, ms | x |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    kept = True
    for lines, most in _MOST.items():
        busy, clock = asyncio.run(of_the_room(lines, keys))
        usual, slow = median(busy), quantiles(busy, n=20)[-1]
        own = asyncio.run(of_own_widgets(compose(incident(lines)), 2 if lines <= _MANY else 1))
        row = [f"{lines}", f"{usual:.1f}", f"{slow:.1f}", f"{most:.0f}", f"{quantiles(clock, n=20)[-1]:.1f}"]
        print(f"| {' | '.join([*row, f'{own:.0f}', f'{own / usual:.0f}'])} |", flush=True)
        kept &= told(f"key in a postmortem of {lines:,} lines, p95", "the event loop", slow, most, " ms")
        told(f"key in a postmortem of {lines:,} lines", "Textual's Markdown", usual / own)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
