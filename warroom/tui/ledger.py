"""The open incident's file, seen from the event loop: opening, declaring, what the writer reports, what was seen."""

import asyncio
import gc
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from warroom.files.drafts import Drafts
from warroom.files.errors import FileError
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
from warroom.health.entries import notice_entry, standing_entry
from warroom.health.observer import Notice as HealthNotice
from warroom.incident.ids import incident_id
from warroom.incident.kinds import KINDS
from warroom.incident.model import Entry, Fields, Incident
from warroom.presenters.board import some
from warroom.presenters.header import ask_overdue
from warroom.room import Room
from warroom.text import clean, clean_line
from warroom.tui.draft import Draft
from warroom.tui.questions import Questions, is_question
from warroom.tui.vigil import Vigil

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

_MANY: Final = 5000
_SEEN: Final = 1000
"""What was seen while no incident was open; of a longer list the beginning is of no use to anybody."""
_CLOSE_SECONDS: Final = 5.0
_DRAFT_REST: Final = 0.4


class Ledger:
    """One window's incident at a time; `saw` keeps what was seen while none is open."""

    def __init__(self, app: "WarRoom") -> None:
        self._app = app
        self._writer: Writer | None = None
        self._vigil: Vigil | None = None
        self._drafts: Drafts | None = None
        self._keeping: Timer | None = None
        self._seen: deque[Entry] = deque(maxlen=_SEEN)
        self._given_up = self._ended = False
        self._declaring = False
        self._waiting: list[Callable[[], None]] = []
        self._questions = Questions(app, lambda: self._writer, self.offer)
        self._loop = asyncio.get_running_loop()

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
        self._writer = Writer(path, self._post)
        app.room = Room(incident, self._writer, clock=app.clock, new_id=app.new_id, author=app.author)
        app.room.subscribe(app.show_room)
        self._vigil = Vigil(path, app.author, app.clock, self._gap)
        app.show_room()
        self.offer()
        self._bring_back_draft(path)

    def _post(self, event: Message) -> None:
        """From the writer's thread onto the loop."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._receive, event)

    def _receive(self, event: Message) -> None:
        room = self._app.room
        if room is None or self._ended:
            return
        match event:
            case Saved(change_ids):
                room.saved_changes(change_ids)
            case Unsaved(_, reason):
                room.unsaved_changes(reason)
                self._app.say(f"not on disk yet: {reason}; trying again", "warning")
            case Outside(incident):
                room.outside(incident)
                if len(incident.entries) > _MANY:
                    gc.freeze()  # entries hold no cycles, and a look through all of them stops the keys for a moment
                self._questions.file_is_back()
            case Refused(change_id, reason, kept):
                room.saved_changes((change_id,))
                self._app.say(f"not in the file: {reason}; kept in {kept}", "warning")
            case Broken(error):
                self._app.say(str(error), "warning")
            case Notice(text):
                self._app.say(text, "warning")
            case Conflict(change_id):
                room.lost_change(change_id)
        if is_question(event):
            self._questions.add(event)

    def decide(self) -> None:
        """Asks what an outside change has left open."""
        self._questions.ask()

    def tick(self) -> None:
        """Each second: who holds the probing lease, and is an answer late?"""
        if self._vigil is not None:
            self._vigil.tick()
        self.offer()

    def _gap(self, notice: HealthNotice) -> None:
        if self._app.room is not None:
            self._app.room.observe(notice_entry(notice, self._app.new_id(), by="monitor"))

    def saw(self, entry: Entry) -> None:
        """A confirmed change: into the record where this window holds the lease, else kept for a declaration."""
        if self._app.room is not None:
            if self._vigil is not None and self._vigil.ours and not _told(self._app.room.incident, entry):
                self._app.room.observe(entry)
            return
        self._seen.append(entry)
        self.offer()

    def offer(self) -> None:
        """What waits for the person, in one line: a decision first, then what is down with no incident open."""
        talk = self._app.room_screen.talk
        if words := self._questions.words:
            talk.offer(f"{words}: ^G decides")
        elif self._app.room is None and (failing := self._failing()):
            talk.offer(f"{failing}: N declares an incident, begun with what was seen")
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
        if self._declaring:
            self._waiting.append(act)
        return self._declaring

    async def declare(self, title: str, draft: Draft, entry: Draft | None) -> None:
        """Declares an incident; what is logged while its file is being made follows in order."""
        self._declaring = True
        try:
            await self._declare(title, draft, entry)
        finally:
            self._declaring = False
            waiting, self._waiting = self._waiting, []
            for act in waiting:
                act()

    async def _declare(self, title: str, draft: Draft, entry: Draft | None) -> None:
        """Creates the file off the loop, opens it, and logs what was seen and what was written."""
        from warroom.files.store import create

        app = self._app
        title = clean_line(title)
        failing = tuple(service.name for service in app.failing())
        incident = Incident(
            Fields(
                id=incident_id(draft.at.astimezone(app.zone).date(), title),
                title=title,
                timezone=app.session.timezone,
                declared_at=draft.at,
                services=failing,
                theme=app.themes.for_new_incident,
            ),
            entries=tuple(self._begun_with(draft.at)),
        )
        try:
            path = await asyncio.to_thread(create, app.session.places.incidents, incident)
        except (FileError, OSError) as error:
            app.room_screen.compose_draft(draft)
            app.say(str(error), "warning")
            return
        incident = replace(incident, fields=replace(incident.fields, id=path.stem))
        self.open(str(path), incident)
        assert app.room is not None
        self._seen.clear()
        if entry is not None:
            app.room.log(
                clean(entry.text),
                kind=entry.kind or "note",
                at=entry.at,
                mark=entry.mark,
                service=entry.service,
                evidence=entry.evidence,
            )
        app.say(f"declared: {path.stem}")

    def _begun_with(self, at: datetime) -> list[Entry]:
        """What was seen since the trouble began, as the first entries of a new record.

        What is down without having been told (everything failed at once, or it was told to another record) follows.
        """
        failing, lookout = self._app.failing(), self._app.lookout
        begun = [service.trouble_since for service in failing if service.trouble_since is not None]
        if lookout is not None and lookout.together is not None:
            begun.append(lookout.together.since)
        since = min(begun, default=None)
        told = [entry for entry in self._seen if since is not None and entry.at is not None and entry.at >= since]
        last = {entry.service: entry.state for entry in told if entry.state}
        untold = [service for service in failing if last.get(service.name) != "down"]
        return [*told, *(standing_entry(one, self._app.new_id(), at, by="monitor") for one in untold)]

    def typing(self, draft: Draft) -> None:
        """Keeps what is being typed, shortly after the last key."""
        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self._app.set_timer(_DRAFT_REST, partial(self.keep_draft, draft))

    def keep_draft(self, draft: Draft) -> None:
        """Keeps a draft on disk, so that it outlives this window."""
        if draft.kind is None or draft.mark or not draft.timed:
            return
        self._keep(f"{draft.kind} {draft.at.isoformat()}\n{draft.text}" if draft.text.strip() else "")

    def forget_draft(self) -> None:
        """What was typed is logged now."""
        if self._keeping is not None:
            self._keeping.stop()
        self._keep("")

    def _keep(self, text: str) -> None:
        if self._drafts is not None:
            self._loop.run_in_executor(None, _kept, self._drafts, text)

    def _bring_back_draft(self, path: str) -> None:
        """A draft that was being typed when a window ended stands under its key again."""
        self._drafts = Drafts(self._app.session.places.state, path)
        try:
            kind, _, rest = self._drafts.read().partition(" ")
        except FileError as error:
            self._app.say(str(error), "warning")
            return
        at, _, text = rest.partition("\n")
        known = next((name for name in KINDS if name == kind), None)
        if known is not None and text:
            self._app.set_aside(Draft(known, datetime.fromisoformat(at), text, kind=known))

    async def close(self) -> bool:
        """Brings all to disk; whether it is there."""
        if self._writer is None or self._given_up:
            return True
        writer = self._writer
        done = await asyncio.to_thread(writer.flush, _CLOSE_SECONDS)
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
            writer = self._writer
            self._loop.run_in_executor(None, writer.close, _CLOSE_SECONDS)
        self._writer = self._vigil = None


def _kept(drafts: Drafts, text: str) -> None:
    """Off the loop. A draft that can't be kept is no reason to disturb who is typing it."""
    with suppress(FileError):
        drafts.keep(text)


def _told(incident: Incident, entry: Entry) -> bool:
    """Whether the record says already that the service stands so: a room that was opened again saw it once more."""
    if not entry.service or not entry.state:
        return False
    states = (e.state for e in reversed(incident.entries) if e.service == entry.service and e.state and not e.struck)
    last = next(states, "")
    return last == entry.state or (not last and entry.state == "up")
