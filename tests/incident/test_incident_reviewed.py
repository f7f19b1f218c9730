"""A review is of the words that were there, by somebody at some time."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from warroom.incident.changes import Change, Set, Stamp, apply
from warroom.incident.model import Fields, Incident, Postmortem
from warroom.incident.reviewed import with_review

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
DRAFT = Incident(Fields("2026-11-21-outage", "Outage"))
REVIEWED = replace(DRAFT, postmortem=Postmortem(state="reviewed", reviewer="eva", reviewed_at=NOW, summary="Old."))


def changed(incident: Incident, *edits: Set) -> Postmortem:
    return apply(incident, Change(with_review(incident, edits, "ana", NOW), Stamp("s", NOW, "ana"))).postmortem


def test_reviewed_is_by_somebody_at_some_time() -> None:
    done = changed(DRAFT, Set("postmortem.state", "reviewed"))
    assert (done.state, done.reviewer, done.reviewed_at) == ("reviewed", "ana", NOW)
    named = changed(DRAFT, Set("postmortem.state", "reviewed"), Set("postmortem.reviewer", "ben"))
    assert named.reviewer == "ben"


@pytest.mark.parametrize("state", ["draft", "in-review"])
def test_what_is_not_reviewed_has_no_reviewer(state: str) -> None:
    back = changed(REVIEWED, Set("postmortem.state", state))
    assert (back.state, back.reviewer, back.reviewed_at) == (state, "", None)


@pytest.mark.parametrize("path", ["postmortem.summary", "impact.customers"])
def test_other_words_take_the_review_back(path: str) -> None:
    back = changed(REVIEWED, Set(path, "New."))
    assert (back.state, back.reviewer, back.reviewed_at) == ("in-review", "", None)


def test_what_is_no_word_of_the_document_leaves_the_review() -> None:
    assert changed(REVIEWED, Set("severity", "sev1")) == REVIEWED.postmortem
    assert changed(REVIEWED, Set("postmortem.reviewer", "ben")).state == "reviewed"
    assert changed(DRAFT, Set("postmortem.summary", "New.")) == Postmortem(summary="New.")
