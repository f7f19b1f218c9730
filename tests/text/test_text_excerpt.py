"""What is kept of a long text: beginning and end, of whole words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.text.excerpt import HEAD_BYTES, TAIL_BYTES, Excerpt, beginning


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", ""),
        ("one two", "one two"),
        ("one two three", "one two"),
        ("one twofold three", "one twofold"),
        ("one twofold", "one twofold"),
        ("one two" + "o" * 300, "one two" + "o" * 256),
    ],
)
def test_a_beginning_is_of_whole_words(text: str, kept: str) -> None:
    assert beginning(text, 7) == kept


@given(st.lists(st.binary(max_size=3000), max_size=6))
def test_an_excerpt_is_short_whatever_comes(pieces: list[bytes]) -> None:
    excerpt, whole = Excerpt(), b"".join(pieces)
    for piece in pieces:
        excerpt.take(piece)
    kept = excerpt.text()
    if len(whole) <= HEAD_BYTES + TAIL_BYTES:
        assert kept == whole.decode(errors="replace")
    else:
        assert "bytes left out]" in kept
        assert len(kept) <= HEAD_BYTES + TAIL_BYTES + 40


def test_what_is_left_out_is_left_out_by_whole_words() -> None:
    excerpt = Excerpt()
    excerpt.take(b"begin " * 170 + b"hunter2hunter2 " + b"x " * 4000 + b"hunter2hunter2 " + b"ending " * 437 + b"end\n")
    kept = excerpt.text()
    left_out = int(kept.partition("[")[2].partition(" ")[0])
    assert kept == "begin " * 170 + f"\n[{left_out} bytes left out]\n" + " " + "ending " * 437 + "end\n"
    assert left_out == len(b"hunter2hunter2 ") * 2 - 1 + 8000
