"""The rendered postmortem beside the editor, drawn line by line."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import events

from warroom.presenters.runs import Line, Run
from warroom.tui.widgets.lines import LinesView

if TYPE_CHECKING:
    from warroom.tui.proof import Proof


class PreviewView(LinesView):
    """Shows a proof and scrolls to where the writer is; `changed` is called when it appears or has a new width."""

    DEFAULT_CSS = "PreviewView { width: 1fr; height: 1fr; padding: 0 1; }"

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__(id="preview")
        self._when_changed = changed
        self._lines: Sequence[Line] = ()
        self._places: Sequence[tuple[int, str]] = ()
        self._followed = 0

    @property
    def shown(self) -> bool:
        """Whether it has room on the screen."""
        return self.is_mounted and self.size.width > 0 and all(node.display for node in self.ancestors_with_self)

    def show(self, proof: "Proof") -> None:
        before, self._lines = self._lines, proof.lines
        self._places = proof.places
        if len(before) != len(self._lines) or self.line_count != len(self._lines):
            self.set_line_count(len(self._lines))
            return
        # Mostly one paragraph is another: to draw the whole pane costs more than all else that a key does.
        top = self.scroll_offset.y
        for row in range(top, min(top + self.size.height, len(before))):
            if before[row] != self._lines[row]:
                self.refresh_line(row)

    def line(self, y: int) -> Sequence[Run]:
        return self._lines[y]

    def follow(self, heading: str, *wanted: str) -> None:
        """Brings the block with these words (below the heading, where that is found) into the middle of the view.

        The first words of `wanted` that are found count; where several blocks have them, the nearest to the last one.
        """
        first = next((at for at, (_, said) in enumerate(self._places) if heading and heading in said), 0)
        places: list[int] = []
        for words in wanted:
            if places := [line for line, said in self._places[first:] if words and words in said]:
                break
        if not places and not first:
            return
        found = min(places, key=lambda line: abs(line - self._followed)) if places else self._places[first][0]
        self._followed = found
        height = self.scrollable_content_region.height
        if not self.scroll_offset.y <= found < self.scroll_offset.y + height * 3 // 4:
            self.show_from(max(found - height // 3, 0))

    def move(self, by: int) -> None:
        self.scroll_relative(y=by, animate=False, immediate=True)

    def move_to(self, place: int) -> None:
        self.show_from(0 if place == 0 else self.max_scroll_y)

    def on_show(self) -> None:
        self._when_changed()

    def on_resize(self, _: events.Resize) -> None:
        self._when_changed()
