"""Regular expressions over text from outside, in a process that can be stopped: `re` holds the whole loop else."""

import asyncio
import json
import re
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from warroom.health.conditions import Condition, look_up

_SHORT: Final = 200
_LIMIT: Final = 1.0
_REPEAT: Final = re.compile(r"[*+?{]|\\[1-9]")
_CHILD: Final = """
import json, re, sys
print(json.dumps([re.search(p, t) is not None for p, t in json.load(sys.stdin)]))
"""


async def search(conditions: Iterable[Condition], values: Mapping[str, Any]) -> dict[str, bool | None]:
    """The outcome of the `matches` conditions whose search could be long, by their text; None where it was too long.

    A pattern without repeats, or with a single one over a short text, is no danger and is left to the caller.
    """
    risky: list[tuple[str, str, str]] = []
    for condition in conditions:
        if condition.pattern is None:
            continue
        found, missing = look_up(condition.path, values)
        if not missing and isinstance(found, str) and _could_take_long(condition.pattern.pattern, found):
            risky.append((condition.text, condition.pattern.pattern, found))
    outcomes: dict[str, bool | None] = {}
    for text, pattern, found in risky:
        outcomes[text] = await _in_child(pattern, found)
    return outcomes


def _could_take_long(pattern: str, text: str) -> bool:
    repeats = len(_REPEAT.findall(pattern))
    if repeats == 1 and "(" not in pattern:
        # One repeat costs the square of the length at worst; one of a group, or two, can cost a power of two.
        return len(text) > _SHORT
    return repeats > 0


async def _in_child(pattern: str, text: str) -> bool | None:
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
        async with asyncio.timeout(_LIMIT):
            out, _ = await child.communicate(json.dumps([[pattern, text]]).encode())
        return bool(json.loads(out)[0]) if child.returncode == 0 else None
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
