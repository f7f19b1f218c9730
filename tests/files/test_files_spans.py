"""A timeline cut into its blocks and the tables of others between them, however the file is written."""

from itertools import groupby

import pytest

from warroom.files.spans import Timeline

HEAD = "format = 1\n# The timeline.\n"
FIRST = "[[timeline]]\nid = 'a'\ntext = 'one'\n\n"
LAST = "[[timeline]]\nid = 'b'\ntext = 'two'"
LONG = """[[timeline]]
id = 'l'
text = '''
[[timeline]]
[tools]
'''
[timeline.more]
x = 1
[[timeline.evidence]]
y = 1
"""
QUOTED = '[[timeline]]\nid = \'q\'\ntext = """\n[[timeline]]\n"""\n'
SPACES, TAB = "  [[timeline]]\n  id = 's'\n", "\t[[timeline]]\n\tid = 't'\n"
TOOLS, PAGER = "[tools]\na = [\n  [1],\n]\n\n", "[tools.pager]\nb = 1\n"
PLAIN = (FIRST, FIRST.replace("'a'", "'c'"), LAST)
FILES = {
    "as the program writes it": PLAIN,
    "strings over lines": (FIRST, LONG, QUOTED, LAST),
    "a string over lines at the end": (FIRST, QUOTED),
    "indented with spaces": (FIRST, SPACES, LAST),
    "indented with a tab": (FIRST, TAB, LAST),
    "tables of others": (FIRST, TOOLS, PAGER, FIRST, FIRST, TOOLS.replace("tools", "more"), LAST),
    "a table of others at the end": (FIRST, TOOLS),
    "a table of others first": (TOOLS, FIRST),
}


def is_entry(part: str) -> bool:
    return part.lstrip().startswith("[[timeline]]")


@pytest.fixture(params=["\n", "\r\n"], ids=["unix", "windows"])
def newline(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("name", FILES)
def test_every_block_is_found_at_its_place(name: str, newline: str) -> None:
    head, *parts = (text.replace("\n", newline).encode() for text in (HEAD, *FILES[name]))
    data, kinds = b"".join((head, *parts)), [is_entry(part) for part in FILES[name]]
    timeline = Timeline(data, len(head))
    assert timeline.regular == (parts == [part.replace("\n", newline).encode() for part in PLAIN])
    assert timeline.orderly == (all(kinds) and not {SPACES, TAB, LONG} & {*FILES[name]})
    spans = timeline.spans()
    assert [(data[span.start : span.end], span.entry) for span in spans] == list(zip(parts, kinds, strict=True))
    for span in spans:
        inside = data.index(b" = ", span.start)
        assert timeline.around(inside) == span
    assert list(timeline.pieces(1)) == list(zip(parts, kinds, strict=True))
    runs = groupby(zip(parts, kinds, strict=True), key=lambda found: found[1])
    assert list(timeline.pieces(len(data))) == [(b"".join(part for part, _ in run), kind) for kind, run in runs]


@pytest.mark.parametrize("new", [LAST, LONG, QUOTED, SPACES, TAB, TOOLS, FIRST + FIRST, ""])
def test_what_is_put_into_a_timeline_is_found_as_in_a_new_one(new: str) -> None:
    data = "".join((HEAD, *PLAIN)).encode()
    timeline = Timeline(data, len(HEAD))
    assert timeline.regular
    _, second, _ = timeline.spans()
    made = timeline.spliced(second.start, second.end, new.encode())
    fresh = Timeline(data[: second.start] + new.encode() + data[second.end :], len(HEAD))
    assert made.data == fresh.data
    assert (made.regular, made.orderly, made.spans()) == (fresh.regular, fresh.orderly, fresh.spans())


def test_a_timeline_without_a_head_is_cut_too() -> None:
    data = (FIRST + TOOLS + LAST).encode()
    timeline = Timeline(data, 0)
    assert not timeline.orderly
    found = [(data[span.start : span.end].decode(), span.entry) for span in timeline.spans()]
    assert found == [(FIRST, True), (TOOLS, False), (LAST, True)]
