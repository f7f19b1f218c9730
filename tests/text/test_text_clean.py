"""No text may drive a terminal or deceive a reader, and no honest text may suffer."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.text import clean, clean_line

anything = st.text(max_size=40) | st.text(st.characters(max_codepoint=0x9F), max_size=40)
HARMLESS = "\n\t"


@given(anything)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(anything)
def test_no_control_bidi_or_invisible_character_is_left(text: str) -> None:
    for letter in clean(text):
        if letter in HARMLESS or letter in "\u200c\u200d":
            continue
        assert unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp")
        assert unicodedata.bidirectional(letter) not in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    assert "\n" not in clean_line(text)
    assert "\t" not in clean_line(text)


def test_every_format_character_that_is_left_is_seen_or_needed() -> None:
    """Signs that stand in front of numbers in scripts, and hieroglyph joiners, are part of honest text."""
    kept = [
        code
        for code in range(0x110000)
        if unicodedata.category(chr(code)) == "Cf" and clean(f"a{chr(code)}b") == f"a{chr(code)}b"
    ]
    assert all(
        unicodedata.name(chr(code)).startswith(("ARABIC ", "SYRIAC ", "KAITHI ", "EGYPTIAN ", "MUSICAL ", "SHORTHAND "))
        for code in kept
    )


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x00\x7f\x9b", "␀␡�"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("tab\tstays\n", "tab\tstays\n"),
        ("abc\u202etxt.exe", "abc�txt.exe"),
        ("zero\u200bwidth\ufeff\u2060\u00ad", "zero�width���"),
        ("tag \U000e0041", "tag �"),
        ("lone \ud800 surrogate", "lone � surrogate"),
        ("in\u200djoined", "in�joined"),
        ("\u200d", "�"),
        ("[/nope] [link](x)", "[/nope] [link](x)"),
    ],
)
def test_what_is_unsafe_is_made_visible(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "family \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
        "heart \u2764\ufe0f\u200d\U0001f525",
        "flag \U0001f3f3\ufe0f\u200d\U0001f308",
        "health worker \U0001f9d1\U0001f3fd\u200d\u2695\ufe0f",
        "Persian می\u200cخواهم",
        "Hindi क्\u200dष",
        "日本語, Ελληνικά, עברית, العربية",
        "e\u0301 ﬁ ½ €",
    ],
)
def test_honest_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "line"), [(" a\n\n  b\tc \r\n", "a b c"), ("one", "one"), ("\n", ""), ("a\x1b\nb", "a␛ b")]
)
def test_one_line_is_one_line(text: str, line: str) -> None:
    assert clean_line(text) == line
