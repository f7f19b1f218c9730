"""The next update and the handoff brief, composed from the record alone; what it does not know is not filled in."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Final

from warroom.incident.durations import Downtime, downtimes
from warroom.incident.kinds import MARK_WORDS
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry, Incident
from warroom.incident.order import reading_order
from warroom.incident.promise import next_update, rhythm
from warroom.incident.tally import open_asks, tally
from warroom.incident.times import echo, short, words
from warroom.presenters.header import running
from warroom.text import clean, clean_line

UNSAID: Final = "not stated yet"
_DEEDS: Final = frozenset({"action", "decision", "escalation"})
"""What somebody did, in words; a command line is for those who work on it."""
_RECENT: Final = 5


def update_text(incident: Incident, now: datetime, zone: tzinfo) -> str:
    """State, impact, what was done since the last update, what is next, and when the next update comes.

    It goes to whoever waits for it, so that nothing of it is internal.
    """
    shown = [entry for entry in _told(incident) if not entry.internal]
    last = max((place for place, entry in enumerate(shown) if entry.kind == "comms"), default=-1)
    done = [entry for entry in shown[last + 1 :] if entry.kind in _DEEDS or entry.mark in ("mitigated", "resolved")]
    following = [f"{_first(entry)} (asked{_of(entry)})" for entry in open_asks(shown)]
    following += [f"checking: {_first(entry)}" for entry in _hypotheses(shown, "open")]
    lines = [
        _headline(incident),
        f"State: {_state(incident, now)}",
        f"Impact: {_impact(incident, internal=False)}",
        *_listed("Done since the last update" if last >= 0 else "Done", _timed(done, now, zone), "nothing logged"),
        *_listed("Next", following, UNSAID),
        f"Next update: {_promise(incident, now, zone)}",
    ]
    return "\n".join(lines) + "\n"


def down_since(outages: Downtime, now: datetime, zone: tzinfo) -> str:
    """Since when a service has been down, and since when nobody knows whether it still is."""
    last = outages.runs[-1]
    unseen = f", not observed since {echo(last.unseen, now, zone)}" if last.unseen is not None else ""
    return f"since {echo(last.start, now, zone)}{unseen}"


def handoff_text(incident: Incident, now: datetime, zone: tzinfo) -> str:
    """What the next person on the incident needs: state, who, milestones, hypotheses, asks, update, next steps."""
    shown = _told(incident)
    roles = [f"{clean_line(role)}: {clean_line(name)}" for role, name in incident.roles.items() if name]
    held = milestones(shown)
    marks = [f"{MARK_WORDS[mark]}: {_when(entry, now, zone)}" for mark, entry in held.items()]
    down = [
        f"{clean_line(service.service)} {down_since(service, now, zone)}"
        for service in downtimes(shown)
        if service.lasting
    ]
    updates = _timed([entry for entry in shown if entry.kind == "comms"][-1:], now, zone)
    asks = [f"{_first(entry)}{_of(entry)}{_due(entry, now)}" for entry in open_asks(shown)]
    steps = [_action(action.title, action.owner) for action in incident.actions if action.status == "open"]
    ruled_out = [*_hypotheses(shown, "ruled-out"), *(entry for entry in shown if entry.kind == "dead-end")]
    lines = [
        _headline(incident),
        f"State: {_state(incident, now)}",
        f"Impact: {_impact(incident, internal=True)}",
        *_listed("Roles", roles, "nobody is named"),
        *_listed("Milestones", marks, "none marked"),
        *_listed("Down by the record", down, "nothing"),
        *_listed("Hypotheses, open", map(_first, _hypotheses(shown, "open")), "none"),
        *_listed("Hypotheses, supported", map(_first, _hypotheses(shown, "supported")), "none"),
        *_listed("Ruled out", map(_first, ruled_out), "nothing"),
        *_listed("Open asks", asks, "none"),
        *_listed("Last update", updates, "none given"),
        f"Next update: {_next_update(incident, now, zone)}",
        *_listed("Next steps", steps, UNSAID),
        *_listed("Latest entries", _timed(shown[-_RECENT:], now, zone), "none"),
    ]
    return "\n".join(lines) + "\n"


def _told(incident: Incident) -> list[Entry]:
    return [entry for entry in reading_order(incident.entries) if not entry.struck]


def _hypotheses(entries: Iterable[Entry], verdict: str) -> list[Entry]:
    return [entry for entry in entries if entry.kind == "hypothesis" and (entry.verdict or "open") == verdict]


def _headline(incident: Incident) -> str:
    head = incident.fields
    severity = head.severity if head.severity != "unset" else "severity unset"
    drill = "DRILL: " if head.mode == "drill" else ""
    return f"{drill}[{severity}] {clean_line(head.title)}"


def _state(incident: Incident, now: datetime) -> str:
    passed = running(incident, now)
    return f"{incident.fields.status}, {passed}" if passed else incident.fields.status


def _impact(incident: Incident, *, internal: bool) -> str:
    impact = incident.impact
    prose = (impact.customers, impact.internal if internal else "")
    said = [clean_line(text) for text in prose if text.strip()]
    figures = (("Users affected", impact.users_affected), ("Requests failed", impact.requests_failed))
    said += [f"{name}: {clean_line(str(figure))}" for name, figure in figures if figure != ""]
    if services := ", ".join(map(clean_line, incident.fields.services)):
        if not said:
            return f"{UNSAID}; services: {services}"
        said.append(f"Services: {services}")
    return " ".join(text if text.endswith((".", "!")) else f"{text}." for text in said) or UNSAID


def _promise(incident: Incident, now: datetime, zone: tzinfo) -> str:
    """When the next update comes, given that this one goes out now."""
    every = rhythm(incident) if incident.open else None
    if every is None:
        return _next_update(incident, now, zone)
    return f"{echo(now + every, now, zone)} (every {words(every)})"


def _next_update(incident: Incident, now: datetime, zone: tzinfo) -> str:
    if not incident.open:
        return f"none, this incident is {incident.fields.status}"
    due = next_update(incident, tally(incident.entries).told)
    if due is None:
        return "none promised yet"
    told = echo(due, now, zone)
    return f"{told}, overdue by {short(now - due)}" if due < now else told


def _listed(title: str, items: Iterable[str], none: str) -> list[str]:
    found = list(items)
    return [f"{title}:", *(f"  - {item}" for item in found)] if found else [f"{title}: {none}"]


def _timed(entries: Iterable[Entry], now: datetime, zone: tzinfo) -> list[str]:
    return [f"{_when(entry, now, zone)}  {_first(entry)}" for entry in entries]


def _when(entry: Entry, now: datetime, zone: tzinfo) -> str:
    return echo(entry.at, now, zone) if entry.at is not None else "time unknown"


def _first(entry: Entry) -> str:
    first, _, more = clean(entry.text).strip().partition("\n")
    return f"{clean_line(first) or entry.mark or 'not described yet'}{' ...' if more else ''}"


def _of(entry: Entry) -> str:
    return f" of {clean_line(entry.to)}" if entry.to else ""


def _due(entry: Entry, now: datetime) -> str:
    if entry.due is None:
        return ""
    return f", due in {short(entry.due - now)}" if entry.due >= now else f", overdue by {short(now - entry.due)}"


def _action(title: str, owner: str) -> str:
    return f"{clean_line(title)} ({clean_line(owner) or 'no owner'})"
