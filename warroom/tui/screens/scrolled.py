"""A text that is scrolled: the base of every screen that shows one, whatever it answers."""

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.presenters.runs import Line, Run
from warroom.tui.screens.above import Above
from warroom.tui.widgets.lines import LinesView

Answer = TypeVar("Answer")


class PageView(LinesView):
    """Lines laid out for the width there is."""

    DEFAULT_CSS = "PageView { height: 1fr; width: 1fr; padding: 0 1; }"

    def __init__(self, lay_out: Callable[[int], Sequence[Line]]) -> None:
        super().__init__(id="page")
        self._lay_out = lay_out
        self._lines: Sequence[Line] = ()

    def on_resize(self, _: events.Resize) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """Lays out anew what has changed."""
        self._lines = self._lay_out(max(self.line_width, 8))
        self.set_line_count(len(self._lines))

    def line(self, y: int) -> Sequence[Run]:
        return self._lines[y]


class Scrolled(Above[Answer]):
    """One view over the whole screen. j, k and the arrows scroll, space and b page, g and G go to the ends.

    Esc, q and ctrl+c leave it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+c", "leave", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("pageup,b", "page(-1)", show=False),
        Binding("home,g", "jump(0)", show=False),
        Binding("end,G", "jump(1)", show=False),
    ]

    def __init__(self, view: LinesView) -> None:
        super().__init__()
        self._view = view

    def keys(self) -> Sequence[tuple[str, str]]:
        """What the footer says: keys and what they do, in a word."""
        return ()

    def compose(self) -> ComposeResult:
        from warroom.tui.widgets.bars import FooterBar

        yield self._view
        self._footer = FooterBar()
        self.show_keys()
        yield self._footer

    def show_keys(self) -> None:
        self._footer.show(self._footer.situation, tuple(self.keys()))

    def on_mount(self) -> None:
        self._view.focus()

    def action_leave(self) -> None:
        self.dismiss()

    def action_scroll(self, by: int) -> None:
        self._view.scroll_relative(y=by, animate=False, immediate=True)

    def action_page(self, by: int) -> None:
        self._view.scroll_relative(y=by * self._view.page, animate=False, immediate=True)

    def action_jump(self, end: int) -> None:
        self._view.scroll_to(y=self._view.max_scroll_y * end, animate=False, immediate=True)
