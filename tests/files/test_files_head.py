"""Heads of another hand: each kind of change stands where a person would look for it, and no other byte differs."""

import pytest

from filekit import SOURCE, change
from warroom.files.codec import decode
from warroom.files.document import write
from warroom.incident.changes import AddAction, Change, ReviseAction, Set
from warroom.incident.model import Accepted, Action, Section

INLINE = """\ufeffformat = 1
id = "x"
title = "y"
impact = { customers = "some", more = { depth = 1 } }
roles.commander = "ana" # on call
action = [{ id = "a1", title = "one", note = "mine" }, { title = "two" }]
accepted = [{ finding = "f", by = "ana" }, { finding = "g", odd = true }]
postmortem.summary = "short"
postmortem.section = [{ title = "a", text = "b", odd = 1 }, { title = "c", text = "d" }]
"""
INLINE_AFTER = """\ufeffformat = 1
id = "x"
title = "y"
impact = { customers = "some", more = { depth = 1 }, internal = "none" }
roles.commander = "ana" # on call
action = [{ id = "a1", title = "one", note = "mine", owner = "ben" }, \
{ title = "two", id = "noid-8e3be334ded89bf4d08a8a60" }, { id = "a3", title = "three", status = "open" }]
accepted = [{ finding = "h" }, { finding = "g", odd = true }]
postmortem.summary = "short"
postmortem.section = [{ title = "a", text = "b", odd = 1 }, { title = "e", text = "f" }]
roles.scribe = "ben"
"""
TABLES = """format = 1
id = "x"
title = "y"

# Who.
[roles]
commander = "ana"

[impact.more]
odd = 1
[[accepted]]
finding = "f"

# The second.
[[accepted]]
finding = "g" # kept
odd = true

[accepted.more]
odd = 1

[tools]
x = 1

[[action]] # first
title = "one"
detail = '''
a
b'''
due = 2026-12-01
note = "mine"

[action.more]
odd = 1
[[timeline]]
id = "e1"
text = "a"
"""
TABLES_AFTER = """format = 1
id = "x"
title = "y"

# Who.
[roles]
commander = "ana"
scribe = "ben"

[impact.more]
odd = 1

[comms]
every = "30m"

[[postmortem.section]]
title = "e"
text = "f"

[[accepted]]
finding = "h"

# The second.
[[accepted]]
finding = "g" # kept
odd = true

[accepted.more]
odd = 1

[tools]
x = 1

[[action]] # first
id = "noid-644b95e9bb6494ef268e649e"
title = "one"
detail = "short"
owner = "ben"
note = "mine"

[action.more]
odd = 1

[[action]]
id = "a3"
title = "three"
status = "open"
[[timeline]]
id = "e1"
text = "a"
"""


def test_inline_lists_and_dotted_keys_stay_what_they_are() -> None:
    made = change(
        Set("roles.scribe", "ben"),
        Set("impact.internal", "none"),
        ReviseAction("a1", {"owner": "ben"}),
        AddAction(Action("a3", "three")),
        Set("accepted", (Accepted("h"), Accepted("g"))),
        Set("postmortem.section", (Section("a", "b"), Section("e", "f"))),
    )
    assert write(INLINE.encode(), made, SOURCE).decode() == INLINE_AFTER


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_tables_stand_in_the_order_of_the_format_with_their_comments_and_unknown_keys(newline: str) -> None:
    before, after = (text.replace("\n", newline).encode() for text in (TABLES, TABLES_AFTER))
    (first,) = decode(before, SOURCE).actions
    made: Change = change(
        Set("roles.scribe", "ben"),
        Set("comms.every", "30m"),
        ReviseAction(first.id, {"detail": "short", "due": None, "owner": "ben"}),
        AddAction(Action("a3", "three")),
        Set("accepted", (Accepted("h"), Accepted("g"))),
        Set("postmortem.section", (Section("e", "f"),)),
    )
    assert write(before, made, SOURCE).decode() == after.decode()
