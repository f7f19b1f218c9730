"""The one line at the top: severity, title, status and clock always; the rest as there is room."""

from datetime import datetime, tzinfo

from warroom.incident.durations import milestones
from warroom.incident.model import Incident
from warroom.incident.times import clock, short, words, zone_label
from warroom.presenters.runs import Line, Run
from warroom.text import clean_line
from warroom.text.width import cells, cut

_LEAST_TITLE = 12


def running(incident: Incident, now: datetime) -> str:
    """The clock: how long it has lasted and since what, or how long it lasted in all once it is over."""
    held = milestones(incident.entries)
    marked = [("impact", held.get("started")), ("detected", held.get("detected"))]
    starts = [(word, entry.at) for word, entry in marked if entry is not None and entry.at is not None]
    if incident.fields.declared_at is not None:
        starts.append(("declared", incident.fields.declared_at))
    if not starts:
        return ""
    word, start = starts[0]
    end = held.get("resolved")
    if not incident.open:
        if end is None or end.at is None:
            return ""
        return f"lasted {words(end.at - start)}" if word == "impact" else f"over {words(end.at - start)} after {word}"
    return f"{clock(now - start)} since {word}"


def update_due(incident: Incident, now: datetime) -> Run | None:
    """When the next update is due, or since when it is overdue."""
    due = incident.comms.next_due
    if due is None or not incident.open:
        return None
    left = due - now
    if left.total_seconds() >= 0:
        return Run(f"update in {short(left)}", "muted")
    return Run(f"UPDATE OVERDUE {short(-left)}", "overdue")


def header(incident: Incident | None, now: datetime, zone: tzinfo, width: int, trouble: str = "") -> Line:
    """At most `width` cells. `trouble` says that something is not on disk; it is never left out."""
    there = now.astimezone(zone)
    time = Run(f"{there:%H:%M:%S} {zone_label(there)}", "time")
    if incident is None:
        return _laid([Run("warroom ", "bold"), Run("no incident open", "muted")], [], time, "", width)
    head = incident.fields
    severity = Run(f" {head.severity if head.severity != 'unset' else 'sev?'} ", f"severity.{head.severity}")
    must = [severity, Run(head.status, f"status.{head.status}")]
    if passed := running(incident, now):
        must.append(Run(passed, "clock"))
    if trouble:
        must.append(Run("NOT ON DISK YET", "overdue"))
    if head.mode != "standard":
        must.append(Run(head.mode, "muted"))
    may = [run for run in (update_due(incident, now),) if run]
    may += [Run(f"{role} {clean_line(name)}", "muted") for role, name in _people(incident)]
    return _laid(must, may, time, clean_line(head.title), width)


def _people(incident: Incident) -> list[tuple[str, str]]:
    first = [(role, incident.roles.get(role, "")) for role in ("commander", "scribe")]
    others = [(role, name) for role, name in incident.roles.items() if role not in ("commander", "scribe")]
    named = [(role, name) for role, name in (*first, *others) if name]
    return named if incident.roles.get("commander") else [("commander", "nobody yet: r"), *named]


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
