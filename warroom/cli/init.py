"""`warroom init`: a warroom.toml to begin with, from what the directory tells of its services."""

import argparse
import os
from pathlib import Path

from warroom.cli.errors import CommandError, warn
from warroom.cli.parser import Parser
from warroom.text import clean_line

ABOUT = "Writes a warroom.toml here: with the services of the compose or Prometheus file found, else with examples."
EXAMPLES = """\
examples:
  warroom init
  warroom init --print | less
  warroom init && warroom check
"""
NAME = "warroom.toml"


def add_arguments(parser: Parser) -> None:
    parser.add_argument("--print", action="store_true", help="print it instead of writing it")


def run(arguments: argparse.Namespace) -> int:
    from warroom.config.found import configuration, look
    from warroom.config.settings import read
    from warroom.probes.build import build
    from warroom.probes.resources import Resources

    path = Path(arguments.config or os.environ.get("WARROOM_CONFIG") or NAME).absolute()
    if path.exists() and not arguments.print:
        raise CommandError(f"{path} is there already; edit it, or see what would be written: warroom init --print")
    sources, found, left = look(path.parent)
    text = configuration(found, (os.path.relpath(source, path.parent) for source in sources))
    build(read(text.encode(), path), Resources(os.environ))  # it is to be valid at once, whatever was found
    if left:
        warn(f"left out: {', '.join(left)}")
    if arguments.print:
        print(text, end="")
        return 0
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise CommandError(f"{path} is there already") from None
    many = f"{len(found)} service{'s' * (len(found) != 1)}"
    told = f"{many} from {', '.join(source.name for source in sources)}" if found else "no service found, with examples"
    print(clean_line(f"written: {path} ({told})"))
    return 0
