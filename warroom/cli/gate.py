"""What stands between an incident and the public: findings, each of which somebody redacts or accepts by name."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit

from warroom.cli.errors import CommandError, warn
from warroom.incident.model import Incident
from warroom.postmortem.gate import Leak, cleared, leaks, left, secrets

ALL = "all"
_STOPPED = 1
_NAMED = 3


class Gate:
    """The findings of one incident and what was said of each. CommandError for a name that no finding has.

    A name to accept may also be that of a finding in the document's own words, which the last look alone finds.
    """

    def __init__(
        self, incident: Incident, *, config: str, redact: Collection[str] = (), accept: Collection[str] = ()
    ) -> None:
        self._incident = incident
        self._found = {leak.name: leak for leak in leaks(incident, tuple(_hosts(config)))}
        kept = {accepted.finding for accepted in incident.accepted}
        unknown = [name for name in (*redact, *accept) if name not in self._found and name not in kept]
        for name in unknown:
            wrong = name in accept if name == ALL else name not in accept  # all at once are redacted, never accepted
            if wrong:
                raise CommandError(_unknown(name, self._found))
        self._awaited = {name for name in unknown if name in accept}
        self._accepted = {*accept, *(kept - {*redact})}
        everything = ALL in redact
        self._redacted = {name for name in self._found if name in redact or (everything and name not in self._accepted)}

    @property
    def keep(self) -> tuple[str, ...]:
        """Values that look like credentials and were accepted as none."""
        return tuple(leak.value for leak in self._named(self._accepted) if leak.kind == "secret")

    def passed(self) -> Incident:
        """The incident as it may go out; CommandError, each finding told before, where one is left to be judged."""
        unjudged = [leak for name, leak in self._found.items() if name not in self._accepted | self._redacted]
        if unjudged and self._awaited:
            raise CommandError(_unknown(min(self._awaited), self._found))
        self._stop(unjudged)
        return cleared(self._incident, self._named(self._redacted), self._named(self._accepted))

    def look_at(self, document: str) -> None:
        """The last look, at the finished text, in which a theme may have words of its own. CommandError as above."""
        found = {leak.name: leak for leak in left(document)}
        if unknown := self._awaited - found.keys():
            raise CommandError(_unknown(min(unknown), found))
        self._stop([leak for name, leak in found.items() if name not in self._accepted])

    def _named(self, names: Collection[str]) -> list[Leak]:
        return [leak for name, leak in self._found.items() if name in names]

    def _stop(self, found: Iterable[Leak]) -> None:
        told = [str(leak) for leak in found]
        for line in told:
            warn(line)
        if told:
            many = f"{len(told)} finding{'s' * (len(told) != 1)}"
            raise CommandError(
                f"not for the public yet: {many}; judge each by --redact NAME or --accept NAME, or --redact {ALL}",
                _STOPPED,
            )


def warn_of_secrets(incident: Incident) -> None:
    """Says on stderr where the record holds what looks like a credential, unless that was accepted. Stops nothing."""
    kept = {accepted.finding for accepted in incident.accepted}
    found = [leak for leak in secrets(incident) if leak.name not in kept]
    if found:
        places = list(dict.fromkeys(leak.where for leak in found))
        more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
        names = ", ".join(leak.name for leak in found[:_NAMED])
        warn(
            f"what looks like a secret is told in {', '.join(places[:_NAMED])}{more}; take it out of the record and "
            f"change it where it is valid, or accept it by name in the file ([[accepted]] finding = NAME): {names}"
        )


def _unknown(name: str, found: Mapping[str, Leak]) -> str:
    near = get_close_matches(name, found, 1)
    if near:
        return f"no finding {name!r}; did you mean {near[0]!r}?"
    return f"no finding {name!r}; there {'are ' + ', '.join(found) if found else 'is none'}"


def _hosts(config: str) -> Iterator[str]:
    """Names of machines that the configuration's services are asked at; SettingsError."""
    if not config:
        return
    from pathlib import Path

    from warroom.config.settings import service_tables

    for service in service_tables(Path(config)):
        for value in service.values():
            if isinstance(value, str) and (host := _host(value)) and not host.replace(".", "").isdigit():
                yield host


def _host(address: str) -> str:
    """The host in "https://host/path" or "host:port", else ""."""
    try:
        if "://" in address:
            return urlsplit(address).hostname or ""
        name, colon, port = address.rpartition(":")
    except ValueError:
        return ""
    return name if colon and port.isdigit() and name.replace("-", "").replace(".", "").isalnum() else ""
