"""A theme of one's own to begin with: the commented starter, under a new name."""

import re
from pathlib import Path
from typing import Final

from warroom.text import clean_line
from warroom.voice.load import NAME
from warroom.voice.theme import ThemeError

STARTER: Final = Path("starter", "theme.toml")
"""Where the starter lies below the directory of the packaged themes: not among them, for it is none to choose."""


def create(name: str, directory: Path, packaged: Path) -> Path:
    """Writes `directory`/`name`.toml from the starter in `packaged` and returns its path.

    ThemeError for a name that can't be one, and for a theme that is there already: it is never overwritten.
    """
    if not re.fullmatch(NAME, name):
        raise ThemeError(clean_line(name) or "theme", 0, "a theme's name is of a-z, 0-9, - and _, at most 40 of them")
    path = directory / f"{name}.toml"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write((packaged / STARTER).read_bytes())
    except FileExistsError:
        raise ThemeError(str(path), 0, "is there already; edit it, or choose another name") from None
    except OSError as error:
        raise ThemeError(str(path), 0, f"cannot be written: {error.strerror or error}") from None
    return path
