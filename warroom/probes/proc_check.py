"""Kind `proc`: processes of this host by name or by what stands in their command line."""

import fnmatch
import re
import time
from collections.abc import Mapping
from typing import Final

from warroom.config.secrets import Secret
from warroom.health.conditions import Dimension
from warroom.probes.definition import Found, Journey
from warroom.probes.options import Options, a_text
from warroom.probes.processes import Process, ProcessScanner
from warroom.probes.resources import Resources

VOCABULARY: Final[Mapping[str, Dimension]] = {
    "count": "number",
    "memory": "bytes",
    "cpu": "percent",
    "age": "seconds",
}
_MOST_SHOWN: Final = 5
_MIB: Final = 1024**2


def build(options: Options, resources: Resources) -> "ProcCheck":
    """The check of a table with the key `proc`."""
    return ProcCheck(
        options.take("proc", a_text, ""),
        options.take("arguments", a_text, ""),
        options.take("user", a_text, ""),
        resources.processes,
    )


class ProcCheck:
    """Counts processes whose name fits a pattern (`*` and `?`) and whose command line holds `arguments`."""

    vocabulary = VOCABULARY
    must: tuple[str, ...] = ("count >= 1",)
    should: tuple[str, ...] = ()
    host = ""
    local = True

    def __init__(self, name: str, arguments: str, user: str, scanner: ProcessScanner) -> None:
        self._name = re.compile(fnmatch.translate(name))
        self._arguments, self._user, self._scanner = arguments, user, scanner
        self.target = " ".join(part for part in (name, arguments, f"of {user}" if user else "") if part)
        self.journey = Journey("looking through the processes")

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return ()

    def _fits(self, process: Process) -> bool:
        named = self._name.match(process.name) is not None
        return named and self._arguments in process.command and self._user in ("", process.user)

    async def look(self, wanted: frozenset[str]) -> Found:  # noqa: ARG002
        fitting = [process for process in await self._scanner.processes() if self._fits(process)]
        count = len(fitting)
        memory = [process.memory for process in fitting if process.memory is not None]
        shares = [process.cpu for process in fitting if process.cpu is not None]
        found = Found("1 process" if count == 1 else f"{count} processes", {"count": count}, timed=False)
        if memory:
            found.values["memory"] = sum(memory)
            found.summary += f", {sum(memory) / _MIB:.0f} MiB"
        else:
            found.absent["memory"] = "it may not be seen" if fitting else "there is no process"
        if shares:
            found.values["cpu"] = sum(shares)
        else:
            found.absent["cpu"] = "it is known from the second look on" if fitting else "there is no process"
        if fitting:
            found.values["age"] = time.time() - max(process.started for process in fitting)
        else:
            found.absent["age"] = "there is no process"
        # Not their command lines: secrets stand in those more often than not.
        found.evidence = [("process", f"{one.name}, pid {one.pid}, of {one.user}") for one in fitting[:_MOST_SHOWN]]
        return found
