"""The incident as the public may read it: no people, commands, questions or evidence, and no credentials."""

import re
from collections.abc import Callable, Collection
from dataclasses import fields, replace
from typing import Any, Final, TypeVar

from warroom.incident.model import Action, Entry, Fields, Impact, Incident, Postmortem, Section
from warroom.text.redact import MASK, redact

_Part = TypeVar("_Part", Fields, Impact, Postmortem, Section, Action, Entry)
_KEPT: Final = frozenset(
    {"id", "timezone", "severity", "status", "kind", "mark", "state", "mode", "type", "theme", "answers"}
)
_UNTOLD_KINDS: Final = ("command", "ask")


def for_public(incident: Incident) -> Incident:
    """The same incident without what is not for the public. Idempotent.

    Left out are people (roles, authors, owners, reviewers), internal impact, links to trackers, evidence, commands,
    questions, changes of roles, and entries marked internal or struck. A milestone that is left out stays as its bare
    time, internal and without a word: the durations that the public is told are no less true.
    """
    prose = incident.postmortem
    return replace(
        incident,
        fields=replace(incident.fields, id=""),  # it has the words of the title as it was when it was declared
        roles={},
        impact=replace(incident.impact, internal="", revenue="", support_cases=""),
        postmortem=replace(prose, reviewer="", summary=prose.public_summary or prose.summary),
        accepted=(),
        actions=tuple(replace(action, owner="", url="") for action in incident.actions),
        entries=tuple(_entry(entry) for entry in incident.entries if _counts(entry)),
    )


def untold(entry: Entry) -> bool:
    """Whether the public hears nothing of what an entry says."""
    return entry.internal or entry.kind in _UNTOLD_KINDS or (entry.kind == "change" and entry.field.startswith("roles"))


def _counts(entry: Entry) -> bool:
    return not entry.struck and (bool(entry.mark) or not untold(entry))


def _entry(entry: Entry) -> Entry:
    if not untold(entry):
        return replace(entry, by="", to="", command="", exit=None, took=None, evidence=(), revisions=())
    return Entry(entry.id, at=entry.at, until=entry.until, mark=entry.mark, internal=True)


def masked(incident: Incident, keep: Collection[str] = ()) -> Incident:
    """The same incident with every text of it passed through `redact`; times, ids and vocabularies stay.

    Values in `keep` stay too: somebody looked at them and said that they are no secrets.
    """
    return reworded(incident, lambda text: redact(text, keep=keep))


def without(incident: Incident, values: Collection[str]) -> Incident:
    """The same incident with each of `values` masked wherever it stands in a text, in any case of its letters."""
    longest_first = sorted(filter(None, values), key=len, reverse=True)
    if not longest_first:
        return incident
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    return reworded(incident, lambda text: pattern.sub(MASK, text))


def reworded(incident: Incident, reword: Callable[[str], str]) -> Incident:
    """The same incident with `reword` applied to every text in it that a person wrote."""
    prose = _reworded(incident.postmortem, reword)
    sections = tuple(_reworded(section, reword) for section in prose.section)
    return replace(
        incident,
        fields=replace(
            _reworded(incident.fields, reword),
            services=tuple(map(reword, incident.fields.services)),
            tags=tuple(map(reword, incident.fields.tags)),
        ),
        impact=_reworded(incident.impact, reword),
        postmortem=replace(prose, section=sections),
        actions=tuple(_reworded(action, reword) for action in incident.actions),
        entries=tuple(_reworded(entry, reword) for entry in incident.entries),
    )


def _reworded(part: _Part, reword: Callable[[str], str]) -> _Part:
    changed: dict[str, Any] = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, str) and field.name not in _KEPT and (told := reword(value)) != value:
            changed[field.name] = told
    return replace(part, **changed) if changed else part
