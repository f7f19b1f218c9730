"""Scrollbars where only ASCII can be shown."""

from typing import ClassVar

from textual.scrollbar import ScrollBarRender
from textual.widget import Widget


class WholeEnds(ScrollBarRender):
    """Ends with whole cells: Textual's half ones are block characters."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


def keep_to_ascii(view: Widget) -> None:
    """Draws both scrollbars of `view` in ASCII."""
    for bar in (view.vertical_scrollbar, view.horizontal_scrollbar):
        bar.renderer = WholeEnds  # type: ignore[misc]  # Textual's documentation sets it on one widget's bar alike
