"""A choice among things that are seen at once: what is looked at is shown, behind the list, as if it were taken."""

from collections.abc import Callable, Sequence

from warroom.tui.screens.choice import Choice, Option


class Preview(Choice):
    """Calls `look` with the value of each answer that the person moves to; nothing of the room is dimmed."""

    DEFAULT_CSS = """
    Preview { align: right bottom; background: transparent; }
    """

    def __init__(self, question: str, options: Sequence[Option], chosen: int, look: Callable[[str], None]) -> None:
        super().__init__(question, options, chosen)
        self._look = look

    def action_move(self, by: int) -> None:
        super().action_move(by)
        if self._options:
            self._look(self._options[self._view.place].value)
