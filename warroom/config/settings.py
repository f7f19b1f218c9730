"""warroom.toml as settings: every error names file, line and key, and the nearest key that exists.

What a [[service]] table may hold is known to `probes`, which needs libraries that the screen starts without; here a
service is its raw table with the means to say where a mistake is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Final, TypeVar

from warroom.incident.times import TimeError, parse_duration, zone
from warroom.toml import TomlError, locate, parse

KEYS: Final = ("timezone", "theme", "author", "incidents", "keys", "defaults", "observer", "service", "maintenance")
MAINTENANCE_KEYS: Final = ("services", "start", "length", "reason")
OBSERVER_KEYS: Final = ("reach",)
_MOST_BYTES: Final = 4 * 1024 * 1024
_SHORTEST: Final = 0.1
_LONGEST: Final = timedelta(days=30)
"""Between two looks, and for one. What is looked at less often is not watched, and no clock counts in centuries."""
_ENDLESS: Final = timedelta(days=99_999_999)
"""A window of maintenance may be as good as endless."""
T = TypeVar("T")


class SettingsError(TomlError):
    """One line: file, line, key, what is wrong, and the mend."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file a value came from, kept so that an error can name its line."""

    name: str
    data: bytes = b""

    def line(self, *path: str | int) -> int:
        return locate(self.data, path)

    def error(self, reason: str, *path: str | int) -> SettingsError:
        """An error at `path`; an int in it is an index into an array of tables."""
        key = ".".join(str(part) for part in path if isinstance(part, str))
        return SettingsError(self.name, self.line(*path) if self.data else 0, reason, key)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a service that says nothing else gets; `every`, `retry` and `timeout` are seconds."""

    every: float = 15.0
    retry: float = 3.0
    timeout: float = 5.0
    fall: int = 3
    rise: int = 2


@dataclass(frozen=True, slots=True)
class ServiceTable:
    """One [[service]] as it stands in the file; `index` is its place among them."""

    name: str
    index: int
    values: Mapping[str, Any]
    source: Source = field(repr=False, compare=False)

    def error(self, reason: str, key: str = "") -> SettingsError:
        path: tuple[str | int, ...] = ("service", self.index, key) if key else ("service", self.index)
        place = self.source.error(reason, *path)
        named = f"service {self.name!r}" + (f", {key}" if key else "") if self.name else place.key
        return SettingsError(place.source, place.line, reason, named)


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A window in which changes are drawn, not told. `services` are names, "group:NAME" or "*"."""

    services: tuple[str, ...]
    start: datetime
    length: timedelta
    reason: str = ""

    def covers(self, name: str, group: str, at: datetime) -> bool:
        # A difference of two zones is one of moments; `start + length` would go by the clock face of its zone.
        if not timedelta() <= at.astimezone(UTC) - self.start < self.length:
            return False
        return any(wanted in ("*", name) or (group and wanted == f"group:{group}") for wanted in self.services)


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration. `path` is None where there is no file; all else then has its default.

    `incidents` is as written: empty, or a directory that is relative to the file. `keys` maps a command id to its keys.
    """

    path: Path | None = None
    timezone: str = ""
    theme: str = ""
    author: str = ""
    incidents: str = ""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: Defaults = Defaults()
    reach: tuple[str, ...] = ()
    services: tuple[ServiceTable, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    source: Source = field(default=Source("warroom.toml"), repr=False, compare=False)

    def line_of_key(self, command: str) -> int:
        """The line that binds `command`, for a message about clashes and unknown ids."""
        return self.source.line("keys", command)


def load(path: Path) -> Settings:
    """The settings of a file; SettingsError for everything that is wrong with it."""
    return read(_data(path), path)


def service_tables(path: Path) -> list[Mapping[str, Any]]:
    """The [[service]] tables of a file as they stand, whatever is in them; SettingsError where there can be none."""
    source = Source(str(path), _data(path))
    return _tables(source, _parsed(source), "service")


def _data(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SettingsError(str(path), 0, f"cannot be read: {error.strerror}; mend its path or rights") from None
    if len(data) > _MOST_BYTES:
        raise SettingsError(str(path), 0, "is larger than 4 MiB, which no configuration is; name another file")
    return data


def _parsed(source: Source) -> dict[str, Any]:
    try:
        return parse(source.data, source.name)
    except TomlError as error:
        raise SettingsError(error.source, error.line, error.reason, error.key) from None


def read(data: bytes, path: Path) -> Settings:
    """The settings in the bytes of a file; `path` is named in errors."""
    source = Source(str(path), data)
    table = _parsed(source)
    check_keys(source, table, KEYS)
    timezone = text_of(source, table, "timezone")
    place = _zone(source, timezone)
    services = _services(source, table)
    return Settings(
        path=path,
        timezone=timezone,
        theme=text_of(source, table, "theme"),
        author=text_of(source, table, "author"),
        incidents=text_of(source, table, "incidents"),
        keys=_bindings(source, table),
        defaults=_defaults(source, table),
        reach=_observer(source, table),
        services=services,
        maintenance=_maintenance(source, table, services, place),
        source=source,
    )


def nearest(key: str, known: Iterable[str]) -> str:
    """The advice for an unknown key: the nearest known one, or all of them where none is near."""
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(key, names, 1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"


def check_keys(source: Source, table: Mapping[str, Any], known: Iterable[str], *path: str | int) -> None:
    """SettingsError for the first key of `table`, which stands at `path`, that is not known."""
    names = tuple(known)
    for key in table:
        if key not in names:
            raise source.error(f"unknown key; {nearest(key, names)}", *path, key)


def text_of(source: Source, table: Mapping[str, Any], key: str, *path: str | int) -> str:
    """A text of `table`, "" where it is not set."""
    value = table.get(key, "")
    if not isinstance(value, str):
        raise source.error(f"must be text in quotes, not {_kind(value)}", *path, key)
    return value


def seconds_of(value: object) -> float:
    """A duration such as "15s", from "100ms" to "30d"; in seconds. ValueError with the reason for what is none."""
    length = _length(value)
    if length > _LONGEST:
        raise ValueError(f"{value!r} is too long; the most is 30d")
    return length.total_seconds()


def _length(value: object) -> timedelta:
    if not isinstance(value, str):
        raise ValueError(f'must be a duration in quotes such as "15s", not {_kind(value)}')
    try:
        length = parse_duration(value, longest=_ENDLESS)
    except TimeError as error:
        raise ValueError(str(error)) from None
    if length.total_seconds() < _SHORTEST:
        raise ValueError(f"{value!r} is too short; the least is 100ms")
    return length


def count_of(value: object) -> int:
    """A whole number from 1 to 100; ValueError with the reason for all else."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 100:
        raise ValueError(f"must be a whole number from 1 to 100, not {_shown(value)}")
    return value


def texts_of(value: object) -> tuple[str, ...]:
    """A list of texts; ValueError with the reason for all else."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f'must be a list of texts such as ["a", "b"], not {_shown(value)}')
    return tuple(value)


def _table(source: Source, table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise source.error(f"must be a table [{key}], not {_kind(value)}", key)
    return value


def _tables(source: Source, table: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise source.error(f"must be written as [[{key}]] tables, not {_kind(value)}", key)
    return value


def _zone(source: Source, name: str) -> tzinfo:
    if not name:
        return UTC
    try:
        return zone(name)
    except TimeError as error:
        raise source.error(str(error), "timezone") from None


def _bindings(source: Source, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    bound: dict[str, tuple[str, ...]] = {}
    for command, value in _table(source, table, "keys").items():
        if isinstance(value, str):
            bound[command] = (value,) if value else ()
        else:
            bound[command] = _mended(source, texts_of, value, "keys", command)
    return bound


def _defaults(source: Source, table: Mapping[str, Any]) -> Defaults:
    given = _table(source, table, "defaults")
    known = [known.name for known in fields(Defaults)]
    check_keys(source, given, known, "defaults")
    values: dict[str, Any] = {}
    for key, value in given.items():
        understand: Callable[[object], float] = count_of if key in ("fall", "rise") else seconds_of
        values[key] = _mended(source, understand, value, "defaults", key)
    return Defaults(**values)


def _observer(source: Source, table: Mapping[str, Any]) -> tuple[str, ...]:
    given = _table(source, table, "observer")
    check_keys(source, given, OBSERVER_KEYS, "observer")
    return _mended(source, texts_of, given.get("reach", []), "observer", "reach")


def _services(source: Source, table: Mapping[str, Any]) -> tuple[ServiceTable, ...]:
    found: list[ServiceTable] = []
    seen: dict[str, int] = {}
    for index, values in enumerate(_tables(source, table, "service")):
        name = text_of(source, values, "name", "service", index)
        service = ServiceTable(name, index, values, source)
        if not name.strip() or len(name) > 80 or not name.isprintable():
            raise source.error(
                "every service needs a name, one line of at most 80 characters", "service", index, "name"
            )
        if name == "*" or name.startswith("group:"):
            raise service.error("the name means more than one service under [[maintenance]]; choose another", "name")
        if name in seen:
            line = source.line("service", seen[name])
            raise service.error(f"the name is taken by the service in line {line}; choose another", "name")
        seen[name] = index
        found.append(service)
    return tuple(found)


def _maintenance(
    source: Source, table: Mapping[str, Any], services: tuple[ServiceTable, ...], place: tzinfo
) -> tuple[Maintenance, ...]:
    windows: list[Maintenance] = []
    known = {"*"} | {service.name for service in services}
    known |= {f"group:{group}" for service in services if (group := service.values.get("group"))}
    for index, values in enumerate(_tables(source, table, "maintenance")):
        at: tuple[str | int, ...] = ("maintenance", index)
        check_keys(source, values, MAINTENANCE_KEYS, *at)
        for key in ("services", "start", "length"):
            if key not in values:
                raise source.error(f"{key} is missing; a window needs services, start and length", *at)
        names = _mended(source, texts_of, values["services"], *at, "services")
        for name in names:
            if name not in known:
                raise source.error(
                    f"no service or group is called {name!r}; {nearest(name, sorted(known))}", *at, "services"
                )
        start = values["start"]
        if not isinstance(start, datetime):
            raise source.error(
                "must be a date and time such as 2026-11-22T02:00:00+01:00, without quotes", *at, "start"
            )
        start = start if start.tzinfo else start.replace(tzinfo=place)
        length = _mended(source, _length, values["length"], *at, "length")
        windows.append(Maintenance(names, start, length, text_of(source, values, "reason", *at)))
    return tuple(windows)


def _mended(source: Source, understand: Callable[[object], T], value: object, *path: str | int) -> T:
    """What `understand` makes of `value`, its ValueError turned into one that names the place."""
    try:
        return understand(value)
    except ValueError as error:
        raise source.error(str(error), *path) from None


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    names: dict[type, str] = {int: "a number", float: "a number", str: "text", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")


def _shown(value: object) -> str:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _kind(value)
