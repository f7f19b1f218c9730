"""One entry of the timeline as styled lines."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from warroom.incident.kinds import MARK_WORDS
from warroom.incident.model import Entry
from warroom.incident.tally import is_stamp
from warroom.incident.times import clock, words
from warroom.presenters.glyphs import GAP, NONE, PENDING, PICKED, STAMP, STAR, STRUCK, Charset, Signs, sign, sign_of
from warroom.presenters.runs import Line, Run
from warroom.text import clean
from warroom.text.width import cells, cut, fit, wrap

WORDLESS: Final = "not described"
_LABELS: Final[dict[str, str]] = {
    **{str(mark): words for mark, words in MARK_WORDS.items()},
    "started": "began",
    "identified": "cause",
    "dead-end": "dead end",
}
_VERDICTS: Final = {"supported": "supported", "ruled-out": "ruled out"}
QUIET: Final = timedelta(minutes=15)
"""So long without an entry is marked: somebody may have forgotten to write something down."""
_WIDEST_LABEL: Final = max(len(label) for label in _LABELS.values())


@dataclass(frozen=True, slots=True)
class Columns:
    """How a timeline of some width is divided. `text` is what is left for the words, in cells."""

    width: int
    date: bool
    label: int
    author: int

    @property
    def time(self) -> int:
        return 14 if self.date else 8

    @property
    def indent(self) -> int:
        """Columns before the text: margin, time, glyph and label, with a space after each."""
        return 1 + self.time + 1 + 2 + (self.label + 1 if self.label else 0)

    @property
    def text(self) -> int:
        return max(self.width - self.indent - (self.author + 1 if self.author else 0), 8)


def columns(width: int, *, several_days: bool, authors: int = 0) -> Columns:
    """The division for `width` cells; `authors` is how wide the widest author is. What has no room goes, text last."""
    label = _WIDEST_LABEL if width >= 56 else 0
    author = min(authors, 10) if width >= 64 else 0
    return Columns(width, several_days, label, author)


def label(entry: Entry) -> str:
    """What kind of line this is, in a word: the milestone where it is one; a struck line is no longer of any.

    Of a hypothesis that was judged it is the verdict.
    """
    if entry.struck:
        return "struck"
    if entry.mark:
        return _LABELS[entry.mark]
    if is_stamp(entry):
        return "stamp"
    if entry.kind == "hypothesis" and entry.verdict in _VERDICTS:
        return _VERDICTS[entry.verdict]
    return _LABELS.get(entry.kind, entry.kind)


def glyph(entry: Entry, charset: Charset, own: Signs = NONE) -> str:
    """The sign of a line: that of its milestone, of the state it tells, of its kind; `own` are the theme's."""
    if is_stamp(entry) and not entry.mark:
        return sign(STAMP, charset)
    return sign_of(entry.mark, entry.state if entry.kind == "health" else "", entry.kind, own=own, charset=charset)


def style(entry: Entry) -> str:
    if entry.struck:
        return "struck"
    if entry.mark:
        return "mark"
    if is_stamp(entry):
        return "stamp"
    return f"state.{entry.state}" if entry.kind == "health" and entry.state else f"kind.{entry.kind}"


def when(at: datetime | None, zone: tzinfo, *, date: bool, since: datetime | None = None) -> str:
    """A time of the timeline; blank where nobody knows it. With `since` it is how long after that ("+12:31")."""
    if at is not None and since is not None:
        passed = clock(at - since)
        sign, digits = ("-", passed[1:]) if passed.startswith("-") else ("+", passed)
        return f"{sign}{digits.removeprefix('00:').removeprefix('0')}".rjust(14 if date else 8)
    if at is None:
        return "      --:--:--" if date else "--:--:--"
    there = at.astimezone(zone)
    return f"{there:%m-%d %H:%M:%S}" if date else f"{there:%H:%M:%S}"


def text_lines(entry: Entry, width: int, most: int | None = None, undescribed: str = WORDLESS) -> list[str]:
    """The words of an entry, wrapped; at most `most` lines, the last with an ellipsis where there is more.

    `undescribed` stands for the words that a stamp still waits for.
    """
    lines = wrap(clean(entry.text) or (undescribed if is_stamp(entry) else WORDLESS), width)
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], cut(lines[most - 1] + "…", width)]
        if not lines[-1].endswith("…"):
            lines[-1] = cut(lines[-1], width - 1) + "…"
    return lines


def entry_lines(
    entry: Entry,
    into: Columns,
    zone: tzinfo,
    *,
    pending: bool = False,
    picked: bool = False,
    after_gap: bool = False,
    since: datetime | None = None,
    charset: Charset = "unicode",
    own: Signs = NONE,
    most: int | None = None,
    undescribed: str = WORDLESS,
) -> list[Line]:
    """The entry in lines of exactly `into.width` cells: margin, time, glyph, label, text, author.

    `since` shows how long after that moment it was, in place of the time of day; `own` are the signs of the theme.
    """
    tone = style(entry)
    lines = text_lines(entry, into.text, most, undescribed)
    told = when(entry.at, zone, date=into.date, since=since)
    first = [
        _margin(entry, pending=pending, picked=picked, after_gap=after_gap, charset=charset),
        Run(fit(told, into.time) + " ", "pending" if pending else "time"),
        Run(fit(glyph(entry, charset, own), 2), tone),
    ]
    if into.label:
        first.append(Run(fit(label(entry), into.label) + " ", tone))
    body = "struck" if entry.struck else "stamp" if is_stamp(entry) else f"state.{entry.state}" if entry.state else ""
    first.append(Run(fit(lines[0], into.text), body))
    if into.author:
        first.append(Run(" " + fit(clean(entry.by), into.author, right=True), "muted"))
    tail = " " * (into.width - into.indent - into.text)
    rest = [(Run(" " * into.indent), Run(fit(line, into.text), body), Run(tail)) for line in lines[1:]]
    return [tuple(first), *rest]


def _margin(entry: Entry, *, pending: bool, picked: bool, after_gap: bool, charset: Charset) -> Run:
    if pending:
        return Run(sign(PENDING, charset), "pending")
    if picked:
        return Run(sign(PICKED, charset), "key")
    if entry.struck:
        return Run(sign(STRUCK, charset), "struck")
    if entry.starred:
        return Run(sign(STAR, charset), "star")
    return Run(sign(GAP, charset) if after_gap else " ", "muted")


def gap(before: Entry | None, entry: Entry) -> timedelta | None:
    """How long nothing was logged before `entry`, where that is long enough to be worth a mark."""
    if before is None or before.at is None or entry.at is None:
        return None
    length = entry.at - (before.until or before.at)
    return length if length >= QUIET else None


def gap_line(length: timedelta, into: Columns, charset: Charset = "unicode") -> Line:
    """The line that stands where nothing was logged for a while."""
    text = f"{words(length)} without an entry"
    return (Run(" " * min(into.indent, 12)), Run(cut(f"{sign(GAP, charset) * 2} {text}", into.text), "muted"))


def height(entry: Entry, width: int, most: int | None = None) -> int:
    """How many lines `entry_lines` makes of an entry with `width` cells of text; quick for short ASCII text."""
    text = entry.text
    if len(text) <= width and "\n" not in text and "\t" not in text and (text.isascii() or cells(text) <= width):
        return 1
    return len(text_lines(entry, width, most))
