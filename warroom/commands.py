"""THE registry of commands: keys, footer, palette, help and docs are all fed from here and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from warroom.incident.kinds import MARK_WORDS, OPEN_STATUSES, Kind, Mark

Group = Literal["Log", "Milestones", "Put right", "Move", "Incident", "Document", "Room"]


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides whether a command can act now. Made by the room's screen, read by the registry."""

    incident: bool = False
    entry: bool = False
    service: bool = False
    action: bool = False
    stamps: int = 0
    asks: int = 0
    hypothesis: bool = False
    undo: str = ""
    redo: str = ""
    status: str = ""
    pane: str = "timeline"
    demo: bool = False


Why = Callable[[Situation], str]
"""Why a command can't act now, in one short sentence that names keys by their `{command id}`; "" where it can."""


def always(_: Situation) -> str:
    return ""


NO_INCIDENT: Final = "no incident is open: {incident.declare} declares one"


def needs_incident(now: Situation) -> str:
    return "" if now.incident else NO_INCIDENT


def needs_entry(now: Situation) -> str:
    return needs_incident(now) or ("" if now.entry else "no entry is selected")


def needs_selection(now: Situation) -> str:
    if now.pane == "health":
        return "" if now.service else "no service is selected"
    return needs_action(now) if now.pane == "actions" else needs_entry(now)


def needs_action(now: Situation) -> str:
    return needs_incident(now) or ("" if now.action else "no action item is selected: {pane.actions} shows them")


def needs_undo(now: Situation) -> str:
    return "" if now.undo else "nothing of yours to undo in this window"


def needs_redo(now: Situation) -> str:
    return "" if now.redo else "nothing to redo"


def needs_stamp(now: Situation) -> str:
    return "" if now.stamps else "no stamp waits for words"


def needs_hypothesis(now: Situation) -> str:
    return needs_entry(now) or ("" if now.hypothesis else "the selected entry is no hypothesis")


def needs_ask(now: Situation) -> str:
    return needs_incident(now) or ("" if now.asks else "nothing that was asked waits for an answer")


def needs_open(now: Situation) -> str:
    return needs_incident(now) or ("" if now.status in OPEN_STATUSES else f"this incident is {now.status} already")


def needs_closed(now: Situation) -> str:
    return (
        "this incident is still open: {mark.resolved} marks it resolved"
        if now.status in OPEN_STATUSES
        else needs_incident(now)
    )


def needs_demo(now: Situation) -> str:
    return "" if now.demo else "only in warroom demo"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a person can do. `keys` are as a person writes them ("n", "space", "ctrl+r", "?").

    The footer names what has `footer`, and once the incident is over, what is done `afterwards`.
    """

    id: str
    title: str
    help: str
    keys: tuple[str, ...]
    group: Group
    why_disabled: Why = always
    footer: bool = False
    afterwards: bool = False
    kind: Kind | None = None
    mark: Mark = ""


def _log(kind: Kind, key: str, title: str, meaning: str, *, footer: bool = False, afterwards: bool = False) -> Command:
    return Command(f"entry.{kind}", title, meaning, (key,), "Log", footer=footer, afterwards=afterwards, kind=kind)


def _document(name: str, title: str, meaning: str, *keys: str) -> Command:
    return Command(name, title, meaning, keys, "Document", needs_incident, afterwards=True)


def _mark(mark: Mark, key: str, kind: Kind, meaning: str, *, footer: bool = False) -> Command:
    return Command(f"mark.{mark}", MARK_WORDS[mark], meaning, (key,), "Milestones", footer=footer, kind=kind, mark=mark)


COMMANDS: Final[tuple[Command, ...]] = (
    _log("note", "n", "note", "Write down anything.", footer=True, afterwards=True),
    _log("observation", "o", "observation", "What was seen: a graph, a log line, an error."),
    _log("action", "a", "action", "What was done.", footer=True),
    _log("hypothesis", "h", "hypothesis", "What might be the cause."),
    _log("dead-end", "x", "dead end", "What was tried and turned out to be wrong."),
    _log("comms", "c", "comms", "What was told to whom."),
    _log("escalation", "e", "escalation", "Who was called in."),
    _log("decision", "D", "decision", "What was decided, and why."),
    Command(
        "entry.command", "run", "Run a command; it is logged with result and excerpt.", ("!",), "Log", needs_incident
    ),
    Command("entry.stamp", "stamp", "Log this moment at once; describe it later.", ("space",), "Log", footer=True),
    _mark("started", "b", "observation", "When the impact began; left empty it stays unknown."),
    _mark("detected", "d", "observation", "When somebody or something noticed.", footer=True),
    _mark("acknowledged", "K", "note", "When somebody took it on."),
    _mark("identified", "i", "observation", "When the cause was known."),
    _mark("mitigated", "m", "action", "When it stopped hurting.", footer=True),
    _mark("resolved", "R", "action", "When it was over for good.", footer=True),
    Command(
        "entry.edit",
        "edit or open",
        "Edit the entry, or open the service's menu.",
        ("enter",),
        "Put right",
        needs_selection,
    ),
    Command("entry.time", "change time", "Change when the entry happened.", ("t",), "Put right", needs_entry),
    Command("entry.mark", "milestone", "Make the entry a milestone, or none.", (), "Put right", needs_entry),
    Command("entry.service", "service", "Say which service the entry is about.", (), "Put right", needs_entry),
    Command("entry.verdict", "verdict", "Supported, ruled out or open again.", ("O",), "Put right", needs_hypothesis),
    Command("entry.strike", "strike", "Strike the entry through, or take that back.", ("X",), "Put right", needs_entry),
    Command("entry.star", "star", "Star what matters for the summary.", ("p",), "Put right", needs_entry),
    Command(
        "entry.select",
        "select",
        "Select the entry, or no longer; time, service, strike, star and copy act on all.",
        ("v",),
        "Put right",
        needs_entry,
    ),
    Command(
        "entry.copy", "copy", "Copy the entry, or the selected ones as Markdown.", ("y",), "Put right", needs_entry
    ),
    Command("stamps.walk", "describe stamps", "Walk the stamps that wait for words.", ("w",), "Put right", needs_stamp),
    Command("undo", "undo", "Undo my own last change in this window.", ("u",), "Put right", needs_undo),
    Command("redo", "redo", "Do again what was undone.", ("ctrl+r",), "Put right", needs_redo),
    Command("action.new", "action item", "A new action item.", ("A",), "Put right", needs_incident),
    Command("action.done", "done", "The action item is done, or open again.", ("C",), "Put right", needs_action),
    Command(
        "entry.quote",
        "quote",
        "Put an entry, or a link to it, into the postmortem: the selected one, or one to be picked.",
        ("Y", "ctrl+b"),
        "Put right",
        needs_incident,
    ),
    Command("move.down", "down", "Next line.", ("j", "down"), "Move"),
    Command("move.up", "up", "Line before.", ("k", "up"), "Move"),
    Command("move.page-down", "page down", "Next page.", ("pagedown",), "Move"),
    Command("move.page-up", "page up", "Page before.", ("pageup",), "Move"),
    Command("move.first", "first", "First line.", ("g", "home"), "Move"),
    Command("move.last", "newest", "Newest line, and follow.", ("G", "end"), "Move"),
    Command("move.mark-before", "milestone before", "Milestone before.", ("[",), "Move", needs_incident),
    Command("move.mark-after", "next milestone", "Next milestone.", ("]",), "Move", needs_incident),
    Command("filter", "filter", "Show only the lines that contain a text.", ("/",), "Move", footer=True),
    Command("times", "times", "Times of day, or how long after the start.", (".",), "Move", needs_incident),
    Command("pane.next", "next pane", "Go to the next pane.", ("tab",), "Move"),
    Command("pane.before", "pane before", "Go to the pane before.", ("shift+tab",), "Move"),
    Command("pane.health", "health", "The health of services and host.", ("1",), "Move"),
    Command("pane.timeline", "timeline", "The timeline.", ("2",), "Move"),
    Command(
        "pane.postmortem",
        "postmortem",
        "The postmortem's text.",
        ("3",),
        "Move",
        needs_incident,
        footer=True,
        afterwards=True,
    ),
    Command("pane.actions", "actions", "The action items.", ("4",), "Move", needs_incident),
    Command("pane.zoom", "zoom", "The pane alone, or all again.", ("z",), "Move"),
    Command("incident.declare", "declare", "Declare an incident.", ("N",), "Incident", footer=True),
    Command("incident.switch", "switch incident", "Show another incident.", ("I",), "Incident"),
    Command("incident.severity", "severity", "Set the severity.", ("s",), "Incident", needs_incident),
    Command("incident.roles", "roles", "Say who has which role.", ("r",), "Incident", needs_incident),
    Command("incident.status", "status", "Set the status by hand.", ("W",), "Incident", needs_incident),
    Command(
        "update.write",
        "update",
        "Write the next update: copied, shown, to be logged.",
        ("U",),
        "Incident",
        needs_incident,
    ),
    Command("update.snooze", "snooze", "Put the next update off.", ("S",), "Incident", needs_open),
    Command("incident.handoff", "handoff", "The brief for whoever takes over.", ("H",), "Incident", needs_incident),
    Command("ask.done", "answer", "Answer what was asked.", (), "Incident", needs_ask),
    Command("incident.reopen", "reopen", "It is not over after all.", (), "Incident", needs_closed),
    Command("incident.cancel", "cancel", "It was no incident after all.", (), "Incident", needs_open),
    Command("incident.close", "close", "File the incident as closed.", (), "Incident", needs_closed),
    Command(
        "incident.decide", "decide", "Answer what an outside change of the file has left open.", ("ctrl+g",), "Incident"
    ),
    _document("postmortem.fill", "fill", "Fill what is empty from the record.", "F"),
    _document("postmortem.preview", "preview", "The rendered document.", "P", "f4"),
    _document("postmortem.review", "review", "What the document still lacks.", "V"),
    Command("postmortem.state", "state", "Draft, in review, or reviewed.", ("f",), "Document", needs_incident),
    Command("postmortem.find", "find", "Find words in the postmortem.", ("ctrl+f",), "Document", needs_incident),
    Command(
        "postmortem.jump", "section", "Go to a section of the postmortem.", ("ctrl+n",), "Document", needs_incident
    ),
    _document("incident.export", "export", "Write the document as Markdown.", "E"),
    Command("theme", "theme", "Change the colours and the voice.", ("T",), "Room"),
    Command("serious", "serious", "Without humour, in document and room.", ("M",), "Room", needs_incident),
    Command("service.recheck", "recheck", "Check all services now.", ("ctrl+l",), "Room"),
    Command("demo.faster", "faster", "In the demo: twice as fast.", ("+",), "Room", needs_demo),
    Command("demo.slower", "slower", "In the demo: half as fast.", ("-",), "Room", needs_demo),
    Command("demo.pause", "pause", "In the demo: pause, or go on.", ("ctrl+t",), "Room", needs_demo),
    Command("palette", "all commands", "Find a command by its name.", (":", "ctrl+p"), "Room"),
    Command("help", "help", "Keys and what they do.", ("?", "f1"), "Room", footer=True, afterwards=True),
    Command("save", "save", "Says whether all is on disk (all is saved by itself).", ("ctrl+s",), "Room"),
    Command(
        "editor",
        "edit in $EDITOR",
        "The postmortem in your own editor; services are watched meanwhile.",
        ("ctrl+o",),
        "Document",
        needs_incident,
    ),
    Command(
        "interrupt",
        "interrupt",
        "Stop a running command, else copy a selection, else set a draft aside, else say how to quit.",
        ("ctrl+c",),
        "Room",
    ),
    Command("nothing", "nothing", "Does nothing, on purpose: it is too near to other keys.", ("ctrl+q",), "Room"),
    Command("back", "back", "Close the top view; set a draft aside.", ("escape",), "Room"),
    Command(
        "quit", "quit", "Close the top view; in the bare room, quit.", ("q",), "Room", footer=True, afterwards=True
    ),
)

BY_ID: Final[Mapping[str, Command]] = {command.id: command for command in COMMANDS}


def keymap(overrides: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, Command]:
    """Key (as a person writes it) -> command, with a person's own keys for some command ids.

    A key that two commands would share is a ValueError that names both; an unknown id is one too.
    """
    overrides = overrides or {}
    for unknown in overrides.keys() - BY_ID.keys():
        raise ValueError(f"no command has the id {unknown!r}")
    bound: dict[str, Command] = {}
    for command in COMMANDS:
        for key in overrides.get(command.id, command.keys):
            if (other := bound.get(key)) is not None:
                raise ValueError(f"{key!r} is the key of both {other.id!r} and {command.id!r}")
            bound[key] = command
    return bound
