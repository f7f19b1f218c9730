"""Names of styles to colours of the theme; colour repeats a meaning, it never carries one alone."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import Theme

from warroom.voice.colour import TEXT, contrast
from warroom.voice.theme import Theme as Voice

# style -> (palette colour, attributes)
STYLES: Final[Mapping[str, tuple[str, str]]] = {
    "bold": ("", "bold"),
    "italic": ("", "italic"),
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

GROUNDS: Final = ("background", "surface", "panel")
_MOST_TINT, _LEAST_TINT, _STEP = 0.34, 0.08, 0.02


class Look:
    """The styles of one palette; of the terminal's own colours nothing can be mixed or measured."""

    def __init__(self, palette: Mapping[str, str]) -> None:
        self.palette = palette
        self.style = lru_cache(maxsize=None)(self._style)
        self.own_colours = palette["background"].startswith("#")
        """Whether the ground is a colour of the theme's, not the terminal's."""

    def _style(self, name: str) -> Style:
        found = STYLES.get(name) or STYLES.get(name.partition(".")[0])
        if found is None:
            return Style()
        colour, attributes = found
        # Which of the sixteen colours is faint, and on which ground, every terminal decides otherwise.
        dim = Style(dim=True) if colour == "muted" and not self.own_colours else Style()
        return Style.parse(attributes) + Style(color=self._rich(colour)) + dim

    def _rich(self, name: str) -> RichColor | None:
        return Color.parse(self.palette[name]).rich_color if name in self.palette else None

    def selected(self, *, focused: bool) -> Style:
        """The look of the chosen line: the ground tinted, or reversed where the terminal's own colours hold."""
        if not self.own_colours:
            return Style(reverse=True) if focused else Style(bold=True)
        return Style(bgcolor=Color.parse(self.selected_ground(focused=focused)).rich_color, bold=focused or None)

    def selected_ground(self, *, focused: bool) -> str:
        """The ground of the chosen line: as much of the primary colour as leaves every text on it readable."""
        return _tinted(self.palette, _MOST_TINT if focused else _MOST_TINT / 2)


@lru_cache(maxsize=64)
def _mixed(ground: str, tint: str, texts: tuple[str, ...], most: float) -> str:
    share = most
    while share > _LEAST_TINT:
        mixed = Color.parse(ground).blend(Color.parse(tint), share).hex6
        if all(contrast(text, mixed) >= TEXT for text in texts):
            return mixed
        share -= _STEP
    return Color.parse(ground).blend(Color.parse(tint), _LEAST_TINT).hex6


def _tinted(palette: Mapping[str, str], most: float) -> str:
    return _mixed(palette["background"], palette["primary"], tuple(text_colours(palette)), most)


def text_colours(palette: Mapping[str, str]) -> Iterable[str]:
    """The colours of a palette that text is written in; those of the terminal's own have none that could be known."""
    return (colour for name, colour in palette.items() if name not in GROUNDS and colour.startswith("#"))


def textual_theme(voice: Voice) -> Theme:
    """A Textual theme in the palette of a voice; ValueError where a colour can't be read."""
    palette = voice.palette
    own = palette["background"].startswith("#")
    names = ("primary", "secondary", "accent", "success", "warning", "error", "foreground", *GROUNDS)
    theme = Theme(
        name=f"warroom-{voice.name}",
        **{name: palette[name] for name in names},  # type: ignore[arg-type]
        dark=voice.dark,
        variables=_parts(palette) if own else _TERMINAL_PARTS,
        ansi=not own,
    )
    try:
        theme.to_color_system().generate()
    except ColorParseError as error:
        raise ValueError(f"theme {voice.name}: {error}") from error
    return theme


def _parts(palette: Mapping[str, str]) -> dict[str, str]:
    """The colours of Textual's own parts: palette of commands, cursor, scrollbars, selections, toasts."""
    chosen, quiet = _tinted(palette, _MOST_TINT), _tinted(palette, _MOST_TINT / 2)
    foreground, ground = palette["foreground"], palette["background"]
    return {
        "text": foreground,
        "text-muted": palette["muted"],
        "text-disabled": palette["muted"],
        "foreground-muted": palette["muted"],
        "foreground-disabled": palette["muted"],
        **{f"text-{name}": palette[name] for name in ("primary", "secondary", "accent", "success", "warning", "error")},
        "block-cursor-foreground": foreground,
        "block-cursor-background": chosen,
        "block-cursor-blurred-foreground": foreground,
        "block-cursor-blurred-background": quiet,
        "block-hover-background": quiet,
        "border": palette["primary"],
        "border-blurred": palette["panel"],
        "surface-active": palette["panel"],
        "panel-darken-1": palette["panel"],
        "panel-lighten-1": palette["panel"],
        "scrollbar": quiet,
        "scrollbar-hover": chosen,
        "scrollbar-active": palette["primary"],
        **dict.fromkeys(
            (
                "scrollbar-background",
                "scrollbar-background-hover",
                "scrollbar-background-active",
                "scrollbar-corner-color",
            ),
            ground,
        ),
        "input-cursor-background": palette["accent"],
        "input-cursor-foreground": ground,
        "input-selection-background": chosen,
        "input-selection-foreground": foreground,
        "screen-selection-background": chosen,
        "screen-selection-foreground": foreground,
        "link-color": palette["primary"],
        "link-color-hover": foreground,
        "link-background-hover": chosen,
    }


_TERMINAL_PARTS: Final = {
    "ansi-background": "ansi_default",
    "ansi-foreground": "ansi_default",
    "surface-active": "ansi_default",
    "foreground-disabled": "ansi_default",
    "block-cursor-foreground": "ansi_default",
    "block-cursor-background": "ansi_default",
    "block-cursor-text-style": "bold reverse",
    "block-cursor-blurred-text-style": "bold",
    "border": "ansi_bright_blue",
    "border-blurred": "ansi_bright_black",
    "scrollbar": "ansi_bright_black",
    "scrollbar-hover": "ansi_bright_blue",
    **dict.fromkeys(
        ("scrollbar-background", "scrollbar-background-hover", "scrollbar-background-active"), "ansi_default"
    ),
    "input-selection-background": "ansi_blue",
    "screen-selection-background": "ansi_blue",
    "screen-selection-foreground": "ansi_default",
}
"""The same of the terminal's own colours, whose ground may be dark or light: what is chosen is reversed."""
