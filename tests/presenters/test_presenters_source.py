"""Markdown as it is typed: what is coloured in a row is what the preview would make of it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from warroom.presenters.source import Stretch, code_rows, stretches

_PLAIN_PARSER = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
_TOKENS = {
    "strong_open": "bold",
    "em_open": "italic",
    "s_open": "muted",
    "code_inline": "code",
    "link_open": "link",
    "image": "link",
}
_BEGINS = {"bold": "*_", "italic": "*_", "code": "`", "link": "[!<", "muted": "~"}
_PIECES = ("*", "**", "_", "`", "``", "~~", "[", "](u)", "!", "<", "a:b>", "a", " ", "\\", "é")
pieces = st.lists(st.sampled_from(_PIECES))


def told(row: str, *, in_code: bool = False) -> list[tuple[str, str]]:
    return [(row[start:end], style) for start, end, style in stretches(row, in_code=in_code)]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("plain words, my_service_name and 2 * 3", []),
        ("## Root cause", [("## Root cause", "heading")]),
        ("####### seven", []),
        ("#hash", []),
        ("a **bold** and *thin* `code`", [("**bold**", "bold"), ("*thin*", "italic"), ("`code`", "code")]),
        ("- item with `code`", [("- ", "mark"), ("`code`", "code")]),
        ("  12. [x] done", [("  12. [x]", "mark")]),
        ("> said *once*", [("> ", "mark"), ("*once*", "italic")]),
        ("see [the log](#entry-1) now", [("[the log](#entry-1)", "link")]),
        ("![a `graph`](u.png)", [("![a `graph`](u.png)", "link")]),
        ("<https://example.org>", [("<https://example.org>", "link")]),
        ("keep <!-- why? --> this", [("<!-- why? -->", "muted")]),
        (r"\*not\* `so", []),
        ("| a | b |", []),
        ("|---|:--|", [("|---|:--|", "muted")]),
        ("* * *", [("* * *", "muted")]),
        ("~~gone~~", [("~~gone~~", "muted")]),
        ("", []),
    ],
)
def test_what_a_row_means_is_coloured(row: str, found: list[tuple[str, str]]) -> None:
    assert told(row) == found


def test_a_row_of_code_is_code_whatever_stands_in_it() -> None:
    assert told("# **no** heading", in_code=True) == [("# **no** heading", "code")]


@given(pieces.map("".join))
@example("***a** b*")
@example("![`a`](u)`b`")
def test_the_parts_of_a_row_are_those_that_the_parser_finds(row: str) -> None:
    row = "." + row  # no list, quotation or heading
    (inline,) = _PLAIN_PARSER.parseInline(row)
    found = stretches(row, in_code=False)
    expected = sorted(_TOKENS[token.type] for token in inline.children or () if token.type in _TOKENS)
    assert sorted(style for _, _, style in found) == expected
    for start, end, style in found:
        assert 0 <= start < end <= len(row)
        assert row[start] in _BEGINS[style]
        assert row[end - 1] in ("*_`~)>" if style != "bold" else "*_")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\n```\nb\n```\nc", {1, 2, 3}),
        ("~~~\n```\n~~~\n```", {0, 1, 2, 3}),
        ("````\n```\n````\nb", {0, 1, 2}),
        ("```sh\nb\n``` no end\n```", {0, 1, 2, 3}),
        ("- item\n  ```\n  code\n  ```\n- ```\n  code\n  ```\nb", {1, 2, 3, 4, 5, 6}),
        ("a `` ```b``` ``\n```b``` c", set()),
        ("a\n```\nopen", {1, 2}),
        ("", set()),
    ],
)
def test_fences_are_found_to_their_end(text: str, rows: set[int]) -> None:
    assert code_rows(text.split("\n")) == rows


def test_a_row_too_long_to_be_parsed_at_every_key_is_plain() -> None:
    assert stretches("[" * 5000, in_code=False) == ()
    assert stretches("# " + "**a** " * 500, in_code=False) == (Stretch(0, 3002, "heading"),)
