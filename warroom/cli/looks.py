"""Where themes are looked for, and which one holds for a document."""

import os
from pathlib import Path

from warroom.config.top import texts
from warroom.files.places import Places, theme_directories
from warroom.voice.load import find
from warroom.voice.theme import Theme

USUAL = "plain"


def directories(places: Places) -> tuple[Path, ...]:
    """The folders of themes, the one that wins first."""
    return tuple(map(Path, theme_directories(places, os.environ)))


def theme_for(places: Places, style: str | None, own: str) -> Theme:
    """The theme named by `style`, else the incident's `own`, else the configuration's, else plain. ThemeError."""
    name = style or own or texts(places.config).get("theme", "") or USUAL
    return find(name, directories(places))
