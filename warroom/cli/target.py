"""What a command acts on: where files are, which incident is meant, who is writing, and when. Light."""

import argparse
import os
from datetime import UTC, datetime, tzinfo

from warroom.cli.errors import warn
from warroom.config.stamps import now

TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from collections.abc import Mapping

    from warroom.files.places import Head, Places

_LATE_SECONDS = 1.0


class Target:
    """One incident file, as the options of a command and the environment name it. FileError where they name none."""

    def __init__(self, arguments: argparse.Namespace, wanted: str | None = None, *, closed: bool = False) -> None:
        from warroom.files import places

        self.now = now()
        self.places = found_places(arguments)
        self.path = places.choose(self.places, wanted or arguments.incident, closed=closed)
        self._by = getattr(arguments, "by", None)
        self._author = ""
        self._zone: tzinfo | None = None

    def renew(self) -> None:
        """Takes the time anew, for the next of many entries."""
        self.now = now()

    def logged_at(self, at: datetime) -> datetime | None:
        """What an entry keeps beside `at`: now, where the two differ by more than a second."""
        return self.now if abs((self.now - at).total_seconds()) > _LATE_SECONDS else None

    @property
    def id(self) -> str:
        return os.path.basename(self.path).removesuffix(".toml")

    def append(self, fields: "Mapping[str, object]") -> None:
        """Adds an entry by one append, and says where a torn end was set aside. FileError."""
        from warroom.files.append import append

        if set_aside := append(self.path, fields):
            warn(f"{self.path}: the end was torn by a crash; it is set aside in {set_aside}")

    def tell(self, notices: list[str]) -> None:
        """Says on stderr what a person should know of the file: a torn end that was set aside."""
        for notice in notices:
            warn(notice)

    def author(self) -> str:
        self._author = self._author or author(self._by, self.places.config)
        return self._author

    def head(self) -> "Head":
        """The top of the incident's file as it is now."""
        from warroom.files.places import read_head

        return read_head(self.path)

    def zone(self) -> tzinfo:
        """The incident's zone, from the head of its file; TimeError where that names none."""
        if self._zone is None:
            name = self.head().text("timezone", "UTC")
            self._zone = UTC if name == "UTC" else _named(name)
        return self._zone

    def time(self, text: str | None) -> datetime:
        """The moment that `--at` means, now without it; TimeError."""
        if text is None:
            return self.now
        from warroom.incident.times import parse_time

        at = parse_time(text, self.now, self.zone())
        if at > self.now:
            warn(f"{text} has not come yet; it is taken as it is")
        return at


def found_places(arguments: argparse.Namespace) -> "Places":
    """Configuration, incidents and state by the options, the environment and the working directory. FileError."""
    from warroom.files import places

    return places.find(os.getcwd(), os.environ, config=arguments.config, incidents=arguments.incidents)


def _named(name: str) -> tzinfo:
    from warroom.incident.times import zone

    return zone(name)


def author(by: str | None, config: str) -> str:
    """Who is writing, by the option, the environment, the configuration, git or the login."""
    from warroom.config.author import author as named
    from warroom.config.top import texts

    return named(by, os.environ, texts(config).get("author", ""), os.getcwd())


def told_time(at: datetime, moment: datetime, place: tzinfo) -> str:
    """A time for the line that a command prints; costs no import where the zone is UTC and the day is today."""
    if place is UTC and at.astimezone(UTC).date() == moment.date():
        return f"{at.astimezone(UTC):%H:%M:%S} UTC"
    from warroom.incident.times import echo

    return echo(at, moment, place)
