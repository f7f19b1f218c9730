"""Reads the options of a [[service]] table; every mistake is an error with file, line, key and the mend."""

import ssl
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from warroom.config.paths import whole
from warroom.config.secrets import placed
from warroom.config.settings import ServiceTable, SettingsError, nearest
from warroom.health.conditions import Condition, ConditionError, Dimension, parse

T = TypeVar("T")


class Options:
    """The keys of one table; each one taken is known, and what is left at the end is a mistake."""

    def __init__(self, table: ServiceTable, also_known: tuple[str, ...] = ()) -> None:
        self.table = table
        self._here = Path(table.source.name).parent
        self._known: list[str] = ["name", *also_known]

    def take(self, key: str, understand: Callable[[Any], T], default: T) -> T:
        """What `understand` makes of the key's value; its ValueError becomes an error that names the place."""
        if key not in self._known:
            self._known.append(key)
        if key not in self.table.values:
            return default
        try:
            return understand(placed(self.table.values[key], self._here))
        except ValueError as error:
            raise self.table.error(str(error), key) from None

    def take_path(self, key: str, understand: Callable[[Any], str]) -> str:
        """As `take`, "" by default, of a path, which begins where the file is; it may begin with ~ too."""

        @wraps(understand)
        def understand_from_here(value: object) -> str:
            return understand(whole(value, self._here) if isinstance(value, str) and value else value)

        return self.take(key, understand_from_here, "")

    def error(self, reason: str, key: str = "") -> SettingsError:
        return self.table.error(reason, key)

    def conditions(self, key: str, vocabulary: Mapping[str, Dimension]) -> tuple[Condition, ...]:
        """The conditions of `must` or `should`, parsed against what the kind can see."""

        def understand(value: object) -> tuple[Condition, ...]:
            """A list of conditions; ValueError otherwise."""
            texts = [value] if isinstance(value, str) else value
            if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                raise ValueError('must be conditions in quotes, such as ["status == 200"]')
            return tuple(parse(text, vocabulary) for text in texts)

        return self.take(key, understand, ())

    def finish(self) -> None:
        """SettingsError for the first key that nothing has taken."""
        for key in self.table.values:
            if key not in self._known:
                raise self.error(f"unknown key; {nearest(key, self._known)}", key)


def a_text(value: object) -> str:
    """Text that is not empty; ValueError otherwise."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be text in quotes, and not empty")
    return value


def a_certificate_file(value: object) -> str:
    """The path of a file of certificates that can be read; ValueError otherwise."""
    text = a_text(value)
    try:
        ssl.create_default_context(cafile=text)
    except OSError as error:  # ssl.SSLError is one
        raise ValueError(f"{text} cannot be read as certificates: {error.strerror or error}") from None
    return text


def a_switch(value: object) -> bool:
    """true or false; ValueError otherwise."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false, without quotes")
    return value


def one_of(*allowed: str) -> Callable[[object], str]:
    """A word out of a few."""

    def understand(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"must be one of {', '.join(repr(word) for word in allowed)}")
        return value

    quoted = " or ".join(f'"{word}"' for word in allowed)
    understand.__doc__ = f"{quoted}; ValueError otherwise."
    return understand


def a_table_of_texts(value: object) -> dict[str, str]:
    """A table whose values are texts; ValueError otherwise."""
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise ValueError('must be a table of texts such as { Accept = "text/plain" }')
    return value


def a_size(value: object) -> int:
    """A size in bytes such as "64KiB", up to 16 MiB; ValueError otherwise."""
    if not isinstance(value, str):
        raise ValueError('must be a size in quotes such as "64KiB"')
    try:
        size = parse(f"size == {value}", {"size": "bytes"}).value
    except ConditionError:
        raise ValueError(f'{value!r} is not a size; write one such as "64KiB" or "1MiB"') from None
    if not isinstance(size, int | float) or not 1 <= size <= 16 * 1024**2:
        raise ValueError(f"{value!r} is out of bounds; from 1B to 16MiB")
    return int(size)


def host_and_port(value: object) -> tuple[str, int]:
    """ "db:5432" or "[::1]:5432"; ValueError with the form otherwise."""
    text = a_text(value)
    host, colon, port = text.strip().rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(f"{text!r}: an IPv6 address stands in brackets, such as [::1]:443")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise ValueError(f"{text!r} is not HOST:PORT, such as db.internal:5432")
    return host, int(port)
