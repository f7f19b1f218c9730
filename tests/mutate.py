"""Breaks the code of a room in small ways, one at a time, and counts what the tests notice; `make mutate` runs it.

Each room is worked on in a copy of its own, with the tests that are its own: build/mutants/ROOM. A run that was
stopped goes on where it was. `cd build/mutants/files && mutmut results` names what no test noticed, `mutmut show` how
the code read.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

AT_LEAST: Final = 80.0
ROOMS: Final = {
    "incident": ("tests/incident", "tests/health", "tests/test_room.py"),
    "health": ("tests/incident", "tests/health", "tests/test_room.py"),
    "files": ("tests/files",),
}
_COPIED: Final = ("docs", "sample_incidents", "tests", "themes", "warroom", "README.md", "pyproject.toml")
# What a broken copy can't be asked: what the program imports (it imports mutmut), and what takes half a minute.
_LEFT_OUT: Final = (
    "tests/files/test_files_crash.py",
    "tests/files/test_files_doctor.py::test_a_directory_that_may_only_be_read_is_read",
    "tests/files/test_files_places.py::test_the_path_of_log_stays_light",
    "tests/incident/test_incident_times.py::test_utc_and_offsets_cost_no_import_of_zoneinfo",
)


def main(rooms: list[str]) -> int:
    """The rooms by name, or all of them; 1 where one has fewer than `AT_LEAST` in a hundred noticed."""
    poor = False
    for room in rooms or ROOMS:
        share = mutate(room, Path("build") / "mutants" / room)
        poor = poor or share < AT_LEAST
    return 1 if poor else 0


def mutate(room: str, copy: Path) -> float:
    """How many in a hundred of the mutants of this room are killed."""
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
    mutmut = Path(sys.executable).parent / "mutmut"
    for command in (["run", "--max-children", str(os.cpu_count() or 1)], ["export-cicd-stats"]):
        subprocess.run([mutmut.absolute(), *command], cwd=copy, check=True)
    found = json.loads((copy / "mutants" / "mutmut-cicd-stats.json").read_text())
    share: float = 100 * (found["killed"] + found["timeout"]) / found["total"]
    left = found["survived"] + found["no_tests"]
    print(f"{room}: {found['total']} mutants, {share:.1f} % killed (at least {AT_LEAST:g}), {left} not noticed")
    return share


def configuration(room: str) -> str:
    """What mutmut is told in the copy."""
    arguments = ["-p", "no:randomly", "--hypothesis-profile=mutants"]
    arguments += [f"--deselect={test}" for test in _LEFT_OUT]
    lists = {
        "source_paths": ["warroom"],
        "only_mutate": [f"warroom/{room}/*.py"],
        "also_copy": [name for name in _COPIED if name not in ("warroom", "tests", "pyproject.toml")],
        "pytest_add_cli_args_test_selection": ROOMS[room],
        "pytest_add_cli_args": arguments,
    }
    lines = [f"{key} =\n  " + "\n  ".join(values) for key, values in lists.items()]
    return "\n".join(["[mutmut]", *lines, "timeout_multiplier = 4", "timeout_constant = 3", ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
