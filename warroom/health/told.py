"""What a record tells of the services, and whether what is seen now is news to it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from warroom.health.board import ServiceStatus, standing
from warroom.health.machine import Transition
from warroom.incident.durations import DownRun, downtimes, health_moments
from warroom.incident.kinds import HealthState
from warroom.incident.model import Entry, Incident


def is_watched(incident: Incident) -> bool:
    """Whether what is seen now belongs into this record: it is open, and of what happens, not of what has happened."""
    return incident.open and incident.fields.mode != "retrospective"


def states(entries: Iterable[Entry]) -> dict[str, HealthState]:
    """How each service stands by the last entry of it; struck ones tell nothing."""
    return {entry.service: entry.state for entry in entries if entry.service and entry.state and not entry.struck}


def is_news(entry: Entry, transition: Transition | None, told: Mapping[str, HealthState]) -> bool:
    """Whether `entry` says what the record does not say yet; a room that was opened again sees the same once more.

    That a service flaps, is steady again or paused is news whatever its state.
    """
    if not entry.service or not entry.state:
        return True
    if transition is not None and (transition.what != "state" or transition.after == "paused"):
        return True
    return _differs(entry.service, entry.state, told)


def as_recorded(service: str, transition: Transition, entries: Iterable[Entry]) -> Transition:
    """`transition` with the trouble that it ends begun when the record says so, where that is earlier.

    A room that was opened again has seen no more than the rest of it.
    """
    begun: datetime | None = None
    entered: datetime | None = None
    state: HealthState = ""
    for moment, entry in health_moments(entry for entry in entries if entry.service == service):
        if entry.state == "up":
            begun = None
        elif entry.state in ("down", "degraded"):
            begun = begun or moment
        if entry.state not in ("unknown", state):  # nobody saw it change while it was not observed
            entered, state = moment, entry.state
    trouble_since, left_since = transition.trouble_since, transition.left_since
    if begun is not None and trouble_since is not None and begun < trouble_since:
        trouble_since = begun
    if entered is not None and left_since is not None and state == transition.before and entered < left_since:
        left_since = entered
    return replace(transition, trouble_since=trouble_since, left_since=left_since)


def first_bad(troubled: Iterable[ServiceStatus], entries: Iterable[Entry]) -> tuple[str, datetime] | None:
    """The service that failed first of those `troubled`, and when: by the record, where that knows it for longer."""
    down = {outages.service: outages.runs[-1].start for outages in downtimes(entries) if outages.lasting}
    found = [
        (min(since, down.get(service.name, since)), service.name)
        for service in troubled
        if (since := service.trouble_since) is not None
    ]
    return (min(found)[1], min(found)[0]) if found else None


def first_outage(entries: Iterable[Entry]) -> DownRun | None:
    """The earliest outage that the record tells of, for whoever marks afterwards when it began."""
    return min((outages.runs[0] for outages in downtimes(entries)), key=lambda run: run.start, default=None)


def untold(services: Iterable[ServiceStatus], told: Mapping[str, HealthState]) -> list[ServiceStatus]:
    """The services whose state is certain now, and another than the record says."""
    certain = (one for one in services if one.pending is None and standing(one) in ("up", "degraded", "down"))
    return [one for one in certain if _differs(one.name, one.state, told)]


def unwatched(services: Iterable[str], told: Mapping[str, HealthState]) -> list[str]:
    """The services that the record calls in trouble though nobody looks at them any more: all but `services`."""
    watched = set(services)
    return [name for name, state in told.items() if state in ("down", "degraded") and name not in watched]


def _differs(service: str, state: str, told: Mapping[str, HealthState]) -> bool:
    # That a service is well of which the record has never heard is no news.
    return state != told.get(service, "up")
