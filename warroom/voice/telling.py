"""Openings, closings and footnotes: which of a theme's fits an incident, with its names filled in."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from string import Formatter
from zlib import crc32

from warroom.incident.durations import durations
from warroom.incident.model import Incident
from warroom.voice.theme import Telling


def choose(tellings: Sequence[Telling], incident: Incident, values: Mapping[str, str]) -> str:
    """The text of the telling that fits best, "" where none does.

    `values` are the names a telling may use, as Markdown; one that is "" or missing rules out the tellings that name
    it. Among those with the most conditions the incident's id decides.
    """
    length = durations(incident).resolve.delta
    cause = "known" if incident.postmortem.root_cause.strip() else "unknown"
    fitting = [telling for telling in tellings if _fits(telling, incident.fields.severity, cause, length, values)]
    if not fitting:
        return ""
    most = max(map(_conditions, fitting))
    best = [telling for telling in fitting if _conditions(telling) == most]
    return best[crc32(incident.fields.id.encode()) % len(best)].text.format_map(dict(values))


def _fits(telling: Telling, severity: str, cause: str, length: timedelta | None, values: Mapping[str, str]) -> bool:
    if telling.severity and severity not in telling.severity:
        return False
    if telling.cause not in ("", cause) or telling.duration not in ("", "unknown" if length is None else "known"):
        return False
    if (telling.at_least or telling.under) and length is None:
        return False
    if telling.at_least is not None and length is not None and length < telling.at_least:
        return False
    if telling.under is not None and length is not None and length >= telling.under:
        return False
    return all(values.get(name) for _, name, _, _ in Formatter().parse(telling.text) if name)


def _conditions(telling: Telling) -> int:
    """How closely a telling fits what it fits at all; a bound of the duration says more than that it is known."""
    given = (telling.severity, telling.cause, telling.duration)
    named = any(name for _, name, _, _ in Formatter().parse(telling.text))
    bounds = sum(3 for bound in (telling.at_least, telling.under) if bound)
    return sum(1 for condition in given if condition) + bounds + (1 if named else 0)
