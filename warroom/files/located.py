"""Where in a file something does not fit: a path into its tables becomes an error with line, key and mend."""

import difflib
import re
from collections.abc import Mapping
from typing import Any, Final, TypeVar, get_args, get_type_hints

import msgspec

from warroom.files.errors import BrokenFileError
from warroom.incident.model import Action, Entry, Fields, Postmortem
from warroom.toml import locate

T = TypeVar("T")
Path = tuple[str | int, ...]

_WHERE = re.compile(r"^(?P<reason>.*?)(?: - at `(?P<key>key in )?\$(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")
_EXPECTED = re.compile(r"^Expected `(?P<wanted>[^`]*)`, got `(?P<got>[^`]*)`$")
_MISSING = re.compile(r"^Object missing required field `(.*)`$")
_INVALID_TIME = re.compile(r"^Invalid RFC3339 encoded (datetime|date)$")
_WORDS: Final = {
    "str": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "datetime": "a date with time and offset",
    "date": "a date",
    "time": "a time of day",
    "array": "a list",
    "object": "a table",
}
_EXAMPLES: Final = {
    "datetime": "write it as 2026-11-21T19:47:15Z",
    "date": "write it as 2026-12-01",
    "str": "put it in quotes",
    "bool": "write it without quotes",
}
_TABLES: Final = {"timeline": Entry, "action": Action, "postmortem": Postmortem}
_NEAR_ENOUGH = 0.4


class Located:
    """The bytes of a file and its name, for errors."""

    def __init__(self, data: bytes, source: str) -> None:
        self.data, self.source = data, source

    def line(self, path: Path) -> int:
        return locate(self.data, path)

    def error(self, path: Path, reason: str, mend: str = "") -> BrokenFileError:
        return BrokenFileError(self.source, reason, line=self.line(path), key=_shown(path), mend=mend)

    def convert(self, what: object, kind: type[T], path: Path) -> T:
        """`what` as `kind`; BrokenFileError at the place in the file that does not fit."""
        try:
            return msgspec.convert(what, kind)
        except msgspec.ValidationError as error:
            found = _WHERE.match(str(error))
            reason = found["reason"] if found else str(error)
            full, given = _follow(what, (found["path"] or "") if found else "", path)
            told, mend = _explain(reason, full, given)
            raise self.error(full, told, mend) from None


def _shown(path: Path) -> str:
    """A path as a person reads it; entries are counted from 1."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            text += f".{step}" if text else step
    return text


def _follow(what: Any, steps: str, path: Path) -> tuple[Path, Any]:
    """The full path of what msgspec points at, and the value there."""
    for found in _STEP.finditer(steps):
        if found[1] is not None:
            step: str | int = found[1]
        elif found[2] == "...":  # any value of a table of strings, such as [roles]
            step = next(name for name, item in what.items() if not isinstance(item, str))
        else:
            step = int(found[2])
        path = (*path, step)
        if isinstance(what, Mapping):
            what = what.get(str(step))
        else:
            what = what[step] if isinstance(what, list | tuple) and isinstance(step, int) else None
    return path, what


def _explain(reason: str, path: Path, given: object) -> tuple[str, str]:
    """What msgspec says, in the words of the format; and the mend."""
    if reason.startswith("Invalid enum value"):
        allowed = [choice for choice in _choices(path) if choice]
        near = _nearest(str(given).lower(), allowed)
        return f"{given!r} is none of {', '.join(allowed)}", f'write "{near}"' if near else ""
    if invalid := _INVALID_TIME.match(reason):
        return f"must be {_WORDS[invalid[1]]}, not text in quotes", _EXAMPLES[invalid[1]]
    if missing := _MISSING.match(reason):
        return f"{missing[1]} is missing", f'write {missing[1]} = "..."'
    if found := _EXPECTED.match(reason):
        wanted = [kind for kind in found["wanted"].split(" | ") if kind != "null"]
        words = " or ".join(dict.fromkeys(_WORDS.get(kind, kind) for kind in wanted))
        return f"must be {words}, not {_WORDS.get(found['got'], found['got'])}", _EXAMPLES.get(wanted[0], "")
    return reason[:1].lower() + reason[1:], ""


def _nearest(given: str, allowed: list[str]) -> str:
    """The one that is like it; "" for none, and where two are so alike that it would be a guess ("sev9")."""
    near = difflib.get_close_matches(given, allowed, 2, _NEAR_ENOUGH)
    alike = {difflib.SequenceMatcher(None, word, given).ratio() for word in near}
    return near[0] if len(alike) == len(near) > 0 else ""


def _choices(path: Path) -> tuple[str, ...]:
    kind = _TABLES.get(str(path[0]), Fields)
    return tuple(get_args(get_type_hints(kind).get(str(path[-1]))))
