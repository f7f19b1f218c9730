"""One entry as each theme tells it, to choose a theme by."""

from datetime import UTC, datetime, timedelta
from typing import Final

from warroom.incident.model import Entry, Fields, Incident
from warroom.postmortem.narration import Narration
from warroom.postmortem.timeline import render
from warroom.voice.tact import MOST
from warroom.voice.theme import Theme

_AT: Final = datetime(2026, 11, 21, 14, 5, 30, tzinfo=UTC)
_ENTRIES: Final = (
    Entry("1", "Pages load slowly.", _AT - timedelta(minutes=4), mark="started"),
    Entry("2", "The proxy looked guilty, its logs were clean.", _AT, kind="dead-end"),
)
_INCIDENT: Final = Incident(Fields(id="sample", title="Sample", severity="sev3"), entries=_ENTRIES)


def sample(theme: Theme) -> str:
    """A dead end as it stands in the timeline of a document in this theme, on one line of Markdown."""
    told = render(Narration.of(_INCIDENT, theme, MOST, "internal", _AT, UTC)).split("\n")
    return " ".join(told[-1].split())
