"""Declaring an incident: its file is made off the loop; what is logged meanwhile waits for it, and follows in order."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from warroom.files.errors import FileError
from warroom.incident.ids import incident_id
from warroom.incident.model import Fields, Incident
from warroom.text import clean_line
from warroom.text.width import cut
from warroom.tui.draft import Draft

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom
    from warroom.tui.ledger import Ledger

_OF_THE_TITLE: Final = 40


class Declaration:
    """One at a time. Where none could be made, nothing opens under the fingers of whoever types on: what was typed for
    it is kept, and goes with the next that is declared in this window.
    """

    def __init__(self, app: "WarRoom", ledger: "Ledger") -> None:
        self._app, self._ledger = app, ledger
        self._going = False
        self._waiting: list[Callable[[], None]] = []

    @property
    def is_owed(self) -> bool:
        """Whether what was logged waits for an incident."""
        return bool(self._waiting)

    @property
    def words(self) -> str:
        """What is not declared yet, in a few words; "" where there is nothing."""
        title, count = self._app.room_screen.commander.untaken, len(self._waiting)
        if self._going or not (title or count):
            return ""
        waits = f"; {count} entries wait for it" if count > 1 else "; an entry waits for it" if count else ""
        return f"{cut(title, _OF_THE_TITLE) or 'the incident'} is not declared yet{waits}"

    def defer(self, act: Callable[[], None]) -> bool:
        """Keeps `act` for the moment an incident that is being declared is open; False where none is."""
        if self._going:
            self._waiting.append(act)
        return self._going

    def begin(self, title: str, draft: Draft, entry: Draft | None) -> None:
        """Declares an incident; `entry` is the first that follows."""
        self._going = True  # from this key on: the worker begins a moment later, and keys may come together
        if entry is not None:
            self._waiting.append(partial(self._app.room_screen.scribe.write, entry, entry.words))
        self._app.work("declare", partial(self._in_order, clean_line(title), draft))

    async def _in_order(self, title: str, draft: Draft) -> None:
        made = False
        try:
            made = await self._make(title, draft)
        finally:
            self._going = False
            self._app.room_screen.commander.untaken = "" if made else title
            self._ledger.offer()
        if made:
            waiting, self._waiting = self._waiting, []
            for act in waiting:
                act()

    async def _make(self, title: str, draft: Draft) -> bool:
        """Creates the file off the loop and opens it; whether it could, which is said."""
        from warroom.files.store import create

        app, ledger = self._app, self._ledger
        if not await ledger.all_on_disk():
            return False
        at = app.clock() if draft.backdated else draft.at  # of the entry; that it is declared is news of this moment
        incident = Incident(
            Fields(
                id=incident_id(at.astimezone(app.zone).date(), title),
                title=title,
                timezone=app.session.timezone,
                declared_at=at,
                services=tuple(service.name for service in app.failing()),
                theme=app.themes.for_new_incident,
            ),
            entries=tuple(ledger.begun_with(at)),
        )
        try:
            path = await asyncio.to_thread(create, app.session.places.incidents, incident)
        except (FileError, OSError) as error:
            app.say(str(error), "warning")
            return False
        ledger.open_new(str(path), replace(incident, fields=replace(incident.fields, id=path.stem)))
        app.say(f"declared: {path.stem}")
        return True
