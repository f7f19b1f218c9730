"""A theme: how the war room looks and how a document tells its facts, as data from a TOML file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, get_args

from warroom.incident.kinds import KINDS, MARKS, ActionType, HealthState
from warroom.toml import TomlError

TimelineForm = Literal["bullets", "table", "lines", "labels"]
FactsForm = Literal["list", "table"]
ActionsForm = Literal["table", "numbered"]
Seconds = Literal["auto", "always"]
ZonePlace = Literal["heading", "entry"]
DateForm = Literal["iso", "month-first", "day-first"]
StampStyle = Literal["plain", "bold", "code"]

STATES: Final[tuple[HealthState, ...]] = get_args(HealthState)[1:]
PHRASE_KEYS: Final = (*KINDS, *MARKS, *STATES)
"""What a glyph, a label or a phrase can be for: a kind, a milestone, the state of a health entry."""

EMOJI_KEYS: Final = (*PHRASE_KEYS, *get_args(ActionType)[1:], "customers", "cause", "resolution")
"""What an emoji can stand at: all that a phrase can be for, the types of actions, and the facts that a reader seeks."""

SECTIONS: Final = (
    "summary",
    "impact",
    "timeline",
    "trigger",
    "root_cause",
    "contributing_factors",
    "detection",
    "resolution",
    "went_well",
    "went_wrong",
    "got_lucky",
    "lessons",
    "own",
    "actions",
    "conclusion",
    "evidence",
)
"""The parts of a document in their plain order; a theme may order them otherwise, not leave one out."""

FACTS: Final = ("severity", "status", "mode", "duration", "times", "downtime", "services", "roles", "impact", "cause")
"""What can stand in the list at the top. `impact` and `cause` stand there only where a theme names them."""

HEADINGS: Final = ("title", *(name for name in SECTIONS if name != "own"), "cause_and_resolution")
LABELS: Final = (
    *PHRASE_KEYS,
    *("severity", "status", "mode", "duration", "times", "downtime", "services", "cause"),
    *("customers", "internal", "users_affected", "requests_failed", "data_loss", "revenue", "support_cases"),
)
WORDS: Final = (
    *("unknown", "ongoing", "no_recovery", "untimed", "at_once", "drill", "retrospective"),
    *("no_timeline", "no_actions", "unwritten"),
)
PALETTE: Final = (
    *("background", "surface", "panel", "foreground", "muted", "primary", "secondary", "accent"),
    *("success", "warning", "error", "sev1", "sev2", "sev3", "sev4", "sev5"),
)


class ThemeError(TomlError):
    """One line that says what is wrong in a theme: file, line, key, reason and mend."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a document is built. `clock` is 12 or 24; `separator` stands between a time and what happened then.

    `zone` says where the zone is named: once in the heading of the timeline, or at every time.
    """

    timeline: TimelineForm
    clock: int
    seconds: Seconds
    zone: ZonePlace
    date: DateForm
    stamp: StampStyle
    separator: str
    numbered: bool
    joined: bool
    glyphs: bool
    actions: ActionsForm
    facts_form: FactsForm
    facts: tuple[str, ...]
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """An opening, a closing or a footnote, and for which incidents it is meant; an empty condition holds for all.

    `text` may name {title}, {duration}, {severity}, {services} and {cause}; one that names a thing which is not known
    is not used. `at_least` and `under` bound the duration, which of an open incident is "ongoing".
    """

    text: str
    severity: tuple[str, ...] = ()
    cause: Literal["", "known", "unknown"] = ""
    duration: Literal["", "known", "unknown", "ongoing"] = ""
    at_least: timedelta | None = None
    under: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A running gag: what one document tells from its first entry to its last word.

    `lines` go by kind, mark or state, and are told in their order before any phrase. `actions` is its payoff below the
    measures, `footnote` its last word; either may be "".
    """

    lines: Mapping[str, tuple[str, ...]]
    actions: str = ""
    footnote: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """What a theme brings to lay out blocks of the document by itself; it has been checked."""

    path: str
    source: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A complete theme. `phrases` go by kind, mark or state; of the `threads` each document is told one.

    `glyphs` are its own signs, each with its ASCII form. `colours_only` tells a theme whose file has a palette
    and no words: it changes a screen and no document.
    """

    name: str
    description: str
    dark: bool
    colours_only: bool
    palette: Mapping[str, str]
    states: Mapping[str, str]
    glyphs: Mapping[str, tuple[str, str]]
    emoji: Mapping[str, str]
    headings: Mapping[str, str]
    flourishes: Mapping[str, str]
    labels: Mapping[str, str]
    words: Mapping[str, str]
    layout: Layout
    phrases: Mapping[str, tuple[str, ...]]
    threads: tuple[Thread, ...]
    puns: Mapping[str, str]
    opening: tuple[Telling, ...]
    closing: tuple[Telling, ...]
    footnote: tuple[Telling, ...]
    template: Template | None = None
