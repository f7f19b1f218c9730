"""A first draft from the record: edits that fill empty parts with what the timeline knows, and with nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from warroom.incident.changes import Set
from warroom.incident.durations import Downtime, downtimes, durations, milestones, out_of_order, span
from warroom.incident.kinds import MARK_WORDS, Mark
from warroom.incident.model import Entry, Incident, Section
from warroom.incident.order import reading_order
from warroom.incident.times import echo, words
from warroom.incident.times import zone as zone_of
from warroom.postmortem import escape

RECORD_TITLE = "From the record"


def fill(incident: Incident) -> tuple[Set, ...]:
    """Edits for the parts of the postmortem that are empty and that the record can say something about.

    What somebody wrote is never touched. Each sentence states facts of the incident alone: a time, a milestone, a text
    as it was logged; what is not known is called unknown. Times are in the incident's zone (TimeError without one).
    """
    record = _Record.of(incident)
    prose = incident.postmortem
    found = {
        "postmortem.summary": (prose.summary, " ".join(record.summary())),
        "postmortem.detection": (prose.detection, " ".join(record.detection())),
        "postmortem.root_cause": (prose.root_cause, "\n".join(record.causes())),
        "postmortem.resolution": (prose.resolution, " ".join(record.resolution())),
    }
    edits = [Set(path, text) for path, (written, text) in found.items() if text and not written.strip()]
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

    def time(self, at: datetime | None) -> str:
        """A moment with its zone, and with its date unless that is the day on which the record begins."""
        if at is None:
            return "at an unknown time"
        begin = next((entry.at for entry in self.entries if entry.at is not None), at)
        return f"at {echo(at, begin, self.zone)}"

    def summary(self) -> Iterator[str]:
        start, end = self.held.get("started"), self.held.get("resolved")
        if start is not None and start.at is not None:
            day = start.at.astimezone(self.zone).date().isoformat()
            yield f"The impact began on {day} {self.time(start.at)}."
        if end is not None and end.at is not None and not self.incident.open:
            length = durations(self.incident).resolve
            later = f", {length} later" if length.delta is not None else ""
            yield f"The incident was resolved {self.time(end.at)}{later}."
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
            yield f"Detected {self.time(found.at)}, {after}{self._by(found)}: {_sentence(found)}"
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
            yield f"Identified {self.time(found.at)}: {_sentence(found)}"
        for entry in self.entries:
            if entry.kind == "hypothesis" and entry.verdict == "supported" and entry is not found:
                yield f"Supported: {_sentence(entry)}"

    def resolution(self) -> Iterator[str]:
        for mark in ("mitigated", "resolved"):
            if entry := self.held.get(mark):
                yield f"{MARK_WORDS[mark].capitalize()} {self.time(entry.at)}: {_sentence(entry)}"

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
                yield f"{MARK_WORDS[mark]} {self.time(entry.at)}"
        for reason in out_of_order(self.entries):
            yield f"out of order: {reason}"

    def roles(self) -> Iterator[str]:
        for role, who in self.incident.roles.items():
            yield f"{escape.line(role)}: {escape.line(who)}"
        for entry in self.entries:
            if entry.kind == "change" and entry.field.startswith("roles."):
                role = escape.line(entry.field.removeprefix("roles."))
                passed = f"{escape.line(entry.old) or 'nobody'} to {escape.line(entry.new) or 'nobody'}"
                yield f"{role} passed from {passed} {self.time(entry.at)}"

    def ruled_out(self) -> Iterator[str]:
        for entry in self.entries:
            if entry.kind == "dead-end" or (entry.kind == "hypothesis" and entry.verdict == "ruled-out"):
                yield f"{self.time(entry.at)}: {_sentence(entry)}"


def _sentence(entry: Entry) -> str:
    """What was logged, word for word, on one line."""
    text = escape.line(entry.text or entry.command) or f"{escape.line(entry.service)} {entry.state}".strip()
    return text if text.endswith((".", "!", "?", "…")) or not text else f"{text}."
