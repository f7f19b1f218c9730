"""What is found out before the first paint: who writes, where files are, which incident, which colours."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final

from warroom.config.keymap import usable
from warroom.config.settings import Settings
from warroom.config.stamps import new_id, now
from warroom.files.places import Places
from warroom.incident.model import Incident
from warroom.incident.times import TimeError, zone
from warroom.presenters.glyphs import Charset

DEFAULT_THEME: Final = "plain"
TERMINAL_THEME: Final = "ansi"
"""The theme whose palette is the terminal's own colours."""


@dataclass(frozen=True, slots=True)
class Session:
    """`incident` is the file to open, None for none; `problems` are lines to show once the room is open.

    `record` is what a glance into `incident` showed, for the first paint; its end may be missing.
    `watch` says whether services are looked at; without, the board stays empty. `terminal_colours` keeps to the
    terminal's own sixteen colours, whatever the theme has. `steady` tells how long a key has waited, in seconds.
    """

    settings: Settings
    places: Places
    author: str
    incident: str | None = None
    theme_directories: tuple[Path, ...] = ()
    theme_name: str = DEFAULT_THEME
    terminal_colours: bool = False
    charset: Charset = "unicode"
    zone: tzinfo = UTC
    timezone: str = "UTC"
    problems: tuple[str, ...] = ()
    record: Incident | None = None
    watch: bool = True
    clock: Callable[[], datetime] = field(default=now)
    steady: Callable[[], float] = field(default=time.monotonic)
    new_id: Callable[[], str] = field(default=new_id)

    @property
    def without_services(self) -> Settings:
        """The settings as if they named no service: what is watched where a service is misconfigured."""
        return replace(self.settings, services=())


def terminal_colours(environ: Mapping[str, str]) -> bool:
    """Whether to keep to the terminal's own sixteen colours: it has no more, or a theme's are not wanted."""
    if wanted := environ.get("WARROOM_COLORS"):
        return wanted.startswith("ansi")
    many = environ.get("COLORTERM") in ("truecolor", "24bit") or "256" in environ.get("TERM", "")
    return not many or bool(environ.get("NO_COLOR"))


def usable_keys(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The settings with only such keys as can be bound, and a line for each that can't."""
    kept, refused = usable(settings.keys)
    lines = (f"{settings.path}:{settings.line_of_key(name)}: keys.{name}: {why}" for name, why in refused.items())
    return replace(settings, keys=kept), tuple(lines)


def zone_or_utc(name: str) -> tuple[tzinfo, str]:
    """The zone of a name, and why it is UTC instead where it can't be had."""
    try:
        return (zone(name), "") if name else (UTC, "")
    except TimeError as error:
        return UTC, f"{error}; times are shown in UTC"


def environment() -> Mapping[str, str]:
    """The environment, without an empty NO_COLOR: it means nothing, but Textual would take it for a wish."""
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]
    return os.environ
