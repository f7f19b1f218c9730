"""What a file may say and what not: every refusal is one line with file, line, key and the mend."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import strategies
from filekit import NOW, SOURCE, entry, new_file, small
from warroom.files import places
from warroom.files.block import key, value
from warroom.files.chunks import appended, decode_in_pieces
from warroom.files.codec import DERIVED, decode, encode, entry_block
from warroom.files.document import Document
from warroom.files.errors import BrokenFileError, FileError, NewerFormatError
from warroom.files.store import Store
from warroom.incident import kinds
from warroom.incident.model import Evidence, Incident, Revision

HEAD = 'format = 1\nid = "x"\ntitle = "y"\n'
ENTRY = '\n[[timeline]]\nid = "e1"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("format = 'one'\n", ":1: format: must be the number of the format; write format = 1"),
        (
            'format = 1\ntitle = "y"\n',
            ": id: the incident has no id; write the name of the file without .toml",
        ),
        ('format = 1\nid = "x"\n', ': title is missing; write title = "..."'),
        (
            HEAD + "severity = 2\n",
            ":4: severity: must be text in quotes, not a whole number; put it in quotes",
        ),
        (
            HEAD + 'severity = "sev-2"\n',
            ":4: severity: 'sev-2' is none of sev1, sev2, sev3, sev4, sev5, unset; write \"sev2\"",
        ),
        (
            HEAD + 'severity = "sev9"\n',
            ":4: severity: 'sev9' is none of sev1, sev2, sev3, sev4, sev5, unset",
        ),
        (
            HEAD + 'declared_at = "today"\n',
            ":4: declared_at: must be a date with time and offset, not text in quotes; ",
        ),
        (
            HEAD + "declared_at = 2026-11-21T19:47:15\n",
            ":4: declared_at: has no offset from UTC, so nobody can tell when it was; ",
        ),
        (HEAD + "declared_at = 2026-02-30T19:47:15Z\n", ":4: invalid date or datetime"),
        (HEAD + 'services = "api"\n', ":4: services: must be a list, not text in quotes"),
        (
            HEAD + "\n[roles]\ncommander = 1\n",
            ":6: roles.commander: must be text in quotes, not a whole number",
        ),
        (
            HEAD + "[impact]\ninternal = true\n",
            ":5: impact.internal: must be text in quotes, not true or false",
        ),
        (HEAD + '[postmortem]\nstate = "done"\n', ":5: postmortem.state: 'done' is none of draft, "),
        (HEAD + "[[action]]\nid = 'a'\n", ":4: action[1]: title is missing"),
        (
            HEAD + "[[action]]\nid='a'\ntitle='b'\ndue='soon'\n",
            ":7: action[1].due: must be a date, not text",
        ),
        (HEAD + "timeline = 1\n", ":4: timeline: must be a list, not a whole number"),
        (HEAD + "[timeline]\nid = 'e1'\n", ":4: timeline: must be a list, not a table"),
        (HEAD + ENTRY + "text = 1\n", ":7: timeline[1].text: must be text in quotes, not a whole number"),
        (HEAD + ENTRY + "kind = 'acton'\ntext = ''\n", ":7: timeline[1].kind: 'acton' is none of note, "),
        (HEAD + ENTRY + "at = 2026-11-21\ntext = ''\n", ":7: timeline[1].at: must be a date with time"),
        (
            HEAD + ENTRY + "at = 2026-11-21T10:00:00\ntext = ''\n",
            ":7: timeline[1].at: has no offset from UTC",
        ),
        (
            HEAD + ENTRY + "at = 0001-01-01T00:00:00Z\ntext = ''\n",
            ":7: timeline[1].at: is a time that has no date in some zones; write when it was, or leave it out",
        ),
        (
            HEAD + "declared_at = 9999-12-31T23:59:59Z\n",
            ":4: declared_at: is a time that has no date in some zones",
        ),
        (
            HEAD + ENTRY + "exit = '1'\ntext = ''\n",
            ":7: timeline[1].exit: must be a whole number, not text",
        ),
        (HEAD + ENTRY + "starred = 'yes'\ntext = ''\n", ":7: timeline[1].starred: must be true or false"),
        (
            HEAD + ENTRY + "evidence = [{ text = 'no label' }]\ntext = ''\n",
            ":7: timeline[1].evidence[1]: label is m",
        ),
        *(
            (
                HEAD + ENTRY + f"revisions = [{{id='r', at={NOW.isoformat()}, by='', before={{{kept}}}}}]\ntext = ''\n",
                f":7: timeline[1].revisions[1].before.{told}",
            )
            for kept, told in (
                ("evidence='x'", "evidence: must be a list, not text in quotes"),
                ("evidence=[{text='x'}]", "evidence[1]: label is missing"),
                ("text=1", "text: must be text in quotes, not a whole number; put it in quotes"),
                ("kind='acton'", "kind: 'acton' is none of note, "),
                ("at=2026-11-21T10:00:00", "at: has no offset from UTC, so nobody can tell when it was; "),
            )
        ),
        (
            HEAD + ENTRY + "text = 'a'\n" + ENTRY + "text = 'b'\n",
            ":9: timeline[2]: has the id e1 of line 5, but says something else; ",
        ),
        (HEAD + "title = 'again'\n", ":4: cannot overwrite a value; the key stands there twice, keep one of them; "),
        (HEAD + "[roles\n", ":4: "),
        (HEAD + 'notes = "never closed\n', ":4: "),
        (HEAD + "\0\0\0\n", ":4: holds NUL bytes, as a crash leaves them; run warroom doctor"),
        (HEAD + "notes = " + "[" * 5000 + "]" * 5000 + "\n", ": nested too deeply"),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(text: str, told: str) -> None:
    with pytest.raises(BrokenFileError) as caught:
        decode(text.encode(), SOURCE)
    assert str(caught.value).startswith(SOURCE + told)
    assert "\n" not in str(caught.value)


def test_bytes_that_are_not_utf8_are_named_by_line() -> None:
    with pytest.raises(BrokenFileError, match=r"incident\.toml:4: byte 0xff is not UTF-8"):
        decode(HEAD.encode() + b'notes = "\xff"\n', SOURCE)


def test_hostile_text_in_an_error_reaches_nobody_raw() -> None:
    with pytest.raises(BrokenFileError) as caught:
        decode((HEAD + 'severity = "\\u001b[31m\\u202e"\n').encode(), "a\x1bb.toml")
    assert str(caught.value).isprintable()


def test_a_newer_format_is_read_as_far_as_it_is_understood() -> None:
    newer = HEAD.replace("format = 1", "format = 2")
    assert decode((newer + "[new-thing]\nx = 1\n").encode(), SOURCE).fields.title == "y"
    with pytest.raises(NewerFormatError, match=r"incident\.toml:1: format: format 2 is newer than 1"):
        decode((newer + 'severity = "catastrophe"\n').encode(), SOURCE)


def test_entries_without_an_id_have_one_that_follows_from_what_they_say() -> None:
    text = HEAD + "\n[[timeline]]\ntext = 'a'\n" * 2 + "\n[[timeline]]\ntext = 'b'\n"
    first = decode(text.encode(), SOURCE).entries
    again = decode(("# moved\n" + text).encode(), SOURCE).entries
    assert first == again
    assert len({found.id for found in first}) == 3
    assert all(found.id.startswith(DERIVED) for found in first)


def test_what_a_revision_keeps_has_the_types_of_the_fields() -> None:
    before = {"evidence": (Evidence("log", "line"),), "took": 1.5, "text": "", "at": NOW, "exit": ""}
    revised = entry("e1", revisions=(Revision("r1", NOW, "ben", "e1", before),))
    assert decode(encode(small(revised)), SOURCE).entries == (revised,)


def test_text_is_never_altered_by_loading() -> None:
    odd = 'esc \x1b[31m, \u202e, \ufeff, \x85, \u2028, \r\n, \t, \x7f, \'\'\' """ \\ """'
    incident = small(entry("e1", odd), title=odd)
    assert decode(encode(incident), SOURCE) == incident


def test_ten_megabytes_in_one_string_are_read_and_written() -> None:
    long = '0123456789 \\ "quoted"\n' * 450_000
    incident = small(entry("e1", long))
    data = encode(incident)
    assert decode(data, SOURCE).entries[0].text == long
    document = Document(data, SOURCE)
    assert document.data == data


def told_of(data: bytes) -> str:
    """What the documented error says; "" where the data is an incident. Any other error fails the test."""
    try:
        decode(data, SOURCE)
    except FileError as error:
        return str(error)
    return ""


@given(st.binary(max_size=200))
@strategies.examples(300)
def test_random_bytes_raise_nothing_but_the_documented_error(data: bytes) -> None:
    for given_data in (data, HEAD.encode() + data, HEAD.encode() + ENTRY.encode() + data):
        assert "\n" not in told_of(given_data)


@given(st.data())
@strategies.examples(200)
def test_mutated_files_raise_nothing_but_the_documented_error(data: st.DataObject) -> None:
    valid = encode(data.draw(strategies.incidents(most=3)))
    start = data.draw(st.integers(0, len(valid)))
    end = data.draw(st.integers(start, min(len(valid), start + 30)))
    mutated = valid[:start] + data.draw(
        st.binary(max_size=8) | st.sampled_from([b'"', b"]", b"\n[[timeline]]\n", b"= 1\n"])
    )
    mutated += valid[end:]
    told = told_of(mutated)
    assert not told or re.match(r"incident\.toml(:\d+)?: ", told)
    if not told:
        assert decode_in_pieces(mutated, SOURCE, lambda: None) == decode(mutated, SOURCE)


@given(strategies.incidents(most=8))
@strategies.examples(40)
def test_a_file_read_in_pieces_is_the_same(incident: Incident) -> None:
    data = encode(incident)
    paused: list[int] = []
    import warroom.files.chunks as chunks

    whole, chunks._CHUNK_BYTES = chunks._CHUNK_BYTES, 200  # type: ignore[misc]
    try:
        assert decode_in_pieces(data, SOURCE, lambda: paused.append(1)) == incident
    finally:
        chunks._CHUNK_BYTES = whole  # type: ignore[misc]


@pytest.mark.parametrize(
    "odd",
    [
        "\n[[timeline]]\ntext = 'same'\n" * 3,
        "\n[tools]\na = 1\n\n[[timeline]]\nid = 'z'\ntext = 'z'\n[tools.b]\nc = 1\n",
        "\n[[timeline]]\nid = 'z'\ntext = '''\n[[timeline]]\n'''\n[timeline.more]\nx = 1\n",
        "\n[[timeline]]\nid = 'e3'\ntext = 'text of e3'\nat = 2026-11-21T19:47:15Z\nby = 'ana'\nkind = 'note'\n",
    ],
)
def test_odd_long_files_are_the_same_in_pieces(odd: str) -> None:
    data = encode(small(*(entry(f"e{number}") for number in range(2000))))
    middle = data.index(b"\n[[timeline]]\n", len(data) // 2)
    for place in (middle, len(data)):
        whole = data[:place] + odd.encode() + data[place:]
        paused: list[int] = []
        assert decode_in_pieces(whole, SOURCE, lambda paused=paused: paused.append(1)) == decode(whole, SOURCE)  # type: ignore[misc]
        assert paused


def test_an_error_in_a_long_file_names_the_line_in_the_whole_file() -> None:
    data = encode(small(*(entry(f"e{number}") for number in range(2000))))
    broken = data.replace(b"text of e1500", b"x").replace(b'kind = "note"\ntext = "x"', b'kind = "odd"\ntext = "x"')
    line = broken[: broken.index(b'kind = "odd"')].count(b"\n") + 1
    with pytest.raises(BrokenFileError, match=rf"incident\.toml:{line}: timeline\[1501\]\.kind: "):
        decode_in_pieces(broken, SOURCE, lambda: None)


def test_blocks_that_were_appended_are_read_alone() -> None:
    incident = small(entry("e1"))
    longer = appended(incident, entry_block(entry("e2")) + entry_block(entry("e3")), SOURCE)
    assert longer is not None
    assert longer.entries == (entry("e1"), entry("e2"), entry("e3"))
    assert longer.fields is incident.fields
    for odd in (b"\n[roles]\na = 'b'\n", entry_block(entry("e1")), b"x", b"\n[[timeline]]\ntext = 'no id'\n"):
        assert appended(incident, odd, SOURCE) is None


def test_the_vocabulary_of_open_statuses_has_one_meaning() -> None:
    assert places.OPEN_STATUSES == kinds.OPEN_STATUSES


def test_the_head_alone_can_be_read(tmp_path: Path) -> None:
    path = new_file(tmp_path, entry("e1"), entry("e2"))
    head = Store(path).head()
    assert head.entries == ()
    assert head.fields == Store(path).load().fields


@example(datetime(2026, 1, 1, tzinfo=UTC))
@given(strategies.datetimes)
def test_times_are_the_same_instant_after_a_round_trip(at: datetime) -> None:
    found = decode(encode(small(entry("e1", due=at))), SOURCE).entries[0].due
    assert found == at


def test_values_are_written_as_shortly_as_they_can_be() -> None:
    assert [key(name) for name in ("a-b", "a_b", "a b", "é")] == ["a-b", "a_b", '"a b"', '"é"']
    parts = [value(NOW.replace(microsecond=part)) for part in (0, 120_000, 120_001)]
    assert parts == [f"2026-11-21T19:47:15{more}Z" for more in ("", ".120", ".120001")]
    assert value(NOW.replace(tzinfo=None)) == "2026-11-21T19:47:15"
