"""Where themes are looked for, and which one holds for a document."""

import os
from pathlib import Path

from warroom.cli.errors import warn
from warroom.config.top import texts
from warroom.files.places import Places, theme_directories
from warroom.voice.load import find
from warroom.voice.theme import Theme, ThemeError

USUAL = "plain"


def directories(places: Places) -> tuple[Path, ...]:
    """The folders of themes, the one that wins first."""
    return tuple(map(Path, theme_directories(places, os.environ)))


def theme_for(places: Places, style: str | None, own: str) -> Theme:
    """The theme named by `style`, else the incident's `own`, else the configuration's, else plain.

    ThemeError where the one asked for is wrong; where any other is, that is said, and plain goes on.
    """
    name = style or own or texts(places.config).get("theme", "") or USUAL
    folders = directories(places)
    try:
        return find(name, folders)
    except ThemeError as error:
        if style or name == USUAL:
            raise
        warn(f"{error}; told in {USUAL}")
        return find(USUAL, folders)
