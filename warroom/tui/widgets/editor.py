"""The postmortem as one text with headings; saves by itself half a second after the last key."""

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

if TYPE_CHECKING:
    from warroom.tui.app import WarRoom

REST: Final = 0.5
"""Seconds without a key after which what was typed is saved."""

_EMPTY: Final = "The postmortem stands here once an incident is open."


class Editor(TextArea):
    """Holds the text alone; what it means for the incident is for whoever takes `Rested`."""

    DEFAULT_CSS = """
    Editor { width: 1fr; height: 1fr; border: none; padding: 0 1; background: $background;
             scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back to the timeline", show=False)]

    app: "WarRoom"

    class Rested(Message):
        """Nothing was typed for a while: `text` is what to save."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """Esc: back to the timeline."""

    def __init__(self) -> None:
        super().__init__(
            id="postmortem", soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False, placeholder=_EMPTY
        )
        self._rest: Timer | None = None
        self._loading = False

    @property
    def dirty(self) -> bool:
        """Whether something typed is not saved yet."""
        return self._rest is not None

    def shut(self) -> None:
        """No incident is open: there is nothing to write on."""
        self.show("")
        self.read_only = True

    def show(self, text: str) -> None:
        """Takes over a text from outside; the cursor and undo stay. Only where nothing is being typed."""
        self.read_only = False
        if text == self.text:
            return
        place = self.cursor_location
        self._loading = True
        if self.text:
            self.replace(text, self.document.start, self.document.end)
        else:
            self.load_text(text)
        last = self.document.line_count - 1
        row = min(place[0], last)
        self.move_cursor((row, min(place[1], len(self.document.get_line(row)))))

    def on_text_area_changed(self) -> None:
        if self._loading:
            self._loading = False
            return
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self.save)

    def save(self) -> None:
        """Hands over at once what was typed."""
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
            self.post_message(self.Rested(self.text))

    def action_leave(self) -> None:
        self.save()
        self.post_message(self.Left())
