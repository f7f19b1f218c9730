"""A document in a theme's own template, held to the facts: no word of any block may go, change or move."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from warroom.incident.durations import durations
from warroom.postmortem import actions, escape, timeline
from warroom.postmortem.links import without_anchors
from warroom.postmortem.narration import Narration
from warroom.postmortem.piece import Piece
from warroom.voice.deal import keys
from warroom.voice.template import check, run
from warroom.voice.theme import Template, ThemeError

_ROOM: Final = 262_144
"""Characters that a template may add to a document, whatever its length."""
_STAND_IN: Final = "\ufffc"
"""Stands for the picture while a template runs."""
_EDGES: Final = "*|(),.:;\\"
_NUMBERS = re.compile(r"^ *\d+\. ", re.MULTILINE)
_TABLE_HEAD = re.compile(r"^\|.*\|\n\|[-| ]+\|$", re.MULTILINE)


def filled(template: Template, pieces: Sequence[Piece], narration: Narration, picture: str) -> tuple[str, ...]:
    """The blocks of Markdown that the template makes of `pieces`; ThemeError where it fails or loses a fact."""
    if picture:  # no control character passes a template
        shown = [tuple(_STAND_IN if block == picture else block for block in piece.body) for piece in pieces]
        pieces = [piece._replace(body=body) for piece, body in zip(pieces, shown, strict=True)]
    held: dict[str, list[Piece]] = {name: [] for name in ("title", *narration.theme.layout.sections, "footnote")}
    for piece in pieces:
        held[piece.name].append(piece)
    whole = {
        name: _joined(part for piece in named for part in (piece.heading, piece.told)) for name, named in held.items()
    }
    context = {
        **_context(narration),
        "heading": {name: "".join(piece.heading for piece in named[:1]).lstrip("# ") for name, named in held.items()},
        "told": {name: whole[name] if name == "own" else _joined(p.told for p in held[name]) for name in held},
        "whole": whole,
    }
    made = run(template, tuple(held), context, 4 * sum(map(len, whole.values())) + _ROOM)
    lines = check(template)
    for name, named in held.items():
        if lost := _lost(_stated(named, narration), made[name]):
            reason = f"drops, changes or moves “{lost}”; a template may add to the facts alone"
            raise ThemeError(template.path, lines.get(name, 0), reason, f"block {name}")
    drawn = {piece.name for piece in pieces if _STAND_IN in piece.body}
    return tuple(block for name in held for block in _blocks(made[name].strip("\n"), picture if name in drawn else ""))


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _stated(pieces: Sequence[Piece], narration: Narration) -> list[str]:
    """Headings and bodies, but for the sentences that there is nothing to tell: a loop over nothing says so as well."""
    nothing = {narration.theme.words["no_timeline"], narration.theme.words["no_actions"]}
    return [
        text for piece in pieces for text in (piece.plain, *(block for block in piece.body if block not in nothing))
    ]


def _lost(texts: Sequence[str], made: str) -> str:
    """The first word of `texts` that what was made of them does not have in its place, "" for none."""
    found = _words(made)
    wanted = (word for text in texts for word in _words(text))
    return next((word for word in wanted if not any(word == other for other in found)), "")


def _words(markdown: str) -> Iterator[str]:
    """All that states something: not the signs of Markdown, nor the numbers and column heads that count and name it."""
    shown = without_anchors(markdown)
    for piece in _NUMBERS.sub(" ", _TABLE_HEAD.sub("", shown)).replace("\\|", "|").split():
        word = piece.strip(_EDGES)
        if any(sign.isalnum() or sign == "%" for sign in word):
            yield word


def _blocks(text: str, picture: str) -> Iterator[str]:
    """A block as the pieces that a document is made of: a heading, the picture where the block has one, the rest."""
    if text.startswith("#"):
        heading, _, text = text.partition("\n")
        yield heading.rstrip()
    before, placed, after = text.partition(_STAND_IN) if picture else ("", "", text)
    parts = (before, picture, after) if placed or not before else (picture, before)
    yield from (part for part in (part.strip("\n") for part in parts) if part.strip())


def _context(narration: Narration) -> dict[str, Any]:
    fields, span = narration.incident.fields, durations(narration.incident).resolve
    return {
        "title": escape.line(fields.title),
        "severity": fields.severity,
        "status": fields.status,
        "duration": "" if narration.incident.open or span.delta is None else str(span),
        "services": ", ".join(map(escape.line, fields.services)),
        "audience": narration.audience,
        "humour": narration.level,
        "entries": tuple(_entries(narration)),
        "actions": tuple(_actions(narration)),
    }


def _entries(narration: Narration) -> Iterator[dict[str, str]]:
    """Each entry with what the timeline of the document says of it; `told` has no label where labels come first."""
    labelled = narration.theme.layout.timeline == "labels"
    in_table = narration.theme.layout.timeline == "table"
    for entry in narration.entries:
        told = timeline.fact(narration, entry, said="" if labelled else None, signed=not in_table)
        time = narration.theme.words["untimed"] if entry.at is None else narration.stamps.entry(entry.at, entry.until)
        labels = (narration.theme.labels[key] for key in keys(entry))
        yield {
            "time": time,
            "label": next((label for label in labels if label), entry.kind),
            "told": " ".join(told),
            "kind": entry.kind,
            "mark": entry.mark,
            "by": escape.line(entry.by) if narration.internal else "",
        }


def _actions(narration: Narration) -> Iterator[dict[str, str]]:
    for action in narration.incident.actions:
        found = dict(actions.properties(narration, action))
        values = {name: found.get(name, "") for name in ("type", "priority", "owner", "due", "status", "link")}
        yield {"title": escape.line(action.title), "told": " ".join(actions.told(narration, action)), **values}
