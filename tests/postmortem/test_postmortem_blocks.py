"""A text is cut into blocks that cover every line with words, each where it stands."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

import strategies
from warroom.postmortem.blocks import split

rows = st.sampled_from(
    [
        *("words", "", "# head", "- item", "  more", "1. one", "```", "> quote", "---", "<div>"),
        *("| a | b |", "| --- | --- |"),
    ]
)


def test_blocks_of_every_kind() -> None:
    text = "# T\n\npara\nmore\n\n- one\n- two\n\n  deep\n\n- three\n\n> q\n\n```\ncode\n```\n\n"
    text += "| a |\n| --- |\n| b |\n\n---\n"
    assert [(block.kind, block.first, block.last, block.tight) for block in split(text)] == [
        ("heading", 0, 1, False),
        ("paragraph", 2, 4, False),
        ("item", 5, 6, False),
        ("item", 6, 9, True),
        ("item", 10, 11, False),
        ("quote", 12, 13, False),
        ("code", 14, 17, False),
        ("table", 18, 21, False),
        ("rule", 22, 23, False),
    ]


@given(st.builds("\n".join, st.lists(rows, max_size=12)) | strategies.texts.filter(str.isprintable))
def test_no_line_with_words_is_left_out_or_shown_twice(text: str) -> None:
    blocks = split(text)
    for before, after in pairwise(blocks):
        assert before.last <= after.first
    lines = text.split("\n")
    covered = {number for block in blocks for number in range(block.first, block.last)}
    assert all(number in covered or not line.strip() for number, line in enumerate(lines))
    assert all("\n".join(lines[block.first : block.last]) == block.source for block in blocks)
