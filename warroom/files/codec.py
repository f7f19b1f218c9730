"""TOML to Incident and back: what a file says, as data; every refusal names file, line and key."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import MAXYEAR, MINYEAR, datetime
from functools import cache
from operator import attrgetter
from typing import Any, Final, TypeGuard, get_type_hints

from warroom.files.append import newer_format
from warroom.files.block import block, is_blank, key, prose, value
from warroom.files.errors import BrokenFileError
from warroom.files.located import Located, Path
from warroom.files.tail import broken
from warroom.incident.model import (
    ENTRY_FIELDS,
    FORMAT,
    Accepted,
    Action,
    Comms,
    Entry,
    Fields,
    Impact,
    Incident,
    Postmortem,
    Revision,
)
from warroom.incident.times import has_date
from warroom.toml import TomlError, locate, parse

DERIVED: Final = "noid-"
"""What the id of an entry or action begins with that has none in its file."""

_ALWAYS: Final = ("id", "title", "severity", "status", "mode", "timezone")
_FIELDS_OF_AN_ENTRY: Final = frozenset(ENTRY_FIELDS)
_DEFAULTS: Final = {field.name: field.default for field in fields(Entry) if field.default is not MISSING}
_TIMES: Final = ("at", "since", "until", "due", "logged_at")


_times_of = attrgetter(*_TIMES)


def decode(data: bytes, source: str) -> Incident:
    """The incident that the bytes of a file hold. Unknown keys are passed over; BrokenFileError for all else.

    Of a newer format as much as this program understands; NewerFormatError where that is not enough.
    """
    return from_raw(raw(data, source), data, source)


def raw(data: bytes, source: str) -> dict[str, Any]:
    """The tables of a file as they stand; BrokenFileError for what is not TOML."""
    try:
        return parse(data, source)
    except TomlError:
        raise broken(data, source) from None


def from_raw(tables: Mapping[str, Any], data: bytes, source: str) -> Incident:
    """`decode` for tables that are parsed already; `data` serves to name lines."""
    number = tables.get("format", FORMAT)
    where = Located(data, source)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise where.error(("format",), "must be the number of the format", mend=f"write format = {FORMAT}")
    try:
        incident = replace(head_from_raw(tables, where), entries=entries_from_raw(tables.get("timeline", []), where))
    except BrokenFileError:
        if number <= FORMAT:
            raise
        raise newer_format(source, number, locate(data, ("format",))) from None
    return incident


def head_from_raw(tables: Mapping[str, Any], where: Located) -> Incident:
    """The incident without its entries."""
    head = where.convert({**tables, "id": tables.get("id", "")}, Fields, ())
    if not head.id:
        raise where.error(("id",), "the incident has no id", mend="write the name of the file without .toml")
    actions = with_ids(tables.get("action", []))
    incident = Incident(
        fields=head,
        roles=where.convert(tables.get("roles", {}), dict[str, str], ("roles",)),
        impact=where.convert(tables.get("impact", {}), Impact, ("impact",)),
        comms=where.convert(tables.get("comms", {}), Comms, ("comms",)),
        postmortem=where.convert(tables.get("postmortem", {}), Postmortem, ("postmortem",)),
        accepted=where.convert(tables.get("accepted", []), tuple[Accepted, ...], ("accepted",)),
        actions=where.convert(actions, tuple[Action, ...], ("action",)),
    )
    for path, at in (
        (("declared_at",), incident.fields.declared_at),
        (("comms", "next_due"), incident.comms.next_due),
        (("postmortem", "reviewed_at"), incident.postmortem.reviewed_at),
    ):
        _refuse_odd(at, path, where)
    return replace(incident, actions=_once(incident.actions, actions, "action", where))


def entries_from_raw(timeline: object, where: Located) -> tuple[Entry, ...]:
    """The entries of the timeline, each id once."""
    given = with_ids(timeline)
    # msgspec takes three times as long to fill in a default as to convert a value that is there.
    filled = [_DEFAULTS | item for item in given] if _is_tables(given) else given
    entries = where.convert(filled, tuple[Entry, ...], ("timeline",))
    restored = None
    for place, entry in enumerate(entries):
        for at in _times_of(entry):
            # As `has_date` has it, without a call for each of a hundred thousand.
            if at is not None and (at.tzinfo is None or not MINYEAR < at.year < MAXYEAR):
                name = next(name for name in _TIMES if getattr(entry, name) is at)
                _refuse_odd(at, ("timeline", place, name), where)
        if entry.revisions:
            restored = list(entries) if restored is None else restored
            restored[place] = _with_revisions(entry, place, where)
    if restored is not None:
        entries = tuple(restored)
    return _once(entries, given, "timeline", where)


def _with_revisions(entry: Entry, place: int, where: Located) -> Entry:
    """The entry with what its revisions kept in the types of the fields, so that undo can put it back."""
    revisions = []
    for index, revision in enumerate(entry.revisions):
        path: Path = ("timeline", place, "revisions", index)
        _refuse_odd(revision.at, (*path, "at"), where)
        before = {name: _as_field(name, item, (*path, "before", name), where) for name, item in revision.before.items()}
        revisions.append(replace(revision, before=before))
    return replace(entry, revisions=tuple(revisions))


def _as_field(name: str, item: Any, path: Path, where: Located) -> Any:
    """What a revision kept of the field `name`; "" stands for one that was not set."""
    if item == "" or name not in _FIELDS_OF_AN_ENTRY:
        return item
    kept = where.convert(item, _hints()[name], path)
    if name in _TIMES:
        _refuse_odd(kept, path, where)
    return kept


@cache
def _hints() -> dict[str, Any]:
    return get_type_hints(Entry)


def _refuse_odd(at: datetime | None, path: Path, where: Located) -> None:
    """A time that could not be told to everybody: without an offset, or at an end of the calendar."""
    if at is not None and at.tzinfo is None:
        mend = f"write {at.isoformat()}Z for UTC, or the offset of your zone"
        raise where.error(path, "has no offset from UTC, so nobody can tell when it was", mend)
    if at is not None and not has_date(at):
        raise where.error(path, "is a time that has no date in some zones", "write when it was, or leave it out")


def _is_tables(items: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(items, list) and all(isinstance(item, dict) for item in items)


def with_ids(items: object) -> Any:
    """`items` with an id derived from its content for each table that has none; else the same object."""
    if not _is_tables(items) or all(item.get("id") for item in items):
        return items
    seen: dict[str, int] = defaultdict(int)
    given = []
    for item in items:
        if not item.get("id"):
            digest = derived_id(item)
            seen[digest] += 1
            item = {**item, "id": digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"}
        given.append(item)
    return given


def derived_id(item: Mapping[str, Any]) -> str:
    """A stable id for a table without one: the same content has the same id in every process."""
    content = value({name: item[name] for name in sorted(item) if name != "id"})
    return DERIVED + hashlib.sha256(content.encode()).hexdigest()[:24]


def _once(items: tuple[Any, ...], given: list[dict[str, Any]], name: str, where: Located) -> tuple[Any, ...]:
    """`items` with identical ones of one id counted once; BrokenFileError for different ones."""
    if len({item.id for item in items}) == len(items):
        return items
    first: dict[str, int] = {}
    kept = []
    for place, item in enumerate(items):
        before = first.setdefault(item.id, place)
        if before == place:
            kept.append(item)
        elif given[before] != given[place]:
            line = where.line((name, before))
            reason = f"has the id {item.id} of line {line}, but says something else"
            raise where.error((name, place), reason, mend="give one of the two another id, or run warroom doctor")
    return tuple(kept)


def plain(what: Any) -> Any:
    """A value of the model as a plain mapping, list or scalar; blanks that need not be written are left out."""
    if isinstance(what, Revision):
        before = {name: "" if item is None else plain(item) for name, item in what.before.items()}
        replaces = {"replaces": what.replaces} if what.replaces else {}
        return {"id": what.id, "at": what.at, "by": what.by, **replaces, "before": before}
    if is_dataclass(what) and not isinstance(what, type):
        values = ((f, getattr(what, f.name)) for f in fields(what))
        return {f.name: plain(item) for f, item in values if _is_required(f) or not is_blank(item)}
    if isinstance(what, tuple | list):
        return [plain(item) for item in what]
    return what


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def entry_block(entry: Entry) -> bytes:
    """The block of one entry, as `append` writes it."""
    return block(plain(entry))


def encode(incident: Incident) -> bytes:
    """A new file: head, tables and blocks in the order of the format, prose with its line breaks."""
    parts = [_pairs({"format": FORMAT} | _head_values(incident.fields))]
    tables = (("roles", incident.roles), ("impact", incident.impact), ("comms", incident.comms))
    parts += [f"[{name}]\n{_pairs(values)}" for name, part in tables if (values := plain(part))]
    postmortem = plain(incident.postmortem)
    postmortem.pop("section", None)
    if incident.postmortem != Postmortem():
        parts.append(f"[postmortem]\n{_pairs(postmortem)}")
    parts += [table_block("postmortem.section", section) for section in incident.postmortem.section]
    parts += [table_block("accepted", accepted) for accepted in incident.accepted]
    parts += [table_block("action", action) for action in incident.actions]
    head = "\n".join(parts)
    return head.encode() + b"".join(entry_block(entry) for entry in incident.entries)


def _head_values(head: Fields) -> dict[str, Any]:
    values = {f.name: getattr(head, f.name) for f in fields(head)}
    return {name: item for name, item in values.items() if name in _ALWAYS or not is_blank(item)}


def table_block(name: str, item: Any) -> str:
    """One table of a list in the head, such as an action item."""
    return f"[[{name}]]\n{_pairs(plain(item))}"


def _pairs(values: Mapping[str, Any]) -> str:
    return "".join(f"{key(name)} = {written(item)}\n" for name, item in values.items())


def written(item: Any) -> str:
    """A value of the head: prose with its line breaks, all else on one line."""
    return prose(item) if isinstance(item, str) else value(plain(item))
