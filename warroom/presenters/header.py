"""The one line at the top: severity, title, status and clock always; the rest as there is room."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from warroom.incident.kinds import Mark
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry, Incident
from warroom.incident.promise import next_update
from warroom.incident.tally import Tally, tally
from warroom.incident.times import clock, short, words, zone_label
from warroom.presenters.runs import Line, Run
from warroom.text import clean_line
from warroom.text.width import cells, cut

_LEAST_TITLE: Final = 12
_STARTS: Final[tuple[tuple[str, Mark], ...]] = (("impact", "started"), ("detection", "detected"))


def began(incident: Incident, held: Mapping[Mark, Entry]) -> tuple[str, datetime] | None:
    """Since when the clock runs, and what began then: the impact, else its detection, else the declaration."""
    for word, mark in _STARTS:
        if (entry := held.get(mark)) is not None and entry.at is not None:
            return word, entry.at
    declared = incident.fields.declared_at
    return None if declared is None else ("declaration", declared)


def running(incident: Incident, now: datetime, held: Mapping[Mark, Entry] | None = None) -> str:
    """The clock: how long it has lasted and since what, or how long it lasted in all once it is over."""
    held = milestones(incident.entries) if held is None else held
    if (start := began(incident, held)) is None:
        return ""
    word, at = start
    end = held.get("resolved")
    if not incident.open:
        if end is None or end.at is None:
            return ""
        if end.at < at:
            return f"ended before {word}"
        return f"lasted {words(end.at - at)}" if word == "impact" else f"ended {words(end.at - at)} after {word}"
    return f"{word} in {clock(at - now)}" if at > now else f"{clock(now - at)} since {word}"


def update_due(incident: Incident, now: datetime, told: Entry | None) -> Run | None:
    """When the next update is due, or since when it is overdue; `told` is the last one that was given."""
    due = next_update(incident, told)
    if due is None:
        return None
    left = due - now
    if left.total_seconds() >= 0:
        return Run(f"update in {short(left)}", "muted")
    return Run(f"UPDATE OVERDUE {short(-left)}", "overdue")


def asks_due(asks: Iterable[Entry], now: datetime) -> Run | None:
    """The ask that is due next, or is overdue longest, and how many there are beside it."""
    dated = sorted((ask.due, ask.to) for ask in asks if ask.due is not None)
    if not dated:
        return None
    due, to = dated[0]
    more = f" +{len(dated) - 1}" if len(dated) > 1 else ""
    who = clean_line(to) or "ask"
    if due >= now:
        return Run(f"{who} in {short(due - now)}{more}", "muted")
    return Run(f"{who.upper() if who == 'ask' else who} OVERDUE {short(now - due)}{more}", "overdue")


def ask_overdue(asks: Iterable[Entry], now: datetime) -> str:
    """The ask that is overdue longest, in a line; "" where none is."""
    late = [ask for ask in asks if ask.due is not None and ask.due < now]
    if not late:
        return ""
    ask = min(late, key=lambda ask: (ask.due, ask.id))
    who = clean_line(ask.to) or "an ask"
    return f"{who} was to answer {short(now - ask.due)} ago: {clean_line(ask.text)}" if ask.due else ""


def header(
    incident: Incident | None,
    now: datetime,
    zone: tzinfo,
    width: int,
    trouble: str = "",
    counted: Tally | None = None,
    hint: Callable[[str], str] = str,
) -> Line:
    """At most `width` cells. `trouble` says that something is not on disk; it is never left out.

    `counted` is what the timeline comes to, where somebody knows already. `hint` puts the key of each `{command id}`
    into a sentence.
    """
    there = now.astimezone(zone)
    time = Run(f"{there:%H:%M:%S} {zone_label(there)}", "time")
    if incident is None:
        return _laid([Run("warroom ", "bold"), Run("no incident open", "muted")], [], time, "", width)
    counted = tally(incident.entries) if counted is None else counted
    head = incident.fields
    severity = Run(f" {head.severity if head.severity != 'unset' else 'sev?'} ", f"severity.{head.severity}")
    must = [severity, Run(head.status, f"status.{head.status}")]
    if passed := running(incident, now, counted.held):
        must.append(Run(passed, "clock"))
    if trouble:
        must.append(Run("NOT ON DISK YET", "overdue"))
    if head.mode != "standard":
        must.append(Run(head.mode, "muted"))
    due = update_due(incident, now, counted.told), asks_due(counted.asks, now) if incident.open else None
    must += [run for run in due if run is not None and run.style == "overdue"]
    may = [run for run in due if run is not None and run.style != "overdue"]
    if counted.stamps:
        may.append(Run(hint(f"{counted.stamps} to describe: {{stamps.walk}}"), "stamp"))
    if not incident.roles.get("commander"):
        may.append(Run(hint("commander nobody yet: {incident.roles}"), "muted"))
    may += [Run(clean_line(f"{role} {name}"), "muted") for role, name in _people(incident)]
    if there.utcoffset():
        may.append(Run(f"{now.astimezone(UTC):%H:%M} UTC", "time"))
    return _laid(must, may, time, clean_line(head.title), width)


def _people(incident: Incident) -> list[tuple[str, str]]:
    first = [(role, incident.roles.get(role, "")) for role in ("commander", "scribe")]
    others = [(role, name) for role, name in incident.roles.items() if role not in ("commander", "scribe")]
    return [(role, name) for role, name in (*first, *others) if name]


def _laid(must: list[Run], may: list[Run], time: Run, title: str, width: int) -> Line:
    """Severity, title, the rest; runs of `may` and the time join while the title keeps its least width."""
    least = min(cells(title), _LEAST_TITLE)
    shown = list(must)
    used = sum(cells(run.text) + 2 for run in must) + (least + 2 if title else 0)
    if used + cells(time.text) <= width:
        used += cells(time.text) + 1
    else:
        time = Run("")
    for run in may:
        if used + cells(run.text) + 2 + max(0, min(cells(title), 28) - least) <= width:
            shown.append(run)
            used += cells(run.text) + 2
    room = width - (used - least)
    line: list[Run] = [shown[0], Run(" ")]
    if title:
        line += [Run(cut(title, max(room, least)), "bold"), Run("  ")]
    for run in shown[1:]:
        line += [run, Run("  ")]
    left = width - sum(cells(run.text) for run in line) - cells(time.text)
    line += [Run(" " * max(left, 0)), time]
    return _trimmed(line, width)


def _trimmed(line: list[Run], width: int) -> Line:
    kept: list[Run] = []
    for run in line:
        part = cut(run.text, width)
        kept.append(run._replace(text=part))
        width -= cells(part)
        if width <= 0:
            break
    return tuple(kept)
