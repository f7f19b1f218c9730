"""A text to look at before something is done with it; a few keys say what."""

from collections.abc import Callable, Mapping, Sequence

from textual import events

from warroom.presenters.runs import Line, Run
from warroom.text import clean
from warroom.text.width import wrap
from warroom.tui.bindings import key_label, pressed
from warroom.tui.screens.scrolled import PageView, Scrolled


class Sheet(Scrolled[str | None]):
    """Dismisses with the key that was pressed of `keys` (key -> what it does, in a word); with None at q and Esc.

    `acts` are keys that do something and leave the sheet open.
    """

    def __init__(
        self,
        lay_out: Callable[[int], Sequence[Line]],
        keys: Mapping[str, str],
        acts: Mapping[str, tuple[str, Callable[[], None]]] | None = None,
    ) -> None:
        self.page = PageView(lay_out)
        super().__init__(self.page)
        self._keys, self._acts = keys, acts or {}

    def keys(self) -> Sequence[tuple[str, str]]:
        pairs = [(key_label(key), word) for key, word in self._keys.items()]
        pairs += [(key_label(key), word) for key, (word, _) in self._acts.items()]
        return (*pairs, ("j k", "scroll"), ("q", "back"))

    async def press(self, event: events.Key) -> bool:
        key = pressed(event)
        if key in self._keys:
            self.dismiss(key)
        elif key in self._acts:
            self._acts[key][1]()
        else:
            return await super().press(event)
        return True

    def forget_acts(self) -> None:
        """What could be done while the sheet stood open can't any more."""
        self._acts = {}
        self.show_keys()

    def show(self) -> None:
        """Lays out again what has changed, and stays at the end where the end was in sight."""
        at_end = self.page.scroll_offset.y >= self.page.max_scroll_y
        self.page.lay_out()
        if at_end:
            self.call_after_refresh(self.action_jump, 1)


def text_lines(title: str, text: str, width: int, note: str = "") -> list[Line]:
    """A heading, a note below it, and the text wrapped."""
    head: list[Line] = [(Run(title, "heading"),), *(((Run(note, "muted"),),) if note else ()), ()]
    return [*head, *((Run(line),) for line in wrap(clean(text).rstrip("\n"), width))]
