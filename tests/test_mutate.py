"""Mutants: which are drawn, what stands of an earlier run, how they are counted, and how tests are asked about them."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import mutant_run
import mutate

NAMES = [
    f"warroom.files.disk.x_{function}__mutmut_{number}" for function in ("read", "write") for number in range(1, 9)
]
# A room with two functions of which one is broken on demand, and as much of the tool as is asked while tests run.
ROOM = {
    "mutmut/__init__.py": "",
    "mutmut/state.py": "import types\nseen = types.SimpleNamespace(_stats=set())\ndef state():\n    return seen\n",
    "room.py": """
import os, time
from mutmut.state import state

def half(number):
    state()._stats.add("room.x_half")
    mutant = os.environ["MUTANT_UNDER_TEST"]
    if mutant == "room.x_half__mutmut_1":
        return number
    if mutant == "room.x_half__mutmut_2":
        os._exit(7)
    return number // 2
""",
    "test_room.py": """
import room

def test_of_nothing(tmp_path):
    assert not list(tmp_path.iterdir())

def test_half_of_nothing():
    assert room.half(0) == 0

def test_half():
    assert room.half(4) == 2
""",
}


def test_a_sample_is_the_beginning_of_the_whole() -> None:
    whole = mutate.drawn(NAMES, None)
    assert sorted(whole) == sorted(NAMES) != whole
    assert mutate.drawn(reversed(NAMES), 5) == whole[:5]


def test_what_was_found_stands_until_its_function_changes() -> None:
    before = {"a": "1", "b": "1", "c": "1"}
    ends = {"a": "failed", "b": "failed", "c": "passed", "a__mutmut_0": "passed"}
    now = {"a": "1", "b": "2", "c": "1", "d": "1"}
    assert mutate.standing(ends, before, now, again=False) == {"a": "failed", "c": "passed"}
    assert mutate.standing(ends, before, now, again=True) == {"a": "failed"}
    assert mutate.standing(ends, {}, now, again=False) == {}


def test_the_last_word_about_a_mutant_counts(tmp_path: Path) -> None:
    verdicts = tmp_path / "verdicts.jsonl"
    assert mutate.read(verdicts) == {}
    lines = [{"mutant": "a", "end": "quick"}, {"mutant": "b", "end": "clock"}, {"mutant": "a", "end": "failed"}]
    verdicts.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert mutate.read(verdicts) == {"a": "failed", "b": "clock"}


def test_only_what_was_asked_about_is_counted_and_what_fails_unbroken_is_told() -> None:
    ends = {"a__mutmut_1": "failed", "a__mutmut_2": "clock", "a__mutmut_3": "untested", "a__mutmut_4": "quick"}
    found = mutate.count({**ends, "a__mutmut_0": "failed", "b__mutmut_0": "passed"}, [*ends, "a__mutmut_5"])
    assert mutate.share(found) == 50.0
    assert mutate.told(found) == (
        "4 mutants: 1 failed a test, 1 stopped the clock, 2 were not noticed; 50.0 % killed (at least 80); "
        "1 tests failed with nothing broken"
    )
    assert mutate.share(Counter()) == 0.0


def test_the_quickest_of_the_tests_that_reach_a_function_come_first() -> None:
    reached = mutant_run.Reached({"slow": 3.0, "b": 0.1, "a": 0.01, "other": 0.0}, {"room.x_f": ["slow", "b", "a"]})
    mutant = "room.x_f__mutmut_12"
    assert (reached.quick(mutant), reached.slow(mutant)) == (["a", "b"], ["slow"])
    assert reached.all("room.x_g__mutmut_1") == []


def test_each_mutant_is_asked_about_in_a_process_of_its_own(tmp_path: Path) -> None:
    for name, text in ROOM.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    mutants = [f"room.x_half__mutmut_{number}" for number in (1, 2, 3)] + ["room.x_never__mutmut_1"]
    plan, verdicts = tmp_path / "plan.json", tmp_path / "verdicts.jsonl"
    told = {
        "mutants": mutants,
        "slow": [],
        "verdicts": str(verdicts),
        "at_once": 2,
        "arguments": ["-p", "no:randomly", "."],
    }
    plan.write_text(json.dumps(told))
    subprocess.run(
        [sys.executable, mutant_run.__file__, plan],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
    )
    found = [json.loads(line) for line in verdicts.read_text().splitlines()]
    assert {line["mutant"].rpartition("x_")[2]: (line["end"], line["test"]) for line in found} == {
        "half__mutmut_0": ("passed", ""),
        "half__mutmut_1": ("failed", "test_room.py::test_half"),
        "half__mutmut_2": ("failed", ""),
        "half__mutmut_3": ("passed", ""),
        "never__mutmut_1": ("untested", ""),
    }
