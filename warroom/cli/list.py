"""`warroom list`: the incidents, read by their heads alone."""

import argparse
import os
from datetime import UTC, datetime

from warroom.cli.errors import warn
from warroom.cli.parser import Parser
from warroom.cli.target import found_places
from warroom.text import clean_line

ABOUT = "Lists open incidents, newest first; with --all also those that are over."
EXAMPLES = """\
examples:
  warroom list
  warroom list --all --json
"""
_FIELDS = ("title", "severity", "status", "mode", "timezone")
_DEFAULTS = {"severity": "unset", "status": "investigating", "mode": "standard", "timezone": "UTC"}

TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from warroom.files.places import Head


def add_arguments(parser: Parser) -> None:
    parser.add_argument("-a", "--all", action="store_true", help="also resolved, closed and cancelled ones")
    parser.add_argument("--json", action="store_true", help="print them as JSON")


def run(arguments: argparse.Namespace) -> int:
    from warroom.files.places import heads, in_use

    places = found_places(arguments)
    known = heads(places.incidents)
    for head in known:
        if head.error is not None:
            warn(str(head.error))
    readable = [head for head in known if head.error is None]
    shown = [head for head in readable if arguments.all or head.open]
    used = in_use(places)
    in_use_id = os.environ.get("WARROOM_INCIDENT") or (used.id if used is not None and used.open else "")
    if arguments.json:
        from warroom.cli.as_json import dumped

        print(dumped({"incidents": [_plain(head, in_use=head.id == in_use_id) for head in shown]}))
    elif shown:
        print("\n".join(_table(shown, in_use_id)))
    elif readable:
        over = f"{len(readable)} that {'is' if len(readable) == 1 else 'are'} over"
        print(f"no incident is open; warroom list --all shows {over}")
    elif not known:
        print("no incident yet; warroom declare TITLE opens one")
    return 0 if len(readable) == len(known) else 1


def _declared(head: "Head") -> datetime | None:
    at = head.values.get("declared_at")
    if not isinstance(at, datetime) or at.tzinfo is None:
        return None
    from warroom.incident.times import has_date

    return at.astimezone(UTC) if has_date(at) else None


def _plain(head: "Head", *, in_use: bool) -> dict[str, object]:
    values: dict[str, object] = {name: head.text(name, _DEFAULTS.get(name, "")) for name in _FIELDS}
    services = head.values.get("services", [])
    return {
        "id": head.id,
        **values,
        "declared_at": _declared(head),
        "services": services if isinstance(services, list) else [],
        "in_use": in_use,
        "file": head.path,
    }


def _cells(text: str) -> int:
    if text.isascii():
        return len(text)
    from warroom.text.width import cells

    return cells(text)


def _table(shown: "list[Head]", in_use_id: str) -> list[str]:
    rows = []
    for head in shown:
        mark = "*" if head.id == in_use_id else " "
        drill = " (drill)" if head.text("mode") == "drill" else ""
        row = (
            head.text("severity", _DEFAULTS["severity"]),
            head.text("status", _DEFAULTS["status"]),
            head.id,
            head.text("title") + drill,
        )
        rows.append((mark, *map(clean_line, row)))
    widths = [max(_cells(row[column]) for row in rows) for column in range(4)]
    return [
        " ".join(cell + " " * (width - _cells(cell)) for cell, width in zip(row, widths, strict=False)) + f" {row[4]}"
        for row in rows
    ]
