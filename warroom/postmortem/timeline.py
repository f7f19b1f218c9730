"""The timeline in Markdown: bullets, table, lines, labels; the same facts in each, with or without a theme's words."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from warroom.incident.model import Entry
from warroom.incident.times import words
from warroom.postmortem import escape
from warroom.postmortem.links import anchor
from warroom.postmortem.narration import Narration
from warroom.text import clean_line
from warroom.text.width import cells
from warroom.voice.deal import keys

_ENDED = re.compile(r"[.!?…:][\"'”’»)*]*$")
_WIDE: Final = 200
_HARD_BREAK: Final = "\\\n"
_PLAIN_KINDS: Final = ("note", "observation", "action")
"""Kinds that say nothing beyond their text: beside a milestone they need no label."""


def render(narration: Narration) -> str:
    """The entries in the form of the theme's layout; one short sentence where there are none."""
    if not narration.entries:
        return narration.theme.words["no_timeline"]
    match narration.theme.layout.timeline:
        case "table":
            return _table(narration)
        case "lines":
            return "\n\n".join(_after_stamp(narration, entry, "") for entry in narration.entries)
        case "bullets":
            return "\n".join("- " + _after_stamp(narration, entry, "  ") for entry in narration.entries)
        case "labels":
            return "\n".join("- " + _after_label(narration, entry) for entry in narration.entries)


def _after_stamp(narration: Narration, entry: Entry, indent: str) -> str:
    layout = narration.theme.layout
    text = narration.theme.words["untimed"] if entry.at is None else narration.stamps.entry(entry.at, entry.until)
    separator = layout.separator
    if layout.stamp == "plain":
        stamp = escape.line(text) + separator
    else:
        mark = "**" if layout.stamp == "bold" else "`"
        tight = separator.rstrip() if separator.startswith(":") else ""
        stamp = f"{mark}{text}{tight}{mark}{separator[len(tight) :]}"
    body = fact(narration, entry)
    return stamp + f"{_HARD_BREAK}{indent}".join(body)


def _after_label(narration: Narration, entry: Entry) -> str:
    labels = narration.theme.labels
    told = [labels[entry.mark] or entry.mark] if entry.mark else []
    if not told or entry.kind not in _PLAIN_KINDS:
        told.append(labels[entry.kind] or entry.kind.capitalize())
    label = ", ".join(told)
    emoji = narration.emoji(*keys(entry))
    stamp = f" ({narration.stamps.entry(entry.at, entry.until)})" if entry.at is not None else ""
    body = fact(narration, entry, said=label)
    after = ": " if _is_more(body, narration, entry, label) else " "
    return (f"{emoji}**{label}**{stamp}{after}" + f"{_HARD_BREAK}  ".join(body)).rstrip()


def _table(narration: Narration) -> str:
    named = narration.internal and any(entry.by for entry in narration.entries)
    rows = [["Time", "Event", *(["By"] if named else [])]]
    for entry in narration.entries:
        text = narration.theme.words["untimed"] if entry.at is None else narration.stamps.entry(entry.at, entry.until)
        mark = {"bold": "**", "code": "`", "plain": ""}[narration.theme.layout.stamp]
        event = " ".join(fact(narration, entry, in_table=True, signed=not named))
        by = escape.line(entry.by, in_table=True)
        rows.append([f"{mark}{text}{mark}", event, *([by] if named else [])])
    return table(rows)


def table(rows: list[list[str]]) -> str:
    """Cells, escaped already, as a Markdown table; the first row is its head.

    Columns are aligned where that makes no row wider than a wide screen; else one long entry would pad all others.
    """
    columns = [list(map(cells, column)) for column in zip(*rows, strict=True)]
    widths = [max(3, *column) for column in columns]
    if sum(widths) > _WIDE:
        widths = [0] * len(widths)
    head, *rest = rows
    lines = [head, ["-" * max(width, 3) for width in widths], *rest]
    return "\n".join("| " + " | ".join(_padded(row, widths)) + " |" for row in lines)


def _padded(row: list[str], widths: list[int]) -> Iterator[str]:
    for cell, width in zip(row, widths, strict=True):
        yield cell + " " * max(width - cells(cell), 0)


def zone_note(narration: Narration) -> str:
    """The zone by the names it bears over these entries; "" where none has a time."""
    return narration.stamps.zones(entry.at for entry in narration.entries if entry.at is not None)


def fact(
    narration: Narration, entry: Entry, *, said: str | None = None, in_table: bool = False, signed: bool = True
) -> list[str]:
    """One entry as Markdown lines: label, what happened in the theme's words, and in parentheses what belongs to it.

    `said` is the label where it stands in front already. `signed` adds who logged it (never for the public).
    """
    named = ", ".join(_labels(narration, entry)) if said is None else said
    text = "" if _repeats(narration, entry, named) else narration.puns.in_entry(entry, _text(entry))
    body = [escape.line(text, in_table=True)] if in_table else escape.lines(text)
    body = [part for part in body if part] or [""]
    body[-1] = with_details(body[-1], ", ".join(_details(narration, entry, in_table=in_table, signed=signed)))
    if frame := narration.frames.get(entry.id):
        body = _framed(frame, body, in_table=in_table)
    if said is None:
        colon = ":" if _is_more(body, narration, entry, named) else ""
        led = f"**{named}{colon}** " if entry.mark else f"{named}{colon} " if named else ""
        body[0] = narration.emoji(*keys(entry)) + led + body[0].lstrip()
    body[0] = body[0].strip()
    if entry.id in narration.linked:
        body[0] = anchor(entry.id) + body[0]
    return [part.rstrip() for part in body]


def _repeats(narration: Narration, entry: Entry, label: str) -> bool:
    """Whether the text says no more than the label in front of it, as that of a milestone without words does.

    Words that the theme has around it need it, unless they are a sentence of their own.
    """
    before, _, after = narration.frames.get(entry.id, "{text}").partition("{text}")
    apart = not before and (not after or after[:2].strip()[:1].isupper())
    return apart and entry.text.strip(" .").casefold() == label.casefold()


def _is_more(body: list[str], narration: Narration, entry: Entry, label: str) -> bool:
    """Whether what follows the label tells something, and is not just who logged it."""
    return not _repeats(narration, entry, label) or body[0].lstrip()[:1] not in ("", "(")


def _text(entry: Entry) -> str:
    """What happened, from the entry's text and from what it states beside it and the text leaves out."""
    text = entry.text.strip()
    if entry.kind == "health" and entry.service:
        heard = text.lower()
        if entry.service.lower() not in heard or (entry.state and entry.state not in heard):
            stated = f"{entry.service} {entry.state}".strip()
            return f"{stated}: {text}" if text else stated
    if entry.kind == "change" and entry.field:
        stated = f"{entry.field}: {entry.old or 'unset'} → {entry.new or 'unset'}"
        told = entry.field.removeprefix("roles.") in text and entry.new in text and entry.old in text
        return text if text and told else f"{stated}. {text}".strip(" .") if text else stated
    if entry.command and entry.command not in text:
        return f"{text} {_as_code(entry.command)}".strip()
    return text


def _as_code(command: str) -> str:
    flat = clean_line(command)
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", flat)), default=0))
    gap = " " if flat[:1] == "`" or flat[-1:] == "`" else ""
    return f"{fence}{gap}{flat}{gap}{fence}"


def _details(narration: Narration, entry: Entry, *, in_table: bool, signed: bool) -> Iterator[str]:
    if entry.service and entry.kind != "health" and entry.service.lower() not in entry.text.lower():
        yield escape.line(entry.service, in_table=in_table)
    if entry.since is not None:
        yield f"since {narration.stamps.clock(entry.since)}"
    if entry.verdict:
        yield entry.verdict.replace("ruled-out", "ruled out")
    if entry.to:
        yield f"to {escape.line(entry.to, in_table=in_table)}"
    if entry.due is not None:
        yield f"due {narration.stamps.full(entry.due)} {narration.stamps.zone_name(entry.due)}"
    if entry.exit is not None:
        yield f"exit {entry.exit}"
    if entry.took is not None:
        yield f"took {_length(entry.took)}"
    if narration.internal:
        for piece in entry.evidence:
            shown = " ".join(part for part in (piece.url, _as_code(piece.path) if piece.path else "") if part)
            if shown:
                yield escape.line(f"{piece.label}: {shown}", in_table=in_table)
        if signed and entry.by:
            yield escape.line(entry.by, in_table=in_table)


def _length(seconds: float) -> str:
    return words(timedelta(seconds=seconds)) if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def with_details(text: str, details: str) -> str:
    """`text (details)`, in front of its full stop if it ends with one."""
    if not details:
        return text
    if text.endswith(".") and not text.endswith(".."):
        return f"{text[:-1]} ({details})."
    return f"{text} ({details})".strip()


def _framed(frame: str, body: list[str], *, in_table: bool) -> list[str]:
    before, _, after = frame.partition("{text}")
    last = body[-1]
    if after[:1] == " " and after.strip()[:1].isupper() and last:
        last = ended(last)
    elif after[:1] in (",", ";") and last.endswith("."):
        last = last[:-1]
    framed = [*body[:-1], last + (" " if after.startswith(" ") else "") + escape.line(after, in_table=in_table)]
    if before:
        framed[0] = escape.line(before, in_table=in_table) + (" " if before.endswith(" ") else "") + framed[0]
    return framed


def ended(text: str) -> str:
    """`text` with a full stop, unless a sign ends it already."""
    return text if _ENDED.search(text) else f"{text}."


def _labels(narration: Narration, entry: Entry) -> Iterator[str]:
    labels = narration.theme.labels
    if entry.mark:
        yield labels[entry.mark] or entry.mark
    if labels[entry.kind] and entry.kind not in _PLAIN_KINDS:
        yield labels[entry.kind]
