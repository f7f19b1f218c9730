"""Other people's programs, installed by pip into environments of their own, to be measured beside ours."""

import subprocess
import sys
import venv
from pathlib import Path

_KEPT = Path(__file__).parents[1] / "build" / "peers"
_PATIENCE = 300


def peer(package: str, program: str) -> str | None:
    """The path of `program`, from an environment that is made at the first call and kept under build/.

    None, with the reason printed, where pip cannot get the package.
    """
    folder = _KEPT / package
    found = folder / "bin" / program
    if found.exists():
        return str(found)
    venv.create(folder, clear=True, with_pip=False, symlinks=True)
    command = [sys.executable, "-m", "pip", "--python", str(folder), "install", "--quiet", package]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    if done.returncode or not found.exists():
        print(f"{package}: not measured, {(done.stderr.strip().splitlines() or ['pip brought no ' + program])[-1]}")
        return None
    return str(found)
