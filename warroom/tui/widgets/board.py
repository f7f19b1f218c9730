"""The health board: one line a service, trouble first, drawn in one view."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from warroom.health.board import Board, ServiceStatus
from warroom.presenters.board import (
    Columns,
    columns,
    counts,
    evidence,
    host_line,
    host_lines,
    no_services,
    row,
)
from warroom.presenters.runs import Line, Run
from warroom.text.width import cells, cut
from warroom.tui.widgets.lines import LinesView

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom


class BoardView(LinesView):
    """All services. `selected` is a name, so that it stays while the order changes."""

    DEFAULT_CSS = "BoardView { width: 1fr; height: 1fr; }"

    class Selected(Message):
        """Another service is chosen."""

    def __init__(self) -> None:
        super().__init__(id="health")
        self._board: Board | None = None
        self._services: tuple[ServiceStatus, ...] = ()
        self._columns: Columns = columns(40, ())
        self._needle = ""
        self._above: list[Line] = []
        self._below: list[Line] = []
        self.selected: str | None = None

    @property
    def services(self) -> tuple[ServiceStatus, ...]:
        return self._services

    @property
    def selected_service(self) -> ServiceStatus | None:
        return next((service for service in self._services if service.name == self.selected), None)

    def show(self, board: Board) -> None:
        self._board = board
        services = board.trouble_first()
        if self._needle:
            services = tuple(s for s in services if self._needle in f"{s.name}\n{s.group}\n{s.kind}".casefold())
        self._services = services
        if self.selected_service is None:
            self.selected = services[0].name if services else None
        self._lay_out()

    def filter(self, needle: str) -> None:
        """Shows the services that contain `needle` in name, group or kind; "" shows all."""
        self._needle = needle.casefold()
        if self._board is not None:
            self.show(self._board)

    def _lay_out(self) -> None:
        self._columns = columns(self.line_width, self._services, added=_widest_word(self.app, self._services))
        self._above, self._below = self._notes(), self._tail()
        self.set_line_count(len(self._above) + len(self._services) + len(self._below))

    def on_resize(self, _: events.Resize) -> None:
        self._lay_out()

    def line(self, y: int) -> Sequence[Run]:
        if y < len(self._above):
            return self._above[y]
        place = y - len(self._above)
        if place < len(self._services):
            service = self._services[place]
            return row(
                service,
                self._columns,
                self.app.clock(),
                added_word=self.app.themes.state_word(service.state),
                charset=self.app.charset,
            )
        return self._below[place - len(self._services)]

    def is_selected(self, _y: int) -> bool:
        place = _y - len(self._above)
        return 0 <= place < len(self._services) and self._services[place].name == self.selected

    def _notes(self) -> list[Line]:
        """Above the services: what keeps us from seeing all."""
        if self._board is None:
            return [(Run(" looking around ...", "muted"),)]
        notes = [self._board.problem, "" if self._board.observer == "ok" else self._board.observer]
        return [(Run(cut(f" {note}", self.line_width), "warning"),) for note in notes if note]

    def _tail(self) -> list[Line]:
        """Below the services: what is known of the chosen one, the host, and how to add services."""
        if self._board is None:
            return []
        width = self.line_width
        blank: Line = (Run(""),)
        lines: list[Line] = []
        if (service := self.selected_service) is not None:
            word = self.app.themes.state_word(service.state)
            lines += [blank, *evidence(service, width, self.app.zone, added_word=word)]
        if self._board.host is not None:
            lines += [blank, *host_lines(self._board.host, width, self.app.charset)]
        if not self.app.has_services:
            lines += [blank, *no_services(width)]
        return lines

    def move(self, by: int) -> None:
        names = [service.name for service in self._services]
        if names:
            place = names.index(self.selected) if self.selected in names else 0
            self.move_to(min(max(place + by, 0), len(names) - 1))

    def move_to(self, place: int) -> None:
        if self._services:
            place %= len(self._services)
            self.selected = self._services[place].name
            self._lay_out()
            self.show_line(0 if place == 0 else place + len(self._above))
            self.post_message(self.Selected())

    def on_click(self, event: events.Click) -> None:
        self.focus()
        place = event.y + self.scroll_offset.y - len(self._above)
        if 0 <= place < len(self._services):
            self.move_to(place)


class BoardStrip(LinesView, can_focus=False):
    """Health in a few rows above another pane: the counts and what is in trouble, then the host."""

    DEFAULT_CSS = "BoardStrip { height: 1; width: 1fr; overflow-y: hidden; background: $surface; }"

    def __init__(self) -> None:
        super().__init__(id="strip")
        self._board: Board | None = None

    def show(self, board: Board) -> None:
        self._board = board
        self.set_line_count(self.size.height)

    def on_resize(self, event: events.Resize) -> None:
        self.set_line_count(event.size.height)

    def line(self, y: int) -> Sequence[Run]:
        if self._board is None:
            return (Run(" health: looking around ...", "muted"),) if y == 0 else ()
        if y == 0:
            return self._top(self._board)
        rows = max(self.size.height - 1, 0)
        services = self._board.trouble_first()
        if y == rows and len(services) > rows and rows > 1:
            rest = services[rows - 1 :]
            worst = "all up" if all(service.state == "up" for service in rest) else "1 shows them"
            return (Run(f"  … {len(rest)} more, {worst}", "muted"),)
        if y > len(services):
            return ()
        service = services[y - 1]
        into = columns(self.line_width, services, added=_widest_word(self.app, services))
        word = self.app.themes.state_word(service.state)
        return row(service, into, self.app.clock(), added_word=word, charset=self.app.charset)

    def _top(self, board: Board) -> Line:
        if not board.services and board.host is not None:
            return (Run(" "), *host_line(board.host, self.line_width - 1, self.app.charset))
        runs: Line = (Run(" "), *counts(board), Run("   "))
        used = sum(cells(run.text) for run in runs)
        return (*runs, *host_line(board.host, self.line_width - used, self.app.charset)) if board.host else runs


def _widest_word(app: "WarRoom", services: Iterable[ServiceStatus]) -> int:
    """How many cells the theme's words for the states of these services take."""
    return max((cells(app.themes.state_word(state)) for state in {s.state for s in services}), default=0)
