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
  warroom export --for public --redact all -o public.md
  warroom export --for public --redact person-3fa2c1 --accept host-90b1d4

For the public people, commands, questions, evidence and internal entries are left out, and the public summary stands
in for the other. What may still give something away stops it with exit code 1, each finding named on standard error,
until each is redacted or accepted. The incident's own file may accept one for good: [[accepted]] with finding = NAME.
"""

TYPE_CHECKING = False  # typing would cost an import
if TYPE_CHECKING:
    from warroom.incident.model import Incident


def add_arguments(parser: Parser) -> None:
    parser.add_argument("id", nargs="?", metavar="ID", help="the incident, else the one that is meant")
    parser.add_argument("--style", metavar="THEME", help="else the incident's theme, the configuration's, or plain")
    parser.add_argument("--humour", type=int, choices=range(4), metavar="0..3", help="none, headings, phrases, puns")
    parser.add_argument(
        "--for", dest="audience", choices=("internal", "public"), default="internal", help="who reads it"
    )
    parser.add_argument("--redact", metavar="NAME", action="append", default=[], help="mask a finding, or all of them")
    parser.add_argument("--accept", metavar="NAME", action="append", default=[], help="let a finding stand")
    parser.add_argument("--format", choices=("md", "json"), default="md", help="Markdown, or the record as JSON")
    parser.add_argument("--front-matter", action="store_true", help="begin with YAML for a site generator")
    parser.add_argument("--timezone", metavar="ZONE", help="how times are shown, else in the incident's zone")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of to standard output")
    parser.add_argument("--force", action="store_true", help="overwrite a file that warroom did not write like this")


def run(arguments: argparse.Namespace) -> int:
    _refuse_contradictions(arguments)
    target = Target(arguments, arguments.id, closed=True)
    text = _document(target, arguments)
    if arguments.output is None or arguments.output == "-":
        sys.stdout.write(text)
        return 0
    from warroom.cli.output import write

    write(arguments.output, text.encode(), target.places.state, force=arguments.force)
    print(f"written: {os.path.abspath(arguments.output)}")
    return 0


def _refuse_contradictions(arguments: argparse.Namespace) -> None:
    if arguments.format == "json" and arguments.audience == "public":
        raise CommandError("JSON is the whole record, which is not for the public; export Markdown instead")
    if arguments.audience != "public" and (arguments.redact or arguments.accept):
        raise CommandError("--redact and --accept judge what the public may read; they go with --for public")
    if arguments.format != "md" and arguments.front_matter:
        raise CommandError("--front-matter belongs to Markdown; leave it out, or export with --format md")


def _document(target: Target, arguments: argparse.Namespace) -> str:
    from warroom.files.store import Store

    store = Store(target.path)
    incident = store.load()
    target.tell(store.notices)
    if arguments.format == "json":
        from warroom.cli.as_json import dumped
        from warroom.cli.incident_json import incident_as_json

        return dumped(incident_as_json(incident)) + "\n"
    if arguments.audience == "internal":
        return _markdown(target, arguments, incident)
    from warroom.cli.gate import Gate

    gate = Gate(incident, config=target.places.config, redact=arguments.redact, accept=arguments.accept)
    text = _markdown(target, arguments, gate.passed(), gate.keep)
    gate.look_at(text)
    return text


def _markdown(target: Target, arguments: argparse.Namespace, incident: "Incident", keep: tuple[str, ...] = ()) -> str:
    from warroom.cli.looks import theme_for
    from warroom.incident.times import zone
    from warroom.postmortem.front_matter import front_matter
    from warroom.postmortem.markdown import render
    from warroom.voice.tact import humour

    theme = theme_for(target.places, arguments.style, incident.fields.theme)
    level = humour(incident, arguments.audience, arguments.humour)
    if level.why and theme.phrases:
        warn(f"told without humour: {level.why}; --humour 2 asks for it all the same")
    text = render(
        incident,
        theme,
        now=target.now,
        zone=zone(arguments.timezone) if arguments.timezone else None,
        humour=level.level,
        audience=arguments.audience,
        keep=keep,
    )
    return front_matter(incident) + text if arguments.front_matter else text
