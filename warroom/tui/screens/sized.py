"""The size that a screen is laid out for: always the terminal's newest."""

from typing import Any

from textual import events
from textual.message import Message
from textual.screen import Screen


def outdated(screen: Screen[Any], message: Message) -> bool:
    """Whether `message` tells a screen a size that the terminal no longer has.

    A screen that was laid out sends itself the size it was laid out for. While an edge is being dragged that one can
    stand behind a newer size in the queue, and would replace it: the screen stayed at a size long gone.
    """
    return isinstance(message, events.Resize) and message.size != screen.app.size
