"""Puns: whole lower-case words of prose exchanged for a theme's own; whatever could be a fact is left alone."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from warroom.incident.model import Entry, Incident
from warroom.text.spans import code_spans

# The bounds keep the search linear over text that opens much and closes nothing.
_SAID = re.compile(
    r"\"[^\"]{0,500}\"|“[^”]{0,500}”|‘[^’]{0,500}’|«[^»]{0,500}»|(?<!\w)'[^'\n]{1,500}'(?!\w)"
    r"|\]\([^)\n]{0,500}\)|<[^>\n]{0,500}>"
)
_TOKEN = re.compile(r"\S+")
_WORD = re.compile(r"\w+")
_NEWEST: Final = "\U0010ffff"
"""Sorts after every id."""
STATING: Final = frozenset(
    re.findall(
        r"\w+",
        """
        no not never none nobody nothing nowhere neither nor cannot without yes true false up down degraded unknown
        one two three four five six seven eight nine ten eleven twelve dozen hundred thousand million billion half
        double once twice first second third last single seconds minute minutes hour hours day days week weeks month
        months year years percent today yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday
        january february march april may june july august september october november december
        """,
    )
)
"""Words that are facts wherever they stand, so that no theme may make a pun of one."""
_FACTUAL = re.compile(r"[0-9_@/\\=#]|://|\w\.\w")
_ROOT: Final = 6
"""So many letters that two words share make them the same joke: regular and regularly."""
_MUTE = frozenset({"comms", "command", "ask", "change", "health"})


class Puns:
    """The puns of a theme for one document: none is made of a name that the incident knows, nor of a team's."""

    def __init__(self, table: Mapping[str, str], incident: Incident) -> None:
        self._table = table
        self._named = _named(incident) if table else {}
        self._told: set[str] = set()
        found = "|".join(sorted(map(re.escape, table), key=len, reverse=True))
        # A capital is a name but at the start of a sentence.
        starts = r"(?:(?<=^)|(?<=[.!?]\s)|(?<=\n))"
        word = rf"(?:(?<![\w'’.-])(?:{found})|{starts}(?i:{found}))(?![\w'’-]|\.\w| teams?\b)"
        self._word = re.compile(word, re.MULTILINE) if table else None

    def in_prose(self, text: str, most: int) -> tuple[str, int]:
        """`text` with at most `most` puns, and how many there are; a word in any form makes one in all prose."""
        return self._made(text, most, _NEWEST, self._told)

    def in_entry(self, entry: Entry, text: str) -> str:
        """The text of an entry with at most one pun. What was sent, asked or run stands as it was.

        A name that only a later entry brings changes nothing here, so that logging alters no words told before.
        """
        return text if entry.kind in _MUTE else self._made(text, 1, entry.id, set())[0]

    def _made(self, text: str, most: int, known_by: str, told: set[str]) -> tuple[str, int]:
        if self._word is None or most <= 0:
            return text, 0
        made: list[str] = []
        at = 0
        count = 0
        spans: list[tuple[int, int]] | None = None
        for found in self._word.finditer(text):
            if count == most:
                break
            spans = _protected(text) if spans is None else spans
            word = found[0].lower()
            is_name = word in self._named and self._named[word] <= known_by
            is_protected = any(first < found.end() and found.start() < last for first, last in spans)
            if word[:_ROOT] in told or is_name or is_protected:
                continue
            told.add(word[:_ROOT])
            count += 1
            pun = self._table[word]
            made += [text[at : found.start()], pun if found[0] == word else pun[0].upper() + pun[1:]]
            at = found.end()
        return "".join(made) + text[at:], count


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


def _named(incident: Incident) -> dict[str, str]:
    """The words of all names, each with the id of the first entry that brings it; "" where the head does."""
    head: Iterable[str] = (
        *incident.fields.services,
        *incident.fields.tags,
        *incident.roles.values(),
        *(action.owner for action in incident.actions),
    )
    sources = [("", name) for name in head]
    sources += [(entry.id, name) for entry in incident.entries for name in (entry.by, entry.service, entry.to) if name]
    found: dict[str, str] = {}
    for entry_id, name in sorted(set(sources)):
        for word in _WORD.findall(name.lower()):
            found.setdefault(word, entry_id)
    return found
