"""Which phrase goes to which entry: none twice while others are left, and a later entry changes no earlier choice."""

from collections.abc import Iterable
from zlib import crc32

from warroom.incident.model import Entry
from warroom.voice.theme import Theme


def deal(entries: Iterable[Entry], theme: Theme) -> dict[str, str]:
    """The phrase of each entry by its id; an entry whose kind has none is left out.

    Phrases are dealt in the order of the ids, which is that of logging, each id drawing from what those before it left
    over. So the whole record must be given, struck and internal entries too, whatever part of it will be shown.
    """
    dealt: dict[str, str] = {}
    left: dict[str, list[str]] = {}
    told: dict[str, int] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        key = next((key for key in keys(entry) if theme.phrases.get(key) or theme.gags.get(key)), "")
        if not key:
            continue
        gags = theme.gags.get(key, ())
        count = told[key] = told.get(key, 0) + 1
        if count <= len(gags):
            dealt[entry.id] = gags[count - 1]
        elif phrases := theme.phrases.get(key):
            hand = left.get(key) or list(phrases)
            dealt[entry.id] = hand.pop(crc32(entry.id.encode()) % len(hand))
            left[key] = hand
    return dealt


def keys(entry: Entry) -> tuple[str, ...]:
    """What themes may call an entry by, the most telling first: its milestone, a health state, its kind."""
    return tuple(key for key in (entry.mark, entry.state if entry.kind == "health" else "", entry.kind) if key)
