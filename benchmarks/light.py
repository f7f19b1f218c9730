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

from benchmarks._figures import between, told
from benchmarks._peers import peer

BASELINE = "import argparse, tomli, fcntl, datetime"
MANY = 1000
LIST_AT_MOST = 4.0
JOURNAL_AT_MOST = 0.5
PROGRAM = [str(Path(sys.executable).with_name("warroom"))]
COMMANDS: dict[str, tuple[list[str], float | None]] = {
    "python -c pass": ([sys.executable, "-c", "pass"], None),
    "baseline": ([sys.executable, "-c", BASELINE], None),
    "log TEXT": ([*PROGRAM, "log", "restarted the backend"], 1.5),
    "log --at -15m TEXT": ([*PROGRAM, "log", "--at", "-15m", "first errors"], None),
    "log --mark acknowledged": ([*PROGRAM, "log", "--mark", "acknowledged", "on it"], 2.5),
    "log --mark mitigated": ([*PROGRAM, "log", "--mark", "mitigated", "rolled back"], 2.5),
    "set severity": ([*PROGRAM, "set", "severity", "2"], 2.5),
    "list": ([*PROGRAM, "list"], None),
    "--help": ([*PROGRAM, "--help"], None),
}
"""Each command with the most it may cost as a multiple of the baseline, where a limit was set."""


def measured(rounds: int) -> dict[str, list[float]]:
    """The seconds of each command in every round."""
    with tempfile.TemporaryDirectory() as folder:
        environ = _environ(folder)
        subprocess.run([*PROGRAM, "declare", "Benchmark"], env=environ, check=True, capture_output=True)
        took: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for turn in range(rounds + 1):
            for name, (command, _) in COMMANDS.items():
                words = [*command[:-1], str(1 + turn % 5)] if name == "set severity" else command
                if name == "log --mark mitigated":  # which moves the status, so that it is to be moved back first
                    _timed([*PROGRAM, "set", "status", "identified"], environ)
                seconds = _timed(words, environ)
                if turn:  # the first round fills caches
                    took[name].append(seconds)
    return took


def listed(rounds: int) -> tuple[float, float]:
    """The median seconds of `list --all` over one incident and over many, each with a timeline of some length."""
    with tempfile.TemporaryDirectory() as folder:
        took: list[list[float]] = [[], []]
        places = [_environ(f"{folder}/{count}") for count in (1, MANY)]
        entry = '\n[[timeline]]\nid = "{0}"\nat = 2026-01-02T10:00:00Z\ntext = "something happened"\n'
        timeline = "".join(map(entry.format, range(200)))
        for environ, count in zip(places, (1, MANY), strict=True):
            directory = Path(environ["WARROOM_INCIDENTS"])
            directory.mkdir(parents=True)
            for number in range(count):
                name = f"2026-01-02-outage-{number}"
                head = f'format = 1\nid = "{name}"\ntitle = "Outage {number}"\nstatus = "closed"\n'
                Path(directory, f"{name}.toml").write_text(head + timeline, encoding="utf-8")
        for turn in range(rounds + 1):
            for environ, seconds in zip(places, took, strict=True):
                one = _timed([*PROGRAM, "list", "--all"], environ)
                if turn:
                    seconds.append(one)
        return statistics.median(took[0]), statistics.median(took[1])


def journal(rounds: int) -> tuple[float, float] | None:
    """The median seconds of `warroom log` and of `jrnl` adding one line; None where pip cannot get it."""
    if (program := peer("jrnl", "jrnl")) is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        environ = _environ(folder)
        settings = Path(folder, "jrnl.yaml")
        settings.write_text(
            f"journals:\n  default:\n    journal: {folder}/journal.txt\nversion: v4.2\n", encoding="utf-8"
        )
        subprocess.run([*PROGRAM, "declare", "Benchmark"], env=environ, check=True, capture_output=True)
        took: list[list[float]] = [[], []]
        commands = ([*PROGRAM, "log"], [program, "--config-file", str(settings)])
        for turn in range(rounds + 1):
            for command, seconds in zip(commands, took, strict=True):
                one = _timed([*command, "restarted the backend"], environ)
                if turn:
                    seconds.append(one)
        return statistics.median(took[0]), statistics.median(took[1])


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
    rounds = parser.parse_args().rounds
    found = measured(rounds)
    baseline = found["baseline"]
    print("| command | median ms | x baseline | at most |\n|---|---:|---:|---:|")
    kept = True
    for name, seconds in found.items():
        most = COMMANDS[name][1]
        ratio = between(baseline, seconds)
        print(f"| `{name}` | {statistics.median(seconds) * 1000:.1f} | {ratio:.2f} | {most or ''} |")
        if most is not None:
            kept &= told(f"`warroom {name}`", "Python with its imports", ratio, most)
    one, many = listed(max(rounds // 3, 3))
    kept &= told(f"`warroom list --all` over {MANY:,} incidents", "over one", many / one, LIST_AT_MOST)
    if (both := journal(max(rounds // 3, 3))) is not None:
        own, theirs = both
        kept &= told("`warroom log TEXT`", "jrnl adding one line", own / theirs, JOURNAL_AT_MOST)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
