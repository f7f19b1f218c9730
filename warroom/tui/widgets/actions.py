"""The action items: one line each, worked by keyboard alone."""

from collections.abc import Sequence

from textual import events

from warroom.incident.model import Action
from warroom.presenters.actions import action_lines
from warroom.presenters.runs import Line, Run
from warroom.text.width import wrap
from warroom.tui.widgets.lines import LinesView


class ActionsView(LinesView):
    """Action items in the order of the file, with what each says beyond its row. The chosen one is known by its id."""

    DEFAULT_CSS = "ActionsView { width: 1fr; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__(id="actions")
        self._actions: tuple[Action, ...] = ()
        self._place = 0
        self._rows: list[tuple[int, Line]] = []

    @property
    def actions(self) -> tuple[Action, ...]:
        """What is shown, in order."""
        return self._actions

    def choose(self, action_id: str) -> None:
        """Makes the action with this id the chosen one."""
        self._place = next((place for place, action in enumerate(self._actions) if action.id == action_id), self._place)
        self.move(0)

    @property
    def selected_action(self) -> Action | None:
        return self._actions[self._place] if self._actions else None

    def show(self, actions: tuple[Action, ...]) -> None:
        if actions is not self._actions:
            chosen, self._actions = self.selected_action, actions
            same = (place for place, action in enumerate(actions) if chosen is not None and action.id == chosen.id)
            self._place = next(same, min(self._place, max(len(actions) - 1, 0)))
        today = self.app.clock().astimezone(self.app.zone).date()
        self._rows = [
            (place, line)
            for place, action in enumerate(actions)
            for line in action_lines(action, self.line_width, today, self.app.charset)
        ] or [(-1, line) for line in self._empty()]
        self.set_line_count(len(self._rows))

    def line(self, y: int) -> Sequence[Run]:
        return self._rows[y][1]

    def _empty(self) -> list[Line]:
        words = "@owner !high #prevent due:2026-12-01 link:URL"
        adds = self.app.hint("{action.new} adds one")
        text = f"No action items yet.\n\n{adds}: its title, then {words} as you like."
        return [(Run(f" {line}", "muted"),) for line in wrap(text, max(self.line_width - 1, 8))]

    def is_selected(self, y: int) -> bool:
        return self._rows[y][0] == self._place

    def move(self, by: int) -> None:
        self.move_to(min(max(self._place + by, 0), len(self._actions) - 1))

    def move_to(self, place: int) -> None:
        if self._actions:
            self._place = place % len(self._actions)
            mine = [y for y, (place, _) in enumerate(self._rows) if place == self._place]
            self.show_line(mine[0], len(mine))
            self.refresh()

    def on_resize(self, _: events.Resize) -> None:
        self.show(self._actions)
