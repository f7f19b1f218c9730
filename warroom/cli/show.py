"""`warroom show`: one incident, its handoff brief or its next update, for people and for scripts."""

import argparse
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import datetime, tzinfo

from warroom.cli.errors import warn
from warroom.cli.parser import Parser
from warroom.cli.target import Target
from warroom.text import clean_line

ABOUT = "Shows an incident: what is known, how long it took, and its timeline."
EXAMPLES = """\
examples:
  warroom show
  warroom show 2026-11-21-backend-outage --json
  warroom show --handoff
  warroom show --update | mail -s "Update" team@example.org
"""
_WIDE = 120

TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from warroom.incident.model import Incident


def add_arguments(parser: Parser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="the incident, else the one that is meant")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--handoff", action="store_true", help="the brief for whoever takes over")
    form.add_argument("--update", action="store_true", help="the next update, ready to send")
    form.add_argument("--json", action="store_true", help="the whole incident as JSON")


def run(arguments: argparse.Namespace) -> int:
    from warroom.files.store import Store
    from warroom.incident.times import zone

    target = Target(arguments, arguments.id, closed=True)
    store = Store(target.path)
    incident = store.load()
    target.tell(store.notices)
    place = zone(incident.fields.timezone)
    if arguments.json:
        from warroom.cli.as_json import dumped
        from warroom.cli.incident_json import incident_as_json

        print(dumped(incident_as_json(incident)))
    elif arguments.handoff or arguments.update:
        from warroom.presenters.briefs import handoff_text, update_text
        from warroom.text.redact import credentials

        text = (handoff_text if arguments.handoff else update_text)(incident, target.now, place)
        if credentials(text):
            warn("what looks like a secret is in this text; take it out before you send it")
        print(text, end="")
    else:
        print("\n".join(_pages(incident, target.now, place, max(_width(), 40))))
    return 0


def _width() -> int:
    """That of the terminal, also of one that a pipe is likely to end in (`| less`); a file and a script get it wide."""
    if sys.stdout.isatty():
        return shutil.get_terminal_size().columns
    if sys.stderr.isatty() and stat.S_ISFIFO(os.fstat(sys.stdout.fileno()).st_mode):
        return os.get_terminal_size(sys.stderr.fileno()).columns or _WIDE
    return _WIDE


def _pages(incident: "Incident", now: datetime, place: tzinfo, width: int) -> Iterator[str]:
    from warroom.incident.order import reading_order
    from warroom.presenters.glyphs import charset_of, plain_text
    from warroom.presenters.runs import plain
    from warroom.presenters.timeline import columns, entry_lines

    yield from _facts(incident, now, place)
    yield ""
    entries = reading_order(incident.entries)
    days = {entry.at.astimezone(place).date() for entry in entries if entry.at is not None}
    several = len(days) > 1 or (bool(days) and days != {now.astimezone(place).date()})
    into = columns(width, several_days=several, authors=max((len(entry.by) for entry in entries), default=0))
    charset = charset_of(os.environ)
    for entry in entries:
        struck = " (struck)" if entry.struck and not into.label else ""  # else its label says so
        for number, line in enumerate(entry_lines(entry, into, place, charset=charset)):
            yield plain_text(plain(line).rstrip(), charset) + ("" if number else struck)
    if not entries:
        yield "No entries yet: warroom log TEXT"


def _facts(incident: "Incident", now: datetime, place: tzinfo) -> Iterator[str]:
    from dataclasses import fields

    from warroom.incident.durations import downtimes, durations, out_of_order
    from warroom.incident.times import words, zone_label
    from warroom.presenters.briefs import down_since
    from warroom.presenters.header import running

    head = incident.fields
    yield f"{clean_line(head.title)}  ({clean_line(head.id)})"
    severity = head.severity if head.severity != "unset" else "severity unset"
    mode = [head.mode] if head.mode != "standard" else []
    passed = running(incident, now)
    yield "  ".join([severity, head.status, *mode, *([passed] if passed else [])])
    for name, values in (("services", head.services), ("tags", head.tags)):
        if values:
            yield f"{name}: {', '.join(map(clean_line, values))}"
    for role, holder in incident.roles.items():
        if holder:
            yield f"{clean_line(role)}: {clean_line(holder)}"
    took = durations(incident)
    for part in fields(took):
        span = getattr(took, part.name)
        yield f"time to {part.name}: {span}" + (f" ({span.why})" if span.delta is None else "")
    for problem in out_of_order(incident.entries):
        yield f"out of order: {problem}"
    for service in downtimes(incident.entries):
        told = [words(service.total)] if service.total is not None else []
        told += [f"down {down_since(service, now, place)}"] if service.lasting else []
        yield f"downtime of {clean_line(service.service)}: {', and '.join(told)}"
    label = zone_label(now.astimezone(place))
    yield f"times in {label}" + (f" ({head.timezone})" if head.timezone != label else "")
