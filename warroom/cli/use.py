"""`warroom use`: which open incident this user's commands mean, until it closes."""

import argparse

from warroom.cli.parser import Parser
from warroom.cli.target import found_places
from warroom.text import clean_line

ABOUT = "Chooses which open incident is meant by commands without -i, until it closes. WARROOM_INCIDENT wins."
EXAMPLES = """\
examples:
  warroom use 2026-11-21-backend-outage
"""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID", help="an incident; warroom list shows them")


def run(arguments: argparse.Namespace) -> int:
    from warroom.files.places import read_head, use

    path = use(found_places(arguments), arguments.id)
    head = read_head(path)
    if head.open:
        print(f"using {head.id}")
    else:
        status = clean_line(head.text("status", "broken"))
        print(f"using {head.id}, but it is {status}: commands mean it only after warroom reopen -i {head.id}")
    return 0
