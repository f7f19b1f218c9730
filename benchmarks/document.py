"""What a document costs: 10,000 entries in each theme against plain, and against a tenth of the entries."""

import argparse
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks._figures import told
from warroom.incident.kinds import KINDS
from warroom.incident.model import Entry, Fields, Incident
from warroom.postmortem.markdown import render
from warroom.voice import Theme, find

_THEMES = Path(__file__).parents[1] / "themes"
_BASELINE, _NAMES = "plain", ("plain", "sre", "quest", "party", "feline")
_MOST = 3.0
"""At most this many times what plain takes."""
_GROWTH = 15.0
"""At most this many times the time for ten times the entries: linear, with room for a noisy machine."""
_START = datetime(2025, 11, 21, tzinfo=UTC)


def incident(count: int) -> Incident:
    """Entries of every kind, each with a number, code, and a word that themes make puns of."""
    entries = (
        Entry(
            id=f"{number:08}",
            text=f"restarted api-{number} after the suspicious requests, `kubectl` took {number} ms",
            at=_START + timedelta(seconds=number),
            by="ana",
            kind=KINDS[number % len(KINDS)],
        )
        for number in range(count)
    )
    return Incident(Fields("2025-11-21-outage", "Outage", status="resolved"), entries=tuple(entries))


def seconds(told: Incident, theme: Theme, rounds: int) -> float:
    """The shortest time of one render with all humour: what else the machine does only adds to it."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        render(told, theme, now=_START, humour=3)
        taken.append(time.perf_counter() - began)
    return min(taken)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    small, large = incident(1_000), incident(10_000)
    themes = {name: find(name, [_THEMES]) for name in _NAMES}
    found = {name: (seconds(small, theme, rounds), seconds(large, theme, rounds)) for name, theme in themes.items()}
    print("| theme | 10,000 entries, ms | x plain | at most | x 1,000 entries | at most |")
    print("|---|---:|---:|---:|---:|---:|")
    kept = True
    for name, (few, many) in found.items():
        ratio, growth = many / found[_BASELINE][1], many / few
        print(f"| {name} | {many * 1000:.0f} | {ratio:.2f} | {_MOST:.0f} | {growth:.1f} | {_GROWTH:.0f} |")
        if name != _BASELINE:
            kept &= told(f"document of 10,000 entries in {name}", f"in {_BASELINE}", ratio, _MOST)
        kept &= told(f"document of 10,000 entries in {name}", "of 1,000", growth, _GROWTH)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
