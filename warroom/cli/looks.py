"""Where themes are looked for, and which one holds for a document."""

import os
from collections.abc import Mapping
from pathlib import Path

from warroom.config.top import texts
from warroom.files.places import Places, data_dir, user_directory
from warroom.voice.load import find
from warroom.voice.theme import Theme

USUAL = "plain"


def directories(places: Places, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The folders of themes: beside warroom.toml, the user's, the program's; the earlier one wins."""
    beside = (Path(places.config).parent / "themes",) if places.config else ()
    return (*beside, Path(user_directory("config", environ)) / "themes", Path(data_dir("themes")))


def theme_for(places: Places, style: str | None, own: str) -> Theme:
    """The theme named by `style`, else the incident's `own`, else the configuration's, else plain. ThemeError."""
    name = style or own or texts(places.config).get("theme", "") or USUAL
    return find(name, directories(places, os.environ))
