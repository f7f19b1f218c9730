"""`warroom demo`: the war room on a replayed sample incident, with simulated services."""

import argparse
from pathlib import Path

from warroom.cli.errors import CommandError
from warroom.cli.open import needs_terminal
from warroom.cli.parser import Parser

ABOUT = "Opens the war room on a sample incident that is told again. Writes nothing of yours."
EXAMPLES = """\
examples:
  warroom demo
  warroom demo cattime --speed 60
"""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("sample", nargs="?", default="backend", help="a sample, by a part of its name")
    parser.add_argument("--speed", type=float, metavar="N", help="how many times as fast (else in about a minute)")
    parser.add_argument("--list", action="store_true", help="list the samples instead")


def run(arguments: argparse.Namespace) -> int:
    from warroom.files.places import data_dir, heads

    samples = heads(data_dir("sample_incidents"))
    if arguments.list:
        for head in samples:
            print(f"{head.id}  {head.text('title')}")
        return 0
    found = [head for head in samples if arguments.sample in head.id]
    if not found:
        raise CommandError(f"no sample {arguments.sample!r}; see warroom demo --list")
    if arguments.speed is not None and not arguments.speed > 0:
        raise CommandError("--speed must be more than 0")
    needs_terminal()
    from warroom.files.store import Store
    from warroom.tui.demo import play
    from warroom.tui.session import environment
    from warroom.tui.start import session_for

    sample = Store(Path(found[0].path)).load()
    return play(session_for(arguments, environment()), sample, arguments.speed)
