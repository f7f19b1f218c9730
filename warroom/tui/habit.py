"""The theme that a person has chosen last, kept in the state directory for the next start."""

from pathlib import Path
from typing import Final

from warroom.files.disk import disk_error, replace
from warroom.files.errors import FileError

_FILE: Final = "theme"


def remember(state: str, name: str, configured: str) -> str:
    """Keeps the theme that a person has chosen for their next start; what went wrong, "" for nothing."""
    try:
        Path(state).mkdir(mode=0o700, parents=True, exist_ok=True)
        replace(str(Path(state, _FILE)), f"{name}\n{configured}\n".encode())
    except FileError as error:
        return str(error)
    except OSError as error:
        return str(disk_error(state, error))
    return ""


def remembered(state: str, configured: str) -> str:
    """The theme last chosen with `T`, "" for none; a configuration changed since then has the last word."""
    try:
        kept = Path(state, _FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    name, _, when = kept.partition("\n")
    return name if when.rstrip("\n") == configured else ""
