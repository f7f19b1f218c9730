"""One incident as frozen parts. An unchanged part stays the same object, so that a view can compare by `is`.

It holds no path, no bytes, no unknown keys: what a file holds beyond these facts is the business of `files`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from warroom.incident.kinds import (
    OPEN_STATUSES,
    ActionStatus,
    ActionType,
    DocumentState,
    HealthState,
    Kind,
    Mark,
    Mode,
    Priority,
    Severity,
    Status,
    Verdict,
)

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an entry rests on: a label and one of a text, an address or a path."""

    label: str
    text: str = ""
    url: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """One edit of an entry. `before` holds the changed fields as they were; an unset one is "" there."""

    id: str
    at: datetime
    by: str
    replaces: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline. `at` is None only where nobody knows; then the order in the file stands.

    All datetimes carry an offset. `since` (kind health) is the first result of the confirming run, `at` the moment
    of confirmation; `took` is in seconds.
    """

    id: str
    text: str = ""
    at: datetime | None = None
    by: str = ""
    kind: Kind = "note"
    mark: Mark = ""
    service: str = ""
    state: HealthState = ""
    since: datetime | None = None
    source: str = ""
    logged_at: datetime | None = None
    until: datetime | None = None
    starred: bool = False
    struck: bool = False
    internal: bool = False
    verdict: Verdict = ""
    to: str = ""
    due: datetime | None = None
    answers: str = ""
    command: str = ""
    exit: int | None = None
    took: float | None = None
    field: str = ""
    old: str = ""
    new: str = ""
    evidence: tuple[Evidence, ...] = ()
    revisions: tuple[Revision, ...] = ()

    @property
    def earlier_texts(self) -> tuple[str, ...]:
        """The words that edits have replaced: nobody is shown them, but the file keeps them."""
        return tuple(str(revision.before["text"]) for revision in self.revisions if "text" in revision.before)


@dataclass(frozen=True, slots=True)
class Action:
    """One corrective or preventive measure, or another follow-up."""

    id: str
    title: str
    detail: str = ""
    type: ActionType = ""
    priority: Priority = ""
    owner: str = ""
    due: date | None = None
    status: ActionStatus = "open"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """The head of the file: what is true now."""

    id: str
    title: str
    severity: Severity = "unset"
    status: Status = "investigating"
    mode: Mode = "standard"
    timezone: str = "UTC"
    declared_at: datetime | None = None
    services: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Impact:
    """Whom it hurt, in prose or figures; every field optional, a figure only where it is known."""

    customers: str = ""
    internal: str = ""
    users_affected: str | int | float = ""
    requests_failed: str | int | float = ""
    data_loss: str = ""
    revenue: str | int | float = ""
    support_cases: str | int | float = ""


@dataclass(frozen=True, slots=True)
class Comms:
    """The promise of the next update: every how long (a duration such as "30m"), and when it is due."""

    every: str = ""
    next_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section of one's own in the postmortem; `text` is Markdown."""

    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A review finding that somebody accepted on purpose."""

    finding: str
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The prose, as Markdown."""

    state: DocumentState = "draft"
    reviewer: str = ""
    reviewed_at: datetime | None = None
    summary: str = ""
    trigger: str = ""
    root_cause: str = ""
    contributing_factors: str = ""
    detection: str = ""
    resolution: str = ""
    went_well: str = ""
    went_wrong: str = ""
    got_lucky: str = ""
    lessons: str = ""
    conclusion: str = ""
    public_summary: str = ""
    section: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """All that is known of one incident. `entries` stand in the order of the file, not of reading."""

    fields: Fields
    roles: Mapping[str, str] = field(default_factory=dict)
    impact: Impact = Impact()
    comms: Comms = Comms()
    postmortem: Postmortem = Postmortem()
    accepted: tuple[Accepted, ...] = ()
    actions: tuple[Action, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def open(self) -> bool:
        return self.fields.status in OPEN_STATUSES

    def entry(self, entry_id: str) -> Entry | None:
        # Newest first: what is looked up is mostly what was just logged.
        return next((entry for entry in reversed(self.entries) if entry.id == entry_id), None)

    def content(self) -> "Incident":
        """The facts alone: no revisions, struck entries or empty roles, in an order that does not depend on arrival.

        Two incidents with equal content say the same. Untimed entries keep their place in the file.
        """
        kept = [replace(entry, revisions=(), logged_at=None) for entry in self.entries if not entry.struck]
        timed = sorted((e for e in kept if e.at is not None), key=lambda e: (e.at, e.id))
        untimed = [e for e in kept if e.at is None]
        return replace(
            self,
            roles={role: holder for role, holder in self.roles.items() if holder},
            entries=(*timed, *untimed),
            actions=tuple(sorted(self.actions, key=lambda a: a.id)),
        )


ENTRY_FIELDS = tuple(f.name for f in fields(Entry))
ACTION_FIELDS = tuple(f.name for f in fields(Action))
