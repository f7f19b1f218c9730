"""What the light commands cost, as multiples of importing what they cannot do without. `python -m benchmarks.light`.

Runs are interleaved, so that a busy moment of the machine falls on all of them; figures are medians of processes from
start to end, fsync included.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

BASELINE = "import argparse, tomli, fcntl, datetime"
PROGRAM = [str(Path(sys.executable).with_name("warroom"))]
COMMANDS: dict[str, tuple[list[str], float | None]] = {
    "python -c pass": ([sys.executable, "-c", "pass"], None),
    "baseline": ([sys.executable, "-c", BASELINE], None),
    "log TEXT": ([*PROGRAM, "log", "restarted the backend"], 1.5),
    "log --at -15m TEXT": ([*PROGRAM, "log", "--at", "-15m", "first errors"], None),
    "log --mark acknowledged": ([*PROGRAM, "log", "--mark", "acknowledged", "on it"], 2.5),
    "set severity": ([*PROGRAM, "set", "severity", "2"], 2.5),
    "list": ([*PROGRAM, "list"], None),
    "--help": ([*PROGRAM, "--help"], None),
}
"""Each command with the most it may cost as a multiple of the baseline, where a limit was set."""


def measured(rounds: int) -> dict[str, float]:
    """The median seconds of each command."""
    with tempfile.TemporaryDirectory() as folder:
        environ = _environ(folder)
        subprocess.run([*PROGRAM, "declare", "Benchmark"], env=environ, check=True, capture_output=True)
        took: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for turn in range(rounds + 1):
            for name, (command, _) in COMMANDS.items():
                words = [*command[:-1], str(1 + turn % 5)] if name == "set severity" else command
                seconds = _timed(words, environ)
                if turn:  # the first round fills caches
                    took[name].append(seconds)
    return {name: statistics.median(seconds) for name, seconds in took.items()}


def _environ(folder: str) -> dict[str, str]:
    """An installed program has its bytecode; here all processes share a cache, which the first round fills."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {"HOME": folder, "PYTHONPYCACHEPREFIX": str(Path(folder, "bytecode"))}
    return {**kept, **own, "WARROOM_INCIDENTS": str(Path(folder, "incidents"))}


def _timed(command: Sequence[str], environ: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=environ, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    found = measured(parser.parse_args().rounds)
    baseline = found["baseline"]
    print("| command | median ms | x baseline | at most |\n|---|---:|---:|---:|")
    missed = 0
    for name, seconds in found.items():
        most = COMMANDS[name][1]
        ratio = seconds / baseline
        missed += most is not None and ratio > most
        print(f"| `{name}` | {seconds * 1000:.1f} | {ratio:.2f} | {most or ''} |")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
