"""The panes side by side: which of them are on screen, how wide, and which one keys act in."""

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widget import Widget

from warroom.tui.layout import PANES, Layout, Pane, layout
from warroom.tui.widgets.bars import PaneTitle


class PaneBox(Vertical):
    """A title of one row over `view`, which takes the keys."""

    DEFAULT_CSS = "PaneBox { width: 1fr; height: 1fr; }"

    def __init__(self, name: str, view: Widget) -> None:
        super().__init__(id=f"pane-{name}")
        self.title_bar = PaneTitle(name.upper())
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.title_bar
        yield self.view

    def place(self, width: int, *, titled: bool, divided: bool) -> None:
        """Takes `width` columns, with a line on its left or not; without the title where every row counts."""
        self.styles.width = width
        self.title_bar.display = titled
        self.set_class(divided, "-divided")


class Panes(Horizontal):
    """Every pane, shown or not; what stands in each is its own."""

    def __init__(self, views: Mapping[Pane, Widget]) -> None:
        super().__init__(id="panes")
        self.boxes: dict[Pane, PaneBox] = {name: PaneBox(name, view) for name, view in views.items()}
        self.active: Pane = "timeline"
        self.zoomed = False
        self.placed = Layout(())
        """How they stand at the moment."""
        self._beside: Pane = "health"

    def compose(self) -> ComposeResult:
        yield from self.boxes.values()

    def insert(self, views: Mapping[Pane, Widget], *, before: Pane) -> None:
        """More of them, that the first frame did without."""
        more = {name: PaneBox(name, view) for name, view in views.items()}
        self.mount(*more.values(), before=self.boxes[before])
        self.boxes |= more

    def fit(self, size: Size, services: int, preview: bool | None) -> Layout:
        """Gives each its place in a terminal of this size; `layout` says what the rest means, and what comes back."""
        found = layout(
            size.width, size.height, self.active, self._beside, zoomed=self.zoomed, services=services, preview=preview
        )
        self.placed = found
        widths = dict(found.panes)
        for name, box in self.boxes.items():
            box.display = name in widths
            if name in widths:
                titled = len(widths) > 1 or name != "timeline"
                box.place(widths[name], titled=titled, divided=name != found.names[0])
        self._mark()
        return found

    def enter(self, name: Pane) -> None:
        """Keys act in it from now on."""
        if name not in ("timeline", "preview"):
            self._beside = name
        self.take(name)

    def take(self, name: Pane) -> None:
        """It has the keys already."""
        self.active = name
        self._mark()

    def following(self, step: int, *, incident: bool) -> Pane:
        """The pane `step` further on: of those on screen, else of all that there are; without an incident, of two."""
        names = self.placed.names if len(self.placed.panes) > 1 else PANES
        if not incident:
            names = tuple(name for name in names if name in ("health", "timeline"))
        place = names.index(self.active) if self.active in names else 0
        return names[(place + step) % len(names)]

    def holding(self, view: Widget) -> Pane | None:
        """The pane that `view` stands in."""
        return next((name for name, box in self.boxes.items() if box.view is view), None)

    def _mark(self) -> None:
        for name, box in self.boxes.items():
            box.title_bar.mark(name == self.active)
