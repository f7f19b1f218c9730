"""What reached a terminal, told apart: the sequences that draw a screen, and what has no business there."""

import re
from typing import Final

_SEQUENCE: Final = re.compile(
    r"\x1b(?:"
    r"\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|[PX^_](?P<string>[^\x1b]*)\x1b\\"
    r"|\[(?P<parameters>[0-?]*)(?P<intermediate>[ -/]*)(?P<final>[@-~])"
    r"|(?P<short>[ -Z\\^-~])"
    r")"
)
_DRAWS: Final = frozenset("mHABCDK")
"""Finals whose parameters are free: colours, places, erasing to the end of a line."""

_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def kinds(raw: bytes) -> set[str]:
    """Every sequence that is in `raw`, without what a screen has to vary: places and colours."""
    return {_kind(match) for match in _SEQUENCE.finditer(raw.decode(errors="surrogateescape"))}


def _kind(match: re.Match[str]) -> str:
    if match["final"]:
        free = match["final"] in _DRAWS and not match["intermediate"] and match["parameters"][:1] not in "<=>?"
        return f"CSI {'' if free else match['parameters']}{match['intermediate']}{match['final']}"
    return repr(match[0])


def stray(raw: bytes) -> list[str]:
    """What a terminal would act on, or a reader be deceived by, outside of whole sequences; with what is around it."""
    text = _SEQUENCE.sub("", raw.decode(errors="surrogateescape"))
    found = [*_FORBIDDEN.finditer(text), *re.finditer("[\udc80-\udcff]", text)]
    return [text[max(match.start() - 20, 0) : match.end() + 20] for match in found]


def colours(raw: bytes) -> set[str]:
    """The colours that were asked for, as SGR parameters: "31", "48;5", "38;2"."""
    found: set[str] = set()
    for match in re.finditer(rb"\x1b\[([0-9;:]*)m", raw):
        words = match[1].decode().replace(":", ";").split(";")
        while words:
            word, *words = words
            if word in ("38", "48"):
                found.add(f"{word};{words[0]}")
                words = words[4:] if words[0] == "2" else words[2:]
            elif re.fullmatch(r"[349][0-7]|10[0-7]", word):
                found.add(word)
    return found
