"""`warroom declare`: a new incident file; prints its id."""

import argparse
import os

from warroom.cli.errors import CommandError
from warroom.cli.parser import Parser, add_time
from warroom.cli.target import found_places
from warroom.config.stamps import now
from warroom.text import clean_line

TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from warroom.incident.kinds import Severity

ABOUT = "Declares an incident: creates its file and prints its id."
EXAMPLES = """\
examples:
  warroom declare "Backend service outage" -s sev2 --service backend
  warroom declare checkout fails --at -20m
  warroom declare "Database failover" --drill
"""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("title", nargs="+", metavar="TITLE", help="what is wrong, in a few words")
    parser.add_argument("-s", "--severity", metavar="SEV", default="unset", help="sev1 (worst) to sev5, or 1 to 5")
    parser.add_argument("--service", metavar="S", action="append", default=[], help="a service that is hit; repeatable")
    parser.add_argument("--tag", metavar="T", action="append", default=[], help="a tag; repeatable")
    add_time(parser, "when it was declared, else now")
    parser.add_argument("--timezone", metavar="ZONE", help="how its times are shown, else as configured, else UTC")
    parser.add_argument("--drill", action="store_true", help="it is an exercise: it stays out of statistics")
    parser.add_argument("--json", action="store_true", help="print id and file as JSON")


def run(arguments: argparse.Namespace) -> int:
    title = clean_line(" ".join(arguments.title))
    if not title:
        raise CommandError("an incident needs a title")
    from warroom.config.top import texts
    from warroom.files.store import create
    from warroom.incident.ids import incident_id
    from warroom.incident.model import Fields, Incident
    from warroom.incident.times import parse_time, zone

    places = found_places(arguments)
    settings = texts(places.config)
    timezone = arguments.timezone or settings.get("timezone", "") or "UTC"
    place = zone(timezone)
    declared = parse_time(arguments.at, now(), place) if arguments.at is not None else now()
    incident = Incident(
        Fields(
            id=incident_id(declared.astimezone(place).date(), title),
            title=title,
            severity=_severity(arguments.severity),
            mode="drill" if arguments.drill else "standard",
            timezone=timezone,
            declared_at=declared,
            services=tuple(dict.fromkeys(map(clean_line, arguments.service))),
            tags=tuple(dict.fromkeys(map(clean_line, arguments.tag))),
            theme=settings.get("theme", ""),
        )
    )
    path = create(places.incidents, incident)
    created = os.path.basename(path).removesuffix(".toml")
    if arguments.json:
        from warroom.cli.as_json import dumped

        print(dumped({"incident": created, "file": os.fspath(path)}))
    else:
        print(created)
    return 0


def _severity(text: str) -> "Severity":
    from warroom.incident.amend import amendment
    from warroom.incident.model import Fields, Incident

    edit = amendment(Incident(Fields(id="", title="")), "severity", text)
    severity: Severity = edit.value if edit is not None else "unset"
    return severity
