"""Paths in warroom.toml begin where that file is, wherever the war room is started."""

from pathlib import Path


def whole(path: str, directory: Path) -> str:
    """`path` from `directory` on, unless it is absolute or begins with a home that there is."""
    try:
        return str(directory / Path(path).expanduser())
    except RuntimeError:  # nobody's home: whoever opens it says that nothing is there
        return str(directory / path)
