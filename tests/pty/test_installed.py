"""What is released: built from the source archive, installed beside nothing else, and used there."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from terminal import Terminal

ROOT = Path(__file__).parents[2]
UNREACHABLE = ("No matching distribution", "Connection", "Temporary failure", "Network is unreachable", "timed out")


def run(*command: str, folder: Path, environ: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def built(folder: Path) -> tuple[Path, Path]:
    """Source archive and wheel; the wheel is built from the archive, as by whoever packages it."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=120)
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def installed(wheel: Path, folder: Path, *extra: str) -> Path:
    """The directory of programs of an environment that has the wheel and what it asks for."""
    venv.create(folder, with_pip=False, symlinks=True)
    command = [sys.executable, "-m", "pip", "--python", str(folder), "install", "--quiet", str(wheel), *extra]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    if done.returncode and not os.environ.get("CI") and any(words in done.stderr for words in UNREACHABLE):
        pytest.skip(f"no package index is reachable: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / "bin"


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


@pytest.mark.timeout(400)
def test_it_is_installed_from_its_wheel_and_used(tmp_path: Path) -> None:
    archive, wheel = built(tmp_path)
    assert {"themes/sre.toml", "docs/cli.md", "tests/commandline.py", "LICENSE"} <= files_of(archive)
    with zipfile.ZipFile(wheel) as packed:
        assert not [name for name in packed.namelist() if name.startswith(("tests", "docs", "benchmarks"))]
    programs = installed(wheel, tmp_path / "environment")
    home = tmp_path / "home"
    home.mkdir()
    environ = environ_of(home, programs)
    warroom = str(programs / "warroom")

    def told(*arguments: str) -> str:
        return run(warroom, *arguments, folder=home, environ=environ)

    identity = told("declare", "Backend outage", "-s", "2", "--service", "backend").strip()
    assert identity in told("log", "--mark", "started", "it broke")
    assert "it broke" in told("export", "--style", "sre")
    assert told("export", "--format", "html").startswith("<!DOCTYPE html>")
    named = {row["name"] for row in json.loads(told("themes", "--json"))["themes"]}
    assert {"plain", "sre", "quest", "party", "feline"} <= named
    assert told("themes", "new", "ours").startswith("written: ")
    assert "argcomplete" in told("completion", "bash")
    told("init")
    where = ["--incidents", str(home / ".local/share/warroom/incidents"), "-i", identity]
    command = [warroom, "export", *where, "--chart", "-o", "x.md"]
    refused = subprocess.run(command, cwd=home, env=environ, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "pip install 'warroom[charts]'" in refused.stderr
    demo = Terminal([warroom, "demo"], environ=environ, directory=home, size=(100, 30))
    try:
        demo.wait_for("Backend service outage")
        demo.press("q")
    finally:
        demo.close()


def files_of(archive: Path) -> set[str]:
    with tarfile.open(archive) as packed:
        return {name.partition("/")[2] for name in packed.getnames()}


@pytest.mark.parametrize("tool", ["uv", "pipx"])
@pytest.mark.timeout(400)
def test_other_installers_take_it_too(tmp_path: Path, tool: str) -> None:
    program = shutil.which(tool)
    if program is None:
        pytest.skip(f"no {tool} here to try it with")
    _, wheel = built(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_"))}
    environ = {**kept, **environ_of(home, home / ".local" / "bin")}
    words = [program, "tool", "install", str(wheel)] if tool == "uv" else [program, "install", str(wheel)]
    done = subprocess.run(words, cwd=home, env=environ, capture_output=True, text=True, check=False, timeout=240)
    if done.returncode and any(reason in done.stderr + done.stdout for reason in UNREACHABLE):
        pytest.skip(f"{tool} reaches no package index")
    assert done.returncode == 0, done.stderr[-2000:]
    assert run("warroom", "--version", folder=home, environ=environ).startswith("warroom ")
