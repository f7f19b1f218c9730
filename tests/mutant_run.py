"""Asks the tests of a room about one mutant after another: collects once, then forks a process for each mutant.

To import and collect the tests takes many times as long as most of them do, so it is done once, and each mutant starts
where that ended. Its tests are those that reach its function: first what noticed its neighbours, then the quickest, up
to the first that fails. Slow ones are asked last, about what nothing else has noticed. Time is limited by what the
processor does, so that a busy machine makes no mutant look noticed. `tests/mutate.py` starts it, in the folder where
mutmut put the broken code.
"""

import gc
import json
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import pytest

# Seconds of the processor that each test has at least, and how many times as many as it takes without a mutant.
LEAST: Final = 2.0
TIMES: Final = 5.0
# Beside it a clock on the wall, for what waits for ever. Who was stopped by that is asked once more, with more time.
WALL: Final = (60.0, 240.0)
MEMORY: Final = 6 << 30
LARGEST_FILE: Final = 1 << 28
# A test that takes more seconds is a slow one.
QUICK: Final = 0.12
# After so many mutants the same tests are asked about none at all: what fails then, fails by itself.
CONTROL: Final = 100


@dataclass(frozen=True)
class Verdict:
    """How it ended: `failed` by a test, `clock`, `wall`, `quick` (passed all but the slow), `passed` or `untested`."""

    mutant: str
    end: str
    test: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Child:
    """A process in which tests are asked about a mutant; `ends` can be read once it has ended."""

    mutant: str
    room: Path
    began: float
    ends: int


@dataclass(frozen=True)
class Reached:
    """What a run without a mutant showed: how long each test takes, and which reach a function."""

    seconds: Mapping[str, float]
    tests: Mapping[str, list[str]]

    def all(self, mutant: str) -> list[str]:
        """The tests that reach the function of this mutant, the quickest first."""
        return sorted(self.tests.get(function(mutant), []), key=lambda name: (self.seconds[name], name))

    def quick(self, mutant: str) -> list[str]:
        return [name for name in self.all(mutant) if self.seconds[name] <= QUICK]

    def slow(self, mutant: str) -> list[str]:
        return [name for name in self.all(mutant) if self.seconds[name] > QUICK]


def function(mutant: str) -> str:
    """The function that this mutant is one of."""
    return mutant.partition("__mutmut_")[0]


def with_controls(mutants: list[str]) -> Iterator[str]:
    """The mutants, and now and then a name like theirs under which nothing is broken."""
    for count, mutant in enumerate(mutants):
        if count % CONTROL == 0:
            yield f"{function(mutant)}__mutmut_0"
        yield mutant


class Asker:
    """A plugin that asks the collected tests about mutants, in place of running them."""

    def __init__(self, plan: Mapping[str, Any], room: Path) -> None:
        self._plan, self._room = plan, room
        self._verdicts, self._at_once = Path(plan["verdicts"]), int(plan["at_once"])
        self._items: dict[str, pytest.Item] = {}
        self._reached = Reached({}, {})
        self._children: dict[int, Child] = {}
        self._noticed: defaultdict[str, list[str]] = defaultdict(list)
        self._told: Path | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self._told is not None:
            self._told.write_text(f"{report.nodeid}\n{report.longreprtext}", "utf-8", "replace")
            os._exit(1)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items}
        gc.collect()
        gc.freeze()
        self._reached = self._measured()
        try:
            self._ask_all()
        finally:
            for pid in self._children:
                end_group(pid)
        return True

    def _ask_all(self) -> None:
        slow, late = list(self._plan["slow"]), []
        for verdict in self._asked([*with_controls(self._plan["mutants"])], self._reached.quick, WALL[0]):
            if verdict.end == "wall":
                late.append(verdict.mutant)
            elif verdict.end == "passed" and self._reached.slow(verdict.mutant):
                slow.append(verdict.mutant)
                self._write(replace(verdict, end="quick"))
            else:
                self._write(verdict)
        for verdict in self._asked(slow, self._reached.slow, WALL[0]):
            if verdict.end == "wall":
                late.append(verdict.mutant)
            else:
                self._write(verdict)
        for verdict in self._asked(late, self._reached.all, WALL[1]):
            self._write(verdict)

    def _measured(self) -> Reached:
        """Runs all tests once, in a process of their own, without a mutant."""
        room = self._room / "unbroken"
        pid = os.fork()
        if not pid:
            self._enter(room, "stats")
            (room / "reached").write_text(json.dumps(self._counted()))
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if status:
            failed = room / "failed"
            raise SystemExit(f"without a mutant fails: {failed.read_text() if failed.exists() else status}")
        return Reached(*json.loads((room / "reached").read_text()))

    def _counted(self) -> tuple[dict[str, float], dict[str, list[str]]]:
        from mutmut.state import state  # reads its settings when it is imported: only there where they are

        seconds: dict[str, float] = {}
        tests: defaultdict[str, list[str]] = defaultdict(list)
        names = list(self._items)
        for name, following in zip_longest(names, names[1:]):
            began = sum(os.times()[:4])
            self._run(name, following)
            seconds[name] = sum(os.times()[:4]) - began
            for reached in state()._stats:
                tests[reached].append(name)
            state()._stats.clear()
        return seconds, tests

    def _asked(self, mutants: list[str], tests: Callable[[str], list[str]], wall: float) -> Iterator[Verdict]:
        """Asks these tests about each mutant, several at once; verdicts come as they are found."""
        for count, mutant in enumerate(mutants):
            if count % 100 == 0:
                print(f"{count} of {len(mutants)}", file=sys.__stderr__, flush=True)
            if not self._reached.all(mutant):
                yield Verdict(mutant, "untested")
                continue
            while len(self._children) >= self._at_once:
                yield from self._reaped(wall)
            noticed = self._noticed[function(mutant)]
            names = tests(mutant)
            self._start(mutant, [*(name for name in noticed if name in names), *(n for n in names if n not in noticed)])
        while self._children:
            yield from self._reaped(wall)

    def _start(self, mutant: str, tests: list[str]) -> None:
        room = Path(tempfile.mkdtemp(dir=self._room))
        pid = os.fork()
        if pid:
            self._children[pid] = Child(mutant, room, time.monotonic(), os.pidfd_open(pid))
            return
        name = ""
        try:
            self._enter(room, mutant)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
            for name, following in zip_longest(tests, tests[1:]):
                limit = int(time.process_time() + LEAST + TIMES * self._reached.seconds[name]) + 1
                resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
                self._run(name, following)
            os._exit(0)
        except BaseException:  # noqa: BLE001
            (room / "failed").write_text(f"{name}\n{traceback.format_exc()}", "utf-8", "replace")
        finally:  # whatever comes, this process must not go on as if it were the first
            os._exit(1)

    def _enter(self, room: Path, mutant: str) -> None:
        """What a forked process does first: a group and a folder of its own, silence, and the mutant that acts."""
        os.setpgid(0, 0)
        room.mkdir(exist_ok=True)
        self._told = room / "failed"
        os.environ |= {"MUTANT_UNDER_TEST": mutant, "PYTEST_DEBUG_TEMPROOT": str(room), "TMPDIR": str(room)}
        tempfile.tempdir = None
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)

    def _run(self, name: str, following: str | None) -> None:
        item = self._items[name]
        item.ihook.pytest_runtest_protocol(item=item, nextitem=self._items[following] if following else None)

    def _reaped(self, wall: float) -> Iterator[Verdict]:
        """Waits until a child ends or has had its time, and tells what became of it."""
        select.select([child.ends for child in self._children.values()], [], [], 1.0)
        for pid, child in list(self._children.items()):
            late = time.monotonic() - child.began > wall
            if late:
                os.kill(pid, signal.SIGKILL)
            ended, status, usage = os.wait4(pid, 0 if late else os.WNOHANG)
            if not ended:
                continue
            del self._children[pid]
            os.close(child.ends)
            end_group(pid)
            failed = child.room / "failed"
            test = failed.read_text().partition("\n")[0] if failed.exists() else ""
            shutil.rmtree(child.room, ignore_errors=True)
            noticed = self._noticed[function(child.mutant)]
            if test and test not in noticed:
                noticed.insert(0, test)
            end = "wall" if late and not test else _ENDS.get(os.waitstatus_to_exitcode(status), "failed")
            yield Verdict(child.mutant, end, test, round(usage.ru_utime + usage.ru_stime, 2))

    def _write(self, verdict: Verdict) -> None:
        with self._verdicts.open("a") as file:
            file.write(json.dumps(asdict(verdict)) + "\n")


_ENDS: Final = {0: "passed", -signal.SIGXCPU: "clock", -signal.SIGKILL: "clock"}


def end_group(group: int) -> None:
    """Ends what a child has started and left behind."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def main(plan: Path) -> int:
    """Does what stands in the plan.

    `arguments` for pytest; `mutants` in their order, those of which only the `slow` tests are left, how many `at_once`,
    and the file for the `verdicts`.
    """
    told = json.loads(plan.read_text())
    memory = Path("/dev/shm")  # tests make thousands of files; a disk is slower than that
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as room:
        return int(pytest.main(["-s", "--tb=native", *told["arguments"]], plugins=[Asker(told, Path(room))]))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
