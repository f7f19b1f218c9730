"""A room that a benchmark feeds by itself: nothing is open in it, and nobody looks at services."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from warroom.config.settings import read
from warroom.files.places import Places
from warroom.tui.session import Session


def session(folder: Path, clock: Callable[[], datetime]) -> Session:
    return Session(
        settings=read(b'[[service]]\nname = "a"\ntcp = "localhost:1"\n', folder / "warroom.toml"),
        places=Places("", str(folder / "incidents"), str(folder / "state")),
        author="bench",
        incident=None,
        theme_directories=(Path(__file__).parents[1] / "themes",),
        watch=False,
        clock=clock,
    )
