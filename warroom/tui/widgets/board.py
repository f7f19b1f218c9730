"""The health board: one line a service or group, trouble first, with what is known of the chosen one; one view."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from textual import events
from textual.strip import Strip

from warroom.health.board import Board, Group, ServiceStatus, standing
from warroom.health.history import WIDTH
from warroom.presenters.board import Columns, axis, columns, counts, group_row, heading, row
from warroom.presenters.evidence import evidence
from warroom.presenters.host import host_line, host_lines, no_services
from warroom.presenters.runs import Line, Run
from warroom.text.width import cells, cut, fit
from warroom.tui.widgets.lines import LinesView

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

_INDENT: Final = 2
_DETAILS: Final = 12
"""So many lines stay free for the details while services scroll past, if that is not more than half the pane."""
_SIDE_BY_SIDE: Final = 120
"""From this width on the host stands beside the evidence, not below it."""
_WELL: Final = frozenset({"up", "paused", "maintenance"})
"""How a service stands that needs nobody's eyes: in a group that is not open it is only counted."""


class BoardView(LinesView):
    """All services between a heading and the details, which stay in place while the services scroll.

    What is chosen is known by its name, so that it stays while the order changes; as long as nobody has chosen
    anything, it is the worst of all.
    """

    DEFAULT_CSS = "BoardView { width: 1fr; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__(id="health")
        self._board: Board | None = None
        self._rows: list[ServiceStatus | Group] = []
        self._places: dict[tuple[bool, str], int] = {}
        self._columns: Columns = columns(40, ())
        self._needle = ""
        self._opened: set[str] = set()
        self._chosen: tuple[bool, str] | None = None
        self._by_hand = False
        self._above: list[Line] = []
        self._below: list[Line] = []
        self._grouped = False
        self._groups: dict[tuple[str, int], Line] = {}

    # what is chosen

    @property
    def selected_service(self) -> ServiceStatus | None:
        """The chosen service; None where there is none, or a group is chosen."""
        found = self._selected_row
        return found if isinstance(found, ServiceStatus) else None

    @property
    def selected_group(self) -> str | None:
        found = self._selected_row
        return found.name if isinstance(found, Group) else None

    @property
    def can_open(self) -> bool:
        """Whether a service or a group is chosen, so that Enter has something to open."""
        return self._selected_row is not None

    @property
    def _selected_row(self) -> ServiceStatus | Group | None:
        place = self._place
        return None if place is None else self._rows[place]

    @property
    def _place(self) -> int | None:
        return None if self._chosen is None else self._places.get(self._chosen)

    def toggle(self, group: str) -> None:
        """Opens a group, or closes it to those of its members that are not well."""
        self._opened ^= {group}
        self._arrange()

    # what is shown

    def show(self, board: Board) -> None:
        self._board = board
        self._arrange()

    def filter(self, needle: str) -> None:
        """Shows the services that contain `needle` in name, group, kind, target or state; "" shows all."""
        self._needle = needle.strip().casefold()
        self._arrange()

    def unfilter(self) -> bool:
        """Shows all services again; whether some might have been hidden."""
        filtered = bool(self._needle)
        if filtered:
            self.filter("")
        return filtered

    def _arrange(self) -> None:
        """Which rows there are, in which order, and which one is chosen."""
        if self._board is None:
            return
        services = self._board.trouble_first()
        if self._needle:
            services = tuple(service for service in services if self._needle in _searched(service))
        groups = self._board.groups() if self._is_large(services) else ()
        self._grouped = len(groups) > 1
        if self._grouped:
            self._rows = [one for group in groups for one in _with_members(group, self._members(group))]
        else:
            self._rows = list(services)
        self._places = {_key(one): place for place, one in enumerate(self._rows)}
        if not self._by_hand or self._place is None:
            self._by_hand = False
            self._chosen = next((_key(one) for one in self._rows if isinstance(one, ServiceStatus)), None)
            if self._chosen is None and self._rows:
                self._chosen = _key(self._rows[0])
        self._lay_out()

    def _is_large(self, services: Sequence[ServiceStatus]) -> bool:
        """Whether there are more than fit on the screen beside some evidence; what a filter finds is always listed."""
        return not self._needle and len(services) > max(self.size.height * 2 // 3, 8)

    def _members(self, group: Group) -> Iterable[ServiceStatus]:
        if group.name in self._opened:
            return group.services
        return (one for one in group.services if one.pending is not None or standing(one) not in _WELL)

    def _lay_out(self) -> None:
        width = self.line_width
        self._groups.clear()
        services = [one for one in self._rows if isinstance(one, ServiceStatus)]
        self._columns = columns(
            width, services, added=_widest_word(self.app, services), indent=_INDENT if self._grouped else 0
        )
        self._above = [*self._notes(), *([heading(self._columns)] if self._rows else [])]
        room = max(self.size.height - len(self._above), 0)
        details = self._details()
        if len(self._rows) + len(details) > room:
            # As many lines for one service as for the other: the list must not jump while somebody goes through it.
            kept = max(room - len(self._rows), min(room // 2, max(len(details), _DETAILS)))
            details = [*details[:kept], *[(Run(""),)] * (kept - len(details))]
        self._below = details
        self.set_line_count(len(self._above) + len(self._rows) + len(self._below))

    def on_resize(self, _: events.Resize) -> None:
        if self._board is None:
            self._lay_out()
        self._arrange()

    def render_line(self, y: int) -> Strip:
        if y < len(self._above):
            return self.drawn(self._above[y])
        last = min(self._room.height, self.line_count) - len(self._below)
        if y >= last:
            below = y - last
            return self.drawn(self._below[below] if below < len(self._below) else ())
        place = y - len(self._above) + self.scroll_offset.y
        if place >= len(self._rows):
            return self.drawn(())
        return self.drawn(self.line(place), selected=place == self._place)

    def line(self, y: int) -> Line:
        """The runs of row `y`, a service or a group."""
        shown, now, charset = self._rows[y], self.app.clock(), self.app.charset
        if isinstance(shown, Group):
            # It is gathered from all members, and a board is drawn more than once until the next one comes.
            key = (shown.name, int(now.timestamp() // WIDTH))
            if key not in self._groups:
                opened = shown.name in self._opened
                self._groups[key] = group_row(shown, self._columns, now, opened=opened, charset=charset)
            return self._groups[key]
        word = self.app.themes.state_word(shown.state)
        indent = _INDENT if self._grouped else 0
        own = self.app.voice.glyphs
        return row(shown, self._columns, now, added_word=word, charset=charset, own=own, indent=indent)

    def _notes(self) -> list[Line]:
        """Above the services: what keeps us from seeing all."""
        if self._board is None:
            return [(Run(" looking around ...", "muted"),)]
        notes = [self._board.problem, "" if self._board.observer == "ok" else self._board.observer]
        if self._needle:
            found = f"{len(self._rows)} of {len(self._board.services)} match {self._needle!r}"
            notes.append(f"{found}: {self.app.hint('{back} shows all')}")
        return [(Run(cut(f" {note}", self.line_width), "warning"),) for note in notes if note]

    def _details(self) -> list[Line]:
        """Below the services: how to add some where there are none, what is known of the chosen one, and the host."""
        if self._board is None:
            return []
        width, charset = self.line_width, self.app.charset
        host = self._board.host
        beside = host is not None and width >= _SIDE_BY_SIDE
        known: list[Line] = []
        if (service := self.selected_service) is not None:
            known = self.evidence(service, width * 3 // 5 if beside else width)
        elif (group := self.selected_group) is not None:
            known = [
                (
                    Run(
                        cut(f"{self.app.hint('{entry.edit} opens')} {group or 'them'}, and closes it again", width),
                        "muted",
                    ),
                )
            ]
        figures = host_lines(host, width * 2 // 5 - 2 if beside else width, charset) if host is not None else []
        lines = _beside(known, figures, width * 3 // 5) if beside and known else [*known, *_apart(figures, known)]
        if not self.app.has_services:
            help_first = no_services(width)  # in 24 rows what comes last is cut off
            lines = [*help_first, *_apart(lines, help_first)]
        return [*_apart(lines, self._rows)]

    def evidence(self, service: ServiceStatus, width: int, lines_each: int = 2) -> list[Line]:
        """All that is known of a service, in lines of `width` cells."""
        return evidence(
            service,
            width,
            self.app.zone,
            self.app.clock(),
            added_word=self.app.themes.state_word(service.state),
            charset=self.app.charset,
            lines_each=lines_each,
        )

    # moving

    @property
    def page(self) -> int:
        return max(self._list_height - 1, 1)

    @property
    def _list_height(self) -> int:
        return max(self.size.height - len(self._above) - len(self._below), 1)

    def move(self, by: int) -> None:
        if self._rows:
            self.move_to(min(max((self._place or 0) + by, 0), len(self._rows) - 1))

    def move_to(self, place: int) -> None:
        """Chooses a row, counted from the end where negative. At the first one, it follows the trouble again."""
        if not self._rows:
            return
        place %= len(self._rows)
        self._chosen = _key(self._rows[place])
        self._by_hand = place > 0
        self._lay_out()
        top = self.scroll_offset.y
        top = max(min(top, place), place - self._list_height + 1)
        if top != self.scroll_offset.y:
            self.show_from(top)

    def on_click(self, event: events.Click) -> None:
        self.focus()
        place = event.y - len(self._above)
        if 0 <= place < self._list_height and place + self.scroll_offset.y < len(self._rows):
            self.move_to(place + self.scroll_offset.y)


class BoardStrip(LinesView, can_focus=False):
    """Health in a few rows above another pane: the counts and what is in trouble, then the host."""

    DEFAULT_CSS = "BoardStrip { height: 1; width: 1fr; overflow-y: hidden; background: $surface; }"

    def __init__(self) -> None:
        super().__init__(id="strip")
        self._board: Board | None = None
        self._columns: Columns = columns(40, ())

    def show(self, board: Board) -> None:
        self._board = board
        self._lay_out(self.size.height)

    def on_resize(self, event: events.Resize) -> None:
        self._lay_out(event.size.height)

    def _lay_out(self, height: int) -> None:
        shown = self._board.trouble_first()[:height] if self._board is not None else ()
        self._columns = columns(self.line_width, shown, added=_widest_word(self.app, shown))
        self.set_line_count(height)

    def line(self, y: int) -> Sequence[Run]:
        if self._board is None:
            return (Run(" health: looking around ...", "muted"),) if y == 0 else ()
        if y == 0:
            return self._top(self._board)
        rows = max(self.size.height - 1, 0)
        services = self._board.trouble_first()
        if y == rows and len(services) > rows and rows > 1:
            rest = services[rows - 1 :]
            worst = (
                "all up"
                if all(service.state == "up" for service in rest)
                else self.app.hint("{pane.health} shows them")
            )
            return (Run(f"  … {len(rest)} more, {worst}", "muted"),)
        if y > len(services):
            return ()
        service = services[y - 1]
        word = self.app.themes.state_word(service.state)
        own, charset = self.app.voice.glyphs, self.app.charset
        return row(service, self._columns, self.app.clock(), added_word=word, charset=charset, own=own)

    def _top(self, board: Board) -> Line:
        """The counts and the host; over the strips, where there are some below, the axis that they share."""
        if not board.services and board.host is not None:
            return (Run(" "), *host_line(board.host, self.line_width - 1, self.app.charset))
        runs: Line = (Run(" "), *counts(board), Run("   "))
        into = self._columns
        strip = into.strip if self.size.height > 1 else 0
        room = self.line_width - sum(cells(run.text) for run in runs) - (strip + 1 if strip else 0)
        if board.host is not None:
            runs = (*runs, *host_line(board.host, room, self.app.charset))
        if strip:
            left = self.line_width - strip - sum(cells(run.text) for run in runs)
            runs = (*runs, Run(" " * left), Run(axis(into), "muted")) if left > 0 else runs
        return runs


def _key(row: ServiceStatus | Group) -> tuple[bool, str]:
    return isinstance(row, Group), row.name


def _searched(service: ServiceStatus) -> str:
    words = (service.name, service.group, service.kind, service.target, standing(service))
    return "\n".join(words).casefold()


def _apart(lines: Sequence[Line], after: Sequence[object]) -> Sequence[Line]:
    """`lines` with a blank one before them, where there is something to be kept apart from."""
    return [(Run(""),), *lines] if lines and after else lines


def _beside(left: Sequence[Line], right: Sequence[Line], width: int) -> list[Line]:
    """Two blocks of lines side by side; the left one takes `width` cells."""
    empty: Line = ()
    joined = []
    for one, other in zip_longest(left, right, fillvalue=empty):
        used = sum(cells(run.text) for run in one)
        joined.append((*one, Run(fit("", max(width - used, 0)) + "  "), *other))
    return joined


def _widest_word(app: "WarRoom", services: Iterable[ServiceStatus]) -> int:
    """How many cells the theme's words for the states of these services take."""
    return max((cells(app.themes.state_word(state)) for state in {s.state for s in services}), default=0)


def _with_members(group: Group, members: Iterable[ServiceStatus]) -> Iterable[ServiceStatus | Group]:
    yield group
    yield from members
