"""Puns: whole lower-case words of prose exchanged for a theme's own; whatever could be a fact is left alone."""

import re
from collections.abc import Iterable, Mapping

from warroom.incident.model import Incident
from warroom.text.spans import code_spans

# The bounds keep the search linear over text that opens much and closes nothing.
_SAID = re.compile(
    r"\"[^\"]{0,500}\"|“[^”]{0,500}”|‘[^’]{0,500}’|«[^»]{0,500}»|(?<!\w)'[^'\n]{1,500}'(?!\w)"
    r"|\]\([^)\n]{0,500}\)|<[^>\n]{0,500}>"
)
_TOKEN = re.compile(r"\S+")
_FACTUAL = re.compile(r"[0-9_@/\\=#]|://|\w\.\w")
_MUTE = frozenset({"comms", "command", "ask", "change", "health"})


class Puns:
    """The puns of a theme for one incident: none is made of a name that the incident knows."""

    def __init__(self, table: Mapping[str, str], incident: Incident) -> None:
        kept = {word: pun for word, pun in table.items() if word not in _names(incident)}
        self._table = kept
        found = "|".join(sorted(map(re.escape, kept), key=len, reverse=True))
        # A capital is a name but at the start of a sentence.
        starts = r"(?:(?<=^)|(?<=[.!?]\s)|(?<=\n))"
        word = rf"(?:(?<![\w'’.-])(?:{found})|{starts}(?i:{found}))(?![\w'’-]|\.\w)"
        self._word = re.compile(word, re.MULTILINE) if kept else None

    def counted(self, text: str, most: int) -> tuple[str, int]:
        """`text` with at most `most` puns, each of another word, and how many there are."""
        if self._word is None or most <= 0:
            return text, 0
        made: list[str] = []
        at = 0
        used: set[str] = set()
        spans = _protected(text)
        for found in self._word.finditer(text):
            if len(used) == most:
                break
            word = found[0].lower()
            if word in used or any(first < found.end() and found.start() < last for first, last in spans):
                continue
            used.add(word)
            pun = self._table[word]
            made += [text[at : found.start()], pun if found[0] == word else pun[0].upper() + pun[1:]]
            at = found.end()
        return "".join(made) + text[at:], len(used)

    def in_entry(self, text: str, kind: str) -> str:
        """The text of an entry with at most one pun. What was sent, asked or run stands as it was."""
        return text if kind in _MUTE else self.counted(text, 1)[0]


def _protected(text: str) -> list[tuple[int, int]]:
    """Where facts stand: code, what somebody said, addresses, numbers, identifiers, hosts, paths."""
    spans = [found.span() for found in _SAID.finditer(text)]
    spans += [found.span() for found in _TOKEN.finditer(text) if _FACTUAL.search(found[0])]
    at = 0
    for paragraph in re.split(r"(\n{2,})", text):
        for piece, is_code in code_spans(paragraph):
            if is_code:
                spans.append((at, at + len(piece)))
            at += len(piece)
    return spans


def _names(incident: Incident) -> frozenset[str]:
    sources: Iterable[str] = (
        *incident.fields.services,
        *incident.fields.tags,
        *incident.roles.values(),
        *(action.owner for action in incident.actions),
        *(entry.by for entry in incident.entries),
        *(entry.service for entry in incident.entries),
        *(entry.to for entry in incident.entries),
    )
    return frozenset(word for source in set(sources) for word in re.findall(r"\w+", source.lower()))
