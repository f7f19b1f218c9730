"""The size that a screen is laid out for: always the terminal's newest."""

import shutil
from typing import Any

from textual import events
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen


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


def outdated(screen: Screen[Any], message: Message) -> bool:
    """Whether `message` tells a screen a size that the terminal no longer has.

    A screen that was laid out sends itself the size it was laid out for. While an edge is being dragged that one can
    stand behind a newer size in the queue, and would replace it: the screen stayed at a size long gone.
    """
    return isinstance(message, events.Resize) and message.size != screen.app.size
