"""Entries of the timeline into the postmortem: chosen there, or picked from a list without leaving the text."""

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from warroom.commands import Command
from warroom.incident.model import Entry
from warroom.incident.order import reading_order
from warroom.incident.search import parse_query
from warroom.incident.times import echo
from warroom.presenters.copying import as_text
from warroom.tui.screens.choice import Choice, Option
from warroom.tui.screens.pick import Pick

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom
    from warroom.tui.screens.room import RoomScreen

_MOST: Final = 500
"""So many of the newest entries stand in the list; words find older ones."""


class Quoter:
    """Writes at the cursor of the editor; the timeline keeps its own place."""

    def __init__(self, app: "WarRoom", screen: "RoomScreen") -> None:
        self._app, self._screen = app, screen

    def handlers(self) -> dict[str, Callable[[Command], None]]:
        """Which command is done by what."""
        return {"entry.quote": self.quote}

    def quote(self, _: Command) -> None:
        """Y: the entry that is chosen in the timeline; ctrl+B in the text: one of all that were logged."""
        entry = self._screen.timeline.selected_entry if self._screen.pane == "timeline" else None
        if entry is not None:
            self._ask(entry)
        else:
            self._pick()

    def _pick(self) -> None:
        room = self._app.room
        assert room is not None, "disabled without an incident"
        entries = [entry for entry in reading_order(room.incident.entries) if not entry.struck]
        if not entries:
            self._app.say("nothing is logged yet that could be put into the text")
            return
        begin, zone, last = self._begin, self._app.zone, self._screen.timeline.selected_entry

        def find(words: str) -> list[Option]:
            query = parse_query(words)
            newest = islice((entry for entry in reversed(entries) if query.finds(entry)), _MOST)
            found = [Option("", as_text([entry], begin, zone).partition("\n")[0], entry.id) for entry in newest]
            return found[::-1]

        def answered(answer: str | None) -> None:
            entry = room.incident.entry(answer) if answer is not None else None
            if entry is not None:
                self._ask(entry)

        chosen = last.id if last is not None else ""
        self._app.push_screen(Pick("Which entry goes into the text?", find, chosen), answered)

    @property
    def _begin(self) -> datetime:
        """Times of this day are told without their date."""
        room = self._app.room
        if room is None:
            return self._app.clock()
        first = next((entry.at for entry in reading_order(room.incident.entries) if entry.at is not None), None)
        return room.incident.fields.declared_at or first or self._app.clock()

    def _ask(self, entry: Entry) -> None:
        options = (Option("w", "its words and time", "words"), Option("l", "a link to it", "link"))
        self._app.push_screen(Choice("Into the postmortem:", options), lambda answer: self._insert(entry, answer))

    def _insert(self, entry: Entry, answer: str | None) -> None:
        from warroom.postmortem.escape import line
        from warroom.postmortem.links import link

        editor = self._screen.editor
        if answer is None or self._app.room is None or editor is None:
            return
        when = "time unknown" if entry.at is None else echo(entry.at, self._begin, self._app.zone)
        text = link(entry.id, when) if answer == "link" else f"{line(entry.text)} ({when})".lstrip()
        row, column = editor.cursor_location
        words = editor.document.get_line(row)
        self._screen.go_to("postmortem")
        before = " " if words[:column][-1:].strip() else ""
        editor.insert(f"{before}{text}{' ' if words[column : column + 1].isalnum() else ''}")
