"""How long until the first useful frame, beside other terminal programs that are made with Textual.

`python -m benchmarks.startup_peers` installs toolong (a viewer of logs) and harlequin (a client for databases) into
environments of their own, each with the Textual that it asks for, and starts all in turns in a pty. Toolong is given as
many lines as the incident has entries, harlequin an empty database in memory: the least that each is opened for.
"""

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks._figures import between, told
from benchmarks._peers import peer
from benchmarks.startup import PROGRAM, Run, in_turns, two_hundred_entries
from warroom.files.store import create

_NEWEST = "the newest of them"


def measured(rounds: int) -> dict[str, list[float]]:
    """The seconds in every round of each that could be installed."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        looks = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LINES": "40", "COLUMNS": "120"}
        environ = {**kept, **looks, "HOME": folder, "WARROOM_BY": "ana", "WARROOM_INCIDENTS": f"{folder}/record"}
        create(Path(folder, "record"), two_hundred_entries())
        log = Path(folder, "outage.log")
        log.write_text("2026-01-02 10:00:00 INFO looked at another part of it\n" * 199 + f"{_NEWEST}\n")
        runs: dict[str, Run] = {"warroom, 200 entries": ([PROGRAM], environ, _NEWEST.encode())}
        if (toolong := peer("toolong", "tl")) is not None:
            runs["toolong, 200 lines"] = ([toolong, str(log)], environ, _NEWEST.encode())
        if (harlequin := peer("harlequin", "harlequin")) is not None:
            runs["harlequin, an empty database"] = ([harlequin], environ, b"Run Query")
        return in_turns(runs, rounds, folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    found = measured(parser.parse_args().rounds)
    ours = next(iter(found.values()))
    print("| first useful frame | median ms | x warroom |\n|---|---:|---:|")
    for name, seconds in found.items():
        ratio = between(ours, seconds)
        print(f"| {name} | {statistics.median(seconds) * 1000:.0f} | {ratio:.2f} |")
        if seconds is not ours:
            told("first useful frame: warroom, 200 entries", name, between(seconds, ours))
    return 0


if __name__ == "__main__":
    sys.exit(main())
