"""What one document is told with: theme, humour, audience, stamps, and the words dealt to its entries."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, tzinfo

from warroom.incident.durations import durations
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry, Incident
from warroom.incident.order import reading_order
from warroom.postmortem import escape
from warroom.postmortem.links import linked
from warroom.postmortem.stamps import Stamps
from warroom.voice.deal import deal, spun
from warroom.voice.puns import Puns
from warroom.voice.tact import Audience
from warroom.voice.theme import Theme, Thread

_GLYPHS, _PHRASES, _PUNS = 1, 2, 3
_PUNS_A_SECTION = 2


@dataclass(frozen=True, slots=True)
class Narration:
    """Everything a section needs to tell its facts. `entries` are those to be shown, in reading order.

    `linked` has the ids of the entries that the document's own text links to; `told` is the prose told so far.
    """

    incident: Incident
    theme: Theme
    level: int
    audience: Audience
    now: datetime
    stamps: Stamps
    entries: tuple[Entry, ...]
    frames: Mapping[str, str]
    puns: Puns
    linked: frozenset[str]
    thread: Thread
    told: dict[tuple[str, int], str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, incident: Incident, theme: Theme, level: int, audience: Audience, now: datetime, zone: tzinfo
    ) -> "Narration":
        internal = audience == "internal"
        entries = tuple(
            entry for entry in reading_order(incident.entries) if not entry.struck and (internal or not entry.internal)
        )
        moments = [moment for entry in entries for moment in (entry.at, entry.until, entry.since) if moment is not None]
        stamps = Stamps.of(moments, zone, theme.layout)
        start = milestones(incident.entries).get("started")
        known = incident.open or durations(incident).resolve.delta is not None
        if start is None or start.at is None or not known:
            # The duration then names no day, and nothing else in the document would.
            stamps = stamps.with_dates()
        frames = deal(incident, theme) if level >= _PHRASES else {}
        puns = Puns(theme.puns if level >= _PUNS else {}, incident)
        texts, thread = linked(_texts(incident)), spun(incident, theme)
        return cls(incident, theme, level, audience, now, stamps, entries, frames, puns, texts, thread)

    @property
    def internal(self) -> bool:
        return self.audience == "internal"

    @property
    def phrased(self) -> bool:
        return self.level >= _PHRASES

    def emoji(self, *keys: str) -> str:
        """The theme's emoji for the first of `keys` that has one, with a space after it; "" where none belongs."""
        if self.level < _GLYPHS or not self.theme.layout.glyphs:
            return ""
        return next((f"{self.theme.emoji[key]} " for key in keys if self.theme.emoji.get(key)), "")

    def flourish(self, name: str) -> str:
        """What comes after the plain words of a heading, "" for nothing."""
        return self.theme.flourishes.get(name, "") if self.level >= _GLYPHS else ""

    def prose(self, markdown: str, level: int = 2) -> str:
        """A section's own text, contained below a heading of `level`; told again, it has the same words."""
        if self.level < _PUNS:
            return escape.prose(markdown, level)
        if (markdown, level) not in self.told:
            self.told[markdown, level] = escape.prose(markdown, level, self._punning())
        return self.told[markdown, level]

    def _punning(self) -> Callable[[str], str]:
        left = _PUNS_A_SECTION

        def reword(text: str) -> str:
            nonlocal left
            made, count = self.puns.in_prose(text, left)
            left -= count
            return made

        return reword


def _texts(incident: Incident) -> Iterator[str]:
    """All prose of a document."""
    prose, impact = incident.postmortem, incident.impact
    yield from (value for field in fields(prose) if isinstance(value := getattr(prose, field.name), str))
    yield from (value for field in fields(impact) if isinstance(value := getattr(impact, field.name), str))
    yield from (section.text for section in prose.section)
