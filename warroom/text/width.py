"""Text measured in terminal cells: cut, padded, wrapped. Wide characters and combining marks count as drawn.

The figures are wcwidth's, which agree with those of Rich (and so of Textual) on whole graphemes. It is loaded with the
first text that needs it: its tables take longer to load than most commands take to run.
"""

import re

_NARROW = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0377\u0386-\u03ff\u0400-\u0482"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u2190-\u2319\u2500-\u25fc\u2800-\u28ff]*"
)
"""Western letters, arrows, lines, blocks, braille: one column each, and none that joins with its neighbour."""


def cells(text: str) -> int:
    """How many columns `text` takes on a terminal. Cleaned text only: a control character counts as one."""
    if text.isascii() or _NARROW.fullmatch(text):
        return len(text)
    from wcwidth import wcswidth

    width = wcswidth(text)
    return width if width >= 0 else len(text)


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """`text` in at most `width` columns, never a half character; an ellipsis where something was left out."""
    if cells(text) <= width:
        return text
    if width <= cells(ellipsis):
        return ellipsis if width == cells(ellipsis) else ""
    return _head(text, width - cells(ellipsis)) + ellipsis


def fit(text: str, width: int, *, right: bool = False) -> str:
    """`text` in exactly `width` columns: cut with an ellipsis, or padded."""
    text = cut(text, width)
    padding = " " * (width - cells(text))
    return padding + text if right else text + padding


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns, broken at spaces where there are any; newlines stand.

    Never empty; white space at a break goes, at the start of a written line it stays.
    """
    lines: list[str] = []
    for written in text.expandtabs(4).split("\n"):
        lines.extend(_wrapped(written, max(width, 1)))
    return lines


def _head(text: str, width: int) -> str:
    if text.isascii() or _NARROW.fullmatch(text):
        return text[:width]
    from wcwidth import iter_graphemes

    taken, used = [], 0
    for grapheme in iter_graphemes(text):
        size = cells(grapheme)
        if used + size > width:
            break
        taken.append(grapheme)
        used += size
    return "".join(taken)


def _wrapped(line: str, width: int) -> list[str]:
    lines: list[str] = []
    while cells(line) > width:
        head = _head(line, width) or line[:1]
        rest = line[len(head) :]
        if not rest:
            break
        if not rest.startswith(" "):
            space = head.rstrip(" ").rfind(" ")
            if space > 0 and head[:space].strip():
                head, rest = head[:space], line[space:]
        lines.append(head.rstrip(" "))
        line = rest.lstrip(" ")
    lines.append(line)
    return lines
