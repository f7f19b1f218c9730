"""Which panes are on screen, by size: a pure table, so that panes keep their place when the size changes."""

from dataclasses import dataclass
from typing import Final, Literal

Pane = Literal["health", "timeline", "postmortem", "actions", "preview"]
PANES: Final[tuple[Pane, ...]] = ("health", "timeline", "postmortem", "actions")
"""Those that a key leads to; the preview comes and goes with the postmortem."""

TWO_PANES: Final = 110
THREE_PANES: Final = 170
LEAST: Final = (24, 6)


@dataclass(frozen=True, slots=True)
class Layout:
    """`panes` from left to right with their widths in cells; `strip` is the rows of the compact health above."""

    panes: tuple[tuple[Pane, int], ...]
    strip: int = 0
    too_small: bool = False

    @property
    def names(self) -> tuple[Pane, ...]:
        return tuple(name for name, _ in self.panes)


def layout(
    width: int,
    height: int,
    active: Pane,
    beside: Pane,
    *,
    zoomed: bool = False,
    services: int = 0,
    preview: bool | None = None,
) -> Layout:
    """The panes for a terminal of this size.

    `active` is the pane that the person is in, `beside` what last stood beside the timeline. A pane zoomed stands
    alone; the health strip goes with it only where it is the health pane itself. `preview` asks for the preview beside
    the postmortem; None leaves it to the width.
    """
    if width < LEAST[0] or height < LEAST[1]:
        return Layout((), too_small=True)
    rows = min(4, services + 1) if services else 1
    writing = active in ("postmortem", "preview")
    if writing and width >= TWO_PANES and (width >= THREE_PANES if preview is None else preview):
        return Layout(_with_preview(width, zoomed=zoomed), strip=0 if height < 12 else rows)
    if active == "preview":
        active = "postmortem"
    if zoomed or width < TWO_PANES:
        strip = 0 if active == "health" or height < 12 else rows
        return Layout(((active, width),), strip=strip)
    if width < THREE_PANES:
        side = active if active != "timeline" else beside
        sides = width * 2 // 5
        strip = 0 if side == "health" else rows
        panes: tuple[tuple[Pane, int], ...] = ((side, sides), ("timeline", width - sides))
        return Layout(panes if side == "health" else panes[::-1], strip=strip)
    right: Pane = "actions" if "actions" in (active, beside) and active != "postmortem" else "postmortem"
    health = min(width * 3 // 10, 80)
    rest = width - health
    return Layout((("health", health), ("timeline", rest - rest * 9 // 20), (right, rest * 9 // 20)))


def _with_preview(width: int, *, zoomed: bool) -> tuple[tuple[Pane, int], ...]:
    """The postmortem and its preview; the timeline stays beside them where there is room for three."""
    if zoomed or width < THREE_PANES:
        return (("postmortem", width - width // 2), ("preview", width // 2))
    part = width // 3
    return (("timeline", width - 2 * part), ("postmortem", part), ("preview", part))
