"""The reader's commands: what is shown of the timeline, and how."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from warroom.commands import Command
from warroom.incident.model import Entry
from warroom.incident.search import completions
from warroom.presenters.header import began
from warroom.tui.messages import RoomChanged

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom
    from warroom.tui.screens.room import RoomScreen

_RECENT: Final = 2000
"""So many of the newest entries have a say in what a filter is completed to."""


class Reader:
    """Filters, selects, jumps, and says whether times are those of the day or count from the start."""

    def __init__(self, app: "WarRoom", screen: "RoomScreen") -> None:
        self._app = app
        self._screen = screen
        self._relative = False
        self._shown: RoomChanged | None = None

    def handlers(self) -> dict[str, Callable[[Command], None]]:
        """Which command is done by what."""
        return {
            "move.mark-before": lambda _: self._to_mark(-1),
            "move.mark-after": lambda _: self._to_mark(1),
            "filter": self.filter,
            "times": self.switch_times,
            "entry.select": self.pick,
        }

    def show(self, message: RoomChanged) -> None:
        """Brings the timeline up to date."""
        self._shown = message
        incident, counted, since = message.incident, self._screen.tally, None
        if self._relative and incident is not None and counted is not None:
            since = began(incident, counted.held)
        self._screen.timeline.show(incident, message.unsaved, self._app.zone, since[1] if since is not None else None)

    def switch_times(self, _: Command) -> None:
        """Times of day, or how long after the impact began (else after it was detected, or declared)."""
        self._relative = not self._relative
        self._app.say("times count from the start" if self._relative else "times of day")
        if self._shown is not None:
            self.show(self._shown)

    def filter(self, _: Command) -> None:
        """/: shows less with every key; Tab completes fields and their values."""
        from warroom.tui.draft import Draft

        health = self._screen.pane == "health"
        hint = "words · kind:action · by:NAME · mark: · is:starred"
        draft = Draft(
            "filter",
            self._app.key_time,
            timed=False,
            changed=self._screen.board.filter if health else self.show_only,
            then=lambda _: None,
            hint="Esc shows all" if health else hint,
            enter="keep",
        )
        if health:
            self._screen.compose_draft(draft)
            return
        if self._screen.pane == "actions":
            self._screen.go_to("timeline")  # or nobody would see what is found
        entries = self._app.room.incident.entries[-_RECENT:] if self._app.room is not None else ()
        self._screen.compose_draft(replace(draft, complete=partial(_completed, entries)))
        self._screen.call_after_refresh(self._screen.timeline.prepare_filter)

    def show_only(self, needle: str) -> None:
        """The entries that a filter finds; "" shows all."""
        self._screen.timeline.filter(needle)
        self._screen.title_panes()

    def pick(self, _: Command) -> None:
        self._screen.timeline.pick()
        self._screen.title_panes()

    def back(self) -> bool:
        """Esc: lets go of what is selected, else of the filter; whether there was a selection."""
        if self._screen.timeline.unpick():
            self._screen.title_panes()
            return True
        self.show_only("")
        return False

    def _to_mark(self, step: int) -> None:
        if not self._screen.timeline.move_to_mark(step):
            self._app.say("no milestone further " + ("down" if step > 0 else "up"))


def _completed(entries: Sequence[Entry], text: str) -> list[str]:
    head = text[: len(text) - len(text.rpartition(" ")[2])]
    return [head + value for value in completions(text, entries)]
