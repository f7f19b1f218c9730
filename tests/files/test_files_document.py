"""The laws of writing: a change does to the bytes what it does to the incident, and nothing else."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import strategies
from filekit import NOW, SOURCE, change, entry
from warroom.files.block import quoted, value
from warroom.files.codec import decode, encode, plain
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
    apply,
    invert,
)
from warroom.incident.model import Accepted, Action, Evidence, Incident, Section


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
@strategies.examples(100)
def test_what_is_written_is_what_was_applied(data: st.DataObject) -> None:
    incident = data.draw(strategies.incidents())
    law_holds(encode(incident), data.draw(strategies.changes(incident)))


@given(st.data())
@strategies.examples(50)
def test_undo_through_the_file_restores_the_content(data: st.DataObject) -> None:
    incident = data.draw(strategies.incidents())
    made = data.draw(strategies.changes(incident))
    edits = invert(made, incident)
    written = write(write(encode(incident), made, SOURCE), change(*edits, stamp="undo"), SOURCE)
    assert decode(written, SOURCE).content() == incident.content()


@given(st.data())
@strategies.examples(50)
def test_disjoint_changes_commute_in_the_file(data: st.DataObject) -> None:
    incident = data.draw(strategies.incidents(strategies.timed_entries))
    one = data.draw(strategies.changes(incident, strategies.timed_entries))
    two = data.draw(strategies.changes(incident, strategies.timed_entries))
    untimed = any(isinstance(e, Revise) and "at" in e.values for e in (*one.edits, *two.edits))
    if one.touches() & two.touches() or one.stamp.id == two.stamp.id or untimed:
        return
    original = encode(incident)
    first = decode(write(write(original, one, SOURCE), two, SOURCE), SOURCE)
    second = decode(write(write(original, two, SOURCE), one, SOURCE), SOURCE)
    assert first.content() == second.content()


def inline(incident: Incident) -> bytes:
    """The same incident as a person with other habits may have written it: inline tables and dotted keys."""
    tables = {f"{name} = {value(plain(getattr(incident, name)))}" for name in ("roles", "impact", "comms")}
    dotted = "".join(f"postmortem.{name} = {value(item)}\n" for name, item in plain(incident.postmortem).items())
    head = "".join(f"{name} = {value(item)}\n" for name, item in plain(incident.fields).items())
    lists = f"accepted = {value(plain(incident.accepted))}\naction = {value(plain(incident.actions))}\n"
    timeline = f"timeline = {value([plain(item) for item in incident.entries])}\n"
    return ("format = 1\n" + head + dotted + "\n".join(sorted(tables)) + "\n" + lists + timeline).encode()


def scattered(incident: Incident) -> bytes:
    """The same incident with Windows line ends, a byte-order mark, indents, quotes, comments and tables behind."""
    text = encode(incident).decode()
    head, _, rest = text.partition("\n[[timeline]]\n")
    if not rest or "\r" in text or "[[timeline]]" in head or '"""' in head:
        return text.encode()
    blocks = rest.split("\n[[timeline]]\n")
    headers = ("[[timeline]]", '  [[ "timeline" ]] # here', "[['timeline']]", "# why\n[[timeline]]")
    told = "".join(f"\n{headers[place % 4]}\n{block}" for place, block in enumerate(blocks))
    behind = "\n# somebody's own\n[x-notes]\nfree = 'text'\nmore = '''\n[[timeline]]\nid = \"no\"\n'''\n"
    return b"\xef\xbb\xbf" + (head + told[: len(told) // 1] + behind).replace("\n", "\r\n").encode()


@given(st.data())
@strategies.examples(60)
def test_the_law_holds_for_inline_tables_and_dotted_keys(data: st.DataObject) -> None:
    incident = data.draw(strategies.incidents())
    assert decode(inline(incident), SOURCE) == incident
    law_holds(inline(incident), data.draw(strategies.changes(incident)))


@given(st.data())
@strategies.examples(60)
def test_the_law_holds_for_files_of_another_hand(data: st.DataObject) -> None:
    incident = data.draw(strategies.incidents())
    assert decode(scattered(incident), SOURCE) == incident
    law_holds(scattered(incident), data.draw(strategies.changes(incident)))


COMMENTED = b"""\
# Kept by the team.
format = 1
id = "2026-11-21-outage"   # the name of the file
title = 'Backend down'
severity = "sev2"  # agreed 19:50
team = "core"

[roles]
# who does what
commander = "ana"  # until 22:00

[postmortem]
summary = '''
Two lines
of "prose".'''

[[action]]  # first
id = "a1"
title = "Restart policy"
ticket = 17

# The first sign.
[[timeline]]
id = "e1"
text = "backend down" # seen
at = 2026-11-21T19:46:45Z
seen-by = "pager"
# a thought

# The second.
[[timeline]]
id = "e2"
text = \"\"\"
[[timeline]]
id = "not me"
\"\"\"
"""


@pytest.mark.parametrize(
    ("edit", "before", "after"),
    [
        (Set("severity", "sev1"), b'severity = "sev2"  #', b'severity = "sev1"  #'),
        (Set("roles.commander", "ben"), b'commander = "ana"  #', b'commander = "ben"  #'),
        (Set("roles.scribe", "cy"), b"# until 22:00\n", b'# until 22:00\nscribe = "cy"\n'),
        (Set("status", "resolved"), b"# agreed 19:50\n", b'# agreed 19:50\nstatus = "resolved"\n'),
        (Set("postmortem.summary", "Short."), b"'''\nTwo lines\nof \"prose\".'''", b'"Short."'),
        (ReviseAction("a1", {"owner": "ben"}), b'policy"\n', b'policy"\nowner = "ben"\n'),
        (Set("comms.every", "30m"), b"[postmortem]", b'[comms]\nevery = "30m"\n\n[postmortem]'),
        (
            AddAction(Action("a2", "Alert")),
            b"17\n\n",
            b'17\n\n[[action]]\nid = "a2"\ntitle = "Alert"\nstatus = "open"\n\n',
        ),
    ],
)
def test_only_what_is_touched_is_rewritten(edit: Edit, before: bytes, after: bytes) -> None:
    assert COMMENTED.count(before) == 1
    assert law_holds(COMMENTED, change(edit)) == COMMENTED.replace(before, after)


def test_a_revised_entry_keeps_its_comments_unknown_keys_and_order() -> None:
    written = law_holds(COMMENTED, change(Revise("e1", {"text": "backend gone", "starred": True})))
    start, end = COMMENTED.index(b"[[timeline]]\n"), COMMENTED.index(b"# The second.")
    new_end = written.index(b"# The second.")
    assert written[:start] == COMMENTED[:start]
    assert written[new_end:] == COMMENTED[end:]
    block = written[start:new_end]
    assert b'text = "backend gone" # seen\nat = 2026-11-21T19:46:45Z\nseen-by = "pager"\n# a thought\n' in block
    assert b"starred = true\n" in block
    assert b"revisions = [{ id = " in block


def test_an_added_entry_leaves_every_byte_before_it() -> None:
    assert law_holds(COMMENTED, change(Add(entry("e3")))).startswith(COMMENTED)


def test_a_header_inside_a_string_is_no_entry() -> None:
    assert law_holds(COMMENTED, change(Revise("not me", {"text": "x"}))) == COMMENTED
    revised = law_holds(COMMENTED, change(Revise("e2", {"kind": "action"})))
    assert decode(revised, SOURCE).entry("e2") is not None


def test_tables_behind_the_timeline_move_into_the_head_as_they_are() -> None:
    foreign = b"# mine\n[tools]\npager = 'x' # y\n"
    data = (
        COMMENTED + b"\n" + foreign + b"\n[[timeline]]\nid = 'e3'\ntext = 'z'\n[[action]]\nid = 'a9'\ntitle = 'end'\n"
    )
    assert len(decode(data, SOURCE).actions) == 2
    written = law_holds(data, change(Set("severity", "sev1")))
    assert foreign in written
    assert written.index(b"[tools]") < written.index(b"[[timeline]]")
    assert written.index(b"id = 'a9'") < written.index(b"[[timeline]]")
    assert b"# The second.\n[[timeline]]" in written
    more = law_holds(written, change(Add(entry("e4")), stamp="c2"))
    assert more.startswith(written)


@pytest.mark.parametrize(
    "line", [b"timeline = []\n", b'timeline = [{ id = "e0", text = "first" }, { text = "no id" }]\n']
)
def test_an_inline_timeline_becomes_blocks(line: bytes) -> None:
    data = b'format = 1\nid = "x"\ntitle = "y"\n' + line + b"tags = ['a']\n"
    written = law_holds(data, change(Add(entry("e1"))))
    assert line not in written
    assert b"tags = ['a']\n" in written


@pytest.mark.parametrize(
    "data",
    [
        b'format = 1\nid = "x"\ntitle = "y"',
        b'\xef\xbb\xbfformat = 1\nid = "x"\ntitle = "y"\n',
        b'format = 1\r\nid = "x"\r\ntitle = "y"\r\n\r\n[[timeline]]\r\nid = "e1"\r\ntext = "a"\r\n',
        b'title = "y"\nid = "x"\n[[timeline]]\nid = "e1"\ntext = "a"',
        b'[[timeline]]\nid = "e1"\ntext = "a"\n',
    ],
)
def test_odd_files_take_every_kind_of_change(data: bytes) -> None:
    if b"title" not in data:
        with pytest.raises(FileError):
            write(data, change(Set("severity", "sev1")), SOURCE)
        return
    made = change(
        Set("severity", "sev1"),
        Set("roles.commander", "ana"),
        Set("postmortem.section", (Section("a", "b"),)),
        Set("accepted", (Accepted("f"),)),
        AddAction(Action("a1", "t", due=date(2026, 12, 1))),
        Revise("e1", {"evidence": (Evidence("log", "line"),), "at": NOW}),
        Add(entry("e9")),
    )
    written = law_holds(data, made)
    law_holds(written, change(RemoveAction("a1"), Set("accepted", ()), Set("roles.commander", ""), stamp="c2"))


def test_an_entry_without_an_id_gets_its_derived_one_when_it_is_revised() -> None:
    data = COMMENTED + b"\n[[timeline]]\ntext = 'by hand'\n\n[[timeline]]\ntext = 'by hand'\n"
    incident = decode(data, SOURCE)
    first, second = incident.entries[-2:]
    assert first.id != second.id
    written = law_holds(data, change(Revise(second.id, {"text": "said better"})))
    assert f"id = {quoted(second.id)}".encode() in written
    assert written.count(b"by hand") == 2, "one entry, and one revision"


def test_identical_blocks_with_one_id_are_one_entry_and_revised_together() -> None:
    block = b'\n[[timeline]]\nid = "e7"\ntext = "same"\n'
    data = COMMENTED + block + block
    assert [e.id for e in decode(data, SOURCE).entries].count("e7") == 1
    law_holds(data, change(Revise("e7", {"text": "other"})))


def test_a_value_that_the_format_does_not_have_is_refused_before_it_is_written() -> None:
    with pytest.raises(FileError, match="severity"):
        write(COMMENTED, change(Set("severity", "awful")), SOURCE)
    with pytest.raises(FileError, match="kind"):
        write(COMMENTED, change(Revise("e1", {"kind": "awful"})), SOURCE)


def test_a_newer_format_is_not_written() -> None:
    with pytest.raises(NewerFormatError, match=r"incident\.toml:2: format: format 2 is newer than 1"):
        write(COMMENTED.replace(b"format = 1", b"format = 2"), change(Add(entry("e9"))), SOURCE)


def test_tables_behind_the_timeline_move_with_the_comments_above_them_and_leave_the_others() -> None:
    head = 'format = 1\nid = "x"\ntitle = "y"'
    one, two = (f'\n[[timeline]]\nid = "{name}"\ntext = "t"\n' for name in ("a", "b"))
    tools, pager = "# of the tools\n[tools]\nx = 1\n", "# of the pager\n[pager]\ny = 2"
    text = head + "\n" + one + tools + "# of the next entry" + two + pager
    written = write(text.encode(), change(Set("severity", "sev1")), SOURCE).decode()
    assert written.endswith(f"\n{tools}{pager}{one}# of the next entry{two}")
    assert decode(written.encode(), SOURCE).entries == decode(text.encode(), SOURCE).entries


def test_a_key_of_an_inline_table_is_set_there_and_taken_out_there() -> None:
    head = 'format = 1\nid = "x"\ntitle = "y"\nroles = { scribe = "ben" }  # for now\nimpact = { customers = "all" }\n'
    edits = (Set("roles.commander", "ana"), Set("impact.customers", "half"), Set("impact.internal", "none"))
    written = write(head.encode(), change(*edits), SOURCE)
    assert b'\nroles = { scribe = "ben", commander = "ana" }  # for now\n' in written
    assert b'\nimpact = { customers = "half", internal = "none" }\n' in written
    written = write(written, change(Set("roles.scribe", ""), Set("impact.internal", ""), stamp="c2"), SOURCE)
    assert b'\nroles = { commander = "ana" }  # for now\n' in written
    assert b'\nimpact = { customers = "half", internal = "" }\n' in written


def test_beside_action_items_that_say_the_same_another_one_is_added() -> None:
    twins = b'format = 1\nid = "x"\ntitle = "y"\n' + b'[[action]]\ntitle = "check"\n' * 2
    written = law_holds(twins, change(AddAction(Action("a1", "another")), stamp="c1"))
    assert written == twins + b'\n[[action]]\nid = "a1"\ntitle = "another"\nstatus = "open"\n'
