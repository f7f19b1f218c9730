"""The timeline on screen: every entry readable, the newest in sight unless the person looks elsewhere."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from itertools import accumulate

from textual import events
from textual.message import Message

from warroom.incident.model import Entry, Incident
from warroom.incident.reading import Reading
from warroom.incident.search import parse_query
from warroom.presenters.glyphs import NONE, Signs
from warroom.presenters.runs import Line, Run
from warroom.presenters.timeline import columns, entry_lines, gap, gap_line, height
from warroom.text.width import cells, wrap
from warroom.tui.widgets.lines import LinesView

WRAPPED_UP_TO = 2000
"""With more rows than this each takes one line and the chosen one alone is shown whole: laying out stays quick."""
_MOST_LINES = 12
_KEPT_ROWS = 500
_Made = tuple[Entry, Entry | None, bool, bool, int]
"""All that the lines of a row hang on, beside what holds for every row: the row is not made anew while it is so."""


class TimelineView(LinesView):
    """Entries in reading order. `selected` is an id, so that it stays while others arrive; so are the `picked` ones."""

    DEFAULT_CSS = "TimelineView { width: 1fr; height: 1fr; }"

    class Selected(Message):
        """Another entry is chosen, or none."""

    def __init__(self) -> None:
        super().__init__(id="timeline")
        self._incident: Incident | None = None
        self._rows = Reading()
        self._unsaved: frozenset[str] = frozenset()
        self._zone: tzinfo = UTC
        self._since: datetime | None = None
        self._columns = columns(80, several_days=False)
        self._ends: list[int] = []
        self._tall = (0, 1)
        self._instead: list[Line] = []
        self._drawn: dict[int, tuple[_Made, list[Line]]] = {}
        self._signs: Signs = NONE
        self._needle = ""
        self._following = True
        self._peeking = False
        self._new = 0
        self.selected: str | None = None
        self.picked: frozenset[str] = frozenset()

    @property
    def entries(self) -> Sequence[Entry]:
        """What is shown: in reading order, through the filter."""
        return self._rows

    @property
    def shown(self) -> int | None:
        """How many entries the filter leaves; None where there is no filter."""
        return len(self._rows) if self._rows.filtered else None

    @property
    def selected_entry(self) -> Entry | None:
        row = self._rows.row_of(self.selected)
        return None if row is None else self._rows[row]

    @property
    def chosen(self) -> list[Entry]:
        """What a command acts on: the picked entries in reading order, else the selected one."""
        if self.picked:
            rows = [row for row in map(self._rows.row_of, self.picked) if row is not None]
            if found := [self._rows[row] for row in sorted(rows)]:
                return found
        entry = self.selected_entry
        return [] if entry is None else [entry]

    @property
    def new(self) -> int:
        """How many entries arrived below while the person looked elsewhere."""
        return self._new

    def show(
        self, incident: Incident | None, unsaved: frozenset[str], zone: tzinfo, since: datetime | None = None
    ) -> None:
        """`since` shows each time as how long after that it was."""
        same = self._incident is not None and incident is not None and self._incident.entries is incident.entries
        other = _id(incident) != _id(self._incident)
        if zone is not self._zone or since != self._since:
            self._drawn.clear()
        self._incident, self._zone, self._unsaved, self._since = incident, zone, unsaved, since
        if other:
            self.picked = frozenset()
        if other or not same:
            self._take(incident.entries if incident is not None else ())
        else:
            self.refresh()

    def _take(self, entries: tuple[Entry, ...]) -> None:
        before = self._rows.whole
        stood = self._rows.follow(entries)
        arrived = self._rows.whole - before
        self._new = 0 if self._following else self._new + max(arrived, 0)
        if not self._following and self._rows.row_of(self.selected) is None:
            self._following = True
        if self._following:
            self.selected = self._rows[-1].id if self._rows else None
        self._lay_out(stood=stood and before > 0)

    def filter(self, needle: str) -> None:
        """Shows the entries in which all words of `needle` are found, in any case; "" shows all."""
        if needle == self._needle:
            return
        self._needle = needle
        self._rows.seek(parse_query(needle))
        if self._following or self._rows.row_of(self.selected) is None:
            self.selected = self._rows[-1].id if self._rows else None
        self._lay_out()
        if (row := self._rows.row_of(self.selected)) is not None:
            self._show_row(row)

    def prepare_filter(self) -> None:
        """Does ahead of the first key what a filter needs."""
        self._rows.prepare()

    def _lay_out(self, *, stood: bool = False) -> None:
        """`stood`: rows stand where they stood, new ones behind them at most.

        Out of sight they are laid out for the width there was: Textual paints before it tells a new one.
        """
        if self.size.width:
            self._fit_columns(stood=stood)
        elif not self.line_count:
            return  # before the first paint Textual does tell it
        if len(self._rows) <= WRAPPED_UP_TO:
            self._ends = list(accumulate(self._height(row) for row in range(len(self._rows))))
        else:
            self._ends = []
            row = self._rows.row_of(self.selected)
            self._tall = (0, 1) if row is None else (row, height(self._rows[row], self._columns.text, _MOST_LINES))
        self._instead = [] if self._rows else self._empty()
        self.set_line_count(self._first(len(self._rows)) if self._rows else len(self._instead))
        if self._following:
            self.call_after_refresh(self._to_end)

    def _fit_columns(self, *, stood: bool) -> None:
        before = self._columns
        dates = [entry.at.astimezone(self._zone).date() for entry in (*self._rows[:1], *self._rows[-1:]) if entry.at]
        authors = max((cells(entry.by) for entry in self._rows[-200:]), default=0)
        wide = max(authors, before.author) if stood else authors
        self._columns = columns(self.line_width, several_days=len(set(dates)) > 1, authors=wide)
        if self._columns != before:
            self._drawn.clear()

    def _height(self, row: int) -> int:
        lines = height(self._rows[row], self._columns.text, _MOST_LINES)
        after_gap = row and not self._rows.filtered and gap(self._rows[row - 1], self._rows[row]) is not None
        return lines + bool(after_gap)

    def _first(self, row: int) -> int:
        """The first line of a row."""
        if self._ends:
            return self._ends[row - 1] if row else 0
        tall, lines = self._tall
        return row if row <= tall else row + lines - 1

    def _row_at(self, y: int) -> int:
        if self._ends:
            return bisect_right(self._ends, y)
        tall, lines = self._tall
        return y if y < tall else max(tall, y - lines + 1)

    def _to_end(self) -> None:
        if self._following:
            self.show_from(self.max_scroll_y)

    def turned(self) -> None:
        self._scrolled()

    def on_scroll_to(self) -> None:
        self.call_after_refresh(self._scrolled)

    def _scrolled(self) -> None:
        """After the mouse: whoever follows and looks further up is left there, until the end is in sight again."""
        at_end = self.scroll_offset.y >= self.max_scroll_y
        if self._following and not at_end:
            self._following, self._peeking = False, True
        elif self._peeking and at_end:
            self.move_to(-1)

    def on_resize(self, _: events.Resize) -> None:
        self._lay_out()
        if not self._following and not self._peeking and (row := self._rows.row_of(self.selected)) is not None:
            self.call_after_refresh(self._show_row, row)

    def line(self, y: int) -> Sequence[Run]:
        if not self._rows:
            return self._instead[y]
        row = self._row_at(y)
        return self._lines(row)[y - self._first(row)]

    def is_selected(self, y: int) -> bool:
        row = self._row_at(y)
        return row < len(self._rows) and self._rows[row].id == self.selected

    def _lines(self, row: int) -> list[Line]:
        entry, before = self._rows[row], None
        if row and not self._rows.filtered:
            before = self._rows[row - 1]
        rows, pending, picked = (
            self._first(row + 1) - self._first(row),
            entry.id in self._unsaved,
            entry.id in self.picked,
        )
        if self._signs is not self.app.voice.glyphs:
            self._signs = self.app.voice.glyphs
            self._drawn.clear()
        made = (entry, before, pending, picked, rows)
        if (drawn := self._drawn.get(row)) is not None and drawn[0] == made:
            return drawn[1]
        lines = self._made_lines(*made)
        if len(self._drawn) > _KEPT_ROWS:
            self._drawn.clear()
        self._drawn[row] = (made, lines)
        return lines

    def _made_lines(self, entry: Entry, before: Entry | None, pending: bool, picked: bool, rows: int) -> list[Line]:
        quiet = gap(before, entry)
        above = [gap_line(quiet, self._columns, self.app.charset)] if quiet is not None and self._ends else []
        drawn = entry_lines(
            entry,
            self._columns,
            self._zone,
            pending=pending,
            picked=picked,
            after_gap=quiet is not None and not above,
            since=self._since,
            charset=self.app.charset,
            own=self._signs,
            most=rows - len(above),
            undescribed=self.app.hint("describe this moment: {stamps.walk}"),
        )
        return [*above, *drawn]

    def _empty(self) -> list[Line]:
        if self._incident is None:
            text = (
                "No incident is open.\n\n{incident.declare} declares one. Or just begin to log: {entry.note} note, "
                "{entry.action} action, {entry.observation} observation; the first entry becomes the title.\n\n"
                "{incident.switch} opens an older incident, {help} shows all keys."
            )
            if not self.app.has_services:
                text += "\n\nThis host is all that is watched so far: {pane.health} shows it, and how to add services."
        elif self._rows.filtered:
            text = "Nothing here contains that. {back} shows all entries again."
        else:
            text = (
                "Nothing is logged yet.\n\n"
                "{entry.note} note · {entry.observation} observation · {entry.action} action · "
                "{mark.started} impact began · {entry.stamp} stamps this moment."
            )
        return [(Run(" " + line, "muted"),) for line in wrap(self.app.hint(text), max(self.line_width - 1, 8))]

    def move(self, by: int) -> None:
        """Chooses the entry `by` places further."""
        if self._rows:
            row = self._rows.row_of(self.selected)
            self._select((len(self._rows) - 1 if row is None else row) + by)

    def move_to(self, place: int) -> None:
        """Chooses the entry at `place`; -1 is the newest, and follows what arrives."""
        if self._rows:
            self._select(place % len(self._rows))

    def move_to_mark(self, step: int) -> bool:
        """Chooses the next (1) or former (-1) milestone; whether there is one."""
        row = self._rows.row_of(self.selected)
        if row is None:
            return False
        row += step
        while 0 <= row < len(self._rows):
            if self._rows[row].mark and not self._rows[row].struck:
                self._select(row)
                return True
            row += step
        return False

    def choose(self, entry_id: str) -> None:
        """Chooses an entry by its id, where it is shown."""
        if (row := self._rows.row_of(entry_id)) is not None:
            self._select(row)

    def pick(self) -> None:
        """Puts the selected entry among the picked ones, or takes it out, and goes on to the next."""
        if self.selected is not None:
            self.picked ^= {self.selected}
            self.move(1)

    def unpick(self) -> bool:
        """Picks none any more; whether there were any."""
        were = bool(self.picked)
        self.picked = frozenset()
        self.refresh()
        return were

    def _select(self, row: int) -> None:
        row = min(max(row, 0), len(self._rows) - 1)
        self.selected = self._rows[row].id
        self._following, self._peeking = row == len(self._rows) - 1, False
        if self._following:
            self._new = 0
        if not self._ends:
            self._lay_out()
        self._show_row(row)
        self.refresh()
        self.post_message(self.Selected())

    def _show_row(self, row: int) -> None:
        first = self._first(row)
        self.show_line(first, self._first(row + 1) - first)

    def on_click(self, event: events.Click) -> None:
        self.focus()
        y = event.y + self.scroll_offset.y
        if self._rows and y < self.line_count:
            self._select(self._row_at(y))


def _id(incident: Incident | None) -> str:
    return "" if incident is None else incident.fields.id
