"""A text field for Markdown: its marks are coloured, and a key draws anew only the rows that it changed."""

from collections.abc import Hashable, Iterator
from typing import Any, NamedTuple

from rich.text import Text
from textual.cache import LRUCache
from textual.geometry import Offset, Region, Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widgets.text_area import Location

from warroom.presenters.source import code_rows, stretches
from warroom.tui.widgets.writing import Writing

_KEPT_STRIPS = 1024


class _Shown(NamedTuple):
    """All that decides how a row of the screen looks; `text` is None below the end of the document.

    `marks` are the ends of the selection and the cursor, where the row of the text has any of it. `ground` is the same
    for every row.
    """

    text: str | None
    section: int
    in_code: bool
    marks: tuple[Location, Location] | None
    ground: Hashable


class SourceArea(Writing):
    """Draws by itself what TextArea would draw whole at every key, and colours what it would parse whole."""

    virtual_size = Reactive(Size(0, 0), layout=False)
    """Another row of text changes the scrollbar: no reason to lay out the whole screen at Enter."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # It would search the whole document for a bracket at every key, and prose has no use for it.
        self.match_cursor_bracket = False
        self._rows: list[str] = []
        self._code_rows: frozenset[int] = frozenset()
        self._strips: LRUCache[Hashable, Strip] = LRUCache(_KEPT_STRIPS)
        self._now: list[_Shown] = []
        self._on_screen: dict[int, _Shown] = {}
        self._looking = False

    def watch_virtual_size(self, size: Size) -> None:
        self._scroll_update(size)

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> "SourceArea":
        """Without a region, TextArea means that something has changed: which rows, is found out once all is done."""
        if regions or layout or recompose or not repaint or not self.is_mounted:
            super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        elif not self._looking:
            self._looking = True
            self.call_next(self._refresh_changed)
        return self

    def _refresh_changed(self) -> None:
        self._looking = False
        self._look()
        width = self.size.width
        if changed := [y for y, row in enumerate(self._now) if self._on_screen.get(y) != row]:
            super().refresh(*(Region(0, y, width, 1) for y in changed))

    def _look(self) -> None:
        """Takes down what each row of the screen has to show now."""
        if self._rows != self.document.lines:
            self._rows = list(self.document.lines)
            self._code_rows = code_rows(self._rows)
        self._now = list(self._in_sight())

    def _in_sight(self) -> Iterator[_Shown]:
        wrapped, top = self.wrapped_document, self.scroll_offset.y
        ground = (self.size, self.app.theme, self.has_focus, self.read_only, self._rows == [""], wrapped)
        first, last = sorted((self.selection.start, self.selection.end))
        row = wrapped.offset_to_location(Offset(0, top))[0]
        section = top - wrapped.location_to_offset((row, 0)).y
        for _ in range(self.size.height):
            if row >= len(self._rows):
                yield _Shown(None, 0, in_code=False, marks=None, ground=ground)
                continue
            marks = (self.selection.start, self.selection.end) if first[0] <= row <= last[0] else None
            yield _Shown(self._rows[row], section, row in self._code_rows, marks, ground)
            section += 1
            if section > len(wrapped.get_offsets(row)):
                row, section = row + 1, 0

    def render_lines(self, crop: Region) -> list[Strip]:
        self._look()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """A row without cursor or selection is kept by what it shows."""
        if y >= len(self._now):
            return super().render_line(y)
        shown = self._on_screen[y] = self._now[y]
        if shown.marks is not None or shown.text is None:
            return super().render_line(y)
        if (strip := self._strips.get(shown)) is None:
            strip = self._strips[shown] = super().render_line(y)
        return strip

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        style = self.app.look.style
        for start, end, name in stretches(line.plain, in_code=line_index in self._code_rows):
            line.stylize(style(name), start, end)
        return line
