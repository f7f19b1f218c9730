"""Names of styles to colours of the theme; colour repeats a meaning, it never carries one alone."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import Theme

from warroom.voice.theme import Theme as Voice

# style -> (palette colour, attributes)
_STYLES: Final[dict[str, tuple[str, str]]] = {
    "bold": ("", "bold"),
    "muted": ("muted", ""),
    "time": ("muted", ""),
    "pending": ("warning", ""),
    "star": ("warning", "bold"),
    "struck": ("muted", "strike"),
    "stamp": ("warning", "italic"),
    "mark": ("accent", "bold"),
    "clock": ("", "bold"),
    "overdue": ("error", "bold reverse"),
    "key": ("accent", "bold"),
    "said": ("", ""),
    "warning": ("warning", "bold"),
    "code": ("secondary", ""),
    "link": ("primary", "underline"),
    "heading": ("primary", "bold"),
    "quote": ("muted", "italic"),
    "severity": ("foreground", "bold reverse"),
    "severity.sev1": ("sev1", "bold reverse"),
    "severity.sev2": ("sev2", "bold reverse"),
    "severity.sev3": ("sev3", "bold reverse"),
    "severity.sev4": ("sev4", "bold reverse"),
    "severity.sev5": ("sev5", "bold reverse"),
    "status": ("accent", "bold"),
    "status.resolved": ("success", "bold"),
    "status.closed": ("success", ""),
    "status.cancelled": ("muted", "bold"),
    "state": ("", ""),
    "state.down": ("error", "bold"),
    "state.flapping": ("warning", "bold"),
    "state.degraded": ("warning", "bold"),
    "state.unknown": ("muted", ""),
    "state.paused": ("muted", ""),
    "state.maintenance": ("muted", ""),
    "state.up": ("success", ""),
    "kind": ("", ""),
    "kind.action": ("primary", "bold"),
    "kind.command": ("primary", ""),
    "kind.decision": ("primary", "bold"),
    "kind.hypothesis": ("secondary", "italic"),
    "kind.dead-end": ("muted", "italic"),
    "kind.escalation": ("warning", ""),
    "kind.comms": ("secondary", ""),
    "kind.change": ("muted", ""),
}

_ANSI: Final[Mapping[str, str]] = {
    "background": "ansi_default",
    "surface": "ansi_default",
    "panel": "ansi_default",
    "foreground": "ansi_default",
    "muted": "ansi_bright_black",
    "primary": "ansi_blue",
    "secondary": "ansi_cyan",
    "accent": "ansi_magenta",
    "success": "ansi_green",
    "warning": "ansi_yellow",
    "error": "ansi_red",
    "sev1": "ansi_red",
    "sev2": "ansi_bright_red",
    "sev3": "ansi_yellow",
    "sev4": "ansi_cyan",
    "sev5": "ansi_blue",
}


class Look:
    """The styles of one palette. `ansi` keeps to the terminal's own sixteen colours."""

    def __init__(self, palette: Mapping[str, str], *, ansi: bool = False) -> None:
        self._palette = _ANSI if ansi else palette
        self.style = lru_cache(maxsize=None)(self._style)

    def _style(self, name: str) -> Style:
        found = _STYLES.get(name) or _STYLES.get(name.partition(".")[0])
        if found is None:
            return Style()
        color, attributes = found
        return Style.parse(attributes) + Style(color=self._color(color))

    def _color(self, name: str) -> RichColor | None:
        return Color.parse(self._palette[name]).rich_color if name in self._palette else None


def textual_theme(voice: Voice) -> Theme:
    """A Textual theme in the palette of a voice; ValueError where a colour can't be read."""
    palette = voice.palette
    theme = Theme(
        name=f"warroom-{voice.name}",
        primary=palette["primary"],
        secondary=palette["secondary"],
        accent=palette["accent"],
        success=palette["success"],
        warning=palette["warning"],
        error=palette["error"],
        foreground=palette["foreground"],
        background=palette["background"],
        surface=palette["surface"],
        panel=palette["panel"],
        dark=voice.dark,
    )
    try:
        theme.to_color_system().generate()
    except ColorParseError as error:
        raise ValueError(f"theme {voice.name}: {error}") from error
    return theme
