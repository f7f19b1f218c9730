"""The postmortem as one text with headings; saves by itself half a second after the last key."""

import re
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import lru_cache
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.timer import Timer
from textual.widgets import TextArea
from textual.widgets.text_area import Location, Selection

from warroom.text import clean
from warroom.tui.bindings import pressed
from warroom.tui.widgets.source import SourceArea

REST: Final = 0.5
"""Seconds without a key after which what was typed is saved."""

_HEADING_MARKS: Final = re.compile(r" {0,3}#{1,6}(?!\S)")
_KEPT_ROWS: Final = 8192
_SHUT: Final = "The postmortem stands here once an incident is open."
_EMPTY: Final = "Nothing is written here. A line such as ## Summary begins that part."


class Editor(SourceArea):
    """Holds the text alone; what it means for the incident is for `rested`, which gets it when no key came for a while.

    `left` is called at Esc. Both are called at once: what was typed is never behind what is shown or written next.
    `moved` is called with True when the text has changed, with False when only the cursor has moved.
    """

    DEFAULT_CSS = """
    Editor { width: 1fr; height: 1fr; border: none; padding: 0 1; background: $background;
             scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }
    Editor:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back to the timeline", show=False)]

    def __init__(self, rested: Callable[[str], None], left: Callable[[], None], moved: Callable[[bool], None]) -> None:
        super().__init__(
            id="postmortem", soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False, read_only=True
        )
        self._when_rested, self._when_left, self._when_moved = rested, left, moved
        self._rest: Timer | None = None
        self._settled = [""]

    @property
    def dirty(self) -> bool:
        """Whether something typed is not handed over yet."""
        return self.document.lines != self._settled

    @property
    def word_count(self) -> int:
        """How many words were written: headings are there before anybody has written one."""
        return sum(map(_words, self.document.lines))

    def own_action(self, event: events.Key) -> str | None:
        """The document's commands are for this field first of all: its own keys give way to them."""
        command = self.app.commands_by_key.get(pressed(event))
        if command is not None and command.group == "Document" and not event.is_printable:
            return None
        return super().own_action(event)

    def shut(self) -> None:
        """There is nothing to write on, nor to take back: what was written here is of another incident, if of any."""
        self.load_text("")
        self._settled = list(self.document.lines)
        self.read_only, self.placeholder = True, _SHUT

    def show(self, text: str, *, own: bool = False) -> None:
        """Takes over a text; the cursor stays, and undo. Only where nothing is being typed.

        One's `own` words can be taken back here; those of others only along with what was typed before them.
        """
        text = clean(text)
        if self.read_only:
            self.read_only, self.placeholder = False, _EMPTY
            self.load_text(text)
        elif text != self.text:
            untouched = not own and not self.history.undo_stack
            self._replace_changed_rows(text.split("\n"), at_once=own)
            if untouched:
                self.history.clear()
        self._settled = list(self.document.lines)

    def _replace_changed_rows(self, new: list[str], *, at_once: bool) -> None:
        """Leaves all that is the same in its place, and the cursor with it. What was made `at_once` is one undo.

        In a row that is another now the cursor stays where it was in it: behind it all, what is typed next would stand
        in front of the next heading, and that would be none any more.
        """
        old = list(self.document.lines)
        row, column = self.cursor_location
        stands: Location | None = None
        least = min(len(old), len(new))
        first = next((row for row in range(least) if old[row] != new[row]), least)
        kept = next((row for row in range(least - first) if old[-1 - row] != new[-1 - row]), least - first)
        inner = SequenceMatcher(None, old[first : len(old) - kept], new[first : len(new) - kept])
        for tag, old_first, old_end, new_first, new_end in reversed(inner.get_opcodes()):
            rows = new[first + new_first : first + new_end]
            if tag != "equal" and not at_once:
                self._replace_rows(first + old_first, first + old_end, rows)
            if (tag != "equal" or at_once) and old_first <= row - first < old_end:
                within = min(row - first - old_first, len(rows) - 1)  # -1, the row before, where all of them are gone
                place = max(first + new_first + within, 0)
                stands = place, min(column, len(new[place])) if rows else len(new[place])
        if at_once:
            stands = stands or (row + (len(new) - len(old) if row >= len(old) - kept else 0), column)
            self._replace_rows(first, len(old) - kept, new[first : len(new) - kept])
        if stands is not None:
            self.selection = Selection.cursor(stands)

    def _replace_rows(self, first: int, end: int, rows: list[str]) -> None:
        if end < self.document.line_count:
            self.replace("".join(f"{row}\n" for row in rows), (first, 0), (end, 0))
        elif first:
            start, stood = (first - 1, len(self.document.get_line(first - 1))), self.selection
            self.replace("".join(f"\n{row}" for row in rows), start, self.document.end)
            if stood == Selection.cursor(start):
                self.selection = stood
        else:
            self.replace("\n".join(rows), self.document.start, self.document.end)

    def find(self, words: str, after: Location) -> bool:
        """Selects the next place with these words, in any case of letters, from the top again after the last."""
        found = self._search(words, after) or self._search(words, (0, 0))
        if not words or found is None:
            return False
        row, column = found
        self.selection = Selection((row, column), (row, column + len(words)))
        return True

    def _search(self, words: str, after: Location) -> Location | None:
        pattern = re.compile(re.escape(words), re.IGNORECASE)
        for row in range(after[0], self.document.line_count):
            if match := pattern.search(self.document.get_line(row), after[1] if row == after[0] else 0):
                return row, match.start()
        return None

    def go_to_row(self, row: int) -> None:
        """Puts the cursor under the heading in `row`, with as much of its section in sight as fits."""
        row = self._row_under(row)
        self.move_cursor((row, 0))
        self.scroll_to(
            y=max(self.wrapped_document.location_to_offset((row, 0)).y - 3, 0), animate=False, immediate=True
        )

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Nowhere while it has no room: whoever looks then sees the beginning, and the heading above the cursor."""
        return super().scroll_cursor_visible(center, animate) if self.size else Offset()

    def begin_under(self, row: int) -> None:
        """Puts the cursor under the heading in `row` and scrolls nothing: nobody has looked at the text yet."""
        self.set_reactive(TextArea.selection, Selection.cursor((self._row_under(row), 0)))

    def _row_under(self, row: int) -> int:
        below = self.document.lines[row + 1 : row + 3]
        # What is typed in front of the next heading would become part of it.
        text_below = len(below) > 1 and not below[0].strip() and not below[1].startswith("#")
        return min(row + (2 if text_below else 1), self.document.line_count - 1)

    def on_text_area_changed(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self.save) if self.dirty else None
        self._when_moved(True)

    def on_focus(self) -> None:
        self._when_moved(False)

    def on_text_area_selection_changed(self) -> None:
        self._when_moved(False)

    def save(self) -> None:
        """Hands over at once what was typed."""
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        if self.dirty:
            self._settled = list(self.document.lines)
            self._when_rested(self.text)

    def action_leave(self) -> None:
        self.save()
        self._when_left()


@lru_cache(maxsize=_KEPT_ROWS)
def _words(row: str) -> int:
    return 0 if _HEADING_MARKS.match(row) else len(row.split())
