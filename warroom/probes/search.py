"""Regular expressions over text from outside, in a process that can be stopped: `re` holds the whole loop else."""

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from warroom.health.conditions import Condition, look_up

_SHORT: Final = 200
_LIMIT: Final = 1.0
_TOGETHER: Final = 5.0
_REPEAT: Final = re.compile(r"[*+?{]|\\[1-9]")
_CHILD: Final = """
import json, re, sys
print(json.dumps([re.search(p, t) is not None for p, t in json.load(sys.stdin)]))
"""


class Searches:
    """All searches of one look: each has a second, and all together five, however many rows there are."""

    def __init__(self) -> None:
        self._ends = time.monotonic() + _TOGETHER
        self._endless: set[str] = set()

    async def outcomes(self, conditions: Iterable[Condition], values: Mapping[str, Any]) -> dict[str, bool | None]:
        """The outcome of the `matches` conditions whose search could be long, by their text; None for too long a one.

        A pattern without repeats, or with a single one over a short text, is no danger and is left to the caller.
        """
        risky: list[tuple[str, str, str]] = []
        for condition in conditions:
            if condition.pattern is None:
                continue
            found, missing = look_up(condition.path, values)
            if not missing and isinstance(found, str) and _could_take_long(condition.pattern.pattern, found):
                risky.append((condition.text, condition.pattern.pattern, found))
        return {text: await self._search(pattern, found) for text, pattern, found in risky}

    async def _search(self, pattern: str, text: str) -> bool | None:
        """What has been too long once is not tried again in the next row."""
        left = min(_LIMIT, self._ends - time.monotonic())
        outcome = await _in_child(pattern, text, left) if left > 0 and pattern not in self._endless else None
        if outcome is None:
            self._endless.add(pattern)
        return outcome


def _could_take_long(pattern: str, text: str) -> bool:
    repeats = len(_REPEAT.findall(pattern))
    if repeats == 1 and "(" not in pattern:
        # One repeat costs the square of the length at worst; one of a group, or two, can cost a power of two.
        return len(text) > _SHORT
    return repeats > 0


async def _in_child(pattern: str, text: str, seconds: float) -> bool | None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-S",
        "-c",
        _CHILD,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(seconds):
            out, _ = await child.communicate(json.dumps([[pattern, text]]).encode())
        return bool(json.loads(out)[0]) if child.returncode == 0 else None
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
