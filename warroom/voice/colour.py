"""How well a colour can be read on another: contrast by WCAG 2.2."""

from typing import Final

TEXT: Final = 4.5
"""The least contrast of text on its ground for level AA (success criterion 1.4.3)."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours such as "#1e66f5", 1 to 21; ValueError for a colour of the terminal's own."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of an sRGB colour, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    if len(colour) != 7 or not colour.startswith("#"):
        raise ValueError(f"{colour} has no luminance of its own; only #rrggbb has")
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
