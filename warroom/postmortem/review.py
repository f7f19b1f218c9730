"""The review: what a postmortem still lacks, each finding with its place, its reason and its mend."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from warroom.incident.durations import downtimes, durations, out_of_order
from warroom.incident.milestones import milestones
from warroom.incident.model import Action, Entry, Incident
from warroom.incident.order import reading_order
from warroom.incident.times import echo, words
from warroom.incident.times import zone as zone_of
from warroom.incident.writers import is_shared
from warroom.postmortem import rules
from warroom.postmortem.links import linked
from warroom.postmortem.rules import RULES, Rule
from warroom.text import clean_line
from warroom.text.redact import credentials
from warroom.text.spans import code_spans

_PROSE = {
    "summary": "summary",
    "trigger": "trigger",
    "root_cause": "root cause",
    "contributing_factors": "contributing factors",
    "detection": "detection",
    "resolution": "resolution",
    "went_well": "what went well",
    "went_wrong": "what went wrong",
    "got_lucky": "where we got lucky",
    "lessons": "lessons",
    "conclusion": "conclusion",
    "public_summary": "public summary",
}
_CAUSES = ("trigger", "root_cause", "contributing_factors", "went_wrong")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LENGTH = r"\d+(?:\.\d+)?\s?(?:days?|d|hours?|hrs?|h|minutes?|mins?|min|m|seconds?|secs?|s)\b"
_LASTED = re.compile(
    rf"\b(?:lasted|took|down for|downtime of|outage of|duration of|unavailable for|out of service for)\s+"
    r"(?:for\s+)?(?:about|around|approximately|almost|nearly|roughly|some)?\s*"
    rf"(?P<length>{_LENGTH}(?:,? (?:and )?{_LENGTH})*)",
    re.IGNORECASE,
)
_PART = re.compile(r"(\d+(?:\.\d+)?)\s?([dhms])", re.IGNORECASE)
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s?%(?= of (?:\w+ ){0,2}(?:users|customers)\b)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?%")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend or to accept. `place` is a path of the file or an id, `where` how a person calls it."""

    rule: Rule
    place: str
    where: str
    detail: str = ""
    accepted: bool = False

    @property
    def key(self) -> str:
        """What `[[accepted]]` names to accept this one alone; the rule's id accepts all of its kind."""
        return f"{self.rule.id}:{self.place}"

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return clean_line(f"{self.where}: {self.rule.reason}{detail}; {self.rule.mend}")


def review(incident: Incident, today: date) -> tuple[Finding, ...]:
    """All findings in the order of the document, those accepted on purpose among them, marked so."""
    accepted = {item.finding for item in incident.accepted}
    found = [
        Finding(RULES[rule], place, where, detail, rule in accepted or f"{rule}:{place}" in accepted)
        for part in (_parts, _milestones, _entries, _actions, _texts, _links)
        for rule, place, where, detail in part(incident, today)
    ]
    return tuple(dict.fromkeys(found))


_Found = Iterator[tuple[str, str, str, str]]


def _parts(incident: Incident, _: date) -> _Found:
    prose, impact = incident.postmortem, incident.impact
    for name in ("summary", "root_cause", "resolution"):
        if not getattr(prose, name).strip():
            yield f"no-{name.replace('_', '-')}", f"postmortem.{name}", _PROSE[name], ""
    if all(value == "" for value in (impact.customers, impact.internal, impact.users_affected, impact.requests_failed)):
        yield "no-impact", "impact", "impact", ""
    if incident.fields.severity == "unset":
        yield "no-severity", "severity", "severity", ""


def _milestones(incident: Incident, _: date) -> _Found:
    held = milestones(incident.entries)
    for mark, rule in (("started", "no-start"), ("detected", "no-detection"), ("resolved", "no-end")):
        if mark not in held and not (mark == "resolved" and incident.open):
            yield rule, "timeline", "timeline", ""
    for number, reason in enumerate(out_of_order(incident.entries), 1):
        yield "order", f"timeline.{number}", "timeline", reason


def _entries(incident: Incident, _: date) -> _Found:
    kept = [entry for entry in reading_order(incident.entries) if not entry.struck]
    untimed = [entry for entry in kept if entry.at is None]
    if untimed:
        yield "untimed", "timeline", "timeline", f"{len(untimed)} of {len(kept)}"
    zone = zone_of(incident.fields.timezone)
    end = milestones(kept).get("resolved")
    for before, after in pairwise(kept):
        # What is logged after the end may take its time; an entry without one may fill any silence.
        if before.at is None or after.at is None or (end and end.at and before.at >= end.at):
            continue
        silence = after.at - (before.until or before.at)
        if silence > rules.LONG_GAP:
            yield "gap", after.id, f"timeline before {echo(after.at, before.at, zone)}", words(silence)
    for entry in kept:
        if entry.kind == "dead-end" and len(entry.text.split()) < rules.FEW_WORDS:
            yield "dead-end", entry.id, _called(entry), ""
        if entry.kind == "hypothesis" and entry.verdict in ("", "open") and not incident.open:
            yield "hypothesis", entry.id, _called(entry), ""


def _called(entry: Entry) -> str:
    text = clean_line(entry.text)
    return f'{entry.kind} "{text if len(text) <= 40 else text[:39] + "…"}"'


def _actions(incident: Incident, today: date) -> _Found:
    live = [action for action in incident.actions if action.status != "dropped"]
    if not live and not incident.open:
        yield "no-actions", "action", "actions", ""
    for number, action in enumerate(incident.actions, 1):
        if action in live:
            where = f"action {number}, {clean_line(action.title)}"
            yield from ((rule, action.id, where, detail) for rule, detail in _action(action, today))
    types = {action.type for action in live}
    if len(live) >= rules.SAME_TYPE and len(types) == 1 and "" not in types:
        yield "action-types", "action", "actions", types.pop()


def _action(action: Action, today: date) -> Iterator[tuple[str, str]]:
    said = f"{action.title}. {action.detail}"
    openings = [sentence.split()[:2] for sentence in re.split(r"[.:;]\s+", said)]
    if not any(word.lower().strip(",.:`") in rules.VERBS for opening in openings for word in opening):
        yield "action-verb", ""
    if found := rules.VAGUE.search(said):
        yield "action-vague", found[0]
    if action.status != "open":
        return
    if not action.owner.strip():
        yield "action-owner", ""
    if action.due is None:
        yield "action-due", ""
    elif action.due < today:
        yield "action-overdue", f"since {action.due.isoformat()}"


def _texts(incident: Incident, _: date) -> _Found:
    people = _people(incident)
    for place, where, text in _told(incident):
        yield from _prose(incident, place, where, text)
        is_cause = place.removeprefix("postmortem.") in _CAUSES
        if is_cause and people and (found := people.search(_without_code(text))):
            yield "person", place, where, found[0]
    for action in incident.actions:
        yield from _private(action.id, f"action {clean_line(action.title)}", f"{action.title} {action.detail}")
    for entry in incident.entries:
        if not entry.struck:
            yield from _private(entry.id, _called(entry), f"{entry.text} {entry.command}")
        if any(credentials(text) for text in entry.earlier_texts):
            yield "secret", entry.id, _called(entry), "in its revisions, which the file keeps: an editor takes it out"


def _told(incident: Incident) -> Iterator[tuple[str, str, str]]:
    """Place, name and words of each part that somebody wrote."""
    prose = incident.postmortem
    for name, where in _PROSE.items():
        yield f"postmortem.{name}", where, getattr(prose, name)
    for number, section in enumerate(prose.section):
        yield f"postmortem.section.{number}", clean_line(section.title) or "section", section.text
    yield "impact.customers", "impact", incident.impact.customers
    yield "impact.internal", "impact", incident.impact.internal


def _links(incident: Incident, _: date) -> _Found:
    told = list(_told(incident))
    told += [(action.id, f"action {clean_line(action.title)}", action.detail) for action in incident.actions]
    meant = [(place, where, linked([text])) for place, where, text in told]
    if any(ids for _, _, ids in meant):
        kept = {entry.id for entry in incident.entries if not entry.struck}
        for place, where, ids in meant:
            if lost := ids - kept:
                yield "link", place, where, ", ".join(sorted(lost))


def _people(incident: Incident) -> re.Pattern[str] | None:
    """The names of whoever took part; a shared login, a name of a service or of a single letter is none."""
    services = {service.casefold() for service in incident.fields.services}
    names = {*incident.roles.values(), *(entry.by for entry in incident.entries if entry.source != "monitor")}
    names = {name.strip() for name in (*names, *(action.owner for action in incident.actions))}
    kept = sorted(n for n in names if len(n) > 1 and n.casefold() not in services and not is_shared(n))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, kept))})(?!\w)", re.IGNORECASE) if kept else None


def _without_code(text: str) -> str:
    return "".join(" " if is_code else piece for piece, is_code in code_spans(text))


def _prose(incident: Incident, place: str, where: str, text: str) -> _Found:
    if not text.strip():
        return
    plain = _without_code(text)
    blame = ((found[0], question) for pattern, question in rules.BLAME if (found := pattern.search(plain)))
    if first := next(blame, None):
        yield "blame", place, where, f"{clean_line(first[0])}: {first[1]}"
    for sentence in re.split(r"(?<=[.!?])\s+|\n{2,}", plain):
        if (found := rules.CLOCK_TIME.search(sentence)) and not rules.ZONE.search(sentence):
            yield "zone", place, where, found[0]
            break
    if detail := _contradiction(incident, plain):
        yield "number", place, where, detail
    yield from _private(place, where, text)


def _private(place: str, where: str, text: str) -> _Found:
    if credentials(text):
        yield "secret", place, where, ""
    mails = (found[0] for found in rules.EMAIL.finditer(text))
    if any(not rules.EXAMPLE_HOSTS.search(mail) for mail in mails) or rules.PHONE.search(text):
        yield "personal", place, where, ""


def _contradiction(incident: Incident, text: str) -> str:
    """The first length or share of users in a text that the record says otherwise, with what it says; else ""."""
    known = _lengths(incident)
    for found in _LASTED.finditer(text):
        said = timedelta(seconds=sum(float(n) * _UNITS[unit.lower()] for n, unit in _PART.findall(found["length"])))
        if known and not any(abs(said - length) <= length * rules.NUMBER_TOLERANCE for length in known):
            return f"{clean_line(found['length'])}, the record has {' or '.join(map(words, known))}"
    recorded = _PERCENT.search(str(incident.impact.users_affected))
    for found in _SHARE.finditer(text):
        if recorded and float(found[1]) != float(recorded[1]):
            return f"{found[0]}, the impact has {recorded[0]}"
    return ""


def _lengths(incident: Incident) -> list[timedelta]:
    spans = durations(incident)
    found = [span.delta for span in (spans.mitigate, spans.resolve) if span.delta]
    found += [outage.total for outage in downtimes(incident.entries) if outage.total]
    return list(dict.fromkeys(found))
