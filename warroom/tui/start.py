"""Opens the war room for the command line: finds out what the first paint needs, then runs the application."""

import argparse
import gc
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from warroom.config.author import author
from warroom.config.settings import Settings, SettingsError, load
from warroom.files.errors import FileError
from warroom.files.places import Places, choose, find, heads, theme_directories
from warroom.incident.model import Incident
from warroom.presenters.glyphs import charset_of
from warroom.text import clean_line
from warroom.tui.habit import remembered
from warroom.tui.session import (
    DEFAULT_THEME,
    Session,
    environment,
    terminal_colours,
    usable_keys,
    zone_or_utc,
)
from warroom.voice.load import names


def run(arguments: argparse.Namespace) -> int:
    """Opens the room; its exit code. FileError where the incident that was asked for can't be opened."""
    gc.disable()  # until the room is ready: what is being loaded stays, and looking through it holds up the first frame
    session = session_for(arguments, environment())
    from warroom.tui.app import WarRoom

    app = WarRoom(session)
    app.run()
    if app.farewell and sys.stderr is not None:
        sys.stderr.writelines(f"warroom: {clean_line(line)}\n" for line in app.farewell.splitlines())
    return app.return_value if app.return_value is not None else app.return_code or 0


def session_for(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Session:
    """What holds for this start. A broken configuration opens the room all the same, on this host alone."""
    here = os.getcwd()  # noqa: PTH109 - places speak in strings
    places = find(here, environ, config=arguments.config, incidents=arguments.incidents)
    settings, problems = _settings(places)
    settings, key_problems = usable_keys(settings)
    where, zone_problem = zone_or_utc(settings.timezone)
    directories = tuple(map(Path, theme_directories(places, environ)))
    incident = _incident(places, arguments)
    theme, theme_problem = _theme(settings.theme, places.state, directories)
    return Session(
        settings=settings,
        places=places,
        author=author(getattr(arguments, "by", None), environ, settings.author, here),
        incident=incident,
        record=_record(incident),
        theme_directories=directories,
        theme_name=theme,
        terminal_colours=terminal_colours(environ),
        charset=charset_of(environ),
        zone=where,
        timezone=settings.timezone if settings.timezone and not zone_problem else "UTC",
        problems=tuple(line for line in (*problems, *key_problems, zone_problem, theme_problem) if line),
    )


def _settings(places: Places) -> tuple[Settings, tuple[str, ...]]:
    if not places.config:
        return Settings(), ()
    try:
        return load(Path(places.config)), ()
    except SettingsError as error:
        return Settings(path=Path(places.config)), (str(error),)


def _incident(places: Places, arguments: argparse.Namespace) -> str | None:
    """The incident that is meant; with none or several open, and none asked for, the newest open one or none."""
    wanted = getattr(arguments, "id", None) or arguments.incident
    if wanted or places.incident:
        return choose(places, wanted)
    try:
        return choose(places)
    except FileError:
        opened = [head for head in heads(places.incidents) if head.open]
        return max(opened, key=lambda head: head.id).path if opened else None


def _record(path: str | None) -> Incident | None:
    if path is None:
        return None
    from warroom.files.glance import glance

    return glance(path)


def _theme(wanted: str, state: str, directories: tuple[Path, ...]) -> tuple[str, str]:
    known = names(directories)
    if (chosen := remembered(state, wanted)) in known:
        return chosen, ""
    if not wanted or wanted in known:
        return wanted or DEFAULT_THEME, ""
    return DEFAULT_THEME, f"there is no theme {wanted!r}; there are {', '.join(known)}"
