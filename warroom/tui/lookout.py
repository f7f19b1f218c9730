"""The lookout: runs the monitor beside the screen, and tells both board and record what it saw."""

import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from warroom.config.settings import SettingsError, load
from warroom.health.board import ServiceStatus
from warroom.health.entries import health_entry, notice_entry, notice_text
from warroom.health.machine import Transition
from warroom.health.observer import Notice

if TYPE_CHECKING:
    from warroom.monitor import Monitor
    from warroom.tui.app import WarRoom

_LOOK_AT_FILE: Final = 1.0
"""Seconds between two looks at whether warroom.toml has changed."""


class Lookout:
    """Imports probes and monitor only when it runs: the first paint does without them."""

    def __init__(self, app: "WarRoom") -> None:
        self._app = app
        self._monitor: Monitor | None = None
        self.together: Notice | None = None
        """What was said of nearly everything failing at once, while it does."""

    async def run(self) -> None:
        """Looks until it is cancelled."""
        from warroom.monitor import monitor_for
        from warroom.probes import Resources

        self._resources = Resources(os.environ)
        try:
            monitor = monitor_for(self._app.session.settings, self._resources)
        except SettingsError as error:
            self._app.say(str(error), "warning")
            monitor = monitor_for(self._app.session.without_services, self._resources)
            monitor.refused(_in_short(error))
        monitor.subscribe(self._app.show_board)
        monitor.on_transition(self._transition)
        monitor.on_notice(self._notice)
        self._monitor = monitor
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(monitor.run())
            tasks.create_task(self._follow_file(monitor))

    async def _follow_file(self, monitor: "Monitor") -> None:
        """Takes over a changed warroom.toml once it is whole; one with a mistake says so and changes nothing.

        Some programs write a file in several steps, and half of it reads well with half of the services.
        """
        from warroom.monitor import reload

        path = self._app.session.settings.path
        if path is None:
            return
        seen = last = _stamp(path)
        while True:
            await asyncio.sleep(_LOOK_AT_FILE)
            before, last = last, _stamp(path)
            if last == seen or last != before:  # it is as it was, or was written a moment ago
                continue
            seen = last
            try:
                settings = load(path)
                reload(monitor, settings, self._resources)
            except SettingsError as error:
                monitor.refused(_in_short(error))
                self._app.say(str(error), "warning")
            else:
                self._app.take_settings(settings)
                self._app.say(f"{path.name} read again")

    def _transition(self, service: str, transition: Transition) -> None:
        by = self._app.author if transition.after == "paused" else "monitor"
        self._app.saw(health_entry(service, transition, self._app.new_id(), by), transition)

    def _notice(self, notice: Notice) -> None:
        if notice.what in ("many", "over"):
            self.together = notice if notice.what == "many" else None
        if notice.what != "many" or self._app.room is not None:  # else the offer to declare says it, and stays
            self._app.say(notice_text(notice), "warning")
        self._app.saw(notice_entry(notice, self._app.new_id(), by="monitor"))

    @property
    def services(self) -> tuple[ServiceStatus, ...]:
        """How they stand at this moment: a board may be a second old."""
        return () if self._monitor is None else self._monitor.board.services

    @property
    def names(self) -> frozenset[str] | None:
        """What is looked at; None where that is not known, or not what warroom.toml is meant to say."""
        if self._monitor is None or self._monitor.board.problem:
            return None
        return frozenset(service.name for service in self._monitor.board.services)

    def recheck(self, name: str = "") -> bool:
        """Checks one service, or all, now; whether anything of that is being looked at."""
        found = [one.name for one in self._app.board.services if name in ("", one.name) and self.watches(one.name)]
        for one in found:
            if (monitor := self._watching(one)) is not None:
                monitor.recheck(one)
        return bool(found)

    def watches(self, name: str) -> bool:
        """Whether it is looked at here: not so in the demo, nor where it has gone from the configuration."""
        return self._watching(name) is not None

    def pause(self, name: str, until: datetime | None) -> None:
        """Looks at a service no more, until a time or until it is resumed."""
        if (monitor := self._watching(name)) is not None:
            monitor.pause(name, until)

    def resume(self, name: str) -> None:
        if (monitor := self._watching(name)) is not None:
            monitor.resume(name)

    def maintain(self, name: str, length: timedelta, reason: str) -> None:
        """Draws what happens to a service, and tells the record nothing of it for so long."""
        if (monitor := self._watching(name)) is not None:
            monitor.maintain(name, length, reason)

    def end_maintenance(self, name: str) -> None:
        if (monitor := self._watching(name)) is not None:
            monitor.end_maintenance(name)

    def _watching(self, name: str) -> "Monitor | None":
        """Who looks at it; None where it has gone from the configuration since somebody chose it."""
        return self._monitor if self._monitor is not None and self._monitor.watches(name) else None


def _in_short(error: SettingsError) -> str:
    """The error without the folder of its file: there is little room on the board, and the line is what matters."""
    return str(error).replace(error.source, Path(error.source).name, 1)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)
