"""The base of every list on screen: lines of runs, drawn one by one as they are seen (Textual's line API)."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import MouseEvent, MouseScrollDown, MouseScrollUp
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from warroom.presenters.glyphs import plain_text
from warroom.presenters.runs import Run
from warroom.tui.look import Look
from warroom.tui.widgets.scrollbars import keep_to_ascii

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

_KEPT_STRIPS: Final = 400


class LinesView(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws `line(y)` for the lines in sight alone; memory and time do not grow with `line_count`."""

    DEFAULT_CSS = """
    LinesView { scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable; }
    """
    BINDINGS: ClassVar[list[BindingType]] = []

    app: "WarRoom"
    _base = Style()
    _room = Size(0, 0)
    _drawn_in: Look | None = None

    def __init__(self, id: str | None = None) -> None:  # noqa: A002  (Textual's own name)
        super().__init__(id=id)
        self._strips: dict[tuple[tuple[Run, ...], int, Style], Strip] = {}

    @property
    def look(self) -> Look:
        return self.app.look

    def line(self, y: int) -> Sequence[Run]:
        """The runs of line `y` of the content."""
        raise NotImplementedError

    def is_selected(self, y: int) -> bool:  # noqa: ARG002
        """Whether a line is drawn as chosen."""
        return False

    @property
    def line_count(self) -> int:
        return self.virtual_size.height

    @property
    def line_width(self) -> int:
        """How many cells a line has."""
        return self.scrollable_content_region.width

    def set_line_count(self, count: int) -> None:
        """Says how many lines there are, and draws again."""
        size, room = Size(self.line_width, count), self.container_size.height
        if (count > room) != self.show_vertical_scrollbar:
            self.virtual_size = size
        else:
            # As a reactive it would lay out the whole screen, at every new line; where the scrollbar neither comes nor
            # goes, all keeps its place.
            self.set_reactive(LinesView.virtual_size, size)
            if self.show_vertical_scrollbar:
                self.vertical_scrollbar.window_virtual_size = count
            self.scroll_y = self.validate_scroll_y(self.scroll_y)
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        # Asked for at every line, they would be gathered from all ancestors at every line.
        self._base, self._room = self.rich_style, self.scrollable_content_region.size
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        place = y + self.scroll_offset.y
        if place >= self.line_count:
            return Strip.blank(self._room.width, self._base)
        return self.drawn(self.line(place), selected=self.is_selected(place))

    def drawn(self, line: Iterable[Run], *, selected: bool = False) -> Strip:
        """A line as the terminal gets it, as wide as the view; one that was drawn lately is not drawn again."""
        look, width = self.look, self._room.width
        if look is not self._drawn_in or len(self._strips) > _KEPT_STRIPS:
            self._strips.clear()
            self._drawn_in = look
        base = self._base + look.selected(focused=self.has_focus) if selected else self._base
        key = (tuple(line), width, base)
        if (strip := self._strips.get(key)) is None:
            style, plain, charset = look.style, plain_text, self.app.charset
            segments = [Segment(plain(text, charset), base + style(name)) for text, name in key[0] if text]
            strip = self._strips[key] = Strip(segments).adjust_cell_length(width, base)
        return strip

    def show_line(self, first: int, count: int = 1) -> None:
        """Scrolls as little as shows `count` lines from `first` on."""
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if first < top:
            self.show_from(first)
        elif first + count > top + height:
            self.show_from(first + count - height)

    def show_from(self, first: int) -> None:
        """Scrolls until line `first` is on top, or the last one in sight.

        By force: Textual scrolls nothing whose scrollbar has yet to appear, and lines may just have become too many.
        """
        self.scroll_to(y=first, animate=False, immediate=True, force=True)

    @property
    def page(self) -> int:
        return max(self.scrollable_content_region.height - 1, 1)

    def on_mount(self) -> None:
        if self.app.charset == "ascii":
            keep_to_ascii(self)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """No style of a list hangs on the focus: going through the style sheet for it would cost a third of a key."""

    def _on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        self._turn(event, 3)

    def _on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        self._turn(event, -3)

    def _turn(self, event: MouseEvent, lines: int) -> None:
        """So far for a notch of the wheel, and not also as far as Textual would go, with a motion of its own."""
        event.stop()
        event.prevent_default()
        self.scroll_relative(y=lines, animate=False, immediate=True)
        self.turned()

    def turned(self) -> None:
        """After the wheel has scrolled."""
