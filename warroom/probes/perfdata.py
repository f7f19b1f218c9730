"""The output of a monitoring plugin: its text, and the figures after the bar (plugin development guidelines)."""

import re
from typing import Final

# From the beginning of a word on: what a program writes may be one long word, each place of which would be tried else.
_FIGURE: Final = re.compile(
    r"""(?<!\S)(?:'(?P<quoted>(?:[^']|'')*)'|(?P<plain>[^\s'=]+))
    =(?P<number>[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?|U)(?P<unit>[^\s;\d]*)(?P<limits>[^\s]*)""",
    re.VERBOSE,
)
_SCALE: Final = {
    "us": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "B": 1.0,
    "KB": 1024.0,
    "MB": 1024.0**2,
    "GB": 1024.0**3,
    "TB": 1024.0**4,
    "KiB": 1024.0,
    "MiB": 1024.0**2,
    "GiB": 1024.0**3,
}


def read_output(text: str) -> tuple[str, dict[str, float]]:
    """The first line without its figures, and the figures of all lines in seconds, bytes or as they are.

    A figure that says U (unknown) is left out; so is what has not the form of one.
    """
    lines = text.splitlines() or [""]
    summary, _, first = lines[0].partition("|")
    figures = [first]
    in_figures = False
    for line in lines[1:]:
        if in_figures:
            figures.append(line)
        elif "|" in line:
            in_figures = True
            figures.append(line.partition("|")[2])
    found: dict[str, float] = {}
    for match in _FIGURE.finditer(" ".join(figures)):
        label = match["plain"] if match["quoted"] is None else match["quoted"].replace("''", "'")
        if match["number"] != "U":
            found[label] = float(match["number"].replace(",", ".")) * _SCALE.get(match["unit"], 1.0)
    return summary.strip(), found
