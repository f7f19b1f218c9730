"""What a benchmark has found, one figure a line: what, against what, how much, and how much it may be at most."""

import statistics
from collections.abc import Sequence
from typing import Final

LEAD: Final = "figure: "


def told(what: str, against: str, figure: float, most: float | None = None, unit: str = "x") -> bool:
    """Prints one figure for the table at the top of RESULTS.md; whether it keeps its limit.

    A ratio (`x`) is what holds on any machine; milliseconds are told where a promise is made in them.
    """
    kept = most is None or figure <= most
    limit, word = ("", "") if most is None else (f"{most:g}{unit}", "kept" if kept else "**missed**")
    print(f"{LEAD}{what} | {against} | {figure:.3g}{unit} | {limit} | {word}", flush=True)
    return kept


def between(baseline: Sequence[float], measured: Sequence[float]) -> float:
    """By what factor rounds that took turns differ: what a minute of the machine does to one, it does to both."""
    return statistics.median(ours / theirs for theirs, ours in zip(baseline, measured, strict=True))
