"""The postmortem as Markdown: a pure function of incident, theme, audience and `now`."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, tzinfo

from warroom.incident.durations import durations
from warroom.incident.model import Incident
from warroom.incident.times import zone as zone_of
from warroom.postmortem import actions, blocks, escape, evidence, facts, timeline
from warroom.postmortem.narration import Narration
from warroom.postmortem.piece import Piece
from warroom.postmortem.public import for_public, masked
from warroom.voice.tact import Audience
from warroom.voice.tact import humour as tactful
from warroom.voice.telling import choose
from warroom.voice.theme import Theme, ThemeError

_BULLET = re.compile(r"^-(?= )", re.MULTILINE)
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
    complain: Callable[[str], None] | None = None,
) -> str:
    """The whole document. Times are shown in `zone`, else in the incident's (TimeError if it names none).

    `humour` is 0 to 3 (ValueError otherwise); None leaves it to tact. For the public, internal entries, names of
    people, internal impact and evidence are left out, and what looks like a credential is masked. Struck entries never
    appear. `keep` are values that only look like one; `picture` is Markdown to stand above the timeline. Ends with one
    newline.
    """
    blocks = parts(
        incident,
        theme,
        now=now,
        zone=zone,
        humour=humour,
        audience=audience,
        keep=keep,
        picture=picture,
        complain=complain,
    )
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
    complain: Callable[[str], None] | None = None,
) -> tuple[str, ...]:
    """The document of `render` in pieces: headings, and what stands under them, each complete Markdown by itself.

    `told_timeline` makes the timeline; whoever renders one incident again and again may have kept it. Where the theme's
    template fails or loses a fact, `complain` hears why and the document is told without it; ThemeError without.
    """
    level = tactful(incident, audience, humour).level
    place = zone if zone is not None else zone_of(incident.fields.timezone)
    incident = masked(for_public(incident), keep) if audience == "public" else incident
    narration = Narration.of(incident, theme, level, audience, now, place)
    pieces = _pieces(narration, told_timeline, picture)
    if theme.template is not None:
        from warroom.postmortem.layout import filled

        try:
            return filled(theme.template, pieces, narration, picture)
        except ThemeError as error:
            if complain is None:
                raise
            complain(f"{error}; told without the template")
    return tuple(block for piece in pieces for block in (piece.heading, *piece.body) if block)


def _pieces(narration: Narration, told_timeline: Callable[[Narration], str], picture: str) -> list[Piece]:
    """The blocks of the document in order, each with its heading."""
    theme, fields = narration.theme, narration.incident.fields
    title = theme.headings["title"].replace("{title}", escape.line(fields.title))
    drill = f"**{theme.words['drill']}**" if fields.mode == "drill" else ""
    found = [Piece("title", f"# {title}{narration.flourish('title')}", title, (drill,))]
    number = 0
    for name, plain, flourish, body in _sections(narration, told_timeline, picture):
        heading = ""
        if plain:
            number += 1
            heading = f"## {number}. {plain}{flourish}" if theme.layout.numbered else f"## {plain}{flourish}"
        found.append(Piece(name, heading, plain, tuple(body)))
    footnote = _footnote(narration)
    return [*found, Piece("footnote", "", "", (f"*{footnote}*" if footnote else "",))]


def _sections(
    narration: Narration, told_timeline: Callable[[Narration], str], picture: str
) -> Iterator[tuple[str, str, str, list[str]]]:
    """Name, plain heading, flourish and body of each section that the document has."""
    layout, prose, headings = narration.theme.layout, narration.incident.postmortem, narration.theme.headings
    for name in layout.sections:
        match name:
            case "summary":
                yield name, headings[name], narration.flourish(name), _summary(narration)
            case "impact":
                if "impact" not in layout.facts:
                    found = facts.listed(facts.impact(narration))
                    told = [found or narration.theme.words["unwritten"]]
                    yield name, headings[name], narration.flourish(name), told
            case "timeline":
                zone = "" if narration.stamps.zoned else timeline.zone_note(narration)
                named = f"{headings[name]} ({zone})" if zone else headings[name]
                yield name, named, narration.flourish(name), [picture, told_timeline(narration)]
            case "root_cause" | "resolution" if layout.joined:
                if name == "root_cause":
                    key = "cause_and_resolution"
                    yield name, headings[key], narration.flourish(key), _cause_and_resolution(narration)
            case "own":
                for section in prose.section:
                    yield name, escape.line(section.title), "", [narration.prose(section.text)]
            case "actions":
                payoff = narration.thread.actions if narration.phrased and narration.incident.actions else ""
                told = [actions.render(narration), f"*{escape.line(payoff)}*" if payoff else ""]
                yield name, headings[name], narration.flourish(name), told
            case "conclusion" | "evidence":
                body = {"conclusion": _conclusion, "evidence": evidence.render}[name](narration)
                if any(body):
                    yield name, headings[name], narration.flourish(name), body
            case _:
                text = narration.prose(getattr(prose, name))
                if text or name in _ALWAYS:
                    told = [text or narration.theme.words["unwritten"]]
                    yield name, headings[name], narration.flourish(name), told


def _summary(narration: Narration) -> list[str]:
    prose = narration.incident.postmortem
    text = (prose.public_summary if not narration.internal else "") or prose.summary
    opening = choose(narration.theme.opening, narration.incident, _names(narration)) if narration.phrased else ""
    written, listed = narration.prose(text) or narration.theme.words["unwritten"], facts.render(narration)
    return [opening, written, _apart(written, listed)]


def _apart(above: str, listed: str) -> str:
    """A list by itself below a text that ends in one of the same marks: two such lists would be one."""
    last = blocks.split(above)[-1:] if listed.startswith("- ") else ()
    joined = any(block.kind == "item" and block.source.lstrip().startswith("-") for block in last)
    return _BULLET.sub("*", listed) if joined else listed


def _cause_and_resolution(narration: Narration) -> list[str]:
    prose, theme = narration.incident.postmortem, narration.theme
    told: list[str] = []
    for name, sign in (("root_cause", "cause"), ("resolution", "resolution")):
        written = narration.prose(getattr(prose, name))
        text = written or theme.words["unwritten"]
        label = f"**{theme.headings[name]}:**"
        # Only a paragraph goes on after its label; a list or a fence must begin on a line of its own.
        goes_on = text[:1].isalnum() and "\n" not in text
        emoji = narration.emoji(sign) if written else ""
        told += [f"{label} {emoji}{text}"] if goes_on else [label, text]
    return told


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
        "services": facts.listed_words(tuple(map(escape.line, incident.fields.services))),
        "cause": timeline.ended(cause) if cause[:1].isalnum() or cause[:1] in ("`", '"', "“") else "",
    }
