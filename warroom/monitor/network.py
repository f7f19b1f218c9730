"""Whether this host itself is cut off: by the addresses that should answer, and by how much fails at once."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from warroom.health.observer import FEWEST, Notice, many_at_once
from warroom.health.results import Level
from warroom.monitor.clock import Clock
from warroom.probes import Probe

_FRESH = 3.0


class Network:
    """What is known of our own way into the network. `news` hands out each notice once."""

    def __init__(self, reach: Sequence[Probe], clock: Clock) -> None:
        self._reach = tuple(reach)
        self._clock = clock
        self._asked = float("-inf")
        self._asking: asyncio.Task[bool] | None = None
        self._online = True
        self._since: datetime | None = None
        self._reason = ""
        self._many_since: datetime | None = None
        self._news: list[Notice] = []
        self._hosts: dict[str, str] = {}
        self._interval = 0.0
        self._failing: dict[str, datetime] = {}
        self.muted: frozenset[str] = frozenset()

    def watch(self, hosts: Mapping[str, str], interval: float) -> None:
        """These are the remote services, by name and host; `interval` is the longest between two looks, in seconds."""
        self._hosts, self._interval = dict(hosts), interval
        self._failing = {name: since for name, since in self._failing.items() if name in hosts}
        self.muted = self.muted & hosts.keys()

    def reload(self, reach: Sequence[Probe]) -> None:
        """Ask these addresses from now on."""
        self._reach = tuple(reach)
        self._asked = float("-inf")
        if not self._reach and not self._online:
            self._settle(True, "")

    @property
    def offline(self) -> bool:
        return not self._online

    @property
    def state(self) -> str:
        """ "ok", or what keeps us from judging, in one line."""
        if not self._online:
            return f"offline: {self._reason}"
        if self.muted:
            return f"{len(self.muted)} remote services failed at once: check the network of this host"
        return "ok"

    def news(self) -> tuple[Notice, ...]:
        """The notices since the last call."""
        news, self._news = tuple(self._news), []
        return news

    def answered(self, well: bool) -> None:
        """A remote service answered: if it did so well, we are online."""
        if well and not self._online:
            self._settle(True, "")
            self._asked = self._clock.monotonic()

    async def online(self) -> bool:
        """Whether any of the addresses answers, asked at most every three seconds; True where there are none."""
        if not self._reach:
            return True
        if self._clock.monotonic() - self._asked < _FRESH:
            return self._online
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def end(self) -> None:
        """Ends the question that is under way: nobody waits for its answer any more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask(self) -> bool:
        at = self._clock.now()
        results = await asyncio.gather(*(probe.run(at) for probe in self._reach))
        self._asked = self._clock.monotonic()
        online = any(result.level in (Level.OK, Level.WARN) for result in results)
        targets = ", ".join(probe.definition.target for probe in self._reach)
        self._settle(online, "" if online else f"{targets}: {results[0].reason}")
        return online

    def _settle(self, online: bool, reason: str) -> None:
        if online == self._online:
            return
        now = self._clock.now()
        since = self._since or now
        self._online, self._reason = online, reason
        self._since = None if online else now
        self._news.append(Notice("online" if online else "offline", since, now, reason))

    def note(self, name: str, failing_since: datetime | None, at: datetime) -> bool | None:
        """Note whether a remote service fails and since when; what that means for all of them.

        True while nearly everything fails at once, which cannot be their fault alone; False at the moment it no longer
        does; None otherwise. Only those count that began to fail within two intervals. Where there are addresses to
        ask, those are believed, and this says None.
        """
        if failing_since is None:
            self._failing.pop(name, None)
        else:
            self._failing[name] = failing_since
        if self._reach and self.muted:  # addresses that were named meanwhile; by them this result counts
            self._tell_over("this host is online by the addresses under [observer]")
            return False
        if self._reach or not (self._failing or self.muted):
            return None
        recent = at - timedelta(seconds=2 * self._interval)
        new = {one for one, since in self._failing.items() if since >= recent or one in self.muted}
        if len(new) < FEWEST and not self.muted:
            return None
        counted = {one: self._hosts[one] for one in new}
        considered = {one: host for one, host in self._hosts.items() if one in new or one not in self._failing}
        if many_at_once(counted, considered):
            if not self.muted:
                self._many_since = min(self._failing[one] for one in counted)
                self._news.append(Notice("many", self._many_since, self._clock.now(), "", tuple(sorted(counted))))
            self.muted |= counted.keys()
            return True
        if not self.muted:
            return None
        self._tell_over("no longer nearly all remote services fail")
        return False

    def _tell_over(self, reason: str) -> None:
        now = self._clock.now()
        self._news.append(Notice("over", self._many_since or now, now, reason, tuple(sorted(self.muted))))
        self.muted = frozenset()
