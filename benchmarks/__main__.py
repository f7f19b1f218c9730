"""Runs every benchmark, each in a process of its own, and writes RESULTS.md; `python -m benchmarks NAME..` only those.

With names given nothing is written: what stands in RESULTS.md comes from one run of all.
"""

import ast
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks._figures import LEAD

HERE: Final = Path(__file__).parent
RESULTS: Final = HERE / "RESULTS.md"


@dataclass(frozen=True)
class Ran:
    """One benchmark that was run: what it printed, whether all of its limits are kept, and how long it took."""

    name: str
    about: str
    printed: str
    kept: bool
    seconds: float

    @property
    def figures(self) -> list[str]:
        return [line.removeprefix(LEAD) for line in self.printed.splitlines() if line.startswith(LEAD)]

    @property
    def limits(self) -> str:
        """What is to be said of its limits; a benchmark that promises nothing has none to keep."""
        if not self.kept:
            return "**missed**"
        return "kept" if any(figure.endswith("| kept") for figure in self.figures) else "none"

    @property
    def details(self) -> list[str]:
        return [line for line in self.printed.strip("\n").splitlines() if not line.startswith(LEAD)]


def known() -> list[str]:
    return sorted(path.stem for path in HERE.glob("[a-z]*.py"))


def about(name: str) -> str:
    """What a benchmark is about: the first line of its file."""
    module = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
    return (ast.get_docstring(module) or "").partition("\n")[0]


def run(name: str) -> Ran:
    """Runs one, and passes on what it prints while it prints it."""
    print(f"\n## {name}\n", flush=True)
    begun, lines = time.monotonic(), []
    command = [sys.executable, "-u", "-m", f"benchmarks.{name}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        for line in program.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    return Ran(name, about(name), "".join(lines), program.returncode == 0, time.monotonic() - begun)


def results(ran: Sequence[Ran]) -> Iterator[str]:
    """The page, line by line."""
    yield from ("# Results", "")
    yield from (
        "Written by `make bench`. Each benchmark runs what it measures and what that is held against within one run,",
        "what is short in turns: a slower machine slows both, and the ratio holds on any. A limit is a promise, in",
        "milliseconds where it is made to whoever waits at the keys: where one is missed, `make bench` fails.",
        "",
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores.",
        "",
    )
    yield from ("| What | Against | Figure | At most | |", "| --- | --- | --- | --- | --- |")
    yield from (f"| {line} |" for one in ran for line in one.figures)
    yield ""
    yield from ("| Benchmark | What is measured, and against what | Limits |", "| --- | --- | --- |")
    yield from (f"| [{one.name}](#{one.name}) | {one.about} | {one.limits} |" for one in ran)
    for one in ran:
        yield from ("", f"## {one.name}", "", one.about, "", *_shown(one.details))
        yield from ("", f"Limits: {one.limits}; it took {one.seconds:.0f} s.")


def _shown(lines: Sequence[str]) -> Iterator[str]:
    """What was printed: tables as they are, all else as text."""
    inside = False
    for line in lines:
        table = line.startswith("|")
        if inside == table:  # text ends where a table begins, and the other way round
            yield from ("```", "") if inside else ("", "```text")
            inside = not inside
        if line or inside:
            yield line
    if inside:
        yield "```"


def main() -> int:
    asked = sys.argv[1:] or known()
    if unknown := [name for name in asked if name not in known()]:
        print(f"no benchmark {', '.join(unknown)}; there are {', '.join(known())}", file=sys.stderr)
        return 2
    ran = [run(name) for name in asked]
    if not sys.argv[1:]:
        RESULTS.write_text("\n".join(results(ran)) + "\n", encoding="utf-8")
        print(f"\nwritten: {RESULTS.relative_to(HERE.parent)}")
    if missed := [one.name for one in ran if not one.kept]:
        print(f"\nmissed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
