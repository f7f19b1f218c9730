"""Entries of the timeline as text or as a Markdown list, to be pasted elsewhere."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from warroom.incident.kinds import MARK_WORDS
from warroom.incident.model import Entry
from warroom.incident.times import echo
from warroom.text import clean, clean_line

_MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|~"})


def as_text(entries: Sequence[Entry], now: datetime, place: tzinfo) -> str:
    """A line an entry: time, milestone, words, author; further lines of an entry are indented."""
    return "\n".join(_line(entry, now, place) for entry in entries)


def as_markdown(entries: Sequence[Entry], now: datetime, place: tzinfo) -> str:
    """A list; struck entries are struck through, and nothing in the words is taken for Markdown."""
    return "\n".join(_item(entry, now, place) for entry in entries)


def _when(entry: Entry, now: datetime, place: tzinfo) -> str:
    return echo(entry.at, now, place) if entry.at is not None else "time unknown"


def _line(entry: Entry, now: datetime, place: tzinfo) -> str:
    mark = f"[{MARK_WORDS[entry.mark]}] " if entry.mark else ""
    words = clean(entry.text).strip().replace("\n", "\n    ")
    by = f"  ({clean_line(entry.by)})" if entry.by else ""
    return f"{_when(entry, now, place)}  {mark}{words}{by}"


def _item(entry: Entry, now: datetime, place: tzinfo) -> str:
    mark = f" **{MARK_WORDS[entry.mark]}**" if entry.mark else ""
    lines = [line.strip().translate(_MARKDOWN) for line in clean(entry.text).strip().split("\n")]
    if entry.struck:
        lines = [f"~~{line}~~" for line in lines if line]
    by = f" ({clean_line(entry.by).translate(_MARKDOWN)})" if entry.by else ""
    return f"- {_when(entry, now, place)}{mark} " + "\n  ".join(lines) + by
