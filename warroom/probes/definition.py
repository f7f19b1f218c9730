"""What every kind of check shares: its definition, what a look found, and how it fails."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from warroom.config.secrets import Secret
from warroom.health.conditions import Condition, Dimension
from warroom.health.machine import Rules
from warroom.health.results import Level


@dataclass(frozen=True, slots=True)
class Definition:
    """One service as the configuration has it. `every`, `retry`, `timeout` are seconds.

    `target` is fit to be shown: without credentials. `host` is what the number of checks at once is limited by, "" for
    none. `local` checks go on while this host is offline. Equal fingerprints mean the same check.
    """

    name: str
    kind: str
    target: str
    fingerprint: str
    rules: Rules
    group: str = ""
    every: float = 15.0
    retry: float = 3.0
    timeout: float = 5.0
    must: tuple[Condition, ...] = ()
    should: tuple[Condition, ...] = ()
    needs: tuple[str, ...] = ()
    runbook: str = ""
    paused: bool = False
    local: bool = False
    host: str = ""


@dataclass(slots=True)
class Found:
    """What one look at a target found, not judged yet and not cleaned yet.

    `level` is for kinds that judge for themselves (a plugin's exit code); conditions can make it worse, not better.
    `summary` is the reason shown when all is well, or `level` is bad. `absent` says why a value is missing.
    `rows` are more values under a label each, and all of them must hold; where `judged`, no condition is asked.
    Where the summary `explains`, it is the reason also when a condition does not hold.
    `took` replaces the seconds that the probe measures; where not `timed`, they mean nothing and are not told.
    """

    summary: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    evidence: list[tuple[str, str]] = field(default_factory=list)
    phases: list[tuple[str, float]] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    level: Level = Level.OK
    took: float | None = None
    timed: bool = True
    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    judged: bool = False
    explains: bool = False


class CheckError(Exception):
    """A look that ended without anything to hold conditions against; UNKNOWN where the fault is ours."""

    def __init__(self, reason: str, level: Level = Level.CRIT, found: Found | None = None) -> None:
        super().__init__(reason)
        self.reason, self.level, self.found = reason, level, found or Found()


class Journey:
    """Where a look stands: the steps so far with their seconds, the one it is busy with, the address reached.

    `stage` ends the sentence "no answer within 5 s, ...". `seen` is the evidence so far, for a look that breaks off,
    `failed` what it has failed with already where it goes on for evidence alone. Steps of the same name (redirects)
    add up.
    """

    def __init__(self, stage: str = "") -> None:
        self.stage = stage
        self.address = ""
        self.seen: list[tuple[str, str]] = []
        self.failed: CheckError | None = None
        self._took: dict[str, float] = {}
        self._name = ""
        self._since = 0.0

    def start(self, name: str, stage: str) -> None:
        """End the step before and begin `name`."""
        self.stop()
        self._name, self.stage, self._since = name, stage, time.perf_counter()

    def stop(self) -> None:
        """End the step that is under way, if one is."""
        if self._name:
            took = time.perf_counter() - self._since
            self._took[self._name] = self._took.get(self._name, 0.0) + took
        self._name = ""

    def phases(self) -> list[tuple[str, float]]:
        """The steps with their seconds; the one under way ends here."""
        self.stop()
        return list(self._took.items())


class Check(Protocol):
    """One kind's way of looking. Created from the options of a table; may be run many times, never twice at once.

    `journey` is that of the look under way or the last one. `vocabulary` names what its conditions can see; `must` and
    `should` stand as long as no condition of the service mentions the same value.
    """

    target: str
    host: str
    local: bool
    journey: Journey
    vocabulary: Mapping[str, Dimension]
    must: tuple[str, ...]
    should: tuple[str, ...]

    async def look(self, wanted: frozenset[str]) -> Found:
        """Look once; `wanted` holds the first words of the values that conditions ask for."""
        ...

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Whose values must not be seen in any result."""
        ...
