"""Text measured in terminal cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcswidth

from warroom.text import clean
from warroom.text.width import cells, cut, fit, wrap

TEXTS = (st.text(st.sampled_from("ab c日本é́👩‍💻❤️🇩🇪ال\n")) | st.text()).map(clean)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("a\n  b", 9, ["a", "  b"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("日本語", 3, ["日", "本", "語"]),
        ("日", 1, ["日"]),
        ("trailing ", 8, ["trailing", ""]),
    ],
)
def test_wrap_breaks_at_spaces_and_inside_long_words(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@given(TEXTS, st.integers(1, 30))
def test_fit_takes_exactly_the_columns_asked_for(text: str, width: int) -> None:
    line = text.replace("\n", " ").replace("\t", " ")
    assert cells(fit(line, width)) == width
    assert cells(cut(line, width)) <= width


@given(TEXTS, st.integers(6, 30))
def test_wrap_loses_nothing_but_white_space(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cells(line) <= width for line in lines)


@pytest.mark.parametrize("text", ["abc", "日本", "é́", "👩‍💻 ❤️", "🇩🇪", "✖▲✔◌…", "ال"])
def test_the_screen_library_measures_the_same(text: str) -> None:
    assert cells(text) == cell_len(text)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FFF), max_size=12))
def test_widths_are_those_of_the_library_also_where_it_is_not_asked(text: str) -> None:
    expected = wcswidth(text)
    assert cells(text) == (expected if expected >= 0 else len(text))
