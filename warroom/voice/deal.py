"""Which phrase goes to which entry: none twice while others are left, and a later entry changes no earlier choice."""

from zlib import crc32

from warroom.incident.model import Entry, Incident
from warroom.voice.theme import Theme, Thread

_SILENT = Thread({})


def spun(incident: Incident, theme: Theme) -> Thread:
    """The running gag of an incident's document, always the same one; one without a word where the theme has none."""
    if not theme.threads:
        return _SILENT
    return theme.threads[crc32(f"{theme.name} {incident.fields.id}".encode()) % len(theme.threads)]


def deal(incident: Incident, theme: Theme) -> dict[str, str]:
    """The phrase of each entry by its id; an entry whose kind has none is left out.

    The lines of the running gag are told first, each kind's in their order, then phrases are dealt. Both go in the
    order of the ids, which is that of logging, each id drawing from what those before it left over. So the incident
    must be given whole, with struck and internal entries, whatever part of it will be shown.
    """
    dealt: dict[str, str] = {}
    left: dict[str, list[str]] = {}
    told: dict[str, int] = {}
    gag = spun(incident, theme).lines
    for entry in sorted(incident.entries, key=lambda entry: entry.id):
        key = next((key for key in keys(entry) if theme.phrases.get(key) or gag.get(key)), "")
        if not key:
            continue
        lines = gag.get(key, ())
        count = told[key] = told.get(key, 0) + 1
        if count <= len(lines):
            dealt[entry.id] = lines[count - 1]
        elif phrases := theme.phrases.get(key):
            hand = left.get(key) or list(phrases)
            dealt[entry.id] = hand.pop(crc32(entry.id.encode()) % len(hand))
            left[key] = hand
    return dealt


def keys(entry: Entry) -> tuple[str, ...]:
    """What themes may call an entry by, the most telling first: its milestone, a health state, its kind."""
    return tuple(key for key in (entry.mark, entry.state if entry.kind == "health" else "", entry.kind) if key)
