"""From a confirmed change to the timeline entry that records it, with what was seen as evidence."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from warroom.health.board import ServiceStatus
from warroom.health.machine import Transition
from warroom.health.observer import Notice
from warroom.health.results import Result
from warroom.health.states import State
from warroom.incident.kinds import HealthState
from warroom.incident.model import Entry, Evidence
from warroom.incident.times import short, words

_BAD: Final = frozenset({"down", "degraded"})
_ENTRY_STATE: Final[dict[State, HealthState]] = {
    "unknown": "unknown",
    "up": "up",
    "degraded": "degraded",
    "down": "down",
    "paused": "unknown",
}


def health_entry(service: str, transition: Transition, entry_id: str, by: str = "") -> Entry:
    """The entry of kind "health" that tells `transition`; `at` is when it was confirmed, `since` when it began."""
    return Entry(
        id=entry_id,
        text=telling(service, transition),
        at=transition.at,
        by=by,
        kind="health",
        service=service,
        state=_ENTRY_STATE[transition.after],
        since=transition.since,
        source="monitor",
        evidence=tuple(_evidence(transition)),
    )


def standing_entry(status: ServiceStatus, entry_id: str, at: datetime, by: str = "") -> Entry:
    """The entry that says how a service stands at `at`, for a record that was not told when it came to stand so."""
    since = f" since {_stamp(status.since)}" if status.since else ""
    return Entry(
        id=entry_id,
        text=f"{status.name} {status.state.upper()}{since}{f': {status.why}' if status.why else ''}",
        at=at,
        by=by,
        kind="health",
        service=status.name,
        state=_ENTRY_STATE[status.state],
        since=status.since,
        source="monitor",
        evidence=tuple(Evidence(label, text) for label, text in status.evidence),
    )


def unwatched_entry(service: str, state: HealthState, entry_id: str, at: datetime, by: str = "") -> Entry:
    """The entry that says that nobody looks at a service any more, which was `state` when it was last looked at."""
    return Entry(
        id=entry_id,
        text=f"{service} no longer watched, was {state.upper()}",
        at=at,
        by=by,
        kind="health",
        service=service,
        state="unknown",
        source="monitor",
    )


def notice_entry(notice: Notice, entry_id: str, by: str = "") -> Entry:
    """The one entry for something that concerns the watch as a whole."""
    return Entry(
        id=entry_id,
        text=notice_text(notice),
        at=notice.at,
        by=by,
        kind="health",
        since=notice.since,
        source="monitor",
        evidence=(Evidence("services", ", ".join(notice.services)),) if notice.services else (),
    )


def notice_text(notice: Notice) -> str:
    """One line that tells a notice."""
    length = words(notice.at - notice.since)
    count = len(notice.services)
    match notice.what:
        case "offline":
            return f"this host is offline ({notice.reason}): remote services are not judged until it is back"
        case "online":
            return f"this host is back online after {length}: services are judged again"
        case "many":
            return f"{count} remote services failed at once: check the network of this host first"
        case "over":
            return f"{notice.reason}, after {length}; those still failing follow"
        case "gap":
            return f"not observed for {length}: {notice.reason}"


def telling(service: str, transition: Transition) -> str:
    """One line such as "backend DOWN: connection refused (3/3)" or "backend back UP after 4 min 12 s"."""
    after = transition.after.upper()
    if transition.what == "flapping":
        return f"{service} FLAPPING: {transition.flap_percent:.0f} % change in its last results, now {after}"
    if transition.what == "steady":
        return f"{service} steady again, now {after}{_because(transition)}"
    if transition.after == "paused":
        until = f"until {_stamp(transition.until)}" if transition.until else "until somebody resumes it"
        return f"{service} paused, not observed {until}"
    if transition.after == "unknown":
        return f"{service} no longer observed, was {transition.before.upper()}{_because(transition)}"
    if transition.before == "unknown" and transition.known != "unknown":
        still = "still " if transition.after == transition.known else ""
        return f"{service} observed again, {still}{after}{_because(transition)}"
    if transition.found_well:
        return f"{service} found UP{_because(transition)}"
    if transition.after == "up":
        return f"{service} back UP{_after(transition)}"
    if transition.before == "down" and transition.after == "degraded":
        return f"{service} DEGRADED, no longer DOWN{_because(transition)}{_counted(transition)}"
    return f"{service} {after}{_because(transition)}{_counted(transition)}"


def describe(result: Result) -> str:
    """A result as evidence: when, what, how long; times in UTC."""
    took = f" ({_seconds(result.took)})" if result.took is not None else ""
    return f"{_stamp(result.at)} {result.reason or result.level.name}{took}"


def _because(transition: Transition) -> str:
    return f": {transition.reason}" if transition.reason else ""


def _counted(transition: Transition) -> str:
    return f" ({transition.count}/{transition.needed})" if transition.needed else ""


def _after(transition: Transition) -> str:
    lasted = _between(transition.trouble_since, transition.since)
    return f" after {words(lasted)}" if lasted is not None else ""


def _evidence(transition: Transition) -> Iterator[Evidence]:
    if transition.last_good is not None and transition.after in _BAD:
        yield Evidence("last good", describe(transition.last_good))
    if transition.first is not None:
        yield Evidence("first bad" if transition.after in _BAD else "first", describe(transition.first))
    confirming = transition.confirming
    if confirming is None:
        return
    if confirming is not transition.first:
        yield Evidence("confirmed", describe(confirming))
    if transition.after != "up":  # a whole answer proves what is wrong; of what is well the result says enough
        for label, text in confirming.evidence:
            yield Evidence(label, text)
    if confirming.phases:
        yield Evidence("phases", ", ".join(f"{name} {_seconds(took)}" for name, took in confirming.phases))
    stood = _between(transition.left_since, transition.since)
    if stood is not None and transition.before in _BAD:
        yield Evidence("before", f"{transition.before.upper()} for {short(stood)}")


def _between(begin: datetime | None, end: datetime) -> timedelta | None:
    """How long something was; None where nobody knows, as when the clock went back meanwhile."""
    return end - begin if begin is not None and begin <= end else None


def _stamp(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if at else "unknown"


def _seconds(took: float) -> str:
    return f"{took * 1000:.3g} ms" if took < 1 else f"{took:.3g} s"
