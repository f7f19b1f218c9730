"""The timeline on screen: every entry readable, the newest in sight unless the person looks elsewhere."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, tzinfo
from itertools import accumulate

from textual import events
from textual.message import Message

from warroom.incident.model import Entry, Incident
from warroom.incident.order import reading_order
from warroom.presenters.runs import Line, Run
from warroom.presenters.timeline import columns, entry_lines, height
from warroom.text.width import cells, wrap
from warroom.tui.widgets.lines import LinesView

WRAPPED_UP_TO = 2000
"""With more entries than this each takes one line and the chosen one alone is shown whole: laying out stays quick."""
_MOST_LINES = 12


class TimelineView(LinesView):
    """Entries in reading order. `selected` is an id, so that it stays while others arrive."""

    DEFAULT_CSS = "TimelineView { width: 1fr; height: 1fr; }"

    class Selected(Message):
        """Another entry is chosen, or none."""

    def __init__(self) -> None:
        super().__init__(id="timeline")
        self._incident: Incident | None = None
        self._entries: tuple[Entry, ...] = ()
        self._unsaved: frozenset[str] = frozenset()
        self._zone: tzinfo = UTC
        self._columns = columns(80, several_days=False)
        self._ends: list[int] = []
        self._drawn: dict[int, list[Line]] = {}
        self._needle = ""
        self._following = True
        self._new = 0
        self.selected: str | None = None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is shown: in reading order, through the filter."""
        return self._entries

    @property
    def selected_entry(self) -> Entry | None:
        return next((entry for entry in self._entries if entry.id == self.selected), None)

    @property
    def new(self) -> int:
        """How many entries arrived below while the person looked elsewhere."""
        return self._new

    def show(self, incident: Incident | None, unsaved: frozenset[str], zone: tzinfo) -> None:
        same = self._incident is not None and incident is not None and self._incident.entries is incident.entries
        moved = zone is not self._zone
        self._incident, self._zone = incident, zone
        if not same:
            arrived = len(incident.entries) - len(self._entries) if incident is not None else 0
            self._new = 0 if self._following else self._new + max(arrived, 0)
            self._choose_entries()
        if unsaved != self._unsaved or not same or moved:
            self._unsaved = unsaved
            self._lay_out()

    def filter(self, needle: str) -> None:
        """Shows the entries that contain `needle` (in any case) in text, kind, author or service; "" shows all."""
        self._needle = needle.casefold()
        self._choose_entries()
        self._lay_out()

    def _choose_entries(self) -> None:
        entries = reading_order(self._incident.entries) if self._incident is not None else ()
        if self._needle:
            entries = tuple(entry for entry in entries if self._needle in _searched(entry))
        self._entries = entries
        if self._following or self.selected_entry is None:
            self.selected = entries[-1].id if entries else None

    def _lay_out(self) -> None:
        width = self.line_width
        days = {
            entry.at.astimezone(self._zone).date() for entry in (*self._entries[:1], *self._entries[-1:]) if entry.at
        }
        authors = max((cells(entry.by) for entry in self._entries[-200:]), default=0)
        self._columns = columns(width, several_days=len(days) > 1, authors=authors)
        self._drawn.clear()
        if len(self._entries) <= WRAPPED_UP_TO:
            heights = [height(entry, self._columns.text, _MOST_LINES) for entry in self._entries]
        else:
            heights = [1] * len(self._entries)
            if (place := self._selected_place) is not None:
                heights[place] = height(self._entries[place], self._columns.text, _MOST_LINES)
        self._ends = list(accumulate(heights))
        self.set_line_count(self._ends[-1] if self._ends else len(self._empty()))
        if self._following:
            self.call_after_refresh(self._to_end)

    def _to_end(self) -> None:
        if self._following:
            self.scroll_to(y=self.max_scroll_y, animate=False, immediate=True)

    @property
    def _selected_place(self) -> int | None:
        return next(
            (place for place in range(len(self._entries) - 1, -1, -1) if self._entries[place].id == self.selected), None
        )

    def on_resize(self, _: events.Resize) -> None:
        self._lay_out()

    def line(self, y: int) -> Sequence[Run]:
        if not self._entries:
            return self._empty()[y]
        place = bisect_right(self._ends, y)
        first = self._ends[place - 1] if place else 0
        return self._lines(place)[y - first]

    def is_selected(self, _y: int) -> bool:
        place = bisect_right(self._ends, _y)
        return place < len(self._entries) and self._entries[place].id == self.selected

    def _lines(self, place: int) -> list[Line]:
        entry = self._entries[place]
        rows = self._ends[place] - (self._ends[place - 1] if place else 0)
        if (drawn := self._drawn.get(place)) is None:
            if len(self._drawn) > WRAPPED_UP_TO:
                self._drawn.clear()
            drawn = entry_lines(
                entry,
                self._columns,
                self._zone,
                pending=entry.id in self._unsaved,
                charset=self.app.charset,
                most=rows,
            )
            self._drawn[place] = drawn
        return drawn

    def _empty(self) -> list[Line]:
        if self._incident is None:
            text = (
                "No incident is open.\n\nN declares one. Or just begin to log: n note, a action, o observation; "
                "the first entry becomes the title.\n\nI opens an older incident, ? shows all keys."
            )
        elif self._needle:
            text = "Nothing here contains that text. Esc shows all entries again."
        else:
            text = (
                "Nothing is logged yet.\n\n"
                "n note · o observation · a action · b impact began · space stamps this moment."
            )
        return [(Run(" " + line, "muted"),) for line in wrap(text, max(self.line_width - 1, 8))]

    def move(self, by: int) -> None:
        """Chooses the entry `by` places further."""
        if self._entries:
            place = self._selected_place
            self._select((len(self._entries) - 1 if place is None else place) + by)

    def move_to(self, place: int) -> None:
        """Chooses the entry at `place`; -1 is the newest, and follows what arrives."""
        if self._entries:
            self._select(place % len(self._entries))

    def move_to_mark(self, step: int) -> bool:
        """Chooses the next (1) or former (-1) milestone; whether there is one."""
        place = self._selected_place
        if place is None:
            return False
        place += step
        while 0 <= place < len(self._entries):
            if self._entries[place].mark and not self._entries[place].struck:
                self._select(place)
                return True
            place += step
        return False

    def choose(self, entry_id: str) -> None:
        """Chooses an entry by its id, where it is shown."""
        place = next((p for p, entry in enumerate(self._entries) if entry.id == entry_id), None)
        if place is not None:
            self._select(place)

    def _select(self, place: int) -> None:
        place = min(max(place, 0), len(self._entries) - 1)
        self.selected = self._entries[place].id
        self._following = place == len(self._entries) - 1
        if self._following:
            self._new = 0
        if len(self._entries) > WRAPPED_UP_TO:
            self._lay_out()
        first = self._ends[place - 1] if place else 0
        self.show_line(first, self._ends[place] - first)
        self.refresh()
        self.post_message(self.Selected())

    def on_click(self, event: events.Click) -> None:
        self.focus()
        y = event.y + self.scroll_offset.y
        if self._entries and y < self.line_count:
            self._select(bisect_right(self._ends, y))


def _searched(entry: Entry) -> str:
    return f"{entry.text}\n{entry.kind}\n{entry.mark}\n{entry.by}\n{entry.service}".casefold()
