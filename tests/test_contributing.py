"""What CONTRIBUTING.md says of adding things, done as it stands to a copy of the house, and tried there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from commandline import unmeasured

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TOPICS = ("a probe kind", "a kind of entry", "a command", "a theme")
COPIED = ("warroom", "themes", "sample_incidents")
PAGE = 100
"""Lines that a page holds, code included."""


def section(topic: str) -> str:
    return re.split(r"^## ", GUIDE.split(f"## Adding {topic}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]


def steps(topic: str) -> list[tuple[str, str, str]]:
    """Which file, in which language, and what: a block of code is about the file that is named last before it."""
    found = re.findall(r"`([\w/.]+/[\w.]+)`:\n\n```(\w+)\n(.*?)```", section(topic), re.DOTALL)
    assert len(found) == section(topic).count("```") // 2, "a block of code without its file"
    return found


def change(path: Path, diff: str) -> None:
    """Replaces the lines of a diff that are not new by those that are not old; they must be there once."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] or line for line in lines if line[0] != "+")
    new = "".join(line[1:] or line for line in lines if line[0] != "-")
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} is not as the guide says:\n{old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house with all four things added."""
    folder = tmp_path_factory.mktemp("house")
    for name in COPIED:
        # What another process compiles just now has another name before it is done, which is gone when it is copied.
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.pyc.*"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for helper in (*(ROOT / "tests").glob("*.py"), ROOT / "tests" / "tui" / "driver.py"):
        if not helper.name.startswith("test_"):
            target = folder / helper.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(helper, target)
    for topic in TOPICS:
        for path, language, code in steps(topic):
            target = folder / path
            if language == "diff":
                change(target, code)
            else:
                assert not target.exists(), path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(code, encoding="utf-8")
    return folder


@pytest.mark.parametrize("topic", TOPICS)
def test_adding_it_takes_a_page_at_most(topic: str) -> None:
    assert len(section(topic).splitlines()) <= PAGE


def test_a_probe_kind_takes_two_files_and_its_test() -> None:
    paths = [path for path, _, _ in steps("a probe kind")]
    assert len(paths) == 3
    assert [path for path in paths if path.startswith("tests/")] == paths[2:]


def test_what_was_added_works_and_passes_its_tests(house: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:randomly", "tests"]
    environ = unmeasured()
    done = subprocess.run(command, cwd=house, env=environ, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    added = sum(code.count("def test_") for topic in TOPICS for path, _, code in steps(topic) if "tests/" in path)
    assert f"{added} passed" in done.stdout or "." * added in done.stdout


def test_what_was_added_passes_the_checks(house: Path) -> None:
    for check in (["ruff", "check", "."], ["ruff", "format", "--check", "."]):
        done = subprocess.run(
            [sys.executable, "-m", *check], cwd=house, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stdout
