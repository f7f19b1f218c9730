"""Hypothesis strategies for entries, incidents and changes: whatever a file may hold, not only what is likely."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, TypeVar, get_args

from hypothesis import settings
from hypothesis import strategies as st

from warroom.incident import kinds
from warroom.incident.changes import (
    HEAD_PATHS,
    Add,
    AddAction,
    Change,
    Edit,
    RemoveAction,
    Revise,
    ReviseAction,
    Set,
    Stamp,
)
from warroom.incident.model import (
    Accepted,
    Action,
    Comms,
    Entry,
    Evidence,
    Fields,
    Impact,
    Incident,
    Postmortem,
    Revision,
    Section,
)

Identified = TypeVar("Identified", Entry, Action)
ZONES = ("UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe")
ODD_TEXTS = (
    "",
    " ",
    "plain words",
    'say "no" \\ twice',
    "it's '''three''' and \"\"\"three\"\"\"",
    "line\nbreak\n",
    "\n[[timeline]]\nid = 'fake'\n",
    "# no comment",
    "tab\there, return\rthere\r\n",
    "escape \x1b[31m red",
    "nul \x00 del \x7f next line \x85",
    "right to left \u202e mark",
    "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "日本語 text",
    "e\u0301 combining",
    "| pipe | `code` | [link](x) | <b>",
    "a = 1 # b",
    "\ufeff mark",
    "]] [[",
)

texts = st.one_of(
    st.sampled_from(ODD_TEXTS), st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.just("word")
)
names = st.one_of(st.sampled_from(["ana", "ben", "José", "o'hara", "ops team"]), texts)
offsets = st.builds(timezone, st.builds(timedelta, minutes=st.integers(-12 * 60, 14 * 60)))
datetimes = st.builds(
    lambda at, offset, whole: at.replace(microsecond=0 if whole else at.microsecond, tzinfo=offset),
    st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001 - tzinfo follows
    st.one_of(st.just(UTC), offsets),
    st.booleans(),
)
dates = st.dates(min_value=date(1980, 1, 1), max_value=date(2100, 1, 1))
ids = st.builds(str, st.uuids(version=4)) | st.builds(
    lambda number: str(uuid.UUID(int=0x019300000000 << 80 | 7 << 76 | 2 << 62 | number)), st.integers(0, (1 << 62) - 1)
)
figures = st.one_of(
    st.just(""),
    st.sampled_from(["100 %", "about 40"]),
    st.integers(0, 2**53),
    st.floats(min_value=0, max_value=1e12, allow_nan=False).map(lambda number: number + 0.5),
)


def examples(count: int) -> settings:
    """So many examples in an ordinary run, fewer where a profile wants fewer: a plain figure would win over it."""
    return settings(max_examples=max(1, count * settings().max_examples // 100))


def _literal(kind: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(kind))


def _often(default: Any, other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly the default, so that an entry carries few fields, as entries do."""
    return st.one_of(st.just(default), st.just(default), other)


def _few_of(values: Mapping[str, st.SearchStrategy[Any]], least: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(st.sampled_from(sorted(values)), min_size=least, max_size=4, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({name: values[name] for name in chosen})
    )


evidence = st.builds(Evidence, label=texts, text=texts, url=_often("", texts), path=_often("", texts))
revisions = st.builds(
    Revision,
    id=ids,
    at=datetimes,
    by=names,
    replaces=ids,
    before=st.fixed_dictionaries(
        {},
        optional={
            "text": texts,
            "kind": _literal(kinds.Kind),
            "service": texts,
            "mark": _often("", _literal(kinds.Mark)),
            "at": _often("", datetimes),
        },
    ),
)
ENTRY_VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "text": texts,
    "at": datetimes,
    "by": names,
    "kind": _literal(kinds.Kind),
    "mark": _often("", _literal(kinds.Mark)),
    "service": _often("", texts),
    "state": _often("", _literal(kinds.HealthState)),
    "since": _often(None, datetimes),
    "source": _often("", st.sampled_from(["monitor", "import"])),
    "logged_at": _often(None, datetimes),
    "until": _often(None, datetimes),
    "starred": _often(False, st.booleans()),
    "struck": _often(False, st.booleans()),
    "internal": _often(False, st.booleans()),
    "verdict": _often("", _literal(kinds.Verdict)),
    "to": _often("", names),
    "due": _often(None, datetimes),
    "answers": _often("", ids),
    "command": _often("", texts),
    "exit": _often(None, st.integers(-255, 255)),
    "took": _often(None, st.floats(0, 1e6, allow_nan=False)),
    "field": _often("", st.sampled_from(["severity", "status", "roles.commander"])),
    "old": _often("", texts),
    "new": _often("", texts),
    "evidence": _often((), st.lists(evidence, max_size=2).map(tuple)),
}
ACTION_VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "title": texts,
    "detail": texts,
    "type": _literal(kinds.ActionType),
    "priority": _literal(kinds.Priority),
    "owner": names,
    "due": _often(None, dates),
    "status": _literal(kinds.ActionStatus),
    "url": _often("", texts),
}
_ALWAYS = ("text", "at", "by", "kind")
_NOW_AND_THEN = {name: values for name, values in ENTRY_VALUES.items() if name not in _ALWAYS} | {
    "revisions": st.lists(revisions, max_size=2).map(tuple)
}


@st.composite
def timed_entry(draw: st.DrawFn) -> Entry:
    """An entry as they come: text, time, author and kind, and a few of the other fields."""
    chosen = draw(st.lists(st.sampled_from(sorted(_NOW_AND_THEN)), max_size=4, unique=True))
    values = {name: draw(ENTRY_VALUES[name]) for name in _ALWAYS}
    return Entry(id=draw(ids), **values, **{name: draw(_NOW_AND_THEN[name]) for name in chosen})


timed_entries: st.SearchStrategy[Entry] = timed_entry()
entries: st.SearchStrategy[Entry] = st.one_of(
    timed_entries, timed_entries, timed_entries.map(lambda entry: replace(entry, at=None))
)
actions: st.SearchStrategy[Action] = st.builds(Action, id=ids, **ACTION_VALUES)

_HEAD_KINDS: Mapping[str, st.SearchStrategy[Any]] = {
    "severity": _literal(kinds.Severity),
    "status": _literal(kinds.Status),
    "mode": _literal(kinds.Mode),
    "timezone": st.sampled_from(ZONES),
    "declared_at": _often(None, datetimes),
    "services": st.lists(texts, max_size=3).map(tuple),
    "tags": st.lists(texts, max_size=3).map(tuple),
    "impact.users_affected": figures,
    "impact.requests_failed": figures,
    "impact.revenue": figures,
    "impact.support_cases": figures,
    "comms.next_due": _often(None, datetimes),
    "postmortem.state": _literal(kinds.DocumentState),
    "postmortem.reviewed_at": _often(None, datetimes),
    "postmortem.section": st.lists(st.builds(Section, title=texts, text=texts), max_size=2).map(tuple),
    "accepted": st.lists(st.builds(Accepted, finding=texts, by=names, reason=texts), max_size=2).map(tuple),
}
HEAD_VALUES: Mapping[str, st.SearchStrategy[Any]] = {path: _HEAD_KINDS.get(path, texts) for path in sorted(HEAD_PATHS)}
"""A strategy for each path that `Set` takes."""
ROLE_PATHS = ("roles.commander", "roles.scribe", "roles.comms", "roles.Küche 2")


_incident_ids = st.builds("{:%Y-%m-%d}-{}".format, dates, st.sampled_from(["backend-outage", "incident", "a-2"]))
fields: st.SearchStrategy[Fields] = st.builds(
    Fields, id=_incident_ids, **{path: values for path, values in HEAD_VALUES.items() if path in Fields.__slots__}
)


def _unique(items: st.SearchStrategy[Identified], most: int) -> st.SearchStrategy[tuple[Identified, ...]]:
    return st.lists(items, max_size=most, unique_by=lambda item: item.id).map(tuple)


def incidents(entry: st.SearchStrategy[Entry] = entries, most: int = 6) -> st.SearchStrategy[Incident]:
    """Incidents with up to `most` entries, in any order of arrival; no two entries or actions share an id."""
    return st.builds(
        _incident,
        fields=fields,
        head=_few_of({path: values for path, values in HEAD_VALUES.items() if "." in path}),
        roles=st.dictionaries(st.sampled_from(["commander", "scribe", "Küche 2"]), names.filter(bool), max_size=3),
        accepted=_often((), HEAD_VALUES["accepted"]),
        actions=_unique(actions, 3),
        entries=_unique(entry, most),
    )


def _incident(head: Mapping[str, Any], **parts: Any) -> Incident:
    def part(name: str) -> dict[str, Any]:
        return {path.partition(".")[2]: value for path, value in head.items() if path.startswith(f"{name}.")}

    return Incident(
        **parts,
        impact=Impact(**part("impact")),
        comms=Comms(**part("comms")),
        postmortem=Postmortem(**part("postmortem")),
    )


stamps: st.SearchStrategy[Stamp] = st.builds(Stamp, id=ids, at=datetimes, by=names)


@st.composite
def changes(draw: st.DrawFn, incident: Incident, entry: st.SearchStrategy[Entry] = entries, most: int = 4) -> Change:
    """A change that is to be applied to `incident`: adds, revises, sets; now and then of what is not there."""
    one: list[st.SearchStrategy[Edit]] = [
        st.builds(Add, entry),
        st.builds(AddAction, actions),
        st.sampled_from(sorted(HEAD_PATHS)).flatmap(lambda path: st.builds(Set, st.just(path), HEAD_VALUES[path])),
        st.builds(Set, st.sampled_from(ROLE_PATHS), names),
        st.builds(Revise, ids, _few_of(ENTRY_VALUES, 1)),
    ]
    if incident.entries:
        known = st.sampled_from([item.id for item in incident.entries])
        one += [st.builds(Revise, known, _few_of(ENTRY_VALUES, 1)), st.builds(Add, st.sampled_from(incident.entries))]
    if incident.actions:
        known_actions = st.sampled_from([item.id for item in incident.actions])
        one += [
            st.builds(ReviseAction, known_actions, _few_of(ACTION_VALUES, 1)),
            st.builds(RemoveAction, known_actions),
        ]
    edits: list[Edit] = []
    touched: set[str] = set()
    stamp = draw(stamps)
    for edit in draw(st.lists(st.one_of(one), max_size=most)):
        touches = Change((edit,), stamp).touches()
        if not touches & touched:
            edits.append(edit)
            touched |= touches
    return Change(tuple(edits), stamp)


@st.composite
def changed_incidents(draw: st.DrawFn, entry: st.SearchStrategy[Entry] = entries) -> tuple[Incident, Change]:
    """An incident and a change for it."""
    incident = draw(incidents(entry))
    return incident, draw(changes(incident, entry))
