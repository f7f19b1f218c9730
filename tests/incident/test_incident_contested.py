"""Texts that two may be writing: found in an edit, read, and written by one path, whatever the id looks like."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.incident.changes import Change, Edit, Revise, ReviseAction, Set, Stamp, apply
from warroom.incident.contested import named, text_at, texts, without, writes
from warroom.incident.model import Action, Entry, Fields, Incident

NOW = datetime(2026, 11, 21, 19, 47, 15, tzinfo=UTC)


@given(st.text(min_size=1), st.text())
def test_a_text_is_written_where_it_is_found_and_read(name: str, words: str) -> None:
    before = Incident(Fields("i", "Outage"), entries=(Entry(name),), actions=(Action(name, "to do", "so"),))
    for edit in (
        Revise(name, {"text": words}),
        ReviseAction(name, {"title": words}),
        ReviseAction(name, {"detail": words}),
        Set("postmortem.summary", words),
        Set("impact.internal", words),
    ):
        ((path, value),) = texts(edit).items()
        assert writes(path, value) == edit
        assert text_at(apply(before, Change((edit,), Stamp("s", NOW, "ana"))), path) == words


@pytest.mark.parametrize(
    "edit", [Revise("e", {"struck": True}), ReviseAction("a", {"owner": "ana"}), Set("severity", "sev1")]
)
def test_nobody_writes_at_length_what_is_chosen(edit: Edit) -> None:
    assert texts(edit) == {}


def test_an_entry_is_called_no_id_that_nobody_knows() -> None:
    paths = ("timeline.0193.text", "action.0193.title", "postmortem.summary")
    assert [named(path) for path in paths] == ["the words of an entry", "the title of an action item", paths[2]]


def test_what_is_not_there_says_nothing() -> None:
    empty = Incident(Fields("i", "Outage"))
    assert [text_at(empty, path) for path in ("timeline.e.text", "action.a.title")] == [None, None]


def test_an_edit_without_its_text_keeps_all_else() -> None:
    assert without(Revise("e", {"text": "x", "kind": "action"}), "timeline.e.text") == Revise("e", {"kind": "action"})
    assert without(Revise("e", {"text": "x"}), "timeline.e.text") is None
    assert without(Set("postmortem.summary", "x"), "postmortem.summary") is None
