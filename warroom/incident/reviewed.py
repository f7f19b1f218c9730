"""The state of the document: who reviewed it and when, and that a review is of the words that were there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from warroom.incident.changes import Edit, Set
from warroom.incident.model import Incident

_ABOUT_REVIEW: Final = frozenset({"postmortem.state", "postmortem.reviewer", "postmortem.reviewed_at"})


def with_review(incident: Incident, edits: Iterable[Edit], by: str, at: datetime) -> tuple[Edit, ...]:
    """The edits, and those that belong into the same Change for what the review of the document says.

    A document that becomes "reviewed" is so by somebody at some time. One that was, and gets other words, is in review
    again: whoever signed it has not read them.
    """
    known = tuple(edits)
    values = {edit.path: edit.value for edit in known if isinstance(edit, Set)}
    state = values.get("postmortem.state", "")
    other_words = any(path.startswith(("postmortem.", "impact.")) for path in values.keys() - _ABOUT_REVIEW)
    if not state and incident.postmortem.state == "reviewed" and other_words:
        state = "in-review"
        known += (Set("postmortem.state", state),)
    if not state:
        return known
    done = state == "reviewed"
    brought = {"postmortem.reviewer": by if done else "", "postmortem.reviewed_at": at if done else None}
    return (*known, *(Set(path, value) for path, value in brought.items() if path not in values))
