"""The open incident's file, seen from the event loop: opening, declaring, what the writer reports, what was seen."""

import asyncio
import gc
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from warroom.files.glance import from_head
from warroom.files.messages import (
    Broken,
    Conflict,
    Message,
    Notice,
    Outside,
    Refused,
    Saved,
    Unsaved,
)
from warroom.files.places import read_head
from warroom.files.writer import Writer
from warroom.health.entries import health_entry, notice_entry, standing_entry, unwatched_entry
from warroom.health.machine import Transition
from warroom.health.observer import Notice as HealthNotice
from warroom.health.told import as_recorded, is_news, is_watched, states, untold, unwatched
from warroom.incident.contested import named
from warroom.incident.kinds import HealthState
from warroom.incident.model import Entry, Incident
from warroom.presenters.board import some
from warroom.presenters.header import ask_overdue
from warroom.room import Room
from warroom.tui.declaration import Declaration
from warroom.tui.draft import Draft
from warroom.tui.questions import Questions, is_question
from warroom.tui.vigil import Vigil

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

_MANY: Final = 5000
_SEEN: Final = 1000
"""What was seen while no incident was open; of a longer list the beginning is of no use to anybody."""
_CLOSE_SECONDS: Final = 5.0
_SETTLED: Final = 3
"""Ticks for which the lease is ours before the record is caught up: what its holder before us wrote is read by then."""


class Ledger:
    """One window's incident at a time; `saw` keeps what was seen while none is open."""

    def __init__(self, app: "WarRoom") -> None:
        self._app = app
        self._writer: Writer | None = None
        self._vigil: Vigil | None = None
        self._seen: deque[Entry] = deque(maxlen=_SEEN)
        self._given_up = self._ended = self._late = False
        self._opened = 0
        """How many incidents this window has opened; what the writers of earlier ones report is not of this one."""
        self._is_read = False
        self._broken = ""
        """Why the file can't be read now, one line; what is logged waits beside it."""
        self._early: list[tuple[Entry, Transition | None]] = []
        self._ticks_ours = 0
        self._names: frozenset[str] | None = None
        """The services that were looked at when the record was last held against them."""
        self._not_ours = ""
        self._entries: tuple[Entry, ...] = ()
        self._states: dict[str, HealthState] = {}
        self._questions = Questions(app, lambda: self._writer, self.offer)
        self._declaration = Declaration(app, self)
        self._loop = asyncio.get_running_loop()
        self._context = copy_context()

    def open(self, path: str, incident: Incident | None = None) -> None:
        """Shows the incident in `path`; its entries follow as soon as they are read."""
        app = self._app
        if incident is None:
            found = read_head(path)
            if found.error is not None:
                app.say(str(found.error), "warning")
                return
            incident = from_head(found)
        self._let_go()
        self._opened += 1
        self._is_read, self._late, self._ticks_ours, self._names = False, False, 0, None
        self._early.clear()
        self._broken = self._not_ours = ""
        self._writer = Writer(path, partial(self._post, self._opened))
        app.room = Room(incident, self._writer, clock=app.clock, new_id=app.new_id, author=app.author)
        app.room.subscribe(app.show_room)
        self._vigil = Vigil(path, app.author, app.clock, self._gap)
        app.show_room()
        self.offer()
        app.drawer.open(path)

    def switch(self, path: str) -> None:
        """Shows another incident, once all of this one is on disk: what is not yet, this window alone knows."""
        if self._app.room is None or self._app.room.saved:
            self.open(path)
        else:
            self._app.work("switch", partial(self._switch, path), alone=True)

    async def _switch(self, path: str) -> None:
        if not await self.all_on_disk():
            return
        app = self._app
        if app.screen is app.room_screen and app.room_screen.draft is None and not app.doorkeeper.away:
            self.open(path)
        else:  # what is being answered or written is meant for the incident that is shown
            app.say(app.hint("all is on disk now, but something else was begun: {incident.switch} switches"))

    async def all_on_disk(self) -> bool:
        """Whether the open incident can be left; where not, that is said."""
        if self._writer is None or await asyncio.to_thread(self._writer.flush, _CLOSE_SECONDS):
            return True
        self._app.say("not all is on disk yet: this incident stays open until it is", "warning")
        return False

    def _post(self, opened: int, event: Message) -> None:
        """From the writer's thread onto the loop, in the app's own context: without it a timer never ends."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._receive, opened, event, context=self._context)

    def _receive(self, opened: int, event: Message) -> None:
        room = self._app.room
        if room is None or self._ended or opened != self._opened:
            return
        match event:
            case Saved(change_ids):
                room.saved_changes(change_ids)
                self._given_up = False  # what is logged from now on was not meant
                if self._late and room.saved:  # else the line would go on saying that it is not
                    self._late = False
                    self._app.say("all is on disk now")
            case Unsaved(_, reason):
                room.unsaved_changes(reason)
                self._late = True
                if not self._given_up:  # else it would stand over what q has just asked
                    self._app.say(f"not on disk yet: {reason}; trying again", "warning")
            case Outside(incident):
                room.outside(incident)
                self._read()
                if len(incident.entries) > _MANY:
                    gc.freeze()  # entries hold no cycles, and a look through all of them stops the keys for a moment
                self._questions.file_is_back()
                self._broken = ""
            case Refused(change_id, reason, kept):
                room.saved_changes((change_id,))
                self._app.say(f"not in the file: {reason}; kept in {kept}", "warning")
            case Broken(error):
                self._broken = str(error)
                decides = self._app.hint("; {incident.decide} decides") if is_question(event) else ""
                self._app.say(f"{self._broken}{decides}", "warning")
            case Notice(text):
                self._app.say(text, "warning")
            case Conflict(change_id, path):
                room.lost_change(change_id)
                decides = self._app.hint("{incident.decide} decides")
                self._app.say(f"{named(path)}: two versions, for somebody else wrote there too: {decides}", "warning")
        if is_question(event):
            self._questions.add(event)

    def decide(self) -> None:
        """Asks what an outside change has left open."""
        self._questions.ask()

    @property
    def _watched(self) -> bool:
        """Whether the incident shown is one that is told what is seen now."""
        return self._app.room is not None and is_watched(self._app.room.incident)

    def _tell_why_not(self, vigil: Vigil) -> None:
        """Why this window records nothing, or that it does now; all but a fault waits until what is said was read."""
        why, talk = vigil.why_not, self._app.room_screen.talk
        if why != self._not_ours and (vigil.problem or talk.silent or talk.words == self._not_ours):
            self._not_ours = why
            said = why or "what is seen is recorded by this room from now on"
            self._app.say(said, "warning" if vigil.problem else "said")

    def tick(self) -> None:
        """Each second: who holds the probing lease, and is an answer late?"""
        if self._vigil is not None and self._watched:
            self._vigil.tick()
            ours = self._vigil.ours
            self._tell_why_not(self._vigil)
            self._ticks_ours = self._ticks_ours + 1 if self._is_read and ours else 0
            if self._ticks_ours == _SETTLED:
                self._catch_up()
            if self._ticks_ours >= _SETTLED:
                self._leave_unwatched()
        self.offer()

    def _gap(self, notice: HealthNotice) -> None:
        if self._app.room is not None:
            self._app.room.observe(notice_entry(notice, self._app.new_id(), by="monitor"))

    def _catch_up(self) -> None:
        """Tells the record how services stand of which it knows otherwise.

        A change may have come while nobody wrote: between two holders of the lease, or with another incident open.
        """
        room, lookout = self._app.room, self._app.lookout
        if room is None or lookout is None or lookout.together is not None:
            return
        for service in untold(lookout.services, self._told(room.incident)):
            room.observe(standing_entry(service, self._app.new_id(), self._app.clock(), by="monitor"))

    def _leave_unwatched(self) -> None:
        """Tells the record what has gone from the configuration and would stand as down in it for ever."""
        room, names = self._app.room, self._app.lookout.names if self._app.lookout is not None else None
        if room is None or names is None or names == self._names:
            return
        self._names = names
        told = self._told(room.incident)
        for service in unwatched(names, told):
            room.observe(unwatched_entry(service, told[service], self._app.new_id(), self._app.clock(), by="monitor"))

    def _told(self, incident: Incident) -> dict[str, HealthState]:
        if self._entries is not incident.entries:  # of a long record this takes a while, and many services ask at once
            self._entries, self._states = incident.entries, states(incident.entries)
        return self._states

    def saw(self, entry: Entry, transition: Transition | None = None) -> None:
        """A confirmed change: into the record where this window holds the lease, else kept for a declaration."""
        room = self._app.room
        if room is not None and not self._is_read:
            self._early.append((entry, transition))
            return
        if room is not None and self._watched:
            ours = self._vigil is not None and self._vigil.ours
            if ours and is_news(entry, transition, self._told(room.incident)):
                room.observe(_as_recorded(entry, transition, room.incident))
        elif room is not None and self._ends(room.incident, entry):
            room.observe(_as_recorded(entry, transition, room.incident))
        elif transition is None or not transition.found_well:
            self._seen.append(entry)
        self.offer()

    def _read(self) -> None:
        """What the record says is known now, and so what of that which was seen meanwhile is news to it."""
        self._is_read = True
        early, self._early = self._early, []
        for entry, transition in early:
            self.saw(entry, transition)

    def _ends(self, incident: Incident, entry: Entry) -> bool:
        """Whether a trouble is over that this window recorded, when the incident is resolved already."""
        recorded = self._ticks_ours > 0 and incident.fields.status == "resolved" and entry.state == "up"
        return recorded and self._told(incident).get(entry.service) in ("down", "degraded")

    def offer(self) -> None:
        """What waits for the person, in one line: a decision first, then what is down with no incident open."""
        talk = self._app.room_screen.talk
        if words := self._questions.words:
            talk.offer(f"{words}: {self._app.hint('{incident.decide} decides')}")
        elif self._broken:
            talk.offer(self._broken)
        elif words := self._declaration.words:
            talk.offer(f"{words}: {self._app.hint('{incident.declare} declares it')}")
        elif not self._watched and (failing := self._failing()):
            declares = self._app.hint("{incident.declare} declares an incident, begun with what was seen")
            talk.offer(f"{failing}: {declares}")
        elif late := self._overdue():
            talk.offer(f"{late}; /done answers it")
        else:
            talk.offer("")

    def _overdue(self) -> str:
        room, counted = self._app.room, self._app.room_screen.tally
        if room is None or counted is None or not room.incident.open:
            return ""
        return ask_overdue(counted.asks, self._app.clock())

    def _failing(self) -> str:
        """What is down, or about to be with nearly everything else, in few words."""
        if names := [service.name for service in self._app.failing()]:
            return f"{some(names)} DOWN"
        together = self._app.lookout.together if self._app.lookout is not None else None
        return f"{len(together.services)} remote services fail at once" if together is not None else ""

    def defer(self, act: Callable[[], None]) -> bool:
        """Keeps `act` for the moment an incident that is being declared is open; False where none is."""
        return self._declaration.defer(act)

    def declare(self, title: str, draft: Draft, entry: Draft | None) -> None:
        """Declares an incident; what is logged while its file is being made follows in order."""
        self._given_up = False  # what waits for it was not meant
        self._declaration.begin(title, draft, entry)

    def open_new(self, path: str, incident: Incident) -> None:
        """Shows the incident that was just declared: it is begun with what was seen, and needs not be caught up."""
        self.open(path, incident)
        self._is_read, self._ticks_ours = True, _SETTLED
        self._seen.clear()

    def begun_with(self, at: datetime) -> list[Entry]:
        """What was seen since the trouble began, as the first entries of a new record.

        What is down without having been told (everything failed at once, or it was told to another record) follows.
        """
        failing, lookout = self._app.failing(), self._app.lookout
        begun = [service.trouble_since for service in failing if service.trouble_since is not None]
        if lookout is not None and lookout.together is not None:
            begun.append(lookout.together.since)
        since = min(begun, default=None)
        told = [entry for entry in self._seen if since is not None and entry.at is not None and entry.at >= since]
        last = states(told)
        rest = [service for service in failing if last.get(service.name) != "down"]
        return [*told, *(standing_entry(one, self._app.new_id(), at, by="monitor") for one in rest)]

    @property
    def farewell(self) -> str:
        """What ends with this room, for whoever leaves it; "" where nothing is recorded, or another room does that."""
        app = self._app
        if app.room is None or app.demo is not None or not app.has_services or not self._watched:
            return ""
        if self._vigil is None or not self._vigil.ours:
            return ""
        fields = app.room.incident.fields
        return f"{fields.id} is still {fields.status}, and health is no longer recorded by this room"

    async def close(self) -> bool:
        """Brings all to disk; whether it is there."""
        if self._given_up:
            return True
        done = self._writer is None or await asyncio.to_thread(self._writer.flush, _CLOSE_SECONDS)
        done = done and not self._declaration.is_owed
        if done and self._vigil is not None:
            self._vigil.end()
        return done

    async def end(self) -> None:
        """The window goes: what can still be written is, and nothing is told any more."""
        self._ended = True
        if self._vigil is not None:
            self._vigil.end()
        if self._writer is not None:
            await asyncio.to_thread(self._writer.close, 0.5 if self._given_up else _CLOSE_SECONDS)

    def give_up(self) -> None:
        """The person was told that not all is on disk, and may quit all the same."""
        self._given_up = True

    def _let_go(self) -> None:
        """The incident so far: what was typed into its postmortem is its own, and not the next one's."""
        if self._app.room_screen.editor is not None:
            self._app.room_screen.editor.save()
        if self._vigil is not None:
            self._vigil.end()
        if self._writer is not None:
            # A command that runs is logged where it was begun.
            closed = partial(self._loop.run_in_executor, None, self._writer.close, _CLOSE_SECONDS)
            self._app.room_screen.runner.once_logged(closed)
        self._writer = self._vigil = None


def _as_recorded(entry: Entry, transition: Transition | None, incident: Incident) -> Entry:
    """The entry as it reads with what the record knows of the trouble from before this window looked."""
    if transition is None or (known := as_recorded(entry.service, transition, incident.entries)) == transition:
        return entry
    return health_entry(entry.service, known, entry.id, entry.by)
