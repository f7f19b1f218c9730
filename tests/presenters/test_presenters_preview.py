"""Markdown on a terminal: nothing wider than asked for, no word lost, styles by meaning."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import strategies
from warroom.presenters.preview import lines
from warroom.presenters.runs import Run, plain
from warroom.text import clean
from warroom.text.width import cells

pieces = st.sampled_from(
    [
        *("some plain words here", "**bold** `code` *em*", "[text](https://a.example)", "<https://a.example>", ""),
        *("# head", "- item", "  - nested item", "1. one", "10. ten", "> quoted", "```\ncode here\n```", "---"),
        *(
            "| a | b |\n| --- | --- |\n| one two three | `x` |",
            "日本語の長い文字列",
            "averyveryverylongword",
            "line\\\nbreak",
        ),
    ]
)
documents = st.builds("\n".join, st.lists(pieces, max_size=8)) | strategies.texts


def shown(markdown: str, width: int = 80) -> list[str]:
    return [plain(line) for line in lines(markdown, width)]


@given(documents, st.integers(1, 100))
@settings(max_examples=400)
@example("> - > 1. deep", 2)
def test_no_line_is_wider_than_asked_for(text: str, width: int) -> None:
    for line in lines(text, width):
        # One character of two cells can't be narrower.
        assert cells(plain(line)) <= max(width, 2), line
        assert clean(plain(line)) == plain(line)
        assert "\n" not in plain(line)


@given(st.lists(st.sampled_from(["one", "`two`", "**three**", "*four*", "longer-word", "五六七"]), min_size=1))
def test_wrapping_keeps_every_word_at_every_width(words: list[str]) -> None:
    expected = re.sub(r"[`* ]", "", "".join(words))
    for width in (2, 5, 11, 40):
        assert "".join(shown(" ".join(words), width)).replace(" ", "") == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("- a\n- b\n  - c", ["• a", "• b", "  • c"]),
        ("9. a\n10. b", ["9. a", "10. b"]),
        ("- a\n\n- b", ["• a", "", "• b"]),
        ("> a\n>\n> b", ["│ a", "│ ", "│ b"]),
        ("a\\\nb\nc", ["a", "b c"]),
        ("```sh\nx  y\n\nz\n```", ["x  y", "", "z"]),
        ("[words](https://a.example)", ["words (https://a.example)"]),
        ("<https://a.example>", ["https://a.example"]),
        ("<b>shown</b>", ["<b>shown</b>"]),
        ("| a | bb |\n| --- | --- |\n| ccc | d |", ["a    bb", "───  ──", "ccc  d"]),
    ],
)
def test_every_form_of_markdown_has_one_in_plain_text(markdown: str, expected: list[str]) -> None:
    assert [line.rstrip(" ") if line != "│ " else line for line in shown(markdown)] == expected


def test_styles_name_meanings() -> None:
    assert lines("# Head `c`", 40) == [(Run("Head", "heading"), Run(" "), Run("c", "code"))]
    assert lines("a **b c** d", 40) == [(Run("a "), Run("b c", "bold"), Run(" d"))]


def test_a_table_too_wide_wraps_its_cells_and_one_too_narrow_is_stacked() -> None:
    table = "| time | event |\n| --- | --- |\n| 10:00 | a rather long event here |"
    assert shown(table, 20)[2:] == ["10:00  a rather long", "       event here"]
    assert shown(table, 8) == ["10:00", "a rather", "long", "event", "here"]
