"""The gate of a public document: what in it could give away a secret, a person or a machine, by name."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from warroom.incident.model import Incident
from warroom.incident.order import reading_order
from warroom.incident.writers import is_shared
from warroom.postmortem.public import for_public, masked, untold, without
from warroom.postmortem.traces import TraceKind, commands, looks, machines
from warroom.text import clean_line
from warroom.text.redact import credentials

_CALLED: Final[dict[TraceKind, str]] = {
    "secret": "what looks like a secret",
    "email": "an e-mail address",
    "phone": "a telephone number",
    "ip": "an IP address",
    "host": "the name of a machine",
    "person": "the name of a person",
    "command": "a command",
}
_SHOWN: Final = 60
_DIGITS: Final = 6

# What chats call everybody; a package's scope ("@types/node") and an address are no mention.
_MENTION = re.compile(r"(?<![\w@/.`+-])@(?P<name>[^\W\d_][\w.-]*\w)(?![\w/@])")
_EVERYBODY: Final = frozenset({"here", "channel", "everyone", "all", "group"})


@dataclass(frozen=True, slots=True)
class Leak:
    """One thing that the public should perhaps not read, and where it stands."""

    kind: TraceKind
    value: str
    where: str

    @property
    def name(self) -> str:
        """What it is called when it is redacted or accepted; the same for the same value in every export."""
        return f"{self.kind}-{sha256(self.value.casefold().encode()).hexdigest()[:_DIGITS]}"

    def __str__(self) -> str:
        shown = clean_line(self.value)
        shown = shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
        return f"{self.name}: {_CALLED[self.kind]} in {self.where}: {shown}"


def leaks(incident: Incident, hosts: Collection[str] = ()) -> tuple[Leak, ...]:
    """What the gate stops in the document that the public would get of this incident, each value once.

    `hosts` are names of machines that are known from elsewhere, such as the configured services.
    """
    services = {service.casefold() for service in incident.fields.services}
    machines = {host for host in {*hosts, *_machines(incident)} if host.casefold() not in services}
    known = _Known(_people(incident, services), _any_of(machines), _commands(incident))
    found: dict[str, Leak] = {}
    for where, text in _texts(for_public(incident)):
        for kind, value in known.found(text):
            leak = Leak(kind, value, where)
            found.setdefault(leak.name, leak)
    return tuple(found.values())


def cleared(incident: Incident, redacted: Iterable[Leak], accepted: Iterable[Leak]) -> Incident:
    """The incident for the public, with each of `redacted` masked; what is `accepted` stays, credentials too."""
    taken = {leak.value for leak in redacted if leak.kind != "secret"}
    kept = {leak.value for leak in accepted if leak.kind == "secret"}
    return without(masked(for_public(incident), kept), taken)


def left(document: str) -> tuple[Leak, ...]:
    """What is in a finished document all the same: the last look, at the very text that would go out.

    People and commands are looked for in the record alone: a document's own words may sound like them.
    """
    seen = (Leak(kind, value, "the document") for kind, value in looks(document) if kind != "secret")
    return tuple({leak.name: leak for leak in seen}.values())


def secrets(incident: Incident) -> tuple[Leak, ...]:
    """What looks like a credential in the whole record, internal parts and replaced words too, each value once."""
    found: dict[str, Leak] = {}
    prose, impact = incident.postmortem, incident.impact
    more = [("the public summary", prose.public_summary), ("the impact", impact.internal)]
    for entry in incident.entries:
        more += [(f"the revisions of an entry, in the file alone ({entry.id})", text) for text in entry.earlier_texts]
    for where, text in (*_texts(incident, internal=True), *more):
        for value in credentials(text):
            leak = Leak("secret", value, where)
            found.setdefault(leak.name, leak)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Known:
    """What this incident and its surroundings call people, machines and commands; None where there are none."""

    people: re.Pattern[str] | None
    hosts: re.Pattern[str] | None
    commands: frozenset[str]

    def found(self, text: str) -> Iterator[tuple[TraceKind, str]]:
        yield from looks(text)
        if self.hosts:
            yield from (("host", match[0]) for match in self.hosts.finditer(text))
        if self.people:
            yield from (("person", match[0]) for match in self.people.finditer(text))
        yield from (("command", line) for line in commands(text, self.commands))


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    kept = sorted({word for word in words if len(word) > 1}, key=len, reverse=True)
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, kept))})(?![\w-])", re.IGNORECASE) if kept else None


def _people(incident: Incident, services: Collection[str]) -> re.Pattern[str] | None:
    """Whoever took part or is mentioned, by the record; a shared login, a service and a single letter are nobody."""
    names = {*incident.roles.values(), incident.postmortem.reviewer, *(accepted.by for accepted in incident.accepted)}
    names |= {action.owner for action in incident.actions}
    for entry in incident.entries:
        names |= {entry.by if entry.source != "monitor" else "", entry.to, *(each.by for each in entry.revisions)}
        if entry.kind == "change" and entry.field.startswith("roles"):
            names |= {entry.old, entry.new}
    names |= {match["name"] for _, text in _texts(incident) for match in _MENTION.finditer(text)}
    names |= {match["name"] for text in _kept_back(incident) for match in _MENTION.finditer(text)}
    whole = {name.strip().removeprefix("@") for name in names}
    parts = {part for name in whole for part in _parts(name) if len(part) > 2}
    nobody = {*services, *_EVERYBODY}
    return _any_of(name for name in whole | parts if name.casefold() not in nobody and not is_shared(name))


def _parts(name: str) -> Iterator[str]:
    """First and last name; of "Ana Silva" as well as of the login "ana.silva"."""
    yield from (part for part in name.split() if part[0].isupper())
    if re.fullmatch(r"[^\W\d_]+(?:[._][^\W\d_]+)+", name):
        yield from re.split(r"[._]", name)


def _machines(incident: Incident) -> Iterator[str]:
    """Names of machines in what the public does not get: evidence, commands, internal entries."""
    for text in _kept_back(incident):
        yield from machines(text)


def _kept_back(incident: Incident) -> Iterator[str]:
    """Texts of the record that the public never gets, but from which it is known who and what is meant elsewhere."""
    yield incident.impact.internal
    for entry in incident.entries:
        yield entry.command
        if entry.struck or untold(entry):
            yield entry.text
        for piece in entry.evidence:
            yield from (piece.label, piece.text, piece.url, piece.path)


def _commands(incident: Incident) -> frozenset[str]:
    return frozenset(entry.command.strip() for entry in incident.entries if entry.command.strip())


def _texts(incident: Incident, *, internal: bool = False) -> Iterator[tuple[str, str]]:
    """Every text that the document tells, with where it stands as a person calls it; `internal` entries where asked."""
    yield "the title", incident.fields.title
    yield "the services", " ".join(incident.fields.services)
    yield "the tags", " ".join(incident.fields.tags)
    for name in ("customers", "users_affected", "requests_failed", "data_loss"):
        yield "the impact", str(getattr(incident.impact, name))
    prose = incident.postmortem
    for name in prose.__dataclass_fields__:
        if name not in ("section", "state", "reviewed_at", "public_summary"):
            yield f"the {name.replace('_', ' ')}", str(getattr(prose, name))
    for section in prose.section:
        yield f"the section {clean_line(section.title)!r}", f"{section.title}\n{section.text}"
    for action in incident.actions:
        yield f"the action {clean_line(action.title)!r}", f"{action.title}\n{action.detail}"
    for entry in reading_order(incident.entries):
        when = "without a time" if entry.at is None else f"of {entry.at.isoformat(timespec='seconds')}"
        if internal or not entry.internal:
            yield f"the entry {when}", "\n".join((entry.text, entry.service, entry.field, entry.old, entry.new))
