"""The application: wires room, writer, monitor and screen; holds what they share."""

import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.driver import Driver
from textual.screen import Screen
from textual.worker import Worker, WorkerState, WorkType

from warroom.commands import COMMANDS, keymap
from warroom.config.settings import Settings
from warroom.health.board import Board, ServiceStatus, standing
from warroom.incident.model import Entry, Incident
from warroom.incident.times import TimeError, words
from warroom.incident.times import zone as zone_of
from warroom.incident.writers import is_shared
from warroom.presenters.glyphs import Charset
from warroom.text import clean_line
from warroom.tui import sweep
from warroom.tui.crash import keep_crash
from warroom.tui.doorkeeper import Doorkeeper
from warroom.tui.hints import with_keys
from warroom.tui.intake import Intake
from warroom.tui.look import Look
from warroom.tui.messages import BoardChanged, RoomChanged, Typed
from warroom.tui.screens.room import RoomScreen
from warroom.tui.screens.sized import newest
from warroom.tui.session import Session
from warroom.tui.themes import Themes
from warroom.voice.theme import Theme

if TYPE_CHECKING:
    from textual.command import Provider

    from warroom.files.places import Head
    from warroom.health.machine import Transition
    from warroom.room import Room
    from warroom.tui.demo import Demo
    from warroom.tui.draft import Draft
    from warroom.tui.drawer import Drawer
    from warroom.tui.ledger import Ledger
    from warroom.tui.lookout import Lookout

_SET_BACK: Final = timedelta(seconds=2)
"""By so much a clock that is only kept right does not go back at once."""


def _commands() -> "type[Provider]":
    from warroom.tui.palette import Commands

    return Commands


class WarRoom(App[int], inherit_bindings=False):
    """One window. `session` is what was found out before the first paint."""

    CSS_PATH = "room.tcss"
    TITLE = "warroom"
    BINDINGS: ClassVar[list[BindingType]] = []
    ENABLE_COMMAND_PALETTE = False  # it has its keys from the registry, and not from Textual
    COMMANDS: ClassVar = {_commands}

    drawer: "Drawer"
    """From the moment on in which all is wired."""

    def __init__(self, session: Session) -> None:
        super().__init__(ansi_color=True if session.terminal_colours else None)
        self.session = session
        self.room: Room | None = None
        self.board = Board(at=session.clock())
        self.zone: tzinfo = session.zone
        self._take_zone(session.record)
        self.keys: Mapping[str, tuple[str, ...]] = {
            command.id: session.settings.keys.get(command.id, command.keys) for command in COMMANDS
        }
        self.commands_by_key = keymap(session.settings.keys)
        self.charset: Charset = session.charset
        self.demo: Demo | None = None
        """What tells a story in place of the lookout, in `warroom demo`."""
        self.farewell = ""
        """What is to be said on the terminal once it is given back, line by line."""
        self.ledger: Ledger | None = None
        """Who keeps the record; None until all is wired."""
        self.lookout: Lookout | None = None
        """Who looks at the services; None until all is wired."""
        self.doorkeeper = Doorkeeper(self)
        self.intake = Intake(self)
        self.themes = Themes(self)
        self.room_screen = RoomScreen()
        """The war room's own screen, whatever stands above it."""
        self.changed: RoomChanged | None = None
        """What the screen was last told of the room; it may still be on its way there."""
        self._last_words = ""
        self._ticked_at = session.clock()
        self.ready = False
        """Whether all is wired, after the first paint."""

    def get_driver_class(self) -> type[Driver]:
        from warroom.tui.terminal import RoomDriver

        return RoomDriver

    def get_default_screen(self) -> Screen[None]:
        return self.room_screen

    @property
    def author(self) -> str:
        return self.session.author

    @property
    def asks_who(self) -> str:
        """What asks whoever uses a shared login for a name; "" where the name is somebody's own."""
        asked = f"{self.author} may be anybody: /me NAME in an entry says who is writing"
        return asked if is_shared(self.author) else ""

    def call(self, name: str) -> None:
        """From now on what is logged in this window is by `name`."""
        if name := clean_line(name).strip():
            self.session = replace(self.session, author=name)
            if self.room is not None:
                self.room.author = name
        self.say(f"entries from this window are by {self.author}")

    def hint(self, sentence: str) -> str:
        """A sentence of ours with the key of each `{command id}` in it; never one with text from outside."""
        return with_keys(sentence, self.keys)

    def clock(self) -> datetime:
        """Now, with an offset."""
        return self.session.clock()

    def new_id(self) -> str:
        return self.session.new_id()

    @property
    def key_time(self) -> datetime:
        """When the key was pressed that is being acted on; now, where none is."""
        return self.intake.key_time

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, Typed):
            await self.intake.take(*event.keys)
        elif isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.intake.take(event)
        else:
            if isinstance(event, events.MouseEvent):
                self.intake.stir()
            await super().on_event(newest(self._driver, event) if isinstance(event, events.Resize) else event)

    async def hand_down(self, event: events.Event) -> None:
        """What no command was meant by goes where Textual takes it: to the field that has the focus."""
        await super().on_event(event)

    def press(self, event: events.Key) -> bool:
        """Does what a key is bound to in the room; whether it is."""
        return isinstance(self.screen, RoomScreen) and self.screen.press(event)

    def on_resize(self) -> None:
        """Draws all anew: a terminal made smaller and larger again in a moment has lost what it cut off."""
        if self.ready:
            self.screen.refresh()

    def on_mount(self) -> None:
        if not self.is_headless:
            self.doorkeeper.watch()

    def begin(self) -> None:
        """After the first paint: reads the incident, starts looking at services."""
        from warroom.tui.drawer import Drawer
        from warroom.tui.ledger import Ledger
        from warroom.tui.lookout import Lookout

        self.drawer = Drawer(self)
        self.ledger, self.lookout = Ledger(self), Lookout(self)
        if problems := [problem for problem in (*self.session.problems, self.themes.problem) if problem]:
            more = f" (and {len(problems) - 1} more: warroom doctor)" if len(problems) > 1 else ""
            self.say(problems[0] + more, "warning")
        elif self.asks_who:
            self.say(self.asks_who)
        if self.session.incident is not None:
            self.ledger.open(self.session.incident, self.session.record)
        if self.demo is not None:
            self.work("demo", self.demo.run)
        elif self.session.watch:
            self.work("lookout", self.lookout.run)
        self.set_interval(1, self._tick)
        self.call_next(self._open_for_keys)

    async def _open_for_keys(self) -> None:
        sweep.begin()
        self.ready = True
        await self.intake.open()

    def _tick(self) -> None:
        self._look_at_clock()
        self.room_screen.board.refresh()
        self.room_screen.strip.refresh()
        if self.ledger is not None:
            self.ledger.tick()
        self.themes.look_at_files()
        sweep.sweep(self.intake.quiet)

    def _look_at_clock(self) -> None:
        """Says that the clock of this host was set back: else nobody understands why an entry stands where it does."""
        before, self._ticked_at = self._ticked_at, self.clock()
        if before - self._ticked_at > _SET_BACK and self.demo is None:
            back = words(before - self._ticked_at)
            self.say(f"the clock of this host went back by {back}: new entries stand among older ones", "warning")

    def show_room(self) -> None:
        """Tells the screen what the room is now."""
        room = self.room
        self.themes.follow()
        self._take_zone(room.incident if room is not None else None)
        self.changed = RoomChanged(
            room.incident if room else None, room.unsaved if room else frozenset(), room.trouble if room else ""
        )
        self.room_screen.post_message(self.changed)

    def _take_zone(self, incident: Incident | None) -> None:
        """Times are shown in the incident's zone; in the person's where it has none that is known."""
        if incident is not None:
            with suppress(TimeError):
                self.zone = zone_of(incident.fields.timezone)

    def show_board(self, board: Board) -> None:
        self.board = board
        self.room_screen.post_message(BoardChanged(board))
        if self.ledger is not None:
            self.ledger.offer()

    def say(self, text: str, style: str = "said") -> None:
        """One line of what the room has to say."""
        self.room_screen.talk.say(text, style)

    # health

    @property
    def has_services(self) -> bool:
        return bool(self.session.settings.services) or self.demo is not None

    def failing(self) -> tuple[ServiceStatus, ...]:
        """The services that are down now, confirmed; not those in maintenance."""
        return tuple(service for service in self.board.trouble_first() if standing(service) == "down")

    def first_bad(self) -> tuple[str, datetime] | None:
        """The service that failed first of those that are down, else of those in trouble, and when that was."""
        from warroom.health.told import first_bad  # the first frame needs none of what that needs

        troubled = self.failing() or (s for s in self.board.services if s.in_trouble and s.maintenance is None)
        return first_bad(troubled, self.room.incident.entries if self.room is not None else ())

    def recheck(self, name: str = "") -> bool:
        return self.lookout is not None and self.lookout.recheck(name)

    def take_settings(self, settings: Settings) -> None:
        """The services of a warroom.toml that was changed; keys and theme hold from the next start."""
        self.session = replace(self.session, settings=replace(settings, keys=self.session.settings.keys))

    def pace(self, what: Literal["faster", "slower", "pause"]) -> None:
        """The demo's clock: twice as fast, half as fast, or standing."""
        if self.demo is not None:
            self.say(self.hint(self.demo.pace(what)))

    def saw(self, entry: Entry, transition: "Transition | None" = None) -> None:
        """A confirmed change of a service: into the open incident, else an offer to declare one."""
        if self.ledger is not None:
            self.ledger.saw(entry, transition)

    # incidents

    def declare(self, title: str, draft: "Draft", entry: "Draft | None" = None) -> None:
        """Creates the file and opens it; on failure the words are kept and offered again."""
        if self.ledger is not None:
            self.ledger.declare(title, draft, entry)

    def deferred(self, act: Callable[[], None]) -> bool:
        """Whether `act` waits for an incident that is just being declared."""
        return self.ledger is not None and self.ledger.defer(act)

    def decide(self) -> None:
        if self.ledger is not None:
            self.ledger.decide()

    def heads(self) -> "list[Head]":
        """What incidents there are: open ones first, then the newest. FileError where the folder can't be read."""
        from warroom.files.places import heads

        found = [head for head in heads(self.session.places.incidents) if head.error is None]
        return sorted(found, key=lambda head: (head.open, head.id), reverse=True)

    def open_incident(self, incident_id: str) -> None:
        from warroom.files.places import path_of

        if self.room_screen.composer is not None:
            self.room_screen.composer.set_aside()
        if self.ledger is not None:
            self.ledger.switch(path_of(self.session.places, incident_id))

    # the document

    def document(self) -> str:
        """The postmortem as Markdown, in the theme of the incident or the one in use."""
        if self.room is None:
            return ""
        from warroom.postmortem.markdown import render

        themes, now = self.themes, self.clock()
        return render(self.room.incident, self.voice, now=now, humour=themes.humour, complain=themes.complain)

    # look

    @property
    def look(self) -> Look:
        return self.themes.look

    @property
    def voice(self) -> Theme:
        return self.themes.voice

    # shown and copied

    def copy(self, text: str) -> None:
        """To the clipboard by OSC 52, and into tmux's buffer inside tmux."""
        from warroom.tui.outside import copy

        copy(self, text)

    def show_help(self) -> None:
        from warroom.tui.screens.pages import Page, help_lines

        self.push_screen(Page(lambda width: help_lines(self.keys, width)))

    def action_command_palette(self) -> None:
        """Above the room alone: what it runs is the room's."""
        from warroom.tui.palette import Palette

        if self.screen is self.room_screen:
            self.intake.wait()
            self.push_screen(Palette(lambda: self.call_later(self.intake.open)))

    # the end

    def work(self, group: str, act: Callable[[], Coroutine[Any, Any, None]], *, alone: bool = False) -> None:
        """Does `act` beside all else; what of its `group` was under way ends where it is to be `alone`.

        It takes a function: a coroutine that is never begun, as its window ends first, would end with a warning.
        """
        work: WorkType[None] = act
        self.run_worker(work, group=group, exclusive=alone, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker that fails says so: what it did is not being done any more."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            told = keep_crash(self.session.places.state, event.worker.error, self.clock())
            what = "health is no longer observed" if event.worker.group == "lookout" else event.worker.group
            self.say(f"{what}: {told}", "warning")

    def _fatal_error(self) -> None:
        """Textual's last resort would print a traceback with local variables; a person gets one line instead."""
        error = sys.exception() or RuntimeError("unknown")
        told = keep_crash(self.session.places.state, error, self.clock())
        later = "what was shown as logged is on disk, start it again"
        self._last_words = f"warroom: stopped by an error of its own: {told}; {later}"
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        if self._last_words:
            sys.stderr.write(f"{self._last_words}\n")  # Rich would cut it where the terminal ends
            self._last_words = ""
        super()._print_error_renderables()

    async def on_unmount(self) -> None:
        if self.ledger is not None:
            await self.ledger.end()
