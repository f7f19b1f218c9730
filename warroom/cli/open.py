"""`warroom` itself: opens the war room."""

import argparse
import sys

from warroom.cli.errors import CommandError
from warroom.cli.parser import Parser

ABOUT = "Opens the war room: health, timeline and postmortem of the incident that is open, or of none."
EXAMPLES = """\
examples:
  warroom
  warroom open 2026-11-21-backend-outage
"""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="the incident to open, else the one that is meant")


def needs_terminal() -> None:
    """CommandError where there is no terminal to draw on."""
    if sys.stdin is None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError("the war room needs a terminal; in scripts use warroom list, show, log, ...; see --help")


def run(arguments: argparse.Namespace) -> int:
    needs_terminal()
    from warroom.tui.start import run as run_app

    code: int = run_app(arguments)
    return code
