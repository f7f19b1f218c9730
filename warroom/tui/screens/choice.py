"""One question, a few answers, each with a key of its own; Esc answers nothing."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from warroom.presenters.runs import Line, Run
from warroom.text import clean_line
from warroom.text.width import cells, cut, fit
from warroom.tui.screens.above import Above
from warroom.tui.widgets.lines import LinesView


class Option(NamedTuple):
    """An answer: the key that gives it at once ("" for none), its words, and what is given back."""

    key: str
    words: str
    value: str
    style: str = ""


class Options(LinesView):
    """The question and its answers."""

    # In the terminal's own colours no ground sets it off from what is behind.
    DEFAULT_CSS = """
    Options { height: auto; width: auto; background: $panel; &:ansi { border: solid $border; } }
    Options.-ascii:ansi { border: ascii $border; }
    """

    def __init__(self, question: str, options: Sequence[Option], chosen: int) -> None:
        super().__init__()
        self._question, self._options = question, options
        self.place = min(chosen, max(len(options) - 1, 0))

    def on_mount(self) -> None:
        self.set_class(self.app.charset == "ascii", "-ascii")
        width = max(cells(self._question), *(cells(option.words) + 6 for option in self._options), 20) + 2
        self.styles.width = min(width + self.gutter.width, max(self.app.size.width - 4, 4))
        height = len(self._options) + 1 + self.gutter.height
        self.styles.height = min(height, max(self.app.size.height - 4, 1 + self.gutter.height))
        self.call_after_refresh(self._lay_out)

    def show(self, question: str, options: Sequence[Option]) -> None:
        """Other answers in the same room, the last of them chosen."""
        self._question, self._options = question, options
        self.place = max(len(options) - 1, 0)
        self._lay_out()

    def _lay_out(self) -> None:
        self.set_line_count(len(self._options) + 1)
        self.show_line(self.place + 1)

    def on_resize(self) -> None:
        self._lay_out()

    def line(self, y: int) -> Line:
        if y == 0:
            return (Run(" " + clean_line(self._question), "heading"),)
        option = self._options[y - 1]
        words = clean_line(option.words)
        indent = len(option.words) - len(option.words.lstrip(" "))
        words = cut(" " * indent + words, max(self.line_width - 5, 1))
        return (Run(f" {fit(option.key, 3)}", "key" if option.key else ""), Run(" " + words, option.style))

    def is_selected(self, y: int) -> bool:
        return y == self.place + 1

    def move(self, by: int) -> None:
        self.place = min(max(self.place + by, 0), max(len(self._options) - 1, 0))
        self.show_line(self.place + 1)
        self.refresh()


class Choice(Above[str | None], ModalScreen[str | None]):
    """Dismisses with the value of the answer, None for none."""

    DEFAULT_CSS = """
    Choice { align: center middle; background: $background 50%; &:ansi { background: transparent; } }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+c", "leave", show=False),
        Binding("enter", "take", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("home,g", "move(-100000)", show=False),
        Binding("end,G", "move(100000)", show=False),
    ]

    def __init__(self, question: str, options: Sequence[Option], chosen: int = 0) -> None:
        super().__init__()
        self._options = options
        self._view = Options(question, options, chosen)

    def compose(self) -> ComposeResult:
        yield self._view

    async def press(self, event: events.Key) -> bool:
        for option in self._options:
            if option.key and event.character == option.key:
                self.dismiss(option.value)
                return True
        return await super().press(event)

    def action_move(self, by: int) -> None:
        self._view.move(by)

    def action_take(self) -> None:
        self.dismiss(self._options[self._view.place].value if self._options else None)

    def action_leave(self) -> None:
        self.dismiss(None)
