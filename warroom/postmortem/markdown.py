"""The postmortem as Markdown: a pure function of incident, theme, audience and `now`."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, tzinfo

from warroom.incident.durations import durations
from warroom.incident.model import Action, Incident
from warroom.incident.times import zone as zone_of
from warroom.postmortem import escape, evidence, facts, timeline
from warroom.postmortem.narration import Narration
from warroom.postmortem.public import for_public, masked
from warroom.postmortem.stamps import day
from warroom.voice.tact import Audience
from warroom.voice.tact import humour as tactful
from warroom.voice.telling import choose
from warroom.voice.theme import Theme

_ALWAYS = ("summary", "impact", "root_cause", "resolution")
"""Sections that a reader looks for: where nobody wrote one, the document says so. Others are left out."""


def render(
    incident: Incident,
    theme: Theme,
    *,
    now: datetime,
    zone: tzinfo | None = None,
    humour: int | None = None,
    audience: Audience = "internal",
    keep: Collection[str] = (),
    picture: str = "",
) -> str:
    """The whole document. Times are shown in `zone`, else in the incident's (TimeError if it names none).

    `humour` is 0 to 3 (ValueError otherwise); None leaves it to tact. For the public, internal entries, names of
    people, internal impact and evidence are left out, and what looks like a credential is masked. Struck entries never
    appear. `keep` are values that only look like one; `picture` is Markdown to stand above the timeline. Ends with one
    newline.
    """
    blocks = parts(incident, theme, now=now, zone=zone, humour=humour, audience=audience, keep=keep, picture=picture)
    return "\n\n".join(blocks) + "\n"


def parts(
    incident: Incident,
    theme: Theme,
    *,
    now: datetime,
    zone: tzinfo | None = None,
    humour: int | None = None,
    audience: Audience = "internal",
    keep: Collection[str] = (),
    picture: str = "",
    told_timeline: Callable[[Narration], str] = timeline.render,
) -> tuple[str, ...]:
    """The document of `render` in pieces: headings, and what stands under them, each complete Markdown by itself.

    `told_timeline` makes the timeline; whoever renders one incident again and again may have kept it.
    """
    level = tactful(incident, audience, humour).level
    place = zone if zone is not None else zone_of(incident.fields.timezone)
    incident = masked(for_public(incident), keep) if audience == "public" else incident
    narration = Narration.of(incident, theme, level, audience, now, place)
    blocks = [f"# {narration.heading('title').replace('{title}', escape.line(incident.fields.title))}"]
    if incident.fields.mode == "drill":
        blocks.append(f"**{theme.words['drill']}**")
    number = 0
    for heading, body in _sections(narration, told_timeline, picture):
        if heading:
            number += 1
            blocks.append(f"## {number}. {heading}" if theme.layout.numbered else f"## {heading}")
        blocks.extend(block for block in body if block)
    if footnote := _footnote(narration):
        blocks.append(f"*{footnote}*")
    return tuple(blocks)


def _sections(
    narration: Narration, told_timeline: Callable[[Narration], str], picture: str
) -> Iterator[tuple[str, list[str]]]:
    layout, prose = narration.theme.layout, narration.incident.postmortem
    for name in layout.sections:
        match name:
            case "summary":
                yield narration.heading("summary"), _summary(narration)
            case "impact":
                if "impact" not in layout.facts:
                    found = facts.listed(facts.impact(narration))
                    yield narration.heading("impact"), [found or narration.theme.words["unwritten"]]
            case "timeline":
                zone = "" if narration.stamps.zoned else timeline.zone_note(narration)
                base = narration.theme.headings["timeline"]
                heading = narration.heading("timeline")
                named = heading.replace(base, f"{base} ({zone})", 1) if zone else heading
                yield named, [picture, told_timeline(narration)]
            case "root_cause" | "resolution" if layout.joined:
                if name == "root_cause":
                    yield narration.heading("cause_and_resolution"), _cause_and_resolution(narration)
            case "own":
                for section in prose.section:
                    yield escape.line(section.title), [narration.prose(section.text)]
            case "actions":
                payoff = narration.thread.actions if narration.phrased and narration.incident.actions else ""
                yield narration.heading("actions"), [_actions(narration), f"*{escape.line(payoff)}*" if payoff else ""]
            case "conclusion" | "evidence":
                body = {"conclusion": _conclusion, "evidence": evidence.render}[name](narration)
                if any(body):
                    yield narration.heading(name), body
            case _:
                text = narration.prose(getattr(prose, name))
                if text or name in _ALWAYS:
                    yield narration.heading(name), [text or narration.theme.words["unwritten"]]


def _summary(narration: Narration) -> list[str]:
    prose = narration.incident.postmortem
    text = (prose.public_summary if not narration.internal else "") or prose.summary
    opening = choose(narration.theme.opening, narration.incident, _names(narration)) if narration.phrased else ""
    return [opening, narration.prose(text) or narration.theme.words["unwritten"], facts.render(narration)]


def _cause_and_resolution(narration: Narration) -> list[str]:
    prose, theme = narration.incident.postmortem, narration.theme
    blocks = []
    for name in ("root_cause", "resolution"):
        text = narration.prose(getattr(prose, name)) or theme.words["unwritten"]
        label = f"**{theme.headings[name]}:**"
        # Only a paragraph goes on after its label; a list or a fence must begin on a line of its own.
        blocks += [f"{label} {text}"] if text[:1].isalnum() and "\n" not in text else [label, text]
    return blocks


def _conclusion(narration: Narration) -> list[str]:
    closing = choose(narration.theme.closing, narration.incident, _names(narration)) if narration.phrased else ""
    return [narration.prose(narration.incident.postmortem.conclusion), closing]


def _footnote(narration: Narration) -> str:
    if not narration.phrased:
        return ""
    chosen = choose(narration.theme.footnote, narration.incident, _names(narration))
    return chosen or escape.line(narration.thread.footnote)


def _names(narration: Narration) -> dict[str, str]:
    """What openings and closings may name, as Markdown; "" for what is not known."""
    incident = narration.incident
    length = durations(incident).resolve
    cause = facts.first_sentence(escape.prose(incident.postmortem.root_cause, 2))
    return {
        "title": escape.line(incident.fields.title),
        "duration": "" if incident.open or length.delta is None else str(length),
        "severity": "" if incident.fields.severity == "unset" else incident.fields.severity,
        "services": _listed(tuple(map(escape.line, incident.fields.services))),
        "cause": cause if cause[:1].isalnum() or cause[:1] == "`" else "",
    }


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _actions(narration: Narration) -> str:
    actions = narration.incident.actions
    if not actions:
        return narration.theme.words["no_actions"]
    if narration.theme.layout.actions == "table":
        return _actions_table(narration, actions)
    items = []
    for number, action in enumerate(actions, 1):
        named = f"**{escape.line(action.title)}:**" if action.detail.strip() else f"**{escape.line(action.title)}**"
        detail = narration.prose(action.detail)
        told = ", ".join(_in_words(name, value) for name, value in _properties(narration, action))
        indent = " " * (len(str(number)) + 2)
        if "\n" in detail:
            rows = f"{named}\n\n{detail}\n\n({told})".split("\n")
        else:
            rows = [timeline.with_details(f"{named} {detail}".strip(), told)]
        items.append(f"{number}. " + "\n".join([rows[0], *(f"{indent}{row}" if row else "" for row in rows[1:])]))
    return "\n".join(items)


def _in_words(name: str, value: str) -> str:
    match name:
        case "priority":
            return f"{value} priority"
        case "owner" | "due":
            return f"{name} {value}"
        case _:
            return value


def _properties(narration: Narration, action: Action) -> Iterator[tuple[str, str]]:
    if action.type:
        yield "type", action.type
    if action.priority:
        yield "priority", action.priority
    if action.owner and narration.internal:
        yield "owner", escape.line(action.owner)
    if action.due is not None:
        yield "due", day(action.due, narration.theme.layout.date)
    yield "status", action.status
    if action.url:
        yield "link", escape.line(action.url)


def _actions_table(narration: Narration, actions: tuple[Action, ...]) -> str:
    found = [dict(_properties(narration, action)) for action in actions]
    columns = [name for name in ("type", "priority", "owner", "due", "status", "link") if any(name in f for f in found)]
    rows = [["#", "Action", *(name.capitalize() for name in columns)]]
    for number, (action, values) in enumerate(zip(actions, found, strict=True), 1):
        title, detail = escape.line(action.title, in_table=True), escape.line(action.detail, in_table=True)
        what = f"**{title}:** {detail}" if detail else f"**{title}**"
        rows.append([str(number), what, *(values.get(name, "").replace("|", "\\|") for name in columns)])
    return timeline.table(rows)
