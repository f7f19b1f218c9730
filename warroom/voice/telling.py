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
    it. The closest fit wins, by severity before duration before cause; among equals the incident's id decides.
    """
    span = None if incident.open else durations(incident).resolve.delta
    length = "ongoing" if incident.open else "unknown" if span is None else "known"
    cause = "known" if incident.postmortem.root_cause.strip() else "unknown"
    fitting = [
        telling
        for telling in tellings
        if telling.duration in ("", length)
        and telling.cause in ("", cause)
        and (not telling.severity or incident.fields.severity in telling.severity)
        and _within(telling, span)
        and all(values.get(name) for name in _named(telling))
    ]
    if not fitting:
        return ""
    closest = max(map(_closeness, fitting))
    best = [telling for telling in fitting if _closeness(telling) == closest]
    # With the text in it, the choice of an opening does not decide that of the closing as well.
    place = crc32(f"{best[0].text} {incident.fields.id}".encode()) % len(best)
    return best[place].text.format_map(dict(values))


def _within(telling: Telling, span: timedelta | None) -> bool:
    if span is None:
        return telling.at_least is None and telling.under is None
    return (telling.at_least or span) <= span and (telling.under is None or span < telling.under)


def _closeness(telling: Telling) -> tuple[bool, int, bool, bool, bool]:
    bounds = (telling.at_least is not None) + (telling.under is not None)
    return bool(telling.severity), bounds, bool(telling.duration), bool(telling.cause), bool(_named(telling))


def _named(telling: Telling) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(telling.text) if name]
