"""The maintenance windows in force: those of the configuration, and those that a person opened or closed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from warroom.config.settings import Maintenance


class Windows:
    """Which services are in maintenance, and why. What was opened by hand outlives a new configuration."""

    def __init__(self, configured: Sequence[Maintenance] = ()) -> None:
        self._configured = tuple(configured)
        self._opened: dict[str, Maintenance] = {}
        self._closed: dict[str, datetime] = {}

    def configure(self, configured: Sequence[Maintenance]) -> None:
        """These are the windows of the configuration from now on."""
        self._configured = tuple(configured)

    def open(self, name: str, now: datetime, length: timedelta, reason: str) -> None:
        """Put one service into maintenance, in place of what was opened for it before."""
        self._opened[name] = Maintenance((name,), now, length, reason)

    def close(self, name: str, now: datetime) -> None:
        """Take one service out of every window that is in force now."""
        self._opened.pop(name, None)
        self._closed[name] = now

    @property
    def any(self) -> bool:
        return bool(self._configured or self._opened)

    def reason(self, name: str, group: str, now: datetime) -> str | None:
        """Why a service is in maintenance now, "maintenance" where nobody said; None where it is not."""
        opened = self._opened.get(name)
        if opened is not None and opened.covers(name, group, now):
            return opened.reason or "maintenance"
        closed = self._closed.get(name)
        return next(
            (
                window.reason or "maintenance"
                for window in self._configured
                if window.covers(name, group, now) and (closed is None or window.start > closed)
            ),
            None,
        )
