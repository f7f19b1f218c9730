"""The postmortem as one text with headings; saves by itself half a second after the last key."""

from collections.abc import Callable
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.timer import Timer

from warroom.text import clean
from warroom.tui.widgets.writing import Writing

REST: Final = 0.5
"""Seconds without a key after which what was typed is saved."""

_EMPTY: Final = "The postmortem stands here once an incident is open."


class Editor(Writing):
    """Holds the text alone; what it means for the incident is for `rested`, which gets it when no key came for a while.

    `left` is called at Esc. Both are called at once: what was typed is never behind what is shown or written next.
    """

    DEFAULT_CSS = """
    Editor { width: 1fr; height: 1fr; border: none; padding: 0 1; background: $background;
             scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }
    Editor:focus { border: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back to the timeline", show=False)]

    def __init__(self, rested: Callable[[str], None], left: Callable[[], None]) -> None:
        super().__init__(
            id="postmortem", soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False, placeholder=_EMPTY
        )
        self._when_rested, self._when_left = rested, left
        self._rest: Timer | None = None
        self._settled = ""

    @property
    def dirty(self) -> bool:
        """Whether something typed is not handed over yet."""
        return self.text != self._settled

    def shut(self) -> None:
        """No incident is open: there is nothing to write on."""
        self.show("")
        self.read_only = True

    def show(self, text: str) -> None:
        """Takes over a text from outside; the cursor and undo stay. Only where nothing is being typed."""
        self.read_only = False
        text = self._settled = clean(text)
        if text == self.text:
            return
        place = self.cursor_location
        if self.text:
            self.replace(text, self.document.start, self.document.end)
        else:
            self.load_text(text)
        last = self.document.line_count - 1
        row = min(place[0], last)
        self.move_cursor((row, min(place[1], len(self.document.get_line(row)))))

    def on_text_area_changed(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self.save) if self.dirty else None

    def save(self) -> None:
        """Hands over at once what was typed."""
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        if self.dirty:
            self._settled = self.text
            self._when_rested(self._settled)

    def action_leave(self) -> None:
        self.save()
        self._when_left()
