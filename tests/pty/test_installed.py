"""What is released: built from the source archive, installed by pip, pipx and uv, on each Python, and used there."""

import glob
import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from terminal import Terminal

ROOT = Path(__file__).parents[2]
UNREACHABLE = ("No matching distribution", "Connection", "Temporary failure", "Network is unreachable", "timed out")
CURRENT = "{}.{}".format(*sys.version_info[:2])
PYTHONS = ("3.11", "3.12", "3.13")


def run(*command: str, folder: Path, environ: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def pip(*arguments: str) -> None:
    """Runs it; skips at a desk without a network, as there is nothing to be found out then."""
    command = [sys.executable, "-m", "pip", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    if done.returncode and not os.environ.get("CI") and any(words in done.stderr for words in UNREACHABLE):
        pytest.skip(f"no package index is reachable: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Source archive and wheel; the wheel is built from the archive, as by whoever packages it."""
    folder = tmp_path_factory.mktemp("released")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=120)
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def python_of(version: str) -> str | None:
    """An interpreter of that version that runs: on the path, or kept by pyenv, whose shims may be of another."""
    if version == CURRENT:
        return sys.executable
    kept = os.environ.get("PYENV_ROOT") or Path("~/.pyenv").expanduser()
    found = [shutil.which(f"python{version}"), *glob.glob(f"{kept}/versions/{version}.*/bin/python")]  # noqa: PTH207 - absolute
    for program in filter(None, found):
        if subprocess.run([program, "--version"], capture_output=True, check=False, timeout=60).returncode == 0:
            return program
    return None


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory, released: tuple[Path, Path]) -> Callable[[str], Path]:
    """The directory with all that the wheel asks for on a version of Python, and pip itself."""

    @cache
    def downloaded(version: str) -> Path:
        folder = tmp_path_factory.mktemp("wheels")
        these = ("--python-version", version, "--only-binary=:all:", str(released[1]), "pip")
        pip("download", "--quiet", "--dest", str(folder), *these)
        return folder

    return downloaded


def environ_of(home: Path, programs: Path) -> dict[str, str]:
    """A stranger's surroundings, in which nothing points to this source tree."""
    usual = os.environ["PATH"]
    return {
        "PATH": f"{programs}:{usual}",
        "HOME": str(home),
        "WARROOM_BY": "ana",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
    }


def used(home: Path, environ: dict[str, str]) -> str:
    """Declares, logs, exports and looks at one frame of the demo; gives the incident's id."""

    def told(*arguments: str) -> str:
        return run("warroom", *arguments, folder=home, environ=environ)

    identity = told("declare", "Backend outage", "-s", "2", "--service", "backend").strip()
    assert identity in told("log", "--mark", "started", "it broke")
    assert "it broke" in told("export", "--style", "sre")
    assert told("export", "--format", "html").startswith("<!DOCTYPE html>")
    demo = Terminal([warroom_in(environ), "demo"], environ=environ, directory=home, size=(100, 30))
    try:
        demo.wait_for("Backend service outage")
        demo.press("q")
    finally:
        demo.close()
    return identity


def warroom_in(environ: dict[str, str]) -> str:
    program = shutil.which("warroom", path=environ["PATH"])
    assert program
    assert Path(program).is_relative_to(Path(environ["HOME"]).parent)
    return program


@pytest.mark.timeout(400)
def test_pip_installs_it_in_a_clean_environment(tmp_path: Path, home: Path, released: tuple[Path, Path]) -> None:
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=False, symlinks=True)
    pip("--python", str(folder), "install", "--quiet", str(released[1]))
    environ = environ_of(home, folder / "bin")
    identity = used(home, environ)

    def told(*arguments: str) -> str:
        return run("warroom", *arguments, folder=home, environ=environ)

    named = {row["name"] for row in json.loads(told("themes", "--json"))["themes"]}
    assert {"plain", "sre", "quest", "party", "feline"} <= named
    assert told("themes", "new", "ours").startswith("written: ")
    assert "argcomplete" in told("completion", "bash")
    told("init")
    where = ["--incidents", str(home / ".local/share/warroom/incidents"), "-i", identity]
    command = ["warroom", "export", *where, "--chart", "-o", "x.md"]
    refused = subprocess.run(command, cwd=home, env=environ, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "from the checkout install '.[charts]' instead of '.'" in refused.stderr


def test_the_archives_hold_what_they_should(released: tuple[Path, Path]) -> None:
    archive, wheel = released
    with tarfile.open(archive) as packed:
        files = {name.partition("/")[2] for name in packed.getnames()}
    assert {"themes/sre.toml", "docs/cli.md", "tests/commandline.py", "LICENSE"} <= files
    with zipfile.ZipFile(wheel) as zipped:
        names = zipped.namelist()
    assert not [name for name in names if name.startswith(("tests", "docs", "benchmarks"))]
    assert "warroom/data/themes/sre.toml" in names


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("tool", "version"), [("pipx", CURRENT), *(("uv", version) for version in PYTHONS)])
def test_other_installers_take_it_from_local_files(
    home: Path, released: tuple[Path, Path], wheels: Callable[[str], Path], tool: str, version: str
) -> None:
    """With no index at all: everything that it asks for lies in a directory."""
    python = python_of(version)
    if python is None:
        pytest.skip(f"no Python {version} here to try it with")
    house = wheels(version)
    environ = environ_of(home, home / ".local" / "bin")
    places = {"PIP_FIND_LINKS": str(house), "UV_FIND_LINKS": str(house), "PIP_CONFIG_FILE": os.devnull}
    offline = {**places, "PIP_NO_INDEX": "1", "UV_NO_INDEX": "1", "UV_OFFLINE": "1", "UV_NO_CONFIG": "1"}
    words = ["uv", "tool", "install"] if tool == "uv" else ["pipx", "install"]
    command = [sys.executable, "-m", *words, "--python", python, str(released[1])]
    run(*command, folder=home, environ={**environ, **offline})
    used(home, environ)
