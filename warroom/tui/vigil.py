"""Which of several war rooms writes what is seen into one incident: the holder of its probing lease."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from warroom.files.errors import FileError
from warroom.files.lease import Lease
from warroom.health.observer import Notice

_SAY_WE_WATCH: Final = timedelta(seconds=5)
_WORTH_TELLING: Final = timedelta(seconds=45)
"""A gap in the watch shorter than a few intervals is no news."""


class Vigil:
    """One incident's lease as this window sees it. `told` gets the gap that nobody watched, once it is ours."""

    def __init__(self, path: str, author: str, clock: Callable[[], datetime], told: Callable[[Notice], None]) -> None:
        self._lease = Lease(path, author)
        self._clock = clock
        self._told = told
        self._seen: datetime | None = None
        self.problem = ""
        """Why the lease can't be had, one line; "" while all is well."""
        self.other = ""
        """Who has the lease instead, as far as is known."""

    @property
    def ours(self) -> bool:
        """Whether this window writes what is seen; takes the lease if nobody has it."""
        if not self._lease.held:
            self.tick()
        return self._lease.held

    @property
    def why_not(self) -> str:
        """Why this window does not write what is seen, one line; "" where it does, or nothing is known yet."""
        if self._lease.held:
            return ""
        if self.problem:
            return f"what is seen is not recorded: {self.problem}"
        return f"another room ({self.other}) records what is seen; this one does once it ends" if self.other else ""

    def tick(self) -> None:
        """To be called about every second: takes the lease when it is free, says that we watch while it is ours."""
        now = self._clock()
        try:
            if self._lease.held:
                if self._seen is None or now - self._seen >= _SAY_WE_WATCH:
                    self._lease.seen(now)
                    self._seen = now
            elif self._lease.try_acquire(now):
                self._seen = now
                gap = self._lease.gap(now)
                if gap is not None and gap[1] - gap[0] >= _WORTH_TELLING:
                    self._told(Notice("gap", *gap, "no war room was watching"))
            elif (holder := self._lease.holder()) is not None:
                self.other = holder.by or "somebody"
            self.problem = ""
        except FileError as error:
            self.problem = str(error)

    def end(self) -> None:
        """Leaves the watch to whoever comes next."""
        self._lease.release()
