"""JSON as all commands print it: versioned, times as RFC 3339, text as it is in the file."""

import json
import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from warroom.files.block import moment

VERSION = 1


def dumped(data: Mapping[str, Any]) -> str:
    """`data` behind its version, on several lines. Text is escaped to ASCII, so that no control reaches a terminal."""
    return json.dumps({"version": VERSION, **_finite(data)}, indent=2, default=_plain, allow_nan=False)


def _finite(value: Any) -> Any:
    """The same with null for what TOML can say as a number and JSON can't: nan, inf."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return value


def texts(data: object) -> Iterator[str]:
    """Every text among the values of `data`, as a person reads it and not as JSON spells it."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from texts(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from texts(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
