"""Drives the room as a person would, by the ids of commands; tests read like a spec."""

import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from time import monotonic
from typing import TypeVar
from zlib import crc32

import pytest
from textual import events
from textual._context import active_app
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.widget import Widget

from warroom.config.settings import Settings
from warroom.files.glance import glance
from warroom.files.places import Places
from warroom.files.store import Store, create
from warroom.health.board import Board
from warroom.incident.model import Entry, Incident
from warroom.tui.app import WarRoom
from warroom.tui.messages import Typed
from warroom.tui.session import Session
from warroom.tui.widgets.bars import TalkBar

ROOT = Path(__file__).parents[2]
START = datetime(2026, 11, 21, 19, 47, 15, tzinfo=UTC)
_PATIENCE = 60.0
_QUIET_ROUNDS = 3
Answer = TypeVar("Answer")


def key_event(key: str) -> events.Key:
    """A key by its character or by Textual's name, as the terminal would send it."""
    name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
    try:
        character: str | None = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
    except KeyError:
        character = {"enter": "\r", "tab": "\t"}.get(key, key if len(key) == 1 else None)
    return events.Key(name, character)


async def settled(pilot: "Pilot[Answer]") -> None:
    """Waits until nobody has a message left to act on: busy machine or idle one, the same is done by then.

    Pilot's own pause takes a process that is not given the processor for one that has nothing to do.
    """
    app, quiet = pilot.app, 0
    while quiet < _QUIET_ROUNDS and app.is_running:
        await pilot._wait_for_screen()
        app.screen._on_timer_update()
        pumps = (app, *app.screen.walk_children(with_self=True))
        busy = any(pump.message_queue_size or pump._next_callbacks for pump in pumps)
        quiet = 0 if busy else quiet + 1


class FakeTime:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **length: float) -> None:
        self.at += timedelta(**length)


class Silence:
    """Ends what the room says when a test has it read: by the clock a busy machine would look too late."""

    def __init__(self, after: float, fall_silent: Callable[[], None]) -> None:
        self.after, self._act = after, fall_silent
        self.app = active_app.get(None)

    def stop(self) -> None:
        self._act = lambda: None

    def fall(self) -> None:
        self._act()


class Driver:
    """One open room under Pilot. What it says stays until `silence`, or until it says something else."""

    def __init__(self, app: WarRoom, pilot: "Pilot[int]", time: FakeTime, incidents: Path) -> None:
        self.app, self.pilot, self.time, self.incidents = app, pilot, time, incidents

    async def press(self, command: str) -> None:
        """The first key of a command."""
        await self.key(self.app.keys[command][0])

    async def key(self, *keys: str) -> None:
        """Keys, each after all is done about the one before."""
        for key in keys:
            self.app.post_message(key_event(key))
            await self.settled()

    async def settled(self) -> None:
        """Waits until all is done about what happened so far."""
        await settled(self.pilot)

    async def wheel(self, over: Widget, notches: int) -> None:
        """The mouse's wheel over a widget, up where `notches` is negative."""
        x, y = map(int, over.region.center)
        turned = events.MouseScrollDown if notches > 0 else events.MouseScrollUp
        for _ in range(abs(notches)):
            self.app.post_message(
                turned(None, x, y, 0, 0, 0, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y)
            )
        await self.settled()

    async def burst(self, *keys: str) -> None:
        """Keys that arrive all at once, before anything was done about the first: fast typing on a slow machine."""
        for key in keys:
            self.app.post_message(key_event(key))
        await self.settled()

    async def send(self, *keys: str) -> None:
        """Keys that the terminal has read at once."""
        self.app.post_message(Typed(tuple(map(key_event, keys))))
        await self.settled()

    async def write(self, text: str) -> None:
        await self.key(*text)

    async def log(self, command: str, text: str) -> None:
        """A logging key, the words, Enter."""
        await self.press(command)
        await self.write(text)
        await self.key("enter")

    async def until(self, true: Callable[[], object], what: str = "") -> None:
        """Waits for a condition, with a deadline."""
        end = monotonic() + _PATIENCE
        while monotonic() < end:
            if true():
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"never so: {what or true}\n{self.frame}")

    async def saved(self) -> None:
        """Waits until all is on disk."""
        await self.until(lambda: self.app.room is not None and self.app.room.saved, "saved")

    @property
    def silent_after(self) -> Silence:
        """What ends the line that was said last."""
        found: object = self.app.room_screen.talk._silence
        assert isinstance(found, Silence), self.frame
        return found

    async def silence(self) -> None:
        """What was said has been read."""
        self.silent_after.fall()
        await self.settled()

    async def show(self, board: Board) -> None:
        self.app.show_board(board)
        await self.settled()

    @property
    def frame(self) -> str:
        """What is on the screen, as plain text."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    @property
    def lines(self) -> list[str]:
        return self.frame.splitlines()

    @property
    def incident(self) -> Incident:
        assert self.app.room is not None, self.frame
        return self.app.room.incident

    @property
    def on_disk(self) -> Incident:
        """The incident as its file says it, read anew."""
        return Store(self.incidents / f"{self.incident.fields.id}.toml").load()

    @property
    def status(self) -> str:
        """The status on disk."""
        return self.on_disk.fields.status

    @property
    def logged(self) -> list[tuple[str, str]]:
        """Kind and text of the entries on disk, in the order of the file; struck ones left out."""
        return [(entry.kind, entry.text) for entry in self.on_disk.entries if not entry.struck]

    @property
    def said(self) -> str:
        """The line on which the room talks back."""
        return self.app.room_screen.talk.words

    @property
    def closed(self) -> bool:
        """Whether the composer is closed."""
        return self.composing is None

    @property
    def composing(self) -> str | None:
        """The text in the composer, None while it is closed."""
        composer = self.app.room_screen.composer
        return None if composer is None or composer.draft is None else composer.draft.text


@asynccontextmanager
async def driven(
    app: WarRoom, time: FakeTime, incidents: Path, size: tuple[int, int], *, restless: bool = False
) -> AsyncIterator[Driver]:
    """The room of `app`, from its start to its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TalkBar, "set_timer", Silence)
        if restless:
            patch.setattr("warroom.tui.widgets.editor.REST", 3600.0)
        async with app.run_test(size=size) as pilot:
            app.animation_level = "none"
            yield Driver(app, pilot, time, incidents)
            app.exit()


@asynccontextmanager
async def open_room(
    tmp_path: Path,
    incident: Incident | None = None,
    *,
    path: str | None = None,
    early: str = "",
    size: tuple[int, int] = (120, 40),
    settings: Settings | None = None,
    restless: bool = False,
    **session: object,
) -> AsyncIterator[Driver]:
    """A room on a directory of its own, with `incident` open (or the one in `path`); nothing is probed.

    `early` is typed before the room is ready for it. Whoever is `restless` in the postmortem never stops for so long
    that it is saved by itself.
    """
    incidents = tmp_path / "incidents"
    path = str(create(incidents, incident)) if incident is not None else path
    time, numbers = FakeTime(), count(1)
    made = Session(
        settings=settings or Settings(),
        places=Places("", str(incidents), str(tmp_path / "state")),
        author="ana",
        incident=path,
        record=glance(path) if path is not None else None,
        theme_directories=(ROOT / "themes",),
        watch=False,
        clock=time,
        steady=lambda: 0.0,
        new_id=lambda: f"01990000-0000-7000-8000-{next(numbers):012d}",
    )
    app = WarRoom(replace(made, **session))  # type: ignore[arg-type]
    async with driven(app, time, incidents, size, restless=restless) as driver:
        for key in early:
            app.post_message(key_event({"\n": "enter"}.get(key, key)))
        await driver.until(lambda: app.room_screen.composer is not None and app.ready, "furnished")
        if path is not None:
            await driver.until(lambda: app.ledger is not None and app.ledger._is_read, "read, and not only glanced at")
            await driver.until(lambda: len(app.room_screen.timeline.entries) == len(driver.incident.entries), "shown")
        yield driver


def entry(text: str, minute: int = 0, **more: object) -> Entry:
    """An entry some minutes after the start; its id follows from its words, in every process the same."""
    at = START + timedelta(minutes=minute)
    return Entry(id=f"e-{minute:03}-{crc32(text.encode())}", text=text, at=at, **{"by": "ben", **more})  # type: ignore[arg-type]
