"""TOML errors that name file and line, and the scanner of statements held against tomli."""

from itertools import pairwise
from typing import Any

import pytest
import tomli
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

import strategies
from warroom.toml import Statement, TomlError, locate, parse, statements


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a = 1\nb = \n", "f.toml:2: invalid value; text stands in quotes"),
        (b"a = 1\na = 2\n", "f.toml:2: cannot overwrite a value; the key stands there twice, keep one of them"),
        (b"[a.b]\n[c]\n[a.b]\n", "f.toml:3: cannot declare a.b twice; put its keys under one header"),
        (b"a = x y\n", "f.toml:1: invalid value; "),
        (b"a = 1 2\n", "f.toml:1: expected newline or end of document after a statement; begin a new line there"),
        (b'a = "x\n', "f.toml:1: illegal character '\\n'; close the quotes"),
        (b"a = [1, 2", "f.toml:1: unclosed array; close its bracket"),
        (b"a\n", "f.toml:1: expected '=' after a key in a key/value pair; write key = "),
        (b'a = "C:\\dir"\n', "f.toml:1: unescaped '\\' in a string; double the backslash"),
        (b"a = 1\n\nname = 'caf\xe9'\n", "f.toml:3: byte 0xe9 is not UTF-8"),
        (b"\xef\xbb\xbfa = 1\nb = [1,\n", "f.toml:3: "),
        (b"a = 2026-02-30\n", "f.toml:1: invalid date"),
        (b"a = " + b"[" * 5000, "f.toml: nested too deeply"),
        (b"a = 1\x00\n", "f.toml:1: "),
        (b'a = "', "f.toml:1: "),
    ],
)
def test_an_error_names_file_line_and_reason(data: bytes, message: str) -> None:
    with pytest.raises(TomlError) as caught:
        parse(data, "f.toml")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("written", [b"a = NUMBER", b"a = -NUMBER # b", b"a = [1,NUMBER]"])
def test_an_integer_of_thousands_of_digits_is_an_error_with_its_line(written: bytes) -> None:
    number = b"9" * 10_000
    with pytest.raises(TomlError) as caught:
        parse(b'text = "' + number + b'"\n' + written.replace(b"NUMBER", number) + b"\n", "f.toml")
    assert str(caught.value) == "f.toml:2: a number of so many digits can't be read; put it in quotes"


def test_a_key_stands_in_the_message() -> None:
    error = TomlError("f.toml", 3, "must be a text", "service.name")
    assert str(error) == "f.toml:3: service.name: must be a text"


@pytest.mark.parametrize(
    ("data", "read"), [(b"", {}), (b"\xef\xbb\xbf", {}), (b"\xef\xbb\xbfa = 1", {"a": 1}), (b"a = 1\r\n", {"a": 1})]
)
def test_a_byte_order_mark_and_crlf_are_understood(data: bytes, read: dict[str, int]) -> None:
    assert parse(data, "f.toml") == read


@given(st.binary(max_size=80) | st.text(alphabet="a.=[]{}'\"\\#\n\r ,1-é", max_size=60).map(str.encode))
def test_no_bytes_raise_anything_but_the_documented_error(data: bytes) -> None:
    try:
        parse(data, "f.toml")
    except TomlError as error:
        line = error.line
    else:
        line = 0
    assert 0 <= line <= data.count(b"\n") + 1
    found = list(statements(data))
    assert all(0 <= one.start < one.end <= len(data) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


keys = st.sampled_from(["a", "b-c", "1", "key with space", "dotted.key", 'quo"te', "back\\slash", "é", "", "x'y", "#"])
scalars = st.one_of(
    strategies.texts,
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.booleans(),
    strategies.datetimes,
    strategies.dates,
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
documents = st.dictionaries(
    keys,
    st.one_of(
        values,
        st.dictionaries(keys, values, max_size=3),
        st.lists(st.dictionaries(keys, values, max_size=3), min_size=1, max_size=3),
        st.dictionaries(keys, st.lists(st.dictionaries(keys, values, max_size=2), min_size=1, max_size=2), max_size=2),
    ),
    max_size=4,
)


def rebuilt(data: bytes) -> Any:
    """The document, put together again from its statements, each parsed by itself."""
    root: dict[str, Any] = {}
    table = root
    header: tuple[str, ...] = ()
    for one in statements(data):
        if one.what == "key":
            own = data[one.start : one.end].decode()
            (leaf,) = tomli.loads(own).values()
            assert one.path[: len(header)] == header
            (name,) = one.path[len(header) :]
            table[name] = leaf
            continue
        header, table = one.path, root
        for part in one.path[:-1]:
            inner = table.setdefault(part, {})
            table = inner[-1] if isinstance(inner, list) else inner
        if one.what == "array":
            table.setdefault(one.path[-1], []).append({})
            table = table[one.path[-1]][-1]
        else:
            table = table.setdefault(one.path[-1], {})
    return root


@given(documents, st.booleans(), st.sampled_from(["", "\ufeff", "# [x]\n\n"]), st.booleans())
def test_the_statements_are_what_tomli_reads(document: Any, multiline: bool, front: str, windows: bool) -> None:
    text = front + tomli_w.dumps(document, multiline_strings=multiline)
    if windows:
        text = text.replace("\n", "\r\n")
    data = text.encode()
    assert rebuilt(data) == parse(data, "f.toml")


@given(documents)
def test_lines_and_offsets_agree_and_nothing_but_blanks_lies_between(document: Any) -> None:
    data = tomli_w.dumps(document).encode()
    end = 0
    for one in statements(data):
        assert not data[end : one.start].strip()
        assert one.line == data.count(b"\n", 0, one.start) + 1
        end = one.end
    assert not data[end:].strip()


TRICKY = b'''\xef\xbb\xbf# head [not.a.table]
title = "a # b [[timeline]]" # [c]
"quoted key" . 'lit.eral'."esc\\u0061ped" = 1
prose = """
[[timeline]]
x = "y" \\
\\""" still \'\'\' in
""""
raw = \'\'\'
\\""" [t] \'\'\'
list = [ # ]
  "]", \'[\', { a = "}" },
  [1, 2], """
]
""",
]
[ table . "sub table" ] # ]
k.v = { x = 1, y = [1] }
empty = ""
[[timeline]]
id = "1"
[[ timeline ]]
id = "2"
[[timeline.evidence]]
label = "one"
[[timeline.evidence]]
label = "two"
[timeline.extra]
z = 1
[[timeline]]
id = "3"'''


def test_tricky_spellings_are_statements_as_tomli_reads_them() -> None:
    tomli.loads(TRICKY.decode("utf-8-sig"))
    told = [(one.what, ".".join(one.path), one.line) for one in statements(TRICKY)]
    assert told == [
        ("key", "title", 2),
        ("key", "quoted key.lit.eral.escaped", 3),
        ("key", "prose", 4),
        ("key", "raw", 9),
        ("key", "list", 11),
        ("table", "table.sub table", 17),
        ("key", "table.sub table.k.v", 18),
        ("key", "table.sub table.empty", 19),
        ("array", "timeline", 20),
        ("key", "timeline.id", 21),
        ("array", "timeline", 22),
        ("key", "timeline.id", 23),
        ("array", "timeline.evidence", 24),
        ("key", "timeline.evidence.label", 25),
        ("array", "timeline.evidence", 26),
        ("key", "timeline.evidence.label", 27),
        ("table", "timeline.extra", 28),
        ("key", "timeline.extra.z", 29),
        ("array", "timeline", 30),
        ("key", "timeline.id", 31),
    ]


def test_a_statement_ends_after_its_newline() -> None:
    assert list(statements(b"a = 1\n[t]\nb=2")) == [
        Statement("key", ("a",), 1, 0, 6),
        Statement("table", ("t",), 2, 6, 10),
        Statement("key", ("t", "b"), 3, 10, 13),
    ]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("prose",), 4),
        (("list", 2), 11),
        (("table", "sub table"), 17),
        (("table", "sub table", "k", "v"), 18),
        (("table", "sub table", "k", "v", "y"), 18),
        (("timeline", 0), 20),
        (("timeline", 0, "id"), 21),
        (("timeline", 1, "id"), 23),
        (("timeline", 1, "evidence", 1, "label"), 27),
        (("timeline", 1, "extra", "z"), 29),
        (("timeline", 2, "id"), 31),
        (("timeline", 2, "text"), 30),
        (("timeline", 1, "text"), 22),
        (("timeline", 7, "text"), 0),
        (("nothing",), 0),
        ((), 0),
    ],
)
def test_a_path_is_located_or_the_statement_around_it(path: tuple[str | int, ...], line: int) -> None:
    assert locate(TRICKY, path) == line


def indexed(data: bytes) -> list[tuple[tuple[str | int, ...], int]]:
    """Each statement's path as it is in the data, with the indexes of its arrays of tables; and its line."""
    counts: dict[tuple[str | int, ...], int] = {}

    def resolved(path: tuple[str, ...], *, opens: bool) -> tuple[str | int, ...]:
        full: tuple[str | int, ...] = ()
        for depth, part in enumerate(path, 1):
            full = (*full, part)
            if opens and depth == len(path):
                counts[full] = counts.get(full, -1) + 1
            if full in counts:
                full = (*full, counts[full])
        return full

    return [(resolved(one.path, opens=one.what == "array"), one.line) for one in statements(data)]


@given(documents)
def test_every_statement_is_located_by_its_path_in_the_data(document: Any) -> None:
    data = tomli_w.dumps(document).encode()
    for path, line in indexed(data):
        value: Any = parse(data, "f.toml")
        for step in path:
            value = value[step]
        assert locate(data, path) == line


def test_an_array_within_an_array_is_counted_anew_in_each() -> None:
    data = b"[[a]]\n[[a.b]]\nx = 1\n[[a.b]]\nx = 2\n[[a]]\n[[a.b]]\nx = 3\n"
    assert locate(data, ("a", 1, "b", 0, "x")) == 8
    assert locate(data, ("a", 0, "b", 1, "x")) == 5
