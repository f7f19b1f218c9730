"""A first draft from the record: edits that fill empty parts with what the timeline knows, and with nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from warroom.incident.changes import Set
from warroom.incident.durations import Downtime, downtimes, durations, out_of_order, span
from warroom.incident.kinds import MARK_WORDS, Mark
from warroom.incident.milestones import milestones
from warroom.incident.model import Entry, Incident, Section
from warroom.incident.order import reading_order
from warroom.incident.times import echo, words
from warroom.incident.times import zone as zone_of
from warroom.postmortem import escape

RECORD_TITLE = "From the record"

_SETTLED_BY: Final[dict[str, tuple[Mark, ...]]] = {"detection": ("started", "detected"), "root_cause": ("identified",)}
"""The parts that can be told before the end, and the milestones that settle them."""


def fill(incident: Incident) -> tuple[Set, ...]:
    """Edits for the parts of the postmortem that are empty and that the record can say something about.

    What somebody wrote is never touched. Each sentence states facts of the incident alone: a time, a milestone, a text
    as it was logged; what is not known is called unknown. Times are in the incident's zone (TimeError without one).

    While the incident is open only what is settled is filled: how it was noticed, and the cause once it is marked. The
    rest would call unknown what is only not known yet, and stay so: a part that has words is filled no more.
    """
    record, prose = _Record.of(incident), incident.postmortem
    made = {
        "summary": " ".join(record.summary()),
        "detection": " ".join(record.detection()),
        "root_cause": "\n".join(record.causes()),
        "resolution": " ".join(record.resolution()),
    }
    edits = [
        Set(f"postmortem.{part}", text)
        for part, text in made.items()
        if text and not getattr(prose, part).strip() and (not incident.open or record.settled(part))
    ]
    if incident.open:
        return tuple(edits)
    if (text := record.appendix()) and all(section.title != RECORD_TITLE for section in prose.section):
        edits.append(Set("postmortem.section", (*prose.section, Section(RECORD_TITLE, text))))
    return tuple(edits)


@dataclass(frozen=True, slots=True)
class _Record:
    """The timeline as a draft needs it: what is not struck, in reading order, its milestones and its outages."""

    incident: Incident
    entries: tuple[Entry, ...]
    held: dict[Mark, Entry]
    outages: tuple[Downtime, ...]
    zone: tzinfo

    @classmethod
    def of(cls, incident: Incident) -> "_Record":
        entries = tuple(entry for entry in reading_order(incident.entries) if not entry.struck)
        zone = zone_of(incident.fields.timezone)
        return cls(incident, entries, milestones(entries), downtimes(entries), zone)

    def settled(self, part: str) -> bool:
        """Whether what this part says can be known before the end."""
        return part in _SETTLED_BY and all(mark in self.held for mark in _SETTLED_BY[part])

    def time(self, at: datetime | None, until: datetime | None = None) -> str:
        """A moment with its zone, and with its date unless that is the day on which the record begins."""
        if at is None:
            return "at an unknown time"
        begin = next((entry.at for entry in self.entries if entry.at is not None), at)
        told = echo(at, begin, self.zone)
        return f"at {told}" if until is None or until <= at else f"between {told} and {echo(until, begin, self.zone)}"

    def when(self, entry: Entry) -> str:
        return self.time(entry.at, entry.until)

    def summary(self) -> Iterator[str]:
        start, end = self.held.get("started"), self.held.get("resolved")
        if start is not None and start.at is not None:
            day = start.at.astimezone(self.zone).date().isoformat()
            yield f"The impact began on {day} {self.when(start)}."
        elif start is not None or end is not None:
            yield "When the impact began is unknown."
        if end is not None and end.at is not None:
            length = durations(self.incident).resolve
            later = f", {length} later" if length.delta is not None else ""
            yield f"The incident was resolved {self.when(end)}{later}."
        elif start is not None:
            yield "When the incident was resolved is unknown."
        yield from map(self._outage, self.outages)

    def _outage(self, found: Downtime) -> str:
        service = escape.line(found.service)
        ended = [run for run in found.runs if run.end is not None]
        parts = []
        if found.total is not None:
            times = f" in {len(ended)} outages" if len(ended) > 1 else ""
            parts.append(f"was down for {words(found.total)}{times}")
        if found.lasting:
            parts.append(f"went down {self.time(found.runs[-1].start)}, and no recovery is recorded")
        return f"{service} {' and '.join(parts)}."

    def detection(self) -> Iterator[str]:
        found, start = self.held.get("detected"), self.held.get("started")
        if found is not None:
            length = span(start, found, MARK_WORDS["started"], MARK_WORDS["detected"])
            after = f"{length} after the impact began" if length.delta else "as the impact began"
            if length.delta is None:
                after = "how long after the impact began is unknown"
            yield _told(f"Detected {self.when(found)}, {after}{self._by(found)}", found)
        for outage in self.outages:
            first = outage.runs[0].start
            if found is None or found.at is None or first < found.at:
                yield f"The first bad result of {escape.line(outage.service)} was {self.time(first)}."

    def _by(self, entry: Entry) -> str:
        if entry.source == "monitor" or (entry.kind == "health" and not entry.by):
            return ", by the monitoring"
        return f", by {escape.line(entry.by)}" if entry.by else ""

    def causes(self) -> Iterator[str]:
        found = self.held.get("identified")
        if found is not None:
            yield _told(f"Identified {self.when(found)}", found)
        for entry in self.entries:
            if entry.kind == "hypothesis" and entry.verdict == "supported" and entry is not found:
                yield f"Supported: {_sentence(entry)}"

    def resolution(self) -> Iterator[str]:
        for mark in ("mitigated", "resolved"):
            if entry := self.held.get(mark):
                yield _told(f"{MARK_WORDS[mark].capitalize()} {self.when(entry)}", entry)

    def appendix(self) -> str:
        parts = {
            "Milestones, in their order": list(self.milestones()),
            "Roles": list(self.roles()),
            "Tried, and ruled out": list(self.ruled_out()),
        }
        blocks = [f"**{title}**\n\n" + "\n".join(f"- {row}" for row in rows) for title, rows in parts.items() if rows]
        return "\n\n".join(blocks)

    def milestones(self) -> Iterator[str]:
        holders = {entry.id: mark for mark, entry in self.held.items()}
        for entry in self.entries:
            if mark := holders.get(entry.id):
                yield f"{MARK_WORDS[mark]} {self.when(entry)}"
        for reason in out_of_order(self.entries):
            yield f"out of order: {reason}"

    def roles(self) -> Iterator[str]:
        for role, who in self.incident.roles.items():
            yield f"{escape.line(role)}: {escape.line(who)}"
        for entry in self.entries:
            if entry.kind == "change" and entry.field.startswith("roles."):
                role = escape.line(entry.field.removeprefix("roles."))
                yield f"{role} {_passed(escape.line(entry.old), escape.line(entry.new))} {self.time(entry.at)}"

    def ruled_out(self) -> Iterator[str]:
        for entry in self.entries:
            if entry.kind == "dead-end" or (entry.kind == "hypothesis" and entry.verdict == "ruled-out"):
                yield f"{self.when(entry)}: {_sentence(entry)}"


def _passed(old: str, new: str) -> str:
    if old and new:
        return f"passed from {old} to {new}"
    return f"taken by {new}" if new else f"given up by {old}"


def _told(lead: str, entry: Entry) -> str:
    """`lead` and the words of a milestone, where they say more than that it is one."""
    said = _sentence(entry)
    return f"{lead}: {said}" if said.strip(" .").casefold() not in ("", MARK_WORDS.get(entry.mark)) else f"{lead}."


def _sentence(entry: Entry) -> str:
    """What was logged, word for word, on one line."""
    text = escape.line(entry.text or entry.command) or f"{escape.line(entry.service)} {entry.state}".strip()
    return text if text.endswith((".", "!", "?", "…")) or not text else f"{text}."
