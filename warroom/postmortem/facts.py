"""The facts at the top of a document and the impact: labelled values, each only where it is known."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from warroom.incident.durations import Span, downtimes, durations
from warroom.incident.milestones import milestones
from warroom.incident.times import words
from warroom.postmortem import escape
from warroom.postmortem.blocks import split
from warroom.postmortem.narration import Narration
from warroom.postmortem.timeline import table

_IMPACT: Final = ("customers", "internal", "users_affected", "requests_failed", "data_loss", "revenue", "support_cases")
_TIMES: Final = {
    "detect": "detected",
    "acknowledge": "acknowledged",
    "identify": "identified",
    "mitigate": "mitigated",
}
_STOP: Final = re.compile(r"[.!][\"'”’)]*(?=\s+[^\sa-z])")
_SHORTENED: Final = ("e.g", "i.e", "approx", " ca", " cf", " vs", "etc", "incl", "Dr", "Mr", "Mrs", "Ms", " St")
"""Ends of words behind which a stop ends no sentence."""


def render(narration: Narration) -> str:
    """The facts in the theme's order, as a list or a table."""
    found = [pair for name in narration.theme.layout.facts for pair in _fact(narration, name)]
    if narration.theme.layout.facts_form == "list":
        return listed(found)
    rows = [[f"**{label}**", " ".join(value.split("\n")).replace("|", "\\|")] for label, value in found]
    return table([["Fact", "Value"], *rows])


def listed(pairs: list[tuple[str, str]]) -> str:
    """Labelled values as a list; a value of several paragraphs stands indented under its label."""
    items = []
    for label, value in pairs:
        if "\n" in value:
            indented = "\n".join(f"  {row}" if row else "" for row in value.split("\n"))
            items.append(f"- **{label}:**\n\n{indented}")
        else:
            items.append(f"- **{label}:** {value}")
    return "\n".join(items)


def _fact(narration: Narration, name: str) -> Iterator[tuple[str, str]]:
    incident, labels = narration.incident, narration.theme.labels
    match name:
        case "severity":
            yield labels["severity"], incident.fields.severity.replace("unset", "not set")
        case "status":
            yield labels["status"], incident.fields.status
        case "mode" if incident.fields.mode == "retrospective":
            yield labels["mode"], narration.theme.words["retrospective"]
        case "duration":
            yield labels["duration"], duration(narration)
        case "times":
            if told := _times(narration):
                yield labels["times"], told
        case "downtime":
            if told := _downtime(narration):
                yield labels["downtime"], told
        case "services" if incident.fields.services:
            yield labels["services"], ", ".join(map(escape.line, incident.fields.services))
        case "roles" if narration.internal:
            for role, who in incident.roles.items():
                yield escape.line(role[:1].upper() + role[1:]), escape.line(who)
        case "impact":
            yield from impact(narration)
        case "cause" if told := first_sentence(narration.prose(incident.postmortem.root_cause)):
            yield labels["cause"], narration.emoji("cause") + told


def duration(narration: Narration) -> str:
    """How long it took and from when to when; why that is unknown, or that it still goes on."""
    span = durations(narration.incident).resolve
    held = milestones(narration.incident.entries)
    start = held["started"].at if "started" in held else None
    end = held["resolved"].at if "resolved" in held else None
    known = narration.theme.words
    if narration.incident.open and start is not None:
        so_far = words(max(narration.now - start, timedelta(0)))
        return f"{known['ongoing']}, {so_far} so far ({narration.stamps.range(start, None, known['ongoing'])})"
    if span.delta is None or start is None:
        return f"{known['unknown']}: {escape.line(span.why)}" if span.why else known["unknown"]
    return f"{span} ({narration.stamps.range(start, end, known['ongoing'])})"


def _times(narration: Narration) -> str:
    spans, held = durations(narration.incident), milestones(narration.incident.entries)
    told: list[tuple[list[str], str]] = []
    for verb, mark in _TIMES.items():
        span = getattr(spans, verb)
        # The time to detect is asked for in every review; of the others only what somebody marked is worth a word.
        if span.delta is not None or verb == "detect" or mark in held:
            length = _length(narration, span, marked=mark in held)
            if span.delta is None and told and told[-1][1] == length:
                told[-1][0].append(verb)
            else:
                told.append(([verb], length))
    return ", ".join(f"{listed_words(verbs)} {length}" for verbs, length in told)


def _length(narration: Narration, span: Span, *, marked: bool) -> str:
    if span.delta is None:
        unknown = narration.theme.words["unknown"]
        return f"{unknown} ({escape.line(span.why)})" if marked and span.why else unknown
    # Two entries of one minute are not 0 s apart: nobody wrote down the seconds.
    return str(span) if span.delta or span.most else narration.theme.words["at_once"]


def _downtime(narration: Narration) -> str:
    """How long each service was down; of an incident that is over nobody knows that an outage still goes on."""
    told, known = [], narration.theme.words
    for found in downtimes(narration.incident.entries):
        length = words(found.total) if found.total is not None else ""
        end = ""
        if found.lasting and narration.incident.open:
            end = f"and {known['ongoing']}" if length else known["ongoing"]
        elif found.lasting:
            end = f"({known['no_recovery']})"
        told.append(" ".join(part for part in (escape.line(found.service), length, end) if part))
    return ", ".join(told)


def impact(narration: Narration) -> list[tuple[str, str]]:
    """Whom it hurt, as labelled values; what is internal stays so."""
    found = []
    for name in _IMPACT:
        value = getattr(narration.incident.impact, name)
        if value == "" or (not narration.internal and name in ("internal", "revenue", "support_cases")):
            continue
        text = narration.prose(value) if isinstance(value, str) else str(value)
        if text:
            sign = narration.emoji(name) if text[0].isalnum() and "\n" not in text else ""
            found.append((narration.theme.labels[name], sign + text))
    return found


def listed_words(named: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"; "" for none."""
    return f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else "".join(named)


def first_sentence(markdown: str) -> str:
    """The first sentence of a text, on one line; "" where it begins with a list, a table or code, or announces one."""
    first = markdown.split("\n\n")[0]
    if [block.kind for block in split(first)] != ["paragraph"] or first.endswith(":"):
        return ""
    paragraph = " ".join(first.split())
    for stop in _STOP.finditer(paragraph):
        before = paragraph[: stop.start()]
        if before.count("`") % 2 == 0 and not before.endswith(_SHORTENED):
            return paragraph[: stop.end()]
    return paragraph
