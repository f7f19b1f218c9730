"""What acts after a slash in the composer, how it is completed, and how it is understood while it is typed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from difflib import get_close_matches
from typing import Final

from warroom.incident.amend import AmendError, amendment, change_fields
from warroom.incident.asks import AskError, parse_ask
from warroom.incident.changes import Set
from warroom.incident.kinds import SEVERITIES, STATUSES
from warroom.incident.model import Incident
from warroom.incident.times import TimeError, echo, parse_duration, short
from warroom.text import clean_line

ROLES: Final = ("commander", "scribe", "comms", "operations")
VERDICTS: Final = ("open", "supported", "ruled-out")
_MOST_SHOWN: Final = 4
_RECENT: Final = 400


@dataclass(frozen=True, slots=True)
class Slash:
    """One command: its usage, and the values that its first word can be completed to.

    `amends` says that it sets a field of the head. `alone` says that it is about the window and not an incident, and so
    acts without one as well.
    """

    name: str
    usage: str
    values: Callable[[Incident], Iterable[str]] = lambda _: ()
    amends: bool = True
    alone: bool = False


def people(incident: Incident) -> list[str]:
    """Who is named in roles, or wrote or was asked lately."""
    names = [*incident.roles.values()]
    for entry in incident.entries[-_RECENT:]:
        names += [name for name in (entry.by, entry.to) if name and entry.source != "monitor" and entry.by != "monitor"]
    return sorted({clean_line(name) for name in names if name and " " not in name})


SLASHES: Final = {
    slash.name: slash
    for slash in (
        Slash("sev", "1..5", lambda _: [name.removeprefix("sev") for name in SEVERITIES]),
        Slash("severity", "1..5", lambda _: SEVERITIES),
        Slash("status", "STATUS", lambda _: STATUSES),
        Slash("ic", "NAME", people),
        Slash("commander", "NAME", people),
        Slash("scribe", "NAME", people),
        Slash("role", "ROLE NAME", lambda incident: dict.fromkeys((*ROLES, *incident.roles))),
        Slash("title", "TEXT", lambda incident: [clean_line(incident.fields.title)]),
        Slash("tag", "TAG, +TAG or -TAG", lambda incident: [f"-{tag}" for tag in incident.fields.tags]),
        Slash("service", "SERVICE, +SERVICE or -SERVICE", lambda incident: incident.fields.services),
        Slash("zone", "Europe/Berlin"),
        Slash("due", "30m, off, or every 30m", lambda _: ("off", "every"), amends=False),
        Slash("ask", "NAME 5m QUESTION", people, amends=False),
        Slash("done", "ANSWER", amends=False),
        Slash("verdict", "supported, ruled-out or open", lambda _: VERDICTS, amends=False),
        Slash("me", "NAME", people, amends=False, alone=True),
        Slash("reopen", "", amends=False),
        Slash("close", "", amends=False),
        Slash("cancel", "", amends=False),
    )
}
"""By name. Any other text that begins with a slash is text."""


def split(text: str) -> tuple[Slash, str] | None:
    """The command and what follows it; None where the text is no command."""
    if not text.startswith("/") or "\n" in text:
        return None
    name, _, argument = text[1:].partition(" ")
    slash = SLASHES.get(name)
    return None if slash is None else (slash, argument.strip())


def field_of(slash: Slash, argument: str) -> tuple[str, str]:
    """The field of the head that a command sets, and the value it is given."""
    if slash.name == "service":
        return "services", argument
    if slash.name != "role":
        return slash.name, argument
    role, _, holder = argument.partition(" ")
    return (f"roles.{role.lower()}" if role else "role"), holder.strip()


def completions(text: str, incident: Incident | None) -> list[str]:
    """What the text could go on to: whole texts, in an order that stays."""
    if not text.startswith("/") or "\n" in text:
        return []
    name, space, rest = text[1:].partition(" ")
    if not space:
        return [f"/{known} " for known in SLASHES if known.startswith(name.lower())] if name != "" else []
    slash = SLASHES.get(name)
    if slash is None or incident is None:
        return []
    if slash.name == "role" and " " in rest:
        role, _, start = rest.partition(" ")
        return [f"/role {role} {who}" for who in people(incident) if who.lower().startswith(start.lower())]
    values = [value for value in slash.values(incident) if value and value.lower().startswith(rest.lower())]
    return [f"/{name} {value}" for value in values if value != rest]


def understood(text: str, incident: Incident | None, now: datetime, place: tzinfo) -> tuple[str, str] | None:
    """How a text with a slash in front is understood so far, and the style of saying so; None for plain text."""
    if not text.startswith("/") or "\n" in text:
        return None
    found = split(text)
    if found is None or (" " not in text and found[0].usage):
        return _on_the_way(text, found)
    slash, argument = found
    if incident is None and not slash.alone:
        return "no incident is open", "warning"
    if not argument and slash.usage and slash.name != "done":
        return f"/{slash.name} {slash.usage}", "muted"
    if incident is None or slash.alone:
        return f"entries from this window are by {clean_line(argument)}", "said"
    try:
        return _meaning(slash, argument, incident, now, place), "said"
    except (AmendError, AskError, TimeError) as error:
        return str(error), "warning"


def _on_the_way(text: str, found: tuple[Slash, str] | None) -> tuple[str, str]:
    known = [completion.strip() for completion in completions(text, None)]
    if found is not None and len(known) <= 1:
        return f"/{found[0].name} {found[0].usage}".rstrip(), "muted"
    if known:
        more = " …" if len(known) > _MOST_SHOWN else ""
        return "Tab: " + " ".join(known[:_MOST_SHOWN]) + more, "muted"
    if text == "/":
        return "Tab: " + " ".join(f"/{name}" for name in SLASHES), "muted"
    near = get_close_matches(text[1:].partition(" ")[0], SLASHES, 1, 0.75)
    return ("no command, logged as text" + (f"; /{near[0]}?" if near else "")), "muted"


def _meaning(slash: Slash, argument: str, incident: Incident, now: datetime, place: tzinfo) -> str:
    if slash.amends:
        edit = amendment(incident, *field_of(slash, argument))
        return "it says so already" if edit is None else change_fields(incident, edit)["text"]
    match slash.name:
        case "ask":
            ask = parse_ask(argument)
            within = f"{short(ask.within)} from now" if ask.within is not None else "no time set"
            return f"asks {ask.to}, {within}"
        case "due":
            return due(argument, now, place)[1]
        case "verdict":
            return f"of the hypothesis: {verdict(argument)}"
        case "done":
            return "answers what was asked"
        case _:
            return slash.name


def due(argument: str, now: datetime, place: tzinfo) -> tuple[tuple[Set, ...], str]:
    """What "off", "every 30m" or a length makes of the next update, as edits and in words; TimeError for all else."""
    first, _, rest = argument.partition(" ")
    if first == "off":
        return (Set("comms.every", "0s"), Set("comms.next_due", None)), "no update is due any more"
    if first == "every":
        every = rest.replace(" ", "")
        length = parse_duration(every)
        return (Set("comms.every", every), Set("comms.next_due", now + length)), f"an update every {short(length)}"
    at = now + parse_duration(argument)
    return (Set("comms.next_due", at),), f"next update at {echo(at, now, place)}"


def verdict(argument: str) -> str:
    """The verdict on a hypothesis that is meant; AmendError for what is none."""
    if argument not in VERDICTS:
        raise AmendError(f"a verdict is one of {', '.join(VERDICTS)}")
    return argument
