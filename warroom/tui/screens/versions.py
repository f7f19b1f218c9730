"""Two versions of one part of the document side by side, to choose one or keep both."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType

from warroom.presenters.runs import Line, Run
from warroom.text import clean
from warroom.text.width import cells, cut, fit, wrap
from warroom.tui.screens.scrolled import Scrolled
from warroom.tui.widgets.lines import LinesView

_BETWEEN: Final = " │ "
_LEAST_COLUMN: Final = 10


class VersionsView(LinesView):
    """Theirs on the left, mine on the right; lines that only one of them has stand out."""

    DEFAULT_CSS = "VersionsView { height: 1fr; width: 1fr; }"

    def __init__(self, what: str, theirs: str, mine: str) -> None:
        super().__init__(id="versions")
        self._what, self._theirs, self._mine = what, clean(theirs), clean(mine)
        self._lines: list[Line] = []

    def on_resize(self, _: events.Resize) -> None:
        width = max((self.line_width - cells(_BETWEEN)) // 2, _LEAST_COLUMN)
        left, right = _column(self._theirs, self._mine, width), _column(self._mine, self._theirs, width)
        head = (
            Run(fit("in the file now, by somebody else", width), "bold"),
            Run(_BETWEEN, "muted"),
            Run("yours", "bold"),
        )
        self._lines = [(Run(cut(f"{self._what}: two versions", max(self.line_width, 1)), "heading"),), (), head]
        for theirs, mine in zip_longest(left, right, fillvalue=Run("")):
            padded = Run(fit(theirs.text, width), theirs.style)
            self._lines.append((padded, Run(_BETWEEN, "muted"), mine))
        self.set_line_count(len(self._lines))

    def line(self, y: int) -> Sequence[Run]:
        return self._lines[y]


def _column(text: str, other: str, width: int) -> list[Run]:
    known = set(other.split("\n"))
    return [
        Run(part, "" if row in known else "warning") for row in text.split("\n") for part in (wrap(row, width) or [""])
    ]


class Versions(Scrolled[str | None]):
    """Dismisses with "both", "mine" or "leave" (theirs stays); None decides nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "answer('both')", show=False),
        Binding("m", "answer('mine')", show=False),
        Binding("t", "answer('leave')", show=False),
    ]

    def __init__(self, what: str, theirs: str, mine: str) -> None:
        super().__init__(VersionsView(what, theirs, mine))

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("b", "keep both"), ("m", "take mine"), ("t", "leave theirs"), ("j k", "scroll"), ("Esc", "later"))

    def action_answer(self, value: str) -> None:
        self.dismiss(value)
