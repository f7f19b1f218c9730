"""The figures that the README quotes, taken from the page of results."""

import re
from pathlib import Path
from typing import Final

RESULTS: Final = Path(__file__).parents[2] / "benchmarks" / "RESULTS.md"
_ROWS: Final = {
    "start": ("startup", r"\| warroom \| \S+ \| ([\d.]+) \|"),
    "log": ("light", r"\| `log TEXT` \| \S+ \| ([\d.]+) \|"),
    "append": ("files", r" 100000 +\S+  append \(warroom log\) .* ([\d.]+)$"),
}


def quoted() -> str:
    """What a start, a light command and one more entry cost, as ratios. ValueError where a result is missing."""
    page = RESULTS.read_text(encoding="utf-8")
    found = {name: _figure(page, benchmark, row) for name, (benchmark, row) in _ROWS.items()}
    return (
        "Measured ([results](benchmarks/RESULTS.md)): it opens in "
        f"{found['start']} times what a bare Textual app takes, `warroom log` ends in {found['log']} times\n"
        "what importing its libraries takes, and one more entry in a file of 100,000 costs "
        f"{found['append']} times a bare write with fsync.\n"
    )


def _figure(page: str, benchmark: str, row: str) -> str:
    section = page.partition(f"\n## {benchmark}\n")[2].partition("\n## ")[0]
    found = re.search(row, section, re.MULTILINE)
    if found is None:
        raise ValueError(f"{RESULTS.name} has no such result of {benchmark}: make bench")
    return found[1]
