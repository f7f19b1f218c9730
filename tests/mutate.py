"""Breaks the code of a room in small ways, one at a time, and counts what the tests notice; `make mutate` runs it.

Each room is worked on in a copy of its own, with the tests that are its own: build/mutants/ROOM. A run that was
stopped goes on where it was, and what was found of a function stands until that is changed. The mutants come in an
order of chance, always the same one: a sample is the beginning of it. `verdicts.jsonl` says what became of each,
`cd build/mutants/ROOM && mutmut show MUTANT` how the code read.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

AT_LEAST: Final = 80.0
ROOMS: Final = {
    "incident": ("tests/incident", "tests/health", "tests/test_room.py"),
    "health": ("tests/incident", "tests/health", "tests/test_room.py"),
    "files": ("tests/files",),
}
NOT_NOTICED: Final = ("passed", "quick", "untested")
_COPIED: Final = ("docs", "sample_incidents", "tests", "themes", "warroom", "README.md", "pyproject.toml")
_LEFT_OUT: Final = (
    # What a broken copy can't be asked: what the program imports. It imports mutmut.
    "tests/files/test_files_doctor.py::test_a_directory_that_may_only_be_read_is_read",
    "tests/files/test_files_places.py::test_the_path_of_log_stays_light",
    "tests/incident/test_incident_times.py::test_utc_and_offsets_cost_no_import_of_zoneinfo",
    # What would take seconds for each mutant: kills at two hundred moments, many processes, very long files.
    "tests/files/test_files_crash.py",
    "tests/files/test_files_codec.py::test_mutated_files_raise_nothing_but_the_documented_error",
    "tests/files/test_files_codec.py::test_ten_megabytes_in_one_string_are_read_and_written",
    "tests/files/test_files_store.py::test_only_one_of_many_makes_a_file",
)
_SEED: Final = 9


def main(words: list[str]) -> int:
    """Asks about the rooms by name, or about all; 1 where one has fewer than `AT_LEAST` in a hundred noticed."""
    parser = argparse.ArgumentParser(prog="make mutate ARGS=...", description="Which small faults no test notices.")
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"{', '.join(ROOMS)}; all of them if none is named")
    parser.add_argument("--sample", type=int, metavar="N", help="only N mutants of each room, drawn at random")
    parser.add_argument("--again", action="store_true", help="ask once more about those that no test has noticed")
    options = parser.parse_args(words)
    poor = False
    for room in options.rooms or ROOMS:
        if room not in ROOMS:
            parser.error(f"no room {room}; name one of {', '.join(ROOMS)}")
        found = mutate(room, (Path("build") / "mutants" / room).absolute(), options.sample, options.again)
        print(f"{room}: {told(found)}")
        poor = poor or share(found) < AT_LEAST
    return 1 if poor else 0


def mutate(room: str, copy: Path, sample: int | None, again: bool) -> Counter[str]:
    """How the tests of this room ended, and how often so, of all mutants that were asked about."""
    fill(copy, room)
    python = [sys.executable, "-m"]
    named = subprocess.run([*python, "tests.mutant_names"], cwd=copy, check=True, stdout=subprocess.PIPE, text=True)
    now: dict[str, str] = json.loads(named.stdout)
    names, verdicts, plan = copy / "names.json", copy / "verdicts.jsonl", copy / "plan.json"
    before = json.loads(names.read_text()) if names.exists() else {}
    known = standing(read(verdicts), before, now, again)
    verdicts.write_text("".join(json.dumps({"mutant": name, "end": end}) + "\n" for name, end in known.items()))
    names.write_text(json.dumps(now))
    wanted = drawn(now, sample)
    told = {
        "mutants": [name for name in wanted if name not in known],
        "slow": [name for name in wanted if known.get(name) == "quick"],
        "arguments": arguments(room),
        "verdicts": str(verdicts),
        "at_once": 2 * (os.cpu_count() or 1),
    }
    plan.write_text(json.dumps(told))
    subprocess.run([*python, "tests.mutant_run", plan], cwd=copy / "mutants", check=True, stdout=subprocess.DEVNULL)
    return count(read(verdicts), wanted)


def fill(copy: Path, room: str) -> None:
    """Makes the copy as the checkout is now."""
    copy.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        source, target = Path(name), copy / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    shutil.rmtree(copy / "mutants" / "tests", ignore_errors=True)
    (copy / "setup.cfg").write_text(configuration(room))


def configuration(room: str) -> str:
    """What mutmut is told in the copy."""
    lists = {
        "source_paths": ["warroom"],
        "only_mutate": [f"warroom/{room}/*.py"],
        "also_copy": [name for name in _COPIED if name not in ("warroom", "tests", "pyproject.toml")],
    }
    lines = [f"{key} =\n  " + "\n  ".join(values) for key, values in lists.items()]
    return "\n".join(["[mutmut]", *lines, ""])


def arguments(room: str) -> list[str]:
    """What pytest is told there."""
    left_out = [f"--deselect={test}" for test in _LEFT_OUT]
    return ["-p", "no:randomly", "--hypothesis-profile=mutants", *left_out, *ROOMS[room]]


def read(verdicts: Path) -> dict[str, str]:
    """How it ended for each mutant; of several lines about one the last stands."""
    lines = verdicts.read_text().splitlines() if verdicts.exists() else []
    return {found["mutant"]: found["end"] for found in map(json.loads, lines)}


def standing(ends: Mapping[str, str], before: Mapping[str, str], now: Mapping[str, str], again: bool) -> dict[str, str]:
    """What of an earlier run need not be asked once more: that of functions which are as they were `before`."""
    unchanged = {name for name, made_of in now.items() if before.get(name) == made_of}
    return {name: end for name, end in ends.items() if name in unchanged and not (again and end in NOT_NOTICED)}


def drawn(names: Iterable[str], sample: int | None) -> list[str]:
    """The mutants in an order of chance that is always the same, or the first of them."""
    mixed = sorted(names)
    random.Random(_SEED).shuffle(mixed)
    return mixed[:sample]


def count(ends: Mapping[str, str], wanted: Iterable[str]) -> Counter[str]:
    """How often it ended how; `false` are the tests that failed with nothing broken."""
    found = Counter(ends[name] for name in wanted if name in ends)
    found["false"] = sum(name.endswith("__mutmut_0") and end not in NOT_NOTICED for name, end in ends.items())
    return found


def share(found: Mapping[str, int]) -> float:
    """How many in a hundred of the mutants were noticed."""
    noticed = found["failed"] + found["clock"] + found["wall"]
    return 100 * noticed / max(1, noticed + sum(found[end] for end in NOT_NOTICED))


def told(found: Mapping[str, int]) -> str:
    """The figures in one line."""
    missed = sum(found[end] for end in NOT_NOTICED)
    clock = found["clock"] + found["wall"]
    return (
        f"{found['failed'] + clock + missed} mutants: {found['failed']} failed a test, {clock} stopped the clock, "
        f"{missed} were not noticed; {share(found):.1f} % killed (at least {AT_LEAST:g}); "
        f"{found['false']} tests failed with nothing broken"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
