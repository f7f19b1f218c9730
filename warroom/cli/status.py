"""`warroom resolve`, `reopen`, `close` and `cancel`: the status, with the entry that says so."""

import argparse
from datetime import datetime

from warroom.cli.errors import CommandError
from warroom.cli.parser import Parser, add_author, add_time
from warroom.cli.target import Target, told_time
from warroom.config.stamps import new_id
from warroom.files.places import OPEN_STATUSES
from warroom.text import clean

ABOUT = {
    "resolve": "Marks the incident as resolved: the impact is over.",
    "reopen": "Takes up again an incident that was resolved, closed or cancelled.",
    "close": "Closes a resolved incident: its postmortem is done.",
    "cancel": "Cancels an incident that turned out to be none.",
}
EXAMPLES = {
    "resolve": """\
examples:
  warroom resolve
  warroom resolve --at 14:05 "error rate is back to normal"
  warroom resolve --at -10m -i 2026-11-21-backend-outage
""",
    "reopen": """\
examples:
  warroom reopen -i 2026-11-21-backend-outage "errors are back"
""",
    "close": """\
examples:
  warroom review && warroom close
  warroom close -i 2026-11-21-backend-outage "the postmortem was reviewed"
""",
    "cancel": """\
examples:
  warroom cancel "a test alert, nobody was hit"
""",
}
TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from warroom.cli.commit import OpenStore
    from warroom.incident.changes import Edit

_MOVES = {
    "resolve": (OPEN_STATUSES, "resolved", "it is {status} already"),
    "reopen": (("resolved", "closed", "cancelled"), "investigating", "it is open already: {status}"),
    "close": (
        ("resolved",),
        "closed",
        "it is {status}; only a resolved one can be closed: warroom resolve comes first",
    ),
    "cancel": (OPEN_STATUSES, "cancelled", "it is {status} already"),
}
"""Each command with the statuses it starts from, the one it leads to, and why it can't from another."""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("text", nargs="*", metavar="TEXT", help="what to log with it")
    add_time(parser, "when it happened, else now")
    add_author(parser)


def run(arguments: argparse.Namespace) -> int:
    from warroom.cli.commit import OpenStore

    target = Target(arguments, closed=arguments.command in ("reopen", "close"))
    store = OpenStore(target)
    starts, status, refusal = _MOVES[arguments.command]
    before = store.incident.fields.status
    if before not in starts:
        raise CommandError(f"{target.id}: {refusal.format(status=before)}")
    at = target.time(arguments.at)
    store.commit(*_edits(target, store, status, at, clean(" ".join(arguments.text)).strip()))
    print(f"{told_time(at, target.now, target.zone())}  {before} -> {status}  ({target.id})")
    return 0


def _edits(target: Target, store: "OpenStore", status: str, at: datetime, text: str) -> "tuple[Edit, ...]":
    """A resolution is a milestone, whose mark moves the status; any other status leaves a change entry."""
    from warroom.incident.changes import Add
    from warroom.incident.kinds import MARK_WORDS
    from warroom.incident.model import Entry
    from warroom.incident.status import edits_for_mark

    if status == "resolved":
        words = text or MARK_WORDS["resolved"].capitalize()
        entry = Entry(new_id(), words, at, target.author(), mark="resolved", logged_at=target.logged_at(at))
        return Add(entry), *edits_for_mark(store.incident, "resolved")
    return store.amendment("status", status, at=at, text=text)[0]
