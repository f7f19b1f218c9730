"""A pane: a title of one row over a view."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from warroom.tui.widgets.bars import PaneTitle


class PaneBox(Vertical):
    """`view` is what takes the keys; the title goes where the pane stands alone and every row counts."""

    DEFAULT_CSS = "PaneBox { width: 1fr; height: 1fr; }"

    def __init__(self, name: str, view: Widget) -> None:
        super().__init__(id=f"pane-{name}")
        self.title_bar = PaneTitle(name.upper())
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.title_bar
        yield self.view

    def place(self, width: int, *, titled: bool, divided: bool) -> None:
        """Takes `width` columns, with or without its title and a line on its left."""
        self.styles.width = width
        self.title_bar.display = titled
        self.set_class(divided, "-divided")
