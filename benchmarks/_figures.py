"""What a benchmark has found, one figure a line: what, against what, how much, and how much it may be at most."""

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
