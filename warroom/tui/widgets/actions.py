"""The action items: one line each, worked by keyboard alone."""

from collections.abc import Sequence

from textual import events

from warroom.incident.model import Action
from warroom.presenters.actions import action_row
from warroom.presenters.runs import Run
from warroom.tui.widgets.lines import LinesView


class ActionsView(LinesView):
    """Action items in the order of the file."""

    DEFAULT_CSS = "ActionsView { width: 1fr; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__(id="actions")
        self._actions: tuple[Action, ...] = ()
        self._place = 0

    @property
    def selected_action(self) -> Action | None:
        return self._actions[self._place] if self._actions else None

    def show(self, actions: tuple[Action, ...]) -> None:
        if actions is not self._actions:
            self._actions = actions
            self._place = min(self._place, max(len(actions) - 1, 0))
        self.set_line_count(1 + max(len(actions), 3))

    def line(self, y: int) -> Sequence[Run]:
        if y == 0:
            still = sum(action.status == "open" for action in self._actions)
            words = f"{still} open of {len(self._actions)}" if self._actions else ""
            return (Run(" ACTIONS  ", "heading"), Run(words, "muted"))
        if not self._actions:
            return (
                (),
                (Run(" No action items yet.", "muted"),),
                (Run(" A adds one: title @owner #type due:DATE", "muted"),),
            )[y - 1]
        if y > len(self._actions):
            return ()
        today = self.app.clock().astimezone(self.app.zone).date()
        return action_row(self._actions[y - 1], self.line_width, today, self.app.charset)

    def is_selected(self, _y: int) -> bool:
        return bool(self._actions) and _y == self._place + 1

    def move(self, by: int) -> None:
        self.move_to(min(max(self._place + by, 0), len(self._actions) - 1))

    def move_to(self, place: int) -> None:
        if self._actions:
            self._place = place % len(self._actions)
            self.show_line(self._place + 1)
            self.refresh()

    def on_resize(self, _: events.Resize) -> None:
        self.show(self._actions)
