"""What is wrong or odd about incident files, in sentences, and the repairs that need no person. Deletes nothing."""

import difflib
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from warroom.files import disk, tail
from warroom.files.append import check_format, set_aside
from warroom.files.block import quoted
from warroom.files.codec import from_raw, raw, with_ids
from warroom.files.errors import BrokenFileError, FileError
from warroom.files.located import Located
from warroom.files.lock import Lock
from warroom.files.outline import Outline
from warroom.files.recover import (
    has_side_file,
    merge_side_file,
    notices,
    read_only,
    recover_end,
    torn_notice,
    whole_length,
)
from warroom.files.spans import Span, Timeline, head_end
from warroom.incident.model import (
    Accepted,
    Action,
    Comms,
    Entry,
    Evidence,
    Fields,
    Impact,
    Postmortem,
    Revision,
    Section,
)
from warroom.incident.times import TimeError, zone

_TABLES: Final[Mapping[str, type]] = {
    "impact": Impact,
    "comms": Comms,
    "postmortem": Postmortem,
    "accepted": Accepted,
    "action": Action,
    "timeline": Entry,
}
_INSIDE: Final[Mapping[str, type]] = {
    "section": Section,
    "evidence": Evidence,
    "revisions": Revision,
    "before": Entry,
}
"""What the tables inside of others are, by their keys."""
_KNOWN_TOP: Final = {"format", "roles", *(field.name for field in fields(Fields)), *_TABLES}
_TRIES: Final = 20
_FILE_SUFFIXES: Final = re.compile(r"\.(torn|conflict|refused|merged)(-\d+)?$")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line about a file. `wrong` tells a fault from a remark; `mendable` says that `repair` takes care of it."""

    text: str
    wrong: bool = True
    mendable: bool = False


def examine(path: str | os.PathLike[str]) -> list[Finding]:
    """All that is to be said about one incident file; nothing for one in order."""
    name = os.fspath(path)
    try:
        data, _ = disk.read(name)
    except FileError as error:
        return [Finding(str(error))]
    newer = read_only(data, name)
    found = [*_of_content(data, name), *_of_neighbours(name)]
    return [Finding(newer, wrong=False), *(replace(one, mendable=False) for one in found)] if newer else found


def told(error: FileError) -> str:
    """The line of an error without the advice to run the doctor, for whoever has done so."""
    mend = error.mend.removesuffix(", or run warroom doctor")
    if mend == "run warroom doctor":
        mend = "mend the line in an editor"
    return str(FileError(error.source, error.reason, line=error.line, key=error.key, mend=mend))


def _of_content(data: bytes, name: str) -> Iterator[Finding]:
    try:
        length = whole_length(data, name)
        tables = raw(data[:length], name)
    except FileError as error:
        broken = [] if read_only(data, name) else _broken_blocks(data)
        how = f"; {_entries(len(broken))} damaged, which can be set aside; the rest is whole" if broken else ""
        yield Finding(f"{told(error)}{how}", mendable=bool(broken))
        return
    if length < len(data):
        line = data.count(b"\n", 0, length) + 1
        yield Finding(f"{name}:{line}: the last entry is torn, as by a crash; all before it is whole", mendable=True)
        data = data[:length]
    if read_only(data, name):
        return  # what this program does not know of it, a later one does
    again = _with_clashing_ids(data, tables)
    try:
        from_raw(tables, data, name)
    except FileError as error:
        yield Finding(told(error), mendable=bool(again))
        if not again:
            return
    yield from _remarks(data, tables, name)


def _remarks(data: bytes, tables: Mapping[str, Any], name: str) -> Iterator[Finding]:
    where = Located(data, name)
    if (found := tables.get("id")) != (stem := os.path.basename(name).removesuffix(".toml")):
        mend = f'write id = "{stem}", or rename the file'
        yield Finding(str(where.error(("id",), f"{found} is not the name of the file", mend)), wrong=False)
    try:
        zone(str(tables.get("timezone", "UTC")))
    except TimeError as error:
        yield Finding(str(where.error(("timezone",), str(error))))
    for path, near in _unknown_keys(tables):
        yield Finding(
            str(where.error(path, "is not known to this program, which keeps it but does not read it", near)), False
        )


def _unknown_keys(tables: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Paths of keys that nobody reads, with a hint; keys of the head that slipped under an entry among them."""
    for key in tables:
        if key not in _KNOWN_TOP:
            yield (key,), _hint(key, _KNOWN_TOP)
    for table, kind in _TABLES.items():
        yield from _unknown_in(tables.get(table), kind, (table,))


def _unknown_in(found: Any, kind: type, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The same in a table of the model, or a list of them, and in the tables inside."""
    if isinstance(found, list):
        for place, item in enumerate(found):
            yield from _unknown_in(item, kind, (*path, place))
        return
    known = {field.name for field in fields(kind)}
    for key, item in found.items() if isinstance(found, dict) else ():
        if key in _INSIDE and key in known:
            yield from _unknown_in(item, _INSIDE[key], (*path, key))
        elif key not in known and len(path) == 2 and kind is Entry and key in _KNOWN_TOP:
            yield (*path, key), "it belongs to the head: move it above the first [[timeline]]"
        elif key not in known:
            yield (*path, key), _hint(key, known)


def _hint(key: str, known: set[str]) -> str:
    near = difflib.get_close_matches(key, sorted(known), 1, 0.75)
    return f"did you mean {near[0]}?" if near else ""


def _of_neighbours(name: str) -> Iterator[Finding]:
    if has_side_file(name):
        side = os.path.basename(disk.side_path(name))
        yield Finding(f"{name}: changes wait in {side} for being merged", mendable=True)
    directory, base = os.path.split(name)
    for other in sorted(os.listdir(directory or ".")):
        if other.startswith(base) and _FILE_SUFFIXES.fullmatch(other[len(base) :]):
            yield Finding(f"{name}: {other} is kept beside it; look into it, then remove it yourself", wrong=False)
        elif other == f".{base}.new":
            yield Finding(f"{name}: {other} is left of a rewrite that was cut short; the file itself is whole", False)


def repair(path: str | os.PathLike[str]) -> list[str]:
    """Mends what `examine` calls mendable, under the lock; a line for each thing done. FileError where it can't."""
    name = os.fspath(path)
    done: list[str] = []
    with Lock(name) as lock:
        for _ in range(_TRIES):
            try:
                check_format(disk.read(name)[0], name)
                done += _without_damage(name)
                done += _tell_apart(name)
                return done + notices(name, merge_side_file(name, lock))
            except disk.ChangedMeanwhileError:
                continue  # an editor saved in between: what it saved is looked at anew
    raise FileError(name, "is changed by another program again and again")


def _without_damage(name: str) -> list[str]:
    """Sets aside what is no TOML: a torn end, or the entries that are damaged."""
    data, seen = disk.read(name)
    try:
        length = whole_length(data, name)
        raw(data[:length], name)
    except BrokenFileError as error:
        if done := _set_blocks_aside(name, data, seen):
            return done
        raise error from None
    return [torn_notice(name, recover_end(name, data, length))] if length < len(data) else []


def _broken_blocks(data: bytes) -> list[Span]:
    """The entries that are no TOML by themselves; empty where the rest would not be whole without them."""
    start = head_end(data)
    spans = Timeline(data, start, regular=True).spans()
    broken = [span for span in spans if tail.parsed(data[span.start : span.end]) is None]
    return broken if broken and tail.parsed(_without(data, broken)) is not None else []


def _without(data: bytes, spans: Sequence[Span]) -> bytes:
    parts, at = [], 0
    for span in spans:
        parts.append(data[at : span.start])
        at = span.end
    return b"".join((*parts, data[at:]))


def _set_blocks_aside(name: str, data: bytes, seen: disk.Signature) -> list[str]:
    broken = _broken_blocks(data)
    if not broken:
        return []
    try:
        kept = set_aside(name, b"".join(data[span.start : span.end] for span in broken))
    except OSError as error:
        raise disk.disk_error(name, error) from None
    disk.replace(name, _without(data, broken), seen)
    return [f"{name}: {_entries(len(broken))} damaged and set aside in {kept}; the rest is in order"]


def _entries(count: int) -> str:
    return "1 entry is" if count == 1 else f"{count} entries are"


def _with_clashing_ids(data: bytes, tables: Mapping[str, Any]) -> list[tuple[Span, str]]:
    """The blocks that have the id of an earlier, different one, each with a new id."""
    items = with_ids(tables.get("timeline", []))
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return []
    spans = [span for span in Timeline(data, head_end(data)).spans() if span.entry]
    if len(spans) != len(items):
        return []
    first: dict[str, Any] = {}
    counts: dict[str, int] = defaultdict(int)
    taken = {str(item["id"]) for item in items}
    clashing = []
    for span, item in zip(spans, items, strict=True):
        known = str(item["id"])
        if first.setdefault(known, item) != item:
            fresh = known
            while fresh in taken:
                counts[known] += 1
                fresh = f"{known}-{counts[known] + 1}"
            taken.add(fresh)
            clashing.append((span, fresh))
    return clashing


def _tell_apart(name: str) -> list[str]:
    data, seen = disk.read(name)
    tables = tail.parsed(data)
    clashing = _with_clashing_ids(data, tables) if tables is not None else []
    if not clashing:
        return []
    done = []
    for span, fresh in reversed(clashing):
        block = Outline(data[span.start : span.end])
        block.set(("timeline", "id"), quoted(fresh))
        line = data.count(b"\n", 0, span.start) + 1
        done.append(f"{name}:{line}: the entry had the id of another one; it is {fresh} now")
        data = data[: span.start] + block.render() + data[span.end :]
    disk.replace(name, data, seen)
    return done[::-1]
