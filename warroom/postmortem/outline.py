"""The postmortem as one text to edit, and what an edited text means for the incident."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from warroom.incident.changes import Set, read
from warroom.incident.model import Incident, Section
from warroom.postmortem.escape import missing_fence
from warroom.text import clean, clean_line

_CHAPTERS: Final = {
    "Summary": "postmortem.summary",
    "Impact": "impact.customers",
    "Trigger": "postmortem.trigger",
    "Root cause": "postmortem.root_cause",
    "Contributing factors": "postmortem.contributing_factors",
    "Detection": "postmortem.detection",
    "Resolution": "postmortem.resolution",
    "What went well": "postmortem.went_well",
    "What went wrong": "postmortem.went_wrong",
    "Where we got lucky": "postmortem.got_lucky",
    "Lessons": "postmortem.lessons",
    "Conclusion": "postmortem.conclusion",
    "Public summary": "postmortem.public_summary",
}
_IMPACTS: Final = {
    "Customers": "impact.customers",
    "Internal": "impact.internal",
    "Users affected": "impact.users_affected",
    "Requests failed": "impact.requests_failed",
    "Data loss": "impact.data_loss",
    "Revenue": "impact.revenue",
    "Support cases": "impact.support_cases",
}
_SHOWN_EMPTY: Final = frozenset(_CHAPTERS) - {"Conclusion", "Public summary"} | {"Customers", "Internal"}
"""Headings that wait for words; the others appear once there are some."""

# Blocks alone: what stands inside of a line decides nothing here. HTML is off, or one open tag would hide headings.
_BLOCKS: Final = MarkdownIt("commonmark", {"html": False}).disable("inline")
_OPENS = re.compile(r"^ {0,3}(?:#|```|~~~)", re.MULTILINE)
_CUT = re.compile(r"^(?=#)", re.MULTILINE)
_KEPT_PIECES: Final = 512
_MARKS = re.compile(r" {0,3}(#{1,6})(.*)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the text that opens a part of it. `path` is that of `Set`, "" for the title and own sections."""

    line: int
    level: int
    title: str
    path: str


@dataclass(slots=True)
class _Parts:
    """What a text says, part by part."""

    title: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    own: list[Section] = field(default_factory=list)

    def add(self, path: str, text: str) -> None:
        """A heading that comes twice, or text without one, adds to what is there: nothing typed is lost."""
        before = self.values.get(path, "")
        self.values[path] = f"{before}\n\n{text}" if before and text else before or text


def compose(incident: Incident) -> str:
    """The text to edit: the title, every usual heading with what is written so far, then the sections of one's own.

    Headings inside of a part are put below its own, and a fence left open is closed, so that each part stays itself.
    """
    blocks = [f"# {clean_line(incident.fields.title)}"]
    for title, path in _CHAPTERS.items():
        if title == "Impact":
            blocks.append("## Impact")
            for name, inner in _IMPACTS.items():
                blocks.extend(_part(f"### {name}", read(incident, inner), 3, always=name in _SHOWN_EMPTY))
            continue
        if title == "Conclusion":
            for section in incident.postmortem.section:
                blocks.extend(_part(f"## {_own_title(section.title)}".rstrip(), section.text, 2, always=True))
        blocks.extend(_part(f"## {title}", read(incident, path), 2, always=title in _SHOWN_EMPTY))
    return "\n\n".join(blocks) + "\n"


def _part(heading: str, value: object, level: int, *, always: bool) -> Iterator[str]:
    text = _contained(str(value), level)
    if text or always:
        yield heading
    if text:
        yield text


def _own_title(title: str) -> str:
    flat = clean_line(title)
    return f"{flat} (own)" if _known(flat, _CHAPTERS) else flat


def edits(text: str, incident: Incident) -> tuple[Set, ...]:
    """The edits that make the incident say what `text` says; none for what it says already.

    An unknown heading becomes a section of one's own, text in front of all headings goes to the summary, a heading
    that comes twice is one part. A part whose heading is gone is emptied; an empty title changes nothing.
    """
    said, wanted = _said(incident), _read(clean(text))
    made = []
    if wanted.title and wanted.title != said.title:
        made.append(Set("title", wanted.title))
    for path in dict.fromkeys([*_CHAPTERS.values(), *_IMPACTS.values()]):
        new = wanted.values.get(path, "")
        if new != said.values.get(path, ""):
            made.append(Set(path, new))
    if wanted.own != said.own:
        # A section that nobody touched stays as the file has it.
        kept = list(zip(said.own, incident.postmortem.section, strict=True))
        sections = [next((old for shown, old in kept if shown == section), section) for section in wanted.own]
        made.append(Set("postmortem.section", tuple(sections)))
    return tuple(made)


def headings(text: str) -> tuple[Heading, ...]:
    """The headings that open a part, in order, for jumping about; `line` counts from 0."""
    return tuple(_headings(text))


def _headings(text: str) -> Iterator[Heading]:
    in_impact, first = False, True
    for line, level, title in _all_marked(text):
        chapter = _known(title, _CHAPTERS)
        if level == 3:
            if in_impact and (inner := _known(title, _IMPACTS)):
                yield Heading(line, level, inner, _IMPACTS[inner])
            continue
        if level > 3:
            continue
        in_impact = chapter == "Impact" and not (first and level == 1)
        if first and level == 1:
            yield Heading(line, level, title, "")
        else:
            yield Heading(line, level, chapter or title, _CHAPTERS.get(chapter, ""))
        first = False


def _all_marked(text: str) -> Iterator[tuple[int, int, str]]:
    """`_marked` of a whole text, piece by piece, so that a key in one section does not parse all others again.

    A line that begins with "#" ends every list, quotation and paragraph above it. Only a fence at the left edge can
    hold it: a piece that leaves one open is read together with the next.
    """
    line, held = 0, ""
    *pieces, last = _CUT.split(text)
    for piece in pieces:
        held += piece
        if (found := _piece(held)) is None:
            continue
        for at, level, title in found:
            yield line + at, level, title
        line, held = line + held.count("\n"), ""
    held += last
    for at, level, title in _parsed(held):
        yield line + at, level, title


def _piece(text: str) -> tuple[tuple[int, int, str], ...] | None:
    """The marked headings of a piece that ends with a newline; None where the line after it is held by a fence."""
    found = _parsed(f"{text}#")
    if not found or found[-1][0] != text.count("\n"):
        return None
    return found[:-1]


@lru_cache(maxsize=_KEPT_PIECES)
def _parsed(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(_marked(text.split("\n"), _BLOCKS.parse(text)))


def _marked(rows: list[str], tokens: list[Token]) -> Iterator[tuple[int, int, str]]:
    """Line, level and words of each heading with marks at the left edge; those in lists, quotations or code are not."""
    for token in tokens:
        if token.type == "heading_open" and token.level == 0 and token.map and token.markup.startswith("#"):
            found = _MARKS.match(rows[token.map[0]])
            if found:
                yield token.map[0], len(found[1]), found[2].strip()


def _known(title: str, names: dict[str, str]) -> str:
    plain = title.strip().rstrip(":").strip().casefold()
    return next((name for name in names if name.casefold() == plain), "")


def _read(text: str) -> _Parts:
    rows, opened = text.split("\n"), list(_headings(text))
    parts = _Parts()
    parts.add("postmortem.summary", _text(rows[: opened[0].line] if opened else rows))
    ends = [*(heading.line for heading in opened[1:]), len(rows)][: len(opened)]
    for place, (heading, end) in enumerate(zip(opened, ends, strict=True)):
        body = _text(rows[heading.line + 1 : end])
        if place == 0 and heading.level == 1:
            parts.title = heading.title
            parts.add("postmortem.summary", body)
        elif heading.path:
            parts.add(heading.path, body)
        else:
            parts.own.append(Section(heading.title, body))
    return parts


def _said(incident: Incident) -> _Parts:
    """What `compose` would make of the incident, read back; without the reading, which is what takes long."""
    own = [Section(_own_title(section.title), _contained(section.text, 2)) for section in incident.postmortem.section]
    parts = _Parts(clean_line(incident.fields.title), own=own)
    for title, path in (*_CHAPTERS.items(), *_IMPACTS.items()):
        parts.values[path] = _contained(str(read(incident, path)), 3 if title in _IMPACTS or title == "Impact" else 2)
    return parts


def _text(rows: list[str]) -> str:
    text = "\n".join(rows).strip("\n")
    return text if text.strip() else ""


@lru_cache(maxsize=_KEPT_PIECES)
def _contained(text: str, level: int) -> str:
    cleaned = _text(clean(text).split("\n"))
    if not _OPENS.search(cleaned):
        return cleaned
    rows = cleaned.split("\n")
    tokens = _BLOCKS.parse(cleaned)
    for line, own_level, _ in _marked(rows, tokens):
        if own_level <= level:
            rows[line] = rows[line].replace("#", "#" * (level + 2 - own_level), 1)
    return "\n".join([*rows, *missing_fence(tokens, rows)])
