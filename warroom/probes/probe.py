"""Runs one check within its deadline and judges what it found; nothing leaves here uncleaned or with a secret in it."""

import asyncio
import time
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any, Final, Protocol

from warroom.config.secrets import SecretError
from warroom.health.conditions import judge
from warroom.health.results import Level, Result
from warroom.probes.definition import Check, CheckError, Definition, Found
from warroom.probes.errors import describe
from warroom.probes.search import Searches
from warroom.text import clean, clean_line
from warroom.text.redact import redact

_LONGEST_REASON: Final = 200
_LONGEST_EVIDENCE: Final = 2000
_MOST_REASONS: Final = 10
_WORST_FIRST: Final = (Level.CRIT, Level.UNKNOWN, Level.WARN, Level.OK)
"""What is certain outweighs what is not known, and that all that may be better."""


class Probe(Protocol):
    """What the monitor schedules."""

    @property
    def definition(self) -> Definition: ...

    async def run(self, at: datetime) -> Result:
        """Look once and judge; `at` is the time now. Raises nothing but a cancellation."""
        ...


@dataclass(frozen=True, slots=True)
class CheckProbe:
    """A definition and the check of its kind."""

    definition: Definition
    check: Check
    environ: Mapping[str, str]

    async def run(self, at: datetime) -> Result:
        """Look once within the timeout of the definition and judge what was found."""
        began = time.perf_counter()
        try:
            secrets = self._secrets()
        except SecretError as error:
            return Result(Level.UNKNOWN, clean_line(str(error)), at)
        try:
            async with asyncio.timeout(self.definition.timeout):
                found = await self.check.look(self._wanted())
            return await self._judged(found, at, time.perf_counter() - began, secrets)
        except TimeoutError as error:
            if error.errno:  # the system's own, of a connection
                failed = CheckError(describe(error)[1])
            else:
                journey, seconds = self.check.journey, self.definition.timeout
                failed = journey.failed or CheckError(f"no answer within {seconds:g} s, {journey.stage}")
        except CheckError as error:
            failed = error
        except (OSError, ExceptionGroup) as error:
            failed = CheckError(describe(error)[1], describe(error)[0])
        except Exception as error:  # noqa: BLE001  # a fault in a kind must not end the monitor; it is told as our own
            failed = CheckError(f"the check itself failed: {_fault(error)}", Level.UNKNOWN)
        return self._failed(failed, at, time.perf_counter() - began, secrets)

    def _wanted(self) -> frozenset[str]:
        return frozenset(condition.root for condition in (*self.definition.must, *self.definition.should))

    def _secrets(self) -> tuple[str, ...]:
        return tuple(value for secret in self.check.secrets for value in secret.values(self.environ) if value)

    async def _judged(self, found: Found, at: datetime, took: float, secrets: tuple[str, ...]) -> Result:
        took = took if found.took is None else found.took
        if found.timed:
            found.values.setdefault("latency", took)
        level, reasons = (Level.OK, ()) if found.judged else await self._held_against(found)
        level = min(level, found.level, key=_WORST_FIRST.index)
        said = [found.summary] if found.summary and (found.level is not Level.OK or not reasons) else []
        told = [found.summary] if found.explains else [*said, *reasons]
        return Result(
            level,
            _line(_first_of(told), secrets),
            at,
            took if found.timed else None,
            _scalars(found.values, secrets),
            _evidence([*found.evidence, *(("failed", text) for text in reasons[:_MOST_REASONS])], secrets),
            tuple(found.phases),
        )

    async def _held_against(self, found: Found) -> tuple[Level, tuple[str, ...]]:
        """The worst of all rows, and its reasons first."""
        must, should = self.definition.must, self.definition.should
        searches, verdicts = Searches(), list[tuple[Level, tuple[str, ...]]]()
        for label, more in found.rows or [("", {})]:
            values = {**found.values, **more}
            searched = await searches.outcomes((*must, *should), values)
            level, reasons = judge(must, should, values, searched, found.absent)
            verdicts.append((level, tuple(f"{label} {reason}".lstrip() for reason in reasons)))
        verdicts.sort(key=lambda verdict: _WORST_FIRST.index(verdict[0]))
        # What does not depend on the row is said once.
        return verdicts[0][0], tuple(dict.fromkeys(reason for _, reasons in verdicts for reason in reasons))

    def _failed(self, failed: CheckError, at: datetime, took: float, secrets: tuple[str, ...]) -> Result:
        journey, definition = self.check.journey, self.definition
        evidence = failed.found.evidence or journey.seen
        if not evidence:
            known = not journey.address or journey.address in definition.target
            place = definition.target if known else f"{definition.target} at {journey.address}"
            evidence = [(definition.kind, place)]
        return Result(
            failed.level,
            _line(failed.reason, secrets),
            at,
            took,
            evidence=_evidence(evidence, secrets),
            phases=tuple(failed.found.phases or journey.phases()),
        )


async def check_once(probes: Iterable[Probe], at: datetime) -> dict[str, Result]:
    """Run every probe once, at most 64 at a time; results by name, in the order given."""
    gate = asyncio.Semaphore(64)
    names: list[str] = []

    async def run(probe: Probe) -> Result:
        async with gate:
            return await probe.run(at)

    async with asyncio.TaskGroup() as group:
        tasks: list[asyncio.Task[Result]] = []
        for probe in probes:
            names.append(probe.definition.name)
            tasks.append(group.create_task(run(probe)))
    return {name: task.result() for name, task in zip(names, tasks, strict=True)}


def _fault(error: Exception) -> str:
    """What went wrong in our own code and where; not its message, which may hold a part of a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def _first_of(reasons: list[Any]) -> str:
    if not reasons:
        return ""
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    return f"{reasons[0]}{more}"


def _line(text: str, secrets: tuple[str, ...]) -> str:
    text = clean_line(redact(text, secrets))
    return text if len(text) <= _LONGEST_REASON else text[: _LONGEST_REASON - 1] + "…"


def _evidence(lines: Iterable[tuple[str, str]], secrets: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((clean_line(label), _cut(clean(redact(text, secrets)).strip())) for label, text in lines if text)


def _scalars(values: Mapping[str, Any], secrets: tuple[str, ...]) -> dict[str, Any]:
    """The values that are fit to be handed on: numbers, switches and short texts; no bodies, no headers."""
    kept: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, float) and not isfinite(value):
            kept[name] = str(value)  # JSON has no word for it
        elif isinstance(value, int | float):
            kept[name] = value
        elif isinstance(value, str) and len(value) <= _LONGEST_REASON:
            kept[name] = _line(value, secrets)
    return kept


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_EVIDENCE else text[: _LONGEST_EVIDENCE - 1] + "…"
