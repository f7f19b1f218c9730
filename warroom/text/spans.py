"""Code spans in a line or paragraph of Markdown: what stands in backticks is not prose."""

import re

_RUN = re.compile(r"`+")


def code_spans(text: str) -> list[tuple[str, bool]]:
    """`text` cut into pieces that join to it again: (piece, whether it is code).

    As CommonMark has it: a run of backticks opens, the next run of the same length closes; one behind a backslash
    opens nothing.
    """
    runs = [found.span() for found in _RUN.finditer(text)]
    closers: dict[int, list[int]] = {}
    for place in range(len(runs) - 1, -1, -1):
        closers.setdefault(runs[place][1] - runs[place][0], []).append(place)
    parts: list[tuple[str, bool]] = []
    at = place = 0
    while place < len(runs):
        start, end = runs[place]
        same = closers[end - start]
        while same and same[-1] <= place:
            same.pop()
        place += 1
        if not same or text.endswith("\\", 0, start):
            continue
        closing = same.pop()
        parts += [(text[at:start], False), (text[start : runs[closing][1]], True)]
        at = runs[closing][1]
        place = closing + 1
    parts.append((text[at:], False))
    return [part for part in parts if part[0]]
