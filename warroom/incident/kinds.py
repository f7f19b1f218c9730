"""The closed vocabularies of an incident: severities, statuses, kinds of entry, milestones."""

from typing import Final, Literal, get_args

Severity = Literal["sev1", "sev2", "sev3", "sev4", "sev5", "unset"]
Status = Literal["investigating", "identified", "monitoring", "resolved", "closed", "cancelled"]
Mode = Literal["standard", "drill", "retrospective"]
Kind = Literal[
    "note",
    "observation",
    "hypothesis",
    "dead-end",
    "action",
    "command",
    "decision",
    "escalation",
    "comms",
    "ask",
    "health",
    "change",
]
Mark = Literal["", "started", "detected", "acknowledged", "identified", "mitigated", "resolved"]
HealthState = Literal["", "up", "degraded", "down", "unknown"]
Verdict = Literal["", "open", "supported", "ruled-out"]
ActionType = Literal["", "prevent", "detect", "mitigate", "process"]
Priority = Literal["", "high", "medium", "low"]
ActionStatus = Literal["open", "done", "dropped"]
DocumentState = Literal["draft", "in-review", "reviewed"]

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MARKS: Final[tuple[Mark, ...]] = get_args(Mark)[1:]
OPEN_STATUSES: Final[frozenset[Status]] = frozenset({"investigating", "identified", "monitoring"})

MARK_WORDS: Final[dict[Mark, str]] = {
    "started": "impact began",
    "detected": "detected",
    "acknowledged": "acknowledged",
    "identified": "cause identified",
    "mitigated": "mitigated",
    "resolved": "resolved",
}
"""A milestone in the words a person reads; the mark `started` is the moment the impact began, not the work."""

_FOLLOWS: Final[dict[Mark, tuple[Status, frozenset[Status]]]] = {
    "identified": ("identified", frozenset({"investigating"})),
    "mitigated": ("monitoring", frozenset({"investigating", "identified"})),
    "resolved": ("resolved", OPEN_STATUSES),
}


def status_after(mark: Mark, status: Status) -> Status:
    """The status that a milestone leads to; the one that is there where the milestone moves none, or only backwards."""
    then, moves_from = _FOLLOWS.get(mark, (status, frozenset[Status]()))
    return then if status in moves_from else status
