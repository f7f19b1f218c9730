"""The laws of writing: a change does on the bytes what it does on the incident, and nothing else."""

from datetime import UTC, date, datetime

import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

from warroom.files.codec import decode, encode
from warroom.files.document import write
from warroom.files.errors import FileError, NewerFormatError
from warroom.incident.changes import (
    Add,
    AddAction,
    Change,
    Edit,
    RemoveAction,
    Revise,
    ReviseAction,
    Set,
    Stamp,
    apply,
    invert,
)
from warroom.incident.model import Action, Entry, Evidence, Incident

NOW = datetime(2026, 11, 21, 19, 47, 15, tzinfo=UTC)
SOURCE = "x.toml"


def change(*edits: Edit, stamp: str = "change-1") -> Change:
    return Change(edits, Stamp(stamp, NOW, "ben"))


def law_holds(data: bytes, made: Change) -> bytes:
    """Writes, holds the result to the law, also for a second time, and returns it."""
    expected = apply(decode(data, SOURCE), made)
    written = write(data, made, SOURCE)
    assert decode(written, SOURCE) == expected
    assert decode(write(written, made, SOURCE), SOURCE) == apply(expected, made)
    return written


@given(strategies.incidents())
def test_encoding_and_decoding_is_the_identity(incident: Incident) -> None:
    assert decode(encode(incident), SOURCE) == incident


@given(st.data())
@settings(max_examples=150)
def test_what_is_written_is_what_was_applied(data: st.DataObject) -> None:
    incident = data.draw(strategies.incidents())
    made = data.draw(strategies.changes(incident))
    law_holds(encode(incident), made)
