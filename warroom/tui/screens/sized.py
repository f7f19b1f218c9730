"""The size that a screen is laid out for: always the terminal's newest, and known to each of its widgets."""

import shutil
from typing import TypeVar

from textual import events
from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

Answer = TypeVar("Answer")


def newest(driver: Driver | None, event: events.Resize) -> events.Resize:
    """The size of the terminal as it is now, where `event` may tell an older one.

    Textual's handler of SIGWINCH asks for the size and posts it. A second signal interrupts it in between, and the
    older size is then posted last: after an edge was dragged the screen stayed at a size on the way. A terminal that
    reports its sizes in the stream of keys reports them in order.
    """
    if driver is None or driver.is_headless or getattr(driver, "_in_band_window_resize", False):
        return event
    size = Size(*shutil.get_terminal_size())
    return event if size == event.size else events.Resize(size, size)


class TellingCompositor(Compositor):
    """Tells every widget its size.

    After a scroll Textual draws the map of the screen anew as soon as anybody asks it for a region. A pane that was
    shown in between stands in that map already, counts as known at the next layout, and is never told its size: it
    stayed laid out for a width of nothing.
    """

    _told: "CompositorMap | None" = None

    @property
    def full_map(self) -> CompositorMap:
        if self._full_map_invalidated and self._told is None:
            self._told = self._full_map
        return super().full_map

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        told, self._told = self._told, None
        hidden, shown, resized = super().reflow(parent, size)
        if told is not None:
            found = self._full_map
            shown |= found.keys() - told.keys()
            resized |= {w for w in found.keys() & told.keys() if found[w].region.size != told[w].region.size}
        return ReflowResult(hidden, shown, resized)


class SizedScreen(Screen[Answer]):
    """A screen that is laid out for the size which the terminal has, and whose widgets know theirs."""

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(name, id, classes)
        self._compositor = TellingCompositor()

    def check_message_enabled(self, message: Message) -> bool:
        """A screen that was laid out sends itself the size it was laid out for.

        While an edge is being dragged that one can stand behind a newer size in the queue, and would replace it: the
        screen stayed at a size long gone.
        """
        outdated = isinstance(message, events.Resize) and message.size != self.app.size
        return not outdated and super().check_message_enabled(message)
