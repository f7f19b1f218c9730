"""JSON as all commands print it: versioned, times as RFC 3339, text as it is in the file."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from warroom.files.block import moment

VERSION = 1


def dumped(data: Mapping[str, Any]) -> str:
    """`data` behind its version, on several lines. Text is escaped to ASCII, so that no control reaches a terminal."""
    return json.dumps({"version": VERSION, **data}, indent=2, default=_plain, allow_nan=False)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
