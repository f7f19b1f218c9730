"""`warroom export`: the postmortem as a document, on standard output or in a file."""

import argparse
import os
import sys

from warroom.cli.errors import CommandError, warn
from warroom.cli.parser import Parser
from warroom.cli.target import Target

ABOUT = "Writes the postmortem as Markdown or JSON, in the style of a theme, to standard output or to a file."
EXAMPLES = """\
examples:
  warroom export
  warroom export 2026-11-21-backend-outage --style sre -o outage.md
  warroom export --for public -o public.md
"""


def add_arguments(parser: Parser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="the incident, else the one that is meant")
    parser.add_argument("--style", metavar="THEME", help="else the incident's theme, the configuration's, or plain")
    parser.add_argument("--humour", type=int, choices=range(4), metavar="0..3", help="none, headings, phrases, puns")
    parser.add_argument(
        "--for", dest="audience", choices=("internal", "public"), default="internal", help="who reads it"
    )
    parser.add_argument("--format", choices=("md", "json"), default="md", help="Markdown, or the record as JSON")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")
    parser.add_argument("--force", action="store_true", help="overwrite a file that warroom did not write like this")


def run(arguments: argparse.Namespace) -> int:
    if arguments.format == "json" and arguments.audience == "public":
        raise CommandError("JSON is the whole record, which is not for the public; export Markdown instead")
    target = Target(arguments, arguments.id, closed=True)
    text = _document(target, arguments)
    if arguments.output is None or arguments.output == "-":
        sys.stdout.write(text)
        return 0
    from warroom.cli.output import write

    write(arguments.output, text.encode(), target.places.state, force=arguments.force)
    print(f"written: {os.path.abspath(arguments.output)}")
    return 0


def _document(target: Target, arguments: argparse.Namespace) -> str:
    from warroom.files.store import Store

    store = Store(target.path)
    incident = store.load()
    target.tell(store.notices)
    if arguments.format == "json":
        from warroom.cli.as_json import dumped
        from warroom.cli.incident_json import incident_as_json

        return dumped(incident_as_json(incident)) + "\n"
    from warroom.cli.looks import theme_for
    from warroom.postmortem.markdown import render
    from warroom.voice.tact import humour

    theme = theme_for(target.places, arguments.style, incident.fields.theme)
    level = humour(incident, arguments.audience, arguments.humour)
    if level.why and theme.phrases:
        warn(f"told without humour: {level.why}; --humour 2 asks for it all the same")
    return render(incident, theme, now=target.now, humour=level.level, audience=arguments.audience)
