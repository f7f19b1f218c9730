"""What one probe found: a level, the reason in one line, values, evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Final, Literal

Cause = Literal["", "offline", "blocked", "void"]


class Level(IntEnum):
    """OK < WARN < CRIT say how bad it is; UNKNOWN says that the checker could form no opinion, and has no rank."""

    OK = 0
    WARN = 1
    CRIT = 2
    UNKNOWN = 3

    @property
    def conclusive(self) -> bool:
        return self is not Level.UNKNOWN


_NO_VALUES: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Result:
    """One run of one probe.

    `at` is when it began, with an offset; `took` is in seconds, time in the queue not included. `reason` is one
    cleaned line. `evidence` holds (label, text) lines and `phases` (name, seconds), both cleaned and free of secrets.
    `cause` tells why an UNKNOWN is not the service's own: we are offline, what it needs is down, or time jumped.
    """

    level: Level
    reason: str
    at: datetime
    took: float | None = None
    values: Mapping[str, Any] = field(default_factory=lambda: _NO_VALUES)
    evidence: tuple[tuple[str, str], ...] = ()
    phases: tuple[tuple[str, float], ...] = ()
    cause: Cause = ""
    blocked_by: str = ""

    @property
    def ended(self) -> datetime:
        return self.at if self.took is None else self.at + timedelta(seconds=self.took)

    @property
    def bad(self) -> bool:
        return self.level in (Level.WARN, Level.CRIT)
