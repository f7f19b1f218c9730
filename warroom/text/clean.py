"""Replaces, with visible signs, what a terminal or a reader could be deceived by.

Textual and Rich let ESC, C1 and bidi overrides through to the terminal, so this is the one gate: text passes it
when it is captured and again at every exit.
"""

import re
from functools import cache

# C0 but newline and tab, DEL, C1, bidi controls, invisible formatting, line and paragraph separators,
# interlinear annotation, tags, surrogates. U+200D (joiner) is handled apart: emoji and scripts need it between letters.
_UNSAFE = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_LONE_JOINER = "(?<![^\x00-\xff])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\xff])"
_BREAKS = "\r\n?|\u2028|\u2029|\x85"
_DEL = 0x7F


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when first needed: most text is plain, and a command that logs one line has no time to spare."""
    return re.compile(pattern)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == _DEL else "\ufffd"


def clean(text: str) -> str:
    """`text` with line ends as `\\n` and every control, bidi or invisible character made visible. Idempotent.

    Newlines and tabs stay; C0 becomes its control picture (ESC -> U+241B), all else U+FFFD.
    """
    if text.isprintable():  # by Unicode: then nothing in it controls, directs or hides, and most text is so
        return text
    text = _compiled(_BREAKS).sub("\n", text)
    text = _compiled(_UNSAFE).sub(_visible, text)
    return _compiled(_LONE_JOINER).sub("\ufffd", text)


def clean_line(text: str) -> str:
    """`clean`, on one line: runs of newlines and tabs become one space, outer white space goes."""
    text = clean(text)
    if "\n" in text or "\t" in text:
        text = _compiled(r"[\n\t]+\s*").sub(" ", text)
    return text.strip()
