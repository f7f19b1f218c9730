"""A text to look at before something is done with it; a few keys say what."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.presenters.runs import Line, Run
from warroom.text import clean
from warroom.text.width import wrap
from warroom.tui.bindings import key_label, pressed
from warroom.tui.screens.above import Above
from warroom.tui.screens.pages import PageView


class Sheet(Above[str | None]):
    """Dismisses with the key that was pressed of `keys` (key -> what it does, in a word); with None at q and Esc.

    `acts` are keys that do something and leave the sheet open.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("pageup,b", "page(-1)", show=False),
        Binding("home,g", "jump(0)", show=False),
        Binding("end,G", "jump(1)", show=False),
    ]

    def __init__(
        self,
        lay_out: Callable[[int], Sequence[Line]],
        keys: Mapping[str, str],
        acts: Mapping[str, tuple[str, Callable[[], None]]] | None = None,
    ) -> None:
        super().__init__()
        self._view = PageView(lay_out)
        self._keys, self._acts = keys, acts or {}
        self.closed = False

    def compose(self) -> ComposeResult:
        from warroom.tui.widgets.bars import FooterBar

        yield self._view
        footer = FooterBar()
        pairs = [(key_label(key), word) for key, word in self._keys.items()]
        pairs += [(key_label(key), word) for key, (word, _) in self._acts.items()]
        footer.show(footer.situation, (*pairs, ("j k", "scroll"), ("q", "back")))
        yield footer

    def on_mount(self) -> None:
        self._view.focus()

    async def press(self, event: events.Key) -> bool:
        key = pressed(event)
        if key in self._keys:
            self.dismiss(key)
        elif key in self._acts:
            self._acts[key][1]()
        else:
            return await super().press(event)
        return True

    def show(self) -> None:
        """Lays out again what has changed, and stays at the end where the end was in sight."""
        at_end = self._view.scroll_offset.y >= self._view.max_scroll_y
        self._view.lay_out()
        if at_end:
            self.call_after_refresh(self.action_jump, 1)

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        self._view.scroll_relative(y=by, animate=False, immediate=True)

    def action_page(self, by: int) -> None:
        self._view.scroll_relative(y=by * self._view.page, animate=False, immediate=True)

    def action_jump(self, end: int) -> None:
        self._view.scroll_to(y=self._view.max_scroll_y * end, animate=False, immediate=True)


def text_lines(title: str, text: str, width: int, note: str = "") -> list[Line]:
    """A heading, a note below it, and the text wrapped."""
    head: list[Line] = [(Run(title, "heading"),), *(((Run(note, "muted"),),) if note else ()), ()]
    return [*head, *((Run(line),) for line in wrap(clean(text).rstrip("\n"), width))]
